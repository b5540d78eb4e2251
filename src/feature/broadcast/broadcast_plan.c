/*
 * broadcast's planning: who of an audience gets the message, through whom, and why others do not.
 *
 * The preview and the job decide by the same function. The job takes at most JOB_STEP_ROWS people a step;
 * their rows are written slot by slot in transactions that decide again, then the cursor with the sums.
 * Who was in the audience then is kept for later questions before the first of them is looked at.
 * A step that broke off in between has left rows beyond the cursor: they are counted first and stay.
 */
#include "feature/broadcast/broadcast_person_data.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/audience/audience_asof.h"
#include "core/customer/customer_many.h"
#include "core/job/job.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"
#include "store/outbox.h"

#define PREVIEW_PAGE 5000

struct pick { const char *reason; struct follow_sender sender; }; /* reason NULL: she gets it */

/* ---- sums ---- */

struct sums {
	VEC(struct broadcast_reason) reasons;
	VEC(struct broadcast_load) loads;
	struct imap places; /* staff -> place in loads */
	i64 people, planned;
};

static struct sums sums_new(struct arena *a) { return (struct sums){ .places = imap_new(a) }; }

static void sums_exclude(struct arena *a, struct sums *s, str reason, i64 count)
{
	for (size_t i = 0; i < s->reasons.n; i++)
		if (str_eq(s->reasons.v[i].reason, reason)) {
			s->reasons.v[i].count += count;
			return;
		}
	vec_push(a, &s->reasons, (struct broadcast_reason){ arena_dup(a, reason), count });
}

/* How many of that staff there were before. */
static i64 sums_load(struct arena *a, struct sums *s, i64 staff, i64 count)
{
	i64 place;
	s->planned += count;
	if (imap_get(&s->places, staff, &place)) {
		i64 before = s->loads.v[place].count;
		s->loads.v[place].count += count;
		return before;
	}
	imap_put(&s->places, staff, (i64)s->loads.n);
	vec_push(a, &s->loads, (struct broadcast_load){ staff, count });
	return 0;
}

static struct sums sums_read(struct arena *a, const struct broadcast_sums *in)
{
	struct sums s = sums_new(a);
	const struct broadcast_reason *reasons = in->reasons.v;
	const struct broadcast_load *loads = in->loads.v;
	for (size_t i = 0; i < in->reasons.n; i++)
		sums_exclude(a, &s, reasons[i].reason, reasons[i].count);
	for (size_t i = 0; i < in->loads.n; i++)
		sums_load(a, &s, loads[i].staff, loads[i].count);
	s.people = in->people;
	return s;
}

static struct broadcast_sums sums_write(const struct sums *s)
{
	return (struct broadcast_sums){
		.people = s->people, .planned = s->planned,
		.reasons = { s->reasons.v, s->reasons.n }, .loads = { s->loads.v, s->loads.n },
	};
}

/* ---- deciding ---- */

struct holding { struct imap places; struct pick *picks; };

static err on_held(void *arg, const void *of)
{
	struct holding *h = arg;
	i64 place;
	if (imap_get(&h->places, ((const struct broadcast_held *)of)->customer, &place) && !h->picks[place].reason)
		h->picks[place].reason = "hold";
	return OK;
}

/* Who waits for another broadcast's message is held back: her caps are not spent yet, but will be. */
static err hold(const struct snap *s, i64 besides, const i64 *roots, size_t n, struct pick *picks)
{
	struct holding h = { imap_new(s->arena), picks };
	struct customer_member *members;
	struct customer_span *spans;
	struct snap at = *s;
	size_t count;
	TRY(customer_members(s, roots, n, &members, &count));
	i64 *leaves = ARENA_ARRAY(s->arena, i64, count ? count : 1);
	for (size_t i = 0; i < count; i++) {
		leaves[i] = members[i].leaf;
		imap_put(&h.places, members[i].leaf, (i64)members[i].root);
	}
	size_t span_count = customer_spans(s->unit->store, s->arena, leaves, count, &spans);
	for (size_t i = 0; i < span_count; i++) {
		struct broadcast_range range = { spans[i].from, spans[i].to, besides };
		snap_slot(&at, spans[i].slot);
		TRY(broadcast_held_span(&at, &range, on_held, &h));
	}
	return OK;
}

