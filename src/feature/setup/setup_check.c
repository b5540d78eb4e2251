/*
 * setup's check-up: one look at the corp, the calls it takes, the lines that come of it.
 *
 * All lines that depend on WeCom come from one call (the list of members who serve customers): its error
 * code tells a wrong secret from an untrusted address from an app that is not listed.
 */
#include "feature/setup/setup_data.h"

#include "base/map.h"
#include "base/text.h"
#include "core/corp/corp.h"
#include "core/follow/follow.h"
#include "core/staff/staff.h"
#include "core/tag/tag.h"
#include "port/wecom/wecom_acquire.h"
#include "port/wecom/wecom_staff.h"
#include "store/outbox.h"

enum { CODE_NOT_LISTED = 48002, CODE_IP = 60020 };

/* Lines in the order of the page. Sentences are kept by their place here: append only. */
enum sentence {
	SAY_UNSEEN, SAY_ERROR, SAY_TOKEN_OK, SAY_LISTED_OK, SAY_SCOPE_OK, SAY_SCOPE_BAD, SAY_ACTIVE_OK, SAY_ACTIVE_BAD,
	SAY_IP_OK, SAY_DOMAIN_OK, SAY_CALLBACK_OK, SAY_CALLBACK_NONE, SAY_CALLBACK_OLD, SAY_UNIONID_SHARE, SAY_UNIONID_NONE,
	SAY_WELCOME_OK, SAY_WELCOME_NONE, SAY_WELCOME_BAD, SAY_QUOTA_OK, SAY_QUOTA_NONE, SAY_TAGS_OK, SAY_TAGS_BAD,
	SAY_UNSET, SAY_CONTACTS_NONE, SAY_BALANCE_OK, SAY_BALANCE_LOW, SAY_BALANCE_NONE,
};
static const enum text sentences[] = {
	T_SETUP_UNSEEN, T_OK, T_SETUP_TOKEN_OK, T_SETUP_LISTED_OK, T_SETUP_SCOPE_OK, T_SETUP_SCOPE_BAD, T_SETUP_ACTIVE_OK,
	T_SETUP_ACTIVE_BAD, T_SETUP_IP_OK, T_SETUP_DOMAIN_OK, T_SETUP_CALLBACK_OK, T_SETUP_CALLBACK_NONE,
	T_SETUP_CALLBACK_OLD, T_SETUP_UNIONID_SHARE, T_SETUP_UNIONID_NONE, T_SETUP_WELCOME_OK, T_SETUP_WELCOME_NONE,
	T_SETUP_WELCOME_BAD, T_SETUP_QUOTA_OK, T_SETUP_QUOTA_NONE, T_SETUP_TAGS_OK, T_SETUP_TAGS_BAD,
	T_CORP_WECOM_UNSET, T_SETUP_CONTACTS_NONE, T_SETUP_BALANCE_OK, T_SETUP_BALANCE_LOW, T_SETUP_BALANCE_NONE,
};

static const struct { const char *name; enum text label, cure, owner; } lines[] = {
	{ "token", T_SETUP_L_TOKEN, T_SETUP_C_TOKEN, T_SETUP_OWNER_ADMIN },
	{ "ip", T_SETUP_L_IP, T_SETUP_C_IP, T_SETUP_OWNER_ADMIN },
	{ "listed", T_SETUP_L_LISTED, T_SETUP_C_LISTED, T_SETUP_OWNER_ADMIN },
	{ "scope", T_SETUP_L_SCOPE, T_SETUP_C_SCOPE, T_SETUP_OWNER_ADMIN },
	{ "active", T_SETUP_L_ACTIVE, T_SETUP_C_ACTIVE, T_SETUP_OWNER_STAFF },
	{ "callback", T_SETUP_L_CALLBACK, T_SETUP_C_CALLBACK, T_SETUP_OWNER_IT },
	{ "domain", T_SETUP_L_DOMAIN, T_SETUP_C_DOMAIN, T_SETUP_OWNER_IT },
	{ "unionid", T_SETUP_L_UNIONID, T_SETUP_C_UNIONID, T_SETUP_OWNER_ADMIN },
	{ "welcome", T_SETUP_L_WELCOME, T_SETUP_C_WELCOME, T_SETUP_OWNER_OPERATOR },
	{ "quota", T_SETUP_L_QUOTA, T_SETUP_C_QUOTA, T_SETUP_OWNER_OPERATOR },
	{ "tags", T_SETUP_L_TAGS, T_SETUP_C_TAGS, T_SETUP_OWNER_OPERATOR },
	{ "balance", T_SETUP_L_BALANCE, T_SETUP_C_BALANCE, T_SETUP_OWNER_ADMIN },
};

