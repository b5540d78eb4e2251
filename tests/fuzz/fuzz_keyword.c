/*
 * A text and keywords, cut at newlines, through both engines: they must find the same. The list is filled up
 * with keywords of our own, because the library gets long lists only.
 */
#include "base/keyword.h"

#include <stdio.h>

#define LINES_MAX 32
#define FILL 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool note(void *arg, u32 id)
{
	bool *seen = arg;
	ASSERT(!seen[id]);
	seen[id] = true;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str rest = str_of(data, size), text = str_cut(&rest, '\n'), list[LINES_MAX + FILL];
	static char room[FILL][16];
	bool a[LINES_MAX + FILL] = { false }, b[LINES_MAX + FILL] = { false };
	struct keywords *best, *plain;
	struct fail f = { 0 };
	size_t n = 0;
	while (rest.p && n < LINES_MAX)
		list[n++] = str_cut(&rest, '\n');
	for (size_t i = 0; i < FILL; i++) {
		snprintf(room[i], sizeof(room[i]), "填%zu", i);
		list[n++] = str_c(room[i]);
	}
	if (keywords_new(list, n, KEYWORD_BEST, &best, &f) != OK)
		return 0;
	ASSERT(keywords_new(list, n, KEYWORD_PLAIN, &plain, &f) == OK);
	keywords_scan(best, text, note, a);
	keywords_scan(plain, text, note, b);
	ASSERT(memcmp(a, b, sizeof(a)) == 0);
	keywords_free(best);
	keywords_free(plain);
	return 0;
}
