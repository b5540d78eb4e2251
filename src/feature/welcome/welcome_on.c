/*
 * welcome's handlers: rules from live codes, the decision at each add, the log of results.
 */
#include "feature/welcome/welcome_data.h"

#include "base/text.h"
#include "core/corp/corp.h"
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

/* The first greeting whose hours it is; bit 0 of days is Monday. */
static bool of_the_hour(struct tx *tx, str json, ms at, struct content *ret)
{
	struct welcome_slots slots;
	struct json *tree;
	if (!json.n || json_parse(json, tx->snap.arena, &tree, NULL) != OK)
		return false;
	record_init(&welcome_slots_record, &slots);
	record_read(&welcome_slots_record, tree, &slots, tx->snap.arena);
	const struct content_slot *v = slots.slots.v;
	const struct tz *tz = corp_zone(tx->snap.unit, tx->snap.corp);
	i64 day = tz_day(tz, at), minute = (at - tz_day_start(tz, day)) / MS_MINUTE, weekday = (day + 3) % 7;
	for (size_t i = 0; i < slots.slots.n; i++) {
		if (!(v[i].days >> weekday & 1) || minute < v[i].from || minute >= v[i].to)
			continue;
		*ret = *(const struct content *)v[i].content;
		return true;
	}
	return false;
}

err welcome_on_result(struct tx *tx, const struct event *ev)
{
	struct welcome_result r;
	TRY(event_body(&tx->snap, ev, &welcome_result_record, &r));
	struct welcome_log row = { ev->customer, ev->id, r.staff, r.livecode, r.result, r.took, ev->occurred };
	return welcome_log_add(tx, &row);
}

static err find_content(struct tx *tx, str state, ms at, struct content *ret, i64 *ret_livecode)
{
	struct welcome_rule rule;
	*ret_livecode = NIL;
	state = str_cut(&state, '.'); /* one code may have many pictures: "state.n" */
	if (state.n) {
		err e = welcome_rule_get(&tx->snap, &(struct welcome_rule){ .state = state }, &rule);
		if (e == OK) {
			*ret_livecode = rule.livecode;
			if (of_the_hour(tx, rule.slots, at, ret))
				return OK;
			content_read(tx->snap.arena, rule.content, ret);
			if (!content_empty(ret))
				return OK;
		} else if (e != ERR_NOT_FOUND) {
			return e;
		}
	}
	str general;
	TRY(setting_get(tx->snap.unit, "welcome.default", &general));
	content_read(tx->snap.arena, general, ret);
	return OK;
}

/* A half contact may carry the only code there will ever be, so both kinds of add greet. */
err welcome_on_added(struct tx *tx, const struct event *ev)
{
	struct follow_event add;
	struct content content;
	i64 livecode;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &add));
	if (ev->kind == EV_FOLLOW_HALF && add.welcome_code.n == 0)
		return OK;
	TRY(find_content(tx, add.state, ev->occurred, &content, &livecode));
	if (content_empty(&content))
		return OK; /* nobody wants to greet here */
	if (add.welcome_code.n == 0) {
		struct welcome_result miss = { .staff = add.staff, .livecode = livecode, .result = STR("none_given"), .took = NIL };
		return journal_add(tx, EV_WELCOME_MISSED, ev->customer, ev->occurred, &welcome_result_record, &miss, NULL);
	}
	struct welcome_task task = { add.welcome_code, add.staff, livecode, ev->occurred, &content };
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
