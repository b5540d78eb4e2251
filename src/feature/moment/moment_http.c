/*
 * Moments over HTTP: uploads, preview, making, following, reminding, cancelling.
 */
#include "feature/moment/moment_int.h"
#include "feature/moment/moment_view.h"

#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/tag/tag_data.h"
#include "core/tag/tag.h"
#include "store/blob.h"

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str label_of(struct cx *cx, str reason)
{
	static const struct { const char *name; enum text text; } known[] = {
		{ "no_version", T_MOMENT_NO_VERSION }, { "no_sender", T_BROADCAST_NO_SENDER }, { "after_confirm", T_BROADCAST_AFTER_CONFIRM },
		{ "not_posted", T_MOMENT_NOT_POSTED }, { "not_visible", T_MOMENT_NOT_VISIBLE }, { "sender_refused", T_MOMENT_SENDER_REFUSED },
		{ "cancelled", T_MOMENT_CANCELLED }, { "twin", T_MOMENT_TWIN }, { "expired", T_MOMENT_EXPIRED }, { "tag_gone", T_MOMENT_TAG_GONE }, { "tag_not_made", T_MOMENT_TAG_NOT_MADE },
		{ "job_late", T_MOMENT_JOB_LATE }, { "empty", T_MOMENT_EMPTY }, { "unknown", T_MOMENT_UNKNOWN }, { TRIAL_REASON, T_TRIAL_HELD },
	};
	enum text ours = mass_out_text(reason) == T_OK ? reach_reason_text(reason) : mass_out_text(reason);
	i64 code;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_eq_c(reason, known[i].name))
			return str_c(text_raw(known[i].text, cx->viewer.lang));
	if (ours != T_OK)
		return str_c(text_raw(ours, cx->viewer.lang));
	if (!str_i64(reason, &code))
		return reason;
	struct text_hole hole = { "value", reason };
	return text_fill(CX_ARENA(cx), wecom_errcode(code)->text, cx->viewer.lang, &hole, 1);
}

/* ---- preview and making ---- */

struct asked { struct moment_aim aim; str expr, words, version_words[MOMENT_VERSIONS_MAX]; struct moment_draft *drafts; };

static err read_version(struct cx *cx, struct asked *a, size_t i)
{
	struct moment_draft *d = &a->drafts[i];
	struct expr *e;
	a->version_words[i] = STR("");
	TRY(moment_content_check(&cx->unit, d->content, i));
	if (a->aim.trial && d->expr.n)
		return cx_fail(cx, ERR_INPUT, T_MOMENT_TRIAL_EXPR, STR("versions.expr"), d->name, STR_NIL);
	if (!d->expr.n && !a->aim.trial && i + 1 < a->aim.count)
		return cx_fail(cx, ERR_INPUT, T_MOMENT_REST_LAST, STR("versions"), d->name, STR_NIL);
	if (!d->expr.n)
		return OK;
	TRY(expr_parse(&cx->unit, d->expr, &e));
	a->aim.of[i] = e;
	d->expr = expr_text(CX_ARENA(cx), e);
	a->version_words[i] = expr_words(&cx->unit, e, cx->viewer.lang);
	return OK;
}

static err read_asked(struct cx *cx, const struct moment_preview_in *in, struct asked *ret)
{
	struct list versions = in->versions;
	struct trial *t = ARENA_NEW(CX_ARENA(cx), struct trial);
	struct expr *whole;
	*ret = (struct asked){ .aim = { .count = versions.n, .kind = in->kind.n ? in->kind : STR("promo"), .holdout = int_max(in->holdout, 0),
					.seed = in->seed > 0 ? in->seed : id_next(store_ids(cx->env->store), cx_now(cx)) }, .drafts = versions.v };
	if (in->experiment_id > 0) {
		TRY(READ_SNAP(&cx->unit, base(cx), trial_use(snap, in->experiment_id, versions.n, t)));
		ret->aim.trial = t;
	}
	TRY(expr_parse(&cx->unit, in->expr, &whole));
	ret->aim.whole = whole;
	ret->expr = expr_text(CX_ARENA(cx), whole);
	ret->words = expr_words(&cx->unit, whole, cx->viewer.lang);
	for (size_t i = 0; i < versions.n; i++)
		TRY(read_version(cx, ret, i));
	return moment_times(&cx->unit, in->start_ms, &ret->aim.opens, &ret->aim.deadline);
}

