/*
 * API: Moments of the corp. A job makes them (states 1, 2, 3), its number is good for a day; in the first second after
 * it the calls about a Moment answer 41079. Tags make it visible to those who carry one on the relation with a member
 * who posts; whom it is for stays as it was when it was asked for. Ten a minute.
 */
#include "sim/sim_call.h"
#include "sim/sim_moment.h"

#define MOMENT_TEXT_MAX 2000 /* characters */
#define MOMENT_TITLE_MAX 64
#define MOMENT_IMAGES_MAX 9
#define MOMENT_SENDERS_MAX 100000
#define MOMENTS_A_MINUTE 10
#define JOB_LIFE_MS MS_DAY
#define DISPATCH_MS MS_SECOND
#define LIST_LIMIT 20
#define LIST_SPAN_S (30 * 86400)
#define TASK_LIMIT_DEFAULT 500
#define TASK_LIMIT_MAX 1000
#define SEEN_LIMIT_DEFAULT 3000
#define SEEN_LIMIT_MAX 5000

static size_t characters(str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((u8)s.p[i] & 0xc0) != 0x80;
	return n;
}

static int attachment_check(struct sim_call *c, const struct json *item, bool alone)
{
	str type = json_str(item, "msgtype");
	bool image = str_eq_c(type, "image"), video = str_eq_c(type, "video");
	const struct json *of = image ? json_get(item, "image") : video ? json_get(item, "video") : json_get(item, "link");
	if (!image && !video && !str_eq_c(type, "link"))
		return sim_refuse(c, 40058, "invalid attachments msgtype");
	if (!of || (!alone && !image))
		return sim_refuse(c, 40058, "invalid attachments msgtype");
	if (!image && !video && (!json_str(of, "url").n || json_str(of, "title").n > MOMENT_TITLE_MAX))
		return sim_refuse(c, 40058, "invalid link");
	return sim_media_live(c->s, json_str(of, "media_id")) ? 0 : 40007;
}

static int content_check(struct sim_call *c)
{
	str text = json_str(json_get(c->in, "text"), "content");
	const struct json *list = sim_arg_array(c, "attachments");
	size_t n = list ? list->n : 0;
	if (!text.n && !n)
		return 41089;
	if (characters(text) > MOMENT_TEXT_MAX)
		return sim_refuse(c, 40058, "invalid text size");
	if (n > MOMENT_IMAGES_MAX)
		return sim_refuse(c, 40058, "invalid attachments size");
	for (size_t i = 0; i < n; i++) {
		int refused = attachment_check(c, &list->items[i], n == 1);
		if (refused)
			return refused;
	}
	return 0;
}

/* As get_moment_list tells it. */
static str content_of(struct sim_call *c)
{
	struct buf b = buf_new(c->a, (size_t)1 << 20);
	const struct json *list = sim_arg_array(c, "attachments");
	bool images = false;
	buf_add_c(&b, ",\"text\":{\"content\":");
	buf_json(&b, json_str(json_get(c->in, "text"), "content"));
	buf_char(&b, '}');
	for (size_t i = 0; list && i < list->n; i++) {
		const struct json *image = json_get(&list->items[i], "image"), *video = json_get(&list->items[i], "video");
		if (image) {
			buf_add_c(&b, images ? "," : ",\"image\":[");
			json_write(&b, image);
			images = true;
			continue;
		}
		buf_add_c(&b, video ? ",\"video\":" : ",\"link\":");
		json_write(&b, video ? video : json_get(&list->items[i], "link"));
	}
	if (images)
		buf_char(&b, ']');
	return sim_keep(c->s, buf_str(&b));
}

static bool has_tag(const struct sim_relation *r, const struct ids *tags)
{
	for (size_t i = 0; i < tags->n; i++)
		if (sim_ids_has(&r->tags, tags->v[i]))
			return true;
	return false;
}

