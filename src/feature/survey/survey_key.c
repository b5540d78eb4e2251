/*
 * How messages carry a survey: as the link made for whom the message is.
 */
#include "feature/survey/survey_data.h"

#include "port/wecom/wecom_send.h"

static err usable(struct unit *u, const char *field, i64 id, struct survey *ret)
{
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), survey_find(snap, id, ret)));
	if (!strcmp(survey_state(ret), "open"))
		return OK;
	return fail_set(&u->fail, ERR_STATE, T_SURVEY_UNUSABLE, str_c(field), ret->title, STR_NIL);
}

static err check(struct unit *u, const char *field, i64 id, bool itself)
{
	struct survey v;
	err e = usable(u, field, id, &v);
	if (e == ERR_NOT_FOUND)
		return fail_set(&u->fail, ERR_INPUT, T_SURVEY_CHOOSE, str_c(field), arena_printf(u->arena, "survey:%lld", (long long)id), STR_NIL);
	TRY(e);
	return itself ? fail_set(&u->fail, ERR_INPUT, T_SURVEY_ITSELF, str_c(field), v.title, STR_NIL) : OK;
}

static err link_of(struct unit *u, i64 id, const struct enclosure_to *to, str *ret_url, str *ret_picture)
{
	struct survey v;
	TRY(usable(u, "url", id, &v));
	*ret_url = door_link_url(u->env, u->arena, &(struct door_link){ u->corp, id, to->customer, to->staff, v.door });
	*ret_picture = STR_NIL;
	return OK;
}

static err part_of(struct cx *cx, i64 id, struct wecom_attachment *ret)
{
	(void)ret;
	return cx_fail(cx, ERR_STATE, T_SURVEY_ITSELF, STR("enclosed"), arena_printf(CX_ARENA(cx), "survey:%lld", (long long)id), STR_NIL);
}

const struct enclosure survey_enclosure = { "survey", check, link_of, part_of };
