/*
 * 微信客服: accounts, messages and answers.
 *
 * One list of messages per simulator; an account's page is what of it belongs to it. Answers count per visitor
 * since her last message: the sixth is 95001, one after 48 hours 95002. A msgid given twice sends nothing.
 * Not part of a snapshot.
 */
#include "sim/sim_call.h"

#define KF_NAME_MAX 16
#define KF_LIMIT_MAX 1000
#define KF_LIST_MAX 100
#define KF_TEXT_MAX 2048
#define KF_MSGID_MAX 32
#define KF_WINDOW_MS (48 * MS_HOUR)
#define KF_ANSWERS_MAX 5
#define KF_ITEMS_MAX 10
#define KF_WHO_MAX 100

static struct sim_kf *kf_find(struct sim *s, str id)
{
	for (size_t i = 0; i < s->kfs.n; i++)
		if (str_eq(s->kfs.v[i]->id, id))
			return s->kfs.v[i];
	return NULL;
}

struct sim_kf *sim_kf_add(struct sim *s, str name)
{
	struct sim_kf *k = ARENA_NEW(s->arena, struct sim_kf);
	*k = (struct sim_kf){ sim_new_id(s, "wk", 30), sim_keep(s, name) };
	vec_push(s->arena, &s->kfs, k);
	return k;
}

static int account_add(struct sim_call *c)
{
	str name = sim_arg(c, "name");
	if (!name.n || str_utf8_len(name) > KF_NAME_MAX)
		return 40058;
	sim_out_str(c, "open_kfid", sim_kf_add(c->s, name)->id);
	return 0;
}

static int account_list(struct sim_call *c)
{
	i64 at = sim_arg_i64(c, "offset", 0), limit = sim_arg_i64(c, "limit", KF_LIST_MAX), n = 0;
	if (at < 0 || limit < 1 || limit > KF_LIST_MAX)
		return 40058;
	buf_add_c(&c->out, ",\"account_list\":[");
	for (; at < (i64)c->s->kfs.n && n < limit; at++) {
		buf_fmt(&c->out, "%s{\"open_kfid\":\"%.*s\",\"name\":", n++ ? "," : "", STR_F(c->s->kfs.v[at]->id));
		buf_json(&c->out, c->s->kfs.v[at]->name);
		buf_add_c(&c->out, ",\"manage_privilege\":true}");
	}
	buf_char(&c->out, ']');
	return 0;
}

static void message(struct sim_call *c, const struct sim_kf_message *m, bool first)
{
	buf_fmt(&c->out, "%s{\"msgid\":\"%.*s\",\"open_kfid\":\"%.*s\",\"external_userid\":\"%.*s\",\"send_time\":%lld,\"origin\":%d,"
			 "\"msgtype\":\"text\",\"text\":{\"content\":", first ? "" : ",", STR_F(m->msgid), STR_F(m->kf), STR_F(m->xid),
		(long long)(m->at / MS_SECOND), m->by_customer ? 3 : 5);
	buf_json(&c->out, m->text);
	buf_char(&c->out, '}');
	if (m->servicer.n)
		sim_out_str(c, "servicer_userid", m->servicer);
	buf_char(&c->out, '}');
}

static int sync_msg(struct sim_call *c)
{
	struct sim *s = c->s;
	str id = sim_arg(c, "open_kfid");
	i64 limit = sim_arg_i64(c, "limit", KF_LIMIT_MAX), at, n = 0;
	if (!kf_find(s, id))
		return 95004;
	if (!sim_cursor(c, &at))
		return 95007;
	limit = limit < 1 ? KF_LIMIT_MAX : int_min(limit, KF_LIMIT_MAX);
	buf_add_c(&c->out, ",\"msg_list\":[");
	for (; at < (i64)s->kf_messages.n && n < limit; at++)
		if (str_eq(s->kf_messages.v[at]->kf, id))
			message(c, s->kf_messages.v[at], n++ == 0);
	buf_char(&c->out, ']');
	sim_out_str(c, "next_cursor", sim_cursor_of(c, at));
	sim_out_i64(c, "has_more", at < (i64)s->kf_messages.n);
	return 0;
}

