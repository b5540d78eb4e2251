/*
 * moment 客户朋友圈: one plan, up to nine versions of a Moment, each for its own people (千人千面).
 *
 * WeCom can only be told of tags and members, nothing of persons; members must post by hand; nobody tells when. So a
 * version is put on its people by a technical tag, and what comes of it is asked for. What must stay true:
 *  - Nobody is in two versions: of those whose audience she is in, the first has her (one row a plan and person). Who is
 *    in none, or is left out, is kept with the reason.
 *  - The tag goes on one relation only, that with the member who should speak to her, so she sees it once. It is made for
 *    the version, put on before WeCom is asked, and removed with one call when posting has closed and the visible people
 *    are read; it never marks her here.
 *  - Everybody it is for has a claim in the ledger (core/reach, how: moment). Visible fulfils it; whatever else happened
 *    gives it back. Refusals are looked at once more before WeCom is asked, and such tags are taken off again.
 *  - A task is asked for at most once. A lost reply, or a job whose answer never comes, is looked for in WeCom's list by
 *    its words and people; only when none is there, long enough after, it is asked for again.
 *  - Posting ends at the deadline, never in quiet hours: cancelled, read once more, closed; likes are read for a week more.
 *  - A hold-out (decision 0041) and variants by bucket instead of audience are drawn last; who is left out gets no tag.
 *
 *	version: waiting -> asked -> created -> closed, or unknown, failed, cancelled, empty
 *	sender:  waiting -> posted | not_posted | refused (WeCom does not take him)
 *	person:  planned -> tagged -> visible | not_visible | not_posted | failed | cancelled, or excluded from the start
 *
 * Plans, versions and senders lie in the base slot; people in theirs, written page by page by senders of the outbox:
 * every write names the state it replaces.
 *
 * out: moment.* (docs/events.md), reach.sent, reach.failed; outbox moment.*; job moment.plan
 */
#ifndef YT_FEATURE_MOMENT_MOMENT_H
#define YT_FEATURE_MOMENT_MOMENT_H

#include "base/record.h"
#include "base/vec.h"
#include "core/module.h"
#include "port/wecom/wecom_moment.h"

#define MOMENT_NAME_MAX 40
#define MOMENT_VERSIONS_MAX 9
#define MOMENT_LIFE_MS (4 * MS_HOUR)
#define MOMENT_AHEAD_MS (30 * MS_DAY)    /* how far ahead a plan may begin */
#define MOMENT_CLAIM_MS (2 * MS_HOUR)    /* behind the deadline, until the last result is read */
#define MOMENT_WATCH_MS (7 * MS_DAY)     /* likes and comments are read so long after closing */
#define MOMENT_TAG_WAIT_MS (30 * MS_MINUTE) /* for WeCom to make the tag, when posting could begin */
#define MOMENT_JOB_ASK_MS (5 * MS_SECOND)
#define MOMENT_SETTLE_MS (10 * MS_MINUTE) /* a lost task that is in no list by then was never made */
#define MOMENT_MARKS_A_RUN 50
#define MOMENT_SENDERS_A_RUN 50
#define MOMENT_REMINDERS_MAX 3           /* of a member about a plan, in a day */
#define MOMENT_UPLOAD_MAX ((size_t)10 << 20) /* as WeCom takes them */
#define MOMENT_KINDS "promo,useful,care,invite"
#define MOMENT_MARKS_AN_HOUR 150000      /* WeCom's mark_tag */

/* What a version says: text, and up to nine images or one video or one link; ids are of uploads. */
#define MOMENT_LINK_FIELDS(F, S) F(S, STR, title, .min = 1) F(S, STR, url, .min = 1) F(S, ID, cover, .doc = "an uploaded image")
RECORD(moment_link, MOMENT_LINK_FIELDS);
#define MOMENT_CONTENT_FIELDS(F, S)                                               \
	F(S, STR, text, .opt = true) F(S, IDS, images, .opt = true) F(S, ID, video, .opt = true) \
	F(S, OBJ, link, .opt = true, .of = &moment_link_record)
RECORD(moment_content, MOMENT_CONTENT_FIELDS);
#define MOMENT_DRAFT_FIELDS(F, S)                                                 \
	F(S, STR, name, .min = 1, .max = MOMENT_NAME_MAX) F(S, STR, expr, .opt = true, .doc = "absent: whoever is left; last only") \
	F(S, OBJ, content, .of = &moment_content_record)
RECORD(moment_draft, MOMENT_DRAFT_FIELDS);

/* moment.planned, moment.closed */
#define MOMENT_EVENT_FIELDS(F, S) F(S, ID, plan) F(S, STR, name) F(S, I64, people) F(S, STR, state)
RECORD(moment_event, MOMENT_EVENT_FIELDS);
/* moment.task */
#define MOMENT_TASK_FIELDS(F, S)                                                  \
	F(S, ID, plan) F(S, ID, version) F(S, STR, result, .one_of = "asked,created,unknown,failed") \
	F(S, STR, jobid, .opt = true) F(S, STR, moment_id, .opt = true) F(S, STR, code, .opt = true) \
	F(S, STRS, refused, .opt = true, .doc = "members WeCom does not take")
