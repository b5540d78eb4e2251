/*
 * The verbs: who can be spoken to now, and by what right. See oa_talk.h.
 */
#include "feature/oa/oa_talk_data.h"

#include "core/attr/attr_say.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"

#define ARGS_BYTES_MAX ((size_t)32 << 10)

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }
static str number(struct arena *a, i64 id) { return arena_printf(a, "%lld", (long long)id); }

/* ---- windows ---- */

/* "48h", "1m", "30s" */
static bool span(str text, ms *ret)
{
	static const struct { char unit; ms is; } units[] = { { 's', MS_SECOND }, { 'm', MS_MINUTE }, { 'h', MS_HOUR }, { 'd', MS_DAY } };
	i64 n;
	if (text.n < 2 || !str_i64(str_sub(text, 0, text.n - 1), &n) || n < 1 || n > 1000)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (text.p[text.n - 1] == units[i].unit) {
			*ret = n * units[i].is;
			return true;
		}
	return false;
}

static bool rule_of(str part, struct oa_window_rule *ret)
{
	str rest = str_trim(part), count;
	ret->event = str_cut(&rest, ' ');
	rest = str_trim(rest);
	count = str_cut(&rest, ' ');
	return ret->event.n && str_i64(count, &ret->count) && ret->count >= 0 && ret->count <= 1000 && span(str_trim(rest), &ret->within);
}

err oa_windows_read(struct unit *u, struct oa_window_rule ret[OA_WINDOWS_MAX], size_t *ret_count)
{
	str text;
	size_t n = 0;
	TRY(setting_get(u, OA_WINDOWS, &text));
	for (str rest = text; rest.p;) {
		str part = str_trim(str_cut(&rest, ','));
		if (!part.n)
			continue;
		if (n == OA_WINDOWS_MAX || !rule_of(part, &ret[n++]))
			return fail_set(&u->fail, ERR_CONFIG, T_OA_WINDOWS_BAD, STR(OA_WINDOWS), part, STR_NIL);
	}
	*ret_count = n;
	return OK;
}

err oa_window_open(struct tx *tx, i64 leaf, i64 account, const char *event, ms at)
{
	return oa_window_put(tx, &(struct oa_window){ leaf, account, str_c(event), at });
}

/* ---- who she is to the account ---- */

struct line { i64 account, leaf; str openid; ms since; };

static struct snap slot_of(struct tx *tx, i64 slot)
{
	struct snap at = tx->snap;
	snap_slot(&at, slot);
	return at;
}

