/*
 * Records: moving between JSON and structs by their descriptors.
 *
 * One reader serves the strict and the lenient way in, one writer the plain and the filtered way out,
 * so a type behaves the same everywhere. Nesting follows the JSON given, whose depth json_parse bounds,
 * or structs built by ourselves.
 *
 * With a filter every .pii field that holds text or bytes (STR, STRS, BYTES, JSON) travels as a JSON
 * string with what the filter made of it; without a result it is absent.
 */
#include "base/record.h"
#include "base/hash.h"

#include <stdio.h>

const struct record none_record = { "none", sizeof(struct none), NULL, 0 };

/* Where we are: the way from the outermost object down, for the dotted name of a field. */
struct place {
	const struct place *up;
	const char *name; /* NULL: an element */
	str member;       /* name when it is not one of ours */
	size_t index;
};

static void place_write(struct buf *b, const struct place *at)
{
	if (at == NULL)
		return;
	place_write(b, at->up);
	if (b->n)
		buf_char(b, '.');
	if (at->name)
		buf_add_c(b, at->name);
	else if (at->member.p)
		buf_add(b, at->member);
	else
		buf_i64(b, (i64)at->index);
}

struct reader {
	struct arena *arena;
	struct fail *fail;
	bool strict;
	const struct record_filter *filter;
};

/* Names up to this long are told; the rest of a longer one says nothing more. */
#define PLACE_MAX 63

static err refuse(struct fail *f, enum text text, const struct place *at, str value, str limit)
{
	if (f == NULL)
		return ERR_INPUT;
	struct arena *scratch = arena_new(ARENA_MAX_DEFAULT);
	struct buf b = buf_new(scratch, PLACE_MAX);
	place_write(&b, at);
	err e = fail_at(f, FAIL_HERE, ERR_INPUT, text, buf_str(&b), value, limit);
	arena_free(scratch);
	return e;
}

static err refuse_i64(struct fail *f, enum text text, const struct place *at, i64 value, i64 limit)
{
	char v[24], l[24];
	snprintf(v, sizeof(v), "%lld", (long long)value);
	snprintf(l, sizeof(l), "%lld", (long long)limit);
	return refuse(f, text, at, str_c(v), str_c(l));
}

static const char *const type_names[] = {
	[FIELD_I64] = "integer", [FIELD_ID] = "id", [FIELD_MS] = "integer (ms)", [FIELD_FEN] = "integer",
	[FIELD_BOOL] = "boolean", [FIELD_F64] = "number", [FIELD_STR] = "string", [FIELD_BYTES] = "base64",
	[FIELD_JSON] = "JSON", [FIELD_OBJ] = "object", [FIELD_LIST] = "array", [FIELD_STRS] = "array of strings",
	[FIELD_IDS] = "array of ids",
};

static bool is_integer(enum field_type t)
{
	return t == FIELD_I64 || t == FIELD_ID || t == FIELD_MS || t == FIELD_FEN;
}

static bool is_textual(enum field_type t)
{
	return t == FIELD_STR || t == FIELD_BYTES || t == FIELD_JSON;
}

void record_init(const struct record *r, void *ret)
{
	memset(ret, 0, r->size);
	for (size_t i = 0; i < r->count; i++)
		if (r->fields[i].opt && is_integer(r->fields[i].type))
			*(i64 *)((char *)ret + r->fields[i].at) = NIL;
}

const struct field *record_field(const struct record *r, str name)
{
	for (size_t i = 0; i < r->count; i++)
		if (str_eq_c(name, r->fields[i].name))
			return &r->fields[i];
	return NULL;
}

/* -- reading: each returns false for a value of another type, which the caller reports or skips -- */

static bool read_integer(bool strict, const struct json *v, i64 *ret)
{
	i64 n;
	if (v->type == JSON_INT || (!strict && v->type == JSON_REAL && v->real == (double)v->i))
		n = v->i;
	else if (strict || v->type != JSON_TEXT || !str_i64(v->text, &n))
		return false;
	if (n == NIL)
		return false;
	*ret = n;
	return true;
}

static bool read_id(bool strict, const struct json *v, i64 *ret)
{
	i64 n;
	if (v->type != JSON_TEXT)
		return read_integer(strict, v, ret);
	if (!str_i64(v->text, &n) || n == NIL)
		return false;
	/* "007" would come back as "7": two names for one thing. */
	char canonical[24];
	snprintf(canonical, sizeof(canonical), "%lld", (long long)n);
	if (strict && !str_eq_c(v->text, canonical))
		return false;
	*ret = n;
	return true;
}

