/*
 * Checking and compiling graphs. A draft may be saved half done; what keeps it from being published is told all
 * at once, by node and field, with the cure. A published version always compiles: nothing is found out later.
 */
#include "feature/journey/journey_int.h"

#include "base/vec.h"
#include "core/attr/attr.h"
#include "core/audience/audience.h"
#include "core/attr/attr_prop.h"

#define DEF_BYTES_MAX ((size_t)1 << 20)

void journey_problem_add(struct problems *p, str node, enum text text, const char *field, str value, str limit)
{
	struct fail f = { 0 };
	fail_set(&f, ERR_INPUT, text, str_c(field), value, limit);
	if (p->n == 0)
		p->first = f;
	vec_push(p->a, p, (struct journey_problem){ node.n ? node : STR_NIL, str_c(field), fail_text(&f, p->lang, p->a) });
}

err journey_def_read(struct arena *a, str json, struct journey_def **ret, struct fail *f)
{
	struct json *tree;
	*ret = ARENA_NEW(a, struct journey_def);
	TRY(json_parse(arena_dup(a, json), a, &tree, f));
	return record_parse(&journey_def_record, tree, *ret, a, f);
}

str journey_def_json(struct arena *a, const struct journey_def *def)
{
	struct buf b = buf_new(a, DEF_BYTES_MAX);
	record_write(&b, &journey_def_record, def);
	return b.over ? STR_NIL : buf_str(&b);
}

int journey_node_at(const struct jdef *d, str id)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->nodes[i].of->id, id))
			return (int)i;
	return -1;
}

int journey_port_to(const struct jnode *n, const char *port)
{
	for (size_t i = 0; i < n->port_count; i++)
		if (!strcmp(n->ports[i], port))
			return n->to[i];
	return -1;
}

bool journey_kind_ok(i64 kind)
{
	return kind > 0 && kind < JOURNEY_KIND_BITS && event_info((int)kind) && kind != EV_JOURNEY_CARRIED && kind != EV_JOURNEY_MOVED &&
	       kind != EV_JOURNEY_CALLED && kind != EV_JOURNEY_SAVED && kind != EV_VERB_ENDED;
}

/* ---- conditions on events ---- */

static bool number(const struct json *v) { return v->type == JSON_INT || v->type == JSON_REAL; }
static bool scalar(const struct json *v) { return number(v) || v->type == JSON_BOOL || (v->type == JSON_TEXT && v->text.n); }

static bool value_fits(str op, const struct json *v)
{
	if (str_eq_c(op, "exists"))
		return v == NULL;
	if (!v)
		return false;
	if (str_eq_c(op, "in")) {
		bool ok = v->type == JSON_ARRAY && v->n > 0 && v->n <= 50;
		for (size_t i = 0; ok && i < v->n; i++)
			ok = scalar(&v->items[i]);
		return ok;
	}
	if (str_eq_c(op, "has"))
		return v->type == JSON_TEXT && v->text.n;
	return str_eq_c(op, "is") || str_eq_c(op, "not") ? scalar(v) : number(v);
}

static void filters_check(struct arena *a, const struct journey_filter *v, size_t n, str node, struct problems *p)
{
	struct fail ignored = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct json *tree = NULL;
		bool given = v[i].value.p && !str_eq_c(v[i].value, "null");
		if (given && json_parse(v[i].value, a, &tree, &ignored) != OK)
			tree = NULL;
		if (prop_path_check(v[i].name, "filters.name", &ignored) != OK)
			journey_problem_add(p, node, ignored.text, "filters.name", v[i].name, str_c(ignored.limit));
		if ((given && !tree) || !value_fits(v[i].op, tree))
			journey_problem_add(p, node, T_JOURNEY_VALUE, "filters.value", v[i].value, v[i].op);
	}
}

static struct listen listen_of(struct arena *a, str event, const struct list *filters, str node, struct problems *p)
{
	const struct event_info *info = event.n ? event_by_name(event) : NULL;
	struct listen l = { .filters = filters->v, .n = filters->n };
	if (!info || !journey_kind_ok(info->number))
		journey_problem_add(p, node, event.n ? T_JOURNEY_EVENT : T_JOURNEY_NEEDS, "event", event, STR_NIL);
	else
		l.kind = info->number;
	filters_check(a, l.filters, l.n, node, p);
	return l;
}

/* ---- nodes ---- */

static void need(struct problems *p, str node, bool there, const char *field)
{
	if (!there)
		journey_problem_add(p, node, T_JOURNEY_NEEDS, field, STR_NIL, STR_NIL);
}

