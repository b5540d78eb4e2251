/*
 * Who came, who answered, and what follows from it: tags by choice, and the attributes of her last answer.
 */
#include "feature/survey/survey_data.h"

#include "core/attr/attr.h"
#include "core/attr/attr_value.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/guest/visitor.h"
#include "core/verb/verb.h"
#include "store/journal.h"

#define IDS_ROOM (SURVEY_QUESTIONS_MAX * SURVEY_CHOICES_MAX * SURVEY_TAGS_MAX)

/* ---- who it is ---- */

err survey_who_is(struct cx *cx, struct survey_who *who)
{
	TRY(visitor_guest(cx, &who->known, &who->root));
	if (who->known || !who->link.customer)
		return OK;
	return customer_roots(&cx->unit, &who->link.customer, 1, &who->root);
}

static i64 slot_of(struct unit *u, const struct survey_who *who)
{
	return who->root ? slot_of_customer(u->store, who->root) : slot_base(u->store, u->corp);
}

/* By whichever of her numbers the newest is; s: of her root's slot, or the base. */
static err find_had(const struct snap *s, const struct survey_who *who, struct survey_answer *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	struct survey_answer row;
	bool found = false;
	if (!who->root)
		return who->browser.n ? survey_answer_get(s, &(struct survey_of){ who->link.target, 0, who->browser }, ret) : ERR_NOT_FOUND;
	TRY(customer_leaves_in(s, who->root, leaves, &n));
	struct snap at = *s;
	for (size_t i = 0; i < n; i++) {
		snap_slot(&at, slot_of_customer(s->unit->store, leaves[i]));
		err e = survey_answer_get(&at, &(struct survey_of){ who->link.target, leaves[i], STR("") }, &row);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == OK && (!found || row.event > ret->event))
			*ret = row;
		found |= e == OK;
	}
	return found ? OK : ERR_NOT_FOUND;
}

err survey_answer_by(struct unit *u, const struct survey_who *who, struct survey_answer *ret)
{
	return READ_SNAP(u, slot_of(u, who), find_had(snap, who, ret));
}

bool survey_may_change(const struct survey_who *who, const struct survey_form *f, const struct survey_answer *had, ms now)
{
	bool same = who->known || (who->browser.n && str_eq(who->browser, had->browser));
	return same && now < had->at + f->change_days * MS_DAY && had->times <= SURVEY_CHANGES_MAX;
}

/* ---- before the transaction ---- */

struct taking {
	const struct survey_who *who;
	struct survey v;
	struct survey_version version;
	struct survey_form form;
	struct survey_said said;
	i64 staff, spent;
};

static err read_form(const struct snap *s, i64 number, struct taking *t)
{
	TRY(survey_find(s, t->who->link.target, &t->v));
	if (strcmp(survey_state(&t->v), "open") != 0)
		return snap_fail(s, ERR_STATE, T_SURVEY_GONE, STR("key"), STR_NIL, STR_NIL);
	err e = survey_version_get(s, &(struct survey_nth){ t->v.id, number }, &t->version);
	if (e == ERR_NOT_FOUND)
		return snap_fail(s, ERR_INPUT, T_OK, STR("number"), STR_NIL, STR_NIL);
	TRY(e);
	survey_form_read(s->arena, t->version.form, &t->form);
	return OK;
}

