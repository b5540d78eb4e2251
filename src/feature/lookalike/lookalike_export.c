/*
 * Taking hashed phones out: asked with a purpose, decided by somebody else, fetched by who asked.
 *
 * The file is made when it is fetched, so consents and phones are those of that moment. It is recorded before
 * it is sent: what is not on record has not left.
 */
#include "feature/lookalike/lookalike_data.h"

#include "base/hash.h"
#include "base/map.h"
#include "core/approve/approve.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/tag/tag.h"

#define FILE_BYTES_MAX ((size_t)16 << 20)
#define MAINLAND "+86"

#define LOOKALIKE_ASK_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, STR, what, .one_of = "seed,similar")                      \
	F(S, STR, purpose, .min = LOOKALIKE_PURPOSE_MIN, .max = LOOKALIKE_PURPOSE_MAX, .doc = "what the file is for")
RECORD(lookalike_ask, LOOKALIKE_ASK_FIELDS);
#define LOOKALIKE_DECIDE_FIELDS(F, S) F(S, ID, id) F(S, STR, decision, .one_of = "approved,refused")
RECORD(lookalike_decide, LOOKALIKE_DECIDE_FIELDS);
#define LOOKALIKE_EXPORTS_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(lookalike_exports_in, LOOKALIKE_EXPORTS_IN_FIELDS);
#define LOOKALIKE_EXPORT_VIEW_FIELDS(F, S)                                          \
	F(S, ID, id) F(S, ID, pack) F(S, STR, pack_name) F(S, STR, what) F(S, STR, purpose) F(S, STR, state) \
	F(S, STR, asked_by) F(S, MS, asked_ms) F(S, STR, decided_by, .opt = true) F(S, MS, decided_ms, .opt = true) \
	F(S, MS, until_ms, .opt = true) F(S, I64, downloads) F(S, I64, rows, .opt = true, .doc = "of the last file") \
	F(S, BOOL, mine, .doc = "asked by the viewer") F(S, BOOL, decidable, .doc = "by the viewer") F(S, BOOL, fetchable)
RECORD(lookalike_export_view, LOOKALIKE_EXPORT_VIEW_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str object_of(struct arena *a, i64 id) { return arena_printf(a, "lookalike-export:%lld", (long long)id); }

static ms until(const struct lookalike_export *x)
{
	return str_eq_c(x->state, "approved") ? x->decided + LOOKALIKE_EXPORT_DAYS * MS_DAY : NIL;
}

static str user_name(struct cx *cx, i64 id)
{
	struct user u;
	struct fail before = cx->unit.fail;
	if (user_get(&cx->unit, id, &u) == OK)
		return u.name;
	cx->unit.fail = before;
	return arena_printf(CX_ARENA(cx), "%lld", (long long)id);
}

static struct lookalike_export_view view_of(struct cx *cx, const struct lookalike_export *x)
{
	bool mine = x->asked_by == cx->viewer.user, waits = str_eq_c(x->state, "asked");
	ms end = until(x);
	return (struct lookalike_export_view){
		.id = x->id, .pack = x->pack, .pack_name = x->pack_name, .what = x->what, .purpose = x->purpose, .state = x->state,
		.asked_by = user_name(cx, x->asked_by), .asked_ms = x->asked,
		.decided_by = x->decided_by == NIL ? STR_NIL : user_name(cx, x->decided_by), .decided_ms = x->decided, .until_ms = end,
		.downloads = x->downloads, .rows = x->rows_n, .mine = mine,
		.decidable = waits && !mine && cx_may(cx, "lookalike.approve"), .fetchable = mine && end != NIL && end > cx_now(cx),
	};
}

static err find(struct cx *cx, i64 id, struct lookalike_export *ret)
{
	err e = READ_SNAP(&cx->unit, base(cx), lookalike_export_get(snap, &(struct lookalike_id){ id }, ret));
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_LOOKALIKE_NO_EXPORT, STR("id"), arena_printf(CX_ARENA(cx), "%lld", (long long)id), STR_NIL)
				  : e;
}

static struct lookalike_exported told(const struct lookalike_export *x)
{
	return (struct lookalike_exported){ x->id, x->pack, x->what, x->purpose, x->state, NIL, NIL, NIL };
}

