/*
 * content: limits of a message's parts, and its one form as a column.
 */
#include "core/reach/content.h"

#include <stdio.h>

static err too_long(const char *at, const char *part, str value, size_t max, struct fail *f)
{
	if (value.n <= max)
		return OK;
	char field[64], given[32], limit[32];
	snprintf(field, sizeof(field), "%s.%s", at, part);
	snprintf(given, sizeof(given), "%zu bytes", value.n);
	snprintf(limit, sizeof(limit), "%zu bytes", max);
	return fail_set(f, ERR_INPUT, T_TOO_LONG, str_c(field), str_c(given), str_c(limit));
}

static err check_link(const struct content_link *l, const char *at, struct fail *f)
{
	TRY(too_long(at, "link.title", l->title, WECOM_LINK_TITLE_BYTES_MAX, f));
	TRY(too_long(at, "link.url", l->url, WECOM_LINK_URL_BYTES_MAX, f));
	TRY(too_long(at, "link.desc", l->desc, WECOM_LINK_DESC_BYTES_MAX, f));
	TRY(too_long(at, "link.picurl", l->picurl, WECOM_LINK_PICURL_BYTES_MAX, f));
	if (str_starts(l->url, STR("https://")) || str_starts(l->url, STR("http://")))
		return OK;
	return fail_set(f, ERR_INPUT, T_CONTENT_LINK, str_c(at), l->url, STR("https://…"));
}

err content_check(const struct content *c, const char *at, struct fail *f)
{
	if (content_empty(c))
		return fail_set(f, ERR_INPUT, T_CONTENT_EMPTY, str_c(at), STR_NIL, STR_NIL);
	TRY(too_long(at, "text", c->text, WECOM_TEXT_BYTES_MAX, f));
	return c->link ? check_link(c->link, at, f) : OK;
}

str content_json(struct arena *a, const struct content *c)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	record_write(&b, &content_record, c);
	return buf_str(&b);
}

void content_read(struct arena *a, str json, struct content *ret)
{
	struct json *tree;
	record_init(&content_record, ret);
	if (json.n && json_parse(json, a, &tree, NULL) == OK)
		record_read(&content_record, tree, ret, a);
}
