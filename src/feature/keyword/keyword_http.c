/*
 * Rules, the test box, the file for 群自动回复, accounts of 微信客服 and what was answered.
 */
#include "feature/keyword/keyword_data.h"

#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "port/wecom/wecom_kf.h"
#include "store/journal.h"

#define LOG_MAX 200
#define ACCOUNTS_MAX 1000

#define RULE_BODY_FIELDS(F, S)                                                  \
	F(S, STR, name, .min = 1, .max = KEYWORD_NAME_MAX) F(S, STRS, words, .min = 1, .max = KEYWORD_WORDS_MAX) \
	F(S, BOOL, whole, .opt = true, .doc = "the text must be the word") F(S, STR, answer, .min = 1, .max = KEYWORD_ANSWER_MAX) \
	F(S, BOOL, use_kf, .opt = true) F(S, BOOL, use_suggest, .opt = true) F(S, BOOL, use_export, .opt = true) \
	F(S, BOOL, enabled, .opt = true)
#define RULE_NEW_FIELDS(F, S) RULE_BODY_FIELDS(F, S)
RECORD(keyword_new, RULE_NEW_FIELDS);
#define RULE_EDIT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) RULE_BODY_FIELDS(F, S)
RECORD(keyword_edit, RULE_EDIT_FIELDS);
#define RULE_VIEW_FIELDS(F, S) F(S, ID, id) F(S, MS, created) F(S, I64, version) RULE_BODY_FIELDS(F, S)
RECORD(keyword_view, RULE_VIEW_FIELDS);
#define TEST_FIELDS(F, S) \
	F(S, STR, text, .min = 1, .max = KEYWORD_TEXT_MAX) F(S, STR, use, .opt = true, .one_of = "any,kf,suggest")
RECORD(keyword_test_in, TEST_FIELDS);
#define TESTED_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, word) F(S, STR, answer) F(S, BOOL, wins)
RECORD(keyword_tested, TESTED_FIELDS);
#define TESTS_FIELDS(F, S) F(S, LIST, hits, .of = &keyword_tested_record)
RECORD(keyword_tests, TESTS_FIELDS);
#define ACCOUNT_VIEW_FIELDS(F, S) F(S, STR, open_kfid) F(S, STR, name) F(S, BOOL, answers, .doc = "we answer here")
RECORD(keyword_account_view, ACCOUNT_VIEW_FIELDS);
#define ACCOUNT_IN_FIELDS(F, S) F(S, STR, open_kfid, .min = 1, .max = 64) F(S, BOOL, answers)
RECORD(keyword_account_in, ACCOUNT_IN_FIELDS);
#define LOG_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = LOG_MAX)
RECORD(keyword_log_in, LOG_IN_FIELDS);
#define LOG_VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, open_kfid) F(S, ID, rule, .opt = true)           \
	F(S, STR, state, .one_of = "waiting,sent,failed,none,late,full") F(S, STR, reason, .opt = true) \
	F(S, MS, wrote_ms) F(S, I64, took_ms, .opt = true)
