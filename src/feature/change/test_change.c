/*
 * The feed of changes, through the dispatcher with API keys: every change once and in order, cursors that last,
 * no echo, and tags from another system. Over one slot and over eight.
 */
#include "app/test_app_rig.h"

#include "core/tag/tag_edit.h"
#include "feature/change/change.h"

extern const struct module perm_module;

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

static struct browser key_with(struct pond *w, const char *perms)
{
	struct browser owner = { .w = w }, b = { .w = w, .cookie = STR("none") };
	assert_int_equal(post(&owner, "/api/v1/api-keys", "{\"name\":\"CDP\",\"perms\":[%s]}", perms), 201);
	str key = json_str(reply_json(&owner), "key");
	assert_true(str_starts(key, STR("ytk_")));
	b.auth = arena_printf(w->a, "Bearer %.*s", STR_F(key));
	return b;
}

#define READER "\"change.read\",\"change.write\""

static err add_tag(struct tx *tx, const char *group, const char *name, i64 *ret)
{
	i64 g;
	TRY(tag_group_ensure(tx, str_c(group), STR_NIL, STR("own"), &g));
	return tag_add(tx, g, str_c(name), false, ret);
}

static i64 tag_made(struct pond *w, const char *name)
{
	i64 id = 0, base = slot_base(w->t->store, w->corp);
	assert_int_equal(WRITE_TX(&w->cx.unit, base, add_tag(tx, "意向", name, &id)), OK);
	engine_settle(&w->env);
	return id;
}

static void mark(struct pond *w, i64 leaf, i64 tag)
{
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, leaf), tag_mark(tx, leaf, tag, "manual", 1)), OK);
	engine_settle(&w->env);
}

/* Reads on until there is no more; how many changes of that kind came, and the last answer's cursor. */
static int read_all(struct browser *b, const char *kind, int limit, const char *more, str *cursor)
{
	int n = 0;
	for (int page = 0; page < 10000; page++) {
		assert_int_equal(get(b, "/api/v1/changes?limit=%d%s%s%.*s", limit, more, cursor->n ? "&cursor=" : "", STR_F(*cursor)), 200);
		const struct json *v = reply_json(b), *list = json_get(v, "changes");
		for (size_t i = 0; i < list->n; i++)
			n += str_eq_c(json_str(&list->items[i], "kind"), kind);
		*cursor = json_str(v, "cursor");
		if (!json_bool(v, "more", false))
			return n;
	}
	fail_msg("no end");
	return 0;
}

static void every_change_comes_once_and_the_cursor_lasts(void **state)
{
	struct pond *w = *state;
	struct browser b = key_with(w, READER);
	struct fail f = { 0 };
	str cursor = STR(""), from;
	i64 tag = tag_made(w, "高意向");
	for (int i = 0; i < 5; i++)
		mark(w, befriend(w, "linna", arena_cstr(w->a, arena_printf(w->a, "wm%d", i))), tag);
	assert_int_equal(read_all(&b, "tag.marked", 2, "", &cursor), 5);
	from = cursor;
	assert_int_equal(read_all(&b, "tag.marked", 2, "", &cursor), 0);
	mark(w, befriend(w, "linna", "wm9"), tag);
	assert_int_equal(perm_module.start(&w->env, &f), OK); /* as after a restart */
	assert_int_equal(read_all(&b, "tag.marked", 2, "", &cursor), 1);
	assert_int_equal(read_all(&b, "tag.marked", 100, "", &from), 1); /* the same place read again */
}

static void a_row_says_who_and_which_tag(void **state)
{
	struct pond *w = *state;
	struct browser b = key_with(w, READER);
	i64 leaf = befriend(w, "linna", "wm1"), tag = tag_made(w, "高意向");
	mark(w, leaf, tag);
	bool seen = false;
	assert_int_equal(get(&b, "/api/v1/changes?limit=1000"), 200);
	const struct json *list = json_get(reply_json(&b), "changes");
	for (size_t i = 0; i < list->n; i++) {
		const struct json *row = &list->items[i];
		if (!str_eq_c(json_str(row, "kind"), "tag.marked"))
			continue;
		seen = true;
		assert_int_equal(json_id(row, "customer_id"), leaf);
		assert_true(str_eq_c(json_str(row, "external_userid"), "wm1"));
		assert_true(str_eq_c(json_str(json_get(row, "tag"), "name"), "高意向"));
		assert_true(str_eq_c(json_str(json_get(row, "tag"), "why"), "manual"));
	}
	assert_true(seen);
}

