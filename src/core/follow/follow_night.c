/*
 * The nightly reading: what callbacks lost on the way is found by reading all customers again (follow_sync), and
 * relations whose end was lost by asking each member for her list. That a customer deleted a member cannot be
 * found so: WeCom goes on showing her.
 */
#include "core/follow/follow_decode.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/corp/corp_night.h"
#include "core/staff/staff.h"

#define GONE_ROWS 1000
#define GONE_YOUNG_MS (10 * MS_MINUTE) /* what is younger may have come after the list */

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

err follow_night_start(struct env *env, struct fail *f) { return night_arm_all(env, FOLLOW_NIGHT, FOLLOW_NIGHT_MS, f); }
err follow_night_new(struct cx *cx) { return night_arm(cx, FOLLOW_NIGHT, FOLLOW_NIGHT_MS); }

static err begin(struct tx *tx, const struct timer_row *row, bool connected)
{
	bool taken;
	i64 job;
	TRY(night_take(tx, row, FOLLOW_NIGHT_MS, &taken));
	if (!taken || !connected)
		return OK;
	return job_add(tx, FOLLOW_NIGHT_JOB, STR(FOLLOW_NIGHT_JOB), STR("/customers"), &none_record, &(struct none){ 0 }, &job);
}

err follow_night(struct cx *cx, const struct timer_row *row)
{
	struct corp_wecom corp;
	struct fail before = cx->unit.fail;
	bool connected = corp_wecom_get(&cx->unit, cx->unit.corp, &corp) == OK;
	cx->unit.fail = before;
	return WRITE_TX(&cx->unit, row->slot, begin(tx, row, connected));
}

/* ---- who is gone ---- */

/* The next who serves customers; false: there is none. */
static err next_member(struct cx *cx, i64 after, struct staff *ret, bool *ret_any)
{
	struct staff *all;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), staff_all(snap, &all, &n)));
	*ret_any = false;
	for (size_t i = 0; i < n && !*ret_any; i++) {
		if (all[i].id <= after || !all[i].in_scope || !str_eq_c(all[i].state, "active"))
			continue;
		*ret = all[i];
		*ret_any = true;
	}
	return OK;
}

static err end_one(struct cx *cx, const struct staff *member, const struct follow_relation *r)
{
	struct unit *u = &cx->unit;
	struct follow_told t = { .tell = TELL_DROPPED, .customer = r->customer, .staff = member->id, .userid = member->userid,
		.external_userid = r->external_userid, .state = STR_NIL, .welcome_code = STR_NIL, .add_way = NIL, .at = cx_now(cx),
		.synced = true };
	TRY(follow_elsewhere(u, &t));
	return WRITE_TX(u, slot_of_customer(u->store, r->customer), follow_apply(tx, &t));
}

static err look_through(struct cx *cx, const struct staff *member, const struct map *there, i64 slot, ms asked)
{
	struct follow_relation *rows;
	size_t n = GONE_ROWS;
	i64 after = 0;
	while (n == GONE_ROWS) {
		TRY(READ_SNAP(&cx->unit, slot, follow_of_member(snap, member->id, after, GONE_ROWS, &rows, &n)));
		for (size_t i = 0; i < n; i++) {
			after = rows[i].customer;
			if (rows[i].added < asked - GONE_YOUNG_MS && !map_get(there, rows[i].external_userid))
				TRY(end_one(cx, member, &rows[i]));
		}
	}
	return OK;
}

err follow_night_gone(struct cx *cx, i64 *after)
{
	struct corp_wecom corp;
	struct staff member;
	struct strs ids;
	bool any;
	ms asked = cx_now(cx);
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t n = slots_of_corp(cx->unit.store, cx->unit.corp, slots, SLOT_COUNT);
	TRY(next_member(cx, *after, &member, &any));
	*after = any ? member.id : 0;
	if (!any)
		return OK;
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, &corp));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	err e = wecom_customer_list(&call, member.userid, &ids);
	if (e != OK && call.action == WECOM_DROP)
		return OK; /* not to be asked for: nothing is known of her */
	TRY(e);
	struct map there = map_new(CX_ARENA(cx));
	for (size_t i = 0; i < ids.n; i++)
		map_put(&there, ids.v[i], &ids.v[i]);
	for (size_t i = 0; i < n; i++)
		TRY(look_through(cx, &member, &there, slots[i], asked));
	return OK;
}
