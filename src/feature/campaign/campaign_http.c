/*
 * plans over several channels over HTTP: make, see, start, pause, stop.
 */
#include "feature/campaign/campaign_view.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_limits.h"

#include <stdlib.h>

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

str campaign_reason_label(struct cx *cx, str reason)
{
	static const struct { const char *name; enum text text; } known[] = {
		{ "no_sender", T_BROADCAST_NO_SENDER }, { "hold", T_BROADCAST_HOLD }, { "had", T_BROADCAST_HAD },
		{ "after_confirm", T_BROADCAST_AFTER_CONFIRM }, { "not_friend", T_BROADCAST_NOT_FRIEND }, { "quota", T_BROADCAST_QUOTA },
		{ "not_confirmed", T_BROADCAST_NOT_CONFIRMED }, { "not_created", T_BROADCAST_NOT_CREATED }, { "cancelled", T_BROADCAST_CANCELLED },
		{ "outbid", T_BROADCAST_OUTBID }, { "no_phone", T_CAMPAIGN_NO_PHONE }, { "month", T_REACH_R_LIMIT }, { "cap", T_CAMPAIGN_CAP },
		{ "no_group", T_CAMPAIGN_NO_GROUP }, { "maker", T_CAMPAIGN_MAKER }, { "bought", T_MASS_OUT_BOUGHT }, { "lost", T_MASS_OUT_LOST },
		{ "held", T_MASS_OUT_HELD },
	};
	enum text ours = mass_out_text(reason);
	for (size_t i = 0; ours == T_OK && i < ARRAY_LEN(known); i++)
		if (str_eq_c(reason, known[i].name))
			ours = known[i].text;
	if (ours == T_OK)
		ours = reach_reason_text(reason);
	return ours == T_OK ? reason : str_c(text_raw(ours, cx->viewer.lang));
}

err campaign_read(struct cx *cx, const struct snap *s, i64 id, struct campaign *ret, struct campaign_touch **ret_touches, size_t *ret_count)
{
	err e = campaign_get(s, &(struct campaign_key){ id }, ret);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_CAMPAIGN, cx->viewer.lang)));
	TRY(e);
	return campaign_touches(s, &(struct campaign_key){ id }, ret_touches, ret_count);
}

/* ---- showing ---- */

static void sums_of(struct arena *a, str json, struct campaign_sums *ret)
{
	struct json *tree;
	record_init(&campaign_sums_record, ret);
	if (json.n && json_parse(json, a, &tree, NULL) == OK)
		record_read(&campaign_sums_record, tree, ret, a);
}

static struct list excluded_of(struct cx *cx, const struct campaign_sums *sums, i64 n)
{
	const struct campaign_reason *r = sums->reasons.v;
	struct campaign_left_out *v = ARENA_ARRAY(CX_ARENA(cx), struct campaign_left_out, sums->reasons.n + 1);
	size_t count = 0;
	for (size_t i = 0; i < sums->reasons.n; i++)
		if (r[i].n == n)
			v[count++] = (struct campaign_left_out){ r[i].reason, campaign_reason_label(cx, r[i].reason), r[i].count };
	return (struct list){ v, count };
}

/* figures: also what the channel counts, which is a question to each. */
static err view_touch(struct cx *cx, const struct snap *s, const struct campaign_touch *t, const struct campaign_sums *sums, str currency, struct campaign_touch_view *v)
{
	const struct mass_channel *channel = mass_channel_find(cx->env, t->channel);
	const struct campaign_part *parts = sums->parts.v;
	ms opens, shut;
	TRY(reach_window(&cx->unit, t->at, &opens, &shut));
	*v = (struct campaign_touch_view){
		.n = t->n, .name = t->name, .channel = t->channel, .label = channel ? str_c(text_raw(channel->label, cx->viewer.lang)) : t->channel,
		.addressed = channel && channel->addressed, .content = t->content, .at_ms = t->at, .opens_ms = opens, .state = t->state,
		.reason = t->reason.n ? campaign_reason_label(cx, t->reason) : STR_NIL, .page = STR_NIL,
		.estimate = (size_t)t->n <= sums->parts.n ? parts[t->n - 1].planned : 0, .excluded = excluded_of(cx, sums, t->n),
	};
	if (!channel || !t->ref)
		return OK;
	v->page = arena_printf(s->arena, "%s%lld", channel->page, (long long)t->ref);
	if (!currency.n)
		return OK;
	struct mass_figures *figures = ARENA_NEW(s->arena, struct mass_figures);
	TRY(channel->figures(s, t->ref, currency, figures));
	v->figures = figures;
	return OK;
}

