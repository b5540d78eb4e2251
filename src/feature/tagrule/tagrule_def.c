/*
 * Checking and compiling definitions. What is refused is refused when it is saved, by field and with the
 * cure: a rule never finds out at an event that it cannot be asked.
 *
 * Refused for their cost: windows beyond TAGRULE_WINDOW_MAX (a count without a window is one running number
 * and free), long lists and deep paths. Nothing a definition can say needs the journal to be read again.
 */
#include "feature/tagrule/tagrule_int.h"

static err refuse(struct fail *f, enum text text, const char *field, str value, str limit)
{
	return fail_set(f, ERR_INPUT, text, str_c(field), value, limit);
}

/* ---- filters ---- */

static const char *const op_names[] = { "is", "not", "in", "lt", "le", "gt", "ge", "has", "exists" };

static bool op_of(str name, enum rule_op *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(op_names); i++)
		if (str_eq_c(name, op_names[i])) {
			*ret = (enum rule_op)i;
			return true;
		}
	return false;
}

static bool field_of(const struct record *r, str name, size_t *ret)
{
	for (size_t i = 0; i < r->count; i++)
		if (str_eq_c(name, r->fields[i].name)) {
			*ret = i;
			return true;
		}
	return false;
}

static str field_names(struct arena *a, const struct record *r)
{
	struct buf b = buf_new(a, 1024);
	for (size_t i = 0; i < r->count; i++)
		buf_fmt(&b, "%s%s%s", i ? ", " : "", r->fields[i].name, r->fields[i].type == FIELD_JSON ? ".…" : "");
	return buf_str(&b);
}

/* "properties.a.b" -> the field and the names below it. */
static err path_compile(struct arena *a, const struct record *r, const char *place, str name, struct rule_filter *ret, struct fail *f)
{
	str rest = name, head = str_cut(&rest, '.');
	if (!field_of(r, head, &ret->field))
		return refuse(f, T_TAGRULE_FIELD, place, name, field_names(a, r));
	if (rest.p && r->fields[ret->field].type != FIELD_JSON)
		return refuse(f, T_TAGRULE_FIELD, place, name, str_c(r->fields[ret->field].name));
	while (rest.p) {
		str part = str_cut(&rest, '.');
		if (part.n == 0)
			return refuse(f, T_TAGRULE_FIELD, place, name, field_names(a, r));
		if (ret->depth == TAGRULE_PATH_DEPTH_MAX)
			return refuse(f, T_TAGRULE_DEEP, place, name, STR("8"));
		ret->path[ret->depth++] = arena_cstr(a, part);
	}
	return OK;
}

static bool is_number(const struct json *v) { return v->type == JSON_INT || v->type == JSON_REAL; }

static bool text_fits(const struct json *v) { return v->text.n && str_utf8_len(v->text) <= TAGRULE_VALUE_MAX; }

static bool list_fits(const struct json *v)
{
	if (v->type != JSON_ARRAY || v->n == 0 || v->n > TAGRULE_VALUES_MAX)
		return false;
	for (size_t i = 0; i < v->n; i++)
		if (!(v->items[i].type == JSON_TEXT ? text_fits(&v->items[i]) : is_number(&v->items[i])))
			return false;
	return true;
}

/* Does the value suit the operator? */
static bool value_fits(enum rule_op op, const struct json *v)
{
	switch (op) {
	case OP_EXISTS:
		return v == NULL;
	case OP_IN:
		return v && list_fits(v);
	case OP_HAS:
		return v && v->type == JSON_TEXT && text_fits(v);
	case OP_IS:
	case OP_NOT:
		return v && (v->type == JSON_BOOL || is_number(v) || (v->type == JSON_TEXT && text_fits(v)));
	default:
		return v && is_number(v);
	}
}

