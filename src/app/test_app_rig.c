/*
 * The rig of tests of the whole product.
 */
#include "app/test_app_rig.h"

i64 pond_corp(struct pond *w, i64 spread)
{
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, spread };
	i64 id = 0;
	while (id <= 2) /* 1 and 2 are the test store's own */
		assert_int_equal(corp_create(&w->cx, &in, &id), OK);
	return id;
}

int pond_new(void **state, const struct module *const *list, i64 spread)
{
	struct pond *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	log_level_set(LOG_ERROR);
	w->t = test_store_new_fast();
	w->a = w->t->arena;
	w->direct = transport_direct(w->a);
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list, .transport = w->direct,
			       .public_url = STR("http://pond.test") };
	w->env.wecom = wecom_new(w->direct, &w->t->clock, STR("http://wecom.test"));
	w->env.audience = audience_index_new(w->t->store);
	assert_int_equal(modules_check(list, &f), OK);
	assert_int_equal(corp_module.start(&w->env, &f), OK);
	assert_int_equal(perm_module.start(&w->env, &f), OK);
	w->dispatch = dispatch_new(w->a, &w->env, NULL);
	w->cx = cx_system(&w->env, w->a, 0, "test");
	w->other = pond_corp(w, spread);
	w->cx.unit.corp = 0;
	w->corp = pond_corp(w, spread);
	w->cx.unit.corp = w->corp;
	engine_settle(&w->env);
	*state = w;
	return 0;
}

int pond_free(void **state)
{
	struct pond *w = *state;
	wecom_free(w->env.wecom);
	audience_index_free(w->env.audience);
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

void rig_header(struct http_req *r, const char *name, str value)
{
	if (value.n)
		r->headers[r->header_count++] = (struct http_pair){ str_c(name), value };
}

int ask(struct browser *b, const char *method, str target, str body)
{
	struct arena *a = b->w->a;
	struct http_req *r = ARENA_NEW(a, struct http_req);
	r->arena = a;
	r->method = str_c(method);
	r->peer = b->cookie.n ? STR("10.0.0.1") : STR("unix");
	r->body = body;
	assert_true(http_target(r, target));
	rig_header(r, "Host", STR("pond.test"));
	rig_header(r, "Content-Type", body.n ? STR("application/json") : STR_NIL);
	rig_header(r, "Authorization", b->auth);
	rig_header(r, "If-Match", b->match);
	rig_header(r, "X-YT-CSRF", b->csrf);
	if (b->cookie.n)
		rig_header(r, "Cookie", arena_printf(a, "yutang=%.*s", STR_F(b->cookie)));
	else
		rig_header(r, "X-YT-Corp", arena_printf(a, "%lld", (long long)(b->corp ? b->corp : b->w->corp)));
	memset(&b->reply, 0, sizeof(b->reply));
	dispatch_handle(b->w->dispatch, r, &b->reply);
	return b->reply.status;
}

int get(struct browser *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	str target = arena_vprintf(b->w->a, fmt, ap);
	va_end(ap);
	return ask(b, "GET", target, STR(""));
}

int post(struct browser *b, const char *target, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	str body = arena_vprintf(b->w->a, fmt, ap);
	va_end(ap);
	return ask(b, "POST", str_c(target), body);
}

const struct json *reply_json(const struct browser *b)
{
	struct json *tree;
	struct fail f;
	assert_int_equal(json_parse(b->reply.body, b->w->a, &tree, &f), OK);
	return tree;
}

i64 json_id(const struct json *v, const char *name)
{
	i64 id = 0;
	assert_true(str_i64(json_str(v, name), &id));
	return id;
}

struct browser user_browser(struct pond *w, const char *login, const char *role, const char *scope, i64 staff)
{
	struct browser b = { .w = w };
	struct user_new in;
	i64 id;
	record_init(&user_new_record, &in);
	in.login = str_c(login);
	in.password = STR(RIG_PASSWORD);
	in.name = STR("某人");
	in.role = str_c(role);
	in.scope = str_c(scope);
	if (staff)
		in.staff = staff;
	assert_int_equal(user_create(&w->cx, &in, &id), OK);
	engine_settle(&w->env);
	assert_int_equal(post(&b, "/api/v1/session", "{\"login\":\"%s\",\"password\":\"" RIG_PASSWORD "\"}", login), 200);
	reply_cookie(&b.reply, "yutang", &b.cookie);
	b.csrf = json_str(reply_json(&b), "csrf");
	assert_true(b.cookie.n && b.csrf.n);
	return b;
}

str write_key(struct pond *w, i64 corp, i64 *ret_id)
{
	struct browser owner = { .w = w, .corp = corp };
	assert_int_equal(post(&owner, "/api/v1/write-keys", "{\"name\":\"官网\"}"), 201);
	const struct json *made = reply_json(&owner);
	if (ret_id)
		*ret_id = json_id(made, "id");
	return json_str(made, "key");
}

int track(struct pond *w, str key, const char *type, str body)
{
	struct browser b = { .w = w, .cookie = STR_NIL };
	str pair = arena_printf(w->a, "%.*s:", STR_F(key)), basic = base64_encode(w->a, pair);
	b.auth = arena_printf(w->a, "Basic %.*s", STR_F(basic));
	return ask(&b, "POST", arena_printf(w->a, "/v1/%s", type), body);
}

i64 befriend(struct pond *w, const char *userid, const char *external_userid)
{
	bool fresh;
	i64 leaf = 0;
	struct inbox_item item = { .corp = w->corp, .source = STR("wecom"), .received = clock_now(&w->t->clock) };
	item.key = arena_printf(w->a, "k%d", w->sent++);
	item.body = arena_printf(w->a,
		"<xml><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>"
		"<UserID><![CDATA[%s]]></UserID><ExternalUserID><![CDATA[%s]]></ExternalUserID><CreateTime>%lld</CreateTime></xml>",
		userid, external_userid, (long long)(item.received / 1000));
	assert_int_equal(inbox_add(w->t->store, w->a, &item, 1, &fresh, &w->cx.unit.fail), OK);
	engine_settle(&w->env);
	assert_int_equal(identity_find(&w->cx.unit, STR("external_userid"), str_c(external_userid), &leaf), OK);
	return leaf;
}

i64 leaf_by(struct pond *w, const char *kind, const char *value)
{
	i64 leaf = 0;
	return identity_find(&w->cx.unit, str_c(kind), str_c(value), &leaf) == OK ? leaf : 0;
}

i64 root_by(struct pond *w, const char *kind, const char *value)
{
	i64 root = 0, leaf = leaf_by(w, kind, value);
	assert_true(leaf > 0);
	assert_int_equal(customer_root(&w->cx.unit, leaf, &root), OK);
	return root;
}

size_t events_of(struct pond *w, i64 corp, int kind, struct event *ret)
{
	i64 slots[64];
	size_t n = slots_of_corp(w->t->store, corp, slots, ARRAY_LEN(slots)), found = 0;
	for (size_t i = 0; i < n; i++) {
		struct event *ev;
		size_t count;
		assert_int_equal(READ_SNAP(&w->cx.unit, slots[i], journal_read(snap, 0, 100000, &ev, &count)), OK);
		for (size_t k = 0; k < count; k++)
			if (ev[k].corp == corp && (kind == 0 || ev[k].kind == kind)) {
				if (ret)
					*ret = ev[k];
				found++;
			}
	}
	return found;
}
