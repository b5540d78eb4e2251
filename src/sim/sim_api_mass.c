/*
 * API: mass-send tasks and the welcome message.
 *
 * Creating a task sends nothing (sim_mass.c). In its first second its results answer 41063. Three
 * reminders in 24 hours (41094); a cancelled task keeps what was sent and answers 41093 to both.
 * A welcome code lives 20 s and works once: 41050 unknown or too late, 41096 while the first call's
 * message is still on its way, 41051 afterwards or when the chat has begun.
 */
#include "sim/sim_call.h"
#include "sim/sim_chat.h"
#include "sim/sim_people.h"

#define DISPATCH_MS MS_SECOND
#define RECIPIENTS_MAX 10000
#define REMINDS_MAX 3
#define TASK_LIMIT_DEFAULT 500
#define TASK_LIMIT_MAX 1000
#define TASKS_LIMIT_DEFAULT 50
#define TASKS_LIMIT_MAX 100
#define LIST_SPAN_S (31 * 86400)
#define WELCOME_LIFE_MS (20 * MS_SECOND)
#define WELCOME_SENDING_MS MS_SECOND

struct draft {
	struct sim_task task;
	VEC(str) failed;
};

static void target(struct sim *s, struct sim_task *t, i64 person, i64 staff)
{
	sim_ids_add(s, &t->people, person);
	sim_ids_add(s, &t->owner, staff);
	sim_ids_add(s, &t->result, 0);
	sim_ids_add(s, &t->result_at, 0);
	if (sim_ids_has(&t->staffs, staff))
		return;
	sim_ids_add(s, &t->staffs, staff);
	sim_ids_add(s, &t->staff_state, 0);
	sim_ids_add(s, &t->staff_at, 0);
}

/* Every group of the filter has one of its tags on the relation. */
static bool filter_has(struct sim *s, const struct json *filter, const struct sim_relation *r)
{
	const struct json *groups = json_get(filter, "group_list");
	for (size_t i = 0; groups && i < groups->n; i++) {
		const struct json *tags = json_get(&groups->items[i], "tag_list");
		bool any = false;
		for (size_t k = 0; tags && k < tags->n && !any; k++) {
			struct sim_tag *t = map_get(&s->tag_by_id, tags->items[k].text);
			any = t && !t->deleted && sim_ids_has(&r->tags, t->number);
		}
		if (!any)
			return false;
	}
	return true;
}

/* Who chatted with her last; without chats the newest relation. NULL: nobody can. */
static struct sim_relation *chatted_last(struct sim *s, const struct sim_person *p)
{
	struct sim_relation *best = NULL;
	for (struct sim_relation *r = p->first; r; r = r->next) {
		if (!sim_relation_readable(r) || !sim_staff_serves(s->staff.v[r->staff]))
			continue;
		if (!best || r->last_chat > best->last_chat)
			best = r;
	}
	return best;
}

static void choose_listed(struct sim_call *c, struct draft *d, const struct json *list, struct sim_staff *sender)
{
	struct map seen = map_new(c->a);
	for (size_t i = 0; i < list->n; i++) {
		str xid = list->items[i].text;
		struct sim_person *p = map_get(&c->s->person_by_xid, xid);
		struct sim_relation *r = NULL;
		if (p)
			r = sender ? sim_relation_find(c->s, sender, p) : chatted_last(c->s, p);
		if (!sim_relation_readable(r) || !filter_has(c->s, json_get(c->in, "tag_filter"), r))
			vec_push(c->a, &d->failed, xid);
		else if (map_put(&seen, p->xid, p))
			target(c->s, &d->task, p->number, r->staff);
	}
}

