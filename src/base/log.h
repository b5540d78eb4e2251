/*
 * Logging: one line of logfmt to stderr, called only at boundaries (a request answered, a worker's
 * failure, start and stop). Personal fields never go in; a test plants a phone number and greps.
 */
#ifndef YT_BASE_LOG_H
#define YT_BASE_LOG_H

#include "base/fail.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

enum log_level log_level_set(enum log_level max); /* the one before */
/* log_line(LOG_INFO, "serve.ready", "addr=%s", addr): event is "noun.verb", then key=value pairs. */
void log_line(enum log_level level, const char *event, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The one place an error is logged. */
void log_fail(const char *event, const struct fail *f, str request_id);

#endif
