/*
 * home's comparison with WeCom: every night the closed days each member's figures are missing for are
 * asked for, from the first night on as far back as WeCom keeps them.
 *
 * The timer only decides, the sender calls: one task per member and span of days. A task done twice
 * writes the same rows.
 */
#include "feature/home/home_data.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/corp/corp_night.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_stat.h"

#define RETRY_UNTIL_MS (20 * MS_HOUR) /* the next night asks again anyway */

err home_arm(struct cx *cx) { return night_arm(cx, HOME_COMPARE, HOME_COMPARE_HOUR * MS_HOUR); }

static err ask(struct tx *tx, const struct staff *s, i64 from, i64 to)
{
	for (; from <= to; from += HOME_SPAN_DAYS) {
		struct home_behavior task = { s->id, s->userid, from, int_min(from + HOME_SPAN_DAYS - 1, to) };
		str key = arena_printf(tx->snap.arena, "%lld/%lld-%lld", (long long)s->id, (long long)task.from,
				       (long long)task.to);
		TRY(outbox_add(tx, STR(HOME_BEHAVIOR), key, STR(""), tx->snap.now, tx->snap.now + RETRY_UNTIL_MS, 0,
			       &home_behavior_record, &task, NULL));
	}
	return OK;
}

static err ask_all(struct tx *tx, const struct timer_row *row, bool connected)
{
	struct home_last *last;
	struct staff *staff;
	size_t n, m;
	bool taken;
	TRY(night_take(tx, row, HOME_COMPARE_HOUR * MS_HOUR, &taken));
	if (!taken || !connected)
		return OK;
	i64 today = corp_day(tx->snap.unit, tx->snap.now);
	struct imap seen = imap_new(tx->snap.arena);
	TRY(home_wecom_last(&tx->snap, &(struct none){ 0 }, &last, &m));
	for (size_t i = 0; i < m; i++)
		imap_put(&seen, last[i].staff, last[i].day);
	TRY(staff_all(&tx->snap, &staff, &n));
	for (size_t i = 0; i < n; i++) {
		i64 day = 0, from = today - HOME_BACK_DAYS;
		if (!staff[i].in_scope)
			continue;
		if (imap_get(&seen, staff[i].id, &day))
			from = int_max(from, day + 1);
		TRY(ask(tx, &staff[i], from, today - 1));
	}
	return OK;
}

err home_compare(struct cx *cx, const struct timer_row *row)
{
	struct corp_wecom corp;
	struct fail before = cx->unit.fail;
	bool connected = corp_wecom_get(&cx->unit, cx->unit.corp, &corp) == OK;
	cx->unit.fail = before;
	return WRITE_TX(&cx->unit, row->slot, ask_all(tx, row, connected));
}

static err keep(struct tx *tx, const struct home_behavior *task, const struct wecom_behaviors *days)
{
	for (size_t i = 0; i < days->n; i++) {
		const struct wecom_behavior *d = &days->v[i];
		struct home_wecom row = { task->staff, corp_day(tx->snap.unit, d->day), d->new_apply, d->new_contact,
					  d->negative, d->chats, d->messages, tx->snap.now };
		TRY(home_wecom_put(tx, &row));
	}
	return OK;
}

err home_send_behavior(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct home_behavior task;
	struct corp_wecom corp;
	struct wecom_behaviors days;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &home_behavior_record, &task)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &corp));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	const struct tz *tz = corp_zone(&cx->unit, cx->unit.corp);
	err e = wecom_stat_behavior(&call, (struct strs){ &task.userid, 1 }, (struct ids){ 0 },
				    tz_day_start(tz, task.from), tz_day_start(tz, task.to), &days);
	if (e == OK)
		return WRITE_TX(&cx->unit, row->slot, keep(tx, &task, &days));
	bool again = e == ERR_UNKNOWN || err_retryable(e);
	ret->state = again ? OUTCOME_RETRY : OUTCOME_DROPPED;
	ret->retry_at = again && call.retry_at != NIL ? call.retry_at : 0;
	ret->reason = call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)call.errcode) : str_c(err_name(e));
	return OK;
}
