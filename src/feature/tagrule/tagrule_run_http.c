/*
 * Dry runs, applying and undoing over HTTP, and the people behind the figures.
 *
 * People are rows of leaves; each is shown as the person she is now, when the viewer's scope sees her.
 */
#include "feature/tagrule/tagrule_run_data.h"

#include "base/vec.h"
#include "core/attr/attr.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/job/job.h"
#include "core/perm/perm.h"

#define LOOK_ROWS 200  /* read at once */
#define LOOKED_MAX 4000 /* passed over for one page: a narrow scope may get a short one */

#define RUN_VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, ID, rule) F(S, I64, version) F(S, STR, state, .one_of = "running,ready,applying,applied,failed,stale,expired") \
	F(S, STR, from_date) F(S, MS, before_ms, .doc = "what was journaled before this was looked at") F(S, ID, job_id) \
	F(S, MS, created_ms) F(S, STR, by) F(S, I64, people) F(S, I64, already, .doc = "carry the tags now") \
	F(S, I64, marked, .doc = "got one by applying") F(S, MS, applied_ms, .opt = true) F(S, STR, error, .opt = true)
RECORD(tagrule_run_view, RUN_VIEW_FIELDS);
#define RUN_DAY_FIELDS(F, S) F(S, STR, date) F(S, I64, people)
RECORD(tagrule_run_day, RUN_DAY_FIELDS);
#define RUN_DETAIL_FIELDS(F, S) RUN_VIEW_FIELDS(F, S) F(S, LIST, days, .of = &tagrule_run_day_record)
RECORD(tagrule_run_detail, RUN_DETAIL_FIELDS);
#define RUN_NEW_FIELDS(F, S) F(S, ID, id) F(S, STR, from, .max = 10, .doc = "2026-01-31: events from this day on")
RECORD(tagrule_run_new, RUN_NEW_FIELDS);
#define RUN_KEY_FIELDS(F, S) F(S, ID, id) F(S, ID, run)
RECORD(tagrule_run_key, RUN_KEY_FIELDS);
#define RUN_APPLY_FIELDS(F, S) F(S, ID, id) F(S, ID, run) F(S, I64, people, .min = 0, .doc = "as the dry run counted: a confirmation")
RECORD(tagrule_run_apply, RUN_APPLY_FIELDS);
#define PEOPLE_IN_FIELDS(F, S) \
	F(S, ID, id) F(S, ID, run) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = 200)
RECORD(tagrule_people_in, PEOPLE_IN_FIELDS);
#define HITS_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = 200)
RECORD(tagrule_hits_in, HITS_IN_FIELDS);
#define PERSON_FIELDS(F, S)                                                     \
	F(S, ID, customer) F(S, STR, name, .opt = true) F(S, ID, event) F(S, STR, event_kind, .opt = true) F(S, MS, at_ms) \
	F(S, I64, times, .opt = true) F(S, BOOL, already) F(S, BOOL, marked) F(S, BOOL, undone)
RECORD(tagrule_person, PERSON_FIELDS);
#define UNDO_FIELDS(F, S) F(S, ID, id) F(S, I64, people, .min = 0, .doc = "as shown: a confirmation; refused when it is more by now")
RECORD(tagrule_undo_in, UNDO_FIELDS);
#define UNDO_COUNT_FIELDS(F, S) F(S, I64, people) F(S, ID, job_id, .opt = true)
RECORD(tagrule_undo_out, UNDO_COUNT_FIELDS);
#define JOB_INPUT_FIELDS(F, S) F(S, ID, run) F(S, ID, rule)
RECORD(tagrule_job_in, JOB_INPUT_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }
static str who(const struct cx *cx) { return cx->viewer.name.p ? cx->viewer.name : STR(""); }

/* ---- runs ---- */

static bool gone_old(struct cx *cx, const struct rule_run *r)
{
	return corp_day(&cx->unit, cx_now(cx)) > corp_day(&cx->unit, r->created) + TAGRULE_RUN_DAYS;
}

