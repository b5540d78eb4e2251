/*
 * door_link: the address of a door that carries for whom it was made.
 *
 * Behind the door's key stands "?p=": the number of the customer in the corp and the member, under our seal. Nothing is
 * stored for a link, and made again it is the same.
 */
#ifndef YT_CORE_DOOR_DOOR_LINK_H
#define YT_CORE_DOOR_DOOR_LINK_H

#include "core/door/door.h"

/* customer, staff: 0 nobody's; key: the door's. */
struct door_link { i64 corp, target, customer, staff; str key; };

/* The part behind "?p="; of nobody: nil. */
str door_link_seal(const struct env *env, struct arena *a, const struct door_link *l);
/* Of l's corp and key. false: not under our seal. p nil: of nobody. */
bool door_link_unseal(const struct env *env, struct arena *a, str p, struct door_link *l);
str door_link_url(const struct env *env, struct arena *a, const struct door_link *l);

/* struct door_kind.page of a kind whose page stands at that path: sends the browser there, with key and seal. */
bool door_link_page(const struct door *door, const struct door_visit *visit, const char *path, struct door_answer *ret);
/* What a page's script says it came by; the unit becomes a customer's of the link's corp. A seal that is not ours makes
 * it nobody's link: what it shows is the same. ERR_NOT_FOUND: no door of that kind. */
err door_link_enter(struct cx *cx, const char *kind, str key, str p, struct door_link *ret);
/* Letters that stand in an address as they are; 1 to 60. */
bool door_link_letters(str s);

#endif