/* One look. */
struct look {
	struct cx *cx;
	struct staff *staff;
	struct tag *tags;
	struct setup_tally *tallies;
	size_t staff_count, tag_count, tally_count;
	bool set;          /* credentials are there */
	err asked;         /* what the call said */
	i64 code;          /* WeCom's, 0: it did not answer */
	bool config;       /* the credentials themselves are refused */
	struct strs serving;
	err balanced;      /* what the question for the balance said */
	i64 balance;
	struct setup_row rows[ARRAY_LEN(lines)];
	size_t count;
};

static void say(struct look *l, const char *name, const char *state, enum sentence text, str value, i64 code)
{
	ASSERT(l->count < ARRAY_LEN(l->rows));
	l->rows[l->count++] = (struct setup_row){ str_c(name), str_c(state), text, value.p ? value : STR(""), code, cx_now(l->cx) };
}

/* ---- what is looked at ---- */

static err read_all(const struct snap *s, struct look *l)
{
	TRY(staff_all(s, &l->staff, &l->staff_count));
	TRY(tag_all(s, &l->tags, &l->tag_count));
	return setup_tallies(s, &(struct none){ 0 }, &l->tallies, &l->tally_count);
}

static void ask(struct look *l)
{
	struct corp_wecom corp;
	struct unit *u = &l->cx->unit;
	struct fail before = u->fail;
	l->set = corp_wecom_get(u, u->corp, &corp) == OK;
	if (l->set) {
		struct wecom_call call = { .wecom = l->cx->env->wecom, .app = &corp.app, .arena = u->arena, .fail = &u->fail };
		l->asked = wecom_staff_follow_users(&call, &l->serving);
		l->code = call.errcode;
		l->config = call.errcode && call.action == WECOM_CONFIG && call.errcode != CODE_IP;
		struct wecom_quota q = { 0 };
		l->balanced = l->asked == OK ? wecom_acquire_quota(&call, cx_now(l->cx), &q) : l->asked;
		l->balance = q.balance;
	}
	u->fail = before;
}

/* ---- lines ---- */

static void check_call(struct look *l)
{
	bool answered = l->asked == OK || l->code != 0;
	if (!l->set) {
		say(l, "token", "fail", SAY_UNSET, STR_NIL, 0);
		say(l, "ip", "unknown", SAY_UNSET, STR_NIL, 0);
		say(l, "listed", "unknown", SAY_UNSET, STR_NIL, 0);
		return;
	}
	if (answered && !l->config && l->code != CODE_IP)
		say(l, "token", "ok", SAY_TOKEN_OK, STR_NIL, 0);
	else
		say(l, "token", l->config || !answered ? "fail" : "unknown", SAY_ERROR, STR_NIL, l->code);
	if (l->code == CODE_IP)
		say(l, "ip", "fail", SAY_ERROR, STR_NIL, l->code);
	else
		say(l, "ip", answered && !l->config ? "ok" : "unknown", answered && !l->config ? SAY_IP_OK : SAY_UNSEEN, STR_NIL, 0);
	if (l->asked == OK)
		say(l, "listed", "ok", SAY_LISTED_OK, STR_NIL, 0);
	else
		say(l, "listed", l->code == CODE_NOT_LISTED ? "fail" : "unknown", SAY_ERROR, STR_NIL, l->code);
}

struct names { struct buf b; size_t n; };

static struct names names_new(struct look *l) { return (struct names){ buf_new(CX_ARENA(l->cx), 4096), 0 }; }

static void name_add(struct names *names, const struct staff *s)
{
	if (names->n++ >= SETUP_NAMES_MAX) {
		if (names->n == SETUP_NAMES_MAX + 1)
			buf_add_c(&names->b, " …");
		return;
	}
	if (names->n > 1)
		buf_add_c(&names->b, "、");
	buf_add(&names->b, s->name.n ? s->name : s->userid);
}

static bool serves(const struct look *l, str userid)
{
	for (size_t i = 0; i < l->serving.n; i++)
		if (str_eq_nocase(l->serving.v[i], userid))
			return true;
	return false;
}

