/*
 * API: templates of the welcome in groups. Making one sends nothing: the owner of a group picks it in the client,
 * and no call tells whether she has. At most 100 a corp (41055); only templates of the app can be changed (41058).
 */
#include "sim/sim_call.h"
#include "sim/sim_chat.h"

#define HELLOS_MAX 100
#define HELLO_TEXT_MAX 3000
#define HELLO_EDIT_TEXT_MAX 4000

static int content(struct sim_call *c, size_t text_max, str *ret)
{
	static const char *const parts[] = { "text", "image", "link", "miniprogram", "file", "video" };
	struct buf b = buf_new(c->a, (size_t)1 << 20);
	bool any = false, more = false;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const struct json *part = json_get(c->in, parts[i]);
		if (!part || part->type != JSON_OBJECT || (i > 1 && more))
			continue;
		if (i == 0 && json_str(part, "content").n > text_max)
			return 45002;
		if (i == 1 && json_str(part, "media_id").n && !sim_media_live(c->s, json_str(part, "media_id")))
			return 40007;
		more |= i > 0; /* of the others only the first in this order counts */
		any = true;
		buf_fmt(&b, ",\"%s\":", parts[i]);
		json_write(&b, part);
	}
	*ret = sim_keep(c->s, buf_str(&b));
	return any ? 0 : 40058;
}

static int find(struct sim_call *c, bool ours, struct sim_hello **ret)
{
	str id = sim_arg(c, "template_id");
	*ret = id.n ? map_get(&c->s->group.hello_by_id, id) : NULL;
	if (!*ret || (*ret)->deleted)
		return 40058;
	return ours && !(*ret)->ours ? 41058 : 0;
}

static int add(struct sim_call *c)
{
	struct sim_hello h = { .ours = true };
	size_t alive = 0;
	int code = content(c, HELLO_TEXT_MAX, &h.content);
	for (size_t i = 0; i < c->s->group.hellos.n; i++)
		alive += !c->s->group.hellos.v[i]->deleted;
	if (code || alive >= HELLOS_MAX)
		return code ? code : 41055;
	h.id = sim_new_id(c->s, "msg", 29);
	sim_out_str(c, "template_id", sim_hello_add(c->s, &h)->id);
	return 0;
}

static int edit(struct sim_call *c)
{
	struct sim_hello *h;
	str text;
	int code = find(c, true, &h);
	if (!code && !(code = content(c, HELLO_EDIT_TEXT_MAX, &text)))
		h->content = text;
	return code;
}

static int get(struct sim_call *c)
{
	struct sim_hello *h;
	int code = find(c, false, &h);
	if (!code)
		buf_add(&c->out, h->content);
	return code;
}

static int del(struct sim_call *c)
{
	struct sim_hello *h;
	int code = find(c, true, &h);
	if (!code)
		h->deleted = true;
	return code;
}

const struct sim_api sim_api_hello[] = {
	{ "externalcontact/group_welcome_template/add", add, API_POST | API_EFFECT },
	{ "externalcontact/group_welcome_template/edit", edit, API_POST | API_EFFECT },
	{ "externalcontact/group_welcome_template/get", get, API_POST },
	{ "externalcontact/group_welcome_template/del", del, API_POST | API_EFFECT },
	{ NULL, NULL, 0 },
};
