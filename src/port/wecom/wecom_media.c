/* media/upload, media/uploadimg and media/upload_attachment: one multipart part named "media". */
#include "port/wecom/wecom_media.h"

#include "base/buf.h"
#include "base/id.h"
#include "port/wecom/wecom_int.h"

#define UPLOAD_TIMEOUT_MS 60000
#define BOUNDARY_BYTES 18

static const struct {
	const char *name;
	size_t max;
} kinds[] = {
	{ "image", WECOM_MEDIA_IMAGE_MAX },
	{ "voice", WECOM_MEDIA_VOICE_MAX },
	{ "video", WECOM_MEDIA_VIDEO_MAX },
	{ "file", WECOM_MEDIA_FILE_MAX },
};

static err check(const struct wecom_upload *in, size_t max, struct fail *f)
{
	if (!in->filename.n)
		return wecom_missing(f, "filename");
	TRY(wecom_check_bytes(f, "filename", in->filename, WECOM_MEDIA_NAME_BYTES_MAX));
	for (size_t i = 0; i < in->filename.n; i++) {
		char ch = in->filename.p[i];
		if ((u8)ch < 0x20 || ch == 0x7f || strchr("\"/\\:", ch))
			return fail_set(f, ERR_INPUT, T_ERR_INPUT, STR("filename"), STR_NIL, STR("\" / \\ :"));
	}
	for (size_t i = 0; i < in->content_type.n; i++)
		if ((u8)in->content_type.p[i] <= 0x20 || (u8)in->content_type.p[i] >= 0x7f)
			return fail_set(f, ERR_INPUT, T_ERR_INPUT, STR("content_type"), STR_NIL, STR_NIL);
	if (in->bytes.n < WECOM_MEDIA_BYTES_MIN)
		return fail_set(f, ERR_INPUT, T_TOO_SMALL, STR("media"), STR_NIL, STR("6 B"));
	return wecom_check_count(f, "media", in->bytes.n, max);
}

static err upload(struct wecom_call *c, struct wecom_request *r, const struct wecom_upload *in)
{
	str boundary = arena_printf(c->arena, "yt%.*s", STR_F(id_random(c->arena, BOUNDARY_BYTES)));
	struct buf b = buf_new(c->arena, BUF_MAX_DEFAULT);
	buf_fmt(&b, "--%.*s\r\nContent-Disposition: form-data; name=\"media\"; filename=\"%.*s\"; filelength=%zu\r\n"
		    "Content-Type: %.*s\r\n\r\n",
		STR_F(boundary), STR_F(in->filename), in->bytes.n,
		STR_F(in->content_type.n ? in->content_type : STR("application/octet-stream")));
	buf_add(&b, in->bytes);
	buf_fmt(&b, "\r\n--%.*s--\r\n", STR_F(boundary));
	r->body = buf_str(&b);
	r->content_type = arena_printf(c->arena, "multipart/form-data; boundary=%.*s", STR_F(boundary));
	r->timeout_ms = UPLOAD_TIMEOUT_MS;
	return wecom_call(c, r);
}

err wecom_media_upload(struct wecom_call *c, enum wecom_media kind, const struct wecom_upload *in, str *ret_media_id,
		       ms *ret_until)
{
	ASSERT((size_t)kind < ARRAY_LEN(kinds));
	TRY(check(in, kinds[kind].max, c->fail));
	struct wecom_request r = {
		.api = "media/upload",
		.query = { { STR("type"), str_c(kinds[kind].name) } },
		.query_count = 1,
	};
	TRY(upload(c, &r, in));
	str id = json_str(c->json, "media_id");
	if (!id.n)
		return wecom_incomplete(c, "media/upload", ERR_UPSTREAM);
	ms created = wecom_time(c->json, "created_at");
	*ret_media_id = id;
	*ret_until = (created == NIL ? clock_now(c->wecom->clock) : created) + WECOM_MEDIA_LIFE_MS;
	return OK;
}

err wecom_media_uploadimg(struct wecom_call *c, const struct wecom_upload *in, str *ret_url)
{
	TRY(check(in, WECOM_UPLOADIMG_MAX, c->fail));
	struct wecom_request r = { .api = "media/uploadimg" };
	TRY(upload(c, &r, in));
	str url = json_str(c->json, "url");
	if (!url.n)
		return wecom_incomplete(c, "media/uploadimg", ERR_UPSTREAM);
	*ret_url = url;
	return OK;
}

#define FOR_MOMENTS "1" /* 2: product album */

err wecom_media_attach(struct wecom_call *c, enum wecom_media kind, const struct wecom_upload *in, str *ret_media_id)
{
	ASSERT(kind == WECOM_MEDIA_IMAGE || kind == WECOM_MEDIA_VIDEO);
	TRY(check(in, kinds[kind].max, c->fail));
	struct wecom_request r = {
		.api = "media/upload_attachment",
		.query = { { STR("media_type"), str_c(kinds[kind].name) }, { STR("attachment_type"), STR(FOR_MOMENTS) } },
		.query_count = 2,
	};
	TRY(upload(c, &r, in));
	str id = json_str(c->json, "media_id");
	if (!id.n)
		return wecom_incomplete(c, "media/upload_attachment", ERR_UPSTREAM);
	*ret_media_id = id;
	return OK;
}
