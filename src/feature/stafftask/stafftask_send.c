/*
 * staff.notice and staff.recall: the app message of WeCom, single or as a digest, and taking one back.
 *
 * The mark that a message is out is written by the sender itself, before its outcome: the next row of the same batch
 * must count it. Between the call and the mark a crash sends the same text again; WeCom drops that (duplicate check).
 * Who is over her number of messages an hour waits for the next full hour; the first of her rows that comes due then
 * sends one message for all of them, wherever they live.
 */
#include "feature/stafftask/stafftask_int.h"

#include "base/text.h"
#include "core/corp/corp.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_message.h"

struct noting {
	struct cx *cx;
	i64 slot;
	struct staff_notice n;
	struct staff staff;
	struct corp_wecom corp;
	struct wecom_call call;
};

static err open_row(struct cx *cx, const struct outbox_row *row, struct noting *w)
{
	struct stafftask_errand errand;
	struct unit *u = &cx->unit;
	w->cx = cx;
	w->slot = row->slot;
	TRY(READ_SNAP(u, row->slot, outbox_body(snap, row, &stafftask_errand_record, &errand)));
	TRY(READ_SNAP(u, row->slot, staff_notice_get(snap, &(struct stafftask_key){ errand.id }, &w->n)));
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), staff_get(snap, w->n.staff, &w->staff)));
	TRY(corp_wecom_get(u, row->corp, &w->corp));
	w->call = (struct wecom_call){ .wecom = cx->env->wecom, .app = &w->corp.app, .arena = CX_ARENA(cx), .fail = &u->fail, .retry_at = NIL };
	return OK;
}

/* Marks one as ended and tells its caller; silent when it has ended already. */
static err mark(struct tx *tx, const struct staff_notice *n, const struct staff_notice_end *end)
{
	bool sent = str_eq_c(end->state, "sent");
	struct verb_ended of = {
		.verb = STR("staff.notify"), .by = n->caller, .by_id = n->by_id, .token = n->token, .key = n->act_key,
		.state = sent ? STR("done") : STR("failed"), .reason = end->reason, .at = tx->snap.now,
	};
	TRY(staff_notice_finish(tx, end));
	if (!tx_changed(tx) || !n->customer || !str_eq_c(n->why, "notify"))
		return OK;
	return verb_tell(tx, n->customer, &of);
}

static err failed(struct noting *w, str reason, struct outcome *ret)
{
	struct staff_notice_end end = { w->n.id, STR("failed"), reason, NIL, STR_NIL };
	*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = reason };
	return WRITE_TX(&w->cx->unit, w->slot, mark(tx, &w->n, &end));
}

static err not_sent(struct noting *w, err e, struct outcome *ret)
{
	ms now = cx_now(w->cx);
	bool late = now > w->n.made + STAFFTASK_NOTICE_LIFE_MS + MS_HOUR;
	if (late || (e != ERR_UNKNOWN && !err_retryable(e)))
		return failed(w, w->call.errcode ? arena_printf(CX_ARENA(w->cx), "%lld", (long long)w->call.errcode) : str_c(err_name(e)), ret);
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = str_c(err_name(e)) };
	if (w->call.retry_at != NIL)
		ret->retry_at = w->call.retry_at;
	return OK;
}

static str full_url(struct noting *w, str url)
{
	return str_starts(url, STR("/")) ? arena_printf(CX_ARENA(w->cx), "%.*s%.*s", STR_F(w->cx->env->public_url), STR_F(url)) : url;
}

/* Pages of ours ask which company it is. */
static err with_corp(struct noting *w, str url, str *ret)
{
	struct corp corp;
	str path = url, hash = STR("");
	*ret = full_url(w, url);
	if (!str_starts(url, STR("/h5/")))
		return OK;
	TRY(corp_get(&w->cx->unit, w->cx->unit.corp, &corp));
	i64 at = str_find(url, STR("#"));
	if (at >= 0) {
		path = str_sub(url, 0, (size_t)at);
		hash = str_sub(url, (size_t)at, url.n);
	}
	*ret = full_url(w, arena_printf(CX_ARENA(w->cx), "%.*s?corp=%.*s%.*s", STR_F(path), STR_F(corp.slug), STR_F(hash)));
	return OK;
}

