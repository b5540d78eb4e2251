/*
 * Own attributes and fields over HTTP: the definitions.
 */
#include "feature/attrdef/attrdef.h"

#include "core/audience/audience.h"

#define KEY_FIELDS(F, S) F(S, ID, id)
RECORD(attrdef_key, KEY_FIELDS);

#define NEW_FIELDS(F, S)                                                           \
	F(S, STR, name, .min = 2, .max = ATTR_OWN_NAME_MAX, .doc = "as in expressions: small letters, digits, _") \
	F(S, STR, label, .min = 1, .max = ATTR_OWN_LABEL_MAX) F(S, STR, type, .one_of = ATTR_TYPES) \
	F(S, STR, unit, .opt = true, .max = 10) F(S, STR, doc, .opt = true, .max = 200) \
	F(S, STR, source, .one_of = "event,field") F(S, STR, event, .opt = true, .doc = "site.tracked …") \
	F(S, LIST, filter, .opt = true, .of = &attr_filter_record, .max = ATTR_OWN_FILTERS_MAX) \
	F(S, STR, path, .opt = true, .doc = "properties.price, goods[].category, $time") \
	F(S, STR, fold, .opt = true, .one_of = ATTR_FOLDS)                         \
	F(S, I64, window_days, .opt = true, .min = 1, .max = ATTR_OWN_WINDOW_MAX)  \
	F(S, BOOL, yuan, .opt = true) F(S, STRS, options, .opt = true, .max = ATTR_OWN_OPTIONS_MAX) \
	F(S, STR, visible, .opt = true, .one_of = "all,restricted")
RECORD(attrdef_new, NEW_FIELDS);

#define EDIT_FIELDS(F, S)                                                          \
	F(S, ID, id) F(S, I64, version) F(S, STR, label, .min = 1, .max = ATTR_OWN_LABEL_MAX) \
	F(S, STR, unit, .opt = true, .max = 10) F(S, STR, doc, .opt = true, .max = 200) \
	F(S, STRS, options, .opt = true, .max = ATTR_OWN_OPTIONS_MAX)              \
	F(S, STR, visible, .opt = true, .one_of = "all,restricted")
RECORD(attrdef_edit, EDIT_FIELDS);

#define VIEW_FIELDS(F, S)                                                          \
	F(S, ID, id) F(S, STR, name) F(S, STR, label) F(S, STR, type) F(S, STR, unit, .opt = true) \
	F(S, STR, doc, .opt = true) F(S, STR, source) F(S, STR, event, .opt = true) \
	F(S, LIST, filter, .of = &attr_filter_record) F(S, STR, path, .opt = true) F(S, STR, fold, .opt = true) \
	F(S, I64, window_days, .opt = true) F(S, BOOL, yuan) F(S, STRS, options) F(S, STR, visible) F(S, STR, state) \
	F(S, STRS, used_by, .doc = "names of audiences") F(S, I64, version) F(S, MS, created_ms)
RECORD(attrdef_view, VIEW_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

/* ---- who names it ---- */

static bool word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

/* Whether an expression's canonical text has the name as a word of its own, outside of quotes. */
static bool names(str expr, str name)
{
	bool quoted = false;
	for (size_t i = 0; i < expr.n; i++) {
		if (expr.p[i] == '\\' && quoted)
			i++;
		else if (expr.p[i] == '"')
			quoted = !quoted;
		else if (!quoted && (i == 0 || !word_char(expr.p[i - 1])) && str_starts(str_sub(expr, i, expr.n), name) &&
			 (i + name.n == expr.n || !word_char(expr.p[i + name.n])))
			return true;
	}
	return false;
}

static struct strs used_by(struct cx *cx, const struct audience *all, size_t n, str name)
{
	struct strs ret = { ARENA_ARRAY(CX_ARENA(cx), str, n + 1), 0 };
	for (size_t i = 0; i < n; i++)
		if (names(all[i].expr, name))
			ret.v[ret.n++] = all[i].name;
	return ret;
}

/* ---- views ---- */

static err read_json(struct cx *cx, str text, const struct record *r, void *ret)
{
	struct json *tree;
	if (!text.p)
		return OK;
	TRY(json_parse(text, CX_ARENA(cx), &tree, &cx->unit.fail));
	record_read(r, tree, ret, CX_ARENA(cx));
	return OK;
}

static str json_of(struct cx *cx, const struct record *r, const void *of)
{
	struct buf b = buf_new(CX_ARENA(cx), BUF_MAX_DEFAULT);
	record_write(&b, r, of);
	return buf_str(&b);
}

static err view(struct cx *cx, const struct attr_def *d, const struct audience *all, size_t n, struct attrdef_view *ret)
{
	struct attr_filters filters = { 0 };
	struct attr_options options = { 0 };
	TRY(read_json(cx, d->filter, &attr_filters_record, &filters));
	TRY(read_json(cx, d->options, &attr_options_record, &options));
	*ret = (struct attrdef_view){
		.id = d->id, .name = d->name, .label = d->label, .type = d->type, .unit = d->unit, .doc = d->doc,
		.source = d->source, .event = d->event, .filter = filters.all, .path = d->path, .fold = d->fold,
		.window_days = d->window_days, .yuan = d->yuan, .options = options.all, .visible = d->visible,
		.state = d->state, .used_by = used_by(cx, all, n, d->name), .version = d->version, .created_ms = d->created,
	};
	return OK;
}

static err view_one(struct cx *cx, i64 id, void *ret)
{
	struct attr_def d;
	struct audience *all;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), attr_def_get(snap, id, &d)));
	TRY(audience_all(&cx->unit, &all, &n));
	return view(cx, &d, all, n, ret);
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct attr_def *defs;
	struct audience *all;
	size_t n, m;
	TRY(READ_SNAP(&cx->unit, base(cx), attr_def_all(snap, &defs, &n)));
	TRY(audience_all(&cx->unit, &all, &m));
	struct attrdef_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct attrdef_view, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(view(cx, &defs[i], all, m, &rows[i]));
	page->data = (struct list){ rows, n };
	page->total = (i64)n;
	return OK;
}

