/*
 * The job: one step is EXPORT_STEP people and one part, written with the cursor.
 */
#include "feature/export/export_int.h"

#include "base/fault.h"
#include "base/map.h"
#include "core/attr/attr_text.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/tag/tag.h"

#define STEP_BYTES ((size_t)8 << 20)
#define BETWEEN "; " /* several phones or tags in one cell */

#define EXPORT_CURSOR_FIELDS(F, S) F(S, ID, after)
RECORD(export_cursor, EXPORT_CURSOR_FIELDS);

struct run {
	struct cx *cx;
	struct export_file file;
	struct export_column cols[EXPORT_COLUMNS_MAX];
	size_t col_count;
	struct attr_teller teller;
	struct tag *tags;
	size_t tag_count;
	struct buf out;
};

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

str export_name(struct arena *a, i64 id) { return arena_printf(a, "%lld", (long long)id); }

err export_chosen(struct unit *u, const struct export_file *f, struct export_column *ret, size_t *ret_count, str *ret_missing)
{
	struct export_column *all;
	size_t n, kept = 0;
	TRY(export_columns(u, lang_of(f->lang), f->masked, &all, &n));
	if (ret_missing)
		*ret_missing = STR_NIL;
	for (str rest = f->cols; rest.p && kept < EXPORT_COLUMNS_MAX;) {
		str code = str_cut(&rest, ',');
		size_t i = 0;
		while (i < n && !str_eq(all[i].code, code))
			i++;
		if (i < n)
			ret[kept++] = all[i];
		else if (ret_missing && !ret_missing->p)
			*ret_missing = code;
	}
	*ret_count = kept;
	return OK;
}

/* ---- rights, as they are now ---- */

/* Only ever narrower than at the request. Owner 0 is the private socket: it may do everything. */
static err narrow(struct cx *cx, struct export_file *f)
{
	struct user user;
	if (f->owner) {
		TRY(user_get(&cx->unit, f->owner, &user));
		perm_set perms = user.disabled ? 0 : role_perms(cx->env->modules, user.role);
		if (!(perms & perm_bit(cx->env->modules, "customer.export")))
			return cx_fail(cx, ERR_FORBIDDEN, T_EXPORT_RIGHT_LOST, STR_NIL, STR_NIL, STR_NIL);
		f->masked |= !(perms & perm_bit(cx->env->modules, "customer.phone"));
		if (!str_eq(user.scope, STR("all")))
			f->scoped = user.id;
	}
	cx->unit.scope = f->scoped;
	return OK;
}

/* ---- cells ---- */

static void add_one(struct buf *cell, str text)
{
	if (cell->n)
		buf_add_c(cell, BETWEEN);
	buf_add(cell, text);
}

/* As people here write it: the country only when it is another one. */
static str national(str phone)
{
	return str_starts(phone, STR("+86")) ? str_sub(phone, 3, phone.n) : phone;
}

static err phones(struct run *r, const i64 *leaves, size_t n, bool masked, struct buf *cell)
{
	for (size_t i = 0; i < n; i++) {
		struct identity_row *ids;
		size_t count;
		TRY(identity_of(&r->cx->unit, leaves[i], &ids, &count));
		for (size_t k = 0; k < count; k++)
			if (str_eq_c(ids[k].kind, "phone") && ids[k].verified)
				add_one(cell, masked ? ids[k].masked : national(ids[k].value));
	}
	return OK;
}

static err read_tags(const struct snap *s, i64 leaf, struct imap *has)
{
	i64 *ids;
	size_t n;
	TRY(tag_of(s, leaf, &ids, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(has, ids[i], 1);
	return OK;
}

/* Sensitive ones never leave the program. */
static err tags(struct run *r, const i64 *leaves, size_t n, struct buf *cell)
{
	struct unit *u = &r->cx->unit;
	struct imap has = imap_new(u->arena);
	i64 one;
	for (size_t i = 0; i < n; i++)
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), read_tags(snap, leaves[i], &has)));
	for (size_t i = 0; i < r->tag_count; i++)
		if (!r->tags[i].sensitive && imap_get(&has, r->tags[i].id, &one))
			add_one(cell, r->tags[i].name);
	return OK;
}

