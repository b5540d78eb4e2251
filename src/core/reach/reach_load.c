/*
 * reach_load: touches, claims, refusals, black list, time zone and reachability of many people.
 *
 * A claim is a row of hers or her bit in a set (reach_set.h). Everything is read in the snapshot it is given: inside a transaction of her root's slot a claim sees the
 * claims before it. A touch takes the place of the claim with its key, so it never matters which of the two
 * is seen first.
 */
#include "core/reach/reach_load.h"
#include "core/reach/reach_set.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"
#include "core/attr/attr_value.h"
#include "core/corp/corp.h"
#include "core/customer/customer_many.h"

struct look {
	struct arena *arena;
	struct reach_person *people;
	struct imap places; /* leaf -> place of its root */
	struct imap roots;
	i64 first, last; /* of the span that is read */
	ms now;
};

static struct reach_person *person_of(struct look *l, const struct imap *of, i64 customer)
{
	i64 place;
	return imap_get(of, customer, &place) ? &l->people[place] : NULL;
}

static struct reach_past past_of(ms at, str channel, str class, str how, str content)
{
	bool marketing = !str_eq_c(class, "service");
	enum reach_channel c = reach_channel_of(channel);
	return (struct reach_past){ at, (u8)c, (u8)reach_how_of(how, c, marketing), (u8)reach_content_of(content), marketing };
}

u64 reach_key_hash(str key) { return key.n ? hash64(key) | 1 : 0; }

static err on_touch(void *arg, const void *of)
{
	struct look *l = arg;
	const struct reach_touch *t = of;
	struct reach_person *p = person_of(l, &l->places, t->customer);
	if (!p)
		return OK;
	struct reach_item item = { past_of(t->at, t->channel, t->class, t->how, t->content), reach_key_hash(t->key), false, true, 0 };
	vec_push(l->arena, &p->items, item);
	p->last = p->last == NIL ? t->at : int_max(p->last, t->at);
	return OK;
}

static err on_claim(void *arg, const void *of)
{
	struct look *l = arg;
	const struct reach_claim_row *c = of;
	struct reach_person *p = person_of(l, &l->places, c->customer);
	if (!p)
		return OK;
	bool standing = str_eq_c(c->state, "sent") || (str_eq_c(c->state, "held") && c->expires > l->now);
	struct reach_item item = { past_of(c->at, c->channel, c->class, c->how, c->content), reach_key_hash(c->key), true, standing, c->customer };
	vec_push(l->arena, &p->items, item);
	return OK;
}

/* Behind the rows of the same people: a row hides the bit. */
static err on_set(void *arg, const void *of)
{
	struct look *l = arg;
	const struct reach_set *s = of;
	u64 key = reach_key_hash(s->key);
	struct reach_past past = past_of(s->at, s->channel, s->class, s->how, s->content);
	i64 from = s->block * REACH_BLOCK;
	for (i64 who = int_max(from, l->first); who < from + REACH_BLOCK && who <= l->last; who++) {
		struct reach_person *p = reach_set_has(s, who) ? person_of(l, &l->places, who) : NULL;
		bool hidden = !p;
		for (size_t i = 0; !hidden && i < p->items.n; i++)
			hidden = p->items.v[i].row == who && p->items.v[i].key == key;
		if (!hidden)
			vec_push(l->arena, &p->items, (struct reach_item){ past, key, true, true, 0 });
	}
	return OK;
}

static err on_stance(void *arg, const void *of)
{
	struct look *l = arg;
	const struct reach_stance *row = of;
	struct reach_person *p = person_of(l, &l->places, row->customer);
	u32 bit = 1u << reach_channel_of(row->channel);
	if (p && str_eq_c(row->stance, "refused"))
		p->refused |= bit;
	else if (p)
		p->accepted |= bit;
	return OK;
}

static err on_block(void *arg, const void *of)
{
	struct look *l = arg;
	const struct reach_block_row *row = of;
	struct reach_person *p = person_of(l, &l->places, row->customer);
	if (p)
		p->blocked |= row->blocked;
	return OK;
}

static err on_reach(void *arg, const void *of)
{
	struct look *l = arg;
	const struct attr_reach *row = of;
	struct reach_person *p = person_of(l, &l->roots, row->customer);
	if (p) {
		p->wecom = row->reach_wecom;
		p->sms = row->reach_sms;
	}
	return OK;
}

static err on_zone(void *arg, const void *of)
{
	struct look *l = arg;
	const struct attr_value *v = of;
	struct reach_person *p = person_of(l, &l->roots, v->customer);
	struct fail ignored = { 0 };
	if (p && v->t.n && tz_get(v->t, &p->zone, &ignored) != OK)
		p->zone = NULL; /* no zone anybody knows: the corp's */
	return OK;
}

