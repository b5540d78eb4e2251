/*
 * Contexts for work nobody at a keyboard asked for: everything of the corp is in reach, nobody is
 * named as the actor, texts are Chinese.
 */
#include "core/cx.h"

struct cx cx_system(struct env *env, struct arena *a, i64 corp, const char *source)
{
	struct cx cx = { .env = env };
	cx.unit = unit_new(env->store, a, corp, source);
	cx.unit.env = env;
	cx.unit.actor_kind = ACTOR_SYSTEM;
	cx.viewer.perms = ~(perm_set)0;
	return cx;
}
