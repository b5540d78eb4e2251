/*
 * The rules as one form: checked as a whole before the first of them is set.
 */
#include "feature/restraint/restraint.h"

#include "core/attr/attr.h"
#include "core/corp/corp.h"

static err words(struct cx *cx, const char *field, str list, bool channels, u32 *ret)
{
	return reach_words(list, channels, ret) ? OK : cx_fail(cx, ERR_INPUT, T_RESTRAINT_WORDS, str_c(field), list,
		channels ? STR("wecom,sms,oa,mail,kf") : STR("promo,useful,care,invite,order,payment,reply"));
}

/* The name that stands there by default may wait for its attribute. */
static err zone_attr(struct cx *cx, str name)
{
	const struct attr *attr;
	if (!name.n || str_eq_c(name, "timezone"))
		return OK;
	err e = attr_find(&cx->unit, name, &attr);
	if (e == OK && attr->type == ATTR_TEXT && !attr->column)
		return OK;
	return e == OK ? cx_fail(cx, ERR_INPUT, T_WRONG_TYPE, STR("zone_attr"), name, STR("text")) : e;
}

err restraint_check(struct cx *cx, const struct restraint_rules *in, struct reach_rules *ret)
{
	str bad;
	TRY(reach_rules_get(&cx->unit, ret));
	if (!reach_limits_parse(in->limits, ret->limits, &ret->limit_count, &bad))
		return cx_fail(cx, ERR_INPUT, T_RESTRAINT_LIMITS, STR("limits"), bad, STR(FAIL_STR(REACH_LIMITS_MAX)));
	if (in->week_max < in->day_max)
		return cx_fail(cx, ERR_INPUT, T_RESTRAINT_WEEK, STR("week_max"), STR_NIL, STR_NIL);
	if (in->quiet_from == 0 && in->quiet_to == 24)
		return cx_fail(cx, ERR_INPUT, T_RESTRAINT_HOURS, STR("quiet_to"), STR_NIL, STR_NIL);
	TRY(words(cx, "exempt", in->exempt, false, &ret->exempt));
	TRY(words(cx, "consent", in->consent, true, &ret->consent));
	TRY(zone_attr(cx, str_trim(in->zone_attr)));
	ret->rolling = str_eq_c(in->mode, "rolling");
	ret->day_max = in->day_max;
	ret->week_max = in->week_max;
	ret->quiet_from = in->quiet_from;
	ret->quiet_to = in->quiet_to;
	ret->mix_share = in->mix_share;
	ret->mix_days = in->mix_days;
	ret->holdout = in->holdout;
	ret->quota = str_eq_c(in->quota, "day") ? REACH_QUOTA_DAY : str_eq_c(in->quota, "week") ? REACH_QUOTA_WEEK : REACH_QUOTA_MONTH;
	return OK;
}
