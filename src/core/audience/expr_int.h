/*
 * The checked tree, and what its evaluators share. Private to core/audience.
 *
 * A tree speaks in days relative to today and in names; nothing in it depends on the moment it was
 * read. expr_ranges turns a condition into inclusive ranges of the stored integer, once per question:
 * so rows, SQL and bitmaps decide by the same numbers. Joints are flat: an `and` holds no `and`, and at
 * least two parts.
 */
#ifndef YT_CORE_AUDIENCE_EXPR_INT_H
#define YT_CORE_AUDIENCE_EXPR_INT_H

#include "base/tz.h"
#include "base/vec.h"
#include "core/attr/attr_category.h"
#include "core/audience/audience.h"
#include "core/audience/expr_channel.h"
#include "core/fact.h"
#include "core/module.h"

enum expr_op { EXPR_AND, EXPR_OR, EXPR_NOT, EXPR_TAG, EXPR_ATTR, EXPR_DID, EXPR_REACH, EXPR_AUDIENCE };
enum expr_cmp { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_BETWEEN, CMP_IN, CMP_KNOWN, CMP_UNKNOWN };
enum expr_how { TAG_ANY, TAG_ALL, TAG_NONE };
enum expr_type {
	EXPR_NUMBER, EXPR_MONEY, EXPR_TIME, EXPR_DATE, EXPR_AGE, /* ranges of an integer */
	EXPR_TEXT, EXPR_STAFF, EXPR_STORE,                       /* one of some values */
	EXPR_FLAG,
	EXPR_SET, /* some of many values; in trees as joints of flags (expr_set.c) */
};

/* Where the index keeps a column. */
enum expr_col {
	COL_ORDERS, COL_SPENT, COL_AOV, COL_ADDED, COL_FIRST_ORDER, COL_LAST_ORDER, COL_LAST_REACHED, COL_LAST_ACTIVE,
	COL_LOST_AT, COL_BIRTHDAY, COL_CHILD, COL_COUNT,
};
enum expr_code {
	CODE_STAFF, CODE_STORE, CODE_CHANNEL, CODE_CITY, CODE_GENDER, CODE_SOURCE, CODE_FOLLOWUP, CODE_LOST_BY, CODE_STAGE,
	CODE_COUNT,
};
struct expr_attr {
	const char *name;
	enum expr_type type;
	int col;            /* expr_col, expr_code or expr_flag, by type */
	size_t at;          /* in struct customer_fact; of aov: unused */
	const char *sql;    /* of customer_fact f */
	enum text label;
	const char *one_of; /* "a,b": the only texts */
	const char *title;  /* instead of label */
	i64 value;          /* its number in attr_value; 0: customer_fact has it */
	attr_then *then;    /* of such a value: what it was; may be NULL */
};
extern const struct expr_attr expr_attrs[]; /* ends with name NULL */
const struct expr_attr *expr_attr_of(str name);
str expr_attr_label(const struct expr_attr *a, enum lang lang);
/* How people read a text value: codes of closed lists in words, everything else as it is. */
str expr_word(const struct expr_attr *a, str code, enum lang lang);
/* One kept in attr_value; not among expr_attrs. In the arena. */
const struct expr_attr *expr_attr_valued(struct arena *a, const struct attr *of);
/* The stored integer of a condition by ranges, NIL when unknown. Of an attribute without .value. */
i64 expr_fact_number(const struct expr_attr *a, const struct customer_fact *f);
str expr_fact_text(const struct expr_attr *a, const struct customer_fact *f);
bool expr_fact_flag(const struct expr_attr *a, const struct customer_fact *f);
/* As the index keeps it: moments in whole seconds, rounded down. */
static inline i64 expr_seconds(ms at) { return at == NIL ? NIL : at / 1000 - (at % 1000 < 0); }
static inline i64 expr_stored(const struct expr_attr *a, i64 v) { return a->type == EXPR_TIME ? expr_seconds(v) : v; }

struct expr_value {
	i64 n;         /* number, fen, day number or days from today, flag, id of staff or store */
	bool relative; /* n days from today */
	str text;      /* text, or the name as given */
};

