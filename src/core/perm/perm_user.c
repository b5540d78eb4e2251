/*
 * Users: making and changing them, their passwords.
 *
 * Hashing takes tens of milliseconds and a lot of memory, so it happens before the transaction. A
 * change of password, role or state ends the user's sessions: whoever was in with the old rights is
 * out. The last enabled owner cannot be demoted or disabled, because nobody could undo it.
 */
#include "core/perm/perm_data.h"
#include "core/perm/perm_int.h"

#include "base/crypt.h"
#include "store/journal.h"

#define USER_EVENT_FIELDS(F, S) F(S, ID, user) F(S, STR, role, .opt = true) F(S, STR, scope, .opt = true)
RECORD(user_event, USER_EVENT_FIELDS);

/* The head of every list of leaked passwords that reaches our least length, and keyboard walks. */
static const char *const common[] = {
	"1234567890", "0123456789", "0987654321", "12345678910", "1234567891", "123456789a", "a123456789",
	"1q2w3e4r5t", "qwertyuiop", "1qaz2wsx3edc", "password12", "password123", "password1234", "passw0rd123",
	"woaini1314", "woaini520520", "woaini1314520", "aa123456789", "abc123456789", "abcd123456", "qq123456789",
	"qwerty123456", "1234512345", "1231231230", "5201314520", "13145201314", "iloveyou123", "admin12345",
	"admin123456", "administrator", "welcome123", "88888888888", "yutang12345", "yutang123456",
};

str login_normal(struct arena *a, str login)
{
	login = str_trim(login);
	char *p = arena_cstr(a, login);
	for (size_t i = 0; i < login.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	return str_of(p, login.n);
}

static bool one_character(str s)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] != s.p[0])
			return false;
	return true;
}

static err check_password(struct cx *cx, str login, str password)
{
	size_t n = str_utf8_len(password);
	if (n < PERM_PASSWORD_MIN)
		return cx_fail(cx, ERR_INPUT, T_TOO_SHORT, STR("password"), STR_NIL, STR("10"));
	if (n > PERM_PASSWORD_MAX)
		return cx_fail(cx, ERR_INPUT, T_TOO_LONG, STR("password"), STR_NIL, STR("128"));
	str lower = login_normal(CX_ARENA(cx), password);
	bool weak = one_character(password) || str_eq(lower, login);
	for (size_t i = 0; i < ARRAY_LEN(common) && !weak; i++)
		weak = str_eq_c(lower, common[i]);
	return weak ? cx_fail(cx, ERR_INPUT, T_PERM_WEAK, STR("password"), STR_NIL, STR_NIL) : OK;
}

static str scope_of_role(str role)
{
	if (str_eq(role, STR("manager")))
		return STR("department");
	return str_eq(role, STR("staff")) ? STR("self") : STR("all");
}

/* Writes the scope's references and, for "self", its one row. Other kinds start with nobody until
 * core/staff has worked them out. */
static err put_scope(struct tx *tx, i64 user, str scope, i64 staff, const struct ids *refs)
{
	TRY(perm_refs_clear(tx, &(struct perm_key){ .id = user }));
	for (size_t i = 0; i < refs->n; i++)
		TRY(perm_ref_add(tx, &(struct perm_ref){ user, refs->v[i] }));
	return scope_set(tx, user, &staff, str_eq(scope, STR("self")) && staff != NIL);
}

err scope_set(struct tx *tx, i64 user, const i64 *staff, size_t count)
{
	struct scope_row *rows = ARENA_ARRAY(tx->snap.arena, struct scope_row, count + 1);
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct scope_row){ user, staff[i] };
	TRY(scope_clear(tx, &(struct scope_row){ .user_id = user, .staff = NIL }));
	return count ? query_write_many(tx, &scope_add_query, rows, count) : OK;
}