static void check_staff(struct look *l)
{
	struct names outside = names_new(l), asleep = names_new(l);
	for (size_t i = 0; i < l->staff_count; i++) {
		const struct staff *s = &l->staff[i];
		if (str_eq_c(s->state, "disabled"))
			name_add(&asleep, s);
		else if (str_eq_c(s->state, "active") && !serves(l, s->userid))
			name_add(&outside, s);
	}
	if (!l->set || l->asked != OK)
		say(l, "scope", "unknown", l->set ? SAY_UNSEEN : SAY_UNSET, STR_NIL, 0);
	else if (l->serving.n == 0)
		say(l, "scope", "fail", SAY_CONTACTS_NONE, STR_NIL, 0);
	else if (outside.n)
		say(l, "scope", "warn", SAY_SCOPE_BAD, buf_str(&outside.b), 0);
	else
		say(l, "scope", "ok", SAY_SCOPE_OK, arena_printf(CX_ARENA(l->cx), "%zu", l->serving.n), 0);
	say(l, "active", asleep.n ? "warn" : l->staff_count ? "ok" : "unknown",
	    asleep.n ? SAY_ACTIVE_BAD : l->staff_count ? SAY_ACTIVE_OK : SAY_UNSEEN, buf_str(&asleep.b), 0);
}

static err check_callback(struct look *l)
{
	struct corp corp;
	struct unit *u = &l->cx->unit;
	TRY(corp_get(u, u->corp, &corp));
	if (corp.last_callback == NIL) {
		say(l, "callback", "fail", SAY_CALLBACK_NONE, STR_NIL, 0);
		return OK;
	}
	str at = tz_format(corp_zone(u, u->corp), corp.last_callback, u->arena);
	bool old = cx_now(l->cx) - corp.last_callback > SETUP_CALLBACK_OLD_MS;
	say(l, "callback", old ? "warn" : "ok", old ? SAY_CALLBACK_OLD : SAY_CALLBACK_OK, at, 0);
	return OK;
}

static void check_tallies(struct look *l)
{
	struct names bad = names_new(l);
	struct setup_tally sum = { 0 };
	for (size_t i = 0; i < l->tally_count; i++) {
		const struct setup_tally *t = &l->tallies[i];
		i64 all = t->greeted + t->ungiven;
		sum.profiles += t->profiles;
		sum.unionids += t->unionids;
		sum.bindings += t->bindings;
		sum.greeted += all;
		if (all < SETUP_WELCOME_LEAST || t->ungiven * 100 < all * SETUP_WELCOME_BAD)
			continue;
		for (size_t k = 0; k < l->staff_count; k++)
			if (l->staff[k].id == t->staff)
				name_add(&bad, &l->staff[k]);
	}
	say(l, "domain", sum.bindings ? "ok" : "unknown", sum.bindings ? SAY_DOMAIN_OK : SAY_UNSEEN, STR_NIL, 0);
	if (sum.profiles == 0) {
		say(l, "unionid", "unknown", SAY_UNIONID_NONE, STR_NIL, 0);
	} else {
		i64 share = sum.unionids * 100 / sum.profiles;
		say(l, "unionid", share >= SETUP_UNIONID_GOOD ? "ok" : share ? "warn" : "fail", SAY_UNIONID_SHARE,
		    arena_printf(CX_ARENA(l->cx), "%lld", (long long)share), 0);
	}
	if (bad.n)
		say(l, "welcome", "warn", SAY_WELCOME_BAD, buf_str(&bad.b), 0);
	else
		say(l, "welcome", sum.greeted ? "ok" : "unknown", sum.greeted ? SAY_WELCOME_OK : SAY_WELCOME_NONE, STR_NIL, 0);
}

/* A corp that never bought the product is refused: that is unknown, not bad. */
static void check_balance(struct look *l)
{
	str left = arena_printf(CX_ARENA(l->cx), "%lld", (long long)l->balance);
	bool low = l->balance < WECOM_ACQUIRE_LOW;
	if (!l->set || l->balanced != OK)
		say(l, "balance", "unknown", l->set ? SAY_BALANCE_NONE : SAY_UNSET, STR_NIL, 0);
	else
		say(l, "balance", low ? "warn" : "ok", low ? SAY_BALANCE_LOW : SAY_BALANCE_OK, left, 0);
}

static err check_rest(struct look *l)
{
	str mode;
	i64 others = 0;
	TRY(setting_get(&l->cx->unit, "setup.quota_mode", &mode));
	say(l, "quota", mode.n ? "ok" : "unknown", mode.n ? SAY_QUOTA_OK : SAY_QUOTA_NONE, mode, 0);
	for (size_t i = 0; i < l->tag_count; i++)
		others += !l->tags[i].removed && str_eq_c(l->tags[i].source, "wecom");
	say(l, "tags", others ? "warn" : "ok", others ? SAY_TAGS_BAD : SAY_TAGS_OK,
	    arena_printf(CX_ARENA(l->cx), "%lld", (long long)others), 0);
	return OK;
}

