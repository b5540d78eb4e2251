/*
 * The rig of tests of Moments.
 */
#include "feature/moment/test_moment.h"

int make(void **state) { return world_new(state, 1); }

int make_spread(void **state) { return world_new(state, 8); }

struct asking *owner(struct world *w)
{
	struct asking *b = ARENA_NEW(w->t->arena, struct asking);
	*b = asking_new(w);
	return b;
}

const struct json *preview(struct world *w, const char *expr, const char *versions)
{
	const struct json *v = NULL;
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS "/preview"), &v, "{\"expr\":\"%s\",\"versions\":%s}", expr, versions), 200);
	return v;
}

int try_make(struct world *w, const char *expr, const char *versions, i64 confirm, const struct json **ret)
{
	int status = asks(owner(w), "POST", STR(MOMENTS), ret, "{\"name\":\"上新\",\"expr\":\"%s\",\"versions\":%s,\"confirm_count\":%lld}", expr, versions, (long long)confirm);
	settle(w);
	return status;
}

i64 id_of(const struct json *v)
{
	i64 id = 0;
	assert_true(str_i64(json_str(v, "id"), &id));
	return id;
}

i64 plan(struct world *w, const char *expr, const char *versions)
{
	const struct json *v = NULL;
	assert_int_equal(try_make(w, expr, versions, json_i64(preview(w, expr, versions), "total", 0), &v), 202);
	return id_of(v);
}

const struct json *shown(struct world *w, i64 id)
{
	const struct json *v = NULL;
	assert_int_equal(asks(owner(w), "GET", arena_printf(w->t->arena, MOMENTS "/%lld", (long long)id), &v, "%s", ""), 200);
	return v;
}

const struct json *part(struct world *w, i64 id, size_t n) { return &json_get(shown(w, id), "parts")->items[n - 1]; }

i64 figure(struct world *w, i64 id, size_t n, const char *name) { return json_i64(json_get(n ? part(w, id, n) : shown(w, id), "counts"), name, NIL); }

bool state_is(struct world *w, i64 id, size_t n, const char *state) { return str_eq_c(json_str(n ? part(w, id, n) : shown(w, id), "state"), state); }

struct moment_version version(struct world *w, i64 id, size_t n)
{
	struct moment_version *v = NULL;
	size_t count = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, moment_versions(snap, &(struct moment_key){ id }, &v, &count)), OK);
	assert_true(n <= count);
	return v[n - 1];
}

void post_as(struct world *w, i64 id, size_t n, const char *userid)
{
	sim_say(w, "/sim/moment/post", "{\"moment_id\":\"%.*s\",\"userid\":\"%s\"}", STR_F(version(w, id, n).moment_id), userid);
}

void fault(struct world *w, const char *api, const char *kind, int code, int count)
{
	sim_say(w, "/sim/fault", "{\"api\":\"%s\",\"kind\":\"%s\",\"code\":%d,\"count\":%d}", api, kind, code, count);
}

int tags_on(struct world *w, str xid)
{
	const struct json *list = json_get(sim_say(w, "/sim/tags_of", "{\"external_userid\":\"%.*s\"}", STR_F(xid)), "relations");
	int n = 0;
	for (size_t i = 0; i < list->n; i++)
		n += str_starts(json_str(&list->items[i], "tag"), STR("M"));
	return n;
}

err mark_in(struct tx *tx, i64 her, i64 tag) { return tag_mark(tx, her, tag, "manual", 0); }

err tag_in(struct tx *tx, const char *name, i64 *ret)
{
	i64 group;
	TRY(tag_group_ensure(tx, STR("人群"), STR_NIL, STR("own"), &group));
	return tag_add(tx, group, str_c(name), false, ret);
}

i64 tag_new(struct world *w, const char *name)
{
	i64 id = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_in(tx, name, &id)), OK);
	return id;
}

void put_tag(struct world *w, str xid, i64 tag)
{
	i64 her = person_of(w, xid);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), mark_in(tx, her, tag)), OK);
	settle(w);
}

i64 reason(const struct json *list, i64 n, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (json_i64(&list->items[i], "n", -1) == n && str_eq_c(json_str(&list->items[i], "reason"), name))
			return json_i64(&list->items[i], "count", 0);
	return 0;
}

struct crowd crowd_new(struct world *w)
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
