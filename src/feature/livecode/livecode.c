/*
 * live code's rules on a transaction of the corp's base slot: making, changing, switching off.
 */
#include "feature/livecode/livecode_int.h"

#include "core/audit/audit.h"
#include "core/outlet/outlet.h"
#include "core/staff/staff.h"
#include "feature/livecode/livecode_relay.h"
#include "feature/livecode/livecode_rota.h"
#include "feature/livecode/livecode_visitor.h"
#include "base/vec.h"
#include "store/journal.h"
#include "store/outbox.h"

static err check_member(struct tx *tx, i64 id)
{
	struct staff s;
	str text = arena_printf(tx->snap.arena, "%lld", (long long)id);
	err e = staff_get(&tx->snap, id, &s);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, ERR_INPUT, T_LIVECODE_STAFF, STR("staff_ids"), text, STR("not found"));
	TRY(e);
	if (!str_eq_c(s.state, "active") || !s.in_scope)
		return tx_fail(tx, ERR_INPUT, T_LIVECODE_STAFF, STR("staff_ids"), s.name, s.state);
	return OK;
}

/* Of an existing code only members who are new must be able: one who is ill must not stop a change. */
static err check_staff(struct tx *tx, i64 id, struct ids staff)
{
	struct livecode_staff *old = NULL;
	size_t n = 0;
	if (staff.n == 0 || staff.n > LIVECODE_STAFF_MAX)
		return tx_fail(tx, ERR_INPUT, T_OK, STR("staff_ids"), arena_printf(tx->snap.arena, "%zu", staff.n), STR("1-" FAIL_STR(100)));
	if (id)
		TRY(livecode_staff_of(&tx->snap, &(struct livecode_key){ id }, &old, &n));
	for (size_t i = 0; i < staff.n; i++) {
		bool known = false;
		for (size_t k = 0; k < n; k++)
			known |= old[k].staff == staff.v[i];
		if (!known)
			TRY(check_member(tx, staff.v[i]));
	}
	return OK;
}

static bool has(struct ids ids, i64 id)
{
	for (size_t i = 0; i < ids.n; i++)
		if (ids.v[i] == id)
			return true;
	return false;
}

static err check_hours(struct tx *tx, const char *field, i64 from, i64 to)
{
	struct arena *a = tx->snap.arena;
	if (from < to)
		return OK;
	return tx_fail(tx, ERR_INPUT, T_LIVECODE_HOURS, str_c(field), arena_printf(a, "%lld", (long long)from), arena_printf(a, "%lld", (long long)to));
}

static err check_plan(struct tx *tx, const struct livecode_plan *p, struct ids staff)
{
	const struct livecode_shift *shifts = p->shifts.v;
	const struct livecode_window *pass = p->pass.v;
	const struct content_slot *greetings = p->greetings.v;
	for (size_t i = 0; i < p->shifts.n; i++) {
		TRY(check_hours(tx, "shifts", shifts[i].from, shifts[i].to));
		for (size_t k = 0; k < shifts[i].staff.n; k++)
			if (!has(staff, shifts[i].staff.v[k]))
				return tx_fail(tx, ERR_INPUT, T_LIVECODE_STAFF, STR("shifts"),
					       arena_printf(tx->snap.arena, "%lld", (long long)shifts[i].staff.v[k]), STR("staff_ids"));
	}
	for (size_t i = 0; i < p->pass.n; i++)
		TRY(check_hours(tx, "pass", pass[i].from, pass[i].to));
	for (size_t i = 0; i < p->greetings.n; i++) {
		TRY(check_hours(tx, "greetings", greetings[i].from, greetings[i].to));
		for (size_t k = 0; k < greetings[i].staff.n; k++)
			if (!has(staff, greetings[i].staff.v[k]))
				return tx_fail(tx, ERR_INPUT, T_LIVECODE_STAFF, STR("greetings"),
					       arena_printf(tx->snap.arena, "%lld", (long long)greetings[i].staff.v[k]), STR("staff_ids"));
		for (size_t k = 0; k < greetings[i].tags.n; k++) {
			struct tag t;
			TRY(tag_get(&tx->snap, greetings[i].tags.v[k], &t));
		}
		TRY(enclose_check(tx->snap.unit, greetings[i].content, "greetings"));
	}
	return OK;
}

