/*
 * A member of staff's door and contact way, and her picture.
 */
#include "feature/card/card_data.h"

#include "base/json.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "store/blob.h"

static bool door_page(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	(void)env;
	ret->location = arena_printf(visit->req->arena, "/h5/advisor?key=%.*s", STR_F(door->key));
	return true;
}
const struct door_kind card_doors[] = { { "card", door_page, NULL }, { 0 } };

static err department_name(const struct snap *s, i64 id, str *ret)
{
	struct department *all;
	size_t n;
	*ret = STR("");
	TRY(department_all(s, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].id == id)
			*ret = all[i].name;
	return OK;
}

/* Her door, made once. */
static err door_of(struct tx *tx, i64 staff, str *ret)
{
	struct card_staff row;
	err e = card_staff_get(&tx->snap, &(struct card_staff){ staff, STR("") }, &row);
	if (e == ERR_NOT_FOUND) {
		row.staff = staff;
		TRY(door_add(tx, "card", staff, STR(""), NIL, &row.door));
		e = card_staff_put(tx, &row);
	}
	*ret = row.door;
	return e;
}

struct made { str door; struct way way; };

static err make_both(struct tx *tx, const struct staff *s, struct made *ret)
{
	i64 id = s->id;
	struct way_wish wish = { CARD_OWNER, s->id, 0, s->name.n ? s->name : s->userid, { &id, 1 } };
	TRY(way_want(tx, &wish, &ret->way));
	return door_of(tx, s->id, &ret->door);
}

static err read_both(const struct snap *s, i64 staff, struct made *ret)
{
	struct card_staff row;
	TRY(way_get(s, CARD_OWNER, staff, 0, &ret->way));
	TRY(card_staff_get(s, &(struct card_staff){ staff, STR("") }, &row));
	ret->door = row.door;
	return OK;
}

/* Reads when there is nothing to make: a page that many see writes once. */
static err both(struct cx *cx, i64 staff, struct staff *ret_staff, struct made *ret)
{
	i64 base = slot_base(cx->env->store, cx->unit.corp);
	TRY(READ_SNAP(&cx->unit, base, staff_get(snap, staff, ret_staff)));
	err e = READ_SNAP(&cx->unit, base, read_both(snap, staff, ret));
	if (e == OK && (str_eq_c(ret->way.status, "active") || str_eq_c(ret->way.status, "creating")) && str_is_nil(ret->way.fail_code))
		return OK;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	return WRITE_TX(&cx->unit, base, make_both(tx, ret_staff, ret));
}

err card_show_staff(struct cx *cx, i64 staff, const char *who, struct card_shown *ret)
{
	struct staff s;
	struct made m;
	struct corp corp;
	str department;
	i64 base = slot_base(cx->env->store, cx->unit.corp);
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(both(cx, staff, &s, &m));
	TRY(READ_SNAP(&cx->unit, base, department_name(snap, s.store != NIL ? s.store : s.department, &department)));
	bool ready = !str_is_nil(m.way.qr_url);
	*ret = (struct card_shown){
		.corp_name = corp.name, .name = s.name, .department = department.n ? department : STR_NIL, .who = str_c(who),
		.state = ready ? STR("ready") : STR("preparing"), .url = door_url(cx->env, CX_ARENA(cx), m.door),
		.picture = ready ? arena_printf(CX_ARENA(cx), "/h5/api/advisor/qr.png?key=%.*s", STR_F(m.door)) : STR_NIL,
	};
	return OK;
}

/* ---- pictures ---- */

static err read_template(const struct snap *s, i64 id, struct card_template *t, struct card_layout *l, str *ret_picture)
{
	struct json *tree;
	str type, name;
	err e = card_get(s, &(struct card_key){ id }, t);
	if (e == ERR_NOT_FOUND)
		return snap_fail(s, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_CARD, LANG_ZH)));
	TRY(e);
	TRY(json_parse(t->layout, s->arena, &tree, s->fail));
	TRY(record_parse(&card_layout_record, tree, l, s->arena, s->fail));
	*ret_picture = STR_NIL;
	return t->picture == NIL ? OK : blob_get(s, t->picture, &type, &name, ret_picture);
}

err card_draw(struct cx *cx, i64 template, i64 staff, str *ret_png)
{
	struct card_template t;
	struct card_layout layout;
	struct card_shown shown;
	struct image_plan plan;
	struct staff s;
	str picture;
	i64 base = slot_base(cx->env->store, cx->unit.corp);
	TRY(READ_SNAP(&cx->unit, base, read_template(snap, template, &t, &layout, &picture)));
	TRY(READ_SNAP(&cx->unit, base, staff_get(snap, staff, &s)));
	TRY(card_show_staff(cx, staff, "advisor", &shown));
	struct card_face face = { s.name, s.alias.n ? s.alias : s.name, shown.department, shown.corp_name, shown.url };
	TRY(card_plan(CX_ARENA(cx), &layout, &face, picture, &plan, &cx->unit.fail));
	return image_draw(&plan, CX_ARENA(cx), ret_png, &cx->unit.fail);
}

err card_me(struct cx *cx, i64 *ret_staff)
{
	struct user me;
	err e = cx->viewer.user ? user_get(&cx->unit, cx->viewer.user, &me) : ERR_NOT_FOUND;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND || me.staff == NIL)
		return cx_fail(cx, ERR_STATE, T_CARD_NOT_STAFF, STR_NIL, STR_NIL, STR_NIL);
	*ret_staff = me.staff;
	return OK;
}
