/*
 * The rig of tests of journeys.
 */
#include "feature/journey/test_journey.h"

/* Every act that goes out is a note in the journal: as often as it is there it was done. */
static err test_say(struct tx *tx, const struct verb_call *c, const char *what)
{
	struct test_note note = { arena_printf(tx->snap.arena, "%s %.*s", what, STR_F(c->key)) };
	return journal_add(tx, EV_NOTE_ADDED, c->customer, c->at, &test_note_record, &note, NULL);
}

static err test_act_run(struct tx *tx, const struct verb_call *c, struct verb_result *ret)
{
	const struct test_act *in = c->args;
	struct tz_time t = tz_local(corp_zone(tx->snap.unit, tx->snap.corp), c->at);
	*ret = (struct verb_result){ .state = VERB_DONE, .retry_at = NIL };
	if (str_eq_c(in->how, "broken"))
		return tx_fail(tx, ERR_INTERNAL, T_OK, STR("broken"), STR_NIL, STR_NIL);
	if (str_eq_c(in->how, "refuse")) {
		*ret = (struct verb_result){ VERB_REFUSED, STR("no_friend"), NIL };
		return OK;
	}
	if (str_eq_c(in->how, "quiet") && (t.hour >= 21 || t.hour < 9)) {
		i64 day = corp_day(tx->snap.unit, c->at) + (t.hour >= 21);
		*ret = (struct verb_result){ VERB_HELD, STR("quiet"), journey_minute_at(tx->snap.unit, day, 9 * 60) };
		return OK;
	}
	TRY(test_say(tx, c, "did"));
	if (!str_eq_c(in->how, "ask") && !str_eq_c(in->how, "never"))
		return OK;
	ret->state = VERB_ASKED;
	if (str_eq_c(in->how, "never"))
		return OK;
	struct verb_ended end = { STR("test.act"), str_c(c->by), c->by_id, c->token, c->key, STR("done"), STR_NIL, c->at + in->minutes * MS_MINUTE };
	return timer_set(tx, STR("test.end"), c->key, end.at, c->customer, &verb_ended_record, &end);
}

static err test_act_stop(struct tx *tx, const struct verb_call *c, bool *ret_stopped)
{
	*ret_stopped = true;
	TRY(timer_cancel(tx, STR("test.end"), c->key));
	return test_say(tx, c, "stopped");
}

static err test_end_in(struct tx *tx, const struct timer_row *row)
{
	struct verb_ended end;
	bool taken;
	TRY(timer_take(tx, row, &taken));
	TRY(timer_body(&tx->snap, row, &verb_ended_record, &end));
	return taken ? verb_tell(tx, row->customer, &end) : OK;
}

static err test_end(struct cx *cx, const struct timer_row *row) { return WRITE_TX(&cx->unit, row->slot, test_end_in(tx, row)); }

static const struct verb test_verbs[] = {
	{ .name = "test.act", .label = T_OK, .args = &test_act_record, .run = test_act_run, .stop = test_act_stop },
	{ 0 },
};
static const struct timer_kind test_timers[] = { { "test.end", test_end }, { 0 } };
static const struct query *const test_queries[] = { NULL };
static const struct module test_verb_module = {
	.name = "testverb", .doc = "Acts of tests.", .queries = test_queries, .verbs = test_verbs, .timers = test_timers,
};

/* ---- the pond ---- */

int lab_new(void **state, i64 spread)
{
	struct lab *l = calloc(1, sizeof(*l));
	struct fail f = { 0 };
	size_t n = 0;
	void *w;
	for (; modules[n]; n++)
		l->list[n] = modules[n];
	l->list[n] = &test_verb_module;
	fault_init("");
	pond_new(&w, l->list, spread);
	l->w = w;
	for (size_t i = 0; l->list[i]; i++)
		if (l->list[i]->queries)
			assert_int_equal(store_check(l->w->t->store, l->list[i]->queries, &f), OK);
	assert_int_equal(journey_module.start(&l->w->env, &f), OK);
	l->owner = (struct browser){ .w = l->w };
	*state = l;
	return 0;
}

