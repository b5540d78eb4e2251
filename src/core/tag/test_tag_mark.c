/*
 * Who holds a mark: sources, hands against rules, expiry, refusal and consent, over one person with several
 * leaves. A corp over one slot and over eight.
 */
#include "core/tag/test_tag.h"

#include "core/tag/tag_consent.h"
#include "store/seal.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static bool mark_by(struct world *w, i64 her, i64 tag, struct tag_cause cause)
{
	bool changed = false;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_mark_by(tx, her, tag, &cause, &changed)), OK);
	return changed;
}

static bool unmark_by(struct world *w, i64 her, i64 tag, struct tag_cause cause)
{
	bool changed = false;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_unmark_by(tx, her, tag, &cause, &changed)), OK);
	return changed;
}

#define BY(...) (struct tag_cause){ __VA_ARGS__ }

static struct tag_mark_row shown(struct world *w, i64 her, i64 tag)
{
	struct tag_mark_row row;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), tag_mark_get(snap, &(struct tag_on){ her, tag }, &row)), OK);
	return row;
}

static size_t sources(struct world *w, i64 her, i64 tag)
{
	struct tag_mark_row *rows;
	size_t n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), tag_held(snap, &(struct tag_on){ her, tag }, &rows, &n)), OK);
	for (size_t i = 1; i < n; i++)
		assert_false(tag_stronger(&rows[i], &rows[i - 1]));
	return n;
}

static void set(struct world *w, i64 id, i64 ttl, bool sensitive, bool archived)
{
	struct tag t = row(w, id);
	t.ttl = ttl;
	t.sensitive = sensitive;
	t.archived = archived;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_put(tx, &t)), OK);
}

static void a_mark_shows_its_strongest_source(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "自有", "老客", false);
	assert_true(mark_by(w, her, tag, BY(.why = "model", .why_id = 9, .confidence = 70)));
	assert_false(mark_by(w, her, tag, BY(.why = "rule", .why_id = 5, .confidence = 60)));
	assert_true(str_eq_c(shown(w, her, tag).why, "rule"));
	assert_false(mark_by(w, her, tag, BY(.why = "model", .why_id = 9, .confidence = 99)));
	assert_true(str_eq_c(shown(w, her, tag).why, "rule")); /* a weaker kind does not take over */
	assert_false(mark_by(w, her, tag, BY(.why = "rule", .why_id = 6, .confidence = 61)));
	assert_int_equal(shown(w, her, tag).why_id, 6); /* of one kind the surer one shows */
	assert_false(mark_by(w, her, tag, BY(.why = "rule", .why_id = 7, .confidence = 61)));
	assert_int_equal(shown(w, her, tag).why_id, 6); /* of equals the earlier one */
	assert_false(mark_by(w, her, tag, BY(.why = "manual", .why_id = 3, .confidence = 1000)));
	assert_true(str_eq_c(shown(w, her, tag).why, "manual"));
	assert_int_equal(shown(w, her, tag).confidence, TAG_CONFIDENCE_MAX);
	assert_int_equal(sources(w, her, tag), 5);
	assert_int_equal(told(w, her, EV_TAG_MARKED, NULL), 1);
	assert_int_equal(tally(w, tag), 1);
}

static void a_mark_stands_until_its_last_source_lets_go(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "自有", "老客", false);
	mark(w, her, tag, "rule", 5);
	mark(w, her, tag, "rule", 6);
	mark(w, her, tag, "channel", 7);
	assert_false(unmark_by(w, her, tag, BY(.why = "rule", .why_id = 99))); /* never held it */
	assert_int_equal(sources(w, her, tag), 3);
	assert_false(unmark_by(w, her, tag, BY(.why = "channel", .why_id = 7)));
	assert_int_equal(shown(w, her, tag).why_id, 5);
	assert_false(unmark_by(w, her, tag, BY(.why = "rule", .why_id = 5)));
	assert_int_equal(shown(w, her, tag).why_id, 6);
	assert_true(has(w, her, tag));
	assert_int_equal(told(w, her, EV_TAG_UNMARKED, NULL), 0);
	mark(w, her, tag, "rule", 5);
	assert_true(unmark_by(w, her, tag, BY(.why = "rule"))); /* all rules at once */
	assert_false(has(w, her, tag));
	assert_int_equal(told(w, her, EV_TAG_UNMARKED, NULL), 1);
	assert_int_equal(tally(w, tag), 0);
}