static err keep(struct tx *tx, const struct look *l)
{
	for (size_t i = 0; i < l->count; i++)
		TRY(setup_row_put(tx, &l->rows[i]));
	return OK;
}

err setup_check_run(struct cx *cx)
{
	struct look l = { .cx = cx };
	i64 slot = slot_base(cx->env->store, cx->unit.corp);
	TRY(READ_SNAP(&cx->unit, slot, read_all(snap, &l)));
	ask(&l);
	check_call(&l);
	check_staff(&l);
	TRY(check_callback(&l));
	check_tallies(&l);
	TRY(check_rest(&l));
	check_balance(&l);
	return WRITE_TX(&cx->unit, slot, keep(tx, &l));
}

/* ---- showing ---- */

enum text setup_cure(i64 code)
{
	switch (code) {
	case 0: return T_SETUP_C_NETWORK;
	case CODE_NOT_LISTED: return T_SETUP_C_LISTED;
	case CODE_IP: return T_SETUP_C_IP;
	default: return wecom_errcode(code)->action == WECOM_CONFIG ? T_SETUP_C_TOKEN : T_SETUP_C_SCOPE;
	}
}

static str fill(struct cx *cx, enum text text, str value)
{
	struct text_hole hole = { "value", value };
	return text_fill(CX_ARENA(cx), text, cx->viewer.lang, &hole, 1);
}

static str error_text(struct cx *cx, i64 code)
{
	if (code == 0)
		return fill(cx, T_ERR_TIMEOUT, STR_NIL);
	return fill(cx, wecom_errcode(code)->text, arena_printf(CX_ARENA(cx), "%lld", (long long)code));
}

static struct readiness show(struct cx *cx, size_t line, const struct setup_row *rows, size_t n)
{
	struct readiness r = { .key = str_c(lines[line].name), .state = STR("unknown"), .checked_ms = NIL };
	enum text cure = lines[line].cure;
	r.label = fill(cx, lines[line].label, STR_NIL);
	r.owner = fill(cx, lines[line].owner, STR_NIL);
	r.text = fill(cx, T_SETUP_NEVER, STR_NIL);
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(rows[i].name, r.key) || rows[i].text < 0 || rows[i].text >= (i64)ARRAY_LEN(sentences))
			continue;
		bool error = rows[i].text == SAY_ERROR;
		r.state = rows[i].state;
		r.checked_ms = rows[i].checked;
		r.text = error ? error_text(cx, rows[i].code) : fill(cx, sentences[rows[i].text], rows[i].value);
		cure = error ? setup_cure(rows[i].code) : cure;
	}
	r.cure = str_eq_c(r.state, "ok") ? STR("") : fill(cx, cure, STR_NIL);
	return r;
}

err setup_h_readiness(struct cx *cx)
{
	struct page *page = cx->out;
	struct setup_row *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), setup_rows(snap, &(struct none){ 0 }, &rows, &n)));
	struct readiness *out = ARENA_ARRAY(CX_ARENA(cx), struct readiness, ARRAY_LEN(lines));
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		out[i] = show(cx, i, rows, n);
	page->data = (struct list){ out, ARRAY_LEN(lines) };
	page->total = (i64)ARRAY_LEN(lines);
	return OK;
}

err setup_h_run(struct cx *cx) { return setup_check_run(cx); }

/* ---- every week ---- */

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err arm(struct tx *tx, ms due)
{
	return timer_set(tx, STR(SETUP_WEEKLY), STR(""), due, 0, &none_record, &(struct none){ 0 });
}

err setup_arm(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), arm(tx, tx->snap.now + MS_DAY)); }

static err weekly(struct tx *tx, const struct timer_row *row)
{
	bool taken;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	str key = arena_printf(tx->snap.arena, "%lld", (long long)row->due);
	TRY(arm(tx, tx->snap.now + SETUP_EVERY_MS));
	return outbox_add(tx, STR(SETUP_CHECK), key, STR(""), tx->snap.now, tx->snap.now + MS_DAY, 0, &none_record,
			  &(struct none){ 0 }, NULL);
}

err setup_weekly(struct cx *cx, const struct timer_row *row) { return WRITE_TX(&cx->unit, row->slot, weekly(tx, row)); }

err setup_send_check(struct cx *cx, const struct outbox_row *row, struct outcome *ret) { return setup_check_run(cx); }
