/*
 * broadcast's planning: who of an audience gets the message, through whom, and why others do not.
 *
 * The preview and the job decide by the same function. The job takes at most PLAN_ROWS people a step;
 * their rows are written slot by slot in transactions that decide again, in the last of them the cursor with the sums.
 * Who was in the audience then is kept for later questions before the first of them is looked at.
 * A step that broke off in between has left rows beyond the cursor: they are counted first and stay.
 */
#include "feature/broadcast/broadcast_person_data.h"
#include "feature/broadcast/broadcast_touch.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/audience/audience_asof.h"
#include "core/customer/customer_many.h"
#include "core/job/job.h"
#include "core/reach/reach_trial.h"
#include "core/staff/staff.h"
#include "core/trial/trial.h"
#include "store/outbox.h"

#define PREVIEW_PAGE 5000
#define PLAN_ROWS 4000   /* some tens of milliseconds of the writer */
#define LEFT_PAGE 1000   /* people looked at for a list of those left out … */
#define LEFT_PAGES 20    /* … as often, at most, for one page of it */
#define BROADCAST_HELD_OUT "trial" /* left out by the experiment */
#define OTHERS_MAX 1000  /* broadcasts under way at once */

/* reason NULL: she gets it; other: the broadcast that has her, or from which she is taken (taken). variant: of the
 * experiment, which she has not met before (fresh). */
struct pick { const char *reason; struct follow_sender sender; i64 other, variant; bool taken, fresh, had; struct mass_had before; };

/* ---- sums ---- */

struct sums {
	VEC(struct broadcast_reason) reasons;
	VEC(struct broadcast_load) loads;
	VEC(struct broadcast_conflict) conflicts;
	struct imap places[TRIAL_VARIANTS_MAX]; /* of each variant: staff -> place in loads */
	i64 people, planned;
};

static struct sums sums_new(struct arena *a)
{
	struct sums s = { 0 };
	for (size_t i = 0; i < TRIAL_VARIANTS_MAX; i++)
		s.places[i] = imap_new(a);
	return s;
}

static void sums_exclude(struct arena *a, struct sums *s, str reason, i64 count)
{
	for (size_t i = 0; i < s->reasons.n; i++)
		if (str_eq(s->reasons.v[i].reason, reason)) {
			s->reasons.v[i].count += count;
			return;
		}
	vec_push(a, &s->reasons, (struct broadcast_reason){ arena_dup(a, reason), count });
}

static void sums_conflict(struct arena *a, struct sums *s, const struct broadcast_conflict *c)
{
	for (size_t i = 0; i < s->conflicts.n; i++)
		if (s->conflicts.v[i].broadcast == c->broadcast) {
			s->conflicts.v[i].lost += c->lost;
			s->conflicts.v[i].taken += c->taken;
			return;
		}
	struct broadcast_conflict own = *c;
	own.name = arena_dup(a, c->name);
	vec_push(a, &s->conflicts, own);
}

/* How many of that staff and variant there were before. */
static i64 sums_load(struct arena *a, struct sums *s, i64 staff, i64 variant, i64 count)
{
	i64 place;
	s->planned += count;
	if (imap_get(&s->places[variant], staff, &place)) {
		i64 before = s->loads.v[place].count;
		s->loads.v[place].count += count;
		return before;
	}
	imap_put(&s->places[variant], staff, (i64)s->loads.n);
	vec_push(a, &s->loads, (struct broadcast_load){ staff, count, variant });
	return 0;
}

static struct sums sums_read(struct arena *a, const struct broadcast_sums *in)
{
	struct sums s = sums_new(a);
	const struct broadcast_reason *reasons = in->reasons.v;
	const struct broadcast_load *loads = in->loads.v;
	for (size_t i = 0; i < in->reasons.n; i++)
		sums_exclude(a, &s, reasons[i].reason, reasons[i].count);
	for (size_t i = 0; i < in->loads.n; i++)
		sums_load(a, &s, loads[i].staff, loads[i].variant, loads[i].count);
	for (size_t i = 0; i < in->conflicts.n; i++)
		sums_conflict(a, &s, &((const struct broadcast_conflict *)in->conflicts.v)[i]);
	s.people = in->people;
	return s;
}

