/*
 * One person's place: moving it, its steps, its counts, and waking.
 *
 * Every function belongs to a transaction of the slot the place lies in. Counts are kept as things happen, so
 * that no page ever counts rows. One timer a slot and corp stands at the earliest due moment; a place that comes
 * to be due earlier moves it.
 */
#include "feature/journey/journey_int.h"

#include "base/vec.h"

#define NAME_FIELDS(F, S) F(S, ID, journey) F(S, STR, name) F(S, I64, version) F(S, STR, outcome, .opt = true) F(S, STR, reason, .opt = true)
RECORD(journey_told, NAME_FIELDS);

/* ---- counts: gathered, written once at the end of a piece of work ---- */

static const char tally_memo;
struct tally { VEC(struct journey_count) rows; };

static struct tally *tally_of(struct tx *tx)
{
	void **memo = tx_memo(tx, &tally_memo);
	if (!*memo)
		*memo = ARENA_NEW(tx->snap.arena, struct tally);
	return *memo;
}

size_t place_counts_mark(struct tx *tx) { return tally_of(tx)->rows.n; }
void place_counts_back(struct tx *tx, size_t mark) { tally_of(tx)->rows.n = mark; }

static void count_add(struct tx *tx, const struct place *p, str node, str what, i64 n)
{
	vec_push(tx->snap.arena, &tally_of(tx)->rows, (struct journey_count){ p->journey, p->version, node, what, n });
}

void place_count(struct walk *w, str node, str what, i64 n) { count_add(w->tx, &w->p, node, what, n); }

err place_counts_flush(struct tx *tx)
{
	struct tally *t = tally_of(tx);
	struct map seen = map_new(tx->snap.arena);
	size_t kept = 0;
	for (size_t i = 0; i < t->rows.n; i++) {
		const struct journey_count *c = &t->rows.v[i];
		str key = arena_printf(tx->snap.arena, "%lld:%lld:%.*s:%.*s", (long long)c->journey, (long long)c->version, STR_F(c->node),
				       STR_F(c->what));
		struct journey_count *there = map_get(&seen, key);
		if (there) {
			there->n += c->n;
			continue;
		}
		t->rows.v[kept] = *c;
		map_put(&seen, key, &t->rows.v[kept++]);
	}
	t->rows.n = 0;
	for (size_t i = 0; i < kept; i++)
		if (t->rows.v[i].n)
			TRY(journey_count_add(tx, &t->rows.v[i]));
	return OK;
}

err place_step(struct walk *w, const char *what, const char *port, str reason)
{
	struct journey_step row = { w->p.id, w->p.steps++, w->tx->snap.now, w->p.node, str_c(what), str_c(port), reason.p ? reason : STR("") };
	return journey_step_add(w->tx, &row);
}

static const char wake_memo;

/* The row is written at most once for each earlier moment of a transaction. */
err journey_wake_at(struct tx *tx, ms due)
{
	ms **memo = (ms **)tx_memo(tx, &wake_memo);
	if (!*memo) {
		struct journey_wake row;
		err e = journey_wake_get(&tx->snap, &(struct none){ 0 }, &row);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		*memo = ARENA_NEW(tx->snap.arena, ms);
		**memo = e == OK ? row.due : INT64_MAX;
	}
	if (due >= **memo)
		return OK;
	**memo = due;
	TRY(journey_wake_put(tx, &(struct journey_wake){ due }));
	return timer_set(tx, STR(JOURNEY_DUE), STR(""), due, 0, NULL, NULL);
}

err place_save(struct walk *w)
{
	TRY(place_put(w->tx, &w->p));
	return w->p.due == NIL ? OK : journey_wake_at(w->tx, w->p.due);
}

/* Leaves the node it is at and comes to the next, to be walked on when `at` has been taken in. */
err place_move(struct walk *w, int to, ms at)
{
	if (to < 0)
		return place_leave(w, "done", STR(""));
	str next = w->d->nodes[to].of->id;
	place_count(w, w->p.node, STR("now"), -1);
	place_count(w, next, STR("now"), 1);
	place_count(w, next, STR("in"), 1);
	w->p.node = next;
	w->p.state = PLACE_DUE;
	w->p.at = at;
	w->p.node_since = at;
	w->p.due = at;
	w->p.parked = NIL;
	w->p.tries = 0;
	return OK;
}

err place_leave(struct walk *w, const char *outcome, str reason)
{
	bool was_in = w->p.steps > 0; /* else she stood before the door */
	if (!was_in) {
		reason = reason.n && !strcmp(outcome, "kept_out") ? reason : str_c(outcome);
		outcome = "kept_out";
	}
	TRY(place_step(w, "left", "", reason.n ? reason : str_c(outcome)));
	place_count(w, w->p.node, STR("now"), -1);
	w->p.state = PLACE_LEFT;
	w->p.due = w->p.parked = NIL;
	w->p.outcome = str_c(outcome);
	w->p.reason = reason.p ? reason : STR("");
	w->p.node_since = w->tx->snap.now;
	if (!was_in) {
		place_count(w, STR(""), arena_printf(w->tx->snap.arena, "out_of:%.*s", STR_F(reason)), 1);
		return OK;
	}
	place_count(w, STR(""), STR("now"), -1);
	place_count(w, STR(""), str_c(outcome), 1);
	struct journey_told told = { w->d->journey, w->d->def->name, w->d->version, str_c(outcome), w->p.reason };
	err e = journal_add(w->tx, EV_JOURNEY_LEFT, w->p.customer, w->tx->snap.now, &journey_told_record, &told, NULL);
	return e == ERR_STATE ? OK : e; /* the chain of causes is at its end: nobody is told, she is out */
}

/* Without a version to go by: the counts of what is no more are nobody's. */
err place_ended(struct tx *tx, const struct place *of, str reason)
{
	struct journey_step row = { of->id, of->steps, tx->snap.now, of->node, STR("left"), STR(""), reason };
	struct place p = *of;
	TRY(journey_step_add(tx, &row));
	p.steps++;
	p.state = PLACE_LEFT;
	p.due = p.parked = NIL;
	p.outcome = STR("ended");
	p.reason = reason;
	p.node_since = tx->snap.now;
	TRY(place_put(tx, &p));
	count_add(tx, &p, p.node, STR("now"), -1);
	if (of->steps) {
		count_add(tx, &p, STR(""), STR("now"), -1);
		count_add(tx, &p, STR(""), STR("ended"), 1);
	}
	return OK;
}
