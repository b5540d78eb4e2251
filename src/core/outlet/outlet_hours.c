/*
 * outlet_hours. Texts are written by people: half and full width signs, digits or words for the days.
 */
#include "core/outlet/outlet_hours.h"

#include "base/tz.h"

static const struct { const char *word; int day; } day_words[] = {
	{ "1", 0 }, { "2", 1 }, { "3", 2 }, { "4", 3 }, { "5", 4 }, { "6", 5 }, { "7", 6 },
	{ "周一", 0 }, { "周二", 1 }, { "周三", 2 }, { "周四", 3 }, { "周五", 4 }, { "周六", 5 }, { "周日", 6 }, { "周天", 6 },
	{ "星期一", 0 }, { "星期二", 1 }, { "星期三", 2 }, { "星期四", 3 }, { "星期五", 4 }, { "星期六", 5 }, { "星期日", 6 },
	{ "mon", 0 }, { "tue", 1 }, { "wed", 2 }, { "thu", 3 }, { "fri", 4 }, { "sat", 5 }, { "sun", 6 },
};
#define EVERY_DAY 0x7f
#define WEEKEND 0x60
#define WORKDAYS 0x1f

/* One form for each sign: what people type in either width. */
static str plain(struct arena *a, str s)
{
	static const struct { const char *from, *to; } same[] = {
		{ "；", ";" }, { "\n", ";" }, { "，", "," }, { "、", "," }, { "：", ":" }, { "～", "~" }, { "至", "-" }, { "到", "-" },
		{ "–", "-" }, { "—", "-" }, { "　", " " }, { "\t", " " }, { "\r", " " },
	};
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; ) {
		size_t k = 0;
		while (k < ARRAY_LEN(same) && !str_starts(str_sub(s, i, s.n), str_c(same[k].from)))
			k++;
		if (k < ARRAY_LEN(same)) {
			out[n++] = same[k].to[0];
			i += strlen(same[k].from);
		} else {
			out[n++] = s.p[i++];
		}
	}
	return str_of(out, n);
}

static int day_of(str word)
{
	for (size_t i = 0; i < ARRAY_LEN(day_words); i++)
		if (str_eq_nocase(word, str_c(day_words[i].word)))
			return day_words[i].day;
	return -1;
}

static int days_word(str word)
{
	static const struct { const char *word; int bits; } words[] = {
		{ "每天", EVERY_DAY }, { "daily", EVERY_DAY }, { "周末", WEEKEND }, { "工作日", WORKDAYS },
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_nocase(word, str_c(words[i].word)))
			return words[i].bits;
	return 0;
}

/* "1-5", "6,7", "周一-周五", "每天" as bits; 0: no days. */
static int days_of(str text)
{
	int bits = 0;
	while (text.p) {
		str one = str_trim(str_cut(&text, ','));
		if (days_word(one)) {
			bits |= days_word(one);
			continue;
		}
		str to = one, from = str_trim(str_cut(&to, '-'));
		int first = day_of(from), last = to.p ? day_of(str_trim(to)) : first;
		if (first < 0 || last < 0)
			return 0;
		for (int d = first;; d = (d + 1) % 7) {
			bits |= 1 << d;
			if (d == last)
				break;
		}
	}
	return bits;
}

static bool minute_of(str text, int *ret)
{
	i64 hour, minute = 0;
	str rest = text, head = str_trim(str_cut(&rest, ':'));
	if (!str_i64(head, &hour) || (rest.p && (!str_i64(str_trim(rest), &minute) || str_trim(rest).n != 2)))
		return false;
	*ret = (int)(hour * 60 + minute);
	return rest.p && hour >= 0 && minute >= 0 && minute < 60 && *ret <= HOURS_DAY_MINUTES;
}

static bool spans_of(str text, struct hours_day *ret)
{
	*ret = (struct hours_day){ 0 };
	text = str_trim(text);
	if (str_eq_c(text, "休") || str_eq_c(text, "休息") || str_eq_nocase(text, STR("closed")))
		return true;
	if (str_eq_nocase(text, STR("24h")) || str_eq_c(text, "全天") || str_eq_c(text, "24小时")) {
		*ret = (struct hours_day){ .span = { { 0, HOURS_DAY_MINUTES } }, .n = 1 };
		return true;
	}
	while (text.p) {
		int from, to;
		str end = str_cut(&text, ','), begin = str_cut(&end, '-');
		if (!end.p || ret->n == HOURS_SPANS_MAX || !minute_of(begin, &from) || !minute_of(end, &to) || from == HOURS_DAY_MINUTES)
			return false;
		ret->span[ret->n++] = (struct hours_span){ (short)from, (short)(to <= from ? to + HOURS_DAY_MINUTES : to) };
	}
	return ret->n > 0;
}

