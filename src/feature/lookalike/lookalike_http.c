/*
 * lookalike over HTTP: packs, what they were found by, how good they are, who is in them.
 */
#include "feature/lookalike/lookalike_data.h"

#include "core/attr/attr.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/profile/profile.h"
#include "core/tag/tag.h"

#define SCAN_MAX 2000 /* members one page looks at for a viewer who sees few */

#define LOOKALIKE_NEW_FIELDS(F, S)                                                  \
	F(S, STR, name, .min = 1, .max = LOOKALIKE_NAME_MAX)                        \
	F(S, STR, expr, .opt = true, .min = 1, .max = AUDIENCE_TEXT_MAX)            \
	F(S, ID, audience, .opt = true, .doc = "a stored one, instead of expr")     \
	F(S, I64, size, .min = 1, .max = LOOKALIKE_SIZE_MAX, .doc = "people wanted") \
	F(S, STRS, without, .opt = true, .max = LOOKALIKE_WITHOUT_MAX, .doc = "attributes to leave out: those that follow from the seed")
RECORD(lookalike_new, LOOKALIKE_NEW_FIELDS);
#define LOOKALIKE_QUEUED_FIELDS(F, S) F(S, ID, id) F(S, ID, job)
RECORD(lookalike_queued, LOOKALIKE_QUEUED_FIELDS);
#define LOOKALIKE_LIST_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(lookalike_list_in, LOOKALIKE_LIST_IN_FIELDS);
#define LOOKALIKE_ROW_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, STR, words, .opt = true, .doc = "null: the condition no longer holds up") \
	F(S, I64, size) F(S, STR, without, .doc = "attributes left out, with commas") F(S, ID, job) F(S, STR, state, .one_of = "making,made,failed") F(S, MS, created_ms) \
	F(S, MS, made_ms, .opt = true)                                              \
	F(S, I64, seed_n) F(S, I64, base_n) F(S, I64, members)
RECORD(lookalike_row, LOOKALIKE_ROW_FIELDS);
#define LOOKALIKE_VIEW_FEATURE_FIELDS(F, S)                                         \
	F(S, STR, name) F(S, ID, tag, .opt = true) F(S, STR, attr, .opt = true)     \
	F(S, STR, label, .opt = true, .doc = "of the attribute") F(S, I64, seed_n) F(S, I64, base_n) \
	F(S, F64, seed_share) F(S, F64, base_share) F(S, F64, weight)
RECORD(lookalike_view_feature, LOOKALIKE_VIEW_FEATURE_FIELDS);
#define LOOKALIKE_VIEW_FIELDS(F, S)                                                 \
	LOOKALIKE_ROW_FIELDS(F, S) F(S, LIST, features, .of = &lookalike_view_feature_record) \
	F(S, OBJ, evaluation, .opt = true, .of = &lookalike_evaluation_record)      \
	F(S, I64, smoothing) F(S, I64, export_max) F(S, I64, export_days)
RECORD(lookalike_view, LOOKALIKE_VIEW_FIELDS);
#define LOOKALIKE_MEMBERS_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(lookalike_members_in, LOOKALIKE_MEMBERS_IN_FIELDS);
#define LOOKALIKE_FACE_FIELDS(F, S)                                                 \
	F(S, I64, rank) F(S, F64, score) F(S, ID, id) F(S, STR, name, .opt = true) F(S, STR, avatar, .opt = true) \
	F(S, STR, city, .opt = true) F(S, STR, channel, .opt = true) F(S, STR, stage, .opt = true) F(S, I64, orders) \
	F(S, OBJ, staff, .opt = true, .of = &profile_named_record)
RECORD(lookalike_face, LOOKALIKE_FACE_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str number(struct arena *a, i64 n) { return arena_printf(a, "%lld", (long long)n); }

/* ---- shared with exports ---- */

err lookalike_find(struct cx *cx, i64 id, bool done, struct lookalike_pack *ret)
{
	err e = READ_SNAP(&cx->unit, base(cx), lookalike_pack_get(snap, &(struct lookalike_id){ id }, ret));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_LOOKALIKE_UNKNOWN, STR("id"), number(CX_ARENA(cx), id), STR_NIL);
	TRY(e);
	return done && ret->made == NIL ? cx_fail(cx, ERR_STATE, T_LOOKALIKE_UNMADE, STR("id"), ret->name, STR_NIL) : OK;
}

