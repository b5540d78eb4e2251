/*
 * Private to core/perm: pieces its files share.
 */
#ifndef YT_CORE_PERM_PERM_INT_H
#define YT_CORE_PERM_PERM_INT_H

#include "core/module.h"
#include "core/perm/perm.h"

/* Logins are compared without regard to letter case and outer blanks. */
str login_normal(struct arena *a, str login);
/* Fills the in-record of a route from path parameters, query and body. */
err decode_in(struct cx *cx, const struct route *r, const struct http_pair *params, size_t count, void **ret);
/* The whole of a handler's answer: status, body, ETag. */
void encode_out(struct cx *cx, const struct route *r);
/* Idempotency-Key. begin: *ret_replayed says that the reply is already filled. end: keeps the reply, or
 * forgets the key when the request may simply be tried again. */
struct idem { str key, fingerprint; i64 credential; };
err idem_begin(struct cx *cx, const struct route *r, struct idem *ret, bool *ret_replayed);
void idem_end(struct cx *cx, const struct idem *idem, err e);
#define IDEMPOTENCY_LIFE_MS MS_DAY
#define IDEMPOTENCY_KEY_MAX 255

extern const struct route perm_routes[];

#endif
