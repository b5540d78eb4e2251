/*
 * tag_edit: names are unique within a group, case and all; a removed tag keeps its number for ever.
 */
#include "core/tag/tag_edit.h"

#include "core/audit/audit.h"
#include "core/tag/tag_data.h"
#include "core/tag/tag_use.h"
#include "store/outbox.h"

#define TAG_CHANGED_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, what)
RECORD(tag_changed, TAG_CHANGED_FIELDS);

err tag_changed_tell(struct tx *tx, i64 id, str name, const char *what)
{
	struct tag_changed body = { id, name, str_c(what) };
	TRY(journal_add(tx, EV_TAG_CHANGED, 0, tx->snap.now, &tag_changed_record, &body, NULL));
	return audit_add(tx, what, arena_printf(tx->snap.arena, "tag:%lld", (long long)id), STR(""));
}

static i64 new_id(struct tx *tx) { return id_next(store_ids(tx->snap.unit->store), tx->snap.now); }

struct tag tag_blank(struct tx *tx, i64 group)
{
	struct tag t;
	record_init(&tag_record, &t);
	t.id = new_id(tx);
	t.group_id = group;
	return t;
}

static err ask_wecom(struct tx *tx, const char *kind, const struct tag *t)
{
	struct tag_group g;
	TRY(tag_group_get(&tx->snap, &(struct tag_key){ t->group_id }, &g));
	struct tag_task task = { t->id, g.name, t->name, t->wecom_id };
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)t->id, (long long)new_id(tx));
	return outbox_add(tx, str_c(kind), key, STR(""), tx->snap.now, 0, 0, &tag_task_record, &task, NULL);
}

/* ---- tags ---- */

static err check_free(struct tx *tx, i64 group, str name, i64 but)
{
	struct tag other;
	struct tag_group g;
	err e = tag_named_in(&tx->snap, &(struct tag_in_group){ group, name }, &other);
	if (e == ERR_NOT_FOUND || (e == OK && other.id == but))
		return OK;
	TRY(e);
	TRY(tag_group_get(&tx->snap, &(struct tag_key){ group }, &g));
	return tx_fail(tx, ERR_EXISTS, other.archived ? T_TAG_EXISTS_ARCHIVED : T_TAG_EXISTS, STR("name"), name, g.name);
}

static err check_room(struct tx *tx, i64 group)
{
	struct tag_count total, of_group;
	TRY(tag_total(&tx->snap, &(struct none){ 0 }, &total));
	if (total.n >= TAG_MAX)
		return tx_fail(tx, ERR_STATE, T_TAG_TOO_MANY, STR("tags"), STR_NIL, STR(FAIL_STR(TAG_MAX)));
	TRY(tag_total_in(&tx->snap, &(struct tag_key){ group }, &of_group));
	if (of_group.n >= TAG_GROUP_TAGS_MAX)
		return tx_fail(tx, ERR_STATE, T_TAG_GROUP_FULL, STR("tags"), STR_NIL, STR(FAIL_STR(TAG_GROUP_TAGS_MAX)));
	return OK;
}

static err get_group(struct tx *tx, i64 id, const char *field, struct tag_group *ret)
{
	err e = tag_group_get(&tx->snap, &(struct tag_key){ id }, ret);
	return e == ERR_NOT_FOUND ? tx_fail(tx, e, T_TAG_GROUP_UNKNOWN, str_c(field), STR_NIL, STR_NIL) : e;
}

err tag_add_as(struct tx *tx, i64 group, const struct tag *in, i64 *ret_id)
{
	struct tag_group g;
	struct tag t = tag_blank(tx, group);
	TRY(get_group(tx, group, "group_id", &g));
	TRY(check_free(tx, group, in->name, 0));
	TRY(check_room(tx, group));
	t.name = in->name;
	t.sync = in->sync;
	t.source = STR("own");
	t.sort = in->sort;
	t.description = in->description;
	t.ttl = in->ttl > 0 ? in->ttl : NIL;
	t.sensitive = in->sensitive;
	TRY(tag_put(tx, &t));
	if (t.sync)
		TRY(ask_wecom(tx, "tag.create", &t));
	*ret_id = t.id;
	return tag_changed_tell(tx, t.id, t.name, "tag.add");
}

