/*
 * imports over HTTP: from an uploaded file to a mapping with preview, a dry run, a run, and back.
 */
#include "feature/order/order_import_data.h"
#include "feature/order/order_rejected.h"

#include "core/audit/audit.h"
#include "core/perm/perm.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAMPLES 5
#define SPEC_MAX ((size_t)64 << 10)

#define IMPORT_NEW_FIELDS(F, S) F(S, ID, upload_id) F(S, STR, preset, .max = 40, .doc = "a preset's name, or auto")
RECORD(import_new, IMPORT_NEW_FIELDS);
#define PRESET_VIEW_FIELDS(F, S) \
	F(S, STR, name) F(S, STR, label) F(S, STR, source) F(S, STR, form) F(S, STR, need, .doc = "columns that make it out")
RECORD(preset_view, PRESET_VIEW_FIELDS);
#define IMPORT_COLUMN_FIELDS(F, S) F(S, I64, index) F(S, STR, header) F(S, STRS, samples) F(S, STR, guess, .opt = true)
RECORD(import_col, IMPORT_COLUMN_FIELDS);
#define IMPORT_FIELD_FIELDS(F, S) F(S, STR, key) F(S, STR, label) F(S, BOOL, required)
RECORD(import_field_view, IMPORT_FIELD_FIELDS);
#define IMPORT_MADE_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, LIST, columns, .of = &import_col_record) F(S, LIST, fields, .of = &import_field_view_record) \
	F(S, OBJ, mapping, .of = &import_mapping_record) F(S, STR, preset) F(S, I64, rows_estimate) F(S, STRS, sheets) \
	F(S, STR, preset_label) F(S, STR, form, .one_of = "orders,lines,refunds") F(S, STR, encoding) \
	F(S, BOOL, found, .doc = "by its header") F(S, I64, header_row, .doc = "which row with text names the columns")
RECORD(import_made, IMPORT_MADE_FIELDS);
#define IMPORT_MAP_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, OBJ, mapping, .opt = true, .of = &import_mapping_record) \
	F(S, JSON, map, .opt = true, .doc = "field: column's name or its number from 1") \
	F(S, OBJ, options, .opt = true, .of = &import_options_record)
RECORD(import_map_in, IMPORT_MAP_FIELDS);
#define PREVIEW_ROW_FIELDS(F, S) F(S, I64, row) F(S, STRS, values) F(S, STR, problem, .opt = true)
RECORD(preview_row, PREVIEW_ROW_FIELDS);
#define PREVIEW_FIELDS(F, S) \
	F(S, LIST, rows, .of = &preview_row_record) F(S, OBJ, mapping, .of = &import_mapping_record)
RECORD(import_preview, PREVIEW_FIELDS);
#define COUNTS_VIEW_FIELDS(F, S)                                                  \
	F(S, I64, rows) F(S, I64, accepted) F(S, I64, rejected) F(S, I64, orders) F(S, I64, refunds) F(S, I64, customers) \
	F(S, I64, unchanged) F(S, I64, unmatched)
RECORD(import_counts_view, COUNTS_VIEW_FIELDS);
#define IMPORT_VIEW_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, STR, file) F(S, STR, preset) F(S, STR, state) F(S, ID, job_id, .opt = true) \
	F(S, OBJ, counts, .of = &import_counts_view_record) F(S, I64, rows_estimate, .opt = true) \
	F(S, STR, error, .opt = true) F(S, MS, created_ms) F(S, STR, by) \
	F(S, I64, rejected_files, .doc = "tables of rows that were not used")
RECORD(import_view, IMPORT_VIEW_FIELDS);
#define REJECTED_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, part, .opt = true, .min = 1, .doc = "of rejected_files; absent: the first")
RECORD(import_rejected_in, REJECTED_IN_FIELDS);
#define IMPORT_LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(import_list_in, IMPORT_LIST_FIELDS);
#define JOB_MADE_FIELDS(F, S) F(S, ID, id)
RECORD(import_job_made, JOB_MADE_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err find(struct cx *cx, i64 id, struct order_import *ret)
{
	struct import_key key = { id };
	err e = READ_SNAP(&cx->unit, base(cx), import_get(snap, &key, ret));
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_IMPORT_UNKNOWN, LANG_ZH))) : e;
}

