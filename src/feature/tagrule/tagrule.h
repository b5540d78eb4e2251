/*
 * tag rule 自动标签规则: when something happens, tags go on (or off) by themselves.
 *
 * A rule is a name, tags to put and to take, how long and how surely, and one condition (`when`): an event
 * with a filter on its body, keywords in what was written, how and when she was added, or her city; the
 * first two may ask for a count, within a window of corp days or ever. Rules act on what is journaled after
 * they were switched on; what lies before is for a dry run, which writes no mark, and its explicit second
 * step. A late event counts on the day it happened, so the order of arrival does not matter: a window is
 * reached when any run of that many days, the event's day in it, holds the count.
 *
 * Counts are tallies per leaf and day, added up over the leaves of the person when they are asked, so a
 * merge adds and a split parts exactly. A tally belongs to an epoch of its rule; a new condition, and
 * switching off, begins a new one. Marks go through core/tag with this rule as one of their sources: hands
 * win, and undoing a rule takes only what nothing else holds.
 *
 * What an event can be asked is declared in tagrule_kind.c, one line a kind; texts for keywords too.
 *
 * out: tagrule.saved, tagrule.applied, tagrule.undone, and the marks' own events.   in: the kinds declared,
 * customer.absorbed, customer.settled, livecode.saved
 */
#ifndef YT_FEATURE_TAGRULE_TAGRULE_H
#define YT_FEATURE_TAGRULE_TAGRULE_H

#include "base/keyword.h"
#include "core/cx.h"
#include "store/journal.h"

#define TAGRULE_MAX 200                        /* rules of a corp */
#define TAGRULE_NAME_MAX 40
#define TAGRULE_TAGS_MAX 10                    /* put by one rule, and taken */
#define TAGRULE_KEYWORDS_MAX KEYWORD_COUNT_MAX /* over all rules of a corp */
#define TAGRULE_FILTERS_MAX 8
#define TAGRULE_PATH_MAX 128
#define TAGRULE_PATH_DEPTH_MAX 8
#define TAGRULE_VALUES_MAX 50
#define TAGRULE_VALUE_MAX 200                  /* characters of a text compared with, a state, a city … */
#define TAGRULE_LIST_MAX 200                   /* states, channels, cities */
#define TAGRULE_COUNT_MAX 1000
#define TAGRULE_WINDOW_MAX 92                  /* days; a count without a window is a running one */
#define TAGRULE_EXPIRES_MAX 3650
#define TAGRULE_VERSIONS_KEPT 20
#define TAGRULE_RUN_DAYS 7                     /* a dry run can be applied that long */
#define TAGRULE_BACK_DAYS_MAX 3650             /* how far back a dry run may begin */
#define TAGRULE_TEST_MAX 5000

#define TAGRULE_FILTER_FIELDS(F, S)                                               \
	F(S, STR, name, .min = 1, .max = TAGRULE_PATH_MAX, .doc = "a field of the body; below JSON with dots: properties.category") \
	F(S, STR, op, .one_of = "is,not,in,lt,le,gt,ge,has,exists")               \
	F(S, JSON, value, .opt = true, .doc = "text, number, true/false; a list of texts or numbers for in")
RECORD(tagrule_filter, TAGRULE_FILTER_FIELDS);

#define TAGRULE_WHEN_FIELDS(F, S)                                                 \
	F(S, STR, type, .one_of = "event,keyword,added,region")                   \
	F(S, STR, event, .opt = true, .doc = "event: its kind")                   \
	F(S, LIST, filters, .opt = true, .max = TAGRULE_FILTERS_MAX, .of = &tagrule_filter_record, .doc = "event: all must hold") \
	F(S, STRS, keywords, .opt = true, .max = TAGRULE_KEYWORDS_MAX, .doc = "keyword: any of these") \
	F(S, STRS, events, .opt = true, .max = 32, .doc = "keyword: only texts of these kinds") \
	F(S, IDS, codes, .opt = true, .max = TAGRULE_LIST_MAX, .doc = "added: by one of these live codes") \
	F(S, STRS, states, .opt = true, .max = TAGRULE_LIST_MAX, .doc = "added: by one of these states (codes made elsewhere)") \
	F(S, STRS, channels, .opt = true, .max = TAGRULE_LIST_MAX, .doc = "added: through one of these channels") \
	F(S, STRS, weekdays, .opt = true, .max = 7, .one_of = "1,2,3,4,5,6,7", .doc = "added: on one of these, 1 is Monday") \
	F(S, I64, from_minute, .opt = true, .min = 0, .max = 1439, .doc = "added: from this minute of the corp's day") \
	F(S, I64, to_minute, .opt = true, .min = 1, .max = 1440, .doc = "added: before this one; earlier than from: over midnight") \
	F(S, STRS, cities, .opt = true, .max = TAGRULE_LIST_MAX, .doc = "region: her city is one of these") \
	F(S, I64, count, .opt = true, .min = 1, .max = TAGRULE_COUNT_MAX, .doc = "event, keyword: at least so often") \
	F(S, I64, within_days, .opt = true, .min = 1, .max = TAGRULE_WINDOW_MAX, .doc = "corp days; none: ever since")
RECORD(tagrule_when, TAGRULE_WHEN_FIELDS);

#define TAGRULE_DEF_FIELDS(F, S)                                                  \
	F(S, STR, name, .min = 1, .max = TAGRULE_NAME_MAX)                        \
	F(S, IDS, put, .opt = true, .max = TAGRULE_TAGS_MAX) F(S, IDS, take, .opt = true, .max = TAGRULE_TAGS_MAX) \
	F(S, I64, expires_days, .opt = true, .min = 1, .max = TAGRULE_EXPIRES_MAX, .doc = "after the deciding event") \
	F(S, I64, confidence, .opt = true, .min = 1, .max = 100)                  \
	F(S, OBJ, when, .of = &tagrule_when_record)
RECORD(tagrule_def, TAGRULE_DEF_FIELDS);

/* tagrule.saved; tagrule.applied, tagrule.undone */
#define TAGRULE_SAVED_FIELDS(F, S) F(S, ID, rule) F(S, STR, name) F(S, I64, version) F(S, BOOL, on) F(S, BOOL, removed)
RECORD(tagrule_saved, TAGRULE_SAVED_FIELDS);
#define TAGRULE_DONE_FIELDS(F, S) F(S, ID, rule) F(S, ID, run, .opt = true) F(S, I64, people) F(S, I64, marked)
RECORD(tagrule_done, TAGRULE_DONE_FIELDS);

/* ---- editing: each in a transaction of the corp's base slot ---- */
err tagrule_create(struct tx *tx, const struct tagrule_def *def, str by, i64 *ret_id);
/* ERR_CONFLICT when version is not the present one. */
err tagrule_change(struct tx *tx, i64 id, i64 version, const struct tagrule_def *def, str by);
err tagrule_switch(struct tx *tx, i64 id, bool on);
err tagrule_remove(struct tx *tx, i64 id); /* marks stay */

struct kept_cache *tagrule_cache_new(void);
void tagrule_cache_free(struct kept_cache *c); /* NULL is fine */

extern const struct module tagrule_module;

#endif