/* What a kind cannot do it does not promise. */
static err check_kind(struct tx *tx, str kind, const struct livecode_plan *p)
{
	const struct livecode_member *m = p->members.v;
	str lead = str_is_nil(p->leads) ? STR("friend") : p->leads;
	struct strs keys;
	if (str_eq_c(lead, "group") && !str_eq_c(kind, "relay"))
		return tx_fail(tx, ERR_INPUT, T_LIVECODE_KIND, STR("leads"), kind, STR("relay"));
	for (size_t i = 0; i < p->members.n; i++)
		if (m[i].weight > 1 && !str_eq_c(kind, "relay"))
			return tx_fail(tx, ERR_INPUT, T_LIVECODE_KIND, STR("weight"), kind, STR("relay"));
	if (p->pool > 0 && !str_eq_c(kind, "relay"))
		return tx_fail(tx, ERR_INPUT, T_LIVECODE_KIND, STR("pool"), kind, STR("relay"));
	if (str_eq_c(lead, "friend"))
		return OK;
	if (p->group != NIL)
		TRY(door_keys(&tx->snap, LIVECODE_GROUP_DOOR, p->group, &keys));
	if (p->group == NIL || keys.n == 0)
		return tx_fail(tx, ERR_INPUT, T_ERR_INPUT, STR("group"), STR_NIL, STR_NIL);
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

static err check_store(struct tx *tx, i64 store)
{
	struct outlet o;
	err e = store ? outlet_get(&tx->snap, store, &o) : OK;
	str text = arena_printf(tx->snap.arena, "%lld", (long long)store);
	return e == ERR_NOT_FOUND ? tx_fail(tx, ERR_INPUT, T_LIVECODE_STORE, STR("store"), text, STR_NIL) : e;
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

/* "Friend first, then the group": the address of the group stands below the welcome. */
static err with_group(struct tx *tx, const struct livecode_plan *p, const struct content *in, const struct content **ret)
{
	struct strs keys;
	struct arena *a = tx->snap.arena;
	*ret = in;
	if (!str_eq_c(p->leads, "friend_group") || !tx->snap.unit->env)
		return OK;
	TRY(door_keys(&tx->snap, LIVECODE_GROUP_DOOR, p->group, &keys));
	if (keys.n == 0)
		return OK;
	struct content *c = ARENA_NEW(a, struct content);
	str url = door_url(tx->snap.unit->env, a, keys.v[0]);
	*c = in ? *in : (struct content){ 0 };
	c->text = c->text.n ? arena_printf(a, "%.*s\n%.*s", STR_F(c->text), STR_F(url)) : url;
	*ret = c;
	return enclose_check(tx->snap.unit, c, "welcome");
}

static err tell_saved(struct tx *tx, const struct livecode *c, const struct livecode_edit *in, const struct livecode_plan *plan)
{
	const struct content *welcome;
	TRY(with_group(tx, plan, in->welcome, &welcome));
	struct livecode_saved ev = {
		c->id, c->name, c->wecom_state, c->channel, c->skip_verify, in->staff, in->tags, (void *)(uintptr_t)welcome,
		plan->greetings, c->kind, c->campaign, c->spot,
	};
	return journal_add(tx, EV_LIVECODE_SAVED, 0, tx->snap.now, &livecode_saved_record, &ev, NULL);
}

static err add_task(struct tx *tx, const char *kind, const struct livecode_task *task)
{
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)task->id, (long long)id_next(store_ids(tx->snap.unit->store), tx->snap.now));
	return outbox_add(tx, str_c(kind), key, STR(""), tx->snap.now, 0, 0, &livecode_task_record, task, NULL);
}

err livecode_ask(struct tx *tx, const char *kind, const struct livecode *c, i64 staff, str config_id, struct strs users, bool skip)
{
	return add_task(tx, kind, &(struct livecode_task){ c->id, c->name, c->wecom_state, config_id, skip, users, staff, c->kind, NIL });
}

err livecode_ask_visitor(struct tx *tx, const char *kind, const struct livecode *c, i64 n, str config_id, struct strs users)
{
	return add_task(tx, kind, &(struct livecode_task){ c->id, c->name, c->wecom_state, config_id, c->skip_verify, users, NIL, c->kind, n });
}

