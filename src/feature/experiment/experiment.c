/*
 * experiment's rules: what a plan must be, and the states of an experiment, in transactions of the base slot.
 */
#include "feature/experiment/experiment_int.h"

#include "core/audience/audience.h"
#include "core/audit/audit.h"

#define LABELS_BYTES 16000

static str number(struct arena *a, i64 n) { return arena_printf(a, "%lld", (long long)n); }

/* Thousandths as people read them: 12.5 %. */
static str percent(struct arena *a, i64 thousandths) { return arena_printf(a, "%.4g%%", (double)thousandths / 10); }

/* ---- the plan ---- */

static bool among(const struct strs *v, size_t n, str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v->v[i], s))
			return true;
	return false;
}

static err check_factors(struct unit *u, const struct experiment_plan *in)
{
	const struct experiment_factor *f = in->factors.v;
	for (size_t i = 0; i < in->factors.n; i++) {
		for (size_t k = 0; k < i; k++)
			if (str_eq(f[i].name, f[k].name))
				return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_TWICE, STR("factors.name"), f[i].name, STR_NIL);
		for (size_t k = 0; k < f[i].levels.n; k++) {
			str level = f[i].levels.v[k];
			if (level.n == 0 || str_utf8_head(level, EXPERIMENT_WORD_MAX).n < level.n)
				return fail_set(&u->fail, ERR_INPUT, level.n ? T_TOO_LONG : T_MISSING, STR("factors.levels"), level, STR(FAIL_STR(EXPERIMENT_WORD_MAX)));
			if (among(&f[i].levels, k, level))
				return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_TWICE, STR("factors.levels"), level, STR_NIL);
		}
	}
	return OK;
}

static str cell_label(struct arena *a, const struct experiment_cell *c)
{
	struct buf b = buf_new(a, LABELS_BYTES);
	for (size_t i = 0; i < c->levels.n; i++) {
		buf_add_c(&b, i ? " × " : "");
		for (size_t k = 0; k < c->levels.v[i].n; k++)
			buf_char(&b, c->levels.v[i].p[k] == '\n' ? ' ' : c->levels.v[i].p[k]); /* labels are lines */
	}
	return buf_str(&b);
}

static err check_cells(struct unit *u, const struct experiment_plan *in)
{
	const struct experiment_factor *f = in->factors.v;
	const struct experiment_cell *c = in->cells.v;
	struct arena *a = u->arena;
	i64 sum = in->held;
	for (size_t i = 0; i < in->cells.n; i++) {
		if (c[i].levels.n != in->factors.n)
			return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_LEVELS, STR("cells.levels"), number(a, (i64)i + 1), number(a, (i64)in->factors.n));
		for (size_t k = 0; k < in->factors.n; k++)
			if (!among(&f[k].levels, f[k].levels.n, c[i].levels.v[k]))
				return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_LEVEL, STR("cells.levels"), c[i].levels.v[k], f[k].name);
		for (size_t k = 0; k < i; k++)
			if (str_eq(cell_label(a, &c[i]), cell_label(a, &c[k])))
				return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_TWICE, STR("cells"), cell_label(a, &c[i]), STR_NIL);
		sum += c[i].share;
	}
	if (in->cells.n < 2 && !in->held)
		return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_CELLS, STR("cells"), number(a, (i64)in->cells.n), STR_NIL);
	if (sum != TRIAL_BUCKETS)
		return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_SHARES, STR("cells.share"), percent(a, sum), STR_NIL);
	return OK;
}

static err check_goal(struct unit *u, const struct experiment_plan *in)
{
	struct expr *e;
	if (str_eq_c(in->goal, "event") && !in->event.n)
		return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_GOAL, STR("event"), STR_NIL, STR(TRIAL_EVENTS));
	return str_eq_c(in->goal, "expr") ? expr_parse(u, in->expr.p ? in->expr : STR(""), &e) : OK;
}

