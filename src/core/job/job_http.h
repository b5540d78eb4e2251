/* What the module and the routes of jobs share. */
#ifndef YT_CORE_JOB_JOB_HTTP_H
#define YT_CORE_JOB_JOB_HTTP_H

#include "core/job/job_data.h"

struct job job_of_row(struct arena *a, const struct job_row *r);
extern const struct route job_routes[];

#endif
