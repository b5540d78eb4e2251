/*
 * letter's rules in the slot of the person: asking, ending, stopping; the verb.
 */
#include "feature/letter/letter_int.h"

#include "base/hash.h"
#include "core/attr/attr_say.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"

str letter_claim_key(struct arena *a, const struct letter *l)
{
	return arena_printf(a, "letter:%.*s:%lld:%.*s", STR_F(l->caller), (long long)l->by_id, STR_F(l->act_key));
}

/* What may share a task: the same step, words and class through the same member. */
static str gather_of(struct arena *a, const struct letter *l)
{
	u8 bytes[SHA256_BYTES];
	hash_sha256(arena_printf(a, "%.*s\n%lld\n%lld\n%.*s\n%.*s", STR_F(l->caller), (long long)l->by_id, (long long)l->staff,
				 STR_F(l->class), STR_F(l->content)), bytes);
	return hash_hex(a, bytes, 16);
}

err letter_put(struct tx *tx, struct letter *l, ms ready, bool *ret_new)
{
	l->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	l->state = STR("gathering");
	l->reason = STR_NIL;
	l->made = tx->snap.now;
	l->task = 0;
	l->wish = false;
	l->sent_at = NIL;
	l->gather = gather_of(tx->snap.arena, l);
	TRY(letter_add(tx, l));
	*ret_new = tx_changed(tx) > 0;
	if (!*ret_new)
		return OK;
	struct letter_asked body = { l->gather, l->staff, l->content, l->caller, l->by_id, ready, l->life };
	return journal_relay(tx, slot_base(tx->snap.unit->store, tx->snap.corp), EV_LETTER_ASKED, 0, tx->snap.now, &letter_asked_record, &body);
}

/* ---- ends ---- */

static err tell(struct tx *tx, const struct letter *l, const char *state, str reason, ms at)
{
	struct verb_ended of = {
		.verb = STR("wecom.send"), .by = l->caller, .by_id = l->by_id, .token = l->token, .key = l->act_key,
		.state = str_c(state), .reason = reason, .at = at,
	};
	return verb_tell(tx, l->customer, &of);
}

/* The next friend of hers who has not had it; staff 0: nobody. */
static err next_friend(struct tx *tx, const struct letter *l, struct follow_sender *ret)
{
	struct letter_act act = { l->caller, l->by_id, l->act_key };
	struct letter *had;
	struct follow_sender *friends;
	i64 root;
	size_t n, count;
	*ret = (struct follow_sender){ 0 };
	TRY(letter_of_act(&tx->snap, &act, &had, &n));
	TRY(customer_root(tx->snap.unit, l->customer, &root));
	TRY(follow_friends(tx->snap.unit, root, &friends, &count));
	for (size_t i = 0; i < count && !ret->staff; i++) {
		bool tried = false;
		for (size_t k = 0; k < n; k++)
			tried |= had[k].staff == friends[i].staff;
		if (!tried)
			*ret = friends[i];
	}
	return OK;
}

static err move_on(struct tx *tx, const struct letter *l, const struct follow_sender *to, str reason)
{
	struct letter next = *l;
	bool made;
	ms open, close;
	next.staff = to->staff;
	next.external_userid = to->external_userid;
	next.nth++;
	TRY(reach_window(tx->snap.unit, tx->snap.now, &open, &close));
	TRY(letter_finish(tx, &(struct letter_end){ l->id, STR("moved"), reason, NIL }));
	return tx_changed(tx) ? letter_put(tx, &next, open, &made) : OK;
}

static err settle(struct tx *tx, const struct letter *l, const char *state, str reason, ms at)
{
	bool sent = !strcmp(state, "delivered");
	bool failed = !strcmp(state, "not_friend") || !strcmp(state, "quota") || !strcmp(state, "failed");
	str why = str_is_nil(reason) && failed ? str_c(state) : reason;
	struct reach_event body = {
		.channel = STR("wecom"), .class = l->class, .by = l->caller, .by_id = l->by_id, .staff = l->staff, .reason = why,
	};
	if (!sent)
		TRY(reach_release(tx, l->customer, letter_claim_key(tx->snap.arena, l)));
	if (sent || failed)
		TRY(journal_add(tx, sent ? EV_REACH_SENT : EV_REACH_FAILED, l->customer, at, &reach_event_record, &body, NULL));
	return tell(tx, l, sent ? "done" : failed ? "failed" : state, why, at);
}

err letter_ended(struct tx *tx, const struct letter *l, const char *state, str reason, ms at)
{
	bool moves = l->moves || str_eq_c(reason, LETTER_LEFT);
	if (!strcmp(state, "expired") && moves && !l->wish && l->nth < LETTER_MOVES_MAX) {
		struct follow_sender to;
		TRY(next_friend(tx, l, &to));
		if (to.staff)
			return move_on(tx, l, &to, reason);
	}
	bool sent = !strcmp(state, "delivered");
	if (sent && l->wish)
		reason = STR("after_goal");
	TRY(letter_finish(tx, &(struct letter_end){ l->id, str_c(state), reason, sent ? at : NIL }));
	return tx_changed(tx) ? settle(tx, l, state, reason, at) : OK;
}

/* ---- the verb ---- */

static bool split(const struct letter_args *args) { return args->experiment != NIL && args->experiment > 0; }

static err check_content(struct unit *u, const struct content *c, const char *at, const char *text)
{
	TRY(enclose_check(u, c, at));
	return c->text.n ? attr_say_check(u, text, c->text, WECOM_TEXT_BYTES_MAX) : OK;
}