static struct list excluded_views(struct cx *cx, const struct moment_reason *rows, size_t n)
{
	struct moment_excluded *v = ARENA_ARRAY(CX_ARENA(cx), struct moment_excluded, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct moment_excluded){ rows[i].n, rows[i].reason, label_of(cx, rows[i].reason), rows[i].count };
	return (struct list){ v, n };
}

static err h_preview(struct cx *cx)
{
	const struct moment_preview_in *in = cx->in;
	struct moment_preview_out *out = cx->out;
	struct moment_share *shares = ARENA_ARRAY(CX_ARENA(cx), struct moment_share, in->versions.n);
	struct imap members = imap_new(CX_ARENA(cx));
	struct tag_count tags;
	struct moment_sums sums;
	struct asked a;
	TRY(read_asked(cx, in, &a));
	TRY(moment_preview(&cx->unit, &a.aim, &sums));
	TRY(READ_SNAP(&cx->unit, base(cx), tag_total(snap, &(struct none){ 0 }, &tags)));
	*out = (struct moment_preview_out){
		.people = sums.people, .total = sums.planned, .no_version = a.aim.trial ? 0 : sums.people, .seed = a.aim.seed, .words = a.words, .starts_ms = a.aim.opens,
		.deadline_ms = a.aim.deadline, .tags_used = tags.n, .tags_max = TAG_MAX, .versions = { shares, in->versions.n },
		.minutes = (sums.planned * 60 + MOMENT_MARKS_AN_HOUR - 1) / MOMENT_MARKS_AN_HOUR,
		.excluded = excluded_views(cx, sums.reasons.v, sums.reasons.n),
	};
	for (size_t i = 0; i < in->versions.n; i++) {
		const struct moment_sum *s = &sums.of[i];
		shares[i] = (struct moment_share){ s->n, a.drafts[i].name, a.version_words[i], s->matched, s->taken, s->people, s->planned, 0 };
		out->no_version -= a.aim.trial ? 0 : s->people;
		out->tags += s->planned > 0;
	}
	for (size_t i = 0; i < sums.loads.n; i++) {
		shares[sums.loads.v[i].n - 1].senders++;
		out->senders += imap_put(&members, sums.loads.v[i].staff, 1);
	}
	return OK;
}

/* ---- one and all ---- */

/* Adds up what is known of one version (n), or of all (n < 0). */
static void count(const struct moment_tally *rows, size_t n, i64 version, struct moment_counts *c)
{
	for (size_t i = 0; i < n; i++) {
		const struct moment_tally *t = &rows[i];
		if (version >= 0 && t->version != version)
			continue;
		bool excluded = str_eq_c(t->state, "excluded"), tagged = str_eq_c(t->state, "tagged");
		c->excluded += excluded ? t->n : 0;
		c->planned += excluded ? 0 : t->n;
		c->tagged += tagged ? t->n : 0;
		c->unreached += !excluded && !tagged && !str_eq_c(t->state, "planned") && !str_eq_c(t->state, "visible") ? t->n : 0;
		if (c->visible != NIL) {
			c->visible += str_eq_c(t->state, "visible") ? t->n : 0;
			c->liked += t->liked;
			c->commented += t->commented;
		}
	}
}

