/*
 * The two providers of text messages. See sms.h for what must stay true.
 */
#include "port/send/sms.h"

#include "base/buf.h"

#include <pthread.h>

#define BODY_MAX ((size_t)8 << 10)

struct kept { char phone[SMS_PHONE_MAX + 1], code[SMS_CODE_MAX + 1]; ms at; };

struct sms {
	const struct sms_provider *provider;
	struct transport *transport;
	pthread_mutex_t lock; /* of kept and count */
	struct kept kept[SMS_KEPT];
	size_t count, texts; /* ever */
};

static bool digits(str s, size_t max)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && s.n <= max;
}

static err keep(struct sms *s, struct arena *a, const struct sms_account *account, const struct sms_message *m, struct fail *f)
{
	pthread_mutex_lock(&s->lock);
	struct kept *k = &s->kept[s->count++ % SMS_KEPT];
	memset(k, 0, sizeof(*k));
	memcpy(k->phone, m->phone.p, m->phone.n);
	memcpy(k->code, m->code.p, m->code.n);
	k->at = m->at;
	pthread_mutex_unlock(&s->lock);
	return OK;
}

static str filled(struct arena *a, str text, const struct sms_message *m)
{
	struct buf b = buf_new(a, BODY_MAX);
	for (size_t i = 0; i < text.n;) {
		str rest = str_sub(text, i, text.n);
		bool phone = str_starts(rest, STR("{phone}")), code = str_starts(rest, STR("{code}")), words = str_starts(rest, STR("{text}"));
		if (phone || code || words)
			buf_add(&b, phone ? m->phone : m->code);
		else
			buf_char(&b, text.p[i]);
		i += phone ? sizeof("{phone}") - 1 : code || words ? sizeof("{code}") - 1 : 1;
	}
	return buf_str(&b);
}

/* "Name: value" in one line. */
static bool header_of(str line, struct http_pair *ret)
{
	str rest = line;
	ret->name = str_trim(str_cut(&rest, ':'));
	ret->value = str_trim(rest);
	return ret->name.n && rest.p && !str_has_char(line, '\n') && !str_has_char(line, '\r');
}

static bool is_json(str body) { return str_starts(str_trim(body), STR("{\"")); }

/* hole: what the body must have. m->code stands in it, escaped already. */
static err post_with(struct sms *s, struct arena *a, const struct sms_account *account, const struct sms_message *m, str hole, struct fail *f)
{
	struct http_pair header;
	struct transport_answer answer = { 0 };
	struct fail inner = { 0 }; /* the transport's words may name the address: not passed on */
	bool with_header = str_trim(account->header).n > 0;
	if (!s->transport || !account->url.n || !str_has(account->body, hole) || (with_header && !header_of(account->header, &header)))
		return fail_set(f, ERR_CONFIG, T_SMS_ACCOUNT, STR_NIL, STR_NIL, STR_NIL);
	bool json = is_json(account->body);
	struct transport_call call = {
		.method = "POST", .url = filled(a, account->url, m), .body = filled(a, account->body, m),
		.content_type = json ? STR("application/json") : STR("application/x-www-form-urlencoded"),
		.headers = with_header ? &header : NULL, .header_count = with_header, .timeout_ms = SMS_TIMEOUT_MS, .once = true,
	};
	err e = s->transport->call(s->transport, a, &call, &answer, &inner);
	if (e != OK)
		return fail_set(f, e == ERR_UPSTREAM ? ERR_UPSTREAM : ERR_UNKNOWN, T_SMS_FAILED, STR_NIL, STR_NIL, str_c(err_name(e)));
	bool done = answer.status / 100 == 2 && (!account->ok.n || str_has(answer.body, account->ok));
	if (!done)
		return fail_set(f, answer.status >= 500 ? ERR_UNKNOWN : ERR_STATE, T_SMS_FAILED, STR_NIL, STR_NIL,
				arena_printf(a, "HTTP %d", answer.status));
	return OK;
}

static err post(struct sms *s, struct arena *a, const struct sms_account *account, const struct sms_message *m, struct fail *f)
{
	return post_with(s, a, account, m, STR("{code}"), f);
}

const struct sms_provider sms_providers[] = { { "test", keep }, { "http", post }, { 0 } };

err sms_new(struct arena *a, str provider, struct transport *transport, struct sms **ret, struct fail *f)
{
	const struct sms_provider *p = sms_providers;
	while (p->name && !str_eq_c(provider, p->name))
		p++;
	if (!p->name)
		return fail_set(f, ERR_CONFIG, T_NOT_ONE_OF, STR("sms-provider"), provider, STR("test, http"));
	struct sms *s = ARENA_NEW(a, struct sms);
	s->provider = p;
	s->transport = transport;
	pthread_mutex_init(&s->lock, NULL);
	*ret = s;
	return OK;
}

bool sms_is_test(const struct sms *s) { return s->provider->send == keep; }

err sms_send(struct sms *s, struct arena *a, const struct sms_account *account, const struct sms_message *m, struct fail *f)
{
	if (!digits(m->phone, SMS_PHONE_MAX) || !digits(m->code, SMS_CODE_MAX))
		return fail_set(f, ERR_INPUT, T_IDENTITY_PHONE, STR("phone"), STR_NIL, STR_NIL);
	return s->provider->send(s, a, account, m, f);
}

/* Fit to stand inside quotes of JSON, or in a form. */
static str escaped(struct arena *a, str text, bool json)
{
	struct buf b = buf_new(a, BODY_MAX);
	if (!json) {
		buf_url(&b, text);
		return buf_str(&b);
	}
	buf_json(&b, text);
	return str_sub(buf_str(&b), 1, b.n - 1);
}

err sms_send_text(struct sms *s, struct arena *a, const struct sms_account *account, const struct sms_text *m, struct fail *f)
{
	if (!digits(m->phone, SMS_PHONE_MAX))
		return fail_set(f, ERR_INPUT, T_IDENTITY_PHONE, STR("phone"), STR_NIL, STR_NIL);
	if (!m->text.n || str_utf8_len(m->text) > SMS_TEXT_MAX)
		return fail_set(f, ERR_INPUT, T_TOO_LONG, STR("text"), STR_NIL, STR(FAIL_STR(SMS_TEXT_MAX)));
	if (sms_is_test(s)) {
		pthread_mutex_lock(&s->lock);
		s->texts++;
		pthread_mutex_unlock(&s->lock);
		return OK;
	}
	struct sms_message filled_in = { m->phone, escaped(a, m->text, is_json(account->body)), 0 };
	return post_with(s, a, account, &filled_in, STR("{text}"), f);
}

size_t sms_texts_kept(struct sms *s)
{
	pthread_mutex_lock(&s->lock);
	size_t n = s->texts;
	pthread_mutex_unlock(&s->lock);
	return n;
}

i64 sms_parts(str text)
{
	i64 n = (i64)str_utf8_len(text);
	return n <= SMS_ONE_CHARS ? 1 : (n + SMS_PART_CHARS - 1) / SMS_PART_CHARS;
}

size_t sms_kept(struct sms *s, struct arena *a, struct sms_message *ret, size_t max)
{
	pthread_mutex_lock(&s->lock);
	size_t n = s->count < SMS_KEPT ? s->count : SMS_KEPT;
	n = n < max ? n : max;
	for (size_t i = 0; i < n; i++) {
		const struct kept *k = &s->kept[(s->count - 1 - i) % SMS_KEPT];
		ret[i] = (struct sms_message){ arena_dup(a, str_c(k->phone)), arena_dup(a, str_c(k->code)), k->at };
	}
	pthread_mutex_unlock(&s->lock);
	return n;
}
