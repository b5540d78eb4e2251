/*
 * Who opens and who answers, how often, what follows from it, and the table of reasons: over one slot and eight.
 */
#include "feature/survey/test_survey_rig.h"

#include "core/attr/attr_value.h"
#include "core/tag/tag.h"
#include "core/tag/tag_edit.h"
#include "store/seal.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define WHOLE "[{\"question\":\"q1\",\"choices\":[\"price\"]},{\"question\":\"q2\",\"choices\":[\"offer\",\"gift\"]}," \
	"{\"question\":\"q3\",\"score\":3},{\"question\":\"q4\",\"text\":\" 太贵了，手机 13800000000 \"}]"

static i64 friend(struct world *w) { return person_of(w, befriend(w, "linna", 1)); }

static bool carries(struct world *w, i64 her, i64 tag)
{
	i64 *ids;
	size_t n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), tag_of(snap, her, &ids, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (ids[i] == tag)
			return true;
	return false;
}

static struct attr_value value(struct world *w, i64 her, i64 attr)
{
	struct attr_value v;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), attr_value_get(snap, her, attr, &v)), OK);
	return v;
}

static void her_answer_is_an_event_with_sealed_words(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w), her = friend(w);
	struct browser phone = browser_new(w);
	str link = survey_link(w, id, her, staff_id(w, "linna"));
	struct event ev;
	struct survey_answered a;
	survey_buys(w, her, 1, 12300, now(w) - 100 * MS_DAY);
	assert_int_equal(survey_shows(&phone, link), 200);
	assert_false(str_has(phone.reply.body, STR("tags")));
	assert_int_equal(told(w, her, EV_SURVEY_OPENED, NULL), 0); /* fetching is no opening */
	assert_int_equal(survey_opens(&phone, link), 204);
	assert_int_equal(survey_opens(&phone, link), 204);
	assert_int_equal(told(w, her, EV_SURVEY_OPENED, NULL), 1);
	assert_int_equal(survey_answers(&phone, link, 1, WHOLE), 200);
	assert_int_equal(told(w, her, EV_SURVEY_ANSWERED, &ev), 1);
	assert_true(!str_has(ev.body, STR("太贵")) && !str_has(ev.body, STR("13800000000")));
	assert_int_equal(READ_SNAP(&w->cx.unit, ev.slot, event_body(snap, &ev, &survey_answered_record, &a)), OK);
	assert_true(str_eq_c(a.reason, "price") && str_eq_c(a.reason_text, "价格太高") && a.score == 3 && a.spent == 12300 && !a.changed);
	assert_true(a.survey == id && a.number == 1 && a.staff == staff_id(w, "linna") && a.choices.n == 4);
	assert_true(str_eq_c(a.choices.v[2], "q2:gift") && str_eq_c(a.texts, "{\"q4\":\"太贵了，手机 13800000000\"}"));
	assert_true(str_eq_c(value(w, her, SURVEY_ATTR_REASON).t, "price"));
	assert_int_equal(value(w, her, SURVEY_ATTR_SCORE).n, 3);
	assert_int_equal(value(w, her, SURVEY_ATTR_AT).n, now(w));
}