static void choose_all(struct sim_call *c, struct draft *d, struct sim_staff *sender)
{
	const struct json *filter = json_get(c->in, "tag_filter");
	if (sender) {
		for (size_t i = 0; i < sender->relations.n; i++)
			if (sender->relations.v[i]->status == REL_BOTH && filter_has(c->s, filter, sender->relations.v[i]))
				target(c->s, &d->task, sender->relations.v[i]->person, sender->number);
		return;
	}
	for (size_t i = 0; i < c->s->people.n; i++) {
		struct sim_relation *r = chatted_last(c->s, c->s->people.v[i]);
		if (r && filter_has(c->s, filter, r))
			target(c->s, &d->task, (i64)i, r->staff);
	}
}

#define CHATS_MAX 2000

/* The owner's groups, those named or all; others are told as failed. */
static void choose_groups(struct sim_call *c, struct draft *d, const struct json *list, struct sim_staff *sender)
{
	struct map seen = map_new(c->a);
	d->task.groups = true;
	for (size_t i = 0; list && i < list->n; i++) {
		struct sim_chat *g = sim_chat_find(c->s, list->items[i].text);
		if (!g || g->gone || g->owner != sender->number)
			vec_push(c->a, &d->failed, list->items[i].text);
		else if (map_put(&seen, g->id, g))
			target(c->s, &d->task, g->number, sender->number);
	}
	for (size_t i = 0; !list && i < c->s->group.chats.n; i++) {
		struct sim_chat *g = c->s->group.chats.v[i];
		if (!g->gone && g->owner == sender->number)
			target(c->s, &d->task, g->number, sender->number);
	}
}

static str content_of(struct sim_call *c)
{
	const struct json *text = json_get(c->in, "text"), *attachments = json_get(c->in, "attachments");
	struct buf b = buf_new(c->a, (size_t)1 << 20);
	if (text) {
		buf_add_c(&b, ",\"text\":");
		json_write(&b, text);
	}
	if (attachments) {
		buf_add_c(&b, ",\"attachments\":");
		json_write(&b, attachments);
	}
	return sim_keep(c->s, buf_str(&b));
}

static int add_msg_template(struct sim_call *c)
{
	struct sim *s = c->s;
	str type = sim_arg(c, "chat_type"), userid = sim_arg(c, "sender");
	const struct json *list = sim_arg_array(c, "external_userid"), *chats = sim_arg_array(c, "chat_id_list");
	struct draft d = { .task = { .created = sim_now(s) } };
	struct sim_staff *sender = NULL;
	int refused = sim_message_check(c, c->in);
	if (refused)
		return refused;
	bool groups = str_eq_c(type, "group");
	if (type.n && !groups && !str_eq_c(type, "single"))
		return 40058;
	if (userid.n && !(sender = sim_staff_find(s, userid)))
		return 60111;
	if (sender && !sim_staff_serves(sender))
		return sender->visible ? 84074 : 50002;
	if (list && list->n > RECIPIENTS_MAX)
		return sim_refuse(c, 40058, "external_userid list too long");
	if (groups && (!sender || (chats && chats->n > CHATS_MAX)))
		return sim_refuse(c, 40058, sender ? "chat_id_list too long" : "sender missing");
	if (!groups && !list && !sender && !sim_arg_has(c, "tag_filter"))
		return sim_refuse(c, 40058, "external_userid and sender both empty");
	if (groups)
		choose_groups(c, &d, chats, sender);
	else if (list && list->n)
		choose_listed(c, &d, list, sender);
	else
		choose_all(c, &d, sender);
	if (d.task.people.n == 0)
		return 41048;
	d.task.msgid = sim_new_id(s, "msg", 29);
	d.task.content = content_of(c);
	d.task.url = sim_keep(s, sim_message_url(c->in, c->a));
	struct sim_task *t = sim_task_add(s, &d.task);
	sim_out_texts(c, "fail_list", &(struct strs){ d.failed.v, d.failed.n });
	sim_out_str(c, "msgid", t->msgid);
	if (s->lively)
		sim_people_task(s, t);
	return 0;
}

