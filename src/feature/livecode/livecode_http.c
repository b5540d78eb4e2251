/*
 * live codes over HTTP: list, make, change, switch off, the picture, and the simulated scan of the demo.
 */
#include "feature/livecode/livecode_data.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "port/qr/qr.h"

#define NAMED_FIELDS(F, S) F(S, ID, id) F(S, STR, name)
RECORD(livecode_named, NAMED_FIELDS);

#define VIEW_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "creating,active,failed,disabled") \
	F(S, STR, fail_text, .opt = true) F(S, STR, channel)                    \
	F(S, LIST, staff, .of = &livecode_named_record) F(S, LIST, tags, .of = &livecode_named_record) \
	F(S, STR, welcome_text, .opt = true) F(S, OBJ, link, .opt = true, .of = &content_link_record) \
	F(S, BOOL, skip_verify) F(S, STR, qr_url, .opt = true)                  \
	F(S, I64, adds) F(S, I64, losses) F(S, STR, alarm, .opt = true, .doc = "why nobody can answer this code") \
	F(S, MS, created_ms) F(S, I64, version)
RECORD(livecode_view, VIEW_FIELDS);

#define CREATE_FIELDS(F, S)                                                     \
	F(S, STR, name, .min = 1, .max = LIVECODE_NAME_MAX)                     \
	F(S, STR, channel, .opt = true, .max = LIVECODE_NAME_MAX)               \
	F(S, IDS, staff_ids, .min = 1, .max = LIVECODE_STAFF_MAX) F(S, IDS, tag_ids, .opt = true, .max = LIVECODE_TAGS_MAX) \
	F(S, BOOL, skip_verify, .opt = true) F(S, OBJ, welcome, .opt = true, .of = &content_record)
RECORD(livecode_create_in, CREATE_FIELDS);
#define CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) CREATE_FIELDS(F, S)
RECORD(livecode_change_in, CHANGE_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(livecode_list_in, LIST_FIELDS);
#define QR_FIELDS(F, S) F(S, ID, id) F(S, I64, size, .opt = true, .min = QR_SIZE_MIN, .max = QR_SIZE_MAX)
RECORD(livecode_qr_in, QR_FIELDS);
#define SCAN_OUT_FIELDS(F, S) F(S, STR, external_userid) F(S, STR, staff, .opt = true)
RECORD(livecode_scan_out, SCAN_OUT_FIELDS);
#define SCANNED_FIELDS(F, S) F(S, ID, id) F(S, STR, external_userid, .min = 1, .max = 64)
RECORD(livecode_scanned_in, SCANNED_FIELDS);
#define SCANNED_OUT_FIELDS(F, S) F(S, ID, customer_id, .opt = true)
RECORD(livecode_scanned_out, SCANNED_OUT_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err view_staff(const struct snap *s, i64 id, struct livecode_view *v)
{
	struct livecode_staff *rows;
	size_t n;
	bool served = false;
	TRY(livecode_staff_of(s, &(struct livecode_key){ id }, &rows, &n));
	struct livecode_named *names = ARENA_ARRAY(s->arena, struct livecode_named, n);
	for (size_t i = 0; i < n; i++) {
		struct staff staff;
		TRY(staff_get(s, rows[i].staff, &staff));
		names[i] = (struct livecode_named){ staff.id, staff.name };
		served |= str_eq_c(staff.state, "active") && staff.in_scope;
	}
	v->staff = (struct list){ names, n };
	v->alarm = served ? STR_NIL : STR("no_staff");
	return OK;
}

static err view_tags(const struct snap *s, i64 id, struct livecode_view *v)
{
	struct livecode_tag *rows;
	size_t n, kept = 0;
	TRY(livecode_tag_of(s, &(struct livecode_key){ id }, &rows, &n));
	struct livecode_named *names = ARENA_ARRAY(s->arena, struct livecode_named, n);
	for (size_t i = 0; i < n; i++) {
		struct tag tag;
		err e = tag_get(s, rows[i].tag, &tag);
		if (e == OK)
			names[kept++] = (struct livecode_named){ tag.id, tag.name };
		else if (e != ERR_NOT_FOUND)
			return e;
	}
	v->tags = (struct list){ names, kept };
	return OK;
}

static str fail_text_of(struct cx *cx, str code)
{
	i64 number;
	if (str_is_nil(code))
		return STR_NIL;
	if (!str_i64(code, &number))
		return code;
	struct text_hole hole = { "value", code };
	return text_fill(CX_ARENA(cx), wecom_errcode(number)->text, cx->viewer.lang, &hole, 1);
}

static err view(struct cx *cx, const struct snap *s, const struct livecode *c, const struct imap *adds, const struct imap *losses,
		struct livecode_view *v)
{
	struct content welcome;
	content_read(s->arena, c->welcome, &welcome);
	*v = (struct livecode_view){
		.id = c->id, .name = c->name, .state = c->state, .fail_text = fail_text_of(cx, c->fail_code),
		.channel = c->channel, .welcome_text = welcome.text, .link = welcome.link, .skip_verify = c->skip_verify,
		.qr_url = c->qr_url, .created_ms = c->created, .version = c->version,
	};
	imap_get(adds, c->id, &v->adds);
	imap_get(losses, c->id, &v->losses);
	TRY(view_staff(s, c->id, v));
	return view_tags(s, c->id, v);
}

static err read_sums(const struct snap *s, struct imap *adds, struct imap *losses)
{
	struct livecode_sum *rows;
	size_t n;
	*adds = imap_new(s->arena);
	*losses = imap_new(s->arena);
	TRY(livecode_sums(s, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		imap_put(adds, rows[i].livecode, rows[i].adds);
		imap_put(losses, rows[i].livecode, rows[i].losses);
	}
	return OK;
}

static err read_list(struct cx *cx, const struct snap *s, i64 before, i64 limit)
{
	struct page *page = cx->out;
	struct livecode *rows;
	size_t n;
	struct imap adds, losses;
	TRY(livecode_list(s, &(struct livecode_find){ before, limit + 1 }, &rows, &n));
	TRY(read_sums(s, &adds, &losses));
	size_t shown = n > (size_t)limit ? (size_t)limit : n;
	struct livecode_view *views = ARENA_ARRAY(s->arena, struct livecode_view, shown);
	for (size_t i = 0; i < shown; i++)
		TRY(view(cx, s, &rows[i], &adds, &losses, &views[i]));
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, 0);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct livecode_list_in *in = cx->in;
	i64 before = INT64_MAX, limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : in->limit;
	TRY(page_from(cx, in->cursor, &before, 1, 0));
	return READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, before, limit));
}

