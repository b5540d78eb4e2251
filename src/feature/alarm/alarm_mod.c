/*
 * alarm joins, and the list of what is open.
 */
#include "feature/alarm/alarm.h"

#include "core/perm/perm.h"

#define VIEW_FIELDS(F, S)                                                        \
	F(S, STR, kind, .one_of = ALARM_KINDS) F(S, ID, object) F(S, STR, text) F(S, STR, href, .doc = "a page of the console") \
	F(S, MS, since_ms) F(S, I64, told, .opt = true, .doc = "how many persons were told; null: not yet, or shown only")
RECORD(alarm_view, VIEW_FIELDS);

static const char *href_of(str kind)
{
	if (str_starts(kind, STR("livecode.")))
		return "/livecodes?alarm=1";
	if (str_starts(kind, STR("calendar.")))
		return "/calendar";
	if (str_starts(kind, STR("groupinvite.")))
		return "/groups/invites";
	return str_starts(kind, STR("groupcode.")) ? "/groups/codes" : "/livecodes";
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct alarm *rows;
	size_t n;
	i64 slot = slot_base(cx->env->store, cx->unit.corp);
	TRY(READ_SNAP(&cx->unit, slot, alarm_open(snap, &(struct alarm_find){ ALARM_SHOWN_MAX }, &rows, &n)));
	struct alarm_view *views = ARENA_ARRAY(CX_ARENA(cx), struct alarm_view, n + 1);
	for (size_t i = 0; i < n; i++)
		views[i] = (struct alarm_view){ rows[i].kind, rows[i].object, alarm_text(CX_ARENA(cx), &rows[i], cx->viewer.lang),
						str_c(href_of(rows[i].kind)), rows[i].since, rows[i].told < 0 ? NIL : rows[i].told };
	page->data = (struct list){ views, n };
	page->total = (i64)n;
	return OK;
}

const struct route alarm_routes[] = {
	{ "GET", "/api/v1/alarms", "livecode.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &alarm_view_record, h_list,
	  "What has stopped working and needs somebody's hand, newest first, at most 200." },
	{ 0 },
};
static const struct query *const queries[] = {
	&alarm_put_query, &alarm_drop_query, &alarm_say_query, &alarm_open_query, &alarm_untold_query, NULL,
};
static const struct handler act[] = {
	{ EV_LIVECODE_ALARM, alarm_on_event },
	{ EV_LIVECODE_CALMED, alarm_on_event },
	{ EV_LIVECODE_REMOVED, alarm_on_event },
	{ EV_GROUPCODE_LOW, alarm_on_event },
	{ EV_GROUPCODE_EASED, alarm_on_event },
	{ EV_GROUPCODE_REMOVED, alarm_on_event },
	{ EV_ACQUIRE_LOW, alarm_on_event },
	{ EV_ACQUIRE_EASED, alarm_on_event },
	{ EV_CALENDAR_BARE, alarm_on_event },
	{ EV_CALENDAR_OWNED, alarm_on_event },
	{ EV_GROUPINVITE_GROUPLESS, alarm_on_event },
	{ EV_GROUPINVITE_CLOSED, alarm_on_event },
	{ 0 },
};
static const struct timer_kind timers[] = { { ALARM_TELL, alarm_tell }, { 0 } };
static const struct sender senders[] = { { .kind = ALARM_NOTICE, .send = alarm_send, .reconcile = alarm_send }, { 0 } };

const struct module alarm_module = {
	.name = "alarm",
	.doc = "What has stopped working by itself: shown at home, and told to whoever is responsible.",
	.queries = queries,
	.routes = alarm_routes,
	.act = act,
	.timers = timers,
	.senders = senders,
};
