/* add_moment_task and the calls about Moments. */
#include "port/wecom/wecom_moment.h"

#include "base/buf.h"
#include "port/wecom/wecom_content.h"
#include "port/wecom/wecom_int.h"

enum { JOB_FINISHED = 3 };

static str cursor_of(const struct json *j)
{
	str cursor = json_str(j, "next_cursor");
	return cursor.n ? cursor : STR_NIL;
}

static err check_one(const struct wecom_attachment *p, struct fail *f)
{
	if (p->part == WECOM_LINK) {
		if (!p->url.n || !p->title.n)
			return wecom_missing(f, p->url.n ? "link.title" : "link.url");
		TRY(wecom_check_bytes(f, "link.title", p->title, WECOM_MOMENT_LINK_TITLE_BYTES_MAX));
		TRY(wecom_check_bytes(f, "link.url", p->url, WECOM_LINK_URL_BYTES_MAX));
	}
	if (p->part != WECOM_LINK && p->part != WECOM_IMAGE && p->part != WECOM_VIDEO)
		return fail_set(f, ERR_INPUT, T_ERR_INPUT, STR("attachments"), STR_NIL, STR_NIL);
	return p->media_id.n ? OK : wecom_missing(f, "media_id");
}

err wecom_moment_check(const struct wecom_content *content, struct arena *a, struct fail *f)
{
	size_t n = content->attachment_count;
	if (!content->text.n && !n)
		return wecom_missing(f, "text");
	TRY(wecom_check_chars(f, "text", content->text, WECOM_MOMENT_TEXT_CHARS_MAX));
	TRY(wecom_check_count(f, "images", n, WECOM_MOMENT_IMAGES_MAX));
	for (size_t i = 0; i < n; i++) {
		TRY(check_one(&content->attachments[i], f));
		if (n > 1 && content->attachments[i].part != WECOM_IMAGE)
			return fail_set(f, ERR_INPUT, T_MOMENT_MIXED, STR("attachments"), STR_NIL, STR_NIL);
	}
	return OK;
}

err wecom_moment_add(struct wecom_call *c, const struct wecom_moment *in, str *ret_jobid)
{
	TRY(wecom_moment_check(&in->content, c->arena, c->fail));
	TRY(wecom_check_count(c->fail, "user_list", in->userids.n, WECOM_MOMENT_SENDERS_MAX));
	struct buf b = wecom_json(c->arena);
	wecom_content_put(&b, &in->content);
	wecom_open(&b, "visible_range", '{');
	if (in->userids.n) {
		wecom_open(&b, "sender_list", '{');
		wecom_put_strs(&b, "user_list", in->userids);
		wecom_close(&b, '}');
	}
	if (in->tags.n) {
		wecom_open(&b, "external_contact_list", '{');
		wecom_put_strs(&b, "tag_list", in->tags);
		wecom_close(&b, '}');
	}
	wecom_close(&b, '}');
	TRY(wecom_post(c, "externalcontact/add_moment_task", &b));
	str jobid = json_str(c->json, "jobid");
	if (!jobid.n) /* made, but which one is not known: as if the answer had been lost */
		return wecom_incomplete(c, "externalcontact/add_moment_task", ERR_UNKNOWN);
	*ret_jobid = jobid;
	return OK;
}

err wecom_moment_job(struct wecom_call *c, str jobid, struct wecom_moment_job *ret)
{
	if (!jobid.n)
		return wecom_missing(c->fail, "jobid");
	TRY(wecom_get(c, "externalcontact/get_moment_task_result", "jobid", jobid, NULL, STR_NIL));
	const struct json *r = json_get(c->json, "result");
	struct wecom_moment_job out = { .finished = json_i64(c->json, "status", 0) == JOB_FINISHED };
	out.errcode = json_i64(r, "errcode", 0);
	out.moment_id = json_str(r, "moment_id");
	out.bad_userids = wecom_strs(json_get(json_get(r, "invalid_sender_list"), "user_list"), c->arena);
	out.bad_tags = wecom_strs(json_get(json_get(r, "invalid_external_contact_list"), "tag_list"), c->arena);
	if (out.finished && !out.errcode && !out.moment_id.n)
		return wecom_incomplete(c, "externalcontact/get_moment_task_result", ERR_UPSTREAM);
	*ret = out;
	return OK;
}

static struct wecom_moment_item item_of(const struct json *j)
{
	return (struct wecom_moment_item){
		.moment_id = json_str(j, "moment_id"),
		.creator = json_str(j, "creator"),
		.text = json_str(json_get(j, "text"), "content"),
		.link_url = json_str(json_get(j, "link"), "url"),
		.created = wecom_time(j, "create_time"),
		.create_type = json_i64(j, "create_type", NIL),
		.images = wecom_count(json_get(j, "image")),
		.video = json_str(json_get(j, "video"), "media_id").n > 0,
	};
}

