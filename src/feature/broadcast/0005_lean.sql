-- Who waits for a message is asked of the broadcasts under way by their own keys; only deliveries are looked up by person.
DROP INDEX broadcast_person_customer;
CREATE INDEX broadcast_person_reached ON broadcast_person (slot, corp, customer) WHERE state = 'delivered';
