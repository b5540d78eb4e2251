/*
 * corp: making one, what is known of it, and its WeCom credentials and settings.
 */
#include "core/corp/corp.h"

#include "base/hash.h"
#include "core/corp/corp_cache.h"
#include "port/wecom/wecom_crypt.h"
#include "store/journal.h"
#include "store/seal.h"

#define SLUG_CHARS 16
#define CALLBACK_SEEN_MS MS_MINUTE

/* ---- making ---- */

static err corp_begin(struct tx *tx, const struct corp_new *in, i64 *ret_corp)
{
	struct corp_counter next, key = { .name = STR("corp") };
	struct corp_row row;
	record_init(&corp_row_record, &row);
	TRY(corp_number(tx, &key, &next));
	row.id = next.next;
	row.slug = id_slug(tx->snap.arena, SLUG_CHARS);
	row.name = in->name;
	row.zone = in->zone;
	row.currency = in->currency;
	row.simulated = in->simulated;
	row.created = tx->snap.now;
	row.sync_state = STR("none");
	row.version = 1;
	TRY(corp_insert(tx, &row));
	*ret_corp = row.id;
	return store_corp_add(tx, row.id, (i64)(hash_mix((u64)row.id) % SLOT_COUNT), in->spread);
}

static err check_fields(struct fail *f, str name, str zone, str currency)
{
	const struct tz *tz;
	if (!name.n || !str_utf8_ok(name) || str_utf8_len(name) > 40)
		return fail_set(f, ERR_INPUT, T_TOO_LONG, STR("name"), STR_NIL, STR("40"));
	if (tz_get(zone, &tz, f) != OK)
		return fail_set(f, ERR_INPUT, T_CORP_ZONE, STR("zone"), zone, STR_NIL);
	for (size_t i = 0; i < currency.n; i++) {
		if (currency.p[i] < 'A' || currency.p[i] > 'Z')
			return fail_set(f, ERR_INPUT, T_CORP_CURRENCY, STR("currency"), currency, STR_NIL);
	}
	if (currency.n != 3)
		return fail_set(f, ERR_INPUT, T_CORP_CURRENCY, STR("currency"), currency, STR_NIL);
	return OK;
}

err corp_create(struct cx *cx, const struct corp_new *in, i64 *ret_corp)
{
	struct cx own = *cx;
	i64 corp = 0;
	TRY(check_fields(&cx->unit.fail, in->name, in->zone, in->currency));
	own.unit.corp = 0;
	err e = WRITE_TX(&own.unit, 0, corp_begin(tx, in, &corp));
	own.unit.corp = corp;
	struct corp_created body = { .name = in->name };
	if (e == OK)
		e = WRITE_TX(&own.unit, slot_base(own.unit.store, corp),
			     journal_add(tx, EV_CORP_CREATED, 0, tx->snap.now, &corp_created_record, &body, NULL));
	for (size_t i = 0; e == OK && cx->env && cx->env->modules && cx->env->modules[i]; i++) {
		if (cx->env->modules[i]->corp_new)
			e = cx->env->modules[i]->corp_new(&own);
	}
	cx->unit.fail = own.unit.fail;
	if (e == OK)
		*ret_corp = corp;
	return e;
}

/* ---- reading ---- */

static struct corp public_part(const struct corp_row *r)
{
	return (struct corp){ r->id, r->slug, r->name, r->zone, r->currency, r->simulated, r->corpid, r->agentid,
			      r->wecom_base, r->created, r->last_callback, r->version };
}

err corp_get(struct unit *u, i64 corp, struct corp *ret)
{
	struct corp_known known;
	TRY(corp_known_get(u, corp, &known));
	*ret = public_part(&known.row);
	return OK;
}

err corp_by_slug(struct unit *u, str slug, struct corp *ret)
{
	struct corp_slug key = { slug };
	struct corp_id id;
	struct corp_known known;
	if (u->env && corp_known_by_slug(u->env, u->arena, slug, &known)) {
		*ret = public_part(&known.row);
		return OK;
	}
	err e = READ_SNAP(u, 0, corp_of_slug(snap, &key, &id));
	if (e == ERR_NOT_FOUND)
		return fail_set(&u->fail, ERR_NOT_FOUND, T_CORP_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
	TRY(e);
	return corp_get(u, id.id, ret);
}

err corp_list(struct unit *u, struct corp **ret, size_t *ret_count)
{
	struct none none = { 0 };
	return READ_SNAP(u, 0, corp_rows(snap, &none, ret, ret_count));
}

const struct tz *corp_zone(struct unit *u, i64 corp)
{
	struct corp c;
	const struct tz *tz = NULL;
	struct fail before = u->fail;
	if (corp_get(u, corp, &c) != OK || tz_get(c.zone, &tz, NULL) != OK) {
		u->fail = before;
		tz_get(STR(TZ_DEFAULT), &tz, NULL);
	}
	ASSERT(tz);
	return tz;
}

i64 corp_day(struct unit *u, ms at)
{
	return tz_day(corp_zone(u, u->corp), at);
}

/* ---- changing ---- */

static err row_now(const struct snap *s, struct corp_row *ret)
{
	struct none none = { 0 };
	return corp_row_get(s, &none, ret);
}

static err put(struct tx *tx, const struct corp_edit *in)
{
	struct corp_row row;
	TRY(row_now(&tx->snap, &row));
	row.name = in->name;
	row.zone = in->zone;
	row.currency = in->currency;
	row.version = in->version;
	TRY(corp_update(tx, &row));
	return tx_changed(tx) ? OK : tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
}

err corp_put(struct cx *cx, const struct corp_edit *in)
{
	TRY(check_fields(&cx->unit.fail, in->name, in->zone, in->currency));
	TRY(WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), put(tx, in)));
	corp_forget(cx->env, cx->unit.corp);
	return OK;
}

