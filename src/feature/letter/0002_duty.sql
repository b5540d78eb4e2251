CREATE INDEX letter_task_by ON letter_task (corp, caller, by_id, id);
CREATE INDEX letter_task_open ON letter_task (corp, staff) WHERE state = 'created' AND confirmed_at IS NULL;
