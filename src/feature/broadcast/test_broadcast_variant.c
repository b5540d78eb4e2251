/*
 * Broadcasts of an experiment: a content for each variant in tasks of its own, by who she is; who is held out has met
 * it too; the preview names the numbers that are sent.
 */
#include "app/test_app_trial.h"
#include "feature/broadcast/test_broadcast_calls.h"
#include "port/wecom/wecom_send.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static struct broadcast_preview_in asks_for(i64 experiment)
{
	struct broadcast_preview_in in;
	record_init(&broadcast_preview_in_record, &in);
	in.expr = STR("friend");
	in.content = (void *)(uintptr_t)&hello;
	in.experiment_id = experiment;
	return in;
}

static err sends(struct world *w, const struct broadcast_preview_in *in, i64 count, size_t variants, i64 *ret_id)
{
	static struct content says[] = { { .text = { "第一版", 9 } }, { .text = { "第二版", 9 } }, { .text = { "第三版", 9 } } };
	struct broadcast_create_in make_in;
	struct broadcast_detail out;
	record_init(&broadcast_create_in_record, &make_in);
	make_in.name = STR("两版");
	make_in.expr = in->expr;
	make_in.content = in->content;
	make_in.experiment_id = in->experiment_id;
	make_in.variants = (struct list){ says, variants };
	make_in.confirm_count = count;
	err e = route(w, "POST", "/api/v1/broadcasts", &make_in, &out);
	*ret_id = out.id;
	settle(w);
	return e;
}

/* What WeCom's tasks of both texts have, read from WeCom itself. */
static i64 receivers(struct world *w, const char *text)
{
	struct corp_wecom app;
	struct wecom_call call = wecom_of(w, &app);
	struct wecom_mass_query q = { .from = MORNING - MS_DAY, .to = MORNING + MS_DAY };
	struct wecom_mass_page page;
	i64 people = 0;
	assert_int_equal(wecom_send_list(&call, &q, &page), OK);
	for (size_t i = 0; i < page.n; i++) {
		struct wecom_mass_tasks tasks;
		if (!str_eq_c(page.v[i].text, text))
			continue;
		assert_int_equal(wecom_send_tasks(&call, page.v[i].msgid, STR_NIL, &tasks), OK);
		for (size_t k = 0; k < tasks.n; k++) {
			struct wecom_mass_results r;
			assert_int_equal(wecom_send_results(&call, page.v[i].msgid, tasks.v[k].userid, STR_NIL, &r), OK);
			people += (i64)r.n;
		}
	}
	return people;
}

static void each_gets_the_words_of_her_variant(void **state)
{
	struct world *w = *state;
	struct broadcast_preview_in in = asks_for(EXPERIMENT);
	struct broadcast_preview_out out;
	i64 id, in_variant[2];
	size_t n;
	befriend(w, "linna", 30);
	befriend(w, "xiaqing", 20);
	trial_begins(w, "running");
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &out), OK);
	assert_int_equal(out.by_variant.n, 2);
	for (size_t i = 0; i < 2; i++)
		in_variant[i] = ((struct trial_lot *)out.by_variant.v)[i].count;
	i64 held = excluded_for(&out.excluded, "trial");
	assert_int_equal(in_variant[0] + in_variant[1], out.total);
	assert_int_equal(out.total + held, 50);
	assert_true(in_variant[0] > 0 && in_variant[1] > 0 && held > 0);
	assert_int_equal(out.advisors.n, 2);
	assert_int_equal(sends(w, &in, out.total, 2, &id), OK);
	assert_int_equal(trial_exposed(w, 0), in_variant[0]);
	assert_int_equal(trial_exposed(w, 1), in_variant[1]);
	assert_int_equal(trial_exposed(w, TRIAL_HELD), held);
	parts(w, id, &n);
	assert_int_equal(n, 4); /* two members, two variants */
	assert_int_equal(people(w, id, "planned"), (size_t)out.total);
	tap(w, id, "linna");
	tap(w, id, "xiaqing");
	live_until(w, MORNING + MS_HOUR);
	assert_int_equal(counts(w, id).delivered, out.total);
	assert_int_equal(receivers(w, "第一版"), in_variant[0]);
	assert_int_equal(receivers(w, "第二版"), in_variant[1]);
	struct broadcast_detail d = detail(w, id);
	assert_int_equal(d.variants.n, 2);
	assert_true(str_eq_c(((struct content *)((struct broadcast_variant_view *)d.variants.v)[1].content)->text, "第二版"));
}

/* The next broadcast of the same experiment: nobody changes her variant, nobody is counted twice. */
static void a_second_one_finds_everybody_where_she_was(void **state)
{
	struct world *w = *state;
	struct broadcast_preview_in in = asks_for(EXPERIMENT);
	struct broadcast_preview_out one, two;
	i64 id;
	befriend(w, "linna", 40);
	struct trial t = trial_begins(w, "running");
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &one), OK);
	assert_int_equal(sends(w, &in, one.total, 2, &id), OK);
	tap(w, id, "linna");
	live_until(w, MORNING + MS_DAY);
	t.owners = trial_share(w->t->arena, t.owners, (const i64[]){ 0, 1000 }, 2, 0); /* all to the second, but who met one keeps it */
	t.epoch++;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, trial_put(tx, &t)), OK);
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &two), OK);
	assert_int_equal(two.total, one.total);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(((struct trial_lot *)two.by_variant.v)[i].count, ((struct trial_lot *)one.by_variant.v)[i].count);
	assert_int_equal(sends(w, &in, two.total, 2, &id), OK);
	assert_int_equal(trial_exposed(w, 0) + trial_exposed(w, 1) + trial_exposed(w, TRIAL_HELD), 40);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct world *w = *state;
	struct broadcast_preview_in in = asks_for(EXPERIMENT);
	struct broadcast_preview_out out;
	i64 id;
	befriend(w, "linna", 10);
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &out), ERR_INPUT);
	trial_begins(w, "running");
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &out), OK);
	assert_int_equal(sends(w, &in, out.total, 1, &id), ERR_INPUT);
	assert_int_equal(sends(w, &in, out.total, 3, &id), ERR_INPUT);
	trial_begins(w, "ended");
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &out), OK);
	assert_int_equal(out.total, 10); /* all get the first */
	assert_int_equal(sends(w, &in, out.total, 2, &id), ERR_STATE);
}

#define ONE(t) cmocka_unit_test_setup_teardown(t, make, world_free), cmocka_unit_test_setup_teardown(t, make_spread, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(each_gets_the_words_of_her_variant), ONE(a_second_one_finds_everybody_where_she_was), ONE(what_does_not_fit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
