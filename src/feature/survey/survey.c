/*
 * survey's rules on a transaction of the base slot: drafts, versions, closing.
 */
#include "feature/survey/survey_data.h"

#include "core/audit/audit.h"
#include "core/tag/tag.h"
#include "core/tag/tag_use.h"
#include "store/journal.h"

static err told(struct tx *tx, const struct survey *v, const char *what)
{
	struct survey_saved ev = { v->id, v->title, v->live, str_c(what) };
	TRY(audit_add(tx, arena_cstr(tx->snap.arena, arena_printf(tx->snap.arena, "survey.%s", what)),
		      arena_printf(tx->snap.arena, "survey:%lld", (long long)v->id),
		      arena_printf(tx->snap.arena, "%lld", (long long)v->live)));
	return journal_add(tx, EV_SURVEY_SAVED, 0, tx->snap.now, &survey_saved_record, &ev, NULL);
}

err survey_find(const struct snap *s, i64 id, struct survey *ret)
{
	err e = survey_get(s, &(struct survey_key){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_SURVEY, LANG_ZH))) : e;
}

const char *survey_state(const struct survey *v)
{
	return v->removed ? "removed" : !v->live ? "draft" : v->closed ? "closed" : "open";
}

static err standing(struct tx *tx, i64 id, struct survey *ret)
{
	TRY(survey_find(&tx->snap, id, ret));
	return ret->removed ? tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_SURVEY, LANG_ZH))) : OK;
}

static err put(struct tx *tx, const struct survey *v)
{
	TRY(survey_update(tx, v));
	return tx_changed(tx) ? OK : tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
}

/* Every tag a choice would put is one that can be put. */
static err check_tags(struct tx *tx, const struct survey_form *f)
{
	const struct survey_question *q = f->questions.v;
	for (size_t i = 0; i < f->questions.n; i++)
		for (size_t k = 0; k < q[i].choices.n; k++) {
			const struct survey_choice *c = &((const struct survey_choice *)q[i].choices.v)[k];
			for (size_t j = 0; j < c->tags.n; j++) {
				struct tag t;
				err e = tag_get(&tx->snap, c->tags.v[j], &t);
				if (e != OK && e != ERR_NOT_FOUND)
					return e;
				if (e == ERR_NOT_FOUND || t.removed || t.archived)
					return tx_fail(tx, ERR_INPUT, T_SURVEY_TAG, arena_printf(tx->snap.arena, "questions.%zu.choices", i),
						       c->label, STR_NIL);
			}
		}
	return OK;
}

static err check(struct tx *tx, const struct survey_form *form)
{
	TRY(survey_form_check(form, tx->snap.fail, tx->snap.arena));
	return check_tags(tx, form);
}

err survey_make(struct tx *tx, const struct survey_form *form, i64 *ret_id)
{
	struct survey *all;
	size_t n;
	struct survey v = { .id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .title = str_trim(form->title),
			    .draft = survey_form_json(tx->snap.arena, form), .created = tx->snap.now, .version = 1 };
	TRY(survey_all(&tx->snap, &(struct none){ 0 }, &all, &n));
	if (n >= SURVEY_MAX)
		return tx_fail(tx, ERR_STATE, T_SURVEY_MANY, STR_NIL, STR_NIL, STR(FAIL_STR(SURVEY_MAX)));
	TRY(check(tx, form));
	TRY(door_add(tx, SURVEY_DOOR, v.id, STR(""), NIL, &v.door));
	TRY(survey_insert(tx, &v));
	*ret_id = v.id;
	return told(tx, &v, "made");
}

err survey_change(struct tx *tx, i64 id, i64 version, const struct survey_form *form)
{
	struct survey v;
	TRY(standing(tx, id, &v));
	TRY(check(tx, form));
	v.version = version;
	v.title = str_trim(form->title);
	v.draft = survey_form_json(tx->snap.arena, form);
	TRY(put(tx, &v));
	return told(tx, &v, "changed");
}

err survey_publish(struct tx *tx, i64 id)
{
	struct survey v;
	struct survey_version last = { .form = STR("") };
	struct survey_form form;
	const struct unit *u = tx->snap.unit;
	TRY(standing(tx, id, &v));
	if (v.live)
		TRY(survey_version_get(&tx->snap, &(struct survey_nth){ id, v.live }, &last));
	if (str_eq(last.form, v.draft))
		return tx_fail(tx, ERR_STATE, T_SURVEY_SAME, STR("id"), v.title, STR_NIL);
	survey_form_read(tx->snap.arena, v.draft, &form);
	TRY(check(tx, &form)); /* a tag may have gone since */
	v.live++;
	v.closed = false;
	TRY(survey_version_add(tx, &(struct survey_version){ id, v.live, v.draft, tx->snap.now, u->actor_kind == ACTOR_USER ? u->actor : 0 }));
	TRY(put(tx, &v));
	return told(tx, &v, "published");
}

err survey_close(struct tx *tx, i64 id, bool closed)
{
	struct survey v;
	TRY(standing(tx, id, &v));
	if (!v.live || v.closed == closed)
		return tx_fail(tx, ERR_STATE, closed ? T_SURVEY_NOT_OPEN : T_SURVEY_NOT_CLOSED, STR("id"), v.title, STR_NIL);
	v.closed = closed;
	TRY(put(tx, &v));
	return told(tx, &v, closed ? "closed" : "opened");
}

/* The address stays, to say so, and so do the answers. */
err survey_remove(struct tx *tx, i64 id)
{
	struct survey v;
	TRY(standing(tx, id, &v));
	v.removed = true;
	TRY(put(tx, &v));
	return told(tx, &v, "removed");
}

/* ---- tags ---- */

static bool names_tag(const struct survey_form *f, i64 tag)
{
	const struct survey_question *q = f->questions.v;
	for (size_t i = 0; i < f->questions.n; i++)
		for (size_t k = 0; k < q[i].choices.n; k++) {
			const struct ids *tags = &((const struct survey_choice *)q[i].choices.v)[k].tags;
			for (size_t j = 0; j < tags->n; j++)
				if (tags->v[j] == tag)
					return true;
		}
	return false;
}

err survey_tag_uses(const struct snap *s, i64 tag, struct tag_uses *ret)
{
	struct survey *all;
	struct survey_version live;
	struct survey_form form;
	size_t n;
	TRY(survey_all(s, &(struct none){ 0 }, &all, &n));
	for (size_t i = 0; i < n; i++) {
		survey_form_read(s->arena, all[i].draft, &form);
		bool is = names_tag(&form, tag);
		if (!is && all[i].live) {
			TRY(survey_version_get(s, &(struct survey_nth){ all[i].id, all[i].live }, &live));
			survey_form_read(s->arena, live.form, &form);
			is = names_tag(&form, tag);
		}
		if (is)
			vec_push(s->arena, &ret->list, (struct tag_use){ STR("survey"), all[i].id, all[i].title });
	}
	return OK;
}
