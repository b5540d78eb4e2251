/*
 * What moment's tests share: plans over HTTP, members and customers of the simulator, and a crowd whose audiences
 * overlap.
 */
#ifndef YT_FEATURE_MOMENT_TEST_MOMENT_H
#define YT_FEATURE_MOMENT_TEST_MOMENT_H

#include "app/test_app_ask.h"
#include "core/tag/tag_edit.h"
#include "feature/moment/moment_int.h"

static inline int make(void **state) { return world_new(state, 1); }
static inline int make_spread(void **state) { return world_new(state, 8); }

#define MOMENTS "/api/v1/moments"
#define ONE(expr) "[{\"name\":\"甲\",\"expr\":\"" expr "\",\"content\":{\"text\":\"新品到货\"}}]"

static inline struct asking *owner(struct world *w)
{
	struct asking *b = ARENA_NEW(w->t->arena, struct asking);
	*b = asking_new(w);
	return b;
}

static inline const struct json *preview(struct world *w, const char *expr, const char *versions)
{
	const struct json *v = NULL;
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS "/preview"), &v, "{\"expr\":\"%s\",\"versions\":%s}", expr, versions), 200);
	return v;
}

static inline int try_make(struct world *w, const char *expr, const char *versions, i64 confirm, const struct json **ret)
{
	int status = asks(owner(w), "POST", STR(MOMENTS), ret, "{\"name\":\"上新\",\"expr\":\"%s\",\"versions\":%s,\"confirm_count\":%lld}", expr, versions, (long long)confirm);
	settle(w);
	return status;
}

static inline i64 id_of(const struct json *v)
{
	i64 id = 0;
	assert_true(str_i64(json_str(v, "id"), &id));
	return id;
}

static inline i64 plan(struct world *w, const char *expr, const char *versions)
{
	const struct json *v = NULL;
	assert_int_equal(try_make(w, expr, versions, json_i64(preview(w, expr, versions), "total", 0), &v), 202);
	return id_of(v);
}

static inline const struct json *shown(struct world *w, i64 id)
{
	const struct json *v = NULL;
	assert_int_equal(asks(owner(w), "GET", arena_printf(w->t->arena, MOMENTS "/%lld", (long long)id), &v, "%s", ""), 200);
	return v;
}

static inline const struct json *part(struct world *w, i64 id, size_t n) { return &json_get(shown(w, id), "parts")->items[n - 1]; }

/* NIL: not known. */
static inline i64 figure(struct world *w, i64 id, size_t n, const char *name) { return json_i64(json_get(n ? part(w, id, n) : shown(w, id), "counts"), name, NIL); }

static inline bool state_is(struct world *w, i64 id, size_t n, const char *state) { return str_eq_c(json_str(n ? part(w, id, n) : shown(w, id), "state"), state); }

static inline struct moment_version version(struct world *w, i64 id, size_t n)
{
	struct moment_version *v = NULL;
	size_t count = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, moment_versions(snap, &(struct moment_key){ id }, &v, &count)), OK);
	assert_true(n <= count);
	return v[n - 1];
}

static inline void post_as(struct world *w, i64 id, size_t n, const char *userid)
{
	sim_say(w, "/sim/moment/post", "{\"moment_id\":\"%.*s\",\"userid\":\"%s\"}", STR_F(version(w, id, n).moment_id), userid);
}

static inline void fault(struct world *w, const char *api, const char *kind, int code, int count)
{
	sim_say(w, "/sim/fault", "{\"api\":\"%s\",\"kind\":\"%s\",\"code\":%d,\"count\":%d}", api, kind, code, count);
}

static inline int tags_on(struct world *w, str xid)
{
	const struct json *list = json_get(sim_say(w, "/sim/tags_of", "{\"external_userid\":\"%.*s\"}", STR_F(xid)), "relations");
	int n = 0;
	for (size_t i = 0; i < list->n; i++)
		n += str_starts(json_str(&list->items[i], "tag"), STR("M"));
	return n;
}

static inline err mark_in(struct tx *tx, i64 her, i64 tag) { return tag_mark(tx, her, tag, "manual", 0); }

static inline err tag_in(struct tx *tx, const char *name, i64 *ret)
{
	i64 group;
	TRY(tag_group_ensure(tx, STR("人群"), STR_NIL, STR("own"), &group));
	return tag_add(tx, group, str_c(name), false, ret);
}

static inline i64 tag_new(struct world *w, const char *name)
{
	i64 id = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_in(tx, name, &id)), OK);
	return id;
}

static inline void put_tag(struct world *w, str xid, i64 tag)
{
	i64 her = person_of(w, xid);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), mark_in(tx, her, tag)), OK);
	settle(w);
}

static inline i64 reason(const struct json *list, i64 n, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (json_i64(&list->items[i], "n", -1) == n && str_eq_c(json_str(&list->items[i], "reason"), name))
			return json_i64(&list->items[i], "count", 0);
	return 0;
}

#define THREE "[{\"name\":\"宝妈\",\"expr\":\"tag:宝妈\",\"content\":{\"text\":\"给宝妈\"}}," \
	"{\"name\":\"老客\",\"expr\":\"tag:老客\",\"content\":{\"text\":\"给老客\"}},{\"name\":\"其余\",\"content\":{\"text\":\"给大家\"}}]"
#define TWO "[{\"name\":\"宝妈\",\"expr\":\"tag:宝妈\",\"content\":{\"text\":\"给宝妈\"}}," \
	"{\"name\":\"老客\",\"expr\":\"tag:老客\",\"content\":{\"text\":\"给老客\"}}]"

struct crowd { str who[6]; };

/* Four of linna's and two of xiaqing's: 0, 1, 4 are 宝妈, 1, 2 are 老客. */
static inline struct crowd crowd_new(struct world *w)
{
	struct crowd c;
	i64 mum = tag_new(w, "宝妈"), old = tag_new(w, "老客");
	for (int i = 0; i < 6; i++)
		c.who[i] = befriend(w, i < 4 ? "linna" : "xiaqing", 1);
	put_tag(w, c.who[0], mum);
	put_tag(w, c.who[1], mum);
	put_tag(w, c.who[4], mum);
	put_tag(w, c.who[1], old);
	put_tag(w, c.who[2], old);
	return c;
}

#define T(test) { #test, test, make, world_free, NULL }
#define T8(test) { #test " (spread)", test, make_spread, world_free, NULL }

#endif
