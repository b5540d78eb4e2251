/*
 * What people and members do in their own clients. Each act changes the model and emits the events
 * the platform emits for it, and no others: acts through the API never come here.
 *
 * Adding: a scan of a contact way lets the platform pick one member of it (never our choice); who is
 * a friend of one of them already is simply shown the chat, and nothing is reported. skip_verify off
 * leaves the request waiting for the member. A member with "no verification" on who is added from
 * outside a contact way is a half contact first.
 * A welcome code comes with an add, but not when the admin console has a welcome for the member, not
 * for WeCom users, not after a half contact had one.
 */
#include "sim/sim_call.h"

#define CONTACT_EVENT "change_external_contact"

static void contact_event(struct sim *s, const char *change, const struct sim_relation *r, str state, str code)
{
	struct http_pair fields[] = { { STR("UserID"), s->staff.v[r->staff]->userid },
				      { STR("ExternalUserID"), s->people.v[r->person]->xid },
				      { STR("State"), state }, { STR("WelcomeCode"), code } };
	sim_event(s, CONTACT_EVENT, change, fields, ARRAY_LEN(fields));
}

static str welcome_code(struct sim *s, struct sim_relation *r)
{
	const struct sim_person *p = s->people.v[r->person];
	if (s->staff.v[r->staff]->welcome || p->type == 2 || r->coded)
		return STR_NIL;
	r->coded = true;
	struct sim_code code = { .code = sim_new_id(s, "WC", 40), .relation = r->number, .made = sim_now(s) };
	return sim_code_add(s, &code)->code;
}

static void relation_complete(struct sim *s, struct sim_relation *r, const char *change)
{
	sim_daystat(s, r->staff, sim_day(sim_now(s)))->contacts++;
	contact_event(s, change, r, r->state, welcome_code(s, r));
	if (s->lively)
		sim_people_added(s, r);
}

/* A relation that ended and begins anew keeps its pair but nothing else. */
static struct sim_relation *relation_begin(struct sim *s, struct sim_person *p, struct sim_staff *m,
					   const struct sim_scan *scan)
{
	struct sim_relation fresh = { .staff = m->number, .person = p->number, .created = sim_now(s),
				      .add_way = scan->add_way, .state = scan->state, .oper = p->xid,
				      .status = REL_BOTH, .last_chat = 0 };
	struct sim_relation *old = sim_relation_find(s, m, p);
	if (!old)
		return sim_relation_add(s, &fresh);
	fresh.number = old->number;
	fresh.next = old->next;
	if (old->status == REL_CUSTOMER_LEFT) { /* the member's side of it was never gone */
		fresh.remark = old->remark;
		fresh.description = old->description;
		fresh.mobiles = old->mobiles;
		fresh.tags = old->tags;
	}
	*old = fresh;
	return old;
}

struct sim_relation *sim_add_friend(struct sim *s, struct sim_person *p, struct sim_staff *m,
				    const struct sim_scan *scan, bool *ret_new)
{
	struct sim_relation *r = sim_relation_find(s, m, p);
	*ret_new = false;
	if (r && (r->status == REL_BOTH || r->status == REL_ASKED || r->status == REL_HALF))
		return r;
	*ret_new = true;
	r = relation_begin(s, p, m, scan);
	sim_daystat(s, m->number, sim_day(r->created))->applies++;
	if (!scan->skip_verify && m->half) {
		r->status = REL_HALF;
		contact_event(s, "add_half_external_contact", r, r->state, welcome_code(s, r));
	} else if (!scan->skip_verify) {
		r->status = REL_ASKED;
		if (s->lively)
			sim_due_add(s, r->created + sim_below(s, STREAM_PEOPLE, 2 * MS_HOUR), DUE_ACCEPT, r->number, 0, STR_NIL);
	} else {
		relation_complete(s, r, "add_external_contact");
	}
	return r;
}

/* The member accepts a request, or adds a half contact back: no second code. */
void sim_accept(struct sim *s, struct sim_relation *r)
{
	if (r->status != REL_ASKED && r->status != REL_HALF)
		return;
	r->status = REL_BOTH;
	relation_complete(s, r, "add_external_contact");
}

static bool in_parties(const struct sim_way *w, const struct sim_staff *m)
{
	for (size_t i = 0; i < w->parties.n; i++)
		if (sim_ids_has(&m->depts, w->parties.v[i]))
			return true;
	return false;
}

static bool way_has(struct sim *s, const struct sim_way *w, const struct sim_staff *m)
{
	for (size_t i = 0; i < w->users.n; i++)
		if (sim_staff_find(s, w->users.v[i]) == m)
			return true;
	return in_parties(w, m);
}

