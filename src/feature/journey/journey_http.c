/*
 * journeys over HTTP: the list with its counts, drafts, publishing, pausing, counts by node, and what can be
 * chosen from.
 */
#include "feature/journey/journey_edit.h"

#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "feature/journey/journey_template.h"

#define SUMS_FIELDS(F, S)                                                       \
	F(S, I64, in_flight) F(S, I64, entered) F(S, I64, goal, .doc = "left by a goal") F(S, I64, exited) F(S, I64, done)
#define ROW_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, name) F(S, STR, face) F(S, STR, state, .one_of = "draft,running,paused,ended") \
	F(S, I64, published) F(S, BOOL, changed, .doc = "the draft differs from what runs") F(S, MS, created_ms) SUMS_FIELDS(F, S)
RECORD(journey_list_row, ROW_FIELDS);
#define VIEW_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, state, .one_of = "draft,running,paused,ended") F(S, I64, version, .doc = "of the draft") \
	F(S, I64, published, .doc = "0: never") F(S, BOOL, changed) F(S, MS, created_ms) F(S, MS, since_ms) \
	F(S, OBJ, def, .of = &journey_def_record) SUMS_FIELDS(F, S)
RECORD(journey_view, VIEW_FIELDS);
#define CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) JOURNEY_DEF_FIELDS(F, S)
RECORD(journey_change_in, CHANGE_FIELDS);
#define PROBLEMS_FIELDS(F, S) F(S, LIST, problems, .of = &journey_problem_record)
RECORD(journey_check_out, PROBLEMS_FIELDS);
#define END_FIELDS(F, S) F(S, ID, id) F(S, BOOL, take_back, .doc = "stop what was asked and is not out yet")
RECORD(journey_end_in, END_FIELDS);
#define VERSION_ROW_FIELDS(F, S) F(S, I64, version) F(S, MS, at_ms) F(S, STR, by) F(S, I64, in_flight)
RECORD(journey_version_row, VERSION_ROW_FIELDS);
#define VERSION_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, version)
RECORD(journey_version_in, VERSION_IN_FIELDS);
#define VERSION_VIEW_FIELDS(F, S) F(S, I64, version) F(S, MS, at_ms) F(S, STR, by) F(S, OBJ, def, .of = &journey_def_record)
RECORD(journey_version_view, VERSION_VIEW_FIELDS);
#define COUNTS_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, version, .opt = true)
RECORD(journey_counts_in, COUNTS_IN_FIELDS);
#define COUNT_ROW_FIELDS(F, S) F(S, I64, version) F(S, STR, node) F(S, STR, what) F(S, I64, n)
RECORD(journey_count_row, COUNT_ROW_FIELDS);
#define LATE_OUT_FIELDS(F, S)                                                   \
	F(S, I64, waiting) F(S, I64, parked, .doc = "came due while it was paused") F(S, I64, late, .doc = "of them, later than that") \
	F(S, MS, skipped_after_ms, .doc = "acts later than this are skipped, unless they say otherwise")
RECORD(journey_late_out, LATE_OUT_FIELDS);
#define EVENT_FIELDS(F, S) F(S, STR, event) F(S, STR, doc)
RECORD(journey_event_row, EVENT_FIELDS);
#define TEMPLATE_FIELDS(F, S)                                                   \
	F(S, STR, id) F(S, STR, title) F(S, STR, summary) F(S, BOOL, available) F(S, STRS, missing, .doc = "acts this program does not have") \
	F(S, OBJ, def, .of = &journey_def_record)
RECORD(journey_template_row, TEMPLATE_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }
static i64 id_in(const struct cx *cx) { return ((const struct journey_key *)cx->in)->id; }

/* ---- sums ---- */

struct sums { i64 in_flight, entered, goal, exited, done; };

