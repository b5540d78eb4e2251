/*
 * Fans: what a push says, who a fan is by her unionid, all of them by a job, and what it makes of a person.
 */
#include "feature/oa/oa_data.h"
#include "feature/oa/oa_talk.h"

#include "core/attr/attr_value.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "store/outbox.h"
#include "store/seal.h"

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

err oa_open(const struct snap *s, const struct oa_account *row, struct oa_open *ret)
{
	struct oa_open o = { .app = { row->base, row->appid, STR_NIL }, .endpoint = { row->appid, STR_NIL, STR_NIL, STR_NIL } };
	TRY(unseal_text(s, 0, row->secret, &o.app.secret));
	TRY(unseal_text(s, 0, row->token, &o.endpoint.token));
	if (row->aeskey.n)
		TRY(unseal_text(s, 0, row->aeskey, &o.endpoint.aeskey));
	if (row->former_key.n)
		TRY(unseal_text(s, 0, row->former_key, &o.endpoint.former_key));
	*ret = o;
	return OK;
}

struct oa_call oa_call_of(struct cx *cx, const struct oa_app *app)
{
	return (struct oa_call){ .transport = cx->env->transport, .app = app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
}

/* An openid speaks of one account only. */
err oa_person(struct unit *u, const struct oa_account *row, str openid, str unionid, ms occurred, i64 *ret)
{
	struct identity_in ids[] = {
		{ STR("openid"), arena_printf(u->arena, "%.*s/%.*s", STR_F(row->appid), STR_F(openid)), true }, { STR("unionid"), unionid, true },
	};
	struct identity_who who = { ids, unionid.n ? 2 : 1, false, occurred, STR("oa"), STR_NIL };
	return identity_resolve(u, &who, ret, NULL, NULL);
}

/* ---- a change of one fan ---- */

struct change {
	const struct oa_account *account;
	const struct oa_code *code; /* NULL none */
	i64 leaf;
	str openid;
	enum event_kind kind;
	ms at;
	bool read;
};

static err tell(struct tx *tx, const struct change *c)
{
	struct oa_told body = { .account = c->account->id, .name = c->code ? c->code->name : c->account->name,
				.code = c->code ? c->code->id : NIL, .channel = c->code ? c->code->channel : STR_NIL, .read = c->read };
	struct oa_tally t = { .account = c->account->id, .code = c->code ? c->code->id : 0, .day = corp_day(tx->snap.unit, c->at),
			      .subscribed = c->kind == EV_OA_SUBSCRIBED, .scanned = c->kind == EV_OA_SCANNED, .lost = c->kind == EV_OA_UNSUBSCRIBED };
	TRY(journal_add(tx, c->kind, c->leaf, c->at, &oa_told_record, &body, NULL));
	return c->read ? OK : oa_tally_add(tx, &t);
}

/* What is older than what is known changes nothing. */
static err apply(struct tx *tx, const struct change *c)
{
	struct oa_fan_row key = { .customer = c->leaf, .account = c->account->id }, was;
	struct oa_fan_row now = { c->leaf, c->account->id, c->openid, c->kind != EV_OA_UNSUBSCRIBED, c->at,
				  c->code ? c->code->channel : STR_NIL };
	err e = oa_fan_get(&tx->snap, &key, &was);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	bool same = e == OK && was.subscribed == now.subscribed;
	if ((e == OK && c->at < was.since) || (c->kind != EV_OA_SCANNED && same && (c->read || c->kind == EV_OA_UNSUBSCRIBED)))
		return OK;
	if (same)
		now.since = was.since;
	TRY(oa_fan_put(tx, &now));
	return tell(tx, c);
}

/* ---- a push ---- */

static err push_apply(struct tx *tx, const struct inbox_row *row, const struct change *c)
{
	bool first;
	TRY(inbox_claim(tx, row, &first));
	if (!first)
		return OK;
	TRY(apply(tx, c));
	if (c->kind == EV_OA_UNSUBSCRIBED)
		return OK;
	TRY(oa_window_open(tx, c->leaf, c->account->id, c->kind == EV_OA_SCANNED ? "scan" : "subscribe", c->at));
	struct oa_fetch in = { c->account->id, c->openid };
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)c->account->id, (long long)row->id);
	return outbox_add(tx, STR(OA_FETCH), key, STR(""), tx->snap.now, tx->snap.now + MS_DAY, c->leaf, &oa_fetch_record, &in, NULL);
}

