/*
 * A planted corp: 60 of a seed, 40 alike, 200 others. Weights by hand, the best against a plain loop, the
 * held-out fifth against a plain ranking, and the way of a file from asking to fetching.
 */
#include "app/test_app_rig.h"

#include "core/audience/audience_tally.h"
#include "core/tag/tag_consent.h"
#include "core/tag/tag_edit.h"
#include "feature/lookalike/lookalike_data.h"

#include <math.h>

enum { SEED = 60, ALIKE = 40, PEOPLE = 300 };

struct lab { struct pond *w; struct browser owner; i64 her[PEOPLE], seed, mother, pregnant; };

static bool in_shanghai(int i) { return i < SEED ? i % 5 != 0 : i < SEED + ALIKE; }
static bool is_mother(int i) { return i < SEED + ALIKE ? i % 2 == 0 : i % 20 == 0; }
static i64 slot_of(struct lab *l, i64 her) { return slot_of_customer(l->w->t->store, her); }
static i64 base(struct lab *l) { return slot_base(l->w->t->store, l->w->corp); }

static i64 tag_made(struct lab *l, const char *name, bool sensitive)
{
	struct tag t;
	assert_int_equal(post(&l->owner, "/api/v1/tag-groups", "{\"name\":\"组%s\",\"tags\":[\"%s\"]}", name, name), 201);
	assert_int_equal(READ_SNAP(&l->w->cx.unit, base(l), tag_find(snap, str_c(name), &t)), OK);
	t.sensitive = sensitive;
	if (sensitive)
		assert_int_equal(WRITE_TX(&l->w->cx.unit, base(l), tag_change(tx, &t)), OK);
	return t.id;
}

static err consent(struct tx *tx, i64 her, const char *purpose)
{
	i64 id;
	return tag_consent_give(tx, her, &(struct tag_consent_in){ str_c(purpose), STR("form"), STR_NIL }, &id);
}

static err dress(struct tx *tx, struct lab *l, int i)
{
	struct customer_profile p = { .city = in_shanghai(i) ? STR("上海") : STR("北京"), .birthday = NIL };
	TRY(customer_profile_put(tx, l->her[i], &p));
	if (i < SEED)
		TRY(tag_mark(tx, l->her[i], l->seed, "manual", 0));
	if (is_mother(i))
		TRY(tag_mark(tx, l->her[i], l->mother, "manual", 0));
	if (i >= SEED / 3)
		return OK;
	TRY(consent(tx, l->her[i], "sensitive"));
	return tag_mark(tx, l->her[i], l->pregnant, "manual", 0);
}

static void person(struct lab *l, int i)
{
	char phone[16];
	bool created;
	snprintf(phone, sizeof(phone), "138%08d", i);
	struct identity_in id = { STR("phone"), str_c(phone), i % 10 != 3 };
	struct identity_who who = { .ids = &id, .count = 1, .occurred = TEST_START, .origin = STR("order") };
	assert_int_equal(identity_resolve(&l->w->cx.unit, &who, &l->her[i], &created, NULL), OK);
	assert_int_equal(WRITE_TX(&l->w->cx.unit, slot_of(l, l->her[i]), dress(tx, l, i)), OK);
}

static int make_with(void **state, i64 spread)
{
	struct lab *l = calloc(1, sizeof(*l));
	void *w;
	pond_new(&w, modules, spread);
	l->w = w;
	l->owner = (struct browser){ .w = l->w };
	l->seed = tag_made(l, "种子", false);
	l->mother = tag_made(l, "宝妈", false);
	l->pregnant = tag_made(l, "孕期", true);
	for (int i = 0; i < PEOPLE; i++)
		person(l, i);
	engine_settle(&l->w->env);
	*state = l;
	return 0;
}

static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

static int drop(void **state)
{
	struct lab *l = *state;
	void *w = l->w;
	pond_free(&w);
	free(l);
	return 0;
}

