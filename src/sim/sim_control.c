/*
 * The control API under /sim: a test, or a person watching, is the customer, the member, the admin
 * console, the clock and the bad luck. Answers are JSON; a refusal is HTTP 400 with {"error": …}.
 *
 * What is done here is done in the clients or the admin console, so it emits the platform's events.
 */
#include "sim/sim_call.h"
#include "sim/sim_chat.h"

#include <stdio.h>

#define LOG_PAGE 1000
#define LOG_PAGE_MAX 10000

struct control {
	struct sim *s;
	struct http_req *req;
	struct http_reply *reply;
	const struct json *in;
	struct buf out;
	const char *error;
};

static void refuse(struct control *c, const char *error)
{
	c->error = error;
}

static void field_str(struct control *c, const char *name, str value)
{
	if (c->out.n > 1)
		buf_char(&c->out, ',');
	buf_fmt(&c->out, "\"%s\":", name);
	buf_json(&c->out, value.p ? value : STR(""));
}

static void field_i64(struct control *c, const char *name, i64 value)
{
	buf_fmt(&c->out, "%s\"%s\":", c->out.n > 1 ? "," : "", name);
	if (value == NIL)
		buf_add_c(&c->out, "null");
	else
		buf_i64(&c->out, value);
}

static void field_bool(struct control *c, const char *name, bool value)
{
	buf_fmt(&c->out, "%s\"%s\":%s", c->out.n > 1 ? "," : "", name, value ? "true" : "false");
}

/* The relation named by userid and external_userid. */
static struct sim_relation *relation(struct control *c)
{
	struct sim_staff *m = sim_staff_find(c->s, json_str(c->in, "userid"));
	struct sim_person *p = map_get(&c->s->person_by_xid, json_str(c->in, "external_userid"));
	struct sim_relation *r = m && p ? sim_relation_find(c->s, m, p) : NULL;
	if (!r)
		refuse(c, "no such relation: userid and external_userid must name one");
	return r;
}

/* Not under the lock: verifying the URL is a call to the other side. */
static void corp(struct control *c)
{
	struct sim *s = c->s;
	struct fail f = { 0 };
	str url = json_str(c->in, "url"), quota = json_str(c->in, "quota");
	if (url.n && sim_callback_set(s, url, json_str(c->in, "token"), json_str(c->in, "aes_key"), &f) != OK) {
		refuse(c, "the callback URL did not answer the echostr, or token or aes_key are malformed");
		return;
	}
	pthread_mutex_lock(&s->lock);
	if (quota.n)
		s->quota = str_eq_c(quota, "day") ? QUOTA_DAY : str_eq_c(quota, "week") ? QUOTA_WEEK : QUOTA_MONTH;
	s->tag_max = json_i64(c->in, "tag_max", s->tag_max);
	s->group.full = json_i64(c->in, "group_full", s->group.full);
	s->lively = json_bool(c->in, "lively", s->lively);
	pthread_mutex_unlock(&s->lock);
}

static void state(struct control *c)
{
	static const char *const quotas[] = { "month", "week", "day" };
	struct sim *s = c->s;
	i64 alive = 0;
	for (size_t i = 0; i < s->relations.n; i++)
		alive += s->relations.v[i]->status == REL_BOTH;
	field_i64(c, "now_ms", sim_now(s));
	field_str(c, "corpid", s->corpid);
	field_str(c, "secret", s->secret);
	field_i64(c, "agentid", s->agentid);
	field_str(c, "callback_url", s->cb_url);
	field_str(c, "quota", str_c(quotas[s->quota]));
	field_bool(c, "lively", s->lively);
	field_i64(c, "staff", (i64)s->staff.n);
	field_i64(c, "people", (i64)s->people.n);
	field_i64(c, "relations", (i64)s->relations.n);
	field_i64(c, "friends", alive);
	field_i64(c, "contact_ways", (i64)s->ways.n);
	field_i64(c, "groups", (i64)s->group.chats.n);
	field_i64(c, "tags", s->alive_tags);
	field_i64(c, "tasks", (i64)s->tasks.n);
	field_i64(c, "mass_sent", s->mass_sent);
	field_i64(c, "orders", s->orders);
	field_i64(c, "callbacks_delivered", s->callbacks_ok);
	field_i64(c, "callbacks_lost", s->callbacks_lost);
	field_i64(c, "log", (i64)s->log.n);
	field_str(c, "log_hash", arena_printf(c->req->arena, "%016llx", (unsigned long long)s->log_hash));
	buf_add_c(&c->out, ",\"open_tasks\":[");
	bool first = true;
	for (size_t i = 0; i < s->tasks.n; i++)
		for (size_t k = 0; k < s->tasks.v[i]->staffs.n; k++) {
			const struct sim_task *t = s->tasks.v[i];
			if (t->staff_state.v[k] || t->cancelled)
				continue;
			buf_fmt(&c->out, "%s{\"msgid\":\"%.*s\",\"userid\":\"%.*s\"}", first ? "" : ",", STR_F(t->msgid),
				STR_F(s->staff.v[t->staffs.v[k]]->userid));
			first = false;
		}
	buf_char(&c->out, ']');
}

