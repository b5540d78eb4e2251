/*
 * Entries nobody is left to post: told once when it comes to that, and once when it is over. It is over when somebody
 * owns the entry again, when it was removed and when its last day has passed; that last one is seen at night.
 */
#include "feature/calendar/calendar_data.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/corp/corp_night.h"
#include "core/staff/staff.h"
#include "store/journal.h"

static err list_owned(const struct snap *s, struct imap *ret)
{
	struct calendar_owner *owners;
	struct staff *staff;
	struct imap left = imap_new(s->arena);
	size_t n;
	i64 yes;
	TRY(staff_all(s, &staff, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(staff[i].state, "left"))
			imap_put(&left, staff[i].id, 1);
	TRY(calendar_owner_all(s, &(struct none){ 0 }, &owners, &n));
	for (size_t i = 0; i < n; i++)
		if (!imap_get(&left, owners[i].staff, &yes))
			imap_put(ret, owners[i].entry, 1);
	return OK;
}

static bool is_over(const struct calendar_entry *e, i64 today)
{
	i64 last = str_eq_c(e->repeat, "once") ? e->first_day : e->last_day;
	return last != NIL && last + (str_eq_c(e->shift, "after") ? CALENDAR_SHIFT_MAX : 0) < today;
}

static err say_owned(struct tx *tx, i64 entry)
{
	struct calendar_bare body = { entry, STR_NIL };
	TRY(calendar_bare_drop(tx, &(struct calendar_key){ entry }));
	return journal_add(tx, EV_CALENDAR_OWNED, 0, tx->snap.now, &calendar_bare_record, &body, NULL);
}

static err say_bare(struct tx *tx, const struct calendar_entry *e)
{
	struct calendar_bare body = { e->id, e->title };
	TRY(calendar_bare_add(tx, &(struct calendar_key){ e->id }));
	return journal_add(tx, EV_CALENDAR_BARE, 0, tx->snap.now, &calendar_bare_record, &body, NULL);
}

err calendar_bare_look(struct tx *tx)
{
	struct none none = { 0 };
	struct calendar_entry *entries;
	struct calendar_key *told;
	struct imap owned = imap_new(tx->snap.arena), bare = imap_new(tx->snap.arena), known = imap_new(tx->snap.arena);
	size_t n, told_count;
	i64 yes, today = corp_day(tx->snap.unit, tx->snap.now);
	TRY(list_owned(&tx->snap, &owned));
	TRY(calendar_bare_all(&tx->snap, &none, &told, &told_count));
	TRY(calendar_entry_all(&tx->snap, &none, &entries, &n));
	for (size_t i = 0; i < told_count; i++)
		imap_put(&known, told[i].id, 1);
	for (size_t i = 0; i < n; i++) {
		if (imap_get(&owned, entries[i].id, &yes) || is_over(&entries[i], today))
			continue;
		imap_put(&bare, entries[i].id, 1);
		if (!imap_get(&known, entries[i].id, &yes))
			TRY(say_bare(tx, &entries[i]));
	}
	for (size_t i = 0; i < told_count; i++)
		if (!imap_get(&bare, told[i].id, &yes))
			TRY(say_owned(tx, told[i].id));
	return OK;
}

/* act: whoever owns nothing here changes nothing. */
err calendar_on_staff(struct tx *tx, const struct event *ev)
{
	struct staff_changed body;
	struct calendar_count count;
	TRY(event_body(&tx->snap, ev, &staff_changed_record, &body));
	TRY(calendar_owner_count(&tx->snap, &(struct calendar_key){ body.staff }, &count));
	return count.n ? calendar_bare_look(tx) : OK;
}

static err look_at_night(struct tx *tx, const struct timer_row *row)
{
	bool taken;
	TRY(night_take(tx, row, CALENDAR_NIGHT_MS, &taken));
	return taken ? calendar_bare_look(tx) : OK;
}

err calendar_night(struct cx *cx, const struct timer_row *row) { return WRITE_TX(&cx->unit, row->slot, look_at_night(tx, row)); }