static void invite(struct sim *s, struct sim_moment *m, const struct sim_staff *by, const struct ids *tags)
{
	size_t before = m->people.n;
	for (size_t i = 0; i < by->relations.n; i++) {
		const struct sim_relation *r = by->relations.v[i];
		if (r->status != REL_BOTH || (m->partly && !has_tag(r, tags)))
			continue;
		sim_ids_add(s, &m->people, r->person);
		sim_ids_add(s, &m->owner, by->number);
		sim_ids_add(s, &m->visible, 0);
		sim_ids_add(s, &m->liked, 0);
		sim_ids_add(s, &m->commented, 0);
	}
	if (m->people.n == before && m->partly)
		return;
	sim_ids_add(s, &m->staffs, by->number);
	sim_ids_add(s, &m->posted, 0);
	sim_ids_add(s, &m->posted_at, 0);
}

static str keep_texts(struct sim *s, struct strs *list, str one)
{
	str *grown = ARENA_ARRAY(s->arena, str, list->n + 1);
	if (list->n)
		memcpy(grown, list->v, list->n * sizeof(*grown));
	grown[list->n] = sim_keep(s, one);
	list->v = grown;
	return grown[list->n++];
}

static void choose(struct sim_call *c, struct sim_moment *m, const struct strs *users, const struct strs *names)
{
	struct sim *s = c->s;
	struct ids tags = { 0 };
	m->partly = names->n > 0;
	for (size_t i = 0; i < names->n; i++) {
		struct sim_tag *t = map_get(&s->tag_by_id, names->v[i]);
		if (t && !t->deleted)
			sim_ids_add(s, &tags, t->number);
		else
			keep_texts(s, &m->bad_tags, names->v[i]);
	}
	for (size_t i = 0; i < users->n; i++) {
		struct sim_staff *by = sim_staff_find(s, users->v[i]);
		if (by && by->visible && sim_staff_serves(by))
			invite(s, m, by, &tags);
		else
			keep_texts(s, &m->bad_users, users->v[i]);
	}
	for (size_t i = 0; !users->n && i < s->staff.n; i++)
		if (s->staff.v[i]->visible && sim_staff_serves(s->staff.v[i]))
			invite(s, m, s->staff.v[i], &tags);
}

static int add_moment_task(struct sim_call *c)
{
	struct sim *s = c->s;
	const struct json *range = json_get(c->in, "visible_range");
	struct strs users = { 0 }, tags = { 0 };
	int refused = content_check(c);
	i64 recent = 0;
	if (refused)
		return refused;
	const struct json *list = json_get(json_get(range, "sender_list"), "user_list");
	if ((list && !sim_texts(s, list, &users)) || users.n > MOMENT_SENDERS_MAX)
		return sim_refuse(c, 40058, "invalid sender_list");
	list = json_get(json_get(range, "external_contact_list"), "tag_list");
	if (list && !sim_texts(s, list, &tags))
		return sim_refuse(c, 40058, "invalid external_contact_list");
	for (size_t i = 0; i < s->moments.v.n; i++)
		recent += sim_now(s) - s->moments.v.v[i]->created < MS_MINUTE;
	if (recent >= MOMENTS_A_MINUTE)
		return 45009;
	ms takes = s->moments.job_ms ? s->moments.job_ms : SIM_MOMENT_JOB_MS;
	struct sim_moment m = { .jobid = sim_new_id(s, "job", 29), .id = sim_new_id(s, "mom", 29), .created = sim_now(s), .made = sim_now(s) + takes,
				.code = s->moments.job_code, .content = content_of(c) };
	m.url = sim_keep(s, sim_message_url(c->in, c->a));
	choose(c, &m, &users, &tags);
	struct sim_moment *made = sim_moment_add(s, &m);
	sim_out_str(c, "jobid", made->jobid);
	if (s->lively && !made->code)
		sim_people_moment(s, made);
	return 0;
}