err lookalike_whole(struct cx *cx)
{
	return cx->unit.scope ? cx_fail(cx, ERR_FORBIDDEN, T_LOOKALIKE_WHOLE, STR_NIL, STR_NIL, STR_NIL) : OK;
}

static err sensitive(struct cx *cx, i64 tag, bool *ret)
{
	struct fail before = cx->unit.fail;
	*ret = false;
	err e = READ_SNAP(&cx->unit, base(cx), tag_is_sensitive(snap, tag, ret));
	if (e == ERR_NOT_FOUND) {
		cx->unit.fail = before;
		return OK;
	}
	return e;
}

err lookalike_seed_clean(struct cx *cx, const struct expr *e)
{
	struct ids tags;
	struct strs attrs;
	audience_names(CX_ARENA(cx), e, &tags, &attrs);
	for (size_t i = 0; i < tags.n; i++) {
		bool is;
		TRY(sensitive(cx, tags.v[i], &is));
		if (is)
			return cx_fail(cx, ERR_INPUT, T_LOOKALIKE_SENSITIVE, STR("expr"), number(CX_ARENA(cx), tags.v[i]), STR_NIL);
	}
	return OK;
}

err lookalike_fresh(struct cx *cx, const struct lookalike_pack *pack)
{
	struct lookalike_feature *v;
	struct expr *e;
	size_t n;
	bool is;
	TRY(expr_parse(&cx->unit, pack->expr, &e));
	TRY(lookalike_seed_clean(cx, e));
	TRY(READ_SNAP(&cx->unit, base(cx), lookalike_features(snap, &(struct lookalike_id){ pack->id }, &v, &n)));
	for (size_t i = 0; i < n; i++) {
		if (!v[i].tag)
			continue;
		TRY(sensitive(cx, v[i].tag, &is));
		if (is)
			return cx_fail(cx, ERR_STATE, T_LOOKALIKE_STALE, STR("id"), pack->name, STR_NIL);
	}
	return OK;
}

/* ---- making ---- */

static err seed_of(struct cx *cx, const struct lookalike_new *in, struct expr **ret)
{
	str name;
	i64 n, total;
	if (in->audience != NIL)
		TRY(audience_expr_of(&cx->unit, in->audience, &name, ret));
	else if (in->expr.n)
		TRY(expr_parse(&cx->unit, in->expr, ret));
	else
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("expr"), STR_NIL, STR_NIL);
	TRY(lookalike_seed_clean(cx, *ret));
	TRY(audience_count(&cx->unit, *ret, &n, &total));
	if (n < LOOKALIKE_SEED_MIN || n == total)
		return cx_fail(cx, ERR_INPUT, T_LOOKALIKE_SEED, STR("expr"), number(CX_ARENA(cx), n), STR(FAIL_STR(LOOKALIKE_SEED_MIN)));
	return OK;
}

static err without_of(struct cx *cx, const struct strs *names, str *ret)
{
	struct buf b = buf_new(CX_ARENA(cx), LOOKALIKE_NAME_MAX * 100), all = buf_new(CX_ARENA(cx), LOOKALIKE_NAME_MAX * 100);
	size_t n;
	str *attrs = audience_feature_attrs(&cx->unit, &n);
	for (size_t k = 0; k < n; k++)
		buf_fmt(&all, k ? ", %.*s" : "%.*s", STR_F(attrs[k]));
	for (size_t i = 0; i < names->n; i++) {
		size_t k = 0;
		while (k < n && !str_eq(attrs[k], names->v[i]))
			k++;
		if (k == n)
			return cx_fail(cx, ERR_INPUT, T_NOT_ONE_OF, STR("without"), names->v[i], buf_str(&all));
		buf_fmt(&b, i ? ",%.*s" : "%.*s", STR_F(attrs[k]));
	}
	*ret = b.n ? buf_str(&b) : STR("");
	return OK;
}

