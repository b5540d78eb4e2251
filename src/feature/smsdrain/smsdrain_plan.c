/*
 * The estimate and the queueing: two jobs over people in the order of their numbers.
 */
#include "feature/smsdrain/smsdrain_data.h"

#include "core/attr/attr.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/mass/mass_plan.h"
#include "core/reach/reach_trial.h"
#include "port/send/sms.h"
#include "store/outbox.h"

#define PLAN_STEP 200
#define QUEUE_STEP 100

#define CURSOR_FIELDS(F, S) F(S, ID, after) F(S, BOOL, held, .opt = true, .doc = "those held out by the experiment come last")
RECORD(smsdrain_at, CURSOR_FIELDS);

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

err smsdrain_text(struct unit *u, str words, str link, str *ret)
{
	str sign, out;
	TRY(setting_get(u, "smsdrain.sign", &sign));
	TRY(setting_get(u, "smsdrain.optout", &out));
	if (!str_trim(sign).n)
		return fail_set(&u->fail, ERR_CONFIG, T_SMSDRAIN_ACCOUNT, STR_NIL, STR_NIL, STR_NIL);
	i64 at = str_find(words, STR(SMSDRAIN_LINK));
	if (at < 0)
		return fail_set(&u->fail, ERR_INPUT, T_SMSDRAIN_LINK, STR("words"), STR_NIL, STR(SMSDRAIN_LINK));
	str before = str_sub(words, 0, (size_t)at), behind = str_sub(words, (size_t)at + sizeof(SMSDRAIN_LINK) - 1, words.n);
	/* A link ends where a blank stands; the phone would take what follows for a part of it. */
	*ret = arena_printf(u->arena, "【%.*s】%.*s %.*s %.*s %.*s", STR_F(str_trim(sign)), STR_F(before), STR_F(link), STR_F(behind), STR_F(out));
	if (str_utf8_len(*ret) > SMS_TEXT_MAX)
		return fail_set(&u->fail, ERR_INPUT, T_SMSDRAIN_LONG, STR("words"), STR_NIL, STR(FAIL_STR(SMS_TEXT_MAX)));
	return OK;
}

err smsdrain_say(struct unit *u, str words, bool marketing, str *ret)
{
	str sign, out = STR("");
	TRY(setting_get(u, "smsdrain.sign", &sign));
	if (marketing)
		TRY(setting_get(u, "smsdrain.optout", &out));
	if (!str_trim(sign).n)
		return fail_set(&u->fail, ERR_CONFIG, T_SMSDRAIN_ACCOUNT, STR_NIL, STR_NIL, STR_NIL);
	*ret = arena_printf(u->arena, "【%.*s】%.*s%s%.*s", STR_F(str_trim(sign)), STR_F(words), out.n ? " " : "", STR_F(out));
	if (str_utf8_len(*ret) > SMS_TEXT_MAX)
		return fail_set(&u->fail, ERR_INPUT, T_SMSDRAIN_LONG, STR("text"), STR_NIL, STR(FAIL_STR(SMS_TEXT_MAX)));
	return OK;
}

void smsdrain_say_of(struct arena *a, const struct smsdrain *d, i64 variant, struct smsdrain_say *ret)
{
	struct smsdrain_says says = { { NULL, 0 } };
	struct json *tree;
	*ret = (struct smsdrain_say){ d->words, d->parts };
	if (d->variants.n && json_parse(d->variants, a, &tree, NULL) == OK)
		record_read(&smsdrain_says_record, tree, &says, a);
	if (variant >= 0 && (size_t)variant < says.variants.n)
		*ret = ((const struct smsdrain_say *)says.variants.v)[variant];
}

/* The experiment, in keeping of the arena; NULL: none. */
static err experiment_of(struct unit *u, const struct smsdrain *d, const struct trial **ret)
{
	struct trial *t = ARENA_NEW(u->arena, struct trial);
	*ret = NULL;
	if (d->experiment == NIL)
		return OK;
	*ret = t;
	return READ_SNAP(u, base(u), trial_get(snap, d->experiment, t));
}

