/*
 * image: drawing with cairo and pango.
 */
#include "port/image/image.h"

#include "base/buf.h"

#include <cairo/cairo.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#define QUIET_MODULES 4
#define CODE_TEXT_BYTES_MAX 1000
#define FONT "Noto Sans CJK SC, Noto Sans, sans-serif"
#define HALF_PI 1.57079632679489661923

/* ---- checks ---- */

static err bad(struct fail *f, struct arena *a, const char *field, int value, const char *limit)
{
	return fail_set(f, ERR_INPUT, T_OK, str_c(field), arena_printf(a, "%d", value), str_c(limit));
}

static err check_item(const struct image_plan *p, const struct image_item *it, struct arena *a, struct fail *f)
{
	if (it->w <= 0 || it->h <= 0 || it->x < 0 || it->y < 0 || it->x > p->width - it->w || it->y > p->height - it->h)
		return fail_set(f, ERR_INPUT, T_IMAGE_OUTSIDE, STR("items"), arena_printf(a, "%d,%d %dx%d", it->x, it->y, it->w, it->h),
				arena_printf(a, "%dx%d", p->width, p->height));
	if (it->kind == IMAGE_CODE && (it->w < IMAGE_CODE_MIN || it->h < IMAGE_CODE_MIN))
		return bad(f, a, "items", it->w < it->h ? it->w : it->h, FAIL_STR(IMAGE_CODE_MIN) "px");
	if (it->kind == IMAGE_CODE && (it->text.n == 0 || it->text.n > CODE_TEXT_BYTES_MAX))
		return fail_set(f, ERR_INPUT, T_TOO_LONG, STR("text"), STR_NIL, STR(FAIL_STR(CODE_TEXT_BYTES_MAX)));
	if (it->kind != IMAGE_TEXT)
		return OK;
	if (it->size < IMAGE_TEXT_MIN || it->size > IMAGE_TEXT_SIZE_MAX)
		return bad(f, a, "size", it->size, FAIL_STR(IMAGE_TEXT_MIN) "-" FAIL_STR(IMAGE_TEXT_SIZE_MAX));
	if (!str_utf8_ok(it->text))
		return fail_set(f, ERR_INPUT, T_BAD_UTF8, STR("text"), STR_NIL, STR_NIL);
	if (str_utf8_len(it->text) > IMAGE_TEXT_MAX)
		return fail_set(f, ERR_INPUT, T_TOO_LONG, STR("text"), STR_NIL, STR(FAIL_STR(IMAGE_TEXT_MAX)));
	return OK;
}

err image_plan_check(const struct image_plan *p, struct arena *a, struct fail *f)
{
	if (p->width < IMAGE_SIDE_MIN || p->width > IMAGE_SIDE_MAX)
		return bad(f, a, "width", p->width, FAIL_STR(IMAGE_SIDE_MIN) "-" FAIL_STR(IMAGE_SIDE_MAX));
	if (p->height < IMAGE_SIDE_MIN || p->height > IMAGE_SIDE_MAX)
		return bad(f, a, "height", p->height, FAIL_STR(IMAGE_SIDE_MIN) "-" FAIL_STR(IMAGE_SIDE_MAX));
	if (p->count > IMAGE_ITEMS_MAX)
		return bad(f, a, "items", (int)p->count, FAIL_STR(IMAGE_ITEMS_MAX));
	for (size_t i = 0; i < p->count; i++)
		TRY(check_item(p, &p->items[i], a, f));
	return OK;
}

/* ---- PNG in and out ---- */

struct reading { str rest; };

