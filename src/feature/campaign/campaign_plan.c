/*
 * The estimate: everybody of the audience is looked at for every touch in the order of time, and her row is kept.
 *
 * A touch that would reach her counts for the caps of the later ones. Who is held out of the plan is looked at as all others
 * are, so that both arms hold those it meant to reach. A step that is done again writes the same rows and counts once, for
 * sums are kept with the cursor.
 */
#include "feature/campaign/campaign_data.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/audience/audience_asof.h"
#include "core/job/job.h"
#include "core/reach/reach_trial.h"

struct sums {
	VEC(struct campaign_part) parts;
	VEC(struct campaign_reason) reasons;
	VEC(struct campaign_load) loads;
	VEC(struct campaign_cross) cross;
	VEC(struct campaign_overlap) overlaps;
	VEC(struct campaign_conflict) conflicts;
	struct imap places[CAMPAIGN_TOUCHES_MAX]; /* of each touch: member -> place in loads */
	i64 people, held;
};
struct planning {
	struct cx *cx;
	struct job *job;
	struct campaign c;
	struct campaign_act acts[CAMPAIGN_TOUCHES_MAX];
	size_t count;
	struct sums sums;
};
/* One person of a page: what each touch means for her. */
struct looked {
	struct reach_past had[CAMPAIGN_TOUCHES_MAX];
	struct mass_pick picks[CAMPAIGN_TOUCHES_MAX];
	i64 touches;
	bool held;
};

/* ---- sums ---- */

static struct sums sums_begin(struct arena *a, const struct campaign_sums *in, size_t count)
{
	struct sums s = { .people = in->people, .held = in->held };
	for (size_t i = 0; i < CAMPAIGN_TOUCHES_MAX; i++)
		s.places[i] = imap_new(a);
	for (size_t i = 0; i < count; i++)
		vec_push(a, &s.parts, (struct campaign_part){ (i64)i + 1, i < in->parts.n ? ((struct campaign_part *)in->parts.v)[i].planned : 0 });
	for (size_t i = 0; i <= count; i++)
		vec_push(a, &s.cross, (struct campaign_cross){ (i64)i, i < in->cross.n ? ((struct campaign_cross *)in->cross.v)[i].people : 0 });
	for (size_t i = 0; i < in->reasons.n; i++)
		vec_push(a, &s.reasons, ((struct campaign_reason *)in->reasons.v)[i]);
	for (size_t i = 0; i < in->loads.n; i++) {
		struct campaign_load l = ((struct campaign_load *)in->loads.v)[i];
		imap_put(&s.places[l.n - 1], l.staff, (i64)s.loads.n);
		vec_push(a, &s.loads, l);
	}
	for (size_t i = 0; i < in->overlaps.n; i++)
		vec_push(a, &s.overlaps, ((struct campaign_overlap *)in->overlaps.v)[i]);
	for (size_t i = 0; i < in->conflicts.n; i++)
		vec_push(a, &s.conflicts, ((struct campaign_conflict *)in->conflicts.v)[i]);
	return s;
}

static struct campaign_sums sums_write(const struct sums *s, i64 after)
{
	return (struct campaign_sums){ after, s->people, s->held, { s->parts.v, s->parts.n }, { s->reasons.v, s->reasons.n },
				       { s->loads.v, s->loads.n }, { s->cross.v, s->cross.n }, { s->overlaps.v, s->overlaps.n },
				       { s->conflicts.v, s->conflicts.n } };
}

static void count_reason(struct arena *a, struct sums *s, i64 n, const char *reason)
{
	for (size_t i = 0; i < s->reasons.n; i++)
		if (s->reasons.v[i].n == n && str_eq_c(s->reasons.v[i].reason, reason)) {
			s->reasons.v[i].count++;
			return;
		}
	vec_push(a, &s->reasons, (struct campaign_reason){ n, str_c(reason), 1 });
}

static void count_load(struct arena *a, struct sums *s, i64 n, i64 staff)
{
	i64 place;
	if (staff == 0)
		return;
	if (imap_get(&s->places[n - 1], staff, &place)) {
		s->loads.v[place].count++;
		return;
	}
	imap_put(&s->places[n - 1], staff, (i64)s->loads.n);
	vec_push(a, &s->loads, (struct campaign_load){ n, staff, 1 });
}

static void count_conflict(struct arena *a, struct sums *s, i64 n, const struct mass_pick *pick)
{
	size_t at = 0;
	if (pick->other == 0)
		return;
	while (at < s->conflicts.n && (s->conflicts.v[at].n != n || s->conflicts.v[at].ref != pick->other))
		at++;
	if (at == s->conflicts.n)
		vec_push(a, &s->conflicts, (struct campaign_conflict){ n, pick->other, pick->other_name, 0, 0 });
	s->conflicts.v[at].lost += pick->reason != NULL;
	s->conflicts.v[at].taken += pick->reason == NULL;
}

