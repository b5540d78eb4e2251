/*
 * Visits: who opened a link, how long and how deep, and whether it was passed on.
 */
#include "feature/material/material_visit_data.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/verb/verb.h"
#include "store/journal.h"
#include "store/timer.h"

#define CLOCK_SLACK_S 2

/* What is known before the transaction. */
struct opening {
	const struct material_who *who;
	struct material m;
	struct material_version v;
	str category;
	i64 meant, staff, day; /* meant: root of whom the link was made for */
};

static err root_of(struct unit *u, i64 customer, i64 *ret)
{
	*ret = 0;
	return customer ? customer_roots(u, &customer, 1, ret) : OK;
}

static err prepare(const struct snap *s, const struct material_who *who, struct opening *o)
{
	err e;
	TRY(material_find(s, who->link.target, &o->m));
	if (strcmp(material_state(&o->m, s->now), "ok") != 0)
		return snap_fail(s, ERR_STATE, T_MATERIAL_GONE, STR("key"), STR_NIL, STR_NIL);
	TRY(material_version_get(s, &(struct material_nth){ o->m.id, o->m.live }, &o->v));
	o->category = material_category_name(s, o->m.category, &e);
	return e;
}

/* ---- who it is ---- */

struct reading { i64 reader; bool passed, first, told; };

/* Hers is the first browser that opens it, and every one WeChat knows her in. */
static err judge(struct tx *tx, const struct opening *o, bool seen_before, struct reading *ret)
{
	const struct material_who *who = o->who;
	struct material_of_browser key = { o->m.id, who->link.customer, who->browser };
	struct material_owned own;
	struct material_count had = { 0 };
	*ret = (struct reading){ .reader = who->guest, .told = seen_before };
	if (o->meant && who->known)
		ret->passed = who->guest != o->meant;
	if (o->meant && !who->known) {
		TRY(material_own(&tx->snap, &key, &own));
		ret->passed = own.n > 0 && own.mine == 0;
		ret->reader = ret->passed ? 0 : o->meant;
	}
	if (ret->reader)
		TRY(material_visits_of(&tx->snap, &(struct material_of_reader){ o->m.id, ret->reader }, &had));
	ret->first = ret->reader ? had.n == 0 : !seen_before;
	return OK;
}

static err room(struct tx *tx, const struct opening *o)
{
	struct material_since since = { o->m.id, o->who->link.customer, tx->snap.now - MS_HOUR };
	i64 most = o->who->link.customer ? MATERIAL_VISITS_OF_ONE : MATERIAL_VISITS_OF_ALL;
	struct material_count n;
	TRY(material_visits_since(&tx->snap, &since, &n));
	return n.n < most ? OK : tx_fail(tx, ERR_TOO_MANY, T_OK, STR("key"), STR_NIL, STR("3600"));
}

static err tell(struct tx *tx, i64 customer, enum event_kind kind, const struct record *record, const void *body)
{
	i64 slot = slot_of_customer(tx->snap.unit->store, customer);
	return slot == tx->snap.slot ? journal_add(tx, kind, customer, tx->snap.now, record, body, NULL)
				     : journal_relay(tx, slot, kind, customer, tx->snap.now, record, body);
}

static err tell_opened(struct tx *tx, const struct opening *o, const struct reading *r)
{
	struct material_opened opened = { o->m.id, o->v.title, o->m.kind, o->category, o->v.number, o->staff, r->first, r->passed };
	struct material_passed passed = { o->m.id, o->v.title, o->m.kind, o->category, o->staff, r->reader };
	if (r->reader)
		TRY(tell(tx, r->reader, EV_MATERIAL_OPENED, &material_opened_record, &opened));
	return r->passed && !r->told ? tell(tx, o->meant, EV_MATERIAL_PASSED, &material_passed_record, &passed) : OK;
}

