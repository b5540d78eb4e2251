/*
 * attr_own: definitions, what may stand in them, and what may not.
 */
#include "core/attr/attr_own_data.h"

#include "base/tz.h"
#include "core/attr/attr_data.h"
#include "core/attr/attr_prop.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/module.h"

/* Words of the expression language, which no attribute may be called. */
static const char *const taken[] = {
	"tag", "tags", "did", "audience", "reachable", "and", "or", "not", "in", "between", "is", "known", "unknown", "true",
	"false", "today", "within", "count", "any", "all", "none", "groups", "in_group", NULL,
};

err attr_def_all(const struct snap *s, struct attr_def **ret, size_t *ret_count)
{
	return attr_def_list(s, &(struct none){ 0 }, ret, ret_count);
}

err attr_def_get(const struct snap *s, i64 id, struct attr_def *ret)
{
	err e = attr_def_row(s, &(struct attr_def_key){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_ATTR_ONE, LANG_ZH))) : e;
}

/* ---- as expressions know them ---- */

static const char *options_of(struct arena *a, str text)
{
	struct attr_options options;
	struct json *tree;
	struct fail ignored = { 0 };
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	if (!text.p || json_parse(text, a, &tree, &ignored) != OK)
		return NULL;
	record_read(&attr_options_record, tree, &options, a);
	for (size_t i = 0; i < options.all.n; i++)
		buf_fmt(&b, "%s%.*s", i ? "," : "", STR_F(options.all.v[i]));
	return options.all.n ? arena_cstr(a, buf_str(&b)) : NULL;
}

/* The newest of what had been written by then about the numbers that were hers. */
static err field_then(const struct snap *s, const struct attr_person *p, ms at, struct attr_value *ret)
{
	struct attr_field_row newest = { .at = NIL };
	for (size_t i = 0; i < p->count; i++) {
		struct attr_field_row *rows;
		struct snap here = *s;
		size_t n;
		snap_slot(&here, slot_of_customer(s->unit->store, p->leaves[i]));
		TRY(attr_field_history(&here, p->leaves[i], &rows, &n));
		for (size_t k = 0; k < n; k++)
			if (rows[k].attr == ret->attr && rows[k].at <= at &&
			    (newest.at == NIL || rows[k].at > newest.at || (rows[k].at == newest.at && rows[k].id > newest.id)))
				newest = rows[k];
	}
	if (newest.at != NIL)
		ret->n = newest.n, ret->t = newest.t;
	return OK;
}

static struct attr attr_from(struct arena *a, const struct attr_def *d)
{
	static const struct { const char *name; enum attr_type type; } types[] = {
		{ "number", ATTR_NUMBER }, { "money", ATTR_MONEY }, { "text", ATTR_TEXT }, { "time", ATTR_TIME }, { "date", ATTR_DAY },
		{ "flag", ATTR_FLAG },
	};
	struct attr at = { .name = arena_cstr(a, d->name), .id = d->id, .title = arena_cstr(a, d->label),
			   .one_of = options_of(a, d->options), .then = str_eq_c(d->source, "field") ? field_then : NULL };
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_eq_c(d->type, types[i].name))
			at.type = types[i].type;
	return at;
}

err attr_own_all(struct unit *u, struct attr **ret, size_t *ret_count)
{
	struct attr_def *all;
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), attr_def_all(snap, &all, ret_count)));
	*ret = ARENA_ARRAY(u->arena, struct attr, *ret_count + 1);
	for (size_t i = 0; i < *ret_count; i++)
		(*ret)[i] = attr_from(u->arena, &all[i]);
	return OK;
}

err attr_own_find(struct unit *u, str name, struct attr **ret)
{
	struct attr_def d;
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), attr_def_named(snap, &(struct attr_def_name){ name }, &d)));
	*ret = ARENA_NEW(u->arena, struct attr);
	**ret = attr_from(u->arena, &d);
	return OK;
}

/* ---- checking ---- */

