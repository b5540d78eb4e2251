/*
 * Journeys follow the drawing: random graphs walked by random people through the engine, and by a naive
 * interpreter below that knows no store, no events and no timers: a loop over one person's moments. Their traces
 * must be equal, word by word and millisecond by millisecond, also over restarts, faults and merges.
 */
#include "feature/journey/test_journey.h"

#define GRAPHS 125
#define PEOPLE 4 /* of each graph: 500 walks */
#define DAYS 30
#define STEP_MINUTES 300 /* many share a moment, for it is the moments that cost; every hour of the day has its turn */
#define STEP (STEP_MINUTES * MS_MINUTE)
#define NODES 9
#define MOMENTS 14
#define TRACE_BYTES 4096

/* ---- a random graph, as plain numbers ---- */

enum kind { WAITS, UNTIL, SPLIT, DONE, ASK, NEVER, REFUSE, QUIET, SKIP, EVENING, KINDS };
struct box { enum kind kind; i64 minutes, limit; int first, second; }; /* next boxes; -1: none */
struct drawing { struct box boxes[NODES]; int n; bool goal; char trigger[8]; i64 id; };

static u64 seed;
static u64 dice(u64 sides)
{
	seed = hash_mix(seed + 0x9e3779b97f4a7c15u);
	return seed % sides;
}

static void draw(struct drawing *d, int at)
{
	*d = (struct drawing){ .n = 2 + (int)dice(NODES - 2), .goal = dice(3) > 0 };
	snprintf(d->trigger, sizeof(d->trigger), "go%d", at);
	for (int i = 0; i < d->n; i++) {
		struct box *b = &d->boxes[i];
		*b = (struct box){ (enum kind)dice(KINDS), STEP_MINUTES * (1 + (i64)dice(20)), STEP_MINUTES * (1 + (i64)dice(13)), i + 1, -1 };
		/* Forward edges only, and now and then none. */
		if (i + 1 == d->n || dice(12) == 0)
			b->first = -1;
		if (i + 2 < d->n && dice(2))
			b->second = i + 1 + (int)dice((u64)(d->n - i - 1));
	}
}

/* A box that nothing leads to is taken out of the drawing. */
static void prune(struct drawing *d)
{
	bool reached[NODES] = { true };
	for (int i = 0; i < d->n; i++) {
		const struct box *b = &d->boxes[i];
		bool two = b->kind == UNTIL || b->kind == SPLIT || b->kind >= DONE;
		if (!two || b->kind == EVENING)
			d->boxes[i].second = -1;
		if (reached[i] && b->first >= 0)
			reached[b->first] = true;
		if (reached[i] && d->boxes[i].second >= 0)
			reached[d->boxes[i].second] = true;
	}
	for (int i = 0; i < d->n; i++)
		if (!reached[i])
			d->boxes[i].first = d->boxes[i].second = -2; /* not there */
}

static const char *const firsts[] = { "out", "yes", "a", "done", "done", "done", "done", "done", "done", "out" };
static const char *const seconds[] = { NULL, "timeout", "b", "refused", "refused", "refused", "refused", "refused", "refused", NULL };

static void box_json(struct buf *b, const struct drawing *d, int i)
{
	const struct box *x = &d->boxes[i];
	static const char *const hows[] = { [DONE] = "done", [ASK] = "ask", [NEVER] = "never", [REFUSE] = "refuse", [QUIET] = "quiet", [SKIP] = "quiet" };
	buf_fmt(b, ",{\"id\":\"n%d\",\"x\":0,\"y\":0,", i);
	if (x->kind == WAITS)
		buf_fmt(b, "\"type\":\"wait\",\"wait\":{\"kind\":\"for\",\"minutes\":%lld}}", (long long)x->minutes);
	else if (x->kind == EVENING)
		buf_fmt(b, "\"type\":\"wait\",\"wait\":{\"kind\":\"until\",\"minute\":1110,\"days\":%lld}}", (long long)(x->minutes / STEP_MINUTES % 2));
	else if (x->kind == UNTIL)
		buf_fmt(b, "\"type\":\"until\",\"until\":{\"event\":\"site.tracked\",\"timeout_minutes\":%lld,\"filters\":[{\"name\":\"name\",\"op\":\"is\","
			"\"value\":\"look\"}]}}", (long long)x->limit);
	else if (x->kind == SPLIT)
		buf_fmt(b, "\"type\":\"split\",\"split\":{\"arms\":[{\"port\":\"a\",\"weight\":2},{\"port\":\"b\",\"weight\":1}]}}");
	else
		buf_fmt(b, "\"type\":\"act\",\"act\":{\"verb\":\"test.act\",\"timeout_minutes\":%lld%s,\"args\":{\"how\":\"%s\"%s}}}", (long long)x->limit,
			x->kind == SKIP ? ",\"held\":\"skip\"" : "", hows[x->kind],
			x->kind == ASK ? arena_cstr(b->arena, arena_printf(b->arena, ",\"minutes\":%lld", (long long)x->minutes)) : "");
}

