/*
 * Order of checks: size, signature of what was signed, and only then opening and reading.
 */
#include "port/oa/oa_callback.h"

#include "base/buf.h"
#include "base/crypt.h"
#include "base/hash.h"
#include "base/json.h"
#include "port/wecom/wecom_crypt.h"
#include "port/wecom/wecom_xml.h"

#define SCENE_PREFIX "qrscene_"
#define REPLY_MAX ((size_t)16 << 10)

/* The signature without a body is that of the empty text among the four. */
static err check(str token, str timestamp, str nonce, str encrypted, str given, const char *field, struct arena *a, struct fail *f)
{
	if (!token.n)
		return fail_set(f, ERR_CONFIG, T_ERR_CONFIG, STR("token"), STR_NIL, STR_NIL);
	if (!given.n || !crypt_equal(wecom_signature(token, timestamp, nonce, encrypted, a), given))
		return fail_set(f, ERR_SIGNATURE, T_ERR_SIGNATURE, str_c(field), STR_NIL, STR_NIL);
	return OK;
}

err oa_callback_verify(const struct oa_endpoint *p, const struct oa_query *q, struct arena *a, struct fail *f)
{
	return check(p->token, q->timestamp, q->nonce, STR(""), q->signature, "signature", a, f);
}

/* ---- reading, XML or JSON ---- */

struct fields { struct wecom_xml xml; struct json *json; struct arena *arena; };

static err read_fields(str body, struct arena *a, struct fields *ret, struct fail *f)
{
	*ret = (struct fields){ .arena = a };
	str text = str_trim(body);
	if (!str_utf8_ok(text))
		return fail_set(f, ERR_SYNTAX, T_BAD_UTF8, STR("body"), STR_NIL, STR_NIL);
	if (str_starts(text, STR("{")))
		return json_parse(text, a, &ret->json, f);
	return wecom_xml_parse(text, a, &ret->xml, f);
}

static str field(const struct fields *x, const char *name)
{
	if (!x->json)
		return wecom_xml_get(&x->xml, name);
	str text = json_str(x->json, name);
	i64 n = text.p ? NIL : json_i64(x->json, name, NIL);
	return n == NIL ? text : arena_printf(x->arena, "%lld", (long long)n);
}

static str scene_of(str event, str key)
{
	if (str_eq_c(event, "SCAN"))
		return key.n ? key : STR_NIL;
	if (str_eq_c(event, "subscribe") && str_starts(key, STR(SCENE_PREFIX)) && key.n > sizeof(SCENE_PREFIX) - 1)
		return str_sub(key, sizeof(SCENE_PREFIX) - 1, key.n);
	return STR_NIL;
}

static i64 number_of(str text)
{
	i64 n;
	return str_i64(str_trim(text), &n) ? n : NIL;
}

static void notice_set(struct oa_notice *to, str name, str text)
{
	if (str_eq_c(name, "TemplateId"))
		to->template = text;
	else if (str_eq_c(name, "SubscribeStatusString"))
		to->status = text;
	else if (str_eq_c(name, "MsgID"))
		to->job = text;
	else if (str_eq_c(name, "ErrorCode"))
		to->error = number_of(text);
}

static void notice_json(const struct fields *x, const struct json *item, struct oa_notice *to)
{
	static const char *const names[] = { "TemplateId", "SubscribeStatusString", "MsgID", "ErrorCode" };
	struct fields of = { .json = (struct json *)item, .arena = x->arena };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		str text = field(&of, names[i]);
		if (text.n)
			notice_set(to, str_c(names[i]), text);
	}
}

/* XML names them by path, an item beginning with its template; JSON gives a list, or the one item alone. */
static void notices_of(const struct fields *x, struct oa_event *ev)
{
	const struct json *list = json_get(x->json, "List");
	struct oa_notice *v = ARENA_ARRAY(x->arena, struct oa_notice, OA_NOTICES_MAX);
	size_t n = 0;
	for (size_t i = 0; i < OA_NOTICES_MAX; i++)
		v[i].error = NIL;
	if (list && list->type == JSON_OBJECT)
		notice_json(x, list, &v[n++]);
	for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->n && n < OA_NOTICES_MAX; i++)
		notice_json(x, &list->items[i], &v[n++]);
	for (size_t i = 0; !x->json && i < x->xml.n; i++) {
		str name = x->xml.v[i].name;
		i64 at = str_find(name, STR(".List."));
		if (at < 0 || !str_starts(name, STR("SubscribeMsg")))
			continue;
		name = str_sub(name, (size_t)at + 6, name.n);
		if (str_eq_c(name, "TemplateId") && n++ == OA_NOTICES_MAX)
			break;
		if (n)
			notice_set(&v[n - 1], name, x->xml.v[i].text);
	}
	ev->notices = v;
	ev->notice_count = n < OA_NOTICES_MAX ? n : OA_NOTICES_MAX;
}

