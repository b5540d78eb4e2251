/*
 * Orders nobody was found for, over HTTP: counted by reason, listed, written out, and given to somebody by hand.
 * They belong to no customer, so no scope applies; whom they are given to must be in the viewer's.
 */
#include "feature/order/order_take.h"

#include "base/hash.h"
#include "base/tz.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "feature/order/order_import.h"

#define EXPORT_ROWS 50000
#define EXPORT_PAGE 1000
#define EXPORT_BYTES ((size_t)64 << 20)

#define LOST_FIND_FIELDS(F, S)                                                    \
	F(S, STR, reason, .opt = true, .max = 40) F(S, STR, source, .opt = true, .max = 40) \
	F(S, STR, order_no, .opt = true, .max = ORDER_NO_MAX) F(S, STR, cursor, .opt = true) \
	F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(lost_find, LOST_FIND_FIELDS);
#define LOST_VIEW_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, STR, kind) F(S, STR, source) F(S, STR, order_no, .opt = true) F(S, FEN, amount) F(S, FEN, refunded) \
	F(S, STR, currency) F(S, STR, status) F(S, MS, ordered_ms) F(S, I64, lines) F(S, STR, store, .opt = true) \
	F(S, STR, tail, .opt = true, .pii = true) F(S, STR, reason) F(S, STR, cure)
RECORD(lost_view, LOST_VIEW_FIELDS);
#define LOST_COUNT_FIELDS(F, S) F(S, STR, reason) F(S, STR, label) F(S, STR, cure) F(S, I64, n) F(S, FEN, paid)
RECORD(lost_count, LOST_COUNT_FIELDS);
#define LOST_COUNTS_FIELDS(F, S) F(S, LIST, reasons, .of = &lost_count_record) F(S, I64, total)
RECORD(lost_counts, LOST_COUNTS_FIELDS);
#define LOST_MATCH_FIELDS(F, S) F(S, ID, id) F(S, ID, customer_id)
RECORD(lost_match, LOST_MATCH_FIELDS);
#define LOST_MATCHED_FIELDS(F, S) F(S, I64, given)
RECORD(lost_matched, LOST_MATCHED_FIELDS);

static const struct { const char *reason; enum text label, cure; } reasons[] = {
	{ ORDER_WHY_NONE, T_LOST_NONE, T_LOST_NONE_CURE },
	{ ORDER_WHY_MASKED, T_LOST_MASKED, T_LOST_MASKED_CURE },
	{ ORDER_WHY_VIRTUAL, T_LOST_VIRTUAL, T_LOST_VIRTUAL_CURE },
	{ ORDER_WHY_RECEIVER, T_LOST_RECEIVER, T_LOST_RECEIVER_CURE },
	{ ORDER_WHY_OTHER, T_LOST_OTHER, T_LOST_OTHER_CURE },
	{ ORDER_WHY_NO_ORDER, T_LOST_NO_ORDER, T_LOST_NO_ORDER_CURE },
	{ ORDER_WHY_TWO, T_LOST_TWO, T_LOST_TWO_CURE },
};

static str words(struct cx *cx, str reason, bool cure)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (str_eq_c(reason, reasons[i].reason))
			return str_c(text_raw(cure ? reasons[i].cure : reasons[i].label, cx->viewer.lang));
	return cure ? STR("") : reason;
}

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err h_counts(struct cx *cx)
{
	struct lost_counts *out = cx->out;
	struct order_reason *v;
	size_t n, m = 0;
	TRY(READ_SNAP(&cx->unit, base(cx), order_reasons(snap, &(struct none){ 0 }, &v, &n)));
	struct lost_count *rows = ARENA_ARRAY(CX_ARENA(cx), struct lost_count, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (!m || !str_eq(rows[m - 1].reason, v[i].reason))
			rows[m++] = (struct lost_count){ v[i].reason, words(cx, v[i].reason, false), words(cx, v[i].reason, true), 0, 0 };
		rows[m - 1].n += v[i].n;
		rows[m - 1].paid += str_eq_c(v[i].kind, "order") ? v[i].paid : 0;
		out->total += v[i].n;
	}
	out->reasons = (struct list){ rows, m };
	return OK;
}

static struct order_lost_page page_of(const struct lost_find *in, const i64 keys[2], size_t limit)
{
	return (struct order_lost_page){ STR(""), in->reason.n ? in->reason : STR(""), in->source.n ? in->source : STR(""),
					 in->order_no.n ? in->order_no : STR(""), keys[0], keys[1], (i64)limit + 1 };
}

static u64 filter_of(const struct lost_find *in)
{
	return hash_mix(hash64(in->reason) ^ hash_mix(hash64(in->source) ^ hash64(in->order_no) * 3));
}

