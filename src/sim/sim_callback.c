/*
 * Callbacks: events sealed by the platform's real algorithm and delivered at least once.
 *
 * The envelope is written here again from the documentation (AES-256-CBC, PKCS#7 to 32 bytes,
 * random(16) || length || message || corpid, signature over the four sorted texts), so that the two
 * implementations check each other. An event is delivered when due; an answer other than 200 within
 * 5 s means another try, three in all. A URL is accepted only after it has decrypted an echostr.
 * Faults: drop_callback, dup_callback, reorder (delays one event so that later ones overtake it).
 */
#include "sim/sim_call.h"

#include "base/crypt.h"
#include "base/hash.h"

#include <stdlib.h>

#define CALLBACK_TRIES 3
#define CALLBACK_TIMEOUT_MS 5000
#define CALLBACK_VERIFY_MS 1000
#define CALLBACK_RETRY_MS 1000
#define CALLBACK_REORDER_MS 2000
#define CALLBACK_ARENA_MAX ((size_t)64 << 20)
#define ENVELOPE_BLOCK 32
#define ENVELOPE_RANDOM 16
#define AES_KEY_CHARS 43
#define TOKEN_MAX 32

struct endpoint { str url, token, key, corpid; i64 agentid; ms now; u64 random[3]; };

static bool key_bytes(struct arena *a, str aes_key, u8 ret[32])
{
	str bytes;
	if (aes_key.n != AES_KEY_CHARS || !base64_decode(a, arena_printf(a, "%.*s=", STR_F(aes_key)), &bytes) ||
	    bytes.n != 32)
		return false;
	memcpy(ret, bytes.p, 32);
	return true;
}

/* Base64 of the sealed message; nil when the key is not one. */
static str envelope_seal(struct arena *a, const struct endpoint *e, str message)
{
	u8 key[32];
	if (!key_bytes(a, e->key, key))
		return STR_NIL;
	size_t plain = ENVELOPE_RANDOM + 4 + message.n + e->corpid.n;
	size_t pad = ENVELOPE_BLOCK - plain % ENVELOPE_BLOCK;
	u8 *p = arena_alloc(a, plain + pad), *cipher = arena_alloc(a, plain + pad), *at = p;
	memcpy(at, e->random, ENVELOPE_RANDOM);
	at += ENVELOPE_RANDOM;
	for (int shift = 24; shift >= 0; shift -= 8)
		*at++ = (u8)(message.n >> shift);
	memcpy(at, message.p, message.n);
	memcpy(at + message.n, e->corpid.p, e->corpid.n);
	memset(p + plain, (int)pad, pad);
	if (!crypt_aes_cbc_encrypt(key, key, str_of(p, plain + pad), cipher))
		return STR_NIL;
	return base64_encode(a, str_of(cipher, plain + pad));
}

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const str *)a, *(const str *)b);
}

static str envelope_sign(struct arena *a, str token, str timestamp, str nonce, str sealed)
{
	str parts[4] = { token, timestamp, nonce, sealed };
	qsort(parts, 4, sizeof(str), by_bytes);
	u8 sha[SHA1_BYTES];
	hash_sha1(arena_printf(a, "%.*s%.*s%.*s%.*s", STR_F(parts[0]), STR_F(parts[1]), STR_F(parts[2]),
			       STR_F(parts[3])), sha);
	return hash_hex(a, sha, sizeof(sha));
}

/* "url?msg_signature=…&timestamp=…&nonce=…" for the sealed text. */
static str signed_url(struct arena *a, const struct endpoint *e, str sealed)
{
	str timestamp = arena_printf(a, "%lld", (long long)(e->now / 1000));
	str nonce = arena_printf(a, "%llu", (unsigned long long)(e->random[2] % 10000000000ull));
	str signature = envelope_sign(a, e->token, timestamp, nonce, sealed);
	return arena_printf(a, "%.*s%cmsg_signature=%.*s&timestamp=%.*s&nonce=%.*s", STR_F(e->url),
			    str_has_char(e->url, '?') ? '&' : '?', STR_F(signature), STR_F(timestamp), STR_F(nonce));
}

