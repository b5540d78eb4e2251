/*
 * live code 渠道活码: a WeCom contact way with our name on it: who answers, which tags, channel and
 * welcome a person gets who comes by it.
 *
 * This is the direct kind: WeCom's own QR picture. No event reports a scan and WeCom picks the member,
 * so it counts adds and losses only. `state` (WeCom's, at most 30 characters) is ours, random, unique and
 * never changes: it comes back with every add, and it is how a contact way whose creation reply was lost
 * is found again. The contact way is always of the "multiple" type, so that staff can change later.
 *
 * out: livecode.saved, livecode.ready, livecode.failed, livecode.removed; outbox livecode.create, .update,
 * .delete.   in: follow.added, follow.lost, follow.dropped, staff.changed
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_H
#define YT_FEATURE_LIVECODE_LIVECODE_H

#include "core/reach/content.h"
#include "core/tag/tag.h"

#define LIVECODE_NAME_MAX 30 /* WeCom's remark */
#define LIVECODE_STAFF_MAX WECOM_WAY_USERS_MAX
#define LIVECODE_TAGS_MAX 50
#define LIVECODE_STATE_CHARS 12

/* The body of livecode.saved; other features read the parts they need. */
#define LIVECODE_SAVED_FIELDS(F, S)                                             \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .doc = "WeCom's state")   \
	F(S, STR, channel) F(S, BOOL, skip_verify) F(S, IDS, staff) F(S, IDS, tags) \
	F(S, OBJ, welcome, .opt = true, .of = &content_record)
RECORD(livecode_saved, LIVECODE_SAVED_FIELDS);

/* livecode.ready, livecode.failed, livecode.removed */
#define LIVECODE_RESULT_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, config_id, .opt = true) F(S, STR, qr_url, .opt = true) F(S, STR, code, .opt = true)
RECORD(livecode_result, LIVECODE_RESULT_FIELDS);

/* What the outbox carries: the whole contact way, so that a sender reads nothing else. */
#define LIVECODE_TASK_FIELDS(F, S)                                              \
	F(S, ID, id) F(S, STR, name) F(S, STR, state) F(S, STR, config_id, .opt = true) \
	F(S, BOOL, skip_verify) F(S, STRS, users)
RECORD(livecode_task, LIVECODE_TASK_FIELDS);

struct livecode_edit {
	str name, channel;
	struct ids staff, tags;
	bool skip_verify;
	const struct content *welcome; /* NULL: none */
};

/* In the corp's base slot. Checks staff and tags; the contact way is made by the sender afterwards. */
err livecode_create(struct tx *tx, const struct livecode_edit *in, i64 *ret_id);
err livecode_change(struct tx *tx, i64 id, i64 version, const struct livecode_edit *in);
err livecode_remove(struct tx *tx, i64 id);
/* Asks for the end of its contact way, when there is one. */
struct livecode;
err livecode_unmake(struct tx *tx, const struct livecode *c);

struct event;
err livecode_on_added(struct tx *tx, const struct event *ev);
err livecode_on_count(struct tx *tx, const struct event *ev);
err livecode_on_result(struct tx *tx, const struct event *ev);
struct outbox_row;
struct outcome;
err livecode_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err livecode_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err livecode_send_update(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err livecode_send_delete(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
extern const struct route livecode_routes[];

#endif
