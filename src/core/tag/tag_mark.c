/*
 * Putting tags on people and taking them off.
 *
 * A mark and its sources change in one transaction of the leaf's slot, with the tally and the event. What
 * belongs to the person rather than to the leaf (refusals, consent) is looked up over all her leaves.
 */
#include "core/tag/tag_mark.h"

#include "core/customer/customer.h"
#include "store/seal.h"

#define MERGED_STEPS_MAX 4 /* merging keeps the chain one step long */
#define ROOT_STEPS_MAX 8   /* longer only while merges of persons are under way */

static const struct { const char *why; int rank; } ranks[] = {
	{ "manual", 6 }, { "wecom", 5 }, { "import", 4 }, { "channel", 3 }, { "rule", 2 }, { "model", 1 },
};

static int rank_of(str why)
{
	for (size_t i = 0; i < ARRAY_LEN(ranks); i++)
		if (str_eq_c(why, ranks[i].why))
			return ranks[i].rank;
	return 0;
}

bool tag_by_hand(str why) { return str_eq_c(why, "manual") || str_eq_c(why, "wecom"); }

static i64 confidence_of(const struct tag_mark_row *r) { return r->confidence == NIL ? 0 : r->confidence; }

bool tag_stronger(const struct tag_mark_row *a, const struct tag_mark_row *b)
{
	int ra = rank_of(a->why), rb = rank_of(b->why);
	return ra != rb ? ra > rb : confidence_of(a) > confidence_of(b);
}

static bool same_source(const struct tag_mark_row *a, const struct tag_mark_row *b)
{
	return a->source == b->source && str_eq(a->why, b->why);
}

err tag_target(const struct snap *s, i64 id, struct tag *ret)
{
	for (int step = 0; step < MERGED_STEPS_MAX; step++) {
		err e = tag_by_id(s, &(struct tag_key){ id }, ret);
		if (e == OK && ret->merged_into > 0) {
			id = ret->merged_into;
			continue;
		}
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		break;
	}
	return tag_get(s, id, ret);
}

err tag_person(const struct snap *s, i64 customer, i64 ret[], size_t *ret_count)
{
	struct snap at = *s;
	struct customer row;
	for (int step = 0; step < ROOT_STEPS_MAX; step++) {
		snap_slot(&at, slot_of_customer(at.unit->store, customer));
		err e = customer_get(&at, customer, &row);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == ERR_NOT_FOUND || row.root == customer)
			break;
		customer = row.root;
	}
	snap_slot(&at, slot_of_customer(at.unit->store, customer));
	return customer_leaves_in(&at, customer, ret, ret_count);
}

/* ---- sources ---- */

err tag_held(const struct snap *s, const struct tag_on *on, struct tag_mark_row **ret, size_t *ret_count)
{
	struct tag_mark_row shown, *more, *all;
	size_t n;
	*ret_count = 0;
	err e = tag_mark_get(s, on, &shown);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(tag_sources(s, on, &more, &n));
	all = ARENA_ARRAY(s->arena, struct tag_mark_row, n + 1);
	all[0] = shown;
	for (size_t i = 0; i < n; i++) {
		size_t k = i + 1;
		for (; k > 1 && tag_stronger(&more[i], &all[k - 1]); k--)
			all[k] = all[k - 1];
		all[k] = more[i];
	}
	*ret = all;
	*ret_count = n + 1;
	return OK;
}

/* So that the timer fires when the next source runs out. */
static err arm(struct tx *tx, ms expires)
{
	struct tag_next next;
	if (expires == NIL)
		return OK;
	TRY(tag_next_due(&tx->snap, &(struct none){ 0 }, &next));
	if (next.expires < expires)
		return OK; /* set already, and earlier */
	return timer_set(tx, STR(TAG_EXPIRE), STR(""), expires, 0, &none_record, &(struct none){ 0 });
}

