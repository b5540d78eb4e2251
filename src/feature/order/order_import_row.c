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
	*ret = (struct import_reading){ .arena = CX_ARENA(cx), .preset = import_preset_of(im->preset) };
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
	return ret->options.zone.n ? tz_get(ret->options.zone, &ret->zone, &cx->unit.fail) : OK;
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
	return at == NIL || at >= (i64)row->n ? STR("") : bare(row->cells[at]);
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
		bool skipped = s.p[i] == ',' || s.p[i] == ' ';
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

/* 已发货，退款成功 is refunded, 退款中 is not; 交易关闭 with a refund is refunded too. */
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
	return IMPORT_PAID;
}

static err read_ids(const struct import_reading *r, const struct table_row *row, struct arena *a, struct import_row *ret)
{
	static const enum import_field from[IMPORT_IDS] = { IMPORT_EXTERNAL_USERID, IMPORT_UNIONID, IMPORT_PHONE, IMPORT_BUYER_ID };
	for (size_t i = 0; i < IMPORT_IDS; i++) {
		str value = cell_of(r, row, from[i]);
		ret->ids[i] = STR_NIL;
		if (i != IMPORT_ID_EXTERNAL && i != IMPORT_ID_UNION)
			value = number_name(value);
		if (i == IMPORT_ID_BUYER && r->preset->numeric_buyer)
			while (value.n > 1 && value.p[0] == '0')
				value = str_sub(value, 1, value.n);
		if (!value.n)
			continue;
		if (identity_normal(a, str_c(import_id_kinds[i]), value, &ret->ids[i], NULL) != OK) {
			ret->ids[i] = STR_NIL;
			ret->masked = 1;
		} else if (i == IMPORT_ID_BUYER) {
			ret->ids[i] = arena_printf(a, "%s:%.*s", r->preset->name, STR_F(value));
		}
	}
	for (size_t i = 0; i < IMPORT_IDS && !ret->buyer; i++)
		if (ret->ids[i].n)
			ret->buyer = hash64(ret->ids[i]) | 1;
	return OK;
}

/* A long number a spreadsheet has rounded: it would name another order, or none. */
static bool spoilt(str no)
{
	size_t i = 0;
	while (i < no.n && ((no.p[i] >= '0' && no.p[i] <= '9') || no.p[i] == '.'))
		i++;
	return i > 0 && i + 2 < no.n && (no.p[i] == 'E' || no.p[i] == 'e') && no.p[i + 1] == '+';
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

static err read_order_no(const struct import_reading *r, const struct table_row *row, struct import_row *ret, struct fail *f)
{
	ret->order_no = STR_NIL;
	if (!import_numbered(&r->map))
		return OK;
	str no = number_name(cell_of(r, row, IMPORT_ORDER_NO));
	if (!no.n)
		return fail_set(f, ERR_INPUT, T_IMPORT_NO_ORDER_NO, STR("order_no"), STR_NIL, STR_NIL);
	if (str_starts(no, STR("合计")) || str_starts(no, STR("总计")))
		return fail_set(f, ERR_INPUT, T_IMPORT_TOTAL, STR("order_no"), no, STR_NIL);
	if (spoilt(no))
		return fail_set(f, ERR_INPUT, T_IMPORT_SPOILT_NO, STR("order_no"), no, STR_NIL);
	if (no.n > ORDER_NO_MAX)
		return fail_set(f, ERR_INPUT, T_IMPORT_LONG, STR("order_no"), STR_NIL, STR_NIL);
	ret->order_no = no;
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

err import_row_read(const struct import_reading *r, const struct table_row *row, struct arena *a, struct import_row *ret,
		    struct fail *f)
{
	str at = cell_of(r, row, IMPORT_ORDERED_AT);
	*ret = (struct import_row){ .number = row->number };
	TRY(read_order_no(r, row, ret, f));
	if (!at.n)
		return fail_set(f, ERR_INPUT, T_IMPORT_NO_DATE, STR("ordered_at"), STR_NIL, STR_NIL);
	if (!tz_parse(r->zone, at, &ret->ordered))
		return fail_set(f, ERR_INPUT, T_IMPORT_BAD_DATE, STR("ordered_at"), at, STR_NIL);
	TRY(read_money(r, row, ret, f));
	TRY(read_currency(r, row, a, ret, f));
	TRY(read_ids(r, row, a, ret));
	ret->sku = number_name(cell_of(r, row, IMPORT_SKU));
	ret->product = cell_of(r, row, IMPORT_PRODUCT);
	ret->store = cell_of(r, row, IMPORT_STORE);
	if (ret->sku.n > TEXT_MAX || ret->product.n > TEXT_MAX || ret->store.n > TEXT_MAX)
		return fail_set(f, ERR_INPUT, T_IMPORT_LONG, STR("product"), STR_NIL, STR_NIL);
	if (!ret->buyer && ret->amount == 0)
		return fail_set(f, ERR_INPUT, T_IMPORT_NOTHING, STR("buyer_id"), STR_NIL, STR_NIL);
	ret->status = status_of(cell_of(r, row, IMPORT_STATUS));
	ret->refund = ret->amount < 0 || (r->preset->c_refunds && ret->order_no.n > 1 && ret->order_no.p[0] == 'C');
	ret->key = ret->order_no.n ? order_key_of(str_c(r->preset->name), ret->order_no) : row_key(r, ret);
	if (ret->refund) {
		ret->amount = ret->amount < 0 ? -ret->amount : ret->amount;
		ret->items = ret->items < 0 ? -ret->items : ret->items;
	}
	return OK;
}
