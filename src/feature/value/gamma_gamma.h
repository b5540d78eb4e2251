/*
 * Gamma-Gamma: what a purchase is worth on average, per person (Fader and Hardie, note "The Gamma-Gamma Model
 * of Monetary Value").
 *
 * Her purchases scatter around a mean of her own, the means spread over people; a person seen often is
 * believed, one seen once is pulled towards everybody. Holds while how much and how often have little to do
 * with each other: the correlation is kept beside the fit.
 */
#ifndef YT_FEATURE_VALUE_GAMMA_GAMMA_H
#define YT_FEATURE_VALUE_GAMMA_GAMMA_H

#include "base/vec.h"

struct gamma_gamma { double p, q, v; };

struct spend_row { u32 x, n; double mean; }; /* x purchases with that mean, in units of money; n such people */
struct spend_data {
	struct arena *arena;
	VEC(struct spend_row) rows;
	i64 people;
};
/* Takes those who bought (x > 0) and paid (mean > 0). */
void spend_add(struct spend_data *d, i64 x, double mean, i64 people);

struct gamma_gamma_fit { struct gamma_gamma p; double ll, correlation; i64 evals; bool converged; };
void gamma_gamma_fit(const struct spend_data *d, struct gamma_gamma_fit *ret);
/* The mean purchase expected of somebody with x purchases of that mean; x 0: of anybody. */
double gamma_gamma_mean(const struct gamma_gamma *g, double x, double mean);

#endif
