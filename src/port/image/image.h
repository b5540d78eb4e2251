/*
 * image: a picture put together from fields: a staff card, a poster, a badge (cairo draws, pango sets the text in
 * any script, libqrencode makes the code).
 *
 * A plan is data: its size, a background (colour, and a picture that covers it), and items in order, each in a box
 * of pixels. A text that does not fit its box is set smaller, down to IMAGE_TEXT_MIN, and then ends in "…". A code
 * stands on white with its quiet zone and in whole pixels, so that a scanner meets no blurred edge. Everything is
 * bounded before it is drawn: pixels, items, texts, and what a picture unpacks to.
 */
#ifndef YT_PORT_IMAGE_IMAGE_H
#define YT_PORT_IMAGE_IMAGE_H

#include "base/fail.h"

#define IMAGE_SIDE_MIN 200
#define IMAGE_SIDE_MAX 2400
#define IMAGE_ITEMS_MAX 40
#define IMAGE_TEXT_MAX 500          /* characters */
#define IMAGE_TEXT_MIN 10           /* pixels of the smallest letters */
#define IMAGE_TEXT_SIZE_MAX 400
#define IMAGE_CODE_MIN 120          /* pixels of a code's box */
#define IMAGE_UPLOAD_BYTES_MAX ((size_t)5 << 20)
#define IMAGE_UPLOAD_PIXELS_MAX ((i64)24 * 1000 * 1000)
#define IMAGE_PNG_BYTES_MAX ((size_t)12 << 20)

enum image_item_kind { IMAGE_TEXT, IMAGE_CODE, IMAGE_BOX };
enum image_align { IMAGE_LEFT, IMAGE_CENTRE, IMAGE_RIGHT };

struct image_item {
	enum image_item_kind kind;
	int x, y, w, h;
	str text;     /* of a text, or what a code holds */
	u32 colour;   /* 0xRRGGBB of letters or of a box; a code is always black */
	int size;     /* pixels of the letters */
	bool bold;
	enum image_align align;
	int radius;   /* of a box' corners */
};

struct image_plan {
	int width, height;
	u32 background;
	str picture; /* PNG bytes as image_check gave them; nil: the colour alone */
	const struct image_item *items;
	size_t count;
};

/* Whether it can be drawn: sizes, places, texts; ERR_INPUT names what cannot. */
err image_plan_check(const struct image_plan *plan, struct arena *a, struct fail *f);
/* A PNG. ERR_INPUT names what is not drawable. */
err image_draw(const struct image_plan *plan, struct arena *a, str *ret, struct fail *f);

/* An uploaded picture is what it says it is: a PNG within the limits that can be read whole. *ret_png: the same
 * picture written anew, without whatever else the file held. */
err image_check(str bytes, struct arena *a, str *ret_png, int *ret_width, int *ret_height, struct fail *f);

#endif