static str spec_json(struct arena *a, const struct import_mapping *m, const struct import_options *o)
{
	struct import_spec spec = { (void *)m, (void *)o };
	struct buf b = buf_new(a, SPEC_MAX);
	record_write(&b, &import_spec_record, &spec);
	return buf_str(&b);
}

static err open_table(struct cx *cx, i64 upload, const struct import_preset *p, const struct import_options *o,
		      struct table_reader **ret)
{
	struct table_options t = { .format = p->format, .sheet = o->sheet.n ? o->sheet : STR_NIL,
				   .encoding = import_encoding(o->encoding), .skip = import_skip(o),
				   .header = p->need ? TABLE_HEADER_YES : TABLE_HEADER_AUTO };
	return table_open(CX_ARENA(cx), arena_cstr(CX_ARENA(cx), import_path(CX_ARENA(cx), cx->env, upload, "")), &t, ret,
			  &cx->unit.fail);
}

/* ---- making ---- */

static err read_samples(struct cx *cx, struct table_reader *r, struct import_made *out)
{
	const struct table_about *about = table_about(r);
	struct arena *a = CX_ARENA(cx);
	struct import_col *cols = ARENA_ARRAY(a, struct import_col, about->name_count + 1);
	struct table_row row;
	bool more = true;
	i64 rows = 0, read = 0;
	for (size_t i = 0; i < about->name_count; i++)
		cols[i] = (struct import_col){ (i64)i, about->names[i], { ARENA_ARRAY(a, str, SAMPLES), 0 }, STR_NIL };
	while (rows < IMPORT_PREVIEW_ROWS) {
		TRY(table_next(r, &row, &more, &cx->unit.fail));
		if (!more)
			break;
		rows++;
		for (size_t i = 0; i < row.n && i < about->name_count && row.why.code == OK; i++) {
			read += (i64)row.cells[i].n + 1;
			if (cols[i].samples.n < SAMPLES && row.cells[i].n)
				cols[i].samples.v[cols[i].samples.n++] = arena_dup(a, row.cells[i]);
		}
	}
	out->columns = (struct list){ cols, about->name_count };
	out->rows_estimate = !more || !read ? rows : int_max(rows, about->bytes * rows / read);
	out->sheets = (struct strs){ ARENA_ARRAY(a, str, about->sheet_count + 1), about->sheet_count };
	for (size_t i = 0; i < about->sheet_count; i++)
		out->sheets.v[i] = about->sheets[i];
	return OK;
}

static struct list fields_of(struct cx *cx, const struct import_preset *p)
{
	bool lines = p->form == IMPORT_LINES;
	struct import_field_view *v = ARENA_ARRAY(CX_ARENA(cx), struct import_field_view, IMPORT_FIELD_COUNT);
	for (size_t i = 0; i < IMPORT_FIELD_COUNT; i++)
		v[i] = (struct import_field_view){ str_c(import_field_names[i]),
						   str_c(text_raw(import_field_labels[i], cx->viewer.lang)),
						   (i == IMPORT_ORDERED_AT && p->form == IMPORT_ORDERS) || (i == IMPORT_AMOUNT && !lines) ||
							   (i == IMPORT_ORDER_NO && p->form != IMPORT_ORDERS) };
	return (struct list){ v, IMPORT_FIELD_COUNT };
}

static err insert(struct tx *tx, const struct order_import *row)
{
	TRY(import_insert(tx, row));
	return audit_add(tx, "import.create", arena_printf(tx->snap.arena, "import:%lld", (long long)row->id), row->preset);
}

/* A damaged workbook must not be read as a strange csv. */
static bool named_workbook(str name)
{
	return name.n >= 5 && str_eq_nocase(str_sub(name, name.n - 5, name.n), STR(".xlsx"));
}