static err tell(struct tx *tx, enum event_kind kind, i64 customer, const struct tag *t, const struct tag_mark_event *body)
{
	TRY(tag_tally_add(tx, &(struct tag_sum){ t->id, kind == EV_TAG_MARKED ? 1 : -1 }));
	return journal_add(tx, kind, customer, tx->snap.now, &tag_mark_event_record, body, NULL);
}

static err tell_marked(struct tx *tx, const struct tag *t, const struct tag_mark_row *row, str evidence)
{
	struct tag_mark_event body = { t->id, t->name, row->why, row->why_id, row->confidence, row->expires, evidence };
	return tell(tx, EV_TAG_MARKED, row->customer, t, &body);
}

/* A source with fresh words; nil words leave the old ones. */
static bool same_row(const struct tag_mark_row *a, const struct tag_mark_row *b, bool words)
{
	return !words && a->confidence == b->confidence && a->expires == b->expires && a->why_id == b->why_id;
}

/* The mark stands: its source is renewed, shown from now on, or kept behind the one that shows. */
static err hold_more(struct tx *tx, const struct tag_mark_row *shown, struct tag_mark_row *row)
{
	if (same_source(shown, row)) {
		if (same_row(shown, row, row->evidence.n > 0))
			return OK;
		if (row->evidence.n == 0)
			row->evidence = shown->evidence;
		TRY(tag_mark_put(tx, row));
	} else if (tag_stronger(row, shown)) {
		TRY(tag_source_drop(tx, row));
		TRY(tag_source_put(tx, shown));
		TRY(tag_mark_put(tx, row));
	} else {
		TRY(tag_source_put(tx, row));
	}
	return arm(tx, row->expires);
}

err tag_hold(struct tx *tx, const struct tag *t, const struct tag_mark_row *given, bool *ret_new)
{
	struct tag_mark_row shown, row = *given;
	str evidence = STR_NIL;
	err e = tag_mark_get(&tx->snap, &(struct tag_on){ row.customer, row.tag }, &shown);
	*ret_new = e == ERR_NOT_FOUND;
	if (e == OK)
		return hold_more(tx, &shown, &row);
	if (e != ERR_NOT_FOUND)
		return e;
	if (row.evidence.n)
		TRY(unseal_text(&tx->snap, row.customer, row.evidence, &evidence));
	TRY(tag_mark_put(tx, &row));
	TRY(arm(tx, row.expires));
	return tell_marked(tx, t, &row, evidence);
}

/* ---- marking ---- */

err tag_refused(const struct snap *s, i64 customer, i64 tag, bool *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	struct snap at = *s;
	*ret = false;
	TRY(tag_person(s, customer, leaves, &n));
	for (size_t i = 0; i < n && !*ret; i++) {
		struct tag_count count;
		snap_slot(&at, slot_of_customer(at.unit->store, leaves[i]));
		TRY(tag_refusal_of(&at, &(struct tag_on){ leaves[i], tag }, &count));
		*ret = count.n > 0;
	}
	return OK;
}

static err unfit(struct tx *tx, const struct tag *t, enum text why)
{
	return tx_fail(tx, ERR_STATE, why, STR("tag"), t->name, STR_NIL);
}

/* May a new mark be set? By hand the answer no is an error. What stands in WeCom stands, even archived. */
static err admit(struct tx *tx, const struct tag_mark_row *row, const struct tag *t, bool *ret)
{
	bool manual = str_eq_c(row->why, "manual"), no = false, consented = true;
	struct customer her;
	*ret = false;
	err e = customer_get(&tx->snap, row->customer, &her);
	if (e == OK && her.erased)
		return manual ? unfit(tx, t, T_TAG_ERASED) : OK;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (t->archived && !str_eq_c(row->why, "wecom"))
		return manual ? unfit(tx, t, T_TAG_ARCHIVED) : OK;
	if (row->expires != NIL && row->expires <= row->at)
		return manual ? unfit(tx, t, T_TAG_PAST) : OK;
	if (t->sensitive)
		TRY(tag_consented(&tx->snap, row->customer, "sensitive", &consented));
	if (!consented)
		return manual ? unfit(tx, t, T_TAG_CONSENT) : OK;
	if (!tag_by_hand(row->why))
		TRY(tag_refused(&tx->snap, row->customer, t->id, &no));
	*ret = !no;
	return OK;
}

