/*
 * SMS campaigns over HTTP: estimate, approve, stop, figures; and the address for replies.
 */
#include "feature/smsdrain/smsdrain_data.h"

#include "base/crypt.h"
#include "core/approve/approve.h"
#include "core/audience/audience.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/reach/reach_trial.h"
#include "port/send/sms.h"

#define SAMPLE_LINK "https://example.cn/d/abcdefghij"

#define NEW_FIELDS(F, S)                                                                        \
	F(S, STR, name, .min = 1, .max = SMSDRAIN_NAME_MAX) F(S, STR, expr, .min = 1, .max = AUDIENCE_TEXT_MAX) \
	F(S, STR, words, .opt = true, .min = 1, .max = SMSDRAIN_WORDS_MAX, .doc = "with {link}") F(S, STR, target, .min = 1, .max = SMSDRAIN_TARGET_MAX) \
	F(S, I64, holdout, .opt = true, .min = 0, .max = REACH_SHARE_MAX, .doc = "percent left out to see what it is worth") \
	F(S, ID, experiment_id, .opt = true, .doc = "each of its variants has words of its own") \
	F(S, STRS, variants, .opt = true, .max = TRIAL_VARIANTS_MAX, .doc = "with an experiment: words for each variant, instead of words")
RECORD(smsdrain_new, NEW_FIELDS);
#define VARIANT_FIELDS(F, S) F(S, STR, key) F(S, STR, label) F(S, STR, words) F(S, I64, parts) F(S, I64, count)
RECORD(smsdrain_variant, VARIANT_FIELDS);
#define REASON_FIELDS(F, S) F(S, STR, reason) F(S, I64, n)
RECORD(smsdrain_reason, REASON_FIELDS);
#define VIEW_FIELDS(F, S)                                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, STR, words) F(S, STR, target)         \
	F(S, STR, state, .one_of = "planning,planned,sending,done,cancelled,failed")            \
	F(S, I64, planned, .doc = "people it goes to") F(S, LIST, left_out, .of = &smsdrain_reason_record) F(S, I64, parts) \
	F(S, FEN, cost, .doc = "of what is planned, in the corp's currency") F(S, I64, sent) F(S, I64, failed) F(S, I64, unknown) \
	F(S, I64, clicked) F(S, I64, followed) F(S, I64, bought) F(S, BOOL, second, .doc = "another person has to approve") \
	F(S, BOOL, mine) F(S, MS, created_ms) F(S, I64, holdout)                                \
	F(S, ID, experiment_id, .opt = true) F(S, STR, experiment, .opt = true) F(S, LIST, variants, .of = &smsdrain_variant_record) \
	F(S, OBJ, lift, .opt = true, .of = &reach_lift_record, .doc = "of one campaign with a hold-out, once approved")