static err load(struct cx *cx, const struct job *job, struct smsdrain *d, struct smsdrain_at *at)
{
	struct smsdrain_key in;
	TRY(job_input(cx, job, &smsdrain_key_record, &in));
	TRY(job_cursor(cx, job, &smsdrain_at_record, at));
	return READ_SNAP(&cx->unit, base(&cx->unit), smsdrain_get(snap, &in, d));
}

static err save(struct tx *tx, struct job job, const struct smsdrain_at *at, const struct smsdrain_state *state, struct job *ret)
{
	TRY(job_save(tx, &job, &smsdrain_at_record, at));
	if (state)
		TRY(smsdrain_state_set(tx, state));
	if (state && tx_changed(tx) && str_eq_c(state->state, "sending")) /* of a plan, which was approved as a whole */
		TRY(smsdrain_queue(tx, state->id));
	*ret = job;
	return OK;
}

static err end_step(struct cx *cx, struct job *job, i64 done, const struct smsdrain_at *at, const struct smsdrain_state *state)
{
	struct job was = *job, now = *job;
	was.done += done;
	TRY(WRITE_TX(&cx->unit, base(&cx->unit), save(tx, was, at, state, &now)));
	*job = now;
	return OK;
}

/* ---- the estimate ---- */

/* Its limit of the month has a word of its own; so have the caps together. */
const char *smsdrain_reason(struct unit *u, const struct reach_answer *a)
{
	struct reach_rules r;
	if (a->verdict == REACH_CAP_DAY || a->verdict == REACH_CAP_WEEK)
		return "cap";
	if (a->verdict == REACH_UNREACHABLE)
		return "no_phone";
	if (a->verdict != REACH_LIMIT || reach_rules_get(u, &r) != OK)
		return reach_reason(a->verdict);
	return r.limits[a->limit].per == REACH_PER_MONTH ? "month" : "limit";
}

/* Friends are spoken to otherwise, unless a plan over several channels chose them. */
static err judge(const struct snap *s, i64 root, bool planned, const char **ret)
{
	struct customer_fact f;
	err e = attr_fact_get(s, root, &f);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	*ret = e == ERR_NOT_FOUND || f.erased || !f.reach_sms ? "no_phone" : f.friend && !planned ? "friend" : NULL;
	return OK;
}

/* Once per person: a step done again finds her row and counts nothing. */
static err put_person(struct tx *tx, const struct smsdrain *d, i64 root, const char *why, i64 variant)
{
	bool out = variant == TRIAL_HELD;
	struct smsdrain_person p;
	i64 drain = d->id;
	struct reach_arm arm = { root, why && str_eq_c(STR("holdout"), why) };
	record_init(&smsdrain_person_record, &p);
	p.customer = root;
	p.drain = drain;
	p.state = out ? STR("held") : why ? STR("left out") : STR("planned");
	p.variant = variant;
	p.reason = why ? str_c(why) : STR_NIL;
	TRY(smsdrain_person_add(tx, &p));
	if (!tx_changed(tx))
		return OK;
	if (d->holdout && (!why || arm.held))
		TRY(reach_arm_add(tx, SMSDRAIN_DOOR, drain, &arm, 1));
	if (variant != NIL && !out)
		TRY(smsdrain_count(tx, drain, trial_key(variant), 1));
	return smsdrain_count(tx, drain, why ? why : "planned", 1);
}

/* Restraint, and why who is out of a plan gets none. */
struct looking { struct reach_answer *answers; const char **outs; i64 plan; };

