/* kf/account/list, kf/sync_msg, kf/send_msg, kf/customer/batchget. */
#include "port/wecom/wecom_kf.h"

#include "base/buf.h"
#include "port/wecom/wecom_int.h"

err wecom_kf_list(struct wecom_call *c, i64 offset, struct wecom_kf_accounts *ret)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_i64(&b, "offset", offset);
	wecom_put_i64(&b, "limit", WECOM_KF_LIST_MAX);
	TRY(wecom_post(c, "kf/account/list", &b));
	const struct json *list = json_get(c->json, "account_list");
	struct wecom_kf_accounts out = { NULL, wecom_count(list) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_kf_account, out.n + 1);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = (struct wecom_kf_account){ json_str(&list->items[i], "open_kfid"), json_str(&list->items[i], "name") };
	*ret = out;
	return OK;
}

err wecom_kf_sync(struct wecom_call *c, str open_kfid, str cursor, str token, struct wecom_kf_page *ret)
{
	if (!open_kfid.n)
		return wecom_missing(c->fail, "open_kfid");
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "cursor", cursor.n ? cursor : STR_NIL);
	wecom_put_str(&b, "token", token.n ? token : STR_NIL);
	wecom_put_i64(&b, "limit", WECOM_KF_SYNC_MAX);
	wecom_put_str(&b, "open_kfid", open_kfid);
	TRY(wecom_post(c, "kf/sync_msg", &b));
	const struct json *list = json_get(c->json, "msg_list");
	struct wecom_kf_page out = { .n = wecom_count(list), .next_cursor = json_str(c->json, "next_cursor"),
				     .more = json_i64(c->json, "has_more", 0) != 0 };
	out.v = ARENA_ARRAY(c->arena, struct wecom_kf_message, out.n + 1);
	for (size_t i = 0; i < out.n; i++) {
		const struct json *j = &list->items[i];
		out.v[i] = (struct wecom_kf_message){
			.msgid = json_str(j, "msgid"), .external_userid = json_str(j, "external_userid"), .type = json_str(j, "msgtype"),
			.text = json_str(json_get(j, "text"), "content"), .servicer = json_str(j, "servicer_userid"), .origin = json_i64(j, "origin", 0), .sent = wecom_time(j, "send_time"),
		};
		if (out.v[i].origin == WECOM_KF_EVENT) {
			out.v[i].external_userid = json_str(json_get(j, "event"), "external_userid");
			out.v[i].servicer = json_str(json_get(j, "event"), "new_servicer_userid");
		}
	}
	*ret = out;
	return OK;
}

err wecom_kf_send_text(struct wecom_call *c, str open_kfid, str to, str msgid, str text)
{
	if (!text.n)
		return wecom_missing(c->fail, "text");
	TRY(wecom_check_bytes(c->fail, "text", text, WECOM_KF_TEXT_BYTES_MAX));
	TRY(wecom_check_bytes(c->fail, "msgid", msgid, WECOM_KF_MSGID_BYTES_MAX));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "touser", to);
	wecom_put_str(&b, "open_kfid", open_kfid);
	wecom_put_str(&b, "msgid", msgid);
	wecom_put_str(&b, "msgtype", STR("text"));
	wecom_open(&b, "text", '{');
	wecom_put_str(&b, "content", text);
	wecom_close(&b, '}');
	return wecom_post(c, "kf/send_msg", &b);
}

err wecom_kf_send_menu(struct wecom_call *c, str open_kfid, str to, str msgid, const struct wecom_kf_menu *m)
{
	if (!m->items.n && !m->title.n)
		return wecom_missing(c->fail, "menu");
	TRY(wecom_check_count(c->fail, "menu", m->items.n, WECOM_KF_ITEMS_MAX));
	TRY(wecom_check_bytes(c->fail, "text", m->head, WECOM_KF_TEXT_BYTES_MAX));
	TRY(wecom_check_bytes(c->fail, "msgid", msgid, WECOM_KF_MSGID_BYTES_MAX));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "touser", to);
	wecom_put_str(&b, "open_kfid", open_kfid);
	wecom_put_str(&b, "msgid", msgid);
	wecom_put_str(&b, "msgtype", STR("msgmenu"));
	wecom_open(&b, "msgmenu", '{');
	wecom_put_str(&b, "head_content", m->head.n ? m->head : STR_NIL);
	wecom_open(&b, "list", '[');
	for (size_t i = 0; i < m->items.n; i++) {
		wecom_open(&b, NULL, '{');
		wecom_put_str(&b, "type", STR("click"));
		wecom_open(&b, "click", '{');
		wecom_put_str(&b, "id", arena_printf(c->arena, "%zu", i + 1));
		wecom_put_str(&b, "content", m->items.v[i]);
		wecom_close(&b, '}');
		wecom_close(&b, '}');
	}
	if (m->title.n) {
		wecom_open(&b, NULL, '{');
		wecom_put_str(&b, "type", STR("view"));
		wecom_open(&b, "view", '{');
		wecom_put_str(&b, "url", m->url);
		wecom_put_str(&b, "content", m->title);
		wecom_close(&b, '}');
		wecom_close(&b, '}');
	}
	wecom_close(&b, ']');
	wecom_close(&b, '}');
	return wecom_post(c, "kf/send_msg", &b);
}

err wecom_kf_who(struct wecom_call *c, struct strs external_userids, struct wecom_kf_customers *ret)
{
	TRY(wecom_check_count(c->fail, "external_userid_list", external_userids.n, WECOM_KF_CUSTOMERS_MAX));
	struct buf b = wecom_json(c->arena);
	wecom_put_strs(&b, "external_userid_list", external_userids);
	TRY(wecom_post(c, "kf/customer/batchget", &b));
	const struct json *list = json_get(c->json, "customer_list");
	struct wecom_kf_customers out = { NULL, wecom_count(list) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_kf_customer, out.n + 1);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = (struct wecom_kf_customer){ json_str(&list->items[i], "external_userid"), json_str(&list->items[i], "unionid"),
						       json_str(&list->items[i], "nickname") };
	*ret = out;
	return OK;
}
