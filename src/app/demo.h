/*
 * demo: a brand with staff, stores, tags and customers whose last 90 days were lived through the same
 * code in simulated time, and who go on living afterwards.
 *
 * The history is made in one thread: the simulator and the product share one simulated clock and speak
 * over the direct transport. It is written without a sync per commit into DIR.demo-unfinished and renamed when it is
 * complete; a killed history starts over.
 */
#ifndef YT_APP_DEMO_H
#define YT_APP_DEMO_H

#include "app/cli.h"
#include "core/cx.h"
#include "sim/sim.h"

#define DEMO_SIM_HOST "127.0.0.1:8091"
#define DEMO_LOGIN "demo"
#define DEMO_PASSWORD "yutang-demo"
#define DEMO_DAYS 90
#define DEMO_PEOPLE 20000
#define DEMO_AFTER_PER_DAY 600 /* one arrival every few minutes while you watch */
#define DEMO_STATE "sim.state"
#define DEMO_STORES_MAX 8

struct demo_conf {
	str dir;
	u64 seed;
	i64 people;
	ms now; /* where the history ends and real time goes on */
};

/* What stands there: nothing (an empty folder goes), a demo that is complete, or what is somebody else's. */
enum demo_found { DEMO_NOTHING, DEMO_THERE, DEMO_FOREIGN };
enum demo_found demo_find(struct cli *c, str dir);
/* Makes the history where nothing stands. */
err demo_build(struct cli *c, const struct demo_conf *conf);
/* Removes a demo, if it is there; refuses what is foreign, a product's data above all. */
err demo_remove(struct cli *c, str dir);

/* demo_setup.c: what the brand's operators did on their first day, over the product's own routes. */
struct demo_world {
	struct cli *cli;
	struct env *env;
	struct sim *sim;
	struct dispatch *dispatch;
	struct arena *arena; /* of one act, reset afterwards */
	i64 corp, experiment; /* experiment: of the weekly broadcasts */
	str write_key; /* the shop's key for /v1/track */
	struct demo_store { i64 department; str outlet; i64 owner; } store[DEMO_STORES_MAX];
	size_t store_count;
};
err demo_setup(struct demo_world *w);
/* demo_places.c: stores, groups, an area code; later a group code, people who join, a phone list, leads. */
err demo_places(struct demo_world *w);
err demo_places_day(struct demo_world *w, int day);
/* demo_reach.c: journeys, an SOP, a survey and the calendar of the last weeks. */
err demo_reach_day(struct demo_world *w, int day);
/* demo_tags.c: dimensions, tag rules and own attributes; later what advisors write down. */
err demo_tags(struct demo_world *w);
err demo_tags_day(struct demo_world *w, int day);
/* What they do as the days pass (day 0 is the first); broadcasts now and then. */
err demo_day(struct demo_world *w, int day);
/* What they do before the visitor comes: figures that a night computes are those of today. */
err demo_last(struct demo_world *w);
/* One purchase of the shop, sent to /v1/track as a shop would. */
void demo_order(void *world, const struct sim_order *order);
/* A call of the product's API as the owner of the corp. */
err demo_api(struct demo_world *w, const char *method, str path, str body, struct json **ret);

#endif
