/*
 * arrival 到货通知: a product people wait for, and one tap when it is there.
 *
 * Who waits is an audience (mostly a tag), what is said is kept with the product; telling is a broadcast whose topic is
 * the product and its batch. So whoever heard of this arrival is left out of the next run, and the second run reaches
 * those the first did not. A new batch begins a new topic. A shop's program may tell by the product's number; then
 * everybody who waits is confirmed by calling, unless it says how many at most.
 */
#include "feature/broadcast/broadcast_repeat_data.h"

#include "base/text.h"
#include "core/attr/attr_say.h"
#include "core/audience/audience.h"
#include "core/audit/audit.h"
#include "core/perm/perm.h"
#include "feature/broadcast/broadcast_view.h"
#include "store/journal.h"

#define ARRIVALS_MAX 500
#define ARRIVAL_SKU_MAX 40
#define ARRIVAL_BODY_FIELDS(F, S) \
	F(S, STR, name, .min = 1, .max = BROADCAST_NAME_MAX) F(S, STR, expr, .min = 1, .max = AUDIENCE_TEXT_MAX, .doc = "who waits: tag:\"口罩\"") \
	F(S, OBJ, content, .of = &content_record)
#define ARRIVAL_NEW_FIELDS(F, S) F(S, STR, sku, .min = 1, .max = ARRIVAL_SKU_MAX) ARRIVAL_BODY_FIELDS(F, S)
RECORD(broadcast_arrival_new, ARRIVAL_NEW_FIELDS);
#define ARRIVAL_EDIT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) ARRIVAL_BODY_FIELDS(F, S)
RECORD(broadcast_arrival_edit, ARRIVAL_EDIT_FIELDS);
#define ARRIVAL_VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, I64, version) F(S, STR, sku) ARRIVAL_BODY_FIELDS(F, S) F(S, STR, words) F(S, I64, batch) F(S, STR, topic) \
	F(S, MS, told_ms, .opt = true) F(S, I64, runs, .doc = "of this batch") F(S, I64, delivered) F(S, BOOL, open, .doc = "one is under way")
RECORD(broadcast_arrival_view, ARRIVAL_VIEW_FIELDS);
#define ARRIVAL_TELL_FIELDS(F, S)                                                   \
	F(S, STR, sku, .min = 1, .max = ARRIVAL_SKU_MAX) F(S, BOOL, fresh, .opt = true, .doc = "a new batch: everybody hears again") \
	F(S, OBJ, content, .opt = true, .of = &content_record, .doc = "instead of what is kept with the product") \
	F(S, I64, confirm_count, .opt = true, .doc = "`total` of the preview; none: everybody who waits") \
	F(S, I64, most, .opt = true, .min = 1, .doc = "refused when more would get it")
RECORD(broadcast_arrival_tell, ARRIVAL_TELL_FIELDS);
#define ARRIVAL_TOLD_FIELDS(F, S) F(S, ID, arrival) F(S, STR, sku) F(S, I64, batch) F(S, ID, broadcast, .opt = true) F(S, I64, people)
RECORD(broadcast_arrival_told, ARRIVAL_TOLD_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str topic_of(struct arena *a, i64 id, i64 batch) { return arena_printf(a, "arrival:%lld:%lld", (long long)id, (long long)batch); }

static err missing(struct cx *cx, err e, const char *field)
{
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_OK, str_c(field), STR_NIL, str_c(text_raw(T_BROADCAST_ARRIVAL, cx->viewer.lang))) : e;
}

/* ---- showing ---- */

static err show_row(const struct snap *s, const struct broadcast_arrival *row, struct broadcast_arrival_view *v)
{
	struct broadcast_key *told;
	struct content *content = ARENA_NEW(s->arena, struct content);
	content_read(s->arena, row->content, content);
	*v = (struct broadcast_arrival_view){ .id = row->id, .version = row->version, .sku = row->sku, .name = row->name, .expr = row->expr,
					      .content = content, .words = STR(""), .batch = row->batch, .topic = topic_of(s->arena, row->id, row->batch),
					      .told_ms = row->told };
	size_t n;
	TRY(broadcast_of_topic(s, &(struct broadcast_topic){ v->topic }, &told, &n));
	v->runs = (i64)n;
	for (size_t i = 0; i < n; i++) {
		struct broadcast b;
		struct broadcast_part *parts;
		size_t count;
		TRY(broadcast_get(s, &told[i], &b));
		TRY(broadcast_parts(s, &told[i], &parts, &count));
		v->open |= b.closed == NIL;
		for (size_t k = 0; k < count; k++)
			v->delivered += parts[k].delivered;
	}
	return OK;
}

