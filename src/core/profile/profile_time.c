/*
 * The timeline: the journal of one person over all her leaves, newest first, in words; and "why": the
 * chain of causes that led to an event.
 *
 * The sentence of an event is a text with holes named like the members of its body. Codes in bodies
 * (reasons, results) are translated by `words`; amounts and durations by their member's name.
 */
#include "core/profile/profile_data.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"
#include "core/attr/attr.h"
#include "core/customer/customer.h"
#include "core/module.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "core/tag/tag_http.h"

#define HOLES_MAX 24
#define KINDS_MAX 40
#define CHAIN_MAX JOURNAL_CAUSE_DEPTH
#define TIMELINE_KEYS 3 /* occurred, seq, leaf */
#define TIMELINE_LOOK 2000 /* events a filtered page looks through */

#define ROW_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, kind) F(S, MS, occurred_ms) F(S, MS, recorded_ms) \
	F(S, STR, title) F(S, STR, actor, .opt = true) F(S, STR, source) F(S, ID, cause, .opt = true)
RECORD(timeline_row, ROW_FIELDS);
#define LIST_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, kinds, .opt = true, .max = 400) F(S, STR, cursor, .opt = true) \
	F(S, I64, limit, .opt = true, .min = 1, .max = 200)
RECORD(timeline_in, LIST_FIELDS);
#define WHY_FIELDS(F, S) F(S, ID, id) F(S, ID, event)
RECORD(why_in, WHY_FIELDS);
#define CHAIN_FIELDS(F, S) F(S, LIST, chain, .of = &timeline_row_record)
RECORD(why_out, CHAIN_FIELDS);

static const struct { int kind; enum text text; } titles[] = {
	{ EV_CUSTOMER_CREATED, T_EV_CUSTOMER_CREATED }, { EV_CUSTOMER_CHANGED, T_EV_CUSTOMER_CHANGED },
	{ EV_CUSTOMER_MERGED, T_EV_CUSTOMER_MERGED }, { EV_CUSTOMER_ABSORBED, T_EV_CUSTOMER_ABSORBED },
	{ EV_CUSTOMER_SPLIT, T_EV_CUSTOMER_SPLIT }, { EV_CUSTOMER_RELEASED, T_EV_CUSTOMER_SPLIT },
	{ EV_IDENTITY_ADDED, T_EV_IDENTITY_ADDED }, { EV_MERGE_SUGGESTED, T_EV_MERGE_SUGGESTED },
	{ EV_FOLLOW_ADDED, T_EV_FOLLOW_ADDED }, { EV_FOLLOW_HALF, T_EV_FOLLOW_HALF }, { EV_FOLLOW_LOST, T_EV_FOLLOW_LOST },
	{ EV_FOLLOW_DROPPED, T_EV_FOLLOW_DROPPED }, { EV_FOLLOW_TRANSFERRED, T_EV_FOLLOW_TRANSFERRED },
	{ EV_FOLLOW_CHANGED, T_EV_FOLLOW_CHANGED }, { EV_CONTACT_FETCHED, T_EV_CONTACT_FETCHED },
	{ EV_TAG_MARKED, T_EV_TAG_MARKED }, { EV_TAG_UNMARKED, T_EV_TAG_UNMARKED },
	{ EV_TAG_CONFLICT, T_EV_TAG_CONFLICT },
	{ EV_AUDIENCE_ENTERED, T_EV_AUDIENCE_ENTERED }, { EV_AUDIENCE_LEFT, T_EV_AUDIENCE_LEFT },
	{ EV_REACH_SENT, T_EV_REACH_SENT }, { EV_REACH_FAILED, T_EV_REACH_FAILED }, { EV_REACH_REFUSED, T_EV_REACH_REFUSED },
	{ EV_WELCOME_SENT, T_EV_WELCOME_SENT }, { EV_WELCOME_MISSED, T_EV_WELCOME_MISSED },
	{ EV_ORDER_PLACED, T_EV_ORDER_PLACED }, { EV_ORDER_REFUNDED, T_EV_ORDER_REFUNDED },
	{ EV_ORDER_WITHDRAWN, T_EV_ORDER_WITHDRAWN }, { EV_REFUND_WITHDRAWN, T_EV_ORDER_WITHDRAWN },
	{ EV_ORDER_CREATED, T_EV_ORDER_CREATED }, { EV_ORDER_SHIPPED, T_EV_ORDER_SHIPPED }, { EV_ORDER_DONE, T_EV_ORDER_DONE },
	{ EV_ORDER_CLAIMED, T_EV_ORDER_CLAIMED }, { EV_ORDER_MATCHED, T_EV_ORDER_MATCHED },
	{ EV_ORDER_CANCELLED, T_EV_ORDER_CANCELLED }, { EV_PHONE_BOUND, T_EV_PHONE_BOUND },
	{ EV_SITE_TRACKED, T_EV_SITE_TRACKED }, { EV_SITE_PAGE, T_EV_SITE_PAGE }, { EV_SITE_SCREEN, T_EV_SITE_PAGE },
	{ EV_RISK_RAISED, T_EV_RISK_RAISED }, { EV_RISK_CLEARED, T_EV_RISK_CLEARED },
	{ EV_STAGE_CHANGED, T_EV_STAGE_CHANGED }, { EV_FOLLOWUP_MOVED, T_EV_FOLLOWUP_MOVED },
};

