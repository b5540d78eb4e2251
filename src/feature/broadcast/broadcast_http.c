/*
 * broadcasts over HTTP: preview, make, follow, remind, cancel.
 */
#include "feature/broadcast/broadcast_person_data.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/attr/attr.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/mass/mass_plan.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "feature/broadcast/broadcast_view.h"
#include "port/wecom/wecom.h"

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

str broadcast_reason_label(struct cx *cx, str reason)
{
	static const struct { const char *name; enum text text; } known[] = {
		{ "cap_day", T_BROADCAST_CAP_DAY }, { "cap_week", T_BROADCAST_CAP_WEEK }, { "refused", T_BROADCAST_REFUSED },
		{ "unreachable", T_BROADCAST_UNREACHABLE }, { "no_sender", T_BROADCAST_NO_SENDER },
		{ "hold", T_BROADCAST_HOLD }, { "after_confirm", T_BROADCAST_AFTER_CONFIRM },
		{ "not_friend", T_BROADCAST_NOT_FRIEND }, { "quota", T_BROADCAST_QUOTA },
		{ "fail_list", T_BROADCAST_FAIL_LIST }, { "not_confirmed", T_BROADCAST_NOT_CONFIRMED },
		{ "not_created", T_BROADCAST_NOT_CREATED }, { "cancelled", T_BROADCAST_CANCELLED },
		{ "unknown", T_BROADCAST_UNKNOWN }, { "had", T_BROADCAST_HAD }, { "outbid", T_BROADCAST_OUTBID }, { "trial", T_TRIAL_HELD },
	};
	enum text ours = mass_out_text(reason);
	i64 code;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_eq_c(reason, known[i].name))
			return str_c(text_raw(known[i].text, cx->viewer.lang));
	if (ours == T_OK)
		ours = reach_reason_text(reason);
	if (ours != T_OK)
		return str_c(text_raw(ours, cx->viewer.lang));
	if (!str_i64(reason, &code))
		return reason;
	struct text_hole hole = { "value", reason };
	return text_fill(CX_ARENA(cx), wecom_errcode(code)->text, cx->viewer.lang, &hole, 1);
}

static struct list excluded_views(struct cx *cx, const struct broadcast_reason *rows, size_t n)
{
	struct broadcast_excluded *v = ARENA_ARRAY(CX_ARENA(cx), struct broadcast_excluded, n ? n : 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct broadcast_excluded){ rows[i].reason, broadcast_reason_label(cx, rows[i].reason), rows[i].count };
	return (struct list){ v, n };
}

