/*
 * A message of our app to members (message/send): it stands in their WeCom beside the chats. Asking twice with
 * the same text within half an hour is dropped by WeCom, so an unknown outcome may be tried again.
 */
#ifndef YT_PORT_WECOM_WECOM_MESSAGE_H
#define YT_PORT_WECOM_WECOM_MESSAGE_H

#include "base/clock.h"
#include "port/wecom/wecom.h"

#define WECOM_MESSAGE_USERS_MAX 1000
#define WECOM_MESSAGE_BYTES_MAX 2048

/* text: may hold <a href>. ret_invalid (may be NULL): who cannot be reached; all of them is 81013. */
err wecom_message_text(struct wecom_call *c, struct strs users, str text, str *ret_invalid);

/* A card that opens a page: title and description in characters, the address in bytes. */
#define WECOM_CARD_TITLE_MAX 128
#define WECOM_CARD_TEXT_MAX 512
#define WECOM_CARD_URL_MAX 2048
struct wecom_note { str title, text, url; }; /* title and url nil: a plain text */
struct wecom_noted { str msgid, invalid; };  /* invalid: who cannot be reached, "a|b" */
err wecom_message_note(struct wecom_call *c, struct strs users, const struct wecom_note *note, struct wecom_noted *ret);
/* Takes a message back, at most WECOM_RECALL_MS after it was sent (42052 later). */
#define WECOM_RECALL_MS MS_DAY
err wecom_message_recall(struct wecom_call *c, str msgid);

#endif
