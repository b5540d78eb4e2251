/*
 * tag_merge: one tag goes into another for good. From the moment it is asked for, whatever is marked with the
 * old one is marked with the new one, and texts name the new one; a job then moves the marks there are, with
 * their sources, and at last removes the old tag, here and in WeCom.
 */
#ifndef YT_CORE_TAG_TAG_MERGE_H
#define YT_CORE_TAG_TAG_MERGE_H

#include "core/module.h"
#include "core/tag/tag.h"

#define TAG_MERGE_SPAN 4096 /* customer numbers looked at by one step */

/* confirm: the old tag's name, typed. title: of the job. */
err tag_merge(struct tx *tx, i64 from, i64 into, str confirm, enum lang lang, i64 *ret_job);
err tag_merge_step(struct cx *cx, struct job *job, bool *ret_done);

#endif
