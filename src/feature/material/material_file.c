/*
 * Files: taken in by parts, looked at before anything is made of them, and lent to WeCom for three days at a time.
 *
 * The name's end says what a file claims to be and its bytes what it is; both must agree, because the name is what a
 * customer's phone opens it by.
 */
#include "feature/material/material_data.h"

#include "base/buf.h"
#include "core/corp/corp.h"
#include "port/wecom/wecom_media.h"
#include "store/blob.h"

#define STALE_ROWS 20
#define PDF_TAIL 2048

static const struct { const char *end, *type; } ends[] = {
	{ ".pdf", "application/pdf" },
	{ ".png", "image/png" },
	{ ".jpg", "image/jpeg" },
	{ ".jpeg", "image/jpeg" },
	{ ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ ".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
};

static const char *claimed(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		size_t n = strlen(ends[i].end);
		if (name.n > n && str_eq_nocase(str_sub(name, name.n - n, name.n), str_c(ends[i].end)))
			return ends[i].type;
	}
	return NULL;
}

bool material_is_image(str type) { return str_starts(type, STR("image/")); }

static u32 word_at(str bytes, size_t at)
{
	const u8 *p = (const u8 *)bytes.p + at;
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

/* A picture nobody's phone could unpack is refused by its head. */
static bool png_ok(str bytes)
{
	if (bytes.n < 24 || !str_starts(str_sub(bytes, 12, bytes.n), STR("IHDR")))
		return false;
	u64 pixels = (u64)word_at(bytes, 16) * word_at(bytes, 20);
	return pixels > 0 && pixels <= MATERIAL_PIXELS_MAX;
}

/* A zip names its members in clear; Office's have this one, and a folder by program. */
static str office(str bytes)
{
	if (!str_has(bytes, STR("[Content_Types].xml")))
		return STR_NIL;
	if (str_has(bytes, STR("word/document.xml")))
		return str_c(ends[4].type);
	if (str_has(bytes, STR("xl/workbook.xml")))
		return str_c(ends[5].type);
	return str_has(bytes, STR("ppt/presentation.xml")) ? str_c(ends[6].type) : STR_NIL;
}

str material_sniff(str bytes)
{
	if (str_starts(bytes, STR("\x89PNG\r\n\x1a\n")))
		return png_ok(bytes) ? STR("image/png") : STR_NIL;
	if (str_starts(bytes, STR("\xff\xd8\xff")))
		return STR("image/jpeg");
	if (str_starts(bytes, STR("%PDF-"))) /* without its end it was cut on the way */
		return str_has(str_sub(bytes, bytes.n > PDF_TAIL ? bytes.n - PDF_TAIL : 0, bytes.n), STR("%%EOF")) ? STR("application/pdf") : STR_NIL;
	return str_starts(bytes, STR("PK\x03\x04")) ? office(bytes) : STR_NIL;
}

/* ---- taking in ---- */

static err forget(struct tx *tx, i64 file)
{
	struct material_part *parts;
	size_t n;
	TRY(material_parts(&tx->snap, &(struct material_id){ file }, &parts, &n));
	for (size_t i = 0; i < n; i++)
		TRY(blob_remove(tx, parts[i].blob));
	return material_parts_drop(tx, &(struct material_id){ file });
}

static err forget_stale(struct tx *tx)
{
	struct material_file *old;
	size_t n;
	TRY(material_files_stale(&tx->snap, &(struct material_before){ tx->snap.now - MATERIAL_UNFINISHED_MS, STALE_ROWS }, &old, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(forget(tx, old[i].id));
		TRY(material_file_drop(tx, &(struct material_id){ old[i].id }));
	}
	return OK;
}

static err check_name(struct tx *tx, str name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((u8)name.p[i] < 0x20 || name.p[i] == 0x7f || strchr("\"/\\:", name.p[i]))
			return tx_fail(tx, ERR_INPUT, T_ERR_INPUT, STR("name"), name, STR("\" / \\ :"));
	if (name.n > WECOM_MEDIA_NAME_BYTES_MAX)
		return tx_fail(tx, ERR_INPUT, T_TOO_LONG, STR("name"), arena_printf(tx->snap.arena, "%zu bytes", name.n),
			       arena_printf(tx->snap.arena, "%d bytes", WECOM_MEDIA_NAME_BYTES_MAX));
	return claimed(name) ? OK : tx_fail(tx, ERR_INPUT, T_MATERIAL_TYPES, STR("name"), name, STR("pdf docx xlsx pptx jpg png"));
}

static err check_size(struct tx *tx, str name, i64 bytes)
{
	size_t max = material_is_image(str_c(claimed(name))) ? WECOM_MEDIA_IMAGE_MAX : WECOM_MEDIA_FILE_MAX;
	str given = arena_printf(tx->snap.arena, "%lld B", (long long)bytes);
	if (bytes < WECOM_MEDIA_BYTES_MIN)
		return tx_fail(tx, ERR_INPUT, T_TOO_SMALL, STR("size"), given, arena_printf(tx->snap.arena, "%d B", WECOM_MEDIA_BYTES_MIN));
	return bytes <= (i64)max ? OK : tx_fail(tx, ERR_INPUT, T_TOO_BIG, STR("size"), given, arena_printf(tx->snap.arena, "%zu MB", max >> 20));
}

err material_file_begin(struct tx *tx, str name, i64 bytes, i64 *ret_id)
{
	struct material_file f = {
		.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .name = str_trim(name), .type = STR(""), .bytes = bytes,
		.made = tx->snap.now,
	};
	TRY(check_name(tx, f.name));
	TRY(check_size(tx, f.name, bytes));
	TRY(forget_stale(tx));
	*ret_id = f.id;
	return material_file_add(tx, &f);
}

static err open_file(struct tx *tx, i64 id, struct material_file *ret)
{
	err e = material_file_get(&tx->snap, &(struct material_id){ id }, ret);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_MATERIAL_A_FILE, LANG_ZH)));
	return e;
}

