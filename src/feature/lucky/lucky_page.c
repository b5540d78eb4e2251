/*
 * The two pages of a scheme: the printed code shows an account of the pool, the link in the welcome her store's
 * group. The second knows who she is by her session, so that the list of who was asked says where.
 */
#include "feature/lucky/lucky_data.h"

#include "base/crypt.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/guest/guest.h"
#include "core/outlet/outlet_index.h"
#include "core/perm/perm_session.h"

#define KEY_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20)
RECORD(lucky_page_in, KEY_IN_FIELDS);
#define PAGE_FIELDS(F, S) F(S, STR, corp_name) F(S, STR, name) F(S, STR, picture)
RECORD(lucky_page, PAGE_FIELDS);
#define PICTURE_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20) F(S, ID, staff)
RECORD(lucky_picture_in, PICTURE_FIELDS);
#define GROUP_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20) F(S, F64, lat) F(S, F64, lng)
RECORD(lucky_group_in, GROUP_IN_FIELDS);
#define GROUP_OUT_FIELDS(F, S) F(S, STR, store, .opt = true) F(S, I64, metres, .opt = true) F(S, STR, url, .opt = true, .doc = "of the group's page; none: the store has no group")
RECORD(lucky_group_out, GROUP_OUT_FIELDS);

#define PLACES_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20) F(S, STR, city, .opt = true, .max = OUTLET_CITY_MAX)
RECORD(lucky_places_in, PLACES_IN_FIELDS);
#define STORE_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, address)
RECORD(lucky_store, STORE_FIELDS);
#define PLACES_FIELDS(F, S)                                                      \
	F(S, STRS, cities, .doc = "those with stores") F(S, LIST, stores, .of = &lucky_store_record, .doc = "of the city asked for") \
	F(S, BOOL, more, .doc = "there are more than are shown")
RECORD(lucky_places, PLACES_FIELDS);
#define CHOOSE_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20) F(S, ID, outlet)
RECORD(lucky_choose_in, CHOOSE_IN_FIELDS);
#define STORES_SHOWN 200

static bool account_page(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	(void)env;
	ret->location = arena_printf(visit->req->arena, "/h5/lucky?key=%.*s", STR_F(door->key));
	return true;
}

/* The page may have to walk through WeCom's consent page, and that needs to know the corp. */
static err group_page(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	struct corp corp;
	TRY(corp_get(&cx->unit, door->corp, &corp));
	ret->location = arena_printf(CX_ARENA(cx), "/h5/lucky-group?key=%.*s&corp=%.*s", STR_F(door->key), STR_F(corp.slug));
	return OK;
}
const struct door_kind lucky_doors[] = { { "lucky", account_page, NULL }, { "lucky.group", NULL, group_page }, { 0 } };

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err of_door(struct cx *cx, str key, const char *kind, struct lucky *ret, struct corp *ret_corp)
{
	struct door door;
	TRY(door_find(&cx->unit, key, &door));
	cx->unit.corp = door.corp;
	if (!str_eq_c(door.kind, kind))
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("key"), STR_NIL, str_c(text_raw(T_LUCKY, cx->viewer.lang)));
	TRY(corp_get(&cx->unit, door.corp, ret_corp));
	return READ_SNAP(&cx->unit, base(cx), lucky_get(snap, door.target, ret));
}

static err h_page(struct cx *cx)
{
	const struct lucky_page_in *in = cx->in;
	struct lucky_page *out = cx->out;
	struct lucky l;
	struct corp corp;
	u64 dice;
	i64 staff;
	TRY(of_door(cx, in->key, "lucky", &l, &corp));
	crypt_random(&dice, sizeof(dice));
	TRY(READ_SNAP(&cx->unit, base(cx), lucky_pick(snap, &l, dice, &staff)));
	*out = (struct lucky_page){ corp.name, l.name, arena_printf(CX_ARENA(cx), "/h5/api/lucky/qr.png?key=%.*s&staff=%lld", STR_F(in->key), (long long)staff) };
	return OK;
}

static err h_picture(struct cx *cx)
{
	const struct lucky_picture_in *in = cx->in;
	struct lucky l;
	struct corp corp;
	struct way w;
	TRY(of_door(cx, in->key, "lucky", &l, &corp));
	TRY(READ_SNAP(&cx->unit, base(cx), way_get(snap, LUCKY_OWNER, l.id, in->staff, &w)));
	return way_picture(cx, &w, NIL);
}

