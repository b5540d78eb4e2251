/*
 * The simulated official account, under /oa: stable tokens, followers by pages and batches, parametric codes, and pushes in
 * the three modes of the platform. Its people are those of the WeCom side, known here by an openid of this account.
 *
 * Calls: POST /oa/cgi-bin/stable_token, GET user/get, POST user/info/batchget, POST qrcode/create; POST
 * /oa/wxa/generate_urllink of a mini program. What it says by itself stands in sim_oa_talk.c.
 * Control: POST /sim/oa {url, token, aes_key, mode plain|compatible|safe, bound} answers appid and secret; /sim/oa/follow,
 * /sim/oa/scan and /sim/oa/leave {person or openid, scene} deliver the push at once and answer what the account answered,
 * up to three times with an equal body when that is no 200; /sim/oa/fault {errcode, count} for the next calls.
 */
#include "sim/sim_oa_int.h"

#include "base/crypt.h"
#include "base/hash.h"

#include <stdlib.h>

#define OA_PATH "/oa/cgi-bin/"
#define OA_LINK_PATH "/oa/wxa/generate_urllink"
#define OA_LINK_QUERY 1024
#define OA_LINK_DAYS_MAX 30
#define OA_APPID "wxsimoa000000001"
#define OA_PAGE 10000
#define OA_BATCH 100
#define OA_PERMANENT 100000
#define OA_TRIES 3
#define OA_TIMEOUT_MS 5000
#define OA_GET_DAY 500

static struct sim_oa *oa_of(struct sim *s)
{
	if (!s->oa) {
		s->oa = ARENA_NEW(s->arena, struct sim_oa);
		s->oa->by_openid = map_new(s->arena);
		s->oa->by_scene = map_new(s->arena);
		s->oa->secret = sim_new_id(s, "", 32);
		s->oa->bound = true;
		s->oa->said = map_new(s->arena);
	}
	return s->oa;
}

/* ---- the interface ---- */

static void refuse(struct oa_reply *r, i64 code) { sim_oa_refuse(r, code); }

void sim_oa_refuse(struct oa_reply *r, i64 code)
{
	http_send(r->reply, 200, STR("application/json"), arena_printf(r->a,
		  "{\"errcode\":%lld,\"errmsg\":\"refused rid: 00000000-00000000-00000000\"}", (long long)code));
}

static void stable_token(struct sim *s, struct sim_oa *oa, const struct json *in, struct oa_reply *r)
{
	ms now = sim_now(s);
	if (!str_eq_c(json_str(in, "grant_type"), "client_credential"))
		refuse(r, 40002);
	else if (!str_eq_c(json_str(in, "appid"), OA_APPID))
		refuse(r, 40013);
	else if (!str_eq(json_str(in, "secret"), oa->secret))
		refuse(r, 40125);
	else {
		if (oa->token_until - now < 5 * MS_MINUTE) {
			oa->token_now = sim_new_id(s, "", 64);
			oa->token_until = now + 2 * MS_HOUR;
		}
		buf_fmt(&r->out, "{\"access_token\":\"%.*s\",\"expires_in\":%lld}", STR_F(oa->token_now), (long long)((oa->token_until - now) / MS_SECOND));
	}
}

static void user_get(struct sim *s, struct sim_oa *oa, str next, struct oa_reply *r)
{
	i64 today = sim_day(sim_now(s)), count = 0, total = 0;
	oa->gets = oa->get_day == today ? oa->gets + 1 : 1;
	oa->get_day = today;
	if (oa->gets > OA_GET_DAY) {
		refuse(r, 45009);
		return;
	}
	const i64 *at = next.n ? map_get(&oa->by_openid, next) : NULL;
	size_t from = at ? (size_t)*at + 1 : 0;
	str last = STR("");
	for (size_t i = 0; i < oa->fans.n; i++)
		total += oa->fans.v[i].following;
	buf_fmt(&r->out, "{\"total\":%lld,\"data\":{\"openid\":[", (long long)total);
	for (size_t i = from; i < oa->fans.n && count < OA_PAGE; i++) {
		if (!oa->fans.v[i].following)
			continue;
		last = oa->fans.v[i].openid;
		buf_fmt(&r->out, "%s\"%.*s\"", count++ ? "," : "", STR_F(last));
	}
	buf_fmt(&r->out, "]},\"count\":%lld,\"next_openid\":\"%.*s\"}", (long long)count, STR_F(last));
}

