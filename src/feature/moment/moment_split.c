/*
 * moment: which version is whose, and who gets none.
 *
 * The whole audience and those of the versions are read side by side in ascending order, so each person is looked at
 * once and the first version that has her takes her: versions are disjoint whatever their audiences are. The preview
 * and the job decide by the same functions.
 */
#include "feature/moment/moment_int.h"

#include "base/map.h"

#define STREAM_PAGE 4096
#define PREVIEW_PAGE 2000

/* ---- disjoint versions ---- */

static struct moment_stream stream_new(struct arena *a, const struct expr *e, i64 after)
{
	return (struct moment_stream){ .expr = e, .v = e ? ARENA_ARRAY(a, i64, STREAM_PAGE) : NULL, .last = after, .over = !e };
}

void moment_split_begin(struct moment_split *s, struct arena *a, const struct moment_aim *aim, i64 after)
{
	*s = (struct moment_split){ .aim = aim, .whole = stream_new(a, aim->whole, after) };
	for (size_t i = 0; i < aim->count; i++)
		s->of[i] = stream_new(a, aim->of[i], after);
}

static err refill(struct moment_stream *s, struct unit *u)
{
	struct arena_mark mark = arena_mark(u->arena);
	i64 *page;
	TRY(audience_select(u, s->expr, s->last, STREAM_PAGE, &page, &s->n));
	if (s->n)
		memcpy(s->v, page, s->n * sizeof(*page));
	arena_reset(u->arena, mark);
	s->at = 0;
	s->over = s->n == 0;
	return OK;
}

/* The next one, without taking it; NIL: none. */
static err peek(struct moment_stream *s, struct unit *u, i64 *ret)
{
	if (!s->over && s->at == s->n)
		TRY(refill(s, u));
	*ret = s->over ? NIL : s->v[s->at];
	return OK;
}

static err has(struct moment_stream *s, struct unit *u, i64 root, bool *ret)
{
	i64 next;
	TRY(peek(s, u, &next));
	while (next != NIL && next < root) {
		s->last = s->v[s->at++];
		TRY(peek(s, u, &next));
	}
	*ret = next == root;
	return OK;
}

static err version_of(struct moment_split *s, struct unit *u, i64 root, i64 *ret)
{
	*ret = 0;
	for (size_t i = 0; i < s->aim->count; i++) {
		bool in = *ret == 0; /* whoever is left */
		if (s->aim->of[i])
			TRY(has(&s->of[i], u, root, &in));
		s->matched[i] += in;
		s->taken[i] += in && *ret;
		if (in && !*ret)
			*ret = (i64)i + 1;
	}
	return OK;
}

err moment_lots(const struct snap *s, const struct moment_aim *aim, const i64 *roots, size_t n, i64 *versions, bool *fresh)
{
	TRY(trial_variant_many(s, aim->trial, roots, n, versions, fresh));
	for (size_t i = 0; i < n; i++)
		versions[i] = versions[i] == TRIAL_HELD ? MOMENT_HELD : versions[i] + 1;
	return OK;
}

/* By the experiment: each is of one version, or held out. */
static err lots_next(struct moment_split *s, struct unit *u, const i64 *roots, i64 *versions, size_t n)
{
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), moment_lots(snap, s->aim, roots, n, versions, NULL)));
	for (size_t i = 0; i < n; i++)
		if (versions[i] > 0)
			s->matched[versions[i] - 1]++;
	return OK;
}

err moment_split_next(struct moment_split *s, struct unit *u, size_t limit, i64 *roots, i64 *versions, size_t *ret_count)
{
	size_t n = 0;
	i64 root;
	for (; n < limit; n++) {
		TRY(peek(&s->whole, u, &root));
		if (root == NIL)
			break;
		s->whole.last = s->whole.v[s->whole.at++];
		roots[n] = root;
		if (!s->aim->trial)
			TRY(version_of(s, u, root, &versions[n]));
	}
	*ret_count = n;
	return s->aim->trial && n ? lots_next(s, u, roots, versions, n) : OK;
}

/* ---- deciding ---- */

str moment_claim_key(struct arena *a, i64 plan) { return arena_printf(a, "moment:%lld", (long long)plan); }

struct reach_ask moment_ask(struct arena *a, const struct moment_aim *aim, i64 root, i64 staff)
{
	return (struct reach_ask){
		.root = root, .channel = "wecom", .class = "marketing", .by = "moment", .by_id = aim->id, .staff = staff,
		.key = aim->id ? moment_claim_key(a, aim->id) : STR_NIL, .at = aim->opens, .how = "moment", .content = arena_cstr(a, aim->kind),
		.until = aim->deadline + MOMENT_CLAIM_MS, .share = aim->holdout, .salt = (u64)aim->seed, .span = aim->deadline - aim->opens,
	};
}

