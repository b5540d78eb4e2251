/*
 * visitor pictures: for a relay code of advertisements, one contact way for each click that carries parameters, so that
 * who comes is known by the click and not only by the code.
 *
 * The pool's size is of the plan. Its states are the code's own with ".n" behind, so that whoever looks at states cuts
 * at the dot. A picture that was shown is not shown to anybody else for VISITOR_REST_MS; when all rest, the ordinary
 * page is shown and the click stays unknown. A scan later than that brings the customer to the code as "expired":
 * nobody can say any more which click it was. Printed pictures are never of a pool. All able members stand behind
 * each picture, WeCom picks: rota, weights and caps are those of the ordinary page only.
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_VISITOR_H
#define YT_FEATURE_LIVECODE_LIVECODE_VISITOR_H

#include "feature/livecode/livecode_data.h"

#define VISITOR_REST_MS (30 * MS_DAY)
#define VISITOR_AT_ONCE 50 /* made in one transaction; the rest a moment later */

#define LIVECODE_VISITOR_FIELDS(F, S)                                            \
	F(S, ID, livecode) F(S, I64, n) F(S, STR, config_id, .opt = true) F(S, STR, qr_url, .opt = true) \
	F(S, STR, users, .doc = "joined, as WeCom was last told") F(S, MS, shown, .doc = "0: never") F(S, STR, params)
RECORD(livecode_visitor, LIVECODE_VISITOR_FIELDS);
#define VISITOR_KEY_FIELDS(F, S) F(S, ID, livecode) F(S, I64, n)
RECORD(visitor_key, VISITOR_KEY_FIELDS);
#define VISITOR_FREE_FIELDS(F, S) F(S, ID, livecode) F(S, MS, before)
RECORD(visitor_free, VISITOR_FREE_FIELDS);

WRITE(livecode_visitor_put, livecode_visitor,
	SQL(INSERT INTO livecode_visitor (corp, livecode, n, config_id, qr_url, users, shown, params)
		VALUES (:corp, :livecode, :n, :config_id, :qr_url, :users, :shown, :params)
		ON CONFLICT (corp, livecode, n) DO UPDATE SET config_id = excluded.config_id, qr_url = excluded.qr_url,
			users = excluded.users, shown = excluded.shown, params = excluded.params))
WRITE(livecode_visitor_drop, livecode_key, SQL(DELETE FROM livecode_visitor WHERE corp = :corp AND livecode = :id))
READ_ONE(livecode_visitor_get, visitor_key, livecode_visitor,
	SQL(SELECT livecode, n, config_id, qr_url, users, shown, params FROM livecode_visitor
		WHERE corp = :corp AND livecode = :livecode AND n = :n))
READ_MANY(livecode_visitors, livecode_key, livecode_visitor,
	SQL(SELECT livecode, n, config_id, qr_url, users, shown, params FROM livecode_visitor
		WHERE corp = :corp AND livecode = :id ORDER BY n))
READ_ONE(livecode_visitor_free, visitor_free, livecode_visitor,
	SQL(SELECT livecode, n, config_id, qr_url, users, shown, params FROM livecode_visitor
		WHERE corp = :corp AND livecode = :livecode AND shown <= :before AND qr_url IS NOT NULL ORDER BY shown, n LIMIT 1))

/* Makes what the pool lacks and tells WeCom of other members; *ret_more: some are left for a moment later. */
err visitor_serve(struct tx *tx, const struct livecode *c, i64 pool, struct strs users, bool *ret_more);
err visitor_unmake(struct tx *tx, const struct livecode *c);
err visitor_result(struct tx *tx, const struct livecode *c, const struct livecode_result *r);
/* Takes a picture for a click; ERR_NOT_FOUND: all rest. */
err visitor_take(struct tx *tx, i64 livecode, str params, struct livecode_visitor *ret);
/* The query of a visit as a JSON object; nil: none, or longer than a door's parameters may be. */
str visitor_params(const struct http_req *req);
/* Of a state with a dot: what was clicked; *ret_expired: it was shown too long ago. */
err visitor_of(const struct snap *s, i64 livecode, str state, ms at, str *ret_params, bool *ret_expired);

#endif
