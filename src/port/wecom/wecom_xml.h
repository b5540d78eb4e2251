/*
 * WeCom's XML, outside (envelope) and inside (event), as a flat list of name and text.
 *
 * Element order varies, CDATA may be present or missing, numbers may be bare and unknown elements come
 * with every release, so nothing is expected and everything is looked up by name. Nested elements are
 * named by their path without the root ("MemChangeList.Item"); a repeated name stands several times.
 * A document type or entity declaration ends the parse: WeCom sends none, and none means no entity
 * bombs and no outside files. The reader is given bounded bytes and bounds depth and elements itself.
 */
#ifndef YT_PORT_WECOM_WECOM_XML_H
#define YT_PORT_WECOM_WECOM_XML_H

#include "base/arena.h"
#include "base/fail.h"
#include "store/inbox.h"

#define WECOM_XML_MAX INBOX_BODY_MAX /* bytes; a decrypted event must fit the inbox */
#define WECOM_XML_DEPTH_MAX 8        /* the root is 1 */
#define WECOM_XML_NAME_MAX 64        /* bytes of an element's name */
#define WECOM_XML_ELEMENTS_MAX 4000  /* a MemChangeList of a full group is 500 */

struct wecom_xml_field {
	str name, text;
};

struct wecom_xml {
	struct wecom_xml_field *v;
	size_t n;
};

/* ERR_TOO_LARGE, ERR_SYNTAX (also: not UTF-8, a DTD, too deep). */
err wecom_xml_parse(str xml, struct arena *a, struct wecom_xml *ret, struct fail *f);
str wecom_xml_get(const struct wecom_xml *x, const char *name); /* the first; STR_NIL when absent */

/* The outside of a POST. encrypt is never nil; agent_id may be nil or empty. */
struct wecom_envelope {
	str to_user, encrypt, agent_id;
};
err wecom_envelope_read(str xml, struct arena *a, struct wecom_envelope *ret, struct fail *f);

/* The inside. What the event does not carry is nil; create_time is ms, NIL when absent. */
struct wecom_event {
	str to_user, from_user;
	ms create_time;
	str msg_type, event, change_type;
	str user_id, new_user_id, external_user_id;
	str state, welcome_code, source, fail_reason;
	str tag_id, tag_type, strategy_id; /* change_external_tag: Id, TagType, StrategyId */
	str chat_id, agent_id, event_key, msg_id;
	struct wecom_xml fields; /* everything, for what has no name here */
};
err wecom_event_read(str xml, struct arena *a, struct wecom_event *ret, struct fail *f);

#endif
