/*
 * broadcast's rules on a transaction of the corp's base slot: making, stopping, reminding.
 */
#include "feature/broadcast/broadcast_data.h"

#include "core/attr/attr_say.h"
#include "core/approve/approve.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/job/job.h"
#include "core/reach/reach_trial.h"
#include "core/trial/trial_use.h"
#include "store/outbox.h"

static str object_of(struct tx *tx, i64 id) { return arena_printf(tx->snap.arena, "broadcast:%lld", (long long)id); }

static str key_of(struct tx *tx, i64 part) { return arena_printf(tx->snap.arena, "%lld", (long long)part); }

static err queue_plan(struct tx *tx, i64 id, str name)
{
	struct broadcast_plan plan = { id };
	str link = arena_printf(tx->snap.arena, "/broadcasts/%lld", (long long)id);
	return job_add(tx, "broadcast.plan", name, link, &broadcast_plan_record, &plan, NULL);
}

#define BROADCAST_SAYS_FIELDS(F, S) F(S, LIST, variants, .of = &content_record)
RECORD(broadcast_says, BROADCAST_SAYS_FIELDS);

static str variants_json(struct arena *a, const struct broadcast_new *in)
{
	const struct broadcast_says says = { { (void *)in->variants, in->variant_count } };
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	record_write(&b, &broadcast_says_record, &says);
	return buf_str(&b);
}

void broadcast_says(struct arena *a, const struct broadcast *b, i64 part_n, struct content *ret)
{
	struct broadcast_says says = { { NULL, 0 } };
	struct json *tree;
	size_t variant = (size_t)(part_n / BROADCAST_VARIANT_PARTS);
	content_read(a, b->content, ret);
	if (b->variants.n && json_parse(b->variants, a, &tree, NULL) == OK)
		record_read(&broadcast_says_record, tree, &says, a);
	if (variant < says.variants.n)
		*ret = ((const struct content *)says.variants.v)[variant];
}

/* A content for each variant of an experiment that runs. */
static err check_variants(struct tx *tx, const struct broadcast_new *in)
{
	struct trial t;
	if (!in->aim.experiment)
		return OK;
	TRY(trial_use(&tx->snap, in->aim.experiment, in->variant_count, &t));
	for (size_t i = 0; i < in->variant_count; i++) {
		TRY(enclose_check(tx->snap.unit, &in->variants[i], "variants"));
		if (attr_say_any(in->variants[i].text))
			return tx_fail(tx, ERR_INPUT, T_SAY_ONE_FOR_ALL, STR("variants.text"), str_utf8_head(in->variants[i].text, ATTR_SAY_CHARS), STR_NIL);
	}
	return OK;
}

static err check_new(struct tx *tx, const struct broadcast_new *in, ms opens, ms last, ms *ret_deadline)
{
	TRY(enclose_check(tx->snap.unit, in->content, "content"));
	if (attr_say_any(in->content->text))
		return tx_fail(tx, ERR_INPUT, T_SAY_ONE_FOR_ALL, STR("content.text"), str_utf8_head(in->content->text, ATTR_SAY_CHARS), STR_NIL);
	if (in->confirmed <= 0)
		return tx_fail(tx, ERR_STATE, T_BROADCAST_NOBODY, STR("confirm_count"), STR_NIL, STR_NIL);
	if (in->aim.deadline != NIL && in->aim.deadline <= opens)
		return tx_fail(tx, ERR_INPUT, T_BROADCAST_DEADLINE, STR("deadline_ms"), STR_NIL, STR_NIL);
	*ret_deadline = int_min(in->aim.deadline == NIL ? opens + BROADCAST_LIFE_MS : in->aim.deadline, last);
	return OK;
}

err broadcast_begin(struct tx *tx, const struct broadcast *b)
{
	if (b->holdout)
		TRY(reach_trial_open(tx, "broadcast", b->id, b->opens, b->deadline + BROADCAST_BOUGHT_MS, b->holdout));
	return queue_plan(tx, b->id, b->name);
}

/* What somebody composed for more people than the size waits; what names its maker was allowed as a whole: plans, repeats, arrivals. */
static err first_state(struct tx *tx, const struct broadcast_new *in, str *ret)
{
	bool second;
	TRY(approval_needed(tx->snap.unit, "broadcast.approve_over", in->confirmed, &second));
	*ret = second && !in->made_by ? STR("asked") : STR("planning");
	return OK;
}

err broadcast_create(struct tx *tx, const struct broadcast_new *in, i64 *ret_id)
{
	struct unit *u = tx->snap.unit;
	ms opens, last, deadline = 0;
	TRY(reach_window(u, tx->snap.now, &opens, &last));
	TRY(check_new(tx, in, opens, last, &deadline));
	TRY(check_variants(tx, in));
	struct broadcast b = {
		.id = id_next(store_ids(u->store), tx->snap.now),
		.name = in->name, .expr = in->expr, .words = in->words,
		.content = content_json(tx->snap.arena, in->content),
		.opens = opens, .deadline = deadline,
		.made_by = in->made_by ? in->made_by : u->actor_kind == ACTOR_USER ? u->actor : 0, .viewed_by = u->scope,
		.confirmed = in->confirmed, .excluded = STR("{}"), .created = tx->snap.now, .closed = NIL, .version = 1,
		.priority = in->aim.priority, .holdout = in->aim.holdout, .seed = in->aim.seed, .kind = in->aim.kind,
		.experiment = in->aim.experiment ? in->aim.experiment : NIL,
		.variants = in->aim.experiment ? variants_json(tx->snap.arena, in) : STR_NIL,
		.topic = in->aim.topic.p ? in->aim.topic : STR(""),
	};
	TRY(first_state(tx, in, &b.state));
	TRY(broadcast_insert(tx, &b));
	if (str_eq_c(b.state, "planning"))
		TRY(broadcast_begin(tx, &b));
	TRY(audit_add(tx, "broadcast.create", object_of(tx, b.id),
		      arena_printf(tx->snap.arena, "people=%lld", (long long)b.confirmed)));
	*ret_id = b.id;
	return OK;
}

