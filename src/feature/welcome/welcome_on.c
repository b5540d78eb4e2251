/*
 * welcome's handlers: rules from live codes, the decision at each add, the log of results.
 */
#include "feature/welcome/welcome_data.h"

#include "base/text.h"
#include "core/reach/reach.h"
#include "store/outbox.h"

/* The part of livecode.saved that concerns a greeting. */
#define WELCOME_SAVED_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, state) F(S, OBJ, welcome, .opt = true, .of = &content_record) \
	F(S, LIST, greetings, .opt = true, .of = &content_slot_record)
RECORD(welcome_saved, WELCOME_SAVED_FIELDS);

err welcome_on_rule(struct tx *tx, const struct event *ev)
{
	struct welcome_saved saved;
	TRY(event_body(&tx->snap, ev, &welcome_saved_record, &saved));
	struct content empty = { 0 };
	str content = content_json(tx->snap.arena, saved.welcome ? saved.welcome : &empty);
	struct welcome_slots slots = { saved.greetings };
	struct buf b = buf_new(tx->snap.arena, BUF_MAX_DEFAULT);
	if (slots.slots.n)
		record_write(&b, &welcome_slots_record, &slots);
	return welcome_rule_put(tx, &(struct welcome_rule){ saved.state, saved.id, content, buf_str(&b) });
}

err welcome_on_result(struct tx *tx, const struct event *ev)
{
	struct welcome_result r;
	TRY(event_body(&tx->snap, ev, &welcome_result_record, &r));
	struct welcome_log row = { ev->customer, ev->id, r.staff, r.livecode, r.result, r.took, ev->occurred };
	return welcome_log_add(tx, &row);
}

/* A half contact may carry the only code there will ever be, so both kinds of add greet. */
err welcome_on_added(struct tx *tx, const struct event *ev)
{
	struct follow_event add;
	struct welcome_choice choice;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &add));
	if (ev->kind == EV_FOLLOW_HALF && add.welcome_code.n == 0)
		return OK;
	TRY(welcome_choose(&tx->snap, &(struct welcome_asked){ add.state, ev->occurred, add.staff, ev->customer }, &choice));
	if (content_empty(&choice.content))
		return OK; /* nobody wants to greet here */
	if (add.welcome_code.n == 0) {
		struct welcome_result miss = { .staff = add.staff, .livecode = choice.livecode, .result = STR("none_given"), .took = NIL };
		return journal_add(tx, EV_WELCOME_MISSED, ev->customer, ev->occurred, &welcome_result_record, &miss, NULL);
	}
	struct welcome_task task = { add.welcome_code, add.staff, choice.livecode, ev->occurred, &choice.content };
	ms expires = ev->occurred + WECOM_WELCOME_CODE_MS;
	return outbox_add(tx, STR(WELCOME_SENDER), add.welcome_code, STR(WELCOME_LANE), tx->snap.now, expires,
			  ev->customer, &welcome_task_record, &task, NULL);
}

err welcome_on_sent(struct tx *tx, const struct event *ev)
{
	struct welcome_result r;
	TRY(event_body(&tx->snap, ev, &welcome_result_record, &r));
	struct reach_event reach = {
		.channel = STR("wecom"), .class = STR("service"), .by = STR("welcome"),
		.by_id = r.livecode, .staff = r.staff, .reason = STR_NIL,
	};
	return journal_add(tx, EV_REACH_SENT, ev->customer, ev->occurred, &reach_event_record, &reach, NULL);
}
