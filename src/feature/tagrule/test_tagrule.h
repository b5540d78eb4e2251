/*
 * What the tests of tag rules share: a pond with the compiled rules in memory, tags, rules as JSON, and what
 * persons carry.
 */
#ifndef YT_FEATURE_TAGRULE_TEST_TAGRULE_H
#define YT_FEATURE_TAGRULE_TEST_TAGRULE_H

#include "app/test_app_rig.h"

#include "core/tag/tag.h"
#include "core/tag/tag_edit.h"
#include "feature/tagrule/tagrule.h"

struct lab {
	struct pond *w;
	struct browser owner;
	str key; /* of the tracking API */
	i64 tags[4];
	int sent;
};

static inline int lab_new(void **state, i64 spread)
{
	struct lab *l = calloc(1, sizeof(*l));
	struct fail f = { 0 };
	void *w;
	pond_new(&w, modules, spread);
	l->w = w;
	assert_int_equal(tagrule_module.start(&l->w->env, &f), OK);
	l->owner = (struct browser){ .w = l->w };
	l->key = write_key(l->w, l->w->corp, NULL);
	for (size_t i = 0; i < ARRAY_LEN(l->tags); i++) {
		assert_int_equal(post(&l->owner, "/api/v1/tag-groups", "{\"name\":\"组%zu\",\"tags\":[\"签%zu\"]}", i, i), 201);
		struct tag t;
		struct unit *u = &l->w->cx.unit;
		assert_int_equal(READ_SNAP(u, slot_base(u->store, u->corp), tag_find(snap, arena_printf(l->w->a, "签%zu", i), &t)), OK);
		l->tags[i] = t.id;
	}
	engine_settle(&l->w->env);
	*state = l;
	return 0;
}

static inline int lab_free(void **state)
{
	struct lab *l = *state;
	void *w = l->w;
	tagrule_cache_free(l->w->env.tagrules);
	pond_free(&w);
	free(l);
	return 0;
}

static inline void settle(struct lab *l) { engine_settle(&l->w->env); }
static inline void pass(struct lab *l, ms by)
{
	clock_advance(&l->w->t->clock, clock_now(&l->w->t->clock) + by);
	settle(l);
}

/* A rule putting one tag, off: `when` is its condition, `more` further members (",…" or ""). Its id, 0: refused. */
static inline i64 rule_made(struct lab *l, i64 tag, const char *when, const char *more)
{
	int status = post(&l->owner, "/api/v1/tag-rules", "{\"name\":\"规则\",\"put\":[\"%lld\"],\"when\":%s%s}", (long long)tag, when, more);
	return status == 201 ? json_id(reply_json(&l->owner), "id") : 0;
}

static inline int act_on(struct lab *l, i64 rule, const char *act, const char *body)
{
	return ask(&l->owner, "POST", arena_printf(l->w->a, "/api/v1/tag-rules/%lld/%s", (long long)rule, act), str_c(body));
}

/* The same, switched on; what comes in the next moment is its own. */
static inline i64 rule_on(struct lab *l, i64 tag, const char *when, const char *more)
{
	i64 id = rule_made(l, tag, when, more);
	if (!id)
		print_message("%.*s\n", STR_F(l->owner.reply.body));
	assert_true(id > 0);
	assert_int_equal(act_on(l, id, "on", "{}"), 200);
	pass(l, MS_SECOND);
	return id;
}

/* An event of a shop by a user of its own, now or at a moment. */
static inline void tracked_at(struct lab *l, const char *user, const char *name, const char *properties, const char *at)
{
	str body = arena_printf(l->w->a, "{\"userId\":\"%s\",\"event\":\"%s\",\"properties\":%s,\"messageId\":\"m%d\"%s%s%s}", user, name,
				properties, l->sent++, at ? ",\"timestamp\":\"" : "", at ? at : "", at ? "\"" : "");
	assert_int_equal(track(l->w, l->key, "track", body), 200);
	settle(l);
}
static inline void tracked(struct lab *l, const char *user, const char *name, const char *properties)
{
	tracked_at(l, user, name, properties, NULL);
}

static inline i64 user_leaf(struct lab *l, const char *user) { return leaf_by(l->w, "user_id", user); }

static inline bool carries(struct lab *l, i64 leaf, i64 tag)
{
	struct unit *u = &l->w->cx.unit;
	i64 *tags;
	size_t n;
	bool found = false;
	assert_int_equal(READ_SNAP(u, slot_of_customer(u->store, leaf), tag_of(snap, leaf, &tags, &n)), OK);
	for (size_t i = 0; i < n; i++)
		found |= tags[i] == tag;
	return found;
}

static inline bool user_carries(struct lab *l, const char *user, i64 tag)
{
	i64 leaf = user_leaf(l, user);
	return leaf && carries(l, leaf, tag);
}

static inline void by_hand(struct lab *l, i64 leaf, i64 tag, bool on)
{
	struct unit *u = &l->w->cx.unit;
	struct tag_cause cause = { "manual", 0, STR_NIL, 0, 0 };
	i64 slot = slot_of_customer(u->store, leaf);
	assert_int_equal(on ? WRITE_TX(u, slot, tag_mark_by(tx, leaf, tag, &cause, NULL))
			    : WRITE_TX(u, slot, tag_unmark_by(tx, leaf, tag, &cause, NULL)), OK);
	settle(l);
}

static inline i64 number_in(struct lab *l, const char *name) { return json_i64(reply_json(&l->owner), name, -1); }

#endif