/* ---- asking ---- */

static err ask_for(struct tx *tx, struct lookalike_export *x)
{
	struct lookalike_count open;
	x->asked = tx->snap.now;
	struct lookalike_exported body = told(x);
	TRY(lookalike_exports_open(&tx->snap, &(struct none){ 0 }, &open));
	if (open.n >= LOOKALIKE_EXPORTS_OPEN_MAX)
		return tx_fail(tx, ERR_STATE, T_LOOKALIKE_OPEN, STR_NIL, STR_NIL, STR(FAIL_STR(LOOKALIKE_EXPORTS_OPEN_MAX)));
	TRY(lookalike_export_put(tx, x));
	TRY(journal_add(tx, EV_LOOKALIKE_ASKED, 0, tx->snap.now, &lookalike_exported_record, &body, NULL));
	return audit_add(tx, "lookalike.ask", object_of(tx->snap.arena, x->id), x->purpose);
}

static err h_ask(struct cx *cx)
{
	const struct lookalike_ask *in = cx->in;
	struct lookalike_pack pack;
	TRY(lookalike_whole(cx));
	TRY(lookalike_find(cx, in->id, true, &pack));
	TRY(lookalike_fresh(cx, &pack));
	struct lookalike_export x = { .id = id_next(store_ids(cx->env->store), cx_now(cx)), .pack = pack.id, .pack_name = pack.name,
				      .what = in->what, .purpose = in->purpose, .state = STR("asked"), .asked_by = cx->viewer.user,
				      .decided_by = NIL, .decided = NIL, .rows_n = NIL };
	TRY(WRITE_TX(&cx->unit, base(cx), ask_for(tx, &x)));
	*(struct lookalike_export_view *)cx->out = view_of(cx, &x);
	return OK;
}

/* ---- deciding ---- */

static err decided(struct tx *tx, struct lookalike_export *x, str reason)
{
	x->decided = tx->snap.now;
	struct lookalike_exported body = told(x);
	TRY(lookalike_export_decide(tx, x));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_STATE, T_LOOKALIKE_DECIDED, STR("id"), x->pack_name, STR_NIL);
	struct approval_decided d = { STR("export"), x->id, x->pack_name, STR("/lookalike"), x->asked_by, 0, str_eq_c(x->state, "approved"), reason };
	TRY(approval_tell(tx, &d));
	TRY(journal_add(tx, EV_LOOKALIKE_DECIDED, 0, tx->snap.now, &lookalike_exported_record, &body, NULL));
	return audit_add(tx, str_eq_c(x->state, "approved") ? "lookalike.approve" : "lookalike.refuse", object_of(tx->snap.arena, x->id),
			 x->purpose);
}

static err decide(struct cx *cx, i64 id, str decision, str reason, struct lookalike_export *x)
{
	TRY(lookalike_whole(cx));
	TRY(find(cx, id, x));
	if (x->asked_by == cx->viewer.user)
		return cx_fail(cx, ERR_FORBIDDEN, T_LOOKALIKE_OWN, STR_NIL, STR_NIL, STR_NIL);
	x->state = decision;
	x->decided_by = cx->viewer.user;
	return WRITE_TX(&cx->unit, base(cx), decided(tx, x, reason));
}

static err h_decide(struct cx *cx)
{
	const struct lookalike_decide *in = cx->in;
	struct lookalike_export x;
	TRY(decide(cx, in->id, in->decision, STR(""), &x));
	*(struct lookalike_export_view *)cx->out = view_of(cx, &x);
	return OK;
}

static err waits(struct cx *cx, struct approval_list *ret)
{
	struct lookalike_export *v;
	size_t n;
	if (cx->unit.scope)
		return OK;
	TRY(READ_SNAP(&cx->unit, base(cx), lookalike_exports_asked(snap, &(struct lookalike_page){ 0, APPROVALS_MAX }, &v, &n)));
	for (size_t i = 0; i < n; i++)
		vec_push(CX_ARENA(cx), &ret->v, ((struct approval){
			.id = v[i].id, .title = v[i].pack_name, .note = v[i].purpose, .people = NIL, .asked_by = v[i].asked_by,
			.asked_ms = v[i].asked, .href = STR("/lookalike") }));
	return OK;
}

