/*
 * API: corp tags.
 *
 * An app may rename and delete only tags it made (301002); it may mark with any. A group lives while
 * it has a tag. Adding to an existing group name adds to that group; equal names in one call collapse;
 * a name that the group has already is 40071. Changes here emit no event.
 */
#include "sim/sim_call.h"

#define TAG_NAME_MAX 30

static bool list_has(const struct json *list, str id)
{
	for (size_t i = 0; list && i < list->n; i++)
		if (str_eq(list->items[i].text, id))
			return true;
	return false;
}

static void tag_fields(struct sim_call *c, const struct sim_tag *t, bool say_deleted)
{
	buf_add_c(&c->out, "{\"id\":");
	buf_json(&c->out, t->id);
	sim_out_str(c, "name", t->name);
	sim_out_fmt(c, ",\"create_time\":%lld,\"order\":%lld%s}", (long long)(t->created / 1000), (long long)t->order,
		    say_deleted && t->deleted ? ",\"deleted\":true" : "");
}

static void group_head(struct sim_call *c, const struct sim_group *g, bool say_deleted)
{
	buf_add_c(&c->out, "{\"group_id\":");
	buf_json(&c->out, g->id);
	sim_out_str(c, "group_name", g->name);
	sim_out_fmt(c, ",\"create_time\":%lld,\"order\":%lld%s,\"tag\":[", (long long)(g->created / 1000),
		    (long long)g->order, say_deleted && g->deleted ? ",\"deleted\":true" : "");
}

static int get_corp_tag_list(struct sim_call *c)
{
	const struct json *groups = sim_arg_array(c, "group_id"), *tags = sim_arg_array(c, "tag_id");
	bool by_group = groups && groups->n, by_tag = !by_group && tags && tags->n, first = true;
	buf_add_c(&c->out, ",\"tag_group\":[");
	for (size_t i = 0; i < c->s->groups.n; i++) {
		const struct sim_group *g = c->s->groups.v[i];
		i64 shown = 0;
		if (by_group ? !list_has(groups, g->id) : !by_tag && g->deleted)
			continue;
		size_t before = c->out.n;
		if (!first)
			buf_char(&c->out, ',');
		group_head(c, g, by_group || by_tag);
		for (size_t k = 0; k < g->tags.n; k++) {
			const struct sim_tag *t = g->tags.v[k];
			if (by_tag ? !list_has(tags, t->id) : !by_group && t->deleted)
				continue;
			if (shown++)
				buf_char(&c->out, ',');
			tag_fields(c, t, by_group || by_tag);
		}
		buf_add_c(&c->out, "]}");
		if (!shown && !by_group)
			c->out.n = before;
		else
			first = false;
	}
	buf_char(&c->out, ']');
	return 0;
}

static int name_check(struct sim_call *c, str name)
{
	(void)c;
	return name.n == 0 || str_utf8_len(name) > TAG_NAME_MAX ? 40072 : 0;
}

/* The group to add to: named by id, or by name (made when new). */
static int group_for(struct sim_call *c, struct sim_group **ret, str *ret_new_name)
{
	str id = sim_arg(c, "group_id"), name = sim_arg(c, "group_name");
	*ret = NULL;
	if (id.n) {
		*ret = map_get(&c->s->group_by_id, id);
		return *ret && !(*ret)->deleted ? 0 : 40068;
	}
	int refused = name_check(c, name);
	if (refused)
		return refused;
	*ret = sim_group_named(c->s, name);
	*ret_new_name = name;
	return 0;
}

