/*
 * moment.poll, .close, .watch and .remind: who posted, who can see it, who liked it and commented.
 *
 * A version is asked about until its deadline. Then it is cancelled first and read after that, so that a post at the last
 * second counts; whoever is still on the way ends, and the tag goes. Members are read some a run, who was read longest
 * ago first. WeCom tells no time of posting: it is when we saw it.
 */
#include "feature/moment/moment_int.h"

#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"
#include "port/wecom/wecom_message.h"
#include "store/outbox.h"

#include <stdlib.h>

#define WATCH_SOON_MS MS_HOUR
#define WATCH_SOON_FOR_MS MS_DAY
#define WATCH_LATER_MS (6 * MS_HOUR)
enum { CODE_GONE = 41060 };

static i64 base(struct moment_work *w) { return slot_base(w->cx->env->store, w->cx->unit.corp); }

static err again(struct moment_work *w, err e, struct outcome *ret)
{
	mass_again(&w->call, e, cx_now(w->cx), ret);
	return OK;
}

/* ---- who posted ---- */

static err turn(struct tx *tx, const struct moment_work *w, const struct wecom_moment_tasks *page, bool *ret_news)
{
	for (size_t i = 0; i < page->n; i++) {
		struct moment_turn of = { w->v.id, page->v[i].userid, STR("posted"), tx->snap.now };
		if (!page->v[i].posted)
			continue;
		TRY(moment_sender_turn(tx, &of));
		*ret_news |= tx_changed(tx) > 0;
	}
	return OK;
}

static err read_posted(struct moment_work *w, bool *ret_news)
{
	struct wecom_moment_tasks page = { .next_cursor = STR_NIL };
	do {
		TRY(wecom_moment_tasks(&w->call, w->v.moment_id, page.next_cursor, &page));
		TRY(WRITE_TX(&w->cx->unit, base(w), turn(tx, w, &page, ret_news)));
	} while (page.next_cursor.n);
	return OK;
}

/* ---- what came of one member's post ---- */

struct reading { struct moment_work *w; struct moment_sender s; struct moment_member *people; size_t count; struct map by_external; };

static err read_visible(struct reading *r)
{
	struct moment_work *w = r->w;
	struct wecom_moment_people page = { .next_cursor = STR_NIL };
	i64 visible = 0;
	do {
		TRY(wecom_moment_visible(&w->call, w->v.moment_id, r->s.userid, page.next_cursor, &page));
		struct moment_fate *fates = ARENA_ARRAY(CX_ARENA(w->cx), struct moment_fate, page.ids.n + 1);
		size_t n = 0;
		for (size_t i = 0; i < page.ids.n; i++) {
			struct moment_member *m = map_get(&r->by_external, page.ids.v[i]);
			if (m)
				fates[n++] = (struct moment_fate){ m, "visible", STR_NIL, cx_now(w->cx) };
		}
		visible += (i64)n;
		TRY(moment_work_end(w, fates, n));
	} while (page.next_cursor.n);
	r->s.visible = visible;
	return OK;
}

static err react(struct tx *tx, const struct moment_work *w, const struct moment_member *m, const struct wecom_moment_reaction *of)
{
	ms at = of->at == NIL ? tx->snap.now : of->at;
	struct moment_mark mark = { w->plan.id, m->row.customer, at };
	struct moment_reaction body = { w->plan.id, w->plan.name, w->v.n, w->v.name, m->row.staff };
	TRY(of->comment ? moment_person_comment(tx, &mark) : moment_person_like(tx, &mark));
	if (!tx_changed(tx))
		return OK;
	return journal_add(tx, of->comment ? EV_MOMENT_COMMENTED : EV_MOMENT_LIKED, m->row.customer, at, &moment_reaction_record, &body, NULL);
}

static int earlier(const void *a, const void *b)
{
	const struct wecom_moment_reaction *x = a, *y = b;
	return (x->at > y->at) - (x->at < y->at);
}