/* The account asked for, or the one she followed last. leaf 0: none. */
static err line_of(struct tx *tx, i64 root, i64 account, struct line *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, m;
	*ret = (struct line){ .leaf = 0 };
	TRY(customer_leaves_in(&tx->snap, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct oa_fan_row *rows, key = { .customer = leaves[i] };
		struct snap at = slot_of(tx, slot_of_customer(tx->snap.unit->store, leaves[i]));
		TRY(oa_fans_of(&at, &key, &rows, &m));
		for (size_t k = 0; k < m; k++)
			if (rows[k].subscribed && (account == NIL || rows[k].account == account) && (!ret->leaf || rows[k].since > ret->since))
				*ret = (struct line){ rows[k].account, leaves[i], rows[k].openid, rows[k].since };
	}
	return OK;
}

/* Until when a message may go; NIL: no window is open. */
static err window_of(struct tx *tx, i64 root, const struct line *line, ms now, ms *ret_until)
{
	struct oa_window_rule rules[OA_WINDOWS_MAX];
	struct oa_window *rows, key = { .customer = line->leaf, .account = line->account };
	struct snap at = slot_of(tx, slot_of_customer(tx->snap.unit->store, line->leaf));
	size_t n, m;
	*ret_until = NIL;
	TRY(oa_windows_read(tx->snap.unit, rules, &n));
	TRY(oa_windows_of(&at, &key, &rows, &m));
	for (size_t i = 0; i < m; i++)
		for (size_t k = 0; k < n; k++) {
			ms until = rows[i].at + rules[k].within;
			i64 said;
			if (!str_eq(rows[i].event, rules[k].event) || until <= now || (*ret_until != NIL && until <= *ret_until))
				continue;
			TRY(speak_count(tx, root, OA_VERB_MESSAGE, number(tx->snap.arena, line->account), rows[i].at, &said));
			*ret_until = said < rules[k].count ? until : *ret_until;
		}
	return OK;
}

static err ask(struct tx *tx, const struct verb_call *call, const char *verb, const struct line *line, str class, str via, ms expires,
	       const struct record *record, struct verb_result *ret)
{
	struct buf b = buf_new(tx->snap.arena, ARGS_BYTES_MAX);
	record_write(&b, record, call->args);
	struct oa_say_task task = { line->account, line->openid, buf_str(&b) };
	return speak_ask(tx, &(struct speak_ask){ .call = call, .verb = verb, .channel = "oa", .class = class, .via = via, .sender = verb,
						  .expires = expires, .record = &oa_say_task_record, .body = &task }, ret);
}

/* ---- oa.message ---- */

static err account_known(struct unit *u, i64 id)
{
	struct oa_account row;
	if (id == NIL)
		return OK;
	err e = READ_SNAP(u, base(u), oa_account_get(snap, &(struct oa_key){ id }, &row));
	return e == ERR_NOT_FOUND ? fail_set(&u->fail, ERR_INPUT, T_OA_UNKNOWN, STR("account"), STR_NIL, STR_NIL) : e;
}

static err message_check(struct unit *u, const void *args)
{
	const struct oa_message_args *in = args;
	const struct content_link *l = in->link;
	if ((in->text.n > 0) == (l != NULL) && !in->menu.n)
		return fail_set(&u->fail, ERR_INPUT, T_SPEAK_BODY, STR("text"), STR_NIL, STR_NIL);
	if (in->menu.n && (!in->text.n || l))
		return fail_set(&u->fail, ERR_INPUT, T_SPEAK_MENU, STR("menu"), STR_NIL, STR(FAIL_STR(OA_MENU_ITEMS_MAX)));
	TRY(attr_say_check(u, "text", in->text, OA_TEXT_BYTES_MAX));
	if (l) {
		TRY(attr_say_check(u, "link.title", l->title, 0));
		TRY(attr_say_check(u, "link.desc", l->desc, 0));
		if (!str_starts(l->url, STR("https://")) && !str_starts(l->url, STR("http://")))
			return fail_set(&u->fail, ERR_INPUT, T_OA_BASE, STR("link.url"), l->url, STR("https://"));
	}
	return account_known(u, in->account);
}

static err message_run(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct oa_message_args *in = call->args;
	struct line line;
	bool known;
	ms until;
	TRY(speak_before(tx, call, OA_VERB_MESSAGE, ret, &known));
	if (known)
		return OK;
	TRY(line_of(tx, call->customer, in->account, &line));
	if (!line.leaf)
		return speak_refuse(ret, "no_fan");
	TRY(window_of(tx, call->customer, &line, call->at, &until));
	if (until == NIL)
		return speak_refuse(ret, "window_shut");
	return ask(tx, call, OA_VERB_MESSAGE, &line, in->class.n ? in->class : STR("marketing"), number(tx->snap.arena, line.account), until,
		   &oa_message_args_record, ret);
}

static err message_stop(struct tx *tx, const struct verb_call *call, bool *ret_stopped)
{
	return speak_stop(tx, call, OA_VERB_MESSAGE, ret_stopped);
}

/* ---- templates ---- */

/* The next {{key.DATA}} of *rest; false at the end. */
static bool next_key(str *rest, str *ret)
{
	i64 open = str_find(*rest, STR("{{"));
	str from = open < 0 ? STR("") : str_sub(*rest, (size_t)open + 2, rest->n);
	i64 end = str_find(from, STR(".DATA}}"));
	if (open < 0 || end < 0)
		return false;
	*ret = str_trim(str_sub(from, 0, (size_t)end));
	*rest = str_sub(from, (size_t)end + 7, from.n);
	return true;
}

static bool given(const struct oa_notify_args *in, str key)
{
	const struct oa_pair *v = in->data.v;
	for (size_t i = 0; i < in->data.n; i++)
		if (str_eq(v[i].key, key))
			return true;
	return false;
}

static err keys_check(struct unit *u, const struct oa_template *t, const struct oa_notify_args *in)
{
	const struct oa_pair *v = in->data.v;
	str rest = t->content, key;
	while (next_key(&rest, &key))
		if (!given(in, key))
			return fail_set(&u->fail, ERR_INPUT, T_OA_TEMPLATE_KEY, STR("data"), key, STR_NIL);
	for (size_t i = 0; i < in->data.n; i++) {
		if (!str_has(t->content, arena_printf(u->arena, "{{%.*s.DATA}}", STR_F(v[i].key))))
			return fail_set(&u->fail, ERR_INPUT, T_OA_TEMPLATE_KEY_UNKNOWN, STR("data"), v[i].key, STR_NIL);
		TRY(attr_say_check(u, "data", v[i].value, 0));
	}
	return OK;
}

/* One account need not be named. */
static err the_account(struct unit *u, i64 given_id, i64 *ret)
{
	struct oa_account *rows;
	size_t n;
	TRY(account_known(u, given_id));
	*ret = given_id;
	if (given_id != NIL)
		return OK;
	TRY(READ_SNAP(u, base(u), oa_accounts(snap, &(struct none){ 0 }, &rows, &n)));
	if (n != 1)
		return fail_set(&u->fail, ERR_INPUT, n ? T_OA_WHICH : T_OA_UNKNOWN, STR("account"), STR_NIL, STR_NIL);
	*ret = rows[0].id;
	return OK;
}

static err notify_check(struct unit *u, const void *args, bool notice)
{
	const struct oa_notify_args *in = args;
	struct oa_template t, key = { .id = in->template };
	TRY(the_account(u, in->account, &key.account));
	err e = READ_SNAP(u, base(u), oa_template_get(snap, &key, &t));
	if (e == ERR_NOT_FOUND)
		return fail_set(&u->fail, ERR_INPUT, T_OA_TEMPLATE_UNKNOWN, STR("template"), in->template, STR_NIL);
	TRY(e);
	if (notice == str_eq_c(t.kind, "template"))
		return fail_set(&u->fail, ERR_INPUT, T_OA_TEMPLATE_KIND, STR("template"), in->template,
				notice ? STR(OA_VERB_TEMPLATE) : STR(OA_VERB_SUBSCRIBE));
	return keys_check(u, &t, in);
}

static err template_check(struct unit *u, const void *args) { return notify_check(u, args, false); }
static err subscribe_check(struct unit *u, const void *args) { return notify_check(u, args, true); }

static str class_of(const struct oa_notify_args *in) { return in->class.n ? in->class : STR("service"); }

static err template_run(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct oa_notify_args *in = call->args;
	struct line line;
	bool known;
	TRY(speak_before(tx, call, OA_VERB_TEMPLATE, ret, &known));
	if (known)
		return OK;
	TRY(line_of(tx, call->customer, in->account, &line));
	if (!line.leaf)
		return speak_refuse(ret, "no_fan");
	return ask(tx, call, OA_VERB_TEMPLATE, &line, class_of(in), in->template, call->at + MS_DAY, &oa_notify_args_record, ret);
}

static err template_stop(struct tx *tx, const struct verb_call *call, bool *ret_stopped)
{
	return speak_stop(tx, call, OA_VERB_TEMPLATE, ret_stopped);
}

/* ---- subscribed notices ---- */

/* Her consent that still holds: any number of long-term ones, one notice for each other. */
static err consent_of(struct tx *tx, i64 root, i64 account, str template, bool once, struct line *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX], said;
	size_t n;
	*ret = (struct line){ .leaf = 0 };
	TRY(customer_leaves_in(&tx->snap, root, leaves, &n));
	for (size_t i = 0; i < n && !ret->leaf; i++) {
		struct oa_consent row, key = { .customer = leaves[i], .account = account, .template = template };
		struct snap at = slot_of(tx, slot_of_customer(tx->snap.unit->store, leaves[i]));
		err e = oa_consent_get(&at, &key, &row);
		if (e == ERR_NOT_FOUND || (e == OK && row.accepts == 0))
			continue;
		TRY(e);
		TRY(speak_count(tx, root, OA_VERB_SUBSCRIBE, template, row.since, &said));
		if (!once || said < row.accepts)
			*ret = (struct line){ account, leaves[i], row.openid, row.since };
	}
	return OK;
}

