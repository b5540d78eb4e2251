/*
 * moment's rules in the base slot: what a version may say, making, cancelling, reminding.
 */
#include "feature/moment/moment_int.h"

#include "base/text.h"
#include "core/attr/attr_say.h"
#include "core/approve/approve.h"
#include "core/audit/audit.h"
#include "core/job/job.h"
#include "store/outbox.h"

#include <stdio.h>

/* ---- content ---- */

str moment_content_json(struct arena *a, const struct moment_content *c)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	record_write(&b, &moment_content_record, c);
	return buf_str(&b);
}

void moment_content_read(struct arena *a, str json, struct moment_content *ret)
{
	struct json *tree;
	record_init(&moment_content_record, ret);
	if (json.n && json_parse(json, a, &tree, NULL) == OK)
		record_read(&moment_content_record, tree, ret, a);
}

/* As WeCom will be told, with names in place of its ids. */
static void as_wecom(struct arena *a, const struct moment_content *c, struct wecom_content *ret)
{
	const struct moment_link *link = c->link;
	size_t n = 0;
	struct wecom_attachment *v = ARENA_ARRAY(a, struct wecom_attachment, c->images.n + 2);
	for (size_t i = 0; i < c->images.n; i++)
		v[n++] = (struct wecom_attachment){ .part = WECOM_IMAGE, .media_id = STR("image") };
	if (c->video != NIL)
		v[n++] = (struct wecom_attachment){ .part = WECOM_VIDEO, .media_id = STR("video") };
	if (link)
		v[n++] = (struct wecom_attachment){ .part = WECOM_LINK, .title = link->title, .url = link->url, .media_id = STR("cover") };
	*ret = (struct wecom_content){ c->text, v, n };
}

static err uploaded(const struct snap *s, i64 id, const char *kind)
{
	struct moment_media m;
	err e = moment_media_get(s, &(struct moment_key){ id }, &m);
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq_c(m.kind, kind)))
		return fail_set(s->fail, ERR_INPUT, T_MOMENT_NO_UPLOAD, str_c(kind), STR_NIL, STR_NIL);
	return e;
}

static err all_uploaded(const struct snap *s, const struct moment_content *c)
{
	const struct moment_link *link = c->link;
	for (size_t i = 0; i < c->images.n; i++)
		TRY(uploaded(s, c->images.v[i], "image"));
	if (c->video != NIL)
		TRY(uploaded(s, c->video, "video"));
	return link ? uploaded(s, link->cover, "image") : OK;
}

static err check(struct unit *u, const struct moment_content *c)
{
	struct wecom_content content;
	const struct moment_link *link = c->link;
	as_wecom(u->arena, c, &content);
	TRY(wecom_moment_check(&content, u->arena, &u->fail));
	if (attr_say_any(c->text))
		return fail_set(&u->fail, ERR_INPUT, T_SAY_ONE_FOR_ALL, STR("text"), str_utf8_head(c->text, ATTR_SAY_CHARS), STR_NIL);
	if (link && !str_starts(link->url, STR("https://")) && !str_starts(link->url, STR("http://")))
		return fail_set(&u->fail, ERR_INPUT, T_CONTENT_LINK, STR("link.url"), link->url, STR("https://…"));
	return READ_SNAP(u, slot_base(u->store, u->corp), all_uploaded(snap, c));
}

err moment_content_check(struct unit *u, const struct moment_content *c, size_t place)
{
	err e = check(u, c);
	if (e == ERR_INPUT) {
		char field[sizeof(u->fail.field)];
		snprintf(field, sizeof(field), "versions.%zu.content", place);
		memcpy(u->fail.field, field, sizeof(field));
	}
	return e;
}

err moment_times(struct unit *u, ms start, ms *ret_opens, ms *ret_deadline)
{
	ms now = clock_now(u->clock), close;
	if (start != NIL && (start < now - MS_DAY || start > now + MOMENT_AHEAD_MS))
		return fail_set(&u->fail, ERR_INPUT, T_MOMENT_START, STR("start_ms"), STR_NIL, STR_NIL);
	TRY(reach_window(u, start == NIL ? now : int_max(start, now), ret_opens, &close));
	*ret_deadline = int_min(*ret_opens + MOMENT_LIFE_MS, close);
	return OK;
}

/* ---- making and cancelling ---- */

static str object_of(struct tx *tx, i64 id) { return arena_printf(tx->snap.arena, "moment:%lld", (long long)id); }

static err queue_plan(struct tx *tx, i64 id, str name)
{
	struct moment_job in = { id };
	str link = arena_printf(tx->snap.arena, "/moments/%lld", (long long)id);
	return job_add(tx, "moment.plan", name, link, &moment_job_record, &in, NULL);
}

static err add_versions(struct tx *tx, const struct moment_new *in, i64 plan)
{
	for (size_t i = 0; i < in->count; i++) {
		struct moment_version v;
		record_init(&moment_version_record, &v);
		v.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
		v.plan = plan;
		v.n = (i64)i + 1;
		v.name = in->versions[i].name;
		v.expr = in->versions[i].expr.n ? in->versions[i].expr : STR("");
		v.words = in->version_words[i];
		v.content = moment_content_json(tx->snap.arena, in->versions[i].content);
		v.state = STR("waiting");
		TRY(moment_version_add(tx, &v));
	}
	return OK;
}

err moment_begin(struct tx *tx, const struct moment *p)
{
	if (p->holdout)
		TRY(reach_trial_open(tx, "moment", p->id, p->opens, p->deadline + MOMENT_BOUGHT_MS, p->holdout));
	return queue_plan(tx, p->id, p->name);
}

