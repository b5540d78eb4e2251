/*
 * What the build puts into the binary (tools/embed): migrations and the console, gzip-compressed.
 */
#ifndef YT_BASE_EMBED_H
#define YT_BASE_EMBED_H

#include <stddef.h>

struct migration_file {
	const char *module; /* folder name; NULL ends the list */
	int number;
	const char *name, *sql;
};
extern const struct migration_file migration_files[];

struct asset_file {
	const char *path; /* "/index.html"; NULL ends the list */
	const unsigned char *gzip;
	size_t size;
};
extern const struct asset_file asset_files[];

#endif
