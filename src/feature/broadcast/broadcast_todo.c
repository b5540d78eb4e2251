/*
 * What waits for a member's tap in WeCom, on the page of his phone.
 */
#include "feature/broadcast/broadcast_data.h"

#include "core/staff/todo.h"

err broadcast_todos(struct cx *cx, i64 staff, struct todo_list *ret)
{
	struct broadcast_wait wait;
	i64 base = slot_base(cx->env->store, cx->unit.corp);
	TRY(READ_SNAP(&cx->unit, base, broadcast_unsent(snap, &(struct broadcast_tapper){ staff }, &wait)));
	if (wait.n)
		vec_push(CX_ARENA(cx), &ret->v, ((struct todo){ STR("broadcast"), str_c(text_raw(T_BROADCAST_TODO, cx->viewer.lang)), wait.n, wait.due, STR_NIL }));
	return OK;
}
