/*
 * The member page against the simulator: the walk, the code, and the moment two persons become one.
 */
#include "core/test_few_rig.h"

#include "core/customer/customer.h"
#include "core/fact.h"
#include "core/guest/guest_data.h"
#include "core/identity/identity.h"
#include "feature/bind/bind_data.h"
#include "port/send/sms.h"
#include "store/inbox.h"
#include "store/outbox.h"

#define PHONE "13812341234"

static const struct module *const list[] = { &corp_module, &perm_module, &staff_module, &customer_module, &identity_module, &guest_module, &bind_module, NULL };

struct browser {
	struct world *w;
	str session, state; /* cookies */
	const char *peer, *site;
	struct http_reply reply;
};

static void later(struct world *w, ms by)
{
	clock_advance(&w->t->clock, clock_now(&w->t->clock) + by);
}

static str seen; /* what the message service was sent */

static int make(void **state)
{
	struct fail f = { 0 };
	few_new(state, list);
	struct world *w = *state;
	return sms_new(w->a, STR("test"), w->rig->transport, &w->env.sms, &f) == OK ? 0 : -1;
}

static int make_spread(void **state)
{
	setenv("YUTANG_TEST_SPREAD", "8", 1);
	int e = make(state);
	unsetenv("YUTANG_TEST_SPREAD");
	return e;
}

/* ---- a browser ---- */

static void add_header(struct http_req *r, const char *name, str value)
{
	r->headers[r->header_count++] = (struct http_pair){ str_c(name), value };
}

static int ask(struct browser *b, const char *method, str target, str body)
{
	struct arena *a = b->w->a;
	struct http_req *r = ARENA_NEW(a, struct http_req);
	r->arena = a;
	r->method = str_c(method);
	r->peer = str_c(b->peer ? b->peer : "10.0.0.1");
	r->body = body;
	assert_true(http_target(r, target));
	add_header(r, "Host", STR("pond.test"));
	if (body.n)
		add_header(r, "Content-Type", STR("application/json"));
	if (b->site)
		add_header(r, "Sec-Fetch-Site", str_c(b->site));
	add_header(r, "Cookie", arena_printf(a, "x=1; " GUEST_COOKIE "=%.*s; " GUEST_STATE_COOKIE "=%.*s", STR_F(b->session),
					     STR_F(b->state)));
	memset(&b->reply, 0, sizeof(b->reply));
	dispatch_handle(b->w->dispatch, r, &b->reply);
	reply_cookie(&b->reply, GUEST_COOKIE, &b->session);
	reply_cookie(&b->reply, GUEST_STATE_COOKIE, &b->state);
	return b->reply.status;
}

__attribute__((format(printf, 3, 4)))
static int post(struct browser *b, const char *what, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	str body = arena_vprintf(b->w->a, fmt, ap);
	va_end(ap);
	return ask(b, "POST", arena_printf(b->w->a, "/h5/api/bind/%s", what), body);
}

static const struct json *reply_json(const struct browser *b) { return rig_json(b->w->rig, b->reply.body); }

/* Begins a walk and lets WeCom's side send the browser back: the address it is sent to. */
static str walked(struct browser *b, const struct corp *corp, const char *person, const char *back)
{
	struct arena *a = b->w->a;
	assert_int_equal(ask(b, "GET", arena_printf(a, "/h5/api/guest/start?corp=%.*s%s%s", STR_F(corp->slug),
						    back ? "&return=" : "", back ? back : ""), STR("")), 302);
	str url = reply_header(&b->reply, "location");
	assert_true(str_starts(url, STR("http://sim.test/connect/oauth2/authorize?")));
	url = str_sub(url, sizeof("http://sim.test") - 1, (size_t)str_find(url, STR("#")));
	struct http_req r = { .arena = a, .method = STR("GET") };
	struct http_reply reply = { 0 };
	assert_true(http_target(&r, arena_printf(a, "%.*s&sim_person=%s", STR_F(url), person)));
	sim_handle(b->w->rig->sim, &r, &reply);
	assert_int_equal(reply.status, 302);
	str at = arena_dup(a, reply_header(&reply, "location"));
	assert_true(str_starts(at, STR("http://pond.test/h5/api/guest/callback?")));
	return str_sub(at, sizeof("http://pond.test") - 1, at.n);
}

