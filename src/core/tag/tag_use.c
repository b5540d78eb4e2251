/*
 * tag_use: names before and after a change, and asking the modules.
 */
#include "core/tag/tag_use.h"

#include "base/map.h"
#include "core/tag/tag_mark_data.h"

err tag_names_read(const struct snap *s, struct tag_names *ret)
{
	struct tag_group *groups;
	struct tag *tags;
	size_t n, group_n;
	struct imap at = imap_new(s->arena);
	TRY(tag_groups(s, &(struct none){ 0 }, &groups, &group_n));
	TRY(tag_live(s, &(struct none){ 0 }, &tags, &n));
	for (size_t i = 0; i < group_n; i++)
		imap_put(&at, groups[i].id, (i64)i);
	ret->v = ARENA_ARRAY(s->arena, struct tag_name, n);
	ret->n = n;
	for (size_t i = 0; i < n; i++) {
		i64 group;
		bool known = imap_get(&at, tags[i].group_id, &group);
		ret->v[i] = (struct tag_name){ tags[i].id, known ? groups[group].name : STR(""), tags[i].name };
	}
	return OK;
}

static i64 only_named(const struct tag_names *t, str name)
{
	i64 found = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (!str_eq(t->v[i].name, name))
			continue;
		if (found)
			return 0;
		found = t->v[i].id;
	}
	return found;
}

static bool named(const struct tag_names *t, str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i].name, name))
			return true;
	return false;
}

i64 tag_names_find(const struct tag_names *t, str text)
{
	if (named(t, text))
		return only_named(t, text);
	i64 slash = str_find(text, STR("/"));
	if (slash < 0)
		return 0;
	str group = str_sub(text, 0, (size_t)slash), name = str_sub(text, (size_t)slash + 1, text.n);
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i].group, group) && str_eq(t->v[i].name, name))
			return t->v[i].id;
	return 0;
}

str tag_renamed_text(struct arena *a, const struct tag_renaming *r, str text)
{
	i64 id = tag_names_find(&r->was, text);
	if (id && id == r->from)
		id = r->into;
	if (!id || tag_names_find(&r->now, text) == id)
		return text;
	for (size_t i = 0; i < r->now.n; i++) {
		const struct tag_name *t = &r->now.v[i];
		if (t->id != id)
			continue;
		if (!named(&r->was, text) || only_named(&r->now, t->name) != id)
			return arena_printf(a, "%.*s/%.*s", STR_F(t->group), STR_F(t->name));
		return t->name;
	}
	return text;
}

static const struct module *const *modules_of(const struct unit *u)
{
	static const struct module *const none[] = { NULL };
	return u->env && u->env->modules ? u->env->modules : none;
}

err tag_follow_names(struct tx *tx, const struct tag_names *was, i64 from, i64 into)
{
	struct tag_renaming r = { .was = *was, .from = from, .into = into };
	TRY(tag_names_read(&tx->snap, &r.now));
	for (const struct module *const *m = modules_of(tx->snap.unit); *m; m++)
		if ((*m)->tags && (*m)->tags->renamed)
			TRY((*m)->tags->renamed(tx, &r));
	return OK;
}

err tag_uses_of(const struct snap *s, i64 tag, struct tag_uses *ret)
{
	for (const struct module *const *m = modules_of(s->unit); *m; m++)
		if ((*m)->tags && (*m)->tags->uses)
			TRY((*m)->tags->uses(s, tag, ret));
	return OK;
}

static err count_leaves(const struct snap *s, const i64 *tags, size_t count, i64 *ret)
{
	struct tag_sum *rows;
	size_t n;
	struct imap sums = imap_new(s->arena);
	TRY(tag_tallies(s, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(&sums, rows[i].tag, rows[i].customers);
	for (size_t i = 0; i < count; i++)
		ret[i] = imap_get(&sums, tags[i], &ret[i]) ? ret[i] : 0;
	return OK;
}

err tag_counts_of(struct unit *u, const i64 *tags, size_t count, i64 *ret)
{
	for (const struct module *const *m = modules_of(u); *m; m++)
		if ((*m)->tags && (*m)->tags->counts)
			return (*m)->tags->counts(u, tags, count, ret);
	return READ_SNAP(u, slot_base(u->store, u->corp), count_leaves(snap, tags, count, ret));
}
