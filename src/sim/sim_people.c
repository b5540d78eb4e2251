/*
 * People and members who live by themselves: seeded, so that the same seed lives the same life.
 *
 * A day brings its share of arrivals (weekends and growth weigh) at the hours people use their
 * phones. Who arrives scans one of the contact ways that exist then (early ways more often), or adds a
 * member by card or phone. After that she may chat, buy, buy again, leave; her member may tag her.
 * Some buy before they are anybody's friend, and become one later with the same phone. Members
 * confirm mass sends in working hours after a while, or never; what arrives brings a few to open the
 * link or to buy. The chances are plain figures here, chosen to look like an ordinary shop.
 */
#include "sim/sim_call.h"
#include "sim/sim_moment.h"
#include "sim/sim_people.h"

#include <math.h>
#include <stdio.h>

#define CHANCE_SCAN 0.86        /* else added by card, phone, group */
#define CHANCE_CHAT 0.45
#define CHANCE_CHAT_AT_ONCE 0.02 /* before a welcome can arrive */
#define CHANCE_BUYER 0.42
#define CHANCE_AGAIN 0.56
#define CHANCE_AGAIN_STEP 0.05
#define CHANCE_AGAIN_MAX 0.82
#define CHANCE_LEAVE 0.11
#define CHANCE_DROP 0.004
#define CHANCE_TAG 0.22
#define CHANCE_STRANGER 0.10    /* strangers who buy, per arrival */
#define CHANCE_STRANGER_ADDS 0.45
#define CHANCE_BUY_AFTER_SEND 0.03
#define CHANCE_VISIT 0.07
#define CHANCE_LEAVE_AFTER_SEND 0.002
#define CHANCE_REMINDED 0.6
#define CHANCE_LIKE 0.06
#define CHANCE_COMMENT 0.015
#define GAP_DAYS 24.0
#define WORK_FROM 9
#define WORK_TO 21

enum { BUY_ONCE = 1 };

static const struct { const char *name, *category; i64 fen; } products[] = {
	{ "婴儿配方奶粉 3段 800g", "奶粉", 26800 }, { "婴儿配方奶粉 1段 400g", "奶粉", 15800 }, { "有机米粉 225g", "辅食", 5980 },
	{ "纸尿裤 L 76片", "纸尿裤", 12900 }, { "拉拉裤 XL 60片", "纸尿裤", 11900 }, { "婴儿湿巾 80抽 6包", "洗护", 4590 },
	{ "宝宝辅食泥 12袋", "辅食", 8900 }, { "儿童牙刷套装", "洗护", 3990 }, { "婴儿连体衣", "童装", 9900 }, { "布书早教套装", "玩具早教", 12800 },
	{ "积木桌", "玩具早教", 29900 }, { "孕妇叶酸 90片", "孕产", 8800 }, { "妊娠油 125ml", "孕产", 13900 }, { "恒温调奶器", "出行与用具", 19900 },
	{ "安全座椅", "出行与用具", 129900 }, { "婴儿推车", "出行与用具", 89900 }, { "儿童保温杯", "出行与用具", 7900 }, { "DHA藻油 60粒", "营养品", 16800 } };

/* Share of a day's acts in each hour of it. */
static const i64 hours[24] = { 2, 1, 0, 0, 0, 1, 2, 4, 6, 9, 10, 9, 8, 7, 7, 8, 8, 8, 9, 12, 14, 13, 9, 5 };

static double exponential(struct sim *s, double mean)
{
	return -log(sim_unit(s, STREAM_PEOPLE)) * mean;
}

static bool chance(struct sim *s, double p)
{
	return sim_chance(s, STREAM_PEOPLE, p);
}

static ms day_start(i64 day)
{
	return day * MS_DAY - 8 * MS_HOUR;
}

static ms moment_of_day(struct sim *s, i64 day)
{
	i64 total = 0;
	for (int h = 0; h < 24; h++)
		total += hours[h];
	i64 pick = sim_below(s, STREAM_PEOPLE, total);
	int hour = 0;
	while (pick >= hours[hour])
		pick -= hours[hour++];
	return day_start(day) + hour * MS_HOUR + sim_below(s, STREAM_PEOPLE, MS_HOUR);
}

/* `days` from now, at an hour people are awake; never earlier than now. */
static ms later(struct sim *s, double days)
{
	ms now = sim_now(s), at = now + (ms)(days * (double)MS_DAY);
	ms shaped = moment_of_day(s, sim_day(at));
	return shaped > now ? shaped : at;
}

