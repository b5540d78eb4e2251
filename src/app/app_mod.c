/*
 * app joins: what concerns the installation as a whole.
 */
#include "core/module.h"
#include "core/audit/audit.h"

#define BACKUP_FIELDS(F, S) F(S, STR, file, .min = 1, .max = 4000, .doc = "path on the server")
RECORD(app_backup, BACKUP_FIELDS);

/* Only over the private socket: the caller already is the owner of the data directory. */
static err h_backup(struct cx *cx)
{
	const struct app_backup *in = cx->in;
	if (!str_eq_c(cx->req->peer, "unix"))
		return cx_fail(cx, ERR_FORBIDDEN, T_OK, STR_NIL, STR_NIL, STR("yutang backup"));
	TRY(store_backup(cx->env->store, in->file, &cx->unit.fail));
	return WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), audit_add(tx, "store.backup", STR("store"), STR("")));
}

static const struct route routes[] = {
	{ "POST", "/api/v1/backup", "store.backup", ROUTE_SCOPE_NONE, 0, &app_backup_record, &none_record, h_backup,
	  "Copies the store to one file while it runs (private socket only)." },
	{ 0 },
};
static const struct perm perms[] = { { "store.backup", T_PERM_BACKUP }, { 0 } };

const struct module app_module = {
	.name = "app",
	.doc = "What concerns the installation as a whole.",
	.routes = routes,
	.perms = perms,
};
