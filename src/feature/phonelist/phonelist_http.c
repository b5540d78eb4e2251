/*
 * Phone lists over HTTP for the console: bring one in, see how far it is, who does it, what was refused.
 */
#include "feature/phonelist/phonelist_data.h"

#include "core/audit/audit.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "store/blob.h"
#include "store/seal.h"

#define REJECTS_BYTES ((size_t)32 << 20)

#define NEW_FIELDS(F, S)                                                                        \
	F(S, STR, name, .min = 1, .max = PHONELIST_NAME_MAX)                                    \
	F(S, STR, source, .min = 1, .max = PHONELIST_TEXT_MAX, .doc = "where the numbers come from") \
	F(S, STR, basis, .min = 1, .max = PHONELIST_TEXT_MAX, .doc = "on what legal basis they may be used") \
	F(S, IDS, staff_ids, .min = 1, .max = PHONELIST_STAFF_MAX)
RECORD(phonelist_new, NEW_FIELDS);
#define MEMBER_FIELDS(F, S)                                                                     \
	F(S, ID, staff_id) F(S, STR, name) F(S, BOOL, active) F(S, I64, todo) F(S, I64, asked) F(S, I64, passed) \
	F(S, I64, not_found) F(S, I64, refused)
RECORD(phonelist_member, MEMBER_FIELDS);
#define VIEW_FIELDS(F, S)                                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, source) F(S, STR, basis) F(S, STR, state, .one_of = "reading,open,closed,failed") \
	F(S, I64, total) F(S, I64, rejected) F(S, I64, todo) F(S, I64, asked) F(S, I64, passed) F(S, I64, not_found) \
	F(S, I64, refused) F(S, I64, friends, .doc = "friends already when the list came") \
	F(S, I64, days_left, .doc = "at the daily limit; absent: nobody can do it", .opt = true) F(S, I64, day_max) \
	F(S, MS, created_ms) F(S, LIST, staff, .of = &phonelist_member_record)