static int task_find(struct sim_call *c, struct sim_task **ret)
{
	str msgid = sim_arg(c, "msgid");
	*ret = msgid.n ? map_get(&c->s->task_by_id, msgid) : NULL;
	return *ret ? 0 : sim_refuse(c, 40058, "invalid msgid");
}

static int remind(struct sim_call *c)
{
	struct sim_task *t;
	int refused = task_find(c, &t), recent = 0;
	if (refused)
		return refused;
	if (t->cancelled)
		return 41093;
	for (size_t i = 0; i < t->reminds.n; i++)
		recent += sim_now(c->s) - t->reminds.v[i] < MS_DAY;
	if (recent >= REMINDS_MAX)
		return 41094;
	sim_ids_add(c->s, &t->reminds, sim_now(c->s));
	if (c->s->lively)
		sim_people_task(c->s, t);
	return 0;
}

static int cancel(struct sim_call *c)
{
	struct sim_task *t;
	int refused = task_find(c, &t);
	if (refused || t->cancelled)
		return refused ? refused : 41093;
	t->cancelled = true;
	return 0;
}

static i64 limit_of(struct sim_call *c, i64 otherwise, i64 max)
{
	i64 limit = sim_arg_i64(c, "limit", otherwise);
	return limit < 1 || limit > max ? otherwise : limit;
}

static int groupmsg_list(struct sim_call *c)
{
	i64 from = sim_arg_i64(c, "start_time", -1), to = sim_arg_i64(c, "end_time", -1), at, n = 0;
	i64 limit = limit_of(c, TASKS_LIMIT_DEFAULT, TASKS_LIMIT_MAX), filter = sim_arg_i64(c, "filter_type", 2);
	if (!sim_arg(c, "chat_type").n || from < 0 || to < from || to - from > LIST_SPAN_S)
		return 40058;
	if (!sim_cursor(c, &at))
		return 50100;
	bool groups = str_eq_c(sim_arg(c, "chat_type"), "group");
	str creator = sim_arg(c, "creator");
	buf_add_c(&c->out, ",\"group_msg_list\":[");
	for (; at < (i64)c->s->tasks.n && n < limit; at++) {
		const struct sim_task *t = c->s->tasks.v[at];
		bool personal = t->creator.n > 0;
		if (groups != t->groups || t->created / 1000 < from || t->created / 1000 > to || (filter == 0 && personal) ||
		    (filter == 1 && !personal) || (creator.n && !str_eq(creator, t->creator)))
			continue;
		buf_add_c(&c->out, n++ ? ",{\"msgid\":" : "{\"msgid\":");
		buf_json(&c->out, t->msgid);
		if (personal)
			sim_out_str(c, "creator", t->creator);
		sim_out_fmt(c, ",\"create_time\":\"%lld\",\"create_type\":%d%.*s}", (long long)(t->created / 1000),
			    personal, STR_F(t->content));
	}
	buf_char(&c->out, ']');
	sim_out_str(c, "next_cursor", at < (i64)c->s->tasks.n ? sim_cursor_of(c, at) : STR(""));
	return 0;
}

static bool dispatching(const struct sim *s, const struct sim_task *t)
{
	return sim_now(s) - t->created < DISPATCH_MS;
}

static int groupmsg_task(struct sim_call *c)
{
	struct sim_task *t;
	i64 at, n = 0, limit = limit_of(c, TASK_LIMIT_DEFAULT, TASK_LIMIT_MAX);
	int refused = task_find(c, &t);
	if (refused)
		return refused;
	if (dispatching(c->s, t))
		return 41063;
	if (!sim_cursor(c, &at))
		return 50100;
	buf_add_c(&c->out, ",\"task_list\":[");
	for (; at < (i64)t->staffs.n && n < limit; at++) {
		sim_out_fmt(c, "%s{\"userid\":\"%.*s\",\"status\":%lld", n++ ? "," : "",
			    STR_F(c->s->staff.v[t->staffs.v[at]]->userid), (long long)t->staff_state.v[at]);
		if (t->staff_state.v[at])
			sim_out_i64(c, "send_time", t->staff_at.v[at] / 1000);
		buf_char(&c->out, '}');
	}
	buf_char(&c->out, ']');
	sim_out_str(c, "next_cursor", at < (i64)t->staffs.n ? sim_cursor_of(c, at) : STR(""));
	return 0;
}

