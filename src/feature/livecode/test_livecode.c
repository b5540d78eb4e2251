/*
 * Live codes against the simulator: from the making to what a scan brings, changed, lost, removed, counted.
 */
#include "app/test_app_sim.h"

#include "core/follow/follow.h"
#include "core/tag/tag_edit.h"
#include "core/tag/tag_mark_data.h"
#include "core/tag/tag_merge.h"
#include "core/tag/tag_sync.h"
#include "feature/livecode/livecode_data.h"
#include "feature/livecode/livecode_stat_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static err try_create(struct world *w, struct livecode_edit *in, i64 *ret_id)
{
	*ret_id = 0;
	return WRITE_TX(&w->cx.unit, w->base, livecode_create(tx, in, ret_id));
}

static struct livecode_edit edit_of(struct world *w, const char *name, const char *userid)
{
	i64 *staff = ARENA_NEW(w->t->arena, i64);
	*staff = staff_id(w, userid);
	return (struct livecode_edit){ .name = str_c(name), .staff = { staff, 1 }, .skip_verify = true };
}

static i64 create(struct world *w, const char *name, const char *userid)
{
	struct livecode_edit in = edit_of(w, name, userid);
	i64 id;
	assert_int_equal(try_create(w, &in, &id), OK);
	return id;
}

static struct livecode row(struct world *w, i64 id)
{
	struct livecode c;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_get(snap, &(struct livecode_key){ id }, &c)), OK);
	return c;
}

static bool state_is(struct world *w, i64 id, const char *state) { return str_eq_c(row(w, id).state, state); }

static err change(struct world *w, i64 id, i64 version, struct livecode_edit *in)
{
	return WRITE_TX(&w->cx.unit, w->base, livecode_change(tx, id, version, in));
}

static err drop(struct world *w, i64 id) { return WRITE_TX(&w->cx.unit, w->base, livecode_remove(tx, id)); }

static str scan(struct world *w, i64 id)
{
	const struct json *v = sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"顾客%d\"}}",
				       STR_F(row(w, id).config_id), w->scans++);
	str ext = json_str(v, "external_userid");
	live(w, MS_MINUTE);
	return ext;
}

struct sums { i64 adds, losses; };

static struct livecode_group counts(struct world *w, i64 id)
{
	struct livecode_group g;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_sum_of(snap, &(struct livecode_span){ id, 0, INT32_MAX }, &g)), OK);
	return g;
}

static struct sums sums(struct world *w, i64 id)
{
	struct livecode_group g = counts(w, id);
	return (struct sums){ g.adds, g.losses + g.drops };
}

static void leaves(struct world *w, const char *who, const char *userid, str ext)
{
	sim_say(w, "/sim/delete", "{\"who\":\"%s\",\"userid\":\"%s\",\"external_userid\":\"%.*s\"}", who, userid, STR_F(ext));
	live(w, MS_MINUTE);
}

static void a_code_is_made_and_ready(void **state)
{
	struct world *w = *state;
	i64 id = create(w, "门店活动", "linna");
	assert_true(state_is(w, id, "creating"));
	struct livecode_edit in = edit_of(w, "太早", "linna");
	assert_int_equal(change(w, id, 1, &in), ERR_STATE);
	settle(w);
	struct livecode c = row(w, id);
	assert_true(str_eq_c(c.state, "active") && str_eq_c(c.channel, "门店活动"));
	assert_true(c.config_id.n > 0 && c.qr_url.n > 0);
	assert_true(c.wecom_state.n <= WECOM_WAY_STATE_CHARS_MAX);
	assert_int_equal(effects(w, "add_contact_way", ""), 1);
}

static i64 tag_named(struct world *w, const char *name)
{
	struct tag t = { 0 };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_find(snap, str_c(name), &t)), OK);
	return t.id;
}

static void who_comes_by_it_has_its_channel_and_tags(void **state)
{
	struct world *w = *state;
	struct livecode_edit in = edit_of(w, "门店活动", "linna");
	struct follow *follows;
	i64 id, *tags;
	size_t n = 0;
	sim_say(w, "/sim/tag", "{\"group\":\"人群\",\"name\":\"活动来的\"}");
	live(w, MS_MINUTE);
	i64 tag = tag_named(w, "活动来的");
	in.tags = (struct ids){ &tag, 1 };
	in.channel = STR("春季展");
	assert_int_equal(try_create(w, &in, &id), OK);
	settle(w);
	i64 her = person_of(w, scan(w, id)), slot = slot_of_customer(w->t->store, her);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, tag_of(snap, her, &tags, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(tags[0], tag);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, follow_list(snap, her, &follows, &n)), OK);
	assert_int_equal(n, 1);
	assert_true(str_eq_c(follows[0].channel, "春季展"));
	assert_int_equal(effects(w, "mark_tag", "linna"), 1);
}

