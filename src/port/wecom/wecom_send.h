/*
 * Welcome and mass message. A mass message is only a request to staff: WeCom sends nothing until the
 * member confirms in the client, so making a task, its confirmation and each delivery are different
 * facts, read by three different calls. Lengths are checked here, in bytes, before anything is sent.
 */
#ifndef YT_PORT_WECOM_WECOM_SEND_H
#define YT_PORT_WECOM_WECOM_SEND_H

#include "port/wecom/wecom.h"

enum wecom_part { WECOM_IMAGE, WECOM_LINK, WECOM_MINIPROGRAM, WECOM_VIDEO, WECOM_FILE };

struct wecom_attachment {
	enum wecom_part part;
	str media_id; /* image, video, file; of a mini-program its picture */
	str pic_url;  /* image without media_id: from uploadimg */
	str title, desc, url, picurl; /* link; title of a mini-program too */
	str appid, page;              /* mini-program */
};

struct wecom_content {
	str text; /* nil or empty: attachments alone */
	const struct wecom_attachment *attachments;
	size_t attachment_count;
};

/* ERR_INPUT naming the field ("attachments.2.title"), the bytes given and those allowed. */
err wecom_content_check(const struct wecom_content *content, struct arena *a, struct fail *f);

/* Once, within WECOM_WELCOME_CODE_MS of the event. 41050 and 41051 are final. */
err wecom_send_welcome(struct wecom_call *c, str welcome_code, const struct wecom_content *content);

struct wecom_mass {
	bool to_groups;
	struct strs external_userids; /* not to_groups; empty: all of the sender's customers */
	struct strs chat_ids;         /* to_groups; empty: the owner chooses */
	str sender; /* needed for groups, and for all of a sender's customers */
	bool allow_select;
	struct wecom_content content;
};
struct wecom_mass_made {
	str msgid;
	struct strs refused; /* external_userids that cannot be sent to */
};
/* ERR_UNKNOWN: perhaps made; reconcile by wecom_send_list. 41048: nobody to send to. */
err wecom_send_mass(struct wecom_call *c, const struct wecom_mass *in, struct wecom_mass_made *ret);

struct wecom_mass_query {
	bool groups;
	ms from, to; /* at most WECOM_MASS_LIST_SPAN_MS */
	str creator, cursor;
	i64 filter; /* 0 made by the corp, 1 by members, 2 all */
};
struct wecom_mass_item {
	str msgid, creator, text;
	ms created;
	i64 create_type; /* 0 corp, 1 member */
	const struct json *attachments; /* NULL: none */
};
struct wecom_mass_page {
	struct wecom_mass_item *v;
	size_t n;
	str next_cursor;
};
err wecom_send_list(struct wecom_call *c, const struct wecom_mass_query *in, struct wecom_mass_page *ret);

/* One line per member asked. */
struct wecom_mass_task {
	str userid;
	bool confirmed;
	ms confirmed_at; /* NIL unknown */
};
struct wecom_mass_tasks {
	struct wecom_mass_task *v;
	size_t n;
	str next_cursor;
};
err wecom_send_tasks(struct wecom_call *c, str msgid, str cursor, struct wecom_mass_tasks *ret);

/* One line per receiver of one member. */
enum wecom_mass_status { WECOM_MASS_UNSENT, WECOM_MASS_SENT, WECOM_MASS_NOT_FRIEND, WECOM_MASS_QUOTA };
struct wecom_mass_result {
	str external_userid, chat_id, userid;
	i64 status; /* enum wecom_mass_status; other values are kept */
	ms sent; /* NIL unknown */
};
struct wecom_mass_results {
	struct wecom_mass_result *v;
	size_t n;
	str next_cursor;
};
err wecom_send_results(struct wecom_call *c, str msgid, str userid, str cursor, struct wecom_mass_results *ret);

/* At most WECOM_MASS_REMINDERS_MAX in WECOM_MASS_REMINDER_MS (41094). */
err wecom_send_remind(struct wecom_call *c, str msgid);
/* What was sent stays sent. */
err wecom_send_cancel(struct wecom_call *c, str msgid);

#endif
