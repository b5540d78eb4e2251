/*
 * export 导出: people of an expression as a csv file, for a stated purpose.
 *
 * A request names an expression or a stored audience, columns, and why. A job writes the file in steps of
 * EXPORT_STEP people in the order of their numbers, each a row of export_part written with the job's cursor, so
 * that a step done twice or a job cancelled leaves no stray part. The requester's rights are read anew at every
 * step: who lost the permission gets nothing more, and scope and masking only ever get narrower than they were at
 * the request. Sensitive tags and unknown columns are never in a file; own attributes that are restricted are not
 * for roles that see masked phones.
 *
 * A file is fetched by who asked for it, or by an owner, and not by somebody who sees less than the file holds.
 * Every request and every download is an audit row, and what was made or taken is an event. The file goes after
 * EXPORT_KEPT_MS, at once when the job is cancelled or fails, or when it is removed by hand; the row that tells
 * of it stays.
 *
 * The file is UTF-8 with a byte order mark. A cell that a spreadsheet would take for a formula begins with an
 * apostrophe.
 */
#ifndef YT_FEATURE_EXPORT_EXPORT_H
#define YT_FEATURE_EXPORT_EXPORT_H

#include "core/audience/audience.h"
#include "core/job/job.h"

#define EXPORT_PEOPLE_MAX 1000000            /* rows of one file */
#define EXPORT_COLUMNS_MAX 60
#define EXPORT_IN_FLIGHT_MAX 2               /* of one user */
#define EXPORT_BYTES_MAX ((i64)100 << 20)    /* of one file: it is answered whole */
#define EXPORT_PURPOSE_MAX 200               /* characters */
#define EXPORT_STEP 200                      /* people */
#define EXPORT_KEPT_MS (7 * MS_DAY)
#define EXPORT_JOB "export.run"
#define EXPORT_EXPIRE "export.expire"
#define EXPORT_DROP_PARTS 64                 /* taken away in one transaction */

/* ---- columns ---- */

enum export_kind { EXPORT_ID, EXPORT_NAME, EXPORT_PHONE, EXPORT_PHONE_MASKED, EXPORT_TAGS, EXPORT_ATTR };
struct export_column {
	enum export_kind kind;
	str code;  /* "name"; "attr.spent" */
	str label;
	const char *group; /* "person", "fact", "model", "own" */
	const struct attr *attr;
};
/* All that a viewer may choose; masked: of a role that sees masked phones. */
err export_columns(struct unit *u, enum lang lang, bool masked, struct export_column **ret, size_t *ret_count);

/* ---- one file ---- */

/* A cell as it stands in the file. */
void export_cell(struct buf *b, str text);

err export_step(struct cx *cx, struct job *job, bool *ret_done);
err export_dropped(struct tx *tx, const struct job *job);
err export_expire(struct cx *cx, const struct timer_row *row);

extern const struct route export_routes[];

#endif
