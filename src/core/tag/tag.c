/*
 * Finding tags by number and by name. Marking people is in tag_mark.c.
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

err tag_is_sensitive(const struct snap *s, i64 tag, bool *ret)
{
	struct tag t;
	TRY(tag_get(s, tag, &t));
	*ret = t.sensitive;
	return OK;
}

err tag_all(const struct snap *s, struct tag **ret, size_t *ret_count)
{
	return tag_live(s, &(struct none){ 0 }, ret, ret_count);
}
