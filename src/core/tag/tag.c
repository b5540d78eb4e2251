/*
 * tag's rules: finding tags by name, and marking people.
 *
 * A mark set by hand lifts an earlier refusal; any other mark respects it. The tally moves in the
 * transaction of the mark.
 */
#include "core/tag/tag_data.h"

#include "base/vec.h"

static err not_found(const struct snap *s, str name)
{
	return snap_fail(s, ERR_NOT_FOUND, T_TAG_UNKNOWN, STR("tag"), name, STR_NIL);
}

err tag_get(const struct snap *s, i64 id, struct tag *ret)
{
	struct tag t;
	err e = tag_by_id(s, &(struct tag_key){ id }, &t);
	if (e == ERR_NOT_FOUND || (e == OK && t.removed))
		return not_found(s, arena_printf(s->arena, "%lld", (long long)id));
	TRY(e);
	*ret = t;
	return OK;
}

static err find_in_group(const struct snap *s, str whole, str group_name, str name, struct tag *ret)
{
	struct tag_group group;
	err e = tag_group_named(s, &(struct tag_named){ group_name }, &group);
	if (e == OK)
		e = tag_named_in(s, &(struct tag_in_group){ group.id, name }, ret);
	return e == ERR_NOT_FOUND ? not_found(s, whole) : e;
}

static err ambiguous(const struct snap *s, str name, const struct tag *tags, size_t n)
{
	struct buf groups = buf_new(s->arena, 1024);
	for (size_t i = 0; i < n; i++) {
		struct tag_group g;
		if (tag_group_get(s, &(struct tag_key){ tags[i].group_id }, &g) == OK)
			buf_fmt(&groups, "%s%.*s/%.*s", i ? ", " : "", STR_F(g.name), STR_F(name));
	}
	return snap_fail(s, ERR_INPUT, T_TAG_AMBIGUOUS, STR("tag"), name, buf_str(&groups));
}

err tag_find(const struct snap *s, str name, struct tag *ret)
{
	struct tag *tags;
	size_t n;
	TRY(tag_named_all(s, &(struct tag_named){ name }, &tags, &n));
	if (n == 1) {
		*ret = tags[0];
		return OK;
	}
	if (n > 1)
		return ambiguous(s, name, tags, n);
	i64 slash = str_find(name, STR("/"));
	if (slash < 0)
		return not_found(s, name);
	return find_in_group(s, name, str_sub(name, 0, (size_t)slash), str_sub(name, (size_t)slash + 1, name.n), ret);
}

err tag_all(const struct snap *s, struct tag **ret, size_t *ret_count)
{
	return tag_live(s, &(struct none){ 0 }, ret, ret_count);
}

static err tell(struct tx *tx, enum event_kind kind, i64 customer, const struct tag *t, const char *why, i64 why_id)
{
	struct tag_mark_event body = { t->id, t->name, str_c(why), why_id ? why_id : NIL };
	return journal_add(tx, kind, customer, tx->snap.now, &tag_mark_event_record, &body, NULL);
}

err tag_mark(struct tx *tx, i64 customer, i64 tag, const char *why, i64 why_id)
{
	struct tag t;
	struct tag_count refused;
	struct tag_sum added;
	TRY(tag_get(&tx->snap, tag, &t));
	struct tag_mark_row row = { customer, tag, str_c(why), why_id ? why_id : NIL, tx->snap.now };
	if (str_eq_c(STR("manual"), why)) {
		TRY(tag_refusal_lift(tx, &row));
	} else {
		TRY(tag_refusal_of(&tx->snap, &row, &refused));
		if (refused.n && !str_eq_c(STR("wecom"), why))
			return OK;
	}
	err e = tag_mark_add(tx, &row, &added);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(tag_tally_add(tx, &(struct tag_sum){ tag, 1 }));
	return tell(tx, EV_TAG_MARKED, customer, &t, why, why_id);
}

err tag_unmark(struct tx *tx, i64 customer, i64 tag, const char *why)
{
	struct tag t;
	struct tag_mark_row row = { customer, tag, str_c(why), NIL, tx->snap.now };
	TRY(tag_by_id(&tx->snap, &(struct tag_key){ tag }, &t));
	TRY(tag_mark_remove(tx, &row));
	if (tx->changed == 0)
		return OK;
	TRY(tag_tally_add(tx, &(struct tag_sum){ tag, -1 }));
	return tell(tx, EV_TAG_UNMARKED, customer, &t, why, 0);
}

err tag_of(const struct snap *s, i64 customer_leaf, i64 **ret, size_t *ret_count)
{
	struct tag_sum *rows;
	size_t n;
	TRY(tag_marks_of(s, &(struct tag_key){ customer_leaf }, &rows, &n));
	i64 *ids = ARENA_ARRAY(s->arena, i64, n);
	for (size_t i = 0; i < n; i++)
		ids[i] = rows[i].tag;
	*ret = ids;
	*ret_count = n;
	return OK;
}
