/*
 * Pictures are read back: the code by a scanner's own library (zbar), the text by the ink it leaves.
 */
#include "port/image/image.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <png.h>
#include <zbar.h>

/* The font library keeps what it has read of the system's fonts until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig"; }

static struct arena *a;
static int make(void **state) { a = arena_new(ARENA_MAX_DEFAULT); return 0; }
static int drop(void **state) { arena_free(a); return 0; }

struct picture { int width, height; u8 *pixels; };

static struct picture opened(str file)
{
	struct picture pic;
	png_image image = { .version = PNG_IMAGE_VERSION };
	assert_true(png_image_begin_read_from_memory(&image, file.p, file.n));
	image.format = PNG_FORMAT_GRAY;
	pic.width = (int)image.width, pic.height = (int)image.height;
	pic.pixels = arena_alloc(a, PNG_IMAGE_SIZE(image));
	assert_true(png_image_finish_read(&image, NULL, pic.pixels, 0, NULL));
	return pic;
}

static str read_back(const struct picture *pic)
{
	str got = STR_NIL;
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, (unsigned)pic->width, (unsigned)pic->height);
	zbar_image_set_data(image, pic->pixels, (unsigned long)pic->width * (unsigned long)pic->height, NULL);
	if (zbar_scan_image(scanner, image) == 1) {
		const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
		got = arena_dup(a, str_of(zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol)));
	}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	return got;
}

/* Pixels in the box that are darker than the paper. */
static int ink(const struct picture *p, int x, int y, int w, int h)
{
	int n = 0;
	for (int j = y; j < y + h; j++)
		for (int i = x; i < x + w; i++)
			n += p->pixels[j * p->width + i] < 128;
	return n;
}

static struct image_item text(const char *s, int x, int y, int w, int h, int size)
{
	return (struct image_item){ IMAGE_TEXT, x, y, w, h, str_c(s), 0x111111, size, false, IMAGE_LEFT, 0 };
}

static struct picture drawn(struct image_item *items, size_t n)
{
	struct image_plan plan = { 600, 800, 0xffffff, STR_NIL, items, n };
	struct fail f = { 0 };
	str png;
	assert_int_equal(image_draw(&plan, a, &png, &f), OK);
	struct picture p = opened(png);
	assert_true(p.width == 600 && p.height == 800);
	return p;
}

static void a_code_on_a_card_is_read_back(void **state)
{
	static const char *const texts[] = { "https://u.wechat.com/kLmN", "https://example.com/d/abcdefghij?x=1", "鱼塘会员码" };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct image_item items[] = {
			{ .kind = IMAGE_BOX, .x = 0, .y = 0, .w = 600, .h = 200, .colour = 0x0052d9, .radius = 30 },
			text("林娜 · 高级顾问", 40, 40, 500, 80, 48),
			{ .kind = IMAGE_CODE, .x = 150, .y = 400, .w = 300, .h = 300, .text = str_c(texts[i]) },
		};
		struct picture p = drawn(items, ARRAY_LEN(items));
		assert_true(str_eq_c(read_back(&p), texts[i]));
	}
}

static void every_script_leaves_its_ink(void **state)
{
	static const char *const texts[] = { "人民广场店", "Привет", "สวัสดี", "مرحبا", "日本語かな", "한국어", "ང་ཚོ", "ئۇيغۇر", "🙂 ok" };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct image_item item = text(texts[i], 50, 100, 500, 80, 48);
		struct picture p = drawn(&item, 1);
		assert_true(ink(&p, 50, 100, 500, 80) > 100);
		assert_int_equal(ink(&p, 0, 0, 600, 90), 0); /* and none outside */
		assert_int_equal(ink(&p, 0, 190, 600, 600), 0);
	}
	struct image_item a1 = text("鱼", 50, 100, 200, 80, 48), b1 = text("塘", 50, 100, 200, 80, 48);
	struct picture one = drawn(&a1, 1), two = drawn(&b1, 1);
	assert_true(memcmp(one.pixels, two.pixels, 600 * 800) != 0); /* letters, not two empty boxes */
}

static void long_texts_stay_in_their_box(void **state)
{
	struct buf b = buf_new(a, 4000);
	for (int i = 0; i < IMAGE_TEXT_MAX; i++)
		buf_add_c(&b, "长");
	struct image_item item = text("", 100, 100, 200, 60, 60);
	item.text = buf_str(&b);
	struct picture p = drawn(&item, 1);
	assert_true(ink(&p, 100, 100, 200, 60) > 500);
	assert_int_equal(ink(&p, 0, 0, 600, 99), 0);
	assert_int_equal(ink(&p, 0, 161, 600, 600), 0);
	assert_int_equal(ink(&p, 301, 0, 299, 800), 0);
}

