/*
 * The columns of the board and the rules of changing them.
 */
#include "feature/followup/followup_data.h"

#include "core/audit/audit.h"
#include "core/job/job.h"

#include <string.h>

#define DEFAULT(id, name, color) { id, { name, sizeof(name) - 1 }, { 0 }, { color, sizeof(color) - 1 }, 0, id, false, 1 }

/* What most sales teams call them. Their ids stay theirs when a corp makes them its own. */
static const struct followup_column defaults[] = {
	DEFAULT(1, "新线索", "gray"), DEFAULT(2, "沟通中", "blue"), DEFAULT(3, "有意向", "cyan"),
	DEFAULT(4, "待付款", "orange"), DEFAULT(5, "已成交", "green"), DEFAULT(6, "无意向", "red"),
};

str followup_expr(struct arena *a, str name) { return arena_printf(a, "followup = \"%.*s\"", STR_F(name)); }

err followup_columns(const struct snap *s, struct followup_column **ret, size_t *ret_count)
{
	TRY(followup_column_list(s, &(struct none){ 0 }, ret, ret_count));
	if (*ret_count == 0) {
		*ret = ARENA_ARRAY(s->arena, struct followup_column, ARRAY_LEN(defaults));
		memcpy(*ret, defaults, sizeof(defaults));
		*ret_count = ARRAY_LEN(defaults);
	}
	return OK;
}

static err not_there(struct fail *f) { return fail_set(f, ERR_NOT_FOUND, T_FOLLOWUP_UNKNOWN, STR("column"), STR_NIL, STR_NIL); }

err followup_column_of(const struct snap *s, i64 id, struct followup_column *ret)
{
	struct followup_column *all;
	size_t n;
	TRY(followup_columns(s, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].id == id) {
			*ret = all[i];
			return OK;
		}
	return not_there(s->fail);
}

const struct followup_column *followup_named(const struct followup_column *all, size_t n, str followup)
{
	for (size_t i = 0; followup.p && i < n; i++)
		if (str_eq(all[i].name, followup) || (all[i].was.p && str_eq(all[i].was, followup)))
			return &all[i];
	return NULL;
}

/* ---- changing them ---- */

/* The columns as rows that can be changed. */
static err own(struct tx *tx, struct followup_column **ret, size_t *ret_count)
{
	TRY(followup_column_list(&tx->snap, &(struct none){ 0 }, ret, ret_count));
	if (*ret_count)
		return OK;
	for (size_t i = 0; i < ARRAY_LEN(defaults); i++)
		TRY(followup_column_insert(tx, &defaults[i]));
	return followup_columns(&tx->snap, ret, ret_count);
}

static err name_fits(struct tx *tx, const struct followup_column *all, size_t n, struct followup_column *c)
{
	c->name = str_trim(c->name);
	TRY(record_check(&followup_column_record, c, tx->snap.fail));
	if (memchr(c->name.p, '"', c->name.n) || memchr(c->name.p, '\\', c->name.n))
		return tx_fail(tx, ERR_INPUT, T_FOLLOWUP_QUOTE, STR("name"), c->name, STR_NIL);
	const struct followup_column *other = followup_named(all, n, c->name);
	if (other && other->id != c->id)
		return tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), c->name, STR_NIL);
	return c->cap < 0 ? tx_fail(tx, ERR_INPUT, T_OK, STR("cap"), STR_NIL, STR("0")) : OK;
}

static err note(struct tx *tx, const char *action, const struct followup_column *c)
{
	return audit_add(tx, action, arena_printf(tx->snap.arena, "followup:%lld", (long long)c->id), c->name);
}

static err sweep(struct tx *tx, const char *kind, enum text title, i64 column, str from, str to, i64 *ret_job)
{
	struct followup_sweep in = { column, from, to };
	struct text_hole hole = { "value", from };
	str words = text_fill(tx->snap.arena, title, LANG_ZH, &hole, 1);
	return job_add(tx, kind, words, STR("/followup"), &followup_sweep_record, &in, ret_job);
}

