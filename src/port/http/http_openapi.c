/*
 * The OpenAPI 3.1 document, written from the route tables and their records.
 *
 * Nothing here is written by hand twice: parameters, bodies, answers, bounds and permissions all come
 * from what the dispatcher itself obeys, so the document cannot say something else than the program.
 * The web client is generated from it. Records nested in others and answers become components under
 * the record's name; an input is written in place, because its fields are split over path, query and
 * body by the route.
 */
#include "base/map.h"
#include "port/http/route.h"

struct doc {
	struct buf *b;
	struct map seen; /* component name -> record */
	const struct record **todo;
	size_t todo_count, todo_max;
};

/* Registers a record as a component; it is written after the paths. */
static void need(struct doc *d, const struct record *r)
{
	if (map_get(&d->seen, str_c(r->name)))
		return;
	map_put(&d->seen, str_c(r->name), (void *)r);
	ASSERT(d->todo_count < d->todo_max);
	d->todo[d->todo_count++] = r;
}

static void ref(struct doc *d, const struct record *r)
{
	need(d, r);
	buf_fmt(d->b, "{\"$ref\":\"#/components/schemas/%s\"}", r->name);
}

static void type_name(struct buf *b, const char *name, bool nullable)
{
	if (nullable)
		buf_fmt(b, "\"type\":[\"%s\",\"null\"]", name);
	else
		buf_fmt(b, "\"type\":\"%s\"", name);
}

static void bounds(struct buf *b, const struct field *f, const char *min, const char *max)
{
	if (f->min)
		buf_fmt(b, ",\"%s\":%lld", min, (long long)f->min);
	if (f->max)
		buf_fmt(b, ",\"%s\":%lld", max, (long long)f->max);
}

static void one_of(struct buf *b, const struct field *f, bool nullable)
{
	if (!f->one_of)
		return;
	buf_add_c(b, ",\"enum\":[");
	str rest = str_c(f->one_of);
	for (bool first = true; rest.p; first = false) {
		if (!first)
			buf_char(b, ',');
		buf_json(b, str_cut(&rest, ','));
	}
	buf_add_c(b, nullable ? ",null]" : "]");
}

static void integer(struct buf *b, const struct field *f, bool nullable, const char *unit)
{
	type_name(b, "integer", nullable);
	buf_add_c(b, ",\"format\":\"int64\"");
	if (f->max && !f->min)
		buf_add_c(b, ",\"minimum\":0");
	bounds(b, f, "minimum", "maximum");
	if (unit && !f->doc)
		buf_fmt(b, ",\"description\":\"%s\"", unit);
}

/* The members of a field's schema, without braces. */
static void field_schema(struct doc *d, const struct field *f, bool nullable)
{
	struct buf *b = d->b;
	switch (f->type) {
	case FIELD_I64: integer(b, f, nullable, NULL); break;
	case FIELD_MS: integer(b, f, nullable, "UTC milliseconds since 1970"); break;
	case FIELD_FEN: integer(b, f, nullable, "minor units of the currency beside it"); break;
	case FIELD_ID:
		type_name(b, "string", nullable);
		buf_add_c(b, ",\"pattern\":\"^-?[0-9]+$\"");
		break;
	case FIELD_BOOL: type_name(b, "boolean", nullable); break;
	case FIELD_F64: type_name(b, "number", nullable); break;
	case FIELD_STR:
		type_name(b, "string", nullable);
		bounds(b, f, "minLength", "maxLength");
		one_of(b, f, nullable);
		break;
	case FIELD_BYTES:
		type_name(b, "string", nullable);
		buf_add_c(b, ",\"contentEncoding\":\"base64\"");
		break;
	case FIELD_JSON: break;
	case FIELD_OBJ:
		buf_add_c(b, nullable ? "\"anyOf\":[" : "\"allOf\":[");
		ref(d, f->of);
		buf_add_c(b, nullable ? ",{\"type\":\"null\"}]" : "]");
		break;
	case FIELD_LIST:
		type_name(b, "array", nullable);
		bounds(b, f, "minItems", "maxItems");
		buf_add_c(b, ",\"items\":");
		ref(d, f->of);
		break;
	case FIELD_STRS:
	case FIELD_IDS:
		type_name(b, "array", nullable);
		bounds(b, f, "minItems", "maxItems");
		buf_add_c(b, ",\"items\":{\"type\":\"string\"}");
		break;
	}
	if (f->doc) {
		buf_add_c(b, f->type == FIELD_JSON ? "\"description\":" : ",\"description\":");
		buf_json(b, str_c(f->doc));
	}
}

static bool in_path(const struct route *r, const struct field *f)
{
	str rest = str_c(r->path);
	while (rest.p) {
		str s = str_cut(&rest, '/');
		if (s.n > 2 && s.p[0] == '{' && str_eq_c(str_sub(s, 1, s.n - 1), f->name))
			return true;
	}
	return false;
}

