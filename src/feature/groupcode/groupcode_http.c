/*
 * group codes over HTTP: list, make, change, switch off, the picture of the printed address.
 */
#include "feature/groupcode/groupcode_data.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "port/qr/qr.h"

#define DAYS_SHOWN 180

#define EDIT_FIELDS(F, S)                                                                \
	F(S, STR, name, .min = 1, .max = GROUPCODE_NAME_MAX)                             \
	F(S, IDS, group_ids, .min = 1, .max = GROUPCODE_GROUPS_MAX, .doc = "in the order in which they fill") \
	F(S, I64, threshold, .opt = true, .min = GROUPCODE_THRESHOLD_MIN, .max = WECOM_GROUP_FULL, .doc = "members; 200 when absent") \
	F(S, BOOL, auto_create, .opt = true, .doc = "WeCom makes a further group when all are full") \
	F(S, STR, base_name, .opt = true, .max = WECOM_JOIN_NAME_CHARS_MAX) F(S, I64, base_id, .opt = true, .min = 1, .max = 1000000) \
	F(S, STR, offer, .opt = true, .max = GROUPCODE_OFFER_MAX, .doc = "what the page promises to who joins") \
	F(S, STR, link, .opt = true, .max = GROUPCODE_LINK_MAX, .doc = "a coupon or a page, https://")
#define CREATE_FIELDS(F, S) EDIT_FIELDS(F, S)
RECORD(groupcode_create_in, CREATE_FIELDS);
#define CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) EDIT_FIELDS(F, S)
RECORD(groupcode_change_in, CHANGE_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(groupcode_list_in, LIST_FIELDS);
#define QR_FIELDS(F, S) F(S, ID, id) F(S, I64, size, .opt = true, .min = 100, .max = 2000)
RECORD(groupcode_qr_in, QR_FIELDS);
#define GROUP_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, I64, members) F(S, BOOL, dissolved) F(S, BOOL, lent, .doc = "it takes visitors now")
RECORD(groupcode_group, GROUP_FIELDS);
#define VIEW_FIELDS(F, S)                                                                \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "creating,active,failed,disabled") F(S, STR, fail_text, .opt = true) \
	F(S, STR, url, .doc = "the address to print") F(S, STR, key, .doc = "WeCom's state: who came by it carries it") F(S, STR, qr_url, .opt = true, .doc = "WeCom's own picture") \
	F(S, I64, threshold) F(S, BOOL, auto_create) F(S, STR, base_name) F(S, I64, base_id) F(S, STR, offer) F(S, STR, link) \
	F(S, LIST, groups, .of = &groupcode_group_record) F(S, I64, room, .doc = "places left below the threshold") F(S, BOOL, low) \
	F(S, I64, asked, .doc = "openings of the page in 180 days") F(S, I64, joined) F(S, MS, created_ms) F(S, I64, version)
RECORD(groupcode_view, VIEW_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

struct sums { struct imap asked, joined; };

static err read_sums(struct cx *cx, const struct snap *s, struct sums *ret)
{
	struct groupcode_sum *joined;
	struct door_sum *asked;
	size_t n;
	i64 today = corp_day(&cx->unit, cx_now(cx));
	*ret = (struct sums){ imap_new(s->arena), imap_new(s->arena) };
	TRY(groupcode_sums(s, &(struct none){ 0 }, &joined, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(&ret->joined, joined[i].code, joined[i].joined);
	TRY(door_sums(s, GROUPCODE_DOOR, today - DAYS_SHOWN, today, &asked, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(&ret->asked, asked[i].target, asked[i].visits);
	return OK;
}

static bool lent(const struct groupcode *c, str chat_id)
{
	str rest = c->lent;
	while (rest.n)
		if (str_eq(str_cut(&rest, ','), chat_id))
			return true;
	return false;
}

static str fail_text_of(struct cx *cx, str code)
{
	i64 number;
	if (str_is_nil(code) || !str_i64(code, &number))
		return code;
	struct text_hole hole = { "value", code };
	return text_fill(CX_ARENA(cx), wecom_errcode(number)->text, cx->viewer.lang, &hole, 1);
}

static err view(struct cx *cx, const struct snap *s, const struct groupcode *c, const struct sums *sums, struct groupcode_view *v)
{
	struct groupcode_pool *pool;
	size_t n;
	TRY(groupcode_pool_of(s, &(struct groupcode_key){ c->id }, &pool, &n));
	struct groupcode_group *groups = ARENA_ARRAY(s->arena, struct groupcode_group, n);
	for (size_t i = 0; i < n; i++)
		groups[i] = (struct groupcode_group){ pool[i].chat, pool[i].name, pool[i].members, pool[i].dissolved != NIL, lent(c, pool[i].chat_id) };
	*v = (struct groupcode_view){
		.id = c->id, .name = c->name, .state = c->state, .fail_text = fail_text_of(cx, c->fail_code),
		.url = door_url(cx->env, CX_ARENA(cx), c->door), .key = c->wecom_state, .qr_url = c->qr_url, .threshold = c->threshold, .auto_create = c->auto_create,
		.base_name = c->base_name, .base_id = c->base_id, .offer = c->offer, .link = c->link, .groups = { groups, n }, .room = c->room,
		.low = c->low, .created_ms = c->created, .version = c->version,
	};
	imap_get(&sums->asked, c->id, &v->asked);
	imap_get(&sums->joined, c->id, &v->joined);
	return OK;
}

static err read_list(struct cx *cx, const struct snap *s, i64 before, i64 limit)
{
	struct page *page = cx->out;
	struct groupcode *rows;
	struct sums sums;
	size_t n;
	TRY(groupcode_list(s, &(struct groupcode_find){ before, limit + 1 }, &rows, &n));
	TRY(read_sums(cx, s, &sums));
	size_t shown = n > (size_t)limit ? (size_t)limit : n;
	struct groupcode_view *views = ARENA_ARRAY(s->arena, struct groupcode_view, shown);
	for (size_t i = 0; i < shown; i++)
		TRY(view(cx, s, &rows[i], &sums, &views[i]));
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, 0);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct groupcode_list_in *in = cx->in;
	i64 before = INT64_MAX;
	TRY(page_from(cx, in->cursor, &before, 1, 0));
	return READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, before, in->limit));
}

static err find(struct cx *cx, const struct snap *s, i64 id, struct groupcode *ret)
{
	err e = groupcode_get(s, &(struct groupcode_key){ id }, ret);
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_GROUPCODE, cx->viewer.lang))) : e;
}

