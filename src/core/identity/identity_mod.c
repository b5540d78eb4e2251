/*
 * identity joins.
 */
#include "core/identity/identity_data.h"
#include "core/module.h"

static const struct query *const queries[] = {
	&identity_value_get_query, &identity_value_drop_query, &identity_value_claim_query, &identity_value_add_query, &identity_value_verify_query,
	&identity_value_take_query, &identity_owned_get_query, &identity_owned_list_query, &identity_owned_count_query,
	&identity_owned_put_query, &identity_owned_verify_query, &identity_owned_drop_query, &merge_hint_list_query,
	&merge_hint_put_query, NULL,
};

const struct module identity_module = {
	.name = "identity",
	.doc = "What a person is known by, and the person known by it.",
	.queries = queries,
};
