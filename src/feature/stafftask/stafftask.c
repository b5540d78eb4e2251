/*
 * stafftask's rules on a transaction: making tasks, ending them, and the messages of both.
 */
#include "feature/stafftask/stafftask_int.h"

#include "base/text.h"
#include "core/corp/corp.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"
#include "store/outbox.h"
#include "store/timer.h"

static str key_of(struct tx *tx, i64 id) { return arena_printf(tx->snap.arena, "%lld", (long long)id); }

str stafftask_claim_key(struct arena *a, const struct staff_task *t)
{
	return arena_printf(a, "task:%.*s:%lld:%.*s", STR_F(t->caller), (long long)t->by_id, STR_F(t->act_key));
}

/* ---- timer ---- */

err stafftask_arm(struct tx *tx, const struct staff_task *t)
{
	struct stafftask_errand body = { t->id };
	ms due = t->deadline;
	if (t->remind_at)
		due = int_min(due, t->remind_at);
	if (t->move_at)
		due = int_min(due, t->move_at);
	return timer_set(tx, STR("stafftask.due"), key_of(tx, t->id), due, t->customer, &stafftask_errand_record, &body);
}

/* ---- messages ---- */

err stafftask_tell(struct tx *tx, struct staff_notice *n)
{
	struct stafftask_errand errand;
	n->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	n->state = STR("waiting");
	n->made = tx->snap.now;
	n->reason = n->msgid = STR_NIL;
	n->sent = NIL;
	TRY(staff_notice_add(tx, n));
	if (!tx_changed(tx))
		return OK;
	errand.id = n->id;
	return outbox_add(tx, STR("staff.notice"), key_of(tx, n->id), STR(""), tx->snap.now, 0, 0, &stafftask_errand_record, &errand, NULL);
}

static enum text title_of(const char *why)
{
	if (!strcmp(why, "remind") || !strcmp(why, "remind_hand"))
		return T_STAFFTASK_REMIND;
	if (!strcmp(why, "escalate"))
		return T_STAFFTASK_ESCALATE;
	return !strcmp(why, "move") ? T_STAFFTASK_MOVED : T_STAFFTASK_NEW;
}

err stafftask_tell_of(struct tx *tx, const struct staff_task *t, i64 staff, const char *why, str key)
{
	struct arena *a = tx->snap.arena;
	struct unit *u = tx->snap.unit;
	struct text_hole hole = { "value", tz_format(corp_zone(u, u->corp), t->deadline, a) };
	struct staff_notice n = {
		.customer = t->customer, .staff = staff, .task = t->id, .why = str_c(why),
		.title = str_c(text_raw(title_of(why), LANG_ZH)),
		.body = arena_printf(a, "%.*s\n%.*s", STR_F(t->title), STR_F(text_fill(a, T_STAFFTASK_UNTIL, LANG_ZH, &hole, 1))),
		.url = arena_printf(a, "/h5/work#task-%lld", (long long)t->id), .caller = STR("task"),
		.act_key = arena_printf(a, "%lld:%s:%.*s", (long long)t->id, why, STR_F(key)),
	};
	return stafftask_tell(tx, &n);
}

/* A store's task is told to everybody of it who may serve. */
static err tell_new(struct tx *tx, const struct staff_task *t)
{
	struct staff *all;
	size_t n, told = 0;
	if (t->staff)
		return stafftask_tell_of(tx, t, t->staff, t->nth ? "move" : "task", STR("1"));
	TRY(staff_all(&tx->snap, &all, &n));
	for (size_t i = 0; i < n && told < STAFFTASK_STORE_TOLD; i++) {
		if (all[i].store != t->store || !str_eq_c(all[i].state, "active"))
			continue;
		told++;
		TRY(stafftask_tell_of(tx, t, all[i].id, "task", arena_printf(tx->snap.arena, "%lld", (long long)all[i].id)));
	}
	return OK;
}

