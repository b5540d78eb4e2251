/*
 * The events a rule may speak of, with what can be asked of each and where people's words stand in it.
 *
 * A kind joins by one line: its number, the record by which its body is read (a reading of our own where the
 * event is another feature's) and the fields whose texts keywords are looked for in. Append: a place in this
 * list is a bit of compiled rules only, nothing stored.
 */
#include "feature/tagrule/tagrule_int.h"

#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/reach/reach.h"

#define SITE_FIELDS(F, S) F(S, STR, name, .opt = true) F(S, STR, page, .opt = true) F(S, JSON, properties, .opt = true, .pii = true)
RECORD(rule_site, SITE_FIELDS);
#define ORDER_FIELDS(F, S)                                                      \
	F(S, FEN, paid, .opt = true) F(S, FEN, refunded, .opt = true) F(S, STR, status, .opt = true) \
	F(S, STR, source, .opt = true) F(S, STR, store, .opt = true) F(S, STR, currency, .opt = true) \
	F(S, I64, lines, .opt = true) F(S, JSON, goods, .opt = true)
RECORD(rule_order, ORDER_FIELDS);
#define REFUND_FIELDS(F, S) \
	F(S, FEN, amount, .opt = true) F(S, BOOL, whole, .opt = true) F(S, STR, source, .opt = true) F(S, STR, sku, .opt = true)
RECORD(rule_refund, REFUND_FIELDS);
#define FOLLOW_FIELDS_(F, S)                                                    \
	F(S, ID, staff, .opt = true) F(S, STR, state, .opt = true) F(S, I64, add_way, .opt = true) F(S, BOOL, first, .opt = true) \
	F(S, BOOL, again, .opt = true) F(S, BOOL, last, .opt = true) F(S, BOOL, transfer, .opt = true)
RECORD(rule_follow, FOLLOW_FIELDS_);
#define REMARK_FIELDS(F, S)                                                     \
	F(S, STR, gender, .opt = true) F(S, STR, corp_name, .opt = true) F(S, I64, add_way, .opt = true) \
	F(S, STR, remark, .opt = true, .pii = true) F(S, STR, description, .opt = true, .pii = true)
RECORD(rule_remark, REMARK_FIELDS);
#define PROFILE_FIELDS(F, S) F(S, STR, city, .opt = true) F(S, STR, gender, .opt = true) F(S, STR, followup, .opt = true)
RECORD(rule_profile, PROFILE_FIELDS);
#define REACH_FIELDS(F, S)                                                      \
	F(S, STR, channel, .opt = true) F(S, STR, class, .opt = true) F(S, STR, by, .opt = true) F(S, ID, by_id, .opt = true) \
	F(S, STR, reason, .opt = true)
RECORD(rule_reach, REACH_FIELDS);
#define WELCOME_FIELDS(F, S) F(S, ID, livecode, .opt = true) F(S, STR, result, .opt = true)
RECORD(rule_welcome, WELCOME_FIELDS);
#define BOUND_FIELDS(F, S) F(S, BOOL, merged, .opt = true)
RECORD(rule_bound, BOUND_FIELDS);

#define GROUP_FIELDS(F, S)                                                      \
	F(S, STR, way, .opt = true) F(S, STR, group_name, .opt = true) F(S, STR, state, .opt = true) F(S, BOOL, again, .opt = true) \
	F(S, BOOL, late, .opt = true)
RECORD(rule_group, GROUP_FIELDS);

#define MATERIAL_FIELDS_(F, S)                                                  \
	F(S, ID, material, .opt = true) F(S, STR, title, .opt = true) F(S, STR, kind, .opt = true) F(S, STR, category, .opt = true) \
	F(S, BOOL, first, .opt = true) F(S, BOOL, passed, .opt = true) F(S, I64, seconds, .opt = true) F(S, I64, depth, .opt = true)
RECORD(rule_material, MATERIAL_FIELDS_);
#define MOMENT_FIELDS(F, S) F(S, ID, plan, .opt = true) F(S, STR, name, .opt = true) F(S, I64, version, .opt = true) F(S, STR, version_name, .opt = true)
RECORD(rule_moment, MOMENT_FIELDS);

#define SURVEY_FIELDS_(F, S)                                                    \
	F(S, ID, survey, .opt = true) F(S, STR, title, .opt = true) F(S, STR, reason, .opt = true) F(S, I64, score, .opt = true) \
	F(S, STRS, choices, .opt = true) F(S, STR, texts, .opt = true, .pii = true)
RECORD(rule_survey, SURVEY_FIELDS_);

#define KF_FIELDS(F, S) F(S, STR, open_kfid, .opt = true) F(S, STR, text, .opt = true, .pii = true)
RECORD(rule_kf, KF_FIELDS);

const struct tagrule_kind tagrule_kinds[] = {
	{ EV_SITE_TRACKED, &rule_site_record, "properties" },
	{ EV_SITE_PAGE, &rule_site_record, "name,properties" },
	{ EV_SITE_SCREEN, &rule_site_record, "name,properties" },
	{ EV_SITE_GROUP, &rule_site_record, NULL },
	{ EV_ORDER_PLACED, &rule_order_record, "goods" },
	{ EV_ORDER_CHANGED, &rule_order_record, NULL },
	{ EV_ORDER_CANCELLED, &rule_order_record, NULL },
	{ EV_ORDER_REFUNDED, &rule_refund_record, NULL },
	{ EV_FOLLOW_ADDED, &rule_follow_record, NULL },
	{ EV_FOLLOW_LOST, &rule_follow_record, NULL },
	{ EV_FOLLOW_DROPPED, &rule_follow_record, NULL },
	{ EV_CONTACT_FETCHED, &rule_remark_record, "remark,description" },
	{ EV_CUSTOMER_CHANGED, &rule_profile_record, NULL },
	{ EV_REACH_SENT, &rule_reach_record, NULL },
	{ EV_REACH_FAILED, &rule_reach_record, NULL },
	{ EV_REACH_REFUSED, &rule_reach_record, NULL },
	{ EV_WELCOME_SENT, &rule_welcome_record, NULL },
	{ EV_WELCOME_MISSED, &rule_welcome_record, NULL },
	{ EV_PHONE_BOUND, &rule_bound_record, NULL },
	{ EV_GROUP_JOINED, &rule_group_record, NULL },
	{ EV_GROUP_LEFT, &rule_group_record, NULL },
	{ EV_MATERIAL_OPENED, &rule_material_record, "title,category" },
	{ EV_MATERIAL_READ, &rule_material_record, "title,category" },
	{ EV_MATERIAL_PASSED, &rule_material_record, NULL },
	{ EV_MOMENT_LIKED, &rule_moment_record, "name,version_name" },
	{ EV_MOMENT_COMMENTED, &rule_moment_record, "name,version_name" },
	{ EV_SURVEY_ANSWERED, &rule_survey_record, "texts" },
	{ EV_KF_WROTE, &rule_kf_record, "text" },
	{ 0, NULL, NULL },
};
_Static_assert(ARRAY_LEN(tagrule_kinds) <= TAGRULE_KINDS_MAX, "a kind is a bit of u64");

const struct tagrule_kind *tagrule_kind_of(i64 event)
{
	for (const struct tagrule_kind *k = tagrule_kinds; k->event; k++)
		if (k->event == event)
			return k;
	return NULL;
}
