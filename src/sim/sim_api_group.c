/*
 * API: customer groups, the codes that lead into them, and the platform's own daily figures of them.
 *
 * Without an owner filter the list is refused when more than 1000 members are visible (81017). A dissolved group
 * answers 49008. An update of a join way overwrites everything. Groups made by the platform itself stand in
 * the way's list afterwards.
 */
#include "sim/sim_call.h"
#include "sim/sim_chat.h"

#define LIST_MAX 1000
#define OWNERS_MAX 100
#define VISIBLE_MAX 1000
#define JOIN_REMARK_MAX 30
#define JOIN_STATE_MAX 30
#define JOIN_NAME_MAX 40
#define WAYS_MAX 500000
#define STAT_BACK_DAYS 180
#define STAT_SPAN_DAYS 30
#define STAT_DEFAULT 500

/* The members of the filter; false: none given. 0 or an errcode in *ret_code. */
static bool owners_of(struct sim_call *c, struct ids *ret, int *ret_code)
{
	const struct json *filter = json_get(c->in, "owner_filter"), *list = json_get(filter, "userid_list");
	*ret = (struct ids){ 0 };
	*ret_code = 0;
	if (!list || list->type != JSON_ARRAY || !list->n)
		return false;
	if (list->n > OWNERS_MAX)
		*ret_code = 40058;
	for (size_t i = 0; i < list->n && !*ret_code; i++) {
		const struct sim_staff *m = sim_staff_find(c->s, list->items[i].text);
		if (m)
			sim_ids_add(c->s, ret, m->number);
	}
	return true;
}

static i64 visible(const struct sim *s)
{
	i64 n = 0;
	for (size_t i = 0; i < s->staff.n; i++)
		n += s->staff.v[i]->visible && !s->staff.v[i]->left;
	return n;
}

static int list(struct sim_call *c)
{
	struct ids owners;
	int code;
	i64 at, n = 0, limit = sim_arg_i64(c, "limit", 0), status = sim_arg_i64(c, "status_filter", 0);
	bool filtered = owners_of(c, &owners, &code);
	if (code)
		return code;
	if (!filtered && visible(c->s) > VISIBLE_MAX)
		return 81017;
	if (limit < 1 || limit > LIST_MAX)
		return 40058;
	if (!sim_cursor(c, &at))
		return 50100;
	buf_add_c(&c->out, ",\"group_chat_list\":[");
	for (; at < (i64)c->s->group.chats.n && n < limit; at++) {
		const struct sim_chat *chat = c->s->group.chats.v[at];
		if (chat->gone || (filtered && !sim_ids_has(&owners, chat->owner)) || (status && chat->status != status))
			continue;
		if (!c->s->staff.v[chat->owner]->visible)
			continue;
		sim_out_fmt(c, "%s{\"chat_id\":\"%.*s\",\"status\":%lld}", n++ ? "," : "", STR_F(chat->id), (long long)chat->status);
	}
	buf_char(&c->out, ']');
	if (at < (i64)c->s->group.chats.n)
		sim_out_str(c, "next_cursor", sim_cursor_of(c, at));
	return 0;
}

static void out_seat(struct sim_call *c, const struct sim_seat *seat, bool first, bool names)
{
	const struct sim_staff *m = seat->staff >= 0 ? c->s->staff.v[seat->staff] : NULL;
	const struct sim_person *p = m ? NULL : c->s->people.v[seat->person];
	buf_add_c(&c->out, first ? "{\"userid\":" : ",{\"userid\":");
	buf_json(&c->out, m ? m->userid : p->xid);
	sim_out_fmt(c, ",\"type\":%d,\"join_time\":%lld,\"join_scene\":%lld", m ? 1 : 2, (long long)(seat->joined / 1000),
		    (long long)seat->scene);
	if (p && p->unionid.n)
		sim_out_str(c, "unionid", p->unionid);
	if (seat->invitor >= 0) {
		buf_add_c(&c->out, ",\"invitor\":{\"userid\":");
		buf_json(&c->out, c->s->staff.v[seat->invitor]->userid);
		buf_char(&c->out, '}');
	}
	if (seat->scene == 3 && seat->state.n)
		sim_out_str(c, "state", seat->state);
	if (p)
		sim_out_str(c, "group_nickname", seat->nick);
	if (names)
		sim_out_str(c, "name", m ? m->name : p->name);
	buf_char(&c->out, '}');
}

