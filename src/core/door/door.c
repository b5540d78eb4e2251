/*
 * door: making, changing, finding and counting. Memory follows the store after the commit, never before.
 */
#include "core/door/door_data.h"

#include "core/corp/corp.h"

struct change { struct doors *doors; struct door door; bool gone; };

static void remember(void *arg)
{
	const struct change *c = arg;
	if (c->gone)
		doors_drop(c->doors, c->door.key);
	else
		doors_put(c->doors, &c->door);
}

static void follow_commit(struct tx *tx, const struct door *door, bool gone)
{
	struct env *env = tx->snap.unit->env;
	if (!env || !env->doors)
		return;
	struct change *c = ARENA_NEW(tx->snap.unit->arena, struct change);
	*c = (struct change){ env->doors, *door, gone };
	c->door.key = arena_dup(tx->snap.unit->arena, door->key);
	c->door.kind = arena_dup(tx->snap.unit->arena, door->kind);
	c->door.params = arena_dup(tx->snap.unit->arena, door->params);
	tx_after_commit(tx, remember, c);
}

static err check(struct tx *tx, str params)
{
	if (params.n <= DOOR_PARAMS_BYTES_MAX)
		return OK;
	return tx_fail(tx, ERR_INPUT, T_TOO_LONG, STR("params"), arena_printf(tx->snap.arena, "%zu", params.n),
		       STR(FAIL_STR(DOOR_PARAMS_BYTES_MAX)));
}

static struct door_row row_of(const struct door *d)
{
	return (struct door_row){ .key = d->key, .kind = d->kind, .target = d->target,
				  .params = str_is_nil(d->params) ? STR("") : d->params, .expires = d->expires };
}

static struct door door_of(const struct door_row *r)
{
	return (struct door){ r->owner_corp, r->key, r->kind, r->target, r->params, r->expires };
}

err door_add(struct tx *tx, const char *kind, i64 target, str params, ms expires, str *ret_key)
{
	struct door d = {
		.corp = tx->snap.corp, .key = id_slug(tx->snap.arena, DOOR_KEY_CHARS), .kind = str_c(kind), .target = target,
		.params = params, .expires = expires,
	};
	struct door_row row = row_of(&d);
	TRY(check(tx, params));
	TRY(door_insert(tx, &row));
	follow_commit(tx, &d, false);
	*ret_key = d.key;
	return OK;
}

err door_put(struct tx *tx, const struct door *door)
{
	struct door d = *door;
	struct door_row row = row_of(door);
	TRY(check(tx, door->params));
	TRY(door_update(tx, &row));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("key"), door->key, STR_NIL);
	d.corp = tx->snap.corp;
	follow_commit(tx, &d, false);
	return OK;
}

err door_remove(struct tx *tx, str key)
{
	TRY(door_delete(tx, &(struct door_key){ key }));
	if (tx_changed(tx))
		follow_commit(tx, &(struct door){ .key = key }, true);
	return OK;
}

err door_find(struct unit *u, str key, struct door *ret)
{
	struct doors *doors = u->env ? u->env->doors : NULL;
	struct door d;
	if (!doors || !doors_get(doors, key, u->arena, &d)) {
		struct door_row row;
		TRY(READ_SNAP(u, 0, door_get(snap, &(struct door_key){ key }, &row)));
		d = door_of(&row);
		if (doors)
			doors_put(doors, &d);
	}
	if (u->corp && u->corp != d.corp)
		return fail_set(&u->fail, ERR_NOT_FOUND, T_OK, STR("key"), key, STR_NIL);
	*ret = d;
	return OK;
}

err door_find_in(const struct snap *s, str key, struct door *ret)
{
	struct door_row row;
	TRY(door_get(s, &(struct door_key){ key }, &row));
	if (row.owner_corp != s->corp)
		return ERR_NOT_FOUND;
	*ret = door_of(&row);
	return OK;
}

str door_url(const struct env *env, struct arena *a, str key)
{
	return arena_printf(a, "%.*s" DOOR_PATH "%.*s", STR_F(env->public_url), STR_F(key));
}

err door_keys(const struct snap *s, const char *kind, i64 target, struct strs *ret)
{
	struct door_key *rows;
	size_t n;
	TRY(door_to(s, &(struct door_target){ str_c(kind), target }, &rows, &n));
	*ret = (struct strs){ ARENA_ARRAY(s->arena, str, n), n };
	for (size_t i = 0; i < n; i++)
		ret->v[i] = rows[i].key;
	return OK;
}

err door_days(const struct snap *s, str key, i64 first, i64 last, struct door_day **ret, size_t *ret_count)
{
	return door_day_list(s, &(struct door_span){ key, first, last }, ret, ret_count);
}

err door_sums(const struct snap *s, const char *kind, i64 first, i64 last, struct door_sum **ret, size_t *ret_count)
{
	return door_day_sums(s, &(struct door_kind_span){ str_c(kind), first, last }, ret, ret_count);
}

err door_visit_known(struct tx *tx, i64 customer, const struct door *door)
{
	struct door_visited ev = { door->key, door->kind, door->target, door->params };
	return journal_add(tx, EV_DOOR_VISITED, customer, tx->snap.now, &door_visited_record, &ev, NULL);
}
