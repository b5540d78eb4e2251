/*
 * Customer service (sim_api_kf.c) and live rooms (sim_api_living.c): what is known of them. Private to src/sim.
 */
#ifndef YT_SIM_ROOM_H
#define YT_SIM_ROOM_H

#include "base/vec.h"
#include "sim/sim_model.h"

struct sim;

struct sim_kf { str id, name; };
struct sim_kf_message { str msgid, kf, xid, text; ms at; bool by_customer; str servicer; };
enum { LIVING_RESERVED, LIVING_LIVE, LIVING_ENDED, LIVING_EXPIRED, LIVING_CANCELLED };
struct sim_viewer { str id; i64 seconds; bool comment, outside; };
struct sim_living { str id, theme, anchor; ms start; i64 duration; int status; VEC(struct sim_viewer) viewers; };

struct sim_kf *sim_kf_add(struct sim *s, str name);
struct sim_kf_message *sim_kf_say(struct sim *s, str kf, str xid, str msgid, str text, bool by_customer);
struct sim_living *sim_living_find(struct sim *s, str id);

#endif
