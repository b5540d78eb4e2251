/*
 * tag_edit: making, changing and removing tags and groups. In the corp's base slot. What is to stand in
 * WeCom too is asked for through the outbox ("tag.create", "tag.rename", "tag.delete"). Whatever changes
 * how a tag is called lets the texts that name it follow (tag_use.h).
 */
#ifndef YT_CORE_TAG_TAG_EDIT_H
#define YT_CORE_TAG_TAG_EDIT_H

#include "core/tag/tag.h"

#define TAG_GROUP_TAGS_MAX 1000
#define TAG_GROUPS_MAX 1000 /* of a corp; WeCom's own are taken beyond it, as it has them */

/* A tag of that group with a number of its own and nothing else. */
struct tag tag_blank(struct tx *tx, i64 group);
/* The group of that name is used when there is one. ERR_STATE for one more of our own than TAG_GROUPS_MAX. */
err tag_group_ensure(struct tx *tx, str name, str wecom_id, str source, i64 *ret_id);
/* ERR_EXISTS for a name the group has, ERR_STATE beyond TAG_MAX or TAG_GROUP_TAGS_MAX. */
err tag_add(struct tx *tx, i64 group, str name, bool sync, i64 *ret_id);
/* As `in` is filled in: name, sync, description, ttl, sensitive. No texts follow: the caller sees to it. */
err tag_add_as(struct tx *tx, i64 group, const struct tag *in, i64 *ret_id);
/* What a user may change of it: name, sort, sync, description, ttl, sensitive, archived. */
err tag_change(struct tx *tx, const struct tag *in);
err tag_rename(struct tx *tx, i64 id, str name, i64 sort, bool sync);
err tag_archive(struct tx *tx, i64 id, bool archived);
/* Removes it from everybody; ERR_STATE while something names it. */
err tag_remove(struct tx *tx, i64 id);
/* Without asking who names it (a merge has moved them). */
err tag_remove_anyway(struct tx *tx, i64 id);
/* name, sort, dimension, owner, description */
err tag_group_change(struct tx *tx, const struct tag_group *in);
err tag_group_rename(struct tx *tx, i64 id, str name, i64 sort);
err tag_group_remove(struct tx *tx, i64 id); /* with its tags */
/* Puts groups, or the tags of one group, in this order; those not named come behind. */
err tag_group_order(struct tx *tx, const i64 *ids, size_t count);
err tag_order(struct tx *tx, i64 group, const i64 *ids, size_t count);
/* tag.changed and the audit row of an act on a tag or group. */
err tag_changed_tell(struct tx *tx, i64 id, str name, const char *what);

/* What WeCom's tag calls need; wecom_id nil: not made there yet. */
#define TAG_TASK_FIELDS(F, S) F(S, ID, id) F(S, STR, group) F(S, STR, name) F(S, STR, wecom_id, .opt = true)
RECORD(tag_task, TAG_TASK_FIELDS);

#endif
