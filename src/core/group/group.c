/*
 * Keeping one group: the rows of a reading compared with the rows we have, and what the difference tells.
 */
#include "core/group/group_keep.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/corp/corp.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"

struct keeping {
	const struct wecom_group *got;
	ms begun;
	i64 owner;       /* staff; NIL unknown */
	i64 *customers;  /* of each member got; NIL nobody */
	bool first;
	bool silent;     /* strangers of an old group that we see for the first time */
};

const char *group_way(i64 scene)
{
	return scene == WECOM_JOIN_INVITED ? "invited" : scene == WECOM_JOIN_LINK ? "link" : scene == WECOM_JOIN_CODE ? "code" : "unknown";
}

/* ---- telling ---- */

static err tell_group(struct tx *tx, enum event_kind kind, const struct group_chat *g, str change, i64 before, ms at)
{
	struct group_event body = { g->id, g->chat_id, g->name, g->owner, g->members, change, before };
	return journal_add(tx, kind, 0, at, &group_event_record, &body, NULL);
}

err group_tell_seat(struct tx *tx, const struct group_chat *g, const struct group_member *m, bool joined, const char *way, bool late)
{
	enum event_kind kind = joined ? EV_GROUP_JOINED : EV_GROUP_LEFT;
	ms at = joined ? m->joined : m->gone;
	i64 customer = m->customer == NIL ? 0 : m->customer;
	struct group_seat_event body = { g->id, g->chat_id, g->name, m->member, str_c(way), m->state, m->invitor, at, m->times > 1, late };
	if (m->kind == WECOM_GROUP_STAFF)
		return OK;
	i64 slot = customer ? slot_of_customer(tx->snap.unit->store, customer) : tx->snap.slot;
	return slot == tx->snap.slot ? journal_add(tx, kind, customer, at, &group_seat_event_record, &body, NULL) :
				       journal_relay(tx, slot, kind, customer, at, &group_seat_event_record, &body);
}

/* ---- one member ---- */

static err seats_add(struct tx *tx, const struct group_member *m, i64 n)
{
	return m->kind == WECOM_GROUP_STAFF ? OK : group_person_add(tx, &(struct group_person){ m->member, n });
}

static err member_gone(struct tx *tx, const struct group_chat *g, struct group_member *m, ms at, const char *way)
{
	bool told = m->quit_told != NIL && m->quit_told >= m->joined;
	m->gone = told ? m->quit_told : at;
	if (told && !way)
		way = m->quit_scene == 1 ? "removed" : "self";
	TRY(group_member_put(tx, m));
	TRY(seats_add(tx, m, -1));
	return group_tell_seat(tx, g, m, false, way ? way : "unknown", false);
}

static struct group_member member_of(const struct group_chat *g, const struct wecom_group_member *in, i64 customer, ms begun)
{
	bool stranger = in->type != WECOM_GROUP_STAFF && customer == NIL;
	return (struct group_member){
		.chat = g->id, .member = in->userid, .kind = in->type, .customer = customer, .name = stranger && in->name.n ? in->name : STR_NIL,
		.joined = in->joined == NIL ? begun : in->joined, .scene = in->scene, .state = in->state.n ? in->state : STR_NIL,
		.invitor = in->invitor.n ? in->invitor : STR_NIL, .times = 1, .quit_told = NIL, .quit_scene = NIL, .gone = NIL,
	};
}

static err member_here(struct tx *tx, const struct group_chat *g, const struct keeping *k, size_t i, struct group_member *was)
{
	const struct wecom_group_member *in = &k->got->v[i];
	struct group_member m = member_of(g, in, k->customers[i], k->begun);
	bool late = k->first && m.joined < k->begun - GROUP_YOUNG_MS;
	if (was) {
		m.times = was->times;
		m.quit_told = was->quit_told;
		m.quit_scene = was->quit_scene;
		bool moved = was->joined != m.joined && in->joined != NIL, was_in = was->gone == NIL;
		if (in->joined == NIL)
			m.joined = was->joined;
		if (was_in && !moved) {
			bool met = was->customer == NIL && m.customer != NIL;
			if (!met && str_eq(was->name, m.name) && str_eq(was->state, m.state))
				return OK;
			TRY(group_member_put(tx, &m));
			return met ? group_tell_seat(tx, g, &m, true, group_way(m.scene), true) : OK;
		}
		if (was_in) /* she went and came back between two readings */
			TRY(member_gone(tx, g, was, m.joined, NULL));
		m.times++;
	}
	TRY(group_member_put(tx, &m));
	TRY(seats_add(tx, &m, 1));
	if (k->silent && m.customer == NIL)
		return OK;
	return group_tell_seat(tx, g, &m, true, group_way(m.scene), late);
}

/* ---- a whole group ---- */

