/*
 * Fields filled by hand: a row per writing, so that the history is the truth and an older value stands again
 * when a person is split.
 */
#include "core/attr/attr_own_data.h"

#include "base/tz.h"

static err refused(struct tx *tx, const struct attr_def *d, str text, str limit)
{
	return tx_fail(tx, ERR_INPUT, T_ATTR_FIELD_VALUE, d->label, text, limit);
}

static err choice_check(struct tx *tx, const struct attr_def *d, str text)
{
	struct attr_options options;
	struct json *tree;
	struct buf b = buf_new(tx->snap.arena, BUF_MAX_DEFAULT);
	if (!d->options.p)
		return OK;
	TRY(json_parse(d->options, tx->snap.arena, &tree, tx->snap.fail));
	record_read(&attr_options_record, tree, &options, tx->snap.arena);
	for (size_t i = 0; i < options.all.n; i++) {
		if (str_eq(options.all.v[i], text))
			return OK;
		buf_fmt(&b, "%s%.*s", i ? ", " : "", STR_F(options.all.v[i]));
	}
	return options.all.n ? refused(tx, d, text, buf_str(&b)) : OK;
}

static err read_value(struct tx *tx, const struct attr_def *d, str text, struct attr_field_row *ret)
{
	if (str_eq(d->type, STR("text"))) {
		if (str_utf8_len(text) > ATTR_TEXT_MAX)
			return tx_fail(tx, ERR_INPUT, T_TOO_LONG, d->label, text, STR(FAIL_STR(ATTR_TEXT_MAX)));
		ret->t = text;
		return choice_check(tx, d, text);
	}
	if (str_eq(d->type, STR("number")))
		return str_i64(text, &ret->n) ? OK : refused(tx, d, text, STR("123"));
	if (str_eq(d->type, STR("money")))
		return str_decimal(text, 2, &ret->n) ? OK : refused(tx, d, text, STR("123.45"));
	if (str_eq(d->type, STR("date")))
		return tz_parse_date(text, &ret->n) ? OK : refused(tx, d, text, STR("2026-11-01"));
	ret->n = str_eq(text, STR("true"));
	return ret->n || str_eq(text, STR("false")) ? OK : refused(tx, d, text, STR("true, false"));
}

err attr_field_set(struct tx *tx, i64 customer, const struct attr_def *d, str text, str who)
{
	struct unit *u = tx->snap.unit;
	ms now = tx->snap.now;
	struct attr_field_row row = { customer, d->id, now, id_next(store_ids(u->store), now), NIL, STR_NIL, who };
	text = str_trim(text);
	if (!str_eq(d->source, STR("field")))
		return tx_fail(tx, ERR_STATE, T_ATTR_COMPUTED, d->label, STR_NIL, STR_NIL);
	if (text.n)
		TRY(read_value(tx, d, text, &row));
	TRY(attr_field_add(tx, &row));
	struct attr_field_event body = { d->id, d->name, d->label, text.n ? attr_value_text(u, d, row.n, row.t) : STR_NIL };
	return journal_add(tx, EV_FIELD_SET, customer, now, &attr_field_event_record, &body, NULL);
}

err attr_field_history(const struct snap *s, i64 leaf, struct attr_field_row **ret, size_t *ret_count)
{
	return attr_fields_of(s, &(struct attr_leaf){ leaf }, ret, ret_count);
}
