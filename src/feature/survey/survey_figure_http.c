/*
 * The table of reasons and the answers themselves, within the viewer's scope, as lists and as files.
 *
 * People are counted, not answers: of whoever answered under several numbers the newest answer counts. Came back means an
 * order in the days after her answer, that day included, and one later than the answer.
 */
#include "feature/survey/survey_data.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/tz.h"
#include "core/attr/attr_value.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"

#include <stdlib.h>

#define DAYS_USUAL 365
#define BACK_USUAL 30
#define FILE_BYTES ((size_t)32 << 20)
#define PAGE_SCAN 1000 /* answers looked at for one page of a narrow viewer */

#define TABLE_IN_FIELDS(F, S)                                                                      \
	F(S, ID, id) F(S, I64, days, .opt = true, .min = 1, .max = SURVEY_DAYS_MAX, .doc = "answers of so many days; 365") \
	F(S, I64, back_days, .opt = true, .min = 1, .max = SURVEY_BACK_DAYS_MAX, .doc = "came back within so many days; 30")
RECORD(survey_table_in, TABLE_IN_FIELDS);
#define REASON_FIELDS(F, S)                                                                        \
	F(S, STR, reason, .doc = "code; empty: none given") F(S, STR, label) F(S, I64, people) F(S, F64, share, .doc = "of everybody who answered") \
	F(S, I64, known, .doc = "of them customers we know") F(S, FEN, spent, .doc = "what they had spent before") \
	F(S, I64, back, .doc = "of the known: bought again within the days") F(S, F64, back_share, .doc = "of the known")
RECORD(survey_reason, REASON_FIELDS);
#define ANSWERS_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, reason, .opt = true, .max = 20) F(S, I64, limit, .opt = true) F(S, STR, cursor, .opt = true)
RECORD(survey_answers_in, ANSWERS_IN_FIELDS);
#define FILE_IN_FIELDS(F, S) F(S, ID, id)
RECORD(survey_file_in, FILE_IN_FIELDS);
#define SAID_FIELDS(F, S) F(S, STR, question) F(S, STR, answer, .opt = true) F(S, STR, text, .opt = true, .pii = true)
RECORD(survey_line, SAID_FIELDS);
#define ANSWER_VIEW_FIELDS(F, S)                                                                   \
	F(S, ID, id) F(S, ID, customer_id, .opt = true, .doc = "null: not known") F(S, STR, customer, .opt = true, .pii = true) \
	F(S, STR, staff, .opt = true) F(S, I64, number, .doc = "the version answered") F(S, STR, reason, .opt = true) F(S, I64, score, .opt = true) \
	F(S, MS, answered_ms) F(S, I64, changes) F(S, FEN, spent, .doc = "before") F(S, LIST, said, .of = &survey_line_record)
RECORD(survey_answer_view, ANSWER_VIEW_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- forms that were published ---- */

struct forms { struct survey v; struct survey_version *versions; struct survey_form *forms; size_t n; };

static err forms_read(const struct snap *s, i64 id, struct forms *ret)
{
	TRY(survey_find(s, id, &ret->v));
	TRY(survey_versions(s, &(struct survey_key){ id }, &ret->versions, &ret->n));
	ret->forms = ARENA_ARRAY(s->arena, struct survey_form, ret->n + 1);
	for (size_t i = 0; i < ret->n; i++)
		survey_form_read(s->arena, ret->versions[i].form, &ret->forms[i]);
	return OK;
}

static const struct survey_form *form_of(const struct forms *f, i64 number)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->versions[i].number == number)
			return &f->forms[i];
	return NULL;
}

/* As the newest version that has it says. */
static str label_of(const struct forms *f, str reason)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct survey_question *q = f->forms[i].questions.v;
		for (size_t k = 0; k < f->forms[i].questions.n; k++) {
			const struct survey_choice *c = q[k].reason ? survey_choice_of(&q[k], reason) : NULL;
			if (c)
				return c->label;
		}
	}
	return reason;
}

/* ---- the table ---- */

struct table { struct forms forms; struct survey_reason *rows; size_t n; i64 people, back_days; };

static struct survey_reason *row_of(struct cx *cx, struct table *t, str reason)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->rows[i].reason, reason))
			return &t->rows[i];
	t->rows[t->n] = (struct survey_reason){ .reason = reason, .label = reason.n ? label_of(&t->forms, reason)
									      : str_c(text_raw(T_SURVEY_NO_REASON, cx->viewer.lang)) };
	return &t->rows[t->n++];
}

