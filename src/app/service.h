/*
 * service: the running product: two listeners (the network and the private socket in the data
 * directory), the workers, and the clock's door for test drivers.
 */
#ifndef YT_APP_SERVICE_H
#define YT_APP_SERVICE_H

#include "app/workers.h"
#include "core/cx.h"

struct service;

#define SERVICE_SETTLED "/settled" /* over the private socket only */
#define SERVICE_SOCKET "socket" /* below the data directory */

err service_start(struct arena *a, struct env *env, struct service **ret, struct fail *f);
str service_addr(const struct service *s); /* host:port really listened on */
void service_stop(struct service *s);
/* Blocks until SIGINT or SIGTERM. Call service_signals before any thread is started. */
void service_signals(void);
void service_wait(void);

#endif
