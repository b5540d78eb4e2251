/* externalcontact/add_contact_way, get_contact_way, update_contact_way, del_contact_way, list_contact_way. */
#include "port/wecom/wecom_way.h"

#include "base/buf.h"
#include "port/wecom/wecom_int.h"

static err check(struct wecom_call *c, const struct wecom_way *in)
{
	if (in->type == WECOM_WAY_SINGLE && (in->users.n != 1 || in->parties.n))
		return fail_set(c->fail, ERR_INPUT, T_ERR_INPUT, STR("user"), STR_NIL, STR("1"));
	if (!in->users.n && !in->parties.n)
		return wecom_missing(c->fail, "user");
	TRY(wecom_check_count(c->fail, "user", in->users.n, WECOM_WAY_USERS_MAX));
	TRY(wecom_check_chars(c->fail, "remark", in->remark, WECOM_WAY_REMARK_CHARS_MAX));
	return wecom_check_chars(c->fail, "state", in->state, WECOM_WAY_STATE_CHARS_MAX);
}

/* always: empty lists are written too, because they replace. */
static void put(struct buf *b, const struct wecom_way *in, bool always)
{
	wecom_put_i64(b, "style", in->style > 0 ? in->style : NIL);
	wecom_put_str(b, "remark", in->remark);
	wecom_put_bool(b, "skip_verify", in->skip_verify);
	wecom_put_str(b, "state", in->state);
	wecom_put_strs(b, "user", in->users);
	wecom_put_i64s(b, "party", in->parties);
	if (always && !in->users.n) {
		wecom_open(b, "user", '[');
		wecom_close(b, ']');
	}
	if (always && !in->parties.n) {
		wecom_open(b, "party", '[');
		wecom_close(b, ']');
	}
}

err wecom_way_add(struct wecom_call *c, const struct wecom_way *in, str *ret_config_id, str *ret_qr_code)
{
	TRY(check(c, in));
	struct buf b = wecom_json(c->arena);
	wecom_put_i64(&b, "type", in->type);
	wecom_put_i64(&b, "scene", in->scene);
	put(&b, in, false);
	TRY(wecom_post(c, "externalcontact/add_contact_way", &b));
	str id = json_str(c->json, "config_id");
	if (!id.n) /* made, but which one is not known: as if the answer had been lost */
		return wecom_incomplete(c, "externalcontact/add_contact_way", ERR_UNKNOWN);
	*ret_config_id = id;
	*ret_qr_code = json_str(c->json, "qr_code");
	return OK;
}

err wecom_way_get(struct wecom_call *c, str config_id, struct wecom_way *ret)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "config_id", config_id);
	TRY(wecom_post(c, "externalcontact/get_contact_way", &b));
	const struct json *j = json_get(c->json, "contact_way");
	*ret = (struct wecom_way){
		.config_id = json_str(j, "config_id"),
		.type = json_i64(j, "type", NIL),
		.scene = json_i64(j, "scene", NIL),
		.style = json_i64(j, "style", NIL),
		.remark = json_str(j, "remark"),
		.state = json_str(j, "state"),
		.skip_verify = json_bool(j, "skip_verify", true),
		.users = wecom_strs(json_get(j, "user"), c->arena),
		.parties = wecom_i64s(json_get(j, "party"), c->arena),
		.qr_code = json_str(j, "qr_code"),
	};
	return OK;
}

err wecom_way_update(struct wecom_call *c, const struct wecom_way *in)
{
	if (!in->config_id.n)
		return wecom_missing(c->fail, "config_id");
	TRY(check(c, in));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "config_id", in->config_id);
	put(&b, in, true);
	return wecom_post(c, "externalcontact/update_contact_way", &b);
}

err wecom_way_delete(struct wecom_call *c, str config_id)
{
	if (!config_id.n)
		return wecom_missing(c->fail, "config_id");
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "config_id", config_id);
	return wecom_post(c, "externalcontact/del_contact_way", &b);
}

err wecom_way_list(struct wecom_call *c, ms from, ms to, str cursor, struct wecom_way_page *ret)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_seconds(&b, "start_time", from);
	wecom_put_seconds(&b, "end_time", to);
	wecom_put_str(&b, "cursor", cursor);
	wecom_put_i64(&b, "limit", WECOM_WAY_LIST_MAX);
	TRY(wecom_post(c, "externalcontact/list_contact_way", &b));
	const struct json *ways = json_get(c->json, "contact_way");
	struct strs ids = { ARENA_ARRAY(c->arena, str, wecom_count(ways)), 0 };
	for (size_t i = 0; i < wecom_count(ways); i++) {
		str id = json_str(&ways->items[i], "config_id");
		if (id.n)
			ids.v[ids.n++] = id;
	}
	str next = json_str(c->json, "next_cursor");
	*ret = (struct wecom_way_page){ ids, next.n ? next : STR_NIL };
	return OK;
}
