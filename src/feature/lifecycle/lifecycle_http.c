/*
 * The lifecycle page: people and money per stage, the rule with its preview, moves between stages.
 *
 * Counts and money are of whom the viewer sees. The rule is everybody's, so only who sees everybody previews and
 * changes it.
 */
#include "feature/lifecycle/lifecycle_data.h"
#include "feature/lifecycle/lifecycle_http.h"
#include "feature/lifecycle/lifecycle_job.h"

#include "core/audience/audience_sum.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/job/job.h"

#define STAGE_VIEW_FIELDS(F, S) F(S, STR, stage, .doc = "\"\": not settled yet") F(S, I64, people) F(S, FEN, gmv)
RECORD(life_stage_view, STAGE_VIEW_FIELDS);
#define RULE_VIEW_FIELDS(F, S) LIFE_RULE_FIELDS(F, S) F(S, MS, saved_ms)
RECORD(life_rule_view, RULE_VIEW_FIELDS);
#define OVERVIEW_FIELDS(F, S)                                                       \
	F(S, LIST, stages, .of = &life_stage_view_record) F(S, I64, people) F(S, FEN, gmv) F(S, STR, currency) \
	F(S, OBJ, rule, .opt = true, .of = &life_rule_view_record) \
	F(S, I64, version, .doc = "of the rule; 0: none is set") \
	F(S, ID, settling, .opt = true, .doc = "the job that settles everybody, while it runs")
RECORD(life_overview, OVERVIEW_FIELDS);
#define TEMPLATE_FIELDS(F, S) F(S, STR, label) LIFE_RULE_FIELDS(F, S)
RECORD(life_template_view, TEMPLATE_FIELDS);
#define RULE_IN_FIELDS(F, S) F(S, I64, version) LIFE_RULE_FIELDS(F, S)
RECORD(life_rule_in, RULE_IN_FIELDS);
#define RULE_OUT_FIELDS(F, S) F(S, I64, version) F(S, ID, job)
RECORD(life_rule_out, RULE_OUT_FIELDS);
#define PREVIEW_VIEW_FIELDS(F, S) F(S, MS, at_ms) F(S, I64, people) F(S, I64, moved) F(S, JSON, moves)
RECORD(life_preview_view, PREVIEW_VIEW_FIELDS);
#define SAMPLE_VIEW_FIELDS(F, S)                                                    \
	F(S, MS, at_ms) F(S, I64, people) F(S, I64, gaps) F(S, I64, least, .doc = "gaps needed") F(S, BOOL, enough) \
	F(S, STR, reason, .opt = true) F(S, I64, p75) F(S, I64, p90) F(S, I64, dormant) F(S, I64, lost)
RECORD(life_sample_view, SAMPLE_VIEW_FIELDS);
#define MOVES_IN_FIELDS(F, S) F(S, STR, from, .max = 10, .doc = "2026-11-01") F(S, STR, to, .max = 10)
RECORD(life_moves_in, MOVES_IN_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err whole(struct cx *cx)
{
	return cx->unit.scope ? cx_fail(cx, ERR_FORBIDDEN, T_LIFE_WHOLE, STR_NIL, STR_NIL, STR_NIL) : OK;
}

/* ERR_NOT_FOUND is version 0. */
static err rule_now(struct cx *cx, struct life_rule_row *ret)
{
	err e = READ_SNAP(&cx->unit, base(cx), life_rule_now(snap, &(struct none){ 0 }, ret));
	if (e == ERR_NOT_FOUND)
		*ret = (struct life_rule_row){ .version = 0 };
	return e == ERR_NOT_FOUND ? OK : e;
}

/* ---- overview ---- */

static err count_stage(struct cx *cx, str expr, i64 *ret_people, i64 *ret_gmv)
{
	struct expr *e;
	TRY(expr_parse(&cx->unit, expr, &e));
	return audience_sum(&cx->unit, e, STR("spent"), ret_people, ret_gmv);
}

static err count_stages(struct cx *cx, struct life_overview *out)
{
	struct life_stage_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct life_stage_view, LIFE_STAGE_COUNT);
	size_t n = 0;
	for (int i = LIFE_INTRO; i < LIFE_STAGE_COUNT; i++, n++) {
		str name = life_stage_name((enum life_stage)i);
		rows[n].stage = name;
		str expr = arena_printf(CX_ARENA(cx), "stage = %.*s", STR_F(name));
		TRY(count_stage(cx, expr, &rows[n].people, &rows[n].gmv));
		out->people += rows[n].people;
		out->gmv += rows[n].gmv;
	}
	rows[n].stage = STR("");
	TRY(count_stage(cx, STR("stage is unknown"), &rows[n].people, &rows[n].gmv));
	out->people += rows[n].people;
	out->gmv += rows[n].gmv;
	n += rows[n].people > 0;
	out->stages = (struct list){ rows, n };
	return OK;
}