static void a_lost_reply_is_found_again(void **state)
{
	struct world *w = *state;
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/add_contact_way\"}");
	i64 id = create(w, "丢了回复", "linna");
	settle(w);
	assert_true(state_is(w, id, "creating"));
	live(w, 5 * MS_MINUTE);
	assert_true(state_is(w, id, "active"));
	assert_int_equal(effects(w, "add_contact_way", ""), 1);
	assert_true(row(w, id).qr_url.n > 0);
	assert_true(person_of(w, scan(w, id)) > 0);
	assert_int_equal(sums(w, id).adds, 1);
}

static void nothing_is_made_again_while_the_list_cannot_be_read(void **state)
{
	struct world *w = *state;
	sim_say(w, "/sim/fault", "{\"kind\":\"truncate\",\"api\":\"externalcontact/add_contact_way\"}");
	sim_say(w, "/sim/fault", "{\"kind\":\"http500\",\"api\":\"externalcontact/list_contact_way\",\"count\":3}");
	i64 id = create(w, "丢了回复", "linna");
	live(w, 10 * MS_MINUTE);
	assert_true(state_is(w, id, "active"));
	assert_int_equal(effects(w, "add_contact_way", ""), 1);
}

static void a_call_that_never_arrived_is_made(void **state)
{
	struct world *w = *state;
	sim_say(w, "/sim/fault", "{\"kind\":\"http500\",\"api\":\"externalcontact/add_contact_way\"}");
	i64 id = create(w, "没有送到", "linna");
	live(w, 5 * MS_MINUTE);
	assert_true(state_is(w, id, "active"));
	assert_int_equal(effects(w, "add_contact_way", ""), 1);
}

static void a_refused_code_can_be_mended(void **state)
{
	struct world *w = *state;
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"code\":84074,\"api\":\"externalcontact/add_contact_way\"}");
	i64 id = create(w, "被拒", "linna");
	settle(w);
	assert_true(state_is(w, id, "failed"));
	assert_true(str_eq_c(row(w, id).fail_code, "84074"));
	struct livecode_edit in = edit_of(w, "改好了", "xiaqing");
	assert_int_equal(change(w, id, row(w, id).version, &in), OK);
	settle(w);
	assert_true(state_is(w, id, "active"));
	assert_true(str_is_nil(row(w, id).fail_code));
	assert_int_equal(effects(w, "add_contact_way", ""), 1);
}

static void a_change_reaches_the_contact_way(void **state)
{
	struct world *w = *state;
	i64 id = create(w, "换人", "linna");
	settle(w);
	struct livecode before = row(w, id);
	struct livecode_edit in = edit_of(w, "换人了", "xiaqing");
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/update_contact_way\"}");
	assert_int_equal(change(w, id, before.version, &in), OK);
	assert_int_equal(change(w, id, before.version, &in), ERR_CONFLICT);
	live(w, 5 * MS_MINUTE);
	struct livecode c = row(w, id);
	assert_true(str_eq_c(c.name, "换人了") && str_eq_c(c.state, "active"));
	assert_true(str_eq(c.config_id, before.config_id) && str_eq(c.wecom_state, before.wecom_state));
	assert_true(str_eq(c.qr_url, before.qr_url));
	str ext = scan(w, id);
	struct follow *follows;
	size_t n = 0;
	i64 her = person_of(w, ext);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), follow_list(snap, her, &follows, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(follows[0].staff, staff_id(w, "xiaqing"));
	assert_int_equal(effects(w, "add_contact_way", ""), 1);
}

static void a_removed_code_is_gone_in_wecom(void **state)
{
	struct world *w = *state;
	i64 id = create(w, "停用", "linna");
	settle(w);
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/del_contact_way\"}");
	assert_int_equal(drop(w, id), OK);
	assert_int_equal(drop(w, id), ERR_NOT_FOUND);
	live(w, 5 * MS_MINUTE);
	assert_int_equal(effects(w, "del_contact_way", ""), 1);
	assert_true(state_is(w, id, "disabled"));
	struct livecode_edit in = edit_of(w, "停用", "linna");
	assert_int_equal(change(w, id, row(w, id).version, &in), ERR_NOT_FOUND);
}

