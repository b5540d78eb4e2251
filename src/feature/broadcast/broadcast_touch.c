/*
 * Touches of plans: looked at, begun, followed and stopped as broadcasts.
 */
#include "feature/broadcast/broadcast_touch.h"
#include "feature/broadcast/broadcast_person_data.h"
#include "feature/broadcast/broadcast_view.h"

#include "core/attr/attr_say.h"

static err check(struct unit *u, const void *content)
{
	const struct content *c = content;
	TRY(enclose_check(u, c, "content"));
	if (attr_say_any(c->text))
		return fail_set(&u->fail, ERR_INPUT, T_SAY_ONE_FOR_ALL, STR("content.text"), str_utf8_head(c->text, ATTR_SAY_CHARS), STR_NIL);
	return OK;
}

static struct broadcast_aim aim_of(const struct mass_touch *t)
{
	return (struct broadcast_aim){ .priority = BROADCAST_PRIORITY, .seed = t->plan, .kind = t->kind, .deadline = NIL, .topic = STR_NIL };
}

static err look(const struct snap *s, const struct mass_touch *t, const i64 *roots, const struct mass_had *had, size_t n, struct mass_pick *ret)
{
	struct broadcast_aim aim = aim_of(t);
	return broadcast_look(s, &aim, t->at, roots, had, n, ret);
}

static err begin(struct tx *tx, const struct mass_touch *t, i64 *ret_id)
{
	struct unit *u = tx->snap.unit;
	struct broadcast_new new = { .name = t->name, .expr = t->expr, .words = t->words, .content = t->content, .confirmed = t->confirmed,
				     .made_by = t->made_by, .aim = aim_of(t) };
	i64 scope = u->scope;
	u->scope = t->viewed_by;
	err e = broadcast_create(tx, &new, ret_id);
	u->scope = scope;
	return e;
}

static err figures(const struct snap *s, i64 id, str currency, struct mass_figures *ret)
{
	struct broadcast b;
	struct broadcast_counts c;
	TRY(broadcast_get(s, &(struct broadcast_key){ id }, &b));
	TRY(broadcast_count_all(s, &b, currency, &c));
	*ret = (struct mass_figures){ b.state, true, c.planned, c.created, c.confirmed, c.delivered, c.bought };
	return OK;
}

static err fates(const struct snap *s, i64 id, const i64 *customers, size_t n, struct mass_fate *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct broadcast_person p;
		err e = broadcast_person_get(s, &(struct broadcast_lost){ customers[i], id }, &p);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == OK)
			ret[i] = (struct mass_fate){ p.state, p.reason };
	}
	return OK;
}

const struct mass_channel broadcast_channel = {
	.name = "broadcast", .label = T_MASS_BROADCAST, .perm = "broadcast.send", .page = "/broadcasts/", .reach = "wecom", .how = "mass",
	.addressed = true, .content = &content_record, .check = check, .look = look, .begin = begin, .stop = broadcast_cancel,
	.figures = figures, .fates = fates,
};