/* A second tag of a name makes the bare name ambiguous: texts that use it are qualified. */
err tag_add(struct tx *tx, i64 group, str name, bool sync, i64 *ret_id)
{
	struct tag_names was;
	struct tag t;
	record_init(&tag_record, &t);
	t.sort = 0;
	t.name = name;
	t.sync = sync;
	TRY(tag_names_read(&tx->snap, &was));
	TRY(tag_add_as(tx, group, &t, ret_id));
	return tag_follow_names(tx, &was, 0, 0);
}

/* WeCom lets an app rename and delete only what the app made (301002). */
static err check_ours(struct tx *tx, const struct tag *t)
{
	bool foreign = str_eq_c(t->source, "wecom") && !str_is_nil(t->wecom_id);
	return foreign ? tx_fail(tx, ERR_STATE, T_TAG_FOREIGN, STR("name"), t->name, STR_NIL) : OK;
}

err tag_change(struct tx *tx, const struct tag *in)
{
	struct tag t;
	struct tag_names was;
	TRY(tag_get(&tx->snap, in->id, &t));
	TRY(check_free(tx, t.group_id, in->name, in->id));
	bool renamed = !str_eq(t.name, in->name), moved = t.sort != in->sort, made = in->sync && !t.sync;
	if (renamed) {
		TRY(check_ours(tx, &t));
		TRY(tag_names_read(&tx->snap, &was));
	}
	t.name = in->name;
	t.sort = in->sort;
	t.sync = in->sync;
	t.description = in->description;
	t.ttl = in->ttl > 0 ? in->ttl : NIL;
	t.sensitive = in->sensitive;
	t.archived = in->archived;
	TRY(tag_put(tx, &t));
	if (made && str_is_nil(t.wecom_id))
		TRY(ask_wecom(tx, "tag.create", &t));
	else if ((renamed || moved) && !str_is_nil(t.wecom_id))
		TRY(ask_wecom(tx, "tag.rename", &t));
	if (renamed)
		TRY(tag_follow_names(tx, &was, 0, 0));
	return tag_changed_tell(tx, t.id, t.name, "tag.change");
}

err tag_rename(struct tx *tx, i64 id, str name, i64 sort, bool sync)
{
	struct tag t;
	TRY(tag_get(&tx->snap, id, &t));
	t.name = name;
	t.sort = sort;
	t.sync = sync;
	return tag_change(tx, &t);
}

err tag_archive(struct tx *tx, i64 id, bool archived)
{
	struct tag t;
	TRY(tag_get(&tx->snap, id, &t));
	if (t.archived == archived)
		return OK;
	t.archived = archived;
	TRY(tag_put(tx, &t));
	return tag_changed_tell(tx, id, t.name, archived ? "tag.archive" : "tag.restore");
}

err tag_remove_anyway(struct tx *tx, i64 id)
{
	struct tag t;
	TRY(tag_get(&tx->snap, id, &t));
	t.removed = true;
	TRY(tag_put(tx, &t));
	if (!str_is_nil(t.wecom_id))
		TRY(ask_wecom(tx, "tag.delete", &t));
	return tag_changed_tell(tx, id, t.name, "tag.remove");
}

err tag_remove(struct tx *tx, i64 id)
{
	struct tag t;
	struct tag_uses uses = { 0 };
	TRY(tag_get(&tx->snap, id, &t));
	TRY(tag_uses_of(&tx->snap, id, &uses));
	if (uses.list.n)
		return tx_fail(tx, ERR_STATE, T_TAG_USED, STR("id"), t.name, uses.list.v[0].name);
	TRY(check_ours(tx, &t));
	return tag_remove_anyway(tx, id);
}

/* ---- groups ---- */

static err check_groups(struct tx *tx)
{
	struct tag_count total;
	TRY(tag_group_total(&tx->snap, &(struct none){ 0 }, &total));
	return total.n < TAG_GROUPS_MAX ? OK : tx_fail(tx, ERR_STATE, T_TAG_GROUPS_MANY, STR("groups"), STR_NIL, STR(FAIL_STR(TAG_GROUPS_MAX)));
}

