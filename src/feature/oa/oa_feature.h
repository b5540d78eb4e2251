/*
 * official account 公众号: its fans as persons, and its parametric codes that lead to WeCom.
 *
 * A fan is an identity of the account's own (appid/openid); the unionid makes her one person with buyer and WeCom friend.
 * A callback is durable in the inbox before it is answered; the answer to a follow or scan by a code of ours is an
 * article with the code's link, made from the store within the same request. The menu of the account gets the code's
 * short address. Fans without a WeCom friend are an audience: `oa_fan and not friend`.
 *
 * A short address may open a page of a mini program (its appid and secret connected like an account's). The platform's
 * own address lives 30 days and is made anew by the first visit of its last day; ours stays, and its visits are a trend by day.
 *
 * What the account says by itself stands in oa_talk.h.
 *
 * Reading all fans is a job: openids by pages of 10,000 into oa_todo, then by 100 with their unionid; a kill between two
 * steps loses nothing. Calls are made outside of transactions.
 *
 * out: oa.subscribed, oa.unsubscribed, oa.scanned, oa.wrote, oa.clicked, oa.consented
 */
#ifndef YT_FEATURE_OA_OA_FEATURE_H
#define YT_FEATURE_OA_OA_FEATURE_H

#include "core/door/door.h"
#include "core/job/job.h"
#include "core/module.h"
#include "port/oa/oa.h"
#include "port/oa/oa_callback.h"

#define OA_NAME_MAX 40
#define OA_TITLE_MAX 60
#define OA_WORDS_MAX 120
#define OA_URL_MAX 500
#define OA_SOURCE "oa"
#define OA_FETCH "oa.fetch"
#define OA_JOB_SYNC "oa.sync"
#define OA_DOOR "oa.link"
#define OA_MINI_DOOR "oa.mini"
#define OA_MINI_PATH_MAX 500
#define OA_MINI_EARLY_MS MS_DAY /* before its end the platform's address is made anew */
#define OA_MINI_DAYS_MAX 90     /* of the trend */
#define OA_ATTR_FAN 250     /* numbers in attr_value, for ever */
#define OA_ATTR_CHANNEL 251
#define OA_QUOTA_MS MS_DAY  /* a daily limit is worth trying again by then */

/* oa.subscribed, oa.unsubscribed, oa.scanned */
#define OA_EVENT_FIELDS(F, S)                                                                   \
	F(S, ID, account) F(S, STR, name, .doc = "of the account or the code") F(S, ID, code, .opt = true) \
	F(S, STR, channel, .opt = true) F(S, BOOL, read, .doc = "found by reading the fans, not told")
RECORD(oa_told, OA_EVENT_FIELDS);
/* A push as it lies in the inbox. */
#define OA_NOTED_FIELDS(F, S) \
	F(S, STR, template, .opt = true) F(S, STR, status, .opt = true) F(S, STR, job, .opt = true) F(S, I64, error, .opt = true)
RECORD(oa_noted, OA_NOTED_FIELDS);
#define OA_PUSHED_FIELDS(F, S)                                                                  \
	F(S, ID, account) F(S, STR, openid) F(S, STR, event) F(S, STR, scene, .opt = true) F(S, MS, at) F(S, STR, key, .opt = true) \
	F(S, STR, job, .opt = true) F(S, STR, status, .opt = true) F(S, LIST, notices, .opt = true, .of = &oa_noted_record)
RECORD(oa_pushed, OA_PUSHED_FIELDS);
#define OA_FETCH_FIELDS(F, S) F(S, ID, account) F(S, STR, openid)
RECORD(oa_fetch, OA_FETCH_FIELDS);

struct oa_account;
/* An account with its secrets opened. */
struct oa_open { struct oa_app app; struct oa_endpoint endpoint; };
err oa_open(const struct snap *s, const struct oa_account *row, struct oa_open *ret);
struct oa_call oa_call_of(struct cx *cx, const struct oa_app *app);
/* Who that fan is; unionid nil: not known. */
err oa_person(struct unit *u, const struct oa_account *row, str openid, str unionid, ms occurred, i64 *ret);

err oa_decode(struct cx *cx, const struct inbox_row *row);
struct outbox_row;
struct outcome;
err oa_fetch_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err oa_sync_step(struct cx *cx, struct job *job, bool *ret_done);
struct attr_person;
struct customer_fact;
err oa_settle(struct tx *tx, struct attr_person *p, struct customer_fact *sum);
err oa_enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret);

err oa_mini_enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret);

extern const struct route oa_routes[], oa_push_routes[], oa_mini_routes[];

#endif