static struct browser visitor(struct world *w, const char *person)
{
	struct browser b = { .w = w };
	assert_int_equal(ask(&b, "GET", walked(&b, &w->corp, person, NULL), STR("")), 302);
	assert_true(b.session.n > 40);
	assert_int_equal(b.state.n, 0);
	return b;
}

static const char *code_for(struct browser *b, const char *phone)
{
	assert_int_equal(post(b, "code", "{\"phone\":\"%s\"}", phone), 200);
	assert_int_equal(json_i64(reply_json(b), "wait_s", 0), 60);
	str code = json_str(reply_json(b), "test_code");
	assert_int_equal(code.n, BIND_CODE_DIGITS);
	return arena_cstr(b->w->a, code);
}

static int confirm(struct browser *b, const char *phone, const char *code)
{
	return post(b, "confirm", "{\"phone\":\"%s\",\"code\":\"%s\",\"agree\":true}", phone, code);
}

static const char *wrong(const char *code)
{
	return code[0] == '1' ? "200000" : "100000";
}

static i64 known(struct world *w, const char *kind, const char *value)
{
	struct identity_in id = { str_c(kind), str_c(value), true };
	struct identity_who who = { &id, 1, false, TEST_START, STR("order"), STR("王芳") };
	i64 customer;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &customer, NULL, NULL), OK);
	return customer;
}

static i64 root_by(struct world *w, const char *kind, const char *value)
{
	i64 customer = 0, root = 0;
	assert_int_equal(identity_find(&w->cx.unit, str_c(kind), str_c(value), &customer), OK);
	assert_int_equal(customer_root(&w->cx.unit, customer, &root), OK);
	return root;
}

/* phone.bound events of the corp's whole journal. */
static size_t bound_events(struct world *w, struct event *ret)
{
	i64 slots[64];
	size_t n = slots_of_corp(w->t->store, w->corp.id, slots, 64), found = 0;
	for (size_t i = 0; i < n; i++) {
		struct event *ev;
		size_t count;
		assert_int_equal(READ_SNAP(&w->cx.unit, slots[i], journal_read(snap, 0, 1000, &ev, &count)), OK);
		for (size_t k = 0; k < count; k++)
			if (ev[k].kind == EV_PHONE_BOUND && ev[k].corp == w->corp.id) {
				*ret = ev[k];
				found++;
			}
	}
	return found;
}

/* ---- tests ---- */

static void a_buyer_and_a_friend_become_one_person(void **state)
{
	struct world *w = *state;
	str xid = rig_scanned(w->rig, "linna", "a");
	i64 buyer = known(w, "phone", PHONE);
	i64 friend = known(w, "external_userid", arena_cstr(w->a, xid));
	assert_int_not_equal(buyer, friend);
	struct browser b = visitor(w, arena_cstr(w->a, xid));
	assert_true(str_eq(reply_header(&b.reply, "location"), arena_printf(w->a, "/h5/bind?corp=%.*s", STR_F(w->corp.slug))));
	assert_int_equal(ask(&b, "GET", arena_printf(w->a, "/h5/api/bind/session?corp=%.*s", STR_F(w->corp.slug)), STR("")), 200);
	assert_false(json_bool(reply_json(&b), "bound", true));
	assert_true(str_has(json_str(reply_json(&b), "privacy_text"), w->corp.name));
	assert_int_equal(confirm(&b, PHONE, code_for(&b, "138 1234 1234")), 200);
	assert_true(json_bool(reply_json(&b), "bound", false));
	assert_true(json_bool(reply_json(&b), "merged", false));
	assert_int_equal(root_by(w, "phone", PHONE), root_by(w, "external_userid", arena_cstr(w->a, xid)));
	assert_int_equal(ask(&b, "GET", STR("/h5/api/bind/session"), STR("")), 200);
	assert_true(json_bool(reply_json(&b), "bound", false));
	assert_true(str_eq(json_str(reply_json(&b), "phone_masked"), STR("138****1234")));
	assert_false(str_has(b.reply.body, STR(PHONE)));
	struct event ev;
	struct phone_bound body;
	assert_int_equal(bound_events(w, &ev), 1);
	assert_true(ev.customer == buyer || ev.customer == friend);
	assert_false(str_has(ev.body, STR("1234")));
	assert_int_equal(READ_SNAP(&w->cx.unit, ev.slot, event_body(snap, &ev, &phone_bound_record, &body)), OK);
	assert_true(str_eq(body.masked, STR("138****1234")));
	assert_true(str_eq(body.privacy_version, STR("1")));
	assert_int_equal(body.consented, TEST_START);
	struct customer_fact sum = { 0 };
	i64 slot = slot_of_customer(w->t->store, buyer);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, identity_module.facts(snap, buyer, &sum)), OK);
	assert_true(sum.bound && sum.reach_sms);
}

