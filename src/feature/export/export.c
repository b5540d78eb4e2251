/*
 * export: the columns one may choose, and how a cell is written.
 */
#include "feature/export/export.h"

#include "core/attr/attr_own.h"

#define COLUMN_ROOM 400
#define ATTR_PREFIX "attr."

void export_cell(struct buf *b, str text)
{
	bool quoted = text.n && strchr("=+-@\t\r", text.p[0]);
	for (size_t i = 0; i < text.n; i++)
		quoted |= strchr(",\"\r\n", text.p[i]) != NULL;
	if (quoted)
		buf_csv(b, text);
	else
		buf_add(b, text);
}

struct columns { struct unit *u; enum lang lang; struct export_column *v; size_t n; };

static void add(struct columns *c, struct export_column of)
{
	if (c->n < COLUMN_ROOM)
		c->v[c->n++] = of;
}

static void add_fixed(struct columns *c, enum export_kind kind, const char *code, enum text label)
{
	add(c, (struct export_column){ kind, str_c(code), str_c(text_raw(label, c->lang)), "person", NULL });
}

/* unit nil: none, or the label says it. */
static void add_attr(struct columns *c, const struct attr *of, const char *group, str unit)
{
	str label = str_c(of->title ? of->title : text_raw(of->label, c->lang));
	if (unit.n)
		label = arena_printf(c->u->arena, "%.*s (%.*s)", STR_F(label), STR_F(unit));
	add(c, (struct export_column){ EXPORT_ATTR, arena_printf(c->u->arena, ATTR_PREFIX "%s", of->name), label, group, of });
}

static const struct attr_def *def_of(const struct attr_def *defs, size_t n, i64 id)
{
	for (size_t i = 0; i < n; i++)
		if (defs[i].id == id)
			return &defs[i];
	return NULL;
}

static err add_own(struct columns *c, bool masked)
{
	struct attr *own;
	struct attr_def *defs;
	size_t n, m;
	TRY(READ_SNAP(c->u, slot_base(c->u->store, c->u->corp), attr_def_all(snap, &defs, &m)));
	TRY(attr_own_all(c->u, &own, &n));
	for (size_t i = 0; i < n; i++) {
		const struct attr_def *d = def_of(defs, m, own[i].id);
		if (d && (!masked || str_eq(d->visible, STR("all"))))
			add_attr(c, &own[i], "own", d->unit);
	}
	return OK;
}

err export_columns(struct unit *u, enum lang lang, bool masked, struct export_column **ret, size_t *ret_count)
{
	struct columns c = { u, lang, ARENA_ARRAY(u->arena, struct export_column, COLUMN_ROOM), 0 };
	add_fixed(&c, EXPORT_ID, "id", T_EXPORT_COL_ID);
	add_fixed(&c, EXPORT_NAME, "name", T_EXPORT_COL_NAME);
	if (!masked)
		add_fixed(&c, EXPORT_PHONE, "phone", T_EXPORT_COL_PHONE);
	add_fixed(&c, EXPORT_PHONE_MASKED, "phone_masked", T_EXPORT_COL_MASKED);
	add_fixed(&c, EXPORT_TAGS, "tags", T_EXPORT_COL_TAGS);
	for (const struct module *const *m = u->env->modules; *m; m++)
		for (const struct attr *of = (*m)->attrs; of && of->name; of++)
			if (!of->later)
				add_attr(&c, of, of->column ? "fact" : "model", STR_NIL); /* the label tells the unit */
	TRY(add_own(&c, masked));
	*ret = c.v;
	*ret_count = c.n;
	return OK;
}
