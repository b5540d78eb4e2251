/*
 * outlet's rules on a transaction of the corp's base slot.
 */
#include "core/outlet/outlet_data.h"

#include "core/audit/audit.h"
#include "core/outlet/outlet_index.h"
#include "core/staff/staff.h"
#include "core/tag/tag.h"
#include "store/journal.h"

err outlet_check(struct arena *a, const struct outlet_edit *in, struct fail *f)
{
	enum geo_system system;
	struct hours hours;
	struct geo_point at = { in->lat, in->lng };
	TRY(record_check(&outlet_edit_record, in, f));
	if (!geo_system_of(in->system, &system))
		return fail_set(f, ERR_INPUT, T_NOT_ONE_OF, STR("system"), in->system, STR("WGS-84, GCJ-02"));
	if (!geo_ok(at))
		return fail_set(f, ERR_INPUT, T_OUTLET_DEGREES, STR("lat"), arena_printf(a, "%g, %g", in->lat, in->lng), STR_NIL);
	if (!geo_in_country(geo_wgs(at, system))) {
		bool swapped = geo_in_country((struct geo_point){ in->lng, in->lat });
		return fail_set(f, ERR_INPUT, swapped ? T_OUTLET_SWAPPED : T_OUTLET_ABROAD, STR("lat"),
				arena_printf(a, "%.6f, %.6f", in->lat, in->lng), STR_NIL);
	}
	if (in->group_url.n && !str_starts(in->group_url, STR("https://")) && !str_starts(in->group_url, STR("http://")) &&
	    in->group_url.p[0] != '/')
		return fail_set(f, ERR_INPUT, T_OUTLET_URL, STR("group_url"), in->group_url, STR_NIL);
	return hours_parse(a, in->hours, in->special, &hours, f);
}

static str text_of(str s) { return str_is_nil(s) ? STR("") : s; }

struct outlet outlet_of(const struct outlet_edit *in)
{
	enum geo_system system = GEO_WGS84;
	geo_system_of(in->system, &system);
	return (struct outlet){
		.code = in->code, .name = in->name, .city = in->city, .address = text_of(in->address),
		.system = str_c(geo_system_name(system)), .lat = in->lat, .lng = in->lng, .hours = text_of(in->hours),
		.special = text_of(in->special), .department = in->department, .group_url = in->group_url.n ? in->group_url : STR_NIL,
		.tag = in->tag, .closed = in->closed,
	};
}

static err check_refs(struct tx *tx, const struct outlet_edit *in)
{
	struct arena *a = tx->snap.arena;
	for (size_t i = 0; i < in->staff.n; i++) {
		struct staff s;
		err e = staff_get(&tx->snap, in->staff.v[i], &s);
		if (e == ERR_NOT_FOUND)
			return tx_fail(tx, ERR_INPUT, T_OUTLET_STAFF, STR("staff"), arena_printf(a, "%lld", (long long)in->staff.v[i]), STR_NIL);
		TRY(e);
	}
	if (in->department != NIL) {
		struct department *all;
		size_t n, k = 0;
		TRY(department_all(&tx->snap, &all, &n));
		while (k < n && all[k].id != in->department)
			k++;
		if (k == n)
			return tx_fail(tx, ERR_INPUT, T_OUTLET_DEPARTMENT, STR("department"), arena_printf(a, "%lld", (long long)in->department), STR_NIL);
	}
	struct tag tag;
	return in->tag == NIL ? OK : tag_get(&tx->snap, in->tag, &tag);
}

static err check_code(struct tx *tx, str code, i64 id)
{
	struct outlet other;
	err e = outlet_by_code(&tx->snap, &(struct outlet_coded){ code }, &other);
	if (e == OK && other.id != id)
		return tx_fail(tx, ERR_EXISTS, T_OK, STR("code"), code, STR_NIL);
	return e == ERR_NOT_FOUND ? OK : e;
}

err outlet_put_staff(struct tx *tx, i64 id, struct ids staff)
{
	TRY(outlet_staff_clear(tx, &(struct outlet_key){ id }));
	for (size_t i = 0; i < staff.n; i++)
		TRY(outlet_staff_add(tx, &(struct outlet_staff){ id, staff.v[i] }));
	return OK;
}

struct told { struct env *env; i64 corp; };

static void forget(void *arg)
{
	struct told *t = arg;
	outlet_forget(t->env, t->corp);
}

void outlet_told(struct tx *tx)
{
	struct told *t = ARENA_NEW(tx->snap.arena, struct told);
	*t = (struct told){ tx->snap.unit->env, tx->snap.corp };
	if (t->env)
		tx_after_commit(tx, forget, t);
}

static err tell(struct tx *tx, i64 id, str code, const char *what)
{
	struct outlet_changed ev = { id, code, str_c(what) };
	outlet_told(tx);
	TRY(audit_add(tx, "outlet.change", arena_printf(tx->snap.arena, "outlet:%lld", (long long)id), str_c(what)));
	return journal_add(tx, EV_OUTLET_CHANGED, 0, tx->snap.now, &outlet_changed_record, &ev, NULL);
}

