/*
 * Fitting: the lowest value of a smooth function of a few positive parameters (NLopt behind it).
 *
 * The search runs on the logarithms of the parameters, so none can leave its side of zero, within
 * FIT_LOWEST … FIT_HIGHEST: a parameter that would run away (a spread that is nil) ends there. It follows the gradient (L-BFGS); where rounding stops that before the slope is
 * gone, it goes on without one (a simplex) and tries again. No randomness: the same function and start give
 * the same answer. Converged means that the slope is gone, or leads out of the bounds, not that the search stopped.
 */
#ifndef YT_BASE_FIT_H
#define YT_BASE_FIT_H

#include "base/int.h"

#define FIT_PARAMS_MAX 8
#define FIT_EVALS_MAX 2000
#define FIT_LOWEST 1e-4
#define FIT_HIGHEST 1e4

struct fit_problem {
	size_t count; /* parameters */
	/* The value at x; gradient is NULL or wants the derivatives by x. Not finite counts as very high. */
	double (*value)(void *arg, const double *x, double *gradient);
	void *arg;
	double scale; /* how many observations the value is a sum of: slopes are judged per observation */
};
struct fit_result {
	double x[FIT_PARAMS_MAX], value;
	i64 evals;
	bool converged;
};

void fit_minimize(const struct fit_problem *p, const double *start, struct fit_result *ret);

#endif
