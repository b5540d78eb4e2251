/*
 * change over HTTP: the feed.
 */
#include "feature/change/change.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/tag/tag_http.h"
#include "store/journal.h"

#define CHANGES_IN_FIELDS(F, S)                                             \
	F(S, STR, cursor, .opt = true, .max = 2000, .doc = "of the answer before; none: from the beginning") \
	F(S, I64, part, .opt = true, .min = 0, .doc = "of a large corp; 0 when not told") \
	F(S, BOOL, own, .opt = true, .doc = "also what this key has brought in") \
	F(S, I64, limit, .opt = true, .min = 1, .max = CHANGE_LIMIT_MAX)
RECORD(changes_in, CHANGES_IN_FIELDS);
#define CHANGE_TAG_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, why)
RECORD(change_tag, CHANGE_TAG_FIELDS);
#define CHANGE_PROFILE_FIELDS(F, S)                                         \
	F(S, STR, name, .opt = true, .pii = true) F(S, STR, gender, .opt = true) F(S, STR, city, .opt = true) \
	F(S, I64, birthday, .opt = true, .doc = "day number") F(S, STR, followup, .opt = true)
RECORD(change_profile, CHANGE_PROFILE_FIELDS);
#define CHANGE_ROW_FIELDS(F, S)                                             \
	F(S, ID, id, .doc = "the same change told again has the same") F(S, STR, kind) F(S, MS, occurred_ms) F(S, MS, recorded_ms) \
	F(S, ID, customer_id, .doc = "the person by now") F(S, ID, leaf_id) F(S, STR, external_userid, .opt = true) \
	F(S, STR, unionid, .opt = true) F(S, STR, source)                   \
	F(S, OBJ, tag, .opt = true, .of = &change_tag_record) F(S, OBJ, profile, .opt = true, .of = &change_profile_record)
RECORD(change_row, CHANGE_ROW_FIELDS);
#define CHANGES_OUT_FIELDS(F, S)                                            \
	F(S, LIST, changes, .of = &change_row_record) F(S, STR, cursor) F(S, BOOL, more, .doc = "there is more to read at once") \
	F(S, I64, parts)
RECORD(changes_out, CHANGES_OUT_FIELDS);

/* The members that concern us, of whatever event. */
#define TAG_BODY_FIELDS(F, S) F(S, ID, tag) F(S, STR, name) F(S, STR, why)
RECORD(change_tag_body, TAG_BODY_FIELDS);

static const struct { int kind; bool tag, profile; } told[] = {
	{ EV_TAG_MARKED, true, false }, { EV_TAG_UNMARKED, true, false }, { EV_CUSTOMER_CREATED, false, false },
	{ EV_CUSTOMER_CHANGED, false, true }, { EV_CUSTOMER_MERGED, false, false }, { EV_CUSTOMER_SPLIT, false, false },
	{ EV_CUSTOMER_ERASED, false, false }, { EV_IDENTITY_ADDED, false, false }, { EV_PHONE_BOUND, false, false },
	{ EV_STAGE_CHANGED, false, false }, { EV_MEMBER_ISSUED, false, false }, { EV_MEMBER_LEVELLED, false, false },
};

static int told_as(const struct event *ev)
{
	for (size_t i = 0; i < ARRAY_LEN(told); i++)
		if (told[i].kind == ev->kind)
			return (int)i;
	return -1;
}

typedef VEC(struct change_row) rows;

struct look {
	struct cx *cx;
	const struct changes_in *in;
	struct change_cursor at;
	const i64 *slots;
	size_t limit, left; /* events still to look through */
	rows found;
	bool more;
};

static bool is_own(const struct look *l, const struct event *ev)
{
	return !l->in->own && l->cx->unit.actor_kind == ACTOR_API && ev->actor_kind == ACTOR_API && ev->actor == l->cx->unit.actor;
}

static err row_of(const struct snap *s, struct look *l, const struct event *ev, int as)
{
	struct change_row row = { .id = ev->id, .kind = str_c(event_info((int)ev->kind)->name), .occurred_ms = ev->occurred,
				  .recorded_ms = ev->recorded, .customer_id = ev->customer, .leaf_id = ev->customer,
				  .external_userid = STR_NIL, .unionid = STR_NIL, .source = ev->source };
	if (told[as].tag) {
		struct change_tag_body body;
		struct tag t;
		TRY(event_body(s, ev, &change_tag_body_record, &body));
		err e = tag_get(s, body.tag, &t);
		if (e == OK && tag_hides(l->cx, &t))
			return OK; /* a sensitive tag is not this reader's */
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		struct change_tag *tag = ARENA_NEW(s->arena, struct change_tag);
		*tag = (struct change_tag){ body.tag, body.name, body.why };
		row.tag = tag;
	}
	if (told[as].profile) {
		row.profile = ARENA_NEW(s->arena, struct change_profile);
		TRY(event_body(s, ev, &change_profile_record, row.profile));
	}
	vec_push(s->arena, &l->found, row);
	return OK;
}

