/*
 * What tests of materials share: making them, files by parts, and a browser on a customer's phone.
 */
#ifndef YT_FEATURE_MATERIAL_TEST_MATERIAL_H
#define YT_FEATURE_MATERIAL_TEST_MATERIAL_H

#include "app/test_app_verb.h"
#include "core/guest/guest.h"
#include "core/guest/visitor.h"
#include "feature/material/material_visit_data.h"
#include "port/http/test_http_reply.h"

#define PNG_HEAD "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
#define PDF "%PDF-1.7\nquotation\n%%EOF\n"
#define WECHAT "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"

void as_user(struct world *w, i64 user);
void set(struct world *w, const char *name, const char *value);

/* A small picture: a PNG's head of that size is all anybody looks at. */
str png(struct world *w, u32 width, u32 height);
err file_in(struct world *w, const char *name, str bytes, i64 *ret);
i64 file(struct world *w, const char *name, str bytes);
struct material_edit edit(const char *kind, const char *title);
struct material_edit article(const char *title);
struct material_edit quotation(struct world *w);
i64 made(struct world *w, const struct material_edit *e);
struct material stored(struct world *w, i64 id);

/* Its address as a message to her carries it; 0 nobody's. */
str link_for(struct world *w, i64 id, i64 customer, i64 staff);

/* ---- a browser ---- */

struct browser {
	struct world *w;
	struct dispatch *dispatch;
	const char *agent;
	str reader, guest, state, console; /* cookies */
	struct http_reply reply;
	const struct json *json;
};

struct browser browser_new(struct world *w);
int request(struct browser *b, const char *method, str target, str body);

/* The page's query behind a link: "key=…&p=…". */
str behind(struct browser *b, str link);
str body_of(struct browser *b, str query);
int shows(struct browser *b, str link);

/* As her phone does: goes there, is shown it, and the script says so. The visit; empty when it is not counted. */
str opens(struct browser *b, str link);
int beats(struct browser *b, str visit, i64 seconds, i64 depth);

/* Through WeChat's consent page as that person of the simulator. */
void walks(struct browser *b, const char *person);

#endif
