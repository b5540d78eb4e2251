/*
 * webhook.post, and the calls. See hook.h for what must stay true.
 */
#include "feature/hook/hook_data.h"

#include "base/hash.h"
#include "base/tz.h"
#include "core/attr/attr_say.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/identity/identity_kind.h"
#include "store/outbox.h"
#include "store/seal.h"

#define ARGS_BYTES_MAX ((size_t)48 << 10)
#define JITTER_PERCENT 20

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

/* ---- the verb ---- */

static bool kind_ok(str kind)
{
	for (size_t i = 0; i < kind.n; i++) {
		char c = kind.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.'))
			return false;
	}
	return kind.n > 0;
}

static err check(struct unit *u, const void *args)
{
	const struct hook_post_args *in = args;
	const struct hook_pair *pairs = in->fields.v;
	struct hook row;
	size_t bytes = 0;
	err e = READ_SNAP(u, base(u), hook_get(snap, &(struct hook_key){ in->hook }, &row));
	if (e == ERR_NOT_FOUND)
		return fail_set(&u->fail, ERR_INPUT, T_HOOK_UNKNOWN, STR("hook"), STR_NIL, STR_NIL);
	TRY(e);
	if (!kind_ok(in->type))
		return fail_set(&u->fail, ERR_INPUT, T_ERR_INPUT, STR("type"), in->type, STR("a-z A-Z 0-9 _ ."));
	for (size_t i = 0; i < in->fields.n; i++) {
		bytes += pairs[i].key.n + pairs[i].value.n;
		TRY(attr_say_check(u, "fields", pairs[i].value, 0));
	}
	if (bytes > HOOK_BODY_MAX / 2)
		return fail_set(&u->fail, ERR_INPUT, T_HOOK_BODY, STR("fields"), STR_NIL, arena_printf(u->arena, "%zu", HOOK_BODY_MAX / 2));
	for (size_t i = 0; i < in->ids.n; i++)
		if (!identity_kind_of(in->ids.v[i]))
			return fail_set(&u->fail, ERR_INPUT, T_ERR_INPUT, STR("ids"), in->ids.v[i], STR("external_userid, unionid, phone, email"));
	return OK;
}

static err run(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct hook_post_args *in = call->args;
	struct buf b = buf_new(tx->snap.arena, ARGS_BYTES_MAX);
	struct snap at = tx->snap;
	struct hook row;
	struct hook_sent sent;
	bool known;
	TRY(speak_before(tx, call, HOOK_VERB, ret, &known));
	if (known)
		return OK;
	snap_slot(&at, base(tx->snap.unit));
	err e = hook_get(&at, &(struct hook_key){ in->hook }, &row);
	if (e == ERR_NOT_FOUND || (e == OK && !row.enabled))
		return speak_refuse(ret, "no_destination");
	TRY(e);
	record_init(&hook_sent_record, &sent);
	sent.customer = call->customer;
	sent.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	sent.hook = row.id;
	sent.kind = in->type;
	sent.state = STR("waiting");
	sent.attempts = sent.again = 0;
	sent.made = tx->snap.now;
	TRY(hook_sent_add(tx, &sent));
	record_write(&b, &hook_post_args_record, in);
	struct hook_task task = { row.id, buf_str(&b) };
	return speak_ask(tx, &(struct speak_ask){ .call = call, .id = sent.id, .verb = HOOK_VERB, .class = STR("service"),
						  .via = arena_printf(tx->snap.arena, "%lld", (long long)row.id), .sender = HOOK_VERB,
						  .lane = SPEAK_LANE_OUTSIDE, .expires = call->at + HOOK_LIFE_MS, .record = &hook_task_record,
						  .body = &task }, ret);
}

static err stop(struct tx *tx, const struct verb_call *call, bool *ret_stopped) { return speak_stop(tx, call, HOOK_VERB, ret_stopped); }

const struct verb hook_verbs[] = { { HOOK_VERB, T_VERB_WEBHOOK_POST, &hook_post_args_record, NULL, check, run, stop }, { 0 } };

/* ---- the body ---- */

static void iso(struct buf *b, ms at)
{
	i64 second = at % MS_DAY / MS_SECOND;
	int y, m, d;
	tz_date(at / MS_DAY, &y, &m, &d);
	buf_fmt(b, "\"%04d-%02d-%02dT%02lld:%02lld:%02lld.%03lldZ\"", y, m, d, (long long)(second / 3600), (long long)(second / 60 % 60),
		(long long)(second % 60), (long long)(at % 1000));
}

