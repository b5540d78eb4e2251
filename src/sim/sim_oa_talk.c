/*
 * What the simulated account says: messages within windows, template messages with a report afterwards, subscribed notices
 * by consent, the menu.
 *
 * Windows are buckets, one for each trigger: 5 messages in 48 h after she wrote, 3 in a minute after a tap, a follow or a
 * scan; a new trigger fills its bucket anew; 45015 when all are over, 45047 when those still open are used up. A template
 * of one openid and client_msg_id goes out once in ten minutes and answers as before; its report follows two seconds later.
 * Control: /sim/oa/write {openid, text}, click {openid, key}, consent {openid, template, accept}; lose {count}: so many sends
 * happen and lose their answer; finish {status}: how the next report ends.
 */
#include "sim/sim_oa_int.h"

#define TEXT_BYTES 2048
#define AGAIN_MS (10 * MS_MINUTE)
#define REPORT_MS (2 * MS_SECOND)
#define FIRST_MSGID 3557000000000000000LL

struct told { i64 msgid; ms at; };

static const struct { i64 count; ms within; } windows[OA_TRIGGERS] = {
	{ 5, 48 * MS_HOUR }, { 3, MS_MINUTE }, { 3, MS_MINUTE }, { 3, MS_MINUTE },
};
static const struct { const char *id, *title, *content; } templates[] = {
	{ "TPL_ORDER", "订单通知", "订单：{{character_string1.DATA}}\\n商品：{{thing2.DATA}}\\n时间：{{time3.DATA}}" },
	{ "TPL_STOCK", "到货提醒", "商品：{{thing1.DATA}}\\n门店：{{thing2.DATA}}" },
};
static const struct { const char *id, *title, *content; int type; } notices[] = {
	{ "NTC_STOCK", "到货通知", "商品名称：{{thing1.DATA}}\\n备注：{{thing2.DATA}}", 2 },
	{ "NTC_CLINIC", "就诊提醒", "就诊人：{{name1.DATA}}", 3 },
};

void sim_oa_bucket(struct sim *s, struct oa_follower *f, enum oa_trigger trigger)
{
	f->buckets[trigger] = (struct oa_bucket){ sim_now(s), windows[trigger].count };
}

static struct oa_follower *fan(struct sim_oa *oa, str openid)
{
	const i64 *at = map_get(&oa->by_openid, openid);
	return at ? &oa->fans.v[*at] : NULL;
}

/* Takes one of the bucket that is over first; 0 or the errcode. */
static i64 take(struct sim *s, struct oa_follower *f)
{
	ms now = sim_now(s), soonest = NIL;
	int from = -1;
	bool open = false;
	for (int i = 0; i < OA_TRIGGERS; i++) {
		ms until = f->buckets[i].at + windows[i].within;
		if (!f->buckets[i].at || now >= until)
			continue;
		open = true;
		if (f->buckets[i].left > 0 && (soonest == NIL || until < soonest)) {
			soonest = until;
			from = i;
		}
	}
	if (from < 0)
		return open ? 45047 : 45015;
	f->buckets[from].left--;
	return 0;
}

/* It happened; the answer may be lost all the same. */
static void answer(struct sim_oa *oa, struct oa_reply *r, str body)
{
	if (oa->lose > 0 && oa->lose--)
		http_send(r->reply, 504, STR("text/plain"), STR(""));
	else
		buf_add(&r->out, body);
}

static void custom(struct sim *s, struct sim_oa *oa, const struct json *in, struct oa_reply *r)
{
	struct oa_follower *f = fan(oa, json_str(in, "touser"));
	str type = json_str(in, "msgtype");
	const struct json *branch = type.n ? json_get(in, arena_cstr(r->a, type)) : NULL, *articles = json_get(branch, "articles");
	str text = json_str(branch, str_eq_c(type, "msgmenu") ? "head_content" : "content");
	bool news = str_eq_c(type, "news");
	if (!f)
		sim_oa_refuse(r, 40003);
	else if (!branch || (!news && !str_eq_c(type, "text") && !str_eq_c(type, "msgmenu")))
		sim_oa_refuse(r, 40008);
	else if (news && (!articles || articles->type != JSON_ARRAY || articles->n != 1))
		sim_oa_refuse(r, articles && articles->type == JSON_ARRAY ? 45008 : 45162);
	else if (!news && (text.n == 0 || text.n > TEXT_BYTES))
		sim_oa_refuse(r, text.n ? 45002 : 44004);
	else {
		i64 code = f->following ? take(s, f) : 45015;
		if (code) {
			sim_oa_refuse(r, code);
			return;
		}
		sim_log(s, "message", STR("oa/custom/send"), in->raw, STR_NIL);
		answer(oa, r, STR("{\"errcode\":0,\"errmsg\":\"ok\"}"));
	}
}