static i64 told(i64 v) { return v > 0 ? v : NIL; }

static struct tag_mark_row row_of(const struct tx *tx, i64 customer, const struct tag *t, const struct tag_cause *cause)
{
	ms now = tx->snap.now;
	str why = str_c(cause->why);
	bool hand = tag_by_hand(why);
	struct tag_mark_row row = { .customer = customer, .tag = t->id, .why = why, .why_id = told(cause->why_id), .at = now,
				    .confidence = told(cause->confidence), .expires = told(cause->expires), .evidence = STR_NIL };
	row.source = hand || row.why_id == NIL ? 0 : row.why_id;
	if (row.confidence != NIL)
		row.confidence = int_min(row.confidence, TAG_CONFIDENCE_MAX);
	if (row.expires == NIL && t->ttl > 0 && !hand)
		row.expires = now + t->ttl * MS_DAY;
	return row;
}

err tag_mark_by(struct tx *tx, i64 customer, i64 tag, const struct tag_cause *cause, bool *ret_changed)
{
	struct tag t;
	struct tag_mark_row shown;
	bool may, ignored, *changed = ret_changed ? ret_changed : &ignored;
	*changed = false;
	TRY(tag_target(&tx->snap, tag, &t));
	struct tag_mark_row row = row_of(tx, customer, &t, cause);
	err e = tag_mark_get(&tx->snap, &(struct tag_on){ customer, t.id }, &shown);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(admit(tx, &row, &t, &may));
	if (!may)
		return OK;
	if (tag_by_hand(row.why))
		TRY(tag_refusal_lift(tx, &(struct tag_on){ customer, t.id }));
	str evidence = str_utf8_head(cause->evidence, TAG_EVIDENCE_MAX);
	if (evidence.n)
		TRY(seal_text(tx, customer, evidence, &row.evidence));
	if (e == OK)
		return hold_more(tx, &shown, &row);
	TRY(tag_mark_put(tx, &row));
	TRY(arm(tx, row.expires));
	*changed = true;
	return tell_marked(tx, &t, &row, evidence.n ? evidence : STR_NIL);
}

err tag_mark(struct tx *tx, i64 customer, i64 tag, const char *why, i64 why_id)
{
	return tag_mark_by(tx, customer, tag, &(struct tag_cause){ .why = why, .why_id = why_id }, NULL);
}

/* ---- unmarking ---- */

err tag_drop(struct tx *tx, const struct tag *t, i64 customer, const char *why, i64 why_id, bool *ret_changed)
{
	struct tag_on on = { customer, t->id };
	struct tag_mark_event body = { t->id, t->name, str_c(why), told(why_id), NIL, NIL, STR_NIL };
	TRY(tag_mark_remove(tx, &on));
	*ret_changed = tx_changed(tx) > 0;
	if (!*ret_changed)
		return OK;
	TRY(tag_source_clear(tx, &on));
	return tell(tx, EV_TAG_UNMARKED, customer, t, &body);
}

/* The source that shows lets go: the next one shows, or the mark is gone. */
static err let_go(struct tx *tx, const struct tag *t, const struct tag_mark_row *shown, const char *why, i64 why_id, bool *ret_changed)
{
	struct tag_mark_row *all;
	size_t n;
	*ret_changed = false;
	TRY(tag_held(&tx->snap, &(struct tag_on){ shown->customer, shown->tag }, &all, &n));
	if (n < 2)
		return tag_drop(tx, t, shown->customer, why, why_id, ret_changed);
	TRY(tag_source_drop(tx, &all[1]));
	return tag_mark_put(tx, &all[1]);
}