static err read_all(const struct snap *s, struct broadcast_arrival_view **ret, size_t *ret_count)
{
	struct broadcast_arrival *rows;
	TRY(broadcast_arrival_all(s, &(struct none){ 0 }, &rows, ret_count));
	*ret = ARENA_ARRAY(s->arena, struct broadcast_arrival_view, *ret_count + 1);
	for (size_t i = 0; i < *ret_count; i++)
		TRY(show_row(s, &rows[i], &(*ret)[i]));
	return OK;
}

static void word(struct cx *cx, struct broadcast_arrival_view *v)
{
	struct expr *e;
	if (expr_parse(&cx->unit, v->expr, &e) == OK)
		v->words = expr_words(&cx->unit, e, cx->viewer.lang);
	cx->unit.fail = (struct fail){ 0 };
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct broadcast_arrival_view *v;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), read_all(snap, &v, &n)));
	for (size_t i = 0; i < n; i++)
		word(cx, &v[i]);
	page->data = (struct list){ v, n };
	page->total = (i64)n;
	return OK;
}

static err read_one(const struct snap *s, i64 id, struct broadcast_arrival_view *v)
{
	struct broadcast_arrival row;
	TRY(broadcast_arrival_get(s, &(struct broadcast_key){ id }, &row));
	return show_row(s, &row, v);
}

static err show(struct cx *cx, i64 id)
{
	TRY(missing(cx, READ_SNAP(&cx->unit, base(cx), read_one(snap, id, cx->out)), "id"));
	word(cx, cx->out);
	return OK;
}

static err h_get(struct cx *cx) { return show(cx, ((const struct broadcast_key *)cx->in)->id); }

/* ---- products ---- */

static err row_of(struct cx *cx, str name, str expr, const struct content *content, struct broadcast_arrival *r)
{
	struct expr *e;
	TRY(expr_parse(&cx->unit, expr, &e));
	TRY(enclose_check(&cx->unit, content, "content"));
	if (attr_say_any(content->text))
		return cx_fail(cx, ERR_INPUT, T_SAY_ONE_FOR_ALL, STR("content.text"), str_utf8_head(content->text, ATTR_SAY_CHARS), STR_NIL);
	r->name = name;
	r->expr = expr_text(CX_ARENA(cx), e);
	r->content = content_json(CX_ARENA(cx), content);
	return OK;
}

static err audit(struct tx *tx, const char *act, i64 id)
{
	return audit_add(tx, act, arena_printf(tx->snap.arena, "arrival:%lld", (long long)id), STR(""));
}

static err add(struct tx *tx, struct broadcast_arrival *r)
{
	struct broadcast_n n;
	TRY(broadcast_arrival_count(&tx->snap, &(struct none){ 0 }, &n));
	if (n.n >= ARRIVALS_MAX)
		return tx_fail(tx, ERR_STATE, T_TOO_BIG, STR("arrivals"), STR_NIL, STR(FAIL_STR(ARRIVALS_MAX)));
	r->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	TRY(broadcast_arrival_insert(tx, r));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_STATE, T_BROADCAST_ARRIVAL_TWICE, STR("sku"), r->sku, STR_NIL);
	return audit(tx, "arrival.create", r->id);
}

static err h_add(struct cx *cx)
{
	const struct broadcast_arrival_new *in = cx->in;
	struct broadcast_arrival r = { .sku = str_trim(in->sku), .batch = 1, .told = NIL, .version = 1 };
	TRY(row_of(cx, in->name, in->expr, in->content, &r));
	TRY(WRITE_TX(&cx->unit, base(cx), add(tx, &r)));
	return show(cx, r.id);
}

static err change(struct tx *tx, struct broadcast_arrival *r)
{
	struct broadcast_arrival was;
	TRY(broadcast_arrival_get(&tx->snap, &(struct broadcast_key){ r->id }, &was));
	r->batch = was.batch;
	r->told = was.told;
	TRY(broadcast_arrival_update(tx, r));
	return tx_changed(tx) ? audit(tx, "arrival.change", r->id) : tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
}

static err h_edit(struct cx *cx)
{
	const struct broadcast_arrival_edit *in = cx->in;
	struct broadcast_arrival r = { .id = in->id, .version = in->version };
	TRY(row_of(cx, in->name, in->expr, in->content, &r));
	TRY(missing(cx, WRITE_TX(&cx->unit, base(cx), change(tx, &r)), "id"));
	return show(cx, in->id);
}