static err staff_names(const struct snap *s, struct imap *places, struct staff **ret)
{
	size_t n;
	*places = imap_new(s->arena);
	TRY(staff_all(s, ret, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(places, (*ret)[i].id, (i64)i);
	return OK;
}

static str name_of(const struct imap *places, const struct staff *staff, i64 id)
{
	i64 place;
	return id != NIL && imap_get(places, id, &place) ? staff[place].name : STR("");
}

/* ---- preview and create ---- */

err broadcast_target_of(struct cx *cx, i64 audience_id, str expr, struct broadcast_target *ret)
{
	*ret = (struct broadcast_target){ .name = STR_NIL };
	if ((audience_id != NIL) == (expr.n > 0))
		return cx_fail(cx, ERR_INPUT, T_BROADCAST_AUDIENCE, STR("expr"), STR_NIL, STR_NIL);
	if (audience_id != NIL)
		return audience_expr_of(&cx->unit, audience_id, &ret->name, &ret->audience);
	return expr_parse(&cx->unit, expr, &ret->audience);
}

struct broadcast_aim broadcast_aim_of(struct cx *cx, const struct broadcast_preview_in *in, const struct expr *audience)
{
	return (struct broadcast_aim){
		.audience = audience, .priority = in->priority > 0 ? in->priority : BROADCAST_PRIORITY,
		.holdout = in->holdout > 0 ? in->holdout : 0, .experiment = in->experiment_id > 0 ? in->experiment_id : 0, .kind = in->kind.n ? in->kind : STR("promo"), .deadline = in->deadline_ms > 0 ? in->deadline_ms : NIL,
		.topic = in->topic,
		.seed = in->seed > 0 ? in->seed : id_next(store_ids(cx->env->store), cx_now(cx)),
	};
}

static i64 count_of(const struct broadcast_sums *s, const char *reason)
{
	const struct broadcast_reason *rows = s->reasons.v;
	for (size_t i = 0; i < s->reasons.n; i++)
		if (str_eq_c(rows[i].reason, reason))
			return rows[i].count;
	return 0;
}

static err show_preview(struct cx *cx, const struct snap *s, const struct broadcast_sums *sums)
{
	struct broadcast_preview_out *out = cx->out;
	const struct broadcast_load *loads = sums->loads.v;
	struct broadcast_load_view *views = ARENA_ARRAY(s->arena, struct broadcast_load_view, sums->loads.n + 1);
	struct imap places;
	struct staff *staff;
	TRY(staff_names(s, &places, &staff));
	struct imap lines = imap_new(s->arena);
	size_t advisors = 0;
	for (size_t i = 0; i < sums->loads.n; i++) {
		i64 k = (i64)advisors; /* one line a member, over all variants */
		if (!imap_get(&lines, loads[i].staff, &k)) {
			imap_put(&lines, loads[i].staff, k);
			views[advisors++] = (struct broadcast_load_view){ loads[i].staff, name_of(&places, staff, loads[i].staff), 0, 0 };
		}
		views[k].count += loads[i].count;
		views[k].tasks += (loads[i].count + BROADCAST_PART_MAX - 1) / BROADCAST_PART_MAX;
	}
	out->people = sums->people;
	out->reachable = sums->people - count_of(sums, "unreachable") - count_of(sums, "no_sender");
	out->excluded = excluded_views(cx, sums->reasons.v, sums->reasons.n);
	out->advisors = (struct list){ views, advisors };
	out->total = sums->planned;
	out->variants = 1;
	out->conflicts = sums->conflicts;
	return OK;
}

/* How many would get which variant. */
static err show_variants(const struct snap *s, i64 experiment, const struct broadcast_sums *sums, struct broadcast_preview_out *out)
{
	const struct broadcast_load *loads = sums->loads.v;
	struct trial t;
	TRY(trial_get(s, experiment, &t));
	size_t n = trial_variants(&t);
	i64 counts[TRIAL_VARIANTS_MAX] = { 0 };
	for (size_t i = 0; i < sums->loads.n; i++)
		counts[loads[i].variant] += loads[i].count;
	out->by_variant = trial_lots(s->arena, &t, counts);
	out->variants = (i64)n;
	return OK;
}

static err h_preview(struct cx *cx)
{
	const struct broadcast_preview_in *in = cx->in;
	struct broadcast_preview_out *out = cx->out;
	struct broadcast_target target;
	struct broadcast_sums sums;
	TRY(broadcast_target_of(cx, in->audience_id, in->expr, &target));
	TRY(enclose_check(&cx->unit, in->content, "content"));
	struct broadcast_aim aim = broadcast_aim_of(cx, in, target.audience);
	TRY(broadcast_preview(&cx->unit, &aim, &sums));
	out->seed = aim.seed;
	out->words = expr_words(&cx->unit, target.audience, cx->viewer.lang);
	TRY(READ_SNAP(&cx->unit, base(cx), show_preview(cx, snap, &sums)));
	return aim.experiment ? READ_SNAP(&cx->unit, base(cx), show_variants(snap, aim.experiment, &sums, out)) : OK;
}

/* ---- one and all ---- */

err broadcast_count_all(const struct snap *s, const struct broadcast *b, str currency, struct broadcast_counts *ret)
{
	struct broadcast_part *parts;
	struct broadcast_sales sales;
	struct broadcast_sums sums;
	struct json *tree;
	size_t n;
	*ret = (struct broadcast_counts){ .planned = b->planned };
	TRY(broadcast_parts(s, &(struct broadcast_key){ b->id }, &parts, &n));
	for (size_t i = 0; i < n; i++) {
		const struct broadcast_part *p = &parts[i];
		ret->created += p->accepted;
		ret->confirmed += p->delivered + p->not_friend + p->quota;
		ret->delivered += p->delivered;
		ret->refused_not_friend += p->not_friend;
		ret->refused_quota += p->quota;
		ret->failed += p->failed;
		ret->expired += p->expired + p->cancelled;
		ret->unknown += str_eq_c(p->state, "unknown") ? p->people : 0;
	}
	if (json_parse(b->excluded, s->arena, &tree, NULL) == OK) {
		record_read(&broadcast_sums_record, tree, &sums, s->arena);
		for (size_t i = 0; i < sums.reasons.n; i++)
			ret->excluded += ((struct broadcast_reason *)sums.reasons.v)[i].count;
	}
	TRY(broadcast_sold(s, &(struct broadcast_revenue){ b->id, currency }, &sales));
	ret->bought = sales.people;
	ret->revenue = sales.paid;
	return OK;
}

static str maker(struct cx *cx, i64 user)
{
	struct user u;
	return user && user_get(&cx->unit, user, &u) == OK ? u.name : STR("");
}

static err view(struct cx *cx, const struct snap *s, const struct broadcast *b, str currency, struct broadcast_view *v)
{
	struct broadcast_counts *counts = ARENA_NEW(s->arena, struct broadcast_counts);
	TRY(broadcast_count_all(s, b, currency, counts));
	*v = (struct broadcast_view){
		.id = b->id, .name = b->name, .state = b->state, .counts = counts, .currency = currency,
		.created_ms = b->created, .deadline_ms = b->deadline, .starts_ms = b->opens, .version = b->version,
	};
	return OK;
}

static err read_list(struct cx *cx, const struct snap *s, struct broadcast_find *find, str currency, struct broadcast **ret)
{
	struct page *page = cx->out;
	size_t n;
	TRY(broadcast_list(s, find, ret, &n));
	size_t shown = n > (size_t)find->limit - 1 ? (size_t)find->limit - 1 : n;
	struct broadcast_view *views = ARENA_ARRAY(s->arena, struct broadcast_view, shown + 1);
	for (size_t i = 0; i < shown; i++)
		TRY(view(cx, s, &(*ret)[i], currency, &views[i]));
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &(*ret)[shown - 1].id, 1, 0);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct broadcast_list_in *in = cx->in;
	struct page *page = cx->out;
	struct broadcast_find find = { INT64_MAX, in->limit + 1 };
	struct broadcast *rows;
	struct corp corp;
	TRY(page_from(cx, in->cursor, &find.before, 1, 0));
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, &find, corp.currency, &rows)));
	for (size_t i = 0; i < page->data.n; i++)
		((struct broadcast_view *)page->data.v)[i].by = maker(cx, rows[i].made_by);
	return OK;
}

