/*
 * verb: finding what the modules publish, and telling how an act went.
 */
#include "core/verb/verb.h"

#include "store/journal.h"

const struct verb *verb_find(const struct env *env, str name)
{
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct verb *v = env->modules[i]->verbs; v && v->name; v++)
			if (str_eq_c(name, v->name))
				return v;
	return NULL;
}

err verb_args(struct unit *u, const struct verb *v, str json, const void **ret)
{
	struct json *value;
	void *args = arena_alloc(u->arena, v->args->size);
	TRY(json_parse(json, u->arena, &value, &u->fail));
	TRY(record_parse(v->args, value, args, u->arena, &u->fail));
	*ret = args;
	return v->check ? v->check(u, args) : OK;
}

err verb_tell(struct tx *tx, i64 customer, const struct verb_ended *of)
{
	return journal_add(tx, EV_VERB_ENDED, customer, of->at, &verb_ended_record, of, NULL);
}

/* ---- the list, for forms ---- */

#define VERB_FIELD_DEPTH_MAX 4
#define VERB_FIELDS_MAX 100

#define FIELD_FIELDS(F, S)                                                       \
	F(S, STR, name, .doc = "with dots inside of others: button.url")          \
	F(S, STR, type, .one_of = "text,number,flag,money,time,id,json,texts,ids,object,list") F(S, BOOL, required) \
	F(S, I64, min, .opt = true) F(S, I64, max, .opt = true) F(S, STRS, one_of) F(S, STR, doc, .opt = true) \
	F(S, STR, of, .opt = true, .doc = "the field it is inside of")
RECORD(verb_field, FIELD_FIELDS);
#define ROW_FIELDS(F, S)                                                         \
	F(S, STR, name) F(S, STR, label) F(S, STR, channel, .opt = true, .doc = "whom it touches through") \
	F(S, LIST, fields, .of = &verb_field_record)
RECORD(verb_row, ROW_FIELDS);

static const char *type_name(enum field_type type)
{
	static const char *const names[] = {
		[FIELD_I64] = "number", [FIELD_ID] = "id", [FIELD_MS] = "time", [FIELD_FEN] = "money", [FIELD_BOOL] = "flag",
		[FIELD_F64] = "number", [FIELD_STR] = "text", [FIELD_BYTES] = "text", [FIELD_JSON] = "json", [FIELD_OBJ] = "object",
		[FIELD_LIST] = "list", [FIELD_STRS] = "texts", [FIELD_IDS] = "ids",
	};
	return names[type];
}

static struct strs choices(struct arena *a, const char *one_of)
{
	struct strs ret = { ARENA_ARRAY(a, str, VERB_FIELDS_MAX), 0 };
	for (str rest = one_of ? str_c(one_of) : STR_NIL; rest.p && ret.n < VERB_FIELDS_MAX;)
		ret.v[ret.n++] = str_cut(&rest, ',');
	return ret;
}

static void flatten(struct arena *a, const struct record *r, str of, int depth, struct verb_field *ret, size_t *n)
{
	for (size_t i = 0; i < r->count && *n < VERB_FIELDS_MAX; i++) {
		const struct field *f = &r->fields[i];
		str name = of.n ? arena_printf(a, "%.*s.%s", STR_F(of), f->name) : str_c(f->name);
		bool bound = f->max != 0;
		ret[(*n)++] = (struct verb_field){ name, str_c(type_name(f->type)), !f->opt, bound ? f->min : NIL, bound ? f->max : NIL,
						   choices(a, f->one_of), f->doc ? str_c(f->doc) : STR_NIL, of.n ? of : STR_NIL };
		if (f->of && depth < VERB_FIELD_DEPTH_MAX)
			flatten(a, f->of, name, depth + 1, ret, n);
	}
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct arena *a = CX_ARENA(cx);
	size_t n = 0, room = 0;
	for (size_t i = 0; cx->env->modules[i]; i++)
		for (const struct verb *v = cx->env->modules[i]->verbs; v && v->name; v++)
			room++;
	struct verb_row *rows = ARENA_ARRAY(a, struct verb_row, room + 1);
	for (size_t i = 0; cx->env->modules[i]; i++)
		for (const struct verb *v = cx->env->modules[i]->verbs; v && v->name; v++) {
			struct verb_field *fields = ARENA_ARRAY(a, struct verb_field, VERB_FIELDS_MAX);
			size_t count = 0;
			flatten(a, v->args, STR_NIL, 0, fields, &count);
			rows[n++] = (struct verb_row){ str_c(v->name), str_c(text_raw(v->label, cx->viewer.lang)),
						       v->channel ? str_c(v->channel) : STR_NIL, { fields, count } };
		}
	page->data = (struct list){ rows, n };
	page->total = (i64)n;
	return OK;
}

static const struct route routes[] = {
	{ "GET", "/api/v1/verbs", "self", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &verb_row_record, h_list,
	  "The acts features offer to journeys and rules, with the fields of their arguments." },
	{ 0 },
};
static const struct query *const queries[] = { NULL };
static const struct event_title titles[] = { { EV_VERB_ENDED, T_EV_VERB_ENDED }, { 0 } };

const struct module verb_module = {
	.name = "verb",
	.doc = "Named acts of features, called by journeys, SOPs and rules.",
	.queries = queries,
	.routes = routes,
	.titles = titles,
};
