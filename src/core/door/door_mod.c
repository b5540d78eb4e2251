/*
 * door joins: the public address, filling memory at start, writing the visits.
 */
#include "core/door/door_data.h"

#include "core/corp/corp.h"
#include "core/perm/perm_session.h"

#define LOAD_ROWS 10000
#define FLUSH_TIMER "door.flush"

static const struct door_kind *kind_of(const struct env *env, str kind)
{
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct door_kind *k = env->modules[i]->doors; k && k->kind; k++)
			if (str_eq_c(kind, k->kind))
				return k;
	return NULL;
}

/* ---- counting ---- */

static i64 day_of(struct cx *cx, ms now)
{
	i64 day;
	if (doors_day(cx->env->doors, cx->unit.corp, now, &day))
		return day;
	const struct tz *tz = corp_zone(&cx->unit, cx->unit.corp);
	day = tz_day(tz, now);
	doors_day_put(cx->env->doors, cx->unit.corp, day, tz_day_start(tz, day + 1));
	return day;
}

static err set_flush(struct tx *tx)
{
	return timer_set(tx, STR(FLUSH_TIMER), STR(""), tx->snap.now + DOOR_FLUSH_MS, 0, NULL, NULL);
}

/* Only the first visit of a while writes, and only a timer; a visit never fails for its count. */
static void count(struct cx *cx, const struct door *door, ms now)
{
	if (!cx->env->doors || !doors_count(cx->env->doors, door, day_of(cx, now), now))
		return;
	struct fail before = cx->unit.fail;
	(void)WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), set_flush(tx));
	cx->unit.fail = before;
}

static err write_counts(struct tx *tx, const struct timer_row *row, const struct door_count *counts, size_t n)
{
	bool taken = true;
	if (row)
		TRY(timer_take(tx, row, &taken)); /* somebody was first: the counts are ours all the same */
	for (size_t i = 0; i < n; i++)
		TRY(door_day_add(tx, &(struct door_day){ counts[i].key, counts[i].day, counts[i].visits }));
	return OK;
}

static err on_flush(struct cx *cx, const struct timer_row *row)
{
	struct door_count *counts = NULL;
	size_t n = cx->env->doors ? doors_take(cx->env->doors, cx->unit.corp, CX_ARENA(cx), &counts) : 0;
	err e = WRITE_TX(&cx->unit, row->slot, write_counts(tx, row, counts, n));
	if (e != OK && n)
		doors_give(cx->env->doors, counts, n);
	return e;
}

void doors_close(struct env *env)
{
	if (!env->doors)
		return;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct door_count *counts;
	size_t n = doors_take(env->doors, 0, a, &counts);
	for (size_t i = 0; i < n; i++) {
		struct cx cx = cx_system(env, a, counts[i].corp, "stop");
		(void)WRITE_TX(&cx.unit, slot_base(env->store, counts[i].corp), write_counts(tx, NULL, &counts[i], 1));
	}
	arena_free(a);
	doors_free(env->doors);
	env->doors = NULL;
}

/* ---- visits ---- */

/* The library of this key only: what a key never has is no key, and costs no look into the store. */
static bool key_ok(str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!(key.p[i] >= 'a' && key.p[i] <= 'z') && !(key.p[i] >= '2' && key.p[i] <= '9'))
			return false;
	return key.n == DOOR_KEY_CHARS;
}

static err no_page(struct cx *cx)
{
	return cx_fail(cx, ERR_NOT_FOUND, T_DOOR_GONE, STR_NIL, STR_NIL, STR_NIL);
}

static err answer_of(struct cx *cx, str key, struct door_answer *ret)
{
	struct door door;
	if (!key_ok(key))
		return no_page(cx);
	err e = door_find(&cx->unit, key, &door);
	if (e != OK)
		return e == ERR_NOT_FOUND ? no_page(cx) : e;
	const struct door_kind *kind = kind_of(cx->env, door.kind);
	struct door_visit visit = { cx_now(cx), cx->req };
	if (!kind || (door.expires != NIL && visit.at > door.expires))
		return no_page(cx);
	cx->unit.corp = door.corp;
	count(cx, &door, visit.at);
	if (kind->page && kind->page(cx->env, &door, &visit, ret))
		return OK;
	return kind->enter ? kind->enter(cx, &door, &visit, ret) : no_page(cx);
}

static void show_fail(struct cx *cx)
{
	struct buf b = buf_new(CX_ARENA(cx), 16 << 10);
	enum lang lang = cx->viewer.lang;
	buf_fmt(&b, "<!doctype html><html lang=\"%s\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>",
		lang == LANG_EN ? "en" : "zh-CN");
	buf_html(&b, str_c(text_raw(T_DOOR_TITLE, lang)));
	buf_add_c(&b, "</title><p>");
	buf_html(&b, fail_text(&cx->unit.fail, lang, CX_ARENA(cx)));
	buf_add_c(&b, "</p></html>");
	http_send(cx->reply, err_status(cx->unit.fail.code), STR("text/html; charset=utf-8"), buf_str(&b));
}

