/*
 * setup's counting: what the journal tells of how the connection works. Derived, so it looks at the event
 * and at its own table only; bodies of other features are read by the parts needed here.
 */
#include "feature/setup/setup_data.h"

#include "core/follow/follow.h"

/* welcome.sent, welcome.missed */
#define SETUP_GREETING_FIELDS(F, S) F(S, ID, staff, .opt = true) F(S, STR, result, .opt = true)
RECORD(setup_greeting, SETUP_GREETING_FIELDS);

static err on_fetched(struct tx *tx, const struct event *ev)
{
	struct contact_fetched body;
	TRY(event_body(&tx->snap, ev, &contact_fetched_record, &body));
	if (body.type != 1) /* others have no unionid */
		return OK;
	return setup_tally_add(tx, &(struct setup_tally){ .staff = body.staff, .profiles = 1, .unionids = body.unionid });
}

static err on_greeting(struct tx *tx, const struct event *ev)
{
	struct setup_greeting body;
	TRY(event_body(&tx->snap, ev, &setup_greeting_record, &body));
	bool elsewhere = str_eq_c(body.result, "none_given") || str_eq_c(body.result, "answered_first");
	struct setup_tally t = { .staff = body.staff == NIL ? 0 : body.staff, .greeted = !elsewhere, .ungiven = elsewhere };
	return setup_tally_add(tx, &t);
}

err setup_on_event(struct tx *tx, const struct event *ev)
{
	switch (ev->kind) {
	case EV_CONTACT_FETCHED: return on_fetched(tx, ev);
	case EV_WELCOME_SENT: case EV_WELCOME_MISSED: return on_greeting(tx, ev);
	case EV_LIVECODE_SAVED: return setup_tally_add(tx, &(struct setup_tally){ .livecodes = 1 });
	case EV_PHONE_BOUND: return setup_tally_add(tx, &(struct setup_tally){ .bindings = 1 });
	default: return OK;
	}
}
