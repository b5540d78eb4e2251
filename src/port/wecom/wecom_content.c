/* The content of welcome and mass message: limits, and the JSON they share. */
#include "port/wecom/wecom_content.h"

#include "port/wecom/wecom_int.h"

static const char *const part_names[] = { "image", "link", "miniprogram", "video", "file" };

struct rule {
	const char *field;
	str value;
	size_t max; /* bytes; 0: none */
	bool needed;
};

static err check_part(const struct wecom_attachment *p, size_t index, struct arena *a, struct fail *f)
{
	struct rule rules[4] = { 0 };
	switch (p->part) {
	case WECOM_IMAGE:
		rules[0] = (struct rule){ "media_id", p->media_id.n ? p->media_id : p->pic_url, 0, true };
		break;
	case WECOM_LINK:
		rules[0] = (struct rule){ "title", p->title, WECOM_LINK_TITLE_BYTES_MAX, true };
		rules[1] = (struct rule){ "url", p->url, WECOM_LINK_URL_BYTES_MAX, true };
		rules[2] = (struct rule){ "desc", p->desc, WECOM_LINK_DESC_BYTES_MAX, false };
		rules[3] = (struct rule){ "picurl", p->picurl, WECOM_LINK_PICURL_BYTES_MAX, false };
		break;
	case WECOM_MINIPROGRAM:
		rules[0] = (struct rule){ "title", p->title, WECOM_MINI_TITLE_BYTES_MAX, true };
		rules[1] = (struct rule){ "pic_media_id", p->media_id, 0, true };
		rules[2] = (struct rule){ "appid", p->appid, 0, true };
		rules[3] = (struct rule){ "page", p->page, 0, true };
		break;
	case WECOM_VIDEO:
	case WECOM_FILE:
		rules[0] = (struct rule){ "media_id", p->media_id, 0, true };
		break;
	default:
		return fail_set(f, ERR_INPUT, T_ERR_INPUT, STR("attachments"), STR_NIL, STR_NIL);
	}
	for (size_t i = 0; i < ARRAY_LEN(rules) && rules[i].field; i++) {
		const char *field = arena_cstr(a, arena_printf(a, "attachments.%zu.%s", index, rules[i].field));
		if (rules[i].needed && !rules[i].value.n)
			return wecom_missing(f, field);
		TRY(wecom_check_bytes(f, field, rules[i].value, rules[i].max ? rules[i].max : SIZE_MAX));
	}
	return OK;
}

err wecom_content_check(const struct wecom_content *content, struct arena *a, struct fail *f)
{
	if (!content->text.n && !content->attachment_count)
		return wecom_missing(f, "text");
	TRY(wecom_check_bytes(f, "text", content->text, WECOM_TEXT_BYTES_MAX));
	TRY(wecom_check_count(f, "attachments", content->attachment_count, WECOM_ATTACHMENTS_MAX));
	for (size_t i = 0; i < content->attachment_count; i++)
		TRY(check_part(&content->attachments[i], i, a, f));
	return OK;
}

void wecom_content_put(struct buf *b, const struct wecom_content *content)
{
	if (content->text.n) {
		wecom_open(b, "text", '{');
		wecom_put_str(b, "content", content->text);
		wecom_close(b, '}');
	}
	if (!content->attachment_count)
		return;
	wecom_open(b, "attachments", '[');
	for (size_t i = 0; i < content->attachment_count; i++) {
		const struct wecom_attachment *p = &content->attachments[i];
		wecom_open(b, NULL, '{');
		wecom_put_str(b, "msgtype", str_c(part_names[p->part]));
		wecom_open(b, part_names[p->part], '{');
		wecom_put_str(b, "title", p->title);
		wecom_put_str(b, p->part == WECOM_MINIPROGRAM ? "pic_media_id" : "media_id", p->media_id);
		wecom_put_str(b, "pic_url", p->media_id.n ? STR_NIL : p->pic_url);
		wecom_put_str(b, "picurl", p->picurl);
		wecom_put_str(b, "desc", p->desc);
		wecom_put_str(b, "url", p->url);
		wecom_put_str(b, "appid", p->appid);
		wecom_put_str(b, "page", p->page);
		wecom_close(b, '}');
		wecom_close(b, '}');
	}
	wecom_close(b, ']');
}
