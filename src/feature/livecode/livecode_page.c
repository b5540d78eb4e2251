/*
 * What stands behind a live code's door: the page of a relay code, the way into its group, or the address of an
 * acquisition link with the key in it. `relay_page` answers from memory; `relay_enter` makes the entry first.
 */
#include "feature/livecode/livecode_int.h"

#include "base/buf.h"
#include "base/hash.h"
#include "core/corp/corp.h"
#include "feature/livecode/livecode_relay.h"
#include "feature/livecode/livecode_rota.h"
#include "feature/livecode/livecode_visitor.h"
#include "port/qr/qr.h"

#define PAGE_BYTES_MAX ((size_t)256 << 10)
#define PICTURE_PX 240

bool relay_page(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	return env->relays && relay_choose(env->relays, door->target, door->key, visit->req->query_count > 0, visit->at,
					   visit->req->arena, ret);
}

static void head(struct buf *b, str title)
{
	buf_add_c(b, "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>");
	buf_html(b, title);
	buf_add_c(b, "</title><style>body{margin:0;padding:24px 16px;text-align:center;font:17px/1.6 system-ui,sans-serif;color:#1d2129}"
		     "img{width:240px;height:240px}</style><h1>");
	buf_html(b, title);
	buf_add_c(b, "</h1>");
}

/* The simulator's address is what its picture would hold; WeCom gives the picture itself. */
static err picture(struct cx *cx, const struct corp *corp, str qr_url, str *ret)
{
	str png;
	if (!corp->simulated) {
		*ret = qr_url;
		return OK;
	}
	TRY(qr_png(qr_url, PICTURE_PX, CX_ARENA(cx), &png, &cx->unit.fail));
	*ret = arena_printf(CX_ARENA(cx), "data:image/png;base64,%.*s", STR_F(base64_encode(CX_ARENA(cx), png)));
	return OK;
}

static err page_of(struct cx *cx, const struct corp *corp, str name, str qr_url, str *ret)
{
	struct buf b = buf_new(CX_ARENA(cx), PAGE_BYTES_MAX);
	str src;
	TRY(picture(cx, corp, qr_url, &src));
	head(&b, corp->name);
	buf_add_c(&b, "<p>");
	buf_html(&b, name);
	buf_add_c(&b, "</p><img alt=\"\" src=\"");
	buf_html(&b, src);
	buf_add_c(&b, "\"><p>");
	buf_html(&b, str_c(text_raw(T_LIVECODE_PRESS, LANG_ZH)));
	buf_add_c(&b, "</p></html>");
	*ret = buf_str(&b);
	return OK;
}

static str nobody_page(struct cx *cx, const struct corp *corp)
{
	struct buf b = buf_new(CX_ARENA(cx), PAGE_BYTES_MAX);
	head(&b, corp->name);
	buf_add_c(&b, "<p>");
	buf_html(&b, str_c(text_raw(T_LIVECODE_NOBODY, LANG_ZH)));
	buf_add_c(&b, "</p></html>");
	return buf_str(&b);
}

struct wanted {
	struct livecode code;
	struct livecode_plan plan;
	struct rota_member *members;
	struct livecode_way *ways;
	struct strs group;
	size_t n, way_n;
};

static err read_all(const struct snap *s, i64 id, struct wanted *w)
{
	TRY(livecode_get(s, &(struct livecode_key){ id }, &w->code));
	livecode_plan_read(s->arena, w->code.plan, &w->plan);
	TRY(livecode_members(s, id, &w->plan, &w->members, &w->n));
	if (w->plan.group != NIL)
		TRY(door_keys(s, LIVECODE_GROUP_DOOR, w->plan.group, &w->group));
	return livecode_ways(s, &(struct livecode_key){ id }, &w->ways, &w->way_n);
}

static bool serves(const struct rota *r, const struct rota_member *m)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i] == m)
			return true;
	return false;
}

/* Who serves, and behind them the backup, for the moment when everybody's cap is held. */
static err choices(struct cx *cx, const struct corp *corp, const struct wanted *w, const struct rota *r, struct relay_code *ret)
{
	struct relay_choice *v = ARENA_ARRAY(CX_ARENA(cx), struct relay_choice, w->n + 1);
	for (size_t i = 0; i < w->n; i++) {
		const struct rota_member *m = &w->members[i];
		const struct livecode_way *way = NULL;
		for (size_t k = 0; k < w->way_n; k++)
			way = w->ways[k].staff == m->staff && !str_is_nil(w->ways[k].qr_url) ? &w->ways[k] : way;
		if (!way || !m->able || !m->on || !(m->backup || serves(r, m)))
			continue;
		struct relay_choice c = { m->staff, m->weight, m->cap, m->adds, m->backup, STR_NIL };
		TRY(page_of(cx, corp, m->name, way->qr_url, &c.page));
		v[ret->n++] = c;
	}
	ret->v = v;
	return OK;
}

static err make(struct cx *cx, i64 id, ms now, struct relay_code *ret)
{
	struct wanted w = { 0 };
	struct corp corp;
	struct rota r;
	struct arena *a = CX_ARENA(cx);
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), read_all(snap, id, &w)));
	if (str_eq_c(w.code.state, "disabled"))
		return cx_fail(cx, ERR_NOT_FOUND, T_DOOR_GONE, STR_NIL, STR_NIL, STR_NIL);
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	const struct tz *tz = corp_zone(&cx->unit, cx->unit.corp);
	rota_judge(&w.plan, w.code.skip_verify, w.members, w.n, tz, now, a, &r);
	*ret = (struct relay_code){ .id = id, .day = tz_day(tz, now), .until = r.next, .nobody = nobody_page(cx, &corp) };
	if (str_eq_c(w.code.kind, "link") && !str_is_nil(w.code.qr_url)) {
		ret->location = arena_printf(a, "%.*s%scustomer_channel=", STR_F(w.code.qr_url),
					     str_has(w.code.qr_url, STR("?")) ? "&" : "?");
		ret->keyed = true;
		return OK;
	}
	if (str_eq_c(w.plan.leads, "group") && w.group.n) {
		ret->location = door_url(cx->env, a, w.group.v[0]);
		return OK;
	}
	ret->pool = w.plan.pool > 0;
	return choices(cx, &corp, &w, &r, ret);
}

/* A picture for this click alone; false: all rest (or it says nothing), the ordinary page is shown. */
static bool click(struct cx *cx, i64 id, const struct door_visit *visit, struct door_answer *ret)
{
	struct livecode_visitor v;
	struct corp corp;
	struct fail before = cx->unit.fail;
	str params = visitor_params(visit->req);
	bool taken = !str_is_nil(params) &&
		     WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), visitor_take(tx, id, params, &v)) == OK &&
		     corp_get(&cx->unit, cx->unit.corp, &corp) == OK && page_of(cx, &corp, STR(""), v.qr_url, &ret->page) == OK;
	cx->unit.fail = before;
	return taken;
}

err relay_enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	struct relay_code code;
	TRY(make(cx, door->target, visit->at, &code));
	if (code.pool && click(cx, door->target, visit, ret))
		return OK;
	struct relay_memory *m = cx->env->relays;
	if (m) {
		relay_put(m, &code);
		if (relay_choose(m, door->target, door->key, false, visit->at, CX_ARENA(cx), ret))
			return OK;
	}
	/* without memory (or judged anew this very moment): the first who may */
	if (code.location.n)
		ret->location = code.keyed ? arena_printf(CX_ARENA(cx), "%.*s%.*s", STR_F(code.location), STR_F(door->key)) : code.location;
	else
		ret->page = code.n ? code.v[0].page : code.nobody;
	return OK;
}
