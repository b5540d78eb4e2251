/*
 * Writing a .zip in memory: files one after another, then the archive's bytes. Names are UTF-8 and made safe here.
 */
#ifndef YT_PORT_TABLE_ZIP_WRITE_H
#define YT_PORT_TABLE_ZIP_WRITE_H

#include "base/fail.h"

#define ZIP_BYTES_MAX ((size_t)64 << 20) /* of all files together, unpacked */
#define ZIP_NAME_BYTES_MAX 120

struct zip_writer;
/* Lives in the arena and is closed with it. */
err zip_writer_new(struct arena *a, struct zip_writer **ret, struct fail *f);
/* bytes must live until zip_writer_done. ERR_TOO_LARGE beyond ZIP_BYTES_MAX. */
err zip_writer_add(struct zip_writer *z, str name, str bytes, struct fail *f);
err zip_writer_done(struct zip_writer *z, str *ret, struct fail *f);

/* A file name that means nothing to any system: no separators, no control or reserved characters, no dot in front,
 * at most max bytes, whole characters; "_" when nothing is left. */
str zip_safe_name(struct arena *a, str name, size_t max);

#endif