/* Every key of the content has a value that fits. */
static bool fits(const char *content, const struct json *data, struct arena *a)
{
	str rest = str_c(content);
	for (i64 at; (at = str_find(rest, STR("{{"))) >= 0;) {
		rest = str_sub(rest, (size_t)at + 2, rest.n);
		str key = str_sub(rest, 0, (size_t)str_find(rest, STR(".DATA")));
		str value = json_str(json_get(data, arena_cstr(a, key)), "value");
		if (!value.n || str_has_char(value, '\n') || (str_starts(key, STR("thing")) && str_utf8_len(value) > 20))
			return false;
	}
	return true;
}

static void report(struct sim *s, struct sim_oa *oa, const struct oa_follower *f, i64 msgid, struct arena *a)
{
	str status = oa->finish.n ? oa->finish : STR("success");
	str xml = arena_printf(a, "<xml><ToUserName><![CDATA[gh_sim]]></ToUserName><FromUserName><![CDATA[%.*s]]></FromUserName><CreateTime>%lld</CreateTime>"
			       "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>%lld</MsgID>"
			       "<Status><![CDATA[%.*s]]></Status></xml>",
			       STR_F(f->openid), (long long)(sim_now(s) / 1000), (long long)msgid, STR_F(status));
	oa->finish = STR_NIL;
	sim_due_add(s, sim_now(s) + REPORT_MS, DUE_OA, 0, 0, sim_keep(s, xml));
}