static void an_answer_is_checked_question_by_question(void **state)
{
	static const struct { const char *answers; enum text text; } bad[] = {
		{ "[{\"question\":\"q9\",\"text\":\"x\"}]", T_SURVEY_NO_QUESTION },
		{ "[{\"question\":\"q1\",\"choices\":[\"price\"]},{\"question\":\"q1\",\"choices\":[\"other\"]}]", T_SURVEY_NO_QUESTION },
		{ "[{\"question\":\"q1\",\"choices\":[\"price\",\"other\"]}]", T_SURVEY_ONE },
		{ "[{\"question\":\"q1\",\"choices\":[\"free\"]}]", T_SURVEY_NO_CHOICE },
		{ "[{\"question\":\"q1\",\"choices\":[\"price\"]},{\"question\":\"q2\",\"choices\":[\"gift\",\"gift\"]}]", T_SURVEY_TWICE },
		{ "[{\"question\":\"q1\",\"text\":\"price\"}]", T_SURVEY_NOT_SO },
		{ "[{\"question\":\"q1\",\"choices\":[\"price\"]},{\"question\":\"q4\",\"score\":3}]", T_SURVEY_NOT_SO },
		{ "[{\"question\":\"q3\",\"score\":3}]", T_SURVEY_REQUIRED },
	};
	struct world *w = *state;
	i64 id = survey_new(w), her = friend(w);
	struct browser phone = browser_new(w);
	str link = survey_link(w, id, her, 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct survey_form form = survey_usual(w);
		struct survey_said said;
		struct fail f = { 0 };
		struct json *v;
		struct list replies = { ARENA_ARRAY(w->t->arena, struct survey_reply, 4), 0 };
		assert_int_equal(json_parse(str_c(bad[i].answers), w->t->arena, &v, &f), OK);
		for (size_t k = 0; k < v->n; k++)
			assert_int_equal(record_parse(&survey_reply_record, &v->items[k], &((struct survey_reply *)replies.v)[replies.n++], w->t->arena, &f), OK);
		assert_int_equal(survey_said_read(&form, &replies, &said, &f, w->t->arena), ERR_INPUT);
		assert_int_equal(f.text, bad[i].text);
		assert_int_equal(survey_answers(&phone, link, 1, bad[i].answers), 422);
	}
	assert_int_equal(survey_answers(&phone, link, 2, WHOLE), 422); /* no such version */
	assert_int_equal(survey_answers(&phone, link, 1, "[{\"question\":\"q3\",\"score\":11}]"), 422);
	assert_int_equal(told(w, her, EV_SURVEY_ANSWERED, NULL), 0);
}

static void a_text_may_be_so_long(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w), her = friend(w);
	struct browser phone = browser_new(w);
	str link = survey_link(w, id, her, 0);
	for (int n = SURVEY_TEXT_CHARS + 1; n >= SURVEY_TEXT_CHARS; n--) {
		struct buf b = buf_new(w->t->arena, BUF_MAX_DEFAULT);
		buf_add_c(&b, "[{\"question\":\"q1\",\"choices\":[\"other\"]},{\"question\":\"q4\",\"text\":\"");
		for (int i = 0; i < n; i++)
			buf_add_c(&b, "字");
		buf_add_c(&b, "\"}]");
		assert_int_equal(survey_answers(&phone, link, 1, arena_cstr(w->t->arena, buf_str(&b))), n > SURVEY_TEXT_CHARS ? 422 : 200);
	}
}

/* She may change her mind in the browser that answered, until the days are over. */
static void an_answer_is_changed_until_its_days_are_over(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w), her = friend(w);
	struct browser phone = browser_new(w), other = browser_new(w);
	str link = survey_link(w, id, her, 0);
	ms first = now(w);
	assert_int_equal(survey_answers(&phone, link, 1, WHOLE), 200);
	assert_int_equal(survey_shows(&phone, link), 200);
	assert_true(json_bool(phone.json, "answered", false) && json_bool(phone.json, "change", false));
	assert_int_equal(json_i64(phone.json, "until_ms", 0), first + 7 * MS_DAY);
	assert_true(str_has(phone.reply.body, STR("13800000000"))); /* her own words, in her own browser */
	assert_int_equal(survey_shows(&other, link), 200);
	assert_true(json_bool(other.json, "answered", false) && !json_bool(other.json, "change", true));
	assert_false(str_has(other.reply.body, STR("13800000000")));
	assert_int_equal(survey_reason(&other, link, "other"), 409); /* a link passed on changes nothing */
	clock_advance(&w->t->clock, first + 7 * MS_DAY - 1);
	assert_int_equal(survey_reason(&phone, link, "quality"), 200);
	struct survey_answer a = survey_kept(w, id, her);
	assert_true(str_eq_c(a.reason, "quality") && a.times == 2 && a.at == first && a.score == NIL);
	assert_int_equal(told(w, her, EV_SURVEY_ANSWERED, NULL), 2);
	clock_advance(&w->t->clock, first + 7 * MS_DAY);
	assert_int_equal(survey_reason(&phone, link, "price"), 409);
	assert_int_equal(survey_shows(&phone, link), 200);
	assert_true(json_bool(phone.json, "answered", false) && !json_bool(phone.json, "change", true));
	assert_true(str_eq_c(survey_kept(w, id, her).reason, "quality"));
}

