/*
 * BG/NBD: when people buy and when they silently stop (Fader, Hardie, Lee 2005, Marketing Science 24(2)).
 *
 * While she is a customer she buys at a rate of her own, the rates spread as a gamma(r, alpha) over
 * people; after each purchase she leaves with a probability of her own, spread as a beta(a, b). Nobody says
 * good-bye: what is seen of her is x repeat purchases (distinct days), the day of the last, and her age T.
 *
 * Observations stand in days and are counted: people with the same (x, t_x, T) are one row, so a million
 * customers are some hundred thousand rows, and logarithms of days are taken once per day and pass. Parameters
 * speak of weeks. 2F1 is taken in the one of Euler's two forms that is short, so neither large x nor large a overflow.
 */
#ifndef YT_FEATURE_VALUE_BGNBD_H
#define YT_FEATURE_VALUE_BGNBD_H

#include "base/map.h"
#include "base/vec.h"

#define BGNBD_DAYS_MAX 36500
#define BGNBD_X_MAX 4000 /* repeat purchases told apart; more are cut down to it */
#define DAYS_A_WEEK 7.0

struct bgnbd { double r, alpha, a, b; };

struct bgnbd_row {
	u32 x, tx, t; /* days; x == 0: tx is 0 */
	u32 n;        /* people */
	i64 later;    /* what they bought afterwards, where the caller knows it (hold-out) */
	u32 silent;   /* how many of them bought nothing afterwards */
};
struct bgnbd_data {
	struct arena *arena;
	struct imap at; /* (x, tx, t) -> row */
	VEC(struct bgnbd_row) rows;
	i64 people, repeaters, purchases; /* sums of n, of n with x > 0, of n x */
};
struct bgnbd_data bgnbd_data_new(struct arena *a);
/* The row of these numbers, made when new, with n raised by people; values out of range are cut. */
struct bgnbd_row *bgnbd_add(struct bgnbd_data *d, i64 x, i64 tx, i64 t, i64 people);

struct bgnbd_fit { struct bgnbd p; double ll; i64 evals; bool converged; };
/* By maximum likelihood. With nobody who bought twice it has not converged. */
void bgnbd_fit(const struct bgnbd_data *d, struct bgnbd_fit *ret);
double bgnbd_ll(const struct bgnbd_data *d, const struct bgnbd *p);

/* Times in weeks. */
double bgnbd_alive(const struct bgnbd *p, double x, double tx, double t);
/* Purchases expected of a new customer in her first t weeks; of one with this history in the next t. */
double bgnbd_expected_new(const struct bgnbd *p, double t);
double bgnbd_expected(const struct bgnbd *p, double x, double tx, double age, double t);
/* The chance of exactly x purchases in t weeks. */
double bgnbd_chance(const struct bgnbd *p, i64 x, double t);

#endif
