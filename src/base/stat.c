/*
 * stat: see the header. Normal quantile by Acklam's approximation and one step of Halley; the chi-square tail is the
 * regularised incomplete gamma function, by series below its mean and by continued fraction above.
 */
#include "base/stat.h"

#include <math.h>

#define TERMS 500
#define TINY 1e-300
#define CLOSE 1e-15

double stat_normal_cdf(double z) { return 0.5 * erfc(-z / sqrt(2)); }

double stat_normal_quantile(double p)
{
	static const double a[] = { -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
				    -3.066479806614716e+01, 2.506628277459239e+00 };
	static const double b[] = { -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
				    -1.328068155288572e+01 };
	static const double c[] = { -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
				    4.374664141464968e+00, 2.938163982698783e+00 };
	static const double d[] = { 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00 };
	double x, q = fmin(p, 1 - p);
	if (q < 0.02425) {
		double r = sqrt(-2 * log(q));
		x = (((((c[0] * r + c[1]) * r + c[2]) * r + c[3]) * r + c[4]) * r + c[5]) /
		    ((((d[0] * r + d[1]) * r + d[2]) * r + d[3]) * r + 1);
		x = p < 0.5 ? x : -x;
	} else {
		double s = p - 0.5, r = s * s;
		x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * s /
		    (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
	}
	double e = stat_normal_cdf(x) - p, u = e * sqrt(2 * M_PI) * exp(x * x / 2);
	return x - u / (1 + x * u / 2);
}

double stat_two_proportions(i64 hits1, i64 n1, i64 hits2, i64 n2, double *ret_p)
{
	*ret_p = 1;
	if (n1 <= 0 || n2 <= 0)
		return 0;
	double pooled = (double)(hits1 + hits2) / (double)(n1 + n2);
	double error = sqrt(pooled * (1 - pooled) * (1 / (double)n1 + 1 / (double)n2));
	if (error == 0)
		return 0;
	double z = ((double)hits1 / (double)n1 - (double)hits2 / (double)n2) / error;
	*ret_p = erfc(fabs(z) / sqrt(2));
	return z;
}

void stat_wilson(i64 hits, i64 n, double z, double *ret_low, double *ret_high)
{
	*ret_low = 0;
	*ret_high = 1;
	if (n <= 0)
		return;
	double m = (double)n, p = (double)hits / m, zz = z * z;
	double middle = p + zz / (2 * m), half = z * sqrt(p * (1 - p) / m + zz / (4 * m * m)), scale = 1 + zz / m;
	*ret_low = hits == 0 ? 0 : (middle - half) / scale;
	*ret_high = hits == n ? 1 : (middle + half) / scale;
}

void stat_difference(i64 hits1, i64 n1, i64 hits2, i64 n2, double z, double *ret_low, double *ret_high)
{
	double l1, u1, l2, u2;
	stat_wilson(hits1, n1, z, &l1, &u1);
	stat_wilson(hits2, n2, z, &l2, &u2);
	double p1 = n1 > 0 ? (double)hits1 / (double)n1 : 0, p2 = n2 > 0 ? (double)hits2 / (double)n2 : 0;
	*ret_low = p1 - p2 - hypot(p1 - l1, u2 - p2);
	*ret_high = p1 - p2 + hypot(u1 - p1, p2 - l2);
}

bool stat_ratio(i64 hits1, i64 n1, i64 hits2, i64 n2, double z, double *ret_low, double *ret_high)
{
	if (hits1 <= 0 || hits2 <= 0)
		return false;
	double a = (double)hits1, b = (double)hits2, m = (double)n1, n = (double)n2;
	double middle = log(a / m / (b / n)), half = z * sqrt(1 / a - 1 / m + 1 / b - 1 / n);
	*ret_low = exp(middle - half);
	*ret_high = exp(middle + half);
	return true;
}

/* Abramowitz and Stegun 26.7.5. */
double stat_t_quantile(double p, double freedom)
{
	double x = stat_normal_quantile(p), x2 = x * x, v = freedom;
	double g1 = x * (x2 + 1) / 4, g2 = x * ((5 * x2 + 16) * x2 + 3) / 96;
	double g3 = x * (((3 * x2 + 19) * x2 + 17) * x2 - 15) / 384;
	double g4 = x * ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) / 92160;
	return x + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v;
}

