/*
 * keyword's engine by vectorscan: literals, byte by byte, ASCII letters of either case.
 *
 * UTF-8 mode is not asked for: it would fold letters beyond ASCII too, which the plain engine does not.
 */
#include "base/keyword_int.h"

#ifdef YUTANG_VECTORSCAN

#include <hs/hs.h>
#include <stdlib.h>

struct keyword_hs {
	hs_database_t *database;
	hs_scratch_t *scratch; /* the pattern of those that are given out */
};

struct hearer {
	bool (*hit)(void *arg, u32 id);
	void *arg;
};

static hs_database_t *compile(const str *list, size_t count)
{
	const char **texts = calloc(count, sizeof(*texts));
	unsigned *flags = calloc(count, sizeof(*flags)), *ids = calloc(count, sizeof(*ids));
	size_t *lengths = calloc(count, sizeof(*lengths));
	hs_database_t *database = NULL;
	hs_compile_error_t *why = NULL;
	for (size_t i = 0; texts && flags && ids && lengths && i < count; i++) {
		texts[i] = list[i].p;
		lengths[i] = list[i].n;
		flags[i] = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH;
		ids[i] = (unsigned)i;
	}
	if (texts && flags && ids && lengths &&
	    hs_compile_lit_multi(texts, flags, ids, lengths, (unsigned)count, HS_MODE_BLOCK, NULL, &database, &why) != HS_SUCCESS)
		hs_free_compile_error(why);
	free(texts);
	free(flags);
	free(ids);
	free(lengths);
	return database;
}

struct keyword_hs *keyword_hs_new(const str *list, size_t count)
{
	if (count == 0 || hs_valid_platform() != HS_SUCCESS)
		return NULL;
	struct keyword_hs *h = calloc(1, sizeof(*h));
	if (!h)
		return NULL;
	h->database = compile(list, count);
	if (h->database && hs_alloc_scratch(h->database, &h->scratch) == HS_SUCCESS)
		return h;
	keyword_hs_free(h);
	return NULL;
}

void keyword_hs_free(struct keyword_hs *h)
{
	if (!h)
		return;
	hs_free_scratch(h->scratch);
	hs_free_database(h->database);
	free(h);
}

void *keyword_hs_room_new(const struct keyword_hs *h)
{
	hs_scratch_t *own = NULL;
	return hs_clone_scratch(h->scratch, &own) == HS_SUCCESS ? own : NULL;
}

void keyword_hs_room_free(void *room) { hs_free_scratch(room); }

static int heard(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	const struct hearer *h = arg;
	return h->hit(h->arg, id) ? 0 : 1;
}

void keyword_hs_scan(const struct keyword_hs *h, void *room, str text, bool (*hit)(void *arg, u32 id), void *arg)
{
	struct hearer hearer = { hit, arg };
	hs_error_t e = hs_scan(h->database, text.p, (unsigned)text.n, 0, room, heard, &hearer);
	ASSERT(e == HS_SUCCESS || e == HS_SCAN_TERMINATED);
}

#else

struct keyword_hs *keyword_hs_new(const str *list, size_t count) { return NULL; }
void keyword_hs_free(struct keyword_hs *h) { }
void *keyword_hs_room_new(const struct keyword_hs *h) { return NULL; }
void keyword_hs_room_free(void *room) { }
void keyword_hs_scan(const struct keyword_hs *h, void *room, str text, bool (*hit)(void *arg, u32 id), void *arg) { }

#endif