static void count_person(struct arena *a, struct sums *s, const struct looked *l, size_t touches)
{
	s->people++;
	s->held += l->held;
	if (l->held)
		return;
	s->cross.v[l->touches].people++;
	for (size_t k = 0; k < touches; k++) {
		count_conflict(a, s, (i64)k + 1, &l->picks[k]);
		if (l->picks[k].reason) {
			count_reason(a, s, (i64)k + 1, l->picks[k].reason);
			continue;
		}
		s->parts.v[k].planned++;
		count_load(a, s, (i64)k + 1, l->picks[k].staff);
	}
}

/* ---- looking ---- */

static err look_touch(const struct snap *s, const struct planning *p, size_t k, const i64 *roots, size_t n, struct looked *l)
{
	const struct campaign_act *act = &p->acts[k];
	struct mass_had *had = ARENA_ARRAY(s->arena, struct mass_had, n);
	struct mass_pick *picks = ARENA_ARRAY(s->arena, struct mass_pick, n);
	ms opens, shut;
	TRY(reach_window(s->unit, act->touch.at, &opens, &shut));
	for (size_t i = 0; i < n; i++)
		had[i] = (struct mass_had){ l[i].had, 0 };
	for (size_t i = 0; i < n; i++) /* had holds one for each touch that counts and was to reach her */
		for (size_t before = 0; before < k; before++)
			had[i].n += p->acts[before].channel->reach && !l[i].picks[before].reason;
	TRY(act->channel->look(s, &act->touch, roots, had, n, picks));
	for (size_t i = 0; i < n; i++) {
		l[i].picks[k] = picks[i];
		l[i].touches += !picks[i].reason;
		if (act->channel->reach && !picks[i].reason) {
			enum reach_channel channel = reach_channel_of(str_c(act->channel->reach));
			l[i].had[had[i].n] = (struct reach_past){ opens, (u8)channel, (u8)reach_how_of(str_c(act->channel->how), channel, true),
								  (u8)reach_content_of(p->c.kind), true };
		}
	}
	return OK;
}

static err look(const struct snap *s, struct planning *p, const i64 *roots, size_t n, struct looked **ret)
{
	struct looked *l = ARENA_ARRAY(s->arena, struct looked, n);
	memset(l, 0, n * sizeof(*l));
	for (size_t k = 0; k < p->count; k++)
		TRY(look_touch(s, p, k, roots, n, l));
	for (size_t i = 0; i < n; i++)
		l[i].held = reach_held_out((u64)p->c.id, roots[i], p->c.holdout);
	*ret = l;
	return OK;
}

/* Other plans that have some of the same people. */
static err look_overlaps(const struct snap *s, struct planning *p, const i64 *roots, size_t n)
{
	struct campaign_alive *live;
	size_t count;
	TRY(campaign_live(s, &(struct none){ 0 }, &live, &count));
	i64 *ids = ARENA_ARRAY(s->arena, i64, count + 1);
	struct mass_other *others = ARENA_ARRAY(s->arena, struct mass_other, count + 1);
	for (size_t i = 0; i < count; i++)
		ids[i] = live[i].id;
	TRY(mass_overlaps(s, p->c.id, ids, count, roots, n, others));
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;
		while (at < p->sums.overlaps.n && p->sums.overlaps.v[at].campaign != ids[i])
			at++;
		if (others[i].people == 0)
			continue;
		if (at == p->sums.overlaps.n)
			vec_push(s->arena, &p->sums.overlaps, (struct campaign_overlap){ ids[i], live[i].name, 0 });
		p->sums.overlaps.v[at].people += others[i].people;
	}
	return OK;
}

/* ---- writing ---- */

static str marks_of(struct arena *a, const struct planning *p, const struct looked *l)
{
	struct buf b = buf_new(a, MASS_MARKS_MAX);
	for (size_t k = 0; k < p->count; k++)
		buf_fmt(&b, "%s%s", k ? "," : "", l->picks[k].reason ? l->picks[k].reason : "");
	return buf_str(&b);
}

static err write_group(struct tx *tx, struct planning *p, const i64 *roots, const struct looked *l, size_t n)
{
	struct arena *a = tx->snap.arena;
	struct mass_member *rows = ARENA_ARRAY(a, struct mass_member, n + 1);
	struct reach_arm *arms = ARENA_ARRAY(a, struct reach_arm, n + 1);
	size_t rows_n = 0, arms_n = 0;
	for (size_t i = 0; i < n; i++) {
		if (slot_of_customer(tx->snap.unit->store, roots[i]) != tx->snap.slot)
			continue;
		rows[rows_n++] = (struct mass_member){ p->c.id, roots[i], l[i].held ? STR("held") : STR("on"), STR_NIL, tx->snap.now, l[i].touches, marks_of(a, p, &l[i]) };
		if (l[i].touches)
			arms[arms_n++] = (struct reach_arm){ roots[i], l[i].held };
	}
	TRY(reach_arm_add(tx, "campaign", p->c.id, arms, arms_n));
	return mass_members_put(tx, rows, rows_n);
}

