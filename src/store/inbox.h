/*
 * The inbox: what came from outside, durable before it is answered, decoded afterwards.
 *
 * Unique on (corp, source, key) within INBOX_WINDOW_MS; nothing else happens on this path. Bodies are
 * sealed with the corp's key and pruned when decoded and older than the window.
 */
#ifndef YT_STORE_INBOX_H
#define YT_STORE_INBOX_H

#include "store/store.h"

#define INBOX_WINDOW_MS (7 * MS_DAY)
#define INBOX_BODY_MAX ((size_t)1 << 20)
#define INBOX_KEY_MAX 200

struct inbox_item {
	i64 corp;
	str source; /* "wecom", "segment" … = the decoder's name */
	str key;
	str body;
	ms received;
	int urgent; /* decoded before whatever waits that is less so */
	bool base;  /* kept in the corp's base slot, so that all of them are decoded together; the key's own otherwise */
};

struct inbox_row {
	i64 slot, id, corp;
	str source, key, body;
	ms received;
	i64 attempts;
};

/* Adds the new ones; ret_new[i] says whether item i was new. Own unit(s) of work, durable on return.
 * Items of one call may lie in several slots. */
err inbox_add(struct store *st, struct arena *a, const struct inbox_item *items, size_t count, bool *ret_new, struct fail *f);
/* The same without holding a thread: the items (copied) join the next group, done() is called on the
 * committing thread after it is durable or has failed. ERR_BUSY when too many wait. */
err inbox_submit(struct store *st, const struct inbox_item *items, size_t count,
		 void (*done)(void *arg, err e), void *arg);

/* Undecoded rows, the urgent first, then oldest first, at most limit and INBOX_PENDING_BYTES of them; a failed row comes back
 * after its back-off. */
#define INBOX_PENDING_BYTES ((size_t)2 << 20)
err inbox_pending(struct unit *u, size_t limit, struct inbox_row **ret, size_t *ret_count);
/* Marks decoded inside the transaction of its effects. When the transaction's slot is not the row's,
 * an intake mark in this slot makes the effects exactly-once: false in *ret_first means they are
 * already there, do nothing and call inbox_done. */
err inbox_claim(struct tx *tx, const struct inbox_row *row, bool *ret_first);
/* For rows whose effects lie elsewhere or nowhere (refused): closes the row, with a reason or nil. */
err inbox_done(struct unit *u, const struct inbox_row *row, str reason);
/* The same for those of many rows of the transaction's slot and corp that are done; closed ones stay as they are. */
err inbox_close_many(struct tx *tx, const struct inbox_row *rows, size_t count, const bool *done);
err inbox_failed(struct unit *u, const struct inbox_row *row, const struct fail *why);
/* When the earliest undecoded row may be tried (again); NIL when none waits. */
err inbox_next_due(struct unit *u, ms *ret);
/* When the oldest message of the corp came that nobody has tried to decode yet; NIL when none waits. */
err inbox_oldest(const struct snap *s, ms *ret);
err inbox_prune(struct unit *u, ms before, size_t limit, size_t *ret_count);

#endif