static str maker(struct cx *cx, i64 user)
{
	struct user u;
	return user && user_get(&cx->unit, user, &u) == OK ? u.name : STR("");
}

static err view_row(struct cx *cx, const struct snap *s, const struct campaign *c, const struct campaign_touch *t, size_t n, str currency,
		    const struct campaign_sums *sums, struct campaign_row *v)
{
	struct campaign_touch_view *touches = ARENA_ARRAY(s->arena, struct campaign_touch_view, n + 1);
	*v = (struct campaign_row){
		.id = c->id, .name = c->name, .state = c->state, .why = c->why.n ? c->why : STR_NIL, .people = c->people, .held = c->held,
		.reached = c->reached, .created_ms = c->created, .since_ms = c->since, .closed_ms = c->closed, .next_ms = NIL, .touches = { touches, n },
	};
	for (size_t i = 0; i < n; i++) {
		TRY(view_touch(cx, s, &t[i], sums, currency, &touches[i]));
		if (str_eq_c(t[i].state, "waiting") && str_eq_c(c->state, "running") && v->next_ms == NIL)
			v->next_ms = t[i].at;
	}
	return OK;
}

static int by_taps(const void *a, const void *b)
{
	const struct campaign_taps *x = a, *y = b;
	if (x->taps != y->taps)
		return x->taps < y->taps ? 1 : -1;
	return (x->people < y->people) - (x->people > y->people);
}

/* What each member has to tap on a day, of all touches. */
static err view_taps(struct cx *cx, const struct snap *s, const struct campaign_sums *sums, const struct campaign_touch *t, struct campaign_detail *out)
{
	const struct campaign_load *loads = sums->loads.v;
	struct campaign_taps *v = ARENA_ARRAY(s->arena, struct campaign_taps, sums->loads.n + 1);
	struct imap places[CAMPAIGN_TOUCHES_MAX];
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		places[i] = imap_new(s->arena);
	for (size_t i = 0; i < sums->loads.n; i++) {
		i64 first = 0, day = corp_day(&cx->unit, t[loads[i].n - 1].at), k = (i64)n;
		while (corp_day(&cx->unit, t[first].at) != day) /* touches of one day share a map */
			first++;
		if (!imap_get(&places[first], loads[i].staff, &k)) {
			struct staff m;
			str name = staff_get(s, loads[i].staff, &m) == OK ? m.name : STR("");
			imap_put(&places[first], loads[i].staff, k);
			v[n++] = (struct campaign_taps){ loads[i].staff, name, tz_format_date(day, s->arena), 0, 0 };
		}
		v[k].taps += (loads[i].count + WECOM_MASS_CUSTOMERS_MAX - 1) / WECOM_MASS_CUSTOMERS_MAX;
		v[k].people += loads[i].count;
	}
	for (size_t i = 0; i < n; i++)
		out->taps_over += v[i].taps > CAMPAIGN_TAPS;
	qsort(v, n, sizeof(*v), by_taps);
	out->taps_max = CAMPAIGN_TAPS;
	out->advisors = (struct list){ v, n < CAMPAIGN_ADVISORS ? n : CAMPAIGN_ADVISORS };
	return OK;
}

