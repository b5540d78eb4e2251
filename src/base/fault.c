/*
 * Fault switches: a small table filled once at start, before threads exist; counters are atomic.
 *
 * "point:n:action": the n-th pass of the point acts, once; n = 0 acts on every pass. The table is the
 * one value this file keeps for the process: it exists for tests that start the binary.
 */
#include "base/fault.h"
#include "base/fail.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define FAULT_POINTS_MAX 16
#define FAULT_NAME_MAX 47

enum { ACT_FAIL, ACT_FULL, ACT_CRASH };

static struct {
	char name[FAULT_NAME_MAX + 1];
	i64 at;
	int act;
	_Atomic i64 passes;
} points[FAULT_POINTS_MAX];
static _Atomic size_t armed;

static bool read_point(str part, size_t i)
{
	str name = str_cut(&part, ':'), at = str_cut(&part, ':'), act = part;
	if (name.n == 0 || name.n > FAULT_NAME_MAX || !str_i64(at, &points[i].at) || points[i].at < 0)
		return false;
	points[i].act = str_eq_c(act, "fail") ? ACT_FAIL : str_eq_c(act, "full") ? ACT_FULL
		      : str_eq_c(act, "crash") ? ACT_CRASH : -1;
	if (points[i].act < 0)
		return false;
	memcpy(points[i].name, name.p, name.n);
	points[i].name[name.n] = '\0';
	atomic_store(&points[i].passes, 0);
	return true;
}

void fault_init(const char *spec)
{
	str rest = str_c(spec ? spec : getenv("YUTANG_FAULT"));
	size_t n = 0;
	atomic_store(&armed, 0);
	while (rest.p) {
		str part = str_trim(str_cut(&rest, ','));
		if (part.n == 0)
			continue;
		/* A test whose fault does not exist would prove nothing. */
		if (n == FAULT_POINTS_MAX || !read_point(part, n)) {
			fprintf(stderr, "fault: cannot read \"%.*s\"\n", STR_F(part));
			abort();
		}
		n++;
	}
	atomic_store(&armed, n);
}

enum fault_action fault_pass(const char *point)
{
	size_t n = atomic_load_explicit(&armed, memory_order_relaxed);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(points[i].name, point) != 0)
			continue;
		i64 pass = atomic_fetch_add(&points[i].passes, 1) + 1;
		if (points[i].at != 0 && points[i].at != pass)
			continue;
		if (points[i].act == ACT_CRASH)
			raise(SIGKILL);
		return points[i].act == ACT_FULL ? FAULT_FULL : FAULT_FAIL;
	}
	return FAULT_NONE;
}
