/*
 * How messages carry a material: by its name, as a link or as itself.
 */
#include "feature/material/material_data.h"

#include "port/wecom/wecom_send.h"

static err not_now(struct unit *u, const char *field, const char *state, str title)
{
	enum text why = !strcmp(state, "removed") ? T_MATERIAL_REMOVED : !strcmp(state, "waiting") ? T_MATERIAL_WAITING : T_MATERIAL_EXPIRED;
	return fail_set(&u->fail, ERR_STATE, why, str_c(field), title, STR_NIL);
}

/* One that may be sent, with the version that is shown. */
static err usable(struct unit *u, const char *field, i64 id, struct material *ret, struct material_version *ret_version)
{
	i64 base = slot_base(u->store, u->corp);
	TRY(READ_SNAP(u, base, material_find(snap, id, ret)));
	i64 number = ret->live ? ret->live : ret->newest;
	TRY(READ_SNAP(u, base, material_version_get(snap, &(struct material_nth){ id, number }, ret_version)));
	const char *state = material_state(ret, clock_now(u->clock));
	return strcmp(state, "ok") != 0 ? not_now(u, field, state, ret_version->title) : OK;
}

static bool is_itself(str kind)
{
	return str_eq_c(kind, "image") || str_eq_c(kind, "file") || str_eq_c(kind, "miniprogram");
}

static err check(struct unit *u, const char *field, i64 id, bool itself)
{
	struct material m;
	struct material_version v;
	err e = usable(u, field, id, &m, &v);
	if (e == ERR_NOT_FOUND)
		return fail_set(&u->fail, ERR_INPUT, T_OK, str_c(field), arena_printf(u->arena, "%lld", (long long)id), STR_NIL);
	TRY(e);
	return itself && !is_itself(m.kind) ? fail_set(&u->fail, ERR_INPUT, T_MATERIAL_ITSELF, str_c(field), v.title, STR_NIL) : OK;
}

static err link_of(struct unit *u, i64 id, const struct enclosure_to *to, str *ret_url, str *ret_picture)
{
	struct material m;
	struct material_version v;
	TRY(usable(u, "url", id, &m, &v));
	struct door_link l = { u->corp, id, to->customer, to->staff, m.door };
	*ret_url = door_link_url(u->env, u->arena, &l);
	bool picture = v.cover || str_eq_c(m.kind, "image");
	*ret_picture = picture ? arena_printf(u->arena, "%.*s/h5/api/material/file?key=%.*s&id=%lld", STR_F(u->env->public_url), STR_F(m.door),
					      (long long)(v.cover ? v.cover : v.file)) : STR_NIL;
	return OK;
}

static err part_of(struct cx *cx, i64 id, struct wecom_attachment *ret)
{
	struct material m;
	struct material_version v;
	TRY(usable(&cx->unit, "enclosed", id, &m, &v));
	bool mini = str_eq_c(m.kind, "miniprogram");
	if (!is_itself(m.kind))
		return cx_fail(cx, ERR_STATE, T_MATERIAL_ITSELF, STR("enclosed"), v.title, STR_NIL);
	*ret = (struct wecom_attachment){ .part = mini ? WECOM_MINIPROGRAM : str_eq_c(m.kind, "image") ? WECOM_IMAGE : WECOM_FILE };
	if (mini) {
		ret->title = v.title;
		ret->appid = v.appid;
		ret->page = v.page;
	}
	return material_media_of(cx, mini ? v.cover : v.file, &ret->media_id);
}

const struct enclosure material_enclosure = { "material", check, link_of, part_of };
