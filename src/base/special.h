/*
 * Special functions that libm lacks or has only with a global: ln Γ, ψ and Gauss's 2F1.
 */
#ifndef YT_BASE_SPECIAL_H
#define YT_BASE_SPECIAL_H

double log_gamma(double x);  /* x > 0 */
double digamma(double x);    /* x > 0; d ln Γ / dx */
double log_beta(double a, double b);
/* 2F1(a, b; c; z) for 0 <= z < 1 and c no integer <= 0, to about ten digits. Near 1 it is turned into two
 * series at 1 - z. NaN where neither series settles. */
double hyper_2f1(double a, double b, double c, double z);
/* Its logarithm for a, b, c > 0, where it may be larger than a double. */
double log_hyper_2f1(double a, double b, double c, double z);

#endif
