/*
 * tag_edit: making, renaming and removing tags and groups. In the corp's base slot. What is to stand in
 * WeCom too is asked for through the outbox ("tag.create", "tag.rename", "tag.delete").
 */
#ifndef YT_CORE_TAG_TAG_EDIT_H
#define YT_CORE_TAG_TAG_EDIT_H

#include "core/tag/tag.h"

/* A tag of that group with a number of its own and nothing else. */
struct tag tag_blank(struct tx *tx, i64 group);
/* The group of that name is used when there is one. */
err tag_group_ensure(struct tx *tx, str name, str wecom_id, str source, i64 *ret_id);
err tag_add(struct tx *tx, i64 group, str name, bool sync, i64 *ret_id);
err tag_rename(struct tx *tx, i64 id, str name, i64 sort, bool sync);
err tag_remove(struct tx *tx, i64 id);
err tag_group_rename(struct tx *tx, i64 id, str name, i64 sort);
err tag_group_remove(struct tx *tx, i64 id); /* with its tags */

/* What WeCom's tag calls need; wecom_id nil: not made there yet. */
#define TAG_TASK_FIELDS(F, S) F(S, ID, id) F(S, STR, group) F(S, STR, name) F(S, STR, wecom_id, .opt = true)
RECORD(tag_task, TAG_TASK_FIELDS);

#endif
