/*
 * live code's counts: adds and losses by code, member and day, with the definitions operators check first.
 *
 * adds 新增 are relations, firsts 新增(去重) first relations ever of a person in this corp, agains 重复添加 those of who
 * had one before, losses 流失 those she ended, losses_last 流失(去重) her last one, drops 员工删除 those a member ended.
 * All stand on the day of the event; `gone` stands on the day of the add and counts those that have ended since; `expired` are adds by visitor pictures
 * shown too long ago to say by which click.
 * Transfers and half contacts are in none. Code 0 is "by no code of ours", so that members' sums are whole. They are
 * the definitions of the home page, which compares its own nightly with WeCom's get_user_behavior_data.
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_STAT_DATA_H
#define YT_FEATURE_LIVECODE_LIVECODE_STAT_DATA_H

#include "feature/livecode/livecode.h"

#define LIVECODE_COUNT_FIELDS(F, S)                                              \
	F(S, I64, adds) F(S, I64, firsts) F(S, I64, agains) F(S, I64, losses)    \
	F(S, I64, losses_last) F(S, I64, drops) F(S, I64, gone) F(S, I64, expired)
#define LIVECODE_STAT_FIELDS(F, S) F(S, ID, livecode) F(S, ID, staff) F(S, I64, day) LIVECODE_COUNT_FIELDS(F, S)
RECORD(livecode_stat, LIVECODE_STAT_FIELDS);
#define LIVECODE_SPAN_FIELDS(F, S) F(S, ID, livecode) F(S, I64, first) F(S, I64, last)
RECORD(livecode_span, LIVECODE_SPAN_FIELDS);
#define LIVECODE_GROUP_FIELDS(F, S) F(S, STR, name, .opt = true) F(S, ID, id) F(S, FEN, cost) LIVECODE_COUNT_FIELDS(F, S)
RECORD(livecode_group, LIVECODE_GROUP_FIELDS);
#define LIVECODE_TODAY_FIELDS(F, S) F(S, ID, staff) F(S, I64, adds)
RECORD(livecode_today, LIVECODE_TODAY_FIELDS);

WRITE(livecode_stat_add, livecode_stat,
	SQL(INSERT INTO livecode_stat (slot, corp, livecode, staff, day, adds, firsts, agains, losses, losses_last, drops, gone, expired)
		VALUES (:slot, :corp, :livecode, :staff, :day, :adds, :firsts, :agains, :losses, :losses_last, :drops, :gone, :expired)
		ON CONFLICT (slot, corp, livecode, staff, day) DO UPDATE SET adds = livecode_stat.adds + excluded.adds,
			firsts = livecode_stat.firsts + excluded.firsts, agains = livecode_stat.agains + excluded.agains,
			losses = livecode_stat.losses + excluded.losses, losses_last = livecode_stat.losses_last + excluded.losses_last,
			drops = livecode_stat.drops + excluded.drops, gone = livecode_stat.gone + excluded.gone,
			expired = livecode_stat.expired + excluded.expired))

#define SUMS_                                                                    \
	"COALESCE(CAST(SUM(s.adds) AS BIGINT), 0) AS adds, COALESCE(CAST(SUM(s.firsts) AS BIGINT), 0) AS firsts, " \
	"COALESCE(CAST(SUM(s.agains) AS BIGINT), 0) AS agains, COALESCE(CAST(SUM(s.losses) AS BIGINT), 0) AS losses, " \
	"COALESCE(CAST(SUM(s.losses_last) AS BIGINT), 0) AS losses_last, COALESCE(CAST(SUM(s.drops) AS BIGINT), 0) AS drops, " \
	"COALESCE(CAST(SUM(s.gone) AS BIGINT), 0) AS gone, COALESCE(CAST(SUM(s.expired) AS BIGINT), 0) AS expired "
#define GROUPED_(reason, what, from, by) \
	"/* global: " reason " */ SELECT " what ", " SUMS_ from \
	" WHERE s.corp = :corp AND s.day >= :first AND s.day <= :last " by
#define ALL_SLOTS "sums over the slots of the corp"
#define BY_CODE_ "FROM livecode_stat s JOIN livecode c ON c.corp = s.corp AND c.id = s.livecode"

READ_ONE(livecode_sum_of, livecode_span, livecode_group,
	 GROUPED_(ALL_SLOTS, "'' AS name, CAST(:livecode AS BIGINT) AS id, CAST(0 AS BIGINT) AS cost", "FROM livecode_stat s", "AND s.livecode = :livecode"))
READ_MANY(livecode_by_code, livecode_span, livecode_group,
	  GROUPED_(ALL_SLOTS, "c.name AS name, c.id AS id, c.cost AS cost", BY_CODE_, "GROUP BY c.id, c.name, c.cost ORDER BY adds DESC, c.id LIMIT 1000"))