static int get(struct sim_call *c)
{
	struct sim_chat *chat = sim_chat_find(c->s, sim_arg(c, "chat_id"));
	bool names = sim_arg_i64(c, "need_name", 0) == 1, first = true;
	if (!chat)
		return 40050;
	if (chat->gone)
		return 49008;
	buf_add_c(&c->out, ",\"group_chat\":{\"chat_id\":");
	buf_json(&c->out, chat->id);
	sim_out_str(c, "name", chat->name);
	sim_out_str(c, "owner", c->s->staff.v[chat->owner]->userid);
	sim_out_i64(c, "create_time", chat->created / 1000);
	if (chat->notice.n)
		sim_out_str(c, "notice", chat->notice);
	buf_add_c(&c->out, ",\"member_list\":[");
	for (size_t i = 0; i < chat->seats.n; i++) {
		if (chat->seats.v[i]->gone)
			continue;
		out_seat(c, chat->seats.v[i], first, names);
		first = false;
	}
	buf_add_c(&c->out, "],\"admin_list\":[");
	for (size_t i = 0; i < chat->admins.n; i++) {
		buf_add_c(&c->out, i ? ",{\"userid\":" : "{\"userid\":");
		buf_json(&c->out, c->s->staff.v[chat->admins.v[i]]->userid);
		buf_char(&c->out, '}');
	}
	buf_char(&c->out, ']');
	sim_out_str(c, "member_version", sim_chat_version(c->s, chat));
	buf_char(&c->out, '}');
	return 0;
}

/* What a page in the chat toolbar knows of its group: "og" and the chat id. */
static int opengid_to_chatid(struct sim_call *c)
{
	str opengid = sim_arg(c, "opengid");
	struct sim_chat *chat = str_starts(opengid, STR("og")) ? sim_chat_find(c->s, str_sub(opengid, 2, opengid.n)) : NULL;
	if (!chat)
		return 90511;
	sim_out_str(c, "chat_id", chat->id);
	return 0;
}

/* ---- join ways ---- */

/* All fields, as an update overwrites them. 0 or an errcode. */
static int join_fields(struct sim_call *c, struct sim_join *j)
{
	const struct json *chats = sim_arg_array(c, "chat_id_list");
	str name = sim_arg(c, "room_base_name"), state = sim_arg(c, "state"), remark = sim_arg(c, "remark");
	j->scene = sim_arg_i64(c, "scene", 0);
	if (j->scene != 1 && j->scene != 2)
		return 41040;
	if (!chats || !chats->n || !sim_texts(c->s, chats, &j->chats))
		return 40058;
	if (chats->n > SIM_JOIN_CHATS_MAX)
		return 41091;
	for (size_t i = 0; i < j->chats.n; i++) {
		struct sim_chat *chat = sim_chat_find(c->s, j->chats.v[i]);
		if (!chat)
			return 40050;
		if (chat->gone)
			return 49008;
	}
	if (str_utf8_len(name) > JOIN_NAME_MAX || str_utf8_len(state) > JOIN_STATE_MAX)
		return sim_refuse(c, 40058, "invalid request parameter: text too long");
	j->remark = sim_keep(c->s, str_utf8_head(remark, JOIN_REMARK_MAX));
	j->base_name = sim_keep(c->s, name);
	j->state = sim_keep(c->s, state);
	j->auto_create = sim_arg_i64(c, "auto_create_room", 1) == 1;
	j->base_id = sim_arg_i64(c, "room_base_id", 1);
	return 0;
}

static int add_join_way(struct sim_call *c)
{
	struct sim_join j = { 0 };
	int code = join_fields(c, &j);
	if (code)
		return code;
	if (c->s->ways.n + c->s->group.joins.n >= WAYS_MAX)
		return 41045;
	j.config_id = sim_new_id(c->s, "", 32);
	sim_out_str(c, "config_id", sim_join_add(c->s, &j)->config_id);
	return 0;
}

static int get_join_way(struct sim_call *c)
{
	const struct sim_join *j = sim_join_find(c->s, sim_arg(c, "config_id"));
	if (!j)
		return 41044;
	buf_add_c(&c->out, ",\"join_way\":{\"config_id\":");
	buf_json(&c->out, j->config_id);
	sim_out_i64(c, "scene", j->scene);
	sim_out_str(c, "remark", j->remark);
	sim_out_i64(c, "auto_create_room", j->auto_create);
	sim_out_str(c, "room_base_name", j->base_name);
	sim_out_i64(c, "room_base_id", j->base_id);
	sim_out_texts(c, "chat_id_list", &j->chats);
	sim_out_str(c, "qr_code", arena_printf(c->a, "%.*s/sim/join/%.*s", STR_F(c->s->public_url), STR_F(j->config_id)));
	sim_out_str(c, "state", j->state);
	buf_char(&c->out, '}');
	return 0;
}

static int update_join_way(struct sim_call *c)
{
	struct sim_join *j = sim_join_find(c->s, sim_arg(c, "config_id")), next;
	if (!j)
		return 41044;
	next = *j;
	int code = join_fields(c, &next);
	if (!code)
		*j = next;
	return code;
}

static int del_join_way(struct sim_call *c)
{
	struct sim_join *j = sim_join_find(c->s, sim_arg(c, "config_id"));
	if (!j)
		return 41044;
	j->deleted = true;
	return 0;
}

