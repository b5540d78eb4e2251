/*
 * The two requests WeCom makes to /wecom/callback/{corp}: checked, opened, and handed back as text.
 *
 * Nothing is stored and nothing is decided here: the route adds the event to the inbox under the key
 * given, answers 200 when that is durable, and a decoder reads the event later. WeCom repeats what is
 * not answered within 5 s, three times in all, always with the same message but a new envelope, so the
 * key is the digest of the opened text.
 */
#ifndef YT_PORT_WECOM_WECOM_CALLBACK_H
#define YT_PORT_WECOM_WECOM_CALLBACK_H

#include "port/wecom/wecom_crypt.h"
#include "store/inbox.h"

#define WECOM_CALLBACK_BODY_MAX INBOX_BODY_MAX

struct wecom_callback {
	str corpid, token, aeskey;
};

/* The query of either request, decoded; echostr of the GET alone. */
struct wecom_callback_query {
	str msg_signature, timestamp, nonce, echostr;
};

struct wecom_delivery {
	str xml; /* the event, opened */
	str key; /* 64 hex digits: equal for equal events */
	str agent_id;
};

/* GET: the plain text to answer, without anything around it, within 1 s.
 * ERR_SIGNATURE (also: for another corp), ERR_SYNTAX, ERR_INPUT for a key that is none. */
err wecom_callback_verify(const struct wecom_callback *c, const struct wecom_callback_query *q, struct arena *a,
			  str *ret, struct fail *f);

/* POST. ERR_TOO_LARGE, ERR_SYNTAX, ERR_SIGNATURE, ERR_INPUT as above. */
err wecom_callback_accept(const struct wecom_callback *c, const struct wecom_callback_query *q, str body,
			  struct arena *a, struct wecom_delivery *ret, struct fail *f);

#endif
