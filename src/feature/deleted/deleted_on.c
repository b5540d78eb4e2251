/*
 * deleted's handlers, and the message that tells of one.
 */
#include "feature/deleted/deleted.h"

#include "base/text.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_message.h"

static const char *who_of(const struct event *ev) { return ev->kind == EV_FOLLOW_LOST ? "customer" : "staff"; }

err deleted_on_ended(struct tx *tx, const struct event *ev)
{
	struct follow_event f;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &f));
	if (f.transfer)
		return OK;
	return deletion_put(tx, &(struct deletion){ ev->occurred, ev->id, ev->customer, f.staff, str_c(who_of(ev)), f.last });
}

err deleted_on_notify(struct tx *tx, const struct event *ev)
{
	struct follow_event f;
	str how;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &f));
	TRY(setting_get(tx->snap.unit, "deleted.notify", &how));
	if (f.transfer || f.late || !how.n || str_eq_c(how, "off"))
		return OK;
	struct deleted_notice body = { ev->customer, f.staff, str_c(who_of(ev)), ev->occurred };
	str key = arena_printf(tx->snap.arena, "%lld", (long long)ev->id);
	return outbox_add(tx, STR(DELETED_NOTICE), key, STR(""), tx->snap.now, tx->snap.now + DELETED_NOTICE_LIFE_MS, ev->customer,
			  &deleted_notice_record, &body, NULL);
}

struct notice { struct deleted_notice n; struct staff staff; struct strs to; str how; };

static err read_staff(const struct snap *s, struct notice *w)
{
	TRY(staff_get(s, w->n.staff, &w->staff));
	if (!str_eq_c(w->how, "staff"))
		TRY(staff_leaders(s, w->n.staff, &w->to));
	bool herself = (str_eq_c(w->how, "staff") || str_eq_c(w->how, "both")) && str_eq_c(w->staff.state, "active");
	if (!herself)
		return OK;
	str *all = ARENA_ARRAY(s->arena, str, w->to.n + 1);
	for (size_t i = 0; i < w->to.n; i++)
		all[i] = w->to.v[i];
	all[w->to.n] = w->staff.userid;
	w->to = (struct strs){ all, w->to.n + 1 };
	return OK;
}

static err text_of(struct cx *cx, const struct notice *w, str *ret)
{
	struct customer c;
	struct unit *u = &cx->unit;
	TRY(READ_SNAP(u, slot_of_customer(u->store, w->n.customer), customer_get(snap, w->n.customer, &c)));
	struct text_hole holes[] = { { "value", c.name.n ? c.name : STR("—") },
				     { "field", w->staff.name.n ? w->staff.name : w->staff.userid },
				     { "limit", tz_format(corp_zone(u, u->corp), w->n.at, u->arena) } };
	str text = text_fill(u->arena, str_eq_c(w->n.who, "customer") ? T_DELETED_BY_CUSTOMER : T_DELETED_BY_STAFF, LANG_ZH, holes, 3);
	*ret = arena_printf(u->arena, "%.*s\n<a href=\"%.*s/deletions\">%s</a>", STR_F(text), STR_F(cx->env->public_url),
			    text_raw(T_DELETED_LINK, LANG_ZH));
	return OK;
}

err deleted_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct notice w = { 0 };
	struct corp_wecom corp;
	str text;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &deleted_notice_record, &w.n)));
	TRY(setting_get(&cx->unit, "deleted.notify", &w.how));
	TRY(READ_SNAP(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), read_staff(snap, &w)));
	if (w.to.n == 0) {
		*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = STR("nobody to tell") };
		return OK;
	}
	TRY(text_of(cx, &w, &text));
	TRY(corp_wecom_get(&cx->unit, row->corp, &corp));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	err e = wecom_message_text(&call, w.to, text, NULL);
	if (e == OK)
		return OK;
	bool again = e == ERR_UNKNOWN || err_retryable(e);
	*ret = (struct outcome){ .state = again ? OUTCOME_RETRY : OUTCOME_DROPPED, .reason = str_c(err_name(e)) };
	if (again && call.retry_at != NIL)
		ret->retry_at = call.retry_at;
	return OK;
}
