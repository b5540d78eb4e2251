/*
 * QR pictures are read back by a scanner's own library (zbar), out of the file libpng decodes.
 */
#include "port/qr/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <png.h>
#include <zbar.h>

#define LONGEST_MADE 1000 /* bytes: what the header promises */

struct picture {
	int side;
	u8 *pixels; /* gray */
};

static int make(void **state)
{
	*state = arena_new(ARENA_MAX_DEFAULT);
	return 0;
}

static int drop(void **state)
{
	arena_free(*state);
	return 0;
}

static str text_of(struct arena *a, size_t bytes)
{
	char *p = arena_alloc(a, bytes);
	for (size_t i = 0; i < bytes; i++)
		p[i] = (char)('a' + i % 26);
	return str_of(p, bytes);
}

static struct picture made(struct arena *a, str text, int size)
{
	struct fail f = { 0 };
	struct picture pic;
	str file;
	png_image image = { .version = PNG_IMAGE_VERSION };
	assert_int_equal(qr_png(text, size, a, &file, &f), OK);
	assert_true(png_image_begin_read_from_memory(&image, file.p, file.n));
	image.format = PNG_FORMAT_GRAY;
	assert_int_equal(image.width, image.height);
	pic.side = (int)image.width;
	pic.pixels = arena_alloc(a, PNG_IMAGE_SIZE(image));
	assert_true(png_image_finish_read(&image, NULL, pic.pixels, 0, NULL));
	return pic;
}

/* What a scanner reads; nil when it is not exactly one code. */
static str read_back(struct arena *a, const struct picture *pic)
{
	str got = STR_NIL;
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, (unsigned)pic->side, (unsigned)pic->side);
	zbar_image_set_data(image, pic->pixels, (unsigned long)pic->side * (unsigned long)pic->side, NULL);
	if (zbar_scan_image(scanner, image) == 1) {
		const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
		got = arena_dup(a, str_of(zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol)));
	}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	return got;
}

static void a_scanner_reads_the_text_back(void **state)
{
	static const char *const texts[] = { "a", "https://work.weixin.qq.com/ca/cawcde0123456789abcdef?x=1&y=%E9%B1%BC", "鱼塘会员码" };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct picture pic = made(*state, str_c(texts[i]), 400);
		assert_true(str_eq_c(read_back(*state, &pic), texts[i]));
	}
}

static void the_smallest_and_the_largest_size_are_kept_and_scan(void **state)
{
	static const int sizes[] = { QR_SIZE_MIN, 300, QR_SIZE_MAX };
	str text = STR("https://u.wechat.com/kLmN");
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct picture pic = made(*state, text, sizes[i]);
		assert_true(pic.side >= sizes[i]);
		assert_true(pic.side < sizes[i] + 40); /* less than one pixel per module more */
		assert_true(str_eq(read_back(*state, &pic), text));
	}
}

/* Only black and white, and four white modules all around: the finder begins right behind them. */
static void the_edge_is_quiet_and_the_blocks_are_sharp(void **state)
{
	struct picture pic = made(*state, STR("pond"), 290);
	int scale = pic.side / (21 + 8), quiet = 4 * scale;
	assert_int_equal(pic.side % (21 + 8), 0);
	for (int y = 0; y < pic.side; y++)
		for (int x = 0; x < pic.side; x++) {
			u8 v = pic.pixels[y * pic.side + x];
			bool edge = x < quiet || y < quiet || x >= pic.side - quiet || y >= pic.side - quiet;
			assert_true(v == 255 || (v == 0 && !edge));
		}
	assert_int_equal(pic.pixels[quiet * pic.side + quiet], 0);
}

static void the_longest_text_is_drawn_and_one_more_is_refused(void **state)
{
	struct fail f = { 0 };
	str file = STR_NIL, text = text_of(*state, LONGEST_MADE);
	struct picture pic = made(*state, text, QR_SIZE_MAX);
	assert_true(str_eq(read_back(*state, &pic), text));
	assert_int_equal(qr_png(text_of(*state, LONGEST_MADE + 1), 400, *state, &file, &f), ERR_INPUT);
	assert_string_equal(f.field, "text");
	assert_string_equal(f.limit, "1000");
	assert_true(str_is_nil(file));
}

static void an_empty_text_is_refused(void **state)
{
	struct fail f = { 0 };
	str file = STR_NIL;
	assert_int_equal(qr_png(STR(""), 400, *state, &file, &f), ERR_INPUT);
	assert_string_equal(f.field, "text");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_scanner_reads_the_text_back, make, drop),
		cmocka_unit_test_setup_teardown(the_smallest_and_the_largest_size_are_kept_and_scan, make, drop),
		cmocka_unit_test_setup_teardown(the_edge_is_quiet_and_the_blocks_are_sharp, make, drop),
		cmocka_unit_test_setup_teardown(the_longest_text_is_drawn_and_one_more_is_refused, make, drop),
		cmocka_unit_test_setup_teardown(an_empty_text_is_refused, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
