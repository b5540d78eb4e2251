/*
 * moment's planning job: at most JOB_STEP_ROWS people a step, written slot by slot in transactions that decide again,
 * then the cursor. A step that broke off in between has left rows beyond the cursor: they are counted first and stay.
 * When all are decided, the technical tags are made, who posts is told from what was written, and the tasks begin.
 */
#include "feature/moment/moment_int.h"

#include "base/map.h"
#include "base/text.h"
#include "core/audience/audience_asof.h"
#include "core/job/job.h"
#include "core/tag/tag_data.h"
#include "core/tag/tag_edit.h"
#include "store/outbox.h"

struct planning {
	struct cx *cx;
	struct job *job;
	struct moment p;
	struct moment_version *v;
	size_t count;
	struct moment_cursor cursor;
	i64 planned;         /* by the transaction that runs */
	struct imap written; /* people a broken-off step has written */
	struct moment_aim aim;
};

static i64 base(struct unit *u) { return slot_base(u->store, u->corp); }

/* ---- people ---- */

static struct moment_person row_of(const struct planning *p, i64 root, i64 version, const struct moment_pick *pick)
{
	struct moment_person row;
	record_init(&moment_person_record, &row);
	row.plan = p->p.id;
	row.customer = root;
	row.version = int_max(version, 0);
	if (pick->sender.staff) {
		row.staff = pick->sender.staff;
		row.external_userid = pick->sender.external_userid;
	}
	row.state = pick->reason ? STR("excluded") : STR("planned");
	row.reason = pick->reason ? str_c(pick->reason) : STR_NIL;
	return row;
}

/* Takes the places of those who are to get it; who lost hers to something else since is left out after all. */
static err claim_group(struct tx *tx, const struct planning *p, const i64 *roots, size_t n, struct moment_pick *picks)
{
	struct arena *a = tx->snap.arena;
	struct reach_ask *asks = ARENA_ARRAY(a, struct reach_ask, n + 1);
	struct reach_answer *answers = ARENA_ARRAY(a, struct reach_answer, n + 1);
	size_t *of = ARENA_ARRAY(a, size_t, n + 1), count = 0;
	for (size_t i = 0; i < n; i++)
		if (!picks[i].reason) {
			asks[count] = moment_ask(a, &p->aim, roots[i], picks[i].sender.staff);
			of[count++] = i;
		}
	TRY(reach_claim_many(tx, asks, count, answers));
	for (size_t i = 0; i < count; i++)
		picks[of[i]].reason = reach_reason(answers[i].verdict);
	return OK;
}

/* Of a hold-out: who gets it beside who was left out, however it went on. */
static err add_arms(struct tx *tx, const struct planning *p, const struct moment_person *rows, size_t n)
{
	struct reach_arm *arms = ARENA_ARRAY(tx->snap.arena, struct reach_arm, n + 1);
	size_t count = 0;
	for (size_t i = 0; p->p.holdout && i < n; i++) {
		bool held = str_eq_c(rows[i].reason, reach_reason(REACH_HOLDOUT));
		if (held || str_eq_c(rows[i].state, "planned"))
			arms[count++] = (struct reach_arm){ rows[i].customer, held };
	}
	return reach_arm_add(tx, "moment", p->p.id, arms, count);
}

/* Of an experiment: they have met their variant, or that there is none for them, here. */
static err expose(struct tx *tx, const struct planning *p, const struct moment_person *rows, const i64 *versions, const bool *fresh, size_t n)
{
	struct trial_met *met = ARENA_ARRAY(tx->snap.arena, struct trial_met, n + 1);
	struct trial_by by = { "moment", p->p.id, p->aim.opens };
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		if (fresh[i] && (str_eq_c(rows[i].state, "planned") || str_eq_c(rows[i].reason, TRIAL_REASON)))
			met[count++] = (struct trial_met){ rows[i].customer, versions[i] == MOMENT_HELD ? TRIAL_HELD : versions[i] - 1 };
	return trial_expose_many(tx, p->aim.trial, &by, met, count);
}

