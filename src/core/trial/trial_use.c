/*
 * trial_use: see the header.
 */
#include "core/trial/trial_use.h"

#include "core/reach/reach.h"
#include "core/verb_kind.h"

err trial_fits(const struct snap *s, i64 id, size_t contents, struct trial *ret)
{
	err e = trial_get(s, id, ret);
	if (e == ERR_NOT_FOUND)
		return snap_fail(s, ERR_STATE, T_TRIAL_NOT_RUNNING, STR("experiment_id"), STR_NIL, STR_NIL);
	TRY(e);
	size_t variants = trial_variants(ret);
	return contents == variants ? OK : snap_fail(s, ERR_INPUT, T_TRIAL_CONTENTS, STR("variants"), arena_printf(s->arena, "%zu", contents),
						     arena_printf(s->arena, "%zu", variants));
}

err trial_use(const struct snap *s, i64 id, size_t contents, struct trial *ret)
{
	TRY(trial_fits(s, id, contents, ret));
	return str_eq_c(ret->state, "running") ? OK : snap_fail(s, ERR_STATE, T_TRIAL_NOT_RUNNING, STR("experiment_id"), ret->name, STR_NIL);
}

struct list trial_lots(struct arena *a, const struct trial *t, const i64 *counts)
{
	size_t n = trial_variants(t);
	struct trial_lot *v = ARENA_ARRAY(a, struct trial_lot, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct trial_lot){ str_c(trial_key((i64)i)), trial_label(t, (i64)i), counts ? counts[i] : 0 };
	return (struct list){ v, n };
}

err trial_turn_of(struct tx *tx, i64 id, i64 root, size_t contents, struct trial_turn *ret)
{
	TRY(trial_fits(&tx->snap, id, contents, &ret->t));
	return trial_variant_of(&tx->snap, &ret->t, root, &ret->variant);
}

err trial_turn_met(struct tx *tx, const struct trial_turn *turn, const struct verb_call *call)
{
	struct trial_by by = { call->by, call->by_id, call->at };
	i64 same;
	return trial_expose(tx, &turn->t, &by, call->customer, &same);
}

err trial_turn_held(struct tx *tx, const struct trial_turn *turn, const struct verb_call *call, const struct reach_ask *ask,
		    struct verb_result *ret)
{
	struct reach_answer answer;
	TRY(reach_look_many(&tx->snap, ask, 1, &answer));
	bool go = answer.verdict == REACH_GO;
	*ret = (struct verb_result){ answer.retry_at == NIL || go ? VERB_REFUSED : VERB_HELD, str_c(go ? TRIAL_REASON : reach_reason(answer.verdict)),
				     go ? NIL : answer.retry_at };
	return go ? trial_turn_met(tx, turn, call) : OK;
}
