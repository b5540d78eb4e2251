/*
 * What moment's files share: choosing the version of each person, deciding who gets it, and the people of a version.
 */
#ifndef YT_FEATURE_MOMENT_MOMENT_INT_H
#define YT_FEATURE_MOMENT_MOMENT_INT_H

#include "feature/moment/moment_person_data.h"

#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/follow/follow.h"
#include "core/mass/mass.h"
#include "core/mass/mass_plan.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"

/* ---- disjoint versions (moment_split.c) ---- */

/* An audience in ascending order, a page at a time in memory of its own. */
struct moment_stream { const struct expr *expr; i64 *v, last; size_t n, at; bool over; };
struct moment_split {
	const struct moment_aim *aim;
	struct moment_stream whole, of[MOMENT_VERSIONS_MAX];
	i64 matched[MOMENT_VERSIONS_MAX], taken[MOMENT_VERSIONS_MAX];
};
/* From the person behind `after`; within the unit's scope. */
void moment_split_begin(struct moment_split *s, struct arena *a, const struct moment_aim *aim, i64 after);
#define MOMENT_HELD (-1) /* the experiment holds her out */
/* Of people of any slots, the versions their variants are. fresh (may be NULL): who has not met hers. */
err moment_lots(const struct snap *s, const struct moment_aim *aim, const i64 *roots, size_t n, i64 *versions, bool *fresh);
/* The next people of the whole and the version of each (1 …; 0: none; MOMENT_HELD). *ret_count 0: no more. */
err moment_split_next(struct moment_split *s, struct unit *u, size_t limit, i64 *roots, i64 *versions, size_t *ret_count);

/* reason NULL: she gets it, through sender. */
struct moment_pick { const char *reason; struct follow_sender sender; };
err moment_decide(const struct snap *s, const struct moment_aim *aim, const i64 *roots, const i64 *versions, size_t n, struct moment_pick **ret);
struct reach_ask moment_ask(struct arena *a, const struct moment_aim *aim, i64 root, i64 staff);
str moment_claim_key(struct arena *a, i64 plan);

/* ---- a version at work (moment_work.c) ---- */

struct moment_member { i64 slot; struct moment_person row; };
struct moment_work {
	struct cx *cx;
	struct moment plan;
	struct moment_version v;
	struct corp_wecom corp;
	struct wecom_call call;
};
err moment_work_open(struct cx *cx, const struct outbox_row *row, struct moment_work *ret);
/* People of the version over the corp's slots; staff 0: everybody's; state as moment_people_of. */
err moment_work_people(struct moment_work *w, i64 staff, const char *state, size_t limit, struct moment_member **ret, size_t *ret_count);
/* What became of one of them; she whose end was written before is left alone. */
struct moment_fate { const struct moment_member *who; const char *state; str reason; ms at; };
err moment_work_end(struct moment_work *w, const struct moment_fate *fates, size_t count);
/* Everybody who is still on the way (of that member; 0: all) ends so. */
err moment_work_end_rest(struct moment_work *w, i64 staff, const char *state, str reason);
/* The outcome's event: the version's numbers as they are now. */
err moment_work_tell(struct moment_work *w, bool closed, struct outcome *ret, struct moment_total *ret_total);
str moment_code_of(struct moment_work *w, err e);

extern const struct mass_channel moment_channel; /* moment_touch.c */

/* ---- the outbox's senders ---- */

err moment_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err moment_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err moment_create_expired(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err moment_send_job(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err moment_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err moment_send_close(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err moment_send_watch(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err moment_send_remind(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

/* ---- waiting for a second person, in the base slot ---- */
#define MOMENT_APPROVE_OVER 10000 /* people, unless set otherwise */
READ_MANY(moment_asked, moment_find, moment,
	SQL(SELECT id, name, expr, words, kind, state, opens, deadline, made_by, viewed_by, confirmed, planned, created, closed,
			holdout, seed, experiment
		FROM moment WHERE corp = :corp AND id > :before AND state = 'asked' ORDER BY id LIMIT :limit))
/* Plans it: people are chosen from now on. */
err moment_begin(struct tx *tx, const struct moment *p);
extern const struct approver moment_approver;

#endif