i64 experiment_needed(double base, double lift, double power, size_t compared)
{
	double other = base * (1 + lift);
	if (!(base > 0 && base < 1 && other > 0 && other < 1 && lift != 0 && power >= 0.5 && power < 1))
		return 0;
	return stat_sample_size(base, other, EXPERIMENT_ALPHA / (double)(compared > 1 ? compared : 1), power);
}

err experiment_check(struct unit *u, const struct experiment_plan *in, i64 *ret_needed)
{
	struct arena *a = u->arena;
	i64 floor = in->floor == NIL ? EXPERIMENT_FLOOR : in->floor, room = in->cells.n ? (TRIAL_BUCKETS - in->held) / (i64)in->cells.n : 0;
	TRY(check_factors(u, in));
	TRY(check_cells(u, in));
	TRY(check_goal(u, in));
	if (str_eq_c(in->measure, "money") && (!str_eq_c(in->mode, "bandit") || !str_eq_c(in->goal, "order")))
		return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_MEASURE, STR("measure"), in->measure, STR("bandit, order"));
	if (str_eq_c(in->mode, "bandit") && floor > room)
		return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_FLOOR, STR("floor"), percent(a, floor), percent(a, room));
	i64 needed = experiment_needed(in->base, in->lift, in->power, in->cells.n - 1);
	if (needed == 0)
		return fail_set(&u->fail, ERR_INPUT, T_EXPERIMENT_RATE, STR("base"), arena_printf(a, "%.4g%% × %.4g%%", in->base * 100, (1 + in->lift) * 100), STR_NIL);
	*ret_needed = needed;
	return OK;
}

/* ---- rows ---- */

static str plan_json(struct arena *a, const struct experiment_plan *plan)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	record_write(&b, &experiment_plan_record, plan);
	return buf_str(&b);
}

void experiment_plan_read(struct arena *a, str json, struct experiment_plan *ret)
{
	struct json *tree;
	record_init(&experiment_plan_record, ret);
	if (json_parse(json, a, &tree, NULL) == OK)
		record_read(&experiment_plan_record, tree, ret, a);
}

struct trial experiment_trial(struct arena *a, const struct experiment_row *row, const struct experiment_plan *plan, ms since)
{
	const struct experiment_cell *c = plan->cells.v;
	i64 shares[TRIAL_VARIANTS_MAX];
	struct buf labels = buf_new(a, LABELS_BYTES);
	for (size_t i = 0; i < plan->cells.n; i++) {
		shares[i] = c[i].share;
		buf_add_c(&labels, i ? "\n" : "");
		buf_add(&labels, cell_label(a, &c[i]));
	}
	return (struct trial){
		.id = row->id, .name = row->name, .labels = buf_str(&labels), .state = STR("running"), .winner = NIL,
		.owners = trial_share(a, STR_NIL, shares, plan->cells.n, plan->held),
		.goal = str_eq_c(plan->goal, "event") ? plan->event : plan->goal, .days = plan->days, .epoch = 1, .since = since, .until = NIL,
	};
}

static err get(struct tx *tx, i64 id, struct experiment_row *ret)
{
	err e = experiment_get(&tx->snap, &(struct experiment_key){ id }, ret);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_EXPERIMENT_UNKNOWN, LANG_ZH)));
	return e;
}

static err update(struct tx *tx, const struct experiment_row *row)
{
	TRY(experiment_update(tx, row));
	return tx_changed(tx) ? OK : tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
}

/* The row in one of the states it may be in. */
static err get_in(struct tx *tx, i64 id, const char *state, const char *or_state, struct experiment_row *ret)
{
	TRY(get(tx, id, ret));
	if (str_eq_c(ret->state, state) || str_eq_c(ret->state, or_state))
		return OK;
	return tx_fail(tx, ERR_STATE, T_EXPERIMENT_STATE, STR("state"), ret->state, str_c(state));
}