static int groupmsg_result(struct sim_call *c)
{
	struct sim_task *t;
	i64 at, n = 0, limit = limit_of(c, TASK_LIMIT_DEFAULT, TASK_LIMIT_MAX);
	int refused = task_find(c, &t);
	if (refused)
		return refused;
	struct sim_staff *m = sim_staff_find(c->s, sim_arg(c, "userid"));
	if (!m)
		return 60111;
	if (dispatching(c->s, t))
		return 41063;
	if (!sim_cursor(c, &at))
		return 50100;
	buf_add_c(&c->out, ",\"send_list\":[");
	for (; at < (i64)t->people.n && n < limit; at++) {
		if (t->owner.v[at] != m->number)
			continue;
		i64 to = t->people.v[at];
		sim_out_fmt(c, "%s{\"%s\":\"%.*s\",\"userid\":\"%.*s\",\"status\":%lld", n++ ? "," : "",
			    t->groups ? "chat_id" : "external_userid",
			    STR_F(t->groups ? c->s->group.chats.v[to]->id : c->s->people.v[to]->xid), STR_F(m->userid), (long long)t->result.v[at]);
		if (t->result.v[at] == 1)
			sim_out_i64(c, "send_time", t->result_at.v[at] / 1000);
		buf_char(&c->out, '}');
	}
	while (at < (i64)t->people.n && t->owner.v[at] != m->number)
		at++;
	buf_char(&c->out, ']');
	sim_out_str(c, "next_cursor", at < (i64)t->people.n ? sim_cursor_of(c, at) : STR(""));
	return 0;
}

static int send_welcome_msg(struct sim_call *c)
{
	str text = sim_arg(c, "welcome_code");
	ms now = sim_now(c->s);
	if (text.n == 0)
		return 41049;
	int refused = sim_message_check(c, c->in);
	if (refused)
		return refused;
	struct sim_code *code = map_get(&c->s->code_by_id, text);
	if (!code || now - code->made > WELCOME_LIFE_MS)
		return 41050;
	if (code->used)
		return now - code->used < WELCOME_SENDING_MS ? 41096 : 41051;
	struct sim_relation *r = c->s->relations.v[code->relation];
	if (r->chatted)
		return 41051;
	if (r->status != REL_BOTH && r->status != REL_HALF)
		return 41050;
	code->used = now;
	sim_logf(c->s, "message", "welcome.delivered", "{\"userid\":\"%.*s\",\"external_userid\":\"%.*s\",\"after_ms\":%lld,\"text_bytes\":%zu}",
		 STR_F(c->s->staff.v[r->staff]->userid), STR_F(c->s->people.v[r->person]->xid),
		 (long long)(now - code->made), json_str(json_get(c->in, "text"), "content").n);
	return 0;
}

const struct sim_api sim_api_mass[] = {
	{ "externalcontact/add_msg_template", add_msg_template, API_POST | API_EFFECT },
	{ "externalcontact/remind_groupmsg_send", remind, API_POST | API_EFFECT },
	{ "externalcontact/cancel_groupmsg_send", cancel, API_POST | API_EFFECT },
	{ "externalcontact/get_groupmsg_list_v2", groupmsg_list, API_POST },
	{ "externalcontact/get_groupmsg_task", groupmsg_task, API_POST },
	{ "externalcontact/get_groupmsg_send_result", groupmsg_result, API_POST },
	{ "externalcontact/send_welcome_msg", send_welcome_msg, API_POST | API_EFFECT },
	{ NULL, NULL, 0 },
};
