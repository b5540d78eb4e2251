/*
 * mail.send against a real SMTP server: words, unsubscribing, refusals, a server that is away, a lost word.
 */
#include "port/send/test_mail_server.h"

#define connect connect_wecom /* the rig's, beside the system's */
#include "core/speak/test_speak.h"
#include "core/audience/audience.h"
#undef connect

#include "feature/mail/mail_data.h"

static struct mail_server *server;

static int make_with(void **state, i64 spread)
{
	world_new(state, spread);
	struct world *w = *state;
	server = mail_server_start();
	const struct { const char *name, *value; } set[] = {
		{ "mail.host", "127.0.0.1" }, { "mail.security", "none" }, { "mail.from", "shop@yutang.example" }, { "mail.name", "小鱼优选" },
		{ "reach.day_max", "9" }, { "reach.week_max", "9" },
		{ "mail.port", arena_cstr(w->t->arena, arena_printf(w->t->arena, "%d", server->port)) },
	};
	for (size_t i = 0; i < ARRAY_LEN(set); i++)
		assert_int_equal(setting_put(&w->cx, set[i].name, str_c(set[i].value)), OK);
	return 0;
}
static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }
static int drop(void **state)
{
	mail_server_stop(server);
	return world_free(state);
}

static i64 reader(struct world *w, const char *address)
{
	struct identity_in id = { STR("email"), str_c(address), true };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ &id, 1, false, now(w), STR("segment"), STR("<小花>") }, &leaf, NULL, NULL), OK);
	settle(w);
	return leaf;
}

static i64 chosen(struct world *w, const char *text)
{
	struct expr *e;
	i64 count;
	assert_int_equal(expr_parse(&w->cx.unit, str_c(text), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, NULL), OK);
	return count;
}

#define LETTER "{\"subject\":\"{{name|您}}，新品到店\",\"html\":\"<h1>{{name|您}}好</h1><p>来看看 <a href=\\\"https://x.example\\\">新品</a></p>\"}"
#define WORD "{\"class\":\"service\",\"subject\":\"订单\",\"text\":\"已发货\"}"

/* A request of somebody outside. */
static int outside(struct world *w, const char *method, str url, const char *type, str body, str *ret)
{
	struct transport_answer answer = { 0 };
	struct transport_call call = { .method = method, .url = url, .content_type = str_c(type), .body = body };
	assert_int_equal(w->direct->call(w->direct, w->t->arena, &call, &answer, &w->cx.unit.fail), OK);
	*ret = answer.body;
	return answer.status;
}

static str stop_url(struct world *w, const char *mail)
{
	str text = str_c(mail), head = STR("List-Unsubscribe: <");
	i64 at = str_find(text, head);
	assert_true(at >= 0);
	str rest = str_sub(text, (size_t)at + head.n, text.n);
	return arena_dup(w->t->arena, str_cut(&rest, '>'));
}