static err not_understood(struct fail *f, str field, str part)
{
	return fail_set(f, ERR_INPUT, T_HOURS_TEXT, field, part, STR_NIL);
}

static err week_part(struct hours *h, str part, struct fail *f)
{
	struct hours_day day;
	str spans = part, head = str_cut(&spans, ' ');
	int bits = days_of(head);
	if (!bits)
		bits = EVERY_DAY, spans = part;
	if (!spans.p || !spans_of(spans, &day))
		return not_understood(f, STR("hours"), part);
	for (int d = 0; d < 7; d++)
		if (bits >> d & 1)
			h->week[d] = day;
	return OK;
}

static err special_part(struct hours *h, str part, struct fail *f)
{
	struct hours_day day;
	i64 first, last;
	str spans = part, head = str_cut(&spans, ' '), to = head, from = str_cut(&to, '~');
	if (!spans.p || !tz_parse_date(from, &first) || (to.p && !tz_parse_date(to, &last)) || !spans_of(spans, &day))
		return not_understood(f, STR("special"), part);
	last = to.p ? last : first;
	if (last < first)
		return not_understood(f, STR("special"), part);
	for (i64 d = first; d <= last; d++) {
		if (h->special_n == HOURS_SPECIAL_MAX)
			return fail_set(f, ERR_INPUT, T_HOURS_SPECIAL, STR("special"), part, STR(FAIL_STR(HOURS_SPECIAL_MAX)));
		h->special_day[h->special_n] = d;
		h->special[h->special_n++] = day;
	}
	return OK;
}

err hours_parse(struct arena *a, str week, str special, struct hours *ret, struct fail *f)
{
	struct hours h = { .always = true };
	h.special_day = ARENA_ARRAY(a, i64, special.n ? HOURS_SPECIAL_MAX : 1);
	h.special = ARENA_ARRAY(a, struct hours_day, special.n ? HOURS_SPECIAL_MAX : 1);
	if (str_utf8_len(week) > HOURS_TEXT_MAX || str_utf8_len(special) > HOURS_TEXT_MAX)
		return fail_set(f, ERR_INPUT, T_TOO_LONG, str_utf8_len(week) > HOURS_TEXT_MAX ? STR("hours") : STR("special"), STR_NIL,
				STR(FAIL_STR(HOURS_TEXT_MAX)));
	for (str rest = plain(a, week); rest.p; ) {
		str part = str_trim(str_cut(&rest, ';'));
		if (part.n) {
			h.always = false;
			TRY(week_part(&h, part, f));
		}
	}
	for (str rest = plain(a, special); rest.p; ) {
		str part = str_trim(str_cut(&rest, ';'));
		if (part.n)
			TRY(special_part(&h, part, f));
	}
	*ret = h;
	return OK;
}

/* Later parts win: the last special day of that number. */
static const struct hours_day *on(const struct hours *h, i64 day)
{
	static const struct hours_day whole = { .span = { { 0, HOURS_DAY_MINUTES } }, .n = 1 };
	for (int i = h->special_n - 1; i >= 0; i--)
		if (h->special_day[i] == day)
			return &h->special[i];
	return h->always ? &whole : &h->week[hours_weekday(day)];
}

bool hours_open(const struct hours *h, i64 day, int minute)
{
	const struct hours_day *today = on(h, day), *before = on(h, day - 1);
	for (int i = 0; i < today->n; i++)
		if (minute >= today->span[i].from && minute < today->span[i].to)
			return true;
	for (int i = 0; i < before->n; i++)
		if (minute + HOURS_DAY_MINUTES < before->span[i].to)
			return true;
	return false;
}

bool hours_next(const struct hours *h, i64 day, int minute, i64 *ret_day, int *ret_minute)
{
	for (i64 d = day; d <= day + HOURS_AHEAD_DAYS; d++) {
		const struct hours_day *of = on(h, d);
		int best = HOURS_DAY_MINUTES;
		for (int i = 0; i < of->n; i++)
			if ((d > day || of->span[i].from > minute) && of->span[i].from < best)
				best = of->span[i].from;
		if (best == HOURS_DAY_MINUTES)
			continue;
		*ret_day = d;
		*ret_minute = best;
		return true;
	}
	return false;
}
