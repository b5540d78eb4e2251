/*
 * Customers ("external contacts") and who follows them. A customer has one contact and a follow per
 * member of staff. Ids are opaque and unknown values of add_way, type and gender are kept as they are.
 */
#ifndef YT_PORT_WECOM_WECOM_CUSTOMER_H
#define YT_PORT_WECOM_WECOM_CUSTOMER_H

#include "port/wecom/wecom.h"

struct wecom_contact {
	str external_userid, name, avatar, unionid, position, corp_name, corp_full_name;
	i64 type;   /* 1 WeChat, 2 WeCom */
	i64 gender; /* 0 unknown, 1, 2 */
};

struct wecom_follow_tag {
	str group_name, tag_name, tag_id; /* tag_id nil for a member's own tag; names nil in a batch */
	i64 type; /* 1 corp, 2 personal, 3 rule group */
};

struct wecom_follow {
	str userid, remark, description, remark_corp_name, oper_userid, state;
	struct strs remark_mobiles;
	ms created; /* NIL unknown */
	i64 add_way;
	struct wecom_follow_tag *tags;
	size_t tag_count;
};

struct wecom_customer {
	struct wecom_contact contact;
	struct wecom_follow *follows;
	size_t follow_count;
	str next_cursor; /* nil: no more follows */
};

struct wecom_customer_page {
	struct wecom_customer *v; /* of one follow each */
	size_t n;
	str next_cursor; /* nil: the end */
	struct strs unlicensed; /* members left out for want of a licence */
};

/* A member without customers is an empty list here, though WeCom calls it an error. */
err wecom_customer_ids(struct wecom_call *c, str userid, struct strs *ret);
/* cursor: nil at first. */
err wecom_customer_get(struct wecom_call *c, str external_userid, str cursor, struct wecom_customer *ret);
/* At most WECOM_BATCH_USERS_MAX members, limit at most WECOM_BATCH_LIMIT_MAX. */
err wecom_customer_batch(struct wecom_call *c, struct strs userids, str cursor, i64 limit,
			 struct wecom_customer_page *ret);

struct wecom_remark {
	str userid, external_userid;
	str remark, description, remark_company; /* nil: stays */
	struct strs remark_mobiles;              /* replaces all; none: stays */
	bool clear_mobiles;
};
err wecom_customer_remark(struct wecom_call *c, const struct wecom_remark *in);
/* The external_userids of one member; nobody: an empty list. */
err wecom_customer_list(struct wecom_call *c, str userid, struct strs *ret);

#endif