static err not_found(struct cx *cx, err e)
{
	if (e != ERR_NOT_FOUND)
		return e;
	return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_BROADCAST_NOT_FOUND, cx->viewer.lang)));
}

/* What each variant says. */
static err read_variants(struct cx *cx, const struct snap *s, const struct broadcast *b)
{
	struct broadcast_detail *out = cx->out;
	struct trial t;
	TRY(trial_get(s, b->experiment, &t));
	size_t n = trial_variants(&t);
	struct broadcast_variant_view *v = ARENA_ARRAY(s->arena, struct broadcast_variant_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct content *content = ARENA_NEW(s->arena, struct content);
		broadcast_says(s->arena, b, (i64)i * BROADCAST_VARIANT_PARTS, content);
		v[i] = (struct broadcast_variant_view){ str_c(trial_key((i64)i)), trial_label(&t, (i64)i), content };
	}
	out->experiment = t.name;
	out->variants = (struct list){ v, n };
	return OK;
}

static err read_one(struct cx *cx, const struct snap *s, i64 id, str currency, struct broadcast *b)
{
	struct broadcast_detail *out = cx->out;
	struct broadcast_view v;
	struct broadcast_sums sums;
	struct json *tree;
	TRY(not_found(cx, broadcast_get(s, &(struct broadcast_key){ id }, b)));
	TRY(view(cx, s, b, currency, &v));
	struct content *content = ARENA_NEW(s->arena, struct content);
	content_read(s->arena, b->content, content);
	*out = (struct broadcast_detail){
		.id = v.id, .name = v.name, .state = v.state, .counts = v.counts, .currency = v.currency,
		.created_ms = v.created_ms, .deadline_ms = v.deadline_ms, .starts_ms = v.starts_ms, .version = v.version,
		.expr = b->expr, .words = b->words, .content = content,
		.priority = b->priority, .holdout = b->holdout, .kind = b->kind, .experiment_id = b->experiment, .experiment = STR_NIL,
		.topic = b->topic.n ? b->topic : STR_NIL,
	};
	if (json_parse(b->excluded, s->arena, &tree, NULL) == OK) {
		record_read(&broadcast_sums_record, tree, &sums, s->arena);
		out->excluded = excluded_views(cx, sums.reasons.v, sums.reasons.n);
		out->conflicts = sums.conflicts;
	}
	return b->experiment == NIL ? OK : read_variants(cx, s, b);
}