static struct broadcast_sums sums_write(const struct sums *s)
{
	return (struct broadcast_sums){
		.people = s->people, .planned = s->planned,
		.reasons = { s->reasons.v, s->reasons.n }, .loads = { s->loads.v, s->loads.n },
		.conflicts = { s->conflicts.v, s->conflicts.n },
	};
}

/* ---- deciding ---- */

/* What decides: the aim, when it goes out, and the broadcasts that are under way besides. */
struct choice {
	struct broadcast_aim aim;
	i64 id;       /* 0: a preview */
	ms at, until; /* the members may act from … to */
	struct broadcast *others;
	size_t other_count;
	const struct trial *trial; /* NULL: one content for all */
	struct broadcast_key *told; /* earlier ones of its topic */
	size_t told_count;
	const struct mass_had *had; /* of each asked about, what a plan means for her before; NULL */
	str key;          /* of its claims; nil in a preview */
	const char *kind;
};

static err choice_begin(const struct snap *s, const struct broadcast_aim *aim, i64 id, ms at, ms until, struct choice *ret)
{
	*ret = (struct choice){ .aim = *aim, .id = id, .at = at, .until = until, .kind = arena_cstr(s->arena, aim->kind) };
	if (id)
		ret->key = broadcast_claim_key(s->arena, id);
	if (aim->experiment) {
		struct trial *t = ARENA_NEW(s->arena, struct trial);
		err e = trial_get(s, aim->experiment, t);
		if (e == ERR_NOT_FOUND)
			return snap_fail(s, ERR_INPUT, T_TRIAL_NOT_RUNNING, STR("experiment_id"), STR_NIL, STR_NIL);
		TRY(e);
		ret->trial = t;
	}
	TRY(broadcast_of_topic(s, &(struct broadcast_topic){ aim->topic.p ? aim->topic : STR("") }, &ret->told, &ret->told_count));
	return broadcast_running(s, &(struct broadcast_find){ INT64_MAX, OTHERS_MAX }, &ret->others, &ret->other_count);
}

static const struct broadcast *other_of(const struct choice *c, i64 id)
{
	for (size_t i = 0; i < c->other_count; i++)
		if (c->others[i].id == id)
			return &c->others[i];
	return NULL;
}

struct holding { const struct choice *choice; struct imap places; const i64 *roots; struct pick *picks; ms now; };

static err on_held(void *arg, const void *of)
{
	struct holding *h = arg;
	const struct broadcast_holder *row = of;
	i64 place;
	if (!imap_get(&h->places, row->customer, &place))
		return OK;
	struct pick *p = &h->picks[place];
	const struct broadcast *b = other_of(h->choice, row->broadcast);
	bool may = b && !str_eq_c(b->state, "cancelled") && b->priority < h->choice->aim.priority && b->opens > h->now + BROADCAST_OUTBID_MS &&
		   str_eq_c(row->state, "planned") && row->customer == h->roots[place];
	p->taken = may && (p->other == 0 || p->taken); /* of several that have her, all must yield */
	p->other = p->taken || p->other == 0 ? row->broadcast : p->other;
	return OK;
}

static err on_had(void *arg, const void *of)
{
	struct holding *h = arg;
	i64 place;
	if (imap_get(&h->places, ((const struct broadcast_held *)of)->customer, &place))
		h->picks[place].had = true;
	return OK;
}

/* Who waits for another broadcast's message is held back, or taken from it when that one yields. */
static err hold(const struct snap *s, const struct choice *c, const i64 *roots, size_t n, struct pick *picks)
{
	struct holding h = { c, imap_new(s->arena), roots, picks, s->now };
	struct customer_member *members;
	struct customer_span *spans;
	struct snap at = *s;
	size_t count;
	bool alone = c->other_count == 0 || (c->other_count == 1 && c->others[0].id == c->id);
	if (alone && c->told_count <= (c->id && c->aim.topic.n ? 1 : 0)) /* it is one of its topic itself */
		return OK;
	TRY(customer_members(s, roots, n, &members, &count));
	i64 *leaves = ARENA_ARRAY(s->arena, i64, count ? count : 1);
	for (size_t i = 0; i < count; i++) {
		leaves[i] = members[i].leaf;
		imap_put(&h.places, members[i].leaf, (i64)members[i].root);
	}
	size_t span_count = customer_spans(s->unit->store, s->arena, leaves, count, &spans);
	for (size_t i = 0; i < span_count; i++) {
		i64 from = spans[i].from, to = spans[i].to;
		snap_slot(&at, spans[i].slot);
		for (size_t k = 0; k < c->other_count; k++)
			if (c->others[k].id != c->id)
				TRY(broadcast_held_span(&at, &(struct broadcast_had){ from, to, c->others[k].id }, on_held, &h));
		for (size_t k = 0; k < c->told_count; k++)
			if (c->told[k].id != c->id)
				TRY(broadcast_had_span(&at, &(struct broadcast_had){ from, to, c->told[k].id }, on_had, &h));
	}
	return OK;
}

