/*
 * moment.create and moment.job: putting the technical tag on a version's people, asking WeCom for the task, at most once,
 * and learning what its job made of it.
 *
 * Tags are put on some people a run, so that other work has its turn; each is written when it stands, so a crash repeats
 * nothing but the last call, which may be repeated. add_moment_task has no idempotency key and works by a job: when the
 * reply is lost, the list is searched for a Moment of equal words whose chosen people are ours, for as long as a job may
 * take; then it was never made.
 */
#include "feature/moment/moment_int.h"

#include "base/map.h"
#include "core/customer/customer.h"
#include "core/tag/tag_sync.h"
#include "port/wecom/wecom_media.h"
#include "store/blob.h"
#include "store/outbox.h"

#define GIVE_UP_AFTER_MS MS_DAY       /* behind the deadline nobody can say any more */
#define LOOK_AROUND_MS (5 * MS_MINUTE) /* WeCom's clock and ours */
#define LOOK_PAGE 1000
enum { CODE_NO_TAG = 40068 };

static i64 base(struct moment_work *w) { return slot_base(w->cx->env->store, w->cx->unit.corp); }

static void told(struct moment_work *w, const char *result, const struct moment_task *of, struct outcome *ret)
{
	struct moment_task *t = ARENA_NEW(CX_ARENA(w->cx), struct moment_task);
	*t = *of;
	t->plan = w->plan.id;
	t->version = w->v.id;
	t->result = str_c(result);
	ret->event = EV_MOMENT_TASK;
	ret->record = &moment_task_record;
	ret->body = t;
}

static err failed(struct moment_work *w, str code, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = code };
	told(w, "failed", &(struct moment_task){ .code = code }, ret);
	return OK;
}

static err unknown(struct moment_work *w, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_UNKNOWN, .reason = STR("unknown") };
	if (!str_eq_c(w->v.state, "unknown"))
		told(w, "unknown", &(struct moment_task){ 0 }, ret);
	return OK;
}

static err later(struct moment_work *w, const char *reason, ms at, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = str_c(reason), .retry_at = int_min(at, int_max(w->plan.deadline, cx_now(w->cx))) };
	return OK;
}

/* A call that failed: again later, or the version ends by it. */
static err not_done(struct moment_work *w, err e, struct outcome *ret)
{
	if (e != ERR_UNKNOWN && !err_retryable(e))
		return failed(w, moment_code_of(w, e), ret);
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = moment_code_of(w, e) };
	if (w->call.retry_at != NIL) /* not beyond the deadline, so that it expires then */
		ret->retry_at = int_min(w->call.retry_at, int_max(w->plan.deadline, cx_now(w->cx)));
	return OK;
}

/* ---- the tag ---- */

static err tag_there(struct moment_work *w, str *ret)
{
	struct tag t;
	err e = w->v.tag == NIL ? ERR_NOT_FOUND : READ_SNAP(&w->cx->unit, base(w), tag_get(snap, w->v.tag, &t));
	*ret = e == OK ? t.wecom_id : STR_NIL;
	return e;
}

/* Not made there yet, or never: the list of tags may be full. */
static err no_tag_yet(struct moment_work *w, struct outcome *ret)
{
	if (cx_now(w->cx) > int_max(w->plan.created, w->plan.opens) + MOMENT_TAG_WAIT_MS)
		return failed(w, STR("tag_not_made"), ret);
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("tag") }; /* more and more rarely */
	return OK;
}

static err userid_of(struct moment_work *w, i64 staff, str *ret)
{
	struct staff s;
	TRY(READ_SNAP(&w->cx->unit, base(w), staff_get(snap, staff, &s)));
	*ret = s.userid;
	return OK;
}

static err push(struct moment_work *w, const struct moment_member *m, str wecom_id, bool add)
{
	struct tag_push of = { .tag = w->v.tag, .add = add, .external_userid = m->row.external_userid };
	TRY(userid_of(w, m->row.staff, &of.userid));
	return tag_push_now(w->cx, m->row.customer, &of, wecom_id, &w->call);
}