static void view_conflicts(struct cx *cx, const struct campaign_sums *sums, const struct campaign_touch *t, struct campaign_detail *out)
{
	const struct campaign_conflict *c = sums->conflicts.v;
	struct campaign_rival *v = ARENA_ARRAY(CX_ARENA(cx), struct campaign_rival, sums->conflicts.n + 1);
	for (size_t i = 0; i < sums->conflicts.n; i++) {
		const struct mass_channel *channel = mass_channel_find(cx->env, t[c[i].n - 1].channel);
		str page = channel ? arena_printf(CX_ARENA(cx), "%s%lld", channel->page, (long long)c[i].ref) : STR("");
		v[i] = (struct campaign_rival){ c[i].n, c[i].name, page, c[i].lost, c[i].taken };
	}
	out->conflicts = (struct list){ v, sums->conflicts.n };
}

static err view_left(struct cx *cx, const struct snap *s, i64 id, struct campaign_detail *out)
{
	struct mass_count *rows;
	size_t n, shown = 0;
	TRY(mass_member_counts(s, id, &rows, &n));
	struct campaign_left_out *v = ARENA_ARRAY(s->arena, struct campaign_left_out, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (!str_eq_c(rows[i].state, "out"))
			continue;
		str label = campaign_reason_label(cx, arena_printf(s->arena, "plan_%.*s", STR_F(rows[i].reason)));
		v[shown++] = (struct campaign_left_out){ rows[i].reason, label, rows[i].n };
	}
	out->left = (struct list){ v, shown };
	return OK;
}

static err read_one(struct cx *cx, const struct snap *s, i64 id, str currency, struct campaign *c)
{
	struct campaign_detail *out = cx->out;
	struct campaign_touch *t;
	struct campaign_sums sums;
	struct campaign_row r;
	size_t n;
	TRY(campaign_read(cx, s, id, c, &t, &n));
	sums_of(s->arena, c->sums, &sums);
	TRY(view_row(cx, s, c, t, n, currency, &sums, &r));
	*out = (struct campaign_detail){
		.id = r.id, .name = r.name, .state = r.state, .why = r.why, .people = r.people, .held = r.held, .reached = r.reached,
		.created_ms = r.created_ms, .since_ms = r.since_ms, .closed_ms = r.closed_ms, .next_ms = r.next_ms, .touches = r.touches,
		.expr = c->expr, .words = c->words, .until = c->until.n ? c->until : STR_NIL, .until_words = STR_NIL, .kind = c->kind,
		.holdout = c->holdout, .mine = c->made_by == cx->viewer.user, .cross = sums.cross, .overlaps = sums.overlaps,
		.bought = NIL, .paid = NIL, .currency = currency,
	};
	view_conflicts(cx, &sums, t, out);
	TRY(view_taps(cx, s, &sums, t, out));
	return view_left(cx, s, id, out);
}

static err add_lift(struct cx *cx, const struct campaign *c, str currency)
{
	struct campaign_detail *out = cx->out;
	struct reach_lift *lift = ARENA_NEW(CX_ARENA(cx), struct reach_lift);
	err e = reach_lift_of(&cx->unit, "campaign", c->id, currency, lift);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	const struct reach_arm_view *treated = lift->treated;
	out->bought = treated->buyers;
	out->paid = treated->paid;
	out->lift = c->holdout ? lift : NULL;
	return OK;
}

static err show(struct cx *cx, i64 id)
{
	struct campaign_detail *out = cx->out;
	struct campaign c;
	struct corp corp;
	struct expr *until;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id, corp.currency, &c)));
	out->by = maker(cx, c.made_by);
	TRY(setting_i64(&cx->unit, "campaign.approve_over", &out->approve_over));
	out->second = c.reached > out->approve_over;
	if (c.until.n && expr_parse(&cx->unit, c.until, &until) == OK)
		out->until_words = expr_words(&cx->unit, until, cx->viewer.lang);
	return c.since == NIL ? OK : add_lift(cx, &c, corp.currency);
}

static err h_get(struct cx *cx) { return show(cx, ((const struct campaign_key *)cx->in)->id); }

