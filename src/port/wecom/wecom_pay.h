/*
 * Receipts of 对外收款: what customers paid to members in a chat, by a code or in a live room. The app has a secret
 * of its own in WeCom. A receipt that was refunded is still the same receipt.
 */
#ifndef YT_PORT_WECOM_WECOM_PAY_H
#define YT_PORT_WECOM_WECOM_PAY_H

#include "port/wecom/wecom.h"

#define WECOM_BILLS_MAX 1000
#define WECOM_BILLS_SPAN_MS (31 * MS_DAY)

struct wecom_bill_goods { str description; i64 amount; };
struct wecom_bill_refund { str refund_no; i64 fee; ms at; };
struct wecom_bill {
	str transaction_id, out_trade_no, external_userid, payee, phone;
	i64 total_fee, refunded_fee; /* fen */
	ms paid;
	struct wecom_bill_goods *goods;
	struct wecom_bill_refund *refunds; /* done ones */
	size_t goods_count, refund_count;
};
struct wecom_bills { struct wecom_bill *v; size_t n; str next_cursor; };
/* Paid in [from, to]. */
err wecom_pay_bills(struct wecom_call *c, ms from, ms to, str cursor, struct wecom_bills *ret);

#endif
