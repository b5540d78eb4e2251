/*
 * customer joins: tables, the second halves of merges, and what a person's own row says about her.
 */
#include "core/customer/customer_data.h"
#include "core/customer/customer_merge.h"
#include "core/fact.h"
#include "core/module.h"

/* The root is folded first, so what she tells wins over what her leaves tell. */
static void tell(str *known, str told)
{
	if (!known->p)
		*known = told;
}

static err facts(const struct snap *s, i64 leaf, struct customer_fact *sum)
{
	struct customer c;
	TRY(customer_get(s, leaf, &c));
	sum->erased |= c.erased;
	tell(&sum->name, c.name);
	tell(&sum->city, c.city);
	tell(&sum->gender, c.gender);
	tell(&sum->followup, c.followup);
	tell(&sum->source, c.origin);
	if (sum->birthday == NIL)
		sum->birthday = c.birthday;
	if (sum->child_birthday == NIL)
		sum->child_birthday = c.child_birthday;
	return OK;
}

static const struct query *const queries[] = {
	&customer_row_query, &customer_root_of_query, &customer_insert_query, &customer_update_query,
	&customer_root_set_query, &customer_leaf_list_query, &customer_leaf_span_query, &customer_leaf_put_query, &customer_leaf_drop_query,
	&customer_leaf_clear_query, &customer_apart_list_query, &customer_apart_put_query, &customer_apart_drop_query,
	&customer_in_scope_query, &customer_withdraw_query, NULL,
};
static const struct handler act[] = {
	{ EV_CUSTOMER_MERGED, customer_on_merged },
	{ EV_CUSTOMER_ABSORBED, customer_on_merged },
	{ EV_CUSTOMER_RELEASED, customer_on_merged },
	{ 0 },
};
static const struct attr attrs[] = {
	{ .name = "city", .type = ATTR_TEXT, .column = "city", .label = T_ATTR_CITY },
	{ .name = "gender", .type = ATTR_TEXT, .column = "gender", .label = T_ATTR_GENDER },
	{ .name = "source", .type = ATTR_TEXT, .column = "source", .label = T_ATTR_SOURCE },
	{ .name = "birthday", .type = ATTR_DAY, .column = "birthday", .label = T_ATTR_BIRTHDAY },
	{ .name = "child_age", .type = ATTR_NUMBER, .column = "child_birthday", .label = T_ATTR_CHILD_AGE },
	{ .name = "followup", .type = ATTR_TEXT, .column = "followup", .label = T_ATTR_FOLLOWUP },
	{ 0 },
};
static const struct perm perms[] = {
	{ "customer.read", T_PERM_CUSTOMER_READ },
	{ "customer.write", T_PERM_CUSTOMER_WRITE },
	{ "customer.merge", T_PERM_CUSTOMER_MERGE },
	{ 0 },
};

const struct module customer_module = {
	.name = "customer",
	.doc = "One person of one corp, whatever the channels: leaf and root, merge and split.",
	.queries = queries,
	.act = act,
	.attrs = attrs,
	.perms = perms,
	.facts = facts,
};
