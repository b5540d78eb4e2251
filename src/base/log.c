/*
 * Logging: one logfmt line per call, written to stderr in one system call so lines of threads never
 * mix. Values that need it are quoted, so nothing a message contains can forge a line or a key.
 *
 * The level is the one value this file keeps for the process; it is set once at start.
 */
#include "base/log.h"
#include "base/clock.h"
#include "base/tz.h"

#include <stdio.h>
#include <stdarg.h>
#include <unistd.h>

#define LOG_LINE_MAX 4096
#define LOG_FORMAT_MAX 512

/* Marks put around each value while formatting, so that its end is known afterwards. */
#define VALUE_FROM '\x01'
#define VALUE_TO '\x02'

static _Atomic int log_max = LOG_INFO;
static const char *const level_names[] = { "error", "warn", "info", "debug" };

enum log_level log_level_set(enum log_level max)
{
	return (enum log_level)atomic_exchange(&log_max, (int)max);
}

struct line {
	char p[LOG_LINE_MAX];
	size_t n;
};

/* One byte is kept back for the newline. */
static void add(struct line *l, str s)
{
	size_t room = sizeof(l->p) - 1 - l->n;
	size_t n = s.n < room ? s.n : room;
	if (n)
		memcpy(l->p + l->n, s.p, n);
	l->n += n;
}

static void add_value(struct line *l, str v)
{
	bool quote = v.n == 0;
	for (size_t i = 0; i < v.n; i++)
		quote |= (u8)v.p[i] <= ' ' || v.p[i] == '"' || v.p[i] == '=' || v.p[i] == '\\' || v.p[i] == 0x7f;
	if (!quote) {
		add(l, v);
		return;
	}
	add(l, STR("\""));
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];
		if (c == '"' || c == '\\')
			add(l, STR("\\"));
		if (c == '\n')
			add(l, STR("\\n"));
		else if ((u8)c < ' ' || c == 0x7f)
			add(l, STR("?"));
		else
			add(l, str_of(&c, 1));
	}
	add(l, STR("\""));
}

/* The format with marks around what stands behind each '=' up to the next blank. */
static void mark_values(const char *fmt, char ret[LOG_FORMAT_MAX])
{
	size_t n = 0;
	bool inside = false;
	for (; *fmt && n < LOG_FORMAT_MAX - 3; fmt++) {
		if (*fmt == ' ' && inside) {
			ret[n++] = VALUE_TO;
			inside = false;
		}
		ret[n++] = *fmt;
		if (*fmt == '=' && !inside) {
			ret[n++] = VALUE_FROM;
			inside = true;
		}
	}
	if (inside)
		ret[n++] = VALUE_TO;
	ret[n] = '\0';
}

static void add_time(struct line *l)
{
	struct clock real = clock_real();
	ms now = clock_now(&real);
	int year, month, day;
	char text[48];
	tz_date(now / MS_DAY, &year, &month, &day);
	int n = snprintf(text, sizeof(text), "ts=%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day,
			 (int)(now / MS_HOUR % 24), (int)(now / MS_MINUTE % 60),
			 (int)(now / MS_SECOND % 60), (int)(now % 1000));
	add(l, str_of(text, (size_t)n));
}

void log_line(enum log_level level, const char *event, const char *fmt, ...)
{
	if ((int)level > atomic_load(&log_max))
		return;
	struct line l = { .n = 0 };
	char marked[LOG_FORMAT_MAX], text[LOG_LINE_MAX];
	add_time(&l);
	add(&l, STR(" level="));
	add(&l, str_c(level_names[level]));
	add(&l, STR(" event="));
	add_value(&l, str_c(event));
	mark_values(fmt ? fmt : "", marked);
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof(text), marked, ap);
	va_end(ap);
	str rest = str_of(text, n < 0 ? 0 : (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
	if (rest.n)
		add(&l, STR(" "));
	while (rest.n) {
		add(&l, str_cut(&rest, VALUE_FROM));
		if (rest.p)
			add_value(&l, str_cut(&rest, VALUE_TO));
	}
	l.p[l.n++] = '\n';
	/* A log that cannot be written must not stop the work it speaks of. */
	ssize_t written = write(STDERR_FILENO, l.p, l.n);
	(void)written;
}

void log_fail(const char *event, const struct fail *f, str request_id)
{
	const char *where = f->where ? f->where : "";
	const char *slash = strrchr(where, '/');
	enum log_level level = err_status(f->code) >= 500 && !err_retryable(f->code) ? LOG_ERROR : LOG_WARN;
	log_line(level, event, "err=%s text=%s field=%s value=%s limit=%s where=%s request=%.*s", err_name(f->code),
		 text_name(f->text), f->field, f->value, f->limit, slash ? slash + 1 : where, STR_F(request_id));
}