static err drop(struct tx *tx, i64 id)
{
	TRY(broadcast_arrival_drop(tx, &(struct broadcast_key){ id }));
	return audit(tx, "arrival.remove", id);
}

static err h_drop(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), drop(tx, ((const struct broadcast_key *)cx->in)->id)); }

/* ---- telling ---- */

struct telling { struct broadcast_arrival row; struct broadcast_new new; };

/* The row as it was read moves on together with its broadcast; of two taps at once one is refused. */
static err begin(struct tx *tx, struct telling *t)
{
	struct broadcast_arrival_told body = { t->row.id, t->row.sku, t->row.batch, 0, t->new.confirmed };
	TRY(broadcast_arrival_update(tx, &t->row));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	TRY(broadcast_create(tx, &t->new, &body.broadcast));
	return journal_add(tx, EV_ARRIVAL_TOLD, 0, tx->snap.now, &broadcast_arrival_told_record, &body, NULL);
}

static err confirmed(struct cx *cx, const struct broadcast_arrival_tell *in, i64 total)
{
	i64 said = in->confirm_count != NIL ? in->confirm_count : in->most;
	bool wrong = in->confirm_count != NIL ? total != said : in->most != NIL && total > said;
	return wrong ? cx_fail(cx, ERR_STATE, T_BROADCAST_COUNT, STR("confirm_count"), arena_printf(CX_ARENA(cx), "%lld", (long long)total),
			       arena_printf(CX_ARENA(cx), "%lld", (long long)said)) : OK;
}

static err h_tell(struct cx *cx)
{
	const struct broadcast_arrival_tell *in = cx->in;
	struct arena *a = CX_ARENA(cx);
	struct telling t;
	struct expr *audience;
	struct broadcast_sums sums;
	struct content kept;
	TRY(missing(cx, READ_SNAP(&cx->unit, base(cx), broadcast_arrival_of(snap, &(struct broadcast_sku){ str_trim(in->sku) }, &t.row)), "sku"));
	TRY(expr_parse(&cx->unit, t.row.expr, &audience));
	content_read(a, t.row.content, &kept);
	t.row.batch += in->fresh;
	t.row.told = cx_now(cx);
	t.new = (struct broadcast_new){
		.name = t.row.name, .expr = t.row.expr, .words = expr_words(&cx->unit, audience, cx->viewer.lang), .content = in->content ? in->content : &kept,
		.made_by = cx->viewer.user, /* they asked to be told: no second person */
		.aim = { .audience = audience, .priority = BROADCAST_PRIORITY, .kind = STR("useful"), .deadline = NIL,
			 .seed = id_next(store_ids(cx->env->store), t.row.told), .topic = topic_of(a, t.row.id, t.row.batch) },
	};
	TRY(broadcast_preview(&cx->unit, &t.new.aim, &sums));
	TRY(confirmed(cx, in, sums.planned));
	t.new.confirmed = sums.planned;
	TRY(WRITE_TX(&cx->unit, base(cx), begin(tx, &t)));
	return show(cx, t.row.id);
}

#define KEY &broadcast_key_record
#define VIEW &broadcast_arrival_view_record
#define READ "broadcast.read"
#define SEND "broadcast.send"
#define PRODUCTS "/api/v1/arrival-products"
const struct route broadcast_arrival_routes[] = {
	{ "GET", PRODUCTS, READ, ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, VIEW, h_list, "Products people wait for, and whom their arrival has reached so far." },
	{ "POST", PRODUCTS, SEND, ROUTE_SCOPE_CUSTOMERS, ROUTE_CREATED | ROUTE_IDEMPOTENT, &broadcast_arrival_new_record, VIEW, h_add,
	  "Keeps a product with who waits for it and what is said when it arrives." },
	{ "GET", PRODUCTS "/{id}", READ, ROUTE_SCOPE_NONE, ROUTE_ETAG, KEY, VIEW, h_get, "One of them." },
	{ "PUT", PRODUCTS "/{id}", SEND, ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG, &broadcast_arrival_edit_record, VIEW, h_edit, "Changes who waits and what is said." },
	{ "DELETE", PRODUCTS "/{id}", SEND, ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_drop, "Removes it; its broadcasts stay." },
	{ "POST", "/api/v1/arrivals", SEND, ROUTE_SCOPE_CUSTOMERS, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &broadcast_arrival_tell_record, VIEW, h_tell,
	  "The product is there: tells everybody who waits for it and has not heard of this batch." },
	{ 0 },
};