static void batchget(struct sim_oa *oa, const struct json *in, struct oa_reply *r)
{
	const struct json *list = json_get(in, "user_list");
	if (!list || list->type != JSON_ARRAY || list->n == 0 || list->n > OA_BATCH) {
		refuse(r, list && list->type == JSON_ARRAY ? 40032 : 47001);
		return;
	}
	buf_add_c(&r->out, "{\"user_info_list\":[");
	for (size_t i = 0; i < list->n; i++) {
		str openid = json_str(&list->items[i], "openid");
		const i64 *at = map_get(&oa->by_openid, openid);
		const struct oa_follower *f = at ? &oa->fans.v[*at] : NULL;
		if (!f) {
			buf_clear(&r->out);
			refuse(r, 40003);
			return;
		}
		buf_fmt(&r->out, "%s{\"subscribe\":%d,\"openid\":\"%.*s\"", i ? "," : "", f->following, STR_F(openid));
		if (f->following) {
			buf_fmt(&r->out, ",\"subscribe_time\":%lld,\"qr_scene_str\":\"%.*s\"", (long long)(f->since / MS_SECOND), STR_F(f->scene));
			if (oa->bound && f->unionid.n)
				buf_fmt(&r->out, ",\"unionid\":\"%.*s\"", STR_F(f->unionid));
		}
		buf_char(&r->out, '}');
	}
	buf_add_c(&r->out, "]}");
}

/* Permanent text scenes only; the same scene is the same code. */
static void qrcode(struct sim *s, struct sim_oa *oa, const struct json *in, struct oa_reply *r)
{
	str scene = json_str(json_get(json_get(in, "action_info"), "scene"), "scene_str");
	if (!str_eq_c(json_str(in, "action_name"), "QR_LIMIT_STR_SCENE") || scene.n == 0 || str_utf8_len(scene) > 64) {
		refuse(r, 40053);
		return;
	}
	struct oa_ticket *t = map_get(&oa->by_scene, scene);
	if (!t && oa->tickets.n >= OA_PERMANENT) {
		refuse(r, 45029);
		return;
	}
	if (!t) {
		t = ARENA_NEW(s->arena, struct oa_ticket);
		*t = (struct oa_ticket){ sim_keep(s, scene), sim_new_id(s, "gQ", 40) };
		vec_push(s->arena, &oa->tickets, *t);
		map_put(&oa->by_scene, t->scene, t);
		sim_logf(s, "api", "oa/qrcode/create", "{\"scene\":\"%.*s\"}", STR_F(scene));
	}
	buf_fmt(&r->out, "{\"ticket\":\"%.*s\",\"url\":\"http://weixin.qq.com/q/%.*s\"}", STR_F(t->ticket), STR_F(t->ticket));
}

static void url_link(struct sim *s, const struct json *in, struct oa_reply *r)
{
	str path = json_str(in, "path"), query = json_str(in, "query");
	if (!path.n || str_has_char(path, '?'))
		refuse(r, 40165);
	else if (query.n > OA_LINK_QUERY)
		refuse(r, 40212);
	else if (json_i64(in, "expire_type", 0) != 1 || json_i64(in, "expire_interval", 0) < 1 || json_i64(in, "expire_interval", 0) > OA_LINK_DAYS_MAX)
		refuse(r, 85402);
	else {
		str id = sim_new_id(s, "", 11);
		buf_fmt(&r->out, "{\"errcode\":0,\"url_link\":\"https://wxaurl.cn/%.*s\"}", STR_F(id));
		sim_logf(s, "api", "oa/generate_urllink", "{\"url\":\"%.*s\"}", STR_F(id));
	}
}

bool sim_oa_call(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	struct oa_reply r = { reply, buf_new(req->arena, BUF_MAX_DEFAULT), req->arena };
	struct json *in = NULL;
	struct fail ignored = { 0 };
	bool link = str_eq_c(req->path, OA_LINK_PATH), notices = str_eq_c(req->path, OA_NOTICES_PATH);
	if (!str_starts(req->path, STR(OA_PATH)) && !link && !notices)
		return false;
	str path = link || notices ? req->path : str_sub(req->path, sizeof(OA_PATH) - 1, req->path.n);
	if (req->body.n)
		(void)json_parse(req->body, req->arena, &in, &ignored);
	pthread_mutex_lock(&s->lock);
	struct sim_oa *oa = oa_of(s);
	reply->status = 0;
	if (oa->fault_count > 0 && oa->fault_count--)
		refuse(&r, oa->fault_code);
	else if (str_eq_c(path, "stable_token"))
		stable_token(s, oa, in, &r);
	else if (!oa->token_now.n || !str_eq(http_query(req, "access_token"), oa->token_now))
		refuse(&r, 40001);
	else if (sim_now(s) > oa->token_until)
		refuse(&r, 42001);
	else if (str_eq_c(path, "user/get"))
		user_get(s, oa, http_query(req, "next_openid"), &r);
	else if (str_eq_c(path, "user/info/batchget"))
		batchget(oa, in, &r);
	else if (str_eq_c(path, "qrcode/create"))
		qrcode(s, oa, in, &r);
	else if (link)
		url_link(s, in, &r);
	else if (!sim_oa_talk(s, oa, path, in, &r))
		refuse(&r, 40066);
	if (reply->status == 0)
		http_send(reply, 200, STR("application/json"), buf_str(&r.out));
	pthread_mutex_unlock(&s->lock);
	return true;
}

