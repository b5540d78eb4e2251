/*
 * mass_plan: the channels that are there, the members of plans, and who is out.
 */
#include "core/mass/mass_plan_data.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/audience/audience.h"
#include "core/customer/customer_many.h"

#include <stdio.h>

const struct mass_channel *mass_channel_find(const struct env *env, str name)
{
	for (size_t i = 0; env && env->modules && env->modules[i]; i++)
		if (env->modules[i]->mass && str_eq_c(name, env->modules[i]->mass->name))
			return env->modules[i]->mass;
	return NULL;
}

/* The fault is told where the content stands: "touches.1.content.text". */
static err below(struct unit *u, const char *at, err e)
{
	char field[sizeof(u->fail.field)];
	if (e != ERR_INPUT && e != ERR_STATE)
		return e;
	snprintf(field, sizeof(field), "%s%s%.*s", at, u->fail.field[0] ? "." : "", (int)sizeof(field) / 2, u->fail.field);
	memcpy(u->fail.field, field, sizeof(field));
	return e;
}

err mass_content_of(struct unit *u, const struct mass_channel *c, str json, const char *at, const void **ret)
{
	struct json *tree;
	void *content = arena_alloc(u->arena, c->content->size);
	err e = json_parse(json, u->arena, &tree, &u->fail);
	record_init(c->content, content);
	if (e == OK)
		e = record_parse(c->content, tree, content, u->arena, &u->fail);
	if (e == OK)
		e = c->check(u, content);
	*ret = content;
	return below(u, at, e);
}

/* ---- touches and members ---- */

err mass_begun(struct tx *tx, i64 plan, const char *channel, i64 id, str until)
{
	return mass_touch_add(tx, &(struct mass_begun){ str_c(channel), id, plan, until });
}

static err touch_of(const struct snap *s, const char *channel, i64 id, struct mass_begun *ret)
{
	err e = id ? mass_touch_get(s, &(struct mass_begun){ str_c(channel), id, 0, STR("") }, ret) : ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		*ret = (struct mass_begun){ .plan = 0 };
	return e == ERR_NOT_FOUND ? OK : e;
}

err mass_plan_of(const struct snap *s, const char *channel, i64 id, i64 *ret_plan)
{
	struct mass_begun of;
	TRY(touch_of(s, channel, id, &of));
	*ret_plan = of.plan;
	return OK;
}

err mass_members_put(struct tx *tx, const struct mass_member *v, size_t count)
{
	return count ? query_write_many(tx, &mass_member_put_query, v, count) : OK;
}

err mass_members_of(const struct snap *s, const i64 *leaves, size_t count, struct mass_member **ret, size_t *ret_count)
{
	VEC(struct mass_member) all = { 0 };
	struct snap at = *s;
	for (size_t i = 0; i < count; i++) {
		struct mass_member *rows;
		size_t n;
		snap_slot(&at, slot_of_customer(s->unit->store, leaves[i]));
		TRY(mass_member_leaf(&at, &(struct mass_who){ leaves[i] }, &rows, &n));
		for (size_t k = 0; k < n; k++)
			vec_push(s->arena, &all, rows[k]);
	}
	*ret = all.v;
	*ret_count = all.n;
	return OK;
}

err mass_leave(struct tx *tx, i64 plan, i64 customer, const char *reason, bool *ret_left)
{
	struct mass_member row = { plan, customer, STR("out"), str_c(reason), tx->snap.now, 0, STR("") };
	TRY(mass_member_leave(tx, &row));
	*ret_left = tx_changed(tx) > 0;
	return OK;
}

err mass_member_page(const struct snap *s, const struct mass_find *of, struct mass_member **ret, size_t *ret_count)
{
	struct mass_seek in = { of->plan, of->after, of->touches == NIL ? -1 : of->touches, of->state.p ? of->state : STR(""), of->limit };
	return mass_member_seek(s, &in, ret, ret_count);
}

err mass_member_counts(const struct snap *s, i64 plan, struct mass_count **ret, size_t *ret_count)
{
	return mass_member_sums(s, &(struct mass_plan_key){ plan }, ret, ret_count);
}

/* ---- many people ---- */

/* of: leaf -> place of her root in the list that was asked about. */
struct many { struct imap of; void (*fn)(void *arg, size_t place, const struct mass_member *m); void *arg; };

static err on_row(void *arg, const void *of)
{
	struct many *m = arg;
	const struct mass_member *row = of;
	i64 place;
	if (imap_get(&m->of, row->customer, &place))
		m->fn(m->arg, (size_t)place, row);
	return OK;
}