/* What the keeper of orders would say; then what the page sees. */
static void answer_claim(struct world *w, i64 id, bool done)
{
	struct inbox_row *rows;
	size_t n;
	struct json *told;
	i64 customer = 0;
	assert_int_equal(inbox_pending(&w->cx.unit, 10, &rows, &n), OK);
	assert_int_equal(n, 1);
	assert_true(str_eq_c(rows[0].source, "order.claim"));
	assert_int_equal(json_parse(rows[0].body, w->a, &told, NULL), OK);
	assert_true(str_i64(json_str(told, "customer"), &customer));
	assert_true(str_eq(json_str(told, "claim"), arena_printf(w->a, "%lld", (long long)id)));
	assert_int_equal(inbox_done(&w->cx.unit, &rows[0], STR_NIL), OK);
	str body = arena_printf(w->a, "{\"claim\":\"%lld\",\"order_no\":\"E1\",\"paid\":1290,\"currency\":\"CNY\"}", (long long)id);
	struct event ev = { .kind = done ? EV_ORDER_CLAIMED : EV_CLAIM_REFUSED, .customer = customer, .corp = w->corp.id, .body = body };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, customer), bind_on_claim(tx, &ev)), OK);
}

static void an_order_number_is_asked_about_and_answered(void **state)
{
	struct world *w = *state;
	struct browser b = visitor(w, "oClaims"), stranger = visitor(w, "oStranger");
	assert_int_equal(post(&b, "claims", "{\"order_no\":\"E1\"}"), 422);                       /* no proof */
	assert_int_equal(post(&b, "claims", "{\"order_no\":\"E1\",\"amount\":\"much\"}"), 422);
	assert_int_equal(post(&b, "claims", "{\"order_no\":\"E1\",\"tail\":\"12345\"}"), 422);
	for (int i = 0; i < BIND_CLAIMS_DAY; i++) {
		assert_int_equal(post(&b, "claims", "{\"order_no\":\"E1\",\"amount\":\"12.90\"}"), 202);
		i64 id = 0;
		assert_true(str_i64(json_str(reply_json(&b), "id"), &id));
		str path = arena_printf(w->a, "/h5/api/bind/claims/%lld", (long long)id);
		assert_int_equal(ask(&b, "GET", path, STR("")), 200);
		assert_true(str_eq_c(json_str(reply_json(&b), "state"), "waiting"));
		answer_claim(w, id, i == 0);
		assert_int_equal(ask(&b, "GET", path, STR("")), 200);
		assert_true(str_eq_c(json_str(reply_json(&b), "state"), i ? "refused" : "done"));
		assert_int_equal(json_i64(reply_json(&b), "paid", 0), i ? 0 : 1290);
		assert_int_equal(ask(&stranger, "GET", path, STR("")), 404); /* somebody else's */
	}
	assert_int_equal(post(&b, "claims", "{\"order_no\":\"E1\",\"amount\":\"12.90\"}"), 429);
	later(w, BIND_DAY_MS);
	b = visitor(w, "oClaims");
	assert_int_equal(post(&b, "claims", "{\"order_no\":\"E1\",\"tail\":\"1234\"}"), 202);
	struct browser nobody = { .w = w };
	assert_int_equal(post(&nobody, "claims", "{\"order_no\":\"E1\",\"amount\":\"12.90\"}"), 401);
	b.site = "cross-site";
	assert_int_equal(post(&b, "claims", "{\"order_no\":\"E1\",\"amount\":\"12.90\"}"), 403);
}

static void a_code_binds_once(void **state)
{
	struct world *w = *state;
	struct browser b = visitor(w, "oNobodyKnown1");
	const char *code = code_for(&b, PHONE);
	assert_int_equal(confirm(&b, PHONE, code), 200);
	assert_false(json_bool(reply_json(&b), "merged", true));
	assert_int_equal(root_by(w, "openid", "oNobodyKnown1"), root_by(w, "phone", PHONE));
	assert_int_equal(confirm(&b, PHONE, code), 422);
	struct event ev;
	assert_int_equal(bound_events(w, &ev), 1);
}

