/*
 * One person at a past moment, while her journal is folded. Private to audience_past*.c.
 *
 * What events tell is taken event by event (audience_past_fold.c). What a module keeps of its own with the moment it was
 * learned (struct attr.then) is asked of it, once for each condition.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_PAST_INT_H
#define YT_CORE_AUDIENCE_AUDIENCE_PAST_INT_H

#include "core/audience/audience_past_data.h"

#include "store/journal.h"

struct past_order { const i64 *categories; size_t category_count; i64 id, paid, refunded, ordered, told; bool stands, counts, foreign; };
struct past_refund { i64 id, order, amount; bool foreign; };
struct past_follow { i64 staff, told, added, ended, times; bool friend, by_staff; str channel; };
struct past_day { i64 kind, day, times; };
struct past_value { const struct expr_attr *attr; struct attr_value v; };

struct past {
	const struct snap *s;
	const struct expr *e;
	ms at;
	struct expr_today today;
	str currency;
	bool born, erased;
	i64 root; /* of the number being read */
	VEC(i64) leaves, tags; /* tags: groups and categories too, by their numbers in attr_value */
	VEC(struct past_day) days;
	VEC(struct past_order) orders;
	VEC(struct past_refund) refunds;
	VEC(struct past_follow) follows; /* of each number the oldest first, as rows come */
	VEC(struct past_value) values;
	i64 order_count, spent, first_order, last_order, last_reached, last_reply, last_open, categories;
	str source, followup;
	/* by past_settle */
	bool friend;
	i64 added, lost_at, staff, staff_since, store;
	str lost_by, channel;
};

/* One thing that was known of the number; b: the fields of its body. */
void past_take(struct past *p, const struct event *ev, const struct past_body *b);
/* All of one number was taken; what one more of her numbers adds to her, which come in the order facts are folded in. */
void past_sum(struct past *p);
void past_join(struct past *p, const struct past *leaf);
/* All of hers was joined: relations, as follow folds them. */
err past_settle(struct past *p);

#endif
