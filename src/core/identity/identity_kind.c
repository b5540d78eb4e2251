/*
 * The kinds of identity, and what a value must look like to identify anybody.
 *
 * The model is Segment's: a limit, a priority and blocked values per kind. What shops and sites send
 * when they know nothing ("0", "null", "anonymous", dashes) would otherwise merge strangers. Phones are
 * brought to +country form; a mainland mobile is recognised without one.
 */
#include "core/identity/identity_kind.h"

#include "base/buf.h"

#define VALUE_BYTES_MAX 200
#define PHONE_DIGITS_MIN 7 /* after +: E.164 says at most 15 */
#define PHONE_DIGITS_MAX 15

const struct identity_kind identity_kinds[] = {
	{ "external_userid", 1, 5, true, false },
	{ "unionid", 2, 3, true, false },
	{ "phone", 3, 5, true, true },
	{ "openid", 4, 5, true, false },
	{ "member_no", 5, 5, true, false },
	{ "user_id", 6, 1, true, false },
	{ "buyer", 7, 5, true, false },
	{ "email", 8, 5, true, true },
	{ "anonymous_id", 9, 10, false, false },
	{ 0 },
};

const struct identity_kind *identity_kind_of(str name)
{
	for (const struct identity_kind *k = identity_kinds; k->name; k++) {
		if (str_eq_c(name, k->name))
			return k;
	}
	return NULL;
}

/* "", "0", "000", "--", "-1" and the words programs write when they know nobody. */
bool identity_blocked(str value)
{
	static const char *const words[] = { "-1", "null", "nil", "undefined", "none", "n/a", "na", "nan", "anonymous",
					     "unknown", "guest", "test", "false", "true" };
	bool filler = true;
	for (size_t i = 0; i < value.n; i++)
		filler &= value.p[i] == '0' || value.p[i] == '-' || value.p[i] == ' ';
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		filler |= str_eq_nocase(value, str_c(words[i]));
	return filler;
}

static err refuse(struct fail *f, str kind, enum text text)
{
	return fail_set(f, ERR_INPUT, text, kind, STR_NIL, STR_NIL);
}

static bool is_mobile(const char *digits, size_t n)
{
	return n == 11 && digits[0] == '1' && digits[1] >= '3';
}

/* Digits of a phone without its ornaments; false when something else stands in it. */
static bool phone_digits(str s, char *digits, size_t *ret_n, bool *ret_plus)
{
	size_t n = 0;
	*ret_plus = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c >= '0' && c <= '9') {
			if (n == PHONE_DIGITS_MAX + 2)
				return false;
			digits[n++] = c;
		} else if (c == '+' && n == 0 && !*ret_plus) {
			*ret_plus = true;
		} else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.') {
			return false;
		}
	}
	*ret_n = n;
	return true;
}

/* +86 for mainland mobiles with or without their country, "00" is "+"; others need their "+". */
static err phone_normal(struct arena *a, str value, str *ret, struct fail *f)
{
	char d[PHONE_DIGITS_MAX + 2];
	size_t n;
	bool plus;
	if (str_has_char(value, '*'))
		return refuse(f, STR("phone"), T_IDENTITY_MASKED);
	if (!phone_digits(value, d, &n, &plus))
		return refuse(f, STR("phone"), T_IDENTITY_PHONE);
	char *at = d;
	if (!plus && n > 4 && d[0] == '0' && d[1] == '0')
		plus = true, at += 2, n -= 2;
	if (n == 13 && at[0] == '8' && at[1] == '6' && is_mobile(at + 2, 11))
		plus = false, at += 2, n -= 2;
	if (!plus && is_mobile(at, n)) {
		*ret = arena_printf(a, "+86%.*s", (int)n, at);
		return OK;
	}
	bool mainland = n >= 2 && at[0] == '8' && at[1] == '6';
	if (!plus || mainland || n < PHONE_DIGITS_MIN || n > PHONE_DIGITS_MAX || at[0] == '0')
		return refuse(f, STR("phone"), T_IDENTITY_PHONE);
	*ret = arena_printf(a, "+%.*s", (int)n, at);
	return OK;
}

static err email_normal(struct arena *a, str value, str *ret, struct fail *f)
{
	i64 at = str_find(value, STR("@"));
	str host = at < 0 ? STR_NIL : str_sub(value, (size_t)at + 1, value.n);
	if (at <= 0 || !str_has_char(host, '.') || str_has_char(host, '@') || str_has_char(value, ' '))
		return refuse(f, STR("email"), T_IDENTITY_EMAIL);
	if (str_has_char(value, '*'))
		return refuse(f, STR("email"), T_IDENTITY_MASKED);
	char *low = arena_cstr(a, value);
	for (size_t i = 0; i < value.n; i++) {
		if (low[i] >= 'A' && low[i] <= 'Z')
			low[i] = (char)(low[i] + ('a' - 'A'));
	}
	*ret = str_of(low, value.n);
	return OK;
}

err identity_normal(struct arena *a, str kind, str value, str *ret, struct fail *f)
{
	const struct identity_kind *k = identity_kind_of(kind);
	if (!k)
		return fail_set(f, ERR_INPUT, T_IDENTITY_KIND, STR("kind"), kind, STR_NIL);
	value = str_trim(value);
	if (!value.p || identity_blocked(value))
		return refuse(f, kind, T_IDENTITY_BLOCKED);
	if (value.n > VALUE_BYTES_MAX)
		return fail_set(f, ERR_INPUT, T_TOO_LONG, kind, STR_NIL, arena_printf(a, "%d", VALUE_BYTES_MAX));
	if (!str_utf8_ok(value))
		return refuse(f, kind, T_BAD_UTF8);
	if (str_eq(kind, STR("phone")))
		return phone_normal(a, value, ret, f);
	if (str_eq(kind, STR("email")))
		return email_normal(a, value, ret, f);
	*ret = arena_dup(a, value);
	return OK;
}

/* 138****1234, a***@example.com, wmAB…89: enough to recognise, too little to use. */
str identity_mask(struct arena *a, str kind, str normal)
{
	if (str_eq(kind, STR("phone"))) {
		str local = str_starts(normal, STR("+86")) ? str_sub(normal, 3, normal.n) : normal;
		str head = str_sub(local, 0, local.n > 7 ? 3 : 1), tail = str_sub(local, local.n - (local.n > 7 ? 4 : 2), local.n);
		return arena_printf(a, "%.*s****%.*s", STR_F(head), STR_F(tail));
	}
	if (str_eq(kind, STR("email"))) {
		str host = str_sub(normal, (size_t)str_find(normal, STR("@")), normal.n);
		return arena_printf(a, "%.*s***%.*s", STR_F(str_utf8_head(normal, 1)), STR_F(host));
	}
	size_t chars = str_utf8_len(normal);
	if (chars <= 8)
		return normal;
	str tail = str_sub(normal, str_utf8_head(normal, chars - 2).n, normal.n);
	return arena_printf(a, "%.*s…%.*s", STR_F(str_utf8_head(normal, 4)), STR_F(tail));
}
