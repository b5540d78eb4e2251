/*
 * A person's attributes over HTTP: what is known of her, and fields filled by hand.
 *
 * What is restricted is not shown to roles that see masked phone numbers only: they learn that the field
 * exists, not what stands in it.
 */
#include "feature/attrdef/attrdef.h"

#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"

#include <stdlib.h>

#define PERSON_FIELDS(F, S) F(S, ID, id)
RECORD(attrdef_person_in, PERSON_FIELDS);
#define SET_FIELDS(F, S) F(S, ID, id) F(S, ID, field) F(S, STR, text, .max = ATTR_TEXT_MAX, .doc = "\"\" takes it away")
RECORD(attrdef_set_in, SET_FIELDS);
#define HISTORY_IN_FIELDS(F, S) F(S, ID, id) F(S, ID, field)
RECORD(attrdef_history_in, HISTORY_IN_FIELDS);

#define VALUE_FIELDS(F, S)                                                         \
	F(S, ID, id) F(S, STR, name) F(S, STR, label) F(S, STR, type) F(S, STR, unit, .opt = true) \
	F(S, STR, source) F(S, STRS, options) F(S, STR, text, .opt = true) F(S, BOOL, hidden)
RECORD(attrdef_value, VALUE_FIELDS);
#define WRITTEN_FIELDS(F, S) F(S, MS, at_ms) F(S, STR, who, .opt = true) F(S, STR, text, .opt = true)
RECORD(attrdef_written, WRITTEN_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }
static i64 slot_of(struct cx *cx, i64 customer) { return slot_of_customer(cx->unit.store, customer); }

static bool hidden(const struct cx *cx, const struct attr_def *d)
{
	return cx->viewer.mask_pii && str_eq(d->visible, STR("restricted"));
}

static struct strs options_of(struct cx *cx, const struct attr_def *d)
{
	struct attr_options options = { 0 };
	struct json *tree;
	struct fail ignored = { 0 };
	if (d->options.p && json_parse(d->options, CX_ARENA(cx), &tree, &ignored) == OK)
		record_read(&attr_options_record, tree, &options, CX_ARENA(cx));
	return options.all;
}

static err h_values(struct cx *cx)
{
	struct page *page = cx->out;
	struct attr_def *defs;
	struct attr_value *values;
	i64 root;
	size_t n, m;
	TRY(customer_visible(&cx->unit, ((const struct attrdef_person_in *)cx->in)->id, &root));
	TRY(READ_SNAP(&cx->unit, base(cx), attr_def_all(snap, &defs, &n)));
	TRY(READ_SNAP(&cx->unit, slot_of(cx, root), attr_values_of(snap, root, &values, &m)));
	struct attrdef_value *rows = ARENA_ARRAY(CX_ARENA(cx), struct attrdef_value, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct attr_def *d = &defs[i];
		rows[i] = (struct attrdef_value){ d->id, d->name, d->label, d->type, d->unit, d->source, options_of(cx, d), STR_NIL,
						  hidden(cx, d) };
		for (size_t j = 0; j < m && !rows[i].hidden; j++)
			if (values[j].attr == d->id)
				rows[i].text = attr_value_text(&cx->unit, d, values[j].n, values[j].t);
	}
	page->data = (struct list){ rows, n };
	page->total = (i64)n;
	return OK;
}

static err set(struct tx *tx, i64 root, const struct attr_def *d, str text, str who)
{
	TRY(attr_field_set(tx, root, d, text, who));
	return audit_add(tx, "field.set", arena_printf(tx->snap.arena, "customer:%lld", (long long)root), d->name);
}

static err h_set(struct cx *cx)
{
	const struct attrdef_set_in *in = cx->in;
	struct attr_def d;
	i64 root;
	TRY(customer_visible(&cx->unit, in->id, &root));
	TRY(READ_SNAP(&cx->unit, base(cx), attr_def_get(snap, in->field, &d)));
	if (hidden(cx, &d))
		return cx_fail(cx, ERR_FORBIDDEN, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_PERM_CUSTOMER_PHONE, cx->viewer.lang)));
	return WRITE_TX(&cx->unit, slot_of(cx, root), set(tx, root, &d, in->text, cx->viewer.name));
}

static int newest_first(const void *a, const void *b)
{
	ms x = ((const struct attrdef_written *)a)->at_ms, y = ((const struct attrdef_written *)b)->at_ms;
	return (x < y) - (x > y);
}

static err h_history(struct cx *cx)
{
	const struct attrdef_history_in *in = cx->in;
	struct page *page = cx->out;
	struct attr_def d;
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t n, m;
	VEC(struct attrdef_written) out = { 0 };
	TRY(customer_visible(&cx->unit, in->id, &root));
	TRY(READ_SNAP(&cx->unit, base(cx), attr_def_get(snap, in->field, &d)));
	if (hidden(cx, &d))
		return cx_fail(cx, ERR_FORBIDDEN, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_PERM_CUSTOMER_PHONE, cx->viewer.lang)));
	TRY(customer_leaves(&cx->unit, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct attr_field_row *rows;
		TRY(READ_SNAP(&cx->unit, slot_of(cx, leaves[i]), attr_field_history(snap, leaves[i], &rows, &m)));
		for (size_t j = 0; j < m; j++)
			if (rows[j].attr == d.id)
				vec_push(CX_ARENA(cx), &out, (struct attrdef_written){ rows[j].at, rows[j].who,
					 attr_value_text(&cx->unit, &d, rows[j].n, rows[j].t) });
	}
	if (out.n)
		qsort(out.v, out.n, sizeof(*out.v), newest_first);
	page->data = (struct list){ out.v, out.n };
	page->total = (i64)out.n;
	return OK;
}

const struct route attrdef_person_routes[] = {
	{ "GET", "/api/v1/customers/{id}/attributes", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST,
	  &attrdef_person_in_record, &attrdef_value_record, h_values, "Her own attributes and fields with their values." },
	{ "PUT", "/api/v1/customers/{id}/fields/{field}", "customer.write", ROUTE_SCOPE_CUSTOMERS, 0, &attrdef_set_in_record,
	  &none_record, h_set, "Fills a field of hers." },
	{ "GET", "/api/v1/customers/{id}/fields/{field}/history", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST,
	  &attrdef_history_in_record, &attrdef_written_record, h_history, "Who wrote what into a field, newest first." },
	{ 0 },
};