/* Its worth, when it left some out. */
static err read_lift(struct cx *cx, i64 id, str currency)
{
	struct reach_lift *lift = ARENA_NEW(CX_ARENA(cx), struct reach_lift);
	err e = reach_lift_of(&cx->unit, "broadcast", id, currency, lift);
	if (e == OK)
		((struct broadcast_detail *)cx->out)->lift = lift;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err show(struct cx *cx, i64 id)
{
	struct broadcast b;
	struct corp corp;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id, corp.currency, &b)));
	((struct broadcast_detail *)cx->out)->by = maker(cx, b.made_by);
	return b.holdout ? read_lift(cx, id, corp.currency) : OK;
}

static err h_get(struct cx *cx) { return show(cx, ((const struct broadcast_key *)cx->in)->id); }

static err h_create(struct cx *cx)
{
	const struct broadcast_create_in *in = cx->in;
	struct arena *a = CX_ARENA(cx);
	struct broadcast_target target;
	struct broadcast_sums sums;
	i64 id;
	TRY(broadcast_target_of(cx, in->audience_id, in->expr, &target));
	if (in->experiment_id <= 0)
		TRY(enclose_check(&cx->unit, in->content, "content"));
	struct broadcast_preview_in right = { .priority = in->priority, .holdout = in->holdout, .kind = in->kind, .seed = in->seed, .deadline_ms = in->deadline_ms,
		.experiment_id = in->experiment_id, .topic = in->topic };
	struct broadcast_aim aim = broadcast_aim_of(cx, &right, target.audience);
	TRY(broadcast_preview(&cx->unit, &aim, &sums));
	if (sums.planned != in->confirm_count)
		return cx_fail(cx, ERR_STATE, T_BROADCAST_COUNT, STR("confirm_count"),
			       arena_printf(a, "%lld", (long long)sums.planned), arena_printf(a, "%lld", (long long)in->confirm_count));
	struct broadcast_new new = {
		.name = in->name, .expr = expr_text(a, target.audience),
		.words = expr_words(&cx->unit, target.audience, cx->viewer.lang),
		.content = in->variants.n ? in->variants.v : in->content, .variants = in->variants.v, .variant_count = in->variants.n,
		.aim = aim, .confirmed = in->confirm_count,
	};
	TRY(WRITE_TX(&cx->unit, base(cx), broadcast_create(tx, &new, &id)));
	return show(cx, id);
}

/* Whose tasks she would stop or press: within her scope. Nothing is planned yet: who made it. */
static err within_scope(struct cx *cx, i64 id, i64 staff)
{
	struct broadcast b;
	struct broadcast_n outside;
	struct broadcast_part *rows;
	size_t n;
	if (cx->unit.scope == 0)
		return OK;
	TRY(not_found(cx, READ_SNAP(&cx->unit, base(cx), broadcast_get(snap, &(struct broadcast_key){ id }, &b))));
	TRY(READ_SNAP(&cx->unit, base(cx), broadcast_outside(snap, &(struct broadcast_outside_in){ id, staff }, &outside)));
	TRY(READ_SNAP(&cx->unit, base(cx), broadcast_parts(snap, &(struct broadcast_key){ id }, &rows, &n)));
	if (outside.n == 0 && (n > 0 || b.made_by == cx->viewer.user))
		return OK;
	return cx_fail(cx, ERR_FORBIDDEN, T_BROADCAST_OUTSIDE, STR_NIL, STR_NIL, STR_NIL);
}

static err h_cancel(struct cx *cx)
{
	i64 id = ((const struct broadcast_key *)cx->in)->id;
	TRY(within_scope(cx, id, 0));
	TRY(WRITE_TX(&cx->unit, base(cx), broadcast_cancel(tx, id)));
	return show(cx, id);
}

static err h_remind(struct cx *cx)
{
	const struct broadcast_remind_in *in = cx->in;
	TRY(within_scope(cx, in->id, in->staff_id));
	return WRITE_TX(&cx->unit, base(cx), broadcast_remind(tx, in->id, in->staff_id));
}

/* ---- people behind a figure ---- */

