/*
 * The decoder of WeCom's callbacks: opened event text -> journal and state.
 *
 * Who is meant is worked out first, in transactions of its own that may be repeated (staff, customer);
 * then the event's effects and the claim of its inbox row are one transaction in her slot.
 */
#include "core/follow/follow_decode.h"

#include "core/corp/corp.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_xml.h"
#include "store/inbox.h"

/* ---- contacts ---- */

bool follow_tell_of(const struct wecom_event *ev, enum follow_tell *ret)
{
	static const struct { const char *change; enum follow_tell tell; } known[] = {
		{ "add_external_contact", TELL_ADDED },	  { "add_half_external_contact", TELL_HALF },
		{ "edit_external_contact", TELL_EDITED }, { "del_external_contact", TELL_DROPPED },
		{ "del_follow_user", TELL_LOST },
	};
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (!str_eq_c(ev->change_type, known[i].change))
			continue;
		*ret = known[i].tell;
		if (*ret == TELL_DROPPED && str_eq(ev->source, STR("DELETE_BY_TRANSFER")))
			*ret = TELL_TRANSFERRED;
		return true;
	}
	return false;
}

struct follow_told follow_told_of(const struct wecom_event *ev, enum follow_tell tell, i64 staff, ms received)
{
	return (struct follow_told){ .tell = tell, .staff = staff, .userid = ev->user_id, .external_userid = ev->external_user_id,
				     .state = ev->state, .welcome_code = ev->welcome_code, .add_way = NIL,
				     .at = ev->create_time != NIL ? ev->create_time : received };
}

static err told_of(struct cx *cx, const struct wecom_event *ev, enum follow_tell tell, ms received, struct follow_told *ret)
{
	struct identity_in id = { STR("external_userid"), ev->external_user_id, true };
	i64 staff;
	TRY(staff_ensure(&cx->unit, ev->user_id, &staff));
	*ret = follow_told_of(ev, tell, staff, received);
	struct identity_who who = { &id, 1, false, ret->at, STR("wecom"), STR_NIL };
	return identity_resolve(&cx->unit, &who, &ret->customer, NULL, NULL);
}

err follow_effects(struct tx *tx, const struct inbox_row *row, const struct follow_told *t)
{
	bool first;
	TRY(inbox_claim(tx, row, &first));
	if (!first)
		return OK;
	TRY(follow_apply(tx, t));
	return t->tell == TELL_ADDED || t->tell == TELL_EDITED ? follow_fetch_later(tx, t) : OK;
}

static err transfer_effects(struct tx *tx, const struct inbox_row *row, const struct follow_told *t, str reason)
{
	bool first;
	struct transfer_failed body = { t->staff, t->userid, t->external_userid, reason.p ? reason : STR("") };
	TRY(inbox_claim(tx, row, &first));
	return first ? journal_add(tx, EV_TRANSFER_FAILED, t->customer, t->at, &transfer_failed_record, &body, NULL) : OK;
}

/* An inbox row of another slot stays open until its effects are durable over there. */
static err close_elsewhere(struct cx *cx, const struct inbox_row *row, i64 slot)
{
	return slot == row->slot ? OK : inbox_done(&cx->unit, row, STR_NIL);
}

static err contact_event(struct cx *cx, const struct inbox_row *row, const struct wecom_event *ev)
{
	struct follow_told t;
	enum follow_tell tell = TELL_ADDED;
	bool failed_transfer = str_eq(ev->change_type, STR("transfer_fail"));
	if (!failed_transfer && !follow_tell_of(ev, &tell))
		return inbox_done(&cx->unit, row, arena_printf(CX_ARENA(cx), "not handled: %.*s", STR_F(ev->change_type)));
	if (!ev->user_id.n || !ev->external_user_id.n)
		return inbox_done(&cx->unit, row, STR("names nobody"));
	TRY(told_of(cx, ev, tell, row->received, &t));
	TRY(follow_elsewhere(&cx->unit, &t));
	i64 slot = slot_of_customer(cx->unit.store, t.customer);
	if (failed_transfer)
		TRY(WRITE_TX(&cx->unit, slot, transfer_effects(tx, row, &t, ev->fail_reason)));
	else
		TRY(WRITE_TX(&cx->unit, slot, follow_effects(tx, row, &t)));
	return close_elsewhere(cx, row, slot);
}

/* ---- directory and tags, in the base slot ---- */

static i64 number_of(const struct wecom_event *ev, const char *name)
{
	i64 n;
	return str_i64(str_trim(wecom_xml_get(&ev->fields, name)), &n) ? n : NIL;
}

static struct ids numbers_of(struct arena *a, str comma_list)
{
	struct ids ids = { ARENA_ARRAY(a, i64, comma_list.n + 1), 0 };
	str rest = comma_list;
	while (rest.n) {
		i64 n;
		if (str_i64(str_trim(str_cut(&rest, ',')), &n))
			ids.v[ids.n++] = n;
	}
	return ids;
}

static const char *staff_state(i64 status)
{
	return status == 2 ? "disabled" : status == 5 ? "left" : "active";
}