static struct moment_counts *counts_of(struct arena *a, const struct moment_tally *rows, size_t n, const struct moment_total *totals, size_t total_n, i64 id, i64 version)
{
	struct moment_counts *c = ARENA_NEW(a, struct moment_counts);
	i64 unread = 0;
	*c = (struct moment_counts){ .visible = NIL, .liked = NIL, .commented = NIL };
	for (size_t i = 0; i < total_n; i++) {
		if (id && totals[i].version != id)
			continue;
		c->senders += totals[i].senders;
		c->posted += totals[i].posted;
		unread += totals[i].unread;
	}
	if (c->posted > unread) /* something has been read */
		c->visible = c->liked = c->commented = 0;
	count(rows, n, version, c);
	return c;
}

struct numbers { struct moment_tally *tallies; struct moment_total *totals; size_t tally_count, total_count; };

static err read_numbers(const struct snap *s, i64 plan, struct numbers *ret)
{
	TRY(moment_tallies(s, &(struct moment_key){ plan }, &ret->tallies, &ret->tally_count));
	return moment_totals(s, &(struct moment_key){ plan }, &ret->totals, &ret->total_count);
}

err moment_count_all(const struct snap *s, i64 plan, struct moment_counts **ret)
{
	struct numbers n;
	TRY(read_numbers(s, plan, &n));
	*ret = counts_of(s->arena, n.tallies, n.tally_count, n.totals, n.total_count, 0, -1);
	return OK;
}

static struct moment_counts *counts_all(struct arena *a, const struct numbers *n)
{
	return counts_of(a, n->tallies, n->tally_count, n->totals, n->total_count, 0, -1);
}

static str maker(struct cx *cx, i64 user)
{
	struct user u;
	return user && user_get(&cx->unit, user, &u) == OK ? u.name : STR("");
}

static err view(const struct snap *s, const struct moment *p, const struct numbers *n, struct moment_view *v)
{
	struct moment_version *versions;
	size_t count_of;
	TRY(moment_versions(s, &(struct moment_key){ p->id }, &versions, &count_of));
	*v = (struct moment_view){
		.id = p->id, .name = p->name, .state = p->state, .counts = counts_all(s->arena, n), .versions = (i64)count_of,
		.created_ms = p->created, .starts_ms = p->opens, .deadline_ms = p->deadline,
	};
	return OK;
}

static err read_list(struct cx *cx, const struct snap *s, const struct moment_find *find, struct moment **ret)
{
	struct page *page = cx->out;
	size_t n;
	TRY(moment_list(s, find, ret, &n));
	size_t shown = n > (size_t)find->limit - 1 ? (size_t)find->limit - 1 : n;
	struct moment_view *views = ARENA_ARRAY(s->arena, struct moment_view, shown + 1);
	for (size_t i = 0; i < shown; i++) {
		struct numbers numbers;
		TRY(read_numbers(s, (*ret)[i].id, &numbers));
		TRY(view(s, &(*ret)[i], &numbers, &views[i]));
	}
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &(*ret)[shown - 1].id, 1, 0);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct moment_list_in *in = cx->in;
	struct page *page = cx->out;
	struct moment_find find = { INT64_MAX, in->limit + 1 };
	struct moment *rows;
	TRY(page_from(cx, in->cursor, &find.before, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, &find, &rows)));
	for (size_t i = 0; i < page->data.n; i++)
		((struct moment_view *)page->data.v)[i].by = maker(cx, rows[i].made_by);
	return OK;
}

static err get(struct cx *cx, const struct snap *s, i64 id, struct moment *ret)
{
	err e = moment_get(s, &(struct moment_key){ id }, ret);
	if (e != ERR_NOT_FOUND)
		return e;
	return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_MOMENT, cx->viewer.lang)));
}

static struct moment_version_view version_view(struct cx *cx, const struct moment_version *v, const struct numbers *n)
{
	struct arena *a = CX_ARENA(cx);
	struct moment_content *content = ARENA_NEW(a, struct moment_content);
	moment_content_read(a, v->content, content);
	return (struct moment_version_view){
		.id = v->id, .n = v->n, .name = v->name, .words = v->words, .content = content, .state = v->state, .code = v->code,
		.problem = str_is_nil(v->code) ? STR_NIL : label_of(cx, v->code), .tagging = v->tag != NIL, .made_ms = v->made_at, .closed_ms = v->closed_at,
		.counts = counts_of(a, n->tallies, n->tally_count, n->totals, n->total_count, v->id, v->n),
	};
}

