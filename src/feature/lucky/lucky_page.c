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

static err h_group(struct cx *cx)
{
	const struct lucky_group_in *in = cx->in;
	struct lucky_group_out *out = cx->out;
	const struct outlet_index *ix;
	struct outlet_near near[1];
	struct geo_point at = { in->lat, in->lng };
	struct lucky l;
	struct corp corp;
	struct guest g;
	i64 root;
	TRY(session_check_origin(cx));
	TRY(of_door(cx, in->key, "lucky.group", &l, &corp));
	TRY(guest_enter(cx, corp.slug, &g));
	TRY(guest_root(&cx->unit, &g, &root));
	if (!geo_ok(at) || !geo_in_country(at))
		return cx_fail(cx, ERR_INPUT, T_AREA_ABROAD, STR("lat"), STR_NIL, STR_NIL);
	TRY(outlet_index_get(&cx->unit, &ix));
	if (outlet_index_near(ix, at, NULL, near, 1) == 0)
		return OK;
	if (root)
		TRY(placed(cx, root, l.id, near[0].spot->row.id));
	*out = (struct lucky_group_out){ near[0].spot->row.name, (i64)near[0].metres, near[0].spot->row.group_url };
	return OK;
}

const struct route lucky_page_routes[] = {
	{ "GET", "/h5/api/lucky", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &lucky_page_in_record, &lucky_page_record, h_page,
	  "An account of the pool that has room." },
	{ "GET", "/h5/api/lucky/qr.png", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &lucky_picture_in_record, &none_record, h_picture,
	  "The picture of its code." },
	{ "POST", "/h5/api/lucky/group", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &lucky_group_in_record, &lucky_group_out_record, h_group,
	  "The group of the store nearest to the visitor (WGS-84); needs her session." },
	{ 0 },
};
