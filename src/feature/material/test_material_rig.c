/*
 * The rig of tests of materials.
 */
#include "feature/material/test_material.h"

void as_user(struct world *w, i64 user)
{
	w->cx.unit.actor_kind = user ? ACTOR_USER : ACTOR_SYSTEM;
	w->cx.unit.actor = user;
}

void set(struct world *w, const char *name, const char *value)
{
	assert_int_equal(setting_put(&w->cx, name, str_c(value)), OK);
}

str png(struct world *w, u32 width, u32 height)
{
	char *p = ARENA_ARRAY(w->t->arena, char, 64);
	memcpy(p, PNG_HEAD, sizeof(PNG_HEAD) - 1);
	for (int i = 0; i < 4; i++) {
		p[16 + i] = (char)(width >> (24 - 8 * i));
		p[20 + i] = (char)(height >> (24 - 8 * i));
	}
	return str_of(p, 64);
}

err file_in(struct world *w, const char *name, str bytes, i64 *ret)
{
	struct unit *u = &w->cx.unit;
	TRY(WRITE_TX(u, w->base, material_file_begin(tx, str_c(name), (i64)bytes.n, ret)));
	for (size_t at = 0, n = 0; at < bytes.n; at += MATERIAL_PART_BYTES, n++)
		TRY(WRITE_TX(u, w->base, material_file_part(tx, *ret, (i64)n, str_sub(bytes, at, at + MATERIAL_PART_BYTES))));
	return WRITE_TX(u, w->base, material_file_end(tx, *ret));
}

i64 file(struct world *w, const char *name, str bytes)
{
	i64 id = 0;
	assert_int_equal(file_in(w, name, bytes, &id), OK);
	return id;
}

struct material_edit edit(const char *kind, const char *title)
{
	struct material_edit e;
	record_init(&material_edit_record, &e);
	e.kind = str_c(kind);
	e.title = str_c(title);
	e.alert = true;
	return e;
}

struct material_edit article(const char *title)
{
	struct material_edit e = edit("article", title);
	e.body = STR("第一段\n\n第二段");
	return e;
}

struct material_edit quotation(struct world *w)
{
	struct material_edit e = edit("file", "报价单");
	e.file = file(w, "报价单.pdf", STR(PDF));
	return e;
}

i64 made(struct world *w, const struct material_edit *e)
{
	i64 id = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, material_make(tx, e, &id)), OK);
	return id;
}

struct material stored(struct world *w, i64 id)
{
	struct material m = { 0 };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, material_find(snap, id, &m)), OK);
	return m;
}

str link_for(struct world *w, i64 id, i64 customer, i64 staff)
{
	str url = STR_NIL, picture;
	struct enclosure_to to = { customer, staff };
	assert_int_equal(material_enclosure.link(&w->cx.unit, id, &to, &url, &picture), OK);
	return url;
}

struct browser browser_new(struct world *w)
{
	return (struct browser){ .w = w, .dispatch = dispatch_new(w->t->arena, &w->env, NULL), .agent = WECHAT };
}

int request(struct browser *b, const char *method, str target, str body)
{
	struct arena *a = b->w->t->arena;
	struct http_req *r = ARENA_NEW(a, struct http_req);
	struct json *v = NULL;
	r->arena = a;
	r->method = str_c(method);
	r->peer = STR("10.0.0.9");
	r->body = body;
	assert_true(http_target(r, target));
	asking_header(r, "Host", STR("product.test"));
	asking_header(r, "User-Agent", str_c(b->agent));
	asking_header(r, "Content-Type", body.n ? STR("application/json") : STR_NIL);
	asking_header(r, "Cookie", arena_printf(a, "x=1; " VISITOR_COOKIE "=%.*s; " GUEST_COOKIE "=%.*s; " GUEST_STATE_COOKIE "=%.*s; yutang=%.*s",
						STR_F(b->reader), STR_F(b->guest), STR_F(b->state), STR_F(b->console)));
	memset(&b->reply, 0, sizeof(b->reply));
	dispatch_handle(b->dispatch, r, &b->reply);
	reply_cookie(&b->reply, VISITOR_COOKIE, &b->reader);
	reply_cookie(&b->reply, GUEST_COOKIE, &b->guest);
	reply_cookie(&b->reply, GUEST_STATE_COOKIE, &b->state);
	if (b->reply.body.n && b->reply.body.p[0] == '{')
		assert_int_equal(json_parse(b->reply.body, a, &v, &b->w->cx.unit.fail), OK);
	b->json = v;
	return b->reply.status;
}

str behind(struct browser *b, str link)
{
	str path = str_sub(link, sizeof("http://product.test") - 1, link.n);
	assert_int_equal(request(b, "GET", path, STR_NIL), 302);
	str at = reply_header(&b->reply, "location");
	assert_true(str_starts(at, STR("/h5/material?")));
	return str_sub(at, sizeof("/h5/material?") - 1, at.n);
}

str body_of(struct browser *b, str query)
{
	str rest = query, key, p;
	str_cut(&rest, '=');
	key = str_cut(&rest, '&');
	str_cut(&rest, '=');
	p = rest.p ? rest : STR("");
	return arena_printf(b->w->t->arena, p.n ? "{\"key\":\"%.*s\",\"p\":\"%.*s\"}" : "{\"key\":\"%.*s\"}", STR_F(key), STR_F(p));
}

int shows(struct browser *b, str link)
{
	str query = behind(b, link);
	return request(b, "GET", arena_printf(b->w->t->arena, "/h5/api/material?%.*s", STR_F(query)), STR_NIL);
}

str opens(struct browser *b, str link)
{
	str query = behind(b, link);
	assert_int_equal(request(b, "GET", arena_printf(b->w->t->arena, "/h5/api/material?%.*s", STR_F(query)), STR_NIL), 200);
	assert_int_equal(request(b, "POST", STR("/h5/api/material/open"), body_of(b, query)), 200);
	str visit = json_str(b->json, "visit");
	settle(b->w);
	return visit;
}

int beats(struct browser *b, str visit, i64 seconds, i64 depth)
{
	str body = arena_printf(b->w->t->arena, "{\"visit\":\"%.*s\",\"seconds\":%lld,\"depth\":%lld}", STR_F(visit), (long long)seconds, (long long)depth);
	return request(b, "POST", STR("/h5/api/material/read"), body);
}

void walks(struct browser *b, const char *person)
{
	struct arena *a = b->w->t->arena;
	struct corp corp;
	assert_int_equal(corp_get(&b->w->cx.unit, b->w->corp, &corp), OK);
	assert_int_equal(request(b, "GET", arena_printf(a, "/h5/api/guest/start?corp=%.*s", STR_F(corp.slug)), STR_NIL), 302);
	str url = reply_header(&b->reply, "location");
	url = str_sub(url, sizeof("http://sim.test") - 1, (size_t)str_find(url, STR("#")));
	struct http_req r = { .arena = a, .method = STR("GET") };
	struct http_reply reply = { 0 };
	assert_true(http_target(&r, arena_printf(a, "%.*s&sim_person=%s", STR_F(url), person)));
	sim_handle(b->w->sim, &r, &reply);
	str at = STR_NIL;
	for (size_t i = 0; i < reply.header_count; i++)
		if (str_eq_nocase(reply.headers[i].name, STR("location")))
			at = arena_dup(a, reply.headers[i].value);
	assert_int_equal(request(b, "GET", str_sub(at, sizeof("http://product.test") - 1, at.n), STR_NIL), 302);
	assert_true(b->guest.n > 0);
}