static void schedule_check(const struct journey_trigger *t, str id, struct problems *p)
{
	need(p, id, t->every.n, "every");
	need(p, id, t->minute != NIL, "minute");
	need(p, id, t->audience != NIL, "audience");
	if (t->every.n && str_eq_c(t->every, "week"))
		need(p, id, t->weekdays.n, "weekdays");
	if (t->every.n && str_eq_c(t->every, "month"))
		need(p, id, t->day != NIL, "day");
}

static void trigger_compile(struct arena *a, const struct journey_trigger *t, str id, struct jdef *d, struct problems *p)
{
	if (str_eq_c(t->kind, "event")) {
		d->listens = listen_of(a, t->event, &t->filters, id, p);
	} else if (str_eq_c(t->kind, "audience")) {
		need(p, id, t->audience != NIL, "audience");
		need(p, id, t->way.n, "way");
		d->listens = (struct listen){ .kind = t->way.n && str_eq_c(t->way, "left") ? EV_AUDIENCE_LEFT : EV_AUDIENCE_ENTERED,
					      .audience = t->audience };
	} else if (str_eq_c(t->kind, "code")) {
		need(p, id, t->codes.n, "codes");
		d->listens = (struct listen){ .kind = EV_LIVECODE_CAME, .codes = &t->codes };
	} else if (str_eq_c(t->kind, "date")) {
		need(p, id, t->attribute.n, "attribute");
		need(p, id, t->minute != NIL, "minute");
	} else if (str_eq_c(t->kind, "schedule")) {
		schedule_check(t, id, p);
	}
}

static void ports(struct jnode *n, const char *a, const char *b)
{
	n->ports[n->port_count++] = a;
	if (b)
		n->ports[n->port_count++] = b;
}

static void port_add(struct arena *a, struct jnode *n, str port, struct problems *p)
{
	const char *name = arena_cstr(a, port);
	for (size_t i = 0; i < n->port_count; i++)
		if (!strcmp(n->ports[i], name))
			journey_problem_add(p, n->of->id, T_JOURNEY_PORT_TWICE, "port", port, STR_NIL);
	n->ports[n->port_count++] = name;
}

static void wait_check(const struct journey_wait *w, str id, struct problems *p)
{
	if (str_eq_c(w->kind, "for"))
		need(p, id, w->minutes != NIL, "minutes");
	else
		need(p, id, w->minute != NIL, "minute");
	if (str_eq_c(w->kind, "since"))
		need(p, id, w->days != NIL, "days");
}

static void settings_compile(struct arena *a, struct jdef *d, struct jnode *n, struct problems *p)
{
	const struct journey_node *of = n->of;
	switch (n->type) {
	case NODE_TRIGGER:
		ports(n, "out", NULL);
		trigger_compile(a, of->trigger, of->id, d, p);
		break;
	case NODE_WAIT:
		ports(n, "out", NULL);
		wait_check(of->wait, of->id, p);
		break;
	case NODE_UNTIL: {
		const struct journey_until *u = of->until;
		ports(n, "yes", "timeout");
		n->until = listen_of(a, u->event, &u->filters, of->id, p);
		break;
	}
	case NODE_BRANCH: {
		const struct journey_branch *b = of->branch;
		for (size_t i = 0; i < b->cases.n; i++)
			port_add(a, n, ((const struct journey_case *)b->cases.v)[i].port, p);
		port_add(a, n, STR("else"), p);
		break;
	}
	case NODE_SPLIT: {
		const struct journey_split *s = of->split;
		for (size_t i = 0; i < s->arms.n; i++)
			port_add(a, n, ((const struct journey_arm *)s->arms.v)[i].port, p);
		break;
	}
	case NODE_ACT:
		ports(n, "done", "refused");
		break;
	case NODE_END:
		break;
	}
}

static bool id_ok(str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!((id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= '0' && id.p[i] <= '9') || id.p[i] == '_' || id.p[i] == '-'))
			return false;
	return id.n > 0;
}

static const char *const type_names[] = { "trigger", "wait", "until", "branch", "split", "act", "end" };

