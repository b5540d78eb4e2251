/*
 * The lists of a block are made in two passes over what each feature has there: count, then place.
 */
#include "core/audience/audience_walk.h"

#include "core/audience/expr_eval.h"

struct code_features {
	const struct expr_attr *attr;
	u32 *place; /* of code c: the feature + 1; 0: none */
	u32 codes;
};
struct walk {
	struct asked a;
	const struct audience_feature *v;
	size_t count, attr_count;
	const struct expr_attr *attrs[AUDIENCE_WALK_ATTRS];
	struct code_features codes[AUDIENCE_WALK_ATTRS];
	u32 *starts; /* BLOCK_SIZE + 1: where the list of each number begins */
	u32 *has;
	u64 *in;
	u16 *list;   /* numbers seen in the block */
};

/* ---- names ---- */

static bool has_id(const struct ids *v, i64 id)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i] == id)
			return true;
	return false;
}

static bool has_str(const struct strs *v, str s)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->v[i], s))
			return true;
	return false;
}

static void collect(const struct expr *e, struct ids *tags, struct strs *attrs)
{
	for (size_t i = 0; i < e->n; i++) /* no deeper than AUDIENCE_DEPTH_MAX and AUDIENCE_NESTED_MAX let it be */
		collect(e->of[i], tags, attrs);
	for (size_t i = 0; e->op == EXPR_TAG && i < e->count; i++)
		if (!has_id(tags, e->values[i].n))
			tags->v[tags->n++] = e->values[i].n;
	if (e->op == EXPR_ATTR && !has_str(attrs, str_c(e->attr->name)))
		attrs->v[attrs->n++] = str_c(e->attr->name);
}

void audience_names(struct arena *a, const struct expr *e, struct ids *ret_tags, struct strs *ret_attrs)
{
	*ret_tags = (struct ids){ ARENA_ARRAY(a, i64, AUDIENCE_VALUES_MAX + 1), 0 };
	*ret_attrs = (struct strs){ ARENA_ARRAY(a, str, AUDIENCE_NODES_MAX + 1), 0 };
	collect(e, ret_tags, ret_attrs);
}

str *audience_feature_attrs(struct unit *u, size_t *ret_count)
{
	str *ret = ARENA_ARRAY(u->arena, str, AUDIENCE_WALK_ATTRS);
	size_t n = 0;
	for (const struct expr_attr *a = expr_attrs; a->name; a++)
		if (a->type == EXPR_TEXT || a->type == EXPR_STORE)
			ret[n++] = str_c(a->name);
	for (size_t i = 0; u->env && u->env->modules && u->env->modules[i]; i++)
		for (const struct attr *a = u->env->modules[i]->attrs; a && a->name; a++)
			if (a->id && a->type == ATTR_TEXT && !a->later && n < AUDIENCE_WALK_ATTRS)
				ret[n++] = str_c(a->name);
	*ret_count = n;
	return ret;
}

/* ---- preparing ---- */

static const struct expr_attr *attr_of(struct unit *u, str name)
{
	const struct expr_attr *a = expr_attr_of(name);
	for (size_t i = 0; !a && u->env && u->env->modules && u->env->modules[i]; i++)
		for (const struct attr *of = u->env->modules[i]->attrs; of && of->name; of++)
			if (of->id && str_eq_c(name, of->name))
				return expr_attr_valued(u->arena, of);
	return a;
}

/* The attributes the features name, each once. */
static err attrs_of(struct unit *u, struct walk *w)
{
	for (size_t i = 0; i < w->count; i++) {
		size_t k = 0;
		if (w->v[i].tag)
			continue;
		while (k < w->attr_count && !str_eq_c(w->v[i].attr, w->attrs[k]->name))
			k++;
		if (k < w->attr_count)
			continue;
		const struct expr_attr *a = attr_of(u, w->v[i].attr);
		if (!a || (a->type != EXPR_TEXT && a->type != EXPR_STORE) || w->attr_count == AUDIENCE_WALK_ATTRS)
			return fail_set(&u->fail, ERR_INPUT, T_NOT_ONE_OF, STR("attr"), w->v[i].attr, STR("text, store"));
		w->attrs[w->attr_count++] = a;
	}
	return OK;
}

static u32 code_of(const struct code_dict *d, const struct expr_attr *a, const struct audience_feature *f)
{
	i64 code;
	if (a->type == EXPR_TEXT)
		return (u32)(uintptr_t)map_get(&d->by_text, f->text);
	return imap_get(&d->by_id, f->id, &code) ? (u32)code : 0;
}