err tag_group_ensure(struct tx *tx, str name, str wecom_id, str source, i64 *ret_id)
{
	struct tag_group g;
	err e = tag_group_named(&tx->snap, &(struct tag_named){ name }, &g);
	if (e == ERR_NOT_FOUND) {
		if (str_is_nil(wecom_id))
			TRY(check_groups(tx));
		record_init(&tag_group_record, &g);
		g.id = new_id(tx);
		g.sort = 0;
		g.name = name;
		g.wecom_id = wecom_id;
		g.source = source;
		g.dimension = STR("basic");
		TRY(tag_group_put(tx, &g));
		TRY(tag_changed_tell(tx, g.id, name, "tag_group.add"));
	} else {
		TRY(e);
		if (str_is_nil(g.wecom_id) && !str_is_nil(wecom_id)) {
			g.wecom_id = wecom_id;
			TRY(tag_group_put(tx, &g));
		}
	}
	*ret_id = g.id;
	return OK;
}

err tag_group_change(struct tx *tx, const struct tag_group *in)
{
	struct tag_group g, other;
	struct tag_names was;
	TRY(get_group(tx, in->id, "id", &g));
	err e = tag_group_named(&tx->snap, &(struct tag_named){ in->name }, &other);
	if (e == OK && other.id != in->id)
		return tx_fail(tx, ERR_EXISTS, T_TAG_GROUP_EXISTS, STR("name"), in->name, STR_NIL);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	bool renamed = !str_eq(g.name, in->name);
	if (renamed)
		TRY(tag_names_read(&tx->snap, &was));
	g.name = in->name;
	g.sort = in->sort;
	g.dimension = in->dimension;
	g.owner = in->owner > 0 ? in->owner : NIL;
	g.description = in->description;
	TRY(tag_group_put(tx, &g));
	if (renamed)
		TRY(tag_follow_names(tx, &was, 0, 0));
	return tag_changed_tell(tx, g.id, g.name, "tag_group.change");
}

err tag_group_rename(struct tx *tx, i64 id, str name, i64 sort)
{
	struct tag_group g;
	TRY(get_group(tx, id, "id", &g));
	g.name = name;
	g.sort = sort;
	return tag_group_change(tx, &g);
}

err tag_group_remove(struct tx *tx, i64 id)
{
	struct tag_group g;
	struct tag *tags;
	size_t n;
	TRY(get_group(tx, id, "id", &g));
	TRY(tag_live(&tx->snap, &(struct none){ 0 }, &tags, &n));
	for (size_t i = 0; i < n; i++)
		if (tags[i].group_id == id)
			TRY(tag_remove(tx, tags[i].id));
	TRY(tag_group_drop(tx, &(struct tag_key){ id }));
	return tag_changed_tell(tx, id, g.name, "tag_group.remove");
}

/* ---- order ---- */

/* Where id stands in the list, counted so that the first is highest; 0: nowhere. */
static i64 sort_of(i64 id, const i64 *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return (i64)(count - i);
	return 0;
}

err tag_group_order(struct tx *tx, const i64 *ids, size_t count)
{
	struct tag_group *groups;
	size_t n;
	TRY(tag_groups(&tx->snap, &(struct none){ 0 }, &groups, &n));
	for (size_t i = 0; i < n; i++) {
		i64 sort = sort_of(groups[i].id, ids, count);
		if (groups[i].sort == sort)
			continue;
		groups[i].sort = sort;
		TRY(tag_group_put(tx, &groups[i]));
	}
	return audit_add(tx, "tag_group.order", STR("tag"), STR(""));
}

err tag_order(struct tx *tx, i64 group, const i64 *ids, size_t count)
{
	struct tag_group g;
	struct tag *tags;
	size_t n;
	TRY(get_group(tx, group, "id", &g));
	TRY(tag_live(&tx->snap, &(struct none){ 0 }, &tags, &n));
	for (size_t i = 0; i < n; i++) {
		i64 sort = sort_of(tags[i].id, ids, count);
		if (tags[i].group_id != group || tags[i].sort == sort)
			continue;
		tags[i].sort = sort;
		TRY(tag_put(tx, &tags[i]));
		if (!str_is_nil(tags[i].wecom_id))
			TRY(ask_wecom(tx, "tag.rename", &tags[i]));
	}
	return tag_changed_tell(tx, group, g.name, "tag_group.order");
}