/* Does the value suit the type of a field that has one? */
static bool type_fits(const struct field *field, const struct json *v)
{
	if (!v || field->type == FIELD_JSON)
		return true;
	const struct json *one = v->type == JSON_ARRAY ? &v->items[0] : v;
	switch (field->type) {
	case FIELD_BOOL:
		return one->type == JSON_BOOL;
	case FIELD_I64:
	case FIELD_FEN:
	case FIELD_MS:
		return one->type == JSON_INT;
	default:
		return one->type == JSON_TEXT;
	}
}

static err filter_compile(struct arena *a, const struct tagrule_kind *k, size_t at, const struct tagrule_filter *in,
			  struct rule_filter *ret, struct fail *f)
{
	const char *place = arena_cstr(a, arena_printf(a, "when.filters[%zu].name", at));
	struct json *value = NULL;
	*ret = (struct rule_filter){ .value = NULL };
	TRY(path_compile(a, k->record, place, in->name, ret, f));
	place = arena_cstr(a, arena_printf(a, "when.filters[%zu].value", at));
	if (in->value.p && !str_eq_c(in->value, "null"))
		TRY(json_parse(arena_dup(a, in->value), a, &value, f));
	if (!op_of(in->op, &ret->op) || !value_fits(ret->op, value) || !type_fits(&k->record->fields[ret->field], value))
		return refuse(f, T_TAGRULE_VALUE, place, in->value, in->op);
	ret->value = value;
	return OK;
}

/* ---- the kinds of conditions ---- */

static err event_compile(struct arena *a, const struct tagrule_when *w, struct rule *ret, struct fail *f)
{
	const struct event_info *info = str_is_nil(w->event) ? NULL : event_by_name(w->event);
	const struct tagrule_kind *k = info ? tagrule_kind_of(info->number) : NULL;
	if (!k)
		return refuse(f, T_TAGRULE_EVENT, "when.event", w->event, STR_NIL);
	struct rule_filter *filters = ARENA_ARRAY(a, struct rule_filter, w->filters.n + 1);
	for (size_t i = 0; i < w->filters.n; i++)
		TRY(filter_compile(a, k, i, &((const struct tagrule_filter *)w->filters.v)[i], &filters[i], f));
	ret->filters = filters;
	ret->kinds = tagrule_kind_bit(k);
	return OK;
}

static err keyword_compile(struct arena *a, const struct tagrule_when *w, struct rule *ret, struct fail *f)
{
	if (w->keywords.n == 0)
		return refuse(f, T_MISSING, "when.keywords", STR_NIL, STR_NIL);
	for (size_t i = 0; i < w->keywords.n; i++)
		if (str_trim(w->keywords.v[i]).n == 0 || str_utf8_len(w->keywords.v[i]) > KEYWORD_CHARS_MAX)
			return refuse(f, T_TAGRULE_KEYWORD, arena_cstr(a, arena_printf(a, "when.keywords[%zu]", i)),
				      str_utf8_head(w->keywords.v[i], KEYWORD_CHARS_MAX), STR("64"));
	for (size_t i = 0; i < w->events.n; i++) {
		const struct event_info *info = event_by_name(w->events.v[i]);
		const struct tagrule_kind *k = info ? tagrule_kind_of(info->number) : NULL;
		if (!k || !k->texts)
			return refuse(f, T_TAGRULE_TEXTS, "when.events", w->events.v[i], STR_NIL);
		ret->kinds |= tagrule_kind_bit(k);
	}
	for (const struct tagrule_kind *k = tagrule_kinds; w->events.n == 0 && k->event; k++)
		if (k->texts)
			ret->kinds |= tagrule_kind_bit(k);
	return OK;
}

static err texts_fit(struct arena *a, const char *field, const struct strs *list, struct fail *f)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].n == 0 || str_utf8_len(list->v[i]) > TAGRULE_VALUE_MAX)
			return refuse(f, T_TAGRULE_KEYWORD, arena_cstr(a, arena_printf(a, "when.%s[%zu]", field, i)),
				      str_utf8_head(list->v[i], KEYWORD_CHARS_MAX), STR("200"));
	return OK;
}