static err ids_of(struct cx *cx, i64 root, const struct strs *kinds, struct buf *b)
{
	struct unit *u = &cx->unit;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, count;
	bool first = true;
	TRY(customer_leaves(u, root, leaves, &n));
	buf_add_c(b, ",\"ids\":{");
	for (size_t k = 0; k < kinds->n; k++) {
		str found = STR_NIL;
		for (size_t i = 0; i < n && !found.n; i++) {
			struct identity_row *rows;
			TRY(identity_of(u, leaves[i], &rows, &count));
			for (size_t r = 0; r < count && !found.n; r++)
				if (rows[r].verified && str_eq(rows[r].kind, kinds->v[k]))
					found = rows[r].value;
		}
		if (!found.n)
			continue;
		buf_add_c(b, first ? "" : ",");
		buf_json(b, kinds->v[k]);
		buf_char(b, ':');
		buf_json(b, found);
		first = false;
	}
	buf_char(b, '}');
	return OK;
}

static err compose(struct cx *cx, const struct hook_sent *sent, i64 root, const struct hook_post_args *in, str *ret)
{
	const struct hook_pair *pairs = in->fields.v;
	struct buf b = buf_new(CX_ARENA(cx), HOOK_BODY_MAX);
	buf_add_c(&b, "{\"type\":");
	buf_json(&b, in->type);
	buf_add_c(&b, ",\"timestamp\":");
	iso(&b, sent->made);
	buf_fmt(&b, ",\"data\":{\"customer\":\"%lld\"", (long long)root);
	if (in->ids.n)
		TRY(ids_of(cx, root, &in->ids, &b));
	buf_add_c(&b, ",\"fields\":{");
	for (size_t i = 0; i < in->fields.n; i++) {
		str value;
		TRY(attr_say(&cx->unit, root, pairs[i].value, &value));
		buf_add_c(&b, i ? "," : "");
		buf_json(&b, pairs[i].key);
		buf_char(&b, ':');
		buf_json(&b, value);
	}
	buf_add_c(&b, "}}}");
	if (b.over)
		return cx_fail(cx, ERR_TOO_LARGE, T_HOOK_BODY, STR("fields"), STR_NIL, arena_printf(CX_ARENA(cx), "%zu", HOOK_BODY_MAX));
	*ret = buf_str(&b);
	return OK;
}

/* ---- one destination's turn ---- */

struct turn { struct hook row; str secret, former; bool mine; };

static err secrets(const struct snap *s, struct turn *t)
{
	str text, bytes;
	TRY(unseal_text(s, 0, t->row.secret, &text));
	TRY(hook_secret_read(s->arena, text, &t->secret, s->fail));
	t->former = STR_NIL;
	if (!t->row.former.n || t->row.former_until < s->now)
		return OK;
	TRY(unseal_text(s, 0, t->row.former, &text));
	TRY(hook_secret_read(s->arena, text, &bytes, s->fail));
	t->former = bytes;
	return OK;
}

/* Of a destination that failed, one call at a time finds out whether it is back. */
static err take_turn(struct tx *tx, i64 hook, struct turn *t)
{
	TRY(hook_get(&tx->snap, &(struct hook_key){ hook }, &t->row));
	TRY(secrets(&tx->snap, t));
	t->mine = t->row.until <= tx->snap.now;
	if (!t->mine || t->row.failures == 0)
		return OK;
	struct hook probing = t->row;
	probing.until = tx->snap.now + HOOK_TIMEOUT_MS;
	return hook_line(tx, &probing);
}

static err tell(struct tx *tx, const struct hook *row, enum event_kind kind, str reason)
{
	struct hook_told body = { row->id, row->name, reason };
	return journal_add(tx, kind, 0, tx->snap.now, &hook_told_record, &body, NULL);
}

struct tried { err e; int status; str answer; i64 wait; ms at; };

static bool well(const struct tried *t) { return t->e == OK && t->status / 100 == 2; }
/* It lives, and it is this one it does not want. */
static bool refusal(const struct tried *t) { return t->e == OK && t->status / 100 == 4 && t->status != 408 && t->status != 429; }

static err note_line(struct tx *tx, i64 hook, const struct tried *t, str reason)
{
	struct hook row;
	err e = hook_get(&tx->snap, &(struct hook_key){ hook }, &row);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	i64 was = row.failures;
	bool fine = well(t) || refusal(t), gone = t->e == OK && t->status == 410;
	if (fine && was == 0 && !gone)
		return OK;
	row.failures = fine ? 0 : was + 1;
	ms pause = HOOK_PAUSE_FIRST_MS;
	for (i64 i = 1; i < row.failures && pause < HOOK_PAUSE_LAST_MS; i++)
		pause *= 2;
	row.until = fine ? 0 : tx->snap.now + int_max(int_min(pause, HOOK_PAUSE_LAST_MS), t->wait * MS_SECOND);
	row.enabled = row.enabled && !gone;
	TRY(hook_line(tx, &row));
	if (gone || row.failures == HOOK_BROKEN_AFTER)
		return tell(tx, &row, EV_HOOK_BROKEN, reason);
	return fine && was >= HOOK_BROKEN_AFTER ? tell(tx, &row, EV_HOOK_MENDED, STR_NIL) : OK;
}

