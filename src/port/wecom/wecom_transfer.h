/*
 * Inheritance: handing customers and groups of one member to another. An accepted customer goes over by herself
 * after 24 h unless she refuses; what became of her is asked for (wecom_transfer_result) or told by a callback.
 */
#ifndef YT_PORT_WECOM_WECOM_TRANSFER_H
#define YT_PORT_WECOM_WECOM_TRANSFER_H

#include "port/wecom/wecom.h"

/* Customers of members who have left that wait for somebody. */
struct wecom_unassigned { str handover, external_userid; ms left; };
struct wecom_unassigned_page { struct wecom_unassigned *v; size_t n; str next_cursor; };
err wecom_unassigned_list(struct wecom_call *c, str cursor, struct wecom_unassigned_page *ret);

struct wecom_transfer {
	bool resigned;       /* the giver has left */
	str handover, takeover;
	struct strs external_userids; /* at most WECOM_TRANSFER_CUSTOMERS_MAX */
	str message;         /* to the customer, of a member who has not left; nil: WeCom's own */
};
struct wecom_transferred { str external_userid; i64 code; /* 0: accepted */ };
struct wecom_transferred_list { struct wecom_transferred *v; size_t n; };
/* Asking again for one who waits is refused by code (40129): harmless. */
err wecom_transfer_customers(struct wecom_call *c, const struct wecom_transfer *in, struct wecom_transferred_list *ret);

enum wecom_transfer_state { WECOM_TRANSFER_DONE = 1, WECOM_TRANSFER_WAITING, WECOM_TRANSFER_REFUSED, WECOM_TRANSFER_FULL,
			    WECOM_TRANSFER_NONE };
struct wecom_transfer_row { str external_userid; i64 state; ms at; /* of the takeover; in the future while waiting */ };
struct wecom_transfer_page { struct wecom_transfer_row *v; size_t n; str next_cursor; };
err wecom_transfer_result(struct wecom_call *c, bool resigned, str handover, str takeover, str cursor,
			  struct wecom_transfer_page *ret);

struct wecom_group_refused { str chat_id; i64 code; };
struct wecom_group_refusals { struct wecom_group_refused *v; size_t n; };
/* Of groups nothing has to be waited for: who is not named in the answer has gone over. */
err wecom_transfer_groups(struct wecom_call *c, bool resigned, struct strs chat_ids, str owner, struct wecom_group_refusals *ret);

#endif