RECORD(phonelist_view, VIEW_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(phonelist_list_in, LIST_FIELDS);
#define ROWS_IN_FIELDS(F, S)                                                                    \
	F(S, ID, id) F(S, STR, state, .opt = true, .one_of = PHONELIST_STATES) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(phonelist_rows_in, ROWS_IN_FIELDS);
#define ROW_VIEW_FIELDS(F, S)                                                                   \
	F(S, ID, id) F(S, STR, phone, .pii = true) F(S, STR, name, .opt = true, .pii = true) F(S, STR, staff, .opt = true) \
	F(S, STR, state) F(S, MS, asked_ms, .opt = true) F(S, MS, ended_ms, .opt = true) F(S, STR, how, .opt = true) \
	F(S, ID, customer_id, .opt = true)
RECORD(phonelist_row_view, ROW_VIEW_FIELDS);
#define STAFF_IN_FIELDS(F, S) F(S, ID, id) F(S, IDS, staff_ids, .min = 1, .max = PHONELIST_STAFF_MAX)
RECORD(phonelist_staff_in, STAFF_IN_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err find(const struct snap *s, i64 id, struct phonelist *ret)
{
	err e = phonelist_get(s, &(struct phonelist_key){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_PHONELIST_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

/* ---- showing ---- */

static struct phonelist_member *member_of(struct phonelist_member *v, size_t n, i64 staff)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].staff_id == staff)
			return &v[i];
	return NULL;
}

static void add(struct phonelist_view *v, struct phonelist_member *m, const struct phonelist_tally *t)
{
	const struct { const char *state; i64 *all, *one; } places[] = {
		{ "todo", &v->todo, m ? &m->todo : NULL }, { "asked", &v->asked, m ? &m->asked : NULL },
		{ "passed", &v->passed, m ? &m->passed : NULL }, { "not_found", &v->not_found, m ? &m->not_found : NULL },
		{ "refused", &v->refused, m ? &m->refused : NULL }, { "friend", &v->friends, NULL },
	};
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (!str_eq_c(t->state, places[i].state))
			continue;
		*places[i].all += t->n;
		if (places[i].one)
			*places[i].one += t->n;
	}
}

/* The list's staff of now, and who worked on it before. */
static err members(const struct snap *s, i64 id, struct phonelist_tally *tallies, size_t n, struct phonelist_view *v)
{
	struct phonelist_staff *staff;
	size_t m, count = 0;
	TRY(phonelist_staff_of(s, &(struct phonelist_key){ id }, &staff, &m));
	struct phonelist_member *all = ARENA_ARRAY(s->arena, struct phonelist_member, n + m + 1);
	i64 able = 0, most = 0;
	for (size_t i = 0; i < m + n; i++) {
		i64 of = i < m ? staff[i].staff : tallies[i - m].staff;
		struct staff who;
		if (of == 0 || member_of(all, count, of))
			continue;
		TRY(staff_get(s, of, &who));
		all[count++] = (struct phonelist_member){ .staff_id = of, .name = who.name.n ? who.name : who.userid, .active = str_eq_c(who.state, "active") };
	}
	for (size_t i = 0; i < n; i++)
		add(v, member_of(all, count, tallies[i].staff), &tallies[i]);
	for (size_t i = 0; i < count; i++) {
		able += all[i].active;
		most = int_max(most, all[i].todo);
	}
	v->days_left = able && v->day_max ? (most + v->day_max - 1) / v->day_max : NIL;
	v->staff = (struct list){ all, count };
	return OK;
}

static err view(const struct snap *s, const struct phonelist *l, i64 day_max, struct phonelist_view *v)
{
	struct phonelist_tally *tallies;
	size_t n;
	*v = (struct phonelist_view){ .id = l->id, .name = l->name, .source = l->source, .basis = l->basis, .state = l->state,
				      .total = l->total, .rejected = l->refused, .day_max = day_max, .created_ms = l->created };
	TRY(phonelist_tallies(s, &(struct phonelist_key){ l->id }, &tallies, &n));
	return members(s, l->id, tallies, n, v);
}

static err show(const struct snap *s, i64 id, i64 day_max, struct phonelist_view *ret)
{
	struct phonelist l;
	TRY(find(s, id, &l));
	return view(s, &l, day_max, ret);
}

static err answer(struct cx *cx, i64 id)
{
	i64 day_max;
	TRY(phonelist_day_max(&cx->unit, &day_max));
	return READ_SNAP(&cx->unit, base(cx), show(snap, id, day_max, cx->out));
}

static err h_get(struct cx *cx) { return answer(cx, ((const struct phonelist_key *)cx->in)->id); }

static err list(const struct snap *s, const struct phonelist_find *find_, i64 day_max, struct page *page, i64 *ret_last)
{
	struct phonelist *rows;
	size_t n, limit = (size_t)find_->limit - 1;
	TRY(phonelist_list(s, find_, &rows, &n));
	*ret_last = n > limit ? rows[limit - 1].id : NIL;
	n = n > limit ? limit : n;
	struct phonelist_view *views = ARENA_ARRAY(s->arena, struct phonelist_view, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(view(s, &rows[i], day_max, &views[i]));
	page->data = (struct list){ views, n };
	page->total = NIL;
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct phonelist_list_in *in = cx->in;
	struct page *page = cx->out;
	struct phonelist_find of = { INT64_MAX, in->limit + 1 };
	i64 day_max, last;
	TRY(phonelist_day_max(&cx->unit, &day_max));
	TRY(page_from(cx, in->cursor, &of.before, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), list(snap, &of, day_max, page, &last)));
	if (last != NIL)
		page->next_cursor = page_next(cx, &last, 1, 0);
	return OK;
}

static err view_rows(const struct snap *s, struct phonelist_row *rows, size_t n, struct page *page)
{
	struct phonelist_row_view *v = ARENA_ARRAY(s->arena, struct phonelist_row_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct phonelist_row *r = &rows[i];
		struct staff staff;
		v[i] = (struct phonelist_row_view){ .id = r->id, .name = STR_NIL, .staff = STR_NIL, .state = r->state, .asked_ms = r->asked,
						    .ended_ms = r->ended, .how = r->how, .customer_id = r->customer };
		TRY(unseal_text(s, 0, r->sealed, &v[i].phone));
		if (r->name.n)
			TRY(unseal_text(s, 0, r->name, &v[i].name));
		if (r->staff) {
			TRY(staff_get(s, r->staff, &staff));
			v[i].staff = staff.name;
		}
	}
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err read_rows(const struct snap *s, const struct phonelist_page *of, struct page *page, i64 *ret_last)
{
	struct phonelist *l = ARENA_NEW(s->arena, struct phonelist);
	struct phonelist_row *rows;
	size_t n, limit = (size_t)of->limit - 1;
	TRY(find(s, of->list, l));
	TRY(phonelist_rows(s, of, &rows, &n));
	*ret_last = n > limit ? rows[limit - 1].id : NIL;
	return view_rows(s, rows, n > limit ? limit : n, page);
}

static err h_rows(struct cx *cx)
{
	const struct phonelist_rows_in *in = cx->in;
	struct page *page = cx->out;
	struct phonelist_page of = { in->id, in->state.n ? in->state : STR(""), 0, in->limit + 1 };
	u64 filter = str_hash(of.state) ^ (u64)in->id;
	i64 last;
	TRY(page_from(cx, in->cursor, &of.after, 1, filter));
	TRY(READ_SNAP(&cx->unit, base(cx), read_rows(snap, &of, page, &last)));
	if (last != NIL)
		page->next_cursor = page_next(cx, &last, 1, filter);
	return OK;
}

/* ---- bringing in ---- */

static err check_staff(const struct snap *s, struct ids staff)
{
	for (size_t i = 0; i < staff.n; i++) {
		struct staff who;
		err e = staff_get(s, staff.v[i], &who);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == ERR_NOT_FOUND || !str_eq_c(who.state, "active") || !who.in_scope)
			return snap_fail(s, ERR_INPUT, T_PHONELIST_STAFF, STR("staff_ids"), e == OK ? who.name : STR("?"), STR_NIL);
	}
	return OK;
}

static str object(struct arena *a, i64 id) { return arena_printf(a, "phonelist:%lld", (long long)id); }

static err create(struct tx *tx, const struct phonelist_new *in, str bytes, i64 rows, str title, struct phonelist *l)
{
	TRY(check_staff(&tx->snap, in->staff_ids));
	TRY(blob_put(tx, STR("application/octet-stream"), STR("phones"), bytes, &l->upload));
	TRY(phonelist_insert(tx, l));
	for (size_t i = 0; i < in->staff_ids.n; i++)
		TRY(phonelist_staff_add(tx, &(struct phonelist_staff){ l->id, in->staff_ids.v[i] }));
	TRY(job_add(tx, PHONELIST_JOB_READ, title, STR("/phone-lists"), &phonelist_key_record, &(struct phonelist_key){ l->id }, NULL));
	return audit_add(tx, "phonelist.create", object(tx->snap.arena, l->id), arena_printf(tx->snap.arena, "%lld", (long long)rows));
}

static err h_create(struct cx *cx)
{
	const struct phonelist_new *in = cx->in;
	struct phonelist_columns found;
	if (str_trim(in->source).n == 0 || str_trim(in->basis).n == 0)
		return cx_fail(cx, ERR_INPUT, T_MISSING, str_trim(in->source).n ? STR("basis") : STR("source"), STR_NIL, STR_NIL);
	TRY(phonelist_look(cx, cx->req->body, &found));
	struct phonelist l = { id_next(store_ids(cx->env->store), cx_now(cx)), in->name, in->source, in->basis, STR("reading"), NIL, 0, 0,
			       cx->viewer.user, cx_now(cx) };
	struct text_hole hole = { "value", in->name };
	str title = text_fill(CX_ARENA(cx), T_PHONELIST_JOB_READ, cx->viewer.lang, &hole, 1);
	TRY(WRITE_TX(&cx->unit, base(cx), create(tx, in, cx->req->body, found.rows, title, &l)));
	return answer(cx, l.id);
}

static err change_staff(struct tx *tx, const struct phonelist_staff_in *in)
{
	struct phonelist l;
	TRY(find(&tx->snap, in->id, &l));
	if (!str_eq_c(l.state, "open"))
		return tx_fail(tx, ERR_STATE, T_PHONELIST_NOT_OPEN, STR_NIL, STR_NIL, STR_NIL);
	TRY(check_staff(&tx->snap, in->staff_ids));
	TRY(phonelist_staff_clear(tx, &(struct phonelist_key){ in->id }));
	for (size_t i = 0; i < in->staff_ids.n; i++)
		TRY(phonelist_staff_add(tx, &(struct phonelist_staff){ in->id, in->staff_ids.v[i] }));
	TRY(phonelist_spread_ask(tx, in->id));
	return audit_add(tx, "phonelist.staff", object(tx->snap.arena, in->id), STR(""));
}

static err h_staff(struct cx *cx)
{
	const struct phonelist_staff_in *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), change_staff(tx, in)));
	return answer(cx, in->id);
}