static cairo_status_t give(void *arg, unsigned char *to, unsigned n)
{
	struct reading *r = arg;
	if (r->rest.n < n)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(to, r->rest.p, n);
	r->rest = str_sub(r->rest, n, r->rest.n);
	return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t take(void *arg, const unsigned char *bytes, unsigned n)
{
	struct buf *b = arg;
	buf_add(b, str_of(bytes, n));
	return b->over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static err write_png(cairo_surface_t *s, struct arena *a, str *ret, struct fail *f)
{
	struct buf b = buf_new(a, IMAGE_PNG_BYTES_MAX);
	if (cairo_surface_write_to_png_stream(s, take, &b) != CAIRO_STATUS_SUCCESS)
		return fail_set(f, ERR_TOO_LARGE, T_OK, STR("png"), STR_NIL, STR(FAIL_STR(IMAGE_PNG_BYTES_MAX)));
	*ret = buf_str(&b);
	return OK;
}

static u32 be32(const char *p)
{
	const u8 *b = (const u8 *)p;
	return (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3];
}

err image_check(str bytes, struct arena *a, str *ret_png, int *ret_width, int *ret_height, struct fail *f)
{
	static const char magic[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
	if (bytes.n > IMAGE_UPLOAD_BYTES_MAX)
		return fail_set(f, ERR_TOO_LARGE, T_IMAGE_BYTES, STR("file"), arena_printf(a, "%zu", bytes.n), STR("5 MB"));
	if (bytes.n < 33 || memcmp(bytes.p, magic, 16) != 0)
		return fail_set(f, ERR_INPUT, T_IMAGE_PNG, STR("file"), STR_NIL, STR_NIL);
	u32 width = be32(bytes.p + 16), height = be32(bytes.p + 20);
	if (width == 0 || height == 0 || width > 10000 || height > 10000 || (i64)width * height > IMAGE_UPLOAD_PIXELS_MAX)
		return fail_set(f, ERR_INPUT, T_IMAGE_PIXELS, STR("file"), arena_printf(a, "%ux%u", width, height), STR_NIL);
	struct reading r = { bytes };
	cairo_surface_t *s = cairo_image_surface_create_from_png_stream(give, &r);
	err e = cairo_surface_status(s) == CAIRO_STATUS_SUCCESS ? write_png(s, a, ret_png, f)
		: fail_set(f, ERR_INPUT, T_IMAGE_PNG, STR("file"), STR_NIL, STR_NIL);
	cairo_surface_destroy(s);
	*ret_width = (int)width;
	*ret_height = (int)height;
	return e;
}

/* ---- drawing ---- */

static void colour(cairo_t *c, u32 rgb)
{
	cairo_set_source_rgb(c, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

/* Covers the whole plan, cut off where its shape is another. */
static err draw_picture(cairo_t *c, const struct image_plan *p, struct fail *f)
{
	struct reading r = { p->picture };
	cairo_surface_t *s = cairo_image_surface_create_from_png_stream(give, &r);
	if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(s);
		return fail_set(f, ERR_INPUT, T_IMAGE_PNG, STR("picture"), STR_NIL, STR_NIL);
	}
	double w = cairo_image_surface_get_width(s), h = cairo_image_surface_get_height(s);
	double x = p->width / w, y = p->height / h, scale = x > y ? x : y;
	cairo_save(c);
	cairo_translate(c, (p->width - w * scale) / 2, (p->height - h * scale) / 2);
	cairo_scale(c, scale, scale);
	cairo_set_source_surface(c, s, 0, 0);
	cairo_paint(c);
	cairo_restore(c);
	cairo_surface_destroy(s);
	return OK;
}

static void draw_box(cairo_t *c, const struct image_item *it)
{
	double r = it->radius, max = (it->w < it->h ? it->w : it->h) / 2.0;
	r = r < 0 ? 0 : r > max ? max : r;
	colour(c, it->colour);
	cairo_new_sub_path(c);
	cairo_arc(c, it->x + it->w - r, it->y + r, r, -HALF_PI, 0);
	cairo_arc(c, it->x + it->w - r, it->y + it->h - r, r, 0, HALF_PI);
	cairo_arc(c, it->x + r, it->y + it->h - r, r, HALF_PI, 2 * HALF_PI);
	cairo_arc(c, it->x + r, it->y + r, r, 2 * HALF_PI, 3 * HALF_PI);
	cairo_close_path(c);
	cairo_fill(c);
}

static err draw_code(cairo_t *c, const struct image_item *it, struct fail *f)
{
	QRcode *qr = QRcode_encodeData((int)it->text.n, (const unsigned char *)it->text.p, 0, QR_ECLEVEL_M);
	if (!qr)
		return fail_set(f, ERR_INPUT, T_TOO_LONG, STR("text"), STR_NIL, STR(FAIL_STR(CODE_TEXT_BYTES_MAX)));
	int side = it->w < it->h ? it->w : it->h, modules = qr->width + 2 * QUIET_MODULES, scale = side / modules;
	int left = it->x + (it->w - scale * modules) / 2, top = it->y + (it->h - scale * modules) / 2, width = qr->width;
	if (scale < 2) {
		QRcode_free(qr);
		return fail_set(f, ERR_INPUT, T_IMAGE_CODE, STR("items"), STR_NIL, STR_NIL);
	}
	cairo_set_antialias(c, CAIRO_ANTIALIAS_NONE);
	colour(c, 0xffffff);
	cairo_rectangle(c, left, top, scale * modules, scale * modules);
	cairo_fill(c);
	colour(c, 0);
	for (int y = 0; y < width; y++)
		for (int x = 0; x < width; x++)
			if (qr->data[y * width + x] & 1)
				cairo_rectangle(c, left + (x + QUIET_MODULES) * scale, top + (y + QUIET_MODULES) * scale, scale, scale);
	cairo_fill(c);
	cairo_set_antialias(c, CAIRO_ANTIALIAS_DEFAULT);
	QRcode_free(qr);
	return OK;
}

static void set_size(PangoLayout *layout, const struct image_item *it, int size)
{
	PangoFontDescription *font = pango_font_description_from_string(FONT);
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_font_description_set_weight(font, it->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
}

static void draw_text(cairo_t *c, const struct image_item *it)
{
	static const PangoAlignment aligns[] = { PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT };
	PangoLayout *layout = pango_cairo_create_layout(c);
	int size = it->size, w, h;
	pango_layout_set_text(layout, it->text.n ? it->text.p : "", (int)it->text.n);
	pango_layout_set_width(layout, it->w * PANGO_SCALE);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(layout, aligns[it->align]);
	for (;; size -= size > 40 ? 4 : 1) {
		set_size(layout, it, size);
		pango_layout_get_pixel_size(layout, &w, &h);
		if (h <= it->h || size <= IMAGE_TEXT_MIN)
			break;
	}
	if (h > it->h) {
		pango_layout_set_height(layout, it->h * PANGO_SCALE);
		pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
		pango_layout_get_pixel_size(layout, &w, &h);
	}
	cairo_save(c);
	cairo_rectangle(c, it->x, it->y, it->w, it->h);
	cairo_clip(c);
	colour(c, it->colour);
	cairo_move_to(c, it->x, it->y + (h < it->h ? (it->h - h) / 2 : 0));
	pango_cairo_show_layout(c, layout);
	cairo_restore(c);
	g_object_unref(layout);
}

static err draw_all(cairo_t *c, const struct image_plan *p, struct fail *f)
{
	colour(c, p->background);
	cairo_paint(c);
	if (p->picture.n)
		TRY(draw_picture(c, p, f));
	for (size_t i = 0; i < p->count; i++) {
		const struct image_item *it = &p->items[i];
		if (it->kind == IMAGE_TEXT)
			draw_text(c, it);
		else if (it->kind == IMAGE_BOX)
			draw_box(c, it);
		else
			TRY(draw_code(c, it, f));
	}
	return OK;
}

err image_draw(const struct image_plan *plan, struct arena *a, str *ret, struct fail *f)
{
	TRY(image_plan_check(plan, a, f));
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, plan->width, plan->height);
	cairo_t *c = cairo_create(s);
	err e = cairo_status(c) == CAIRO_STATUS_SUCCESS ? draw_all(c, plan, f) : fail_set(f, ERR_INTERNAL, T_OK, STR("image"), STR_NIL, STR_NIL);
	cairo_destroy(c);
	if (e == OK)
		e = write_png(s, a, ret, f);
	cairo_surface_destroy(s);
	return e;
}