struct sim_staff *sim_way_pick(struct sim *s, const struct sim_way *w, const struct sim_person *p)
{
	struct sim_staff *able[128];
	i64 n = 0;
	for (const struct sim_relation *r = p ? p->first : NULL; r; r = r->next)
		if (r->status == REL_BOTH && way_has(s, w, s->staff.v[r->staff]))
			return s->staff.v[r->staff];
	for (size_t i = 0; i < w->users.n && n < 128; i++) {
		struct sim_staff *m = sim_staff_usable(s, w->users.v[i]);
		if (m)
			able[n++] = m;
	}
	for (size_t i = 0; i < s->staff.n && w->parties.n && n < 128; i++) {
		bool listed = false;
		for (i64 k = 0; k < n; k++)
			listed |= able[k] == s->staff.v[i];
		if (!listed && sim_staff_serves(s->staff.v[i]) && in_parties(w, s->staff.v[i]))
			able[n++] = s->staff.v[i];
	}
	return n ? able[sim_below(s, STREAM_SCAN, n)] : NULL;
}

bool sim_delete_by_staff(struct sim *s, struct sim_relation *r)
{
	if (!sim_relation_readable(r))
		return false;
	r->status = REL_STAFF_LEFT;
	r->tags.n = 0;
	contact_event(s, "del_external_contact", r, STR_NIL, STR_NIL);
	return true;
}

bool sim_delete_by_customer(struct sim *s, struct sim_relation *r)
{
	if (!r || r->status != REL_BOTH)
		return false;
	r->status = REL_CUSTOMER_LEFT;
	sim_daystat(s, r->staff, sim_day(sim_now(s)))->negatives++;
	contact_event(s, "del_follow_user", r, STR_NIL, STR_NIL);
	return true;
}

/* An inheritance takes effect. Of a giver who left nothing is told; a taker who is her friend already gets no event. */
void sim_hand_over(struct sim *s, struct sim_relation *from, struct sim_staff *to, bool resigned)
{
	struct sim_person *p = s->people.v[from->person];
	struct sim_relation *r = sim_relation_find(s, to, p);
	struct sim_scan how = { .add_way = 202, .skip_verify = true, .state = STR("") };
	bool friends = r && r->status == REL_BOTH;
	struct http_pair gone[] = { { STR("UserID"), s->staff.v[from->staff]->userid }, { STR("ExternalUserID"), p->xid },
				    { STR("Source"), STR("DELETE_BY_TRANSFER") } };
	from->status = REL_STAFF_LEFT;
	from->tags.n = 0;
	if (!resigned)
		sim_event(s, CONTACT_EVENT, "del_external_contact", gone, ARRAY_LEN(gone));
	if (friends)
		return;
	r = relation_begin(s, p, to, &how);
	r->oper = STR("admin");
	contact_event(s, "add_external_contact", r, STR_NIL, STR_NIL);
}

/* A message either way: no event, but a welcome can no longer be sent. */
void sim_chat(struct sim *s, struct sim_relation *r)
{
	ms now = sim_now(s);
	struct sim_daystat *d = sim_daystat(s, r->staff, sim_day(now));
	d->chats += sim_day(r->last_chat) != sim_day(now);
	d->messages += 2;
	r->chatted = true;
	r->last_chat = now;
}

bool sim_client_tag(struct sim *s, struct sim_relation *r, i64 tag, bool add)
{
	if (!sim_relation_readable(r) || sim_ids_has(&r->tags, tag) == add)
		return false;
	if (add)
		sim_ids_add(s, &r->tags, tag);
	else
		sim_ids_drop(&r->tags, tag);
	contact_event(s, "edit_external_contact", r, STR_NIL, STR_NIL);
	return true;
}

void sim_tag_event(struct sim *s, str id, const char *type, const char *change)
{
	struct http_pair fields[] = { { STR("Id"), id }, { STR("TagType"), str_c(type) } };
	sim_event(s, "change_external_tag", change, fields, ARRAY_LEN(fields));
}

/* The person named by xid, unionid, openid or phone if there is one, else a new one with what is said. */
struct sim_person *sim_person_make(struct sim *s, const struct json *of)
{
	struct { const char *name; struct map *map; } keys[] = {
		{ "external_userid", &s->person_by_xid }, { "unionid", &s->person_by_unionid },
		{ "openid", &s->person_by_openid }, { "phone", &s->person_by_phone } };
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		str key = json_str(of, keys[i].name);
		struct sim_person *p = key.n ? map_get(keys[i].map, key) : NULL;
		if (p)
			return p;
	}
	i64 type = json_i64(of, "type", 1);
	str name = json_str(of, "name"), unionid = json_str(of, "unionid"), xid = json_str(of, "external_userid");
	struct sim_person p = { .xid = xid.n ? sim_keep(s, xid) : sim_new_id(s, type == 2 ? "wo" : "wm", 30),
				.name = name.n ? sim_keep(s, name) : STR("微信用户"),
				.unionid = type == 2 ? STR_NIL : unionid.n ? sim_keep(s, unionid) : sim_new_id(s, "o", 27),
				.openid = sim_new_id(s, "oS", 26), .phone = sim_keep(s, json_str(of, "phone")),
				.gender = json_i64(of, "gender", 0), .type = type,
				.corp_name = sim_keep(s, json_str(of, "corp_name")), .avatar = STR_NIL };
	p.avatar = arena_printf(s->arena, "https://wx.qlogo.example/mmhead/%.*s/0", STR_F(p.openid));
	if (json_bool(of, "no_unionid", false))
		p.unionid = STR_NIL;
	return sim_person_add(s, &p);
}
