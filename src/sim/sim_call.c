/*
 * The door of the API: finds the call, meters it, checks the token, applies the faults asked for,
 * runs it under the lock and answers in the platform's shape (HTTP 200 and errcode; 404 with an
 * empty body for a path that does not exist).
 *
 * Faults (POST /sim/fault) are applied here, because they are what a client cannot tell from the
 * outside: errcode and http500 refuse before any effect; truncate and lost_reply lose the answer
 * after it; slow waits in real time, or, when the clock is simulated, loses the answer like a client
 * that gave up. A reply that never comes is answered 504 with an empty body, as a gateway does.
 */
#include "sim/sim_call.h"

#include "base/hash.h"

#include <stdio.h>
#include <unistd.h>

#define CGI STR("/cgi-bin/")
#define BODY_JSON_MAX ((size_t)4 << 20)

static const struct sim_api *const api_tables[] = { sim_api_base, sim_api_contact, sim_api_tag, sim_api_way,
						     sim_api_mass, sim_api_media, sim_api_acquire, sim_api_group, sim_api_hello,
						     sim_api_transfer, sim_api_message, sim_api_pay, sim_api_kf,
						     sim_api_living, sim_api_moment };

static const struct { int code; const char *text; } errmsgs[] = {
	{ -1, "system busy" }, { 0, "ok" }, { 40001, "invalid credential" }, { 40003, "invalid UserID" },
	{ 40004, "invalid media file type" }, { 40006, "invalid file size" }, { 40007, "invalid media_id" },
	{ 40008, "invalid msgtype" }, { 40013, "invalid corpid" }, { 40014, "invalid access_token" },
	{ 40029, "invalid oauth_code" }, { 40035, "invalid parameter" }, { 40050, "invalid chatid" },
	{ 40056, "invalid agentid" }, { 40058, "invalid request parameter" }, { 40068, "invalid tagid" },
	{ 40071, "tag name already exist" }, { 40072, "invalid tag name length" },
	{ 40096, "invalid external userid" }, { 40098, "user not real name authenticated" },
	{ 40126, "tag count exceed limit" }, { 41001, "access_token missing" }, { 41002, "corpid missing" },
	{ 41004, "corpsecret missing" }, { 41006, "media_id missing" }, { 41009, "userid missing" },
	{ 41035, "invalid contact way config id" }, { 41037, "contact way type missing" },
	{ 41038, "contact way scene missing" }, { 41039, "invalid contact way type" },
	{ 41040, "invalid contact way scene" }, { 41041, "contact way user count exceed limit" },
	{ 41042, "invalid contact way style" }, { 41044, "invalid contact way config id" },
	{ 41095, "customer acquisition link count exceed limit" }, { 41045, "contact way count exceed limit" }, { 41048, "no customer to send" },
	{ 41049, "welcome_code missing" }, { 41050, "welcome msg expired" },
	{ 41051, "welcome msg has been distributed" }, { 41054, "user not active" },
	{ 41055, "group welcome template count exceed limit" }, { 41058, "not the owner of this template" },
	{ 41059, "moment_id missing" }, { 41060, "invalid moment_id" }, { 41061, "not the sender of the moment" },
	{ 41062, "moment not published by the user" }, { 41078, "too many async jobs" },
	{ 41079, "moment is being dispatched" }, { 41089, "moment content is empty" },
	{ 41063, "group msg is being dispatched" }, { 41093, "group msg has been canceled" },
	{ 41091, "chat count of join way exceed limit" },
	{ 41094, "remind times exceed limit" }, { 41096, "welcome msg is being distributed" },
	{ 42001, "access_token expired" }, { 42003, "oauth_code expired" }, { 42012, "jsapi ticket expired" },
	{ 42022, "oauth_code used" }, { 44001, "empty media data" }, { 44004, "text content is empty" },
	{ 45001, "media file size exceed limit" }, { 45002, "content size out of limit" },
	{ 45009, "api freq out of limit" }, { 45033, "api concurrent out of limit" },
	{ 48002, "api forbidden" }, { 49008, "chat dismissed" }, { 50001, "redirect_uri not match" }, { 50002, "user not in privilege range" },
	{ 50100, "invalid cursor" }, { 60003, "department not found" }, { 60111, "userid not found" },
	{ 84061, "not external contact" }, { 84074, "no external contact permission" },
	{ 84083, "user is not external contact service member" }, { 84084, "not follower" },
	{ 95001, "send msg count limit" }, { 95002, "send msg time limit" }, { 95004, "invalid open_kfid" },
	{ 95007, "invalid msg token" },
	{ 81017, "too many users in one request" }, { 90501, "chat not found" }, { 90511, "invalid opengid" },
	{ 301002, "no permission of this object" },
};

