/*
 * Surveys in the console: list, draft, publishing, versions.
 */
#include "feature/survey/survey_data.h"

#include "core/perm/perm.h"

#define VIEW_FIELDS(F, S)                                                                          \
	F(S, ID, id) F(S, STR, title) F(S, STR, state, .one_of = "draft,open,closed") F(S, OBJ, form, .of = &survey_form_record, .doc = "the draft") \
	F(S, I64, number, .doc = "published version; 0: none") F(S, BOOL, ahead, .doc = "the draft is not what people answer") \
	F(S, STR, url, .doc = "the general link") F(S, I64, opened, .doc = "people, within the viewer's scope") F(S, I64, answered) \
	F(S, MS, created_ms) F(S, I64, version)
RECORD(survey_view, VIEW_FIELDS);
#define VERSION_VIEW_FIELDS(F, S) F(S, ID, id, .doc = "the number") F(S, I64, number) F(S, OBJ, form, .of = &survey_form_record) F(S, MS, published_ms) F(S, STR, maker)
RECORD(survey_version_view, VERSION_VIEW_FIELDS);
#define CHANGE_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, version) SURVEY_FORM_FIELDS(F, S)
RECORD(survey_change_in, CHANGE_IN_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }
static i64 id_of(struct cx *cx) { return ((const struct survey_key *)cx->in)->id; }

struct listing {
	struct survey *rows;
	struct survey_total *opened, *answered;
	size_t n, opened_count, answered_count;
};

static err load(const struct snap *s, struct listing *l)
{
	struct none none = { 0 };
	TRY(survey_all(s, &none, &l->rows, &l->n));
	TRY(survey_open_totals(s, &none, &l->opened, &l->opened_count));
	return survey_answer_totals(s, &none, &l->answered, &l->answered_count);
}

static i64 total_of(const struct survey_total *v, size_t n, i64 survey)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].survey == survey)
			return v[i].n;
	return 0;
}

static err view(struct cx *cx, const struct snap *s, const struct listing *l, const struct survey *v, struct survey_view *ret)
{
	struct survey_form *form = ARENA_NEW(s->arena, struct survey_form);
	struct survey_version live = { .form = STR("") };
	struct door_link link = { cx->unit.corp, v->id, 0, 0, v->door };
	survey_form_read(s->arena, v->draft, form);
	if (v->live)
		TRY(survey_version_get(s, &(struct survey_nth){ v->id, v->live }, &live));
	*ret = (struct survey_view){
		v->id, v->title, str_c(survey_state(v)), form, v->live, !str_eq(live.form, v->draft), door_link_url(cx->env, s->arena, &link),
		total_of(l->opened, l->opened_count, v->id), total_of(l->answered, l->answered_count, v->id), v->created, v->version,
	};
	return OK;
}

static err list(struct cx *cx, const struct snap *s)
{
	struct page *page = cx->out;
	struct listing l = { 0 };
	TRY(load(s, &l));
	struct survey_view *views = ARENA_ARRAY(s->arena, struct survey_view, l.n + 1);
	for (size_t i = 0; i < l.n; i++)
		TRY(view(cx, s, &l, &l.rows[i], &views[i]));
	page->data = (struct list){ views, l.n };
	page->total = (i64)l.n;
	return OK;
}

static err h_list(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), list(cx, snap)); }

static err one(struct cx *cx, const struct snap *s, i64 id)
{
	struct listing l = { 0 };
	TRY(load(s, &l));
	for (size_t i = 0; i < l.n; i++)
		if (l.rows[i].id == id)
			return view(cx, s, &l, &l.rows[i], cx->out);
	return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_SURVEY, cx->viewer.lang)));
}

static err show(struct cx *cx, i64 id) { return READ_SNAP(&cx->unit, base(cx), one(cx, snap, id)); }
static err h_get(struct cx *cx) { return show(cx, id_of(cx)); }

static struct survey_form form_of(struct survey_form f)
{
	f.change_days = f.change_days == NIL ? 0 : f.change_days;
	return f;
}

static err h_make(struct cx *cx)
{
	struct survey_form form = form_of(*(const struct survey_form *)cx->in);
	i64 id = 0;
	TRY(WRITE_TX(&cx->unit, base(cx), survey_make(tx, &form, &id)));
	return show(cx, id);
}

