/*
 * Templates in the console, and everybody's own pictures.
 */
#include "feature/card/card_data.h"

#include "base/json.h"
#include "core/perm/perm.h"
#include "store/blob.h"

#define VIEW_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, kind, .one_of = CARD_KINDS) F(S, STR, name) F(S, OBJ, layout, .of = &card_layout_record) \
	F(S, BOOL, picture, .doc = "it has a background picture") F(S, MS, created_ms) F(S, I64, version)
RECORD(card_view, VIEW_FIELDS);
#define CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) CARD_EDIT_FIELDS(F, S)
RECORD(card_change_in, CHANGE_FIELDS);
#define PREVIEW_FIELDS(F, S) F(S, ID, id) F(S, ID, staff, .opt = true, .doc = "whose; none: the viewer's own")
RECORD(card_preview_in, PREVIEW_FIELDS);
#define MINE_FIELDS(F, S) F(S, ID, id) F(S, STR, kind) F(S, STR, name)
RECORD(card_mine, MINE_FIELDS);
#define MY_FIELDS(F, S) F(S, OBJ, me, .of = &card_shown_record) F(S, LIST, cards, .of = &card_mine_record)
RECORD(card_my, MY_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err view(const struct snap *s, const struct card_template *t, struct card_view *v)
{
	struct json *tree;
	struct card_layout *l = ARENA_NEW(s->arena, struct card_layout);
	TRY(json_parse(t->layout, s->arena, &tree, s->fail));
	TRY(record_parse(&card_layout_record, tree, l, s->arena, s->fail));
	*v = (struct card_view){ t->id, t->kind, t->name, l, t->picture != NIL, t->created, t->version };
	return OK;
}

static err list(struct cx *cx, const struct snap *s)
{
	struct page *page = cx->out;
	struct card_template *rows;
	size_t n;
	TRY(card_list(s, &(struct none){ 0 }, &rows, &n));
	struct card_view *views = ARENA_ARRAY(s->arena, struct card_view, n);
	for (size_t i = 0; i < n; i++)
		TRY(view(s, &rows[i], &views[i]));
	page->data = (struct list){ views, n };
	page->total = (i64)n;
	return OK;
}

static err show(struct cx *cx, const struct snap *s, i64 id)
{
	struct card_template t;
	err e = card_get(s, &(struct card_key){ id }, &t);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_CARD, cx->viewer.lang)));
	TRY(e);
	return view(s, &t, cx->out);
}

static err h_list(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), list(cx, snap)); }
static err h_get(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), show(cx, snap, ((const struct card_key *)cx->in)->id)); }

static err h_make(struct cx *cx)
{
	i64 id;
	TRY(WRITE_TX(&cx->unit, base(cx), card_make(tx, cx->in, &id)));
	return READ_SNAP(&cx->unit, base(cx), show(cx, snap, id));
}

static err h_defaults(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), card_defaults(tx)); }

static err h_change(struct cx *cx)
{
	const struct card_change_in *in = cx->in;
	struct card_edit edit = { in->name, in->kind, in->layout };
	TRY(WRITE_TX(&cx->unit, base(cx), card_change(tx, in->id, in->version, &edit)));
	return READ_SNAP(&cx->unit, base(cx), show(cx, snap, in->id));
}

static err h_remove(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), card_remove(tx, ((const struct card_key *)cx->in)->id)); }

/* png nil: takes it away. */
static err put_picture(struct tx *tx, i64 id, str png)
{
	struct card_template t;
	err e = card_get(&tx->snap, &(struct card_key){ id }, &t);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_CARD, LANG_ZH)));
	TRY(e);
	if (t.picture != NIL)
		TRY(blob_remove(tx, t.picture));
	t.picture = NIL;
	if (png.n)
		TRY(blob_put(tx, STR("image/png"), STR("background.png"), png, &t.picture));
	return card_update(tx, &t);
}

