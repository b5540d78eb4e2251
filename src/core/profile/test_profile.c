/*
 * What a viewer sees of customers and does to them, asked over HTTP as the console asks: an owner, and
 * advisors who see nobody but their own.
 */
#include "app/test_app_rig.h"

#include "core/audit/audit_data.h"
#include "core/reach/reach.h"
#include "core/tag/tag_edit.h"
#include "feature/collect/collect.h"

#define PHONE "13812341234"

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

static void settle(struct pond *w) { engine_settle(&w->env); }
static i64 slot_of(struct pond *w, i64 customer) { return slot_of_customer(w->t->store, customer); }

struct people {
	i64 fang, lan, ming; /* fang and ming with advisor xu, lan with jing */
	i64 xu, jing;
	str key;
};

/* A friend with a name, and money she has spent when there is any. */
static i64 somebody(struct pond *w, struct people *p, const char *userid, const char *user, const char *name, int yuan)
{
	i64 leaf = befriend(w, userid, user);
	assert_int_equal(track(w, p->key, "identify", arena_printf(w->a, "{\"userId\":\"%s\",\"traits\":{\"name\":\"%s\"},\"context\":"
		"{\"externalIds\":[{\"id\":\"%s\",\"type\":\"external_userid\"}]}}", user, name, user)), 200);
	if (yuan)
		assert_int_equal(track(w, p->key, "track", arena_printf(w->a, "{\"userId\":\"%s\",\"event\":\"Order Completed\",\"properties\":"
			"{\"order_id\":\"o-%s\",\"total\":%d.50}}", user, user, yuan)), 200);
	settle(w);
	assert_int_equal(root_by(w, "user_id", user), leaf);
	return leaf;
}

static struct people meet(struct pond *w)
{
	struct people p = { .key = write_key(w, w->corp, NULL) };
	p.fang = somebody(w, &p, "xu", "wm1", "王小芳", 100);
	clock_advance(&w->t->clock, TEST_START + MS_DAY);
	p.lan = somebody(w, &p, "jing", "wm2", "王小兰", 300);
	clock_advance(&w->t->clock, TEST_START + 2 * MS_DAY);
	p.ming = somebody(w, &p, "xu", "wm3", "李明", 0);
	assert_int_equal(staff_ensure(&w->cx.unit, STR("xu"), &p.xu), OK);
	assert_int_equal(staff_ensure(&w->cx.unit, STR("jing"), &p.jing), OK);
	return p;
}

static void prove_phone(struct pond *w, const char *external_userid, const char *phone)
{
	struct identity_in ids[] = { { STR("external_userid"), str_c(external_userid), true }, { STR("phone"), str_c(phone), true } };
	struct identity_who who = { ids, 2, false, TEST_START, STR("bind"), STR_NIL };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &leaf, NULL, NULL), OK);
	settle(w);
}

static const char *escaped(struct pond *w, const char *text)
{
	struct buf b = buf_new(w->a, 4096);
	for (; *text; text++)
		buf_fmt(&b, "%%%02X", (unsigned)(u8)*text);
	return arena_cstr(w->a, buf_str(&b));
}

/* The ids of the list's rows behind a target, as "id id …". */
static const char *listed(struct browser *b, const char *query)
{
	assert_int_equal(get(b, "/api/v1/customers?%s", query), 200);
	const struct json *data = json_get(reply_json(b), "data");
	struct buf out = buf_new(b->w->a, 4096);
	for (size_t i = 0; i < data->n; i++)
		buf_fmt(&out, "%s%lld", i ? " " : "", (long long)json_id(&data->items[i], "id"));
	return arena_cstr(b->w->a, buf_str(&out));
}

static const char *ids(struct pond *w, const i64 *v, size_t n)
{
	struct buf out = buf_new(w->a, 4096);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&out, "%s%lld", i ? " " : "", (long long)v[i]);
	return arena_cstr(w->a, buf_str(&out));
}
#define IDS(w, ...) ids((w), (const i64[]){ __VA_ARGS__ }, sizeof((const i64[]){ __VA_ARGS__ }) / sizeof(i64))

