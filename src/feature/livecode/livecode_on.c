/*
 * live code's handlers: what an add by a code brings, the counts, and WeCom's answers.
 */
#include "feature/livecode/livecode_data.h"

#include "core/corp/corp.h"
#include "core/follow/follow.h"
#include "store/journal.h"

/* act: tags and channel for who came by a code of ours. A removed tag is skipped, not an error. */
err livecode_on_added(struct tx *tx, const struct event *ev)
{
	struct follow_event add;
	struct livecode c;
	struct livecode_tag *tags;
	size_t n;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &add));
	if (add.state.n == 0)
		return OK;
	err e = livecode_by_state(&tx->snap, &(struct livecode_state){ add.state }, &c);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(follow_channel_put(tx, ev->customer, add.staff, c.channel));
	TRY(livecode_tag_of(&tx->snap, &(struct livecode_key){ c.id }, &tags, &n));
	for (size_t i = 0; i < n; i++) {
		struct tag_cause by = { .why = "channel", .why_id = c.id, .evidence = c.name };
		e = tag_mark_by(tx, ev->customer, tags[i].tag, &by, NULL);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
	}
	return OK;
}

static err count(struct tx *tx, const struct event *ev, i64 livecode, i64 adds, i64 losses)
{
	i64 day = corp_day(tx->snap.unit, ev->occurred);
	return livecode_tally_add(tx, &(struct livecode_tally){ livecode, day, adds, losses });
}

/* derive: an add counts for its code on its day, a loss for the code she had come by on the day of the
 * loss; transfers count for neither. */
err livecode_on_count(struct tx *tx, const struct event *ev)
{
	struct follow_event f;
	struct livecode c;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &f));
	struct livecode_add key = { ev->customer, f.staff, NIL }, row;
	if (ev->kind != EV_FOLLOW_ADDED) {
		err e = livecode_add_get(&tx->snap, &key, &row);
		return e == ERR_NOT_FOUND ? OK : e != OK ? e : count(tx, ev, row.livecode, 0, 1);
	}
	if (f.state.n == 0)
		return OK;
	err e = livecode_by_state(&tx->snap, &(struct livecode_state){ f.state }, &c);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	key.livecode = c.id;
	TRY(livecode_add_put(tx, &key));
	return count(tx, ev, c.id, 1, 0);
}

/* act: the contact way was made, or not. */
err livecode_on_result(struct tx *tx, const struct event *ev)
{
	struct livecode_result r;
	struct livecode c;
	TRY(event_body(&tx->snap, ev, &livecode_result_record, &r));
	err e = livecode_get(&tx->snap, &(struct livecode_key){ r.id }, &c);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	bool removed = str_eq_c(c.state, "disabled"), made = str_is_nil(c.config_id);
	if (!removed)
		c.state = ev->kind == EV_LIVECODE_READY ? STR("active") : STR("failed");
	if (!str_is_nil(r.config_id))
		c.config_id = r.config_id;
	if (!str_is_nil(r.qr_url))
		c.qr_url = r.qr_url;
	c.fail_code = r.code;
	TRY(livecode_update(tx, &c));
	return removed && made ? livecode_unmake(tx, &c) : OK; /* removed while it was being made */
}