static const char *drawing_json(struct arena *a, const struct drawing *d)
{
	struct buf b = buf_new(a, 1 << 16);
	buf_fmt(&b, "{\"name\":\"x\"%s,\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":"
		"\"site.tracked\",\"filters\":[{\"name\":\"name\",\"op\":\"is\",\"value\":\"%s\"}]}}", d->goal ? BOUGHT : "", d->trigger);
	for (int i = 0; i < d->n; i++)
		if (d->boxes[i].first != -2)
			box_json(&b, d, i);
	buf_add_c(&b, "],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"n0\"}");
	for (int i = 0; i < d->n; i++) {
		const struct box *x = &d->boxes[i];
		if (x->first >= 0)
			buf_fmt(&b, ",{\"from\":\"n%d\",\"port\":\"%s\",\"to\":\"n%d\"}", i, firsts[x->kind], x->first);
		if (x->second >= 0 && seconds[x->kind])
			buf_fmt(&b, ",{\"from\":\"n%d\",\"port\":\"%s\",\"to\":\"n%d\"}", i, seconds[x->kind], x->second);
	}
	buf_add_c(&b, "]}}");
	return arena_cstr(a, buf_str(&b));
}

/* ---- a random person: what she does when, for whom it counts ---- */

struct moment { ms at; const char *what; bool by_other; }; /* by_other: done by the number merged into her later */
struct person { i64 leaf, other; ms merged; struct moment moments[MOMENTS]; int n; char trace[TRACE_BYTES]; };

static void live_one(struct person *p, const struct drawing *d, ms start)
{
	*p = (struct person){ .merged = dice(3) ? 0 : start + (i64)dice(DAYS * MS_DAY / STEP) * STEP + 7 * MS_MINUTE };
	ms at = start;
	for (p->n = 0; p->n < MOMENTS; p->n++) {
		at += (1 + (i64)dice(13)) * STEP;
		u64 what = p->n ? dice(6) : 0;
		ms then = what == 0 ? at : at + 3 * MS_MINUTE;
		p->moments[p->n] = (struct moment){ then, what == 0 ? d->trigger : what == 1 ? "buy" : what < 5 ? "look" : "other",
						    p->merged && then > p->merged && dice(2) };
	}
}

/* ---- the naive interpreter ---- */

struct naive {
	const struct drawing *d;
	struct person *p;
	i64 journey;
	size_t used;
};

__attribute__((format(printf, 3, 4)))
static void said(struct naive *v, ms at, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	v->used += (size_t)snprintf(v->p->trace + v->used, TRACE_BYTES - v->used, "%lld ", (long long)at);
	v->used += (size_t)vsnprintf(v->p->trace + v->used, TRACE_BYTES - v->used, fmt, ap);
	v->used += (size_t)snprintf(v->p->trace + v->used, TRACE_BYTES - v->used, "\n");
	assert_true(v->used < TRACE_BYTES);
	va_end(ap);
}

/* The first time she did it after from, up to to; 0: she did not. */
static ms first_of(const struct person *p, const char *what, ms from, ms to)
{
	for (int i = 0; i < p->n; i++)
		if (!strcmp(p->moments[i].what, what) && p->moments[i].at > from && p->moments[i].at <= to)
			return p->moments[i].at;
	return 0;
}

static int clock_minute(ms at) { return (int)((at + 8 * MS_HOUR) / MS_MINUTE % 1440); } /* Shanghai */

