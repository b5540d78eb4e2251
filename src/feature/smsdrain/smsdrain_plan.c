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

#define CURSOR_FIELDS(F, S) F(S, ID, after)
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
	if (state && tx->changed && str_eq_c(state->state, "sending")) /* of a plan, which was approved as a whole */
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
static err put_person(struct tx *tx, const struct smsdrain *d, i64 root, const char *why)
{
	struct smsdrain_person p;
	i64 drain = d->id;
	struct reach_arm arm = { root, why && str_eq_c(STR("holdout"), why) };
	record_init(&smsdrain_person_record, &p);
	p.customer = root;
	p.drain = drain;
	p.state = why ? STR("left out") : STR("planned");
	p.reason = why ? str_c(why) : STR_NIL;
	TRY(smsdrain_person_add(tx, &p));
	if (tx->changed && d->holdout && (!why || arm.held)) {
		TRY(reach_arm_add(tx, SMSDRAIN_DOOR, drain, &arm, 1));
		return smsdrain_count(tx, drain, why ? why : "planned", 1);
	}
	return tx->changed ? smsdrain_count(tx, drain, why ? why : "planned", 1) : OK;
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
	for (size_t i = 0; i < n; i++) {
		const char *why = looking.outs[i];
		i64 slot = slot_of_customer(u->store, roots[i]);
		if (!why)
			TRY(READ_SNAP(u, slot, judge(snap, roots[i], looking.plan != 0, &why)));
		why = why ? why : smsdrain_reason(u, &looking.answers[i]);
		TRY(WRITE_TX(u, slot, put_person(tx, &d, roots[i], why)));
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

static err queue_person(struct tx *tx, struct smsdrain_person p, str door, ms due)
{
	struct smsdrain_person was;
	struct smsdrain_task task = { p.drain, p.customer };
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)p.drain, (long long)p.customer);
	TRY(smsdrain_person_get(&tx->snap, &p, &was));
	if (!str_eq_c(was.state, "planned"))
		return OK;
	p.door = door;
	p.state = STR("queued");
	TRY(smsdrain_person_put(tx, &p));
	return outbox_add(tx, STR(SMSDRAIN_SENDER), key, STR(""), due, due + MS_DAY, p.customer, &smsdrain_task_record, &task, NULL);
}

err smsdrain_queue_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct unit *u = &cx->unit;
	struct smsdrain d;
	struct smsdrain_at at;
	struct smsdrain_person *rows;
	size_t n;
	ms open, shut;
	TRY(load(cx, job, &d, &at));
	bool going = str_eq_c(d.state, "sending");
	TRY(READ_SNAP(u, base(u), smsdrain_waiting(snap, &(struct smsdrain_next){ d.id, at.after, QUEUE_STEP }, &rows, &n)));
	TRY(reach_window(u, cx_now(cx), &open, &shut));
	for (size_t i = 0; going && i < n; i++) {
		str door;
		TRY(WRITE_TX(u, base(u), make_door(tx, &rows[i], &door)));
		TRY(WRITE_TX(u, slot_of_customer(u->store, rows[i].customer), queue_person(tx, rows[i], door, open)));
		at.after = rows[i].customer;
	}
	*ret_done = !going || n < QUEUE_STEP;
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