static err get(struct tx *tx, i64 id, struct broadcast *ret)
{
	err e = broadcast_get(&tx->snap, &(struct broadcast_key){ id }, ret);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_BROADCAST_NOT_FOUND, LANG_ZH)));
	return e;
}

/* A task that is open is closed by its sender; one whose call is running is, when its outcome comes. */
static err cancel_part(struct tx *tx, struct broadcast_part *p)
{
	struct broadcast_errand errand = { p->id };
	bool waiting = false;
	if (str_eq_c(p->state, "waiting")) {
		TRY(outbox_cancel(tx, STR("broadcast.create"), key_of(tx, p->id), &waiting));
		if (!waiting)
			return OK;
		p->state = STR("cancelled");
		TRY(broadcast_part_put(tx, p));
	} else if (str_eq_c(p->state, "created")) {
		TRY(outbox_cancel(tx, STR("broadcast.poll"), key_of(tx, p->id), NULL));
	} else {
		return OK;
	}
	return outbox_add(tx, STR("broadcast.close"), key_of(tx, p->id), STR(""), tx->snap.now, 0, 0,
			  &broadcast_errand_record, &errand, NULL);
}

err broadcast_cancel(struct tx *tx, i64 id)
{
	struct broadcast b;
	struct broadcast_part *parts;
	size_t n;
	TRY(get(tx, id, &b));
	bool planning = str_eq_c(b.state, "planning");
	if (!planning && !str_eq_c(b.state, "asked") && !str_eq_c(b.state, "sending") && !str_eq_c(b.state, "open"))
		return tx_fail(tx, ERR_STATE, T_BROADCAST_ENDED, STR_NIL, STR_NIL, STR_NIL);
	b.state = STR("cancelled");
	TRY(broadcast_parts(&tx->snap, &(struct broadcast_key){ id }, &parts, &n));
	for (size_t i = 0; i < n; i++)
		TRY(cancel_part(tx, &parts[i]));
	if (n == 0)
		b.closed = tx->snap.now;
	TRY(broadcast_update(tx, &b));
	if (planning) /* frees the people planned so far, even when the first job was stopped by hand */
		TRY(queue_plan(tx, id, b.name));
	return audit_add(tx, "broadcast.cancel", object_of(tx, id), STR(""));
}

static err remind_part(struct tx *tx, const struct broadcast_part *p, bool *ret_reminded)
{
	struct broadcast_n recent;
	struct broadcast_errand errand = { p->id };
	*ret_reminded = false;
	TRY(broadcast_reminders(&tx->snap, &(struct broadcast_since){ p->id, tx->snap.now - WECOM_MASS_REMINDER_MS }, &recent));
	if (recent.n >= WECOM_MASS_REMINDERS_MAX)
		return OK;
	TRY(broadcast_reminder_add(tx, &(struct broadcast_since){ p->id, tx->snap.now }));
	if (tx_changed(tx) == 0)
		return OK; /* the same moment: a double click */
	*ret_reminded = true;
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)p->id, (long long)tx->snap.now);
	return outbox_add(tx, STR("broadcast.remind"), key, STR(""), tx->snap.now, tx->snap.now + MS_HOUR, 0,
			  &broadcast_errand_record, &errand, NULL);
}

err broadcast_remind(struct tx *tx, i64 id, i64 staff)
{
	struct broadcast b;
	struct broadcast_part *parts;
	size_t n;
	bool open = false, any = false;
	TRY(get(tx, id, &b));
	TRY(broadcast_parts(&tx->snap, &(struct broadcast_key){ id }, &parts, &n));
	for (size_t i = 0; i < n; i++) {
		bool reminded;
		if (parts[i].staff != staff || !str_eq_c(parts[i].state, "created") || parts[i].confirmed_at != NIL)
			continue;
		open = true;
		TRY(remind_part(tx, &parts[i], &reminded));
		any |= reminded;
	}
	if (!open)
		return tx_fail(tx, ERR_STATE, T_BROADCAST_NO_TASK, STR_NIL, STR_NIL, STR_NIL);
	if (!any)
		return tx_fail(tx, ERR_STATE, T_BROADCAST_REMINDED, STR_NIL, STR_NIL, STR(FAIL_STR(WECOM_MASS_REMINDERS_MAX)));
	return audit_add(tx, "broadcast.remind", object_of(tx, id), arena_printf(tx->snap.arena, "staff=%lld", (long long)staff));
}
