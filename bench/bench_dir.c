/* What benches leave behind, taken away. */
#include "bench_dir.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

void bench_dir_remove(const char *dir)
{
	DIR *d = opendir(dir);
	for (struct dirent *e; d && (e = readdir(d));) {
		char path[400];
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}
