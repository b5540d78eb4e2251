/*
 * One event read for many rules: its body is opened at most once, its texts are scanned at most once, and
 * only when a rule asks.
 *
 * A path through a list means any of its elements. Texts are equal byte by byte; a number compares with a
 * number, and with a text that is one, because shops send prices in both spellings. "not" needs the field:
 * an event that does not speak of it says nothing.
 */
#include "feature/tagrule/tagrule_int.h"

#include "core/corp/corp.h"
#include "core/follow/follow.h"

#define WALK_DEPTH_MAX JSON_DEPTH_MAX

struct reading reading_of(const struct snap *s, const struct event *ev, const struct tagrule_kind *kind, const struct rule_set *set)
{
	return (struct reading){ .s = s, .ev = ev, .kind = kind, .set = set };
}

/* ---- the body as JSON ---- */

static const struct json *number_json(struct arena *a, i64 v)
{
	struct json *j = ARENA_NEW(a, struct json);
	*j = (struct json){ .type = JSON_INT, .i = v, .real = (double)v };
	return v == NIL ? NULL : j;
}

static const struct json *text_json(struct arena *a, str s)
{
	struct json *j = ARENA_NEW(a, struct json);
	*j = (struct json){ .type = JSON_TEXT, .text = s };
	return str_is_nil(s) ? NULL : j;
}

static const struct json *field_json(struct arena *a, const struct field *f, const void *body)
{
	const void *p = (const char *)body + f->at;
	struct json *j;
	switch (f->type) {
	case FIELD_I64:
	case FIELD_FEN:
	case FIELD_MS:
		return number_json(a, *(const i64 *)p);
	case FIELD_ID:
		return *(const i64 *)p == NIL ? NULL : text_json(a, arena_printf(a, "%lld", (long long)*(const i64 *)p));
	case FIELD_BOOL:
		j = ARENA_NEW(a, struct json);
		*j = (struct json){ .type = JSON_BOOL, .truth = *(const bool *)p };
		return j;
	case FIELD_STR:
		return text_json(a, *(const str *)p);
	case FIELD_JSON:
		return !str_is_nil(*(const str *)p) && json_parse(*(const str *)p, a, &j, NULL) == OK ? j : NULL;
	default:
		return NULL;
	}
}

static err body_open(struct reading *r)
{
	struct arena *a = r->s->arena;
	if (r->opened)
		return OK;
	void *body = arena_alloc(a, r->kind->record->size);
	TRY(event_body(r->s, r->ev, r->kind->record, body));
	ASSERT(r->kind->record->count <= TAGRULE_FIELDS_MAX);
	for (size_t i = 0; i < r->kind->record->count; i++)
		r->fields[i] = field_json(a, &r->kind->record->fields[i], body);
	r->opened = true;
	return OK;
}

/* ---- filters ---- */

static bool number_of(const struct json *v, double *ret)
{
	if (v->type == JSON_TEXT)
		return str_f64(str_trim(v->text), ret);
	*ret = v->real;
	return v->type == JSON_INT || v->type == JSON_REAL;
}

static bool equal(const struct json *got, const struct json *want)
{
	double g;
	if (want->type == JSON_TEXT)
		return got->type == JSON_TEXT && str_eq(got->text, want->text);
	if (want->type == JSON_BOOL)
		return got->type == JSON_BOOL && got->truth == want->truth;
	if (got->type == JSON_INT && want->type == JSON_INT)
		return got->i == want->i;
	return number_of(got, &g) && g == want->real;
}

static bool in_list(const struct json *got, const struct json *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (equal(got, &list->items[i]))
			return true;
	return false;
}

static bool compares(const struct json *got, enum rule_op op, const struct json *want)
{
	double g;
	int order;
	if (got->type == JSON_INT && want->type == JSON_INT)
		order = (got->i > want->i) - (got->i < want->i);
	else if (number_of(got, &g))
		order = (g > want->real) - (g < want->real);
	else
		return false;
	return op == OP_LT ? order < 0 : op == OP_LE ? order <= 0 : op == OP_GT ? order > 0 : order >= 0;
}

static bool leaf_holds(const struct json *got, const struct rule_filter *f)
{
	switch (f->op) {
	case OP_EXISTS:
		return got->type != JSON_NULL;
	case OP_IS:
	case OP_NOT: /* of all of them: see filter_holds */
		return equal(got, f->value);
	case OP_IN:
		return in_list(got, f->value);
	case OP_HAS:
		return got->type == JSON_TEXT && str_has(got->text, f->value->text);
	default:
		return compares(got, f->op, f->value);
	}
}

/* Any value at the path; *found: there is one at all. */
static bool any_holds(const struct json *v, const struct rule_filter *f, size_t step, int depth, bool *found)
{
	if (!v || depth > WALK_DEPTH_MAX)
		return false;
	if (v->type == JSON_ARRAY) {
		for (size_t i = 0; i < v->n; i++)
			if (any_holds(&v->items[i], f, step, depth + 1, found))
				return true;
		return false;
	}
	if (step < f->depth)
		return any_holds(json_get(v, f->path[step]), f, step + 1, depth + 1, found);
	*found |= v->type != JSON_NULL;
	return leaf_holds(v, f);
}

static bool filter_holds(const struct reading *r, const struct rule_filter *f)
{
	bool found = false, any = any_holds(r->fields[f->field], f, 0, 0, &found);
	return f->op == OP_NOT ? found && !any : any;
}