static void marketing_mail_is_hers_and_can_be_ended_with_one_click(void **state)
{
	struct world *w = *state;
	struct arena *a = w->t->arena;
	i64 her = reader(w, "flower@mail.example"), other = reader(w, "other@mail.example");
	str page;
	is(act(w, "mail.send", her, "a", LETTER), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_int_equal(server->count, 1);
	ended_as(w, her, 1, "done", "");
	str html = mail_words(a, server->mails[0], 1), plain = mail_words(a, server->mails[0], 0), url = stop_url(w, server->mails[0]);
	assert_true(str_has(html, STR("<h1>&lt;小花&gt;好</h1>"))); /* her name is no markup */
	assert_true(str_has(html, url) && str_has(plain, url));
	assert_true(str_starts(plain, STR("<小花>好\n来看看 新品")));
	assert_int_equal(outside(w, "GET", url, "", STR(""), &page), 200); /* a scanner looks */
	assert_true(str_has(page, STR("<form method=\"post\">")));
	settle(w);
	assert_int_equal(told(w, her, EV_REACH_REFUSED, NULL), 0);
	is(act(w, "mail.send", her, "b", LETTER), VERB_ASKED, "");
	assert_int_equal(outside(w, "POST", url, "application/x-www-form-urlencoded", STR("List-Unsubscribe=One-Click"), &page), 200);
	assert_true(str_has(page, STR("已退订")));
	settle(w);
	assert_int_equal(told(w, her, EV_REACH_REFUSED, NULL), 1);
	is(act(w, "mail.send", her, "c", LETTER), VERB_REFUSED, "refused");
	is(act(w, "mail.send", her, "d", WORD), VERB_ASKED, ""); /* her own order's word still comes */
	is(act(w, "mail.send", other, "e", LETTER), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_null(strstr(server->mails[server->count - 2], "List-Unsubscribe"));
	str wrong = arena_printf(a, "%.*sx", STR_F(str_sub(url, 0, url.n - 1)));
	assert_int_equal(outside(w, "POST", wrong, "", STR(""), &page), 404);
	assert_int_equal(outside(w, "GET", wrong, "", STR(""), &page), 404);
}

static void who_has_no_address_and_whose_is_gone(void **state)
{
	struct world *w = *state;
	i64 friend = person_of(w, befriend(w, "linna", 1)), gone = reader(w, "gone@mail.example");
	is(act(w, "mail.send", friend, "a", WORD), VERB_REFUSED, "no_email");
	assert_int_equal(chosen(w, "reachable(\"mail\")"), 1);
	assert_int_equal(chosen(w, "friend and not reachable(\"mail\")"), 1);
	assert_int_equal(chosen(w, "reachable(\"sms\") or bound"), 0); /* an address is no phone */
	server->mood = MOOD_NOBODY;
	is(act(w, "mail.send", gone, "b", WORD), VERB_ASKED, "");
	live(w, MS_HOUR);
	ended_as(w, gone, 1, "refused", "550");
}

static void a_lost_word_is_unknown_and_a_later_one_comes_again(void **state)
{
	struct world *w = *state;
	i64 her = reader(w, "flower@mail.example");
	server->mood = MOOD_DROP;
	is(act(w, "mail.send", her, "a", WORD), VERB_ASKED, "");
	live(w, MS_DAY);
	assert_int_equal(server->count, 1);
	ended_as(w, her, 1, "failed", "unknown");
	server->mood = MOOD_LATER;
	is(act(w, "mail.send", her, "b", WORD), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_int_equal(server->count, 1);
	server->mood = MOOD_FINE;
	live(w, 30 * MS_MINUTE);
	assert_int_equal(server->count, 2);
	ended_as(w, her, 2, "done", "");
}

static void a_server_that_is_away_is_tried_by_one_and_all_wait(void **state)
{
	struct world *w = *state;
	i64 her[20];
	server->mood = MOOD_HANGUP;
	for (int i = 0; i < 20; i++)
		her[i] = reader(w, arena_cstr(w->t->arena, arena_printf(w->t->arena, "reader%d@mail.example", i)));
	for (int i = 0; i < 20; i++)
		is(act(w, "mail.send", her[i], "a", WORD), VERB_ASKED, "");
	live(w, MS_HOUR);
	assert_true(server->connections >= 3 && server->connections <= 12); /* 20 letters, an hour, growing pauses */
	server->mood = MOOD_FINE;
	live(w, MS_HOUR);
	assert_int_equal(server->count, 20);
	server->mood = MOOD_HANGUP;
	is(act(w, "mail.send", her[0], "b", WORD), VERB_ASKED, "");
	live(w, MAIL_LIFE_MS + MS_HOUR);
	ended_as(w, her[0], 2, "expired", "expired");
}

static void words_and_settings_are_checked(void **state)
{
	struct world *w = *state;
	assert_int_equal(args_of(w, "mail.send", "{\"subject\":\"a\"}"), ERR_INPUT);
	assert_int_equal(args_of(w, "mail.send", "{\"subject\":\"{{name}}\",\"text\":\"a\"}"), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "subject");
	assert_int_equal(args_of(w, "mail.send", "{\"subject\":\"a\",\"html\":\"{{x|\"}"), ERR_INPUT);
	assert_int_equal(setting_put(&w->cx, "mail.from", STR("no address")), OK);
	assert_int_equal(args_of(w, "mail.send", WORD), ERR_CONFIG);
	assert_int_equal(setting_put(&w->cx, "mail.from", STR("")), OK);
	assert_int_equal(args_of(w, "mail.send", WORD), ERR_CONFIG);
	assert_int_equal(setting_put(&w->cx, "mail.from", STR("a@b.example")), OK);
	assert_int_equal(setting_put(&w->cx, "mail.security", STR("ssl")), OK);
	assert_int_equal(args_of(w, "mail.send", WORD), ERR_CONFIG);
	assert_string_equal(w->cx.unit.fail.field, "mail.security");
}

static void html_is_read_as_words(void **state)
{
	struct world *w = *state;
	str text = mail_plain(w->t->arena, STR("<html><head><title>x</title><style>a{}</style></head><body>A &amp; B<br>C <b>D</b>\n\n E<p>F</p><script>1<2</script>"));
	assert_true(str_eq_c(text, "A & B\nC D EF"));
	assert_true(str_eq_c(mail_plain(w->t->arena, STR("1 < 2 und <ende")), "1 < 2 und <ende"));
}

static void another_corps_link_means_nobody(void **state)
{
	struct world *w = *state;
	struct corp_new in = { STR("别家"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	struct corp corp;
	i64 her = reader(w, "flower@mail.example"), mine = w->cx.unit.corp, other;
	str url, page, token;
	assert_int_equal(mail_stop_url(&w->cx, her, &url), OK);
	assert_int_equal(corp_create(&w->cx, &in, &other), OK);
	w->cx.unit.corp = other;
	assert_int_equal(corp_get(&w->cx.unit, other, &corp), OK);
	w->cx.unit.corp = mine;
	token = str_sub(url, url.n - MAIL_TOKEN_CHARS, url.n);
	assert_int_equal(outside(w, "POST", arena_printf(w->t->arena, "http://product.test/mail/stop/%.*s/%.*s", STR_F(corp.slug), STR_F(token)), "", STR(""), &page), 404);
	settle(w);
	assert_int_equal(told(w, her, EV_REACH_REFUSED, NULL), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
#define S(name) { #name "_spread", name, make_spread, drop, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(marketing_mail_is_hers_and_can_be_ended_with_one_click), S(marketing_mail_is_hers_and_can_be_ended_with_one_click),
		T(who_has_no_address_and_whose_is_gone), T(a_lost_word_is_unknown_and_a_later_one_comes_again),
		T(a_server_that_is_away_is_tried_by_one_and_all_wait), T(words_and_settings_are_checked), T(html_is_read_as_words),
		T(another_corps_link_means_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