static err h_overview(struct cx *cx)
{
	struct life_overview *out = cx->out;
	struct life_rule_row row;
	struct corp corp;
	struct job job;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(rule_now(cx, &row));
	TRY(count_stages(cx, out));
	out->currency = corp.currency;
	out->version = row.version;
	out->settling = NIL;
	if (row.version == 0)
		return OK;
	struct life_rule_view *rule = ARENA_NEW(CX_ARENA(cx), struct life_rule_view);
	*rule = (struct life_rule_view){ row.template, row.growing, row.mature, row.win, row.dormant, row.lost, row.life,
					 row.grown, row.saved };
	out->rule = rule;
	TRY(job_get(&cx->unit, row.job, &job));
	out->settling = str_eq_c(job.state, "queued") || str_eq_c(job.state, "running") ? row.job : NIL;
	return OK;
}

static err h_templates(struct cx *cx)
{
	struct page *page = cx->out;
	struct life_template_view *rows;
	size_t n = 0;
	while (life_templates[n].code)
		n++;
	rows = ARENA_ARRAY(CX_ARENA(cx), struct life_template_view, n);
	for (size_t i = 0; i < n; i++) {
		const struct life_rule *r = &life_templates[i].rule;
		rows[i] = (struct life_template_view){ str_c(text_raw(life_templates[i].label, cx->viewer.lang)), r->template,
			r->growing, r->mature, r->window, r->dormant, r->lost, r->life, r->grown };
	}
	page->data = (struct list){ rows, n };
	page->total = (i64)n;
	return OK;
}

/* ---- the rule ---- */

static err read_sample(struct cx *cx, struct life_sample *ret)
{
	err e = READ_SNAP(&cx->unit, base(cx), life_sample_get(snap, &(struct none){ 0 }, ret));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_LIFE_NO_SAMPLE, STR_NIL, STR_NIL, STR_NIL);
	return e;
}

static str number(struct cx *cx, i64 n) { return arena_printf(CX_ARENA(cx), "%lld", (long long)n); }

/* Days from own data must rest on enough of it. */
static err template_holds(struct cx *cx, const struct life_rule *r)
{
	struct life_sample s;
	if (!str_eq_c(r->template, "own"))
		return OK;
	TRY(read_sample(cx, &s));
	if (s.gaps < LIFE_GAPS_MIN)
		return cx_fail(cx, ERR_STATE, T_LIFE_FEW_GAPS, STR("template"), number(cx, s.gaps), STR(FAIL_STR(LIFE_GAPS_MIN)));
	return OK;
}

static str say(struct cx *cx, enum text text) { return str_c(text_raw(text, cx->viewer.lang)); }

/* Jobs work for the whole corp under the name of who asked. */
static err h_preview(struct cx *cx)
{
	const struct life_rule *in = cx->in;
	struct life_job *out = cx->out;
	TRY(whole(cx));
	TRY(life_rule_check(in, &cx->unit.fail));
	TRY(template_holds(cx, in));
	return WRITE_TX(&cx->unit, base(cx), job_add(tx, LIFE_JOB_PREVIEW, say(cx, T_LIFE_JOB_PREVIEW), STR("/lifecycle"),
						     &life_rule_record, in, &out->job));
}

static err h_preview_get(struct cx *cx)
{
	struct life_preview_view *out = cx->out;
	struct life_preview row;
	TRY(whole(cx));
	err e = READ_SNAP(&cx->unit, base(cx), life_preview_get(snap, cx->in, &row));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_LIFE_NO_PREVIEW, STR("job"), STR_NIL, STR_NIL);
	TRY(e);
	*out = (struct life_preview_view){ row.at, row.people, row.moved, row.moves };
	return OK;
}

static err save_rule(struct tx *tx, struct cx *cx, const struct life_rule_in *in, struct life_rule_out *out)
{
	struct life_rule_row now = { 0 }, row;
	err e = life_rule_now(&tx->snap, &(struct none){ 0 }, &now);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (now.version != in->version)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	struct life_settle settle = { in->version + 1 };
	row = (struct life_rule_row){ settle.version, in->template, in->growing, in->mature, in->window, in->dormant, in->lost,
				      in->life, in->grown, tx->snap.now, 0 };
	TRY(job_add(tx, LIFE_JOB_SETTLE, say(cx, T_LIFE_JOB_SETTLE), STR("/lifecycle"), &life_settle_record, &settle, &row.job));
	TRY(life_rule_add(tx, &row));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	*out = (struct life_rule_out){ row.version, row.job };
	str detail = arena_printf(tx->snap.arena, "%.*s: %lld, %lld/%lld, %lld, %lld, %.*s, %lld", STR_F(in->template),
				  (long long)in->growing, (long long)in->mature, (long long)in->window, (long long)in->dormant,
				  (long long)in->lost, STR_F(in->life), (long long)in->grown);
	return audit_add(tx, "lifecycle.rule", STR("corp"), detail);
}

