/*
 * The verbs staff.task and staff.notify.
 */
#include "feature/stafftask/stafftask_int.h"

#include "core/attr/attr_say.h"
#include "core/corp/corp.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"
#include "store/outbox.h"

static void refuse(struct verb_result *ret, const char *why)
{
	*ret = (struct verb_result){ VERB_REFUSED, str_c(why), NIL };
}

static err want(struct unit *u, bool given, const char *field)
{
	return given ? OK : fail_set(&u->fail, ERR_INPUT, T_MISSING, str_c(field), STR_NIL, STR_NIL);
}

/* Somebody of ours; a member who has left is found when the task is made. */
static err known_staff(struct unit *u, i64 staff)
{
	struct staff s;
	err e = READ_SNAP(u, slot_base(u->store, u->corp), staff_get(snap, staff, &s));
	if (e != ERR_NOT_FOUND)
		return e;
	return fail_set(&u->fail, ERR_INPUT, T_STAFFTASK_NO_STAFF, STR("staff"), arena_printf(u->arena, "%lld", (long long)staff), STR_NIL);
}

static err known_store(struct unit *u, i64 store)
{
	struct department *all;
	size_t n;
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), department_all(snap, &all, &n)));
	for (size_t i = 0; i < n; i++)
		if (all[i].id == store && all[i].is_store)
			return OK;
	return fail_set(&u->fail, ERR_INPUT, T_STAFFTASK_NO_STORE, STR("store"), arena_printf(u->arena, "%lld", (long long)store), STR_NIL);
}

/* ---- staff.task ---- */

static err check_task(struct unit *u, const void *of)
{
	const struct stafftask_args *args = of;
	if (str_eq_c(args->who, "named"))
		TRY(want(u, args->staff != NIL, "staff"));
	if (args->staff != NIL)
		TRY(known_staff(u, args->staff));
	if (args->store != NIL)
		TRY(known_store(u, args->store));
	TRY(attr_say_check(u, "title", args->title, 0));
	if (args->script.n)
		TRY(attr_say_check(u, "script", args->script, 0));
	if (args->link) {
		struct content c = { .text = STR_NIL, .link = args->link };
		TRY(enclose_check(u, &c, "link"));
	}
	i64 deadline = args->deadline_min == NIL ? STAFFTASK_DEADLINE_DEFAULT : args->deadline_min;
	if (args->move_min != NIL && args->move_min >= deadline)
		return fail_set(&u->fail, ERR_INPUT, T_TOO_BIG, STR("move_min"), arena_printf(u->arena, "%lld", (long long)args->move_min),
				arena_printf(u->arena, "%lld", (long long)deadline - 1));
	return OK;
}

/* How it stood when it was asked before; *ret_known false: it was not. */
static err answered(struct tx *tx, const struct verb_call *call, struct verb_result *ret, bool *ret_known)
{
	struct stafftask_act act = { str_c(call->by), call->by_id, call->key };
	struct staff_task *rows;
	size_t n;
	TRY(staff_task_of_act(&tx->snap, &act, &rows, &n));
	*ret_known = n > 0;
	*ret = (struct verb_result){ VERB_ASKED, STR_NIL, NIL };
	return OK;
}

/* A member's sends of a day are bounded: the rest waits for the next morning. */
static err has_room(struct tx *tx, i64 staff, struct verb_result *ret)
{
	struct unit *u = tx->snap.unit;
	const struct tz *zone = corp_zone(u, u->corp);
	i64 day = tz_day(zone, tx->snap.now), most;
	struct stafftask_n had;
	ms close;
	TRY(setting_i64(u, "stafftask.send_day", &most));
	TRY(staff_task_sends(&tx->snap, &(struct stafftask_since){ staff, tz_day_start(zone, day) }, &had));
	if (most <= 0 || had.n < most)
		return OK;
	*ret = (struct verb_result){ VERB_HELD, STR("staff_day"), NIL };
	return reach_window(u, tz_day_start(zone, day + 1), &ret->retry_at, &close);
}

