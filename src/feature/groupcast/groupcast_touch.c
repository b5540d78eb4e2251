/*
 * groupcast as a channel of plans over several: a touch is one cast into groups that are named. It reaches whoever of the
 * plan sits in one of them, and everybody else in there: nobody can be left out of a post of a group.
 */
#include "feature/groupcast/groupcast_int.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/customer/customer_many.h"
#include "core/mass/mass_plan.h"

static struct content content_of(const struct groupcast_args *args) { return (struct content){ args->text, args->link, STR_NIL }; }

static err check(struct unit *u, const void *content)
{
	const struct groupcast_args *args = content;
	struct content c = content_of(args);
	struct groupcast_choice choice;
	if (!args->owners.n && !args->groups.n)
		return fail_set(&u->fail, ERR_INPUT, T_MISSING, STR("content.groups"), STR_NIL, STR_NIL);
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), groupcast_choose_seen(snap, &args->owners, &args->groups, &choice)));
	return enclose_check(u, &c, "content");
}

/* The groups that get it on that day, and whose they are. */
static err groups_of(const struct snap *s, const struct mass_touch *t, struct imap *ret)
{
	const struct groupcast_args *args = t->content;
	struct groupcast_choice choice;
	struct snap then = *s;
	then.now = t->at;
	TRY(groupcast_choose(&then, &args->owners, &args->groups, &choice));
	*ret = imap_new(s->arena);
	for (size_t i = 0; i < choice.count; i++)
		imap_put(ret, choice.groups[i].id, choice.groups[i].owner);
	return OK;
}

static err look(const struct snap *s, const struct mass_touch *t, const i64 *roots, const struct mass_had *had, size_t n, struct mass_pick *ret)
{
	struct imap owners, places = imap_new(s->arena);
	struct customer_member *members;
	struct group_seat *seats;
	size_t count, seat_count;
	i64 place, owner;
	(void)had; /* a post of a group is no contact of hers: caps do not count it */
	TRY(groups_of(s, t, &owners));
	TRY(customer_members(s, roots, n, &members, &count));
	i64 *leaves = ARENA_ARRAY(s->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++) {
		leaves[i] = members[i].leaf;
		imap_put(&places, members[i].leaf, (i64)members[i].root);
	}
	for (size_t i = 0; i < n; i++)
		ret[i] = (struct mass_pick){ "no_group", 0 };
	TRY(group_seats(s, leaves, count, &seats, &seat_count));
	for (size_t i = 0; i < seat_count; i++)
		if (imap_get(&owners, seats[i].chat, &owner) && imap_get(&places, seats[i].customer, &place))
			ret[place] = (struct mass_pick){ NULL, owner };
	return OK;
}

static err begin(struct tx *tx, const struct mass_touch *t, i64 *ret_id)
{
	const struct groupcast_args *args = t->content;
	struct content says = content_of(args);
	struct groupcast_choice choice;
	bool made;
	struct groupcast c = {
		.name = t->name, .content = content_json(tx->snap.arena, &says), .deadline = NIL, .closed = NIL, .made_by = t->made_by,
		.caller = STR("plan"), .by_id = t->plan, .token = t->n, .act_key = arena_printf(tx->snap.arena, "%lld", (long long)t->n),
	};
	TRY(groupcast_choose(&tx->snap, &args->owners, &args->groups, &choice));
	TRY(groupcast_begin(tx, &c, &choice, &made));
	*ret_id = c.id;
	return OK;
}

static err figures(const struct snap *s, i64 id, str currency, struct mass_figures *ret)
{
	struct groupcast c;
	struct groupcast_tally *rows;
	size_t n;
	(void)currency;
	TRY(groupcast_get(s, &(struct groupcast_id){ id }, &c));
	TRY(groupcast_tallies(s, &(struct groupcast_id){ id }, &rows, &n));
	*ret = (struct mass_figures){ c.state, false, 0, 0, 0, 0, NIL };
	for (size_t i = 0; i < n; i++) {
		bool sent = str_eq_c(rows[i].state, "delivered"), tapped = sent || str_eq_c(rows[i].state, "quota");
		ret->planned += rows[i].n;
		ret->created += tapped || str_eq_c(rows[i].state, "created") ? rows[i].n : 0;
		ret->confirmed += tapped ? rows[i].n : 0;
		ret->delivered += sent ? rows[i].n : 0;
	}
	return OK;
}

struct states { struct imap of; VEC(str) words; };

static err read_states(const struct snap *s, i64 id, struct states *ret)
{
	struct groupcast_part *parts;
	size_t n, count;
	*ret = (struct states){ .of = imap_new(s->arena) };
	TRY(groupcast_parts_all(s, &(struct groupcast_id){ id }, &parts, &n));
	for (size_t i = 0; i < n; i++) {
		struct groupcast_group *groups;
		TRY(groupcast_groups(s, &(struct groupcast_id){ parts[i].id }, &groups, &count));
		for (size_t k = 0; k < count; k++) {
			imap_put(&ret->of, groups[k].chat, (i64)ret->words.n);
			vec_push(s->arena, &ret->words, groups[k].state);
		}
	}
	return OK;
}

/* Of her groups the one that has got it counts. */
static err fates(const struct snap *s, i64 id, const i64 *customers, size_t n, struct mass_fate *ret)
{
	struct states states;
	i64 place;
	TRY(read_states(s, id, &states));
	for (size_t i = 0; i < n; i++) {
		struct group_seat *seats;
		size_t count;
		TRY(group_seats(s, &customers[i], 1, &seats, &count));
		for (size_t k = 0; k < count; k++)
			if (imap_get(&states.of, seats[k].chat, &place) && !str_eq_c(ret[i].state, "delivered"))
				ret[i].state = states.words.v[place];
	}
	return OK;
}

const struct mass_channel groupcast_channel = {
	.name = "groupcast", .label = T_MASS_GROUPCAST, .perm = "groupcast.send", .page = "/groups/casts?id=", .content = &groupcast_args_record,
	.check = check, .look = look, .begin = begin, .stop = groupcast_cancel, .figures = figures, .fates = fates,
};
