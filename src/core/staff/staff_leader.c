/*
 * Who leads a member: the leaders of her main department, or of the nearest one above that has others than
 * herself. Members who left lead nobody.
 */
#include "core/staff/staff_data.h"

#define DEPTH_MAX 32

static const struct department_row *find(const struct department_row *v, size_t n, i64 wecom_id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].wecom_id == wecom_id)
			return &v[i];
	return NULL;
}

static err leaders_of(const struct snap *s, i64 wecom_id, const struct staff *member, struct strs *ret)
{
	struct department_leader *rows;
	size_t n;
	TRY(department_leaders(s, &(struct department_key){ wecom_id }, &rows, &n));
	*ret = (struct strs){ ARENA_ARRAY(s->arena, str, n + 1), 0 };
	for (size_t i = 0; i < n; i++) {
		struct staff leader;
		err e = staff_by_userid(s, rows[i].userid, &leader);
		if (e == ERR_NOT_FOUND || (e == OK && (leader.id == member->id || !str_eq_c(leader.state, "active"))))
			continue;
		TRY(e);
		ret->v[ret->n++] = leader.userid;
	}
	return OK;
}

err staff_leaders(const struct snap *s, i64 staff, struct strs *ret)
{
	struct staff member;
	struct department_row *rows;
	const struct department_row *d = NULL;
	size_t n;
	*ret = (struct strs){ 0 };
	TRY(staff_get(s, staff, &member));
	TRY(department_rows(s, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (rows[i].id == member.department)
			d = &rows[i];
	for (int depth = 0; d && ret->n == 0 && depth < DEPTH_MAX; depth++) {
		TRY(leaders_of(s, d->wecom_id, &member, ret));
		d = d->parent_wecom_id == NIL ? NULL : find(rows, n, d->parent_wecom_id);
	}
	return OK;
}
