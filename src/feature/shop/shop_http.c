/*
 * Connectors over HTTP: made, edited, tried out, told to look now or further back. Secrets go in and never out.
 */
#include "feature/shop/shop_data.h"

#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/job/job.h"
#include "core/perm/perm.h"
#include "port/wecom/wecom_crypt.h"
#include "store/seal.h"

#define SLUG_CHARS 24

#define SHOP_NEW_FIELDS(F, S)                                                     \
	F(S, STR, kind, .one_of = "youzan,wxshop") F(S, STR, name, .min = 1, .max = 40) F(S, STR, client, .min = 1, .max = 100) \
	F(S, STR, secret, .min = 1, .max = 200, .secret = true) F(S, STR, shop, .opt = true, .max = 60) \
	F(S, STR, base, .opt = true, .max = 200) F(S, STR, push_token, .opt = true, .max = 100, .secret = true) \
	F(S, STR, push_key, .opt = true, .max = 100, .secret = true)
RECORD(shop_new, SHOP_NEW_FIELDS);
#define SHOP_EDIT_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, I64, version) F(S, STR, name, .min = 1, .max = 40) F(S, STR, client, .min = 1, .max = 100) \
	F(S, STR, secret, .opt = true, .max = 200, .secret = true, .doc = "absent: as it is") F(S, STR, shop, .opt = true, .max = 60) \
	F(S, STR, base, .opt = true, .max = 200) F(S, STR, push_token, .opt = true, .max = 100, .secret = true) \
	F(S, STR, push_key, .opt = true, .max = 100, .secret = true) F(S, BOOL, enabled)
RECORD(shop_edit, SHOP_EDIT_FIELDS);
#define SHOP_VIEW_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, STR, kind) F(S, STR, kind_label) F(S, STR, name) F(S, BOOL, enabled) F(S, STR, client) \
	F(S, STR, shop, .opt = true) F(S, STR, base, .opt = true) F(S, BOOL, secret_set) F(S, BOOL, push_set) F(S, STR, push_url) \
	F(S, MS, done_ms, .doc = "everything updated before is known") F(S, I64, lag_s) F(S, BOOL, reading) \
	F(S, MS, last_try_ms, .opt = true) F(S, MS, last_good_ms, .opt = true) F(S, STR, error, .opt = true) \
	F(S, STR, error_text, .opt = true) F(S, STR, cure, .opt = true) F(S, I64, orders) F(S, I64, pushes) F(S, I64, bad_pushes) \
	F(S, MS, last_push_ms, .opt = true) F(S, I64, version)
