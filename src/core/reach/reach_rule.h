/*
 * The restraint rules as a pure function: what a person has had, what is asked for, may it go and, if not, when.
 *
 * Nothing here reads the store or a clock, so the same judgement serves a claim, a plan of a million people, the
 * preview of other rules over last week, and a test over years. Days are the corp's own (the customer's zone counts
 * for quiet hours only). Calendar mode: a day is a corp-day, a week today and the six days before, a month the
 * calendar month. Rolling mode: 24 hours, 7 and 30 times as many. A window is kept on both sides: what goes now may
 * not overfill the window of something that is already promised for later.
 */
#ifndef YT_CORE_REACH_REACH_RULE_H
#define YT_CORE_REACH_REACH_RULE_H

#include "base/tz.h"

#define REACH_DAY_MAX 1
#define REACH_WEEK_MAX 3
#define REACH_WEEK_DAYS 7
#define REACH_ROLLING_MONTH_DAYS 30
#define REACH_LIMITS_MAX 12
#define REACH_MIX_DAYS_MAX 90
#define REACH_HOLDOUT_MAX 50         /* percent */
#define REACH_BUCKETS 10000          /* hold-outs are chosen by ten thousandths */
#define REACH_LIMITS_DEFAULT "sms=2/month,moment=1/day,task=1/day"
#define REACH_EXEMPT_DEFAULT "order,payment,reply"

enum reach_verdict {
	REACH_GO, REACH_CAP_DAY, REACH_CAP_WEEK, REACH_REFUSED, REACH_UNREACHABLE, REACH_QUIET, REACH_BLOCKED,
	REACH_NO_CONSENT, REACH_CONTROL, REACH_HOLDOUT, REACH_LIMIT, REACH_MIX, REACH_QUOTA, REACH_VERDICTS
};

/* By what, how and with what content she is reached: words of limits ("sms=2/month") and of events. */
enum reach_channel { RC_WECOM, RC_SMS, RC_OA, RC_MAIL, RC_KF, RC_OTHER };
enum reach_how { RH_MESSAGE, RH_MASS, RH_TASK, RH_OWN, RH_MOMENT, RH_OTHER }; /* mass, task, own: WeCom's quota */
enum reach_content { RT_PROMO, RT_USEFUL, RT_CARE, RT_INVITE, RT_ORDER, RT_PAYMENT, RT_REPLY, RT_OTHER };
enum reach_channel reach_channel_of(str word);
enum reach_how reach_how_of(str word, enum reach_channel channel, bool marketing); /* nil: marketing on wecom is a mass send */
enum reach_content reach_content_of(str word);                     /* nil: promo */

enum reach_per { REACH_PER_DAY, REACH_PER_WEEK, REACH_PER_MONTH };
enum reach_quota { REACH_QUOTA_MONTH, REACH_QUOTA_WEEK, REACH_QUOTA_DAY }; /* as many as the month has days; 7; 1 */
/* dim: 0 channel, 1 how, 2 content */
struct reach_limit { i64 max; int dim, word; enum reach_per per; };

struct reach_rules {
	bool rolling;
	i64 day_max, week_max;
	struct reach_limit limits[REACH_LIMITS_MAX];
	size_t limit_count;
	i64 quiet_from, quiet_to;     /* hours; the same: none */
	i64 mix_share, mix_days;      /* at most so many percent of her marketing touches are promotions; 100: any */
	enum reach_quota quota;
	i64 holdout;                  /* percent of all persons nobody ever markets to */
	u64 salt;                     /* of the corp, for that choice */
	u32 exempt, consent;          /* bits of contents that are service; bits of channels that need her yes */
	const struct tz *zone, *platform; /* the corp's; WeCom's own calendar, for its quota */
};

/* "sms=2/month,moment=1/day"; false: *ret_bad is the part nobody understands. */
bool reach_limits_parse(str text, struct reach_limit ret[REACH_LIMITS_MAX], size_t *ret_count, str *ret_bad);
const char *reach_limit_word(const struct reach_limit *l);
/* Words of a list as bits: contents or channels; false when one is unknown. */
bool reach_words(str list, bool channels, u32 *ret);

struct reach_past { ms at; u8 channel, how, content; bool marketing; };

/* What is asked about one person. */
struct reach_try {
	ms at;
	u8 channel, how, content;
	bool marketing;
	bool refused, blocked, reachable, consented;
	bool placed;                 /* has its place already: no caps, quota or mix */
	i64 root, share;             /* share: percent of persons this campaign leaves out */
	u64 salt;                    /* of the campaign */
	ms span;                     /* it happens at some moment from `at` on, before `at` + span; 0: at once */
	const struct tz *zone;       /* hers; NULL: the corp's */
};
struct reach_judged { enum reach_verdict verdict; ms retry_at; int limit; /* place in limits, REACH_LIMIT only */ };
/* past: in any order. */
struct reach_judged reach_judge(const struct reach_rules *r, const struct reach_past *past, size_t n, const struct reach_try *t);

bool reach_is_quiet(const struct reach_rules *r, const struct tz *zone, ms at);
/* at itself or the end of the quiet hours it lies in; the first quiet moment of a span, NIL: none. */
ms reach_opens(const struct reach_rules *r, const struct tz *zone, ms at);
ms reach_quiet_within(const struct reach_rules *r, const struct tz *zone, ms at, ms span);
/* 0 … REACH_BUCKETS - 1, by a hash of person and salt: never by order, and the same for ever. */
i64 reach_bucket(u64 salt, i64 person);
bool reach_held_out(u64 salt, i64 person, i64 percent);
/* The first moment of the window that ends at `at`. */
ms reach_window_from(const struct reach_rules *r, enum reach_per per, ms at);
/* How many of WeCom's quota she has had in the period of `at`, and how many it allows. */
i64 reach_quota_used(const struct reach_rules *r, const struct reach_past *past, size_t n, ms at, i64 *ret_max);

#endif
