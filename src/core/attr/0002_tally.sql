CREATE TABLE fact_tally (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	people BIGINT NOT NULL,
	friends BIGINT NOT NULL,
	bound BIGINT NOT NULL,
	buyers BIGINT NOT NULL,
	strangers BIGINT NOT NULL,
	orders BIGINT NOT NULL,
	spent BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, staff)
);
INSERT INTO fact_tally (slot, corp, staff, people, friends, bound, buyers, strangers, orders, spent)
	SELECT slot, corp, COALESCE(staff, 0), COUNT(*), SUM(friend), SUM(friend * bound),
		SUM(CASE WHEN orders > 0 THEN 1 ELSE 0 END),
		SUM(CASE WHEN orders > 0 AND friend = 0 THEN 1 ELSE 0 END), SUM(orders), SUM(spent)
	FROM customer_fact WHERE (customer & 4294967295) < 2147483648 GROUP BY slot, corp, COALESCE(staff, 0);
