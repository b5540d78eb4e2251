/*
 * Forms and what is answered to them: pure.
 */
#include "feature/survey/survey.h"

#include "base/text.h"

#define JOINED_MAX ((size_t)64 << 10)

void survey_form_read(struct arena *a, str json, struct survey_form *ret)
{
	struct json *tree;
	record_init(&survey_form_record, ret);
	if (json_parse(json, a, &tree, NULL) == OK)
		record_read(&survey_form_record, tree, ret, a);
	if (ret->change_days == NIL)
		ret->change_days = 0;
}

str survey_form_json(struct arena *a, const struct survey_form *f)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	record_write(&b, &survey_form_record, f);
	return buf_str(&b);
}

const struct survey_question *survey_question_of(const struct survey_form *f, str id)
{
	const struct survey_question *q = f->questions.v;
	for (size_t i = 0; i < f->questions.n; i++)
		if (str_eq(q[i].id, id))
			return &q[i];
	return NULL;
}

const struct survey_choice *survey_choice_of(const struct survey_question *q, str code)
{
	const struct survey_choice *c = q->choices.v;
	for (size_t i = 0; i < q->choices.n; i++)
		if (str_eq(c[i].code, code))
			return &c[i];
	return NULL;
}

/* ---- a form ---- */

static bool id_ok(str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!(id.p[i] >= 'a' && id.p[i] <= 'z') && !(id.p[i] >= '0' && id.p[i] <= '9'))
			return false;
	return id.n > 0;
}

static err check_choices(const struct survey_question *q, str at, struct fail *fail, struct arena *a)
{
	bool chosen = str_eq_c(q->kind, "one") || str_eq_c(q->kind, "several");
	const struct survey_choice *c = q->choices.v;
	str field = arena_printf(a, "%.*s.choices", STR_F(at));
	if (chosen != (q->choices.n > 0))
		return fail_set(fail, ERR_INPUT, chosen ? T_SURVEY_CHOICES : T_SURVEY_NO_CHOICES, field, q->title, STR_NIL);
	for (size_t i = 0; i < q->choices.n; i++) {
		if (str_find(c[i].code, STR(":")) >= 0 || str_find(c[i].code, STR("\n")) >= 0 || !str_eq(str_trim(c[i].code), c[i].code))
			return fail_set(fail, ERR_INPUT, T_SURVEY_CODE, field, c[i].code, STR(":"));
		if (survey_choice_of(q, c[i].code) != &c[i])
			return fail_set(fail, ERR_INPUT, T_SURVEY_TWICE, field, c[i].code, STR_NIL);
	}
	return OK;
}

err survey_form_check(const struct survey_form *f, struct fail *fail, struct arena *a)
{
	const struct survey_question *q = f->questions.v;
	int reasons = 0;
	if (!str_trim(f->title).n)
		return fail_set(fail, ERR_INPUT, T_MISSING, STR("title"), STR_NIL, STR_NIL);
	for (size_t i = 0; i < f->questions.n; i++) {
		str at = arena_printf(a, "questions.%zu", i);
		if (!id_ok(q[i].id) || survey_question_of(f, q[i].id) != &q[i])
			return fail_set(fail, ERR_INPUT, T_SURVEY_TWICE, arena_printf(a, "%.*s.id", STR_F(at)), q[i].id, STR_NIL);
		TRY(check_choices(&q[i], at, fail, a));
		reasons += q[i].reason;
		if (q[i].reason && (reasons > 1 || !str_eq_c(q[i].kind, "one")))
			return fail_set(fail, ERR_INPUT, T_SURVEY_REASON, arena_printf(a, "%.*s.reason", STR_F(at)), q[i].title, STR_NIL);
	}
	return OK;
}

/* ---- the usual one ---- */

static struct list choices_of(struct arena *a, enum lang lang, const char *const *codes, const enum text *labels, size_t n)
{
	struct survey_choice *v = ARENA_ARRAY(a, struct survey_choice, n);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct survey_choice){ .code = str_c(codes[i]), .label = str_c(text_raw(labels[i], lang)) };
	return (struct list){ v, n };
}

struct survey_form survey_form_usual(struct arena *a, enum lang lang)
{
	static const char *const why[] = { "price", "quality", "delivery", "service", "no_need", "elsewhere", "other" };
	static const enum text why_says[] = { T_SURVEY_R_PRICE, T_SURVEY_R_QUALITY, T_SURVEY_R_DELIVERY, T_SURVEY_R_SERVICE,
					      T_SURVEY_R_NO_NEED, T_SURVEY_R_ELSEWHERE, T_SURVEY_R_OTHER };
	static const char *const back[] = { "offer", "new", "gift", "nothing" };
	static const enum text back_says[] = { T_SURVEY_B_OFFER, T_SURVEY_B_NEW, T_SURVEY_B_GIFT, T_SURVEY_B_NOTHING };
	struct survey_question *q = ARENA_ARRAY(a, struct survey_question, 4);
	q[0] = (struct survey_question){ STR("q1"), STR("one"), str_c(text_raw(T_SURVEY_Q_WHY, lang)), true, true,
					 choices_of(a, lang, why, why_says, ARRAY_LEN(why)) };
	q[1] = (struct survey_question){ STR("q2"), STR("several"), str_c(text_raw(T_SURVEY_Q_BACK, lang)), false, false,
					 choices_of(a, lang, back, back_says, ARRAY_LEN(back)) };
	q[2] = (struct survey_question){ STR("q3"), STR("score"), str_c(text_raw(T_SURVEY_Q_SCORE, lang)), false, false, { 0 } };
	q[3] = (struct survey_question){ STR("q4"), STR("text"), str_c(text_raw(T_SURVEY_Q_TEXT, lang)), false, false, { 0 } };
	return (struct survey_form){ str_c(text_raw(T_SURVEY_USUAL, lang)), str_c(text_raw(T_SURVEY_INTRO, lang)),
				     str_c(text_raw(T_SURVEY_THANKS, lang)), 7, { q, 4 } };
}

