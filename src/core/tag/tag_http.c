/*
 * tags over HTTP: groups with their tags and how many people carry them, and editing.
 */
#include "core/tag/tag_http.h"
#include "core/tag/tag_edit.h"
#include "core/tag/tag_mark_data.h"

#include "base/map.h"

#define VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, name) F(S, I64, sort) F(S, I64, customers) F(S, BOOL, sync) \
	F(S, STR, wecom_id, .opt = true) F(S, STR, source)
RECORD(tag_view, VIEW_FIELDS);
#define GROUP_VIEW_FIELDS(F, S)                                             \
	F(S, ID, id) F(S, STR, name) F(S, I64, sort) F(S, STR, wecom_id, .opt = true) F(S, STR, source) \
	F(S, LIST, tags, .of = &tag_view_record)
RECORD(tag_group_view, GROUP_VIEW_FIELDS);

#define GROUP_NEW_FIELDS(F, S)                                              \
	F(S, STR, name, .min = 1, .max = TAG_NAME_MAX) F(S, STRS, tags, .opt = true, .max = 100) \
	F(S, BOOL, sync, .opt = true)
RECORD(tag_group_new, GROUP_NEW_FIELDS);
#define GROUP_EDIT_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name, .min = 1, .max = TAG_NAME_MAX) F(S, I64, sort, .opt = true, .min = 0, .max = 1000000)
RECORD(tag_group_edit, GROUP_EDIT_FIELDS);
#define TAG_NEW_FIELDS(F, S) \
	F(S, ID, group_id) F(S, STR, name, .min = 1, .max = TAG_NAME_MAX) F(S, BOOL, sync, .opt = true)
RECORD(tag_new, TAG_NEW_FIELDS);
#define TAG_EDIT_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, STR, name, .min = 1, .max = TAG_NAME_MAX)         \
	F(S, I64, sort, .opt = true, .min = 0, .max = 1000000) F(S, BOOL, sync, .opt = true)
RECORD(tag_edit_in, TAG_EDIT_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }
static i64 or_zero(i64 v) { return v == NIL ? 0 : v; }

static err read_counts(const struct snap *s, struct imap *ret)
{
	struct tag_sum *rows;
	size_t n;
	*ret = imap_new(s->arena);
	TRY(tag_tallies(s, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(ret, rows[i].tag, rows[i].customers);
	return OK;
}

static struct list tags_of_group(const struct snap *s, i64 group, const struct tag *tags, size_t n, const struct imap *counts)
{
	struct tag_view *views = ARENA_ARRAY(s->arena, struct tag_view, n);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (tags[i].group_id != group)
			continue;
		struct tag_view v = { tags[i].id, tags[i].name, tags[i].sort, 0, tags[i].sync, tags[i].wecom_id, tags[i].source };
		imap_get(counts, tags[i].id, &v.customers);
		views[kept++] = v;
	}
	return (struct list){ views, kept };
}

static err read_all(const struct snap *s, struct page *page)
{
	struct tag_group *groups;
	struct tag *tags;
	size_t n, tag_n;
	struct imap counts;
	TRY(tag_groups(s, &(struct none){ 0 }, &groups, &n));
	TRY(tag_live(s, &(struct none){ 0 }, &tags, &tag_n));
	TRY(read_counts(s, &counts));
	struct tag_group_view *views = ARENA_ARRAY(s->arena, struct tag_group_view, n);
	for (size_t i = 0; i < n; i++)
		views[i] = (struct tag_group_view){
			groups[i].id, groups[i].name, groups[i].sort, groups[i].wecom_id, groups[i].source,
			tags_of_group(s, groups[i].id, tags, tag_n, &counts),
		};
	page->data = (struct list){ views, n };
	page->total = (i64)n;
	return OK;
}

static err h_groups(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_all(snap, cx->out)); }

static err make_group(struct tx *tx, const struct tag_group_new *in, struct tag_group_view *out)
{
	struct tag_group there;
	i64 group, tag;
	err e = tag_group_named(&tx->snap, &(struct tag_named){ in->name }, &there);
	if (e == OK)
		return tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), in->name, STR_NIL);
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(tag_group_ensure(tx, in->name, STR_NIL, STR("own"), &group));
	for (size_t i = 0; i < in->tags.n; i++)
		TRY(tag_add(tx, group, in->tags.v[i], in->sync, &tag));
	*out = (struct tag_group_view){ .id = group, .name = in->name, .source = STR("own") };
	return OK;
}

static err h_group_new(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), make_group(tx, cx->in, cx->out)); }

static err h_group_edit(struct cx *cx)
{
	const struct tag_group_edit *in = cx->in;
	return WRITE_TX(&cx->unit, base(cx), tag_group_rename(tx, in->id, in->name, or_zero(in->sort)));
}

static err h_group_remove(struct cx *cx)
{
	i64 id = ((const struct tag_key *)cx->in)->id;
	return WRITE_TX(&cx->unit, base(cx), tag_group_remove(tx, id));
}

static err h_tag_new(struct cx *cx)
{
	const struct tag_new *in = cx->in;
	struct tag_view *out = cx->out;
	*out = (struct tag_view){ .name = in->name, .sync = in->sync, .source = STR("own") };
	return WRITE_TX(&cx->unit, base(cx), tag_add(tx, in->group_id, in->name, in->sync, &out->id));
}

static err h_tag_edit(struct cx *cx)
{
	const struct tag_edit_in *in = cx->in;
	return WRITE_TX(&cx->unit, base(cx), tag_rename(tx, in->id, in->name, or_zero(in->sort), in->sync));
}

static err h_tag_remove(struct cx *cx)
{
	i64 id = ((const struct tag_key *)cx->in)->id;
	return WRITE_TX(&cx->unit, base(cx), tag_remove(tx, id));
}

#define NONE &none_record
const struct route tag_routes[] = {
	{ "GET", "/api/v1/tag-groups", "tag.read", ROUTE_SCOPE_NONE, ROUTE_LIST, NONE, &tag_group_view_record, h_groups,
	  "All tag groups with their tags and the number of people carrying each." },
	{ "POST", "/api/v1/tag-groups", "tag.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT,
	  &tag_group_new_record, &tag_group_view_record, h_group_new, "Makes a group with its first tags." },
	{ "PUT", "/api/v1/tag-groups/{id}", "tag.write", ROUTE_SCOPE_NONE, 0, &tag_group_edit_record, NONE, h_group_edit,
	  "Renames or orders a group." },
	{ "DELETE", "/api/v1/tag-groups/{id}", "tag.write", ROUTE_SCOPE_NONE, 0, &tag_key_record, NONE, h_group_remove,
	  "Removes a group with its tags." },
	{ "POST", "/api/v1/tags", "tag.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &tag_new_record,
	  &tag_view_record, h_tag_new, "Makes a tag." },
	{ "PUT", "/api/v1/tags/{id}", "tag.write", ROUTE_SCOPE_NONE, 0, &tag_edit_in_record, NONE, h_tag_edit,
	  "Renames or orders a tag, or lets it stand in WeCom too." },
	{ "DELETE", "/api/v1/tags/{id}", "tag.write", ROUTE_SCOPE_NONE, 0, &tag_key_record, NONE, h_tag_remove,
	  "Removes a tag from everybody." },
	{ 0 },
};
