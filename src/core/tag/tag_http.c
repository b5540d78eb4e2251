/*
 * Groups and tags over HTTP: with how many people carry each, who names it, and editing.
 */
#include "core/tag/tag_http.h"

#include "base/map.h"
#include "core/perm/perm.h"
#include "core/tag/tag_edit.h"
#include "core/tag/tag_mark_data.h"
#include "core/tag/tag_merge.h"
#include "core/tag/tag_use.h"

#define SORT_MAX 1000000

#define VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, name) F(S, I64, sort) F(S, I64, customers, .doc = "persons, within the viewer's scope") \
	F(S, BOOL, sync) F(S, STR, wecom_id, .opt = true) F(S, STR, source) \
	F(S, STR, description, .opt = true) F(S, I64, ttl, .opt = true) F(S, BOOL, sensitive) \
	F(S, BOOL, hidden, .doc = "its name is not for the viewer") F(S, BOOL, archived) \
	F(S, BOOL, merging)
RECORD(tag_view, VIEW_FIELDS);
#define GROUP_VIEW_FIELDS(F, S)                                             \
	F(S, ID, id) F(S, STR, name) F(S, I64, sort) F(S, STR, wecom_id, .opt = true) F(S, STR, source) \
	F(S, STR, dimension) F(S, ID, owner, .opt = true) F(S, STR, owner_name, .opt = true) \
	F(S, STR, description, .opt = true) F(S, LIST, tags, .of = &tag_view_record)
RECORD(tag_group_view, GROUP_VIEW_FIELDS);

#define GROUP_NEW_FIELDS(F, S)                                              \
	F(S, STR, name, .min = 1, .max = TAG_NAME_MAX) F(S, STRS, tags, .opt = true, .max = 100) \
	F(S, BOOL, sync, .opt = true) F(S, STR, dimension, .opt = true, .one_of = TAG_DIMENSIONS) \
	F(S, ID, owner, .opt = true) F(S, STR, description, .opt = true, .max = TAG_DESCRIPTION_MAX)
RECORD(tag_group_new, GROUP_NEW_FIELDS);
#define GROUP_EDIT_FIELDS(F, S)                                             \
	F(S, ID, id) F(S, STR, name, .min = 1, .max = TAG_NAME_MAX)         \
	F(S, I64, sort, .opt = true, .min = 0, .max = SORT_MAX)             \
	F(S, STR, dimension, .opt = true, .one_of = TAG_DIMENSIONS)         \
	F(S, ID, owner, .opt = true, .doc = "0: nobody; absent: as it was") \
	F(S, STR, description, .opt = true, .max = TAG_DESCRIPTION_MAX)
RECORD(tag_group_edit, GROUP_EDIT_FIELDS);
#define TAG_NEW_FIELDS(F, S)                                                \
	F(S, ID, group_id) F(S, STR, name, .min = 1, .max = TAG_NAME_MAX) F(S, BOOL, sync, .opt = true) \
	F(S, STR, description, .opt = true, .max = TAG_DESCRIPTION_MAX)     \
	F(S, I64, ttl, .opt = true, .min = 0, .max = TAG_TTL_MAX) F(S, BOOL, sensitive, .opt = true)
RECORD(tag_new, TAG_NEW_FIELDS);
#define TAG_EDIT_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, STR, name, .min = 1, .max = TAG_NAME_MAX)         \
	F(S, I64, sort, .opt = true, .min = 0, .max = SORT_MAX) F(S, BOOL, sync, .opt = true) \
	F(S, STR, description, .opt = true, .max = TAG_DESCRIPTION_MAX)     \
	F(S, I64, ttl, .opt = true, .min = 0, .max = TAG_TTL_MAX, .doc = "0: for good; absent: as it was")
