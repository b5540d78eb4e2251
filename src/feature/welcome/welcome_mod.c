/*
 * welcome joins: greeting at every add, and how the greetings of a live code ended.
 */
#include "feature/welcome/welcome_data.h"

#include "core/module.h"

#define WELCOMES_FIELDS(F, S)                                                \
	F(S, I64, sent) F(S, I64, none_given) F(S, I64, answered_first) F(S, I64, expired) \
	F(S, I64, refused) F(S, I64, failed) F(S, MS, median, .opt = true)
RECORD(welcomes, WELCOMES_FIELDS);

static err read_tallies(const struct snap *s, const struct welcome_of *in, struct welcomes *out)
{
	struct welcome_tally *rows;
	struct welcome_took *took;
	size_t n, m;
	TRY(welcome_tallies(s, in, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		const struct field *f = record_field(&welcomes_record, rows[i].result);
		if (f)
			*(i64 *)((char *)out + f->at) = rows[i].n;
	}
	TRY(welcome_median(s, in, &took, &m));
	out->median = m ? took[0].took : NIL;
	return OK;
}

static err h_welcomes(struct cx *cx)
{
	return READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), read_tallies(snap, cx->in, cx->out));
}

static const struct query *const queries[] = {
	&welcome_rule_put_query, &welcome_rule_get_query, &welcome_rules_of_query, &welcome_log_add_query, &welcome_tallies_query,
	&welcome_median_query, NULL,
};
static const struct route routes[] = {
	{ "GET", "/api/v1/livecodes/{id}/welcomes", "welcome.read", ROUTE_SCOPE_NONE, 0, &welcome_of_record,
	  &welcomes_record, h_welcomes, "How the greetings of a live code ended, with the median delay." },
	{ 0 },
};
static const struct route *const more[] = { welcome_look_routes, NULL };
static const struct handler derive[] = {
	{ EV_LIVECODE_SAVED, welcome_on_rule },
	{ EV_WELCOME_SENT, welcome_on_result },
	{ EV_WELCOME_MISSED, welcome_on_result },
	{ 0 },
};
static const char *const derived[] = { "welcome_rule", "welcome_log", NULL };
static const struct handler act[] = {
	{ EV_FOLLOW_ADDED, welcome_on_added },
	{ EV_FOLLOW_HALF, welcome_on_added },
	{ EV_WELCOME_SENT, welcome_on_sent },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = WELCOME_SENDER, .send = welcome_send, .reconcile = welcome_unknown, .expired = welcome_expired },
	{ 0 },
};
static const struct perm perms[] = { { "welcome.read", T_PERM_WELCOME_READ }, { 0 } };
static const struct setting settings[] = {
	{ .name = "welcome.default", .otherwise = "", .label = T_WELCOME_DEFAULT },
	{ 0 },
};

const struct module welcome_module = {
	.name = "welcome",
	.doc = "The message that greets a new friend within the 20 seconds WeCom allows.",
	.queries = queries,
	.routes = routes,
	.more_routes = more,
	.derive = derive,
	.derived = derived,
	.act = act,
	.senders = senders,
	.perms = perms,
	.settings = settings,
};
