/*
 * tag rules over HTTP: the list with what each has done lately, editing, versions, the events to choose from,
 * and the test box.
 */
#include "feature/tagrule/tagrule_int.h"

#include "core/corp/corp.h"
#include "core/perm/perm.h"

#define WEEK_DAYS 7
#define MONTH_DAYS 30

#define STATS_FIELDS(F, S)                                                      \
	F(S, I64, hits_7) F(S, I64, hits_30) F(S, MS, last_hit_ms, .opt = true) \
	F(S, I64, errors, .doc = "in 30 days") F(S, STR, last_error, .opt = true, .doc = "tag_removed")
#define ROW_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, name) F(S, BOOL, on) F(S, I64, version) F(S, STR, type) F(S, STR, event, .opt = true) \
	F(S, IDS, put) F(S, IDS, take) F(S, I64, keywords) F(S, MS, created_ms) STATS_FIELDS(F, S)
RECORD(tagrule_row, ROW_FIELDS);
#define VIEW_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, BOOL, on) F(S, I64, version) F(S, MS, created_ms) F(S, MS, since_ms, .doc = "acts on what came after") \
	F(S, OBJ, def, .of = &tagrule_def_record) STATS_FIELDS(F, S)
RECORD(tagrule_view, VIEW_FIELDS);
#define CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) TAGRULE_DEF_FIELDS(F, S)
RECORD(tagrule_change_in, CHANGE_FIELDS);
#define VERSION_FIELDS(F, S) F(S, I64, version) F(S, MS, at_ms) F(S, STR, by)
RECORD(tagrule_version_row, VERSION_FIELDS);
#define VERSION_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, version)
RECORD(tagrule_version_in, VERSION_IN_FIELDS);
#define VERSION_VIEW_FIELDS(F, S) VERSION_FIELDS(F, S) F(S, OBJ, def, .of = &tagrule_def_record)
RECORD(tagrule_version_view, VERSION_VIEW_FIELDS);
#define FIELD_FIELDS(F, S) F(S, STR, name) F(S, STR, type, .doc = "text, number, money, time, flag, json")
RECORD(tagrule_event_field, FIELD_FIELDS);
#define EVENT_FIELDS(F, S) \
	F(S, STR, event) F(S, STR, doc) F(S, BOOL, texts, .doc = "keywords are looked for in it") F(S, LIST, fields, .of = &tagrule_event_field_record)
RECORD(tagrule_event, EVENT_FIELDS);
#define TEST_FIELDS(F, S) F(S, STR, text, .min = 1, .max = TAGRULE_TEST_MAX)
RECORD(tagrule_test_in, TEST_FIELDS);
#define TEST_HIT_FIELDS(F, S) F(S, ID, rule) F(S, STR, name) F(S, BOOL, on) F(S, STR, keyword)
RECORD(tagrule_test_hit, TEST_HIT_FIELDS);
#define TEST_OUT_FIELDS(F, S) F(S, LIST, hits, .of = &tagrule_test_hit_record) F(S, I64, keywords) F(S, STR, engine, .opt = true)
RECORD(tagrule_test_out, TEST_OUT_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

err tagrule_find(struct cx *cx, i64 id, struct rule_row *ret)
{
	struct rule_key key = { id };
	err e = READ_SNAP(&cx->unit, base(cx), rule_get(snap, &key, ret));
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_TAGRULE_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

/* ---- reading ---- */

static err def_of(struct cx *cx, str json, struct tagrule_def **ret)
{
	struct json *tree;
	*ret = ARENA_NEW(CX_ARENA(cx), struct tagrule_def);
	TRY(json_parse(json, CX_ARENA(cx), &tree, &cx->unit.fail));
	return record_parse(&tagrule_def_record, tree, *ret, CX_ARENA(cx), &cx->unit.fail);
}

static err stats_read(struct cx *cx, struct rule_stats **ret, size_t *ret_count)
{
	i64 today = corp_day(&cx->unit, cx_now(cx));
	struct rule_stats_find find = { today - WEEK_DAYS + 1, today - MONTH_DAYS + 1 };
	return READ_SNAP(&cx->unit, base(cx), rule_stats_all(snap, &find, ret, ret_count));
}

static struct rule_stats stats_of(const struct rule_stats *v, size_t n, i64 rule)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].rule == rule)
			return v[i];
	return (struct rule_stats){ .last_hit = NIL, .last_error = STR_NIL };
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct rule_stats *stats;
	struct rule_row *rows;
	size_t n, stat_n;
	TRY(stats_read(cx, &stats, &stat_n));
	TRY(READ_SNAP(&cx->unit, base(cx), rule_all(snap, &(struct none){ 0 }, &rows, &n)));
	struct tagrule_row *out = ARENA_ARRAY(CX_ARENA(cx), struct tagrule_row, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct rule_stats s = stats_of(stats, stat_n, rows[i].id);
		struct tagrule_def *def;
		TRY(def_of(cx, rows[i].def, &def));
		const struct tagrule_when *w = def->when;
		out[i] = (struct tagrule_row){ rows[i].id, def->name, rows[i].running, rows[i].version, w->type, w->event, def->put, def->take,
					       (i64)w->keywords.n, rows[i].created, s.week, s.month, s.last_hit, s.errors, s.last_error };
	}
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

