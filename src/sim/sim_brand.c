/*
 * The demo brand: 小鱼优选, a mother-and-baby chain in 杭州 with 6 stores, 24 advisors and its own tags,
 * and the people who come to it. All names are made up from lists; phones come from the seed.
 */
#include "sim/sim_call.h"
#include "sim/sim_people.h"

#include "base/hash.h"

#include <stdio.h>

#define BRAND "小鱼优选"
#define DEPT_ROOT 1
#define CHANCE_PARTNER 0.006
#define WELCOMED_BY_CONSOLE "gaoshan" /* the admin console greets for her: her adds carry no code */

static const char *const stores[] = { "西湖文三路店", "拱墅万达店", "滨江宝龙店", "余杭未来店", "萧山银泰店", "上城湖滨店" };

static const struct { const char *userid, *name; i64 diligence, gender; } advisors[] = {
	{ "zhangli", "张莉", 96, 2 }, { "wangfang", "王芳", 92, 2 }, { "liuyang", "刘洋", 70, 1 },
	{ "chenjing", "陈静", 95, 2 }, { "yangmin", "杨敏", 88, 2 }, { "zhaolei", "赵磊", 55, 1 },
	{ "huangting", "黄婷", 93, 2 }, { "zhouxin", "周欣", 90, 2 }, { "wuhao", "吴昊", 62, 1 },
	{ "xuyan", "徐燕", 97, 2 }, { "sunli", "孙丽", 85, 2 }, { "madan", "马丹", 80, 2 },
	{ "zhuxiaomei", "朱晓梅", 94, 2 }, { "hujia", "胡佳", 89, 2 }, { "guowei", "郭伟", 45, 1 },
	{ "heyun", "何芸", 91, 2 }, { "gaoshan", "高珊", 87, 2 }, { "linna", "林娜", 98, 2 },
	{ "luoqian", "罗倩", 90, 2 }, { "liangyu", "梁宇", 66, 1 }, { "songyao", "宋瑶", 92, 2 },
	{ "tangmei", "唐梅", 83, 2 }, { "xiaqing", "夏青", 95, 2 }, { "fangyuan", "方圆", 75, 2 } };

static const struct { const char *group; const char *tags[9]; } tags[] = {
	{ "人群", { "宝妈", "孕期", "宝爸", "祖辈带娃" } },
	{ "宝宝月龄", { "0-6月", "6-12月", "1-3岁", "3岁以上" } },
	{ "兴趣", { "奶粉", "辅食", "纸尿裤", "玩具早教", "童装", "洗护" } },
	{ "意向", { "高意向", "中意向", "观望" } },
	{ "会员", { "金卡", "银卡", "新客" } } };

static const char *const surnames[] = { "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "马",
					"朱", "胡", "郭", "何", "高", "林", "罗", "郑", "梁", "谢", "宋", "唐", "许",
					"邓", "韩", "冯", "曹", "彭", "曾", "沈", "蒋", "卢", "丁", "魏", "薛", "叶", "余" };
static const char *const given[] = { "静", "敏", "丽", "婷", "娜", "雪", "倩", "颖", "欣怡", "梦瑶", "雨桐", "子涵", "思琪",
				     "佳怡", "晓燕", "海燕", "丹丹", "晶晶", "玲玲", "春梅", "秀英", "雅琴", "文静", "慧敏",
				     "建国", "志强", "伟", "磊", "洋", "浩然", "俊杰", "宇航", "鑫", "博文" };
static const char *const babies[] = { "果果", "糖糖", "豆豆", "安安", "乐乐", "小宝", "大宝", "朵朵", "汤圆", "米粒", "团团",
				      "圆圆", "可乐", "布丁", "奇奇", "妙妙", "小满", "年年", "一一", "柚子", "芒果", "小鱼" };
static const char *const tails[] = { "妈妈", "麻麻", "妈", "妈咪", "爸爸", "的妈妈", "姥姥" };
static const char *const nicks[] = { "清风", "云朵", "向日葵", "晴天", "小确幸", "慢慢来", "夏天的风", "南方姑娘", "栀子花开",
				     "半夏", "知足常乐", "平安喜乐", "星辰", "小太阳", "暖暖", "猫与海", "Lily", "Amy", "Coco",
				     "Echo", "Vivian", "一叶知秋", "简单就好", "花开半夏" };

