/*
 * Moments of customers (客户朋友圈). A task of the corp is made by a job of WeCom's, then each member must post it
 * by hand; who of a member's customers can see it, and who liked or commented, is read member by member. Whom it is
 * for can be told only by tags of the corp and by members. Likes and comments carry no words.
 */
#ifndef YT_PORT_WECOM_WECOM_MOMENT_H
#define YT_PORT_WECOM_WECOM_MOMENT_H

#include "port/wecom/wecom_send.h"

/* Text, and up to nine images, or one video, or one link with a cover (media_id). */
err wecom_moment_check(const struct wecom_content *content, struct arena *a, struct fail *f);

struct wecom_moment {
	struct wecom_content content;
	struct strs userids; /* who is asked to post it; none: everybody in range */
	struct strs tags;    /* of those who may see it; none: all of theirs */
};
/* ERR_UNKNOWN: perhaps made; reconcile by wecom_moment_list. */
err wecom_moment_add(struct wecom_call *c, const struct wecom_moment *in, str *ret_jobid);

struct wecom_moment_job {
	bool finished;
	i64 errcode; /* of the making, when finished */
	str moment_id;
	struct strs bad_userids, bad_tags;
};
err wecom_moment_job(struct wecom_call *c, str jobid, struct wecom_moment_job *ret);

struct wecom_moment_query {
	ms from, to; /* at most WECOM_MOMENT_LIST_SPAN_MS */
	str creator, cursor;
	i64 filter; /* 0 made by the corp, 1 by members, 2 all */
};
struct wecom_moment_item {
	str moment_id, creator, text, link_url;
	ms created;
	i64 create_type; /* 0 corp, 1 member */
	size_t images;
	bool video;
};
struct wecom_moment_page { struct wecom_moment_item *v; size_t n; str next_cursor; };
err wecom_moment_list(struct wecom_call *c, const struct wecom_moment_query *in, struct wecom_moment_page *ret);

struct wecom_moment_task { str userid; bool posted; };
struct wecom_moment_tasks { struct wecom_moment_task *v; size_t n; str next_cursor; };
err wecom_moment_tasks(struct wecom_call *c, str moment_id, str cursor, struct wecom_moment_tasks *ret);

/* external_userids: of the chosen range, and of those who can really see what the member posted (41062: not yet). */
struct wecom_moment_people { struct strs ids; str next_cursor; };
err wecom_moment_range(struct wecom_call *c, str moment_id, str userid, str cursor, struct wecom_moment_people *ret);
err wecom_moment_visible(struct wecom_call *c, str moment_id, str userid, str cursor, struct wecom_moment_people *ret);

/* external_userid nil: by a member of the corp. */
struct wecom_moment_reaction { str external_userid; ms at; bool comment; };
struct wecom_moment_reactions { struct wecom_moment_reaction *v; size_t n; };
err wecom_moment_reactions(struct wecom_call *c, str moment_id, str userid, struct wecom_moment_reactions *ret);

/* Who has not posted it no longer can; what was posted stays. */
err wecom_moment_cancel(struct wecom_call *c, str moment_id);

#endif