/* On from where the reader stands in one slot, until a limit or the end of what is there. */
static err look_slot(const struct snap *s, struct look *l, size_t k)
{
	size_t n = 1;
	while (n && l->found.n < l->limit && l->left) {
		struct event *v;
		TRY(journal_read(s, l->at.seq[k], int_min((i64)l->left, CHANGE_LIMIT_MAX), &v, &n));
		for (size_t i = 0; i < n && l->found.n < l->limit; i++) {
			int as = v[i].corp == s->corp && v[i].customer ? told_as(&v[i]) : -1;
			if (as >= 0 && !is_own(l, &v[i]))
				TRY(row_of(s, l, &v[i], as));
			l->at.seq[k] = v[i].seq;
			l->left--;
		}
	}
	l->more |= n > 0;
	return OK;
}

/* Who she is by now, and by what other systems know her. */
static err name_rows(struct look *l)
{
	struct unit *u = &l->cx->unit;
	struct imap seen = imap_new(u->arena);
	for (size_t i = 0; i < l->found.n; i++) {
		struct change_row *row = &l->found.v[i];
		struct identity_row *ids;
		size_t n;
		i64 at;
		if (imap_get(&seen, row->leaf_id, &at)) {
			row->customer_id = l->found.v[at].customer_id;
			row->external_userid = l->found.v[at].external_userid;
			row->unionid = l->found.v[at].unionid;
			continue;
		}
		imap_put(&seen, row->leaf_id, (i64)i);
		TRY(customer_root(u, row->leaf_id, &row->customer_id));
		TRY(identity_of(u, row->leaf_id, &ids, &n));
		for (size_t k = 0; k < n; k++) {
			if (str_eq_c(ids[k].kind, "external_userid"))
				row->external_userid = ids[k].value;
			else if (str_eq_c(ids[k].kind, "unionid"))
				row->unionid = ids[k].value;
		}
	}
	return OK;
}

static err h_changes(struct cx *cx)
{
	const struct changes_in *in = cx->in;
	struct changes_out *out = cx->out;
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT), part = in->part == NIL ? 0 : in->part;
	size_t all = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	struct look l = { .cx = cx, .in = in, .limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit, .left = CHANGE_LOOK };
	out->parts = (i64)((all + CHANGE_SLOTS_MAX - 1) / CHANGE_SLOTS_MAX);
	if (part >= out->parts)
		return cx_fail(cx, ERR_INPUT, T_TOO_BIG, STR("part"), arena_printf(CX_ARENA(cx), "%lld", (long long)part),
			       arena_printf(CX_ARENA(cx), "%lld", (long long)out->parts - 1));
	if (cx->unit.scope)
		return cx_fail(cx, ERR_FORBIDDEN, T_CHANGE_SCOPE, STR_NIL, STR_NIL, STR_NIL);
	l.slots = slots + part * CHANGE_SLOTS_MAX;
	size_t count = all - (size_t)part * CHANGE_SLOTS_MAX;
	count = count > CHANGE_SLOTS_MAX ? CHANGE_SLOTS_MAX : count;
	TRY(change_cursor_read(cx, in->cursor, part, count, &l.at));
	for (size_t k = 0; k < count; k++)
		TRY(READ_SNAP(&cx->unit, l.slots[k], look_slot(snap, &l, k)));
	TRY(name_rows(&l));
	TRY(store_durable(cx->env->store, &cx->unit.fail)); /* who reads the feed goes on from its cursor, whatever happens here */
	out->changes = (struct list){ l.found.v, l.found.n };
	out->cursor = change_cursor_write(cx, &l.at);
	out->more = l.more;
	return OK;
}

