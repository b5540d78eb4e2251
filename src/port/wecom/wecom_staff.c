/* get_follow_user_list, user/get, user/list, user/simplelist, department/list. */
#include "port/wecom/wecom_staff.h"

#include "port/wecom/wecom_int.h"

static void read_member(struct wecom_call *c, const struct json *j, struct wecom_member *ret)
{
	*ret = (struct wecom_member){
		.userid = json_str(j, "userid"),
		.name = json_str(j, "name"),
		.alias = json_str(j, "alias"),
		.position = json_str(j, "position"),
		.avatar = json_str(j, "avatar"),
		.open_userid = json_str(j, "open_userid"),
		.status = json_i64(j, "status", NIL),
		.main_department = json_i64(j, "main_department", NIL),
		.departments = wecom_i64s(json_get(j, "department"), c->arena),
	};
}

err wecom_staff_follow_users(struct wecom_call *c, struct strs *ret)
{
	TRY(wecom_get(c, "externalcontact/get_follow_user_list", NULL, STR_NIL, NULL, STR_NIL));
	*ret = wecom_strs(json_get(c->json, "follow_user"), c->arena);
	return OK;
}

err wecom_staff_get(struct wecom_call *c, str userid, struct wecom_member *ret)
{
	if (!userid.n)
		return wecom_missing(c->fail, "userid");
	TRY(wecom_get(c, "user/get", "userid", userid, NULL, STR_NIL));
	read_member(c, c->json, ret);
	return OK;
}

static err list(struct wecom_call *c, const char *api, i64 department, struct wecom_members *ret)
{
	str id = arena_printf(c->arena, "%lld", (long long)department);
	TRY(wecom_get(c, api, "department_id", id, NULL, STR_NIL));
	const struct json *users = json_get(c->json, "userlist");
	struct wecom_members out = { NULL, wecom_count(users) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_member, out.n);
	for (size_t i = 0; i < out.n; i++)
		read_member(c, &users->items[i], &out.v[i]);
	*ret = out;
	return OK;
}

err wecom_staff_list(struct wecom_call *c, i64 department, struct wecom_members *ret)
{
	return list(c, "user/list", department, ret);
}

err wecom_staff_simplelist(struct wecom_call *c, i64 department, struct wecom_members *ret)
{
	return list(c, "user/simplelist", department, ret);
}

err wecom_staff_departments(struct wecom_call *c, i64 id, struct wecom_departments *ret)
{
	str text = id == NIL ? STR_NIL : arena_printf(c->arena, "%lld", (long long)id);
	TRY(wecom_get(c, "department/list", "id", text, NULL, STR_NIL));
	const struct json *found = json_get(c->json, "department");
	struct wecom_departments out = { NULL, wecom_count(found) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_department, out.n);
	for (size_t i = 0; i < out.n; i++) {
		const struct json *j = &found->items[i];
		out.v[i] = (struct wecom_department){
			.id = json_i64(j, "id", NIL),
			.parent = json_i64(j, "parentid", 0),
			.order = json_i64(j, "order", 0),
			.name = json_str(j, "name"),
			.leaders = wecom_strs(json_get(j, "department_leader"), c->arena),
		};
	}
	*ret = out;
	return OK;
}