static const char *found(struct browser *b, const char *q)
{
	return listed(b, arena_cstr(b->w->a, arena_printf(b->w->a, "q=%s", escaped(b->w, q))));
}

static const char *chosen(struct browser *b, const char *expr)
{
	return listed(b, arena_cstr(b->w->a, arena_printf(b->w->a, "expr=%s", escaped(b->w, expr))));
}

/* ---- the list ---- */

static void the_list_is_an_expression_within_ones_scope(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w }, xu = user_browser(w, "advisor", "staff", "self", p.xu);
	assert_string_equal(listed(&owner, ""), IDS(w, p.ming, p.lan, p.fang));
	assert_string_equal(listed(&owner, "sort=spent"), IDS(w, p.lan, p.fang, p.ming));
	assert_string_equal(chosen(&owner, "spent >= 100"), IDS(w, p.lan, p.fang));
	assert_string_equal(chosen(&owner, "spent >= 200"), IDS(w, p.lan));
	assert_string_equal(listed(&xu, ""), IDS(w, p.ming, p.fang));
	assert_int_equal(json_i64(json_get(reply_json(&xu), "page"), "total", json_i64(reply_json(&xu), "total", -1)), 2);
	assert_string_equal(chosen(&xu, "spent >= 100"), IDS(w, p.fang));
	assert_string_equal(chosen(&xu, "spent >= 200"), "");
	assert_int_equal(get(&owner, "/api/v1/customers?expr=%s", escaped(w, "spend > 1")), 422);
}

static void pages_of_the_list_follow_each_other_without_a_gap(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	const i64 order[] = { p.ming, p.lan, p.fang };
	str cursor = STR("");
	for (int i = 0; i < 3; i++) {
		const char *query = cursor.n ? arena_cstr(w->a, arena_printf(w->a, "limit=1&cursor=%.*s", STR_F(cursor))) : "limit=1";
		assert_string_equal(listed(&owner, query), IDS(w, order[i]));
		const struct json *reply = reply_json(&owner), *page = json_get(reply, "page");
		cursor = json_str(page ? page : reply, "next_cursor");
		assert_int_equal(cursor.n > 0, i < 2);
	}
	assert_int_equal(get(&owner, "/api/v1/customers?cursor=made-up"), 422);
}

static void a_row_tells_tags_advisor_and_money(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	chosen(&owner, "spent >= 200");
	const struct json *row = &json_get(reply_json(&owner), "data")->items[0];
	assert_true(str_eq_c(json_str(row, "name"), "王小兰"));
	assert_int_equal(json_id(json_get(row, "staff"), "id"), p.jing);
	assert_int_equal(json_i64(row, "orders", -1), 1);
	assert_true(str_has(row->raw, STR("30050")));
	assert_true(str_eq_c(json_str(row, "currency"), "CNY"));
}

/* ---- the search ---- */

static void names_are_found_by_any_part_within_ones_scope(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w }, jing = user_browser(w, "jing", "staff", "self", p.jing);
	assert_string_equal(found(&owner, "小芳"), IDS(w, p.fang));
	assert_string_equal(found(&owner, "王小兰"), IDS(w, p.lan));
	assert_string_equal(found(&owner, " 李明 "), IDS(w, p.ming));
	assert_string_equal(found(&owner, "王小"), IDS(w, p.lan, p.fang));
	assert_string_equal(found(&owner, "芳"), IDS(w, p.fang)); /* the last character too */
	assert_string_equal(found(&owner, "王芳"), "");
	assert_string_equal(found(&jing, "王小"), IDS(w, p.lan));
	assert_string_equal(found(&jing, "小芳"), "");
}

