/*
 * Live rooms of members: made ahead, watched, and asked afterwards who watched how long. Making one has no
 * idempotency key: ERR_UNKNOWN means that it may be there.
 */
#ifndef YT_PORT_WECOM_WECOM_LIVING_H
#define YT_PORT_WECOM_WECOM_LIVING_H

#include "port/wecom/wecom.h"

#define WECOM_LIVING_THEME_BYTES_MAX 60
#define WECOM_LIVING_DESCRIPTION_BYTES_MAX 300
#define WECOM_LIVING_DURATION_S_MAX 86400

enum wecom_living_status { WECOM_LIVING_RESERVED, WECOM_LIVING_LIVE, WECOM_LIVING_ENDED, WECOM_LIVING_EXPIRED, WECOM_LIVING_CANCELLED };

struct wecom_living { str anchor, theme, description, agentid; ms start; i64 seconds; };
err wecom_living_create(struct wecom_call *c, const struct wecom_living *in, str *ret_livingid);
err wecom_living_cancel(struct wecom_call *c, str livingid);
err wecom_living_info(struct wecom_call *c, str livingid, i64 *ret_status, i64 *ret_viewers);

struct wecom_living_viewer { str external_userid, userid; i64 seconds; bool comment; }; /* one of the two ids */
struct wecom_living_viewers { struct wecom_living_viewer *v; size_t n; str next; bool ending; };
err wecom_living_watched(struct wecom_call *c, str livingid, str next, struct wecom_living_viewers *ret);

#endif
