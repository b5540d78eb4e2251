/*
 * Conditions on an attribute that is a set (the categories of goods she bought from): any, all or none of some
 * values, or whether anything is known at all.
 *
 * Each value of such a set is a flag of hers (attr_category.h), so a condition is a joint of flags: `or` for any,
 * `and` for all, `not` over both for none. The joint remembers that it was written as one condition (expr.set), so
 * that text, JSON and words show it as one; whoever evaluates a tree sees flags and joints and needs to know nothing
 * of sets.
 */
#include "core/audience/expr_set.h"

#include "core/attr/attr_category.h"

static const char *const hows[] = { "any", "all", "none" };

bool expr_how_of(str word, enum expr_how *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(hows); i++)
		if (str_eq_nocase(word, str_c(hows[i]))) {
			*ret = (enum expr_how)i;
			return true;
		}
	*ret = TAG_ANY;
	return str_eq_nocase(word, STR("in")) || str_eq_c(word, "=");
}

err expr_set_value(struct expr_build *b, const struct expr_attr *set, str text, struct expr **ret)
{
	str name = attr_category_name(text);
	if (!name.n || str_utf8_len(str_trim(text)) > ATTR_TEXT_MAX)
		return expr_fault(b, ERR_INPUT, T_EXPR_VALUE, str_utf8_head(text, 20), STR("1.." FAIL_STR(ATTR_TEXT_MAX)));
	struct expr_attr *flag = ARENA_NEW(b->u->arena, struct expr_attr);
	*flag = (struct expr_attr){ .name = set->name, .type = EXPR_FLAG, .label = set->label,
				    .title = arena_cstr(b->u->arena, name), .value = attr_category_id(name) };
	TRY(expr_node(b, EXPR_ATTR, ret));
	(*ret)->attr = flag;
	return expr_value_add(b, *ret, (struct expr_value){ .n = 1, .text = name });
}

err expr_set_make(struct expr_build *b, const struct expr_attr *set, enum expr_how how, struct expr **of, size_t n, struct expr **ret)
{
	struct expr *inner = of[0];
	if (n > 1) {
		TRY(expr_node(b, how == TAG_ALL ? EXPR_AND : EXPR_OR, &inner));
		*inner = (struct expr){ .op = inner->op, .of = of, .n = n, .within = NIL, .set = set, .how = how == TAG_ALL ? TAG_ALL : TAG_ANY };
	}
	*ret = inner;
	if (how != TAG_NONE)
		return OK;
	TRY(expr_node(b, EXPR_NOT, ret));
	(*ret)->of = ARENA_NEW(b->u->arena, struct expr *);
	(*ret)->of[0] = inner;
	(*ret)->n = 1;
	(*ret)->set = set;
	(*ret)->how = TAG_NONE;
	return OK;
}

err expr_set_known(struct expr_build *b, const struct expr_attr *set, bool known, struct expr **ret)
{
	struct expr_attr *count = ARENA_NEW(b->u->arena, struct expr_attr);
	*count = *set;
	count->type = EXPR_NUMBER;
	TRY(expr_node(b, EXPR_ATTR, ret));
	(*ret)->attr = count;
	(*ret)->cmp = known ? CMP_KNOWN : CMP_UNKNOWN;
	return OK;
}

bool expr_is_set(const struct expr *e)
{
	return e->set || (e->op == EXPR_ATTR && e->attr->type == EXPR_FLAG && attr_is_category(e->attr->value));
}

struct expr_set expr_set_of(const struct expr *e)
{
	const struct expr *joint = e->set && e->how == TAG_NONE ? e->of[0] : e;
	struct expr_set s = { .label = joint->set ? joint->set : joint->attr, .how = e->set ? e->how : TAG_ANY };
	s.n = joint->set ? joint->n : 1;
	s.of = joint->set ? (const struct expr *const *)joint->of : NULL;
	s.one = joint;
	return s;
}

str expr_set_name(const struct expr_set *s, size_t i) { return str_c((s->of ? s->of[i] : s->one)->attr->title); }

void expr_set_json(struct buf *b, const struct expr *e)
{
	struct expr_set s = expr_set_of(e);
	buf_fmt(b, "{\"op\":\"attr\",\"name\":\"%s\",\"cmp\":\"%s\",\"value\":[", s.label->name, hows[s.how]);
	for (size_t i = 0; i < s.n; i++) {
		buf_add_c(b, i ? "," : "");
		buf_json(b, expr_set_name(&s, i));
	}
	buf_add_c(b, "]}");
}
