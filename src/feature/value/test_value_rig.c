/*
 * The rig of tests of value.
 */
#include "feature/value/test_value_rig.h"

/* Every relation is known by its advisor. */
static err tv_facts(const struct snap *s, i64 leaf, struct customer_fact *sum)
{
	struct follow *v;
	size_t n;
	TRY(follow_list(s, leaf, &v, &n));
	if (n && sum->staff == NIL)
		sum->staff = v[0].staff;
	sum->friend |= n > 0;
	return OK;
}

static const struct module tv_module = { .name = "test", .doc = "For this test.", .facts = tv_facts };
const struct module *const tv_modules[] = {
	&corp_module, &perm_module, &audit_module, &job_module, &staff_module, &customer_module, &tv_module,
	&attr_module, &audience_module, &value_module, NULL,
};

int tv_make_with(void **state, i64 spread)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	w->t = test_store_new_fast();
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = tv_modules };
	w->env.audience = audience_index_new(w->t->store);
	if (store_check(w->t->store, value_module.queries, &f) != OK)
		fail_msg("%s %s %s", f.field, f.value, f.limit);
	w->cx = cx_system(&w->env, w->t->arena, 0, "test");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, spread };
	for (int i = 0; i < 2; i++)
		while (w->corps[i] <= 2) /* 1 and 2 are the test store's own */
			assert_int_equal(corp_create(&w->cx, &in, &w->corps[i]), OK);
	w->cx.unit.corp = w->corps[0];
	for (int i = 0; i < 2; i++)
		assert_int_equal(staff_ensure(&w->cx.unit, i ? STR("lisi") : STR("zhangsan"), &w->staff[i]), OK);
	w->day = corp_day(&w->cx.unit, TEST_START);
	*state = w;
	return 0;
}

int tv_make(void **state) { return tv_make_with(state, 1); }

int tv_make_spread(void **state) { return tv_make_with(state, 8); }

int tv_drop(void **state)
{
	struct world *w = *state;
	audience_index_free(w->env.audience);
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

i64 tv_slot(struct world *w, i64 customer) { return slot_of_customer(w->t->store, customer); }

i64 tv_person(struct world *w, u32 n)
{
	i64 id = id_customer(w->cx.unit.corp, n);
	struct customer_profile none = { .birthday = NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, tv_slot(w, id), customer_add(tx, id, STR("order"), TEST_START, &none)), OK);
	return id;
}

void tv_tell(struct world *w, enum event_kind kind, u32 n, ms at, const struct record *r, const void *body)
{
	i64 id = tv_person(w, n);
	assert_int_equal(WRITE_TX(&w->cx.unit, tv_slot(w, id), journal_add(tx, kind, id, at, r, body, NULL)), OK);
}

void tv_order(struct world *w, enum event_kind kind, u32 n, i64 order, i64 ago, i64 paid, const char *currency)
{
	ms at = TEST_START + 4 * MS_HOUR - ago * MS_DAY;
	struct tv_sale_body body = { order, paid, str_c(currency), at };
	tv_tell(w, kind, n, at, &tv_sale_body_record, &body);
}

void tv_refund(struct world *w, enum event_kind kind, u32 n, i64 order, i64 amount)
{
	struct tv_back_body body = { order, order, amount, STR("CNY"), TEST_START };
	tv_tell(w, kind, n, TEST_START, &tv_back_body_record, &body);
}

void tv_consume(struct world *w)
{
	bool worked = true;
	while (worked)
		assert_int_equal(consumer_run(&w->env, w->t->arena, &worked), OK);
}

void tv_stage(struct world *w, enum engine_stage stage)
{
	bool worked = true;
	while (worked)
		assert_int_equal(engine_stage(&w->env, stage, &worked), OK);
}

void tv_fit(struct world *w)
{
	i64 job;
	struct job j;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), value_queue(tx, &job)), OK);
	tv_stage(w, STAGE_JOB);
	assert_int_equal(job_get(&w->cx.unit, job, &j), OK);
	if (!str_eq_c(j.state, "done"))
		fail_msg("job %.*s: %.*s", STR_F(j.state), STR_F(j.error));
	tv_consume(w);
}

