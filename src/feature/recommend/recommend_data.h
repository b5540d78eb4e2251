/*
 * Rows and queries of recommend.
 */
#ifndef YT_FEATURE_RECOMMEND_RECOMMEND_DATA_H
#define YT_FEATURE_RECOMMEND_RECOMMEND_DATA_H

#include "feature/recommend/recommend.h"

#define RECOMMEND_KEY_FIELDS(F, S) F(S, ID, customer)
RECORD(recommend_key, RECOMMEND_KEY_FIELDS);
#define RECOMMEND_LINE_FIELDS(F, S) \
	F(S, ID, customer) F(S, ID, order_id) F(S, ID, product) F(S, I64, day) F(S, BOOL, gone)
RECORD(recommend_line, RECOMMEND_LINE_FIELDS);
#define RECOMMEND_HAD_FIELDS(F, S) F(S, ID, product) F(S, I64, day)
RECORD(recommend_had, RECOMMEND_HAD_FIELDS);
#define RECOMMEND_HAD_FIND_FIELDS(F, S) F(S, ID, customer) F(S, I64, limit)
RECORD(recommend_had_find, RECOMMEND_HAD_FIND_FIELDS);
#define RECOMMEND_NAME_FIELDS(F, S) \
	F(S, ID, product) F(S, STR, name) F(S, STR, sku, .opt = true) F(S, STR, category, .opt = true)
RECORD(recommend_name, RECOMMEND_NAME_FIELDS);
#define RECOMMEND_PERSON_FIELDS(F, S) F(S, ID, customer) F(S, BYTES, goods)
RECORD(recommend_person, RECOMMEND_PERSON_FIELDS);
#define RECOMMEND_AFTER_FIELDS(F, S) F(S, ID, after) F(S, I64, limit)
RECORD(recommend_after, RECOMMEND_AFTER_FIELDS);
#define RECOMMEND_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(recommend_count, RECOMMEND_COUNT_FIELDS);
#define RECOMMEND_PRODUCT_FIELDS(F, S)                                              \
	F(S, ID, id) F(S, STR, name) F(S, STR, sku, .opt = true) F(S, STR, category, .opt = true) \
	F(S, I64, buyers) F(S, I64, again, .doc = "of them, who bought it on two days or more")
RECORD(recommend_product, RECOMMEND_PRODUCT_FIELDS);
#define RECOMMEND_PRODUCT_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(recommend_product_key, RECOMMEND_PRODUCT_KEY_FIELDS);
#define RECOMMEND_PAIR_FIELDS(F, S) F(S, ID, product) F(S, I64, place) F(S, ID, partner) F(S, I64, both_n)
RECORD(recommend_pair, RECOMMEND_PAIR_FIELDS);
#define RECOMMEND_PAGE_FIELDS(F, S) F(S, I64, below) F(S, ID, before) F(S, I64, limit)
RECORD(recommend_page, RECOMMEND_PAGE_FIELDS);
#define RECOMMEND_RUN_FIELDS(F, S) \
	F(S, ID, job) F(S, MS, made, .opt = true) F(S, I64, people) F(S, I64, products) F(S, I64, pairs)
RECORD(recommend_run, RECOMMEND_RUN_FIELDS);

WRITE(recommend_line_put, recommend_line,
	SQL(INSERT INTO recommend_line (slot, corp, customer, order_id, product, day, gone)
		VALUES (:slot, :corp, :customer, :order_id, :product, :day, :gone)
		ON CONFLICT (slot, corp, customer, order_id, product) DO UPDATE SET day = excluded.day))
WRITE(recommend_lines_drop, recommend_line,
	SQL(DELETE FROM recommend_line
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND order_id = :order_id))
WRITE(recommend_lines_mark, recommend_line,
	SQL(UPDATE recommend_line SET gone = :gone
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND order_id = :order_id))
READ_MANY(recommend_had_of, recommend_had_find, recommend_had,
	SQL(SELECT DISTINCT product, day FROM recommend_line
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND gone = 0
		ORDER BY day DESC, product LIMIT :limit))
WRITE(recommend_name_put, recommend_name,
	SQL(INSERT INTO recommend_name (slot, corp, product, name, sku, category)
		VALUES (:slot, :corp, :product, :name, :sku, :category)
		ON CONFLICT (slot, corp, product) DO UPDATE SET name = excluded.name,
			category = COALESCE(excluded.category, recommend_name.category)))
