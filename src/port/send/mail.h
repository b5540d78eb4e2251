/*
 * E-mail: a message in MIME, carried to one SMTP server by libcurl.
 *
 * Composing is a pure function: UTF-8 subject and names as encoded words, a plain part and an HTML part as alternatives,
 * both base64 so that no line is too long and no server touches them, List-Unsubscribe with one click (RFC 8058). Nothing
 * given gets into a header as a line of its own.
 *
 * A message must not be sent twice: mail_send tells "not taken" (ERR_UPSTREAM, ERR_TOO_MANY) from "refused for good"
 * (ERR_STATE) from "perhaps taken" (ERR_UNKNOWN: everything was said and the last answer is missing).
 */
#ifndef YT_PORT_SEND_MAIL_H
#define YT_PORT_SEND_MAIL_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/fail.h"

#define MAIL_TIMEOUT_MS 15000
#define MAIL_SUBJECT_MAX 200 /* characters */
#define MAIL_BODY_MAX ((size_t)256 << 10)
#define MAIL_ADDRESS_MAX 254
#define MAIL_ANSWER_CHARS 120

enum mail_security { MAIL_TLS, MAIL_STARTTLS, MAIL_NONE };
struct mail_account { str host, user, password, from, from_name; i64 port; enum mail_security security; };
struct mail_message {
	str to, subject, plain, html; /* html nil: plain alone */
	str stop_url;                 /* nil: no List-Unsubscribe */
	str id;                       /* left part of the Message-ID */
	ms at;
};
struct mail_answer { i64 code; str text; }; /* what the server said last; code 0: nothing */

/* One @, no blanks, no controls, nothing that ends an address. */
bool mail_address_ok(str address);
/* "tls", "starttls", "none" */
bool mail_security_read(str word, enum mail_security *ret);
/* The message as it goes over the line; ERR_INPUT for an address that is none, ERR_TOO_LARGE. */
err mail_compose(struct arena *a, const struct mail_account *account, const struct mail_message *m, str *ret, struct fail *f);
/* As above; ERR_CONFIG: the server does not take our name, password or sender, or has no TLS where it is demanded. */
err mail_send(struct arena *a, const struct mail_account *account, const struct mail_message *m, struct mail_answer *ret, struct fail *f);

#endif
