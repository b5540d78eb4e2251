/*
 * Group SOPs at work: which post is due next, whom it is for, and their changes by hand.
 */
#include "feature/groupcast/groupcast_sop.h"

#include "base/json.h"
#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "store/journal.h"
#include "store/timer.h"

#define OWNER_PAGE 1000

/* ---- the plan ---- */

err groupcast_plan_read(struct arena *a, str json, struct groupcast_plan *ret)
{
	struct json *tree;
	TRY(json_parse(json, a, &tree, NULL));
	record_init(&groupcast_plan_record, ret);
	record_read(&groupcast_plan_record, tree, ret, a);
	return OK;
}

str groupcast_plan_json(struct arena *a, const struct groupcast_plan *plan)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	record_write(&b, &groupcast_plan_record, plan);
	return buf_str(&b);
}

/* A post by the age of groups may be due on any day. */
static struct recur rule_of(const struct groupcast_step *s)
{
	struct recur r = { .every = s->day != NIL ? STR("daily") : s->every, .weekdays = s->weekdays == NIL ? 0 : s->weekdays,
			   .month_day = s->month_day == NIL ? 0 : s->month_day, .last_day = NIL };
	if (s->day == NIL && s->first_day.n)
		tz_parse_date(s->first_day, &r.first_day);
	if (s->day == NIL && s->last_day.n)
		tz_parse_date(s->last_day, &r.last_day);
	return r;
}

static ms step_after(const struct snap *s, const struct groupcast_step *step, ms after)
{
	struct recur rule = rule_of(step);
	i64 day;
	return recur_after(&rule, corp_zone(s->unit, s->corp), step->at_minute, after, &day);
}

static ms next_after(struct tx *tx, const struct groupcast_plan *plan, ms after)
{
	const struct groupcast_step *steps = plan->steps.v;
	ms next = NIL;
	for (size_t i = 0; i < plan->steps.n; i++) {
		ms at = step_after(&tx->snap, &steps[i], after);
		if (at != NIL && (next == NIL || at < next))
			next = at;
	}
	return next;
}

/* ---- which groups ---- */

struct gathering {
	const struct snap *s;
	const struct groupcast_plan *plan;
	i64 scope, made_day; /* made_day NIL: any */
	VEC(i64) ids;
};

static err take(struct gathering *g, const struct group_chat *chat)
{
	struct groupcast_n seen = { 1 };
	struct snap viewer = *g->s;
	bool asked = g->plan->owner_ids.n == 0;
	viewer.scope = g->scope;
	for (size_t i = 0; i < g->plan->owner_ids.n && !asked; i++)
		asked = g->plan->owner_ids.v[i] == chat->owner;
	if (!asked || chat->dissolved != NIL)
		return OK;
	if (g->made_day != NIL && (chat->created == NIL || corp_day(g->s->unit, chat->created) != g->made_day))
		return OK;
	if (g->scope && chat->owner != NIL)
		TRY(groupcast_owner_seen(&viewer, &(struct groupcast_id){ chat->owner }, &seen));
	if (seen.n && (!g->scope || chat->owner != NIL))
		vec_push(g->s->arena, &g->ids, chat->id);
	return OK;
}

static err take_labelled(struct gathering *g)
{
	struct ids ids;
	TRY(group_labelled(g->s, g->plan->class_id == NIL ? 0 : g->plan->class_id, g->plan->word, &ids));
	for (size_t i = 0; i < ids.n; i++) {
		struct group_chat chat;
		err e = group_get(g->s, ids.v[i], &chat);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == OK)
			TRY(take(g, &chat));
	}
	return OK;
}

static err take_owned(struct gathering *g, i64 owner)
{
	for (i64 after = 0;;) {
		struct group_chat *rows;
		size_t n;
		TRY(group_of_owner(g->s, owner, after, OWNER_PAGE, &rows, &n));
		for (size_t i = 0; i < n; i++)
			TRY(take(g, &rows[i]));
		if (n < OWNER_PAGE)
			return OK;
		after = rows[n - 1].id;
	}
}

err groupcast_which_groups(const struct snap *s, const struct groupcast_plan *plan, i64 scope, const struct groupcast_step *step, ms at,
			   struct groupcast_choice *ret)
{
	struct gathering g = { .s = s, .plan = plan, .scope = scope,
			       .made_day = step && step->day != NIL ? corp_day(s->unit, at) - step->day : NIL };
	struct ids none = { NULL, 0 };
	if (plan->class_id != NIL || plan->word.n)
		TRY(take_labelled(&g));
	else
		for (size_t i = 0; i < plan->owner_ids.n; i++)
			TRY(take_owned(&g, plan->owner_ids.v[i]));
	return groupcast_choose(s, &none, &(struct ids){ g.ids.v, g.ids.n }, ret);
}

