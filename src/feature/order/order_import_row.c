/*
 * One row of the file in normal form: trimmed, times as moments, money as fen, numbers of one thing in one
 * spelling, so that the same row out of a .csv and out of an .xlsx is the same row.
 *
 * No floating point: decimals are read digit by digit. A phone with stars, or any value that identifies
 * nobody, is no identity; the row is kept and marked.
 */
#include "feature/order/order_import.h"

#include "base/hash.h"
#include "core/corp/corp.h"
#include "core/identity/identity.h"

#include <stdio.h>

#define PRICE_SCALE 6
#define PRICE_ONE ((i64)1000000)
#define ITEMS_SCALE 3
#define ITEMS_ONE ((i64)1000)
#define ITEMS_MAX ((i64)1000000000 * ITEMS_ONE)
#define NUMBER_ROOM 40
#define TEXT_MAX 500

enum table_encoding import_encoding(str name)
{
	for (int i = 0; i <= TABLE_UTF16BE; i++)
		if (str_eq_c(name, table_encoding_name((enum table_encoding)i)))
			return (enum table_encoding)i;
	return TABLE_ENCODING_AUTO;
}

err import_reading_of(struct cx *cx, const struct order_import *im, struct import_reading *ret)
{
	struct json *tree;
	struct import_spec spec;
	struct corp corp;
	*ret = (struct import_reading){ .arena = CX_ARENA(cx), .preset = import_preset_of(im->preset), .fallback = im->created };
	ASSERT(ret->preset);
	record_init(&import_options_record, &ret->options);
	TRY(json_parse(im->spec, CX_ARENA(cx), &tree, &cx->unit.fail));
	record_read(&import_spec_record, tree, &spec, CX_ARENA(cx));
	if (spec.mapping)
		ret->map = *(const struct import_mapping *)spec.mapping;
	if (spec.options)
		ret->options = *(const struct import_options *)spec.options;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	ret->currency = ret->options.currency.n ? ret->options.currency : corp.currency;
	ret->zone = corp_zone(&cx->unit, cx->unit.corp);
	ret->filled = ret->preset->fill ? ARENA_ARRAY(CX_ARENA(cx), str, IMPORT_FIELD_COUNT) : NULL;
	str zone = ret->options.zone.n ? ret->options.zone : str_c(ret->preset->zone);
	if (zone.n)
		TRY(tz_get(zone, &ret->zone, &cx->unit.fail));
	ret->as_of = import_as_of(ret->zone, im->name);
	return OK;
}

#define AS_OF_DIGITS 12

ms import_as_of(const struct tz *zone, str name)
{
	for (size_t i = 0; i + AS_OF_DIGITS <= name.n; i++) {
		size_t n = 0;
		char text[24];
		ms at;
		while (i + n < name.n && name.p[i + n] >= '0' && name.p[i + n] <= '9')
			n++;
		const char *d = name.p + i;
		snprintf(text, sizeof(text), "%.4s-%.2s-%.2s %.2s:%.2s", d, d + 4, d + 6, d + 8, d + 10);
		if (n >= AS_OF_DIGITS && n <= AS_OF_DIGITS + 2 && memcmp(d, "20", 2) == 0 && tz_parse(zone, str_c(text), &at))
			return at;
		i += n;
	}
	return NIL;
}

/* The cell without what spreadsheets and exports put around it: ="…", a leading apostrophe, NBSP, BOM. */
static str bare(str cell)
{
	for (;;) {
		str s = str_trim(cell);
		if (str_starts(s, STR("\xc2\xa0")))
			s = str_sub(s, 2, s.n);
		else if (str_ends(s, STR("\xc2\xa0")))
			s = str_sub(s, 0, s.n - 2);
		else if (str_starts(s, STR("\xef\xbb\xbf")) || str_starts(s, STR("\xe2\x80\x8b")))
			s = str_sub(s, 3, s.n);
		else if (s.n >= 3 && s.p[0] == '=' && s.p[1] == '"' && s.p[s.n - 1] == '"')
			s = str_sub(s, 2, s.n - 1);
		else if (s.n >= 1 && s.p[0] == '\'')
			s = str_sub(s, 1, s.n);
		if (s.n == cell.n)
			return s;
		cell = s;
	}
}