static void due(struct sim *s, ms at, enum sim_due_kind kind, i64 a, i64 b)
{
	sim_due_add(s, at, kind, a, b, STR_NIL);
}

/* Weight of a day of the plan: it grows, and weekends and the month's middle promotion stand out. */
static double day_weight(i64 day, i64 index)
{
	double w = 0.75 + (double)index * 0.006;
	i64 weekday = (day + 3) % 7; /* 0 = Monday */
	if (weekday >= 5)
		w *= 1.35;
	if (index % 30 == 17)
		w *= 1.9;
	return w;
}

/* Arrivals up to and with day `index` of the plan; exact at the end. */
static i64 arrivals_by(const struct sim_plan *plan, i64 first, i64 index)
{
	double all = 0, upto = 0;
	for (i64 i = 0; i < plan->days; i++) {
		double w = day_weight(first + i, i);
		all += w;
		upto += i <= index ? w : 0;
	}
	return index >= plan->days - 1 ? plan->people : (i64)((double)plan->people * upto / all);
}

static void day_begins(struct sim *s, i64 day)
{
	i64 first = sim_day(s->plan.start), index = day - first, n;
	ms now = sim_now(s);
	bool over = index >= s->plan.days;
	if (over && day < sim_day(now)) { /* nobody lived while the demo was off */
		due(s, now, DUE_DAY, sim_day(now), 0);
		return;
	}
	if (!over)
		n = arrivals_by(&s->plan, first, index) - (index ? arrivals_by(&s->plan, first, index - 1) : 0);
	else
		n = s->plan.after_per_day;
	for (i64 i = 0; i < n; i++) {
		ms at = moment_of_day(s, day), bought = chance(s, CHANCE_STRANGER) ? moment_of_day(s, day) : NIL;
		if (!over || at >= now)
			due(s, at, DUE_ARRIVE, 0, 0);
		if (bought != NIL && (!over || bought >= now))
			due(s, bought, DUE_STRANGER, 0, 0);
	}
	if (index + 1 < s->plan.days || s->plan.after_per_day > 0)
		due(s, day_start(day + 1), DUE_DAY, day + 1, 0);
}

void sim_brand_history_step(struct sim *s, const struct sim_plan *plan)
{
	pthread_mutex_lock(&s->lock);
	s->plan = *plan;
	s->lively = true;
	due(s, day_start(sim_day(plan->start)), DUE_DAY, sim_day(plan->start), 0);
	pthread_mutex_unlock(&s->lock);
}

static struct sim_way *way_choose(struct sim *s)
{
	struct sim_way *best = NULL;
	double best_key = -1;
	i64 alive = 0;
	for (size_t i = 0; i < s->ways.n; i++) {
		struct sim_way *w = s->ways.v[i];
		if (w->deleted || w->is_temp || w->weight <= 0)
			continue;
		double key = pow(sim_unit(s, STREAM_PEOPLE), (double)(1 + alive++) / (double)w->weight);
		if (key > best_key) {
			best_key = key;
			best = w;
		}
	}
	return best;
}

static void arrive(struct sim *s, const struct sim_due *d)
{
	struct sim_person *p = d->a ? s->people.v[d->a - 1] : sim_people_make(s);
	struct sim_way *w = chance(s, CHANCE_SCAN) ? way_choose(s) : NULL;
	struct sim_staff *m = w ? sim_way_pick(s, w, p) : NULL;
	struct sim_scan scan = { .add_way = 1, .skip_verify = w ? w->skip_verify : false, .state = w ? w->state : STR("") };
	s->arrived++;
	if (!m) {
		static const i64 ways[] = { 2, 3, 3, 4, 4, 6 };
		scan = (struct sim_scan){ .add_way = ways[sim_below(s, STREAM_PEOPLE, ARRAY_LEN(ways))], .state = STR("") };
		for (int tries = 0; tries < 50 && !m && s->staff.n; tries++) {
			struct sim_staff *any = s->staff.v[sim_below(s, STREAM_PEOPLE, (i64)s->staff.n)];
			m = sim_staff_serves(any) ? any : NULL;
		}
	}
	bool fresh;
	if (m)
		sim_add_friend(s, p, m, &scan, &fresh);
}