static err read_list(struct cx *cx, const struct snap *s, const struct campaign_find *find, struct campaign **ret)
{
	struct page *page = cx->out;
	size_t n, limit = (size_t)find->limit - 1;
	TRY(campaign_list(s, find, ret, &n));
	size_t shown = n > limit ? limit : n;
	struct campaign_row *v = ARENA_ARRAY(s->arena, struct campaign_row, shown + 1);
	for (size_t i = 0; i < shown; i++) {
		struct campaign_touch *t;
		struct campaign_sums sums;
		size_t count;
		sums_of(s->arena, (*ret)[i].sums, &sums);
		TRY(campaign_touches(s, &(struct campaign_key){ (*ret)[i].id }, &t, &count));
		TRY(view_row(cx, s, &(*ret)[i], t, count, STR(""), &sums, &v[i]));
	}
	page->data = (struct list){ v, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &(*ret)[shown - 1].id, 1, 0);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct campaign_list_in *in = cx->in;
	struct page *page = cx->out;
	struct campaign_find find = { INT64_MAX, in->limit + 1 };
	struct campaign *rows;
	TRY(page_from(cx, in->cursor, &find.before, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, &find, &rows)));
	for (size_t i = 0; i < page->data.n; i++)
		((struct campaign_row *)page->data.v)[i].by = maker(cx, rows[i].made_by);
	return OK;
}

/* ---- making ---- */