err wecom_moment_list(struct wecom_call *c, const struct wecom_moment_query *in, struct wecom_moment_page *ret)
{
	if (in->to - in->from > WECOM_MOMENT_LIST_SPAN_MS || in->to < in->from)
		return fail_set(c->fail, ERR_INPUT, T_ERR_INPUT, STR("end_time"), STR_NIL, STR("30 d"));
	struct buf b = wecom_json(c->arena);
	wecom_put_seconds(&b, "start_time", in->from);
	wecom_put_seconds(&b, "end_time", in->to);
	wecom_put_str(&b, "creator", in->creator);
	wecom_put_i64(&b, "filter_type", in->filter);
	wecom_put_i64(&b, "limit", WECOM_MOMENT_LIST_MAX);
	wecom_put_str(&b, "cursor", in->cursor);
	TRY(wecom_post(c, "externalcontact/get_moment_list", &b));
	const struct json *list = json_get(c->json, "moment_list");
	struct wecom_moment_page out = { .n = wecom_count(list), .next_cursor = cursor_of(c->json) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_moment_item, out.n);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = item_of(&list->items[i]);
	*ret = out;
	return OK;
}

static err ask(struct wecom_call *c, const char *api, str moment_id, str userid, i64 limit, str cursor)
{
	if (!moment_id.n)
		return wecom_missing(c->fail, "moment_id");
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "moment_id", moment_id);
	wecom_put_str(&b, "userid", userid);
	wecom_put_i64(&b, "limit", limit);
	wecom_put_str(&b, "cursor", cursor);
	return wecom_post(c, api, &b);
}

err wecom_moment_tasks(struct wecom_call *c, str moment_id, str cursor, struct wecom_moment_tasks *ret)
{
	TRY(ask(c, "externalcontact/get_moment_task", moment_id, STR_NIL, WECOM_MOMENT_TASK_MAX, cursor));
	const struct json *list = json_get(c->json, "task_list");
	struct wecom_moment_tasks out = { .n = wecom_count(list), .next_cursor = cursor_of(c->json) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_moment_task, out.n);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = (struct wecom_moment_task){ json_str(&list->items[i], "userid"), json_i64(&list->items[i], "publish_status", 0) != 0 };
	*ret = out;
	return OK;
}

static err people(struct wecom_call *c, const char *api, str moment_id, str userid, i64 limit, str cursor, struct wecom_moment_people *ret)
{
	if (!userid.n)
		return wecom_missing(c->fail, "userid");
	TRY(ask(c, api, moment_id, userid, limit, cursor));
	const struct json *list = json_get(c->json, "customer_list");
	struct wecom_moment_people out = { .next_cursor = cursor_of(c->json) };
	out.ids = (struct strs){ ARENA_ARRAY(c->arena, str, wecom_count(list)), wecom_count(list) };
	for (size_t i = 0; i < out.ids.n; i++)
		out.ids.v[i] = json_str(&list->items[i], "external_userid");
	*ret = out;
	return OK;
}

err wecom_moment_range(struct wecom_call *c, str moment_id, str userid, str cursor, struct wecom_moment_people *ret)
{
	return people(c, "externalcontact/get_moment_customer_list", moment_id, userid, WECOM_MOMENT_RANGE_MAX, cursor, ret);
}

err wecom_moment_visible(struct wecom_call *c, str moment_id, str userid, str cursor, struct wecom_moment_people *ret)
{
	return people(c, "externalcontact/get_moment_send_result", moment_id, userid, WECOM_MOMENT_VISIBLE_MAX, cursor, ret);
}

static size_t reactions(const struct json *list, bool comment, struct wecom_moment_reaction *ret)
{
	size_t n = wecom_count(list);
	for (size_t i = 0; i < n; i++)
		ret[i] = (struct wecom_moment_reaction){ json_str(&list->items[i], "external_userid"), wecom_time(&list->items[i], "create_time"), comment };
	return n;
}

err wecom_moment_reactions(struct wecom_call *c, str moment_id, str userid, struct wecom_moment_reactions *ret)
{
	if (!userid.n)
		return wecom_missing(c->fail, "userid");
	TRY(ask(c, "externalcontact/get_moment_comments", moment_id, userid, NIL, STR_NIL));
	const struct json *likes = json_get(c->json, "like_list"), *comments = json_get(c->json, "comment_list");
	struct wecom_moment_reactions out = { ARENA_ARRAY(c->arena, struct wecom_moment_reaction, wecom_count(likes) + wecom_count(comments)), 0 };
	out.n = reactions(likes, false, out.v);
	out.n += reactions(comments, true, out.v + out.n);
	*ret = out;
	return OK;
}

err wecom_moment_cancel(struct wecom_call *c, str moment_id)
{
	return ask(c, "externalcontact/cancel_moment_task", moment_id, STR_NIL, NIL, STR_NIL);
}
