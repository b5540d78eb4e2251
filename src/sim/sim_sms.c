/*
 * The simulated provider of text messages: POST /sms/send {phone, text} answers {"code":0} and stands in the log as a
 * message. It refuses what real ones refuse: no signature in 【】, no opt-out word at the end, no mainland mobile; numbers
 * that end in 0000 are out of service, those that end in 9999 lose the reply.
 */
#include "sim/sim_call.h"

static bool mobile(str phone)
{
	bool digits = phone.n == 11 && phone.p[0] == '1';
	for (size_t i = 0; digits && i < phone.n; i++)
		digits = phone.p[i] >= '0' && phone.p[i] <= '9';
	return digits;
}

bool sim_sms(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	struct json *in = NULL;
	struct fail ignored = { 0 };
	if (!str_eq_c(req->path, "/sms/send"))
		return false;
	str phone = STR(""), text = STR("");
	if (str_eq_c(req->method, "POST") && json_parse(req->body, req->arena, &in, &ignored) == OK) {
		phone = json_str(in, "phone");
		text = json_str(in, "text");
	}
	const char *why = !mobile(phone) ? "phone" : !str_starts(text, STR("【")) || !str_has(text, STR("】")) ? "signature" :
			  !str_has(text, STR("拒收")) ? "optout" : str_ends(phone, STR("0000")) ? "out of service" : NULL;
	if (why) {
		http_send(reply, 200, STR("application/json"), arena_printf(req->arena, "{\"code\":1,\"reason\":\"%s\"}", why));
		return true;
	}
	struct buf params = buf_new(req->arena, 8192);
	buf_add_c(&params, "{\"phone\":");
	buf_json(&params, phone);
	buf_add_c(&params, ",\"text\":");
	buf_json(&params, text);
	buf_char(&params, '}');
	pthread_mutex_lock(&s->lock);
	sim_log(s, "message", STR("sms/send"), buf_str(&params), STR_NIL);
	pthread_mutex_unlock(&s->lock);
	if (str_ends(phone, STR("9999")))
		http_send(reply, 504, STR("text/plain"), STR(""));
	else
		http_send(reply, 200, STR("application/json"), STR("{\"code\":0}"));
	return true;
}