static err check(struct unit *u, const void *of)
{
	const struct letter_args *args = of;
	const struct content plain = { args->text, args->link, args->enclosed }, *v = args->variants.v;
	struct trial t;
	if (!split(args))
		return check_content(u, &plain, "message", "text");
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), trial_use(snap, args->experiment, args->variants.n, &t)));
	for (size_t i = 0; i < args->variants.n; i++)
		TRY(check_content(u, &v[i], "variants", "variants.text"));
	return OK;
}

static struct reach_ask ask_of(struct tx *tx, const struct verb_call *call, const struct letter *l)
{
	return (struct reach_ask){
		.root = call->customer, .channel = "wecom", .class = str_eq_c(l->class, "service") ? "service" : "marketing",
		.by = call->by, .by_id = call->by_id, .staff = l->staff, .key = letter_claim_key(tx->snap.arena, l), .at = call->at,
	};
}

static err claim(struct tx *tx, const struct verb_call *call, const struct letter *l, struct verb_result *ret)
{
	struct reach_ask ask = ask_of(tx, call, l);
	struct reach_answer answer;
	TRY(reach_claim(tx, &ask, &answer));
	*ret = (struct verb_result){ VERB_ASKED, STR_NIL, NIL };
	if (answer.verdict != REACH_GO)
		*ret = (struct verb_result){ answer.retry_at == NIL ? VERB_REFUSED : VERB_HELD, str_c(reach_reason(answer.verdict)), answer.retry_at };
	return OK;
}

static err fill(struct tx *tx, const struct verb_call *call, const struct letter_args *args, const struct follow_sender *from,
		struct letter *l, ms *ret_ready)
{
	struct unit *u = tx->snap.unit;
	struct content c = { STR_NIL, args->link, args->enclosed };
	i64 gather = args->gather_min, hours;
	if (gather == NIL)
		TRY(setting_i64(u, "letter.gather_min", &gather));
	TRY(setting_i64(u, "letter.life_hours", &hours));
	if (args->text.n)
		TRY(attr_say_from(u, call->customer, from->staff, args->text, &c.text));
	if (gather <= 0) /* she will be alone in the task */
		TRY(enclose_link(u, &(struct enclosure_to){ call->customer, from->staff }, args->link, &c.link));
	*l = (struct letter){
		.customer = call->customer, .external_userid = from->external_userid, .staff = from->staff,
		.content = content_json(tx->snap.arena, &c), .class = args->class.n ? args->class : STR("marketing"),
		.life = int_max(hours, 1) * MS_HOUR, .moves = args->move, .caller = str_c(call->by), .by_id = call->by_id,
		.token = call->token, .act_key = call->key,
	};
	*ret_ready = tx->snap.now + int_max(gather, 0) * MS_MINUTE;
	return OK;
}

/* Her variant, and its message as if it were the letter's own. */
static err turn_of(struct tx *tx, const struct verb_call *call, struct letter_args *args, struct trial_turn *ret)
{
	TRY(trial_turn_of(tx, args->experiment, call->customer, args->variants.n, ret));
	if (ret->variant == TRIAL_HELD)
		return OK;
	const struct content *c = &((const struct content *)args->variants.v)[ret->variant];
	args->text = c->text;
	args->link = c->link;
	args->enclosed = c->enclosed;
	return OK;
}

static err run(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	struct letter_act act = { str_c(call->by), call->by_id, call->key };
	struct letter_args args = *(const struct letter_args *)call->args;
	struct follow_sender from;
	struct trial_turn turn = { .variant = 0 };
	struct letter *had, l;
	size_t n;
	bool made;
	ms ready;
	TRY(letter_of_act(&tx->snap, &act, &had, &n));
	*ret = (struct verb_result){ VERB_ASKED, STR_NIL, NIL };
	if (n)
		return OK;
	TRY(follow_sender_of(tx->snap.unit, call->customer, &from));
	if (!from.staff) {
		*ret = (struct verb_result){ VERB_REFUSED, STR("no_friend"), NIL };
		return OK;
	}
	if (split(&args))
		TRY(turn_of(tx, call, &args, &turn));
	TRY(fill(tx, call, &args, &from, &l, &ready));
	if (turn.variant == TRIAL_HELD) {
		struct reach_ask ask = ask_of(tx, call, &l);
		return trial_turn_held(tx, &turn, call, &ask, ret);
	}
	TRY(claim(tx, call, &l, ret));
	if (ret->state != VERB_ASKED)
		return OK;
	if (split(&args))
		TRY(trial_turn_met(tx, &turn, call));
	return letter_put(tx, &l, ready, &made);
}

static err stop(struct tx *tx, const struct verb_call *call, bool *ret_stopped)
{
	struct letter_act act = { str_c(call->by), call->by_id, call->key };
	struct letter *had;
	size_t n;
	*ret_stopped = false;
	TRY(letter_of_act(&tx->snap, &act, &had, &n));
	if (!n)
		return OK;
	struct letter_id id = { had[0].id };
	TRY(letter_withdraw(tx, &id));
	*ret_stopped = tx_changed(tx) > 0;
	if (*ret_stopped)
		return settle(tx, &had[0], "stopped", STR_NIL, tx->snap.now);
	TRY(letter_wish(tx, &id));
	struct letter_errand body = { had[0].task };
	return tx_changed(tx) ? journal_relay(tx, slot_base(tx->snap.unit->store, tx->snap.corp), EV_LETTER_STOPPED, 0, tx->snap.now,
					   &letter_errand_record, &body) : OK;
}

const struct verb letter_verbs[] = {
	{ .name = "wecom.send", .label = T_VERB_WECOM_SEND, .args = &letter_args_record, .channel = "wecom", .check = check, .run = run,
	  .stop = stop },
	{ 0 },
};
