/*
 * A task and its people, for letter's senders.
 */
#ifndef YT_FEATURE_LETTER_LETTER_WORK_H
#define YT_FEATURE_LETTER_LETTER_WORK_H

#include "feature/letter/letter_int.h"

#include "core/staff/staff.h"

/* twin: another letter of the same person in the task. */
struct letter_person { i64 slot; struct letter row; struct letter_person *twin; };

struct letter_work {
	struct cx *cx;
	struct letter_task t;
	struct staff staff;
	struct content content;
	struct corp_wecom corp;
	struct wecom_call call;
	struct letter_person *people;
	size_t count;
	struct map by_external; /* external_userid -> struct letter_person */
};

err letter_work_open(struct cx *cx, const struct outbox_row *row, struct letter_work *ret);
/* Reads the task's people over the corp's slots. */
err letter_work_people(struct letter_work *w);
/* What became of some of them, written where they live, in steps. */
struct letter_fate { struct letter_person *who; const char *state; str reason; ms at; };
err letter_work_end(struct letter_work *w, const struct letter_fate *fates, size_t count);
static inline bool letter_on_the_way(const struct letter_person *p)
{
	return str_eq_c(p->row.state, "planned") || str_eq_c(p->row.state, "created");
}
/* Runs fn in a transaction of every slot of the corp. */
err letter_each_slot(struct letter_work *w, err (*fn)(struct tx *tx, const struct letter_errand *task));
/* The outcome's event: the task's numbers now; none when nothing is new. *ret_open: people still on the way. */
err letter_work_tell(struct letter_work *w, ms confirmed_at, bool closed, struct outcome *ret, i64 *ret_open);

#endif