static void a_code_removed_while_it_was_made_leaves_nothing(void **state)
{
	struct world *w = *state;
	i64 id = create(w, "反悔", "linna");
	assert_int_equal(drop(w, id), OK);
	live(w, MS_MINUTE);
	assert_true(state_is(w, id, "disabled"));
	assert_int_equal(effects(w, "add_contact_way", ""), effects(w, "del_contact_way", ""));
}

static void only_members_who_can_answer_are_taken(void **state)
{
	struct world *w = *state;
	struct livecode_edit in = edit_of(w, "某人", "tangmei");
	struct unit other = test_unit(w->t, 1);
	i64 foreign, id;
	sim_say(w, "/sim/staff", "{\"userid\":\"tangmei\",\"left\":true}");
	live(w, MS_MINUTE);
	assert_int_equal(staff_sync(&w->cx), OK);
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_LIVECODE_STAFF);
	other.env = &w->env;
	assert_int_equal(staff_ensure(&other, STR("linna"), &foreign), OK);
	in.staff = (struct ids){ &foreign, 1 };
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_LIVECODE_STAFF);
	in.staff.n = 0;
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	settle(w);
	assert_int_equal(effects(w, "add_contact_way", ""), 0);
}

static void a_code_has_at_most_a_hundred_members(void **state)
{
	struct world *w = *state;
	i64 ids[LIVECODE_STAFF_MAX + 1], id;
	struct livecode_edit in = { .name = STR("大码"), .staff = { ids, LIVECODE_STAFF_MAX + 1 } };
	for (int i = 0; i <= LIVECODE_STAFF_MAX; i++)
		sim_say(w, "/sim/staff", "{\"userid\":\"m%d\"}", i);
	settle(w);
	assert_int_equal(staff_sync(&w->cx), OK);
	for (int i = 0; i <= LIVECODE_STAFF_MAX; i++)
		ids[i] = staff_id(w, arena_cstr(w->t->arena, arena_printf(w->t->arena, "m%d", i)));
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "staff_ids");
	in.staff.n = LIVECODE_STAFF_MAX;
	assert_int_equal(try_create(w, &in, &id), OK);
	settle(w);
	assert_true(state_is(w, id, "active"));
}

#define MANY_FIELDS(F, S) F(S, ID, livecode) F(S, I64, n)
RECORD(many_visitors, MANY_FIELDS);
WRITE(many_visitors_put, many_visitors,
	SQL(INSERT INTO livecode_visitor (corp, livecode, n, users, shown, params)
		WITH RECURSIVE each(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM each WHERE i < :n)
		SELECT :corp, :livecode, i, '', 0, '' FROM each))

/* Codes of visitors and those made by hand share what the company has. */
static void the_places_of_a_company_have_an_end(void **state)
{
	struct world *w = *state;
	i64 id;
	struct livecode_edit in = edit_of(w, "最后一个", "linna");
	struct many_visitors many = { 1, LIVECODE_PLACES_MAX - 1 };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, many_visitors_put(tx, &many)), OK);
	assert_int_equal(try_create(w, &in, &id), OK);
	in.name = STR("再一个");
	assert_int_equal(try_create(w, &in, &id), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_LIVECODE_PLACES);
	assert_string_equal(w->cx.unit.fail.limit, FAIL_STR(LIVECODE_PLACES_MAX));
	in.kind = STR("link"); /* takes no place */
	assert_int_equal(try_create(w, &in, &id), OK);
}

static err merge_tags(struct tx *tx, i64 from, i64 into)
{
	i64 job;
	return tag_merge(tx, from, into, STR("孕期"), LANG_ZH, &job);
}

/* A code names its tags by number: it keeps a tag from being removed, and follows a merge. */
static void a_code_follows_a_merged_tag(void **state)
{
	struct world *w = *state;
	struct livecode_edit in = edit_of(w, "活动码", "linna");
	struct tag_mark_row *marks;
	struct livecode_tag *rows;
	size_t n = 0;
	i64 id;
	assert_int_equal(tag_pull(&w->cx), OK);
	i64 from = tag_named(w, "孕期"), into = tag_named(w, "宝妈");
	in.tags = (struct ids){ &from, 1 };
	assert_int_equal(try_create(w, &in, &id), OK);
	settle(w);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_remove(tx, from)), ERR_STATE);
	assert_string_equal(w->cx.unit.fail.limit, "活动码");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, merge_tags(tx, from, into)), OK);
	settle(w);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_tag_of(snap, &(struct livecode_key){ id }, &rows, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].tag, into);
	i64 her = person_of(w, scan(w, id)), slot = slot_of_customer(w->t->store, her);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, tag_marks_of(snap, &(struct tag_key){ her }, &marks, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(marks[0].tag, into);
	assert_true(str_eq_c(marks[0].why, "channel") && marks[0].why_id == id && marks[0].evidence.n > 0);
}