static err run_state(struct cx *cx, const struct rule_row *rule, const struct rule_run *r, str *ret, str *ret_error)
{
	struct job job;
	*ret = r->state;
	*ret_error = STR_NIL;
	if (str_eq_c(r->state, "running") || str_eq_c(r->state, "applying")) {
		TRY(job_get(&cx->unit, r->job, &job));
		if (str_eq_c(job.state, "failed") || str_eq_c(job.state, "cancelled")) {
			*ret = STR("failed");
			*ret_error = job.error;
		}
	} else if (str_eq_c(r->state, "ready")) {
		bool other = r->version != rule->version || r->epoch != rule->epoch;
		*ret = gone_old(cx, r) ? STR("expired") : other ? STR("stale") : r->state;
	}
	return OK;
}

static err run_view(struct cx *cx, const struct rule_row *rule, const struct rule_run *r, struct tagrule_run_view *ret)
{
	*ret = (struct tagrule_run_view){ r->id, r->rule, r->version, STR_NIL, tz_format_date(r->from_day, CX_ARENA(cx)), r->before,
					  r->job, r->created, r->by_name, r->people, r->already, r->marked, r->applied, STR_NIL };
	return run_state(cx, rule, r, &ret->state, &ret->error);
}

static err find_run(struct cx *cx, i64 rule, i64 run, struct rule_row *ret_rule, struct rule_run *ret)
{
	struct rule_key key = { run };
	TRY(tagrule_find(cx, rule, ret_rule));
	err e = READ_SNAP(&cx->unit, base(cx), rule_run_get(snap, &key, ret));
	if (e == ERR_NOT_FOUND || (e == OK && ret->rule != rule))
		return cx_fail(cx, ERR_NOT_FOUND, T_TAGRULE_RUN_UNKNOWN, STR("run"), STR_NIL, STR_NIL);
	return e;
}

static err h_runs(struct cx *cx)
{
	struct rule_key key = *(const struct rule_key *)cx->in;
	struct page *page = cx->out;
	struct rule_row rule;
	struct rule_run *rows;
	size_t n;
	TRY(tagrule_find(cx, key.id, &rule));
	TRY(READ_SNAP(&cx->unit, base(cx), rule_runs_of(snap, &key, &rows, &n)));
	struct tagrule_run_view *out = ARENA_ARRAY(CX_ARENA(cx), struct tagrule_run_view, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(run_view(cx, &rule, &rows[i], &out[i]));
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

static err h_run(struct cx *cx)
{
	const struct tagrule_run_key *in = cx->in;
	struct tagrule_run_detail *out = cx->out;
	struct rule_row rule;
	struct rule_run r;
	struct rule_run_day *days;
	size_t n;
	TRY(find_run(cx, in->id, in->run, &rule, &r));
	TRY(run_view(cx, &rule, &r, (struct tagrule_run_view *)out)); /* the detail begins with the view */
	TRY(READ_SNAP(&cx->unit, base(cx), rule_find_days(snap, &(struct rule_key){ in->run }, &days, &n)));
	struct tagrule_run_day *views = ARENA_ARRAY(CX_ARENA(cx), struct tagrule_run_day, n + 1);
	for (size_t i = 0; i < n; i++)
		views[i] = (struct tagrule_run_day){ tz_format_date(days[i].day, CX_ARENA(cx)), days[i].people };
	out->days = (struct list){ views, n };
	return OK;
}

static str link_of(struct tx *tx, i64 rule) { return arena_printf(tx->snap.arena, "/tags/rules/%lld", (long long)rule); }

static err run_add(struct tx *tx, struct rule_run *r)
{
	struct tagrule_job_in in = { r->id, r->rule };
	str object = arena_printf(tx->snap.arena, "tagrule:%lld", (long long)r->rule);
	TRY(job_add(tx, "tagrule.try", str_c(text_raw(T_TAGRULE_JOB_TRY, LANG_ZH)), link_of(tx, r->rule), &tagrule_job_in_record, &in, &r->job));
	TRY(rule_run_put(tx, r));
	TRY(tagrule_clean_arm(tx));
	return audit_add(tx, "tagrule.try", object, STR(""));
}

static err from_day(struct cx *cx, str text, i64 *ret)
{
	ms at;
	i64 today = corp_day(&cx->unit, cx_now(cx));
	if (!tz_parse(corp_zone(&cx->unit, cx->unit.corp), text, &at))
		return cx_fail(cx, ERR_INPUT, T_TAGRULE_FROM, STR("from"), text, STR_NIL);
	*ret = corp_day(&cx->unit, at);
	if (*ret > today || *ret < today - TAGRULE_BACK_DAYS_MAX)
		return cx_fail(cx, ERR_INPUT, T_TAGRULE_FROM, STR("from"), text, STR_NIL);
	return OK;
}

/* One at a time: two would answer the same question. */
static err none_running(struct cx *cx, const struct rule_row *rule)
{
	struct rule_key key = { rule->id };
	struct rule_run *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), rule_runs_of(snap, &key, &rows, &n)));
	for (size_t i = 0; i < n; i++) {
		str state, error;
		TRY(run_state(cx, rule, &rows[i], &state, &error));
		if (str_eq_c(state, "running") || str_eq_c(state, "applying"))
			return cx_fail(cx, ERR_STATE, T_TAGRULE_BUSY, STR_NIL, STR_NIL, STR_NIL);
	}
	return OK;
}

