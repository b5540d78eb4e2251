/*
 * inherit's handlers: what callbacks tell of customers who wait.
 */
#include "feature/inherit/inherit_data.h"

#include "core/follow/follow.h"

static err answer_if(struct tx *tx, const struct event *ev, i64 giver, i64 taker, const char *state)
{
	struct inherit_item *items;
	size_t n;
	TRY(inherit_item_waiting(&tx->snap, &(struct inherit_of){ ev->customer }, &items, &n));
	for (size_t i = 0; i < n; i++)
		if ((giver && items[i].giver == giver) || (taker && items[i].taker == taker))
			TRY(inherit_answer(tx, &items[i], state, STR_NIL, ev->occurred));
	return OK;
}

/* act: the taker became her friend. */
err inherit_on_added(struct tx *tx, const struct event *ev)
{
	struct follow_event f;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &f));
	return f.transfer ? answer_if(tx, ev, 0, f.staff, "done") : OK;
}

/* act: the giver's relation was taken away by an inheritance; the taker may have been her friend before. */
err inherit_on_transferred(struct tx *tx, const struct event *ev)
{
	struct follow_event f;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &f));
	return answer_if(tx, ev, f.staff, 0, "done");
}

/* act: WeCom says why not. */
err inherit_on_failed(struct tx *tx, const struct event *ev)
{
	struct transfer_failed f;
	TRY(event_body(&tx->snap, ev, &transfer_failed_record, &f));
	return answer_if(tx, ev, 0, f.staff, str_eq_c(f.reason, "customer_refused") ? "refused" : "full");
}