/* ---- statistics ---- */

struct figures { i64 new_chats, chats, new_members, members; };

/* As of the end of that day: what is gone since is not subtracted, as figures of a closed day do not change. */
static void count_day(struct sim *s, const struct ids *owners, i64 owner, i64 from, i64 to, struct figures *f)
{
	for (size_t i = 0; i < s->group.chats.n; i++) {
		const struct sim_chat *chat = s->group.chats.v[i];
		if (owner >= 0 ? chat->owner != owner : !sim_ids_has(owners, chat->owner))
			continue;
		i64 day = sim_day(chat->created);
		f->new_chats += day >= from && day <= to;
		f->chats += day <= to && !chat->gone;
		for (size_t k = 0; k < chat->seats.n; k++) {
			i64 joined = sim_day(chat->seats.v[k]->joined);
			f->new_members += joined >= from && joined <= to;
			f->members += joined <= to && !chat->seats.v[k]->gone;
		}
	}
}

static void out_figures(struct sim_call *c, const struct figures *f)
{
	sim_out_fmt(c, "\"data\":{\"new_chat_cnt\":%lld,\"chat_total\":%lld,\"chat_has_msg\":0,\"new_member_cnt\":%lld,"
		    "\"member_total\":%lld,\"member_has_msg\":0,\"msg_total\":0,\"migrate_trainee_chat_cnt\":0}",
		    (long long)f->new_chats, (long long)f->chats, (long long)f->new_members, (long long)f->members);
}

static int stat_span(struct sim_call *c, struct ids *owners, i64 *ret_from, i64 *ret_to)
{
	int code;
	i64 begin = sim_arg_i64(c, "day_begin_time", 0), end = sim_arg_i64(c, "day_end_time", begin), today = sim_day(sim_now(c->s));
	if (!owners_of(c, owners, &code) || code || !begin)
		return 40058;
	*ret_from = sim_day(begin * 1000);
	*ret_to = sim_day(end * 1000);
	bool outside = *ret_from < today - STAT_BACK_DAYS || *ret_to >= today || *ret_to < *ret_from;
	return outside || *ret_to - *ret_from >= STAT_SPAN_DAYS ? 40058 : 0;
}

static int statistic(struct sim_call *c)
{
	struct ids owners;
	i64 from, to, offset = sim_arg_i64(c, "offset", 0), limit = sim_arg_i64(c, "limit", STAT_DEFAULT), n = 0;
	int code = stat_span(c, &owners, &from, &to);
	if (code)
		return code;
	sim_out_i64(c, "total", (i64)owners.n);
	buf_add_c(&c->out, ",\"items\":[");
	for (i64 i = int_max(offset, 0); i < (i64)owners.n && n < int_min(limit, LIST_MAX); i++, n++) {
		struct figures f = { 0 };
		count_day(c->s, &owners, owners.v[i], from, to, &f);
		buf_add_c(&c->out, n ? ",{\"owner\":" : "{\"owner\":");
		buf_json(&c->out, c->s->staff.v[owners.v[i]]->userid);
		buf_char(&c->out, ',');
		out_figures(c, &f);
		buf_char(&c->out, '}');
	}
	buf_char(&c->out, ']');
	sim_out_i64(c, "next_offset", offset + n);
	return 0;
}

static int statistic_by_day(struct sim_call *c)
{
	struct ids owners;
	i64 from, to;
	int code = stat_span(c, &owners, &from, &to);
	if (code)
		return code;
	buf_add_c(&c->out, ",\"items\":[");
	for (i64 day = from; day <= to; day++) {
		struct figures f = { 0 };
		count_day(c->s, &owners, -1, day, day, &f);
		sim_out_fmt(c, "%s{\"stat_time\":%lld,", day > from ? "," : "", (long long)((day * MS_DAY - 8 * MS_HOUR) / 1000));
		out_figures(c, &f);
		buf_char(&c->out, '}');
	}
	buf_char(&c->out, ']');
	return 0;
}

const struct sim_api sim_api_group[] = {
	{ "externalcontact/groupchat/list", list, API_POST },
	{ "externalcontact/groupchat/get", get, API_POST },
	{ "externalcontact/opengid_to_chatid", opengid_to_chatid, API_POST },
	{ "externalcontact/groupchat/add_join_way", add_join_way, API_POST | API_EFFECT },
	{ "externalcontact/groupchat/get_join_way", get_join_way, API_POST },
	{ "externalcontact/groupchat/update_join_way", update_join_way, API_POST | API_EFFECT },
	{ "externalcontact/groupchat/del_join_way", del_join_way, API_POST | API_EFFECT },
	{ "externalcontact/groupchat/statistic", statistic, API_POST },
	{ "externalcontact/groupchat/statistic_group_by_day", statistic_by_day, API_POST },
	{ NULL, NULL, 0 },
};
