/*
 * boot. A fault on the way leaves nothing behind: what was opened is closed before the error goes up.
 */
#include "app/boot.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "core/audience/audience.h"
#include "core/corp/corp_cache.h"
#include "core/outlet/outlet_index.h"
#include "core/door/door.h"
#include "feature/journey/journey.h"
#include "feature/livecode/livecode_relay.h"
#include "feature/tagrule/tagrule.h"
#include "port/http/http_metrics.h"
#include "port/send/sms.h"

#include <string.h>

#define MODULES_MAX 128
#define FIRST_CORP_NAME "我的企业"
#define FIRST_CORP_CURRENCY "CNY"

static size_t module_names(const char **ret)
{
	size_t n = 0;
	for (; modules[n]; n++) {
		ASSERT(n + 1 < MODULES_MAX);
		ret[n] = modules[n]->name;
	}
	ret[n] = NULL;
	return n;
}

static err check_modules(struct env *env, struct fail *f)
{
	TRY(modules_check(modules, f));
	for (size_t i = 0; modules[i]; i++)
		if (modules[i]->queries)
			TRY(store_check(env->store, modules[i]->queries, f));
	return OK;
}

static err start_modules(struct env *env, struct fail *f)
{
	for (size_t i = 0; modules[i]; i++)
		if (modules[i]->start)
			TRY(modules[i]->start(env, f));
	return OK;
}

static str public_url_of(struct arena *a, const struct conf *conf)
{
	str url = conf_get(conf, "public-url");
	if (url.n == 0)
		return arena_printf(a, "http://%.*s", STR_F(conf_get(conf, "listen")));
	return str_ends(url, STR("/")) ? str_sub(url, 0, url.n - 1) : url;
}

static err audience_open(struct env *env, struct arena *a, const struct conf *conf, struct fail *f)
{
	i64 megabytes;
	TRY(conf_i64(conf, "audience-memory", 16, (i64)1 << 24, &megabytes, f));
	env->audience = audience_index_new(env->store);
	audience_index_setup(env->audience, &(struct audience_setup){
		.dir = arena_printf(a, "%.*s/audience", STR_F(env->data_dir)),
		.simd = conf_get(conf, "audience-simd"),
		.bytes_max = (size_t)megabytes << 20,
	});
	return OK;
}

static err fill(struct env *env, struct arena *a, const struct boot_conf *conf, struct fail *f)
{
	if (!env->transport)
		TRY(transport_net(a, &env->transport, f));
	env->wecom = wecom_new(env->transport, env->clock, conf_get(conf->conf, "wecom-base"));
	TRY(sms_new(a, conf_get(conf->conf, "sms-provider"), env->transport, &env->sms, f));
	TRY(audience_open(env, a, conf->conf, f));
	env->metrics = metrics_new(a);
	TRY(outbox_recover(env->store, a, f));
	TRY(check_modules(env, f));
	return start_modules(env, f);
}

err boot_open(struct arena *a, const struct boot_conf *conf, struct env **ret, struct fail *f)
{
	static const char *names[MODULES_MAX]; /* constant for the life of the process */
	crypt_init();
	module_names(names);
	struct env *env = ARENA_NEW(a, struct env);
	*env = (struct env){
		.clock = conf->clock,
		.transport = conf->transport,
		.modules = modules,
		.conf = conf->conf,
		.public_url = public_url_of(a, conf->conf),
		.version = STR(YUTANG_VERSION),
		.data_dir = conf_get(conf->conf, "data"),
	};
	struct store_conf sc = {
		.url = conf_get(conf->conf, "store"),
		.dir = env->data_dir,
		.key_file = conf_get(conf->conf, "key-file"),
		.fast_unsafe = conf->fast_unsafe,
		.clock = conf->clock,
		.module_order = names,
	};
	TRY(store_open(&sc, &env->store, f));
	err e = fill(env, a, conf, f);
	if (e != OK) {
		boot_close(env);
		return e;
	}
	*ret = env;
	return OK;
}

void boot_close(struct env *env)
{
	doors_close(env);
	relay_memory_free(env->relays);
	if (env->audience)
		audience_index_free(env->audience);
	if (env->wecom)
		wecom_free(env->wecom);
	corp_cache_free(env->corps);
	tagrule_cache_free(env->tagrules);
	journey_cache_free(env->journeys);
	outlet_cache_free(env->outlets);
	store_close(env->store);
}

static err first_corp(struct env *env, struct arena *a, i64 *ret_corp, struct fail *f)
{
	struct cx cx = cx_system(env, a, 0, "boot");
	i64 spread = 0;
	TRY(conf_i64(env->conf, "spread", 0, SLOT_COUNT, &spread, f));
	if (spread == 0)
		spread = store_is_postgres(env->store) ? 16 : 1;
	struct corp_new in = { STR(FIRST_CORP_NAME), STR(TZ_DEFAULT), STR(FIRST_CORP_CURRENCY), false, spread };
	err e = corp_create(&cx, &in, ret_corp);
	if (e != OK)
		*f = cx.unit.fail;
	return e;
}

err boot_corp(struct env *env, struct arena *a, str named, i64 *ret_corp, struct fail *f)
{
	struct unit u = unit_new(env->store, a, 0, "boot");
	struct corp *corps;
	size_t count;
	err e = corp_list(&u, &corps, &count);
	if (e != OK) {
		*f = u.fail;
		return e;
	}
	if (count == 0 && named.n == 0)
		return first_corp(env, a, ret_corp, f);
	i64 number = NIL;
	str_i64(named, &number);
	for (size_t i = 0; i < count; i++) {
		if (named.n ? str_eq(corps[i].slug, named) || corps[i].id == number : count == 1) {
			*ret_corp = corps[i].id;
			return OK;
		}
	}
	return fail_set(f, ERR_NOT_FOUND, T_CORP_WHICH, STR("corp"), named, STR("--corp SLUG"));
}