static int get_moment_task_result(struct sim_call *c)
{
	str jobid = sim_arg(c, "jobid");
	struct sim_moment *m = NULL;
	for (size_t i = 0; i < c->s->moments.v.n; i++)
		if (str_eq(c->s->moments.v.v[i]->jobid, jobid))
			m = c->s->moments.v.v[i];
	if (!m || sim_now(c->s) - m->created > JOB_LIFE_MS)
		return sim_refuse(c, 40058, "invalid jobid");
	bool done = sim_now(c->s) >= m->made;
	sim_out_i64(c, "status", done ? 3 : sim_now(c->s) - m->created < DISPATCH_MS ? 1 : 2);
	sim_out_str(c, "type", STR("add_moment_task"));
	if (!done)
		return 0;
	sim_out_fmt(c, ",\"result\":{\"errcode\":%lld,\"errmsg\":\"%s\"", (long long)m->code, sim_errmsg((int)m->code));
	if (!m->code)
		sim_out_str(c, "moment_id", m->id);
	buf_add_c(&c->out, ",\"invalid_sender_list\":{\"department_list\":[]");
	sim_out_texts(c, "user_list", &m->bad_users);
	buf_add_c(&c->out, "},\"invalid_external_contact_list\":{\"corp\":0");
	sim_out_texts(c, "tag_list", &m->bad_tags);
	buf_add_c(&c->out, "}}");
	return 0;
}

static int get_moment_list(struct sim_call *c)
{
	struct sim *s = c->s;
	i64 from = sim_arg_i64(c, "start_time", -1), to = sim_arg_i64(c, "end_time", -1), at, n = 0;
	i64 filter = sim_arg_i64(c, "filter_type", 2);
	if (from < 0 || to < from || to - from > LIST_SPAN_S)
		return 40058;
	if (!sim_cursor(c, &at))
		return 50100;
	buf_add_c(&c->out, ",\"moment_list\":[");
	for (; at < (i64)s->moments.v.n && n < LIST_LIMIT; at++) {
		const struct sim_moment *m = s->moments.v.v[at];
		if (m->code || m->made > sim_now(s) || filter == 1 || m->created / 1000 < from || m->created / 1000 > to)
			continue;
		sim_out_fmt(c, "%s{\"moment_id\":\"%.*s\",\"create_time\":\"%lld\",\"create_type\":0,\"visible_type\":%d%.*s}", n++ ? "," : "",
			    STR_F(m->id), (long long)(m->created / 1000), !m->partly, STR_F(m->content));
	}
	buf_char(&c->out, ']');
	sim_out_str(c, "next_cursor", at < (i64)s->moments.v.n ? sim_cursor_of(c, at) : STR(""));
	return 0;
}

static int find(struct sim_call *c, struct sim_moment **ret)
{
	str id = sim_arg(c, "moment_id");
	*ret = sim_moment_find(c->s, id);
	if (!*ret)
		return id.n ? 41060 : 41059;
	return sim_now(c->s) - (*ret)->made < DISPATCH_MS ? 41079 : 0;
}

static i64 limit_of(struct sim_call *c, i64 otherwise, i64 max)
{
	i64 limit = sim_arg_i64(c, "limit", otherwise);
	return limit < 1 || limit > max ? otherwise : limit;
}

static int get_moment_task(struct sim_call *c)
{
	struct sim_moment *m;
	i64 at, n = 0, limit = limit_of(c, TASK_LIMIT_DEFAULT, TASK_LIMIT_MAX);
	int refused = find(c, &m);
	if (refused)
		return refused;
	if (!sim_cursor(c, &at))
		return 50100;
	buf_add_c(&c->out, ",\"task_list\":[");
	for (; at < (i64)m->staffs.n && n < limit; at++)
		sim_out_fmt(c, "%s{\"userid\":\"%.*s\",\"publish_status\":%lld}", n++ ? "," : "",
			    STR_F(c->s->staff.v[m->staffs.v[at]]->userid), (long long)m->posted.v[at]);
	buf_char(&c->out, ']');
	sim_out_str(c, "next_cursor", at < (i64)m->staffs.n ? sim_cursor_of(c, at) : STR(""));
	return 0;
}

