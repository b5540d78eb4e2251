/*
 * Fuzz target for the body of an audience snapshot: whatever the bytes are, they are read within their bounds into
 * an index or refused, and the index is emptied again. The checksum before it is left out. Seeds: corpus/snapshot.
 */
#include "core/audience/audience_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct audience_index *ix = audience_index_new(NULL);
	struct corp_index *ci = index_corp(ix, 1, true);
	struct snapshot_place *places;
	size_t count;
	str body = str_of(data, size);
	index_begin(ci);
	if (snapshot_places(&body, a, &places, &count))
		snapshot_read(body, ci);
	index_empty(ci);
	audience_index_free(ix);
	arena_free(a);
	return 0;
}
