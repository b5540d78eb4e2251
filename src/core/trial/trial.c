/*
 * trial: whose bucket, whose variant, and the first time she met it.
 */
#include "core/trial/trial_data.h"

#include "base/map.h"
#include "core/customer/customer_many.h"
#include "core/reach/reach_rule.h"

static const char letters[] = "abcdefghijklmnop";
#define HELD '-'
#define NOBODY '.'

static const char *const keys[TRIAL_VARIANTS_MAX] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p" };

const char *trial_key(i64 variant) { return variant >= 0 && variant < TRIAL_VARIANTS_MAX ? keys[variant] : TRIAL_HELD_KEY; }

bool trial_of_key(str key, i64 *ret_variant)
{
	for (i64 i = TRIAL_HELD; i < TRIAL_VARIANTS_MAX; i++)
		if (str_eq_c(key, trial_key(i))) {
			*ret_variant = i;
			return true;
		}
	return false;
}

/* The line `variant` of the labels; nil behind the last. */
str trial_label(const struct trial *t, i64 variant)
{
	const char *at = t->labels.p, *end = at + t->labels.n;
	for (i64 i = 0; at && variant >= 0 && at <= end; i++) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		str label = { at, (size_t)((line ? line : end) - at) };
		if (i == variant)
			return label;
		if (!line)
			break;
		at = line + 1;
	}
	return STR_NIL;
}

size_t trial_variants(const struct trial *t)
{
	size_t n = 0;
	while (n < TRIAL_VARIANTS_MAX && trial_label(t, (i64)n).p)
		n++;
	return n;
}

err trial_get(const struct snap *s, i64 id, struct trial *ret) { return trial_row_get(s, &(struct trial_id){ id }, ret); }
err trial_put(struct tx *tx, const struct trial *t) { return trial_row_put(tx, t); }

/* ---- buckets ---- */

i64 trial_bucket(i64 id, i64 root) { return reach_bucket((u64)id, root) * TRIAL_BUCKETS / REACH_BUCKETS; }

static i64 owner(char letter) { return letter == HELD ? TRIAL_HELD : letter - letters[0]; }

/* Whoever has too many gives the last ones, whoever has too few takes the first that are free. */
str trial_share(struct arena *a, str before, const i64 *shares, size_t count, i64 held)
{
	char *own = arena_alloc(a, TRIAL_BUCKETS);
	i64 room[TRIAL_VARIANTS_MAX + 1] = { held }; /* [0]: held out */
	ASSERT(count <= TRIAL_VARIANTS_MAX);
	memcpy(room + 1, shares, count * sizeof(*shares));
	for (size_t i = 0; i < TRIAL_BUCKETS; i++) {
		char was = before.n == TRIAL_BUCKETS ? before.p[i] : NOBODY;
		i64 *place = was == NOBODY || owner(was) >= (i64)count ? NULL : &room[owner(was) + 1];
		own[i] = place && *place > 0 ? was : NOBODY;
		if (own[i] != NOBODY)
			--*place;
	}
	for (size_t i = 0, k = 0; i < TRIAL_BUCKETS; i++) {
		if (own[i] != NOBODY)
			continue;
		while (room[k] <= 0 && k < count)
			k++;
		ASSERT(room[k] > 0);
		room[k]--;
		own[i] = k ? letters[k - 1] : HELD;
	}
	return (str){ own, TRIAL_BUCKETS };
}

static i64 by_bucket(const struct trial *t, i64 root) { return owner(t->owners.p[trial_bucket(t->id, root)]); }

/* ---- one person ---- */

err trial_variant_of(const struct snap *s, const struct trial *t, i64 root, i64 *ret)
{
	return trial_variant_many(s, t, &root, 1, ret, NULL);
}

err trial_expose(struct tx *tx, const struct trial *t, const struct trial_by *by, i64 root, i64 *ret)
{
	bool is_new = false;
	struct trial_met met = { .root = root };
	TRY(trial_variant_many(&tx->snap, t, &root, 1, &met.variant, &is_new));
	if (is_new)
		TRY(trial_expose_many(tx, t, by, &met, 1));
	*ret = met.variant;
	return OK;
}

/* ---- many ---- */

struct seeing { struct imap places; i64 *variants; bool *fresh; ms *first; };

static err on_seen(void *arg, const void *of)
{
	struct seeing *k = arg;
	const struct trial_seen *row = of;
	i64 place;
	if (!imap_get(&k->places, row->customer, &place) || (!k->fresh[place] && k->first[place] <= row->at))
		return OK;
	k->variants[place] = row->variant;
	k->first[place] = row->at;
	k->fresh[place] = false;
	return OK;
}

/* What they met before, over all their numbers. */
static err see(const struct snap *s, const struct trial *t, const i64 *roots, size_t count, struct seeing *k)
{
	struct customer_member *members;
	struct customer_span *spans;
	struct snap at = *s;
	size_t n;
	TRY(customer_members(s, roots, count, &members, &n));
	i64 *leaves = ARENA_ARRAY(s->arena, i64, n + 1);
	for (size_t i = 0; i < n; i++) {
		leaves[i] = members[i].leaf;
		imap_put(&k->places, members[i].leaf, (i64)members[i].root);
	}
	size_t span_count = customer_spans(s->unit->store, s->arena, leaves, n, &spans);
	for (size_t i = 0; i < span_count; i++) {
		snap_slot(&at, spans[i].slot);
		TRY(trial_exposures_span(&at, &(struct trial_span){ t->id, spans[i].from, spans[i].to }, on_seen, k));
	}
	return OK;
}

err trial_variant_many(const struct snap *s, const struct trial *t, const i64 *roots, size_t count, i64 *ret, bool *ret_new)
{
	struct seeing k = { imap_new(s->arena), ret, ret_new ? ret_new : ARENA_ARRAY(s->arena, bool, count + 1),
			    ARENA_ARRAY(s->arena, ms, count + 1) };
	bool running = str_eq_c(t->state, "running"), ended = str_eq_c(t->state, "ended");
	i64 winner = t->winner == NIL ? 0 : t->winner;
	for (size_t i = 0; i < count; i++) {
		ret[i] = by_bucket(t, roots[i]);
		k.fresh[i] = true;
	}
	if (count && !ended)
		TRY(see(s, t, roots, count, &k));
	for (size_t i = 0; i < count && !running; i++) { /* who is held out stays so until the end */
		ret[i] = ret[i] == TRIAL_HELD && !ended ? TRIAL_HELD : winner;
		k.fresh[i] = false;
	}
	return OK;
}

err trial_expose_many(struct tx *tx, const struct trial *t, const struct trial_by *by, const struct trial_met *v, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct trial_exposure row = { t->id, v[i].root, v[i].variant, by->at, t->epoch, str_c(by->by), by->by_id };
		struct trial_exposed told = { t->id, t->name, str_c(trial_key(v[i].variant)), trial_label(t, v[i].variant), str_c(by->by), by->by_id };
		TRY(trial_exposure_add(tx, &row));
		if (tx_changed(tx))
			TRY(journal_add(tx, EV_EXPERIMENT_EXPOSED, v[i].root, tx->snap.now, &trial_exposed_record, &told, NULL));
	}
	return OK;
}

err trial_exposed_page(const struct snap *s, i64 id, i64 variant, i64 after, i64 limit, struct trial_exposure **ret, size_t *ret_count)
{
	return trial_exposures_page(s, &(struct trial_page){ id, variant, after, limit }, ret, ret_count);
}
