/*
 * card 名片: a member of staff as customers meet her.
 *
 * Pictures (staff card 手刺, poster 海报, badge 工牌) are drawn from templates, which are data: size, background, items
 * with their places, texts with holes {name} {alias} {department} {corp}, and exactly one code. The code holds a
 * door of hers, so a printed picture stays good when WeCom's contact way behind it is made anew; the door leads to
 * a page with her own code. Everybody takes her own with one tap.
 *
 * The page after payment 支付后页面 is given an order by its number, signed by the shop, or knows her by her session
 * (core/guest), and shows her own advisor: who should speak to her, else who sold it, else who serves at the store,
 * else the general staff named in the settings. It names nobody but staff.
 *
 * in: order.created, order.placed
 */
#ifndef YT_FEATURE_CARD_CARD_H
#define YT_FEATURE_CARD_CARD_H

#include "core/cx.h"
#include "core/door/door.h"
#include "core/module.h"
#include "core/staff/staff.h"
#include "core/way/way.h"
#include "port/image/image.h"

#define CARD_TEMPLATES_MAX 50 /* of a corp */
#define CARD_NAME_MAX 30
#define CARD_KINDS "card,poster,badge"
#define CARD_OWNER "card" /* of contact ways: of one member of staff, or of a store or the general staff */
#define CARD_PART_STORE 1
#define CARD_PART_GENERAL 2
#define CARD_SIGN_MS MS_DAY          /* how long a signed link is good */
#define CARD_ORDER_FRESH_MS (7 * MS_DAY) /* orders older when they become known are not for the page */
#define CARD_ORDER_KEPT_MS (30 * MS_DAY)
#define CARD_GENERAL_MAX 20

#define CARD_ITEM_FIELDS(F, S)                                                   \
	F(S, STR, kind, .one_of = "text,code,box") F(S, I64, x) F(S, I64, y) F(S, I64, w) F(S, I64, h) \
	F(S, STR, text, .opt = true, .max = 200, .doc = "with holes {name} {alias} {department} {corp}") \
	F(S, I64, size, .opt = true) F(S, STR, colour, .opt = true, .max = 7, .doc = "#RRGGBB") F(S, BOOL, bold, .opt = true) \
	F(S, STR, align, .opt = true, .one_of = "left,centre,right") F(S, I64, radius, .opt = true)
RECORD(card_item, CARD_ITEM_FIELDS);
#define CARD_LAYOUT_FIELDS(F, S)                                                 \
	F(S, I64, width, .min = IMAGE_SIDE_MIN, .max = IMAGE_SIDE_MAX) F(S, I64, height, .min = IMAGE_SIDE_MIN, .max = IMAGE_SIDE_MAX) \
	F(S, STR, background, .max = 7, .doc = "#RRGGBB") F(S, LIST, items, .of = &card_item_record, .max = IMAGE_ITEMS_MAX)
RECORD(card_layout, CARD_LAYOUT_FIELDS);
#define CARD_EDIT_FIELDS(F, S)                                                   \
	F(S, STR, name, .min = 1, .max = CARD_NAME_MAX) F(S, STR, kind, .one_of = CARD_KINDS) F(S, OBJ, layout, .of = &card_layout_record)
RECORD(card_edit, CARD_EDIT_FIELDS);

/* Who the texts speak of. */
struct card_face { str name, alias, department, corp, code; };
/* As image_draw takes it; ERR_INPUT names the item. */
err card_plan(struct arena *a, const struct card_layout *layout, const struct card_face *face, str picture, struct image_plan *ret, struct fail *f);
err card_make(struct tx *tx, const struct card_edit *in, i64 *ret_id);
err card_change(struct tx *tx, i64 id, i64 version, const struct card_edit *in);
err card_remove(struct tx *tx, i64 id);
/* The three that come with the product; ERR_STATE when there are templates already. */
err card_defaults(struct tx *tx);

/* Draws a template for a member of staff, her door and contact way made when she has none. */
err card_draw(struct cx *cx, i64 template, i64 staff, str *ret_png);
/* The member of staff the viewer is; ERR_STATE when she is none. */
err card_me(struct cx *cx, i64 *ret_staff);

/* Whom a page shows: one of staff, or those of a store or the general ones together. */
#define CARD_SHOWN_FIELDS(F, S)                                                  \
	F(S, STR, corp_name) F(S, STR, name, .opt = true) F(S, STR, department, .opt = true) \
	F(S, STR, who, .one_of = "advisor,seller,store,general,none") F(S, STR, state, .one_of = "ready,preparing,none") \
	F(S, STR, picture, .opt = true, .doc = "path of the code's picture") F(S, STR, url, .opt = true, .doc = "the page with her code")
RECORD(card_shown, CARD_SHOWN_FIELDS);
err card_show_staff(struct cx *cx, i64 staff, const char *who, struct card_shown *ret);
err card_after_payment(struct cx *cx, i64 root, str order_no, struct card_shown *ret);
/* The signature a shop puts on a link: hex HMAC-SHA256 of "slug\norder\nat" under the key of the settings. */
str card_sign(struct arena *a, str key, str slug, str order_no, ms at);

struct event;
err card_on_order(struct tx *tx, const struct event *ev);

extern const struct route card_routes[], card_page_routes[];
extern const struct door_kind card_doors[];

#endif