RECORD(shop_view, SHOP_VIEW_FIELDS);
#define SHOP_BACK_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, days, .min = 1, .max = SHOP_BACK_MAX_DAYS)
RECORD(shop_back_in, SHOP_BACK_IN_FIELDS);
#define SHOP_BACK_OUT_FIELDS(F, S) F(S, ID, job_id)
RECORD(shop_back_out, SHOP_BACK_OUT_FIELDS);
#define SHOP_TEST_FIELDS(F, S) F(S, BOOL, ok) F(S, STR, text) F(S, STR, cure, .opt = true) F(S, I64, orders, .doc = "updated in the last day")
RECORD(shop_test, SHOP_TEST_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* Real platforms over TLS; a simulated company may have its stand-in anywhere. */
static err check(struct cx *cx, str at, str kind, str push_key)
{
	struct corp corp;
	struct wecom_key key;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	if (at.n && !str_starts(at, STR("https://")) && !(corp.simulated && str_starts(at, STR("http://"))))
		return cx_fail(cx, ERR_INPUT, T_SHOP_BASE, STR("base"), at, STR("https://"));
	if (push_key.n && str_eq_c(kind, "wxshop"))
		return wecom_key_read(push_key, CX_ARENA(cx), &key, &cx->unit.fail);
	return OK;
}

static err seal(struct tx *tx, str plain, str *ret) { return plain.n ? seal_text(tx, 0, plain, ret) : OK; }

static str object(struct arena *a, i64 id) { return arena_printf(a, "shop:%lld", (long long)id); }

/* ---- views ---- */

static const struct { const char *error; enum text text, cure; } troubles[] = {
	{ "login", T_SHOP_LOGIN, T_SHOP_LOGIN_CURE },
	{ "config", T_SHOP_CONFIG, T_SHOP_CONFIG_CURE },
	{ "busy", T_SHOP_BUSY, T_SHOP_BUSY_CURE },
	{ "upstream", T_SHOP_UPSTREAM, T_SHOP_UPSTREAM_CURE },
};

static void explain(struct cx *cx, str error, str said, str *ret_text, str *ret_cure)
{
	enum lang lang = cx->viewer.lang;
	for (size_t i = 0; i < ARRAY_LEN(troubles); i++) {
		if (!str_eq_c(error, troubles[i].error))
			continue;
		*ret_text = arena_printf(CX_ARENA(cx), "%s%s%.*s", text_raw(troubles[i].text, lang), said.n ? ": " : "", STR_F(said));
		*ret_cure = str_c(text_raw(troubles[i].cure, lang));
	}
}

static struct shop_view view_of(struct cx *cx, const struct shop_connector *c, const struct shop_state *st)
{
	const struct shop_api *api = shop_api_of(c->kind);
	struct shop_view v = { .id = c->id, .kind = c->kind, .kind_label = str_c(text_raw(api->label, cx->viewer.lang)), .name = c->name,
			       .enabled = c->enabled, .client = c->client, .shop = c->shop, .base = c->base, .secret_set = c->secret.n > 0,
			       .push_set = c->push_token.n > 0 || !api->hello, .done_ms = st->done,
			       .lag_s = int_max(0, (cx_now(cx) - st->done) / MS_SECOND), .reading = st->window_to > 0,
			       .last_try_ms = st->last_try, .last_good_ms = st->last_good, .error = st->error, .error_text = STR_NIL,
			       .cure = STR_NIL, .orders = st->pulled, .pushes = st->pushes, .bad_pushes = st->bad_pushes,
			       .last_push_ms = st->last_push, .version = c->version };
	v.push_url = arena_printf(CX_ARENA(cx), "%.*s/shop/push/%.*s", STR_F(cx->env->public_url), STR_F(c->slug));
	explain(cx, st->error, st->said, &v.error_text, &v.cure);
	return v;
}

static err both(const struct snap *s, i64 id, struct shop_connector *c, struct shop_state *st)
{
	struct shop_key key = { id };
	TRY(shop_connector_get(s, &key, c));
	return shop_state_get(s, &key, st);
}

static err find(struct cx *cx, i64 id, struct shop_connector *c, struct shop_state *st)
{
	err e = READ_SNAP(&cx->unit, base(cx), both(snap, id, c, st));
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_SHOP_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

static err show(struct cx *cx, i64 id)
{
	struct shop_connector c;
	struct shop_state st;
	TRY(find(cx, id, &c, &st));
	*(struct shop_view *)cx->out = view_of(cx, &c, &st);
	return OK;
}

static err all(const struct snap *s, struct shop_connector **c, struct shop_state **st, size_t *ret_count)
{
	size_t n;
	TRY(shop_connectors(s, &(struct none){ 0 }, c, ret_count));
	return shop_states(s, &(struct none){ 0 }, st, &n);
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct shop_connector *c;
	struct shop_state *st;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), all(snap, &c, &st, &n)));
	struct shop_view *v = ARENA_ARRAY(CX_ARENA(cx), struct shop_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = view_of(cx, &c[i], &st[i]);
	page->data = (struct list){ v, n };
	page->total = (i64)n;
	return OK;
}

/* ---- making and editing ---- */