int lab_free(void **state)
{
	struct lab *l = *state;
	void *w = l->w;
	fault_init("");
	journey_cache_free(l->w->env.journeys);
	pond_free(&w);
	free(l);
	return 0;
}

ms now(struct lab *l) { return clock_now(&l->w->t->clock); }

void settle(struct lab *l) { engine_settle(&l->w->env); }

struct unit *unit_of(struct lab *l) { return &l->w->cx.unit; }

void live_until(struct lab *l, ms until) { engine_live(&l->w->env, &l->w->t->clock, until, NULL); }

void live(struct lab *l, ms by) { live_until(l, now(l) + by); }

err test_add(struct tx *tx, i64 id)
{
	struct customer_profile p = { .birthday = NIL };
	return customer_add(tx, id, STR("segment"), tx->snap.now, &p);
}

i64 person_new(struct lab *l)
{
	u32 number;
	assert_int_equal(store_number(unit_of(l), "customer", &number), OK);
	i64 id = id_customer(l->w->corp, number);
	assert_int_equal(WRITE_TX(unit_of(l), slot_of_customer(l->w->t->store, id), test_add(tx, id)), OK);
	return id;
}

void happens_to(struct lab *l, i64 leaf, const char *name, const char *order)
{
	struct test_site body = { str_c(name), order ? str_c(order) : STR_NIL };
	assert_int_equal(WRITE_TX(unit_of(l), slot_of_customer(l->w->t->store, leaf),
				  journal_add(tx, EV_SITE_TRACKED, leaf, now(l), &test_site_record, &body, NULL)), OK);
}

void happens(struct lab *l, i64 leaf, const char *name) { happens_to(l, leaf, name, NULL); }

int act_on(struct lab *l, i64 id, const char *what, const char *body)
{
	return ask(&l->owner, "POST", arena_printf(l->w->a, "/api/v1/journeys/%lld/%s", (long long)id, what), str_c(body));
}

i64 drafted(struct lab *l, const char *def)
{
	int status = post(&l->owner, "/api/v1/journeys", "%s", def);
	if (status != 201)
		print_message("%.*s\n", STR_F(l->owner.reply.body));
	return status == 201 ? json_id(reply_json(&l->owner), "id") : 0;
}

i64 running(struct lab *l, const char *def)
{
	i64 id = drafted(l, def);
	assert_true(id > 0);
	if (act_on(l, id, "publish", "{}") != 200)
		fail_msg("%.*s", STR_F(l->owner.reply.body));
	settle(l);
	return id;
}

int notes(struct lab *l, const char *begins)
{
	i64 slots[64];
	size_t n = slots_of_corp(l->w->t->store, l->w->corp, slots, ARRAY_LEN(slots));
	int found = 0;
	for (size_t i = 0; i < n; i++) {
		struct event *ev;
		size_t count;
		assert_int_equal(READ_SNAP(unit_of(l), slots[i], journal_read(snap, 0, 100000, &ev, &count)), OK);
		for (size_t k = 0; k < count; k++)
			found += ev[k].corp == l->w->corp && ev[k].kind == EV_NOTE_ADDED &&
				 str_has(ev[k].body, arena_printf(l->w->a, "\"text\":\"%s", begins));
	}
	return found;
}

i64 count_of(struct lab *l, i64 journey, const char *node, const char *what)
{
	i64 sum = 0;
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/counts", (long long)journey), 200);
	const struct json *rows = json_get(reply_json(&l->owner), "data");
	for (size_t i = 0; i < rows->n; i++)
		if (str_eq_c(json_str(&rows->items[i], "node"), node) && str_eq_c(json_str(&rows->items[i], "what"), what))
			sum += json_i64(&rows->items[i], "n", 0);
	return sum;
}

bool place_of_person(struct lab *l, i64 journey, i64 person, struct place *ret)
{
	struct place *v;
	size_t n;
	i64 root;
	assert_int_equal(customer_root(unit_of(l), person, &root), OK);
	assert_int_equal(READ_SNAP(unit_of(l), slot_of_customer(l->w->t->store, root), place_of_customer(snap, &(struct place_of){ root }, &v, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (v[i].journey == journey) {
			*ret = v[i];
			return true;
		}
	return false;
}
