/*
 * follow: reading relations, and who should speak to a person.
 */
#include "core/follow/follow.h"

#include "core/customer/customer.h"
#include "core/follow/follow_data.h"
#include "core/staff/staff.h"

static struct follow of_row(const struct follow_row *r)
{
	return (struct follow){ r->customer, r->staff, r->external_userid, r->added, r->add_way, r->state, r->channel,
				r->remark, r->description, r->status, r->ended, r->times };
}

err follow_list(const struct snap *s, i64 customer_leaf, struct follow **ret, size_t *ret_count)
{
	struct follow_of key = { customer_leaf };
	struct follow_row *rows;
	size_t n;
	TRY(follow_rows(s, &key, &rows, &n));
	*ret = ARENA_ARRAY(s->arena, struct follow, n);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = of_row(&rows[i]);
	*ret_count = n;
	return OK;
}

err follow_of_member(const struct snap *s, i64 staff, i64 after, i64 limit, struct follow_relation **ret, size_t *ret_count)
{
	struct follow_living *rows;
	TRY(follow_living_of(s, &(struct follow_of_staff){ staff, after, limit }, &rows, ret_count));
	*ret = ARENA_ARRAY(s->arena, struct follow_relation, *ret_count);
	for (size_t i = 0; i < *ret_count; i++)
		(*ret)[i] = (struct follow_relation){ rows[i].customer, rows[i].external_userid, rows[i].added };
	return OK;
}

err follow_lost_of(const struct snap *s, i64 staff, size_t limit, struct follow **ret, size_t *ret_count)
{
	struct follow_row *rows;
	size_t n;
	TRY(follow_lost_rows(s, &(struct follow_lost){ staff, (i64)limit }, &rows, &n));
	*ret = ARENA_ARRAY(s->arena, struct follow, n);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = of_row(&rows[i]);
	*ret_count = n;
	return OK;
}

err follow_channel_put(struct tx *tx, i64 customer, i64 staff, str channel)
{
	struct follow_channel in = { customer, staff, channel };
	return follow_channel_set(tx, &in);
}

struct search {
	struct follow_sender best;
	ms since;
};

static err look_at_leaf(const struct snap *s, i64 leaf, struct search *ret)
{
	struct follow_of key = { leaf };
	struct follow_row *rows;
	size_t n;
	TRY(follow_rows(s, &key, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct staff staff;
		if (!str_eq(rows[i].status, STR("friend")) || (ret->best.staff && rows[i].added <= ret->since))
			continue;
		err e = staff_get(s, rows[i].staff, &staff);
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		if (!str_eq(staff.state, STR("active")) || !staff.in_scope)
			continue;
		ret->best = (struct follow_sender){ staff.id, leaf, staff.userid, rows[i].external_userid };
		ret->since = rows[i].added;
	}
	return OK;
}

err follow_sender_of(struct unit *u, i64 root, struct follow_sender *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	struct search search = { 0 };
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++)
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), look_at_leaf(snap, leaves[i], &search)));
	*ret = search.best;
	return OK;
}