static err look(const struct snap *s, const struct smsdrain *d, const i64 *roots, size_t n, ms at, struct looking *ret)
{
	struct reach_ask *asks = ARENA_ARRAY(s->arena, struct reach_ask, n + 1);
	ret->answers = ARENA_ARRAY(s->arena, struct reach_answer, n + 1);
	ret->outs = ARENA_ARRAY(s->arena, const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		asks[i] = (struct reach_ask){ .root = roots[i], .channel = "sms", .class = "marketing", .at = at, .share = d->holdout, .salt = (u64)d->id };
	TRY(mass_plan_of(s, SMSDRAIN_DOOR, d->id, &ret->plan));
	TRY(mass_out(s, SMSDRAIN_DOOR, d->id, roots, n, ret->outs));
	return reach_look_many(s, asks, n, ret->answers);
}

/* The same before anything is made; had: what else a plan means for each. */
err smsdrain_look(const struct snap *s, ms at, const i64 *roots, const struct mass_had *had, size_t n, struct mass_pick *ret)
{
	struct reach_ask *asks = ARENA_ARRAY(s->arena, struct reach_ask, n + 1);
	struct reach_answer *answers = ARENA_ARRAY(s->arena, struct reach_answer, n + 1);
	struct snap hers = *s;
	ms opens, shut;
	TRY(reach_window(s->unit, at, &opens, &shut));
	for (size_t i = 0; i < n; i++)
		asks[i] = (struct reach_ask){ .root = roots[i], .channel = "sms", .class = "marketing", .at = opens, .besides = had[i].v, .besides_count = had[i].n };
	TRY(reach_look_many(s, asks, n, answers));
	for (size_t i = 0; i < n; i++) {
		snap_slot(&hers, slot_of_customer(s->unit->store, roots[i]));
		ret[i] = (struct mass_pick){ NULL, 0 };
		TRY(judge(&hers, roots[i], true, &ret[i].reason));
		if (!ret[i].reason)
			ret[i].reason = smsdrain_reason(s->unit, &answers[i]);
	}
	return OK;
}

struct deciding { const struct smsdrain *d; const struct trial *trial; const struct looking *looking; const i64 *variants; };

/* Of those who may get it, who is held out by the experiment is asked last. */
static err plan_person(struct unit *u, const struct deciding *of, i64 root, size_t i)
{
	const char *why = of->looking->outs[i];
	i64 slot = slot_of_customer(u->store, root);
	if (!why)
		TRY(READ_SNAP(u, slot, judge(snap, root, of->looking->plan != 0, &why)));
	why = why ? why : smsdrain_reason(u, &of->looking->answers[i]);
	i64 variant = of->trial && !why ? of->variants[i] : NIL;
	if (variant == TRIAL_HELD)
		why = TRIAL_REASON;
	return WRITE_TX(u, slot, put_person(tx, of->d, root, why, variant));
}

err smsdrain_plan_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct unit *u = &cx->unit;
	struct smsdrain d;
	struct smsdrain_at at;
	struct expr *e;
	i64 *roots;
	size_t n;
	ms opens, shut;
	TRY(load(cx, job, &d, &at));
	u->scope = d.scoped;
	TRY(reach_window(u, cx_now(cx), &opens, &shut));
	TRY(expr_parse(u, d.expr, &e));
	if (job->total == NIL)
		TRY(audience_count(u, e, &job->total, NULL));
	TRY(audience_select(u, e, at.after, PLAN_STEP, &roots, &n));
	struct looking looking;
	TRY(READ_SNAP(u, base(u), look(snap, &d, roots, n, opens, &looking)));
	struct deciding of = { &d, NULL, &looking, ARENA_ARRAY(CX_ARENA(cx), i64, n + 1) };
	TRY(experiment_of(u, &d, &of.trial));
	if (of.trial)
		TRY(READ_SNAP(u, base(u), trial_variant_many(snap, of.trial, roots, n, (i64 *)of.variants, NULL)));
	for (size_t i = 0; i < n; i++) {
		TRY(plan_person(u, &of, roots[i], i));
		at.after = roots[i];
	}
	*ret_done = n < PLAN_STEP;
	struct smsdrain_state planned = { d.id, STR("planning"), looking.plan ? STR("sending") : STR("planned") };
	return end_step(cx, job, (i64)n, &at, *ret_done ? &planned : NULL);
}

/* ---- queueing ---- */

static err make_door(struct tx *tx, const struct smsdrain_person *p, str *ret)
{
	return door_add(tx, SMSDRAIN_DOOR, p->drain, arena_printf(tx->snap.arena, "%lld", (long long)p->customer), NIL, ret);
}