/* ---- a post that is due ---- */

static err arm(struct tx *tx, struct groupcast_sop *r, const struct groupcast_plan *plan)
{
	str key = arena_printf(tx->snap.arena, "%lld", (long long)r->id);
	r->next = str_eq_c(r->state, "ended") ? NIL : next_after(tx, plan, r->upto);
	if (r->next == NIL && str_eq_c(r->state, "running"))
		r->state = STR("ended");
	if (str_eq_c(r->state, "running"))
		return timer_set(tx, STR(GROUPCAST_SOP), key, r->next, 0, &groupcast_id_record, &(struct groupcast_id){ r->id });
	return timer_cancel(tx, STR(GROUPCAST_SOP), key);
}

static err put(struct tx *tx, struct groupcast_sop *r, const struct groupcast_plan *plan)
{
	TRY(arm(tx, r, plan));
	TRY(groupcast_sop_update(tx, r));
	return tx_changed(tx) ? OK : tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
}

/* A cast that was never asked: it shows what was missed beside those that were. */
static err note_missed(struct tx *tx, struct groupcast *c)
{
	c->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	c->state = STR("missed");
	c->asked = STR("");
	c->made = c->closed = c->deadline = tx->snap.now;
	return groupcast_add(tx, c);
}

static err post(struct tx *tx, const struct groupcast_sop *r, const struct groupcast_plan *plan, size_t n, ms due)
{
	const struct groupcast_step *step = &((const struct groupcast_step *)plan->steps.v)[n];
	bool late = tx->snap.now - due > RECUR_LATE_MS, made = true;
	struct groupcast_choice choice;
	struct groupcast c = {
		.name = r->name, .content = content_json(tx->snap.arena, step->content), .deadline = NIL, .closed = NIL, .made_by = r->made_by,
		.caller = STR(GROUPCAST_SOP_BY), .by_id = r->id, .act_key = arena_printf(tx->snap.arena, "%lld:%zu", (long long)due, n),
	};
	TRY(groupcast_which_groups(&tx->snap, plan, r->viewed_by, step, due, &choice));
	if (step->day != NIL && !choice.count && !choice.capped)
		return OK; /* no group was made on that day */
	TRY(late ? note_missed(tx, &c) : groupcast_begin(tx, &c, &choice, &made));
	struct groupcast_ran ran = { r->id, (i64)n, due, late ? STR("missed") : choice.count ? STR("asked") : STR("nobody"), c.id, (i64)choice.count };
	return made ? journal_add(tx, EV_GROUPSOP_RAN, 0, tx->snap.now, &groupcast_ran_record, &ran, NULL) : OK;
}

static err due_in(struct tx *tx, const struct timer_row *row)
{
	struct groupcast_id key;
	struct groupcast_sop r;
	struct groupcast_plan plan;
	bool taken;
	ms at;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	TRY(timer_body(&tx->snap, row, &groupcast_id_record, &key));
	TRY(groupcast_sop_get(&tx->snap, &key, &r));
	if (!str_eq_c(r.state, "running"))
		return OK;
	TRY(groupcast_plan_read(tx->snap.arena, r.plan, &plan));
	r.upto = int_max(r.upto, tx->snap.now - RECUR_BACK_DAYS * MS_DAY);
	while ((at = next_after(tx, &plan, r.upto)) != NIL && at <= tx->snap.now) {
		for (size_t i = 0; i < plan.steps.n; i++)
			if (step_after(&tx->snap, &((const struct groupcast_step *)plan.steps.v)[i], r.upto) == at)
				TRY(post(tx, &r, &plan, i, at));
		r.upto = at;
	}
	return put(tx, &r, &plan);
}

err groupcast_sop_due(struct cx *cx, const struct timer_row *row) { return WRITE_TX(&cx->unit, row->slot, due_in(tx, row)); }

/* ---- by hand ---- */

static err tell(struct tx *tx, const char *act, i64 id)
{
	return audit_add(tx, act, arena_printf(tx->snap.arena, "groupsop:%lld", (long long)id), STR(""));
}