static void one_character_finds_everybody_who_has_it(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	assert_string_equal(found(&owner, "王"), IDS(w, p.lan, p.fang));
	assert_string_equal(found(&owner, "李"), IDS(w, p.ming));
}

static void a_new_name_is_found_and_the_old_one_no_longer(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	assert_int_equal(track(w, p.key, "identify", STR("{\"userId\":\"wm1\",\"traits\":{\"name\":\"赵敏\"}}")), 200);
	settle(w);
	assert_string_equal(found(&owner, "赵敏"), IDS(w, p.fang));
	assert_string_equal(found(&owner, "小芳"), "");
}

static void a_whole_phone_finds_her_and_a_part_of_it_nobody(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w }, jing = user_browser(w, "jing", "staff", "self", p.jing), stranger = { .w = w, .corp = w->other };
	prove_phone(w, "wm1", PHONE);
	assert_string_equal(found(&owner, PHONE), IDS(w, p.fang));
	assert_string_equal(found(&owner, "+86 138 1234 1234"), IDS(w, p.fang));
	assert_string_equal(found(&owner, "1381234"), "");
	assert_string_equal(found(&owner, "138****1234"), "");
	assert_string_equal(found(&jing, PHONE), "");
	assert_string_equal(found(&stranger, PHONE), "");
}

/* ---- one customer ---- */

static void phones_are_shown_masked_to_everybody(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w }, reader = user_browser(w, "reader", "readonly", "all", 0);
	struct browser *all[] = { &owner, &reader };
	prove_phone(w, "wm1", PHONE);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		assert_int_equal(get(all[i], "/api/v1/customers/%lld", (long long)p.fang), 200);
		assert_true(str_eq_c(json_str(reply_json(all[i]), "phone_masked"), "138****1234"));
		assert_false(str_has(all[i]->reply.body, STR("12341234")));
		assert_int_equal(get(all[i], "/api/v1/customers/%lld/timeline", (long long)p.fang), 200);
		assert_false(str_has(all[i]->reply.body, STR("12341234")));
	}
}

static void nobody_else_finds_another_corps_or_another_advisors_customer(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser stranger = { .w = w, .corp = w->other }, jing = user_browser(w, "jing", "staff", "self", p.jing);
	struct browser *all[] = { &stranger, &jing };
	static const char *const paths[] = { "", "/timeline", "/suggestions", "/why?event=1", "/notes", "/budget", "/attributes" };
	long long id = (long long)p.fang;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		for (size_t k = 0; k < ARRAY_LEN(paths); k++)
			assert_int_equal(get(all[i], "/api/v1/customers/%lld%s", id, paths[k]), 404);
		const char *at = arena_cstr(w->a, arena_printf(w->a, "/api/v1/customers/%lld", id));
		assert_int_equal(ask(all[i], "PUT", str_c(at), STR("{\"version\":1,\"remark\":\"x\"}")), 404);
		assert_int_equal(post(all[i], arena_cstr(w->a, arena_printf(w->a, "%s/tags", at)), "{\"add\":[\"1\"]}"), 404);
		assert_int_equal(post(all[i], arena_cstr(w->a, arena_printf(w->a, "%s/phone", at)), "{\"phone\":\"" PHONE "\"}"), 404);
	}
	assert_int_equal(post(&stranger, "/api/v1/customers/merge", "{\"from_id\":\"%lld\",\"into_id\":\"%lld\"}", id, (long long)p.lan), 404);
	assert_int_equal(post(&stranger, "/api/v1/customers/split", "{\"customer_id\":\"%lld\"}", id), 404);
	assert_int_equal(get(&jing, "/api/v1/customers/%lld", (long long)p.lan), 200);
}

static i64 version_of(struct browser *b, i64 id)
{
	assert_int_equal(get(b, "/api/v1/customers/%lld", (long long)id), 200);
	return json_i64(reply_json(b), "version", -1);
}

