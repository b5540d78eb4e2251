/*
 * Idempotency-Key: a creation that is asked for twice happens once.
 *
 * The key is claimed before the handler runs and its reply is kept for a day. A repetition gets the
 * kept reply; the same key with another request is 422. When the process dies between, the key stays
 * claimed and repetitions are answered 409: not creating twice matters more than creating now, and the
 * claim is gone after a day. An answer that says "try again" gives the key back.
 */
#include "core/perm/perm_data.h"
#include "core/perm/perm_int.h"

#include "base/hash.h"
#include "base/log.h"
#include "store/seal.h"

/* The structured-field string form ("…") and the plain one. */
static str unquote(str key)
{
	key = str_trim(key);
	if (key.n >= 2 && key.p[0] == '"' && key.p[key.n - 1] == '"')
		return str_sub(key, 1, key.n - 1);
	return key;
}

static str fingerprint(struct arena *a, const struct http_req *req)
{
	u8 digest[SHA256_BYTES];
	struct buf b = buf_new(a, HTTP_BODY_MAX + 65536);
	buf_add(&b, req->method);
	buf_char(&b, ' ');
	buf_add(&b, req->path);
	for (size_t i = 0; i < req->query_count; i++) {
		buf_char(&b, '\n');
		buf_add(&b, req->query[i].name);
		buf_char(&b, '=');
		buf_add(&b, req->query[i].value);
	}
	buf_add_c(&b, "\n\n");
	buf_add(&b, req->body);
	hash_sha256(buf_str(&b), digest);
	return hash_hex(a, digest, sizeof(digest));
}

/* *ret_mine: the key is claimed for us; else *ret_was is what stands under it. The kept body is sealed
 * with the corp's key. */
static err claim(struct tx *tx, const struct idempotency *row, bool *ret_mine, struct idempotency *ret_was)
{
	struct idempotency claimed, old = *row;
	old.created = tx->snap.now - IDEMPOTENCY_LIFE_MS;
	TRY(idempotency_prune(tx, &old));
	err e = idempotency_add(tx, row, &claimed);
	*ret_mine = e == OK;
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(idempotency_get(&tx->snap, row, ret_was));
	if (ret_was->body.n) {
		str plain;
		TRY(unseal_text(&tx->snap, 0, ret_was->body, &plain));
		ret_was->body = plain;
	}
	return OK;
}

err idem_begin(struct cx *cx, const struct route *r, struct idem *ret, bool *ret_replayed)
{
	struct idempotency was = { 0 };
	bool mine = false;
	str header = http_header(cx->req, "idempotency-key");
	*ret = (struct idem){ 0 };
	*ret_replayed = false;
	if (!(r->flags & ROUTE_IDEMPOTENT) || !header.p)
		return OK;
	str key = unquote(header);
	if (key.n == 0 || key.n > IDEMPOTENCY_KEY_MAX)
		return cx_fail(cx, ERR_INPUT, T_TOO_LONG, STR("Idempotency-Key"), STR_NIL, STR("255"));
	struct idempotency row = { .credential = cx->viewer.user, .idem_key = key, .created = cx_now(cx),
				   .fingerprint = fingerprint(CX_ARENA(cx), cx->req) };
	TRY(WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), claim(tx, &row, &mine, &was)));
	if (mine) {
		*ret = (struct idem){ key, row.fingerprint, row.credential };
		return OK;
	}
	if (!str_eq(was.fingerprint, row.fingerprint))
		return cx_fail(cx, ERR_INPUT, T_PERM_IDEMPOTENT, STR("Idempotency-Key"), STR_NIL, STR_NIL);
	if (was.status == 0)
		return cx_fail(cx, ERR_STATE, T_PERM_RUNNING, STR("Idempotency-Key"), STR_NIL, STR_NIL);
	http_set(cx->reply, STR("Idempotent-Replayed"), STR("true"));
	http_send(cx->reply, (int)was.status, was.type, was.body.p ? was.body : STR(""));
	*ret_replayed = true;
	return OK;
}

static err keep(struct tx *tx, struct idempotency row)
{
	str sealed;
	if (row.body.n > 0) {
		TRY(seal_text(tx, 0, row.body, &sealed));
		row.body = sealed;
	}
	return idempotency_done(tx, &row);
}

void idem_end(struct cx *cx, const struct idem *idem, err e)
{
	if (!idem->key.p || e == ERR_UNKNOWN)
		return;
	const struct http_reply *reply = cx->reply;
	struct idempotency row = { .credential = idem->credential, .idem_key = idem->key, .fingerprint = idem->fingerprint,
				   .status = reply->status, .type = reply->type, .body = reply->body };
	struct fail kept = cx->unit.fail;
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	err w = err_retryable(e) ? WRITE_TX(&cx->unit, base, idempotency_remove(tx, &row))
				 : WRITE_TX(&cx->unit, base, keep(tx, row));
	if (w != OK)
		log_fail("idempotency.lost", &cx->unit.fail, cx->request_id);
	cx->unit.fail = kept;
}
