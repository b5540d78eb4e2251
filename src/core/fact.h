/*
 * customer_fact: the row of facts about one person, added up over her leaves by every module that
 * knows something (struct module.facts). It stands below the parts of core so that each can add to it;
 * core/attr keeps the table.
 *
 * The root's leaf is folded first. staff is the newest living relation's, staff_since when that began,
 * so that leaves can be compared while they are added up.
 */
#ifndef YT_CORE_FACT_H
#define YT_CORE_FACT_H

#include "base/record.h"

#define CUSTOMER_FACT_FIELDS(F, S)                                                 \
	F(S, ID, customer)                                                        \
	F(S, STR, name, .opt = true, .pii = true)                                 \
	F(S, MS, added, .opt = true) F(S, BOOL, friend)                           \
	F(S, MS, lost_at, .opt = true) F(S, STR, lost_by, .opt = true, .one_of = "customer,staff") \
	F(S, ID, staff, .opt = true) F(S, MS, staff_since, .opt = true) F(S, ID, store, .opt = true) \
	F(S, STR, channel, .opt = true) F(S, STR, city, .opt = true) F(S, STR, gender, .opt = true) \
	F(S, STR, source, .opt = true) F(S, STR, followup, .opt = true) F(S, STR, stage, .opt = true) \
	F(S, I64, birthday, .opt = true) F(S, I64, child_birthday, .opt = true)   \
	F(S, I64, orders) F(S, FEN, spent)                                        \
	F(S, MS, first_order, .opt = true) F(S, MS, last_order, .opt = true)      \
	F(S, MS, last_reached, .opt = true) F(S, MS, last_active, .opt = true)    \
	F(S, BOOL, reach_wecom) F(S, BOOL, reach_sms) F(S, BOOL, reach_oa) F(S, BOOL, reach_mail) F(S, BOOL, bound) F(S, BOOL, erased)
RECORD(customer_fact, CUSTOMER_FACT_FIELDS);
/* orders, spent: of orders that stand, in the corp's currency; 0 when none. */

/* Paid and not taken back, whether it went out yet or not. */
static inline bool fact_order_stands(str status)
{
	return str_eq_c(status, "paid") || str_eq_c(status, "shipped") || str_eq_c(status, "done");
}

#endif
