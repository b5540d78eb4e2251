/*
 * What moment's tests share: plans over HTTP, members and customers of the simulator, and a crowd whose audiences
 * overlap.
 */
#ifndef YT_FEATURE_MOMENT_TEST_MOMENT_H
#define YT_FEATURE_MOMENT_TEST_MOMENT_H

#include "app/test_app_ask.h"
#include "core/tag/tag_edit.h"
#include "feature/moment/moment_int.h"

int make(void **state);
int make_spread(void **state);

#define MOMENTS "/api/v1/moments"
#define ONE(expr) "[{\"name\":\"甲\",\"expr\":\"" expr "\",\"content\":{\"text\":\"新品到货\"}}]"

struct asking *owner(struct world *w);
const struct json *preview(struct world *w, const char *expr, const char *versions);
int try_make(struct world *w, const char *expr, const char *versions, i64 confirm, const struct json **ret);
i64 id_of(const struct json *v);
i64 plan(struct world *w, const char *expr, const char *versions);
const struct json *shown(struct world *w, i64 id);
const struct json *part(struct world *w, i64 id, size_t n);

/* NIL: not known. */
i64 figure(struct world *w, i64 id, size_t n, const char *name);
bool state_is(struct world *w, i64 id, size_t n, const char *state);
struct moment_version version(struct world *w, i64 id, size_t n);
void post_as(struct world *w, i64 id, size_t n, const char *userid);
void fault(struct world *w, const char *api, const char *kind, int code, int count);
int tags_on(struct world *w, str xid);
err mark_in(struct tx *tx, i64 her, i64 tag);
err tag_in(struct tx *tx, const char *name, i64 *ret);
i64 tag_new(struct world *w, const char *name);
void put_tag(struct world *w, str xid, i64 tag);
i64 reason(const struct json *list, i64 n, const char *name);

#define THREE "[{\"name\":\"宝妈\",\"expr\":\"tag:宝妈\",\"content\":{\"text\":\"给宝妈\"}}," \
	"{\"name\":\"老客\",\"expr\":\"tag:老客\",\"content\":{\"text\":\"给老客\"}},{\"name\":\"其余\",\"content\":{\"text\":\"给大家\"}}]"
#define TWO "[{\"name\":\"宝妈\",\"expr\":\"tag:宝妈\",\"content\":{\"text\":\"给宝妈\"}}," \
	"{\"name\":\"老客\",\"expr\":\"tag:老客\",\"content\":{\"text\":\"给老客\"}}]"

struct crowd { str who[6]; };

/* Four of linna's and two of xiaqing's: 0, 1, 4 are 宝妈, 1, 2 are 老客. */
struct crowd crowd_new(struct world *w);

#define T(test) { #test, test, make, world_free, NULL }
#define T8(test) { #test " (spread)", test, make_spread, world_free, NULL }

#endif