static void node_compile(struct arena *a, struct jdef *d, const struct journey_node *of, struct problems *p)
{
	struct jnode *n = &d->nodes[d->n];
	void *const settings[] = { of->trigger, of->wait, of->until, of->branch, of->split, of->act, of->end };
	*n = (struct jnode){ .of = of };
	for (size_t i = 0; i < ARRAY_LEN(n->to); i++)
		n->to[i] = -1;
	while (!str_eq_c(of->type, type_names[n->type]))
		n->type++;
	if (!id_ok(of->id))
		journey_problem_add(p, of->id, T_JOURNEY_ID, "id", of->id, STR_NIL);
	if (journey_node_at(d, of->id) >= 0)
		journey_problem_add(p, of->id, T_JOURNEY_TWICE, "id", of->id, STR_NIL);
	if (n->type == NODE_TRIGGER)
		d->trigger = (int)d->n;
	d->n++;
	if (!settings[n->type] && n->type != NODE_END)
		journey_problem_add(p, of->id, T_JOURNEY_EMPTY, type_names[n->type], STR_NIL, of->type);
	else
		settings_compile(a, d, n, p);
}

/* ---- edges ---- */

static str port_names(struct arena *a, const struct jnode *n)
{
	struct buf b = buf_new(a, 1024);
	for (size_t i = 0; i < n->port_count; i++)
		buf_fmt(&b, "%s%s", i ? ", " : "", n->ports[i]);
	return buf_str(&b);
}

static void edge_compile(struct arena *a, struct jdef *d, const struct journey_edge *e, struct problems *p)
{
	int from = journey_node_at(d, e->from), to = journey_node_at(d, e->to);
	if (from < 0 || to < 0) {
		journey_problem_add(p, from < 0 ? STR_NIL : e->from, T_JOURNEY_EDGE, from < 0 ? "from" : "to", from < 0 ? e->from : e->to, STR_NIL);
		return;
	}
	struct jnode *n = &d->nodes[from];
	for (size_t i = 0; i < n->port_count; i++) {
		if (!str_eq_c(e->port, n->ports[i]))
			continue;
		if (n->to[i] >= 0)
			journey_problem_add(p, e->from, T_JOURNEY_PORT_TWICE, "port", e->port, STR_NIL);
		n->to[i] = to;
		return;
	}
	journey_problem_add(p, e->from, T_JOURNEY_PORT, "port", e->port, port_names(a, n));
}

/* Every node is put in order after all that lead to it; who cannot be is in a circle. */
static void shape_check(struct jdef *d, struct problems *p)
{
	size_t into[JOURNEY_NODES_MAX] = { 0 }, queue[JOURNEY_NODES_MAX], head = 0, tail = 0;
	bool reached[JOURNEY_NODES_MAX] = { false };
	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; k < d->nodes[i].port_count; k++)
			if (d->nodes[i].to[k] >= 0)
				into[d->nodes[i].to[k]]++;
	for (size_t i = 0; i < d->n; i++)
		if (!into[i])
			queue[tail++] = i;
	if (d->trigger >= 0)
		reached[d->trigger] = true;
	while (head < tail) {
		const struct jnode *n = &d->nodes[queue[head]];
		for (size_t k = 0; k < n->port_count; k++) {
			if (n->to[k] < 0)
				continue;
			reached[n->to[k]] |= reached[queue[head]];
			if (--into[n->to[k]] == 0)
				queue[tail++] = (size_t)n->to[k];
		}
		head++;
	}
	for (size_t i = 0; i < d->n; i++) {
		str id = d->nodes[i].of->id;
		if (into[i])
			journey_problem_add(p, id, T_JOURNEY_CYCLE, "edges", id, STR_NIL);
		else if (!reached[i])
			journey_problem_add(p, id, T_JOURNEY_APART, "edges", id, STR_NIL);
	}
}

/* ---- the whole ---- */

static void targets_compile(struct arena *a, struct jdef *d, const struct list *of, const char *field, struct problems *p)
{
	const struct journey_target *v = of->v;
	for (size_t i = 0; i < of->n; i++) {
		struct target *t = &d->targets[d->target_count++];
		*t = (struct target){ .of = &v[i] };
		if (!v[i].expr.n == !v[i].event.n)
			journey_problem_add(p, STR_NIL, T_JOURNEY_TARGET, field, STR_NIL, STR_NIL);
		else if (v[i].event.n)
			t->event = listen_of(a, v[i].event, &v[i].filters, STR_NIL, p);
		d->by_rows |= v[i].expr.n > 0;
	}
}

static void kind_add(struct jdef *d, i64 kind)
{
	if (kind > 0 && kind < JOURNEY_KIND_BITS)
		d->kinds[kind / 64] |= (u64)1 << (kind % 64);
}

static void kinds_gather(struct jdef *d)
{
	kind_add(d, d->listens.kind);
	for (size_t i = 0; i < d->target_count; i++)
		kind_add(d, d->targets[i].event.kind);
	for (size_t i = 0; i < d->n; i++)
		kind_add(d, d->nodes[i].until.kind);
}