err corp_sync_note(struct tx *tx, const char *state, i64 done, i64 total)
{
	struct corp_sync row = { .state = str_c(state), .done = done, .total = total };
	return corp_sync_put(tx, &row);
}

err corp_callback_seen(struct unit *u, ms at)
{
	struct corp_known known;
	TRY(corp_known_get(u, u->corp, &known));
	if (known.row.last_callback != NIL && at - known.row.last_callback < CALLBACK_SEEN_MS)
		return OK;
	struct corp_seen in = { at };
	TRY(WRITE_TX(u, slot_base(u->store, u->corp), corp_callback_put(tx, &in)));
	corp_forget(u->env, u->corp);
	return OK;
}

/* ---- WeCom ---- */

err corp_wecom_get(struct unit *u, i64 corp, struct corp_wecom *ret)
{
	struct corp_known k;
	TRY(corp_known_get(u, corp, &k));
	if (!k.row.corpid.n || !k.row.secret.n)
		return fail_set(&u->fail, ERR_STATE, T_CORP_WECOM_UNSET, STR_NIL, STR_NIL, STR_NIL);
	*ret = (struct corp_wecom){ .token = k.row.token, .aeskey = k.row.aeskey };
	ret->app = (struct wecom_app){ corp, k.row.corpid, k.row.secret, k.row.agentid, k.row.wecom_base };
	return OK;
}

static err check_wecom(struct cx *cx, const struct corp_wecom_set *in)
{
	struct wecom_key key;
	if (in->aeskey.p)
		TRY(wecom_key_read(in->aeskey, CX_ARENA(cx), &key, &cx->unit.fail));
	if (in->token.p && (in->token.n == 0 || in->token.n > WECOM_TOKEN_CHARS_MAX))
		return cx_fail(cx, ERR_INPUT, T_TOO_LONG, STR("token"), STR_NIL, STR("32"));
	return OK;
}

static err seal_into(struct tx *tx, str given, str *sealed)
{
	return given.p ? seal_text(tx, 0, given, sealed) : OK;
}

static err wecom_put(struct tx *tx, const struct corp_wecom_set *in)
{
	struct corp_row row;
	TRY(row_now(&tx->snap, &row));
	if (in->corpid.p)
		row.corpid = in->corpid;
	if (in->agentid.p)
		row.agentid = in->agentid;
	if (in->base.p)
		row.wecom_base = in->base.n ? in->base : STR_NIL;
	TRY(seal_into(tx, in->secret, &row.secret));
	TRY(seal_into(tx, in->token, &row.token));
	TRY(seal_into(tx, in->aeskey, &row.aeskey));
	return corp_update(tx, &row);
}

err corp_wecom_put(struct cx *cx, const struct corp_wecom_set *in)
{
	struct corp_wecom now;
	TRY(check_wecom(cx, in));
	TRY(WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), wecom_put(tx, in)));
	corp_forget(cx->env, cx->unit.corp);
	if (cx->env && cx->env->wecom && corp_wecom_get(&cx->unit, cx->unit.corp, &now) == OK)
		wecom_forget(cx->env->wecom, &now.app);
	return OK;
}

/* ---- settings ---- */

static err undeclared(struct fail *f, str name)
{
	return fail_set(f, ERR_INPUT, T_UNKNOWN_FIELD, name, STR_NIL, STR_NIL);
}

err setting_get(struct unit *u, const char *name, str *ret)
{
	const struct setting *d = setting_declared(u->env, str_c(name));
	struct corp_known known;
	if (!d)
		return undeclared(&u->fail, str_c(name));
	TRY(corp_known_get(u, u->corp, &known));
	*ret = str_c(d->otherwise);
	for (size_t i = 0; i < known.setting_count; i++) {
		if (str_eq_c(known.settings[i].name, name))
			*ret = known.settings[i].value;
	}
	return OK;
}

err setting_i64(struct unit *u, const char *name, i64 *ret)
{
	str text;
	TRY(setting_get(u, name, &text));
	return str_i64(text, ret) ? OK : fail_set(&u->fail, ERR_INPUT, T_WRONG_TYPE, str_c(name), STR_NIL, STR("integer"));
}

static err setting_store(struct tx *tx, str name, str value, bool secret)
{
	struct setting_row row = { name, value };
	if (secret)
		TRY(seal_text(tx, 0, value, &row.value));
	return setting_row_put(tx, &row);
}

err setting_put(struct cx *cx, const char *name, str value)
{
	const struct setting *d = setting_declared(cx->env, str_c(name));
	if (!d)
		return undeclared(&cx->unit.fail, str_c(name));
	if (d->fits && !d->fits(value))
		return fail_set(&cx->unit.fail, ERR_INPUT, T_NOT_ONE_OF, str_c(name), value, str_c(d->wants));
	TRY(WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp),
		     setting_store(tx, str_c(name), value, d->secret)));
	corp_forget(cx->env, cx->unit.corp);
	return OK;
}
