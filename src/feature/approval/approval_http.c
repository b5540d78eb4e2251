/*
 * Gathering from all modules, showing, deciding.
 */
#include "feature/approval/approval.h"

#include "core/perm/perm.h"
#include "core/staff/todo.h"

#include <stdlib.h>

#define VIEW_FIELDS(F, S) \
	F(S, I64, waiting, .doc = "for the viewer's word") F(S, LIST, items, .of = &approval_record, .doc = "hers to decide first, then what she asked for")
RECORD(approval_view, VIEW_FIELDS);
#define DECIDE_FIELDS(F, S)                                                         \
	F(S, STR, kind, .max = 20) F(S, ID, id) F(S, STR, decision, .one_of = "agree,refuse") \
	F(S, I64, people, .opt = true, .doc = "as shown, of what has a number")    \
	F(S, STR, reason, .opt = true, .max = APPROVAL_REASON_MAX, .doc = "of a refusal")
RECORD(approval_decide, DECIDE_FIELDS);

/* ---- gathering ---- */

static int by_turn(const void *a, const void *b)
{
	const struct approval *x = a, *y = b;
	if (x->mine != y->mine)
		return x->mine ? 1 : -1;
	if (x->asked_ms != y->asked_ms)
		return x->asked_ms < y->asked_ms ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static str name_of(const struct user *users, size_t n, i64 id)
{
	for (size_t i = 0; i < n; i++)
		if (users[i].id == id)
			return users[i].name;
	return STR("");
}

static err gather_from(struct cx *cx, const struct approver *of, struct approval_list *ret)
{
	size_t from = ret->v.n;
	if (!cx_may(cx, of->perm))
		return OK;
	TRY(of->waits(cx, ret));
	for (size_t i = from; i < ret->v.n; i++) {
		struct approval *a = &ret->v.v[i];
		a->kind = str_c(of->kind);
		a->label = str_c(text_raw(of->label, cx->viewer.lang));
		a->mine = a->asked_by != NIL && a->asked_by == cx->viewer.user;
	}
	return OK;
}

err approval_gather(struct cx *cx, struct approval_list *ret)
{
	struct user *users;
	size_t n;
	for (const struct module *const *m = cx->env->modules; *m; m++)
		if ((*m)->approver)
			TRY(gather_from(cx, (*m)->approver, ret));
	if (!ret->v.n)
		return OK;
	TRY(user_all(&cx->unit, &users, &n));
	for (size_t i = 0; i < ret->v.n; i++)
		ret->v.v[i].by = name_of(users, n, ret->v.v[i].asked_by);
	qsort(ret->v.v, ret->v.n, sizeof(*ret->v.v), by_turn);
	return OK;
}

static i64 hers(const struct approval_list *l)
{
	i64 n = 0;
	while ((size_t)n < l->v.n && !l->v.v[n].mine)
		n++;
	return n;
}

/* ---- showing ---- */

static err show(struct cx *cx)
{
	struct approval_list l = { 0 };
	TRY(approval_gather(cx, &l));
	*(struct approval_view *)cx->out = (struct approval_view){ hers(&l), { l.v.v, l.v.n } };
	return OK;
}

err approval_todos(struct cx *cx, i64 staff, struct todo_list *ret)
{
	struct approval_list l = { 0 };
	TRY(approval_gather(cx, &l));
	i64 n = hers(&l);
	(void)staff; /* whoever may decide: her user does */
	if (n)
		vec_push(CX_ARENA(cx), &ret->v, ((struct todo){ STR("approval"), str_c(text_raw(T_APPROVAL_TODO, cx->viewer.lang)), n, NIL, STR("#approvals") }));
	return OK;
}

/* ---- deciding ---- */

static const struct approver *approver_of(struct cx *cx, str kind)
{
	for (const struct module *const *m = cx->env->modules; *m; m++)
		if ((*m)->approver && str_eq_c(kind, (*m)->approver->kind))
			return (*m)->approver;
	return NULL;
}

static const struct approval *waiting(const struct approval_list *l, i64 id)
{
	for (size_t i = 0; i < l->v.n; i++)
		if (l->v.v[i].id == id)
			return &l->v.v[i];
	return NULL;
}

static err h_decide(struct cx *cx)
{
	const struct approval_decide *in = cx->in;
	const struct approver *of = approver_of(cx, in->kind);
	struct approval_answer answer = { str_eq_c(in->decision, "agree"), in->people, in->reason.p ? str_trim(in->reason) : STR("") };
	struct approval_list l = { 0 };
	if (!of)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("kind"), in->kind, STR_NIL);
	TRY(gather_from(cx, of, &l));
	const struct approval *a = waiting(&l, in->id);
	if (!a)
		return cx_fail(cx, ERR_STATE, T_APPROVAL_GONE, STR("id"), STR_NIL, STR_NIL);
	if (a->mine)
		return cx_fail(cx, ERR_FORBIDDEN, T_APPROVAL_OWN, STR("id"), a->title, STR_NIL);
	if (answer.agreed && a->people != NIL && a->people != in->people)
		return cx_fail(cx, ERR_STATE, T_BROADCAST_COUNT, STR("people"), arena_printf(CX_ARENA(cx), "%lld", (long long)a->people),
			       arena_printf(CX_ARENA(cx), "%lld", (long long)(in->people == NIL ? 0 : in->people)));
	if (!answer.agreed && !answer.reason.n)
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("reason"), STR_NIL, STR_NIL);
	TRY(of->decide(cx, in->id, &answer));
	return show(cx);
}

const struct route approval_routes[] = {
	{ "GET", "/api/v1/approvals", "self", ROUTE_SCOPE_CUSTOMERS, 0, &none_record, &approval_view_record, show,
	  "What waits for a second person: hers to decide, and what she asked for herself." },
	{ "POST", "/api/v1/approvals/{kind}/{id}", "self", ROUTE_SCOPE_CUSTOMERS, 0, &approval_decide_record, &approval_view_record, h_decide,
	  "Agrees or refuses; whose right it is, is the kind's own. Answers what still waits." },
	{ 0 },
};