static int edit(struct browser *b, i64 id, i64 version, const char *remark)
{
	struct arena *a = b->w->a;
	return ask(b, "PUT", arena_printf(a, "/api/v1/customers/%lld", (long long)id),
		   arena_printf(a, "{\"version\":%lld,\"remark\":\"%s\",\"birthday\":\"2020-05-01\"}", (long long)version, remark));
}

static void of_two_edits_of_one_version_the_second_is_refused(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	i64 version = version_of(&owner, p.fang);
	assert_int_equal(edit(&owner, p.fang, version, "爱喝茶"), 204);
	assert_int_equal(edit(&owner, p.fang, version, "爱喝咖啡"), 412);
	settle(w);
	assert_true(version_of(&owner, p.fang) > version);
	const struct json *detail = reply_json(&owner);
	assert_true(str_eq_c(json_str(detail, "remark"), "爱喝茶"));
	assert_true(str_eq_c(json_str(json_get(detail, "facts"), "birthday"), "2020-05-01"));
	assert_int_equal(ask(&owner, "PUT", arena_printf(w->a, "/api/v1/customers/%lld", (long long)p.fang),
			     arena_printf(w->a, "{\"version\":%lld,\"birthday\":\"2020-13-01\"}", (long long)version + 1)), 422);
}

static i64 new_tag(struct pond *w, const char *name)
{
	i64 group, id, base = slot_base(w->t->store, w->corp);
	assert_int_equal(WRITE_TX(&w->cx.unit, base, tag_group_ensure(tx, STR("口味"), STR_NIL, STR("own"), &group)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, base, tag_add(tx, group, str_c(name), false, &id)), OK);
	return id;
}

static int tags(struct browser *b, i64 customer, const char *what, i64 tag)
{
	return post(b, arena_cstr(b->w->a, arena_printf(b->w->a, "/api/v1/customers/%lld/tags", (long long)customer)), "{\"%s\":[\"%lld\"]}",
		    what, (long long)tag);
}

static void tags_go_on_and_off_and_off_every_leaf(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	i64 tea = new_tag(w, "茶"), milk = new_tag(w, "奶");
	assert_int_equal(tags(&owner, p.ming, "add", tea), 200);
	assert_int_equal(json_get(reply_json(&owner), "tags")->n, 1);
	assert_int_equal(tags(&owner, p.ming, "add", tea), 200);
	assert_int_equal(tags(&owner, p.fang, "add", milk), 200);
	assert_int_equal(tags(&owner, p.fang, "add", 999), 404);
	assert_int_equal(events_of(w, w->corp, EV_TAG_MARKED, NULL), 2); /* the same again is no event */
	assert_int_equal(post(&owner, "/api/v1/customers/merge", "{\"from_id\":\"%lld\",\"into_id\":\"%lld\"}", (long long)p.ming, (long long)p.fang), 200);
	settle(w);
	assert_int_equal(get(&owner, "/api/v1/customers/%lld", (long long)p.fang), 200);
	assert_int_equal(json_get(reply_json(&owner), "tags")->n, 2);
	assert_int_equal(tags(&owner, p.fang, "remove", tea), 200); /* the leaf's */
	assert_int_equal(json_get(reply_json(&owner), "tags")->n, 1);
	assert_int_equal(json_id(&json_get(reply_json(&owner), "tags")->items[0], "id"), milk);
}

static void a_typed_phone_suggests_and_tells_nothing_of_people_out_of_scope(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w }, jing = user_browser(w, "jing", "staff", "self", p.jing);
	const char *at = arena_cstr(w->a, arena_printf(w->a, "/api/v1/customers/%lld/phone", (long long)p.lan));
	prove_phone(w, "wm1", PHONE);
	assert_int_equal(post(&jing, at, "{\"phone\":\"" PHONE "\"}"), 200);
	assert_int_equal(json_get(reply_json(&jing), "suggestions")->n, 0);
	assert_false(str_has(jing.reply.body, STR("王小芳")));
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/suggestions", (long long)p.lan), 200);
	const struct json *all = json_get(reply_json(&owner), "suggestions");
	assert_int_equal(all->n, 1);
	assert_int_equal(json_id(&all->items[0], "customer_id"), p.fang);
	assert_true(str_eq_c(json_str(&all->items[0], "name"), "王小芳"));
	assert_int_not_equal(root_by(w, "external_userid", "wm2"), p.fang); /* nobody was merged */
}