static err view(struct cx *cx, i64 id)
{
	struct tagrule_view *out = cx->out;
	struct tagrule_def *def;
	struct rule_stats *stats;
	struct rule_row row;
	size_t n;
	TRY(tagrule_find(cx, id, &row));
	TRY(def_of(cx, row.def, &def));
	TRY(stats_read(cx, &stats, &n));
	struct rule_stats s = stats_of(stats, n, id);
	*out = (struct tagrule_view){ row.id, row.running, row.version, row.created, row.since, def,
				      s.week, s.month, s.last_hit, s.errors, s.last_error };
	return OK;
}

static err h_get(struct cx *cx) { return view(cx, ((const struct rule_key *)cx->in)->id); }

static err h_versions(struct cx *cx)
{
	struct page *page = cx->out;
	struct rule_key key = *(const struct rule_key *)cx->in;
	struct rule_version *rows;
	struct rule_row row;
	size_t n;
	TRY(tagrule_find(cx, key.id, &row));
	TRY(READ_SNAP(&cx->unit, base(cx), rule_versions(snap, &key, &rows, &n)));
	struct tagrule_version_row *out = ARENA_ARRAY(CX_ARENA(cx), struct tagrule_version_row, n + 1);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct tagrule_version_row){ rows[i].version, rows[i].at, rows[i].by_name };
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

static err h_version(struct cx *cx)
{
	const struct tagrule_version_in *in = cx->in;
	struct tagrule_version_view *out = cx->out;
	struct rule_version *rows;
	struct rule_row row;
	size_t n;
	TRY(tagrule_find(cx, in->id, &row));
	TRY(READ_SNAP(&cx->unit, base(cx), rule_versions(snap, &(struct rule_key){ in->id }, &rows, &n)));
	for (size_t i = 0; i < n; i++) {
		struct tagrule_def *def;
		if (rows[i].version != in->version)
			continue;
		TRY(def_of(cx, rows[i].def, &def));
		*out = (struct tagrule_version_view){ rows[i].version, rows[i].at, rows[i].by_name, def };
		return OK;
	}
	return cx_fail(cx, ERR_NOT_FOUND, T_TAGRULE_UNKNOWN, STR("version"), STR_NIL, STR_NIL);
}

/* ---- editing ---- */

/* Compiled now, so that no event has to wait for it. */
static err warm(const struct snap *s, struct env *env)
{
	struct rule_set *set;
	TRY(rule_set_take(s, &set));
	rule_set_give(env, set);
	return OK;
}

static err saved(struct cx *cx, i64 id)
{
	TRY(READ_SNAP(&cx->unit, base(cx), warm(snap, cx->env)));
	return view(cx, id);
}

static str who(const struct cx *cx) { return cx->viewer.name.p ? cx->viewer.name : STR(""); }

static err h_create(struct cx *cx)
{
	i64 id = 0;
	TRY(WRITE_TX(&cx->unit, base(cx), tagrule_create(tx, cx->in, who(cx), &id)));
	return saved(cx, id);
}

static err h_change(struct cx *cx)
{
	const struct tagrule_change_in *in = cx->in;
	struct tagrule_def def = { in->name, in->put, in->take, in->expires_days, in->confidence, in->when };
	TRY(WRITE_TX(&cx->unit, base(cx), tagrule_change(tx, in->id, in->version, &def, who(cx))));
	return saved(cx, in->id);
}

static err turn(struct cx *cx, bool on)
{
	i64 id = ((const struct rule_key *)cx->in)->id;
	TRY(WRITE_TX(&cx->unit, base(cx), tagrule_switch(tx, id, on)));
	return saved(cx, id);
}

static err h_on(struct cx *cx) { return turn(cx, true); }
static err h_off(struct cx *cx) { return turn(cx, false); }

static err h_remove(struct cx *cx)
{
	i64 id = ((const struct rule_key *)cx->in)->id;
	return WRITE_TX(&cx->unit, base(cx), tagrule_remove(tx, id));
}

/* ---- what can be asked, and trying ---- */