static err add(struct tx *tx, struct lookalike_pack *pack)
{
	struct lookalike_count count;
	struct lookalike_id key = { pack->id };
	TRY(lookalike_packs_count(&tx->snap, &(struct none){ 0 }, &count));
	if (count.n >= LOOKALIKE_PACKS_MAX)
		return tx_fail(tx, ERR_STATE, T_LOOKALIKE_PACKS, STR_NIL, STR_NIL, STR(FAIL_STR(LOOKALIKE_PACKS_MAX)));
	TRY(job_add(tx, LOOKALIKE_JOB, pack->name, arena_printf(tx->snap.arena, "/lookalike?pack=%lld", (long long)pack->id),
		    &lookalike_id_record, &key, &pack->job));
	pack->created = tx->snap.now;
	TRY(lookalike_pack_put(tx, pack));
	return audit_add(tx, "lookalike.make", arena_printf(tx->snap.arena, "lookalike:%lld", (long long)pack->id), STR_NIL);
}

static err h_new(struct cx *cx)
{
	const struct lookalike_new *in = cx->in;
	struct lookalike_queued *out = cx->out;
	struct expr *e;
	TRY(lookalike_whole(cx));
	str without;
	TRY(without_of(cx, &in->without, &without));
	TRY(seed_of(cx, in, &e));
	struct lookalike_pack pack = { .id = id_next(store_ids(cx->env->store), cx_now(cx)), .name = in->name,
				       .expr = expr_text(CX_ARENA(cx), e), .size = in->size, .without = without,
				       .made = NIL };
	TRY(WRITE_TX(&cx->unit, base(cx), add(tx, &pack)));
	*out = (struct lookalike_queued){ pack.id, pack.job };
	return OK;
}

static err at_work(struct cx *cx, const struct lookalike_pack *p, bool *ret)
{
	struct job job;
	struct fail before = cx->unit.fail;
	*ret = false;
	if (p->made != NIL)
		return OK;
	err e = job_get(&cx->unit, p->job, &job);
	if (e == ERR_NOT_FOUND) {
		cx->unit.fail = before;
		return OK;
	}
	TRY(e);
	*ret = str_eq_c(job.state, "queued") || str_eq_c(job.state, "running") || str_eq_c(job.state, "paused");
	return OK;
}

static err drop(struct tx *tx, i64 id)
{
	struct lookalike_id key = { id };
	TRY(lookalike_members_drop(tx, &key));
	TRY(lookalike_features_drop(tx, &key));
	TRY(lookalike_pack_drop(tx, &key));
	return audit_add(tx, "lookalike.remove", arena_printf(tx->snap.arena, "lookalike:%lld", (long long)id), STR_NIL);
}

static err h_remove(struct cx *cx)
{
	struct lookalike_pack pack;
	bool making;
	TRY(lookalike_whole(cx));
	TRY(lookalike_find(cx, ((const struct lookalike_id *)cx->in)->id, false, &pack));
	TRY(at_work(cx, &pack, &making));
	if (making)
		return cx_fail(cx, ERR_STATE, T_LOOKALIKE_AT_WORK, STR("id"), number(CX_ARENA(cx), pack.job), STR_NIL);
	return WRITE_TX(&cx->unit, base(cx), drop(tx, pack.id));
}

/* ---- looking ---- */

