/*
 * What a program says by an official account: messages within a window, template messages, subscribed notices; the lists
 * of templates; the menu.
 *
 * Only templates have a number of ours that makes a repeat harmless, and for OA_AGAIN_MS only. All others must not be
 * called twice: anything but a clear answer is ERR_UNKNOWN.
 */
#ifndef YT_PORT_OA_OA_SEND_H
#define YT_PORT_OA_OA_SEND_H

#include "port/oa/oa.h"

#define OA_TEXT_BYTES_MAX 2048
#define OA_MENU_ITEMS_MAX 10
#define OA_AGAIN_MS (10 * MS_MINUTE)
#define OA_VALUE_MAX 200 /* characters of any value of a template */
#define OA_BUTTONS_MAX 3
#define OA_SUB_BUTTONS_MAX 5

/* A text, an article (title), or a text with items to tap (menu). */
struct oa_said { str openid, text, title, desc, url, pic; struct strs menu; };
err oa_say(struct oa_call *c, const struct oa_said *m);

struct oa_value { str key, value; };
struct oa_notify { str openid, template, url, mini_appid, mini_path; const struct oa_value *values; size_t count; str again; /* our number */ };
err oa_template_send(struct oa_call *c, const struct oa_notify *m, str *ret_msgid);
err oa_subscribe_send(struct oa_call *c, const struct oa_notify *m);
/* Brought into the form the platform takes by the kind its key names ("thing01"): no line breaks, cut to its length. */
str oa_value_fit(struct arena *a, str key, str value);

/* kind: "template", "once" or "long". content holds {{key.DATA}}. */
struct oa_template_row { str id, kind, title, content, example; };
err oa_templates_read(struct oa_call *c, struct oa_template_row **ret, size_t *ret_count);

err oa_menu_read(struct oa_call *c, str *ret_json); /* "" when there is none */
err oa_menu_put(struct oa_call *c, str buttons);    /* a JSON array, checked by oa_menu_check */
err oa_menu_drop(struct oa_call *c);
/* Numbers, names and what each kind of button needs; ERR_INPUT naming the button. */
err oa_menu_check(const struct json *buttons, struct fail *f);

/* What a refused send means. */
enum oa_why { OA_WHY_OTHER, OA_WHY_WINDOW, OA_WHY_NO_FAN, OA_WHY_REFUSED };
enum oa_why oa_why(i64 errcode);

#endif