static err keep_members(struct tx *tx, struct group_chat *g, const struct keeping *k)
{
	struct arena *a = tx->snap.arena;
	struct group_member *rows;
	size_t n;
	TRY(group_member_all(&tx->snap, &(struct group_key){ g->id }, &rows, &n));
	struct map by_name = map_new(a), here = map_new(a);
	for (size_t i = 0; i < n; i++)
		map_put(&by_name, rows[i].member, &rows[i]);
	g->members = g->externals = g->customers = 0;
	for (size_t i = 0; i < k->got->n; i++) {
		str name = k->got->v[i].userid;
		if (!map_put(&here, name, &by_name))
			continue; /* named twice */
		struct group_member *was = map_get(&by_name, name);
		if (was && was->customer != NIL)
			k->customers[i] = was->customer; /* whose seat it is stays */
		g->members++;
		g->externals += k->got->v[i].type != WECOM_GROUP_STAFF;
		g->customers += k->customers[i] != NIL;
		TRY(member_here(tx, g, k, i, was));
	}
	for (size_t i = 0; i < n; i++)
		if (rows[i].gone == NIL && !map_get(&here, rows[i].member))
			TRY(member_gone(tx, g, &rows[i], k->begun, NULL));
	return OK;
}

static str joined_by_commas(struct arena *a, struct strs list)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	for (size_t i = 0; i < list.n; i++) {
		if (i)
			buf_char(&b, ',');
		buf_add(&b, list.v[i]);
	}
	return b.n ? buf_str(&b) : STR("");
}

static str text_of(str s) { return s.n ? s : STR(""); }

static err keep(struct tx *tx, struct keeping *k)
{
	struct arena *a = tx->snap.arena;
	struct group_chat g, was;
	TRY(group_ensure(tx, k->got->chat_id, &g));
	if (g.fetched > k->begun)
		return OK; /* something newer is here already */
	was = g;
	k->first = g.fetched == 0;
	g.name = text_of(k->got->name);
	g.owner = k->owner;
	g.notice = text_of(k->got->notice);
	g.admins = joined_by_commas(a, k->got->admins);
	g.version = text_of(k->got->version);
	g.created = k->got->created;
	g.fetched = k->begun;
	g.dissolved = NIL;
	k->silent = k->first && (g.created == NIL || g.created < k->begun - GROUP_YOUNG_MS);
	struct buf change = buf_new(a, 256);
	if (!str_eq(was.name, g.name))
		buf_add_c(&change, ",name");
	if (was.owner != g.owner)
		buf_add_c(&change, ",owner");
	if (!str_eq(was.notice, g.notice))
		buf_add_c(&change, ",notice");
	if (!str_eq(was.admins, g.admins))
		buf_add_c(&change, ",admins");
	if (was.dissolved != NIL)
		buf_add_c(&change, ",status");
	g.members = (i64)k->got->n;
	if (k->first)
		TRY(tell_group(tx, EV_GROUP_CREATED, &g, STR_NIL, NIL, g.created == NIL ? k->begun : g.created));
	else if (change.n)
		TRY(tell_group(tx, EV_GROUP_CHANGED, &g, str_sub(buf_str(&change), 1, change.n), was.owner != g.owner ? was.owner : NIL, tx->snap.now));
	TRY(keep_members(tx, &g, k));
	return group_chat_put(tx, &g);
}

err group_dissolve(struct tx *tx, struct group_chat *g, ms at)
{
	struct group_member *rows;
	size_t n;
	if (g->dissolved != NIL)
		return OK;
	TRY(group_member_all(&tx->snap, &(struct group_key){ g->id }, &rows, &n));
	TRY(tell_group(tx, EV_GROUP_DISSOLVED, g, STR_NIL, NIL, at));
	for (size_t i = 0; i < n; i++)
		if (rows[i].gone == NIL)
			TRY(member_gone(tx, g, &rows[i], at, "dissolved"));
	g->dissolved = at;
	g->members = g->externals = g->customers = 0;
	g->fetched = int_max(g->fetched, at);
	return group_chat_put(tx, g);
}

err group_ensure(struct tx *tx, str chat_id, struct group_chat *ret)
{
	err e = group_chat_by_name(&tx->snap, &(struct group_named){ chat_id }, ret);
	if (e != ERR_NOT_FOUND)
		return e;
	struct group_chat g = { .id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .chat_id = chat_id, .name = STR(""),
				.owner = NIL, .notice = STR(""), .admins = STR(""), .version = STR(""), .created = NIL,
				.known = tx->snap.now, .dissolved = NIL };
	TRY(group_chat_add(tx, &g));
	*ret = g;
	return OK;
}

/* ---- reading ---- */

static err customer_of(struct unit *u, const struct wecom_group_member *m, i64 known, i64 *ret)
{
	*ret = NIL;
	if (m->type == WECOM_GROUP_STAFF)
		return OK;
	*ret = known ? known : NIL;
	if (known || !m->unionid.n)
		return OK;
	err e = identity_find(u, STR("unionid"), m->unionid, ret);
	if (e == ERR_NOT_FOUND || e == ERR_INPUT)
		*ret = NIL;
	return e == ERR_NOT_FOUND || e == ERR_INPUT ? OK : e;
}