static bool read_text(const struct reader *r, const struct field *f, const struct json *v, str *ret)
{
	if (f->type == FIELD_JSON) {
		*ret = arena_dup(r->arena, v->raw);
		return true;
	}
	if (v->type != JSON_TEXT)
		return false;
	if (f->type == FIELD_BYTES)
		return base64_decode(r->arena, v->text, ret);
	*ret = arena_dup(r->arena, v->text);
	return true;
}

static err read_filtered(const struct reader *r, const struct field *f, const struct json *v, str *ret)
{
	if (v->type != JSON_TEXT)
		return OK;
	return r->filter->text(r->filter->arg, f, v->text, r->arena, ret);
}

static err read_object(const struct reader *r, const struct record *rec, const struct json *v, void *ret,
		       const struct place *at);

static err wrong_type(const struct reader *r, const struct field *f, const struct place *at)
{
	return r->strict ? refuse(r->fail, T_WRONG_TYPE, at, STR_NIL, str_c(type_names[f->type])) : OK;
}

static err read_list(const struct reader *r, const struct field *f, const struct json *v, struct list *ret,
		     const struct place *at)
{
	ret->v = arena_alloc_array(r->arena, f->of->size, v->n);
	for (size_t i = 0; i < v->n; i++) {
		struct place here = { .up = at, .index = i };
		if (v->items[i].type == JSON_OBJECT)
			TRY(read_object(r, f->of, &v->items[i], (char *)ret->v + ret->n++ * f->of->size, &here));
		else if (r->strict)
			return refuse(r->fail, T_WRONG_TYPE, &here, STR_NIL, STR("object"));
	}
	return OK;
}

static err read_strs(const struct reader *r, const struct field *f, const struct json *v, struct strs *ret,
		     const struct place *at)
{
	ret->v = ARENA_ARRAY(r->arena, str, v->n);
	for (size_t i = 0; i < v->n; i++) {
		struct place here = { .up = at, .index = i };
		if (v->items[i].type != JSON_TEXT) {
			if (r->strict)
				return refuse(r->fail, T_WRONG_TYPE, &here, STR_NIL, STR("string"));
			continue;
		}
		str *to = &ret->v[ret->n++];
		if (f->pii && r->filter)
			TRY(read_filtered(r, f, &v->items[i], to));
		else
			*to = arena_dup(r->arena, v->items[i].text);
	}
	return OK;
}

static err read_ids(const struct reader *r, const struct json *v, struct ids *ret, const struct place *at)
{
	ret->v = ARENA_ARRAY(r->arena, i64, v->n);
	for (size_t i = 0; i < v->n; i++) {
		struct place here = { .up = at, .index = i };
		if (read_id(r->strict, &v->items[i], &ret->v[ret->n]))
			ret->n++;
		else if (r->strict)
			return refuse(r->fail, T_WRONG_TYPE, &here, STR_NIL, STR("id"));
	}
	return OK;
}

/* A value of one field; a JSON null never comes here. */
static err read_field(const struct reader *r, const struct field *f, const struct json *v, void *to,
		      const struct place *at)
{
	bool ok = false;
	if (f->type == FIELD_LIST || f->type == FIELD_STRS || f->type == FIELD_IDS) {
		if (v->type != JSON_ARRAY)
			return wrong_type(r, f, at);
		return f->type == FIELD_LIST ? read_list(r, f, v, to, at)
		     : f->type == FIELD_STRS ? read_strs(r, f, v, to, at) : read_ids(r, v, to, at);
	}
	if (is_textual(f->type) && f->pii && r->filter)
		return read_filtered(r, f, v, to);
	switch (f->type) {
	case FIELD_ID: ok = read_id(r->strict, v, to); break;
	case FIELD_BOOL:
		ok = v->type == JSON_BOOL || (!r->strict && v->type == JSON_INT);
		if (ok)
			*(bool *)to = v->type == JSON_BOOL ? v->truth : v->i != 0;
		break;
	case FIELD_F64:
		ok = v->type == JSON_REAL || v->type == JSON_INT;
		if (ok)
			*(double *)to = v->real;
		break;
	case FIELD_OBJ:
		if (v->type != JSON_OBJECT)
			break;
		*(void **)to = arena_alloc(r->arena, f->of->size);
		return read_object(r, f->of, v, *(void **)to, at);
	case FIELD_STR: case FIELD_BYTES: case FIELD_JSON: ok = read_text(r, f, v, to); break;
	default: ok = read_integer(r->strict, v, to);
	}
	return ok ? OK : wrong_type(r, f, at);
}