static i64 made(struct lab *l, int size)
{
	if (post(&l->owner, "/api/v1/lookalikes", "{\"name\":\"像种子\",\"expr\":\"tag:种子\",\"size\":%d}", size) != 202)
		fail_msg("%.*s", STR_F(l->owner.reply.body));
	i64 id = json_id(reply_json(&l->owner), "id");
	engine_settle(&l->w->env);
	return id;
}

static const struct json *pack(struct lab *l, i64 id)
{
	assert_int_equal(get(&l->owner, "/api/v1/lookalikes/%lld", (long long)id), 200);
	return reply_json(&l->owner);
}

static struct lookalike_feature *features(struct lab *l, i64 id, size_t *n)
{
	struct lookalike_feature *v;
	assert_int_equal(READ_SNAP(&l->w->cx.unit, base(l), lookalike_features(snap, &(struct lookalike_id){ id }, &v, n)), OK);
	return v;
}

static bool has(const struct lookalike_feature *f, int i)
{
	if (f->tag)
		return is_mother(i);
	return str_eq(f->name, STR("上海")) == in_shanghai(i);
}

static double by_hand(double s, double seed, double b, double all) { return log((s + 10 * b / all) / (seed + 10) / (b / all)); }

/* ---- arithmetic ---- */

static void the_best_of_a_stream_are_those_of_a_sort(void **state)
{
	(void)state;
	for (size_t max = 0; max <= 40; max += 8) {
		struct lookalike_person all[200], heap[41];
		struct lookalike_best b = { heap, 0, max }, whole = { all, 200, 200 };
		for (int i = 0; i < 200; i++) {
			all[i] = (struct lookalike_person){ (i64)(hash_mix((u64)i) % 20), 1000 + i };
			lookalike_best_add(&b, all[i]);
		}
		lookalike_best_sort(&whole);
		lookalike_best_sort(&b);
		assert_int_equal(b.n, max);
		assert_memory_equal(heap, all, max * sizeof(*heap));
	}
}

static void chunks_read_back(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct lookalike_person v[LOOKALIKE_CHUNK + 1], back[LOOKALIKE_CHUNK];
	(void)state;
	for (int i = 0; i <= LOOKALIKE_CHUNK; i++)
		v[i] = (struct lookalike_person){ -5000000 + i * 77777, ((i64)9 << 32) + i };
	assert_int_equal(lookalike_unpack_people(lookalike_pack_people(a, v, LOOKALIKE_CHUNK + 1), back), LOOKALIKE_CHUNK);
	assert_memory_equal(back, v, sizeof(back));
	assert_int_equal(lookalike_unpack_people(lookalike_pack_people(a, v, 0), back), 0);
	arena_free(a);
}

static void weights_are_smoothed_lifts(void **state)
{
	(void)state;
	assert_true(fabs((double)lookalike_weight(48, 60, 88, 300) / LOOKALIKE_ONE - by_hand(48, 60, 88, 300)) < 1e-6);
	/* ln(((0 + 10 * 0.5) / (40 + 10)) / 0.5) = ln 0.2 */
	assert_int_equal(lookalike_weight(0, 40, 50, 100), -1609438);
	assert_int_equal(lookalike_weight(20, 40, 50, 100), 0);
}

static void ranks_share_a_class(void **state)
{
	struct arena *a = arena_new((size_t)8 << 20);
	struct lookalike_ranks r;
	(void)state;
	lookalike_ranks_init(&r, a, -100, 100);
	for (int i = 0; i < 100; i++)
		lookalike_ranks_add(&r, i < 10 ? 100 : -100, i < 4 || i == 50);
	assert_true(fabs(lookalike_recall(&r, 0.05) - 0.4) < 1e-9); /* half of the class that holds 4 of 5 */
	assert_true(fabs(lookalike_recall(&r, 0.10) - 0.8) < 1e-9);
	assert_true(fabs(lookalike_recall(&r, 1) - 1) < 1e-9);
	arena_free(a);
}

/* ---- packs ---- */

