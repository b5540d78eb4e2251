/*
 * Rules, black list and refusals over HTTP.
 */
#include "feature/restraint/restraint.h"

#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/job/job.h"
#include "core/perm/perm.h"
#include "core/reach/reach_data.h"

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- rules ---- */

struct part { const char *setting; size_t at; bool text; };
#define PART(name_, setting_, text_) { setting_, offsetof(struct restraint_rules, name_), text_ }
static const struct part parts[] = {
	PART(mode, "reach.mode", true), PART(day_max, "reach.day_max", false), PART(week_max, "reach.week_max", false),
	PART(limits, "reach.limits", true), PART(quiet_from, "reach.quiet_from", false), PART(quiet_to, "reach.quiet_to", false),
	PART(zone_attr, "reach.zone_attr", true), PART(mix_share, "reach.mix_share", false), PART(mix_days, "reach.mix_days", false),
	PART(exempt, "reach.exempt", true), PART(consent, "reach.consent", true), PART(quota, "setup.quota_mode", true),
	PART(holdout, "reach.holdout", false), PART(salt, "reach.holdout_salt", true),
};

/* Numbers as the judgement reads them: a value nobody understands is its default. */
static err read_rules(struct cx *cx, struct restraint_rules *ret)
{
	struct reach_rules r;
	TRY(reach_rules_get(&cx->unit, &r));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i].text)
			TRY(setting_get(&cx->unit, parts[i].setting, (str *)((char *)ret + parts[i].at)));
	ret->mode = r.rolling ? STR("rolling") : STR("calendar");
	ret->quota = r.quota == REACH_QUOTA_DAY ? STR("day") : r.quota == REACH_QUOTA_WEEK ? STR("week") : STR("month");
	ret->day_max = r.day_max;
	ret->week_max = r.week_max;
	ret->quiet_from = r.quiet_from;
	ret->quiet_to = r.quiet_to;
	ret->mix_share = r.mix_share;
	ret->mix_days = r.mix_days;
	ret->holdout = r.holdout;
	return OK;
}

static err h_get(struct cx *cx) { return read_rules(cx, cx->out); }

static err told(struct tx *tx, bool group, str title)
{
	if (group)
		TRY(job_add(tx, RESTRAINT_JOB, title, STR("/restraint"), &none_record, &(struct none){ 0 }, NULL));
	return audit_add(tx, "reach.rules", STR("reach"), STR(""));
}

static err h_put(struct cx *cx)
{
	const struct restraint_rules *in = cx->in;
	struct restraint_rules was;
	struct reach_rules rules;
	TRY(restraint_check(cx, in, &rules));
	TRY(read_rules(cx, &was));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const char *now = (const char *)in + parts[i].at, *before = (const char *)&was + parts[i].at;
		str text = parts[i].text ? str_trim(*(const str *)now) : arena_printf(CX_ARENA(cx), "%lld", (long long)*(const i64 *)now);
		bool same = parts[i].text ? str_eq(text, *(const str *)before) : *(const i64 *)now == *(const i64 *)before;
		if (!same)
			TRY(setting_put(cx, parts[i].setting, text));
	}
	bool group = was.holdout != in->holdout || !str_eq(was.salt, str_trim(in->salt));
	TRY(WRITE_TX(&cx->unit, base(cx), told(tx, group, str_c(text_raw(T_RESTRAINT_JOB, cx->viewer.lang)))));
	return read_rules(cx, cx->out);
}

static err h_preview(struct cx *cx)
{
	struct reach_rules rules;
	TRY(restraint_check(cx, cx->in, &rules));
	return restraint_play(cx, &rules, cx->out);
}

/* ---- black list and refusals ---- */

#define BLOCK_FIELDS(F, S)                                                         \
	F(S, IDS, customer_ids, .min = 1, .max = RESTRAINT_BLOCK_MAX) F(S, BOOL, blocked) \
	F(S, STR, reason, .opt = true, .max = RESTRAINT_REASON_MAX)
