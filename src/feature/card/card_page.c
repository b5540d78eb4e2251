/*
 * What customers open: the page behind a staff code, and the page after payment. Both show staff only.
 */
#include "feature/card/card_data.h"

#include "base/crypt.h"
#include "core/corp/corp.h"
#include "core/guest/guest.h"

#define KEY_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20)
RECORD(card_door_in, KEY_FIELDS);
#define PICTURE_FIELDS(F, S) F(S, STR, key, .opt = true, .max = 20) F(S, STR, way, .opt = true, .max = 30) F(S, STR, corp, .opt = true, .max = 60)
RECORD(card_picture_in, PICTURE_FIELDS);
#define PAY_FIELDS(F, S)                                                         \
	F(S, STR, corp, .min = 1, .max = 60) F(S, STR, order, .opt = true, .max = 100, .doc = "the shop's order number") \
	F(S, MS, at, .opt = true, .doc = "when the link was signed") F(S, STR, sign, .opt = true, .max = 64, .doc = "hex HMAC-SHA256 of corp, order, at, by lines")
RECORD(card_pay_in, PAY_FIELDS);

static err staff_of_door(struct cx *cx, str key, i64 *ret)
{
	struct door door;
	TRY(door_find(&cx->unit, key, &door));
	cx->unit.corp = door.corp;
	*ret = door.target;
	return str_eq_c(door.kind, "card") ? OK : cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("key"), STR_NIL, str_c(text_raw(T_CARD, cx->viewer.lang)));
}

static err h_advisor(struct cx *cx)
{
	i64 staff;
	TRY(staff_of_door(cx, ((const struct card_door_in *)cx->in)->key, &staff));
	return card_show_staff(cx, staff, "advisor", cx->out);
}

static err h_picture(struct cx *cx)
{
	const struct card_picture_in *in = cx->in;
	struct corp corp;
	struct way w;
	i64 staff;
	if (str_is_nil(in->way)) {
		TRY(staff_of_door(cx, str_is_nil(in->key) ? STR("") : in->key, &staff));
		TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), way_get(snap, CARD_OWNER, staff, 0, &w)));
		return way_picture(cx, &w, NIL);
	}
	TRY(corp_by_slug(&cx->unit, in->corp, &corp));
	cx->unit.corp = corp.id;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, corp.id), way_by_state(snap, in->way, &w)));
	return way_picture(cx, &w, NIL);
}

/* A signed order number, not too old and not of the future. */
static err check_sign(struct cx *cx, const struct card_pay_in *in)
{
	str key;
	ms age = cx_now(cx) - in->at;
	TRY(setting_get(&cx->unit, "card.pay_secret", &key));
	if (!key.n)
		return cx_fail(cx, ERR_STATE, T_ADVISOR_OFF, STR_NIL, STR_NIL, STR_NIL);
	str want = card_sign(CX_ARENA(cx), key, in->corp, in->order, in->at);
	bool good = in->at != NIL && age <= CARD_SIGN_MS && age >= -5 * MS_MINUTE && in->sign.n && crypt_equal(want, in->sign);
	return good ? OK : cx_fail(cx, ERR_SIGNATURE, T_ADVISOR_SIGN, STR("sign"), STR_NIL, STR_NIL);
}

static err h_pay(struct cx *cx)
{
	const struct card_pay_in *in = cx->in;
	struct card_shown *out = cx->out;
	struct corp corp;
	struct guest g;
	i64 root = 0;
	TRY(corp_by_slug(&cx->unit, in->corp, &corp));
	cx->unit.corp = corp.id;
	if (in->order.n) {
		TRY(check_sign(cx, in));
	} else {
		TRY(guest_enter(cx, in->corp, &g));
		TRY(guest_root(&cx->unit, &g, &root));
	}
	TRY(card_after_payment(cx, root, str_is_nil(in->order) ? STR("") : in->order, out));
	if (out->picture.n && str_has(out->picture, STR("?way=")))
		out->picture = arena_printf(CX_ARENA(cx), "%.*s&corp=%.*s", STR_F(out->picture), STR_F(corp.slug));
	return OK;
}

const struct route card_page_routes[] = {
	{ "GET", "/h5/api/advisor", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &card_door_in_record, &card_shown_record, h_advisor,
	  "The member of staff behind a door." },
	{ "GET", "/h5/api/advisor/qr.png", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &card_picture_in_record, &none_record, h_picture,
	  "The picture of her code." },
	{ "GET", "/h5/api/pay", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &card_pay_in_record, &card_shown_record, h_pay,
	  "The advisor of who has just paid: by a signed order number, or by the visitor's session." },
	{ 0 },
};
