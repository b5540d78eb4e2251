/*
 * moment as a channel of plans over several: one version for all of a touch's people. Until its task is asked for she is left
 * out by her tag; once posted it stands for everybody who has the tag.
 */
#include "feature/moment/moment_int.h"
#include "feature/moment/moment_view.h"

static err check(struct unit *u, const void *content)
{
	err e = moment_content_check(u, content, 0);
	if (e == ERR_INPUT)
		memcpy(u->fail.field, "content", sizeof("content"));
	return e;
}

static err look(const struct snap *s, const struct mass_touch *t, const i64 *roots, const struct mass_had *had, size_t n, struct mass_pick *ret)
{
	struct moment_aim aim = { .count = 1, .kind = t->kind, .had = had };
	struct moment_pick *picks;
	i64 *versions = ARENA_ARRAY(s->arena, i64, n + 1);
	TRY(moment_times(s->unit, t->at, &aim.opens, &aim.deadline));
	for (size_t i = 0; i < n; i++)
		versions[i] = 1;
	TRY(moment_decide(s, &aim, roots, versions, n, &picks));
	for (size_t i = 0; i < n; i++)
		ret[i] = (struct mass_pick){ picks[i].reason, picks[i].sender.staff };
	return OK;
}

static err begin(struct tx *tx, const struct mass_touch *t, i64 *ret_id)
{
	struct unit *u = tx->snap.unit;
	struct moment_draft version = { t->name, STR_NIL, (void *)(uintptr_t)t->content };
	struct moment_new new = { .name = t->name, .expr = t->expr, .words = t->words, .kind = t->kind, .versions = &version,
				  .version_words = &STR(""), .count = 1, .confirmed = t->confirmed, .made_by = t->made_by };
	i64 scope = u->scope;
	TRY(moment_times(u, NIL, &new.opens, &new.deadline));
	u->scope = t->viewed_by;
	err e = moment_create(tx, &new, ret_id);
	u->scope = scope;
	return e;
}

static err figures(const struct snap *s, i64 id, str currency, struct mass_figures *ret)
{
	struct moment p;
	struct moment_counts *c;
	(void)currency;
	TRY(moment_get(s, &(struct moment_key){ id }, &p));
	TRY(moment_count_all(s, id, &c));
	/* Who bought is only known of the whole plan; who saw it not before it has been read. */
	*ret = (struct mass_figures){ p.state, true, c->planned, c->tagged + (c->visible == NIL ? 0 : c->visible), NIL, c->visible, NIL };
	return OK;
}

static err fates(const struct snap *s, i64 id, const i64 *customers, size_t n, struct mass_fate *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct moment_person p;
		err e = moment_person_get(s, &(struct moment_beyond){ id, customers[i] }, &p);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == OK)
			ret[i] = (struct mass_fate){ p.state, p.reason };
	}
	return OK;
}

const struct mass_channel moment_channel = {
	.name = "moment", .label = T_MASS_MOMENT, .perm = "moment.send", .page = "/moments/", .reach = "wecom", .how = "moment", .addressed = true,
	.content = &moment_content_record, .check = check, .look = look, .begin = begin, .stop = moment_cancel, .figures = figures, .fates = fates,
};
