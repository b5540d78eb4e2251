/*
 * Making checked trees: limits, values, and names looked up in the corp. Text and JSON come through here,
 * so both refuse the same things with the same words; only the place of a fault differs.
 */
#include "core/audience/audience_data.h"
#include "core/audience/expr_int.h"

#include "core/attr/attr.h"
#include "core/attr/attr_own.h"
#include "core/module.h"
#include "core/staff/staff.h"
#include "core/tag/tag.h"

#define NUMBER_MAX ((i64)1000000000000)
#define AGE_MAX 150
#define TEXT_BYTES_MAX 200
#define SUGGEST_DISTANCE 3
#define SUGGEST_BYTES 64
#define TIMES_TEXT STR("2026-11-01, today, -30d, +7d")

err expr_fault(struct expr_build *b, err code, enum text text, str value, str limit)
{
	str at = b->column ? arena_printf(b->u->arena, "column %zu", b->column) : b->path;
	return fail_set(&b->u->fail, code, text, at, value, limit);
}

static err too_many(struct expr_build *b, size_t n, int max)
{
	struct arena *a = b->u->arena;
	return expr_fault(b, ERR_INPUT, T_EXPR_LIMIT, arena_printf(a, "%zu", n), arena_printf(a, "%d", max));
}

err expr_depth_ok(struct expr_build *b, size_t depth)
{
	return depth > AUDIENCE_DEPTH_MAX ? too_many(b, depth, AUDIENCE_DEPTH_MAX) : OK;
}

err expr_node(struct expr_build *b, enum expr_op op, struct expr **ret)
{
	if (++b->nodes > AUDIENCE_NODES_MAX)
		return too_many(b, b->nodes, AUDIENCE_NODES_MAX);
	*ret = ARENA_NEW(b->u->arena, struct expr);
	(*ret)->op = op;
	(*ret)->within = NIL;
	return OK;
}

err expr_join(struct expr_build *b, enum expr_op op, struct expr **of, size_t n, struct expr **ret)
{
	VEC(struct expr *) parts = { 0 };
	if (n == 1) {
		*ret = of[0];
		return OK;
	}
	for (size_t i = 0; i < n; i++) {
		if (of[i]->op != op || of[i]->set) {
			vec_push(b->u->arena, &parts, of[i]);
			continue;
		}
		for (size_t j = 0; j < of[i]->n; j++)
			vec_push(b->u->arena, &parts, of[i]->of[j]);
		b->nodes--; /* the inner joint is gone */
	}
	TRY(expr_node(b, op, ret));
	(*ret)->of = parts.v;
	(*ret)->n = parts.n;
	return OK;
}

err expr_value_add(struct expr_build *b, struct expr *e, struct expr_value v)
{
	if (++b->values > AUDIENCE_VALUES_MAX)
		return too_many(b, b->values, AUDIENCE_VALUES_MAX);
	VEC(struct expr_value) values = { e->values, e->count, e->count };
	vec_push(b->u->arena, &values, v);
	e->values = values.v;
	e->count = values.n;
	return OK;
}

/* ---- suggestions ---- */

size_t expr_distance(str a, str b)
{
	u8 row[SUGGEST_BYTES + 1];
	if (a.n > SUGGEST_BYTES || b.n > SUGGEST_BYTES)
		return SUGGEST_BYTES;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (u8)j;
	for (size_t i = 1; i <= a.n; i++) {
		u8 corner = row[0];
		row[0] = (u8)i;
		for (size_t j = 1; j <= b.n; j++) {
			u8 up = row[j], best = (u8)(corner + (a.p[i - 1] != b.p[j - 1]));
			if (up + 1 < best)
				best = (u8)(up + 1);
			if (row[j - 1] + 1 < best)
				best = (u8)(row[j - 1] + 1);
			row[j] = best;
			corner = up;
		}
	}
	return row[b.n];
}

struct nearest { str given, name; size_t distance; };

static void nearest_try(struct nearest *n, str name)
{
	/* Characters of Chinese have three bytes: allow one of them to differ, or the given to be a part. */
	size_t d = expr_distance(n->given, name);
	if (d > SUGGEST_DISTANCE && n->given.n >= 3 && str_has(name, n->given))
		d = SUGGEST_DISTANCE;
	if (d <= SUGGEST_DISTANCE && d < n->distance && (d < n->given.n || n->given.n > SUGGEST_DISTANCE)) {
		n->name = name;
		n->distance = d;
	}
}

str expr_nearest(struct arena *a, str given, const char *const *names)
{
	struct nearest n = { given, STR_NIL, SUGGEST_BYTES };
	for (; *names; names++)
		nearest_try(&n, str_c(*names));
	return arena_dup(a, n.name);
}

