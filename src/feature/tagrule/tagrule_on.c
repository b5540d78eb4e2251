/*
 * Rules at work: an event of a kind somebody asks for is read, counted and acted on, in the transaction of
 * the consumer's cursor, so exactly once.
 *
 * When nobody cares about a kind nothing is read but the cached set. When two people become one, their counts
 * do too: what that brings over the line is decided by the merge itself, and told as its reason.
 */
#include "feature/tagrule/tagrule_int.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/tag/tag.h"

#define ROOT_STEPS_MAX 64
#define ALL_DAYS_FROM INT32_MIN
#define ALL_DAYS_TO INT32_MAX

err person_leaves(const struct snap *s, i64 customer, i64 ret[], size_t *ret_count)
{
	struct snap at = *s;
	struct customer c;
	for (int step = 0; step < ROOT_STEPS_MAX; step++) {
		snap_slot(&at, slot_of_customer(s->unit->store, customer));
		TRY(customer_get(&at, customer, &c));
		if (c.root == customer)
			return customer_leaves_in(&at, customer, ret, ret_count);
		customer = c.root;
	}
	return snap_fail(s, ERR_INTERNAL, T_OK, STR("root"), STR_NIL, STR_NIL);
}

/* ---- counting ---- */

struct span { i64 first, last; };

/* Her counts of a rule in a span of days, by day, over all leaves; parts as in enum PART_…. */
static err times_of(const struct snap *s, const struct rule *rule, i64 customer, struct span days, i64 run, struct rule_times **ret,
		    size_t *ret_count)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, sum_n = 0, room = 0;
	struct snap at = *s;
	struct rule_times *sum = NULL;
	TRY(person_leaves(s, customer, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct rule_tally_find find = { rule->epoch, leaves[i], days.first, days.last, run ? run : PART_LIVE,
						run ? run : PART_HISTORY };
		struct rule_times *rows;
		size_t m;
		snap_slot(&at, slot_of_customer(s->unit->store, leaves[i]));
		TRY(rule_tally_days(&at, &find, &rows, &m));
		struct rule_times *both = ARENA_ARRAY(s->arena, struct rule_times, room = sum_n + m + 1);
		size_t a = 0, b = 0, k = 0;
		while (a < sum_n || b < m) {
			bool left = b == m || (a < sum_n && sum[a].day <= rows[b].day);
			struct rule_times t = left ? sum[a++] : rows[b++];
			if (k && both[k - 1].day == t.day)
				both[k - 1].times += t.times;
			else
				both[k++] = t;
		}
		sum = both;
		sum_n = k;
	}
	*ret = sum;
	*ret_count = sum_n;
	return OK;
}

/* Does any run of `window` days hold the count? (No window: all there is.) */
static bool reached(const struct rule *rule, const struct rule_times *v, size_t n)
{
	i64 sum = 0;
	for (size_t from = 0, to = 0; to < n; to++) {
		sum += v[to].times;
		while (rule->window && v[to].day - v[from].day >= rule->window)
			sum -= v[from++].times;
		if (sum >= rule->count)
			return true;
	}
	return false;
}

err rule_decide(struct tx *tx, const struct rule *rule, const struct event *ev, i64 run, bool *ret)
{
	if (rule->count < 2) {
		*ret = true;
		return OK;
	}
	struct unit *u = tx->snap.unit;
	i64 today = corp_day(u, tx->snap.now), day = rule->window ? corp_day(u, ev->occurred) : 0;
	struct rule_tally row = { rule->epoch, ev->customer, day, run ? run : PART_LIVE, 1, INT64_MAX };
	if (run)
		row.until = today + TAGRULE_RUN_DAYS;
	else if (rule->window)
		row.until = int_max(day, today) + rule->window;
	TRY(rule_tally_add(tx, &row));
	struct span days = { day - int_max(rule->window - 1, 0), day + int_max(rule->window - 1, 0) };
	struct rule_times *v;
	size_t n;
	TRY(times_of(&tx->snap, rule, ev->customer, days, run, &v, &n));
	*ret = reached(rule, v, n);
	return OK;
}

/* ---- acting ---- */

ms rule_expires(const struct rule *rule, ms at)
{
	return rule->def->expires_days == NIL ? 0 : at + rule->def->expires_days * MS_DAY;
}

struct deed { bool marked; i64 errors; };

static err put_tags(struct tx *tx, const struct rule *rule, i64 customer, ms at, str evidence, struct deed *ret)
{
	struct tag_cause cause = { "rule", rule->id, evidence, rule->def->confidence == NIL ? 0 : rule->def->confidence,
				   rule_expires(rule, at) };
	for (size_t i = 0; i < rule->def->put.n; i++) {
		bool changed = false;
		err e = tag_mark_by(tx, customer, rule->def->put.v[i], &cause, &changed);
		if (e == ERR_NOT_FOUND) {
			ret->errors++;
			continue;
		}
		TRY(e);
		ret->marked |= changed;
		TRY(rule_mark_add(tx, &(struct rule_mark){ rule->id, customer, rule->def->put.v[i] }));
	}
	return OK;
}

/* Taking off lets go what rules, this one and others, have put; what a hand or WeCom holds stays. */
static err take_tags(struct tx *tx, const struct rule *rule, i64 customer, struct deed *ret)
{
	struct tag_cause cause = { "rule", 0, STR_NIL, 0, 0 };
	for (size_t i = 0; i < rule->def->take.n; i++) {
		err e = tag_unmark_by(tx, customer, rule->def->take.v[i], &cause, NULL);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		ret->errors += e == ERR_NOT_FOUND;
	}
	return OK;
}