/* ---- an answer ---- */

static const struct survey_reply *reply_to(const struct list *replies, str question)
{
	const struct survey_reply *r = replies->v;
	for (size_t i = 0; i < replies->n; i++)
		if (str_eq(r[i].question, question))
			return &r[i];
	return NULL;
}

static err bad(struct fail *fail, enum text text, const struct survey_question *q, str value)
{
	return fail_set(fail, ERR_INPUT, text, q->id, value, q->title);
}

struct saying { struct survey_said *said; struct buf texts; struct fail *fail; struct arena *a; bool scored; };

static void add_tags(struct ids *to, const struct ids *tags)
{
	for (size_t i = 0; i < tags->n; i++) {
		bool had = false;
		for (size_t k = 0; k < to->n; k++)
			had |= to->v[k] == tags->v[i];
		if (!had)
			to->v[to->n++] = tags->v[i];
	}
}

static err say_choices(struct saying *s, const struct survey_question *q, const struct survey_reply *r)
{
	if (str_eq_c(q->kind, "one") && r->choices.n > 1)
		return bad(s->fail, T_SURVEY_ONE, q, r->choices.v[1]);
	for (size_t i = 0; i < r->choices.n; i++) {
		const struct survey_choice *c = survey_choice_of(q, r->choices.v[i]);
		if (!c)
			return bad(s->fail, T_SURVEY_NO_CHOICE, q, r->choices.v[i]);
		for (size_t k = 0; k < i; k++)
			if (str_eq(r->choices.v[k], c->code))
				return bad(s->fail, T_SURVEY_TWICE, q, c->code);
		s->said->choices.v[s->said->choices.n++] = arena_printf(s->a, "%.*s:%.*s", STR_F(q->id), STR_F(c->code));
		add_tags(&s->said->tags, &c->tags);
		if (q->reason) {
			s->said->reason = c->code;
			s->said->reason_text = c->label;
		}
	}
	return OK;
}

static err say(struct saying *s, const struct survey_question *q, const struct survey_reply *r)
{
	bool text = str_eq_c(q->kind, "text"), score = str_eq_c(q->kind, "score");
	str words = r && r->text.n ? str_trim(r->text) : STR("");
	bool given = r && (text ? words.n > 0 : score ? r->score != NIL : r->choices.n > 0);
	if (r && ((!text && words.n) || (!score && r->score != NIL) || ((text || score) && r->choices.n)))
		return bad(s->fail, T_SURVEY_NOT_SO, q, STR_NIL);
	if (!given)
		return q->required ? bad(s->fail, T_SURVEY_REQUIRED, q, STR_NIL) : OK;
	if (score && !s->scored) {
		s->said->score = r->score;
		s->scored = true;
	}
	if (score) {
		s->said->choices.v[s->said->choices.n++] = arena_printf(s->a, "%.*s:%lld", STR_F(q->id), (long long)r->score);
		return OK;
	}
	if (!text)
		return say_choices(s, q, r);
	buf_char(&s->texts, buf_str(&s->texts).n ? ',' : '{');
	buf_json(&s->texts, q->id);
	buf_char(&s->texts, ':');
	buf_json(&s->texts, words);
	return OK;
}

err survey_said_read(const struct survey_form *f, const struct list *replies, struct survey_said *ret, struct fail *fail, struct arena *a)
{
	const struct survey_question *q = f->questions.v;
	const struct survey_reply *r = replies->v;
	size_t room = SURVEY_QUESTIONS_MAX * SURVEY_CHOICES_MAX;
	struct saying s = { .said = ret, .texts = buf_new(a, JOINED_MAX), .fail = fail, .a = a };
	*ret = (struct survey_said){ .reason = STR_NIL, .reason_text = STR_NIL, .texts = STR_NIL, .score = NIL,
				     .choices = { ARENA_ARRAY(a, str, room), 0 }, .tags = { ARENA_ARRAY(a, i64, room * SURVEY_TAGS_MAX), 0 } };
	for (size_t i = 0; i < replies->n; i++)
		if (!survey_question_of(f, r[i].question) || reply_to(replies, r[i].question) != &r[i])
			return fail_set(fail, ERR_INPUT, T_SURVEY_NO_QUESTION, STR("answers"), r[i].question, STR_NIL);
	for (size_t i = 0; i < f->questions.n; i++)
		TRY(say(&s, &q[i], reply_to(replies, q[i].id)));
	if (!ret->choices.n && !buf_str(&s.texts).n)
		return fail_set(fail, ERR_INPUT, T_SURVEY_EMPTY, STR("answers"), STR_NIL, STR_NIL);
	if (buf_str(&s.texts).n) {
		buf_char(&s.texts, '}');
		ret->texts = buf_str(&s.texts);
	}
	return OK;
}
