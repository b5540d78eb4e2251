/*
 * alarm's handlers: what raises and ends an alarm, and the message about those nobody has heard of.
 */
#include "feature/alarm/alarm.h"

#include "base/text.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_message.h"

/* The parts of others' events that are needed here; an event without an id is about the company. */
#define CAUSE_FIELDS(F, S) \
	F(S, ID, id, .opt = true) F(S, STR, name, .opt = true) F(S, STR, code, .opt = true) F(S, I64, room, .opt = true) F(S, I64, balance, .opt = true)
RECORD(alarm_cause, CAUSE_FIELDS);

static const struct { enum event_kind raised, ended, removed; const char *kind, *code; bool silent; } kinds[] = {
	{ EV_LIVECODE_ALARM, EV_LIVECODE_CALMED, EV_LIVECODE_REMOVED, "livecode.no_staff", "no_staff", false },
	{ EV_LIVECODE_ALARM, EV_LIVECODE_CALMED, EV_LIVECODE_REMOVED, "livecode.no_duty", "no_duty", true },
	{ EV_GROUPCODE_LOW, EV_GROUPCODE_EASED, EV_GROUPCODE_REMOVED, "groupcode.low", NULL, false },
	{ EV_ACQUIRE_LOW, EV_ACQUIRE_EASED, EV_ACQUIRE_EASED, "acquire.low", NULL, false },
	{ EV_CALENDAR_BARE, EV_CALENDAR_OWNED, EV_CALENDAR_OWNED, "calendar.bare", NULL, false },
	{ EV_GROUPINVITE_GROUPLESS, EV_GROUPINVITE_CLOSED, EV_GROUPINVITE_CLOSED, "groupinvite.groupless", NULL, false },
};

static err raise(struct tx *tx, const char *kind, bool silent, const struct alarm_cause *c, ms at)
{
	i64 number = c->room != NIL ? c->room : c->balance;
	struct alarm a = {
		.kind = str_c(kind), .object = c->id == NIL ? 0 : c->id, .name = c->name.n ? c->name : STR(""),
		.value = number == NIL ? STR("") : arena_printf(tx->snap.arena, "%lld", (long long)number), .since = at,
		.told = silent ? -1 : NIL,
	};
	TRY(alarm_put(tx, &a));
	if (silent || tx_changed(tx) == 0)
		return OK;
	return timer_set(tx, STR(ALARM_TELL), STR(""), tx->snap.now + ALARM_GATHER_MS, 0, NULL, NULL);
}

/* act: a code with another alarm than before has that one only. */
err alarm_on_event(struct tx *tx, const struct event *ev)
{
	struct alarm_cause c;
	TRY(event_body(&tx->snap, ev, &alarm_cause_record, &c));
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		bool raised = ev->kind == kinds[i].raised;
		if (!raised && ev->kind != kinds[i].ended && ev->kind != kinds[i].removed)
			continue;
		if (raised && (!kinds[i].code || str_eq_c(c.code, kinds[i].code)))
			TRY(raise(tx, kinds[i].kind, kinds[i].silent, &c, tx->snap.now));
		else
			TRY(alarm_drop(tx, &(struct alarm){ .kind = str_c(kinds[i].kind), .object = c.id == NIL ? 0 : c.id }));
	}
	return OK;
}

str alarm_text(struct arena *a, const struct alarm *alarm, enum lang lang)
{
	static const struct { const char *kind; enum text text; } texts[] = {
		{ "livecode.no_staff", T_ALARM_NO_STAFF }, { "livecode.no_duty", T_ALARM_NO_DUTY },
		{ "groupcode.low", T_ALARM_GROUPCODE_LOW }, { "acquire.low", T_ALARM_ACQUIRE_LOW },
		{ "calendar.bare", T_ALARM_CALENDAR_BARE },
		{ "groupinvite.groupless", T_ALARM_GROUPINVITE_GROUPLESS },
	};
	struct text_hole holes[] = { { "field", alarm->name }, { "value", alarm->value } };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (str_eq_c(alarm->kind, texts[i].kind))
			return text_fill(a, texts[i].text, lang, holes, 2);
	return alarm->kind;
}

/* -- telling -- */

static err ask(struct tx *tx, const struct timer_row *row)
{
	bool taken;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	str key = arena_printf(tx->snap.arena, "%lld", (long long)row->due);
	return outbox_add(tx, STR(ALARM_NOTICE), key, STR(""), tx->snap.now, tx->snap.now + ALARM_LIFE_MS, 0, &none_record,
			  &(struct none){ 0 }, NULL);
}

err alarm_tell(struct cx *cx, const struct timer_row *row) { return WRITE_TX(&cx->unit, row->slot, ask(tx, row)); }

static err responsible(const struct snap *s, const struct user *users, size_t n, struct strs *ret)
{
	*ret = (struct strs){ ARENA_ARRAY(s->arena, str, n + 1), 0 };
	for (size_t i = 0; i < n && ret->n < WECOM_MESSAGE_USERS_MAX; i++) {
		const struct user *u = &users[i];
		struct staff who;
		if (u->disabled || u->staff == NIL || u->staff == 0 || (!str_eq_c(u->role, "owner") && !str_eq_c(u->role, "operator")))
			continue;
		err e = staff_get(s, u->staff, &who);
		if (e == OK && str_eq_c(who.state, "active"))
			ret->v[ret->n++] = who.userid;
		else if (e != OK && e != ERR_NOT_FOUND)
			return e;
	}
	return OK;
}

static str text_of(struct cx *cx, const struct alarm *v, size_t n)
{
	struct arena *a = CX_ARENA(cx);
	struct buf b = buf_new(a, 16384);
	for (size_t i = 0; i < n && i < ALARM_LINES; i++) {
		buf_add(&b, alarm_text(a, &v[i], LANG_ZH));
		buf_char(&b, '\n');
	}
	if (n > ALARM_LINES) {
		struct text_hole more = { "value", arena_printf(a, "%zu", n - ALARM_LINES) };
		buf_add(&b, text_fill(a, T_ALARM_MORE, LANG_ZH, &more, 1));
		buf_char(&b, '\n');
	}
	buf_fmt(&b, "<a href=\"%.*s/\">%s</a>", STR_F(cx->env->public_url), text_raw(T_ALARM_LINK, LANG_ZH));
	return buf_str(&b);
}

/* What was calmed meanwhile is told to nobody. */
err alarm_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct unit *u = &cx->unit;
	struct alarm_told told;
	struct corp_wecom corp;
	struct user *users;
	struct alarm *v;
	struct strs to;
	size_t n, user_n;
	TRY(READ_SNAP(u, row->slot, alarm_untold(snap, &(struct alarm_find){ ALARM_SHOWN_MAX }, &v, &n)));
	if (n == 0)
		return OK;
	TRY(user_all(u, &users, &user_n));
	TRY(READ_SNAP(u, row->slot, responsible(snap, users, user_n, &to)));
	told = (struct alarm_told){ (i64)to.n, v[n - 1].since };
	if (to.n) {
		TRY(corp_wecom_get(u, row->corp, &corp));
		struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &u->fail };
		err e = wecom_message_text(&call, to, text_of(cx, v, n), NULL);
		bool again = e == ERR_UNKNOWN || err_retryable(e);
		if (e != OK)
			*ret = (struct outcome){ .state = again ? OUTCOME_RETRY : OUTCOME_DROPPED, .reason = str_c(err_name(e)) };
		if (again && call.retry_at != NIL)
			ret->retry_at = call.retry_at;
		if (e != OK)
			return OK;
	}
	return WRITE_TX(u, row->slot, alarm_say(tx, &told));
}