static bool filters_hold(const struct reading *r, const struct rule *rule)
{
	for (size_t i = 0; i < rule->when->filters.n; i++)
		if (!filter_holds(r, &rule->filters[i]))
			return false;
	return true;
}

/* ---- keywords ---- */

struct hearing {
	const struct rule_set *set;
	u32 *heard;
};

static bool hear(void *arg, u32 word)
{
	const struct hearing *h = arg;
	u32 *heard = &h->heard[h->set->word_rule[word]];
	*heard = *heard && *heard <= word + 1 ? *heard : word + 1;
	return true;
}

void rule_set_scan(const struct rule_set *set, str text, u32 *heard)
{
	struct hearing h = { set, heard };
	if (set->words)
		keywords_scan(set->words, text, hear, &h);
}

static void scan_texts(struct reading *r, const struct json *v, int depth)
{
	if (!v || depth > WALK_DEPTH_MAX)
		return;
	if (v->type == JSON_TEXT)
		rule_set_scan(r->set, v->text, r->heard);
	for (size_t i = 0; i < v->n; i++)
		scan_texts(r, v->type == JSON_ARRAY ? &v->items[i] : &v->members[i].value, depth + 1);
}

static void scan(struct reading *r)
{
	str rest = str_c(r->kind->texts);
	if (r->scanned)
		return;
	r->scanned = true;
	r->heard = ARENA_ARRAY(r->s->arena, u32, r->set->n + 1);
	while (rest.p) {
		str name = str_cut(&rest, ',');
		for (size_t i = 0; i < r->kind->record->count; i++)
			if (str_eq_c(name, r->kind->record->fields[i].name))
				scan_texts(r, r->fields[i], 0);
	}
}

/* ---- how and when she was added, and where she is ---- */

static str field_text(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->kind->record->count; i++)
		if (!strcmp(r->kind->record->fields[i].name, name) && r->fields[i] && r->fields[i]->type == JSON_TEXT)
			return r->fields[i]->text;
	return STR_NIL;
}

static bool field_true(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->kind->record->count; i++)
		if (!strcmp(r->kind->record->fields[i].name, name))
			return r->fields[i] && r->fields[i]->type == JSON_BOOL && r->fields[i]->truth;
	return false;
}

static bool has_text(const struct strs *list, str s)
{
	for (size_t i = 0; i < list->n; i++)
		if (!str_is_nil(s) && str_eq(list->v[i], s))
			return true;
	return false;
}

/* The channel stands on the relation: the live code put it there before rules are asked. */
static err channel_fits(const struct reading *r, const struct strs *channels, bool *ret)
{
	struct follow *rows;
	size_t n;
	str staff = field_text(r, "staff");
	i64 id = 0;
	*ret = false;
	TRY(follow_list(r->s, r->ev->customer, &rows, &n));
	str_i64(staff, &id);
	for (size_t i = 0; i < n; i++)
		*ret |= rows[i].staff == id && has_text(channels, rows[i].channel);
	return OK;
}

static err code_fits(const struct reading *r, const struct ids *codes, bool *ret)
{
	struct rule_code code;
	str state = field_text(r, "state");
	*ret = false;
	err e = state.n ? rule_code_of(r->s, &(struct rule_code){ .state = str_cut(&state, '.') }, &code) : ERR_NOT_FOUND;
	for (size_t i = 0; e == OK && i < codes->n; i++)
		*ret |= codes->v[i] == code.livecode;
	return e == ERR_NOT_FOUND ? OK : e;
}

static bool time_fits(const struct reading *r, const struct rule *rule)
{
	struct unit *u = r->s->unit;
	struct tz_time t = tz_local(corp_zone(u, u->corp), r->ev->occurred);
	const struct tagrule_when *w = rule->when;
	i64 minute = t.hour * 60 + t.minute;
	if (rule->weekdays && !(rule->weekdays >> ((t.weekday + 6) % 7) & 1))
		return false;
	if (w->from_minute == NIL)
		return true;
	if (w->from_minute < w->to_minute)
		return minute >= w->from_minute && minute < w->to_minute;
	return minute >= w->from_minute || minute < w->to_minute;
}

/* Somebody handed over by an inheritance was not added by anything. */
static err added_holds(const struct reading *r, const struct rule *rule, bool *ret)
{
	const struct tagrule_when *w = rule->when;
	*ret = !field_true(r, "transfer") && time_fits(r, rule) && (!w->states.n || has_text(&w->states, field_text(r, "state")));
	if (*ret && w->codes.n)
		TRY(code_fits(r, &w->codes, ret));
	return *ret && w->channels.n ? channel_fits(r, &w->channels, ret) : OK;
}

err rule_holds(struct reading *r, const struct rule *rule, bool *ret)
{
	str type = rule->when->type;
	*ret = false;
	if (!(rule->kinds & tagrule_kind_bit(r->kind)))
		return OK;
	TRY(body_open(r));
	if (str_eq_c(type, "added"))
		return added_holds(r, rule, ret);
	if (str_eq_c(type, "region")) {
		*ret = has_text(&rule->when->cities, field_text(r, "city"));
		return OK;
	}
	if (str_eq_c(type, "event")) {
		*ret = filters_hold(r, rule);
		return OK;
	}
	scan(r);
	*ret = r->heard[rule - r->set->rules] != 0;
	return OK;
}
