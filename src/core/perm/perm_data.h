/*
 * Tables of perm: users, logins, sessions, failed tries, scopes, idempotency keys.
 *
 * Logins, sessions and tries are looked up before any corp is known: what they hold says which corp it
 * is. Everything else is of the corp. The column is scope_kind because :scope is the reader's own scope.
 */
#ifndef YT_CORE_PERM_PERM_DATA_H
#define YT_CORE_PERM_PERM_DATA_H

#include "core/perm/perm.h"

#define PERM_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(perm_key, PERM_KEY_FIELDS);

#define PERM_ROW_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, login) F(S, STR, hash) F(S, STR, name) F(S, STR, lang) \
	F(S, STR, role) F(S, STR, scope_kind) F(S, ID, staff, .opt = true)              \
	F(S, BOOL, disabled) \
	F(S, I64, version) F(S, MS, created)
RECORD(perm_row, PERM_ROW_FIELDS);

#define PERM_EDIT_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, role) F(S, STR, scope_kind)               \
	F(S, ID, staff, .opt = true) \
	F(S, BOOL, disabled) F(S, I64, version)
RECORD(perm_edit, PERM_EDIT_FIELDS);

#define PERM_PASSWORD_FIELDS(F, S) F(S, ID, id) F(S, STR, hash)
RECORD(perm_password, PERM_PASSWORD_FIELDS);
#define PERM_LANG_FIELDS(F, S) F(S, ID, id) F(S, STR, lang)
RECORD(perm_lang, PERM_LANG_FIELDS);
#define PERM_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(perm_count, PERM_COUNT_FIELDS);

READ_ONE(perm_user_get, perm_key, perm_row, SQL(
	SELECT id, login, hash, name, lang, role, scope_kind, staff, disabled, version, created
	FROM perm_user WHERE corp = :corp AND id = :id))
#define PERM_STAFF_FIELDS(F, S) F(S, ID, staff)
RECORD(perm_staff, PERM_STAFF_FIELDS);
READ_ONE(perm_user_staff, perm_staff, perm_key, SQL(
	SELECT id FROM perm_user WHERE corp = :corp AND staff = :staff ORDER BY disabled, id LIMIT 1))
READ_MANY(perm_user_all, none, perm_row, SQL(
	SELECT id, login, hash, name, lang, role, scope_kind, staff, disabled, version, created
	FROM perm_user WHERE corp = :corp ORDER BY id))
READ_ONE(perm_user_count, none, perm_count, SQL(SELECT COUNT(*) AS n FROM perm_user WHERE corp = :corp))
READ_ONE(perm_owner_count, none, perm_count, SQL(
	SELECT COUNT(*) AS n FROM perm_user WHERE corp = :corp AND role = 'owner' AND disabled = 0))
WRITE(perm_user_put, perm_row, SQL(
	INSERT INTO perm_user (corp, id, login, hash, name, lang, role, scope_kind, staff, disabled, version, created)
	VALUES (:corp, :id, :login, :hash, :name, :lang, :role, :scope_kind, :staff, :disabled, :version, :created)))
WRITE(perm_user_edit, perm_edit, SQL(
	UPDATE perm_user SET name = :name, role = :role, scope_kind = :scope_kind, staff = :staff, disabled = :disabled,
		version = version + 1
	WHERE corp = :corp AND id = :id AND version = :version))
WRITE(perm_user_password, perm_password, SQL(
	UPDATE perm_user SET hash = :hash WHERE corp = :corp AND id = :id))
WRITE(perm_user_lang, perm_lang, SQL(
	UPDATE perm_user SET lang = :lang WHERE corp = :corp AND id = :id))

#define PERM_LOGIN_FIELDS(F, S) F(S, STR, login) F(S, ID, owner_corp) F(S, ID, user_id)
RECORD(perm_login, PERM_LOGIN_FIELDS);
READ_ONE(perm_login_get, perm_login, perm_login, SQL_GLOBAL("the login says which corp",
	SELECT login, corp AS owner_corp, user_id FROM perm_login WHERE login = :login))
WRITE_ONE(perm_login_add, perm_login, perm_login, SQL_GLOBAL("unique over the installation",
	INSERT INTO perm_login (login, corp, user_id) VALUES (:login, :owner_corp, :user_id)
	ON CONFLICT (login) DO NOTHING RETURNING login))

#define PERM_REF_FIELDS(F, S) F(S, ID, user_id) F(S, ID, ref)
RECORD(perm_ref, PERM_REF_FIELDS);
READ_MANY(perm_refs, perm_key, perm_ref, SQL(
	SELECT user_id, ref FROM perm_scope_ref WHERE corp = :corp AND user_id = :id ORDER BY ref))
READ_MANY(perm_refs_all, none, perm_ref, SQL(
	SELECT user_id, ref FROM perm_scope_ref WHERE corp = :corp ORDER BY user_id, ref))
WRITE(perm_refs_clear, perm_key, SQL(DELETE FROM perm_scope_ref WHERE corp = :corp AND user_id = :id))
WRITE(perm_ref_add, perm_ref, SQL(
	INSERT INTO perm_scope_ref (corp, user_id, ref) VALUES (:corp, :user_id, :ref)
	ON CONFLICT (corp, user_id, ref) DO NOTHING))