static err decide(const struct snap *s, i64 besides, const i64 *roots, size_t n, ms at, struct pick **ret)
{
	struct pick *picks = ARENA_ARRAY(s->arena, struct pick, n ? n : 1);
	enum reach_verdict *verdicts = ARENA_ARRAY(s->arena, enum reach_verdict, n ? n : 1);
	struct follow_sender *senders = ARENA_ARRAY(s->arena, struct follow_sender, n ? n : 1);
	TRY(reach_check_many(s, roots, n, "wecom", at, verdicts));
	TRY(follow_sender_many(s, roots, n, senders));
	for (size_t i = 0; i < n; i++) {
		picks[i] = (struct pick){ reach_reason(verdicts[i]), senders[i] };
		if (!picks[i].reason && !senders[i].staff)
			picks[i].reason = "no_sender";
	}
	TRY(hold(s, besides, roots, n, picks));
	*ret = picks;
	return OK;
}

/* ---- preview ---- */

static err preview_page(struct unit *u, const i64 *roots, size_t n, ms at, struct arena *keep, struct sums *sums)
{
	struct pick *picks;
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), decide(snap, 0, roots, n, at, &picks)));
	for (size_t i = 0; i < n; i++) {
		sums->people++;
		if (picks[i].reason)
			sums_exclude(keep, sums, str_c(picks[i].reason), 1);
		else
			sums_load(keep, sums, picks[i].sender.staff, 1);
	}
	return OK;
}

static err preview_all(struct unit *page, const struct expr *audience, ms at, struct arena *keep, struct sums *sums)
{
	i64 after = 0;
	for (;;) {
		struct arena_mark mark = arena_mark(page->arena);
		i64 *roots;
		size_t n;
		TRY(audience_select(page, audience, after, PREVIEW_PAGE, &roots, &n));
		if (n == 0)
			return OK;
		after = roots[n - 1];
		TRY(preview_page(page, roots, n, at, keep, sums));
		arena_reset(page->arena, mark);
	}
}

err broadcast_preview(struct unit *u, const struct expr *audience, struct broadcast_sums *ret)
{
	ms opens, last;
	TRY(reach_window(u, clock_now(u->clock), &opens, &last));
	struct sums sums = sums_new(u->arena);
	struct unit page = *u;
	page.arena = arena_new(ARENA_MAX_DEFAULT);
	err e = preview_all(&page, audience, opens, u->arena, &sums);
	arena_free(page.arena);
	if (e != OK)
		u->fail = page.fail;
	*ret = sums_write(&sums);
	return e;
}

/* ---- the job ---- */

struct planning {
	struct cx *cx;
	struct job *job;
	struct broadcast b;
	struct broadcast_sums cursor;
	struct sums sums, work; /* work: of the transaction that runs */
	struct imap written;    /* people a broken-off step has written */
	ms at;
};

static struct broadcast_person row_of(struct planning *p, struct arena *a, i64 root, const struct pick *pick)
{
	struct broadcast_person row = { .broadcast = p->b.id, .customer = root, .leaf = NIL, .staff = NIL, .part = NIL, .sent_at = NIL };
	const char *reason = pick->reason;
	if (!reason && p->work.planned >= p->b.confirmed)
		reason = "after_confirm"; /* she came into the audience after its maker had confirmed the number */
	if (pick->sender.staff) {
		row.leaf = pick->sender.leaf;
		row.staff = pick->sender.staff;
		row.external_userid = pick->sender.external_userid;
	}
	p->work.people++;
	if (reason) {
		row.state = STR("excluded");
		row.reason = str_c(reason);
		sums_exclude(a, &p->work, row.reason, 1);
	} else {
		row.state = STR("planned");
		row.part = sums_load(a, &p->work, row.staff, 1) / BROADCAST_PART_MAX;
	}
	return row;
}

