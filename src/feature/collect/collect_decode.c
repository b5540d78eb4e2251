/*
 * collect's decoder: an event of a shop or site becomes a person, her profile and a journal event.
 *
 * The time of an event is corrected for the sender's clock (received - (sent - original)) and never
 * lies in the future.
 */
#include "feature/collect/collect.h"

#include "base/map.h"
#include "base/tz.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"

struct reading {
	const struct json *outer, *event, *context, *traits;
	str type;
	ms occurred;
	struct identity_in ids[COLLECT_IDS_MAX];
	size_t id_count;
	bool visitor;
};

static void take_id(struct cx *cx, struct reading *r, const char *kind, str value)
{
	str normal;
	struct fail ignored = { 0 };
	if (value.n == 0 || r->id_count == COLLECT_IDS_MAX)
		return;
	if (identity_normal(CX_ARENA(cx), str_c(kind), value, &normal, &ignored) != OK)
		return; /* "null", "0", a masked phone: nobody's identity */
	r->ids[r->id_count++] = (struct identity_in){ str_c(kind), normal, true };
}

/* context.externalIds: [{id, type, collection: "users"}]; types that are not kinds of ours are left. */
static void take_external(struct cx *cx, struct reading *r)
{
	static const char *const kinds[] = { "phone", "email", "unionid", "openid", "external_userid", "buyer", "user_id" };
	const struct json *list = json_get(r->context, "externalIds");
	for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->n; i++) {
		str type = json_str(&list->items[i], "type"), collection = json_str(&list->items[i], "collection");
		if (collection.n && !str_eq_c(collection, "users"))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
			if (str_eq_c(type, kinds[k]))
				take_id(cx, r, kinds[k], json_str(&list->items[i], "id"));
	}
}

static void take_ids(struct cx *cx, struct reading *r)
{
	take_id(cx, r, "user_id", json_str(r->event, "userId"));
	take_external(cx, r);
	r->visitor = r->id_count == 0;
	take_id(cx, r, "anonymous_id", json_str(r->event, "anonymousId"));
}

static ms time_of(const struct json *value)
{
	const struct tz *utc;
	ms at;
	if (!value || value->type != JSON_TEXT || tz_get(STR("UTC"), &utc, NULL) != OK)
		return NIL;
	return tz_parse(utc, value->text, &at) ? at : NIL;
}

static ms occurred_at(const struct json *event, const struct json *outer, ms received)
{
	ms original = time_of(json_get(event, "timestamp")), sent = time_of(json_get(event, "sentAt"));
	if (sent == NIL)
		sent = time_of(json_get(outer, "sentAt"));
	if (original == NIL)
		return received;
	ms at = sent == NIL ? original : received - (sent - original);
	return int_min(at, received);
}

static err read_row(struct cx *cx, const struct inbox_row *row, struct reading *r)
{
	struct json *json;
	TRY(json_parse(row->body, CX_ARENA(cx), &json, &cx->unit.fail));
	*r = (struct reading){ .outer = json, .event = json_get(json, "event"), .type = json_str(json, "type") };
	if (!r->event)
		return cx_fail(cx, ERR_SYNTAX, T_OK, STR("event"), STR_NIL, STR_NIL);
	r->context = json_get(r->event, "context");
	if (!r->context)
		r->context = json_get(json, "context");
	r->traits = json_get(r->event, "traits");
	if (!r->traits)
		r->traits = json_get(r->context, "traits");
	r->occurred = occurred_at(r->event, json, row->received);
	take_ids(cx, r);
	return OK;
}

static str full_name(struct arena *a, const struct json *traits)
{
	str name = json_str(traits, "name"), first = json_str(traits, "firstName"), last = json_str(traits, "lastName");
	if (name.n || (!first.n && !last.n))
		return name;
	return arena_printf(a, "%.*s%s%.*s", STR_F(last), first.n && last.n ? " " : "", STR_F(first));
}