err livecode_unmake(struct tx *tx, const struct livecode *c)
{
	struct livecode_way *ways;
	size_t n;
	TRY(visitor_unmake(tx, c));
	if (!str_is_nil(c->config_id) && !str_eq_c(c->kind, "relay"))
		TRY(livecode_ask(tx, "livecode.delete", c, NIL, c->config_id, (struct strs){ 0 }, false));
	TRY(livecode_ways(&tx->snap, &(struct livecode_key){ c->id }, &ways, &n));
	for (size_t i = 0; i < n; i++) {
		if (!str_is_nil(ways[i].config_id))
			TRY(livecode_ask(tx, "livecode.delete", c, ways[i].staff, ways[i].config_id, (struct strs){ 0 }, false));
		TRY(livecode_way_drop(tx, &(struct livecode_staff){ c->id, ways[i].staff }));
	}
	return OK;
}

/* Members without details weigh one and have no cap. Who is named in members is the staff of the code. */
static void complete(struct tx *tx, struct livecode_edit *in, struct livecode_plan *plan)
{
	struct arena *a = tx->snap.arena;
	if (in->plan)
		*plan = *in->plan;
	else
		record_init(&livecode_plan_record, plan);
	const struct livecode_member *given = plan->members.v;
	VEC(struct livecode_member) all = { 0 };
	VEC(i64) ids = { 0 };
	for (size_t i = 0; i < plan->members.n; i++)
		if (!has((struct ids){ ids.v, ids.n }, given[i].staff)) {
			vec_push(a, &all, given[i]);
			vec_push(a, &ids, given[i].staff);
		}
	for (size_t i = 0; i < in->staff.n; i++)
		if (!has((struct ids){ ids.v, ids.n }, in->staff.v[i])) {
			vec_push(a, &all, (struct livecode_member){ in->staff.v[i], 1, 0, false });
			vec_push(a, &ids, in->staff.v[i]);
		}
	plan->members = (struct list){ all.v, all.n };
	in->staff = (struct ids){ ids.v, ids.n };
}

static err check_edit(struct tx *tx, i64 id, str kind, const struct livecode_edit *in, const struct livecode_plan *plan)
{
	TRY(check_staff(tx, id, in->staff));
	TRY(check_plan(tx, plan, in->staff));
	TRY(check_kind(tx, kind, plan));
	TRY(check_tags(tx, in->tags));
	TRY(check_store(tx, in->store));
	if (in->welcome && !content_empty(in->welcome))
		TRY(enclose_check(tx->snap.unit, in->welcome, "welcome"));
	return OK;
}

static str welcome_json(struct tx *tx, const struct livecode_edit *in)
{
	return in->welcome && !content_empty(in->welcome) ? content_json(tx->snap.arena, in->welcome) : STR("");
}

void livecode_plan_read(struct arena *a, str json, struct livecode_plan *ret)
{
	struct json *tree;
	record_init(&livecode_plan_record, ret);
	if (json.n && json_parse(json, a, &tree, NULL) == OK)
		record_read(&livecode_plan_record, tree, ret, a);
}

str livecode_plan_json(struct arena *a, const struct livecode_plan *p)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	record_write(&b, &livecode_plan_record, p);
	return buf_str(&b);
}

static str or_empty(str s) { return str_is_nil(s) ? STR("") : s; }

static void take_fields(struct tx *tx, struct livecode *c, const struct livecode_edit *in, const struct livecode_plan *plan)
{
	c->name = in->name;
	c->channel = in->channel.n ? in->channel : in->name;
	c->skip_verify = in->skip_verify;
	c->welcome = welcome_json(tx, in);
	c->spot = or_empty(in->spot);
	c->campaign = or_empty(in->campaign);
	c->cost = in->cost;
	c->store = in->store;
	c->partner = in->partner;
	c->plan = livecode_plan_json(tx->snap.arena, plan);
}

/* Contact ways and relay codes' own ways share a corp's places. */
static err check_places(struct tx *tx, str kind, size_t more)
{
	struct livecode_places used;
	if (str_eq_c(kind, "link"))
		return OK;
	TRY(livecode_places_used(&tx->snap, &(struct none){ 0 }, &used));
	if (used.n + (i64)more <= LIVECODE_PLACES_MAX)
		return OK;
	return tx_fail(tx, ERR_STATE, T_LIVECODE_PLACES, STR_NIL, arena_printf(tx->snap.arena, "%lld", (long long)used.n),
		       STR(FAIL_STR(LIVECODE_PLACES_MAX)));
}

static str object_of(struct tx *tx, i64 id) { return arena_printf(tx->snap.arena, "livecode:%lld", (long long)id); }

