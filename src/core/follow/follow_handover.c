/*
 * Handing over, in the words of follow_rule: both ends are applied as a sync would find them, so what a
 * callback has told before is not told again.
 */
#include "core/follow/follow_handover.h"

#include "core/follow/follow_rule.h"
#include "core/staff/staff.h"

err handover_asked(struct tx *tx, const struct handover *h)
{
	return follow_handover_put(tx, &(struct follow_handover){ h->customer, h->taker, h->giver, tx->snap.now });
}

err handover_refused(struct tx *tx, const struct handover *h)
{
	return follow_handover_drop(tx, &(struct follow_key){ h->customer, h->taker });
}

err handover_times(const struct snap *s, i64 customer, ms since, i64 *ret)
{
	struct follow_handover *rows;
	size_t n;
	*ret = 0;
	TRY(follow_handovers(s, &(struct follow_of){ customer }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		*ret += rows[i].at >= since;
	return OK;
}

static err is_friend(const struct snap *s, i64 customer, i64 staff, bool *ret)
{
	struct follow_row row;
	err e = follow_get(s, &(struct follow_key){ customer, staff }, &row);
	*ret = e == OK && str_eq_c(row.status, "friend");
	return e == ERR_NOT_FOUND ? OK : e;
}

static struct follow_told told_of(const struct handover *h, enum follow_tell tell, const struct staff *staff, ms at)
{
	return (struct follow_told){ .tell = tell, .customer = h->customer, .staff = staff->id, .userid = staff->userid,
		.external_userid = h->external_userid, .state = STR_NIL, .welcome_code = STR_NIL, .add_way = NIL, .at = at,
		.synced = true };
}

err handover_done(struct tx *tx, const struct handover *h, ms at)
{
	struct staff giver, taker;
	bool friend;
	TRY(staff_get(&tx->snap, h->giver, &giver));
	TRY(staff_get(&tx->snap, h->taker, &taker));
	TRY(is_friend(&tx->snap, h->customer, h->taker, &friend));
	if (!friend) {
		struct follow_told t = told_of(h, TELL_ADDED, &taker, at);
		TRY(follow_apply(tx, &t));
		TRY(follow_fetch_later(tx, &t));
	}
	TRY(is_friend(&tx->snap, h->customer, h->giver, &friend));
	if (!friend)
		return OK;
	struct follow_told t = told_of(h, TELL_TRANSFERRED, &giver, at);
	return follow_apply(tx, &t);
}