/* What is part of a plan was allowed with it. */
static err first_state(struct tx *tx, const struct moment_new *in, str *ret)
{
	bool second;
	TRY(approval_needed(tx->snap.unit, "moment.approve_over", in->confirmed, &second));
	*ret = second && !in->made_by ? STR("asked") : STR("planning");
	return OK;
}

err moment_create(struct tx *tx, const struct moment_new *in, i64 *ret_id)
{
	struct unit *u = tx->snap.unit;
	if (in->confirmed <= 0)
		return tx_fail(tx, ERR_STATE, T_BROADCAST_NOBODY, STR("confirm_count"), STR_NIL, STR_NIL);
	struct moment p = {
		.id = id_next(store_ids(u->store), tx->snap.now), .name = in->name, .expr = in->expr, .words = in->words, .kind = in->kind,
		.opens = in->opens, .deadline = in->deadline,
		.made_by = in->made_by ? in->made_by : u->actor_kind == ACTOR_USER ? u->actor : 0, .viewed_by = u->scope, .confirmed = in->confirmed,
		.created = tx->snap.now, .closed = NIL, .holdout = in->holdout, .seed = in->seed,
		.experiment = in->experiment ? in->experiment : NIL,
	};
	struct trial t;
	if (in->experiment)
		TRY(trial_use(&tx->snap, in->experiment, in->count, &t));
	TRY(first_state(tx, in, &p.state));
	TRY(moment_insert(tx, &p));
	TRY(add_versions(tx, in, p.id));
	if (str_eq_c(p.state, "planning"))
		TRY(moment_begin(tx, &p));
	TRY(audit_add(tx, "moment.create", object_of(tx, p.id), arena_printf(tx->snap.arena, "people=%lld", (long long)p.confirmed)));
	*ret_id = p.id;
	return OK;
}

static err get(struct tx *tx, i64 id, struct moment *ret)
{
	err e = moment_get(&tx->snap, &(struct moment_key){ id }, ret);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_MOMENT, LANG_ZH)));
	return e;
}

static str key_of(struct tx *tx, i64 version) { return arena_printf(tx->snap.arena, "%lld", (long long)version); }

/* What stands in WeCom is stopped by its sender; one whose call is running, when its outcome comes. */
static err cancel_version(struct tx *tx, struct moment_version *v)
{
	struct moment_errand errand = { v->id, NIL };
	bool waiting = false;
	if (str_eq_c(v->state, "waiting")) {
		TRY(outbox_cancel(tx, STR("moment.create"), key_of(tx, v->id), &waiting));
		if (!waiting)
			return OK;
		v->state = STR("cancelled");
		TRY(moment_version_put(tx, v));
	} else if (str_eq_c(v->state, "created")) {
		TRY(outbox_cancel(tx, STR("moment.poll"), key_of(tx, v->id), NULL));
	} else {
		return OK;
	}
	return outbox_add(tx, STR("moment.close"), key_of(tx, v->id), STR(""), tx->snap.now, 0, 0, &moment_errand_record, &errand, NULL);
}

err moment_cancel(struct tx *tx, i64 id)
{
	struct moment p;
	struct moment_version *v;
	size_t n;
	TRY(get(tx, id, &p));
	bool planning = str_eq_c(p.state, "planning") || str_eq_c(p.state, "asked");
	if (!planning && !str_eq_c(p.state, "running"))
		return tx_fail(tx, ERR_STATE, T_MOMENT_ENDED, STR_NIL, STR_NIL, STR_NIL);
	p.state = STR("cancelled");
	if (planning) {
		p.closed = tx->snap.now;
		TRY(queue_plan(tx, id, p.name)); /* frees the people planned so far, even when the first job was stopped by hand */
	}
	TRY(moment_versions(&tx->snap, &(struct moment_key){ id }, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (!planning)
			TRY(cancel_version(tx, &v[i]));
		else {
			v[i].state = STR("cancelled");
			TRY(moment_version_put(tx, &v[i]));
		}
	TRY(moment_update(tx, &p));
	return audit_add(tx, "moment.cancel", object_of(tx, id), STR(""));
}

err moment_remind(struct tx *tx, i64 id, i64 staff)
{
	struct moment p;
	struct moment_sender *rows;
	struct moment_n recent;
	size_t n;
	TRY(get(tx, id, &p));
	TRY(moment_senders_of(&tx->snap, &(struct moment_placed){ id, staff }, &rows, &n));
	if (n == 0)
		return tx_fail(tx, ERR_STATE, T_MOMENT_NOTHING_TO_POST, STR("staff_id"), STR_NIL, STR_NIL);
	TRY(moment_reminders(&tx->snap, &(struct moment_since){ id, staff, tx->snap.now - MS_DAY }, &recent));
	if (recent.n >= MOMENT_REMINDERS_MAX)
		return tx_fail(tx, ERR_STATE, T_MOMENT_REMINDED, STR("staff_id"), STR_NIL, STR(FAIL_STR(MOMENT_REMINDERS_MAX)));
	TRY(moment_reminder_add(tx, &(struct moment_since){ id, staff, tx->snap.now }));
	if (tx_changed(tx) == 0)
		return OK; /* the same moment: a double click */
	struct moment_errand errand = { rows[0].version, staff };
	str key = arena_printf(tx->snap.arena, "%lld:%lld:%lld", (long long)id, (long long)staff, (long long)tx->snap.now);
	TRY(outbox_add(tx, STR("moment.remind"), key, STR(""), tx->snap.now, tx->snap.now + MS_HOUR, 0, &moment_errand_record, &errand, NULL));
	return audit_add(tx, "moment.remind", object_of(tx, id), arena_printf(tx->snap.arena, "staff=%lld", (long long)staff));
}
