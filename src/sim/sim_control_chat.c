/*
 * The control API of customer groups: members open, rename, hand over and dissolve groups, people come in by
 * a code or an invitation and go.
 */
#include "sim/sim_chat.h"
#include "sim/sim_people.h"

#include "base/json.h"

static void out_str(struct buf *out, const char *name, str value)
{
	buf_fmt(out, "%s\"%s\":", out->n > 1 ? "," : "", name);
	buf_json(out, value.p ? value : STR(""));
}

/* userid (owner), name; people: so many strangers in it already; quiet: it was there before us. */
static const char *make(struct sim *s, const struct json *in, struct buf *out)
{
	struct sim_staff *owner = sim_staff_find(s, json_str(in, "userid"));
	bool quiet = json_bool(in, "quiet", false);
	i64 people = json_i64(in, "people", 0);
	if (!owner || people < 0 || people >= SIM_CHAT_MAX)
		return "userid must name a member, people be below 500";
	struct sim_chat *c = sim_chat_open(s, owner, json_str(in, "name"), quiet);
	for (i64 i = 0; i < people; i++) {
		struct sim_seat seat = { .staff = -1, .person = sim_people_make(s)->number, .scene = 1 + i % 3, .invitor = -1,
					 .state = STR(""), .nick = STR("") };
		if (seat.scene == 1)
			seat.invitor = owner->number;
		sim_chat_enter(s, c, &seat, quiet);
	}
	out_str(out, "chat_id", c->id);
	return NULL;
}

/* config_id, or chat_id with scene and invitor; person or external_userid, or userid for a member. */
static const char *enter(struct sim *s, const struct json *in, struct buf *out)
{
	struct sim_join *j = sim_join_find(s, json_str(in, "config_id"));
	struct sim_chat *c = j ? NULL : sim_chat_find(s, json_str(in, "chat_id"));
	struct sim_staff *invitor = sim_staff_find(s, json_str(in, "invitor")), *m = sim_staff_find(s, json_str(in, "userid"));
	const struct json *person = json_get(in, "person");
	if (!j && (!c || c->gone))
		return "no such code and no such group";
	struct sim_person *p = m ? NULL : sim_person_make(s, person ? person : in);
	for (size_t i = 0; j && p && i < j->chats.n; i++) { /* who sits in one of its groups is shown that one */
		struct sim_chat *of = sim_chat_find(s, j->chats.v[i]);
		if (of && !of->gone && sim_chat_seat(of, -1, p->number))
			c = of;
	}
	if (j && !c)
		c = sim_join_room(s, j);
	if (!c)
		return "all groups of this code are full";
	struct sim_seat seat = { .staff = m ? m->number : -1, .person = p ? p->number : -1, .invitor = invitor ? invitor->number : -1,
				 .scene = j ? 3 : json_i64(in, "scene", 1), .state = j ? j->state : STR(""), .nick = STR("") };
	bool fresh = sim_chat_enter(s, c, &seat, false);
	out_str(out, "chat_id", c->id);
	out_str(out, "external_userid", p ? p->xid : STR_NIL);
	buf_fmt(out, ",\"existing\":%s", fresh ? "false" : "true");
	return NULL;
}

static const char *leave(struct sim *s, const struct json *in, struct sim_chat *c)
{
	struct sim_staff *m = sim_staff_find(s, json_str(in, "userid"));
	struct sim_person *p = map_get(&s->person_by_xid, json_str(in, "external_userid"));
	struct sim_seat *seat = m || p ? sim_chat_seat(c, m ? m->number : -1, m ? -1 : p->number) : NULL;
	return sim_chat_leave(s, c, seat, json_bool(in, "removed", false)) ? NULL : "she is not in that group";
}

static const char *change(struct sim *s, const struct json *in, struct sim_chat *c)
{
	struct sim_staff *owner = sim_staff_find(s, json_str(in, "userid"));
	sim_chat_rename(s, c, json_get(in, "name") ? json_str(in, "name") : STR_NIL,
			json_get(in, "notice") ? json_str(in, "notice") : STR_NIL, owner);
	c->status = json_i64(in, "status", c->status);
	if (json_get(in, "admin")) {
		struct sim_staff *admin = sim_staff_find(s, json_str(in, "admin"));
		if (!admin)
			return "no such member";
		sim_ids_add(s, &c->admins, admin->number);
	}
	return NULL;
}

const char *sim_chat_control(struct sim *s, str path, const struct json *in, struct buf *out)
{
	struct sim_chat *c = sim_chat_find(s, json_str(in, "chat_id"));
	if (str_eq_c(path, "/sim/group/make"))
		return make(s, in, out);
	if (str_eq_c(path, "/sim/group/join"))
		return enter(s, in, out);
	if (!c || c->gone)
		return "no such group";
	if (str_eq_c(path, "/sim/group/leave"))
		return leave(s, in, c);
	if (str_eq_c(path, "/sim/group/change"))
		return change(s, in, c);
	if (!str_eq_c(path, "/sim/group/dissolve"))
		return "make, join, leave, change or dissolve";
	sim_chat_dissolve(s, c);
	return NULL;
}