static void scan(struct control *c)
{
	struct sim *s = c->s;
	str config = json_str(c->in, "config_id"), state_text = json_str(c->in, "state"), userid = json_str(c->in, "userid");
	const struct json *person = json_get(c->in, "person");
	struct sim_way *w = NULL;
	struct sim_person *p = sim_person_make(s, person ? person : c->in);
	struct sim_staff *m = NULL;
	struct sim_scan how = { .add_way = json_i64(c->in, "add_way", 1), .skip_verify = true, .state = STR("") };
	if (userid.n) { /* a card or a phone search: no code involved */
		m = sim_staff_usable(s, userid);
		how.add_way = json_i64(c->in, "add_way", 3);
		how.skip_verify = json_bool(c->in, "skip_verify", false);
	} else {
		w = config.n ? map_get(&s->way_by_id, config) : map_get(&s->way_by_state, state_text);
		if (!w || w->deleted) {
			refuse(c, "no such contact way");
			return;
		}
		m = sim_way_pick(s, w, p);
		how.state = w->state;
		if (w->type == SIM_WAY_LINK) {
			how.state = sim_keep(s, str_sub(json_str(c->in, "customer_channel"), 0, 64));
			how.add_way = 16;
			if (s->acquire_balance == 0) {
				refuse(c, "the balance of acquisition links is used up");
				return;
			}
		}
		how.skip_verify = w->skip_verify;
	}
	if (!m) {
		refuse(c, "no member of it can be added");
		return;
	}
	bool fresh;
	struct sim_relation *r = sim_add_friend(s, p, m, &how, &fresh);
	if (w && w->type == SIM_WAY_LINK && fresh) {
		s->acquire_used++;
		sim_acquire_balance(s, s->acquire_balance - 1);
	}
	if (json_get(c->in, "remark_mobiles"))
		sim_texts(s, json_get(c->in, "remark_mobiles"), &r->mobiles);
	field_str(c, "userid", m->userid);
	field_str(c, "external_userid", p->xid);
	field_str(c, "unionid", p->unionid);
	field_str(c, "openid", p->openid);
	field_bool(c, "existing", !fresh);
	field_str(c, "status", r->status == REL_BOTH ? STR("friend") : r->status == REL_HALF ? STR("half") : STR("asked"));
	sim_logf(s, "client", "scan", "{\"userid\":\"%.*s\",\"external_userid\":\"%.*s\",\"existing\":%s}",
		 STR_F(m->userid), STR_F(p->xid), fresh ? "false" : "true");
}

static void acquire(struct control *c) { sim_acquire_balance(c->s, json_i64(c->in, "balance", 0)); }

static void person(struct control *c)
{
	struct sim_person *p = sim_person_make(c->s, c->in);
	field_str(c, "external_userid", p->xid);
	field_str(c, "unionid", p->unionid);
	field_str(c, "openid", p->openid);
	field_str(c, "name", p->name);
	field_str(c, "phone", p->phone);
}