static err read_one(struct cx *cx, const struct snap *s, i64 id)
{
	struct livecode c;
	struct imap adds, losses;
	err e = livecode_get(s, &(struct livecode_key){ id }, &c);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_LIVECODE_NOT_FOUND, cx->viewer.lang)));
	TRY(e);
	TRY(read_sums(s, &adds, &losses));
	return view(cx, s, &c, &adds, &losses, cx->out);
}

static err show(struct cx *cx, i64 id) { return READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id)); }

static err h_get(struct cx *cx) { return show(cx, ((const struct livecode_key *)cx->in)->id); }

static err h_create(struct cx *cx)
{
	const struct livecode_create_in *in = cx->in;
	struct livecode_edit edit = { in->name, in->channel, in->staff_ids, in->tag_ids, in->skip_verify, in->welcome };
	i64 id;
	TRY(WRITE_TX(&cx->unit, base(cx), livecode_create(tx, &edit, &id)));
	return show(cx, id);
}

static err h_change(struct cx *cx)
{
	const struct livecode_change_in *in = cx->in;
	struct livecode_edit edit = { in->name, in->channel, in->staff_ids, in->tag_ids, in->skip_verify, in->welcome };
	TRY(WRITE_TX(&cx->unit, base(cx), livecode_change(tx, in->id, in->version, &edit)));
	return show(cx, in->id);
}

static err h_remove(struct cx *cx)
{
	i64 id = ((const struct livecode_key *)cx->in)->id;
	return WRITE_TX(&cx->unit, base(cx), livecode_remove(tx, id));
}

/* Of a real corp WeCom's own picture is the code; the simulator's address is what a code would hold. */
static err h_qr(struct cx *cx)
{
	const struct livecode_qr_in *in = cx->in;
	struct livecode c;
	struct corp corp;
	TRY(READ_SNAP(&cx->unit, base(cx), livecode_get(snap, &(struct livecode_key){ in->id }, &c)));
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	if (str_is_nil(c.qr_url))
		return cx_fail(cx, ERR_STATE, T_LIVECODE_BUSY, STR_NIL, c.state, STR_NIL);
	if (!corp.simulated) {
		http_send(cx->reply, 302, STR("text/plain"), STR(""));
		http_set(cx->reply, STR("Location"), c.qr_url);
		return OK;
	}
	str png;
	TRY(qr_png(c.qr_url, in->size == NIL ? 400 : (int)in->size, CX_ARENA(cx), &png, &cx->unit.fail));
	http_send(cx->reply, 200, STR("image/png"), png);
	return OK;
}

