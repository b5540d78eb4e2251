/*
 * enclose: the names in a content and what they stand for.
 */
#include "core/reach/enclose.h"

#include <stdio.h>

static const struct enclosure *named(struct unit *u, str name, i64 *ret_id) { return enclosure_of(u->env, name, ret_id); }

static err unknown(struct unit *u, const char *field, str name)
{
	return fail_set(&u->fail, ERR_INPUT, T_ENCLOSE_UNKNOWN, str_c(field), name, STR("material:123"));
}

err enclose_check(struct unit *u, const struct content *c, const char *at)
{
	char field[64];
	i64 id;
	struct content plain = *c;
	const struct content_link *l = c->link;
	const struct enclosure *of = l ? named(u, l->url, &id) : NULL;
	if (of) {
		struct content_link *link = ARENA_NEW(u->arena, struct content_link);
		*link = *l;
		link->url = STR("https://");
		plain.link = link;
		snprintf(field, sizeof(field), "%s.link.url", at);
		TRY(of->check(u, field, id, false));
	}
	if (c->enclosed.n) {
		snprintf(field, sizeof(field), "%s.enclosed", at);
		of = named(u, c->enclosed, &id);
		TRY(of ? of->check(u, field, id, true) : unknown(u, field, c->enclosed));
	}
	return content_check(&plain, at, &u->fail);
}

err enclose_link(struct unit *u, const struct enclosure_to *to, const struct content_link *l, void **ret)
{
	i64 id;
	str picture = STR_NIL;
	const struct enclosure *of = l ? named(u, l->url, &id) : NULL;
	if (!of) {
		*ret = (void *)(uintptr_t)l;
		return OK;
	}
	struct content_link *link = ARENA_NEW(u->arena, struct content_link);
	*link = *l;
	TRY(of->link(u, id, to, &link->url, &picture));
	if (!link->picurl.n)
		link->picurl = picture;
	*ret = link;
	return OK;
}

err enclose_for(struct unit *u, const struct enclosure_to *to, const struct content *c, struct content *ret)
{
	*ret = *c;
	return enclose_link(u, to, c->link, &ret->link);
}