static err unknown(struct expr_build *b, str given, str suggestion)
{
	return expr_fault(b, ERR_INPUT, suggestion.p ? T_EXPR_UNKNOWN : T_EXPR_NOTHING, given, suggestion);
}

/* ---- values ---- */

static err bad_value(struct expr_build *b, str given, str limit)
{
	return expr_fault(b, ERR_INPUT, T_EXPR_VALUE, given, limit);
}

/* "-30d", "+7d" */
static bool relative_read(str text, i64 *ret)
{
	if (text.n < 3 || (text.p[0] != '-' && text.p[0] != '+') || text.p[text.n - 1] != 'd')
		return false;
	return str_i64(str_sub(text, text.p[0] == '+', text.n - 1), ret) && *ret >= -AUDIENCE_DAYS_MAX && *ret <= AUDIENCE_DAYS_MAX;
}

static bool date_read(str text, i64 *ret)
{
	i64 y, m, d;
	int y2, m2, d2;
	if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-' || !str_i64(str_sub(text, 0, 4), &y) ||
	    !str_i64(str_sub(text, 5, 7), &m) || !str_i64(str_sub(text, 8, 10), &d) || y < 1900 || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	*ret = tz_day_of((int)y, (int)m, (int)d);
	tz_date(*ret, &y2, &m2, &d2);
	return y2 == y && m2 == m && d2 == d;
}

static bool one_of(const char *list, str text)
{
	str rest = str_c(list);
	while (rest.p)
		if (str_eq(str_cut(&rest, ','), text))
			return true;
	return false;
}

static err staff_suggest(struct expr_build *b, str text)
{
	struct unit *u = b->u;
	struct staff *all;
	size_t n;
	struct nearest near = { text, STR_NIL, SUGGEST_BYTES };
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), staff_all(snap, &all, &n)));
	for (size_t i = 0; i < n; i++) {
		nearest_try(&near, all[i].name);
		nearest_try(&near, all[i].userid);
	}
	return unknown(b, text, near.name);
}

/* A userid goes before names; a name of two is ambiguous. */
static err staff_find(struct expr_build *b, str text, struct expr_value *ret)
{
	struct unit *u = b->u;
	struct audience_named *hits;
	size_t n;
	struct audience_name name = { text, staff_low(u->arena, text) };
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), audience_staff_named(snap, &name, &hits, &n)));
	if (n == 0)
		return staff_suggest(b, text);
	if (n > 1 && !hits[0].by_userid)
		return expr_fault(b, ERR_INPUT, T_EXPR_AMBIGUOUS, text, STR("userid"));
	ret->n = hits[0].id;
	return OK;
}

static err store_suggest(struct expr_build *b, str text)
{
	struct unit *u = b->u;
	struct department *all;
	size_t n;
	struct nearest near = { text, STR_NIL, SUGGEST_BYTES };
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), department_all(snap, &all, &n)));
	for (size_t i = 0; i < n; i++)
		if (all[i].is_store)
			nearest_try(&near, all[i].name);
	return unknown(b, text, near.name);
}

static err store_find(struct expr_build *b, str text, struct expr_value *ret)
{
	struct unit *u = b->u;
	struct audience_named *hits;
	size_t n;
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), audience_store_named(snap, &(struct audience_name){ text, text }, &hits, &n)));
	if (n == 0)
		return store_suggest(b, text);
	ret->n = hits[0].id;
	return OK;
}

static err number_read(struct expr_build *b, const struct expr_attr *a, str text, i64 *ret)
{
	bool money = a->type == EXPR_MONEY, age = a->type == EXPR_AGE;
	i64 max = money ? NUMBER_MAX * 100 : age ? AGE_MAX : NUMBER_MAX;
	bool ok = money ? str_decimal(text, 2, ret) : str_i64(text, ret);
	if (ok && *ret >= (age ? 0 : -max) && *ret <= max)
		return OK;
	return bad_value(b, text, money ? STR("500, 99.50") : age ? STR("0..150") : STR("0, 1, 2 …"));
}

err expr_value_read(struct expr_build *b, const struct expr_attr *a, str text, bool quoted, struct expr_value *ret)
{
	*ret = (struct expr_value){ .text = text };
	if (quoted && !expr_type_quoted(a->type))
		return bad_value(b, text, a->type == EXPR_TIME || a->type == EXPR_DATE ? TIMES_TEXT : STR("3, 99.50, true"));
	switch (a->type) {
	case EXPR_NUMBER:
	case EXPR_MONEY:
	case EXPR_AGE:
		return number_read(b, a, text, &ret->n);
	case EXPR_TIME:
	case EXPR_DATE:
		ret->relative = str_eq(text, STR("today")) || relative_read(text, &ret->n);
		return ret->relative || date_read(text, &ret->n) ? OK : bad_value(b, text, TIMES_TEXT);
	case EXPR_FLAG:
		ret->n = str_eq(text, STR("true"));
		return ret->n || str_eq(text, STR("false")) ? OK : bad_value(b, text, STR("true, false"));
	case EXPR_STAFF:
		return staff_find(b, text, ret);
	case EXPR_STORE:
		return store_find(b, text, ret);
	default:
		if (text.n == 0 || text.n > TEXT_BYTES_MAX)
			return bad_value(b, str_utf8_head(text, 20), arena_printf(b->u->arena, "1..%d", TEXT_BYTES_MAX));
		if (a->one_of && !one_of(a->one_of, text))
			return bad_value(b, text, str_c(a->one_of));
		return OK;
	}
}

