/*
 * experiments over HTTP: plan, start, share, decide, take back, end, and what it shows.
 */
#include "feature/experiment/experiment_int.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"

#define EXPERIMENT_LIST_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(experiment_list_in, EXPERIMENT_LIST_IN_FIELDS);
#define EXPERIMENT_EDIT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) EXPERIMENT_PLAN_FIELDS(F, S)
RECORD(experiment_edit, EXPERIMENT_EDIT_FIELDS);
#define EXPERIMENT_DECIDE_FIELDS(F, S) F(S, ID, id) F(S, STR, variant, .min = 1, .max = 10)
RECORD(experiment_decide_in, EXPERIMENT_DECIDE_FIELDS);
#define EXPERIMENT_PART_FIELDS(F, S) F(S, I64, share, .min = 0, .max = TRIAL_BUCKETS)
RECORD(experiment_part, EXPERIMENT_PART_FIELDS);
#define EXPERIMENT_SHARES_FIELDS(F, S) \
	F(S, ID, id) F(S, LIST, shares, .min = 1, .max = TRIAL_VARIANTS_MAX, .of = &experiment_part_record, .doc = "in the order of variants") \
	F(S, I64, held, .min = 0, .max = EXPERIMENT_HELD_MAX)
RECORD(experiment_shares_in, EXPERIMENT_SHARES_FIELDS);
#define EXPERIMENT_SIZE_IN_FIELDS(F, S)                                             \
	F(S, F64, base) F(S, F64, lift) F(S, F64, power) F(S, I64, variants, .min = 1, .max = TRIAL_VARIANTS_MAX) \
	F(S, I64, least_share, .min = 1, .max = TRIAL_BUCKETS, .doc = "thousandths of the smallest variant") \
	F(S, I64, a_day, .opt = true, .min = 1, .max = 100000000, .doc = "people who come to it a day") \
	F(S, I64, days, .min = 1, .max = TRIAL_DAYS_MAX)
RECORD(experiment_size_in, EXPERIMENT_SIZE_IN_FIELDS);
#define EXPERIMENT_SIZE_FIELDS(F, S) \
	F(S, I64, needed, .doc = "people a variant") F(S, I64, people, .doc = "all together") F(S, I64, days, .opt = true, .doc = "until there is a verdict")
RECORD(experiment_size, EXPERIMENT_SIZE_FIELDS);
#define EXPERIMENT_PEOPLE_IN_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, variant, .min = 1, .max = 10) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(experiment_people_in, EXPERIMENT_PEOPLE_IN_FIELDS);
#define EXPERIMENT_PERSON_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name, .opt = true) F(S, MS, at_ms, .doc = "when she met it") F(S, STR, by, .doc = "broadcast, journey") F(S, ID, by_id)
RECORD(experiment_person, EXPERIMENT_PERSON_FIELDS);
#define EXPERIMENT_EPOCH_VIEW_FIELDS(F, S) \
	F(S, I64, epoch) F(S, MS, at_ms) F(S, STR, shares, .doc = "thousandths, the hold-out last") F(S, STR, known) F(S, STR, by)
RECORD(experiment_epoch_view, EXPERIMENT_EPOCH_VIEW_FIELDS);
#define EXPERIMENT_EPOCHS_FIELDS(F, S) F(S, LIST, data, .of = &experiment_epoch_view_record)
RECORD(experiment_epochs_out, EXPERIMENT_EPOCHS_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str viewer(const struct cx *cx) { return cx->viewer.name.p ? cx->viewer.name : STR(""); }

static err not_found(struct cx *cx, err e)
{
	if (e != ERR_NOT_FOUND)
		return e;
	return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_EXPERIMENT_UNKNOWN, cx->viewer.lang)));
}

static enum text state_text(str state)
{
	return str_eq_c(state, "draft") ? T_EXPERIMENT_DRAFT : str_eq_c(state, "running") ? T_EXPERIMENT_RUNNING :
	       str_eq_c(state, "decided") ? T_EXPERIMENT_DECIDED : T_EXPERIMENT_ENDED;
}

