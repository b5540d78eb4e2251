/*
 * member: numbers, and giving them.
 */
#include "feature/member/member.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"

/* Luhn's digit of a row of digits. */
static int check_digit(str digits)
{
	int sum = 0;
	for (size_t i = 0; i < digits.n; i++) {
		int d = digits.p[digits.n - 1 - i] - '0';
		d = i % 2 == 0 ? d * 2 : d;
		sum += d > 9 ? d - 9 : d;
	}
	return (10 - sum % 10) % 10;
}

str member_number(struct arena *a, str prefix, u32 n)
{
	str digits = arena_printf(a, "%0*u", MEMBER_DIGITS, n);
	return arena_printf(a, "%.*s%.*s%d", STR_F(prefix), STR_F(digits), check_digit(digits));
}

bool member_number_ok(str no)
{
	size_t from = no.n;
	while (from > 0 && no.p[from - 1] >= '0' && no.p[from - 1] <= '9')
		from--;
	if (no.n - from <= MEMBER_DIGITS)
		return false;
	return no.p[no.n - 1] - '0' == check_digit(str_sub(no, from, no.n - 1));
}

/* ---- levels ---- */

err member_level_first(struct unit *u, str *ret)
{
	str levels;
	TRY(setting_get(u, "member.levels", &levels));
	*ret = str_trim(str_cut(&levels, ','));
	return OK;
}

err member_level_check(struct unit *u, str level)
{
	str levels;
	TRY(setting_get(u, "member.levels", &levels));
	for (str rest = levels; rest.n;)
		if (str_eq(str_trim(str_cut(&rest, ',')), level))
			return OK;
	return fail_set(&u->fail, ERR_INPUT, T_MEMBER_LEVEL, STR("level"), level, levels);
}

/* ---- giving ---- */

err member_of(struct unit *u, i64 root, struct member *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	bool found = false;
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct member row;
		err e = READ_SNAP(u, slot_of_customer(u->store, leaves[i]), member_get(snap, &(struct member_key){ leaves[i] }, &row));
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		if (!found || row.created < ret->created)
			*ret = row;
		found = true;
	}
	return found ? OK : ERR_NOT_FOUND;
}

static err add(struct tx *tx, const struct member *row)
{
	TRY(member_add(tx, row));
	if (tx_changed(tx) == 0)
		return OK; /* somebody was first */
	struct member_issued body = { row->member_no, row->level, row->how };
	return journal_add(tx, EV_MEMBER_ISSUED, row->customer, tx->snap.now, &member_issued_record, &body, NULL);
}

/* One more thing she is known by. */
static err name_her(struct unit *u, i64 root, str member_no)
{
	struct identity_row *rows;
	size_t n;
	i64 leaves[CUSTOMER_LEAVES_MAX], leaf;
	size_t leaf_count;
	TRY(customer_leaves(u, root, leaves, &leaf_count));
	for (size_t i = 0; i < leaf_count; i++) {
		TRY(identity_of(u, leaves[i], &rows, &n));
		for (size_t k = 0; k < n; k++) {
			if (!rows[k].verified || !rows[k].value.n || str_eq_c(rows[k].kind, "anonymous_id"))
				continue;
			struct identity_in ids[] = { { rows[k].kind, rows[k].value, true }, { STR("member_no"), member_no, true } };
			struct identity_who who = { ids, 2, false, clock_now(u->clock), STR("member"), STR_NIL };
			return identity_resolve(u, &who, &leaf, NULL, NULL);
		}
	}
	return fail_set(&u->fail, ERR_STATE, T_MEMBER_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
}

err member_issue(struct unit *u, i64 customer, str how, str level, struct member *ret)
{
	i64 root;
	u32 number;
	str prefix;
	TRY(customer_root(u, customer, &root));
	err e = member_of(u, root, ret);
	if (e != ERR_NOT_FOUND)
		return e;
	if (!level.n)
		TRY(member_level_first(u, &level));
	TRY(setting_get(u, "member.prefix", &prefix));
	TRY(store_number(u, "member", &number));
	struct member row = { root, member_number(u->arena, str_utf8_head(prefix, MEMBER_PREFIX_MAX), number), level, how, clock_now(u->clock) };
	TRY(name_her(u, root, row.member_no));
	TRY(WRITE_TX(u, slot_of_customer(u->store, root), add(tx, &row)));
	return member_of(u, root, ret);
}

/* ---- when she proves a phone ---- */

err member_on_bound(struct tx *tx, const struct event *ev)
{
	str on;
	TRY(setting_get(tx->snap.unit, "member.auto", &on));
	if (!str_eq_c(on, "1"))
		return OK;
	str key = arena_printf(tx->snap.arena, "%lld", (long long)ev->id);
	return outbox_add(tx, STR(MEMBER_ISSUE), key, STR(""), tx->snap.now, 0, ev->customer, &none_record, &(struct none){ 0 }, NULL);
}

err member_send_issue(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct member m;
	return member_issue(&cx->unit, row->customer, STR("bind"), STR_NIL, &m);
}
