/*
 * The simulator's inheritances and receipts. Private to src/sim.
 */
#ifndef YT_SIM_KEPT_H
#define YT_SIM_KEPT_H

#include "base/record.h"
#include "base/vec.h"

struct sim;
struct sim_relation;
struct sim_staff;

/* An inheritance of one relation, by numbers. state as transfer_result tells it. */
#define SIM_TRANSFER_FIELDS(F, S)                                                              \
	F(S, I64, giver) F(S, I64, taker) F(S, I64, person) F(S, MS, asked) F(S, MS, at)       \
	F(S, I64, state) F(S, BOOL, resigned)
struct sim_transfer { SIM_TRANSFER_FIELDS(RECORD_MEMBER_, sim_transfer) i64 number; };

/* A payment to a member; person -1: by somebody who is no contact. */
#define SIM_BILL_FIELDS(F, S)                                                                  \
	F(S, STR, transaction_id) F(S, STR, out_trade_no) F(S, I64, staff) F(S, I64, person)   \
	F(S, I64, fee) F(S, MS, paid) F(S, I64, refunded) F(S, MS, refunded_at) F(S, STR, goods)
struct sim_bill { SIM_BILL_FIELDS(RECORD_MEMBER_, sim_bill) };

/* What sim_state.h keeps of them. */
struct sim_kept { VEC(struct sim_transfer *) transfers; VEC(struct sim_bill *) bills; };

struct sim_bill *sim_bill_add(struct sim *s, const struct sim_bill *of);
struct sim_transfer *sim_transfer_add(struct sim *s, const struct sim_transfer *of);
enum { TRANSFER_DONE = 1, TRANSFER_WAITING, TRANSFER_REFUSED, TRANSFER_FULL };
/* What its 24 hours or the customer decide. */
void sim_transfer_end(struct sim *s, struct sim_transfer *t, bool refused);
/* sim_client.c */
void sim_hand_over(struct sim *s, struct sim_relation *from, struct sim_staff *to, bool resigned);

#endif
