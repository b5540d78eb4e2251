/*
 * The page for unsubscribing, and the test button of the settings.
 */
#include "feature/mail/mail_data.h"

#include "base/id.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/reach/reach.h"
#include "store/seal.h"

#define STOP_PATH "/mail/stop/{slug}/{token}"
#define PAGE_MAX ((size_t)16 << 10)

#define STOP_IN_FIELDS(F, S) F(S, STR, slug, .max = 64) F(S, STR, token, .max = 64)
RECORD(mail_stop_in, STOP_IN_FIELDS);
#define TEST_FIELDS(F, S) F(S, STR, to, .min = 3, .max = MAIL_ADDRESS_MAX)
RECORD(mail_test_in, TEST_FIELDS);
#define TESTED_FIELDS(F, S) F(S, I64, code, .doc = "what the server said last") F(S, STR, answer)
RECORD(mail_tested, TESTED_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- the link ---- */

static err token_of(struct tx *tx, i64 root, str *ret)
{
	str mac;
	TRY(seal_lookup(&tx->snap, STR("mail.stop"), arena_printf(tx->snap.arena, "%lld", (long long)root), &mac));
	*ret = str_sub(mac, 0, MAIL_TOKEN_CHARS);
	return mail_stop_put(tx, &(struct mail_stop){ *ret, root });
}

err mail_stop_url(struct cx *cx, i64 root, str *ret)
{
	struct corp corp;
	str token;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(WRITE_TX(&cx->unit, base(cx), token_of(tx, root, &token)));
	*ret = arena_printf(CX_ARENA(cx), "%.*s/mail/stop/%.*s/%.*s", STR_F(cx->env->public_url), STR_F(corp.slug), STR_F(token));
	return OK;
}

/* ---- the page ---- */

static void page(struct cx *cx, int status, enum text words, bool button)
{
	struct buf b = buf_new(CX_ARENA(cx), PAGE_MAX);
	enum lang lang = cx->viewer.lang;
	buf_fmt(&b, "<!doctype html><html lang=\"%s\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%s</title>"
		"<style>body{font:16px/1.6 sans-serif;max-width:32em;margin:15vh auto;padding:0 1em;text-align:center}"
		"button{font:inherit;padding:.6em 2em;border:0;border-radius:6px;background:#0b57d0;color:#fff}</style><main><h1>%s</h1><p>%s</p>",
		lang == LANG_EN ? "en" : "zh-CN", text_raw(T_MAIL_STOP_TITLE, lang), text_raw(T_MAIL_STOP_TITLE, lang), text_raw(words, lang));
	if (button)
		buf_fmt(&b, "<form method=\"post\"><button type=\"submit\">%s</button></form>", text_raw(T_MAIL_STOP_DO, lang));
	buf_add_c(&b, "</main></html>");
	http_send(cx->reply, status, STR("text/html; charset=utf-8"), buf_str(&b));
	http_set(cx->reply, STR("Content-Security-Policy"),
		 STR("default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"));
	http_set(cx->reply, STR("Cache-Control"), STR("no-store"));
}

/* Whom the link means; false: it is none of ours. */
static err meant(struct cx *cx, const struct mail_stop_in *in, struct mail_stop *ret, bool *ret_ok)
{
	struct corp corp;
	err e = corp_by_slug(&cx->unit, in->slug, &corp);
	*ret_ok = false;
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	cx->unit.corp = corp.id;
	e = READ_SNAP(&cx->unit, base(cx), mail_stop_get(snap, &(struct mail_stop){ .token = in->token }, ret));
	*ret_ok = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err h_ask(struct cx *cx)
{
	struct mail_stop stop;
	bool ok;
	TRY(meant(cx, cx->in, &stop, &ok));
	page(cx, ok ? 200 : 404, ok ? T_MAIL_STOP_ASK : T_MAIL_STOP_LINK, ok);
	return OK;
}

static err refuse(struct tx *tx, i64 customer)
{
	struct reach_event body = { STR("mail"), STR("marketing"), STR("unsubscribe"), NIL, NIL, STR_NIL };
	return journal_add(tx, EV_REACH_REFUSED, customer, tx->snap.now, &reach_event_record, &body, NULL);
}

/* The page's button, and the POST a mailbox makes by itself (RFC 8058). Twice is once: the ledger knows a refusal. */
static err h_stop(struct cx *cx)
{
	struct mail_stop stop;
	bool ok;
	i64 root;
	TRY(meant(cx, cx->in, &stop, &ok));
	if (ok) {
		TRY(customer_root(&cx->unit, stop.customer, &root));
		TRY(WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, root), refuse(tx, root)));
	}
	page(cx, ok ? 200 : 404, ok ? T_MAIL_STOP_DONE : T_MAIL_STOP_LINK, false);
	return OK;
}

/* ---- the test button ---- */

static err noted(struct tx *tx) { return audit_add(tx, "mail.test", STR("mail"), STR("")); }

static err h_test(struct cx *cx)
{
	const struct mail_test_in *in = cx->in;
	struct mail_tested *out = cx->out;
	struct mail_account account;
	struct mail_answer said;
	if (!mail_address_ok(in->to))
		return cx_fail(cx, ERR_INPUT, T_MAIL_ADDRESS, STR("to"), in->to, STR_NIL);
	TRY(mail_account_of(&cx->unit, &account));
	struct mail_message m = { .to = in->to, .subject = STR("鱼塘邮件测试 / Yutang mail test"),
				  .plain = STR("这封邮件说明邮件服务器设置正确。\nThis message shows that the mail server is set up well.\n"),
				  .html = STR("<p>这封邮件说明邮件服务器设置正确。</p><p>This message shows that the mail server is set up well.</p>"),
				  .id = id_slug(CX_ARENA(cx), MAIL_TOKEN_CHARS), .at = cx_now(cx) };
	TRY(WRITE_TX(&cx->unit, base(cx), noted(tx)));
	TRY(mail_send(CX_ARENA(cx), &account, &m, &said, &cx->unit.fail));
	out->code = said.code;
	out->answer = said.text;
	return OK;
}

#define NONE ROUTE_SCOPE_NONE
const struct route mail_routes[] = {
	{ "GET", STOP_PATH, NULL, NONE, ROUTE_PUBLIC | ROUTE_RAW, &mail_stop_in_record, &none_record, h_ask,
	  "The page behind the link for unsubscribing; changes nothing." },
	{ "POST", STOP_PATH, NULL, NONE, ROUTE_PUBLIC | ROUTE_RAW | ROUTE_BODY, &mail_stop_in_record, &none_record, h_stop,
	  "Unsubscribes: the page's button, or a mailbox's own one click." },
	{ "POST", "/api/v1/mail/test", "mail.test", NONE, 0, &mail_test_in_record, &mail_tested_record, h_test,
	  "Sends a test message through the mail server of the settings." },
	{ 0 },
};
