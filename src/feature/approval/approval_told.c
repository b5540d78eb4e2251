/*
 * Telling the maker that somebody said no: a line on her pages until she has read it, and one message in WeCom when her user
 * is a member of staff. Who takes back a thing of her own is told nothing.
 */
#include "feature/approval/approval_data.h"

#include "core/approve/approve.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_message.h"

err approval_on_decided(struct tx *tx, const struct event *ev)
{
	struct approval_decided d;
	TRY(event_body(&tx->snap, ev, &approval_decided_record, &d));
	if (d.agreed || !d.asked_by || d.asked_by == d.by)
		return OK;
	struct approval_refusal r = {
		id_next(store_ids(tx->snap.unit->store), tx->snap.now), d.kind, d.object, d.title, d.href, d.reason, d.asked_by, d.by, tx->snap.now,
	};
	struct approval_key key = { r.id };
	TRY(approval_refusal_trim(tx, &(struct approval_old){ tx->snap.now - APPROVAL_REFUSAL_LIFE_MS }));
	TRY(approval_refusal_add(tx, &r));
	return outbox_add(tx, STR(APPROVAL_NOTICE), arena_printf(tx->snap.arena, "%lld", (long long)r.id), STR(""), tx->snap.now,
			  tx->snap.now + APPROVAL_NOTICE_LIFE_MS, 0, &approval_key_record, &key, NULL);
}

/* Nil: she is no member of staff who could be written to. */
static err userid_of(struct cx *cx, i64 slot, i64 user, str *ret)
{
	struct user u;
	struct staff who;
	*ret = STR_NIL;
	err e = user_get(&cx->unit, user, &u);
	if (e == ERR_NOT_FOUND || (e == OK && (u.disabled || u.staff == NIL || !u.staff)))
		return OK;
	TRY(e);
	e = READ_SNAP(&cx->unit, slot, staff_get(snap, u.staff, &who));
	if (e == OK && str_eq_c(who.state, "active"))
		*ret = who.userid;
	return e == ERR_NOT_FOUND ? OK : e;
}

static str text_of(struct cx *cx, const struct approval_refusal *r)
{
	struct text_hole holes[] = { { "field", r->title }, { "value", r->reason } };
	return arena_printf(CX_ARENA(cx), "%.*s\n<a href=\"%.*s/approvals\">%s</a>", STR_F(text_fill(CX_ARENA(cx), T_APPROVAL_REFUSED, LANG_ZH, holes, 2)),
			    STR_F(cx->env->public_url), text_raw(T_APPROVAL_LOOK, LANG_ZH));
}

err approval_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct unit *u = &cx->unit;
	struct approval_key key;
	struct approval_refusal r;
	struct corp_wecom corp;
	str to;
	TRY(READ_SNAP(u, row->slot, outbox_body(snap, row, &approval_key_record, &key)));
	err e = READ_SNAP(u, row->slot, approval_refusal_get(snap, &key, &r));
	if (e == ERR_NOT_FOUND)
		return OK; /* read already */
	TRY(e);
	TRY(userid_of(cx, row->slot, r.asked_by, &to));
	if (!to.n) {
		*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = STR("no_staff") };
		return OK;
	}
	TRY(corp_wecom_get(u, row->corp, &corp));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &u->fail, .retry_at = NIL };
	e = wecom_message_text(&call, (struct strs){ &to, 1 }, text_of(cx, &r), NULL);
	bool again = e == ERR_UNKNOWN || err_retryable(e); /* the same text within half an hour is dropped by WeCom */
	if (e != OK)
		*ret = (struct outcome){ .state = again ? OUTCOME_RETRY : OUTCOME_DROPPED, .reason = str_c(err_name(e)) };
	if (again && call.retry_at != NIL)
		ret->retry_at = call.retry_at;
	return OK;
}