static const struct { const char *code; enum text text; } words[] = {
	{ "none_given", T_WORD_NONE_GIVEN }, { "answered_first", T_WORD_ANSWERED_FIRST }, { "expired", T_WORD_EXPIRED },
	{ "refused", T_WORD_REFUSED }, { "failed", T_WORD_FAILED }, { "manual", T_WORD_MANUAL }, { "channel", T_WORD_CHANNEL },
	{ "rule", T_WORD_RULE }, { "wecom", T_WORD_WECOM }, { "import", T_WORD_IMPORT }, { "unionid", T_WORD_UNIONID },
	{ "phone", T_WORD_PHONE }, { "order", T_WORD_ORDER }, { "segment", T_WORD_SEGMENT }, { "bind", T_WORD_BIND },
	{ "welcome", T_WORD_WELCOME }, { "broadcast", T_WORD_BROADCAST },
	{ "intro", T_WORD_INTRO }, { "growing", T_WORD_GROWING }, { "mature", T_WORD_MATURE },
	{ "dormant", T_WORD_DORMANT }, { "lost", T_WORD_LOST },
};

static str in_words(str code, enum lang lang)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_c(code, words[i].code))
			return str_c(text_raw(words[i].text, lang));
	return code;
}

static str number(struct arena *a, str name, i64 v)
{
	if (str_eq_c(name, "took"))
		return arena_printf(a, "%lld.%lld", (long long)(v / 1000), (long long)(v % 1000 / 100));
	if (str_eq_c(name, "paid") || str_eq_c(name, "refunded") || str_eq_c(name, "amount"))
		return arena_printf(a, "%s%lld.%02lld", v < 0 ? "-" : "", (long long)((v < 0 ? -v : v) / 100), (long long)((v < 0 ? -v : v) % 100));
	return arena_printf(a, "%lld", (long long)v);
}

static str hole_value(const struct snap *base, str name, const struct json *v, enum lang lang)
{
	i64 id;
	struct staff staff;
	if (str_eq_c(name, "staff") && v->type == JSON_TEXT && str_i64(v->text, &id) && staff_get(base, id, &staff) == OK)
		return staff.name.n ? staff.name : staff.userid;
	if (v->type == JSON_TEXT)
		return str_starts(v->text, STR("~1")) ? STR("") : in_words(v->text, lang); /* sealed texts stay so */
	if (v->type == JSON_NULL && str_eq_c(name, "from"))
		return STR("—"); /* the first of its kind */
	return v->type == JSON_INT ? number(base->arena, name, v->i) : STR("");
}

/* Features bring the words for their own events. */
static enum text text_of(const struct env *env, int kind)
{
	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		if (titles[i].kind == kind)
			return titles[i].text;
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct event_title *t = env->modules[i]->titles; t && t->event; t++)
			if (t->event == kind)
				return t->text;
	return T_OK;
}

static const struct { const char *code; enum text text; } tag_words[] = {
	{ "expired", T_WORD_RUN_OUT }, { "merged", T_WORD_MERGED }, { "consent", T_WORD_CONSENT }, { "model", T_WORD_MODEL },
	{ "removed", T_WORD_TAG_REMOVED }, { "unconsented", T_WORD_TAG_UNCONSENTED },
};