static err look(const struct snap *s, const struct oa_pushed *in, struct oa_account *account, struct oa_code *code, bool *ret_code)
{
	*ret_code = false;
	TRY(oa_account_get(s, &(struct oa_key){ in->account }, account));
	if (!in->scene.n)
		return OK;
	err e = oa_code_by_scene(s, &(struct oa_scene){ in->account, in->scene }, code);
	*ret_code = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

err oa_decode(struct cx *cx, const struct inbox_row *row)
{
	static const struct { const char *event; enum event_kind kind; } kinds[] = {
		{ "subscribe", EV_OA_SUBSCRIBED }, { "unsubscribe", EV_OA_UNSUBSCRIBED }, { "SCAN", EV_OA_SCANNED },
	};
	struct unit *u = &cx->unit;
	struct oa_pushed in;
	struct json *tree;
	struct oa_account account;
	struct oa_code code;
	struct change c = { .account = &account };
	bool coded;
	TRY(json_parse(row->body, CX_ARENA(cx), &tree, &u->fail));
	record_init(&oa_pushed_record, &in);
	record_read(&oa_pushed_record, tree, &in, CX_ARENA(cx));
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_eq_c(in.event, kinds[i].event))
			c.kind = kinds[i].kind;
	if (c.kind == EV_NONE) {
		TRY(oa_talk_decode(cx, row, &in, &coded));
		return coded ? OK : inbox_done(u, row, STR("other"));
	}
	err e = READ_SNAP(u, base(u), look(snap, &in, &account, &code, &coded));
	if (e == ERR_NOT_FOUND)
		return inbox_done(u, row, STR("no account"));
	TRY(e);
	c.code = coded ? &code : NULL;
	c.openid = in.openid;
	c.at = int_min(in.at, row->received);
	TRY(oa_person(u, &account, in.openid, STR_NIL, c.at, &c.leaf));
	i64 slot = slot_of_customer(u->store, c.leaf);
	TRY(WRITE_TX(u, slot, push_apply(tx, row, &c)));
	return row->slot == slot ? OK : inbox_done(u, row, STR_NIL);
}

/* ---- the unionid ---- */

static err account_open(const struct snap *s, i64 id, struct oa_account *row, struct oa_open *o)
{
	TRY(oa_account_get(s, &(struct oa_key){ id }, row));
	return oa_open(s, row, o);
}

err oa_fetch_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct unit *u = &cx->unit;
	struct oa_fetch in;
	struct oa_account account;
	struct oa_open o;
	struct oa_fan *fans;
	size_t n;
	i64 leaf;
	TRY(READ_SNAP(u, row->slot, outbox_body(snap, row, &oa_fetch_record, &in)));
	TRY(READ_SNAP(u, base(u), account_open(snap, in.account, &account, &o)));
	struct oa_call call = oa_call_of(cx, &o.app);
	err e = oa_fan_batch(&call, (struct strs){ &in.openid, 1 }, &fans, &n);
	if (e != OK) {
		ret->state = call.again ? OUTCOME_RETRY : OUTCOME_DROPPED;
		ret->retry_at = e == ERR_TOO_MANY ? cx_now(cx) + OA_QUOTA_MS / 24 : 0;
		ret->reason = arena_printf(CX_ARENA(cx), "%lld", (long long)call.errcode);
		return OK;
	}
	if (n && fans[0].unionid.n)
		TRY(oa_person(u, &account, in.openid, fans[0].unionid, cx_now(cx), &leaf));
	return OK;
}

/* ---- all of them ---- */

#define SYNC_CURSOR_FIELDS(F, S) F(S, STR, next, .opt = true) F(S, BOOL, listed, .doc = "the last page is in") F(S, I64, fans)
RECORD(oa_sync_at, SYNC_CURSOR_FIELDS);

static err save(struct tx *tx, struct job job, const struct oa_sync_at *at, struct job *ret)
{
	TRY(job_save(tx, &job, &oa_sync_at_record, at));
	*ret = job;
	return OK;
}

static err put_page(struct tx *tx, i64 account, struct strs page, struct job job, const struct oa_sync_at *at, struct job *ret)
{
	for (size_t i = 0; i < page.n; i++)
		TRY(oa_todo_add(tx, &(struct oa_todo){ account, page.v[i] }));
	return save(tx, job, at, ret);
}

static err list_page(struct cx *cx, struct job *job, const struct oa_account *account, struct oa_call *call, struct oa_sync_at at)
{
	struct strs page;
	struct job now = *job;
	TRY(oa_fans(call, at.next, &page, &at.next));
	at.listed = page.n < OA_FANS_PAGE;
	TRY(WRITE_TX(&cx->unit, base(&cx->unit), put_page(tx, account->id, page, *job, &at, &now)));
	*job = now;
	return OK;
}