static void endpoint_of(struct sim *s, struct arena *a, struct endpoint *ret)
{
	*ret = (struct endpoint){ .url = arena_dup(a, s->cb_url), .token = arena_dup(a, s->cb_token),
				  .key = arena_dup(a, s->cb_key), .corpid = s->corpid, .agentid = s->agentid,
				  .now = sim_now(s) };
	for (int i = 0; i < 3; i++)
		ret->random[i] = sim_random(s, STREAM_CALLBACK);
}

static void deliver_end(struct sim *s, const struct sim_due *d, int status)
{
	if (status == 200) {
		s->callbacks_ok++;
		sim_logf(s, "callback", "delivered", "{\"event\":%lld,\"try\":%lld}", (long long)d->b, (long long)d->a + 1);
	} else if (d->a + 1 < CALLBACK_TRIES) {
		sim_logf(s, "callback", "failed", "{\"event\":%lld,\"try\":%lld,\"status\":%d}", (long long)d->b,
			 (long long)d->a + 1, status);
		sim_due_add(s, sim_now(s) + CALLBACK_RETRY_MS, DUE_CALLBACK, d->a + 1, d->b, d->text);
	} else {
		s->callbacks_lost++;
		sim_logf(s, "callback", "lost", "{\"event\":%lld,\"status\":%d}", (long long)d->b, status);
	}
}

void sim_callback_deliver(struct sim *s, const struct sim_due *d)
{
	struct arena *a = arena_new(CALLBACK_ARENA_MAX);
	struct endpoint e;
	struct transport_answer answer = { 0 };
	pthread_mutex_lock(&s->lock);
	endpoint_of(s, a, &e);
	struct transport *transport = s->transport;
	pthread_mutex_unlock(&s->lock);
	if (e.url.n && transport) {
		str sealed = envelope_seal(a, &e, d->text);
		str body = arena_printf(a, "<xml><ToUserName><![CDATA[%.*s]]></ToUserName><Encrypt><![CDATA[%.*s]]></Encrypt>"
					   "<AgentID><![CDATA[%lld]]></AgentID></xml>",
					STR_F(e.corpid), STR_F(sealed), (long long)e.agentid);
		struct transport_call call = { .method = "POST", .url = signed_url(a, &e, sealed),
					       .content_type = STR("text/xml"), .body = body,
					       .timeout_ms = CALLBACK_TIMEOUT_MS };
		struct fail f = { 0 };
		if (transport->call(transport, a, &call, &answer, &f) != OK)
			answer.status = 0;
	}
	pthread_mutex_lock(&s->lock);
	deliver_end(s, d, answer.status);
	pthread_mutex_unlock(&s->lock);
	arena_free(a);
}

static bool fault_take(struct sim *s, const char *event, const char *change, const char *kind, i64 *ret_code)
{
	for (size_t i = 0; i < s->faults.n; i++) {
		struct sim_fault *f = &s->faults.v[i];
		if (f->count <= 0 || !str_eq_c(f->kind, kind))
			continue;
		if (f->api.n && !str_eq_c(f->api, "*") && !str_eq_c(f->api, event) && !str_eq_c(f->api, change))
			continue;
		f->count--;
		*ret_code = f->code;
		return true;
	}
	return false;
}

/* Who came or went, in the two shapes that are seen in the wild. */
static void members_put(struct buf *b, str list, bool joined)
{
	buf_add_c(b, "<MemChangeList>");
	if (joined) {
		buf_fmt(b, "<![CDATA[%.*s]]>", STR_F(list));
		list = STR_NIL;
	}
	while (list.n) {
		str id = str_cut(&list, ',');
		buf_fmt(b, "<Item><![CDATA[%.*s]]></Item>", STR_F(id));
	}
	buf_add_c(b, "</MemChangeList>");
}