static err row_of(struct cx *cx, const struct lookalike_pack *p, struct lookalike_row *ret)
{
	bool making;
	TRY(at_work(cx, p, &making));
	struct expr *e;
	struct fail before = cx->unit.fail;
	*ret = (struct lookalike_row){ p->id, p->name, p->expr, STR_NIL, p->size, p->without, p->job,
				       p->made != NIL ? STR("made") : making ? STR("making") : STR("failed"), p->created, p->made,
				       p->seed_n, p->base_n, p->members };
	err got = expr_parse(&cx->unit, p->expr, &e);
	if (got == ERR_INPUT || got == ERR_UNAVAILABLE) {
		cx->unit.fail = before;
		return OK;
	}
	TRY(got);
	ret->words = expr_words(&cx->unit, e, cx->viewer.lang);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct lookalike_list_in *in = cx->in;
	struct page *page = cx->out;
	struct lookalike_pack *v;
	size_t n;
	struct lookalike_page find = { INT64_MAX, in->limit + 1 };
	TRY(page_from(cx, in->cursor, &find.before, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), lookalike_packs(snap, &find, &v, &n)));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		page->next_cursor = page_next(cx, &v[n - 1].id, 1, 0);
	}
	struct lookalike_row *rows = ARENA_ARRAY(CX_ARENA(cx), struct lookalike_row, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(row_of(cx, &v[i], &rows[i]));
	page->data = (struct list){ rows, n };
	page->total = NIL;
	return OK;
}

static str label_of(struct cx *cx, str attr)
{
	const struct attr *a;
	struct fail before = cx->unit.fail;
	if (attr_find(&cx->unit, attr, &a) == OK)
		return str_c(a->title ? a->title : text_raw(a->label, cx->viewer.lang));
	cx->unit.fail = before;
	return attr;
}

/* Those whose tag has become sensitive since are not told. */
static err features_of(struct cx *cx, const struct lookalike_pack *p, struct list *ret)
{
	struct lookalike_feature *v;
	size_t n, shown = 0;
	TRY(READ_SNAP(&cx->unit, base(cx), lookalike_features(snap, &(struct lookalike_id){ p->id }, &v, &n)));
	struct lookalike_view_feature *rows = ARENA_ARRAY(CX_ARENA(cx), struct lookalike_view_feature, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool hidden = false;
		if (v[i].tag)
			TRY(sensitive(cx, v[i].tag, &hidden));
		if (!hidden)
			rows[shown++] = (struct lookalike_view_feature){
				v[i].name, v[i].tag ? v[i].tag : NIL, v[i].tag ? STR_NIL : v[i].attr,
				v[i].tag ? STR_NIL : label_of(cx, v[i].attr), v[i].seed_n, v[i].base_n,
				(double)v[i].seed_n / (double)int_max(1, p->seed_n), (double)v[i].base_n / (double)int_max(1, p->base_n),
				(double)v[i].weight / LOOKALIKE_ONE };
	}
	*ret = (struct list){ rows, shown };
	return OK;
}

static err h_get(struct cx *cx)
{
	struct lookalike_view *out = cx->out;
	struct lookalike_pack p;
	struct lookalike_row r;
	struct json *tree;
	TRY(lookalike_find(cx, ((const struct lookalike_id *)cx->in)->id, false, &p));
	TRY(row_of(cx, &p, &r));
	*out = (struct lookalike_view){ r.id, r.name, r.expr, r.words, r.size, r.without, r.job, r.state, r.created_ms, r.made_ms, r.seed_n, r.base_n,
					r.members, { NULL, 0 }, NULL, (i64)LOOKALIKE_SMOOTHING, LOOKALIKE_EXPORT_MAX,
					LOOKALIKE_EXPORT_DAYS };
	if (p.made == NIL)
		return OK;
	TRY(features_of(cx, &p, &out->features));
	struct lookalike_evaluation *e = ARENA_NEW(CX_ARENA(cx), struct lookalike_evaluation);
	TRY(json_parse(p.evaluation, CX_ARENA(cx), &tree, &cx->unit.fail));
	record_read(&lookalike_evaluation_record, tree, e, CX_ARENA(cx));
	out->evaluation = e;
	return OK;
}

/* ---- members ---- */

struct found { struct lookalike_person *v; i64 *roots, *ranks, next; size_t n; };

