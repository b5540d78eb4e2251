/*
 * reach: claims, and the same judgement over many people without one.
 *
 * Within a transaction of one slot, asks are judged in order and each sees the claims of those before it,
 * also for the same person twice: her place in the list is found by her root.
 */
#include "core/reach/reach_load.h"
#include "core/reach/reach_set.h"

#include "base/map.h"
#include "base/vec.h"

#include <stdlib.h>

static struct reach_answer answer_of(const struct reach_judged *j, bool again)
{
	return (struct reach_answer){ j->verdict, j->retry_at, again, j->limit };
}

/* The last judgement on somebody who has had nothing: the next like her hears the same. */
struct judged_last { bool any; struct reach_try t; struct reach_judged j; };

static bool same_but_person(const struct reach_try *a, const struct reach_try *b)
{
	return a->at == b->at && a->channel == b->channel && a->how == b->how && a->content == b->content && a->marketing == b->marketing &&
	       a->refused == b->refused && a->blocked == b->blocked && a->consented == b->consented && a->reachable == b->reachable &&
	       a->span == b->span && a->zone == b->zone && a->placed == b->placed && a->share == 0 && b->share == 0;
}

static struct reach_answer judge(struct arena *a, const struct reach_rules *r, const struct reach_person *p, const struct reach_ask *ask,
				 struct judged_last *last)
{
	size_t n;
	bool standing;
	struct reach_past *past = reach_pasts(a, p, ask, &n, &standing);
	struct reach_try t = reach_try_of(p, ask);
	t.placed = standing;
	bool plain = n == 0 && !r->holdout;
	if (plain && last->any && same_but_person(&last->t, &t))
		return answer_of(&last->j, standing);
	struct reach_judged j = reach_judge(r, past, n, &t);
	if (plain)
		*last = (struct judged_last){ true, t, j };
	return answer_of(&j, standing);
}

/* ---- looking ---- */

static int by_number(const void *a, const void *b) { return (*(const i64 *)a > *(const i64 *)b) - (*(const i64 *)a < *(const i64 *)b); }

/* The persons of the asks, ascending (so seats are taken in one order everywhere), each once. */
static size_t persons_of(struct arena *a, const struct reach_ask *asks, size_t count, i64 **ret, struct imap *places)
{
	i64 *roots = ARENA_ARRAY(a, i64, count ? count : 1);
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		roots[i] = asks[i].root;
	qsort(roots, count, sizeof(*roots), by_number);
	*places = imap_new(a);
	for (size_t i = 0; i < count; i++)
		if (n == 0 || roots[n - 1] != roots[i])
			roots[n++] = roots[i];
	for (size_t i = 0; i < n; i++)
		imap_put(places, roots[i], (i64)i);
	*ret = roots;
	return n;
}

err reach_look_many(const struct snap *s, const struct reach_ask *asks, size_t count, struct reach_answer *ret)
{
	struct reach_rules r;
	struct imap places;
	ms earliest = INT64_MAX;
	struct judged_last last = { 0 };
	i64 *roots, place;
	if (count == 0)
		return OK;
	TRY(reach_rules_get(s->unit, &r));
	for (size_t i = 0; i < count; i++)
		earliest = int_min(earliest, asks[i].at);
	size_t n = persons_of(s->arena, asks, count, &roots, &places);
	struct reach_person *people = ARENA_ARRAY(s->arena, struct reach_person, n);
	TRY(reach_load(s, roots, n, reach_since(&r, earliest), people));
	for (size_t i = 0; i < count; i++) {
		imap_get(&places, asks[i].root, &place);
		ret[i] = judge(s->arena, &r, &people[place], &asks[i], &last);
	}
	return OK;
}

err reach_check_many(const struct snap *s, const i64 *roots, size_t count, const char *channel, ms at,
		     enum reach_verdict *ret)
{
	struct reach_ask *asks = ARENA_ARRAY(s->arena, struct reach_ask, count ? count : 1);
	struct reach_answer *answers = ARENA_ARRAY(s->arena, struct reach_answer, count ? count : 1);
	for (size_t i = 0; i < count; i++)
		asks[i] = (struct reach_ask){ .root = roots[i], .channel = channel, .class = "marketing", .at = at };
	TRY(reach_look_many(s, asks, count, answers));
	for (size_t i = 0; i < count; i++)
		ret[i] = answers[i].verdict == REACH_QUIET ? REACH_GO : answers[i].verdict;
	return OK;
}

/* ---- claiming ---- */