static err h_change(struct cx *cx)
{
	const struct survey_change_in *in = cx->in;
	struct survey_form form = form_of((struct survey_form){ in->title, in->intro, in->thanks, in->change_days, in->questions });
	TRY(WRITE_TX(&cx->unit, base(cx), survey_change(tx, in->id, in->version, &form)));
	return show(cx, in->id);
}

static err h_publish(struct cx *cx)
{
	TRY(WRITE_TX(&cx->unit, base(cx), survey_publish(tx, id_of(cx))));
	return show(cx, id_of(cx));
}

static err h_close(struct cx *cx)
{
	TRY(WRITE_TX(&cx->unit, base(cx), survey_close(tx, id_of(cx), true)));
	return show(cx, id_of(cx));
}

static err h_reopen(struct cx *cx)
{
	TRY(WRITE_TX(&cx->unit, base(cx), survey_close(tx, id_of(cx), false)));
	return show(cx, id_of(cx));
}

static err h_remove(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), survey_remove(tx, id_of(cx))); }

static err h_versions(struct cx *cx)
{
	struct page *page = cx->out;
	struct survey v;
	struct survey_version *rows;
	struct user *users;
	size_t n, user_count;
	TRY(READ_SNAP(&cx->unit, base(cx), survey_find(snap, id_of(cx), &v)));
	TRY(READ_SNAP(&cx->unit, base(cx), survey_versions(snap, &(struct survey_key){ v.id }, &rows, &n)));
	TRY(user_all(&cx->unit, &users, &user_count));
	struct survey_version_view *views = ARENA_ARRAY(CX_ARENA(cx), struct survey_version_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct survey_form *form = ARENA_NEW(CX_ARENA(cx), struct survey_form);
		survey_form_read(CX_ARENA(cx), rows[i].form, form);
		views[i] = (struct survey_version_view){ rows[i].number, rows[i].number, form, rows[i].published, STR("") };
		for (size_t k = 0; k < user_count; k++)
			if (users[k].id == rows[i].maker)
				views[i].maker = users[k].name;
	}
	page->data = (struct list){ views, n };
	page->total = (i64)n;
	return OK;
}

static err h_usual(struct cx *cx)
{
	*(struct survey_form *)cx->out = survey_form_usual(CX_ARENA(cx), cx->viewer.lang);
	return OK;
}

#define SURVEYS "/api/v1/surveys"
#define KEY &survey_key_record
#define VIEW &survey_view_record
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route survey_routes[] = {
	{ "GET", SURVEYS, "survey.read", SCOPED, ROUTE_LIST, &none_record, VIEW, h_list, "Surveys, newest first, with how many opened and answered them." },
	{ "POST", SURVEYS, "survey.write", SCOPED, ROUTE_CREATED | ROUTE_IDEMPOTENT, &survey_form_record, VIEW, h_make,
	  "Makes a survey: a draft that nobody can answer before it is published." },
	{ "GET", SURVEYS "/{id}", "survey.read", SCOPED, ROUTE_ETAG, KEY, VIEW, h_get, "One survey with its draft." },
	{ "PUT", SURVEYS "/{id}", "survey.write", SCOPED, ROUTE_ETAG, &survey_change_in_record, VIEW, h_change,
	  "Changes the draft; what people answer stays until it is published." },
	{ "DELETE", SURVEYS "/{id}", "survey.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_remove,
	  "Takes it away: it is in no message any more, and its links say so." },
	{ "POST", SURVEYS "/{id}/publish", "survey.write", SCOPED, 0, KEY, VIEW, h_publish, "The draft as the next version, which never changes." },
	{ "POST", SURVEYS "/{id}/close", "survey.write", SCOPED, 0, KEY, VIEW, h_close, "Takes no more answers." },
	{ "POST", SURVEYS "/{id}/reopen", "survey.write", SCOPED, 0, KEY, VIEW, h_reopen, "Takes answers again." },
	{ "GET", SURVEYS "/{id}/versions", "survey.read", ROUTE_SCOPE_NONE, ROUTE_LIST, KEY, &survey_version_view_record, h_versions,
	  "What was published, newest first." },
	{ "GET", "/api/v1/survey-usual", "survey.read", ROUTE_SCOPE_NONE, 0, &none_record, &survey_form_record, h_usual,
	  "A form to begin with: why she left, in the usual reasons." },
	{ 0 },
};
