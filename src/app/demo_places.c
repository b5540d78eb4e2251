/*
 * demo's stores, codes of touch points, customer groups, phone list and lead pool: what a chain of six stores has beside
 * its live codes. Over the product's own routes; groups are opened by members, as in life.
 */
#include "app/demo.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"

#define GROUPS_PER_STORE 2
#define GROUP_CODE_DAY 2 /* a night after the groups were opened */
#define LISTS_DAY 80     /* the last days: there are buyers who are no friends */
#define JOIN_EVERY_DAYS 2
#define LIST_ROWS 60

static const struct { const char *name, *code, *address; double lat, lng; } places[] = {
	{ "西湖文三路店", "HZ01", "文三路 398 号", 30.2795, 120.1290 }, { "拱墅万达店", "HZ02", "杭行路 666 号万达广场 3 层", 30.3440, 120.1130 },
	{ "滨江宝龙店", "HZ03", "滨盛路 3867 号宝龙城 2 层", 30.2090, 120.2180 }, { "余杭未来店", "HZ04", "余杭塘路 1088 号", 30.2860, 120.0110 },
	{ "萧山银泰店", "HZ05", "市心中路 298 号银泰百货 4 层", 30.1850, 120.2700 }, { "上城湖滨店", "HZ06", "延安路 258 号", 30.2540, 120.1650 },
};

static err say_sim(struct demo_world *w, const char *path, str body, struct json **ret)
{
	struct transport_answer answer = { 0 };
	struct transport_call call = { .method = "POST", .url = arena_printf(w->arena, "http://" DEMO_SIM_HOST "%s", path),
				       .content_type = STR("application/json"), .body = body };
	TRY(w->env->transport->call(w->env->transport, w->arena, &call, &answer, &w->cli->fail));
	if (answer.status != 200)
		return fail_set(&w->cli->fail, ERR_STATE, T_OK, str_c(path), answer.body, STR_NIL);
	return json_parse(answer.body, w->arena, ret, &w->cli->fail);
}

/* The first member of a department, or nobody. */
static const struct staff *leader(const struct staff *staff, size_t n, i64 department)
{
	for (size_t i = 0; i < n; i++)
		if (staff[i].department == department && staff[i].in_scope)
			return &staff[i];
	return NULL;
}

static err open_groups(struct demo_world *w, const char *store, const struct staff *owner)
{
	static const char *const what[GROUPS_PER_STORE] = { "宝妈福利群", "会员交流群" };
	for (int i = 0; i < GROUPS_PER_STORE; i++) {
		struct json *answer;
		str body = arena_printf(w->arena, "{\"userid\":\"%.*s\",\"name\":\"%s %s\",\"people\":%d,\"quiet\":true}",
					STR_F(owner->userid), store, what[i], 18 + 7 * i);
		TRY(say_sim(w, "/sim/group/make", body, &answer));
	}
	return OK;
}

err demo_places(struct demo_world *w)
{
	struct cx cx = cx_system(w->env, w->arena, w->corp, "demo");
	struct department *departments;
	struct staff *staff;
	size_t n, m;
	TRY(READ_SNAP(&cx.unit, slot_base(w->env->store, w->corp), staff_all(snap, &staff, &n)));
	TRY(READ_SNAP(&cx.unit, slot_base(w->env->store, w->corp), department_all(snap, &departments, &m)));
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		for (size_t d = 0; d < m; d++) {
			const struct staff *owner = leader(staff, n, departments[d].id);
			struct json *made;
			if (!str_eq_c(departments[d].name, places[i].name) || !owner)
				continue;
			TRY(demo_api(w, "POST", STR("/api/v1/outlets"),
				     arena_printf(w->arena,
						  "{\"code\":\"%s\",\"name\":\"%s\",\"city\":\"杭州\",\"address\":\"%s\",\"system\":\"GCJ-02\","
						  "\"lat\":%.4f,\"lng\":%.4f,\"hours\":\"周一至周五 10:00-21:00；周末 09:30-21:30\",\"department\":\"%lld\",\"staff\":[]}",
						  places[i].code, places[i].name, places[i].address, places[i].lat, places[i].lng,
						  (long long)departments[d].id),
				     &made));
			TRY(open_groups(w, places[i].name, owner));
			ASSERT(w->store_count < DEMO_STORES_MAX);
			w->store[w->store_count++] =
				(struct demo_store){ departments[d].id, arena_dup(w->cli->arena, json_str(made, "id")), owner->id };
		}
	struct json *area;
	TRY(demo_api(w, "POST", STR("/api/v1/area-codes"),
		     STR("{\"name\":\"杭州一店一码\",\"result\":\"guide\",\"radius\":3000}"), &area));
	return demo_api(w, "POST", arena_printf(w->arena, "/api/v1/area-codes/%.*s/codes", STR_F(json_str(area, "id"))), STR("{}"), NULL);
}

