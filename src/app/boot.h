/*
 * boot: from a configuration to a running environment, and back.
 *
 * Everything long-lived is made here, in one order, and taken down in the reverse: clock, store
 * (locked, migrated, every query checked), modules (checked), transport, WeCom, audience index.
 */
#ifndef YT_APP_BOOT_H
#define YT_APP_BOOT_H

#include "core/module.h"

struct boot_conf {
	const struct conf *conf;
	struct clock *clock;
	struct transport *transport; /* NULL: the network */
	bool fast_unsafe;            /* building a history in a new directory */
};

err boot_open(struct arena *a, const struct boot_conf *conf, struct env **ret, struct fail *f);
void boot_close(struct env *env);
/* The corp to speak for: the only one, or the one named (slug or number); an empty store gets its first. */
err boot_corp(struct env *env, struct arena *a, str named, i64 *ret_corp, struct fail *f);

#endif
