/*
 * The block evaluator on blocks that are full, thin and empty, with every build of the loops: random trees against
 * a plain loop over what was put in. (Rows, SQL and merging are the business of test_audience.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/hash.h"
#include "core/audience/audience_tally.h"
#include "core/audience/expr_eval.h"
#include "core/audience/test_audience.h"

#define NUMBERS (3 * (u32)BLOCK_SIZE) /* the middle block is thin */
#define TAGS 5
#define STORES 2000 /* more than POSTING_CODES */
#define DAYS 20

struct one {
	bool live, friend, tags[TAGS];
	u8 times[DAYS];
	i32 orders, spent, store, ago; /* -1: unknown */
	u8 channel;                    /* 0: unknown */
};

struct rig {
	struct world *w;
	struct corp_index *ci;
	struct expr_today today;
	u64 seed;
	struct one *v;
	u8 *in;
};

static u64 dice(struct rig *r, u64 sides) { return hash_mix(r->seed++) % sides; }

static void some_one(struct rig *r, u32 number)
{
	static const u32 of_thousand[TAGS] = { 500, 30, 300, 2, 60 };
	struct one *o = &r->v[number];
	memset(o, 0, sizeof(*o));
	o->live = dice(r, number >> BLOCK_BITS == 1 ? 40 : 2) == 0;
	o->friend = dice(r, 3) == 0;
	for (int t = 0; t < TAGS; t++)
		o->tags[t] = dice(r, 1000) < of_thousand[t];
	for (int d = 0; d < DAYS; d++)
		o->times[d] = dice(r, 30) ? 0 : (u8)(1 + dice(r, 5));
	o->orders = (i32)dice(r, 4);
	o->spent = o->orders ? (i32)dice(r, 100000) : 0;
	o->store = dice(r, 5) ? 1 + (i32)dice(r, STORES) : -1;
	o->ago = dice(r, 4) ? (i32)dice(r, 400) : -1;
	o->channel = (u8)dice(r, 4);
}

static void put(struct rig *r, u32 number)
{
	static const char *const channels[] = { "", "海报", "门店", "朋友" };
	const struct one *o = &r->v[number];
	struct customer_fact f;
	if (!o->live)
		return;
	record_init(&customer_fact_record, &f);
	f.customer = id_customer(1, number);
	f.friend = o->friend;
	f.orders = o->orders;
	f.spent = o->spent;
	f.store = o->store < 0 ? NIL : o->store < 2 ? TW_STORE + o->store : 10000 + o->store;
	f.last_order = o->ago < 0 ? NIL : tz_day_start(r->today.zone, r->today.day - o->ago) + (ms)(hash_mix(number) % (u64)MS_DAY);
	f.channel = o->channel ? str_c(channels[o->channel]) : STR_NIL;
	index_put(r->ci, &f);
	for (int t = 0; t < TAGS; t++)
		if (o->tags[t])
			index_mark(r->ci, &r->ci->tags, 100 + t, number);
	for (int d = 0; d < DAYS; d++)
		if (o->times[d])
			index_times(r->ci, index_kind(r->ci, EV_ORDER_PLACED), r->today.day - d, number, o->times[d]);
}

static int make(void **state)
{
	void *world;
	struct rig *r = calloc(1, sizeof(*r));
	tw_make(&world);
	r->w = world;
	r->seed = 5;
	r->v = calloc(NUMBERS, sizeof(*r->v));
	r->in = calloc(NUMBERS, 1);
	r->w->env.audience = audience_index_new(r->w->t->store);
	r->ci = index_corp(r->w->env.audience, 1, true);
	r->today = expr_today(&r->w->unit);
	index_begin(r->ci);
	index_kind_add(r->ci, EV_ORDER_PLACED);
	for (u32 n = 0; n < NUMBERS; n++) {
		some_one(r, n);
		put(r, n);
	}
	index_pack(r->ci);
	*state = r;
	return 0;
}

static int drop(void **state)
{
	struct rig *r = *state;
	void *world = r->w;
	tw_drop(&world);
	free(r->v);
	free(r->in);
	free(r);
	return 0;
}

/* ---- conditions in words and as a loop ---- */