/* From a rank on, those the viewer sees, at most want; next: where to go on, NIL at the end. */
static err scan(struct cx *cx, const struct lookalike_pack *p, i64 rank, size_t want, struct found *ret)
{
	struct lookalike_person people[LOOKALIKE_CHUNK];
	size_t in_chunk = 0;
	i64 loaded = NIL, end = rank + SCAN_MAX;
	*ret = (struct found){ .next = NIL };
	ret->v = ARENA_ARRAY(CX_ARENA(cx), struct lookalike_person, want + 1);
	ret->roots = ARENA_ARRAY(CX_ARENA(cx), i64, want + 1);
	ret->ranks = ARENA_ARRAY(CX_ARENA(cx), i64, want + 1);
	for (; rank < p->members && rank < end && ret->n < want; rank++) {
		struct lookalike_chunk chunk = { .pack = p->id, .place = rank / LOOKALIKE_CHUNK };
		struct fail before = cx->unit.fail;
		if (chunk.place != loaded) {
			TRY(READ_SNAP(&cx->unit, base(cx), lookalike_chunk_get(snap, &chunk, &chunk)));
			in_chunk = lookalike_unpack_people(chunk.people, people);
			loaded = chunk.place;
		}
		size_t at = (size_t)(rank % LOOKALIKE_CHUNK);
		err e = at < in_chunk ? customer_visible(&cx->unit, people[at].customer, &ret->roots[ret->n]) : ERR_NOT_FOUND;
		if (e == ERR_NOT_FOUND) {
			cx->unit.fail = before;
			continue;
		}
		TRY(e);
		ret->ranks[ret->n] = rank + 1;
		ret->v[ret->n++] = people[at];
	}
	ret->next = rank < p->members ? rank : NIL;
	return OK;
}

static err h_members(struct cx *cx)
{
	const struct lookalike_members_in *in = cx->in;
	struct page *page = cx->out;
	struct lookalike_pack p;
	struct found f;
	struct list people;
	i64 rank = 0;
	TRY(lookalike_find(cx, in->id, true, &p));
	TRY(page_from(cx, in->cursor, &rank, 1, (u64)p.id));
	TRY(scan(cx, &p, rank, (size_t)in->limit, &f));
	if (f.next != NIL)
		page->next_cursor = page_next(cx, &f.next, 1, (u64)p.id);
	TRY(profile_rows(cx, f.roots, f.n, &people));
	const struct profile_row *row = people.v;
	struct lookalike_face *rows = ARENA_ARRAY(CX_ARENA(cx), struct lookalike_face, people.n + 1);
	for (size_t i = 0, k = 0; i < people.n; i++, k++) {
		while (f.roots[k] != row[i].id)
			k++;
		rows[i] = (struct lookalike_face){ f.ranks[k], (double)f.v[k].score / LOOKALIKE_ONE, row[i].id, row[i].name,
						   row[i].avatar, row[i].city, row[i].channel, row[i].stage, row[i].orders,
						   row[i].staff };
	}
	page->data = (struct list){ rows, people.n };
	page->total = cx->unit.scope ? NIL : p.members;
	return OK;
}

const struct route lookalike_routes[] = {
	{ "POST", "/api/v1/lookalikes", "lookalike.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT,
	  &lookalike_new_record, &lookalike_queued_record, h_new, "Finds people like those of a seed, as a job" },
	{ "GET", "/api/v1/lookalikes", "lookalike.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &lookalike_list_in_record,
	  &lookalike_row_record, h_list, "Packs, newest first" },
	{ "GET", "/api/v1/lookalikes/{id}", "lookalike.read", ROUTE_SCOPE_NONE, 0, &lookalike_id_record, &lookalike_view_record,
	  h_get, "One pack: what it was found by, with weights, and how well that finds a held-out fifth of the seed" },
	{ "GET", "/api/v1/lookalikes/{id}/members", "lookalike.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST,
	  &lookalike_members_in_record, &lookalike_face_record, h_members,
	  "The most alike first, of those the viewer sees; a page may be short and have a next one" },
	{ "DELETE", "/api/v1/lookalikes/{id}", "lookalike.write", ROUTE_SCOPE_NONE, 0, &lookalike_id_record, &none_record, h_remove,
	  "Removes a pack; what was asked and taken out stays on record" },
	{ 0 },
};
