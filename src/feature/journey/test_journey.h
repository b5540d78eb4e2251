/*
 * What the tests of journeys share: a pond with a module of verbs whose outcome is told by their arguments,
 * persons made without ceremony, what happens to them, and what became of them.
 */
#ifndef YT_FEATURE_JOURNEY_TEST_JOURNEY_H
#define YT_FEATURE_JOURNEY_TEST_JOURNEY_H

#include "app/test_app_rig.h"

#include "base/fault.h"
#include "core/verb/verb.h"
#include "feature/journey/journey_int.h"

/* ---- the verbs ---- */

#define TEST_ACT_FIELDS(F, S)                                                   \
	F(S, STR, how, .one_of = "done,ask,never,refuse,quiet,broken") F(S, I64, minutes, .opt = true, .min = 1, .max = 100000, .doc = "ask: until its end")
RECORD(test_act, TEST_ACT_FIELDS);
#define TEST_NOTE_FIELDS(F, S) F(S, STR, text)
RECORD(test_note, TEST_NOTE_FIELDS);

/* ---- the pond ---- */

struct lab {
	struct pond *w;
	struct browser owner;
	const struct module *list[200];
	int sent;
};

int lab_new(void **state, i64 spread);
int lab_free(void **state);
ms now(struct lab *l);
void settle(struct lab *l);
struct unit *unit_of(struct lab *l);

/* Lives on, from due moment to due moment. */
void live_until(struct lab *l, ms until);
void live(struct lab *l, ms by);

/* ---- persons and what they do ---- */

err test_add(struct tx *tx, i64 id);
i64 person_new(struct lab *l);

#define TEST_SITE_FIELDS(F, S) F(S, STR, name) F(S, STR, order, .opt = true)
RECORD(test_site, TEST_SITE_FIELDS);
void happens_to(struct lab *l, i64 leaf, const char *name, const char *order);
void happens(struct lab *l, i64 leaf, const char *name);

/* ---- journeys ---- */

int act_on(struct lab *l, i64 id, const char *what, const char *body);

/* A draft; its id, 0: refused. */
i64 drafted(struct lab *l, const char *def);
i64 running(struct lab *l, const char *def);

#define ON(name) "{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":\"site.tracked\"," \
	"\"filters\":[{\"name\":\"name\",\"op\":\"is\",\"value\":\"" name "\"}]}}"
#define ACT(id, how) "{\"id\":\"" id "\",\"type\":\"act\",\"x\":0,\"y\":0,\"act\":{\"verb\":\"test.act\",\"args\":" how "}}"
#define ACT_MORE(id, how, more) "{\"id\":\"" id "\",\"type\":\"act\",\"x\":0,\"y\":0,\"act\":{\"verb\":\"test.act\",\"args\":" how "," more "}}"
#define WAIT(id, minutes) "{\"id\":\"" id "\",\"type\":\"wait\",\"x\":0,\"y\":0,\"wait\":{\"kind\":\"for\",\"minutes\":" #minutes "}}"
#define EDGE(from, port, to) "{\"from\":\"" from "\",\"port\":\"" port "\",\"to\":\"" to "\"}"
#define DEF(more, nodes, edges) "{\"name\":\"旅程\"" more ",\"graph\":{\"nodes\":[" nodes "],\"edges\":[" edges "]}}"
#define BOUGHT ",\"goals\":[{\"name\":\"bought\",\"event\":\"site.tracked\",\"filters\":[{\"name\":\"name\",\"op\":\"is\",\"value\":\"buy\"}]}]"

/* How often acts went out to anybody: notes that begin so. */
int notes(struct lab *l, const char *begins);
i64 count_of(struct lab *l, i64 journey, const char *node, const char *what);

/* The newest place of a person in a journey; false: none. */
bool place_of_person(struct lab *l, i64 journey, i64 person, struct place *ret);

#endif
