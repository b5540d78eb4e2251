/*
 * Why somebody gets a broadcast or not: the list of those left out before it is sent, and for one person and one
 * broadcast the first thing that kept her out.
 */
#include "feature/broadcast/broadcast_person_data.h"
#include "feature/broadcast/broadcast_view.h"

#include "core/audience/audience_asof.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- before it is sent ---- */

static err name_of(const struct snap *s, i64 customer, str *ret)
{
	struct customer c;
	err e = customer_get(s, customer, &c);
	*ret = e == OK ? c.name : STR_NIL;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err view_left(struct cx *cx, const struct broadcast_left *left, struct broadcast_left_view *v)
{
	struct unit *u = &cx->unit;
	*v = (struct broadcast_left_view){ .id = left->customer, .reason = str_c(left->reason), .other_id = NIL, .other = STR_NIL };
	v->label = broadcast_reason_label(cx, v->reason);
	TRY(READ_SNAP(u, slot_of_customer(u->store, left->customer), name_of(snap, left->customer, &v->name)));
	if (left->other) {
		struct broadcast b;
		TRY(READ_SNAP(u, base(cx), broadcast_get(snap, &(struct broadcast_key){ left->other }, &b)));
		v->other_id = b.id;
		v->other = b.name;
	}
	return OK;
}

static err h_left(struct cx *cx)
{
	const struct broadcast_left_in *in = cx->in;
	struct broadcast_left_page *page = cx->out;
	struct broadcast_target target;
	struct broadcast_left *left;
	i64 after = 0;
	size_t n;
	bool more;
	TRY(broadcast_target_of(cx, in->audience_id, in->expr, &target));
	TRY(page_from(cx, in->cursor, &after, 1, 0));
	struct broadcast_preview_in right = { .priority = in->priority, .holdout = in->holdout, .kind = in->kind, .topic = in->topic, .seed = in->seed, .deadline_ms = in->deadline_ms };
	struct broadcast_aim aim = broadcast_aim_of(cx, &right, target.audience);
	TRY(broadcast_left_out(&cx->unit, &aim, in->reason, after, in->limit > 0 ? (size_t)in->limit : BROADCAST_LEFT_ROWS, &left, &n, &after, &more));
	struct broadcast_left_view *v = ARENA_ARRAY(CX_ARENA(cx), struct broadcast_left_view, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(view_left(cx, &left[i], &v[i]));
	*page = (struct broadcast_left_page){ { v, n }, STR_NIL };
	if (more)
		page->next_cursor = page_next(cx, &after, 1, 0);
	return OK;
}

/* ---- afterwards ---- */

/* Her row in it, under whichever of her numbers it was planned. */
static err row_of(struct unit *u, i64 broadcast, i64 root, struct broadcast_person *ret, bool *ret_any)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	*ret_any = false;
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n && !*ret_any; i++) {
		struct broadcast_lost key = { leaves[i], broadcast };
		err e = READ_SNAP(u, slot_of_customer(u->store, leaves[i]), broadcast_person_get(snap, &key, ret));
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		*ret_any = e == OK;
	}
	return OK;
}

static err conditions(struct cx *cx, const struct broadcast *b, i64 root, struct broadcast_why *out)
{
	struct expr *e;
	struct why_step *steps;
	size_t n;
	bool in;
	if (expr_parse(&cx->unit, b->expr, &e) != OK) {
		cx->unit.fail = (struct fail){ 0 };
		return OK; /* it names what is no more */
	}
	TRY(audience_why(&cx->unit, e, root, cx->viewer.lang, &steps, &n, &in));
	struct broadcast_why_step *v = ARENA_ARRAY(CX_ARENA(cx), struct broadcast_why_step, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct broadcast_why_step){ steps[i].text, steps[i].value, steps[i].holds, steps[i].first };
	out->steps = (struct list){ v, n };
	return OK;
}

static err kept(struct cx *cx, i64 broadcast, i64 root, struct broadcast_why *out)
{
	struct audience_use use;
	i64 as;
	err e = audience_use_by(&cx->unit, "broadcast", broadcast, &use);
	if (e == ERR_NOT_FOUND)
		return OK; /* not planned yet */
	TRY(e);
	out->kept_ms = use.at;
	return audience_use_has(&cx->unit, &use, root, &out->chosen, &as);
}

static err h_why(struct cx *cx)
{
	const struct broadcast_why_in *in = cx->in;
	struct broadcast_why *out = cx->out;
	struct broadcast_person row;
	struct broadcast b;
	struct staff staff;
	i64 root;
	bool any;
	TRY(customer_visible(&cx->unit, in->customer, &root));
	err e = READ_SNAP(&cx->unit, base(cx), broadcast_get(snap, &(struct broadcast_key){ in->id }, &b));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_BROADCAST_NOT_FOUND, cx->viewer.lang)));
	TRY(e);
	TRY(row_of(&cx->unit, b.id, root, &row, &any));
	*out = (struct broadcast_why){ .customer = root, .state = any ? row.state : STR("outside"), .words = b.words, .kept_ms = NIL, .sent_ms = NIL, .staff_id = NIL };
	TRY(kept(cx, b.id, root, out));
	TRY(conditions(cx, &b, root, out));
	if (!any) {
		out->reason = STR("not_chosen");
		out->label = str_c(text_raw(T_BROADCAST_WHY_OUT, cx->viewer.lang));
		return OK;
	}
	out->reason = row.reason;
	out->label = row.reason.n ? broadcast_reason_label(cx, row.reason) : str_c(text_raw(T_BROADCAST_WHY_IN, cx->viewer.lang));
	out->sent_ms = row.sent_at;
	out->staff_id = row.staff;
	if (row.staff != NIL && READ_SNAP(&cx->unit, base(cx), staff_get(snap, row.staff, &staff)) == OK)
		out->staff_name = staff.name;
	return OK;
}

const struct route broadcast_more_routes[] = {
	{ "POST", "/api/v1/broadcasts/preview/people", "broadcast.send", ROUTE_SCOPE_CUSTOMERS, 0, &broadcast_left_in_record,
	  &broadcast_left_page_record, h_left, "Whom a broadcast would leave out, and why; nothing is written. A page may be short or empty and go on." },
	{ "GET", "/api/v1/broadcasts/{id}/why/{customer}", "broadcast.read", ROUTE_SCOPE_CUSTOMERS, 0, &broadcast_why_in_record,
	  &broadcast_why_record, h_why, "Why a customer got a broadcast, or the first thing that kept her out." },
	{ 0 },
};
