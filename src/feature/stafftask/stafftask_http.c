/*
 * Tasks for managers: making them by hand, who did not do them, how much is done, and the messages to staff.
 */
#include "feature/stafftask/stafftask_view.h"

#include "base/map.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"
#include "store/outbox.h"

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- lists ---- */

static err load_names(struct cx *cx, struct stafftask_names *names)
{
	return READ_SNAP(&cx->unit, base(cx), stafftask_names_load(snap, names));
}

static err h_list(struct cx *cx)
{
	const struct stafftask_list_in *in = cx->in;
	struct page *page = cx->out;
	i64 keys[] = { INT64_MAX, INT64_MAX };
	struct stafftask_find find = { .state = in->state.n ? in->state : STR(""), .staff = in->staff_id == NIL ? 0 : in->staff_id,
				       .store = in->store_id == NIL ? 0 : in->store_id, .limit = in->limit + 1 };
	u64 filter = str_hash(find.state) ^ (u64)find.staff * 31 ^ (u64)find.store * 17;
	struct stafftask_names names;
	struct staff_task *rows;
	size_t n;
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	find.before = keys[0];
	find.below = keys[1];
	TRY(load_names(cx, &names));
	TRY(READ_SNAP(&cx->unit, base(cx), staff_task_list(snap, &find, &rows, &n)));
	size_t shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	struct stafftask_view *views = ARENA_ARRAY(CX_ARENA(cx), struct stafftask_view, shown + 1);
	for (size_t i = 0; i < shown; i++)
		TRY(stafftask_show(cx, &names, &rows[i], &views[i]));
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, (i64[]){ rows[shown - 1].made, rows[shown - 1].id }, 2, filter);
	return OK;
}

static void add_rate(struct stafftask_rate_view *v, const struct stafftask_rate *r)
{
	if (str_eq_c(r->state, "done"))
		v->done += r->n;
	else if (str_eq_c(r->state, "skipped"))
		v->skipped += r->n;
	else if (str_eq_c(r->state, "expired"))
		v->expired += r->n;
	else if (str_eq_c(r->state, "to_do"))
		v->open += r->n;
	else if (str_eq_c(r->state, "moved"))
		v->moved += r->n;
	else
		return;
	v->given += r->n;
}

static err h_rates(struct cx *cx)
{
	const struct stafftask_rates_in *in = cx->in;
	struct page *page = cx->out;
	struct stafftask_span span = { in->from_ms, in->to_ms };
	struct stafftask_names names;
	struct stafftask_rate *rows;
	size_t n, count = 0;
	if (in->to_ms <= in->from_ms || in->to_ms - in->from_ms > STAFFTASK_SPAN_MAX_MS)
		return cx_fail(cx, ERR_INPUT, T_STAFFTASK_SPAN, STR("to_ms"), STR_NIL, STR_NIL);
	TRY(load_names(cx, &names));
	TRY(READ_SNAP(&cx->unit, base(cx), staff_task_rates(snap, &span, &rows, &n)));
	struct stafftask_rate_view *views = ARENA_ARRAY(CX_ARENA(cx), struct stafftask_rate_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (!count || views[count - 1].staff_id != rows[i].staff || views[count - 1].store_id != rows[i].store)
			views[count++] = (struct stafftask_rate_view){
				.staff_id = rows[i].staff, .staff = stafftask_staff_name(&names, rows[i].staff), .store_id = rows[i].store,
				.store = stafftask_store_name(&names, rows[i].store) };
		add_rate(&views[count - 1], &rows[i]);
	}
	page->data = (struct list){ views, count };
	page->total = (i64)count;
	return OK;
}

/* ---- making by hand ---- */

/* key: of the request; the same request again makes nothing twice. */
struct making { const struct stafftask_new_in *in; i64 customer, staff, user; str key, why; bool made; };