static str cell_of(const struct import_reading *r, const struct table_row *row, enum import_field field)
{
	i64 at = import_column(&r->map, field);
	str cell = at == NIL || at >= (i64)row->n ? STR("") : bare(row->cells[at]);
	return !cell.n && r->filled && r->filled[field].n ? r->filled[field] : cell;
}

#define FILLED_MAX ((size_t)128)

/* Cells of the order, kept for its further rows, which leave them empty. A new number forgets them. */
static void keep_filled(const struct import_reading *r, const struct table_row *row)
{
	static const enum import_field of_order[] = { IMPORT_ORDER_NO, IMPORT_EXTERNAL_USERID, IMPORT_ORDERED_AT, IMPORT_CREATED_AT,
						      IMPORT_STATUS, IMPORT_RECEIVER_PHONE, IMPORT_STAFF };
	i64 at = import_column(&r->map, IMPORT_ORDER_NO);
	str no = at == NIL || at >= (i64)row->n ? STR("") : bare(row->cells[at]);
	if (!no.n || str_eq(no, r->filled[IMPORT_ORDER_NO]))
		return;
	for (size_t i = 0; i < ARRAY_LEN(of_order); i++)
		r->filled[of_order[i]].n = 0;
	for (size_t i = 0; i < ARRAY_LEN(of_order); i++) {
		str cell = cell_of(r, row, of_order[i]), *to = &r->filled[of_order[i]];
		if (!to->p)
			to->p = arena_alloc(r->arena, FILLED_MAX);
		to->n = cell.n <= FILLED_MAX ? cell.n : 0;
		memcpy((char *)to->p, cell.p, to->n);
	}
}

/* "12923.0" as some write a number that is a name: "12923". */
static str number_name(str s)
{
	size_t digits = 0;
	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	if (digits == 0 || digits == s.n || s.p[digits] != '.')
		return s;
	for (size_t i = digits + 1; i < s.n; i++)
		if (s.p[i] != '0')
			return s;
	return str_sub(s, 0, digits);
}

/* Three or four digits behind it; "12,50" is another country's decimal, and nobody's to guess. */
static bool groups(str s, size_t comma)
{
	size_t n = 0;
	while (comma + 1 + n < s.n && s.p[comma + 1 + n] >= '0' && s.p[comma + 1 + n] <= '9')
		n++;
	return n == 3 || n == 4;
}

/* "¥1,234.50元", "(12.00)", "499.00（说明）" -> plain decimal in room; "-", "—" and nothing: empty. */
static str plain_number(str s, char room[NUMBER_ROOM])
{
	static const char *const skip[] = { "¥", "￥", "元", "，", "—", "£", "$", "€" };
	size_t n = 0;
	bool minus = s.n > 2 && s.p[0] == '(' && s.p[s.n - 1] == ')';
	if (minus)
		s = str_sub(s, 1, s.n - 1);
	size_t clean = 0;
	while (clean < s.n && ((s.p[clean] >= '0' && s.p[clean] <= '9') || s.p[clean] == '.' || s.p[clean] == '-'))
		clean++;
	if (!minus && clean == s.n && s.n > 1)
		return s;
	for (size_t i = 0; i < s.n && n < NUMBER_ROOM - 2; i++) {
		bool skipped = (s.p[i] == ',' && groups(s, i)) || s.p[i] == ' ';
		str rest = str_sub(s, i, s.n);
		for (size_t k = 0; k < ARRAY_LEN(skip) && !skipped; k++) {
			skipped = str_starts(rest, str_c(skip[k]));
			if (skipped)
				i += strlen(skip[k]) - 1;
		}
		if (skipped)
			continue;
		if (str_starts(rest, STR("（")) || (s.p[i] == '(' && n > 0))
			break;
		if (n == 0 && minus)
			room[n++] = '-';
		room[n++] = s.p[i];
	}
	return n == 1 && room[0] == '-' ? STR("") : str_of(room, n);
}

static err amount_of(const struct import_reading *r, const struct table_row *row, enum import_field field, int scale,
		     i64 *ret, struct fail *f)
{
	char room[NUMBER_ROOM];
	str cell = cell_of(r, row, field);
	str number = plain_number(cell, room);
	*ret = NIL;
	if (!number.n)
		return OK;
	if (!str_decimal(number, scale, ret))
		return fail_set(f, ERR_INPUT, T_IMPORT_BAD_AMOUNT, str_c(import_field_names[field]), cell, STR_NIL);
	return OK;
}