static void tags_and_greeting_have_limits(void **state)
{
	struct world *w = *state;
	struct livecode_edit in = edit_of(w, "标签多", "linna");
	i64 tags[LIVECODE_TAGS_MAX + 1], id;
	assert_int_equal(tag_pull(&w->cx), OK);
	for (int i = 0; i <= LIVECODE_TAGS_MAX; i++)
		tags[i] = tag_named(w, "孕期");
	in.tags = (struct ids){ tags, LIVECODE_TAGS_MAX + 1 };
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "tag_ids");
	in.tags.n = LIVECODE_TAGS_MAX;
	assert_int_equal(try_create(w, &in, &id), OK);
	tags[0] = 123456; /* nobody's */
	assert_int_equal(try_create(w, &in, &id), ERR_NOT_FOUND);
	in.tags.n = 0;
	char *text = arena_alloc(w->t->arena, WECOM_TEXT_BYTES_MAX + 1);
	memset(text, 'a', WECOM_TEXT_BYTES_MAX + 1);
	struct content welcome = { .text = str_of(text, WECOM_TEXT_BYTES_MAX) };
	in.welcome = &welcome;
	assert_int_equal(try_create(w, &in, &id), OK);
	welcome.text.n++;
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "welcome.text");
}

static void a_name_has_at_most_thirty_characters(void **state)
{
	struct world *w = *state;
	_Alignas(16) char in[512]; /* of the route's own record */
	for (int chars = LIVECODE_NAME_MAX; chars <= LIVECODE_NAME_MAX + 1; chars++) {
		struct buf b = buf_new(w->t->arena, 1024);
		buf_add_c(&b, "{\"staff_ids\":[\"1\"],\"name\":\"");
		for (int i = 0; i < chars; i++)
			buf_add_c(&b, "码");
		buf_add_c(&b, "\"}");
		assert_int_equal(route_in(w, livecode_routes, "POST", "/api/v1/livecodes", buf_str(&b), in),
				 chars > LIVECODE_NAME_MAX ? ERR_INPUT : OK);
	}
}

static void adds_and_losses_are_counted_and_a_rebuild_agrees(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	i64 one = create(w, "一号", "linna"), two = create(w, "二号", "xiaqing");
	settle(w);
	str ext[4];
	for (int i = 0; i < 4; i++)
		ext[i] = scan(w, one);
	scan(w, two);
	leaves(w, "customer", "linna", ext[0]);
	leaves(w, "staff", "linna", ext[1]);
	leaves(w, "customer", "linna", befriend(w, "linna", 1)); /* by no code of ours */
	live(w, MS_DAY);
	leaves(w, "customer", "linna", ext[2]);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(sums(w, one).adds, 4);
		assert_int_equal(sums(w, one).losses, 3);
		assert_int_equal(sums(w, two).adds, 1);
		assert_int_equal(sums(w, two).losses, 0);
		assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "livecode", &f), OK);
	}
}

static void a_late_scan_of_a_removed_code_still_counts(void **state)
{
	struct world *w = *state;
	i64 id = create(w, "晚来", "linna");
	settle(w);
	sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"晚\"}}", STR_F(row(w, id).config_id));
	assert_int_equal(drop(w, id), OK);
	live(w, MS_MINUTE);
	assert_int_equal(sums(w, id).adds, 1);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_code_is_made_and_ready), BOTH(who_comes_by_it_has_its_channel_and_tags), BOTH(a_lost_reply_is_found_again),
		ONE(nothing_is_made_again_while_the_list_cannot_be_read), ONE(a_call_that_never_arrived_is_made),
		ONE(a_refused_code_can_be_mended), BOTH(a_change_reaches_the_contact_way), ONE(a_removed_code_is_gone_in_wecom),
		ONE(a_code_removed_while_it_was_made_leaves_nothing), ONE(only_members_who_can_answer_are_taken),
		ONE(the_places_of_a_company_have_an_end),
		ONE(a_code_has_at_most_a_hundred_members), ONE(tags_and_greeting_have_limits),
		BOTH(a_code_follows_a_merged_tag),
		ONE(a_name_has_at_most_thirty_characters), BOTH(adds_and_losses_are_counted_and_a_rebuild_agrees),
		BOTH(a_late_scan_of_a_removed_code_still_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