static err fill(struct tx *tx, const struct making *m, const struct stafftask_picked *to, struct staff_task *t)
{
	const struct stafftask_new_in *in = m->in;
	ms now = tx->snap.now;
	i64 id = id_next(store_ids(tx->snap.unit->store), now), remind = in->remind_min, move = in->move_min == NIL ? 0 : in->move_min;
	if (remind == NIL)
		TRY(setting_i64(tx->snap.unit, "stafftask.remind_min", &remind));
	*t = (struct staff_task){
		.customer = m->customer, .staff = to->staff, .store = to->store, .kind = in->kind, .title = in->title,
		.script = in->script.n ? in->script : STR(""), .link = STR(""), .class = STR("marketing"),
		.deadline = now + (in->deadline_min == NIL ? STAFFTASK_DEADLINE_DEFAULT : in->deadline_min) * MS_MINUTE,
		.remind_at = remind > 0 ? now + remind * MS_MINUTE : 0, .move_at = move > 0 && to->staff ? now + move * MS_MINUTE : 0,
		.wait_ms = move * MS_MINUTE, .caller = STR(STAFFTASK_BY_HAND), .by_id = m->user,
		.act_key = m->key.n ? arena_printf(tx->snap.arena, "%.*s:%lld:%lld", STR_F(m->key), (long long)m->customer, (long long)m->staff)
				    : arena_printf(tx->snap.arena, "%lld", (long long)id),
	};
	if (in->link) {
		struct content c = { .text = STR_NIL };
		TRY(enclose_link(tx->snap.unit, &(struct enclosure_to){ m->customer, to->staff }, in->link, &c.link));
		t->link = content_json(tx->snap.arena, &c);
	}
	return OK;
}

static err make_one(struct tx *tx, struct making *m)
{
	const struct stafftask_new_in *in = m->in;
	struct stafftask_whom whom = { .customer = m->customer, .who = in->who, .staff = m->staff, .at = tx->snap.now,
				       .store = in->store_id == NIL ? 0 : in->store_id, .friends = m->customer && str_eq_c(in->kind, "send") };
	struct stafftask_picked to;
	struct staff_task t;
	ms retry_at;
	m->made = false;
	m->why = STR_NIL;
	TRY(stafftask_pick(tx->snap.unit, &whom, &to));
	if (to.why) {
		m->why = str_c(to.why);
		return OK;
	}
	TRY(fill(tx, m, &to, &t));
	if (whom.friends)
		TRY(stafftask_claim(tx, &t, tx->snap.now, &m->why, &retry_at));
	if (!str_is_nil(m->why))
		return OK;
	m->made = true;
	bool fresh;
	return stafftask_make(tx, &t, in->quiet, &fresh);
}

static err check_new(struct cx *cx, const struct stafftask_new_in *in)
{
	bool named = str_eq_c(in->who, "named"), store = str_eq_c(in->who, "store");
	if (named && !in->staff_ids.n)
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("staff_ids"), STR_NIL, STR_NIL);
	if (!in->customer_ids.n && !named && !store)
		return cx_fail(cx, ERR_INPUT, T_STAFFTASK_WHOM, STR("who"), in->who, STR_NIL);
	if (!in->customer_ids.n && store && in->store_id == NIL)
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("store_id"), STR_NIL, STR_NIL);
	if (!in->customer_ids.n && str_eq_c(in->kind, "send"))
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("customer_ids"), STR_NIL, STR_NIL);
	if (in->customer_ids.n && in->staff_ids.n > 1)
		return cx_fail(cx, ERR_INPUT, T_TOO_BIG, STR("staff_ids"), arena_printf(CX_ARENA(cx), "%zu", in->staff_ids.n), STR("1"));
	if (in->link) {
		struct content c = { .text = STR_NIL, .link = in->link };
		TRY(enclose_check(&cx->unit, &c, "link"));
	}
	return OK;
}

static err audit_new(struct tx *tx, const struct stafftask_new_in *in, i64 made)
{
	return audit_add(tx, "stafftask.make", STR("stafftask"), arena_printf(tx->snap.arena, "%.*s tasks=%lld", STR_F(in->kind), (long long)made));
}

static err h_new(struct cx *cx)
{
	const struct stafftask_new_in *in = cx->in;
	struct stafftask_new_out *out = cx->out;
	size_t n = in->customer_ids.n ? in->customer_ids.n : in->staff_ids.n ? in->staff_ids.n : 1, left = 0;
	struct stafftask_left *rows = ARENA_ARRAY(CX_ARENA(cx), struct stafftask_left, n);
	TRY(check_new(cx, in));
	for (size_t i = 0; i < in->customer_ids.n; i++) { /* all are hers to see before any is made */
		i64 root;
		TRY(customer_visible(&cx->unit, in->customer_ids.v[i], &root));
	}
	for (size_t i = 0; i < n; i++) {
		struct making m = { .in = in, .user = cx->viewer.user, .key = cx->req ? http_header(cx->req, "Idempotency-Key") : STR_NIL };
		if (in->customer_ids.n)
			TRY(customer_root(&cx->unit, in->customer_ids.v[i], &m.customer));
		if (in->staff_ids.n)
			m.staff = in->staff_ids.v[in->customer_ids.n ? 0 : i];
		i64 slot = m.customer ? slot_of_customer(cx->env->store, m.customer) : base(cx);
		TRY(WRITE_TX(&cx->unit, slot, make_one(tx, &m)));
		out->made += m.made;
		if (!m.made)
			rows[left++] = (struct stafftask_left){ m.customer ? m.customer : NIL, m.staff ? m.staff : NIL, m.why };
	}
	out->left = (struct list){ rows, left };
	return WRITE_TX(&cx->unit, base(cx), audit_new(tx, in, out->made));
}

