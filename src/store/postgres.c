/* The PostgreSQL back end. */
#include "store/backend.h"

static err pg_open(struct store *st, struct fail *f)
{
	return fail_set(f, ERR_UNAVAILABLE, T_OK, STR("store"), STR("postgres"), STR_NIL);
}
static void pg_close(struct store *st) {}
const struct backend postgres_backend = { .name = "postgres", .open = pg_open, .close = pg_close };
