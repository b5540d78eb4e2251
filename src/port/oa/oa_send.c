/*
 * Messages, templates and the menu. See oa_send.h.
 */
#include "port/oa/oa_send.h"

#include "base/buf.h"
#include "port/oa/oa_int.h"

#define BODY_MAX ((size_t)64 << 10)

static void member(struct buf *b, const char *name, str value)
{
	buf_fmt(b, "%s\"%s\":", b->n && b->p[b->n - 1] != '{' ? "," : "", name);
	buf_json(b, value);
}

static void menu(struct buf *b, const struct oa_said *m)
{
	buf_add_c(b, ",\"msgtype\":\"msgmenu\",\"msgmenu\":{");
	member(b, "head_content", m->text);
	buf_add_c(b, ",\"list\":[");
	for (size_t i = 0; i < m->menu.n; i++) {
		buf_fmt(b, "%s{\"id\":\"%zu\",\"content\":", i ? "," : "", i + 1);
		buf_json(b, m->menu.v[i]);
		buf_char(b, '}');
	}
	buf_add_c(b, "]}");
}

static void article(struct buf *b, const struct oa_said *m)
{
	buf_add_c(b, ",\"msgtype\":\"news\",\"news\":{\"articles\":[{");
	member(b, "title", m->title);
	if (m->desc.n)
		member(b, "description", m->desc);
	member(b, "url", m->url);
	if (m->pic.n)
		member(b, "picurl", m->pic);
	buf_add_c(b, "}]}");
}

static err run_once(struct oa_call *c, const char *path, const struct buf *body, struct json **ret)
{
	c->once = true;
	err e = oa_run(c, "POST", path, STR(""), buf_str(body), ret);
	c->once = false;
	return e;
}

err oa_say(struct oa_call *c, const struct oa_said *m)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	struct json *answer;
	if (m->text.n > OA_TEXT_BYTES_MAX)
		return fail_set(c->fail, ERR_INPUT, T_TOO_LONG, STR("text"), STR_NIL, STR(FAIL_STR(OA_TEXT_BYTES_MAX)));
	buf_char(&b, '{');
	member(&b, "touser", m->openid);
	if (m->menu.n)
		menu(&b, m);
	else if (m->title.n)
		article(&b, m);
	else {
		buf_add_c(&b, ",\"msgtype\":\"text\",\"text\":{");
		member(&b, "content", m->text);
		buf_char(&b, '}');
	}
	buf_char(&b, '}');
	return run_once(c, "cgi-bin/message/custom/send", &b, &answer);
}

static void notify(struct buf *b, const struct oa_notify *m, const char *page)
{
	buf_char(b, '{');
	member(b, "touser", m->openid);
	member(b, "template_id", m->template);
	if (m->url.n)
		member(b, page, m->url);
	if (m->mini_appid.n) {
		buf_add_c(b, ",\"miniprogram\":{");
		member(b, "appid", m->mini_appid);
		member(b, "pagepath", m->mini_path.n ? m->mini_path : STR(""));
		buf_char(b, '}');
	}
	buf_add_c(b, ",\"data\":{");
	for (size_t i = 0; i < m->count; i++) {
		buf_add_c(b, i ? "," : "");
		buf_json(b, m->values[i].key);
		buf_add_c(b, ":{\"value\":");
		buf_json(b, m->values[i].value);
		buf_char(b, '}');
	}
	buf_char(b, '}');
}

/* A number, or a text of one. */
static str number_text(struct arena *a, const struct json *j, const char *name)
{
	str text = json_str(j, name);
	i64 n = text.n ? NIL : json_i64(j, name, NIL);
	return n == NIL ? text : arena_printf(a, "%lld", (long long)n);
}

err oa_template_send(struct oa_call *c, const struct oa_notify *m, str *ret_msgid)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	struct json *answer;
	notify(&b, m, "url");
	member(&b, "client_msg_id", m->again);
	buf_char(&b, '}');
	TRY(run_once(c, "cgi-bin/message/template/send", &b, &answer));
	*ret_msgid = number_text(c->arena, answer, "msgid");
	return OK;
}

err oa_subscribe_send(struct oa_call *c, const struct oa_notify *m)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	struct json *answer;
	notify(&b, m, "page");
	buf_char(&b, '}');
	return run_once(c, "cgi-bin/message/subscribe/bizsend", &b, &answer);
}

str oa_value_fit(struct arena *a, str key, str value)
{
	static const struct { const char *kind; size_t chars; } kinds[] = {
		{ "thing", 20 }, { "character_string", 32 }, { "letter", 32 }, { "symbol", 5 }, { "name", 20 }, { "phrase", 5 },
		{ "number", 32 }, { "phone_number", 17 }, { "car_number", 8 },
	};
	struct buf b = buf_new(a, value.n + 1);
	size_t most = OA_VALUE_MAX;
	for (size_t i = 0; i < value.n; i++)
		buf_char(&b, (u8)value.p[i] < ' ' ? ' ' : value.p[i]);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		str rest = str_starts(key, str_c(kinds[i].kind)) ? str_sub(key, strlen(kinds[i].kind), key.n) : STR_NIL;
		i64 digits;
		if (rest.p && (rest.n == 0 || str_i64(rest, &digits)))
			most = kinds[i].chars;
	}
	return str_utf8_head(str_trim(buf_str(&b)), most);
}

/* ---- lists of templates ---- */