str broadcast_claim_key(struct arena *a, i64 broadcast) { return arena_printf(a, "broadcast:%lld", (long long)broadcast); }

static struct reach_ask ask_of(struct arena *a, const struct choice *c, i64 root, const struct pick *p)
{
	return (struct reach_ask){
		.root = root, .channel = "wecom", .class = "marketing", .by = "broadcast", .by_id = c->id, .staff = p->sender.staff,
		.key = c->key, .at = c->at, .how = "mass", .content = c->kind,
		.until = c->until + BROADCAST_CLAIM_MS, .share = c->aim.holdout, .salt = (u64)c->aim.seed, .span = c->until - c->at,
		.instead = p->taken ? broadcast_claim_key(a, p->other) : STR_NIL,
		.besides = p->before.v, .besides_count = p->before.n,
	};
}

/* Only waiting stands in the way: that is, another broadcast's claim. */
static bool only_full(enum reach_verdict v)
{
	return v == REACH_GO || v == REACH_HOLDOUT || v == REACH_CAP_DAY || v == REACH_CAP_WEEK || v == REACH_LIMIT || v == REACH_MIX || v == REACH_QUOTA;
}

static void settle_pick(struct pick *p, enum reach_verdict v)
{
	p->reason = reach_reason(v);
	if (p->other && !p->taken && only_full(v))
		p->reason = "hold";
	if (!p->sender.staff && (v == REACH_GO || v == REACH_HOLDOUT))
		p->reason = "no_sender";
	if (p->had)
		p->reason = "had";
	if (p->reason && !str_eq_c(STR("hold"), p->reason))
		p->taken = false, p->other = 0;
}

/* Which variant each of those gets who get something; the experiment's own hold-out gets none. */
static err split(const struct snap *s, const struct choice *c, const i64 *roots, size_t n, struct pick *picks)
{
	i64 *variants = ARENA_ARRAY(s->arena, i64, n + 1);
	bool *fresh = ARENA_ARRAY(s->arena, bool, n + 1);
	if (!c->trial)
		return OK;
	TRY(trial_variant_many(s, c->trial, roots, n, variants, fresh));
	for (size_t i = 0; i < n; i++) {
		picks[i].fresh = fresh[i] && !picks[i].reason;
		picks[i].variant = picks[i].reason ? 0 : variants[i];
		if (!picks[i].reason && variants[i] == TRIAL_HELD)
			picks[i].reason = BROADCAST_HELD_OUT, picks[i].taken = false, picks[i].other = 0;
	}
	return OK;
}

/* Of a plan over several channels: who has left it, or is held out, gets no part of it. */
static err leave_out(const struct snap *s, const struct choice *c, const i64 *roots, size_t n, struct pick *picks)
{
	const char **outs = ARENA_ARRAY(s->arena, const char *, n + 1);
	TRY(mass_out(s, "broadcast", c->id, roots, n, outs));
	for (size_t i = 0; i < n; i++)
		if (outs[i])
			picks[i].reason = outs[i], picks[i].taken = false, picks[i].other = 0;
	return OK;
}

