/*
 * Uploads: files that come in parts, in any order, into DATA/uploads; not in the store, because they may be
 * large and are read once. A part again is the same part. Complete means: every byte is there.
 */
#include "feature/order/order_import_data.h"

#include "base/hash.h"
#include "store/timer.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define UPLOAD_PART_BYTES ((i64)8 << 20)
#define UPLOAD_MAX ((i64)4 << 30)

#define UPLOAD_KEPT_MS (7 * MS_DAY) /* it holds phones in plain text: the rejected rows and the journal outlive it */

#define UPLOAD_NEW_FIELDS(F, S)                                                   \
	F(S, STR, name, .min = 1, .max = 200) F(S, I64, size, .min = 1, .max = UPLOAD_MAX) \
	F(S, STR, sha256, .opt = true, .min = 64, .max = 64)
RECORD(upload_new, UPLOAD_NEW_FIELDS);
#define UPLOAD_VIEW_FIELDS(F, S) F(S, ID, id) F(S, I64, part_size)
RECORD(upload_view, UPLOAD_VIEW_FIELDS);
#define UPLOAD_PART_FIELDS(F, S) F(S, ID, id) F(S, I64, n, .min = 0, .max = 100000)
RECORD(upload_part_in, UPLOAD_PART_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err io(struct cx *cx)
{
	int code = errno;
	return cx_fail(cx, code == ENOSPC ? ERR_FULL : ERR_IO, T_OK, STR("file"), STR("upload"), str_c(strerror(code)));
}

static err find(struct cx *cx, i64 id, struct order_upload *ret)
{
	struct import_key key = { id };
	err e = READ_SNAP(&cx->unit, base(cx), upload_get(snap, &key, ret));
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_UPLOAD_UNKNOWN, LANG_ZH))) : e;
}

static int file_of(struct cx *cx, i64 id, int flags)
{
	return open(arena_cstr(CX_ARENA(cx), import_path(CX_ARENA(cx), cx->env, id, "")), flags | O_CLOEXEC, 0600);
}

static err begin(struct tx *tx, const struct order_upload *row)
{
	str key = arena_printf(tx->snap.arena, "%lld", (long long)row->id);
	TRY(upload_insert(tx, row));
	return timer_set(tx, STR(UPLOAD_TIMER), key, tx->snap.now + UPLOAD_KEPT_MS, 0, &none_record, &(struct none){ 0 });
}

static err take(struct tx *tx, const struct timer_row *row)
{
	bool taken;
	return timer_take(tx, row, &taken);
}

/* The file goes first: a timer that fires again finds nothing and is done. */
err upload_expire(struct cx *cx, const struct timer_row *row)
{
	i64 id;
	if (str_i64(row->key, &id) && unlink(arena_cstr(CX_ARENA(cx), import_path(CX_ARENA(cx), cx->env, id, ""))) != 0 && errno != ENOENT)
		return io(cx);
	return WRITE_TX(&cx->unit, row->slot, take(tx, row));
}

static err h_new(struct cx *cx)
{
	const struct upload_new *in = cx->in;
	struct order_upload row = { id_next(store_ids(cx->env->store), cx_now(cx)), in->name, in->size, in->sha256, false, cx_now(cx) };
	TRY(import_dir_make(cx->env, CX_ARENA(cx), &cx->unit.fail));
	int fd = file_of(cx, row.id, O_WRONLY | O_CREAT | O_TRUNC);
	if (fd < 0)
		return io(cx);
	close(fd);
	*(struct upload_view *)cx->out = (struct upload_view){ row.id, UPLOAD_PART_BYTES };
	return WRITE_TX(&cx->unit, base(cx), begin(tx, &row));
}

static err write_part(struct cx *cx, i64 id, i64 at, str bytes)
{
	int fd = file_of(cx, id, O_WRONLY);
	if (fd < 0)
		return io(cx);
	for (size_t done = 0; done < bytes.n;) {
		ssize_t n = pwrite(fd, bytes.p + done, bytes.n - done, (off_t)at + (off_t)done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(fd);
			return io(cx);
		}
		done += (size_t)n;
	}
	return close(fd) == 0 ? OK : io(cx);
}

static err h_part(struct cx *cx)
{
	const struct upload_part_in *in = cx->in;
	struct order_upload u;
	str bytes = cx->req->body, number = arena_printf(CX_ARENA(cx), "%lld", (long long)in->n);
	TRY(find(cx, in->id, &u));
	i64 at = in->n * UPLOAD_PART_BYTES, want = int_min(UPLOAD_PART_BYTES, u.size - at);
	if (u.completed)
		return cx_fail(cx, ERR_STATE, T_UPLOAD_PART, STR_NIL, number, STR("completed"));
	if (want <= 0 || (i64)bytes.n != want)
		return cx_fail(cx, ERR_INPUT, T_UPLOAD_PART, STR("n"), number,
			       arena_printf(CX_ARENA(cx), "%lld bytes", (long long)int_max(want, 0)));
	TRY(write_part(cx, in->id, at, bytes));
	struct order_part row = { in->id, in->n, (i64)bytes.n };
	return WRITE_TX(&cx->unit, base(cx), upload_part_put(tx, &row));
}

static err check_sum(struct cx *cx, const struct order_upload *u)
{
	u8 sum[SHA256_BYTES], want[SHA256_BYTES];
	if (!u->sha256.n)
		return OK;
	int fd = file_of(cx, u->id, O_RDONLY);
	bool good = fd >= 0 && hash_sha256_fd(fd, sum);
	if (fd >= 0)
		close(fd);
	if (!good)
		return io(cx);
	if (!hash_unhex(u->sha256, want, sizeof(want)) || memcmp(sum, want, sizeof(sum)) != 0)
		return cx_fail(cx, ERR_INPUT, T_UPLOAD_SHA, STR("sha256"), STR_NIL, STR_NIL);
	return OK;
}

static err h_complete(struct cx *cx)
{
	const struct import_key *in = cx->in;
	struct order_upload u;
	struct order_parts parts;
	TRY(find(cx, in->id, &u));
	TRY(READ_SNAP(&cx->unit, base(cx), upload_parts(snap, in, &parts)));
	if (parts.bytes != u.size)
		return cx_fail(cx, ERR_STATE, T_UPLOAD_INCOMPLETE, STR_NIL,
			       arena_printf(CX_ARENA(cx), "%lld", parts.bytes == NIL ? 0LL : (long long)parts.bytes),
			       arena_printf(CX_ARENA(cx), "%lld", (long long)u.size));
	TRY(check_sum(cx, &u));
	*(struct upload_view *)cx->out = (struct upload_view){ u.id, UPLOAD_PART_BYTES };
	return WRITE_TX(&cx->unit, base(cx), upload_done(tx, in));
}

const struct route upload_routes[] = {
	{ "POST", "/api/v1/uploads", "order.import", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &upload_new_record,
	  &upload_view_record, h_new, "Begins an upload in parts." },
	{ "PUT", "/api/v1/uploads/{id}/parts/{n}", "order.import", ROUTE_SCOPE_NONE, ROUTE_BODY, &upload_part_in_record,
	  &none_record, h_part, "Takes one part, counted from 0." },
	{ "POST", "/api/v1/uploads/{id}/complete", "order.import", ROUTE_SCOPE_NONE, 0, &import_key_record, &upload_view_record,
	  h_complete, "Says that all parts are there." },
	{ 0 },
};
