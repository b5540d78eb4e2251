/* externalcontact/list, get, batch/get_by_user, remark. */
#include "port/wecom/wecom_customer.h"

#include "base/buf.h"
#include "port/wecom/wecom_int.h"

static str cursor_of(const struct json *j)
{
	str cursor = json_str(j, "next_cursor");
	return cursor.n ? cursor : STR_NIL;
}

static struct wecom_contact contact_of(const struct json *j)
{
	return (struct wecom_contact){
		.external_userid = json_str(j, "external_userid"),
		.name = json_str(j, "name"),
		.avatar = json_str(j, "avatar"),
		.unionid = json_str(j, "unionid"),
		.position = json_str(j, "position"),
		.corp_name = json_str(j, "corp_name"),
		.corp_full_name = json_str(j, "corp_full_name"),
		.type = json_i64(j, "type", 0),
		.gender = json_i64(j, "gender", 0),
	};
}

static void read_tags(struct wecom_call *c, const struct json *j, struct wecom_follow *ret)
{
	const struct json *tags = json_get(j, "tags");
	struct strs ids = wecom_strs(json_get(j, "tag_id"), c->arena);
	size_t n = wecom_count(tags);
	ret->tags = ARENA_ARRAY(c->arena, struct wecom_follow_tag, n + ids.n);
	for (size_t i = 0; i < n; i++) {
		const struct json *tag = &tags->items[i];
		str id = json_str(tag, "tag_id");
		ret->tags[ret->tag_count++] = (struct wecom_follow_tag){
			.group_name = json_str(tag, "group_name"),
			.tag_name = json_str(tag, "tag_name"),
			.tag_id = id.n ? id : STR_NIL,
			.type = json_i64(tag, "type", id.n ? 1 : 2),
		};
	}
	for (size_t i = 0; i < ids.n; i++)
		ret->tags[ret->tag_count++] = (struct wecom_follow_tag){ .tag_id = ids.v[i], .type = 1 };
}

/* follow_user[] of get carries tags[], follow_info of the batch carries tag_id[]. */
static struct wecom_follow follow_of(struct wecom_call *c, const struct json *j)
{
	struct wecom_follow follow = {
		.userid = json_str(j, "userid"),
		.remark = json_str(j, "remark"),
		.description = json_str(j, "description"),
		.remark_corp_name = json_str(j, "remark_corp_name"),
		.oper_userid = json_str(j, "oper_userid"),
		.state = json_str(j, "state"),
		.remark_mobiles = wecom_strs(json_get(j, "remark_mobiles"), c->arena),
		.created = wecom_time(j, "createtime"),
		.add_way = json_i64(j, "add_way", 0),
	};
	read_tags(c, j, &follow);
	return follow;
}

err wecom_customer_ids(struct wecom_call *c, str userid, struct strs *ret)
{
	if (!userid.n)
		return wecom_missing(c->fail, "userid");
	err e = wecom_get(c, "externalcontact/list", "userid", userid, NULL, STR_NIL);
	if (e != OK && c->errcode != 84061)
		return e;
	c->action = WECOM_OK;
	*ret = e == OK ? wecom_strs(json_get(c->json, "external_userid"), c->arena) : (struct strs){ 0 };
	return OK;
}

err wecom_customer_get(struct wecom_call *c, str external_userid, str cursor, struct wecom_customer *ret)
{
	if (!external_userid.n)
		return wecom_missing(c->fail, "external_userid");
	TRY(wecom_get(c, "externalcontact/get", "external_userid", external_userid, "cursor", cursor));
	const struct json *follows = json_get(c->json, "follow_user");
	struct wecom_customer out = {
		.contact = contact_of(json_get(c->json, "external_contact")),
		.follow_count = wecom_count(follows),
		.next_cursor = cursor_of(c->json),
	};
	out.follows = ARENA_ARRAY(c->arena, struct wecom_follow, out.follow_count);
	for (size_t i = 0; i < out.follow_count; i++)
		out.follows[i] = follow_of(c, &follows->items[i]);
	*ret = out;
	return OK;
}

err wecom_customer_batch(struct wecom_call *c, struct strs userids, str cursor, i64 limit,
			 struct wecom_customer_page *ret)
{
	if (!userids.n)
		return wecom_missing(c->fail, "userid_list");
	TRY(wecom_check_count(c->fail, "userid_list", userids.n, WECOM_BATCH_USERS_MAX));
	struct buf b = wecom_json(c->arena);
	wecom_put_strs(&b, "userid_list", userids);
	wecom_put_str(&b, "cursor", cursor);
	wecom_put_i64(&b, "limit", int_min(limit, WECOM_BATCH_LIMIT_MAX));
	TRY(wecom_post(c, "externalcontact/batch/get_by_user", &b));
	const struct json *list = json_get(c->json, "external_contact_list");
	struct wecom_customer_page out = {
		.n = wecom_count(list),
		.next_cursor = cursor_of(c->json),
		.unlicensed = wecom_strs(json_get(json_get(c->json, "fail_info"), "unlicensed_userid_list"), c->arena),
	};
	out.v = ARENA_ARRAY(c->arena, struct wecom_customer, out.n);
	for (size_t i = 0; i < out.n; i++) {
		out.v[i].contact = contact_of(json_get(&list->items[i], "external_contact"));
		out.v[i].follows = ARENA_NEW(c->arena, struct wecom_follow);
		out.v[i].follows[0] = follow_of(c, json_get(&list->items[i], "follow_info"));
		out.v[i].follow_count = 1;
	}
	*ret = out;
	return OK;
}

err wecom_customer_remark(struct wecom_call *c, const struct wecom_remark *in)
{
	if (!in->userid.n || !in->external_userid.n)
		return wecom_missing(c->fail, in->userid.n ? "external_userid" : "userid");
	TRY(wecom_check_chars(c->fail, "remark", in->remark, WECOM_REMARK_CHARS_MAX));
	TRY(wecom_check_chars(c->fail, "description", in->description, WECOM_DESCRIPTION_CHARS_MAX));
	TRY(wecom_check_chars(c->fail, "remark_company", in->remark_company, WECOM_REMARK_COMPANY_CHARS_MAX));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "userid", in->userid);
	wecom_put_str(&b, "external_userid", in->external_userid);
	wecom_put_str(&b, "remark", in->remark);
	wecom_put_str(&b, "description", in->description);
	wecom_put_str(&b, "remark_company", in->remark_company);
	str empty = STR("");
	wecom_put_strs(&b, "remark_mobiles", in->clear_mobiles ? (struct strs){ &empty, 1 } : in->remark_mobiles);
	return wecom_post(c, "externalcontact/remark", &b);
}

err wecom_customer_list(struct wecom_call *c, str userid, struct strs *ret)
{
	if (!userid.n)
		return wecom_missing(c->fail, "userid");
	*ret = (struct strs){ 0 };
	err e = wecom_get(c, "externalcontact/list", "userid", userid, NULL, STR_NIL);
	if (e != OK && c->action == WECOM_RELATION_LOST)
		return OK; /* 84061: that is how WeCom says it */
	TRY(e);
	*ret = wecom_strs(json_get(c->json, "external_userid"), c->arena);
	return OK;
}