const char *sim_errmsg(int code)
{
	for (size_t i = 0; i < ARRAY_LEN(errmsgs); i++)
		if (errmsgs[i].code == code)
			return errmsgs[i].text;
	return "unknown error";
}

str sim_arg(const struct sim_call *c, const char *name)
{
	const struct json *v = json_get(c->in, name);
	if (v && v->type == JSON_TEXT)
		return v->text;
	if (v && v->type == JSON_INT)
		return v->raw;
	return v ? STR_NIL : http_query(c->req, name);
}

i64 sim_arg_i64(const struct sim_call *c, const char *name, i64 otherwise)
{
	i64 n;
	return str_i64(sim_arg(c, name), &n) ? n : otherwise;
}

bool sim_arg_bool(const struct sim_call *c, const char *name, bool otherwise)
{
	const struct json *v = json_get(c->in, name);
	if (v && v->type == JSON_BOOL)
		return v->truth;
	return v && v->type == JSON_INT ? v->i != 0 : otherwise;
}

const struct json *sim_arg_array(const struct sim_call *c, const char *name)
{
	const struct json *v = json_get(c->in, name);
	return v && v->type == JSON_ARRAY ? v : NULL;
}

bool sim_arg_has(const struct sim_call *c, const char *name)
{
	const struct json *v = json_get(c->in, name);
	return v && v->type != JSON_NULL;
}

bool sim_texts(struct sim *s, const struct json *array, struct strs *ret)
{
	*ret = (struct strs){ 0 };
	if (!array)
		return true;
	ret->v = ARENA_ARRAY(s->arena, str, array->n ? array->n : 1);
	for (size_t i = 0; i < array->n; i++) {
		const struct json *v = &array->items[i];
		if (v->type != JSON_TEXT && v->type != JSON_INT)
			return false;
		ret->v[ret->n++] = sim_keep(s, v->type == JSON_TEXT ? v->text : v->raw);
	}
	return true;
}

void sim_out_str(struct sim_call *c, const char *name, str value)
{
	buf_fmt(&c->out, ",\"%s\":", name);
	buf_json(&c->out, value.p ? value : STR(""));
}

void sim_out_i64(struct sim_call *c, const char *name, i64 value)
{
	buf_fmt(&c->out, ",\"%s\":%lld", name, (long long)value);
}

void sim_out_fmt(struct sim_call *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_add(&c->out, arena_vprintf(c->a, fmt, ap));
	va_end(ap);
}

void sim_out_texts(struct sim_call *c, const char *name, const struct strs *texts)
{
	buf_fmt(&c->out, ",\"%s\":[", name);
	for (size_t i = 0; i < texts->n; i++) {
		if (i)
			buf_char(&c->out, ',');
		buf_json(&c->out, texts->v[i]);
	}
	buf_char(&c->out, ']');
}

int sim_refuse(struct sim_call *c, int code, const char *detail)
{
	c->detail = detail;
	return code;
}

/* "c<number>x<check>": a client that makes one up, or mixes two lists, is told so. */
static u64 cursor_check(const struct sim_call *c, i64 at)
{
	return hash_mix((u64)at ^ hash64(str_c(c->api->path))) & 0xffffff;
}

/* Takes one fault of this kind for the path ("" or "*" match every path). */
static bool fault_take(struct sim *s, str path, const char *kind, i64 *ret_code)
{
	for (size_t i = 0; i < s->faults.n; i++) {
		struct sim_fault *f = &s->faults.v[i];
		if (f->count <= 0 || !str_eq_c(f->kind, kind))
			continue;
		if (f->api.n && !str_eq_c(f->api, "*") && !str_eq(f->api, path))
			continue;
		f->count--;
		if (ret_code)
			*ret_code = f->code;
		return true;
	}
	return false;
}