RECORD(tag_edit_in, TAG_EDIT_FIELDS);
#define ARCHIVE_FIELDS(F, S) F(S, ID, id) F(S, BOOL, archived)
RECORD(tag_archive_in, ARCHIVE_FIELDS);
#define SENSITIVE_FIELDS(F, S) F(S, ID, id) F(S, BOOL, sensitive)
RECORD(tag_sensitive_in, SENSITIVE_FIELDS);
#define MERGE_FIELDS(F, S) F(S, ID, id) F(S, ID, into) F(S, STR, confirm, .max = TAG_NAME_MAX, .doc = "the name of the tag that goes")
RECORD(tag_merge_in, MERGE_FIELDS);
#define JOB_FIELDS_OUT(F, S) F(S, ID, job)
RECORD(tag_job_out, JOB_FIELDS_OUT);
#define ORDER_FIELDS(F, S) F(S, IDS, ids, .min = 1, .max = TAG_GROUP_TAGS_MAX)
RECORD(tag_group_order_in, ORDER_FIELDS);
#define TAG_ORDER_FIELDS(F, S) F(S, ID, id) ORDER_FIELDS(F, S)
RECORD(tag_order_in, TAG_ORDER_FIELDS);
#define OWNER_FIELDS(F, S) F(S, ID, id) F(S, STR, name)
RECORD(tag_owner_view, OWNER_FIELDS);
#define USES_FIELDS(F, S) \
	F(S, I64, customers) F(S, I64, marks, .doc = "on numbers of people before merging") F(S, LIST, uses, .of = &tag_use_record)