static void an_answer_is_changed_so_often_and_no_more(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w), her = friend(w);
	struct browser phone = browser_new(w);
	str link = survey_link(w, id, her, 0);
	for (int i = 0; i <= SURVEY_CHANGES_MAX; i++)
		assert_int_equal(survey_reason(&phone, link, i % 2 ? "price" : "other"), 200);
	assert_int_equal(survey_reason(&phone, link, "price"), 409);
	assert_int_equal(survey_kept(w, id, her).times, SURVEY_CHANGES_MAX + 1);
}

static void programs_and_our_own_staff_do_not_count(void **state)
{
	static const char *const robots[] = { "", "Mozilla/5.0 (compatible; Baiduspider/2.0)", "WeChatPreview", "curl/8", "HeadlessChrome" };
	struct world *w = *state;
	i64 id = survey_new(w), her = friend(w);
	struct browser b = browser_new(w);
	str link = survey_link(w, id, her, 0);
	for (size_t i = 0; i < ARRAY_LEN(robots); i++) {
		b.agent = robots[i];
		assert_int_equal(survey_shows(&b, link), 200);
		assert_int_equal(survey_opens(&b, link), 204);
		assert_int_equal(survey_reason(&b, link, "price"), 200);
		assert_true(str_eq_c(json_str(b.json, "state"), "preview"));
	}
	b.agent = "Mozilla/5.0 wxwork/4.1 MicroMessenger/7.0";
	assert_int_equal(survey_reason(&b, link, "price"), 200);
	b.agent = WECHAT;
	b.console = STR("sometoken");
	assert_int_equal(survey_reason(&b, link, "price"), 200);
	assert_true(str_eq_c(json_str(b.json, "state"), "preview"));
	assert_int_equal(told(w, her, EV_SURVEY_OPENED, NULL) + told(w, her, EV_SURVEY_ANSWERED, NULL), 0);
}

static void by_the_general_link_wechat_says_who_she_is(void **state)
{
	struct world *w = *state;
	str xid = befriend(w, "linna", 1);
	i64 id = survey_new(w), her = person_of(w, xid);
	struct browser phone = browser_new(w), nobody = browser_new(w);
	str link = survey_link(w, id, 0, 0);
	assert_int_equal(survey_shows(&phone, link), 200);
	assert_true(json_bool(phone.json, "walk", false));
	walks(&phone, arena_cstr(w->t->arena, xid));
	assert_int_equal(survey_shows(&phone, link), 200);
	assert_false(json_bool(phone.json, "walk", true));
	assert_int_equal(survey_reason(&phone, link, "service"), 200);
	assert_true(str_eq_c(survey_kept(w, id, her).reason, "service"));
	/* Her own link passed on to somebody WeChat knows is that one's answer. */
	str other_xid = befriend(w, "xiaqing", 1);
	i64 other = person_of(w, other_xid);
	struct browser second = browser_new(w);
	walks(&second, arena_cstr(w->t->arena, other_xid));
	assert_int_equal(survey_reason(&second, survey_link(w, id, her, 0), "price"), 200);
	assert_true(str_eq_c(survey_kept(w, id, other).reason, "price") && str_eq_c(survey_kept(w, id, her).reason, "service"));
	/* A browser nobody knows answers once too; its words are sealed all the same. */
	nobody.agent = "Mozilla/5.0 (iPhone)";
	assert_int_equal(survey_answers(&nobody, link, 1, WHOLE), 200);
	assert_int_equal(survey_reason(&nobody, link, "other"), 200);
	struct event ev;
	assert_int_equal(told(w, 0, EV_SURVEY_ANSWERED, &ev), 2);
	assert_false(str_has(ev.body, STR("13800000000")));
}

static err fill(struct tx *tx, i64 survey, i64 count, ms at)
{
	for (i64 i = 0; i < count; i++) {
		str who = arena_printf(tx->snap.arena, "w%lld", (long long)i);
		TRY(survey_answer_put(tx, &(struct survey_answer){ survey, 0, who, who, 1, STR("price"), NIL, STR(""), STR(""), 0, 0, at, at, 1, i + 1 }));
	}
	return OK;
}

