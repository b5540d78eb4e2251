/*
 * Signatures for the JS-SDK: what lets a page of ours speak to the WeCom client it is shown in.
 *
 * Two tickets, one of the corp (config) and one of the app (agentConfig), each good for two hours and asked for
 * once, because WeCom closes the interface after 400 or 100 calls an hour. They live in memory like tokens.
 */
#ifndef YT_PORT_WECOM_WECOM_JSAPI_H
#define YT_PORT_WECOM_WECOM_JSAPI_H

#include "port/wecom/wecom.h"

enum wecom_ticket_kind { WECOM_TICKET_CORP, WECOM_TICKET_AGENT };

err wecom_jsapi_ticket(struct wecom_call *c, enum wecom_ticket_kind kind, str *ret);
/* url: as the page sees it; what follows # is left out. */
str wecom_jsapi_sign(struct arena *a, str ticket, str nonce, i64 seconds, str url);

#endif
