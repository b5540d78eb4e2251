/*
 * Corp tags and their groups. WeCom has no empty groups: deleting the last tag deletes the group, and
 * adding to an existing group name adds to that group. An app may change only what it made (301002).
 */
#ifndef YT_PORT_WECOM_WECOM_TAG_H
#define YT_PORT_WECOM_WECOM_TAG_H

#include "port/wecom/wecom.h"

struct wecom_tag {
	str id, name;
	ms created; /* NIL unknown */
	i64 order;
	bool deleted; /* only when asked by id */
};
struct wecom_tag_group {
	str id, name;
	ms created;
	i64 order;
	bool deleted;
	struct wecom_tag *tags;
	size_t tag_count;
};
struct wecom_tag_groups {
	struct wecom_tag_group *v;
	size_t n;
};

/* Both empty: all. With group ids, tag ids are ignored by WeCom. */
err wecom_tag_list(struct wecom_call *c, struct strs tag_ids, struct strs group_ids, struct wecom_tag_groups *ret);

struct wecom_tag_add {
	str group_id, group_name; /* one of them */
	i64 order;                /* of a new group; NIL */
	struct strs names;
	struct ids orders; /* of the tags, parallel to names; empty: none given */
};
/* The answer holds the new tags only. */
err wecom_tag_add(struct wecom_call *c, const struct wecom_tag_add *in, struct wecom_tag_group *ret);
/* id of a tag or a group; name nil and order NIL stay. */
err wecom_tag_edit(struct wecom_call *c, str id, str name, i64 order);
err wecom_tag_delete(struct wecom_call *c, struct strs tag_ids, struct strs group_ids);
/* Sends no event back. Adding a tag that is on, or removing one that is not, is fine. */
err wecom_tag_mark(struct wecom_call *c, str userid, str external_userid, struct strs add, struct strs remove);

#endif
