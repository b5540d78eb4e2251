/*
 * Exports: what stands in a file and what never does, who may ask for and fetch one, and how it goes again.
 */
#include "app/test_app_rig.h"

#include "core/attr/attr_own.h"
#include "core/attr/attr_text.h"
#include "core/audit/audit_data.h"
#include "core/tag/tag_edit.h"
#include "feature/export/export_int.h"

#define PHONE "13812341234"

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

struct people { i64 fang, lan, xu, jing; str key; };

static i64 somebody(struct pond *w, struct people *p, const char *userid, const char *user, const char *name, int yuan)
{
	i64 leaf = befriend(w, userid, user);
	assert_int_equal(track(w, p->key, "identify", arena_printf(w->a, "{\"userId\":\"%s\",\"traits\":{\"name\":\"%s\"},\"context\":"
		"{\"externalIds\":[{\"id\":\"%s\",\"type\":\"external_userid\"}]}}", user, name, user)), 200);
	if (yuan)
		assert_int_equal(track(w, p->key, "track", arena_printf(w->a, "{\"userId\":\"%s\",\"event\":\"Order Completed\",\"properties\":"
			"{\"order_id\":\"o-%s\",\"total\":%d.50}}", user, user, yuan)), 200);
	engine_settle(&w->env);
	return leaf;
}

static void prove_phone(struct pond *w, const char *external_userid)
{
	struct identity_in ids[] = { { STR("external_userid"), str_c(external_userid), true }, { STR("phone"), STR(PHONE), true } };
	struct identity_who who = { ids, 2, false, TEST_START, STR("bind"), STR_NIL };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &leaf, NULL, NULL), OK);
	engine_settle(&w->env);
}

static struct people meet(struct pond *w)
{
	struct people p = { .key = write_key(w, w->corp, NULL) };
	p.fang = somebody(w, &p, "xu", "wm1", "=王,小芳", 100);
	p.lan = somebody(w, &p, "jing", "wm2", "王小兰", 0);
	prove_phone(w, "wm1");
	assert_int_equal(staff_ensure(&w->cx.unit, STR("xu"), &p.xu), OK);
	assert_int_equal(staff_ensure(&w->cx.unit, STR("jing"), &p.jing), OK);
	return p;
}

#define EVERYBODY_AS(cols) "{\"expr\":\"orders >= 0\",\"columns\":[" cols "],\"purpose\":\"回访\"}"

/* Asks, runs the job, fetches: the text of the file. */
static const char *exported(struct browser *b, const char *body)
{
	assert_int_equal(post(b, "/api/v1/exports", "%s", body), 202);
	i64 id = json_id(reply_json(b), "id");
	engine_settle(&b->w->env);
	assert_int_equal(get(b, "/api/v1/exports/%lld/file", (long long)id), 200);
	return arena_cstr(b->w->a, b->reply.body);
}

static i64 asked(struct browser *b)
{
	assert_int_equal(post(b, "/api/v1/exports", EVERYBODY_AS("\"name\"")), 202);
	return json_id(reply_json(b), "id");
}

static str state_of(struct pond *w, i64 id)
{
	struct export_file f;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->corp), export_get(snap, &(struct export_key){ id }, &f)), OK);
	return f.state;
}

static err count_part(void *arg, const void *of)
{
	(void)of;
	++*(int *)arg;
	return OK;
}

static int parts_of(struct pond *w, i64 id)
{
	int n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->corp),
				   export_part_each(snap, &(struct export_key){ id }, count_part, &n)), OK);
	return n;
}

#define TAG_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(test_tag_key, TAG_KEY_FIELDS);
WRITE(test_make_sensitive_row, test_tag_key, SQL(UPDATE tag SET sensitive = 1 WHERE corp = :corp AND id = :id))
static err test_make_sensitive(struct tx *tx, i64 id) { return test_make_sensitive_row(tx, &(struct test_tag_key){ id }); }

/* ---- what stands in it ---- */

