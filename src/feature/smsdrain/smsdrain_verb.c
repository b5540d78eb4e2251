/*
 * sms.send: one message to one person.
 */
#include "feature/smsdrain/smsdrain_data.h"

#include "core/attr/attr.h"
#include "core/attr/attr_say.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/reach/reach.h"
#include "store/outbox.h"

#define SEND_FIELDS(F, S)                                                                       \
	F(S, STR, text, .opt = true, .min = 1, .max = SMSDRAIN_WORDS_MAX, .doc = "without signature and opt-out words") \
	F(S, STR, class, .opt = true, .one_of = "marketing,service", .doc = "absent: marketing") \
	F(S, ID, experiment, .opt = true, .doc = "each of its variants has a text of its own") \
	F(S, STRS, variants, .opt = true, .max = TRIAL_VARIANTS_MAX, .doc = "with an experiment: a text for each variant, instead of text")
RECORD(sms_send_args, SEND_FIELDS);

static bool marketing(const struct sms_send_args *in) { return !str_eq_c(in->class, "service"); }

static bool split(const struct sms_send_args *in) { return in->experiment != NIL && in->experiment > 0; }

/* The longest it can become has to fit, and there has to be somebody who carries it. */
static err check_text(struct unit *u, const struct sms_send_args *in, const char *field, str words)
{
	str text;
	if (!words.n || str_utf8_len(words) > SMSDRAIN_WORDS_MAX)
		return fail_set(&u->fail, ERR_INPUT, words.n ? T_TOO_LONG : T_MISSING, str_c(field), STR_NIL, STR(FAIL_STR(SMSDRAIN_WORDS_MAX)));
	TRY(attr_say_check(u, field, words, 0));
	return smsdrain_say(u, words, marketing(in), &text);
}

static err check(struct unit *u, const void *args)
{
	const struct sms_send_args *in = args;
	struct trial t;
	if (!split(in))
		return check_text(u, in, "text", in->text);
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), trial_use(snap, in->experiment, in->variants.n, &t)));
	for (size_t i = 0; i < in->variants.n; i++)
		TRY(check_text(u, in, "variants", in->variants.v[i]));
	return OK;
}

static err run(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	struct sms_send_args in = *(const struct sms_send_args *)call->args;
	struct customer_fact f;
	struct trial_turn turn;
	bool known;
	TRY(speak_before(tx, call, SMS_VERB, ret, &known));
	if (known)
		return OK;
	err e = attr_fact_get(&tx->snap, call->customer, &f);
	if (e == ERR_NOT_FOUND || (e == OK && (f.erased || !f.reach_sms)))
		return speak_refuse(ret, "no_phone");
	TRY(e);
	str class = marketing(&in) ? STR("marketing") : STR("service");
	if (split(&in)) {
		struct reach_ask ask = { .root = call->customer, .channel = "sms", .class = marketing(&in) ? "marketing" : "service", .by = call->by,
					 .by_id = call->by_id, .at = call->at };
		TRY(trial_turn_of(tx, in.experiment, call->customer, in.variants.n, &turn));
		if (turn.variant == TRIAL_HELD)
			return trial_turn_held(tx, &turn, call, &ask, ret);
		in.text = in.variants.v[turn.variant];
	}
	TRY(speak_ask(tx, &(struct speak_ask){ .call = call, .verb = SMS_VERB, .channel = "sms", .class = class, .via = class, .sender = SMS_SAY,
						  .expires = call->at + SMS_LIFE_MS, .record = &sms_send_args_record, .body = &in }, ret));
	return split(&in) && ret->state == VERB_ASKED ? trial_turn_met(tx, &turn, call) : OK;
}

static err stop(struct tx *tx, const struct verb_call *call, bool *ret_stopped) { return speak_stop(tx, call, SMS_VERB, ret_stopped); }

const struct verb smsdrain_verbs[] = { { SMS_VERB, T_VERB_SMS_SEND, &sms_send_args_record, "sms", check, run, stop }, { 0 } };

/* ---- sending ---- */

static struct speak_ended ended(const char *state, const char *reason, i64 cost)
{
	return (struct speak_ended){ .verb = STR(SMS_VERB), .state = str_c(state), .reason = reason ? str_c(reason) : STR_NIL, .remote = STR_NIL, .cost = cost };
}

static err carry(struct cx *cx, const struct sms_send_args *in, i64 root, str phone, i64 *ret_cost)
{
	struct unit *u = &cx->unit;
	struct sms_account account;
	struct sms_text m = { .phone = phone };
	str words;
	i64 fen;
	TRY(smsdrain_account(u, &account));
	TRY(setting_i64(u, "smsdrain.cost_fen", &fen));
	TRY(attr_say(u, root, in->text, &words));
	TRY(smsdrain_say(u, words, marketing(in), &m.text));
	*ret_cost = sms_parts(m.text) * fen;
	return sms_send_text(cx->env->sms, CX_ARENA(cx), &account, &m, &u->fail);
}

err smsdrain_verb_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct unit *u = &cx->unit;
	struct sms_send_args in;
	str phone;
	i64 root, cost = NIL;
	ms open, shut;
	TRY(READ_SNAP(u, row->slot, outbox_body(snap, row, &sms_send_args_record, &in)));
	TRY(reach_window(u, cx_now(cx), &open, &shut));
	if (marketing(&in) && open > cx_now(cx)) { /* it waited into the night */
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .retry_at = open, .reason = STR("quiet hours") };
		return OK;
	}
	TRY(customer_root(u, row->customer, &root));
	TRY(smsdrain_phone(u, root, &phone));
	if (!phone.n || !cx->env->sms) {
		speak_done(cx, row, ended("failed", phone.n ? "no_provider" : "no_phone", NIL), ret);
		return OK;
	}
	err e = carry(cx, &in, root, phone, &cost);
	if (e == ERR_UPSTREAM) /* never left us */
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("line") };
	else if (e == OK)
		speak_done(cx, row, ended("sent", NULL, cost), ret);
	else if (e == ERR_UNKNOWN)
		speak_done(cx, row, ended("unknown", "unknown", cost), ret); /* perhaps it is charged */
	else
		speak_done(cx, row, ended("failed", e == ERR_CONFIG ? "no_provider" : e == ERR_INPUT ? "too_long" : "provider", NIL), ret);
	return OK;
}
