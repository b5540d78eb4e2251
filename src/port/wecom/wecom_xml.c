/*
 * expat behind wecom_xml.h. Only leaves are kept: the text of an element with children is layout. The
 * encoding is fixed to UTF-8 whatever the document declares, so bytes that are not UTF-8 stop the parse.
 */
#include "port/wecom/wecom_xml.h"

#include "base/buf.h"
#include "base/vec.h"

#include <expat.h>

struct reader {
	struct arena *arena;
	XML_Parser parser;
	struct buf text; /* of the innermost element so far */
	struct buf path; /* names below the root, joined by '.' */
	size_t path_at[WECOM_XML_DEPTH_MAX + 1];
	bool has_child[WECOM_XML_DEPTH_MAX + 1];
	size_t depth, elements;
	const char *refused; /* why we stopped it ourselves */
	VEC(struct wecom_xml_field) fields;
};

static void refuse(struct reader *r, const char *why)
{
	r->refused = why;
	XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attrs)
{
	struct reader *r = arg;
	if (r->refused)
		return;
	if (r->depth == WECOM_XML_DEPTH_MAX) {
		refuse(r, "too deep");
		return;
	}
	if (strlen(name) > WECOM_XML_NAME_MAX) {
		refuse(r, "name too long");
		return;
	}
	if (++r->elements > WECOM_XML_ELEMENTS_MAX) {
		refuse(r, "too many elements");
		return;
	}
	r->has_child[r->depth] = true;
	r->path_at[++r->depth] = r->path.n;
	r->has_child[r->depth] = false;
	if (r->depth > 1) {
		if (r->path.n)
			buf_char(&r->path, '.');
		buf_add_c(&r->path, name);
	}
	buf_clear(&r->text);
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
	struct reader *r = arg;
	if (r->refused)
		return;
	if (!r->has_child[r->depth] && r->depth > 1)
		vec_push(r->arena, &r->fields,
			 (struct wecom_xml_field){ arena_dup(r->arena, buf_str(&r->path)),
						   arena_dup(r->arena, buf_str(&r->text)) });
	r->path.n = r->path_at[r->depth--];
	buf_clear(&r->text);
}

static void XMLCALL on_text(void *arg, const XML_Char *text, int n)
{
	struct reader *r = arg;
	if (!r->refused && r->depth)
		buf_add(&r->text, str_of(text, (size_t)n));
}

static void XMLCALL on_doctype(void *arg, const XML_Char *name, const XML_Char *sysid, const XML_Char *pubid, int sub)
{
	refuse(arg, "DOCTYPE");
}

static err broken(struct fail *f, const char *what)
{
	return fail_set(f, ERR_SYNTAX, T_ERR_SYNTAX, STR("xml"), str_c(what), STR_NIL);
}

err wecom_xml_parse(str xml, struct arena *a, struct wecom_xml *ret, struct fail *f)
{
	if (xml.n > WECOM_XML_MAX)
		return fail_set(f, ERR_TOO_LARGE, T_ERR_TOO_LARGE, STR("xml"), STR_NIL, STR("1 MiB"));
	XML_Parser parser = XML_ParserCreate("UTF-8");
	if (!parser)
		return fail_set(f, ERR_INTERNAL, T_ERR_INTERNAL, STR_NIL, STR_NIL, STR_NIL);
	struct reader r = { .arena = a, .parser = parser, .text = buf_new(a, WECOM_XML_MAX) };
	r.path = buf_new(a, WECOM_XML_DEPTH_MAX * (WECOM_XML_NAME_MAX + 1));
	XML_SetUserData(parser, &r);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	XML_SetStartDoctypeDeclHandler(parser, on_doctype);
	enum XML_Status status = XML_Parse(parser, xml.p ? xml.p : "", (int)xml.n, 1);
	const char *why = r.refused ? r.refused : XML_ErrorString(XML_GetErrorCode(parser));
	XML_ParserFree(parser);
	if (status != XML_STATUS_OK || r.refused)
		return broken(f, why ? why : "xml");
	ret->v = r.fields.v;
	ret->n = r.fields.n;
	return OK;
}

str wecom_xml_get(const struct wecom_xml *x, const char *name)
{
	for (size_t i = 0; i < x->n; i++)
		if (str_eq_c(x->v[i].name, name))
			return x->v[i].text;
	return STR_NIL;
}

err wecom_envelope_read(str xml, struct arena *a, struct wecom_envelope *ret, struct fail *f)
{
	struct wecom_xml x;
	TRY(wecom_xml_parse(xml, a, &x, f));
	str encrypt = wecom_xml_get(&x, "Encrypt");
	if (!encrypt.n)
		return broken(f, "no Encrypt element");
	*ret = (struct wecom_envelope){
		.to_user = wecom_xml_get(&x, "ToUserName"),
		.encrypt = str_trim(encrypt),
		.agent_id = wecom_xml_get(&x, "AgentID"),
	};
	return OK;
}

err wecom_event_read(str xml, struct arena *a, struct wecom_event *ret, struct fail *f)
{
	struct wecom_event e = { .create_time = NIL };
	TRY(wecom_xml_parse(xml, a, &e.fields, f));
	const struct { const char *name; str *to; } names[] = {
		{ "ToUserName", &e.to_user },
		{ "FromUserName", &e.from_user },
		{ "MsgType", &e.msg_type },
		{ "Event", &e.event },
		{ "ChangeType", &e.change_type },
		{ "UserID", &e.user_id },
		{ "NewUserID", &e.new_user_id },
		{ "ExternalUserID", &e.external_user_id },
		{ "State", &e.state },
		{ "WelcomeCode", &e.welcome_code },
		{ "Source", &e.source },
		{ "FailReason", &e.fail_reason },
		{ "Id", &e.tag_id },
		{ "TagType", &e.tag_type },
		{ "StrategyId", &e.strategy_id },
		{ "ChatId", &e.chat_id },
		{ "AgentID", &e.agent_id },
		{ "EventKey", &e.event_key },
		{ "MsgId", &e.msg_id },
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		*names[i].to = wecom_xml_get(&e.fields, names[i].name);
	i64 seconds;
	if (str_i64(str_trim(wecom_xml_get(&e.fields, "CreateTime")), &seconds) && seconds >= 0)
		(void)int_mul(seconds, MS_SECOND, &e.create_time);
	*ret = e;
	return OK;
}
