/*
 * Forms and their versions: what can be made, what is frozen, what messages may carry; and the routes.
 */
#include "feature/survey/test_survey_rig.h"

#include "core/attr/attr_say.h"
#include "core/tag/tag_edit.h"
#include "core/tag/tag_use.h"

static int make(void **state) { return world_new(state, 1); }

static err makes(struct world *w, const struct survey_form *f)
{
	i64 id;
	return WRITE_TX(&w->cx.unit, w->base, survey_make(tx, f, &id));
}

static struct survey_question *question(struct survey_form *f, size_t i) { return &((struct survey_question *)f->questions.v)[i]; }
static struct survey_choice *choice(struct survey_form *f, size_t i, size_t k) { return &((struct survey_choice *)question(f, i)->choices.v)[k]; }

static void a_form_says_what_is_wrong_with_it(void **state)
{
	struct world *w = *state;
	struct survey_form f = survey_usual(w);
	assert_int_equal(makes(w, &f), OK);
	assert_int_equal(record_check(&survey_form_record, &f, &w->cx.unit.fail), OK);
	f.title = STR("　");
	assert_int_equal(makes(w, &f), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "title");
	f = survey_usual(w);
	question(&f, 1)->id = STR("q1");
	assert_int_equal(makes(w, &f), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "questions.1.id");
	f = survey_usual(w);
	question(&f, 1)->reason = true; /* several choices, and a second reason */
	assert_int_equal(makes(w, &f), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_SURVEY_REASON);
	f = survey_usual(w);
	choice(&f, 0, 1)->code = STR("price");
	assert_int_equal(makes(w, &f), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_SURVEY_TWICE);
	f = survey_usual(w);
	choice(&f, 0, 1)->code = STR("a:b");
	assert_int_equal(makes(w, &f), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_SURVEY_CODE);
	f = survey_usual(w);
	question(&f, 3)->choices = question(&f, 0)->choices;
	assert_int_equal(makes(w, &f), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_SURVEY_NO_CHOICES);
	f = survey_usual(w);
	question(&f, 0)->choices.n = 0;
	assert_int_equal(makes(w, &f), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_SURVEY_CHOICES);
	f = survey_usual(w);
	choice(&f, 0, 0)->tags = (struct ids){ &(i64){ 4711 }, 1 };
	assert_int_equal(makes(w, &f), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_SURVEY_TAG);
}

static void a_form_holds_so_many_questions_and_no_more(void **state)
{
	struct world *w = *state;
	struct survey_form f = survey_usual(w);
	struct survey_question q[SURVEY_QUESTIONS_MAX + 1];
	for (int i = 0; i <= SURVEY_QUESTIONS_MAX; i++)
		q[i] = (struct survey_question){ arena_printf(w->t->arena, "q%d", i), STR("text"), STR("?"), false, false, { 0 } };
	f.questions = (struct list){ q, SURVEY_QUESTIONS_MAX };
	assert_int_equal(record_check(&survey_form_record, &f, &w->cx.unit.fail), OK);
	f.questions.n++;
	assert_int_equal(record_check(&survey_form_record, &f, &w->cx.unit.fail), ERR_INPUT);
}

/* The record's answer to a limit: OK at it, a refusal one past it. */
static void holds(struct world *w, const struct survey_form *f, err want)
{
	assert_int_equal(record_check(&survey_form_record, f, &w->cx.unit.fail), want);
}

static void a_question_holds_so_many_choices_tags_and_days(void **state)
{
	struct world *w = *state;
	struct survey_form f = survey_usual(w);
	struct survey_choice c[SURVEY_CHOICES_MAX + 1];
	i64 tags[SURVEY_TAGS_MAX + 1] = { 1, 2, 3, 4, 5, 6 };
	for (int i = 0; i <= SURVEY_CHOICES_MAX; i++)
		c[i] = (struct survey_choice){ arena_printf(w->t->arena, "c%d", i), STR("x"), { tags, SURVEY_TAGS_MAX } };
	question(&f, 0)->choices = (struct list){ c, SURVEY_CHOICES_MAX };
	f.change_days = SURVEY_CHANGE_DAYS_MAX;
	holds(w, &f, OK);
	f.change_days++;
	holds(w, &f, ERR_INPUT);
	f.change_days = 0;
	c[0].tags.n++;
	holds(w, &f, ERR_INPUT);
	c[0].tags.n--;
	question(&f, 0)->choices.n++;
	holds(w, &f, ERR_INPUT);
}

static err fill(struct tx *tx, i64 count)
{
	for (i64 i = 0; i < count; i++) {
		struct survey v = { .id = i + 1, .title = STR("t"), .door = STR("x"), .draft = STR("{}"), .created = tx->snap.now, .version = 1 };
		TRY(survey_insert(tx, &v));
	}
	return OK;
}