static err answer(struct cx *cx, i64 id, const struct approval_answer *a)
{
	struct lookalike_export x;
	return decide(cx, id, a->agreed ? STR("approved") : STR("refused"), a->reason, &x);
}

const struct approver lookalike_approver = { "export", T_LOOKALIKE_EXPORT, "lookalike.approve", waits, answer };

static err h_exports(struct cx *cx)
{
	const struct lookalike_exports_in *in = cx->in;
	struct page *page = cx->out;
	struct lookalike_export *v;
	size_t n;
	struct lookalike_page find = { INT64_MAX, in->limit + 1 };
	TRY(page_from(cx, in->cursor, &find.before, 1, 1));
	TRY(READ_SNAP(&cx->unit, base(cx), lookalike_exports(snap, &find, &v, &n)));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		page->next_cursor = page_next(cx, &v[n - 1].id, 1, 1);
	}
	struct lookalike_export_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct lookalike_export_view, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = view_of(cx, &v[i]);
	page->data = (struct list){ rows, n };
	page->total = NIL;
	return OK;
}

/* ---- the file ---- */

struct file { struct cx *cx; struct buf b; struct imap done; i64 people, unconsented, phoneless; };

static void hash_line(struct file *f, str phone, str score)
{
	u8 digest[SHA256_BYTES];
	str plain = str_starts(phone, STR(MAINLAND)) ? str_sub(phone, strlen(MAINLAND), phone.n) : phone;
	hash_sha256(plain, digest);
	str hex = hash_hex(CX_ARENA(f->cx), digest, SHA256_BYTES);
	buf_fmt(&f->b, "%.*s,%.*s\r\n", STR_F(hex), STR_F(score));
}

/* Every verified phone of a person who consented. */
static err add_person(struct file *f, i64 root, str score)
{
	struct unit *u = &f->cx->unit;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, rows, lines = 0;
	bool consented;
	TRY(READ_SNAP(u, slot_of_customer(u->store, root), tag_consented(snap, root, LOOKALIKE_CONSENT, &consented)));
	if (!consented) {
		f->unconsented++;
		return OK;
	}
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct identity_row *v;
		TRY(identity_of(u, leaves[i], &v, &rows));
		for (size_t k = 0; k < rows; k++)
			if (v[k].verified && str_eq_c(v[k].kind, "phone")) {
				hash_line(f, v[k].value, score);
				lines++;
			}
	}
	f->people += lines > 0;
	f->phoneless += lines == 0;
	return OK;
}

/* Who was merged meanwhile counts once, who is gone not at all. */
static err add_customer(struct file *f, i64 customer, str score)
{
	struct fail before = f->cx->unit.fail;
	i64 root, seen;
	err e = customer_visible(&f->cx->unit, customer, &root);
	if (e == ERR_NOT_FOUND) {
		f->cx->unit.fail = before;
		return OK;
	}
	TRY(e);
	if (imap_get(&f->done, root, &seen))
		return OK;
	imap_put(&f->done, root, 1);
	return add_person(f, root, score);
}

static err add_seed(struct file *f, const struct lookalike_pack *p)
{
	struct expr *e;
	i64 *v;
	size_t n;
	TRY(expr_parse(&f->cx->unit, p->expr, &e));
	TRY(audience_select(&f->cx->unit, e, 0, LOOKALIKE_EXPORT_MAX, &v, &n));
	for (size_t i = 0; i < n; i++)
		TRY(add_customer(f, v[i], STR("")));
	return OK;
}

static err add_similar(struct file *f, const struct lookalike_pack *p)
{
	struct lookalike_person people[LOOKALIKE_CHUNK];
	i64 most = int_min(p->members, LOOKALIKE_EXPORT_MAX);
	for (i64 from = 0; from < most; from += LOOKALIKE_CHUNK) {
		struct lookalike_chunk c = { .pack = p->id, .place = from / LOOKALIKE_CHUNK };
		TRY(READ_SNAP(&f->cx->unit, base(f->cx), lookalike_chunk_get(snap, &c, &c)));
		size_t n = lookalike_unpack_people(c.people, people);
		for (size_t i = 0; i < n && from + (i64)i < most; i++)
			TRY(add_customer(f, people[i].customer, arena_printf(CX_ARENA(f->cx), "%.6f", (double)people[i].score / LOOKALIKE_ONE)));
	}
	return OK;
}

