/*
 * setup's routes: credentials and their tests, the first sync, the list of first steps, settings.
 */
#include "feature/setup/setup_data.h"

#include "base/text.h"
#include "core/attr/attr_tally.h"
#include "core/audit/audit.h"
#include "core/corp/corp_cache.h"
#include "core/group/group.h"
#include "core/job/job.h"
#include "core/perm/perm.h"
#include "port/wecom/wecom_staff.h"

#define SETTING_CHARS_MAX 4000
#define SECRET_MASK "******"

#define SETUP_WECOM_FIELDS(F, S)                                                    \
	F(S, STR, corpid, .opt = true, .max = 64) F(S, STR, agentid, .opt = true, .max = 32) \
	F(S, STR, secret, .opt = true, .max = 128, .secret = true) F(S, STR, token, .opt = true, .max = 32) \
	F(S, STR, aeskey, .opt = true, .max = 43, .secret = true)
RECORD(setup_wecom, SETUP_WECOM_FIELDS);
#define SETUP_WECOM_OUT_FIELDS(F, S) F(S, STR, corpid, .opt = true) F(S, STR, agentid, .opt = true) F(S, BOOL, connected)
RECORD(setup_wecom_out, SETUP_WECOM_OUT_FIELDS);
#define SETUP_TEST_FIELDS(F, S) F(S, STR, what, .one_of = "token,contacts,callback")
RECORD(setup_test, SETUP_TEST_FIELDS);
#define SETUP_TESTED_FIELDS(F, S) F(S, BOOL, ok) F(S, STR, text) F(S, STR, cure)
RECORD(setup_tested, SETUP_TESTED_FIELDS);
#define SETUP_JOB_FIELDS(F, S) F(S, ID, id)
RECORD(setup_job, SETUP_JOB_FIELDS);
#define SETUP_STEP_FIELDS(F, S) F(S, STR, key) F(S, BOOL, done) F(S, STR, label)
RECORD(setup_step, SETUP_STEP_FIELDS);
#define SETUP_STEPS_FIELDS(F, S) F(S, LIST, steps, .of = &setup_step_record) F(S, BOOL, dismissed)
RECORD(setup_steps, SETUP_STEPS_FIELDS);
#define SETUP_TIP_FIELDS(F, S) F(S, STR, title) F(S, STR, href)
RECORD(setup_tip, SETUP_TIP_FIELDS);
#define SETUP_TIPS_FIELDS(F, S) F(S, LIST, try, .of = &setup_tip_record)
RECORD(setup_tips, SETUP_TIPS_FIELDS);
#define SETTING_VIEW_FIELDS(F, S) \
	F(S, STR, name) F(S, STR, label) F(S, STR, value) F(S, STR, otherwise, .doc = "when never set") F(S, BOOL, secret)