err livecode_create(struct tx *tx, const struct livecode_edit *given, i64 *ret_id)
{
	struct livecode_edit in = *given;
	struct livecode_plan plan;
	str kind = str_is_nil(in.kind) ? STR("direct") : in.kind;
	complete(tx, &in, &plan);
	TRY(check_edit(tx, 0, kind, &in, &plan));
	TRY(check_places(tx, kind, str_eq_c(kind, "relay") ? in.staff.n + (size_t)int_max(plan.pool, 0) : 1));
	struct livecode c = {
		.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now),
		.state = STR("creating"),
		.wecom_state = arena_printf(tx->snap.arena, "lc_%.*s", STR_F(id_slug(tx->snap.arena, LIVECODE_STATE_CHARS))),
		.created = tx->snap.now, .version = 1, .kind = kind, .batch = in.batch, .served = STR(""),
	};
	take_fields(tx, &c, &in, &plan);
	if (!str_eq_c(kind, "direct"))
		TRY(door_add(tx, LIVECODE_DOOR, c.id, STR(""), NIL, &c.door));
	TRY(livecode_insert(tx, &c));
	TRY(put_lists(tx, c.id, &in));
	TRY(tell_saved(tx, &c, &in, &plan));
	TRY(livecode_serve(tx, c.id));
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

err livecode_change(struct tx *tx, i64 id, i64 version, const struct livecode_edit *given)
{
	struct livecode_edit in = *given;
	struct livecode_plan plan;
	struct livecode c;
	TRY(get(tx, id, &c));
	if (str_eq_c(c.state, "creating"))
		return tx_fail(tx, ERR_STATE, T_LIVECODE_BUSY, STR_NIL, STR_NIL, STR_NIL);
	complete(tx, &in, &plan);
	TRY(check_edit(tx, id, c.kind, &in, &plan));
	take_fields(tx, &c, &in, &plan);
	c.version = version;
	if (str_eq_c(c.state, "failed"))
		c.state = STR("creating");
	TRY(livecode_update(tx, &c));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	c.served = STR(""); /* name and all are told again */
	TRY(livecode_served_put(tx, &c));
	TRY(put_lists(tx, id, &in));
	TRY(tell_saved(tx, &c, &in, &plan));
	TRY(livecode_serve(tx, id));
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
	relay_forget_later(tx, id);
	struct livecode_result gone = { .id = id, .staff = NIL, .visitor = NIL };
	TRY(journal_add(tx, EV_LIVECODE_REMOVED, 0, tx->snap.now, &livecode_result_record, &gone, NULL));
	TRY(livecode_unmake(tx, &c));
	return audit_add(tx, "livecode.remove", object_of(tx, id), STR(""));
}

err livecode_key_add(struct tx *tx, i64 id, str params, str *ret_key)
{
	struct livecode c;
	TRY(get(tx, id, &c));
	struct livecode_plan plan;
	livecode_plan_read(tx->snap.arena, c.plan, &plan);
	if (str_eq_c(c.kind, "direct") || (str_eq_c(c.kind, "relay") && plan.pool <= 0))
		return tx_fail(tx, ERR_INPUT, T_LIVECODE_KIND, STR("params"), c.kind, STR("link, relay + pool"));
	return door_add(tx, LIVECODE_DOOR, id, params, NIL, ret_key);
}

err livecode_find(const struct snap *s, str state, struct livecode *ret, struct door *ret_door)
{
	struct door door = { .key = STR_NIL };
	str own = str_cut(&state, '.'); /* behind the dot: a door's key, or the number of a visitor picture */
	TRY(livecode_by_state(s, &(struct livecode_state){ own }, ret));
	if (ret_door && state.n == DOOR_KEY_CHARS) {
		err e = door_find_in(s, state, &door);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e != OK || door.target != ret->id || !str_eq_c(door.kind, LIVECODE_DOOR))
			door = (struct door){ .key = STR_NIL };
	}
	if (ret_door)
		*ret_door = door;
	return OK;
}

err livecode_switch(struct tx *tx, i64 staff, bool on)
{
	struct livecode_staff *rows;
	struct staff who;
	size_t n;
	TRY(staff_get(&tx->snap, staff, &who));
	TRY(on ? livecode_off_drop(tx, &(struct livecode_key){ staff }) : livecode_off_put(tx, &(struct livecode_key){ staff }));
	TRY(livecode_of_staff(&tx->snap, &(struct livecode_key){ staff }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(livecode_serve(tx, rows[i].livecode));
	return audit_add(tx, on ? "livecode.staff_on" : "livecode.staff_off", arena_printf(tx->snap.arena, "staff:%lld", (long long)staff), STR(""));
}
