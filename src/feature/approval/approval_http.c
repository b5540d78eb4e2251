/*
 * Gathering from all modules, showing, deciding.
 */
#include "feature/approval/approval_data.h"

#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/perm/perm.h"
#include "core/staff/todo.h"

#include <stdlib.h>

#define REFUSED_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, label) F(S, STR, title) F(S, STR, reason) F(S, STR, by) F(S, MS, at_ms) F(S, STR, href)
RECORD(approval_refused, REFUSED_FIELDS);
#define VIEW_FIELDS(F, S)                                                           \
	F(S, I64, waiting, .doc = "for the viewer's word") F(S, LIST, items, .of = &approval_record, .doc = "hers to decide first, then what she asked for") \
	F(S, LIST, refused, .of = &approval_refused_record, .doc = "what she asked for, was refused and has not read yet; newest first, at most 50")
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

/* Whether anybody but the viewer may decide things of that kind, whatever they see. */
static bool others_may(const struct cx *cx, const struct approver *of, const struct user *users, size_t n)
{
	perm_set bit = perm_bit(cx->env->modules, of->perm);
	for (size_t i = 0; i < n; i++)
		if (users[i].id != cx->viewer.user && !users[i].disabled && (role_perms(cx->env->modules, users[i].role) & bit))
			return true;
	return false;
}

/* What is not above the size any more may be decided by whoever asked for it. */
static err gather_from(struct cx *cx, const struct approver *of, struct approval_list *ret)
{
	const struct setting *size = of->setting ? setting_declared(cx->env, str_c(of->setting)) : NULL;
	size_t from = ret->v.n;
	i64 over = 0;
	if (!cx_may(cx, of->perm))
		return OK;
	TRY(of->waits(cx, ret));
	if (of->setting && ret->v.n > from)
		TRY(setting_i64(&cx->unit, of->setting, &over));
	for (size_t i = from; i < ret->v.n; i++) {
		struct approval *a = &ret->v.v[i];
		a->kind = str_c(of->kind);
		a->label = str_c(text_raw(of->label, cx->viewer.lang));
		a->mine = a->asked_by != NIL && a->asked_by == cx->viewer.user && (!of->setting || a->people > over);
		a->size_label = size ? str_c(text_raw(size->label, cx->viewer.lang)) : STR_NIL;
	}
	return OK;
}

static const struct approver *approver_of(struct cx *cx, str kind)
{
	for (const struct module *const *m = cx->env->modules; *m; m++)
		for (const struct approver *const *of = (*m)->approvers; of && *of; of++)
			if (str_eq_c(kind, (*of)->kind))
				return *of;
	return NULL;
}

err approval_gather(struct cx *cx, struct approval_list *ret)
{
	struct user *users;
	size_t n;
	for (const struct module *const *m = cx->env->modules; *m; m++)
		for (const struct approver *const *of = (*m)->approvers; of && *of; of++)
			TRY(gather_from(cx, *of, ret));
	if (!ret->v.n)
		return OK;
	TRY(user_all(&cx->unit, &users, &n));
	for (size_t i = 0; i < ret->v.n; i++)
		ret->v.v[i].by = name_of(users, n, ret->v.v[i].asked_by);
	for (size_t i = 0; i < ret->v.n; i++)
		ret->v.v[i].alone = ret->v.v[i].mine && !others_may(cx, approver_of(cx, ret->v.v[i].kind), users, n);
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

static err refusals(struct cx *cx, struct approval_refusal **ret, size_t *ret_count)
{
	struct approval_hers find = { cx->viewer.user, 0, APPROVAL_REFUSALS_SHOWN };
	*ret_count = 0;
	return find.asked_by ? READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), approval_refusals(snap, &find, ret, ret_count)) : OK;
}

static err show_refused(struct cx *cx, struct list *ret)
{
	struct approval_refusal *rows;
	struct user *users;
	size_t n, count;
	TRY(refusals(cx, &rows, &n));
	if (!n)
		return OK;
	TRY(user_all(&cx->unit, &users, &count));
	struct approval_refused *v = ARENA_ARRAY(CX_ARENA(cx), struct approval_refused, n);
	for (size_t i = 0; i < n; i++) {
		const struct approver *of = approver_of(cx, rows[i].kind);
		str label = of ? str_c(text_raw(of->label, cx->viewer.lang)) : rows[i].kind;
		v[i] = (struct approval_refused){ rows[i].id, label, rows[i].title, rows[i].reason, name_of(users, count, rows[i].decided_by), rows[i].at, rows[i].href };
	}
	*ret = (struct list){ v, n };
	return OK;
}

static err show(struct cx *cx)
{
	struct approval_list l = { 0 };
	struct list refused = { 0 };
	TRY(approval_gather(cx, &l));
	TRY(show_refused(cx, &refused));
	*(struct approval_view *)cx->out = (struct approval_view){ hers(&l), { l.v.v, l.v.n }, refused };
	return OK;
}

static err h_read(struct cx *cx)
{
	struct approval_hers of = { cx->viewer.user, ((const struct approval_key *)cx->in)->id, 0 };
	TRY(WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), approval_refusal_read(tx, &of)));
	return show(cx);
}

err approval_todos(struct cx *cx, i64 staff, struct todo_list *ret)
{
	struct approval_list l = { 0 };
	struct approval_refusal *rows;
	size_t refused;
	TRY(approval_gather(cx, &l));
	TRY(refusals(cx, &rows, &refused));
	i64 n = hers(&l);
	(void)staff; /* whoever may decide: her user does */
	if (n)
		vec_push(CX_ARENA(cx), &ret->v, ((struct todo){ STR("approval"), str_c(text_raw(T_APPROVAL_TODO, cx->viewer.lang)), n, NIL, STR("#approvals") }));
	if (refused)
		vec_push(CX_ARENA(cx), &ret->v, ((struct todo){ STR("refused"), str_c(text_raw(T_APPROVAL_REFUSED_TODO, cx->viewer.lang)), (i64)refused, NIL, STR("#approvals") }));
	return OK;
}

/* ---- deciding ---- */

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
	{ "POST", "/api/v1/approvals/refused/{id}/read", "self", ROUTE_SCOPE_NONE, 0, &approval_key_record, &approval_view_record, h_read,
	  "Takes a refusal of hers off the list." },
	{ 0 },
};