static void nobodys_answers_are_taken_at_a_rate(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w), her = friend(w);
	ms first = now(w);
	struct browser b = browser_new(w), phone = browser_new(w);
	b.agent = "Mozilla/5.0 (iPhone)";
	str link = survey_link(w, id, 0, 0);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, fill(tx, id, SURVEY_NOBODYS_HOUR - 1, first)), OK);
	assert_int_equal(survey_reason(&b, link, "price"), 200);
	b.reader = STR_NIL; /* another browser */
	assert_int_equal(survey_reason(&b, link, "price"), 429);
	assert_int_equal(survey_reason(&phone, survey_link(w, id, her, 0), "price"), 200); /* hers is not held up */
	clock_advance(&w->t->clock, first + MS_HOUR - 1);
	assert_int_equal(survey_reason(&b, link, "price"), 429);
	clock_advance(&w->t->clock, first + MS_HOUR);
	assert_int_equal(survey_reason(&b, link, "price"), 200);
}

static err fill_opens(struct tx *tx, i64 survey, i64 count)
{
	for (i64 i = 0; i < count; i++)
		TRY(survey_open_add(tx, &(struct survey_open){ survey, 0, arena_printf(tx->snap.arena, "w%lld", (long long)i), 0, tx->snap.now }));
	return OK;
}

static void so_many_open_the_general_link_in_an_hour(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w);
	struct browser b = browser_new(w);
	str link = survey_link(w, id, 0, 0);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, fill_opens(tx, id, SURVEY_OPENS_HOUR - 1)), OK);
	assert_int_equal(survey_opens(&b, link), 204);
	b.reader = STR_NIL;
	assert_int_equal(survey_opens(&b, link), 429);
}

static err two_tags(struct tx *tx, i64 ret[2])
{
	i64 group;
	TRY(tag_group_ensure(tx, STR("原因"), STR_NIL, STR("own"), &group));
	TRY(tag_add(tx, group, STR("嫌贵"), false, &ret[0]));
	return tag_add(tx, group, STR("质量"), false, &ret[1]);
}

static void a_choice_puts_its_tags_and_takes_them_off_again(void **state)
{
	struct world *w = *state;
	struct survey_form f = survey_usual(w);
	struct survey_choice *c = ((struct survey_question *)f.questions.v)[0].choices.v;
	i64 tags[2], id = 0, her = friend(w);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, two_tags(tx, tags)), OK);
	c[0].tags = (struct ids){ &tags[0], 1 };
	c[1].tags = (struct ids){ &tags[1], 1 };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, survey_make(tx, &f, &id)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, survey_publish(tx, id)), OK);
	struct browser phone = browser_new(w);
	str link = survey_link(w, id, her, 0);
	assert_int_equal(survey_reason(&phone, link, "price"), 200);
	assert_true(carries(w, her, tags[0]) && !carries(w, her, tags[1]));
	assert_int_equal(survey_reason(&phone, link, "quality"), 200);
	assert_true(!carries(w, her, tags[0]) && carries(w, her, tags[1]));
	assert_int_equal(survey_reason(&phone, link, "other"), 200);
	assert_false(carries(w, her, tags[0]) || carries(w, her, tags[1]));
}

/* Two numbers of one person: one answer, wherever they lie. */
static void a_merge_leaves_one_answer(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w), a = friend(w), b = friend(w), root;
	struct browser phone = browser_new(w), other = browser_new(w);
	str link_a = survey_link(w, id, a, 0), link_b = survey_link(w, id, b, 0);
	assert_int_equal(survey_reason(&phone, link_b, "price"), 200);
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	settle(w);
	assert_true(str_eq_c(value(w, root, SURVEY_ATTR_REASON).t, "price"));
	assert_int_equal(survey_reason(&other, link_a, "quality"), 409); /* she has answered, in another browser */
	assert_int_equal(survey_reason(&phone, link_a, "quality"), 200);
	assert_true(str_eq_c(value(w, root, SURVEY_ATTR_REASON).t, "quality"));
	struct asking owner = asking_new(w);
	const struct json *v;
	assert_int_equal(asks(&owner, "GET", arena_printf(w->t->arena, "/api/v1/surveys/%lld/reasons", (long long)id), &v, ""), 200);
	assert_int_equal(json_i64(v, "total", -1), 1);
	assert_true(str_eq_c(json_str(&json_get(v, "data")->items[0], "reason"), "quality"));
}

/* ---- the table ---- */