static err h_run_new(struct cx *cx)
{
	const struct tagrule_run_new *in = cx->in;
	struct rule_row rule;
	struct rule_run r;
	i64 day = 0;
	TRY(tagrule_find(cx, in->id, &rule));
	TRY(from_day(cx, in->from, &day));
	TRY(none_running(cx, &rule));
	r = (struct rule_run){ .id = id_next(store_ids(cx->env->store), cx_now(cx)), .rule = rule.id, .version = rule.version,
			       .epoch = rule.epoch, .state = STR("running"), .from_day = day, .before = rule.running ? rule.since : cx_now(cx),
			       .created = cx_now(cx), .by_name = who(cx), .applied = NIL };
	TRY(WRITE_TX(&cx->unit, base(cx), run_add(tx, &r)));
	return run_view(cx, &rule, &r, cx->out);
}

static err run_apply(struct tx *tx, struct rule_run *r)
{
	struct tagrule_job_in in = { r->id, r->rule };
	struct rule_run now;
	str object = arena_printf(tx->snap.arena, "tagrule:%lld", (long long)r->rule);
	TRY(rule_run_get(&tx->snap, &(struct rule_key){ r->id }, &now));
	if (!str_eq_c(now.state, "ready"))
		return tx_fail(tx, ERR_STATE, T_TAGRULE_NOT_READY, STR_NIL, now.state, STR_NIL);
	r->state = STR("applying");
	TRY(job_add(tx, "tagrule.apply", str_c(text_raw(T_TAGRULE_JOB_APPLY, LANG_ZH)), link_of(tx, r->rule), &tagrule_job_in_record, &in,
		    &r->job));
	TRY(rule_run_put(tx, r));
	return audit_add(tx, "tagrule.apply", object, arena_printf(tx->snap.arena, "%lld", (long long)r->people));
}

static err h_apply(struct cx *cx)
{
	const struct tagrule_run_apply *in = cx->in;
	struct rule_row rule;
	struct rule_run r;
	str state, error;
	TRY(find_run(cx, in->id, in->run, &rule, &r));
	TRY(run_state(cx, &rule, &r, &state, &error));
	if (!str_eq_c(state, "ready"))
		return cx_fail(cx, ERR_STATE, T_TAGRULE_NOT_READY, STR_NIL, state, STR_NIL);
	if (in->people != r.people)
		return cx_fail(cx, ERR_STATE, T_TAGRULE_PEOPLE, STR("people"), arena_printf(CX_ARENA(cx), "%lld", (long long)in->people),
			       arena_printf(CX_ARENA(cx), "%lld", (long long)r.people));
	TRY(WRITE_TX(&cx->unit, base(cx), run_apply(tx, &r)));
	return run_view(cx, &rule, &r, cx->out);
}

/* ---- people ---- */

struct look {
	struct cx *cx;
	struct page *page;
	VEC(struct tagrule_person) found;
	size_t limit, looked;
	i64 keys[3]; /* slot and the place in it: of the last row looked at */
	bool more;
};

