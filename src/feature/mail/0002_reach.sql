-- Who has a proven address is reachable by mail: those there were before the facts told it.
UPDATE customer_fact SET reach_mail = 1 WHERE (corp, customer) IN (
	SELECT c.corp, c.root FROM identity_of_customer i
	JOIN customer c ON c.slot = i.slot AND c.corp = i.corp AND c.id = i.customer
	WHERE i.kind = 'email' AND i.verified = 1
);
