/*
 * The corp as a whole: POST /sim/whole makes a big one at once, GET /sim/rows reads all of it, so that a test can
 * compare a mirror with it row by row, and GET /sim/calls tells how often each API was called.
 *
 * What is made was there before anybody looked: it emits no events. Rows are what the platform's API would show,
 * and in the order of their making.
 */
#include "sim/sim_call.h"
#include "sim/sim_chat.h"
#include "sim/sim_people.h"

#define ROWS_PAGE_MAX 20000
#define WHOLE_AGE_MS (90 * MS_DAY)
#define STAFF_OF_DEPT 50
#define SECOND_ADVISOR 10 /* one in so many persons has a second one */

/* ---- making ---- */

struct whole { i64 staff, relations, groups, seats; };

static void staff_make(struct sim *s, i64 count)
{
	i64 dept = (i64)s->depts.n;
	if (!dept)
		sim_dept_add(s, &(struct sim_dept){ .id = 1, .name = STR("总部"), .order = 100 });
	for (i64 i = 0; i < count; i++) {
		if (i % STAFF_OF_DEPT == 0)
			sim_dept_add(s, &(struct sim_dept){ .id = dept = (i64)s->depts.n + 1, .parent = 1,
							    .name = arena_printf(s->arena, "第%lld门店", (long long)s->depts.n) });
		struct sim_staff of = { .userid = arena_printf(s->arena, "Guide%04lld", (long long)i), .active = true, .realname = true,
					.name = arena_printf(s->arena, "导购%lld", (long long)i), .position = STR("导购"),
					.mobile = STR(""), .follow = true, .visible = true, .diligence = 85, .weight = 1, .gender = 2 };
		struct sim_staff *m = sim_staff_add(s, &of);
		sim_ids_add(s, &m->depts, dept);
	}
}

static void befriend(struct sim *s, const struct sim_person *p, i64 staff, i64 number)
{
	struct sim_relation r = { .staff = staff, .person = p->number, .status = REL_BOTH, .add_way = 1 + number % 3, .oper = p->xid,
				  .created = sim_now(s) - WHOLE_AGE_MS + number % 86400 * 1000, .state = STR_NIL, .remark = STR_NIL };
	if (number % 3 == 0)
		r.state = arena_printf(s->arena, "door%lld", (long long)(number % 50));
	if (number % 5 == 0)
		r.remark = arena_printf(s->arena, "老客%lld", (long long)number);
	struct sim_relation *made = sim_relation_add(s, &r);
	for (size_t i = 0; i < s->tags.n && number % 4 == 0 && i < 2; i++)
		sim_ids_add(s, &made->tags, (number + (i64)i) % (i64)s->tags.n);
}

static void relations_make(struct sim *s, i64 first_staff, const struct whole *w)
{
	for (i64 n = 0, person = 0; n < w->relations; person++) {
		struct sim_person *p = sim_people_make(s);
		befriend(s, p, first_staff + n % w->staff, n);
		n++;
		if (person % SECOND_ADVISOR == 0 && n < w->relations && w->staff > 1) {
			befriend(s, p, first_staff + n % w->staff, n);
			n++;
		}
	}
}

/* Members of the owner's friends and of strangers' kind alike: whoever comes next in the list of people. */
static void groups_make(struct sim *s, i64 first_staff, i64 first_person, const struct whole *w)
{
	i64 people = (i64)s->people.n - first_person, next = 0;
	for (i64 i = 0; i < w->groups; i++) {
		struct sim_staff *owner = s->staff.v[first_staff + i % w->staff];
		struct sim_chat *c = sim_chat_open(s, owner, arena_printf(s->arena, "福利%lld群", (long long)i), true);
		c->created = sim_now(s) - WHOLE_AGE_MS;
		c->notice = i % 7 ? STR("") : STR("群内请勿发广告");
		for (i64 k = 0; k < w->seats / w->groups && people; k++, next++) {
			struct sim_seat seat = { .staff = -1, .person = first_person + next % people, .scene = 1 + next % 3,
						 .invitor = next % 3 ? -1 : owner->number, .nick = STR(""),
						 .state = next % 3 == 2 ? STR("gdoor") : STR("") };
			sim_chat_enter(s, c, &seat, true);
		}
		for (size_t k = 0; k < c->seats.n; k++)
			c->seats.v[k]->joined = c->created + (i64)k * 1000;
	}
}

