/*
 * profile_bulk: tags put on and taken off everybody an expression chooses, as a job; beforehand how many
 * people, how many calls to WeCom, and how long those take.
 */
#ifndef YT_CORE_PROFILE_PROFILE_BULK_H
#define YT_CORE_PROFILE_PROFILE_BULK_H

#include "core/module.h"

#define PROFILE_BULK_TAGS_MAX 20
#define PROFILE_BULK_STEP 200        /* people of one step */
#define PROFILE_WECOM_HOUR 150000    /* calls to WeCom an hour */

err profile_bulk_step(struct cx *cx, struct job *job, bool *ret_done);
extern const struct route profile_bulk_routes[];

#endif