/* Her row may be of any of her leaves; a stranger has none. */
static err placed(struct cx *cx, i64 root, i64 lucky, i64 outlet)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_leaves(&cx->unit, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct lucky_ask row = { leaves[i], lucky, 0, outlet, 0, NIL };
		TRY(WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, leaves[i]), lucky_ask_place(tx, &row)));
	}
	return OK;
}

/* Who she is: needs her session. */
static err enter(struct cx *cx, str key, struct lucky *ret, i64 *ret_root)
{
	struct corp corp;
	struct guest g;
	TRY(session_check_origin(cx));
	TRY(of_door(cx, key, "lucky.group", ret, &corp));
	TRY(guest_enter(cx, corp.slug, &g));
	return guest_root(&cx->unit, &g, ret_root);
}

static err show_group(struct cx *cx, const struct lucky *l, i64 root, const struct outlet *o, i64 metres)
{
	struct lucky_group_out *out = cx->out;
	if (root)
		TRY(placed(cx, root, l->id, o->id));
	*out = (struct lucky_group_out){ o->name, metres, o->group_url };
	return OK;
}

static err h_group(struct cx *cx)
{
	const struct lucky_group_in *in = cx->in;
	const struct outlet_index *ix;
	struct outlet_near near[1];
	struct geo_point at = { in->lat, in->lng };
	struct lucky l;
	i64 root;
	TRY(enter(cx, in->key, &l, &root));
	if (!geo_ok(at) || !geo_in_country(at))
		return cx_fail(cx, ERR_INPUT, T_AREA_ABROAD, STR("lat"), STR_NIL, STR_NIL);
	TRY(outlet_index_get(&cx->unit, &ix));
	if (outlet_index_near(ix, at, NULL, near, 1) == 0)
		return OK;
	return show_group(cx, &l, root, &near[0].spot->row, (i64)near[0].metres);
}

/* Without a position she chooses: the cities there are, and the stores of one. */
static err h_places(struct cx *cx)
{
	const struct lucky_places_in *in = cx->in;
	struct lucky_places *out = cx->out;
	const struct outlet_index *ix;
	struct lucky l;
	struct corp corp;
	size_t kept = 0;
	TRY(of_door(cx, in->key, "lucky.group", &l, &corp));
	TRY(outlet_index_get(&cx->unit, &ix));
	const struct outlet_spot *s = outlet_index_spots(ix); /* by city */
	size_t n = outlet_index_count(ix);
	struct strs cities = { ARENA_ARRAY(CX_ARENA(cx), str, n + 1), 0 };
	struct lucky_store *stores = ARENA_ARRAY(CX_ARENA(cx), struct lucky_store, STORES_SHOWN);
	for (size_t i = 0; i < n; i++) {
		if (cities.n == 0 || !str_eq(cities.v[cities.n - 1], s[i].row.city))
			cities.v[cities.n++] = s[i].row.city;
		if (!in->city.n || !str_eq(s[i].row.city, in->city))
			continue;
		if (kept < STORES_SHOWN)
			stores[kept++] = (struct lucky_store){ s[i].row.id, s[i].row.name, s[i].row.address };
		else
			out->more = true;
	}
	out->cities = cities;
	out->stores = (struct list){ stores, kept };
	return OK;
}

static err h_choose(struct cx *cx)
{
	const struct lucky_choose_in *in = cx->in;
	const struct outlet_index *ix;
	struct lucky l;
	i64 root;
	TRY(enter(cx, in->key, &l, &root));
	TRY(outlet_index_get(&cx->unit, &ix));
	const struct outlet_spot *spot = outlet_index_find(ix, in->outlet);
	if (!spot)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("outlet"), STR_NIL, str_c(text_raw(T_OUTLET, cx->viewer.lang)));
	return show_group(cx, &l, root, &spot->row, NIL);
}

const struct route lucky_page_routes[] = {
	{ "GET", "/h5/api/lucky", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &lucky_page_in_record, &lucky_page_record, h_page,
	  "An account of the pool that has room." },
	{ "GET", "/h5/api/lucky/qr.png", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &lucky_picture_in_record, &none_record, h_picture,
	  "The picture of its code." },
	{ "POST", "/h5/api/lucky/group", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &lucky_group_in_record, &lucky_group_out_record, h_group,
	  "The group of the store nearest to the visitor (WGS-84); needs her session." },
	{ "GET", "/h5/api/lucky/places", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &lucky_places_in_record, &lucky_places_record, h_places,
	  "Cities with stores, and the stores of one, for who gives no position." },
	{ "POST", "/h5/api/lucky/choose", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &lucky_choose_in_record, &lucky_group_out_record, h_choose,
	  "The group of the store she chose; needs her session." },
	{ 0 },
};
