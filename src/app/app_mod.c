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

/* ---- every night: what was decoded and is older than the window of duplicates goes ---- */

#define PRUNE_TIMER "inbox.prune"
#define PRUNE_ROWS 5000 /* of one transaction */

static err arm_in(struct tx *tx)
{
	return timer_set(tx, STR(PRUNE_TIMER), STR(""), tx->snap.now + MS_DAY, 0, &none_record, &(struct none){ 0 });
}

static err arm(struct cx *cx)
{
	return WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), arm_in(tx));
}

static err rearm(struct tx *tx, const struct timer_row *row)
{
	bool taken;
	TRY(timer_take(tx, row, &taken));
	return taken ? arm_in(tx) : OK;
}

/* Pruning twice is pruning once, so the timer moves on only afterwards. */
static err prune(struct cx *cx, const struct timer_row *row)
{
	size_t removed = PRUNE_ROWS;
	while (removed == PRUNE_ROWS)
		TRY(inbox_prune(&cx->unit, cx_now(cx) - INBOX_WINDOW_MS, PRUNE_ROWS, &removed));
	return WRITE_TX(&cx->unit, row->slot, rearm(tx, row));
}

static const struct route routes[] = {
	{ "POST", "/api/v1/backup", "store.backup", ROUTE_SCOPE_NONE, 0, &app_backup_record, &none_record, h_backup,
	  "Copies the store to one file while it runs (private socket only)." },
	{ 0 },
};
static const struct perm perms[] = { { "store.backup", T_PERM_BACKUP }, { 0 } };

static const struct timer_kind timers[] = { { PRUNE_TIMER, prune }, { 0 } };

const struct module app_module = {
	.name = "app",
	.doc = "What concerns the installation as a whole.",
	.routes = routes,
	.timers = timers,
	.perms = perms,
	.corp_new = arm,
};