/* ---- acts on open tasks ---- */

static err remind(struct tx *tx, const struct staff_task *t, bool *ret_done)
{
	struct stafftask_since since = { t->id, tx->snap.now - MS_DAY };
	struct stafftask_n had;
	TRY(staff_notice_reminds(&tx->snap, &since, &had));
	*ret_done = t->staff && had.n < STAFFTASK_REMINDS_MAX;
	return *ret_done ? stafftask_tell_of(tx, t, t->staff, "remind_hand", arena_printf(tx->snap.arena, "%lld", (long long)tx->snap.now)) : OK;
}

static err escalate(struct tx *tx, const struct staff_task *t, bool *ret_done)
{
	struct strs leaders;
	*ret_done = false;
	if (!t->staff)
		return OK;
	TRY(staff_leaders(&tx->snap, t->staff, &leaders));
	for (size_t i = 0; i < leaders.n; i++) {
		struct staff s;
		err e = staff_by_userid(&tx->snap, leaders.v[i], &s);
		if (e == ERR_NOT_FOUND || (e == OK && (!str_eq_c(s.state, "active") || s.id == t->staff)))
			continue;
		TRY(e);
		TRY(stafftask_tell_of(tx, t, s.id, "escalate", arena_printf(tx->snap.arena, "%lld", (long long)s.id)));
		*ret_done = true;
	}
	return OK;
}

static err cancel(struct tx *tx, const struct staff_task *t, bool *ret_done)
{
	return stafftask_finish(tx, t, "cancelled", STR("by_hand"), 0, ret_done);
}

static err act_on(struct tx *tx, i64 id, err (*act)(struct tx *tx, const struct staff_task *t, bool *ret_done), bool *ret_done)
{
	struct staff_task t;
	*ret_done = false;
	TRY(staff_task_get(&tx->snap, &(struct stafftask_key){ id }, &t));
	return str_eq_c(t.state, "to_do") ? act(tx, &t, ret_done) : OK;
}

static err audit_acts(struct tx *tx, const char *what, i64 n)
{
	return audit_add(tx, what, STR("stafftask"), arena_printf(tx->snap.arena, "tasks=%lld", (long long)n));
}

static err act_all(struct cx *cx, const char *what, err (*act)(struct tx *tx, const struct staff_task *t, bool *ret_done))
{
	const struct stafftask_acts_in *in = cx->in;
	struct stafftask_acts_out *out = cx->out;
	struct staff_task_placed *rows = ARENA_ARRAY(CX_ARENA(cx), struct staff_task_placed, in->ids.n + 1);
	for (size_t i = 0; i < in->ids.n; i++) {
		err e = READ_SNAP(&cx->unit, base(cx), staff_task_placed_get(snap, &(struct stafftask_key){ in->ids.v[i] }, &rows[i]));
		if (e == ERR_NOT_FOUND)
			return cx_fail(cx, e, T_OK, STR("ids"), STR_NIL, str_c(text_raw(T_STAFFTASK, cx->viewer.lang)));
		TRY(e);
	}
	for (size_t i = 0; i < in->ids.n; i++) {
		bool done = false;
		TRY(WRITE_TX(&cx->unit, rows[i].slot_no, act_on(tx, rows[i].id, act, &done)));
		out->done += done;
	}
	out->left = (i64)in->ids.n - out->done;
	return WRITE_TX(&cx->unit, base(cx), audit_acts(tx, what, out->done));
}

static err h_remind(struct cx *cx) { return act_all(cx, "stafftask.remind", remind); }
static err h_escalate(struct cx *cx) { return act_all(cx, "stafftask.escalate", escalate); }
static err h_cancel(struct cx *cx) { return act_all(cx, "stafftask.cancel", cancel); }

/* ---- messages ---- */

