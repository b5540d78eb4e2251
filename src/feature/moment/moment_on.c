/*
 * moment's handlers: what the senders' events change in the base slot.
 */
#include "feature/moment/moment_int.h"

#include "base/text.h"
#include "core/staff/todo.h"
#include "core/tag/tag_data.h"
#include "core/tag/tag_edit.h"
#include "store/outbox.h"

static err errand(struct tx *tx, const char *kind, i64 version, ms due)
{
	struct moment_errand body = { version, NIL };
	str key = arena_printf(tx->snap.arena, "%lld", (long long)version);
	return outbox_add(tx, str_c(kind), key, STR(""), due, 0, 0, &moment_errand_record, &body, NULL);
}

/* The plan's state follows from its versions'. */
static err arrange(struct tx *tx, i64 plan)
{
	struct moment p;
	struct moment_version *v;
	struct moment_total *totals;
	size_t n, count, open = 0, failed = 0, empty = 0;
	i64 visible = 0;
	TRY(moment_get(&tx->snap, &(struct moment_key){ plan }, &p));
	if (p.closed != NIL)
		return OK;
	TRY(moment_versions(&tx->snap, &(struct moment_key){ plan }, &v, &n));
	for (size_t i = 0; i < n; i++) {
		open += str_eq_c(v[i].state, "waiting") || str_eq_c(v[i].state, "asked") || str_eq_c(v[i].state, "created") || str_eq_c(v[i].state, "unknown");
		failed += str_eq_c(v[i].state, "failed");
		empty += str_eq_c(v[i].state, "empty");
	}
	if (open)
		return OK;
	TRY(moment_totals(&tx->snap, &(struct moment_key){ plan }, &totals, &count));
	for (size_t i = 0; i < count; i++)
		visible += totals[i].visible;
	if (!str_eq_c(p.state, "cancelled"))
		p.state = failed + empty == n ? STR("failed") : STR("closed");
	p.closed = tx->snap.now;
	TRY(moment_update(tx, &p));
	struct moment_event body = { p.id, p.name, visible, p.state };
	return journal_add(tx, EV_MOMENT_CLOSED, 0, tx->snap.now, &moment_event_record, &body, NULL);
}

static err refuse_senders(struct tx *tx, const struct moment_version *v, struct strs userids)
{
	for (size_t i = 0; i < userids.n; i++)
		TRY(moment_sender_turn(tx, &(struct moment_turn){ v->id, userids.v[i], STR("refused"), NIL }));
	return OK;
}

/* act: moment.task */
err moment_on_task(struct tx *tx, const struct event *ev)
{
	struct moment_task t;
	struct moment_version v;
	TRY(event_body(&tx->snap, ev, &moment_task_record, &t));
	TRY(moment_version_get(&tx->snap, &(struct moment_key){ t.version }, &v));
	if (!str_eq_c(v.state, "waiting") && !str_eq_c(v.state, "unknown") && !str_eq_c(v.state, "asked"))
		return OK;
	v.code = t.code;
	if (str_eq_c(t.result, "asked")) {
		v.state = STR("asked");
		v.jobid = t.jobid;
		v.asked_at = ev->occurred;
		TRY(errand(tx, "moment.job", v.id, tx->snap.now + MASS_POLL_FIRST_MS));
	} else if (str_eq_c(t.result, "created")) {
		v.state = STR("created");
		v.moment_id = t.moment_id;
		v.made_at = ev->occurred;
		TRY(refuse_senders(tx, &v, t.refused));
		TRY(errand(tx, "moment.poll", v.id, tx->snap.now + MASS_POLL_FIRST_MS));
	} else if (str_eq_c(t.result, "unknown")) {
		v.state = STR("unknown");
		if (v.asked_at == NIL)
			v.asked_at = ev->occurred;
	} else {
		v.state = str_eq_c(t.code, "cancelled") ? STR("cancelled") : STR("failed");
		TRY(errand(tx, "moment.close", v.id, tx->snap.now));
	}
	return moment_version_put(tx, &v);
}

/* With one call it is off everybody. */
static err remove_tag(struct tx *tx, struct moment_version *v)
{
	struct tag t;
	i64 tag = v->tag;
	v->tag = NIL;
	if (tag == NIL)
		return OK;
	err e = tag_by_id(&tx->snap, &(struct tag_key){ tag }, &t);
	if (e == ERR_NOT_FOUND || (e == OK && t.removed))
		return OK;
	TRY(e);
	return tag_remove_anyway(tx, tag);
}

/* act: moment.result */
err moment_on_result(struct tx *tx, const struct event *ev)
{
	struct moment_result r;
	struct moment_version v;
	TRY(event_body(&tx->snap, ev, &moment_result_record, &r));
	TRY(moment_version_get(&tx->snap, &(struct moment_key){ r.version }, &v));
	if (!r.closed || v.closed_at != NIL)
		return OK;
	v.closed_at = ev->occurred;
	if (str_eq_c(v.state, "created")) {
		v.state = STR("closed");
		if (r.posted)
			TRY(errand(tx, "moment.watch", v.id, tx->snap.now + MS_HOUR));
	}
	TRY(remove_tag(tx, &v));
	TRY(moment_version_put(tx, &v));
	return arrange(tx, v.plan);
}

/* What waits for a member, on the page of his phone; posting is done in WeCom. */
err moment_todos(struct cx *cx, i64 staff, struct todo_list *ret)
{
	struct moment_todo n;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), moment_todo_of(snap, &(struct moment_key){ staff }, &n)));
	if (n.n)
		vec_push(CX_ARENA(cx), &ret->v, (struct todo){ STR("moment"), str_c(text_raw(T_MOMENT_TODO, cx->viewer.lang)), n.n, n.due, STR_NIL });
	return OK;
}
