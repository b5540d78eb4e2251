/*
 * The group book over HTTP: sums, days, who sits in several groups, the comparison with WeCom's own figures, and reading
 * everything anew.
 */
#include "feature/groupbook/groupbook_several_data.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"

#define SEVERAL_MAX 100

#define DAYS_IN_FIELDS(F, S) \
	F(S, ID, group, .opt = true) F(S, I64, first, .doc = "day number of the corp") F(S, I64, last)
RECORD(groupbook_days_in, DAYS_IN_FIELDS);
#define DAYS_FIELDS(F, S) F(S, LIST, days, .of = &group_day_sum_record)
RECORD(groupbook_days, DAYS_FIELDS);
#define SEVERAL_IN_FIELDS(F, S) F(S, I64, seats, .opt = true) F(S, STR, after, .opt = true, .max = 64) F(S, I64, limit, .opt = true, .min = 1, .max = SEVERAL_MAX)
RECORD(groupbook_several_in, SEVERAL_IN_FIELDS);
#define SEVERAL_FIELDS(F, S)                                                             \
	F(S, STR, member) F(S, I64, seats, .doc = "groups she is in, those outside the viewer's scope included") \
	F(S, ID, customer_id, .opt = true) F(S, STR, name, .opt = true, .pii = true)     \
	F(S, LIST, groups, .of = &group_seat_view_record, .doc = "earliest first; those the viewer sees")
RECORD(groupbook_several, SEVERAL_FIELDS);
#define SEVERALS_FIELDS(F, S) \
	F(S, LIST, people, .of = &groupbook_several_record) F(S, I64, next_seats, .opt = true) F(S, STR, next_after, .opt = true)
RECORD(groupbook_severals, SEVERALS_FIELDS);
#define COMPARE_IN_FIELDS(F, S) F(S, ID, owner) F(S, I64, day, .doc = "a closed day")
RECORD(groupbook_compare_in, COMPARE_IN_FIELDS);
#define COMPARE_FIELDS(F, S)                                                             \
	F(S, I64, new_groups) F(S, I64, groups) F(S, I64, groups_talking, .doc = "no other call tells of talk") F(S, I64, new_members) \
	F(S, I64, members) F(S, I64, members_talking) F(S, I64, messages)                \
	F(S, I64, ours_groups, .doc = "living groups of this owner in our mirror now") F(S, I64, ours_members)
RECORD(groupbook_compare, COMPARE_FIELDS);
#define SYNCED_FIELDS(F, S) F(S, ID, job)
RECORD(groupbook_synced, SYNCED_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err h_summary(struct cx *cx)
{
	return READ_SNAP(&cx->unit, base(cx), groupbook_summed(snap, &(struct none){ 0 }, cx->out));
}

static err read_days(struct cx *cx, const struct snap *s, const struct groupbook_days_in *in)
{
	struct groupbook_days *out = cx->out;
	struct group_days key = { in->group == NIL ? 0 : in->group, in->first, in->last };
	struct groupbook_row r;
	struct group_day_sum **rows = (struct group_day_sum **)&out->days.v;
	if (in->group == NIL)
		return group_days_all(s, &key, rows, &out->days.n);
	err e = groupbook_get(s, &(struct groupbook_id){ in->group }, &r);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("group"), STR_NIL, str_c(text_raw(T_GROUPBOOK_GROUP, cx->viewer.lang)));
	TRY(e);
	return group_days_of(s, &key, rows, &out->days.n);
}

static err h_days(struct cx *cx)
{
	const struct groupbook_days_in *in = cx->in;
	if (in->last < in->first || in->last - in->first >= GROUPBOOK_DAYS_MAX)
		return cx_fail(cx, ERR_INPUT, T_OK, STR("last"), arena_printf(CX_ARENA(cx), "%lld", (long long)(in->last - in->first + 1)),
			       STR("1-" FAIL_STR(GROUPBOOK_DAYS_MAX)));
	if (in->group == NIL && cx->unit.scope)
		return cx_fail(cx, ERR_FORBIDDEN, T_GROUPBOOK_WHOLE, STR_NIL, STR_NIL, STR_NIL);
	return READ_SNAP(&cx->unit, base(cx), read_days(cx, snap, in));
}