/* Members' own reactions count for nobody. */
static err read_reactions(struct reading *r)
{
	struct moment_work *w = r->w;
	struct wecom_moment_reactions got;
	i64 likes = 0, comments = 0;
	TRY(wecom_moment_reactions(&w->call, w->v.moment_id, r->s.userid, &got));
	if (got.n)
		qsort(got.v, got.n, sizeof(*got.v), earlier);
	for (size_t i = 0; i < got.n; i++) {
		struct moment_member *m = map_get(&r->by_external, got.v[i].external_userid);
		if (!m)
			continue;
		likes += !got.v[i].comment;
		comments += got.v[i].comment;
		TRY(WRITE_TX(&w->cx->unit, m->slot, react(tx, w, m, &got.v[i])));
	}
	r->s.likes = likes;
	r->s.comments = comments;
	return OK;
}

static err read_member(struct moment_work *w, const struct moment_sender *s, bool *ret_news)
{
	struct reading r = { .w = w, .s = *s, .by_external = map_new(CX_ARENA(w->cx)) };
	TRY(moment_work_people(w, s->staff, "", SIZE_MAX / 2, &r.people, &r.count));
	for (size_t i = 0; i < r.count; i++)
		map_put(&r.by_external, r.people[i].row.external_userid, &r.people[i]);
	err e = read_visible(&r);
	if (e == OK)
		e = read_reactions(&r);
	if (e != OK && (!mass_final(e) || w->call.errcode == CODE_GONE))
		return e;
	r.s.read_at = cx_now(w->cx); /* one who cannot be read stays unread, and stops nobody */
	*ret_news |= r.s.visible != s->visible || r.s.likes != s->likes || r.s.comments != s->comments;
	return WRITE_TX(&w->cx->unit, base(w), moment_sender_read(tx, &r.s));
}

/* *ret_more: others are due as well. */
static err read_members(struct moment_work *w, bool *ret_news, bool *ret_more)
{
	struct moment_due due = { w->v.id, cx_now(w->cx) - MASS_POLL_SOON_MS / 2, MOMENT_SENDERS_A_RUN };
	struct moment_sender *rows;
	size_t n;
	TRY(READ_SNAP(&w->cx->unit, base(w), moment_senders_due(snap, &due, &rows, &n)));
	*ret_more = n == MOMENT_SENDERS_A_RUN;
	for (size_t i = 0; i < n; i++) {
		struct arena_mark mark = arena_mark(CX_ARENA(w->cx));
		TRY(read_member(w, &rows[i], ret_news));
		arena_reset(CX_ARENA(w->cx), mark);
	}
	return OK;
}

/* ---- polling and closing ---- */

static err end_all(struct moment_work *w)
{
	bool cancelled = str_eq_c(w->plan.state, "cancelled");
	struct moment_sender *rows;
	size_t n;
	struct moment_turn rest = { w->v.id, STR(""), STR("not_posted"), NIL };
	TRY(WRITE_TX(&w->cx->unit, base(w), moment_sender_turn(tx, &rest)));
	TRY(READ_SNAP(&w->cx->unit, base(w), moment_senders(snap, &(struct moment_key){ w->v.id }, &rows, &n)));
	for (size_t i = 0; i < n; i++) {
		if (str_eq_c(rows[i].state, "posted"))
			TRY(moment_work_end_rest(w, rows[i].staff, "not_visible", STR("not_visible")));
		else if (str_eq_c(rows[i].state, "refused"))
			TRY(moment_work_end_rest(w, rows[i].staff, "failed", STR("sender_refused")));
	}
	return moment_work_end_rest(w, 0, cancelled ? "cancelled" : "not_posted", cancelled ? STR("cancelled") : STR("not_posted"));
}

static err follow(struct moment_work *w, bool closing, struct outcome *ret)
{
	struct moment_total total;
	bool news = false, more = false;
	err e = closing ? wecom_moment_cancel(&w->call, w->v.moment_id) : OK;
	if (e != OK && !mass_final(e))
		return again(w, e, ret);
	e = read_posted(w, &news);
	if (e == OK)
		e = read_members(w, &news, &more);
	bool gone = mass_final(e);
	if (e != OK && !gone)
		return again(w, e, ret);
	closing |= gone; /* deleted in WeCom, or it will not be told any more */
	if (closing && !more)
		TRY(end_all(w));
	if (news || (closing && !more))
		TRY(moment_work_tell(w, closing && !more, ret, &total));
	if (more || !closing) {
		ret->state = OUTCOME_RETRY;
		ret->reason = STR("open");
		ret->retry_at = more ? cx_now(w->cx) : mass_next_poll(cx_now(w->cx), w->v.made_at, w->plan.deadline);
	}
	return OK;
}

