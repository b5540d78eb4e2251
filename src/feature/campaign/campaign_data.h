/*
 * Plans and their touches, in the corp's base slot.
 */
#ifndef YT_FEATURE_CAMPAIGN_CAMPAIGN_DATA_H
#define YT_FEATURE_CAMPAIGN_CAMPAIGN_DATA_H

#include "feature/campaign/campaign.h"

#define CAMPAIGN_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "planning,planned,running,paused,ended,cancelled,failed") F(S, STR, why) \
	F(S, STR, expr) F(S, STR, words) F(S, STR, until) F(S, STR, kind) F(S, I64, holdout) F(S, ID, made_by) F(S, ID, viewed_by) \
	F(S, ID, approved_by, .opt = true) F(S, I64, people) F(S, I64, held) F(S, I64, reached) F(S, STR, sums) F(S, MS, created) \
	F(S, MS, since, .opt = true) F(S, MS, closed, .opt = true)
RECORD(campaign, CAMPAIGN_FIELDS);
#define CAMPAIGN_TOUCH_FIELDS(F, S)                                                 \
	F(S, ID, campaign) F(S, I64, n) F(S, STR, name) F(S, STR, channel) F(S, STR, content) F(S, MS, at) \
	F(S, STR, state, .one_of = "waiting,begun,missed,failed,cancelled") F(S, ID, ref) F(S, STR, reason)
RECORD(campaign_touch, CAMPAIGN_TOUCH_FIELDS);
#define CAMPAIGN_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(campaign_find, CAMPAIGN_FIND_FIELDS);
#define CAMPAIGN_OVER_FIELDS(F, S) F(S, I64, over) F(S, I64, limit)
RECORD(campaign_over, CAMPAIGN_OVER_FIELDS);
/* One that runs, or is paused. */
#define CAMPAIGN_ALIVE_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, MS, since)
RECORD(campaign_alive, CAMPAIGN_ALIVE_FIELDS);

WRITE(campaign_insert, campaign,
	SQL(INSERT INTO campaign (corp, id, name, state, why, expr, words, until, kind, holdout, made_by, viewed_by, approved_by, people,
			held, reached, sums, created, since, closed)
		VALUES (:corp, :id, :name, :state, :why, :expr, :words, :until, :kind, :holdout, :made_by, :viewed_by, :approved_by,
			:people, :held, :reached, :sums, :created, :since, :closed)))
WRITE(campaign_update, campaign,
	SQL(UPDATE campaign SET state = :state, why = :why, approved_by = :approved_by, people = :people, held = :held, reached = :reached,
			sums = :sums, since = :since, closed = :closed
		WHERE corp = :corp AND id = :id))
READ_ONE(campaign_get, campaign_key, campaign,
	SQL(SELECT id, name, state, why, expr, words, until, kind, holdout, made_by, viewed_by, approved_by, people, held, reached, sums,
			created, since, closed
		FROM campaign WHERE corp = :corp AND id = :id))
READ_MANY(campaign_list, campaign_find, campaign,
	SQL(SELECT id, name, state, why, expr, words, until, kind, holdout, made_by, viewed_by, approved_by, people, held, reached, sums,
			created, since, closed
		FROM campaign WHERE corp = :corp AND id < :before AND why <> 'replaced' ORDER BY id DESC LIMIT :limit))
READ_MANY(campaign_waiting, campaign_over, campaign,
	SQL(SELECT id, name, state, why, expr, words, until, kind, holdout, made_by, viewed_by, approved_by, people, held, reached, sums,
			created, since, closed
		FROM campaign WHERE corp = :corp AND state = 'planned' AND reached > :over ORDER BY id LIMIT :limit))
READ_MANY(campaign_live, none, campaign_alive,
	SQL(SELECT id, name, since FROM campaign WHERE corp = :corp AND state IN ('running', 'paused') ORDER BY id))
WRITE(campaign_touch_add, campaign_touch,
	SQL(INSERT INTO campaign_touch (corp, campaign, n, name, channel, content, at, state, ref, reason)
		VALUES (:corp, :campaign, :n, :name, :channel, :content, :at, :state, :ref, :reason)))
WRITE(campaign_touch_put, campaign_touch,
	SQL(UPDATE campaign_touch SET state = :state, ref = :ref, reason = :reason WHERE corp = :corp AND campaign = :campaign AND n = :n))
READ_MANY(campaign_touches, campaign_key, campaign_touch,
	SQL(SELECT campaign, n, name, channel, content, at, state, ref, reason FROM campaign_touch
		WHERE corp = :corp AND campaign = :id ORDER BY n))

#endif
