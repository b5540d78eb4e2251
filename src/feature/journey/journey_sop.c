/*
 * SOP: a journey with a simpler face. "On day 0, 1, 3, 7 after adding, at this time, do that" becomes a graph: from
 * the friendship on, a wait for each step counted from the day she came, and its act. Whoever answers by buying is
 * out when a goal says so. The graph is an ordinary draft: it is shown, checked, published and read as any other.
 */
#include "feature/journey/journey_edit.h"

#include "core/corp/corp.h"
#include "core/perm/perm.h"

#define SOP_STEPS_MAX 28 /* a wait and an act each, and the trigger */
#define SOP_DAY_MINUTES 1440

#define SOP_STEP_FIELDS(F, S)                                                       \
	F(S, I64, day, .min = 0, .max = 365, .doc = "since she was added; 0: the same day") \
	F(S, I64, minute, .min = 0, .max = 1439, .doc = "of the corp's day")      \
	F(S, STR, verb, .min = 1, .max = 40) F(S, JSON, args) F(S, STR, note, .opt = true, .max = 200)
RECORD(journey_sop_step, SOP_STEP_FIELDS);
#define SOP_FIELDS(F, S)                                                        \
	F(S, STR, name, .min = 1, .max = JOURNEY_NAME_MAX) F(S, STR, who, .opt = true, .max = JOURNEY_EXPR_MAX) \
	F(S, LIST, goals, .opt = true, .max = JOURNEY_TARGETS_MAX, .of = &journey_target_record) \
	F(S, LIST, steps, .min = 1, .max = SOP_STEPS_MAX, .of = &journey_sop_step_record)
RECORD(journey_sop_in, SOP_FIELDS);
#define SOP_CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) SOP_FIELDS(F, S)
RECORD(journey_sop_change, SOP_CHANGE_FIELDS);
#define SOP_VIEW_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, I64, version) F(S, STR, state, .one_of = "draft,running,paused,ended") F(S, I64, published, .doc = "0: never") \
	F(S, BOOL, changed, .doc = "the draft differs from what runs") F(S, BOOL, drawn, .doc = "its graph is no list of days any more: edit it as a journey") \
	F(S, STR, name) F(S, STR, who, .opt = true) F(S, LIST, goals, .of = &journey_target_record) \
	F(S, LIST, steps, .of = &journey_sop_step_record)
RECORD(journey_sop_view, SOP_VIEW_FIELDS);

static struct journey_node *node_new(struct arena *a, struct journey_graph *g, const char *type, str id)
{
	struct journey_node *n = &((struct journey_node *)g->nodes.v)[g->nodes.n];
	record_init(&journey_node_record, n);
	n->id = id;
	n->type = str_c(type);
	n->x = 0;
	n->y = (i64)g->nodes.n * 160; /* as far apart as the canvas lays them */
	if (g->nodes.n) {
		const struct journey_node *before = n - 1;
		const char *port = str_eq_c(before->type, "act") ? "done" : "out";
		((struct journey_edge *)g->edges.v)[g->edges.n++] = (struct journey_edge){ before->id, str_c(port), id };
	}
	g->nodes.n++;
	return n;
}

static void step_add(struct arena *a, struct journey_graph *g, const struct journey_sop_step *s, size_t at)
{
	struct journey_wait *w = ARENA_NEW(a, struct journey_wait);
	struct journey_act *act = ARENA_NEW(a, struct journey_act);
	record_init(&journey_wait_record, w);
	record_init(&journey_act_record, act);
	w->kind = STR("since");
	w->days = s->day;
	w->minute = s->minute;
	act->verb = s->verb;
	act->args = s->args;
	act->timeout_minutes = SOP_DAY_MINUTES; /* what nobody does within a day must not hold up the next */
	node_new(a, g, "wait", arena_printf(a, "w%zu", at + 1))->wait = w;
	struct journey_node *n = node_new(a, g, "act", arena_printf(a, "a%zu", at + 1));
	n->act = act;
	n->note = s->note;
}

