/*
 * A tree as SQL for either store: the oracle of the other two evaluators, and the slow way without an index.
 *
 * The text is joined from fixed fragments; whatever came from outside is a parameter :p1, :p2 …. Every
 * fragment is true or false, never NULL, so that NOT means what the language means by it. Marks and events
 * of a person are those of the root and of the leaves it took in (customer_leaf). With spread > 1 a leaf
 * may lie in any slot of the corp, so a fragment names the corp's range of slots.
 */
#include "core/audience/audience_data.h"
#include "core/audience/expr_int.h"

#define SQL_TEXT_MAX ((size_t)200 << 10)

struct sql {
	struct unit *u;
	struct buf b;
	VEC(struct query_value) values;
	struct expr_today today;
	bool one_slot;
};

static void param(struct sql *s, struct query_value v)
{
	vec_push(s->u->arena, &s->values, v);
	buf_fmt(&s->b, ":p%zu", s->values.n);
}

static void number(struct sql *s, i64 n) { param(s, (struct query_value){ .n = n }); }
static void add(struct sql *s, const char *fixed) { buf_add_c(&s->b, fixed); }

static void slots(struct sql *s, const char *table)
{
	buf_fmt(&s->b, s->one_slot ? "%s.slot = :slot AND %s.corp = :corp" : "%s.slot >= 0 AND %s.corp = :corp", table, table);
}

/* The leaves l of the person, and their rows in a table. CROSS JOIN keeps SQLite from looking at the table
 * first: without statistics it takes a list of tags for a better start than one person. */
static void leaves(struct sql *s, const char *table)
{
	buf_fmt(&s->b, "l.slot = f.slot AND l.corp = :corp AND l.root = f.customer AND %s.customer = l.leaf AND ", table);
	slots(s, table);
}

static void ids(struct sql *s, const struct expr *e)
{
	for (size_t i = 0; i < e->count; i++) {
		add(s, i ? ", " : "");
		number(s, e->values[i].n);
	}
}

/* EXISTS over the root's own marks and over those of the leaves. */
static void marked(struct sql *s, const struct expr_value *tags, size_t count)
{
	struct expr list = { .values = (struct expr_value *)tags, .count = count };
	add(s, "(EXISTS (SELECT 1 FROM tag_mark t WHERE t.slot = f.slot AND t.corp = :corp AND t.customer = f.customer AND t.tag IN (");
	ids(s, &list);
	add(s, ")) OR EXISTS (SELECT 1 FROM customer_leaf l CROSS JOIN tag_mark t WHERE ");
	leaves(s, "t");
	add(s, " AND t.tag IN (");
	ids(s, &list);
	add(s, ")))");
}

static void tag(struct sql *s, const struct expr *e)
{
	if (e->how != TAG_ALL) {
		add(s, e->how == TAG_NONE ? "NOT " : "");
		marked(s, e->values, e->count);
		return;
	}
	add(s, "(");
	for (size_t i = 0; i < e->count; i++) {
		add(s, i ? " AND " : "");
		marked(s, &e->values[i], 1);
	}
	add(s, ")");
}

/* The column, or the value kept beside the row. */
static void operand(struct sql *s, const struct expr_attr *a)
{
	if (!a->value) {
		buf_fmt(&s->b, "(%s)", a->sql);
		return;
	}
	buf_fmt(&s->b, "(SELECT v.%s FROM attr_value v WHERE v.slot = f.slot AND v.corp = :corp AND v.attr = ",
		a->type == EXPR_TEXT ? "t" : "n");
	number(s, a->value);
	add(s, " AND v.customer = f.customer)");
}

static void by_ranges(struct sql *s, const struct expr *e)
{
	size_t n;
	struct expr_range *r = expr_ranges(s->u->arena, e, &s->today, &n);
	add(s, "(");
	for (size_t i = 0; i < n; i++) {
		add(s, i ? " OR " : "");
		operand(s, e->attr);
		add(s, " BETWEEN ");
		number(s, r[i].lo);
		add(s, " AND ");
		number(s, r[i].hi);
	}
	add(s, ")");
}

static void by_values(struct sql *s, const struct expr *e)
{
	operand(s, e->attr);
	add(s, e->cmp == CMP_NE ? " NOT IN (" : " IN (");
	for (size_t i = 0; i < e->count; i++) {
		add(s, i ? ", " : "");
		if (e->attr->type == EXPR_TEXT)
			param(s, (struct query_value){ .text = true, .s = e->values[i].text });
		else
			number(s, e->values[i].n);
	}
	add(s, ")");
}

static void attr(struct sql *s, const struct expr *e)
{
	if (e->attr->type == EXPR_FLAG) {
		add(s, "COALESCE(");
		operand(s, e->attr);
		add(s, ", 0)");
		bool yes = e->cmp == CMP_KNOWN || (e->cmp == CMP_EQ) == (e->count && e->values[0].n != 0);
		add(s, e->cmp == CMP_KNOWN ? " IN (0, 1)" : e->cmp == CMP_UNKNOWN ? " NOT IN (0, 1)" : yes ? " = 1" : " = 0");
		return;
	}
	if (e->cmp >= CMP_KNOWN) {
		operand(s, e->attr);
		add(s, e->cmp == CMP_KNOWN ? " IS NOT NULL" : " IS NULL");
		return;
	}
	add(s, "(");
	operand(s, e->attr);
	add(s, " IS NOT NULL AND ");
	if (e->attr->type < EXPR_TEXT)
		by_ranges(s, e);
	else
		by_values(s, e);
	add(s, ")");
}