/* ---- who sits in several ---- */

static err seats_of(const struct snap *s, struct groupbook_several *p)
{
	return group_several_seats(s, &(struct group_seat_find){ p->member }, (struct group_seat_view **)&p->groups.v, &p->groups.n);
}

static err read_several(const struct snap *s, const struct group_several_find *f, struct groupbook_several **ret, size_t *ret_n)
{
	struct group_several *rows;
	TRY(group_several_page(s, f, &rows, ret_n));
	*ret = ARENA_ARRAY(s->arena, struct groupbook_several, *ret_n);
	for (size_t i = 0; i < *ret_n; i++) {
		(*ret)[i] = (struct groupbook_several){ .member = rows[i].member, .seats = rows[i].seats, .customer_id = NIL };
		TRY(seats_of(s, &(*ret)[i]));
	}
	return OK;
}

static err name_her(struct cx *cx, struct groupbook_several *p)
{
	struct group_seat_view *seats = p->groups.v;
	struct fail before = cx->unit.fail;
	struct customer c;
	i64 root;
	if (!p->groups.n)
		return OK;
	p->name = seats[0].person;
	if (seats[0].customer == NIL)
		return OK;
	err e = customer_visible(&cx->unit, seats[0].customer, &root);
	if (e == ERR_NOT_FOUND) {
		cx->unit.fail = before;
		return OK;
	}
	TRY(e);
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->unit.store, root), customer_get(snap, root, &c)));
	p->customer_id = root;
	p->name = c.name;
	return OK;
}

static err h_several(struct cx *cx)
{
	const struct groupbook_several_in *in = cx->in;
	struct groupbook_severals *out = cx->out;
	i64 limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : in->limit;
	struct group_several_find f = { in->seats == NIL ? INT64_MAX : in->seats, in->after.p ? in->after : STR(""), limit + 1 };
	struct groupbook_several *people;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), read_several(snap, &f, &people, &n)));
	size_t shown = n > (size_t)limit ? (size_t)limit : n;
	for (size_t i = 0; i < shown; i++) {
		struct group_seat_view *seats = people[i].groups.v;
		TRY(name_her(cx, &people[i]));
		for (size_t k = 0; k < people[i].groups.n; k++)
			seats[k].customer = people[i].customer_id;
	}
	out->people = (struct list){ people, shown };
	if (n > shown) {
		out->next_seats = people[shown - 1].seats;
		out->next_after = people[shown - 1].member;
	}
	return OK;
}

/* ---- WeCom's own figures ---- */

static err ours(const struct snap *s, i64 owner, struct groupbook_compare *out)
{
	struct groupbook_find f = { 0, INT64_MAX, owner, 0, 0, STR(""), 0, 0, INT64_MAX, STR(""), GROUPBOOK_LABEL_MAX };
	struct groupbook_row *rows;
	size_t n;
	TRY(groupbook_newest(s, &f, &rows, &n));
	out->ours_groups = (i64)n;
	for (size_t i = 0; i < n; i++)
		out->ours_members += rows[i].members;
	return OK;
}

static err h_compare(struct cx *cx)
{
	const struct groupbook_compare_in *in = cx->in;
	struct groupbook_compare *out = cx->out;
	struct corp_wecom corp;
	struct staff staff;
	struct wecom_group_stat stat;
	ms start = tz_day_start(corp_zone(&cx->unit, cx->unit.corp), in->day);
	err e = READ_SNAP(&cx->unit, base(cx), staff_get(snap, in->owner, &staff));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("owner"), STR_NIL, str_c(text_raw(T_GROUPBOOK_OWNER, cx->viewer.lang)));
	TRY(e);
	TRY(READ_SNAP(&cx->unit, base(cx), ours(snap, in->owner, out)));
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, &corp));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	TRY(wecom_group_statistic(&call, (struct strs){ &staff.userid, 1 }, start, start, &stat));
	if (!stat.n)
		return OK;
	const struct wecom_group_figures *f = &stat.v[0];
	i64 groups = out->ours_groups, members = out->ours_members;
	*out = (struct groupbook_compare){ f->new_chats, f->chats, f->chats_talking, f->new_members, f->members, f->talking, f->messages,
					   groups, members };
	return OK;
}