static err sop_def(struct cx *cx, const struct journey_sop_in *in, struct journey_def *ret)
{
	struct arena *a = CX_ARENA(cx);
	const struct journey_sop_step *v = in->steps.v;
	struct journey_graph *g = ARENA_NEW(a, struct journey_graph);
	struct journey_trigger *t = ARENA_NEW(a, struct journey_trigger);
	struct journey_entry *entry = ARENA_NEW(a, struct journey_entry);
	for (size_t i = 1; i < in->steps.n; i++)
		if (v[i].day * SOP_DAY_MINUTES + v[i].minute < v[i - 1].day * SOP_DAY_MINUTES + v[i - 1].minute)
			return cx_fail(cx, ERR_INPUT, T_TOO_SMALL, arena_printf(a, "steps[%zu].day", i), arena_printf(a, "%lld", (long long)v[i].day),
				       arena_printf(a, "%lld", (long long)v[i - 1].day));
	record_init(&journey_def_record, ret);
	record_init(&journey_trigger_record, t);
	record_init(&journey_entry_record, entry);
	g->nodes = (struct list){ ARENA_ARRAY(a, struct journey_node, 2 * in->steps.n + 1), 0 };
	g->edges = (struct list){ ARENA_ARRAY(a, struct journey_edge, 2 * in->steps.n + 1), 0 };
	t->kind = STR("event");
	t->event = STR("follow.added");
	entry->mode = STR("once");
	*ret = (struct journey_def){ in->name, STR("sop"), in->who, entry, in->goals, { NULL, 0 }, g };
	node_new(a, g, "trigger", STR("t"))->trigger = t;
	for (size_t i = 0; i < in->steps.n; i++)
		step_add(a, g, &v[i], i);
	return OK;
}

/* The steps of a graph as step_add makes it; false: somebody drew on it. */
static bool steps_of(struct arena *a, const struct journey_graph *g, struct list *ret)
{
	const struct journey_node *v = g->nodes.v;
	const struct journey_edge *edges = g->edges.v;
	struct journey_sop_step *steps = ARENA_ARRAY(a, struct journey_sop_step, g->nodes.n / 2 + 1);
	const struct journey_trigger *t = g->nodes.n ? v[0].trigger : NULL;
	bool chain = t && str_eq_c(t->event, "follow.added") && !t->filters.n && g->nodes.n % 2 == 1 && g->edges.n == g->nodes.n - 1;
	for (size_t i = 0; chain && i < g->edges.n; i++)
		chain = str_eq(edges[i].from, v[i].id) && str_eq(edges[i].to, v[i + 1].id);
	for (size_t i = 1; chain && i < g->nodes.n; i += 2) {
		const struct journey_wait *w = v[i].wait;
		const struct journey_act *act = v[i + 1].act;
		chain = w && act && str_eq_c(w->kind, "since");
		if (chain)
			steps[i / 2] = (struct journey_sop_step){ w->days, w->minute, act->verb, act->args, v[i + 1].note };
	}
	*ret = (struct list){ steps, chain ? g->nodes.n / 2 : 0 };
	return chain;
}

static err show(struct cx *cx, i64 id)
{
	struct journey_sop_view *out = cx->out;
	struct journey_row row;
	struct journey_def *def;
	TRY(journey_find(cx, id, &row));
	TRY(journey_def_read(CX_ARENA(cx), row.def, &def, &cx->unit.fail));
	*out = (struct journey_sop_view){ .id = id, .version = row.version, .state = row.state, .published = row.published, .changed = row.draft,
					  .name = def->name, .who = def->who, .goals = def->goals };
	out->drawn = !steps_of(CX_ARENA(cx), def->graph, &out->steps);
	return OK;
}

static err h_get(struct cx *cx) { return show(cx, ((const struct journey_key *)cx->in)->id); }

static err h_add(struct cx *cx)
{
	struct journey_def def;
	i64 id = 0;
	TRY(sop_def(cx, cx->in, &def));
	TRY(journey_create(cx, &def, &id));
	return show(cx, id);
}

static err h_change(struct cx *cx)
{
	const struct journey_sop_change *in = cx->in;
	struct journey_sop_in sop = { in->name, in->who, in->goals, in->steps };
	struct journey_def def;
	TRY(sop_def(cx, &sop, &def));
	TRY(journey_save(cx, in->id, in->version, &def));
	return show(cx, in->id);
}

const struct route journey_sop_routes[] = {
	{ "POST", "/api/v1/sops", "journey.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &journey_sop_in_record,
	  &journey_sop_view_record, h_add, "Makes a draft journey of steps by days since somebody was added." },
	{ "GET", "/api/v1/sops/{id}", "journey.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, &journey_key_record, &journey_sop_view_record, h_get,
	  "A journey as its steps by days." },
	{ "PUT", "/api/v1/sops/{id}", "journey.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &journey_sop_change_record, &journey_sop_view_record, h_change,
	  "Saves the draft; what runs stays as it is until it is published." },
	{ 0 },
};
