/*
 * way 联系我: the contact ways of WeCom that features need for their own ends: a store's, an advisor's, one of a
 * pool's. Who owns it, which of the owner's ways it is, and who answers; the rest is WeCom's.
 *
 * A way is wished for in a transaction and made by a sender afterwards: `creating`, then `active` or `failed`.
 * Its state is ours, random and unique, comes back with every add and is how one whose reply was lost is found
 * again. Wishing again changes who answers, and tries again what had failed. Who leaves is taken out of every
 * way that others still answer; one nobody is left on says `no_staff`.
 *
 * out: way.ready, way.failed; outbox way.create, way.update, way.delete.   in: staff.changed
 */
#ifndef YT_CORE_WAY_WAY_H
#define YT_CORE_WAY_WAY_H

#include "core/module.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_way.h"

#define WAY_STATE_CHARS 14
#define WAY_STATE_HEAD "wy_"

#define WAY_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, owner) F(S, ID, owner_id) F(S, ID, part) F(S, STR, remark) F(S, STR, wecom_state) \
	F(S, STR, config_id, .opt = true) F(S, STR, qr_url, .opt = true)        \
	F(S, STR, status, .one_of = "creating,active,failed,removed") F(S, STR, fail_code, .opt = true) \
	F(S, MS, created) F(S, I64, version)
RECORD(way, WAY_FIELDS);

/* way.ready, way.failed */
#define WAY_RESULT_FIELDS(F, S)                                                 \
	F(S, ID, id) F(S, STR, config_id, .opt = true) F(S, STR, qr_url, .opt = true) F(S, STR, code, .opt = true)
RECORD(way_result, WAY_RESULT_FIELDS);

struct way_wish {
	const char *owner;
	i64 owner_id, part;
	str remark; /* cut to WeCom's length */
	struct ids staff;
};

/* In the corp's base slot. ERR_INPUT when one of the staff cannot serve customers, or there is none. */
err way_want(struct tx *tx, const struct way_wish *wish, struct way *ret);
/* Asks for the end of it; nothing when there is none. Adds by it are still recognised. */
err way_drop(struct tx *tx, const char *owner, i64 owner_id, i64 part);
err way_get(const struct snap *s, const char *owner, i64 owner_id, i64 part, struct way *ret); /* ERR_NOT_FOUND; removed ones too */
err way_by_state(const struct snap *s, str state, struct way *ret); /* ERR_NOT_FOUND */
err way_all(const struct snap *s, const char *owner, i64 owner_id, struct way **ret, size_t *ret_count);
err way_staff_list(const struct snap *s, i64 way, struct ids *ret);
/* Why WeCom did not make it, for people; nil when nothing is known. */
str way_fail_text(struct arena *a, const struct way *w, enum lang lang);
/* Her way's picture: of a real corp WeCom's own, of a simulated one drawn from what it would hold. ERR_STATE
 * when there is none yet. Fills the reply. */
err way_picture(struct cx *cx, const struct way *w, i64 size);

extern const struct module way_module;

#endif