static str make(struct sim *s, const struct json *in, struct arena *a)
{
	struct whole w = { json_i64(in, "staff", 0), json_i64(in, "relations", 0), json_i64(in, "groups", 0), json_i64(in, "seats", 0) };
	i64 first_staff = w.staff ? (i64)s->staff.n : 0, first_person = (i64)s->people.n;
	if (w.staff < 0 || w.relations < 0 || w.groups < 0 || w.seats < 0 || (!w.staff && !s->staff.n))
		return STR_NIL;
	staff_make(s, w.staff);
	w.staff = w.staff ? w.staff : (i64)s->staff.n;
	relations_make(s, first_staff, &w);
	groups_make(s, first_staff, first_person, &w);
	return arena_printf(a, "{\"staff\":%zu,\"people\":%zu,\"relations\":%zu,\"groups\":%zu,\"seats\":%zu}", s->staff.n,
			    s->people.n, s->relations.n, s->group.chats.n, s->group.seats.n);
}

/* ---- reading ---- */

static void out_str(struct buf *b, const char *name, str value)
{
	buf_fmt(b, "%s\"%s\":", b->n && b->p[b->n - 1] != '{' ? "," : "", name);
	buf_json(b, value.p ? value : STR(""));
}

static void out_i64(struct buf *b, const char *name, i64 value)
{
	buf_fmt(b, ",\"%s\":%lld", name, (long long)value);
}

static void relation_row(struct sim *s, size_t i, struct buf *b)
{
	static const char *const states[] = { "friend", "lost", "dropped", "half", "asked" };
	const struct sim_relation *r = s->relations.v[i];
	const struct sim_person *p = s->people.v[r->person];
	bool first = true;
	buf_char(b, '{');
	out_str(b, "userid", s->staff.v[r->staff]->userid);
	out_str(b, "external_userid", p->xid);
	out_str(b, "name", p->name);
	out_str(b, "status", str_c(states[r->status]));
	out_str(b, "state", r->state);
	out_str(b, "remark", r->remark.n ? r->remark : p->name);
	out_str(b, "description", r->description);
	out_i64(b, "added", r->created / 1000);
	out_i64(b, "add_way", r->add_way);
	buf_add_c(b, ",\"tags\":[");
	for (size_t k = 0; k < r->tags.n; k++) {
		const struct sim_tag *t = s->tags.v[r->tags.v[k]];
		if (t->deleted)
			continue;
		if (!first)
			buf_char(b, ',');
		first = false;
		buf_json(b, t->id);
	}
	buf_add_c(b, "]}\n");
}

static void chat_row(struct sim *s, size_t i, struct buf *b)
{
	const struct sim_chat *c = s->group.chats.v[i];
	buf_char(b, '{');
	out_str(b, "chat_id", c->id);
	out_str(b, "name", c->name);
	out_str(b, "owner", s->staff.v[c->owner]->userid);
	out_str(b, "notice", c->notice);
	out_str(b, "version", sim_chat_version(s, c));
	out_i64(b, "status", c->status);
	out_i64(b, "created", c->created / 1000);
	out_i64(b, "gone", c->gone);
	out_i64(b, "members", (i64)sim_chat_members(c));
	buf_add_c(b, "}\n");
}