static err close_list(struct tx *tx, i64 id)
{
	struct phonelist l;
	TRY(find(&tx->snap, id, &l));
	if (!str_eq_c(l.state, "open"))
		return tx_fail(tx, ERR_STATE, T_PHONELIST_NOT_OPEN, STR_NIL, STR_NIL, STR_NIL);
	l.state = STR("closed");
	TRY(phonelist_update(tx, &l));
	return audit_add(tx, "phonelist.close", object(tx->snap.arena, id), STR(""));
}

static err h_close(struct cx *cx)
{
	i64 id = ((const struct phonelist_key *)cx->in)->id;
	TRY(WRITE_TX(&cx->unit, base(cx), close_list(tx, id)));
	return answer(cx, id);
}

/* ---- refused rows ---- */

struct rejects { struct cx *cx; const struct snap *s; struct buf out; };

static enum text reason_text(str reason)
{
	static const struct { const char *reason; enum text text; } reasons[] = {
		{ "duplicate", T_PHONELIST_DUPLICATE }, { "foreign", T_PHONELIST_FOREIGN },
		{ "elsewhere", T_PHONELIST_ELSEWHERE }, { "broken", T_PHONELIST_BROKEN },
	};
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (str_eq_c(reason, reasons[i].reason))
			return reasons[i].text;
	return T_PHONELIST_MALFORMED;
}