/* In a transaction *ret_seen is what reach_take_many claims by; tx NULL: nothing is to be taken. */
static err decide_for(const struct snap *s, struct tx *tx, const struct choice *c, const i64 *roots, size_t n, struct pick **ret,
		      struct reach_seen **ret_seen)
{
	struct pick *picks = ARENA_ARRAY(s->arena, struct pick, n ? n : 1);
	struct reach_ask *asks = ARENA_ARRAY(s->arena, struct reach_ask, n ? n : 1);
	struct reach_answer *answers = ARENA_ARRAY(s->arena, struct reach_answer, n ? n : 1);
	struct follow_sender *senders = ARENA_ARRAY(s->arena, struct follow_sender, n ? n : 1);
	TRY(follow_sender_many(s, roots, n, senders));
	for (size_t i = 0; i < n; i++)
		picks[i] = (struct pick){ .sender = senders[i], .before = c->had ? c->had[i] : (struct mass_had){ NULL, 0 } };
	TRY(hold(s, c, roots, n, picks));
	for (size_t i = 0; i < n; i++)
		asks[i] = ask_of(s->arena, c, roots[i], &picks[i]);
	TRY(tx ? reach_see_many(tx, asks, n, answers, ret_seen) : reach_look_many(s, asks, n, answers));
	for (size_t i = 0; i < n; i++)
		settle_pick(&picks[i], answers[i].verdict);
	TRY(leave_out(s, c, roots, n, picks));
	*ret = picks;
	return split(s, c, roots, n, picks);
}

static err decide(const struct snap *s, const struct choice *c, const i64 *roots, size_t n, struct pick **ret)
{
	return decide_for(s, NULL, c, roots, n, ret, NULL);
}

static void count_conflict(struct arena *a, const struct choice *c, struct sums *sums, const struct pick *p)
{
	const struct broadcast *b = p->other ? other_of(c, p->other) : NULL;
	struct broadcast_conflict one = { p->other, b ? b->name : STR(""), b ? b->priority : 0, p->reason ? 1 : 0, p->reason ? 0 : 1 };
	if (p->other)
		sums_conflict(a, sums, &one);
}

/* ---- preview ---- */

static err preview_page(struct unit *u, const struct choice *c, const i64 *roots, size_t n, struct arena *keep, struct sums *sums)
{
	struct pick *picks;
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), decide(snap, c, roots, n, &picks)));
	for (size_t i = 0; i < n; i++) {
		sums->people++;
		count_conflict(keep, c, sums, &picks[i]);
		if (picks[i].reason)
			sums_exclude(keep, sums, str_c(picks[i].reason), 1);
		else
			sums_load(keep, sums, picks[i].sender.staff, picks[i].variant, 1);
	}
	return OK;
}

static err preview_all(struct unit *page, const struct choice *c, struct arena *keep, struct sums *sums)
{
	i64 after = 0;
	for (;;) {
		struct arena_mark mark = arena_mark(page->arena);
		i64 *roots;
		size_t n;
		TRY(audience_select(page, c->aim.audience, after, PREVIEW_PAGE, &roots, &n));
		if (n == 0)
			return OK;
		after = roots[n - 1];
		TRY(preview_page(page, c, roots, n, keep, sums));
		arena_reset(page->arena, mark);
	}
}

static err begin(struct unit *u, const struct broadcast_aim *aim, i64 id, struct choice *ret)
{
	ms opens, last;
	TRY(reach_window(u, clock_now(u->clock), &opens, &last));
	ms until = int_min(aim->deadline == NIL ? opens + BROADCAST_LIFE_MS : aim->deadline, last);
	return READ_SNAP(u, slot_base(u->store, u->corp), choice_begin(snap, aim, id, opens, int_max(until, opens), ret));
}

err broadcast_preview(struct unit *u, const struct broadcast_aim *aim, struct broadcast_sums *ret)
{
	struct choice c;
	TRY(begin(u, aim, 0, &c));
	struct sums sums = sums_new(u->arena);
	struct unit page = *u;
	page.arena = arena_new(ARENA_MAX_DEFAULT);
	err e = preview_all(&page, &c, u->arena, &sums);
	arena_free(page.arena);
	if (e != OK)
		u->fail = page.fail;
	*ret = sums_write(&sums);
	return e;
}

