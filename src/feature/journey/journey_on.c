/*
 * Events: who comes in, who goes on, who is out. Handlers only move places; walking is journey_run.c's.
 *
 * An event stands in the slot of the number it happened to; places stand in the slot of her root. When these
 * differ it is carried there: journey.carried names it, and it is read from where it stands.
 */
#include "feature/journey/journey_int.h"

#define CARRIED_FIELDS(F, S) F(S, ID, event) F(S, I64, place)
RECORD(journey_carried, CARRIED_FIELDS);
/* journey.moved: a place as it is. */
#define MOVED_FIELDS(F, S) PLACE_FIELDS(F, S)
RECORD(journey_moved, MOVED_FIELDS);

static i64 slot_of(struct tx *tx, i64 customer) { return slot_of_customer(tx->snap.unit->store, customer); }

/* ---- merges and splits ---- */

/* Two places of one journey and key cannot both stay: the one that came first does. */
err place_arrive(struct tx *tx, const struct journey_set *set, struct place *p)
{
	const struct jdef *d = journey_def_in(set, p->journey, p->version);
	struct place *v;
	size_t n;
	if (!d)
		return p->state == PLACE_LEFT ? place_put(tx, p) : place_ended(tx, p, STR("gone"));
	const struct journey_entry *entry = d->def->entry;
	bool always = entry && str_eq_c(entry->mode, "always") && !p->key.n;
	TRY(place_in_flight(&tx->snap, &(struct place_of){ p->customer }, &v, &n));
	struct walk mine = { .tx = tx, .d = d, .p = *p };
	for (size_t i = 0; !always && i < n; i++) {
		if (v[i].id == p->id || v[i].journey != p->journey || !str_eq(v[i].key, p->key))
			continue;
		struct walk other = { .tx = tx, .d = journey_def_in(set, v[i].journey, v[i].version), .p = v[i] };
		if (!other.d)
			continue;
		bool first = p->since < v[i].since || (p->since == v[i].since && p->id < v[i].id);
		struct walk *loser = first ? &other : &mine;
		TRY(place_quit(loser, "merged", STR("")));
		if (first)
			TRY(place_save(&other));
		else
			break;
	}
	return place_save(&mine);
}

err place_home(struct tx *tx, const struct journey_set *set, const struct place *of)
{
	struct place p = *of;
	i64 root;
	TRY(journey_person(&tx->snap, p.leaf, &root, NULL, NULL));
	if (root == p.customer)
		return OK;
	p.customer = root;
	if (slot_of(tx, root) == tx->snap.slot)
		return place_arrive(tx, set, &p);
	/* The steps stay where they were made; the counts go with her. */
	TRY(place_drop(tx, &(struct place_key){ p.id }));
	return journal_relay(tx, slot_of(tx, root), EV_JOURNEY_MOVED, root, tx->snap.now, &journey_moved_record, &p);
}

static err home_all(struct tx *tx, const struct journey_set *set, i64 customer)
{
	struct place *v;
	size_t n;
	TRY(place_in_flight(&tx->snap, &(struct place_of){ customer }, &v, &n));
	for (size_t i = 0; i < n; i++)
		TRY(place_home(tx, set, &v[i]));
	return OK;
}

static err on_moved(struct tx *tx, const struct journey_set *set, const struct event *ev)
{
	struct journey_moved b;
	TRY(event_body(&tx->snap, ev, &journey_moved_record, &b));
	struct place p;
	memcpy(&p, &b, sizeof(p));
	i64 root;
	TRY(journey_person(&tx->snap, p.leaf, &root, NULL, NULL));
	if (slot_of(tx, root) != tx->snap.slot) /* merged on meanwhile */
		return journal_relay(tx, slot_of(tx, root), EV_JOURNEY_MOVED, root, tx->snap.now, &journey_moved_record, &b);
	p.customer = root;
	if (p.due != NIL)
		p.due = int_max(p.due, tx->snap.now);
	return place_arrive(tx, set, &p);
}

static err carry(struct tx *tx, i64 customer, const struct event *ev)
{
	struct journey_carried b = { ev->id, ev->slot };
	return journal_relay(tx, slot_of(tx, customer), EV_JOURNEY_CARRIED, customer, ev->occurred, &journey_carried_record, &b);
}

static bool of_family(i64 kind)
{
	return kind == EV_CUSTOMER_MERGED || kind == EV_CUSTOMER_SPLIT || kind == EV_CUSTOMER_RELEASED;
}

/* Places stand with who was her root: in this slot, or the event goes there once. */
static err on_family(struct tx *tx, const struct journey_set *set, const struct event *ev, bool carried)
{
	struct customer_merged b;
	struct snap at = tx->snap;
	snap_slot(&at, ev->slot);
	TRY(event_body(&at, ev, &customer_merged_record, &b));
	const i64 whose[2] = { b.leaf, b.was_root != b.leaf ? b.was_root : 0 };
	for (int i = 0; i < 2; i++) {
		if (whose[i] && slot_of(tx, whose[i]) == tx->snap.slot)
			TRY(home_all(tx, set, whose[i]));
		else if (whose[i] && !carried)
			TRY(carry(tx, whose[i], ev));
	}
	return OK;
}

