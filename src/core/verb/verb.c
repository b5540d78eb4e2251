/*
 * verb: finding what the modules publish, and telling how an act went.
 */
#include "core/verb/verb.h"

#include "store/journal.h"

const struct verb *verb_find(const struct env *env, str name)
{
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct verb *v = env->modules[i]->verbs; v && v->name; v++)
			if (str_eq_c(name, v->name))
				return v;
	return NULL;
}

err verb_args(struct unit *u, const struct verb *v, str json, const void **ret)
{
	struct json *value;
	void *args = arena_alloc(u->arena, v->args->size);
	TRY(json_parse(json, u->arena, &value, &u->fail));
	TRY(record_parse(v->args, value, args, u->arena, &u->fail));
	*ret = args;
	return v->check ? v->check(u, args) : OK;
}

err verb_tell(struct tx *tx, i64 customer, const struct verb_ended *of)
{
	return journal_add(tx, EV_VERB_ENDED, customer, of->at, &verb_ended_record, of, NULL);
}

static const struct query *const queries[] = { NULL };
const struct module verb_module = {
	.name = "verb",
	.doc = "Named acts of features, called by journeys, SOPs and rules.",
	.queries = queries,
};