err broadcast_left_out(struct unit *u, const struct broadcast_aim *aim, str reason, i64 after, size_t limit,
		       struct broadcast_left **ret, size_t *ret_count, i64 *ret_after, bool *ret_more)
{
	struct choice c;
	VEC(struct broadcast_left) left = { 0 };
	TRY(begin(u, aim, 0, &c));
	*ret_more = true;
	for (int pages = 0; pages < LEFT_PAGES && left.n < limit; pages++) {
		struct pick *picks;
		i64 *roots;
		size_t n;
		TRY(audience_select(u, aim->audience, after, LEFT_PAGE, &roots, &n));
		TRY(READ_SNAP(u, slot_base(u->store, u->corp), decide(snap, &c, roots, n, &picks)));
		*ret_more = n == LEFT_PAGE;
		for (size_t i = 0; i < n; i++) {
			if (left.n == limit) {
				*ret_more = true;
				break;
			}
			after = roots[i];
			if (picks[i].reason && (reason.n == 0 || str_eq_c(reason, picks[i].reason)))
				vec_push(u->arena, &left, (struct broadcast_left){ roots[i], picks[i].other, picks[i].reason });
		}
		if (!*ret_more)
			break;
	}
	*ret = left.v;
	*ret_count = left.n;
	*ret_after = after;
	return OK;
}

err broadcast_would(struct unit *u, const struct broadcast_aim *aim, i64 besides, i64 root, struct broadcast_left *ret)
{
	struct choice c;
	struct pick *picks;
	TRY(begin(u, aim, besides, &c));
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), decide(snap, &c, &root, 1, &picks)));
	*ret = (struct broadcast_left){ root, picks[0].other, picks[0].reason };
	return OK;
}

err broadcast_look(const struct snap *s, const struct broadcast_aim *aim, ms at, const i64 *roots, const struct mass_had *had, size_t n,
		   struct mass_pick *ret)
{
	struct choice c;
	struct pick *picks;
	ms opens, last;
	TRY(reach_window(s->unit, at, &opens, &last));
	TRY(choice_begin(s, aim, 0, opens, int_max(opens, int_min(opens + BROADCAST_LIFE_MS, last)), &c));
	c.had = had;
	size_t still = 0;
	for (size_t i = 0; i < c.other_count; i++) /* by then the others are over */
		if (c.others[i].deadline > opens)
			c.others[still++] = c.others[i];
	c.other_count = still;
	TRY(decide(s, &c, roots, n, &picks));
	for (size_t i = 0; i < n; i++) {
		const struct broadcast *b = picks[i].other ? other_of(&c, picks[i].other) : NULL;
		ret[i] = (struct mass_pick){ picks[i].reason, picks[i].sender.staff, b ? b->id : 0, b ? b->name : STR("") };
	}
	return OK;
}

/* ---- the job ---- */

struct planning {
	struct cx *cx;
	struct job *job;
	struct broadcast b;
	struct broadcast_sums cursor;
	struct sums sums, work; /* work: of the transaction that runs */
	struct imap written;    /* people a broken-off step has written */
	i64 until;              /* the last of the step */
	struct choice choice;
};

static struct broadcast_person row_of(struct planning *p, struct arena *a, i64 root, const struct pick *pick)
{
	struct broadcast_person row = { .broadcast = p->b.id, .customer = root, .leaf = NIL, .staff = NIL, .part = NIL, .sent_at = NIL };
	const char *reason = pick->reason;
	if (pick->sender.staff) {
		row.leaf = pick->sender.leaf;
		row.staff = pick->sender.staff;
		row.external_userid = pick->sender.external_userid;
	}
	p->work.people++;
	count_conflict(a, &p->choice, &p->work, pick);
	if (reason) {
		row.state = STR("excluded");
		row.reason = str_c(reason);
		sums_exclude(a, &p->work, row.reason, 1);
	} else {
		row.state = STR("planned");
		row.part = pick->variant * BROADCAST_VARIANT_PARTS + sums_load(a, &p->work, row.staff, pick->variant, 1) / BROADCAST_PART_MAX;
	}
	return row;
}

/* Takes the places of those who are to get it. */
static err claim_group(struct tx *tx, struct reach_seen *seen, const i64 *roots, size_t n, const struct pick *picks)
{
	bool *which = ARENA_ARRAY(tx->snap.arena, bool, n + 1);
	for (size_t i = 0; i < n; i++)
		which[i] = !picks[i].reason;
	TRY(reach_take_many(tx, seen, which));
	for (size_t i = 0; i < n; i++)
		if (which[i] && picks[i].taken)
			TRY(broadcast_person_lose(tx, &(struct broadcast_lost){ roots[i], picks[i].other }));
	return OK;
}