static void staff_event(struct control *c, const char *change, const struct sim_staff *m)
{
	struct http_pair fields[] = { { STR("UserID"), m->userid }, { STR("Name"), m->name },
				      { STR("Status"), m->active ? STR("1") : STR("4") } };
	sim_event(c->s, "change_contact", change, fields, str_eq_c(STR("delete_user"), change) ? 1 : 3);
}

static void staff(struct control *c)
{
	str userid = json_str(c->in, "userid"), name = json_str(c->in, "name");
	struct sim_staff *m = sim_staff_find(c->s, userid);
	const struct json *depts = json_get(c->in, "departments");
	bool fresh = !m;
	if (!userid.n || userid.n > 64) {
		refuse(c, "userid is missing");
		return;
	}
	if (fresh) {
		struct sim_staff of = { .userid = sim_keep(c->s, userid), .name = sim_keep(c->s, userid), .active = true,
					.realname = true, .follow = true, .visible = true, .diligence = 85, .weight = 1 };
		m = sim_staff_add(c->s, &of);
		sim_ids_add(c->s, &m->depts, 1);
	}
	if (name.n)
		m->name = sim_keep(c->s, name);
	m->active = json_bool(c->in, "active", m->active);
	m->realname = json_bool(c->in, "realname", m->realname);
	m->follow = json_bool(c->in, "follow", m->follow);
	m->visible = json_bool(c->in, "visible", m->visible);
	m->half = json_bool(c->in, "half", m->half);
	m->left = json_bool(c->in, "left", m->left);
	m->full = json_bool(c->in, "full", m->full);
	for (size_t i = 0; depts && i < depts->n; i++) {
		if (i == 0)
			m->depts.n = 0;
		sim_ids_add(c->s, &m->depts, depts->items[i].i);
	}
	staff_event(c, fresh ? "create_user" : m->left ? "delete_user" : "update_user", m);
	field_str(c, "userid", m->userid);
}

static void delete(struct control *c)
{
	struct sim_relation *r = relation(c);
	bool by_staff = str_eq_c(json_str(c->in, "who"), "staff");
	if (r && !(by_staff ? sim_delete_by_staff(c->s, r) : sim_delete_by_customer(c->s, r)))
		refuse(c, "they are no friends");
}

static void accept(struct control *c)
{
	struct sim_relation *r = relation(c);
	if (r && r->status != REL_ASKED && r->status != REL_HALF)
		refuse(c, "nothing to accept");
	else if (r)
		sim_accept(c->s, r);
}

static void chat(struct control *c)
{
	struct sim_relation *r = relation(c);
	if (r && r->status == REL_BOTH)
		sim_chat(c->s, r);
	else if (r)
		refuse(c, "they are no friends");
}

static void task_confirm(struct control *c)
{
	struct sim_task *t = map_get(&c->s->task_by_id, json_str(c->in, "msgid"));
	str userid = json_str(c->in, "userid");
	bool any = false;
	for (size_t i = 0; t && i < t->staffs.n; i++) {
		struct sim_staff *m = c->s->staff.v[t->staffs.v[i]];
		if (!userid.n || str_eq_nocase(m->userid, userid))
			any |= sim_task_confirm(c->s, t, m);
	}
	if (!any)
		refuse(c, "nothing to confirm: no such task or member, sent already, or cancelled");
}

/* A mass send that a member makes by herself in the client; it uses the same quota. */
static void task_personal(struct control *c)
{
	struct sim *s = c->s;
	struct sim_staff *m = sim_staff_usable(s, json_str(c->in, "userid"));
	const struct json *list = json_get(c->in, "external_userid");
	struct sim_task t = { .created = sim_now(s), .content = STR(",\"text\":{\"content\":\"\"}") };
	for (size_t i = 0; m && list && i < list->n; i++) {
		struct sim_person *p = map_get(&s->person_by_xid, list->items[i].text);
		struct sim_relation *r = p ? sim_relation_find(s, m, p) : NULL;
		if (!r || r->status != REL_BOTH)
			continue;
		sim_ids_add(s, &t.people, p->number);
		sim_ids_add(s, &t.owner, m->number);
		sim_ids_add(s, &t.result, 0);
		sim_ids_add(s, &t.result_at, 0);
	}
	if (!t.people.n) {
		refuse(c, "nobody to send to");
		return;
	}
	sim_ids_add(s, &t.staffs, m->number);
	sim_ids_add(s, &t.staff_state, 0);
	sim_ids_add(s, &t.staff_at, 0);
	t.msgid = sim_new_id(s, "msg", 29);
	t.creator = m->userid;
	struct sim_task *made = sim_task_add(s, &t);
	sim_task_confirm(s, made, m);
	field_str(c, "msgid", made->msgid);
}

