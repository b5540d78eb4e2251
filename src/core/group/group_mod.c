/*
 * group joins: callbacks, readings, the nightly one, and in how many groups a person is.
 */
#include "core/group/group_keep.h"

#include "core/attr/attr_value.h"
#include "core/corp/corp.h"
#include "core/corp/corp_night.h"
#include "core/customer/customer.h"

/* derive: where she sits. */
static err on_seat(struct tx *tx, const struct event *ev)
{
	struct group_seat_event b;
	if (!ev->customer)
		return OK;
	TRY(event_body(&tx->snap, ev, &group_seat_event_record, &b));
	struct group_seat row = { ev->customer, b.group, ev->occurred, b.state };
	return ev->kind == EV_GROUP_JOINED ? group_seat_put(tx, &row) : group_seat_drop(tx, &row);
}

/* A value of hers for every group, so that in_group() is a flag like any other; *ret: how many groups. */
static err keep_seats(struct tx *tx, const struct attr_person *p, i64 was_count, i64 *ret)
{
	struct imap there = imap_new(tx->snap.arena), seen = imap_new(tx->snap.arena);
	struct group_seat *seats;
	struct attr_value *old = NULL;
	size_t n, m = 0;
	i64 any;
	TRY(group_seats(&tx->snap, p->leaves, p->count, &seats, &n));
	if (n || was_count)
		TRY(attr_values_of(&tx->snap, p->root, &old, &m));
	for (size_t i = 0; i < m; i++)
		imap_put(&there, old[i].attr, 1);
	for (size_t i = 0; i < n; i++) {
		i64 attr = ATTR_ID_GROUP(seats[i].chat);
		if (imap_put(&seen, attr, 1) && !imap_get(&there, attr, &any))
			TRY(attr_value_put(tx, &(struct attr_value){ p->root, attr, 1, STR_NIL }));
	}
	for (size_t i = 0; i < m; i++)
		if (old[i].attr < 0 && !imap_get(&seen, old[i].attr, &any))
			TRY(attr_value_put(tx, &(struct attr_value){ p->root, old[i].attr, NIL, STR_NIL }));
	*ret = (i64)seen.n;
	return OK;
}

static err on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct attr_value was, now = { p->root, GROUP_ATTR_COUNT, NIL, STR_NIL };
	i64 n;
	TRY(attr_value_get(&tx->snap, p->root, GROUP_ATTR_COUNT, &was));
	TRY(keep_seats(tx, p, was.n == NIL ? 0 : was.n, &n));
	if (n)
		now.n = n;
	return was.n == now.n ? OK : attr_value_put(tx, &now);
}

static err night_begin(struct tx *tx, const struct timer_row *row, bool connected)
{
	bool taken;
	i64 job;
	TRY(night_take(tx, row, GROUP_NIGHT_MS, &taken));
	return taken && connected ? group_sync_queue(tx, str_c(text_raw(T_GROUP_JOB_SYNC, LANG_ZH)), &job) : OK;
}

static err night(struct cx *cx, const struct timer_row *row)
{
	struct corp_wecom corp;
	err e = corp_wecom_get(&cx->unit, cx->unit.corp, &corp);
	if (e != OK && e != ERR_STATE)
		return e;
	return WRITE_TX(&cx->unit, row->slot, night_begin(tx, row, e == OK));
}

static err start(struct env *env, struct fail *f) { return night_arm_all(env, GROUP_NIGHT_TIMER, GROUP_NIGHT_MS, f); }
static err corp_new(struct cx *cx) { return night_arm(cx, GROUP_NIGHT_TIMER, GROUP_NIGHT_MS); }

static const struct query *const queries[] = {
	&group_chat_get_query, &group_chat_by_name_query, &group_chat_add_query, &group_chat_put_query, &group_chat_due_query, &group_chat_of_owner_query,
	&group_member_all_query, &group_member_page_query, &group_member_named_query, &group_member_put_query,
	&group_member_quit_query, &group_person_add_query, &group_seat_put_query, &group_seat_drop_query, &group_seats_of_query, NULL,
};
static const struct wecom_reader wecom[] = { { "change_external_chat", group_on_callback, group_callback_effects }, { 0 } };
static const struct sender senders[] = { { .kind = "group.fetch", .send = group_fetch, .reconcile = group_fetch }, { 0 } };
static const struct job_kind jobs[] = {
	{ GROUP_SYNC_JOB, group_sync_step, "Reads all customer groups of the corp and who is in them." },
	{ 0 },
};
static const struct timer_kind timers[] = { { GROUP_LINK_TIMER, group_link }, { GROUP_NIGHT_TIMER, night }, { 0 } };
static const struct handler derive[] = { { EV_GROUP_JOINED, on_seat }, { EV_GROUP_LEFT, on_seat }, { 0 } };
static const char *const derived[] = { "group_seat", NULL };
static const struct handler act[] = { { EV_FOLLOW_ADDED, group_on_added }, { 0 } };
static const struct attr attrs[] = {
	{ .name = "groups", .type = ATTR_NUMBER, .id = GROUP_ATTR_COUNT, .label = T_ATTR_GROUPS },
	{ 0 },
};
static const struct event_title titles[] = {
	{ EV_GROUP_JOINED, T_GROUP_TITLE_JOINED },
	{ EV_GROUP_LEFT, T_GROUP_TITLE_LEFT },
	{ 0 },
};

const struct module group_module = {
	.name = "group",
	.doc = "Customer groups and their members, mirrored from WeCom.",
	.queries = queries,
	.wecom = wecom,
	.senders = senders,
	.jobs = jobs,
	.timers = timers,
	.derive = derive,
	.derived = derived,
	.act = act,
	.attrs = attrs,
	.person = on_person,
	.titles = titles,
	.start = start,
	.corp_new = corp_new,
};