typedef bool holds_fn(const struct one *o);
static i32 sum_of(const struct one *o, int days)
{
	i32 sum = 0;
	for (int d = 0; d < days; d++)
		sum += o->times[d];
	return sum;
}
#define COND(name, expr) static bool name(const struct one *o) { return expr; }
COND(dense_tag, o->tags[0])
COND(thin_tag, o->tags[1])
COND(rare_tag, o->tags[3])
COND(any_tag, o->tags[1] || o->tags[3])
COND(any_dense, o->tags[0] || o->tags[1] || o->tags[2])
COND(all_tags, o->tags[0] && o->tags[2] && o->tags[4])
COND(no_tag, !o->tags[1] && !o->tags[2])
COND(is_friend, o->friend)
COND(no_friend, !o->friend)
COND(two_orders, o->orders == 2)
COND(not_two, o->orders != 2)
COND(much, o->spent >= 50000)
COND(between, o->spent >= 1000 && o->spent <= 90000)
COND(listed, o->spent == 0 || o->spent == 500 || o->spent == 700)
COND(long_ago, o->ago > 30)
COND(today, o->ago == 0)
COND(never, o->ago < 0)
COND(ever, o->ago >= 0)
COND(in_store, o->store == 1)
COND(no_store, o->store < 0)
COND(other_store, o->store >= 0 && o->store != 0)
COND(poster, o->channel == 1)
COND(not_poster, o->channel > 1)
COND(two_channels, o->channel == 1 || o->channel == 3)
COND(high_aov, o->orders > 0 && o->spent / o->orders >= 30000)
COND(did_ever, sum_of(o, DAYS) >= 1)
COND(did_week, sum_of(o, 7) >= 1)
COND(not_week, sum_of(o, 7) == 0)
COND(did_three, sum_of(o, 10) >= 3)
COND(did_two, sum_of(o, 10) == 2)

static const struct { const char *text; holds_fn *fn; } conditions[] = {
	{ "tag:\"宝妈\"", dense_tag }, { "tag:\"新客\"", thin_tag }, { "tag:\"人群/dup\"", rare_tag },
	{ "tag in (\"新客\", \"人群/dup\")", any_tag }, { "tag in (\"宝妈\", \"新客\", \"VIP\")", any_dense },
	{ "tags all (\"宝妈\", \"VIP\", \"quote\\\"d\")", all_tags }, { "tags none (\"新客\", \"VIP\")", no_tag },
	{ "friend", is_friend }, { "friend = false", no_friend }, { "orders = 2", two_orders }, { "orders != 2", not_two },
	{ "spent >= 500", much }, { "spent between 10 and 900", between }, { "spent in (0, 5, 7)", listed },
	{ "last_order < -30d", long_ago }, { "last_order = today", today }, { "last_order is unknown", never },
	{ "last_order is known", ever }, { "store = \"徐汇店\"", in_store }, { "store is unknown", no_store },
	{ "store != \"静安店\"", other_store }, { "channel = \"海报\"", poster }, { "channel != \"海报\"", not_poster },
	{ "channel in (\"海报\", \"朋友\")", two_channels }, { "aov >= 300", high_aov }, { "did(\"order.paid\")", did_ever },
	{ "did(\"order.paid\", within 7d)", did_week }, { "not did(\"order.paid\", within 7d)", not_week },
	{ "did(\"order.paid\", within 10d, count >= 3)", did_three }, { "did(\"order.paid\", within 10d, count = 2)", did_two },
};

/* A random tree as text, and who is in it. */
static void some_tree(struct rig *r, struct buf *b, int depth, u8 *in)
{
	u64 form = depth > 0 ? dice(r, 6) : 6;
	if (form > 2) {
		size_t c = dice(r, ARRAY_LEN(conditions));
		buf_add_c(b, conditions[c].text);
		for (u32 n = 0; n < NUMBERS; n++)
			in[n] = conditions[c].fn(&r->v[n]);
		return;
	}
	u8 *other = calloc(NUMBERS, 1);
	buf_add_c(b, form == 2 ? "not (" : "(");
	some_tree(r, b, depth - 1, in);
	if (form < 2) {
		buf_add_c(b, form == 0 ? ") and (" : ") or (");
		some_tree(r, b, depth - 1, other);
	}
	buf_char(b, ')');
	for (u32 n = 0; n < NUMBERS; n++)
		in[n] = form == 0 ? in[n] && other[n] : form == 1 ? in[n] || other[n] : !in[n];
	free(other);
}

