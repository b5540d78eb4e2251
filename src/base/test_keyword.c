/*
 * keyword: what a hit is, on both engines, and that they agree on texts nobody would write.
 */
#include "base/keyword.h"

#include "base/arena.h"
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

struct heard { u32 ids[64]; size_t n; };

static bool hear(void *arg, u32 id)
{
	struct heard *h = arg;
	assert_true(h->n < ARRAY_LEN(h->ids));
	h->ids[h->n++] = id;
	return true;
}

static int by_id(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;
	return (x > y) - (x < y);
}

static struct keywords *make(const str *list, size_t n, enum keyword_engine engine)
{
	struct keywords *k = NULL;
	struct fail f = { 0 };
	assert_int_equal(keywords_new(list, n, engine, &k, &f), OK);
	return k;
}

/* "0,2": the ids that stand in the text, ascending. */
static const char *found(const str *list, size_t n, enum keyword_engine engine, const char *text)
{
	static char out[256];
	struct heard h = { .n = 0 };
	struct keywords *k = make(list, n, engine);
	size_t at = 0;
	keywords_scan(k, str_c(text), hear, &h);
	keywords_free(k);
	qsort(h.ids, h.n, sizeof(*h.ids), by_id);
	out[0] = 0;
	for (size_t i = 0; i < h.n; i++)
		at += (size_t)snprintf(out + at, sizeof(out) - at, "%s%u", i ? "," : "", h.ids[i]);
	return out;
}

static void a_hit_is_the_same_on_both_engines(void **state)
{
	const str list[] = { STR("奶粉"), STR("粉"), STR("婴儿奶粉"), STR("VIP"), STR("é"), STR("é"), STR("奶粉罐"), STR("a"), STR("ｖｉｐ") };
	for (int e = KEYWORD_BEST; e <= KEYWORD_PLAIN; e++) {
		enum keyword_engine engine = (enum keyword_engine)e;
		size_t n = ARRAY_LEN(list);
		assert_string_equal(found(list, n, engine, "想买婴儿奶粉吗，奶粉，奶粉"), "0,1,2"); /* overlapping, each once */
		assert_string_equal(found(list, n, engine, "svip9"), "3");                   /* letters of either case, inside a word */
		assert_string_equal(found(list, n, engine, "café"), "4,5,7");                /* equal keywords both */
		assert_string_equal(found(list, n, engine, "CAFÉ"), "7");                    /* beyond ASCII case is kept */
		assert_string_equal(found(list, n, engine, "ＶＩＰ"), "");
		assert_string_equal(found(list, n, engine, "ｖｉｐ"), "8");
		assert_string_equal(found(list, n, engine, "奶"), "");
		assert_string_equal(found(list, n, engine, "奶粉罐"), "0,1,6");
		assert_string_equal(found(list, n, engine, ""), "");
		assert_string_equal(found(list, 0, engine, "奶粉"), "");
	}
}

static bool enough(void *arg, u32 id)
{
	*(int *)arg += 1;
	return false;
}

static void a_hearer_may_have_enough(void **state)
{
	const str list[] = { STR("a"), STR("b"), STR("ab") };
	for (int e = KEYWORD_BEST; e <= KEYWORD_PLAIN; e++) {
		struct keywords *k = make(list, 3, (enum keyword_engine)e);
		int n = 0;
		keywords_scan(k, STR("ab ab ab"), enough, &n);
		assert_int_equal(n, 1);
		keywords_free(k);
	}
}

static str many[KEYWORD_COUNT_MAX + 1];

static void fill_many(struct arena *a)
{
	for (size_t i = 0; i <= KEYWORD_COUNT_MAX; i++)
		many[i] = arena_printf(a, "词%zu", i);
}

static void limits_are_told(void **state)
{
	struct arena *a = arena_new(16 << 20);
	struct keywords *k = NULL;
	struct fail f = { 0 };
	char chars[3 * (KEYWORD_CHARS_MAX + 1) + 1] = "";
	for (size_t i = 0; i <= KEYWORD_CHARS_MAX; i++)
		memcpy(chars + 3 * i, "好", 3);
	str longest = str_of(chars, 3 * KEYWORD_CHARS_MAX), longer = str_of(chars, 3 * (KEYWORD_CHARS_MAX + 1));
	assert_int_equal(keywords_new(&longest, 1, KEYWORD_BEST, &k, &f), OK);
	keywords_free(k);
	assert_int_equal(keywords_new(&longer, 1, KEYWORD_BEST, &k, &f), ERR_INPUT);
	assert_string_equal(f.field, "keywords[0]");
	assert_int_equal(keywords_new(&(str){ "", 0 }, 1, KEYWORD_BEST, &k, &f), ERR_INPUT);
	assert_int_equal(keywords_new(&(str){ "\xe5\xa5", 2 }, 1, KEYWORD_BEST, &k, &f), ERR_INPUT);
	fill_many(a);
	assert_int_equal(keywords_new(many, KEYWORD_COUNT_MAX + 1, KEYWORD_BEST, &k, &f), ERR_INPUT);
	assert_string_equal(f.field, "keywords");
	assert_string_equal(f.limit, "10000");
	struct heard h = { .n = 0 };
	assert_int_equal(keywords_new(many, KEYWORD_COUNT_MAX, KEYWORD_BEST, &k, &f), OK);
	keywords_scan(k, STR("我说词9999"), hear, &h);
	assert_int_equal(h.n, 4); /* 9, 99, 999, 9999 */
	keywords_free(k);
	arena_free(a);
}

