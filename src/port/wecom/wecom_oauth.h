/*
 * Who opened a page inside WeCom or WeChat: the address to send a browser to, and the exchange of the
 * code it comes back with. A code works once, within five minutes. A member gets a userid; a customer
 * gets an openid, and an external_userid only when one of the customer's followers is visible to the app.
 */
#ifndef YT_PORT_WECOM_WECOM_OAUTH_H
#define YT_PORT_WECOM_WECOM_OAUTH_H

#include "port/wecom/wecom.h"

#define WECOM_OAUTH_BASE "https://open.weixin.qq.com"
#define WECOM_LOGIN_BASE "https://login.work.weixin.qq.com"

/* Inside the client. base: nil for WECOM_OAUTH_BASE. state: ours, letters and digits. */
str wecom_oauth_url(struct arena *a, str base, const struct wecom_app *app, str redirect, str state);
/* The QR page on a desktop. base: nil for WECOM_LOGIN_BASE. */
str wecom_oauth_login_url(struct arena *a, str base, const struct wecom_app *app, str redirect, str state);

struct wecom_visitor {
	str userid, user_ticket;      /* a member */
	str openid, external_userid;  /* anybody else */
};
/* ERR_LOGIN for a code that is used, too old or none. */
err wecom_oauth_user(struct wecom_call *c, str code, struct wecom_visitor *ret);

#endif