static size_t audited(struct pond *w, const char *action, i64 customer, struct audit_row *ret)
{
	struct audit_row *rows;
	size_t n, hits = 0;
	str object = arena_printf(w->a, "customer:%lld", (long long)customer);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->corp),
		audit_page(snap, &(struct audit_find){ INT64_MAX, 1000 }, &rows, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(rows[i].action, action) && str_eq(rows[i].object, object)) {
			*ret = rows[i];
			hits++;
		}
	return hits;
}

static void merging_and_splitting_by_hand_is_exact_and_on_record(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	struct audit_row row;
	assert_int_equal(post(&owner, "/api/v1/customers/merge", "{\"from_id\":\"%lld\",\"into_id\":\"%lld\",\"reason\":\"同一人\"}",
			      (long long)p.lan, (long long)p.fang), 200);
	assert_int_equal(json_id(reply_json(&owner), "id"), p.fang); /* the older one stays */
	settle(w);
	assert_int_equal(audited(w, "customer.merge", p.fang, &row), 1);
	assert_true(str_has(row.detail, STR("同一人")) && str_has(row.detail, str_c(IDS(w, p.lan))));
	assert_string_equal(listed(&owner, "sort=spent"), IDS(w, p.fang, p.ming));
	assert_true(str_has(owner.reply.body, STR("40100")));
	assert_int_equal(get(&owner, "/api/v1/customers/%lld", (long long)p.lan), 200); /* the leaf leads to her */
	assert_int_equal(json_id(reply_json(&owner), "id"), p.fang);
	assert_int_equal(json_get(reply_json(&owner), "leaves")->n, 2);
	assert_int_equal(post(&owner, "/api/v1/customers/merge", "{\"from_id\":\"%lld\",\"into_id\":\"%lld\"}", (long long)p.lan, (long long)p.fang), 409);
	assert_int_equal(post(&owner, "/api/v1/customers/split", "{\"customer_id\":\"%lld\",\"reason\":\"错了\"}", (long long)p.lan), 200);
	settle(w);
	assert_int_equal(audited(w, "customer.split", p.lan, &row), 1);
	assert_string_equal(listed(&owner, "sort=spent"), IDS(w, p.lan, p.fang, p.ming));
	/* No rule joins them again; a hand may. */
	i64 root;
	assert_int_equal(customer_merge(&w->cx.unit, p.lan, p.fang, "phone", &root), ERR_STATE);
	assert_int_equal(post(&owner, "/api/v1/customers/merge", "{\"from_id\":\"%lld\",\"into_id\":\"%lld\"}", (long long)p.lan, (long long)p.fang), 200);
}

static void staff_may_not_merge(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser xu = user_browser(w, "advisor", "staff", "self", p.xu);
	assert_int_equal(post(&xu, "/api/v1/customers/merge", "{\"from_id\":\"%lld\",\"into_id\":\"%lld\"}", (long long)p.ming, (long long)p.fang), 403);
}

/* ---- the timeline ---- */

#define LEAVES 3
#define SEEN 5 /* pages each of them saw, all at the same moments */

static err see_pages(struct tx *tx, i64 customer)
{
	for (int i = 0; i < SEEN; i++) {
		struct site_event body = { .name = STR("首页"), .message_id = STR("m") };
		TRY(journal_add(tx, EV_SITE_PAGE, customer, TEST_START + i / 2, &site_event_record, &body, NULL));
	}
	return OK;
}