READ_MANY(perm_scopes, none, user_scope, SQL(
	SELECT id, scope_kind AS scope, staff FROM perm_user WHERE corp = :corp AND scope_kind <> 'all' ORDER BY id))
#define SCOPE_ROW_FIELDS(F, S) F(S, ID, user_id) F(S, ID, staff)
RECORD(scope_row, SCOPE_ROW_FIELDS);
WRITE(scope_clear, scope_row, SQL(DELETE FROM scope_staff WHERE corp = :corp AND scope = :user_id))
WRITE(scope_add, scope_row, SQL(
	INSERT INTO scope_staff (corp, scope, staff) VALUES (:corp, :user_id, :staff)
	ON CONFLICT (corp, scope, staff) DO NOTHING))

#define PERM_SESSION_FIELDS(F, S)                                                    \
	F(S, STR, token) F(S, ID, id) F(S, ID, owner_corp) F(S, ID, user_id)         \
	F(S, MS, created) F(S, MS, seen)
RECORD(perm_session, PERM_SESSION_FIELDS);
READ_ONE(perm_session_get, perm_session, perm_session, SQL_GLOBAL("the token says which corp",
	SELECT token, id, corp AS owner_corp, user_id, created, seen FROM perm_session WHERE token = :token))
WRITE(perm_session_add, perm_session, SQL_GLOBAL("the token says which corp",
	INSERT INTO perm_session (token, id, corp, user_id, created, seen)
	VALUES (:token, :id, :owner_corp, :user_id, :created, :seen)))
WRITE(perm_session_touch, perm_session, SQL_GLOBAL("the token says which corp",
	UPDATE perm_session SET seen = :seen WHERE token = :token AND seen < :seen))
WRITE(perm_session_end, perm_session, SQL_GLOBAL("the token says which corp",
	DELETE FROM perm_session WHERE token = :token))
WRITE(perm_sessions_end, perm_key, SQL(DELETE FROM perm_session WHERE corp = :corp AND user_id = :id))
WRITE(perm_sessions_expire, perm_session, SQL(
	DELETE FROM perm_session WHERE corp = :corp AND user_id = :user_id AND (created < :created OR seen < :seen)))

#define PERM_TRY_FIELDS(F, S) F(S, STR, subject) F(S, I64, failures) F(S, MS, since) F(S, MS, blocked_until)
RECORD(perm_try, PERM_TRY_FIELDS);
READ_ONE(perm_try_get, perm_try, perm_try, SQL_GLOBAL("before any corp is known",
	SELECT subject, failures, since, blocked_until FROM perm_try WHERE subject = :subject))
WRITE(perm_try_put, perm_try, SQL_GLOBAL("before any corp is known",
	INSERT INTO perm_try (subject, failures, since, blocked_until)
	VALUES (:subject, :failures, :since, :blocked_until)
	ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, since = excluded.since,
		blocked_until = excluded.blocked_until))
WRITE(perm_try_clear, perm_try, SQL_GLOBAL("before any corp is known",
	DELETE FROM perm_try WHERE subject = :subject))
WRITE(perm_try_prune, perm_try, SQL_GLOBAL("before any corp is known",
	DELETE FROM perm_try WHERE since < :since AND blocked_until < :since))

#define IDEMPOTENCY_FIELDS(F, S)                                                     \
	F(S, ID, credential) F(S, STR, idem_key) F(S, STR, fingerprint) F(S, I64, status) \
	F(S, STR, type, .opt = true) F(S, STR, body, .opt = true) F(S, MS, created)
RECORD(idempotency, IDEMPOTENCY_FIELDS);
READ_ONE(idempotency_get, idempotency, idempotency, SQL(
	SELECT credential, idem_key, fingerprint, status, type, body, created
	FROM idempotency WHERE corp = :corp AND credential = :credential AND idem_key = :idem_key))
WRITE_ONE(idempotency_add, idempotency, idempotency, SQL(
	INSERT INTO idempotency (corp, credential, idem_key, fingerprint, status, type, body, created)
	VALUES (:corp, :credential, :idem_key, :fingerprint, 0, NULL, NULL, :created)
	ON CONFLICT (corp, credential, idem_key) DO NOTHING RETURNING credential))
WRITE(idempotency_done, idempotency, SQL(
	UPDATE idempotency SET status = :status, type = :type, body = :body
	WHERE corp = :corp AND credential = :credential AND idem_key = :idem_key))
WRITE(idempotency_remove, idempotency, SQL(
	DELETE FROM idempotency WHERE corp = :corp AND credential = :credential AND idem_key = :idem_key))
WRITE(idempotency_prune, idempotency, SQL(DELETE FROM idempotency WHERE corp = :corp AND created < :created))

#define PERM_SECRET_FIELDS(F, S) F(S, STR, name) F(S, BYTES, value)
RECORD(perm_secret, PERM_SECRET_FIELDS);
READ_ONE(perm_secret_get, perm_secret, perm_secret, SQL_GLOBAL("of the installation",
	SELECT name, value FROM perm_secret WHERE name = :name))
WRITE(perm_secret_add, perm_secret, SQL_GLOBAL("of the installation",
	INSERT INTO perm_secret (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING))

#endif
