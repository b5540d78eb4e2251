/*
 * Saving rules. Every save is a version; what is counted starts anew (an epoch) when the condition is another
 * one, and when a rule is switched off, because between off and on nobody counts.
 */
#include "feature/tagrule/tagrule_int.h"

#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/tag/tag.h"

#define DEF_BYTES_MAX ((size_t)4 << 20)

static i64 new_id(struct tx *tx) { return id_next(store_ids(tx->snap.unit->store), tx->snap.now); }

static str json_of(struct arena *a, const struct record *record, const void *of)
{
	struct buf b = buf_new(a, DEF_BYTES_MAX);
	record_write(&b, record, of);
	ASSERT(!b.over);
	return buf_str(&b);
}

static err find(const struct snap *s, i64 id, struct rule_row *ret)
{
	err e = rule_get(s, &(struct rule_key){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_TAGRULE_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

static err tags_exist(const struct snap *s, const char *field, const struct ids *tags)
{
	struct tag t;
	for (size_t i = 0; i < tags->n; i++) {
		err e = tag_get(s, tags->v[i], &t);
		if (e == ERR_NOT_FOUND)
			return snap_fail(s, ERR_INPUT, T_TAGRULE_TAG_GONE, str_c(field), arena_printf(s->arena, "%lld", (long long)tags->v[i]),
					 STR_NIL);
		TRY(e);
	}
	return OK;
}

/* How many keywords the definition of a row has. */
static err keyword_count(const struct snap *s, const struct rule_row *row, size_t *ret)
{
	struct json *tree;
	TRY(json_parse(row->def, s->arena, &tree, s->fail));
	const struct json *list = json_get(json_get(tree, "when"), "keywords");
	*ret = list && list->type == JSON_ARRAY ? list->n : 0;
	return OK;
}

/* The rules of a corp fit together: their number and their keywords. self 0: a new one. */
static err fits_in(const struct snap *s, i64 self, const struct tagrule_def *def)
{
	struct rule_row *rows;
	size_t n, words = def->when ? ((const struct tagrule_when *)def->when)->keywords.n : 0, own = words;
	TRY(rule_all(s, &(struct none){ 0 }, &rows, &n));
	if (!self && n >= TAGRULE_MAX)
		return snap_fail(s, ERR_INPUT, T_TAGRULE_MANY, STR("name"), arena_printf(s->arena, "%zu", n + 1),
				 arena_printf(s->arena, "%d", TAGRULE_MAX));
	for (size_t i = 0; own && i < n; i++) {
		size_t there = 0;
		if (rows[i].id != self)
			TRY(keyword_count(s, &rows[i], &there));
		words += there;
	}
	if (own && words > TAGRULE_KEYWORDS_MAX)
		return snap_fail(s, ERR_INPUT, T_TAGRULE_WORDS, STR("when.keywords"), arena_printf(s->arena, "%zu", words),
				 arena_printf(s->arena, "%d", TAGRULE_KEYWORDS_MAX));
	return OK;
}

static err check(struct tx *tx, i64 self, const struct tagrule_def *def)
{
	TRY(rule_check(def, tx->snap.fail));
	TRY(fits_in(&tx->snap, self, def));
	TRY(tags_exist(&tx->snap, "put", &def->put));
	return tags_exist(&tx->snap, "take", &def->take);
}

/* Writes the row, tells, and lets compiled rules be made anew. */
static err save(struct tx *tx, struct rule_row *row, const char *act)
{
	struct tagrule_saved body = { row->id, row->name, row->version, row->running, row->removed };
	row->changed = new_id(tx);
	TRY(rule_put(tx, row));
	TRY(journal_add(tx, EV_TAGRULE_SAVED, 0, tx->snap.now, &tagrule_saved_record, &body, NULL));
	rule_set_forget(tx);
	return audit_add(tx, act, arena_printf(tx->snap.arena, "tagrule:%lld", (long long)row->id),
			 arena_printf(tx->snap.arena, "v%lld", (long long)row->version));
}

static err add_version(struct tx *tx, const struct rule_row *row, str by)
{
	TRY(rule_version_add(tx, &(struct rule_version){ row->id, row->version, tx->snap.now, by.p ? by : STR(""), row->def }));
	return rule_version_drop(tx, &(struct rule_version){ .rule = row->id, .version = row->version - TAGRULE_VERSIONS_KEPT });
}

err tagrule_create(struct tx *tx, const struct tagrule_def *def, str by, i64 *ret_id)
{
	struct rule_row row = { .id = new_id(tx), .name = def->name, .version = 1, .epoch = new_id(tx), .since = tx->snap.now,
				.created = tx->snap.now, .def = json_of(tx->snap.arena, &tagrule_def_record, def) };
	TRY(check(tx, 0, def));
	TRY(add_version(tx, &row, by));
	TRY(tagrule_clean_arm(tx));
	*ret_id = row.id;
	return save(tx, &row, "tagrule.create");
}

/* Is the condition another one than the row's? */
static err condition_changed(struct tx *tx, const struct rule_row *row, const struct tagrule_def *def, bool *ret)
{
	struct tagrule_def old;
	struct json *tree;
	struct arena *a = tx->snap.arena;
	TRY(json_parse(row->def, a, &tree, tx->snap.fail));
	TRY(record_parse(&tagrule_def_record, tree, &old, a, tx->snap.fail));
	*ret = !str_eq(json_of(a, &tagrule_when_record, old.when), json_of(a, &tagrule_when_record, def->when));
	return OK;
}

err tagrule_change(struct tx *tx, i64 id, i64 version, const struct tagrule_def *def, str by)
{
	struct rule_row row;
	bool other;
	TRY(find(&tx->snap, id, &row));
	if (row.version != version)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	TRY(check(tx, id, def));
	TRY(condition_changed(tx, &row, def, &other));
	row.name = def->name;
	row.version++;
	row.def = json_of(tx->snap.arena, &tagrule_def_record, def);
	if (other) {
		row.epoch = new_id(tx);
		row.since = tx->snap.now;
	}
	TRY(add_version(tx, &row, by));
	return save(tx, &row, "tagrule.change");
}

err tagrule_switch(struct tx *tx, i64 id, bool on)
{
	struct rule_row row;
	TRY(find(&tx->snap, id, &row));
	if (row.running == on)
		return OK;
	row.running = on;
	if (on)
		row.since = tx->snap.now;
	else
		row.epoch = new_id(tx);
	return save(tx, &row, on ? "tagrule.on" : "tagrule.off");
}

err tagrule_remove(struct tx *tx, i64 id)
{
	struct rule_row row;
	TRY(find(&tx->snap, id, &row));
	row.running = false;
	row.removed = true;
	return save(tx, &row, "tagrule.remove");
}