static err subscribe_run(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct oa_notify_args *in = call->args;
	struct oa_template t, key = { .id = in->template };
	struct line line;
	bool known;
	TRY(speak_before(tx, call, OA_VERB_SUBSCRIBE, ret, &known));
	if (known)
		return OK;
	struct snap at = slot_of(tx, base(tx->snap.unit));
	struct oa_account *rows;
	size_t n;
	TRY(oa_accounts(&at, &(struct none){ 0 }, &rows, &n));
	key.account = in->account != NIL ? in->account : n == 1 ? rows[0].id : 0;
	err e = oa_template_get(&at, &key, &t);
	if (e == ERR_NOT_FOUND)
		return speak_refuse(ret, "no_template");
	TRY(e);
	TRY(consent_of(tx, call->customer, key.account, in->template, !str_eq_c(t.kind, "long"), &line));
	if (!line.leaf)
		return speak_refuse(ret, "no_consent");
	return ask(tx, call, OA_VERB_SUBSCRIBE, &line, class_of(in), in->template, call->at + MS_DAY, &oa_notify_args_record, ret);
}

static err subscribe_stop(struct tx *tx, const struct verb_call *call, bool *ret_stopped)
{
	return speak_stop(tx, call, OA_VERB_SUBSCRIBE, ret_stopped);
}

const struct verb oa_verbs[] = {
	{ OA_VERB_MESSAGE, T_VERB_OA_MESSAGE, &oa_message_args_record, "oa", message_check, message_run, message_stop },
	{ OA_VERB_TEMPLATE, T_VERB_OA_TEMPLATE, &oa_notify_args_record, "oa", template_check, template_run, template_stop },
	{ OA_VERB_SUBSCRIBE, T_VERB_OA_SUBSCRIBE, &oa_notify_args_record, "oa", subscribe_check, subscribe_run, subscribe_stop },
	{ 0 },
};
