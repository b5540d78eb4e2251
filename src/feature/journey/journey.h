/*
 * journey 旅程: what happens to a person after something happened to her, drawn as a graph.
 *
 * A journey is a draft and its published versions, which never change. Whoever enters walks the version that
 * was running then, one node after the other: waiting, looking whether something came, choosing a way, and
 * acting through verbs of other features (core/verb). Her place is one row in the slot of her root; what she
 * waits for is its due moment, found by index, and one timer a slot, so people who wait cost nothing.
 *
 * What must stay true: handlers of events only move her (in, on, out); acting is done when her moment is due,
 * in a transaction that first asks whether all that was recorded before that moment has been taken in, and
 * whether a goal or an exit holds. So what she bought in minute 119 stops the message of minute 120. Every act
 * has a key of its own (place and node), so a repetition does nothing; every act carries the event that led to
 * it as its cause. Graphs have no cycles: one place passes a node once. Time is the journey's own: a wait
 * begins when the step before it was due, or when what was asked really happened.
 *
 * Events join at the leaf and are taken to the root's slot; a merge takes places along, a split brings back
 * those the leaf entered with. Erased persons leave; a lost friend stays, acts refuse by themselves.
 *
 * out: journey.saved, journey.entered, journey.left; journey.carried, journey.moved (between slots)
 * in: every kind some trigger, until, goal or exit names; verb.ended, journey.called, merges and splits
 */
#ifndef YT_FEATURE_JOURNEY_JOURNEY_H
#define YT_FEATURE_JOURNEY_JOURNEY_H

#include "core/cx.h"
#include "core/module.h"
#include "store/journal.h"

#define JOURNEY_MAX 200                       /* of a corp */
#define JOURNEY_NAME_MAX 40
#define JOURNEY_NODES_MAX 60
#define JOURNEY_EDGES_MAX 120
#define JOURNEY_TARGETS_MAX 5                 /* goals, and exits */
#define JOURNEY_PORTS_MAX 10                  /* cases of a branch, arms of a split */
#define JOURNEY_FILTERS_MAX 8
#define JOURNEY_CODES_MAX 200
#define JOURNEY_EXPR_MAX 4000
#define JOURNEY_MINUTES_MAX 525600            /* a year: the longest wait */
#define JOURNEY_VERSIONS_MAX 200              /* of one journey */
#define JOURNEY_PERSON_MAX 20                 /* places of one person in one journey at a time */
#define JOURNEY_LATE_MINUTES 120              /* an act later than this is skipped, unless it says otherwise */
#define JOURNEY_OLD_MS MS_DAY                 /* events that happened longer ago let nobody in */
#define JOURNEY_HELD_MAX_MS (7 * MS_DAY)      /* restraint may hold an act that long */
#define JOURNEY_ASK_MAX_MINUTES (7 * 24 * 60) /* an asked act without an end of its own */
#define JOURNEY_TRY_DAYS 92
#define JOURNEY_TRY_PEOPLE 5000               /* a dry run stops there and says so */

#define JOURNEY_FILTER_FIELDS(F, S)                                               \
	F(S, STR, name, .min = 1, .max = 100, .doc = "a path in the event's body: properties.category, goods[].sku") \
	F(S, STR, op, .one_of = "is,not,in,lt,le,gt,ge,has,exists")               \
	F(S, JSON, value, .opt = true, .doc = "text, number, true/false; a list for in; none for exists")