static err write_group(struct tx *tx, struct planning *p, const i64 *roots, size_t n)
{
	struct arena *a = tx->snap.arena;
	struct pick *picks;
	size_t count = 0;
	struct broadcast_sums before = sums_write(&p->sums);
	p->work = sums_read(a, &before); /* the transaction may run again */
	TRY(decide(&tx->snap, p->b.id, roots, n, p->at, &picks));
	struct broadcast_person *rows = ARENA_ARRAY(a, struct broadcast_person, n);
	for (size_t i = 0; i < n; i++) {
		i64 ignored;
		if (!imap_get(&p->written, roots[i], &ignored))
			rows[count++] = row_of(p, a, roots[i], &picks[i]);
	}
	return query_write_many(tx, &broadcast_person_add_query, rows, count);
}

static err count_written(const struct snap *s, struct planning *p)
{
	struct broadcast_person *rows;
	size_t n;
	TRY(broadcast_people_beyond(s, &(struct broadcast_beyond){ p->b.id, p->cursor.after }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		imap_put(&p->written, rows[i].customer, 1);
		p->sums.people++;
		if (str_eq_c(rows[i].state, "excluded"))
			sums_exclude(s->arena, &p->sums, rows[i].reason, 1);
		else
			sums_load(s->arena, &p->sums, rows[i].staff, 1);
	}
	return OK;
}

static err write_people(struct planning *p, const i64 *roots, size_t n)
{
	struct unit *u = &p->cx->unit;
	i64 slots[SLOT_COUNT];
	size_t slot_count = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	p->written = imap_new(u->arena);
	for (size_t i = 0; i < slot_count; i++)
		TRY(READ_SNAP(u, slots[i], count_written(snap, p)));
	i64 *group = ARENA_ARRAY(u->arena, i64, n);
	for (size_t s = 0; s < slot_count; s++) {
		size_t count = 0;
		for (size_t i = 0; i < n; i++)
			if (slot_of_customer(u->store, roots[i]) == slots[s])
				group[count++] = roots[i];
		if (count == 0)
			continue;
		TRY(WRITE_TX(u, slots[s], write_group(tx, p, group, count)));
		p->sums = p->work;
	}
	return OK;
}

static str excluded_json(struct arena *a, const struct sums *s)
{
	struct broadcast_sums out = { .reasons = { s->reasons.v, s->reasons.n } };
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	record_write(&b, &broadcast_sums_record, &out);
	return buf_str(&b);
}

static err make_parts(struct tx *tx, struct planning *p, const struct broadcast_load *load, i64 *ret_parts)
{
	struct staff staff;
	TRY(staff_get(&tx->snap, load->staff, &staff));
	for (i64 n = 0; n * BROADCAST_PART_MAX < load->count; n++) {
		struct broadcast_part part;
		record_init(&broadcast_part_record, &part);
		part.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
		part.broadcast = p->b.id;
		part.staff = load->staff;
		part.n = n;
		part.userid = staff.userid;
		part.state = STR("waiting");
		part.people = int_min(load->count - n * BROADCAST_PART_MAX, BROADCAST_PART_MAX);
		TRY(broadcast_part_add(tx, &part));
		struct broadcast_errand errand = { part.id };
		str key = arena_printf(tx->snap.arena, "%lld", (long long)part.id);
		TRY(outbox_add(tx, STR("broadcast.create"), key, STR(""), int_max(tx->snap.now, p->b.opens), p->b.deadline, 0,
			       &broadcast_errand_record, &errand, NULL));
		++*ret_parts;
	}
	return OK;
}

static err save(struct tx *tx, struct planning *p, i64 after, bool done)
{
	struct broadcast_sums cursor = sums_write(&p->sums);
	cursor.after = after;
	cursor.done = done;
	p->job->done = p->sums.people;
	p->job->skipped = p->sums.people - p->sums.planned;
	return job_save(tx, p->job, &broadcast_sums_record, &cursor);
}

/* All are decided: the parts, their tasks and the event, in one transaction. */
static err finish(struct tx *tx, struct planning *p)
{
	struct broadcast b;
	i64 parts = 0;
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ p->b.id }, &b));
	if (!str_eq_c(b.state, "planning"))
		return OK; /* stopped meanwhile: the next step clears up */
	b.planned = p->sums.planned;
	b.excluded = excluded_json(tx->snap.arena, &p->sums);
	b.state = b.planned ? STR("sending") : STR("failed");
	b.closed = b.planned ? NIL : tx->snap.now;
	struct broadcast_event ev = { b.id, b.name, b.planned, (i64)p->sums.loads.n, b.state };
	i64 cause = 0;
	TRY(journal_add(tx, EV_BROADCAST_PLANNED, 0, tx->snap.now, &broadcast_event_record, &ev, &cause));
	tx->snap.unit->cause = cause;
	for (size_t i = 0; i < p->sums.loads.n; i++)
		TRY(make_parts(tx, p, &p->sums.loads.v[i], &parts));
	tx->snap.unit->cause = 0;
	TRY(broadcast_update(tx, &b));
	return save(tx, p, p->cursor.after, true);
}

