/*
 * mass: finding a task again, asking about it, and the names that are taken.
 */
#include "core/mass/mass.h"
#include "core/mass/mass_plan_data.h"

#include "core/enclosure.h"

#define AGAIN_MS (30 * MS_SECOND)       /* after a fault */
#define DISPATCHING_MS (5 * MS_SECOND)  /* after 41063 */
#define LOOK_AROUND_MS (5 * MS_MINUTE)  /* WeCom's clock and ours */

#define MASS_NAME_FIELDS(F, S) F(S, STR, msgid) F(S, MS, at)
RECORD(mass_name, MASS_NAME_FIELDS);
#define MASS_KNOWN_FIELDS(F, S) F(S, I64, n)
RECORD(mass_known, MASS_KNOWN_FIELDS);
WRITE(mass_made_add, mass_name,
	SQL(INSERT INTO mass_made (corp, msgid, at) VALUES (:corp, :msgid, :at) ON CONFLICT DO NOTHING))
READ_ONE(mass_made_known, mass_name, mass_known,
	SQL(SELECT COUNT(*) AS n FROM mass_made WHERE corp = :corp AND msgid = :msgid AND at <= :at))

err mass_content(struct cx *cx, const struct content *c, struct wecom_content *ret)
{
	struct wecom_attachment *parts = ARENA_ARRAY(CX_ARENA(cx), struct wecom_attachment, 2);
	const struct content_link *l = c->link;
	i64 id;
	*ret = (struct wecom_content){ .text = c->text, .attachments = parts };
	if (l)
		parts[ret->attachment_count++] = (struct wecom_attachment){
			.part = WECOM_LINK, .title = l->title, .url = l->url, .desc = l->desc, .picurl = l->picurl,
		};
	if (!c->enclosed.n)
		return OK;
	const struct enclosure *of = enclosure_of(cx->env, c->enclosed, &id);
	return of ? of->part(cx, id, &parts[ret->attachment_count++])
		  : cx_fail(cx, ERR_STATE, T_ENCLOSE_UNKNOWN, STR("enclosed"), c->enclosed, STR("material:123"));
}

ms mass_next_poll(ms now, ms since, ms deadline)
{
	if (since == NIL)
		since = now;
	ms next = now + (now < since + MASS_POLL_SOON_FOR_MS ? MASS_POLL_SOON_MS : MASS_POLL_LATER_MS);
	return int_min(next, int_max(deadline, now + MS_SECOND));
}

const char *mass_state(i64 status)
{
	switch (status) {
	case WECOM_MASS_SENT: return "delivered";
	case WECOM_MASS_NOT_FRIEND: return "not_friend";
	case WECOM_MASS_QUOTA: return "quota";
	default: return NULL;
	}
}

void mass_again(const struct wecom_call *call, err e, ms now, struct outcome *ret)
{
	ms wait = call->errcode == MASS_DISPATCHING ? DISPATCHING_MS : AGAIN_MS;
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = str_c(err_name(e)), .retry_at = now + wait };
	if (call->retry_at != NIL)
		ret->retry_at = int_max(ret->retry_at, call->retry_at);
}

/* ---- a lost reply ---- */

static bool same_content(const struct content *c, const struct wecom_mass_item *item)
{
	const struct content_link *link = c->link;
	str url = STR_NIL;
	if (item->attachments && item->attachments->n)
		url = json_str(json_get(&item->attachments->items[0], "link"), "url");
	return str_eq(c->text, item->text) && str_eq(link ? link->url : STR_NIL, url);
}

/* Whether all receivers of the task are the lost one's. */
static err fits(const struct mass_lost *lost, str msgid, struct map *seen, bool *ret)
{
	struct wecom_mass_tasks tasks;
	str cursor = STR_NIL;
	size_t count = 0;
	*ret = false;
	TRY(wecom_send_tasks(lost->call, msgid, STR_NIL, &tasks));
	if (tasks.n != 1 || !str_eq_nocase(tasks.v[0].userid, lost->userid))
		return OK;
	do {
		struct wecom_mass_results page;
		TRY(wecom_send_results(lost->call, msgid, lost->userid, cursor, &page));
		for (size_t i = 0; i < page.n; i++, count++) {
			str id = lost->groups ? page.v[i].chat_id : page.v[i].external_userid;
			void *of = map_get(lost->receivers, id);
			if (!of)
				return OK;
			map_put(seen, id, of);
		}
		cursor = page.next_cursor;
	} while (cursor.n);
	*ret = count > 0;
	return OK;
}

