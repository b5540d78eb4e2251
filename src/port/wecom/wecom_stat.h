/*
 * WeCom's own daily figures of contact work: what we compare our counts with. Whole days, at most 30 of
 * them, none older than 180 days; several members are summed by WeCom, so ask for one at a time to
 * compare per member.
 */
#ifndef YT_PORT_WECOM_WECOM_STAT_H
#define YT_PORT_WECOM_WECOM_STAT_H

#include "port/wecom/wecom.h"

struct wecom_behavior {
	ms day; /* its start in China */
	i64 new_apply, new_contact, chats, messages, negative;
	i64 avg_reply_minutes;   /* NIL: no chats */
	double reply_percentage; /* 0 when no chats */
};
struct wecom_behaviors {
	struct wecom_behavior *v;
	size_t n;
};
err wecom_stat_behavior(struct wecom_call *c, struct strs userids, struct ids parties, ms from, ms to,
			struct wecom_behaviors *ret);

#endif