/* Only she cannot be marked; others can. */
static bool hers(const struct moment_work *w)
{
	return w->call.action == WECOM_RELATION_LOST || (w->call.action == WECOM_DROP && w->call.errcode != CODE_NO_TAG);
}

static err tagged(struct moment_work *w, const struct moment_member *m)
{
	struct moment_mark mark = { w->plan.id, m->row.customer, cx_now(w->cx) };
	return WRITE_TX(&w->cx->unit, m->slot, moment_person_tag(tx, &mark));
}

/* *ret_done: everybody is tagged or ended; else *ret says when to come back. */
static err mark_some(struct moment_work *w, str wecom_id, bool *ret_done, struct outcome *ret)
{
	struct moment_member *people;
	size_t n;
	*ret_done = false;
	TRY(moment_work_people(w, 0, "planned", MOMENT_MARKS_A_RUN, &people, &n));
	for (size_t i = 0; i < n; i++) {
		err e = push(w, &people[i], wecom_id, true);
		if (e == OK) {
			TRY(tagged(w, &people[i]));
			continue;
		}
		if (!hers(w))
			return not_done(w, e, ret);
		struct moment_fate fate = { &people[i], "failed", moment_code_of(w, e), cx_now(w->cx) };
		TRY(moment_work_end(w, &fate, 1));
	}
	*ret_done = n < MOMENT_MARKS_A_RUN;
	return *ret_done ? OK : later(w, "tagging", cx_now(w->cx), ret);
}

/* ---- the second of acting ---- */

/* Became one with somebody else of the plan: she has it once. */
static err is_twin(struct moment_work *w, const struct moment_member *m, i64 root, bool *ret)
{
	struct moment_person other;
	*ret = false;
	if (root == m->row.customer || root == 0)
		return OK;
	err e = READ_SNAP(&w->cx->unit, slot_of_customer(w->cx->env->store, root), moment_person_get(snap, &(struct moment_beyond){ w->plan.id, root }, &other));
	*ret = e == OK && !str_eq_c(other.state, "excluded");
	return e == ERR_NOT_FOUND ? OK : e;
}

static err look_page(struct moment_work *w, const struct moment_member *people, size_t n, str *ret_reasons)
{
	struct arena *a = CX_ARENA(w->cx);
	ms now = cx_now(w->cx);
	struct moment_aim aim = { .kind = w->plan.kind, .id = w->plan.id, .opens = int_max(now, w->plan.opens), .deadline = w->plan.deadline };
	struct reach_ask *asks = ARENA_ARRAY(a, struct reach_ask, n + 1);
	struct reach_answer *answers = ARENA_ARRAY(a, struct reach_answer, n + 1);
	i64 *customers = ARENA_ARRAY(a, i64, n + 1), *roots = ARENA_ARRAY(a, i64, n + 1);
	size_t *of = ARENA_ARRAY(a, size_t, n + 1), count = 0;
	for (size_t i = 0; i < n; i++)
		customers[i] = people[i].row.customer;
	TRY(customer_roots(&w->cx->unit, customers, n, roots));
	for (size_t i = 0; i < n; i++) {
		bool twin;
		TRY(is_twin(w, &people[i], roots[i], &twin));
		ret_reasons[i] = twin ? STR("twin") : !roots[i] ? str_c(reach_reason(REACH_UNREACHABLE)) : STR_NIL;
		if (ret_reasons[i].n)
			continue;
		asks[count] = moment_ask(a, &aim, roots[i], people[i].row.staff);
		of[count++] = i;
	}
	const char **outs = ARENA_ARRAY(a, const char *, n + 1);
	for (size_t i = 0; i < count; i++)
		roots[i] = asks[i].root;
	TRY(READ_SNAP(&w->cx->unit, base(w), reach_look_many(snap, asks, count, answers)));
	TRY(READ_SNAP(&w->cx->unit, base(w), mass_out(snap, "moment", w->plan.id, roots, count, outs)));
	for (size_t i = 0; i < count; i++) {
		const char *why = outs[i] ? outs[i] : reach_reason(answers[i].verdict);
		if (why)
			ret_reasons[of[i]] = str_c(why);
	}
	return OK;
}

