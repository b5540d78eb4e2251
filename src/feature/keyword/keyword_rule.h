/*
 * keyword answers 关键词回复: rules that answer by word, where a program may speak and where staff must.
 *
 * A program cannot speak in customer groups nor in a chat with staff; in 微信客服 it can. So a rule says what it is
 * for: answered by us in 微信客服, suggested to staff in the sidebar, or handed over in a file for WeCom's own
 * 群自动回复. Of several rules that hit, the longest word wins, then the oldest rule.
 *
 * What a program says there beyond answers stands in keyword_speak.h.
 *
 * What must stay true:
 * - a message is answered once: its number is unique in the log, and the answer's msgid makes a repeat harmless
 * - never outside the window of 48 hours or beyond five answers to one message of hers
 * - what had waited longer than KEYWORD_LATE_MS when we learned of it is not answered: nobody expects it any more
 * - texts of customers are looked at; what is kept of them is sealed with her own key in kf.wrote (keyword_speak.h), and
 *   nothing in the log of answers
 */
#ifndef YT_FEATURE_KEYWORD_KEYWORD_RULE_H
#define YT_FEATURE_KEYWORD_KEYWORD_RULE_H

#include "base/keyword.h"
#include "core/cx.h"
#include "core/module.h"

#define KEYWORD_RULES_MAX 500
#define KEYWORD_WORDS_MAX 20 /* of a rule: together no more than base/keyword compiles */
#define KEYWORD_NAME_MAX 40
#define KEYWORD_ANSWER_MAX 600     /* characters: 2,048 bytes of Chinese, WeCom's limit */
#define KEYWORD_TEXT_MAX 2000      /* characters of a text tried */
#define KEYWORD_LATE_MS (10 * MS_MINUTE)
#define KEYWORD_PAGES_MAX 20       /* pulled for one event */
#define KEYWORD_LOG_DAYS 30
#define KEYWORD_PULL "kf.pull"
#define KEYWORD_SEND "kf.send"
#define KEYWORD_PRUNE "keyword.prune"

#define KEYWORD_RULE_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, STR, name) F(S, STR, words, .doc = "one a line") F(S, BOOL, whole, .doc = "the text must be the word") \
	F(S, STR, answer) F(S, BOOL, use_kf) F(S, BOOL, use_suggest) F(S, BOOL, use_export) F(S, BOOL, enabled) \
	F(S, MS, created) F(S, I64, version)
RECORD(keyword_rule, KEYWORD_RULE_FIELDS);

enum keyword_use { KEYWORD_ANY, KEYWORD_KF, KEYWORD_SUGGEST };
struct keyword_hit { const struct keyword_rule *rule; str word; };
struct keyword_match; /* compiled rules of one use */
/* Lives in the arena but for its matcher: keyword_match_free. NULL *ret: no rule is for that. */
err keyword_match_new(const struct snap *s, enum keyword_use use, struct keyword_match **ret);
void keyword_match_free(struct keyword_match *m);
/* What hits, the winner first. */
err keyword_match_text(struct arena *a, struct keyword_match *m, str text, struct keyword_hit **ret, size_t *ret_count);

/* keyword.answered: what became of one message. */
#define KEYWORD_ANSWERED_FIELDS(F, S) \
	F(S, ID, log) F(S, ID, rule) F(S, STR, state, .one_of = "sent,failed") F(S, STR, reason, .opt = true) F(S, I64, took)
RECORD(keyword_answered, KEYWORD_ANSWERED_FIELDS);

err keyword_on_told(struct tx *tx, const struct event *ev);
err keyword_on_answered(struct tx *tx, const struct event *ev);
err keyword_pull(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err keyword_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err keyword_send_again(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err keyword_prune(struct cx *cx, const struct timer_row *row);

extern const struct route keyword_routes[];
extern const struct module keyword_module;

#endif