static void sum_up(struct sums *s, const struct journey_count *c)
{
	if (c->node.n)
		return;
	s->in_flight += str_eq_c(c->what, "now") ? c->n : 0;
	s->entered += str_eq_c(c->what, "entered") ? c->n : 0;
	s->goal += str_eq_c(c->what, "goal") ? c->n : 0;
	s->exited += str_eq_c(c->what, "exit") ? c->n : 0;
	s->done += str_eq_c(c->what, "done") ? c->n : 0;
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct journey_row *rows;
	struct journey_count *counts;
	size_t n, m;
	TRY(READ_SNAP(&cx->unit, base(cx), journey_all(snap, &(struct none){ 0 }, &rows, &n)));
	TRY(READ_SNAP(&cx->unit, base(cx), journey_counts_all(snap, &(struct none){ 0 }, &counts, &m)));
	struct journey_list_row *out = ARENA_ARRAY(CX_ARENA(cx), struct journey_list_row, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct sums s = { 0 };
		for (size_t k = 0; k < m; k++)
			if (counts[k].journey == rows[i].id)
				sum_up(&s, &counts[k]);
		out[i] = (struct journey_list_row){ rows[i].id, rows[i].name, rows[i].face, rows[i].state, rows[i].published, rows[i].draft,
						    rows[i].created, s.in_flight, s.entered, s.goal, s.exited, s.done };
	}
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

static err counts_of(struct cx *cx, i64 id, struct journey_count **ret, size_t *ret_count)
{
	return READ_SNAP(&cx->unit, base(cx), journey_counts_of(snap, &(struct journey_key){ id }, ret, ret_count));
}

static err view(struct cx *cx, i64 id)
{
	struct journey_view *out = cx->out;
	struct journey_row row;
	struct journey_def *def;
	struct journey_count *counts;
	struct sums s = { 0 };
	size_t n;
	TRY(journey_find(cx, id, &row));
	TRY(journey_def_read(CX_ARENA(cx), row.def, &def, &cx->unit.fail));
	TRY(counts_of(cx, id, &counts, &n));
	for (size_t i = 0; i < n; i++)
		sum_up(&s, &counts[i]);
	*out = (struct journey_view){ row.id, row.state, row.version, row.published, row.draft, row.created, row.since, def, s.in_flight,
				      s.entered, s.goal, s.exited, s.done };
	return OK;
}

static err h_get(struct cx *cx) { return view(cx, id_in(cx)); }

/* ---- editing ---- */

static err h_create(struct cx *cx)
{
	i64 id = 0;
	TRY(journey_create(cx, cx->in, &id));
	return view(cx, id);
}

static err h_change(struct cx *cx)
{
	const struct journey_change_in *in = cx->in;
	struct journey_def def = { in->name, in->face, in->who, in->entry, in->goals, in->exits, in->graph };
	TRY(journey_save(cx, in->id, in->version, &def));
	return view(cx, in->id);
}

static err h_remove(struct cx *cx) { return journey_remove(cx, id_in(cx)); }

static err h_check(struct cx *cx)
{
	struct journey_check_out *out = cx->out;
	struct journey_row row;
	struct journey_def *def;
	struct problems p;
	TRY(journey_find(cx, id_in(cx), &row));
	TRY(journey_def_read(CX_ARENA(cx), row.def, &def, &cx->unit.fail));
	journey_problems(cx, def, &p);
	*out = (struct journey_check_out){ { p.v, p.n } };
	return OK;
}

static err h_publish(struct cx *cx)
{
	TRY(journey_publish(cx, id_in(cx)));
	return view(cx, id_in(cx));
}

static err h_pause(struct cx *cx)
{
	TRY(journey_pause(cx, id_in(cx)));
	return view(cx, id_in(cx));
}

static err h_resume(struct cx *cx)
{
	TRY(journey_resume(cx, id_in(cx)));
	return view(cx, id_in(cx));
}

static err h_end(struct cx *cx)
{
	const struct journey_end_in *in = cx->in;
	TRY(journey_end(cx, in->id, in->take_back));
	return view(cx, in->id);
}

/* ---- reading ---- */

static err h_late(struct cx *cx)
{
	struct journey_late_out *out = cx->out;
	struct journey_row row;
	struct journey_late late;
	struct journey_late_find find = { id_in(cx), cx_now(cx) - JOURNEY_LATE_MINUTES * MS_MINUTE };
	TRY(journey_find(cx, find.journey, &row));
	TRY(READ_SNAP(&cx->unit, base(cx), journey_late_count(snap, &find, &late)));
	*out = (struct journey_late_out){ late.waiting, late.parked, late.late, JOURNEY_LATE_MINUTES * MS_MINUTE };
	return OK;
}

static err h_versions(struct cx *cx)
{
	struct page *page = cx->out;
	struct journey_row row;
	struct journey_version *v;
	struct journey_count *counts;
	size_t n, m;
	TRY(journey_find(cx, id_in(cx), &row));
	TRY(READ_SNAP(&cx->unit, base(cx), journey_versions(snap, &(struct journey_key){ row.id }, &v, &n)));
	TRY(counts_of(cx, row.id, &counts, &m));
	struct journey_version_row *out = ARENA_ARRAY(CX_ARENA(cx), struct journey_version_row, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct sums s = { 0 };
		for (size_t k = 0; k < m; k++)
			if (counts[k].version == v[i].version)
				sum_up(&s, &counts[k]);
		out[i] = (struct journey_version_row){ v[i].version, v[i].at, v[i].by_name, s.in_flight };
	}
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

static err h_version(struct cx *cx)
{
	const struct journey_version_in *in = cx->in;
	struct journey_version_view *out = cx->out;
	struct journey_row row;
	struct journey_version *v;
	size_t n;
	TRY(journey_find(cx, in->id, &row));
	TRY(READ_SNAP(&cx->unit, base(cx), journey_versions(snap, &(struct journey_key){ row.id }, &v, &n)));
	for (size_t i = 0; i < n; i++) {
		struct journey_def *def;
		if (v[i].version != in->version)
			continue;
		TRY(journey_def_read(CX_ARENA(cx), v[i].def, &def, &cx->unit.fail));
		*out = (struct journey_version_view){ v[i].version, v[i].at, v[i].by_name, def };
		return OK;
	}
	return cx_fail(cx, ERR_NOT_FOUND, T_JOURNEY_UNKNOWN, STR("version"), STR_NIL, STR_NIL);
}

static err h_counts(struct cx *cx)
{
	const struct journey_counts_in *in = cx->in;
	struct page *page = cx->out;
	struct journey_row row;
	struct journey_count *v;
	size_t n, kept = 0;
	TRY(journey_find(cx, in->id, &row));
	TRY(counts_of(cx, in->id, &v, &n));
	struct journey_count_row *out = ARENA_ARRAY(CX_ARENA(cx), struct journey_count_row, n + 1);
	for (size_t i = 0; i < n; i++)
		if (in->version == NIL || in->version == v[i].version)
			out[kept++] = (struct journey_count_row){ v[i].version, v[i].node, v[i].what, v[i].n };
	page->data = (struct list){ out, kept };
	page->total = (i64)kept;
	return OK;
}

/* ---- what can be chosen ---- */

static bool of_persons(const struct env *env, const struct event_info *e)
{
	static const char *const heads[] = { "order.", "site.", "follow.", "reach.", "welcome.", "phone.", "tag.marked", "tag.unmarked",
					     "customer.changed", "customer.created", "audience.entered", "audience.left", "refund.", "journey.entered",
					     "journey.left", "group.joined", "group.left" };
	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		if (str_starts(str_c(e->name), str_c(heads[i])))
			return true;
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct event_title *t = env->modules[i]->titles; t && t->event; t++)
			if (t->event == e->number)
				return true;
	return false;
}

static err h_events(struct cx *cx)
{
	struct page *page = cx->out;
	size_t n = 0, all = 0;
	while (event_infos[all].number)
		all++;
	struct journey_event_row *out = ARENA_ARRAY(CX_ARENA(cx), struct journey_event_row, all + 1);
	for (size_t i = 0; i < all; i++)
		if (journey_kind_ok(event_infos[i].number) && of_persons(cx->env, &event_infos[i]))
			out[n++] = (struct journey_event_row){ str_c(event_infos[i].name), str_c(event_infos[i].doc) };
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

/* Acts of a template this program does not have. */
static struct strs missing_of(struct cx *cx, const struct journey_def *def)
{
	struct strs ret = { ARENA_ARRAY(CX_ARENA(cx), str, JOURNEY_NODES_MAX), 0 };
	const struct journey_graph *g = def->graph;
	const struct journey_node *v = g->nodes.v;
	for (size_t i = 0; i < g->nodes.n; i++) {
		const struct journey_act *act = v[i].act;
		bool there = !act || verb_find(cx->env, act->verb);
		for (size_t k = 0; !there && k < ret.n; k++)
			there = str_eq(ret.v[k], act->verb);
		if (!there)
			ret.v[ret.n++] = act->verb;
	}
	return ret;
}

static err h_templates(struct cx *cx)
{
	struct page *page = cx->out;
	size_t n = 0, all = 0;
	while (journey_templates[all].id)
		all++;
	struct journey_template_row *out = ARENA_ARRAY(CX_ARENA(cx), struct journey_template_row, all + 1);
	for (const struct journey_template *t = journey_templates; t->id; t++) {
		struct journey_def *def;
		TRY(journey_def_read(CX_ARENA(cx), str_c(t->def), &def, &cx->unit.fail));
		def->name = str_c(text_raw(t->title, cx->viewer.lang));
		struct strs missing = missing_of(cx, def);
		out[n++] = (struct journey_template_row){ str_c(t->id), def->name, str_c(text_raw(t->summary, cx->viewer.lang)), missing.n == 0,
							  missing, def };
	}
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

#define READ "journey.read"
#define EDIT "journey.write"
#define NONE &none_record
#define KEY &journey_key_record
#define VIEW &journey_view_record
const struct route journey_routes[] = {
	{ "GET", "/api/v1/journeys", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, NONE, &journey_list_row_record, h_list,
	  "Journeys with how many are under way, came, and reached the goal." },
	{ "POST", "/api/v1/journeys", EDIT, ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &journey_def_record, VIEW, h_create,
	  "Makes a draft; it may be incomplete." },
	{ "GET", "/api/v1/journeys/{id}", READ, ROUTE_SCOPE_NONE, ROUTE_ETAG, KEY, VIEW, h_get, "One journey with its draft." },
	{ "PUT", "/api/v1/journeys/{id}", EDIT, ROUTE_SCOPE_NONE, ROUTE_ETAG, &journey_change_in_record, VIEW, h_change,
	  "Saves the draft; what runs stays as it is until it is published." },
	{ "DELETE", "/api/v1/journeys/{id}", EDIT, ROUTE_SCOPE_NONE, 0, KEY, NONE, h_remove, "Removes a draft or an ended journey." },
	{ "POST", "/api/v1/journeys/{id}/check", READ, ROUTE_SCOPE_NONE, 0, KEY, &journey_check_out_record, h_check,
	  "What keeps the draft from being published, by node and field." },
	{ "POST", "/api/v1/journeys/{id}/publish", EDIT, ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_publish,
	  "Makes the draft the next version and lets people in; those under way stay on their version." },
	{ "POST", "/api/v1/journeys/{id}/pause", EDIT, ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_pause,
	  "Nobody comes in and nothing is done; goals and exits still count." },
	{ "POST", "/api/v1/journeys/{id}/resume", EDIT, ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_resume, "Goes on; acts that are too late are skipped." },
	{ "POST", "/api/v1/journeys/{id}/end", EDIT, ROUTE_SCOPE_NONE, 0, &journey_end_in_record, VIEW, h_end,
	  "Takes everybody out for good, and takes back what is not out yet when asked to." },
	{ "GET", "/api/v1/journeys/{id}/late", READ, ROUTE_SCOPE_NONE, 0, KEY, &journey_late_out_record, h_late,
	  "What resuming will do to those who came due while it was paused." },
	{ "GET", "/api/v1/journeys/{id}/versions", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, KEY, &journey_version_row_record, h_versions,
	  "Published versions, newest first, with how many are under way on each." },
	{ "GET", "/api/v1/journeys/{id}/versions/{version}", READ, ROUTE_SCOPE_NONE, 0, &journey_version_in_record,
	  &journey_version_view_record, h_version, "A version as it was published." },
	{ "GET", "/api/v1/journeys/{id}/counts", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, &journey_counts_in_record, &journey_count_row_record,
	  h_counts, "Counts by node: now, in, out:port, held, skipped, refused by reason; node \"\" is the journey." },
	{ "GET", "/api/v1/journey-events", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, NONE, &journey_event_row_record, h_events,
	  "The events a journey may speak of." },
	{ "GET", "/api/v1/journey-templates", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, NONE, &journey_template_row_record, h_templates,
	  "Journeys to begin with; those whose acts are missing here say so." },
	{ 0 },
};