static void a_cell_is_no_formula(void **state)
{
	struct arena *a = arena_new(1 << 20);
	static const struct { const char *in, *out; } of[] = {
		{ "abc", "abc" }, { "", "" }, { "a,b", "\"a,b\"" }, { "a\"b", "\"a\"\"b\"" }, { "a\nb", "\"a\nb\"" },
		{ "=1+1", "\"'=1+1\"" }, { "+86", "\"'+86\"" }, { "-1", "\"'-1\"" }, { "@x", "\"'@x\"" }, { "\tx", "\"'\tx\"" },
		{ "1=1", "1=1" },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		struct buf b = buf_new(a, 1000);
		export_cell(&b, str_c(of[i].in));
		assert_string_equal(arena_cstr(a, buf_str(&b)), of[i].out);
	}
	arena_free(a);
}

static void a_file_holds_the_chosen_columns_of_the_chosen_people(void **state)
{
	struct pond *w = *state;
	meet(w);
	struct browser owner = { .w = w };
	assert_string_equal(exported(&owner, EVERYBODY_AS("\"name\",\"phone\",\"phone_masked\",\"attr.orders\",\"attr.spent\",\"attr.staff\",\"attr.friend\"")),
		"\xef\xbb\xbf姓名,手机号,手机号（打码）,有效订单数,累计消费,所属员工,是企微好友\r\n"
		"\"'=王,小芳\"," PHONE ",138****1234,1,100.50,xu,true\r\n"
		"王小兰,,,0,0.00,jing,true\r\n");
	assert_string_equal(exported(&owner, "{\"expr\":\"spent >= 100\",\"columns\":[\"attr.spent\"],\"purpose\":\"x\"}"),
			    "\xef\xbb\xbf累计消费\r\n100.50\r\n");
}

static void a_stored_audience_is_exported_by_its_number(void **state)
{
	struct pond *w = *state;
	struct audience stored;
	meet(w);
	struct browser owner = { .w = w };
	assert_int_equal(audience_save(&w->cx.unit, 0, STR("买过的"), STR("orders > 0"), NIL, &stored), OK);
	const char *body = arena_cstr(w->a, arena_printf(w->a, "{\"audience\":\"%lld\",\"columns\":[\"attr.orders\"],\"purpose\":\"x\"}", (long long)stored.id));
	assert_string_equal(exported(&owner, body), "\xef\xbb\xbf有效订单数\r\n1\r\n");
	assert_int_equal(get(&owner, "/api/v1/exports"), 200);
	assert_true(str_has(owner.reply.body, STR("买过的")));
}

static void sensitive_tags_are_in_no_file(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	i64 group, open, secret;
	assert_int_equal(post(&owner, "/api/v1/tag-groups", "{\"name\":\"组\",\"tags\":[\"普通\"]}"), 201);
	group = json_id(reply_json(&owner), "id");
	assert_int_equal(post(&owner, "/api/v1/tags", "{\"group_id\":\"%lld\",\"name\":\"VIP\",\"sync\":false}", (long long)group), 201);
	open = json_id(reply_json(&owner), "id");
	assert_int_equal(post(&owner, "/api/v1/tags", "{\"group_id\":\"%lld\",\"name\":\"孕期\",\"sync\":false}", (long long)group), 201);
	secret = json_id(reply_json(&owner), "id");
	const char *at = arena_cstr(w->a, arena_printf(w->a, "/api/v1/customers/%lld/tags", (long long)p.fang));
	assert_int_equal(post(&owner, at, "{\"add\":[\"%lld\",\"%lld\"]}", (long long)open, (long long)secret), 200);
	engine_settle(&w->env);
	const char *cols = EVERYBODY_AS("\"tags\"");
	assert_string_equal(exported(&owner, cols), "\xef\xbb\xbf标签\r\nVIP; 孕期\r\n\r\n");
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->corp), test_make_sensitive(tx, secret)), OK);
	assert_string_equal(exported(&owner, cols), "\xef\xbb\xbf标签\r\nVIP\r\n\r\n");
}

/* ---- who may ---- */

static void only_ones_own_customers_stand_in_it(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser jing = user_browser(w, "jing-m", "manager", "self", p.jing), reader = user_browser(w, "reader", "readonly", "all", 0),
		       staff = user_browser(w, "advisor", "staff", "self", p.xu);
	assert_string_equal(exported(&jing, EVERYBODY_AS("\"name\"")), "\xef\xbb\xbf姓名\r\n王小兰\r\n");
	assert_int_equal(post(&jing, "/api/v1/exports", "{\"expr\":\"orders > 0\",\"columns\":[\"name\"],\"purpose\":\"x\"}"), 409);
	assert_int_equal(post(&reader, "/api/v1/exports", EVERYBODY_AS("\"name\"")), 403);
	assert_int_equal(post(&staff, "/api/v1/exports", EVERYBODY_AS("\"name\"")), 403);
	assert_int_equal(get(&staff, "/api/v1/export-columns"), 403);
}

