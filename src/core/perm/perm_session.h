/*
 * Sessions of the console: what a browser's cookie stands for.
 *
 * The token is 256 random bits; the store keeps its SHA-256 only. The CSRF token is derived from it, so
 * it is bound to the session and needs no place of its own. Names of cookies go by the scheme, because
 * a browser accepts __Host- only together with Secure.
 */
#ifndef YT_CORE_PERM_PERM_SESSION_H
#define YT_CORE_PERM_PERM_SESSION_H

#include "core/perm/perm.h"

#define SESSION_IDLE_MS (12 * MS_HOUR)
#define SESSION_LIFE_MS (7 * MS_DAY)
#define SESSION_TOUCH_MS (5 * MS_MINUTE) /* how often `seen` is written */

#define LOGIN_ACCOUNT_FAILURES 5 /* within the window; then delays that double up to it */
#define LOGIN_ACCOUNT_WINDOW_MS (15 * MS_MINUTE)
#define LOGIN_DELAY_MS (30 * MS_SECOND)
#define LOGIN_PEER_FAILURES 20
#define LOGIN_PEER_WINDOW_MS (10 * MS_MINUTE)

/* Who speaks: behind a proxy on this machine the last address it added, else the connection's. */
str session_peer(const struct http_req *req);
bool session_secure(const struct env *env, const struct http_req *req);
/* Fills unit (corp, actor, scope) and viewer from the cookie; ERR_LOGIN when there is no session. */
err session_resume(struct cx *cx);
/* Origin and Sec-Fetch-Site speak of our own site, as far as they are given. */
err session_check_origin(struct cx *cx);
/* Besides that, X-YT-CSRF is the session's. */
err session_check_csrf(struct cx *cx);
str session_csrf(struct arena *a, str token);
/* Checks the password and opens a session: cookie set, cx as after session_resume. ERR_LOGIN for any
 * wrong pair (always the same answer after the same work), ERR_TOO_MANY when it has to wait. */
err session_open(struct cx *cx, str login, str password, str *ret_csrf);
/* A session for a user of the unit's corp whom somebody else has proved to be there. ERR_FORBIDDEN: disabled. */
err session_open_user(struct cx *cx, i64 user);
err session_close(struct cx *cx);
/* The token of the request's cookie, STR_NIL when there is none. */
str session_token(struct cx *cx);

#endif
