/*
 * Fetching a profile after an add or an edit: name, unionid, and the relation it was asked for.
 *
 * A read, so repeating it is harmless. The unionid may make her one with a buyer known before; that takes
 * several transactions, so it is done here, outside of any, before the event is written.
 */
#include "core/follow/follow_decode.h"

#include "core/corp/corp.h"
#include "core/identity/identity.h"

#define FOLLOW_PAGES_MAX 20 /* 500 followers each */

err follow_customer(struct unit *u, const struct wecom_contact *c, ms occurred, i64 *ret_customer)
{
	struct identity_in ids[] = { { STR("external_userid"), c->external_userid, true },
				     { STR("unionid"), c->unionid, true } };
	struct identity_who who = { ids, c->unionid.n ? 2 : 1, false, occurred, STR("wecom"), STR_NIL };
	return identity_resolve(u, &who, ret_customer, NULL, NULL);
}

struct contact_fetched follow_fetched_of(struct arena *a, const struct wecom_contact *c, const struct wecom_follow *f, i64 staff)
{
	struct contact_fetched out = { .staff = staff, .userid = f->userid, .external_userid = c->external_userid,
		.name = c->name, .avatar = c->avatar, .type = c->type, .corp_name = c->corp_name, .unionid = c->unionid.n > 0,
		.gender = c->gender == 1 ? STR("male") : c->gender == 2 ? STR("female") : STR_NIL,
		.remark = f->remark, .description = f->description, .added = f->created, .add_way = f->add_way,
		.state = f->state };
	out.tags.v = ARENA_ARRAY(a, str, f->tag_count);
	for (size_t i = 0; i < f->tag_count; i++) {
		if (f->tags[i].tag_id.n && f->tags[i].type != 3)
			out.tags.v[out.tags.n++] = f->tags[i].tag_id;
	}
	return out;
}

/* The relation of one member among the pages of followers. */
static err find_follow(struct wecom_call *call, const struct contact_fetch *in, struct wecom_customer *ret,
		       const struct wecom_follow **ret_follow)
{
	str cursor = STR_NIL;
	*ret_follow = NULL;
	for (int page = 0; page < FOLLOW_PAGES_MAX; page++) {
		TRY(wecom_customer_get(call, in->external_userid, cursor, ret));
		for (size_t i = 0; i < ret->follow_count; i++) {
			if (str_eq_nocase(ret->follows[i].userid, in->userid))
				*ret_follow = &ret->follows[i];
		}
		cursor = ret->next_cursor;
		if (*ret_follow || !cursor.n)
			break;
	}
	return OK;
}

/* Mobiles in the remark were typed by staff: they suggest, whatever they look like. */
static err hint_mobiles(struct unit *u, i64 leaf, const struct wecom_follow *f)
{
	for (size_t i = 0; i < f->remark_mobiles.n; i++) {
		err e = identity_hint_add(u, leaf, f->remark_mobiles.v[i]);
		if (e != OK && e != ERR_INPUT)
			return e;
	}
	return OK;
}

err follow_fetch(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct contact_fetch in;
	struct corp_wecom corp;
	struct wecom_customer got;
	const struct wecom_follow *follow;
	i64 leaf;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &contact_fetch_record, &in)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &corp));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	err e = find_follow(&call, &in, &got, &follow);
	if (e != OK) {
		if (call.errcode)
			ret->reason = arena_printf(CX_ARENA(cx), "%lld", (long long)call.errcode);
		if (call.action == WECOM_RELATION_LOST)
			return OK; /* gone already: its own event will say so */
		if (call.retry_at != NIL && call.retry_at)
			ret->retry_at = call.retry_at;
		return e == ERR_UNKNOWN ? ERR_UPSTREAM : e;
	}
	TRY(follow_customer(&cx->unit, &got.contact, cx_now(cx), &leaf));
	if (!follow) {
		ret->reason = STR("no relation");
		return OK;
	}
	TRY(hint_mobiles(&cx->unit, row->customer, follow));
	struct contact_fetched *body = ARENA_NEW(CX_ARENA(cx), struct contact_fetched);
	*body = follow_fetched_of(CX_ARENA(cx), &got.contact, follow, in.staff);
	ret->event = EV_CONTACT_FETCHED;
	ret->customer = row->customer;
	ret->record = &contact_fetched_record;
	ret->body = body;
	return OK;
}
