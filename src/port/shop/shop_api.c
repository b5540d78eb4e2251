/*
 * What the adapters share: calls, errors, and how platforms write money, times, numbers and phones.
 */
#include "port/shop/shop_api.h"

#include "base/tz.h"

#define TIMEOUT_MS 15000
#define TAIL_DIGITS 4
#define MS_FROM ((i64)100000000000) /* a moment beyond this is in milliseconds */

extern const struct shop_api shop_youzan, shop_wechat;
const struct shop_api *const shop_apis[] = { &shop_youzan, &shop_wechat, NULL };

const struct shop_api *shop_api_of(str kind)
{
	for (size_t i = 0; shop_apis[i]; i++)
		if (str_eq_c(kind, shop_apis[i]->kind))
			return shop_apis[i];
	return NULL;
}

str shop_base(const struct shop_call *c, const struct shop_api *api)
{
	return c->account->base.n ? c->account->base : str_c(api->base);
}

err shop_said(struct shop_call *c, err code, i64 number, str words)
{
	c->said = arena_printf(c->arena, "%lld %.*s", (long long)number, STR_F(words));
	if (code == ERR_TOO_MANY && c->retry_at <= c->now)
		c->retry_at = c->now + MS_MINUTE;
	return fail_set(c->fail, code, T_SHOP_SAID, STR_NIL, c->said, STR_NIL);
}

static err call(struct shop_call *c, const struct transport_call *what, struct json **ret)
{
	struct transport_answer answer = { 0 };
	struct fail inner = { 0 }; /* the transport's words may name the address, which holds a token */
	err e = c->transport->call(c->transport, c->arena, what, &answer, &inner);
	if (e != OK)
		return shop_said(c, ERR_UPSTREAM, 0, str_c(err_name(e)));
	if (answer.status == 429)
		return shop_said(c, ERR_TOO_MANY, answer.status, STR("HTTP"));
	if (answer.status / 100 != 2)
		return shop_said(c, answer.status >= 500 ? ERR_UPSTREAM : ERR_CONFIG, answer.status, STR("HTTP"));
	if (json_parse(answer.body, c->arena, ret, &inner) != OK)
		return shop_said(c, ERR_UPSTREAM, answer.status, STR("JSON"));
	return OK;
}

err shop_post(struct shop_call *c, str url, str body, struct json **ret)
{
	struct transport_call what = { .method = "POST", .url = url, .content_type = STR("application/json"), .body = body, .timeout_ms = TIMEOUT_MS };
	return call(c, &what, ret);
}

err shop_get(struct shop_call *c, str url, struct json **ret)
{
	struct transport_call what = { .method = "GET", .url = url, .timeout_ms = TIMEOUT_MS };
	return call(c, &what, ret);
}

str shop_text(const struct json *of, const char *name)
{
	const struct json *v = json_get(of, name);
	if (v && (v->type == JSON_INT || v->type == JSON_REAL))
		return v->raw;
	return v && v->type == JSON_TEXT && v->text.n ? v->text : STR_NIL;
}

bool shop_yuan(const struct json *of, const char *name, i64 *ret)
{
	str text = shop_text(of, name);
	return text.n > 0 && str_decimal(str_trim(text), 2, ret);
}

static const struct tz *shanghai(void)
{
	const struct tz *z;
	ASSERT(tz_get(STR("Asia/Shanghai"), &z, NULL) == OK);
	return z;
}

ms shop_time(const struct json *of, const char *name)
{
	str text = shop_text(of, name);
	i64 number;
	ms at;
	if (!text.n)
		return NIL;
	if (str_i64(text, &number))
		return number <= 0 ? NIL : number >= MS_FROM ? number : number * MS_SECOND;
	return tz_parse(shanghai(), text, &at) ? at : NIL;
}

str shop_time_text(struct arena *a, ms at) { return tz_format(shanghai(), at, a); }

static bool digits_only(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < '0' || s.p[i] > '9') && !(i == 0 && s.p[i] == '+'))
			return false;
	return s.n > 0;
}

void shop_phone(struct shop_order *o, str phone, bool receiver)
{
	size_t n = phone.n;
	if (!phone.n)
		return;
	while (n > 0 && phone.p[n - 1] >= '0' && phone.p[n - 1] <= '9')
		n--;
	if (str_find(phone, STR("-")) >= 11) {
		o->virtual = true;
		return;
	}
	if (phone.n - n >= TAIL_DIGITS && phone.n <= 16 && (!receiver || !o->tail.n))
		o->tail = str_sub(phone, phone.n - TAIL_DIGITS, phone.n);
	if (!digits_only(phone))
		o->hidden = true;
	else if (receiver)
		o->receiver = phone;
	else
		o->phone = phone;
}