static void a_binding_cut_off_before_its_end_is_told_once(void **state)
{
	struct world *w = *state;
	struct guest v = { .session = STR("s"), .openid = STR("oCut"), .corp = w->corp };
	struct event ev;
	bool merged;
	assert_int_equal(bind_person(&w->cx, &v, STR("+86" PHONE), 77, &merged), OK);
	assert_int_equal(bind_person(&w->cx, &v, STR("+86" PHONE), 77, &merged), OK);
	assert_int_equal(bound_events(w, &ev), 1);
	assert_int_equal(bind_person(&w->cx, &v, STR("+86" PHONE), 78, &merged), OK);
	assert_int_equal(bound_events(w, &ev), 2);
}

static void a_phone_of_another_bound_person_merges_unless_limits_forbid(void **state)
{
	struct world *w = *state;
	struct browser first = visitor(w, "oFirst"), second = visitor(w, "oSecond");
	assert_int_equal(confirm(&first, PHONE, code_for(&first, PHONE)), 200);
	later(w, BIND_CODE_EVERY_MS);
	assert_int_equal(confirm(&second, PHONE, code_for(&second, PHONE)), 200);
	assert_int_equal(root_by(w, "openid", "oFirst"), root_by(w, "openid", "oSecond"));
	/* openid has room for five: three of hers and three of the other's do not fit. */
	struct identity_in many[] = { { STR("phone"), STR("13900000000"), true }, { STR("openid"), STR("oA"), true },
				      { STR("openid"), STR("oB"), true }, { STR("openid"), STR("oC"), true },
				      { STR("openid"), STR("oD"), true } };
	struct identity_who who = { many, ARRAY_LEN(many), false, TEST_START, STR("order"), STR_NIL };
	i64 owner;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &owner, NULL, NULL), OK);
	const char *code = code_for(&second, "13900000000");
	assert_int_equal(confirm(&second, "13900000000", code), 409);
	assert_true(str_has(json_str(reply_json(&second), "detail"), STR("另一位会员")));
	assert_int_not_equal(root_by(w, "phone", "13900000000"), root_by(w, "openid", "oSecond"));
	struct event ev;
	assert_int_equal(bound_events(w, &ev), 2);
	assert_int_equal(confirm(&second, "13900000000", code), 422);
}

static void a_walk_ends_once_in_its_own_browser_within_ten_minutes(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w }, thief = { .w = w };
	str at = walked(&b, &w->corp, "oWalk", NULL), cookie = b.state;
	assert_int_equal(ask(&thief, "GET", at, STR("")), 401);
	assert_int_equal(thief.session.n, 0);
	later(w, GUEST_STATE_MS);
	assert_int_equal(ask(&b, "GET", at, STR("")), 302);
	b.state = cookie; /* a copy of the cookie and a fresh code do not help */
	str fresh = walked(&thief, &w->corp, "oWalk", NULL);
	str code = str_sub(fresh, 0, (size_t)str_find(fresh, STR("&state=")));
	b.session = STR_NIL;
	assert_int_equal(ask(&b, "GET", arena_printf(w->a, "%.*s%.*s", STR_F(code), STR_F(str_sub(at, (size_t)str_find(at, STR("&state=")), at.n))), STR("")), 401);
	assert_int_equal(b.session.n, 0);
	at = walked(&b, &w->corp, "oWalk", NULL);
	later(w, GUEST_STATE_MS + 1);
	assert_int_equal(ask(&b, "GET", at, STR("")), 401);
	assert_true(str_has(b.reply.body, STR("请重新打开页面")));
}

static void only_paths_of_this_site_are_gone_back_to(void **state)
{
	struct world *w = *state;
	static const char *const bad[] = { "https://evil.test/", "//evil.test/", "/%5Cevil.test", "h5", "/a%0d%0ab", "/%E9%B1%BC" };
	struct browser b = { .w = w };
	str home = arena_printf(w->a, "/h5/bind?corp=%.*s", STR_F(w->corp.slug));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(ask(&b, "GET", walked(&b, &w->corp, "oBack", bad[i]), STR("")), 302);
		assert_true(str_eq(reply_header(&b.reply, "location"), home));
	}
	assert_int_equal(ask(&b, "GET", walked(&b, &w->corp, "oBack", "/h5/bind?corp=x%26a=1"), STR("")), 302);
	assert_true(str_eq(reply_header(&b.reply, "location"), STR("/h5/bind?corp=x&a=1")));
	assert_int_equal(ask(&b, "GET", STR("/h5/api/guest/start?corp=nosuchcorp"), STR("")), 404);
}