static bool safe(const struct route *r)
{
	return !strcmp(r->method, "GET") || !strcmp(r->method, "HEAD");
}

static bool has_json_body(const struct route *r)
{
	return !safe(r) && strcmp(r->method, "DELETE") != 0 && !(r->flags & ROUTE_BODY);
}

/* The version of an edit rides in If-Match. */
static bool in_header(const struct route *r, const struct field *f)
{
	return (r->flags & ROUTE_ETAG) && !safe(r) && !strcmp(f->name, "version");
}

/* An object schema of the record's fields; for a body only those that are in the body of r. */
static void object_schema(struct doc *d, const struct record *rec, const struct route *r)
{
	struct buf *b = d->b;
	bool first = true;
	buf_add_c(b, "{\"type\":\"object\",\"properties\":{");
	for (size_t i = 0; i < rec->count; i++) {
		const struct field *f = &rec->fields[i];
		if (r && (in_path(r, f) || in_header(r, f)))
			continue;
		buf_fmt(b, "%s\"%s\":{", first ? "" : ",", f->name);
		field_schema(d, f, f->opt && f->type != FIELD_BOOL && f->type != FIELD_F64);
		buf_char(b, '}');
		first = false;
	}
	buf_char(b, '}');
	first = true;
	for (size_t i = 0; i < rec->count; i++) {
		const struct field *f = &rec->fields[i];
		if (f->opt || (r && (in_path(r, f) || in_header(r, f))))
			continue;
		buf_fmt(b, "%s\"%s\"", first ? ",\"required\":[" : ",", f->name);
		first = false;
	}
	buf_add_c(b, first ? "" : "]");
	buf_add_c(b, r ? ",\"additionalProperties\":false}" : "}");
}

static void parameter(struct doc *d, const struct field *f, bool path, bool *first)
{
	buf_fmt(d->b, "%s{\"name\":\"%s\",\"in\":\"%s\"%s,\"schema\":{", *first ? "" : ",", f->name,
		path ? "path" : "query", path || !f->opt ? ",\"required\":true" : "");
	field_schema(d, f, false);
	buf_add_c(d->b, "}}");
	*first = false;
}

static void header_parameter(struct buf *b, const char *name, bool required, bool *first)
{
	buf_fmt(b, "%s{\"name\":\"%s\",\"in\":\"header\",\"required\":%s,\"schema\":{\"type\":\"string\"}}",
		*first ? "" : ",", name, required ? "true" : "false");
	*first = false;
}

static void parameters(struct doc *d, const struct route *r)
{
	bool first = true;
	buf_add_c(d->b, ",\"parameters\":[");
	for (size_t i = 0; i < r->in->count; i++) {
		const struct field *f = &r->in->fields[i];
		if (in_path(r, f))
			parameter(d, f, true, &first);
		else if (!has_json_body(r) && !in_header(r, f))
			parameter(d, f, false, &first);
	}
	if (r->flags & ROUTE_IDEMPOTENT)
		header_parameter(d->b, "Idempotency-Key", false, &first);
	if ((r->flags & ROUTE_ETAG) && !safe(r))
		header_parameter(d->b, "If-Match", true, &first);
	buf_char(d->b, ']');
}

static bool body_has_fields(const struct route *r)
{
	for (size_t i = 0; i < r->in->count; i++)
		if (!in_path(r, &r->in->fields[i]) && !in_header(r, &r->in->fields[i]))
			return true;
	return false;
}

static void request_body(struct doc *d, const struct route *r)
{
	if (r->flags & ROUTE_BODY) {
		buf_add_c(d->b, ",\"requestBody\":{\"required\":true,\"content\":{\"application/octet-stream\":{}}}");
	} else if (has_json_body(r) && body_has_fields(r)) {
		buf_add_c(d->b, ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":");
		object_schema(d, r->in, r);
		buf_add_c(d->b, "}}}");
	}
}

static void responses(struct doc *d, const struct route *r)
{
	struct buf *b = d->b;
	bool empty = r->out->count == 0 && !(r->flags & (ROUTE_RAW | ROUTE_LIST));
	int status = r->flags & ROUTE_CREATED ? 201 : r->flags & ROUTE_ACCEPTED ? 202 : empty ? 204 : 200;
	buf_fmt(b, ",\"responses\":{\"%d\":{\"description\":\"OK\"", status);
	if (r->flags & ROUTE_RAW) {
		buf_add_c(b, ",\"content\":{\"*/*\":{}}");
	} else if (!empty) {
		buf_add_c(b, ",\"content\":{\"application/json\":{\"schema\":");
		if (r->flags & ROUTE_LIST)
			buf_add_c(b, "{\"type\":\"object\",\"required\":[\"data\",\"has_more\",\"next_cursor\",\"total\"],"
				     "\"properties\":{\"data\":{\"type\":\"array\",\"items\":");
		ref(d, r->out);
		if (r->flags & ROUTE_LIST)
			buf_add_c(b, "},\"next_cursor\":{\"type\":[\"string\",\"null\"]},\"has_more\":{\"type\":\"boolean\"},"
				     "\"total\":{\"type\":[\"integer\",\"null\"]}}}");
		buf_add_c(b, "}}");
	}
	buf_add_c(b, "},\"default\":{\"description\":\"Refused\",\"content\":{\"application/problem+json\":"
		     "{\"schema\":{\"$ref\":\"#/components/schemas/problem\"}}}}}");
}

