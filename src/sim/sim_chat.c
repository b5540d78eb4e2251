/*
 * Customer groups: seats taken and left, names, owners, and the codes that lead into them.
 *
 * Every change of membership moves the version on, and the event tells the one before and the one after, so
 * that a client can see that it missed one.
 */
#include "sim/sim_chat.h"

#include "base/hash.h"

#define CHAT_EVENT "change_external_chat"

struct sim_chat *sim_chat_add(struct sim *s, const struct sim_chat *of)
{
	struct sim_chat *c = ARENA_NEW(s->arena, struct sim_chat);
	*c = *of;
	c->number = (i64)s->group.chats.n;
	memset(&c->seats, 0, sizeof(c->seats));
	vec_push(s->arena, &s->group.chats, c);
	map_put(&s->group.chat_by_id, c->id, c);
	return c;
}

struct sim_seat *sim_seat_add(struct sim *s, const struct sim_seat *of)
{
	struct sim_seat *seat = ARENA_NEW(s->arena, struct sim_seat);
	*seat = *of;
	vec_push(s->arena, &s->group.seats, seat);
	vec_push(s->arena, &s->group.chats.v[seat->chat]->seats, seat);
	return seat;
}

struct sim_join *sim_join_add(struct sim *s, const struct sim_join *of)
{
	struct sim_join *j = ARENA_NEW(s->arena, struct sim_join);
	*j = *of;
	vec_push(s->arena, &s->group.joins, j);
	map_put(&s->group.join_by_id, j->config_id, j);
	return j;
}

struct sim_hello *sim_hello_add(struct sim *s, const struct sim_hello *of)
{
	struct sim_hello *h = ARENA_NEW(s->arena, struct sim_hello);
	*h = *of;
	vec_push(s->arena, &s->group.hellos, h);
	map_put(&s->group.hello_by_id, h->id, h);
	return h;
}

struct sim_chat *sim_chat_find(struct sim *s, str chat_id)
{
	return chat_id.n ? map_get(&s->group.chat_by_id, chat_id) : NULL;
}

struct sim_join *sim_join_find(struct sim *s, str config_id)
{
	struct sim_join *j = config_id.n ? map_get(&s->group.join_by_id, config_id) : NULL;
	return j && !j->deleted ? j : NULL;
}

size_t sim_chat_members(const struct sim_chat *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->seats.n; i++)
		n += !c->seats.v[i]->gone;
	return n;
}

struct sim_seat *sim_chat_seat(const struct sim_chat *c, i64 staff, i64 person)
{
	for (size_t i = 0; i < c->seats.n; i++)
		if (!c->seats.v[i]->gone && c->seats.v[i]->staff == staff && c->seats.v[i]->person == person)
			return c->seats.v[i];
	return NULL;
}

static str version_text(struct sim *s, const struct sim_chat *c, i64 version)
{
	u64 a = hash_mix(s->seed ^ hash64(c->id) ^ (u64)version), b = hash_mix(a);
	return arena_printf(s->arena, "%016llx%016llx", (unsigned long long)a, (unsigned long long)b);
}

str sim_chat_version(struct sim *s, const struct sim_chat *c)
{
	return version_text(s, c, c->version);
}

static void tell(struct sim *s, const struct sim_chat *c, const char *change, const char *detail)
{
	struct http_pair fields[] = { { STR("ChatId"), c->id }, { STR("UpdateDetail"), str_c(detail) } };
	sim_event(s, CHAT_EVENT, change, fields, detail[0] ? 2 : 1);
}

static str seat_name(struct sim *s, const struct sim_seat *seat)
{
	return seat->staff >= 0 ? s->staff.v[seat->staff]->userid : s->people.v[seat->person]->xid;
}

