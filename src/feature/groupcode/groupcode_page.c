/*
 * The page behind the printed address: WeCom's group picture, what is offered, a link. Everything stands in the door, so
 * nothing is read.
 */
#include "feature/groupcode/groupcode.h"

#define PAGE_BYTES 16384

static const char style[] =
	"body{margin:0;font:16px/1.6 -apple-system,'PingFang SC','Noto Sans CJK SC',sans-serif;background:#f4f6f8;color:#1b2733}"
	"main{max-width:360px;margin:0 auto;padding:24px 16px;text-align:center}h1{font-size:20px;margin:8px 0}"
	"img{width:240px;height:240px;background:#fff;border-radius:8px;padding:12px}"
	".offer{background:#fff;border-radius:8px;padding:12px;margin:16px 0;white-space:pre-line;overflow-wrap:anywhere}"
	"a{display:block;background:#0b6bcb;color:#fff;border-radius:8px;padding:12px;text-decoration:none}";

bool groupcode_door(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	struct arena *a = visit->req->arena;
	struct groupcode_page page;
	struct json *v;
	struct fail f = { 0 };
	enum lang lang = lang_of(http_header(visit->req, "Accept-Language"));
	struct buf b = buf_new(a, PAGE_BYTES * 4);
	if (json_parse(door->params, a, &v, &f) != OK)
		return false;
	record_read(&groupcode_page_record, v, &page, a);
	buf_fmt(&b, "<!doctype html><html lang=\"%s\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>",
		lang == LANG_EN ? "en" : "zh-CN");
	buf_html(&b, page.name);
	buf_fmt(&b, "</title><style>%s</style><main><h1>", style);
	buf_html(&b, page.name);
	buf_add_c(&b, "</h1>");
	if (page.qr.n) {
		buf_add_c(&b, "<img alt=\"");
		buf_html(&b, page.name);
		buf_add_c(&b, "\" src=\"");
		buf_html(&b, page.qr);
		buf_add_c(&b, "\">");
	}
	buf_add_c(&b, "<p>");
	buf_html(&b, str_c(text_raw(page.qr.n ? T_GROUPCODE_PRESS : T_GROUPCODE_SOON, lang)));
	buf_add_c(&b, "</p>");
	if (page.offer.n) {
		buf_add_c(&b, "<div class=\"offer\">");
		buf_html(&b, page.offer);
		buf_add_c(&b, "</div>");
	}
	if (page.link.n) {
		buf_add_c(&b, "<a href=\"");
		buf_html(&b, page.link);
		buf_add_c(&b, "\">");
		buf_html(&b, str_c(text_raw(T_GROUPCODE_OPEN, lang)));
		buf_add_c(&b, "</a>");
	}
	buf_add_c(&b, "</main></html>");
	ret->page = buf_str(&b);
	return true;
}