static err send_one(struct noting *w, struct outcome *ret)
{
	struct wecom_note note = { w->n.title, w->n.body, STR_NIL };
	struct wecom_noted noted;
	str user = w->staff.userid;
	if (w->n.url.n)
		TRY(with_corp(w, w->n.url, &note.url));
	if (!note.title.n && note.url.n)
		note.text = arena_printf(CX_ARENA(w->cx), "%.*s\n%.*s", STR_F(note.text), STR_F(note.url));
	err e = wecom_message_note(&w->call, (struct strs){ &user, 1 }, &note, &noted);
	if (e != OK)
		return not_sent(w, e, ret);
	struct staff_notice_end end = { w->n.id, STR("sent"), STR_NIL, cx_now(w->cx), noted.msgid };
	return WRITE_TX(&w->cx->unit, w->slot, mark(tx, &w->n, &end));
}

/* ---- digests ---- */

static str digest_text(struct noting *w, const struct staff_notice_placed *rows, size_t n)
{
	struct arena *a = CX_ARENA(w->cx);
	struct buf b = buf_new(a, WECOM_MESSAGE_BYTES_MAX);
	struct text_hole hole = { "value", arena_printf(a, "%zu", n) };
	buf_add(&b, text_fill(a, T_STAFFTASK_DIGEST, LANG_ZH, &hole, 1));
	for (size_t i = 0; i < n && i < STAFFTASK_DIGEST_LINES; i++) {
		str body = rows[i].body, line = str_cut(&body, '\n');
		buf_fmt(&b, "\n%zu. %.*s", i + 1, STR_F(str_utf8_head(line, 40)));
	}
	return buf_str(&b);
}

static err mark_placed(struct tx *tx, const struct staff_notice_placed *p, ms at, str msgid)
{
	struct staff_notice n;
	struct staff_notice_end end = { p->id, STR("sent"), STR_NIL, at, msgid };
	TRY(staff_notice_get(&tx->snap, &(struct stafftask_key){ p->id }, &n));
	return mark(tx, &n, &end);
}

static err send_digest(struct noting *w, struct outcome *ret)
{
	struct staff_notice_placed *rows;
	struct wecom_noted noted;
	struct unit *u = &w->cx->unit;
	struct stafftask_digest find = { w->n.staff, cx_now(w->cx) };
	str user = w->staff.userid;
	size_t n;
	TRY(READ_SNAP(u, w->slot, staff_notice_due(snap, &find, &rows, &n)));
	if (n <= 1)
		return send_one(w, ret);
	struct wecom_note note = { str_c(text_raw(T_STAFFTASK_DIGEST_TITLE, LANG_ZH)), digest_text(w, rows, n), STR_NIL };
	TRY(with_corp(w, STR("/h5/work"), &note.url));
	err e = wecom_message_note(&w->call, (struct strs){ &user, 1 }, &note, &noted);
	if (e != OK)
		return not_sent(w, e, ret);
	for (size_t i = 0; i < n; i++)
		TRY(WRITE_TX(u, rows[i].slot_no, mark_placed(tx, &rows[i], find.at, noted.msgid)));
	return OK;
}

err stafftask_send_notice(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct noting w;
	struct stafftask_n had;
	ms now = cx_now(cx);
	i64 most;
	TRY(open_row(cx, row, &w));
	if (!str_eq_c(w.n.state, "waiting"))
		return OK;
	if (!str_eq_c(w.staff.state, "active"))
		return failed(&w, STR("not_active"), ret);
	if (w.n.digest_at)
		return send_digest(&w, ret);
	TRY(setting_i64(&cx->unit, "stafftask.notices_hour", &most));
	TRY(READ_SNAP(&cx->unit, row->slot, staff_notice_sent_since(snap, &(struct stafftask_since){ w.n.staff, now - MS_HOUR }, &had)));
	if (most <= 0 || had.n < most)
		return send_one(&w, ret);
	struct stafftask_digest later = { w.n.id, now - now % MS_HOUR + MS_HOUR };
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("digest"), .retry_at = later.at };
	return WRITE_TX(&cx->unit, row->slot, staff_notice_later(tx, &later));
}

err stafftask_send_recall(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct noting w;
	TRY(open_row(cx, row, &w));
	if (!str_eq_c(w.n.state, "sent") || !w.n.msgid.n)
		return OK;
	err e = wecom_message_recall(&w.call, w.n.msgid);
	if (e == ERR_UNKNOWN || err_retryable(e)) { /* taking it back twice does no harm */
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = str_c(err_name(e)) };
		return OK;
	}
	struct staff_notice_end end = { w.n.id, e == OK ? STR("recalled") : STR("sent"), e == OK ? STR_NIL : STR("too_late"), NIL, STR_NIL };
	return WRITE_TX(&cx->unit, row->slot, staff_notice_recalled(tx, &end));
}
