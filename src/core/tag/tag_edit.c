/*
 * tag_edit: names are unique within a group, case and all; a removed tag keeps its number for ever.
 */
#include "core/tag/tag_edit.h"
#include "core/tag/tag_data.h"

#include "core/audit/audit.h"
#include "store/outbox.h"

#define TAG_CHANGED_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, what)
RECORD(tag_changed, TAG_CHANGED_FIELDS);

static err changed(struct tx *tx, i64 id, str name, const char *what)
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

err tag_group_ensure(struct tx *tx, str name, str wecom_id, str source, i64 *ret_id)
{
	struct tag_group g;
	err e = tag_group_named(&tx->snap, &(struct tag_named){ name }, &g);
	if (e == ERR_NOT_FOUND) {
		record_init(&tag_group_record, &g);
		g.id = new_id(tx);
		g.name = name;
		g.wecom_id = wecom_id;
		g.source = source;
		g.dimension = STR("basic");
		TRY(tag_group_put(tx, &g));
		TRY(changed(tx, g.id, name, "tag_group.add"));
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

static err check_free(struct tx *tx, i64 group, str name, i64 but)
{
	struct tag other;
	err e = tag_named_in(&tx->snap, &(struct tag_in_group){ group, name }, &other);
	if (e == ERR_NOT_FOUND || (e == OK && other.id == but))
		return OK;
	return e != OK ? e : tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), name, STR_NIL);
}

err tag_add(struct tx *tx, i64 group, str name, bool sync, i64 *ret_id)
{
	struct tag_group g;
	struct tag_count total;
	err e = tag_group_get(&tx->snap, &(struct tag_key){ group }, &g);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, e, T_TAG_UNKNOWN, STR("group_id"), STR_NIL, STR_NIL);
	TRY(e);
	TRY(check_free(tx, group, name, 0));
	TRY(tag_total(&tx->snap, &(struct none){ 0 }, &total));
	if (total.n >= TAG_MAX)
		return tx_fail(tx, ERR_STATE, T_TOO_BIG, STR("tags"), STR_NIL, STR(FAIL_STR(TAG_MAX)));
	struct tag t = tag_blank(tx, group);
	t.name = name;
	t.sync = sync;
	t.source = STR("own");
	TRY(tag_put(tx, &t));
	if (sync)
		TRY(ask_wecom(tx, "tag.create", &t));
	*ret_id = t.id;
	return changed(tx, t.id, name, "tag.add");
}

err tag_rename(struct tx *tx, i64 id, str name, i64 sort, bool sync)
{
	struct tag t;
	TRY(tag_get(&tx->snap, id, &t));
	TRY(check_free(tx, t.group_id, name, id));
	bool renamed = !str_eq(t.name, name), made = sync && !t.sync;
	t.name = name;
	t.sort = sort;
	t.sync = sync;
	TRY(tag_put(tx, &t));
	if (made && str_is_nil(t.wecom_id))
		TRY(ask_wecom(tx, "tag.create", &t));
	else if (renamed && !str_is_nil(t.wecom_id))
		TRY(ask_wecom(tx, "tag.rename", &t));
	return changed(tx, id, name, "tag.change");
}

err tag_remove(struct tx *tx, i64 id)
{
	struct tag t;
	TRY(tag_get(&tx->snap, id, &t));
	t.removed = true;
	TRY(tag_put(tx, &t));
	if (!str_is_nil(t.wecom_id))
		TRY(ask_wecom(tx, "tag.delete", &t));
	return changed(tx, id, t.name, "tag.remove");
}

static err get_group(struct tx *tx, i64 id, struct tag_group *ret)
{
	err e = tag_group_get(&tx->snap, &(struct tag_key){ id }, ret);
	return e == ERR_NOT_FOUND ? tx_fail(tx, e, T_TAG_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

err tag_group_rename(struct tx *tx, i64 id, str name, i64 sort)
{
	struct tag_group g, other;
	TRY(get_group(tx, id, &g));
	err e = tag_group_named(&tx->snap, &(struct tag_named){ name }, &other);
	if (e == OK && other.id != id)
		return tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), name, STR_NIL);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	g.name = name;
	g.sort = sort;
	TRY(tag_group_put(tx, &g));
	return changed(tx, id, name, "tag_group.change");
}

err tag_group_remove(struct tx *tx, i64 id)
{
	struct tag_group g;
	struct tag *tags;
	size_t n;
	TRY(get_group(tx, id, &g));
	TRY(tag_live(&tx->snap, &(struct none){ 0 }, &tags, &n));
	for (size_t i = 0; i < n; i++)
		if (tags[i].group_id == id)
			TRY(tag_remove(tx, tags[i].id));
	TRY(tag_group_drop(tx, &(struct tag_key){ id }));
	return changed(tx, id, g.name, "tag_group.remove");
}
