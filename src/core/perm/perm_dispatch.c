/*
 * Dispatching requests to routes. See the header for the order of the steps.
 *
 * Routes are found by trying their patterns in turn, those with the same fixed beginning only; a few
 * hundred comparisons of short texts cost less than the JSON that follows.
 */
#include "core/perm/perm_dispatch.h"

#include "base/log.h"
#include "base/vec.h"
#include "core/corp/corp.h"
#include "core/perm/perm_int.h"
#include "core/perm/perm_key.h"
#include "core/perm/perm_session.h"
#include "port/http/http_assets.h"
#include "port/http/http_metrics.h"

#include <stdio.h>

#define REQUEST_ID_MAX 64

struct entry {
	const struct route *route;
	str fixed; /* the pattern up to its first parameter */
	perm_set perm;
	enum text perm_label;
};

struct dispatch {
	struct env *env;
	const struct asset_file *assets;
	VEC(struct entry) entries;
	struct metric *by_class[6], *time_ms;
};

static enum text label_of(const struct module *const *list, const char *perm)
{
	for (; perm && *list; list++)
		for (const struct perm *p = (*list)->perms; p && p->name; p++)
			if (!strcmp(p->name, perm))
				return p->label;
	return T_OK;
}

static i64 stat_commits(void *arg)
{
	struct store_stats s;
	store_stats(((struct env *)arg)->store, &s);
	return s.commits;
}

static i64 stat_units(void *arg)
{
	struct store_stats s;
	store_stats(((struct env *)arg)->store, &s);
	return s.units;
}

static i64 stat_wal_bytes(void *arg)
{
	struct store_stats s;
	store_stats(((struct env *)arg)->store, &s);
	return s.wal_bytes;
}

static i64 stat_snapshots(void *arg)
{
	struct store_stats s;
	store_stats(((struct env *)arg)->store, &s);
	return s.snaps_open;
}

static void add_metrics(struct dispatch *d)
{
	static const char *const classes[] = { "", "", "class=\"2xx\"", "class=\"3xx\"", "class=\"4xx\"", "class=\"5xx\"" };
	struct metrics *m = d->env->metrics;
	if (!m)
		return;
	for (size_t i = 2; i < ARRAY_LEN(classes); i++)
		d->by_class[i] = metrics_counter(m, "yutang_http_requests_total", classes[i],
						 "Requests answered, by status class.");
	d->time_ms = metrics_counter(m, "yutang_http_request_milliseconds_total", "",
				     "Time spent in handlers, summed up.");
	metrics_gauge(m, "yutang_store_commits", "", "Commits since the start.", stat_commits, d->env);
	metrics_gauge(m, "yutang_store_units", "", "Units of work written since the start.", stat_units, d->env);
	metrics_gauge(m, "yutang_store_wal_bytes", "", "Size of the write-ahead log.", stat_wal_bytes, d->env);
	metrics_gauge(m, "yutang_store_snapshots_open", "", "Read snapshots open now.", stat_snapshots, d->env);
}

static void add_route(struct dispatch *d, struct arena *a, const struct route *r)
{
	str path = str_c(r->path);
	i64 brace = str_find(path, STR("{"));
	struct entry e = { .route = r, .fixed = brace < 0 ? path : str_sub(path, 0, (size_t)brace) };
	e.perm = r->perm ? perm_bit(d->env->modules, r->perm) : 0;
	e.perm_label = label_of(d->env->modules, r->perm);
	ASSERT((e.perm != 0) == (r->perm != NULL));
	vec_push(a, &d->entries, e);
}

struct dispatch *dispatch_new(struct arena *a, struct env *env, const struct asset_file *assets)
{
	struct dispatch *d = ARENA_NEW(a, struct dispatch);
	d->env = env;
	d->assets = assets;
	for (const struct module *const *m = env->modules; *m; m++) {
		const struct route *tables[MODULE_ROUTES_MAX];
		size_t n = module_routes(*m, tables);
		for (size_t i = 0; i < n; i++)
			for (const struct route *r = tables[i]; r->path; r++)
				add_route(d, a, r);
	}
	add_metrics(d);
	return d;
}

/* -- finding -- */

