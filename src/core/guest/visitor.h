/*
 * visitor: who is before a page that everybody may open: a program, one of our own staff, a customer WeChat knows, or a
 * browser.
 *
 * A browser is told from others by a cookie of ours for the pages of customers, of which only a hash is kept. Programs that
 * name themselves are known by that; one that runs scripts and hides its name is taken for a person.
 */
#ifndef YT_CORE_GUEST_VISITOR_H
#define YT_CORE_GUEST_VISITOR_H

#include "core/cx.h"

#define VISITOR_COOKIE "yutang_reader"
#define VISITOR_COOKIE_MS (400 * MS_DAY)

/* Whoever names itself a program (previews, scanners, crawlers), or nothing. */
bool visitor_robot(struct cx *cx);
/* Who has a session of the console in this browser, or reads in WeCom's client without being a guest. */
bool visitor_staff(struct cx *cx, bool known);
/* *ret_known: WeChat said who it is, a guest of the unit's corp; *ret_root: her, 0 when nobody of ours. The unit stays a
 * customer's of its corp. */
err visitor_guest(struct cx *cx, bool *ret_known, i64 *ret_root);
/* Whether to go through WeChat's consent page first: inside WeChat, not known yet, and the corp has an app for it. */
err visitor_walk(struct cx *cx, bool *ret);
/* The browser's own mark, made when it has none. Its hash is kept. */
str visitor_browser(struct cx *cx);
/* The same, nil when it has none. */
str visitor_browser_had(struct cx *cx);

#endif