static err enter(struct tx *tx, const struct opening *o, i64 *ret_visit)
{
	ms now = tx->snap.now;
	struct material_of_browser key = { o->m.id, o->who->link.customer, o->who->browser };
	struct material_visit *last;
	struct reading r;
	size_t n;
	TRY(material_visit_last(&tx->snap, &key, &last, &n));
	if (n && now - last->last < MATERIAL_AGAIN_MS) {
		*ret_visit = last->id;
		last->last = now;
		return material_visit_put(tx, last);
	}
	TRY(room(tx, o));
	TRY(judge(tx, o, n > 0, &r));
	struct material_visit v = {
		.id = id_next(store_ids(tx->snap.unit->store), now), .material = o->m.id, .number = o->v.number, .meant = key.meant,
		.reader = r.reader, .staff = o->staff, .browser = key.browser, .passed = r.passed, .opened = now, .last = now,
	};
	*ret_visit = v.id;
	TRY(material_visit_add(tx, &v));
	TRY(material_tally_add(tx, &(struct material_tally){ v.material, o->day, v.staff, 1, r.first, 0, r.passed && !r.told }));
	return tell_opened(tx, o, &r);
}

static i64 slot_of(const struct cx *cx, i64 place)
{
	return place ? slot_of_customer(cx->env->store, place) : slot_base(cx->env->store, cx->unit.corp);
}

err material_visit_open(struct cx *cx, const struct material_who *who, i64 *ret_visit, i64 *ret_place)
{
	struct opening o = { .who = who, .staff = who->link.staff, .day = corp_day(&cx->unit, cx_now(cx)) };
	struct follow_sender advisor = { 0 };
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), prepare(snap, who, &o)));
	TRY(root_of(&cx->unit, who->link.customer, &o.meant));
	i64 whose = o.meant ? o.meant : who->guest;
	if (!o.staff && whose)
		TRY(follow_sender_of(&cx->unit, whose, &advisor));
	o.staff = o.staff ? o.staff : advisor.staff;
	*ret_place = who->link.customer ? who->link.customer : who->guest;
	return WRITE_TX(&cx->unit, slot_of(cx, *ret_place), enter(tx, &o, ret_visit));
}

/* ---- how long and how deep ---- */

static err beat(struct tx *tx, i64 visit, i64 day, i64 seconds, i64 depth)
{
	struct material_visit_key key = { visit };
	struct material_visit v;
	TRY(material_visit_get(&tx->snap, &key, &v));
	i64 passed = (tx->snap.now - v.opened) / MS_SECOND + CLOCK_SLACK_S, before = v.seconds;
	v.seconds = int_max(v.seconds, int_min(int_min(seconds, passed), MATERIAL_SECONDS_MAX));
	v.depth = int_max(v.depth, int_min(depth, 100));
	v.last = tx->snap.now;
	TRY(material_visit_put(tx, &v));
	if (v.seconds > before)
		TRY(material_tally_add(tx, &(struct material_tally){ v.material, day, v.staff, 0, 0, v.seconds - before, 0 }));
	return timer_set(tx, STR(MATERIAL_READ_TIMER), arena_printf(tx->snap.arena, "%lld", (long long)visit), tx->snap.now + MATERIAL_QUIET_MS,
			 0, &material_visit_key_record, &key);
}

err material_visit_beat(struct cx *cx, i64 visit, i64 place, i64 seconds, i64 depth)
{
	i64 day = corp_day(&cx->unit, cx_now(cx));
	return WRITE_TX(&cx->unit, slot_of(cx, place), beat(tx, visit, day, seconds, depth));
}

static err over(struct tx *tx, const struct timer_row *row, const struct opening *o, struct material_visit *v)
{
	bool mine;
	TRY(timer_take(tx, row, &mine));
	struct material_read body = { o->m.id, o->v.title, o->m.kind, o->category, v->seconds - v->told, v->depth };
	if (!mine || body.seconds <= 0)
		return OK;
	v->told = v->seconds;
	TRY(material_visit_put(tx, v));
	return v->reader ? tell(tx, v->reader, EV_MATERIAL_READ, &material_read_record, &body) : OK;
}

static err read_visit(const struct snap *s, const struct timer_row *row, struct material_visit *ret)
{
	struct material_visit_key key;
	TRY(timer_body(s, row, &material_visit_key_record, &key));
	return material_visit_get(s, &key, ret);
}

