/*
 * modules_check finds each kind of mistake, and none in what is right; what a context does.
 */
#include "core/module.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define KEY_FIELDS(F, S) F(S, ID, id) F(S, I64, version)
RECORD(key, KEY_FIELDS);

static err nothing(struct cx *cx)
{
	return OK;
}

static err handle(struct tx *tx, const struct event *ev)
{
	return OK;
}

static const struct perm perms[] = { { "a.read", T_OK }, { 0 } };
static const struct route good = { "GET", "/a/{id}", "a.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, &key_record, &key_record,
				   nothing, "doc" };

static err check_of(const struct module *a, const struct module *b, struct fail *f)
{
	const struct module *list[] = { a, b, NULL };
	memset(f, 0, sizeof(*f));
	return modules_check(list, f);
}

/* A module with these routes beside the good one. */
static void refused(struct route wrong, const char *why)
{
	struct fail f;
	const struct route routes[] = { good, wrong, { 0 } };
	const struct module m = { .name = "m", .doc = "d", .routes = routes, .perms = perms };
	assert_int_equal(check_of(&m, NULL, &f), ERR_CONFIG);
	assert_string_equal(f.field, "m");
	assert_string_equal(f.limit, why);
}

static void test_right_declarations_pass(void **state)
{
	struct fail f;
	const struct route routes[] = { good, { 0 } };
	const struct module m = { .name = "m", .doc = "d", .routes = routes, .perms = perms }, n = { .name = "n", .doc = "d" };
	assert_int_equal(check_of(&m, &n, &f), OK);
}

static void test_routes_are_protected_and_unique(void **state)
{
	struct route r;
	refused(good, "declared twice");
	r = good, r.path = "/a/{version}";
	refused(r, "declared twice");
	r = good, r.path = "/b", r.perm = NULL;
	refused(r, "no permission");
	r = good, r.path = "/b", r.flags = ROUTE_PUBLIC;
	refused(r, "public and with a permission");
	r = good, r.path = "/b", r.perm = "b.read";
	refused(r, "unknown permission");
	r = good, r.path = "/b", r.scope = ROUTE_SCOPE_UNSET;
	refused(r, "no scope");
	r = good, r.path = "/b/{other}";
	refused(r, "path parameter without a field");
	r = good, r.path = "/b", r.out = &none_record;
	refused(r, "ETag without a field version");
	r = good, r.path = "/b", r.method = "FETCH";
	refused(r, "no such method or path");
	r = good, r.path = "/b", r.fn = NULL;
	refused(r, "no function, record or doc");
	r = good, r.path = "/b", r.method = "POST", r.flags = ROUTE_LIST;
	refused(r, "a list is a plain GET");
	r = good, r.path = "/b", r.method = "POST", r.flags = ROUTE_IDEMPOTENT | ROUTE_PUBLIC, r.perm = NULL;
	refused(r, "Idempotency-Key without a credential");
}

static void test_names_stand_once_over_all_modules(void **state)
{
	struct fail f;
	const struct attr attrs[] = { { "spent", ATTR_MONEY }, { 0 } };
	const struct sender senders[] = { { "sms.send" }, { 0 } };
	const struct setting settings[] = { { "s", "1" }, { 0 } };
	const struct module plain = { .name = "m", .doc = "d" };
	assert_int_equal(check_of(&plain, &plain, &f), ERR_CONFIG);
	const struct module parts[][2] = {
		{ { .name = "a", .doc = "d", .attrs = attrs }, { .name = "b", .doc = "d", .attrs = attrs } },
		{ { .name = "a", .doc = "d", .senders = senders }, { .name = "b", .doc = "d", .senders = senders } },
		{ { .name = "a", .doc = "d", .settings = settings }, { .name = "b", .doc = "d", .settings = settings } },
		{ { .name = "a", .doc = "d", .perms = perms }, { .name = "b", .doc = "d", .perms = perms } },
	};
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		assert_int_equal(check_of(&parts[i][0], &parts[i][1], &f), ERR_CONFIG);
		assert_string_equal(f.field, "b");
		assert_string_equal(f.limit, "declared twice");
		assert_int_equal(check_of(&parts[i][0], &plain, &f), OK);
	}
}

static void test_handlers_are_of_known_events_and_derive_names_its_tables(void **state)
{
	struct fail f;
	const struct handler unknown[] = { { 99999, handle }, { 0 } }, every[] = { { -1, handle }, { 0 } };
	const struct module a = { .name = "a", .doc = "d", .act = unknown }, b = { .name = "b", .doc = "d", .derive = every },
			    c = { .name = "c", .doc = "d", .act = every };
	assert_int_equal(check_of(&a, NULL, &f), ERR_CONFIG);
	assert_int_equal(check_of(&b, NULL, &f), ERR_CONFIG);
	assert_string_equal(f.limit, "names no derived table");
	assert_int_equal(check_of(&c, NULL, &f), OK);
}

static void test_permissions_end_at_what_a_viewer_can_hold(void **state)
{
	struct fail f;
	static char names[PERMS_MAX + 1][8];
	struct perm many[PERMS_MAX + 2] = { 0 };
	for (int i = 0; i <= PERMS_MAX; i++) {
		names[i][0] = 'p';
		names[i][1] = (char)('0' + i / 16);
		names[i][2] = (char)('0' + i % 16);
		many[i].name = names[i];
	}
	const struct module m = { .name = "m", .doc = "d", .perms = many };
	assert_int_equal(check_of(&m, NULL, &f), ERR_CONFIG);
	many[PERMS_MAX].name = NULL;
	assert_int_equal(check_of(&m, NULL, &f), OK);
}

static void test_a_file_that_was_cut_is_not_sent(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct http_reply reply = { 0 };
	struct cx cx = { .unit = { .arena = a }, .reply = &reply };
	struct buf b = buf_new(a, 4);
	buf_add_c(&b, "abcd");
	assert_int_equal(cx_send_csv(&cx, &b, STR("x.csv")), OK);
	assert_true(reply.status == 200 && str_eq_c(reply.body, "abcd"));
	assert_true(str_eq_c(reply.headers[0].value, "attachment; filename=\"x.csv\""));
	buf_char(&b, 'e');
	assert_int_equal(cx_send_csv(&cx, &b, STR("x.csv")), ERR_TOO_LARGE);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right_declarations_pass),
		cmocka_unit_test(test_routes_are_protected_and_unique),
		cmocka_unit_test(test_names_stand_once_over_all_modules),
		cmocka_unit_test(test_handlers_are_of_known_events_and_derive_names_its_tables),
		cmocka_unit_test(test_permissions_end_at_what_a_viewer_can_hold),
		cmocka_unit_test(test_a_file_that_was_cut_is_not_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