/* What a box does with somebody who comes to it at t. */
struct doing { ms next; const char *port, *reason; bool asks, held, skipped; };

static struct doing quiet_box(const struct box *b, ms t)
{
	int minute = clock_minute(t);
	bool quiet = minute >= 21 * 60 || minute < 9 * 60;
	struct doing d = { t, "done", "", .held = quiet && b->kind == QUIET, .skipped = quiet && b->kind == SKIP };
	if (d.held)
		d.next = t + ((minute >= 21 * 60 ? 1440 : 0) + 9 * 60 - minute) * MS_MINUTE;
	if (d.skipped)
		d.reason = "quiet";
	return d;
}

static struct doing asking_box(const struct box *b, ms t)
{
	if (b->kind == ASK && b->minutes <= b->limit)
		return (struct doing){ t + b->minutes * MS_MINUTE, "done", "", .asks = true };
	return (struct doing){ t + b->limit * MS_MINUTE, "refused", "timeout", .asks = true };
}

static ms evening_after(const struct box *b, ms t)
{
	ms next = t - clock_minute(t) * MS_MINUTE + 1110 * MS_MINUTE + b->minutes / STEP_MINUTES % 2 * MS_DAY;
	next -= next % MS_MINUTE;
	return next < t ? next + MS_DAY : next;
}

static struct doing do_box(const struct naive *v, int at, ms t)
{
	const struct box *b = &v->d->boxes[at];
	struct doing d = { t, firsts[b->kind], "" };
	if (b->kind == WAITS)
		d.next = t + b->minutes * MS_MINUTE;
	if (b->kind == EVENING)
		d.next = evening_after(b, t);
	if (b->kind == UNTIL) {
		ms look = first_of(v->p, "look", t, t + b->limit * MS_MINUTE);
		d.next = look ? look : t + b->limit * MS_MINUTE;
		d.port = look ? "yes" : "timeout";
	}
	if (b->kind == SPLIT) {
		char name[16];
		snprintf(name, sizeof(name), "n%d", at);
		d.port = hash_mix((u64)v->p->leaf ^ hash64(str_c(name)) ^ hash_mix((u64)v->journey)) % 3 < 2 ? "a" : "b";
	}
	if (b->kind == REFUSE)
		d = (struct doing){ t, "refused", "no_friend" };
	if (b->kind == ASK || b->kind == NEVER)
		return asking_box(b, t);
	return b->kind == QUIET || b->kind == SKIP ? quiet_box(b, t) : d;
}

/* Walks from one trigger to the end; the moment she is out. */
static ms walk_one(struct naive *v, ms since, ms end)
{
	ms t = since, bought = v->d->goal ? first_of(v->p, "buy", since, INT64_MAX) : 0;
	said(v, t, "t entered");
	said(v, t, "t passed out");
	for (int at = 0; at >= 0;) {
		const struct box *b = &v->d->boxes[at];
		struct doing x = do_box(v, at, t);
		if (x.asks)
			said(v, t, "n%d asked", at);
		if (x.held || x.skipped)
			said(v, t, "n%d %s quiet", at, x.held ? "held" : "skipped");
		if (bought && bought > t && bought <= x.next && bought <= end) { /* at the same moment: what she did comes first */
			if (x.asks)
				said(v, bought, "n%d stopped", at);
			said(v, bought, "n%d left bought", at);
			return bought;
		}
		if (x.next > end)
			return end;
		if (!strcmp(x.port, "refused") && b->second < 0)
			x.port = "done";
		said(v, x.next, "n%d passed %s%s%s", at, x.port, *x.reason ? " " : "", x.reason);
		int to = !strcmp(x.port, firsts[b->kind]) ? b->first : b->second;
		if (to < 0) {
			said(v, x.next, "n%d left done", at);
			return x.next;
		}
		at = to;
		t = x.next;
	}
	return t;
}

/* After one journey the next trigger lets her in again. */
static void interpret(const struct drawing *d, struct person *p, ms end)
{
	struct naive v = { d, p, d->id, 0 };
	ms out = 0;
	for (int i = 0; i < p->n; i++)
		if (!strcmp(p->moments[i].what, d->trigger) && p->moments[i].at > out && p->moments[i].at <= end)
			out = walk_one(&v, p->moments[i].at, end);
}