/* Her leaves lie in blocks, over eight slots in slots, of their own. */
static i64 many_leaves(struct pond *w)
{
	i64 root = 0;
	for (u32 i = 1; i <= LEAVES; i++) {
		i64 leaf = id_customer(w->corp, i << 16);
		assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, leaf), customer_add(tx, leaf, STR("order"), TEST_START + i, NULL)), OK);
		assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, leaf), see_pages(tx, leaf)), OK);
		if (i > 1)
			assert_int_equal(customer_merge(&w->cx.unit, id_customer(w->corp, 1 << 16), leaf, "manual", &root), OK);
	}
	settle(w);
	return root;
}

static void pages_of_the_timeline_show_every_event_of_every_leaf_once(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 root = many_leaves(w);
	for (int limit = 1; limit <= 4; limit++) {
		struct buf seen = buf_new(w->a, 65536);
		str cursor = STR("");
		int pages = 0;
		ms before = INT64_MAX;
		i64 shown = 0;
		do {
			assert_int_equal(get(&owner, "/api/v1/customers/%lld/timeline?limit=%d%s%s", (long long)root, limit, cursor.n ? "&cursor=" : "",
					     arena_cstr(w->a, cursor)), 200);
			const struct json *reply = reply_json(&owner), *data = json_get(reply, "data"), *page = json_get(reply, "page");
			for (size_t i = 0; i < data->n; i++) {
				str id = json_str(&data->items[i], "id");
				ms at = json_i64(&data->items[i], "occurred_ms", -1);
				assert_true(at <= before);
				before = at;
				assert_false(str_has(buf_str(&seen), id));
				buf_fmt(&seen, "%.*s ", STR_F(id));
				shown += str_eq_c(json_str(&data->items[i], "kind"), "site.page");
			}
			cursor = json_str(page ? page : reply, "next_cursor");
		} while (cursor.n && ++pages < 200);
		assert_int_equal(shown, LEAVES * SEEN);
	}
}

static void the_timeline_is_told_in_words_and_filtered_by_kind(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/timeline?kinds=order.", (long long)p.fang), 200);
	const struct json *data = json_get(reply_json(&owner), "data");
	assert_int_equal(data->n, 1);
	assert_true(str_eq_c(json_str(&data->items[0], "kind"), "order.placed"));
	assert_true(str_has(json_str(&data->items[0], "title"), STR("100.50")));
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/timeline?kinds=follow.added,customer.created", (long long)p.fang), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 2);
}

/* A page of one kind is filled from further back, not left empty by what lies between. */
static void a_filtered_page_is_filled_past_other_events(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	for (int i = 0; i < 30; i++)
		assert_int_equal(track(w, p.key, "page", arena_printf(w->a, "{\"userId\":\"wm1\",\"name\":\"页%d\"}", i)), 200);
	settle(w);
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/timeline?kinds=order.&limit=5", (long long)p.fang), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 1);
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/timeline?kinds=site.page&limit=5", (long long)p.fang), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 5);
}

/* ---- notes and the touch budget ---- */

static int on_note(struct browser *b, const char *method, i64 her, i64 note, const char *body)
{
	str path = note ? arena_printf(b->w->a, "/api/v1/customers/%lld/notes/%lld", (long long)her, (long long)note)
			: arena_printf(b->w->a, "/api/v1/customers/%lld/notes", (long long)her);
	return ask(b, method, path, str_c(body));
}