static err add(struct tx *tx, const struct shop_new *in, struct shop_connector *row)
{
	struct shop_state st = { .id = row->id, .access = STR_NIL, .page = STR_NIL, .error = STR_NIL, .said = STR_NIL,
				 .done = tx->snap.now - MS_DAY, .last_try = NIL, .last_good = NIL, .last_push = NIL };
	struct shop_connector *others;
	size_t n;
	TRY(shop_connectors(&tx->snap, &(struct none){ 0 }, &others, &n));
	if (n >= SHOP_CONNECTORS_MAX)
		return tx_fail(tx, ERR_TOO_MANY, T_OK, STR_NIL, STR_NIL, arena_printf(tx->snap.arena, "%d", SHOP_CONNECTORS_MAX));
	TRY(seal(tx, in->secret, &row->secret));
	TRY(seal(tx, in->push_token, &row->push_token));
	TRY(seal(tx, in->push_key, &row->push_key));
	TRY(shop_connector_add(tx, row));
	TRY(shop_state_add(tx, &st));
	TRY(shop_pull_arm(tx, row->id, tx->snap.now));
	return audit_add(tx, "shop.add", object(tx->snap.arena, row->id), row->name);
}

static err h_new(struct cx *cx)
{
	const struct shop_new *in = cx->in;
	struct shop_connector row = { .id = id_next(store_ids(cx->env->store), cx_now(cx)), .kind = in->kind, .name = in->name,
				      .slug = id_slug(CX_ARENA(cx), SLUG_CHARS), .enabled = true, .base = in->base, .client = in->client,
				      .shop = in->shop, .secret = STR_NIL, .push_token = STR_NIL, .push_key = STR_NIL, .version = 1,
				      .created = cx_now(cx) };
	TRY(check(cx, in->base, in->kind, in->push_key));
	TRY(WRITE_TX(&cx->unit, base(cx), add(tx, in, &row)));
	return show(cx, row.id);
}

static err edit(struct tx *tx, const struct shop_edit *in)
{
	struct shop_connector row;
	struct shop_state none = { .id = in->id, .access = STR_NIL };
	TRY(shop_connector_get(&tx->snap, &(struct shop_key){ in->id }, &row));
	row.version = in->version;
	row.name = in->name;
	row.client = in->client;
	row.shop = in->shop;
	row.base = in->base;
	row.enabled = in->enabled;
	TRY(seal(tx, in->secret, &row.secret));
	TRY(seal(tx, in->push_token, &row.push_token));
	TRY(seal(tx, in->push_key, &row.push_key));
	TRY(shop_connector_set(tx, &row));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	TRY(shop_token_set(tx, &none)); /* of the old secret */
	if (in->enabled)
		TRY(shop_pull_arm(tx, in->id, tx->snap.now));
	return audit_add(tx, "shop.edit", object(tx->snap.arena, in->id), in->enabled ? STR("on") : STR("off"));
}

static err h_edit(struct cx *cx)
{
	const struct shop_edit *in = cx->in;
	struct shop_connector c;
	struct shop_state st;
	TRY(find(cx, in->id, &c, &st));
	TRY(check(cx, in->base, c.kind, in->push_key));
	TRY(WRITE_TX(&cx->unit, base(cx), edit(tx, in)));
	return show(cx, in->id);
}

/* ---- acts ---- */

static str word(err e) { return e == ERR_LOGIN ? STR("login") : e == ERR_TOO_MANY ? STR("busy") : e == ERR_CONFIG ? STR("config") : STR("upstream"); }

