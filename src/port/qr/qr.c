/*
 * qr: modules become square blocks of whole pixels, so that no scanner meets a blurred edge.
 */
#include "port/qr/qr.h"
#include "base/buf.h"

#include <png.h>
#include <qrencode.h>
#include <stdlib.h>

#define QUIET_MODULES 4
#define PNG_BYTES_MAX ((size_t)4 << 20)

static void on_bytes(png_structp png, png_bytep bytes, png_size_t n)
{
	buf_add(png_get_io_ptr(png), str_of(bytes, n));
}

static void on_flush(png_structp png) { (void)png; }

/* One row of pixels: 0 black, 255 white. */
static void fill_row(const QRcode *qr, int module_row, int scale, u8 *row)
{
	int modules = qr->width + 2 * QUIET_MODULES;
	for (int m = 0; m < modules; m++) {
		int x = m - QUIET_MODULES, y = module_row - QUIET_MODULES;
		bool dark = x >= 0 && y >= 0 && x < qr->width && y < qr->width && (qr->data[y * qr->width + x] & 1);
		memset(row + m * scale, dark ? 0 : 255, (size_t)scale);
	}
}

static err write_png(const QRcode *qr, int scale, struct buf *b, struct arena *a, struct fail *f)
{
	int modules = qr->width + 2 * QUIET_MODULES, side = modules * scale;
	u8 *row = ARENA_ARRAY(a, u8, (size_t)side);
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	ASSERT(png && info);
	if (setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, &info);
		return fail_set(f, ERR_INTERNAL, T_OK, STR("png"), STR_NIL, STR_NIL);
	}
	png_set_write_fn(png, b, on_bytes, on_flush);
	png_set_IHDR(png, info, (png_uint_32)side, (png_uint_32)side, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (int y = 0; y < side; y++) {
		if (y % scale == 0)
			fill_row(qr, y / scale, scale, row);
		png_write_row(png, row);
	}
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	return OK;
}

err qr_png(str text, int size, struct arena *a, str *ret, struct fail *f)
{
	if (text.n == 0 || text.n > QR_TEXT_BYTES_MAX)
		return fail_set(f, ERR_INPUT, T_TOO_LONG, STR("text"), STR_NIL, STR(FAIL_STR(QR_TEXT_BYTES_MAX)));
	QRcode *qr = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
	if (!qr)
		return fail_set(f, ERR_INPUT, T_TOO_LONG, STR("text"), STR_NIL, STR(FAIL_STR(QR_TEXT_BYTES_MAX)));
	int modules = qr->width + 2 * QUIET_MODULES;
	int scale = (size + modules - 1) / modules;
	struct buf b = buf_new(a, PNG_BYTES_MAX);
	err e = write_png(qr, scale < 1 ? 1 : scale, &b, a, f);
	QRcode_free(qr);
	*ret = buf_str(&b);
	return e;
}
