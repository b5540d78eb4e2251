/*
 * Destinations and deliveries in the console. A secret is shown once, when it is made.
 */
#include "feature/hook/hook_data.h"

#include "base/crypt.h"
#include "base/hash.h"
#include "core/audit/audit.h"
#include "core/perm/perm.h"
#include "store/outbox.h"
#include "store/seal.h"

#define SET_FIELDS(F, S)                                                                        \
	F(S, STR, name, .min = 1, .max = HOOK_NAME_MAX) F(S, STR, url, .min = 1, .max = HOOK_URL_MAX) \
	F(S, STR, secret, .opt = true, .max = 120, .secret = true, .doc = "whsec_…; absent: made here, or as it is")
#define NEW_FIELDS(F, S) SET_FIELDS(F, S)
RECORD(hook_new, NEW_FIELDS);
#define EDIT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) SET_FIELDS(F, S) F(S, BOOL, enabled) F(S, BOOL, new_secret, .opt = true)
RECORD(hook_edit, EDIT_FIELDS);
#define VIEW_FIELDS(F, S)                                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, url) F(S, BOOL, enabled) F(S, I64, failures, .doc = "in a row") \
	F(S, MS, paused_ms, .opt = true, .doc = "not called before") F(S, STR, secret, .opt = true, .doc = "only when it was just made") \
	F(S, MS, created_ms) F(S, I64, version)
RECORD(hook_view, VIEW_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(hook_list_in, LIST_FIELDS);
#define SENT_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(hook_sent_in, SENT_IN_FIELDS);
#define SENT_FIELDS(F, S)                                                                       \
	F(S, ID, id) F(S, STR, type) F(S, STR, state, .one_of = "waiting,done,failed") F(S, I64, attempts) F(S, I64, again) \
	F(S, I64, status, .opt = true) F(S, STR, answer, .opt = true) F(S, MS, made_ms) F(S, MS, tried_ms, .opt = true)
RECORD(hook_sent_view, SENT_FIELDS);
#define AGAIN_IN_FIELDS(F, S) F(S, ID, id) F(S, ID, sent)
RECORD(hook_again_in, AGAIN_IN_FIELDS);
#define TESTED_FIELDS(F, S) F(S, I64, status, .opt = true) F(S, STR, answer)
RECORD(hook_tested, TESTED_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }
static str object(struct arena *a, i64 id) { return arena_printf(a, "hook:%lld", (long long)id); }

static err find(const struct snap *s, i64 id, struct hook *ret)
{
	err e = hook_get(s, &(struct hook_key){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_HOOK_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

static struct hook_view view_of(const struct hook *h, ms now)
{
	return (struct hook_view){ h->id, h->name, h->url, h->enabled, h->failures, h->until > now ? h->until : NIL, STR_NIL, h->created, h->version };
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct hook *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), hook_all(snap, &(struct none){ 0 }, &rows, &n)));
	struct hook_view *v = ARENA_ARRAY(CX_ARENA(cx), struct hook_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = view_of(&rows[i], cx_now(cx));
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static str fresh_secret(struct arena *a)
{
	u8 bytes[HOOK_SECRET_BYTES];
	crypt_random(bytes, sizeof(bytes));
	return arena_printf(a, "whsec_%.*s", STR_F(base64_encode(a, str_of(bytes, sizeof(bytes)))));
}

static err create(struct tx *tx, struct hook row, str secret)
{
	struct hook_n count;
	TRY(hook_count(&tx->snap, &(struct none){ 0 }, &count));
	if (count.n >= HOOK_MAX)
		return tx_fail(tx, ERR_STATE, T_HOOK_MAX, STR_NIL, STR_NIL, STR(FAIL_STR(HOOK_MAX)));
	TRY(seal_text(tx, 0, secret, &row.secret));
	TRY(hook_insert(tx, &row));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_EXISTS, T_HOOK_NAME, STR("name"), row.name, STR_NIL);
	return audit_add(tx, "hook.create", object(tx->snap.arena, row.id), row.name);
}

static err h_create(struct cx *cx)
{
	const struct hook_new *in = cx->in;
	struct hook_view *out = cx->out;
	struct hook row;
	str bytes, secret = in->secret.n ? in->secret : fresh_secret(CX_ARENA(cx));
	TRY(hook_url_check(&cx->unit, in->url));
	TRY(hook_secret_read(CX_ARENA(cx), secret, &bytes, &cx->unit.fail));
	record_init(&hook_record, &row);
	row = (struct hook){ id_next(store_ids(cx->env->store), cx_now(cx)), in->name, in->url, STR_NIL, STR_NIL, NIL, true, 0, 0, 1, cx_now(cx) };
	TRY(WRITE_TX(&cx->unit, base(cx), create(tx, row, secret)));
	*out = view_of(&row, cx_now(cx));
	out->secret = in->secret.n ? STR_NIL : secret;
	return OK;
}

/* The former secret signs too for a day, so that a receiver can change without losing one. */
static err change(struct tx *tx, const struct hook_edit *in, str secret)
{
	struct hook row, other;
	struct hook *all;
	size_t n;
	TRY(find(&tx->snap, in->id, &row));
	TRY(hook_all(&tx->snap, &(struct none){ 0 }, &all, &n));
	for (size_t i = 0; i < n; i++) {
		other = all[i];
		if (other.id != in->id && str_eq(other.name, in->name))
			return tx_fail(tx, ERR_EXISTS, T_HOOK_NAME, STR("name"), in->name, STR_NIL);
	}
	row.name = in->name;
	row.url = in->url;
	row.enabled = in->enabled;
	row.version = in->version;
	if (secret.n) {
		row.former = row.secret;
		row.former_until = tx->snap.now + HOOK_FORMER_MS;
		TRY(seal_text(tx, 0, secret, &row.secret));
	}
	TRY(hook_update(tx, &row));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	return audit_add(tx, "hook.change", object(tx->snap.arena, in->id), in->name);
}

static err h_change(struct cx *cx)
{
	const struct hook_edit *in = cx->in;
	struct hook_view *out = cx->out;
	struct hook row;
	str bytes, secret = in->secret.n ? in->secret : in->new_secret ? fresh_secret(CX_ARENA(cx)) : STR_NIL;
	TRY(hook_url_check(&cx->unit, in->url));
	if (secret.n)
		TRY(hook_secret_read(CX_ARENA(cx), secret, &bytes, &cx->unit.fail));
	TRY(WRITE_TX(&cx->unit, base(cx), change(tx, in, secret)));
	TRY(READ_SNAP(&cx->unit, base(cx), find(snap, in->id, &row)));
	*out = view_of(&row, cx_now(cx));
	out->secret = in->secret.n ? STR_NIL : secret;
	return OK;
}

static err drop(struct tx *tx, i64 id)
{
	struct hook row;
	TRY(find(&tx->snap, id, &row));
	TRY(hook_drop(tx, &(struct hook_key){ id }));
	return audit_add(tx, "hook.remove", object(tx->snap.arena, id), row.name);
}

static err h_drop(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), drop(tx, ((const struct hook_key *)cx->in)->id)); }