static struct expr *parsed(struct rig *r, str text)
{
	struct expr *e;
	if (expr_parse(&r->w->unit, text, &e) != OK)
		fail_msg("%.*s: %s %s", STR_F(text), r->w->unit.fail.value, r->w->unit.fail.limit);
	return e;
}

static void assert_members(struct rig *r, struct expr *e, str text, const u8 *in)
{
	struct eval *ev = eval_new(r->ci, r->w->unit.arena, e, &r->today, NULL);
	for (size_t k = 0; k < NUMBERS / BLOCK_SIZE; k++) {
		u32 seen, n, want = 0, live = 0;
		const u16 *ids;
		struct span s = eval_block(ev, k, &seen);
		n = eval_list(ev, s, &ids);
		for (u32 i = 0; i < BLOCK_SIZE; i++) {
			u32 number = (u32)k << BLOCK_BITS | i;
			live += r->v[number].live;
			if (!r->v[number].live || !in[number])
				continue;
			if (want >= n || ids[want] != i)
				fail_msg("%s: block %zu wants %u: %.*s", r->ci->of->kernel->name, k, i, STR_F(text));
			want++;
		}
		if (n != want || s.n != n || seen != live)
			fail_msg("%s: block %zu has %u, %u wanted: %.*s", r->ci->of->kernel->name, k, n, want, STR_F(text));
	}
}

static void trees_are_evaluated_as_by_a_loop(void **state)
{
	struct rig *r = *state;
	for (size_t i = 0; i < ARRAY_LEN(conditions) + 60; i++) {
		struct arena_mark mark = arena_mark(r->w->unit.arena);
		struct buf b = buf_new(r->w->unit.arena, 1 << 16);
		if (i < ARRAY_LEN(conditions)) {
			buf_add_c(&b, conditions[i].text);
			for (u32 n = 0; n < NUMBERS; n++)
				r->in[n] = conditions[i].fn(&r->v[n]);
		} else {
			some_tree(r, &b, 3, r->in);
		}
		struct expr *e = parsed(r, buf_str(&b));
		for (int level = 0; level < KERNEL_LEVELS; level++) {
			if (!kernel_of((enum kernel_level)level))
				continue;
			r->ci->of->kernel = kernel_of((enum kernel_level)level);
			assert_members(r, e, buf_str(&b), r->in);
		}
		arena_reset(r->w->unit.arena, mark);
	}
}

static size_t bin(i64 v, const i64 *cuts, size_t count)
{
	size_t b = 1;
	while (b <= count && v >= cuts[b - 1])
		b++;
	return b;
}

static void counts_of_full_blocks_are_those_of_a_loop(void **state)
{
	struct rig *r = *state;
	struct unit *u = &r->w->unit;
	const i64 cuts[] = { 1, 2, 200 }, spent[] = { 100, 50000 };
	const i64 days[] = { tz_day_start(r->today.zone, r->today.day - 200), tz_day_start(r->today.zone, r->today.day - 20) };
	const struct audience_axis axes[] = { { STR("orders"), cuts, 3 }, { STR("spent"), spent, 2 }, { STR("last_order"), days, 2 } };
	static const char *const texts[] = { "tag:\"宝妈\"", "orders >= 0", "tag:\"人群/dup\"" };
	for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
		i64 want[5 * 4 * 4] = { 0 }, tags[TAGS] = { 0 }, channels[4] = { 0 }, *cube;
		struct audience_tag_count *by_tag;
		struct audience_value_count *by_channel;
		size_t n;
		for (u32 i = 0; i < NUMBERS; i++) {
			const struct one *o = &r->v[i];
			if (!o->live || (t == 0 && !o->tags[0]) || (t == 2 && !o->tags[3]))
				continue;
			want[(bin(o->orders, cuts, 3) * 4 + bin(o->spent, spent, 2)) * 4 + (o->ago < 0 ? 0 : o->ago > 200 ? 1 : o->ago > 20 ? 2 : 3)]++;
			channels[o->channel]++;
			for (int k = 0; k < TAGS; k++)
				tags[k] += o->tags[k];
		}
		struct expr *e = parsed(r, str_c(texts[t]));
		assert_int_equal(audience_cube(u, e, axes, &cube, &n), OK);
		assert_int_equal(n, ARRAY_LEN(want));
		assert_memory_equal(cube, want, sizeof(want));
		assert_int_equal(audience_crosstab(u, e, &by_tag, &n), OK);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(by_tag[i].count, tags[by_tag[i].tag - 100]);
		assert_int_equal(audience_breakdown(u, e, STR("channel"), &by_channel, &n), OK);
		assert_int_equal(n, 4);
		for (size_t i = 0; i < n; i++) {
			str c = by_channel[i].text;
			assert_int_equal(by_channel[i].count, channels[!c.p ? 0 : str_eq(c, STR("海报")) ? 1 : str_eq(c, STR("门店")) ? 2 : 3]);
		}
	}
}