static void notes_are_read_over_leaves_and_changed_by_their_author(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w }, xu = user_browser(w, "advisor", "staff", "self", p.xu);
	struct browser reader = user_browser(w, "reader", "readonly", "all", 0);
	i64 root;
	assert_int_equal(on_note(&owner, "POST", p.fang, 0, "{\"note\":\"喜欢早上联系\"}"), 201);
	i64 first = json_id(reply_json(&owner), "id");
	assert_int_equal(on_note(&xu, "POST", p.ming, 0, "{\"note\":\"二胎\",\"pinned\":true}"), 201);
	assert_int_equal(customer_merge(&w->cx.unit, p.fang, p.ming, "manual", &root), OK);
	settle(w);
	assert_int_equal(on_note(&xu, "GET", root, 0, ""), 200);
	const struct json *rows = json_get(reply_json(&xu), "data");
	assert_int_equal(rows->n, 2);
	assert_true(str_eq(json_str(&rows->items[0], "note"), STR("二胎")) && json_bool(&rows->items[0], "mine", false));
	assert_false(json_bool(&rows->items[1], "mine", true));
	assert_int_equal(on_note(&xu, "PUT", root, first, "{\"note\":\"改了\"}"), 403);
	assert_int_equal(on_note(&xu, "DELETE", root, first, ""), 403);
	assert_int_equal(on_note(&xu, "GET", p.lan, 0, ""), 404);
	assert_int_equal(on_note(&xu, "POST", p.lan, 0, "{\"note\":\"x\"}"), 404);
	assert_int_equal(on_note(&reader, "POST", root, 0, "{\"note\":\"x\"}"), 403);
	assert_int_equal(on_note(&owner, "POST", root, 0, "{\"note\":\"\"}"), 422);
	assert_int_equal(on_note(&owner, "PUT", root, first, "{\"note\":\"下午联系\",\"pinned\":false}"), 200);
	assert_int_equal(on_note(&owner, "DELETE", root, first, ""), 204);
	assert_int_equal(on_note(&owner, "DELETE", root, first, ""), 404);
}

static void the_budget_tells_what_may_still_be_sent(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	struct reach_event sent = { STR("wecom"), STR("marketing"), STR("broadcast"), NIL, NIL, STR_NIL };
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/budget", (long long)p.fang), 200);
	assert_int_equal(json_i64(reply_json(&owner), "day_used", -1), 0);
	assert_true(str_eq(json_str(reply_json(&owner), "wecom"), STR("go")));
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, p.fang), journal_add(tx, EV_REACH_SENT, p.fang, tx->snap.now, &reach_event_record, &sent, NULL)), OK);
	settle(w);
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/budget", (long long)p.fang), 200);
	assert_int_equal(json_i64(reply_json(&owner), "day_used", -1), 1);
	assert_int_equal(json_i64(reply_json(&owner), "week_used", -1), 1);
	assert_true(str_eq(json_str(reply_json(&owner), "wecom"), STR("cap_day")));
	assert_true(str_eq(json_str(reply_json(&owner), "sms"), STR("unreachable")));
}

static void why_follows_the_chain_of_causes(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct browser owner = { .w = w };
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/timeline?kinds=order.placed", (long long)p.fang), 200);
	str order = json_str(&json_get(reply_json(&owner), "data")->items[0], "id");
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/why?event=%.*s", (long long)p.fang, STR_F(order)), 200);
	const struct json *chain = json_get(reply_json(&owner), "chain");
	assert_int_equal(chain->n, 2);
	assert_true(str_eq_c(json_str(&chain->items[0], "kind"), "order.placed"));
	assert_true(str_eq_c(json_str(&chain->items[1], "kind"), "site.tracked"));
	assert_true(str_eq(json_str(&chain->items[0], "cause"), json_str(&chain->items[1], "id")));
}

static void why_tells_nothing_of_people_out_of_scope(void **state)
{
	struct pond *w = *state;
	struct people p = meet(w);
	struct event ev;
	struct browser jing = user_browser(w, "jing", "staff", "self", p.jing);
	assert_true(events_of(w, w->corp, EV_FOLLOW_ADDED, &ev) > 0);
	assert_int_equal(ev.customer, p.ming);
	assert_int_equal(get(&jing, "/api/v1/customers/%lld/why?event=%lld", (long long)p.lan, (long long)ev.id), 200);
	assert_int_equal(json_get(reply_json(&jing), "chain")->n, 0);
}

