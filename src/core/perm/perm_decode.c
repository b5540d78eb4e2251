/*
 * Between HTTP and records: path, query and body into the in-record, the out-record into the answer.
 *
 * The three sources are put together as one JSON object and read by record_parse, so bounds, unknown
 * names and missing fields are judged in one place. Texts from path and query become the type their
 * field has; what does not fit stays a text and is refused there as of the wrong type.
 */
#include "core/perm/perm_int.h"

#include "base/vec.h"

struct merged {
	struct cx *cx;
	const struct record *record;
	VEC(struct json_member) members;
};

static err add(struct merged *m, str name, const struct json *value)
{
	for (size_t i = 0; i < m->members.n; i++)
		if (str_eq(m->members.v[i].name, name))
			return cx_fail(m->cx, ERR_INPUT, T_PERM_TWICE, name, STR_NIL, STR_NIL);
	vec_push(CX_ARENA(m->cx), &m->members, (struct json_member){ name, *value });
	return OK;
}

static struct json text_json(str s)
{
	return (struct json){ .type = JSON_TEXT, .text = s, .raw = s };
}

/* "1,2,3" as an array of texts. */
static struct json list_json(struct arena *a, str s)
{
	VEC(struct json) items = { 0 };
	str rest = s;
	while (rest.n)
		vec_push(a, &items, text_json(str_cut(&rest, ',')));
	return (struct json){ .type = JSON_ARRAY, .n = items.n, .items = items.v, .raw = s };
}

static err value_of(struct merged *m, str name, str given, struct json *ret)
{
	const struct field *f = record_field(m->record, name);
	struct json *tree;
	*ret = text_json(given);
	switch (f ? f->type : FIELD_STR) {
	case FIELD_I64:
	case FIELD_MS:
	case FIELD_FEN:
		if (str_i64(given, &ret->i)) {
			ret->type = JSON_INT;
			ret->real = (double)ret->i;
		}
		return OK;
	case FIELD_F64:
		if (str_f64(given, &ret->real))
			ret->type = JSON_REAL;
		return OK;
	case FIELD_BOOL:
		ret->truth = str_eq(given, STR("true")) || str_eq(given, STR("1"));
		if (ret->truth || str_eq(given, STR("false")) || str_eq(given, STR("0")))
			ret->type = JSON_BOOL;
		return OK;
	case FIELD_STRS:
	case FIELD_IDS:
		*ret = list_json(CX_ARENA(m->cx), given);
		return OK;
	case FIELD_JSON:
	case FIELD_OBJ:
	case FIELD_LIST:
		TRY(json_parse(given, CX_ARENA(m->cx), &tree, &m->cx->unit.fail));
		*ret = *tree;
		return OK;
	default:
		return OK;
	}
}

static err add_text(struct merged *m, str name, str given)
{
	struct json value;
	TRY(value_of(m, name, given, &value));
	return add(m, name, &value);
}

static err not_json(struct cx *cx)
{
	return cx_fail(cx, ERR_SYNTAX, T_PERM_JSON, STR("body"), STR_NIL, STR_NIL);
}

/* A body of a session's request must say that it is JSON: a form of another site cannot. */
static err add_body(struct merged *m, const struct route *r)
{
	struct cx *cx = m->cx;
	struct json *tree;
	if (!cx->req->body.n)
		return OK;
	str type = http_header(cx->req, "content-type");
	if (!(r->flags & ROUTE_PUBLIC) && !str_eq_nocase(str_trim(str_cut(&type, ';')), STR("application/json")))
		return not_json(cx);
	TRY(json_parse(cx->req->body, CX_ARENA(cx), &tree, &cx->unit.fail));
	if (tree->type != JSON_OBJECT)
		return not_json(cx);
	for (size_t i = 0; i < tree->n; i++)
		TRY(add(m, tree->members[i].name, &tree->members[i].value));
	return OK;
}

static bool is_safe(str method)
{
	return str_eq(method, STR("GET")) || str_eq(method, STR("HEAD"));
}

/* The version an edit was made on: If-Match: "12". */
static err add_version(struct merged *m)
{
	str tag = str_trim(http_header(m->cx->req, "if-match"));
	i64 version;
	if (str_starts(tag, STR("W/")))
		tag = str_sub(tag, 2, tag.n);
	if (tag.n >= 2 && tag.p[0] == '"' && tag.p[tag.n - 1] == '"')
		tag = str_sub(tag, 1, tag.n - 1);
	if (!str_i64(tag, &version))
		return cx_fail(m->cx, ERR_INPUT, T_PERM_IF_MATCH, STR("If-Match"), STR_NIL, STR_NIL);
	return add(m, STR("version"), &(struct json){ .type = JSON_INT, .i = version, .real = (double)version });
}

/* Lists: 50 rows unless asked otherwise, PAGE_LIMIT_MAX at most. */
static err check_limit(struct cx *cx, const struct record *in, void *of)
{
	const struct field *f = record_field(in, STR("limit"));
	if (!f || f->type != FIELD_I64)
		return OK;
	i64 *limit = (i64 *)((char *)of + f->at);
	if (*limit == NIL)
		*limit = PAGE_LIMIT_DEFAULT;
	str given = arena_printf(CX_ARENA(cx), "%lld", (long long)*limit);
	if (*limit < 1)
		return cx_fail(cx, ERR_INPUT, T_TOO_SMALL, STR("limit"), given, STR("1"));
	if (*limit > PAGE_LIMIT_MAX)
		return cx_fail(cx, ERR_INPUT, T_TOO_BIG, STR("limit"), given, STR(FAIL_STR(PAGE_LIMIT_MAX)));
	return OK;
}