RECORD(tag_uses_view, USES_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

bool tag_hides(const struct cx *cx, const struct tag *t) { return t->sensitive && !cx_may(cx, "tag.sensitive"); }

str tag_name_for(const struct cx *cx, const struct tag *t)
{
	return tag_hides(cx, t) ? str_c(text_raw(T_TAG_HIDDEN, cx->viewer.lang)) : t->name;
}

/* ---- reading ---- */

struct all { struct tag_group *groups; struct tag *tags; size_t group_n, tag_n; };

static err read_all(const struct snap *s, struct all *ret)
{
	TRY(tag_groups(s, &(struct none){ 0 }, &ret->groups, &ret->group_n));
	return tag_live(s, &(struct none){ 0 }, &ret->tags, &ret->tag_n);
}

static struct tag_view view(const struct cx *cx, const struct tag *t, i64 customers)
{
	bool hidden = tag_hides(cx, t);
	return (struct tag_view){ t->id, tag_name_for(cx, t), t->sort, customers, t->sync, t->wecom_id, t->source,
				  hidden ? STR_NIL : t->description, t->ttl, t->sensitive, hidden, t->archived, t->merged_into > 0 };
}

static struct list tags_of_group(struct cx *cx, i64 group, const struct all *all, const i64 *counts)
{
	struct tag_view *views = ARENA_ARRAY(CX_ARENA(cx), struct tag_view, all->tag_n);
	size_t kept = 0;
	for (size_t i = 0; i < all->tag_n; i++)
		if (all->tags[i].group_id == group)
			views[kept++] = view(cx, &all->tags[i], counts[i]);
	return (struct list){ views, kept };
}

static err counts_of(struct cx *cx, const struct all *all, i64 **ret)
{
	i64 *ids = ARENA_ARRAY(CX_ARENA(cx), i64, all->tag_n);
	*ret = ARENA_ARRAY(CX_ARENA(cx), i64, all->tag_n);
	for (size_t i = 0; i < all->tag_n; i++)
		ids[i] = all->tags[i].id;
	return tag_counts_of(&cx->unit, ids, all->tag_n, *ret);
}

static str owner_name(const struct user *users, size_t n, i64 id)
{
	for (size_t i = 0; i < n; i++)
		if (users[i].id == id)
			return users[i].name;
	return STR_NIL;
}

static err h_groups(struct cx *cx)
{
	struct page *page = cx->out;
	struct all all;
	struct user *users;
	size_t user_n;
	i64 *counts;
	TRY(READ_SNAP(&cx->unit, base(cx), read_all(snap, &all)));
	TRY(counts_of(cx, &all, &counts));
	TRY(user_all(&cx->unit, &users, &user_n));
	struct tag_group_view *views = ARENA_ARRAY(CX_ARENA(cx), struct tag_group_view, all.group_n);
	for (size_t i = 0; i < all.group_n; i++) {
		const struct tag_group *g = &all.groups[i];
		views[i] = (struct tag_group_view){
			g->id, g->name, g->sort, g->wecom_id, g->source, g->dimension, g->owner,
			owner_name(users, user_n, g->owner), g->description, tags_of_group(cx, g->id, &all, counts),
		};
	}
	page->data = (struct list){ views, all.group_n };
	page->total = (i64)all.group_n;
	return OK;
}

static err read_uses(const struct snap *s, i64 tag, struct tag_uses *uses, struct tag_uses_view *out)
{
	struct tag t;
	struct tag_sum *rows;
	size_t n;
	TRY(tag_get(s, tag, &t));
	TRY(tag_uses_of(s, tag, uses));
	TRY(tag_tallies(s, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (rows[i].tag == tag)
			out->marks = rows[i].customers;
	out->uses = (struct list){ uses->list.v, uses->list.n };
	return OK;
}

static err h_uses(struct cx *cx)
{
	i64 id = ((const struct tag_key *)cx->in)->id;
	struct tag_uses_view *out = cx->out;
	struct tag_uses uses = { 0 };
	TRY(READ_SNAP(&cx->unit, base(cx), read_uses(snap, id, &uses, out)));
	return tag_counts_of(&cx->unit, &id, 1, &out->customers);
}

/* ---- groups ---- */

/* Who may be an owner: names alone, for whoever edits tags need not manage users. */
static err h_owners(struct cx *cx)
{
	struct page *page = cx->out;
	struct user *users;
	size_t n, kept = 0;
	TRY(user_all(&cx->unit, &users, &n));
	struct tag_owner_view *views = ARENA_ARRAY(CX_ARENA(cx), struct tag_owner_view, n);
	for (size_t i = 0; i < n; i++)
		if (!users[i].disabled)
			views[kept++] = (struct tag_owner_view){ users[i].id, users[i].name };
	page->data = (struct list){ views, kept };
	page->total = (i64)kept;
	return OK;
}

static err check_owner(struct cx *cx, i64 owner)
{
	struct user u;
	if (owner <= 0)
		return OK;
	err e = user_get(&cx->unit, owner, &u);
	return e == ERR_NOT_FOUND ? cx_fail(cx, ERR_INPUT, T_TAG_OWNER, STR("owner"), STR_NIL, STR_NIL) : e;
}

static err make_group(struct tx *tx, const struct tag_group_new *in, struct tag_group_view *out)
{
	struct tag_group g;
	i64 group, tag;
	err e = tag_group_named(&tx->snap, &(struct tag_named){ in->name }, &g);
	if (e == OK)
		return tx_fail(tx, ERR_EXISTS, T_TAG_GROUP_EXISTS, STR("name"), in->name, STR_NIL);
	if (e != ERR_NOT_FOUND)
		return e;
	if (in->tags.n == 0)
		return tx_fail(tx, ERR_INPUT, T_TAG_GROUP_EMPTY, STR("tags"), in->name, STR_NIL);
	TRY(tag_group_ensure(tx, in->name, STR_NIL, STR("own"), &group));
	TRY(tag_group_get(&tx->snap, &(struct tag_key){ group }, &g));
	g.dimension = in->dimension.n ? in->dimension : g.dimension;
	g.owner = in->owner > 0 ? in->owner : NIL;
	g.description = in->description;
	TRY(tag_group_put(tx, &g));
	for (size_t i = 0; i < in->tags.n; i++) {
		if (str_utf8_len(in->tags.v[i]) > TAG_NAME_MAX)
			return tx_fail(tx, ERR_INPUT, T_TOO_LONG, STR("tags"), in->tags.v[i], STR(FAIL_STR(TAG_NAME_MAX)));
		TRY(tag_add(tx, group, in->tags.v[i], in->sync, &tag));
	}
	*out = (struct tag_group_view){ .id = group, .name = in->name, .source = STR("own"), .dimension = g.dimension,
					.owner = g.owner, .description = g.description };
	return OK;
}

static err h_group_new(struct cx *cx)
{
	const struct tag_group_new *in = cx->in;
	TRY(check_owner(cx, in->owner));
	return WRITE_TX(&cx->unit, base(cx), make_group(tx, in, cx->out));
}

static err edit_group(struct tx *tx, const struct tag_group_edit *in)
{
	struct tag_group g;
	err e = tag_group_get(&tx->snap, &(struct tag_key){ in->id }, &g);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, e, T_TAG_GROUP_UNKNOWN, STR("id"), STR_NIL, STR_NIL);
	TRY(e);
	g.name = in->name;
	g.sort = in->sort == NIL ? g.sort : in->sort;
	g.dimension = in->dimension.n ? in->dimension : g.dimension;
	g.owner = in->owner == NIL ? g.owner : in->owner;
	g.description = str_is_nil(in->description) ? g.description : in->description;
	return tag_group_change(tx, &g);
}

static err h_group_edit(struct cx *cx)
{
	const struct tag_group_edit *in = cx->in;
	TRY(check_owner(cx, in->owner));
	return WRITE_TX(&cx->unit, base(cx), edit_group(tx, in));
}

static err h_group_remove(struct cx *cx)
{
	i64 id = ((const struct tag_key *)cx->in)->id;
	return WRITE_TX(&cx->unit, base(cx), tag_group_remove(tx, id));
}

static err h_group_order(struct cx *cx)
{
	const struct tag_group_order_in *in = cx->in;
	return WRITE_TX(&cx->unit, base(cx), tag_group_order(tx, in->ids.v, in->ids.n));
}

static err h_tag_order(struct cx *cx)
{
	const struct tag_order_in *in = cx->in;
	return WRITE_TX(&cx->unit, base(cx), tag_order(tx, in->id, in->ids.v, in->ids.n));
}

/* ---- tags ---- */

static err forbidden(struct cx *cx)
{
	return cx_fail(cx, ERR_FORBIDDEN, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_PERM_TAG_SENSITIVE, cx->viewer.lang)));
}