static err each_row(const struct snap *s, i64 plan, const i64 *roots, size_t n, struct many *m)
{
	struct customer_member *members;
	struct customer_span *spans;
	struct snap at = *s;
	size_t count;
	m->of = imap_new(s->arena);
	TRY(customer_members(s, roots, n, &members, &count));
	i64 *leaves = ARENA_ARRAY(s->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++) {
		leaves[i] = members[i].leaf;
		imap_put(&m->of, members[i].leaf, (i64)members[i].root);
	}
	size_t span_count = customer_spans(s->unit->store, s->arena, leaves, count, &spans);
	for (size_t i = 0; i < span_count; i++) {
		snap_slot(&at, spans[i].slot);
		TRY(mass_member_span(&at, &(struct mass_span){ plan, spans[i].from, spans[i].to }, on_row, m));
	}
	return OK;
}

static const struct { const char *name; enum text text; } outs[] = {
	{ "plan_bought", T_MASS_OUT_BOUGHT }, { "plan_exit", T_MASS_OUT_EXIT }, { "plan_lost", T_MASS_OUT_LOST },
	{ "plan_refused", T_MASS_OUT_REFUSED }, { "plan_held", T_MASS_OUT_HELD }, { "plan_later", T_MASS_OUT_LATER },
};

/* The word of a row as those who count reasons know it. */
static const char *word_of(const struct mass_member *m)
{
	bool held = str_eq_c(m->state, "held");
	for (size_t i = 0; i < ARRAY_LEN(outs); i++)
		if (str_eq_c(held ? STR("held") : m->reason, outs[i].name + sizeof("plan_") - 1))
			return outs[i].name;
	return outs[3].name;
}

enum text mass_out_text(str reason)
{
	for (size_t i = 0; i < ARRAY_LEN(outs); i++)
		if (str_eq_c(reason, outs[i].name))
			return outs[i].text;
	return T_OK;
}

struct outing { const char **words; bool *on; };

static void note_out(void *arg, size_t place, const struct mass_member *m)
{
	struct outing *o = arg;
	if (str_eq_c(m->state, "on"))
		o->on[place] = true;
	else
		o->words[place] = word_of(m);
}

/* At this very second, which is why it is asked here and not remembered. */
static err ask_exit(const struct snap *s, str until, const i64 *roots, size_t n, const char **ret)
{
	struct expr *e;
	struct snap at = *s;
	TRY(expr_parse(s->unit, until, &e));
	for (size_t i = 0; i < n; i++) {
		bool holds = false;
		snap_slot(&at, slot_of_customer(s->unit->store, roots[i]));
		if (!ret[i])
			TRY(audience_test_in(&at, (const struct expr *const *)&e, 1, roots[i], &holds));
		if (holds)
			ret[i] = "plan_exit";
	}
	return OK;
}

err mass_out(const struct snap *s, const char *channel, i64 id, const i64 *roots, size_t n, const char **ret)
{
	struct mass_begun of;
	memset(ret, 0, n * sizeof(*ret));
	TRY(touch_of(s, channel, id, &of));
	if (!of.plan || !n)
		return OK;
	struct outing o = { ret, ARENA_ARRAY(s->arena, bool, n) };
	struct many m = { .fn = note_out, .arg = &o };
	memset(o.on, 0, n * sizeof(*o.on));
	TRY(each_row(s, of.plan, roots, n, &m));
	for (size_t i = 0; i < n; i++)
		if (!ret[i] && !o.on[i])
			ret[i] = "plan_later";
	return of.until.n ? ask_exit(s, of.until, roots, n, ret) : OK;
}

struct counting { const i64 *live; size_t n; i64 plan; struct mass_other *ret; struct imap seen; };

static void note_other(void *arg, size_t place, const struct mass_member *m)
{
	struct counting *c = arg;
	for (size_t i = 0; i < c->n; i++)
		if (m->plan == c->live[i] && m->plan != c->plan && str_eq_c(m->state, "on") && imap_put(&c->seen, (i64)(place * c->n + i), 1))
			c->ret[i].people++;
}

err mass_overlaps(const struct snap *s, i64 plan, const i64 *live, size_t live_count, const i64 *roots, size_t n, struct mass_other *ret)
{
	struct counting c = { live, live_count, plan, ret, imap_new(s->arena) };
	struct many m = { .fn = note_other, .arg = &c };
	for (size_t i = 0; i < live_count; i++)
		ret[i] = (struct mass_other){ live[i], 0 };
	return live_count && n ? each_row(s, 0, roots, n, &m) : OK;
}