static err read_one(struct cx *cx, const struct snap *s, i64 id)
{
	struct groupcode c;
	struct sums sums;
	TRY(find(cx, s, id, &c));
	TRY(read_sums(cx, s, &sums));
	return view(cx, s, &c, &sums, cx->out);
}

static err show(struct cx *cx, i64 id) { return READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id)); }
static err h_get(struct cx *cx) { return show(cx, ((const struct groupcode_key *)cx->in)->id); }

static i64 or_else(i64 n, i64 otherwise) { return n == NIL ? otherwise : n; }

static err h_create(struct cx *cx)
{
	const struct groupcode_create_in *in = cx->in;
	struct groupcode_edit edit = { in->name, in->base_name, in->offer, in->link, in->group_ids, or_else(in->threshold, WECOM_GROUP_FULL),
				       or_else(in->base_id, 1), in->auto_create };
	i64 id;
	TRY(WRITE_TX(&cx->unit, base(cx), groupcode_create(tx, &edit, &id)));
	return show(cx, id);
}

static err h_change(struct cx *cx)
{
	const struct groupcode_change_in *in = cx->in;
	struct groupcode_edit edit = { in->name, in->base_name, in->offer, in->link, in->group_ids, or_else(in->threshold, WECOM_GROUP_FULL),
				       or_else(in->base_id, 1), in->auto_create };
	TRY(WRITE_TX(&cx->unit, base(cx), groupcode_change(tx, in->id, in->version, &edit)));
	return show(cx, in->id);
}

static err h_remove(struct cx *cx)
{
	i64 id = ((const struct groupcode_key *)cx->in)->id;
	return WRITE_TX(&cx->unit, base(cx), groupcode_remove(tx, id));
}

/* The picture of our own address: it is printed and stays. */
static err h_qr(struct cx *cx)
{
	const struct groupcode_qr_in *in = cx->in;
	struct groupcode c;
	str png;
	TRY(READ_SNAP(&cx->unit, base(cx), find(cx, snap, in->id, &c)));
	TRY(qr_png(door_url(cx->env, CX_ARENA(cx), c.door), (int)or_else(in->size, 400), CX_ARENA(cx), &png, &cx->unit.fail));
	http_send(cx->reply, 200, STR("image/png"), png);
	return OK;
}

#define KEY &groupcode_key_record
#define VIEW &groupcode_view_record
const struct route groupcode_routes[] = {
	{ "GET", "/api/v1/groupcodes", "group.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &groupcode_list_in_record, VIEW, h_list,
	  "Group codes, newest first." },
	{ "POST", "/api/v1/groupcodes", "group.write", ROUTE_SCOPE_NONE, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &groupcode_create_in_record, VIEW,
	  h_create, "Makes a group code; its page shows the picture when WeCom has answered." },
	{ "GET", "/api/v1/groupcodes/{id}", "group.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, KEY, VIEW, h_get, "One group code." },
	{ "PUT", "/api/v1/groupcodes/{id}", "group.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &groupcode_change_in_record, VIEW, h_change,
	  "Changes a group code; the printed address stays." },
	{ "DELETE", "/api/v1/groupcodes/{id}", "group.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_remove,
	  "Switches a group code off; its address shows that there is no such page." },
	{ "GET", "/api/v1/groupcodes/{id}/qr.png", "group.read", ROUTE_SCOPE_NONE, ROUTE_RAW, &groupcode_qr_in_record, &none_record, h_qr,
	  "The picture of the printed address." },
	{ 0 },
};