static err write_group(struct tx *tx, struct planning *p, const i64 *roots, const i64 *versions, size_t n)
{
	struct arena *a = tx->snap.arena;
	struct moment_pick *picks;
	size_t fresh = 0;
	i64 *who = ARENA_ARRAY(a, i64, n + 1), *of = ARENA_ARRAY(a, i64, n + 1), room = p->p.confirmed - p->cursor.planned;
	for (size_t i = 0; i < n; i++) {
		i64 ignored;
		if (imap_get(&p->written, roots[i], &ignored))
			continue;
		who[fresh] = roots[i];
		of[fresh++] = versions[i];
	}
	bool *unmet = ARENA_ARRAY(a, bool, fresh + 1);
	if (p->aim.trial)
		TRY(moment_lots(&tx->snap, &p->aim, who, fresh, of, unmet));
	TRY(moment_decide(&tx->snap, &p->aim, who, of, fresh, &picks));
	for (size_t i = 0; i < fresh; i++)
		if (!picks[i].reason && room-- <= 0)
			picks[i].reason = "after_confirm"; /* she came into the audience after its maker had confirmed the number */
	TRY(claim_group(tx, p, who, fresh, picks));
	struct moment_person *rows = ARENA_ARRAY(a, struct moment_person, fresh + 1);
	p->planned = 0; /* the transaction may run again */
	for (size_t i = 0; i < fresh; i++) {
		rows[i] = row_of(p, who[i], of[i], &picks[i]);
		p->planned += !picks[i].reason;
	}
	TRY(add_arms(tx, p, rows, fresh));
	if (p->aim.trial)
		TRY(expose(tx, p, rows, of, unmet, fresh));
	return query_write_many(tx, &moment_person_add_query, rows, fresh);
}

