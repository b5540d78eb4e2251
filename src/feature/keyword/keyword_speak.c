/*
 * Lines to persons, the verb over them, and its sender. See keyword_speak.h.
 */
#include "feature/keyword/keyword_speak.h"

#include "core/attr/attr_say.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "feature/keyword/keyword_data.h"
#include "port/wecom/wecom_kf.h"

#define ARGS_BYTES_MAX ((size_t)16 << 10)

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

/* ---- who writes ---- */

/* What is older than what is known says nothing new. */
static err line_put(struct tx *tx, i64 leaf, const struct kf_meet_task *t)
{
	struct keyword_line was, now = { leaf, t->open_kfid, t->external_userid, t->wrote };
	err e = keyword_line_get(&tx->snap, &now, &was);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == OK && was.wrote >= now.wrote)
		return OK;
	TRY(keyword_line_put(tx, &now));
	struct kf_wrote body = { t->open_kfid, t->text };
	return journal_add(tx, EV_KF_WROTE, leaf, t->wrote, &kf_wrote_record, &body, NULL);
}

/* The unionid, when WeCom tells one; somebody known already is not asked about. */
static err unionid_of(struct cx *cx, const struct kf_meet_task *t, str *ret, str *ret_name, ms *ret_retry)
{
	struct corp_wecom wecom;
	struct wecom_kf_customers who;
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, &wecom));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &wecom.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	err e = wecom_kf_who(&call, (struct strs){ (str *)&t->external_userid, 1 }, &who);
	*ret_retry = call.retry_at;
	if (e == OK && who.n) {
		*ret = who.v[0].unionid;
		*ret_name = who.v[0].nickname;
	}
	return e;
}

err kf_meet_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct unit *u = &cx->unit;
	struct kf_meet_task t;
	str unionid = STR_NIL, name = STR_NIL;
	i64 leaf;
	ms retry = NIL;
	TRY(READ_SNAP(u, row->slot, outbox_body(snap, row, &kf_meet_task_record, &t)));
	err known = identity_find(u, STR("external_userid"), t.external_userid, &leaf);
	if (known != OK && known != ERR_NOT_FOUND)
		return known;
	err e = known == OK ? OK : unionid_of(cx, &t, &unionid, &name, &retry);
	if (e == ERR_UNKNOWN || err_retryable(e)) { /* asking changes nothing over there */
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .retry_at = retry == NIL ? 0 : retry, .reason = str_c(err_name(e)) };
		return OK;
	}
	struct identity_in ids[] = { { STR("external_userid"), t.external_userid, true }, { STR("unionid"), unionid, true } };
	struct identity_who who = { ids, unionid.n ? 2 : 1, false, t.wrote, STR("wecom"), name };
	TRY(identity_resolve(u, &who, &leaf, NULL, NULL));
	return WRITE_TX(u, slot_of_customer(u->store, leaf), line_put(tx, leaf, &t));
}

/* ---- the verb ---- */

static bool window_read(str text, i64 *ret_count, ms *ret_within)
{
	str rest = str_trim(text), count = str_cut(&rest, ' ');
	i64 hours;
	rest = str_trim(rest);
	if (!str_i64(count, ret_count) || *ret_count < 0 || !str_ends(rest, STR("h")) || !str_i64(str_sub(rest, 0, rest.n - 1), &hours) || hours < 1)
		return false;
	*ret_within = hours * MS_HOUR;
	return true;
}

static err args_check(struct unit *u, const void *args)
{
	const struct kf_send_args *in = args;
	struct keyword_account account;
	if (in->menu.n && in->title.n)
		return fail_set(&u->fail, ERR_INPUT, T_SPEAK_MENU, STR("menu"), STR_NIL, STR(FAIL_STR(WECOM_KF_ITEMS_MAX)));
	if ((in->title.n > 0) != (in->url.n > 0))
		return fail_set(&u->fail, ERR_INPUT, T_MISSING, in->title.n ? STR("url") : STR("title"), STR_NIL, STR_NIL);
	if (in->url.n && !str_starts(in->url, STR("https://")) && !str_starts(in->url, STR("http://")))
		return fail_set(&u->fail, ERR_INPUT, T_OA_BASE, STR("url"), in->url, STR("https://"));
	TRY(attr_say_check(u, "text", in->text, WECOM_KF_TEXT_BYTES_MAX));
	if (!in->account.n)
		return OK;
	err e = READ_SNAP(u, base(u), keyword_account_get(snap, &(struct keyword_account){ .open_kfid = in->account }, &account));
	return e == ERR_NOT_FOUND ? fail_set(&u->fail, ERR_INPUT, T_KF_ACCOUNT, STR("account"), in->account, STR_NIL) : e;
}

/* Where she wrote last, or the account asked for; false: nowhere. */
static err line_of(struct tx *tx, i64 root, str account, struct keyword_line *ret, bool *ret_found)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	struct snap at = tx->snap;
	size_t n, m;
	*ret_found = false;
	TRY(customer_leaves_in(&tx->snap, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct keyword_line *rows;
		snap_slot(&at, slot_of_customer(tx->snap.unit->store, leaves[i]));
		TRY(keyword_lines_of(&at, &(struct keyword_line){ .customer = leaves[i] }, &rows, &m));
		for (size_t k = 0; k < m; k++)
			if ((!account.n || str_eq(rows[k].open_kfid, account)) && (!*ret_found || rows[k].wrote > ret->wrote)) {
				*ret = rows[k];
				*ret_found = true;
			}
	}
	return OK;
}