static err event_of(const struct fields *x, struct oa_event *ret, struct fail *f)
{
	i64 seconds;
	*ret = (struct oa_event){
		.to = field(x, "ToUserName"), .from = field(x, "FromUserName"), .created = NIL, .msg_type = field(x, "MsgType"),
		.event = field(x, "Event"), .event_key = field(x, "EventKey"), .msg_id = field(x, "MsgId"),
		.job = field(x, "MsgID"), .status = field(x, "Status"),
	};
	if (!str_i64(str_trim(field(x, "CreateTime")), &seconds) || seconds < 0 || !int_mul(seconds, MS_SECOND, &ret->created))
		ret->created = NIL;
	if (!ret->from.n || !ret->msg_type.n)
		return fail_set(f, ERR_SYNTAX, T_ERR_SYNTAX, STR("body"), STR("FromUserName, MsgType"), STR_NIL);
	ret->scene = scene_of(ret->event, ret->event_key);
	notices_of(x, ret);
	return OK;
}

static err open_sealed(const struct oa_endpoint *p, str encrypted, struct arena *a, str *ret, struct fail *f)
{
	str keys[] = { p->aeskey, p->former_key };
	err e = fail_set(f, ERR_CONFIG, T_ERR_CONFIG, STR("aeskey"), STR_NIL, STR_NIL);
	for (size_t i = 0; i < ARRAY_LEN(keys) && e != OK; i++) {
		struct wecom_key key;
		if (!keys[i].n)
			continue;
		e = wecom_key_read(keys[i], a, &key, f);
		e = e == OK ? wecom_decrypt(&key, p->appid, encrypted, a, ret, f) : e;
	}
	return e;
}

static str key_of(const struct oa_event *ev, struct arena *a)
{
	str key = ev->msg_id.n ? arena_printf(a, "m%.*s", STR_F(ev->msg_id)) :
		  arena_printf(a, "%.*s:%lld:%.*s:%.*s", STR_F(ev->from), (long long)ev->created, STR_F(ev->event),
			       STR_F(ev->job.n ? ev->job : ev->notice_count ? ev->notices[0].template : ev->event_key));
	if (key.n <= OA_KEY_MAX)
		return key;
	u8 digest[SHA256_BYTES];
	hash_sha256(key, digest);
	return hash_hex(a, digest, sizeof(digest));
}

err oa_callback_accept(const struct oa_endpoint *p, const struct oa_query *q, str body, struct arena *a, struct oa_delivery *ret,
		       struct fail *f)
{
	struct fields x;
	struct oa_delivery d = { .sealed = false };
	if (body.n > OA_CALLBACK_BODY_MAX)
		return fail_set(f, ERR_TOO_LARGE, T_ERR_TOO_LARGE, STR("body"), STR_NIL, STR("256 KiB"));
	TRY(read_fields(body, a, &x, f));
	str encrypted = str_trim(field(&x, "Encrypt")), plain;
	d.sealed = encrypted.n > 0;
	if (!d.sealed && str_eq_c(q->encrypt_type, "aes"))
		return fail_set(f, ERR_SYNTAX, T_ERR_SYNTAX, STR("body"), STR("Encrypt"), STR_NIL);
	if (d.sealed) {
		TRY(check(p->token, q->timestamp, q->nonce, encrypted, q->msg_signature, "msg_signature", a, f));
		TRY(open_sealed(p, encrypted, a, &plain, f));
		TRY(read_fields(plain, a, &x, f));
	} else {
		TRY(check(p->token, q->timestamp, q->nonce, STR(""), q->signature, "signature", a, f));
	}
	TRY(event_of(&x, &d.event, f));
	d.key = key_of(&d.event, a);
	*ret = d;
	return OK;
}

/* ---- answering ---- */

/* A text in CDATA: no control characters, an end mark in it is split. */
static void cdata(struct buf *b, const char *name, str text)
{
	buf_fmt(b, "<%s><![CDATA[", name);
	for (size_t i = 0; i < text.n; i++) {
		if ((u8)text.p[i] < ' ' && text.p[i] != '\n')
			continue;
		if (str_starts(str_sub(text, i, text.n), STR("]]>"))) {
			buf_add_c(b, "]]]]><![CDATA[>");
			i += 2;
			continue;
		}
		buf_char(b, text.p[i]);
	}
	buf_fmt(b, "]]></%s>", name);
}

err oa_reply_news(const struct oa_endpoint *p, const struct oa_delivery *d, const struct oa_news *n, ms now, str nonce, const u8 *random,
		  struct arena *a, str *ret, struct fail *f)
{
	struct buf b = buf_new(a, REPLY_MAX);
	struct wecom_key key;
	str sealed, seconds = arena_printf(a, "%lld", (long long)(now / MS_SECOND));
	buf_add_c(&b, "<xml>");
	cdata(&b, "ToUserName", d->event.from);
	cdata(&b, "FromUserName", d->event.to);
	buf_fmt(&b, "<CreateTime>%.*s</CreateTime><MsgType><![CDATA[news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item>", STR_F(seconds));
	cdata(&b, "Title", n->title);
	cdata(&b, "Description", n->text);
	if (n->pic.n)
		cdata(&b, "PicUrl", n->pic);
	cdata(&b, "Url", n->url);
	buf_add_c(&b, "</item></Articles></xml>");
	*ret = buf_str(&b);
	if (!d->sealed)
		return OK;
	TRY(wecom_key_read(p->aeskey, a, &key, f));
	TRY(wecom_encrypt(&key, p->appid, *ret, random, a, &sealed, f));
	*ret = wecom_reply_xml(p->token, seconds, nonce, sealed, a);
	return OK;
}