static void take(struct arena *a, const struct json *list, bool notice, struct oa_template_row **ret, size_t *n)
{
	size_t more = list && list->type == JSON_ARRAY ? list->n : 0;
	struct oa_template_row *v = ARENA_ARRAY(a, struct oa_template_row, *n + more + 1);
	if (*n)
		memcpy(v, *ret, *n * sizeof(*v));
	for (size_t i = 0; i < more; i++) {
		const struct json *j = &list->items[i];
		v[(*n)++] = (struct oa_template_row){ json_str(j, notice ? "priTmplId" : "template_id"),
						      !notice ? STR("template") : json_i64(j, "type", 2) == 3 ? STR("long") : STR("once"),
						      json_str(j, "title"), json_str(j, "content"), json_str(j, "example") };
	}
	*ret = v;
}

/* An account without the right to one of the two lists has the other. */
err oa_templates_read(struct oa_call *c, struct oa_template_row **ret, size_t *ret_count)
{
	struct json *answer;
	*ret_count = 0;
	err e = oa_run(c, "GET", "cgi-bin/template/get_all_private_template", STR(""), STR_NIL, &answer);
	if (e == OK)
		take(c->arena, json_get(answer, "template_list"), false, ret, ret_count);
	else if (c->errcode != 48001 && c->errcode != 200100)
		return e;
	err second = oa_run(c, "GET", "wxaapi/newtmpl/gettemplate", STR(""), STR_NIL, &answer);
	if (second == OK)
		take(c->arena, json_get(answer, "data"), true, ret, ret_count);
	else if (e != OK || (c->errcode != 48001 && c->errcode != 200100))
		return second;
	return OK;
}

/* ---- the menu ---- */

static err wrong_button(struct fail *f, const struct json *b, const char *what)
{
	return fail_set(f, ERR_INPUT, T_OA_MENU, STR("buttons"), str_utf8_head(b ? json_str(b, "name") : STR(""), 20), str_c(what));
}

static err check_button(const struct json *b, bool sub, struct fail *f)
{
	static const struct { const char *type, *needs; size_t most; } kinds[] = {
		{ "click", "key", 128 }, { "view", "url", 1024 }, { "miniprogram", "appid", 64 }, { "scancode_push", "key", 128 },
		{ "scancode_waitmsg", "key", 128 }, { "pic_sysphoto", "key", 128 }, { "pic_photo_or_album", "key", 128 },
		{ "pic_weixin", "key", 128 }, { "location_select", "key", 128 }, { "media_id", "media_id", 200 }, { "article_id", "article_id", 200 },
	};
	str name = json_str(b, "name");
	if (!name.n || name.n > (sub ? 60u : 16u))
		return wrong_button(f, b, sub ? "name 60" : "name 16");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!str_eq_c(json_str(b, "type"), kinds[i].type))
			continue;
		str value = json_str(b, kinds[i].needs);
		return value.n && value.n <= kinds[i].most ? OK : wrong_button(f, b, kinds[i].needs);
	}
	return wrong_button(f, b, "type");
}

err oa_menu_check(const struct json *buttons, struct fail *f)
{
	if (!buttons || buttons->type != JSON_ARRAY || buttons->n < 1 || buttons->n > OA_BUTTONS_MAX)
		return wrong_button(f, NULL, "1-" FAIL_STR(OA_BUTTONS_MAX));
	for (size_t i = 0; i < buttons->n; i++) {
		const struct json *b = &buttons->items[i], *below = json_get(b, "sub_button");
		size_t n = below && below->type == JSON_ARRAY ? below->n : 0;
		if (n == 0) {
			TRY(check_button(b, false, f));
			continue;
		}
		if (n > OA_SUB_BUTTONS_MAX || !json_str(b, "name").n || json_str(b, "name").n > 16)
			return wrong_button(f, b, n > OA_SUB_BUTTONS_MAX ? FAIL_STR(OA_SUB_BUTTONS_MAX) : "name 16");
		for (size_t k = 0; k < n; k++)
			TRY(check_button(&below->items[k], true, f));
	}
	return OK;
}

err oa_menu_read(struct oa_call *c, str *ret_json)
{
	struct json *answer;
	err e = oa_run(c, "GET", "cgi-bin/menu/get", STR(""), STR_NIL, &answer);
	if (e != OK && c->errcode == 46003) {
		*ret_json = STR("");
		return OK;
	}
	TRY(e);
	const struct json *buttons = json_get(json_get(answer, "menu"), "button");
	*ret_json = buttons ? buttons->raw : STR("");
	return OK;
}

err oa_menu_put(struct oa_call *c, str buttons)
{
	struct json *answer;
	str body = arena_printf(c->arena, "{\"button\":%.*s}", STR_F(buttons));
	return oa_run(c, "POST", "cgi-bin/menu/create", STR(""), body, &answer);
}

err oa_menu_drop(struct oa_call *c)
{
	struct json *answer;
	return oa_run(c, "GET", "cgi-bin/menu/delete", STR(""), STR_NIL, &answer);
}

enum oa_why oa_why(i64 errcode)
{
	switch (errcode) {
	case 45015: case 45047: case 45080:
		return OA_WHY_WINDOW;
	case 40003: case 43004: case 46004: case 49003: case 50005:
		return OA_WHY_NO_FAN;
	case 43101: case 43019: case 48002: case 62751:
		return OA_WHY_REFUSED;
	default:
		return OA_WHY_OTHER;
	}
}
