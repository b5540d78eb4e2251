/* externalcontact/get_user_behavior_data. */
#include "port/wecom/wecom_stat.h"

#include "base/buf.h"
#include "port/wecom/wecom_int.h"

err wecom_stat_behavior(struct wecom_call *c, struct strs userids, struct ids parties, ms from, ms to,
			struct wecom_behaviors *ret)
{
	if (!userids.n && !parties.n)
		return wecom_missing(c->fail, "userid");
	TRY(wecom_check_count(c->fail, "userid", userids.n, WECOM_STAT_USERS_MAX));
	TRY(wecom_check_count(c->fail, "partyid", parties.n, WECOM_STAT_USERS_MAX));
	if (to < from || to - from > WECOM_STAT_SPAN_MS)
		return fail_set(c->fail, ERR_INPUT, T_ERR_INPUT, STR("end_time"), STR_NIL, STR("30 d"));
	if (from < clock_now(c->wecom->clock) - WECOM_STAT_BACK_MS)
		return fail_set(c->fail, ERR_INPUT, T_ERR_INPUT, STR("start_time"), STR_NIL, STR("180 d"));
	struct buf b = wecom_json(c->arena);
	wecom_put_strs(&b, "userid", userids);
	wecom_put_i64s(&b, "partyid", parties);
	wecom_put_seconds(&b, "start_time", from);
	wecom_put_seconds(&b, "end_time", to);
	TRY(wecom_post(c, "externalcontact/get_user_behavior_data", &b));
	const struct json *days = json_get(c->json, "behavior_data");
	struct wecom_behaviors out = { NULL, wecom_count(days) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_behavior, out.n);
	for (size_t i = 0; i < out.n; i++) {
		const struct json *j = &days->items[i];
		const struct json *percent = json_get(j, "reply_percentage");
		out.v[i] = (struct wecom_behavior){
			.day = wecom_time(j, "stat_time"),
			.new_apply = json_i64(j, "new_apply_cnt", 0),
			.new_contact = json_i64(j, "new_contact_cnt", 0),
			.chats = json_i64(j, "chat_cnt", 0),
			.messages = json_i64(j, "message_cnt", 0),
			.negative = json_i64(j, "negative_feedback_cnt", 0),
			.avg_reply_minutes = json_i64(j, "avg_reply_time", NIL),
			.reply_percentage = percent ? percent->real : 0,
		};
	}
	*ret = out;
	return OK;
}