static int add_corp_tag(struct sim_call *c)
{
	struct sim *s = c->s;
	const struct json *tags = sim_arg_array(c, "tag");
	struct sim_group *g;
	str new_name = STR_NIL;
	if (!tags || tags->n == 0)
		return sim_refuse(c, 40058, "tag list is empty");
	int refused = group_for(c, &g, &new_name);
	for (size_t i = 0; !refused && i < tags->n; i++) {
		str name = json_str(&tags->items[i], "name");
		refused = name_check(c, name);
		if (!refused && g && sim_tag_named(g, name))
			refused = 40071;
	}
	if (refused)
		return refused;
	if (s->alive_tags + (i64)tags->n > s->tag_max)
		return 40126;
	if (!g) {
		struct sim_group fresh = { .id = sim_new_id(s, "et", 30), .name = sim_keep(s, new_name),
					   .created = sim_now(s), .order = sim_arg_i64(c, "order", 0), .ours = true };
		g = sim_group_add(s, &fresh);
	}
	size_t from = s->tags.n;
	for (size_t i = 0; i < tags->n; i++) {
		str name = json_str(&tags->items[i], "name");
		if (sim_tag_named(g, name))
			continue;
		struct sim_tag t = { .id = sim_new_id(s, "et", 30), .group = g->number, .name = sim_keep(s, name),
				     .created = sim_now(s), .order = json_i64(&tags->items[i], "order", 0), .ours = true };
		sim_tag_add(s, &t);
	}
	buf_add_c(&c->out, ",\"tag_group\":");
	group_head(c, g, false);
	for (size_t i = from; i < s->tags.n; i++) {
		if (i > from)
			buf_char(&c->out, ',');
		tag_fields(c, s->tags.v[i], false);
	}
	buf_add_c(&c->out, "]}");
	return 0;
}

static int edit_corp_tag(struct sim_call *c)
{
	str id = sim_arg(c, "id"), name = sim_arg(c, "name");
	struct sim_tag *t = id.n ? map_get(&c->s->tag_by_id, id) : NULL;
	struct sim_group *g = id.n && !t ? map_get(&c->s->group_by_id, id) : NULL;
	if ((!t || t->deleted) && (!g || g->deleted))
		return 40068;
	if (t ? !t->ours : !g->ours)
		return 301002;
	if (sim_arg_has(c, "name")) {
		int refused = name_check(c, name);
		if (refused)
			return refused;
		struct sim_tag *same = t ? sim_tag_named(c->s->groups.v[t->group], name) : NULL;
		struct sim_group *same_group = t ? NULL : sim_group_named(c->s, name);
		if ((same && same != t) || (same_group && same_group != g))
			return 40071;
		*(t ? &t->name : &g->name) = sim_keep(c->s, name);
	}
	i64 *order = t ? &t->order : &g->order;
	*order = sim_arg_i64(c, "order", *order);
	return 0;
}

static int del_corp_tag(struct sim_call *c)
{
	const struct json *tags = sim_arg_array(c, "tag_id"), *groups = sim_arg_array(c, "group_id");
	if ((!tags || !tags->n) && (!groups || !groups->n))
		return sim_refuse(c, 40058, "tag_id and group_id both empty");
	for (size_t i = 0; tags && i < tags->n; i++) {
		struct sim_tag *t = map_get(&c->s->tag_by_id, tags->items[i].text);
		if (!t || t->deleted)
			return 40068;
		if (!t->ours)
			return 301002;
	}
	for (size_t i = 0; groups && i < groups->n; i++) {
		struct sim_group *g = map_get(&c->s->group_by_id, groups->items[i].text);
		if (!g || g->deleted)
			return 40068;
		if (!g->ours)
			return 301002;
	}
	for (size_t i = 0; tags && i < tags->n; i++)
		sim_tag_delete(c->s, map_get(&c->s->tag_by_id, tags->items[i].text));
	for (size_t i = 0; groups && i < groups->n; i++) {
		struct sim_group *g = map_get(&c->s->group_by_id, groups->items[i].text);
		for (size_t k = 0; k < g->tags.n; k++)
			sim_tag_delete(c->s, g->tags.v[k]);
		g->deleted = true;
	}
	return 0;
}

const struct sim_api sim_api_tag[] = {
	{ "externalcontact/get_corp_tag_list", get_corp_tag_list, API_POST },
	{ "externalcontact/add_corp_tag", add_corp_tag, API_POST | API_EFFECT },
	{ "externalcontact/edit_corp_tag", edit_corp_tag, API_POST | API_EFFECT },
	{ "externalcontact/del_corp_tag", del_corp_tag, API_POST | API_EFFECT },
	{ NULL, NULL, 0 },
};