static struct tried call(struct cx *cx, const struct turn *t, const struct hook_sent *sent, str body, bool ours_ok)
{
	struct arena *a = CX_ARENA(cx);
	i64 seconds = cx_now(cx) / MS_SECOND;
	str id = arena_printf(a, "msg_%lld", (long long)sent->id), signs = hook_sign(a, t->secret, id, seconds, body);
	if (t->former.n)
		signs = arena_printf(a, "%.*s %.*s", STR_F(signs), STR_F(hook_sign(a, t->former, id, seconds, body)));
	struct http_pair headers[] = {
		{ STR("webhook-id"), id }, { STR("webhook-timestamp"), arena_printf(a, "%lld", (long long)seconds) }, { STR("webhook-signature"), signs },
		{ STR("User-Agent"), arena_printf(a, "Yutang/%.*s", STR_F(cx->env->version)) },
	};
	struct transport_call c = { .method = "POST", .url = t->row.url, .content_type = STR("application/json"), .body = body, .headers = headers,
				    .header_count = ARRAY_LEN(headers), .timeout_ms = HOOK_TIMEOUT_MS, .public_only = !ours_ok };
	struct transport_answer answer = { 0 };
	struct fail inner = { 0 };
	err e = cx->env->transport->call(cx->env->transport, a, &c, &answer, &inner);
	str text = str_utf8_ok(answer.body) ? str_utf8_head(answer.body, HOOK_ANSWER_MAX) : STR("");
	return (struct tried){ e, e == OK ? answer.status : 0, e == OK ? text : str_c(err_name(e)), answer.retry_after, cx_now(cx) };
}

/* ---- senders ---- */

static err keep_body(struct tx *tx, struct hook_sent *sent, str body)
{
	TRY(seal_text(tx, sent->customer, body, &sent->body));
	return hook_sent_put(tx, sent);
}

static err sent_get(const struct snap *s, i64 customer, i64 id, struct hook_sent *ret, str *ret_body)
{
	TRY(hook_sent_get(s, &(struct hook_sent){ .customer = customer, .id = id }, ret));
	*ret_body = STR_NIL;
	return ret->body.n ? unseal_text(s, customer, ret->body, ret_body) : OK;
}

static err note_sent(struct tx *tx, struct hook_sent sent, const struct tried *t, const char *state)
{
	sent.attempts++;
	sent.status = t->e == OK ? t->status : NIL;
	sent.answer = t->answer;
	sent.tried = t->at;
	sent.state = str_c(state);
	return hook_sent_put(tx, &sent);
}

/* After so many tries; NIL: no more. */
static ms pause_after(i64 attempts, i64 id)
{
	static const ms pauses[HOOK_TRIES_MAX - 1] = { 5 * MS_SECOND, 5 * MS_MINUTE, 30 * MS_MINUTE, 2 * MS_HOUR, 5 * MS_HOUR, 10 * MS_HOUR };
	if (attempts < 1 || attempts >= HOOK_TRIES_MAX)
		return NIL;
	ms p = pauses[attempts - 1];
	return p + (ms)(hash_mix((u64)id + (u64)attempts) % (u64)(p * JITTER_PERCENT / 100 + 1));
}

static str reason_of(struct arena *a, const struct tried *t)
{
	return t->e == OK ? arena_printf(a, "%d", t->status) : t->e == ERR_FORBIDDEN ? STR("private_address") : str_c(err_name(t->e));
}

