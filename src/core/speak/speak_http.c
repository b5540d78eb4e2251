/*
 * What a message will say to a real person, one sent to her to try it, and what came of all of them.
 */
#include "core/speak/speak_data.h"

#include "base/id.h"
#include "core/attr/attr_say.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"

#define ARGS_MAX 16000
#define KEY_CHARS 20
#define KEY_MAX 60

#define PREVIEW_IN_FIELDS(F, S) F(S, ID, customer) F(S, STRS, texts, .min = 1, .max = SPEAK_TEXTS_MAX)
RECORD(speak_preview_in, PREVIEW_IN_FIELDS);
#define PREVIEW_FIELDS(F, S) F(S, STRS, texts)
RECORD(speak_preview, PREVIEW_FIELDS);
#define TRY_IN_FIELDS(F, S) F(S, STR, verb, .min = 1, .max = VERB_NAME_MAX) F(S, ID, customer) F(S, JSON, args) \
	F(S, STR, key, .opt = true, .min = 1, .max = KEY_MAX, .doc = "the same key sends once")
RECORD(speak_try_in, TRY_IN_FIELDS);
#define TRY_OUT_FIELDS(F, S)                                                                    \
	F(S, STR, state, .one_of = "done,asked,held,refused") F(S, STR, reason, .opt = true) F(S, MS, retry_ms, .opt = true)
RECORD(speak_try_out, TRY_OUT_FIELDS);
#define FIGURE_IN_FIELDS(F, S) F(S, I64, days, .opt = true, .min = 1, .max = 366) F(S, I64, limit, .opt = true) F(S, STR, cursor, .opt = true)
RECORD(speak_figure_in, FIGURE_IN_FIELDS);
#define FIGURE_FIELDS(F, S)                                                                     \
	F(S, STR, verb) F(S, STR, label) F(S, I64, sent) F(S, I64, failed, .doc = "failed, refused or too late") \
	F(S, I64, unknown, .doc = "the answer was lost; never sent again") F(S, FEN, cost)
RECORD(speak_figure, FIGURE_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err h_preview(struct cx *cx)
{
	const struct speak_preview_in *in = cx->in;
	struct speak_preview *out = cx->out;
	i64 root;
	TRY(customer_visible(&cx->unit, in->customer, &root));
	out->texts = (struct strs){ ARENA_ARRAY(CX_ARENA(cx), str, in->texts.n), in->texts.n };
	for (size_t i = 0; i < in->texts.n; i++) {
		TRY(attr_say_check(&cx->unit, "texts", in->texts.v[i], 0));
		TRY(attr_say(&cx->unit, root, in->texts.v[i], &out->texts.v[i]));
	}
	return OK;
}

static err try_verb(struct tx *tx, const struct verb *v, const struct verb_call *call, struct verb_result *ret)
{
	TRY(v->run(tx, call, ret));
	return audit_add(tx, "speak.try", arena_printf(tx->snap.arena, "customer:%lld", (long long)call->customer), str_c(v->name));
}

/* Only acts that say something: others have pages of their own. */
static err h_try(struct cx *cx)
{
	static const char *const states[] = { "done", "asked", "held", "refused" };
	const struct speak_try_in *in = cx->in;
	struct speak_try_out *out = cx->out;
	const struct verb *v = verb_find(cx->env, in->verb);
	struct verb_call call = { .at = cx_now(cx), .by = "try", .by_id = cx->viewer.user, .key = in->key.n ? in->key : id_slug(CX_ARENA(cx), KEY_CHARS) };
	struct verb_result r = { 0 };
	if (!v || (!v->channel && !str_eq_c(in->verb, "webhook.post")))
		return cx_fail(cx, ERR_INPUT, T_SPEAK_VERB, STR("verb"), in->verb, STR_NIL);
	if (in->args.n > ARGS_MAX)
		return cx_fail(cx, ERR_INPUT, T_TOO_LONG, STR("args"), STR_NIL, STR(FAIL_STR(ARGS_MAX)));
	TRY(customer_visible(&cx->unit, in->customer, &call.customer));
	TRY(verb_args(&cx->unit, v, in->args, &call.args));
	TRY(WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, call.customer), try_verb(tx, v, &call, &r)));
	*out = (struct speak_try_out){ str_c(states[r.state]), r.reason.n ? r.reason : STR_NIL, r.state == VERB_HELD ? r.retry_at : NIL };
	return OK;
}

static err h_figures(struct cx *cx)
{
	const struct speak_figure_in *in = cx->in;
	struct page *page = cx->out;
	struct speak_sum *sums;
	size_t n, m = 0;
	i64 day = corp_day(&cx->unit, cx_now(cx)) - (in->days == NIL ? SPEAK_FIGURE_DAYS : in->days) + 1;
	TRY(READ_SNAP(&cx->unit, base(cx), speak_sums(snap, &(struct speak_from){ day }, &sums, &n)));
	struct speak_figure *rows = ARENA_ARRAY(CX_ARENA(cx), struct speak_figure, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct verb *v = verb_find(cx->env, sums[i].verb);
		if (m == 0 || !str_eq(rows[m - 1].verb, sums[i].verb))
			rows[m++] = (struct speak_figure){ .verb = sums[i].verb, .label = v ? str_c(text_raw(v->label, cx->viewer.lang)) : sums[i].verb };
		struct speak_figure *at = &rows[m - 1];
		*(str_eq_c(sums[i].state, "sent") ? &at->sent : str_eq_c(sums[i].state, "unknown") ? &at->unknown : &at->failed) += sums[i].n;
		at->cost += sums[i].cost;
	}
	page->data = (struct list){ rows, m };
	page->total = NIL;
	return OK;
}

#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route speak_routes[] = {
	{ "POST", "/api/v1/speak/preview", "speak.read", SCOPED, 0, &speak_preview_in_record, &speak_preview_record, h_preview,
	  "Texts with variables as one real person would read them." },
	{ "POST", "/api/v1/speak/try", "speak.try", SCOPED, 0, &speak_try_in_record, &speak_try_out_record, h_try,
	  "Sends one message to one person, by the verb journeys use." },
	{ "GET", "/api/v1/speak/figures", "speak.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &speak_figure_in_record, &speak_figure_record, h_figures,
	  "What became of messages a program sent, by verb." },
	{ 0 },
};