err moment_decide(const struct snap *s, const struct moment_aim *aim, const i64 *roots, const i64 *versions, size_t n, struct moment_pick **ret)
{
	struct moment_pick *picks = ARENA_ARRAY(s->arena, struct moment_pick, n + 1);
	struct reach_ask *asks = ARENA_ARRAY(s->arena, struct reach_ask, n + 1);
	struct reach_answer *answers = ARENA_ARRAY(s->arena, struct reach_answer, n + 1);
	struct follow_sender *senders = ARENA_ARRAY(s->arena, struct follow_sender, n + 1);
	TRY(follow_sender_many(s, roots, n, senders));
	for (size_t i = 0; i < n; i++)
		asks[i] = moment_ask(s->arena, aim, roots[i], senders[i].staff);
	for (size_t i = 0; aim->had && i < n; i++) {
		asks[i].besides = aim->had[i].v;
		asks[i].besides_count = aim->had[i].n;
	}
	const char **outs = ARENA_ARRAY(s->arena, const char *, n + 1);
	TRY(reach_look_many(s, asks, n, answers));
	TRY(mass_out(s, "moment", aim->id, roots, n, outs));
	for (size_t i = 0; i < n; i++) {
		const char *reason = outs[i] ? outs[i] : reach_reason(answers[i].verdict);
		if ((!reason || (!outs[i] && answers[i].verdict == REACH_HOLDOUT)) && !senders[i].staff)
			reason = "no_sender";
		if (!reason && versions[i] == MOMENT_HELD)
			reason = TRIAL_REASON;
		picks[i] = (struct moment_pick){ versions[i] ? reason : "no_version", senders[i] };
	}
	*ret = picks;
	return OK;
}

/* ---- preview ---- */

static void count_reason(struct arena *a, struct moment_sums *s, i64 version, const char *reason)
{
	for (size_t i = 0; i < s->reasons.n; i++)
		if (s->reasons.v[i].n == version && str_eq_c(s->reasons.v[i].reason, reason)) {
			s->reasons.v[i].count++;
			return;
		}
	vec_push(a, &s->reasons, (struct moment_reason){ version, str_c(reason), 1 });
}

static void count_load(struct arena *a, struct moment_sums *s, struct imap *places, i64 version, i64 staff)
{
	i64 place;
	if (imap_get(&places[version], staff, &place)) {
		s->loads.v[place].count++;
		return;
	}
	imap_put(&places[version], staff, (i64)s->loads.n);
	vec_push(a, &s->loads, (struct moment_load){ version, staff, 1 });
}

static void count_one(struct arena *a, struct moment_sums *s, struct imap *places, i64 version, const struct moment_pick *pick)
{
	s->people++;
	if (version > 0)
		s->of[version - 1].people++;
	if (pick->reason) {
		count_reason(a, s, int_max(version, 0), pick->reason);
		return;
	}
	s->planned++;
	s->of[version - 1].planned++;
	count_load(a, s, places, version, pick->sender.staff);
}

static err preview_all(struct unit *page, const struct moment_aim *aim, struct arena *keep, struct moment_sums *sums)
{
	struct moment_split split;
	struct imap places[MOMENT_VERSIONS_MAX + 1]; /* of each version: member -> where its load stands */
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		places[i] = imap_new(keep);
	i64 *roots = ARENA_ARRAY(keep, i64, PREVIEW_PAGE), *versions = ARENA_ARRAY(keep, i64, PREVIEW_PAGE);
	size_t n = 0;
	moment_split_begin(&split, keep, aim, 0);
	do {
		struct arena_mark mark = arena_mark(page->arena);
		struct moment_pick *picks;
		TRY(moment_split_next(&split, page, PREVIEW_PAGE, roots, versions, &n));
		TRY(READ_SNAP(page, slot_base(page->store, page->corp), moment_decide(snap, aim, roots, versions, n, &picks)));
		for (size_t i = 0; i < n; i++)
			count_one(keep, sums, places, versions[i], &picks[i]);
		arena_reset(page->arena, mark);
	} while (n);
	for (size_t i = 0; i < aim->count; i++) {
		sums->of[i].n = (i64)i + 1;
		sums->of[i].matched = split.matched[i];
		sums->of[i].taken = split.taken[i];
	}
	return OK;
}

err moment_preview(struct unit *u, const struct moment_aim *aim, struct moment_sums *ret)
{
	struct unit page = *u;
	*ret = (struct moment_sums){ 0 };
	page.arena = arena_new(ARENA_MAX_DEFAULT);
	err e = preview_all(&page, aim, u->arena, ret);
	arena_free(page.arena);
	if (e != OK)
		u->fail = page.fail;
	return e;
}