static const struct json *reasons(struct asking *b, i64 id, int back_days)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", arena_printf(b->w->t->arena, "/api/v1/surveys/%lld/reasons?back_days=%d", (long long)id, back_days), &v, ""), 200);
	return v;
}

static const struct json *row(const struct json *page, const char *reason)
{
	const struct json *rows = json_get(page, "data");
	for (size_t i = 0; i < rows->n; i++)
		if (str_eq_c(json_str(&rows->items[i], "reason"), reason))
			return &rows->items[i];
	return NULL;
}

static void the_table_counts_reasons_value_and_who_came_back(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w), who[4];
	struct asking owner = asking_new(w);
	for (int i = 0; i < 4; i++) {
		who[i] = friend(w);
		survey_buys(w, who[i], 10 + i, 10000 * (i + 1), now(w) - 200 * MS_DAY);
	}
	ms at = now(w);
	struct browser nobody = browser_new(w);
	nobody.agent = "Mozilla/5.0 (iPhone)";
	assert_int_equal(survey_reason(&nobody, survey_link(w, id, 0, 0), "price"), 200);
	for (int i = 0; i < 4; i++) {
		struct browser phone = browser_new(w);
		assert_int_equal(survey_reason(&phone, survey_link(w, id, who[i], 0), i < 3 ? "price" : "quality"), 200);
	}
	live(w, 40 * MS_DAY);
	survey_buys(w, who[0], 20, 500, at + 30 * MS_DAY); /* the last day that counts */
	survey_buys(w, who[1], 21, 500, at + 31 * MS_DAY); /* one past it */
	survey_buys(w, who[3], 22, 500, at - MS_DAY);      /* learned late, bought before */
	const struct json *v = reasons(&owner, id, 30), *price = row(v, "price"), *quality = row(v, "quality");
	assert_int_equal(json_i64(v, "total", -1), 5);
	assert_ptr_equal(price, &json_get(v, "data")->items[0]);
	assert_true(str_eq_c(json_str(price, "label"), "价格太高"));
	assert_int_equal(json_i64(price, "people", -1), 4);
	assert_int_equal(json_i64(price, "known", -1), 3);
	assert_int_equal(json_i64(price, "spent", -1), 60000); /* what came later is not in it */
	assert_int_equal(json_i64(price, "back", -1), 1);
	assert_int_equal(json_i64(quality, "back", -1), 0);
	assert_int_equal(json_i64(quality, "spent", -1), 40000);
	assert_int_equal(json_i64(row(reasons(&owner, id, 31), "price"), "back", -1), 2);
	assert_int_equal(asks(&owner, "GET", arena_printf(w->t->arena, "/api/v1/surveys/%lld/reasons.csv?back_days=30", (long long)id), NULL, ""), 200);
	assert_true(str_has(owner.reply.body, STR("\"价格太高\",\"price\",\"4\",\"80.0%\",\"3\",\"600.00\",\"1\",\"33.3%\"")));
	assert_int_equal(asks(&owner, "GET", arena_printf(w->t->arena, "/api/v1/surveys/%lld/reasons?back_days=366", (long long)id), NULL, ""), 422);
}

static void the_table_is_of_so_many_answers(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w);
	struct asking owner = asking_new(w);
	str at = arena_printf(w->t->arena, "/api/v1/surveys/%lld/reasons", (long long)id);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, fill(tx, id, SURVEY_TABLE_MAX, now(w))), OK);
	assert_int_equal(asks(&owner, "GET", at, NULL, ""), 200);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, fill(tx, id, SURVEY_TABLE_MAX + 1, now(w))), OK);
	assert_int_equal(asks(&owner, "GET", at, NULL, ""), 413);
}