/* price (millionths of a yuan) x quantity (thousandths) in fen, halves up. */
static bool times(i64 price, i64 items, i64 *ret)
{
	__int128 product = (__int128)price * items * 100;
	__int128 unit = (__int128)PRICE_ONE * ITEMS_ONE;
	__int128 half = product < 0 ? -unit / 2 : unit / 2;
	product = (product + half) / unit;
	if (product > ORDER_AMOUNT_MAX || product < -ORDER_AMOUNT_MAX)
		return false;
	*ret = (i64)product;
	return true;
}

static err read_money(const struct import_reading *r, const struct table_row *row, struct import_row *ret, struct fail *f)
{
	i64 price = NIL;
	str quantity = cell_of(r, row, IMPORT_QUANTITY);
	ret->items = ITEMS_ONE;
	if (quantity.n && (!str_decimal(quantity, ITEMS_SCALE, &ret->items) || ret->items > ITEMS_MAX || ret->items < -ITEMS_MAX))
		return fail_set(f, ERR_INPUT, T_IMPORT_BAD_QUANTITY, STR("quantity"), quantity, STR_NIL);
	TRY(amount_of(r, row, IMPORT_AMOUNT, 2, &ret->amount, f));
	TRY(amount_of(r, row, IMPORT_REFUNDED, 2, &ret->refunded, f));
	TRY(amount_of(r, row, IMPORT_UNIT_PRICE, PRICE_SCALE, &price, f));
	bool fits = ret->amount == NIL || (ret->amount <= ORDER_AMOUNT_MAX && ret->amount >= -ORDER_AMOUNT_MAX);
	if (fits && ret->amount == NIL && price != NIL)
		fits = times(price, ret->items, &ret->amount);
	if (ret->amount == NIL && r->preset->form == IMPORT_LINES)
		ret->amount = 0;
	if (!fits || ret->amount == NIL || (ret->refunded != NIL && (ret->refunded > ORDER_AMOUNT_MAX || ret->refunded < -ORDER_AMOUNT_MAX)))
		return fail_set(f, ERR_INPUT, T_IMPORT_BAD_AMOUNT, STR("amount"),
				cell_of(r, row, r->map.amount != NIL ? IMPORT_AMOUNT : IMPORT_UNIT_PRICE), STR_NIL);
	ret->refunded = ret->refunded == NIL ? 0 : ret->refunded < 0 ? -ret->refunded : ret->refunded;
	return OK;
}

static bool has_any(str s, const char *words)
{
	str rest = str_c(words);
	while (rest.p)
		if (str_has(s, str_cut(&rest, ',')))
			return true;
	return false;
}

/* 已发货，退款成功 is refunded, 退款中 is not; 交易关闭 with a refund is refunded too. 部分发货 is not shipped. */
static enum import_status status_of(str s)
{
	if (!s.n)
		return IMPORT_PAID;
	if (has_any(s, "退款成功,已退款,全额退款,refunded,Refunded,REFUNDED"))
		return IMPORT_REFUND_DONE;
	if (has_any(s, "关闭,取消,cancel,Cancel,CANCEL,closed,Closed,CLOSED,void"))
		return IMPORT_CANCELLED;
	if (has_any(s, "待付款,待支付,未付款,未支付,等待付款,等待买家付款,unpaid,Unpaid,pending,Pending,created,Created"))
		return IMPORT_CREATED;
	if (has_any(s, "交易成功,交易完成,已完成,完成,已签收,已收货,done,finished,Finished,completed,Completed,success,Success"))
		return IMPORT_DONE;
	if (!has_any(s, "部分发货") && has_any(s, "已发货,待收货,待签收,等待买家确认,等待确认收货,shipped,Shipped,delivered,Delivered"))
		return IMPORT_SHIPPED;
	return IMPORT_PAID;
}

/* Money went back: what of it is not told is all of the row. 部分退款 and what is still open tell nothing. */
static void read_aftersale(const struct import_reading *r, const struct table_row *row, struct import_row *ret)
{
	str s = cell_of(r, row, IMPORT_AFTERSALE);
	ret->status = status_of(cell_of(r, row, IMPORT_STATUS));
	if (!s.n || ret->status == IMPORT_REFUND_DONE || has_any(s, "部分"))
		return;
	if (!has_any(s, "退款成功,已退款,全额退款,退款完成"))
		return;
	if (!ret->refunded)
		ret->refunded = ret->amount;
	if (ret->refunded >= ret->amount)
		ret->status = IMPORT_REFUND_DONE;
}

