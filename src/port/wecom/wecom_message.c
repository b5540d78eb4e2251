/* message/send, text only. */
#include "port/wecom/wecom_message.h"

#include "port/wecom/wecom_int.h"

err wecom_message_text(struct wecom_call *c, struct strs users, str text, str *ret_invalid)
{
	struct buf b = wecom_json(c->arena), to = buf_new(c->arena, WECOM_MESSAGE_USERS_MAX * 65 + 1);
	i64 agent = 0;
	if (!users.n || !text.n)
		return wecom_missing(c->fail, users.n ? "content" : "touser");
	TRY(wecom_check_count(c->fail, "touser", users.n, WECOM_MESSAGE_USERS_MAX));
	TRY(wecom_check_bytes(c->fail, "content", text, WECOM_MESSAGE_BYTES_MAX));
	str_i64(c->app->agentid, &agent);
	for (size_t i = 0; i < users.n; i++) {
		if (i)
			buf_char(&to, '|');
		buf_add(&to, users.v[i]);
	}
	wecom_put_str(&b, "touser", buf_str(&to));
	wecom_put_str(&b, "msgtype", STR("text"));
	wecom_put_i64(&b, "agentid", agent);
	wecom_open(&b, "text", '{');
	wecom_put_str(&b, "content", text);
	wecom_close(&b, '}');
	wecom_put_i64(&b, "enable_duplicate_check", 1);
	TRY(wecom_post(c, "message/send", &b));
	if (ret_invalid)
		*ret_invalid = json_str(c->json, "invaliduser");
	return OK;
}