static err add(struct tx *tx, const struct perm_row *row, const struct ids *refs)
{
	struct perm_login claimed;
	struct perm_count users;
	struct perm_login login = { row->login, tx->snap.corp, row->id };
	TRY(perm_user_count(&tx->snap, &(struct none){ 0 }, &users));
	if (users.n >= PERM_USERS_MAX)
		return tx_fail(tx, ERR_STATE, T_TOO_BIG, STR("users"), STR_NIL, STR("2000"));
	err e = perm_login_add(tx, &login, &claimed);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, ERR_EXISTS, T_OK, STR("login"), row->login, STR_NIL);
	TRY(e);
	TRY(perm_user_put(tx, row));
	TRY(put_scope(tx, row->id, row->scope_kind, row->staff, refs));
	struct user_event body = { row->id, row->role, row->scope_kind };
	return journal_add(tx, EV_USER_ADDED, 0, tx->snap.now, &user_event_record, &body, NULL);
}

err user_create(struct cx *cx, const struct user_new *in, i64 *ret_id)
{
	struct arena *a = CX_ARENA(cx);
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	struct perm_row row = { .login = login_normal(a, in->login), .name = in->name, .role = in->role };
	if (row.login.n < 3 || str_has_char(row.login, ' '))
		return cx_fail(cx, ERR_INPUT, T_OK, STR("login"), in->login, STR("3-64"));
	TRY(check_password(cx, row.login, in->password));
	row.id = id_next(store_ids(cx->unit.store), cx_now(cx));
	row.hash = crypt_password_hash(in->password, a);
	row.lang = in->lang.n ? in->lang : STR("zh");
	row.scope_kind = in->scope.n ? in->scope : scope_of_role(in->role);
	row.staff = in->staff;
	row.version = 1;
	row.created = cx_now(cx);
	TRY(WRITE_TX(&cx->unit, base, add(tx, &row, &in->refs)));
	*ret_id = row.id;
	return OK;
}

err user_of_staff(struct unit *u, i64 staff, i64 *ret_user)
{
	struct perm_key found;
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), perm_user_staff(snap, &(struct perm_staff){ staff }, &found)));
	*ret_user = found.id;
	return OK;
}

/* Two at once: the login is hers alone, so the second finds it taken. */
err user_create_staff(struct cx *cx, i64 staff, str name, i64 *ret_id)
{
	struct perm_row row = {
		.id = id_next(store_ids(cx->unit.store), cx_now(cx)), .hash = STR(""), .name = str_utf8_head(name, 40),
		.login = arena_printf(CX_ARENA(cx), "wecom.%lld", (long long)staff), .lang = STR("zh"), .role = STR("staff"),
		.scope_kind = STR("self"), .staff = staff, .version = 1, .created = cx_now(cx),
	};
	err e = WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), add(tx, &row, &(struct ids){ 0 }));
	if (e == ERR_EXISTS)
		return user_of_staff(&cx->unit, staff, ret_id);
	TRY(e);
	*ret_id = row.id;
	return OK;
}

static err change(struct tx *tx, const struct user_edit *in, str hash)
{
	struct perm_row was;
	struct perm_count owners;
	TRY(perm_user_get(&tx->snap, &(struct perm_key){ .id = in->id }, &was));
	struct perm_edit edit = { in->id, in->name, in->role, in->scope, in->staff, in->disabled, in->version };
	TRY(perm_user_edit(tx, &edit));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	TRY(perm_owner_count(&tx->snap, &(struct none){ 0 }, &owners));
	if (owners.n == 0)
		return tx_fail(tx, ERR_STATE, T_PERM_ROLE, STR("role"), STR_NIL, STR_NIL);
	if (hash.n)
		TRY(perm_user_password(tx, &(struct perm_password){ in->id, hash }));
	TRY(put_scope(tx, in->id, in->scope, in->staff, &in->refs));
	if (hash.n || in->disabled || !str_eq(was.role, in->role))
		TRY(perm_sessions_end(tx, &(struct perm_key){ .id = in->id }));
	struct user_event body = { in->id, in->role, in->scope };
	return journal_add(tx, EV_USER_CHANGED, 0, tx->snap.now, &user_event_record, &body, NULL);
}

err user_change(struct cx *cx, const struct user_edit *in)
{
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	str hash = STR_NIL;
	if (in->password.n) {
		struct user was;
		TRY(user_get(&cx->unit, in->id, &was));
		TRY(check_password(cx, was.login, in->password));
		hash = crypt_password_hash(in->password, CX_ARENA(cx));
	}
	return WRITE_TX(&cx->unit, base, change(tx, in, hash));
}