static i64 part_size(const struct material_file *f, i64 n)
{
	i64 at = n * (i64)MATERIAL_PART_BYTES;
	return int_min(f->bytes - at, (i64)MATERIAL_PART_BYTES);
}

/* The same part again changes nothing. */
err material_file_part(struct tx *tx, i64 file, i64 n, str bytes)
{
	struct material_file f;
	TRY(open_file(tx, file, &f));
	i64 want = part_size(&f, n);
	struct material_part part = { file, n, (i64)bytes.n, 0 };
	if (f.blob)
		return OK;
	if (want <= 0 || want != (i64)bytes.n)
		return tx_fail(tx, ERR_INPUT, T_ERR_INPUT, STR("n"), arena_printf(tx->snap.arena, "%zu B", bytes.n),
			       arena_printf(tx->snap.arena, "%lld B", (long long)int_max(want, 0)));
	TRY(blob_put(tx, STR("application/octet-stream"), f.name, bytes, &part.blob));
	TRY(material_part_add(tx, &part));
	return tx_changed(tx) ? OK : blob_remove(tx, part.blob);
}

static err join(struct tx *tx, const struct material_file *f, str *ret)
{
	struct material_part *parts;
	struct buf b = buf_new(tx->snap.arena, BLOB_MAX);
	size_t n;
	TRY(material_parts(&tx->snap, &(struct material_id){ f->id }, &parts, &n));
	for (size_t i = 0; i < n; i++) {
		str type, name, bytes;
		TRY(blob_get(&tx->snap, parts[i].blob, &type, &name, &bytes));
		buf_add(&b, bytes);
	}
	*ret = buf_str(&b);
	if ((i64)ret->n == f->bytes)
		return OK;
	return tx_fail(tx, ERR_STATE, T_MATERIAL_PARTS, STR("id"), arena_printf(tx->snap.arena, "%zu B", ret->n),
		       arena_printf(tx->snap.arena, "%lld B", (long long)f->bytes));
}

err material_file_end(struct tx *tx, i64 file)
{
	struct material_file f;
	str bytes;
	TRY(open_file(tx, file, &f));
	if (f.blob)
		return OK;
	TRY(join(tx, &f, &bytes));
	f.type = material_sniff(bytes);
	if (!str_eq_c(f.type, claimed(f.name)))
		return tx_fail(tx, ERR_INPUT, T_MATERIAL_SNIFF, STR("name"), f.name, f.type.n ? f.type : STR("?"));
	TRY(forget(tx, file));
	TRY(blob_put(tx, f.type, f.name, bytes, &f.blob));
	return material_file_whole(tx, &f);
}

err material_file_read(const struct snap *s, i64 file, struct material_file *ret, str *ret_bytes)
{
	str type, name;
	err e = material_file_get(s, &(struct material_id){ file }, ret);
	if (e == ERR_NOT_FOUND || (e == OK && !ret->blob))
		return snap_fail(s, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_MATERIAL_A_FILE, LANG_ZH)));
	TRY(e);
	return blob_get(s, ret->blob, &type, &name, ret_bytes);
}

void material_file_reply(struct cx *cx, const struct material_file *f, str bytes)
{
	struct buf b = buf_new(CX_ARENA(cx), HTTP_URL_MAX);
	buf_fmt(&b, "%s; filename*=UTF-8''", material_is_image(f->type) ? "inline" : "attachment");
	buf_url(&b, f->name);
	http_send(cx->reply, 200, f->type, bytes);
	http_set(cx->reply, STR("Content-Disposition"), buf_str(&b));
	http_set(cx->reply, STR("Content-Security-Policy"), STR("default-src 'none'; sandbox"));
}

/* ---- lending ---- */

err material_media_of(struct cx *cx, i64 file, str *ret_media_id)
{
	struct material_media had = { 0 };
	struct material_file f;
	struct corp_wecom wecom;
	str bytes;
	i64 base = slot_base(cx->env->store, cx->unit.corp);
	err e = READ_SNAP(&cx->unit, base, material_media_get(snap, &(struct material_id){ file }, &had));
	if (e == OK && had.until - cx_now(cx) >= MATERIAL_RENEW_MS) {
		*ret_media_id = had.media_id;
		return OK;
	}
	if (e != ERR_NOT_FOUND)
		TRY(e);
	TRY(READ_SNAP(&cx->unit, base, material_file_read(snap, file, &f, &bytes)));
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, &wecom));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &wecom.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	struct wecom_upload up = { f.name, f.type, bytes };
	struct material_media now = { .file = file };
	e = wecom_media_upload(&call, material_is_image(f.type) ? WECOM_MEDIA_IMAGE : WECOM_MEDIA_FILE, &up, &now.media_id, &now.until);
	if (e == ERR_UNKNOWN) /* one more copy over there harms nobody */
		return cx_fail(cx, ERR_TIMEOUT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	TRY(e);
	*ret_media_id = now.media_id;
	return WRITE_TX(&cx->unit, base, material_media_put(tx, &now));
}
