/*
 * area codes on a transaction, and the way from a point to a store.
 */
#include "feature/area/area_data.h"

#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/door/door.h"
#include "core/way/way.h"
#include "store/journal.h"

static err tell(struct tx *tx, const struct area_code *c, const char *what)
{
	struct area_saved ev = { c->id, c->name, c->removed };
	TRY(audit_add(tx, what, arena_printf(tx->snap.arena, "area:%lld", (long long)c->id), STR("")));
	return journal_add(tx, EV_AREA_SAVED, 0, tx->snap.now, &area_saved_record, &ev, NULL);
}

static void take(struct area_code *c, const struct area_edit *in)
{
	c->name = in->name;
	c->result = in->result;
	c->radius = in->radius == NIL ? AREA_RADIUS_DEFAULT : in->radius;
	c->consent = str_is_nil(in->consent) ? STR("") : str_trim(in->consent);
}

err area_make(struct tx *tx, const struct area_edit *in, i64 *ret_id)
{
	struct area_count have;
	struct area_code c = { .id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .created = tx->snap.now, .version = 1 };
	TRY(area_number(&tx->snap, &(struct none){ 0 }, &have));
	if (have.n >= AREA_MAX)
		return tx_fail(tx, ERR_STATE, T_AREA_FULL, STR_NIL, STR_NIL, STR(FAIL_STR(AREA_MAX)));
	take(&c, in);
	TRY(door_add(tx, "area", c.id, STR(""), NIL, &c.door));
	TRY(area_insert(tx, &c));
	*ret_id = c.id;
	return tell(tx, &c, "area.create");
}

static err get(const struct snap *s, i64 id, struct area_code *ret)
{
	err e = area_row(s, &(struct area_key){ id }, ret);
	if (e == ERR_NOT_FOUND || (e == OK && ret->removed))
		return snap_fail(s, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_AREA, LANG_ZH)));
	return e;
}

err area_change(struct tx *tx, i64 id, i64 version, const struct area_edit *in)
{
	struct area_code c;
	TRY(get(&tx->snap, id, &c));
	take(&c, in);
	c.version = version;
	TRY(area_update(tx, &c));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	return tell(tx, &c, "area.change");
}

err area_remove(struct tx *tx, i64 id)
{
	struct area_code c;
	struct way *ways;
	size_t n;
	TRY(get(&tx->snap, id, &c));
	TRY(way_all(&tx->snap, AREA_OWNER, id, &ways, &n));
	for (size_t i = 0; i < n; i++)
		TRY(way_drop(tx, AREA_OWNER, id, ways[i].part));
	c.removed = true;
	TRY(area_update(tx, &c));
	TRY(door_remove(tx, c.door));
	return tell(tx, &c, "area.remove");
}

err area_of_door(struct cx *cx, str key, struct area_code *ret)
{
	struct door door;
	TRY(door_find(&cx->unit, key, &door));
	cx->unit.corp = door.corp;
	if (!str_eq_c(door.kind, "area"))
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("key"), STR_NIL, str_c(text_raw(T_AREA, cx->viewer.lang)));
	return READ_SNAP(&cx->unit, slot_base(cx->env->store, door.corp), get(snap, door.target, ret));
}

/* ---- from a point to a store ---- */

static struct outlet_when now_of(struct cx *cx)
{
	const struct tz *z = corp_zone(&cx->unit, cx->unit.corp);
	struct tz_time t = tz_local(z, cx_now(cx));
	return (struct outlet_when){ tz_day(z, cx_now(cx)), t.hour * 60 + t.minute };
}

void area_store_of(struct cx *cx, const struct outlet_spot *spot, struct area_store *ret)
{
	struct outlet_when now = now_of(cx);
	i64 day;
	int minute;
	*ret = (struct area_store){
		.id = spot->row.id, .name = spot->row.name, .city = spot->row.city, .address = spot->row.address, .hours = spot->row.hours,
		.open = hours_open(&spot->hours, now.day, now.minute), .next_open = NIL, .metres = NIL,
	};
	if (!ret->open && hours_next(&spot->hours, now.day, now.minute, &day, &minute))
		ret->next_open = tz_day_start(corp_zone(&cx->unit, cx->unit.corp), day) + minute * MS_MINUTE;
}

static struct area_store *store_of(struct cx *cx, const struct outlet_near *near)
{
	struct area_store *s = ARENA_NEW(CX_ARENA(cx), struct area_store);
	area_store_of(cx, near->spot, s);
	s->metres = (i64)(near->metres + 0.5);
	return s;
}