static err h_get(struct cx *cx) { return view_one(cx, ((const struct attrdef_key *)cx->in)->id, cx->out); }

/* ---- changing ---- */

static err add(struct tx *tx, struct attr_def *d)
{
	i64 job;
	TRY(attr_def_add(tx, d));
	if (!str_eq(d->source, STR("event")))
		return OK;
	struct text_hole hole = { "value", d->label };
	str title = text_fill(tx->snap.arena, T_ATTRDEF_JOB, LANG_ZH, &hole, 1);
	return job_add(tx, ATTRDEF_JOB, title, STR("/attributes"), &attrdef_job_record, &(struct attrdef_job){ d->id }, &job);
}

static err h_add(struct cx *cx)
{
	const struct attrdef_new *in = cx->in;
	bool event = str_eq(in->source, STR("event"));
	struct attr_filters filters = { in->filter };
	struct attr_options options = { in->options };
	struct attr_def d = {
		.name = in->name, .label = str_trim(in->label), .type = in->type, .unit = in->unit, .doc = in->doc,
		.source = in->source, .event = event ? in->event : STR_NIL, .path = event ? in->path : STR_NIL,
		.filter = event && in->filter.n ? json_of(cx, &attr_filters_record, &filters) : STR_NIL,
		.fold = event ? in->fold : STR_NIL, .window_days = event ? in->window_days : NIL, .yuan = event && in->yuan,
		.options = !event && in->options.n ? json_of(cx, &attr_options_record, &options) : STR_NIL,
		.visible = in->visible.p ? in->visible : STR("all"),
	};
	struct expr *e;
	struct fail before = cx->unit.fail;
	if (expr_parse(&cx->unit, arena_printf(CX_ARENA(cx), "%.*s is known", STR_F(d.name)), &e) == OK)
		return cx_fail(cx, ERR_EXISTS, T_OK, STR("name"), d.name, STR_NIL);
	cx->unit.fail = before;
	TRY(WRITE_TX(&cx->unit, base(cx), add(tx, &d)));
	return view_one(cx, d.id, cx->out);
}

static err edit(struct tx *tx, const struct attrdef_edit *in, str options)
{
	struct attr_def d;
	TRY(attr_def_get(&tx->snap, in->id, &d));
	d.label = str_trim(in->label);
	d.unit = in->unit;
	d.doc = in->doc;
	d.visible = in->visible.p ? in->visible : d.visible;
	d.version = in->version;
	if (str_eq(d.source, STR("field")))
		d.options = options;
	return attr_def_edit(tx, &d);
}

static err h_edit(struct cx *cx)
{
	const struct attrdef_edit *in = cx->in;
	struct attr_options all = { in->options };
	str options = in->options.n ? json_of(cx, &attr_options_record, &all) : STR_NIL;
	TRY(WRITE_TX(&cx->unit, base(cx), edit(tx, in, options)));
	return view_one(cx, in->id, cx->out);
}

static err h_remove(struct cx *cx)
{
	i64 id = ((const struct attrdef_key *)cx->in)->id;
	struct attrdef_view v;
	TRY(view_one(cx, id, &v));
	if (v.used_by.n)
		return cx_fail(cx, ERR_STATE, T_ATTRDEF_USED, STR_NIL, v.label, v.used_by.v[0]);
	return WRITE_TX(&cx->unit, base(cx), attr_def_remove(tx, id));
}

#define NONE &none_record
#define VIEW &attrdef_view_record
const struct route attrdef_routes[] = {
	{ "GET", "/api/v1/attributes", "attribute.read", ROUTE_SCOPE_NONE, ROUTE_LIST, NONE, VIEW, h_list,
	  "Own attributes and fields, and which audiences name them." },
	{ "POST", "/api/v1/attributes", "attribute.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT,
	  &attrdef_new_record, VIEW, h_add, "Defines an attribute over events, or a field filled by hand." },
	{ "GET", "/api/v1/attributes/{id}", "attribute.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, &attrdef_key_record, VIEW, h_get,
	  "One definition." },
	{ "PUT", "/api/v1/attributes/{id}", "attribute.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &attrdef_edit_record, VIEW, h_edit,
	  "Changes how it is called and shown; what it computes stays." },
	{ "DELETE", "/api/v1/attributes/{id}", "attribute.write", ROUTE_SCOPE_NONE, 0, &attrdef_key_record, NONE, h_remove,
	  "Takes a definition away that no audience names." },
	{ 0 },
};