static err came_back(const struct snap *s, i64 root, ms answered, i64 days, bool *ret)
{
	struct customer_fact fact;
	i64 leaves[CUSTOMER_LEAVES_MAX], times = 0, day = corp_day(s->unit, answered);
	size_t n;
	err e = attr_fact_get(s, root, &fact);
	*ret = false;
	if (e == ERR_NOT_FOUND || (e == OK && (fact.last_order == NIL || fact.last_order <= answered)))
		return OK;
	TRY(e);
	TRY(customer_leaves_in(s, root, leaves, &n));
	struct attr_person p = { .root = root, .leaves = leaves, .count = n };
	TRY(attr_times(s, &p, EV_ORDER_PLACED, day, day + days, &times));
	*ret = times > 0;
	return OK;
}

/* *ret_root 0: nobody we know, or nobody this viewer may see (then false). */
static err seen(struct cx *cx, i64 customer, bool *ret, i64 *ret_root)
{
	*ret_root = 0;
	*ret = !cx->unit.scope;
	if (!customer)
		return OK;
	struct fail before = cx->unit.fail;
	err e = customer_visible(&cx->unit, customer, ret_root);
	*ret = e == OK;
	if (e != ERR_NOT_FOUND)
		return e;
	cx->unit.fail = before;
	return OK;
}

static err add_row(struct cx *cx, struct table *t, const struct survey_answer *a, struct imap *counted)
{
	bool shown, back = false;
	i64 root, had;
	TRY(seen(cx, a->customer, &shown, &root));
	if (!shown || (root && imap_get(counted, root, &had)))
		return OK;
	struct survey_reason *r = row_of(cx, t, a->reason);
	r->people++;
	t->people++;
	if (!root)
		return OK;
	imap_put(counted, root, 1);
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), came_back(snap, root, a->last, t->back_days, &back)));
	r->known++;
	r->spent += a->spent;
	r->back += back;
	return OK;
}

static int by_people(const void *a, const void *b)
{
	const struct survey_reason *x = a, *y = b;
	if (!x->reason.n != !y->reason.n)
		return x->reason.n ? -1 : 1; /* without a reason last */
	return x->people != y->people ? (x->people > y->people ? -1 : 1) : str_cmp(x->reason, y->reason);
}

static err answers_of(struct cx *cx, i64 survey, ms since, struct survey_answer **ret, size_t *ret_count)
{
	struct survey_list find = { survey, STR(""), true, INT64_MAX, INT64_MAX, since, SURVEY_TABLE_MAX + 1 };
	TRY(READ_SNAP(&cx->unit, base(cx), survey_answer_list(snap, &find, ret, ret_count)));
	return *ret_count <= SURVEY_TABLE_MAX ? OK : cx_fail(cx, ERR_TOO_LARGE, T_SURVEY_TOO_MANY, STR("days"), STR_NIL, STR(FAIL_STR(SURVEY_TABLE_MAX)));
}

static err table_of(struct cx *cx, const struct survey_table_in *in, struct table *t)
{
	struct survey_answer *rows;
	struct imap counted = imap_new(CX_ARENA(cx));
	size_t n;
	i64 days = in->days == NIL ? DAYS_USUAL : in->days;
	*t = (struct table){ .back_days = in->back_days == NIL ? BACK_USUAL : in->back_days };
	TRY(READ_SNAP(&cx->unit, base(cx), forms_read(snap, in->id, &t->forms)));
	TRY(answers_of(cx, in->id, cx_now(cx) - days * MS_DAY, &rows, &n));
	t->rows = ARENA_ARRAY(CX_ARENA(cx), struct survey_reason, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(add_row(cx, t, &rows[i], &counted));
	for (size_t i = 0; i < t->n; i++) {
		struct survey_reason *r = &t->rows[i];
		r->share = (double)r->people / (double)t->people;
		r->back_share = r->known ? (double)r->back / (double)r->known : 0;
	}
	qsort(t->rows, t->n, sizeof(t->rows[0]), by_people);
	return OK;
}

static err h_reasons(struct cx *cx)
{
	struct page *page = cx->out;
	struct table t;
	TRY(table_of(cx, cx->in, &t));
	page->data = (struct list){ t.rows, t.n };
	page->total = t.people;
	return OK;
}

/* ---- answers ---- */

struct people { struct staff *staff; size_t staff_count; };

static str staff_name(const struct people *p, i64 id)
{
	for (size_t i = 0; i < p->staff_count; i++)
		if (p->staff[i].id == id)
			return p->staff[i].name.n ? p->staff[i].name : p->staff[i].userid;
	return STR_NIL;
}

/* The labels of what was chosen of a question; nil: nothing. */
static str chosen(struct arena *a, const struct survey_question *q, str choices)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	while (choices.n) {
		str code = str_cut(&choices, '\n'), id = str_cut(&code, ':');
		if (!str_eq(id, q->id))
			continue;
		const struct survey_choice *c = survey_choice_of(q, code);
		if (b.n)
			buf_add_c(&b, ", ");
		buf_add(&b, c ? c->label : code);
	}
	return b.n ? buf_str(&b) : STR_NIL;
}