static err name_of(struct cx *cx, i64 root, str *ret)
{
	struct customer_fact f;
	err e = READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), attr_fact_get(snap, root, &f));
	*ret = e == OK ? f.name : STR_NIL;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err kind_of(struct cx *cx, i64 leaf, i64 event, str *ret)
{
	struct event ev;
	err e = READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, leaf), journal_get(snap, event, &ev));
	const struct event_info *info = e == OK ? event_info((int)ev.kind) : NULL;
	*ret = info ? str_c(info->name) : STR_NIL;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* Adds who is seen; p->customer is a leaf and becomes the root. */
static err show(struct look *l, struct tagrule_person *p)
{
	struct cx *cx = l->cx;
	i64 leaf = p->customer;
	l->looked++;
	err e = customer_visible(&cx->unit, leaf, &p->customer);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(name_of(cx, p->customer, &p->name));
	TRY(kind_of(cx, leaf, p->event, &p->event_kind));
	vec_push(CX_ARENA(cx), &l->found, *p);
	return OK;
}

static bool full(struct look *l)
{
	l->more = l->more || l->found.n == l->limit || l->looked >= LOOKED_MAX;
	return l->more;
}

static err look_finds(struct look *l, i64 slot, i64 run, size_t *ret_n)
{
	struct rule_find_page find = { run, l->keys[1], LOOK_ROWS };
	struct rule_find *v;
	TRY(READ_SNAP(&l->cx->unit, slot, rule_finds(snap, &find, &v, ret_n)));
	for (size_t i = 0; i < *ret_n && !full(l); i++) {
		struct tagrule_person p = { .customer = v[i].customer, .event = v[i].event, .at_ms = v[i].at, .times = NIL,
					    .already = v[i].already, .marked = v[i].marked };
		TRY(show(l, &p));
		l->keys[1] = v[i].customer;
	}
	return OK;
}

static err look_hits(struct look *l, i64 slot, i64 rule, size_t *ret_n)
{
	struct rule_hit_page find = { rule, l->keys[1], l->keys[2], LOOK_ROWS };
	struct rule_hit *v;
	TRY(READ_SNAP(&l->cx->unit, slot, rule_hits(snap, &find, &v, ret_n)));
	for (size_t i = 0; i < *ret_n && !full(l); i++) {
		struct tagrule_person p = { .customer = v[i].customer, .event = v[i].event, .at_ms = v[i].last, .times = v[i].times,
					    .undone = v[i].undone };
		TRY(show(l, &p));
		l->keys[1] = v[i].last;
		l->keys[2] = v[i].customer;
	}
	return OK;
}

/* Slot after slot, each from its start but the one the page before ended in. */
static err look_all(struct look *l, i64 id, const i64 start[2], u64 filter, err (*some)(struct look *, i64, i64, size_t *))
{
	struct cx *cx = l->cx;
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT), from = l->keys[0];
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n && !l->more; i++) {
		size_t rows = LOOK_ROWS;
		if (slots[i] < from)
			continue;
		l->keys[0] = slots[i];
		if (slots[i] != from) {
			l->keys[1] = start[0];
			l->keys[2] = start[1];
		}
		while (rows == LOOK_ROWS && !l->more)
			TRY(some(l, slots[i], id, &rows));
	}
	l->page->data = (struct list){ l->found.v, l->found.n };
	l->page->total = NIL;
	if (l->more)
		l->page->next_cursor = page_next(cx, l->keys, 3, filter);
	return OK;
}

static err h_people(struct cx *cx)
{
	const struct tagrule_people_in *in = cx->in;
	struct look l = { .cx = cx, .page = cx->out, .limit = (size_t)in->limit };
	struct rule_row rule;
	struct rule_run run;
	TRY(find_run(cx, in->id, in->run, &rule, &run));
	TRY(page_from(cx, in->cursor, l.keys, 3, (u64)in->run));
	return look_all(&l, in->run, (i64[2]){ 0, 0 }, (u64)in->run, look_finds);
}

static err h_hits(struct cx *cx)
{
	const struct tagrule_hits_in *in = cx->in;
	struct look l = { .cx = cx, .page = cx->out, .limit = (size_t)in->limit, .keys = { -1, INT64_MAX, 0 } };
	struct rule_row rule;
	TRY(tagrule_find(cx, in->id, &rule));
	TRY(page_from(cx, in->cursor, l.keys, 3, (u64)in->id));
	return look_all(&l, in->id, (i64[2]){ INT64_MAX, 0 }, (u64)in->id, look_hits);
}

