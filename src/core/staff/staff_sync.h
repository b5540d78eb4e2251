/*
 * What the parts of staff share: rows in the making, and the steps of reading WeCom's directory.
 */
#ifndef YT_CORE_STAFF_STAFF_SYNC_H
#define YT_CORE_STAFF_STAFF_SYNC_H

#include "core/job/job.h"
#include "core/staff/staff_data.h"

err staff_row_of(struct tx *tx, str userid, struct staff_row *ret, bool *ret_added);
err staff_tell(struct tx *tx, const struct staff_row *row, bool added);
err staff_place(struct tx *tx, i64 staff, struct ids departments);
err department_put(struct tx *tx, const struct department_change *in, i64 seen);

err staff_sync_step(struct cx *cx, struct job *job, bool *ret_done);
extern const struct route staff_routes[];

#endif
