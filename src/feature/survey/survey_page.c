/*
 * What a customer's browser asks for: the form with her own answer, and what its script reports.
 */
#include "feature/survey/survey_data.h"

#include "core/corp/corp.h"
#include "core/guest/visitor.h"
#include "core/perm/perm_session.h"
#include "core/staff/staff.h"

#define KEY_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20) F(S, STR, p, .opt = true, .max = 60)
RECORD(survey_key_in, KEY_IN_FIELDS);
#define OPTION_FIELDS(F, S) F(S, STR, code) F(S, STR, label)
RECORD(survey_option, OPTION_FIELDS);
#define ASKED_FIELDS(F, S)                                                                         \
	F(S, STR, id) F(S, STR, kind, .one_of = SURVEY_KINDS) F(S, STR, title) F(S, BOOL, required) \
	F(S, LIST, choices, .of = &survey_option_record)
RECORD(survey_asked, ASKED_FIELDS);
#define SHOWN_FIELDS(F, S)                                                                         \
	F(S, STR, state, .one_of = "open,draft,closed,removed") F(S, STR, corp_name) F(S, STR, corp, .doc = "its slug") \
	F(S, STR, advisor, .opt = true) F(S, STR, title) F(S, STR, intro, .opt = true) F(S, STR, thanks, .opt = true) F(S, I64, number, .doc = "version") \
	F(S, LIST, questions, .of = &survey_asked_record) F(S, BOOL, answered) F(S, BOOL, change, .doc = "she may change her answer from here") \
	F(S, MS, until_ms, .opt = true, .doc = "until when") F(S, LIST, mine, .of = &survey_reply_record, .doc = "her answer, when she may change it") \
	F(S, BOOL, walk, .doc = "first through WeChat's consent page, which tells who it is") F(S, STR, notice)
RECORD(survey_shown, SHOWN_FIELDS);
#define ANSWER_IN_FIELDS(F, S)                                                                     \
	KEY_IN_FIELDS(F, S) F(S, I64, number, .min = 1, .max = 1000000)                            \
	F(S, LIST, answers, .min = 1, .max = SURVEY_QUESTIONS_MAX, .of = &survey_reply_record)
RECORD(survey_answer_in, ANSWER_IN_FIELDS);
#define ANSWER_OUT_FIELDS(F, S) F(S, STR, state, .one_of = "saved,preview", .doc = "preview: of our own staff, not kept")
RECORD(survey_answer_out, ANSWER_OUT_FIELDS);

static bool door_page(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	(void)env;
	return door_link_page(door, visit, "/h5/survey", ret);
}
const struct door_kind survey_doors[] = { { SURVEY_DOOR, door_page, NULL }, { 0 } };

/* ---- the form ---- */

struct shown { struct survey v; struct survey_version version; struct survey_form form; struct staff staff; };

