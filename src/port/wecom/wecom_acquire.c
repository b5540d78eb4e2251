/* externalcontact/customer_acquisition/create_link, update_link, delete_link, get, list_link, statistic and
 * externalcontact/customer_acquisition_quota. */
#include "port/wecom/wecom_acquire.h"

#include "base/buf.h"
#include "port/wecom/wecom_int.h"

#define API "externalcontact/customer_acquisition/"

static err check(struct wecom_call *c, const struct wecom_link *in)
{
	if (!in->users.n)
		return wecom_missing(c->fail, "user_list");
	TRY(wecom_check_count(c->fail, "user_list", in->users.n, WECOM_LINK_USERS_MAX));
	return wecom_check_chars(c->fail, "link_name", in->name, WECOM_LINK_NAME_CHARS_MAX);
}

static void put(struct buf *b, const struct wecom_link *in)
{
	wecom_put_str(b, "link_name", in->name);
	wecom_open(b, "range", '{');
	wecom_put_strs(b, "user_list", in->users);
	wecom_close(b, '}');
	wecom_put_bool(b, "skip_verify", in->skip_verify);
}

static struct wecom_link link_of(const struct json *j)
{
	return (struct wecom_link){
		.id = json_str(j, "link_id"), .name = json_str(j, "link_name"), .url = json_str(j, "url"),
		.skip_verify = json_bool(j, "skip_verify", true), .created = json_i64(j, "create_time", 0) * MS_SECOND,
	};
}

err wecom_acquire_create(struct wecom_call *c, const struct wecom_link *in, str *ret_id, str *ret_url)
{
	TRY(check(c, in));
	struct buf b = wecom_json(c->arena);
	put(&b, in);
	TRY(wecom_post(c, API "create_link", &b));
	struct wecom_link made = link_of(json_get(c->json, "link"));
	if (!made.id.n || !made.url.n)
		return wecom_incomplete(c, API "create_link", ERR_UNKNOWN);
	*ret_id = made.id;
	*ret_url = made.url;
	return OK;
}

err wecom_acquire_update(struct wecom_call *c, const struct wecom_link *in)
{
	if (!in->id.n)
		return wecom_missing(c->fail, "link_id");
	TRY(check(c, in));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "link_id", in->id);
	put(&b, in);
	return wecom_post(c, API "update_link", &b);
}

err wecom_acquire_delete(struct wecom_call *c, str link_id)
{
	if (!link_id.n)
		return wecom_missing(c->fail, "link_id");
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "link_id", link_id);
	return wecom_post(c, API "delete_link", &b);
}

err wecom_acquire_get(struct wecom_call *c, str link_id, struct wecom_link *ret)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "link_id", link_id);
	TRY(wecom_post(c, API "get", &b));
	*ret = link_of(json_get(c->json, "link"));
	ret->id = link_id;
	ret->users = wecom_strs(json_get(json_get(c->json, "range"), "user_list"), c->arena);
	return OK;
}

err wecom_acquire_list(struct wecom_call *c, str cursor, struct strs *ret, str *ret_next)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_i64(&b, "limit", WECOM_LINK_LIST_MAX);
	wecom_put_str(&b, "cursor", cursor);
	TRY(wecom_post(c, API "list_link", &b));
	*ret = wecom_strs(json_get(c->json, "link_id_list"), c->arena);
	str next = json_str(c->json, "next_cursor");
	*ret_next = next.n ? next : STR_NIL;
	return OK;
}

err wecom_acquire_quota(struct wecom_call *c, ms until, struct wecom_quota *ret)
{
	TRY(wecom_get(c, "externalcontact/customer_acquisition_quota", NULL, STR_NIL, NULL, STR_NIL));
	const struct json *list = json_get(c->json, "quota_list");
	*ret = (struct wecom_quota){ json_i64(c->json, "total", 0), json_i64(c->json, "balance", 0), 0 };
	for (size_t i = 0; i < wecom_count(list); i++)
		if (json_i64(&list->items[i], "expire_date", 0) * MS_SECOND < until)
			ret->soon += json_i64(&list->items[i], "balance", 0);
	return OK;
}

err wecom_acquire_statistic(struct wecom_call *c, str link_id, ms from, ms to, struct wecom_link_stat *ret)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "link_id", link_id);
	wecom_put_seconds(&b, "start_time", from);
	wecom_put_seconds(&b, "end_time", to);
	TRY(wecom_post(c, API "statistic", &b));
	*ret = (struct wecom_link_stat){ json_i64(c->json, "click_link_customer_cnt", 0), json_i64(c->json, "new_customer_cnt", 0) };
	return OK;
}