RECORD(restraint_block_in, BLOCK_FIELDS);
#define BLOCKED_FIELDS(F, S) F(S, I64, changed)
RECORD(restraint_blocked, BLOCKED_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(restraint_list_in, LIST_FIELDS);
#define ROW_FIELDS(F, S)                                                           \
	F(S, ID, id) F(S, STR, name, .opt = true) F(S, STR, channel, .opt = true) F(S, STR, reason, .opt = true) F(S, STR, by) F(S, MS, at_ms)
RECORD(restraint_row, ROW_FIELDS);
#define STANCE_IN_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, channel, .one_of = "wecom,sms,oa,mail,kf,all") F(S, BOOL, accepted)
RECORD(restraint_stance_in, STANCE_IN_FIELDS);

static str object_of(struct tx *tx, i64 customer) { return arena_printf(tx->snap.arena, "customer:%lld", (long long)customer); }

static str viewer(const struct cx *cx) { return cx->viewer.name.p ? cx->viewer.name : STR(""); }

static err block(struct tx *tx, i64 root, str by, str reason, bool blocked)
{
	TRY(reach_block(tx, root, by, reason, blocked));
	return audit_add(tx, blocked ? "reach.block" : "reach.unblock", object_of(tx, root), reason.p ? reason : STR(""));
}

/* All of them are seen before the first is changed. */
static err h_block(struct cx *cx)
{
	const struct restraint_block_in *in = cx->in;
	struct unit *u = &cx->unit;
	i64 *roots = ARENA_ARRAY(u->arena, i64, in->customer_ids.n + 1);
	if (in->customer_ids.n > RESTRAINT_BLOCK_MAX)
		return cx_fail(cx, ERR_INPUT, T_RESTRAINT_MANY, STR("customer_ids"), STR_NIL, STR(FAIL_STR(RESTRAINT_BLOCK_MAX)));
	for (size_t i = 0; i < in->customer_ids.n; i++)
		TRY(customer_visible(u, in->customer_ids.v[i], &roots[i]));
	for (size_t i = 0; i < in->customer_ids.n; i++)
		TRY(WRITE_TX(u, slot_of_customer(u->store, roots[i]), block(tx, roots[i], viewer(cx), in->reason, in->blocked)));
	((struct restraint_blocked *)cx->out)->changed = (i64)in->customer_ids.n;
	return OK;
}

static err stance(struct tx *tx, i64 root, const char *channel, str by, bool accepted)
{
	TRY(reach_refuse(tx, root, channel, by, accepted));
	return audit_add(tx, accepted ? "reach.accept" : "reach.refuse", object_of(tx, root), str_c(channel));
}

static err h_stance(struct cx *cx)
{
	const struct restraint_stance_in *in = cx->in;
	i64 root;
	TRY(customer_visible(&cx->unit, in->id, &root));
	const char *channel = arena_cstr(CX_ARENA(cx), in->channel);
	return WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, root), stance(tx, root, channel, viewer(cx), in->accepted));
}

static err name_of(const struct snap *s, i64 customer, str *ret)
{
	struct customer c;
	TRY(customer_get(s, customer, &c));
	*ret = c.name;
	return OK;
}

/* Adds a row unless the viewer does not see her. */
static err add_row(struct cx *cx, i64 customer, struct restraint_row row, struct page *page)
{
	struct restraint_row *v = page->data.v;
	err e = customer_visible(&cx->unit, customer, &row.id);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, row.id), name_of(snap, row.id, &row.name)));
	v[page->data.n++] = row;
	return OK;
}