static err cell_text(struct run *r, const struct export_column *c, const struct attr_known *k, const i64 *leaves, size_t n, str *ret)
{
	struct buf cell = buf_new(CX_ARENA(r->cx), BUF_MAX_DEFAULT);
	switch (c->kind) {
	case EXPORT_ID:
		buf_i64(&cell, k->fact.customer);
		break;
	case EXPORT_NAME:
		buf_add(&cell, k->fact.name);
		break;
	case EXPORT_PHONE:
	case EXPORT_PHONE_MASKED:
		TRY(phones(r, leaves, n, r->file.masked || c->kind == EXPORT_PHONE_MASKED, &cell));
		break;
	case EXPORT_TAGS:
		TRY(tags(r, leaves, n, &cell));
		break;
	case EXPORT_ATTR:
		buf_add(&cell, attr_known_text(&r->teller, k, c->attr));
		break;
	}
	*ret = buf_str(&cell);
	return OK;
}

/* *ret_written false: she has gone since the audience was asked. */
static err write_person(struct run *r, i64 root, bool *ret_written)
{
	struct unit *u = &r->cx->unit;
	struct attr_known known;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	err e = attr_known_read(u, root, &known);
	*ret_written = e == OK && !known.fact.erased;
	if (e == ERR_NOT_FOUND || (e == OK && known.fact.erased))
		return OK;
	TRY(e);
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < r->col_count; i++) {
		str text;
		TRY(cell_text(r, &r->cols[i], &known, leaves, n, &text));
		if (i)
			buf_char(&r->out, ',');
		export_cell(&r->out, text);
	}
	buf_add_c(&r->out, "\r\n");
	return OK;
}

static void write_head(struct run *r)
{
	buf_add_c(&r->out, CSV_MARK);
	for (size_t i = 0; i < r->col_count; i++) {
		if (i)
			buf_char(&r->out, ',');
		export_cell(&r->out, r->cols[i].label);
	}
	buf_add_c(&r->out, "\r\n");
}

/* ---- steps ---- */

/* A file is of one kind from its first part to its last: rights that got narrower, or a column that went,
 * in between end it. */
static err prepare(struct run *r, struct job *job)
{
	struct cx *cx = r->cx;
	str missing;
	struct export_file was;
	TRY(READ_SNAP(&cx->unit, base(&cx->unit), export_of_job(snap, &(struct export_by_job){ job->id }, &r->file)));
	was = r->file;
	TRY(narrow(cx, &r->file));
	if (was.parts && (r->file.masked != was.masked || r->file.scoped != was.scoped))
		return cx_fail(cx, ERR_FORBIDDEN, T_EXPORT_RIGHT_LOST, STR_NIL, STR_NIL, STR_NIL);
	TRY(export_chosen(&cx->unit, &r->file, r->cols, &r->col_count, &missing));
	if (missing.p)
		return cx_fail(cx, ERR_INPUT, T_EXPORT_COLUMN, STR("columns"), missing, STR_NIL);
	TRY(attr_teller_new(&cx->unit, &r->teller));
	return READ_SNAP(&cx->unit, base(&cx->unit), tag_all(snap, &r->tags, &r->tag_count));
}

static err made(struct tx *tx, const struct run *r)
{
	const struct export_file *f = &r->file;
	ms gone = tx->snap.now + EXPORT_KEPT_MS;
	struct export_made body = { f->id, f->owner, f->people, (i64)r->col_count, f->masked, f->purpose };
	TRY(export_state_set(tx, &(struct export_state){ f->id, STR("running"), STR("done"), gone }));
	TRY(timer_set(tx, STR(EXPORT_EXPIRE), export_name(tx->snap.arena, f->id), gone, 0, &none_record, &(struct none){ 0 }));
	return journal_add(tx, EV_EXPORT_MADE, 0, tx->snap.now, &export_made_record, &body, NULL);
}

