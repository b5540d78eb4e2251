/*
 * API: a message of the app to members. Those who left or whom the app may not see are told as invalid; when
 * nobody is left it is refused (81013). What arrived stands in the log.
 */
#include "sim/sim_call.h"

#define USERS_MAX 1000
#define CONTENT_MAX 2048

static int message_send(struct sim_call *c)
{
	str rest = sim_arg(c, "touser"), text = json_str(json_get(c->in, "text"), "content");
	struct buf invalid = buf_new(c->a, USERS_MAX * 65);
	i64 asked = 0, reached = 0;
	if (!str_eq_c(sim_arg(c, "msgtype"), "text"))
		return 40008;
	if (sim_arg_i64(c, "agentid", 0) != c->s->agentid)
		return 40056;
	if (!text.n)
		return 44004;
	if (text.n > CONTENT_MAX)
		return 45002;
	while (rest.n && asked++ < USERS_MAX) {
		str userid = str_cut(&rest, '|');
		struct sim_staff *m = sim_staff_find(c->s, userid);
		if (m && m->visible && !m->left) {
			struct buf b = buf_new(c->a, 8192);
			buf_add_c(&b, "{\"to\":");
			buf_json(&b, m->userid);
			buf_add_c(&b, ",\"text\":");
			buf_json(&b, text);
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
	sim_out_str(c, "msgid", sim_new_id(c->s, "m", 30));
	return 0;
}

const struct sim_api sim_api_message[] = {
	{ "message/send", message_send, API_POST | API_EFFECT },
	{ NULL, NULL, 0 },
};