/* Why people got none, or will get none: of those left out and those not reached. */
static struct list reasons_of(struct cx *cx, const struct numbers *n)
{
	VEC(struct moment_reason) sums = { 0 };
	for (size_t i = 0; i < n->tally_count; i++) {
		const struct moment_tally *t = &n->tallies[i];
		size_t at = 0;
		if (str_is_nil(t->reason))
			continue;
		while (at < sums.n && (sums.v[at].n != t->version || !str_eq(sums.v[at].reason, t->reason)))
			at++;
		if (at == sums.n)
			vec_push(CX_ARENA(cx), &sums, (struct moment_reason){ t->version, t->reason, 0 });
		sums.v[at].count += t->n;
	}
	return excluded_views(cx, sums.v, sums.n);
}

static err read_one(struct cx *cx, const struct snap *s, i64 id, struct moment *p)
{
	struct moment_detail *out = cx->out;
	struct moment_version *versions;
	struct moment_view v;
	struct numbers numbers;
	size_t n;
	TRY(get(cx, s, id, p));
	TRY(read_numbers(s, id, &numbers));
	TRY(view(s, p, &numbers, &v));
	TRY(moment_versions(s, &(struct moment_key){ id }, &versions, &n));
	struct moment_version_view *parts = ARENA_ARRAY(s->arena, struct moment_version_view, n + 1);
	for (size_t i = 0; i < n; i++)
		parts[i] = version_view(cx, &versions[i], &numbers);
	*out = (struct moment_detail){
		.id = v.id, .name = v.name, .state = v.state, .counts = v.counts, .versions = v.versions, .created_ms = v.created_ms,
		.starts_ms = v.starts_ms, .deadline_ms = v.deadline_ms, .expr = p->expr, .words = p->words, .kind = p->kind,
		.parts = { parts, n }, .reasons = reasons_of(cx, &numbers),
		.holdout = p->holdout, .experiment_id = p->experiment, .experiment = STR_NIL,
	};
	struct trial t;
	if (p->experiment == NIL)
		return OK;
	TRY(trial_get(s, p->experiment, &t));
	out->experiment = t.name;
	return OK;
}

static err show(struct cx *cx, i64 id)
{
	struct moment_detail *out = cx->out;
	struct reach_lift *lift = ARENA_NEW(CX_ARENA(cx), struct reach_lift);
	struct corp corp;
	struct moment p;
	TRY(READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id, &p)));
	out->by = maker(cx, p.made_by);
	if (!p.holdout)
		return OK;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(reach_lift_of(&cx->unit, "moment", id, corp.currency, lift));
	out->lift = lift;
	return OK;
}

static err h_get(struct cx *cx) { return show(cx, ((const struct moment_key *)cx->in)->id); }

static err h_create(struct cx *cx)
{
	const struct moment_create_in *in = cx->in;
	struct arena *a = CX_ARENA(cx);
	struct moment_sums sums;
	struct asked asked;
	i64 id;
	struct moment_preview_in to = { .expr = in->expr, .versions = in->versions, .kind = in->kind, .start_ms = in->start_ms, .holdout = in->holdout,
					.seed = in->seed, .experiment_id = in->experiment_id };
	TRY(read_asked(cx, &to, &asked));
	TRY(moment_preview(&cx->unit, &asked.aim, &sums));
	if (sums.planned != in->confirm_count)
		return cx_fail(cx, ERR_STATE, T_BROADCAST_COUNT, STR("confirm_count"),
			       arena_printf(a, "%lld", (long long)sums.planned), arena_printf(a, "%lld", (long long)in->confirm_count));
	struct moment_new new = {
		.name = in->name, .expr = asked.expr, .words = asked.words, .kind = asked.aim.kind, .opens = asked.aim.opens,
		.deadline = asked.aim.deadline, .versions = asked.drafts, .version_words = asked.version_words, .count = asked.aim.count,
		.confirmed = in->confirm_count, .holdout = asked.aim.holdout, .seed = asked.aim.seed,
		.experiment = asked.aim.trial ? in->experiment_id : 0,
	};
	TRY(WRITE_TX(&cx->unit, base(cx), moment_create(tx, &new, &id)));
	return show(cx, id);
}

