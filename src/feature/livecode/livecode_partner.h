/*
 * A partner's rows and page.
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_PARTNER_H
#define YT_FEATURE_LIVECODE_LIVECODE_PARTNER_H

#include "feature/livecode/livecode_data.h"

#define PARTNER_SMALL 5 /* figures from 1 to one less are not shown */

#define LIVECODE_PARTNER_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, door) F(S, MS, created)
RECORD(livecode_partner, LIVECODE_PARTNER_FIELDS);
WRITE(livecode_partner_add, livecode_partner,
	SQL(INSERT INTO livecode_partner (corp, id, name, door, created) VALUES (:corp, :id, :name, :door, :created)))
WRITE(livecode_partner_drop, livecode_key, SQL(DELETE FROM livecode_partner WHERE corp = :corp AND id = :id))
READ_ONE(livecode_partner_get, livecode_key, livecode_partner,
	SQL(SELECT id, name, door, created FROM livecode_partner WHERE corp = :corp AND id = :id))
READ_MANY(livecode_partners, none, livecode_partner,
	SQL(SELECT id, name, door, created FROM livecode_partner WHERE corp = :corp ORDER BY id DESC LIMIT 1000))

struct livecode_group;
str partner_html(struct arena *a, str name, const struct livecode *codes, const struct livecode_group *sums, size_t n);
err partner_enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret);

#endif
