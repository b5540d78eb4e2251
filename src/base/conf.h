/*
 * Configuration: flags over environment over one INI file over defaults; the first start needs none.
 *
 * Every key stands in the table of conf.c (name, default, doc text). Its name in the environment is
 * YUTANG_LISTEN for "listen", YUTANG_KEY_FILE for "key-file". A lower place never overrides a higher
 * one, whatever the order of reading. Each value knows where it came from, for `doctor`.
 */
#ifndef YT_BASE_CONF_H
#define YT_BASE_CONF_H

#include "base/fail.h"

struct conf_key { const char *name, *otherwise, *doc; bool secret; };
struct conf;

extern const struct conf_key conf_keys[]; /* ends with name == NULL */

struct conf *conf_new(struct arena *a);
err conf_file(struct conf *c, str path, struct fail *f); /* missing file is ERR_NOT_FOUND */
void conf_env(struct conf *c);
err conf_set(struct conf *c, str name, str value, const char *origin, struct fail *f); /* unknown key: ERR_CONFIG */
str conf_get(const struct conf *c, const char *name);
err conf_i64(const struct conf *c, const char *name, i64 min, i64 max, i64 *ret, struct fail *f);
const char *conf_origin(const struct conf *c, const char *name); /* "default", "file", "env", "flag" */

#endif
