/*
 * What broadcast's senders share: a part with its people, and writing what became of them.
 */
#ifndef YT_FEATURE_BROADCAST_BROADCAST_WORK_H
#define YT_FEATURE_BROADCAST_BROADCAST_WORK_H

#include "feature/broadcast/broadcast_person_data.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/mass/mass.h"

struct broadcast_member { i64 slot; struct broadcast_person row; };

struct broadcast_work {
	struct cx *cx;
	struct broadcast b;
	struct broadcast_part part;
	struct corp_wecom corp;
	struct wecom_call call;
	struct broadcast_member *people;
	size_t count;
	struct map by_external; /* external_userid -> struct broadcast_member */
};

/* Reads part and broadcast of an errand and readies the call. */
err broadcast_work_open(struct cx *cx, const struct outbox_row *row, struct broadcast_work *ret);
/* Reads the part's people over the corp's slots. */
err broadcast_work_people(struct broadcast_work *w);

/* What became of one of them: "delivered", "not_friend", "quota", "failed", "expired", "cancelled". */
struct broadcast_end { struct broadcast_member *who; const char *state; str reason; ms at; };
/* Writes ends where the people live, with reach.sent or reach.failed; who has ended already is left alone. */
err broadcast_work_end(struct broadcast_work *w, const struct broadcast_end *ends, size_t count);
/* Everybody who is still on the way ends so. */
err broadcast_work_end_rest(struct broadcast_work *w, const char *state, str reason);
/* The task stands in WeCom: all but `refused` are in it. */
err broadcast_work_made(struct broadcast_work *w, struct strs refused);
/* The outcome's event: the part's numbers as they are now; none when nothing is new. *ret_open: people still
 * on the way. */
err broadcast_work_tell(struct broadcast_work *w, ms confirmed_at, bool closed, struct outcome *ret, i64 *ret_open);

#endif