RECORD(keyword_log_view, LOG_VIEW_FIELDS);
#define SAVED_FIELDS(F, S) F(S, ID, rule) F(S, STR, what, .one_of = "made,changed,removed")
RECORD(keyword_saved, SAVED_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

/* ---- rules ---- */

static struct keyword_view shown(struct arena *a, const struct keyword_rule *r)
{
	VEC(str) words = { 0 };
	str rest = r->words;
	while (rest.n)
		vec_push(a, &words, str_cut(&rest, '\n'));
	return (struct keyword_view){ r->id, r->created, r->version, r->name, { words.v, words.n }, r->whole, r->answer, r->use_kf,
				      r->use_suggest, r->use_export, r->enabled };
}

/* One a line, each once; a line break inside of one would make it two. */
static err words_of(struct cx *cx, const struct strs *in, str *ret)
{
	struct arena *a = CX_ARENA(cx);
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	str *seen = ARENA_ARRAY(a, str, in->n);
	size_t n = 0;
	for (size_t i = 0; i < in->n; i++) {
		str word = str_trim(in->v[i]);
		bool twice = false;
		if (!word.n || str_has_char(word, '\n') || str_utf8_len(word) > KEYWORD_CHARS_MAX)
			return cx_fail(cx, ERR_INPUT, T_KEYWORD_WORD, STR("words"), in->v[i], arena_printf(a, "%d", KEYWORD_CHARS_MAX));
		for (size_t k = 0; k < n; k++)
			twice |= str_eq_nocase(seen[k], word);
		if (twice)
			continue;
		seen[n++] = word;
		if (b.n)
			buf_char(&b, '\n');
		buf_add(&b, word);
	}
	*ret = buf_str(&b);
	return OK;
}

static err tell(struct tx *tx, i64 rule, const char *what)
{
	struct keyword_saved body = { rule, str_c(what) };
	TRY(audit_add(tx, arena_cstr(tx->snap.arena, arena_printf(tx->snap.arena, "keyword.%s", what)),
		      arena_printf(tx->snap.arena, "keyword:%lld", (long long)rule), STR("")));
	return journal_add(tx, EV_KEYWORD_SAVED, 0, tx->snap.now, &keyword_saved_record, &body, NULL);
}

static err add(struct tx *tx, const struct keyword_rule *r)
{
	struct keyword_count count;
	TRY(keyword_rule_count(&tx->snap, &(struct none){ 0 }, &count));
	if (count.n >= KEYWORD_RULES_MAX)
		return tx_fail(tx, ERR_STATE, T_TOO_BIG, STR("rules"), STR_NIL, arena_printf(tx->snap.arena, "%d", KEYWORD_RULES_MAX));
	TRY(keyword_rule_insert(tx, r));
	return tell(tx, r->id, "made");
}

static err change(struct tx *tx, const struct keyword_rule *r)
{
	struct keyword_rule was;
	TRY(keyword_rule_get(&tx->snap, &(struct keyword_key){ r->id }, &was));
	TRY(keyword_rule_update(tx, r));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	return tell(tx, r->id, "changed");
}

static err remove_rule(struct tx *tx, i64 id)
{
	TRY(keyword_rule_drop(tx, &(struct keyword_key){ id }));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("keyword"));
	return tell(tx, id, "removed");
}

static err h_list(struct cx *cx)
{
	struct page *out = cx->out;
	struct keyword_rule *rules;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), keyword_rule_all(snap, &(struct none){ 0 }, &rules, &n)));
	struct keyword_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct keyword_view, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = shown(CX_ARENA(cx), &rules[i]);
	out->data = (struct list){ rows, n };
	out->total = (i64)n;
	return OK;
}

static err h_add(struct cx *cx)
{
	const struct keyword_new *in = cx->in;
	struct keyword_rule r = { .id = id_next(store_ids(cx->unit.store), cx_now(cx)), .name = in->name, .whole = in->whole,
				  .answer = in->answer, .use_kf = in->use_kf, .use_suggest = in->use_suggest,
				  .use_export = in->use_export, .enabled = in->enabled, .created = cx_now(cx), .version = 1 };
	TRY(words_of(cx, &in->words, &r.words));
	TRY(WRITE_TX(&cx->unit, base(cx), add(tx, &r)));
	*(struct keyword_view *)cx->out = shown(CX_ARENA(cx), &r);
	return OK;
}

static err h_edit(struct cx *cx)
{
	const struct keyword_edit *in = cx->in;
	struct keyword_rule r = { .id = in->id, .version = in->version, .name = in->name, .whole = in->whole, .answer = in->answer,
				  .use_kf = in->use_kf, .use_suggest = in->use_suggest, .use_export = in->use_export,
				  .enabled = in->enabled };
	TRY(words_of(cx, &in->words, &r.words));
	TRY(WRITE_TX(&cx->unit, base(cx), change(tx, &r)));
	TRY(READ_SNAP(&cx->unit, base(cx), keyword_rule_get(snap, &(struct keyword_key){ in->id }, &r)));
	*(struct keyword_view *)cx->out = shown(CX_ARENA(cx), &r);
	return OK;
}

