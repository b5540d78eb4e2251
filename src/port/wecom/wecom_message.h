/*
 * A message of our app to members (message/send): it stands in their WeCom beside the chats. Asking twice with
 * the same text within half an hour is dropped by WeCom, so an unknown outcome may be tried again.
 */
#ifndef YT_PORT_WECOM_WECOM_MESSAGE_H
#define YT_PORT_WECOM_WECOM_MESSAGE_H

#include "port/wecom/wecom.h"

#define WECOM_MESSAGE_USERS_MAX 1000
#define WECOM_MESSAGE_BYTES_MAX 2048

/* text: may hold <a href>. ret_invalid (may be NULL): who cannot be reached; all of them is 81013. */
err wecom_message_text(struct wecom_call *c, struct strs users, str text, str *ret_invalid);

#endif
