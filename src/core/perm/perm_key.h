/*
 * API keys: other programs of the company (a CDP, a till) speak to the same routes as the console, with the
 * permissions their key was given and no others, and see all customers.
 *
 * `Authorization: Bearer ytk_…`. The key is 160 random bits, shown once; the store keeps its SHA-256. It is
 * looked up on every request, so revoking it acts at once. A browser cannot be made to send it: no CSRF token.
 */
#ifndef YT_CORE_PERM_PERM_KEY_H
#define YT_CORE_PERM_PERM_KEY_H

#include "core/perm/perm.h"

#define API_KEY_HEAD "ytk_"
#define API_KEY_CHARS 32
#define API_KEY_SHOWN 8
#define API_KEYS_MAX 100  /* per corp, not revoked */
#define API_KEY_PERMS_MAX 20

#define API_KEY_CHANGED_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, BOOL, revoked)
RECORD(api_key_changed, API_KEY_CHANGED_FIELDS);

/* The request brings a key: then it alone says who asks. */
bool api_key_given(const struct http_req *req);
/* Fills unit and viewer; ERR_LOGIN when the key is unknown or revoked. */
err api_key_enter(struct cx *cx);
extern const struct route perm_key_routes[];

#endif