static void dress(struct http_reply *reply)
{
	http_set(reply, STR("Content-Security-Policy"),
		 STR("default-src 'none'; img-src * data:; style-src 'unsafe-inline'; frame-ancestors 'none'"));
}

static bool known(struct env *env, struct http_req *req, str key, struct door *door, ms now, i64 *ret_day)
{
	return key_ok(key) && env->doors && doors_get(env->doors, key, req->arena, door) && (door->expires == NIL || now <= door->expires) &&
	       doors_day(env->doors, door->corp, now, ret_day) && !doors_asks(env->doors, door->corp, now);
}

/* The same from memory alone: most visits of most doors. What needs the store (the first visit of a while sets the
 * timer, a page is not made yet) goes the ordinary way. */
static bool at_once(struct env *env, struct http_req *req, struct http_reply *reply)
{
	struct door door;
	struct door_answer answer = { 0 };
	i64 day;
	struct door_visit visit = { clock_now(env->clock), req };
	if (!str_starts(req->path, STR(DOOR_PATH)) || !str_eq_c(req->method, "GET") ||
	    !known(env, req, str_sub(req->path, sizeof(DOOR_PATH) - 1, req->path.n), &door, visit.at, &day))
		return false;
	const struct door_kind *kind = kind_of(env, door.kind);
	if (!kind || !kind->page || !kind->page(env, &door, &visit, &answer) || answer.location.n)
		return false;
	doors_count(env->doors, &door, day, visit.at);
	http_send(reply, answer.status ? answer.status : 200, STR("text/html; charset=utf-8"), answer.page);
	http_set(reply, STR("Cache-Control"), STR("no-store"));
	http_set(reply, STR("X-Content-Type-Options"), STR("nosniff"));
	http_set(reply, STR("Referrer-Policy"), STR("no-referrer"));
	if (session_secure(env, req))
		http_set(reply, STR("Strict-Transport-Security"), STR("max-age=31536000; includeSubDomains"));
	dress(reply);
	return true;
}

/* Advertisers add parameters of their own to an address: none is refused. */
static err h_door(struct cx *cx)
{
	struct door_answer answer = { 0 };
	str key = str_sub(cx->req->path, sizeof(DOOR_PATH) - 1, cx->req->path.n);
	if (answer_of(cx, key, &answer) != OK) {
		show_fail(cx);
		return OK;
	}
	if (answer.location.n) {
		http_send(cx->reply, answer.status ? answer.status : 302, STR("text/plain; charset=utf-8"), STR(""));
		http_set(cx->reply, STR("Location"), answer.location);
		return OK;
	}
	http_send(cx->reply, answer.status ? answer.status : 200, STR("text/html; charset=utf-8"), answer.page);
	dress(cx->reply);
	return OK;
}

/* ---- start ---- */

static err load(struct cx *cx, struct doors *doors)
{
	str after = STR("");
	for (;;) {
		struct arena_mark mark = arena_mark(CX_ARENA(cx));
		struct door_row *rows;
		size_t n;
		TRY(READ_SNAP(&cx->unit, 0, door_load(snap, &(struct door_after){ after, LOAD_ROWS }, &rows, &n)));
		for (size_t i = 0; i < n; i++)
			doors_put(doors, &(struct door){ rows[i].owner_corp, rows[i].key, rows[i].kind, rows[i].target,
							 rows[i].params, rows[i].expires });
		if (n < LOAD_ROWS)
			return OK;
		char last[DOOR_KEY_CHARS];
		size_t len = rows[n - 1].key.n;
		ASSERT(len <= sizeof(last));
		memcpy(last, rows[n - 1].key.p, len);
		arena_reset(CX_ARENA(cx), mark);
		after = arena_dup(CX_ARENA(cx), str_of(last, len));
	}
}

static err start(struct env *env, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct cx cx = cx_system(env, a, 0, "start");
	env->doors = doors_new();
	err e = load(&cx, env->doors);
	*f = cx.unit.fail;
	arena_free(a);
	return e;
}

static const struct query *const queries[] = {
	&door_insert_query, &door_update_query, &door_delete_query, &door_get_query, &door_load_query, &door_to_query,
	&door_day_add_query, &door_day_list_query, &door_day_sums_query, NULL,
};
static const struct route routes[] = {
	{ "GET", DOOR_PATH "{key}", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &none_record, &none_record, h_door,
	  "What stands behind a short address." },
	{ 0 },
};
static const struct timer_kind timers[] = { { FLUSH_TIMER, on_flush }, { 0 } };
static const struct event_title titles[] = { { EV_DOOR_VISITED, T_EV_DOOR_VISITED }, { 0 } };

const struct module door_module = {
	.name = "door",
	.doc = "Short public addresses: keys that lead to pages, kept in memory, their visits counted.",
	.queries = queries,
	.routes = routes,
	.timers = timers,
	.titles = titles,
	.at_once = at_once,
	.start = start,
};
