/*
 * demo's knowledge of its customers: tags in five dimensions, rules that put them by what happens, and attributes of the
 * brand's own, one computed from orders and one filled in by hand. Over the product's own routes, on the first day, so
 * that every mark the visitor sees was put as life went on.
 */
#include "app/demo.h"
#include "base/tz.h"
#include "core/corp/corp.h"
#include "core/tag/tag.h"

#define FIELDS_DAY 86
#define DUE_FROM_DAYS 40 /* until a child is due */
#define DUE_STEP_DAYS 23

/* Groups that came from WeCom say no dimension. */
static const struct { const char *group, *dimension; } known[] = {
	{ "兴趣", "interest" }, { "意向", "behaviour" },
};

static const struct { const char *group, *dimension, *description, *tags; } own[] = {
	{ "购买行为", "behaviour", "由规则按下单情况自动打上", "\"30 天内复购\",\"大额单\",\"售后关注\"" },
	{ "品类偏好", "preference", "由规则按买过的商品自动打上", "\"爱买奶粉\",\"爱买纸尿裤\",\"早教家庭\"" },
	{ "来源", "channel", "由规则按加好友的渠道自动打上", "\"抖音来的\",\"小红书来的\"" },
};

static const struct { const char *name, *tag, *when, *more; } rules[] = {
	{ "30 天内买过两次", "30 天内复购", "{\"type\":\"event\",\"event\":\"order.placed\",\"count\":2,\"within_days\":30}", ",\"expires_days\":30" },
	{ "单笔满 500 元", "大额单",
	  "{\"type\":\"event\",\"event\":\"order.placed\",\"filters\":[{\"name\":\"paid\",\"op\":\"ge\",\"value\":50000}]}", "" },
	{ "说到售后的词", "售后关注",
	  "{\"type\":\"keyword\",\"keywords\":[\"退货\",\"退款\",\"过敏\",\"漏尿\",\"投诉\"],\"events\":[\"kf.wrote\",\"survey.answered\",\"site.tracked\"]}",
	  ",\"expires_days\":90" },
	{ "90 天内买过两次奶粉", "爱买奶粉",
	  "{\"type\":\"keyword\",\"keywords\":[\"奶粉\"],\"events\":[\"order.placed\"],\"count\":2,\"within_days\":90}", ",\"expires_days\":90" },
	{ "90 天内买过两次纸尿裤", "爱买纸尿裤",
	  "{\"type\":\"keyword\",\"keywords\":[\"纸尿裤\",\"拉拉裤\"],\"events\":[\"order.placed\"],\"count\":2,\"within_days\":90}", ",\"expires_days\":90" },
	{ "买过早教玩具", "早教家庭", "{\"type\":\"keyword\",\"keywords\":[\"早教\",\"积木\"],\"events\":[\"order.placed\"]}", "" },
	{ "从抖音直播间加的", "抖音来的", "{\"type\":\"added\",\"channels\":[\"抖音直播间\"]}", "" },
	{ "从小红书加的", "小红书来的", "{\"type\":\"added\",\"channels\":[\"小红书种草\"]}", "" },
};

static const char *const attributes[] = {
	"{\"name\":\"spent_90d\",\"label\":\"近 90 天消费\",\"type\":\"money\",\"doc\":\"近 90 天下单的实付金额\",\"source\":\"event\","
	"\"event\":\"order.placed\",\"fold\":\"sum\",\"path\":\"paid\",\"window_days\":90}",
	"{\"name\":\"due_day\",\"label\":\"预产期\",\"type\":\"date\",\"doc\":\"顾问问到后填写\",\"source\":\"field\"}",
};

/* ---- tags ---- */