/* ---- deliveries ---- */

static err h_sent(struct cx *cx)
{
	const struct hook_sent_in *in = cx->in;
	struct page *page = cx->out;
	struct hook_find of = { in->id, INT64_MAX, in->limit + 1 };
	struct hook row;
	struct hook_sent *rows;
	size_t n, limit = (size_t)in->limit;
	TRY(READ_SNAP(&cx->unit, base(cx), find(snap, in->id, &row)));
	TRY(page_from(cx, in->cursor, &of.before, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), hook_sent_list(snap, &of, &rows, &n)));
	if (n > limit)
		page->next_cursor = page_next(cx, &rows[limit - 1].id, 1, 0);
	n = n > limit ? limit : n;
	struct hook_sent_view *v = ARENA_ARRAY(CX_ARENA(cx), struct hook_sent_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct hook_sent_view){ rows[i].id, rows[i].kind, rows[i].state, rows[i].attempts, rows[i].again, rows[i].status,
						rows[i].answer, rows[i].made, rows[i].tried };
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err again(struct tx *tx, i64 customer, i64 id, i64 hook)
{
	struct hook_sent sent;
	TRY(hook_sent_get(&tx->snap, &(struct hook_sent){ .customer = customer, .id = id }, &sent));
	if (str_eq_c(sent.state, "waiting") || !sent.body.n)
		return tx_fail(tx, ERR_STATE, T_HOOK_STATE, STR_NIL, STR_NIL, STR_NIL);
	sent.state = STR("waiting");
	sent.attempts = 0;
	sent.again++;
	TRY(hook_sent_put(tx, &sent));
	struct hook_again task = { hook, id };
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)id, (long long)sent.again);
	TRY(outbox_add(tx, STR(HOOK_AGAIN), key, STR(SPEAK_LANE_OUTSIDE), tx->snap.now, tx->snap.now + HOOK_LIFE_MS, customer, &hook_again_record, &task,
		       NULL));
	return audit_add(tx, "hook.again", object(tx->snap.arena, hook), arena_printf(tx->snap.arena, "msg_%lld", (long long)id));
}