/* Of the open ones nobody knows yet what will become. */
static err read_refund(const struct import_reading *r, const struct table_row *row, struct arena *a, struct import_row *ret,
		       struct fail *f)
{
	str state = cell_of(r, row, IMPORT_AFTERSALE), source = str_c(import_source(r->preset));
	bool done = !state.n || (has_any(state, "成功,完成,已退款,完结,SUCCESS") && !has_any(state, "未成功,未完成"));
	if (!done)
		return fail_set(f, ERR_INPUT, T_IMPORT_REFUND_OPEN, STR("aftersale"), state, STR_NIL);
	ret->refund = 1;
	ret->refund_no = number_name(cell_of(r, row, IMPORT_REFUND_NO));
	if (ret->refund_no.n > ORDER_NO_MAX)
		return fail_set(f, ERR_INPUT, T_IMPORT_LONG, STR("refund_no"), STR_NIL, STR_NIL);
	str name = ret->refund_no.n ? ret->refund_no : arena_printf(a, "%.*s %lld %lld", STR_F(ret->order_no),
								   (long long)ret->amount, (long long)ret->ordered);
	ret->key = order_key_of(arena_printf(a, "%.*s refund", STR_F(source)), name);
	return OK;
}

/* The last digits of a phone, masked or not: they prove a claim and identify nobody. */
static str tail_of(str phone)
{
	size_t n = phone.n;
	while (n > 0 && phone.p[n - 1] >= '0' && phone.p[n - 1] <= '9')
		n--;
	return phone.n - n >= ORDER_TAIL_DIGITS ? str_sub(phone, phone.n - ORDER_TAIL_DIGITS, phone.n) : STR_NIL;
}

/* Stars, and what platforms put in the place of what they encrypted. */
static bool covered(str value)
{
	return str_has_char(value, '*') || ((value.p[0] == '#' || value.p[0] == '$' || value.p[0] == '~') && value.n > 20);
}

/* 18877771111-123: a number lent for one parcel. */
static bool virtual_phone(str value)
{
	i64 dash = str_find(value, STR("-"));
	return dash >= 11 || (dash < 0 && str_find(value, STR("转")) >= 0);
}

static void read_receiver(const struct import_reading *r, const struct table_row *row, struct arena *a, struct import_row *ret)
{
	str phone = cell_of(r, row, IMPORT_PHONE), receiver = cell_of(r, row, IMPORT_RECEIVER_PHONE);
	str any = phone.n ? phone : receiver;
	ret->receiver = STR_NIL;
	ret->tail = any.n && !virtual_phone(any) ? tail_of(any) : STR_NIL;
	if (!receiver.n)
		return;
	if (identity_normal(a, STR("phone"), receiver, &ret->receiver, NULL) == OK) {
		ret->lack = ret->lack ? ret->lack : IMPORT_LACK_RECEIVER;
		return;
	}
	ret->receiver = STR_NIL;
	ret->lack = virtual_phone(receiver) ? IMPORT_LACK_VIRTUAL : IMPORT_LACK_PLAIN;
}

static void read_id(const struct import_reading *r, const struct table_row *row, struct arena *a, size_t i, struct import_row *ret)
{
	static const enum import_field from[IMPORT_IDS] = { IMPORT_EXTERNAL_USERID, IMPORT_UNIONID, IMPORT_PHONE, IMPORT_BUYER_ID };
	str value = cell_of(r, row, from[i]);
	ret->ids[i] = STR_NIL;
	if (i != IMPORT_ID_EXTERNAL && i != IMPORT_ID_UNION)
		value = number_name(value);
	if (i == IMPORT_ID_BUYER && r->preset->numeric_buyer)
		while (value.n > 1 && value.p[0] == '0')
			value = str_sub(value, 1, value.n);
	/* The column of WeChat's shop is not always one of ours. */
	if (!value.n || (i == IMPORT_ID_EXTERNAL && r->preset->fill && !str_starts(value, STR("wm")) && !str_starts(value, STR("wo"))))
		return;
	if (covered(value) || identity_normal(a, str_c(import_id_kinds[i]), value, &ret->ids[i], NULL) != OK) {
		ret->ids[i] = STR_NIL;
		ret->lack = i == IMPORT_ID_PHONE && virtual_phone(value) ? IMPORT_LACK_VIRTUAL : IMPORT_LACK_PLAIN;
	} else if (i == IMPORT_ID_BUYER) {
		ret->ids[i] = arena_printf(a, "%s:%.*s", import_source(r->preset), STR_F(value));
	}
}

