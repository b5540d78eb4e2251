/*
 * Repeats and arrivals keep expressions that name tags: they follow when a tag is called otherwise.
 */
#include "feature/broadcast/broadcast_repeat_data.h"

#include "core/audience/audience_tags.h"

static err uses(const struct snap *s, i64 tag, struct tag_uses *ret)
{
	struct tag_names names;
	struct broadcast_repeat *repeats;
	struct broadcast_arrival *arrivals;
	size_t n;
	TRY(tag_names_read(s, &names));
	TRY(broadcast_repeat_all(s, &(struct none){ 0 }, &repeats, &n));
	for (size_t i = 0; i < n; i++)
		if (!str_eq_c(repeats[i].state, "ended") && audience_names_tag(s->arena, &names, tag, repeats[i].expr))
			vec_push(s->arena, &ret->list, (struct tag_use){ STR("repeat"), repeats[i].id, repeats[i].name });
	TRY(broadcast_arrival_all(s, &(struct none){ 0 }, &arrivals, &n));
	for (size_t i = 0; i < n; i++)
		if (audience_names_tag(s->arena, &names, tag, arrivals[i].expr))
			vec_push(s->arena, &ret->list, (struct tag_use){ STR("arrival"), arrivals[i].id, arrivals[i].name });
	return OK;
}

static err renamed(struct tx *tx, const struct tag_renaming *r)
{
	struct broadcast_repeat *repeats;
	struct broadcast_arrival *arrivals;
	size_t n;
	TRY(broadcast_repeat_all(&tx->snap, &(struct none){ 0 }, &repeats, &n));
	for (size_t i = 0; i < n; i++) {
		str was = repeats[i].expr;
		repeats[i].expr = audience_retag(tx->snap.arena, r, was);
		if (!str_eq(was, repeats[i].expr))
			TRY(broadcast_repeat_update(tx, &repeats[i]));
	}
	TRY(broadcast_arrival_all(&tx->snap, &(struct none){ 0 }, &arrivals, &n));
	for (size_t i = 0; i < n; i++) {
		str was = arrivals[i].expr;
		arrivals[i].expr = audience_retag(tx->snap.arena, r, was);
		if (!str_eq(was, arrivals[i].expr))
			TRY(broadcast_arrival_update(tx, &arrivals[i]));
	}
	return OK;
}

const struct tag_user broadcast_tag_user = { .uses = uses, .renamed = renamed };