static str opt(const char *word) { return word ? str_c(word) : STR_NIL; }

static struct reach_claim_row row_of(const struct reach_ask *ask, const char *state)
{
	return (struct reach_claim_row){
		.customer = ask->root, .key = ask->key, .at = ask->at, .expires = ask->until ? ask->until : ask->at + REACH_CLAIM_MS,
		.state = str_c(state), .channel = str_c(ask->channel), .class = ask->class ? str_c(ask->class) : STR("marketing"),
		.how = opt(ask->how), .content = opt(ask->content), .made_by = str_c(ask->by), .made_by_id = ask->by_id ? ask->by_id : NIL,
		.staff = ask->staff ? ask->staff : NIL,
	};
}

/* On PostgreSQL two claims on one person wait for each other here, and what is read behind it is the newest. */
static err take_seats(struct tx *tx, const i64 *roots, size_t count)
{
	if (!store_is_postgres(tx->snap.unit->store))
		return OK; /* one writer */
	struct reach_seat *rows = ARENA_ARRAY(tx->snap.arena, struct reach_seat, count ? count : 1);
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct reach_seat){ roots[i] };
	return query_write_many(tx, &reach_seat_take_query, rows, count);
}

/* What is seen of the asks' people, and the claims among them that are not written yet. */
struct reach_seen {
	const struct reach_ask *asks;
	struct reach_answer *answers;
	size_t count;
	struct reach_rules rules;
	struct imap places;
	struct reach_person *people;
	struct judged_last last;
	size_t *fresh, fresh_count; /* asks */
};

static struct reach_person *seen_person(const struct reach_seen *s, size_t ask)
{
	i64 place;
	imap_get(&s->places, s->asks[ask].root, &place);
	return &s->people[place];
}

static bool same_terms(const struct reach_claim_row *a, const struct reach_claim_row *b)
{
	return str_eq(a->key, b->key) && a->at == b->at && a->expires == b->expires && str_eq(a->channel, b->channel) &&
	       str_eq(a->class, b->class) && str_eq(a->how, b->how) && str_eq(a->content, b->content) &&
	       str_eq(a->made_by, b->made_by) && a->made_by_id == b->made_by_id;
}

static bool has_row(const struct reach_person *p, u64 key)
{
	for (size_t i = 0; i < p->items.n; i++)
		if (p->items.v[i].row == p->root && p->items.v[i].key == key)
			return true;
	return false;
}

static err write_rows(struct tx *tx, const struct reach_seen *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct reach_ask *ask = &s->asks[s->fresh[i]];
		struct reach_claim_row row = row_of(ask, "held");
		TRY(reach_claims_forget(tx, &(struct reach_last){ ask->root, ask->at - REACH_CLAIM_KEPT_DAYS * MS_DAY }));
		TRY(reach_claim_put(tx, &row));
	}
	return OK;
}

/* Runs of one block that differ in the person alone are sets; the others, and who had a row of that key, are rows. */
static err write_fresh(struct tx *tx, struct reach_seen *s)
{
	i64 *who = ARENA_ARRAY(tx->snap.arena, i64, s->fresh_count + 1);
	for (size_t from = 0, to; from < s->fresh_count; from = to) {
		struct reach_claim_row first = row_of(&s->asks[s->fresh[from]], "held");
		u64 key = reach_key_hash(first.key);
		size_t n = 0;
		for (to = from; to < s->fresh_count; to++, n++) {
			struct reach_claim_row row = row_of(&s->asks[s->fresh[to]], "held");
			if (reach_block_of(row.customer) != reach_block_of(first.customer) || !same_terms(&first, &row) ||
			    has_row(seen_person(s, s->fresh[to]), key))
				break;
			who[n] = row.customer;
		}
		if (n < REACH_SET_MIN) {
			to = to > from ? to : from + 1;
			TRY(write_rows(tx, s, from, to));
		} else {
			TRY(reach_set_add(tx, &first, who, n));
		}
	}
	for (size_t i = 0; i < s->fresh_count; i++)
		seen_person(s, s->fresh[i])->fresh = false;
	s->fresh_count = 0;
	return OK;
}