/* ---- which preset ---- */

struct finding {
	const struct import_preset *preset; /* NULL: by its header */
	struct import_options options;
	struct table_reader *reader;
	bool found;
};

static str label(struct cx *cx, const struct import_preset *p) { return str_c(text_raw(p->label, cx->viewer.lang)); }

static bool has_chinese(const struct table_about *about)
{
	for (size_t i = 0; i < about->name_count; i++)
		for (size_t k = 0; k < about->names[i].n; k++)
			if ((u8)about->names[i].p[k] >= 0xe4 && (u8)about->names[i].p[k] <= 0xe9)
				return true;
	return false;
}

/* No row near the top names the columns of the preset that was asked for, or of any. */
static err not_found(struct cx *cx, i64 upload, struct finding *f)
{
	const struct import_preset *near = NULL, *of = f->preset ? f->preset : import_preset_of(STR("generic")), *is;
	struct import_mapping m;
	size_t hits;
	f->options.skip_rows = NIL;
	TRY(open_table(cx, upload, of, &f->options, &f->reader));
	const struct table_about *about = table_about(f->reader);
	is = import_recognise(CX_ARENA(cx), about, &near);
	if (f->preset && !has_chinese(about))
		return cx_fail(cx, ERR_INPUT, T_IMPORT_ENCODING, STR("upload_id"), str_c(table_encoding_name(about->encoding)), STR_NIL);
	if (f->preset && is)
		return cx_fail(cx, ERR_INPUT, T_IMPORT_OTHER_SHOP, STR("preset"), label(cx, f->preset), label(cx, is));
	if (f->preset)
		return cx_fail(cx, ERR_INPUT, T_IMPORT_HEADER, STR("preset"), label(cx, f->preset),
			       import_missing(CX_ARENA(cx), f->preset, about, &hits));
	import_map(of, about, &m);
	if (import_mapping_check(of, &m, about, NULL) == OK || !near) {
		f->preset = of;
		return OK;
	}
	return cx_fail(cx, ERR_INPUT, T_IMPORT_UNKNOWN_FILE, STR("upload_id"), label(cx, near),
		       import_missing(CX_ARENA(cx), near, about, &hits));
}

/* A title may stand above the names: the first row of the top ones that names a preset's columns is taken. */
static err find_preset(struct cx *cx, i64 upload, struct finding *f)
{
	static const struct import_preset any = { .name = "auto", .need = "" };
	if (f->preset && !f->preset->need)
		return open_table(cx, upload, f->preset, &f->options, &f->reader);
	for (i64 skip = 0; skip <= IMPORT_SKIP_MAX; skip++) {
		const struct import_preset *near, *is;
		size_t hits;
		f->options.skip_rows = skip ? skip : NIL;
		err e = open_table(cx, upload, &any, &f->options, &f->reader);
		if (e == ERR_INPUT && skip)
			break; /* the file is shorter */
		TRY(e);
		is = import_recognise(CX_ARENA(cx), table_about(f->reader), &near);
		if (f->preset && is != f->preset)
			is = str_is_nil(import_missing(CX_ARENA(cx), f->preset, table_about(f->reader), &hits)) ? f->preset : NULL;
		if (is) {
			f->preset = is;
			f->found = true;
			return OK;
		}
		table_close(f->reader);
	}
	return not_found(cx, upload, f);
}

static void fill_made(struct cx *cx, const struct finding *f, struct import_mapping *m, struct import_made *out)
{
	static const char *const forms[] = { "orders", "lines", "refunds" };
	for (size_t i = 0; i < out->columns.n; i++) {
		struct import_col *c = &((struct import_col *)out->columns.v)[i];
		for (size_t k = 0; k < IMPORT_FIELD_COUNT; k++)
			if (import_column(m, k) == (i64)i)
				c->guess = str_c(import_field_names[k]);
	}
	out->fields = fields_of(cx, f->preset);
	out->mapping = m;
	out->preset = str_c(f->preset->name);
	out->preset_label = label(cx, f->preset);
	out->form = str_c(forms[f->preset->form]);
	out->encoding = str_c(table_encoding_name(table_about(f->reader)->encoding));
	out->found = f->found;
	out->header_row = import_skip(&f->options) + 1;
}

