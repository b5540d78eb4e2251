/* Shared by the calls that carry content: writes "text" and "attachments" of checked content. */
#ifndef YT_PORT_WECOM_WECOM_CONTENT_H
#define YT_PORT_WECOM_WECOM_CONTENT_H

#include "base/buf.h"
#include "port/wecom/wecom_send.h"

void wecom_content_put(struct buf *b, const struct wecom_content *content);

#endif