/* One try of a delivery; *ret_over: it has an end, *ret_at: when the next try is. */
static err try_once(struct cx *cx, i64 slot, i64 hook, struct hook_sent *sent, str body, struct tried *ret, bool *ret_over, ms *ret_at)
{
	struct unit *u = &cx->unit;
	struct turn t;
	bool ours_ok;
	*ret_over = false;
	err e = WRITE_TX(u, base(u), take_turn(tx, hook, &t));
	if (e == ERR_NOT_FOUND || (e == OK && !t.row.enabled)) {
		*ret = (struct tried){ ERR_STATE, 0, STR("no_destination"), 0, cx_now(cx) };
		*ret_over = true;
		return WRITE_TX(u, slot, note_sent(tx, *sent, ret, "failed"));
	}
	TRY(e);
	*ret_at = t.row.until;
	if (!t.mine)
		return OK;
	TRY(hook_private_ok(u, &ours_ok));
	*ret = call(cx, &t, sent, body, ours_ok);
	ms pause = pause_after(sent->attempts + 1, sent->id);
	*ret_over = well(ret) || ret->e == ERR_FORBIDDEN || (ret->e == OK && ret->status == 410) || pause == NIL;
	*ret_at = cx_now(cx) + (pause == NIL ? 0 : int_max(pause, ret->wait * MS_SECOND));
	TRY(WRITE_TX(u, slot, note_sent(tx, *sent, ret, well(ret) ? "done" : *ret_over ? "failed" : "waiting")));
	return WRITE_TX(u, base(u), note_line(tx, hook, ret, reason_of(CX_ARENA(cx), ret)));
}

static err the_body(struct cx *cx, const struct outbox_row *row, const struct hook_task *task, struct hook_sent *sent, str *ret)
{
	struct unit *u = &cx->unit;
	struct hook_post_args in;
	struct json *tree;
	i64 root;
	TRY(READ_SNAP(u, row->slot, sent_get(snap, row->customer, speak_id(row), sent, ret)));
	if (ret->n)
		return OK;
	TRY(json_parse(task->args, CX_ARENA(cx), &tree, &u->fail));
	record_init(&hook_post_args_record, &in);
	record_read(&hook_post_args_record, tree, &in, CX_ARENA(cx));
	TRY(customer_root(u, row->customer, &root));
	TRY(compose(cx, sent, root, &in, ret));
	return WRITE_TX(u, row->slot, keep_body(tx, sent, *ret));
}

static struct speak_ended ended(const char *state, str reason)
{
	return (struct speak_ended){ .verb = STR(HOOK_VERB), .state = str_c(state), .reason = reason, .remote = STR_NIL, .cost = NIL };
}

err hook_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct hook_task task;
	struct hook_sent sent;
	struct tried tried = { OK, 0, STR(""), 0, 0 };
	str body;
	bool over;
	ms at = NIL;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &hook_task_record, &task)));
	err e = the_body(cx, row, &task, &sent, &body);
	if (e == ERR_TOO_LARGE) {
		speak_done(cx, row, ended("failed", STR("too_large")), ret);
		return OK;
	}
	TRY(e);
	TRY(try_once(cx, row->slot, task.hook, &sent, body, &tried, &over, &at));
	if (over)
		speak_done(cx, row, ended(well(&tried) ? "sent" : "failed", well(&tried) ? STR_NIL :
					  tried.e == ERR_STATE ? tried.answer : reason_of(CX_ARENA(cx), &tried)), ret);
	else
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .retry_at = at, .reason = STR("again") };
	return OK;
}

static err fail_sent(struct tx *tx, struct hook_sent sent)
{
	sent.state = STR("failed");
	return hook_sent_put(tx, &sent);
}

err hook_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct hook_sent sent;
	str body;
	TRY(READ_SNAP(&cx->unit, row->slot, sent_get(snap, row->customer, speak_id(row), &sent, &body)));
	TRY(WRITE_TX(&cx->unit, row->slot, fail_sent(tx, sent)));
	return speak_late(cx, row, ret);
}

/* Sent again by hand: whoever asked for it first has his answer already. */
err hook_send_again(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct hook_again task;
	struct hook_sent sent;
	struct tried tried = { OK, 0, STR(""), 0, 0 };
	str body;
	bool over;
	ms at = NIL;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &hook_again_record, &task)));
	TRY(READ_SNAP(&cx->unit, row->slot, sent_get(snap, row->customer, task.sent, &sent, &body)));
	if (!body.n)
		return cx_fail(cx, ERR_STATE, T_HOOK_SENT_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
	TRY(try_once(cx, row->slot, task.hook, &sent, body, &tried, &over, &at));
	*ret = over ? (struct outcome){ .state = well(&tried) ? OUTCOME_DONE : OUTCOME_DROPPED, .reason = reason_of(CX_ARENA(cx), &tried) } :
		      (struct outcome){ .state = OUTCOME_RETRY, .retry_at = at, .reason = STR("again") };
	return OK;
}

err hook_late_again(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct hook_again task;
	struct hook_sent sent;
	str body;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &hook_again_record, &task)));
	TRY(READ_SNAP(&cx->unit, row->slot, sent_get(snap, row->customer, task.sent, &sent, &body)));
	*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = STR("expired") };
	return WRITE_TX(&cx->unit, row->slot, fail_sent(tx, sent));
}