err decode_in(struct cx *cx, const struct route *r, const struct http_pair *params, size_t count, void **ret)
{
	const struct http_req *req = cx->req;
	struct merged m = { .cx = cx, .record = r->in };
	void *in = arena_alloc(CX_ARENA(cx), r->in->size);
	record_init(r->in, in);
	*ret = in;
	if ((r->flags & ROUTE_RAW) && r->in->count == 0)
		return OK;
	for (size_t i = 0; i < count; i++)
		TRY(add_text(&m, params[i].name, params[i].value));
	bool in_body = !is_safe(req->method) && !str_eq(req->method, STR("DELETE")) && !(r->flags & ROUTE_BODY);
	for (size_t i = 0; i < req->query_count; i++) {
		if (in_body && !(r->flags & ROUTE_RAW))
			return cx_fail(cx, ERR_INPUT, T_UNKNOWN_FIELD, req->query[i].name, STR_NIL, STR_NIL);
		TRY(add_text(&m, req->query[i].name, req->query[i].value));
	}
	if (in_body)
		TRY(add_body(&m, r));
	else if (req->body.n && !(r->flags & ROUTE_BODY))
		return not_json(cx);
	if ((r->flags & ROUTE_ETAG) && !is_safe(req->method))
		TRY(add_version(&m));
	struct json object = { .type = JSON_OBJECT, .n = m.members.n, .members = m.members.v };
	TRY(record_parse(r->in, &object, in, CX_ARENA(cx), &cx->unit.fail));
	return r->flags & ROUTE_LIST ? check_limit(cx, r->in, in) : OK;
}

/* -- out -- */

/* Phones and e-mail addresses for a role that may not see them whole; other personal texts (names) stay:
 * without them a list of customers is of no use to anybody. */
static err mask(void *arg, const struct field *field, str in, struct arena *a, str *ret)
{
	size_t digits = 0;
	i64 at = str_find(in, STR("@"));
	for (size_t i = 0; i < in.n; i++)
		digits += in.p[i] >= '0' && in.p[i] <= '9';
	*ret = in;
	if (at > 0)
		*ret = arena_printf(a, "%.*s***%.*s", STR_F(str_utf8_head(in, 1)), STR_F(str_sub(in, (size_t)at, in.n)));
	else if (digits >= 11)
		*ret = arena_printf(a, "%.*s****%.*s", STR_F(str_utf8_head(in, digits == in.n ? in.n - 8 : 3)),
				    STR_F(str_sub(in, in.n - 4, in.n)));
	else if (digits >= 7)
		*ret = arena_printf(a, "****%.*s", STR_F(str_sub(in, in.n - 2, in.n)));
	return OK;
}

static void write_one(struct buf *b, struct cx *cx, const struct record *rec, const void *of)
{
	if (cx->viewer.mask_pii)
		record_write_filtered(b, rec, of, &(struct record_filter){ .text = mask });
	else
		record_write(b, rec, of);
}

static void write_page(struct buf *b, struct cx *cx, const struct record *rec)
{
	const struct page *page = cx->out;
	buf_add_c(b, "{\"data\":[");
	for (size_t i = 0; i < page->data.n; i++) {
		if (i)
			buf_char(b, ',');
		write_one(b, cx, rec, (const char *)page->data.v + i * rec->size);
	}
	buf_add_c(b, "],\"next_cursor\":");
	if (page->next_cursor.p)
		buf_json(b, page->next_cursor);
	else
		buf_add_c(b, "null");
	buf_fmt(b, ",\"has_more\":%s,\"total\":", page->next_cursor.p ? "true" : "false");
	if (page->total == NIL)
		buf_add_c(b, "null}");
	else
		buf_fmt(b, "%lld}", (long long)page->total);
}

/* true: what the reader has is still right. */
static bool set_etag(struct cx *cx, const struct route *r)
{
	const struct field *f = record_field(r->out, STR("version"));
	if (!(r->flags & ROUTE_ETAG) || !f || (r->flags & ROUTE_LIST))
		return false;
	i64 version = *(const i64 *)((const char *)cx->out + f->at);
	str tag = arena_printf(CX_ARENA(cx), "\"%lld\"", (long long)version);
	http_set(cx->reply, STR("ETag"), tag);
	return is_safe(cx->req->method) && str_eq(http_header(cx->req, "if-none-match"), tag);
}

void encode_out(struct cx *cx, const struct route *r)
{
	if (r->flags & ROUTE_RAW)
		return;
	int status = r->flags & ROUTE_CREATED ? 201 : r->flags & ROUTE_ACCEPTED ? 202 : 200;
	if (r->out->count == 0 && !(r->flags & ROUTE_LIST)) {
		http_send(cx->reply, status == 200 ? 204 : status, STR_NIL, STR(""));
		return;
	}
	if (set_etag(cx, r)) {
		http_send(cx->reply, 304, STR_NIL, STR(""));
		return;
	}
	struct buf b = buf_new(CX_ARENA(cx), BUF_MAX_DEFAULT);
	if (r->flags & ROUTE_LIST)
		write_page(&b, cx, r->out);
	else
		write_one(&b, cx, r->out, cx->out);
	http_send(cx->reply, status, STR("application/json"), buf_str(&b));
}