static err bad(struct unit *u, const char *field, enum text text, str value, str limit)
{
	return fail_set(&u->fail, ERR_INPUT, text, str_c(field), value, limit);
}

static err name_check(struct unit *u, str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool letter = c >= 'a' && c <= 'z', more = (c >= '0' && c <= '9') || c == '_';
		if (!letter && !(more && i > 0))
			return bad(u, "name", T_ATTR_NAME, name, STR_NIL);
	}
	for (const char *const *t = taken; *t; t++)
		if (str_eq_c(name, *t))
			return bad(u, "name", T_ATTR_NAME_TAKEN, name, STR_NIL);
	return OK;
}

static err filters_check(struct unit *u, str text)
{
	struct attr_filters filters;
	struct json *tree;
	if (!text.p)
		return OK;
	TRY(json_parse(text, u->arena, &tree, &u->fail));
	TRY(record_parse(&attr_filters_record, tree, &filters, u->arena, &u->fail));
	for (size_t i = 0; i < filters.all.n; i++)
		TRY(prop_path_check(((struct attr_filter *)filters.all.v)[i].path, "filter.path", &u->fail));
	return OK;
}

/* What each fold can come to. */
static err fold_check(struct unit *u, const struct attr_def *d)
{
	bool number = str_eq(d->type, STR("number")), most = str_eq(d->fold, STR("most"));
	if (str_eq(d->fold, STR("count")) && !number)
		return bad(u, "type", T_ATTR_FOLD_TYPE, d->type, STR("number"));
	if (str_eq(d->fold, STR("sum")) && !number && !str_eq(d->type, STR("money")))
		return bad(u, "type", T_ATTR_FOLD_TYPE, d->type, STR("number, money"));
	if (most && !str_eq(d->type, STR("text")))
		return bad(u, "type", T_ATTR_FOLD_TYPE, d->type, STR("text"));
	if (most && d->window_days != NIL && d->window_days > ATTR_OWN_MOST_WINDOW_MAX)
		return bad(u, "window_days", T_TOO_BIG, arena_printf(u->arena, "%lld", (long long)d->window_days),
			   STR(FAIL_STR(ATTR_OWN_MOST_WINDOW_MAX)));
	if (!str_eq(d->fold, STR("count")) && str_is_nil(d->path))
		return bad(u, "path", T_MISSING, STR_NIL, STR_NIL);
	return OK;
}

static err event_check(struct unit *u, const struct attr_def *d)
{
	if (str_is_nil(d->event))
		return bad(u, "event", T_ATTR_EVENT, STR("*"), STR_NIL);
	if (!event_by_name(d->event))
		return bad(u, "event", T_ATTR_EVENT, d->event, STR_NIL);
	if (str_is_nil(d->fold))
		return bad(u, "fold", T_MISSING, STR_NIL, STR_NIL);
	TRY(fold_check(u, d));
	TRY(filters_check(u, d->filter));
	return str_is_nil(d->path) ? OK : prop_path_check(d->path, "path", &u->fail);
}

static err options_check(struct unit *u, const struct attr_def *d)
{
	struct attr_options options;
	struct json *tree;
	if (!d->options.p)
		return OK;
	if (!str_eq(d->type, STR("text")))
		return bad(u, "options", T_ATTR_FOLD_TYPE, d->type, STR("text"));
	TRY(json_parse(d->options, u->arena, &tree, &u->fail));
	TRY(record_parse(&attr_options_record, tree, &options, u->arena, &u->fail));
	for (size_t i = 0; i < options.all.n; i++) {
		str o = str_trim(options.all.v[i]);
		if (o.n == 0 || str_utf8_len(o) > ATTR_TEXT_MAX || str_has_char(o, ','))
			return bad(u, "options", T_ATTR_OPTION, o, STR(FAIL_STR(ATTR_TEXT_MAX)));
	}
	return OK;
}