RECORD(moment_task, MOMENT_TASK_FIELDS);
/* moment.result */
#define MOMENT_RESULT_FIELDS(F, S)                                                \
	F(S, ID, plan) F(S, ID, version) F(S, I64, senders) F(S, I64, posted) F(S, I64, visible) F(S, I64, liked) \
	F(S, I64, commented) F(S, BOOL, closed)
RECORD(moment_result, MOMENT_RESULT_FIELDS);
/* moment.liked, moment.commented */
#define MOMENT_REACTION_FIELDS(F, S) F(S, ID, plan) F(S, STR, name) F(S, I64, version) F(S, STR, version_name) F(S, ID, staff)
RECORD(moment_reaction, MOMENT_REACTION_FIELDS);

/* What the outbox carries; staff: of a reminder. */
#define MOMENT_ERRAND_FIELDS(F, S) F(S, ID, version) F(S, ID, staff, .opt = true)
RECORD(moment_errand, MOMENT_ERRAND_FIELDS);
#define MOMENT_JOB_FIELDS(F, S) F(S, ID, plan)
RECORD(moment_job, MOMENT_JOB_FIELDS);
#define MOMENT_CURSOR_FIELDS(F, S) F(S, ID, after) F(S, I64, people) F(S, I64, planned) F(S, BOOL, done)
RECORD(moment_cursor, MOMENT_CURSOR_FIELDS);

/* Whom it is for and when; of[i] NULL: whoever is left. id 0: a preview. */
struct expr;
struct mass_had;
struct moment_aim {
	const struct expr *whole, *of[MOMENT_VERSIONS_MAX];
	size_t count;
	str kind;
	i64 id, holdout, seed;
	const struct trial *trial; /* NULL: versions go by audiences */
	ms opens, deadline;
	const struct mass_had *had; /* of each asked about, what a plan over several channels means for her before; NULL */
};
/* Of a version: in its audience, of those already in an earlier one, its people, and of them those it will go to. */
#define MOMENT_SUM_FIELDS(F, S) F(S, I64, n) F(S, I64, matched) F(S, I64, taken) F(S, I64, people) F(S, I64, planned)
RECORD(moment_sum, MOMENT_SUM_FIELDS);
#define MOMENT_REASON_FIELDS(F, S) F(S, I64, n, .doc = "version; 0: none") F(S, STR, reason) F(S, I64, count)
RECORD(moment_reason, MOMENT_REASON_FIELDS);
#define MOMENT_LOAD_FIELDS(F, S) F(S, I64, n) F(S, ID, staff) F(S, I64, count)
RECORD(moment_load, MOMENT_LOAD_FIELDS);
struct moment_sums {
	i64 people, planned;
	struct moment_sum of[MOMENT_VERSIONS_MAX];
	VEC(struct moment_reason) reasons;
	VEC(struct moment_load) loads;
};
/* Who would get which, by whom, and who none; nothing written. */
err moment_preview(struct unit *u, const struct moment_aim *aim, struct moment_sums *ret);
/* When posting may begin and must end, of a start that was asked for (NIL: now). */
err moment_times(struct unit *u, ms start, ms *ret_opens, ms *ret_deadline);
/* at: "versions.0"; what it holds and whether its uploads are there is asked of the base slot. */
err moment_content_check(struct unit *u, const struct moment_content *c, size_t place);
str moment_content_json(struct arena *a, const struct moment_content *c);
void moment_content_read(struct arena *a, str json, struct moment_content *ret);

struct moment_new {
	str name, expr, words, kind;
	ms opens, deadline;
	const struct moment_draft *versions; /* expr canonical */
	const str *version_words;
	size_t count;
	i64 confirmed, holdout, seed, experiment; /* experiment 0: none */
	i64 made_by; /* 0: who acts */
};
/* In the corp's base slot; planning starts with the commit. */
err moment_create(struct tx *tx, const struct moment_new *in, i64 *ret_id);
/* What was not posted no longer can be; what was posted stays. */
err moment_cancel(struct tx *tx, i64 id);
/* Tells a member by an app message what he still has to post. */
err moment_remind(struct tx *tx, i64 id, i64 staff);

struct job;
err moment_plan_step(struct cx *cx, struct job *job, bool *ret_done);
struct event;
err moment_on_task(struct tx *tx, const struct event *ev);
err moment_on_result(struct tx *tx, const struct event *ev);
struct todo_list;
err moment_todos(struct cx *cx, i64 staff, struct todo_list *ret);

extern const struct route moment_routes[];
extern const struct module moment_module;

#endif