READ_MANY(livecode_by_channel, livecode_span, livecode_group,
	  GROUPED_(ALL_SLOTS, "c.channel AS name, CAST(0 AS BIGINT) AS id, CAST(0 AS BIGINT) AS cost", BY_CODE_, "GROUP BY c.channel ORDER BY adds DESC, c.channel LIMIT 1000"))
READ_MANY(livecode_by_campaign, livecode_span, livecode_group,
	  GROUPED_(ALL_SLOTS, "c.campaign AS name, CAST(0 AS BIGINT) AS id, CAST(0 AS BIGINT) AS cost", BY_CODE_, "GROUP BY c.campaign ORDER BY adds DESC, c.campaign LIMIT 1000"))
READ_MANY(livecode_by_spot, livecode_span, livecode_group,
	  GROUPED_(ALL_SLOTS, "c.spot AS name, CAST(0 AS BIGINT) AS id, CAST(0 AS BIGINT) AS cost", BY_CODE_, "GROUP BY c.spot ORDER BY adds DESC, c.spot LIMIT 1000"))
READ_MANY(livecode_by_staff, livecode_span, livecode_group,
	  GROUPED_(ALL_SLOTS, "'' AS name, s.staff AS id, CAST(0 AS BIGINT) AS cost", "FROM livecode_stat s", "GROUP BY s.staff ORDER BY adds DESC, s.staff LIMIT 10000"))
READ_MANY(livecode_by_day, livecode_span, livecode_group,
	  GROUPED_(ALL_SLOTS, "'' AS name, s.day AS id, CAST(0 AS BIGINT) AS cost", "FROM livecode_stat s", "AND s.livecode <> 0 GROUP BY s.day ORDER BY s.day"))
READ_MANY(livecode_days_of, livecode_span, livecode_group,
	  GROUPED_(ALL_SLOTS, "'' AS name, s.day AS id, CAST(0 AS BIGINT) AS cost", "FROM livecode_stat s", "AND s.livecode = :livecode GROUP BY s.day ORDER BY s.day"))
READ_MANY(livecode_adds_today, livecode_span, livecode_today,
	  SQL_GLOBAL("sums over the slots of the corp",
		SELECT staff, CAST(SUM(adds) AS BIGINT) AS adds FROM livecode_stat
		WHERE corp = :corp AND livecode = :livecode AND day >= :first AND day <= :last GROUP BY staff))

/* What the budget of a channel or campaign is: the cost of its codes. */
#define LIVECODE_COST_FIELDS(F, S) F(S, STR, name) F(S, FEN, cost)
RECORD(livecode_cost, LIVECODE_COST_FIELDS);
READ_MANY(livecode_costs_channel, none, livecode_cost,
	SQL(SELECT channel AS name, CAST(SUM(cost) AS BIGINT) AS cost FROM livecode WHERE corp = :corp AND cost > 0 GROUP BY channel))
READ_MANY(livecode_costs_campaign, none, livecode_cost,
	SQL(SELECT campaign AS name, CAST(SUM(cost) AS BIGINT) AS cost FROM livecode WHERE corp = :corp AND cost > 0 GROUP BY campaign))
READ_MANY(livecode_costs_spot, none, livecode_cost,
	SQL(SELECT spot AS name, CAST(SUM(cost) AS BIGINT) AS cost FROM livecode WHERE corp = :corp AND cost > 0 GROUP BY spot))

/* -- the balance of acquisition links -- */
#define LIVECODE_QUOTA_FIELDS(F, S)                                              \
	F(S, I64, total, .doc = "used so far") F(S, I64, balance) F(S, I64, soon, .doc = "of it running out within 14 days") F(S, MS, read_at) \
	F(S, BOOL, low, .doc = "links are in use and it is about to run out")
RECORD(livecode_quota, LIVECODE_QUOTA_FIELDS);
WRITE(livecode_quota_put, livecode_quota,
	SQL(INSERT INTO livecode_quota (corp, total, balance, soon, read_at, low) VALUES (:corp, :total, :balance, :soon, :read_at, :low)
		ON CONFLICT (corp) DO UPDATE SET total = excluded.total, balance = excluded.balance, soon = excluded.soon, read_at = excluded.read_at,
			low = excluded.low))
READ_ONE(livecode_quota_get, none, livecode_quota,
	SQL(SELECT total, balance, soon, read_at, low FROM livecode_quota WHERE corp = :corp))

/* Days as requests name them, at most LIVECODE_DAYS_MAX of them. */
err livecode_span_read(struct cx *cx, str from, str to, struct livecode_span *ret);
/* Reads the balance from WeCom and keeps it: every night, and when WeCom says something about it. */
err livecode_on_quota(struct cx *cx, const struct timer_row *row);
err livecode_on_told(struct tx *tx, const struct event *ev);
#define LIVECODE_QUOTA_TIMER "livecode.quota"
#define LIVECODE_QUOTA_AFTER (6 * MS_HOUR) /* into the corp's day */
#define LIVECODE_QUOTA_SOON (14 * MS_DAY)
#define LIVECODE_DAYS_MAX 366 /* of one question */

#endif
