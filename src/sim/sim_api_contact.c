/*
 * API: customers. Lists, one customer with her followers, pages by members, remarks, and the daily
 * figures of members.
 *
 * What is readable: a relation both ways, or one that the customer has ended (it stays one-way). Not
 * readable (84061): ended by the member, half, or still asked for. Only followers inside the app's
 * visible range are shown. get gives tags as objects, batch/get_by_user as ids only.
 */
#include "sim/sim_call.h"

#define BATCH_USERS_MAX 100
#define BATCH_LIMIT_DEFAULT 50
#define BATCH_LIMIT_MAX 100
#define FOLLOWERS_PAGE 500
#define REMARK_MAX 20
#define DESCRIPTION_MAX 150
#define BEHAVIOUR_DAYS_MAX 30
#define BEHAVIOUR_BACK_DAYS 180

static int get_follow_user_list(struct sim_call *c)
{
	bool first = true;
	buf_add_c(&c->out, ",\"follow_user\":[");
	for (size_t i = 0; i < c->s->staff.n; i++) {
		if (!sim_staff_serves(c->s->staff.v[i]))
			continue;
		if (!first)
			buf_char(&c->out, ',');
		first = false;
		buf_json(&c->out, c->s->staff.v[i]->userid);
	}
	buf_char(&c->out, ']');
	return 0;
}

/* The member named by a parameter: 0, or why she cannot be used. */
static int member(struct sim_call *c, str userid, struct sim_staff **ret)
{
	if (userid.n == 0)
		return 41009;
	struct sim_staff *m = sim_staff_find(c->s, userid);
	if (!m)
		return 60111;
	if (!m->visible)
		return 50002;
	*ret = m;
	return m->follow ? 0 : 84083;
}

static int contact_list(struct sim_call *c)
{
	struct sim_staff *m = NULL;
	int refused = member(c, sim_arg(c, "userid"), &m);
	if (refused)
		return refused;
	i64 n = 0;
	buf_add_c(&c->out, ",\"external_userid\":[");
	for (size_t i = 0; i < m->relations.n; i++) {
		struct sim_relation *r = m->relations.v[i];
		if (!sim_relation_readable(r))
			continue;
		if (n++)
			buf_char(&c->out, ',');
		buf_json(&c->out, c->s->people.v[r->person]->xid);
	}
	buf_char(&c->out, ']');
	return n ? 0 : 84061;
}

static void contact_fields(struct sim_call *c, const struct sim_person *p)
{
	buf_add_c(&c->out, "{\"external_userid\":");
	buf_json(&c->out, p->xid);
	sim_out_str(c, "name", p->name);
	sim_out_i64(c, "type", p->type);
	sim_out_i64(c, "gender", p->gender);
	sim_out_str(c, "avatar", p->avatar);
	if (p->type == 1 && p->unionid.n)
		sim_out_str(c, "unionid", p->unionid);
	if (p->type == 2) {
		sim_out_str(c, "position", STR(""));
		sim_out_str(c, "corp_name", p->corp_name);
		sim_out_str(c, "corp_full_name", p->corp_name);
		buf_add_c(&c->out, ",\"external_profile\":{\"external_attr\":[]}");
	}
	buf_char(&c->out, '}');
}

static void tag_objects(struct sim_call *c, const struct sim_relation *r)
{
	bool first = true;
	buf_add_c(&c->out, ",\"tags\":[");
	for (size_t i = 0; i < r->tags.n; i++) {
		const struct sim_tag *t = c->s->tags.v[r->tags.v[i]];
		if (t->deleted)
			continue;
		buf_add_c(&c->out, first ? "{\"group_name\":" : ",{\"group_name\":");
		first = false;
		buf_json(&c->out, c->s->groups.v[t->group]->name);
		sim_out_str(c, "tag_name", t->name);
		sim_out_str(c, "tag_id", t->id);
		buf_add_c(&c->out, ",\"type\":1}");
	}
	for (size_t i = 0; i < r->own_tags.n; i++) {
		buf_add_c(&c->out, first ? "{\"group_name\":\"自定义\"" : ",{\"group_name\":\"自定义\"");
		first = false;
		sim_out_str(c, "tag_name", r->own_tags.v[i]);
		buf_add_c(&c->out, ",\"type\":2}");
	}
	buf_char(&c->out, ']');
}

