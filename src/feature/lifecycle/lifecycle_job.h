/*
 * What lifecycle's jobs are told.
 */
#ifndef YT_FEATURE_LIFECYCLE_LIFECYCLE_JOB_H
#define YT_FEATURE_LIFECYCLE_LIFECYCLE_JOB_H

#include "base/record.h"

#define LIFE_JOB_SETTLE "lifecycle.settle"
#define LIFE_JOB_PREVIEW "lifecycle.preview"
#define LIFE_JOB_GAPS "lifecycle.gaps"

#define LIFE_SETTLE_FIELDS(F, S) F(S, I64, version)
RECORD(life_settle, LIFE_SETTLE_FIELDS);

#endif