err followup_column_add(struct tx *tx, struct followup_column *c, i64 *ret_job)
{
	struct followup_column *all;
	size_t n;
	TRY(own(tx, &all, &n));
	if (n >= FOLLOWUP_COLUMNS_MAX)
		return tx_fail(tx, ERR_STATE, T_TOO_BIG, STR("columns"), STR_NIL, STR(FAIL_STR(FOLLOWUP_COLUMNS_MAX)));
	c->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	c->version = 1;
	c->sort = all[n - 1].sort + 1;
	TRY(name_fits(tx, all, n, c));
	TRY(followup_column_insert(tx, c));
	TRY(sweep(tx, FOLLOWUP_JOB_ADOPT, T_FOLLOWUP_JOB_ADOPT, c->id, c->name, c->name, ret_job));
	return note(tx, "followup.add", c);
}

/* The row of that id among all; NULL: none. */
static const struct followup_column *find(const struct followup_column *all, size_t n, i64 id)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].id == id)
			return &all[i];
	return NULL;
}

static err busy(struct tx *tx, const struct followup_column *c)
{
	return tx_fail(tx, ERR_STATE, T_FOLLOWUP_BUSY, STR("column"), c->name, STR_NIL);
}

err followup_column_change(struct tx *tx, const struct followup_column *in, i64 *ret_job)
{
	struct followup_column *all, c = *in;
	size_t n;
	*ret_job = NIL;
	TRY(own(tx, &all, &n));
	const struct followup_column *old = find(all, n, c.id);
	if (!old)
		return not_there(tx->snap.fail);
	c.sort = old->sort;
	c.was = old->was;
	TRY(name_fits(tx, all, n, &c));
	bool renamed = !str_eq(c.name, old->name);
	if (old->leaving || (renamed && old->was.p))
		return busy(tx, old);
	if (renamed) {
		c.was = old->name;
		TRY(sweep(tx, FOLLOWUP_JOB_RENAME, T_FOLLOWUP_JOB_RENAME, c.id, old->name, c.name, ret_job));
	}
	TRY(followup_column_update(tx, &c));
	return tx_changed(tx) ? note(tx, "followup.change", &c) : tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
}

err followup_order(struct tx *tx, const struct ids *order)
{
	struct followup_column *all;
	size_t n;
	TRY(own(tx, &all, &n));
	if (order->n != n)
		return tx_fail(tx, ERR_INPUT, T_FOLLOWUP_ORDER, STR("ids"), STR_NIL, STR_NIL);
	for (size_t i = 0; i < n; i++) {
		const struct followup_column *c = find(all, n, order->v[i]);
		for (size_t k = 0; k < i; k++)
			c = order->v[k] == order->v[i] ? NULL : c;
		if (!c)
			return tx_fail(tx, ERR_INPUT, T_FOLLOWUP_ORDER, STR("ids"), STR_NIL, STR_NIL);
		struct followup_column moved = *c;
		moved.sort = (i64)i + 1;
		if (moved.sort != c->sort)
			TRY(followup_column_update(tx, &moved));
	}
	return audit_add(tx, "followup.order", STR("followup"), STR_NIL);
}

err followup_column_remove(struct tx *tx, i64 id, i64 to, i64 people, i64 *ret_job)
{
	struct followup_column *all;
	size_t n;
	*ret_job = NIL;
	TRY(own(tx, &all, &n));
	const struct followup_column *c = find(all, n, id), *target = find(all, n, to);
	if (!c || (to && !target))
		return not_there(tx->snap.fail);
	if (c->leaving || c->was.p || (target && (target->leaving || target == c)))
		return busy(tx, target && target != c ? target : c);
	if (n == 1)
		return tx_fail(tx, ERR_STATE, T_FOLLOWUP_LAST, STR("column"), c->name, STR_NIL);
	str many = arena_printf(tx->snap.arena, "%lld", (long long)people);
	if (people && !target)
		return tx_fail(tx, ERR_STATE, T_FOLLOWUP_HOLDS, STR("to"), many, c->name);
	TRY(note(tx, "followup.remove", c));
	if (!target)
		return followup_column_drop(tx, &(struct followup_key){ id });
	struct followup_column leaving = *c;
	leaving.leaving = true;
	TRY(followup_column_update(tx, &leaving));
	return sweep(tx, FOLLOWUP_JOB_REMOVE, T_FOLLOWUP_JOB_REMOVE, id, c->name, target->name, ret_job);
}
