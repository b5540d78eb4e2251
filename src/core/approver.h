/*
 * approval 审批: what waits for a second person's word, published by the feature whose it is, so that one page shows all of it
 * and nobody who decides has to know where to look.
 *
 * Whoever asks for a second person publishes an approver: what waits, and what a yes or a no does. Both speak with the
 * viewer's rights: somebody without `perm` is asked nothing, who made a thing sees it and may not decide it, and whom a data
 * scope keeps from a thing does not see it here either. A yes names the number of people that was shown; deciding is the
 * feature's own act, with its own checks, audit row and events.
 *
 * Whose deciding ends a thing says so in the same transaction (core/approve): the maker of what was refused is told.
 * What has a size (`setting`) may be decided by its maker as soon as the size is not exceeded any more: so a company of
 * one person goes on.
 */
#ifndef YT_CORE_APPROVER_H
#define YT_CORE_APPROVER_H

#include "base/vec.h"
#include "core/module.h"

#define APPROVAL_REASON_MAX 200
#define APPROVALS_MAX 100 /* of one kind, the oldest first */

#define APPROVAL_FIELDS(F, S)                                                       \
	F(S, STR, kind) F(S, STR, label, .doc = "of the kind, in the viewer's language") F(S, ID, id) F(S, STR, title) \
	F(S, STR, note, .opt = true, .doc = "its words, or what it is for") F(S, I64, people, .opt = true, .doc = "a yes confirms this number") \
	F(S, ID, asked_by, .opt = true) F(S, STR, by) F(S, MS, asked_ms) F(S, STR, href, .doc = "a page of the console") \
	F(S, BOOL, mine, .doc = "asked by the viewer: somebody else decides") \
	F(S, BOOL, alone, .doc = "mine, and nobody else of the company may decide") \
	F(S, STR, size_label, .opt = true, .doc = "of the setting above which a second person is needed")
RECORD(approval, APPROVAL_FIELDS);
struct approval_list { VEC(struct approval) v; };
struct approval_answer { bool agreed; i64 people; str reason; };

struct approver {
	const char *kind; /* "campaign" */
	enum text label;
	const char *perm; /* of whoever decides */
	/* Fills id, title, note, people, asked_by, asked_ms, href; the rest is the page's. */
	err (*waits)(struct cx *cx, struct approval_list *ret);
	/* ERR_STATE: it does not wait (any more); ERR_FORBIDDEN: not by its maker. */
	err (*decide)(struct cx *cx, i64 id, const struct approval_answer *a);
	const char *setting; /* the number of people above which it waits; NULL: whatever its size */
};

#endif