RECORD(setting_view, SETTING_VIEW_FIELDS);
#define SETTING_EDIT_FIELDS(F, S) F(S, STR, name) F(S, STR, value, .max = SETTING_CHARS_MAX)
RECORD(setting_edit, SETTING_EDIT_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str say(struct cx *cx, enum text text, str value)
{
	struct text_hole hole = { "value", value };
	return text_fill(CX_ARENA(cx), text, cx->viewer.lang, &hole, 1);
}

static str number(struct cx *cx, i64 n) { return arena_printf(CX_ARENA(cx), "%lld", (long long)n); }

bool setup_connected(struct cx *cx)
{
	struct corp_wecom corp;
	struct fail before = cx->unit.fail;
	bool is = corp_wecom_get(&cx->unit, cx->unit.corp, &corp) == OK;
	cx->unit.fail = before;
	return is;
}

/* ---- credentials ---- */

/* An empty field of the form is one that stays. */
static str given(str s) { return s.n ? s : STR_NIL; }

static err h_wecom(struct cx *cx)
{
	const struct setup_wecom *in = cx->in;
	struct setup_wecom_out *out = cx->out;
	struct corp corp;
	struct corp_wecom_set set = { given(str_trim(in->corpid)), given(str_trim(in->agentid)), given(str_trim(in->secret)),
				      given(in->token), given(in->aeskey), STR_NIL };
	TRY(corp_wecom_put(cx, &set));
	TRY(WRITE_TX(&cx->unit, base(cx), audit_add(tx, "setup.wecom", STR("corp"), STR_NIL)));
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	*out = (struct setup_wecom_out){ corp.corpid, corp.agentid, setup_connected(cx) };
	return OK;
}

static void tested(struct cx *cx, bool ok, enum text text, str value, enum text cure)
{
	struct setup_tested *out = cx->out;
	*out = (struct setup_tested){ ok, say(cx, text, value), ok ? STR("") : say(cx, cure, STR_NIL) };
}

static err test_callback(struct cx *cx)
{
	struct corp corp;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	bool seen = corp.last_callback != NIL;
	str at = seen ? tz_format(corp_zone(&cx->unit, cx->unit.corp), corp.last_callback, CX_ARENA(cx)) : STR_NIL;
	tested(cx, seen, seen ? T_SETUP_CALLBACK_OK : T_SETUP_CALLBACK_NONE, at, T_SETUP_C_CALLBACK);
	return OK;
}

/* A refused call still had a token, unless the refusal speaks of the credentials. */
static bool had_token(const struct wecom_call *call, err e)
{
	return e == OK || (call->errcode && call->action != WECOM_CONFIG && call->action != WECOM_REFRESH);
}

static err h_test(struct cx *cx)
{
	const struct setup_test *in = cx->in;
	struct corp_wecom corp;
	struct strs users = { 0 };
	if (str_eq_c(in->what, "callback"))
		return test_callback(cx);
	if (!setup_connected(cx)) {
		tested(cx, false, T_CORP_WECOM_UNSET, STR_NIL, T_SETUP_C_TOKEN);
		return OK;
	}
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, &corp));
	struct fail f = { 0 };
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &f };
	wecom_forget(cx->env->wecom, &corp.app); /* a person asks: earlier refusals do not count */
	err e = wecom_staff_follow_users(&call, &users);
	if (str_eq_c(in->what, "token") && had_token(&call, e)) {
		tested(cx, true, T_SETUP_TOKEN_OK, STR_NIL, T_OK);
	} else if (e == OK) {
		tested(cx, users.n > 0, users.n ? T_SETUP_CONTACTS_OK : T_SETUP_CONTACTS_NONE, number(cx, (i64)users.n),
		       T_SETUP_C_SCOPE);
	} else {
		struct setup_tested *out = cx->out;
		out->text = call.errcode ? say(cx, wecom_errcode(call.errcode)->text, number(cx, call.errcode))
					 : fail_text(&f, cx->viewer.lang, CX_ARENA(cx));
		out->cure = say(cx, setup_cure(call.errcode), STR_NIL);
	}
	return OK;
}

/* Tags come first, so that customers find theirs. */
static err queue_sync(struct tx *tx, struct cx *cx, i64 *ret_id)
{
	struct none none = { 0 };
	i64 tags, groups;
	TRY(job_add(tx, "tag.pull", say(cx, T_SETUP_JOB_TAGS, STR_NIL), STR("/tags"), &none_record, &none, &tags));
	TRY(job_add(tx, "follow.sync", say(cx, T_SETUP_JOB_SYNC, STR_NIL), STR("/customers"), &none_record, &none, ret_id));
	TRY(group_sync_queue(tx, str_c(text_raw(T_GROUP_JOB_SYNC, cx->viewer.lang)), &groups));
	return audit_add(tx, "setup.sync", STR("corp"), STR_NIL);
}