static void tag_ids(struct sim_call *c, const struct sim_relation *r)
{
	bool first = true;
	buf_add_c(&c->out, ",\"tag_id\":[");
	for (size_t i = 0; i < r->tags.n; i++) {
		const struct sim_tag *t = c->s->tags.v[r->tags.v[i]];
		if (t->deleted)
			continue;
		if (!first)
			buf_char(&c->out, ',');
		first = false;
		buf_json(&c->out, t->id);
	}
	buf_char(&c->out, ']');
}

static void follow_fields(struct sim_call *c, const struct sim_relation *r, bool ids_only)
{
	buf_add_c(&c->out, "{\"userid\":");
	buf_json(&c->out, c->s->staff.v[r->staff]->userid);
	str remark = r->remark.n ? r->remark : c->s->people.v[r->person]->name;
	sim_out_str(c, "remark", remark);
	sim_out_str(c, "description", r->description);
	sim_out_i64(c, "createtime", r->created / 1000);
	if (ids_only)
		tag_ids(c, r);
	else
		tag_objects(c, r);
	if (c->s->people.v[r->person]->type == 1)
		sim_out_str(c, "remark_corp_name", r->remark_corp);
	sim_out_texts(c, "remark_mobiles", &r->mobiles);
	sim_out_str(c, "oper_userid", r->oper);
	sim_out_i64(c, "add_way", r->add_way);
	if (r->state.n)
		sim_out_str(c, "state", r->state);
	if (r->add_way == 10)
		buf_add_c(&c->out, ",\"wechat_channels\":{\"nickname\":\"\",\"source\":0}");
	buf_char(&c->out, '}');
}

static int contact_get(struct sim_call *c)
{
	str xid = sim_arg(c, "external_userid");
	i64 skip, seen = 0, shown = 0;
	if (!sim_cursor(c, &skip))
		return 50100;
	struct sim_person *p = xid.n ? map_get(&c->s->person_by_xid, xid) : NULL;
	if (!p)
		return 40096;
	buf_add_c(&c->out, ",\"external_contact\":");
	contact_fields(c, p);
	buf_add_c(&c->out, ",\"follow_user\":[");
	for (struct sim_relation *r = p->first; r; r = r->next) {
		if (!sim_relation_readable(r) || !c->s->staff.v[r->staff]->visible)
			continue;
		if (seen++ < skip || shown >= FOLLOWERS_PAGE)
			continue;
		if (shown++)
			buf_char(&c->out, ',');
		follow_fields(c, r, false);
	}
	buf_char(&c->out, ']');
	if (seen > skip + shown)
		sim_out_str(c, "next_cursor", sim_cursor_of(c, skip + shown));
	return seen ? 0 : 84061;
}

/* The cursor counts relations of the listed members one after another: (member place << 32 | place). */
static int batch_get_by_user(struct sim_call *c)
{
	const struct json *list = sim_arg_array(c, "userid_list");
	i64 at, limit = sim_arg_i64(c, "limit", BATCH_LIMIT_DEFAULT), n = 0, known = 0;
	if (!list || list->n == 0 || list->n > BATCH_USERS_MAX)
		return sim_refuse(c, 40058, "invalid userid_list size");
	if (!sim_cursor(c, &at))
		return 50100;
	limit = limit < 1 ? BATCH_LIMIT_DEFAULT : int_min(limit, BATCH_LIMIT_MAX);
	i64 place = at >> 32, inner = at & 0xffffffff;
	for (size_t i = 0; i < list->n; i++) {
		struct sim_staff *m = NULL;
		int refused = member(c, list->items[i].text, &m);
		if (refused)
			return refused;
		known += (i64)m->relations.n;
	}
	buf_add_c(&c->out, ",\"external_contact_list\":[");
	for (; place < (i64)list->n && n < limit; place++, inner = 0) {
		struct sim_staff *m = sim_staff_find(c->s, list->items[place].text);
		for (; inner < (i64)m->relations.n && n < limit; inner++) {
			struct sim_relation *r = m->relations.v[inner];
			if (!sim_relation_readable(r))
				continue;
			buf_add_c(&c->out, n++ ? ",{\"external_contact\":" : "{\"external_contact\":");
			contact_fields(c, c->s->people.v[r->person]);
			buf_add_c(&c->out, ",\"follow_info\":");
			follow_fields(c, r, true);
			buf_char(&c->out, '}');
		}
		if (inner < (i64)m->relations.n)
			break;
	}
	buf_char(&c->out, ']');
	sim_out_str(c, "next_cursor", place < (i64)list->n ? sim_cursor_of(c, place << 32 | inner) : STR(""));
	return known || at ? 0 : 84061;
}