static void a_corp_has_so_many_surveys(void **state)
{
	struct world *w = *state;
	struct survey_form f = survey_usual(w);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, fill(tx, SURVEY_MAX - 1)), OK);
	assert_int_equal(makes(w, &f), OK);
	assert_int_equal(makes(w, &f), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_SURVEY_MANY);
}

static void what_is_published_never_changes(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w);
	struct survey_version v1, v2;
	struct survey_form f = survey_usual(w);
	str door = survey_stored(w, id).door;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, survey_publish(tx, id)), ERR_STATE); /* nothing has changed */
	assert_int_equal(w->cx.unit.fail.text, T_SURVEY_SAME);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, survey_version_get(snap, &(struct survey_nth){ id, 1 }, &v1)), OK);
	choice(&f, 0, 0)->label = STR("太贵");
	struct survey before = survey_stored(w, id);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, survey_change(tx, id, before.version, &f)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, survey_change(tx, id, before.version, &f)), ERR_CONFLICT);
	assert_int_equal(survey_stored(w, id).live, 1); /* people answer the old one until it is published */
	struct browser b = browser_new(w);
	assert_int_equal(survey_shows(&b, survey_link(w, id, 0, 0)), 200);
	assert_true(str_has(b.reply.body, STR("价格太高")) && !str_has(b.reply.body, STR("太贵")));
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, survey_publish(tx, id)), OK);
	assert_int_equal(survey_stored(w, id).live, 2);
	assert_true(str_eq(survey_stored(w, id).door, door));
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, survey_version_get(snap, &(struct survey_nth){ id, 1 }, &v2)), OK);
	assert_true(str_eq(v1.form, v2.form));
	assert_int_equal(survey_shows(&b, survey_link(w, id, 0, 0)), 200);
	assert_true(str_has(b.reply.body, STR("太贵")));
	assert_int_equal(told(w, 0, EV_SURVEY_SAVED, NULL), 4);
}

static void messages_carry_only_what_takes_answers(void **state)
{
	struct world *w = *state;
	struct survey_form f = survey_usual(w);
	struct unit *u = &w->cx.unit;
	i64 id = 0, her = person_of(w, befriend(w, "linna", 1));
	str said;
	assert_int_equal(WRITE_TX(u, w->base, survey_make(tx, &f, &id)), OK);
	assert_int_equal(survey_enclosure.check(u, "text", id, false), ERR_STATE); /* a draft */
	assert_int_equal(survey_enclosure.check(u, "text", 0, false), ERR_INPUT); /* a template's place holder */
	assert_int_equal(u->fail.text, T_SURVEY_CHOOSE);
	assert_int_equal(WRITE_TX(u, w->base, survey_publish(tx, id)), OK);
	assert_int_equal(survey_enclosure.check(u, "text", id, false), OK);
	assert_int_equal(survey_enclosure.check(u, "enclosed", id, true), ERR_INPUT);
	str text = arena_printf(w->t->arena, "请填 {{survey:%lld|问卷}} 谢谢", (long long)id);
	assert_int_equal(attr_say_check(u, "text", text, 0), OK);
	assert_int_equal(attr_say_from(u, her, 0, text, &said), OK);
	assert_true(str_has(said, STR("http://product.test/d/")) && str_has(said, STR("?p=")));
	str link = survey_link(w, id, her, 0);
	assert_int_equal(WRITE_TX(u, w->base, survey_close(tx, id, true)), OK);
	assert_int_equal(WRITE_TX(u, w->base, survey_close(tx, id, true)), ERR_STATE);
	assert_int_equal(survey_enclosure.check(u, "text", id, false), ERR_STATE);
	assert_int_equal(attr_say_from(u, her, 0, text, &said), OK);
	assert_true(str_eq_c(said, "请填 问卷 谢谢")); /* the words that stand in */
	struct browser b = browser_new(w);
	assert_int_equal(survey_shows(&b, link), 200);
	assert_true(str_eq_c(json_str(b.json, "state"), "closed") && json_str(b.json, "corp_name").n && !json_str(b.json, "title").n);
	assert_int_equal(survey_reason(&b, link, "price"), 409);
	assert_int_equal(WRITE_TX(u, w->base, survey_close(tx, id, false)), OK);
	assert_int_equal(survey_reason(&b, link, "price"), 200);
	assert_int_equal(WRITE_TX(u, w->base, survey_remove(tx, id)), OK);
	assert_int_equal(survey_shows(&b, link), 200);
	assert_true(str_eq_c(json_str(b.json, "state"), "removed"));
	assert_int_equal(WRITE_TX(u, w->base, survey_remove(tx, id)), ERR_NOT_FOUND);
}