static err put_profile(struct tx *tx, i64 customer, const struct json *traits)
{
	str gender = json_str(traits, "gender");
	str city = json_str(json_get(traits, "address"), "city");
	struct customer_profile p = { .name = full_name(tx->snap.arena, traits), .city = city, .birthday = NIL, .avatar = json_str(traits, "avatar") };
	if (str_eq_c(gender, "male") || str_eq_c(gender, "female"))
		p.gender = gender;
	return customer_profile_put(tx, customer, &p);
}

/* What the journal hears of each type; identify and alias have said it through profile and identity. */
static enum event_kind kind_of(str type)
{
	return str_eq_c(type, "track") ? EV_SITE_TRACKED : str_eq_c(type, "page") ? EV_SITE_PAGE
		: str_eq_c(type, "screen") ? EV_SITE_SCREEN : str_eq_c(type, "group") ? EV_SITE_GROUP : EV_NONE;
}

static err put_event(struct tx *tx, i64 customer, const struct reading *r, str key)
{
	enum event_kind kind = kind_of(r->type);
	if (kind == EV_NONE)
		return OK;
	str name = json_str(r->event, kind == EV_SITE_TRACKED ? "event" : kind == EV_SITE_GROUP ? "groupId" : "name");
	const struct json *properties = json_get(r->event, kind == EV_SITE_GROUP ? "traits" : "properties");
	struct site_event body = {
		.name = str_utf8_head(name.p ? name : STR(""), COLLECT_NAME_MAX), .message_id = key,
		.properties = properties ? properties->raw : STR_NIL,
		.page = json_str(json_get(r->context, "page"), "url"),
	};
	return journal_add(tx, kind, customer, r->occurred, &site_event_record, &body, NULL);
}

static err write_all(struct tx *tx, const struct inbox_row *row, i64 customer, const struct reading *r, bool *ret_first)
{
	TRY(inbox_claim(tx, row, ret_first));
	if (!*ret_first)
		return OK;
	if (r->traits && r->traits->type == JSON_OBJECT && !str_eq_c(r->type, "group"))
		TRY(put_profile(tx, customer, r->traits));
	return put_event(tx, customer, r, row->key);
}

/* Whom the previous id of an alias speaks of: a userId, or the anonymousId older libraries put there. One
 * nobody has sent yet is made, so that what still comes under it finds her. */
static err previous_of(struct cx *cx, const struct reading *r, str value, i64 *ret)
{
	struct identity_in id = { STR("user_id"), value, true };
	struct identity_who who = { &id, 1, false, r->occurred, STR("segment"), STR_NIL };
	err e = identity_find(&cx->unit, STR("user_id"), value, ret);
	if (e == ERR_NOT_FOUND)
		e = identity_find(&cx->unit, STR("anonymous_id"), value, ret);
	return e == ERR_NOT_FOUND ? identity_resolve(&cx->unit, &who, ret, NULL, NULL) : e;
}

/* A person has one userId, so two of them never merge by themselves; an alias is the shop's word that they
 * do. Kept apart by hand, or too many already: they stay two. */
static err join_previous(struct cx *cx, const struct reading *r, i64 customer)
{
	str previous;
	i64 other, root;
	struct fail ignored = { 0 };
	if (identity_normal(CX_ARENA(cx), STR("user_id"), json_str(r->event, "previousId"), &previous, &ignored) != OK)
		return OK;
	TRY(previous_of(cx, r, previous, &other));
	err e = customer_merge(&cx->unit, customer, other, "user_id", &root);
	return e == ERR_STATE ? OK : e;
}

err collect_decode(struct cx *cx, const struct inbox_row *row)
{
	struct reading r;
	i64 customer;
	bool first, created;
	TRY(read_row(cx, row, &r));
	if (r.id_count == 0)
		return inbox_done(&cx->unit, row, STR("no_user_anon_id"));
	cx->unit.actor_kind = ACTOR_API;
	struct identity_who who = { r.ids, r.id_count, r.visitor, r.occurred, STR("segment"), STR_NIL };
	TRY(identity_resolve(&cx->unit, &who, &customer, &created, NULL));
	if (str_eq_c(r.type, "alias"))
		TRY(join_previous(cx, &r, customer));
	i64 slot = slot_of_customer(cx->env->store, customer);
	TRY(WRITE_TX(&cx->unit, slot, write_all(tx, row, customer, &r, &first)));
	return slot == row->slot ? OK : inbox_done(&cx->unit, row, STR_NIL);
}