/* ---- pushes ---- */

static int by_bytes(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

static str signature(struct arena *a, str token, str time, str nonce, str sealed)
{
	str parts[4] = { token, time, nonce, sealed };
	u8 sha[SHA1_BYTES];
	qsort(parts, 4, sizeof(str), by_bytes);
	hash_sha1(arena_printf(a, "%.*s%.*s%.*s%.*s", STR_F(parts[0]), STR_F(parts[1]), STR_F(parts[2]), STR_F(parts[3])), sha);
	return hash_hex(a, sha, sizeof(sha));
}

/* random(16) || length || message || appid, padded to 32; nil when the key is none. */
static str seal(struct arena *a, str aes_key, str message)
{
	str key, appid = STR(OA_APPID);
	if (!base64_decode(a, arena_printf(a, "%.*s=", STR_F(aes_key)), &key) || key.n != 32)
		return STR_NIL;
	size_t n = 16 + 4 + message.n + appid.n, pad = 32 - n % 32;
	u8 *plain = arena_alloc(a, n + pad), *cipher = arena_alloc(a, n + pad);
	memcpy(plain, "simulatedoa00000", 16);
	for (int i = 0; i < 4; i++)
		plain[16 + i] = (u8)(message.n >> (24 - 8 * i));
	memcpy(plain + 20, message.p, message.n);
	memcpy(plain + 20 + message.n, appid.p, appid.n);
	memset(plain + n, (int)pad, pad);
	crypt_aes_cbc_encrypt((const u8 *)key.p, (const u8 *)key.p, str_of(plain, n + pad), cipher);
	return base64_encode(a, str_of(cipher, n + pad));
}

struct push { str url, token, aes_key, mode, message; ms now; struct transport *transport; };

static str body_of(struct arena *a, const struct push *p, str sealed)
{
	if (!sealed.n)
		return p->message;
	str plain = str_eq_c(p->mode, "compatible") ? str_sub(p->message, 5, p->message.n - 6) : STR("<ToUserName><![CDATA[gh_sim]]></ToUserName>");
	return arena_printf(a, "<xml>%.*s<Encrypt><![CDATA[%.*s]]></Encrypt></xml>", STR_F(plain), STR_F(sealed));
}

/* Without the lock. */
static int deliver(struct arena *a, const struct push *p, str *ret_answer)
{
	struct transport_answer answer = { 0 };
	struct fail f = { 0 };
	str time = arena_printf(a, "%lld", (long long)(p->now / 1000)), nonce = STR("20261129");
	str sealed = str_eq_c(p->mode, "plain") ? STR_NIL : seal(a, p->aes_key, p->message);
	str url = arena_printf(a, "%.*s?signature=%.*s&timestamp=%.*s&nonce=%.*s", STR_F(p->url), STR_F(signature(a, p->token, time, nonce, STR(""))),
			       STR_F(time), STR_F(nonce));
	if (sealed.n)
		url = arena_printf(a, "%.*s&encrypt_type=aes&msg_signature=%.*s", STR_F(url), STR_F(signature(a, p->token, time, nonce, sealed)));
	struct transport_call call = { .method = "POST", .url = url, .content_type = STR("text/xml"), .body = body_of(a, p, sealed),
				       .timeout_ms = OA_TIMEOUT_MS };
	for (int i = 0; i < OA_TRIES; i++)
		if (p->transport->call(p->transport, a, &call, &answer, &f) == OK && answer.status == 200)
			break;
	*ret_answer = answer.body.p ? answer.body : STR("");
	return answer.status;
}

/* A report the platform pushes by itself. */
void sim_oa_due(struct sim *s, const struct sim_due *d)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	str answer;
	pthread_mutex_lock(&s->lock);
	struct sim_oa *oa = oa_of(s);
	struct push p = { oa->url, oa->token, oa->aes_key, oa->mode, d->text, sim_now(s), s->transport };
	pthread_mutex_unlock(&s->lock);
	if (p.url.n && p.transport)
		deliver(a, &p, &answer);
	arena_free(a);
}