void sim_event(struct sim *s, const char *event, const char *change, const struct http_pair *fields, size_t count)
{
	struct buf b = buf_new(s->arena, (size_t)1 << 20);
	buf_room(&b, 768);
	buf_fmt(&b, "<xml><ToUserName><![CDATA[%.*s]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
		    "<CreateTime>%lld</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[%s]]></Event>"
		    "<ChangeType><![CDATA[%s]]></ChangeType>",
		STR_F(s->corpid), (long long)(sim_now(s) / 1000), event, change);
	for (size_t i = 0; i < count; i++)
		if (str_eq_c(fields[i].name, "MemChangeList"))
			members_put(&b, fields[i].value, s->log.n % 2 != 0);
		else if (fields[i].value.n)
			buf_fmt(&b, "<%.*s><![CDATA[%.*s]]></%.*s>", STR_F(fields[i].name), STR_F(fields[i].value),
				STR_F(fields[i].name));
	buf_add_c(&b, "</xml>");
	struct buf p = buf_new(s->arena, (size_t)1 << 20);
	buf_fmt(&p, "{\"ChangeType\":\"%s\"", change);
	for (size_t i = 0; i < count; i++) {
		if (!fields[i].value.n)
			continue;
		buf_fmt(&p, ",\"%.*s\":", STR_F(fields[i].name));
		buf_json(&p, fields[i].value);
	}
	buf_char(&p, '}');
	sim_log(s, "event", str_c(event), buf_str(&p), STR_NIL);
	i64 number = (i64)s->log.n, code = 0;
	if (!s->cb_url.n || !s->transport)
		return;
	if (fault_take(s, event, change, "drop_callback", &code)) {
		sim_logf(s, "callback", "dropped", "{\"event\":%lld}", (long long)number);
		return;
	}
	ms at = sim_now(s);
	if (fault_take(s, event, change, "reorder", &code))
		at += code > 0 ? code : CALLBACK_REORDER_MS;
	sim_due_add(s, at, DUE_CALLBACK, 0, number, buf_str(&b));
	if (fault_take(s, event, change, "dup_callback", &code))
		sim_due_add(s, at, DUE_CALLBACK, 0, number, buf_str(&b));
}

static bool alphanumeric(str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
			return false;
	}
	return text.n > 0;
}

/* The URL must answer the decrypted echostr, exactly, within a second. */
static err verify(struct sim *s, struct arena *a, const struct endpoint *e, struct fail *f)
{
	str echo = arena_printf(a, "%llu", (unsigned long long)(e->random[2] >> 1));
	str sealed = envelope_seal(a, e, echo);
	if (sealed.p == NULL)
		return fail_set(f, ERR_INPUT, T_OK, STR("aes_key"), STR(""), STR("43"));
	struct buf url = buf_new(a, (size_t)1 << 16);
	buf_add(&url, signed_url(a, e, sealed));
	buf_add_c(&url, "&echostr=");
	buf_url(&url, sealed);
	struct transport_call call = { .method = "GET", .url = buf_str(&url), .timeout_ms = CALLBACK_VERIFY_MS };
	struct transport_answer answer = { 0 };
	if (!s->transport)
		return fail_set(f, ERR_STATE, T_OK, STR_NIL, STR("transport"), STR(""));
	TRY(s->transport->call(s->transport, a, &call, &answer, f));
	if (answer.status != 200 || !str_eq(answer.body, echo))
		return fail_set(f, ERR_UPSTREAM, T_OK, STR("url"), arena_printf(a, "HTTP %d", answer.status), STR("echostr"));
	return OK;
}

err sim_callback_set(struct sim *s, str url, str token, str aes_key, struct fail *f)
{
	if (!alphanumeric(token) || token.n > TOKEN_MAX)
		return fail_set(f, ERR_INPUT, T_OK, STR("token"), STR(""), STR("a-zA-Z0-9, 1-32"));
	if (!alphanumeric(aes_key) || aes_key.n != AES_KEY_CHARS)
		return fail_set(f, ERR_INPUT, T_OK, STR("aes_key"), STR(""), STR("a-zA-Z0-9, 43"));
	struct arena *a = arena_new(CALLBACK_ARENA_MAX);
	struct endpoint e;
	pthread_mutex_lock(&s->lock);
	endpoint_of(s, a, &e);
	pthread_mutex_unlock(&s->lock);
	e.url = url;
	e.token = token;
	e.key = aes_key;
	err failed = verify(s, a, &e, f);
	pthread_mutex_lock(&s->lock);
	if (failed == OK) {
		s->cb_url = sim_keep(s, url);
		s->cb_token = sim_keep(s, token);
		s->cb_key = sim_keep(s, aes_key);
	}
	pthread_mutex_unlock(&s->lock);
	arena_free(a);
	return failed;
}
