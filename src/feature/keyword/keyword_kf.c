/*
 * 微信客服: pulling what was written and answering it.
 *
 * A pull reads pages from where the account stands. Each page is one transaction that moves the cursor and
 * decides about its messages; whoever finds the cursor moved by another pull stops, because that one goes on.
 */
#include "feature/keyword/keyword_data.h"
#include "feature/keyword/keyword_speak.h"

#include "core/corp/corp.h"
#include "core/follow/follow.h"
#include "port/wecom/wecom_kf.h"

#define PRUNE_EVERY_MS MS_DAY

err keyword_on_told(struct tx *tx, const struct event *ev)
{
	struct wecom_told told;
	struct keyword_account account;
	TRY(event_body(&tx->snap, ev, &wecom_told_record, &told));
	if (!str_eq_c(told.event, "kf_msg_or_event"))
		return OK;
	err e = keyword_account_get(&tx->snap, &(struct keyword_account){ .open_kfid = told.id }, &account);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	struct keyword_pull_task task = { told.id, told.token };
	return outbox_add(tx, STR(KEYWORD_PULL), arena_printf(tx->snap.arena, "%lld", (long long)ev->id), STR(""), tx->snap.now, 0, 0,
			  &keyword_pull_task_record, &task, NULL);
}

/* ---- pulling ---- */

struct pulled { const struct keyword_account *account; const struct wecom_kf_page *page; struct keyword_match *match; bool moved; };

static err visitor_of(struct tx *tx, const struct pulled *p, const struct wecom_kf_message *m, struct keyword_visitor *ret)
{
	struct keyword_visitor key = { p->account->open_kfid, m->external_userid, m->sent, 0 };
	err e = keyword_visitor_get(&tx->snap, &key, ret);
	if (e == ERR_NOT_FOUND || (e == OK && m->sent >= ret->wrote)) {
		*ret = key; /* what she writes opens the window anew */
		return OK;
	}
	return e;
}

/* "waiting" when it is to be answered; else why not. */
static str verdict(const struct tx *tx, const struct wecom_kf_message *m, const struct keyword_visitor *v, size_t hits)
{
	if (!hits)
		return STR("none");
	if (m->sent == NIL || tx->snap.now - m->sent > KEYWORD_LATE_MS)
		return STR("late");
	return v->answered >= WECOM_KF_ANSWERS_MAX ? STR("full") : STR("waiting");
}

static err decide(struct tx *tx, const struct pulled *p, const struct wecom_kf_message *m)
{
	struct arena *a = tx->snap.arena;
	struct keyword_visitor v;
	struct keyword_hit *hits;
	size_t n;
	TRY(visitor_of(tx, p, m, &v));
	TRY(keyword_match_text(a, p->match, m->text, &hits, &n));
	struct keyword_log log = { .id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .msgid = m->msgid,
				   .open_kfid = p->account->open_kfid, .rule = n ? hits[0].rule->id : NIL, .reason = STR_NIL,
				   .wrote = m->sent != NIL ? m->sent : tx->snap.now, .took = NIL };
	log.state = verdict(tx, m, &v, n);
	TRY(keyword_log_add(tx, &log));
	if (tx_changed(tx) == 0)
		return OK; /* seen before */
	bool answer = str_eq_c(log.state, "waiting");
	v.answered += answer;
	TRY(keyword_visitor_put(tx, &v));
	if (!answer)
		return OK;
	struct keyword_send_task task = { log.id, log.rule, log.open_kfid, m->external_userid, hits[0].rule->answer, log.wrote };
	return outbox_add(tx, STR(KEYWORD_SEND), arena_printf(a, "%lld", (long long)log.id), STR(""), tx->snap.now,
			  log.wrote + WECOM_KF_WINDOW_MS, 0, &keyword_send_task_record, &task, NULL);
}

static err prune_arm(struct tx *tx)
{
	ms due = (tx->snap.now / PRUNE_EVERY_MS + 1) * PRUNE_EVERY_MS;
	return timer_set(tx, STR(KEYWORD_PRUNE), STR(""), due, 0, &none_record, &(struct none){ 0 });
}

/* Of a page only her last message matters for the window. */
static bool last_of_hers(const struct wecom_kf_page *page, size_t at)
{
	for (size_t i = at + 1; i < page->n; i++)
		if (page->v[i].origin == WECOM_KF_CUSTOMER && str_eq(page->v[i].external_userid, page->v[at].external_userid))
			return false;
	return true;
}

/* What she wrote on a page up to there, a message a line; nil: pictures alone. */
static str words_of_hers(struct arena *a, const struct wecom_kf_page *page, size_t upto)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	for (size_t i = 0; i <= upto; i++) {
		const struct wecom_kf_message *m = &page->v[i];
		if (m->origin != WECOM_KF_CUSTOMER || !m->text.n || !str_eq(m->external_userid, page->v[upto].external_userid))
			continue;
		buf_add_c(&b, b.n ? "\n" : "");
		buf_add(&b, m->text);
	}
	return b.n ? str_utf8_head(buf_str(&b), KF_TEXT_MAX) : STR_NIL;
}

/* A person lives in a slot of her own: who she is, and her line, are written by a sender. */
static err meet(struct tx *tx, const struct pulled *p, size_t at)
{
	const struct wecom_kf_message *m = &p->page->v[at];
	struct kf_meet_task task = { p->account->open_kfid, m->external_userid, m->sent == NIL ? tx->snap.now : m->sent,
				     words_of_hers(tx->snap.arena, p->page, at) };
	return outbox_add(tx, STR(KF_MEET), m->msgid, STR(""), tx->snap.now, 0, 0, &kf_meet_task_record, &task, NULL);
}

