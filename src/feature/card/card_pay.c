/*
 * Whose page it is after payment: from an order's number or a known person to the staff who should be seen.
 */
#include "feature/card/card_data.h"

#include "base/hash.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/outlet/outlet_data.h"
#include "store/journal.h"

/* The part of order.placed that the page needs. */
#define CARD_PLACED_FIELDS(F, S) F(S, STR, order_no, .opt = true) F(S, MS, ordered) F(S, STR, store, .opt = true) F(S, STR, staff, .opt = true)
RECORD(card_placed, CARD_PLACED_FIELDS);

/* derive: only what is fresh; a file of old orders is not kept twice. */
err card_on_order(struct tx *tx, const struct event *ev)
{
	struct card_placed o;
	TRY(event_body(&tx->snap, ev, &card_placed_record, &o));
	if (!o.order_no.n || ev->customer == 0 || ev->recorded - o.ordered > CARD_ORDER_FRESH_MS)
		return OK;
	TRY(card_orders_drop(tx, &(struct card_old){ ev->recorded - CARD_ORDER_KEPT_MS }));
	return card_order_put(tx, &(struct card_order){ ev->customer, o.order_no, o.store, o.staff, o.ordered });
}

str card_sign(struct arena *a, str key, str slug, str order_no, ms at)
{
	u8 mac[SHA256_BYTES];
	str text = arena_printf(a, "%.*s\n%.*s\n%lld", STR_F(slug), STR_F(order_no), (long long)at);
	hash_hmac_sha256(key, text, mac);
	return hash_hex(a, mac, sizeof(mac));
}

static err nobody(struct cx *cx, struct card_shown *ret)
{
	struct corp corp;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	*ret = (struct card_shown){ .corp_name = corp.name, .who = STR("none"), .state = STR("none"),
				    .name = STR_NIL, .department = STR_NIL, .picture = STR_NIL, .url = STR_NIL };
	return OK;
}

static bool serves(const struct staff *s) { return str_eq_c(s->state, "active") && s->in_scope; }

static err seller_of(const struct snap *s, str userid, i64 *ret)
{
	struct staff staff;
	*ret = 0;
	if (!userid.n)
		return OK;
	err e = staff_by_userid(s, userid, &staff);
	if (e == OK && serves(&staff))
		*ret = staff.id;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* The store an order names: by the operator's number, else by name. */
static err store_of(const struct snap *s, str named, struct outlet *ret, bool *ret_found)
{
	struct outlet *rows;
	size_t n;
	*ret_found = false;
	if (!named.n)
		return OK;
	err e = outlet_by_code(s, &(struct outlet_coded){ named }, ret);
	*ret_found = e == OK;
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(outlet_rows(s, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n && !*ret_found; i++)
		if (str_eq(rows[i].name, named)) {
			*ret = rows[i];
			*ret_found = true;
		}
	return OK;
}

static err general_staff(const struct snap *s, str userids, struct ids *ret)
{
	*ret = (struct ids){ ARENA_ARRAY(s->arena, i64, CARD_GENERAL_MAX), 0 };
	while (userids.n && ret->n < CARD_GENERAL_MAX) {
		i64 id;
		TRY(seller_of(s, str_trim(str_cut(&userids, ',')), &id));
		if (id)
			ret->v[ret->n++] = id;
	}
	return OK;
}

/* A code that several answer: of a store, or the general one. owner: its number. */
static err show_many(struct cx *cx, i64 owner, i64 part, str name, struct ids staff, const char *who, struct card_shown *ret)
{
	struct way w;
	i64 base = slot_base(cx->env->store, cx->unit.corp);
	struct way_wish wish = { CARD_OWNER, owner, part, name, staff };
	TRY(nobody(cx, ret));
	err e = READ_SNAP(&cx->unit, base, way_get(snap, CARD_OWNER, owner, part, &w));
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq_c(w.status, "active") && !str_eq_c(w.status, "creating")))
		e = WRITE_TX(&cx->unit, base, way_want(tx, &wish, &w));
	TRY(e);
	bool ready = !str_is_nil(w.qr_url);
	ret->who = str_c(who);
	ret->name = name;
	ret->state = ready ? STR("ready") : STR("preparing");
	if (ready)
		ret->picture = arena_printf(CX_ARENA(cx), "/h5/api/advisor/qr.png?way=%.*s", STR_F(w.wecom_state));
	return OK;
}

static err show_store(struct cx *cx, str named, struct card_shown *ret, bool *ret_shown)
{
	struct outlet o;
	struct ids staff = { 0 };
	i64 base = slot_base(cx->env->store, cx->unit.corp);
	TRY(READ_SNAP(&cx->unit, base, store_of(snap, named, &o, ret_shown)));
	if (*ret_shown)
		TRY(READ_SNAP(&cx->unit, base, outlet_serving(snap, &o, &staff)));
	*ret_shown = staff.n > 0;
	return *ret_shown ? show_many(cx, o.id, CARD_PART_STORE, o.name, staff, "store", ret) : OK;
}

static err show_general(struct cx *cx, struct card_shown *ret)
{
	str userids;
	struct ids staff;
	struct corp corp;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(setting_get(&cx->unit, "card.general_staff", &userids));
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), general_staff(snap, userids, &staff)));
	return staff.n ? show_many(cx, 0, CARD_PART_GENERAL, corp.name, staff, "general", ret) : nobody(cx, ret);
}

/* Of two customers with one order number (two shops) the newer order is meant. */
static err order_named(struct cx *cx, str order_no, struct card_order *ret, bool *ret_found)
{
	struct card_order *rows, key = { .order_no = order_no };
	size_t n;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), card_orders(snap, &key, &rows, &n)));
	*ret_found = n > 0;
	if (n)
		*ret = rows[0];
	return OK;
}

err card_after_payment(struct cx *cx, i64 root, str order_no, struct card_shown *ret)
{
	struct card_order order = { .store = STR_NIL, .staff = STR_NIL };
	struct follow_sender advisor = { 0 };
	i64 seller = 0;
	bool found = false;
	if (order_no.n)
		TRY(order_named(cx, order_no, &order, &found));
	if (found)
		TRY(customer_root(&cx->unit, order.customer, &root));
	if (root)
		TRY(follow_sender_of(&cx->unit, root, &advisor));
	if (advisor.staff)
		return card_show_staff(cx, advisor.staff, "advisor", ret);
	if (found)
		TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), seller_of(snap, order.staff, &seller)));
	if (seller)
		return card_show_staff(cx, seller, "seller", ret);
	TRY(show_store(cx, order.store, ret, &found));
	return found ? OK : show_general(cx, ret);
}
