/*
 * What live code's files share: finding, serving, asking WeCom, and the handlers.
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_INT_H
#define YT_FEATURE_LIVECODE_LIVECODE_INT_H

#include "feature/livecode/livecode_data.h"

struct rota_member;
/* The code a state stands for: its own, or that of a door's key. door may be NULL; its key is nil for its own. */
err livecode_find(const struct snap *s, str state, struct livecode *ret, struct door *ret_door);
/* Asks for the end of its contact ways, when there are any. */
err livecode_unmake(struct tx *tx, const struct livecode *c);
/* Brings WeCom's side, the alarm and the next timer in line with plan, staff, switches and caps; base slot. */
err livecode_serve(struct tx *tx, i64 id);
err livecode_members(const struct snap *s, i64 id, const struct livecode_plan *plan, struct rota_member **ret, size_t *ret_count);
err livecode_ask(struct tx *tx, const char *kind, const struct livecode *c, i64 staff, str config_id, struct strs users, bool skip);
err livecode_ask_visitor(struct tx *tx, const char *kind, const struct livecode *c, i64 n, str config_id, struct strs users);
err livecode_switch(struct tx *tx, i64 staff, bool on);
void livecode_plan_read(struct arena *a, str json, struct livecode_plan *ret);
str livecode_plan_json(struct arena *a, const struct livecode_plan *p);

struct event;
struct timer_row;
struct outbox_row;
struct outcome;
err livecode_on_added(struct tx *tx, const struct event *ev);
err livecode_on_fetched(struct tx *tx, const struct event *ev);
err livecode_on_came(struct tx *tx, const struct event *ev);
err livecode_on_count(struct tx *tx, const struct event *ev);
err livecode_on_result(struct tx *tx, const struct event *ev);
err livecode_on_staff(struct tx *tx, const struct event *ev);
err livecode_on_timer(struct cx *cx, const struct timer_row *row);
err livecode_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err livecode_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err livecode_send_update(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err livecode_send_delete(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err livecode_send_remark(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

struct job;
err livecode_batch_step(struct cx *cx, struct job *job, bool *ret_done);

#define LIVECODE_TIMER "livecode.serve"
#define LIVECODE_CAP_LOOK_MS (2 * MS_SECOND) /* from an add to the look whether a cap is reached */

/* What a remark is made of. */
#define LIVECODE_REMARK_FIELDS(F, S) F(S, STR, userid) F(S, STR, external_userid) F(S, STR, remark, .pii = true)
RECORD(livecode_remark, LIVECODE_REMARK_FIELDS);

#endif