/* Who refused meanwhile loses the tag again, so that she does not see it. */
static err look_again(struct moment_work *w, str wecom_id, bool *ret_done, struct outcome *ret)
{
	struct moment_member *people;
	size_t n;
	*ret_done = false;
	TRY(moment_work_people(w, 0, "tagged", SIZE_MAX / 2, &people, &n));
	for (size_t from = 0; from < n; from += LOOK_PAGE) {
		size_t some = n - from < LOOK_PAGE ? n - from : LOOK_PAGE;
		str *reasons = ARENA_ARRAY(CX_ARENA(w->cx), str, some);
		TRY(look_page(w, people + from, some, reasons));
		for (size_t i = 0; i < some; i++) {
			if (!reasons[i].n)
				continue;
			err e = push(w, &people[from + i], wecom_id, false);
			if (e != OK && !hers(w))
				return not_done(w, e, ret);
			struct moment_fate fate = { &people[from + i], "failed", reasons[i], cx_now(w->cx) };
			TRY(moment_work_end(w, &fate, 1));
		}
	}
	*ret_done = true;
	return OK;
}

/* ---- the call ---- */

static err upload_one(struct moment_work *w, i64 id, bool video, str *ret)
{
	struct wecom_upload up;
	str type, name, bytes;
	TRY(READ_SNAP(&w->cx->unit, base(w), blob_get(snap, id, &type, &name, &bytes)));
	bool png = str_eq_c(type, "image/png");
	up = (struct wecom_upload){ video ? STR("video.mp4") : png ? STR("image.png") : STR("image.jpg"), type, bytes };
	return wecom_media_attach(&w->call, video ? WECOM_MEDIA_VIDEO : WECOM_MEDIA_IMAGE, &up, ret);
}

static err content_of(struct moment_work *w, struct wecom_content *ret)
{
	struct arena *a = CX_ARENA(w->cx);
	struct moment_content c;
	moment_content_read(a, w->v.content, &c);
	const struct moment_link *link = c.link;
	struct wecom_attachment *v = ARENA_ARRAY(a, struct wecom_attachment, c.images.n + 2);
	size_t n = 0;
	for (size_t i = 0; i < c.images.n; i++, n++) {
		v[n] = (struct wecom_attachment){ .part = WECOM_IMAGE };
		TRY(upload_one(w, c.images.v[i], false, &v[n].media_id));
	}
	if (c.video != NIL) {
		v[n] = (struct wecom_attachment){ .part = WECOM_VIDEO };
		TRY(upload_one(w, c.video, true, &v[n++].media_id));
	}
	if (link) {
		v[n] = (struct wecom_attachment){ .part = WECOM_LINK, .title = link->title, .url = link->url };
		TRY(upload_one(w, link->cover, false, &v[n++].media_id));
	}
	*ret = (struct wecom_content){ c.text, v, n };
	return OK;
}

/* Members who still have somebody tagged; the others have nothing to post. */
static err senders_of(struct moment_work *w, struct strs *ret)
{
	struct moment_tally *rows;
	struct imap seen = imap_new(CX_ARENA(w->cx));
	size_t n;
	TRY(READ_SNAP(&w->cx->unit, base(w), moment_tallies(snap, &(struct moment_key){ w->plan.id }, &rows, &n)));
	*ret = (struct strs){ ARENA_ARRAY(CX_ARENA(w->cx), str, n + 1), 0 };
	for (size_t i = 0; i < n; i++)
		if (rows[i].version == w->v.n && str_eq_c(rows[i].state, "tagged") && imap_put(&seen, rows[i].staff, 1))
			TRY(userid_of(w, rows[i].staff, &ret->v[ret->n++]));
	return OK;
}

