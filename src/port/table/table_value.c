/*
 * What the numbers of a sheet mean: decimals as they were typed, and dates, which are numbers of days
 * that only the cell's style tells apart from other numbers.
 *
 * Spreadsheets keep 15 digits but write 17, so 4.15 stands in the file as 4.1500000000000004. Given
 * out like that, the same order in a .csv and an .xlsx would not be the same order; so such numbers are
 * rounded back to 15 digits, which loses nothing anybody typed. Whole numbers are left alone.
 */
#include "port/table/table_xlsx_int.h"

#include "base/tz.h"

#include <math.h>
#include <stdio.h>

#define DIGITS 15
#define DAY_SECONDS 86400
#define SERIAL_OF_1970 25569 /* days from 1899-12-30, the day before the first in practice */
#define SERIAL_OF_1904 1462
#define SERIAL_END 2958466 /* 10000-01-01 */

/* Significant digits of a decimal number; *ret_whole: neither point nor exponent. */
static int significant(str text, bool *ret_whole, bool *ret_exponent)
{
	int n = 0;
	*ret_whole = true;
	*ret_exponent = false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == 'e' || c == 'E') {
			*ret_whole = false;
			*ret_exponent = true;
			break;
		}
		*ret_whole &= c != '.';
		n += c >= (n ? '0' : '1') && c <= '9';
	}
	return n;
}

str xlsx_number(str text, char *room, size_t cap)
{
	bool whole, exponent;
	double value;
	int digits = significant(text, &whole, &exponent);
	if (whole || (digits <= DIGITS && !exponent) || !str_f64(text, &value))
		return text;
	int n = snprintf(room, cap, "%.*g", DIGITS, value);
	if (n > 0 && memchr(room, 'e', (size_t)n) && fabs(value) < 1e18 && fabs(value) > 1e-9) {
		double size = floor(log10(fabs(value)));
		int places = size >= DIGITS - 1 ? 0 : (int)(DIGITS - 1 - size);
		n = snprintf(room, cap, "%.*f", places, value);
		while (places > 0 && n > 0 && room[n - 1] == '0')
			n--;
	}
	return n > 0 && (size_t)n < cap ? str_of(room, (size_t)n) : text;
}

bool xlsx_date(str text, enum xlsx_style style, bool since_1904, char *room, size_t cap, str *ret)
{
	double serial;
	if (!str_f64(text, &serial) || serial < 0 || serial >= SERIAL_END)
		return false;
	if (since_1904)
		serial += SERIAL_OF_1904;
	i64 seconds = (i64)floor(serial * DAY_SECONDS + 0.5);
	i64 day = seconds / DAY_SECONDS, rest = seconds % DAY_SECONDS;
	if (!since_1904 && day > 0 && day < 60)
		day++; /* 1900 was no leap year, but Lotus thought it was, and so day 60 never happened */
	if (day >= SERIAL_END)
		return false;
	int year, month, of_month, n = 0;
	char date[32] = "", sep[2] = "";
	tz_date(day - SERIAL_OF_1970, &year, &month, &of_month);
	bool show_date = (style & XLSX_DATE) || day > 0;
	bool show_time = (style & XLSX_TIME) || rest > 0;
	if (show_date)
		snprintf(date, sizeof(date), "%04d-%02d-%02d", year, month, of_month);
	if (show_date && show_time)
		sep[0] = ' ';
	n = show_time ? snprintf(room, cap, "%s%s%02d:%02d:%02d", date, sep, (int)(rest / 3600),
				 (int)(rest / 60 % 60), (int)(rest % 60))
		      : snprintf(room, cap, "%s", date);
	*ret = str_of(room, (size_t)n);
	return n > 0 && (size_t)n < cap;
}