static void a_file_is_for_who_asked_and_for_owners(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser xu = user_browser(w, "xu-m", "manager", "self", p.xu), jing = user_browser(w, "jing-m", "manager", "self", p.jing),
		       owner = user_browser(w, "boss", "owner", "all", 0), other = { .w = w, .corp = w->other };
	i64 id = asked(&xu);
	assert_int_equal(get(&xu, "/api/v1/exports/%lld/file", (long long)id), 409); /* not ready */
	engine_settle(&w->env);
	assert_int_equal(get(&xu, "/api/v1/exports/%lld/file", (long long)id), 200);
	assert_int_equal(get(&owner, "/api/v1/exports/%lld/file", (long long)id), 200);
	assert_int_equal(get(&jing, "/api/v1/exports/%lld/file", (long long)id), 404);
	assert_int_equal(get(&other, "/api/v1/exports/%lld/file", (long long)id), 404);
	assert_int_equal(ask(&jing, "DELETE", arena_printf(w->a, "/api/v1/exports/%lld", (long long)id), STR("")), 404);
	assert_int_equal(get(&jing, "/api/v1/exports"), 200);
	assert_int_equal(json_get(reply_json(&jing), "data")->n, 0);
	assert_int_equal(get(&owner, "/api/v1/exports"), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 1);
	assert_int_equal(json_i64(&json_get(reply_json(&owner), "data")->items[0], "downloads", -1), 2);
	assert_int_equal(events_of(w, w->corp, EV_EXPORT_MADE, NULL), 1);
	assert_int_equal(events_of(w, w->corp, EV_EXPORT_DOWNLOADED, NULL), 2);
	assert_int_equal(get(&owner, "/api/v1/audit"), 200);
	assert_true(str_has(owner.reply.body, STR("customer.export.download")) && str_has(owner.reply.body, STR("回访")));
}

static void what_is_asked_wrongly_is_refused_with_its_field(void **state)
{
	struct pond *w = *state;
	meet(w);
	struct browser owner = { .w = w };
	static const struct { const char *body, *field; int status; } of[] = {
		{ "{\"expr\":\"orders >= 0\",\"columns\":[\"name\"],\"purpose\":\" \"}", "purpose", 422 },
		{ "{\"expr\":\"orders >= 0\",\"columns\":[\"name\"]}", "purpose", 422 },
		{ "{\"expr\":\"orders >= 0\",\"columns\":[],\"purpose\":\"x\"}", "columns", 422 },
		{ "{\"expr\":\"orders >= 0\",\"columns\":[\"attr.nothing\"],\"purpose\":\"x\"}", "columns", 422 },
		{ "{\"expr\":\"orders >= 0\",\"columns\":[\"name,phone\"],\"purpose\":\"x\"}", "columns", 422 },
		{ "{\"expr\":\"orders >= 0\",\"columns\":[\"name\",\"name\"],\"purpose\":\"x\"}", "columns", 422 },
		{ "{\"columns\":[\"name\"],\"purpose\":\"x\"}", "expr", 422 },
		{ "{\"expr\":\"order >= 0\",\"columns\":[\"name\"],\"purpose\":\"x\"}", "order", 422 },
		{ "{\"audience\":\"77\",\"columns\":[\"name\"],\"purpose\":\"x\"}", "", 404 },
	};
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		assert_int_equal(post(&owner, "/api/v1/exports", "%s", of[i].body), of[i].status);
		assert_true(str_has(owner.reply.body, str_c(of[i].field)));
	}
	char long_purpose[EXPORT_PURPOSE_MAX + 2];
	memset(long_purpose, 'x', sizeof(long_purpose));
	long_purpose[EXPORT_PURPOSE_MAX + 1] = 0;
	const char *form = "{\"expr\":\"orders >= 0\",\"columns\":[\"name\"],\"purpose\":\"%s\"}";
	assert_int_equal(ask(&owner, "POST", STR("/api/v1/exports"), arena_printf(w->a, form, long_purpose)), 422);
	long_purpose[EXPORT_PURPOSE_MAX] = 0;
	assert_int_equal(ask(&owner, "POST", STR("/api/v1/exports"), arena_printf(w->a, form, long_purpose)), 202);
}

