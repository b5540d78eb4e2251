/* A bench's folder of its own. */
#ifndef YT_BENCH_BENCH_DIR_H
#define YT_BENCH_BENCH_DIR_H

/* Removes the folder and the files in it. */
void bench_dir_remove(const char *dir);

#endif