/* ---- places in flight ---- */

/* The event as its own slot has it: the key that opens it is there. */
static struct snap place_of_event(struct tx *tx, const struct event *ev)
{
	struct snap at = tx->snap;
	snap_slot(&at, ev->slot);
	return at;
}

/* A place of one order is told of that order; what names none is told to all. */
static err of_this_key(struct walk *w, const struct event *ev, bool *ret)
{
	struct snap at = place_of_event(w->tx, ev);
	str key = STR("");
	*ret = true;
	if (!w->p.key.n || journey_trigger_of(w->d)->yearly)
		return OK;
	TRY(journey_key_of(&at, w->d, ev, &key));
	*ret = !key.n || str_eq(key, w->p.key);
	return OK;
}

static err target_told(struct walk *w, const struct event *ev, bool *ret_left)
{
	struct snap at = place_of_event(w->tx, ev);
	*ret_left = false;
	for (size_t i = 0; i < w->d->target_count && ev->occurred >= w->p.since; i++) {
		const struct target *t = &w->d->targets[i];
		bool hears;
		TRY(journey_hears(&at, &t->event, ev, &hears));
		if (!hears)
			continue;
		*ret_left = true;
		return place_quit(w, i < w->d->goals ? "goal" : "exit", t->of->name.n ? t->of->name : t->of->event);
	}
	return OK;
}

static err until_told(struct walk *w, const struct event *ev)
{
	int at = journey_node_at(w->d, w->p.node);
	const struct jnode *n = at < 0 ? NULL : &w->d->nodes[at];
	struct snap from = place_of_event(w->tx, ev);
	bool hears = false;
	if (!n || n->type != NODE_UNTIL || ev->occurred <= w->p.at ||
	    ev->occurred > w->p.at + ((const struct journey_until *)n->of->until)->timeout_minutes * MS_MINUTE)
		return OK;
	TRY(journey_hears(&from, &n->until, ev, &hears));
	if (!hears)
		return OK;
	w->p.cause = w->tx->snap.unit->cause;
	TRY(place_step(w, "passed", "yes", STR("")));
	place_count(w, w->p.node, STR("out:yes"), 1);
	return place_move(w, journey_port_to(n, "yes"), int_min(ev->occurred, w->tx->snap.now));
}

static err place_told(struct tx *tx, const struct journey_set *set, const struct place *p, const struct event *ev)
{
	struct walk w = { .tx = tx, .d = journey_def_in(set, p->journey, p->version), .p = *p };
	bool left = false, heard = w.d && journey_kind_in(w.d->kinds, ev->kind);
	if (!w.d)
		return OK;
	if (ev->kind == EV_CUSTOMER_ERASED) {
		TRY(place_quit(&w, "erased", STR("")));
		return place_save(&w);
	}
	if (heard)
		TRY(of_this_key(&w, ev, &heard));
	if (heard)
		TRY(target_told(&w, ev, &left));
	if (heard && !left)
		TRY(until_told(&w, ev));
	/* What she asked for is under way and her rows may say by now that it is not wanted any more. */
	if (!left && w.d->by_rows && w.p.state == PLACE_ASKED && w.p.due != NIL)
		w.p.due = tx->snap.now;
	if (memcmp(&w.p, p, sizeof(*p)) == 0)
		return OK;
	return place_save(&w);
}

/* ---- triggers ---- */

static err trigger_told(struct tx *tx, const struct jstate *j, i64 root, const struct event *ev)
{
	struct snap at = place_of_event(tx, ev);
	struct coming c = { .d = j->now, .j = j, .root = root, .leaf = ev->customer, .at = ev->occurred, .cause = tx->snap.unit->cause };
	bool hears;
	str reason;
	if (ev->recorded < j->since)
		return OK;
	TRY(journey_hears(&at, &j->now->listens, ev, &hears));
	if (!hears)
		return OK;
	TRY(journey_key_of(&at, j->now, ev, &c.key));
	return journey_let_in(tx, &c, &reason);
}