static err h_remove(struct cx *cx)
{
	const struct keyword_key *in = cx->in;
	return WRITE_TX(&cx->unit, base(cx), remove_rule(tx, in->id));
}

static err h_test(struct cx *cx)
{
	const struct keyword_test_in *in = cx->in;
	struct keyword_tests *out = cx->out;
	struct keyword_match *m;
	struct keyword_hit *hits;
	size_t n;
	enum keyword_use use = str_eq_c(in->use, "kf") ? KEYWORD_KF : str_eq_c(in->use, "suggest") ? KEYWORD_SUGGEST : KEYWORD_ANY;
	TRY(READ_SNAP(&cx->unit, base(cx), keyword_match_new(snap, use, &m)));
	err e = keyword_match_text(CX_ARENA(cx), m, in->text, &hits, &n);
	keyword_match_free(m);
	TRY(e);
	struct keyword_tested *rows = ARENA_ARRAY(CX_ARENA(cx), struct keyword_tested, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct keyword_tested){ hits[i].rule->id, hits[i].rule->name, hits[i].word, hits[i].rule->answer, i == 0 };
	out->hits = (struct list){ rows, n };
	return OK;
}

static void csv_row(struct buf *b, str word, str answer)
{
	buf_csv(b, word);
	buf_char(b, ',');
	buf_csv(b, answer);
	buf_char(b, '\n');
}

static err h_export(struct cx *cx)
{
	struct keyword_rule *rules;
	struct buf b = buf_new(CX_ARENA(cx), BUF_MAX_DEFAULT);
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), keyword_rule_all(snap, &(struct none){ 0 }, &rules, &n)));
	buf_add_c(&b, CSV_MARK);
	csv_row(&b, str_c(text_raw(T_KEYWORD_CSV_WORD, cx->viewer.lang)), str_c(text_raw(T_KEYWORD_CSV_ANSWER, cx->viewer.lang)));
	for (size_t i = 0; i < n; i++) {
		str rest = rules[i].enabled && rules[i].use_export ? rules[i].words : STR_NIL;
		while (rest.n)
			csv_row(&b, str_cut(&rest, '\n'), rules[i].answer);
	}
	return cx_send_csv(cx, &b, STR("keywords.csv"));
}

/* ---- 微信客服 ---- */

static err h_accounts(struct cx *cx)
{
	struct page *out = cx->out;
	struct keyword_account *all;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), keyword_account_all(snap, &(struct none){ 0 }, &all, &n)));
	struct keyword_account_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct keyword_account_view, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct keyword_account_view){ all[i].open_kfid, all[i].name, all[i].answers };
	out->data = (struct list){ rows, n };
	out->total = (i64)n;
	return OK;
}

static err put_accounts(struct tx *tx, const struct wecom_kf_accounts *in)
{
	for (size_t i = 0; i < in->n; i++) {
		struct keyword_account row = { .open_kfid = in->v[i].open_kfid, .name = in->v[i].name, .read_to = STR("") };
		TRY(keyword_account_put(tx, &row));
	}
	return OK;
}

static err h_refresh(struct cx *cx)
{
	struct corp_wecom wecom;
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, &wecom));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &wecom.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	for (i64 at = 0; at < ACCOUNTS_MAX; at += WECOM_KF_LIST_MAX) {
		struct wecom_kf_accounts got;
		TRY(wecom_kf_list(&call, at, &got));
		TRY(WRITE_TX(&cx->unit, base(cx), put_accounts(tx, &got)));
		if (got.n < WECOM_KF_LIST_MAX)
			break;
	}
	return OK;
}