static err added_compile(struct arena *a, const struct tagrule_when *w, struct rule *ret, struct fail *f)
{
	bool timed = w->from_minute != NIL || w->to_minute != NIL;
	if (!w->codes.n && !w->states.n && !w->channels.n && !w->weekdays.n && !timed)
		return refuse(f, T_TAGRULE_ADDED, "when", STR_NIL, STR_NIL);
	if (timed && (w->from_minute == NIL || w->to_minute == NIL || w->from_minute == w->to_minute))
		return refuse(f, T_TAGRULE_MINUTES, w->from_minute == NIL ? "when.from_minute" : "when.to_minute", STR_NIL, STR_NIL);
	TRY(texts_fit(a, "states", &w->states, f));
	TRY(texts_fit(a, "channels", &w->channels, f));
	for (size_t i = 0; i < w->weekdays.n; i++)
		ret->weekdays |= (u8)(1u << (w->weekdays.v[i].p[0] - '1'));
	ret->kinds = tagrule_kind_bit(tagrule_kind_of(EV_FOLLOW_ADDED));
	return OK;
}

static err region_compile(struct arena *a, const struct tagrule_when *w, struct rule *ret, struct fail *f)
{
	if (!w->cities.n)
		return refuse(f, T_MISSING, "when.cities", STR_NIL, STR_NIL);
	ret->kinds = tagrule_kind_bit(tagrule_kind_of(EV_CUSTOMER_CHANGED));
	return texts_fit(a, "cities", &w->cities, f);
}

/* What another type's condition is made of must not be told: it would look as if it did something. */
static err strangers(const struct tagrule_when *w, struct fail *f)
{
	bool event = str_eq_c(w->type, "event"), keyword = str_eq_c(w->type, "keyword"), added = str_eq_c(w->type, "added");
	const char *field = !event && w->event.n ? "when.event" : !event && w->filters.n ? "when.filters"
		: !keyword && w->keywords.n ? "when.keywords" : !keyword && w->events.n ? "when.events"
		: !added && w->codes.n ? "when.codes" : !added && w->states.n ? "when.states" : !added && w->channels.n ? "when.channels"
		: !added && w->weekdays.n ? "when.weekdays" : !added && w->from_minute != NIL ? "when.from_minute"
		: !added && w->to_minute != NIL ? "when.to_minute"
		: !str_eq_c(w->type, "region") && w->cities.n ? "when.cities"
		: !event && !keyword && w->count != NIL ? "when.count"
		: !event && !keyword && w->within_days != NIL ? "when.within_days" : NULL;
	return field ? refuse(f, T_TAGRULE_STRANGER, field, STR_NIL, w->type) : OK;
}

err rule_compile(struct arena *a, const struct tagrule_def *def, struct rule *ret, struct fail *f)
{
	const struct tagrule_when *w = def->when;
	TRY(strangers(w, f));
	ret->def = def;
	ret->when = w;
	ret->count = w->count == NIL ? 1 : w->count;
	ret->window = w->within_days == NIL ? 0 : w->within_days;
	if (ret->window && ret->count < 2)
		return refuse(f, T_TAGRULE_WINDOW, "when.within_days", STR_NIL, STR("2"));
	if (str_eq_c(w->type, "event"))
		return event_compile(a, w, ret, f);
	if (str_eq_c(w->type, "keyword"))
		return keyword_compile(a, w, ret, f);
	return str_eq_c(w->type, "added") ? added_compile(a, w, ret, f) : region_compile(a, w, ret, f);
}

static bool has_id(const struct ids *list, i64 id)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i] == id)
			return true;
	return false;
}

err rule_check(const struct tagrule_def *def, struct fail *f)
{
	if (!def->put.n && !def->take.n)
		return refuse(f, T_TAGRULE_NO_TAG, "put", STR_NIL, STR_NIL);
	for (size_t i = 0; i < def->put.n; i++)
		if (has_id(&def->take, def->put.v[i]))
			return refuse(f, T_TAGRULE_BOTH, "take", STR_NIL, STR_NIL);
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct rule compiled = { .id = 0 };
	err e = rule_compile(a, def, &compiled, f);
	arena_free(a);
	return e;
}