/* What the words of a tag's event say beside the general ones: the name of a sensitive tag is not for all. */
static str tag_value(struct arena *a, str name, str value, const struct json *body, const struct imap *hidden, enum lang lang)
{
	i64 tag, found;
	if (str_eq_c(name, "name") && str_i64(json_str(body, "tag"), &tag) && imap_get(hidden, tag, &found))
		return str_c(text_raw(T_TAG_HIDDEN, lang));
	for (size_t i = 0; (str_eq_c(name, "why") || str_eq_c(name, "what")) && i < ARRAY_LEN(tag_words); i++)
		if (str_eq_c(json_str(body, arena_cstr(a, name)), tag_words[i].code))
			return str_c(text_raw(tag_words[i].text, lang));
	return value;
}

static str title_of(const struct snap *base, const struct event *ev, const struct imap *hidden, enum lang lang)
{
	bool of_tag = ev->kind == EV_TAG_MARKED || ev->kind == EV_TAG_UNMARKED || ev->kind == EV_TAG_CONFLICT;
	struct text_hole holes[HOLES_MAX];
	struct json *body;
	size_t n = 0;
	enum text text = text_of(base->unit->env, (int)ev->kind);
	const struct event_info *info = event_info((int)ev->kind);
	if (text == T_OK)
		return str_c(info ? info->name : "?");
	if (json_parse(ev->body, base->arena, &body, NULL) == OK)
		for (size_t i = 0; i < body->n && n < HOLES_MAX; i++) {
			str name = body->members[i].name;
			str value = hole_value(base, name, &body->members[i].value, lang);
			value = of_tag ? tag_value(base->arena, name, value, body, hidden, lang) : value;
			holes[n++] = (struct text_hole){ arena_cstr(base->arena, name), value };
		}
	return text_fill(base->arena, text, lang, holes, n);
}

static err hidden_tags(struct cx *cx, const struct snap *base, struct imap *ret)
{
	struct tag *tags;
	size_t n;
	*ret = imap_new(base->arena);
	TRY(tag_all(base, &tags, &n));
	for (size_t i = 0; i < n; i++)
		if (tag_hides(cx, &tags[i]))
			imap_put(ret, tags[i].id, 1);
	return OK;
}

static err render(struct cx *cx, const struct snap *base, const struct event *events, size_t n, struct list *ret)
{
	struct timeline_row *rows = ARENA_ARRAY(base->arena, struct timeline_row, n);
	struct imap hidden;
	TRY(hidden_tags(cx, base, &hidden));
	for (size_t i = 0; i < n; i++) {
		const struct event_info *info = event_info((int)events[i].kind);
		rows[i] = (struct timeline_row){
			events[i].id, str_c(info ? info->name : "?"), events[i].occurred, events[i].recorded,
			title_of(base, &events[i], &hidden, cx->viewer.lang), STR_NIL, events[i].source, events[i].cause ? events[i].cause : NIL,
		};
	}
	*ret = (struct list){ rows, n };
	return OK;
}