static err get(struct tx *tx, i64 id, struct groupcast_sop *ret, struct groupcast_plan *ret_plan)
{
	err e = groupcast_sop_get(&tx->snap, &(struct groupcast_id){ id }, ret);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_GROUPSOP, LANG_ZH)));
	TRY(e);
	return groupcast_plan_read(tx->snap.arena, ret->plan, ret_plan);
}

static err ahead(struct tx *tx, const struct groupcast_plan *plan, ms after)
{
	return next_after(tx, plan, after) != NIL ? OK : tx_fail(tx, ERR_INPUT, T_GROUPSOP_NEVER, STR("steps"), STR_NIL, STR_NIL);
}

err groupcast_sop_add(struct tx *tx, struct groupcast_sop *r)
{
	struct groupcast_plan plan;
	struct groupcast_n n;
	TRY(groupcast_sop_count(&tx->snap, &(struct none){ 0 }, &n));
	if (n.n >= GROUPCAST_SOPS_MAX)
		return tx_fail(tx, ERR_STATE, T_TOO_BIG, STR("sops"), STR_NIL, STR(FAIL_STR(GROUPCAST_SOPS_MAX)));
	TRY(groupcast_plan_read(tx->snap.arena, r->plan, &plan));
	r->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	r->upto = tx->snap.now;
	TRY(ahead(tx, &plan, r->upto));
	TRY(arm(tx, r, &plan));
	TRY(groupcast_sop_insert(tx, r));
	return tell(tx, "groupsop.create", r->id);
}

err groupcast_sop_edit(struct tx *tx, struct groupcast_sop *r)
{
	struct groupcast_sop was;
	struct groupcast_plan plan;
	TRY(get(tx, r->id, &was, &plan));
	TRY(groupcast_plan_read(tx->snap.arena, r->plan, &plan));
	r->state = str_eq_c(was.state, "ended") ? STR("running") : was.state;
	r->created = was.created;
	r->upto = int_max(was.upto, tx->snap.now);
	TRY(ahead(tx, &plan, r->upto));
	TRY(put(tx, r, &plan));
	return tell(tx, "groupsop.change", r->id);
}

static err count_step(const struct snap *s, const struct groupcast_plan *plan, const struct groupcast_sop *r, const struct groupcast_step *step,
		      struct groupcast_ahead *ret)
{
	for (ms at = step_after(s, step, s->now); at != NIL && at <= ret->until; at = step_after(s, step, at)) {
		struct groupcast_choice choice;
		TRY(groupcast_which_groups(s, plan, r->viewed_by, step, at, &choice));
		i64 groups = (i64)choice.count + choice.capped; /* who had hers today may have another on that day */
		if (!groups)
			continue;
		ret->posts++;
		ret->groups += groups;
		ret->next = ret->next == NIL ? at : int_min(ret->next, at);
	}
	return OK;
}

err groupcast_sop_ahead(const struct snap *s, const struct groupcast_sop *r, struct groupcast_ahead *ret)
{
	struct groupcast_plan plan;
	struct groupcast_duty *duties;
	size_t n;
	*ret = (struct groupcast_ahead){ .next = NIL, .until = s->now + GROUPCAST_AHEAD_MS };
	TRY(groupcast_plan_read(s->arena, r->plan, &plan));
	for (size_t i = 0; i < plan.steps.n && !str_eq_c(r->state, "ended"); i++)
		TRY(count_step(s, &plan, r, &((const struct groupcast_step *)plan.steps.v)[i], ret));
	TRY(groupcast_duties(s, &(struct groupcast_id){ r->id }, &duties, &n));
	for (size_t i = 0; i < n; i++)
		ret->open += duties[i].open;
	return OK;
}

err groupcast_sop_turn(struct tx *tx, i64 id, const char *state, bool undo)
{
	struct groupcast_sop r;
	struct groupcast_plan plan;
	TRY(get(tx, id, &r, &plan));
	if (str_eq_c(r.state, "ended"))
		return tx_fail(tx, ERR_STATE, T_GROUPSOP_ENDED, STR("id"), STR_NIL, STR_NIL);
	if (str_eq_c(r.state, "paused") && !undo)
		r.upto = tx->snap.now; /* what came due meanwhile is left out */
	r.state = str_c(state);
	TRY(put(tx, &r, &plan));
	return tell(tx, arena_cstr(tx->snap.arena, arena_printf(tx->snap.arena, "groupsop.%s", state)), id);
}