static err unmark_source(struct tx *tx, const struct tag *t, const struct tag_mark_row *row, bool *ret_changed)
{
	struct tag_mark_row shown;
	TRY(row->source ? tag_source_drop(tx, row) : tag_source_drop_kind(tx, row));
	err e = tag_mark_get(&tx->snap, &(struct tag_on){ row->customer, row->tag }, &shown);
	if (e != OK || !str_eq(shown.why, row->why) || (row->source && shown.source != row->source))
		return e == ERR_NOT_FOUND ? OK : e;
	return let_go(tx, t, &shown, arena_cstr(tx->snap.arena, row->why), row->why_id, ret_changed);
}

static err unmark_by_hand(struct tx *tx, const struct tag *t, const struct tag_mark_row *row, bool *ret_changed)
{
	struct tag_refusal no = { row->customer, row->tag, row->why, row->why_id, row->at };
	TRY(tag_drop(tx, t, row->customer, arena_cstr(tx->snap.arena, row->why), row->why_id, ret_changed));
	return *ret_changed ? tag_refusal_put(tx, &no) : OK;
}

err tag_unmark_by(struct tx *tx, i64 customer, i64 tag, const struct tag_cause *cause, bool *ret_changed)
{
	struct tag t;
	bool ignored, *changed = ret_changed ? ret_changed : &ignored;
	*changed = false;
	err e = tag_target(&tx->snap, tag, &t);
	if (e == ERR_NOT_FOUND)
		e = tag_by_id(&tx->snap, &(struct tag_key){ tag }, &t); /* a removed one may go too */
	TRY(e);
	struct tag_mark_row row = row_of(tx, customer, &t, cause);
	return tag_by_hand(row.why) ? unmark_by_hand(tx, &t, &row, changed) : unmark_source(tx, &t, &row, changed);
}

err tag_unmark(struct tx *tx, i64 customer, i64 tag, const char *why)
{
	return tag_unmark_by(tx, customer, tag, &(struct tag_cause){ .why = why }, NULL);
}

err tag_refusal_forget(struct tx *tx, i64 customer, i64 tag, bool *ret_lifted)
{
	TRY(tag_refusal_lift(tx, &(struct tag_on){ customer, tag }));
	*ret_lifted = tx_changed(tx) > 0;
	return OK;
}

err tag_of(const struct snap *s, i64 customer_leaf, i64 **ret, size_t *ret_count)
{
	struct tag_mark_row *rows;
	size_t n;
	TRY(tag_marks_of(s, &(struct tag_key){ customer_leaf }, &rows, &n));
	i64 *ids = ARENA_ARRAY(s->arena, i64, n);
	for (size_t i = 0; i < n; i++)
		ids[i] = rows[i].tag;
	*ret = ids;
	*ret_count = n;
	return OK;
}

/* ---- expiry ---- */

static err expire_in(struct tx *tx, const struct timer_row *row)
{
	struct tag_mark_row *due;
	struct tag_next next;
	size_t n;
	bool taken, changed;
	ms now = tx->snap.now;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	TRY(tag_sources_expire(tx, &(struct tag_due){ now, 0 }));
	TRY(tag_marks_due(&tx->snap, &(struct tag_due){ now, TAG_EXPIRE_ROWS }, &due, &n));
	for (size_t i = 0; i < n; i++) {
		struct tag t;
		TRY(tag_by_id(&tx->snap, &(struct tag_key){ due[i].tag }, &t));
		TRY(let_go(tx, &t, &due[i], "expired", 0, &changed));
	}
	TRY(tag_next_due(&tx->snap, &(struct none){ 0 }, &next));
	return next.expires == NIL ? OK
		: timer_set(tx, STR(TAG_EXPIRE), STR(""), int_max(next.expires, now), 0, &none_record, &(struct none){ 0 });
}

err tag_expire(struct cx *cx, const struct timer_row *row)
{
	return WRITE_TX(&cx->unit, row->slot, expire_in(tx, row));
}