/* The tags of the corp that a person carries, on whatever living relation. */
static void tags_of(struct control *c)
{
	struct sim_person *p = map_get(&c->s->person_by_xid, json_str(c->in, "external_userid"));
	bool first = true;
	if (!p) {
		refuse(c, "no such person");
		return;
	}
	buf_add_c(&c->out, "\"relations\":[");
	for (const struct sim_relation *r = p->first; r; r = r->next) {
		if (!sim_relation_readable(r))
			continue;
		for (size_t i = 0; i < r->tags.n; i++) {
			const struct sim_tag *t = c->s->tags.v[r->tags.v[i]];
			if (t->deleted)
				continue;
			buf_add_c(&c->out, first ? "{\"userid\":" : ",{\"userid\":");
			buf_json(&c->out, c->s->staff.v[r->staff]->userid);
			buf_add_c(&c->out, ",\"tag\":");
			buf_json(&c->out, t->name);
			buf_char(&c->out, '}');
			first = false;
		}
	}
	buf_char(&c->out, ']');
}

/* Somebody pays a member; with refund, so much of that payment goes back. */
static void pay(struct control *c)
{
	struct sim *s = c->s;
	struct sim_staff *m = sim_staff_find(s, json_str(c->in, "userid"));
	struct sim_person *p = map_get(&s->person_by_xid, json_str(c->in, "external_userid"));
	str no = json_str(c->in, "no"), goods = json_str(c->in, "goods");
	i64 fee = json_i64(c->in, "fee", 0), refund = json_i64(c->in, "refund", 0);
	for (size_t i = 0; i < s->kept.bills.n; i++)
		if (str_eq(s->kept.bills.v[i]->out_trade_no, no)) {
			s->kept.bills.v[i]->refunded = int_min(s->kept.bills.v[i]->refunded + refund, s->kept.bills.v[i]->fee);
			s->kept.bills.v[i]->refunded_at = sim_now(s);
			return;
		}
	if (!m || !no.n || fee <= 0) {
		refuse(c, "userid, no and fee must be given");
		return;
	}
	struct sim_bill b = { sim_new_id(s, "42", 26), sim_keep(s, no), m->number, p ? p->number : -1, fee, sim_now(s), 0, 0,
			      goods.n ? sim_keep(s, goods) : STR("锦鲤") };
	field_str(c, "transaction_id", sim_bill_add(s, &b)->transaction_id);
}

/* The customer of an inheritance under way answers before its day is over: "refuse" or "accept". */
static void transfer(struct control *c)
{
	struct sim *s = c->s;
	struct sim_person *p = map_get(&s->person_by_xid, json_str(c->in, "external_userid"));
	for (size_t i = 0; p && i < s->kept.transfers.n; i++) {
		struct sim_transfer *t = s->kept.transfers.v[i];
		if (t->person != p->number || t->state != TRANSFER_WAITING)
			continue;
		sim_transfer_end(s, t, str_eq_c(json_str(c->in, "answer"), "refuse"));
		return;
	}
	refuse(c, "nobody asked her");
}