/* ---- the engine's trace, in the same words ---- */

static int by_n(const void *a, const void *b)
{
	const struct journey_step *x = a, *y = b;
	return x->place != y->place ? (x->place > y->place ? 1 : -1) : x->n > y->n ? 1 : -1;
}

struct steps { struct journey_step v[400]; size_t n; };

/* Steps of the places of a number; they stay in the slots where they were made. */
static void steps_add(struct lab *l, i64 journey, i64 number, struct steps *all)
{
	struct place *v;
	size_t n;
	i64 slots[64];
	size_t slot_n = slots_of_corp(l->w->t->store, l->w->corp, slots, ARRAY_LEN(slots));
	i64 home = slot_of_customer(l->w->t->store, number);
	assert_int_equal(READ_SNAP(unit_of(l), home, place_of_customer(snap, &(struct place_of){ number }, &v, &n)), OK);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; v[i].journey == journey && k < slot_n; k++) {
			struct journey_step *steps;
			size_t m;
			assert_int_equal(READ_SNAP(unit_of(l), slots[k], journey_steps(snap, &(struct journey_step_find){ v[i].id }, &steps, &m)), OK);
			for (size_t j = 0; j < m; j++)
				all->v[all->n++] = steps[j];
		}
}

static str trace_of(struct lab *l, i64 journey, i64 person)
{
	struct steps all = { .n = 0 };
	struct buf b = buf_new(l->w->a, 1 << 16);
	i64 root;
	assert_int_equal(customer_root(unit_of(l), person, &root), OK);
	steps_add(l, journey, root, &all);
	if (root != person) /* places she left before a merge stay with the number she had */
		steps_add(l, journey, person, &all);
	qsort(all.v, all.n, sizeof(all.v[0]), by_n);
	for (size_t i = 0; i < all.n; i++)
		buf_fmt(&b, "%lld %.*s %.*s%s%.*s%s%.*s\n", (long long)all.v[i].at, STR_F(all.v[i].node), STR_F(all.v[i].what), all.v[i].port.n ? " " : "",
			STR_F(all.v[i].port), all.v[i].reason.n ? " " : "", STR_F(all.v[i].reason));
	return buf_str(&b);
}

/* ---- the proof ---- */

struct plan { u64 seed; int graphs, days; const char *fault; bool restart; };

static void restart(struct lab *l)
{
	journey_cache_free(l->w->env.journeys);
	l->w->env.journeys = journey_cache_new();
	audience_index_free(l->w->env.audience);
	test_store_reopen(l->w->t);
	l->w->env.store = l->w->t->store;
	l->w->env.audience = audience_index_new(l->w->t->store);
	l->w->cx.unit.store = l->w->t->store;
}

struct due_thing { ms at; struct person *p; int moment; };
static int by_at(const void *a, const void *b)
{
	const struct due_thing *x = a, *y = b;
	if (x->at != y->at)
		return x->at > y->at ? 1 : -1;
	return x->p != y->p ? (x->p > y->p ? 1 : -1) : x->moment - y->moment;
}

static void merge_now(struct lab *l, struct person *p)
{
	i64 root;
	assert_int_equal(customer_merge(unit_of(l), p->leaf, p->other, "phone", &root), OK);
}

static void live_all(struct lab *l, struct person *people, int n, const struct plan *plan, ms end)
{
	struct due_thing *things = calloc((size_t)n * (MOMENTS + 1), sizeof(*things));
	size_t m = 0;
	bool down = false;
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < people[i].n; k++)
			things[m++] = (struct due_thing){ people[i].moments[k].at, &people[i], k };
		if (people[i].merged)
			things[m++] = (struct due_thing){ people[i].merged, &people[i], -1 };
	}
	qsort(things, m, sizeof(*things), by_at);
	for (size_t i = 0; i < m && things[i].at <= end; i++) {
		live_until(l, things[i].at - 1);
		clock_advance(&l->w->t->clock, things[i].at);
		for (; i < m; i++) {
			struct person *p = things[i].p;
			const struct moment *x = things[i].moment < 0 ? NULL : &p->moments[things[i].moment];
			if (x)
				happens(l, x->by_other ? p->other : p->leaf, x->what);
			else
				merge_now(l, p);
			if (i + 1 == m || things[i + 1].at != things[i].at)
				break;
		}
		if (plan->restart && !down && things[i].at > end - DAYS * MS_DAY / 2) {
			restart(l);
			down = true;
		}
		settle(l);
		if (plan->fault) /* what failed is tried again */
			settle(l), settle(l);
	}
	live_until(l, end);
	free(things);
}