static void sessions_end_and_belong_to_one_company(void **state)
{
	struct world *w = *state;
	struct browser b = visitor(w, "oOne"), staff = { .w = w };
	assert_int_equal(ask(&b, "GET", arena_printf(w->a, "/h5/api/bind/session?corp=%.*s", STR_F(few_corp(w).slug)), STR("")), 401);
	assert_int_equal(ask(&staff, "GET", walked(&staff, &w->corp, "linna", NULL), STR("")), 403);
	assert_int_equal(staff.session.n, 0);
	assert_int_equal(post(&staff, "code", "{\"phone\":\"" PHONE "\"}"), 401);
	later(w, GUEST_SESSION_MS);
	assert_int_equal(ask(&b, "GET", STR("/h5/api/bind/session"), STR("")), 200);
	later(w, 1);
	assert_int_equal(ask(&b, "GET", STR("/h5/api/bind/session"), STR("")), 401);
}

static void codes_run_out_of_tries_and_of_time(void **state)
{
	struct world *w = *state;
	struct browser b = visitor(w, "oTry"), stranger = visitor(w, "oStranger");
	const char *code = code_for(&b, PHONE);
	assert_int_equal(confirm(&stranger, PHONE, code), 422);
	for (int left = BIND_CODE_TRIES - 1; left > 0; left--) {
		assert_int_equal(confirm(&b, PHONE, wrong(code)), 422);
		assert_true(str_has(b.reply.body, arena_printf(w->a, "还可以试 %d 次", left)));
	}
	assert_int_equal(confirm(&b, PHONE, wrong(code)), 422);
	assert_int_equal(confirm(&b, PHONE, code), 422);
	assert_true(str_has(b.reply.body, STR("错误次数过多")));
	later(w, BIND_CODE_EVERY_MS);
	code = code_for(&b, PHONE);
	later(w, BIND_CODE_MS + 1);
	assert_int_equal(confirm(&b, PHONE, code), 422);
	assert_true(str_has(b.reply.body, STR("已过期")));
	code = code_for(&b, PHONE);
	later(w, BIND_CODE_MS);
	for (int i = 1; i < BIND_CODE_TRIES; i++)
		assert_int_equal(confirm(&b, PHONE, wrong(code)), 422);
	assert_int_equal(confirm(&b, PHONE, code), 200);
}

static void codes_are_limited_per_phone_session_and_address(void **state)
{
	struct world *w = *state;
	struct browser b = visitor(w, "oMany"), c = visitor(w, "oMore"), d = visitor(w, "oElse");
	code_for(&b, PHONE);
	later(w, BIND_CODE_EVERY_MS - 1);
	assert_int_equal(post(&c, "code", "{\"phone\":\"" PHONE "\"}"), 429);
	assert_true(str_eq(reply_header(&c.reply, "retry-after"), STR("1")));
	later(w, 1);
	for (int i = 1; i < BIND_PHONE_DAY; i++) {
		code_for(&b, PHONE);
		later(w, BIND_CODE_EVERY_MS);
	}
	assert_int_equal(post(&b, "code", "{\"phone\":\"" PHONE "\"}"), 429);
	for (int i = BIND_PHONE_DAY; i < BIND_SESSION_DAY; i++)
		code_for(&b, arena_cstr(w->a, arena_printf(w->a, "139000000%02d", i)));
	b.peer = "10.0.0.2";
	assert_int_equal(post(&b, "code", "{\"phone\":\"13911111111\"}"), 429);
	assert_int_equal(post(&c, "code", "{\"phone\":\"13911111111\"}"), 429);
	d.peer = "10.0.0.3";
	code_for(&d, "13911111111");
}