static err add_arms(struct tx *tx, const struct planning *p, const struct broadcast_person *rows, size_t n)
{
	struct reach_arm *arms = ARENA_ARRAY(tx->snap.arena, struct reach_arm, n ? n : 1);
	size_t count = 0;
	for (size_t i = 0; p->b.holdout && i < n; i++) {
		bool held = str_eq_c(rows[i].reason, reach_reason(REACH_HOLDOUT));
		if (held || str_eq_c(rows[i].state, "planned"))
			arms[count++] = (struct reach_arm){ rows[i].customer, held };
	}
	return reach_arm_add(tx, "broadcast", p->b.id, arms, count);
}

/* Who gets one, and those held out of it: they have met the experiment here. */
static err expose(struct tx *tx, const struct planning *p, const i64 *roots, size_t n, const struct pick *picks)
{
	struct trial_met *met = ARENA_ARRAY(tx->snap.arena, struct trial_met, n + 1);
	struct trial_by by = { "broadcast", p->b.id, p->choice.at };
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		if (picks[i].fresh && (!picks[i].reason || picks[i].variant == TRIAL_HELD))
			met[count++] = (struct trial_met){ roots[i], picks[i].variant };
	return p->choice.trial ? trial_expose_many(tx, p->choice.trial, &by, met, count) : OK;
}

static err write_group(struct tx *tx, struct planning *p, const i64 *roots, size_t n)
{
	struct arena *a = tx->snap.arena;
	struct pick *picks;
	struct reach_seen *seen;
	size_t count = 0, fresh = 0;
	struct broadcast_sums before = sums_write(&p->sums);
	p->work = sums_read(a, &before); /* the transaction may run again */
	i64 *who = ARENA_ARRAY(a, i64, n ? n : 1);
	for (size_t i = 0; i < n; i++) {
		i64 ignored;
		if (!imap_get(&p->written, roots[i], &ignored))
			who[fresh++] = roots[i];
	}
	TRY(decide_for(&tx->snap, tx, &p->choice, who, fresh, &picks, &seen));
	i64 room = p->b.confirmed - p->work.planned;
	for (size_t i = 0; i < fresh; i++)
		if (!picks[i].reason && room-- <= 0)
			picks[i].reason = "after_confirm"; /* she came into the audience after its maker had confirmed the number */
	TRY(claim_group(tx, seen, who, fresh, picks));
	struct broadcast_person *rows = ARENA_ARRAY(a, struct broadcast_person, n ? n : 1);
	for (size_t i = 0; i < fresh; i++)
		rows[count++] = row_of(p, a, who[i], &picks[i]);
	TRY(add_arms(tx, p, rows, count));
	TRY(expose(tx, p, who, fresh, picks));
	return query_write_many(tx, &broadcast_person_add_query, rows, count);
}

static err count_written(const struct snap *s, struct planning *p)
{
	struct broadcast_person *rows;
	size_t n;
	TRY(broadcast_people_beyond(s, &(struct broadcast_beyond){ p->b.id, p->cursor.after }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		imap_put(&p->written, rows[i].customer, 1);
		p->sums.people++;
		if (str_eq_c(rows[i].state, "excluded"))
			sums_exclude(s->arena, &p->sums, rows[i].reason, 1);
		else
			sums_load(s->arena, &p->sums, rows[i].staff, rows[i].part / BROADCAST_VARIANT_PARTS, 1);
	}
	return OK;
}

static str excluded_json(struct arena *a, const struct sums *s)
{
	struct broadcast_sums out = { .reasons = { s->reasons.v, s->reasons.n }, .conflicts = { s->conflicts.v, s->conflicts.n } };
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	record_write(&b, &broadcast_sums_record, &out);
	return buf_str(&b);
}

static err save(struct tx *tx, struct planning *p, const struct sums *sums, i64 after, bool done)
{
	struct broadcast_sums cursor = sums_write(sums);
	cursor.after = after;
	cursor.done = done;
	p->job->done = sums->people;
	p->job->skipped = sums->people - sums->planned;
	return job_save(tx, p->job, &broadcast_sums_record, &cursor);
}

/* Of the group that the transaction has written, or of none. */
static err progress(struct tx *tx, struct planning *p, const struct sums *sums, i64 after)
{
	struct broadcast b;
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ p->b.id }, &b));
	if (str_eq_c(b.state, "planning")) {
		b.planned = sums->planned;
		b.excluded = excluded_json(tx->snap.arena, sums);
		TRY(broadcast_update(tx, &b));
	}
	return save(tx, p, sums, after, false);
}