static err ask(struct moment_work *w, str wecom_id, struct outcome *ret)
{
	struct wecom_moment in = { .tags = { &wecom_id, 1 } };
	str jobid;
	TRY(senders_of(w, &in.userids));
	if (in.userids.n == 0)
		return failed(w, STR("empty"), ret);
	err e = content_of(w, &in.content);
	if (e != OK)
		return not_done(w, e, ret); /* an upload may be repeated */
	e = wecom_moment_add(&w->call, &in, &jobid);
	if (e == ERR_UNKNOWN)
		return unknown(w, ret);
	if (e != OK)
		return not_done(w, e, ret);
	*ret = (struct outcome){ .state = OUTCOME_DONE };
	told(w, "asked", &(struct moment_task){ .jobid = jobid }, ret);
	return OK;
}

err moment_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct moment_work w;
	ms open, close, now = cx_now(cx);
	str wecom_id;
	bool done;
	err e = moment_work_open(cx, row, &w);
	if (mass_final(e) && w.v.id) /* the company is no longer connected: nobody waits for ever */
		return failed(&w, str_c(err_name(e)), ret);
	TRY(e);
	if (!str_eq_c(w.v.state, "waiting") && !str_eq_c(w.v.state, "unknown"))
		return OK;
	if (str_eq_c(w.plan.state, "cancelled"))
		return failed(&w, STR("cancelled"), ret);
	e = tag_there(&w, &wecom_id);
	if (e == ERR_NOT_FOUND)
		return failed(&w, STR("tag_gone"), ret);
	TRY(e);
	if (str_is_nil(wecom_id))
		return no_tag_yet(&w, ret);
	TRY(mark_some(&w, wecom_id, &done, ret));
	if (!done)
		return OK;
	TRY(reach_window(&cx->unit, int_max(now, w.plan.opens), &open, &close));
	if (open > now)
		return later(&w, "opens", open, ret);
	TRY(look_again(&w, wecom_id, &done, ret));
	return done ? ask(&w, wecom_id, ret) : OK;
}

err moment_create_expired(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct moment_work w;
	err e = moment_work_open(cx, row, &w);
	return w.v.id ? failed(&w, STR("expired"), ret) : e;
}

/* ---- a lost task ---- */

static bool same_content(const struct moment_content *c, const struct wecom_moment_item *item)
{
	const struct moment_link *link = c->link;
	return str_eq(c->text, item->text) && item->images == c->images.n && item->video == (c->video != NIL) &&
	       str_eq(link ? link->url : STR_NIL, item->link_url);
}

/* Whether those it is for, of one of our members, are ours. */
static err is_ours(struct moment_work *w, str moment_id, str userid, const struct map *receivers, bool *ret)
{
	struct wecom_moment_people page = { .next_cursor = STR_NIL };
	size_t count = 0;
	*ret = false;
	do {
		err e = wecom_moment_range(&w->call, moment_id, userid, page.next_cursor, &page);
		if (mass_final(e))
			return OK; /* not a task of this member, or gone */
		TRY(e);
		for (size_t i = 0; i < page.ids.n; i++, count++)
			if (!map_get(receivers, page.ids.v[i]))
				return OK;
	} while (page.next_cursor.n);
	*ret = count > 0;
	return OK;
}

static err is_known(struct moment_work *w, str moment_id, bool *ret)
{
	struct moment_n n;
	TRY(READ_SNAP(&w->cx->unit, base(w), moment_named(snap, &(struct moment_name){ moment_id }, &n)));
	*ret = n.n > 0;
	return OK;
}

struct search { struct moment_content content; struct map receivers; str userid; };

static err search_page(struct moment_work *w, const struct search *s, const struct wecom_moment_page *page, str *ret)
{
	for (size_t i = 0; i < page->n && str_is_nil(*ret); i++) {
		bool known, ours;
		if (!same_content(&s->content, &page->v[i]))
			continue;
		TRY(is_known(w, page->v[i].moment_id, &known));
		if (known)
			continue;
		TRY(is_ours(w, page->v[i].moment_id, s->userid, &s->receivers, &ours));
		if (ours)
			*ret = page->v[i].moment_id;
	}
	return OK;
}

