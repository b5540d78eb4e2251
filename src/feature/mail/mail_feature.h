/*
 * mail 邮件: mail.send, one message to one person through the company's own SMTP server.
 *
 * Variables are filled in at the last moment, and escaped where they stand in HTML. Marketing mail carries a link and the
 * headers for unsubscribing with one click: a page asks, only its button (or the mailbox's own POST) unsubscribes, because
 * scanners open every link. The link's token means one person of one company and says nothing to anybody else.
 *
 * No server takes a number of ours, so mail whose last answer is lost is "unknown" and never sent again. What the server
 * refuses for good (5xx) is a refusal of that address; what it does not take now comes again. While it cannot be reached
 * nobody tries before a growing pause is over, and everything waits; a mail older than MAIL_LIFE_MS is not sent any more.
 * Bounces that arrive later as mail are not read: there is no mailbox of ours.
 *
 * out: speak.ended, reach.refused
 */
#ifndef YT_FEATURE_MAIL_MAIL_FEATURE_H
#define YT_FEATURE_MAIL_MAIL_FEATURE_H

#include "core/speak/speak.h"
#include "port/send/mail.h"

#define MAIL_VERB "mail.send"
#define MAIL_LIFE_MS (3 * MS_DAY)
#define MAIL_TEXT_MAX 20000   /* characters */
#define MAIL_HTML_MAX 60000
#define MAIL_ARGS_MAX ((size_t)60 << 10) /* bytes: it has to fit the outbox */
#define MAIL_PAUSE_FIRST_MS (10 * MS_SECOND)
#define MAIL_PAUSE_LAST_MS (30 * MS_MINUTE)
#define MAIL_TOKEN_CHARS 24

#define MAIL_SEND_FIELDS(F, S)                                                                  \
	F(S, STR, subject, .min = 1, .max = MAIL_SUBJECT_MAX) F(S, STR, text, .opt = true, .max = MAIL_TEXT_MAX, .doc = "absent: made of html") \
	F(S, STR, html, .opt = true, .max = MAIL_HTML_MAX)                                      \
	F(S, STR, class, .opt = true, .one_of = "marketing,service", .doc = "absent: marketing")
RECORD(mail_send_args, MAIL_SEND_FIELDS);

/* The company's server as it is set; ERR_CONFIG when it is not. */
err mail_account_of(struct unit *u, struct mail_account *ret);
/* The address she is written to: a verified one; nil none. */
err mail_address_of(struct unit *u, i64 root, str *ret);
/* Makes the token of a person known and answers the address of her page. */
err mail_stop_url(struct cx *cx, i64 root, str *ret);
/* Words of an HTML text, for who reads no HTML. */
str mail_plain(struct arena *a, str html);

err mail_verb_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

extern const struct verb mail_verbs[];
extern const struct route mail_routes[];
extern const struct module mail_module;

#endif