err outlet_make(struct tx *tx, const struct outlet_edit *in, i64 *ret_id)
{
	struct outlet_count have;
	TRY(outlet_check(tx->snap.arena, in, tx->snap.fail));
	TRY(check_refs(tx, in));
	TRY(check_code(tx, in->code, 0));
	TRY(outlet_number(&tx->snap, &(struct none){ 0 }, &have));
	if (have.n >= OUTLET_MAX)
		return tx_fail(tx, ERR_STATE, T_OUTLET_FULL, STR_NIL, STR_NIL, STR(FAIL_STR(OUTLET_MAX)));
	struct outlet o = outlet_of(in);
	o.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	o.created = tx->snap.now;
	o.version = 1;
	TRY(outlet_insert(tx, &o));
	TRY(outlet_put_staff(tx, o.id, in->staff));
	*ret_id = o.id;
	return tell(tx, o.id, o.code, "made");
}

static err unknown(const struct snap *s)
{
	return snap_fail(s, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_OUTLET, LANG_ZH)));
}

err outlet_get(const struct snap *s, i64 id, struct outlet *ret)
{
	err e = outlet_row(s, &(struct outlet_key){ id }, ret);
	return e == ERR_NOT_FOUND ? unknown(s) : e;
}

err outlet_change(struct tx *tx, i64 id, i64 version, const struct outlet_edit *in)
{
	struct outlet was;
	TRY(outlet_check(tx->snap.arena, in, tx->snap.fail));
	TRY(outlet_get(&tx->snap, id, &was));
	TRY(check_refs(tx, in));
	TRY(check_code(tx, in->code, id));
	struct outlet o = outlet_of(in);
	o.id = id;
	o.version = version;
	TRY(outlet_update(tx, &o));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	TRY(outlet_put_staff(tx, id, in->staff));
	return tell(tx, id, o.code, "changed");
}

err outlet_remove(struct tx *tx, i64 id)
{
	struct outlet o;
	TRY(outlet_get(&tx->snap, id, &o));
	TRY(outlet_put_staff(tx, id, (struct ids){ 0 }));
	TRY(outlet_delete(tx, &(struct outlet_key){ id }));
	return tell(tx, id, o.code, "removed");
}

err outlet_staff_list(const struct snap *s, i64 id, struct ids *ret)
{
	struct outlet_staff *rows;
	size_t n;
	TRY(outlet_staff_of(s, &(struct outlet_key){ id }, &rows, &n));
	*ret = (struct ids){ ARENA_ARRAY(s->arena, i64, n), n };
	for (size_t i = 0; i < n; i++)
		ret->v[i] = rows[i].staff;
	return OK;
}

bool outlet_can_serve(const struct staff *s) { return str_eq_c(s->state, "active") && s->in_scope; }

bool outlet_of_department(const struct staff *s, i64 department)
{
	return outlet_can_serve(s) && (s->department == department || s->store == department);
}

err outlet_serving(const struct snap *s, const struct outlet *o, struct ids *ret)
{
	struct ids own;
	struct staff *all, one;
	size_t n;
	*ret = (struct ids){ ARENA_ARRAY(s->arena, i64, OUTLET_STAFF_MAX), 0 };
	TRY(outlet_staff_list(s, o->id, &own));
	for (size_t i = 0; i < own.n && ret->n < OUTLET_STAFF_MAX; i++)
		if (staff_get(s, own.v[i], &one) == OK && outlet_can_serve(&one))
			ret->v[ret->n++] = one.id;
	if (own.n || o->department == NIL)
		return OK;
	TRY(staff_all(s, &all, &n));
	for (size_t i = 0; i < n && ret->n < OUTLET_STAFF_MAX; i++)
		if (outlet_of_department(&all[i], o->department))
			ret->v[ret->n++] = all[i].id;
	return OK;
}

/* ---- joins ---- */

static const struct query *const queries[] = {
	&outlet_insert_query, &outlet_update_query, &outlet_delete_query, &outlet_row_query, &outlet_by_code_query, &outlet_rows_query,
	&outlet_number_query, &outlet_staff_clear_query, &outlet_staff_add_query, &outlet_staff_of_query, &outlet_staff_rows_query,
	NULL,
};
static const struct perm perms[] = {
	{ "area.read", T_PERM_AREA_READ },
	{ "area.write", T_PERM_AREA_WRITE },
	{ 0 },
};

static err start(struct env *env, struct fail *f)
{
	if (!env->outlets)
		env->outlets = outlet_cache_new();
	return OK;
}

const struct module outlet_module = {
	.name = "outlet",
	.doc = "Stores as places: coordinates, opening hours, who serves there.",
	.queries = queries,
	.routes = outlet_routes,
	.perms = perms,
	.start = start,
};
