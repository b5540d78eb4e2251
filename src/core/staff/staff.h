/*
 * staff 员工, department 部门 and store 门店 (a department that serves customers), mirrored from WeCom.
 *
 * Staff live in the corp's base slot (small tables, keyed by corp). userid is WeCom's name of them and
 * compared without regard to letter case, as WeCom does.
 */
#ifndef YT_CORE_STAFF_STAFF_H
#define YT_CORE_STAFF_STAFF_H

#include "core/module.h"

#define STAFF_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, userid) F(S, STR, name) F(S, STR, alias, .opt = true) \
	F(S, ID, department, .opt = true, .doc = "main department")              \
	F(S, ID, store, .opt = true, .doc = "nearest department above that is a store") \
	F(S, STR, state, .one_of = "active,disabled,left")                        \
	F(S, BOOL, in_scope, .doc = "visible to our app and able to serve customers") \
	F(S, I64, customers)
RECORD(staff, STAFF_FIELDS);

#define DEPARTMENT_FIELDS(F, S) \
	F(S, ID, id) F(S, I64, wecom_id) F(S, STR, name) F(S, ID, parent, .opt = true) F(S, BOOL, is_store)
RECORD(department, DEPARTMENT_FIELDS);

/* By WeCom's userid; an unknown one is added as staff without a name (synced later). */
err staff_ensure(struct unit *u, str userid, i64 *ret_id); /* own transaction; cached */
err staff_by_userid(const struct snap *s, str userid, struct staff *ret);
err staff_get(const struct snap *s, i64 id, struct staff *ret);
str staff_low(struct arena *a, str userid); /* as userids compare: without case */
err staff_all(const struct snap *s, struct staff **ret, size_t *ret_count);
/* Pulls departments, members and the follow-user list from WeCom (job "staff.sync" does it too). */
err staff_sync(struct cx *cx);

/* A change reported by WeCom: what is nil / NIL stays. left: the member is gone. Body of staff.changed. */
struct staff_change { str userid, new_userid, name, alias, state; i64 department; struct ids departments; };
err staff_change(struct tx *tx, const struct staff_change *in);
struct department_change { i64 wecom_id, parent; str name; bool removed; };
err department_change(struct tx *tx, const struct department_change *in);
#define STAFF_CHANGED_FIELDS(F, S) \
	F(S, ID, staff) F(S, STR, userid) F(S, STR, state) F(S, BOOL, added) F(S, ID, store, .opt = true)
RECORD(staff_changed, STAFF_CHANGED_FIELDS);

/* What was known of a member when id was the newest (id_first: a moment), and the change before that; n: how many of
 * the two there are. Of stores only what was told since events name them. s speaks of the corp's base slot. */
#define STAFF_WAS_FIELDS(F, S) F(S, ID, staff) F(S, ID, id) F(S, STR, state) F(S, ID, store, .opt = true)
RECORD(staff_was, STAFF_WAS_FIELDS);
err staff_was(const struct snap *s, i64 staff, i64 id, struct staff_was ret[2], size_t *ret_n);

/* The userids of who leads her; nobody, one or several. */
err staff_leaders(const struct snap *s, i64 staff, struct strs *ret);

/* She gained or lost a living relation. */
err staff_customers(struct tx *tx, i64 staff, i64 delta);
err department_all(const struct snap *s, struct department **ret, size_t *ret_count);
/* By hand: is this department a store. */
err department_store(struct cx *cx, i64 department, bool is_store);
/* Works out stores of departments and staff, and the data scopes that speak of them. */
err staff_arrange(struct tx *tx);

extern const struct module staff_module;

#endif
