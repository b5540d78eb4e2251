/*
 * The console and H5 files that the build put into the binary.
 *
 * They are stored gzip-compressed and sent as they are to whoever accepts that (everybody), else
 * inflated. Files under /assets/ carry a hash in their name and are cached for a year; the two HTML
 * entries never are. A path without an extension that is no file is a page of the console (or, below
 * /h5/, of the H5 application): deep links survive a reload.
 */
#ifndef YT_PORT_HTTP_HTTP_ASSETS_H
#define YT_PORT_HTTP_HTTP_ASSETS_H

#include "base/embed.h"
#include "port/http/http.h"

/* Fills the reply when a file answers GET req->path; false: nothing here. files ends with a NULL path. */
bool assets_serve(const struct asset_file *files, struct http_req *req, struct http_reply *reply);

#endif