static err view_person(struct cx *cx, struct snap *s, const struct broadcast_person *p, str currency,
		       struct broadcast_person_view *v)
{
	struct customer c;
	struct customer_fact fact;
	TRY(customer_get(s, p->customer, &c));
	struct snap at = *s;
	snap_slot(&at, slot_of_customer(s->unit->store, c.root));
	err e = attr_fact_get(&at, c.root, &fact);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e != OK)
		record_init(&customer_fact_record, &fact);
	str reason = str_is_nil(p->reason) && !str_eq_c(p->state, "delivered") ? p->state : p->reason;
	*v = (struct broadcast_person_view){
		.id = c.root, .name = c.name, .avatar = c.avatar, .gender = c.gender, .city = c.city,
		.staff_id = p->staff, .added_ms = fact.added, .orders = fact.orders, .spent = fact.spent, .currency = currency,
		.last_order_ms = fact.last_order, .last_reached_ms = fact.last_reached, .friend = fact.friend,
		.state = p->state, .sent_ms = p->sent_at,
		.reason = str_eq_c(reason, "planned") || str_eq_c(reason, "created") ? STR_NIL : broadcast_reason_label(cx, reason),
	};
	return OK;
}

struct people_page {
	const struct broadcast_people_in *in;
	VEC(struct broadcast_person_view) views;
	i64 slot, after; /* the last row shown */
	size_t limit;
	bool more;
	str currency;
};