struct expr {
	enum expr_op op;
	struct expr **of; /* joints; EXPR_AUDIENCE: one, the tree behind the name */
	size_t n;
	const struct expr_attr *attr;
	enum expr_cmp cmp;
	struct expr_value *values; /* EXPR_TAG: tag ids with "group/name" */
	size_t count;
	enum expr_how how;
	i64 event, within;  /* EXPR_DID; within NIL: ever */
	str name;           /* event, audience or channel as written */
	i64 id;             /* of the audience */
	const struct expr_attr *set; /* of a joint that was written as one condition on a set */
};

/* ---- making trees (expr_build.c); errors name the place ---- */
struct expr_build {
	struct unit *u;
	bool discreet; /* sensitive tags are unknown here; what is stored may name them */
	size_t nodes, values;
	size_t column; /* of the text, from 1; 0: the place is `path` in a JSON tree */
	str path;
	i64 open[AUDIENCE_NESTED_MAX]; /* audiences being looked into */
	size_t open_count;
};
err expr_fault(struct expr_build *b, err code, enum text text, str value, str limit);
err expr_node(struct expr_build *b, enum expr_op op, struct expr **ret);
/* Joins by and/or, flat. */
err expr_join(struct expr_build *b, enum expr_op op, struct expr **of, size_t n, struct expr **ret);
err expr_depth_ok(struct expr_build *b, size_t depth);
err expr_value_add(struct expr_build *b, struct expr *e, struct expr_value v);
/* Reads text as a value of the attribute. quoted: it stood in quotes. */
err expr_value_read(struct expr_build *b, const struct expr_attr *a, str text, bool quoted, struct expr_value *ret);
err expr_cmp_ok(struct expr_build *b, const struct expr_attr *a, enum expr_cmp cmp, const char *given);
err expr_attr_find(struct expr_build *b, str name, const struct expr_attr **ret);
/* in_group("name or number"): a flag too, kept by core/group as a value of hers under the group's number below zero. */
err expr_group_find(struct expr_build *b, str given, const struct expr_attr **ret);
static inline bool expr_is_group(const struct expr_attr *a) { return a->value < 0; }
static inline bool expr_is_kept_as_tag(const struct expr_attr *a) { return expr_is_group(a) || attr_is_category(a->value); }
err expr_list_find(struct expr_build *b, str name, const struct expr_attr **ret); /* in_list("…"): a flag */
err expr_tag_find(struct expr_build *b, str name, struct expr_value *ret);
err expr_event_find(struct expr_build *b, str name, i64 *ret);
err expr_channel_ok(struct expr_build *b, str channel);
err expr_days_read(struct expr_build *b, str text, i64 *ret); /* "7d" */
err expr_audience_find(struct expr_build *b, struct expr *e, str name);
err expr_later(struct expr_build *b, str name); /* ERR_UNAVAILABLE */
/* The nearest of some names, or nil. */
str expr_nearest(struct arena *a, str given, const char *const *names);
size_t expr_distance(str a, str b);
/* Whether the text of a tree itself names a sensitive tag (not what audiences named in it do). */
err expr_reveals(struct unit *u, const struct expr *e, bool *ret);
/* Reads a text with a builder that is under way (audiences in audiences). */
err expr_parse_with(struct expr_build *b, str text, struct expr **ret);
/* As expr_parse, for the text of stored audience `self`, which it must not lead back to. */
err expr_parse_for(struct unit *u, str text, i64 self, struct expr **ret);

/* ---- what a condition means today ---- */
struct expr_today { const struct tz *zone; i64 day; };
struct expr_range { i64 lo, hi; };
#define EXPR_LOWEST (INT64_MIN + 1) /* INT64_MIN is NIL */
struct expr_today expr_today(struct unit *u);
/* At most 2 * values + 1 ranges, of known values; CMP_UNKNOWN has none. */
struct expr_range *expr_ranges(struct arena *a, const struct expr *e, const struct expr_today *t, size_t *ret_count);
/* first..last day of did(); false: ever */
bool expr_window(const struct expr *e, const struct expr_today *t, i64 *ret_from, i64 *ret_to);
bool expr_count_holds(const struct expr *e, i64 times);

extern const char *const expr_cmp_words[]; /* "=", "!=", …, "known", "unknown" */
bool expr_cmp_of(str word, enum expr_cmp *ret);
str expr_value_text(struct arena *a, const struct expr_attr *at, const struct expr_value *v); /* unquoted */
bool expr_type_quoted(enum expr_type t);
void expr_text_to(struct buf *b, const struct expr *e, int outer);
void expr_words_to(struct unit *u, struct buf *b, const struct expr *e, enum lang lang, int outer);

#endif
