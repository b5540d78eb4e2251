/*
 * mail joins.
 */
#include "feature/mail/mail_data.h"

static const struct query *const queries[] = {
	&mail_stop_put_query, &mail_stop_get_query, &mail_line_get_query, &mail_line_put_query, NULL,
};
static const struct sender senders[] = {
	{ .kind = MAIL_VERB, .send = mail_verb_send, .reconcile = speak_lost, .expired = speak_late },
	{ 0 },
};
static const struct perm perms[] = { { "mail.test", T_PERM_MAIL_TEST }, { 0 } };
static const struct setting settings[] = {
	{ .name = "mail.host", .otherwise = "", .label = T_MAIL_HOST },
	{ .name = "mail.port", .otherwise = "465", .label = T_MAIL_PORT },
	{ .name = "mail.security", .otherwise = "tls", .label = T_MAIL_SECURITY },
	{ .name = "mail.user", .otherwise = "", .label = T_MAIL_USER },
	{ .name = "mail.password", .otherwise = "", .label = T_MAIL_PASSWORD, .secret = true },
	{ .name = "mail.from", .otherwise = "", .label = T_MAIL_FROM },
	{ .name = "mail.name", .otherwise = "", .label = T_MAIL_NAME },
	{ 0 },
};

const struct module mail_module = {
	.name = "mail",
	.doc = "E-mail to one person through the company's own SMTP server.",
	.queries = queries,
	.routes = mail_routes,
	.senders = senders,
	.perms = perms,
	.settings = settings,
	.verbs = mail_verbs,
};