static err claim(struct tx *tx, const struct verb_call *call, const struct staff_task *t, struct verb_result *ret)
{
	str why;
	ms retry_at;
	TRY(stafftask_claim(tx, t, call->at, &why, &retry_at));
	if (!str_is_nil(why))
		*ret = (struct verb_result){ retry_at == NIL ? VERB_REFUSED : VERB_HELD, why, retry_at };
	return OK;
}

static err fill(struct tx *tx, const struct verb_call *call, const struct stafftask_picked *to, struct staff_task *t)
{
	const struct stafftask_args *args = call->args;
	struct unit *u = tx->snap.unit;
	ms now = tx->snap.now;
	i64 remind = args->remind_min, move = args->move_min == NIL ? 0 : args->move_min;
	if (remind == NIL)
		TRY(setting_i64(u, "stafftask.remind_min", &remind));
	*t = (struct staff_task){
		.customer = call->customer, .staff = to->staff, .store = to->store, .kind = args->kind,
		.class = args->class.n ? args->class : STR("marketing"), .link = STR(""),
		.deadline = now + (args->deadline_min == NIL ? STAFFTASK_DEADLINE_DEFAULT : args->deadline_min) * MS_MINUTE,
		.remind_at = remind > 0 ? now + remind * MS_MINUTE : 0, .move_at = move > 0 && to->staff ? now + move * MS_MINUTE : 0,
		.wait_ms = move * MS_MINUTE, .caller = str_c(call->by), .by_id = call->by_id, .token = call->token, .act_key = call->key,
	};
	if (args->link) {
		struct content c = { .text = STR_NIL };
		TRY(enclose_link(u, &(struct enclosure_to){ call->customer, to->staff }, args->link, &c.link));
		t->link = content_json(tx->snap.arena, &c);
	}
	TRY(attr_say(u, call->customer, args->title, &t->title));
	return attr_say_from(u, call->customer, to->staff, args->script.n ? args->script : STR(""), &t->script);
}

static err run_task(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct stafftask_args *args = call->args;
	struct stafftask_whom whom = {
		.customer = call->customer, .who = args->who, .staff = args->staff == NIL ? 0 : args->staff,
		.store = args->store == NIL ? 0 : args->store, .friends = str_eq_c(args->kind, "send"), .at = call->at,
	};
	struct stafftask_picked to;
	struct staff_task t;
	bool known;
	TRY(answered(tx, call, ret, &known));
	if (known)
		return OK;
	TRY(stafftask_pick(tx->snap.unit, &whom, &to));
	if (to.why) {
		refuse(ret, to.why);
		return OK;
	}
	TRY(fill(tx, call, &to, &t));
	if (str_eq_c(t.kind, "send")) {
		if (t.staff)
			TRY(has_room(tx, t.staff, ret));
		if (ret->state == VERB_ASKED)
			TRY(claim(tx, call, &t, ret));
		if (ret->state != VERB_ASKED)
			return OK;
	}
	return stafftask_make(tx, &t, args->quiet, &known);
}

static err stop_task(struct tx *tx, const struct verb_call *call, bool *ret_stopped)
{
	struct stafftask_act act = { str_c(call->by), call->by_id, call->key };
	struct staff_task *rows;
	size_t n;
	*ret_stopped = false;
	TRY(staff_task_of_act(&tx->snap, &act, &rows, &n));
	return n ? stafftask_finish(tx, &rows[0], "cancelled", STR("stopped"), 0, ret_stopped) : OK;
}

/* ---- staff.notify ---- */

