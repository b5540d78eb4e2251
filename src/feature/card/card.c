/*
 * card's templates: from data to a plan, making and changing them, and the three that come with the product.
 */
#include "feature/card/card_data.h"

#include "base/json.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "store/blob.h"

/* ---- a plan ---- */

static bool colour_of(str s, u32 *ret)
{
	u32 v = 0;
	if (s.n != 7 || s.p[0] != '#')
		return false;
	for (size_t i = 1; i < 7; i++) {
		char c = s.p[i];
		int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
		if (d < 0)
			return false;
		v = v << 4 | (u32)d;
	}
	*ret = v;
	return true;
}

static str fill(struct arena *a, str text, const struct card_face *f)
{
	const struct { const char *hole; str value; } holes[] = {
		{ "{name}", f->name }, { "{alias}", f->alias }, { "{department}", f->department }, { "{corp}", f->corp },
	};
	struct buf b = buf_new(a, 8192);
	for (size_t i = 0; i < text.n; ) {
		size_t k = 0;
		while (k < ARRAY_LEN(holes) && !str_starts(str_sub(text, i, text.n), str_c(holes[k].hole)))
			k++;
		if (k < ARRAY_LEN(holes)) {
			buf_add(&b, holes[k].value);
			i += strlen(holes[k].hole);
		} else {
			buf_char(&b, text.p[i++]);
		}
	}
	return str_utf8_head(buf_str(&b), IMAGE_TEXT_MAX);
}

static bool small(i64 v) { return v >= 0 && v <= IMAGE_SIDE_MAX; }

static bool item_of(struct arena *a, const struct card_item *in, const struct card_face *face, struct image_item *ret)
{
	u32 colour = 0;
	if (!small(in->x) || !small(in->y) || !small(in->w) || !small(in->h) || (!str_is_nil(in->colour) && !colour_of(in->colour, &colour)))
		return false;
	*ret = (struct image_item){
		.kind = str_eq_c(in->kind, "text") ? IMAGE_TEXT : str_eq_c(in->kind, "code") ? IMAGE_CODE : IMAGE_BOX,
		.x = (int)in->x, .y = (int)in->y, .w = (int)in->w, .h = (int)in->h, .colour = colour, .bold = in->bold,
		.size = in->size == NIL ? 32 : small(in->size) ? (int)in->size : 0, .radius = small(in->radius) ? (int)in->radius : 0,
		.align = str_eq_c(in->align, "centre") ? IMAGE_CENTRE : str_eq_c(in->align, "right") ? IMAGE_RIGHT : IMAGE_LEFT,
	};
	ret->text = ret->kind == IMAGE_CODE ? face->code : fill(a, str_is_nil(in->text) ? STR("") : in->text, face);
	return true;
}

err card_plan(struct arena *a, const struct card_layout *l, const struct card_face *face, str picture, struct image_plan *ret, struct fail *f)
{
	const struct card_item *in = l->items.v;
	struct image_item *items = ARENA_ARRAY(a, struct image_item, l->items.n);
	size_t codes = 0;
	*ret = (struct image_plan){ (int)l->width, (int)l->height, 0, picture, items, l->items.n };
	if (!colour_of(l->background, &ret->background))
		return fail_set(f, ERR_INPUT, T_OK, STR("background"), l->background, STR("#RRGGBB"));
	for (size_t i = 0; i < l->items.n; i++) {
		if (!item_of(a, &in[i], face, &items[i]))
			return fail_set(f, ERR_INPUT, T_CARD_ITEM, STR("items"), arena_printf(a, "%zu", i + 1), STR("x, y, w, h, #RRGGBB"));
		codes += items[i].kind == IMAGE_CODE;
	}
	return codes == 1 ? OK : fail_set(f, ERR_INPUT, T_CARD_NO_CODE, STR("items"), STR_NIL, STR_NIL);
}

/* ---- templates ---- */

/* For nobody in particular: what cannot be drawn is never kept. */
static err check(struct tx *tx, const struct card_edit *in, str *ret_layout)
{
	struct arena *a = tx->snap.arena;
	struct card_face face = { STR("林娜"), STR(""), STR("人民广场店"), STR("鱼塘"), STR("https://example.com/d/abcdefghij") };
	struct image_plan plan;
	struct buf b = buf_new(a, 64 << 10);
	TRY(card_plan(a, in->layout, &face, STR_NIL, &plan, tx->snap.fail));
	TRY(image_plan_check(&plan, a, tx->snap.fail));
	record_write(&b, &card_layout_record, in->layout);
	*ret_layout = buf_str(&b);
	return OK;
}

static err told(struct tx *tx, const char *what, i64 id)
{
	return audit_add(tx, what, arena_printf(tx->snap.arena, "card:%lld", (long long)id), STR(""));
}

