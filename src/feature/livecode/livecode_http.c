/*
 * live codes over HTTP: list, make, change, switch off, the picture, and the simulated scan of the demo.
 */
#include "feature/livecode/livecode_stat_data.h"

#include "feature/livecode/livecode_int.h"
#include "feature/livecode/livecode_rota.h"

#include "core/attr/attr_say.h"
#include "core/corp/corp.h"
#include "core/identity/identity.h"
#include "core/outlet/outlet.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "port/qr/qr.h"

#define NAMED_FIELDS(F, S) F(S, ID, id) F(S, STR, name)
RECORD(livecode_named, NAMED_FIELDS);

#define VIEW_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "creating,active,failed,disabled") \
	F(S, STR, fail_text, .opt = true) F(S, STR, channel)                    \
	F(S, LIST, staff, .of = &livecode_named_record) F(S, LIST, tags, .of = &livecode_named_record) \
	F(S, STR, welcome_text, .opt = true) F(S, OBJ, link, .opt = true, .of = &content_link_record) F(S, STR, enclosed, .opt = true) \
	F(S, BOOL, skip_verify) F(S, STR, qr_url, .opt = true)                  \
	F(S, STR, kind, .one_of = LIVECODE_KINDS) F(S, STR, url, .opt = true, .doc = "the address of a relay code or link") \
	F(S, STR, spot) F(S, OBJ, store, .opt = true, .of = &livecode_named_record, .doc = "where it hangs") \
	F(S, STR, campaign) F(S, FEN, cost) F(S, ID, partner, .opt = true) \
	F(S, OBJ, plan, .opt = true, .of = &livecode_plan_record) \
	F(S, LIST, serving, .of = &livecode_named_record, .doc = "who serves now") \
	F(S, I64, visits, .opt = true, .doc = "null: WeCom reports no scan of a direct code") \
	F(S, I64, adds) F(S, I64, losses) F(S, STR, alarm, .opt = true, .doc = "why nobody can answer this code") \
	F(S, MS, created_ms) F(S, I64, version)
RECORD(livecode_view, VIEW_FIELDS);

#define CREATE_FIELDS(F, S)                                                     \
	F(S, STR, name, .min = 1, .max = LIVECODE_NAME_MAX)                     \
	F(S, STR, channel, .opt = true, .max = LIVECODE_NAME_MAX)               \
	F(S, IDS, staff_ids, .min = 1, .max = LIVECODE_STAFF_MAX) F(S, IDS, tag_ids, .opt = true, .max = LIVECODE_TAGS_MAX) \
	F(S, BOOL, skip_verify, .opt = true) F(S, OBJ, welcome, .opt = true, .of = &content_record) \
	F(S, STR, kind, .opt = true, .one_of = LIVECODE_KINDS) F(S, STR, spot, .opt = true, .max = LIVECODE_NAME_MAX) \
	F(S, STR, campaign, .opt = true, .max = LIVECODE_NAME_MAX) F(S, FEN, cost, .opt = true, .min = 0) \
	F(S, ID, store, .opt = true) F(S, ID, partner, .opt = true) F(S, OBJ, plan, .opt = true, .of = &livecode_plan_record)
RECORD(livecode_create_in, CREATE_FIELDS);
#define CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) CREATE_FIELDS(F, S)
RECORD(livecode_change_in, CHANGE_FIELDS);
#define LIST_FIELDS(F, S) F(S, BOOL, alarm, .opt = true, .doc = "only codes nobody can answer") F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
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

