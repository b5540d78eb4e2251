/* externalcontact/get_unassigned_list, transfer_customer, transfer_result, groupchat/transfer and onjob_transfer. */
#include "port/wecom/wecom_transfer.h"

#include "port/wecom/wecom_int.h"

err wecom_unassigned_list(struct wecom_call *c, str cursor, struct wecom_unassigned_page *ret)
{
	struct buf b = wecom_json(c->arena);
	wecom_put_i64(&b, "page_size", WECOM_TRANSFER_PAGE_MAX);
	wecom_put_str(&b, "cursor", cursor);
	TRY(wecom_post(c, "externalcontact/get_unassigned_list", &b));
	const struct json *rows = json_get(c->json, "info");
	struct wecom_unassigned_page out = { .n = wecom_count(rows), .next_cursor = json_str(c->json, "next_cursor") };
	out.v = ARENA_ARRAY(c->arena, struct wecom_unassigned, out.n);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = (struct wecom_unassigned){ json_str(&rows->items[i], "handover_userid"),
			json_str(&rows->items[i], "external_userid"), wecom_time(&rows->items[i], "dimission_time") };
	if (json_bool(c->json, "is_last", false))
		out.next_cursor = STR_NIL;
	*ret = out;
	return OK;
}

static err check_members(struct wecom_call *c, str handover, str takeover)
{
	if (!handover.n || !takeover.n)
		return wecom_missing(c->fail, handover.n ? "takeover_userid" : "handover_userid");
	return OK;
}

err wecom_transfer_customers(struct wecom_call *c, const struct wecom_transfer *in, struct wecom_transferred_list *ret)
{
	TRY(check_members(c, in->handover, in->takeover));
	if (!in->external_userids.n)
		return wecom_missing(c->fail, "external_userid");
	TRY(wecom_check_count(c->fail, "external_userid", in->external_userids.n, WECOM_TRANSFER_CUSTOMERS_MAX));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "handover_userid", in->handover);
	wecom_put_str(&b, "takeover_userid", in->takeover);
	wecom_put_strs(&b, "external_userid", in->external_userids);
	if (!in->resigned && in->message.n) {
		TRY(wecom_check_chars(c->fail, "transfer_success_msg", in->message, WECOM_TRANSFER_MESSAGE_CHARS_MAX));
		wecom_put_str(&b, "transfer_success_msg", in->message);
	}
	TRY(wecom_post(c, in->resigned ? "externalcontact/resigned/transfer_customer" : "externalcontact/transfer_customer", &b));
	const struct json *rows = json_get(c->json, "customer");
	struct wecom_transferred_list out = { .n = wecom_count(rows) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_transferred, out.n);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = (struct wecom_transferred){ json_str(&rows->items[i], "external_userid"),
						       json_i64(&rows->items[i], "errcode", 0) };
	*ret = out;
	return OK;
}

err wecom_transfer_result(struct wecom_call *c, bool resigned, str handover, str takeover, str cursor,
			  struct wecom_transfer_page *ret)
{
	TRY(check_members(c, handover, takeover));
	struct buf b = wecom_json(c->arena);
	wecom_put_str(&b, "handover_userid", handover);
	wecom_put_str(&b, "takeover_userid", takeover);
	wecom_put_str(&b, "cursor", cursor);
	TRY(wecom_post(c, resigned ? "externalcontact/resigned/transfer_result" : "externalcontact/transfer_result", &b));
	const struct json *rows = json_get(c->json, "customer");
	struct wecom_transfer_page out = { .n = wecom_count(rows), .next_cursor = json_str(c->json, "next_cursor") };
	out.v = ARENA_ARRAY(c->arena, struct wecom_transfer_row, out.n);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = (struct wecom_transfer_row){ json_str(&rows->items[i], "external_userid"),
			json_i64(&rows->items[i], "status", WECOM_TRANSFER_NONE), wecom_time(&rows->items[i], "takeover_time") };
	*ret = out;
	return OK;
}

err wecom_transfer_groups(struct wecom_call *c, bool resigned, struct strs chat_ids, str owner, struct wecom_group_refusals *ret)
{
	if (!chat_ids.n || !owner.n)
		return wecom_missing(c->fail, owner.n ? "chat_id_list" : "new_owner");
	TRY(wecom_check_count(c->fail, "chat_id_list", chat_ids.n, WECOM_TRANSFER_GROUPS_MAX));
	struct buf b = wecom_json(c->arena);
	wecom_put_strs(&b, "chat_id_list", chat_ids);
	wecom_put_str(&b, "new_owner", owner);
	TRY(wecom_post(c, resigned ? "externalcontact/groupchat/transfer" : "externalcontact/groupchat/onjob_transfer", &b));
	const struct json *rows = json_get(c->json, "failed_chat_list");
	struct wecom_group_refusals out = { .n = wecom_count(rows) };
	out.v = ARENA_ARRAY(c->arena, struct wecom_group_refused, out.n);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = (struct wecom_group_refused){ json_str(&rows->items[i], "chat_id"), json_i64(&rows->items[i], "errcode", 0) };
	*ret = out;
	return OK;
}
