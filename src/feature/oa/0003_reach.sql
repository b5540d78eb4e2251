-- Who follows is reachable there: attribute 250 (oa_fan) as it stood before the facts told it.
UPDATE customer_fact SET reach_oa = 1 WHERE (slot, corp, customer) IN (
	SELECT slot, corp, customer FROM attr_value WHERE attr = 250 AND n = 1
);