/* What a program sent names no member and is no turn. */
static err turn(struct tx *tx, const struct pulled *p, const struct wecom_kf_message *m)
{
	bool hers = m->origin == WECOM_KF_CUSTOMER;
	if (!m->external_userid.n || (!hers && !m->servicer.n))
		return OK;
	struct kf_turn body = { p->account->open_kfid, p->account->name, m->external_userid,
				str_c(hers ? "wrote" : m->origin == WECOM_KF_EVENT ? "given" : "answered"), hers ? STR_NIL : m->servicer };
	return journal_add(tx, EV_KF_TURN, 0, m->sent == NIL ? tx->snap.now : m->sent, &kf_turn_record, &body, NULL);
}

static err take_page(struct tx *tx, struct pulled *p)
{
	struct keyword_read to = { p->account->open_kfid, p->account->read_to, p->page->next_cursor };
	TRY(keyword_account_read(tx, &to));
	p->moved = tx_changed(tx) > 0;
	if (!p->moved)
		return OK;
	for (size_t i = 0; i < p->page->n; i++) {
		const struct wecom_kf_message *m = &p->page->v[i];
		TRY(turn(tx, p, m));
		if (m->origin != WECOM_KF_CUSTOMER || !m->msgid.n || !m->external_userid.n)
			continue;
		if (p->account->answers && str_eq_c(m->type, "text"))
			TRY(decide(tx, p, m));
		if (last_of_hers(p->page, i))
			TRY(meet(tx, p, i));
	}
	return prune_arm(tx);
}

static err pull_pages(struct cx *cx, struct wecom_call *call, const struct keyword_pull_task *task, struct keyword_match *match)
{
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	for (int i = 0; i < KEYWORD_PAGES_MAX; i++) {
		struct keyword_account account;
		struct wecom_kf_page page;
		TRY(READ_SNAP(&cx->unit, base, keyword_account_get(snap, &(struct keyword_account){ .open_kfid = task->open_kfid }, &account)));
		TRY(wecom_kf_sync(call, account.open_kfid, account.read_to, task->token, &page));
		if (!page.next_cursor.n || (str_eq(page.next_cursor, account.read_to) && !page.n))
			return OK;
		struct pulled p = { &account, &page, match, false };
		TRY(WRITE_TX(&cx->unit, base, take_page(tx, &p)));
		if (!page.more || !p.moved)
			return OK;
	}
	return OK;
}

err keyword_pull(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct keyword_pull_task task;
	struct corp_wecom wecom;
	struct keyword_match *match;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &keyword_pull_task_record, &task)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &wecom));
	TRY(READ_SNAP(&cx->unit, row->slot, keyword_match_new(snap, KEYWORD_KF, &match)));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &wecom.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	err e = pull_pages(cx, &call, &task, match);
	keyword_match_free(match);
	if (e == ERR_UNKNOWN || err_retryable(e)) { /* reading changes nothing over there */
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .retry_at = call.retry_at == NIL ? 0 : call.retry_at,
					 .reason = str_c(err_name(e)) };
		return OK;
	}
	return e;
}

/* ---- answering ---- */

err keyword_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct keyword_send_task task;
	struct corp_wecom wecom;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &keyword_send_task_record, &task)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &wecom));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &wecom.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	str msgid = arena_printf(CX_ARENA(cx), "yt%lld", (long long)task.log);
	err e = wecom_kf_send_text(&call, task.open_kfid, task.external_userid, msgid, task.answer);
	if (e == ERR_UNKNOWN || err_retryable(e)) {
		*ret = (struct outcome){ .state = e == ERR_UNKNOWN ? OUTCOME_UNKNOWN : OUTCOME_RETRY,
					 .retry_at = call.retry_at == NIL ? 0 : call.retry_at, .reason = str_c(err_name(e)) };
		return OK;
	}
	struct keyword_answered *body = ARENA_NEW(CX_ARENA(cx), struct keyword_answered);
	*body = (struct keyword_answered){ task.log, task.rule, e == OK ? STR("sent") : STR("failed"), STR_NIL, cx_now(cx) - task.wrote };
	if (e != OK)
		body->reason = call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)call.errcode) : str_c(err_name(e));
	*ret = (struct outcome){ .state = e == OK ? OUTCOME_DONE : OUTCOME_DROPPED, .reason = body->reason,
				 .event = EV_KEYWORD_ANSWERED, .record = &keyword_answered_record, .body = body };
	return OK;
}

/* The same msgid sends nothing twice. */
err keyword_send_again(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	return keyword_send(cx, row, ret);
}

err keyword_on_answered(struct tx *tx, const struct event *ev)
{
	struct keyword_answered body;
	TRY(event_body(&tx->snap, ev, &keyword_answered_record, &body));
	struct keyword_log end = { .id = body.log, .state = body.state, .reason = body.reason, .took = body.took };
	return keyword_log_end(tx, &end);
}

static err prune(struct tx *tx, const struct timer_row *row)
{
	bool mine;
	TRY(timer_take(tx, row, &mine));
	if (!mine)
		return OK;
	TRY(keyword_visitors_drop(tx, &(struct keyword_old){ tx->snap.now - WECOM_KF_WINDOW_MS }));
	TRY(keyword_log_drop(tx, &(struct keyword_old_id){ id_first(tx->snap.now - KEYWORD_LOG_DAYS * MS_DAY) }));
	return prune_arm(tx);
}

err keyword_prune(struct cx *cx, const struct timer_row *row)
{
	return WRITE_TX(&cx->unit, row->slot, prune(tx, row));
}