err rule_act(struct tx *tx, const struct rule *rule, i64 customer, i64 event, ms at, bool *ret_marked)
{
	struct deed deed = { .marked = false };
	str evidence = arena_printf(tx->snap.arena, "event:%lld", (long long)event);
	TRY(put_tags(tx, rule, customer, at, evidence, &deed));
	TRY(take_tags(tx, rule, customer, &deed));
	struct rule_hit hit = { rule->id, customer, tx->snap.now, tx->snap.now, 1, event, rule->version, false };
	struct rule_day day = { rule->id, corp_day(tx->snap.unit, tx->snap.now), 1, deed.marked, deed.errors, tx->snap.now,
				deed.errors ? STR("tag_removed") : STR_NIL };
	TRY(rule_hit_put(tx, &hit));
	*ret_marked = deed.marked;
	return rule_day_add(tx, &day);
}

/* ---- events ---- */

static bool too_late(const struct tx *tx, const struct rule *rule, ms at)
{
	ms expires = rule_expires(rule, at);
	return expires && expires <= tx->snap.now;
}

static err ask_rules(struct tx *tx, const struct event *ev, const struct tagrule_kind *kind, const struct rule_set *set)
{
	struct reading r = reading_of(&tx->snap, ev, kind, set);
	for (size_t i = 0; i < set->n; i++) {
		const struct rule *rule = &set->rules[i];
		bool go = false, marked;
		if (!rule->on || ev->recorded < rule->since || !(rule->kinds & tagrule_kind_bit(kind)))
			continue;
		TRY(rule_holds(&r, rule, &go));
		if (go)
			TRY(rule_decide(tx, rule, ev, 0, &go));
		if (go && !too_late(tx, rule, ev->occurred))
			TRY(rule_act(tx, rule, ev->customer, ev->id, ev->occurred, &marked));
	}
	return OK;
}

/* Has the rule touched one of her leaves already? */
static err touched(const struct snap *s, const struct rule *rule, i64 customer, bool *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	struct snap at = *s;
	*ret = false;
	TRY(person_leaves(s, customer, leaves, &n));
	for (size_t i = 0; i < n && !*ret; i++) {
		struct rule_n found;
		snap_slot(&at, slot_of_customer(s->unit->store, leaves[i]));
		TRY(rule_hit_of(&at, &(struct rule_hit){ .rule = rule->id, .customer = leaves[i] }, &found));
		*ret = found.n > 0;
	}
	return OK;
}

/* Two became one: the counting rules are asked about the sum. Whoever was touched stays as she is. */
static err ask_merged(struct tx *tx, const struct event *ev, const struct rule_set *set)
{
	struct span all = { ALL_DAYS_FROM, ALL_DAYS_TO };
	for (size_t i = 0; i < set->n; i++) {
		const struct rule *rule = &set->rules[i];
		struct rule_times *v;
		size_t n;
		bool done, marked;
		if (!rule->on || rule->count < 2 || ev->recorded < rule->since)
			continue;
		TRY(times_of(&tx->snap, rule, ev->customer, all, 0, &v, &n));
		if (!reached(rule, v, n))
			continue;
		TRY(touched(&tx->snap, rule, ev->customer, &done));
		if (!done && !too_late(tx, rule, ev->occurred))
			TRY(rule_act(tx, rule, ev->customer, ev->id, ev->occurred, &marked));
	}
	return OK;
}

/* The moment both halves of a merge are done in this slot. */
static err is_settled(struct tx *tx, const struct event *ev, bool *ret)
{
	struct customer_merged b;
	*ret = ev->kind == EV_CUSTOMER_SETTLED;
	if (ev->kind != EV_CUSTOMER_ABSORBED)
		return OK;
	TRY(event_body(&tx->snap, ev, &customer_merged_record, &b));
	*ret = b.applied;
	return OK;
}

static err ask(struct tx *tx, const struct event *ev, const struct rule_set *set)
{
	const struct tagrule_kind *kind = tagrule_kind_of(ev->kind);
	bool settled = false;
	if (kind && (set->kinds & tagrule_kind_bit(kind)))
		return ask_rules(tx, ev, kind, set);
	if (kind || !set->counts)
		return OK;
	TRY(is_settled(tx, ev, &settled));
	return settled ? ask_merged(tx, ev, set) : OK;
}

err tagrule_on_event(struct tx *tx, const struct event *ev)
{
	struct rule_set *set;
	if (!ev->customer)
		return OK;
	TRY(rule_set_take(&tx->snap, &set));
	err e = set->n ? ask(tx, ev, set) : OK;
	rule_set_give(tx->snap.unit->env, set);
	return e;
}

/* A reading of livecode.saved of our own. */
#define CODE_SAVED_FIELDS(F, S) F(S, ID, id) F(S, STR, state)
RECORD(code_saved, CODE_SAVED_FIELDS);

err tagrule_on_code(struct tx *tx, const struct event *ev)
{
	struct code_saved c;
	TRY(event_body(&tx->snap, ev, &code_saved_record, &c));
	return c.state.n ? rule_code_put(tx, &(struct rule_code){ c.state, c.id }) : OK;
}