static err count_written(const struct snap *s, struct planning *p)
{
	struct moment_person *rows;
	size_t n;
	TRY(moment_people_beyond(s, &(struct moment_beyond){ p->p.id, p->cursor.after }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		imap_put(&p->written, rows[i].customer, 1);
		p->cursor.planned += !str_eq_c(rows[i].state, "excluded");
	}
	return OK;
}

static err write_people(struct planning *p, const i64 *roots, const i64 *versions, size_t n)
{
	struct unit *u = &p->cx->unit;
	i64 slots[SLOT_COUNT], *who = ARENA_ARRAY(u->arena, i64, n), *of = ARENA_ARRAY(u->arena, i64, n);
	size_t slot_count = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	p->written = imap_new(u->arena);
	for (size_t i = 0; i < slot_count; i++)
		TRY(READ_SNAP(u, slots[i], count_written(snap, p)));
	for (size_t s = 0; s < slot_count; s++) {
		size_t count = 0;
		for (size_t i = 0; i < n; i++)
			if (slot_of_customer(u->store, roots[i]) == slots[s]) {
				who[count] = roots[i];
				of[count++] = versions[i];
			}
		if (count == 0)
			continue;
		TRY(WRITE_TX(u, slots[s], write_group(tx, p, who, of, count)));
		p->cursor.planned += p->planned;
	}
	return OK;
}

/* ---- the end of planning ---- */

static err make_tag(struct tx *tx, const struct moment_version *v, i64 *ret)
{
	struct arena *a = tx->snap.arena;
	struct tag t;
	i64 group;
	TRY(tag_group_ensure(tx, str_c(text_raw(T_MOMENT_TAG_GROUP, LANG_ZH)), STR_NIL, STR("own"), &group));
	record_init(&tag_record, &t);
	t.name = arena_printf(a, "M%lld", (long long)v->id);
	t.sort = 0;
	t.sync = true;
	t.description = str_utf8_head(v->name, TAG_DESCRIPTION_MAX);
	TRY(tag_add_as(tx, group, &t, ret));
	return tag_archive(tx, *ret, true); /* nobody picks it */
}

static err add_sender(struct tx *tx, const struct moment_version *v, i64 staff, i64 people)
{
	struct moment_sender row;
	struct staff s;
	TRY(staff_get(&tx->snap, staff, &s));
	record_init(&moment_sender_record, &row);
	row.version = v->id;
	row.staff = staff;
	row.userid = s.userid;
	row.state = STR("waiting");
	row.people = people;
	return moment_sender_add(tx, &row);
}

static err begin_version(struct tx *tx, struct planning *p, struct moment_version *v, const struct moment_tally *tallies, size_t n)
{
	struct moment_errand errand = { v->id, NIL };
	for (size_t i = 0; i < n; i++) {
		if (tallies[i].version != v->n || !str_eq_c(tallies[i].state, "planned"))
			continue;
		v->people += tallies[i].n;
		TRY(add_sender(tx, v, tallies[i].staff, tallies[i].n));
	}
	if (v->people == 0) {
		v->state = STR("empty");
		return moment_version_put(tx, v);
	}
	TRY(make_tag(tx, v, &v->tag));
	TRY(moment_version_put(tx, v));
	str key = arena_printf(tx->snap.arena, "%lld", (long long)v->id);
	return outbox_add(tx, STR("moment.create"), key, STR(""), tx->snap.now, p->p.deadline, 0, &moment_errand_record, &errand, NULL);
}

static err save(struct tx *tx, struct planning *p)
{
	p->job->done = p->cursor.people;
	p->job->skipped = p->cursor.people - p->cursor.planned;
	return job_save(tx, p->job, &moment_cursor_record, &p->cursor);
}

/* All are decided: the tags, the tasks and the event, in one transaction. */
static err finish(struct tx *tx, struct planning *p)
{
	struct moment_tally *tallies;
	size_t n;
	TRY(moment_get(&tx->snap, &(struct moment_key){ p->p.id }, &p->p));
	if (!str_eq_c(p->p.state, "planning"))
		return OK; /* stopped meanwhile: the next step clears up */
	TRY(moment_versions(&tx->snap, &(struct moment_key){ p->p.id }, &p->v, &p->count));
	TRY(moment_tallies(&tx->snap, &(struct moment_key){ p->p.id }, &tallies, &n));
	p->p.planned = p->cursor.planned;
	p->p.state = p->p.planned ? STR("running") : STR("failed");
	p->p.closed = p->p.planned ? NIL : tx->snap.now;
	struct moment_event body = { p->p.id, p->p.name, p->p.planned, p->p.state };
	i64 cause = 0;
	TRY(journal_add(tx, EV_MOMENT_PLANNED, 0, tx->snap.now, &moment_event_record, &body, &cause));
	tx->snap.unit->cause = cause;
	for (size_t i = 0; i < p->count; i++)
		TRY(begin_version(tx, p, &p->v[i], tallies, n));
	tx->snap.unit->cause = 0;
	TRY(moment_update(tx, &p->p));
	p->cursor.done = true;
	return save(tx, p);
}

/* ---- steps ---- */

static err aim_of(struct planning *p)
{
	struct unit *u = &p->cx->unit;
	struct expr *e;
	ms now = cx_now(p->cx);
	p->aim = (struct moment_aim){ .count = p->count, .kind = p->p.kind, .id = p->p.id, .opens = int_max(now, p->p.opens),
				     .holdout = p->p.holdout, .seed = p->p.seed };
	p->aim.deadline = int_max(p->p.deadline, p->aim.opens);
	TRY(expr_parse(u, p->p.expr, &e));
	p->aim.whole = e;
	if (p->p.experiment != NIL) {
		struct trial *t = ARENA_NEW(u->arena, struct trial);
		TRY(READ_SNAP(u, base(u), trial_get(snap, p->p.experiment, t)));
		p->aim.trial = t;
	}
	for (size_t i = 0; i < p->count; i++) {
		if (!p->v[i].expr.n)
			continue;
		TRY(expr_parse(u, p->v[i].expr, &e));
		p->aim.of[i] = e;
	}
	return OK;
}

static err step(struct planning *p, bool *ret_done)
{
	struct unit *u = &p->cx->unit;
	struct moment_split split;
	i64 *roots = ARENA_ARRAY(u->arena, i64, JOB_STEP_ROWS), *versions = ARENA_ARRAY(u->arena, i64, JOB_STEP_ROWS), all, kept;
	size_t n;
	u->scope = p->p.viewed_by;
	TRY(aim_of(p));
	if (p->cursor.after == 0) {
		const struct audience_use_new use = { "moment", p->p.id, p->p.name };
		TRY(audience_count(u, p->aim.whole, &p->job->total, &all));
		TRY(audience_keep(u, p->aim.whole, &use, &kept));
	}
	moment_split_begin(&split, u->arena, &p->aim, p->cursor.after);
	TRY(moment_split_next(&split, u, JOB_STEP_ROWS, roots, versions, &n));
	u->scope = 0;
	if (n == 0) {
		*ret_done = true;
		return WRITE_TX(u, base(u), finish(tx, p));
	}
	TRY(write_people(p, roots, versions, n));
	p->cursor.after = roots[n - 1];
	p->cursor.people += (i64)n;
	return WRITE_TX(u, base(u), save(tx, p));
}

static err let_go(struct tx *tx, i64 plan, struct moment_person *people, size_t n)
{
	str key = moment_claim_key(tx->snap.arena, plan);
	for (size_t i = 0; i < n; i++) {
		people[i].state = STR("cancelled");
		people[i].reason = STR("cancelled");
		TRY(moment_person_end(tx, &people[i]));
		if (tx_changed(tx))
			TRY(reach_release(tx, people[i].customer, key));
	}
	return OK;
}

/* A plan that was stopped, or cannot be made, holds nobody back. */
static err clear_up(struct unit *u, i64 plan)
{
	i64 slots[SLOT_COUNT];
	size_t slot_count = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	for (size_t s = 0; s < slot_count; s++)
		for (i64 version = 1; version <= MOMENT_VERSIONS_MAX; version++) {
			struct moment_people of = { plan, version, 0, STR("on"), 0, JOB_STEP_ROWS };
			struct moment_person *people;
			size_t n;
			do {
				TRY(READ_SNAP(u, slots[s], moment_people_of(snap, &of, &people, &n)));
				if (n)
					TRY(WRITE_TX(u, slots[s], let_go(tx, plan, people, n)));
			} while (n == JOB_STEP_ROWS);
		}
	return OK;
}

static err give_up(struct tx *tx, i64 plan)
{
	struct moment p;
	struct moment_version *v;
	size_t n;
	TRY(moment_get(&tx->snap, &(struct moment_key){ plan }, &p));
	if (!str_eq_c(p.state, "planning"))
		return OK;
	p.state = STR("failed");
	p.closed = tx->snap.now;
	TRY(moment_versions(&tx->snap, &(struct moment_key){ plan }, &v, &n));
	for (size_t i = 0; i < n; i++) {
		v[i].state = STR("failed");
		TRY(moment_version_put(tx, &v[i]));
	}
	return moment_update(tx, &p);
}

static err read_plan(const struct snap *s, struct planning *p, i64 id)
{
	TRY(moment_get(s, &(struct moment_key){ id }, &p->p));
	return moment_versions(s, &(struct moment_key){ id }, &p->v, &p->count);
}

err moment_plan_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct moment_job in;
	struct unit *u = &cx->unit;
	struct planning p = { .cx = cx, .job = job };
	TRY(job_input(cx, job, &moment_job_record, &in));
	TRY(job_cursor(cx, job, &moment_cursor_record, &p.cursor));
	TRY(READ_SNAP(u, base(u), read_plan(snap, &p, in.plan)));
	if (p.cursor.done || !str_eq_c(p.p.state, "planning")) {
		*ret_done = true;
		return str_eq_c(p.p.state, "cancelled") || str_eq_c(p.p.state, "failed") ? clear_up(u, p.p.id) : OK;
	}
	err e = step(&p, ret_done);
	if (e == OK || err_retryable(e))
		return e;
	u->scope = 0;
	struct fail why = u->fail;
	TRY(WRITE_TX(u, base(u), give_up(tx, p.p.id)));
	TRY(clear_up(u, p.p.id));
	u->fail = why;
	return e;
}
