/* message/send (text and text card) and message/recall. */
#include "port/wecom/wecom_message.h"

#include "port/wecom/wecom_int.h"

static err begin(struct wecom_call *c, struct strs users, const char *type, struct buf *b)
{
	struct buf to = buf_new(c->arena, WECOM_MESSAGE_USERS_MAX * 65 + 1);
	i64 agent = 0;
	if (!users.n)
		return wecom_missing(c->fail, "touser");
	TRY(wecom_check_count(c->fail, "touser", users.n, WECOM_MESSAGE_USERS_MAX));
	str_i64(c->app->agentid, &agent);
	for (size_t i = 0; i < users.n; i++) {
		if (i)
			buf_char(&to, '|');
		buf_add(&to, users.v[i]);
	}
	wecom_put_str(b, "touser", buf_str(&to));
	wecom_put_str(b, "msgtype", str_c(type));
	wecom_put_i64(b, "agentid", agent);
	wecom_open(b, type, '{');
	return OK;
}

static err finish(struct wecom_call *c, struct buf *b, struct wecom_noted *ret)
{
	wecom_close(b, '}');
	wecom_put_i64(b, "enable_duplicate_check", 1);
	TRY(wecom_post(c, "message/send", b));
	*ret = (struct wecom_noted){ json_str(c->json, "msgid"), json_str(c->json, "invaliduser") };
	return OK;
}

static err send_text(struct wecom_call *c, struct strs users, str text, struct wecom_noted *ret)
{
	struct buf b = wecom_json(c->arena);
	if (!text.n)
		return wecom_missing(c->fail, "content");
	TRY(wecom_check_bytes(c->fail, "content", text, WECOM_MESSAGE_BYTES_MAX));
	TRY(begin(c, users, "text", &b));
	wecom_put_str(&b, "content", text);
	return finish(c, &b, ret);
}

err wecom_message_text(struct wecom_call *c, struct strs users, str text, str *ret_invalid)
{
	struct wecom_noted noted;
	TRY(send_text(c, users, text, &noted));
	if (ret_invalid)
		*ret_invalid = noted.invalid;
	return OK;
}

err wecom_message_note(struct wecom_call *c, struct strs users, const struct wecom_note *note, struct wecom_noted *ret)
{
	struct buf b = wecom_json(c->arena);
	if (!note->title.n || !note->url.n)
		return send_text(c, users, note->text, ret);
	if (!note->text.n)
		return wecom_missing(c->fail, "description");
	TRY(wecom_check_bytes(c->fail, "url", note->url, WECOM_CARD_URL_MAX));
	TRY(begin(c, users, "textcard", &b));
	wecom_put_str(&b, "title", str_utf8_head(note->title, WECOM_CARD_TITLE_MAX));
	wecom_put_str(&b, "description", str_utf8_head(note->text, WECOM_CARD_TEXT_MAX));
	wecom_put_str(&b, "url", note->url);
	return finish(c, &b, ret);
}

err wecom_message_recall(struct wecom_call *c, str msgid)
{
	struct buf b = wecom_json(c->arena);
	if (!msgid.n)
		return wecom_missing(c->fail, "msgid");
	wecom_put_str(&b, "msgid", msgid);
	return wecom_post(c, "message/recall", &b);
}