/* No statement runs in here: the corp's key is known by now. */
static err reject_row(void *arg, const void *of)
{
	struct rejects *r = arg;
	const struct phonelist_reject *row = of;
	str raw;
	TRY(unseal_text(r->s, 0, row->sealed, &raw));
	buf_fmt(&r->out, "%lld,", (long long)row->line);
	buf_csv(&r->out, raw);
	buf_char(&r->out, ',');
	buf_csv(&r->out, str_c(text_raw(reason_text(row->reason), r->cx->viewer.lang)));
	buf_add_c(&r->out, "\r\n");
	return OK;
}

static err read_rejects(const struct snap *s, i64 id, struct rejects *r)
{
	struct phonelist l;
	r->s = s;
	TRY(find(s, id, &l));
	return phonelist_rejects(s, &(struct phonelist_key){ id }, reject_row, r);
}

/* The numbers stand in it as they were given: only for who may see phones. */
static err h_rejects(struct cx *cx)
{
	struct rejects r = { .cx = cx, .out = buf_new(CX_ARENA(cx), REJECTS_BYTES) };
	if (cx->viewer.mask_pii)
		return cx_fail(cx, ERR_FORBIDDEN, T_OK, STR_NIL, STR_NIL, STR_NIL);
	buf_add_c(&r.out, CSV_MARK);
	buf_add_c(&r.out, text_raw(T_PHONELIST_REJECTS_HEAD, cx->viewer.lang));
	buf_add_c(&r.out, "\r\n");
	TRY(READ_SNAP(&cx->unit, base(cx), read_rejects(snap, ((const struct phonelist_key *)cx->in)->id, &r)));
	return cx_send_csv(cx, &r.out, STR("rejected.csv"));
}

#define VIEW &phonelist_view_record
#define KEY &phonelist_key_record
const struct route phonelist_routes[] = {
	{ "GET", "/api/v1/phone-lists", "phonelist.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &phonelist_list_in_record, VIEW, h_list,
	  "Lists of phone numbers, newest first, with how far each is." },
	{ "POST", "/api/v1/phone-lists", "phonelist.write", ROUTE_SCOPE_NONE, ROUTE_BODY | ROUTE_ACCEPTED, &phonelist_new_record, VIEW,
	  h_create, "Brings in a list (the body: csv or xlsx); a job reads it." },
	{ "GET", "/api/v1/phone-lists/{id}", "phonelist.read", ROUTE_SCOPE_CUSTOMERS, 0, KEY, VIEW, h_get, "One list, by staff." },
	{ "GET", "/api/v1/phone-lists/{id}/rows", "phonelist.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &phonelist_rows_in_record,
	  &phonelist_row_view_record, h_rows, "Its numbers." },
	{ "GET", "/api/v1/phone-lists/{id}/rejects", "phonelist.write", ROUTE_SCOPE_NONE, ROUTE_RAW, KEY, &none_record, h_rejects,
	  "The rows that were refused, each with its reason (csv)." },
	{ "PUT", "/api/v1/phone-lists/{id}/staff", "phonelist.write", ROUTE_SCOPE_CUSTOMERS, 0, &phonelist_staff_in_record, VIEW, h_staff,
	  "Gives what waits to these members instead, evenly." },
	{ "POST", "/api/v1/phone-lists/{id}/close", "phonelist.write", ROUTE_SCOPE_CUSTOMERS, 0, KEY, VIEW, h_close,
	  "Ends a list: nobody is asked any more." },
	{ 0 },
};