void sim_people_added(struct sim *s, struct sim_relation *r)
{
	ms now = sim_now(s);
	struct sim_person *p = s->people.v[r->person];
	if (chance(s, CHANCE_CHAT_AT_ONCE))
		sim_chat(s, r);
	else if (chance(s, CHANCE_CHAT))
		due(s, now + 30 * MS_SECOND + sim_below(s, STREAM_PEOPLE, 2 * MS_HOUR), DUE_CHAT, r->number, 0);
	if (p->orders == 0 && chance(s, CHANCE_BUYER))
		due(s, later(s, exponential(s, 3)), DUE_BUY, p->number, 0);
	if (chance(s, CHANCE_LEAVE))
		due(s, later(s, 0.02 + exponential(s, 14)), DUE_LEAVE, r->number, 0);
	else if (chance(s, CHANCE_DROP))
		due(s, later(s, exponential(s, 20)), DUE_DROP, r->number, 0);
	if (chance(s, CHANCE_TAG))
		due(s, now + MS_MINUTE + sim_below(s, STREAM_PEOPLE, 6 * MS_HOUR), DUE_TAG, r->number, 0);
}

/* When a member gets round to a task of that moment. */
static ms in_working_hours(struct sim *s, ms from)
{
	ms at = from + 2 * MS_MINUTE + (ms)(exponential(s, 40.0) * (double)MS_MINUTE);
	ms in_day = at - day_start(sim_day(at));
	if (in_day < WORK_FROM * MS_HOUR)
		return day_start(sim_day(at)) + WORK_FROM * MS_HOUR + sim_below(s, STREAM_PEOPLE, MS_HOUR);
	if (in_day >= WORK_TO * MS_HOUR)
		return day_start(sim_day(at) + 1) + WORK_FROM * MS_HOUR + sim_below(s, STREAM_PEOPLE, MS_HOUR);
	return at;
}

/* A member looks at her tasks in working hours; what she has not done by then she may never do. */
void sim_people_task(struct sim *s, struct sim_task *t)
{
	ms now = sim_now(s);
	for (size_t i = 0; i < t->staffs.n; i++) {
		const struct sim_staff *m = s->staff.v[t->staffs.v[i]];
		double p = t->reminds.n ? CHANCE_REMINDED : (double)m->diligence / 100.0;
		if (!t->staff_state.v[i] && chance(s, p))
			due(s, in_working_hours(s, now), DUE_CONFIRM, t->number, m->number);
	}
}

void sim_people_moment(struct sim *s, struct sim_moment *m)
{
	for (size_t i = 0; i < m->staffs.n; i++) {
		const struct sim_staff *by = s->staff.v[m->staffs.v[i]];
		if (chance(s, (double)by->diligence / 100.0))
			due(s, in_working_hours(s, m->made), DUE_POST, m->number, by->number);
	}
}

void sim_people_saw(struct sim *s, struct sim_moment *m, size_t place)
{
	for (int comment = 0; comment < 2; comment++)
		if (chance(s, comment ? CHANCE_COMMENT : CHANCE_LIKE))
			due(s, later(s, exponential(s, 0.3)), DUE_REACT, m->number, (i64)place * 2 + comment);
}

void sim_people_received(struct sim *s, struct sim_task *t, struct sim_relation *r)
{
	ms now = sim_now(s);
	if (t->url.n && chance(s, CHANCE_VISIT))
		sim_due_add(s, now + MS_MINUTE + sim_below(s, STREAM_PEOPLE, 5 * MS_HOUR), DUE_VISIT, r->person, 0, t->url);
	if (chance(s, CHANCE_BUY_AFTER_SEND))
		due(s, later(s, 0.1 + exponential(s, 0.7)), DUE_BUY, r->person, BUY_ONCE);
	if (chance(s, CHANCE_LEAVE_AFTER_SEND))
		due(s, now + sim_below(s, STREAM_PEOPLE, 3 * MS_HOUR), DUE_LEAVE, r->number, 0);
}

static void tag_by_staff(struct sim *s, struct sim_relation *r)
{
	if (!s->tags.n || r->status != REL_BOTH)
		return;
	i64 count = 1 + sim_below(s, STREAM_PEOPLE, 2);
	for (i64 i = 0; i < count; i++) {
		const struct sim_tag *t = s->tags.v[sim_below(s, STREAM_PEOPLE, (i64)s->tags.n)];
		if (!t->deleted && !t->ours)
			sim_client_tag(s, r, t->number, true);
	}
}