static err h_notices(struct cx *cx)
{
	const struct stafftask_notices_in *in = cx->in;
	struct page *page = cx->out;
	struct staff_notice_find find = { INT64_MAX, in->limit + 1 };
	struct stafftask_names names;
	struct staff_notice *rows;
	size_t n;
	TRY(page_from(cx, in->cursor, &find.below, 1, 0));
	TRY(load_names(cx, &names));
	TRY(READ_SNAP(&cx->unit, base(cx), staff_notice_list(snap, &find, &rows, &n)));
	size_t shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	struct stafftask_notice_view *views = ARENA_ARRAY(CX_ARENA(cx), struct stafftask_notice_view, shown + 1);
	for (size_t i = 0; i < shown; i++) {
		const struct staff_notice *r = &rows[i];
		bool back = str_eq_c(r->state, "waiting") || (str_eq_c(r->state, "sent") && !r->digest_at && r->sent + MS_DAY > cx_now(cx));
		views[i] = (struct stafftask_notice_view){ r->id, r->staff, stafftask_staff_name(&names, r->staff), r->why, r->title,
			r->body, r->state, r->reason, r->made, r->sent, r->digest_at > 0, back };
	}
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, 0);
	return OK;
}

static err withdraw(struct tx *tx, i64 id)
{
	struct staff_notice n;
	struct stafftask_errand errand = { id };
	str key = arena_printf(tx->snap.arena, "%lld", (long long)id);
	bool waiting = false;
	TRY(staff_notice_get(&tx->snap, &(struct stafftask_key){ id }, &n));
	if (str_eq_c(n.state, "waiting"))
		TRY(outbox_cancel(tx, STR("staff.notice"), key, &waiting));
	if (waiting)
		return staff_notice_finish(tx, &(struct staff_notice_end){ id, STR("stopped"), STR_NIL, NIL, STR_NIL });
	if (!str_eq_c(n.state, "sent") || n.digest_at || n.sent + MS_DAY <= tx->snap.now)
		return tx_fail(tx, ERR_STATE, T_STAFFTASK_NO_RECALL, STR("id"), n.state, STR_NIL);
	return outbox_add(tx, STR("staff.recall"), key, STR(""), tx->snap.now, tx->snap.now + MS_HOUR, 0, &stafftask_errand_record,
			  &errand, NULL);
}

static err h_withdraw(struct cx *cx)
{
	i64 id = ((const struct stafftask_key *)cx->in)->id;
	struct staff_notice_placed n;
	err e = READ_SNAP(&cx->unit, base(cx), staff_notice_placed_get(snap, &(struct stafftask_key){ id }, &n));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_STAFFTASK_NOTICE, cx->viewer.lang)));
	TRY(e);
	TRY(WRITE_TX(&cx->unit, n.slot_no, withdraw(tx, id)));
	return WRITE_TX(&cx->unit, base(cx), audit_add(tx, "stafftask.withdraw", arena_printf(CX_ARENA(cx), "notice:%lld", (long long)id), STR("")));
}

#define TASKS "/api/v1/staff-tasks"
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route stafftask_routes[] = {
	{ "GET", TASKS, "stafftask.read", SCOPED, ROUTE_LIST, &stafftask_list_in_record, &stafftask_view_record, h_list,
	  "Tasks of staff, newest first; with state to_do: who has not done it." },
	{ "POST", TASKS, "stafftask.write", SCOPED, ROUTE_IDEMPOTENT | ROUTE_CREATED, &stafftask_new_in_record, &stafftask_new_out_record,
	  h_new, "Makes tasks by hand: one per customer, or per member named." },
	{ "GET", TASKS "/rates", "stafftask.read", SCOPED, ROUTE_LIST, &stafftask_rates_in_record, &stafftask_rate_view_record, h_rates,
	  "How many tasks of a span of time were done, by member and store." },
	{ "POST", TASKS "/remind", "stafftask.write", SCOPED, 0, &stafftask_acts_in_record, &stafftask_acts_out_record, h_remind,
	  "Reminds of open tasks by app message; three in a day of each." },
	{ "POST", TASKS "/escalate", "stafftask.write", SCOPED, 0, &stafftask_acts_in_record, &stafftask_acts_out_record, h_escalate,
	  "Tells the leaders of who has not done them." },
	{ "POST", TASKS "/cancel", "stafftask.write", SCOPED, 0, &stafftask_acts_in_record, &stafftask_acts_out_record, h_cancel,
	  "Takes open tasks away." },
	{ "GET", "/api/v1/staff-notices", "stafftask.read", SCOPED, ROUTE_LIST, &stafftask_notices_in_record,
	  &stafftask_notice_view_record, h_notices, "App messages to staff, newest first." },
	{ "POST", "/api/v1/staff-notices/{id}/withdraw", "stafftask.write", SCOPED, 0, &stafftask_key_record, &none_record, h_withdraw,
	  "Takes a message to staff back, within a day of its sending." },
	{ 0 },
};