#define PICK(list) (list)[sim_below(s, STREAM_PEOPLE, (i64)ARRAY_LEN(list))]

static str nickname(struct sim *s)
{
	switch (sim_below(s, STREAM_PEOPLE, 5)) {
	case 0: case 1: return arena_printf(s->arena, "%s%s", PICK(babies), PICK(tails));
	case 2: case 3: return arena_printf(s->arena, "%s%s", PICK(surnames), PICK(given));
	default: return str_c(PICK(nicks));
	}
}

static str phone_new(struct sim *s)
{
	static const char *const heads[] = { "134", "135", "136", "137", "138", "139", "150", "151", "158", "159", "177", "181", "186", "188" };
	for (;;) {
		char text[16];
		int n = snprintf(text, sizeof(text), "%s%08lld", PICK(heads), (long long)sim_below(s, STREAM_PEOPLE, 100000000));
		if (!map_get(&s->person_by_phone, str_of(text, (size_t)n)))
			return sim_keep(s, str_of(text, (size_t)n));
	}
}

struct sim_person *sim_people_make(struct sim *s)
{
	struct sim_person p = { .xid = sim_new_id(s, "wm", 30), .name = nickname(s), .unionid = sim_new_id(s, "o", 27),
				.openid = sim_new_id(s, "oS", 26), .phone = phone_new(s), .type = 1,
				.gender = sim_chance(s, STREAM_PEOPLE, 0.86) ? 2 : 1,
				.taste = sim_below(s, STREAM_PEOPLE, 100), .corp_name = STR_NIL };
	p.avatar = arena_printf(s->arena, "https://wx.qlogo.example/mmhead/%.*s/0", STR_F(p.openid));
	if (sim_chance(s, STREAM_PEOPLE, CHANCE_PARTNER)) { /* a WeCom user of another corp */
		p.type = 2;
		p.xid = sim_new_id(s, "wo", 30);
		p.unionid = STR_NIL;
		p.corp_name = STR("杭州童趣供应链");
	}
	return sim_person_add(s, &p);
}

static void staff_load(struct sim *s)
{
	for (size_t i = 0; i < ARRAY_LEN(advisors); i++) {
		struct sim_staff of = { .userid = str_c(advisors[i].userid), .name = str_c(advisors[i].name),
					.position = i % 4 ? STR("导购") : STR("店长"), .active = true, .realname = true,
					.follow = true, .visible = true, .diligence = advisors[i].diligence,
					.weight = 1, .gender = advisors[i].gender };
		of.welcome = str_eq_c(of.userid, WELCOMED_BY_CONSOLE);
		of.mobile = arena_printf(s->arena, "1370571%04zu", i + 1001);
		struct sim_staff *m = sim_staff_add(s, &of);
		sim_ids_add(s, &m->depts, DEPT_ROOT + 1 + (i64)(i / 4));
	}
}

void sim_brand_load(struct sim *s)
{
	pthread_mutex_lock(&s->lock);
	sim_dept_add(s, &(struct sim_dept){ .id = DEPT_ROOT, .name = STR(BRAND), .order = 100 });
	for (size_t i = 0; i < ARRAY_LEN(stores); i++)
		sim_dept_add(s, &(struct sim_dept){ .id = DEPT_ROOT + 1 + (i64)i, .name = str_c(stores[i]),
						    .parent = DEPT_ROOT, .order = 100 - (i64)i });
	staff_load(s);
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		struct sim_group group = { .id = sim_new_id(s, "et", 30), .name = str_c(tags[i].group),
					   .created = sim_now(s), .order = 100 - (i64)i };
		struct sim_group *g = sim_group_add(s, &group);
		for (size_t k = 0; k < ARRAY_LEN(tags[i].tags) && tags[i].tags[k]; k++)
			sim_tag_add(s, &(struct sim_tag){ .id = sim_new_id(s, "et", 30), .group = g->number,
							  .name = str_c(tags[i].tags[k]), .created = sim_now(s),
							  .order = 100 - (i64)k });
	}
	pthread_mutex_unlock(&s->lock);
}