static err h_new(struct cx *cx)
{
	const struct import_new *in = cx->in;
	struct import_made *out = cx->out;
	struct import_mapping *m = ARENA_NEW(CX_ARENA(cx), struct import_mapping);
	struct finding f = { .preset = import_preset_of(in->preset) };
	struct import_key key = { in->upload_id };
	struct order_upload u;
	if (!f.preset && !str_eq_c(in->preset, IMPORT_PRESET_AUTO))
		return cx_fail(cx, ERR_INPUT, T_OK, STR("preset"), in->preset, STR(IMPORT_PRESET_AUTO));
	err e = READ_SNAP(&cx->unit, base(cx), upload_get(snap, &key, &u));
	if (e == ERR_NOT_FOUND || (e == OK && !u.completed))
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("upload_id"), STR_NIL, str_c(text_raw(T_UPLOAD_UNKNOWN, LANG_ZH)));
	TRY(e);
	record_init(&import_options_record, &f.options);
	TRY(find_preset(cx, u.id, &f));
	if (named_workbook(u.name) && table_about(f.reader)->format != TABLE_XLSX)
		return cx_fail(cx, ERR_INPUT, T_IMPORT_NOT_WORKBOOK, STR("upload_id"), u.name, STR_NIL);
	import_map(f.preset, table_about(f.reader), m);
	TRY(read_samples(cx, f.reader, out));
	struct order_import row = { .id = id_next(store_ids(cx->env->store), cx_now(cx)), .upload = u.id, .name = u.name,
				    .preset = str_c(f.preset->name), .state = STR("mapping"), .spec = spec_json(CX_ARENA(cx), m, &f.options),
				    .error = STR_NIL, .created_by = cx->viewer.name.p ? cx->viewer.name : STR(""),
				    .created = cx_now(cx) };
	out->id = row.id;
	fill_made(cx, &f, m, out);
	return WRITE_TX(&cx->unit, base(cx), insert(tx, &row));
}

static err h_presets(struct cx *cx)
{
	static const char *const forms[] = { "orders", "lines", "refunds" };
	struct page *page = cx->out;
	size_t n = 0;
	while (import_presets[n].name)
		n++;
	struct preset_view *v = ARENA_ARRAY(CX_ARENA(cx), struct preset_view, n);
	for (size_t i = 0; i < n; i++) {
		const struct import_preset *p = &import_presets[i];
		v[i] = (struct preset_view){ str_c(p->name), label(cx, p), str_c(import_source(p)), str_c(forms[p->form]),
					     str_c(p->need ? p->need : "") };
	}
	page->data = (struct list){ v, n };
	page->total = (i64)n;
	return OK;
}

/* ---- mapping ---- */

/* "amount": "Total" or "4", as the command line gives them. */
static err map_by_name(struct cx *cx, str text, const struct table_about *about, struct import_mapping *m)
{
	struct json *tree;
	TRY(json_parse(text, CX_ARENA(cx), &tree, &cx->unit.fail));
	for (size_t i = 0; tree->type == JSON_OBJECT && i < IMPORT_FIELD_COUNT; i++) {
		const struct json *v = json_get(tree, import_field_names[i]);
		if (!v && i == IMPORT_AMOUNT)
			v = json_get(tree, "paid");
		if (!v)
			continue;
		i64 at = NIL, number;
		for (size_t c = about->name_count; c-- > 0;)
			if (str_eq_nocase(str_trim(about->names[c]), str_trim(v->text)))
				at = (i64)c;
		if (at == NIL && str_i64(v->text, &number) && number >= 1 && number <= (i64)about->name_count)
			at = number - 1;
		if (at == NIL)
			return cx_fail(cx, ERR_INPUT, T_IMPORT_NO_COLUMN, str_c(import_field_names[i]), v->text, STR_NIL);
		((i64 *)m)[i] = at;
	}
	return OK;
}