static err view_staff(const struct snap *s, const struct livecode *c, const struct livecode_plan *plan, struct livecode_view *v)
{
	struct rota_member *m;
	struct rota r;
	size_t n;
	TRY(livecode_members(s, c->id, plan, &m, &n));
	struct livecode_named *names = ARENA_ARRAY(s->arena, struct livecode_named, n), *now = ARENA_ARRAY(s->arena, struct livecode_named, n);
	for (size_t i = 0; i < n; i++)
		names[i] = (struct livecode_named){ m[i].staff, m[i].name };
	rota_judge(plan, c->skip_verify, m, n, corp_zone(s->unit, s->corp), s->now, s->arena, &r);
	for (size_t i = 0; i < r.n; i++)
		now[i] = (struct livecode_named){ r.v[i]->staff, r.v[i]->name };
	v->staff = (struct list){ names, n };
	v->serving = (struct list){ now, r.n };
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

static err view_counts(const struct snap *s, const struct livecode *c, struct livecode_view *v)
{
	struct livecode_group sum;
	TRY(livecode_sum_of(s, &(struct livecode_span){ c->id, 0, INT32_MAX }, &sum));
	v->adds = sum.adds;
	v->losses = sum.losses + sum.drops;
	v->visits = NIL;
	if (str_is_nil(c->door))
		return OK;
	struct door_day *days;
	size_t n;
	TRY(door_days(s, c->door, 0, INT32_MAX, &days, &n));
	v->visits = 0;
	for (size_t i = 0; i < n; i++)
		v->visits += days[i].visits;
	return OK;
}

static err view_store(const struct snap *s, i64 store, struct livecode_view *v)
{
	struct livecode_named *named = ARENA_NEW(s->arena, struct livecode_named);
	struct outlet o;
	err e = store ? outlet_get(s, store, &o) : ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	*named = (struct livecode_named){ o.id, o.name };
	v->store = named;
	return OK;
}

static err view(struct cx *cx, const struct snap *s, const struct livecode *c, struct livecode_view *v)
{
	struct content welcome;
	struct livecode_plan *plan = ARENA_NEW(s->arena, struct livecode_plan);
	content_read(s->arena, c->welcome, &welcome);
	livecode_plan_read(s->arena, c->plan, plan);
	*v = (struct livecode_view){
		.id = c->id, .name = c->name, .state = c->state, .fail_text = fail_text_of(cx, c->fail_code),
		.channel = c->channel, .welcome_text = welcome.text, .link = welcome.link, .enclosed = welcome.enclosed, .skip_verify = c->skip_verify,
		.qr_url = c->qr_url, .created_ms = c->created, .version = c->version, .kind = c->kind, .spot = c->spot,
		.campaign = c->campaign, .cost = c->cost, .partner = c->partner ? c->partner : NIL, .plan = plan, .alarm = c->alarm,
		.url = str_is_nil(c->door) ? STR_NIL : door_url(cx->env, s->arena, c->door),
	};
	TRY(view_counts(s, c, v));
	TRY(view_staff(s, c, plan, v));
	TRY(view_store(s, c->store, v));
	return view_tags(s, c->id, v);
}

static err read_list(struct cx *cx, const struct snap *s, i64 before, i64 limit, bool alarm)
{
	struct page *page = cx->out;
	struct livecode *rows;
	struct livecode_find find = { 0, before, limit + 1 };
	size_t n;
	TRY(alarm ? livecode_alarmed(s, &find, &rows, &n) : livecode_list(s, &find, &rows, &n));
	size_t shown = n > (size_t)limit ? (size_t)limit : n;
	struct livecode_view *views = ARENA_ARRAY(s->arena, struct livecode_view, shown);
	for (size_t i = 0; i < shown; i++)
		TRY(view(cx, s, &rows[i], &views[i]));
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, alarm);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct livecode_list_in *in = cx->in;
	i64 before = INT64_MAX, limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : in->limit;
	TRY(page_from(cx, in->cursor, &before, 1, in->alarm));
	return READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, before, limit, in->alarm));
}

static err read_one(struct cx *cx, const struct snap *s, i64 id)
{
	struct livecode c;
	err e = livecode_get(s, &(struct livecode_key){ id }, &c);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_LIVECODE_NOT_FOUND, cx->viewer.lang)));
	TRY(e);
	return view(cx, s, &c, cx->out);
}

static err show(struct cx *cx, i64 id) { return READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id)); }

static err h_get(struct cx *cx) { return show(cx, ((const struct livecode_key *)cx->in)->id); }