static err h_sync(struct cx *cx)
{
	struct setup_job *out = cx->out;
	struct corp_wecom corp;
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, &corp)); /* says what is missing */
	return WRITE_TX(&cx->unit, base(cx), queue_sync(tx, cx, &out->id));
}

/* ---- first steps ---- */

struct state {
	bool users, livecode, bound, orders;
};

static err read_state(const struct snap *s, struct state *ret)
{
	struct setup_tally *t;
	struct fact_tally *facts;
	size_t n, m;
	TRY(setup_tallies(s, &(struct none){ 0 }, &t, &n));
	TRY(attr_tallies(s, &facts, &m));
	for (size_t i = 0; i < n; i++) {
		ret->livecode |= t[i].livecodes > 0;
		ret->bound |= t[i].bindings > 0;
	}
	for (size_t i = 0; i < m; i++)
		ret->orders |= facts[i].orders > 0;
	return OK;
}

static err h_steps(struct cx *cx)
{
	struct setup_steps *out = cx->out;
	struct corp_known k;
	struct state st = { 0 };
	struct user *users;
	size_t user_count;
	str dismissed;
	struct unit whole = cx->unit; /* whether anything has happened is no matter of the viewer's scope */
	whole.scope = 0;
	TRY(corp_known_get(&cx->unit, cx->unit.corp, &k));
	TRY(user_all(&cx->unit, &users, &user_count));
	TRY(READ_SNAP(&whole, base(cx), read_state(snap, &st)));
	TRY(setting_get(&cx->unit, "setup.dismissed", &dismissed));
	const struct { const char *key; bool done; enum text label; } steps[] = {
		{ "account", user_count > 0, T_SETUP_STEP_ACCOUNT },
		{ "wecom", k.row.simulated || setup_connected(cx), T_SETUP_STEP_WECOM },
		{ "callback", k.row.last_callback != NIL, T_SETUP_STEP_CALLBACK },
		{ "domain", k.row.simulated || st.bound, T_SETUP_STEP_DOMAIN },
		{ "sync", str_eq_c(k.row.sync_state, "done"), T_SETUP_STEP_SYNC },
		{ "livecode", st.livecode, T_SETUP_STEP_LIVECODE },
		{ "import", st.orders, T_SETUP_STEP_IMPORT },
	};
	struct setup_step *list = ARENA_ARRAY(CX_ARENA(cx), struct setup_step, ARRAY_LEN(steps));
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		list[i] = (struct setup_step){ str_c(steps[i].key), steps[i].done, say(cx, steps[i].label, STR_NIL) };
	*out = (struct setup_steps){ { list, ARRAY_LEN(steps) }, str_eq_c(dismissed, "1") };
	return OK;
}

static err h_dismiss(struct cx *cx) { return setting_put(cx, "setup.dismissed", STR("1")); }

static err h_tips(struct cx *cx)
{
	static const struct { enum text title; const char *href; } of[] = {
		{ T_SETUP_TIP_CODE, "/livecodes?new=1" }, { T_SETUP_TIP_PEOPLE, "/customers" }, { T_SETUP_TIP_IMPORT, "/orders/import" },
		{ T_SETUP_TIP_AUDIENCE, "/audiences/new" }, { T_SETUP_TIP_BROADCAST, "/broadcasts/new" },
	};
	struct setup_tips *out = cx->out;
	struct corp corp;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	if (!corp.simulated)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, say(cx, T_SETUP_DEMO_ONLY, STR_NIL));
	struct setup_tip *tips = ARENA_ARRAY(CX_ARENA(cx), struct setup_tip, ARRAY_LEN(of));
	for (size_t i = 0; i < ARRAY_LEN(of); i++)
		tips[i] = (struct setup_tip){ say(cx, of[i].title, STR_NIL), str_c(of[i].href) };
	out->try = (struct list){ tips, ARRAY_LEN(of) };
	return OK;
}

/* ---- settings ---- */