#define CHANGE_IN_FIELDS(F, S)                                              \
	F(S, ID, customer_id, .opt = true) F(S, STR, external_userid, .opt = true, .max = 64) F(S, STR, unionid, .opt = true, .max = 64) \
	F(S, STR, phone, .opt = true, .max = 30, .pii = true)               \
	F(S, STR, tag, .min = 1, .max = 70, .doc = "name, or group/name") F(S, STR, op, .one_of = "add,remove")
RECORD(change_in, CHANGE_IN_FIELDS);
#define CHANGES_TAGS_FIELDS(F, S) F(S, LIST, changes, .of = &change_in_record, .min = 1, .max = CHANGE_IN_MAX)
RECORD(changes_tags, CHANGES_TAGS_FIELDS);
#define CHANGE_DONE_FIELDS(F, S)                                            \
	F(S, STR, state, .one_of = "changed,same,nobody,no_tag,refused") F(S, ID, customer_id, .opt = true)
RECORD(change_done, CHANGE_DONE_FIELDS);
#define CHANGES_DONE_FIELDS(F, S) F(S, LIST, results, .of = &change_done_record, .doc = "in the order of the changes")
RECORD(changes_done, CHANGES_DONE_FIELDS);

static err find_person(struct unit *u, const struct change_in *c, i64 *ret)
{
	struct { const char *kind; str value; } ways[] = {
		{ "external_userid", c->external_userid }, { "unionid", c->unionid }, { "phone", c->phone } };
	if (c->customer_id != NIL)
		return customer_visible(u, c->customer_id, ret);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		str normal;
		if (!ways[i].value.n)
			continue;
		err e = identity_normal(u->arena, str_c(ways[i].kind), ways[i].value, &normal, NULL);
		e = e == OK ? identity_find(u, str_c(ways[i].kind), normal, ret) : ERR_NOT_FOUND;
		if (e != ERR_NOT_FOUND)
			return e == OK ? customer_root(u, *ret, ret) : e;
	}
	return ERR_NOT_FOUND;
}

/* A tag from a CDP is an import of that key: a hand here or in WeCom outranks it, and a refusal stands. */
static err put(struct tx *tx, i64 customer, i64 tag, bool add, bool *ret_changed)
{
	struct tag_cause by = { .why = "import", .why_id = tx->snap.unit->actor, .evidence = STR("API") };
	return add ? tag_mark_by(tx, customer, tag, &by, ret_changed) : tag_unmark_by(tx, customer, tag, &by, ret_changed);
}

static err change_one(struct cx *cx, const struct change_in *c, struct change_done *ret)
{
	struct unit *u = &cx->unit;
	struct tag t;
	i64 root;
	bool changed = false;
	ret->customer_id = NIL;
	err e = find_person(u, c, &root);
	if (e == ERR_NOT_FOUND) {
		ret->state = STR("nobody");
		return OK;
	}
	TRY(e);
	ret->customer_id = root;
	e = READ_SNAP(u, slot_base(u->store, u->corp), tag_find(snap, c->tag, &t));
	if (e == ERR_NOT_FOUND || e == ERR_INPUT || (e == OK && (t.archived || tag_hides(cx, &t)))) {
		ret->state = STR("no_tag");
		return OK;
	}
	TRY(e);
	e = WRITE_TX(u, slot_of_customer(u->store, root), put(tx, root, t.id, str_eq_c(c->op, "add"), &changed));
	ret->state = e == ERR_STATE ? STR("refused") : changed ? STR("changed") : STR("same");
	return e == ERR_STATE ? OK : e;
}

static err h_tags(struct cx *cx)
{
	const struct changes_tags *in = cx->in;
	struct changes_done *out = cx->out;
	const struct change_in *v = in->changes.v;
	struct change_done *done = ARENA_ARRAY(CX_ARENA(cx), struct change_done, in->changes.n);
	for (size_t i = 0; i < in->changes.n; i++) {
		TRY(change_one(cx, &v[i], &done[i]));
		cx->unit.fail = (struct fail){ 0 };
	}
	out->results = (struct list){ done, in->changes.n };
	return OK;
}

const struct route change_routes[] = {
	{ "GET", "/api/v1/changes", "change.read", ROUTE_SCOPE_CUSTOMERS, 0, &changes_in_record, &changes_out_record, h_changes,
	  "Changes of tags and profiles behind a cursor, each at least once, in order within a slot." },
	{ "POST", "/api/v1/changes/tags", "change.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_IDEMPOTENT, &changes_tags_record, &changes_done_record,
	  h_tags, "Tags put on and taken off by another system; one answer each." },
	{ 0 },
};
