/*
 * perm: users of the console, their sessions, roles and data scopes.
 *
 * A user belongs to one corp; the login is unique over the installation, so that logging in needs no
 * corp. A role is a table of permission names (perm_role.c). A data scope is the user's id when it is
 * narrower than everything: table scope_staff then lists the staff whose customers the user may see,
 * and customer queries join it by :scope. Rights are read on every request, so a change acts on the
 * next one. No rows in scope_staff means nobody is seen: a scope not worked out yet shows nothing.
 *
 * scope "self" is worked out here; for "department" and "stores" core/staff reads user_scopes and
 * user_scope_refs on user.added, user.changed and changes of the directory, and calls scope_set.
 */
#ifndef YT_CORE_PERM_PERM_H
#define YT_CORE_PERM_PERM_H

#include "core/cx.h"

#define PERM_LOGIN_MAX 64
#define PERM_PASSWORD_MIN 10
#define PERM_PASSWORD_MAX 128
#define PERM_USERS_MAX 2000 /* per corp */
#define PERM_ROLES "owner,operator,manager,staff,readonly"
#define PERM_SCOPES "all,department,stores,self"

#define USER_FIELDS(F, S)                                                           \
	F(S, ID, id) F(S, STR, login) F(S, STR, name)                               \
	F(S, STR, lang, .one_of = "zh,en") F(S, STR, role, .one_of = PERM_ROLES)    \
	F(S, STR, scope, .one_of = PERM_SCOPES)                                     \
	F(S, ID, staff, .opt = true, .doc = "the staff member this user is")        \
	F(S, IDS, refs, .opt = true, .doc = "departments or stores of the scope")   \
	F(S, BOOL, disabled) F(S, I64, version) F(S, MS, created)
RECORD(user, USER_FIELDS);

#define USER_NEW_FIELDS(F, S)                                                       \
	F(S, STR, login, .min = 3, .max = PERM_LOGIN_MAX)                           \
	F(S, STR, password, .min = PERM_PASSWORD_MIN, .max = PERM_PASSWORD_MAX, .secret = true) \
	F(S, STR, name, .min = 1, .max = 40)                                        \
	F(S, STR, lang, .opt = true, .one_of = "zh,en")                             \
	F(S, STR, role, .one_of = PERM_ROLES)                                       \
	F(S, STR, scope, .opt = true, .one_of = PERM_SCOPES, .doc = "default: by role") \
	F(S, ID, staff, .opt = true) F(S, IDS, refs, .opt = true, .max = 200)
RECORD(user_new, USER_NEW_FIELDS);

#define USER_EDIT_FIELDS(F, S)                                                      \
	F(S, ID, id) F(S, I64, version) F(S, STR, name, .min = 1, .max = 40)        \
	F(S, STR, role, .one_of = PERM_ROLES) F(S, STR, scope, .one_of = PERM_SCOPES) \
	F(S, ID, staff, .opt = true) F(S, IDS, refs, .opt = true, .max = 200)       \
	F(S, BOOL, disabled, .opt = true)                                           \
	F(S, STR, password, .opt = true, .min = PERM_PASSWORD_MIN, .max = PERM_PASSWORD_MAX, .secret = true)
RECORD(user_edit, USER_EDIT_FIELDS);

/* -- users: each runs its own transaction in the corp's base slot -- */
err user_create(struct cx *cx, const struct user_new *in, i64 *ret_id);
/* ERR_CONFLICT when the version is not the stored one. Ends the user's sessions when the password, the
 * role or the state changes. */
err user_change(struct cx *cx, const struct user_edit *in);
err user_password(struct cx *cx, i64 user, str old, str new_password); /* old nil: not asked (CLI) */
err user_lang(struct cx *cx, i64 user, str lang);
err user_get(struct unit *u, i64 id, struct user *ret);
err user_all(struct unit *u, struct user **ret, size_t *ret_count);
/* The user of that login in any corp; ERR_NOT_FOUND. */
err user_by_login(struct unit *u, str login, i64 *ret_corp, i64 *ret_user);

/* The enabled or disabled user a member of staff is; ERR_NOT_FOUND. */
err user_of_staff(struct unit *u, i64 staff, i64 *ret_user);
/* A user of role staff who sees her own customers and logs in by WeCom only: there is no password. */
err user_create_staff(struct cx *cx, i64 staff, str name, i64 *ret_id);

/* -- data scopes -- */
#define USER_SCOPE_FIELDS(F, S) F(S, ID, id) F(S, STR, scope) F(S, ID, staff, .opt = true)
RECORD(user_scope, USER_SCOPE_FIELDS);
/* Users whose scope is not "all". */
err user_scopes(const struct snap *s, struct user_scope **ret, size_t *ret_count);
err user_scope_refs(const struct snap *s, i64 user, struct ids *ret);
/* The staff whose customers the user may see; replaces what was there. */
err scope_set(struct tx *tx, i64 user, const i64 *staff, size_t count);

/* -- rights -- */
bool cx_may(const struct cx *cx, const char *perm);
/* Bits of a role's permissions over the modules' table; unknown roles have none. */
perm_set role_perms(const struct module *const *list, str role);
/* The bit of a permission, 0 when no module declares it. */
perm_set perm_bit(const struct module *const *list, const char *perm);

/* -- pages: cursors with the installation's key -- */
str page_next(struct cx *cx, const i64 *keys, size_t count, u64 filter);
/* A nil cursor leaves keys as they are: give them the first page's start values. */
err page_from(struct cx *cx, str cursor, i64 *keys, size_t count, u64 filter);

extern const struct module perm_module;

#endif
