/*
 * identity joins.
 */
#include "core/fact.h"
#include "core/identity/identity_data.h"
#include "core/module.h"

static const struct query *const queries[] = {
	&identity_value_get_query, &identity_value_drop_query, &identity_value_claim_query, &identity_value_add_query, &identity_value_verify_query,
	&identity_value_take_query, &identity_owned_get_query, &identity_owned_list_query, &identity_owned_count_query,
	&identity_owned_put_query, &identity_owned_verify_query, &identity_owned_drop_query, &merge_hint_list_query,
	&merge_hint_put_query, &identity_ways_proven_query, NULL,
};

/* A phone she or a shop proved: she is bound, and a text message reaches her; an address of hers: mail does. */
static err facts(const struct snap *s, i64 leaf, struct customer_fact *sum)
{
	struct identity_ways ways;
	TRY(identity_ways_proven(s, &(struct identity_owned){ .customer = leaf }, &ways));
	sum->bound |= ways.phones > 0;
	sum->reach_sms |= ways.phones > 0;
	sum->reach_mail |= ways.mails > 0;
	return OK;
}

const struct module identity_module = {
	.name = "identity",
	.doc = "What a person is known by, and the person known by it.",
	.queries = queries,
	.facts = facts,
};
