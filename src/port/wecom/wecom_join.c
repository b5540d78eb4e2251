/* externalcontact/groupchat/ add, get, update, del join_way; group_welcome_template/ add, edit, del. */
#include "port/wecom/wecom_group.h"

#include "base/buf.h"
#include "port/wecom/wecom_int.h"

static err check(struct wecom_call *c, const struct wecom_join_way *in)
{
	if (!in->chats.n)
		return wecom_missing(c->fail, "chat_id_list");
	TRY(wecom_check_count(c->fail, "chat_id_list", in->chats.n, WECOM_JOIN_CHATS_MAX));
	TRY(wecom_check_chars(c->fail, "room_base_name", in->base_name, WECOM_JOIN_NAME_CHARS_MAX));
	TRY(wecom_check_chars(c->fail, "remark", in->remark, WECOM_WAY_REMARK_CHARS_MAX));
	return wecom_check_chars(c->fail, "state", in->state, WECOM_WAY_STATE_CHARS_MAX);
}

static void put(struct buf *b, const struct wecom_join_way *in)
{
	wecom_put_i64(b, "scene", in->scene);
	wecom_put_str(b, "remark", in->remark);
	wecom_put_i64(b, "auto_create_room", in->auto_create);
	wecom_put_str(b, "room_base_name", in->base_name);
	wecom_put_i64(b, "room_base_id", in->base_name.n ? in->base_id : NIL);
	wecom_put_strs(b, "chat_id_list", in->chats);
	wecom_put_str(b, "state", in->state);
}

err wecom_join_add(struct wecom_call *c, const struct wecom_join_way *in, str *ret_config_id)
{
	TRY(check(c, in));
	struct buf b = wecom_json(c->arena);
	put(&b, in);
	TRY(wecom_post(c, "externalcontact/groupchat/add_join_way", &b));
	*ret_config_id = json_str(c->json, "config_id");
	return ret_config_id->n ? OK : wecom_incomplete(c, "externalcontact/groupchat/add_join_way", ERR_UNKNOWN);
}

err wecom_join_get(struct wecom_call *c, str config_id, struct wecom_join_way *ret)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "config_id", config_id);
	TRY(wecom_post(c, "externalcontact/groupchat/get_join_way", &b));
	const struct json *j = json_get(c->json, "join_way");
	*ret = (struct wecom_join_way){
		.config_id = json_str(j, "config_id"), .scene = json_i64(j, "scene", NIL), .remark = json_str(j, "remark"),
		.base_name = json_str(j, "room_base_name"), .state = json_str(j, "state"),
		.auto_create = json_i64(j, "auto_create_room", 1) == 1, .base_id = json_i64(j, "room_base_id", 1),
		.chats = wecom_strs(json_get(j, "chat_id_list"), c->arena), .qr_code = json_str(j, "qr_code"),
	};
	return OK;
}

err wecom_join_update(struct wecom_call *c, const struct wecom_join_way *in)
{
	if (!in->config_id.n)
		return wecom_missing(c->fail, "config_id");
	TRY(check(c, in));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "config_id", in->config_id);
	put(&b, in);
	return wecom_post(c, "externalcontact/groupchat/update_join_way", &b);
}

err wecom_join_delete(struct wecom_call *c, str config_id)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "config_id", config_id);
	return wecom_post(c, "externalcontact/groupchat/del_join_way", &b);
}

/* ---- welcome templates ---- */

static err hello_check(struct wecom_call *c, const struct wecom_hello *in)
{
	if (!in->text.n && !in->link_url.n)
		return wecom_missing(c->fail, "text");
	TRY(wecom_check_bytes(c->fail, "text", in->text, WECOM_HELLO_TEXT_BYTES_MAX));
	TRY(wecom_check_bytes(c->fail, "link.title", in->link_title, WECOM_LINK_TITLE_BYTES_MAX));
	TRY(wecom_check_bytes(c->fail, "link.desc", in->link_desc, WECOM_LINK_DESC_BYTES_MAX));
	return wecom_check_bytes(c->fail, "link.url", in->link_url, WECOM_LINK_URL_BYTES_MAX);
}

static void hello_put(struct buf *b, const struct wecom_hello *in)
{
	if (in->text.n) {
		wecom_open(b, "text", '{');
		wecom_put_str(b, "content", in->text);
		wecom_close(b, '}');
	}
	if (!in->link_url.n)
		return;
	wecom_open(b, "link", '{');
	wecom_put_str(b, "title", in->link_title);
	wecom_put_str(b, "picurl", in->link_picurl);
	wecom_put_str(b, "desc", in->link_desc);
	wecom_put_str(b, "url", in->link_url);
	wecom_close(b, '}');
}

err wecom_hello_add(struct wecom_call *c, const struct wecom_hello *in, str *ret_template_id)
{
	TRY(hello_check(c, in));
	struct buf b = wecom_json(c->arena);
	hello_put(&b, in);
	wecom_put_i64(&b, "notify", in->notify);
	TRY(wecom_post(c, "externalcontact/group_welcome_template/add", &b));
	*ret_template_id = json_str(c->json, "template_id");
	return ret_template_id->n ? OK : wecom_incomplete(c, "externalcontact/group_welcome_template/add", ERR_UNKNOWN);
}

err wecom_hello_edit(struct wecom_call *c, str template_id, const struct wecom_hello *in)
{
	TRY(hello_check(c, in));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "template_id", template_id);
	hello_put(&b, in);
	return wecom_post(c, "externalcontact/group_welcome_template/edit", &b);
}

err wecom_hello_delete(struct wecom_call *c, str template_id)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "template_id", template_id);
	return wecom_post(c, "externalcontact/group_welcome_template/del", &b);
}
