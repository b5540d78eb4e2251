/*
 * `yutang sim`: the simulator as a server of its own. Prints what a client must be given, then serves
 * until it is told to stop; with --data it goes on from its snapshot and leaves one behind.
 */
#include "base/crypt.h"
#include "base/tz.h"
#include "sim/sim.h"

#include <signal.h>
#include <stdio.h>

struct options {
	str listen, corpid, secret, data, clock;
	i64 seed, people;
	bool empty, lively;
};

static const char usage[] =
	"usage: yutang sim [--listen HOST:PORT] [--seed N] [--corpid ID] [--secret TEXT] [--clock MS]\n"
	"                  [--data FILE] [--empty] [--people PER_DAY]\n"
	"  --clock MS       a simulated clock that stands at MS until POST /sim/clock moves it\n"
	"  --data FILE      go on from this snapshot if it is there, leave one on exit\n"
	"  --empty          a corp without the demo brand\n"
	"  --people N       people live by themselves, about N arrive a day\n";

static bool option(struct options *o, const char *name, const char *value)
{
	struct { const char *name; str *text; i64 *number; } known[] = {
		{ "--listen", &o->listen, NULL }, { "--seed", NULL, &o->seed }, { "--corpid", &o->corpid, NULL },
		{ "--secret", &o->secret, NULL }, { "--data", &o->data, NULL }, { "--clock", &o->clock, NULL },
		{ "--people", NULL, &o->people } };
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(name, known[i].name) != 0)
			continue;
		if (known[i].text)
			*known[i].text = str_c(value);
		return known[i].text || str_i64(str_c(value), known[i].number);
	}
	return false;
}

static bool options_read(struct options *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--empty") == 0)
			o->empty = true;
		else if (i + 1 >= argc || !option(o, argv[i], argv[i + 1]))
			return false;
		else
			i++;
	}
	return true;
}

static int fail_out(const struct fail *f, struct arena *a)
{
	str text = fail_text(f, LANG_EN, a);
	fprintf(stderr, "sim: %.*s\n", STR_F(text));
	return 1;
}

static err prepare(struct sim *s, const struct options *o, struct clock *clock, struct fail *f)
{
	err failed = o->data.n ? sim_load(s, o->data, f) : ERR_NOT_FOUND;
	if (failed != ERR_NOT_FOUND || o->empty)
		return failed == ERR_NOT_FOUND ? OK : failed;
	sim_brand_load(s);
	if (o->people > 0)
		sim_brand_history_step(s, &(struct sim_plan){ .start = clock_now(clock), .after_per_day = o->people });
	return OK;
}

static void serve_until_told(struct sim *s, struct http_server *server, const struct options *o)
{
	sigset_t set;
	int got;
	str addr = http_server_addr(server);
	char url[128];
	snprintf(url, sizeof(url), "http://%.*s", STR_F(addr));
	sim_public_url(s, str_c(url));
	printf("listen %.*s\ncorpid %.*s\nsecret %.*s\nagentid %lld\nseed %lld\n", STR_F(addr), STR_F(sim_corpid(s)),
	       STR_F(sim_secret(s)), (long long)sim_agentid(s), (long long)o->seed);
	fflush(stdout);
	sim_start(s);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigwait(&set, &got);
}

int sim_main(int argc, char **argv)
{
	struct options o = { .listen = STR(SIM_LISTEN), .seed = 1 };
	struct fail f = { 0 };
	ms at = 0;
	if (!options_read(&o, argc, argv) || (o.clock.n && !str_i64(o.clock, &at))) {
		fputs(usage, stderr);
		return 2;
	}
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	crypt_init();
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct clock clock = o.clock.n ? clock_simulated(at) : clock_real();
	struct transport *transport = NULL;
	if (transport_net(a, &transport, &f) != OK)
		return fail_out(&f, a);
	struct sim *s = sim_new(&(struct sim_conf){ .seed = (u64)o.seed, .clock = &clock, .transport = transport,
						    .corpid = o.corpid, .secret = o.secret });
	struct http_server *server = NULL;
	struct http_server_conf conf = { .listen = o.listen, .workers = 8, .handler = sim_handle, .arg = s };
	err failed = prepare(s, &o, &clock, &f);
	if (failed == OK)
		failed = http_server_start(&conf, &server, &f);
	if (failed != OK)
		return fail_out(&f, a);
	serve_until_told(s, server, &o);
	http_server_stop(server);
	sim_stop(s);
	if (o.data.n && sim_save(s, o.data, &f) != OK)
		return fail_out(&f, a);
	sim_free(s);
	arena_free(a);
	return 0;
}