err expr_days_read(struct expr_build *b, str text, i64 *ret)
{
	if (text.n < 2 || text.p[text.n - 1] != 'd' || !str_i64(str_sub(text, 0, text.n - 1), ret) || *ret < 1 || *ret > AUDIENCE_DAYS_MAX)
		return bad_value(b, text, STR("7d, 30d"));
	return OK;
}

err expr_cmp_ok(struct expr_build *b, const struct expr_attr *a, enum expr_cmp cmp, const char *given)
{
	if (a->type == EXPR_FLAG && cmp > CMP_NE)
		return expr_fault(b, ERR_INPUT, T_EXPR_CMP, str_c(given), STR("=, !="));
	if (expr_type_quoted(a->type) && cmp >= CMP_LT && cmp <= CMP_BETWEEN)
		return expr_fault(b, ERR_INPUT, T_EXPR_CMP, str_c(given), STR("=, !=, in, is known"));
	return OK;
}

/* ---- names ---- */

err expr_later(struct expr_build *b, str name) { return expr_fault(b, ERR_UNAVAILABLE, T_OK, name, STR_NIL); }

err expr_attr_find(struct expr_build *b, str name, const struct expr_attr **ret)
{
	static const char *const words[] = { "tag", "tags", "reachable", "did", "audience", "not", "and", "or" };
	*ret = expr_attr_of(name);
	if (*ret)
		return OK;
	struct env *env = b->u->env;
	const struct attr *found = NULL;
	if (env && env->modules) {
		struct fail before = b->u->fail;
		err e = attr_find(b->u, name, &found);
		if (e == OK && found->id) {
			*ret = expr_attr_valued(b->u->arena, found);
			return OK;
		}
		if (e == OK || e == ERR_UNAVAILABLE)
			return expr_later(b, name); /* nothing keeps it yet */
		if (e != ERR_INPUT)
			return e;
		b->u->fail = before;
	}
	struct nearest near = { name, STR_NIL, SUGGEST_BYTES };
	for (const struct expr_attr *a = expr_attrs; a->name; a++)
		nearest_try(&near, str_c(a->name));
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		nearest_try(&near, str_c(words[i]));
	return unknown(b, name, near.name);
}

/* A list is a flag of the company's own whose name begins like this; people know it by its title. */
#define LIST_PREFIX "list_"

err expr_list_find(struct expr_build *b, str name, const struct expr_attr **ret)
{
	struct attr *own;
	size_t n;
	struct nearest near = { name, STR_NIL, SUGGEST_BYTES };
	TRY(attr_own_all(b->u, &own, &n));
	for (size_t i = 0; i < n; i++) {
		if (!str_starts(str_c(own[i].name), STR(LIST_PREFIX)) || own[i].type != ATTR_FLAG)
			continue;
		if (str_eq_c(name, own[i].title)) {
			*ret = expr_attr_valued(b->u->arena, &own[i]);
			return OK;
		}
		nearest_try(&near, str_c(own[i].title));
	}
	return unknown(b, name, near.name);
}

/* By its number, else by the name only one living group has. */
err expr_group_find(struct expr_build *b, str given, const struct expr_attr **ret)
{
	struct unit *u = b->u;
	struct audience_group *v;
	struct audience_group_find find = { .name = given, .id = 0 };
	size_t n;
	if (!str_i64(given, &find.id))
		find.id = 0;
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), audience_groups(snap, &find, &v, &n)));
	if (n == 0)
		return unknown(b, given, STR_NIL);
	size_t at = 0;
	while (at < n && v[at].id != find.id)
		at++;
	if (at == n && n > 1) {
		str ids = arena_printf(u->arena, "%lld, %lld …", (long long)v[0].id, (long long)v[1].id);
		return expr_fault(b, ERR_INPUT, T_EXPR_AMBIGUOUS, given, ids);
	}
	const struct audience_group *g = &v[at == n ? 0 : at];
	struct expr_attr *a = ARENA_NEW(u->arena, struct expr_attr);
	*a = (struct expr_attr){ .name = "in_group", .type = EXPR_FLAG, .title = arena_cstr(u->arena, g->name), .value = ATTR_ID_GROUP(g->id) };
	*ret = a;
	return OK;
}