/* ---- many at once ---- */

struct many {
	const struct inbox_row *rows;
	struct reading *readings;
	struct identity_who *who; /* of the plain ones, densely */
	size_t *place;            /* in who; of one that is not plain: NOT_PLAIN */
	u32 *numbers;
	size_t count, n;
};
#define NOT_PLAIN SIZE_MAX

static str key_of(struct arena *a, const struct identity_in *id)
{
	return arena_printf(a, "%.*s %.*s", STR_F(id->kind), STR_F(id->value));
}

/* Whoever a row that has to wait speaks of waits too with all that came after it: her order is kept. */
static bool must_wait(struct arena *a, struct map *waiting, const struct reading *r, bool resolved)
{
	bool waits = !resolved;
	for (size_t i = 0; i < r->id_count && !waits && waiting->n; i++)
		waits = map_get(waiting, key_of(a, &r->ids[i])) != NULL;
	for (size_t i = 0; i < r->id_count && waits; i++)
		map_put(waiting, key_of(a, &r->ids[i]), waiting);
	return waits;
}

static err write_many(struct tx *tx, const struct many *m, bool *ret_done)
{
	struct arena *a = tx->snap.arena;
	struct map waiting = map_new(a);
	i64 *customers = ARENA_ARRAY(a, i64, m->n + 1);
	bool *created = ARENA_ARRAY(a, bool, m->n + 1), first;
	TRY(identity_resolve_many(tx, m->who, m->numbers, m->n, customers, created));
	for (size_t i = 0; i < m->count; i++) {
		const struct reading *r = &m->readings[i];
		i64 customer = m->place[i] == NOT_PLAIN ? 0 : customers[m->place[i]];
		ret_done[i] = false;
		if (must_wait(a, &waiting, r, customer && slot_of_customer(tx->snap.unit->store, customer) == tx->snap.slot))
			continue;
		TRY(write_all(tx, &m->rows[i], customer, r, &first));
		ret_done[i] = true;
	}
	return OK;
}

/* Numbers for those who will be made: dense numbers are not to be wasted. */
static err take_numbers(struct cx *cx, struct many *m)
{
	bool *unknown = ARENA_ARRAY(CX_ARENA(cx), bool, m->n + 1);
	TRY(READ_SNAP(&cx->unit, m->rows[0].slot, identity_unknown_many(snap, m->who, m->n, unknown)));
	for (size_t i = 0; i < m->n; i++) {
		if (!unknown[i])
			continue;
		TRY(store_number(&cx->unit, m->who[i].visitor ? "visitor" : "customer", &m->numbers[i]));
		if (m->who[i].visitor)
			m->numbers[i] += ID_VISITOR_FROM;
	}
	return OK;
}

err collect_decode_many(struct cx *cx, const struct inbox_row *rows, size_t count, bool *ret_done)
{
	struct arena *a = CX_ARENA(cx);
	struct many m = { rows, ARENA_ARRAY(a, struct reading, count), ARENA_ARRAY(a, struct identity_who, count),
			  ARENA_ARRAY(a, size_t, count), ARENA_ARRAY(a, u32, count), count, 0 };
	for (size_t i = 0; i < count; i++) {
		struct reading *r = &m.readings[i];
		bool plain = read_row(cx, &rows[i], r) == OK && r->id_count > 0 && !str_eq_c(r->type, "alias");
		m.place[i] = plain ? m.n : NOT_PLAIN;
		if (plain)
			m.who[m.n++] = (struct identity_who){ r->ids, r->id_count, r->visitor, r->occurred, STR("segment"), STR_NIL };
	}
	TRY(take_numbers(cx, &m));
	cx->unit.actor_kind = ACTOR_API;
	return WRITE_TX(&cx->unit, rows[0].slot, write_many(tx, &m, ret_done));
}