static err h_blocks(struct cx *cx)
{
	const struct restraint_list_in *in = cx->in;
	struct page *page = cx->out;
	struct reach_block_row *rows;
	struct reach_after of = { 0, STR(""), STR(""), in->limit + 1 };
	size_t n;
	TRY(page_from(cx, in->cursor, &of.after, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), reach_blocks_list(snap, &of, &rows, &n)));
	bool more = n > (size_t)in->limit;
	n = more ? (size_t)in->limit : n;
	page->data.v = ARENA_ARRAY(CX_ARENA(cx), struct restraint_row, n + 1);
	page->total = NIL;
	for (size_t i = 0; i < n; i++) {
		struct restraint_row row = { .channel = STR_NIL, .reason = rows[i].reason, .by = rows[i].made_by, .at_ms = rows[i].at };
		TRY(add_row(cx, rows[i].customer, row, page));
	}
	if (more)
		page->next_cursor = page_next(cx, &rows[n - 1].customer, 1, 0);
	return OK;
}

/* The cursor: a person, and the place of the channel among the words. */
static const char *const channels[] = { "", "all", "kf", "mail", "oa", "sms", "wecom" };

static i64 place_of(str channel)
{
	for (size_t i = 0; i < ARRAY_LEN(channels); i++)
		if (str_eq_c(channel, channels[i]))
			return (i64)i;
	return (i64)ARRAY_LEN(channels) - 1;
}

static err h_refusals(struct cx *cx)
{
	const struct restraint_list_in *in = cx->in;
	struct page *page = cx->out;
	struct reach_stance *rows;
	i64 keys[2] = { 0, 0 };
	size_t n;
	TRY(page_from(cx, in->cursor, keys, 2, 0));
	const char *channel = keys[1] >= 0 && keys[1] < (i64)ARRAY_LEN(channels) ? channels[keys[1]] : "";
	struct reach_after of = { keys[0], str_c(channel), STR("refused"), in->limit + 1 };
	TRY(READ_SNAP(&cx->unit, base(cx), reach_stances_list(snap, &of, &rows, &n)));
	bool more = n > (size_t)in->limit;
	n = more ? (size_t)in->limit : n;
	page->data.v = ARENA_ARRAY(CX_ARENA(cx), struct restraint_row, n + 1);
	page->total = NIL;
	for (size_t i = 0; i < n; i++) {
		struct restraint_row row = { .channel = rows[i].channel, .reason = STR_NIL, .by = rows[i].made_by, .at_ms = rows[i].at };
		TRY(add_row(cx, rows[i].customer, row, page));
	}
	if (more)
		page->next_cursor = page_next(cx, (i64[]){ rows[n - 1].customer, place_of(rows[n - 1].channel) }, 2, 0);
	return OK;
}

#define RULES &restraint_rules_record
#define NONE &none_record
#define ROWS &restraint_list_in_record, &restraint_row_record
const struct route restraint_routes[] = {
	{ "GET", "/api/v1/reach/rules", "reach.read", ROUTE_SCOPE_NONE, 0, NONE, RULES, h_get, "How often and when people may be reached." },
	{ "PUT", "/api/v1/reach/rules", "reach.write", ROUTE_SCOPE_NONE, 0, RULES, RULES, h_put, "Changes the rules of reaching people." },
	{ "POST", "/api/v1/reach/rules/preview", "reach.read", ROUTE_SCOPE_NONE, 0, RULES, &restraint_preview_record, h_preview,
	  "How many of last week's marketing contacts these rules would have left out, and why; nothing is changed." },
	{ "GET", "/api/v1/reach/blocks", "reach.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, ROWS, h_blocks, "The black list of marketing." },
	{ "POST", "/api/v1/reach/blocks", "reach.write", ROUTE_SCOPE_CUSTOMERS, 0, &restraint_block_in_record, &restraint_blocked_record,
	  h_block, "Puts people on the black list of marketing, or takes them off." },
	{ "GET", "/api/v1/reach/refusals", "reach.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, ROWS, h_refusals,
	  "Who refuses messages, by channel." },
	{ "POST", "/api/v1/customers/{id}/stance", "customer.write", ROUTE_SCOPE_CUSTOMERS, 0, &restraint_stance_in_record, NONE, h_stance,
	  "Writes down that a customer refuses or accepts messages of a channel." },
	{ 0 },
};
