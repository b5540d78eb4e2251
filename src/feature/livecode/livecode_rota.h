/*
 * rota: who serves a code at a moment, and when that may change next. Pure: members as they are, the plan, the
 * corp's zone and a moment in, an answer out.
 *
 * A member serves when she is able (active, in the app's range), switched on, in a shift of hers (or there are no
 * shifts at all), and below her cap of the day. When no ordinary member does, the backup members do who are able
 * and on. When nobody does, nobody serves.
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_ROTA_H
#define YT_FEATURE_LIVECODE_LIVECODE_ROTA_H

#include "base/tz.h"
#include "feature/livecode/livecode.h"

struct rota_member {
	i64 staff, weight, cap, adds; /* adds of today */
	str userid, name;
	bool backup, able, on;
};

struct rota {
	const struct rota_member **v; /* who serves */
	size_t n;
	bool backup;    /* the backup serves */
	bool pass;      /* friends pass by themselves */
	ms next;        /* when it may change by time alone; NIL: never */
};

void rota_judge(const struct livecode_plan *plan, bool skip_verify, const struct rota_member *members, size_t count,
		const struct tz *tz, ms now, struct arena *a, struct rota *ret);
/* Whether at is within hours of the week. */
bool rota_within(i64 days, i64 from, i64 to, const struct tz *tz, ms at);

#endif