static err h_cancel(struct cx *cx)
{
	i64 id = ((const struct moment_key *)cx->in)->id;
	TRY(WRITE_TX(&cx->unit, base(cx), moment_cancel(tx, id)));
	return show(cx, id);
}

static err h_remind(struct cx *cx)
{
	const struct moment_remind_in *in = cx->in;
	return WRITE_TX(&cx->unit, base(cx), moment_remind(tx, in->id, in->staff_id));
}

/* ---- who posts ---- */

static err staff_name(const struct snap *s, i64 id, str *ret)
{
	struct staff staff;
	*ret = STR("");
	err e = id == NIL ? ERR_NOT_FOUND : staff_get(s, id, &staff);
	if (e == OK)
		*ret = staff.name.n ? staff.name : staff.userid;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err view_sender(const struct snap *s, i64 plan, i64 n, const struct moment_sender *row, struct moment_sender_view *v)
{
	struct moment_n used;
	*v = (struct moment_sender_view){
		.staff_id = row->staff, .version = n, .state = row->state, .people = row->people, .visible = row->visible, .likes = row->likes,
		.comments = row->comments, .posted_ms = row->posted_at,
	};
	TRY(moment_reminders(s, &(struct moment_since){ plan, row->staff, s->now - MS_DAY }, &used));
	v->reminders_left = str_eq_c(row->state, "waiting") ? int_max(MOMENT_REMINDERS_MAX - used.n, 0) : 0;
	return staff_name(s, row->staff, &v->name);
}

static err read_senders(struct cx *cx, const struct snap *s, const struct moment_senders_in *in, i64 from, i64 *ret_next)
{
	struct page *page = cx->out;
	struct moment p;
	struct moment_version *versions;
	VEC(struct moment_sender_view) views = { 0 };
	size_t n;
	i64 at = 0;
	*ret_next = NIL;
	TRY(get(cx, s, in->id, &p));
	TRY(moment_versions(s, &(struct moment_key){ in->id }, &versions, &n));
	for (size_t i = 0; i < n && *ret_next == NIL; i++) {
		struct moment_sender *rows;
		size_t count_of;
		if (in->version != NIL && in->version != versions[i].n)
			continue;
		TRY(moment_senders(s, &(struct moment_key){ versions[i].id }, &rows, &count_of));
		for (size_t k = 0; k < count_of && *ret_next == NIL; k++, at++) {
			struct moment_sender_view v;
			if (at < from)
				continue;
			if (views.n == (size_t)in->limit) {
				*ret_next = at;
				break;
			}
			TRY(view_sender(s, in->id, versions[i].n, &rows[k], &v));
			vec_push(s->arena, &views, v);
		}
	}
	page->data = (struct list){ views.v, views.n };
	page->total = NIL;
	return OK;
}

static err h_senders(struct cx *cx)
{
	const struct moment_senders_in *in = cx->in;
	struct page *page = cx->out;
	i64 from = 0, next;
	u64 filter = (u64)in->id ^ (u64)in->version;
	TRY(page_from(cx, in->cursor, &from, 1, filter));
	TRY(READ_SNAP(&cx->unit, base(cx), read_senders(cx, snap, in, from, &next)));
	if (next != NIL)
		page->next_cursor = page_next(cx, &next, 1, filter);
	return OK;
}

/* ---- people behind a figure ---- */

struct people_page {
	const struct moment_people_in *in;
	VEC(struct moment_person_view) views;
	i64 slot, after; /* the last row shown */
	bool more;
};

static err view_person(struct cx *cx, const struct snap *s, const struct moment_person *p, struct moment_person_view *v)
{
	struct customer c;
	struct snap at = *s;
	TRY(customer_get(s, p->customer, &c));
	*v = (struct moment_person_view){
		.id = c.root, .name = c.name, .version = p->version, .staff_id = p->staff, .state = p->state,
		.reason = str_is_nil(p->reason) ? STR_NIL : label_of(cx, p->reason), .seen_ms = p->seen_at, .liked_ms = p->liked_at,
		.commented_ms = p->commented_at,
	};
	snap_slot(&at, base(cx));
	return staff_name(&at, p->staff, &v->staff);
}

static err read_people(struct cx *cx, const struct snap *s, struct people_page *p, i64 after)
{
	size_t limit = (size_t)p->in->limit;
	struct moment_page find = { p->in->id, p->in->version == NIL ? -1 : p->in->version, p->in->figure, after, (i64)(limit - p->views.n + 1) };
	struct moment_person *rows;
	size_t n;
	TRY(moment_people_page(s, &find, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct moment_person_view v;
		if (p->views.n == limit) {
			p->more = true;
			return OK;
		}
		TRY(view_person(cx, s, &rows[i], &v));
		vec_push(s->arena, &p->views, v);
		p->slot = s->slot;
		p->after = rows[i].customer;
	}
	return OK;
}

static err read_slots(struct cx *cx, const struct snap *s, struct people_page *p)
{
	struct snap at = *s;
	struct moment plan;
	i64 *slots = ARENA_ARRAY(s->arena, i64, SLOT_COUNT), from = p->slot, after = p->after;
	size_t n = slots_of_corp(s->unit->store, s->corp, slots, SLOT_COUNT);
	TRY(get(cx, s, p->in->id, &plan));
	for (size_t i = 0; i < n && !p->more; i++) {
		if (slots[i] < from)
			continue;
		snap_slot(&at, slots[i]);
		TRY(read_people(cx, &at, p, slots[i] == from ? after : 0));
	}
	return OK;
}

static err h_people(struct cx *cx)
{
	const struct moment_people_in *in = cx->in;
	struct page *page = cx->out;
	u64 filter = str_hash(in->figure) ^ (u64)in->id ^ (u64)in->version;
	i64 keys[2] = { 0, 0 };
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	struct people_page p = { .in = in, .slot = keys[0], .after = keys[1] };
	TRY(READ_SNAP(&cx->unit, base(cx), read_slots(cx, snap, &p)));
	page->data = (struct list){ p.views.v, p.views.n };
	page->total = NIL;
	if (p.more)
		page->next_cursor = page_next(cx, (i64[]){ p.slot, p.after }, 2, filter);
	return OK;
}

/* ---- uploads ---- */

/* By its first bytes; nil: nothing WeCom takes as such. */
static str type_of(str bytes, bool video)
{
	if (video)
		return bytes.n > 12 && !memcmp(bytes.p + 4, "ftyp", 4) ? STR("video/mp4") : STR_NIL;
	if (bytes.n > 8 && !memcmp(bytes.p, "\x89PNG\r\n\x1a\n", 8))
		return STR("image/png");
	return bytes.n > 3 && !memcmp(bytes.p, "\xff\xd8\xff", 3) ? STR("image/jpeg") : STR_NIL;
}

static err keep(struct tx *tx, const struct moment_upload_in *in, str type, str bytes, struct moment_uploaded *ret)
{
	struct moment_media m = { 0, in->kind, in->name.n ? in->name : STR(""), (i64)bytes.n, tx->snap.now };
	TRY(blob_put(tx, type, STR("moment"), bytes, &m.id));
	TRY(moment_media_add(tx, &m));
	*ret = (struct moment_uploaded){ m.id, m.kind, m.name, m.bytes };
	return OK;
}

static err h_upload(struct cx *cx)
{
	const struct moment_upload_in *in = cx->in;
	str bytes = cx->req->body, type = type_of(bytes, str_eq_c(in->kind, "video"));
	if (bytes.n > MOMENT_UPLOAD_MAX)
		return cx_fail(cx, ERR_TOO_LARGE, T_MOMENT_UPLOAD_LARGE, STR("body"), STR_NIL, STR("10 MB"));
	if (!type.n)
		return cx_fail(cx, ERR_INPUT, T_MOMENT_UPLOAD_KIND, STR("body"), in->kind, STR_NIL);
	return WRITE_TX(&cx->unit, base(cx), keep(tx, in, type, bytes, cx->out));
}

static err read_media(const struct snap *s, i64 id, str *ret_type, str *ret_bytes)
{
	struct moment_media m;
	str name;
	TRY(moment_media_get(s, &(struct moment_key){ id }, &m));
	return blob_get(s, id, ret_type, &name, ret_bytes);
}

static err h_media(struct cx *cx)
{
	str type, bytes;
	err e = READ_SNAP(&cx->unit, base(cx), read_media(snap, ((const struct moment_key *)cx->in)->id, &type, &bytes));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_MOMENT_MEDIA, cx->viewer.lang)));
	TRY(e);
	http_send(cx->reply, 200, type, bytes);
	http_set(cx->reply, STR("Cache-Control"), STR("private, max-age=86400"));
	return OK;
}