err moment_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct moment_work w;
	TRY(moment_work_open(cx, row, &w));
	if (!str_eq_c(w.v.state, "created"))
		return OK;
	return follow(&w, cx_now(cx) >= w.plan.deadline || str_eq_c(w.plan.state, "cancelled"), ret);
}

/* Also for a version that never became a task: its people are told so. */
err moment_send_close(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct moment_work w;
	struct moment_total total;
	err e = moment_work_open(cx, row, &w);
	if (!w.v.id)
		return e;
	if (str_eq_c(w.v.state, "created"))
		return e == OK ? follow(&w, true, ret) : e;
	if (!str_eq_c(w.v.state, "failed") && !str_eq_c(w.v.state, "cancelled"))
		return OK;
	struct moment_turn rest = { w.v.id, STR(""), STR("not_posted"), NIL };
	TRY(WRITE_TX(&cx->unit, base(&w), moment_sender_turn(tx, &rest)));
	bool cancelled = str_eq_c(w.v.state, "cancelled");
	TRY(moment_work_end_rest(&w, 0, cancelled ? "cancelled" : "failed", cancelled ? STR("cancelled") : w.v.code));
	return moment_work_tell(&w, true, ret, &total);
}

/* Likes and comments come for days. */
err moment_send_watch(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct moment_work w;
	struct moment_total total;
	bool news = false, more = false;
	ms now = cx_now(cx);
	TRY(moment_work_open(cx, row, &w));
	if (w.v.closed_at == NIL || now > w.v.closed_at + MOMENT_WATCH_MS)
		return OK;
	err e = read_members(&w, &news, &more);
	if (mass_final(e))
		return OK;
	if (e != OK)
		return again(&w, e, ret);
	if (news)
		TRY(moment_work_tell(&w, false, ret, &total));
	ret->state = OUTCOME_RETRY;
	ret->reason = STR("watching");
	ret->retry_at = more ? now : now + (now < w.v.closed_at + WATCH_SOON_FOR_MS ? WATCH_SOON_MS : WATCH_LATER_MS);
	return OK;
}

/* ---- reminding ---- */

static err read_reminded(const struct snap *s, const struct outbox_row *row, struct moment_work *w, i64 *ret_staff, struct moment_sender **ret, size_t *ret_count)
{
	struct moment_errand errand;
	TRY(outbox_body(s, row, &moment_errand_record, &errand));
	*ret_staff = errand.staff;
	return moment_senders_of(s, &(struct moment_placed){ w->plan.id, errand.staff }, ret, ret_count);
}

err moment_send_remind(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct moment_work w;
	struct moment_sender *waits = NULL;
	i64 staff = 0;
	size_t n = 0;
	TRY(moment_work_open(cx, row, &w));
	TRY(READ_SNAP(&cx->unit, row->slot, read_reminded(snap, row, &w, &staff, &waits, &n)));
	if (n == 0)
		return OK; /* posted meanwhile, or closed */
	struct text_hole holes[] = { { "value", w.plan.name }, { "count", arena_printf(CX_ARENA(cx), "%zu", n) } };
	str text = text_fill(CX_ARENA(cx), T_MOMENT_REMIND, LANG_ZH, holes, ARRAY_LEN(holes)), invalid;
	err e = wecom_message_text(&w.call, (struct strs){ &waits[0].userid, 1 }, text, &invalid);
	if (e == OK)
		return OK;
	if (e == ERR_UNKNOWN || err_retryable(e)) /* WeCom drops the same text within half an hour */
		return again(&w, e, ret);
	*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = moment_code_of(&w, e) };
	return OK;
}