static void template(struct sim *s, struct sim_oa *oa, const struct json *in, struct oa_reply *r)
{
	struct oa_follower *f = fan(oa, json_str(in, "touser"));
	str id = json_str(in, "template_id"), again = json_str(in, "client_msg_id");
	size_t i = 0;
	while (i < ARRAY_LEN(templates) && !str_eq_c(id, templates[i].id))
		i++;
	if (!f)
		sim_oa_refuse(r, 40003);
	else if (!f->following)
		sim_oa_refuse(r, 43004);
	else if (i == ARRAY_LEN(templates))
		sim_oa_refuse(r, 40037);
	else if (!fits(templates[i].content, json_get(in, "data"), r->a))
		sim_oa_refuse(r, 47003);
	else {
		str key = sim_keep(s, arena_printf(r->a, "%.*s/%.*s", STR_F(f->openid), STR_F(again)));
		struct told *t = again.n ? map_get(&oa->said, key) : NULL;
		if (!t || sim_now(s) >= t->at + AGAIN_MS) {
			t = ARENA_NEW(s->arena, struct told);
			*t = (struct told){ FIRST_MSGID + ++oa->messages, sim_now(s) };
			if (again.n)
				map_put(&oa->said, key, t);
			sim_log(s, "message", STR("oa/template/send"), in->raw, STR_NIL);
			report(s, oa, f, t->msgid, r->a);
		}
		answer(oa, r, arena_printf(r->a, "{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":%lld}", (long long)t->msgid));
	}
}

static struct oa_consents *consent_of(struct oa_follower *f, str template)
{
	for (size_t i = 0; i < f->consents.n; i++)
		if (str_eq(f->consents.v[i].template, template))
			return &f->consents.v[i];
	return NULL;
}

static void notice(struct sim *s, struct sim_oa *oa, const struct json *in, struct oa_reply *r)
{
	struct oa_follower *f = fan(oa, json_str(in, "touser"));
	str id = json_str(in, "template_id");
	struct oa_consents *c = f ? consent_of(f, id) : NULL;
	size_t i = 0;
	while (i < ARRAY_LEN(notices) && !str_eq_c(id, notices[i].id))
		i++;
	if (!f)
		sim_oa_refuse(r, 40003);
	else if (i == ARRAY_LEN(notices))
		sim_oa_refuse(r, 40037);
	else if (!c || c->left < 1)
		sim_oa_refuse(r, 43101);
	else if (!fits(notices[i].content, json_get(in, "data"), r->a))
		sim_oa_refuse(r, 47003);
	else {
		c->left -= notices[i].type == 2;
		sim_log(s, "message", STR("oa/subscribe/bizsend"), in->raw, STR_NIL);
		answer(oa, r, STR("{\"errcode\":0,\"errmsg\":\"ok\"}"));
	}
}

static void lists(bool of_notices, struct oa_reply *r)
{
	buf_add_c(&r->out, of_notices ? "{\"errcode\":0,\"data\":[" : "{\"template_list\":[");
	for (size_t i = 0; of_notices && i < ARRAY_LEN(notices); i++)
		buf_fmt(&r->out, "%s{\"priTmplId\":\"%s\",\"title\":\"%s\",\"content\":\"%s\",\"example\":\"\",\"type\":%d}", i ? "," : "",
			notices[i].id, notices[i].title, notices[i].content, notices[i].type);
	for (size_t i = 0; !of_notices && i < ARRAY_LEN(templates); i++)
		buf_fmt(&r->out, "%s{\"template_id\":\"%s\",\"title\":\"%s\",\"content\":\"%s\",\"example\":\"\"}", i ? "," : "",
			templates[i].id, templates[i].title, templates[i].content);
	buf_add_c(&r->out, "]}");
}

static void menu_put(struct sim *s, struct sim_oa *oa, const struct json *in, struct oa_reply *r)
{
	const struct json *buttons = json_get(in, "button");
	if (!buttons || buttons->type != JSON_ARRAY || buttons->n < 1 || buttons->n > 3) {
		sim_oa_refuse(r, 40016);
		return;
	}
	oa->menu = sim_keep(s, buttons->raw);
	sim_log(s, "api", STR("oa/menu/create"), in->raw, STR_NIL);
	buf_add_c(&r->out, "{\"errcode\":0}");
}

bool sim_oa_talk(struct sim *s, struct sim_oa *oa, str path, const struct json *in, struct oa_reply *r)
{
	if (str_eq_c(path, "message/custom/send"))
		custom(s, oa, in, r);
	else if (str_eq_c(path, "message/template/send"))
		template(s, oa, in, r);
	else if (str_eq_c(path, "message/subscribe/bizsend"))
		notice(s, oa, in, r);
	else if (str_eq_c(path, "template/get_all_private_template"))
		lists(false, r);
	else if (str_eq_c(path, OA_NOTICES_PATH))
		lists(true, r);
	else if (str_eq_c(path, "menu/create"))
		menu_put(s, oa, in, r);
	else if (str_eq_c(path, "menu/get") && oa->menu.n)
		buf_fmt(&r->out, "{\"menu\":{\"button\":%.*s}}", STR_F(oa->menu));
	else if (str_eq_c(path, "menu/get"))
		sim_oa_refuse(r, 46003);
	else if (str_eq_c(path, "menu/delete")) {
		oa->menu = STR_NIL;
		buf_add_c(&r->out, "{\"errcode\":0}");
	} else
		return false;
	return true;
}

bool sim_oa_set(struct sim *s, struct sim_oa *oa, str what, const struct json *in)
{
	bool lose = str_eq_c(what, "lose");
	if (lose)
		oa->lose = json_i64(in, "count", 1);
	else if (str_eq_c(what, "finish"))
		oa->finish = sim_keep(s, json_str(in, "status"));
	else
		return false;
	return true;
}

static str opening(struct arena *a, struct sim *s, const struct oa_follower *f, const char *type)
{
	return arena_printf(a, "<xml><ToUserName><![CDATA[gh_sim]]></ToUserName><FromUserName><![CDATA[%.*s]]></FromUserName><CreateTime>%lld</CreateTime>"
			    "<MsgType><![CDATA[%s]]></MsgType>", STR_F(f->openid), (long long)(sim_now(s) / 1000), type);
}

static str consents(struct sim *s, struct oa_follower *f, const struct json *in, struct arena *a)
{
	str template = json_str(in, "template");
	bool yes = json_bool(in, "accept", true);
	struct oa_consents *c = consent_of(f, template);
	if (!c) {
		vec_push(s->arena, &f->consents, (struct oa_consents){ sim_keep(s, template), 0 });
		c = &f->consents.v[f->consents.n - 1];
	}
	c->left = yes ? c->left + 1 : 0;
	const char *name = yes ? "Popup" : "Change";
	return arena_printf(a, "%.*s<Event><![CDATA[subscribe_msg_%s_event]]></Event><SubscribeMsg%sEvent><List><TemplateId><![CDATA[%.*s]]></TemplateId>"
			    "<SubscribeStatusString><![CDATA[%s]]></SubscribeStatusString></List></SubscribeMsg%sEvent></xml>",
			    STR_F(opening(a, s, f, "event")), yes ? "popup" : "change", name, STR_F(template), yes ? "accept" : "reject", name);
}

str sim_oa_said(struct sim *s, struct oa_follower *f, str what, const struct json *in, struct arena *a)
{
	if (str_eq_c(what, "write")) {
		sim_oa_bucket(s, f, OA_MESSAGE);
		return arena_printf(a, "%.*s<Content><![CDATA[%.*s]]></Content><MsgId>%.*s</MsgId></xml>", STR_F(opening(a, s, f, "text")),
				    STR_F(json_str(in, "text")), STR_F(sim_new_id(s, "9", 12)));
	}
	if (str_eq_c(what, "click")) {
		sim_oa_bucket(s, f, OA_CLICK);
		return arena_printf(a, "%.*s<Event><![CDATA[CLICK]]></Event><EventKey><![CDATA[%.*s]]></EventKey></xml>",
				    STR_F(opening(a, s, f, "event")), STR_F(json_str(in, "key")));
	}
	return str_eq_c(what, "consent") ? consents(s, f, in, a) : STR_NIL;
}