static err took(struct tx *tx, struct lookalike_export *x, const struct file *f)
{
	struct arena *a = tx->snap.arena;
	struct lookalike_exported body = told(x);
	body.people = f->people;
	body.unconsented = f->unconsented;
	body.phoneless = f->phoneless;
	x->rows_n = f->people;
	TRY(lookalike_export_took(tx, x));
	TRY(journal_add(tx, EV_LOOKALIKE_TAKEN, 0, tx->snap.now, &lookalike_exported_record, &body, NULL));
	return audit_add(tx, "lookalike.take", object_of(a, x->id),
			 arena_printf(a, "%lld people; without consent %lld, without phone %lld", (long long)f->people,
				      (long long)f->unconsented, (long long)f->phoneless));
}

static err may_take(struct cx *cx, const struct lookalike_export *x)
{
	if (x->asked_by != cx->viewer.user)
		return cx_fail(cx, ERR_FORBIDDEN, T_LOOKALIKE_NOT_YOURS, STR_NIL, STR_NIL, STR_NIL);
	if (!str_eq_c(x->state, "approved"))
		return cx_fail(cx, ERR_STATE, str_eq_c(x->state, "asked") ? T_LOOKALIKE_WAITS : T_LOOKALIKE_REFUSED, STR("id"), x->pack_name,
			       STR_NIL);
	if (until(x) <= cx_now(cx))
		return cx_fail(cx, ERR_STATE, T_LOOKALIKE_EXPIRED, STR("id"), x->pack_name, STR(FAIL_STR(LOOKALIKE_EXPORT_DAYS)));
	return OK;
}

static err h_file(struct cx *cx)
{
	struct lookalike_export x;
	struct lookalike_pack pack;
	TRY(lookalike_whole(cx));
	TRY(find(cx, ((const struct lookalike_id *)cx->in)->id, &x));
	TRY(may_take(cx, &x));
	TRY(lookalike_find(cx, x.pack, true, &pack));
	TRY(lookalike_fresh(cx, &pack));
	struct file f = { .cx = cx, .b = buf_new(CX_ARENA(cx), FILE_BYTES_MAX), .done = imap_new(CX_ARENA(cx)) };
	buf_add_c(&f.b, "phone_sha256,score\r\n");
	TRY(str_eq_c(x.what, "seed") ? add_seed(&f, &pack) : add_similar(&f, &pack));
	if (f.b.over)
		return cx_fail(cx, ERR_TOO_LARGE, T_OK, STR("file"), STR_NIL, STR(FAIL_STR(LOOKALIKE_EXPORT_MAX)));
	TRY(WRITE_TX(&cx->unit, base(cx), took(tx, &x, &f)));
	return cx_send_csv(cx, &f.b, arena_printf(CX_ARENA(cx), "lookalike-%lld.csv", (long long)x.id));
}

const struct route lookalike_export_routes[] = {
	{ "POST", "/api/v1/lookalikes/{id}/exports", "lookalike.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT,
	  &lookalike_ask_record, &lookalike_export_view_record, h_ask, "Asks for a file of hashed phones, and says what for" },
	{ "GET", "/api/v1/lookalike-exports", "lookalike.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &lookalike_exports_in_record,
	  &lookalike_export_view_record, h_exports, "What was asked for, newest first" },
	{ "POST", "/api/v1/lookalike-exports/{id}/decision", "lookalike.approve", ROUTE_SCOPE_NONE, 0, &lookalike_decide_record,
	  &lookalike_export_view_record, h_decide, "Approves or refuses what somebody else asked for" },
	{ "GET", "/api/v1/lookalike-exports/{id}/file.csv", "lookalike.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_RAW, &lookalike_id_record,
	  &none_record, h_file, "SHA-256 of the verified phones of those who consented; every fetch is on record" },
	{ 0 },
};
