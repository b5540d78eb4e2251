/*
 * People who live by themselves: what they do when something falls due or reaches them. Called with the lock.
 */
#ifndef YT_SIM_SIM_PEOPLE_H
#define YT_SIM_SIM_PEOPLE_H

#include "sim/sim_state.h"

void sim_people_due(struct sim *s, const struct sim_due *d);
void sim_people_added(struct sim *s, struct sim_relation *r);
void sim_people_task(struct sim *s, struct sim_task *t);
void sim_people_received(struct sim *s, struct sim_task *t, struct sim_relation *r);
struct sim_person *sim_people_make(struct sim *s);
/* The shop's side, called without the lock. */
void sim_people_shop(struct sim *s, const struct sim_due *d);

#endif