/* The relation named by userid and external_userid: 0, or why there is none. */
static int relation(struct sim_call *c, struct sim_relation **ret)
{
	struct sim_staff *m = NULL;
	int refused = member(c, sim_arg(c, "userid"), &m);
	if (refused)
		return refused;
	str xid = sim_arg(c, "external_userid");
	struct sim_person *p = xid.n ? map_get(&c->s->person_by_xid, xid) : NULL;
	if (!p)
		return 40096;
	*ret = sim_relation_find(c->s, m, p);
	return sim_relation_readable(*ret) ? 0 : 84061;
}

static int text_param(struct sim_call *c, const char *name, size_t max, str *target)
{
	if (!sim_arg_has(c, name))
		return 0;
	str text = sim_arg(c, name);
	if (str_utf8_len(text) > max)
		return sim_refuse(c, 40058, "invalid request parameter: text too long");
	*target = sim_keep(c->s, text);
	return 0;
}

static int contact_remark(struct sim_call *c)
{
	struct sim_relation *r = NULL;
	static const char *const names[] = { "remark", "description", "remark_company", "remark_mobiles",
					     "remark_pic_mediaid" };
	int given = 0, refused = relation(c, &r);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		given += sim_arg_has(c, names[i]);
	if (refused || !given)
		return refused ? refused : 40058;
	if ((refused = text_param(c, "remark", REMARK_MAX, &r->remark)) ||
	    (refused = text_param(c, "description", DESCRIPTION_MAX, &r->description)) ||
	    (refused = text_param(c, "remark_company", REMARK_MAX, &r->remark_corp)))
		return refused;
	const struct json *mobiles = sim_arg_array(c, "remark_mobiles");
	if (mobiles) {
		if (!sim_texts(c->s, mobiles, &r->mobiles))
			return 40058;
		if (r->mobiles.n == 1 && r->mobiles.v[0].n == 0)
			r->mobiles.n = 0;
	}
	return 0;
}

static int mark_tag(struct sim_call *c)
{
	struct sim_relation *r = NULL;
	int refused = relation(c, &r);
	if (refused)
		return refused;
	const struct json *lists[2] = { sim_arg_array(c, "add_tag"), sim_arg_array(c, "remove_tag") };
	if ((!lists[0] || !lists[0]->n) && (!lists[1] || !lists[1]->n))
		return sim_refuse(c, 40058, "add_tag and remove_tag both empty");
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; lists[k] && i < lists[k]->n; i++) {
			struct sim_tag *t = map_get(&c->s->tag_by_id, lists[k]->items[i].text);
			if (!t || t->deleted)
				return 40068;
		}
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; lists[k] && i < lists[k]->n; i++) {
			struct sim_tag *t = map_get(&c->s->tag_by_id, lists[k]->items[i].text);
			if (k == 1)
				sim_ids_drop(&r->tags, t->number);
			else if (!sim_ids_has(&r->tags, t->number))
				sim_ids_add(c->s, &r->tags, t->number);
		}
	return 0;
}

static bool day_range(struct sim_call *c, i64 *ret_from, i64 *ret_to)
{
	i64 from = sim_arg_i64(c, "start_time", -1), to = sim_arg_i64(c, "end_time", -1);
	i64 today = sim_day(sim_now(c->s));
	if (from < 0 || to < from)
		return false;
	*ret_from = sim_day(from * 1000);
	*ret_to = sim_day(to * 1000);
	return *ret_to - *ret_from < BEHAVIOUR_DAYS_MAX && *ret_from >= today - BEHAVIOUR_BACK_DAYS && *ret_to < today + 1;
}

