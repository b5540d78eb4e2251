/*
 * enclose: what a message carries, checked when it is written and given its addresses when it goes out.
 *
 * A link whose address is the name of something enclosed ("material:123") gets the address made for whom the message is:
 * for one person, hers; for a task of many, the member's, and the page asks who came.
 */
#ifndef YT_CORE_REACH_ENCLOSE_H
#define YT_CORE_REACH_ENCLOSE_H

#include "core/enclosure.h"
#include "core/reach/content.h"

/* content_check, and that what it names may be sent. */
err enclose_check(struct unit *u, const struct content *c, const char *at);
/* The content with addresses; *ret shares the rest with c and may be c. ERR_STATE: it may not be sent any more. */
err enclose_for(struct unit *u, const struct enclosure_to *to, const struct content *c, struct content *ret);
/* The same of a link alone; NULL stays NULL. */
err enclose_link(struct unit *u, const struct enclosure_to *to, const struct content_link *l, void **ret);

#endif
