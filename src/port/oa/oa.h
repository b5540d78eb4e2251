/*
 * The official account's (公众号 / 服务号) server interface: tokens, fans, parametric codes; and a mini program's links.
 *
 * Each piece of work asks for a stable token once: in normal mode the platform answers the same token to everybody
 * and renews it itself, so nothing is cached and several processes never take it from each other. A token the platform
 * no longer takes is asked for again once. JSON is written as raw UTF-8, because the platform refuses \u escapes.
 */
#ifndef YT_PORT_OA_OA_H
#define YT_PORT_OA_OA_H

#include "base/clock.h"
#include "base/json.h"
#include "base/record.h"
#include "port/transport.h"

#define OA_BASE "https://api.weixin.qq.com"
#define OA_SCENE_CHARS_MAX 64
#define OA_PERMANENT_MAX 100000 /* codes without an end, per account; none can be deleted */
#define OA_FANS_PAGE 10000
#define OA_BATCH_MAX 100
#define OA_OPENID_MAX 128

struct oa_app { str base, appid, secret; }; /* base nil: OA_BASE */
struct oa_call {
	struct transport *transport;
	const struct oa_app *app;
	struct arena *arena;
	struct fail *fail;
	bool once;   /* what is called now must not be carried out twice: anything but a clear answer is ERR_UNKNOWN */
	str token;   /* nil: not asked for yet */
	i64 errcode; /* of the last answer */
	bool again;  /* worth trying later: busy, or a quota that comes back */
};

/* How a call ended when it is not OK: ERR_UPSTREAM, ERR_TIMEOUT, ERR_UNKNOWN of the line; ERR_TOO_MANY a limit; ERR_CONFIG
 * the account (secret, address list, banned); ERR_STATE anything else, by errcode. */

/* Next page of followers, OA_FANS_PAGE at most; next nil at first. Empty: the end. */
err oa_fans(struct oa_call *c, str next, struct strs *ret, str *ret_next);

struct oa_fan { str openid, unionid, scene; bool subscribed; ms since; /* NIL unknown */ };
/* OA_BATCH_MAX at most. Who does not follow any more comes without anything but openid. */
err oa_fan_batch(struct oa_call *c, struct strs openids, struct oa_fan **ret, size_t *ret_count);

/* A code without an end for the scene: asked again it is the same code. ret_url is what its picture holds. */
err oa_qr_make(struct oa_call *c, str scene, str *ret_ticket, str *ret_url);
/* An address outside WeChat that opens a page of the mini program whose appid this is; good for OA_LINK_DAYS. */
#define OA_LINK_DAYS 30
#define OA_LINK_QUERY_MAX 1024 /* bytes of parameters */
err oa_url_link(struct oa_call *c, str path, str query, str *ret_url);

/* Letters, digits, ':', '_' and '-', 1 to OA_SCENE_CHARS_MAX. */
bool oa_scene_ok(str scene);

#endif