static u64 prove(struct lab *l, const struct plan *plan)
{
	struct drawing *drawings = calloc((size_t)plan->graphs, sizeof(*drawings));
	struct person *people = calloc((size_t)plan->graphs * PEOPLE, sizeof(*people));
	ms start = now(l) - now(l) % MS_HOUR + MS_HOUR, end = start + plan->days * MS_DAY;
	u64 all = 0;
	seed = plan->seed;
	for (int i = 0; i < plan->graphs; i++) {
		draw(&drawings[i], i);
		prune(&drawings[i]);
		drawings[i].id = drafted(l, drawing_json(l->w->a, &drawings[i]));
		if (act_on(l, drawings[i].id, "publish", "{}") != 200)
			fail_msg("%.*s", STR_F(l->owner.reply.body));
		for (int k = 0; k < PEOPLE; k++) {
			struct person *p = &people[i * PEOPLE + k];
			live_one(p, &drawings[i], start);
			p->leaf = person_new(l);
			if (p->merged)
				p->other = person_new(l);
		}
	}
	live_until(l, start);
	fault_init(plan->fault ? plan->fault : "");
	live_all(l, people, plan->graphs * PEOPLE, plan, end);
	fault_init("");
	for (int i = 0; i < plan->graphs * PEOPLE; i++) {
		struct person *p = &people[i];
		interpret(&drawings[i / PEOPLE], p, end);
		str engine = trace_of(l, drawings[i / PEOPLE].id, p->leaf);
		if (!str_eq_c(engine, p->trace)) {
			print_message("graph %d person %d (merged %lld)\n%s\n", i / PEOPLE, i % PEOPLE, (long long)p->merged,
				      drawing_json(l->w->a, &drawings[i / PEOPLE]));
			print_message("engine:\n%.*s\nnaive:\n%s\n", STR_F(engine), p->trace);
			for (int k = 0; k < p->n; k++)
				print_message("%lld %s%s\n", (long long)p->moments[k].at, p->moments[k].what, p->moments[k].by_other ? " (other)" : "");
			fail_msg("traces differ");
		}
		all = hash_mix(all ^ hash64(engine));
	}
	free(drawings);
	free(people);
	return all;
}

static int make(void **state) { return lab_new(state, 1); }
static int make_spread(void **state) { return lab_new(state, 8); }

static void five_hundred_walks_follow_the_drawing(void **state)
{
	prove(*state, &(struct plan){ .seed = 1, .graphs = GRAPHS, .days = DAYS });
}

static void the_same_seed_walks_the_same_ways(void **state)
{
	void *other = NULL;
	struct plan plan = { .seed = 4, .graphs = 10, .days = 2 };
	lab_new(&other, 1);
	u64 a = prove(*state, &plan), b = prove(other, &plan);
	lab_free(&other);
	assert_true(a == b);
}

static void so_do_they_over_eight_slots_and_a_restart(void **state)
{
	prove(*state, &(struct plan){ .seed = 2, .graphs = 25, .days = DAYS, .restart = true });
}

static void so_do_they_when_it_fails_between_act_and_result(void **state)
{
	prove(*state, &(struct plan){ .seed = 3, .graphs = 25, .days = DAYS, .restart = true,
				      .fault = "journey.acted:3:fail,journey.acted:9:fail,journey.acted:20:fail,journey.acted:21:fail,journey.acted:50:fail" });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(five_hundred_walks_follow_the_drawing, make, lab_free),
		cmocka_unit_test_setup_teardown(the_same_seed_walks_the_same_ways, make, lab_free),
		cmocka_unit_test_setup_teardown(so_do_they_over_eight_slots_and_a_restart, make_spread, lab_free),
		cmocka_unit_test_setup_teardown(so_do_they_when_it_fails_between_act_and_result, make, lab_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