/* ---- agreement ---- */

static u64 dice(u64 *seed, u64 sides) { return (*seed = hash_mix(*seed + 1)) % sides; }

/* Few letters of all lengths, so that keywords overlap and begin alike; now and then a byte that is none. */
static size_t scribble(char *p, size_t chars, u64 *seed, bool broken)
{
	static const char *const letters[] = { "a", "A", "b", "é", "É", "奶", "粉", "奵", "😀", "😁", "Ａ", "1" };
	size_t n = 0;
	for (size_t i = 0; i < chars; i++) {
		if (broken && dice(seed, 8) == 0) {
			p[n++] = (char)(0x80 + dice(seed, 0x80));
			continue;
		}
		const char *letter = letters[dice(seed, ARRAY_LEN(letters))];
		memcpy(p + n, letter, strlen(letter));
		n += strlen(letter);
	}
	return n;
}

static bool note(void *arg, u32 id)
{
	bool *seen = arg;
	assert_false(seen[id]); /* once */
	seen[id] = true;
	return true;
}

/* Slow and surely right. */
static bool stands(str text, str keyword)
{
	for (size_t at = 0; at + keyword.n <= text.n; at++)
		if (str_eq_nocase(str_sub(text, at, at + keyword.n), keyword))
			return true;
	return false;
}

enum { KEYWORDS = 400, TEXTS = 40, CHARS = 120 };

static void agree(size_t count, int lists, u64 seed)
{
	for (int l = 0; l < lists; l++) {
		static char room[KEYWORDS][32], text[CHARS * 4];
		str list[KEYWORDS];
		for (size_t i = 0; i < count; i++)
			list[i] = str_of(room[i], scribble(room[i], 1 + dice(&seed, 5), &seed, false));
		struct keywords *best = make(list, count, KEYWORD_BEST), *plain = make(list, count, KEYWORD_PLAIN);
		for (int t = 0; t < TEXTS; t++) {
			bool a[KEYWORDS] = { false }, b[KEYWORDS] = { false };
			str s = str_of(text, scribble(text, dice(&seed, CHARS), &seed, t % 2));
			keywords_scan(best, s, note, a);
			keywords_scan(plain, s, note, b);
			for (size_t i = 0; i < count; i++) {
				assert_int_equal(a[i], stands(s, list[i]));
				assert_int_equal(b[i], a[i]);
			}
		}
		keywords_free(best);
		keywords_free(plain);
	}
}

/* Lists of one length go to the library, of the others not. */
static void engines_agree_on_any_text(void **state)
{
	agree(2, 60, 1);
	agree(40, 40, 2);
	agree(KEYWORDS, 12, 3);
}

/* Found by the fuzzer: a short list must not go to the library, which loses this one. */
static void a_hit_behind_the_64th_byte_is_not_lost(void **state)
{
	const str list[] = { STR("xa"), STR("a") };
	char text[66];
	memset(text, '1', sizeof(text));
	text[64] = 'a';
	for (size_t n = 65; n <= sizeof(text); n++) {
		struct heard h = { .n = 0 };
		struct keywords *k = make(list, 2, KEYWORD_BEST);
		keywords_scan(k, str_of(text, n), hear, &h);
		assert_int_equal(h.n, 1);
		keywords_free(k);
	}
}

static void a_long_list_is_the_librarys(void **state)
{
	struct arena *a = arena_new(16 << 20);
	fill_many(a);
	struct keywords *few = make(many, 2, KEYWORD_BEST), *lots = make(many, KEYWORDS, KEYWORD_BEST);
	assert_string_equal(keywords_engine(few), "plain");
#ifdef YUTANG_VECTORSCAN
	assert_string_equal(keywords_engine(lots), "vectorscan");
#endif
	keywords_free(few);
	keywords_free(lots);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hit_is_the_same_on_both_engines),
		cmocka_unit_test(a_hearer_may_have_enough),
		cmocka_unit_test(limits_are_told),
		cmocka_unit_test(engines_agree_on_any_text),
		cmocka_unit_test(a_hit_behind_the_64th_byte_is_not_lost),
		cmocka_unit_test(a_long_list_is_the_librarys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