static err read_shown(const struct snap *s, const struct door_link *l, struct shown *ret)
{
	TRY(survey_find(s, l->target, &ret->v));
	if (strcmp(survey_state(&ret->v), "open") != 0)
		return OK;
	TRY(survey_version_get(s, &(struct survey_nth){ ret->v.id, ret->v.live }, &ret->version));
	survey_form_read(s->arena, ret->version.form, &ret->form);
	err e = l->staff ? staff_get(s, l->staff, &ret->staff) : ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* Without the tags, which are nobody's business out there. */
static struct list asked_of(struct arena *a, const struct survey_form *f)
{
	const struct survey_question *q = f->questions.v;
	struct survey_asked *ret = ARENA_ARRAY(a, struct survey_asked, f->questions.n + 1);
	for (size_t i = 0; i < f->questions.n; i++) {
		struct survey_option *o = ARENA_ARRAY(a, struct survey_option, q[i].choices.n + 1);
		for (size_t k = 0; k < q[i].choices.n; k++) {
			const struct survey_choice *c = &((const struct survey_choice *)q[i].choices.v)[k];
			o[k] = (struct survey_option){ c->code, c->label };
		}
		ret[i] = (struct survey_asked){ q[i].id, q[i].kind, q[i].title, q[i].required, { o, q[i].choices.n } };
	}
	return (struct list){ ret, f->questions.n };
}

/* One reply to a question out of what is kept: lines of question:code, and her texts. */
static bool reply_of(struct arena *a, const struct survey_question *q, str choices, const struct json *texts, struct survey_reply *ret)
{
	*ret = (struct survey_reply){ q->id, { ARENA_ARRAY(a, str, SURVEY_CHOICES_MAX), 0 }, STR_NIL, NIL };
	if (str_eq_c(q->kind, "text")) {
		str text = texts ? json_str(texts, arena_cstr(a, q->id)) : STR_NIL;
		ret->text = text.n ? text : STR_NIL;
		return text.n > 0;
	}
	while (choices.n) {
		str code = str_cut(&choices, '\n'), id = str_cut(&code, ':');
		if (!str_eq(id, q->id))
			continue;
		if (str_eq_c(q->kind, "score"))
			return str_i64(code, &ret->score);
		if (survey_choice_of(q, code) && ret->choices.n < SURVEY_CHOICES_MAX)
			ret->choices.v[ret->choices.n++] = code;
	}
	return ret->choices.n > 0;
}

static err fill_mine(struct cx *cx, const struct survey_form *f, const struct survey_answer *had, struct survey_shown *out)
{
	struct arena *a = CX_ARENA(cx);
	const struct survey_question *q = f->questions.v;
	struct survey_reply *v = ARENA_ARRAY(a, struct survey_reply, f->questions.n + 1);
	struct json *texts = NULL;
	str json;
	size_t n = 0;
	TRY(survey_texts_of(&cx->unit, had, &json));
	if (json.n && json_parse(json, a, &texts, NULL) != OK)
		texts = NULL;
	for (size_t i = 0; i < f->questions.n; i++)
		n += reply_of(a, &q[i], had->choices, texts, &v[n]);
	out->mine = (struct list){ v, n };
	return OK;
}

static err fill_answered(struct cx *cx, struct survey_who *who, const struct survey_form *f, struct survey_shown *out)
{
	struct survey_answer had;
	who->browser = visitor_browser_had(cx);
	TRY(survey_who_is(cx, who));
	err e = survey_answer_by(&cx->unit, who, &had);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	out->answered = true;
	out->change = survey_may_change(who, f, &had, cx_now(cx));
	if (!out->change)
		return OK;
	out->until_ms = had.at + f->change_days * MS_DAY;
	return fill_mine(cx, f, &had, out);
}

static err h_page(struct cx *cx)
{
	const struct survey_key_in *in = cx->in;
	struct survey_shown *out = cx->out;
	struct survey_who who = { 0 };
	struct shown s = { 0 };
	struct corp corp;
	TRY(door_link_enter(cx, SURVEY_DOOR, in->key, in->p, &who.link));
	TRY(corp_get(&cx->unit, who.link.corp, &corp));
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, who.link.corp), read_shown(snap, &who.link, &s)));
	struct text_hole hole = { "value", corp.name };
	*out = (struct survey_shown){
		.state = str_c(survey_state(&s.v)), .corp_name = corp.name, .corp = corp.slug, .advisor = s.staff.name.n ? s.staff.name : STR_NIL,
		.title = s.form.title.n ? s.form.title : STR(""), .intro = s.form.intro.n ? s.form.intro : STR_NIL,
		.thanks = s.form.thanks.n ? s.form.thanks : STR_NIL, .number = s.version.number, .questions = asked_of(CX_ARENA(cx), &s.form),
		.until_ms = NIL, .notice = text_fill(CX_ARENA(cx), T_SURVEY_NOTICE, cx->viewer.lang, &hole, 1),
	};
	if (!str_eq_c(out->state, "open"))
		return OK;
	TRY(fill_answered(cx, &who, &s.form, out));
	return who.link.customer ? OK : visitor_walk(cx, &out->walk); /* her own link says who she is */
}

/* ---- what the script reports ---- */

static err come(struct cx *cx, str key, str p, struct survey_who *who, bool *ret_counts)
{
	TRY(session_check_origin(cx));
	TRY(door_link_enter(cx, SURVEY_DOOR, key, p, &who->link));
	TRY(survey_who_is(cx, who));
	*ret_counts = !visitor_robot(cx) && !visitor_staff(cx, who->known);
	if (*ret_counts)
		who->browser = visitor_browser(cx);
	return OK;
}

static err h_open(struct cx *cx)
{
	const struct survey_key_in *in = cx->in;
	struct survey_who who = { 0 };
	bool counts;
	TRY(come(cx, in->key, in->p, &who, &counts));
	return counts ? survey_open_by(cx, &who) : OK;
}

static err h_answer(struct cx *cx)
{
	const struct survey_answer_in *in = cx->in;
	struct survey_answer_out *out = cx->out;
	struct survey_who who = { 0 };
	struct survey_answer given;
	bool counts;
	TRY(come(cx, in->key, in->p, &who, &counts));
	*out = (struct survey_answer_out){ counts ? STR("saved") : STR("preview") };
	return counts ? survey_take(cx, &who, in->number, &in->answers, &given) : OK;
}

const struct route survey_page_routes[] = {
	{ "GET", "/h5/api/survey", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &survey_key_in_record, &survey_shown_record, h_page,
	  "A survey as its page shows it, with her own answer while she may change it." },
	{ "POST", "/h5/api/survey/open", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &survey_key_in_record, &none_record, h_open,
	  "The page's script says that somebody sees it: only that is an opening." },
	{ "POST", "/h5/api/survey/answer", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &survey_answer_in_record, &survey_answer_out_record, h_answer,
	  "Her answer; again it is a change." },
	{ 0 },
};
