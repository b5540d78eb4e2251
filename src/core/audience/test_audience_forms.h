/*
 * For the test of random expressions: forms of conditions, how each is written, and what it means of plain values.
 */
#ifndef YT_CORE_AUDIENCE_TEST_AUDIENCE_FORMS_H
#define YT_CORE_AUDIENCE_TEST_AUDIENCE_FORMS_H

#include "core/audience/test_audience.h"

#define TAGS 5
#define CATEGORIES 3

enum form { F_AND, F_OR, F_NOT, F_TAG, F_TIME, F_NUM, F_CITY, F_STAFF, F_FLAG, F_REACH, F_DID, F_AGE, F_BIRTHDAY,
	F_SCORE, F_LIKES, F_VIP, F_STAGE, F_SEEN, F_JOINED, F_BOUGHT, F_STORED, F_FORMS };
struct form_tree {
	enum form form;
	struct form_tree *a, *b;
	int which, cmp, how;
	i64 x, y;
	bool tags[TAGS];
};

static const char *const cmps[] = { "=", "!=", "<", "<=", ">", ">=", "between", "in", "is known", "is unknown" };
/* of F_TIME and F_NUM */
static const char *const times[] = { "added", "lost_at", "first_order", "last_order", "last_reached", "last_active" };
static const char *const numbers[] = { "orders", "spent", "aov" };

static inline void compare_text(struct buf *b, const struct form_tree *t, const char *name, const char *x, const char *y)
{
	buf_fmt(b, "%s %s ", name, cmps[t->cmp]);
	if (t->cmp < 6)
		buf_add_c(b, x);
	else if (t->cmp == 6)
		buf_fmt(b, "%s and %s", x, y);
	else if (t->cmp == 7)
		buf_fmt(b, "(%s, %s)", x, y);
}

static const char *const tw_categories[CATEGORIES] = { "奶粉", "尿裤", "it's \"toys\"" };

/* Of the categories t names: how many there are, and how many of them are among `has`. */
static inline int plain_bought(const struct form_tree *t, const bool *has, int *ret_wanted)
{
	int hits = 0;
	*ret_wanted = 0;
	for (int i = 0; i < CATEGORIES; i++) {
		bool named = t->tags[i] || i == t->x % CATEGORIES;
		*ret_wanted += named;
		hits += named && has[i];
	}
	return hits;
}

static inline bool plain_categories(const struct form_tree *t, const bool *has)
{
	int wanted, hits = plain_bought(t, has, &wanted);
	if (t->cmp >= 8)
		return (has[0] || has[1] || has[2]) == (t->cmp == 8);
	return t->how == 0 ? hits > 0 : t->how == 1 ? hits == wanted : hits == 0;
}

static inline void categories_text(struct buf *b, const struct form_tree *t)
{
	static const char *const hows[] = { "in", "all", "none" };
	bool first = true;
	if (t->cmp >= 8) {
		buf_fmt(b, "categories %s", cmps[t->cmp]);
		return;
	}
	buf_fmt(b, "categories %s (", hows[t->how]);
	for (int i = 0; i < CATEGORIES; i++) {
		if (!t->tags[i] && i != t->x % CATEGORIES)
			continue;
		buf_add_c(b, first ? "\"" : ", \"");
		for (const char *c = tw_categories[i]; *c; c++)
			buf_fmt(b, *c == '"' ? "\\%c" : "%c", *c);
		buf_char(b, '"');
		first = false;
	}
	buf_char(b, ')');
}

/* The value against x and y, by the words of the language. */
static inline bool plain_compare(const struct form_tree *t, bool known, i64 v, i64 x, i64 y)
{
	if (t->cmp == 8 || t->cmp == 9 || !known)
		return known ? t->cmp == 8 : t->cmp == 9;
	switch (t->cmp) {
	case 0: return v == x;
	case 1: return v != x;
	case 2: return v < x;
	case 3: return v <= x;
	case 4: return v > x;
	case 5: return v >= x;
	case 6: return x <= v && v <= y;
	default: return v == x || v == y;
	}
}

static inline bool plain_text_compare(const struct form_tree *t, str v, const char *x, const char *y)
{
	bool known = v.p != NULL;
	if (t->cmp >= 8 || !known)
		return known ? t->cmp == 8 : t->cmp == 9;
	if (t->cmp == 7)
		return str_eq_c(v, x) || str_eq_c(v, y);
	return str_eq_c(v, x) == (t->cmp == 0);
}

#endif
