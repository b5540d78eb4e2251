/*
 * Questions about a set over HTTP: which tags its people have against everybody, how they divide by one
 * attribute, and how two sets overlap. All within the viewer's scope, counts too.
 *
 * Each part comes with the expression that chooses it, so that a page can lead on to its count or list.
 */
#include "core/audience/audience_data.h"
#include "core/audience/expr_int.h"

#include "base/map.h"
#include "core/attr/attr.h"
#include "core/attr/attr_data.h"
#include "core/audience/audience_http.h"
#include "core/audience/audience_tally.h"
#include "core/staff/staff.h"
#include "core/tag/tag_data.h"

#include <stdlib.h>

#define CROSSTAB_MAX 2000
#define PARTS_MAX 200 /* values shown of one attribute */
#define EVERYBODY STR("orders is known")

/* lift: her share in the set over her share in everybody; 2 means twice as frequent. */
#define CROSSTAB_ROW_FIELDS(F, S)                                                  \
	F(S, ID, tag_id) F(S, STR, name) F(S, STR, group) F(S, I64, count) F(S, F64, share) F(S, I64, everybody) \
	F(S, F64, lift) F(S, STR, expr)
RECORD(audience_crosstab_row, CROSSTAB_ROW_FIELDS);
#define CROSSTAB_IN_FIELDS(F, S) \
	F(S, STR, expr, .max = AUDIENCE_TEXT_MAX) F(S, I64, limit, .opt = true, .min = 1, .max = CROSSTAB_MAX)
RECORD(audience_crosstab_in, CROSSTAB_IN_FIELDS);
#define CROSSTAB_OUT_FIELDS(F, S) \
	F(S, I64, count) F(S, I64, total) F(S, LIST, data, .of = &audience_crosstab_row_record)
RECORD(audience_crosstab_out, CROSSTAB_OUT_FIELDS);

#define BREAKDOWN_ROW_FIELDS(F, S)                                                 \
	F(S, STR, value, .opt = true, .doc = "null: unknown") F(S, STR, label, .opt = true) F(S, I64, count) F(S, F64, share) \
	F(S, I64, everybody) F(S, F64, lift) F(S, STR, expr)
RECORD(audience_breakdown_row, BREAKDOWN_ROW_FIELDS);
#define BREAKDOWN_IN_FIELDS(F, S) F(S, STR, expr, .max = AUDIENCE_TEXT_MAX) F(S, STR, attr, .min = 1, .max = 100)
RECORD(audience_breakdown_in, BREAKDOWN_IN_FIELDS);
#define BREAKDOWN_OUT_FIELDS(F, S) \
	F(S, I64, count) F(S, I64, total) F(S, BOOL, cut, .doc = "there are more values") \
	F(S, LIST, data, .of = &audience_breakdown_row_record)
RECORD(audience_breakdown_out, BREAKDOWN_OUT_FIELDS);

#define OVERLAP_SIDE_FIELDS(F, S) F(S, STR, expr, .opt = true, .max = AUDIENCE_TEXT_MAX) F(S, ID, audience_id, .opt = true)
RECORD(audience_overlap_side, OVERLAP_SIDE_FIELDS);
#define OVERLAP_IN_FIELDS(F, S) \
	F(S, OBJ, a, .of = &audience_overlap_side_record) F(S, OBJ, b, .of = &audience_overlap_side_record)
RECORD(audience_overlap_in, OVERLAP_IN_FIELDS);
#define OVERLAP_PART_FIELDS(F, S) F(S, I64, count) F(S, STR, expr)
RECORD(audience_overlap_part, OVERLAP_PART_FIELDS);
#define OVERLAP_OUT_FIELDS(F, S)                                                   \
	F(S, OBJ, a, .of = &audience_overlap_part_record) F(S, OBJ, b, .of = &audience_overlap_part_record) \
	F(S, OBJ, both, .of = &audience_overlap_part_record) F(S, OBJ, only_a, .of = &audience_overlap_part_record) \
	F(S, OBJ, only_b, .of = &audience_overlap_part_record) F(S, I64, total)
RECORD(audience_overlap_out, OVERLAP_OUT_FIELDS);

