/*
 * Official accounts over HTTP: connect, read the fans, codes with what came of them. Secrets go in and never out.
 */
#include "feature/oa/oa_data.h"

#include "base/id.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "port/qr/qr.h"
#include "port/wecom/wecom_crypt.h"
#include "store/seal.h"

#define SLUG_CHARS 24
#define SCENE_CHARS 12
#define PICTURE_SIZE 430

#define SET_FIELDS(F, S)                                                                        \
	F(S, STR, name, .min = 1, .max = OA_NAME_MAX) F(S, STR, appid, .min = 1, .max = 64)     \
	F(S, STR, secret, .opt = true, .max = 200, .secret = true, .doc = "absent: as it is")   \
	F(S, STR, token, .opt = true, .max = WECOM_TOKEN_CHARS_MAX, .secret = true)             \
	F(S, STR, aeskey, .opt = true, .max = WECOM_AESKEY_CHARS, .secret = true)               \
	F(S, STR, base, .opt = true, .max = 200) F(S, ID, code_id, .opt = true, .doc = "answer to a follow without a code")
#define NEW_FIELDS(F, S) SET_FIELDS(F, S)
RECORD(oa_new, NEW_FIELDS);
#define EDIT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) SET_FIELDS(F, S)
RECORD(oa_edit, EDIT_FIELDS);
#define VIEW_FIELDS(F, S)                                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, appid) F(S, STR, base, .opt = true) F(S, STR, callback_url) F(S, BOOL, aeskey_set) \
	F(S, ID, code_id, .opt = true) F(S, I64, fans, .doc = "at the last whole reading") F(S, MS, synced_ms, .opt = true) \
	F(S, I64, subscribed, .doc = "told since then, all days") F(S, I64, lost) F(S, I64, version)
RECORD(oa_view, VIEW_FIELDS);
#define CODE_SET_FIELDS(F, S)                                                                   \
	F(S, STR, name, .min = 1, .max = OA_NAME_MAX) F(S, STR, channel, .min = 1, .max = OA_NAME_MAX) \
	F(S, STR, title, .min = 1, .max = OA_TITLE_MAX) F(S, STR, words, .max = OA_WORDS_MAX)   \
	F(S, STR, pic, .opt = true, .max = OA_URL_MAX) F(S, STR, link, .min = 1, .max = OA_URL_MAX)
#define CODE_NEW_FIELDS(F, S) F(S, ID, account_id) CODE_SET_FIELDS(F, S)
RECORD(oa_code_new, CODE_NEW_FIELDS);
#define CODE_EDIT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) CODE_SET_FIELDS(F, S)
RECORD(oa_code_edit, CODE_EDIT_FIELDS);
#define CODE_VIEW_FIELDS(F, S)                                                                  \
	F(S, ID, id) F(S, ID, account_id) CODE_SET_FIELDS(F, S) F(S, STR, menu_url, .doc = "for the account's menu") \
	F(S, I64, subscribed) F(S, I64, scanned) F(S, MS, created_ms) F(S, I64, version)