/* The member it was sent by, else who serves her; what she has spent so far. */
static err read_her(struct cx *cx, struct taking *t)
{
	struct customer_fact fact;
	struct follow_sender advisor = { 0 };
	i64 root = t->who->root;
	t->staff = t->who->link.staff;
	if (!root)
		return OK;
	if (!t->staff)
		TRY(follow_sender_of(&cx->unit, root, &advisor));
	t->staff = t->staff ? t->staff : advisor.staff;
	err e = READ_SNAP(&cx->unit, slot_of(&cx->unit, t->who), attr_fact_get(snap, root, &fact));
	t->spent = e == OK ? fact.spent : 0;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* ---- openings ---- */

static err enter(struct tx *tx, const struct taking *t)
{
	const struct survey_who *who = t->who;
	struct survey_count n;
	struct survey_open row = { t->v.id, who->root, who->root ? STR("") : who->browser, t->staff, tx->snap.now };
	if (!who->root) {
		TRY(survey_opens_since(&tx->snap, &(struct survey_since){ t->v.id, tx->snap.now - MS_HOUR }, &n));
		if (n.n >= SURVEY_OPENS_HOUR)
			return tx_fail(tx, ERR_TOO_MANY, T_OK, STR("key"), STR_NIL, STR("3600"));
	}
	TRY(survey_open_add(tx, &row));
	if (!tx_changed(tx) || !who->root)
		return OK;
	struct survey_opened ev = { t->v.id, t->v.title, t->version.number, t->staff };
	return journal_add(tx, EV_SURVEY_OPENED, who->root, tx->snap.now, &survey_opened_record, &ev, NULL);
}

static err read_live(const struct snap *s, struct taking *t)
{
	TRY(survey_find(s, t->who->link.target, &t->v));
	return read_form(s, t->v.live, t);
}

err survey_open_by(struct cx *cx, const struct survey_who *who)
{
	struct taking t = { .who = who };
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), read_live(snap, &t)));
	TRY(read_her(cx, &t));
	return WRITE_TX(&cx->unit, slot_of(&cx->unit, who), enter(tx, &t));
}

/* ---- answers ---- */

static str lines_of(struct arena *a, const struct strs *v)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	for (size_t i = 0; i < v->n; i++) {
		if (i)
			buf_char(&b, '\n');
		buf_add(&b, v->v[i]);
	}
	return b.n ? buf_str(&b) : STR("");
}

static str ids_text(struct arena *a, const struct ids *v)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	for (size_t i = 0; i < v->n; i++)
		buf_fmt(&b, i ? "\n%lld" : "%lld", (long long)v->v[i]);
	return b.n ? buf_str(&b) : STR("");
}

static bool has(const struct ids *v, i64 id)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i] == id)
			return true;
	return false;
}

/* What an earlier answer put and this one does not. */
static struct ids let_go(struct arena *a, str had, const struct ids *now)
{
	struct ids ret = { ARENA_ARRAY(a, i64, IDS_ROOM), 0 };
	i64 id;
	while (had.n) {
		if (str_i64(str_cut(&had, '\n'), &id) && !has(now, id) && ret.n < IDS_ROOM)
			ret.v[ret.n++] = id;
	}
	return ret;
}

static err room(struct tx *tx, const struct taking *t)
{
	struct survey_count n;
	TRY(survey_answers_since(&tx->snap, &(struct survey_since){ t->v.id, tx->snap.now - MS_HOUR }, &n));
	return n.n < SURVEY_NOBODYS_HOUR ? OK : tx_fail(tx, ERR_TOO_MANY, T_OK, STR("key"), STR_NIL, STR("3600"));
}

static err take(struct tx *tx, const struct taking *t, struct survey_answer *ret)
{
	const struct survey_who *who = t->who;
	struct arena *a = tx->snap.arena;
	struct survey_answer had = { .at = tx->snap.now, .spent = t->spent, .tags = STR("") };
	err e = find_had(&tx->snap, who, &had);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == OK && !survey_may_change(who, &t->form, &had, tx->snap.now))
		return tx_fail(tx, ERR_STATE, T_SURVEY_FINAL, STR("key"), STR_NIL, STR_NIL);
	if (e != OK && !who->root)
		TRY(room(tx, t));
	struct survey_answered ev = {
		t->v.id, t->form.title, t->version.number, t->said.reason, t->said.reason_text, t->said.score, t->said.choices, t->said.texts,
		e == OK, had.spent, t->staff, who->root ? t->said.tags : (struct ids){ 0 }, let_go(a, had.tags, &t->said.tags),
	};
	*ret = (struct survey_answer){
		.survey = t->v.id, .customer = who->root, .who = who->root ? STR("") : who->browser, .browser = who->browser,
		.number = ev.number, .reason = ev.reason.n ? ev.reason : STR(""), .score = ev.score, .choices = lines_of(a, &ev.choices),
		.tags = ids_text(a, &ev.tags), .staff = t->staff, .spent = had.spent, .at = had.at, .last = tx->snap.now, .times = had.times + 1,
	};
	TRY(journal_add(tx, EV_SURVEY_ANSWERED, who->root, tx->snap.now, &survey_answered_record, &ev, &ret->event));
	return survey_answer_put(tx, ret);
}

