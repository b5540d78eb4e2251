/*
 * Where walks begin and end. The browser itself goes there, so what goes wrong is told on a small page.
 */
#include "core/guest/guest.h"

#define PAGE_MAX ((size_t)16 << 10)

static void go(struct cx *cx, str url)
{
	http_send(cx->reply, 302, STR("text/plain; charset=utf-8"), STR(""));
	http_set(cx->reply, STR("Location"), url);
}

static void say(struct cx *cx, str back)
{
	struct buf b = buf_new(CX_ARENA(cx), PAGE_MAX);
	enum lang lang = cx->viewer.lang;
	buf_fmt(&b, "<!doctype html><html lang=\"%s\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>",
		lang == LANG_EN ? "en" : "zh-CN");
	buf_html(&b, str_c(text_raw(T_GUEST_TITLE, lang)));
	buf_add_c(&b, "</title><h1>");
	buf_html(&b, str_c(text_raw(T_GUEST_TITLE, lang)));
	buf_add_c(&b, "</h1><p>");
	buf_html(&b, fail_text(&cx->unit.fail, lang, CX_ARENA(cx)));
	buf_add_c(&b, "</p>");
	if (back.n) {
		buf_add_c(&b, "<p><a href=\"");
		buf_html(&b, back);
		buf_add_c(&b, "\">");
		buf_html(&b, str_c(text_raw(T_GUEST_AGAIN, lang)));
		buf_add_c(&b, "</a></p>");
	}
	buf_add_c(&b, "</html>");
	http_send(cx->reply, err_status(cx->unit.fail.code), STR("text/html; charset=utf-8"), buf_str(&b));
}

static err start(struct cx *cx, enum guest_kind kind)
{
	str url;
	if (guest_start(cx, kind, http_query(cx->req, "corp"), http_query(cx->req, "return"), &url) == OK)
		go(cx, url);
	else
		say(cx, STR_NIL);
	return OK;
}

static err h_start(struct cx *cx) { return start(cx, GUEST_CUSTOMER); }

static err h_staff(struct cx *cx)
{
	return start(cx, str_eq_c(http_query(cx->req, "qr"), "1") ? GUEST_STAFF_QR : GUEST_STAFF);
}

#define WAYS_IN_FIELDS(F, S) F(S, STR, corp, .opt = true, .max = 64)
RECORD(guest_ways_in, WAYS_IN_FIELDS);
#define WAYS_FIELDS(F, S) F(S, STR, corp, .opt = true, .doc = "whose members may log in by WeCom here; null: none, or nobody said which") F(S, STR, name, .opt = true)
RECORD(guest_ways, WAYS_FIELDS);

/* The only company of the installation, or the one the address names; of several none is named to strangers. */
static err h_ways(struct cx *cx)
{
	const struct guest_ways_in *in = cx->in;
	struct guest_ways *out = cx->out;
	struct corp *all, corp;
	struct corp_wecom wecom;
	size_t n;
	if (in->corp.n) {
		err e = corp_by_slug(&cx->unit, in->corp, &corp);
		if (e != OK)
			return e == ERR_NOT_FOUND ? OK : e;
	} else {
		TRY(corp_list(&cx->unit, &all, &n));
		if (n != 1)
			return OK;
		corp = all[0];
	}
	cx->unit.corp = corp.id;
	if (corp_wecom_get(&cx->unit, corp.id, &wecom) != OK) {
		cx->unit.fail = (struct fail){ 0 };
		return OK; /* nothing is connected yet */
	}
	*out = (struct guest_ways){ corp.slug, corp.name };
	return OK;
}

static err h_callback(struct cx *cx)
{
	str back = STR_NIL;
	if (guest_callback(cx, http_query(cx->req, "code"), http_query(cx->req, "state"), &back) == OK)
		go(cx, back);
	else
		say(cx, back);
	return OK;
}

const struct route guest_routes[] = {
	{ "GET", "/h5/api/guest/start", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &none_record, &none_record, h_start,
	  "Begins a customer's walk through WeCom's consent page." },
	{ "GET", "/h5/api/guest/staff", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &none_record, &none_record, h_staff,
	  "Begins the walk of a member of staff: inside WeCom, or with qr=1 by the QR page of a desktop." },
	{ "GET", "/h5/api/guest/ways", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &guest_ways_in_record, &guest_ways_record, h_ways,
	  "Whether members of staff can log in by WeCom, and of which company." },
	{ "GET", "/h5/api/guest/callback", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &none_record, &none_record,
	  h_callback, "Ends the walk: opens the session." },
	{ 0 },
};