static err say(struct tx *tx, enum event_kind kind, const char *act, const struct trial *t, str by, str variant)
{
	struct experiment_event body = { t->id, t->name, by, variant, t->epoch };
	TRY(journal_add(tx, kind, 0, tx->snap.now, &experiment_event_record, &body, NULL));
	return audit_add(tx, act, arena_printf(tx->snap.arena, "experiment:%lld", (long long)t->id), variant.p ? variant : STR(""));
}

err experiment_create(struct tx *tx, const struct experiment_plan *in, i64 needed, i64 *ret_id)
{
	struct experiment_n n;
	TRY(experiment_count(&tx->snap, &(struct none){ 0 }, &n));
	if (n.n >= EXPERIMENTS_MAX)
		return tx_fail(tx, ERR_STATE, T_EXPERIMENT_MAX, STR_NIL, STR_NIL, STR(FAIL_STR(EXPERIMENTS_MAX)));
	struct experiment_row row = {
		.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .name = in->name, .state = STR("draft"),
		.plan = plan_json(tx->snap.arena, in), .needed = needed, .filled = NIL, .created = tx->snap.now, .started = NIL,
		.decided = NIL, .ended = NIL, .version = 1,
	};
	TRY(experiment_insert(tx, &row));
	*ret_id = row.id;
	return audit_add(tx, "experiment.create", arena_printf(tx->snap.arena, "experiment:%lld", (long long)row.id), STR(""));
}

err experiment_change(struct tx *tx, i64 id, i64 version, const struct experiment_plan *in, i64 needed)
{
	struct experiment_row row;
	TRY(get_in(tx, id, "draft", "draft", &row));
	row.name = in->name;
	row.plan = plan_json(tx->snap.arena, in);
	row.needed = needed;
	row.version = version;
	TRY(update(tx, &row));
	return audit_add(tx, "experiment.change", arena_printf(tx->snap.arena, "experiment:%lld", (long long)id), STR(""));
}

err experiment_remove(struct tx *tx, i64 id)
{
	struct experiment_row row;
	TRY(get_in(tx, id, "draft", "draft", &row));
	TRY(experiment_delete(tx, &(struct experiment_key){ id }));
	return audit_add(tx, "experiment.remove", arena_printf(tx->snap.arena, "experiment:%lld", (long long)id), STR(""));
}

/* ---- states ---- */

err experiment_tend_at(struct tx *tx, ms at) { return timer_set(tx, STR(EXPERIMENT_TEND), STR(""), at, 0, NULL, NULL); }

static err note_epoch(struct tx *tx, const struct trial *t, const i64 *shares, size_t count, i64 held, str known, str by)
{
	struct buf b = buf_new(tx->snap.arena, 400);
	for (size_t i = 0; i < count; i++)
		buf_fmt(&b, "%lld,", (long long)shares[i]);
	buf_fmt(&b, "%lld", (long long)held);
	return experiment_epoch_add(tx, &(struct experiment_epoch){ t->id, t->epoch, tx->snap.now, buf_str(&b), known, by });
}

err experiment_start(struct tx *tx, i64 id, str by)
{
	struct experiment_row row;
	struct experiment_plan plan;
	i64 shares[TRIAL_VARIANTS_MAX];
	TRY(get_in(tx, id, "draft", "draft", &row));
	experiment_plan_read(tx->snap.arena, row.plan, &plan);
	struct trial t = experiment_trial(tx->snap.arena, &row, &plan, tx->snap.now);
	for (size_t i = 0; i < plan.cells.n; i++)
		shares[i] = ((const struct experiment_cell *)plan.cells.v)[i].share;
	row.state = STR("running");
	row.started = tx->snap.now;
	TRY(update(tx, &row));
	TRY(trial_put(tx, &t));
	TRY(note_epoch(tx, &t, shares, plan.cells.n, plan.held, STR(""), by));
	TRY(experiment_tend_at(tx, tx->snap.now + EXPERIMENT_TEND_MS));
	return say(tx, EV_EXPERIMENT_STARTED, "experiment.start", &t, by, STR_NIL);
}

