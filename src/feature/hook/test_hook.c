/*
 * Webhooks: signatures by the published vector, tries and pauses, a dead destination beside a living one, secrets that
 * change, sending again by hand, addresses of our own network.
 */
#include "core/speak/test_speak.h"

#include "base/hash.h"
#include "feature/hook/hook_data.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define SEEN_MAX 400

struct seen { str id, time, signs, body; ms at; };
struct place { struct world *w; int status; i64 retry_after; int count; struct seen seen[SEEN_MAX]; };
static struct place *fine, *bad;

static void receive(void *arg, struct http_req *req, struct http_reply *reply)
{
	struct place *p = arg;
	struct arena *a = p->w->t->arena;
	assert_true(p->count < SEEN_MAX);
	p->seen[p->count++] = (struct seen){ arena_dup(a, http_header(req, "webhook-id")), arena_dup(a, http_header(req, "webhook-timestamp")),
					     arena_dup(a, http_header(req, "webhook-signature")), arena_dup(a, req->body), now(p->w) };
	http_send(reply, p->status, STR("text/plain"), STR("noted"));
	if (p->retry_after)
		http_set(reply, STR("Retry-After"), arena_printf(req->arena, "%lld", (long long)p->retry_after));
}

static struct place *place(struct world *w, const char *host, int status)
{
	struct place *p = ARENA_NEW(w->t->arena, struct place);
	p->w = w;
	p->status = status;
	transport_direct_add(w->direct, str_c(host), receive, p);
	return p;
}

static int make_with(void **state, i64 spread)
{
	world_new(state, spread);
	fine = place(*state, "fine.test", 200);
	bad = place(*state, "bad.test", 503);
	return 0;
}
static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

static err call(struct world *w, const char *method, const char *path, const char *json, void *out)
{
	char *in = arena_alloc(w->t->arena, 4096);
	struct http_req req = { .arena = w->t->arena };
	struct cx cx = w->cx;
	TRY(route_in(w, hook_routes, method, path, str_c(json), in));
	for (const struct route *r = hook_routes; r->fn; r++) {
		if (strcmp(r->method, method) != 0 || strcmp(r->path, path) != 0)
			continue;
		cx.in = in;
		cx.out = out;
		cx.req = &req;
		err e = r->fn(&cx);
		w->cx.unit.fail = cx.unit.fail;
		return e;
	}
	return ERR_INTERNAL;
}

static char *fmt(struct world *w, const char *f, ...)
{
	va_list ap;
	va_start(ap, f);
	str s = arena_vprintf(w->t->arena, f, ap);
	va_end(ap);
	return arena_cstr(w->t->arena, s);
}

static struct hook row(struct world *w, i64 id)
{
	struct hook h;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, hook_get(snap, &(struct hook_key){ id }, &h)), OK);
	return h;
}

static i64 destination(struct world *w, const char *name, const char *host)
{
	struct hook *rows;
	size_t n;
	assert_int_equal(call(w, "POST", "/api/v1/hooks", fmt(w, "{\"name\":\"%s\",\"url\":\"http://%s/in\",\"secret\":\"" SECRET "\"}", name, host),
			      arena_alloc(w->t->arena, 512)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, hook_all(snap, &(struct none){ 0 }, &rows, &n)), OK);
	return rows[n - 1].id;
}

static const char *args(struct world *w, i64 hook)
{
	return fmt(w, "{\"hook\":\"%lld\",\"type\":\"journey.reached\",\"ids\":[\"external_userid\"],\"fields\":[{\"key\":\"称呼\",\"value\":\"{{name|您}}\"}]}",
		   (long long)hook);
}

static i64 somebody(struct world *w) { return person_of(w, befriend(w, "linna", 1)); }