static err save(struct tx *tx, struct run *r, struct job *job, const struct export_cursor *at, bool done)
{
	struct export_part part = { r->file.id, r->file.parts - 1, buf_str(&r->out) };
	TRY(job_save(tx, job, &export_cursor_record, at));
	TRY(export_progress(tx, &r->file));
	if (part.bytes.n)
		TRY(export_part_add(tx, &part));
	if (fault_pass("export.step") != FAULT_NONE)
		return tx_fail(tx, ERR_IO, T_OK, STR("export.step"), STR_NIL, STR_NIL);
	return done ? made(tx, r) : OK;
}

static err check_size(struct run *r)
{
	struct arena *a = CX_ARENA(r->cx);
	if (r->file.people > EXPORT_PEOPLE_MAX)
		return cx_fail(r->cx, ERR_INPUT, T_EXPORT_PEOPLE, STR("expr"), export_name(a, r->file.people), STR(FAIL_STR(EXPORT_PEOPLE_MAX)));
	if (r->out.over || r->file.bytes > EXPORT_BYTES_MAX)
		return cx_fail(r->cx, ERR_TOO_LARGE, T_EXPORT_BYTES, STR("columns"), export_name(a, r->file.bytes >> 20),
			       export_name(a, EXPORT_BYTES_MAX >> 20));
	return OK;
}

err export_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct run *r = ARENA_NEW(CX_ARENA(cx), struct run);
	struct export_cursor at;
	struct expr *e;
	i64 *roots;
	size_t n;
	r->cx = cx;
	r->out = buf_new(CX_ARENA(cx), STEP_BYTES);
	TRY(job_cursor(cx, job, &export_cursor_record, &at));
	TRY(prepare(r, job));
	TRY(expr_parse(&cx->unit, r->file.expr, &e));
	if (job->total == NIL)
		TRY(audience_count(&cx->unit, e, &job->total, NULL));
	TRY(audience_select(&cx->unit, e, at.after, EXPORT_STEP, &roots, &n));
	if (r->file.parts == 0)
		write_head(r);
	for (size_t i = 0; i < n; i++) {
		bool written;
		TRY(write_person(r, roots[i], &written));
		r->file.people += written;
		job->skipped += !written;
	}
	r->file.bytes += (i64)r->out.n;
	r->file.parts += r->out.n > 0;
	TRY(check_size(r));
	job->done += (i64)n;
	at.after = n ? roots[n - 1] : at.after;
	*ret_done = n < EXPORT_STEP;
	return WRITE_TX(&cx->unit, base(&cx->unit), save(tx, r, job, &at, *ret_done));
}

/* ---- the end of a file ---- */

err export_dropped(struct tx *tx, const struct job *job)
{
	struct export_file f;
	err e = export_of_job(&tx->snap, &(struct export_by_job){ job->id }, &f);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(export_state_set(tx, &(struct export_state){ f.id, STR("running"), STR("dropped"), NIL }));
	return timer_set(tx, STR(EXPORT_EXPIRE), export_name(tx->snap.arena, f.id), tx->snap.now, 0, &none_record, &(struct none){ 0 });
}

static err drop_some(struct tx *tx, i64 id, i64 *ret)
{
	TRY(export_part_drop(tx, &(struct export_drop){ id, EXPORT_DROP_PARTS }));
	*ret = tx_changed(tx);
	return OK;
}

static err gone(struct tx *tx, const struct timer_row *row, i64 id)
{
	bool taken;
	TRY(timer_take(tx, row, &taken));
	return taken ? export_state_set(tx, &(struct export_state){ id, STR("done"), STR("expired"), NIL }) : OK;
}

static err shut(struct tx *tx, i64 id)
{
	return export_state_set(tx, &(struct export_state){ id, STR("done"), STR("expired"), NIL });
}

/* The file is closed first, then goes in bounded pieces; the timer last, so that a fault begins again. */
err export_expire(struct cx *cx, const struct timer_row *row)
{
	i64 id = 0, dropped = EXPORT_DROP_PARTS;
	if (str_i64(row->key, &id))
		TRY(WRITE_TX(&cx->unit, row->slot, shut(tx, id)));
	while (id && dropped == EXPORT_DROP_PARTS)
		TRY(WRITE_TX(&cx->unit, row->slot, drop_some(tx, id, &dropped)));
	return WRITE_TX(&cx->unit, row->slot, gone(tx, row, id));
}