/* Her variant as it is now: another campaign may have met her since the estimate, or somebody decided. */
static err meet(struct tx *tx, const struct trial *t, struct smsdrain_person *p)
{
	struct trial_by by = { SMSDRAIN_DOOR, p->drain, tx->snap.now };
	i64 was = p->variant;
	TRY(trial_expose(tx, t, &by, p->customer, &p->variant));
	if (p->variant == was)
		return OK;
	TRY(smsdrain_count(tx, p->drain, trial_key(was), -1));
	if (p->variant != TRIAL_HELD)
		return smsdrain_count(tx, p->drain, trial_key(p->variant), 1);
	TRY(smsdrain_count(tx, p->drain, "planned", -1));
	return smsdrain_count(tx, p->drain, TRIAL_REASON, 1);
}

static err queue_person(struct tx *tx, struct smsdrain_person p, const struct trial *t, str door, ms due)
{
	struct smsdrain_person was;
	struct smsdrain_task task = { p.drain, p.customer };
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)p.drain, (long long)p.customer);
	TRY(smsdrain_person_get(&tx->snap, &p, &was));
	if (!str_eq_c(was.state, "planned"))
		return OK;
	if (t)
		TRY(meet(tx, t, &p));
	if (p.variant == TRIAL_HELD) {
		p.state = STR("held");
		p.reason = STR(TRIAL_REASON);
		return smsdrain_person_put(tx, &p);
	}
	p.door = door;
	p.state = STR("queued");
	TRY(smsdrain_person_put(tx, &p));
	return outbox_add(tx, STR(SMSDRAIN_SENDER), key, STR(""), due, due + MS_DAY, p.customer, &smsdrain_task_record, &task, NULL);
}

/* She is told nothing, and that is what she met. */
static err meet_held(struct tx *tx, const struct smsdrain_person *p, const struct trial *t)
{
	struct trial_by by = { SMSDRAIN_DOOR, p->drain, tx->snap.now };
	struct trial_met met = { .root = p->customer };
	bool fresh = false;
	TRY(trial_variant_many(&tx->snap, t, &met.root, 1, &met.variant, &fresh));
	return fresh && met.variant == TRIAL_HELD ? trial_expose_many(tx, t, &by, &met, 1) : OK;
}

static err queue_one(struct unit *u, const struct smsdrain_person *p, const struct trial *t, bool held, ms due)
{
	i64 slot = slot_of_customer(u->store, p->customer);
	str door;
	if (held)
		return WRITE_TX(u, slot, meet_held(tx, p, t));
	TRY(WRITE_TX(u, base(u), make_door(tx, p, &door)));
	return WRITE_TX(u, slot, queue_person(tx, *p, t, door, due));
}

/* First those who get it, then those the experiment holds out. */
err smsdrain_queue_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct unit *u = &cx->unit;
	struct smsdrain d;
	struct smsdrain_at at;
	struct smsdrain_person *rows;
	const struct trial *t;
	size_t n;
	ms open, shut;
	TRY(load(cx, job, &d, &at));
	TRY(experiment_of(u, &d, &t));
	bool going = str_eq_c(d.state, "sending");
	struct smsdrain_next next = { d.id, at.held ? STR("held") : STR("planned"), at.after, QUEUE_STEP };
	TRY(READ_SNAP(u, base(u), smsdrain_waiting(snap, &next, &rows, &n)));
	TRY(reach_window(u, cx_now(cx), &open, &shut));
	for (size_t i = 0; going && i < n; i++) {
		TRY(queue_one(u, &rows[i], t, at.held, open));
		at.after = rows[i].customer;
	}
	*ret_done = !going || (n < QUEUE_STEP && (!t || at.held));
	if (n < QUEUE_STEP && !*ret_done)
		at = (struct smsdrain_at){ 0, true };
	struct smsdrain_state done = { d.id, STR("sending"), STR("done") };
	return end_step(cx, job, (i64)n, &at, *ret_done ? &done : NULL);
}

err smsdrain_dropped(struct tx *tx, const struct job *job)
{
	struct smsdrain_key in;
	struct json *tree;
	TRY(json_parse(job->input, tx->snap.arena, &tree, tx->snap.fail));
	record_read(&smsdrain_key_record, tree, &in, tx->snap.arena);
	bool plan = str_eq_c(job->kind, SMSDRAIN_JOB_PLAN);
	return smsdrain_state_set(tx, &(struct smsdrain_state){ in.id, plan ? STR("planning") : STR("sending"), plan ? STR("failed") : STR("cancelled") });
}