err attr_def_check(struct unit *u, const struct attr_def *d)
{
	TRY(record_check(&attr_def_record, d, &u->fail));
	TRY(name_check(u, d->name));
	TRY(options_check(u, d));
	if (str_eq(d->source, STR("event")))
		return event_check(u, d);
	if (str_eq(d->type, STR("time")))
		return bad(u, "type", T_ATTR_FOLD_TYPE, d->type, STR("number, money, text, date, flag"));
	return OK;
}

/* ---- writing ---- */

static err told(struct tx *tx, const struct attr_def *d, const char *what)
{
	str object = arena_printf(tx->snap.arena, "attribute:%lld", (long long)d->id);
	TRY(audit_add(tx, what, object, d->name));
	return journal_add(tx, EV_ATTRIBUTE_CHANGED, 0, tx->snap.now, &attr_def_record, d, NULL);
}

static err room(struct tx *tx, const struct attr_def *d)
{
	struct attr_def *all;
	size_t n, same = 0;
	TRY(attr_def_all(&tx->snap, &all, &n));
	if (n >= ATTR_OWN_MAX)
		return tx_fail(tx, ERR_INPUT, T_TOO_BIG, STR("attributes"), arena_printf(tx->snap.arena, "%zu", n + 1),
			       STR(FAIL_STR(ATTR_OWN_MAX)));
	for (size_t i = 0; i < n; i++) {
		if (str_eq(all[i].name, d->name))
			return tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), d->name, STR_NIL);
		same += d->event.p && str_eq(all[i].event, d->event);
	}
	if (same >= ATTR_OWN_PER_EVENT_MAX)
		return tx_fail(tx, ERR_INPUT, T_ATTR_PER_EVENT, STR("event"), d->event, STR(FAIL_STR(ATTR_OWN_PER_EVENT_MAX)));
	return OK;
}

static bool of_a_module(const struct env *env, str name)
{
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct attr *at = env->modules[i]->attrs; at && at->name; at++)
			if (str_eq_c(name, at->name))
				return true;
	return false;
}

err attr_def_add(struct tx *tx, struct attr_def *d)
{
	struct unit *u = tx->snap.unit;
	d->id = id_next(store_ids(u->store), tx->snap.now);
	d->state = str_eq(d->source, STR("event")) ? STR("building") : STR("ready");
	d->version = 1;
	d->created = tx->snap.now;
	TRY(attr_def_check(u, d));
	if (of_a_module(u->env, d->name))
		return tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), d->name, STR_NIL);
	TRY(room(tx, d));
	TRY(attr_def_insert(tx, d));
	return told(tx, d, "attribute.add");
}

err attr_def_edit(struct tx *tx, const struct attr_def *d)
{
	TRY(attr_def_check(tx->snap.unit, d));
	TRY(attr_def_update(tx, d));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	return told(tx, d, "attribute.edit");
}

err attr_def_remove(struct tx *tx, i64 id)
{
	struct attr_def d;
	TRY(attr_def_get(&tx->snap, id, &d));
	TRY(attr_def_drop(tx, &(struct attr_def_key){ id }));
	return told(tx, &d, "attribute.remove");
}

err attr_def_ready(struct tx *tx, i64 id) { return attr_def_state_ready(tx, &(struct attr_def_key){ id }); }

/* ---- values as text ---- */

str attr_value_text(struct unit *u, const struct attr_def *d, i64 n, str t)
{
	struct arena *a = u->arena;
	if (str_eq(d->type, STR("text")))
		return t;
	if (n == NIL)
		return STR_NIL;
	if (str_eq(d->type, STR("money")))
		return arena_printf(a, "%s%lld.%02lld", n < 0 ? "-" : "", (long long)((n < 0 ? -n : n) / 100),
				    (long long)((n < 0 ? -n : n) % 100));
	if (str_eq(d->type, STR("date")))
		return tz_format_date(n, a);
	if (str_eq(d->type, STR("time")))
		return tz_format(corp_zone(u, u->corp), n, a);
	if (str_eq(d->type, STR("flag")))
		return n ? STR("true") : STR("false");
	return arena_printf(a, "%lld", (long long)n);
}
