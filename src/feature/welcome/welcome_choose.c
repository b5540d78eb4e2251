/*
 * Which greeting it is: the first of the code's own that fits hour, member and what was known of her, else the code's, else
 * the general one; and what that would be for somebody, asked beforehand.
 */
#include "feature/welcome/welcome_data.h"

#include "core/attr/attr_say.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/tag/tag_mark.h"
#include "core/tag/tag_mark_data.h"

static bool has(const struct ids *v, i64 id)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i] == id)
			return true;
	return false;
}

static bool of_the_hour(const struct snap *s, const struct content_slot *v, ms at)
{
	const struct tz *tz = corp_zone(s->unit, s->corp);
	i64 day = tz_day(tz, at), minute = (at - tz_day_start(tz, day)) / MS_MINUTE, weekday = (day + 3) % 7;
	return (v->days >> weekday & 1) && minute >= v->from && minute < v->to;
}

/* What she carried before she came: what the code itself puts on her must not decide how it greets. */
static err carried(const struct snap *s, const struct welcome_asked *in, const struct ids *tags, bool *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n = 0;
	struct snap at = *s;
	*ret = false;
	if (in->customer)
		TRY(tag_person(s, in->customer, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		snap_slot(&at, slot_of_customer(s->unit->store, leaves[i]));
		for (size_t k = 0; k < tags->n; k++) {
			struct tag_mark_row *rows;
			size_t held;
			TRY(tag_held(&at, &(struct tag_on){ leaves[i], tags->v[k] }, &rows, &held));
			for (size_t j = 0; j < held; j++)
				*ret |= rows[j].at < in->at;
		}
	}
	return OK;
}

static err fits(const struct snap *s, const struct content_slot *v, const struct welcome_asked *in, bool *ret)
{
	*ret = of_the_hour(s, v, in->at) && (!v->staff.n || has(&v->staff, in->staff));
	return *ret && v->tags.n ? carried(s, in, &v->tags, ret) : OK;
}

/* ret->from stays NULL when none fits. */
static err of_variants(const struct snap *s, str json, const struct welcome_asked *in, struct welcome_choice *ret)
{
	struct welcome_slots slots;
	struct json *tree;
	if (!json.n || json_parse(json, s->arena, &tree, NULL) != OK)
		return OK;
	record_init(&welcome_slots_record, &slots);
	record_read(&welcome_slots_record, tree, &slots, s->arena);
	const struct content_slot *v = slots.slots.v;
	for (size_t i = 0; i < slots.slots.n; i++) {
		bool is;
		TRY(fits(s, &v[i], in, &is));
		if (!is)
			continue;
		ret->content = *(const struct content *)v[i].content;
		ret->from = "variant";
		ret->variant = (i64)i;
		return OK;
	}
	return OK;
}

static err of_general(const struct snap *s, struct welcome_choice *ret)
{
	str general;
	TRY(setting_get(s->unit, "welcome.default", &general));
	content_read(s->arena, general, &ret->content);
	ret->from = content_empty(&ret->content) ? "none" : "general";
	return OK;
}

err welcome_choose(const struct snap *s, const struct welcome_asked *in, struct welcome_choice *ret)
{
	struct welcome_rule rule;
	str state = in->state;
	state = str_cut(&state, '.'); /* one code may have many pictures: "state.n" */
	*ret = (struct welcome_choice){ .livecode = NIL, .variant = -1 };
	err e = state.n ? welcome_rule_get(s, &(struct welcome_rule){ .state = state }, &rule) : ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		return of_general(s, ret);
	TRY(e);
	ret->livecode = rule.livecode;
	TRY(of_variants(s, rule.slots, in, ret));
	if (ret->from)
		return OK;
	content_read(s->arena, rule.content, &ret->content);
	ret->from = "code";
	return content_empty(&ret->content) ? of_general(s, ret) : OK;
}

/* ---- asked beforehand ---- */

#define ASK_FIELDS(F, S)                                                                           \
	F(S, ID, id, .doc = "the live code") F(S, MS, at, .opt = true, .doc = "now") F(S, ID, staff, .opt = true) \
	F(S, ID, customer_id, .opt = true, .doc = "nobody known yet")
RECORD(welcome_ask, ASK_FIELDS);
#define LOOK_FIELDS(F, S)                                                                          \
	F(S, STR, from, .one_of = "variant,code,general,none") F(S, I64, variant, .opt = true, .doc = "which of the code's own, from 0") \
	F(S, STR, text, .opt = true, .pii = true) F(S, STR, link_title, .opt = true) F(S, STR, link_url, .opt = true) F(S, STR, enclosed, .opt = true)
RECORD(welcome_look, LOOK_FIELDS);

static err look(const struct snap *s, i64 livecode, struct welcome_asked *in, struct welcome_choice *ret)
{
	struct welcome_rule *rules;
	size_t n;
	TRY(welcome_rules_of(s, &(struct welcome_of){ livecode }, &rules, &n));
	if (!n)
		return snap_fail(s, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_LIVECODE_NOT_FOUND, LANG_ZH)));
	in->state = rules[0].state;
	return welcome_choose(s, in, ret);
}

static err h_look(struct cx *cx)
{
	const struct welcome_ask *in = cx->in;
	struct welcome_look *out = cx->out;
	struct welcome_asked asked = { STR_NIL, in->at == NIL ? cx_now(cx) : in->at, in->staff == NIL ? 0 : in->staff, 0 };
	struct welcome_choice choice = { .from = "none", .variant = -1 };
	struct content said;
	if (in->customer_id != NIL)
		TRY(customer_visible(&cx->unit, in->customer_id, &asked.customer));
	i64 slot = asked.customer ? slot_of_customer(cx->env->store, asked.customer) : slot_base(cx->env->store, cx->unit.corp);
	TRY(READ_SNAP(&cx->unit, slot, look(snap, in->id, &asked, &choice)));
	out->from = str_c(choice.from);
	out->variant = choice.variant < 0 ? NIL : choice.variant;
	said = choice.content;
	err e = enclose_for(&cx->unit, &(struct enclosure_to){ asked.customer, asked.staff }, &choice.content, &said);
	if (e == ERR_STATE || e == ERR_NOT_FOUND)
		said.link = NULL; /* as the sender leaves it out */
	else
		TRY(e);
	TRY(attr_say_from(&cx->unit, asked.customer, asked.staff, said.text, &said.text));
	const struct content_link *link = said.link;
	out->text = said.text.n ? said.text : STR_NIL;
	out->link_title = link ? link->title : STR_NIL;
	out->link_url = link ? link->url : STR_NIL;
	out->enclosed = said.enclosed.n ? said.enclosed : STR_NIL;
	return OK;
}

const struct route welcome_look_routes[] = {
	{ "GET", "/api/v1/livecodes/{id}/greeting", "welcome.read", ROUTE_SCOPE_CUSTOMERS, 0, &welcome_ask_record, &welcome_look_record, h_look,
	  "What somebody who came by this code at that moment, to that member, would be greeted with." },
	{ 0 },
};