static void event_rows(struct sql *s, const struct expr *e)
{
	i64 from, to;
	add(s, "d.kind = ");
	number(s, e->event);
	if (expr_window(e, &s->today, &from, &to)) {
		add(s, " AND d.day BETWEEN ");
		number(s, from);
		add(s, " AND ");
		number(s, to);
	}
}

static void did(struct sql *s, const struct expr *e)
{
	add(s, "(SELECT CAST(coalesce(sum(d.times), 0) AS BIGINT) FROM event_day d WHERE d.slot = f.slot AND d.corp = :corp "
	       "AND d.customer = f.customer AND ");
	event_rows(s, e);
	add(s, ") + (SELECT CAST(coalesce(sum(d.times), 0) AS BIGINT) FROM customer_leaf l CROSS JOIN event_day d WHERE ");
	leaves(s, "d");
	add(s, " AND ");
	event_rows(s, e);
	buf_fmt(&s->b, ") %s ", expr_cmp_words[e->cmp]);
	number(s, e->values[0].n);
}

static void tree(struct sql *s, const struct expr *e)
{
	add(s, "(");
	switch (e->op) {
	case EXPR_TAG:
		tag(s, e);
		break;
	case EXPR_ATTR:
		attr(s, e);
		break;
	case EXPR_DID:
		did(s, e);
		break;
	case EXPR_REACH:
		add(s, expr_channel_of(e->name)->sql);
		add(s, " = 1");
		break;
	case EXPR_NOT:
		add(s, "NOT ");
		tree(s, e->of[0]);
		break;
	default:
		for (size_t i = 0; i < e->n; i++) {
			add(s, i == 0 ? "" : e->op == EXPR_OR ? " OR " : " AND ");
			tree(s, e->of[i]);
		}
	}
	add(s, ")");
}

/* A living relation of hers, or of a leaf of hers, with a member of the scope. */
static void scope(struct sql *s)
{
	static const char in_scope[] = " AND w.status = 'friend' AND w.staff IN "
				       "(SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))";
	add(s, " AND (EXISTS (SELECT 1 FROM follow w WHERE w.slot = f.slot AND w.corp = :corp AND w.customer = f.customer");
	add(s, in_scope);
	add(s, " OR EXISTS (SELECT 1 FROM customer_leaf l CROSS JOIN follow w WHERE ");
	leaves(s, "w");
	add(s, in_scope);
	add(s, ")");
}

#define SQL_ANSWER_FIELDS(F, S) F(S, ID, n)
RECORD(expr_sql_answer, SQL_ANSWER_FIELDS);

static err run(struct unit *u, const struct expr *e, bool count, err (*row)(void *, const void *), void *arg)
{
	i64 slot[2];
	struct sql s = { .u = u, .b = buf_new(u->arena, SQL_TEXT_MAX), .today = expr_today(u) };
	s.one_slot = slots_of_corp(u->store, u->corp, slot, 2) == 1;
	add(&s, count ? "SELECT count(*) AS n" : "SELECT f.customer AS n");
	add(&s, " FROM customer_fact f WHERE ");
	slots(&s, "f");
	add(&s, " AND f.erased = 0 AND f.customer < ");
	number(&s, id_customer(u->corp, ID_VISITOR_FROM));
	if (u->scope)
		scope(&s);
	add(&s, " AND ");
	tree(&s, e);
	add(&s, count ? "" : " ORDER BY f.customer");
	if (s.b.over)
		return fail_set(&u->fail, ERR_TOO_LARGE, T_OK, STR("expr"), STR_NIL, STR_NIL);
	const char *text = arena_cstr(u->arena, buf_str(&s.b));
	return READ_SNAP(u, slot[0], query_dynamic(snap, "audience", text, s.values.v, s.values.n, &expr_sql_answer_record, row, arg));
}

static err take_count(void *arg, const void *of)
{
	*(i64 *)arg = ((const struct expr_sql_answer *)of)->n;
	return OK;
}

err audience_count_sql(struct unit *u, const struct expr *e, i64 *ret_count)
{
	return run(u, e, true, take_count, ret_count);
}

struct found { struct arena *arena; VEC(i64) ids; };

static err take_id(void *arg, const void *of)
{
	struct found *f = arg;
	vec_push(f->arena, &f->ids, ((const struct expr_sql_answer *)of)->n);
	return OK;
}

err audience_select_sql(struct unit *u, const struct expr *e, i64 **ret, size_t *ret_count)
{
	struct found f = { .arena = u->arena };
	TRY(run(u, e, false, take_id, &f));
	*ret = f.ids.v;
	*ret_count = f.ids.n;
	return OK;
}
