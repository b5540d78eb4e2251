/*
 * groupbook joins.
 */
#include "feature/groupbook/groupbook_several_data.h"

#include "core/corp/corp_night.h"

#define GROUPBOOK_JOB "groupbook.health"
#define GROUPBOOK_NIGHT "groupbook.night"

static err night_begin(struct tx *tx, const struct timer_row *row)
{
	struct none none = { 0 };
	bool taken;
	i64 job;
	TRY(night_take(tx, row, GROUPBOOK_NIGHT_MS, &taken));
	str title = str_c(text_raw(T_GROUPBOOK_JOB, LANG_ZH));
	return taken ? job_add(tx, GROUPBOOK_JOB, title, STR("/groups"), &none_record, &none, &job) : OK;
}

static err night(struct cx *cx, const struct timer_row *row) { return WRITE_TX(&cx->unit, row->slot, night_begin(tx, row)); }
static err start(struct env *env, struct fail *f) { return night_arm_all(env, GROUPBOOK_NIGHT, GROUPBOOK_NIGHT_MS, f); }
static err corp_new(struct cx *cx) { return night_arm(cx, GROUPBOOK_NIGHT, GROUPBOOK_NIGHT_MS); }

static const struct query *const queries[] = {
	&groupbook_newest_query, &groupbook_largest_query, &groupbook_worst_query, &groupbook_get_query, &groupbook_summed_query,
	&group_card_get_query, &group_card_put_query, &group_card_class_put_query, &group_card_class_drop_query, &groupbook_span_query,
	&groupbook_moves_query, &group_labelled_as_query, &group_classes_query, &group_class_get_query, &group_class_add_query, &group_class_drop_query,
	&group_word_put_query, &group_word_drop_query, &group_words_of_query, &group_words_all_query, &group_day_add_query,
	&group_days_of_query, &group_days_all_query, &group_several_page_query, &group_several_seats_query, NULL,
};
static err labelled(const struct snap *s, i64 class, str word, struct ids *ret)
{
	struct group_label label = { class, word.p ? word : STR("") };
	struct groupbook_id *rows;
	TRY(group_labelled_as(s, &label, &rows, &ret->n));
	ret->v = ARENA_ARRAY(s->arena, i64, ret->n + 1);
	for (size_t i = 0; i < ret->n; i++)
		ret->v[i] = rows[i].id;
	return OK;
}

static const struct handler act[] = {
	{ EV_GROUP_CREATED, groupbook_on_group }, { EV_GROUP_CHANGED, groupbook_on_group }, { EV_GROUP_DISSOLVED, groupbook_on_group }, { 0 },
};
static const struct handler derive[] = { { EV_GROUP_JOINED, groupbook_on_seat }, { EV_GROUP_LEFT, groupbook_on_seat }, { 0 } };
static const char *const derived[] = { "group_day", NULL };
static const struct job_kind jobs[] = { { GROUPBOOK_JOB, groupbook_step, "Counts the health of every customer group." }, { 0 } };
static const struct timer_kind timers[] = { { GROUPBOOK_NIGHT, night }, { 0 } };
static const struct perm perms[] = { { "group.read", T_PERM_GROUP_READ }, { "group.write", T_PERM_GROUP_WRITE }, { 0 } };
static const struct route *const more_routes[] = { groupbook_more_routes, NULL };

const struct module groupbook_module = {
	.name = "groupbook",
	.doc = "Customer groups in classes and with tags, their health and days, and who sits in several.",
	.queries = queries,
	.routes = groupbook_routes,
	.more_routes = more_routes,
	.act = act,
	.derive = derive,
	.derived = derived,
	.jobs = jobs,
	.timers = timers,
	.groups = labelled,
	.perms = perms,
	.start = start,
	.corp_new = corp_new,
};