static err group_code(struct demo_world *w)
{
	struct json *answer;
	struct buf b = buf_new(w->arena, 65536);
	TRY(demo_api(w, "GET", STR("/api/v1/groups?limit=50&sort=newest"), STR(""), &answer));
	const struct json *rows = json_get(answer, "data");
	size_t taken = 0;
	buf_add_c(&b, "{\"name\":\"宝妈福利群\",\"offer\":\"进群领 10 元券，每周三育儿答疑\",\"group_ids\":[");
	for (size_t i = 0; i < rows->n; i++)
		if (str_has(json_str(&rows->items[i], "name"), STR("福利群"))) {
			buf_add_c(&b, taken++ ? "," : "");
			buf_json(&b, json_str(&rows->items[i], "id"));
		}
	buf_add_c(&b, "]}");
	return taken ? demo_api(w, "POST", STR("/api/v1/groupcodes"), buf_str(&b), NULL) : OK;
}

static str external_userid(struct demo_world *w, i64 customer)
{
	struct cx cx = cx_system(w->env, w->arena, w->corp, "demo");
	struct identity_row *rows;
	size_t n;
	if (identity_of(&cx.unit, customer, &rows, &n) != OK)
		return STR_NIL;
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(rows[i].kind, "external_userid"))
			return rows[i].value;
	return STR_NIL;
}

/* The newest friends come into a group by a member's invitation. */
static err join_groups(struct demo_world *w, int day)
{
	struct json *groups, *people, *answer;
	TRY(demo_api(w, "GET", STR("/api/v1/groups?limit=50&sort=newest"), STR(""), &groups));
	TRY(demo_api(w, "GET", STR("/api/v1/customers?limit=6"), STR(""), &people));
	const struct json *g = json_get(groups, "data"), *c = json_get(people, "data");
	for (size_t i = 0; g->n && i < c->n; i++) {
		const struct json *into = &g->items[((size_t)day + i) % g->n];
		i64 customer;
		str who = str_i64(json_str(&c->items[i], "id"), &customer) ? external_userid(w, customer) : STR_NIL;
		if (!who.n)
			continue;
		TRY(say_sim(w, "/sim/group/join", arena_printf(w->arena, "{\"chat_id\":\"%.*s\",\"external_userid\":\"%.*s\",\"scene\":1}",
							       STR_F(json_str(into, "chat_id")), STR_F(who)), &answer));
	}
	return OK;
}

/* A list of a fair's visitors for two members, and buyers who are no friends for whoever is quick. */
static err lists(struct demo_world *w)
{
	struct buf b = buf_new(w->arena, 65536);
	buf_add_c(&b, "姓名,手机号\n");
	for (int i = 0; i < LIST_ROWS; i++)
		buf_fmt(&b, "展会登记%d,1390571%04d\n", i + 1, 2000 + 37 * i);
	if (w->store_count < 2)
		return OK;
	str target = arena_printf(w->arena, "/api/v1/phone-lists?name=孕婴童展会&source=展会现场登记&basis=登记时同意回访&staff_ids=%lld,%lld",
				  (long long)w->store[w->store_count - 1].owner, (long long)w->store[w->store_count - 2].owner);
	TRY(demo_api(w, "POST", target, buf_str(&b), NULL));
	return demo_api(w, "POST", STR("/api/v1/leads"), STR("{\"expr\":\"not friend and orders >= 1\"}"), NULL);
}

err demo_places_day(struct demo_world *w, int day)
{
	err e = day == GROUP_CODE_DAY ? group_code(w) : OK;
	if (e == OK && day > GROUP_CODE_DAY && day % JOIN_EVERY_DAYS == 0)
		e = join_groups(w, day);
	return e == OK && day == LISTS_DAY ? lists(w) : e;
}
