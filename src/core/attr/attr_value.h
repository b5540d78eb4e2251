/*
 * attr_value: attributes beyond the columns of customer_fact, and the days on which time changes a person.
 *
 * A value belongs to a root and is named by the attribute's number (struct attr.id, or the id of one an
 * operator defined). Who publishes an attribute writes it in its `person` hook (core/module.h), which runs
 * whenever the facts of a person were folded anew, or in a job of its own. When a person stops being a root
 * her values go; the hook writes those of the person she now belongs to.
 *
 * What time alone changes (a stage, a count within 30 days) has a due day: a hook names the next one with
 * attr_due, the earliest of all hooks is kept, and at 00:00 of that corp-day the person is refreshed. Work
 * is in proportion to what is due.
 */
#ifndef YT_CORE_ATTR_ATTR_VALUE_H
#define YT_CORE_ATTR_ATTR_VALUE_H

#include "core/attr/attr.h"

#define ATTR_ID_GROUP(chat) (-(chat)) /* that she sits in that customer group: numbers below zero */
#define ATTR_TEXT_MAX 100 /* characters of a text value */

/* Both n and t absent: nothing is known. */
#define ATTR_VALUE_FIELDS(F, S) F(S, ID, customer) F(S, ID, attr) F(S, I64, n, .opt = true) F(S, STR, t, .opt = true)
RECORD(attr_value, ATTR_VALUE_FIELDS);

/* In her slot. A value without n and t is taken away. */
err attr_value_put(struct tx *tx, const struct attr_value *v);
/* n and t absent when there is none; s speaks of her slot. */
err attr_value_get(const struct snap *s, i64 root, i64 attr, struct attr_value *ret);
err attr_values_of(const struct snap *s, i64 root, struct attr_value **ret, size_t *ret_count);
/* Values of one attribute, by customer, above `after`; one at a time, row must not query. */
err attr_value_page(const struct snap *s, i64 attr, i64 after, size_t limit, err (*row)(void *arg, const void *of), void *arg);

/* Who is being settled: her numbers (root first) and the earliest due day so far (NIL: none). */
struct attr_person {
	i64 root;
	const i64 *leaves;
	size_t count;
	i64 today, due;
};
/* Lowers the due day; a day that is not after today is tomorrow. */
void attr_due(struct attr_person *p, i64 day);
/* How often an event kind was counted for the person from..to, inclusive corp-days. s may speak of any slot
 * of the corp. */
err attr_times(const struct snap *s, const struct attr_person *p, i64 kind, i64 from, i64 to, i64 *ret);

/* Set for 00:00 of every corp-day on which somebody is due; core/audience refreshes and touches them. */
#define ATTR_DUE_TIMER "attr.due"
/* Whose day has come in a slot, at most limit. */
err attr_due_people(struct unit *u, i64 slot, size_t limit, i64 **ret, size_t *ret_count);

#endif
