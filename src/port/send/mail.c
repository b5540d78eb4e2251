/*
 * Composing and carrying. See mail.h for what must stay true.
 */
#include "port/send/mail.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/tz.h"

#include <curl/curl.h>
#include <stdio.h>

#define LINE_CHARS 76       /* of base64 */
#define WORD_BYTES 42       /* of UTF-8 in one encoded word: 56 of base64 and 12 around them */
#define ANSWER_MAX ((size_t)4 << 10)

bool mail_address_ok(str s)
{
	size_t ats = 0;
	for (size_t i = 0; i < s.n; i++) {
		u8 c = (u8)s.p[i];
		ats += c == '@';
		if (c <= ' ' || c >= 0x7f || strchr("<>()[],;:\\\"", c))
			return false;
	}
	return ats == 1 && s.p[0] != '@' && s.p[s.n - 1] != '@' && s.n <= MAIL_ADDRESS_MAX;
}

bool mail_security_read(str word, enum mail_security *ret)
{
	static const char *const words[] = { [MAIL_TLS] = "tls", [MAIL_STARTTLS] = "starttls", [MAIL_NONE] = "none" };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_c(word, words[i])) {
			*ret = (enum mail_security)i;
			return true;
		}
	return false;
}

/* ---- composing ---- */

/* Whole characters, at most WORD_BYTES, so that each word can be read alone. */
static size_t word_bytes(str s)
{
	size_t n = s.n < WORD_BYTES ? s.n : WORD_BYTES;
	while (n < s.n && n > 0 && ((u8)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void words(struct buf *b, str text)
{
	bool plain = true;
	for (size_t i = 0; i < text.n; i++)
		plain &= (u8)text.p[i] >= ' ' && (u8)text.p[i] < 0x7f;
	if (plain && text.n <= LINE_CHARS && !str_has(text, STR("=?"))) {
		buf_add(b, text);
		return;
	}
	for (size_t n; text.n; text = str_sub(text, n, text.n)) {
		n = word_bytes(text);
		str part = base64_encode(b->arena, str_sub(text, 0, n));
		buf_fmt(b, "=?UTF-8?B?%.*s?=", STR_F(part));
		buf_add_c(b, n < text.n ? "\r\n " : "");
	}
}

/* One line, whatever was given. */
static str one_line(struct arena *a, str text)
{
	struct buf b = buf_new(a, text.n + 1);
	for (size_t i = 0; i < text.n; i++)
		buf_char(&b, (u8)text.p[i] < ' ' || (u8)text.p[i] == 0x7f ? ' ' : text.p[i]);
	return buf_str(&b);
}

/* A name that is no plain atom stands in quotes. */
static void name(struct buf *b, str text)
{
	bool ascii = true;
	for (size_t i = 0; i < text.n; i++)
		ascii &= (u8)text.p[i] < 0x7f;
	if (!ascii) {
		words(b, text);
		return;
	}
	buf_char(b, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_char(b, '\\');
		buf_char(b, text.p[i]);
	}
	buf_char(b, '"');
}

static void date(struct buf *b, ms at)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	i64 day = at / MS_DAY, second = at % MS_DAY / MS_SECOND, weekday = (day + 4) % 7; /* 1970-01-01 was a Thursday */
	int year, month, of_month;
	tz_date(day, &year, &month, &of_month);
	buf_fmt(b, "Date: %.3s, %d %.3s %d %02lld:%02lld:%02lld +0000\r\n", days + weekday * 3, of_month, months + (month - 1) * 3, year,
		(long long)(second / 3600), (long long)(second / 60 % 60), (long long)(second % 60));
}

static void part(struct buf *b, const char *type, str text)
{
	str bytes = base64_encode(b->arena, text);
	buf_fmt(b, "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", type);
	for (size_t i = 0; i < bytes.n; i += LINE_CHARS)
		buf_fmt(b, "%.*s\r\n", STR_F(str_sub(bytes, i, i + LINE_CHARS)));
}

static void heads(struct buf *b, const struct mail_account *account, const struct mail_message *m)
{
	str domain = account->from;
	(void)str_cut(&domain, '@');
	date(b, m->at);
	buf_add_c(b, "From: ");
	if (account->from_name.n) {
		name(b, one_line(b->arena, account->from_name));
		buf_char(b, ' ');
	}
	buf_fmt(b, "<%.*s>\r\nTo: <%.*s>\r\nSubject: ", STR_F(account->from), STR_F(m->to));
	words(b, one_line(b->arena, m->subject));
	buf_fmt(b, "\r\nMessage-ID: <%.*s@%.*s>\r\nMIME-Version: 1.0\r\n", STR_F(m->id), STR_F(domain));
	if (m->stop_url.n)
		buf_fmt(b, "List-Unsubscribe: <%.*s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", STR_F(m->stop_url));
}

err mail_compose(struct arena *a, const struct mail_account *account, const struct mail_message *m, str *ret, struct fail *f)
{
	struct buf b = buf_new(a, 4 * MAIL_BODY_MAX);
	str border = arena_printf(a, "=_yt_%.*s", STR_F(m->id));
	if (!mail_address_ok(m->to))
		return fail_set(f, ERR_INPUT, T_MAIL_ADDRESS, STR("to"), STR_NIL, STR_NIL);
	if (!mail_address_ok(account->from))
		return fail_set(f, ERR_CONFIG, T_MAIL_ADDRESS, STR("mail.from"), account->from, STR_NIL);
	if (m->plain.n + m->html.n > MAIL_BODY_MAX)
		return fail_set(f, ERR_TOO_LARGE, T_ERR_TOO_LARGE, STR("html"), STR_NIL, STR("256 KiB"));
	heads(&b, account, m);
	if (!m->html.n) {
		part(&b, "text/plain", m->plain);
	} else {
		buf_fmt(&b, "Content-Type: multipart/alternative; boundary=\"%.*s\"\r\n\r\n--%.*s\r\n", STR_F(border), STR_F(border));
		part(&b, "text/plain", m->plain);
		buf_fmt(&b, "--%.*s\r\n", STR_F(border));
		part(&b, "text/html", m->html);
		buf_fmt(&b, "--%.*s--\r\n", STR_F(border));
	}
	*ret = buf_str(&b);
	return OK;
}

/* ---- carrying ---- */

struct carried { str left; bool all; struct buf said; };

static size_t on_read(char *to, size_t size, size_t count, void *arg)
{
	struct carried *c = arg;
	size_t n = size * count < c->left.n ? size * count : c->left.n;
	memcpy(to, c->left.p, n);
	c->left = str_sub(c->left, n, c->left.n);
	c->all |= n == 0;
	return n;
}

/* The server's own words come to nobody but this; what we say (passwords) is not looked at. */
static int on_said(CURL *h, curl_infotype kind, char *bytes, size_t n, void *arg)
{
	struct carried *c = arg;
	(void)h;
	if (kind != CURLINFO_HEADER_IN)
		return 0;
	if (c->said.n + n > ANSWER_MAX)
		buf_clear(&c->said);
	buf_add(&c->said, str_of(bytes, n));
	return 0;
}

static size_t ignore(char *bytes, size_t size, size_t count, void *arg)
{
	(void)bytes, (void)arg;
	return size * count;
}

/* What the server said with the code that counts, without the code: a farewell may follow it. */
static struct mail_answer answer_of(struct arena *a, CURL *h, const struct buf *said)
{
	str rest = buf_str(said), last = STR("");
	long code = 0;
	curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &code);
	str head = arena_printf(a, "%ld", code);
	while (rest.p) {
		str line = str_trim(str_cut(&rest, '\n'));
		if (str_starts(line, head) && line.n > 4)
			last = str_sub(line, 4, line.n);
	}
	return (struct mail_answer){ code, str_utf8_ok(last) ? str_utf8_head(arena_dup(a, last), MAIL_ANSWER_CHARS) : STR("") };
}

static err meaning(CURLcode rc, const struct carried *c, const struct mail_answer *said, struct fail *f)
{
	char digits[24];
	snprintf(digits, sizeof(digits), "%lld", (long long)said->code);
	str code = str_c(digits);
	if (rc == CURLE_OK)
		return OK;
	if (rc == CURLE_LOGIN_DENIED || rc == CURLE_USE_SSL_FAILED)
		return fail_set(f, ERR_CONFIG, T_MAIL_REFUSED, STR_NIL, str_c(curl_easy_strerror(rc)), said->text);
	if (said->code >= 500)
		return fail_set(f, ERR_STATE, T_MAIL_REFUSED, STR_NIL, code, said->text);
	if (said->code >= 400)
		return fail_set(f, ERR_TOO_MANY, T_MAIL_REFUSED, STR_NIL, code, said->text);
	return fail_set(f, c->all ? ERR_UNKNOWN : ERR_UPSTREAM, T_MAIL_LINE, STR_NIL, str_c(curl_easy_strerror(rc)), STR_NIL);
}

static void set_options(CURL *h, struct arena *a, const struct mail_account *account, struct carried *c)
{
	const char *scheme = account->security == MAIL_TLS ? "smtps" : "smtp";
	str domain = account->from;
	(void)str_cut(&domain, '@');
	curl_easy_setopt(h, CURLOPT_URL, arena_cstr(a, arena_printf(a, "%s://%.*s:%lld/%.*s", scheme, STR_F(account->host), (long long)account->port,
								    STR_F(domain))));
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)MAIL_TIMEOUT_MS);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)MAIL_TIMEOUT_MS / 2);
	curl_easy_setopt(h, CURLOPT_USE_SSL, account->security == MAIL_NONE ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	if (account->user.n) {
		curl_easy_setopt(h, CURLOPT_USERNAME, arena_cstr(a, account->user));
		curl_easy_setopt(h, CURLOPT_PASSWORD, arena_cstr(a, account->password));
	}
	curl_easy_setopt(h, CURLOPT_MAIL_FROM, arena_cstr(a, arena_printf(a, "<%.*s>", STR_F(account->from))));
	curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(h, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(h, CURLOPT_READDATA, c);
	curl_easy_setopt(h, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, on_said);
	curl_easy_setopt(h, CURLOPT_DEBUGDATA, c);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, ignore);
}

err mail_send(struct arena *a, const struct mail_account *account, const struct mail_message *m, struct mail_answer *ret, struct fail *f)
{
	struct carried c = { .said = buf_new(a, 2 * ANSWER_MAX) };
	*ret = (struct mail_answer){ 0, STR("") };
	TRY(mail_compose(a, account, m, &c.left, f));
	CURL *h = curl_easy_init();
	if (!h)
		return fail_set(f, ERR_UPSTREAM, T_MAIL_LINE, STR_NIL, STR("libcurl"), STR_NIL);
	struct curl_slist *to = curl_slist_append(NULL, arena_cstr(a, arena_printf(a, "<%.*s>", STR_F(m->to))));
	set_options(h, a, account, &c);
	curl_easy_setopt(h, CURLOPT_MAIL_RCPT, to);
	CURLcode rc = curl_easy_perform(h);
	*ret = answer_of(a, h, &c.said);
	curl_slist_free_all(to);
	curl_easy_cleanup(h);
	return meaning(rc, &c, ret, f);
}
