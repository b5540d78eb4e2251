/*
 * Importing order files: what its parts share.
 *
 * A run has two phases. The scan reads the file once, from front to back, says of every row that cannot be
 * used why, and puts the normalised others into spill files, all rows of one buyer into the same one. The
 * load takes one spill file after another into memory, sorts it by buyer and order, and writes batches of at
 * most IMPORT_BATCH_ROWS rows; its cursor (spill file, order) moves in the transaction of the batch. So lines
 * of an order may stand anywhere in the file, equal rows are counted, memory is that of one spill file, and
 * after a crash the load goes on exactly where it was: spill files are only made anew by a new scan.
 */
#ifndef YT_FEATURE_ORDER_ORDER_IMPORT_H
#define YT_FEATURE_ORDER_ORDER_IMPORT_H

#include "base/tz.h"
#include "base/vec.h"
#include "core/job/job.h"
#include "feature/order/order_data.h"
#include "feature/order/order_import_preset.h"

#define IMPORT_BATCH_ROWS JOB_STEP_ROWS
#define IMPORT_SPILL_BYTES ((i64)3 << 20)   /* of the source per spill file, about */
#define IMPORT_SPILLS_MAX 400
#define IMPORT_SPILL_MAX ((i64)96 << 20)    /* one that grew beyond: a single buyer with millions of rows */
#define IMPORT_STEP_MS 1000                 /* a step ends after this, between two batches */
#define IMPORT_PREVIEW_ROWS 20

#define IMPORT_OPTIONS_FIELDS(F, S)                                               \
	F(S, STR, currency, .opt = true, .max = 3) F(S, STR, zone, .opt = true, .max = 60) \
	F(S, STR, date_format, .opt = true, .max = 40) F(S, STR, duplicate_rows, .opt = true, .one_of = "separate") \
	F(S, STR, amount_scope, .opt = true, .one_of = "auto,order,line") F(S, STR, sheet, .opt = true, .max = 100) \
	F(S, STR, encoding, .opt = true, .one_of = "auto,utf-8,gb18030,utf-16le,utf-16be") \
	F(S, I64, skip_rows, .opt = true, .min = 0, .max = IMPORT_SKIP_MAX)
RECORD(import_options, IMPORT_OPTIONS_FIELDS);
#define IMPORT_SPEC_FIELDS(F, S) \
	F(S, OBJ, mapping, .of = &import_mapping_record) F(S, OBJ, options, .opt = true, .of = &import_options_record)
RECORD(import_spec, IMPORT_SPEC_FIELDS);

#define ORDER_IMPORT_FIELDS(F, S)                                                 \
	F(S, ID, id) F(S, ID, upload) F(S, STR, name) F(S, STR, preset) F(S, STR, state) F(S, ID, job) F(S, STR, spec) \
	F(S, I64, data_rows) F(S, I64, accepted) F(S, I64, rejected) F(S, I64, orders) F(S, I64, refunds) \
	F(S, I64, customers) F(S, I64, unchanged) F(S, I64, unmatched) F(S, STR, error, .opt = true) \
	F(S, STR, created_by) F(S, MS, created)
RECORD(order_import, ORDER_IMPORT_FIELDS);

/* ---- rows ---- */

enum import_status { IMPORT_PAID, IMPORT_CREATED, IMPORT_CANCELLED, IMPORT_REFUND_DONE, IMPORT_SHIPPED, IMPORT_DONE };
/* Why a row names nobody. */
enum import_lack { IMPORT_LACK_BUYER, IMPORT_LACK_PLAIN, IMPORT_LACK_VIRTUAL, IMPORT_LACK_RECEIVER };
enum import_id { IMPORT_ID_EXTERNAL, IMPORT_ID_UNION, IMPORT_ID_PHONE, IMPORT_ID_BUYER, IMPORT_IDS };
extern const char *const import_id_kinds[IMPORT_IDS];

struct import_row {
	i64 number, ordered, amount, refunded, items, as_of;
	u64 buyer, key; /* hashes: of who bought (0: nobody), of what names the order */
	i64 status, refund, lack;
	str order_no, ids[IMPORT_IDS], currency, product, sku, store, receiver, tail, category, staff, refund_no;
};

/* What turns a row of the file into an import_row; lives for one scan. */
struct import_reading {
	struct arena *arena; /* of the reading */
	const struct import_preset *preset;
	struct import_mapping map;
	struct import_options options;
	const struct tz *zone;
	str currency;
	ms as_of, fallback; /* of the file, as its name tells; for rows that need no time */
	str *filled;        /* cells of the order as they stood last, where the preset fills */
};
enum table_encoding import_encoding(str name);
static inline int import_skip(const struct import_options *o) { return o->skip_rows == NIL ? 0 : (int)o->skip_rows; }
err import_reading_of(struct cx *cx, const struct order_import *im, struct import_reading *ret);
/* ERR_INPUT with the reason in f; texts of ret live in row and scratch. */
err import_row_read(const struct import_reading *r, const struct table_row *row, struct arena *scratch,
		    struct import_row *ret, struct fail *f);
/* Every row an order of its own, or lines grouped by their number. */
static inline bool import_numbered(const struct import_reading *r)
{
	return import_column(&r->map, IMPORT_ORDER_NO) != NIL && r->preset->form != IMPORT_REFUNDS;
}
/* The moment an export names in its file's name (ExportOrderList202601021530.csv); NIL. */
ms import_as_of(const struct tz *zone, str name);

/* ---- files ---- */
str import_path(struct arena *a, const struct env *env, i64 id, const char *suffix); /* DATA/uploads/ID.suffix */
str import_spill_path(struct arena *a, const struct env *env, i64 id, i64 part);
err import_dir_make(const struct env *env, struct arena *a, struct fail *f);
void import_files_drop(const struct env *env, struct arena *a, i64 import);

/* Called while scanning, every so often; an error ends the scan. */
struct import_scanned { i64 rows, rejected, spills; };
err import_scan(struct cx *cx, const struct order_import *im, err (*tick)(void *arg, const struct import_scanned *now),
		void *arg, struct import_scanned *ret);

/* One order or refund: rows v[from..to); the equals-th row equal to this one, where rows are orders. */
struct import_group { size_t from, to; u64 equals; };
struct import_part { struct import_row *rows; size_t n; VEC(struct import_group) groups; };
/* Reads a spill file and groups it; all in the arena. */
err import_part_load(struct arena *a, const char *path, bool numbered, struct import_part *ret, struct fail *f);
bool import_same_buyer(const struct import_row *a, const struct import_row *b);

/* ---- jobs ---- */
#define IMPORT_JOB_FIELDS(F, S) F(S, ID, import)
RECORD(import_job, IMPORT_JOB_FIELDS);
err import_step_run(struct cx *cx, struct job *job, bool *ret_done);
err import_step_dry(struct cx *cx, struct job *job, bool *ret_done);
err import_step_undo(struct cx *cx, struct job *job, bool *ret_done);

/* Timer: an uploaded file is removed seven days after it began. */
#define UPLOAD_TIMER "upload.expire"
struct timer_row;
err upload_expire(struct cx *cx, const struct timer_row *row);

extern const struct route import_routes[], upload_routes[];

#endif