static void so_many_at_once_and_no_more(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser xu = user_browser(w, "xu-m", "manager", "self", p.xu), jing = user_browser(w, "jing-m", "manager", "self", p.jing);
	for (int i = 0; i < EXPORT_IN_FLIGHT_MAX; i++)
		asked(&xu);
	assert_int_equal(post(&xu, "/api/v1/exports", EVERYBODY_AS("\"name\"")), 409);
	asked(&jing); /* counted by user */
	engine_settle(&w->env);
	asked(&xu);
}

/* ---- masks ---- */

static err made_restricted(struct tx *tx)
{
	struct attr_def d;
	record_init(&attr_def_record, &d);
	d.name = STR("salary");
	d.label = STR("收入");
	d.type = STR("text");
	d.source = STR("field");
	d.visible = STR("restricted");
	return attr_def_add(tx, &d);
}

static bool offers(struct pond *w, bool masked, const char *code)
{
	struct export_column *all;
	size_t n;
	bool found = false;
	assert_int_equal(export_columns(&w->cx.unit, LANG_ZH, masked, &all, &n), OK);
	for (size_t i = 0; i < n; i++)
		found |= str_eq_c(all[i].code, code);
	return found;
}

static void who_sees_masked_phones_is_offered_neither_phones_nor_restricted_fields(void **state)
{
	struct pond *w = *state;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->corp), made_restricted(tx)), OK);
	assert_true(offers(w, false, "phone") && offers(w, false, "attr.salary") && offers(w, false, "attr.p_alive"));
	assert_true(offers(w, true, "phone_masked") && offers(w, true, "attr.p_alive"));
	assert_true(offers(w, false, "attr.groups"));
	assert_true(offers(w, false, "attr.categories"));
	assert_false(offers(w, true, "phone") || offers(w, true, "attr.salary"));
}

/* A file somebody asked for whole is not for who sees masked phones by now: the row says what it holds. */
static err now_masked(struct tx *tx, i64 id)
{
	struct export_file f;
	TRY(export_get(&tx->snap, &(struct export_key){ id }, &f));
	f.masked = true;
	return export_progress(tx, &f);
}

static void masked_phones_stay_masked_in_the_file(void **state)
{
	struct pond *w = *state;
	meet(w);
	struct browser owner = { .w = w };
	assert_int_equal(post(&owner, "/api/v1/exports", EVERYBODY_AS("\"phone_masked\"")), 202);
	i64 id = json_id(reply_json(&owner), "id");
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->corp), now_masked(tx, id)), OK);
	engine_settle(&w->env);
	assert_int_equal(get(&owner, "/api/v1/exports/%lld/file", (long long)id), 200);
	assert_true(str_has(owner.reply.body, STR("138****1234")) && !str_has(owner.reply.body, STR(PHONE)));
	assert_int_equal(post(&owner, "/api/v1/exports", EVERYBODY_AS("\"phone\"")), 202); /* asked whole, masked before it ran */
	id = json_id(reply_json(&owner), "id");
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->corp), now_masked(tx, id)), OK);
	engine_settle(&w->env);
	assert_string_equal(arena_cstr(w->a, state_of(w, id)), "dropped");
	assert_int_equal(parts_of(w, id), 0);
}

static err now_begun(struct tx *tx, i64 id)
{
	struct export_file f;
	TRY(export_get(&tx->snap, &(struct export_key){ id }, &f));
	f.parts = 1;
	return export_progress(tx, &f);
}

/* To a role that sees only the member's own. */
static void change_role(struct pond *w, const char *login, const char *role, i64 staff)
{
	struct user *users;
	size_t n;
	assert_int_equal(user_all(&w->cx.unit, &users, &n), OK);
	for (size_t i = 0; i < n; i++) {
		if (!str_eq_c(users[i].login, login))
			continue;
		struct user_edit edit = { .id = users[i].id, .version = users[i].version, .name = STR("x"), .role = str_c(role),
					  .scope = STR("self"), .staff = staff };
		assert_int_equal(user_change(&w->cx, &edit), OK);
	}
}