static void weights_leave_out_what_leaks_and_what_is_sensitive(void **state)
{
	struct lab *l = *state;
	size_t n, counts;
	bool tag = false, city = false;
	i64 id = made(l, 50);
	struct lookalike_feature *v = features(l, id, &n);
	for (size_t i = 0; i < n; i++) {
		assert_int_not_equal(v[i].tag, l->seed);
		assert_int_not_equal(v[i].tag, l->pregnant);
		if (v[i].tag == l->mother) {
			assert_int_equal(v[i].base_n, 60);
			assert_int_equal(v[i].seed_n, 30);
			assert_true(fabs((double)v[i].weight / LOOKALIKE_ONE - by_hand(30, 60, 60, 300)) < 1e-6);
			tag = true;
		} else if (str_eq(v[i].name, STR("上海"))) {
			assert_int_equal(v[i].base_n, 88);
			assert_int_equal(v[i].seed_n, 48);
			assert_true(fabs((double)v[i].weight / LOOKALIKE_ONE - by_hand(48, 60, 88, 300)) < 1e-6);
			city = true;
		}
	}
	assert_true(tag && city);
	struct expr *e;
	struct audience_tag_count *tags;
	assert_int_equal(expr_parse(&l->w->cx.unit, STR("tag:种子"), &e), OK);
	assert_int_equal(audience_crosstab(&l->w->cx.unit, e, &tags, &counts), OK);
	for (size_t i = 0; i < counts; i++)
		if (tags[i].tag == l->mother)
			assert_int_equal(tags[i].count, 30);
	/* nor what is left out by hand */
	assert_int_equal(post(&l->owner, "/api/v1/lookalikes", "{\"name\":\"a\",\"expr\":\"tag:种子\",\"size\":9,\"without\":[\"source\",\"city\"]}"), 202);
	id = json_id(reply_json(&l->owner), "id");
	engine_settle(&l->w->env);
	v = features(l, id, &n);
	for (size_t i = 0; i < n; i++)
		assert_false(str_eq(v[i].attr, STR("city")) || str_eq(v[i].attr, STR("source")));
	/* an attribute the seed names is no feature either */
	assert_int_equal(post(&l->owner, "/api/v1/lookalikes", "{\"name\":\"上海\",\"expr\":\"city = \\\"上海\\\"\",\"size\":10}"), 202);
	id = json_id(reply_json(&l->owner), "id");
	engine_settle(&l->w->env);
	v = features(l, id, &n);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++)
		assert_false(str_eq(v[i].attr, STR("city")));
}

static void the_pack_is_the_best_outside_the_seed(void **state)
{
	struct lab *l = *state;
	size_t n;
	i64 id = made(l, 50);
	struct lookalike_feature *v = features(l, id, &n);
	struct lookalike_person all[PEOPLE];
	struct lookalike_best naive = { all, 0, PEOPLE };
	for (int i = SEED; i < PEOPLE; i++) {
		i64 score = 0;
		for (size_t k = 0; k < n; k++)
			score += has(&v[k], i) ? v[k].weight : 0;
		all[naive.n++] = (struct lookalike_person){ score, l->her[i] };
	}
	lookalike_best_sort(&naive);
	assert_int_equal(json_i64(pack(l, id), "members", 0), 50);
	assert_true(str_eq_c(json_str(pack(l, id), "state"), "made"));
	assert_int_equal(get(&l->owner, "/api/v1/lookalikes/%lld/members?limit=20", (long long)id), 200);
	const struct json *page = reply_json(&l->owner), *rows = json_get(page, "data");
	assert_int_equal(rows->n, 20);
	for (size_t i = 0; i < rows->n; i++) {
		assert_int_equal(json_id(&rows->items[i], "id"), all[i].customer);
		assert_int_equal(json_i64(&rows->items[i], "rank", 0), i + 1);
		assert_true(fabs(json_get(&rows->items[i], "score")->real - (double)all[i].score / LOOKALIKE_ONE) < 1e-6);
	}
	str next = json_str(page, "next_cursor");
	assert_int_equal(get(&l->owner, "/api/v1/lookalikes/%lld/members?limit=100&cursor=%.*s", (long long)id, STR_F(next)), 200);
	rows = json_get(reply_json(&l->owner), "data");
	assert_int_equal(rows->n, 30);
	assert_int_equal(json_id(&rows->items[29], "id"), all[49].customer);
	/* the planted ones come first */
	assert_true(all[0].customer >= l->her[SEED] && all[ALIKE - 1].score > all[PEOPLE - SEED - 1].score);
}