static err h_rule(struct cx *cx)
{
	const struct life_rule_in *in = cx->in;
	struct life_rule rule = { in->template, in->growing, in->mature, in->window, in->dormant, in->lost, in->life, in->grown };
	TRY(whole(cx));
	TRY(life_rule_check(&rule, &cx->unit.fail));
	TRY(template_holds(cx, &rule));
	return WRITE_TX(&cx->unit, base(cx), save_rule(tx, cx, in, cx->out));
}

/* ---- own data ---- */

static err h_sample_run(struct cx *cx)
{
	struct life_job *out = cx->out;
	TRY(whole(cx));
	return WRITE_TX(&cx->unit, base(cx), job_add(tx, LIFE_JOB_GAPS, say(cx, T_LIFE_JOB_GAPS), STR("/lifecycle"), &none_record,
						     &(struct none){ 0 }, &out->job));
}

static err h_sample(struct cx *cx)
{
	struct life_sample_view *out = cx->out;
	struct life_sample s;
	TRY(whole(cx));
	TRY(read_sample(cx, &s));
	i64 dormant = int_max(s.p75, 1);
	*out = (struct life_sample_view){ s.at, s.people, s.gaps, LIFE_GAPS_MIN, s.gaps >= LIFE_GAPS_MIN, STR_NIL, s.p75, s.p90,
		dormant, int_min(int_max(2 * s.p90, dormant + 1), LIFE_DAYS_MAX) };
	struct text_hole holes[] = { { "value", number(cx, s.gaps) }, { "limit", STR(FAIL_STR(LIFE_GAPS_MIN)) } };
	if (!out->enough)
		out->reason = text_fill(CX_ARENA(cx), T_LIFE_FEW_GAPS, cx->viewer.lang, holes, ARRAY_LEN(holes));
	return OK;
}

/* ---- moves ---- */

static err day_of(struct cx *cx, const char *field, str text, i64 *ret)
{
	const struct tz *utc;
	ms at;
	TRY(tz_get(STR("UTC"), &utc, &cx->unit.fail));
	if (text.n != 10 || !tz_parse(utc, text, &at))
		return cx_fail(cx, ERR_INPUT, T_OK, str_c(field), text, STR("2026-11-01"));
	*ret = tz_day(utc, at);
	return OK;
}

static err h_moves(struct cx *cx)
{
	const struct life_moves_in *in = cx->in;
	struct page *page = cx->out;
	struct life_range range;
	struct life_flow *rows;
	size_t n;
	TRY(day_of(cx, "from", in->from, &range.from));
	TRY(day_of(cx, "to", in->to, &range.to));
	if (range.to < range.from || range.to - range.from >= LIFE_MOVES_DAYS_MAX)
		return cx_fail(cx, ERR_INPUT, T_LIFE_SPAN, STR("to"), in->to, STR(FAIL_STR(LIFE_MOVES_DAYS_MAX)));
	TRY(READ_SNAP(&cx->unit, base(cx), life_flows(snap, &range, &rows, &n)));
	page->data = (struct list){ rows, n };
	page->total = (i64)n;
	return OK;
}

#define NONE &none_record
#define LIFE "/api/v1/lifecycle"
const struct route life_routes[] = {
	{ "GET", LIFE, "lifecycle.read", ROUTE_SCOPE_CUSTOMERS, 0, NONE, &life_overview_record, h_overview,
	  "People and money per stage, and the rule in force." },
	{ "GET", LIFE "/templates", "lifecycle.read", ROUTE_SCOPE_NONE, ROUTE_LIST, NONE, &life_template_view_record, h_templates,
	  "Starting values of the rule by trade." },
	{ "PUT", LIFE "/rule", "lifecycle.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG, &life_rule_in_record, &life_rule_out_record,
	  h_rule, "Saves a new rule and settles everybody by it; answers the job. If-Match 0 where none is set." },
	{ "POST", LIFE "/preview", "lifecycle.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_ACCEPTED, &life_rule_record, &life_job_record,
	  h_preview, "Counts how many a rule would move; answers the job." },
	{ "GET", LIFE "/preview/{job}", "lifecycle.write", ROUTE_SCOPE_CUSTOMERS, 0, &life_job_record, &life_preview_view_record,
	  h_preview_get, "What the rule of a preview would move, once its job is done." },
	{ "POST", LIFE "/own-data", "lifecycle.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_ACCEPTED, NONE, &life_job_record, h_sample_run,
	  "Counts the repurchase gaps of the corp's own orders; answers the job." },
	{ "GET", LIFE "/own-data", "lifecycle.read", ROUTE_SCOPE_CUSTOMERS, 0, NONE, &life_sample_view_record, h_sample,
	  "Thresholds from own orders, and on how many gaps they rest." },
	{ "GET", LIFE "/moves", "lifecycle.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &life_moves_in_record, &life_flow_record,
	  h_moves, "How many went from which stage to which, from and to corp-days inclusive." },
	{ "GET", "/api/v1/customers/{id}/stage", "customer.read", ROUTE_SCOPE_CUSTOMERS, 0, &life_who_record, &life_card_record,
	  life_h_card, "The stage of a customer, since when and why, and those before." },
	{ 0 },
};