static err place_known(struct demo_world *w)
{
	struct json *answer;
	TRY(demo_api(w, "GET", STR("/api/v1/tag-groups"), STR(""), &answer));
	const struct json *groups = json_get(answer, "data");
	for (size_t i = 0; i < groups->n; i++)
		for (size_t k = 0; k < ARRAY_LEN(known); k++) {
			const struct json *g = &groups->items[i];
			if (!str_eq_c(json_str(g, "name"), known[k].group))
				continue;
			str path = arena_printf(w->arena, "/api/v1/tag-groups/%.*s", STR_F(json_str(g, "id")));
			TRY(demo_api(w, "PUT", path, arena_printf(w->arena, "{\"name\":\"%s\",\"dimension\":\"%s\"}", known[k].group, known[k].dimension),
				     NULL));
		}
	return OK;
}

static err find_tag(struct demo_world *w, const char *name, i64 *ret)
{
	struct cx cx = cx_system(w->env, w->arena, w->corp, "demo");
	struct tag t;
	err e = READ_SNAP(&cx.unit, slot_base(w->env->store, w->corp), tag_find(snap, str_c(name), &t));
	if (e != OK)
		w->cli->fail = cx.unit.fail;
	else
		*ret = t.id;
	return e;
}

static err make_rules(struct demo_world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		struct json *made;
		i64 tag;
		TRY(find_tag(w, rules[i].tag, &tag));
		TRY(demo_api(w, "POST", STR("/api/v1/tag-rules"),
			     arena_printf(w->arena, "{\"name\":\"%s\",\"put\":[\"%lld\"],\"when\":%s%s}", rules[i].name, (long long)tag, rules[i].when,
					  rules[i].more), &made));
		TRY(demo_api(w, "POST", arena_printf(w->arena, "/api/v1/tag-rules/%.*s/on", STR_F(json_str(made, "id"))), STR("{}"), NULL));
	}
	return OK;
}

err demo_tags(struct demo_world *w)
{
	TRY(place_known(w));
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		TRY(demo_api(w, "POST", STR("/api/v1/tag-groups"),
			     arena_printf(w->arena, "{\"name\":\"%s\",\"dimension\":\"%s\",\"description\":\"%s\",\"tags\":[%s]}", own[i].group,
					  own[i].dimension, own[i].description, own[i].tags), NULL));
	TRY(make_rules(w));
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
		TRY(demo_api(w, "POST", STR("/api/v1/attributes"), str_c(attributes[i]), NULL));
	return demo_api(w, "POST", STR("/api/v1/audiences"),
			STR("{\"name\":\"奶粉该补货了\",\"expr\":\"tag:\\\"爱买奶粉\\\" and spent_90d >= 300 and last_order < -14d\"}"), NULL);
}

/* ---- what advisors write down ---- */

static err field_of(struct demo_world *w, const char *name, str *ret)
{
	struct json *answer;
	TRY(demo_api(w, "GET", STR("/api/v1/attributes"), STR(""), &answer));
	const struct json *rows = json_get(answer, "data");
	for (size_t i = 0; i < rows->n; i++)
		if (str_eq_c(json_str(&rows->items[i], "name"), name))
			*ret = json_str(&rows->items[i], "id");
	return ret->n ? OK : ERR_INTERNAL;
}

err demo_tags_day(struct demo_world *w, int day)
{
	struct cx cx = cx_system(w->env, w->arena, w->corp, "demo");
	struct json *answer;
	str field = STR_NIL;
	if (day != FIELDS_DAY)
		return OK;
	i64 due = corp_day(&cx.unit, clock_now(cx.unit.clock)) + DUE_FROM_DAYS;
	TRY(field_of(w, "due_day", &field));
	TRY(demo_api(w, "GET", STR("/api/v1/customers?limit=8&expr=tag:%22%E5%AD%95%E6%9C%9F%22"), STR(""), &answer));
	const struct json *rows = json_get(answer, "data");
	for (size_t i = 0; i < rows->n; i++, due += DUE_STEP_DAYS)
		TRY(demo_api(w, "PUT", arena_printf(w->arena, "/api/v1/customers/%.*s/fields/%.*s", STR_F(json_str(&rows->items[i], "id")), STR_F(field)),
			     arena_printf(w->arena, "{\"text\":\"%.*s\"}", STR_F(tz_format_date(due, w->arena))), NULL));
	return OK;
}