static void bad_phones_no_consent_and_other_sites_are_refused(void **state)
{
	struct world *w = *state;
	static const char *const bad[] = { "138****1234", "+442079460958", "1381234123", "12012341234", "" };
	struct browser b = visitor(w, "oBad");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(post(&b, "code", "{\"phone\":\"%s\"}", bad[i]), 422);
	const char *code = code_for(&b, PHONE);
	assert_int_equal(post(&b, "confirm", "{\"phone\":\"" PHONE "\",\"code\":\"%s\",\"agree\":false}", code), 422);
	assert_int_equal(post(&b, "confirm", "{\"phone\":\"" PHONE "\",\"code\":\"%s\"}", code), 422);
	b.site = "cross-site";
	assert_int_equal(confirm(&b, PHONE, code), 403);
	assert_int_equal(post(&b, "code", "{\"phone\":\"13900000009\"}"), 403);
	b.site = "same-origin";
	assert_int_equal(confirm(&b, PHONE, code), 200);
}

static void the_corps_own_notice_has_a_version_of_its_text(void **state)
{
	struct world *w = *state;
	str version, text, again;
	assert_int_equal(setting_put(&w->cx, "bind.privacy_text", STR("甲")), OK);
	assert_int_equal(bind_notice(&w->cx, &w->corp, &version, &text), OK);
	assert_true(str_eq(text, STR("甲")) && version.n == 12);
	assert_int_equal(setting_put(&w->cx, "bind.privacy_text", STR("乙")), OK);
	assert_int_equal(bind_notice(&w->cx, &w->corp, &again, &text), OK);
	assert_false(str_eq(version, again));
	assert_int_equal(setting_put(&w->cx, "bind.privacy_version", STR("2026-1")), OK);
	assert_int_equal(bind_notice(&w->cx, &w->corp, &again, &text), OK);
	assert_true(str_eq(again, STR("2026-1")));
}

static struct outbox_row claimed(struct world *w)
{
	struct outbox_row *rows;
	struct fail f = { 0 };
	size_t n;
	assert_int_equal(outbox_claim(w->t->store, w->a, STR(""), clock_now(&w->t->clock), 10, &rows, &n, &f), OK);
	assert_int_equal(n, 1);
	assert_true(str_eq(rows[0].kind, STR(BIND_SENDER)));
	return rows[0];
}

static void a_code_goes_out_sealed_once_and_not_too_late(void **state)
{
	struct world *w = *state;
	struct browser b = visitor(w, "oSend");
	const char *code = code_for(&b, PHONE);
	struct outbox_row row = claimed(w);
	struct outcome out = { 0 };
	struct sms_message kept[3];
	assert_false(str_has(row.body, STR(PHONE)) || str_has(row.body, str_c(code)));
	assert_int_equal(row.expires, TEST_START + BIND_CODE_MS);
	assert_int_equal(bind_send(&w->cx, &row, &out), OK);
	assert_int_equal(out.state, OUTCOME_DONE);
	assert_int_equal(sms_kept(w->env.sms, w->a, kept, 3), 1);
	assert_true(str_eq(kept[0].phone, STR(PHONE)) && str_eq_c(kept[0].code, code));
}

static void sms_service(void *arg, struct http_req *req, struct http_reply *reply)
{
	struct world *w = arg;
	seen = arena_dup(w->a, req->body);
	bool down = str_eq_c(req->path, "/down");
	http_send(reply, down ? 502 : 200, STR("application/json"),
		  str_eq_c(http_header(req, "authorization"), "Bearer k") ? STR("{\"code\":0}") : STR("{\"code\":1}"));
}

static void a_service_over_http_gets_phone_and_code(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	struct outcome out = { 0 };
	struct browser b = visitor(w, "oHttp");
	const char *code = code_for(&b, PHONE);
	struct outbox_row row = claimed(w);
	transport_direct_add(w->rig->transport, STR("sms.test"), sms_service, w);
	assert_int_equal(sms_new(w->a, STR("pigeon"), NULL, &w->env.sms, &f), ERR_CONFIG);
	assert_int_equal(sms_new(w->a, STR("http"), w->rig->transport, &w->env.sms, &f), OK);
	assert_int_equal(bind_send(&w->cx, &row, &out), ERR_CONFIG);
	assert_int_equal(setting_put(&w->cx, "sms.url", STR("http://sms.test/send")), OK);
	assert_int_equal(setting_put(&w->cx, "sms.body", STR("{\"to\":\"{phone}\",\"c\":\"{code}\"}")), OK);
	assert_int_equal(setting_put(&w->cx, "sms.ok", STR("\"code\":0")), OK);
	assert_int_equal(bind_send(&w->cx, &row, &out), ERR_STATE);
	assert_int_equal(setting_put(&w->cx, "sms.header", STR("Authorization: Bearer k")), OK);
	assert_int_equal(bind_send(&w->cx, &row, &out), OK);
	assert_true(str_eq(seen, arena_printf(w->a, "{\"to\":\"" PHONE "\",\"c\":\"%s\"}", code)));
	assert_int_equal(setting_put(&w->cx, "sms.url", STR("http://sms.test/down")), OK);
	assert_int_equal(bind_send(&w->cx, &row, &out), OK);
	assert_int_equal(out.state, OUTCOME_DROPPED);
	assert_true(str_eq(out.reason, STR("unknown")));
	later(w, BIND_CODE_EVERY_MS);
	assert_int_equal(post(&b, "code", "{\"phone\":\"" PHONE "\"}"), 200);
	assert_false(json_str(reply_json(&b), "test_code").n);
}

