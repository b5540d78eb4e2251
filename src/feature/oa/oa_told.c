/*
 * Pushes beyond coming and going: what opens a window, what she allows, how a template message went.
 */
#include "feature/oa/oa_talk_data.h"

#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "store/inbox.h"

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

struct told { const struct inbox_row *row; const struct oa_pushed *in; const struct oa_account *account; i64 leaf; ms at; };

/* Who writes or taps follows, whether we were told or not. */
static err seen(struct tx *tx, const struct told *t)
{
	struct oa_fan_row fan, key = { .customer = t->leaf, .account = t->account->id };
	err e = oa_fan_get(&tx->snap, &key, &fan);
	if (e != ERR_NOT_FOUND)
		return e;
	fan = (struct oa_fan_row){ t->leaf, t->account->id, t->in->openid, true, t->at, STR_NIL };
	return oa_fan_put(tx, &fan);
}

static err on_act(struct tx *tx, const struct told *t)
{
	bool wrote = str_eq_c(t->in->event, "message");
	TRY(seen(tx, t));
	TRY(oa_window_open(tx, t->leaf, t->account->id, wrote ? "message" : "click", t->at));
	if (wrote) {
		struct oa_wrote body = { t->account->id, t->account->name };
		return journal_add(tx, EV_OA_WROTE, t->leaf, t->at, &oa_wrote_record, &body, NULL);
	}
	struct oa_clicked body = { t->account->id, t->in->key.n ? t->in->key : STR("") };
	return journal_add(tx, EV_OA_CLICKED, t->leaf, t->at, &oa_clicked_record, &body, NULL);
}

static err consent(struct tx *tx, const struct told *t, const struct oa_noted *n)
{
	struct oa_consent row, key = { .customer = t->leaf, .account = t->account->id, .template = n->template };
	bool yes = str_eq_c(n->status, "accept");
	err e = oa_consent_get(&tx->snap, &key, &row);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND)
		row = key;
	row.openid = t->in->openid;
	row.since = yes && (e == ERR_NOT_FOUND || row.accepts == 0) ? t->at : e == OK ? row.since : t->at;
	row.accepts = yes ? row.accepts + 1 : 0;
	TRY(oa_consent_put(tx, &row));
	struct oa_consented body = { t->account->id, n->template, yes ? STR("accept") : STR("reject") };
	return journal_add(tx, EV_OA_CONSENTED, t->leaf, t->at, &oa_consented_record, &body, NULL);
}

static err on_consent(struct tx *tx, const struct told *t)
{
	const struct oa_noted *n = t->in->notices.v;
	for (size_t i = 0; i < t->in->notices.n; i++)
		if (n[i].template.n && n[i].status.n)
			TRY(consent(tx, t, &n[i]));
	return OK;
}

static err apply(struct tx *tx, const struct told *t)
{
	bool first;
	TRY(inbox_claim(tx, t->row, &first));
	if (!first)
		return OK;
	return str_starts(t->in->event, STR("subscribe_msg_")) ? on_consent(tx, t) : on_act(tx, t);
}

static err act(struct cx *cx, struct told *t)
{
	struct unit *u = &cx->unit;
	TRY(oa_person(u, t->account, t->in->openid, STR_NIL, t->at, &t->leaf));
	i64 slot = slot_of_customer(u->store, t->leaf);
	TRY(WRITE_TX(u, slot, apply(tx, t)));
	return t->row->slot == slot ? OK : inbox_done(u, t->row, STR_NIL);
}

/* ---- reports ---- */

static err report_all(struct cx *cx, const struct told *t, i64 root, enum speak_found *ret)
{
	struct unit *u = &cx->unit;
	bool sent = str_starts(t->in->status, STR("success"));
	str why = str_has(t->in->status, STR("block")) ? STR("user_block") : sent ? STR_NIL : str_utf8_head(t->in->status, 40);
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	*ret = SPEAK_NONE;
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n && *ret != SPEAK_FOUND; i++) {
		enum speak_found one;
		TRY(WRITE_TX(u, slot_of_customer(u->store, leaves[i]),
			     speak_report(tx, leaves[i], OA_VERB_TEMPLATE, t->in->job, sent ? "sent" : "refused", why, &one)));
		*ret = one > *ret ? one : *ret;
	}
	return OK;
}

/* A report may be faster than our own word about the message it speaks of: then it is looked at again. */
static err report(struct cx *cx, const struct told *t)
{
	struct unit *u = &cx->unit;
	enum speak_found found;
	i64 leaf, root;
	str openid = arena_printf(CX_ARENA(cx), "%.*s/%.*s", STR_F(t->account->appid), STR_F(t->in->openid));
	err e = identity_find(u, STR("openid"), openid, &leaf);
	if (e == ERR_NOT_FOUND)
		return inbox_done(u, t->row, STR("nobody"));
	TRY(e);
	TRY(customer_root(u, leaf, &root));
	TRY(report_all(cx, t, root, &found));
	if (found == SPEAK_MAYBE)
		return fail_set(&u->fail, ERR_BUSY, T_OK, STR("MsgID"), STR_NIL, STR_NIL);
	return inbox_done(u, t->row, found == SPEAK_FOUND ? STR_NIL : STR("not ours"));
}

err oa_talk_decode(struct cx *cx, const struct inbox_row *row, const struct oa_pushed *in, bool *ret_mine)
{
	static const char *const acts[] = { "message", "CLICK", "scancode_push", "scancode_waitmsg", "subscribe_msg_popup_event",
					    "subscribe_msg_change_event" };
	struct unit *u = &cx->unit;
	struct oa_account account;
	struct told t = { row, in, &account, 0, int_min(in->at, row->received) };
	bool reports = str_eq_c(in->event, "TEMPLATESENDJOBFINISH"), acted = false;
	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		acted |= str_eq_c(in->event, acts[i]);
	*ret_mine = reports || acted;
	if (!*ret_mine)
		return OK;
	err e = READ_SNAP(u, base(u), oa_account_get(snap, &(struct oa_key){ in->account }, &account));
	if (e == ERR_NOT_FOUND)
		return inbox_done(u, row, STR("no account"));
	TRY(e);
	return reports ? report(cx, &t) : act(cx, &t);
}
