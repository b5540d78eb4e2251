/*
 * attr_own: attributes an operator defines, and fields filled by hand.
 *
 * source "event": a fold (count, sum, first, last, most frequent) over a property of one kind of event,
 * perhaps only of events whose properties have given values, ever or within whole corp-days. What is kept is
 * a row per leaf and day (attr_part, derived), so an event costs one row and nobody's journal is read again.
 * A definition that is made later is filled from history by a job (feature/attrdef) up to the place from
 * which the handler counts by itself; until then it is "building" and unknown of everybody.
 *
 * source "field": what staff wrote down, with history; the newest over her leaves counts. visible
 * "restricted": only for roles that see whole phone numbers.
 *
 * The `person` hook turns both into values (attr_value.h), so they stand in every expression by name.
 */
#ifndef YT_CORE_ATTR_ATTR_OWN_H
#define YT_CORE_ATTR_ATTR_OWN_H

#include "core/attr/attr_value.h"

#define ATTR_OWN_MAX 200            /* definitions a corp may have */
#define ATTR_OWN_PER_EVENT_MAX 20   /* over one kind of event: each costs a row an event */
#define ATTR_OWN_WINDOW_MAX 730     /* days */
#define ATTR_OWN_MOST_WINDOW_MAX 90 /* days of a most frequent value, which keeps a row per value */
#define ATTR_OWN_WORDS_MAX 50       /* values told apart a day; further ones are not counted */
#define ATTR_OWN_FILTERS_MAX 3
#define ATTR_OWN_OPTIONS_MAX 100
#define ATTR_OWN_NAME_MAX 30
#define ATTR_OWN_LABEL_MAX 30
#define ATTR_TYPES "number,money,text,time,date,flag"
#define ATTR_FOLDS "count,sum,first,last,most"

#define ATTR_FILTER_FIELDS(F, S) F(S, STR, path, .min = 1) F(S, STR, value, .min = 1, .max = ATTR_TEXT_MAX)
RECORD(attr_filter, ATTR_FILTER_FIELDS);
#define ATTR_FILTERS_FIELDS(F, S) F(S, LIST, all, .of = &attr_filter_record, .max = ATTR_OWN_FILTERS_MAX)
RECORD(attr_filters, ATTR_FILTERS_FIELDS);
#define ATTR_OPTIONS_FIELDS(F, S) F(S, STRS, all, .max = ATTR_OWN_OPTIONS_MAX)
RECORD(attr_options, ATTR_OPTIONS_FIELDS);

#define ATTR_DEF_FIELDS(F, S)                                                      \
	F(S, ID, id) F(S, STR, name, .min = 2, .max = ATTR_OWN_NAME_MAX)           \
	F(S, STR, label, .min = 1, .max = ATTR_OWN_LABEL_MAX) F(S, STR, type, .one_of = ATTR_TYPES) \
	F(S, STR, unit, .opt = true, .max = 10) F(S, STR, doc, .opt = true, .max = 200) \
	F(S, STR, source, .one_of = "event,field") F(S, STR, event, .opt = true)   \
	F(S, JSON, filter, .opt = true, .doc = "{\"all\":[{\"path\":…,\"value\":…}]}") F(S, STR, path, .opt = true) \
	F(S, STR, fold, .opt = true, .one_of = ATTR_FOLDS)                         \
	F(S, I64, window_days, .opt = true, .min = 1, .max = ATTR_OWN_WINDOW_MAX)  \
	F(S, BOOL, yuan, .doc = "money: the property is in yuan, not fen")         \
	F(S, JSON, options, .opt = true, .doc = "of a text field: {\"all\":[…]}, the only values") \
	F(S, STR, visible, .one_of = "all,restricted") F(S, STR, state, .one_of = "building,ready") \
	F(S, I64, version) F(S, MS, created)
RECORD(attr_def, ATTR_DEF_FIELDS);

/* field.set; text: what was written, as read by people */
#define ATTR_FIELD_EVENT_FIELDS(F, S) F(S, ID, attr) F(S, STR, name) F(S, STR, label) F(S, STR, text, .opt = true, .pii = true)
RECORD(attr_field_event, ATTR_FIELD_EVENT_FIELDS);

/* Those that stand, in the order they were made. s speaks of the corp's base slot, or of any (small table). */
err attr_def_all(const struct snap *s, struct attr_def **ret, size_t *ret_count);
err attr_def_get(const struct snap *s, i64 id, struct attr_def *ret);
/* As expressions know them. */
struct attr;
err attr_own_all(struct unit *u, struct attr **ret, size_t *ret_count);
err attr_own_find(struct unit *u, str name, struct attr **ret); /* ERR_NOT_FOUND */
/* Everything but uniqueness and counts. ERR_INPUT with field, value, limit and cure. */
err attr_def_check(struct unit *u, const struct attr_def *d);
/* Adds (id and the rest filled in) / changes label, unit, doc, options, visible / takes away. Base slot; told
 * as attribute.changed. Add: ERR_EXISTS for a name that is taken by anything an expression may name. */
err attr_def_add(struct tx *tx, struct attr_def *d);
err attr_def_edit(struct tx *tx, const struct attr_def *d);
err attr_def_remove(struct tx *tx, i64 id);
err attr_def_ready(struct tx *tx, i64 id);

/* Filling a slot from history, in its own transactions: the place up to which the job fills (noted at the
 * first call) and how far it has come; then the events behind `was` and up to `upto`. */
#define ATTR_START_FIELDS(F, S) F(S, ID, attr) F(S, I64, seq) F(S, I64, filled)
RECORD(attr_start_row, ATTR_START_FIELDS);
err attr_own_start(struct tx *tx, i64 attr, struct attr_start_row *ret);
err attr_own_fill(struct tx *tx, const struct attr_def *d, i64 was, i64 upto, const struct event *v, size_t count);
/* Leaves with parts of an attribute in the slot, above `after`. */
err attr_own_people(const struct snap *s, i64 attr, i64 after, size_t limit, i64 **ret, size_t *ret_count);

/* A field of hers; text "" takes the value away. In her (leaf's) slot. ERR_INPUT with the cure. */
err attr_field_set(struct tx *tx, i64 customer, const struct attr_def *d, str text, str who);
#define ATTR_FIELD_ROW_FIELDS(F, S) \
	F(S, ID, customer) F(S, ID, attr) F(S, MS, at) F(S, ID, id) F(S, I64, n, .opt = true) F(S, STR, t, .opt = true) \
	F(S, STR, who, .opt = true)
RECORD(attr_field_row, ATTR_FIELD_ROW_FIELDS);
/* What was written about a leaf, newest first. */
err attr_field_history(const struct snap *s, i64 leaf, struct attr_field_row **ret, size_t *ret_count);
/* A value as text for people and messages: "12.50", "2026-11-01", "true"; nil when unknown. */
str attr_value_text(struct unit *u, const struct attr_def *d, i64 n, str t);

#define ATTR_ID_GAP 1 /* "order_gap": mean days between her orders */
#define ATTR_ID_LAST_REPLY 2 /* "last_reply": she wrote to us */
#define ATTR_ID_LAST_OPEN 3  /* "last_open": she opened what we sent */
/* Which of the two an event of that kind dates; 0: none. */
i64 attr_last_of_kind(i64 kind);
/* What module attr joins. */
err attr_own_on_event(struct tx *tx, const struct event *ev);
err attr_own_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum);

#endif
