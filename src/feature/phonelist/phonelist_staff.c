/*
 * What staff do with their numbers: today's share, asked, came of nothing, taken back, and guesses settled.
 */
#include "feature/phonelist/phonelist_data.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/todo.h"
#include "store/seal.h"

#define GUESSES_SHOWN 20
#define GUESS_KEPT_MS (7 * MS_DAY) /* older ones nobody settles any more */

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

err phonelist_day_max(struct unit *u, i64 *ret)
{
	TRY(setting_i64(u, "phonelist.day_max", ret));
	*ret = int_max(0, int_min(*ret, PHONELIST_DAY_TOP));
	return OK;
}

/* ---- marking ---- */

static err find(struct tx *tx, i64 staff, i64 list, i64 id, struct phonelist_row *ret)
{
	struct phonelist_row key = { .list = list, .id = id };
	err e = phonelist_row_get(&tx->snap, &key, ret);
	if (e == ERR_NOT_FOUND || (e == OK && ret->staff != staff))
		return tx_fail(tx, ERR_NOT_FOUND, T_PHONELIST_NUMBER, STR("id"), STR_NIL, STR_NIL);
	return e;
}

static err take_in_hand(struct tx *tx, struct phonelist_row *row, i64 today, i64 day_max)
{
	struct phonelist_n used;
	TRY(phonelist_used(&tx->snap, &(struct phonelist_day){ row->staff, today }, &used));
	if (used.n >= day_max)
		return tx_fail(tx, ERR_STATE, T_PHONELIST_DAY, STR("id"), STR_NIL, arena_printf(tx->snap.arena, "%lld", (long long)day_max));
	row->day = today;
	row->asked = tx->snap.now;
	return OK;
}

static err mark(struct tx *tx, const struct phone_asked *in, i64 today, i64 day_max)
{
	struct phonelist_row was, now;
	struct phonelist list;
	TRY(find(tx, in->staff, in->list, in->row, &was));
	TRY(phonelist_get(&tx->snap, &(struct phonelist_key){ in->list }, &list));
	if (!str_eq_c(list.state, "open") || str_eq_c(was.state, "passed") || str_eq_c(was.state, "friend"))
		return tx_fail(tx, ERR_STATE, T_PHONELIST_OVER, STR("id"), STR_NIL, STR_NIL);
	if (str_eq(was.state, in->state))
		return OK;
	now = was;
	now.state = in->state;
	if (str_eq_c(was.state, "todo"))
		TRY(take_in_hand(tx, &now, today, day_max));
	if (str_eq_c(in->state, "todo"))
		now.day = now.asked = NIL;
	now.ended = str_eq_c(in->state, "not_found") || str_eq_c(in->state, "refused") ? tx->snap.now : NIL;
	TRY(phonelist_move(tx, &was, &now));
	return journal_add(tx, EV_PHONE_ASKED, 0, tx->snap.now, &phone_asked_record, in, NULL);
}

err phonelist_mark(struct cx *cx, i64 staff, i64 list, i64 id, str state)
{
	struct phone_asked in = { list, id, staff, state };
	i64 day_max, today = corp_day(&cx->unit, cx_now(cx));
	TRY(phonelist_day_max(&cx->unit, &day_max));
	return WRITE_TX(&cx->unit, base(cx), mark(tx, &in, today, day_max));
}

static err settle(struct tx *tx, const struct phonelist_guess *key, i64 list, i64 id)
{
	struct phonelist_row row;
	struct phonelist_guess g;
	err e = phonelist_guess_get(&tx->snap, key, &g);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, ERR_NOT_FOUND, T_PHONELIST_NUMBER, STR("customer"), STR_NIL, STR_NIL);
	TRY(e);
	TRY(phonelist_guess_drop(tx, key));
	if (id == 0)
		return OK;
	TRY(find(tx, key->staff, list, id, &row));
	if (!str_eq_c(row.state, "asked"))
		return tx_fail(tx, ERR_STATE, T_PHONELIST_OVER, STR("id"), STR_NIL, STR_NIL);
	return phonelist_pass(tx, &row, key->customer, "tap");
}

err phonelist_settle(struct cx *cx, i64 staff, i64 customer, i64 list, i64 id)
{
	struct phonelist_guess key = { staff, customer, 0 };
	return WRITE_TX(&cx->unit, base(cx), settle(tx, &key, list, id));
}

