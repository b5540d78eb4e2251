/*
 * live code joins.
 */
#include "feature/livecode/livecode_data.h"

#include "core/module.h"
#include "core/tag/tag_use.h"

static const struct query *const queries[] = {
	&livecode_insert_query, &livecode_update_query, &livecode_get_query, &livecode_by_state_query,
	&livecode_list_query, &livecode_staff_clear_query, &livecode_staff_add_query, &livecode_staff_of_query,
	&livecode_tag_copy_query, &livecode_tag_forget_query, &livecode_by_tag_query, &livecode_tag_clear_query, &livecode_tag_add_query, &livecode_tag_of_query, &livecode_tally_add_query,
	&livecode_sums_query, &livecode_add_put_query, &livecode_add_get_query, NULL,
};
static err tag_uses(const struct snap *s, i64 tag, struct tag_uses *ret)
{
	struct livecode_tagging *rows;
	size_t n;
	TRY(livecode_by_tag(s, &(struct livecode_key){ tag }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		vec_push(s->arena, &ret->list, (struct tag_use){ STR("livecode"), rows[i].id, rows[i].name });
	return OK;
}

/* Codes hold numbers of tags: only a merge concerns them. */
static err tag_merged(struct tx *tx, const struct tag_renaming *r)
{
	if (r->from == 0)
		return OK;
	TRY(livecode_tag_copy(tx, &(struct livecode_retag){ r->from, r->into }));
	return livecode_tag_forget(tx, &(struct livecode_retag){ r->from, r->into });
}

static const struct tag_user tag_user = { .uses = tag_uses, .renamed = tag_merged };
static const struct handler derive[] = {
	{ EV_FOLLOW_ADDED, livecode_on_count },
	{ EV_FOLLOW_LOST, livecode_on_count },
	{ EV_FOLLOW_DROPPED, livecode_on_count },
	{ 0 },
};
static const char *const derived[] = { "livecode_tally", "livecode_add", NULL };
static const struct handler act[] = {
	{ EV_FOLLOW_ADDED, livecode_on_added },
	{ EV_LIVECODE_READY, livecode_on_result },
	{ EV_LIVECODE_FAILED, livecode_on_result },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = "livecode.create", .send = livecode_send_create, .reconcile = livecode_find_created },
	{ .kind = "livecode.update", .send = livecode_send_update, .reconcile = livecode_send_update },
	{ .kind = "livecode.delete", .send = livecode_send_delete, .reconcile = livecode_send_delete },
	{ 0 },
};
static const struct perm perms[] = {
	{ "livecode.read", T_PERM_LIVECODE_READ },
	{ "livecode.write", T_PERM_LIVECODE_WRITE },
	{ 0 },
};

const struct module livecode_module = {
	.name = "livecode",
	.doc = "Live codes: WeCom contact ways with staff, tags, channel and welcome.",
	.queries = queries,
	.routes = livecode_routes,
	.derive = derive,
	.derived = derived,
	.act = act,
	.senders = senders,
	.tags = &tag_user,
	.perms = perms,
};