static err read_ids(const struct import_reading *r, const struct table_row *row, struct arena *a, struct import_row *ret)
{
	for (size_t i = 0; i < IMPORT_IDS; i++)
		read_id(r, row, a, i, ret);
	read_receiver(r, row, a, ret);
	for (size_t i = 0; i < IMPORT_IDS && !ret->buyer; i++)
		if (ret->ids[i].n)
			ret->buyer = hash64(ret->ids[i]) | 1;
	return OK;
}

#define SHEET_DIGITS 15 /* of a number that a spreadsheet keeps */
#define SHEET_LONG 18

/* As a shop writes text that looks like a number, ="…" or '…: no spreadsheet has had it in hands. */
static bool written_as_text(const struct import_reading *r, const struct table_row *row)
{
	i64 at = import_column(&r->map, IMPORT_ORDER_NO);
	return at != NIL && at < (i64)row->n && row->cells[at].n && (row->cells[at].p[0] == '=' || row->cells[at].p[0] == '\'');
}

/* A long number a spreadsheet has rounded: it would name another order, or none. */
static bool spoilt(const struct import_reading *r, const struct table_row *row, str no)
{
	size_t digits = 0, zeros = 0;
	bool point = false;
	while (digits < no.n && ((no.p[digits] >= '0' && no.p[digits] <= '9') || no.p[digits] == '.'))
		point |= no.p[digits++] == '.';
	if (digits > 0 && digits + 1 < no.n && (no.p[digits] == 'E' || no.p[digits] == 'e') && (point || no.p[digits + 1] == '+'))
		return true;
	while (zeros < digits && no.p[digits - 1 - zeros] == '0')
		zeros++;
	return r->preset->long_numbers && digits == no.n && digits >= SHEET_LONG && zeros >= digits - SHEET_DIGITS && !written_as_text(r, row);
}

static u64 chain(u64 h, u64 v) { return hash_mix(h * 0x9e3779b97f4a7c15u ^ v); }

static u64 row_key(const struct import_reading *r, const struct import_row *row)
{
	u64 h = hash64(str_c(r->preset->name));
	for (size_t i = 0; i < IMPORT_IDS; i++)
		h = chain(h, row->ids[i].n ? hash64(row->ids[i]) : i);
	h = chain(chain(chain(h, (u64)row->ordered), (u64)row->amount), (u64)row->items);
	h = chain(chain(h, hash64(row->sku)), hash64(row->product));
	return chain(chain(h, hash64(row->currency)), hash64(row->store));
}

static err read_order_no(const struct import_reading *r, const struct table_row *row, struct arena *a, struct import_row *ret,
			 struct fail *f)
{
	ret->order_no = STR_NIL;
	if (import_column(&r->map, IMPORT_ORDER_NO) == NIL)
		return OK;
	str no = number_name(cell_of(r, row, IMPORT_ORDER_NO));
	if (!no.n)
		return fail_set(f, ERR_INPUT, T_IMPORT_NO_ORDER_NO, STR("order_no"), STR_NIL, STR_NIL);
	if (str_starts(no, STR("合计")) || str_starts(no, STR("总计")))
		return fail_set(f, ERR_INPUT, T_IMPORT_TOTAL, STR("order_no"), no, STR_NIL);
	if (spoilt(r, row, no))
		return fail_set(f, ERR_INPUT, T_IMPORT_SPOILT_NO, STR("order_no"), no, STR_NIL);
	str store = r->preset->store_numbers ? cell_of(r, row, IMPORT_STORE) : STR_NIL;
	if (no.n + store.n + 1 > ORDER_NO_MAX)
		return fail_set(f, ERR_INPUT, T_IMPORT_LONG, STR("order_no"), STR_NIL, STR_NIL);
	ret->order_no = store.n ? arena_printf(a, "%.*s/%.*s", STR_F(store), STR_F(no)) : no;
	return OK;
}