/* A member sees her own customers' answers, and none that are nobody's; who may not read phones reads no free text. */
static void whoever_looks_sees_what_the_scope_shows(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w), hers = friend(w), others = person_of(w, befriend(w, "xiaqing", 1));
	struct asking owner = asking_new(w), linna = asking_as(w, "linna"), looks = asking_role(w, "xiaqing", "readonly");
	const struct json *v;
	struct browser a = browser_new(w), b = browser_new(w), nobody = browser_new(w);
	nobody.agent = "Mozilla/5.0 (iPhone)";
	assert_int_equal(survey_answers(&a, survey_link(w, id, hers, 0), 1, WHOLE), 200);
	assert_int_equal(survey_answers(&b, survey_link(w, id, others, 0), 1, WHOLE), 200);
	assert_int_equal(survey_reason(&nobody, survey_link(w, id, 0, 0), "other"), 200);
	str at = arena_printf(w->t->arena, "/api/v1/surveys/%lld", (long long)id), list = arena_printf(w->t->arena, "%.*s/answers", STR_F(at));
	assert_int_equal(asks(&owner, "GET", list, &v, ""), 200);
	assert_int_equal(json_get(v, "data")->n, 3);
	assert_true(str_has(owner.reply.body, STR("13800000000")) && str_has(owner.reply.body, STR("优惠券, 小礼物")));
	assert_int_equal(asks(&owner, "GET", arena_printf(w->t->arena, "%.*s?reason=other", STR_F(list)), &v, ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	assert_int_equal(asks(&owner, "GET", arena_printf(w->t->arena, "%.*s?limit=2", STR_F(list)), &v, ""), 200);
	assert_int_equal(json_get(v, "data")->n, 2);
	str next = json_str(v, "next_cursor");
	assert_int_equal(asks(&owner, "GET", arena_printf(w->t->arena, "%.*s?limit=2&cursor=%.*s", STR_F(list), STR_F(next)), &v, ""), 200);
	assert_true(json_get(v, "data")->n == 1 && !json_str(v, "next_cursor").n);
	assert_int_equal(asks(&linna, "GET", list, &v, ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	assert_int_equal(id_in(&json_get(v, "data")->items[0], "customer_id"), hers);
	assert_int_equal(json_i64(reasons(&linna, id, 30), "total", -1), 1);
	assert_int_equal(asks(&looks, "GET", list, &v, ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	assert_false(str_has(looks.reply.body, STR("13800000000")));
	assert_int_equal(asks(&owner, "GET", arena_printf(w->t->arena, "%.*s/answers.csv", STR_F(at)), NULL, ""), 200);
	assert_true(str_has(owner.reply.body, STR("还想对我们说点什么？: 太贵了，手机 13800000000")));
	assert_int_equal(asks(&linna, "GET", arena_printf(w->t->arena, "%.*s/answers.csv", STR_F(at)), NULL, ""), 200);
	assert_true(!str_has(linna.reply.body, STR("其他原因")));
	assert_int_equal(asks(&owner, "GET", STR("/api/v1/audit?limit=50"), NULL, ""), 200);
	assert_true(str_has(owner.reply.body, STR("survey.export")));
	assert_true(str_has(owner.reply.body, STR("\"detail\":\"1\"")) && str_has(owner.reply.body, STR("\"detail\":\"3\""))); /* as many as stood in each */
}

static void what_an_erased_person_wrote_is_gone(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w), her = friend(w);
	struct browser phone = browser_new(w);
	struct asking owner = asking_new(w);
	assert_int_equal(survey_answers(&phone, survey_link(w, id, her, 0), 1, WHOLE), 200);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), seal_destroy(tx, her)), OK);
	assert_int_equal(asks(&owner, "GET", arena_printf(w->t->arena, "/api/v1/surveys/%lld/answers", (long long)id), NULL, ""), 200);
	assert_true(str_has(owner.reply.body, STR("价格太高")) && !str_has(owner.reply.body, STR("13800000000")));
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(her_answer_is_an_event_with_sealed_words), ONE(an_answer_is_checked_question_by_question), ONE(a_text_may_be_so_long),
		BOTH(an_answer_is_changed_until_its_days_are_over), ONE(an_answer_is_changed_so_often_and_no_more),
		ONE(programs_and_our_own_staff_do_not_count), BOTH(by_the_general_link_wechat_says_who_she_is),
		ONE(nobodys_answers_are_taken_at_a_rate), ONE(so_many_open_the_general_link_in_an_hour),
		BOTH(a_choice_puts_its_tags_and_takes_them_off_again), BOTH(a_merge_leaves_one_answer),
		BOTH(the_table_counts_reasons_value_and_who_came_back), ONE(the_table_is_of_so_many_answers),
		BOTH(whoever_looks_sees_what_the_scope_shows), ONE(what_an_erased_person_wrote_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
