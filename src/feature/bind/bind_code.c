/*
 * Codes: asked for within limits, sent through the outbox, guessed at most BIND_CODE_TRIES times.
 *
 * A refusal must not undo what it counted, so transactions here end well and say in their result what
 * was wrong; the error is made outside of them.
 */
#include "feature/bind/bind_data.h"

#include "base/crypt.h"
#include "core/identity/identity.h"
#include "core/perm/perm_session.h"
#include "port/send/sms.h"
#include "store/outbox.h"
#include "store/seal.h"

#define PHONE_COUNTRY "+86"
#define PHONE_DIGITS 11
#define PRUNE_EVERY_MS MS_HOUR

err bind_phone(struct cx *cx, str given, str *ret)
{
	TRY(identity_normal(CX_ARENA(cx), STR("phone"), given, ret, &cx->unit.fail));
	if (!str_starts(*ret, STR(PHONE_COUNTRY)) || ret->n != sizeof(PHONE_COUNTRY) - 1 + PHONE_DIGITS)
		return cx_fail(cx, ERR_INPUT, T_BIND_PHONE, STR("phone"), STR_NIL, STR_NIL);
	return OK;
}

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* Guessing six digits offline is easy, so the hash has a key and is bound to its row. */
static err code_hash(const struct snap *s, i64 id, str code, str *ret)
{
	return seal_lookup(s, STR("bind_code"), arena_printf(s->arena, "%lld:%.*s", (long long)id, STR_F(code)), ret);
}

/* ---- asking ---- */

struct asked { const struct guest *v; str phone, peer, code; ms wait; };

static ms wait_for(const struct bind_recent *r, i64 max, ms now)
{
	return r->n >= max ? r->first + BIND_DAY_MS - now : 0;
}

static err check_limits(const struct snap *s, const struct bind_code *row, ms *ret_wait)
{
	struct bind_recent phone, session, peer;
	struct bind_since since = { row->phone, s->now - BIND_DAY_MS };
	TRY(bind_recent_phone(s, &since, &phone));
	since.of = row->session;
	TRY(bind_recent_session(s, &since, &session));
	since.of = row->peer;
	TRY(bind_recent_peer(s, &since, &peer));
	ms wait = phone.n ? phone.last + BIND_CODE_EVERY_MS - s->now : 0;
	wait = int_max(wait, wait_for(&phone, BIND_PHONE_DAY, s->now));
	wait = int_max(wait, wait_for(&session, BIND_SESSION_DAY, s->now));
	*ret_wait = int_max(wait, wait_for(&peer, BIND_SESSION_DAY, s->now));
	return OK;
}

static err add_code(struct tx *tx, struct asked *q)
{
	const struct snap *s = &tx->snap;
	struct bind_code row = { .id = id_next(store_ids(s->unit->store), s->now), .session = q->v->session, .used = NIL,
				 .created = s->now, .expires = s->now + BIND_CODE_MS };
	TRY(seal_lookup(s, STR("bind_phone"), q->phone, &row.phone));
	TRY(seal_lookup(s, STR("bind_peer"), q->peer, &row.peer));
	TRY(code_hash(s, row.id, q->code, &row.code));
	TRY(check_limits(s, &row, &q->wait));
	if (q->wait > 0)
		return OK;
	struct bind_sms sms = { str_sub(q->phone, sizeof(PHONE_COUNTRY) - 1, q->phone.n), q->code };
	TRY(bind_code_add(tx, &row));
	TRY(bind_prune_arm(tx));
	return outbox_add(tx, STR(BIND_SENDER), arena_printf(s->arena, "%lld", (long long)row.id), STR(""), s->now, row.expires, 0,
			  &bind_sms_record, &sms, NULL);
}

static str six_digits(struct arena *a)
{
	u64 n;
	crypt_random(&n, sizeof(n));
	return arena_printf(a, "%0*llu", BIND_CODE_DIGITS, (unsigned long long)(n % 1000000));
}

err bind_code_ask(struct cx *cx, const struct guest *v, str phone, str *ret_code)
{
	struct asked q = { v, phone, session_peer(cx->req), six_digits(CX_ARENA(cx)), 0 };
	/* The test provider reaches nobody: for a real company that is no provider at all. */
	if (!cx->env->sms || (sms_is_test(cx->env->sms) && !v->corp.simulated))
		return cx_fail(cx, ERR_STATE, T_BIND_NO_SMS, STR_NIL, STR_NIL, STR_NIL);
	TRY(WRITE_TX(&cx->unit, base(cx), add_code(tx, &q)));
	if (q.wait > 0)
		return cx_fail(cx, ERR_TOO_MANY, T_OK, STR_NIL, STR_NIL,
			       arena_printf(CX_ARENA(cx), "%lld", (long long)((q.wait + MS_SECOND - 1) / MS_SECOND)));
	*ret_code = q.code;
	return OK;
}

