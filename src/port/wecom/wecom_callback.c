/*
 * Order of checks: size, syntax of the envelope, signature, and only then decryption. What is opened is
 * UTF-8 text or refused, because it goes into a text column.
 */
#include "port/wecom/wecom_callback.h"

#include "base/crypt.h"
#include "base/hash.h"
#include "port/wecom/wecom_xml.h"

/* An echostr sent with a bare '+' arrives with spaces; base64 has no spaces, so this is no guess. */
static str plus_again(str s, struct arena *a)
{
	str copy = arena_dup(a, s);
	char *p = (char *)copy.p;
	for (size_t i = 0; i < copy.n; i++)
		if (p[i] == ' ')
			p[i] = '+';
	return copy;
}

static err open_signed(const struct wecom_callback *c, const struct wecom_callback_query *q, str encrypted,
		       struct arena *a, str *ret, struct fail *f)
{
	if (!c->token.n || !c->corpid.n)
		return fail_set(f, ERR_CONFIG, T_ERR_CONFIG, STR("token"), STR_NIL, STR_NIL);
	struct wecom_key key;
	TRY(wecom_key_read(c->aeskey, a, &key, f));
	str signature = wecom_signature(c->token, q->timestamp, q->nonce, encrypted, a);
	if (!crypt_equal(signature, q->msg_signature))
		return fail_set(f, ERR_SIGNATURE, T_ERR_SIGNATURE, STR("msg_signature"), STR_NIL, STR_NIL);
	return wecom_decrypt(&key, c->corpid, encrypted, a, ret, f);
}

err wecom_callback_verify(const struct wecom_callback *c, const struct wecom_callback_query *q, struct arena *a,
			  str *ret, struct fail *f)
{
	if (q->echostr.n > WECOM_CALLBACK_BODY_MAX)
		return fail_set(f, ERR_TOO_LARGE, T_ERR_TOO_LARGE, STR("echostr"), STR_NIL, STR("1 MiB"));
	str plain;
	TRY(open_signed(c, q, plus_again(q->echostr, a), a, &plain, f));
	*ret = plain;
	return OK;
}

err wecom_callback_accept(const struct wecom_callback *c, const struct wecom_callback_query *q, str body,
			  struct arena *a, struct wecom_delivery *ret, struct fail *f)
{
	if (body.n > WECOM_CALLBACK_BODY_MAX)
		return fail_set(f, ERR_TOO_LARGE, T_ERR_TOO_LARGE, STR("body"), STR_NIL, STR("1 MiB"));
	struct wecom_envelope envelope;
	TRY(wecom_envelope_read(body, a, &envelope, f));
	str xml;
	TRY(open_signed(c, q, envelope.encrypt, a, &xml, f));
	if (!str_utf8_ok(xml))
		return fail_set(f, ERR_SYNTAX, T_BAD_UTF8, STR("xml"), STR_NIL, STR_NIL);
	u8 digest[SHA256_BYTES];
	hash_sha256(xml, digest);
	*ret = (struct wecom_delivery){
		.xml = xml,
		.key = hash_hex(a, digest, sizeof(digest)),
		.agent_id = envelope.agent_id,
	};
	return OK;
}