bool sim_cursor(const struct sim_call *c, i64 *ret)
{
	str cursor = sim_arg(c, "cursor"), rest = cursor;
	*ret = 0;
	if (cursor.n == 0)
		return true;
	if (fault_take(c->s, str_c(c->api->path), "cursor", NULL))
		return false; /* it is one no longer */
	str number = str_cut(&rest, 'x');
	i64 check;
	return cursor.p[0] == 'c' && str_i64(str_sub(number, 1, number.n), ret) && str_i64(rest, &check) &&
	       (u64)check == cursor_check(c, *ret);
}

str sim_cursor_of(struct sim_call *c, i64 at)
{
	return arena_printf(c->a, "c%lldx%llu", (long long)at, (unsigned long long)cursor_check(c, at));
}

static void answer(struct sim_call *c, int code)
{
	if (c->raw && code == 0)
		return;
	struct sim *s = c->s;
	struct buf b = buf_new(c->a, BUF_MAX_DEFAULT);
	buf_fmt(&b, "{\"errcode\":%d,\"errmsg\":", code);
	if (code == 0) {
		buf_add_c(&b, "\"ok\"");
		buf_add(&b, buf_str(&c->out));
	} else {
		u64 h1 = hash_mix(s->seed ^ (u64)++s->hints), h2 = hash_mix(h1);
		buf_json(&b, arena_printf(c->a,
			"%s, hint: [%lld_%lld_%016llx%016llx], from ip: %.*s, more info at "
			"https://open.work.weixin.qq.com/devtool/query?e=%d",
			c->detail ? c->detail : sim_errmsg(code), (long long)(sim_now(s) / 1000),
			(long long)s->hints, (unsigned long long)h1, (unsigned long long)h2, STR_F(c->req->peer), code));
	}
	buf_char(&b, '}');
	http_send(c->reply, 200, STR("application/json; charset=UTF-8"), buf_str(&b));
}

static const struct sim_api *api_find(str path, int *ret_slot)
{
	int slot = 0;
	for (size_t t = 0; t < ARRAY_LEN(api_tables); t++)
		for (const struct sim_api *api = api_tables[t]; api->path; api++, slot++)
			if (str_eq_c(path, api->path)) {
				*ret_slot = slot < SIM_APIS_MAX ? slot : SIM_APIS_MAX - 1;
				return api;
			}
	return NULL;
}

void sim_calls_out(struct sim *s, struct buf *out)
{
	int slot = 0;
	buf_char(out, '{');
	for (size_t t = 0; t < ARRAY_LEN(api_tables); t++)
		for (const struct sim_api *api = api_tables[t]; api->path; api++, slot++)
			if (slot < SIM_APIS_MAX && s->calls[slot])
				buf_fmt(out, "%s\"%s\":%lld", out->n > 1 ? "," : "", api->path, (long long)s->calls[slot]);
	buf_char(out, '}');
}

static int token_check(struct sim_call *c)
{
	str token = http_query(c->req, "access_token");
	if (c->api->flags & API_NOTOKEN)
		return 0;
	if (token.n == 0)
		return 41001;
	if (!str_eq(token, c->s->token))
		return 40014;
	return sim_now(c->s) >= c->s->token_until ? 42001 : 0;
}

static int body_read(struct sim_call *c)
{
	if (c->req->body.n == 0 || c->api->flags & API_UPLOAD)
		return 0;
	struct json *in = NULL;
	struct fail f = { 0 };
	if (c->req->body.n > BODY_JSON_MAX || json_parse(c->req->body, c->a, &in, &f) != OK || in->type != JSON_OBJECT)
		return sim_refuse(c, 40058, "Warning: wrong json format. invalid request parameter");
	c->in = in;
	return 0;
}

