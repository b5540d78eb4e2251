/*
 * API: inheritance of customers, by members who left and by members who did not.
 *
 * Asking is accepted or refused customer by customer. Who was accepted goes over by herself after a day unless she
 * refuses before (POST /sim/transfer) or the taker is full by then. A customer is handed over at most twice in 90
 * days; refusals do not count.
 */
#include "sim/sim_call.h"
#include "sim/sim_chat.h"

#define CUSTOMERS_MAX 100
#define PAGE_MAX 1000
#define PAGED_MAX 50000
#define MESSAGE_MAX 200
#define TIMES_MAX 2
#define TIMES_MS (90 * MS_DAY)

static struct sim_relation *relation_of(struct sim *s, const struct sim_transfer *t)
{
	return sim_relation_find(s, s->staff.v[t->giver], s->people.v[t->person]);
}

void sim_transfer_end(struct sim *s, struct sim_transfer *t, bool refused)
{
	struct sim_staff *taker = s->staff.v[t->taker];
	struct sim_relation *from = relation_of(s, t);
	if (t->state != TRANSFER_WAITING)
		return;
	t->at = sim_now(s);
	t->state = refused ? TRANSFER_REFUSED : taker->full ? TRANSFER_FULL : TRANSFER_DONE;
	if (t->state == TRANSFER_DONE) {
		if (from && sim_relation_readable(from))
			sim_hand_over(s, from, taker, t->resigned);
		return;
	}
	if (t->resigned)
		return; /* told by the result alone */
	struct http_pair fields[] = { { STR("UserID"), taker->userid }, { STR("ExternalUserID"), s->people.v[t->person]->xid },
				      { STR("FailReason"), refused ? STR("customer_refused") : STR("customer_limit_exceed") } };
	sim_event(s, "change_external_contact", "transfer_fail", fields, ARRAY_LEN(fields));
}

static bool waits(struct sim *s, const struct sim_relation *r)
{
	for (size_t i = 0; i < s->kept.transfers.n; i++)
		if (s->kept.transfers.v[i]->giver == r->staff && s->kept.transfers.v[i]->person == r->person &&
		    s->kept.transfers.v[i]->state == TRANSFER_WAITING)
			return true;
	return false;
}

static int get_unassigned_list(struct sim_call *c)
{
	struct sim *s = c->s;
	i64 size = sim_arg_i64(c, "page_size", PAGE_MAX), page = sim_arg_i64(c, "page_id", -1), skip, seen = 0, shown = 0;
	size = size < 1 || size > PAGE_MAX ? PAGE_MAX : size;
	if (!sim_cursor(c, &skip))
		return 50100;
	if (page >= 0) {
		if (page * size >= PAGED_MAX)
			return 40058;
		skip = page * size;
	}
	buf_add_c(&c->out, ",\"info\":[");
	for (size_t i = 0; i < s->relations.n; i++) {
		const struct sim_relation *r = s->relations.v[i];
		if (!s->staff.v[r->staff]->left || !sim_relation_readable(r) || waits(s, r) || seen++ < skip || shown >= size)
			continue;
		buf_add_c(&c->out, shown++ ? ",{\"handover_userid\":" : "{\"handover_userid\":");
		buf_json(&c->out, s->staff.v[r->staff]->userid);
		sim_out_str(c, "external_userid", s->people.v[r->person]->xid);
		sim_out_fmt(c, ",\"dimission_time\":%lld}", (long long)(sim_now(s) / 1000));
	}
	bool last = seen <= skip + shown;
	sim_out_fmt(c, "],\"is_last\":%s", last ? "true" : "false");
	if (!last && page < 0)
		sim_out_str(c, "next_cursor", sim_cursor_of(c, skip + shown));
	return 0;
}

struct pair { struct sim_staff *giver, *taker; bool resigned; };

/* Also one who has left. */
static struct sim_staff *whoever(struct sim *s, str userid)
{
	for (size_t i = 0; i < s->staff.n; i++)
		if (str_eq_nocase(s->staff.v[i]->userid, userid))
			return s->staff.v[i];
	return NULL;
}

static int pair_of(struct sim_call *c, bool resigned, struct pair *ret)
{
	*ret = (struct pair){ whoever(c->s, sim_arg(c, "handover_userid")), whoever(c->s, sim_arg(c, "takeover_userid")), resigned };
	if (!ret->giver || !ret->taker)
		return 60111;
	if (ret->giver == ret->taker)
		return 40130;
	return resigned && !ret->giver->left ? 40097 : 0;
}

static int taker_able(const struct sim_staff *m)
{
	if (m->left || !m->active)
		return 60111;
	if (!m->visible)
		return 50002;
	return !m->follow ? 84083 : !m->realname ? 40098 : 0;
}

/* 0: from now on she waits. */
static int ask_one(struct sim *s, const struct pair *who, str xid)
{
	struct sim_person *p = map_get(&s->person_by_xid, xid);
	struct sim_relation *r = p ? sim_relation_find(s, who->giver, p) : NULL;
	i64 times = 0;
	if (!p)
		return 40096;
	if (!r || !sim_relation_readable(r))
		return 40131;
	for (size_t i = 0; i < s->kept.transfers.n; i++) {
		const struct sim_transfer *t = s->kept.transfers.v[i];
		if (t->person != p->number)
			continue;
		if (t->state == TRANSFER_WAITING && t->giver == who->giver->number)
			return t->taker == who->taker->number ? 40129 : 40100;
		times += t->state == TRANSFER_DONE && t->asked > sim_now(s) - TIMES_MS;
	}
	if (times >= TIMES_MAX)
		return 40128;
	if (who->taker->full)
		return 40099;
	struct sim_transfer t = { who->giver->number, who->taker->number, p->number, sim_now(s), sim_now(s) + MS_DAY,
				  TRANSFER_WAITING, who->resigned };
	sim_due_add(s, t.at, DUE_TRANSFER, sim_transfer_add(s, &t)->number, 0, STR_NIL);
	return 0;
}

