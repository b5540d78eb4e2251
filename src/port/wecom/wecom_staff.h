/*
 * Staff and departments as WeCom gives them. New apps do not see names or avatars of other members unless
 * authorised: only userid and departments can be relied on, everything else may be nil. The list calls
 * answer whole, they have no pages.
 */
#ifndef YT_PORT_WECOM_WECOM_STAFF_H
#define YT_PORT_WECOM_WECOM_STAFF_H

#include "port/wecom/wecom.h"

struct wecom_member {
	str userid, name, alias, position, avatar, open_userid;
	i64 status; /* 1 active, 2 disabled, 4 not activated, 5 left; NIL unknown */
	i64 main_department; /* NIL unknown */
	struct ids departments;
};
struct wecom_members {
	struct wecom_member *v;
	size_t n;
};

struct wecom_department {
	i64 id, parent, order;
	str name;
	struct strs leaders;
};
struct wecom_departments {
	struct wecom_department *v;
	size_t n;
};

/* Members who may have customers and whom the app may see. */
err wecom_staff_follow_users(struct wecom_call *c, struct strs *ret);
err wecom_staff_get(struct wecom_call *c, str userid, struct wecom_member *ret);
err wecom_staff_list(struct wecom_call *c, i64 department, struct wecom_members *ret);
err wecom_staff_simplelist(struct wecom_call *c, i64 department, struct wecom_members *ret);
/* id: NIL for all the app may see, else this one and those below. */
err wecom_staff_departments(struct wecom_call *c, i64 id, struct wecom_departments *ret);

#endif