/* ---- the page of staff ---- */

#define NUMBER_FIELDS(F, S)                                                                     \
	F(S, ID, id) F(S, ID, list) F(S, STR, phone, .pii = true) F(S, STR, name, .opt = true, .pii = true) F(S, STR, state) \
	F(S, MS, asked_ms, .opt = true)
RECORD(phonelist_number, NUMBER_FIELDS);
#define GUESS_VIEW_FIELDS(F, S)                                                                 \
	F(S, ID, customer_id) F(S, STR, name, .pii = true) F(S, MS, added_ms) F(S, LIST, numbers, .of = &phonelist_number_record)
RECORD(phonelist_guess_view, GUESS_VIEW_FIELDS);
#define MINE_FIELDS(F, S)                                                                       \
	F(S, I64, day_max) F(S, I64, used, .doc = "of it, today") F(S, LIST, todo, .of = &phonelist_number_record) \
	F(S, LIST, asked, .of = &phonelist_number_record) F(S, LIST, guesses, .of = &phonelist_guess_view_record)
RECORD(phonelist_mine_view, MINE_FIELDS);
#define MARK_IN_FIELDS(F, S) F(S, ID, list) F(S, ID, id) F(S, STR, state, .one_of = "todo,asked,not_found,refused")
RECORD(phonelist_mark_in, MARK_IN_FIELDS);
#define SETTLE_IN_FIELDS(F, S) F(S, ID, customer) F(S, ID, list, .opt = true) F(S, ID, id, .opt = true, .doc = "absent: none of them")
RECORD(phonelist_settle_in, SETTLE_IN_FIELDS);

static err view_number(const struct snap *s, const struct phonelist_row *r, struct phonelist_number *ret)
{
	str phone;
	*ret = (struct phonelist_number){ .id = r->id, .list = r->list, .name = STR_NIL, .state = r->state, .asked_ms = r->asked };
	TRY(unseal_text(s, 0, r->sealed, &phone));
	ret->phone = str_starts(phone, STR("+86")) ? str_sub(phone, 3, phone.n) : phone;
	return r->name.n ? unseal_text(s, 0, r->name, &ret->name) : OK;
}

