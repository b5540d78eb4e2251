/*
 * Fuzz target for what the material library reads of strangers: the bytes of files, and what stands behind "?p=" of a link.
 *
 * What is taken for our seal must seal to the same text again; what bytes are taken for is one of the types we keep. The
 * first byte chooses: 's' a seal, anything else a file. Seeds: corpus/material.
 */
#include "core/cx.h"
#include "feature/material/material_data.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void seal(const struct env *env, struct arena *a, str p)
{
	struct door_link l = { .corp = 3, .target = 5, .key = STR("abcdefghjk") };
	if (door_link_unseal(env, a, p, &l) && p.n && !str_eq(door_link_seal(env, a, &l), p))
		abort();
}

static void sniff(str bytes)
{
	str type = material_sniff(bytes);
	if (type.n && !material_is_image(type) && !str_starts(type, STR("application/")))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct env env = { 0 };
	if (data[0] == 's')
		seal(&env, a, str_of(data + 1, size - 1));
	else
		sniff(str_of(data + 1, size - 1));
	arena_free(a);
	return 0;
}