static double naive_recall(struct lab *l, i64 id, double part)
{
	size_t n;
	struct lookalike_feature *v = features(l, id, &n);
	i64 score[PEOPLE], trained = 0, held = 0, people = 0;
	bool ranked[PEOPLE];
	for (int i = 0; i < SEED; i++)
		trained += !lookalike_held_out(id, l->her[i]);
	for (int i = 0; i < PEOPLE; i++) {
		ranked[i] = i >= SEED || lookalike_held_out(id, l->her[i]);
		people += ranked[i];
		held += ranked[i] && i < SEED;
		score[i] = 0;
		for (size_t k = 0; k < n; k++)
			score[i] += has(&v[k], i) ? lookalike_weight(v[k].train_n, trained, v[k].base_n, PEOPLE) : 0;
	}
	double found = 0;
	for (int i = 0; i < SEED; i++) { /* the chance that she is among the best: ties share what is left */
		i64 above = 0, beside = 0;
		for (int k = 0; k < PEOPLE && ranked[i]; k++) {
			above += ranked[k] && score[k] > score[i];
			beside += ranked[k] && score[k] == score[i];
		}
		double left = part * (double)people - (double)above;
		found += ranked[i] && left > 0 ? fmin(1, left / (double)beside) : 0;
	}
	return found / (double)held;
}

static void the_held_out_fifth_is_found(void **state)
{
	struct lab *l = *state;
	i64 id = made(l, 50);
	const struct json *e = json_get(pack(l, id), "evaluation"), *at = json_get(e, "at");
	assert_int_equal(json_i64(e, "held", 0) + json_i64(e, "trained", 0), SEED);
	assert_in_range(json_i64(e, "held", 0), 4, 24);
	assert_int_equal(json_i64(e, "ranked", 0), PEOPLE - json_i64(e, "trained", 0));
	assert_int_equal(at->n, 3);
	for (size_t i = 0; i < 3; i++) {
		double part = (double)json_i64(&at->items[i], "percent", 0) / 100, want = naive_recall(l, id, part);
		double got = json_get(&at->items[i], "recall")->real;
		assert_true(fabs(got - want) < 1e-9);
	}
	assert_true(naive_recall(l, id, 0.10) > 0.15); /* chance is 0.10: there is structure */
}