static err called(struct tx *tx, const struct journey_set *set, i64 root, const struct event *ev)
{
	struct snap at = place_of_event(tx, ev);
	struct journey_called b;
	struct place *v;
	size_t n;
	str reason;
	TRY(event_body(&at, ev, &journey_called_record, &b));
	const struct jstate *j = journey_in(set, b.journey);
	if (!j || !j->now)
		return OK;
	if (str_eq_c(b.act, "enter")) {
		struct coming c = { .d = j->now, .j = j, .root = root, .leaf = ev->customer, .key = STR(""), .at = b.at,
				    .cause = tx->snap.unit->cause };
		return journey_let_in(tx, &c, &reason);
	}
	TRY(place_in_flight(&tx->snap, &(struct place_of){ root }, &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct walk w = { .tx = tx, .d = journey_def_in(set, v[i].journey, v[i].version), .p = v[i] };
		if (v[i].journey != b.journey || !w.d)
			continue;
		TRY(place_quit(&w, "exit", STR("called")));
		TRY(place_save(&w));
	}
	return OK;
}

/* ---- verb.ended ---- */

static err act_ended(struct tx *tx, const struct journey_set *set, const struct event *ev)
{
	struct snap at = place_of_event(tx, ev);
	struct verb_ended b;
	struct walk w = { .tx = tx };
	TRY(event_body(&at, ev, &verb_ended_record, &b));
	err e = place_get(&tx->snap, &(struct place_key){ b.token }, &w.p);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	w.d = journey_def_in(set, w.p.journey, w.p.version);
	str mine = arena_printf(tx->snap.arena, "j%lld:%.*s", (long long)w.p.id, STR_F(w.p.node));
	if (!w.d || w.p.state != PLACE_ASKED || !str_eq(mine, b.key))
		return OK;
	w.p.cause = tx->snap.unit->cause;
	ms ended = int_min(int_max(b.at, w.p.at), tx->snap.now);
	bool done = str_eq_c(b.state, "done");
	str reason = done ? STR("") : str_eq_c(b.state, "refused") && b.reason.n ? b.reason : b.state;
	TRY(place_goes_on(&w, done, reason, ended));
	return place_save(&w);
}

/* ---- the handler ---- */

static err told(struct tx *tx, const struct journey_set *set, i64 root, const struct event *ev)
{
	struct place *v;
	size_t n;
	if (ev->kind == EV_VERB_ENDED)
		return act_ended(tx, set, ev);
	if (ev->kind == EV_JOURNEY_CALLED)
		return called(tx, set, root, ev);
	TRY(place_in_flight(&tx->snap, &(struct place_of){ root }, &v, &n));
	for (size_t i = 0; i < n; i++)
		TRY(place_told(tx, set, &v[i], ev));
	for (size_t i = 0; i < set->n && ev->kind != EV_CUSTOMER_ERASED; i++)
		if (set->all[i].now && set->all[i].running && set->all[i].now->listens.kind == ev->kind)
			TRY(trigger_told(tx, &set->all[i], root, ev));
	return OK;
}

static err is_of_journey(struct tx *tx, const struct event *ev, bool *ret)
{
	struct verb_ended b;
	TRY(event_body(&tx->snap, ev, &verb_ended_record, &b));
	*ret = str_eq_c(b.by, "journey");
	return OK;
}

static err asked_somewhere(struct tx *tx, i64 root, bool *ret)
{
	struct snap at = tx->snap;
	struct place *v;
	size_t n;
	*ret = false;
	snap_slot(&at, slot_of(tx, root));
	TRY(place_in_flight(&at, &(struct place_of){ root }, &v, &n));
	for (size_t i = 0; i < n; i++)
		*ret |= v[i].state == PLACE_ASKED;
	return OK;
}

/* Here when her places stand here, else carried to where they do. */
static err bring(struct tx *tx, const struct journey_set *set, const struct event *ev)
{
	bool wanted = journey_kind_in(set->kinds, ev->kind) || ev->kind == EV_CUSTOMER_ERASED || ev->kind == EV_JOURNEY_CALLED;
	i64 root;
	if (ev->kind == EV_VERB_ENDED)
		TRY(is_of_journey(tx, ev, &wanted));
	if (!wanted && !set->by_rows)
		return OK;
	TRY(journey_person(&tx->snap, ev->customer, &root, NULL, NULL));
	if (!wanted)
		TRY(asked_somewhere(tx, root, &wanted));
	if (!wanted)
		return OK;
	if (slot_of(tx, root) == tx->snap.slot)
		return told(tx, set, root, ev);
	return carry(tx, root, ev);
}

static err on_carried(struct tx *tx, const struct journey_set *set, const struct event *ev)
{
	struct journey_carried b;
	struct snap at = tx->snap;
	struct event of;
	TRY(event_body(&tx->snap, ev, &journey_carried_record, &b));
	snap_slot(&at, b.place);
	err e = journal_get(&at, b.event, &of);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	if (of_family(of.kind))
		TRY(on_family(tx, set, &of, true));
	return bring(tx, set, &of);
}

static err handle(struct tx *tx, const struct journey_set *set, const struct event *ev)
{
	if (ev->kind == EV_JOURNEY_CARRIED)
		return on_carried(tx, set, ev);
	if (ev->kind == EV_JOURNEY_MOVED)
		return on_moved(tx, set, ev);
	if (of_family(ev->kind))
		TRY(on_family(tx, set, ev, false));
	return bring(tx, set, ev);
}

err journey_on_event(struct tx *tx, const struct event *ev)
{
	struct journey_set *set;
	if (!ev->customer)
		return OK;
	TRY(journey_set_take(&tx->snap, &set));
	err e = set->n || ev->kind == EV_JOURNEY_MOVED ? handle(tx, set, ev) : OK;
	if (e == OK)
		e = place_counts_flush(tx);
	journey_set_give(tx->snap.unit->env, set);
	return e;
}