static struct oa_follower *follower(struct sim *s, struct sim_oa *oa, const struct json *in)
{
	str openid = json_str(in, "openid");
	struct sim_person *p = NULL;
	if (!openid.n) {
		p = sim_person_make(s, json_get(in, "person") ? json_get(in, "person") : in);
		openid = arena_printf(s->arena, "oA%.*s", STR_F(str_sub(p->openid, 2, p->openid.n)));
	}
	i64 *at = map_get(&oa->by_openid, openid);
	if (at)
		return &oa->fans.v[*at];
	at = ARENA_NEW(s->arena, i64);
	*at = (i64)oa->fans.n;
	vec_push(s->arena, &oa->fans, (struct oa_follower){ sim_keep(s, openid), p ? p->unionid : STR_NIL, STR(""), 0, false });
	map_put(&oa->by_openid, oa->fans.v[*at].openid, at);
	return &oa->fans.v[*at];
}

static str event_xml(struct arena *a, const struct oa_follower *f, const char *event, str key, ms now)
{
	return arena_printf(a, "<xml><ToUserName><![CDATA[gh_sim]]></ToUserName><FromUserName><![CDATA[%.*s]]></FromUserName><CreateTime>%lld</CreateTime>"
			    "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[%s]]></Event><EventKey><![CDATA[%.*s]]></EventKey></xml>",
			    STR_F(f->openid), (long long)(now / 1000), event, STR_F(key));
}

static void act(struct sim *s, struct sim_oa *oa, struct oa_follower *f, str what, str scene, struct arena *a, struct push *p)
{
	ms now = sim_now(s);
	const char *event = "unsubscribe";
	str key = STR("");
	if (!str_eq_c(what, "leave")) {
		event = f->following ? "SCAN" : "subscribe";
		key = scene.n && !f->following ? arena_printf(a, "qrscene_%.*s", STR_F(scene)) : scene.n ? scene : STR("");
		f->since = f->following ? f->since : now;
		f->scene = scene.n && !f->following ? sim_keep(s, scene) : f->scene;
		sim_oa_bucket(s, f, f->following ? OA_SCAN : OA_FOLLOW);
	}
	f->following = !str_eq_c(what, "leave");
	*p = (struct push){ oa->url, oa->token, oa->aes_key, oa->mode, event_xml(a, f, event, key, now), now, s->transport };
	sim_logf(s, "client", "oa", "{\"event\":\"%s\",\"openid\":\"%.*s\"}", event, STR_F(f->openid));
}

static void set(struct sim *s, struct sim_oa *oa, const struct json *in, struct buf *out)
{
	str mode = json_str(in, "mode");
	oa->url = sim_keep(s, json_str(in, "url"));
	oa->token = sim_keep(s, json_str(in, "token"));
	oa->aes_key = sim_keep(s, json_str(in, "aes_key"));
	oa->mode = mode.n ? sim_keep(s, mode) : STR("safe");
	oa->bound = json_bool(in, "bound", oa->bound);
	buf_fmt(out, "{\"appid\":\"%s\",\"secret\":\"%.*s\"}", OA_APPID, STR_F(oa->secret));
}

bool sim_oa_control(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	struct json *in = NULL;
	struct fail ignored = { 0 };
	struct buf out = buf_new(req->arena, BUF_MAX_DEFAULT);
	if (!str_starts(req->path, STR("/sim/oa")) || !str_eq_c(req->method, "POST"))
		return false;
	(void)json_parse(req->body.n ? req->body : STR("{}"), req->arena, &in, &ignored);
	str what = str_sub(req->path, sizeof("/sim/oa/") - 1, req->path.n);
	struct push p = { .url = STR_NIL };
	bool quiet = false;
	pthread_mutex_lock(&s->lock);
	struct sim_oa *oa = oa_of(s);
	if (!what.n) {
		set(s, oa, in, &out);
	} else if (str_eq_c(what, "fault")) {
		oa->fault_code = json_i64(in, "errcode", -1);
		oa->fault_count = json_i64(in, "count", 1);
		buf_add_c(&out, "{}");
	} else if (sim_oa_set(s, oa, what, in)) {
		quiet = true;
		buf_add_c(&out, "{}");
	} else {
		struct oa_follower *f = follower(s, oa, in);
		str message = sim_oa_said(s, f, what, in, req->arena);
		if (message.n)
			p = (struct push){ oa->url, oa->token, oa->aes_key, oa->mode, message, sim_now(s), s->transport };
		else
			act(s, oa, f, what, json_str(in, "scene"), req->arena, &p);
		buf_fmt(&out, "{\"openid\":\"%.*s\"", STR_F(f->openid));
	}
	pthread_mutex_unlock(&s->lock);
	if (what.n && !str_eq_c(what, "fault") && !quiet) {
		str answer = STR("");
		int status = p.url.n && p.transport && !json_bool(in, "silent", false) ? deliver(req->arena, &p, &answer) : 0;
		buf_fmt(&out, ",\"status\":%d,\"answer\":", status);
		buf_json(&out, answer);
		buf_char(&out, '}');
	}
	http_send(reply, 200, STR("application/json"), buf_str(&out));
	return true;
}