/* Messages of hers since she wrote: ours and answers to words. */
static err used_of(struct tx *tx, i64 root, const struct keyword_line *line, i64 *ret)
{
	struct keyword_visitor v = { .open_kfid = line->open_kfid, .external_userid = line->external_userid };
	struct snap at = tx->snap;
	snap_slot(&at, base(tx->snap.unit));
	TRY(speak_count(tx, root, KF_VERB, line->open_kfid, line->wrote, ret));
	err e = keyword_visitor_get(&at, &v, &v);
	if (e == OK && v.wrote == line->wrote)
		*ret += v.answered;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err run(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct kf_send_args *in = call->args;
	struct buf b = buf_new(tx->snap.arena, ARGS_BYTES_MAX);
	struct keyword_line line = { 0 };
	bool known, found;
	str text;
	i64 most, used;
	ms within;
	TRY(speak_before(tx, call, KF_VERB, ret, &known));
	if (known)
		return OK;
	TRY(line_of(tx, call->customer, in->account, &line, &found));
	if (!found)
		return speak_refuse(ret, "no_line");
	TRY(setting_get(tx->snap.unit, KF_WINDOW, &text));
	if (!window_read(text, &most, &within))
		return tx_fail(tx, ERR_CONFIG, T_ERR_CONFIG, STR(KF_WINDOW), text, STR(KF_WINDOW_DEFAULT));
	TRY(used_of(tx, call->customer, &line, &used));
	if (call->at >= line.wrote + within || used >= most)
		return speak_refuse(ret, "window_shut");
	record_write(&b, &kf_send_args_record, in);
	struct kf_speak_task task = { line.open_kfid, line.external_userid, buf_str(&b) };
	struct speak_ask ask = { .call = call, .verb = KF_VERB, .channel = "kf", .class = in->class.n ? in->class : STR("marketing"),
				 .via = line.open_kfid, .sender = KF_SPEAK, .expires = line.wrote + within, .record = &kf_speak_task_record, .body = &task };
	return speak_ask(tx, &ask, ret);
}

static err stop(struct tx *tx, const struct verb_call *call, bool *ret_stopped) { return speak_stop(tx, call, KF_VERB, ret_stopped); }

const struct verb keyword_verbs[] = {
	{ KF_VERB, T_VERB_KF_SEND, &kf_send_args_record, "kf", args_check, run, stop },
	{ 0 },
};

/* ---- sending ---- */

static struct speak_ended ended(const char *state, str reason)
{
	return (struct speak_ended){ .verb = STR(KF_VERB), .state = str_c(state), .reason = reason, .remote = STR_NIL, .cost = NIL };
}

static err carry(struct wecom_call *call, const struct kf_speak_task *t, const struct kf_send_args *in, str text, i64 id)
{
	str msgid = arena_printf(call->arena, "ys%lld", (long long)id);
	if (!in->menu.n && !in->title.n)
		return wecom_kf_send_text(call, t->open_kfid, t->external_userid, msgid, text);
	struct wecom_kf_menu m = { text, in->title, in->url, in->menu };
	return wecom_kf_send_menu(call, t->open_kfid, t->external_userid, msgid, &m);
}

err kf_speak_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct unit *u = &cx->unit;
	struct kf_speak_task t;
	struct kf_send_args in;
	struct corp_wecom wecom;
	struct json *tree;
	str text;
	i64 root;
	TRY(READ_SNAP(u, row->slot, outbox_body(snap, row, &kf_speak_task_record, &t)));
	TRY(json_parse(t.args, CX_ARENA(cx), &tree, &u->fail));
	record_init(&kf_send_args_record, &in);
	record_read(&kf_send_args_record, tree, &in, CX_ARENA(cx));
	TRY(customer_root(u, row->customer, &root));
	TRY(attr_say(u, root, in.text, &text));
	TRY(corp_wecom_get(u, row->corp, &wecom));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &wecom.app, .arena = CX_ARENA(cx), .fail = &u->fail };
	err e = carry(&call, &t, &in, text, speak_id(row));
	if (e == ERR_UNKNOWN || err_retryable(e)) {
		*ret = (struct outcome){ .state = e == ERR_UNKNOWN || e == ERR_TIMEOUT ? OUTCOME_UNKNOWN : OUTCOME_RETRY,
					 .retry_at = call.retry_at == NIL ? 0 : call.retry_at, .reason = str_c(err_name(e)) };
		return OK;
	}
	bool shut = call.errcode == 95001 || call.errcode == 95002;
	if (e == OK)
		speak_done(cx, row, ended("sent", STR_NIL), ret);
	else if (shut)
		speak_done(cx, row, ended("refused", STR("window_shut")), ret);
	else
		speak_done(cx, row, ended("failed", call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)call.errcode) : str_c(err_name(e))), ret);
	return OK;
}

err kf_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	speak_done(cx, row, ended("expired", STR("window_shut")), ret);
	return OK;
}