static err tag_suggest(struct expr_build *b, str name)
{
	struct unit *u = b->u;
	struct tag *all;
	size_t n;
	struct nearest near = { name, STR_NIL, SUGGEST_BYTES };
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), tag_all(snap, &all, &n)));
	for (size_t i = 0; i < n; i++)
		if (!b->discreet || !all[i].sensitive)
			nearest_try(&near, all[i].name);
	return unknown(b, name, near.name);
}

err expr_tag_find(struct expr_build *b, str name, struct expr_value *ret)
{
	struct unit *u = b->u;
	struct tag tag;
	*ret = (struct expr_value){ .text = name };
	err e = READ_SNAP(u, slot_base(u->store, u->corp), tag_find(snap, name, &tag));
	if (e == ERR_NOT_FOUND)
		return tag_suggest(b, name);
	if (e == ERR_INPUT) {
		str groups = arena_dup(u->arena, str_c(u->fail.limit));
		return expr_fault(b, ERR_INPUT, T_EXPR_AMBIGUOUS, name, groups);
	}
	TRY(e);
	if (b->discreet && tag.sensitive)
		return tag_suggest(b, name); /* as if there were none */
	ret->n = tag.id;
	return OK;
}

err expr_reveals(struct unit *u, const struct expr *e, bool *ret)
{
	*ret = false;
	if (e->op == EXPR_AUDIENCE)
		return OK;
	for (size_t i = 0; e->op == EXPR_TAG && i < e->count && !*ret; i++)
		TRY(READ_SNAP(u, slot_base(u->store, u->corp), tag_is_sensitive(snap, e->values[i].n, ret)));
	for (size_t i = 0; i < e->n && !*ret; i++)
		TRY(expr_reveals(u, e->of[i], ret));
	return OK;
}

err expr_event_find(struct expr_build *b, str name, i64 *ret)
{
	const struct event_info *info = event_by_name(str_eq(name, STR("order.paid")) ? STR("order.placed") : name);
	struct nearest near = { name, STR_NIL, SUGGEST_BYTES };
	if (info) {
		*ret = info->number;
		return OK;
	}
	nearest_try(&near, STR("order.paid"));
	for (info = event_infos; info->number; info++)
		nearest_try(&near, str_c(info->name));
	return unknown(b, name, near.name);
}

err expr_channel_ok(struct expr_build *b, str channel)
{
	return expr_channel_of(channel) ? OK : bad_value(b, channel, STR("wecom, sms, oa, mail"));
}

static err audience_by_name(struct expr_build *b, str name, struct audience *ret)
{
	struct unit *u = b->u;
	struct audience *all;
	size_t n;
	struct nearest near = { name, STR_NIL, SUGGEST_BYTES };
	TRY(audience_all(u, &all, &n));
	for (size_t i = 0; i < n; i++) {
		if (str_eq(all[i].name, name)) {
			*ret = all[i];
			return OK;
		}
		nearest_try(&near, all[i].name);
	}
	return unknown(b, name, near.name);
}

/* Reads the tree behind the name; what is wrong inside is told at the place of the name. */
err expr_audience_find(struct expr_build *b, struct expr *e, str name)
{
	struct audience row = { 0 };
	TRY(audience_by_name(b, name, &row));
	for (size_t i = 0; i < b->open_count; i++)
		if (b->open[i] == row.id)
			return expr_fault(b, ERR_INPUT, T_EXPR_CYCLE, name, STR_NIL);
	if (b->open_count == AUDIENCE_NESTED_MAX)
		return too_many(b, b->open_count + 1, AUDIENCE_NESTED_MAX);
	struct expr_build place = *b;
	b->open[b->open_count++] = row.id;
	e->name = name;
	e->id = row.id;
	e->of = ARENA_NEW(b->u->arena, struct expr *);
	e->n = 1;
	b->discreet = false;
	err inside = expr_parse_with(b, row.expr, &e->of[0]);
	b->discreet = place.discreet;
	b->open_count--;
	b->column = place.column;
	b->path = place.path;
	if (inside == ERR_INPUT || inside == ERR_UNAVAILABLE) {
		enum text why = b->u->fail.text;
		if (why == T_EXPR_LIMIT || why == T_EXPR_CYCLE)
			return expr_fault(b, inside, why, arena_dup(b->u->arena, str_c(b->u->fail.value)),
					  arena_dup(b->u->arena, str_c(b->u->fail.limit)));
		return expr_fault(b, inside, T_EXPR_BROKEN, name, arena_dup(b->u->arena, str_c(b->u->fail.value)));
	}
	return inside;
}
