/*
 * live code's rules on a transaction of the corp's base slot: making, changing, switching off.
 */
#include "feature/livecode/livecode_data.h"

#include "core/audit/audit.h"
#include "core/staff/staff.h"
#include "store/journal.h"
#include "store/outbox.h"

static err check_staff(struct tx *tx, struct ids staff, struct strs *ret_users)
{
	struct arena *a = tx->snap.arena;
	if (staff.n == 0 || staff.n > LIVECODE_STAFF_MAX)
		return tx_fail(tx, ERR_INPUT, T_OK, STR("staff_ids"), arena_printf(a, "%zu", staff.n), STR("1-" FAIL_STR(100)));
	*ret_users = (struct strs){ ARENA_ARRAY(a, str, staff.n), staff.n };
	for (size_t i = 0; i < staff.n; i++) {
		struct staff s;
		str id = arena_printf(a, "%lld", (long long)staff.v[i]);
		err e = staff_get(&tx->snap, staff.v[i], &s);
		if (e == ERR_NOT_FOUND)
			return tx_fail(tx, ERR_INPUT, T_LIVECODE_STAFF, STR("staff_ids"), id, STR("not found"));
		TRY(e);
		if (!str_eq_c(s.state, "active") || !s.in_scope)
			return tx_fail(tx, ERR_INPUT, T_LIVECODE_STAFF, STR("staff_ids"), s.name, s.state);
		ret_users->v[i] = s.userid;
	}
	return OK;
}

static err check_tags(struct tx *tx, struct ids tags)
{
	if (tags.n > LIVECODE_TAGS_MAX)
		return tx_fail(tx, ERR_INPUT, T_TOO_BIG, STR("tag_ids"), arena_printf(tx->snap.arena, "%zu", tags.n),
			       STR(FAIL_STR(LIVECODE_TAGS_MAX)));
	for (size_t i = 0; i < tags.n; i++) {
		struct tag t;
		TRY(tag_get(&tx->snap, tags.v[i], &t));
	}
	return OK;
}

static err put_lists(struct tx *tx, i64 id, const struct livecode_edit *in)
{
	TRY(livecode_staff_clear(tx, &(struct livecode_key){ id }));
	TRY(livecode_tag_clear(tx, &(struct livecode_key){ id }));
	for (size_t i = 0; i < in->staff.n; i++)
		TRY(livecode_staff_add(tx, &(struct livecode_staff){ id, in->staff.v[i] }));
	for (size_t i = 0; i < in->tags.n; i++)
		TRY(livecode_tag_add(tx, &(struct livecode_tag){ id, in->tags.v[i] }));
	return OK;
}

static err tell_saved(struct tx *tx, const struct livecode *c, const struct livecode_edit *in)
{
	struct livecode_saved ev = {
		c->id, c->name, c->wecom_state, c->channel, c->skip_verify, in->staff, in->tags, (void *)in->welcome,
	};
	return journal_add(tx, EV_LIVECODE_SAVED, 0, tx->snap.now, &livecode_saved_record, &ev, NULL);
}

static err ask_wecom(struct tx *tx, const char *kind, const struct livecode *c, struct strs users)
{
	struct livecode_task task = { c->id, c->name, c->wecom_state, c->config_id, c->skip_verify, users };
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)c->id, (long long)c->version);
	return outbox_add(tx, str_c(kind), key, STR(""), tx->snap.now, 0, 0, &livecode_task_record, &task, NULL);
}

err livecode_unmake(struct tx *tx, const struct livecode *c)
{
	return str_is_nil(c->config_id) ? OK : ask_wecom(tx, "livecode.delete", c, (struct strs){ 0 });
}

static err check_edit(struct tx *tx, const struct livecode_edit *in, struct strs *ret_users)
{
	TRY(check_staff(tx, in->staff, ret_users));
	TRY(check_tags(tx, in->tags));
	if (in->welcome && !content_empty(in->welcome))
		TRY(content_check(in->welcome, "welcome", tx->snap.fail));
	return OK;
}

static str welcome_json(struct tx *tx, const struct livecode_edit *in)
{
	return in->welcome && !content_empty(in->welcome) ? content_json(tx->snap.arena, in->welcome) : STR("");
}

static str object_of(struct tx *tx, i64 id) { return arena_printf(tx->snap.arena, "livecode:%lld", (long long)id); }

err livecode_create(struct tx *tx, const struct livecode_edit *in, i64 *ret_id)
{
	struct strs users;
	TRY(check_edit(tx, in, &users));
	struct livecode c = {
		.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now),
		.name = in->name,
		.state = STR("creating"),
		.wecom_state = arena_printf(tx->snap.arena, "lc_%.*s", STR_F(id_slug(tx->snap.arena, LIVECODE_STATE_CHARS))),
		.channel = in->channel.n ? in->channel : in->name,
		.skip_verify = in->skip_verify,
		.welcome = welcome_json(tx, in),
		.created = tx->snap.now,
		.version = 1,
	};
	TRY(livecode_insert(tx, &c));
	TRY(put_lists(tx, c.id, in));
	TRY(tell_saved(tx, &c, in));
	TRY(ask_wecom(tx, "livecode.create", &c, users));
	TRY(audit_add(tx, "livecode.create", object_of(tx, c.id), STR("")));
	*ret_id = c.id;
	return OK;
}

static err get(struct tx *tx, i64 id, struct livecode *ret)
{
	err e = livecode_get(&tx->snap, &(struct livecode_key){ id }, ret);
	if (e == ERR_NOT_FOUND || (e == OK && str_eq_c(ret->state, "disabled")))
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_LIVECODE_NOT_FOUND, LANG_ZH)));
	return e;
}

err livecode_change(struct tx *tx, i64 id, i64 version, const struct livecode_edit *in)
{
	struct livecode c;
	struct strs users;
	TRY(get(tx, id, &c));
	if (str_eq_c(c.state, "creating"))
		return tx_fail(tx, ERR_STATE, T_LIVECODE_BUSY, STR_NIL, STR_NIL, STR_NIL);
	TRY(check_edit(tx, in, &users));
	bool made = !str_is_nil(c.config_id);
	c.name = in->name;
	c.channel = in->channel.n ? in->channel : in->name;
	c.skip_verify = in->skip_verify;
	c.welcome = welcome_json(tx, in);
	c.version = version;
	if (!made)
		c.state = STR("creating");
	TRY(livecode_update(tx, &c));
	if (tx->changed == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	c.version++;
	TRY(put_lists(tx, id, in));
	TRY(tell_saved(tx, &c, in));
	TRY(ask_wecom(tx, made ? "livecode.update" : "livecode.create", &c, users));
	return audit_add(tx, "livecode.change", object_of(tx, id), STR(""));
}

/* The row stays, so that a late scan is still known by its state; WeCom's contact way goes. */
err livecode_remove(struct tx *tx, i64 id)
{
	struct livecode c;
	TRY(get(tx, id, &c));
	c.state = STR("disabled");
	TRY(livecode_update(tx, &c));
	c.version++;
	struct livecode_result gone = { .id = id };
	TRY(journal_add(tx, EV_LIVECODE_REMOVED, 0, tx->snap.now, &livecode_result_record, &gone, NULL));
	TRY(livecode_unmake(tx, &c));
	return audit_add(tx, "livecode.remove", object_of(tx, id), STR(""));
}
