/*
 * mass 群发任务: what every mass-send task of WeCom needs, whoever asks for it.
 *
 * A task is only a request to staff, has no idempotency key, and nobody tells when it was confirmed. So whoever
 * makes one writes its intent first, remembers its name (mass_note) and follows it by the same rules:
 *  - A lost reply is looked for in WeCom's list: a task of equal content, of this member alone, all of whose
 *    receivers are the task's own and whose name nobody of ours has yet. Only when there is none it is made again.
 *  - What is open is asked about every 5 minutes for 2 hours, then hourly, until its deadline (practice 5).
 *  - A name belongs to one task of ours for ever: mass_made keeps them for all features together, so that two of
 *    them with equal words never take each other's.
 */
#ifndef YT_CORE_MASS_MASS_H
#define YT_CORE_MASS_MASS_H

#include "base/map.h"
#include "core/module.h"
#include "core/reach/content.h"
#include "port/wecom/wecom_send.h"

#define MASS_POLL_FIRST_MS (2 * MS_SECOND) /* a new task is still being dispatched (41063) */
#define MASS_POLL_SOON_MS (5 * MS_MINUTE)
#define MASS_POLL_SOON_FOR_MS (2 * MS_HOUR)
#define MASS_POLL_LATER_MS MS_HOUR
enum { MASS_NOBODY = 41048, MASS_DISPATCHING = 41063, MASS_STOPPED = 41093 };

/* Text, link and what is enclosed as WeCom takes them. Calls WeCom when an enclosed thing has to be given to it anew. */
err mass_content(struct cx *cx, const struct content *c, struct wecom_content *ret);

/* When to ask next about a task that was made at `since`. */
ms mass_next_poll(ms now, ms since, ms deadline);
/* "delivered", "not_friend", "quota"; NULL: nothing has become of it yet. */
const char *mass_state(i64 status);
/* Not worth trying again. */
static inline bool mass_final(err e) { return e != OK && !err_retryable(e); }
/* The row comes back: soon when WeCom is still dispatching, after half a minute otherwise. */
void mass_again(const struct wecom_call *call, err e, ms now, struct outcome *ret);

/* A task whose reply was lost. */
struct mass_lost {
	struct wecom_call *call;
	bool groups;
	str userid;
	const struct content *content;
	const struct map *receivers; /* external_userid (groups: chat_id) -> anything */
	ms since, now;
};
/* *ret_msgid nil: it was never made. *ret_seen: the receivers that are in it. base: the corp's base slot.
 * own (may be NULL) says of a name that the caller has it already, beside those of mass_made. */
err mass_find(struct cx *cx, const struct mass_lost *lost, err (*own)(struct cx *cx, str msgid, bool *ret), str *ret_msgid,
	      struct map *ret_seen);

/* When the member confirmed; NIL: not yet. */
err mass_confirmed(struct wecom_call *call, str msgid, str userid, ms now, ms *ret);
/* Every page of what became of the receivers, once confirmed; *ret_confirmed NIL: nothing to read yet. */
struct mass_page { const struct wecom_mass_result *v; size_t n; ms confirmed; };
err mass_results(struct wecom_call *call, str msgid, str userid, ms now, err (*fn)(void *arg, const struct mass_page *page),
		 void *arg, ms *ret_confirmed);

/* In the corp's base slot: the name is ours. */
err mass_note(struct tx *tx, str msgid);

extern const struct module mass_module;

#endif