static err try_one(int width, int height, struct image_item *item, struct fail *f)
{
	struct image_plan plan = { width, height, 0, STR_NIL, item, item ? 1 : 0 };
	str png;
	return image_draw(&plan, a, &png, f);
}

static void limits_hold_at_their_edges(void **state)
{
	struct fail f = { 0 };
	assert_int_equal(try_one(IMAGE_SIDE_MIN, IMAGE_SIDE_MAX, NULL, &f), OK);
	assert_int_equal(try_one(IMAGE_SIDE_MIN - 1, 400, NULL, &f), ERR_INPUT);
	assert_int_equal(try_one(400, IMAGE_SIDE_MAX + 1, NULL, &f), ERR_INPUT);
	struct image_item it = text("x", 0, 0, 400, 400, IMAGE_TEXT_MIN);
	assert_int_equal(try_one(400, 400, &it, &f), OK);
	it.size = IMAGE_TEXT_MIN - 1;
	assert_int_equal(try_one(400, 400, &it, &f), ERR_INPUT);
	it.size = IMAGE_TEXT_SIZE_MAX + 1;
	assert_int_equal(try_one(400, 400, &it, &f), ERR_INPUT);
	it.size = 20, it.x = 1;
	assert_int_equal(try_one(400, 400, &it, &f), ERR_INPUT);
	assert_int_equal(f.text, T_IMAGE_OUTSIDE);
	it = (struct image_item){ .kind = IMAGE_CODE, .w = IMAGE_CODE_MIN, .h = IMAGE_CODE_MIN, .text = STR("short") };
	assert_int_equal(try_one(400, 400, &it, &f), OK);
	it.w = IMAGE_CODE_MIN - 1;
	assert_int_equal(try_one(400, 400, &it, &f), ERR_INPUT);
	struct image_item *many = ARENA_ARRAY(a, struct image_item, IMAGE_ITEMS_MAX + 1);
	for (int i = 0; i <= IMAGE_ITEMS_MAX; i++)
		many[i] = (struct image_item){ .kind = IMAGE_BOX, .w = 10, .h = 10 };
	struct image_plan plan = { 300, 300, 0, STR_NIL, many, IMAGE_ITEMS_MAX };
	str png;
	assert_int_equal(image_draw(&plan, a, &png, &f), OK);
	plan.count++;
	assert_int_equal(image_draw(&plan, a, &png, &f), ERR_INPUT);
}

static void uploads_are_what_they_say(void **state)
{
	struct fail f = { 0 };
	struct image_plan plan = { 300, 200, 0x00ff00, STR_NIL, NULL, 0 };
	str png, again, over;
	int w, h;
	assert_int_equal(image_draw(&plan, a, &png, &f), OK);
	assert_int_equal(image_check(png, a, &again, &w, &h, &f), OK);
	assert_true(w == 300 && h == 200);
	assert_int_equal(image_check(STR("<svg onload=alert(1)>........................................"), a, &again, &w, &h, &f), ERR_INPUT);
	assert_int_equal(image_check(str_sub(png, 0, png.n / 2), a, &again, &w, &h, &f), ERR_INPUT);
	char *huge = arena_alloc(a, png.n);
	memcpy(huge, png.p, png.n);
	memcpy(huge + 16, "\0\0\x27\x10\0\0\x27\x10", 8); /* it says 10,000 by 10,000 */
	assert_int_equal(image_check(str_of(huge, png.n), a, &again, &w, &h, &f), ERR_INPUT);
	assert_int_equal(f.text, T_IMAGE_PIXELS);
	over = str_of(arena_alloc(a, IMAGE_UPLOAD_BYTES_MAX + 1), IMAGE_UPLOAD_BYTES_MAX + 1);
	assert_int_equal(image_check(over, a, &again, &w, &h, &f), ERR_TOO_LARGE);
	struct image_plan on = { 400, 400, 0xff0000, png, NULL, 0 };
	assert_int_equal(image_draw(&on, a, &again, &f), OK);
	struct picture p = opened(again);
	assert_true(p.pixels[0] == p.pixels[400 * 400 - 1]); /* it covers all of it */
	on.picture = STR("no picture");
	assert_int_equal(image_draw(&on, a, &again, &f), ERR_INPUT);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, make, drop)
	const struct CMUnitTest tests[] = {
		T(a_code_on_a_card_is_read_back), T(every_script_leaves_its_ink), T(long_texts_stay_in_their_box),
		T(limits_hold_at_their_edges), T(uploads_are_what_they_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