static err ask_simulator(struct cx *cx, str base_url, str state, struct livecode_scan_out *out)
{
	struct arena *a = CX_ARENA(cx);
	struct buf body = buf_new(a, 4096);
	buf_add_c(&body, "{\"state\":");
	buf_json(&body, state);
	buf_char(&body, '}');
	struct transport_call call = {
		.method = "POST", .url = arena_printf(a, "%.*s/sim/scan", STR_F(base_url)),
		.content_type = STR("application/json"), .body = buf_str(&body),
	};
	struct transport_answer answer;
	struct json *json;
	TRY(cx->env->transport->call(cx->env->transport, a, &call, &answer, &cx->unit.fail));
	TRY(json_parse(answer.body, a, &json, &cx->unit.fail));
	out->external_userid = json_str(json, "external_userid");
	out->staff = json_str(json, "userid");
	if (answer.status == 200 && out->external_userid.n)
		return OK;
	return cx_fail(cx, ERR_UPSTREAM, T_OK, STR_NIL, arena_printf(a, "%d", answer.status), answer.body);
}

/* Only where WeCom is the simulator: lets one simulated person scan this code. */
static err h_scan(struct cx *cx)
{
	struct livecode c;
	struct corp corp;
	i64 id = ((const struct livecode_key *)cx->in)->id;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	if (!corp.simulated)
		return cx_fail(cx, ERR_STATE, T_OK, STR_NIL, STR("real WeCom"), STR("simulator"));
	TRY(READ_SNAP(&cx->unit, base(cx), livecode_get(snap, &(struct livecode_key){ id }, &c)));
	return ask_simulator(cx, corp.wecom_base, c.wecom_state, cx->out);
}

/* Whether the person of a simulated scan has arrived: the page asks until she has. */
static err h_scanned(struct cx *cx)
{
	const struct livecode_scanned_in *in = cx->in;
	struct livecode_scanned_out *out = cx->out;
	err e = identity_find(&cx->unit, STR("external_userid"), in->external_userid, &out->customer_id);
	if (e == ERR_NOT_FOUND)
		out->customer_id = NIL;
	return e == ERR_NOT_FOUND ? OK : e;
}

#define KEY &livecode_key_record
#define VIEW &livecode_view_record
const struct route livecode_routes[] = {
	{ "GET", "/api/v1/livecodes", "livecode.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &livecode_list_in_record, VIEW, h_list,
	  "Live codes, newest first." },
	{ "POST", "/api/v1/livecodes", "livecode.write", ROUTE_SCOPE_NONE, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT,
	  &livecode_create_in_record, VIEW, h_create, "Makes a live code; it is `creating` until WeCom has answered." },
	{ "GET", "/api/v1/livecodes/{id}", "livecode.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, KEY, VIEW, h_get, "One live code." },
	{ "PUT", "/api/v1/livecodes/{id}", "livecode.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &livecode_change_in_record, VIEW,
	  h_change, "Changes a live code." },
	{ "DELETE", "/api/v1/livecodes/{id}", "livecode.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_remove,
	  "Switches a live code off; a late scan is still recognised." },
	{ "GET", "/api/v1/livecodes/{id}/qr.png", "livecode.read", ROUTE_SCOPE_NONE, ROUTE_RAW, &livecode_qr_in_record,
	  &none_record, h_qr, "The QR picture." },
	{ "POST", "/api/v1/livecodes/{id}/simulate-scan", "livecode.write", ROUTE_SCOPE_NONE, 0, KEY,
	  &livecode_scan_out_record, h_scan, "Lets a simulated person scan this code (simulator only)." },
	{ "GET", "/api/v1/livecodes/{id}/scanned", "livecode.read", ROUTE_SCOPE_CUSTOMERS, 0, &livecode_scanned_in_record,
	  &livecode_scanned_out_record, h_scanned, "The customer a simulated scan became, once she has arrived." },
	{ 0 },
};