static void a_real_company_without_a_service_is_told_so(void **state)
{
	struct world *w = *state;
	struct cx cx = w->cx;
	struct http_req req = { .arena = w->a, .peer = STR("10.0.0.1") };
	struct guest v = { .session = STR("s"), .openid = STR("o"), .corp = w->corp };
	str code;
	cx.req = &req;
	v.corp.simulated = false;
	assert_int_equal(bind_code_ask(&cx, &v, STR("+86" PHONE), &code), ERR_STATE);
}

static void what_is_too_old_is_forgotten(void **state)
{
	struct world *w = *state;
	struct browser b = visitor(w, "oOld");
	struct timer_row *rows;
	struct bind_first code;
	struct guest_first session;
	struct none none = { 0 };
	size_t n;
	i64 base = slot_base(w->t->store, w->corp.id);
	code_for(&b, PHONE);
	for (int hour = 0; hour < 26; hour++) {
		later(w, MS_HOUR);
		assert_int_equal(timer_due(&w->cx.unit, clock_now(&w->t->clock), 10, &rows, &n), OK);
		for (size_t i = 0; i < n; i++)
			if (str_eq(rows[i].kind, STR(BIND_PRUNE)) && rows[i].corp == w->corp.id)
				assert_int_equal(bind_prune(&w->cx, &rows[i]), OK);
			else if (str_eq(rows[i].kind, STR(GUEST_PRUNE)) && rows[i].corp == w->corp.id)
				assert_int_equal(guest_prune(&w->cx, &rows[i]), OK);
		assert_int_equal(READ_SNAP(&w->cx.unit, base, guest_session_first(snap, &none, &session)), OK);
		assert_int_equal(session.at, NIL);
		assert_int_equal(READ_SNAP(&w->cx.unit, base, bind_code_first(snap, &none, &code)), OK);
		assert_int_equal(code.at == NIL, hour >= 24);
	}
	assert_int_equal(timer_due(&w->cx.unit, clock_now(&w->t->clock) + MS_DAY, 10, &rows, &n), OK);
	assert_int_equal(n, 0); /* nothing left, nothing armed */
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, make, few_free)
#define SPREAD(fn) cmocka_unit_test_setup_teardown(fn, make_spread, few_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_buyer_and_a_friend_become_one_person), SPREAD(a_buyer_and_a_friend_become_one_person),
		TEST(an_order_number_is_asked_about_and_answered), SPREAD(an_order_number_is_asked_about_and_answered), TEST(a_binding_cut_off_before_its_end_is_told_once),
		TEST(a_code_binds_once), SPREAD(a_code_binds_once), TEST(a_binding_cut_off_before_its_end_is_told_once),
		TEST(a_phone_of_another_bound_person_merges_unless_limits_forbid),
		SPREAD(a_phone_of_another_bound_person_merges_unless_limits_forbid),
		TEST(a_walk_ends_once_in_its_own_browser_within_ten_minutes), TEST(only_paths_of_this_site_are_gone_back_to),
		TEST(sessions_end_and_belong_to_one_company), TEST(codes_run_out_of_tries_and_of_time),
		TEST(codes_are_limited_per_phone_session_and_address), TEST(bad_phones_no_consent_and_other_sites_are_refused),
		TEST(the_corps_own_notice_has_a_version_of_its_text), TEST(a_code_goes_out_sealed_once_and_not_too_late),
		TEST(a_service_over_http_gets_phone_and_code), TEST(a_real_company_without_a_service_is_told_so),
		TEST(what_is_too_old_is_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
