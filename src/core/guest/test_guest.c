/*
 * The walk of staff against the simulator; that of customers is walked by the member page's tests.
 */
#include "core/test_few_rig.h"

#include "core/customer/customer.h"
#include "core/guest/guest_data.h"
#include "core/identity/identity.h"
#include "core/perm/perm_session.h"

static const struct module *const list[] = { &corp_module, &perm_module, &staff_module, &customer_module, &identity_module,
					     &guest_module, NULL };

struct browser { struct world *w; str state, session, guest; struct http_reply reply; };

static int make(void **state)
{
	few_new(state, list);
	assert_int_equal(staff_sync(&((struct world *)*state)->cx), OK);
	return 0;
}

static int ask(struct browser *b, str target)
{
	struct arena *a = b->w->a;
	struct http_req *r = ARENA_NEW(a, struct http_req);
	r->arena = a;
	r->method = STR("GET");
	r->peer = STR("10.0.0.1");
	assert_true(http_target(r, target));
	r->headers[r->header_count++] = (struct http_pair){ STR("Host"), STR("pond.test") };
	r->headers[r->header_count++] = (struct http_pair){ STR("Cookie"), arena_printf(a, GUEST_STATE_COOKIE "=%.*s; yutang=%.*s",
		STR_F(b->state), STR_F(b->session)) };
	memset(&b->reply, 0, sizeof(b->reply));
	dispatch_handle(b->w->dispatch, r, &b->reply);
	reply_cookie(&b->reply, GUEST_STATE_COOKIE, &b->state);
	reply_cookie(&b->reply, "yutang", &b->session);
	reply_cookie(&b->reply, GUEST_COOKIE, &b->guest);
	return b->reply.status;
}

/* The address WeCom sends the browser back to. */
static str walked(struct browser *b, const char *query, const char *person)
{
	struct arena *a = b->w->a;
	assert_int_equal(ask(b, arena_printf(a, "/h5/api/guest/staff?corp=%.*s%s", STR_F(b->w->corp.slug), query)), 302);
	str url = reply_header(&b->reply, "location");
	assert_true(str_starts(url, STR("http://sim.test/")));
	i64 hash = str_find(url, STR("#"));
	url = str_sub(url, sizeof("http://sim.test") - 1, hash < 0 ? url.n : (size_t)hash);
	struct http_req r = { .arena = a, .method = STR("GET") };
	struct http_reply reply = { 0 };
	assert_true(http_target(&r, arena_printf(a, "%.*s&sim_person=%s", STR_F(url), person)));
	sim_handle(b->w->rig->sim, &r, &reply);
	str at = arena_dup(a, reply_header(&reply, "location"));
	assert_true(str_starts(at, STR("http://pond.test/h5/api/guest/callback?")));
	return str_sub(at, sizeof("http://pond.test") - 1, at.n);
}

static i64 add_user(struct world *w, i64 staff, bool disabled)
{
	struct user_new owner = { .login = STR("owner"), .password = STR("corn-on-the-cob"), .name = STR("王"), .role = STR("owner"),
				  .scope = STR_NIL, .lang = STR_NIL, .staff = NIL };
	struct user_new in = { .login = STR("linna@pond"), .password = STR("corn-on-the-cob"), .name = STR("李娜"), .role = STR("manager"),
			       .scope = STR("all"), .lang = STR_NIL, .staff = staff };
	i64 id;
	assert_int_equal(user_create(&w->cx, &owner, &id), OK);
	assert_int_equal(user_create(&w->cx, &in, &id), OK);
	struct user_edit edit = { .id = id, .version = 1, .name = in.name, .role = in.role, .scope = in.scope, .staff = staff,
				  .disabled = disabled, .password = STR_NIL };
	if (disabled)
		assert_int_equal(user_change(&w->cx, &edit), OK);
	return id;
}

