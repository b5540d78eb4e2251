/* externalcontact/groupchat/list, get, statistic, opengid_to_chatid. */
#include "port/wecom/wecom_group.h"

#include "base/buf.h"
#include "port/wecom/wecom_int.h"

static void put_owners(struct buf *b, struct strs owners)
{
	if (!owners.n)
		return;
	wecom_open(b, "owner_filter", '{');
	wecom_put_strs(b, "userid_list", owners);
	wecom_close(b, '}');
}

err wecom_group_list(struct wecom_call *c, struct strs owners, str cursor, struct wecom_group_page *ret)
{
	TRY(wecom_check_count(c->fail, "userid_list", owners.n, WECOM_GROUP_OWNERS_MAX));
	struct buf b = wecom_json(c->arena);
	wecom_put_i64(&b, "status_filter", 0);
	put_owners(&b, owners);
	wecom_put_str(&b, "cursor", cursor);
	wecom_put_i64(&b, "limit", WECOM_GROUP_LIST_MAX);
	TRY(wecom_post(c, "externalcontact/groupchat/list", &b));
	const struct json *list = json_get(c->json, "group_chat_list");
	struct wecom_group_page page = { ARENA_ARRAY(c->arena, struct wecom_group_listed, wecom_count(list)), 0, STR_NIL };
	for (size_t i = 0; i < wecom_count(list); i++) {
		str id = json_str(&list->items[i], "chat_id");
		if (id.n)
			page.v[page.n++] = (struct wecom_group_listed){ id, json_i64(&list->items[i], "status", 0) };
	}
	str next = json_str(c->json, "next_cursor");
	page.next_cursor = next.n ? next : STR_NIL;
	*ret = page;
	return OK;
}

static struct wecom_group_member member_of(const struct json *j)
{
	return (struct wecom_group_member){
		.userid = json_str(j, "userid"), .unionid = json_str(j, "unionid"), .state = json_str(j, "state"),
		.invitor = json_str(json_get(j, "invitor"), "userid"), .nickname = json_str(j, "group_nickname"),
		.name = json_str(j, "name"), .type = json_i64(j, "type", WECOM_GROUP_EXTERNAL),
		.scene = json_i64(j, "join_scene", 0), .joined = wecom_time(j, "join_time"),
	};
}

err wecom_group_get(struct wecom_call *c, str chat_id, struct wecom_group *ret)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "chat_id", chat_id);
	wecom_put_i64(&b, "need_name", 1);
	TRY(wecom_post(c, "externalcontact/groupchat/get", &b));
	const struct json *j = json_get(c->json, "group_chat"), *members = json_get(j, "member_list"), *admins = json_get(j, "admin_list");
	if (!j || !json_str(j, "chat_id").n)
		return wecom_incomplete(c, "externalcontact/groupchat/get", ERR_UPSTREAM);
	*ret = (struct wecom_group){
		.chat_id = json_str(j, "chat_id"), .name = json_str(j, "name"), .owner = json_str(j, "owner"),
		.notice = json_str(j, "notice"), .version = json_str(j, "member_version"), .created = wecom_time(j, "create_time"),
	};
	ret->v = ARENA_ARRAY(c->arena, struct wecom_group_member, wecom_count(members));
	for (size_t i = 0; i < wecom_count(members); i++) {
		struct wecom_group_member m = member_of(&members->items[i]);
		if (m.userid.n)
			ret->v[ret->n++] = m;
	}
	ret->admins = (struct strs){ ARENA_ARRAY(c->arena, str, wecom_count(admins)), 0 };
	for (size_t i = 0; i < wecom_count(admins); i++)
		ret->admins.v[ret->admins.n++] = json_str(&admins->items[i], "userid");
	return OK;
}

bool wecom_group_gone(i64 errcode)
{
	return errcode == 49008 || errcode == 40050 || errcode == 86003 || errcode == 90501;
}

err wecom_group_by_opengid(struct wecom_call *c, str opengid, str *ret_chat_id)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "opengid", opengid);
	TRY(wecom_post(c, "externalcontact/opengid_to_chatid", &b));
	*ret_chat_id = json_str(c->json, "chat_id");
	return ret_chat_id->n ? OK : wecom_incomplete(c, "externalcontact/opengid_to_chatid", ERR_UPSTREAM);
}

err wecom_group_statistic(struct wecom_call *c, struct strs owners, ms from, ms to, struct wecom_group_stat *ret)
{
	if (!owners.n)
		return wecom_missing(c->fail, "userid_list");
	TRY(wecom_check_count(c->fail, "userid_list", owners.n, WECOM_GROUP_OWNERS_MAX));
	if (to < from || to - from > WECOM_STAT_SPAN_MS)
		return fail_set(c->fail, ERR_INPUT, T_ERR_INPUT, STR("day_end_time"), STR_NIL, STR("30 d"));
	struct buf b = wecom_json(c->arena);
	wecom_put_seconds(&b, "day_begin_time", from);
	wecom_put_seconds(&b, "day_end_time", to);
	put_owners(&b, owners);
	wecom_put_i64(&b, "limit", WECOM_GROUP_LIST_MAX);
	TRY(wecom_post(c, "externalcontact/groupchat/statistic", &b));
	const struct json *items = json_get(c->json, "items");
	struct wecom_group_stat out = { ARENA_ARRAY(c->arena, struct wecom_group_figures, wecom_count(items)), wecom_count(items) };
	for (size_t i = 0; i < out.n; i++) {
		const struct json *d = json_get(&items->items[i], "data");
		out.v[i] = (struct wecom_group_figures){
			.owner = json_str(&items->items[i], "owner"), .new_chats = json_i64(d, "new_chat_cnt", 0),
			.chats = json_i64(d, "chat_total", 0), .chats_talking = json_i64(d, "chat_has_msg", 0),
			.new_members = json_i64(d, "new_member_cnt", 0), .members = json_i64(d, "member_total", 0),
			.talking = json_i64(d, "member_has_msg", 0), .messages = json_i64(d, "msg_total", 0),
		};
	}
	*ret = out;
	return OK;
}