static void who_lost_the_right_gets_nothing_more(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser xu = user_browser(w, "xu-m", "manager", "all", 0), owner = user_browser(w, "boss", "owner", "all", 0);
	i64 id = asked(&xu), ready;
	engine_settle(&w->env);
	ready = id;
	id = asked(&xu);
	i64 begun = asked(&xu);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->corp), now_begun(tx, begun)), OK);
	change_role(w, "xu-m", "manager", p.xu);
	engine_settle(&w->env);
	assert_int_equal(get(&owner, "/api/v1/exports/%lld/file", (long long)id), 200); /* narrowed before it began */
	assert_true(str_has(owner.reply.body, STR("小芳")) && !str_has(owner.reply.body, STR("小兰")));
	assert_int_equal(get(&owner, "/api/v1/exports/%lld/file", (long long)ready), 200);
	assert_int_equal(get(&xu, "/api/v1/exports/%lld/file", (long long)ready), 403); /* holds more than she sees now */
	assert_string_equal(arena_cstr(w->a, state_of(w, begun)), "dropped"); /* no file of two kinds */
}

static void an_export_stops_when_the_permission_is_taken_away(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser xu = user_browser(w, "xu-m", "manager", "self", p.xu), owner = user_browser(w, "boss", "owner", "all", 0);
	i64 id = asked(&xu);
	change_role(w, "xu-m", "staff", p.xu);
	engine_settle(&w->env);
	assert_string_equal(arena_cstr(w->a, state_of(w, id)), "dropped");
	assert_int_equal(parts_of(w, id), 0);
	assert_int_equal(get(&owner, "/api/v1/exports"), 200);
	assert_true(str_has(owner.reply.body, str_c(text_raw(T_EXPORT_RIGHT_LOST, LANG_ZH))));
}

/* ---- how it goes ---- */

static void a_file_is_gone_after_a_week(void **state)
{
	struct pond *w = *state;
	meet(w);
	struct browser owner = { .w = w };
	i64 id = asked(&owner);
	engine_settle(&w->env);
	ms made = clock_now(&w->t->clock);
	assert_int_equal(parts_of(w, id), 1);
	clock_advance(&w->t->clock, made + EXPORT_KEPT_MS - 1);
	engine_settle(&w->env);
	assert_int_equal(get(&owner, "/api/v1/exports/%lld/file", (long long)id), 200);
	clock_advance(&w->t->clock, made + EXPORT_KEPT_MS);
	assert_int_equal(get(&owner, "/api/v1/exports/%lld/file", (long long)id), 409);
	engine_settle(&w->env);
	assert_int_equal(parts_of(w, id), 0);
	assert_string_equal(arena_cstr(w->a, state_of(w, id)), "expired");
}

static void a_cancelled_export_leaves_no_part(void **state)
{
	struct pond *w = *state;
	meet(w);
	struct browser owner = { .w = w };
	i64 id = asked(&owner), job = json_id(reply_json(&owner), "job");
	const struct export_part part = { id, 0, STR("x") };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->corp), export_part_add(tx, &part)), OK);
	assert_int_equal(post(&owner, arena_cstr(w->a, arena_printf(w->a, "/api/v1/jobs/%lld/cancel", (long long)job)), "{}"), 200);
	engine_settle(&w->env);
	assert_int_equal(parts_of(w, id), 0);
	assert_string_equal(arena_cstr(w->a, state_of(w, id)), "dropped");
	assert_int_equal(get(&owner, "/api/v1/exports/%lld/file", (long long)id), 409);
	assert_int_equal(events_of(w, w->corp, EV_EXPORT_MADE, NULL), 0);
}

static void a_removed_file_is_gone_at_once(void **state)
{
	struct pond *w = *state;
	meet(w);
	struct browser owner = { .w = w };
	i64 ready = asked(&owner);
	engine_settle(&w->env);
	i64 running = asked(&owner);
	assert_int_equal(ask(&owner, "DELETE", arena_printf(w->a, "/api/v1/exports/%lld", (long long)ready), STR("")), 204);
	assert_int_equal(ask(&owner, "DELETE", arena_printf(w->a, "/api/v1/exports/%lld", (long long)running), STR("")), 204);
	assert_int_equal(get(&owner, "/api/v1/exports/%lld/file", (long long)ready), 409);
	engine_settle(&w->env);
	assert_int_equal(parts_of(w, ready) + parts_of(w, running), 0);
	assert_string_equal(arena_cstr(w->a, state_of(w, ready)), "removed");
	assert_string_equal(arena_cstr(w->a, state_of(w, running)), "dropped");
	assert_int_equal(get(&owner, "/api/v1/exports"), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 2); /* that it was made stays known */
}