/* The attribute that holds time zones; 0: none. */
static err zone_attr(struct unit *u, i64 *ret)
{
	const struct attr *attr;
	struct fail before = u->fail;
	str name;
	*ret = 0;
	TRY(setting_get(u, "reach.zone_attr", &name));
	if (name.n == 0)
		return OK;
	err e = attr_find(u, name, &attr);
	if (e == OK && attr->type == ATTR_TEXT && !attr->column)
		*ret = attr->id;
	if (e == ERR_INPUT || e == ERR_UNAVAILABLE) {
		u->fail = before;
		return OK;
	}
	return e;
}

err reach_load(const struct snap *s, const i64 *roots, size_t count, ms since, struct reach_person *ret)
{
	struct look l = { s->arena, ret, imap_new(s->arena), imap_new(s->arena), 0, 0, s->now };
	struct customer_member *members;
	struct customer_span *spans;
	struct snap at = *s;
	i64 zone;
	size_t n;
	TRY(zone_attr(s->unit, &zone));
	TRY(customer_members(s, roots, count, &members, &n));
	for (size_t i = 0; i < count; i++) {
		ret[i] = (struct reach_person){ .root = roots[i], .last = NIL };
		imap_put(&l.roots, roots[i], (i64)i);
	}
	i64 *leaves = ARENA_ARRAY(s->arena, i64, n ? n : 1);
	for (size_t i = 0; i < n; i++) {
		leaves[i] = members[i].leaf;
		imap_put(&l.places, members[i].leaf, (i64)members[i].root);
	}
	size_t span_count = customer_spans(s->unit->store, s->arena, leaves, n, &spans);
	for (size_t i = 0; i < span_count; i++) {
		struct reach_span in = { spans[i].from, spans[i].to, since };
		snap_slot(&at, spans[i].slot);
		TRY(reach_touches_span(&at, &in, on_touch, &l));
		TRY(reach_claims_span(&at, &in, on_claim, &l));
		l.first = in.first;
		l.last = in.last;
		TRY(reach_sets_span(&at, &(struct reach_blocks){ reach_block_of(in.first), reach_block_of(in.last), s->now }, on_set, &l));
		TRY(reach_stances_span(&at, &in, on_stance, &l));
		TRY(reach_blocks_span(&at, &in, on_block, &l));
		TRY(attr_reach_each(&at, in.first, in.last, on_reach, &l));
		if (zone)
			TRY(attr_value_page(&at, zone, in.first - 1, (size_t)(in.last - in.first + 1), on_zone, &l));
	}
	return OK;
}

/* A claim is done with when a touch has its key; of one key counts one. */
static bool replaced(const struct reach_person *p, const struct reach_item *claim)
{
	for (size_t i = 0; i < p->items.n; i++)
		if (p->items.v[i].key == claim->key && !p->items.v[i].claim)
			return true;
	return false;
}

struct reach_past *reach_pasts(struct arena *a, const struct reach_person *p, const struct reach_ask *ask, size_t *ret_count, bool *ret_standing)
{
	u64 but = ask ? reach_key_hash(ask->key) : 0, instead = ask ? reach_key_hash(ask->instead) : 0;
	size_t besides = ask ? ask->besides_count : 0;
	struct reach_past *v = ARENA_ARRAY(a, struct reach_past, p->items.n + besides + 1);
	size_t n = 0;
	*ret_standing = false;
	for (size_t i = 0; i < p->items.n; i++) {
		const struct reach_item *item = &p->items.v[i];
		if (but && item->key == but) {
			*ret_standing |= item->standing;
			continue;
		}
		if (item->claim && (!item->standing || (item->key && (item->key == instead || replaced(p, item)))))
			continue;
		v[n++] = item->past;
	}
	for (size_t i = 0; i < besides; i++)
		v[n++] = ask->besides[i];
	*ret_count = n;
	return v;
}

struct reach_try reach_try_of(const struct reach_person *p, const struct reach_ask *ask)
{
	bool marketing = !str_eq_c(STR("service"), ask->class ? ask->class : "marketing");
	enum reach_channel c = reach_channel_of(str_c(ask->channel));
	u32 of_channel = 1u << c | 1u << RC_OTHER;
	return (struct reach_try){
		.at = ask->at, .channel = (u8)c, .how = (u8)reach_how_of(ask->how ? str_c(ask->how) : STR_NIL, c, marketing),
		.content = (u8)reach_content_of(ask->content ? str_c(ask->content) : STR_NIL), .marketing = marketing,
		.refused = (p->refused & of_channel) != 0, .blocked = p->blocked, .consented = (p->accepted & of_channel) != 0,
		/* Whether other channels have her is known to whoever sends there. */
		.reachable = c == RC_WECOM ? p->wecom : c == RC_SMS ? p->sms : true,
		.root = p->root, .share = ask->share, .salt = ask->salt, .span = ask->span, .zone = p->zone,
	};
}

ms reach_since(const struct reach_rules *r, ms at)
{
	i64 days = int_max(r->mix_share < 100 ? r->mix_days : 0, 32); /* the longest window, a month, and a day of zones */
	return at - days * MS_DAY;
}