static void seat_row(struct sim *s, size_t i, struct buf *b)
{
	const struct sim_seat *seat = s->group.seats.v[i];
	const struct sim_chat *c = s->group.chats.v[seat->chat];
	bool staff = seat->staff >= 0;
	buf_char(b, '{');
	out_str(b, "chat_id", c->id);
	out_str(b, "member", staff ? s->staff.v[seat->staff]->userid : s->people.v[seat->person]->xid);
	out_str(b, "state", seat->scene == 3 ? seat->state : STR_NIL);
	out_str(b, "invitor", seat->invitor >= 0 ? s->staff.v[seat->invitor]->userid : STR_NIL);
	out_i64(b, "kind", staff ? 1 : 2);
	out_i64(b, "scene", seat->scene);
	out_i64(b, "joined", seat->joined / 1000);
	out_i64(b, "gone", seat->gone || c->gone);
	buf_add_c(b, "}\n");
}

static void staff_row(struct sim *s, size_t i, struct buf *b)
{
	const struct sim_staff *m = s->staff.v[i];
	buf_char(b, '{');
	out_str(b, "userid", m->userid);
	out_str(b, "name", m->name);
	out_i64(b, "serves", sim_staff_serves(m));
	out_i64(b, "left", m->left);
	buf_add_c(b, "}\n");
}

static void tag_row(struct sim *s, size_t i, struct buf *b)
{
	const struct sim_tag *t = s->tags.v[i];
	buf_char(b, '{');
	out_str(b, "id", t->id);
	out_str(b, "name", t->name);
	out_str(b, "group", s->groups.v[t->group]->name);
	out_i64(b, "deleted", t->deleted);
	buf_add_c(b, "}\n");
}

static bool rows(struct sim *s, const struct http_req *req, struct buf *b)
{
	const struct { const char *kind; size_t n; void (*row)(struct sim *s, size_t i, struct buf *b); } kinds[] = {
		{ "relation", s->relations.n, relation_row }, { "chat", s->group.chats.n, chat_row },
		{ "seat", s->group.seats.n, seat_row }, { "staff", s->staff.n, staff_row }, { "tag", s->tags.n, tag_row },
	};
	i64 after = 0, limit = ROWS_PAGE_MAX;
	str_i64(http_query(req, "after"), &after);
	str_i64(http_query(req, "limit"), &limit);
	limit = limit < 1 || limit > ROWS_PAGE_MAX ? ROWS_PAGE_MAX : limit;
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		if (!str_eq_c(http_query(req, "kind"), kinds[k].kind))
			continue;
		for (size_t i = (size_t)int_max(after, 0); i < kinds[k].n && limit-- > 0; i++)
			kinds[k].row(s, i, b);
		return true;
	}
	return false;
}

/* ---- the door ---- */

static void whole_post(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	struct json *in = NULL;
	if (req->body.n && json_parse(req->body, req->arena, &in, NULL) != OK)
		in = NULL;
	pthread_mutex_lock(&s->lock);
	str out = make(s, in, req->arena);
	pthread_mutex_unlock(&s->lock);
	http_send(reply, out.n ? 200 : 400, STR("application/json; charset=UTF-8"),
		  out.n ? out : STR("{\"error\":\"staff (0: who is there), relations, groups and seats must not be negative\"}"));
}

bool sim_whole(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	bool get = str_eq_c(req->method, "GET"), known = true;
	struct buf b = buf_new(req->arena, BUF_MAX_DEFAULT);
	if (!get && str_eq_c(req->path, "/sim/whole")) {
		whole_post(s, req, reply);
		return true;
	}
	if (!get || (!str_eq_c(req->path, "/sim/rows") && !str_eq_c(req->path, "/sim/calls")))
		return false;
	pthread_mutex_lock(&s->lock);
	if (str_eq_c(req->path, "/sim/rows"))
		known = rows(s, req, &b);
	else
		sim_calls_out(s, &b);
	pthread_mutex_unlock(&s->lock);
	http_send(reply, known ? 200 : 400, known && b.n && b.p[b.n - 1] == '\n' ? STR("application/x-ndjson") : STR("application/json"),
		  known ? buf_str(&b) : STR("{\"error\":\"kind: relation chat seat staff tag\"}"));
	return true;
}
