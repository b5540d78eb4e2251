/*
 * Acquisition links 获客助手: addresses that add a member as a friend from outside WeChat, paid for by a balance.
 * What is appended as customer_channel (at most WECOM_CHANNEL_BYTES_MAX) comes back as the state of the add.
 */
#ifndef YT_PORT_WECOM_WECOM_ACQUIRE_H
#define YT_PORT_WECOM_WECOM_ACQUIRE_H

#include "port/wecom/wecom.h"

struct wecom_link {
	str id, name, url;
	bool skip_verify;
	struct strs users;
	ms created; /* answers only */
};

/* ERR_INPUT for a broken limit. */
err wecom_acquire_create(struct wecom_call *c, const struct wecom_link *in, str *ret_id, str *ret_url);
err wecom_acquire_update(struct wecom_call *c, const struct wecom_link *in); /* the range replaces the old one */
err wecom_acquire_delete(struct wecom_call *c, str link_id);
err wecom_acquire_get(struct wecom_call *c, str link_id, struct wecom_link *ret);
/* cursor: nil at first; *ret_next nil: the end. */
err wecom_acquire_list(struct wecom_call *c, str cursor, struct strs *ret, str *ret_next);

#define WECOM_ACQUIRE_LOW 20 /* adds left at which somebody should buy more */
struct wecom_quota { i64 total, balance, soon; }; /* soon: of the balance, what ends before `until` */
err wecom_acquire_quota(struct wecom_call *c, ms until, struct wecom_quota *ret);
/* Clicks and new customers of whole days, summed up. */
struct wecom_link_stat { i64 clicks, customers; };
err wecom_acquire_statistic(struct wecom_call *c, str link_id, ms from, ms to, struct wecom_link_stat *ret);

#endif
