/*
 * The customer's page of an area code. Public: the key is all it needs. Her position comes in a body, so that it
 * stands in no address and no log, and is gone with the request.
 */
#include "feature/area/area_data.h"

#include "base/vec.h"
#include "core/corp/corp.h"
#include "core/door/door.h"
#include "core/perm/perm_session.h"
#include "core/way/way.h"

#define STORES_SHOWN 200

#define PAGE_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20)
RECORD(area_page_in, PAGE_IN_FIELDS);
#define CITY_FIELDS(F, S) F(S, STR, name) F(S, I64, stores)
RECORD(area_city, CITY_FIELDS);
#define PAGE_FIELDS(F, S)                                                       \
	F(S, STR, corp_name) F(S, STR, name) F(S, STR, consent) F(S, STR, result) F(S, OBJ, remembered, .opt = true, .of = &area_store_record) \
	F(S, LIST, cities, .of = &area_city_record)
RECORD(area_page, PAGE_FIELDS);
#define NEAR_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20) F(S, F64, lat) F(S, F64, lng)
RECORD(area_near_in, NEAR_IN_FIELDS);
#define CITY_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20) F(S, STR, city, .min = 1, .max = OUTLET_CITY_MAX)
RECORD(area_city_in, CITY_IN_FIELDS);
#define STORES_FIELDS(F, S) F(S, LIST, stores, .of = &area_store_record) F(S, BOOL, more)
RECORD(area_stores, STORES_FIELDS);
#define CHOOSE_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20) F(S, ID, outlet)
RECORD(area_choose_in, CHOOSE_IN_FIELDS);

static bool door_page(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	(void)env;
	ret->location = arena_printf(visit->req->arena, "/h5/area?key=%.*s", STR_F(door->key));
	return true;
}
const struct door_kind area_doors[] = { { "area", door_page, NULL }, { 0 } };

static void remember(struct cx *cx, i64 outlet)
{
	http_set(cx->reply, STR("Set-Cookie"), arena_printf(CX_ARENA(cx),
		AREA_COOKIE "=%lld; Path=/h5; Max-Age=%lld; HttpOnly; SameSite=Lax%s", (long long)outlet,
		(long long)(AREA_COOKIE_MS / MS_SECOND), session_secure(cx->env, cx->req) ? "; Secure" : ""));
}

static struct list cities_of(struct arena *a, const struct outlet_index *ix)
{
	VEC(struct area_city) out = { 0 };
	const struct outlet_spot *s = outlet_index_spots(ix);
	for (size_t i = 0; i < outlet_index_count(ix); i++) {
		if (out.n == 0 || !str_eq(out.v[out.n - 1].name, s[i].row.city))
			vec_push(a, &out, (struct area_city){ s[i].row.city, 0 });
		out.v[out.n - 1].stores++;
	}
	return (struct list){ out.v, out.n };
}

static err h_page(struct cx *cx)
{
	const struct area_page_in *in = cx->in;
	struct area_page *out = cx->out;
	struct area_code area;
	struct corp corp;
	const struct outlet_index *ix;
	i64 outlet;
	TRY(area_of_door(cx, in->key, &area));
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(outlet_index_get(&cx->unit, &ix));
	struct text_hole hole = { "value", corp.name };
	out->corp_name = corp.name;
	out->name = area.name;
	out->result = area.result;
	out->consent = area.consent.n ? area.consent : text_fill(CX_ARENA(cx), T_AREA_CONSENT, cx->viewer.lang, &hole, 1);
	out->cities = cities_of(CX_ARENA(cx), ix);
	const struct outlet_spot *spot = str_i64(http_cookie(cx->req, AREA_COOKIE), &outlet) ? outlet_index_find(ix, outlet) : NULL;
	if (spot) {
		struct area_store *s = ARENA_NEW(CX_ARENA(cx), struct area_store);
		area_store_of(cx, spot, s);
		out->remembered = s;
	}
	return OK;
}

static err h_near(struct cx *cx)
{
	const struct area_near_in *in = cx->in;
	struct area_code area;
	TRY(session_check_origin(cx));
	TRY(area_of_door(cx, in->key, &area));
	return area_near(cx, &area, (struct geo_point){ in->lat, in->lng }, cx->out);
}

static err h_stores(struct cx *cx)
{
	const struct area_city_in *in = cx->in;
	struct area_stores *out = cx->out;
	struct area_code area;
	const struct outlet_index *ix;
	size_t n = 0;
	TRY(area_of_door(cx, in->key, &area));
	TRY(outlet_index_get(&cx->unit, &ix));
	const struct outlet_spot *s = outlet_index_spots(ix);
	struct area_store *list = ARENA_ARRAY(CX_ARENA(cx), struct area_store, STORES_SHOWN);
	for (size_t i = 0; i < outlet_index_count(ix); i++) {
		if (!str_eq(s[i].row.city, in->city))
			continue;
		out->more = n == STORES_SHOWN;
		if (out->more)
			break;
		area_store_of(cx, &s[i], &list[n++]);
	}
	out->stores = (struct list){ list, n };
	return OK;
}

static err h_choose(struct cx *cx)
{
	const struct area_choose_in *in = cx->in;
	struct area_code area;
	i64 before;
	TRY(session_check_origin(cx));
	TRY(area_of_door(cx, in->key, &area));
	bool again = str_i64(http_cookie(cx->req, AREA_COOKIE), &before) && before == in->outlet;
	TRY(area_choose(cx, &area, in->outlet, again ? "remembered" : "chosen", cx->out));
	remember(cx, in->outlet);
	return OK;
}

static err h_picture(struct cx *cx)
{
	const struct area_choose_in *in = cx->in;
	struct area_code area;
	struct way w;
	TRY(area_of_door(cx, in->key, &area));
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), way_get(snap, AREA_OWNER, area.id, in->outlet, &w)));
	return way_picture(cx, &w, NIL);
}

const struct route area_page_routes[] = {
	{ "GET", "/h5/api/area", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &area_page_in_record, &area_page_record, h_page,
	  "What an area code's page shows before she says where she is." },
	{ "POST", "/h5/api/area/near", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &area_near_in_record, &area_result_record, h_near,
	  "The nearest open store to her point (WGS-84), which is kept nowhere." },
	{ "GET", "/h5/api/area/stores", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &area_city_in_record, &area_stores_record, h_stores,
	  "The stores of a city." },
	{ "POST", "/h5/api/area/choose", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &area_choose_in_record, &area_result_record, h_choose,
	  "The store she chose; her browser remembers it." },
	{ "GET", "/h5/api/area/qr.png", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &area_choose_in_record, &none_record, h_picture,
	  "The picture of a store's code." },
	{ 0 },
};