/* The base slot's people come last, together with the cursor. */
static err write_last(struct tx *tx, struct planning *p, const i64 *roots, size_t n)
{
	struct broadcast_sums before = sums_write(&p->sums);
	p->work = sums_read(tx->snap.arena, &before);
	if (n)
		TRY(write_group(tx, p, roots, n));
	return progress(tx, p, &p->work, p->until);
}

/* Writes the step's people and how far it has come. */
static err write_people(struct planning *p, const i64 *roots, size_t n)
{
	struct unit *u = &p->cx->unit;
	i64 slots[SLOT_COUNT];
	size_t slot_count = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	p->written = imap_new(u->arena);
	for (size_t i = 0; i < slot_count; i++)
		TRY(READ_SNAP(u, slots[i], count_written(snap, p)));
	i64 *group = ARENA_ARRAY(u->arena, i64, n), *last = ARENA_ARRAY(u->arena, i64, n);
	size_t last_count = 0;
	p->until = roots[n - 1];
	for (size_t s = 0; s < slot_count; s++) {
		bool own = slots[s] == slot_base(u->store, u->corp);
		i64 *to = own ? last : group;
		size_t count = 0;
		for (size_t i = 0; i < n; i++)
			if (slot_of_customer(u->store, roots[i]) == slots[s])
				to[count++] = roots[i];
		last_count = own ? count : last_count;
		if (own || count == 0)
			continue;
		TRY(WRITE_TX(u, slots[s], write_group(tx, p, group, count)));
		p->sums = p->work;
	}
	TRY(WRITE_TX(u, slot_base(u->store, u->corp), write_last(tx, p, last, last_count)));
	p->sums = p->work;
	return OK;
}

static err make_parts(struct tx *tx, struct planning *p, const struct broadcast_load *load, i64 *ret_parts)
{
	struct staff staff;
	TRY(staff_get(&tx->snap, load->staff, &staff));
	for (i64 n = 0; n * BROADCAST_PART_MAX < load->count; n++) {
		struct broadcast_part part;
		record_init(&broadcast_part_record, &part);
		part.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
		part.broadcast = p->b.id;
		part.staff = load->staff;
		part.n = load->variant * BROADCAST_VARIANT_PARTS + n;
		part.userid = staff.userid;
		part.state = STR("waiting");
		part.people = int_min(load->count - n * BROADCAST_PART_MAX, BROADCAST_PART_MAX);
		TRY(broadcast_part_add(tx, &part));
		struct broadcast_errand errand = { part.id };
		str key = arena_printf(tx->snap.arena, "%lld", (long long)part.id);
		TRY(outbox_add(tx, STR("broadcast.create"), key, STR(""), int_max(tx->snap.now, p->b.opens), p->b.deadline, 0,
			       &broadcast_errand_record, &errand, NULL));
		++*ret_parts;
	}
	return OK;
}

/* All are decided: the parts, their tasks and the event, in one transaction. */
static err finish(struct tx *tx, struct planning *p)
{
	struct broadcast b;
	i64 parts = 0;
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ p->b.id }, &b));
	if (!str_eq_c(b.state, "planning"))
		return OK; /* stopped meanwhile: the next step clears up */
	b.planned = p->sums.planned;
	b.excluded = excluded_json(tx->snap.arena, &p->sums);
	b.state = b.planned ? STR("sending") : STR("failed");
	b.closed = b.planned ? NIL : tx->snap.now;
	struct broadcast_event ev = { b.id, b.name, b.planned, (i64)p->sums.loads.n, b.state };
	i64 cause = 0;
	TRY(journal_add(tx, EV_BROADCAST_PLANNED, 0, tx->snap.now, &broadcast_event_record, &ev, &cause));
	tx->snap.unit->cause = cause;
	for (size_t i = 0; i < p->sums.loads.n; i++)
		TRY(make_parts(tx, p, &p->sums.loads.v[i], &parts));
	tx->snap.unit->cause = 0;
	TRY(broadcast_update(tx, &b));
	return save(tx, p, &p->sums, p->cursor.after, true);
}