static err h_list(struct cx *cx)
{
	const struct lost_find *in = cx->in;
	struct page *page = cx->out;
	struct order_unmatched *v;
	size_t n, limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit;
	i64 keys[2] = { INT64_MAX, INT64_MAX };
	TRY(page_from(cx, in->cursor, keys, 2, filter_of(in)));
	struct order_lost_page find = page_of(in, keys, limit);
	TRY(READ_SNAP(&cx->unit, base(cx), order_unmatched_page(snap, &find, &v, &n)));
	if (n > limit) {
		n = limit;
		i64 last[2] = { v[n - 1].ordered, v[n - 1].id };
		page->next_cursor = page_next(cx, last, 2, filter_of(in));
	}
	struct lost_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct lost_view, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct lost_view){ v[i].id, v[i].kind, v[i].source, v[i].order_no, v[i].paid, v[i].refunded, v[i].currency,
					      v[i].status, v[i].ordered, v[i].lines, v[i].store, v[i].tail, v[i].reason,
					      words(cx, v[i].reason, true) };
	page->data = (struct list){ rows, n };
	page->total = NIL;
	return OK;
}

/* ---- as a file ---- */

static void csv_row(struct cx *cx, struct buf *b, const struct order_unmatched *r)
{
	struct arena *a = CX_ARENA(cx);
	str cells[] = { r->source, r->order_no, r->kind, arena_printf(a, "%lld.%02lld", (long long)(r->paid / 100), (long long)(r->paid % 100)),
			r->status, tz_format(corp_zone(&cx->unit, cx->unit.corp), r->ordered, a), r->store, words(cx, r->reason, false) };
	for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
		if (i)
			buf_char(b, ',');
		buf_csv(b, cells[i]);
	}
	buf_add_c(b, "\r\n");
}

static err h_export(struct cx *cx)
{
	struct lost_find in = { .reason = http_query(cx->req, "reason"), .source = http_query(cx->req, "source"),
				.order_no = http_query(cx->req, "order_no") };
	struct buf b = buf_new(CX_ARENA(cx), EXPORT_BYTES);
	i64 keys[2] = { INT64_MAX, INT64_MAX };
	buf_add_c(&b, text_raw(T_LOST_CSV, cx->viewer.lang));
	buf_add_c(&b, "\r\n");
	for (size_t done = 0, n = EXPORT_PAGE; done < EXPORT_ROWS && n >= EXPORT_PAGE; done += n) {
		struct order_lost_page find = page_of(&in, keys, EXPORT_PAGE - 1);
		struct order_unmatched *v;
		TRY(READ_SNAP(&cx->unit, base(cx), order_unmatched_page(snap, &find, &v, &n)));
		for (size_t i = 0; i < n; i++)
			csv_row(cx, &b, &v[i]);
		if (n) {
			keys[0] = v[n - 1].ordered;
			keys[1] = v[n - 1].id;
		}
	}
	TRY(WRITE_TX(&cx->unit, base(cx), audit_add(tx, "order.export", STR("orders:unmatched"), in.reason)));
	return cx_send_csv(cx, &b, STR("unmatched-orders.csv"));
}

/* ---- by hand ---- */

static err h_match(struct cx *cx)
{
	const struct lost_match *in = cx->in;
	struct unit *u = &cx->unit;
	struct order_unmatched row;
	struct order_id key = { in->id };
	i64 root;
	size_t given;
	TRY(customer_visible(u, in->customer_id, &root));
	err e = READ_SNAP(u, base(cx), order_unmatched_get(snap, &key, &row));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_ORDER_UNKNOWN, STR("id"), STR_NIL, STR_NIL);
	TRY(e);
	if (!str_eq_c(row.kind, "order"))
		return cx_fail(cx, ERR_STATE, T_LOST_NO_ORDER_CURE, STR("id"), STR_NIL, STR_NIL);
	e = order_adopt(u, in->id, root, "manual", &given);
	if (e == ERR_STATE)
		return cx_fail(cx, ERR_CONFLICT, T_ORDER_TAKEN, STR("id"), row.order_no, STR_NIL);
	TRY(e);
	((struct lost_matched *)cx->out)->given = (i64)given;
	str object = arena_printf(CX_ARENA(cx), "customer:%lld", (long long)root);
	return WRITE_TX(u, base(cx), audit_add(tx, "order.match", object, row.order_no.n ? row.order_no : STR("")));
}

const struct route order_lost_routes[] = {
	{ "GET", "/api/v1/unmatched-orders", "order.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &lost_find_record, &lost_view_record, h_list,
	  "Orders nobody was found for, newest first." },
	{ "GET", "/api/v1/unmatched-orders/reasons", "order.read", ROUTE_SCOPE_NONE, 0, &none_record, &lost_counts_record, h_counts,
	  "How many there are, by reason, and what helps." },
	{ "GET", "/api/v1/unmatched-orders/export.csv", "order.import", ROUTE_SCOPE_NONE, ROUTE_RAW, &none_record, &none_record, h_export,
	  "The same as a file (reason, source, order_no as in the list)." },
	{ "POST", "/api/v1/unmatched-orders/{id}/match", "order.import", ROUTE_SCOPE_CUSTOMERS, 0, &lost_match_record, &lost_matched_record,
	  h_match, "Gives an order to a customer by hand." },
	{ 0 },
};