static err member_effects(struct tx *tx, const struct wecom_event *ev)
{
	i64 status = number_of(ev, "Status");
	struct staff_change in = { .userid = ev->user_id, .new_userid = ev->new_user_id,
				   .name = wecom_xml_get(&ev->fields, "Name"), .alias = wecom_xml_get(&ev->fields, "Alias"),
				   .state = status != NIL ? str_c(staff_state(status)) : STR_NIL,
				   .department = number_of(ev, "MainDepartment") };
	in.departments = numbers_of(tx->snap.arena, wecom_xml_get(&ev->fields, "Department"));
	if (str_eq(ev->change_type, STR("delete_user")))
		in.state = STR("left");
	return staff_change(tx, &in);
}

static err party_effects(struct tx *tx, const struct wecom_event *ev)
{
	struct department_change in = { .wecom_id = number_of(ev, "Id"), .parent = number_of(ev, "ParentId"),
					.name = wecom_xml_get(&ev->fields, "Name"),
					.removed = str_eq(ev->change_type, STR("delete_party")) };
	return in.wecom_id == NIL ? OK : department_change(tx, &in);
}

static err tag_effects(struct tx *tx, const struct wecom_event *ev)
{
	struct wecom_tag_change body = { ev->tag_id, ev->tag_type, ev->change_type.p ? ev->change_type : STR("") };
	return journal_add(tx, EV_TAG_CHANGED, 0, ev->create_time != NIL ? ev->create_time : tx->snap.now,
			   &wecom_tag_change_record, &body, NULL);
}

/* Acquisition links and their balance: who watches them asks WeCom for the figures. */
static err acquire_effects(struct tx *tx, const struct wecom_event *ev)
{
	struct acquire_told body = { ev->change_type.p ? ev->change_type : STR(""), wecom_xml_get(&ev->fields, "LinkId") };
	return journal_add(tx, EV_ACQUIRE_TOLD, 0, ev->create_time != NIL ? ev->create_time : tx->snap.now,
			   &acquire_told_record, &body, NULL);
}

/* What features act on: the event's name and the one thing it names. */
static const struct { const char *event, *id, *status; } told_events[] = {
	{ "kf_msg_or_event", "OpenKfId", "" },
	{ "living_status_change", "LivingId", "Status" },
};

static err told_effects(struct tx *tx, const struct wecom_event *ev)
{
	struct wecom_told body = { .event = ev->event, .token = wecom_xml_get(&ev->fields, "Token") };
	for (size_t i = 0; i < ARRAY_LEN(told_events); i++)
		if (str_eq_c(ev->event, told_events[i].event)) {
			body.id = wecom_xml_get(&ev->fields, told_events[i].id);
			body.status = wecom_xml_get(&ev->fields, told_events[i].status);
		}
	if (!body.id.n)
		return OK;
	return journal_add(tx, EV_WECOM_TOLD, 0, ev->create_time != NIL ? ev->create_time : tx->snap.now, &wecom_told_record, &body,
			   NULL);
}

typedef err base_effects(struct tx *tx, const struct wecom_event *ev);

static err claimed(struct tx *tx, const struct inbox_row *row, const struct wecom_event *ev, base_effects *effects)
{
	bool first;
	TRY(inbox_claim(tx, row, &first));
	return first ? effects(tx, ev) : OK;
}

static err base_event(struct cx *cx, const struct inbox_row *row, const struct wecom_event *ev, base_effects *effects)
{
	i64 slot = slot_base(cx->unit.store, cx->unit.corp);
	TRY(WRITE_TX(&cx->unit, slot, claimed(tx, row, ev, effects)));
	return close_elsewhere(cx, row, slot);
}

static base_effects *effects_of(const struct wecom_event *ev)
{
	if (str_eq(ev->event, STR("change_external_tag")))
		return tag_effects;
	if (str_eq(ev->event, STR("customer_acquisition")))
		return acquire_effects;
	for (size_t i = 0; i < ARRAY_LEN(told_events); i++)
		if (str_eq_c(ev->event, told_events[i].event))
			return told_effects;
	if (!str_eq(ev->event, STR("change_contact")))
		return NULL;
	if (str_ends(ev->change_type, STR("_user")))
		return ev->user_id.n ? member_effects : NULL;
	return str_ends(ev->change_type, STR("_party")) ? party_effects : NULL;
}

/* Who else of the modules reads this kind of event; NULL: nobody. */
const struct wecom_reader *follow_reader_of(const struct env *env, str event)
{
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct wecom_reader *w = env->modules[i]->wecom; w && w->event; w++)
			if (str_eq_c(event, w->event))
				return w;
	return NULL;
}

err follow_decode(struct cx *cx, const struct inbox_row *row)
{
	struct wecom_event ev;
	cx->unit.actor_kind = ACTOR_WECOM;
	err e = wecom_event_read(row->body, CX_ARENA(cx), &ev, &cx->unit.fail);
	if (e == ERR_SYNTAX || e == ERR_TOO_LARGE)
		return inbox_done(&cx->unit, row, STR("unreadable"));
	TRY(e);
	TRY(corp_callback_seen(&cx->unit, row->received));
	if (str_eq(ev.event, STR("change_external_contact")))
		return contact_event(cx, row, &ev);
	const struct wecom_reader *reader = follow_reader_of(cx->env, ev.event);
	if (reader)
		return reader->fn(cx, row, &ev);
	base_effects *effects = effects_of(&ev);
	if (effects)
		return base_event(cx, row, &ev, effects);
	return inbox_done(&cx->unit, row, arena_printf(CX_ARENA(cx), "not handled: %.*s %.*s",
						       STR_F(str_sub(ev.event, 0, 60)), STR_F(str_sub(ev.change_type, 0, 60))));
}