static err step(struct planning *p, bool *ret_done)
{
	struct unit *u = &p->cx->unit;
	struct expr *audience;
	i64 *roots, base = slot_base(u->store, u->corp), all;
	size_t n;
	u->scope = p->b.viewed_by;
	TRY(expr_parse(u, p->b.expr, &audience));
	if (p->cursor.after == 0) {
		const struct audience_use_new use = { "broadcast", p->b.id, p->b.name };
		i64 kept;
		TRY(audience_count(u, audience, &p->job->total, &all));
		TRY(audience_keep(u, audience, &use, &kept));
	}
	TRY(audience_select(u, audience, p->cursor.after, PLAN_ROWS, &roots, &n));
	u->scope = 0;
	if (n == 0) {
		*ret_done = true;
		return WRITE_TX(u, base, finish(tx, p));
	}
	return write_people(p, roots, n);
}

static err let_go(struct tx *tx, i64 id, const struct broadcast_held *people, size_t n)
{
	str key = broadcast_claim_key(tx->snap.arena, id);
	for (size_t i = 0; i < n; i++) {
		struct broadcast_person row = { .broadcast = id, .customer = people[i].customer, .state = STR("cancelled"), .reason = STR("cancelled"), .sent_at = NIL };
		TRY(broadcast_person_end(tx, &row));
		TRY(reach_release(tx, people[i].customer, key));
	}
	return OK;
}

/* A broadcast that was stopped, or cannot be planned, holds nobody back. */
static err clear_up(struct unit *u, i64 id)
{
	i64 slots[SLOT_COUNT];
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT), count;
	for (size_t i = 0; i < n; i++) {
		struct broadcast_waiting of = { id, 0, JOB_STEP_ROWS };
		do {
			struct broadcast_held *people;
			TRY(READ_SNAP(u, slots[i], broadcast_people_waiting(snap, &of, &people, &count)));
			if (count == 0)
				break;
			TRY(WRITE_TX(u, slots[i], let_go(tx, id, people, count)));
			of.after = people[count - 1].customer;
		} while (count == JOB_STEP_ROWS);
	}
	return OK;
}

static err give_up(struct tx *tx, i64 id)
{
	struct broadcast b;
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ id }, &b));
	if (!str_eq_c(b.state, "planning"))
		return OK;
	b.state = STR("failed");
	b.closed = tx->snap.now;
	return broadcast_update(tx, &b);
}

err broadcast_plan_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct broadcast_plan in;
	struct unit *u = &cx->unit;
	struct planning p = { .cx = cx, .job = job };
	i64 base = slot_base(u->store, u->corp);
	u->lazy = true; /* a power failure makes a step again; who sends waits for the disk */
	TRY(job_input(cx, job, &broadcast_plan_record, &in));
	TRY(job_cursor(cx, job, &broadcast_sums_record, &p.cursor));
	TRY(READ_SNAP(u, base, broadcast_get(snap, &(struct broadcast_key){ in.broadcast }, &p.b)));
	if (p.cursor.done || !str_eq_c(p.b.state, "planning")) {
		*ret_done = true;
		return str_eq_c(p.b.state, "cancelled") || str_eq_c(p.b.state, "failed") ? clear_up(u, p.b.id) : OK;
	}
	ms at = int_max(cx_now(cx), p.b.opens);
	struct broadcast_aim aim = { .priority = p.b.priority, .holdout = p.b.holdout, .seed = p.b.seed, .experiment = p.b.experiment == NIL ? 0 : p.b.experiment, .kind = p.b.kind,
		.deadline = p.b.deadline, .topic = p.b.topic };
	TRY(READ_SNAP(u, base, choice_begin(snap, &aim, p.b.id, at, int_max(p.b.deadline, at), &p.choice)));
	p.sums = sums_read(u->arena, &p.cursor);
	err e = step(&p, ret_done);
	if (e == OK || err_retryable(e))
		return e;
	u->scope = 0;
	struct fail why = u->fail;
	TRY(WRITE_TX(u, base, give_up(tx, p.b.id)));
	TRY(clear_up(u, p.b.id));
	u->fail = why;
	return e;
}