void tv_until(struct world *w, i64 days)
{
	w->t->clock = clock_simulated(TEST_START + 5 * MS_HOUR + days * MS_DAY);
}

i64 tv_count(struct world *w, const char *text)
{
	struct expr *e;
	i64 count, total;
	err got = expr_parse(&w->cx.unit, str_c(text), &e);
	if (got != OK)
		fail_msg("%s: %s %s %s", text, w->cx.unit.fail.field, w->cx.unit.fail.value, w->cx.unit.fail.limit);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, &total), OK);
	return count;
}

err tv_call(struct world *w, const char *method, const char *path, const char *in_json, const struct json **ret)
{
	struct arena *a = w->t->arena;
	const struct route *r = value_module.routes;
	while (r->path && (strcmp(r->path, path) != 0 || strcmp(r->method, method) != 0))
		r++;
	assert_non_null(r->path);
	struct json *tree;
	struct cx cx = w->cx;
	void *in = arena_alloc(a, r->in->size + 1);
	struct page page = { .total = NIL };
	cx.out = r->flags & ROUTE_LIST ? (void *)&page : arena_alloc(a, r->out->size + 1);
	if (!(r->flags & ROUTE_LIST))
		record_init(r->out, cx.out);
	assert_int_equal(json_parse(str_c(in_json), a, &tree, &cx.unit.fail), OK);
	TRY(record_parse(r->in, tree, in, a, &w->cx.unit.fail));
	cx.in = in;
	err e = r->fn(&cx);
	w->cx.unit.fail = cx.unit.fail;
	if (e != OK || !ret)
		return e;
	struct buf b = buf_new(a, 1 << 20);
	if (r->flags & ROUTE_LIST) {
		buf_fmt(&b, "{\"total\":%lld,\"next\":", (long long)page.total);
		if (page.next_cursor.p)
			buf_json(&b, page.next_cursor);
		else
			buf_add_c(&b, "null");
		buf_add_c(&b, ",\"data\":[");
		for (size_t i = 0; i < page.data.n; i++) {
			buf_add_c(&b, i ? "," : "");
			record_write(&b, r->out, (const char *)page.data.v + i * r->out->size);
		}
		buf_add_c(&b, "]}");
	} else {
		record_write(&b, r->out, cx.out);
	}
	assert_int_equal(json_parse(buf_str(&b), a, (struct json **)ret, &cx.unit.fail), OK);
	return OK;
}

err tv_life(struct tx *tx, i64 id, const struct tv_sale_body *v, size_t n)
{
	struct customer_profile none = { .birthday = NIL };
	TRY(customer_add(tx, id, STR("order"), TEST_START, &none));
	for (size_t i = 0; i < n; i++)
		TRY(journal_add(tx, EV_ORDER_PLACED, id, v[i].ordered, &tv_sale_body_record, &v[i], NULL));
	return OK;
}

double tv_dice(u64 *n) { return ((double)(hash_mix(++*n ^ 20261101) >> 11) + 0.5) / 9007199254740992.0; }

void tv_population(struct world *w, u32 count, i64 days)
{
	u64 n = 0;
	i64 order = 1000;
	for (u32 who = 1; who <= count; who++) {
		double gap = 12 + 60 * tv_dice(&n), leaves = 0.05 + 0.3 * tv_dice(&n), mean = 40 + 300 * tv_dice(&n);
		double ago = (double)days * (0.35 + 0.65 * tv_dice(&n));
		struct tv_sale_body life[TV_ORDERS_MAX];
		size_t times = 0;
		for (; ago >= 1 && times < TV_ORDERS_MAX; ago -= gap * -log(tv_dice(&n)) + 1) {
			i64 paid = (i64)(100 * mean * (0.6 + 0.8 * tv_dice(&n)));
			life[times] = (struct tv_sale_body){ order++, paid, STR("CNY"), TEST_START + 4 * MS_HOUR - (i64)ago * MS_DAY };
			if (times++ && tv_dice(&n) < leaves)
				break;
		}
		i64 id = id_customer(w->cx.unit.corp, who);
		assert_int_equal(WRITE_TX(&w->cx.unit, tv_slot(w, id), tv_life(tx, id, life, times)), OK);
	}
	tv_consume(w);
}
