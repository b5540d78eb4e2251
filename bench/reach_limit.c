/*
 * More calls wait than an hour allows, of one corp to one interface, the real client before the simulator that counts them
 * as the platform does: so many a minute, so many an hour, and whoever goes over is refused with 45009 and shut out.
 *
 * The clock goes on when the client says so (its retry_at), as a sender's row comes back then. Counted are the answers
 * 45009 that came over the wire, the busiest minute and hour, and the whole time against the least the limits allow.
 */
#include "reach_limit.h"

#include "base/arena.h"
#include "port/wecom/wecom.h"
#include "sim/sim.h"

#include <stdio.h>
#include <stdlib.h>

#define START ((ms)1764547200000)
#define PER_MINUTE 10000 /* of an interface that is not named in wecom_limits.def */
#define PER_HOUR 150000

/* ---- the wire, looked at ---- */

struct wire {
	struct transport base;
	struct transport *inner;
	struct clock *clock;
	ms minute, hour;
	i64 in_minute, in_hour, busiest_minute, busiest_hour, refused, calls;
};

static err look(struct transport *t, struct arena *a, const struct transport_call *call, struct transport_answer *ret, struct fail *f)
{
	struct wire *w = (struct wire *)t;
	err e = w->inner->call(w->inner, a, call, ret, f);
	ms now = clock_now(w->clock);
	if (!str_has(call->url, STR("/user/get")))
		return e; /* the token */
	w->in_minute = w->minute == now / MS_MINUTE ? w->in_minute + 1 : 1;
	w->in_hour = w->hour == now / MS_HOUR ? w->in_hour + 1 : 1;
	w->minute = now / MS_MINUTE;
	w->hour = now / MS_HOUR;
	w->busiest_minute = int_max(w->busiest_minute, w->in_minute);
	w->busiest_hour = int_max(w->busiest_hour, w->in_hour);
	w->refused += str_has(ret->body, STR("\"errcode\":45009"));
	w->calls++;
	return e;
}

/* ---- the calls ---- */

/* One that is refused here waits until the client says it may; any other failure ends the bench. */
static void call_one(struct wecom_call *c, struct clock *clock, const struct wecom_request *r)
{
	err e;
	while ((e = wecom_call(c, r)) == ERR_TOO_MANY && c->retry_at != NIL)
		clock_advance(clock, int_max(c->retry_at, clock_now(clock) + 1));
	if (e == OK)
		return;
	fprintf(stderr, "reach_limit: %s %s %s\n", err_name(e), c->fail->field, c->fail->value);
	exit(1);
}

void reach_limit(int calls)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct clock clock = clock_simulated(START);
	struct transport *direct = transport_direct(a);
	struct sim *sim = sim_new(&(struct sim_conf){ .seed = 7, .clock = &clock, .transport = direct, .public_url = STR("http://sim.bench") });
	struct wire wire = { .base = { look }, .inner = direct, .clock = &clock };
	struct wecom *wecom = wecom_new(&wire.base, &clock, STR("http://sim.bench"));
	struct wecom_app app = { .corp = 1, .corpid = sim_corpid(sim), .secret = sim_secret(sim) };
	struct fail f = { 0 };
	struct wecom_call c = { .wecom = wecom, .app = &app, .arena = a, .fail = &f };
	struct wecom_request r = { .api = "user/get", .query = { { STR("userid"), STR("linna") } }, .query_count = 1, .body = STR_NIL };
	transport_direct_add(direct, STR("sim.bench"), sim_handle, sim);
	sim_brand_load(sim);
	for (int i = 0; i < calls; i++) {
		struct arena_mark mark = arena_mark(a);
		call_one(&c, &clock, &r);
		arena_reset(a, mark);
	}
	i64 least = (calls - 1) / PER_HOUR * 60 + ((calls - 1) % PER_HOUR) / PER_MINUTE;
	printf("figure reach_limit_refused %lld calls goal = 0\n", (long long)wire.refused);
	printf("figure reach_limit_busiest_minute %lld calls goal = %d\n", (long long)wire.busiest_minute, PER_MINUTE);
	printf("figure reach_limit_busiest_hour %lld calls goal = %d\n", (long long)wire.busiest_hour, PER_HOUR);
	printf("figure reach_limit_minutes %lld minutes goal <= %lld\n", (long long)((clock_now(&clock) - START) / MS_MINUTE), (long long)least);
	wecom_free(wecom);
	sim_free(sim);
	arena_free(a);
}