/* ---- sending ---- */

err bind_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct bind_sms sms;
	struct sms_account account;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &bind_sms_record, &sms)));
	TRY(setting_get(&cx->unit, "sms.url", &account.url));
	TRY(setting_get(&cx->unit, "sms.header", &account.header));
	TRY(setting_get(&cx->unit, "sms.body", &account.body));
	TRY(setting_get(&cx->unit, "sms.ok", &account.ok));
	if (!cx->env->sms)
		return cx_fail(cx, ERR_CONFIG, T_SMS_ACCOUNT, STR_NIL, STR_NIL, STR_NIL);
	struct sms_message m = { sms.phone, sms.code, cx_now(cx) };
	err e = sms_send(cx->env->sms, CX_ARENA(cx), &account, &m, &cx->unit.fail);
	/* Perhaps it arrived: two messages with one code are worse than asking for another code. */
	if (e == ERR_UNKNOWN) {
		*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = STR("unknown") };
		return OK;
	}
	return e;
}

/* ---- guessing ---- */

enum guess { GUESS_RIGHT, GUESS_WRONG, GUESS_OVER, GUESS_TRIES };
struct guessed { str phone, session, code; enum guess is; i64 id, left; };

static err try_code(struct tx *tx, struct guessed *g)
{
	const struct snap *s = &tx->snap;
	struct bind_code row, key = { .session = g->session };
	str hash;
	TRY(seal_lookup(s, STR("bind_phone"), g->phone, &key.phone));
	err e = bind_code_latest(s, &key, &row);
	g->is = GUESS_OVER;
	if (e == ERR_NOT_FOUND || (e == OK && (row.used != NIL || s->now > row.expires)))
		return OK;
	TRY(e);
	g->id = row.id;
	g->is = GUESS_TRIES;
	if (row.tries >= BIND_CODE_TRIES)
		return OK;
	TRY(code_hash(s, row.id, g->code, &hash));
	g->is = crypt_equal(hash, row.code) ? GUESS_RIGHT : GUESS_WRONG;
	g->left = BIND_CODE_TRIES - 1 - row.tries;
	return g->is == GUESS_RIGHT ? OK : bind_code_wrong(tx, &row);
}

err bind_code_check(struct cx *cx, const struct guest *v, str phone, str code, i64 *ret_id)
{
	struct guessed g = { .phone = phone, .session = v->session, .code = code };
	TRY(WRITE_TX(&cx->unit, base(cx), try_code(tx, &g)));
	*ret_id = g.id;
	switch (g.is) {
	case GUESS_RIGHT:
		return OK;
	case GUESS_OVER:
		return cx_fail(cx, ERR_INPUT, T_BIND_EXPIRED, STR("code"), STR_NIL, STR_NIL);
	case GUESS_WRONG:
		if (g.left > 0)
			return cx_fail(cx, ERR_INPUT, T_BIND_WRONG, STR("code"), STR_NIL,
				       arena_printf(CX_ARENA(cx), "%lld", (long long)g.left));
		break;
	case GUESS_TRIES:
		break;
	}
	return cx_fail(cx, ERR_INPUT, T_BIND_TRIES, STR("code"), STR_NIL, STR_NIL);
}

err bind_code_close(struct cx *cx, i64 id)
{
	struct bind_code key = { .id = id };
	return WRITE_TX(&cx->unit, base(cx), bind_code_use(tx, &key));
}

/* ---- forgetting ---- */

/* At the next whole hour: setting it again within the hour moves nothing. */
err bind_prune_arm(struct tx *tx)
{
	ms due = (tx->snap.now / PRUNE_EVERY_MS + 1) * PRUNE_EVERY_MS;
	return timer_set(tx, STR(BIND_PRUNE), STR(""), due, 0, &none_record, &(struct none){ 0 });
}

static err prune(struct tx *tx, const struct timer_row *row)
{
	struct none none = { 0 };
	struct bind_first code;
	bool mine;
	TRY(timer_take(tx, row, &mine));
	if (!mine)
		return OK;
	TRY(bind_codes_drop(tx, &(struct bind_old){ tx->snap.now - BIND_DAY_MS }));
	TRY(bind_code_first(&tx->snap, &none, &code));
	return code.at == NIL ? OK : bind_prune_arm(tx);
}

err bind_prune(struct cx *cx, const struct timer_row *row)
{
	return WRITE_TX(&cx->unit, row->slot, prune(tx, row));
}