static str effect_params(struct sim_call *c)
{
	if (c->params.n)
		return c->params;
	struct buf b = buf_new(c->a, BUF_MAX_DEFAULT);
	if (c->in) {
		json_write(&b, c->in);
		return buf_str(&b);
	}
	buf_char(&b, '{');
	for (size_t i = 0; i < c->req->query_count; i++) {
		if (str_eq_c(c->req->query[i].name, "access_token"))
			continue;
		if (b.n > 1)
			buf_char(&b, ',');
		buf_json(&b, c->req->query[i].name);
		buf_char(&b, ':');
		buf_json(&b, c->req->query[i].value);
	}
	buf_char(&b, '}');
	return buf_str(&b);
}

static void effect_log(struct sim_call *c, str path)
{
	str out = buf_str(&c->out), result = STR_NIL;
	if (out.n)
		result = arena_printf(c->a, "{%.*s}", (int)out.n - 1, out.p + 1);
	sim_log(c->s, "api", path, effect_params(c), result);
}

static int run(struct sim_call *c, str path)
{
	struct sim *s = c->s;
	i64 code;
	if (fault_take(s, path, "errcode", &code))
		return (int)code;
	if (fault_take(s, path, "token", NULL))
		s->token = STR_NIL;
	int refused = c->api->flags & API_UNMETERED ? 0 : sim_limit(s, path, c->req->peer);
	if (refused)
		return refused;
	if ((refused = token_check(c)) || (refused = body_read(c)))
		return refused;
	bool post = str_eq_c(c->req->method, "POST");
	if (!(c->api->flags & (post ? API_POST : API_GET)))
		sim_logf(s, "odd", c->api->path, "{\"method\":\"%s\"}", post ? "POST" : "GET");
	refused = c->api->fn(c);
	if (refused == 0 && c->api->flags & API_EFFECT)
		effect_log(c, path);
	return refused;
}

static void lose(struct http_reply *reply)
{
	reply->header_count = 0;
	http_send(reply, 504, STR("text/plain"), STR(""));
}

static void call(struct sim *s, const struct sim_api *api, int slot, str path, struct http_req *req,
		 struct http_reply *reply)
{
	struct sim_call c = { .s = s, .req = req, .reply = reply, .a = req->arena, .api = api,
			      .out = buf_new(req->arena, BUF_MAX_DEFAULT) };
	bool room = sim_limit_enter(s, api, slot);
	pthread_mutex_lock(&s->lock);
	s->calls[slot]++;
	i64 slow = 0;
	bool http500 = fault_take(s, path, "http500", NULL);
	bool is_slow = fault_take(s, path, "slow", &slow);
	if (is_slow && !s->clock->simulated) {
		pthread_mutex_unlock(&s->lock);
		usleep((useconds_t)int_min(slow, 60000) * 1000);
		pthread_mutex_lock(&s->lock);
	}
	if (http500) {
		http_send(reply, 500, STR("text/html"), STR("<html>500 Internal Server Error</html>"));
	} else {
		answer(&c, room ? run(&c, path) : 45033);
		if (fault_take(s, path, "lost_reply", NULL) || (is_slow && s->clock->simulated))
			lose(reply);
		else if (fault_take(s, path, "truncate", NULL))
			reply->body = str_sub(reply->body, 0, reply->body.n / 2);
	}
	pthread_mutex_unlock(&s->lock);
	sim_limit_leave(s, slot);
}

void sim_handle(void *sim, struct http_req *req, struct http_reply *reply)
{
	struct sim *s = sim;
	int slot = 0;
	if (str_starts(req->path, STR("/sim/"))) {
		if (sim_oa_control(s, req, reply) || sim_room(s, req, reply) || sim_whole(s, req, reply) || sim_control(s, req, reply))
			return;
	} else if (str_starts(req->path, CGI)) {
		str path = str_sub(req->path, CGI.n, req->path.n);
		const struct sim_api *api = api_find(path, &slot);
		if (api) {
			call(s, api, slot, path, req, reply);
			return;
		}
	} else if (sim_oa_call(s, req, reply) || sim_sms(s, req, reply) || sim_oauth(s, req, reply)) {
		return;
	}
	http_send(reply, 404, STR("text/plain"), STR(""));
}