static void changed_persons_are_found_in_posting_lists_again(void **state)
{
	struct rig *r = *state;
	struct expr *e = parsed(r, STR("store = \"徐汇店\""));
	i64 who[300];
	size_t n = 0;
	for (u32 i = 0; i < NUMBERS && n < ARRAY_LEN(who); i += 7) {
		if (!r->v[i].live)
			continue;
		who[n++] = id_customer(1, i);
		some_one(r, i);
		r->v[i].live = true;
		r->v[i].store = 1;
	}
	index_forget(r->ci, who, n);
	for (size_t i = 0; i < n; i++)
		put(r, id_number_of(who[i]));
	for (int settled = 0; settled < 2; settled++) {
		for (u32 i = 0; i < NUMBERS; i++)
			r->in[i] = r->v[i].store == 1;
		assert_members(r, e, STR("store"), r->in);
		struct expr *tag = parsed(r, STR("tag:\"宝妈\""));
		for (u32 i = 0; i < NUMBERS; i++)
			r->in[i] = r->v[i].tags[0];
		assert_members(r, tag, STR("tag"), r->in);
		index_settle(r->ci);
	}
}

static void a_full_index_is_refused(void **state)
{
	struct rig *r = *state;
	struct unit *u = &r->w->unit;
	size_t used = index_bytes(r->ci);
	r->ci->of->bytes_max = used;
	assert_int_equal(index_room(r->ci, u), OK);
	r->ci->of->bytes_max = used - 1;
	assert_int_equal(index_room(r->ci, u), ERR_TOO_LARGE);
	assert_string_equal(u->fail.field, "audience-memory");
	/* A touch that cannot be taken in is an error of the question, and the index is not left half made. */
	i64 who = id_customer(1, 3), count, total;
	audience_touch(r->w->env.audience, &who, 1);
	assert_int_equal(audience_count(u, parsed(r, STR("friend")), &count, &total), ERR_TOO_LARGE);
	r->ci->of->bytes_max = INDEX_BYTES_MAX;
	assert_int_equal(audience_count(u, parsed(r, STR("friend")), &count, &total), OK);
	assert_int_equal(total, 0); /* the store has no rows */
}

/* Days that are seen read one row each; too many at once are read with everything else. */
static void single_days_wait_in_bounds(void **state)
{
	struct rig *r = *state;
	struct unit *u = &r->w->unit;
	struct audience_index *ix = r->w->env.audience;
	struct corp_index *ci;
	struct audience_did one = { id_customer(1, 3), EV_ORDER_PLACED, 20000 };
	i64 count, total;
	assert_int_equal(audience_count(u, parsed(r, STR("friend")), &count, &total), OK);
	ci = index_corp(ix, 1, false);
	for (size_t i = 0; i < INDEX_SEEN_MAX; i++)
		audience_saw(ix, &one, 1);
	assert_false(ci->stale);
	assert_int_equal(ci->seen.n, INDEX_SEEN_MAX);
	audience_saw(ix, &one, 1);
	assert_true(ci->stale);
	assert_int_equal(audience_count(u, parsed(r, STR("friend")), &count, &total), OK);
	assert_false(ci->stale);
	assert_int_equal(ci->seen.n, 0);
	/* The consumer does not let it come to that. */
	for (size_t i = 0; i < INDEX_SEEN_MAX / 4; i++)
		audience_saw(ix, &one, 1);
	audience_keep_up(u);
	assert_int_equal(ci->seen.n, INDEX_SEEN_MAX / 4);
	audience_saw(ix, &one, 1);
	audience_keep_up(u);
	assert_int_equal(ci->seen.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, drop)
		T(trees_are_evaluated_as_by_a_loop), T(counts_of_full_blocks_are_those_of_a_loop),
		T(changed_persons_are_found_in_posting_lists_again), T(a_full_index_is_refused),
		T(single_days_wait_in_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