struct found {
	const struct entry *entry;
	struct http_pair params[8];
	size_t param_count;
};

static bool method_fits(const struct route *r, str method)
{
	return str_eq_c(method, r->method) || (str_eq(method, STR("HEAD")) && !strcmp(r->method, "GET"));
}

/* A fixed path beats one with a parameter in its place. */
static err find(struct dispatch *d, struct cx *cx, struct found *ret)
{
	struct http_pair params[8];
	size_t count;
	struct buf allow = buf_new(CX_ARENA(cx), 200);
	ret->entry = NULL;
	for (size_t i = 0; i < d->entries.n; i++) {
		const struct entry *e = &d->entries.v[i];
		if (!str_starts(cx->req->path, e->fixed) || !route_match(e->route->path, cx->req->path, params, &count))
			continue;
		if (!method_fits(e->route, cx->req->method)) {
			buf_fmt(&allow, "%s%s", allow.n ? ", " : "", e->route->method);
			continue;
		}
		if (ret->entry && ret->param_count <= count)
			continue;
		ret->entry = e;
		memcpy(ret->params, params, sizeof(params));
		ret->param_count = count;
	}
	if (ret->entry)
		return OK;
	if (allow.n) {
		http_set(cx->reply, STR("Allow"), buf_str(&allow));
		return cx_fail(cx, ERR_METHOD, T_OK, STR_NIL, STR_NIL, STR_NIL);
	}
	return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("URL"));
}

/* -- who -- */

static bool is_safe(str method)
{
	return str_eq(method, STR("GET")) || str_eq(method, STR("HEAD"));
}

/* The corp named by number or slug; without a name the only one there is. */
static err local_corp(struct cx *cx, i64 *ret)
{
	str named = http_header(cx->req, "x-yt-corp");
	struct corp *corps;
	size_t count;
	i64 number = NIL;
	TRY(corp_list(&cx->unit, &corps, &count));
	str_i64(named, &number);
	for (size_t i = 0; i < count; i++) {
		if (named.n ? corps[i].id == number || str_eq(corps[i].slug, named) : count == 1) {
			*ret = corps[i].id;
			return OK;
		}
	}
	return cx_fail(cx, ERR_INPUT, T_CORP_WHICH, STR("X-YT-Corp"), named, STR("--corp SLUG"));
}

static err enter_local(struct cx *cx)
{
	i64 corp = 0;
	TRY(local_corp(cx, &corp));
	cx->unit.corp = corp;
	cx->unit.actor_kind = ACTOR_SYSTEM;
	cx->unit.source = "cli";
	cx->viewer.perms = role_perms(cx->env->modules, STR("owner"));
	return OK;
}

static err authorize(struct cx *cx, const struct entry *e)
{
	if (e->route->flags & ROUTE_PUBLIC)
		return OK;
	if (str_eq(cx->req->peer, STR("unix"))) {
		TRY(enter_local(cx));
	} else if (api_key_given(cx->req)) {
		TRY(api_key_enter(cx));
	} else {
		TRY(session_resume(cx));
		if (!is_safe(cx->req->method))
			TRY(session_check_csrf(cx));
	}
	if (!(cx->viewer.perms & e->perm))
		return cx_fail(cx, ERR_FORBIDDEN, T_OK, STR_NIL, STR_NIL, str_c(text_raw(e->perm_label, cx->viewer.lang)));
	return OK;
}

/* -- running -- */

static void *new_out(struct arena *a, const struct route *r)
{
	if (r->flags & ROUTE_LIST) {
		struct page *page = ARENA_NEW(a, struct page);
		page->total = NIL;
		return page;
	}
	void *out = arena_alloc(a, r->out->size);
	record_init(r->out, out);
	return out;
}

static void problem(struct cx *cx)
{
	http_problem(cx->reply, CX_ARENA(cx), &cx->unit.fail, cx->viewer.lang, cx->request_id);
}

