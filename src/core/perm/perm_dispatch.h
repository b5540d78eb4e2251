/*
 * The dispatcher: one http_handler in front of every module's routes.
 *
 * In this order, and nothing before its turn: find the route (405, 404, or a file of the console), know
 * who asks, check cross-site marks, the permission and the scope, decode and bound the input, claim the
 * Idempotency-Key, run the handler, encode, keep the reply. Every refusal is problem+json with the
 * request id that also stands in the log. The log line names the route's pattern, never the address
 * itself: addresses carry ids, queries carry what people typed.
 *
 * A request over the private unix socket (the command line beside a running server) is the owner of
 * the corp it names in X-YT-Corp (number or slug; needless when there is only one).
 */
#ifndef YT_CORE_PERM_PERM_DISPATCH_H
#define YT_CORE_PERM_PERM_DISPATCH_H

#include "base/embed.h"
#include "core/cx.h"

struct dispatch;

/* env->modules must have passed modules_check. assets may be NULL. Lives in the arena. */
struct dispatch *dispatch_new(struct arena *a, struct env *env, const struct asset_file *assets);
/* An http_handler; arg is the dispatcher. Thread-safe. */
void dispatch_handle(void *arg, struct http_req *req, struct http_reply *reply);
/* Counts and logs a request that a module has answered by itself (at_once); began: monotonic milliseconds. */
void dispatch_answered(struct dispatch *d, const struct http_req *req, const struct http_reply *reply, ms began);

#endif
