/*
 * demo's journeys, SOP, survey and calendar: what goes on by itself when the visitor comes, begun some weeks before so
 * that people are under way on every step. Over the product's own routes.
 */
#include "app/demo.h"
#include "base/tz.h"
#include "core/corp/corp.h"

#include <string.h>

#define REACH_DAY 66      /* steps of some weeks have been walked by the end */
#define FOLLOW_UP_DAY 87  /* tasks that staff do in the product: a visitor sees those of the last days */
#define CALENDAR_DAY 88

/* A new friend is not left alone: what she may like, then why now; whoever buys is out. */
#define NURSE                                                                                                                       \
	"{\"name\":\"新客 7 天培育\",\"graph\":{\"nodes\":["                                                                        \
	"{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":\"follow.added\"}},"          \
	"{\"id\":\"w1\",\"type\":\"wait\",\"x\":0,\"y\":160,\"wait\":{\"kind\":\"until\",\"minute\":600,\"days\":1}},"              \
	"{\"id\":\"b1\",\"type\":\"branch\",\"x\":0,\"y\":320,\"branch\":{\"cases\":[{\"port\":\"expecting\",\"expr\":\"tag:\\\"孕期\\\"\"}]}}," \
	"{\"id\":\"m1\",\"type\":\"act\",\"x\":-160,\"y\":480,\"act\":{\"verb\":\"wecom.send\",\"args\":{\"text\":\"准妈妈您好，待产包清单整理好了，需要的话回复“清单”。\"}}}," \
	"{\"id\":\"m2\",\"type\":\"act\",\"x\":160,\"y\":480,\"act\":{\"verb\":\"wecom.send\",\"args\":{\"text\":\"您好，新客专享：首单满 199 送益智玩具，有疑问随时问我。\"}}}," \
	"{\"id\":\"w2\",\"type\":\"wait\",\"x\":0,\"y\":640,\"wait\":{\"kind\":\"for\",\"minutes\":4320}},"                          \
	"{\"id\":\"m3\",\"type\":\"act\",\"x\":0,\"y\":800,\"act\":{\"verb\":\"wecom.send\",\"args\":{\"text\":\"新客礼还给您留着，这几款是妈妈们复购最多的。\"}}}," \
	"{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":960,\"end\":{\"name\":\"转人工\"}}],\"edges\":["                              \
	"{\"from\":\"t\",\"port\":\"out\",\"to\":\"w1\"},{\"from\":\"w1\",\"port\":\"out\",\"to\":\"b1\"},"                          \
	"{\"from\":\"b1\",\"port\":\"expecting\",\"to\":\"m1\"},{\"from\":\"b1\",\"port\":\"else\",\"to\":\"m2\"},"                  \
	"{\"from\":\"m1\",\"port\":\"done\",\"to\":\"w2\"},{\"from\":\"m2\",\"port\":\"done\",\"to\":\"w2\"},"                       \
	"{\"from\":\"m1\",\"port\":\"refused\",\"to\":\"w2\"},{\"from\":\"m2\",\"port\":\"refused\",\"to\":\"w2\"},"                 \
	"{\"from\":\"w2\",\"port\":\"out\",\"to\":\"m3\"},"                                                                          \
	"{\"from\":\"m3\",\"port\":\"done\",\"to\":\"e\"},{\"from\":\"m3\",\"port\":\"refused\",\"to\":\"e\"}]},"                     \
	"\"entry\":{\"mode\":\"once\"},\"goals\":[{\"name\":\"首单\",\"event\":\"order.placed\"}]}"

#define SOP                                                                                                                         \
	"{\"name\":\"老友关怀 SOP\",\"goals\":[{\"name\":\"下单\",\"event\":\"order.placed\"}],\"steps\":["                          \
	"{\"day\":10,\"minute\":630,\"verb\":\"wecom.send\",\"args\":{\"text\":\"宝宝最近睡得好吗？我们整理了一份夜奶小贴士，需要就回我。\"}}," \
	"{\"day\":20,\"minute\":630,\"verb\":\"wecom.send\",\"args\":{\"text\":\"周五是会员日，您上次看的款有活动，给您留一份？\"}}]}"

static err publish(struct demo_world *w, const char *what, const struct json *made)
{
	return demo_api(w, "POST", arena_printf(w->arena, "/api/v1/%s/%.*s/publish", what, STR_F(json_str(made, "id"))), STR("{}"), NULL);
}

static err begin(struct demo_world *w, const char *what, str body)
{
	struct json *made;
	TRY(demo_api(w, "POST", arena_printf(w->arena, "/api/v1/%s", what), body, &made));
	return publish(w, !strcmp(what, "surveys") ? what : "journeys", made); /* an SOP is a journey */
}

/* The usual questions about why somebody left. */
static err ask_why(struct demo_world *w)
{
	struct json *form;
	struct buf b = buf_new(w->arena, 1 << 16);
	TRY(demo_api(w, "GET", STR("/api/v1/survey-usual"), STR(""), &form));
	json_write(&b, form);
	return begin(w, "surveys", buf_str(&b));
}

/* "Day after the first order", from its template. */
static err follow_up(struct demo_world *w)
{
	struct json *list;
	struct buf b = buf_new(w->arena, 1 << 16);
	TRY(demo_api(w, "GET", STR("/api/v1/journey-templates"), STR(""), &list));
	const struct json *rows = json_get(list, "data");
	for (size_t i = 0; i < rows->n; i++)
		if (str_eq_c(json_str(&rows->items[i], "id"), "day2"))
			json_write(&b, json_get(&rows->items[i], "def"));
	return b.n ? begin(w, "journeys", buf_str(&b)) : OK;
}

static err plan_week(struct demo_world *w)
{
	static const struct { const char *title, *way, *when; int minute; } all[] = {
		{ "早安：当季喂养小知识", "toolbar", "\"repeat\":\"daily\"", 540 },
		{ "周三抽奖：满月礼盒", "group_mass", "\"repeat\":\"weekly\",\"weekdays\":4", 1200 },
		{ "周五会员日预告", "moments", "\"repeat\":\"weekly\",\"weekdays\":16", 1080 },
		{ "每月 18 日宠粉日", "group_mass", "\"repeat\":\"monthly\",\"month_day\":18", 600 },
	};
	struct cx cx = cx_system(w->env, w->arena, w->corp, "demo");
	str first = tz_format_date(corp_day(&cx.unit, clock_now(cx.unit.clock)), w->arena);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct buf b = buf_new(w->arena, 4096);
		buf_fmt(&b, "{\"title\":\"%s\",\"way\":\"%s\",%s,\"at_minute\":%d,\"first_day\":\"%.*s\",\"shift\":\"keep\",\"owners\":[", all[i].title,
			all[i].way, all[i].when, all[i].minute, STR_F(first));
		for (size_t s = 0; s < w->store_count; s++)
			buf_fmt(&b, "%s\"%lld\"", s ? "," : "", (long long)w->store[s].owner);
		buf_add_c(&b, "]}");
		TRY(demo_api(w, "POST", STR("/api/v1/calendar/entries"), buf_str(&b), NULL));
	}
	return OK;
}

err demo_reach_day(struct demo_world *w, int day)
{
	if (day == REACH_DAY) {
		TRY(begin(w, "journeys", STR(NURSE)));
		TRY(begin(w, "sops", STR(SOP)));
		return ask_why(w);
	}
	if (day == FOLLOW_UP_DAY)
		return follow_up(w);
	return day == CALENDAR_DAY ? plan_week(w) : OK;
}