static err read_object(const struct reader *r, const struct record *rec, const struct json *v, void *ret,
		       const struct place *at)
{
	record_init(rec, ret);
	if (v == NULL || v->type != JSON_OBJECT)
		return r->strict ? refuse(r->fail, T_WRONG_TYPE, at, STR_NIL, STR("object")) : OK;
	for (size_t i = 0; i < v->n && r->strict; i++) {
		struct place here = { .up = at, .member = v->members[i].name };
		if (record_field(rec, v->members[i].name) == NULL)
			return refuse(r->fail, T_UNKNOWN_FIELD, &here, STR_NIL, STR_NIL);
	}
	for (size_t i = 0; i < rec->count; i++) {
		const struct field *f = &rec->fields[i];
		struct place here = { .up = at, .name = f->name };
		const struct json *value = json_get(v, f->name);
		if (value && value->type != JSON_NULL)
			TRY(read_field(r, f, value, (char *)ret + f->at, &here));
		else if (r->strict && !f->opt)
			return refuse(r->fail, T_MISSING, &here, STR_NIL, STR_NIL);
	}
	return OK;
}

/* -- checking -- */

static err check_length(const struct field *f, size_t n, struct fail *fail, const struct place *at)
{
	if (f->min && (i64)n < f->min)
		return refuse_i64(fail, T_TOO_SHORT, at, (i64)n, f->min);
	if (f->max && (i64)n > f->max)
		return refuse_i64(fail, T_TOO_LONG, at, (i64)n, f->max);
	return OK;
}

static err check_one_of(const struct field *f, str s, struct fail *fail, const struct place *at)
{
	str rest = str_c(f->one_of);
	while (rest.p)
		if (str_eq(str_cut(&rest, ','), s))
			return OK;
	return refuse(fail, T_NOT_ONE_OF, at, f->pii || f->secret ? STR_NIL : s, str_c(f->one_of));
}

static err check_text(const struct field *f, str s, struct fail *fail, const struct place *at)
{
	if (f->type != FIELD_BYTES && !str_utf8_ok(s))
		return refuse(fail, T_BAD_UTF8, at, STR_NIL, STR_NIL);
	TRY(check_length(f, f->type == FIELD_BYTES ? s.n : str_utf8_len(s), fail, at));
	return f->one_of ? check_one_of(f, s, fail, at) : OK;
}

static err check_integer(const struct field *f, i64 v, struct fail *fail, const struct place *at)
{
	bool small = (f->min || f->max) && v < f->min, big = f->max && v > f->max;
	if (!small && !big)
		return OK;
	char limit[24];
	snprintf(limit, sizeof(limit), "%lld", (long long)(small ? f->min : f->max));
	enum text text = small ? T_TOO_SMALL : T_TOO_BIG;
	if (f->pii || f->secret)
		return refuse(fail, text, at, STR_NIL, str_c(limit));
	return refuse_i64(fail, text, at, v, small ? f->min : f->max);
}

static err check_object(const struct record *rec, const void *of, struct fail *fail, const struct place *at);

static err check_list(const struct field *f, const void *p, struct fail *fail, const struct place *at)
{
	/* The three list types share their shape: pointer, then count. */
	const struct list *list = p;
	TRY(check_length(f, list->n, fail, at));
	for (size_t i = 0; i < list->n; i++) {
		struct place here = { .up = at, .index = i };
		if (f->type == FIELD_LIST)
			TRY(check_object(f->of, (const char *)list->v + i * f->of->size, fail, &here));
		if (f->type != FIELD_STRS)
			continue;
		str s = ((const struct strs *)p)->v[i];
		if (!str_utf8_ok(s))
			return refuse(fail, T_BAD_UTF8, &here, STR_NIL, STR_NIL);
		if (f->one_of)
			TRY(check_one_of(f, s, fail, &here));
	}
	return OK;
}

static err check_field(const struct field *f, const void *p, struct fail *fail, const struct place *at)
{
	bool absent = is_integer(f->type) ? *(const i64 *)p == NIL
		    : is_textual(f->type) ? str_is_nil(*(const str *)p)
		    : f->type == FIELD_OBJ && *(void *const *)p == NULL;
	if (absent)
		return f->opt ? OK : refuse(fail, T_MISSING, at, STR_NIL, STR_NIL);
	if (is_integer(f->type))
		return check_integer(f, *(const i64 *)p, fail, at);
	if (is_textual(f->type))
		return check_text(f, *(const str *)p, fail, at);
	if (f->type == FIELD_OBJ)
		return check_object(f->of, *(void *const *)p, fail, at);
	if (f->type == FIELD_BOOL || f->type == FIELD_F64)
		return OK;
	/* An optional list that is empty counts as absent. */
	return f->opt && ((const struct list *)p)->n == 0 ? OK : check_list(f, p, fail, at);
}