static err read_people(struct cx *cx, struct snap *s, struct people_page *p, i64 after)
{
	struct broadcast_page find = { p->in->id, p->in->figure, after, (i64)(p->limit - p->views.n + 1) };
	struct broadcast_person *rows;
	size_t n;
	TRY(broadcast_people(s, &find, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct broadcast_person_view v;
		if (p->views.n == p->limit) {
			p->more = true;
			return OK;
		}
		TRY(view_person(cx, s, &rows[i], p->currency, &v));
		vec_push(s->arena, &p->views, v);
		p->slot = s->slot;
		p->after = rows[i].customer;
	}
	return OK;
}

static err read_slots(struct cx *cx, const struct snap *s, struct people_page *p)
{
	struct snap at = *s;
	i64 *slots = ARENA_ARRAY(s->arena, i64, SLOT_COUNT), from = p->slot, after = p->after;
	struct imap places;
	struct staff *staff;
	size_t n = slots_of_corp(s->unit->store, s->corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n && !p->more; i++) {
		if (slots[i] < from)
			continue;
		snap_slot(&at, slots[i]);
		TRY(read_people(cx, &at, p, slots[i] == from ? after : 0));
	}
	TRY(staff_names(s, &places, &staff));
	for (size_t i = 0; i < p->views.n; i++)
		p->views.v[i].staff_name = name_of(&places, staff, p->views.v[i].staff_id);
	return OK;
}

static err h_people(struct cx *cx)
{
	const struct broadcast_people_in *in = cx->in;
	struct page *page = cx->out;
	struct corp corp;
	u64 filter = str_hash(in->figure) ^ (u64)in->id;
	i64 keys[2] = { 0, 0 };
	struct broadcast b;
	TRY(not_found(cx, READ_SNAP(&cx->unit, base(cx), broadcast_get(snap, &(struct broadcast_key){ in->id }, &b))));
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	struct people_page p = { .in = in, .slot = keys[0], .after = keys[1], .limit = (size_t)in->limit, .currency = corp.currency };
	TRY(READ_SNAP(&cx->unit, base(cx), read_slots(cx, snap, &p)));
	page->data = (struct list){ p.views.v, p.views.n };
	page->total = NIL;
	if (p.more)
		page->next_cursor = page_next(cx, (i64[]){ p.slot, p.after }, 2, filter);
	return OK;
}

/* ---- advisors ---- */

static void add_part(struct broadcast_advisor *v, const struct broadcast_part *p)
{
	v->to_send += p->people;
	v->sent += p->delivered;
	v->refused_not_friend += p->not_friend;
	v->refused_quota += p->quota;
	bool open = str_eq_c(p->state, "created"), pending = str_eq_c(p->state, "waiting") || str_eq_c(p->state, "unknown");
	if (open && p->confirmed_at == NIL && (v->not_executed_since_ms == NIL || p->sent_at < v->not_executed_since_ms))
		v->not_executed_since_ms = p->sent_at;
	if (open && p->confirmed_at == NIL)
		v->state = STR("open");
	else if (!str_eq_c(v->state, "open") && (pending || open || str_is_nil(v->state)))
		v->state = open ? STR("confirmed") : p->state;
	if (str_is_nil(v->fail_text))
		v->fail_text = p->code;
}

static err view_advisors(struct cx *cx, const struct snap *s, const struct broadcast_part *parts, size_t n)
{
	struct page *page = cx->out;
	struct imap places;
	struct staff *staff;
	VEC(struct broadcast_advisor) views = { 0 };
	TRY(staff_names(s, &places, &staff));
	for (size_t i = 0; i < n; i++) {
		struct broadcast_n used;
		if (views.n == 0 || views.v[views.n - 1].staff_id != parts[i].staff)
			vec_push(s->arena, &views, (struct broadcast_advisor){
				.staff_id = parts[i].staff, .name = name_of(&places, staff, parts[i].staff),
				.not_executed_since_ms = NIL, .reminders_left = 0,
			});
		struct broadcast_advisor *v = &views.v[views.n - 1];
		add_part(v, &parts[i]);
		if (!str_eq_c(parts[i].state, "created") || parts[i].confirmed_at != NIL)
			continue;
		TRY(broadcast_reminders(s, &(struct broadcast_since){ parts[i].id, s->now - WECOM_MASS_REMINDER_MS }, &used));
		v->reminders_left = int_max(v->reminders_left, WECOM_MASS_REMINDERS_MAX - used.n);
	}
	for (size_t i = 0; i < views.n; i++)
		if (!str_is_nil(views.v[i].fail_text))
			views.v[i].fail_text = broadcast_reason_label(cx, views.v[i].fail_text);
	page->data = (struct list){ views.v, views.n };
	page->total = (i64)views.n;
	return OK;
}

static err read_advisors(struct cx *cx, const struct snap *s, i64 id)
{
	struct broadcast_part *parts;
	size_t n;
	TRY(broadcast_parts(s, &(struct broadcast_key){ id }, &parts, &n));
	return view_advisors(cx, s, parts, n);
}

static err h_advisors(struct cx *cx)
{
	const struct broadcast_advisors_in *in = cx->in;
	struct broadcast b;
	TRY(not_found(cx, READ_SNAP(&cx->unit, base(cx), broadcast_get(snap, &(struct broadcast_key){ in->id }, &b))));
	return READ_SNAP(&cx->unit, base(cx), read_advisors(cx, snap, in->id));
}

#define KEY &broadcast_key_record
#define READ "broadcast.read"
#define SEND "broadcast.send"
const struct route broadcast_routes[] = {
	{ "POST", "/api/v1/broadcasts/preview", SEND, ROUTE_SCOPE_CUSTOMERS, 0, &broadcast_preview_in_record,
	  &broadcast_preview_out_record, h_preview, "Who would get a broadcast, through whom, and who not and why; nothing is written." },
	{ "POST", "/api/v1/broadcasts", SEND, ROUTE_SCOPE_CUSTOMERS, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT,
	  &broadcast_create_in_record, &broadcast_detail_record, h_create,
	  "Makes a broadcast to exactly the confirmed number of people; it is `planning` until its tasks are made." },
	{ "GET", "/api/v1/broadcasts", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, &broadcast_list_in_record, &broadcast_view_record,
	  h_list, "Broadcasts, newest first, with their figures." },
	{ "GET", "/api/v1/broadcasts/{id}", READ, ROUTE_SCOPE_NONE, 0, KEY, &broadcast_detail_record, h_get, "One broadcast." },
	{ "GET", "/api/v1/broadcasts/{id}/people", READ, ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &broadcast_people_in_record,
	  &broadcast_person_view_record, h_people, "The people behind one of its figures." },
	{ "GET", "/api/v1/broadcasts/{id}/advisors", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, &broadcast_advisors_in_record,
	  &broadcast_advisor_record, h_advisors, "What each member had to send and has sent." },
	{ "POST", "/api/v1/broadcasts/{id}/remind", SEND, ROUTE_SCOPE_CUSTOMERS, 0, &broadcast_remind_in_record, &none_record,
	  h_remind, "Reminds a member of the tasks waiting for confirmation (3 in 24 hours)." },
	{ "POST", "/api/v1/broadcasts/{id}/cancel", SEND, ROUTE_SCOPE_CUSTOMERS, 0, KEY, &broadcast_detail_record, h_cancel,
	  "Stops what was not confirmed; what was sent stays sent." },
	{ 0 },
};
