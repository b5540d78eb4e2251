/*
 * API: media, and the check of message content that needs them.
 *
 * A media_id lives three days (40007 afterwards) and is shared by all apps. Sizes and types are those
 * of the documentation. Message content: text at most 4,000 bytes, at most 9 attachments of five
 * types, not both empty.
 */
#include "sim/sim_call.h"

#define MEDIA_LIFE_MS (3 * MS_DAY)
#define MEDIA_MIN 6 /* more than 5 bytes */
#define LINK_TITLE_MAX 128
#define LINK_DESC_MAX 512
#define URL_MAX 2048
#define MINI_TITLE_MAX 64

static const struct { const char *type; size_t max; } media_types[] = {
	{ "image", (size_t)10 << 20 }, { "voice", (size_t)2 << 20 }, { "video", (size_t)10 << 20 },
	{ "file", (size_t)20 << 20 } };

struct sim_media *sim_media_live(struct sim *s, str id)
{
	struct sim_media *m = id.n ? map_get(&s->media_by_id, id) : NULL;
	return m && sim_now(s) - m->created <= MEDIA_LIFE_MS ? m : NULL;
}

struct part { str name, filename, type, bytes; };

static str param_of(str header, const char *name)
{
	char want[32];
	size_t n = strlen(name);
	memcpy(want, name, n);
	memcpy(want + n, "=\"", 3);
	i64 at = str_find(header, str_of(want, n + 2));
	/* "name" also ends "filename": what stands before must not be a letter */
	while (at > 0 && header.p[at - 1] >= 'a' && header.p[at - 1] <= 'z') {
		i64 next = str_find(str_sub(header, (size_t)at + 1, header.n), str_of(want, n + 2));
		at = next < 0 ? -1 : at + 1 + next;
	}
	if (at < 0)
		return STR_NIL;
	str rest = str_sub(header, (size_t)at + n + 2, header.n);
	return str_cut(&rest, '"');
}

/* The part named "media" (or the first with a file name) of a multipart body. */
static bool multipart(struct http_req *req, struct part *ret)
{
	str type = http_header(req, "content-type"), body = req->body;
	i64 at = str_find(type, STR("boundary="));
	if (at < 0)
		return false;
	str mark = str_trim(str_sub(type, (size_t)at + 9, type.n));
	if (str_starts(mark, STR("\"")))
		mark = str_sub(mark, 1, mark.n - 1);
	str line = arena_printf(req->arena, "--%.*s", STR_F(mark));
	str end = arena_printf(req->arena, "\r\n--%.*s", STR_F(mark));
	for (i64 from = str_find(body, line); from >= 0; from = str_find(body, line)) {
		body = str_sub(body, (size_t)from + line.n, body.n);
		i64 head = str_find(body, STR("\r\n\r\n"));
		if (head < 0)
			return false;
		str header = str_sub(body, 0, (size_t)head), rest = str_sub(body, (size_t)head + 4, body.n);
		i64 stop = str_find(rest, end);
		if (stop < 0)
			return false;
		*ret = (struct part){ .name = param_of(header, "name"), .filename = param_of(header, "filename"),
				      .bytes = str_sub(rest, 0, (size_t)stop) };
		i64 ct = str_find(header, STR("Content-Type:"));
		if (ct >= 0) {
			str value = str_sub(header, (size_t)ct + 13, header.n);
			ret->type = str_trim(str_cut(&value, '\r'));
		}
		if (ret->filename.n)
			return true;
		body = str_sub(rest, (size_t)stop, rest.n);
	}
	return false;
}

static int store(struct sim_call *c, str type, struct sim_media **ret)
{
	struct part p = { 0 };
	size_t max = 0;
	for (size_t i = 0; i < ARRAY_LEN(media_types); i++)
		if (str_eq_c(type, media_types[i].type))
			max = media_types[i].max;
	if (!max)
		return 40004;
	if (!multipart(c->req, &p) || p.bytes.n == 0)
		return 44001;
	if (p.bytes.n < MEDIA_MIN)
		return 40006;
	if (p.bytes.n > max)
		return 45001;
	if (str_starts(p.filename, STR("/")) || str_has_char(p.filename, '\\') || str_has_char(p.filename, ':'))
		return sim_refuse(c, 40058, "invalid filename");
	struct sim *s = c->s;
	struct sim_media m = { .id = sim_new_id(s, "", 43), .type = sim_keep(s, type), .name = sim_keep(s, p.filename),
			       .content_type = p.type.n ? sim_keep(s, p.type) : STR("application/octet-stream"),
			       .bytes = sim_keep(s, p.bytes), .created = sim_now(s) };
	*ret = sim_media_add(s, &m);
	struct buf b = buf_new(c->a, 4096);
	buf_fmt(&b, "{\"bytes\":%zu,\"type\":", p.bytes.n);
	buf_json(&b, type);
	buf_add_c(&b, ",\"filename\":");
	buf_json(&b, p.filename);
	buf_char(&b, '}');
	c->params = buf_str(&b);
	return 0;
}

static int media_upload(struct sim_call *c)
{
	struct sim_media *m = NULL;
	int refused = store(c, http_query(c->req, "type"), &m);
	if (refused)
		return refused;
	sim_out_str(c, "type", m->type);
	sim_out_str(c, "media_id", m->id);
	sim_out_fmt(c, ",\"created_at\":\"%lld\"", (long long)(m->created / 1000));
	return 0;
}