static err check_notify(struct unit *u, const void *of)
{
	const struct staff_notify *args = of;
	if (str_eq_c(args->who, "named"))
		TRY(want(u, args->staff != NIL, "staff"));
	if (args->staff != NIL)
		TRY(known_staff(u, args->staff));
	if (args->url.n && !str_starts(args->url, STR("https://")) && !str_starts(args->url, STR("http://")) && !str_starts(args->url, STR("/")))
		return fail_set(&u->fail, ERR_INPUT, T_STAFFTASK_URL, STR("url"), args->url, STR_NIL);
	return attr_say_check(u, "text", args->text, 0);
}

/* The first leader of her main advisor who is one of ours; 0 nobody. */
static err leader_of(struct tx *tx, i64 staff, i64 *ret)
{
	struct strs leaders;
	*ret = 0;
	TRY(staff_leaders(&tx->snap, staff, &leaders));
	for (size_t i = 0; i < leaders.n && !*ret; i++) {
		struct staff s;
		err e = staff_by_userid(&tx->snap, leaders.v[i], &s);
		if (e == OK && str_eq_c(s.state, "active"))
			*ret = s.id;
		else if (e != OK && e != ERR_NOT_FOUND)
			return e;
	}
	return OK;
}

static err run_notify(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct staff_notify *args = call->args;
	bool leader = str_eq_c(args->who, "leader");
	struct stafftask_whom whom = {
		.customer = call->customer, .who = leader ? STR("advisor") : args->who, .at = call->at,
		.staff = args->staff == NIL ? 0 : args->staff,
	};
	struct stafftask_picked to;
	struct staff_notice n = {
		.customer = call->customer, .why = STR("notify"), .title = args->title.n ? args->title : STR(""),
		.url = args->url.n ? args->url : STR(""), .caller = str_c(call->by), .by_id = call->by_id, .token = call->token,
		.act_key = call->key,
	};
	*ret = (struct verb_result){ VERB_ASKED, STR_NIL, NIL };
	TRY(stafftask_pick(tx->snap.unit, &whom, &to));
	if (!to.why && leader)
		TRY(leader_of(tx, to.staff, &to.staff));
	if (to.why || !to.staff) {
		refuse(ret, to.why ? to.why : "no_leader");
		return OK;
	}
	n.staff = to.staff;
	TRY(attr_say(tx->snap.unit, call->customer, args->text, &n.body));
	return stafftask_tell(tx, &n);
}

/* Before it is out it is not sent; after that, within a day, it is taken back in WeCom, which verb.ended does not tell. */
static err stop_notify(struct tx *tx, const struct verb_call *call, bool *ret_stopped)
{
	struct stafftask_act act = { str_c(call->by), call->by_id, call->key };
	struct staff_notice *rows;
	size_t n;
	*ret_stopped = false;
	TRY(staff_notice_of_act(&tx->snap, &act, &rows, &n));
	if (!n)
		return OK;
	str key = arena_printf(tx->snap.arena, "%lld", (long long)rows[0].id);
	struct stafftask_errand errand = { rows[0].id };
	if (str_eq_c(rows[0].state, "sent") && rows[0].digest_at == 0)
		return outbox_add(tx, STR("staff.recall"), key, STR(""), tx->snap.now, tx->snap.now + MS_HOUR, 0, &stafftask_errand_record,
				  &errand, NULL);
	TRY(outbox_cancel(tx, STR("staff.notice"), key, ret_stopped));
	if (!*ret_stopped)
		return OK;
	return staff_notice_finish(tx, &(struct staff_notice_end){ rows[0].id, STR("stopped"), STR_NIL, NIL, STR_NIL });
}

const struct verb stafftask_verbs[] = {
	{ .name = "staff.task", .label = T_VERB_STAFF_TASK, .args = &stafftask_args_record, .check = check_task, .run = run_task,
	  .stop = stop_task },
	{ .name = "staff.notify", .label = T_VERB_STAFF_NOTIFY, .args = &staff_notify_record, .check = check_notify, .run = run_notify,
	  .stop = stop_notify },
	{ 0 },
};