/* What has not gone out does not; what has is taken back while WeCom allows it. */
static err take_back(struct tx *tx, const struct staff_task *t)
{
	struct staff_notice *rows;
	size_t n;
	TRY(staff_notice_of_task(&tx->snap, &(struct stafftask_key){ t->id }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct stafftask_errand errand = { rows[i].id };
		if (str_eq_c(rows[i].state, "waiting")) {
			TRY(outbox_cancel(tx, STR("staff.notice"), key_of(tx, rows[i].id), NULL));
			TRY(staff_notice_finish(tx, &(struct staff_notice_end){ rows[i].id, STR("stopped"), STR_NIL, NIL, STR_NIL }));
		} else if (str_eq_c(rows[i].state, "sent") && rows[i].digest_at == 0) {
			TRY(outbox_add(tx, STR("staff.recall"), key_of(tx, rows[i].id), STR(""), tx->snap.now, tx->snap.now + MS_HOUR,
				       0, &stafftask_errand_record, &errand, NULL));
		}
	}
	return OK;
}

/* ---- making ---- */

err stafftask_make(struct tx *tx, struct staff_task *t, bool quiet, bool *ret_new)
{
	t->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	t->state = STR("to_do");
	t->reason = STR_NIL;
	t->made = tx->snap.now;
	t->ended = NIL;
	TRY(staff_task_add(tx, t));
	*ret_new = tx_changed(tx) > 0;
	if (!*ret_new)
		return OK;
	struct stafftask_made body = { t->id, t->staff, t->store, t->kind, t->title, t->deadline };
	TRY(journal_add(tx, EV_STAFFTASK_MADE, t->customer, tx->snap.now, &stafftask_made_record, &body, NULL));
	TRY(stafftask_arm(tx, t));
	return quiet ? OK : tell_new(tx, t);
}

/* ---- ending ---- */

err stafftask_claim(struct tx *tx, const struct staff_task *t, ms at, str *ret_why, ms *ret_retry_at)
{
	const char *by = arena_cstr(tx->snap.arena, t->caller);
	struct reach_ask ask = {
		.root = t->customer, .channel = "wecom", .class = str_eq_c(t->class, "service") ? "service" : "marketing",
		.by = by, .by_id = t->by_id, .staff = t->staff, .key = stafftask_claim_key(tx->snap.arena, t), .at = at,
	};
	struct reach_answer answer;
	TRY(reach_claim(tx, &ask, &answer));
	*ret_why = answer.verdict == REACH_GO ? STR_NIL : str_c(reach_reason(answer.verdict));
	*ret_retry_at = answer.retry_at;
	return OK;
}

static err tell_caller(struct tx *tx, const struct staff_task *t, const char *state, str reason)
{
	const char *said = !strcmp(state, "done") ? "done" : !strcmp(state, "skipped") ? "refused" :
			   !strcmp(state, "expired") ? "expired" : "stopped";
	struct verb_ended of = {
		.verb = STR("staff.task"), .by = t->caller, .by_id = t->by_id, .token = t->token, .key = t->act_key,
		.state = str_c(said), .reason = reason, .at = tx->snap.now,
	};
	if (!t->customer || str_eq_c(t->caller, STAFFTASK_BY_HAND) || !strcmp(state, "moved"))
		return OK;
	return verb_tell(tx, t->customer, &of);
}

/* A send that was tapped has reached her, as far as staff say; any other end gives her touch back. */
static err settle_touch(struct tx *tx, const struct staff_task *t, const char *state, i64 staff)
{
	struct reach_event body = {
		.channel = STR("wecom"), .class = t->class, .by = t->caller, .by_id = t->by_id, .staff = staff, .reason = STR_NIL,
	};
	if (!str_eq_c(t->kind, "send") || !t->customer || !strcmp(state, "moved"))
		return OK;
	if (!strcmp(state, "done"))
		return journal_add(tx, EV_REACH_SENT, t->customer, tx->snap.now, &reach_event_record, &body, NULL);
	return reach_release(tx, t->customer, stafftask_claim_key(tx->snap.arena, t));
}

err stafftask_finish(struct tx *tx, const struct staff_task *t, const char *state, str reason, i64 staff, bool *ret_ended)
{
	struct stafftask_end end = { t->id, staff, str_c(state), reason, tx->snap.now };
	i64 who = t->staff ? t->staff : staff;
	TRY(staff_task_end(tx, &end));
	*ret_ended = tx_changed(tx) > 0;
	if (!*ret_ended)
		return OK;
	struct stafftask_ended body = { t->id, who, t->kind, t->title, end.state, reason };
	TRY(journal_add(tx, EV_STAFFTASK_ENDED, t->customer, tx->snap.now, &stafftask_ended_record, &body, NULL));
	TRY(timer_cancel(tx, STR("stafftask.due"), key_of(tx, t->id)));
	TRY(settle_touch(tx, t, state, who));
	if (!t->staff || (strcmp(state, "done") != 0 && strcmp(state, "skipped") != 0)) /* a store's is done for all it was told to */
		TRY(take_back(tx, t));
	return tell_caller(tx, t, state, reason);
}