struct sim_kf_message *sim_kf_say(struct sim *s, str kf, str xid, str msgid, str text, bool by_customer)
{
	struct sim_kf_message *m = ARENA_NEW(s->arena, struct sim_kf_message);
	*m = (struct sim_kf_message){ sim_keep(s, msgid), sim_keep(s, kf), sim_keep(s, xid), sim_keep(s, text), sim_now(s), by_customer };
	vec_push(s->arena, &s->kf_messages, m);
	return m;
}

/* How her window stands: NIL when she never wrote. */
static ms window(const struct sim *s, str kf, str xid, i64 *ret_answers)
{
	ms wrote = NIL;
	*ret_answers = 0;
	for (size_t i = 0; i < s->kf_messages.n; i++) {
		const struct sim_kf_message *m = s->kf_messages.v[i];
		if (!str_eq(m->kf, kf) || !str_eq(m->xid, xid))
			continue;
		wrote = m->by_customer ? m->at : wrote;
		*ret_answers = m->by_customer ? 0 : *ret_answers + 1;
	}
	return wrote;
}

static int send_msg(struct sim_call *c)
{
	struct sim *s = c->s;
	str kf = sim_arg(c, "open_kfid"), to = sim_arg(c, "touser"), msgid = sim_arg(c, "msgid");
	const struct json *menu = json_get(c->in, "msgmenu"), *items = json_get(menu, "list");
	bool plain = str_eq_c(sim_arg(c, "msgtype"), "text"), tapped = str_eq_c(sim_arg(c, "msgtype"), "msgmenu");
	str text = plain ? json_str(json_get(c->in, "text"), "content") : tapped && items ? menu->raw : STR("");
	i64 answers;
	if (!kf_find(s, kf))
		return 95004;
	if (msgid.n > KF_MSGID_MAX || (!plain && !tapped) || (tapped && (!items || items->type != JSON_ARRAY || !items->n || items->n > KF_ITEMS_MAX)))
		return 40058;
	if (!text.n || text.n > KF_TEXT_MAX)
		return text.n ? 45002 : 44004;
	for (size_t i = 0; msgid.n && i < s->kf_messages.n; i++)
		if (str_eq(s->kf_messages.v[i]->msgid, msgid)) {
			sim_out_str(c, "msgid", msgid);
			return 0;
		}
	ms wrote = window(s, kf, to, &answers);
	if (wrote == NIL || sim_now(s) - wrote > KF_WINDOW_MS)
		return 95002;
	if (answers >= KF_ANSWERS_MAX)
		return 95001;
	struct sim_kf_message *m = sim_kf_say(s, kf, to, msgid.n ? msgid : sim_new_id(s, "msg", 24), text, false);
	struct buf b = buf_new(c->a, (size_t)16 << 10);
	buf_fmt(&b, "{\"open_kfid\":\"%.*s\",\"touser\":\"%.*s\",\"text\":", STR_F(kf), STR_F(to));
	buf_json(&b, text);
	buf_char(&b, '}');
	sim_log(s, "message", STR("kf/send_msg"), buf_str(&b), STR_NIL);
	sim_out_str(c, "msgid", m->msgid);
	return 0;
}

static int batchget(struct sim_call *c)
{
	const struct json *list = sim_arg_array(c, "external_userid_list");
	if (!list || list->n < 1 || list->n > KF_WHO_MAX)
		return 40058;
	buf_add_c(&c->out, ",\"customer_list\":[");
	i64 n = 0;
	for (size_t i = 0; i < list->n; i++) {
		const struct sim_person *p = map_get(&c->s->person_by_xid, list->items[i].text);
		if (!p)
			continue;
		buf_fmt(&c->out, "%s{\"external_userid\":\"%.*s\",\"nickname\":", n++ ? "," : "", STR_F(list->items[i].text));
		buf_json(&c->out, p->name);
		buf_fmt(&c->out, ",\"unionid\":\"%.*s\"}", STR_F(p->unionid));
	}
	buf_add_c(&c->out, "],\"invalid_external_userid\":[]");
	return 0;
}

const struct sim_api sim_api_kf[] = {
	{ "kf/account/add", account_add, API_POST | API_EFFECT },
	{ "kf/account/list", account_list, API_GET | API_POST },
	{ "kf/sync_msg", sync_msg, API_POST },
	{ "kf/send_msg", send_msg, API_POST | API_EFFECT },
	{ "kf/customer/batchget", batchget, API_POST },
	{ NULL, NULL, 0 },
};