static int by_time(const void *a, const void *b)
{
	const struct campaign_touch *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

/* in->n: the place it was given at, which errors name. */
static err check_touch(struct cx *cx, const struct campaign *c, const struct campaign_touch_in *in, struct campaign_touch *t)
{
	struct arena *a = CX_ARENA(cx);
	struct campaign_act act;
	str at = arena_printf(a, "touches.%lld.at_ms", (long long)t->n - 1);
	if (in->at_ms <= cx_now(cx))
		return cx_fail(cx, ERR_INPUT, T_CAMPAIGN_PAST, at, STR_NIL, STR_NIL);
	if (in->at_ms > cx_now(cx) + CAMPAIGN_AHEAD_MS)
		return cx_fail(cx, ERR_INPUT, T_CAMPAIGN_FAR, at, STR_NIL, arena_printf(a, "%lld", (long long)(CAMPAIGN_AHEAD_MS / MS_DAY)));
	*t = (struct campaign_touch){ .campaign = c->id, .n = t->n, .name = in->name.n ? in->name : c->name, .channel = in->channel,
				      .content = in->content, .at = in->at_ms, .state = STR("waiting"), .reason = STR("") };
	TRY(campaign_act_of(&cx->unit, c, t, &act));
	if (!cx_may(cx, act.channel->perm))
		return cx_fail(cx, ERR_FORBIDDEN, T_CAMPAIGN_PERM, STR_NIL, str_c(text_raw(act.channel->label, cx->viewer.lang)), STR_NIL);
	return OK;
}

static err touches_of(struct cx *cx, const struct campaign *c, const struct list *in, struct campaign_touch **ret)
{
	struct campaign_touch *t = ARENA_ARRAY(CX_ARENA(cx), struct campaign_touch, in->n + 1);
	for (size_t i = 0; i < in->n; i++) {
		t[i].n = (i64)i + 1;
		TRY(check_touch(cx, c, &((const struct campaign_touch_in *)in->v)[i], &t[i]));
	}
	qsort(t, in->n, sizeof(*t), by_time);
	for (size_t i = 0; i < in->n; i++)
		t[i].n = (i64)i + 1;
	*ret = t;
	return OK;
}

static err audience_of(struct cx *cx, const struct campaign_new *in, struct campaign *c)
{
	struct unit *u = &cx->unit;
	struct expr *audience, *until;
	str name;
	if ((in->audience_id != NIL) == (in->expr.n > 0))
		return cx_fail(cx, ERR_INPUT, T_BROADCAST_AUDIENCE, STR("expr"), STR_NIL, STR_NIL);
	TRY(in->audience_id != NIL ? audience_expr_of(u, in->audience_id, &name, &audience) : expr_parse(u, in->expr, &audience));
	c->expr = expr_text(CX_ARENA(cx), audience);
	c->words = expr_words(u, audience, LANG_ZH);
	c->until = STR("");
	if (!in->until.n)
		return OK;
	TRY(expr_parse(u, in->until, &until));
	c->until = expr_text(CX_ARENA(cx), until);
	return OK;
}

static err h_create(struct cx *cx)
{
	const struct campaign_new *in = cx->in;
	struct campaign_touch *touches;
	struct campaign c;
	record_init(&campaign_record, &c);
	c.id = id_next(store_ids(cx->env->store), cx_now(cx));
	c.name = in->name;
	c.state = STR("planning");
	c.why = c.sums = STR("");
	c.kind = in->kind.n ? in->kind : STR("promo");
	c.holdout = in->holdout > 0 ? in->holdout : 0;
	c.made_by = cx->viewer.user;
	c.viewed_by = cx->unit.scope;
	c.people = c.held = c.reached = 0;
	c.created = cx_now(cx);
	TRY(audience_of(cx, in, &c));
	TRY(touches_of(cx, &c, &in->touches, &touches));
	i64 before = in->replaces == NIL ? 0 : in->replaces;
	TRY(WRITE_TX(&cx->unit, base(cx), campaign_add(tx, &c, touches, in->touches.n, before)));
	return show(cx, c.id);
}

/* ---- by hand ---- */

static err h_start(struct cx *cx)
{
	const struct campaign_start_in *in = cx->in;
	i64 over;
	TRY(setting_i64(&cx->unit, "campaign.approve_over", &over));
	TRY(WRITE_TX(&cx->unit, base(cx), campaign_start(tx, in->id, in->confirm_count, over)));
	return show(cx, in->id);
}

static err h_pause(struct cx *cx)
{
	i64 id = ((const struct campaign_key *)cx->in)->id;
	TRY(WRITE_TX(&cx->unit, base(cx), campaign_pause(tx, id)));
	return show(cx, id);
}

static err h_resume(struct cx *cx)
{
	i64 id = ((const struct campaign_key *)cx->in)->id;
	TRY(WRITE_TX(&cx->unit, base(cx), campaign_resume(tx, id)));
	return show(cx, id);
}

static err h_cancel(struct cx *cx)
{
	i64 id = ((const struct campaign_key *)cx->in)->id;
	TRY(WRITE_TX(&cx->unit, base(cx), campaign_cancel(tx, id)));
	return show(cx, id);
}

#define KEY &campaign_key_record
#define VIEW &campaign_detail_record
#define ALL "/api/v1/campaigns"
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route campaign_routes[] = {
	{ "GET", ALL, "campaign.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &campaign_list_in_record, &campaign_row_record, h_list,
	  "Plans over several channels, newest first." },
	{ "POST", ALL, "campaign.write", SCOPED, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &campaign_new_record, VIEW, h_create,
	  "Makes a plan and looks at everybody for every touch; nothing is sent before it is started." },
	{ "GET", ALL "/{id}", "campaign.read", ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_get,
	  "One plan: its touches, who is left out and why, what members have to tap, and what came of it." },
	{ "POST", ALL "/{id}/start", "campaign.write", SCOPED, 0, &campaign_start_in_record, VIEW, h_start,
	  "Starts it for exactly the confirmed number of people; above a size the maker may not." },
	{ "POST", ALL "/{id}/pause", "campaign.write", SCOPED, 0, KEY, VIEW, h_pause, "No further touch begins; what a channel has begun goes on." },
	{ "POST", ALL "/{id}/resume", "campaign.write", SCOPED, 0, KEY, VIEW, h_resume, "Touches begin again; one more than two hours late is missed." },
	{ "POST", ALL "/{id}/cancel", "campaign.write", SCOPED, 0, KEY, VIEW, h_cancel,
	  "Ends it: no further touch, and what nobody sent yet is stopped in its channel; what was sent stays sent." },
	{ 0 },
};