static err read_currency(const struct import_reading *r, const struct table_row *row, struct arena *a,
			 struct import_row *ret, struct fail *f)
{
	str s = cell_of(r, row, IMPORT_CURRENCY);
	if (!s.n || str_eq(s, STR("人民币")) || str_eq(s, STR("¥")) || str_eq_nocase(s, STR("RMB"))) {
		ret->currency = s.n ? STR("CNY") : r->currency;
		return OK;
	}
	char *p = arena_cstr(a, s);
	for (size_t i = 0; i < s.n; i++) {
		p[i] = p[i] >= 'a' && p[i] <= 'z' ? (char)(p[i] - 32) : p[i];
		if (s.n != 3 || p[i] < 'A' || p[i] > 'Z')
			return fail_set(f, ERR_INPUT, T_IMPORT_BAD_CURRENCY, STR("currency"), s, STR_NIL);
	}
	ret->currency = str_of(p, 3);
	return OK;
}

/* 任意时间 and the zero dates stand for none. */
static err read_moment(const struct import_reading *r, const struct table_row *row, enum import_field field, ms *ret, struct fail *f)
{
	str at = cell_of(r, row, field);
	*ret = NIL;
	if (!at.n || str_eq(at, STR("-")) || str_eq(at, STR("--")) || str_eq(at, STR("——")) || str_eq(at, STR("任意时间")) ||
	    str_starts(at, STR("0000-00-00")) || str_starts(at, STR("1970-01-01")))
		return OK;
	if (!tz_parse(r->zone, at, ret))
		return fail_set(f, ERR_INPUT, T_IMPORT_BAD_DATE, str_c(import_field_names[field]), at, STR_NIL);
	return OK;
}

static err read_moments(const struct import_reading *r, const struct table_row *row, struct import_row *ret, struct fail *f)
{
	ms created, updated;
	TRY(read_moment(r, row, IMPORT_ORDERED_AT, &ret->ordered, f));
	TRY(read_moment(r, row, IMPORT_CREATED_AT, &created, f));
	TRY(read_moment(r, row, IMPORT_UPDATED_AT, &updated, f));
	ret->as_of = updated != NIL ? updated : r->as_of;
	if (ret->ordered == NIL)
		ret->ordered = created;
	if (ret->ordered == NIL && r->preset->form != IMPORT_ORDERS)
		ret->ordered = r->fallback;
	return ret->ordered == NIL ? fail_set(f, ERR_INPUT, T_IMPORT_NO_DATE, STR("ordered_at"), STR_NIL, STR_NIL) : OK;
}

err import_row_read(const struct import_reading *r, const struct table_row *row, struct arena *a, struct import_row *ret,
		    struct fail *f)
{
	*ret = (struct import_row){ .number = row->number, .refund_no = STR_NIL };
	if (r->filled)
		keep_filled(r, row);
	TRY(read_order_no(r, row, a, ret, f));
	TRY(read_moments(r, row, ret, f));
	TRY(read_money(r, row, ret, f));
	TRY(read_currency(r, row, a, ret, f));
	if (r->preset->form == IMPORT_ORDERS)
		TRY(read_ids(r, row, a, ret));
	ret->sku = number_name(cell_of(r, row, IMPORT_SKU));
	ret->product = cell_of(r, row, IMPORT_PRODUCT);
	ret->store = cell_of(r, row, IMPORT_STORE);
	ret->category = cell_of(r, row, IMPORT_CATEGORY);
	ret->staff = cell_of(r, row, IMPORT_STAFF);
	if (ret->sku.n > TEXT_MAX || ret->product.n > TEXT_MAX || ret->store.n > TEXT_MAX || ret->category.n > TEXT_MAX || ret->staff.n > TEXT_MAX)
		return fail_set(f, ERR_INPUT, T_IMPORT_LONG, STR("product"), STR_NIL, STR_NIL);
	if (r->preset->form == IMPORT_REFUNDS)
		return read_refund(r, row, a, ret, f);
	if (r->preset->form == IMPORT_ORDERS && !ret->buyer && ret->amount == 0)
		return fail_set(f, ERR_INPUT, T_IMPORT_NOTHING, STR("buyer_id"), STR_NIL, STR_NIL);
	read_aftersale(r, row, ret);
	ret->refund = ret->amount < 0 || (r->preset->c_refunds && ret->order_no.n > 1 && ret->order_no.p[0] == 'C');
	ret->key = ret->order_no.n ? order_key_of(str_c(import_source(r->preset)), ret->order_no) : row_key(r, ret);
	if (ret->refund) {
		ret->amount = ret->amount < 0 ? -ret->amount : ret->amount;
		ret->items = ret->items < 0 ? -ret->items : ret->items;
	}
	return OK;
}
