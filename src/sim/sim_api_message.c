/*
 * API: a message of the app to members (text, text card), and taking one back. Those who left or whom the app may not
 * see are told as invalid; when nobody is left it is refused (81013). A name carries the second it was given, so that
 * taking it back is refused a day later (42052). What arrived stands in the log.
 */
#include "sim/sim_call.h"

#define USERS_MAX 1000
#define CONTENT_MAX 2048
#define CARD_TITLE_MAX 128
#define CARD_TEXT_MAX 512
#define CARD_URL_MAX 2048
#define RECALL_S 86400

/* 0 and what it says, or the code of its fault. */
static int content_of(struct sim_call *c, str *ret_title, str *ret_text, str *ret_url)
{
	bool card = str_eq_c(sim_arg(c, "msgtype"), "textcard");
	const struct json *of = json_get(c->in, card ? "textcard" : "text");
	if (!card && !str_eq_c(sim_arg(c, "msgtype"), "text"))
		return 40008;
	*ret_title = card ? json_str(of, "title") : STR_NIL;
	*ret_url = card ? json_str(of, "url") : STR_NIL;
	*ret_text = json_str(of, card ? "description" : "content");
	if (!ret_text->n || (card && (!ret_title->n || !ret_url->n)))
		return 44004;
	if (card && (str_utf8_len(*ret_title) > CARD_TITLE_MAX || str_utf8_len(*ret_text) > CARD_TEXT_MAX || ret_url->n > CARD_URL_MAX))
		return 45002;
	return !card && ret_text->n > CONTENT_MAX ? 45002 : 0;
}

static int message_send(struct sim_call *c)
{
	str rest = sim_arg(c, "touser"), title, text, url;
	struct buf invalid = buf_new(c->a, USERS_MAX * 65);
	i64 asked = 0, reached = 0;
	int refused = content_of(c, &title, &text, &url);
	if (refused)
		return refused;
	if (sim_arg_i64(c, "agentid", 0) != c->s->agentid)
		return 40056;
	while (rest.n && asked++ < USERS_MAX) {
		str userid = str_cut(&rest, '|');
		struct sim_staff *m = sim_staff_find(c->s, userid);
		if (m && m->visible && !m->left) {
			struct buf b = buf_new(c->a, 8192);
			buf_add_c(&b, "{\"to\":");
			buf_json(&b, m->userid);
			buf_add_c(&b, ",\"text\":");
			buf_json(&b, text);
			if (title.n) {
				buf_add_c(&b, ",\"title\":");
				buf_json(&b, title);
				buf_add_c(&b, ",\"url\":");
				buf_json(&b, url);
			}
			buf_char(&b, '}');
			sim_log(c->s, "notice", STR("message/send"), buf_str(&b), STR_NIL);
			reached++;
			continue;
		}
		if (invalid.n)
			buf_char(&invalid, '|');
		buf_add(&invalid, userid);
	}
	if (!reached)
		return 81013;
	sim_out_str(c, "invaliduser", buf_str(&invalid));
	str prefix = arena_printf(c->a, "m%lld_", (long long)(sim_now(c->s) / 1000));
	sim_out_str(c, "msgid", sim_new_id(c->s, arena_cstr(c->a, prefix), 20));
	return 0;
}

static int message_recall(struct sim_call *c)
{
	str rest = sim_arg(c, "msgid"), second = str_cut(&rest, '_');
	i64 at;
	if (second.n < 2 || second.p[0] != 'm' || !str_i64(str_sub(second, 1, second.n), &at))
		return 40058;
	if (sim_now(c->s) / 1000 - at > RECALL_S)
		return 42052;
	sim_logf(c->s, "notice", "message/recall", "{\"msgid\":\"%.*s\"}", STR_F(sim_arg(c, "msgid")));
	return 0;
}

const struct sim_api sim_api_message[] = {
	{ "message/send", message_send, API_POST | API_EFFECT },
	{ "message/recall", message_recall, API_POST | API_EFFECT },
	{ NULL, NULL, 0 },
};