static err preview(struct cx *cx, const struct order_import *im, struct table_reader *r, struct import_preview *out)
{
	struct import_reading reading;
	struct arena *a = CX_ARENA(cx);
	struct preview_row *rows = ARENA_ARRAY(a, struct preview_row, IMPORT_PREVIEW_ROWS);
	struct table_row row;
	bool more = true;
	size_t n = 0;
	TRY(import_reading_of(cx, im, &reading));
	for (; n < IMPORT_PREVIEW_ROWS; n++) {
		struct import_row got;
		struct fail why = { 0 };
		TRY(table_next(r, &row, &more, &cx->unit.fail));
		if (!more)
			break;
		rows[n] = (struct preview_row){ row.number, { ARENA_ARRAY(a, str, row.n + 1), row.n }, STR_NIL };
		for (size_t i = 0; i < row.n; i++)
			rows[n].values.v[i] = arena_dup(a, row.cells[i]);
		if (row.why.code != OK)
			why = row.why;
		else if (import_row_read(&reading, &row, a, &got, &why) == OK)
			continue;
		rows[n].problem = fail_text(&why, cx->viewer.lang, a);
	}
	out->rows = (struct list){ rows, n };
	out->mapping = ARENA_NEW(a, struct import_mapping);
	*(struct import_mapping *)out->mapping = reading.map;
	return OK;
}

static err not_now(struct cx *cx, const struct order_import *im)
{
	return cx_fail(cx, ERR_STATE, T_IMPORT_NOT_NOW, STR_NIL, im->state, STR_NIL);
}

static bool state_in(const struct order_import *im, const char *states)
{
	str rest = str_c(states);
	while (rest.p)
		if (str_eq(str_cut(&rest, ','), im->state))
			return true;
	return false;
}

static err h_mapping(struct cx *cx)
{
	const struct import_map_in *in = cx->in;
	struct order_import im;
	struct import_reading old;
	struct table_reader *r;
	const struct tz *zone;
	TRY(find(cx, in->id, &im));
	if (!state_in(&im, "mapping,ready,failed,cancelled,undone"))
		return not_now(cx, &im);
	TRY(import_reading_of(cx, &im, &old));
	struct import_options o = in->options ? *(const struct import_options *)in->options : old.options;
	if (o.skip_rows == NIL)
		o.skip_rows = old.options.skip_rows;
	struct import_mapping m = in->mapping ? *(const struct import_mapping *)in->mapping : old.map;
	if (o.zone.n)
		TRY(tz_get(o.zone, &zone, &cx->unit.fail));
	TRY(open_table(cx, im.upload, old.preset, &o, &r));
	if (!in->mapping && o.sheet.n)
		import_map(old.preset, table_about(r), &m);
	if (in->map.n)
		TRY(map_by_name(cx, in->map, table_about(r), &m));
	TRY(import_mapping_check(old.preset, &m, table_about(r), &cx->unit.fail));
	im.spec = spec_json(CX_ARENA(cx), &m, &o);
	TRY(preview(cx, &im, r, cx->out));
	struct import_spec_set set = { im.id, str_eq_c(im.state, "ready") ? STR("mapping") : im.state, im.spec };
	return WRITE_TX(&cx->unit, base(cx), import_spec_put(tx, &set));
}

/* ---- jobs ---- */

struct start { const char *kind, *state, *from, *action; enum text title; };
static const struct start dry_start = { "order.import.dry", "dry_run", "mapping,ready,failed,cancelled,undone", "import.dry_run", T_JOB_IMPORT_DRY };
static const struct start run_start = { "order.import", "running", "mapping,ready,failed,cancelled,undone", "import.run", T_JOB_IMPORT };
static const struct start undo_start = { "order.import.undo", "undoing", "done,failed,cancelled", "import.undo", T_JOB_IMPORT_UNDO };