static err view(struct cx *cx, const struct snap *s, const struct experiment_row *row, struct experiment_view *v)
{
	struct experiment_plan *plan = ARENA_NEW(s->arena, struct experiment_plan);
	struct trial t;
	experiment_plan_read(s->arena, row->plan, plan);
	if (str_eq_c(row->state, "draft"))
		t = experiment_trial(s->arena, row, plan, s->now);
	else
		TRY(trial_get(s, row->id, &t));
	struct experiment_variant *variants = ARENA_ARRAY(s->arena, struct experiment_variant, plan->cells.n + 1);
	*v = (struct experiment_view){
		.id = row->id, .name = row->name, .state = row->state, .state_label = str_c(text_raw(state_text(row->state), cx->viewer.lang)),
		.plan = plan, .variants = { variants, plan->cells.n }, .needed = row->needed,
		.winner = t.winner == NIL ? STR_NIL : str_c(trial_key(t.winner)), .epoch = t.epoch, .filled_ms = row->filled, .created_ms = row->created,
		.started_ms = row->started, .decided_ms = row->decided, .decided_by = row->decided_by, .ended_ms = row->ended, .version = row->version,
	};
	for (size_t i = 0; i < plan->cells.n; i++)
		variants[i] = (struct experiment_variant){ str_c(trial_key((i64)i)), trial_label(&t, (i64)i), 0 };
	for (size_t i = 0; i < t.owners.n; i++)
		if (t.owners.p[i] == '-')
			v->held++;
		else
			variants[t.owners.p[i] - 'a'].share++;
	return OK;
}

static err read_one(struct cx *cx, const struct snap *s, i64 id)
{
	struct experiment_row row;
	TRY(not_found(cx, experiment_get(s, &(struct experiment_key){ id }, &row)));
	return view(cx, s, &row, cx->out);
}

static err show(struct cx *cx, i64 id) { return READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id)); }

static err read_list(struct cx *cx, const struct snap *s, const struct experiment_find *find)
{
	struct page *page = cx->out;
	struct experiment_row *rows;
	size_t n;
	TRY(experiment_list(s, find, &rows, &n));
	size_t shown = n < (size_t)find->limit ? n : (size_t)find->limit - 1;
	struct experiment_view *v = ARENA_ARRAY(s->arena, struct experiment_view, shown + 1);
	for (size_t i = 0; i < shown; i++)
		TRY(view(cx, s, &rows[i], &v[i]));
	page->data = (struct list){ v, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, 0);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct experiment_list_in *in = cx->in;
	struct experiment_find find = { INT64_MAX, in->limit + 1 };
	TRY(page_from(cx, in->cursor, &find.before, 1, 0));
	return READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, &find));
}

static err h_create(struct cx *cx)
{
	i64 needed, id = 0;
	TRY(experiment_check(&cx->unit, cx->in, &needed));
	TRY(WRITE_TX(&cx->unit, base(cx), experiment_create(tx, cx->in, needed, &id)));
	return show(cx, id);
}

static err h_get(struct cx *cx) { return show(cx, ((const struct experiment_key *)cx->in)->id); }

static err h_change(struct cx *cx)
{
	const struct experiment_edit *in = cx->in;
	const struct experiment_plan plan = { .name = in->name, .factors = in->factors, .cells = in->cells, .mode = in->mode, .held = in->held,
					      .floor = in->floor, .measure = in->measure, .goal = in->goal, .event = in->event,
					      .expr = in->expr, .days = in->days, .base = in->base, .lift = in->lift, .power = in->power };
	i64 needed;
	TRY(experiment_check(&cx->unit, &plan, &needed));
	TRY(WRITE_TX(&cx->unit, base(cx), experiment_change(tx, in->id, in->version, &plan, needed)));
	return show(cx, in->id);
}

static err h_remove(struct cx *cx)
{
	const struct experiment_key *in = cx->in;
	return WRITE_TX(&cx->unit, base(cx), experiment_remove(tx, in->id));
}

static err h_start(struct cx *cx)
{
	const struct experiment_key *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), experiment_start(tx, in->id, viewer(cx))));
	return show(cx, in->id);
}

static err h_share(struct cx *cx)
{
	const struct experiment_shares_in *in = cx->in;
	i64 shares[TRIAL_VARIANTS_MAX];
	for (size_t i = 0; i < in->shares.n; i++)
		shares[i] = ((const struct experiment_part *)in->shares.v)[i].share;
	TRY(WRITE_TX(&cx->unit, base(cx), experiment_share(tx, in->id, shares, in->shares.n, in->held, viewer(cx))));
	return show(cx, in->id);
}