static err put_fan(struct cx *cx, const struct oa_account *account, const struct oa_fan *f)
{
	struct unit *u = &cx->unit;
	struct oa_code code;
	struct change c = { .account = account, .openid = f->openid, .kind = EV_OA_SUBSCRIBED, .at = f->since == NIL ? cx_now(cx) : f->since, .read = true };
	if (f->scene.n) {
		err e = READ_SNAP(u, base(u), oa_code_by_scene(snap, &(struct oa_scene){ account->id, f->scene }, &code));
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		c.code = e == OK ? &code : NULL;
	}
	TRY(oa_person(u, account, f->openid, f->unionid, c.at, &c.leaf));
	return WRITE_TX(u, slot_of_customer(u->store, c.leaf), apply(tx, &c));
}

static err drop_done(struct tx *tx, const struct oa_todo *rows, size_t n, struct job job, const struct oa_sync_at *at, struct job *ret)
{
	for (size_t i = 0; i < n; i++)
		TRY(oa_todo_drop(tx, &rows[i]));
	return save(tx, job, at, ret);
}

static err read_some(struct cx *cx, struct job *job, const struct oa_account *account, struct oa_call *call, const struct oa_todo *rows,
		     size_t n, struct oa_sync_at at)
{
	struct oa_fan *fans;
	size_t count;
	struct job was = *job, now = *job;
	struct strs openids = { ARENA_ARRAY(CX_ARENA(cx), str, n), n };
	for (size_t i = 0; i < n; i++)
		openids.v[i] = rows[i].openid;
	TRY(oa_fan_batch(call, openids, &fans, &count));
	for (size_t i = 0; i < count; i++) {
		if (fans[i].subscribed)
			TRY(put_fan(cx, account, &fans[i]));
		at.fans += fans[i].subscribed;
	}
	was.done += (i64)n;
	TRY(WRITE_TX(&cx->unit, base(&cx->unit), drop_done(tx, rows, n, was, &at, &now)));
	*job = now;
	return OK;
}

err oa_sync_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct unit *u = &cx->unit;
	struct oa_key in;
	struct oa_sync_at at;
	struct oa_account account;
	struct oa_open o;
	struct oa_todo *rows;
	size_t n;
	TRY(job_input(cx, job, &oa_key_record, &in));
	TRY(job_cursor(cx, job, &oa_sync_at_record, &at));
	TRY(READ_SNAP(u, base(u), account_open(snap, in.id, &account, &o)));
	TRY(READ_SNAP(u, base(u), oa_todo_some(snap, &(struct oa_todo_find){ in.id, OA_BATCH_MAX }, &rows, &n)));
	struct oa_call call = oa_call_of(cx, &o.app);
	*ret_done = false;
	if (n)
		return read_some(cx, job, &account, &call, rows, n, at);
	if (!at.listed)
		return list_page(cx, job, &account, &call, at);
	*ret_done = true;
	account.fans = at.fans;
	account.synced = cx_now(cx);
	return WRITE_TX(u, base(u), oa_account_read(tx, &account));
}

/* ---- the person ---- */

err oa_settle(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct attr_value fan = { p->root, OA_ATTR_FAN, NIL, STR_NIL }, channel = { p->root, OA_ATTR_CHANNEL, NIL, STR_NIL }, was;
	struct snap at = tx->snap;
	for (size_t i = 0; i < p->count; i++) {
		struct oa_fan_row *rows, key = { .customer = p->leaves[i] };
		size_t n;
		snap_slot(&at, slot_of_customer(tx->snap.unit->store, p->leaves[i]));
		TRY(oa_fans_of(&at, &key, &rows, &n));
		for (size_t k = 0; k < n; k++) {
			fan.n = rows[k].subscribed ? 1 : fan.n;
			channel.t = rows[k].channel.n && rows[k].subscribed ? rows[k].channel : channel.t;
		}
	}
	sum->reach_oa = fan.n == 1;
	TRY(attr_value_get(&tx->snap, p->root, OA_ATTR_FAN, &was));
	if (was.n != fan.n)
		TRY(attr_value_put(tx, &fan));
	TRY(attr_value_get(&tx->snap, p->root, OA_ATTR_CHANNEL, &was));
	return str_eq(was.t, channel.t) ? OK : attr_value_put(tx, &channel);
}
