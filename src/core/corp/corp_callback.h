/*
 * WeCom's callbacks on their way in: checked, opened, durable in the inbox, answered.
 *
 * The ordinary routes answer everything; callback_later takes what it can decide without the store, so
 * that a flood of callbacks waits in one group commit and holds no worker.
 */
#ifndef YT_CORE_CORP_CORP_CALLBACK_H
#define YT_CORE_CORP_CORP_CALLBACK_H

#include "core/cx.h"

#define CALLBACK_SOURCE "wecom" /* of inbox rows; the decoder's name */

/* False: not a callback of a corp known in memory; the route answers. */
bool callback_later(struct env *env, struct http_req *req, struct http_later *later);

err corp_callback_check(struct cx *cx);  /* GET: WeCom checks the address */
err corp_callback_accept(struct cx *cx); /* POST: an event */

#define CORP_CALLBACK_IN_FIELDS(F, S)                                              \
	F(S, STR, slug) F(S, STR, msg_signature, .opt = true) F(S, STR, timestamp, .opt = true) \
	F(S, STR, nonce, .opt = true) F(S, STR, echostr, .opt = true)
RECORD(corp_callback_in, CORP_CALLBACK_IN_FIELDS);

#endif