#define EDIT_OF(in)                                                                                                     \
	(struct livecode_edit){ (in)->name, (in)->channel, (in)->staff_ids, (in)->tag_ids, (in)->skip_verify, (in)->welcome,   \
				(in)->kind, (in)->spot, (in)->campaign, (in)->cost == NIL ? 0 : (in)->cost,                     \
				(in)->store == NIL ? 0 : (in)->store, (in)->partner == NIL ? 0 : (in)->partner, 0, (in)->plan }

/* The variables of its greetings, before the transaction: attributes are looked up in ones of their own. */
static err check_said(struct cx *cx, const struct livecode_edit *e)
{
	if (e->welcome)
		TRY(attr_say_check(&cx->unit, "welcome.text", e->welcome->text, WECOM_TEXT_BYTES_MAX));
	const struct content_slot *slots = e->plan ? e->plan->greetings.v : NULL;
	for (size_t i = 0; e->plan && i < e->plan->greetings.n; i++) {
		const struct content *c = slots[i].content;
		TRY(attr_say_check(&cx->unit, "greetings", c->text, WECOM_TEXT_BYTES_MAX));
	}
	return OK;
}

static err h_create(struct cx *cx)
{
	const struct livecode_create_in *in = cx->in;
	struct livecode_edit edit = EDIT_OF(in);
	i64 id;
	TRY(check_said(cx, &edit));
	TRY(WRITE_TX(&cx->unit, base(cx), livecode_create(tx, &edit, &id)));
	return show(cx, id);
}

static err h_change(struct cx *cx)
{
	const struct livecode_change_in *in = cx->in;
	struct livecode_edit edit = EDIT_OF(in);
	TRY(check_said(cx, &edit));
	TRY(WRITE_TX(&cx->unit, base(cx), livecode_change(tx, in->id, in->version, &edit)));
	return show(cx, in->id);
}

static err h_remove(struct cx *cx)
{
	i64 id = ((const struct livecode_key *)cx->in)->id;
	return WRITE_TX(&cx->unit, base(cx), livecode_remove(tx, id));
}

static err send_png(struct cx *cx, str text, i64 size)
{
	str png;
	TRY(qr_png(text, size == NIL ? 400 : (int)size, CX_ARENA(cx), &png, &cx->unit.fail));
	http_send(cx->reply, 200, STR("image/png"), png);
	return OK;
}

/* Of a real corp WeCom's own picture is the code; the simulator's address is what a code would hold. */
static err h_qr(struct cx *cx)
{
	const struct livecode_qr_in *in = cx->in;
	struct livecode c;
	struct corp corp;
	TRY(READ_SNAP(&cx->unit, base(cx), livecode_get(snap, &(struct livecode_key){ in->id }, &c)));
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	if (!str_is_nil(c.door)) /* ours: the picture holds the door's address and never changes */
		return send_png(cx, door_url(cx->env, CX_ARENA(cx), c.door), in->size);
	if (str_is_nil(c.qr_url))
		return cx_fail(cx, ERR_STATE, T_LIVECODE_BUSY, STR_NIL, c.state, STR_NIL);
	if (!corp.simulated) {
		http_send(cx->reply, 302, STR("text/plain"), STR(""));
		http_set(cx->reply, STR("Location"), c.qr_url);
		return OK;
	}
	return send_png(cx, c.qr_url, in->size);
}

static err ask_simulator(struct cx *cx, str base_url, const struct livecode *c, struct livecode_scan_out *out)
{
	struct arena *a = CX_ARENA(cx);
	struct buf body = buf_new(a, 4096);
	bool link = str_eq_c(c->kind, "link") && !str_is_nil(c->config_id);
	if (link) {
		buf_add_c(&body, "{\"config_id\":");
		buf_json(&body, c->config_id);
		buf_add_c(&body, ",\"customer_channel\":");
	} else {
		buf_add_c(&body, "{\"state\":");
	}
	buf_json(&body, link ? arena_printf(a, "%.*s.%.*s", STR_F(c->wecom_state), STR_F(c->door)) : c->wecom_state);
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
	return ask_simulator(cx, corp.wecom_base, &c, cx->out);
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
