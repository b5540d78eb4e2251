/*
 * Customer groups of the simulator: what members and customers do in them, each act with the platform's events.
 *
 * A group QR is no contact way: it seats whoever scans in the first of its groups that has room (SIM_CHAT_FULL,
 * a practice figure; SIM_CHAT_MAX is the hard end of invitations). When all are full and the way may, the
 * platform makes a further group for the owner of the last one.
 */
#ifndef YT_SIM_CHAT_H
#define YT_SIM_CHAT_H

#include "sim/sim_state.h"

#define SIM_CHAT_FULL 200
#define SIM_CHAT_MAX 500
#define SIM_JOIN_CHATS_MAX 5

struct sim_chat *sim_chat_add(struct sim *s, const struct sim_chat *of);
struct sim_seat *sim_seat_add(struct sim *s, const struct sim_seat *of);
struct sim_join *sim_join_add(struct sim *s, const struct sim_join *of);
struct sim_hello *sim_hello_add(struct sim *s, const struct sim_hello *of);

struct sim_chat *sim_chat_find(struct sim *s, str chat_id); /* also a dissolved one; NULL: none */
struct sim_join *sim_join_find(struct sim *s, str config_id);
size_t sim_chat_members(const struct sim_chat *c);
struct sim_seat *sim_chat_seat(const struct sim_chat *c, i64 staff, i64 person); /* who sits there now */
str sim_chat_version(struct sim *s, const struct sim_chat *c);

/* quiet: no events, as a corp that was there before us. */
struct sim_chat *sim_chat_open(struct sim *s, struct sim_staff *owner, str name, bool quiet);
bool sim_chat_enter(struct sim *s, struct sim_chat *c, const struct sim_seat *who, bool quiet); /* false: full or in */
bool sim_chat_leave(struct sim *s, struct sim_chat *c, struct sim_seat *who, bool removed);
void sim_chat_dissolve(struct sim *s, struct sim_chat *c);
void sim_chat_rename(struct sim *s, struct sim_chat *c, str name, str notice, struct sim_staff *owner);
/* The group a scan of the way leads to; NULL: none has room. */
struct sim_chat *sim_join_room(struct sim *s, struct sim_join *j);

/* /sim/group/…: NULL or what is wrong. */
const char *sim_chat_control(struct sim *s, str path, const struct json *in, struct buf *out);

#endif
