/*
 * 微信客服: the one place of WeCom where a program speaks by itself. Messages are pulled with a cursor after
 * kf_msg_or_event; an answer is sent within 48 h of what the customer wrote, five at most (95001, 95002), and
 * carries a msgid of ours, so that sending it again sends nothing twice.
 */
#ifndef YT_PORT_WECOM_WECOM_KF_H
#define YT_PORT_WECOM_WECOM_KF_H

#include "port/wecom/wecom.h"

#define WECOM_KF_SYNC_MAX 1000
#define WECOM_KF_MSGID_BYTES_MAX 32
#define WECOM_KF_TEXT_BYTES_MAX 2048
#define WECOM_KF_LIST_MAX 100
#define WECOM_KF_WINDOW_MS (48 * MS_HOUR)
#define WECOM_KF_ANSWERS_MAX 5
#define WECOM_KF_CUSTOMER 3 /* origin */
#define WECOM_KF_EVENT 4
#define WECOM_KF_SERVICER 5

struct wecom_kf_account { str open_kfid, name; };
struct wecom_kf_accounts { struct wecom_kf_account *v; size_t n; };
err wecom_kf_list(struct wecom_call *c, i64 offset, struct wecom_kf_accounts *ret);

/* servicer: the member who wrote (origin 5) or was given the conversation (an event); nil of what a program sent. */
struct wecom_kf_message { str msgid, external_userid, type, text, servicer; i64 origin; ms sent; };
struct wecom_kf_page { struct wecom_kf_message *v; size_t n; str next_cursor; bool more; };
/* token: of the event, nil for none. */
err wecom_kf_sync(struct wecom_call *c, str open_kfid, str cursor, str token, struct wecom_kf_page *ret);
err wecom_kf_send_text(struct wecom_call *c, str open_kfid, str to, str msgid, str text);
/* A text with items to tap, or with one link below it (title). */
#define WECOM_KF_ITEMS_MAX 10
struct wecom_kf_menu { str head, title, url; struct strs items; };
err wecom_kf_send_menu(struct wecom_call *c, str open_kfid, str to, str msgid, const struct wecom_kf_menu *m);

/* Who a visitor is: unionid nil when the company is not joined to an open platform account. */
#define WECOM_KF_CUSTOMERS_MAX 100
struct wecom_kf_customer { str external_userid, unionid, nickname; };
struct wecom_kf_customers { struct wecom_kf_customer *v; size_t n; };
err wecom_kf_who(struct wecom_call *c, struct strs external_userids, struct wecom_kf_customers *ret);

#endif