/* What somebody may not see she does not change either. */
static err seen(struct cx *cx, i64 id)
{
	struct tag t;
	TRY(READ_SNAP(&cx->unit, base(cx), tag_get(snap, id, &t)));
	return tag_hides(cx, &t) ? forbidden(cx) : OK;
}

static err add(struct tx *tx, const struct tag_new *in, i64 *ret_id)
{
	struct tag t;
	struct tag_names was;
	record_init(&tag_record, &t);
	t.name = in->name;
	t.sort = 0;
	t.sync = in->sync;
	t.description = in->description;
	t.ttl = in->ttl;
	t.sensitive = in->sensitive;
	TRY(tag_names_read(&tx->snap, &was));
	TRY(tag_add_as(tx, in->group_id, &t, ret_id));
	return tag_follow_names(tx, &was, 0, 0);
}

static err h_tag_new(struct cx *cx)
{
	const struct tag_new *in = cx->in;
	struct tag_view *out = cx->out;
	*out = (struct tag_view){ .name = in->name, .sync = in->sync, .source = STR("own"), .description = in->description,
				  .ttl = in->ttl > 0 ? in->ttl : NIL, .sensitive = in->sensitive };
	return WRITE_TX(&cx->unit, base(cx), add(tx, in, &out->id));
}

static err edit(struct tx *tx, const struct tag_edit_in *in)
{
	struct tag t;
	TRY(tag_get(&tx->snap, in->id, &t));
	t.name = in->name;
	t.sort = in->sort == NIL ? t.sort : in->sort;
	t.sync = in->sync;
	t.description = str_is_nil(in->description) ? t.description : in->description;
	t.ttl = in->ttl == NIL ? t.ttl : in->ttl;
	return tag_change(tx, &t);
}

static err h_tag_edit(struct cx *cx)
{
	const struct tag_edit_in *in = cx->in;
	TRY(seen(cx, in->id));
	return WRITE_TX(&cx->unit, base(cx), edit(tx, in));
}

static err set_sensitive(struct tx *tx, const struct tag_sensitive_in *in)
{
	struct tag t;
	TRY(tag_get(&tx->snap, in->id, &t));
	t.sensitive = in->sensitive;
	return tag_change(tx, &t);
}

