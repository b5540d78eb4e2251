/*
 * Partners of joint campaigns: each has a page of its own at a short address and sees the figures of her codes there,
 * and nothing else: no names of people, no other codes. A figure that could point at single persons, from 1 to
 * PARTNER_SMALL - 1, is shown as "fewer than"; sums are made of what is shown, so that nothing can be taken away.
 */
#include "feature/livecode/livecode_int.h"

#include "base/buf.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "feature/livecode/livecode_partner.h"
#include "feature/livecode/livecode_stat_data.h"

#define PARTNER_CODES_MAX 1000 /* on the page */
#define PAGE_BYTES_MAX ((size_t)1 << 20)

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

#define PARTNER_IN_FIELDS(F, S) F(S, STR, name, .min = 1, .max = 40)
RECORD(partner_in, PARTNER_IN_FIELDS);
#define PARTNER_VIEW_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, url) F(S, MS, created_ms)
RECORD(partner_view, PARTNER_VIEW_FIELDS);
#define PARTNERS_FIELDS(F, S) F(S, LIST, partners, .of = &partner_view_record)
RECORD(partners_view, PARTNERS_FIELDS);

static struct partner_view view_of(struct cx *cx, const struct livecode_partner *p)
{
	return (struct partner_view){ p->id, p->name, door_url(cx->env, CX_ARENA(cx), p->door), p->created };
}

static err read_partners(struct cx *cx, const struct snap *s)
{
	struct livecode_partner *rows;
	size_t n;
	TRY(livecode_partners(s, &(struct none){ 0 }, &rows, &n));
	struct partner_view *v = ARENA_ARRAY(s->arena, struct partner_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = view_of(cx, &rows[i]);
	((struct partners_view *)cx->out)->partners = (struct list){ v, n };
	return OK;
}

static err h_list(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_partners(cx, snap)); }

static err add(struct tx *tx, struct livecode_partner *row)
{
	row->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	row->created = tx->snap.now;
	TRY(door_add(tx, LIVECODE_PARTNER_DOOR, row->id, STR(""), NIL, &row->door));
	TRY(livecode_partner_add(tx, row));
	return audit_add(tx, "partner.create", arena_printf(tx->snap.arena, "partner:%lld", (long long)row->id), STR(""));
}

static err h_add(struct cx *cx)
{
	struct livecode_partner row = { .name = ((const struct partner_in *)cx->in)->name };
	TRY(WRITE_TX(&cx->unit, base(cx), add(tx, &row)));
	*(struct partner_view *)cx->out = view_of(cx, &row);
	return OK;
}

/* The page is gone at once; the codes stay, as nobody's. */
static err drop(struct tx *tx, i64 id)
{
	struct livecode_partner row;
	TRY(livecode_partner_get(&tx->snap, &(struct livecode_key){ id }, &row));
	TRY(door_remove(tx, row.door));
	TRY(livecode_partner_drop(tx, &(struct livecode_key){ id }));
	return audit_add(tx, "partner.remove", arena_printf(tx->snap.arena, "partner:%lld", (long long)id), STR(""));
}

static err h_drop(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), drop(tx, ((const struct livecode_key *)cx->in)->id)); }

/* -- the page -- */

struct shown { struct livecode_partner partner; struct livecode *codes; struct livecode_group *sums; size_t n; };

static err read_shown(const struct snap *s, i64 id, struct shown *ret)
{
	TRY(livecode_partner_get(s, &(struct livecode_key){ id }, &ret->partner));
	TRY(livecode_of_partner(s, &(struct livecode_find){ id, INT64_MAX, PARTNER_CODES_MAX }, &ret->codes, &ret->n));
	ret->sums = ARENA_ARRAY(s->arena, struct livecode_group, ret->n + 1);
	for (size_t i = 0; i < ret->n; i++)
		TRY(livecode_sum_of(s, &(struct livecode_span){ ret->codes[i].id, 0, INT32_MAX }, &ret->sums[i]));
	return OK;
}

static void cell(struct buf *b, i64 n, i64 *sum)
{
	struct text_hole hole = { "limit", STR(FAIL_STR(PARTNER_SMALL)) };
	buf_add_c(b, "<td>");
	if (n > 0 && n < PARTNER_SMALL) {
		buf_html(b, text_fill(b->arena, T_PARTNER_SMALL, LANG_ZH, &hole, 1));
		return;
	}
	buf_i64(b, n);
	*sum += n;
}

static void heads(struct buf *b)
{
	static const enum text names[] = { T_PARTNER_CODE, T_PARTNER_ADDS, T_PARTNER_FIRSTS, T_PARTNER_GONE };
	buf_add_c(b, "<table><tr>");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		buf_add_c(b, "<th>");
		buf_html(b, str_c(text_raw(names[i], LANG_ZH)));
	}
}

str partner_html(struct arena *a, str name, const struct livecode *codes, const struct livecode_group *sums, size_t n)
{
	struct buf b = buf_new(a, PAGE_BYTES_MAX);
	i64 all[3] = { 0 };
	buf_add_c(&b, "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>");
	buf_html(&b, str_c(text_raw(T_PARTNER_TITLE, LANG_ZH)));
	buf_add_c(&b, "</title><style>body{margin:16px;font:15px/1.6 system-ui,sans-serif}table{border-collapse:collapse;width:100%}"
		      "td,th{padding:6px;border-bottom:1px solid #ddd;text-align:left}</style><h1>");
	buf_html(&b, name);
	buf_add_c(&b, "</h1>");
	heads(&b);
	for (size_t i = 0; i < n; i++) {
		buf_add_c(&b, "<tr><td>");
		buf_html(&b, codes[i].name);
		cell(&b, sums[i].adds, &all[0]);
		cell(&b, sums[i].firsts, &all[1]);
		cell(&b, sums[i].losses, &all[2]);
	}
	buf_fmt(&b, "<tr><th>Σ<th>%lld<th>%lld<th>%lld</table></html>", (long long)all[0], (long long)all[1], (long long)all[2]);
	return buf_str(&b);
}

err partner_enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	struct shown s = { 0 };
	(void)visit;
	TRY(READ_SNAP(&cx->unit, base(cx), read_shown(snap, door->target, &s)));
	ret->page = partner_html(CX_ARENA(cx), s.partner.name, s.codes, s.sums, s.n);
	return OK;
}

const struct route livecode_partner_routes[] = {
	{ "GET", "/api/v1/livecode-partners", "livecode.read", ROUTE_SCOPE_NONE, 0, &none_record, &partners_view_record, h_list,
	  "Partners of joint campaigns and the addresses of their pages." },
	{ "POST", "/api/v1/livecode-partners", "livecode.write", ROUTE_SCOPE_NONE, ROUTE_IDEMPOTENT | ROUTE_CREATED, &partner_in_record,
	  &partner_view_record, h_add, "Makes a partner with a page of her own." },
	{ "DELETE", "/api/v1/livecode-partners/{id}", "livecode.write", ROUTE_SCOPE_NONE, 0, &livecode_key_record, &none_record, h_drop,
	  "Ends a partner's page." },
	{ 0 },
};