err experiment_reshare(struct tx *tx, struct trial *t, const i64 *shares, size_t count, i64 held, str known, str by)
{
	t->owners = trial_share(tx->snap.arena, t->owners, shares, count, held);
	t->epoch++;
	TRY(trial_put(tx, t));
	TRY(note_epoch(tx, t, shares, count, held, known, by));
	return say(tx, EV_EXPERIMENT_SHARED, "experiment.share", t, by, STR_NIL);
}

err experiment_share(struct tx *tx, i64 id, const i64 *shares, size_t count, i64 held, str by)
{
	struct experiment_row row;
	struct experiment_plan plan;
	struct trial t;
	struct arena *a = tx->snap.arena;
	i64 sum = held;
	TRY(get_in(tx, id, "running", "running", &row));
	experiment_plan_read(a, row.plan, &plan);
	if (str_eq_c(plan.mode, "bandit"))
		return tx_fail(tx, ERR_STATE, T_EXPERIMENT_BY_ITSELF, STR("mode"), STR_NIL, STR_NIL);
	if (count != plan.cells.n)
		return tx_fail(tx, ERR_INPUT, T_EXPERIMENT_CELLS, STR("shares"), number(a, (i64)count), STR_NIL);
	for (size_t i = 0; i < count; i++)
		sum += shares[i];
	if (sum != TRIAL_BUCKETS)
		return tx_fail(tx, ERR_INPUT, T_EXPERIMENT_SHARES, STR("shares"), percent(a, sum), STR_NIL);
	TRY(trial_get(&tx->snap, id, &t));
	return experiment_reshare(tx, &t, shares, count, held, STR(""), by);
}

err experiment_decide(struct tx *tx, i64 id, str variant, str by)
{
	struct experiment_row row;
	struct trial t;
	i64 winner = TRIAL_HELD;
	TRY(get_in(tx, id, "running", "running", &row));
	TRY(trial_get(&tx->snap, id, &t));
	size_t n = trial_variants(&t);
	if (!trial_of_key(variant, &winner) || winner < 0 || winner >= (i64)n)
		return tx_fail(tx, ERR_INPUT, T_EXPERIMENT_VARIANT, STR("variant"), variant, arena_printf(tx->snap.arena, "a … %s", trial_key((i64)n - 1)));
	row.state = t.state = STR("decided");
	row.decided = tx->snap.now;
	row.decided_by = by;
	t.winner = winner;
	TRY(update(tx, &row));
	TRY(trial_put(tx, &t));
	return say(tx, EV_EXPERIMENT_DECIDED, "experiment.decide", &t, by, variant);
}

/* As if nothing had been decided: buckets and exposures are as they were. */
err experiment_reopen(struct tx *tx, i64 id, str by)
{
	struct experiment_row row;
	struct trial t;
	TRY(get_in(tx, id, "decided", "decided", &row));
	TRY(trial_get(&tx->snap, id, &t));
	str was = str_c(trial_key(t.winner));
	row.state = t.state = STR("running");
	row.decided = t.winner = NIL;
	row.decided_by = STR_NIL;
	TRY(update(tx, &row));
	TRY(trial_put(tx, &t));
	TRY(experiment_tend_at(tx, tx->snap.now + EXPERIMENT_TEND_MS));
	return say(tx, EV_EXPERIMENT_REOPENED, "experiment.reopen", &t, by, was);
}

err experiment_end(struct tx *tx, i64 id, str by)
{
	struct experiment_row row;
	struct trial t;
	TRY(get_in(tx, id, "running", "decided", &row));
	TRY(trial_get(&tx->snap, id, &t));
	row.state = t.state = STR("ended");
	row.ended = tx->snap.now;
	t.until = tx->snap.now + t.days * MS_DAY;
	TRY(update(tx, &row));
	TRY(trial_put(tx, &t));
	return say(tx, EV_EXPERIMENT_ENDED, "experiment.end", &t, by, t.winner == NIL ? STR_NIL : str_c(trial_key(t.winner)));
}