static void fault(struct control *c)
{
	struct sim *s = c->s;
	struct sim_fault f = { .api = sim_keep(s, json_str(c->in, "api")), .kind = sim_keep(s, json_str(c->in, "kind")),
			       .code = json_i64(c->in, "code", 0), .count = json_i64(c->in, "count", 1) };
	static const char *const kinds[] = { "errcode", "lost_reply", "truncate", "slow", "http500", "drop_callback",
					     "dup_callback", "reorder", "token", "cursor" };
	bool known = false;
	if (json_bool(c->in, "clear", false)) {
		s->faults.n = 0;
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		known |= str_eq_c(f.kind, kinds[i]);
	if (!known)
		refuse(c, "kind: errcode lost_reply truncate slow http500 drop_callback dup_callback reorder token cursor");
	else
		vec_push(s->arena, &s->faults, f);
}

static void limit(struct control *c)
{
	sim_limit_set(c->s, c->in);
}

/* A corp tag made in the admin console: the app does not own it. */
static void tag(struct control *c)
{
	struct sim *s = c->s;
	str group = json_str(c->in, "group"), name = json_str(c->in, "name");
	struct sim_group *g = sim_group_named(s, group);
	if (!group.n || !name.n || (g && sim_tag_named(g, name))) {
		refuse(c, "group and name must be given and new");
		return;
	}
	if (!g) {
		struct sim_group of = { .id = sim_new_id(s, "et", 30), .name = sim_keep(s, group), .created = sim_now(s) };
		g = sim_group_add(s, &of);
		sim_tag_event(s, g->id, "tag_group", "create");
	}
	struct sim_tag of = { .id = sim_new_id(s, "et", 30), .group = g->number, .name = sim_keep(s, name),
			      .created = sim_now(s) };
	struct sim_tag *t = sim_tag_add(s, &of);
	sim_tag_event(s, t->id, "tag", "create");
	field_str(c, "id", t->id);
	field_str(c, "group_id", g->id);
}

static void tag_delete(struct control *c)
{
	struct sim_tag *t = map_get(&c->s->tag_by_id, json_str(c->in, "id"));
	if (!t || t->deleted) {
		refuse(c, "no such tag");
		return;
	}
	sim_tag_delete(c->s, t);
	sim_tag_event(c->s, t->id, "tag", "delete");
}

static struct sim_tag *tag_named(struct sim *s, str text)
{
	struct sim_tag *t = map_get(&s->tag_by_id, text);
	for (size_t i = 0; !t && i < s->tags.n; i++)
		if (!s->tags.v[i]->deleted && str_eq(s->tags.v[i]->name, text))
			t = s->tags.v[i];
	return t && !t->deleted ? t : NULL;
}

static void tag_edit(struct control *c)
{
	struct sim_relation *r = relation(c);
	const struct json *lists[2] = { json_get(c->in, "add"), json_get(c->in, "remove") };
	for (int k = 0; r && k < 2; k++)
		for (size_t i = 0; lists[k] && i < lists[k]->n; i++) {
			struct sim_tag *t = tag_named(c->s, lists[k]->items[i].text);
			if (t)
				sim_client_tag(c->s, r, t->number, k == 0);
			else
				refuse(c, "no such tag");
		}
}

static void welcome_rule(struct control *c)
{
	struct sim_staff *m = sim_staff_find(c->s, json_str(c->in, "userid"));
	if (m)
		m->welcome = json_bool(c->in, "on", true);
	else
		refuse(c, "no such member");
}

/* Not under the lock: what falls due on the way may call the other side. */
static void move_clock(struct control *c)
{
	struct sim *s = c->s;
	ms now = sim_now(s), to = json_i64(c->in, "to", now + json_i64(c->in, "advance_ms", 0));
	if (to < now) {
		refuse(c, "the clock moves forward only");
		return;
	}
	if (s->clock->simulated) {
		for (ms due = sim_next_due(s); due != NIL && due <= to; due = sim_next_due(s)) {
			if (due > sim_now(s))
				clock_advance(s->clock, due);
			if (!sim_step(s))
				break;
		}
		clock_advance(s->clock, to);
	} else {
		atomic_fetch_add(&s->clock->offset_ms, to - now);
	}
	pthread_mutex_lock(&s->lock);
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	field_i64(c, "now_ms", sim_now(s));
}

static void next(struct control *c)
{
	struct sim *s = c->s;
	ms now = sim_now(s), due = s->heap.n ? s->heap.v[0].at : NIL;
	field_i64(c, "now_ms", now);
	field_i64(c, "next_ms", due);
	field_bool(c, "idle", !s->delivering && (due == NIL || due > now));
}

static void show_log(struct control *c)
{
	i64 after = 0, count = LOG_PAGE;
	str_i64(http_query(c->req, "after"), &after);
	str_i64(http_query(c->req, "limit"), &count);
	count = count < 1 ? LOG_PAGE : int_min(count, LOG_PAGE_MAX);
	struct buf b = buf_new(c->req->arena, BUF_MAX_DEFAULT);
	for (i64 i = int_max(after, 0); i < (i64)c->s->log.n && count-- > 0; i++) {
		buf_add(&b, c->s->log.v[i]);
		buf_char(&b, '\n');
	}
	http_send(c->reply, 200, STR("application/x-ndjson"), buf_str(&b));
}

static void snapshot(struct control *c)
{
	struct fail f = { 0 };
	str path = json_str(c->in, "path");
	if (!path.n || sim_save(c->s, path, &f) != OK)
		refuse(c, "path is missing or cannot be written");
}

static void group(struct control *c)
{
	const char *error = sim_chat_control(c->s, c->req->path, c->in, &c->out);
	if (error)
		refuse(c, error);
}

static void moment(struct control *c)
{
	const char *error = sim_moment_control(c->s, c->req->path, c->in);
	if (error)
		refuse(c, error);
}

static const struct { const char *method, *path; void (*fn)(struct control *c); bool unlocked; } routes[] = {
	{ "POST", "/sim/corp", corp, true }, { "GET", "/sim/state", state, false },
	{ "POST", "/sim/scan", scan, false }, { "POST", "/sim/acquire", acquire, false }, { "POST", "/sim/person", person, false },
	{ "POST", "/sim/staff", staff, false }, { "POST", "/sim/delete", delete, false },
	{ "POST", "/sim/accept", accept, false }, { "POST", "/sim/chat", chat, false },
	{ "POST", "/sim/task/confirm", task_confirm, false }, { "POST", "/sim/task/personal", task_personal, false },
	{ "POST", "/sim/transfer", transfer, false }, { "POST", "/sim/tags_of", tags_of, false },
	{ "POST", "/sim/pay", pay, false }, { "POST", "/sim/fault", fault, false }, { "POST", "/sim/limit", limit, false },
	{ "POST", "/sim/tag", tag, false }, { "POST", "/sim/tag_delete", tag_delete, false },
	{ "POST", "/sim/tag_edit", tag_edit, false }, { "POST", "/sim/welcome_rule", welcome_rule, false },
	{ "POST", "/sim/clock", move_clock, true }, { "GET", "/sim/next", next, false },
	{ "POST", "/sim/group/", group, false }, { "POST", "/sim/moment/", moment, false },
	{ "GET", "/sim/log", show_log, false }, { "POST", "/sim/snapshot", snapshot, true },
};

static void control_run(struct control *c, void (*fn)(struct control *c), bool unlocked)
{
	buf_char(&c->out, '{');
	c->reply->status = 0;
	if (!unlocked)
		pthread_mutex_lock(&c->s->lock);
	fn(c);
	if (!unlocked)
		pthread_mutex_unlock(&c->s->lock);
	if (c->error)
		http_send(c->reply, 400, STR("application/json"), arena_printf(c->req->arena, "{\"error\":\"%s\"}", c->error));
	else if (c->reply->status == 0) {
		buf_char(&c->out, '}');
		http_send(c->reply, 200, STR("application/json; charset=UTF-8"), buf_str(&c->out));
	}
}

bool sim_control(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	if (str_eq_c(req->method, "GET") && sim_page(s, req, reply))
		return true;
	struct control c = { .s = s, .req = req, .reply = reply, .out = buf_new(req->arena, BUF_MAX_DEFAULT) };
	for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
		str path = str_c(routes[i].path);
		bool match = str_ends(path, STR("/")) ? str_starts(req->path, path) : str_eq(req->path, path);
		if (!match || !str_eq_c(req->method, routes[i].method))
			continue;
		struct json *in = NULL;
		struct fail f = { 0 };
		if (req->body.n && (json_parse(req->body, req->arena, &in, &f) != OK || in->type != JSON_OBJECT))
			http_send(reply, 400, STR("application/json"), STR("{\"error\":\"the body is no JSON object\"}"));
		else {
			c.in = in;
			control_run(&c, routes[i].fn, routes[i].unlocked);
		}
		return true;
	}
	return false;
}