static double ratio(i64 part, i64 whole) { return whole ? (double)part / (double)whole : 0; }
static double lift(i64 count, i64 of, i64 everybody, i64 total)
{
	return everybody && of ? ratio(count, of) / ratio(everybody, total) : 0;
}

static struct expr *joined(struct arena *a, enum expr_op op, struct expr *x, struct expr *y)
{
	struct expr *ret = ARENA_NEW(a, struct expr);
	ret->op = op;
	ret->within = NIL;
	ret->of = ARENA_ARRAY(a, struct expr *, 2);
	ret->of[0] = x;
	ret->of[1] = y;
	ret->n = y ? 2 : 1;
	return ret;
}

/* The text of both, as somebody could type it. */
static str and_text(struct arena *a, struct expr *x, struct expr *y) { return expr_text(a, joined(a, EXPR_AND, x, y)); }

static str quoted(struct arena *a, str text)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	buf_char(&b, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_char(&b, '\\');
		buf_char(&b, text.p[i]);
	}
	buf_char(&b, '"');
	return buf_str(&b);
}

/* ---- crosstab ---- */

struct names { struct tag *tags; struct tag_group *groups; size_t tag_count, group_count; };

static err names_read(const struct snap *s, struct names *ret)
{
	TRY(tag_all(s, &ret->tags, &ret->tag_count));
	return tag_groups(s, &(struct none){ 0 }, &ret->groups, &ret->group_count);
}

static const struct tag *tag_named(const struct names *n, i64 id, str *ret_group)
{
	for (size_t i = 0; i < n->tag_count; i++) {
		if (n->tags[i].id != id)
			continue;
		*ret_group = STR("");
		for (size_t g = 0; g < n->group_count; g++)
			if (n->groups[g].id == n->tags[i].group_id)
				*ret_group = n->groups[g].name;
		return &n->tags[i];
	}
	return NULL;
}

static err counts_of(struct unit *u, const struct expr *e, struct imap *ret)
{
	struct audience_tag_count *rows;
	size_t n;
	*ret = imap_new(u->arena);
	TRY(audience_crosstab(u, e, &rows, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(ret, rows[i].tag, rows[i].count);
	return OK;
}

static err h_crosstab(struct cx *cx)
{
	const struct audience_crosstab_in *in = cx->in;
	struct audience_crosstab_out *out = cx->out;
	struct unit *u = &cx->unit;
	struct audience_tag_count *of;
	struct expr *e, *all;
	struct names names;
	struct imap everybody;
	size_t n, shown = 0, limit = in->limit == NIL ? CROSSTAB_MAX : (size_t)in->limit;
	TRY(expr_parse(u, in->expr, &e));
	TRY(expr_parse(u, EVERYBODY, &all));
	TRY(audience_count(u, e, &out->count, &out->total));
	TRY(audience_crosstab(u, e, &of, &n));
	TRY(counts_of(u, all, &everybody));
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), names_read(snap, &names)));
	struct audience_crosstab_row *rows = ARENA_ARRAY(u->arena, struct audience_crosstab_row, n + 1);
	for (size_t i = 0; i < n && shown < limit; i++) {
		i64 whole = of[i].count;
		str group;
		const struct tag *t = tag_named(&names, of[i].tag, &group);
		if (!t || (u->discreet && t->sensitive))
			continue; /* removed, the marks are history; or not for this viewer */
		imap_get(&everybody, of[i].tag, &whole);
		str name = arena_printf(u->arena, "%.*s/%.*s", STR_F(group), STR_F(t->name));
		rows[shown++] = (struct audience_crosstab_row){
			t->id, t->name, group, of[i].count, ratio(of[i].count, out->count), whole,
			lift(of[i].count, out->count, whole, out->total),
			arena_printf(u->arena, "tag:%.*s", STR_F(quoted(u->arena, name))),
		};
	}
	out->data = (struct list){ rows, shown };
	return OK;
}

/* ---- breakdown ---- */

struct parts { struct audience_value_count *v; size_t n; };

static err count_where(struct unit *u, struct expr *e, str condition, i64 *ret)
{
	struct expr *c;
	TRY(expr_parse(u, condition, &c));
	return audience_count(u, e ? joined(u->arena, EXPR_AND, e, c) : c, ret, NULL);
}

