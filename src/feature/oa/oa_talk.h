/*
 * oa.message, oa.template, oa.subscribe: what the official account says by itself, nobody tapping.
 *
 * A message needs an open window: what she did lately (wrote, tapped the menu, followed, scanned) and how many messages
 * that allows are a setting, because the platform has changed them ("oa.windows": event, count, time). A message counts
 * against every window open then, which is never more than the platform allows. A template message needs a follower, a
 * subscribed notice her consent to that template: one of each once, any number of long-term ones. With no window or
 * consent the verb is refused ("window_shut", "no_consent", "no_fan"), and a journey goes another way.
 *
 * What the provider promises: a template message carries a number of ours, good for OA_AGAIN_MS, so a lost answer is asked
 * for again; the others have none, a lost answer is "unknown" for ever. A template's end is reported by an event of its
 * own, which waits for the number of the message when it is faster than our own word.
 */
#ifndef YT_FEATURE_OA_OA_TALK_H
#define YT_FEATURE_OA_OA_TALK_H

#include "core/reach/content.h"
#include "core/speak/speak.h"
#include "feature/oa/oa_feature.h"
#include "port/oa/oa_send.h"

#define OA_VERB_MESSAGE "oa.message"
#define OA_VERB_TEMPLATE "oa.template"
#define OA_VERB_SUBSCRIBE "oa.subscribe"
#define OA_WINDOWS "oa.windows"
#define OA_WINDOWS_DEFAULT "message 5 48h, click 3 1m, subscribe 3 1m, scan 3 1m"
#define OA_WINDOWS_MAX 12
#define OA_TALK_TEXT_MAX 600 /* characters */
#define OA_DATA_MAX 20       /* values of a template */
#define OA_QUOTA_RETRY_MS MS_MINUTE

#define OA_MESSAGE_FIELDS(F, S)                                                                 \
	F(S, ID, account, .opt = true, .doc = "absent: the account she follows") F(S, STR, class, .opt = true, .one_of = "marketing,service") \
	F(S, STR, text, .opt = true, .max = OA_TALK_TEXT_MAX) F(S, OBJ, link, .opt = true, .of = &content_link_record) \
	F(S, STRS, menu, .opt = true, .max = OA_MENU_ITEMS_MAX, .doc = "items to tap below the text")
RECORD(oa_message_args, OA_MESSAGE_FIELDS);
#define OA_PAIR_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 40) F(S, STR, value, .min = 1, .max = OA_VALUE_MAX)
RECORD(oa_pair, OA_PAIR_FIELDS);
#define OA_NOTIFY_FIELDS(F, S)                                                                  \
	F(S, ID, account, .opt = true) F(S, STR, class, .opt = true, .one_of = "marketing,service", .doc = "absent: service") \
	F(S, STR, template, .min = 1, .max = 100) F(S, STR, url, .opt = true, .max = OA_URL_MAX) F(S, STR, mini_appid, .opt = true, .max = 64) \
	F(S, STR, mini_path, .opt = true, .max = OA_URL_MAX) F(S, LIST, data, .min = 1, .max = OA_DATA_MAX, .of = &oa_pair_record)
RECORD(oa_notify_args, OA_NOTIFY_FIELDS);

/* In the outbox. */
#define OA_SAY_FIELDS(F, S) F(S, ID, account) F(S, STR, openid, .pii = true) F(S, JSON, args)
RECORD(oa_say_task, OA_SAY_FIELDS);

/* oa.wrote, oa.clicked, oa.consented */
#define OA_WROTE_FIELDS(F, S) F(S, ID, account) F(S, STR, name)
RECORD(oa_wrote, OA_WROTE_FIELDS);
#define OA_CLICKED_FIELDS(F, S) F(S, ID, account) F(S, STR, key)
RECORD(oa_clicked, OA_CLICKED_FIELDS);
#define OA_CONSENTED_FIELDS(F, S) F(S, ID, account) F(S, STR, template) F(S, STR, state, .one_of = "accept,reject")
RECORD(oa_consented, OA_CONSENTED_FIELDS);

struct oa_window_rule { str event; i64 count; ms within; };
/* Of the setting; ERR_CONFIG when it is not written as it should be. */
err oa_windows_read(struct unit *u, struct oa_window_rule ret[OA_WINDOWS_MAX], size_t *ret_count);

/* Pushes beyond coming and going: windows, consent, reports. *ret_mine false: of another kind. */
err oa_talk_decode(struct cx *cx, const struct inbox_row *row, const struct oa_pushed *in, bool *ret_mine);
err oa_window_open(struct tx *tx, i64 leaf, i64 account, const char *event, ms at);

err oa_message_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err oa_template_send_row(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err oa_subscribe_send_row(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err oa_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

extern const struct verb oa_verbs[];
extern const struct route oa_talk_routes[];

#endif