RECORD(oa_code_view, CODE_VIEW_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(oa_list_in, LIST_FIELDS);
#define JOB_FIELDS_(F, S) F(S, ID, job)
RECORD(oa_job_out, JOB_FIELDS_);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err find(const struct snap *s, i64 id, struct oa_account *ret)
{
	err e = oa_account_get(s, &(struct oa_key){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_OA_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

static err find_code(const struct snap *s, i64 id, struct oa_code *ret)
{
	err e = oa_code_get(s, &(struct oa_key){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_OA_CODE_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

/* ---- accounts ---- */

static struct oa_view view_of(struct cx *cx, const struct oa_account *r, const struct oa_sum *sums, size_t n)
{
	struct oa_view v = { .id = r->id, .name = r->name, .appid = r->appid, .base = r->base, .aeskey_set = r->aeskey.n > 0, .code_id = r->code,
			     .fans = r->fans, .synced_ms = r->synced, .version = r->version };
	v.callback_url = arena_printf(CX_ARENA(cx), "%.*s/oa/callback/%.*s", STR_F(cx->env->public_url), STR_F(r->slug));
	for (size_t i = 0; i < n; i++) {
		v.subscribed += sums[i].account == r->id ? sums[i].subscribed : 0;
		v.lost += sums[i].account == r->id ? sums[i].lost : 0;
	}
	return v;
}

static err show(const struct snap *s, struct cx *cx, i64 id, struct oa_view *ret)
{
	struct oa_account row;
	struct oa_sum *sums;
	size_t n;
	TRY(find(s, id, &row));
	TRY(oa_sums(s, &(struct none){ 0 }, &sums, &n));
	*ret = view_of(cx, &row, sums, n);
	return OK;
}

static err list(const struct snap *s, struct cx *cx, struct page *page)
{
	struct oa_account *rows;
	struct oa_sum *sums;
	size_t n, m;
	TRY(oa_accounts(s, &(struct none){ 0 }, &rows, &n));
	TRY(oa_sums(s, &(struct none){ 0 }, &sums, &m));
	struct oa_view *v = ARENA_ARRAY(s->arena, struct oa_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = view_of(cx, &rows[i], sums, m);
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err h_list(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), list(snap, cx, cx->out)); }

/* The platform over TLS; a way out on this machine may be plain, and a simulated company's stand-in anywhere. */
static err check(struct cx *cx, str at, str aeskey)
{
	struct corp corp;
	struct wecom_key key;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	bool plain = str_starts(at, STR("http://")) && (corp.simulated || str_starts(at, STR("http://127.0.0.1:")));
	if (at.n && !str_starts(at, STR("https://")) && !plain)
		return cx_fail(cx, ERR_INPUT, T_OA_BASE, STR("base"), at, STR("https://"));
	return aeskey.n ? wecom_key_read(aeskey, CX_ARENA(cx), &key, &cx->unit.fail) : OK;
}

static err seal(struct tx *tx, str plain, str *ret) { return plain.n ? seal_text(tx, 0, plain, ret) : OK; }

static str object(struct arena *a, const char *kind, i64 id) { return arena_printf(a, "%s:%lld", kind, (long long)id); }

static err create(struct tx *tx, const struct oa_new *in, struct oa_account row)
{
	TRY(seal(tx, in->secret, &row.secret));
	TRY(seal(tx, in->token, &row.token));
	TRY(seal(tx, in->aeskey, &row.aeskey));
	TRY(oa_account_insert(tx, &row));
	return audit_add(tx, "oa.create", object(tx->snap.arena, "oa", row.id), STR(""));
}

static err h_create(struct cx *cx)
{
	const struct oa_new *in = cx->in;
	struct oa_account row;
	if (!in->secret.n || !in->token.n)
		return cx_fail(cx, ERR_INPUT, T_MISSING, in->secret.n ? STR("token") : STR("secret"), STR_NIL, STR_NIL);
	TRY(check(cx, in->base, in->aeskey));
	record_init(&oa_account_record, &row);
	row.id = id_next(store_ids(cx->env->store), cx_now(cx));
	row.name = in->name;
	row.slug = id_slug(CX_ARENA(cx), SLUG_CHARS);
	row.appid = in->appid;
	row.base = in->base.n ? in->base : STR_NIL;
	row.version = 1;
	row.created = cx_now(cx);
	row.fans = 0;
	TRY(WRITE_TX(&cx->unit, base(cx), create(tx, in, row)));
	return READ_SNAP(&cx->unit, base(cx), show(snap, cx, row.id, cx->out));
}

static err change(struct tx *tx, const struct oa_edit *in)
{
	struct oa_account row;
	struct oa_code code;
	TRY(find(&tx->snap, in->id, &row));
	if (in->code_id != NIL)
		TRY(find_code(&tx->snap, in->code_id, &code));
	row.name = in->name;
	row.appid = in->appid;
	row.base = in->base.n ? in->base : STR_NIL;
	row.code = in->code_id;
	row.version = in->version;
	if (in->aeskey.n)
		row.former_key = row.aeskey; /* messages on their way are still sealed by it */
	TRY(seal(tx, in->secret, &row.secret));
	TRY(seal(tx, in->token, &row.token));
	TRY(seal(tx, in->aeskey, &row.aeskey));
	TRY(oa_account_update(tx, &row));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	return audit_add(tx, "oa.change", object(tx->snap.arena, "oa", in->id), STR(""));
}

static err h_change(struct cx *cx)
{
	const struct oa_edit *in = cx->in;
	TRY(check(cx, in->base, in->aeskey));
	TRY(WRITE_TX(&cx->unit, base(cx), change(tx, in)));
	return READ_SNAP(&cx->unit, base(cx), show(snap, cx, in->id, cx->out));
}

static err start_sync(struct tx *tx, i64 id, enum lang lang, i64 *ret)
{
	struct oa_account row;
	TRY(find(&tx->snap, id, &row));
	struct text_hole hole = { "value", row.name };
	str title = text_fill(tx->snap.arena, T_OA_JOB_SYNC, lang, &hole, 1);
	TRY(job_add(tx, OA_JOB_SYNC, title, STR("/official-account"), &oa_key_record, &(struct oa_key){ id }, ret));
	return audit_add(tx, "oa.sync", object(tx->snap.arena, "oa", id), STR(""));
}

static err h_sync(struct cx *cx)
{
	struct oa_job_out *out = cx->out;
	return WRITE_TX(&cx->unit, base(cx), start_sync(tx, ((const struct oa_key *)cx->in)->id, cx->viewer.lang, &out->job));
}

/* ---- codes ---- */

static struct oa_code_view code_view(struct cx *cx, const struct oa_code *c, const struct oa_sum *sums, size_t n)
{
	struct oa_code_view v = { .id = c->id, .account_id = c->account, .name = c->name, .channel = c->channel, .title = c->title, .words = c->words,
				  .pic = c->pic, .link = c->link, .menu_url = door_url(cx->env, CX_ARENA(cx), c->door), .created_ms = c->created,
				  .version = c->version };
	for (size_t i = 0; i < n; i++) {
		v.subscribed += sums[i].code == c->id ? sums[i].subscribed : 0;
		v.scanned += sums[i].code == c->id ? sums[i].scanned : 0;
	}
	return v;
}

static err show_code(const struct snap *s, struct cx *cx, i64 id, struct oa_code_view *ret)
{
	struct oa_code c;
	struct oa_sum *sums;
	size_t n;
	TRY(find_code(s, id, &c));
	TRY(oa_sums(s, &(struct none){ 0 }, &sums, &n));
	*ret = code_view(cx, &c, sums, n);
	return OK;
}

static err list_codes(const struct snap *s, struct cx *cx, const struct oa_find *of, struct page *page, i64 *ret_last)
{
	struct oa_code *rows;
	struct oa_sum *sums;
	size_t n, m, limit = (size_t)of->limit - 1;
	TRY(oa_codes(s, of, &rows, &n));
	TRY(oa_sums(s, &(struct none){ 0 }, &sums, &m));
	*ret_last = n > limit ? rows[limit - 1].id : NIL;
	n = n > limit ? limit : n;
	struct oa_code_view *v = ARENA_ARRAY(s->arena, struct oa_code_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = code_view(cx, &rows[i], sums, m);
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err h_codes(struct cx *cx)
{
	const struct oa_list_in *in = cx->in;
	struct page *page = cx->out;
	struct oa_find of = { INT64_MAX, in->limit + 1 };
	i64 last;
	TRY(page_from(cx, in->cursor, &of.before, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), list_codes(snap, cx, &of, page, &last)));
	if (last != NIL)
		page->next_cursor = page_next(cx, &last, 1, 0);
	return OK;
}

static err check_link(struct cx *cx, const char *field, str url)
{
	if (url.n && !str_starts(url, STR("https://")) && !str_starts(url, STR("http://")))
		return cx_fail(cx, ERR_INPUT, T_OA_BASE, str_c(field), url, STR("https://"));
	return OK;
}

static err room(const struct snap *s, i64 account, struct oa_account *row, struct oa_open *o)
{
	struct oa_n count;
	TRY(find(s, account, row));
	TRY(oa_code_count(s, &(struct oa_key){ account }, &count));
	if (count.n >= OA_PERMANENT_MAX)
		return snap_fail(s, ERR_STATE, T_OA_CODES_MAX, STR_NIL, STR_NIL, STR(FAIL_STR(OA_PERMANENT_MAX)));
	return oa_open(s, row, o);
}

static err put_code(struct tx *tx, struct oa_code c)
{
	TRY(door_add(tx, OA_DOOR, c.id, STR(""), NIL, &c.door));
	TRY(oa_code_insert(tx, &c));
	return audit_add(tx, "oa.code.create", object(tx->snap.arena, "oacode", c.id), c.name);
}

/* The platform first: a code it has not made is no code. Nothing is lost when we fail afterwards but one of 100,000. */
static err h_code_new(struct cx *cx)
{
	const struct oa_code_new *in = cx->in;
	struct oa_account row;
	struct oa_open o;
	str ticket;
	TRY(check_link(cx, "pic", in->pic));
	TRY(check_link(cx, "link", in->link));
	TRY(READ_SNAP(&cx->unit, base(cx), room(snap, in->account_id, &row, &o)));
	struct oa_code c = { id_next(store_ids(cx->env->store), cx_now(cx)), row.id, in->name, in->channel,
			     arena_printf(CX_ARENA(cx), "yt:%.*s", STR_F(id_slug(CX_ARENA(cx), SCENE_CHARS))), STR_NIL, in->title, in->words,
			     in->pic.n ? in->pic : STR_NIL, in->link, STR(""), 1, cx_now(cx) };
	struct oa_call call = oa_call_of(cx, &o.app);
	TRY(oa_qr_make(&call, c.scene, &ticket, &c.url));
	TRY(WRITE_TX(&cx->unit, base(cx), put_code(tx, c)));
	return READ_SNAP(&cx->unit, base(cx), show_code(snap, cx, c.id, cx->out));
}

static err change_code(struct tx *tx, const struct oa_code_edit *in)
{
	struct oa_code c;
	TRY(find_code(&tx->snap, in->id, &c));
	c.name = in->name;
	c.channel = in->channel;
	c.title = in->title;
	c.words = in->words;
	c.pic = in->pic.n ? in->pic : STR_NIL;
	c.link = in->link;
	c.version = in->version;
	TRY(oa_code_update(tx, &c));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	return audit_add(tx, "oa.code.change", object(tx->snap.arena, "oacode", in->id), STR(""));
}

static err h_code_change(struct cx *cx)
{
	const struct oa_code_edit *in = cx->in;
	TRY(check_link(cx, "pic", in->pic));
	TRY(check_link(cx, "link", in->link));
	TRY(WRITE_TX(&cx->unit, base(cx), change_code(tx, in)));
	return READ_SNAP(&cx->unit, base(cx), show_code(snap, cx, in->id, cx->out));
}

static err h_picture(struct cx *cx)
{
	struct oa_code c;
	str png;
	TRY(READ_SNAP(&cx->unit, base(cx), find_code(snap, ((const struct oa_key *)cx->in)->id, &c)));
	TRY(qr_png(c.url, PICTURE_SIZE, CX_ARENA(cx), &png, &cx->unit.fail));
	http_send(cx->reply, 200, STR("image/png"), png);
	return OK;
}

#define ACCOUNT &oa_view_record
#define CODE &oa_code_view_record
#define KEY &oa_key_record
#define NONE ROUTE_SCOPE_NONE
const struct route oa_routes[] = {
	{ "GET", "/api/v1/oa-accounts", "oa.read", NONE, ROUTE_LIST, &oa_list_in_record, ACCOUNT, h_list, "Official accounts." },
	{ "POST", "/api/v1/oa-accounts", "oa.write", NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &oa_new_record, ACCOUNT, h_create,
	  "Connects an official account." },
	{ "PUT", "/api/v1/oa-accounts/{id}", "oa.write", NONE, ROUTE_ETAG, &oa_edit_record, ACCOUNT, h_change, "Changes it." },
	{ "POST", "/api/v1/oa-accounts/{id}/sync", "oa.write", NONE, ROUTE_ACCEPTED, KEY, &oa_job_out_record, h_sync,
	  "Reads all its fans; a job." },
	{ "GET", "/api/v1/oa-codes", "oa.read", NONE, ROUTE_LIST, &oa_list_in_record, CODE, h_codes, "Parametric codes, newest first." },
	{ "POST", "/api/v1/oa-codes", "oa.write", NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &oa_code_new_record, CODE, h_code_new,
	  "Makes a permanent parametric code." },
	{ "PUT", "/api/v1/oa-codes/{id}", "oa.write", NONE, ROUTE_ETAG, &oa_code_edit_record, CODE, h_code_change,
	  "Changes what it answers; its picture stays." },
	{ "GET", "/api/v1/oa-codes/{id}/qr.png", "oa.read", NONE, ROUTE_RAW, KEY, &none_record, h_picture, "Its picture." },
	{ 0 },
};