static err h_sensitive(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), set_sensitive(tx, cx->in)); }

static err h_archive(struct cx *cx)
{
	const struct tag_archive_in *in = cx->in;
	TRY(seen(cx, in->id));
	return WRITE_TX(&cx->unit, base(cx), tag_archive(tx, in->id, in->archived));
}

static err h_merge(struct cx *cx)
{
	const struct tag_merge_in *in = cx->in;
	struct tag_job_out *out = cx->out;
	TRY(seen(cx, in->id));
	TRY(seen(cx, in->into));
	return WRITE_TX(&cx->unit, base(cx), tag_merge(tx, in->id, in->into, in->confirm, cx->viewer.lang, &out->job));
}

static err h_tag_remove(struct cx *cx)
{
	i64 id = ((const struct tag_key *)cx->in)->id;
	TRY(seen(cx, id));
	return WRITE_TX(&cx->unit, base(cx), tag_remove(tx, id));
}

#define NONE &none_record
#define FREE ROUTE_SCOPE_NONE
const struct route tag_routes[] = {
	{ "GET", "/api/v1/tag-groups", "tag.read", FREE, ROUTE_LIST, NONE, &tag_group_view_record, h_groups,
	  "All tag groups with their tags and the number of people carrying each." },
	{ "POST", "/api/v1/tag-groups", "tag.write", FREE, ROUTE_CREATED | ROUTE_IDEMPOTENT,
	  &tag_group_new_record, &tag_group_view_record, h_group_new, "Makes a group with its first tags." },
	{ "GET", "/api/v1/tag-owners", "tag.write", FREE, ROUTE_LIST, NONE, &tag_owner_view_record, h_owners,
	  "The users a group may belong to." },
	{ "POST", "/api/v1/tag-groups/order", "tag.write", FREE, 0, &tag_group_order_in_record, NONE, h_group_order,
	  "Puts the groups in this order." },
	{ "PUT", "/api/v1/tag-groups/{id}", "tag.write", FREE, 0, &tag_group_edit_record, NONE, h_group_edit,
	  "Renames a group, or changes its order, dimension, owner or description." },
	{ "POST", "/api/v1/tag-groups/{id}/order", "tag.write", FREE, 0, &tag_order_in_record, NONE, h_tag_order,
	  "Puts the tags of a group in this order." },
	{ "DELETE", "/api/v1/tag-groups/{id}", "tag.write", FREE, 0, &tag_key_record, NONE, h_group_remove,
	  "Removes a group with its tags, none of which may be in use." },
	{ "POST", "/api/v1/tags", "tag.write", FREE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &tag_new_record,
	  &tag_view_record, h_tag_new, "Makes a tag." },
	{ "PUT", "/api/v1/tags/{id}", "tag.write", FREE, 0, &tag_edit_in_record, NONE, h_tag_edit,
	  "Renames or orders a tag, says how long its marks live, or lets it stand in WeCom too." },
	{ "POST", "/api/v1/tags/{id}/sensitive", "tag.sensitive", FREE, 0, &tag_sensitive_in_record, NONE, h_sensitive,
	  "Makes a tag sensitive, or not: its name is hidden and new marks need consent." },
	{ "POST", "/api/v1/tags/{id}/archive", "tag.write", FREE, 0, &tag_archive_in_record, NONE, h_archive,
	  "Archives a tag, which then takes no new marks, or brings it back." },
	{ "GET", "/api/v1/tags/{id}/uses", "tag.read", FREE, 0, &tag_key_record, &tag_uses_view_record, h_uses,
	  "Who carries a tag and what names it." },
	{ "POST", "/api/v1/tags/{id}/merge", "tag.write", FREE, ROUTE_ACCEPTED, &tag_merge_in_record, &tag_job_out_record,
	  h_merge, "Moves the marks of a tag to another and removes it; a job." },
	{ "DELETE", "/api/v1/tags/{id}", "tag.write", FREE, 0, &tag_key_record, NONE, h_tag_remove,
	  "Removes a tag from everybody; refused while something names it." },
	{ 0 },
};