static int transfer(struct sim_call *c, bool resigned)
{
	const struct json *list = sim_arg_array(c, "external_userid");
	struct pair who;
	int refused = pair_of(c, resigned, &who);
	if (!list || !list->n || list->n > CUSTOMERS_MAX)
		return sim_refuse(c, 40058, "invalid external_userid size");
	if (str_utf8_len(sim_arg(c, "transfer_success_msg")) > MESSAGE_MAX)
		return 40058;
	if (!refused)
		refused = taker_able(who.taker);
	if (refused)
		return refused;
	buf_add_c(&c->out, ",\"customer\":[");
	for (size_t i = 0; i < list->n; i++) {
		int code = ask_one(c->s, &who, list->items[i].text);
		buf_add_c(&c->out, i ? ",{\"external_userid\":" : "{\"external_userid\":");
		buf_json(&c->out, list->items[i].text);
		sim_out_fmt(c, ",\"errcode\":%d}", code);
	}
	buf_char(&c->out, ']');
	return 0;
}

static int result(struct sim_call *c, bool resigned)
{
	struct sim *s = c->s;
	struct pair who;
	i64 skip, seen = 0, shown = 0;
	int refused = pair_of(c, resigned, &who);
	if (refused)
		return refused;
	if (!sim_cursor(c, &skip))
		return 50100;
	buf_add_c(&c->out, ",\"customer\":[");
	for (size_t i = 0; i < s->kept.transfers.n; i++) {
		const struct sim_transfer *t = s->kept.transfers.v[i];
		if (t->giver != who.giver->number || t->taker != who.taker->number || t->resigned != resigned ||
		    seen++ < skip || shown >= PAGE_MAX)
			continue;
		buf_add_c(&c->out, shown++ ? ",{\"external_userid\":" : "{\"external_userid\":");
		buf_json(&c->out, s->people.v[t->person]->xid);
		sim_out_fmt(c, ",\"status\":%lld,\"takeover_time\":%lld}", (long long)t->state, (long long)(t->at / 1000));
	}
	buf_char(&c->out, ']');
	if (seen > skip + shown)
		sim_out_str(c, "next_cursor", sim_cursor_of(c, skip + shown));
	return 0;
}

/* ---- groups: at once ---- */

static int group_code(struct sim *s, const struct sim_chat *chat, const struct sim_staff *to, bool resigned)
{
	if (!chat)
		return 90501;
	if (chat->gone)
		return 49008;
	if (chat->owner == to->number)
		return 90504;
	if (resigned)
		return s->staff.v[chat->owner]->left ? 0 : 90500;
	return s->staff.v[chat->owner]->left ? 90502 : 0;
}

static int transfer_groups(struct sim_call *c, bool resigned)
{
	struct sim *s = c->s;
	const struct json *list = sim_arg_array(c, "chat_id_list");
	struct sim_staff *to = sim_staff_find(s, sim_arg(c, "new_owner"));
	bool first = true;
	int refused = to ? taker_able(to) : 60111;
	if (!list || !list->n || list->n > CUSTOMERS_MAX)
		return sim_refuse(c, 40058, "invalid chat_id_list size");
	if (refused)
		return refused;
	buf_add_c(&c->out, ",\"failed_chat_list\":[");
	for (size_t i = 0; i < list->n; i++) {
		struct sim_chat *chat = sim_chat_find(s, list->items[i].text);
		int code = group_code(s, chat, to, resigned);
		if (!code) {
			sim_chat_rename(s, chat, STR_NIL, STR_NIL, to);
			continue;
		}
		buf_add_c(&c->out, first ? "{\"chat_id\":" : ",{\"chat_id\":");
		first = false;
		buf_json(&c->out, list->items[i].text);
		sim_out_fmt(c, ",\"errcode\":%d,\"errmsg\":\"%s\"}", code, sim_errmsg(code));
	}
	buf_char(&c->out, ']');
	return 0;
}

static int groupchat_transfer(struct sim_call *c) { return transfer_groups(c, true); }
static int groupchat_onjob(struct sim_call *c) { return transfer_groups(c, false); }
static int transfer_customer(struct sim_call *c) { return transfer(c, false); }
static int resigned_transfer_customer(struct sim_call *c) { return transfer(c, true); }
static int transfer_result(struct sim_call *c) { return result(c, false); }
static int resigned_transfer_result(struct sim_call *c) { return result(c, true); }

const struct sim_api sim_api_transfer[] = {
	{ "externalcontact/get_unassigned_list", get_unassigned_list, API_POST },
	{ "externalcontact/transfer_customer", transfer_customer, API_POST | API_EFFECT },
	{ "externalcontact/resigned/transfer_customer", resigned_transfer_customer, API_POST | API_EFFECT },
	{ "externalcontact/groupchat/transfer", groupchat_transfer, API_POST | API_EFFECT },
	{ "externalcontact/groupchat/onjob_transfer", groupchat_onjob, API_POST | API_EFFECT },
	{ "externalcontact/transfer_result", transfer_result, API_POST },
	{ "externalcontact/resigned/transfer_result", resigned_transfer_result, API_POST },
	{ NULL, NULL, 0 },
};
