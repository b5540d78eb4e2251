/*
 * Pictures and files for messages. A media id lives three days and is shared by all apps of the corp;
 * uploadimg gives a URL for ever, of which a corp has 1,000 a day and 3,000 a month.
 */
#ifndef YT_PORT_WECOM_WECOM_MEDIA_H
#define YT_PORT_WECOM_WECOM_MEDIA_H

#include "port/wecom/wecom.h"

enum wecom_media { WECOM_MEDIA_IMAGE, WECOM_MEDIA_VOICE, WECOM_MEDIA_VIDEO, WECOM_MEDIA_FILE };

struct wecom_upload {
	str filename;     /* no path, no quotes, no control characters */
	str content_type; /* nil: application/octet-stream */
	str bytes;
};

/* *ret_until: when the id dies. ERR_INPUT for the size or the name. */
err wecom_media_upload(struct wecom_call *c, enum wecom_media kind, const struct wecom_upload *in, str *ret_media_id,
		       ms *ret_until);
err wecom_media_uploadimg(struct wecom_call *c, const struct wecom_upload *in, str *ret_url);
/* For Moments: a picture or a video. Other ids than media/upload gives; they live as long. */
err wecom_media_attach(struct wecom_call *c, enum wecom_media kind, const struct wecom_upload *in, str *ret_media_id);

#endif