static void bounds_are_told(void **state)
{
	struct lab *l = *state;
	const char *path = "/api/v1/lookalikes";
	assert_int_equal(post(&l->owner, path, "{\"name\":\"a\",\"expr\":\"tag:种子\",\"size\":0}"), 422);
	assert_int_equal(post(&l->owner, path, "{\"name\":\"a\",\"expr\":\"tag:种子\",\"size\":%d}", LOOKALIKE_SIZE_MAX + 1), 422);
	assert_int_equal(post(&l->owner, path, "{\"name\":\"a\",\"expr\":\"tag:种子\",\"size\":%d}", LOOKALIKE_SIZE_MAX), 202);
	i64 id = json_id(reply_json(&l->owner), "id");
	assert_true(str_eq_c(json_str(pack(l, id), "state"), "making"));
	str one = arena_printf(l->w->a, "/api/v1/lookalikes/%lld", (long long)id);
	assert_int_equal(ask(&l->owner, "DELETE", one, STR("")), 409);
	engine_settle(&l->w->env);
	assert_int_equal(json_i64(pack(l, id), "members", 0), PEOPLE - SEED);
	assert_int_equal(post(&l->owner, path, "{\"name\":\"a\",\"size\":5}"), 422);
	assert_int_equal(post(&l->owner, path, "{\"name\":\"a\",\"expr\":\"orders is known\",\"size\":5}"), 422); /* everybody */
	assert_int_equal(post(&l->owner, path, "{\"name\":\"a\",\"expr\":\"tag:种子 and tag:宝妈 and not city = 上海\",\"size\":5}"), 422); /* few */
	assert_int_equal(post(&l->owner, path, "{\"name\":\"a\",\"expr\":\"tag:孕期\",\"size\":5}"), 422); /* sensitive */
	assert_true(str_has(l->owner.reply.body, STR("敏感")));
	assert_int_equal(post(&l->owner, path, "{\"name\":\"a\",\"expr\":\"tag:种子\",\"size\":5,\"without\":[\"spent\"]}"), 422);
	assert_int_equal(get(&l->owner, "/api/v1/lookalikes/%lld", 5LL), 404);
}

static void scope_rights_and_corps_are_kept(void **state)
{
	struct lab *l = *state;
	i64 id = made(l, 30);
	struct browser reader = user_browser(l->w, "reader", "readonly", "all", 0);
	struct browser narrow = user_browser(l->w, "narrow", "operator", "self", 0);
	struct browser staff = user_browser(l->w, "staff1", "staff", "all", 0);
	struct browser other = { .w = l->w, .corp = l->w->other };
	assert_int_equal(get(&reader, "/api/v1/lookalikes/%lld", (long long)id), 200);
	assert_int_equal(post(&reader, "/api/v1/lookalikes", "{\"name\":\"a\",\"expr\":\"tag:种子\",\"size\":5}"), 403);
	assert_int_equal(get(&staff, "/api/v1/lookalikes"), 403);
	assert_int_equal(get(&narrow, "/api/v1/lookalikes/%lld/members", (long long)id), 200);
	assert_int_equal(json_get(reply_json(&narrow), "data")->n, 0);
	assert_int_equal(post(&narrow, "/api/v1/lookalikes", "{\"name\":\"a\",\"expr\":\"tag:种子\",\"size\":5}"), 403);
	assert_int_equal(get(&other, "/api/v1/lookalikes/%lld", (long long)id), 404);
	assert_int_equal(get(&other, "/api/v1/lookalikes/%lld/members", (long long)id), 404);
	assert_int_equal(ask(&l->owner, "DELETE", arena_printf(l->w->a, "/api/v1/lookalikes/%lld", (long long)id), STR("")), 204);
	assert_int_equal(get(&l->owner, "/api/v1/lookalikes/%lld", (long long)id), 404);
}

/* ---- files ---- */

static i64 asked(struct lab *l, struct browser *b, i64 id, const char *what)
{
	assert_int_equal(post(b, arena_cstr(l->w->a, arena_printf(l->w->a, "/api/v1/lookalikes/%lld/exports", (long long)id)),
			      "{\"what\":\"%s\",\"purpose\":\"朋友圈广告投放\"}", what), 201);
	return json_id(reply_json(b), "id");
}

static int decided(struct lab *l, struct browser *b, i64 x, const char *how)
{
	str path = arena_printf(l->w->a, "/api/v1/lookalike-exports/%lld/decision", (long long)x);
	return post(b, arena_cstr(l->w->a, path), "{\"decision\":\"%s\"}", how);
}

/* On the page of all approvals; whether it is his to decide there. */
static bool waits_for(struct browser *b, i64 x)
{
	assert_int_equal(get(b, "/api/v1/approvals"), 200);
	const struct json *v = reply_json(b), *items = json_get(v, "items");
	for (size_t i = 0; i < items->n; i++)
		if (json_id(&items->items[i], "id") == x)
			return str_eq_c(json_str(&items->items[i], "note"), "朋友圈广告投放") && json_i64(v, "waiting", 0) == 1;
	return false;
}

