/*
 * attr_say: one walk over a text serves checking, measuring and writing.
 */
#include "core/attr/attr_say.h"

#include "core/attr/attr.h"
#include "core/enclosure.h"

#include <stdio.h>

#define VALUE_BYTES (ATTR_SAY_CHARS * 4) /* at most, in UTF-8 */

struct piece { str plain, name, otherwise; bool variable; };

/* The next piece of *rest: the words up to a variable, or the variable. False at the end or at a broken one. */
static bool next_piece(str *rest, struct piece *ret)
{
	i64 open = str_find(*rest, STR("{{")), end = str_find(*rest, STR("}}"));
	*ret = (struct piece){ .plain = *rest };
	if (rest->n == 0)
		return false;
	if (open != 0) {
		ret->plain = open < 0 ? *rest : str_sub(*rest, 0, (size_t)open);
		*rest = str_sub(*rest, ret->plain.n, rest->n);
		return true;
	}
	if (end < 0)
		return false;
	str inner = str_sub(*rest, 2, (size_t)end);
	bool words = str_find(inner, STR("|")) >= 0;
	ret->variable = true;
	ret->plain = str_sub(*rest, 0, (size_t)end + 2);
	ret->name = str_trim(str_cut(&inner, '|'));
	ret->otherwise = words ? str_trim(inner) : STR_NIL;
	*rest = str_sub(*rest, (size_t)end + 2, rest->n);
	return true;
}

bool attr_say_any(str text) { return str_find(text, STR("{{")) >= 0; }

static err check_piece(struct unit *u, const char *field, const struct piece *p)
{
	const struct attr *found;
	i64 id;
	if (p->otherwise.n == 0 || str_utf8_head(p->otherwise, ATTR_SAY_CHARS).n < p->otherwise.n)
		return fail_set(&u->fail, ERR_INPUT, T_SAY_OTHERWISE, str_c(field), p->plain, STR("32"));
	const struct enclosure *enclosed = enclosure_of(u->env, p->name, &id);
	if (enclosed)
		return enclosed->check(u, field, id, false);
	err e = str_eq_c(p->name, "name") ? OK : attr_find(u, p->name, &found);
	if (e != OK) /* attr_find speaks of expressions */
		snprintf(u->fail.field, sizeof(u->fail.field), "%s", field);
	return e;
}

err attr_say_check(struct unit *u, const char *field, str text, size_t max)
{
	struct piece p;
	size_t longest = 0, count = 0;
	while (next_piece(&text, &p)) {
		longest += !p.variable ? p.plain.n : str_has_char(p.name, ':') ? ENCLOSURE_URL_BYTES : VALUE_BYTES;
		count += p.variable;
		if (p.variable)
			TRY(check_piece(u, field, &p));
	}
	if (text.n)
		return fail_set(&u->fail, ERR_INPUT, T_SAY_OPEN, str_c(field), str_utf8_head(text, ATTR_SAY_CHARS), STR("}}"));
	if (count > ATTR_SAY_MAX)
		return fail_set(&u->fail, ERR_INPUT, T_SAY_MANY, str_c(field), arena_printf(u->arena, "%zu", count), STR("16"));
	if (max && count && longest > max)
		return fail_set(&u->fail, ERR_INPUT, T_TOO_LONG, str_c(field), arena_printf(u->arena, "%zu", longest),
				arena_printf(u->arena, "%zu", max));
	return OK;
}

static err value_of(struct unit *u, const struct attr_teller *t, const struct attr_known *k, str name, str *ret)
{
	const struct attr *found;
	if (str_eq_c(name, "name")) {
		*ret = k->fact.name;
		return OK;
	}
	err e = attr_find(u, name, &found);
	if (e == ERR_INPUT || e == ERR_UNAVAILABLE) {
		*ret = STR_NIL; /* taken away since the text was checked */
		return OK;
	}
	TRY(e);
	*ret = attr_known_text(t, k, found);
	return OK;
}

/* Nil when it may not be sent any more: the words stand in. */
static err address_of(struct unit *u, const struct enclosure *of, i64 id, const struct enclosure_to *to, str *ret)
{
	struct fail before = u->fail;
	str picture;
	err e = of->link(u, id, to, ret, &picture);
	if (e != ERR_STATE && e != ERR_NOT_FOUND)
		return e;
	u->fail = before;
	*ret = STR_NIL;
	return OK;
}

/* A value as it is written: cut, or the words that stand in. */
static err piece_text(struct unit *u, const struct attr_teller *t, const struct attr_known *k, const struct enclosure_to *to,
		      const struct piece *p, str *ret)
{
	i64 id;
	str value = STR_NIL;
	const struct enclosure *enclosed = enclosure_of(u->env, p->name, &id);
	if (enclosed) {
		TRY(address_of(u, enclosed, id, to, &value));
		*ret = value.n ? value : p->otherwise;
		return OK;
	}
	if (k)
		TRY(value_of(u, t, k, p->name, &value));
	*ret = value.n ? str_utf8_head(value, ATTR_SAY_CHARS) : p->otherwise;
	return OK;
}

err attr_say(struct unit *u, i64 root, str text, str *ret) { return attr_say_from(u, root, 0, text, ret); }

err attr_say_from(struct unit *u, i64 root, i64 staff, str text, str *ret)
{
	struct attr_teller teller;
	struct attr_known known;
	struct piece p;
	if (!attr_say_any(text)) {
		*ret = text;
		return OK;
	}
	TRY(attr_teller_new(u, &teller));
	err e = attr_known_read(u, root, &known);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	struct enclosure_to to = { root, staff };
	if (!staff && e == OK && known.fact.staff != NIL)
		to.staff = known.fact.staff;
	struct buf b = buf_new(u->arena, text.n + ATTR_SAY_MAX * ENCLOSURE_URL_BYTES);
	while (next_piece(&text, &p)) {
		str value = p.plain;
		if (p.variable)
			TRY(piece_text(u, &teller, e == OK ? &known : NULL, &to, &p, &value));
		buf_add(&b, value);
	}
	buf_add(&b, text);
	*ret = buf_str(&b);
	return OK;
}