/* The members asked for, by themselves or through their departments; 0 or the errcode. */
static int behaviour_members(struct sim_call *c, struct ids *ret)
{
	const struct json *users = sim_arg_array(c, "userid"), *parties = sim_arg_array(c, "partyid");
	size_t asked = (users ? users->n : 0) + (parties ? parties->n : 0);
	if (asked == 0 || asked > BATCH_USERS_MAX)
		return 40058;
	*ret = (struct ids){ .v = ARENA_ARRAY(c->a, i64, asked + c->s->staff.n) };
	for (size_t i = 0; users && i < users->n; i++) {
		const struct sim_staff *m = sim_staff_find(c->s, users->items[i].text);
		if (!m)
			return 60111;
		if (!sim_ids_has(ret, m->number))
			ret->v[ret->n++] = m->number;
	}
	for (size_t i = 0; parties && i < parties->n; i++)
		for (size_t k = 0; k < c->s->staff.n; k++)
			if (sim_ids_has(&c->s->staff.v[k]->depts, parties->items[i].i) && !sim_ids_has(ret, (i64)k))
				ret->v[ret->n++] = (i64)k;
	return 0;
}

static struct sim_daystat behaviour_sum(struct sim *s, const struct ids *members, i64 day)
{
	struct sim_daystat sum = { 0 };
	for (size_t i = 0; i < members->n; i++) {
		i64 key[2] = { members->v[i], day };
		const struct sim_daystat *d = map_get(&s->daystat_by_key, str_of(key, sizeof(key)));
		if (!d)
			continue;
		sum.applies += d->applies;
		sum.contacts += d->contacts;
		sum.chats += d->chats;
		sum.messages += d->messages;
		sum.negatives += d->negatives;
	}
	return sum;
}

static int behaviour(struct sim_call *c)
{
	struct ids members;
	i64 from, to;
	int refused = behaviour_members(c, &members);
	if (refused || !day_range(c, &from, &to))
		return refused ? refused : 40058;
	buf_add_c(&c->out, ",\"behavior_data\":[");
	for (i64 day = from; day <= to; day++) {
		struct sim_daystat sum = behaviour_sum(c->s, &members, day);
		sim_out_fmt(c, "%s{\"stat_time\":%lld,\"new_apply_cnt\":%lld,\"new_contact_cnt\":%lld,\"chat_cnt\":%lld,"
			       "\"message_cnt\":%lld,\"negative_feedback_cnt\":%lld",
			    day > from ? "," : "", (long long)(day * 86400 - 8 * 3600), (long long)sum.applies,
			    (long long)sum.contacts, (long long)sum.chats, (long long)sum.messages, (long long)sum.negatives);
		buf_add_c(&c->out, sum.chats ? ",\"reply_percentage\":92.5,\"avg_reply_time\":3}" : "}");
	}
	buf_char(&c->out, ']');
	return 0;
}

static int convert_to_openid(struct sim_call *c)
{
	struct sim_person *p = map_get(&c->s->person_by_xid, sim_arg(c, "external_userid"));
	if (!p || p->type != 1)
		return 40096;
	sim_out_str(c, "openid", p->openid);
	return 0;
}

const struct sim_api sim_api_contact[] = {
	{ "externalcontact/get_follow_user_list", get_follow_user_list, API_GET },
	{ "externalcontact/list", contact_list, API_GET },
	{ "externalcontact/get", contact_get, API_GET },
	{ "externalcontact/batch/get_by_user", batch_get_by_user, API_POST },
	{ "externalcontact/remark", contact_remark, API_POST | API_EFFECT },
	{ "externalcontact/mark_tag", mark_tag, API_POST | API_EFFECT },
	{ "externalcontact/get_user_behavior_data", behaviour, API_POST },
	{ "externalcontact/convert_to_openid", convert_to_openid, API_POST },
	{ NULL, NULL, 0 },
};