#define KEY &moment_key_record
#define READ "moment.read"
#define SEND "moment.send"
const struct route moment_routes[] = {
	{ "POST", "/api/v1/moments/preview", SEND, ROUTE_SCOPE_CUSTOMERS, 0, &moment_preview_in_record, &moment_preview_out_record, h_preview,
	  "Who would get which version, through how many members, and who none and why; nothing is written." },
	{ "POST", "/api/v1/moments", SEND, ROUTE_SCOPE_CUSTOMERS, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &moment_create_in_record,
	  &moment_detail_record, h_create, "Makes a plan for exactly the confirmed number of people; it is `planning` until its tags are made." },
	{ "GET", "/api/v1/moments", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, &moment_list_in_record, &moment_view_record, h_list,
	  "Plans of Moments, newest first, with their figures." },
	{ "GET", "/api/v1/moments/{id}", READ, ROUTE_SCOPE_NONE, 0, KEY, &moment_detail_record, h_get, "One plan with its versions." },
	{ "GET", "/api/v1/moments/{id}/senders", READ, ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &moment_senders_in_record, &moment_sender_view_record,
	  h_senders, "Who is asked to post and what came of it; who has not done it first." },
	{ "GET", "/api/v1/moments/{id}/people", READ, ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &moment_people_in_record, &moment_person_view_record,
	  h_people, "The people behind one of its figures." },
	{ "POST", "/api/v1/moments/{id}/remind", SEND, ROUTE_SCOPE_NONE, 0, &moment_remind_in_record, &none_record, h_remind,
	  "Reminds a member in WeCom of what he has not posted; three in 24 hours." },
	{ "POST", "/api/v1/moments/{id}/cancel", SEND, ROUTE_SCOPE_NONE, 0, KEY, &moment_detail_record, h_cancel,
	  "Nobody can post it any more; what was posted stays." },
	{ "POST", "/api/v1/moment-media", SEND, ROUTE_SCOPE_NONE, ROUTE_BODY | ROUTE_CREATED, &moment_upload_in_record, &moment_uploaded_record,
	  h_upload, "Keeps a picture (JPEG, PNG) or a video (MP4) for a version." },
	{ "GET", "/api/v1/moment-media/{id}", READ, ROUTE_SCOPE_NONE, ROUTE_RAW, KEY, &none_record, h_media, "The picture or video." },
	{ 0 },
};