static err set_answers(struct tx *tx, const struct keyword_account *row)
{
	TRY(keyword_account_answers(tx, row));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("open_kfid"));
	return audit_add(tx, "keyword.account", row->open_kfid, row->answers ? STR("on") : STR("off"));
}

static err h_account(struct cx *cx)
{
	const struct keyword_account_in *in = cx->in;
	struct keyword_account row = { .open_kfid = in->open_kfid, .answers = in->answers, .name = STR_NIL, .read_to = STR_NIL };
	TRY(WRITE_TX(&cx->unit, base(cx), set_answers(tx, &row)));
	TRY(READ_SNAP(&cx->unit, base(cx), keyword_account_get(snap, &row, &row)));
	*(struct keyword_account_view *)cx->out = (struct keyword_account_view){ row.open_kfid, row.name, row.answers };
	return OK;
}

static err h_log(struct cx *cx)
{
	const struct keyword_log_in *in = cx->in;
	struct page *out = cx->out;
	struct keyword_log *rows;
	i64 before = INT64_MAX;
	size_t n;
	TRY(page_from(cx, in->cursor, &before, 1, 0));
	struct keyword_find find = { before, in->limit + 1 };
	TRY(READ_SNAP(&cx->unit, base(cx), keyword_log_list(snap, &find, &rows, &n)));
	if ((i64)n > in->limit) {
		n = (size_t)in->limit;
		out->next_cursor = page_next(cx, &rows[n - 1].id, 1, 0);
	}
	struct keyword_log_view *list = ARENA_ARRAY(CX_ARENA(cx), struct keyword_log_view, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct keyword_log_view){ rows[i].id, rows[i].open_kfid, rows[i].rule, rows[i].state, rows[i].reason,
						     rows[i].wrote, rows[i].took };
	out->data = (struct list){ list, n };
	return OK;
}

const struct route keyword_routes[] = {
	{ "GET", "/api/v1/keywords", "keyword.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &keyword_view_record, h_list,
	  "Rules of keyword answers, oldest first." },
	{ "POST", "/api/v1/keywords", "keyword.write", ROUTE_SCOPE_NONE, ROUTE_IDEMPOTENT | ROUTE_CREATED, &keyword_new_record,
	  &keyword_view_record, h_add, "Makes a rule." },
	{ "PUT", "/api/v1/keywords/{id}", "keyword.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &keyword_edit_record, &keyword_view_record,
	  h_edit, "Changes a rule." },
	{ "DELETE", "/api/v1/keywords/{id}", "keyword.write", ROUTE_SCOPE_NONE, 0, &keyword_key_record, &none_record, h_remove,
	  "Removes a rule." },
	{ "POST", "/api/v1/keywords/test", "keyword.read", ROUTE_SCOPE_NONE, 0, &keyword_test_in_record, &keyword_tests_record,
	  h_test, "Which rules a text hits; the first one answers." },
	{ "GET", "/api/v1/keywords/export.csv", "keyword.read", ROUTE_SCOPE_NONE, ROUTE_RAW, &none_record, &none_record, h_export,
	  "Words and answers for WeCom's own automatic answers in groups." },
	{ "GET", "/api/v1/kf-accounts", "keyword.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &keyword_account_view_record,
	  h_accounts, "Accounts of customer service, and where we answer." },
	{ "POST", "/api/v1/kf-accounts/refresh", "keyword.write", ROUTE_SCOPE_NONE, 0, &none_record, &none_record, h_refresh, "Reads the accounts from WeCom." },
	{ "PUT", "/api/v1/kf-accounts/{open_kfid}", "keyword.write", ROUTE_SCOPE_NONE, 0, &keyword_account_in_record,
	  &keyword_account_view_record, h_account, "Answers in an account by keyword, or no longer." },
	{ "GET", "/api/v1/keywords/log", "keyword.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &keyword_log_in_record, &keyword_log_view_record,
	  h_log, "What became of messages, newest first." },
	{ 0 },
};