static str condition_of(struct arena *a, const struct expr_attr *at, const struct audience_value_count *v, str name)
{
	if (at->type == EXPR_FLAG)
		return arena_printf(a, "%s = %.*s", at->name, STR_F(v->text));
	if (!v->text.p && v->id == NIL)
		return arena_printf(a, "%s is unknown", at->name);
	return arena_printf(a, "%s = %.*s", at->name, STR_F(quoted(a, at->type == EXPR_TEXT || at->type == EXPR_SET ? v->text : name)));
}

/* The values it may have, or those somebody has. */
static err words_of(struct unit *u, const struct expr_attr *at, str **ret, size_t *ret_count)
{
	VEC(str) words = { 0 };
	if (at->type == EXPR_FLAG) {
		vec_push(u->arena, &words, STR("true"));
		vec_push(u->arena, &words, STR("false"));
	} else if (at->type == EXPR_SET) {
		return attr_categories_of_corp(u, ret, ret_count);
	} else if (at->one_of) {
		for (str rest = str_c(at->one_of); rest.p;)
			vec_push(u->arena, &words, str_cut(&rest, ','));
	} else {
		struct audience_texts *rows;
		size_t n;
		TRY(READ_SNAP(u, slot_base(u->store, u->corp),
			      audience_texts_of(snap, &(struct audience_texts_find){ at->value, PARTS_MAX + 1 }, &rows, &n)));
		for (size_t i = 0; i < n; i++)
			vec_push(u->arena, &words, rows[i].t);
	}
	*ret = words.v;
	*ret_count = words.n;
	return OK;
}

static int more_first(const void *a, const void *b)
{
	const struct audience_value_count *x = a, *y = b;
	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return str_cmp(x->text, y->text);
}

/* One count per value: flags, and texts kept beside the row. */
static err by_counting(struct unit *u, struct expr *e, const struct expr_attr *at, struct parts *ret)
{
	str *words;
	size_t n;
	TRY(words_of(u, at, &words, &n));
	ret->v = ARENA_ARRAY(u->arena, struct audience_value_count, n + 1);
	for (size_t i = 0; i <= n; i++) {
		struct audience_value_count v = { NIL, i < n ? words[i] : STR_NIL, 0 };
		if (i == n && at->type == EXPR_FLAG)
			break;
		TRY(count_where(u, e, condition_of(u->arena, at, &v, STR_NIL), &v.count));
		if (v.count)
			ret->v[ret->n++] = v;
	}
	bool unknown = ret->n && !ret->v[ret->n - 1].text.p;
	qsort(ret->v, ret->n - unknown, sizeof(*ret->v), more_first);
	return OK;
}

static err parts_of(struct unit *u, struct expr *e, const struct expr_attr *at, struct parts *ret)
{
	*ret = (struct parts){ 0 };
	if (at->value || at->type == EXPR_FLAG)
		return by_counting(u, e, at, ret);
	return audience_breakdown(u, e, str_c(at->name), &ret->v, &ret->n);
}

static err attr_of(struct unit *u, str name, const struct expr_attr **ret)
{
	const struct attr *found;
	*ret = expr_attr_of(name);
	if (!*ret) {
		TRY(attr_find(u, name, &found));
		*ret = found->id ? expr_attr_valued(u->arena, found) : NULL;
	}
	if (!*ret || (*ret)->type < EXPR_TEXT)
		return fail_set(&u->fail, ERR_INPUT, T_NOT_ONE_OF, STR("attr"), name, STR("stage, staff, store, channel, city, friend …"));
	return OK;
}

/* What is shown of a value, and how an expression names it: staff by userid, stores by name. */
struct shown { str label, name; };

static err shown_of(const struct snap *s, const struct expr_attr *at, i64 id, struct shown *ret)
{
	struct staff staff;
	struct department *all;
	size_t n;
	*ret = (struct shown){ STR("?"), STR("?") };
	if (at->type == EXPR_STAFF) {
		if (staff_get(s, id, &staff) == OK)
			*ret = (struct shown){ staff.name.n ? staff.name : staff.userid, staff.userid };
		return OK;
	}
	TRY(department_all(s, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].id == id)
			*ret = (struct shown){ all[i].name, all[i].name };
	return OK;
}