/* Nobody serves: a way cannot be made, and the store is shown without a code. */
static err want_way(struct tx *tx, const struct area_code *area, i64 outlet, struct way *ret, bool *ret_nobody)
{
	struct outlet o;
	struct ids staff;
	*ret_nobody = false;
	TRY(outlet_get(&tx->snap, outlet, &o));
	TRY(outlet_serving(&tx->snap, &o, &staff));
	*ret_nobody = staff.n == 0;
	if (*ret_nobody)
		return OK;
	struct way_wish wish = { AREA_OWNER, area->id, outlet, arena_printf(tx->snap.arena, "%.*s", STR_F(o.name)), staff };
	return way_want(tx, &wish, ret);
}

err area_way(struct tx *tx, const struct area_code *area, i64 outlet, struct way *ret)
{
	bool nobody;
	TRY(want_way(tx, area, outlet, ret, &nobody));
	return nobody ? tx_fail(tx, ERR_STATE, T_AREA_NOBODY, STR_NIL, STR_NIL, STR_NIL) : OK;
}

static err answer(struct cx *cx, const struct area_code *area, const struct outlet_spot *spot, struct area_result *ret)
{
	struct way w;
	bool nobody = false;
	i64 base = slot_base(cx->env->store, cx->unit.corp);
	if (str_eq_c(area->result, "group") && spot->row.group_url.n) {
		ret->result = STR("group");
		ret->url = spot->row.group_url;
		return OK;
	}
	err e = READ_SNAP(&cx->unit, base, way_get(snap, AREA_OWNER, area->id, spot->row.id, &w));
	if (e == ERR_NOT_FOUND || (e == OK && str_eq_c(w.status, "removed")))
		e = WRITE_TX(&cx->unit, base, want_way(tx, area, spot->row.id, &w, &nobody));
	TRY(e);
	bool failed = !nobody && (str_eq_c(w.status, "failed") || str_eq_c(w.fail_code, "no_staff"));
	ret->result = nobody || failed ? STR("nobody") : str_is_nil(w.qr_url) ? STR("preparing") : STR("guide");
	if (str_eq_c(ret->result, "guide"))
		ret->url = arena_printf(CX_ARENA(cx), "/h5/api/area/qr.png?key=%.*s&outlet=%lld", STR_F(area->door), (long long)spot->row.id);
	return OK;
}

static err count(struct cx *cx, const struct area_code *area, i64 outlet, str cell, const char *how)
{
	struct area_visit v = { area->id, corp_day(&cx->unit, cx_now(cx)), outlet, cell, str_c(how), 1 };
	return WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), area_visit_add(tx, &v));
}

err area_near(struct cx *cx, const struct area_code *area, struct geo_point wgs, struct area_result *ret)
{
	const struct outlet_index *ix;
	struct outlet_near near[1 + AREA_OTHERS];
	struct outlet_when now = now_of(cx);
	struct arena *a = CX_ARENA(cx);
	if (!geo_ok(wgs) || !geo_in_country(wgs))
		return cx_fail(cx, ERR_INPUT, T_AREA_ABROAD, STR("lat"), STR_NIL, STR_NIL);
	TRY(outlet_index_get(&cx->unit, &ix));
	size_t n = outlet_index_near(ix, wgs, &now, near, ARRAY_LEN(near));
	bool open = n > 0;
	if (!open)
		n = outlet_index_near(ix, wgs, NULL, near, ARRAY_LEN(near));
	*ret = (struct area_result){ .state = STR("none"), .result = STR("nobody"), .url = STR_NIL };
	TRY(count(cx, area, n ? near[0].spot->row.id : 0, geo_hash(a, wgs, AREA_CELL_CHARS), "position"));
	if (n == 0)
		return OK;
	struct area_store *others = ARENA_ARRAY(a, struct area_store, n);
	for (size_t i = 1; i < n; i++)
		others[i - 1] = *store_of(cx, &near[i]);
	ret->store = store_of(cx, &near[0]);
	ret->others = (struct list){ others, n - 1 };
	ret->state = !open ? STR("closed") : near[0].metres > (double)area->radius ? STR("far") : STR("near");
	return open ? answer(cx, area, near[0].spot, ret) : OK;
}

err area_choose(struct cx *cx, const struct area_code *area, i64 outlet, const char *how, struct area_result *ret)
{
	const struct outlet_index *ix;
	struct area_store *store = ARENA_NEW(CX_ARENA(cx), struct area_store);
	TRY(outlet_index_get(&cx->unit, &ix));
	const struct outlet_spot *spot = outlet_index_find(ix, outlet);
	if (!spot)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("outlet"), STR_NIL, str_c(text_raw(T_OUTLET, cx->viewer.lang)));
	TRY(count(cx, area, outlet, STR(""), how));
	area_store_of(cx, spot, store);
	*ret = (struct area_result){ .state = store->open ? STR("near") : STR("closed"), .store = store, .url = STR_NIL };
	return answer(cx, area, spot, ret);
}