static err h_again(struct cx *cx)
{
	const struct hook_again_in *in = cx->in;
	struct hook_find of = { in->id, in->sent + 1, 1 };
	struct hook_sent *rows;
	struct hook row;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), find(snap, in->id, &row)));
	TRY(READ_SNAP(&cx->unit, base(cx), hook_sent_list(snap, &of, &rows, &n)));
	if (n == 0 || rows[0].id != in->sent)
		return cx_fail(cx, ERR_NOT_FOUND, T_HOOK_SENT_UNKNOWN, STR("sent"), STR_NIL, STR_NIL);
	if (!row.enabled)
		return cx_fail(cx, ERR_STATE, T_HOOK_OFF, STR_NIL, STR_NIL, STR_NIL);
	return WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, rows[0].customer), again(tx, rows[0].customer, in->sent, in->id));
}

static err secret_of(const struct snap *s, i64 id, struct hook *row, str *ret)
{
	str text;
	TRY(find(s, id, row));
	TRY(unseal_text(s, 0, row->secret, &text));
	return hook_secret_read(s->arena, text, ret, s->fail);
}

/* A signed greeting, now: what it answers is shown. */
static err h_test(struct cx *cx)
{
	struct hook_tested *out = cx->out;
	struct arena *a = CX_ARENA(cx);
	struct hook row;
	struct transport_answer answer = { 0 };
	struct fail inner = { 0 };
	str secret, body = STR("{\"type\":\"yutang.test\",\"data\":{}}");
	bool ours_ok;
	i64 seconds = cx_now(cx) / MS_SECOND;
	TRY(READ_SNAP(&cx->unit, base(cx), secret_of(snap, ((const struct hook_key *)cx->in)->id, &row, &secret)));
	TRY(hook_private_ok(&cx->unit, &ours_ok));
	str id = arena_printf(a, "msg_%lld", (long long)id_next(store_ids(cx->env->store), cx_now(cx)));
	struct http_pair headers[] = { { STR("webhook-id"), id }, { STR("webhook-timestamp"), arena_printf(a, "%lld", (long long)seconds) },
				       { STR("webhook-signature"), hook_sign(a, secret, id, seconds, body) } };
	struct transport_call call = { .method = "POST", .url = row.url, .content_type = STR("application/json"), .body = body, .headers = headers,
				       .header_count = ARRAY_LEN(headers), .timeout_ms = HOOK_TIMEOUT_MS, .public_only = !ours_ok };
	err e = cx->env->transport->call(cx->env->transport, a, &call, &answer, &inner);
	out->status = e == OK ? answer.status : NIL;
	out->answer = e != OK ? (e == ERR_FORBIDDEN ? STR("private_address") : str_c(err_name(e))) :
		      str_utf8_ok(answer.body) ? str_utf8_head(answer.body, HOOK_ANSWER_MAX) : STR("");
	return OK;
}

#define VIEW &hook_view_record
#define KEY &hook_key_record
#define NONE ROUTE_SCOPE_NONE
const struct route hook_routes[] = {
	{ "GET", "/api/v1/hooks", "hook.read", NONE, ROUTE_LIST, &hook_list_in_record, VIEW, h_list, "Destinations of webhooks." },
	{ "POST", "/api/v1/hooks", "hook.write", NONE, ROUTE_CREATED, &hook_new_record, VIEW, h_create,
	  "Makes a destination; its secret is shown this once." },
	{ "PUT", "/api/v1/hooks/{id}", "hook.write", NONE, ROUTE_ETAG, &hook_edit_record, VIEW, h_change,
	  "Changes it, or gives it a new secret; the former one signs too for a day." },
	{ "DELETE", "/api/v1/hooks/{id}", "hook.write", NONE, 0, KEY, &none_record, h_drop, "Removes it; what waits for it fails." },
	{ "POST", "/api/v1/hooks/{id}/test", "hook.write", NONE, 0, KEY, &hook_tested_record, h_test, "Posts a signed greeting and shows the answer." },
	{ "GET", "/api/v1/hooks/{id}/sent", "hook.read", NONE, ROUTE_LIST, &hook_sent_in_record, &hook_sent_view_record, h_sent,
	  "Deliveries to it with their answers, newest first." },
	{ "POST", "/api/v1/hooks/{id}/sent/{sent}/again", "hook.write", NONE, 0, &hook_again_in_record, &none_record, h_again,
	  "Sends one that has ended again, under its own id." },
	{ 0 },
};
