/*
 * Migrations: the embedded NNNN_name.sql files, "store" first, then the given order of modules; forward
 * only, one transaction each together with its row in schema_version, checked by digest ever after.
 *
 * A database with migrations this program does not have was written by a newer one and is refused.
 * Before an existing SQLite database is changed it is copied beside itself: the way back.
 */
#include "store/store_int.h"

#include "base/embed.h"
#include "base/hash.h"
#include "base/log.h"

#define APPLIED_FIELDS(F, S) F(S, STR, module) F(S, I64, number) F(S, STR, digest)
RECORD(applied, APPLIED_FIELDS);
READ_MANY(applied_all, none, applied,
	  SQL_GLOBAL("of the store, not of a corp", SELECT module, number, digest FROM schema_version))

static const char schema_sql[] = "CREATE TABLE IF NOT EXISTS schema_version (module TEXT NOT NULL, number BIGINT NOT NULL, "
				 "name TEXT NOT NULL, digest TEXT NOT NULL, applied BIGINT NOT NULL, "
				 "PRIMARY KEY (module, number))";

typedef VEC(const struct migration_file *) file_list;

static void add_module(struct arena *a, file_list *list, const char *module)
{
	for (const struct migration_file *m = migration_files; m->module; m++) {
		if (strcmp(m->module, module) == 0)
			vec_push(a, list, m);
	}
}

static bool listed(const file_list *list, const struct migration_file *m)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->v[i] == m)
			return true;
	}
	return false;
}

static void all_in_order(struct arena *a, const char *const *order, file_list *ret)
{
	add_module(a, ret, "store");
	for (; order && *order; order++) {
		if (strcmp(*order, "store") != 0)
			add_module(a, ret, *order);
	}
	for (const struct migration_file *m = migration_files; m->module; m++) {
		if (!listed(ret, m))
			vec_push(a, ret, m);
	}
}

static str digest_of(struct arena *a, const char *sql)
{
	u8 digest[SHA256_BYTES];
	hash_sha256(str_c(sql), digest);
	return hash_hex(a, digest, 16);
}

static const struct applied *find_applied(const struct applied *rows, size_t n, const struct migration_file *m)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].number == m->number && str_eq_c(rows[i].module, m->module))
			return &rows[i];
	}
	return NULL;
}

/* Every applied migration must be one of ours, unchanged. */
static err check_applied(struct arena *a, const file_list *list, const struct applied *rows, size_t n, struct fail *f)
{
	size_t known = 0;
	for (size_t i = 0; i < list->n; i++) {
		const struct applied *row = find_applied(rows, n, list->v[i]);
		if (!row)
			continue;
		known++;
		if (!str_eq(row->digest, digest_of(a, list->v[i]->sql)))
			return fail_set(f, ERR_CONFIG, T_STORE_CHANGED, STR("schema"),
					arena_printf(a, "%s/%04d", list->v[i]->module, list->v[i]->number), STR_NIL);
	}
	if (known == n)
		return OK;
	for (size_t i = 0; i < n; i++) {
		bool ours = false;
		for (size_t k = 0; k < list->n; k++)
			ours |= list->v[k]->number == rows[i].number && str_eq_c(rows[i].module, list->v[k]->module);
		if (!ours)
			return fail_set(f, ERR_CONFIG, T_STORE_NEWER, STR("schema"),
					arena_printf(a, "%.*s/%04lld", STR_F(rows[i].module), (long long)rows[i].number),
					STR_NIL);
	}
	return OK;
}

static err apply(struct store *st, struct arena *a, const struct migration_file *m, struct fail *f)
{
	str digest = digest_of(a, m->sql);
	str script = arena_printf(a, "%s;\nINSERT INTO schema_version (module, number, name, digest, applied) "
				     "VALUES ('%s', %d, '%s', '%.*s', %lld)",
				  m->sql, m->module, m->number, m->name, STR_F(digest), (long long)clock_now(st->clock));
	err e = st->ops->script(st, script, f);
	if (e != OK)
		log_line(LOG_ERROR, "schema.failed", "migration=%s/%04d", m->module, m->number);
	return e;
}

static err backup_first(struct store *st, struct arena *a, struct fail *f)
{
	if (store_is_postgres(st))
		return OK;
	str path = arena_printf(a, "%.*s/before-upgrade-%lld.db", STR_F(st->dir), (long long)clock_now(st->clock));
	TRY(st->ops->backup(st, path, f));
	log_line(LOG_INFO, "schema.kept", "backup=%.*s", STR_F(path));
	return OK;
}

static err migrate_in(struct store *st, const char *const *order, struct unit *u)
{
	file_list list = { 0 };
	struct applied *rows = NULL;
	size_t n = 0;
	all_in_order(u->arena, order, &list);
	TRY(st->ops->script(st, str_c(schema_sql), &u->fail));
	TRY(READ_SNAP(u, 0, applied_all(snap, &(struct none){ 0 }, &rows, &n)));
	TRY(check_applied(u->arena, &list, rows, n, &u->fail));
	bool kept = n == 0;
	for (size_t i = 0; i < list.n; i++) {
		if (find_applied(rows, n, list.v[i]))
			continue;
		if (!kept)
			TRY(backup_first(st, u->arena, &u->fail));
		kept = true;
		TRY(apply(st, u->arena, list.v[i], &u->fail));
	}
	return plan_hints(st, &u->fail);
}

err migrate(struct store *st, const char *const *order, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(st, a, 0, "migrate");
	err e = migrate_in(st, order, &u);
	if (f && e != OK)
		*f = u.fail;
	arena_free(a);
	return e;
}
