/*
 * A member's own tasks on her phone, done with one tap, and the hours of duty.
 */
#include "feature/stafftask/stafftask_view.h"

#include "base/text.h"
#include "core/audit/audit.h"
#include "core/perm/perm.h"
#include "core/staff/todo.h"

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

err stafftask_names_load(const struct snap *s, struct stafftask_names *ret)
{
	size_t n;
	ret->staff = imap_new(s->arena);
	ret->stores = imap_new(s->arena);
	TRY(staff_all(s, &ret->staffs, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(&ret->staff, ret->staffs[i].id, (i64)i);
	TRY(department_all(s, &ret->departments, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(&ret->stores, ret->departments[i].id, (i64)i);
	return OK;
}

str stafftask_staff_name(const struct stafftask_names *names, i64 id)
{
	i64 at;
	if (!imap_get(&names->staff, id, &at))
		return STR("");
	return names->staffs[at].name.n ? names->staffs[at].name : names->staffs[at].userid;
}

str stafftask_store_name(const struct stafftask_names *names, i64 id)
{
	i64 at;
	return imap_get(&names->stores, id, &at) ? names->departments[at].name : STR("");
}

static str reason_label(struct cx *cx, str reason)
{
	static const struct { const char *name; enum text text; } known[] = {
		{ "stopped", T_STAFFTASK_WHY_STOPPED }, { "by_hand", T_STAFFTASK_WHY_BY_HAND }, { "not_done", T_STAFFTASK_WHY_NOT_DONE },
		{ "late", T_STAFFTASK_WHY_LATE },
	};
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_eq_c(reason, known[i].name))
			return str_c(text_raw(known[i].text, cx->viewer.lang));
	return reason;
}

err stafftask_show(struct cx *cx, const struct stafftask_names *names, const struct staff_task *t, struct stafftask_view *ret)
{
	struct content content = { .text = STR_NIL };
	struct customer c = { .name = STR_NIL };
	if (t->link.n)
		content_read(CX_ARENA(cx), t->link, &content);
	if (t->customer)
		TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, t->customer), customer_get(snap, t->customer, &c)));
	*ret = (struct stafftask_view){
		.id = t->id, .kind = t->kind, .title = t->title, .script = t->script.n ? t->script : STR_NIL, .link = content.link,
		.customer_id = t->customer ? c.root : NIL, .customer = c.name, .staff_id = t->staff ? t->staff : NIL,
		.staff = t->staff ? stafftask_staff_name(names, t->staff) : STR_NIL, .store_id = t->store ? t->store : NIL,
		.store = t->store ? stafftask_store_name(names, t->store) : STR_NIL, .state = t->state, .reason = t->reason,
		.reason_label = str_is_nil(t->reason) ? STR_NIL : reason_label(cx, t->reason), .by = t->caller, .made_ms = t->made,
		.deadline_ms = t->deadline, .ended_ms = t->ended,
		.late = str_eq_c(t->state, "to_do") && t->deadline - cx_now(cx) < MS_HOUR,
	};
	return OK;
}

/* ---- the phone ---- */

#define STAFFTASK_SAY_IN_FIELDS(F, S)                                                              \
	F(S, ID, id) F(S, STR, state, .one_of = "done,skipped")                                    \
	F(S, STR, reason, .opt = true, .max = STAFFTASK_REASON_MAX, .doc = "why it is skipped")
RECORD(stafftask_say_in, STAFFTASK_SAY_IN_FIELDS);

/* staff 0: the user is no member of staff. */
static err me(struct cx *cx, struct stafftask_mine *ret)
{
	struct user user;
	struct staff s;
	*ret = (struct stafftask_mine){ 0, 0, STAFFTASK_MINE_MAX };
	TRY(user_get(&cx->unit, cx->viewer.user, &user));
	if (user.staff == NIL)
		return OK;
	TRY(READ_SNAP(&cx->unit, base(cx), staff_get(snap, user.staff, &s)));
	ret->staff = s.id;
	ret->store = s.store == NIL ? 0 : s.store;
	return OK;
}

static err mine(struct cx *cx, const struct stafftask_mine *who, struct staff_task **ret, size_t *ret_count)
{
	*ret_count = 0;
	return who->staff ? READ_SNAP(&cx->unit, base(cx), staff_task_mine(snap, who, ret, ret_count)) : OK;
}