/* *ret nil: it is not there. */
static err find(struct moment_work *w, ms since, str *ret)
{
	ms now = cx_now(w->cx);
	struct wecom_moment_query query = {
		.from = int_max(since - LOOK_AROUND_MS, now - WECOM_MOMENT_LIST_SPAN_MS + MS_HOUR), .to = now + LOOK_AROUND_MS,
		.creator = STR_NIL, .cursor = STR_NIL,
	};
	struct search s = { .receivers = map_new(CX_ARENA(w->cx)) };
	struct moment_member *people;
	struct strs senders;
	size_t n;
	*ret = STR_NIL;
	TRY(senders_of(w, &senders));
	if (senders.n == 0)
		return OK;
	s.userid = senders.v[0];
	moment_content_read(CX_ARENA(w->cx), w->v.content, &s.content);
	TRY(moment_work_people(w, 0, "tagged", SIZE_MAX / 2, &people, &n));
	for (size_t i = 0; i < n; i++)
		map_put(&s.receivers, people[i].row.external_userid, &people[i]);
	do {
		struct wecom_moment_page page;
		TRY(wecom_moment_list(&w->call, &query, &page));
		TRY(search_page(w, &s, &page, ret));
		query.cursor = page.next_cursor;
	} while (query.cursor.n && str_is_nil(*ret));
	return OK;
}

static err created(struct moment_work *w, str moment_id, struct strs refused, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_DONE };
	told(w, "created", &(struct moment_task){ .moment_id = moment_id, .refused = refused }, ret);
	return OK;
}

err moment_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct moment_work w;
	str moment_id;
	ms now = cx_now(cx);
	TRY(moment_work_open(cx, row, &w));
	if (!str_eq_c(w.v.state, "waiting") && !str_eq_c(w.v.state, "unknown"))
		return OK;
	err e = find(&w, w.v.asked_at == NIL ? int_min(row->due, now) : w.v.asked_at, &moment_id);
	if (e != OK)
		return now > w.plan.deadline + GIVE_UP_AFTER_MS ? failed(&w, STR("unknown"), ret) : unknown(&w, ret);
	if (!str_is_nil(moment_id))
		return created(&w, moment_id, (struct strs){ 0 }, ret);
	if (!str_eq_c(w.v.state, "unknown") || now < w.v.asked_at + MOMENT_SETTLE_MS)
		return unknown(&w, ret); /* its job may be under way */
	return later(&w, "not found", now, ret); /* it was never made: asking now is safe */
}

/* ---- the job ---- */

/* Its number is good for a day: after that only the list can tell. */
static err job_late(struct moment_work *w, struct outcome *ret)
{
	str moment_id;
	err e = find(w, w->v.asked_at, &moment_id);
	if (e != OK && !mass_final(e)) {
		mass_again(&w->call, e, cx_now(w->cx), ret);
		return OK;
	}
	return e == OK && !str_is_nil(moment_id) ? created(w, moment_id, (struct strs){ 0 }, ret) : failed(w, STR("job_late"), ret);
}

err moment_send_job(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct moment_work w;
	struct wecom_moment_job job;
	ms now = cx_now(cx);
	TRY(moment_work_open(cx, row, &w));
	if (!str_eq_c(w.v.state, "asked"))
		return OK;
	if (now > w.v.asked_at + WECOM_MOMENT_JOB_MS)
		return job_late(&w, ret);
	err e = wecom_moment_job(&w.call, w.v.jobid, &job);
	if (e != OK && mass_final(e))
		return failed(&w, moment_code_of(&w, e), ret);
	if (e != OK) {
		mass_again(&w.call, e, now, ret);
		return OK;
	}
	if (!job.finished) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("job"), .retry_at = now + (now < w.v.asked_at + MOMENT_SETTLE_MS ? MOMENT_JOB_ASK_MS : MS_MINUTE) };
		return OK;
	}
	if (job.errcode)
		return failed(&w, arena_printf(CX_ARENA(cx), "%lld", (long long)job.errcode), ret);
	return created(&w, job.moment_id, job.bad_userids, ret);
}