static void membership_changed(struct sim *s, struct sim_chat *c, const struct sim_seat *who, const char *detail, i64 scene)
{
	str text = arena_printf(s->arena, "%lld", (long long)scene), last = sim_chat_version(s, c);
	bool joined = str_eq_c(STR("add_member"), detail);
	c->version++;
	struct http_pair fields[] = {
		{ STR("ChatId"), c->id }, { STR("UpdateDetail"), str_c(detail) },
		{ joined ? STR("JoinScene") : STR("QuitScene"), text }, { STR("MemChangeCnt"), STR("1") },
		{ STR("LastMemVer"), last }, { STR("CurMemVer"), sim_chat_version(s, c) },
		{ STR("MemChangeList"), seat_name(s, who) },
	};
	sim_event(s, CHAT_EVENT, "update", fields, ARRAY_LEN(fields));
}

struct sim_chat *sim_chat_open(struct sim *s, struct sim_staff *owner, str name, bool quiet)
{
	struct sim_chat of = { .id = sim_new_id(s, "wr", 30), .name = sim_keep(s, name), .owner = owner->number,
			       .notice = STR(""), .created = sim_now(s), .version = 1 };
	struct sim_chat *c = sim_chat_add(s, &of);
	struct sim_seat seat = { .chat = c->number, .staff = owner->number, .person = -1, .joined = c->created, .scene = 1,
				 .invitor = -1, .state = STR(""), .nick = STR("") };
	sim_seat_add(s, &seat);
	if (!quiet)
		tell(s, c, "create", "");
	return c;
}

bool sim_chat_enter(struct sim *s, struct sim_chat *c, const struct sim_seat *who, bool quiet)
{
	if (c->gone || sim_chat_seat(c, who->staff, who->person) || sim_chat_members(c) >= SIM_CHAT_MAX)
		return false;
	struct sim_seat seat = *who;
	seat.chat = c->number;
	seat.joined = sim_now(s);
	struct sim_seat *made = sim_seat_add(s, &seat);
	if (quiet)
		c->version++;
	else
		membership_changed(s, c, made, "add_member", seat.scene == 3 ? 3 : 0);
	return true;
}

bool sim_chat_leave(struct sim *s, struct sim_chat *c, struct sim_seat *who, bool removed)
{
	if (c->gone || !who || who->gone)
		return false;
	who->gone = true;
	membership_changed(s, c, who, "del_member", removed ? 1 : 0);
	return true;
}

void sim_chat_dissolve(struct sim *s, struct sim_chat *c)
{
	c->gone = true;
	tell(s, c, "dismiss", "");
}

void sim_chat_rename(struct sim *s, struct sim_chat *c, str name, str notice, struct sim_staff *owner)
{
	if (name.p) {
		c->name = sim_keep(s, name);
		tell(s, c, "update", "change_name");
	}
	if (notice.p) {
		c->notice = sim_keep(s, notice);
		tell(s, c, "update", "change_notice");
	}
	if (owner && owner->number != c->owner) {
		struct sim_seat seat = { .staff = owner->number, .person = -1, .scene = 1, .invitor = c->owner,
					 .state = STR(""), .nick = STR("") };
		sim_chat_enter(s, c, &seat, false);
		c->owner = owner->number;
		tell(s, c, "update", "change_owner");
	}
}

static size_t full(const struct sim *s)
{
	return (size_t)(s->group.full > 0 ? s->group.full : SIM_CHAT_FULL);
}

static void strs_add(struct sim *s, struct strs *list, str text)
{
	str *grown = ARENA_ARRAY(s->arena, str, list->n + 1);
	memcpy(grown, list->v, list->n * sizeof(str));
	grown[list->n] = text;
	*list = (struct strs){ grown, list->n + 1 };
}

struct sim_chat *sim_join_room(struct sim *s, struct sim_join *j)
{
	struct sim_chat *last = NULL;
	for (size_t i = 0; i < j->chats.n; i++) {
		struct sim_chat *c = sim_chat_find(s, j->chats.v[i]);
		if (!c || c->gone)
			continue;
		last = c;
		if (sim_chat_members(c) < full(s))
			return c;
	}
	if (!last || !j->auto_create)
		return NULL;
	str name = j->base_name.n ? arena_printf(s->arena, "%.*s%lld", STR_F(j->base_name), (long long)j->base_id++) : STR("");
	struct sim_chat *made = sim_chat_open(s, s->staff.v[last->owner], name, false);
	strs_add(s, &j->chats, made->id);
	return made;
}