static err h_sync(struct cx *cx)
{
	struct groupbook_synced *out = cx->out;
	str title = str_c(text_raw(T_GROUP_JOB_SYNC, cx->viewer.lang));
	return WRITE_TX(&cx->unit, base(cx), group_sync_queue(tx, title, &out->job));
}

/* ---- of one person ---- */

#define OF_PERSON_FIELDS(F, S) F(S, ID, id)
RECORD(groupbook_of_person_in, OF_PERSON_FIELDS);
#define SEAT_VIEW_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, MS, since_ms)
RECORD(groupbook_seat_view, SEAT_VIEW_FIELDS);

static err add_seats(const struct snap *s, const struct group_seat *seats, size_t n, struct page *page)
{
	struct groupbook_seat_view *out = ARENA_ARRAY(s->arena, struct groupbook_seat_view, n + 1);
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		struct fail before = *s->fail;
		struct groupbook_row g;
		size_t k = 0;
		while (k < count && out[k].id != seats[i].chat)
			k++;
		if (k < count) { /* two of her numbers in one group */
			out[k].since_ms = int_min(out[k].since_ms, seats[i].since);
			continue;
		}
		err e = groupbook_get(s, &(struct groupbook_id){ seats[i].chat }, &g);
		if (e == ERR_NOT_FOUND) { /* outside of the viewer's scope */
			*s->fail = before;
			continue;
		}
		TRY(e);
		out[count++] = (struct groupbook_seat_view){ g.id, g.name, seats[i].since };
	}
	page->data = (struct list){ out, count };
	page->total = (i64)count;
	return OK;
}

/* Those the viewer sees. */
static err h_of_person(struct cx *cx)
{
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	struct group_seat *seats;
	size_t n, m;
	TRY(customer_visible(&cx->unit, ((const struct groupbook_of_person_in *)cx->in)->id, &root));
	TRY(customer_leaves(&cx->unit, root, leaves, &n));
	TRY(READ_SNAP(&cx->unit, base(cx), group_seats(snap, leaves, n, &seats, &m)));
	return READ_SNAP(&cx->unit, base(cx), add_seats(snap, seats, m, cx->out));
}

const struct route groupbook_more_routes[] = {
	{ "GET", "/api/v1/customers/{id}/groups", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &groupbook_of_person_in_record,
	  &groupbook_seat_view_record, h_of_person, "The customer groups a person sits in, and since when." },
	{ "GET", "/api/v1/group-summary", "group.read", ROUTE_SCOPE_CUSTOMERS, 0, &none_record, &groupbook_summary_record, h_summary,
	  "Living groups and who is in them, within the viewer's scope." },
	{ "GET", "/api/v1/group-days", "group.read", ROUTE_SCOPE_CUSTOMERS, 0, &groupbook_days_in_record, &groupbook_days_record, h_days,
	  "Joined and left by day, of one group or of all." },
	{ "GET", "/api/v1/group-several", "group.read", ROUTE_SCOPE_CUSTOMERS, 0, &groupbook_several_in_record, &groupbook_severals_record,
	  h_several, "Who sits in more than one group, most groups first." },
	{ "GET", "/api/v1/group-compare", "group.read", ROUTE_SCOPE_NONE, 0, &groupbook_compare_in_record, &groupbook_compare_record,
	  h_compare, "WeCom's own figures of an owner's groups on a closed day, beside our mirror." },
	{ "POST", "/api/v1/group-sync", "group.write", ROUTE_SCOPE_NONE, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &none_record,
	  &groupbook_synced_record, h_sync, "Reads all groups anew, by a job." },
	{ 0 },
};
