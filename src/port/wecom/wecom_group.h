/*
 * Customer groups: the list and one group, the codes that lead into groups, the templates of the welcome in them,
 * and WeCom's own daily figures. No call puts people into a group or speaks in one. What a call tells lags some
 * seconds behind the event that announced it.
 */
#ifndef YT_PORT_WECOM_WECOM_GROUP_H
#define YT_PORT_WECOM_WECOM_GROUP_H

#include "port/wecom/wecom.h"

struct wecom_group_listed { str chat_id; i64 status; /* 0 normal, 1 owner left, 2 inheriting, 3 inherited */ };
struct wecom_group_page { struct wecom_group_listed *v; size_t n; str next_cursor; /* nil: the end */ };
/* owners: at most WECOM_GROUP_OWNERS_MAX; none: all, refused (81017) when the app sees more than 1000 members. */
err wecom_group_list(struct wecom_call *c, struct strs owners, str cursor, struct wecom_group_page *ret);

enum { WECOM_GROUP_STAFF = 1, WECOM_GROUP_EXTERNAL = 2 };
enum { WECOM_JOIN_INVITED = 1, WECOM_JOIN_LINK = 2, WECOM_JOIN_CODE = 3 };
struct wecom_group_member {
	str userid; /* or external_userid */
	str unionid, state, invitor, nickname, name;
	i64 type, scene;
	ms joined;
};
struct wecom_group {
	str chat_id, name, owner, notice, version;
	ms created;
	struct wecom_group_member *v;
	size_t n;
	struct strs admins;
};
err wecom_group_get(struct wecom_call *c, str chat_id, struct wecom_group *ret);
/* What WeCom says of a group that is no more. */
bool wecom_group_gone(i64 errcode);
err wecom_group_by_opengid(struct wecom_call *c, str opengid, str *ret_chat_id);

struct wecom_join_way {
	str config_id;
	i64 scene; /* WECOM_WAY_QR, WECOM_WAY_MINIPROGRAM */
	str remark, base_name, state;
	bool auto_create;
	i64 base_id;
	struct strs chats;
	str qr_code; /* answers only */
};
/* ERR_INPUT for a broken limit. There is no list of join ways: a lost answer leaves one behind unseen. */
err wecom_join_add(struct wecom_call *c, const struct wecom_join_way *in, str *ret_config_id);
err wecom_join_get(struct wecom_call *c, str config_id, struct wecom_join_way *ret);
err wecom_join_update(struct wecom_call *c, const struct wecom_join_way *in); /* overwrites everything */
err wecom_join_delete(struct wecom_call *c, str config_id);

struct wecom_hello { str text, link_title, link_url, link_desc, link_picurl; bool notify; };
err wecom_hello_add(struct wecom_call *c, const struct wecom_hello *in, str *ret_template_id);
err wecom_hello_edit(struct wecom_call *c, str template_id, const struct wecom_hello *in);
err wecom_hello_delete(struct wecom_call *c, str template_id);

struct wecom_group_figures { str owner; i64 new_chats, chats, chats_talking, new_members, members, talking, messages; };
struct wecom_group_stat { struct wecom_group_figures *v; size_t n; };
/* Whole days of China, at most 30, none older than 180; a row per owner. */
err wecom_group_statistic(struct wecom_call *c, struct strs owners, ms from, ms to, struct wecom_group_stat *ret);

#endif