static const char *type_name(enum field_type type)
{
	switch (type) {
	case FIELD_BOOL:
		return "flag";
	case FIELD_FEN:
		return "money";
	case FIELD_MS:
		return "time";
	case FIELD_I64:
		return "number";
	case FIELD_JSON:
		return "json";
	default:
		return "text";
	}
}

static err h_events(struct cx *cx)
{
	struct page *page = cx->out;
	struct tagrule_event *out = ARENA_ARRAY(CX_ARENA(cx), struct tagrule_event, TAGRULE_KINDS_MAX);
	size_t n = 0;
	for (const struct tagrule_kind *k = tagrule_kinds; k->event; k++) {
		const struct event_info *info = event_info(k->event);
		struct tagrule_event_field *fields = ARENA_ARRAY(CX_ARENA(cx), struct tagrule_event_field, k->record->count);
		for (size_t i = 0; i < k->record->count; i++)
			fields[i] = (struct tagrule_event_field){ str_c(k->record->fields[i].name), str_c(type_name(k->record->fields[i].type)) };
		out[n++] = (struct tagrule_event){ str_c(info->name), str_c(info->doc), k->texts != NULL, { fields, k->record->count } };
	}
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

static err test_text(const struct snap *s, struct env *env, str text, struct tagrule_test_out *out)
{
	struct rule_set *set;
	size_t n = 0;
	TRY(rule_set_take(s, &set));
	u32 *heard = ARENA_ARRAY(s->arena, u32, set->n + 1);
	struct tagrule_test_hit *hits = ARENA_ARRAY(s->arena, struct tagrule_test_hit, set->n + 1);
	rule_set_scan(set, text, heard);
	for (size_t i = 0; i < set->n; i++)
		if (heard[i])
			hits[n++] = (struct tagrule_test_hit){ set->rules[i].id, arena_dup(s->arena, set->rules[i].def->name),
							       set->rules[i].on, arena_dup(s->arena, set->word[heard[i] - 1]) };
	*out = (struct tagrule_test_out){ { hits, n }, (i64)set->word_n, set->words ? str_c(keywords_engine(set->words)) : STR_NIL };
	rule_set_give(env, set);
	return OK;
}

static err h_test(struct cx *cx)
{
	const struct tagrule_test_in *in = cx->in;
	return READ_SNAP(&cx->unit, base(cx), test_text(snap, cx->env, in->text, cx->out));
}

#define READ "tagrule.read"
#define EDIT "tagrule.write"
#define NONE &none_record
#define KEY &rule_key_record
const struct route tagrule_routes[] = {
	{ "GET", "/api/v1/tag-rules", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, NONE, &tagrule_row_record, h_list,
	  "Automatic tag rules with how often each has hit lately." },
	{ "POST", "/api/v1/tag-rules", EDIT, ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &tagrule_def_record,
	  &tagrule_view_record, h_create, "Makes a rule, switched off: try it first." },
	{ "GET", "/api/v1/tag-rules/{id}", READ, ROUTE_SCOPE_NONE, ROUTE_ETAG, KEY, &tagrule_view_record, h_get, "One rule." },
	{ "PUT", "/api/v1/tag-rules/{id}", EDIT, ROUTE_SCOPE_NONE, ROUTE_ETAG, &tagrule_change_in_record, &tagrule_view_record,
	  h_change, "Saves a new version. Marks set stay; another condition begins to count anew." },
	{ "DELETE", "/api/v1/tag-rules/{id}", EDIT, ROUTE_SCOPE_NONE, 0, KEY, NONE, h_remove, "Removes a rule; its marks stay." },
	{ "POST", "/api/v1/tag-rules/{id}/on", EDIT, ROUTE_SCOPE_NONE, 0, KEY, &tagrule_view_record, h_on,
	  "Switches a rule on: it acts on what happens from now." },
	{ "POST", "/api/v1/tag-rules/{id}/off", EDIT, ROUTE_SCOPE_NONE, 0, KEY, &tagrule_view_record, h_off,
	  "Switches a rule off; its marks stay." },
	{ "GET", "/api/v1/tag-rules/{id}/versions", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, KEY, &tagrule_version_row_record, h_versions,
	  "The last 20 versions of a rule, newest first." },
	{ "GET", "/api/v1/tag-rules/{id}/versions/{version}", READ, ROUTE_SCOPE_NONE, 0, &tagrule_version_in_record,
	  &tagrule_version_view_record, h_version, "A rule as it was." },
	{ "GET", "/api/v1/tag-rule-events", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, NONE, &tagrule_event_record, h_events,
	  "The events a rule may speak of, with their fields." },
	{ "POST", "/api/v1/tag-rule-test", READ, ROUTE_SCOPE_NONE, 0, &tagrule_test_in_record, &tagrule_test_out_record, h_test,
	  "Which rules a text would hit by their keywords." },
	{ 0 },
};