static i64 same_part(const struct parts *p, const struct audience_value_count *v)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].id == v->id && str_eq(p->v[i].text, v->text) && (p->v[i].text.p == NULL) == (v->text.p == NULL))
			return p->v[i].count;
	return v->count;
}

static err h_breakdown(struct cx *cx)
{
	const struct audience_breakdown_in *in = cx->in;
	struct audience_breakdown_out *out = cx->out;
	struct unit *u = &cx->unit;
	const struct expr_attr *at;
	struct parts mine, all;
	struct expr *e, *everybody;
	TRY(expr_parse(u, in->expr, &e));
	TRY(expr_parse(u, EVERYBODY, &everybody));
	TRY(attr_of(u, in->attr, &at));
	TRY(audience_count(u, e, &out->count, &out->total));
	TRY(parts_of(u, e, at, &mine));
	TRY(parts_of(u, everybody, at, &all));
	out->cut = mine.n > PARTS_MAX;
	size_t n = out->cut ? PARTS_MAX : mine.n;
	struct audience_breakdown_row *rows = ARENA_ARRAY(u->arena, struct audience_breakdown_row, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct audience_value_count *v = &mine.v[i];
		struct shown shown = { v->text, v->text };
		i64 whole = same_part(&all, v);
		if (v->id != NIL)
			TRY(READ_SNAP(u, slot_base(u->store, u->corp), shown_of(snap, at, v->id, &shown)));
		rows[i] = (struct audience_breakdown_row){ shown.name, shown.label, v->count, ratio(v->count, out->count), whole,
							   lift(v->count, out->count, whole, out->total),
							   condition_of(u->arena, at, v, shown.name) };
	}
	out->data = (struct list){ rows, n };
	return OK;
}

/* ---- overlap ---- */

static err side_of(struct cx *cx, const struct audience_overlap_side *in, const char *field, struct expr **ret)
{
	str name;
	if (!in || (in->audience_id != NIL) == (in->expr.n > 0))
		return cx_fail(cx, ERR_INPUT, T_MISSING, str_c(field), STR_NIL, STR_NIL);
	if (in->audience_id != NIL)
		return audience_expr_of(&cx->unit, in->audience_id, &name, ret);
	return expr_parse(&cx->unit, in->expr, ret);
}

static void *part(struct arena *a, i64 count, str expr)
{
	struct audience_overlap_part *ret = ARENA_NEW(a, struct audience_overlap_part);
	*ret = (struct audience_overlap_part){ count, expr };
	return ret;
}

static err h_overlap(struct cx *cx)
{
	const struct audience_overlap_in *in = cx->in;
	struct audience_overlap_out *out = cx->out;
	struct arena *arena = CX_ARENA(cx);
	struct audience_shares s;
	struct expr *a, *b;
	TRY(side_of(cx, in->a, "a", &a));
	TRY(side_of(cx, in->b, "b", &b));
	TRY(audience_overlap(&cx->unit, a, b, &s));
	out->a = part(arena, s.only_a + s.both, expr_text(arena, a));
	out->b = part(arena, s.only_b + s.both, expr_text(arena, b));
	out->both = part(arena, s.both, and_text(arena, a, b));
	out->only_a = part(arena, s.only_a, and_text(arena, a, joined(arena, EXPR_NOT, b, NULL)));
	out->only_b = part(arena, s.only_b, and_text(arena, b, joined(arena, EXPR_NOT, a, NULL)));
	out->total = s.total;
	return OK;
}

const struct route audience_ask_routes[] = {
	{ "POST", "/api/v1/audience/crosstab", "audience.read", ROUTE_SCOPE_CUSTOMERS, 0, &audience_crosstab_in_record,
	  &audience_crosstab_out_record, h_crosstab, "Which tags a set has, against everybody; the most frequent first" },
	{ "POST", "/api/v1/audience/breakdown", "audience.read", ROUTE_SCOPE_CUSTOMERS, 0, &audience_breakdown_in_record,
	  &audience_breakdown_out_record, h_breakdown, "How a set divides by an attribute of texts, staff, stores or a flag" },
	{ "POST", "/api/v1/audience/overlap", "audience.read", ROUTE_SCOPE_CUSTOMERS, 0, &audience_overlap_in_record,
	  &audience_overlap_out_record, h_overlap, "How many two sets share, and each has alone" },
	{ 0 },
};