/* Read again inside: two who press the button at once start one. */
static err start_tx(struct tx *tx, struct cx *cx, i64 id, const struct start *s, i64 *ret_job)
{
	struct order_import im;
	struct import_job in = { id };
	str link = arena_printf(tx->snap.arena, "/imports/%lld", (long long)id);
	TRY(import_get(&tx->snap, &(struct import_key){ id }, &im));
	if (!state_in(&im, s->from))
		return not_now(cx, &im);
	str title = arena_printf(tx->snap.arena, "%s · %.*s", text_raw(s->title, cx->viewer.lang), STR_F(im.name));
	TRY(job_add(tx, s->kind, title, link, &import_job_record, &in, ret_job));
	TRY(import_state_set(tx, &(struct import_state){ id, str_c(s->state), *ret_job, STR_NIL }));
	return audit_add(tx, s->action, arena_printf(tx->snap.arena, "import:%lld", (long long)id), STR(""));
}

/* A job that was cancelled on the page of jobs, or died, has left the import as it was when it began. */
static err real_state(struct cx *cx, struct order_import *im)
{
	struct job job;
	if (!im->job || !state_in(im, "dry_run,running,undoing"))
		return OK;
	err e = job_get(&cx->unit, im->job, &job);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == OK && !str_eq_c(job.state, "cancelled") && !str_eq_c(job.state, "failed"))
		return OK;
	im->state = e == OK && str_eq_c(job.state, "failed") ? STR("failed") : STR("cancelled");
	im->error = e == OK ? job.error : STR_NIL;
	struct import_state now = { im->id, im->state, im->job, im->error };
	return WRITE_TX(&cx->unit, base(cx), import_state_end(tx, &now));
}

static err start(struct cx *cx, const struct start *s)
{
	const struct import_key *in = cx->in;
	struct import_job_made *out = cx->out;
	struct order_import im;
	TRY(find(cx, in->id, &im));
	TRY(real_state(cx, &im));
	return WRITE_TX(&cx->unit, base(cx), start_tx(tx, cx, in->id, s, &out->id));
}

static err h_dry(struct cx *cx) { return start(cx, &dry_start); }
static err h_run(struct cx *cx) { return start(cx, &run_start); }
static err h_undo(struct cx *cx) { return start(cx, &undo_start); }

static err cancel_tx(struct tx *tx, struct cx *cx, i64 id)
{
	struct order_import im;
	TRY(import_get(&tx->snap, &(struct import_key){ id }, &im));
	if (!state_in(&im, "mapping,ready,dry_run,running,undoing"))
		return not_now(cx, &im);
	if (state_in(&im, "dry_run,running,undoing"))
		TRY(job_cancel(tx, im.job));
	TRY(import_state_set(tx, &(struct import_state){ id, STR("cancelled"), im.job, STR_NIL }));
	return audit_add(tx, "import.cancel", arena_printf(tx->snap.arena, "import:%lld", (long long)id), STR(""));
}

static err h_cancel(struct cx *cx)
{
	const struct import_key *in = cx->in;
	struct order_import im;
	TRY(find(cx, in->id, &im));
	TRY(real_state(cx, &im));
	return WRITE_TX(&cx->unit, base(cx), cancel_tx(tx, cx, in->id));
}

/* ---- looking ---- */

static struct import_view view_of(struct cx *cx, const struct order_import *im)
{
	struct import_counts_view *c = ARENA_NEW(CX_ARENA(cx), struct import_counts_view);
	*c = (struct import_counts_view){ im->data_rows, im->accepted, im->rejected, im->orders, im->refunds, im->customers,
					  im->unchanged, im->unmatched };
	return (struct import_view){ im->id, im->name, im->preset, im->state, im->job ? im->job : NIL, c,
				     im->data_rows ? im->data_rows : NIL, im->error, im->created, im->created_by,
				     im->rejected ? rejected_csv_count(CX_ARENA(cx), cx->env, im->id) : 0 };
}

