/*
 * Which column of a file is what: the fields an order is made of, the presets that know how shops call them, and
 * guesses by name. A preset is data; a shop whose files are not known is the general one, mapped by hand.
 */
#ifndef YT_FEATURE_ORDER_ORDER_IMPORT_PRESET_H
#define YT_FEATURE_ORDER_ORDER_IMPORT_PRESET_H

#include "base/text.h"
#include "feature/order/order.h"
#include "port/table/table.h"

#define IMPORT_SKIP_MAX 10 /* rows that may stand above the names of the columns */

enum import_field {
	IMPORT_ORDER_NO, IMPORT_BUYER_ID, IMPORT_PHONE, IMPORT_UNIONID, IMPORT_EXTERNAL_USERID, IMPORT_ORDERED_AT,
	IMPORT_AMOUNT, IMPORT_REFUNDED, IMPORT_STATUS, IMPORT_CURRENCY, IMPORT_PRODUCT, IMPORT_SKU, IMPORT_QUANTITY,
	IMPORT_UNIT_PRICE, IMPORT_STORE, IMPORT_CREATED_AT, IMPORT_UPDATED_AT, IMPORT_RECEIVER_PHONE, IMPORT_AFTERSALE,
	IMPORT_CATEGORY, IMPORT_STAFF, IMPORT_REFUND_NO, IMPORT_FIELD_COUNT,
};

/* Which column holds a field: its index, or NIL. Members in the order of enum import_field. */
#define IMPORT_MAPPING_FIELDS(F, S)                                               \
	F(S, I64, order_no, .opt = true, .max = 511) F(S, I64, buyer_id, .opt = true, .max = 511) \
	F(S, I64, phone, .opt = true, .max = 511) F(S, I64, unionid, .opt = true, .max = 511) \
	F(S, I64, external_userid, .opt = true, .max = 511) F(S, I64, ordered_at, .opt = true, .max = 511) \
	F(S, I64, amount, .opt = true, .max = 511) F(S, I64, refunded, .opt = true, .max = 511) \
	F(S, I64, status, .opt = true, .max = 511) F(S, I64, currency, .opt = true, .max = 511) \
	F(S, I64, product, .opt = true, .max = 511) F(S, I64, sku, .opt = true, .max = 511) \
	F(S, I64, quantity, .opt = true, .max = 511) F(S, I64, unit_price, .opt = true, .max = 511) \
	F(S, I64, store, .opt = true, .max = 511) F(S, I64, created_at, .opt = true, .max = 511) \
	F(S, I64, updated_at, .opt = true, .max = 511) F(S, I64, receiver_phone, .opt = true, .max = 511) \
	F(S, I64, aftersale, .opt = true, .max = 511) F(S, I64, category, .opt = true, .max = 511) \
	F(S, I64, staff, .opt = true, .max = 511) F(S, I64, refund_no, .opt = true, .max = 511)
RECORD(import_mapping, IMPORT_MAPPING_FIELDS);
static inline i64 import_column(const struct import_mapping *m, size_t field) { return ((const i64 *)m)[field]; }

/* What a file's rows are. Lines and refunds name their order by its number and know no buyer. */
enum import_form { IMPORT_ORDERS, IMPORT_LINES, IMPORT_REFUNDS };

struct import_preset {
	const char *name;
	const char *source; /* whose order numbers and buyers these are; NULL: the name */
	enum text label;
	enum import_form form;
	enum table_format format;
	bool numeric_buyer; /* ids are numbers: 00012 and 12 are one */
	bool c_refunds;     /* order numbers that begin with C are refunds */
	bool summary;       /* the goods of a row are a text about all of the order's */
	bool by_line;       /* the amount of a row is the line's, whatever the others say */
	bool fill;          /* cells of the order stand in its first row only */
	bool long_numbers;  /* order numbers beyond what a spreadsheet can hold */
	bool store_numbers; /* order numbers are a store's own */
	const char *zone;   /* NULL: the corp's */
	const char *need;   /* columns that make it out, alternatives between '|'; NULL: never found by itself */
	const char *mapping[IMPORT_FIELD_COUNT]; /* header names, the better first, or "#0" for a place; NULL: not there */
};
extern const struct import_preset import_presets[]; /* ends with name NULL */
#define IMPORT_PRESET_AUTO "auto"
const struct import_preset *import_preset_of(str name);
static inline const char *import_source(const struct import_preset *p) { return p->source ? p->source : p->name; }
extern const char *const import_field_names[IMPORT_FIELD_COUNT];
extern const enum text import_field_labels[IMPORT_FIELD_COUNT];
/* The field a column's name speaks of; -1. */
int import_guess(str header);
/* The name without case, blanks and brackets, in room. */
str import_plain(str header, char *room, size_t cap);
void import_map(const struct import_preset *p, const struct table_about *about, struct import_mapping *ret);
err import_mapping_check(const struct import_preset *p, const struct import_mapping *m, const struct table_about *about, struct fail *f);
/* The columns the preset needs and the file has not, joined; nil: it fits. *ret_hits: how many names fit at all. */
str import_missing(struct arena *a, const struct import_preset *p, const struct table_about *about, size_t *ret_hits);
/* The preset a header belongs to; NULL when none or two equally well do. *ret_near: the one that lacks least. */
const struct import_preset *import_recognise(struct arena *a, const struct table_about *about,
					     const struct import_preset **ret_near);

#endif