static err write_people(struct planning *p, const i64 *roots, const struct looked *l, size_t n)
{
	struct unit *u = &p->cx->unit;
	i64 slots[SLOT_COUNT];
	size_t count = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < count; i++)
		TRY(WRITE_TX(u, slots[i], write_group(tx, p, roots, l, n)));
	for (size_t i = 0; i < n; i++)
		count_person(u->arena, &p->sums, &l[i], p->count);
	return OK;
}

static err save(struct tx *tx, struct planning *p, i64 after, bool done)
{
	struct campaign_sums cursor = sums_write(&p->sums, after);
	struct buf b = buf_new(tx->snap.arena, BUF_MAX_DEFAULT);
	struct campaign c;
	TRY(campaign_get(&tx->snap, &(struct campaign_key){ p->c.id }, &c));
	if (!str_eq_c(c.state, "planning"))
		return job_save(tx, p->job, &campaign_sums_record, &cursor); /* stopped meanwhile */
	record_write(&b, &campaign_sums_record, &cursor);
	c.sums = buf_str(&b);
	c.people = cursor.people;
	c.held = cursor.held;
	c.reached = c.people - c.held - p->sums.cross.v[0].people;
	if (done)
		c.state = STR("planned");
	TRY(campaign_update(tx, &c));
	if (done)
		TRY(campaign_tell(tx, EV_CAMPAIGN_PLANNED, &c));
	p->job->done = cursor.people;
	return job_save(tx, p->job, &campaign_sums_record, &cursor);
}

/* ---- steps ---- */

static err read_plan(const struct snap *s, struct planning *p, i64 id, struct campaign_touch **ret)
{
	TRY(campaign_get(s, &(struct campaign_key){ id }, &p->c));
	return campaign_touches(s, &(struct campaign_key){ id }, ret, &p->count);
}

static err people_of(struct planning *p, i64 after, i64 **ret, size_t *ret_count)
{
	struct unit *u = &p->cx->unit;
	struct expr *audience;
	TRY(expr_parse(u, p->c.expr, &audience));
	if (after == 0) {
		const struct audience_use_new use = { "campaign", p->c.id, p->c.name };
		i64 all, kept;
		TRY(audience_count(u, audience, &p->job->total, &all));
		TRY(audience_keep(u, audience, &use, &kept));
	}
	return audience_select(u, audience, after, CAMPAIGN_STEP, ret, ret_count);
}

static err step(struct planning *p, const struct campaign_touch *t, i64 after, bool *ret_done)
{
	struct unit *u = &p->cx->unit;
	i64 *roots, base = slot_base(u->store, u->corp);
	struct looked *looked;
	size_t n;
	u->scope = p->c.viewed_by;
	err e = people_of(p, after, &roots, &n);
	for (size_t k = 0; e == OK && k < p->count; k++)
		e = campaign_act_of(u, &p->c, &t[k], &p->acts[k]);
	u->scope = 0;
	TRY(e);
	*ret_done = n == 0;
	if (n == 0)
		return WRITE_TX(u, base, save(tx, p, after, true));
	TRY(READ_SNAP(u, base, look(snap, p, roots, n, &looked)));
	TRY(READ_SNAP(u, base, look_overlaps(snap, p, roots, n)));
	TRY(write_people(p, roots, looked, n));
	return WRITE_TX(u, base, save(tx, p, roots[n - 1], false));
}

static err give_up(struct tx *tx, i64 id, const char *why)
{
	struct campaign c;
	TRY(campaign_get(&tx->snap, &(struct campaign_key){ id }, &c));
	if (!str_eq_c(c.state, "planning"))
		return OK;
	c.state = STR("failed");
	c.why = str_c(why);
	c.closed = tx->snap.now;
	return campaign_update(tx, &c);
}

err campaign_plan_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct campaign_key in;
	struct campaign_sums cursor;
	struct campaign_touch *t;
	struct unit *u = &cx->unit;
	struct planning p = { .cx = cx, .job = job };
	i64 base = slot_base(u->store, u->corp);
	TRY(job_input(cx, job, &campaign_key_record, &in));
	TRY(job_cursor(cx, job, &campaign_sums_record, &cursor));
	TRY(READ_SNAP(u, base, read_plan(snap, &p, in.id, &t)));
	*ret_done = !str_eq_c(p.c.state, "planning");
	if (*ret_done)
		return OK;
	p.sums = sums_begin(u->arena, &cursor, p.count);
	err e = step(&p, t, cursor.after, ret_done);
	if (e == OK || err_retryable(e))
		return e;
	struct fail why = u->fail;
	TRY(WRITE_TX(u, base, give_up(tx, in.id, err_name(e))));
	u->fail = why;
	return e;
}

err campaign_dropped(struct tx *tx, const struct job *job)
{
	struct campaign_key in;
	struct json *tree;
	TRY(json_parse(job->input, tx->snap.arena, &tree, tx->snap.fail));
	record_read(&campaign_key_record, tree, &in, tx->snap.arena);
	return give_up(tx, in.id, "dropped");
}
