/*
 * "With these rules, of last week's sends so many would have been left out": the touches of the week are judged again
 * one after the other, person by person over all her numbers, each beside what would have been left of those before.
 *
 * Rules are played, not facts: refusals, black list and her time zone stand as they are now and are not asked.
 */
#include "feature/restraint/restraint.h"

#include "base/vec.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/reach/reach_data.h"

#include <stdlib.h>

struct played { i64 person; struct reach_past past; };

struct collect {
	struct arena *arena;
	VEC(struct played) rows;
	bool cut;
};

static err on_touch(void *arg, const void *of)
{
	struct collect *c = arg;
	const struct reach_touch *t = of;
	bool marketing = !str_eq_c(t->class, "service");
	enum reach_channel channel = reach_channel_of(t->channel);
	struct played row = { t->customer, { t->at, (u8)channel, (u8)reach_how_of(t->how, channel, marketing), (u8)reach_content_of(t->content), marketing } };
	if (c->rows.n == RESTRAINT_PREVIEW_MAX)
		c->cut = true;
	else
		vec_push(c->arena, &c->rows, row);
	return OK;
}

static int by_person(const void *a, const void *b)
{
	const struct played *x = a, *y = b;
	if (x->person != y->person)
		return x->person < y->person ? -1 : 1;
	return (x->past.at > y->past.at) - (x->past.at < y->past.at);
}

static err collect_all(struct cx *cx, struct collect *c, ms since)
{
	struct unit *u = &cx->unit;
	i64 *slots = ARENA_ARRAY(u->arena, i64, SLOT_COUNT);
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	struct reach_span all = { u->corp << 32, (u->corp + 1) << 32, since };
	for (size_t i = 0; i < n && !c->cut; i++)
		TRY(READ_SNAP(u, slots[i], reach_touches_span(snap, &all, on_touch, c)));
	i64 *leaves = ARENA_ARRAY(u->arena, i64, c->rows.n + 1), *roots = ARENA_ARRAY(u->arena, i64, c->rows.n + 1);
	for (size_t i = 0; i < c->rows.n; i++)
		leaves[i] = c->rows.v[i].person;
	TRY(customer_roots(u, leaves, c->rows.n, roots));
	for (size_t i = 0; i < c->rows.n; i++)
		c->rows.v[i].person = roots[i] ? roots[i] : leaves[i];
	if (c->rows.n)
		qsort(c->rows.v, c->rows.n, sizeof(*c->rows.v), by_person);
	return OK;
}

/* The rows of one person, oldest first. */
static void play_person(struct arena *a, const struct reach_rules *r, const struct played *v, size_t n, ms since, i64 counts[REACH_VERDICTS])
{
	struct reach_past *kept = ARENA_ARRAY(a, struct reach_past, n);
	size_t left = 0;
	for (size_t i = 0; i < n; i++) {
		const struct reach_past *p = &v[i].past;
		struct reach_try t = { .at = p->at, .channel = p->channel, .how = p->how, .content = p->content, .marketing = p->marketing,
				       .reachable = true, .consented = true, .root = v[i].person };
		enum reach_verdict verdict = p->at < since || !p->marketing || p->how == RH_OWN ? REACH_GO : reach_judge(r, kept, left, &t).verdict;
		if (p->at >= since && p->marketing)
			counts[verdict]++;
		if (verdict == REACH_GO)
			kept[left++] = *p;
	}
}

err restraint_play(struct cx *cx, const struct reach_rules *rules, struct restraint_preview *ret)
{
	struct arena *a = CX_ARENA(cx);
	struct collect c = { .arena = a };
	i64 counts[REACH_VERDICTS] = { 0 };
	ms since = cx_now(cx) - RESTRAINT_PREVIEW_MS;
	TRY(collect_all(cx, &c, since - (REACH_MIX_DAYS_MAX + 1) * MS_DAY));
	for (size_t i = 0, next; i < c.rows.n; i = next) {
		for (next = i; next < c.rows.n && c.rows.v[next].person == c.rows.v[i].person;)
			next++;
		play_person(a, rules, &c.rows.v[i], next - i, since, counts);
	}
	struct restraint_left *left = ARENA_ARRAY(a, struct restraint_left, REACH_VERDICTS);
	*ret = (struct restraint_preview){ .since_ms = since, .reasons = { left, 0 }, .cut = c.cut };
	for (int v = 0; v < REACH_VERDICTS; v++) {
		ret->sent += counts[v];
		if (v == REACH_GO || !counts[v])
			continue;
		str reason = str_c(reach_reason((enum reach_verdict)v));
		ret->left_out += counts[v];
		left[ret->reasons.n++] = (struct restraint_left){ reason, str_c(text_raw(reach_reason_text(reason), cx->viewer.lang)), counts[v] };
	}
	return OK;
}
