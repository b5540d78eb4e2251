/*
 * Contact ways: the QR codes and buttons behind live codes. Made by API they do not show in WeCom's own
 * console, so the config id must be kept. Type and scene never change; users and parties of an update
 * replace the old ones, and since what happens to members left out of an update is not documented, an
 * update always sends the full set.
 */
#ifndef YT_PORT_WECOM_WECOM_WAY_H
#define YT_PORT_WECOM_WECOM_WAY_H

#include "port/wecom/wecom.h"

#define WECOM_WAY_SINGLE 1
#define WECOM_WAY_MULTIPLE 2
#define WECOM_WAY_MINIPROGRAM 1
#define WECOM_WAY_QR 2

struct wecom_way {
	str config_id;
	i64 type, scene;
	i64 style; /* NIL; buttons only */
	str remark, state;
	bool skip_verify;
	struct strs users;
	struct ids parties; /* only of WECOM_WAY_MULTIPLE */
	str qr_code;        /* answers only: the picture's URL */
};

/* ERR_INPUT for a broken limit. *ret_qr_code is nil for a button. */
err wecom_way_add(struct wecom_call *c, const struct wecom_way *in, str *ret_config_id, str *ret_qr_code);
err wecom_way_get(struct wecom_call *c, str config_id, struct wecom_way *ret);
err wecom_way_update(struct wecom_call *c, const struct wecom_way *in);
err wecom_way_delete(struct wecom_call *c, str config_id);

struct wecom_way_page {
	struct strs config_ids;
	str next_cursor; /* nil: the end */
};
/* from, to: NIL for WeCom's own 90 days. */
err wecom_way_list(struct wecom_call *c, ms from, ms to, str cursor, struct wecom_way_page *ret);

#endif