static err h_mine(struct cx *cx)
{
	struct page *out = cx->out;
	struct stafftask_names names;
	struct stafftask_mine who;
	struct staff_task *rows;
	size_t n;
	TRY(me(cx, &who));
	TRY(mine(cx, &who, &rows, &n));
	TRY(READ_SNAP(&cx->unit, base(cx), stafftask_names_load(snap, &names)));
	struct stafftask_view *views = ARENA_ARRAY(CX_ARENA(cx), struct stafftask_view, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(stafftask_show(cx, &names, &rows[i], &views[i]));
	out->data = (struct list){ views, n };
	out->total = (i64)n;
	return OK;
}

static err say(struct tx *tx, const struct stafftask_say_in *in, i64 staff)
{
	struct staff_task t;
	bool ended;
	TRY(staff_task_get(&tx->snap, &(struct stafftask_key){ in->id }, &t));
	str reason = str_eq_c(in->state, "skipped") ? in->reason : STR_NIL;
	TRY(stafftask_finish(tx, &t, arena_cstr(tx->snap.arena, in->state), reason, staff, &ended));
	if (ended || str_eq(t.state, in->state)) /* a second tap of the same */
		return OK;
	return tx_fail(tx, ERR_STATE, T_STAFFTASK_OVER, STR("id"), t.state, STR_NIL);
}

static err h_say(struct cx *cx)
{
	const struct stafftask_say_in *in = cx->in;
	struct stafftask_mine who;
	struct staff_task_placed t;
	TRY(me(cx, &who));
	err e = READ_SNAP(&cx->unit, base(cx), staff_task_mine_get(snap, &(struct stafftask_key){ in->id }, &t));
	bool hers = e == OK && who.staff && (t.staff == who.staff || (t.staff == 0 && t.store == who.store));
	if (e == ERR_NOT_FOUND || (e == OK && !hers))
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_STAFFTASK, cx->viewer.lang)));
	TRY(e);
	if (str_eq_c(in->state, "skipped") && !str_trim(in->reason).n)
		return cx_fail(cx, ERR_INPUT, T_STAFFTASK_REASON, STR("reason"), STR_NIL, STR_NIL);
	return WRITE_TX(&cx->unit, t.slot_no, say(tx, in, who.staff));
}

err stafftask_todos(struct cx *cx, i64 staff, struct todo_list *ret)
{
	struct staff_task *rows;
	struct staff s;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), staff_get(snap, staff, &s)));
	struct stafftask_mine who = { staff, s.store == NIL ? 0 : s.store, STAFFTASK_MINE_MAX };
	TRY(mine(cx, &who, &rows, &n));
	if (n)
		vec_push(CX_ARENA(cx), &ret->v, (struct todo){ STR("task"), str_c(text_raw(T_STAFFTASK, cx->viewer.lang)), (i64)n,
							       rows[0].deadline, STR("/h5/work#tasks") });
	return OK;
}

const struct route stafftask_work_routes[] = {
	{ "GET", "/api/v1/work/tasks", "self", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &stafftask_view_record, h_mine,
	  "What the member of staff who asks has to do, most urgent first." },
	{ "POST", "/api/v1/work/tasks/{id}", "self", ROUTE_SCOPE_NONE, 0, &stafftask_say_in_record, &none_record, h_say,
	  "It is done, or skipped and why." },
	{ 0 },
};

/* ---- duty ---- */

static err h_duty(struct cx *cx)
{
	struct page *out = cx->out;
	struct staff_duty *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), staff_duty_all(snap, &(struct none){ 0 }, &rows, &n)));
	out->data = (struct list){ rows, n };
	out->total = (i64)n;
	return OK;
}

static err put_duty(struct tx *tx, const struct staff_duty *in)
{
	struct staff s;
	err e = staff_get(&tx->snap, in->staff, &s);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, ERR_INPUT, T_STAFFTASK_NO_STAFF, STR("staff"), arena_printf(tx->snap.arena, "%lld", (long long)in->staff), STR_NIL);
	TRY(e);
	if (in->to_minute <= in->from_minute)
		return tx_fail(tx, ERR_INPUT, T_STAFFTASK_HOURS, STR("to_minute"), arena_printf(tx->snap.arena, "%lld", (long long)in->to_minute), STR_NIL);
	TRY(staff_duty_put(tx, in));
	return audit_add(tx, "stafftask.duty", arena_printf(tx->snap.arena, "staff:%lld", (long long)in->staff), STR(""));
}

static err h_duty_put(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), put_duty(tx, cx->in)); }

static err drop_duty(struct tx *tx, i64 staff)
{
	TRY(staff_duty_drop(tx, &(struct stafftask_key){ staff }));
	return audit_add(tx, "stafftask.duty", arena_printf(tx->snap.arena, "staff:%lld", (long long)staff), STR("removed"));
}

static err h_duty_drop(struct cx *cx)
{
	return WRITE_TX(&cx->unit, base(cx), drop_duty(tx, ((const struct stafftask_key *)cx->in)->id));
}

const struct route stafftask_duty_routes[] = {
	{ "GET", "/api/v1/staff-duty", "stafftask.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &staff_duty_record, h_duty,
	  "Hours of duty; who has none is on duty outside quiet hours." },
	{ "POST", "/api/v1/staff-duty", "stafftask.write", ROUTE_SCOPE_NONE, 0, &staff_duty_record, &none_record, h_duty_put,
	  "Sets a member's hours of duty." },
	{ "DELETE", "/api/v1/staff-duty/{id}", "stafftask.write", ROUTE_SCOPE_NONE, 0, &stafftask_key_record, &none_record, h_duty_drop,
	  "Removes a member's hours of duty." },
	{ 0 },
};
