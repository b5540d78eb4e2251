/*
 * The visitor as a person: who she is to us, what she agreed to, and the moment two become one.
 *
 * Resolving runs several transactions and may be repeated; the consent row in her own slot is unique per
 * code, so a repeat after a crash tells of the binding once. The code is closed last.
 */
#include "feature/bind/bind_data.h"

#include "base/hash.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/perm/perm_session.h"
#include "store/journal.h"

#define NOTICE_VERSION "1" /* of our own text, T_BIND_NOTICE */
#define VERSION_CHARS 12

err bind_notice(struct cx *cx, const struct corp *corp, str *ret_version, str *ret_text)
{
	struct arena *a = CX_ARENA(cx);
	TRY(setting_get(&cx->unit, "bind.privacy_text", ret_text));
	TRY(setting_get(&cx->unit, "bind.privacy_version", ret_version));
	if (ret_text->n) {
		/* Without a name of its own, a text is named by its content: a change is a new version. */
		u8 digest[SHA256_BYTES];
		hash_sha256(*ret_text, digest);
		if (!ret_version->n)
			*ret_version = hash_hex(a, digest, VERSION_CHARS / 2);
		return OK;
	}
	struct text_hole hole = { "value", corp->name };
	*ret_text = text_fill(a, T_BIND_NOTICE, cx->viewer.lang, &hole, 1);
	*ret_version = STR(NOTICE_VERSION);
	return OK;
}

/* Root of the person known by the value; 0 when nobody is. */
static err root_by(struct unit *u, const char *kind, str value, i64 *ret)
{
	*ret = 0;
	if (!value.n)
		return OK;
	err e = identity_find(u, str_c(kind), value, ret);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	return customer_root(u, *ret, ret);
}

static err phone_of(struct unit *u, i64 root, str *ret_masked)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, count;
	struct identity_row *rows;
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(identity_of(u, leaves[i], &rows, &count));
		for (size_t k = 0; k < count; k++)
			if (rows[k].verified && str_eq_c(rows[k].kind, "phone"))
				*ret_masked = rows[k].masked;
	}
	return OK;
}

err bind_view(struct cx *cx, const struct guest *v, struct bind_session_view *ret)
{
	i64 root;
	*ret = (struct bind_session_view){ .name = STR(""), .corp_name = v->corp.name, .phone_masked = STR("") };
	TRY(bind_notice(cx, &v->corp, &ret->privacy_version, &ret->privacy_text));
	TRY(guest_root(&cx->unit, v, &root));
	if (!root)
		return OK;
	struct customer c;
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), customer_get(snap, root, &c)));
	if (c.name.n)
		ret->name = c.name;
	TRY(phone_of(&cx->unit, root, &ret->phone_masked));
	ret->bound = ret->phone_masked.n > 0;
	return OK;
}

static err tell(struct tx *tx, const struct bind_consent *consent, const struct phone_bound *body)
{
	TRY(bind_consent_add(tx, consent));
	if (tx_changed(tx) == 0)
		return OK;
	return journal_add(tx, EV_PHONE_BOUND, consent->customer, consent->consented, &phone_bound_record, body, NULL);
}

static str masked(struct arena *a, str phone)
{
	str digits = str_sub(phone, 3, phone.n);
	return arena_printf(a, "%.*s****%.*s", STR_F(str_sub(digits, 0, 3)), STR_F(str_sub(digits, 7, digits.n)));
}

err bind_person(struct cx *cx, const struct guest *v, str phone, i64 code_id, bool *ret_merged)
{
	struct unit *u = &cx->unit;
	struct identity_in ids[3];
	size_t n = 0;
	i64 visitor, owner, leaf, now_owner, now_visitor;
	struct phone_bound body = { .masked = masked(CX_ARENA(cx), phone), .consented = cx_now(cx) };
	str text;
	TRY(bind_notice(cx, &v->corp, &body.privacy_version, &text));
	TRY(guest_root(u, v, &visitor));
	TRY(root_by(u, "phone", phone, &owner));
	if (v->external_userid.n)
		ids[n++] = (struct identity_in){ STR("external_userid"), v->external_userid, true };
	if (v->openid.n)
		ids[n++] = (struct identity_in){ STR("openid"), v->openid, true };
	ids[n++] = (struct identity_in){ STR("phone"), phone, true };
	struct identity_who who = { .ids = ids, .count = n, .occurred = cx_now(cx), .origin = STR("bind"), .name = STR_NIL };
	TRY(identity_resolve(u, &who, &leaf, NULL, NULL));
	TRY(guest_root(u, v, &now_visitor));
	TRY(root_by(u, "phone", phone, &now_owner));
	if (!now_owner || now_owner != now_visitor)
		return cx_fail(cx, ERR_STATE, T_BIND_CONFLICT, STR("phone"), STR_NIL, STR_NIL);
	*ret_merged = body.merged = owner && owner != visitor;
	struct bind_consent consent = { leaf, code_id, body.privacy_version, body.consented };
	u->actor = leaf;
	return WRITE_TX(u, slot_of_customer(u->store, leaf), tell(tx, &consent, &body));
}
