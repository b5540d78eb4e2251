/*
 * tag's small tables: groups and tags, in the corp's base slot. Removed ones stay for the journal's sake.
 */
#ifndef YT_CORE_TAG_TAG_DATA_H
#define YT_CORE_TAG_TAG_DATA_H

#include "core/tag/tag.h"

#define TAG_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(tag_key, TAG_KEY_FIELDS);
#define TAG_NAMED_FIELDS(F, S) F(S, STR, name)
RECORD(tag_named, TAG_NAMED_FIELDS);
#define TAG_IN_GROUP_FIELDS(F, S) F(S, ID, group_id) F(S, STR, name)
RECORD(tag_in_group, TAG_IN_GROUP_FIELDS);
#define TAG_WECOM_FIELDS(F, S) F(S, STR, wecom_id)
RECORD(tag_wecom_key, TAG_WECOM_FIELDS);
#define TAG_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(tag_count, TAG_COUNT_FIELDS);
#define TAG_MERGING_FIELDS(F, S) F(S, ID, from) F(S, ID, into)
RECORD(tag_merging, TAG_MERGING_FIELDS);

WRITE(tag_group_put, tag_group,
	SQL(INSERT INTO tag_group (corp, id, name, sort, wecom_id, source, removed, dimension, owner, description)
		VALUES (:corp, :id, :name, :sort, :wecom_id, :source, 0, :dimension, :owner, :description)
		ON CONFLICT (corp, id) DO UPDATE SET name = excluded.name, sort = excluded.sort, wecom_id = excluded.wecom_id,
			dimension = excluded.dimension, owner = excluded.owner, description = excluded.description))
WRITE(tag_group_drop, tag_key, SQL(UPDATE tag_group SET removed = 1 WHERE corp = :corp AND id = :id))
READ_MANY(tag_groups, none, tag_group,
	SQL(SELECT id, name, sort, wecom_id, source, dimension, owner, description FROM tag_group
		WHERE corp = :corp AND removed = 0 ORDER BY sort DESC, id))
READ_ONE(tag_group_get, tag_key, tag_group,
	SQL(SELECT id, name, sort, wecom_id, source, dimension, owner, description FROM tag_group
		WHERE corp = :corp AND id = :id AND removed = 0))
READ_ONE(tag_group_named, tag_named, tag_group,
	SQL(SELECT id, name, sort, wecom_id, source, dimension, owner, description FROM tag_group
		WHERE corp = :corp AND name = :name AND removed = 0))

WRITE(tag_put, tag,
	SQL(INSERT INTO tag (corp, id, group_id, name, sort, sync, wecom_id, source, removed, description, ttl, sensitive,
			archived, merged_into)
		VALUES (:corp, :id, :group_id, :name, :sort, :sync, :wecom_id, :source, :removed, :description, :ttl,
			:sensitive, :archived, :merged_into)
		ON CONFLICT (corp, id) DO UPDATE SET name = excluded.name, sort = excluded.sort, sync = excluded.sync,
			source = excluded.source, wecom_id = excluded.wecom_id, removed = excluded.removed, description = excluded.description,
			ttl = excluded.ttl, sensitive = excluded.sensitive, archived = excluded.archived,
			merged_into = excluded.merged_into))
READ_ONE(tag_by_id, tag_key, tag,
	SQL(SELECT id, group_id, name, sort, sync, wecom_id, source, removed, description, ttl, sensitive, archived,
			merged_into FROM tag WHERE corp = :corp AND id = :id))
READ_ONE(tag_by_wecom_id, tag_wecom_key, tag,
	SQL(SELECT id, group_id, name, sort, sync, wecom_id, source, removed, description, ttl, sensitive, archived,
			merged_into FROM tag WHERE corp = :corp AND wecom_id = :wecom_id AND removed = 0))
READ_MANY(tag_named_all, tag_named, tag,
	SQL(SELECT id, group_id, name, sort, sync, wecom_id, source, removed, description, ttl, sensitive, archived,
			merged_into FROM tag WHERE corp = :corp AND name = :name AND removed = 0 ORDER BY id))
READ_ONE(tag_named_in, tag_in_group, tag,
	SQL(SELECT id, group_id, name, sort, sync, wecom_id, source, removed, description, ttl, sensitive, archived,
			merged_into FROM tag
		WHERE corp = :corp AND group_id = :group_id AND name = :name AND removed = 0))
READ_MANY(tag_live, none, tag,
	SQL(SELECT id, group_id, name, sort, sync, wecom_id, source, removed, description, ttl, sensitive, archived,
			merged_into FROM tag WHERE corp = :corp AND removed = 0 ORDER BY group_id, sort DESC, id))
READ_ONE(tag_total, none, tag_count, SQL(SELECT COUNT(*) AS n FROM tag WHERE corp = :corp AND removed = 0))
READ_ONE(tag_group_total, none, tag_count, SQL(SELECT COUNT(*) AS n FROM tag_group WHERE corp = :corp))
READ_ONE(tag_total_in, tag_key, tag_count,
	SQL(SELECT COUNT(*) AS n FROM tag WHERE corp = :corp AND group_id = :id AND removed = 0))
/* Tags that had been merged into `from` follow it. */
WRITE(tag_merged_follow, tag_merging,
	SQL(UPDATE tag SET merged_into = :into WHERE corp = :corp AND merged_into = :from))

#endif