static err dissolved_now(struct tx *tx, str chat_id, ms at)
{
	struct group_chat g;
	TRY(group_ensure(tx, chat_id, &g));
	return group_dissolve(tx, &g, at);
}

static err prepare(struct cx *cx, struct keeping *k)
{
	const struct wecom_group *got = k->got;
	if (got->owner.n)
		TRY(staff_ensure(&cx->unit, got->owner, &k->owner));
	k->customers = ARENA_ARRAY(CX_ARENA(cx), i64, got->n);
	i64 *known = ARENA_ARRAY(CX_ARENA(cx), i64, got->n + 1);
	str *names = ARENA_ARRAY(CX_ARENA(cx), str, got->n + 1);
	for (size_t i = 0; i < got->n; i++)
		names[i] = got->v[i].type == WECOM_GROUP_STAFF ? STR_NIL : got->v[i].userid;
	TRY(identity_find_many(&cx->unit, STR("external_userid"), names, got->n, known));
	for (size_t i = 0; i < got->n; i++)
		TRY(customer_of(&cx->unit, &got->v[i], known[i], &k->customers[i]));
	return OK;
}

err group_ask_one(struct cx *cx, struct wecom_call *call, str chat_id, struct group_answer *ret)
{
	struct wecom_group *got = ARENA_NEW(CX_ARENA(cx), struct wecom_group);
	struct keeping *k = ARENA_NEW(CX_ARENA(cx), struct keeping);
	*k = (struct keeping){ .got = got, .begun = cx_now(cx), .owner = NIL };
	*ret = (struct group_answer){ .chat_id = chat_id, .keeping = k };
	err e = wecom_group_get(call, chat_id, got);
	ret->gone = e != OK && wecom_group_gone(call->errcode);
	return ret->gone ? OK : e != OK ? e : prepare(cx, k);
}

err group_keep_one(struct tx *tx, const struct group_answer *a)
{
	return a->gone ? dissolved_now(tx, a->chat_id, a->keeping->begun) : keep(tx, a->keeping);
}

err group_read(struct cx *cx, struct wecom_call *call, str chat_id)
{
	struct group_answer answer;
	TRY(group_ask_one(cx, call, chat_id, &answer));
	return WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), group_keep_one(tx, &answer));
}

/* ---- asking ---- */

err group_get(const struct snap *s, i64 id, struct group_chat *ret)
{
	return group_chat_get(s, &(struct group_key){ id }, ret);
}

err group_by_chat_id(const struct snap *s, str chat_id, struct group_chat *ret)
{
	return group_chat_by_name(s, &(struct group_named){ chat_id }, ret);
}

err group_of_owner(const struct snap *s, i64 owner, i64 after, i64 limit, struct group_chat **ret, size_t *ret_count)
{
	return group_chat_of_owner(s, &(struct group_of_owner_in){ owner, after, limit }, ret, ret_count);
}

err group_labelled(const struct snap *s, i64 class, str word, struct ids *ret)
{
	*ret = (struct ids){ NULL, 0 };
	for (size_t i = 0; s->unit->env->modules[i]; i++)
		if (s->unit->env->modules[i]->groups)
			return s->unit->env->modules[i]->groups(s, class, word, ret);
	return OK;
}

err group_members(const struct snap *s, i64 group, str after, bool gone, i64 limit, struct group_member **ret, size_t *ret_count)
{
	struct group_page page = { group, after.p ? after : STR(""), gone, limit };
	return group_member_page(s, &page, ret, ret_count);
}

err group_seats(const struct snap *s, const i64 *leaves, size_t count, struct group_seat **ret, size_t *ret_count)
{
	VEC(struct group_seat) all = { 0 };
	for (size_t i = 0; i < count; i++) {
		struct snap at = *s;
		struct group_seat *rows;
		size_t n;
		snap_slot(&at, slot_of_customer(s->unit->store, leaves[i]));
		TRY(group_seats_of(&at, &(struct group_seat_of){ leaves[i] }, &rows, &n));
		for (size_t k = 0; k < n; k++)
			vec_push(s->arena, &all, rows[k]);
	}
	*ret = all.v;
	*ret_count = all.n;
	return OK;
}

/* One asking per group and two seconds, never sooner than WeCom's copies need. */
err group_ask(struct tx *tx, i64 id, str chat_id)
{
	ms due = (tx->snap.now / GROUP_LAG_MS + 2) * GROUP_LAG_MS;
	struct group_fetch_task body = { id, chat_id };
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)id, (long long)due);
	return outbox_add(tx, STR("group.fetch"), key, STR(""), due, 0, 0, &group_fetch_task_record, &body, NULL);
}