static err said_of(struct cx *cx, const struct forms *forms, const struct survey_answer *a, struct list *ret)
{
	struct arena *arena = CX_ARENA(cx);
	const struct survey_form *f = form_of(forms, a->number);
	struct json *texts = NULL;
	str json;
	size_t n = 0;
	TRY(survey_texts_of(&cx->unit, a, &json));
	if (json.n && json_parse(json, arena, &texts, NULL) != OK)
		texts = NULL;
	struct survey_line *v = ARENA_ARRAY(arena, struct survey_line, SURVEY_QUESTIONS_MAX);
	for (size_t i = 0; f && i < f->questions.n; i++) {
		const struct survey_question *q = &((const struct survey_question *)f->questions.v)[i];
		str text = texts && str_eq_c(q->kind, "text") ? json_str(texts, arena_cstr(arena, q->id)) : STR_NIL;
		struct survey_line line = { q->title, chosen(arena, q, a->choices), text.n ? text : STR_NIL };
		if (line.answer.n || line.text.n)
			v[n++] = line;
	}
	*ret = (struct list){ v, n };
	return OK;
}

static err view(struct cx *cx, const struct forms *forms, const struct people *p, const struct survey_answer *a, i64 root, struct survey_answer_view *ret)
{
	struct customer c = { .name = STR_NIL };
	if (root)
		TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), customer_get(snap, root, &c)));
	*ret = (struct survey_answer_view){
		.id = a->event, .customer_id = root ? root : NIL, .customer = c.name, .staff = staff_name(p, a->staff), .number = a->number,
		.reason = a->reason.n ? label_of(forms, a->reason) : STR_NIL, .score = a->score, .answered_ms = a->last, .changes = a->times - 1,
		.spent = a->spent,
	};
	return said_of(cx, forms, a, &ret->said);
}

static err load(struct cx *cx, i64 survey, struct forms *f, struct people *p)
{
	TRY(READ_SNAP(&cx->unit, base(cx), forms_read(snap, survey, f)));
	return READ_SNAP(&cx->unit, base(cx), staff_all(snap, &p->staff, &p->staff_count));
}

/* A narrow viewer's page may be short and still have a next one. */
static err h_answers(struct cx *cx)
{
	const struct survey_answers_in *in = cx->in;
	struct page *page = cx->out;
	struct forms forms = { 0 };
	struct people people = { 0 };
	struct survey_answer *rows;
	size_t n, shown = 0, at = 0;
	i64 keys[2] = { INT64_MAX, INT64_MAX }, look = cx->unit.scope ? PAGE_SCAN : in->limit;
	u64 filter = (u64)in->id ^ hash64(in->reason);
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	TRY(load(cx, in->id, &forms, &people));
	struct survey_list find = { in->id, in->reason.p ? in->reason : STR(""), !in->reason.p, keys[0], keys[1], 0, look + 1 };
	TRY(READ_SNAP(&cx->unit, base(cx), survey_answer_list(snap, &find, &rows, &n)));
	struct survey_answer_view *views = ARENA_ARRAY(CX_ARENA(cx), struct survey_answer_view, (size_t)in->limit + 1);
	for (; at < n && at < (size_t)look && shown < (size_t)in->limit; at++) {
		bool is;
		i64 root;
		TRY(seen(cx, rows[at].customer, &is, &root));
		if (is)
			TRY(view(cx, &forms, &people, &rows[at], root, &views[shown++]));
	}
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (at < n)
		page->next_cursor = page_next(cx, (i64[]){ rows[at - 1].last, rows[at - 1].event }, 2, filter);
	return OK;
}

/* ---- as files ---- */

static void cell(struct buf *b, str text, char end)
{
	buf_csv(b, text);
	if (end)
		buf_char(b, end);
}

static void number_cell(struct cx *cx, struct buf *b, i64 n, char end) { cell(b, arena_printf(CX_ARENA(cx), "%lld", (long long)n), end); }