static err set_password(struct tx *tx, i64 user, str hash)
{
	TRY(perm_user_password(tx, &(struct perm_password){ user, hash }));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("user"));
	TRY(perm_sessions_end(tx, &(struct perm_key){ .id = user }));
	struct user_event body = { .user = user };
	return journal_add(tx, EV_PASSWORD_CHANGED, 0, tx->snap.now, &user_event_record, &body, NULL);
}

err user_password(struct cx *cx, i64 user, str old, str new_password)
{
	struct perm_row row;
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	TRY(READ_SNAP(&cx->unit, base, perm_user_get(snap, &(struct perm_key){ .id = user }, &row)));
	if (old.p && !crypt_password_ok(row.hash, old))
		return cx_fail(cx, ERR_INPUT, T_PERM_LOGIN, STR("old"), STR_NIL, STR_NIL);
	TRY(check_password(cx, row.login, new_password));
	str hash = crypt_password_hash(new_password, CX_ARENA(cx));
	return WRITE_TX(&cx->unit, base, set_password(tx, user, hash));
}

err user_lang(struct cx *cx, i64 user, str lang)
{
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	return WRITE_TX(&cx->unit, base, perm_user_lang(tx, &(struct perm_lang){ user, lang }));
}

static struct user shown(const struct perm_row *r, struct ids refs)
{
	return (struct user){ .id = r->id, .login = r->login, .name = r->name, .lang = r->lang, .role = r->role,
			      .scope = r->scope_kind, .staff = r->staff, .refs = refs, .disabled = r->disabled,
			      .version = r->version, .created = r->created };
}

static err load(const struct snap *s, i64 id, struct user *ret)
{
	struct perm_row row;
	struct ids refs;
	TRY(perm_user_get(s, &(struct perm_key){ .id = id }, &row));
	TRY(user_scope_refs(s, id, &refs));
	*ret = shown(&row, refs);
	return OK;
}

err user_get(struct unit *u, i64 id, struct user *ret)
{
	err e = READ_SNAP(u, slot_base(u->store, u->corp), load(snap, id, ret));
	return e == ERR_NOT_FOUND ? fail_set(&u->fail, e, T_OK, STR_NIL, STR_NIL, STR("user")) : e;
}

static err load_all(const struct snap *s, struct user **ret, size_t *ret_count)
{
	struct perm_row *rows;
	struct perm_ref *refs;
	size_t count, ref_count, at = 0;
	TRY(perm_user_all(s, &(struct none){ 0 }, &rows, &count));
	TRY(perm_refs_all(s, &(struct none){ 0 }, &refs, &ref_count));
	struct user *users = ARENA_ARRAY(s->arena, struct user, count + 1);
	i64 *ids = ARENA_ARRAY(s->arena, i64, ref_count + 1);
	for (size_t i = 0; i < count; i++) {
		size_t from = at; /* both are in the order of users */
		for (; at < ref_count && refs[at].user_id <= rows[i].id; at++)
			ids[at] = refs[at].ref;
		users[i] = shown(&rows[i], (struct ids){ ids + from, at - from });
	}
	*ret = users;
	*ret_count = count;
	return OK;
}

err user_all(struct unit *u, struct user **ret, size_t *ret_count)
{
	return READ_SNAP(u, slot_base(u->store, u->corp), load_all(snap, ret, ret_count));
}

err user_by_login(struct unit *u, str login, i64 *ret_corp, i64 *ret_user)
{
	struct perm_login found, key = { .login = login_normal(u->arena, login) };
	TRY(READ_SNAP(u, 0, perm_login_get(snap, &key, &found)));
	*ret_corp = found.owner_corp;
	*ret_user = found.user_id;
	return OK;
}

err user_scopes(const struct snap *s, struct user_scope **ret, size_t *ret_count)
{
	return perm_scopes(s, &(struct none){ 0 }, ret, ret_count);
}

err user_scope_refs(const struct snap *s, i64 user, struct ids *ret)
{
	struct perm_ref *rows;
	size_t count;
	TRY(perm_refs(s, &(struct perm_key){ .id = user }, &rows, &count));
	i64 *ids = ARENA_ARRAY(s->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++)
		ids[i] = rows[i].ref;
	*ret = (struct ids){ ids, count };
	return OK;
}