static err taken(struct cx *cx, str msgid, err (*own)(struct cx *cx, str msgid, bool *ret), bool *ret)
{
	struct mass_name key = { msgid, INT64_MAX };
	struct mass_known known;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), mass_made_known(snap, &key, &known)));
	*ret = known.n > 0;
	return !*ret && own ? own(cx, msgid, ret) : OK;
}

static err search_page(struct cx *cx, const struct mass_lost *lost, const struct wecom_mass_page *page,
		       err (*own)(struct cx *cx, str msgid, bool *ret), str *ret_msgid, struct map *ret_seen)
{
	for (size_t i = 0; i < page->n; i++) {
		bool known, ours;
		if (!same_content(lost->content, &page->v[i]))
			continue;
		TRY(taken(cx, page->v[i].msgid, own, &known));
		if (known)
			continue;
		*ret_seen = map_new(CX_ARENA(cx));
		TRY(fits(lost, page->v[i].msgid, ret_seen, &ours));
		if (ours) {
			*ret_msgid = page->v[i].msgid;
			return OK;
		}
	}
	return OK;
}

err mass_find(struct cx *cx, const struct mass_lost *lost, err (*own)(struct cx *cx, str msgid, bool *ret), str *ret_msgid,
	      struct map *ret_seen)
{
	struct wecom_mass_query query = {
		.groups = lost->groups, .to = lost->now + LOOK_AROUND_MS, .cursor = STR_NIL, .creator = STR_NIL,
		.from = int_max(lost->since - LOOK_AROUND_MS, lost->now - WECOM_MASS_LIST_SPAN_MS + MS_HOUR),
	};
	*ret_msgid = STR_NIL;
	do {
		struct wecom_mass_page page;
		TRY(wecom_send_list(lost->call, &query, &page));
		TRY(search_page(cx, lost, &page, own, ret_msgid, ret_seen));
		query.cursor = page.next_cursor;
	} while (query.cursor.n && str_is_nil(*ret_msgid));
	return OK;
}

/* ---- results ---- */

err mass_confirmed(struct wecom_call *call, str msgid, str userid, ms now, ms *ret)
{
	str cursor = STR_NIL;
	*ret = NIL;
	do {
		struct wecom_mass_tasks page;
		TRY(wecom_send_tasks(call, msgid, cursor, &page));
		for (size_t i = 0; i < page.n; i++)
			if (page.v[i].confirmed && str_eq_nocase(page.v[i].userid, userid))
				*ret = page.v[i].confirmed_at == NIL ? now : page.v[i].confirmed_at;
		cursor = page.next_cursor;
	} while (cursor.n);
	return OK;
}

err mass_results(struct wecom_call *call, str msgid, str userid, ms now, err (*fn)(void *arg, const struct mass_page *page),
		 void *arg, ms *ret_confirmed)
{
	str cursor = STR_NIL;
	TRY(mass_confirmed(call, msgid, userid, now, ret_confirmed));
	if (*ret_confirmed == NIL)
		return OK;
	do {
		struct wecom_mass_results page;
		TRY(wecom_send_results(call, msgid, userid, cursor, &page));
		TRY(fn(arg, &(struct mass_page){ page.v, page.n, *ret_confirmed }));
		cursor = page.next_cursor;
	} while (cursor.n);
	return OK;
}

err mass_note(struct tx *tx, str msgid) { return mass_made_add(tx, &(struct mass_name){ msgid, tx->snap.now }); }

static const struct query *const queries[] = {
	&mass_made_add_query, &mass_made_known_query, &mass_touch_add_query, &mass_touch_get_query, &mass_member_put_query,
	&mass_member_leave_query, &mass_member_leaf_query, &mass_member_span_query, &mass_member_seek_query, &mass_member_sums_query, NULL,
};
const struct module mass_module = {
	.name = "mass",
	.doc = "Mass-send tasks of WeCom: found again when a reply is lost, asked about, told apart; plans over several channels.",
	.queries = queries,
};