err journey_compile(struct arena *a, const struct journey_def *def, struct jdef *ret, struct problems *p)
{
	const struct journey_graph *g = def->graph;
	const struct journey_entry *entry = def->entry;
	const struct journey_node *nodes = g->nodes.v;
	const struct journey_edge *edges = g->edges.v;
	*ret = (struct jdef){ .def = def, .trigger = -1 };
	size_t triggers = 0;
	for (size_t i = 0; i < g->nodes.n; i++) {
		triggers += str_eq_c(nodes[i].type, "trigger");
		node_compile(a, ret, &nodes[i], p);
	}
	if (triggers != 1)
		journey_problem_add(p, STR_NIL, T_JOURNEY_TRIGGER, "graph.nodes", arena_printf(a, "%zu", triggers), STR_NIL);
	for (size_t i = 0; i < g->edges.n; i++)
		edge_compile(a, ret, &edges[i], p);
	shape_check(ret, p);
	targets_compile(a, ret, &def->goals, "goals", p);
	ret->goals = ret->target_count;
	targets_compile(a, ret, &def->exits, "exits", p);
	if (entry && str_eq_c(entry->mode, "every"))
		need(p, STR_NIL, entry->days != NIL, "entry.days");
	if (entry && entry->key.n && !ret->listens.kind)
		journey_problem_add(p, STR_NIL, T_JOURNEY_KEYED, "entry.key", entry->key, STR_NIL);
	kinds_gather(ret);
	return p->n ? ERR_INPUT : OK;
}

/* ---- what only the corp knows ---- */

static void fail_add(struct unit *u, str node, const char *field, struct problems *p)
{
	journey_problem_add(p, node, u->fail.text, field, str_c(u->fail.value), str_c(u->fail.limit));
	u->fail = (struct fail){ 0 };
}

static void expr_check(struct unit *u, str node, const char *field, str text, struct problems *p)
{
	struct expr *e;
	if (text.n && expr_parse(u, text, &e) != OK)
		fail_add(u, node, field, p);
}

static void act_check(struct unit *u, const struct journey_node *n, struct problems *p)
{
	const struct journey_act *act = n->act;
	const struct verb *v = verb_find(u->env, act->verb);
	const void *args;
	if (!v)
		journey_problem_add(p, n->id, T_JOURNEY_VERB, "act.verb", act->verb, STR_NIL);
	else if (verb_args(u, v, act->args, &args) != OK)
		fail_add(u, n->id, arena_cstr(p->a, arena_printf(p->a, "act.args.%s", u->fail.field)), p);
}

static void audience_check(struct unit *u, const struct journey_node *n, struct problems *p)
{
	const struct journey_trigger *t = n->trigger;
	struct audience a;
	if (t->audience != NIL && t->audience && audience_get(u, t->audience, &a) != OK)
		fail_add(u, n->id, "trigger.audience", p);
	const struct attr *attr;
	if (!str_eq_c(t->kind, "date") || !t->attribute.n)
		return;
	if (attr_find(u, t->attribute, &attr) != OK)
		fail_add(u, n->id, "trigger.attribute", p);
	else if (attr->type != ATTR_DAY && attr->type != ATTR_TIME)
		journey_problem_add(p, n->id, T_JOURNEY_ATTRIBUTE, "trigger.attribute", t->attribute, STR_NIL);
}

err journey_check(struct unit *u, const struct jdef *d, struct problems *p)
{
	expr_check(u, STR_NIL, "who", d->def->who, p);
	for (size_t i = 0; i < d->target_count; i++)
		expr_check(u, STR_NIL, i < d->goals ? "goals.expr" : "exits.expr", d->targets[i].of->expr, p);
	for (size_t i = 0; i < d->n; i++) {
		const struct journey_node *n = d->nodes[i].of;
		const struct journey_branch *b = n->branch;
		if (d->nodes[i].type == NODE_ACT && n->act)
			act_check(u, n, p);
		if (d->nodes[i].type == NODE_TRIGGER && n->trigger)
			audience_check(u, n, p);
		TRY(journey_split_check(u, &d->nodes[i], p));
		for (size_t k = 0; d->nodes[i].type == NODE_BRANCH && b && k < b->cases.n; k++)
			expr_check(u, n->id, "branch.expr", ((const struct journey_case *)b->cases.v)[k].expr, p);
	}
	return p->n ? ERR_INPUT : OK;
}