static void the_published_vector(void **state)
{
	struct world *w = *state;
	str secret, other;
	assert_int_equal(hook_secret_read(w->t->arena, STR(SECRET), &secret, &w->cx.unit.fail), OK);
	assert_true(str_eq_c(hook_sign(w->t->arena, secret, STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, STR("{\"test\": 2432232314}")),
			     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
	char bytes[HOOK_SECRET_MAX + 1] = { 0 };
	const struct { size_t n; err e; } sizes[] = { { HOOK_SECRET_MIN - 1, ERR_INPUT }, { HOOK_SECRET_MIN, OK }, { HOOK_SECRET_MAX, OK }, { HOOK_SECRET_MAX + 1, ERR_INPUT } };
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		str text = arena_printf(w->t->arena, "whsec_%.*s", STR_F(base64_encode(w->t->arena, str_of(bytes, sizes[i].n))));
		assert_int_equal(hook_secret_read(w->t->arena, text, &other, &w->cx.unit.fail), sizes[i].e);
	}
	assert_int_equal(hook_secret_read(w->t->arena, STR("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &other, &w->cx.unit.fail), ERR_INPUT);
}

static void a_delivery_is_signed_and_told(void **state)
{
	struct world *w = *state;
	i64 her = somebody(w), hook = destination(w, "ERP", "fine.test");
	i64 seconds;
	str secret;
	is(act(w, "webhook.post", her, "a", args(w, hook)), VERB_ASKED, "");
	is(act(w, "webhook.post", her, "a", args(w, hook)), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_int_equal(fine->count, 1);
	const struct seen *s = &fine->seen[0];
	assert_int_equal(hook_secret_read(w->t->arena, STR(SECRET), &secret, &w->cx.unit.fail), OK);
	assert_true(str_i64(s->time, &seconds));
	assert_true(str_eq(s->signs, hook_sign(w->t->arena, secret, s->id, seconds, s->body)));
	assert_true(str_has(s->body, STR("\"type\":\"journey.reached\"")) && str_has(s->body, STR("\"称呼\":\"顾客0\"")));
	assert_true(str_has(s->body, STR("\"external_userid\":\"wm")));
	ended_as(w, her, 1, "done", "");
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 0); /* nobody was touched */
}

static void tries_come_again_with_growing_pauses_and_the_same_words(void **state)
{
	struct world *w = *state;
	i64 her = somebody(w), hook = destination(w, "ERP", "bad.test");
	is(act(w, "webhook.post", her, "a", args(w, hook)), VERB_ASKED, "");
	live(w, MS_DAY);
	assert_int_equal(bad->count, HOOK_TRIES_MAX);
	for (int i = 1; i < bad->count; i++) {
		assert_true(str_eq(bad->seen[i].id, bad->seen[0].id) && str_eq(bad->seen[i].body, bad->seen[0].body));
		assert_true(!str_eq(bad->seen[i].time, bad->seen[0].time));
		assert_true(i == 1 || bad->seen[i].at - bad->seen[i - 1].at > bad->seen[i - 1].at - bad->seen[i - 2].at);
	}
	ended_as(w, her, 1, "failed", "503");
	bad->retry_after = 7200;
	bad->count = 0;
	is(act(w, "webhook.post", her, "b", args(w, hook)), VERB_ASKED, "");
	live(w, 30 * MS_MINUTE);
	assert_int_equal(bad->count, 1); /* as long as it asked us to wait */
	bad->status = 200;
	live(w, 2 * MS_HOUR);
	ended_as(w, her, 2, "done", "");
}

static void a_dead_destination_slows_nobody(void **state)
{
	struct world *w = *state;
	i64 her = somebody(w), dead = destination(w, "旧系统", "bad.test"), alive = destination(w, "ERP", "fine.test");
	struct event ev;
	for (int i = 0; i < 100; i++) {
		is(act(w, "webhook.post", her, fmt(w, "d%d", i), args(w, dead)), VERB_ASKED, "");
		is(act(w, "webhook.post", her, fmt(w, "l%d", i), args(w, alive)), VERB_ASKED, "");
	}
	live(w, 4 * MS_SECOND);
	assert_int_equal(fine->count, 100);
	assert_int_equal(bad->count, 1); /* of a hundred one asked; the others wait */
	live(w, MS_HOUR);
	assert_true(bad->count >= HOOK_BROKEN_AFTER && bad->count < 20);
	assert_int_equal(told(w, 0, EV_HOOK_BROKEN, &ev), 1);
	bad->status = 200;
	live(w, 6 * MS_HOUR); /* pauses have some chance in them */
	assert_true(bad->count >= 100);
	assert_int_equal(told(w, 0, EV_HOOK_MENDED, &ev), 1);
	assert_int_equal(ends(w, her, NULL), 200);
}

static void gone_switches_it_off(void **state)
{
	struct world *w = *state;
	i64 her = somebody(w), hook = destination(w, "ERP", "bad.test");
	bad->status = 410;
	is(act(w, "webhook.post", her, "a", args(w, hook)), VERB_ASKED, "");
	live(w, MS_MINUTE);
	ended_as(w, her, 1, "failed", "410");
	assert_true(!row(w, hook).enabled);
	is(act(w, "webhook.post", her, "b", args(w, hook)), VERB_REFUSED, "no_destination");
}

static void a_new_secret_signs_beside_the_former_one_for_a_day(void **state)
{
	struct world *w = *state;
	i64 her = somebody(w), hook = destination(w, "ERP", "fine.test"), seconds;
	str secret;
	assert_int_equal(call(w, "PUT", "/api/v1/hooks/{id}", fmt(w, "{\"id\":\"%lld\",\"version\":1,\"name\":\"ERP\",\"url\":\"http://fine.test/in\",\"enabled\":true,\"new_secret\":true}",
			      (long long)hook), arena_alloc(w->t->arena, 512)), OK);
	assert_int_equal(call(w, "PUT", "/api/v1/hooks/{id}", fmt(w, "{\"id\":\"%lld\",\"version\":1,\"name\":\"ERP\",\"url\":\"http://fine.test/in\",\"enabled\":true}",
			      (long long)hook), arena_alloc(w->t->arena, 512)), ERR_CONFLICT);
	is(act(w, "webhook.post", her, "a", args(w, hook)), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_int_equal(hook_secret_read(w->t->arena, STR(SECRET), &secret, &w->cx.unit.fail), OK);
	assert_true(str_i64(fine->seen[0].time, &seconds));
	str former = hook_sign(w->t->arena, secret, fine->seen[0].id, seconds, fine->seen[0].body);
	assert_true(str_has(fine->seen[0].signs, former) && str_has_char(fine->seen[0].signs, ' '));
	live(w, MS_DAY);
	is(act(w, "webhook.post", her, "b", args(w, hook)), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_true(!str_has_char(fine->seen[1].signs, ' '));
}

static struct hook_sent only_sent(struct world *w, i64 hook)
{
	struct hook_sent *rows;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, hook_sent_list(snap, &(struct hook_find){ hook, INT64_MAX, 9 }, &rows, &n)), OK);
	assert_int_equal(n, 1);
	return rows[0];
}

static void one_that_failed_is_sent_again_by_hand(void **state)
{
	struct world *w = *state;
	i64 her = somebody(w), hook = destination(w, "ERP", "bad.test");
	is(act(w, "webhook.post", her, "a", args(w, hook)), VERB_ASKED, "");
	live(w, MS_MINUTE);
	struct hook_sent s = only_sent(w, hook);
	assert_true(str_eq_c(s.state, "waiting") && s.status == 503 && str_eq_c(s.answer, "noted"));
	const char *again = fmt(w, "{\"id\":\"%lld\",\"sent\":\"%lld\"}", (long long)hook, (long long)s.id);
	assert_int_equal(call(w, "POST", "/api/v1/hooks/{id}/sent/{sent}/again", again, NULL), ERR_STATE);
	live(w, MS_DAY);
	assert_true(str_eq_c(only_sent(w, hook).state, "failed"));
	bad->status = 204;
	assert_int_equal(call(w, "POST", "/api/v1/hooks/{id}/sent/{sent}/again", again, NULL), OK);
	live(w, MS_HOUR);
	s = only_sent(w, hook);
	assert_true(str_eq_c(s.state, "done") && s.again == 1 && s.status == 204);
	assert_true(str_eq(bad->seen[bad->count - 1].id, bad->seen[0].id) && str_eq(bad->seen[bad->count - 1].body, bad->seen[0].body));
	assert_int_equal(ends(w, her, NULL), 1); /* the journey has its answer already */
	assert_int_equal(call(w, "POST", "/api/v1/hooks/{id}/sent/{sent}/again", fmt(w, "{\"id\":\"%lld\",\"sent\":\"1\"}", (long long)hook), NULL), ERR_NOT_FOUND);
}

static void addresses_of_our_own_network_are_refused(void **state)
{
	struct world *w = *state;
	static const char *const ours[] = {
		"127.0.0.1", "127.1", "0x7f000001", "2130706433", "localhost", "a.localhost", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]",
		"[2002:7f00:1::]", "[::]",
	};
	static const char *const theirs[] = { "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "[2606:4700::1111]", "erp.example.com" };
	static const char *const wrong[] = { "ftp://a.example", "https://", "https://a@b.example", "https:// a.example", "javascript:1", "https://a.example\n" };
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		assert_int_equal(hook_url_check(&w->cx.unit, str_c(fmt(w, "https://%s:8443/x", ours[i]))), ERR_INPUT);
	for (size_t i = 0; i < ARRAY_LEN(theirs); i++)
		assert_int_equal(hook_url_check(&w->cx.unit, str_c(fmt(w, "https://%s/x", theirs[i]))), OK);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_int_equal(hook_url_check(&w->cx.unit, str_c(wrong[i])), ERR_INPUT);
	assert_int_equal(setting_put(&w->cx, "hook.private", STR("1")), OK);
	assert_int_equal(hook_url_check(&w->cx.unit, STR("https://10.0.0.1/x")), OK);
	/* A name may lead anywhere: the connection itself is refused. */
	struct transport *net;
	struct transport_answer answer;
	assert_int_equal(transport_net(w->t->arena, &net, &w->cx.unit.fail), OK);
	struct transport_call to = { .method = "POST", .url = STR("http://localhost:9/"), .body = STR("{}"), .public_only = true, .timeout_ms = 2000 };
	assert_int_equal(net->call(net, w->t->arena, &to, &answer, &w->cx.unit.fail), ERR_FORBIDDEN);
	to.public_only = false;
	assert_int_equal(net->call(net, w->t->arena, &to, &answer, &w->cx.unit.fail), ERR_UPSTREAM); /* nobody listens there */
}

static void what_is_given_is_checked_and_other_corps_see_nothing(void **state)
{
	struct world *w = *state;
	i64 hook = destination(w, "ERP", "fine.test"), mine = w->cx.unit.corp, other;
	char *out = arena_alloc(w->t->arena, 512);
	struct corp_new in = { STR("别家"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	assert_int_equal(call(w, "POST", "/api/v1/hooks", "{\"name\":\"ERP\",\"url\":\"http://fine.test/in\"}", out), ERR_EXISTS);
	assert_int_equal(call(w, "POST", "/api/v1/hooks", "{\"name\":\"B\",\"url\":\"http://fine.test/in\",\"secret\":\"abc\"}", out), ERR_INPUT);
	assert_int_equal(args_of(w, "webhook.post", "{\"hook\":\"1\",\"type\":\"a\"}"), ERR_INPUT);
	assert_int_equal(args_of(w, "webhook.post", fmt(w, "{\"hook\":\"%lld\",\"type\":\"a b\"}", (long long)hook)), ERR_INPUT);
	assert_int_equal(args_of(w, "webhook.post", fmt(w, "{\"hook\":\"%lld\",\"type\":\"a\",\"ids\":[\"shoe\"]}", (long long)hook)), ERR_INPUT);
	for (int i = 1; i < HOOK_MAX; i++)
		assert_int_equal(call(w, "POST", "/api/v1/hooks", fmt(w, "{\"name\":\"%d\",\"url\":\"http://fine.test/in\"}", i), out), OK);
	assert_int_equal(call(w, "POST", "/api/v1/hooks", "{\"name\":\"more\",\"url\":\"http://fine.test/in\"}", out), ERR_STATE);
	assert_int_equal(corp_create(&w->cx, &in, &other), OK);
	w->cx.unit.corp = other;
	assert_int_equal(args_of(w, "webhook.post", args(w, hook)), ERR_INPUT);
	assert_int_equal(call(w, "DELETE", "/api/v1/hooks/{id}", fmt(w, "{\"id\":\"%lld\"}", (long long)hook), NULL), ERR_NOT_FOUND);
	w->cx.unit.corp = mine;
	i64 her = somebody(w);
	is(act(w, "webhook.post", her, "a", args(w, hook)), VERB_ASKED, "");
	assert_int_equal(call(w, "DELETE", "/api/v1/hooks/{id}", fmt(w, "{\"id\":\"%lld\"}", (long long)hook), NULL), OK);
	live(w, MS_MINUTE);
	ended_as(w, her, 1, "failed", "no_destination");
	assert_int_equal(fine->count, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define S(name) { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_published_vector), T(a_delivery_is_signed_and_told), S(a_delivery_is_signed_and_told),
		T(tries_come_again_with_growing_pauses_and_the_same_words), T(a_dead_destination_slows_nobody), S(a_dead_destination_slows_nobody),
		T(gone_switches_it_off), T(a_new_secret_signs_beside_the_former_one_for_a_day), T(one_that_failed_is_sent_again_by_hand),
		T(addresses_of_our_own_network_are_refused), T(what_is_given_is_checked_and_other_corps_see_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
