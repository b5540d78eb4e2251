/*
 * guest: who is on a page of ours that was opened inside WeChat or WeCom.
 *
 * A customer comes from a link, walks through WeCom's consent page (who she is there) and has a session of
 * half an hour. A member of staff walks the same way and ends in a session of the console (core/perm): as
 * the user whose staff she is, or, with the setting guest.staff_login, as a user of role staff made for her.
 * What must stay true:
 * - the walk's state is 128 random bits, lives ten minutes, works once and only in the browser it began in
 * - only hashes of tokens are stored
 * - whoever comes from a walk of customers never gets a session of staff, nor the reverse
 */
#ifndef YT_CORE_GUEST_GUEST_H
#define YT_CORE_GUEST_GUEST_H

#include "core/corp/corp.h"
#include "core/cx.h"
#include "core/module.h"

#define GUEST_STATE_BYTES 16
#define GUEST_STATE_MS (10 * MS_MINUTE)
#define GUEST_SESSION_BYTES 32
#define GUEST_SESSION_MS (30 * MS_MINUTE)
#define GUEST_RETURN_MAX 500 /* bytes of the path to come back to */
#define GUEST_COOKIE "yutang_h5"
#define GUEST_STATE_COOKIE "yutang_h5_state"
#define GUEST_PRUNE "guest.prune"
#define GUEST_HOME "/h5/bind"      /* where a walk of customers ends that names no path */
#define GUEST_STAFF_HOME "/h5/work" /* and one of staff */

enum guest_kind { GUEST_CUSTOMER, GUEST_STAFF, GUEST_STAFF_QR /* by the QR page of a desktop */ };

/* The walk: the address to send the browser to, with the cookie set; and its end. */
err guest_start(struct cx *cx, enum guest_kind kind, str slug, str back, str *ret_url);
/* *ret_back: path to go to. ERR_LOGIN when the walk is not ours, too old or over; ERR_FORBIDDEN for whom the
 * walk was not made for. */
err guest_callback(struct cx *cx, str code, str state, str *ret_back);

struct guest { str session, external_userid, openid; struct corp corp; }; /* session: hash of the token */
/* Fills the unit (corp, actor) too; ERR_LOGIN. slug: of the page's corp, nil when not told. */
err guest_enter(struct cx *cx, str slug, struct guest *ret);

/* Root of the person the guest is known to be; 0 when nobody knows her. */
err guest_root(struct unit *u, const struct guest *g, i64 *ret);
/* The same; made when nobody knows her yet. origin: of the person made. */
err guest_customer(struct cx *cx, const struct guest *g, const char *origin, i64 *ret);

extern const struct route guest_routes[];
extern const struct module guest_module;

#endif
