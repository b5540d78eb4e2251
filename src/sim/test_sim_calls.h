/*
 * Calls of the simulator's tests: the platform's API, the control API, and looking into events and the log.
 */
#ifndef YT_SIM_TEST_SIM_CALLS_H
#define YT_SIM_TEST_SIM_CALLS_H

#include "sim/test_sim_rig.h"

/* path may carry a query; the answer's body. */
static inline str rig_call(struct rig *r, const char *method, const char *path, str type, str body)
{
	struct transport_answer answer = { 0 };
	struct fail f = { 0 };
	struct transport_call call = { .method = method, .url = arena_printf(r->a, "http://sim.test%s", path),
				       .content_type = type, .body = body };
	assert_int_equal(r->transport->call(r->transport, r->a, &call, &answer, &f), OK);
	r->status_last = answer.status;
	return answer.body;
}

static inline const struct json *rig_json(struct rig *r, str body)
{
	struct json *v = NULL;
	struct fail f = { 0 };
	if (!body.n || json_parse(body, r->a, &v, &f) != OK)
		return NULL;
	return v;
}

static inline str rig_token(struct rig *r)
{
	const struct json *v = rig_json(r, rig_call(r, "GET", arena_cstr(r->a, arena_printf(r->a,
		"/cgi-bin/gettoken?corpid=%.*s&corpsecret=%.*s", STR_F(sim_corpid(r->sim)), STR_F(sim_secret(r->sim)))),
		STR_NIL, STR_NIL));
	return r->token = json_str(v, "access_token");
}

static inline str rig_path(struct rig *r, const char *api)
{
	return arena_printf(r->a, "/cgi-bin/%s%caccess_token=%.*s", api, strchr(api, '?') ? '&' : '?', STR_F(r->token));
}

__attribute__((format(printf, 3, 4)))
static inline const struct json *rig_post(struct rig *r, const char *api, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	str body = arena_vprintf(r->a, fmt, ap);
	va_end(ap);
	return rig_json(r, rig_call(r, "POST", arena_cstr(r->a, rig_path(r, api)), STR("application/json"), body));
}

static inline const struct json *rig_get(struct rig *r, const char *api)
{
	return rig_json(r, rig_call(r, "GET", arena_cstr(r->a, rig_path(r, api)), STR_NIL, STR_NIL));
}

__attribute__((format(printf, 3, 4)))
static inline const struct json *rig_sim(struct rig *r, const char *path, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	str body = arena_vprintf(r->a, fmt, ap);
	va_end(ap);
	return rig_json(r, rig_call(r, body.n ? "POST" : "GET", path, STR("application/json"), body));
}

static inline i64 rig_code(const struct json *v) { return json_i64(v, "errcode", -999); }

static inline void rig_later(struct rig *r, ms by) { rig_sim(r, "/sim/clock", "{\"advance_ms\":%lld}", (long long)by); }

/* Text of an element of an event; "" when it has none. */
static inline str rig_element(str xml, const char *name)
{
	char open[64];
	int n = snprintf(open, sizeof(open), "<%s><![CDATA[", name);
	i64 at = str_find(xml, str_of(open, (size_t)n));
	if (at < 0)
		return STR("");
	str rest = str_sub(xml, (size_t)at + (size_t)n, xml.n);
	return str_cut(&rest, ']');
}

static inline str rig_last(struct rig *r) { return r->events.n ? r->events.v[r->events.n - 1] : STR(""); }

static inline i64 rig_log_count(struct rig *r, const char *needle)
{
	str log = rig_call(r, "GET", "/sim/log?limit=10000", STR_NIL, STR_NIL);
	i64 n = 0;
	while (log.n) {
		str line = str_cut(&log, '\n');
		n += str_find(line, str_c(needle)) >= 0;
	}
	return n;
}

/* With the brand, a token and an accepted callback. */
static inline struct rig *rig_ready(u64 seed)
{
	struct rig *r = rig_new(seed);
	sim_brand_load(r->sim);
	rig_token(r);
	rig_sim(r, "/sim/corp", "{\"url\":\"%s\",\"token\":\"%s\",\"aes_key\":\"%s\"}", RIG_URL, RIG_TOKEN, RIG_KEY);
	assert_int_equal(r->status_last, 200);
	return r;
}

/* A way for one member and somebody who scanned it: her external_userid. */
static inline str rig_scanned(struct rig *r, const char *userid, const char *state)
{
	const struct json *way = rig_post(r, "externalcontact/add_contact_way",
		"{\"type\":1,\"scene\":2,\"state\":\"%s\",\"user\":[\"%s\"]}", state, userid);
	assert_int_equal(rig_code(way), 0);
	const struct json *v = rig_sim(r, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"小雨妈妈\"}}",
				       STR_F(json_str(way, "config_id")));
	assert_int_equal(r->status_last, 200);
	sim_settle(r->sim);
	return json_str(v, "external_userid");
}

#endif