static err run(struct cx *cx, const struct found *f)
{
	const struct route *r = f->entry->route;
	struct idem idem;
	bool replayed;
	void *in;
	TRY(authorize(cx, f->entry));
	TRY(decode_in(cx, r, f->params, f->param_count, &in));
	cx->in = in;
	cx->out = new_out(CX_ARENA(cx), r);
	TRY(idem_begin(cx, r, &idem, &replayed));
	if (replayed)
		return OK;
	err e = r->fn(cx);
	if (e == OK)
		encode_out(cx, r);
	else
		problem(cx);
	idem_end(cx, &idem, e);
	return e;
}

static bool id_ok(str id)
{
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(c >= '0' && c <= '9') && !strchr("-_.", c))
			return false;
	}
	return id.n >= 8 && id.n <= REQUEST_ID_MAX;
}

static struct cx new_cx(struct dispatch *d, struct http_req *req, struct http_reply *reply)
{
	struct cx cx = { .env = d->env, .req = req, .reply = reply };
	str id = http_header(req, "x-request-id");
	cx.unit = unit_new(d->env->store, req->arena, 0, "http");
	cx.unit.env = d->env;
	cx.viewer.lang = lang_of(http_header(req, "accept-language"));
	cx.request_id = id_ok(id) ? id : id_random(req->arena, 12);
	return cx;
}

static bool is_set(const struct http_reply *reply, str name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (str_eq_nocase(reply->headers[i].name, name))
			return true;
	return false;
}

static void set_default(struct http_reply *reply, str name, str value)
{
	if (!is_set(reply, name))
		http_set(reply, name, value);
}

static void set_common(struct cx *cx)
{
	struct http_reply *reply = cx->reply;
	http_set(reply, STR("X-Request-Id"), cx->request_id);
	set_default(reply, STR("Cache-Control"), STR("no-store"));
	set_default(reply, STR("X-Content-Type-Options"), STR("nosniff"));
	set_default(reply, STR("Referrer-Policy"), STR("no-referrer"));
	set_default(reply, STR("Content-Security-Policy"), STR("default-src 'none'; frame-ancestors 'none'"));
	if (session_secure(cx->env, cx->req))
		set_default(reply, STR("Strict-Transport-Security"), STR("max-age=31536000; includeSubDomains"));
}

static ms count(struct dispatch *d, int status, ms began)
{
	ms took = clock_mono() - began;
	if (status >= 200 && status < 600)
		metric_add(d->by_class[status / 100], 1);
	metric_add(d->time_ms, took);
	return took;
}

static void account(struct dispatch *d, struct cx *cx, const char *what, ms began)
{
	ms took = count(d, cx->reply->status, began);
	log_line(LOG_INFO, "http.request", "method=%.*s route=%s status=%d ms=%lld user=%lld id=%.*s",
		 STR_F(cx->req->method), what, cx->reply->status, (long long)took, (long long)cx->viewer.user,
		 STR_F(cx->request_id));
}

/* Of the address only its first folder is logged: what follows is somebody's key. */
void dispatch_answered(struct dispatch *d, const struct http_req *req, const struct http_reply *reply, ms began)
{
	str rest = req->path.n ? str_sub(req->path, 1, req->path.n) : req->path, folder = str_cut(&rest, '/');
	ms took = count(d, reply->status, began);
	log_line(LOG_INFO, "http.request", "method=%.*s route=/%.*s/ status=%d ms=%lld", STR_F(req->method), STR_F(folder), reply->status,
		 (long long)took);
}

void dispatch_handle(void *arg, struct http_req *req, struct http_reply *reply)
{
	struct dispatch *d = arg;
	struct found found;
	ms began = clock_mono();
	struct cx cx = new_cx(d, req, reply);
	const char *what = "-";
	err e = find(d, &cx, &found);
	if (e == OK) {
		what = found.entry->route->path;
		e = run(&cx, &found);
	} else if (e == ERR_NOT_FOUND && d->assets && is_safe(req->method) && !str_starts(req->path, STR("/api/")) &&
		   assets_serve(d->assets, req, reply)) {
		what = "file";
		e = OK;
	}
	if (e != OK && reply->status == 0)
		problem(&cx);
	if (e != OK && err_status(e) >= 500)
		log_fail("http.failed", &cx.unit.fail, cx.request_id);
	set_common(&cx);
	account(d, &cx, what, began);
}