static err view_numbers(const struct snap *s, const struct phonelist_row *rows, size_t n, struct list *ret)
{
	struct phonelist_number *v = ARENA_ARRAY(s->arena, struct phonelist_number, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(view_number(s, &rows[i], &v[i]));
	*ret = (struct list){ v, n };
	return OK;
}

static err view_guesses(const struct snap *s, i64 staff, struct list *ret)
{
	struct phonelist_guess *g;
	size_t n;
	struct phonelist_seen of = { staff, s->now - GUESS_KEPT_MS, GUESSES_SHOWN };
	TRY(phonelist_guesses(s, &of, &g, &n));
	struct phonelist_guess_view *v = ARENA_ARRAY(s->arena, struct phonelist_guess_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct phonelist_row *rows;
		size_t m;
		struct phonelist_mine mine = { staff, STR("asked"), g[i].added - PHONELIST_GUESS_MS, g[i].added, GUESSES_SHOWN };
		TRY(phonelist_asked(s, &mine, &rows, &m));
		v[i] = (struct phonelist_guess_view){ .customer_id = g[i].customer, .name = STR(""), .added_ms = g[i].added };
		TRY(view_numbers(s, rows, m, &v[i].numbers));
	}
	*ret = (struct list){ v, n };
	return OK;
}

static err view_mine(const struct snap *s, i64 staff, i64 today, struct phonelist_mine_view *ret)
{
	struct phonelist_row *rows;
	struct phonelist_n used;
	size_t n;
	TRY(phonelist_used(s, &(struct phonelist_day){ staff, today }, &used));
	ret->used = used.n;
	struct phonelist_mine of = { staff, STR("todo"), 0, 0, int_max(0, ret->day_max - used.n) };
	TRY(phonelist_todo(s, &of, &rows, &n));
	TRY(view_numbers(s, rows, n, &ret->todo));
	of = (struct phonelist_mine){ staff, STR("asked"), 0, INT64_MAX, PHONELIST_ASKED_SHOWN };
	TRY(phonelist_asked(s, &of, &rows, &n));
	TRY(view_numbers(s, rows, n, &ret->asked));
	return view_guesses(s, staff, &ret->guesses);
}

/* Numbers of today, the day's share taken off, and friends of whom she says which number they were. */
static err count_mine(const struct snap *s, i64 staff, i64 today, i64 day_max, i64 *ret)
{
	struct phonelist_row *rows;
	struct phonelist_guess *guesses;
	struct phonelist_n used;
	size_t n, m;
	TRY(phonelist_used(s, &(struct phonelist_day){ staff, today }, &used));
	TRY(phonelist_todo(s, &(struct phonelist_mine){ staff, STR("todo"), 0, 0, int_max(0, day_max - used.n) }, &rows, &n));
	TRY(phonelist_guesses(s, &(struct phonelist_seen){ staff, s->now - GUESS_KEPT_MS, GUESSES_SHOWN }, &guesses, &m));
	*ret = (i64)(n + m);
	return OK;
}

err phonelist_todos(struct cx *cx, i64 staff, struct todo_list *ret)
{
	i64 day_max, n, today = corp_day(&cx->unit, cx_now(cx));
	TRY(phonelist_day_max(&cx->unit, &day_max));
	TRY(READ_SNAP(&cx->unit, base(cx), count_mine(snap, staff, today, day_max, &n)));
	if (n)
		vec_push(CX_ARENA(cx), &ret->v, ((struct todo){ STR("phonelist"), str_c(text_raw(T_PHONELIST_TODO, cx->viewer.lang)), n, NIL, STR("/numbers") }));
	return OK;
}

/* The member this user is; ERR_STATE for users who are none. */
static err self(struct cx *cx, i64 *ret)
{
	struct user user = { .staff = NIL };
	if (cx->viewer.user)
		TRY(user_get(&cx->unit, cx->viewer.user, &user));
	*ret = user.staff;
	return user.staff == NIL ? cx_fail(cx, ERR_STATE, T_PHONELIST_NO_STAFF, STR_NIL, STR_NIL, STR_NIL) : OK;
}

static err h_mine(struct cx *cx)
{
	struct phonelist_mine_view *out = cx->out;
	i64 staff, today = corp_day(&cx->unit, cx_now(cx));
	TRY(self(cx, &staff));
	TRY(phonelist_day_max(&cx->unit, &out->day_max));
	TRY(READ_SNAP(&cx->unit, base(cx), view_mine(snap, staff, today, out)));
	struct phonelist_guess_view *g = out->guesses.v;
	for (size_t i = 0; i < out->guesses.n; i++) {
		struct customer c;
		i64 slot = slot_of_customer(cx->env->store, g[i].customer_id);
		TRY(READ_SNAP(&cx->unit, slot, customer_get(snap, g[i].customer_id, &c)));
		g[i].name = c.name.n ? c.name : STR("");
	}
	return OK;
}

static err h_mark(struct cx *cx)
{
	const struct phonelist_mark_in *in = cx->in;
	i64 staff;
	TRY(self(cx, &staff));
	TRY(phonelist_mark(cx, staff, in->list, in->id, in->state));
	return h_mine(cx);
}

static err h_settle(struct cx *cx)
{
	const struct phonelist_settle_in *in = cx->in;
	i64 staff;
	TRY(self(cx, &staff));
	TRY(phonelist_settle(cx, staff, in->customer, in->list == NIL ? 0 : in->list, in->id == NIL ? 0 : in->id));
	return h_mine(cx);
}

const struct route phonelist_staff_routes[] = {
	{ "GET", "/api/v1/my/phones", "self", ROUTE_SCOPE_CUSTOMERS, 0, &none_record, &phonelist_mine_view_record, h_mine,
	  "The numbers this member of staff has to add today, those asked, and guesses to settle." },
	{ "POST", "/api/v1/my/phones/{list}/{id}", "self", ROUTE_SCOPE_CUSTOMERS, 0, &phonelist_mark_in_record,
	  &phonelist_mine_view_record, h_mark, "Says what came of a number." },
	{ "POST", "/api/v1/my/phone-guesses/{customer}", "self", ROUTE_SCOPE_CUSTOMERS, 0, &phonelist_settle_in_record,
	  &phonelist_mine_view_record, h_settle, "Says which number a new friend is, or none." },
	{ 0 },
};