/* ---- saved views ---- */

static void a_shared_view_is_seen_by_all_and_removed_by_its_owner_alone(void **state)
{
	struct pond *w = *state;
	struct browser one = user_browser(w, "one", "operator", "all", 0), two = user_browser(w, "two", "operator", "all", 0);
	assert_int_equal(post(&one, "/api/v1/views", "{\"page\":\"customers\",\"name\":\"大客\",\"expr\":\"spent >= 500\",\"shared\":true}"), 201);
	i64 shared = json_id(reply_json(&one), "id");
	assert_int_equal(post(&one, "/api/v1/views", "{\"page\":\"customers\",\"name\":\"我的\",\"expr\":\"friend\"}"), 201);
	assert_int_equal(post(&one, "/api/v1/views", "{\"page\":\"customers\",\"name\":\"错\",\"expr\":\"spend >\"}"), 422);
	assert_int_equal(get(&one, "/api/v1/views?page=customers"), 200);
	assert_int_equal(json_get(reply_json(&one), "data")->n, 2);
	assert_int_equal(get(&two, "/api/v1/views?page=customers"), 200);
	assert_int_equal(json_get(reply_json(&two), "data")->n, 1);
	str target = arena_printf(w->a, "/api/v1/views/%lld", (long long)shared);
	assert_int_equal(ask(&two, "DELETE", target, STR("")), 404);
	assert_int_equal(ask(&one, "DELETE", target, STR("")), 204);
	assert_int_equal(ask(&one, "DELETE", target, STR("")), 404);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, make, pond_free)
#define EIGHT(test) { #test " over eight slots", test, make_spread, pond_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(the_list_is_an_expression_within_ones_scope),
		EIGHT(the_list_is_an_expression_within_ones_scope),
		ONE(pages_of_the_list_follow_each_other_without_a_gap),
		ONE(a_row_tells_tags_advisor_and_money),
		ONE(names_are_found_by_any_part_within_ones_scope),
		EIGHT(names_are_found_by_any_part_within_ones_scope),
		ONE(one_character_finds_everybody_who_has_it),
		ONE(a_new_name_is_found_and_the_old_one_no_longer),
		ONE(a_whole_phone_finds_her_and_a_part_of_it_nobody),
		EIGHT(a_whole_phone_finds_her_and_a_part_of_it_nobody),
		ONE(phones_are_shown_masked_to_everybody),
		ONE(nobody_else_finds_another_corps_or_another_advisors_customer),
		EIGHT(nobody_else_finds_another_corps_or_another_advisors_customer),
		ONE(of_two_edits_of_one_version_the_second_is_refused),
		ONE(tags_go_on_and_off_and_off_every_leaf),
		EIGHT(tags_go_on_and_off_and_off_every_leaf),
		ONE(a_typed_phone_suggests_and_tells_nothing_of_people_out_of_scope),
		EIGHT(a_typed_phone_suggests_and_tells_nothing_of_people_out_of_scope),
		ONE(merging_and_splitting_by_hand_is_exact_and_on_record),
		EIGHT(merging_and_splitting_by_hand_is_exact_and_on_record),
		ONE(staff_may_not_merge),
		ONE(pages_of_the_timeline_show_every_event_of_every_leaf_once),
		EIGHT(pages_of_the_timeline_show_every_event_of_every_leaf_once),
		ONE(the_timeline_is_told_in_words_and_filtered_by_kind), ONE(a_filtered_page_is_filled_past_other_events),
		ONE(notes_are_read_over_leaves_and_changed_by_their_author), EIGHT(notes_are_read_over_leaves_and_changed_by_their_author),
		ONE(the_budget_tells_what_may_still_be_sent),
		ONE(why_follows_the_chain_of_causes),
		ONE(why_tells_nothing_of_people_out_of_scope),
		ONE(a_shared_view_is_seen_by_all_and_removed_by_its_owner_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