static err h_picture(struct cx *cx)
{
	i64 id = ((const struct card_key *)cx->in)->id;
	int width, height;
	str png;
	TRY(image_check(cx->req->body, CX_ARENA(cx), &png, &width, &height, &cx->unit.fail));
	TRY(WRITE_TX(&cx->unit, base(cx), put_picture(tx, id, png)));
	return READ_SNAP(&cx->unit, base(cx), show(cx, snap, id));
}

static err h_no_picture(struct cx *cx)
{
	return WRITE_TX(&cx->unit, base(cx), put_picture(tx, ((const struct card_key *)cx->in)->id, STR_NIL));
}

static err reply_png(struct cx *cx, i64 template, i64 staff)
{
	str png;
	TRY(card_draw(cx, template, staff, &png));
	http_send(cx->reply, 200, STR("image/png"), png);
	http_set(cx->reply, STR("Cache-Control"), STR("private, no-cache"));
	return OK;
}

static err h_preview(struct cx *cx)
{
	const struct card_preview_in *in = cx->in;
	i64 staff = in->staff;
	if (staff == NIL)
		TRY(card_me(cx, &staff));
	return reply_png(cx, in->id, staff);
}

static err h_my(struct cx *cx)
{
	struct card_my *out = cx->out;
	struct card_shown *me = ARENA_NEW(CX_ARENA(cx), struct card_shown);
	struct card_template *rows;
	size_t n;
	i64 staff;
	TRY(card_me(cx, &staff));
	TRY(card_show_staff(cx, staff, "advisor", me));
	TRY(READ_SNAP(&cx->unit, base(cx), card_list(snap, &(struct none){ 0 }, &rows, &n)));
	struct card_mine *mine = ARENA_ARRAY(CX_ARENA(cx), struct card_mine, n);
	for (size_t i = 0; i < n; i++)
		mine[i] = (struct card_mine){ rows[i].id, rows[i].kind, rows[i].name };
	out->me = me;
	out->cards = (struct list){ mine, n };
	return OK;
}

static err h_my_picture(struct cx *cx)
{
	i64 staff;
	TRY(card_me(cx, &staff));
	return reply_png(cx, ((const struct card_key *)cx->in)->id, staff);
}

#define KEY &card_key_record
#define VIEW &card_view_record
const struct route card_routes[] = {
	{ "GET", "/api/v1/card-templates", "card.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, VIEW, h_list, "Templates of pictures." },
	{ "POST", "/api/v1/card-templates", "card.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &card_edit_record, VIEW, h_make,
	  "Makes a template." },
	{ "POST", "/api/v1/card-templates/defaults", "card.write", ROUTE_SCOPE_NONE, 0, &none_record, &none_record, h_defaults,
	  "Makes the templates that come with the product; only where there are none." },
	{ "GET", "/api/v1/card-templates/{id}", "card.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, KEY, VIEW, h_get, "One template." },
	{ "PUT", "/api/v1/card-templates/{id}", "card.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &card_change_in_record, VIEW, h_change,
	  "Changes a template." },
	{ "DELETE", "/api/v1/card-templates/{id}", "card.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_remove, "Removes a template." },
	{ "POST", "/api/v1/card-templates/{id}/picture", "card.write", ROUTE_SCOPE_NONE, ROUTE_BODY, KEY, VIEW, h_picture,
	  "Its background picture, a PNG." },
	{ "DELETE", "/api/v1/card-templates/{id}/picture", "card.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_no_picture,
	  "Takes the background picture away." },
	{ "GET", "/api/v1/card-templates/{id}/preview.png", "card.read", ROUTE_SCOPE_NONE, ROUTE_RAW, &card_preview_in_record, &none_record,
	  h_preview, "The picture of a member of staff." },
	{ "GET", "/api/v1/my-cards", "self", ROUTE_SCOPE_NONE, 0, &none_record, &card_my_record, h_my, "My own code and pictures." },
	{ "GET", "/api/v1/my-cards/{id}/picture.png", "self", ROUTE_SCOPE_NONE, ROUTE_RAW, KEY, &none_record, h_my_picture,
	  "My own picture, drawn." },
	{ 0 },
};
