/*
 * tag.put and tag.take, and their module.
 */
#include "feature/tagverb/tagverb.h"

#include "core/customer/customer.h"
#include "core/tag/tag.h"

static err known(struct unit *u, const struct ids *tags)
{
	for (size_t i = 0; i < tags->n; i++) {
		struct tag t;
		err e = READ_SNAP(u, slot_base(u->store, u->corp), tag_get(snap, tags->v[i], &t));
		str field = arena_printf(u->arena, "tags.%zu", i), id = arena_printf(u->arena, "%lld", (long long)tags->v[i]);
		if (e == ERR_NOT_FOUND || (e == OK && (t.removed || t.archived)))
			return fail_set(&u->fail, ERR_INPUT, T_TAGVERB_NO_TAG, field, id, STR_NIL);
		TRY(e);
	}
	return OK;
}

static err check_put(struct unit *u, const void *of) { return known(u, &((const struct tagverb_put *)of)->tags); }
static err check_take(struct unit *u, const void *of) { return known(u, &((const struct tagverb_take *)of)->tags); }

static bool has(const i64 *v, size_t n, i64 id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == id)
			return true;
	return false;
}

static err run_put(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct tagverb_put *args = call->args;
	struct tag_cause cause = { .why = "rule", .why_id = call->by_id, .evidence = str_c(call->by) };
	i64 *now;
	size_t n, kept_off = 0;
	if (args->days != NIL)
		cause.expires = call->at + args->days * MS_DAY;
	for (size_t i = 0; i < args->tags.n; i++)
		TRY(tag_mark_by(tx, call->customer, args->tags.v[i], &cause, NULL));
	TRY(tag_of(&tx->snap, call->customer, &now, &n));
	for (size_t i = 0; i < args->tags.n; i++)
		kept_off += !has(now, n, args->tags.v[i]);
	*ret = (struct verb_result){ VERB_DONE, STR_NIL, NIL };
	if (kept_off == args->tags.n)
		*ret = (struct verb_result){ VERB_REFUSED, STR("kept_off"), NIL };
	return OK;
}

static err take_leaf(struct tx *tx, i64 leaf, const struct ids *tags, i64 why_id)
{
	struct tag_cause cause = { .why = "rule", .why_id = why_id };
	for (size_t i = 0; i < tags->n; i++)
		TRY(tag_unmark_by(tx, leaf, tags->v[i], &cause, NULL));
	return OK;
}

static err run_take(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct tagverb_take *args = call->args;
	struct tagverb_asked ask = { args->tags, args->own ? call->by_id : 0 };
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_leaves_in(&tx->snap, call->customer, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		i64 slot = slot_of_customer(tx->snap.unit->store, leaves[i]);
		if (slot == tx->snap.slot)
			TRY(take_leaf(tx, leaves[i], &ask.tags, ask.why_id));
		else
			TRY(journal_relay(tx, slot, EV_TAG_ASKED, leaves[i], tx->snap.now, &tagverb_asked_record, &ask));
	}
	*ret = (struct verb_result){ VERB_DONE, STR_NIL, NIL };
	return OK;
}

/* act: a leaf of the person that lives elsewhere. */
static err on_asked(struct tx *tx, const struct event *ev)
{
	struct tagverb_asked ask;
	TRY(event_body(&tx->snap, ev, &tagverb_asked_record, &ask));
	return take_leaf(tx, ev->customer, &ask.tags, ask.why_id);
}

static const struct verb verbs[] = {
	{ .name = "tag.put", .label = T_VERB_TAG_PUT, .args = &tagverb_put_record, .check = check_put, .run = run_put },
	{ .name = "tag.take", .label = T_VERB_TAG_TAKE, .args = &tagverb_take_record, .check = check_take, .run = run_take },
	{ 0 },
};
static const struct query *const queries[] = { NULL };
static const struct handler act[] = { { EV_TAG_ASKED, on_asked }, { 0 } };
const struct module tagverb_module = {
	.name = "tagverb",
	.doc = "Marking people by automation: tag.put and tag.take.",
	.queries = queries,
	.act = act,
	.verbs = verbs,
};