void sim_people_due(struct sim *s, const struct sim_due *d)
{
	switch ((enum sim_due_kind)d->kind) {
	case DUE_DAY: day_begins(s, d->a); break;
	case DUE_ARRIVE: arrive(s, d); break;
	case DUE_ACCEPT: sim_accept(s, s->relations.v[d->a]); break;
	case DUE_ADD_BACK: sim_accept(s, s->relations.v[d->a]); break;
	case DUE_CHAT:
		if (s->relations.v[d->a]->status == REL_BOTH)
			sim_chat(s, s->relations.v[d->a]);
		break;
	case DUE_LEAVE: sim_delete_by_customer(s, s->relations.v[d->a]); break;
	case DUE_DROP: sim_delete_by_staff(s, s->relations.v[d->a]); break;
	case DUE_TAG: tag_by_staff(s, s->relations.v[d->a]); break;
	case DUE_TRANSFER: sim_transfer_end(s, s->kept.transfers.v[d->a], false); break;
	case DUE_CONFIRM: sim_task_confirm(s, s->tasks.v[d->a], s->staff.v[d->b]); break;
	case DUE_POST: sim_moment_post(s, s->moments.v.v[d->a], s->staff.v[d->b]); break;
	case DUE_REACT: sim_moment_react(s, s->moments.v.v[d->a], (size_t)d->b / 2, d->b % 2); break;
	case DUE_CALLBACK: case DUE_BUY: case DUE_STRANGER: case DUE_VISIT: case DUE_OA: break; /* outside: sim_people_shop */
	}
}

static str store_of(struct sim *s, const struct sim_person *p)
{
	const struct sim_relation *r = p->first;
	i64 dept = r && s->staff.v[r->staff]->depts.n ? s->staff.v[r->staff]->depts.v[0] : 0;
	for (size_t i = 0; i < s->depts.n; i++)
		if (s->depts.v[i]->id == dept)
			return s->depts.v[i]->name;
	return STR("线上商城");
}

/* Fills the order of a purchase now and plans the next one. */
static void purchase(struct sim *s, const struct sim_due *d, struct sim_person *p, char no[32], struct sim_order *ret)
{
	ms now = sim_now(s);
	i64 product = (p->taste + sim_below(s, STREAM_PEOPLE, 5)) % (i64)ARRAY_LEN(products);
	i64 quantity = 1 + (chance(s, 0.25) ? sim_below(s, STREAM_PEOPLE, 3) : 0);
	p->orders++;
	s->orders++;
	int n = snprintf(no, 32, "XY%lld%07lld", (long long)sim_day(now), (long long)s->orders);
	*ret = (struct sim_order){ .number = s->orders, .order_no = str_of(no, (size_t)n), .phone = p->phone,
				   .unionid = p->taste % 5 < 3 ? p->unionid : STR_NIL,
				   .external_userid = p->first ? p->xid : STR_NIL, .name = p->name,
				   .product = str_c(products[product].name), .category = str_c(products[product].category), .store = store_of(s, p),
				   .fen = products[product].fen * quantity, .quantity = quantity, .paid = now };
	double again = fmin(CHANCE_AGAIN + CHANCE_AGAIN_STEP * (double)p->orders, CHANCE_AGAIN_MAX);
	if (d->b != BUY_ONCE && chance(s, again))
		due(s, later(s, 2 + exponential(s, GAP_DAYS)), DUE_BUY, p->number, 0);
	if (d->kind == DUE_STRANGER && chance(s, CHANCE_STRANGER_ADDS))
		due(s, later(s, 0.1 + exponential(s, 6)), DUE_ARRIVE, p->number + 1, 0);
	sim_logf(s, "client", "bought", "{\"order\":\"%s\",\"fen\":%lld}", no, (long long)ret->fen);
}

void sim_people_shop(struct sim *s, const struct sim_due *d)
{
	char no[32];
	struct sim_order order = { 0 };
	struct sim_visit visit = { 0 };
	pthread_mutex_lock(&s->lock);
	struct sim_shop shop = s->shop;
	struct sim_person *p = d->kind == DUE_STRANGER ? sim_people_make(s) : s->people.v[d->a];
	if (d->kind == DUE_VISIT)
		visit = (struct sim_visit){ .url = d->text, .external_userid = p->xid, .openid = p->openid, .at = sim_now(s) };
	else
		purchase(s, d, p, no, &order);
	pthread_mutex_unlock(&s->lock);
	if (d->kind == DUE_VISIT && shop.visit)
		shop.visit(shop.arg, &visit);
	else if (d->kind != DUE_VISIT && shop.order)
		shop.order(shop.arg, &order);
}
