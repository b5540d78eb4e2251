/*
 * Whom a task is for: friends of hers who may serve, hours of duty, stores.
 */
#include "feature/stafftask/stafftask_int.h"

#include "core/corp/corp.h"
#include "core/follow/follow.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"

struct choosing {
	struct unit *u;
	const struct stafftask_whom *whom;
	struct staff *staff;
	size_t staff_count;
	struct staff_duty *duty;
	size_t duty_count;
	struct follow_sender *friends; /* who may serve her, the main advisor first, then the newest */
	size_t friend_count;
	bool open;                     /* outside quiet hours */
	i64 weekday, minute;
};

static const struct staff *staff_of(const struct choosing *c, i64 id)
{
	for (size_t i = 0; i < c->staff_count; i++)
		if (c->staff[i].id == id)
			return &c->staff[i];
	return NULL;
}

static bool serves(const struct choosing *c, i64 id)
{
	const struct staff *s = staff_of(c, id);
	return s && str_eq_c(s->state, "active");
}

static bool tried(const struct choosing *c, i64 id)
{
	for (size_t i = 0; i < c->whom->tried_count; i++)
		if (c->whom->tried[i] == id)
			return true;
	return false;
}

static bool on_duty(const struct choosing *c, i64 id)
{
	for (size_t i = 0; i < c->duty_count; i++) {
		const struct staff_duty *d = &c->duty[i];
		if (d->staff == id)
			return (d->days >> c->weekday & 1) && c->minute >= d->from_minute && c->minute < d->to_minute;
	}
	return c->open;
}

static err read_base(const struct snap *s, struct choosing *c)
{
	TRY(staff_all(s, &c->staff, &c->staff_count));
	return staff_duty_all(s, &(struct none){ 0 }, &c->duty, &c->duty_count);
}

static i64 store_of(const struct choosing *c, i64 staff)
{
	const struct staff *s = staff_of(c, staff);
	return s && s->store != NIL ? s->store : 0;
}

static i64 first_friend(const struct choosing *c, bool duty)
{
	for (size_t i = 0; i < c->friend_count; i++)
		if (!tried(c, c->friends[i].staff) && (!duty || on_duty(c, c->friends[i].staff)))
			return c->friends[i].staff;
	return 0;
}

/* Somebody of the store who is on duty; 0 nobody. */
static i64 of_store(const struct choosing *c, i64 store)
{
	for (size_t i = 0; store && i < c->staff_count; i++)
		if (c->staff[i].store == store && serves(c, c->staff[i].id) && !tried(c, c->staff[i].id) && on_duty(c, c->staff[i].id))
			return c->staff[i].id;
	return 0;
}

static struct stafftask_picked named(const struct choosing *c, i64 staff)
{
	bool friend = !c->whom->friends;
	for (size_t i = 0; i < c->friend_count; i++)
		friend |= c->friends[i].staff == staff;
	const char *why = !serves(c, staff) ? "not_active" : !friend ? "not_friend" : NULL;
	return (struct stafftask_picked){ staff, store_of(c, staff), why };
}

static struct stafftask_picked pick(const struct choosing *c)
{
	i64 any = first_friend(c, false), staff = any;
	if (str_eq_c(c->whom->who, "named"))
		return named(c, c->whom->staff);
	if (str_eq_c(c->whom->who, "store")) {
		i64 store = c->whom->store ? c->whom->store : store_of(c, any);
		return (struct stafftask_picked){ 0, store, store ? NULL : "no_store" };
	}
	if (str_eq_c(c->whom->who, "on_duty")) {
		staff = first_friend(c, true);
		if (!staff && !c->whom->friends)
			staff = of_store(c, c->whom->store ? c->whom->store : store_of(c, any));
		if (!staff)
			staff = any;
	}
	return (struct stafftask_picked){ staff, store_of(c, staff), staff ? NULL : "no_friend" };
}

err stafftask_pick(struct unit *u, const struct stafftask_whom *whom, struct stafftask_picked *ret)
{
	struct choosing c = { .u = u, .whom = whom };
	const struct tz *zone = corp_zone(u, u->corp);
	struct tz_time local = tz_local(zone, whom->at);
	ms open, close;
	TRY(reach_window(u, whom->at, &open, &close));
	c.open = open <= whom->at;
	c.minute = local.hour * 60 + local.minute;
	c.weekday = (local.weekday + 6) % 7; /* 0 is Monday */
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), read_base(snap, &c)));
	if (whom->customer)
		TRY(follow_friends(u, whom->customer, &c.friends, &c.friend_count));
	*ret = pick(&c);
	return OK;
}
