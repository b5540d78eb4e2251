/*
 * Channels of reachable("…"): where rows, SQL and bitmaps each find whether one reaches her. Private to core/audience.
 */
#ifndef YT_CORE_AUDIENCE_EXPR_CHANNEL_H
#define YT_CORE_AUDIENCE_EXPR_CHANNEL_H

#include "core/fact.h"
#include "base/text.h"

enum expr_flag { FLAG_FRIEND, FLAG_BOUND, FLAG_WECOM, FLAG_SMS, FLAG_OA, FLAG_MAIL, FLAG_COUNT };

/* Of reachable("…"). */
struct expr_channel {
	const char *name;
	enum expr_flag flag;
	size_t at;       /* in struct customer_fact */
	const char *sql; /* of customer_fact f */
	enum text words;
};
extern const struct expr_channel expr_channels[]; /* ends with name NULL */
#define EXPR_CHANNELS "wecom,sms,oa,mail"
const struct expr_channel *expr_channel_of(str name); /* NULL: none of that name */
static inline bool expr_channel_reaches(str name, const struct customer_fact *f)
{
	return *(const bool *)((const char *)f + expr_channel_of(name)->at);
}

#endif