/* GET /api/v1/tags/{id} -> getTagsById */
static void operation_id(struct buf *b, const struct route *r)
{
	for (const char *p = r->method; *p; p++)
		buf_char(b, (char)(*p | 0x20));
	str path = str_c(r->path), head = STR("/api/v1");
	if (str_starts(path, head))
		path = str_sub(path, head.n, path.n);
	bool upper = true;
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
		if (c == '{')
			buf_add_c(b, "By");
		if (letter || digit)
			buf_char(b, upper && c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
		upper = !letter && !digit;
	}
}

static str first_segment(const char *path)
{
	str rest = str_c(path), head = STR("/api/v1/");
	rest = str_starts(rest, head) ? str_sub(rest, head.n, rest.n) : str_sub(rest, 1, rest.n);
	return str_cut(&rest, '/');
}

static void operation(struct doc *d, const struct route *r)
{
	struct buf *b = d->b;
	buf_char(b, '"');
	for (const char *p = r->method; *p; p++)
		buf_char(b, (char)(*p | 0x20));
	buf_add_c(b, "\":{\"operationId\":\"");
	operation_id(b, r);
	buf_add_c(b, "\",\"tags\":[");
	buf_json(b, first_segment(r->path));
	buf_add_c(b, "],\"summary\":");
	buf_json(b, str_c(r->doc ? r->doc : ""));
	if (r->perm) {
		buf_add_c(b, ",\"x-permission\":");
		buf_json(b, str_c(r->perm));
	}
	if (r->flags & ROUTE_PUBLIC)
		buf_add_c(b, ",\"security\":[]");
	else
		buf_fmt(b, ",\"security\":[{\"session\":[]%s}]", safe(r) ? "" : ",\"csrf\":[]");
	parameters(d, r);
	request_body(d, r);
	responses(d, r);
	buf_char(b, '}');
}

static const struct route *next_of_path(const struct route *const *tables, const char *path, const struct route *after)
{
	bool found = after == NULL;
	for (; *tables; tables++) {
		for (const struct route *r = *tables; r->path; r++) {
			if (found && !strcmp(r->path, path))
				return r;
			found |= r == after;
		}
	}
	return NULL;
}

static void paths(struct doc *d, const struct route *const *tables)
{
	bool first = true;
	buf_add_c(d->b, ",\"paths\":{");
	for (const struct route *const *t = tables; *t; t++) {
		for (const struct route *r = *t; r->path; r++) {
			if (next_of_path(tables, r->path, NULL) != r)
				continue;
			buf_fmt(d->b, "%s\"%s\":{", first ? "" : ",", r->path);
			first = false;
			for (const struct route *m = r; m; m = next_of_path(tables, r->path, m)) {
				if (m != r)
					buf_char(d->b, ',');
				operation(d, m);
			}
			buf_char(d->b, '}');
		}
	}
	buf_char(d->b, '}');
}

static void components(struct doc *d)
{
	buf_add_c(d->b, ",\"components\":{\"securitySchemes\":{"
		"\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"__Host-yutang\"},"
		"\"csrf\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"X-YT-CSRF\"}},\"schemas\":{"
		"\"problem\":{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\",\"code\",\"detail\"],\"properties\":{"
		"\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
		"\"code\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"},\"request_id\":{\"type\":\"string\"},"
		"\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"detail\",\"pointer\"],\"properties\":{"
		"\"detail\":{\"type\":\"string\"},\"pointer\":{\"type\":\"string\"}}}}}}");
	for (size_t i = 0; i < d->todo_count; i++) { /* grows while we write */
		buf_fmt(d->b, ",\"%s\":", d->todo[i]->name);
		object_schema(d, d->todo[i], NULL);
	}
	buf_add_c(d->b, "}}");
}

void openapi_write(struct buf *b, const struct route *const *tables, str version)
{
	struct doc d = { .b = b, .seen = map_new(b->arena), .todo_max = OPENAPI_SCHEMAS_MAX };
	d.todo = ARENA_ARRAY(b->arena, const struct record *, d.todo_max);
	buf_add_c(b, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Yutang\",\"version\":");
	buf_json(b, version);
	buf_add_c(b, ",\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}},\"servers\":[{\"url\":\"/\"}]");
	paths(&d, tables);
	components(&d);
	buf_char(b, '}');
}