RECORD(journey_filter, JOURNEY_FILTER_FIELDS);
#define JOURNEY_TRIGGER_FIELDS(F, S)                                              \
	F(S, STR, kind, .one_of = "event,audience,code,date,schedule,api")        \
	F(S, STR, event, .opt = true) F(S, LIST, filters, .opt = true, .max = JOURNEY_FILTERS_MAX, .of = &journey_filter_record) \
	F(S, ID, audience, .opt = true, .doc = "audience, schedule") F(S, STR, way, .opt = true, .one_of = "entered,left") \
	F(S, IDS, codes, .opt = true, .max = JOURNEY_CODES_MAX, .doc = "code: live codes") \
	F(S, STR, attribute, .opt = true, .doc = "date: an attribute that is a day or a moment") \
	F(S, I64, offset_days, .opt = true, .min = -365, .max = 3650) F(S, BOOL, yearly, .opt = true) \
	F(S, I64, minute, .opt = true, .min = 0, .max = 1439, .doc = "date, schedule: of the corp's day") \
	F(S, STR, every, .opt = true, .one_of = "day,week,month") F(S, STRS, weekdays, .opt = true, .max = 7, .one_of = "1,2,3,4,5,6,7") \
	F(S, I64, day, .opt = true, .min = 1, .max = 31, .doc = "month: this day, or the last one")
RECORD(journey_trigger, JOURNEY_TRIGGER_FIELDS);
#define JOURNEY_WAIT_FIELDS(F, S)                                                 \
	F(S, STR, kind, .one_of = "for,until,since") F(S, I64, minutes, .opt = true, .min = 1, .max = JOURNEY_MINUTES_MAX) \
	F(S, I64, minute, .opt = true, .min = 0, .max = 1439, .doc = "until: the next such minute of the corp's day") \
	F(S, STRS, weekdays, .opt = true, .max = 7, .one_of = "1,2,3,4,5,6,7", .doc = "until: on one of these, 1 is Monday") \
	F(S, I64, days, .opt = true, .min = 0, .max = 365, .doc = "until: at least so many days later; since: after the day she came")
RECORD(journey_wait, JOURNEY_WAIT_FIELDS);
#define JOURNEY_UNTIL_FIELDS(F, S)                                                \
	F(S, STR, event) F(S, LIST, filters, .opt = true, .max = JOURNEY_FILTERS_MAX, .of = &journey_filter_record) \
	F(S, I64, timeout_minutes, .min = 1, .max = JOURNEY_MINUTES_MAX)
RECORD(journey_until, JOURNEY_UNTIL_FIELDS);
#define JOURNEY_CASE_FIELDS(F, S) F(S, STR, port, .min = 1, .max = 20) F(S, STR, expr, .min = 1, .max = JOURNEY_EXPR_MAX)
RECORD(journey_case, JOURNEY_CASE_FIELDS);
#define JOURNEY_BRANCH_FIELDS(F, S) F(S, LIST, cases, .min = 1, .max = JOURNEY_PORTS_MAX, .of = &journey_case_record)
RECORD(journey_branch, JOURNEY_BRANCH_FIELDS);
#define JOURNEY_ARM_FIELDS(F, S) F(S, STR, port, .min = 1, .max = 20) F(S, I64, weight, .min = 1, .max = 1000)
RECORD(journey_arm, JOURNEY_ARM_FIELDS);
#define JOURNEY_SPLIT_FIELDS(F, S) F(S, LIST, arms, .min = 2, .max = JOURNEY_PORTS_MAX, .of = &journey_arm_record) \
	F(S, ID, experiment, .opt = true, .doc = "the arms are its variants (a, b …) and holdout; weights mean nothing")
RECORD(journey_split, JOURNEY_SPLIT_FIELDS);
#define JOURNEY_ACT_FIELDS(F, S)                                                  \
	F(S, STR, verb, .min = 1, .max = 40) F(S, JSON, args)                     \
	F(S, STR, held, .opt = true, .one_of = "wait,skip", .doc = "when restraint says not now; none: wait") \
	F(S, I64, late_minutes, .opt = true, .min = 1, .max = JOURNEY_MINUTES_MAX, .doc = "skipped when later; none: 120") \
	F(S, I64, timeout_minutes, .opt = true, .min = 1, .max = JOURNEY_ASK_MAX_MINUTES, .doc = "asked without an end: taken back, goes on by refused")
