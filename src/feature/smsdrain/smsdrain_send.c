/*
 * The message itself, her click, and what came of it.
 */
#include "feature/smsdrain/smsdrain_data.h"

#include "core/attr/attr_value.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/mass/mass_plan.h"
#include "core/reach/reach.h"
#include "port/send/sms.h"
#include "store/outbox.h"

#define BY "smsdrain"

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

/* ---- sending ---- */

err smsdrain_phone(struct unit *u, i64 root, str *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, count;
	*ret = STR_NIL;
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n && !ret->p; i++) {
		struct identity_row *ids;
		TRY(identity_of(u, leaves[i], &ids, &count));
		for (size_t k = 0; k < count && !ret->p; k++)
			if (ids[k].verified && str_eq_c(ids[k].kind, "phone") && str_starts(ids[k].value, STR("+86")))
				*ret = str_sub(ids[k].value, 3, ids[k].value.n);
	}
	return OK;
}

static str claim_key(struct arena *a, const struct smsdrain_task *t)
{
	return arena_printf(a, "sms:%lld:%lld", (long long)t->drain, (long long)t->customer);
}

static void tell(struct cx *cx, enum event_kind kind, const struct smsdrain_task *t, const char *reason, struct outcome *ret)
{
	struct reach_event *ev = ARENA_NEW(CX_ARENA(cx), struct reach_event);
	*ev = (struct reach_event){ STR("sms"), STR("marketing"), STR(BY), t->drain, NIL, reason ? str_c(reason) : STR_NIL,
				    claim_key(CX_ARENA(cx), t), STR("message"), STR("promo") };
	ret->event = kind;
	ret->customer = t->customer;
	ret->record = &reach_event_record;
	ret->body = ev;
	if (kind == EV_REACH_FAILED) {
		ret->state = OUTCOME_DROPPED;
		ret->reason = str_c(reason);
	}
}

/* Of a plan over several channels: which, and why she is out of it. */
static err planned(const struct snap *s, i64 drain, i64 root, i64 *ret_plan, const char **ret)
{
	TRY(mass_plan_of(s, BY, drain, ret_plan));
	return mass_out(s, BY, drain, &root, 1, ret);
}

/* Why she is not to get it any more; NULL: she is, and her place in the ledger is taken. *ret_again: not now, then. */
static err still(struct cx *cx, const struct smsdrain *d, const struct smsdrain_task *t, const char **ret, ms *ret_again)
{
	struct unit *u = &cx->unit;
	struct customer_fact f;
	struct reach_answer answer;
	i64 root, plan;
	*ret_again = NIL;
	*ret = "cancelled";
	if (str_eq_c(d->state, "cancelled"))
		return OK;
	TRY(customer_root(u, t->customer, &root));
	err e = READ_SNAP(u, slot_of_customer(u->store, root), attr_fact_get(snap, root, &f));
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(READ_SNAP(u, base(u), planned(snap, d->id, root, &plan, ret)));
	if (*ret)
		return OK;
	*ret = e == ERR_NOT_FOUND || f.erased ? "no_phone" : "friend";
	if (e == ERR_NOT_FOUND || f.erased || (f.friend && !plan))
		return OK;
	struct reach_ask ask = { .root = root, .channel = "sms", .class = "marketing", .by = BY, .by_id = d->id, .at = cx_now(cx), .key = claim_key(u->arena, t) };
	TRY(WRITE_TX(u, slot_of_customer(u->store, root), reach_claim(tx, &ask, &answer)));
	*ret = smsdrain_reason(u, &answer);
	*ret_again = answer.verdict == REACH_QUIET ? answer.retry_at : NIL;
	return OK;
}

err smsdrain_account(struct unit *u, struct sms_account *ret)
{
	TRY(setting_get(u, "sms.url", &ret->url));
	TRY(setting_get(u, "sms.header", &ret->header));
	TRY(setting_get(u, "smsdrain.body", &ret->body));
	return setting_get(u, "sms.ok", &ret->ok);
}

static err carry(struct cx *cx, const struct smsdrain *d, const struct smsdrain_task *t, const struct smsdrain_person *p, struct outcome *ret)
{
	struct smsdrain_say say;
	struct unit *u = &cx->unit;
	struct sms_account account;
	struct sms_text m;
	TRY(smsdrain_phone(u, t->customer, &m.phone));
	if (!m.phone.n || !cx->env->sms) {
		tell(cx, EV_REACH_FAILED, t, m.phone.n ? "no_provider" : "no_phone", ret);
		return OK;
	}
	TRY(smsdrain_account(u, &account));
	smsdrain_say_of(u->arena, d, p->variant == NIL ? 0 : p->variant, &say);
	TRY(smsdrain_text(u, say.words, door_url(cx->env, CX_ARENA(cx), p->door), &m.text));
	err e = sms_send_text(cx->env->sms, CX_ARENA(cx), &account, &m, &u->fail);
	if (e == OK)
		tell(cx, EV_REACH_SENT, t, NULL, ret);
	else if (e == ERR_UPSTREAM) /* never left us */
		ret->state = OUTCOME_RETRY;
	else
		tell(cx, EV_REACH_FAILED, t, e == ERR_UNKNOWN ? "unknown" : e == ERR_CONFIG ? "no_provider" : "provider", ret);
	return OK;
}

