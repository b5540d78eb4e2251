/*
 * The two requests the platform makes to an official account's address, and the answer within the same request.
 *
 * The envelope is WeCom's (port/wecom/wecom_crypt.h) with the appid as receiver; but the first look is answered with the
 * text as it came, a plain account signs without the body, and an account may speak JSON. With an Encrypt part only the
 * opened text counts, whatever stands in plain beside it. After a change of key the former one is tried too.
 */
#ifndef YT_PORT_OA_OA_CALLBACK_H
#define YT_PORT_OA_OA_CALLBACK_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/fail.h"

#define OA_CALLBACK_BODY_MAX ((size_t)256 << 10)
#define OA_KEY_MAX 180 /* bytes of a delivery's key */

struct oa_endpoint { str appid, token, aeskey, former_key; }; /* aeskey nil: plain mode only */
struct oa_query { str signature, msg_signature, timestamp, nonce, echostr, encrypt_type; };

struct oa_event {
	str to, from; /* the account's original id; the openid */
	ms created;
	str msg_type, event, event_key, msg_id;
	str scene; /* of subscribe and SCAN: without the prefix; nil none */
	str job, status; /* TEMPLATESENDJOBFINISH: which message, and how it went */
	struct oa_notice *notices; /* subscribe_msg_…_event: what she allowed or refused, what was delivered */
	size_t notice_count;
};
struct oa_notice { str template, status, job; i64 error; }; /* status "accept", "reject"; error NIL: not told */
#define OA_NOTICES_MAX 20 /* of one push */
struct oa_delivery {
	struct oa_event event;
	bool sealed; /* came in an envelope: the answer goes in one */
	str key;     /* equal for a repeat */
};

/* ERR_SIGNATURE; nothing of it is opened. */
err oa_callback_verify(const struct oa_endpoint *p, const struct oa_query *q, struct arena *a, struct fail *f);
/* ERR_TOO_LARGE, ERR_SYNTAX, ERR_SIGNATURE (also: of another account), ERR_CONFIG. */
err oa_callback_accept(const struct oa_endpoint *p, const struct oa_query *q, str body, struct arena *a, struct oa_delivery *ret,
		       struct fail *f);

/* One article; pic may be nil. */
struct oa_news { str title, text, pic, url; };
/* The body of the answer. random: 16 bytes, NULL draws them. */
err oa_reply_news(const struct oa_endpoint *p, const struct oa_delivery *d, const struct oa_news *n, ms now, str nonce, const u8 *random,
		  struct arena *a, str *ret, struct fail *f);

#endif
