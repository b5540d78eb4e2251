/*
 * WeCom's limits as of the official pages; rates per interface stand in wecom_limits.def. Lengths of
 * texts in messages are in UTF-8 bytes, names and remarks in characters, as WeCom counts them.
 */
#ifndef YT_PORT_WECOM_WECOM_LIMITS_H
#define YT_PORT_WECOM_WECOM_LIMITS_H

#include "base/int.h"

/* Tokens */
#define WECOM_TOKEN_MARGIN_MS (5 * MS_MINUTE) /* a token is renewed this long before its end */
#define WECOM_TOKEN_BYTES_MAX 1024            /* WeCom asks to reserve 512 */
#define WECOM_WRONG_SECRETS_MAX 3             /* many wrong ones block our IP address for an hour */
#define WECOM_RETRY_MS (5 * MS_SECOND)        /* first wait after "busy" */

/* Welcome: once, within this time of the event */
#define WECOM_WELCOME_CODE_MS (20 * MS_SECOND)

/* Content of welcome and mass message */
#define WECOM_TEXT_BYTES_MAX 4000
#define WECOM_ATTACHMENTS_MAX 9
#define WECOM_LINK_TITLE_BYTES_MAX 128
#define WECOM_LINK_DESC_BYTES_MAX 512
#define WECOM_LINK_URL_BYTES_MAX 2048
#define WECOM_LINK_PICURL_BYTES_MAX 2048
#define WECOM_MINI_TITLE_BYTES_MAX 64

/* Mass send */
#define WECOM_MASS_CUSTOMERS_MAX 10000
#define WECOM_MASS_GROUPS_MAX 2000
#define WECOM_MASS_LIST_MAX 100
#define WECOM_MASS_LIST_SPAN_MS (31 * MS_DAY)
#define WECOM_MASS_RESULT_MAX 1000
#define WECOM_MASS_REMINDERS_MAX 3 /* per task in WECOM_MASS_REMINDER_MS */
#define WECOM_MASS_REMINDER_MS MS_DAY

/* Moments */
#define WECOM_MOMENT_TEXT_CHARS_MAX 2000
#define WECOM_MOMENT_IMAGES_MAX 9 /* or one video, or one link */
#define WECOM_MOMENT_LINK_TITLE_BYTES_MAX 64
#define WECOM_MOMENT_SENDERS_MAX 100000
#define WECOM_MOMENT_JOB_MS MS_DAY /* a job id is good for so long */
#define WECOM_MOMENT_LIST_MAX 20
#define WECOM_MOMENT_LIST_SPAN_MS (30 * MS_DAY)
#define WECOM_MOMENT_TASK_MAX 1000
#define WECOM_MOMENT_RANGE_MAX 1000
#define WECOM_MOMENT_VISIBLE_MAX 5000

/* Customers */
#define WECOM_BATCH_USERS_MAX 100
#define WECOM_BATCH_LIMIT_MAX 100
#define WECOM_REMARK_CHARS_MAX 20
#define WECOM_DESCRIPTION_CHARS_MAX 150
#define WECOM_REMARK_COMPANY_CHARS_MAX 20

/* Tags */
#define WECOM_TAG_NAME_CHARS_MAX 30
#define WECOM_TAGS_AT_ONCE_MAX 100

/* Contact ways */
#define WECOM_WAY_USERS_MAX 100
#define WECOM_WAY_REMARK_CHARS_MAX 30
#define WECOM_WAY_STATE_CHARS_MAX 30
#define WECOM_WAY_LIST_MAX 1000

/* Acquisition links */
#define WECOM_LINK_USERS_MAX 500
#define WECOM_LINK_NAME_CHARS_MAX 30
#define WECOM_LINK_LIST_MAX 100
#define WECOM_CHANNEL_BYTES_MAX 64 /* customer_channel; longer ones are cut */
#define WECOM_BALANCE_LOW 20
/* Inheritance */
#define WECOM_TRANSFER_CUSTOMERS_MAX 100
#define WECOM_TRANSFER_GROUPS_MAX 100
#define WECOM_TRANSFER_PAGE_MAX 1000
#define WECOM_TRANSFER_MESSAGE_CHARS_MAX 200
#define WECOM_TRANSFER_WAIT_MS MS_DAY             /* until she goes over by herself */
#define WECOM_TRANSFER_TIMES_MAX 2                /* per customer in WECOM_TRANSFER_TIMES_MS */
#define WECOM_TRANSFER_TIMES_MS (90 * MS_DAY)
#define WECOM_TRANSFER_GROUPS_DAY 300             /* of one owner to new ones */

/* Customer groups */
#define WECOM_GROUP_LIST_MAX 1000
#define WECOM_GROUP_OWNERS_MAX 100
#define WECOM_GROUP_FULL 200 /* joining by code stops there (practice, not in the official pages) */
#define WECOM_JOIN_CHATS_MAX 5
#define WECOM_JOIN_NAME_CHARS_MAX 40
#define WECOM_HELLO_TEXT_BYTES_MAX 3000
#define WECOM_HELLOS_MAX 100

/* Media */
#define WECOM_MEDIA_BYTES_MIN 6 /* "more than 5" */
#define WECOM_MEDIA_IMAGE_MAX ((size_t)10 << 20)
#define WECOM_MEDIA_VOICE_MAX ((size_t)2 << 20)
#define WECOM_MEDIA_VIDEO_MAX ((size_t)10 << 20)
#define WECOM_MEDIA_FILE_MAX ((size_t)20 << 20)
#define WECOM_UPLOADIMG_MAX ((size_t)2 << 20)
#define WECOM_MEDIA_LIFE_MS (3 * MS_DAY)
#define WECOM_MEDIA_NAME_BYTES_MAX 200

/* Statistics */
#define WECOM_STAT_USERS_MAX 100
#define WECOM_STAT_SPAN_MS (30 * MS_DAY)
#define WECOM_STAT_BACK_MS (180 * MS_DAY)

/* Login */
#define WECOM_OAUTH_CODE_BYTES_MAX 512

#endif
