/* externalcontact/get_corp_tag_list, add_corp_tag, edit_corp_tag, del_corp_tag, mark_tag. */
#include "port/wecom/wecom_tag.h"

#include "base/buf.h"
#include "port/wecom/wecom_int.h"

static struct wecom_tag_group group_of(struct wecom_call *c, const struct json *j)
{
	const struct json *tags = json_get(j, "tag");
	struct wecom_tag_group g = {
		.id = json_str(j, "group_id"),
		.name = json_str(j, "group_name"),
		.created = wecom_time(j, "create_time"),
		.order = json_i64(j, "order", 0),
		.deleted = json_bool(j, "deleted", false),
		.tag_count = wecom_count(tags),
	};
	g.tags = ARENA_ARRAY(c->arena, struct wecom_tag, g.tag_count);
	for (size_t i = 0; i < g.tag_count; i++) {
		const struct json *tag = &tags->items[i];
		g.tags[i] = (struct wecom_tag){
			.id = json_str(tag, "id"),
			.name = json_str(tag, "name"),
			.created = wecom_time(tag, "create_time"),
			.order = json_i64(tag, "order", 0),
			.deleted = json_bool(tag, "deleted", false),
		};
	}
	return g;
}

err wecom_tag_list(struct wecom_call *c, struct strs tag_ids, struct strs group_ids, struct wecom_tag_groups *ret)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_strs(&b, "tag_id", tag_ids);
	wecom_put_strs(&b, "group_id", group_ids);
	TRY(wecom_post(c, "externalcontact/get_corp_tag_list", &b));
	const struct json *groups = json_get(c->json, "tag_group");
	struct wecom_tag_groups out = { NULL, wecom_count(groups) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_tag_group, out.n);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = group_of(c, &groups->items[i]);
	*ret = out;
	return OK;
}

static err check_name(struct wecom_call *c, const char *field, str name)
{
	if (!name.n)
		return wecom_missing(c->fail, field);
	return wecom_check_chars(c->fail, field, name, WECOM_TAG_NAME_CHARS_MAX);
}

err wecom_tag_add(struct wecom_call *c, const struct wecom_tag_add *in, struct wecom_tag_group *ret)
{
	if (!in->group_id.n)
		TRY(check_name(c, "group_name", in->group_name));
	if (!in->names.n)
		return wecom_missing(c->fail, "tag");
	TRY(wecom_check_count(c->fail, "tag", in->names.n, WECOM_TAGS_AT_ONCE_MAX));
	ASSERT(!in->orders.n || in->orders.n == in->names.n);
	struct buf b = wecom_json(c->arena);
	if (in->group_id.n) {
		wecom_put_str(&b, "group_id", in->group_id);
	} else {
		wecom_put_str(&b, "group_name", in->group_name);
		wecom_put_i64(&b, "order", in->order);
	}
	wecom_open(&b, "tag", '[');
	for (size_t i = 0; i < in->names.n; i++) {
		TRY(check_name(c, "tag.name", in->names.v[i]));
		wecom_open(&b, NULL, '{');
		wecom_put_str(&b, "name", in->names.v[i]);
		wecom_put_i64(&b, "order", in->orders.n ? in->orders.v[i] : NIL);
		wecom_close(&b, '}');
	}
	wecom_close(&b, ']');
	TRY(wecom_post(c, "externalcontact/add_corp_tag", &b));
	*ret = group_of(c, json_get(c->json, "tag_group"));
	return OK;
}

err wecom_tag_edit(struct wecom_call *c, str id, str name, i64 order)
{
	if (!id.n)
		return wecom_missing(c->fail, "id");
	if (!str_is_nil(name))
		TRY(check_name(c, "name", name));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "id", id);
	wecom_put_str(&b, "name", name);
	wecom_put_i64(&b, "order", order);
	return wecom_post(c, "externalcontact/edit_corp_tag", &b);
}

err wecom_tag_delete(struct wecom_call *c, struct strs tag_ids, struct strs group_ids)
{
	if (!tag_ids.n && !group_ids.n)
		return wecom_missing(c->fail, "tag_id");
	struct buf b = wecom_json(c->arena);
	wecom_put_strs(&b, "tag_id", tag_ids);
	wecom_put_strs(&b, "group_id", group_ids);
	return wecom_post(c, "externalcontact/del_corp_tag", &b);
}

err wecom_tag_mark(struct wecom_call *c, str userid, str external_userid, struct strs add, struct strs remove)
{
	if (!userid.n || !external_userid.n)
		return wecom_missing(c->fail, userid.n ? "external_userid" : "userid");
	if (!add.n && !remove.n)
		return wecom_missing(c->fail, "add_tag");
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "userid", userid);
	wecom_put_str(&b, "external_userid", external_userid);
	wecom_put_strs(&b, "add_tag", add);
	wecom_put_strs(&b, "remove_tag", remove);
	return wecom_post(c, "externalcontact/mark_tag", &b);
}
