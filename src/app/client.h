/*
 * client: how commands speak to the product: over the private socket when a server holds the data
 * directory, else in this process. Either way the same routes, as the owner of the corp.
 */
#ifndef YT_APP_CLIENT_H
#define YT_APP_CLIENT_H

#include "app/cli.h"
#include "base/json.h"

struct client;

err client_open(struct cli *c, struct client **ret);
void client_close(struct client *k);

struct client_call {
	const char *method;
	str path;         /* with query */
	str body;         /* JSON text, or bytes with .bytes */
	bool bytes;
	i64 version;      /* of what an edit was made on; 0: no edit */
};
/* *ret is the parsed answer (NULL when it is empty or not JSON), *ret_raw its text; a problem answer
 * becomes an error with its detail. Lives in the client's arena until the next client_reset. */
err client_send(struct client *k, const struct client_call *call, struct json **ret, str *ret_raw);
/* Until every module has seen what was written: done here, or waited for (a minute at most) beside a server. */
void client_settle(struct client *k);
/* Waits a little between two looks at a job: nothing in this process, 100 ms over the socket. */
void client_pause(struct client *k);
struct arena *client_arena(struct client *k);
void client_reset(struct client *k);
bool client_remote(const struct client *k);

#endif