/* Of the mean, not of the values. */
static double mean_variance(const struct stat_moments *m)
{
	double n = (double)m->n;
	return fmax(0, m->squares - m->sum * m->sum / n) / (n - 1) / n;
}

bool stat_mean_difference(struct stat_moments a, struct stat_moments b, double *ret_low, double *ret_high)
{
	if (a.n < 2 || b.n < 2)
		return false;
	double va = mean_variance(&a), vb = mean_variance(&b), v = va + vb;
	double d = a.sum / (double)a.n - b.sum / (double)b.n;
	double freedom = v > 0 ? v * v / (va * va / (double)(a.n - 1) + vb * vb / (double)(b.n - 1)) : 1;
	double half = v > 0 ? stat_t_quantile(0.975, freedom) * sqrt(v) : 0;
	*ret_low = d - half;
	*ret_high = d + half;
	return true;
}

void stat_holm(double *p, size_t n)
{
	bool done[STAT_ARMS_MAX] = { false };
	double before = 0;
	for (size_t left = n; left > 0; left--) {
		size_t least = n;
		for (size_t i = 0; i < n; i++)
			if (!done[i] && (least == n || p[i] < p[least]))
				least = i;
		before = fmax(before, fmin(1, p[least] * (double)left));
		p[least] = before;
		done[least] = true;
	}
}

i64 stat_sample_size(double p1, double p2, double alpha, double power)
{
	double d = p2 - p1, middle = (p1 + p2) / 2;
	if (d == 0)
		return 0;
	double z = stat_normal_quantile(1 - alpha / 2) * sqrt(2 * middle * (1 - middle)) +
		   stat_normal_quantile(power) * sqrt(p1 * (1 - p1) + p2 * (1 - p2));
	return (i64)ceil(z * z / (d * d));
}

/* Q(a, x): the upper tail of the gamma distribution. */
static double gamma_series(double a, double x)
{
	double sum = 1 / a, term = sum;
	for (int i = 1; i < TERMS && fabs(term) > fabs(sum) * CLOSE; i++) {
		term *= x / (a + i);
		sum += term;
	}
	return 1 - sum * exp(-x + a * log(x) - lgamma(a));
}

static double gamma_fraction(double a, double x)
{
	double b = x + 1 - a, c = 1 / TINY, d = 1 / b, h = d;
	for (int i = 1; i < TERMS; i++) {
		double an = -i * (i - a);
		b += 2;
		d = an * d + b;
		d = 1 / (fabs(d) < TINY ? TINY : d);
		c = b + an / c;
		c = fabs(c) < TINY ? TINY : c;
		h *= d * c;
		if (fabs(d * c - 1) < CLOSE)
			break;
	}
	return exp(-x + a * log(x) - lgamma(a)) * h;
}

double stat_chi2_p(double x, i64 freedom)
{
	double a = (double)freedom / 2;
	if (x <= 0 || freedom <= 0)
		return 1;
	return x / 2 < a + 1 ? gamma_series(a, x / 2) : gamma_fraction(a, x / 2);
}

double stat_srm(const i64 *counts, const double *shares, size_t arms)
{
	double total = 0, x = 0;
	for (size_t i = 0; i < arms; i++)
		total += (double)counts[i];
	for (size_t i = 0; i < arms; i++) {
		double meant = total * shares[i], d = (double)counts[i] - meant;
		if (meant > 0)
			x += d * d / meant;
		else if (counts[i])
			return 0;
	}
	return stat_chi2_p(x, (i64)arms - 1);
}

static double log_beta(double a, double b) { return lgamma(a) + lgamma(b) - lgamma(a + b); }

/* The sum has a term for every success of B; it is always taken over the smaller side. */
double stat_b_beats_a(i64 hits_a, i64 n_a, i64 hits_b, i64 n_b)
{
	double aa = 1 + (double)hits_a, ba = 1 + (double)(n_a - hits_a), bb = 1 + (double)(n_b - hits_b);
	double sum = 0;
	if (hits_b > hits_a)
		return 1 - stat_b_beats_a(hits_b, n_b, hits_a, n_a);
	for (i64 i = 0; i <= hits_b; i++)
		sum += exp(log_beta(aa + (double)i, ba + bb) - log(bb + (double)i) - log_beta(1 + (double)i, bb) - log_beta(aa, ba));
	return fmin(1, sum);
}