static err view(struct cx *cx, const struct setting *s, struct setting_view *ret)
{
	str value;
	TRY(setting_get(&cx->unit, s->name, &value));
	if (s->secret)
		value = value.n ? STR(SECRET_MASK) : STR("");
	str otherwise = s->secret ? STR("") : str_c(s->otherwise);
	*ret = (struct setting_view){ str_c(s->name), say(cx, s->label, STR_NIL), value, otherwise, s->secret };
	return OK;
}

static err h_settings(struct cx *cx)
{
	struct page *page = cx->out;
	size_t n = 0, max = 0;
	for (const struct module *const *m = cx->env->modules; *m; m++)
		for (const struct setting *s = (*m)->settings; s && s->name; s++)
			max++;
	struct setting_view *out = ARENA_ARRAY(CX_ARENA(cx), struct setting_view, max);
	for (const struct module *const *m = cx->env->modules; *m; m++)
		for (const struct setting *s = (*m)->settings; s && s->name; s++)
			TRY(view(cx, s, &out[n++]));
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

static err h_setting_put(struct cx *cx)
{
	const struct setting_edit *in = cx->in;
	const struct setting *s = setting_declared(cx->env, in->name);
	if (!s)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR_NIL, in->name, in->name);
	if (s->secret && str_eq_c(in->value, SECRET_MASK))
		return view(cx, s, cx->out); /* what was shown came back */
	TRY(setting_put(cx, s->name, in->value));
	str object = arena_printf(CX_ARENA(cx), "setting:%s", s->name);
	TRY(WRITE_TX(&cx->unit, base(cx), audit_add(tx, "setting.change", object, STR_NIL)));
	return view(cx, s, cx->out);
}

#define NONE &none_record
const struct route setup_routes[] = {
	{ "PUT", "/api/v1/setup/wecom", "setting.write", ROUTE_SCOPE_NONE, 0, &setup_wecom_record, &setup_wecom_out_record,
	  h_wecom, "Keeps WeCom's credentials; what is empty or left out stays." },
	{ "POST", "/api/v1/setup/wecom/test", "setting.write", ROUTE_SCOPE_NONE, 0, &setup_test_record, &setup_tested_record,
	  h_test, "Tries a credential against WeCom and says what to do." },
	{ "POST", "/api/v1/setup/sync", "setting.write", ROUTE_SCOPE_NONE, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, NONE,
	  &setup_job_record, h_sync, "Reads tags, staff and customers from WeCom; answers the job." },
	{ "GET", "/api/v1/setup/readiness", "setting.read", ROUTE_SCOPE_NONE, ROUTE_LIST, NONE, &readiness_record,
	  setup_h_readiness, "The check-up of the connection, as last run." },
	{ "POST", "/api/v1/setup/readiness/run", "setting.write", ROUTE_SCOPE_NONE, 0, NONE, NONE, setup_h_run,
	  "Runs the check-up now." },
	{ "GET", "/api/v1/setup/checklist", "home.read", ROUTE_SCOPE_NONE, 0, NONE, &setup_steps_record, h_steps,
	  "The first steps, worked out from what has happened." },
	{ "POST", "/api/v1/setup/checklist/dismiss", "setting.write", ROUTE_SCOPE_NONE, 0, NONE, NONE, h_dismiss,
	  "Takes the first steps off the home page." },
	{ "GET", "/api/v1/demo/tips", "home.read", ROUTE_SCOPE_NONE, 0, NONE, &setup_tips_record, h_tips,
	  "What to try first (simulator only)." },
	{ "GET", "/api/v1/settings", "setting.read", ROUTE_SCOPE_NONE, ROUTE_LIST, NONE, &setting_view_record, h_settings,
	  "All settings; secrets are masked." },
	{ "PUT", "/api/v1/settings/{name}", "setting.write", ROUTE_SCOPE_NONE, 0, &setting_edit_record, &setting_view_record,
	  h_setting_put, "Changes a setting." },
	{ 0 },
};