/* ---- undoing ---- */

static err count_marked(struct cx *cx, i64 rule, i64 *ret)
{
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		struct rule_n people;
		TRY(READ_SNAP(&cx->unit, slots[i], rule_mark_people(snap, &(struct rule_key){ rule }, &people)));
		*ret += people.n;
	}
	return OK;
}

static err h_undo_count(struct cx *cx)
{
	struct tagrule_undo_out *out = cx->out;
	struct rule_row rule;
	TRY(tagrule_find(cx, ((const struct rule_key *)cx->in)->id, &rule));
	out->job_id = NIL;
	return count_marked(cx, rule.id, &out->people);
}

static err undo_add(struct tx *tx, i64 rule, i64 people, i64 *ret_job)
{
	struct tagrule_job_in in = { 0, rule };
	str object = arena_printf(tx->snap.arena, "tagrule:%lld", (long long)rule);
	TRY(job_add(tx, "tagrule.undo", str_c(text_raw(T_TAGRULE_JOB_UNDO, LANG_ZH)), link_of(tx, rule), &tagrule_job_in_record, &in, ret_job));
	return audit_add(tx, "tagrule.undo", object, arena_printf(tx->snap.arena, "%lld", (long long)people));
}

static err h_undo(struct cx *cx)
{
	const struct tagrule_undo_in *in = cx->in;
	struct tagrule_undo_out *out = cx->out;
	struct rule_row rule;
	i64 people;
	TRY(tagrule_find(cx, in->id, &rule));
	TRY(count_marked(cx, in->id, &people));
	if (people > in->people)
		return cx_fail(cx, ERR_STATE, T_TAGRULE_PEOPLE, STR("people"), arena_printf(CX_ARENA(cx), "%lld", (long long)in->people),
			       arena_printf(CX_ARENA(cx), "%lld", (long long)people));
	out->people = people;
	return WRITE_TX(&cx->unit, base(cx), undo_add(tx, in->id, people, &out->job_id));
}

#define READ "tagrule.read"
#define EDIT "tagrule.write"
#define KEY &rule_key_record
const struct route tagrule_run_routes[] = {
	{ "POST", "/api/v1/tag-rules/{id}/runs", EDIT, ROUTE_SCOPE_NONE, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &tagrule_run_new_record,
	  &tagrule_run_view_record, h_run_new, "Begins a dry run over what has been: nothing is marked." },
	{ "GET", "/api/v1/tag-rules/{id}/runs", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, KEY, &tagrule_run_view_record, h_runs,
	  "The last dry runs of a rule." },
	{ "GET", "/api/v1/tag-rules/{id}/runs/{run}", READ, ROUTE_SCOPE_NONE, 0, &tagrule_run_key_record, &tagrule_run_detail_record,
	  h_run, "A dry run with its people by day." },
	{ "GET", "/api/v1/tag-rules/{id}/runs/{run}/people", READ, ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &tagrule_people_in_record,
	  &tagrule_person_record, h_people, "Whom a dry run would touch, each with the deciding event." },
	{ "POST", "/api/v1/tag-rules/{id}/runs/{run}/apply", EDIT, ROUTE_SCOPE_NONE, ROUTE_ACCEPTED, &tagrule_run_apply_record,
	  &tagrule_run_view_record, h_apply, "Marks the people of a dry run." },
	{ "GET", "/api/v1/tag-rules/{id}/hits", READ, ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &tagrule_hits_in_record,
	  &tagrule_person_record, h_hits, "Whom a rule has hit, newest first." },
	{ "GET", "/api/v1/tag-rules/{id}/undo", READ, ROUTE_SCOPE_NONE, 0, KEY, &tagrule_undo_out_record, h_undo_count,
	  "How many people carry marks this rule has put." },
	{ "POST", "/api/v1/tag-rules/{id}/undo", EDIT, ROUTE_SCOPE_NONE, ROUTE_ACCEPTED, &tagrule_undo_in_record,
	  &tagrule_undo_out_record, h_undo, "Takes its marks off again, but for what a hand or another source holds." },
	{ 0 },
};
