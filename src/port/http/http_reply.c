/*
 * Writing replies, and the one shape every refusal has: problem+json (RFC 9457).
 *
 * type names the kind of problem by our error code, title is the same for every occurrence, detail is
 * the sentence for this one in the reader's language. A field at fault also stands in errors[] with a
 * JSON pointer, so that a form can mark it.
 */
#include "port/http/http.h"

#define RETRY_AFTER_DEFAULT 2 /* seconds */

void http_set(struct http_reply *r, str name, str value)
{
	ASSERT(r->header_count < HTTP_REPLY_HEADERS_MAX);
	r->headers[r->header_count++] = (struct http_pair){ name, value };
}

void http_send(struct http_reply *r, int status, str type, str body)
{
	r->status = status;
	r->type = type;
	r->body = body;
}

/* "TOO_LARGE" -> "too large" (or "too_large" with blank '_'). */
static str words(struct arena *a, const char *name, char blank)
{
	char *out = arena_cstr(a, str_c(name));
	for (char *p = out; *p; p++)
		*p = *p == '_' ? blank : (char)(*p | 0x20);
	return str_c(out);
}

/* "items[2].name" -> "#/items/2/name" */
static void add_pointer(struct buf *b, const char *field)
{
	char out[2 * sizeof(((struct fail *)0)->field) + 3];
	size_t n = 0;
	out[n++] = '#';
	out[n++] = '/';
	for (const char *p = field; *p; p++) {
		if (*p == ']')
			continue;
		if (*p == '~' || *p == '/') {
			out[n++] = '~';
			out[n++] = *p == '~' ? '0' : '1';
		} else {
			out[n++] = *p == '.' || *p == '[' ? '/' : *p;
		}
	}
	buf_json(b, str_of(out, n));
}

static void add_retry_after(struct http_reply *r, struct arena *a, const struct fail *f)
{
	i64 seconds;
	if (!err_retryable(f->code))
		return;
	if (!str_i64(str_c(f->limit), &seconds) || seconds < 1)
		seconds = RETRY_AFTER_DEFAULT;
	http_set(r, STR("Retry-After"), arena_printf(a, "%lld", (long long)seconds));
}

void http_problem(struct http_reply *r, struct arena *a, const struct fail *f, enum lang lang, str request_id)
{
	str detail = fail_text(f, lang, a);
	struct buf b = buf_new(a, 8192);
	buf_add_c(&b, "{\"type\":");
	buf_json(&b, arena_printf(a, "urn:yutang:problem:%.*s", STR_F(words(a, err_name(f->code), '_'))));
	buf_add_c(&b, ",\"title\":");
	buf_json(&b, words(a, err_name(f->code), ' '));
	buf_fmt(&b, ",\"status\":%d,\"code\":\"%s\",\"detail\":", err_status(f->code), err_name(f->code));
	buf_json(&b, detail);
	if (f->field[0]) {
		buf_add_c(&b, ",\"errors\":[{\"detail\":");
		buf_json(&b, detail);
		buf_add_c(&b, ",\"pointer\":");
		add_pointer(&b, f->field);
		buf_add_c(&b, "}]");
	}
	if (f->text == T_EXPR_UNKNOWN && f->limit[0]) {
		buf_add_c(&b, ",\"suggestion\":");
		buf_json(&b, str_c(f->limit));
	}
	if (request_id.p) {
		buf_add_c(&b, ",\"request_id\":");
		buf_json(&b, request_id);
	}
	buf_char(&b, '}');
	http_send(r, err_status(f->code), STR("application/problem+json"), buf_str(&b));
	add_retry_after(r, a, f);
}