static void money_cell(struct cx *cx, struct buf *b, i64 fen, char end)
{
	cell(b, arena_printf(CX_ARENA(cx), "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100)), end);
}

static err send(struct cx *cx, struct buf *b, const char *name)
{
	if (b->over)
		return cx_fail(cx, ERR_TOO_LARGE, T_SURVEY_TOO_MANY, STR("id"), STR_NIL, STR(FAIL_STR(SURVEY_TABLE_MAX)));
	return cx_send_csv(cx, b, str_c(name));
}

static err h_reasons_csv(struct cx *cx)
{
	struct table t;
	struct buf b = buf_new(CX_ARENA(cx), FILE_BYTES);
	TRY(table_of(cx, cx->in, &t));
	buf_add_c(&b, CSV_MARK);
	buf_add_c(&b, text_raw(T_SURVEY_CSV_REASONS, cx->viewer.lang));
	buf_add_c(&b, "\r\n");
	for (size_t i = 0; i < t.n; i++) {
		const struct survey_reason *r = &t.rows[i];
		cell(&b, r->label, ',');
		cell(&b, r->reason, ',');
		number_cell(cx, &b, r->people, ',');
		cell(&b, arena_printf(CX_ARENA(cx), "%.1f%%", r->share * 100), ',');
		number_cell(cx, &b, r->known, ',');
		money_cell(cx, &b, r->spent, ',');
		number_cell(cx, &b, r->back, ',');
		cell(&b, arena_printf(CX_ARENA(cx), "%.1f%%", r->back_share * 100), '\r');
		buf_char(&b, '\n');
	}
	return send(cx, &b, "reasons.csv");
}

/* Who may not see phones gets no free text: one may stand in it. */
static void csv_row(struct cx *cx, struct buf *b, const struct survey_answer_view *v)
{
	bool masked = cx->viewer.mask_pii;
	str hidden = str_c(text_raw(T_SURVEY_HIDDEN, cx->viewer.lang));
	cell(b, tz_format(corp_zone(&cx->unit, cx->unit.corp), v->answered_ms, CX_ARENA(cx)), ',');
	cell(b, v->customer.n ? v->customer : STR(""), ',');
	cell(b, v->staff.n ? v->staff : STR(""), ',');
	cell(b, v->reason.n ? v->reason : STR(""), ',');
	cell(b, v->score == NIL ? STR("") : arena_printf(CX_ARENA(cx), "%lld", (long long)v->score), ',');
	money_cell(cx, b, v->spent, 0);
	for (size_t i = 0; i < v->said.n; i++) {
		const struct survey_line *line = &((const struct survey_line *)v->said.v)[i];
		str says = line->answer.n ? line->answer : masked ? hidden : line->text;
		buf_char(b, ',');
		cell(b, arena_printf(CX_ARENA(cx), "%.*s: %.*s", STR_F(line->question), STR_F(says)), 0);
	}
	buf_add_c(b, "\r\n");
}

static err h_answers_csv(struct cx *cx)
{
	i64 id = ((const struct survey_file_in *)cx->in)->id;
	struct forms forms = { 0 };
	struct people people = { 0 };
	struct survey_answer *rows;
	struct buf b = buf_new(CX_ARENA(cx), FILE_BYTES);
	size_t n, shown = 0;
	TRY(load(cx, id, &forms, &people));
	TRY(answers_of(cx, id, 0, &rows, &n));
	buf_add_c(&b, CSV_MARK);
	buf_add_c(&b, text_raw(T_SURVEY_CSV_ANSWERS, cx->viewer.lang));
	buf_add_c(&b, "\r\n");
	for (size_t i = 0; i < n; i++) {
		struct survey_answer_view v;
		bool is;
		i64 root;
		TRY(seen(cx, rows[i].customer, &is, &root));
		if (!is)
			continue;
		TRY(view(cx, &forms, &people, &rows[i], root, &v));
		csv_row(cx, &b, &v);
		shown++;
	}
	TRY(WRITE_TX(&cx->unit, base(cx), audit_add(tx, "survey.export", arena_printf(CX_ARENA(cx), "survey:%lld", (long long)id),
						    arena_printf(CX_ARENA(cx), "%zu", shown))));
	return send(cx, &b, "answers.csv");
}

#define SURVEY "/api/v1/surveys/{id}"
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route survey_figure_routes[] = {
	{ "GET", SURVEY "/reasons", "survey.read", SCOPED, ROUTE_LIST, &survey_table_in_record, &survey_reason_record, h_reasons,
	  "Reasons with people, share, what they had spent before, and how many bought again; total: everybody who answered." },
	{ "GET", SURVEY "/reasons.csv", "survey.read", SCOPED, ROUTE_RAW, &survey_table_in_record, &none_record, h_reasons_csv, "The same as a file." },
	{ "GET", SURVEY "/answers", "survey.read", SCOPED, ROUTE_LIST, &survey_answers_in_record, &survey_answer_view_record, h_answers,
	  "Answers, newest first." },
	{ "GET", SURVEY "/answers.csv", "customer.export", SCOPED, ROUTE_RAW, &survey_file_in_record, &none_record, h_answers_csv,
	  "All answers as a file; who took it is in the audit trail." },
	{ 0 },
};