static i64 base_slot(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static bool wanted(const struct event *ev, str kinds)
{
	const struct event_info *info = event_info((int)ev->kind);
	if (!kinds.n)
		return true;
	while (kinds.p) {
		str kind = str_cut(&kinds, ',');
		if (info && (str_eq_c(kind, info->name) || (str_ends(kind, STR(".")) && str_starts(str_c(info->name), kind))))
			return true;
	}
	return false;
}

/* Newest first over all leaves: the page of each leaf is read, the youngest of all are kept. Leaves of
 * different slots may have the same moment and seq, so the leaf decides last. */
static bool earlier(const struct event *a, const struct event *b)
{
	if (a->occurred != b->occurred)
		return a->occurred < b->occurred;
	return a->seq != b->seq ? a->seq < b->seq : a->customer < b->customer;
}

/* The seq below which a leaf's events of the moment keys[0] follow the last one shown. */
static i64 seq_below(const i64 keys[TIMELINE_KEYS], i64 leaf)
{
	return leaf < keys[2] && keys[1] != INT64_MAX ? keys[1] + 1 : keys[1];
}

static void newest_first(struct event *v, size_t n)
{
	for (size_t i = 1; i < n; i++) /* few pages of few leaves: insertion keeps equal moments in order */
		for (size_t k = i; k > 0 && earlier(&v[k - 1], &v[k]); k--) {
			struct event swap = v[k];
			v[k] = v[k - 1];
			v[k - 1] = swap;
		}
}

struct line { i64 leaves[CUSTOMER_LEAVES_MAX]; size_t leaf_count; };

/* The next events behind keys, at most limit, which moves keys; *ret_more: there are others behind them. */
static err next_events(struct cx *cx, const struct line *line, i64 keys[TIMELINE_KEYS], size_t limit, struct event **ret,
		       size_t *ret_count, bool *ret_more)
{
	VEC(struct event) all = { 0 };
	for (size_t i = 0; i < line->leaf_count; i++) {
		struct event *events;
		size_t n;
		i64 leaf = line->leaves[i], slot = slot_of_customer(cx->env->store, leaf);
		TRY(READ_SNAP(&cx->unit, slot, timeline_page(snap, leaf, keys[0], seq_below(keys, leaf), limit + 1, &events, &n)));
		for (size_t k = 0; k < n; k++)
			vec_push(CX_ARENA(cx), &all, events[k]);
	}
	newest_first(all.v, all.n);
	*ret_more = all.n > limit;
	*ret = all.v;
	*ret_count = *ret_more ? limit : all.n;
	if (*ret_count) {
		const struct event *end = &all.v[*ret_count - 1];
		keys[0] = end->occurred;
		keys[1] = end->seq;
		keys[2] = end->customer;
	}
	return OK;
}

/* A filtered page looks through at most TIMELINE_LOOK events, so it may be short and still have a next one. */
static err h_timeline(struct cx *cx)
{
	const struct timeline_in *in = cx->in;
	struct page *page = cx->out;
	struct line line;
	i64 root, keys[TIMELINE_KEYS] = { INT64_MAX, INT64_MAX, 0 };
	size_t limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit, looked = 0;
	VEC(struct event) kept = { 0 };
	u64 filter = hash64(in->kinds) ^ (u64)in->id;
	bool more = true;
	TRY(page_from(cx, in->cursor, keys, TIMELINE_KEYS, filter));
	TRY(customer_visible(&cx->unit, in->id, &root));
	TRY(customer_leaves(&cx->unit, root, line.leaves, &line.leaf_count));
	while (more && kept.n < limit && looked < TIMELINE_LOOK) {
		struct event *v;
		size_t n;
		TRY(next_events(cx, &line, keys, limit - kept.n, &v, &n, &more));
		for (size_t i = 0; i < n; i++)
			if (wanted(&v[i], in->kinds))
				vec_push(CX_ARENA(cx), &kept, v[i]);
		looked += n;
	}
	if (more)
		page->next_cursor = page_next(cx, keys, TIMELINE_KEYS, filter);
	page->total = NIL;
	return READ_SNAP(&cx->unit, base_slot(cx), render(cx, snap, kept.v, kept.n, &page->data));
}

/* An event's cause may lie in another slot of the corp. */
static err find_event(struct cx *cx, i64 id, struct event *ret)
{
	i64 slots[SLOT_COUNT];
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n; i++) {
		err e = READ_SNAP(&cx->unit, slots[i], journal_get(snap, id, ret));
		if (e != ERR_NOT_FOUND)
			return e;
	}
	return ERR_NOT_FOUND;
}

static err h_why(struct cx *cx)
{
	const struct why_in *in = cx->in;
	struct why_out *out = cx->out;
	struct event chain[CHAIN_MAX];
	size_t n = 0;
	i64 root, of, id = in->event;
	TRY(customer_visible(&cx->unit, in->id, &root));
	while (id && n < CHAIN_MAX) {
		err e = find_event(cx, id, &chain[n]);
		if (e == ERR_NOT_FOUND)
			break; /* pruned */
		TRY(e);
		if (chain[n].customer && customer_visible(&cx->unit, chain[n].customer, &of) != OK)
			break;
		id = chain[n++].cause;
	}
	return READ_SNAP(&cx->unit, base_slot(cx), render(cx, snap, chain, n, &out->chain));
}

const struct route profile_time_routes[] = {
	{ "GET", "/api/v1/customers/{id}/timeline", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &timeline_in_record,
	  &timeline_row_record, h_timeline, "What happened with a customer, newest first." },
	{ "GET", "/api/v1/customers/{id}/why", "customer.read", ROUTE_SCOPE_CUSTOMERS, 0, &why_in_record, &why_out_record, h_why,
	  "The chain of events that led to one." },
	{ 0 },
};