static err check_object(const struct record *rec, const void *of, struct fail *fail, const struct place *at)
{
	for (size_t i = 0; i < rec->count; i++) {
		struct place here = { .up = at, .name = rec->fields[i].name };
		TRY(check_field(&rec->fields[i], (const char *)of + rec->fields[i].at, fail, &here));
	}
	return OK;
}

err record_check(const struct record *r, const void *of, struct fail *f)
{
	return check_object(r, of, f, NULL);
}

err record_parse(const struct record *r, const struct json *value, void *ret, struct arena *a, struct fail *f)
{
	const struct reader reader = { .arena = a, .fail = f, .strict = true };
	TRY(read_object(&reader, r, value, ret, NULL));
	return record_check(r, ret, f);
}

void record_read(const struct record *r, const struct json *value, void *ret, struct arena *a)
{
	const struct reader reader = { .arena = a };
	err e = read_object(&reader, r, value, ret, NULL);
	ASSERT(e == OK);
}

err record_read_filtered(const struct record *r, const struct json *value, void *ret, struct arena *a,
			 const struct record_filter *filter)
{
	const struct reader reader = { .arena = a, .filter = filter };
	return read_object(&reader, r, value, ret, NULL);
}

/* -- writing -- */

static void write_str(struct buf *b, str s)
{
	if (s.p)
		buf_json(b, s);
	else
		buf_add_c(b, "null");
}

static err write_text(struct buf *b, const struct field *f, str s, const struct record_filter *filter)
{
	if (f->secret) {
		buf_add_c(b, s.n ? "\"******\"" : "\"\"");
		return OK;
	}
	if (s.p && f->pii && filter) {
		str out = STR_NIL;
		TRY(filter->text(filter->arg, f, s, b->arena, &out));
		write_str(b, out);
	} else if (s.p && f->type == FIELD_BYTES) {
		buf_json(b, base64_encode(b->arena, s));
	} else if (f->type == FIELD_JSON) {
		buf_add(b, s.n ? s : STR("null"));
	} else {
		write_str(b, s);
	}
	return OK;
}

static void write_i64(struct buf *b, i64 v, bool quoted)
{
	if (v == NIL) {
		buf_add_c(b, "null");
		return;
	}
	if (quoted)
		buf_char(b, '"');
	buf_i64(b, v);
	if (quoted)
		buf_char(b, '"');
}

static err write_object(struct buf *b, const struct record *r, const void *of, const struct record_filter *filter);

static err write_list(struct buf *b, const struct field *f, const void *p, const struct record_filter *filter)
{
	struct field element = *f;
	element.type = FIELD_STR;
	const struct list *list = p;
	buf_char(b, '[');
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			buf_char(b, ',');
		if (f->type == FIELD_LIST)
			TRY(write_object(b, f->of, (const char *)list->v + i * f->of->size, filter));
		else if (f->type == FIELD_STRS)
			TRY(write_text(b, &element, ((const struct strs *)p)->v[i], filter));
		else
			write_i64(b, ((const struct ids *)p)->v[i], true);
	}
	buf_char(b, ']');
	return OK;
}

static err write_field(struct buf *b, const struct field *f, const void *p, const struct record_filter *filter)
{
	switch (f->type) {
	case FIELD_I64: case FIELD_MS: case FIELD_FEN: write_i64(b, *(const i64 *)p, false); return OK;
	case FIELD_ID: write_i64(b, *(const i64 *)p, true); return OK;
	case FIELD_BOOL: buf_add_c(b, *(const bool *)p ? "true" : "false"); return OK;
	case FIELD_F64: json_write_real(b, *(const double *)p); return OK;
	case FIELD_STR: case FIELD_BYTES: case FIELD_JSON: return write_text(b, f, *(const str *)p, filter);
	case FIELD_OBJ:
		if (*(void *const *)p)
			return write_object(b, f->of, *(void *const *)p, filter);
		buf_add_c(b, "null");
		return OK;
	default: return write_list(b, f, p, filter);
	}
}

static err write_object(struct buf *b, const struct record *r, const void *of, const struct record_filter *filter)
{
	buf_char(b, '{');
	for (size_t i = 0; i < r->count; i++) {
		if (i)
			buf_char(b, ',');
		buf_char(b, '"');
		buf_add_c(b, r->fields[i].name);
		buf_add_c(b, "\":");
		TRY(write_field(b, &r->fields[i], (const char *)of + r->fields[i].at, filter));
	}
	buf_char(b, '}');
	return OK;
}

void record_write(struct buf *b, const struct record *r, const void *of)
{
	err e = write_object(b, r, of, NULL);
	ASSERT(e == OK);
}

err record_write_filtered(struct buf *b, const struct record *r, const void *of, const struct record_filter *filter)
{
	return write_object(b, r, of, filter);
}