static void steps_join_without_a_gap(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct people p = { .key = write_key(w, w->corp, NULL) };
	for (int i = 0; i <= EXPORT_STEP; i++) {
		str body = arena_printf(w->a, "{\"userId\":\"u%d\",\"event\":\"Order Completed\",\"properties\":{\"order_id\":\"o%d\",\"total\":1}}", i, i);
		assert_int_equal(track(w, p.key, "track", body), 200);
	}
	engine_settle(&w->env);
	str text = str_c(exported(&owner, "{\"expr\":\"orders > 0\",\"columns\":[\"id\"],\"purpose\":\"x\"}"));
	size_t lines = 0;
	i64 last = 0, id;
	for (str_cut(&text, '\n'); text.n; lines++) {
		assert_true(str_i64(str_trim(str_cut(&text, '\n')), &id) && id > last);
		last = id;
	}
	assert_int_equal(lines, EXPORT_STEP + 1);
}

/* ---- attributes as text ---- */

static const char *told(struct pond *w, i64 root, const char *name)
{
	str text;
	assert_int_equal(attr_text_of(&w->cx.unit, root, str_c(name), &text), OK);
	return text.p ? arena_cstr(w->a, text) : NULL;
}

static void any_attribute_is_told_by_name(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	str text;
	assert_string_equal(told(w, p.fang, "spent"), "100.50");
	assert_string_equal(told(w, p.fang, "aov"), "100.50");
	assert_string_equal(told(w, p.fang, "orders"), "1");
	assert_string_equal(told(w, p.fang, "friend"), "true");
	assert_string_equal(told(w, p.fang, "staff"), "xu");
	assert_string_equal(told(w, p.fang, "last_order"), arena_cstr(w->a, tz_format_date(corp_day(&w->cx.unit, clock_now(&w->t->clock)), w->a)));
	assert_null(told(w, p.lan, "aov"));
	assert_null(told(w, p.lan, "last_order"));
	assert_null(told(w, p.lan, "city"));
	assert_null(told(w, p.lan, "order_gap"));
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, p.lan),
		attr_value_put(tx, &(struct attr_value){ p.lan, ATTR_ID_GAP, 12, STR_NIL })), OK);
	assert_string_equal(told(w, p.lan, "order_gap"), "12");
	assert_int_equal(attr_text_of(&w->cx.unit, p.lan, STR("spend"), &text), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.limit, "spent?");
	assert_int_equal(attr_text_of(&w->cx.unit, 12345, STR("spent"), &text), ERR_NOT_FOUND);
}

#define ONE(f) cmocka_unit_test_setup_teardown(f, make, pond_free)
#define BOTH(f) ONE(f), { #f " (8 slots)", f, make_spread, pond_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cell_is_no_formula),
		BOTH(a_file_holds_the_chosen_columns_of_the_chosen_people),
		ONE(a_stored_audience_is_exported_by_its_number),
		BOTH(sensitive_tags_are_in_no_file),
		BOTH(only_ones_own_customers_stand_in_it),
		ONE(a_file_is_for_who_asked_and_for_owners),
		ONE(what_is_asked_wrongly_is_refused_with_its_field),
		ONE(so_many_at_once_and_no_more),
		ONE(who_sees_masked_phones_is_offered_neither_phones_nor_restricted_fields),
		ONE(masked_phones_stay_masked_in_the_file),
		ONE(who_lost_the_right_gets_nothing_more),
		ONE(an_export_stops_when_the_permission_is_taken_away),
		ONE(a_file_is_gone_after_a_week),
		ONE(a_cancelled_export_leaves_no_part),
		ONE(a_removed_file_is_gone_at_once),
		BOTH(steps_join_without_a_gap),
		BOTH(any_attribute_is_told_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