/* *ret_at: of the member asked about; 41061 when it is none of his. */
static int of_member(struct sim_call *c, struct sim_moment **ret, struct sim_staff **ret_by, bool posted)
{
	int refused = find(c, ret);
	if (refused)
		return refused;
	*ret_by = sim_staff_find(c->s, sim_arg(c, "userid"));
	if (!*ret_by)
		return 60111;
	for (size_t i = 0; i < (*ret)->staffs.n; i++)
		if ((*ret)->staffs.v[i] == (*ret_by)->number)
			return posted && !(*ret)->posted.v[i] ? 41062 : 0;
	return 41061;
}

static int people(struct sim_call *c, bool visible, i64 limit)
{
	struct sim_moment *m;
	struct sim_staff *by;
	i64 at, n = 0;
	int refused = of_member(c, &m, &by, visible);
	if (refused)
		return refused;
	if (!sim_cursor(c, &at))
		return 50100;
	buf_add_c(&c->out, ",\"customer_list\":[");
	for (; at < (i64)m->people.n && n < limit; at++) {
		if (m->owner.v[at] != by->number || (visible && !m->visible.v[at]))
			continue;
		sim_out_fmt(c, "%s{\"external_userid\":\"%.*s\"", n++ ? "," : "", STR_F(c->s->people.v[m->people.v[at]]->xid));
		if (!visible)
			sim_out_str(c, "userid", by->userid);
		buf_char(&c->out, '}');
	}
	buf_char(&c->out, ']');
	sim_out_str(c, "next_cursor", at < (i64)m->people.n ? sim_cursor_of(c, at) : STR(""));
	return 0;
}

static int get_moment_customer_list(struct sim_call *c) { return people(c, false, limit_of(c, TASK_LIMIT_DEFAULT, TASK_LIMIT_MAX)); }
static int get_moment_send_result(struct sim_call *c) { return people(c, true, limit_of(c, SEEN_LIMIT_DEFAULT, SEEN_LIMIT_MAX)); }

static int get_moment_comments(struct sim_call *c)
{
	struct sim_moment *m;
	struct sim_staff *by;
	int refused = of_member(c, &m, &by, true);
	for (int likes = 0; !refused && likes < 2; likes++) {
		bool first = true;
		buf_add_c(&c->out, likes ? "],\"like_list\":[" : ",\"comment_list\":[");
		for (size_t i = 0; i < m->people.n; i++) {
			i64 at = likes ? m->liked.v[i] : m->commented.v[i];
			if (m->owner.v[i] != by->number || !at)
				continue;
			sim_out_fmt(c, "%s{\"external_userid\":\"%.*s\",\"create_time\":%lld}", first ? "" : ",",
				    STR_F(c->s->people.v[m->people.v[i]]->xid), (long long)(at / 1000));
			first = false;
		}
	}
	if (!refused)
		buf_char(&c->out, ']');
	return refused;
}

static int cancel_moment_task(struct sim_call *c)
{
	struct sim_moment *m;
	int refused = find(c, &m);
	if (!refused)
		m->cancelled = true;
	return refused;
}

const struct sim_api sim_api_moment[] = {
	{ "externalcontact/add_moment_task", add_moment_task, API_POST | API_EFFECT },
	{ "externalcontact/get_moment_task_result", get_moment_task_result, API_GET | API_POST },
	{ "externalcontact/get_moment_list", get_moment_list, API_POST },
	{ "externalcontact/get_moment_task", get_moment_task, API_POST },
	{ "externalcontact/get_moment_customer_list", get_moment_customer_list, API_POST },
	{ "externalcontact/get_moment_send_result", get_moment_send_result, API_POST },
	{ "externalcontact/get_moment_comments", get_moment_comments, API_POST },
	{ "externalcontact/cancel_moment_task", cancel_moment_task, API_POST | API_EFFECT },
	{ NULL, NULL, 0 },
};
