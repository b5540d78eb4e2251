/*
 * SMS campaigns as a channel of plans over several: a touch is estimated and sent without a second question, for the plan was
 * approved as a whole; friends get it too.
 */
#include "feature/smsdrain/smsdrain_data.h"

#include "core/mass/mass_plan.h"

#define SAMPLE_LINK "https://example.cn/d/abcdefghij"

#define SMSDRAIN_TOUCH_FIELDS(F, S)                                                             \
	F(S, STR, words, .min = 1, .max = SMSDRAIN_WORDS_MAX, .doc = "with {link}") F(S, STR, target, .min = 1, .max = SMSDRAIN_TARGET_MAX)
RECORD(smsdrain_touch, SMSDRAIN_TOUCH_FIELDS);

static err check(struct unit *u, const void *content)
{
	const struct smsdrain_touch *c = content;
	str text;
	if (!str_starts(c->target, STR("https://")) && !str_starts(c->target, STR("http://")))
		return fail_set(&u->fail, ERR_INPUT, T_SMSDRAIN_TARGET, STR("content.target"), c->target, STR("https://"));
	err e = smsdrain_text(u, c->words, STR(SAMPLE_LINK), &text);
	return e == ERR_CONFIG ? fail_set(&u->fail, ERR_STATE, T_SMSDRAIN_ACCOUNT, STR_NIL, STR_NIL, STR_NIL) : e;
}

static err look(const struct snap *s, const struct mass_touch *t, const i64 *roots, const struct mass_had *had, size_t n, struct mass_pick *ret)
{
	return smsdrain_look(s, t->at, roots, had, n, ret);
}

static err begin(struct tx *tx, const struct mass_touch *t, i64 *ret_id)
{
	const struct smsdrain_touch *c = t->content;
	struct arena *a = tx->snap.arena;
	str text;
	TRY(smsdrain_text(tx->snap.unit, c->words, STR(SAMPLE_LINK), &text));
	struct smsdrain d = { .id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .name = t->name, .expr = t->expr, .words = c->words,
			      .target = c->target, .state = STR("planning"), .made_by = t->made_by, .scoped = t->viewed_by, .approved_by = NIL,
			      .job = NIL, .parts = sms_parts(text), .created = tx->snap.now, .started = tx->snap.now, .experiment = NIL,
			      .variants = STR("") };
	TRY(job_add(tx, SMSDRAIN_JOB_PLAN, arena_dup(a, t->name), STR("/sms"), &smsdrain_key_record, &(struct smsdrain_key){ d.id }, &d.job));
	TRY(smsdrain_insert(tx, &d));
	*ret_id = d.id;
	return OK;
}

err smsdrain_queue(struct tx *tx, i64 id)
{
	struct smsdrain d;
	TRY(smsdrain_get(&tx->snap, &(struct smsdrain_key){ id }, &d));
	TRY(job_add(tx, SMSDRAIN_JOB_SEND, d.name, STR("/sms"), &smsdrain_key_record, &(struct smsdrain_key){ id }, &d.job));
	return smsdrain_update(tx, &d);
}

static err figures(const struct snap *s, i64 id, str currency, struct mass_figures *ret)
{
	struct smsdrain d;
	struct smsdrain_tally *t;
	size_t n;
	(void)currency;
	TRY(smsdrain_get(s, &(struct smsdrain_key){ id }, &d));
	TRY(smsdrain_tallies(s, &(struct smsdrain_key){ id }, &t, &n));
	/* Nobody confirms a text message; what the provider took counts as delivered. */
	*ret = (struct mass_figures){ d.state, true, 0, 0, NIL, 0, 0 };
	for (size_t i = 0; i < n; i++) {
		bool sent = str_eq_c(t[i].what, "sent");
		ret->planned += str_eq_c(t[i].what, "planned") ? t[i].n : 0;
		ret->created += sent || str_eq_c(t[i].what, "unknown") ? t[i].n : 0;
		ret->delivered += sent ? t[i].n : 0;
		ret->bought += str_eq_c(t[i].what, "bought") ? t[i].n : 0;
	}
	return OK;
}

static err fates(const struct snap *s, i64 id, const i64 *customers, size_t n, struct mass_fate *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct smsdrain_person p = { .customer = customers[i], .drain = id };
		err e = smsdrain_person_get(s, &p, &p);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == OK)
			ret[i] = (struct mass_fate){ p.state, p.reason };
	}
	return OK;
}

const struct mass_channel smsdrain_channel = {
	.name = SMSDRAIN_DOOR, .label = T_MASS_SMS, .perm = "sms.write", .page = "/sms?id=", .reach = "sms", .how = "message", .addressed = true,
	.content = &smsdrain_touch_record, .check = check, .look = look, .begin = begin, .stop = smsdrain_cancel, .figures = figures,
	.fates = fates,
};