static err progress(struct tx *tx, struct planning *p, i64 after)
{
	struct broadcast b;
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ p->b.id }, &b));
	if (str_eq_c(b.state, "planning")) {
		b.planned = p->sums.planned;
		b.excluded = excluded_json(tx->snap.arena, &p->sums);
		TRY(broadcast_update(tx, &b));
	}
	return save(tx, p, after, false);
}

static err step(struct planning *p, bool *ret_done)
{
	struct unit *u = &p->cx->unit;
	struct expr *audience;
	i64 *roots, base = slot_base(u->store, u->corp), all;
	size_t n;
	u->scope = p->b.viewed_by;
	TRY(expr_parse(u, p->b.expr, &audience));
	if (p->cursor.after == 0) {
		const struct audience_use_new use = { "broadcast", p->b.id, p->b.name };
		i64 kept;
		TRY(audience_count(u, audience, &p->job->total, &all));
		TRY(audience_keep(u, audience, &use, &kept));
	}
	TRY(audience_select(u, audience, p->cursor.after, JOB_STEP_ROWS, &roots, &n));
	u->scope = 0;
	if (n == 0) {
		*ret_done = true;
		return WRITE_TX(u, base, finish(tx, p));
	}
	TRY(write_people(p, roots, n));
	return WRITE_TX(u, base, progress(tx, p, roots[n - 1]));
}

/* A broadcast that was stopped, or cannot be planned, holds nobody back. */
static err clear_up(struct unit *u, i64 id)
{
	i64 slots[SLOT_COUNT];
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n; i++)
		TRY(WRITE_TX(u, slots[i], broadcast_people_dropped(tx, &(struct broadcast_key){ id })));
	return OK;
}

static err give_up(struct tx *tx, i64 id)
{
	struct broadcast b;
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ id }, &b));
	if (!str_eq_c(b.state, "planning"))
		return OK;
	b.state = STR("failed");
	b.closed = tx->snap.now;
	return broadcast_update(tx, &b);
}

err broadcast_plan_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct broadcast_plan in;
	struct unit *u = &cx->unit;
	struct planning p = { .cx = cx, .job = job };
	i64 base = slot_base(u->store, u->corp);
	TRY(job_input(cx, job, &broadcast_plan_record, &in));
	TRY(job_cursor(cx, job, &broadcast_sums_record, &p.cursor));
	TRY(READ_SNAP(u, base, broadcast_get(snap, &(struct broadcast_key){ in.broadcast }, &p.b)));
	if (p.cursor.done || !str_eq_c(p.b.state, "planning")) {
		*ret_done = true;
		return str_eq_c(p.b.state, "cancelled") || str_eq_c(p.b.state, "failed") ? clear_up(u, p.b.id) : OK;
	}
	p.at = int_max(cx_now(cx), p.b.opens);
	p.sums = sums_read(u->arena, &p.cursor);
	err e = step(&p, ret_done);
	if (e == OK || err_retryable(e))
		return e;
	u->scope = 0;
	struct fail why = u->fail;
	TRY(WRITE_TX(u, base, give_up(tx, p.b.id)));
	TRY(clear_up(u, p.b.id));
	u->fail = why;
	return e;
}
