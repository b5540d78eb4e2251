/* living/create, cancel, get_living_info, get_watch_stat. */
#include "port/wecom/wecom_living.h"

#include "base/buf.h"
#include "port/wecom/wecom_int.h"

err wecom_living_create(struct wecom_call *c, const struct wecom_living *in, str *ret_livingid)
{
	if (!in->theme.n)
		return wecom_missing(c->fail, "theme");
	TRY(wecom_check_bytes(c->fail, "theme", in->theme, WECOM_LIVING_THEME_BYTES_MAX));
	TRY(wecom_check_bytes(c->fail, "description", in->description, WECOM_LIVING_DESCRIPTION_BYTES_MAX));
	if (in->seconds < 1 || in->seconds > WECOM_LIVING_DURATION_S_MAX)
		return fail_set(c->fail, ERR_INPUT, T_ERR_INPUT, STR("living_duration"), STR_NIL, STR("1-86400 s"));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "anchor_userid", in->anchor);
	wecom_put_str(&b, "theme", in->theme);
	wecom_put_seconds(&b, "living_start", in->start);
	wecom_put_i64(&b, "living_duration", in->seconds);
	wecom_put_str(&b, "description", in->description.n ? in->description : STR_NIL);
	wecom_put_i64(&b, "type", 3); /* a company's live room */
	i64 agent;
	if (str_i64(in->agentid, &agent))
		wecom_put_i64(&b, "agentid", agent);
	TRY(wecom_post(c, "living/create", &b));
	str id = json_str(c->json, "livingid");
	if (!id.n)
		return wecom_incomplete(c, "living/create", ERR_UNKNOWN);
	*ret_livingid = id;
	return OK;
}

err wecom_living_cancel(struct wecom_call *c, str livingid)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "livingid", livingid);
	return wecom_post(c, "living/cancel", &b);
}

err wecom_living_info(struct wecom_call *c, str livingid, i64 *ret_status, i64 *ret_viewers)
{
	TRY(wecom_get(c, "living/get_living_info", "livingid", livingid, NULL, STR_NIL));
	const struct json *j = json_get(c->json, "living_info");
	if (!j)
		return wecom_incomplete(c, "living/get_living_info", ERR_UPSTREAM);
	*ret_status = json_i64(j, "status", 0);
	*ret_viewers = json_i64(j, "viewer_num", 0);
	return OK;
}

static void viewers(struct wecom_living_viewers *out, const struct json *list, bool outside)
{
	for (size_t i = 0; i < wecom_count(list); i++) {
		const struct json *j = &list->items[i];
		out->v[out->n++] = (struct wecom_living_viewer){
			.external_userid = outside ? json_str(j, "external_userid") : STR_NIL, .userid = outside ? STR_NIL : json_str(j, "userid"),
			.seconds = json_i64(j, "watch_time", 0), .comment = json_i64(j, "is_comment", 0) != 0,
		};
	}
}

err wecom_living_watched(struct wecom_call *c, str livingid, str next, struct wecom_living_viewers *ret)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "livingid", livingid);
	wecom_put_str(&b, "next_key", next.n ? next : STR_NIL);
	TRY(wecom_post(c, "living/get_watch_stat", &b));
	const struct json *stat = json_get(c->json, "stat_info"), *in = json_get(stat, "users"), *out = json_get(stat, "external_users");
	struct wecom_living_viewers got = { .next = json_str(c->json, "next_key"), .ending = json_i64(c->json, "ending", 1) != 0 };
	got.v = ARENA_ARRAY(c->arena, struct wecom_living_viewer, wecom_count(in) + wecom_count(out) + 1);
	viewers(&got, in, false);
	viewers(&got, out, true);
	*ret = got;
	return OK;
}
