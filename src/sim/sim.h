/*
 * The WeCom simulator: the other side of the API, an adversary and an oracle.
 *
 * It is written from the platform's documentation and shares no rule with our client, so that a
 * misreading on one side shows as a failing test. One struct sim is one corp: staff, departments,
 * customers, relations, tags, contact ways, mass sends, media. It speaks two languages over HTTP:
 * the platform's API under /cgi-bin and /connect, and a control API under /sim by which a test (or
 * a person watching the demo) is the customer, the staff, the clock and the bad luck.
 *
 * What must stay true:
 *  - sim_handle is an ordinary http_handler: the real server and the direct transport both carry it.
 *  - Everything is decided by the seed, the clock and the calls: the same run writes the same log.
 *  - Changes made through the API emit no event; changes made in the client do.
 *  - Every effect accepted stands once in the log (GET /sim/log): "sent exactly once" is a count there.
 *  - Nothing waits: what happens later stands in one heap; sim_next_due says when, sim_step does it.
 *    A server lets sim_start run a thread that does so; a history calls sim_step itself.
 *  - No call to the other side (callback, shop) is made while the simulator's lock is held.
 */
#ifndef YT_SIM_SIM_H
#define YT_SIM_SIM_H

#include "base/clock.h"
#include "port/http/http.h"
#include "port/transport.h"

#define SIM_CORPID "wwsim00000000001"
#define SIM_AGENTID 1000002
#define SIM_LISTEN "127.0.0.1:8091"

struct sim;

struct sim_conf {
	u64 seed;
	struct clock *clock;         /* business time; may be moved by POST /sim/clock */
	struct transport *transport; /* carries callbacks; NULL: none are delivered */
	str corpid, secret;          /* nil: SIM_CORPID and a secret made from the seed */
	i64 agentid;                 /* 0: SIM_AGENTID */
	str public_url;              /* how QR pictures are reached; nil: "http://" SIM_LISTEN */
};

struct sim *sim_new(const struct sim_conf *conf);
void sim_free(struct sim *s);
str sim_corpid(const struct sim *s);
str sim_secret(const struct sim *s);
i64 sim_agentid(const struct sim *s);
void sim_public_url(struct sim *s, str url);
void sim_transport(struct sim *s, struct transport *transport); /* from direct to net, say */

/* The whole API as an http_handler; arg is the struct sim. */
void sim_handle(void *sim, struct http_req *req, struct http_reply *reply);

/* Verifies the URL as the admin console does (GET with echostr, 1 s) and keeps it. */
err sim_callback_set(struct sim *s, str url, str token, str aes_key, struct fail *f);

/* When the next thing is due: a callback, a person's or a member's act. NIL: nothing stands ahead. */
ms sim_next_due(struct sim *s);
/* Does one thing that is due by now; false: there was none. */
bool sim_step(struct sim *s);
void sim_settle(struct sim *s); /* steps until nothing is due now */
/* A thread that steps when things fall due by the clock; stops within a step. */
void sim_start(struct sim *s);
void sim_stop(struct sim *s);

/* Own compact JSON lines with a checksum, replaced atomically; sim_load needs a fresh sim. */
err sim_save(struct sim *s, str path, struct fail *f);
err sim_load(struct sim *s, str path, struct fail *f);

/* The demo brand (sim_brand.c): 小鱼优选, a mother-and-baby chain of 6 stores and 24 advisors. */
void sim_brand_load(struct sim *s);

struct sim_plan {
	ms start;          /* the first moment; rounded down to the corp's day */
	int days;          /* 90 */
	i64 people;        /* 20,000: so many arrive over the days, exactly; strangers who buy first and
			    * become friends later (about 4 %) come on top */
	i64 after_per_day; /* arrivals a day once the plan is over, so that life goes on; 0: none */
};
/* People begin to arrive (they scan the contact ways that exist by then), chat, buy, leave; staff
 * edit tags and confirm mass sends. Call once after sim_brand_load. */
void sim_brand_history_step(struct sim *s, const struct sim_plan *plan);

struct sim_order {
	i64 number;
	str order_no, phone, unionid, external_userid; /* external_userid nil for a stranger */
	str name, product, category, store;
	i64 fen, quantity;
	ms paid;
};
struct sim_visit { str url, external_userid, openid; ms at; };
/* Purchases and link openings go to the driver, which feeds them through the product's own doors.
 * Called without the lock, from sim_step; texts live until the call returns. Either may be NULL. */
struct sim_shop {
	void (*order)(void *arg, const struct sim_order *order);
	void (*visit)(void *arg, const struct sim_visit *visit);
	void *arg;
};
void sim_shop_set(struct sim *s, const struct sim_shop *shop);

struct sim_figures { i64 people, relations, orders, sent, callbacks, effects; u64 log_hash; };
struct sim_figures sim_figures(struct sim *s);

/* `yutang sim`: serves until SIGINT or SIGTERM and returns the exit code. Prints what a client must be
 * given, one "name value" line each, the last one being "ready". */
struct sim_options {
	str listen;         /* nil: SIM_LISTEN; port 0 picks one */
	str corpid, secret; /* nil: as in sim_conf */
	str state;          /* snapshot to go on from and to leave behind; nil: none */
	i64 seed;
	ms clock;           /* a simulated clock that stands there until POST /sim/clock; NIL: the real one */
	bool brand;         /* the demo brand's departments, staff and tags */
	i64 people;         /* so many people arrive a day and live by themselves; 0: nobody */
};
int sim_serve(const struct sim_options *options);

#endif