static void a_foreign_or_changed_cursor_is_refused(void **state)
{
	struct pond *w = *state;
	struct browser b = key_with(w, READER), other = { .w = w, .corp = w->other };
	str cursor = STR("");
	read_all(&b, "tag.marked", 10, "", &cursor);
	assert_int_equal(get(&other, "/api/v1/changes?cursor=%.*s", STR_F(cursor)), 422);
	assert_int_equal(get(&b, "/api/v1/changes?cursor=%.*s0", STR_F(cursor)), 422);
	assert_int_equal(get(&b, "/api/v1/changes?part=1"), 422);
}

static void a_key_may_what_it_was_given_until_it_is_revoked(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w }, b = key_with(w, "\"change.read\"");
	assert_int_equal(get(&b, "/api/v1/changes"), 200);
	assert_int_equal(get(&b, "/api/v1/users"), 403);
	assert_int_equal(get(&b, "/api/v1/session"), 403);
	assert_int_equal(post(&b, "/api/v1/changes/tags", "{\"changes\":[{\"unionid\":\"u\",\"tag\":\"a\",\"op\":\"add\"}]}"), 403);
	assert_int_equal(post(&owner, "/api/v1/api-keys", "{\"name\":\"x\",\"perms\":[\"self\"]}"), 422);
	assert_int_equal(post(&owner, "/api/v1/api-keys", "{\"name\":\"x\",\"perms\":[\"no.such\"]}"), 422);
	assert_int_equal(get(&owner, "/api/v1/api-keys"), 200);
	const struct json *list = json_get(reply_json(&owner), "data");
	assert_int_equal(list->n, 1);
	str path = arena_printf(w->a, "/api/v1/api-keys/%lld", (long long)json_id(&list->items[0], "id"));
	assert_int_equal(ask(&owner, "DELETE", path, STR("")), 204);
	assert_int_equal(get(&b, "/api/v1/changes"), 401);
	b.auth = STR("Bearer ytk_wrong");
	assert_int_equal(get(&b, "/api/v1/changes"), 401);
}

static str state_of(struct browser *b, const char *who, const char *tag, const char *op)
{
	assert_int_equal(post(b, "/api/v1/changes/tags", "{\"changes\":[{%s,\"tag\":\"%s\",\"op\":\"%s\"}]}", who, tag, op), 200);
	return json_str(&json_get(reply_json(b), "results")->items[0], "state");
}

static void tags_from_another_system_are_put_and_not_echoed(void **state)
{
	struct pond *w = *state;
	struct browser b = key_with(w, READER), b2 = key_with(w, READER);
	str cursor = STR(""), cursor2 = STR(""), own = STR("");
	i64 leaf = befriend(w, "linna", "wm1");
	i64 tag = tag_made(w, "高意向");
	assert_true(str_eq_c(state_of(&b, "\"external_userid\":\"wm1\"", "意向/高意向", "add"), "changed"));
	assert_true(str_eq_c(state_of(&b, "\"external_userid\":\"wm1\"", "高意向", "add"), "same"));
	assert_true(str_eq_c(state_of(&b, "\"external_userid\":\"nobody\"", "高意向", "add"), "nobody"));
	assert_true(str_eq_c(state_of(&b, "\"external_userid\":\"wm1\"", "没有的标签", "add"), "no_tag"));
	engine_settle(&w->env);
	assert_int_equal(read_all(&b, "tag.marked", 10, "", &cursor), 0); /* its own */
	assert_int_equal(read_all(&b, "tag.marked", 10, "&own=true", &own), 1);
	assert_int_equal(read_all(&b2, "tag.marked", 10, "", &cursor2), 1); /* another's */
	mark(w, leaf, tag);
	assert_true(str_eq_c(state_of(&b, "\"external_userid\":\"wm1\"", "高意向", "remove"), "same")); /* a hand holds it */
	i64 *tags;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, leaf), tag_of(snap, leaf, &tags, &n)), OK);
	assert_int_equal(n, 1);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, pond_free), cmocka_unit_test_setup_teardown(test, make_spread, pond_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(every_change_comes_once_and_the_cursor_lasts),
		BOTH(a_row_says_who_and_which_tag),
		BOTH(a_foreign_or_changed_cursor_is_refused),
		BOTH(a_key_may_what_it_was_given_until_it_is_revoked),
		BOTH(tags_from_another_system_are_put_and_not_echoed),
	};
	return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
