/*
 * The bytes of a snapshot: written as a stream with a checksum, read from a mapping with bounds. Private.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_FILE_H
#define YT_CORE_AUDIENCE_AUDIENCE_FILE_H

#include "core/audience/audience_index_int.h"

#define SNAPSHOT_VERSION 1
#define SNAPSHOT_UUID 32

struct snapshot_head {
	char magic[8];
	u32 version, head_bytes;
	char uuid[SNAPSHOT_UUID];
	u64 layout; /* of columns, codes and flags, and the program's version */
	i64 corp;
	u64 body_bytes, body_sum;
	u64 sum; /* of everything above */
};

/* How far the facts of a slot had followed the journal. */
struct snapshot_place { i64 slot, seq, id, stamp; };

u64 snapshot_layout(void);
u64 snapshot_sum(const void *p, size_t n);

/* Writes the whole index behind a head that is filled in at the end; false: errno tells. */
bool snapshot_write(int fd, const struct corp_index *ci, struct arena *a, str uuid, const struct snapshot_place *places, size_t count);
/* The places of a body; false: damaged. */
bool snapshot_places(str *body, struct arena *a, struct snapshot_place **ret, size_t *ret_count);
/* The rest into an index that was just begun; false: damaged. */
bool snapshot_read(str body, struct corp_index *ci);

#endif
