/*
 * For tests of audiences over time: random people who come, are marked, buy, merge, part, are erased and let
 * days pass, through the modules themselves.
 */
#ifndef YT_CORE_AUDIENCE_TEST_AUDIENCE_LIFE_H
#define YT_CORE_AUDIENCE_TEST_AUDIENCE_LIFE_H

#include "app/test_app_sim.h"

#include "base/hash.h"
#include "core/tag/tag_edit.h"
#include "feature/order/order.h"

#define LIFE_TAGS 3
#define LIFE_PEOPLE_MAX 64

static const char *const life_tags[LIFE_TAGS] = { "宝妈", "新友", "VIP" };

static const char *const life_categories[2] = { "奶粉", "尿裤" };

struct life {
	struct world *w;
	u64 seed;
	i64 people[LIFE_PEOPLE_MAX], orders;
	size_t n;
	i64 tags[LIFE_TAGS];
};

static inline u64 life_dice(struct life *l, u64 sides) { return hash_mix(l->seed++) % sides; }
static inline i64 life_slot(struct life *l, i64 her) { return slot_of_customer(l->w->t->store, her); }

static inline err life_tag_add(struct tx *tx, const char *name, i64 *ret)
{
	i64 group;
	TRY(tag_group_ensure(tx, STR("人群"), STR_NIL, STR("own"), &group));
	return tag_add(tx, group, str_c(name), false, ret);
}

#define LIFE_ERASED_FIELDS(F, S) F(S, ID, id)
RECORD(life_erased, LIFE_ERASED_FIELDS);
WRITE(life_erase_row, life_erased, SQL(UPDATE customer SET erased = 1 WHERE slot = :slot AND corp = :corp AND id = :id))

static inline err life_erase(struct tx *tx, i64 her)
{
	TRY(life_erase_row(tx, &(struct life_erased){ her }));
	return journal_add(tx, EV_CUSTOMER_ERASED, her, tx->snap.now, &none_record, &(struct none){ 0 }, NULL);
}

/* Lines of categories by chance: of an order's four kinds one has none. */
static inline void life_goods(struct order_in *in, i64 by)
{
	static struct order_goods goods[2];
	static i64 ids[2];
	for (size_t i = 0; i < 2; i++)
		if (by >> i & 1) {
			goods[in->goods_count] = (struct order_goods){ STR_NIL, str_c(life_categories[i]), 1000, by, str_c(life_categories[i]) };
			ids[in->goods_count++] = in->head.id * 2 + (i64)i + 1;
		}
	in->goods = goods;
	in->lines = ids;
}

static inline void life_buy(struct life *l, i64 her, i64 fen, ms at)
{
	struct order_tally t = { 0 };
	struct order_in in = { .goods_count = 0 };
	record_init(&order_head_record, &in.head);
	in.head.customer = her;
	in.head.id = ++l->orders;
	in.head.source = STR("test");
	in.head.status = STR("paid");
	in.head.paid = fen;
	in.head.currency = STR("CNY");
	in.head.ordered = at;
	life_goods(&in, fen);
	assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her), order_put(tx, her, true, &in, 1, &t)), OK);
}

/* Nobody marks whom was erased. */
static inline void life_mark(struct life *l, i64 her, int tag, bool on)
{
	err e = WRITE_TX(&l->w->cx.unit, life_slot(l, her), on ? tag_mark(tx, her, l->tags[tag], "manual", 0)
							       : tag_unmark(tx, her, l->tags[tag], "manual"));
	assert_true(e == OK || (on && e == ERR_STATE));
}

static inline void life_begin(struct life *l, struct world *w, u64 seed, size_t people)
{
	*l = (struct life){ .w = w, .seed = seed };
	for (int i = 0; i < LIFE_TAGS; i++)
		assert_int_equal(WRITE_TX(&w->cx.unit, w->base, life_tag_add(tx, life_tags[i], &l->tags[i])), OK);
	for (size_t i = 0; i < people; i++)
		l->people[l->n++] = person_of(w, befriend(w, i % 2 ? "linna" : "xiaqing", 1));
}

/* One thing that happens to somebody; it is taken in with the next settle. */
static inline void life_step(struct life *l)
{
	struct world *w = l->w;
	i64 her = l->people[life_dice(l, l->n)], other = l->people[life_dice(l, l->n)], root;
	u64 what = life_dice(l, 100), a = life_dice(l, 50000), b = life_dice(l, 15); /* one by one: the same history with every compiler */
	if (what < 35) {
		life_mark(l, her, (int)(a % LIFE_TAGS), b % 3 > 0);
	} else if (what < 65) {
		life_buy(l, her, (i64)a, now(w) - (ms)(b % 5) * MS_DAY);
	} else if (what < 78) {
		err e = customer_merge(&w->cx.unit, her, other, "manual", &root);
		assert_true(e == OK || e == ERR_STATE);
	} else if (what < 90) {
		err e = customer_split(&w->cx.unit, her, "manual");
		assert_true(e == OK || e == ERR_STATE);
	} else if (what < 92) {
		assert_int_equal(WRITE_TX(&w->cx.unit, life_slot(l, her), life_erase(tx, her)), OK);
	} else if (l->n < LIFE_PEOPLE_MAX) {
		l->people[l->n++] = person_of(w, befriend(w, "linna", 1));
	}
}

#endif