err card_make(struct tx *tx, const struct card_edit *in, i64 *ret_id)
{
	struct card_template *have, t = { .kind = in->kind, .name = in->name, .picture = NIL, .created = tx->snap.now, .version = 1 };
	size_t n;
	TRY(card_list(&tx->snap, &(struct none){ 0 }, &have, &n));
	if (n >= CARD_TEMPLATES_MAX)
		return tx_fail(tx, ERR_STATE, T_CARD_FULL, STR_NIL, STR_NIL, STR(FAIL_STR(CARD_TEMPLATES_MAX)));
	TRY(check(tx, in, &t.layout));
	*ret_id = t.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	TRY(card_insert(tx, &t));
	return told(tx, "card.create", t.id);
}

static err get(const struct snap *s, i64 id, struct card_template *ret)
{
	err e = card_get(s, &(struct card_key){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_CARD, LANG_ZH))) : e;
}

err card_change(struct tx *tx, i64 id, i64 version, const struct card_edit *in)
{
	struct card_template t;
	TRY(get(&tx->snap, id, &t));
	TRY(check(tx, in, &t.layout));
	t.kind = in->kind;
	t.name = in->name;
	t.version = version;
	TRY(card_update(tx, &t));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	return told(tx, "card.change", id);
}

err card_remove(struct tx *tx, i64 id)
{
	struct card_template t;
	TRY(get(&tx->snap, id, &t));
	if (t.picture != NIL)
		TRY(blob_remove(tx, t.picture));
	TRY(card_delete(tx, &(struct card_key){ id }));
	return told(tx, "card.remove", id);
}

#define BOX(x, y, w, h, c, r) "{\"kind\":\"box\",\"x\":" #x ",\"y\":" #y ",\"w\":" #w ",\"h\":" #h ",\"colour\":\"" c "\",\"radius\":" #r "}"
#define TEXT_(t, x, y, w, h, s, c, a, b) "{\"kind\":\"text\",\"text\":\"" t "\",\"x\":" #x ",\"y\":" #y ",\"w\":" #w ",\"h\":" #h \
	",\"size\":" #s ",\"colour\":\"" c "\",\"align\":\"" a "\",\"bold\":" #b "}"
#define CODE(x, y, w, h) "{\"kind\":\"code\",\"x\":" #x ",\"y\":" #y ",\"w\":" #w ",\"h\":" #h "}"

static const struct { const char *kind, *name, *layout; } defaults[] = {
	{ "card", "员工名片", "{\"width\":1000,\"height\":600,\"background\":\"#ffffff\",\"items\":[" BOX(0, 0, 24, 600, "#0052d9", 0) ","
	  TEXT_("{name}", 90, 110, 500, 110, 84, "#111111", "left", true) "," TEXT_("{department}", 90, 240, 500, 60, 38, "#333333", "left", false) ","
	  TEXT_("{corp}", 90, 470, 500, 50, 34, "#5e5e5e", "left", false) "," CODE(620, 120, 320, 320) ","
	  TEXT_("扫码添加我的企业微信", 600, 460, 360, 50, 30, "#5e5e5e", "centre", false) "]}" },
	{ "poster", "门店海报", "{\"width\":1080,\"height\":1600,\"background\":\"#0052d9\",\"items\":["
	  TEXT_("{corp}", 90, 110, 900, 110, 72, "#ffffff", "centre", true) "," TEXT_("扫码添加专属顾问，享会员福利", 90, 240, 900, 70, 46, "#ffffff", "centre", false) ","
	  BOX(190, 400, 700, 900, "#ffffff", 40) "," CODE(270, 470, 540, 540) "," TEXT_("{name}", 240, 1040, 600, 100, 72, "#111111", "centre", true) ","
	  TEXT_("{department}", 240, 1150, 600, 70, 42, "#5e5e5e", "centre", false) "]}" },
	{ "badge", "员工工牌", "{\"width\":640,\"height\":1000,\"background\":\"#f3f3f3\",\"items\":[" BOX(0, 0, 640, 200, "#0052d9", 0) ","
	  TEXT_("{corp}", 40, 60, 560, 80, 48, "#ffffff", "centre", true) "," TEXT_("{name}", 40, 250, 560, 110, 84, "#111111", "centre", true) ","
	  TEXT_("{department}", 40, 370, 560, 60, 38, "#5e5e5e", "centre", false) "," CODE(140, 480, 360, 360) ","
	  TEXT_("扫一扫，为您服务", 40, 870, 560, 60, 34, "#5e5e5e", "centre", false) "]}" },
};

err card_defaults(struct tx *tx)
{
	struct card_template *have;
	struct arena *a = tx->snap.arena;
	size_t n;
	TRY(card_list(&tx->snap, &(struct none){ 0 }, &have, &n));
	if (n)
		return tx_fail(tx, ERR_STATE, T_OK, STR_NIL, have[0].name, STR_NIL);
	for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
		struct card_layout layout;
		struct card_edit in = { str_c(defaults[i].name), str_c(defaults[i].kind), &layout };
		struct json *tree;
		i64 id;
		TRY(json_parse(str_c(defaults[i].layout), a, &tree, tx->snap.fail));
		TRY(record_parse(&card_layout_record, tree, &layout, a, tx->snap.fail));
		TRY(card_make(tx, &in, &id));
	}
	return OK;
}
