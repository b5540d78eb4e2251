/*
 * The simulator as a server of its own (`yutang sim`): prints what a client must be given, then serves
 * until it is told to stop; with a state file it goes on from its snapshot and leaves one behind.
 */
#include "base/crypt.h"
#include "sim/sim.h"

#include <signal.h>
#include <stdio.h>

#define SIM_WORKERS 8

static int complain(const struct fail *f, struct arena *a)
{
	str text = fail_text(f, LANG_EN, a);
	fprintf(stderr, "sim: %.*s\n", STR_F(text));
	return 1;
}

static err prepare(struct sim *s, const struct sim_options *o, const struct clock *clock, struct fail *f)
{
	err failed = o->state.n ? sim_load(s, o->state, f) : ERR_NOT_FOUND;
	if (failed != ERR_NOT_FOUND)
		return failed;
	if (o->brand)
		sim_brand_load(s);
	if (o->people > 0)
		sim_brand_history_step(s, &(struct sim_plan){ .start = clock_now(clock), .after_per_day = o->people });
	return OK;
}

static void announce(struct sim *s, struct http_server *server, struct arena *a, const struct sim_options *o)
{
	str addr = http_server_addr(server);
	sim_public_url(s, arena_printf(a, "http://%.*s", STR_F(addr)));
	printf("listen %.*s\ncorpid %.*s\nsecret %.*s\nagentid %lld\nseed %lld\nready\n", STR_F(addr),
	       STR_F(sim_corpid(s)), STR_F(sim_secret(s)), (long long)sim_agentid(s), (long long)o->seed);
	fflush(stdout);
}

static err serve(struct sim *s, const struct sim_options *o, struct clock *clock, struct arena *a, struct fail *f)
{
	struct http_server *server = NULL;
	struct http_server_conf conf = { .listen = o->listen.n ? o->listen : STR(SIM_LISTEN), .workers = SIM_WORKERS,
					 .handler = sim_handle, .arg = s };
	struct transport *transport = NULL;
	sigset_t set;
	int got;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL); /* before any thread, so that all inherit it */
	TRY(transport_net(a, &transport, f));
	sim_transport(s, transport);
	TRY(prepare(s, o, clock, f));
	TRY(http_server_start(&conf, &server, f));
	announce(s, server, a, o);
	sim_start(s);
	sigwait(&set, &got);
	http_server_stop(server);
	sim_stop(s);
	return o->state.n ? sim_save(s, o->state, f) : OK;
}

int sim_serve(const struct sim_options *o)
{
	struct fail f = { 0 };
	crypt_init();
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct clock clock = o->clock != NIL ? clock_simulated(o->clock) : clock_real();
	struct sim *s = sim_new(&(struct sim_conf){ .seed = (u64)o->seed, .clock = &clock, .corpid = o->corpid,
						    .secret = o->secret });
	int code = serve(s, o, &clock, a, &f) == OK ? 0 : complain(&f, a);
	sim_free(s);
	arena_free(a);
	return code;
}
