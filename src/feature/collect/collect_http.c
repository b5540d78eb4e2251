/*
 * collect over HTTP: the tracking routes, answered when durable without holding a worker, and write keys.
 */
#include "feature/collect/collect_data.h"

#include "base/hash.h"
#include "core/audit/audit.h"
#include "port/http/http_metrics.h"

#define KEY_SLUG_CHARS 32
#define KEY_HEAD_CHARS 8
#define TRACK_PREFIX "/v1/"

static const char *const types[] = { "identify", "track", "page", "screen", "group", "alias", "batch", "import" };

static bool type_of(str path, str *ret)
{
	if (!str_starts(path, STR(TRACK_PREFIX)))
		return false;
	str type = str_sub(path, sizeof(TRACK_PREFIX) - 1, path.n);
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_eq_c(type, types[i])) {
			*ret = type;
			return true;
		}
	return false;
}

static err take(struct env *env, struct http_req *req, str type, struct collect_cut *ret, struct fail *f)
{
	struct unit u = unit_new(env->store, req->arena, 0, COLLECT_SOURCE);
	struct json *body;
	i64 corp;
	TRY(json_parse(req->body, req->arena, &body, f));
	err e = collect_corp_of(&u, collect_key_of(req, body), &corp);
	if (e != OK) {
		*f = u.fail;
		return e;
	}
	TRY(collect_cut(req, corp, type, body, clock_now(env->clock), ret, f));
	if (env->metrics) {
		metric_add(metrics_counter(env->metrics, "yutang_events_ingested_total", "source=\"segment\"", "Events taken in."), (i64)ret->count);
		metric_add(metrics_counter(env->metrics, "yutang_events_rejected_total", "source=\"segment\"", "Events dropped as unusable."), (i64)ret->dropped);
	}
	return OK;
}

#define SUCCESS STR("{\"success\":true}")

static void on_durable(void *arg, err e)
{
	if (e == OK)
		http_later_done(arg, 200, STR("application/json"), SUCCESS);
	else
		http_later_done(arg, err_status(e), STR("application/json"), STR("{\"success\":false}"));
}

bool collect_later(struct env *env, struct http_req *req, struct http_later *later)
{
	str type;
	struct collect_cut cut;
	struct fail f = { 0 };
	if (!str_eq_c(req->method, "POST") || !type_of(req->path, &type))
		return false;
	if (take(env, req, type, &cut, &f) != OK || cut.count == 0)
		return false; /* the ordinary route answers what needs no commit */
	err e = inbox_submit(env->store, cut.items, cut.count, on_durable, later);
	if (e != OK)
		on_durable(later, e);
	return true;
}

/* The same without suspension: refusals, empty requests, and the direct transport. */
static err h_track(struct cx *cx)
{
	str type;
	struct collect_cut cut;
	if (!type_of(cx->req->path, &type))
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, cx->req->path);
	TRY(take(cx->env, cx->req, type, &cut, &cx->unit.fail));
	bool *fresh = ARENA_ARRAY(CX_ARENA(cx), bool, cut.count + 1);
	if (cut.count)
		TRY(inbox_add(cx->env->store, CX_ARENA(cx), cut.items, cut.count, fresh, &cx->unit.fail));
	http_send(cx->reply, 200, STR("application/json"), SUCCESS);
	return OK;
}

#define KEY_NEW_FIELDS(F, S) F(S, STR, name, .min = 1, .max = 40)
RECORD(write_key_new, KEY_NEW_FIELDS);
#define KEY_SHOWN_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, key, .doc = "shown only now")
RECORD(write_key_shown, KEY_SHOWN_FIELDS);
#define KEY_VIEW_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, head) F(S, MS, created_ms)
RECORD(write_key_view, KEY_VIEW_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err add_key(struct tx *tx, const struct write_key_new *in, struct write_key_shown *out)
{
	struct arena *a = tx->snap.arena;
	u8 digest[SHA256_BYTES];
	str key = arena_printf(a, COLLECT_KEY_HEAD "%.*s", STR_F(id_slug(a, KEY_SLUG_CHARS)));
	hash_sha256(key, digest);
	struct write_key row = {
		.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .name = in->name,
		.hash = hash_hex(a, digest, sizeof(digest)), .head = str_sub(key, 0, KEY_HEAD_CHARS),
		.created = tx->snap.now, .revoked = NIL,
	};
	TRY(write_key_add(tx, &row));
	*out = (struct write_key_shown){ row.id, in->name, key };
	return audit_add(tx, "write_key.add", arena_printf(a, "write_key:%lld", (long long)row.id), in->name);
}

static err h_key_new(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), add_key(tx, cx->in, cx->out)); }

static err read_keys(const struct snap *s, struct page *page)
{
	struct write_key *rows;
	size_t n;
	TRY(write_keys(s, &(struct none){ 0 }, &rows, &n));
	struct write_key_view *views = ARENA_ARRAY(s->arena, struct write_key_view, n);
	for (size_t i = 0; i < n; i++)
		views[i] = (struct write_key_view){ rows[i].id, rows[i].name, rows[i].head, rows[i].created };
	page->data = (struct list){ views, n };
	page->total = (i64)n;
	return OK;
}

static err h_keys(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_keys(snap, cx->out)); }

static err revoke(struct tx *tx, i64 id)
{
	str object = arena_printf(tx->snap.arena, "write_key:%lld", (long long)id);
	TRY(write_key_revoke(tx, &(struct write_key_id){ id }));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, object);
	return audit_add(tx, "write_key.revoke", object, STR(""));
}

static err h_key_revoke(struct cx *cx)
{
	i64 id = ((const struct write_key_id *)cx->in)->id;
	return WRITE_TX(&cx->unit, base(cx), revoke(tx, id));
}

#define TRACK(name, doc) \
	{ "POST", TRACK_PREFIX name, NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW | ROUTE_BODY, &none_record, &none_record, h_track, doc }
const struct route collect_routes[] = {
	TRACK("identify", "Who somebody is (Segment)."),
	TRACK("track", "What somebody did (Segment)."),
	TRACK("page", "A page somebody saw (Segment)."),
	TRACK("screen", "A screen somebody saw (Segment)."),
	TRACK("group", "A group somebody belongs to (Segment)."),
	TRACK("alias", "Two ids of one person (Segment)."),
	TRACK("batch", "Up to 2,500 events at once (Segment)."),
	TRACK("import", "The same as batch, for history (Segment)."),
	{ "GET", "/api/v1/write-keys", "write_key.write", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &write_key_view_record,
	  h_keys, "Keys with which shops and sites send events." },
	{ "POST", "/api/v1/write-keys", "write_key.write", ROUTE_SCOPE_NONE, ROUTE_CREATED, &write_key_new_record,
	  &write_key_shown_record, h_key_new, "Makes a write key; it is shown only in this answer." },
	{ "DELETE", "/api/v1/write-keys/{id}", "write_key.write", ROUTE_SCOPE_NONE, 0, &write_key_id_record, &none_record,
	  h_key_revoke, "Revokes a write key at once." },
	{ 0 },
};
