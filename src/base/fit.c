/*
 * fit: NLopt, asked on logarithms.
 */
#include "base/fit.h"

#include "base/fail.h"

#include <math.h>
#include <nlopt.h>
#include <string.h>

#define SLOPE_RELATIVE 1e-6 /* to the observations or the value: below it the top is reached for our purposes */
#define STEP_RELATIVE 1e-9
#define VERY_HIGH 1e300
#define ROUNDS 3
#define AT_BOUND 0.02 /* a simplex stops a little before it */

struct search { const struct fit_problem *p; i64 evals; double best[FIT_PARAMS_MAX], lowest; };

/* By the logarithms: df/d(ln x) = x df/dx. */
static double ask(unsigned n, const double *logs, double *gradient, void *arg)
{
	struct search *s = arg;
	double x[FIT_PARAMS_MAX] = { 0 };
	for (unsigned i = 0; i < n; i++)
		x[i] = exp(logs[i]);
	double value = s->p->value(s->p->arg, x, gradient);
	s->evals++;
	for (unsigned i = 0; gradient && i < n; i++)
		gradient[i] = isfinite(gradient[i]) ? gradient[i] * x[i] : 0;
	if (!isfinite(value))
		return VERY_HIGH;
	if (value < s->lowest) {
		s->lowest = value;
		memcpy(s->best, logs, n * sizeof(double));
	}
	return value;
}

static void run(struct search *s, nlopt_algorithm how)
{
	unsigned n = (unsigned)s->p->count;
	double at[FIT_PARAMS_MAX] = { 0 }, value;
	nlopt_opt opt = nlopt_create(how, n);
	ASSERT(opt);
	memcpy(at, s->best, sizeof(at));
	nlopt_set_min_objective(opt, ask, s);
	nlopt_set_lower_bounds1(opt, log(FIT_LOWEST));
	nlopt_set_upper_bounds1(opt, log(FIT_HIGHEST));
	nlopt_set_xtol_rel(opt, STEP_RELATIVE);
	nlopt_set_maxeval(opt, FIT_EVALS_MAX);
	nlopt_optimize(opt, at, &value); /* what it thinks of its end is not asked: the slope is */
	nlopt_destroy(opt);
}

static bool at_bound(double log_of, double slope)
{
	return (log_of < log(FIT_LOWEST) + AT_BOUND && slope > 0) || (log_of > log(FIT_HIGHEST) - AT_BOUND && slope < 0);
}

static bool flat(struct search *s)
{
	double gradient[FIT_PARAMS_MAX], most = 0;
	double value = ask((unsigned)s->p->count, s->best, gradient, s);
	for (size_t i = 0; i < s->p->count; i++)
		if (!at_bound(s->best[i], gradient[i]))
			most = fmax(most, fabs(gradient[i]));
	return value < VERY_HIGH && most <= SLOPE_RELATIVE * fmax(fmax(s->p->scale, 1), fabs(value));
}

void fit_minimize(const struct fit_problem *p, const double *start, struct fit_result *ret)
{
	struct search s = { .p = p, .lowest = INFINITY };
	ASSERT(p->count > 0 && p->count <= FIT_PARAMS_MAX);
	for (size_t i = 0; i < p->count; i++)
		s.best[i] = log(fmin(fmax(start[i], FIT_LOWEST), FIT_HIGHEST));
	run(&s, NLOPT_LD_LBFGS);
	bool done = flat(&s);
	for (int round = 0; !done && round < ROUNDS; round++) {
		run(&s, NLOPT_LN_NELDERMEAD);
		run(&s, NLOPT_LD_LBFGS);
		done = flat(&s);
	}
	*ret = (struct fit_result){ .value = s.lowest, .evals = s.evals, .converged = done };
	for (size_t i = 0; i < p->count; i++)
		ret->x[i] = exp(s.best[i]);
}
