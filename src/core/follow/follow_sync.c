/*
 * The first look at an existing corp, and every later one: directory, then the customers of some members
 * at a time, a page a step. The cursor is durable, so it goes on after a restart; whatever is known
 * already stays as it is. Relations younger than SYNC_YOUNG_MS are left to their callback, which alone
 * carries the welcome code.
 */
#include "core/follow/follow_decode.h"

#include "base/hash.h"
#include "core/corp/corp.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"

#define SYNC_MEMBERS 20      /* members asked for together */
#define SYNC_PAGE 100        /* relations of one answer */
#define BODY_MAX ((size_t)256 << 10)
#define SYNC_YOUNG_MS (2 * MS_MINUTE)

#define FOLLOW_SYNC_FIELDS(F, S)                                                  \
	F(S, BOOL, directory, .doc = "staff and departments are read") F(S, ID, after, .doc = "the last member done") \
	F(S, STR, cursor, .opt = true) F(S, I64, relations)                       \
	F(S, I64, alone, .doc = "so many members are asked for one by one") \
	F(S, BOOL, read, .doc = "of a nightly one: all pages are") F(S, ID, gone, .doc = "the last member looked through for who is gone")
RECORD(follow_sync_at, FOLLOW_SYNC_FIELDS);

struct page_work {
	struct cx *cx;
	struct job *job;
	struct follow_sync_at *at;
	struct wecom_customer *v;
	size_t n;
	i64 *staff;     /* of each */
	i64 *customers; /* of each; 0: not known yet */
	bool *created, *put; /* of each */
	i64 slot;       /* the base slot */
};

/* ---- one relation ---- */

static err relation_put(struct tx *tx, const struct wecom_customer *c, i64 customer, i64 staff, bool before, bool living)
{
	const struct wecom_follow *f = &c->follows[0];
	struct follow_told t = { .tell = TELL_ADDED, .customer = customer, .staff = staff, .userid = f->userid,
		.external_userid = c->contact.external_userid, .state = f->state, .welcome_code = STR_NIL,
		.add_way = f->add_way, .at = f->created != NIL ? f->created : tx->snap.now, .synced = true,
		.before_elsewhere = before, .living_elsewhere = living };
	struct follow_key key = { customer, staff };
	struct follow_row row;
	err e = follow_get(&tx->snap, &key, &row);
	if (e == ERR_NOT_FOUND && t.at > tx->snap.now - SYNC_YOUNG_MS)
		return OK;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	/* What ended after this began stays ended: WeCom still shows a friend who deleted the member. */
	if (e == ERR_NOT_FOUND || t.at > row.told)
		TRY(follow_apply(tx, &t));
	struct contact_fetched body = follow_fetched_of(tx->snap.arena, &c->contact, f, staff);
	struct buf b = buf_new(tx->snap.arena, BODY_MAX);
	record_write(&b, &contact_fetched_record, &body);
	struct follow_fetched now = { customer, staff, (i64)(hash64(buf_str(&b)) >> 1) }, was = { .fetched = NIL };
	e = follow_fetched_get(&tx->snap, &key, &was);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (was.fetched == now.fetched)
		return OK;
	TRY(follow_fetched_set(tx, &now));
	return journal_add(tx, EV_CONTACT_FETCHED, customer, tx->snap.now, &contact_fetched_record, &body, NULL);
}

static err relation_alone(struct page_work *w, size_t i)
{
	struct unit *u = &w->cx->unit;
	struct follow_told t = { 0 };
	TRY(follow_customer(u, &w->v[i].contact, cx_now(w->cx), &w->customers[i]));
	t.customer = w->customers[i];
	TRY(follow_elsewhere(u, &t));
	return WRITE_TX(u, slot_of_customer(u->store, t.customer),
			relation_put(tx, &w->v[i], t.customer, w->staff[i], t.before_elsewhere, t.living_elsewhere));
}

/* ---- a page ---- */

/* Everybody plain of the transaction's slot. */
static err page_here(struct tx *tx, struct page_work *w)
{
	for (size_t i = 0; i < w->n; i++) {
		if (!w->customers[i] || slot_of_customer(tx->snap.unit->store, w->customers[i]) != tx->snap.slot)
			continue;
		w->put[i] = w->created[i];
		if (!w->put[i])
			TRY(follow_all_here(&tx->snap, w->customers[i], &w->put[i]));
		if (w->put[i])
			TRY(relation_put(tx, &w->v[i], w->customers[i], w->staff[i], false, false));
	}
	return OK;
}

