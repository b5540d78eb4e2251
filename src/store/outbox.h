/*
 * The outbox: what must happen in the world, written in the transaction that decided it.
 *
 * Its unique key (corp, kind, key) is its idempotence. A sender claims due rows of its lane, makes the
 * call outside of any transaction, then writes the outcome and its event in one. A row whose call had
 * begun when the process died is UNKNOWN: its sender reconciles, never sends blindly again. So is one whose
 * outcome could not be written: it stays CALLING though nobody carries it any more, and the sweep finds it.
 */
#ifndef YT_STORE_OUTBOX_H
#define YT_STORE_OUTBOX_H

#include "store/store.h"

enum outbox_state { OUTBOX_WAITING, OUTBOX_CALLING, OUTBOX_DONE, OUTBOX_DROPPED, OUTBOX_UNKNOWN };

struct outbox_row {
	i64 slot, id, corp;
	str kind;  /* "welcome.send", "tag.mark" … = the sender's name */
	str key;
	str lane;  /* "welcome" has threads of its own; "" the ordinary one */
	ms due, expires; /* expires 0: never; later than that it is dropped as expired */
	i64 customer, cause, attempts, state;
	str body;  /* JSON of the sender's record, .pii sealed */
};

/* Adds unless the key is there; *ret_new (may be NULL) says which. */
err outbox_add(struct tx *tx, str kind, str key, str lane, ms due, ms expires, i64 customer,
	       const struct record *record, const void *body, bool *ret_new);
err outbox_cancel(struct tx *tx, str kind, str key, bool *ret_cancelled); /* only while WAITING */
err outbox_body(const struct snap *s, const struct outbox_row *row, const struct record *record, void *ret);

/* Claims due rows of a lane, of the corp whose turn it is: WAITING -> CALLING, durable before the call. */
err outbox_claim(struct store *st, struct arena *a, str lane, ms now, size_t limit, struct outbox_row **ret, size_t *ret_count, struct fail *f);
/* Whoever claimed it has done with it, whatever became of it. */
void outbox_let_go(struct store *st, const struct outbox_row *row);
/* Rows CALLING since before that moment which nobody of this process carries become UNKNOWN. */
err outbox_sweep(struct store *st, struct arena *a, ms before, struct fail *f);
/* Rows left CALLING by a dead process become UNKNOWN; called once at start. */
err outbox_recover(struct store *st, struct arena *a, struct fail *f);
err outbox_unknown(struct store *st, struct arena *a, ms before, size_t limit, struct outbox_row **ret, size_t *ret_count, struct fail *f);
/* Since when the longest row that is unknown, or carried by nobody, has not been asked about; NIL when there is none. */
err outbox_unknown_since(struct unit *u, ms *ret);
/* Inside the transaction that also writes the outcome's event. */
err outbox_finish(struct tx *tx, const struct outbox_row *row, enum outbox_state state, str reason);
err outbox_retry(struct tx *tx, const struct outbox_row *row, ms due, str reason);
/*
 * The interface a row's call goes to is closed until then: until then no row of its corp and kind is claimed or counts as due. Only
 * this process remembers it, so a restart costs one try.
 */
void outbox_shut(struct store *st, const struct outbox_row *row, ms until);
bool outbox_is_shut(struct store *st, const struct outbox_row *row, ms now);
/* A claimed row whose call has not begun waits again as if nobody had claimed it. */
err outbox_give_back(struct tx *tx, const struct outbox_row *row);
/* When the earliest row of a lane can be claimed; NIL when none waits. */
err outbox_next_due(struct unit *u, str lane, ms *ret);

#endif