static void staff_who_are_users_come_in_by_wecom(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w }, qr = { .w = w };
	add_user(w, w->staff, false);
	assert_int_equal(ask(&b, arena_printf(w->a, "/h5/api/guest/ways?corp=%.*s", STR_F(w->corp.slug))), 200);
	assert_true(str_has(b.reply.body, w->corp.slug));
	assert_int_equal(ask(&b, STR("/h5/api/guest/ways?corp=nosuchcorp")), 200);
	assert_true(str_has(b.reply.body, STR("\"corp\":null")));
	str at = walked(&b, "", "linna"), cookie = b.state;
	assert_int_equal(ask(&b, at), 302);
	assert_true(str_eq(reply_header(&b.reply, "location"), arena_printf(w->a, GUEST_STAFF_HOME "?corp=%.*s", STR_F(w->corp.slug))));
	assert_true(b.session.n > 40 && !b.guest.n && !b.state.n);
	assert_int_equal(ask(&b, STR("/api/v1/session")), 200);
	assert_true(str_has(b.reply.body, STR("linna@pond")));
	b.state = cookie; /* a walk is over once */
	assert_int_equal(ask(&b, at), 401);
	assert_int_equal(ask(&qr, walked(&qr, "&qr=1&return=/customers", "linna")), 302);
	assert_true(str_eq_c(reply_header(&qr.reply, "location"), "/customers"));
	assert_int_equal(ask(&qr, STR("/api/v1/session")), 200);
}

static void others_of_staff_only_when_the_setting_says_so(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w }, again = { .w = w };
	struct user *users;
	size_t n;
	assert_int_equal(ask(&b, walked(&b, "", "linna")), 403);
	assert_int_equal(b.session.n, 0);
	assert_int_equal(setting_put(&w->cx, "guest.staff_login", STR("1")), OK);
	assert_int_equal(ask(&b, walked(&b, "", "linna")), 302);
	assert_int_equal(ask(&again, walked(&again, "", "linna")), 302);
	assert_int_equal(user_all(&w->cx.unit, &users, &n), OK);
	assert_int_equal(n, 1);
	assert_true(str_eq_c(users[0].role, "staff") && str_eq_c(users[0].scope, "self"));
	assert_int_equal(users[0].staff, w->staff);
	assert_int_equal(ask(&b, STR("/api/v1/session")), 200);
	/* Without a password nobody logs in by one. */
	struct cx cx = w->cx;
	struct http_req req = { .arena = w->a, .peer = STR("10.0.0.1") };
	struct http_reply reply = { 0 };
	str csrf;
	cx.req = &req;
	cx.reply = &reply;
	assert_int_equal(session_open(&cx, users[0].login, STR(""), &csrf), ERR_LOGIN);
}

static void customers_and_the_disabled_stay_out(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w };
	str xid = rig_scanned(w->rig, "linna", "a");
	assert_int_equal(setting_put(&w->cx, "guest.staff_login", STR("1")), OK);
	assert_int_equal(ask(&b, walked(&b, "", arena_cstr(w->a, xid))), 403);
	assert_true(str_has(b.reply.body, STR("请用企业微信打开")));
	add_user(w, w->staff, true);
	assert_int_equal(ask(&b, walked(&b, "", "linna")), 403);
	assert_true(!b.session.n && !b.guest.n);
}

static bool comes_back_to(struct world *w, size_t n)
{
	struct browser b = { .w = w };
	char path[GUEST_RETURN_MAX + 2] = "/h5/work";
	memset(path + strlen(path), 'a', n - strlen(path));
	path[n] = '\0';
	const char *query = arena_cstr(w->a, arena_printf(w->a, "&return=%s", path));
	assert_int_equal(ask(&b, walked(&b, query, "linna")), 302);
	return str_eq_c(reply_header(&b.reply, "location"), path);
}

static void a_path_to_come_back_to_has_a_longest(void **state)
{
	struct world *w = *state;
	add_user(w, w->staff, false);
	assert_true(comes_back_to(w, GUEST_RETURN_MAX));
	assert_false(comes_back_to(w, GUEST_RETURN_MAX + 1));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, make, few_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(staff_who_are_users_come_in_by_wecom), TEST(others_of_staff_only_when_the_setting_says_so),
		TEST(customers_and_the_disabled_stay_out), TEST(a_path_to_come_back_to_has_a_longest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