/* A token with the present secret, and one page of the last day. */
static err h_test(struct cx *cx)
{
	const struct shop_key *in = cx->in;
	struct shop_test *out = cx->out;
	struct shop_connector c;
	struct shop_state st;
	struct shop_link l;
	struct shop_token t = { 0 };
	struct shop_page page = { 0 };
	TRY(find(cx, in->id, &c, &st));
	TRY(shop_open_row(cx, &c, &l));
	l.call.account = &l.account;
	ms now = cx_now(cx);
	err e = l.api->token(&l.call, &t);
	l.call.token = t.text;
	if (e == OK)
		e = l.api->page(&l.call, now - MS_DAY, now - SHOP_LAG_MS, STR_NIL, &page);
	out->ok = e == OK;
	out->orders = page.total == NIL ? (i64)page.n : page.total;
	out->text = e == OK ? str_c(text_raw(T_SHOP_WORKS, cx->viewer.lang)) : STR("");
	out->cure = STR_NIL;
	if (e != OK)
		explain(cx, word(e), l.call.said, &out->text, &out->cure);
	cx->unit.fail = (struct fail){ 0 };
	return WRITE_TX(&cx->unit, base(cx), audit_add(tx, "shop.test", object(tx->snap.arena, in->id), e == OK ? STR("ok") : word(e)));
}

static err h_pull(struct cx *cx)
{
	const struct shop_key *in = cx->in;
	struct shop_connector c;
	struct shop_state st;
	TRY(find(cx, in->id, &c, &st));
	if (!c.enabled)
		return cx_fail(cx, ERR_STATE, T_SHOP_OFF, STR_NIL, STR_NIL, STR_NIL);
	return WRITE_TX(&cx->unit, base(cx), shop_pull_now(tx, in->id));
}

static err backfill(struct tx *tx, struct cx *cx, const struct shop_connector *c, i64 days, i64 *ret_job)
{
	ms to = tx->snap.now - SHOP_LAG_MS;
	struct shop_job body = { c->id, to - days * MS_DAY, to };
	str title = arena_printf(tx->snap.arena, "%s · %.*s", text_raw(T_JOB_SHOP_BACKFILL, cx->viewer.lang), STR_F(c->name));
	TRY(job_add(tx, SHOP_BACKFILL, title, STR("/orders?tab=shops"), &shop_job_record, &body, ret_job));
	return audit_add(tx, "shop.backfill", object(tx->snap.arena, c->id), arena_printf(tx->snap.arena, "%lld", (long long)days));
}

static err h_backfill(struct cx *cx)
{
	const struct shop_back_in *in = cx->in;
	struct shop_connector c;
	struct shop_state st;
	TRY(find(cx, in->id, &c, &st));
	return WRITE_TX(&cx->unit, base(cx), backfill(tx, cx, &c, in->days, &((struct shop_back_out *)cx->out)->job_id));
}

static err h_get(struct cx *cx) { return show(cx, ((const struct shop_key *)cx->in)->id); }

#define READ "shop.read", ROUTE_SCOPE_NONE
#define EDIT "shop.write", ROUTE_SCOPE_NONE
const struct route shop_routes[] = {
	{ "GET", "/api/v1/shops", READ, ROUTE_LIST, &none_record, &shop_view_record, h_list, "Connectors of shops and how they are." },
	{ "POST", "/api/v1/shops", EDIT, ROUTE_CREATED | ROUTE_IDEMPOTENT, &shop_new_record, &shop_view_record, h_new, "Connects a shop." },
	{ "GET", "/api/v1/shops/{id}", READ, ROUTE_ETAG, &shop_key_record, &shop_view_record, h_get, "One connector." },
	{ "PUT", "/api/v1/shops/{id}", EDIT, ROUTE_ETAG, &shop_edit_record, &shop_view_record, h_edit, "Changes a connector, or switches it off." },
	{ "POST", "/api/v1/shops/{id}/test", EDIT, 0, &shop_key_record, &shop_test_record, h_test, "Tries its secret and its rights out." },
	{ "POST", "/api/v1/shops/{id}/pull", EDIT, 0, &shop_key_record, &none_record, h_pull, "Looks for new orders now." },
	{ "POST", "/api/v1/shops/{id}/backfill", EDIT, ROUTE_ACCEPTED, &shop_back_in_record, &shop_back_out_record, h_backfill,
	  "Reads the orders of days before, as a job." },
	{ 0 },
};
