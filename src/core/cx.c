/*
 * Contexts for work nobody at a keyboard asked for, and a reply that several modules give.
 */
#include "core/cx.h"

/* Everything of the corp is in reach, nobody is named as the actor, texts are Chinese. */
struct cx cx_system(struct env *env, struct arena *a, i64 corp, const char *source)
{
	struct cx cx = { .env = env };
	cx.unit = unit_new(env->store, a, corp, source);
	cx.unit.env = env;
	cx.unit.actor_kind = ACTOR_SYSTEM;
	cx.viewer.perms = ~(perm_set)0;
	return cx;
}

err cx_send_csv(struct cx *cx, const struct buf *b, str name)
{
	if (b->over)
		return cx_fail(cx, ERR_TOO_LARGE, T_OK, STR("file"), name, arena_printf(CX_ARENA(cx), "%zu", b->max));
	http_send(cx->reply, 200, STR("text/csv; charset=utf-8"), buf_str(b));
	http_set(cx->reply, STR("Content-Disposition"), arena_printf(CX_ARENA(cx), "attachment; filename=\"%.*s\"", STR_F(name)));
	return OK;
}