READ_ONE(recommend_name_get, recommend_name, recommend_name,
	SQL(SELECT product, name, sku, category FROM recommend_name
		WHERE slot = :slot AND corp = :corp AND product = :product))

WRITE(recommend_person_put, recommend_person,
	SQL(INSERT INTO recommend_person (slot, corp, customer, goods) VALUES (:slot, :corp, :customer, :goods)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET goods = excluded.goods))
READ_ONE(recommend_person_get, recommend_key, recommend_person,
	SQL(SELECT customer, goods FROM recommend_person WHERE slot = :slot AND corp = :corp AND customer = :customer))
WRITE(recommend_person_drop, recommend_key,
	SQL(DELETE FROM recommend_person WHERE slot = :slot AND corp = :corp AND customer = :customer))
/* Only of who is a person of her own now. */
READ_MANY(recommend_people, recommend_after, recommend_person,
	SQL_UNSCOPED("counts of goods are the corp's",
		SELECT p.customer AS customer, p.goods AS goods
		FROM recommend_person p JOIN customer_fact f
			ON f.slot = p.slot AND f.corp = p.corp AND f.customer = p.customer AND f.erased = 0
		WHERE p.slot = :slot AND p.corp = :corp AND p.customer > :after ORDER BY p.customer LIMIT :limit))
READ_ONE(recommend_people_count, none, recommend_count,
	SQL(SELECT COUNT(*) AS n FROM recommend_person WHERE slot = :slot AND corp = :corp))

WRITE(recommend_product_put, recommend_product,
	SQL(INSERT INTO recommend_product (corp, id, name, sku, category, buyers, again)
		VALUES (:corp, :id, :name, :sku, :category, :buyers, :again)))
WRITE(recommend_products_clear, none, SQL(DELETE FROM recommend_product WHERE corp = :corp))
READ_ONE(recommend_product_get, recommend_product_key, recommend_product,
	SQL(SELECT id, name, sku, category, buyers, again FROM recommend_product WHERE corp = :corp AND id = :id))
READ_MANY(recommend_products, recommend_page, recommend_product,
	SQL(SELECT id, name, sku, category, buyers, again FROM recommend_product
		WHERE corp = :corp AND (buyers < :below OR (buyers = :below AND id < :before))
		ORDER BY buyers DESC, id DESC LIMIT :limit))
WRITE(recommend_pair_put, recommend_pair,
	SQL(INSERT INTO recommend_pair (corp, product, place, partner, both_n)
		VALUES (:corp, :product, :place, :partner, :both_n)))
WRITE(recommend_pairs_clear, none, SQL(DELETE FROM recommend_pair WHERE corp = :corp))
READ_MANY(recommend_partners, recommend_product_key, recommend_offer,
	SQL(SELECT p.partner AS partner, b.name AS name, b.sku AS sku, b.category AS category, p.product AS product,
			a.name AS because, p.both_n AS both_n, a.buyers AS base, b.buyers AS partner_buyers, b.again AS again
		FROM recommend_pair p JOIN recommend_product a ON a.corp = p.corp AND a.id = p.product
			JOIN recommend_product b ON b.corp = p.corp AND b.id = p.partner
		WHERE p.corp = :corp AND p.product = :id ORDER BY p.place))
READ_ONE(recommend_run_get, none, recommend_run,
	SQL(SELECT job, made, people, products, pairs FROM recommend_run WHERE corp = :corp))
WRITE(recommend_run_put, recommend_run,
	SQL(INSERT INTO recommend_run (corp, job, made, people, products, pairs)
		VALUES (:corp, :job, :made, :people, :products, :pairs)
		ON CONFLICT (corp) DO UPDATE SET job = excluded.job, made = excluded.made, people = excluded.people,
			products = excluded.products, pairs = excluded.pairs))

/* Writes her two attributes where they differ. */
err recommend_write(struct tx *tx, i64 customer, const struct recommend_bought *v, size_t count, i64 today, bool *ret_changed);
err recommend_setting(struct unit *u, const char *name, i64 low, i64 high, i64 otherwise, i64 *ret);

#endif