static int fetched(struct browser *b, i64 x) { return get(b, "/api/v1/lookalike-exports/%lld/file.csv", (long long)x); }

static size_t lines(str csv)
{
	size_t n = 0;
	for (size_t i = 0; i < csv.n; i++)
		n += csv.p[i] == '\n';
	return n - 1;
}

static bool file_has(struct lab *l, str csv, int i)
{
	u8 digest[SHA256_BYTES];
	hash_sha256(arena_printf(l->w->a, "138%08d", i), digest);
	return str_has(csv, hash_hex(l->w->a, digest, SHA256_BYTES));
}

static void a_file_needs_a_second_person_and_consent(void **state)
{
	struct lab *l = *state;
	struct event ev;
	i64 id = made(l, 40);
	struct browser asker = user_browser(l->w, "asker", "operator", "all", 0), second = user_browser(l->w, "second", "owner", "all", 0);
	for (int i = 0; i < 10; i++) /* 3 has no verified phone */
		assert_int_equal(WRITE_TX(&l->w->cx.unit, slot_of(l, l->her[i]), consent(tx, l->her[i], "lookalike")), OK);
	i64 x = asked(l, &asker, id, "seed");
	assert_int_equal(fetched(&asker, x), 409);
	assert_int_equal(decided(l, &asker, x, "approved"), 403);
	assert_int_equal(fetched(&asker, x), 409);
	assert_true(waits_for(&second, x) && !waits_for(&asker, x));
	str path = arena_printf(l->w->a, "/api/v1/approvals/export/%lld", (long long)x);
	assert_int_equal(post(&asker, arena_cstr(l->w->a, path), "{\"decision\":\"agree\"}"), 403);
	assert_int_equal(post(&second, arena_cstr(l->w->a, path), "{\"decision\":\"agree\"}"), 200);
	assert_false(waits_for(&second, x));
	assert_int_equal(decided(l, &second, x, "refused"), 409);
	assert_int_equal(fetched(&second, x), 403);
	assert_int_equal(fetched(&asker, x), 200);
	str csv = arena_dup(l->w->a, asker.reply.body);
	assert_int_equal(lines(csv), 9);
	assert_true(file_has(l, csv, 0) && file_has(l, csv, 9));
	assert_false(file_has(l, csv, 3) || file_has(l, csv, 10));
	assert_false(str_has(csv, STR("13800000000")));
	/* consent taken back: gone from the next file, which is counted too */
	assert_int_equal(WRITE_TX(&l->w->cx.unit, slot_of(l, l->her[0]), tag_consent_end(tx, l->her[0], "lookalike")), OK);
	assert_int_equal(fetched(&asker, x), 200);
	assert_int_equal(lines(asker.reply.body), 8);
	assert_int_equal(get(&asker, "/api/v1/lookalike-exports"), 200);
	const struct json *row = &json_get(reply_json(&asker), "data")->items[0];
	assert_int_equal(json_i64(row, "downloads", 0), 2);
	assert_int_equal(json_i64(row, "rows", 0), 8);
	assert_int_equal(events_of(l->w, l->w->corp, EV_LOOKALIKE_ASKED, NULL), 1);
	assert_int_equal(events_of(l->w, l->w->corp, EV_LOOKALIKE_DECIDED, NULL), 1);
	assert_int_equal(events_of(l->w, l->w->corp, EV_LOOKALIKE_TAKEN, &ev), 2);
	struct lookalike_exported body;
	assert_int_equal(READ_SNAP(&l->w->cx.unit, ev.slot, event_body(snap, &ev, &lookalike_exported_record, &body)), OK);
	assert_int_equal(body.people, 8);
	assert_int_equal(body.phoneless, 1);
	assert_int_equal(body.unconsented, SEED - 9);
	assert_int_equal(get(&l->owner, "/api/v1/audit"), 200);
	const char *acts[] = { "lookalike.ask", "lookalike.approve", "lookalike.take" };
	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		assert_true(str_has(l->owner.reply.body, str_c(acts[i])));
}