err survey_take(struct cx *cx, const struct survey_who *who, i64 number, const struct list *replies, struct survey_answer *ret)
{
	struct taking t = { .who = who };
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), read_form(snap, number, &t)));
	TRY(survey_said_read(&t.form, replies, &t.said, &cx->unit.fail, CX_ARENA(cx)));
	TRY(read_her(cx, &t));
	return WRITE_TX(&cx->unit, slot_of(&cx->unit, who), take(tx, &t, ret));
}

static err read_texts(const struct snap *s, i64 event, str *ret)
{
	struct event ev;
	struct survey_answered body;
	TRY(journal_get(s, event, &ev));
	TRY(event_body(s, &ev, &survey_answered_record, &body));
	*ret = body.texts.n ? body.texts : STR("");
	return OK;
}

err survey_texts_of(struct unit *u, const struct survey_answer *a, str *ret)
{
	i64 slot = a->customer ? slot_of_customer(u->store, a->customer) : slot_base(u->store, u->corp);
	return READ_SNAP(u, slot, read_texts(snap, a->event, ret));
}

/* ---- what follows ---- */

static err mark(struct tx *tx, const struct event *ev, i64 root, const char *name, const struct survey_answered *a, i64 tag)
{
	struct arena *arena = tx->snap.arena;
	const struct verb *v = verb_find(tx->snap.unit->env, str_c(name));
	bool take = str_eq_c(STR("tag.take"), name);
	struct verb_call call = { .customer = root, .at = ev->occurred, .by = "survey", .by_id = a->survey,
				  .key = arena_printf(arena, "%lld:%s:%lld", (long long)ev->id, name, (long long)tag) };
	struct verb_result result = { 0 };
	if (!v)
		return OK;
	err e = verb_args(tx->snap.unit, v, arena_printf(arena, "{\"tags\":[\"%lld\"]%s}", (long long)tag, take ? ",\"own\":true" : ""), &call.args);
	if (e == ERR_INPUT)
		return OK; /* a tag that has gone since */
	TRY(e);
	return v->run(tx, &call, &result);
}

err survey_on_answered(struct tx *tx, const struct event *ev)
{
	struct survey_answered a;
	i64 root = 0;
	TRY(event_body(&tx->snap, ev, &survey_answered_record, &a));
	if (ev->customer)
		TRY(customer_roots(tx->snap.unit, &ev->customer, 1, &root));
	/* A merge between the answer and this moment may have put her elsewhere: verbs act in her root's slot only. */
	if (!root || slot_of_customer(tx->snap.unit->store, root) != tx->snap.slot)
		return OK;
	for (size_t i = 0; i < a.untags.n; i++)
		TRY(mark(tx, ev, root, "tag.take", &a, a.untags.v[i]));
	for (size_t i = 0; i < a.tags.n; i++)
		TRY(mark(tx, ev, root, "tag.put", &a, a.tags.v[i]));
	return OK;
}

/* ---- the person ---- */

static err keep(struct tx *tx, const struct attr_value *v)
{
	struct attr_value was;
	TRY(attr_value_get(&tx->snap, v->customer, v->attr, &was));
	return was.n == v->n && str_eq(was.t, v->t) ? OK : attr_value_put(tx, v);
}

err survey_settle(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	(void)sum;
	struct survey_answer last = { .last = NIL, .reason = STR_NIL, .score = NIL }, *rows;
	struct attr_value was;
	struct snap at = tx->snap;
	for (size_t i = 0; i < p->count; i++) {
		size_t n;
		snap_slot(&at, slot_of_customer(tx->snap.unit->store, p->leaves[i]));
		TRY(survey_answers_of(&at, &(struct survey_person){ p->leaves[i] }, &rows, &n));
		if (n && rows[0].event > last.event)
			last = rows[0];
	}
	TRY(attr_value_get(&tx->snap, p->root, SURVEY_ATTR_AT, &was));
	if (was.n == NIL && last.last == NIL)
		return OK; /* nearly everybody */
	TRY(keep(tx, &(struct attr_value){ p->root, SURVEY_ATTR_REASON, NIL, last.reason.n ? last.reason : STR_NIL }));
	TRY(keep(tx, &(struct attr_value){ p->root, SURVEY_ATTR_SCORE, last.score, STR_NIL }));
	return keep(tx, &(struct attr_value){ p->root, SURVEY_ATTR_AT, last.last, STR_NIL });
}
