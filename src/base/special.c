/*
 * Special functions. Sources: Abramowitz and Stegun 6.3.5, 6.3.18 (digamma), 15.1.1 and 15.3.6 (2F1).
 */
#include "base/special.h"

#include <math.h>

#define TERMS_MAX 1000000
#define SETTLED 1e-13
#define LARGE 1e200
#define NEAR_ONE 0.9       /* from here on the series at 1 - z is shorter */
#define FROM_INTEGER 0.05  /* c - a - b closer to an integer cancels too much there */
#define TAIL_FAST 30       /* c - a - b beyond this: the plain series ends quickly even at 1 */
#define ASYMPTOTIC 10

static double log_gamma_sign(double x, int *ret_sign)
{
	return lgamma_r(x, ret_sign);
}

double log_gamma(double x)
{
	int sign;
	return lgamma_r(x, &sign);
}

double digamma(double x)
{
	double sum = 0;
	while (x < ASYMPTOTIC) {
		sum -= 1 / x;
		x += 1;
	}
	double f = 1 / (x * x);
	return sum + log(x) - 0.5 / x -
	       f * (1.0 / 12 - f * (1.0 / 120 - f * (1.0 / 252 - f * (1.0 / 240 - f * (1.0 / 132)))));
}

double log_beta(double a, double b)
{
	return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

/* The sum is ret * 10^(200 ret_shift). Ends when what may still come, bounded by a geometric tail, shows no more,
 * twice in a row: a factor that was near zero once tells nothing of the next. */
static double series_shifted(double a, double b, double c, double z, int *ret_shift)
{
	double term = 1, sum = 1, positive_from = -fmin(fmin(a, b), c);
	int still = 0;
	*ret_shift = 0;
	for (int n = 0; n < TERMS_MAX && isfinite(term); n++) {
		double ratio = (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
		term *= ratio;
		sum += term;
		if (term == 0)
			return sum;
		if (fabs(sum) > LARGE) {
			term /= LARGE;
			sum /= LARGE;
			*ret_shift += 1;
		}
		double tail = fmax(fabs(ratio), z);
		still = n > positive_from && tail < 1 && fabs(term) * tail < SETTLED * (1 - tail) * fabs(sum) ? still + 1 : 0;
		if (still == 2)
			return sum;
	}
	return NAN;
}

static double series(double a, double b, double c, double z)
{
	int shift;
	double sum = series_shifted(a, b, c, z, &shift);
	return shift ? sum * pow(LARGE, shift) : sum;
}

/* One of the two halves of 15.3.6: Γ(c)Γ(s) / (Γ(p)Γ(q)). */
static double weight(double c, double s, double p, double q)
{
	int sc, ss, sp, sq;
	if ((p <= 0 && p == floor(p)) || (q <= 0 && q == floor(q)))
		return 0; /* 1/Γ is zero there */
	double log_of = log_gamma_sign(c, &sc) + log_gamma_sign(s, &ss) - log_gamma_sign(p, &sp) - log_gamma_sign(q, &sq);
	return sc * ss * sp * sq * exp(log_of);
}

double hyper_2f1(double a, double b, double c, double z)
{
	double s = c - a - b;
	if (!(z >= 0 && z < 1))
		return NAN;
	if (z <= NEAR_ONE || fabs(s - round(s)) < FROM_INTEGER || s > TAIL_FAST)
		return series(a, b, c, z);
	return weight(c, s, c - a, c - b) * series(a, b, 1 - s, 1 - z) +
	       pow(1 - z, s) * weight(c, -s, a, b) * series(c - a, c - b, 1 + s, 1 - z);
}

double log_hyper_2f1(double a, double b, double c, double z)
{
	int shift = 0;
	double s = c - a - b;
	if (z > NEAR_ONE && fabs(s) <= TAIL_FAST)
		return log(hyper_2f1(a, b, c, z));
	double sum = series_shifted(a, b, c, z, &shift);
	return log(sum) + shift * log(LARGE);
}