static void hands_beat_rules(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "自有", "老客", false);
	bool lifted = false;
	mark(w, her, tag, "manual", 3);
	mark(w, her, tag, "rule", 5);
	assert_false(unmark_by(w, her, tag, BY(.why = "rule", .why_id = 5)));
	assert_true(has(w, her, tag));
	mark(w, her, tag, "rule", 5);
	assert_true(unmark_by(w, her, tag, BY(.why = "manual", .why_id = 3))); /* off for the rule too */
	assert_int_equal(sources(w, her, tag), 0);
	assert_false(mark_by(w, her, tag, BY(.why = "rule", .why_id = 5)));
	assert_false(mark_by(w, her, tag, BY(.why = "import", .why_id = 8)));
	assert_false(has(w, her, tag));
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_refusal_forget(tx, her, tag, &lifted)), OK);
	assert_true(lifted);
	assert_true(mark_by(w, her, tag, BY(.why = "rule", .why_id = 5)));
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_refusal_forget(tx, her, tag, &lifted)), OK);
	assert_false(lifted);
}

/* What a hand took off one leaf, no rule puts on another leaf of the same person; apart again, it may. */
static void a_refusal_speaks_for_the_whole_person(void **state)
{
	struct world *w = *state;
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1)), root;
	i64 tag = new_tag(w, "自有", "老客", false);
	mark(w, a, tag, "rule", 5);
	unmark(w, a, tag, "manual");
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	settle(w);
	assert_false(mark_by(w, b, tag, BY(.why = "rule", .why_id = 5)));
	assert_false(mark_by(w, a, tag, BY(.why = "rule", .why_id = 5)));
	assert_int_equal(customer_split(&w->cx.unit, root == a ? b : a, "manual"), OK);
	settle(w);
	assert_true(mark_by(w, b, tag, BY(.why = "rule", .why_id = 5)));
	assert_false(mark_by(w, a, tag, BY(.why = "rule", .why_id = 5)));
}

static void a_mark_runs_out_by_itself(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "自有", "近期活跃", false);
	struct tag_mark_event body;
	struct event ev;
	set(w, tag, 7, false, false);
	ms at = now(w);
	mark(w, her, tag, "rule", 5);
	assert_int_equal(shown(w, her, tag).expires, at + 7 * MS_DAY);
	live_until(w, at + 7 * MS_DAY - 1);
	assert_true(has(w, her, tag));
	live_until(w, at + 7 * MS_DAY);
	assert_false(has(w, her, tag));
	assert_int_equal(told(w, her, EV_TAG_UNMARKED, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), event_body(snap, &ev, &tag_mark_event_record, &body)), OK);
	assert_true(str_eq_c(body.why, "expired"));
	assert_int_equal(tally(w, tag), 0);
	assert_true(mark_by(w, her, tag, BY(.why = "rule", .why_id = 5))); /* running out is no refusal */
}

static void the_same_source_renews(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "自有", "近期活跃", false);
	set(w, tag, 7, false, false);
	ms at = now(w);
	mark(w, her, tag, "rule", 5);
	live_until(w, at + 5 * MS_DAY);
	mark(w, her, tag, "rule", 5);
	live_until(w, at + 11 * MS_DAY);
	assert_true(has(w, her, tag));
	live_until(w, at + 12 * MS_DAY);
	assert_false(has(w, her, tag));
	assert_int_equal(told(w, her, EV_TAG_MARKED, NULL), 1);
}

static void what_another_source_holds_does_not_run_out(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "自有", "近期活跃", false);
	set(w, tag, 7, false, false);
	ms at = now(w);
	mark(w, her, tag, "channel", 2);
	mark(w, her, tag, "rule", 5); /* behind it, runs out first */
	assert_false(mark_by(w, her, tag, BY(.why = "rule", .why_id = 6, .expires = at + 30 * MS_DAY)));
	live_until(w, at + 8 * MS_DAY);
	assert_int_equal(sources(w, her, tag), 1);
	assert_int_equal(shown(w, her, tag).why_id, 6);
	mark(w, her, tag, "manual", 3); /* for good: ttl is for automatic marks */
	assert_int_equal(shown(w, her, tag).expires, NIL);
	live_until(w, at + 40 * MS_DAY);
	assert_true(has(w, her, tag));
	assert_int_equal(sources(w, her, tag), 1);
	assert_false(mark_by(w, her, tag, BY(.why = "manual", .expires = at + 50 * MS_DAY))); /* unless the hand says so */
	live_until(w, at + 50 * MS_DAY);
	assert_false(has(w, her, tag));
}