static err h_decide(struct cx *cx)
{
	const struct experiment_decide_in *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), experiment_decide(tx, in->id, in->variant, viewer(cx))));
	return show(cx, in->id);
}

static err h_reopen(struct cx *cx)
{
	const struct experiment_key *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), experiment_reopen(tx, in->id, viewer(cx))));
	return show(cx, in->id);
}

static err h_end(struct cx *cx)
{
	const struct experiment_key *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), experiment_end(tx, in->id, viewer(cx))));
	return show(cx, in->id);
}

static err h_result(struct cx *cx)
{
	const struct experiment_key *in = cx->in;
	struct experiment_sums sums;
	struct corp corp;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(not_found(cx, READ_SNAP(&cx->unit, base(cx), experiment_sums_read(snap, in->id, corp.currency, &sums))));
	experiment_judge(CX_ARENA(cx), &sums, cx->viewer.lang, cx->out);
	return OK;
}

/* Whole days: until the sample is full, and the days of the last who came. */
static err h_size(struct cx *cx)
{
	const struct experiment_size_in *in = cx->in;
	struct experiment_size *out = cx->out;
	out->needed = experiment_needed(in->base, in->lift, in->power, (size_t)in->variants - 1);
	if (out->needed == 0)
		return cx_fail(cx, ERR_INPUT, T_EXPERIMENT_RATE, STR("base"), arena_printf(CX_ARENA(cx), "%.4g%%", in->base * 100), STR_NIL);
	out->people = (out->needed * TRIAL_BUCKETS + in->least_share - 1) / in->least_share;
	out->days = in->a_day == NIL ? NIL : (out->people + in->a_day - 1) / in->a_day + in->days;
	return OK;
}

static err read_epochs(struct cx *cx, const struct snap *s, i64 id)
{
	struct experiment_epochs_out *out = cx->out;
	struct experiment_epoch *rows;
	size_t n;
	TRY(experiment_epochs(s, &(struct experiment_key){ id }, &rows, &n));
	struct experiment_epoch_view *v = ARENA_ARRAY(s->arena, struct experiment_epoch_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct experiment_epoch_view){ rows[i].epoch, rows[i].at, rows[i].shares, rows[i].known, rows[i].made_by };
	out->data = (struct list){ v, n };
	return OK;
}

static err h_epochs(struct cx *cx)
{
	const struct experiment_key *in = cx->in;
	return READ_SNAP(&cx->unit, base(cx), read_epochs(cx, snap, in->id));
}

/* ---- people ---- */

struct people { i64 id, variant, slot, after; size_t limit; bool more; struct page *page; };

static err add_person(struct snap *s, const struct trial_exposure *e, struct people *p)
{
	struct experiment_person *v = p->page->data.v, row = { .at_ms = e->at, .by = e->made_by, .by_id = e->made_by_id, .name = STR_NIL };
	struct customer c;
	p->slot = s->slot;
	p->after = e->customer;
	err r = customer_get(s, e->customer, &c);
	if (r != OK)
		return r == ERR_NOT_FOUND ? OK : r;
	row.id = c.root;
	row.name = c.name;
	v[p->page->data.n++] = row;
	return OK;
}

