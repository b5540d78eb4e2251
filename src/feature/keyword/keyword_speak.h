/*
 * kf.send: what a program says in 微信客服 beyond answers to words.
 *
 * Whoever writes to an account is a person from then on: by external_userid, which is the same for a WeCom friend, and by
 * the unionid kf/customer/batchget tells. Her line (account, when she wrote last) lies with the person; a message may go
 * within the window of setting "kf.window" (count and time, data because WeCom may change them), answers to words counted
 * too. Outside the verb is refused ("window_shut", "no_line"), and a journey goes another way.
 *
 * WeCom takes a msgid of ours once, so a message whose answer was lost is sent again under the same one.
 * A link is a menu with one entry that opens it: a link message of its own would need an uploaded picture.
 */
#ifndef YT_FEATURE_KEYWORD_KEYWORD_SPEAK_H
#define YT_FEATURE_KEYWORD_KEYWORD_SPEAK_H

#include "core/speak/speak.h"
#include "feature/keyword/keyword_rule.h"

#define KF_VERB "kf.send"
#define KF_SPEAK "kf.speak"
#define KF_MEET "kf.meet"
#define KF_WINDOW "kf.window"
#define KF_WINDOW_DEFAULT "5 48h"
#define KF_TEXT_MAX 4000 /* characters of hers that are kept of one reading */
#define KF_TITLE_MAX 60
#define KF_URL_MAX 500

#define KF_SEND_FIELDS(F, S)                                                                    \
	F(S, STR, account, .opt = true, .max = 64, .doc = "open_kfid; absent: where she wrote last") \
	F(S, STR, class, .opt = true, .one_of = "marketing,service") F(S, STR, text, .min = 1, .max = KEYWORD_ANSWER_MAX) \
	F(S, STR, title, .opt = true, .max = KF_TITLE_MAX, .doc = "of the link") F(S, STR, url, .opt = true, .max = KF_URL_MAX) \
	F(S, STRS, menu, .opt = true, .max = 10)
RECORD(kf_send_args, KF_SEND_FIELDS);

/* In the outbox. */
#define KF_MEET_FIELDS(F, S) \
	F(S, STR, open_kfid) F(S, STR, external_userid) F(S, MS, wrote) F(S, STR, text, .opt = true, .pii = true)
RECORD(kf_meet_task, KF_MEET_FIELDS);
#define KF_SPEAK_FIELDS(F, S) F(S, STR, open_kfid) F(S, STR, external_userid) F(S, JSON, args)
RECORD(kf_speak_task, KF_SPEAK_FIELDS);
/* kf.wrote; text: what she wrote in one reading, a message a line, so that tag rules find their words in it, in history too */
#define KF_WROTE_FIELDS(F, S) F(S, STR, open_kfid) F(S, STR, text, .opt = true, .pii = true, .doc = "cut at 4,000 characters")
RECORD(kf_wrote, KF_WROTE_FIELDS);

/* kf.turn, in the base slot, as often as somebody speaks: what reply times are judged by. No words. */
#define KF_TURN_FIELDS(F, S)                                                                    \
	F(S, STR, open_kfid) F(S, STR, account, .doc = "its name") F(S, STR, external_userid)     \
	F(S, STR, what, .one_of = "wrote,answered,given") F(S, STR, userid, .opt = true, .doc = "the member who answered or was given it")
RECORD(kf_turn, KF_TURN_FIELDS);

err kf_meet_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err kf_speak_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err kf_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

extern const struct verb keyword_verbs[];

#endif