static err h_get(struct cx *cx)
{
	const struct import_key *in = cx->in;
	struct order_import im;
	TRY(find(cx, in->id, &im));
	TRY(real_state(cx, &im));
	*(struct import_view *)cx->out = view_of(cx, &im);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct import_list_in *in = cx->in;
	struct page *page = cx->out;
	struct order_import *v;
	size_t n, limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit;
	i64 before = INT64_MAX;
	TRY(page_from(cx, in->cursor, &before, 1, 0));
	struct import_find find = { before, (i64)limit + 1 };
	TRY(READ_SNAP(&cx->unit, base(cx), import_list(snap, &find, &v, &n)));
	if (n > limit) {
		n = limit;
		page->next_cursor = page_next(cx, &v[n - 1].id, 1, 0);
	}
	struct import_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct import_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		TRY(real_state(cx, &v[i]));
		rows[i] = view_of(cx, &v[i]);
	}
	page->data = (struct list){ rows, n };
	page->total = NIL;
	return OK;
}

static err h_rejected(struct cx *cx)
{
	const struct import_rejected_in *in = cx->in;
	i64 part = in->part == NIL ? 1 : in->part;
	struct order_import im;
	struct stat st;
	TRY(find(cx, in->id, &im));
	str path = rejected_csv_path(CX_ARENA(cx), cx->env, im.id, part);
	int fd = open(arena_cstr(CX_ARENA(cx), path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("rejected.csv"));
	size_t n = fstat(fd, &st) == 0 ? (size_t)st.st_size : 0, done = 0;
	char *p = arena_alloc(CX_ARENA(cx), n + 1);
	for (ssize_t got = 1; done < n && got > 0; done += got > 0 ? (size_t)got : 0)
		got = read(fd, p + done, n - done);
	close(fd);
	return cx_send_csv(cx, &(struct buf){ .p = p, .n = done },
			   arena_printf(CX_ARENA(cx), "import-%lld-rejected-%lld.csv", (long long)im.id, (long long)part));
}

#define KEY &import_key_record
#define JOB &import_job_made_record
#define PERM "order.import", ROUTE_SCOPE_NONE
const struct route import_routes[] = {
	{ "GET", "/api/v1/imports", PERM, ROUTE_LIST, &import_list_in_record, &import_view_record, h_list, "Imports, newest first." },
	{ "POST", "/api/v1/imports", PERM, ROUTE_CREATED | ROUTE_IDEMPOTENT, &import_new_record, &import_made_record, h_new,
	  "Looks into an uploaded file: columns, samples and a guessed mapping." },
	{ "GET", "/api/v1/import-presets", PERM, ROUTE_LIST, &none_record, &preset_view_record, h_presets,
	  "Formats of files that are known, and the columns each needs." },
	{ "GET", "/api/v1/imports/{id}", PERM, 0, KEY, &import_view_record, h_get, "How far an import is and what it made." },
	{ "PUT", "/api/v1/imports/{id}/mapping", PERM, 0, &import_map_in_record, &import_preview_record, h_mapping,
	  "Says which column is what, and shows the first rows read that way." },
	{ "POST", "/api/v1/imports/{id}/dry-run", PERM, ROUTE_ACCEPTED, KEY, JOB, h_dry, "Counts what a run would make." },
	{ "POST", "/api/v1/imports/{id}/run", PERM, ROUTE_ACCEPTED, KEY, JOB, h_run, "Imports the file." },
	{ "POST", "/api/v1/imports/{id}/undo", PERM, ROUTE_ACCEPTED, KEY, JOB, h_undo, "Takes back what only this import made." },
	{ "POST", "/api/v1/imports/{id}/cancel", PERM, 0, KEY, &none_record, h_cancel, "Stops an import where it is." },
	{ "GET", "/api/v1/imports/{id}/rejected.csv", PERM, ROUTE_RAW, &import_rejected_in_record, &none_record, h_rejected,
	  "The rows that were not used, each with its number and the reason; one file of rejected_files." },
	{ 0 },
};