static err page_together(struct tx *tx, struct page_work *w, const struct identity_who *who, const u32 *numbers)
{
	TRY(identity_resolve_many(tx, who, numbers, w->n, w->customers, w->created));
	return page_here(tx, w);
}

/* Every night all are read again: only who is not known yet gets a number. */
static err take_numbers(struct page_work *w, const struct identity_who *who, u32 *ret_numbers)
{
	bool *unknown = ARENA_ARRAY(CX_ARENA(w->cx), bool, w->n + 1);
	TRY(READ_SNAP(&w->cx->unit, w->slot, identity_unknown_many(snap, who, w->n, unknown)));
	for (size_t i = 0; i < w->n; i++)
		if (unknown[i])
			TRY(store_number(&w->cx->unit, "customer", &ret_numbers[i]));
	return OK;
}

/* A corp of several slots: who they are first, then what is told of them, a transaction for each slot. */
static err page_spread(struct page_work *w, const struct identity_who *who)
{
	struct unit *u = &w->cx->unit;
	bool *slots = ARENA_ARRAY(u->arena, bool, SLOT_COUNT);
	struct fail before = u->fail;
	err e = identity_resolve_spread(u, who, w->n, w->customers, w->created);
	if (e == ERR_BUSY) { /* somebody else was first with one of them: each by herself */
		u->fail = before;
		memset(w->customers, 0, w->n * sizeof(*w->customers));
		return OK;
	}
	TRY(e);
	for (size_t i = 0; i < w->n; i++)
		if (w->customers[i])
			slots[slot_of_customer(u->store, w->customers[i])] = true;
	for (i64 slot = 0; slot < SLOT_COUNT; slot++)
		if (slots[slot])
			TRY(WRITE_TX(u, slot, page_here(tx, w)));
	return OK;
}

static struct identity_who who_of(const struct page_work *w, const struct wecom_customer *c)
{
	struct identity_in *ids = ARENA_ARRAY(CX_ARENA(w->cx), struct identity_in, 2);
	ids[0] = (struct identity_in){ STR("external_userid"), c->contact.external_userid, true };
	ids[1] = (struct identity_in){ STR("unionid"), c->contact.unionid, true };
	ms since = c->follows[0].created;
	return (struct identity_who){ ids, c->contact.unionid.n ? 2 : 1, false, since != NIL ? since : cx_now(w->cx), STR("wecom"), c->contact.name };
}

static err page_put(struct page_work *w)
{
	struct arena *a = CX_ARENA(w->cx);
	struct store *st = w->cx->unit.store;
	struct identity_who *who = ARENA_ARRAY(a, struct identity_who, w->n);
	i64 two[2];
	for (size_t i = 0; i < w->n; i++)
		who[i] = who_of(w, &w->v[i]);
	if (slots_of_corp(st, w->cx->unit.corp, two, ARRAY_LEN(two)) > 1) {
		TRY(page_spread(w, who));
	} else {
		u32 *numbers = ARENA_ARRAY(a, u32, w->n);
		TRY(take_numbers(w, who, numbers));
		TRY(WRITE_TX(&w->cx->unit, w->slot, page_together(tx, w, who, numbers)));
	}
	for (size_t i = 0; i < w->n; i++)
		if (!w->put[i])
			TRY(relation_alone(w, i));
	return OK;
}

/* ---- steps ---- */

/* The next members who serve customers, behind `after`. */
static err members_after(struct cx *cx, i64 slot, i64 after, size_t most, struct strs *ret, i64 *ret_last,
			 i64 *ret_before, i64 *ret_total)
{
	struct staff *all;
	size_t n;
	TRY(READ_SNAP(&cx->unit, slot, staff_all(snap, &all, &n)));
	*ret = (struct strs){ ARENA_ARRAY(CX_ARENA(cx), str, SYNC_MEMBERS), 0 };
	*ret_total = *ret_before = 0;
	for (size_t i = 0; i < n; i++) {
		if (!all[i].in_scope || !str_eq(all[i].state, STR("active")))
			continue;
		++*ret_total;
		if (all[i].id <= after) {
			++*ret_before;
		} else if (ret->n < most) {
			ret->v[ret->n++] = all[i].userid;
			*ret_last = all[i].id;
		}
	}
	return OK;
}