RECORD(smsdrain_view, VIEW_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(smsdrain_list_in, LIST_FIELDS);
#define PREVIEW_IN_FIELDS(F, S) F(S, STR, words, .min = 1, .max = SMSDRAIN_WORDS_MAX)
RECORD(smsdrain_preview_in, PREVIEW_IN_FIELDS);
#define PREVIEW_FIELDS(F, S) F(S, STR, text) F(S, I64, chars) F(S, I64, parts)
RECORD(smsdrain_preview, PREVIEW_FIELDS);
#define SAY_IN_FIELDS(F, S) F(S, STR, text, .min = 1, .max = SMSDRAIN_WORDS_MAX) F(S, STR, class, .opt = true, .one_of = "marketing,service")
RECORD(sms_say_in, SAY_IN_FIELDS);
#define SAY_FIELDS(F, S) F(S, STR, text) F(S, I64, chars) F(S, I64, parts) F(S, FEN, cost, .doc = "of one message")
RECORD(sms_say_out, SAY_FIELDS);
#define REPLY_FIELDS(F, S) F(S, STR, slug, .max = 64) F(S, STR, secret, .opt = true, .max = 100) F(S, STR, phone, .max = 30) F(S, STR, text, .max = 500)
RECORD(smsdrain_reply, REPLY_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err find(const struct snap *s, i64 id, struct smsdrain *ret)
{
	err e = smsdrain_get(s, &(struct smsdrain_key){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_SMSDRAIN_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

/* ---- showing ---- */

struct rules { i64 cost, approve_over; };

static err rules_of(struct unit *u, struct rules *ret)
{
	TRY(setting_i64(u, "smsdrain.cost_fen", &ret->cost));
	return setting_i64(u, "smsdrain.approve_over", &ret->approve_over);
}

/* What each variant says, to how many, and what all of them cost. */
static err view_variants(const struct snap *s, const struct smsdrain *d, const struct rules *r, const i64 *counts, struct smsdrain_view *v)
{
	struct trial t;
	TRY(trial_get(s, d->experiment, &t));
	struct list lots = trial_lots(s->arena, &t, counts);
	const struct trial_lot *lot = lots.v;
	struct smsdrain_variant *rows = ARENA_ARRAY(s->arena, struct smsdrain_variant, lots.n + 1);
	v->cost = 0;
	for (size_t i = 0; i < lots.n; i++) {
		struct smsdrain_say say;
		smsdrain_say_of(s->arena, d, (i64)i, &say);
		rows[i] = (struct smsdrain_variant){ lot[i].key, lot[i].label, say.words, say.parts, lot[i].count };
		v->cost += lot[i].count * say.parts * r->cost;
	}
	v->experiment = t.name;
	v->variants = (struct list){ rows, lots.n };
	return OK;
}

static err view(const struct snap *s, struct cx *cx, const struct smsdrain *d, const struct rules *r, struct smsdrain_view *v)
{
	struct smsdrain_tally *t;
	size_t n, m = 0;
	*v = (struct smsdrain_view){ .id = d->id, .name = d->name, .expr = d->expr, .words = d->words, .target = d->target, .state = d->state,
				     .parts = d->parts, .mine = d->made_by == cx->viewer.user, .created_ms = d->created, .holdout = d->holdout,
				     .experiment_id = d->experiment, .experiment = STR_NIL };
	i64 counts[TRIAL_VARIANTS_MAX] = { 0 }, variant;
	const struct { const char *what; i64 *to; } places[] = {
		{ "planned", &v->planned }, { "sent", &v->sent }, { "failed", &v->failed }, { "unknown", &v->unknown },
		{ "clicked", &v->clicked }, { "followed", &v->followed }, { "bought", &v->bought },
	};
	TRY(smsdrain_tallies(s, &(struct smsdrain_key){ d->id }, &t, &n));
	struct smsdrain_reason *out = ARENA_ARRAY(s->arena, struct smsdrain_reason, n + 1);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < ARRAY_LEN(places) && !str_eq_c(t[i].what, places[k].what))
			k++;
		if (k < ARRAY_LEN(places))
			*places[k].to = t[i].n;
		else if (trial_of_key(t[i].what, &variant) && variant != TRIAL_HELD)
			counts[variant] = t[i].n;
		else if (t[i].n) /* what was held back may go after all */
			out[m++] = (struct smsdrain_reason){ t[i].what, t[i].n };
	}
	v->left_out = (struct list){ out, m };
	v->cost = v->planned * d->parts * r->cost;
	v->second = v->planned > r->approve_over;
	return d->experiment == NIL ? OK : view_variants(s, d, r, counts, v);
}

static err show(const struct snap *s, struct cx *cx, i64 id, const struct rules *r, struct smsdrain_view *ret)
{
	struct smsdrain d;
	TRY(find(s, id, &d));
	return view(s, cx, &d, r, ret);
}

static err add_lift(struct cx *cx, i64 id)
{
	struct reach_lift *lift = ARENA_NEW(CX_ARENA(cx), struct reach_lift);
	struct corp corp;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	err e = reach_lift_of(&cx->unit, SMSDRAIN_DOOR, id, corp.currency, lift);
	if (e == OK)
		((struct smsdrain_view *)cx->out)->lift = lift;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err answer(struct cx *cx, i64 id)
{
	struct rules r;
	TRY(rules_of(&cx->unit, &r));
	TRY(READ_SNAP(&cx->unit, base(cx), show(snap, cx, id, &r, cx->out)));
	return ((struct smsdrain_view *)cx->out)->holdout ? add_lift(cx, id) : OK;
}

static err h_get(struct cx *cx) { return answer(cx, ((const struct smsdrain_key *)cx->in)->id); }

static err list(const struct snap *s, struct cx *cx, const struct smsdrain_find *of, const struct rules *r, struct page *page, i64 *ret_last)
{
	struct smsdrain *rows;
	size_t n, limit = (size_t)of->limit - 1;
	TRY(smsdrain_list(s, of, &rows, &n));
	*ret_last = n > limit ? rows[limit - 1].id : NIL;
	n = n > limit ? limit : n;
	struct smsdrain_view *v = ARENA_ARRAY(s->arena, struct smsdrain_view, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(view(s, cx, &rows[i], r, &v[i]));
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct smsdrain_list_in *in = cx->in;
	struct page *page = cx->out;
	struct smsdrain_find of = { INT64_MAX, in->limit + 1 };
	struct rules r;
	i64 last;
	TRY(rules_of(&cx->unit, &r));
	TRY(page_from(cx, in->cursor, &of.before, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), list(snap, cx, &of, &r, page, &last)));
	if (last != NIL)
		page->next_cursor = page_next(cx, &last, 1, 0);
	return OK;
}

static err h_preview(struct cx *cx)
{
	const struct smsdrain_preview_in *in = cx->in;
	struct smsdrain_preview *out = cx->out;
	TRY(smsdrain_text(&cx->unit, in->words, STR(SAMPLE_LINK), &out->text));
	out->chars = (i64)str_utf8_len(out->text);
	out->parts = sms_parts(out->text);
	return OK;
}

static err h_say(struct cx *cx)
{
	const struct sms_say_in *in = cx->in;
	struct sms_say_out *out = cx->out;
	TRY(setting_i64(&cx->unit, "smsdrain.cost_fen", &out->cost));
	TRY(smsdrain_say(&cx->unit, in->text, !str_eq_c(in->class, "service"), &out->text));
	out->chars = (i64)str_utf8_len(out->text);
	out->parts = sms_parts(out->text);
	out->cost *= out->parts;
	return OK;
}

/* ---- making, approving, stopping ---- */

static str object(struct arena *a, i64 id) { return arena_printf(a, "smsdrain:%lld", (long long)id); }

static err queue_job(struct tx *tx, struct smsdrain *d, const char *kind, enum text title, enum lang lang)
{
	struct text_hole hole = { "value", d->name };
	return job_add(tx, kind, text_fill(tx->snap.arena, title, lang, &hole, 1), STR("/sms"), &smsdrain_key_record, &(struct smsdrain_key){ d->id }, &d->job);
}

static err create(struct tx *tx, struct smsdrain d, enum lang lang)
{
	TRY(queue_job(tx, &d, SMSDRAIN_JOB_PLAN, T_SMSDRAIN_JOB_PLAN, lang));
	TRY(smsdrain_insert(tx, &d));
	return audit_add(tx, "smsdrain.create", object(tx->snap.arena, d.id), d.name);
}

/* Everything it may say, each as long as it will be; into d: the words, the most parts, and those of each variant. */
static err says_of(struct cx *cx, const struct smsdrain_new *in, struct smsdrain *d)
{
	struct arena *a = CX_ARENA(cx);
	bool split = in->experiment_id > 0;
	size_t n = split ? in->variants.n : 1;
	struct smsdrain_say *v = ARENA_ARRAY(a, struct smsdrain_say, n + 1);
	struct trial t;
	str text;
	if (split)
		TRY(READ_SNAP(&cx->unit, base(cx), trial_use(snap, in->experiment_id, n, &t)));
	else if (!in->words.n)
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("words"), STR_NIL, STR_NIL);
	d->parts = 0;
	for (size_t i = 0; i < n; i++) {
		str words = split ? in->variants.v[i] : in->words;
		if (str_utf8_len(words) > SMSDRAIN_WORDS_MAX)
			return cx_fail(cx, ERR_INPUT, T_TOO_LONG, STR("variants"), STR_NIL, STR(FAIL_STR(SMSDRAIN_WORDS_MAX)));
		TRY(smsdrain_text(&cx->unit, words, door_url(cx->env, a, STR("abcdefghij")), &text));
		v[i] = (struct smsdrain_say){ words, sms_parts(text) };
		d->parts = int_max(d->parts, v[i].parts);
	}
	d->words = v[0].words;
	d->experiment = split ? in->experiment_id : NIL;
	d->variants = STR("");
	if (split) {
		struct smsdrain_says says = { { v, n } };
		struct buf b = buf_new(a, BUF_MAX_DEFAULT);
		record_write(&b, &smsdrain_says_record, &says);
		d->variants = buf_str(&b);
	}
	return OK;
}

static err h_create(struct cx *cx)
{
	const struct smsdrain_new *in = cx->in;
	struct expr *e;
	if (!str_starts(in->target, STR("https://")) && !str_starts(in->target, STR("http://")))
		return cx_fail(cx, ERR_INPUT, T_SMSDRAIN_TARGET, STR("target"), in->target, STR("https://"));
	struct smsdrain d = { .id = id_next(store_ids(cx->env->store), cx_now(cx)), .name = in->name, .expr = in->expr, .target = in->target,
			      .state = STR("planning"), .made_by = cx->viewer.user, .scoped = cx->unit.scope, .approved_by = NIL, .job = NIL,
			      .created = cx_now(cx), .started = NIL, .holdout = in->holdout > 0 ? in->holdout : 0 };
	TRY(says_of(cx, in, &d));
	TRY(expr_parse(&cx->unit, in->expr, &e));
	TRY(WRITE_TX(&cx->unit, base(cx), create(tx, d, cx->viewer.lang)));
	return answer(cx, d.id);
}

/* Above a size the maker may not send what she made. */
static err approve(struct tx *tx, struct cx *cx, i64 id, const struct rules *r)
{
	struct smsdrain d;
	struct smsdrain_view v;
	TRY(find(&tx->snap, id, &d));
	TRY(view(&tx->snap, cx, &d, r, &v));
	if (!str_eq_c(d.state, "planned"))
		return tx_fail(tx, ERR_STATE, T_SMSDRAIN_STATE, STR_NIL, STR_NIL, STR_NIL);
	if (v.second && v.mine)
		return tx_fail(tx, ERR_FORBIDDEN, T_SMSDRAIN_SECOND, STR_NIL, STR_NIL, arena_printf(tx->snap.arena, "%lld", (long long)r->approve_over));
	d.state = STR("sending");
	d.approved_by = cx->viewer.user;
	d.started = tx->snap.now;
	TRY(queue_job(tx, &d, SMSDRAIN_JOB_SEND, T_SMSDRAIN_JOB_SEND, cx->viewer.lang));
	TRY(smsdrain_update(tx, &d));
	if (d.holdout)
		TRY(reach_trial_open(tx, SMSDRAIN_DOOR, id, d.started, d.started + MS_DAY + SMSDRAIN_BOUGHT_MS, d.holdout));
	return audit_add(tx, "smsdrain.approve", object(tx->snap.arena, id), arena_printf(tx->snap.arena, "%lld", (long long)v.planned));
}

static err send_it(struct cx *cx, i64 id)
{
	struct rules r;
	TRY(rules_of(&cx->unit, &r));
	return WRITE_TX(&cx->unit, base(cx), approve(tx, cx, id, &r));
}

static err h_approve(struct cx *cx)
{
	i64 id = ((const struct smsdrain_key *)cx->in)->id;
	TRY(send_it(cx, id));
	return answer(cx, id);
}

/* What was not sent yet is not sent any more: the sender looks at the state at the last moment. */
err smsdrain_cancel(struct tx *tx, i64 id)
{
	struct smsdrain d;
	TRY(find(&tx->snap, id, &d));
	if (str_eq_c(d.state, "cancelled") || str_eq_c(d.state, "failed"))
		return tx_fail(tx, ERR_STATE, T_SMSDRAIN_STATE, STR_NIL, STR_NIL, STR_NIL);
	TRY(smsdrain_state_set(tx, &(struct smsdrain_state){ id, d.state, STR("cancelled") }));
	return audit_add(tx, "smsdrain.cancel", object(tx->snap.arena, id), STR(""));
}

static err h_cancel(struct cx *cx)
{
	i64 id = ((const struct smsdrain_key *)cx->in)->id;
	TRY(WRITE_TX(&cx->unit, base(cx), smsdrain_cancel(tx, id)));
	return answer(cx, id);
}

/* ---- what waits for a second person, for the page of approvals ---- */

static err read_waiting(const struct snap *s, struct cx *cx, const struct rules *r, struct approval_list *ret)
{
	struct smsdrain *rows;
	size_t n;
	TRY(smsdrain_planned(s, &(struct smsdrain_find){ 0, APPROVALS_MAX }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct smsdrain_view v;
		TRY(view(s, cx, &rows[i], r, &v));
		if (v.second)
			vec_push(CX_ARENA(cx), &ret->v, ((struct approval){ .id = v.id, .title = v.name, .note = v.words, .people = v.planned,
									    .asked_by = rows[i].made_by, .asked_ms = v.created_ms, .href = STR("/sms") }));
	}
	return OK;
}

static err waits(struct cx *cx, struct approval_list *ret)
{
	struct rules r;
	TRY(rules_of(&cx->unit, &r));
	return READ_SNAP(&cx->unit, base(cx), read_waiting(snap, cx, &r, ret));
}

static err refuse(struct tx *tx, i64 id, str reason)
{
	struct smsdrain d;
	TRY(find(&tx->snap, id, &d));
	if (!str_eq_c(d.state, "planned"))
		return tx_fail(tx, ERR_STATE, T_SMSDRAIN_STATE, STR_NIL, STR_NIL, STR_NIL);
	TRY(smsdrain_cancel(tx, id));
	struct approval_decided told = { STR("sms"), id, d.name, STR("/sms"), d.made_by, 0, false, reason };
	TRY(approval_tell(tx, &told));
	return audit_add(tx, "smsdrain.refuse", object(tx->snap.arena, id), reason);
}

static err decide(struct cx *cx, i64 id, const struct approval_answer *a)
{
	return a->agreed ? send_it(cx, id) : WRITE_TX(&cx->unit, base(cx), refuse(tx, id, a->reason));
}

const struct approver smsdrain_approver = { "sms", T_MASS_SMS, "sms.write", waits, decide, "smsdrain.approve_over" };

/* ---- people ---- */

#define PEOPLE_IN_FIELDS(F, S)                                                                  \
	F(S, ID, id) F(S, STR, state, .one_of = "planned,queued,sent,failed,left out,held,unknown") F(S, STR, reason, .opt = true, .max = 20) \
	F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(smsdrain_people_in, PEOPLE_IN_FIELDS);
#define WHO_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name, .opt = true) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, sent_ms, .opt = true)
RECORD(smsdrain_who, WHO_FIELDS);

static err name_of(const struct snap *s, i64 customer, str *ret)
{
	struct customer c;
	TRY(customer_get(s, customer, &c));
	*ret = c.name;
	return OK;
}

/* Whom the viewer does not see is passed over: a page may be short and go on. */
static err h_people(struct cx *cx)
{
	const struct smsdrain_people_in *in = cx->in;
	struct page *page = cx->out;
	struct unit *u = &cx->unit;
	struct smsdrain d;
	struct smsdrain_person *rows;
	i64 after = 0, root;
	size_t n, shown = 0;
	TRY(READ_SNAP(u, base(cx), find(snap, in->id, &d)));
	TRY(page_from(cx, in->cursor, &after, 1, 0));
	struct smsdrain_seek of = { d.id, in->state, in->reason.n ? in->reason : STR(""), after, in->limit + 1 };
	TRY(READ_SNAP(u, base(cx), smsdrain_people(snap, &of, &rows, &n)));
	bool more = n > (size_t)in->limit;
	n = more ? (size_t)in->limit : n;
	struct smsdrain_who *v = ARENA_ARRAY(CX_ARENA(cx), struct smsdrain_who, n + 1);
	for (size_t i = 0; i < n; i++) {
		err e = customer_visible(u, rows[i].customer, &root);
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		v[shown] = (struct smsdrain_who){ root, STR_NIL, rows[i].state, rows[i].reason, rows[i].sent };
		TRY(READ_SNAP(u, slot_of_customer(u->store, root), name_of(snap, root, &v[shown].name)));
		shown++;
	}
	page->data = (struct list){ v, shown };
	page->total = NIL;
	if (more)
		page->next_cursor = page_next(cx, &rows[n - 1].customer, 1, 0);
	return OK;
}

/* ---- replies ---- */

static bool says_no(str text)
{
	static const char *const words[] = { "R", "T", "TD", "N", "退订", "拒收", "取消" };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_nocase(str_trim(text), str_c(words[i])))
			return true;
	return false;
}

/* A reply from a number nobody has, or with other words, is taken and changes nothing. */
static err h_reply(struct cx *cx)
{
	const struct smsdrain_reply *in = cx->in;
	struct corp corp;
	str secret, phone;
	i64 leaf, root;
	TRY(corp_by_slug(&cx->unit, in->slug, &corp));
	cx->unit.corp = corp.id;
	TRY(setting_get(&cx->unit, "smsdrain.reply_secret", &secret));
	if (!secret.n || !crypt_equal(secret, in->secret))
		return cx_fail(cx, ERR_SIGNATURE, T_ERR_SIGNATURE, STR("secret"), STR_NIL, STR_NIL);
	if (!says_no(in->text) || identity_normal(CX_ARENA(cx), STR("phone"), in->phone, &phone, &cx->unit.fail) != OK)
		return OK;
	err e = identity_find(&cx->unit, STR("phone"), phone, &leaf);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(customer_root(&cx->unit, leaf, &root));
	return WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, root), reach_refuse(tx, root, "sms", STR("reply"), false));
}

#define VIEW &smsdrain_view_record
#define KEY &smsdrain_key_record
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route smsdrain_routes[] = {
	{ "GET", "/api/v1/sms-drains", "sms.read", SCOPED, ROUTE_LIST, &smsdrain_list_in_record, VIEW, h_list, "SMS campaigns, newest first." },
	{ "POST", "/api/v1/sms-drains", "sms.write", SCOPED, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &smsdrain_new_record, VIEW, h_create,
	  "Makes a campaign and estimates it; nothing is sent." },
	{ "POST", "/api/v1/sms-drains/preview", "sms.write", ROUTE_SCOPE_NONE, 0, &smsdrain_preview_in_record, &smsdrain_preview_record, h_preview,
	  "The whole message and how many parts are charged." },
	{ "POST", "/api/v1/sms/preview", "sms.read", ROUTE_SCOPE_NONE, 0, &sms_say_in_record, &sms_say_out_record, h_say,
	  "One message of sms.send: the whole text, its parts and its cost." },
	{ "GET", "/api/v1/sms-drains/{id}", "sms.read", SCOPED, 0, KEY, VIEW, h_get, "One campaign." },
	{ "GET", "/api/v1/sms-drains/{id}/people", "sms.read", SCOPED, ROUTE_LIST, &smsdrain_people_in_record, &smsdrain_who_record, h_people,
	  "The people of a campaign by what became of them; those left out with the reason." },
	{ "POST", "/api/v1/sms-drains/{id}/approve", "sms.write", SCOPED, 0, KEY, VIEW, h_approve, "Sends it to whom it was estimated for." },
	{ "POST", "/api/v1/sms-drains/{id}/cancel", "sms.write", SCOPED, 0, KEY, VIEW, h_cancel, "Stops what was not sent yet." },
	{ "POST", "/sms/reply/{slug}", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &smsdrain_reply_record, &none_record, h_reply,
	  "What somebody answered to a text message; told by the provider." },
	{ 0 },
};
