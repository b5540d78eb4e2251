/*
 * reach: claims, and the same judgement over many people without one.
 *
 * Within a transaction of one slot, asks are judged in order and each sees the claims of those before it,
 * also for the same person twice: her place in the list is found by her root.
 */
#include "core/reach/reach_data.h"
#include "core/reach/reach_load.h"

#include "base/map.h"
#include "base/vec.h"

#include <stdlib.h>

static struct reach_answer answer_of(const struct reach_judged *j, bool again)
{
	return (struct reach_answer){ j->verdict, j->retry_at, again, j->limit };
}

static struct reach_answer judge(struct arena *a, const struct reach_rules *r, const struct reach_person *p, const struct reach_ask *ask)
{
	size_t n;
	bool standing;
	struct reach_past *past = reach_pasts(a, p, ask, &n, &standing);
	struct reach_try t = reach_try_of(p, ask);
	t.placed = standing;
	struct reach_judged j = reach_judge(r, past, n, &t);
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
		ret[i] = judge(s->arena, &r, &people[place], &asks[i]);
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

static err claim_one(struct tx *tx, const struct reach_rules *r, struct reach_person *p, const struct reach_ask *ask, struct reach_answer *ret)
{
	*ret = judge(tx->snap.arena, r, p, ask);
	u64 key = reach_key_hash(ask->key), instead = reach_key_hash(ask->instead);
	if (ret->verdict != REACH_GO) {
		for (size_t i = 0; ret->again && i < p->items.n; i++)
			p->items.v[i].standing &= p->items.v[i].key != key || !p->items.v[i].claim;
		return ret->again ? reach_release(tx, ask->root, ask->key) : OK;
	}
	if (ret->again)
		return OK;
	for (size_t i = 0; instead && i < p->items.n; i++)
		p->items.v[i].standing &= p->items.v[i].key != instead || !p->items.v[i].claim;
	if (instead)
		TRY(reach_release(tx, ask->root, ask->instead));
	struct reach_claim_row row = row_of(ask, "held");
	TRY(reach_claims_forget(tx, &(struct reach_last){ ask->root, ask->at - REACH_CLAIM_KEPT_DAYS * MS_DAY }));
	TRY(reach_claim_put(tx, &row));
	struct reach_try t = reach_try_of(p, ask);
	vec_push(tx->snap.arena, &p->items, (struct reach_item){ { t.at, t.channel, t.how, t.content, t.marketing }, key, true, true });
	return OK;
}

err reach_claim_many(struct tx *tx, const struct reach_ask *asks, size_t count, struct reach_answer *ret)
{
	struct reach_rules r;
	struct imap places;
	ms earliest = INT64_MAX;
	i64 *roots, place;
	TRY(reach_rules_get(tx->snap.unit, &r));
	for (size_t i = 0; i < count; i++) {
		if (asks[i].key.n == 0 || asks[i].key.n > REACH_KEY_MAX)
			return tx_fail(tx, ERR_INPUT, T_TOO_LONG, STR("key"), asks[i].key, STR(FAIL_STR(REACH_KEY_MAX)));
		earliest = int_min(earliest, asks[i].at);
	}
	size_t n = persons_of(tx->snap.arena, asks, count, &roots, &places);
	struct reach_person *people = ARENA_ARRAY(tx->snap.arena, struct reach_person, n ? n : 1);
	TRY(take_seats(tx, roots, n));
	TRY(reach_load(&tx->snap, roots, n, reach_since(&r, earliest), people));
	for (size_t i = 0; i < count; i++) {
		imap_get(&places, asks[i].root, &place);
		TRY(claim_one(tx, &r, &people[place], &asks[i], &ret[i]));
	}
	return OK;
}

err reach_claim(struct tx *tx, const struct reach_ask *ask, struct reach_answer *ret)
{
	return reach_claim_many(tx, ask, 1, ret);
}

err reach_release(struct tx *tx, i64 root, str key)
{
	return reach_claim_end(tx, &(struct reach_ended){ root, key, STR("released") });
}

err reach_note(struct tx *tx, const struct reach_ask *ask, bool *ret_new)
{
	struct reach_claim_row row = row_of(ask, "sent");
	struct reach_event body = { row.channel, row.class, row.made_by, row.made_by_id, row.staff, STR_NIL, row.key, row.how, row.content };
	TRY(reach_claim_new(tx, &row));
	*ret_new = tx->changed > 0;
	return *ret_new ? journal_add(tx, EV_REACH_SENT, ask->root, ask->at, &reach_event_record, &body, NULL) : OK;
}
