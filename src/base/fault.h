/*
 * Fault switches: named points where a test makes the next (or the n-th) pass fail, crash or stall.
 *
 * Compiled in always, off by default, switched by YUTANG_FAULT="point:n:action,…" with action fail,
 * crash (SIGKILL to self) or full (ENOSPC); a release build without the variable pays one load.
 */
#ifndef YT_BASE_FAULT_H
#define YT_BASE_FAULT_H

#include "base/int.h"

enum fault_action { FAULT_NONE, FAULT_FAIL, FAULT_FULL };

void fault_init(const char *spec); /* NULL: from the environment */
/* Passing a point; a crash action does not return. */
enum fault_action fault_pass(const char *point);

#endif
