CREATE INDEX material_visit_old ON material_visit (slot, corp, last);
CREATE INDEX material_alert_old ON material_alert (slot, corp, at);