static int upload_attachment(struct sim_call *c)
{
	struct sim_media *m = NULL;
	int refused = store(c, http_query(c->req, "media_type"), &m);
	if (refused)
		return refused;
	sim_out_str(c, "type", m->type);
	sim_out_str(c, "media_id", m->id);
	sim_out_i64(c, "created_at", m->created / 1000);
	return 0;
}

static int uploadimg(struct sim_call *c)
{
	struct sim_media *m = NULL;
	int refused = store(c, STR("image"), &m);
	if (refused)
		return refused;
	sim_out_str(c, "url", arena_printf(c->a, "%.*s/sim/img/%.*s", STR_F(c->s->public_url), STR_F(m->id)));
	return 0;
}

static int media_get(struct sim_call *c)
{
	str id = sim_arg(c, "media_id");
	if (id.n == 0)
		return 41006;
	struct sim_media *m = sim_media_live(c->s, id);
	if (!m)
		return 40007;
	http_send(c->reply, 200, m->content_type, arena_dup(c->a, m->bytes));
	http_set(c->reply, STR("Content-disposition"),
		 arena_printf(c->a, "attachment; filename=\"%.*s\"", STR_F(m->name)));
	c->raw = true;
	return 0;
}

static int picture_check(struct sim_call *c, const struct json *of)
{
	str media = json_str(of, "media_id"), url = json_str(of, "pic_url");
	if (media.n)
		return sim_media_live(c->s, media) ? 0 : 40007;
	return url.n && url.n <= URL_MAX ? 0 : 40007;
}

static int link_check(struct sim_call *c, const struct json *of)
{
	str title = json_str(of, "title"), url = json_str(of, "url");
	if (title.n == 0 || title.n > LINK_TITLE_MAX || json_str(of, "desc").n > LINK_DESC_MAX)
		return sim_refuse(c, 40058, "invalid link title or desc");
	if (url.n == 0 || url.n > URL_MAX || json_str(of, "picurl").n > URL_MAX)
		return sim_refuse(c, 40058, "invalid link url");
	return 0;
}

static int mini_check(struct sim_call *c, const struct json *of)
{
	str title = json_str(of, "title");
	if (title.n == 0 || title.n > MINI_TITLE_MAX || !json_str(of, "appid").n || !json_str(of, "page").n)
		return sim_refuse(c, 40058, "invalid miniprogram");
	return sim_media_live(c->s, json_str(of, "pic_media_id")) ? 0 : 40007;
}

static int attachment_check(struct sim_call *c, const struct json *item)
{
	char name[16];
	str type = json_str(item, "msgtype");
	if (type.n == 0 || type.n >= sizeof(name))
		return 40008;
	memcpy(name, type.p, type.n);
	name[type.n] = 0;
	const struct json *of = json_get(item, name);
	if (!of || of->type != JSON_OBJECT)
		return 40058;
	if (str_eq_c(type, "image"))
		return picture_check(c, of);
	if (str_eq_c(type, "link"))
		return link_check(c, of);
	if (str_eq_c(type, "miniprogram"))
		return mini_check(c, of);
	if (str_eq_c(type, "video") || str_eq_c(type, "file"))
		return sim_media_live(c->s, json_str(of, "media_id")) ? 0 : 40007;
	return 40008;
}

int sim_message_check(struct sim_call *c, const struct json *message)
{
	str text = json_str(json_get(message, "text"), "content");
	const struct json *attachments = json_get(message, "attachments");
	size_t n = attachments && attachments->type == JSON_ARRAY ? attachments->n : 0;
	if (text.n == 0 && n == 0)
		return sim_refuse(c, 44004, "text and attachments both empty");
	if (text.n > SIM_TEXT_MAX)
		return 45002;
	if (n > SIM_ATTACHMENTS_MAX)
		return sim_refuse(c, 40058, "too many attachments");
	for (size_t i = 0; i < n; i++) {
		int refused = attachment_check(c, &attachments->items[i]);
		if (refused)
			return refused;
	}
	return 0;
}

str sim_message_url(const struct json *message, struct arena *a)
{
	const struct json *attachments = json_get(message, "attachments");
	for (size_t i = 0; attachments && i < attachments->n; i++) {
		str url = json_str(json_get(&attachments->items[i], "link"), "url");
		if (url.n)
			return arena_dup(a, url);
	}
	str text = json_str(json_get(message, "text"), "content");
	i64 at = str_find(text, STR("http"));
	if (at < 0)
		return STR_NIL;
	size_t end = (size_t)at;
	while (end < text.n && (unsigned char)text.p[end] > ' ' && (unsigned char)text.p[end] < 0x80)
		end++;
	return arena_dup(a, str_sub(text, (size_t)at, end));
}

const struct sim_api sim_api_media[] = {
	{ "media/upload", media_upload, API_POST | API_EFFECT | API_UPLOAD },
	{ "media/uploadimg", uploadimg, API_POST | API_EFFECT | API_UPLOAD },
	{ "media/upload_attachment", upload_attachment, API_POST | API_EFFECT | API_UPLOAD },
	{ "media/get", media_get, API_GET },
	{ NULL, NULL, 0 },
};
