/*
 * E-mail: what goes over the line, and what a server's answers mean.
 */
#include "port/send/mail.h"

#include "port/send/test_mail_server.h"

struct rig { struct arena *a; struct mail_server *s; struct mail_account account; struct mail_message m; struct fail f; struct mail_answer said; };

static int make(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	r->a = arena_new(ARENA_MAX_DEFAULT);
	r->s = mail_server_start();
	r->account = (struct mail_account){ STR("127.0.0.1"), STR_NIL, STR_NIL, STR("shop@yutang.example"), STR("小鱼优选"), r->s->port, MAIL_NONE };
	r->m = (struct mail_message){ STR("her@mail.example"), STR("新品到店"), STR("您好"), STR("<p>您好</p>"), STR_NIL, STR("yt.1"), 1700000000000 };
	*state = r;
	return 0;
}

static int drop(void **state)
{
	struct rig *r = *state;
	mail_server_stop(r->s);
	arena_free(r->a);
	free(r);
	return 0;
}

static err send_it(struct rig *r) { return mail_send(r->a, &r->account, &r->m, &r->said, &r->f); }

static void a_message_arrives_whole(void **state)
{
	struct rig *r = *state;
	r->m.stop_url = STR("https://pond.example/mail/stop/a/b");
	r->m.plain = STR(".一行以点开头\r\n.\r\n完");
	assert_int_equal(send_it(r), OK);
	assert_int_equal(r->said.code, 250);
	assert_int_equal(r->s->count, 1);
	const char *mail = r->s->mails[0];
	assert_string_equal(r->s->to[0], "<her@mail.example>");
	assert_string_equal(r->s->from[0], "<shop@yutang.example>");
	assert_non_null(strstr(mail, "Subject: =?UTF-8?B?5paw5ZOB5Yiw5bqX?=\r\n"));
	assert_non_null(strstr(mail, "From: =?UTF-8?B?5bCP6bG85LyY6YCJ?= <shop@yutang.example>\r\n"));
	assert_non_null(strstr(mail, "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"));
	assert_non_null(strstr(mail, "Message-ID: <yt.1@yutang.example>\r\n"));
	assert_non_null(strstr(mail, "List-Unsubscribe: <https://pond.example/mail/stop/a/b>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
	assert_non_null(strstr(mail, "multipart/alternative"));
	assert_true(str_eq(mail_words(r->a, mail, 0), r->m.plain));
	assert_true(str_eq(mail_words(r->a, mail, 1), r->m.html));
}

static void long_subjects_are_cut_between_characters(void **state)
{
	struct rig *r = *state;
	str mail;
	r->m.subject = STR("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十");
	assert_int_equal(mail_compose(r->a, &r->account, &r->m, &mail, &r->f), OK);
	str rest = mail, whole = STR("");
	i64 at = str_find(mail, STR("Subject: "));
	rest = str_sub(mail, (size_t)at + 9, mail.n);
	for (;;) {
		i64 end = str_find(rest, STR("\r\n"));
		str line = str_trim(str_sub(rest, 0, (size_t)end)), bytes;
		assert_true(end <= 76);
		assert_true(str_starts(line, STR("=?UTF-8?B?")));
		assert_true(base64_decode(r->a, str_sub(line, 10, line.n - 2), &bytes));
		assert_true(str_utf8_ok(bytes)); /* each word can be read alone */
		whole = arena_printf(r->a, "%.*s%.*s", STR_F(whole), STR_F(bytes));
		rest = str_sub(rest, (size_t)end + 2, rest.n);
		if (!str_starts(rest, STR(" ")))
			break;
	}
	assert_true(str_eq(whole, r->m.subject));
}

static void nothing_given_becomes_a_header(void **state)
{
	struct rig *r = *state;
	str mail;
	r->m.subject = STR("Hi\r\nBcc: all@mail.example");
	r->account.from_name = STR("Shop \"A\"\r\nX-Evil: 1");
	assert_int_equal(mail_compose(r->a, &r->account, &r->m, &mail, &r->f), OK);
	assert_true(str_find(mail, STR("\nBcc:")) < 0 && str_find(mail, STR("\nX-Evil:")) < 0);
	assert_true(str_has(mail, STR("From: \"Shop \\\"A\\\"  X-Evil: 1\" <shop@yutang.example>\r\n")));
	static const char *const wrong[] = { "", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<c@d>", "<a@b>", "a@b,c@d" };
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		r->m.to = str_c(wrong[i]);
		assert_int_equal(mail_compose(r->a, &r->account, &r->m, &mail, &r->f), ERR_INPUT);
	}
}

static void without_html_there_is_one_part(void **state)
{
	struct rig *r = *state;
	r->m.html = STR_NIL;
	assert_int_equal(send_it(r), OK);
	assert_null(strstr(r->s->mails[0], "multipart"));
	assert_true(str_eq(mail_words(r->a, r->s->mails[0], 0), r->m.plain));
}

static void what_a_server_says_is_told_apart(void **state)
{
	static const struct { enum mail_mood mood; err e; i64 code; } moods[] = {
		{ MOOD_NOBODY, ERR_STATE, 550 }, { MOOD_LATER, ERR_TOO_MANY, 451 }, { MOOD_SPAM, ERR_STATE, 554 }, { MOOD_DROP, ERR_UNKNOWN, 354 },
		{ MOOD_HANGUP, ERR_UPSTREAM, 0 },
	};
	struct rig *r = *state;
	for (size_t i = 0; i < ARRAY_LEN(moods); i++) {
		r->s->mood = (int)moods[i].mood;
		assert_int_equal(send_it(r), moods[i].e);
		assert_int_equal(r->said.code, moods[i].code);
	}
	r->s->mood = MOOD_NOBODY;
	send_it(r);
	assert_true(str_has(r->said.text, STR("no such user")));
	int port = r->s->port;
	r->account.port = 1; /* nobody listens */
	assert_int_equal(send_it(r), ERR_UPSTREAM);
	r->account.port = port;
	r->s->mood = MOOD_FINE;
	r->account.security = MAIL_STARTTLS; /* the server has none: nothing goes in the open */
	assert_int_equal(send_it(r), ERR_CONFIG);
	assert_int_equal(r->s->count, 1); /* the one whose word was lost */
}

static void a_password_is_given_and_a_wrong_one_is_told(void **state)
{
	struct rig *r = *state;
	r->s->mood = MOOD_AUTH;
	r->account.user = STR("user");
	r->account.password = STR("secret");
	assert_int_equal(send_it(r), OK);
	r->account.password = STR("wrong");
	assert_int_equal(send_it(r), ERR_CONFIG);
	assert_int_equal(r->s->count, 1);
}

static void a_body_has_an_end(void **state)
{
	struct rig *r = *state;
	str mail;
	char *big = arena_alloc(r->a, MAIL_BODY_MAX + 1);
	memset(big, 'a', MAIL_BODY_MAX + 1);
	r->m.html = STR_NIL;
	r->m.plain = str_of(big, MAIL_BODY_MAX);
	assert_int_equal(mail_compose(r->a, &r->account, &r->m, &mail, &r->f), OK);
	r->m.plain.n++;
	assert_int_equal(mail_compose(r->a, &r->account, &r->m, &mail, &r->f), ERR_TOO_LARGE);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_message_arrives_whole), T(long_subjects_are_cut_between_characters), T(nothing_given_becomes_a_header),
		T(without_html_there_is_one_part), T(what_a_server_says_is_told_apart), T(a_password_is_given_and_a_wrong_one_is_told),
		T(a_body_has_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