err smsdrain_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct unit *u = &cx->unit;
	struct smsdrain_task t;
	struct smsdrain d;
	const char *why;
	ms again;
	TRY(READ_SNAP(u, row->slot, outbox_body(snap, row, &smsdrain_task_record, &t)));
	struct smsdrain_person p = { .customer = t.customer, .drain = t.drain };
	TRY(READ_SNAP(u, base(u), smsdrain_get(snap, &(struct smsdrain_key){ t.drain }, &d)));
	TRY(READ_SNAP(u, row->slot, smsdrain_person_get(snap, &p, &p)));
	TRY(still(cx, &d, &t, &why, &again));
	if (again != NIL) {
		ret->state = OUTCOME_RETRY;
		ret->retry_at = again;
		ret->reason = STR("quiet hours");
		return OK;
	}
	if (why) {
		tell(cx, EV_REACH_FAILED, &t, why, ret);
		return OK;
	}
	return carry(cx, &d, &t, &p, ret);
}

/* The process died while it was being sent and no provider can be asked: perhaps she got it. Never sent again. */
err smsdrain_lost(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct smsdrain_task t;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &smsdrain_task_record, &t)));
	tell(cx, EV_REACH_FAILED, &t, "unknown", ret);
	return OK;
}

err smsdrain_expired(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct smsdrain_task t;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &smsdrain_task_record, &t)));
	tell(cx, EV_REACH_FAILED, &t, "expired", ret);
	return OK;
}

/* act: in her slot. */
err smsdrain_on_reach(struct tx *tx, const struct event *ev)
{
	struct reach_event r;
	TRY(event_body(&tx->snap, ev, &reach_event_record, &r));
	if (!str_eq_c(r.by, BY) || r.by_id == NIL)
		return OK;
	struct smsdrain_person p = { .customer = ev->customer, .drain = r.by_id };
	err e = smsdrain_person_get(&tx->snap, &p, &p);
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq_c(p.state, "queued")))
		return OK;
	TRY(e);
	bool sent = ev->kind == EV_REACH_SENT, unknown = str_eq_c(r.reason, "unknown");
	p.state = sent ? STR("sent") : unknown ? STR("unknown") : STR("failed");
	p.reason = r.reason;
	p.sent = sent || unknown ? ev->occurred : NIL; /* perhaps she got it: it counts against her month */
	TRY(smsdrain_person_put(tx, &p));
	return smsdrain_count(tx, p.drain, sent ? "sent" : unknown ? "unknown" : "failed", 1);
}

/* ---- what came of it ---- */

static err clicked(struct tx *tx, i64 customer, const struct smsdrain *d)
{
	struct smsdrain_person p = { .customer = customer, .drain = d->id };
	err e = smsdrain_person_get(&tx->snap, &p, &p);
	if (e == ERR_NOT_FOUND || (e == OK && p.clicked != NIL))
		return OK;
	TRY(e);
	p.clicked = tx->snap.now;
	TRY(smsdrain_person_put(tx, &p));
	TRY(smsdrain_count(tx, d->id, "clicked", 1));
	struct sms_clicked body = { d->id, d->name };
	return journal_add(tx, EV_SMS_CLICKED, customer, tx->snap.now, &sms_clicked_record, &body, NULL);
}

/* The link is hers alone; who else opens it counts for her, once. */
err smsdrain_enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	struct unit *u = &cx->unit;
	struct smsdrain d;
	i64 customer;
	TRY(READ_SNAP(u, base(u), smsdrain_get(snap, &(struct smsdrain_key){ door->target }, &d)));
	if (str_i64(door->params, &customer))
		TRY(WRITE_TX(u, slot_of_customer(u->store, customer), clicked(tx, customer, &d)));
	*ret = (struct door_answer){ .status = 302, .location = d.target };
	return OK;
}

/* Became a friend, or bought, after the message: seen when her facts are folded. */
err smsdrain_settle(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct smsdrain_person *rows, key = { .customer = p->root };
	size_t n;
	TRY(smsdrain_persons_of(&tx->snap, &key, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct smsdrain_person now = rows[i];
		if (now.followed == NIL && sum->friend && sum->added != NIL && sum->added >= now.sent) {
			now.followed = sum->added;
			TRY(smsdrain_count(tx, now.drain, "followed", 1));
		}
		if (now.bought == NIL && sum->last_order != NIL && sum->last_order >= now.sent && sum->last_order <= now.sent + SMSDRAIN_BOUGHT_MS) {
			now.bought = sum->last_order;
			TRY(smsdrain_count(tx, now.drain, "bought", 1));
		}
		if (now.followed != rows[i].followed || now.bought != rows[i].bought)
			TRY(smsdrain_person_put(tx, &now));
	}
	return OK;
}
