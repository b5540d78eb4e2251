/*
 * audit: who did what to which object, one row per act of a user, in the transaction of the act.
 * Never personal values; objects are named by kind and id.
 */
#ifndef YT_CORE_AUDIT_AUDIT_H
#define YT_CORE_AUDIT_AUDIT_H

#include "core/module.h"

/* action "customer.merge", object "customer:123", detail short plain text without personal fields. */
err audit_add(struct tx *tx, const char *action, str object, str detail);

extern const struct module audit_module;

#endif