RECORD(journey_act, JOURNEY_ACT_FIELDS);
#define JOURNEY_END_FIELDS(F, S) F(S, STR, name, .opt = true, .max = JOURNEY_NAME_MAX)
RECORD(journey_end, JOURNEY_END_FIELDS);
#define JOURNEY_NODE_FIELDS(F, S)                                                 \
	F(S, STR, id, .min = 1, .max = 16) F(S, STR, type, .one_of = "trigger,wait,until,branch,split,act,end") \
	F(S, I64, x, .min = -100000, .max = 100000) F(S, I64, y, .min = -100000, .max = 100000) F(S, STR, note, .opt = true, .max = 200) \
	F(S, OBJ, trigger, .opt = true, .of = &journey_trigger_record) F(S, OBJ, wait, .opt = true, .of = &journey_wait_record) \
	F(S, OBJ, until, .opt = true, .of = &journey_until_record) F(S, OBJ, branch, .opt = true, .of = &journey_branch_record) \
	F(S, OBJ, split, .opt = true, .of = &journey_split_record) F(S, OBJ, act, .opt = true, .of = &journey_act_record) \
	F(S, OBJ, end, .opt = true, .of = &journey_end_record)
RECORD(journey_node, JOURNEY_NODE_FIELDS);
#define JOURNEY_EDGE_FIELDS(F, S) F(S, STR, from, .min = 1, .max = 16) F(S, STR, port, .min = 1, .max = 20) F(S, STR, to, .min = 1, .max = 16)
RECORD(journey_edge, JOURNEY_EDGE_FIELDS);
#define JOURNEY_GRAPH_FIELDS(F, S)                                                \
	F(S, LIST, nodes, .max = JOURNEY_NODES_MAX, .of = &journey_node_record)   \
	F(S, LIST, edges, .max = JOURNEY_EDGES_MAX, .of = &journey_edge_record)
RECORD(journey_graph, JOURNEY_GRAPH_FIELDS);
#define JOURNEY_TARGET_FIELDS(F, S)                                               \
	F(S, STR, name, .opt = true, .max = JOURNEY_NAME_MAX) F(S, STR, expr, .opt = true, .min = 1, .max = JOURNEY_EXPR_MAX) \
	F(S, STR, event, .opt = true) F(S, LIST, filters, .opt = true, .max = JOURNEY_FILTERS_MAX, .of = &journey_filter_record)
RECORD(journey_target, JOURNEY_TARGET_FIELDS);
#define JOURNEY_ENTRY_FIELDS(F, S)                                                \
	F(S, STR, mode, .one_of = "once,after_exit,always,every") F(S, I64, days, .opt = true, .min = 1, .max = 3650) \
	F(S, STR, key, .opt = true, .max = 100, .doc = "a path in the trigger event: one place for each value")
RECORD(journey_entry, JOURNEY_ENTRY_FIELDS);
#define JOURNEY_DEF_FIELDS(F, S)                                                  \
	F(S, STR, name, .min = 1, .max = JOURNEY_NAME_MAX) F(S, STR, face, .opt = true, .one_of = "journey,sop") \
	F(S, STR, who, .opt = true, .max = JOURNEY_EXPR_MAX, .doc = "an audience expression: only these may enter") \
	F(S, OBJ, entry, .opt = true, .of = &journey_entry_record)                \
	F(S, LIST, goals, .opt = true, .max = JOURNEY_TARGETS_MAX, .of = &journey_target_record) \
	F(S, LIST, exits, .opt = true, .max = JOURNEY_TARGETS_MAX, .of = &journey_target_record) \
	F(S, OBJ, graph, .of = &journey_graph_record)
RECORD(journey_def, JOURNEY_DEF_FIELDS);

/* Opaque: compiled journeys of the corps (struct env). */
void journey_cache_free(struct kept_cache *c); /* NULL is fine */

extern const struct module journey_module;

#endif