static void map_codes(struct arena *a, struct walk *w)
{
	for (size_t k = 0; k < w->attr_count; k++) {
		const struct expr_attr *at = w->attrs[k];
		const struct code_dict *d = at->value ? &index_value(w->a.ci, at->value)->dict : &w->a.ci->dicts[at->col];
		struct code_features *c = &w->codes[k];
		*c = (struct code_features){ at, ARENA_ARRAY(a, u32, d->n + 1), d->n };
		for (size_t i = 0; i < w->count; i++) {
			u32 code = w->v[i].tag || !str_eq_c(w->v[i].attr, at->name) ? 0 : code_of(d, at, &w->v[i]);
			if (code)
				c->place[code] = (u32)i + 1;
		}
	}
}

/* ---- a block ---- */

static void each_of_tag(struct walk *w, size_t block, size_t feature, bool place)
{
	const struct set *set = index_set(&w->a.ci->tags, w->v[feature].tag);
	struct span x = set ? set_span(&w->a.ci->pool, set, block) : (struct span){ 0 };
	const u16 *ids = NULL;
	u32 n = x.n ? eval_list(w->a.ev, x, &ids) : 0;
	for (u32 i = 0; i < n; i++)
		if (place)
			w->has[w->starts[ids[i]]++] = (u32)feature;
		else
			w->starts[ids[i]]++;
}

static void each_of_codes(struct walk *w, size_t block, const struct code_features *c, u32 n, bool place)
{
	const struct expr_attr *a = c->attr;
	const struct column *col = a->value ? &index_value_block(index_value(w->a.ci, a->value), block)->codes
					    : &w->a.ci->blocks[block]->codes[a->col].c;
	for (u32 i = 0; col->v && i < n; i++) {
		u64 code = column_raw(col, w->list[i]);
		u32 feature = code <= c->codes ? c->place[code] : 0;
		if (feature && place)
			w->has[w->starts[w->list[i]]++] = feature - 1;
		else if (feature)
			w->starts[w->list[i]]++;
	}
}

static void pass(struct walk *w, size_t block, u32 n, bool place)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->v[i].tag)
			each_of_tag(w, block, i, place);
	for (size_t k = 0; k < w->attr_count; k++)
		each_of_codes(w, block, &w->codes[k], n, place);
}

/* Afterwards the list of number i ends at starts[i] and begins where that of i - 1 ends. */
static void list_block(struct arena *a, struct walk *w, size_t block, u32 n)
{
	u32 total = 0;
	memset(w->starts, 0, (BLOCK_SIZE + 1) * sizeof(*w->starts));
	pass(w, block, n, false);
	for (size_t i = 0; i <= BLOCK_SIZE; i++) {
		u32 mine = w->starts[i];
		w->starts[i] = total;
		total += mine;
	}
	w->has = ARENA_ARRAY(a, u32, total + 1);
	pass(w, block, n, true);
}

static void walk_block(struct unit *u, struct walk *w, size_t block, void (*fn)(void *arg, const struct audience_seen *who), void *arg)
{
	const struct kernel *k = w->a.ci->of->kernel;
	const u16 *ids;
	struct span seen = eval_seen(w->a.ev, block);
	if (!seen.n)
		return;
	u32 n = eval_list(w->a.ev, seen, &ids);
	memcpy(w->list, ids, n * sizeof(*ids));
	span_bits(k, eval_block(w->a.ev, block, NULL), w->in);
	list_block(u->arena, w, block, n);
	for (u32 i = 0; i < n; i++) {
		u16 id = w->list[i];
		u32 from = id ? w->starts[id - 1] : 0;
		struct audience_seen who = { id_customer(w->a.ci->corp, (u32)(block << BLOCK_BITS) | id),
					     w->in[id / 64] >> (id % 64) & 1, w->has + from, w->starts[id] - from };
		fn(arg, &who);
	}
}

err audience_walk(struct unit *u, const struct expr *e, const struct audience_feature *v, size_t count,
		  void (*fn)(void *arg, const struct audience_seen *who), void *arg)
{
	struct walk *w = ARENA_NEW(u->arena, struct walk);
	*w = (struct walk){ .v = v, .count = count };
	if (count > AUDIENCE_WALK_FEATURES)
		return fail_set(&u->fail, ERR_TOO_LARGE, T_TOO_BIG, STR("features"), STR_NIL, STR(FAIL_STR(AUDIENCE_WALK_FEATURES)));
	TRY(attrs_of(u, w));
	TRY(ask(u, e, w->attrs, w->attr_count, &w->a));
	w->starts = ARENA_ARRAY(u->arena, u32, BLOCK_SIZE + 1);
	w->in = ARENA_ARRAY(u->arena, u64, BLOCK_WORDS);
	w->list = ARENA_ARRAY(u->arena, u16, BLOCK_SIZE);
	map_codes(u->arena, w);
	for (size_t block = 0; block < w->a.ci->block_count; block++) {
		struct arena_mark mark = arena_mark(u->arena);
		walk_block(u, w, block, fn, arg);
		arena_reset(u->arena, mark);
	}
	index_close(w->a.ci);
	return OK;
}
