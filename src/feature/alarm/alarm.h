/*
 * alarm 提醒: what has stopped working by itself and needs somebody's hand: a live code nobody can answer, a group code
 * about to have no group with room, the balance of acquisition links running out, an entry of the activity calendar
 * that nobody is left to post, an invitation into groups that are no more.
 *
 * An alarm is open from the event that raises it until the one that ends it; the home page shows those that are open.
 * Whoever is responsible is told once, in WeCom: the owners and operators of the console who are members of staff.
 * What is raised within ALARM_GATHER_MS goes into one message, so that a member who leaves a hundred codes is one
 * message. A shift that ends leaves a code without anybody every night: that is shown and told to nobody.
 *
 * in:  livecode.alarm, .calmed, .removed; groupcode.low, .eased, .removed; acquire.low, .eased; calendar.bare, .owned;
 *      groupinvite.groupless, .closed
 * out: timer alarm.tell, outbox alarm.notice
 */
#ifndef YT_FEATURE_ALARM_ALARM_H
#define YT_FEATURE_ALARM_ALARM_H

#include "core/module.h"
#include "store/journal.h"

#define ALARM_TELL "alarm.tell"
#define ALARM_NOTICE "alarm.notice"
#define ALARM_GATHER_MS MS_MINUTE
#define ALARM_LIFE_MS MS_DAY /* later nobody wants to hear of it */
#define ALARM_LINES 8        /* of one message */
#define ALARM_SHOWN_MAX 200
#define ALARM_KINDS "livecode.no_staff,livecode.no_duty,groupcode.low,acquire.low,calendar.bare,groupinvite.groupless"

/* told: how many persons; absent until then; -1: nobody is to be told. */
#define ALARM_FIELDS(F, S) \
	F(S, STR, kind) F(S, ID, object) F(S, STR, name) F(S, STR, value) F(S, MS, since) F(S, I64, told, .opt = true)
RECORD(alarm, ALARM_FIELDS);
#define ALARM_FIND_FIELDS(F, S) F(S, I64, limit)
RECORD(alarm_find, ALARM_FIND_FIELDS);
#define ALARM_TOLD_FIELDS(F, S) F(S, I64, told) F(S, MS, since, .doc = "those raised until then")
RECORD(alarm_told, ALARM_TOLD_FIELDS);

WRITE(alarm_put, alarm,
	SQL(INSERT INTO alarm (corp, kind, object, name, value, since, told) VALUES (:corp, :kind, :object, :name, :value, :since, :told)
		ON CONFLICT (corp, kind, object) DO NOTHING))
WRITE(alarm_drop, alarm, SQL(DELETE FROM alarm WHERE corp = :corp AND kind = :kind AND object = :object))
WRITE(alarm_say, alarm_told, SQL(UPDATE alarm SET told = :told WHERE corp = :corp AND told IS NULL AND since <= :since))
READ_MANY(alarm_open, alarm_find, alarm,
	SQL(SELECT kind, object, name, value, since, told FROM alarm WHERE corp = :corp ORDER BY since DESC, kind, object LIMIT :limit))
READ_MANY(alarm_untold, alarm_find, alarm,
	SQL(SELECT kind, object, name, value, since, told FROM alarm WHERE corp = :corp AND told IS NULL
		ORDER BY since, kind, object LIMIT :limit))

str alarm_text(struct arena *a, const struct alarm *alarm, enum lang lang);
err alarm_on_event(struct tx *tx, const struct event *ev);
err alarm_tell(struct cx *cx, const struct timer_row *row);
err alarm_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
extern const struct route alarm_routes[];

#endif