static err people_of_slot(struct snap *s, struct people *p)
{
	struct trial_exposure *rows;
	size_t n;
	TRY(trial_exposed_page(s, p->id, p->variant, s->slot == p->slot ? p->after : 0, (i64)(p->limit - p->page->data.n + 1), &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (p->page->data.n == p->limit) {
			p->more = true;
			return OK;
		}
		TRY(add_person(s, &rows[i], p));
	}
	return OK;
}

static err read_people(const struct snap *s, struct people *p)
{
	struct snap at = *s;
	i64 slots[SLOT_COUNT], from = p->slot;
	size_t n = slots_of_corp(s->unit->store, s->corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n && !p->more; i++) {
		if (slots[i] < from)
			continue;
		snap_slot(&at, slots[i]);
		TRY(people_of_slot(&at, p));
	}
	return OK;
}

/* Whom the viewer does not see is left out after the page was read: a page may be shorter than asked for. */
static err keep_visible(struct cx *cx, struct page *page)
{
	struct experiment_person *v = page->data.v;
	size_t kept = 0;
	for (size_t i = 0; i < page->data.n; i++) {
		struct fail before = cx->unit.fail;
		err e = customer_visible(&cx->unit, v[i].id, &v[i].id);
		if (e == OK)
			v[kept++] = v[i];
		else if (e != ERR_NOT_FOUND)
			return e;
		cx->unit.fail = before;
	}
	page->data.n = kept;
	return OK;
}

static err h_people(struct cx *cx)
{
	const struct experiment_people_in *in = cx->in;
	struct people p = { .id = in->id, .limit = (size_t)in->limit, .page = cx->out };
	u64 filter = str_hash(in->variant) ^ (u64)in->id;
	i64 keys[2] = { 0, 0 };
	if (!trial_of_key(in->variant, &p.variant))
		return cx_fail(cx, ERR_INPUT, T_EXPERIMENT_VARIANT, STR("variant"), in->variant, STR("a … p"));
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	p.slot = keys[0];
	p.after = keys[1];
	p.page->data.v = ARENA_ARRAY(CX_ARENA(cx), struct experiment_person, p.limit + 1);
	p.page->total = NIL;
	TRY(READ_SNAP(&cx->unit, base(cx), read_people(snap, &p)));
	if (p.more)
		p.page->next_cursor = page_next(cx, (i64[]){ p.slot, p.after }, 2, filter);
	return keep_visible(cx, p.page);
}

#define KEY &experiment_key_record
#define VIEW &experiment_view_record
#define READ "experiment.read"
#define EDIT "experiment.write"
const struct route experiment_routes[] = {
	{ "GET", "/api/v1/experiments", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, &experiment_list_in_record, VIEW, h_list, "Experiments, newest first." },
	{ "POST", "/api/v1/experiments", EDIT, ROUTE_SCOPE_NONE, ROUTE_IDEMPOTENT | ROUTE_CREATED, &experiment_plan_record, VIEW, h_create,
	  "Makes a draft; nobody is split before it is started." },
	{ "POST", "/api/v1/experiments/size", READ, ROUTE_SCOPE_NONE, 0, &experiment_size_in_record, &experiment_size_record, h_size,
	  "How many people are needed to find a lift, and how long that takes." },
	{ "GET", "/api/v1/experiments/{id}", READ, ROUTE_SCOPE_NONE, ROUTE_ETAG, KEY, VIEW, h_get, "One experiment." },
	{ "PUT", "/api/v1/experiments/{id}", EDIT, ROUTE_SCOPE_NONE, ROUTE_ETAG, &experiment_edit_record, VIEW, h_change, "Changes a draft." },
	{ "DELETE", "/api/v1/experiments/{id}", EDIT, ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_remove, "Removes a draft." },
	{ "POST", "/api/v1/experiments/{id}/start", EDIT, ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_start, "Begins to split people." },
	{ "POST", "/api/v1/experiments/{id}/shares", EDIT, ROUTE_SCOPE_NONE, 0, &experiment_shares_in_record, VIEW, h_share,
	  "Other shares of one that runs: only as many people change as shares moved, and nobody who met a variant." },
	{ "POST", "/api/v1/experiments/{id}/decide", EDIT, ROUTE_SCOPE_NONE, 0, &experiment_decide_in_record, VIEW, h_decide,
	  "Gives everything but the hold-out to one variant." },
	{ "POST", "/api/v1/experiments/{id}/reopen", EDIT, ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_reopen, "Takes a decision back." },
	{ "POST", "/api/v1/experiments/{id}/end", EDIT, ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_end,
	  "Ends it: everybody gets the winner, or the first variant when there is none." },
	{ "GET", "/api/v1/experiments/{id}/result", READ, ROUTE_SCOPE_NONE, 0, KEY, &experiment_result_record, h_result,
	  "Variants beside each other with intervals, the hold-out, and what it says." },
	{ "GET", "/api/v1/experiments/{id}/epochs", READ, ROUTE_SCOPE_NONE, 0, KEY, &experiment_epochs_out_record, h_epochs,
	  "Shares as they were from when on, and the counts a bandit worked them out from." },
	{ "GET", "/api/v1/experiments/{id}/people", READ, ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &experiment_people_in_record,
	  &experiment_person_record, h_people, "Who met a variant, or was held out." },
	{ 0 },
};
