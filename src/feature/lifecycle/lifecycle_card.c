/*
 * The stage of one customer in words, judged at the moment of asking, so that "51 days" is true today.
 */
#include "feature/lifecycle/lifecycle_data.h"
#include "feature/lifecycle/lifecycle_http.h"

#include "core/attr/attr.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"

#include <stdlib.h>

#define PAST_MAX 50

static str why(struct cx *cx, str reason, bool any, i64 n, i64 cap)
{
	static const struct { const char *code; enum text orders, any; } of[] = {
		{ "never", T_LIFE_WHY_NEVER, T_LIFE_WHY_NEVER }, { "few", T_LIFE_WHY_FEW, T_LIFE_WHY_FEW },
		{ "ordering", T_LIFE_WHY_ORDERING, T_LIFE_WHY_ORDERING }, { "often", T_LIFE_WHY_OFTEN, T_LIFE_WHY_OFTEN },
		{ "ever", T_LIFE_WHY_EVER, T_LIFE_WHY_EVER }, { "silent", T_LIFE_WHY_SILENT, T_LIFE_WHY_STILL },
		{ "gone", T_LIFE_WHY_GONE, T_LIFE_WHY_LEFT }, { "grown", T_LIFE_WHY_GROWN, T_LIFE_WHY_GROWN },
	};
	struct arena *a = CX_ARENA(cx);
	struct text_hole holes[] = { { "value", arena_printf(a, "%lld", (long long)n) },
				     { "limit", arena_printf(a, "%lld", (long long)cap) } };
	for (size_t i = 0; i < ARRAY_LEN(of); i++)
		if (str_eq_c(reason, of[i].code))
			return text_fill(a, any ? of[i].any : of[i].orders, cx->viewer.lang, holes, ARRAY_LEN(holes));
	return STR_NIL;
}

static int newest(const void *a, const void *b)
{
	const struct life_change *x = a, *y = b;
	return x->at != y->at ? (x->at < y->at) - (x->at > y->at) : (x->event < y->event) - (x->event > y->event);
}

/* What was told of the numbers she has had: after a merge the stories of all of them. */
static err past(struct cx *cx, const struct snap *s, const struct attr_person *p, bool any, struct list *ret)
{
	struct life_change *all = ARENA_ARRAY(s->arena, struct life_change, p->count * PAST_MAX), *rows;
	size_t n = 0, m;
	for (size_t i = 0; i < p->count; i++) {
		struct snap at = *s;
		snap_slot(&at, slot_of_customer(s->unit->store, p->leaves[i]));
		TRY(life_changes_of(&at, &(struct life_of){ p->leaves[i], PAST_MAX }, &rows, &m));
		if (m)
			memcpy(all + n, rows, m * sizeof(*rows));
		n += m;
	}
	qsort(all, n, sizeof(*all), newest);
	n = n < PAST_MAX ? n : PAST_MAX;
	struct life_past *out = ARENA_ARRAY(s->arena, struct life_past, n + 1);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct life_past){ all[i].at, all[i].was, all[i].stage, why(cx, all[i].reason, any, all[i].n, all[i].cap) };
	*ret = (struct list){ out, n };
	return OK;
}

static err card(struct cx *cx, const struct snap *s, i64 root, struct life_card *out)
{
	struct customer_fact f;
	struct life_rule_row row;
	struct life_person her;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	bool behind;
	struct attr_person p = { root, leaves, 0, corp_day(s->unit, s->now), NIL };
	TRY(attr_fact_get(s, root, &f));
	TRY(customer_leaves_in(s, root, leaves, &p.count));
	err e = life_rule_now(s, &(struct none){ 0 }, &row);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	struct life_rule rule = life_rule_of(&row);
	bool any = str_eq_c(rule.life, "any");
	TRY(past(cx, s, &p, any, &out->past));
	TRY(life_load(s, &rule, &p, &f, &her, &behind));
	if (behind || f.stage.p == NULL)
		return OK;
	struct life_verdict v = life_judge(&rule, &her, p.today, corp_zone(s->unit, s->corp));
	out->stage = life_stage_name(v.stage);
	out->since_ms = v.since;
	out->reason = str_c(v.reason);
	out->n = v.n;
	out->cap = v.cap;
	out->why = why(cx, out->reason, any, v.n, v.cap);
	out->next_day = v.due == NIL ? STR_NIL : tz_format_date(v.due, s->arena);
	return OK;
}

err life_h_card(struct cx *cx)
{
	i64 root;
	TRY(customer_visible(&cx->unit, ((const struct life_who *)cx->in)->id, &root));
	err e = READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), card(cx, snap, root, cx->out));
	return e == ERR_NOT_FOUND ? OK : e; /* not folded yet */
}