static err keep(struct page_work *w, const struct wecom_customer_page *page)
{
	w->v = ARENA_ARRAY(CX_ARENA(w->cx), struct wecom_customer, page->n);
	w->staff = ARENA_ARRAY(CX_ARENA(w->cx), i64, page->n);
	w->customers = ARENA_ARRAY(CX_ARENA(w->cx), i64, page->n);
	w->created = ARENA_ARRAY(CX_ARENA(w->cx), bool, page->n);
	w->put = ARENA_ARRAY(CX_ARENA(w->cx), bool, page->n);
	for (size_t i = 0; i < page->n; i++) {
		if (!page->v[i].follow_count || !page->v[i].contact.external_userid.n)
			continue;
		TRY(staff_ensure(&w->cx->unit, page->v[i].follows[0].userid, &w->staff[w->n]));
		w->v[w->n++] = page->v[i];
	}
	return OK;
}

static bool nightly(const struct job *job) { return str_eq_c(job->kind, FOLLOW_NIGHT_JOB); }

static err save(struct tx *tx, struct page_work *w, const char *state)
{
	if (!nightly(w->job))
		TRY(corp_sync_note(tx, state, w->job->done, w->job->total));
	return job_save(tx, w->job, &follow_sync_at_record, w->at);
}

/* These members are done. */
static void members_done(struct page_work *w, i64 last, i64 count)
{
	w->at->after = last;
	w->at->cursor = STR_NIL;
	w->at->alone = int_max(w->at->alone - count, 0);
	w->job->done += count;
}

/*
 * One member whom WeCom refuses makes the call of all fail: they are asked for one by one, and she alone
 * is left out. A member without customers is such an answer too.
 */
static err page_refused(struct page_work *w, const struct wecom_call *call, err e, struct strs users, i64 last)
{
	bool empty = call->action == WECOM_RELATION_LOST;
	if (call->errcode == WECOM_CURSOR_BAD && w->at->cursor.n) { /* from these members' first page again */
		w->at->cursor = STR_NIL;
		return OK;
	}
	if (!empty && call->action != WECOM_DROP)
		return e;
	if (users.n > 1) {
		w->at->alone = (i64)users.n;
		w->at->cursor = STR_NIL;
		return OK;
	}
	if (!empty) {
		w->job->failed++;
		job_log(w->cx, w->job, arena_printf(CX_ARENA(w->cx), "%.*s: %lld", STR_F(users.v[0]), (long long)call->errcode));
	}
	members_done(w, last, 1);
	return OK;
}

static err read_page(struct page_work *w, bool *ret_done)
{
	struct cx *cx = w->cx;
	struct corp_wecom corp;
	struct wecom_customer_page page;
	struct strs users;
	i64 last = w->at->after, before, total;
	TRY(members_after(cx, w->slot, w->at->after, w->at->alone ? 1 : SYNC_MEMBERS, &users, &last, &before, &total));
	w->job->total = total;
	w->job->done = before;
	*ret_done = users.n == 0;
	if (*ret_done)
		return OK;
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, &corp));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	err e = wecom_customer_batch(&call, users, w->at->cursor, SYNC_PAGE, &page);
	if (e != OK)
		return page_refused(w, &call, e, users, last);
	TRY(keep(w, &page));
	TRY(page_put(w));
	w->at->relations += (i64)w->n;
	w->at->cursor = page.next_cursor.n ? page.next_cursor : STR_NIL;
	if (!page.next_cursor.n) {
		members_done(w, last, (i64)users.n);
		job_log(cx, w->job, arena_printf(CX_ARENA(cx), "%lld", (long long)w->at->relations));
	}
	return OK;
}

err follow_sync_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct follow_sync_at at;
	struct page_work w = { .cx = cx, .job = job, .at = &at, .slot = slot_base(cx->unit.store, cx->unit.corp) };
	TRY(job_cursor(cx, job, &follow_sync_at_record, &at));
	cx->unit.source = "wecom";
	*ret_done = false;
	if (!at.directory) {
		TRY(staff_sync(cx));
		at.directory = true;
	} else if (!at.read) {
		TRY(read_page(&w, &at.read));
		*ret_done = at.read && !nightly(job);
	} else {
		TRY(follow_night_gone(cx, &at.gone));
		*ret_done = at.gone == 0;
	}
	return WRITE_TX(&cx->unit, w.slot, save(tx, &w, *ret_done ? "done" : "running"));
}
