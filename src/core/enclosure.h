/*
 * enclosure 随附: what a message may carry beside its words, published by the feature that keeps it, so that whoever writes
 * messages needs not know it.
 *
 * It is named by kind and number, "material:123". It stands as a variable in a text, {{material:123|words when it cannot be
 * had}}; as the address of a link; or as a message's own attachment (content.enclosed). An address depends on nothing but
 * whom it is made for: asked for again it is the same, so that a task whose reply was lost is recognised by it.
 */
#ifndef YT_CORE_ENCLOSURE_H
#define YT_CORE_ENCLOSURE_H

#include "core/module.h"

#define ENCLOSURE_URL_BYTES 300 /* at most, of an address */

struct wecom_attachment;
struct enclosure_to { i64 customer, staff; }; /* root and member it is made for; 0 nobody's */

struct enclosure {
	const char *kind;
	/* Whether it may be sent now; itself: as an attachment. ERR_INPUT or ERR_STATE with the cure, naming field. */
	err (*check)(struct unit *u, const char *field, i64 id, bool itself);
	/* Its address, and of a picture for a link's card (nil: none). ERR_STATE, ERR_NOT_FOUND: it may not be sent any more. */
	err (*link)(struct unit *u, i64 id, const struct enclosure_to *to, str *ret_url, str *ret_picture);
	/* As WeCom takes it; calls WeCom when its copy there has run out: for senders. */
	err (*part)(struct cx *cx, i64 id, struct wecom_attachment *ret);
};

/* "material:123"; NULL: not of that form, or nobody publishes the kind. */
static inline const struct enclosure *enclosure_of(const struct env *env, str name, i64 *ret_id)
{
	str rest = name, kind = str_cut(&rest, ':');
	for (size_t i = 0; env && env->modules && env->modules[i]; i++) {
		const struct enclosure *e = env->modules[i]->enclosure;
		if (e && str_eq_c(kind, e->kind) && str_i64(rest, ret_id))
			return e;
	}
	return NULL;
}

#endif