static void a_refused_or_sensitive_one_is_not_fetched(void **state)
{
	struct lab *l = *state;
	i64 id = made(l, 40);
	struct browser asker = user_browser(l->w, "asker", "operator", "all", 0), second = user_browser(l->w, "second", "owner", "all", 0);
	struct browser reader = user_browser(l->w, "reader", "readonly", "all", 0);
	int best = SEED;
	while (!is_mother(best))
		best++;
	assert_int_equal(WRITE_TX(&l->w->cx.unit, slot_of(l, l->her[best]), consent(tx, l->her[best], "lookalike")), OK);
	i64 no = asked(l, &asker, id, "similar"), x = asked(l, &asker, id, "similar");
	assert_int_equal(decided(l, &reader, no, "approved"), 403);
	assert_int_equal(decided(l, &second, no, "refused"), 200);
	assert_int_equal(fetched(&asker, no), 409);
	assert_int_equal(decided(l, &second, x, "approved"), 200);
	assert_int_equal(fetched(&asker, x), 200);
	assert_int_equal(lines(asker.reply.body), 1);
	assert_true(file_has(l, asker.reply.body, best));
	assert_int_equal(post(&asker, arena_cstr(l->w->a, arena_printf(l->w->a, "/api/v1/lookalikes/%lld/exports", (long long)id)),
			      "{\"what\":\"seed\",\"purpose\":\"abc\"}"), 422); /* one below LOOKALIKE_PURPOSE_MIN */
	struct tag t;
	assert_int_equal(READ_SNAP(&l->w->cx.unit, base(l), tag_get(snap, l->mother, &t)), OK);
	t.sensitive = true;
	assert_int_equal(WRITE_TX(&l->w->cx.unit, base(l), tag_change(tx, &t)), OK);
	assert_int_equal(fetched(&asker, x), 409);
	t.sensitive = false;
	assert_int_equal(WRITE_TX(&l->w->cx.unit, base(l), tag_change(tx, &t)), OK);
}

/* The owner at the private socket keeps no session that ends: she asks here, somebody else approves. */
static void an_approval_runs_out(void **state)
{
	struct lab *l = *state;
	struct browser second = user_browser(l->w, "second", "owner", "all", 0);
	i64 x = asked(l, &l->owner, made(l, 40), "similar");
	ms from = clock_now(&l->w->t->clock);
	assert_int_equal(decided(l, &second, x, "approved"), 200);
	clock_advance(&l->w->t->clock, from + LOOKALIKE_EXPORT_DAYS * MS_DAY - 1);
	assert_int_equal(fetched(&l->owner, x), 200);
	clock_advance(&l->w->t->clock, from + LOOKALIKE_EXPORT_DAYS * MS_DAY);
	assert_int_equal(fetched(&l->owner, x), 409);
}

#define BOTH(fn) cmocka_unit_test_setup_teardown(fn, make, drop), { #fn " over eight slots", fn, make_spread, drop, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_of_a_stream_are_those_of_a_sort), cmocka_unit_test(chunks_read_back),
		cmocka_unit_test(weights_are_smoothed_lifts), cmocka_unit_test(ranks_share_a_class),
		BOTH(weights_leave_out_what_leaks_and_what_is_sensitive), BOTH(the_pack_is_the_best_outside_the_seed),
		BOTH(the_held_out_fifth_is_found), cmocka_unit_test_setup_teardown(bounds_are_told, make, drop),
		cmocka_unit_test_setup_teardown(scope_rights_and_corps_are_kept, make, drop),
		BOTH(a_file_needs_a_second_person_and_consent),
		cmocka_unit_test_setup_teardown(an_approval_runs_out, make, drop),
		cmocka_unit_test_setup_teardown(a_refused_or_sensitive_one_is_not_fetched, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