/* What was judged to go takes its place, which those behind it see. */
static err take(struct tx *tx, struct reach_seen *s, size_t i)
{
	const struct reach_ask *ask = &s->asks[i];
	struct reach_person *p = seen_person(s, i);
	u64 key = reach_key_hash(ask->key), instead = reach_key_hash(ask->instead);
	if (p->fresh)
		TRY(write_fresh(tx, s));
	for (size_t k = 0; instead && k < p->items.n; k++)
		p->items.v[k].standing &= p->items.v[k].key != instead || !p->items.v[k].claim;
	if (instead)
		TRY(reach_release(tx, ask->root, ask->instead));
	struct reach_try t = reach_try_of(p, ask);
	vec_push(tx->snap.arena, &p->items, (struct reach_item){ { t.at, t.channel, t.how, t.content, t.marketing }, key, true, true, 0 });
	p->fresh = true;
	s->fresh[s->fresh_count++] = i;
	return OK;
}

static err claim_one(struct tx *tx, struct reach_seen *s, size_t i)
{
	struct reach_person *p = seen_person(s, i);
	struct reach_answer *ret = &s->answers[i];
	u64 key = reach_key_hash(s->asks[i].key);
	*ret = judge(tx->snap.arena, &s->rules, p, &s->asks[i], &s->last);
	if (ret->verdict == REACH_GO)
		return ret->again ? OK : take(tx, s, i);
	if (!ret->again)
		return OK;
	if (p->fresh)
		TRY(write_fresh(tx, s));
	for (size_t k = 0; k < p->items.n; k++)
		p->items.v[k].standing &= p->items.v[k].key != key || !p->items.v[k].claim;
	return reach_release(tx, s->asks[i].root, s->asks[i].key);
}

static err see(struct tx *tx, const struct reach_ask *asks, size_t count, struct reach_answer *ret, struct reach_seen *s)
{
	struct arena *a = tx->snap.arena;
	ms earliest = INT64_MAX;
	i64 *roots;
	*s = (struct reach_seen){ .asks = asks, .answers = ret, .count = count, .fresh = ARENA_ARRAY(a, size_t, count + 1) };
	TRY(reach_rules_get(tx->snap.unit, &s->rules));
	for (size_t i = 0; i < count; i++) {
		if (asks[i].key.n == 0 || asks[i].key.n > REACH_KEY_MAX)
			return tx_fail(tx, ERR_INPUT, T_TOO_LONG, STR("key"), asks[i].key, STR(FAIL_STR(REACH_KEY_MAX)));
		earliest = int_min(earliest, asks[i].at);
	}
	size_t n = persons_of(a, asks, count, &roots, &s->places);
	s->people = ARENA_ARRAY(a, struct reach_person, n ? n : 1);
	TRY(take_seats(tx, roots, n));
	return reach_load(&tx->snap, roots, n, reach_since(&s->rules, earliest), s->people);
}

err reach_claim_many(struct tx *tx, const struct reach_ask *asks, size_t count, struct reach_answer *ret)
{
	struct reach_seen s;
	TRY(see(tx, asks, count, ret, &s));
	for (size_t i = 0; i < count; i++)
		TRY(claim_one(tx, &s, i));
	return write_fresh(tx, &s);
}

err reach_see_many(struct tx *tx, const struct reach_ask *asks, size_t count, struct reach_answer *ret, struct reach_seen **ret_seen)
{
	struct reach_seen *s = ARENA_NEW(tx->snap.arena, struct reach_seen);
	TRY(see(tx, asks, count, ret, s));
	for (size_t i = 0; i < count; i++)
		ret[i] = judge(tx->snap.arena, &s->rules, seen_person(s, i), &asks[i], &s->last);
	*ret_seen = s;
	return OK;
}

err reach_take_many(struct tx *tx, struct reach_seen *s, const bool *which)
{
	for (size_t i = 0; i < s->count; i++)
		if (which[i] && s->answers[i].verdict == REACH_GO && !s->answers[i].again)
			TRY(take(tx, s, i));
	return write_fresh(tx, s);
}

err reach_claim(struct tx *tx, const struct reach_ask *ask, struct reach_answer *ret)
{
	return reach_claim_many(tx, ask, 1, ret);
}

err reach_release(struct tx *tx, i64 root, str key)
{
	return reach_claim_close(tx, root, key, "released");
}

err reach_note(struct tx *tx, const struct reach_ask *ask, bool *ret_new)
{
	struct reach_claim_row row = row_of(ask, "sent");
	struct reach_event body = { row.channel, row.class, row.made_by, row.made_by_id, row.staff, STR_NIL, row.key, row.how, row.content };
	TRY(reach_claim_new(tx, &row));
	*ret_new = tx_changed(tx) > 0;
	return *ret_new ? journal_add(tx, EV_REACH_SENT, ask->root, ask->at, &reach_event_record, &body, NULL) : OK;
}
