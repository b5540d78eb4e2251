/* send_welcome_msg, add_msg_template and the calls about mass messages. */
#include "port/wecom/wecom_send.h"

#include "base/buf.h"
#include "port/wecom/wecom_content.h"
#include "port/wecom/wecom_int.h"

static str cursor_of(const struct json *j)
{
	str cursor = json_str(j, "next_cursor");
	return cursor.n ? cursor : STR_NIL;
}

err wecom_send_welcome(struct wecom_call *c, str welcome_code, const struct wecom_content *content)
{
	if (!welcome_code.n)
		return wecom_missing(c->fail, "welcome_code");
	TRY(wecom_content_check(content, c->arena, c->fail));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "welcome_code", welcome_code);
	wecom_content_put(&b, content);
	return wecom_post(c, "externalcontact/send_welcome_msg", &b);
}

err wecom_send_mass(struct wecom_call *c, const struct wecom_mass *in, struct wecom_mass_made *ret)
{
	TRY(wecom_content_check(&in->content, c->arena, c->fail));
	if (!in->sender.n && (in->to_groups || !in->external_userids.n))
		return wecom_missing(c->fail, "sender");
	TRY(wecom_check_count(c->fail, "external_userid", in->external_userids.n, WECOM_MASS_CUSTOMERS_MAX));
	TRY(wecom_check_count(c->fail, "chat_id_list", in->chat_ids.n, WECOM_MASS_GROUPS_MAX));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "chat_type", in->to_groups ? STR("group") : STR("single"));
	if (in->to_groups)
		wecom_put_strs(&b, "chat_id_list", in->chat_ids);
	else
		wecom_put_strs(&b, "external_userid", in->external_userids);
	wecom_put_str(&b, "sender", in->sender.n ? in->sender : STR_NIL);
	wecom_put_bool(&b, "allow_select", in->allow_select);
	wecom_content_put(&b, &in->content);
	TRY(wecom_post(c, "externalcontact/add_msg_template", &b));
	str msgid = json_str(c->json, "msgid");
	if (!msgid.n) /* made, but which one is not known: as if the answer had been lost */
		return wecom_incomplete(c, "externalcontact/add_msg_template", ERR_UNKNOWN);
	*ret = (struct wecom_mass_made){ msgid, wecom_strs(json_get(c->json, "fail_list"), c->arena) };
	return OK;
}

err wecom_send_list(struct wecom_call *c, const struct wecom_mass_query *in, struct wecom_mass_page *ret)
{
	if (in->to - in->from > WECOM_MASS_LIST_SPAN_MS || in->to < in->from)
		return fail_set(c->fail, ERR_INPUT, T_ERR_INPUT, STR("end_time"), STR_NIL, STR("31 d"));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "chat_type", in->groups ? STR("group") : STR("single"));
	wecom_put_seconds(&b, "start_time", in->from);
	wecom_put_seconds(&b, "end_time", in->to);
	wecom_put_str(&b, "creator", in->creator);
	wecom_put_i64(&b, "filter_type", in->filter);
	wecom_put_i64(&b, "limit", WECOM_MASS_LIST_MAX);
	wecom_put_str(&b, "cursor", in->cursor);
	TRY(wecom_post(c, "externalcontact/get_groupmsg_list_v2", &b));
	const struct json *list = json_get(c->json, "group_msg_list");
	struct wecom_mass_page out = { .n = wecom_count(list), .next_cursor = cursor_of(c->json) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_mass_item, out.n);
	for (size_t i = 0; i < out.n; i++) {
		const struct json *j = &list->items[i];
		out.v[i] = (struct wecom_mass_item){
			.msgid = json_str(j, "msgid"),
			.creator = json_str(j, "creator"),
			.text = json_str(json_get(j, "text"), "content"),
			.created = wecom_time(j, "create_time"),
			.create_type = json_i64(j, "create_type", NIL),
			.attachments = json_get(j, "attachments"),
		};
	}
	*ret = out;
	return OK;
}

static err ask(struct wecom_call *c, const char *api, str msgid, str userid, str cursor)
{
	if (!msgid.n)
		return wecom_missing(c->fail, "msgid");
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "msgid", msgid);
	wecom_put_str(&b, "userid", userid);
	wecom_put_i64(&b, "limit", WECOM_MASS_RESULT_MAX);
	wecom_put_str(&b, "cursor", cursor);
	return wecom_post(c, api, &b);
}

err wecom_send_tasks(struct wecom_call *c, str msgid, str cursor, struct wecom_mass_tasks *ret)
{
	TRY(ask(c, "externalcontact/get_groupmsg_task", msgid, STR_NIL, cursor));
	const struct json *list = json_get(c->json, "task_list");
	struct wecom_mass_tasks out = { .n = wecom_count(list), .next_cursor = cursor_of(c->json) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_mass_task, out.n);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = (struct wecom_mass_task){
			.userid = json_str(&list->items[i], "userid"),
			/* Documented as 2, shown as 1 in the sample. */
			.confirmed = json_i64(&list->items[i], "status", 0) != 0,
			.confirmed_at = wecom_time(&list->items[i], "send_time"),
		};
	*ret = out;
	return OK;
}

err wecom_send_results(struct wecom_call *c, str msgid, str userid, str cursor, struct wecom_mass_results *ret)
{
	if (!userid.n)
		return wecom_missing(c->fail, "userid");
	TRY(ask(c, "externalcontact/get_groupmsg_send_result", msgid, userid, cursor));
	const struct json *list = json_get(c->json, "send_list");
	struct wecom_mass_results out = { .n = wecom_count(list), .next_cursor = cursor_of(c->json) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_mass_result, out.n);
	for (size_t i = 0; i < out.n; i++) {
		const struct json *j = &list->items[i];
		out.v[i] = (struct wecom_mass_result){
			.external_userid = json_str(j, "external_userid"),
			.chat_id = json_str(j, "chat_id"),
			.userid = json_str(j, "userid"),
			.status = json_i64(j, "status", WECOM_MASS_UNSENT),
			.sent = wecom_time(j, "send_time"),
		};
	}
	*ret = out;
	return OK;
}

static err of_message(struct wecom_call *c, const char *api, str msgid)
{
	if (!msgid.n)
		return wecom_missing(c->fail, "msgid");
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "msgid", msgid);
	return wecom_post(c, api, &b);
}

err wecom_send_remind(struct wecom_call *c, str msgid)
{
	return of_message(c, "externalcontact/remind_groupmsg_send", msgid);
}

err wecom_send_cancel(struct wecom_call *c, str msgid)
{
	return of_message(c, "externalcontact/cancel_groupmsg_send", msgid);
}
