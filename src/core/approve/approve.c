/*
 * What those who ask for a second person share: whether one is needed, and saying how it was decided.
 */
#include "core/approve/approve.h"

#include "core/corp/corp.h"

err approval_tell(struct tx *tx, struct approval_decided *d)
{
	const struct unit *u = tx->snap.unit;
	d->by = u->actor_kind == ACTOR_USER ? u->actor : 0;
	if (d->asked_by == NIL)
		d->asked_by = 0;
	return journal_add(tx, EV_APPROVAL_DECIDED, 0, tx->snap.now, &approval_decided_record, d, NULL);
}

err approval_needed(struct unit *u, const char *setting, i64 people, bool *ret)
{
	i64 over;
	TRY(setting_i64(u, setting, &over));
	*ret = u->actor_kind == ACTOR_USER && people > over;
	return OK;
}
