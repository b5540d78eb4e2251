/*
 * What the simulator's tests share: a simulator on a simulated clock, a callback endpoint that opens
 * envelopes with the product's own code (port/wecom), and calls without sockets.
 */
#ifndef YT_SIM_TEST_SIM_RIG_H
#define YT_SIM_TEST_SIM_RIG_H

#include "base/crypt.h"
#include "base/vec.h"
#include "port/wecom/wecom_crypt.h"
#include "sim/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define RIG_START ((ms)1790000000000) /* 2026-09-21, a Monday evening in China */
#define RIG_TOKEN "yutangtoken"
#define RIG_KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define RIG_URL "http://product.test/wecom/callback/x"

struct rig {
	struct arena *a, *inbox; /* inbox: only the thread that delivers touches it */
	struct clock clock;
	struct transport *transport;
	struct sim *sim;
	str token; /* access token */
	VEC(str) events; /* opened callbacks, as they came */
	int bad, status; /* callbacks that could not be opened; what the endpoint answers, 0: 200 */
	int status_last; /* HTTP status of the last call */
};

static inline void rig_endpoint(void *arg, struct http_req *req, struct http_reply *reply)
{
	struct rig *r = arg;
	struct fail f = { 0 };
	struct wecom_key key;
	str sealed = http_query(req, "echostr"), message;
	if (!sealed.p) {
		i64 from = str_find(req->body, STR("<Encrypt><![CDATA[")), to = str_find(req->body, STR("]]></Encrypt>"));
		sealed = str_sub(req->body, (size_t)from + 18, (size_t)to);
	}
	str want = wecom_signature(STR(RIG_TOKEN), http_query(req, "timestamp"), http_query(req, "nonce"), sealed, r->inbox);
	if (wecom_key_read(STR(RIG_KEY), r->inbox, &key, &f) != OK || !str_eq(want, http_query(req, "msg_signature")) ||
	    wecom_decrypt(&key, sim_corpid(r->sim), sealed, r->inbox, &message, &f) != OK) {
		r->bad++;
		http_send(reply, 400, STR("text/plain"), STR(""));
		return;
	}
	if (str_eq_c(req->method, "GET")) {
		http_send(reply, 200, STR("text/plain"), arena_dup(req->arena, message));
		return;
	}
	vec_push(r->inbox, &r->events, arena_dup(r->inbox, message));
	http_send(reply, r->status ? r->status : 200, STR("text/plain"), STR(""));
}

static inline struct rig *rig_new(u64 seed)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT * 4);
	struct rig *r = ARENA_NEW(a, struct rig);
	crypt_init();
	r->a = a;
	r->inbox = arena_new(ARENA_MAX_DEFAULT);
	r->clock = clock_simulated(RIG_START);
	r->transport = transport_direct(a);
	r->sim = sim_new(&(struct sim_conf){ .seed = seed, .clock = &r->clock, .transport = r->transport });
	transport_direct_add(r->transport, STR("sim.test"), sim_handle, r->sim);
	transport_direct_add(r->transport, STR("product.test"), rig_endpoint, r);
	return r;
}

static inline void rig_free(struct rig *r)
{
	sim_free(r->sim);
	arena_free(r->inbox);
	arena_free(r->a);
}

#endif