static void many_run_out_at_once(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	ms at = now(w);
	enum { MANY = TAG_EXPIRE_ROWS + 1 };
	i64 tags[MANY];
	for (int i = 0; i < MANY; i++) {
		char name[32];
		snprintf(name, sizeof(name), "标签%d", i);
		tags[i] = new_tag(w, "自有", name, false);
		mark_by(w, her, tags[i], BY(.why = "rule", .why_id = 5, .expires = at + MS_DAY));
	}
	live_until(w, at + MS_DAY);
	assert_int_equal(told(w, her, EV_TAG_UNMARKED, NULL), MANY);
}

static void a_past_or_archived_mark_is_refused_by_hand_and_ignored_by_rules(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "自有", "老客", false);
	struct tag_cause late = BY(.why = "manual", .expires = now(w));
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_mark_by(tx, her, tag, &late, NULL)), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_TAG_PAST);
	assert_false(mark_by(w, her, tag, BY(.why = "rule", .why_id = 5, .expires = now(w))));
	assert_true(mark_by(w, her, tag, BY(.why = "rule", .why_id = 5, .expires = now(w) + 1)));
	set(w, tag, NIL, false, true);
	assert_true(has(w, her, tag)); /* archiving takes nothing off */
	i64 other = person_of(w, befriend(w, "linna", 1));
	assert_false(mark_by(w, other, tag, BY(.why = "rule", .why_id = 5)));
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, other), tag_mark(tx, other, tag, "manual", 1)), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_TAG_ARCHIVED);
}

static void a_sensitive_tag_needs_consent(void **state)
{
	struct world *w = *state;
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1)), root, id;
	i64 tag = new_tag(w, "自有", "孕中期", false);
	bool sensitive = false, yes = true;
	struct tag_consent_in agreed = { STR("sensitive"), STR("talk"), STR("她说可以记下孕期") };
	set(w, tag, NIL, true, false);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_is_sensitive(snap, tag, &sensitive)), OK);
	assert_true(sensitive);
	assert_false(mark_by(w, a, tag, BY(.why = "rule", .why_id = 5)));
	assert_false(mark_by(w, a, tag, BY(.why = "wecom")));
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, a), tag_mark(tx, a, tag, "manual", 1)), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_TAG_CONSENT);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, b), tag_consent_give(tx, b, &agreed, &id)), OK);
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	settle(w);
	assert_true(mark_by(w, a, tag, BY(.why = "rule", .why_id = 5))); /* the person agreed */
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, a), tag_consented(snap, a, "lookalike", &yes)), OK);
	assert_false(yes); /* to that purpose alone */
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, a), tag_consent_end(tx, a, "sensitive")), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, b), tag_consent_end(tx, b, "sensitive")), OK);
	assert_false(has(w, a, tag));
	assert_false(mark_by(w, a, tag, BY(.why = "rule", .why_id = 5)));
}

static void evidence_is_sealed_and_goes_with_the_key(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "自有", "老客", false);
	struct tag_mark_event body;
	struct event ev;
	str plain;
	mark_by(w, her, tag, BY(.why = "model", .why_id = 9, .evidence = STR("她问了两次奶粉")));
	str sealed = shown(w, her, tag).evidence;
	assert_false(str_has(sealed, STR("奶粉")));
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), unseal_text(snap, her, sealed, &plain)), OK);
	assert_true(str_eq_c(plain, "她问了两次奶粉"));
	told(w, her, EV_TAG_MARKED, &ev);
	assert_false(str_has(ev.body, STR("奶粉")));
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), event_body(snap, &ev, &tag_mark_event_record, &body)), OK);
	assert_true(str_eq_c(body.evidence, "她问了两次奶粉"));
	assert_int_equal(body.expires, NIL);
	assert_int_equal(body.confidence, NIL);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), seal_destroy(tx, her)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), unseal_text(snap, her, sealed, &plain)), OK);
	assert_int_equal(plain.n, 0);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_mark_shows_its_strongest_source), BOTH(a_mark_stands_until_its_last_source_lets_go),
		BOTH(hands_beat_rules), BOTH(a_refusal_speaks_for_the_whole_person), BOTH(a_mark_runs_out_by_itself),
		ONE(the_same_source_renews), BOTH(what_another_source_holds_does_not_run_out), ONE(many_run_out_at_once),
		ONE(a_past_or_archived_mark_is_refused_by_hand_and_ignored_by_rules), BOTH(a_sensitive_tag_needs_consent),
		ONE(evidence_is_sealed_and_goes_with_the_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