static err add_tag(struct tx *tx, i64 *ret)
{
	i64 group;
	TRY(tag_group_ensure(tx, STR("原因"), STR_NIL, STR("own"), &group));
	return tag_add(tx, group, STR("嫌贵"), false, ret);
}

static void a_tag_knows_the_surveys_that_put_it(void **state)
{
	struct world *w = *state;
	struct survey_form f = survey_usual(w);
	struct tag_uses uses = { 0 };
	i64 tag = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, add_tag(tx, &tag)), OK);
	choice(&f, 0, 0)->tags = (struct ids){ &tag, 1 };
	assert_int_equal(makes(w, &f), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_uses_of(snap, tag, &uses)), OK);
	assert_int_equal(uses.list.n, 1);
	assert_true(str_eq_c(uses.list.v[0].kind, "survey"));
}

/* ---- routes ---- */

static void the_console_makes_changes_and_publishes(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	const struct json *v;
	assert_int_equal(asks(&b, "GET", STR("/api/v1/survey-usual"), &v, ""), 200);
	str form = b.reply.body;
	assert_int_equal(json_get(v, "questions")->n, 4);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/surveys"), &v, "%.*s", STR_F(form)), 201);
	i64 id = id_in(v, "id");
	str at = arena_printf(w->t->arena, "/api/v1/surveys/%lld", (long long)id);
	assert_true(str_eq_c(json_str(v, "state"), "draft") && json_bool(v, "ahead", false) && json_i64(v, "number", -1) == 0);
	str of = arena_printf(w->t->arena, "%.*s/publish", STR_F(at));
	assert_int_equal(asks(&b, "POST", of, &v, "{}"), 200);
	assert_true(str_eq_c(json_str(v, "state"), "open") && !json_bool(v, "ahead", true) && json_i64(v, "number", -1) == 1);
	assert_int_equal(asks(&b, "POST", of, &v, "{}"), 409);
	assert_int_equal(asks(&b, "POST", arena_printf(w->t->arena, "%.*s/close", STR_F(at)), &v, "{}"), 200);
	assert_true(str_eq_c(json_str(v, "state"), "closed"));
	assert_int_equal(asks(&b, "POST", arena_printf(w->t->arena, "%.*s/reopen", STR_F(at)), &v, "{}"), 200);
	assert_int_equal(asks(&b, "GET", arena_printf(w->t->arena, "%.*s/versions", STR_F(at)), &v, ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/surveys"), &v, "{\"title\":\"x\",\"questions\":[]}"), 422);
	assert_int_equal(asks(&b, "GET", STR("/api/v1/surveys"), &v, ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	assert_int_equal(asks(&b, "DELETE", at, NULL, ""), 204);
	assert_int_equal(asks(&b, "GET", at, &v, ""), 404);
}

static void who_may_not_write_reads_and_another_corp_sees_nothing(void **state)
{
	struct world *w = *state;
	i64 id = survey_new(w);
	const struct json *v;
	struct asking staff = asking_role(w, "linna", "staff"), looks = asking_role(w, "xiaqing", "readonly");
	str at = arena_printf(w->t->arena, "/api/v1/surveys/%lld", (long long)id);
	assert_int_equal(asks(&staff, "GET", STR("/api/v1/surveys"), &v, ""), 403);
	assert_int_equal(asks(&looks, "GET", at, &v, ""), 200);
	assert_int_equal(asks(&looks, "POST", arena_printf(w->t->arena, "%.*s/publish", STR_F(at)), &v, "{}"), 403);
	assert_int_equal(asks(&looks, "DELETE", at, NULL, ""), 403);
	assert_int_equal(asks(&looks, "GET", arena_printf(w->t->arena, "%.*s/answers.csv", STR_F(at)), NULL, ""), 403);
	i64 mine = w->corp;
	struct corp_new in = { STR("别家"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	assert_int_equal(corp_create(&w->cx, &in, &w->corp), OK);
	struct asking other = asking_new(w);
	assert_int_equal(asks(&other, "GET", at, &v, ""), 404);
	assert_int_equal(asks(&other, "GET", arena_printf(w->t->arena, "%.*s/reasons", STR_F(at)), &v, ""), 404);
	assert_int_equal(asks(&other, "POST", arena_printf(w->t->arena, "%.*s/publish", STR_F(at)), &v, "{}"), 404);
	w->corp = mine;
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_form_says_what_is_wrong_with_it), ONE(a_form_holds_so_many_questions_and_no_more), ONE(a_question_holds_so_many_choices_tags_and_days), ONE(a_corp_has_so_many_surveys),
		ONE(what_is_published_never_changes), ONE(messages_carry_only_what_takes_answers), ONE(a_tag_knows_the_surveys_that_put_it),
		ONE(the_console_makes_changes_and_publishes), ONE(who_may_not_write_reads_and_another_corp_sees_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