/* As it was when she read it. */
static err what_of(const struct snap *s, const struct material_visit *v, struct opening *o)
{
	err e;
	TRY(material_find(s, v->material, &o->m));
	TRY(material_version_get(s, &(struct material_nth){ v->material, v->number }, &o->v));
	o->category = material_category_name(s, o->m.category, &e);
	return e;
}

err material_on_read(struct cx *cx, const struct timer_row *row)
{
	struct opening o = { 0 };
	struct material_visit v;
	TRY(READ_SNAP(&cx->unit, row->slot, read_visit(snap, row, &v)));
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), what_of(snap, &v, &o)));
	return WRITE_TX(&cx->unit, row->slot, over(tx, row, &o, &v));
}

/* ---- telling her advisor ---- */

static str words(struct arena *a, const struct material_opened *ev, i64 root, i64 staff)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	struct text_hole hole = { "value", ev->title };
	buf_add_c(&b, "{\"text\":");
	buf_json(&b, text_fill(a, T_MATERIAL_ALERT_TEXT, LANG_ZH, &hole, 1));
	buf_add_c(&b, ",\"title\":");
	buf_json(&b, str_c(text_raw(T_MATERIAL_ALERT_TITLE, LANG_ZH)));
	buf_fmt(&b, ",\"url\":\"/customers/%lld\",\"who\":\"%s\"", (long long)root, staff ? "named" : "advisor");
	if (staff)
		buf_fmt(&b, ",\"staff\":\"%lld\"", (long long)staff);
	buf_char(&b, '}');
	return buf_str(&b);
}

/* false: nobody could be told that way. */
static err notify(struct tx *tx, const struct event *ev, const struct material_opened *o, i64 root, i64 staff, bool *ret_told)
{
	struct unit *u = tx->snap.unit;
	const struct verb *v = verb_find(u->env, STR("staff.notify"));
	struct verb_call call = {
		.customer = root, .at = ev->occurred, .by = "material", .by_id = o->material,
		.key = arena_printf(tx->snap.arena, "open:%lld:%s", (long long)ev->id, staff ? "named" : "advisor"),
	};
	struct verb_result result = { 0 };
	*ret_told = false;
	if (!v)
		return OK;
	err e = verb_args(u, v, words(tx->snap.arena, o, root, staff), &call.args);
	if (e == ERR_INPUT)
		return OK; /* a member we no longer know */
	TRY(e);
	TRY(v->run(tx, &call, &result));
	*ret_told = result.state != VERB_REFUSED;
	return OK;
}

/* Whether it is time again, with the moment kept. */
static err due(struct tx *tx, const struct event *ev, i64 material, i64 root, bool *ret)
{
	struct material_alert key = { root, material, ev->occurred }, had;
	struct material m;
	TRY(READ_SNAP(tx->snap.unit, slot_base(tx->snap.unit->store, tx->snap.corp), material_find(snap, material, &m)));
	err e = m.alert ? material_alert_get(&tx->snap, &key, &had) : ERR_NOT_FOUND;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	*ret = m.alert && (e == ERR_NOT_FOUND || ev->occurred - had.at >= MATERIAL_ALERT_MS);
	return *ret ? material_alert_put(tx, &key) : OK;
}

err material_on_opened(struct tx *tx, const struct event *ev)
{
	struct material_opened o;
	i64 root;
	bool now = false, told = false;
	TRY(event_body(&tx->snap, ev, &material_opened_record, &o));
	TRY(root_of(tx->snap.unit, ev->customer, &root));
	/* A merge between the opening and this moment may have put her elsewhere: the verb acts in her root's slot only. */
	if (!root || slot_of_customer(tx->snap.unit->store, root) != tx->snap.slot)
		return OK;
	TRY(due(tx, ev, o.material, root, &now));
	if (now && o.staff)
		TRY(notify(tx, ev, &o, root, o.staff, &told));
	return now && !told ? notify(tx, ev, &o, root, 0, &told) : OK;
}
