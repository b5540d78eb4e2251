/*
 * mail.send: the verb, the words, the sender.
 */
#include "feature/mail/mail_data.h"

#include "core/attr/attr_say.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "store/outbox.h"

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }
static bool marketing(const struct mail_send_args *in) { return !str_eq_c(in->class, "service"); }

/* ---- the account ---- */

err mail_account_of(struct unit *u, struct mail_account *ret)
{
	str security;
	TRY(setting_get(u, "mail.host", &ret->host));
	TRY(setting_i64(u, "mail.port", &ret->port));
	TRY(setting_get(u, "mail.user", &ret->user));
	TRY(setting_get(u, "mail.password", &ret->password));
	TRY(setting_get(u, "mail.from", &ret->from));
	TRY(setting_get(u, "mail.name", &ret->from_name));
	TRY(setting_get(u, "mail.security", &security));
	if (!ret->host.n || !ret->from.n)
		return fail_set(&u->fail, ERR_CONFIG, T_MAIL_ACCOUNT, STR_NIL, STR_NIL, STR_NIL);
	if (!mail_security_read(str_trim(security), &ret->security))
		return fail_set(&u->fail, ERR_CONFIG, T_NOT_ONE_OF, STR("mail.security"), security, STR("tls, starttls, none"));
	if (!mail_address_ok(ret->from))
		return fail_set(&u->fail, ERR_CONFIG, T_MAIL_ADDRESS, STR("mail.from"), ret->from, STR_NIL);
	for (size_t i = 0; i < ret->host.n; i++)
		if ((u8)ret->host.p[i] <= ' ' || strchr("/@?#\\", ret->host.p[i]))
			return fail_set(&u->fail, ERR_CONFIG, T_ERR_CONFIG, STR("mail.host"), ret->host, STR("smtp.example.cn"));
	return OK;
}

err mail_address_of(struct unit *u, i64 root, str *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, count;
	*ret = STR_NIL;
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n && !ret->n; i++) {
		struct identity_row *ids;
		TRY(identity_of(u, leaves[i], &ids, &count));
		for (size_t k = 0; k < count && !ret->n; k++)
			if (ids[k].verified && str_eq_c(ids[k].kind, "email") && mail_address_ok(ids[k].value))
				*ret = ids[k].value;
	}
	return OK;
}

/* ---- words ---- */

static bool tag_is(str rest, const char *name)
{
	size_t n = strlen(name);
	return rest.n > n + 1 && str_eq_nocase(str_sub(rest, 1, n + 1), str_c(name)) && strchr("> /\t\n", rest.p[n + 1]);
}

/* How many bytes of *rest are a tag whose contents nobody reads; 0: none. */
static size_t unread(str rest)
{
	static const char *const names[] = { "style", "script", "head", "title" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char end[16];
		size_t n = strlen(names[i]);
		if (!tag_is(rest, names[i]))
			continue;
		memcpy(end, "</", 2);
		memcpy(end + 2, names[i], n);
		i64 at = str_find(rest, str_of(end, n + 2));
		return at < 0 ? rest.n : (size_t)at;
	}
	return 0;
}

static size_t entity(str rest, char *ret)
{
	static const struct { const char *name; char is; } names[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' }, { "&nbsp;", ' ' },
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_starts(rest, str_c(names[i].name))) {
			*ret = names[i].is;
			return strlen(names[i].name);
		}
	return 0;
}

static bool breaks_line(str rest)
{
	static const char *const names[] = { "br", "/p", "/div", "/tr", "/li", "/h1", "/h2", "/h3", "/table" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (tag_is(rest, names[i]))
			return true;
	return false;
}

str mail_plain(struct arena *a, str html)
{
	struct buf b = buf_new(a, html.n + 1);
	for (size_t i = 0, step; i < html.n; i += step) {
		str rest = str_sub(html, i, html.n);
		char c = rest.p[0];
		i64 end = c == '<' ? str_find(rest, STR(">")) : -1;
		step = c == '<' ? unread(rest) : c == '&' ? entity(rest, &c) : 0;
		if (step == 0 && end >= 0) {
			if (breaks_line(rest))
				buf_char(&b, '\n');
			step = (size_t)end + 1;
			continue;
		}
		if (rest.p[0] == '<' && step)
			continue;
		step = step ? step : 1;
		bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t', after = b.n == 0 || b.p[b.n - 1] == ' ' || b.p[b.n - 1] == '\n';
		if (!blank)
			buf_char(&b, c);
		else if (!after)
			buf_char(&b, ' ');
	}
	return str_trim(buf_str(&b));
}

/* Her values are no markup. */
static err say_html(struct unit *u, i64 root, str html, str *ret)
{
	struct buf b = buf_new(u->arena, MAIL_BODY_MAX);
	for (i64 open; (open = str_find(html, STR("{{"))) >= 0;) {
		str from = str_sub(html, (size_t)open, html.n), said;
		i64 end = str_find(from, STR("}}"));
		if (end < 0)
			break;
		TRY(attr_say(u, root, str_sub(from, 0, (size_t)end + 2), &said));
		buf_add(&b, str_sub(html, 0, (size_t)open));
		buf_html(&b, said);
		html = str_sub(from, (size_t)end + 2, from.n);
	}
	buf_add(&b, html);
	*ret = buf_str(&b);
	return OK;
}

/* Before the end of the page, else behind everything. */
static str with_foot(struct arena *a, str html, str url)
{
	struct buf b = buf_new(a, MAIL_BODY_MAX);
	i64 at = str_find(html, STR("</body>"));
	buf_add(&b, at < 0 ? html : str_sub(html, 0, (size_t)at));
	buf_add_c(&b, "<p style=\"color:#888;font-size:12px\"><a href=\"");
	buf_html(&b, url);
	buf_add_c(&b, "\">");
	buf_html(&b, str_c(text_raw(T_MAIL_STOP_WORDS, LANG_ZH)));
	buf_add_c(&b, "</a></p>");
	buf_add(&b, at < 0 ? STR("") : str_sub(html, (size_t)at, html.n));
	return buf_str(&b);
}

static err write_mail(struct cx *cx, const struct mail_send_args *in, i64 root, struct mail_message *m)
{
	struct unit *u = &cx->unit;
	struct arena *a = CX_ARENA(cx);
	TRY(attr_say(u, root, in->subject, &m->subject));
	if (in->html.n)
		TRY(say_html(u, root, in->html, &m->html));
	TRY(attr_say(u, root, in->text.n ? in->text : STR(""), &m->plain));
	if (!in->text.n)
		m->plain = mail_plain(a, m->html);
	if (!marketing(in))
		return OK;
	TRY(mail_stop_url(cx, root, &m->stop_url));
	m->plain = arena_printf(a, "%.*s\n\n%s: %.*s\n", STR_F(m->plain), text_raw(T_MAIL_STOP_WORDS, LANG_ZH), STR_F(m->stop_url));
	m->html = m->html.n ? with_foot(a, m->html, m->stop_url) : m->html;
	return OK;
}

/* ---- the verb ---- */

static err check(struct unit *u, const void *args)
{
	const struct mail_send_args *in = args;
	struct mail_account account;
	if (!in->text.n && !in->html.n)
		return fail_set(&u->fail, ERR_INPUT, T_MISSING, STR("text"), STR_NIL, STR_NIL);
	if (in->subject.n + in->text.n + in->html.n > MAIL_ARGS_MAX)
		return fail_set(&u->fail, ERR_INPUT, T_TOO_LONG, STR("html"), STR_NIL, STR("60 KiB"));
	TRY(attr_say_check(u, "subject", in->subject, 0));
	TRY(attr_say_check(u, "text", in->text, 0));
	TRY(attr_say_check(u, "html", in->html, 0));
	return mail_account_of(u, &account);
}

static err run(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct mail_send_args *in = call->args;
	bool known;
	str to;
	TRY(speak_before(tx, call, MAIL_VERB, ret, &known));
	if (known)
		return OK;
	TRY(mail_address_of(tx->snap.unit, call->customer, &to));
	if (!to.n)
		return speak_refuse(ret, "no_email");
	return speak_ask(tx, &(struct speak_ask){ .call = call, .verb = MAIL_VERB, .channel = "mail", .class = marketing(in) ? STR("marketing") : STR("service"),
						  .via = STR(""), .sender = MAIL_VERB, .lane = SPEAK_LANE_OUTSIDE, .expires = call->at + MAIL_LIFE_MS,
						  .record = &mail_send_args_record, .body = in }, ret);
}

static err stop(struct tx *tx, const struct verb_call *call, bool *ret_stopped) { return speak_stop(tx, call, MAIL_VERB, ret_stopped); }

const struct verb mail_verbs[] = { { MAIL_VERB, T_VERB_MAIL_SEND, &mail_send_args_record, "mail", check, run, stop }, { 0 } };

/* ---- sending ---- */

static struct speak_ended ended(const char *state, str reason)
{
	return (struct speak_ended){ .verb = STR(MAIL_VERB), .state = str_c(state), .reason = reason, .remote = STR_NIL, .cost = NIL };
}

static err line_get(const struct snap *s, struct mail_line *ret)
{
	err e = mail_line_get(s, &(struct none){ 0 }, ret);
	if (e == ERR_NOT_FOUND)
		*ret = (struct mail_line){ 0, 0 };
	return e == ERR_NOT_FOUND ? OK : e;
}

/* One who finds the pause over takes the next turn alone: the others wait for what he finds. */
static err turn(struct tx *tx, bool *ret_mine, ms *ret_until)
{
	struct mail_line line;
	TRY(line_get(&tx->snap, &line));
	*ret_mine = line.until <= tx->snap.now;
	*ret_until = line.until;
	if (!*ret_mine || line.failures == 0)
		return OK;
	line.until = tx->snap.now + MAIL_TIMEOUT_MS;
	return mail_line_put(tx, &line);
}

static err note(struct tx *tx, bool reached)
{
	struct mail_line line;
	TRY(line_get(&tx->snap, &line));
	if (reached && line.failures == 0)
		return OK;
	line.failures = reached ? 0 : line.failures + 1;
	ms pause = MAIL_PAUSE_FIRST_MS;
	for (i64 i = 1; i < line.failures && pause < MAIL_PAUSE_LAST_MS; i++)
		pause *= 2;
	line.until = reached ? 0 : tx->snap.now + int_min(pause, MAIL_PAUSE_LAST_MS);
	return mail_line_put(tx, &line);
}

static void told(struct cx *cx, const struct outbox_row *row, err e, const struct mail_answer *said, struct outcome *ret)
{
	str code = said->code ? arena_printf(CX_ARENA(cx), "%lld", (long long)said->code) : str_c(err_name(e));
	if (e == OK)
		speak_done(cx, row, ended("sent", STR_NIL), ret);
	else if (e == ERR_UPSTREAM || e == ERR_TOO_MANY)
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = code };
	else if (e == ERR_UNKNOWN)
		speak_done(cx, row, ended("unknown", STR("unknown")), ret);
	else
		speak_done(cx, row, ended(e == ERR_STATE ? "refused" : "failed", e == ERR_INPUT ? STR("no_email") : code), ret);
}

err mail_verb_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct unit *u = &cx->unit;
	struct mail_send_args in;
	struct mail_account account;
	struct mail_answer said = { 0, STR("") };
	struct mail_message m = { .id = arena_printf(CX_ARENA(cx), "yt.%lld", (long long)speak_id(row)), .at = cx_now(cx) };
	i64 root;
	bool mine = false;
	ms until = 0;
	TRY(READ_SNAP(u, row->slot, outbox_body(snap, row, &mail_send_args_record, &in)));
	err e = mail_account_of(u, &account);
	if (e != OK) {
		told(cx, row, e, &said, ret);
		return OK;
	}
	TRY(WRITE_TX(u, base(u), turn(tx, &mine, &until)));
	if (!mine) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .retry_at = until, .reason = STR("line") };
		return OK;
	}
	TRY(customer_root(u, row->customer, &root));
	TRY(mail_address_of(u, root, &m.to));
	if (!m.to.n) {
		speak_done(cx, row, ended("refused", STR("no_email")), ret);
		return OK;
	}
	TRY(write_mail(cx, &in, root, &m));
	e = mail_send(CX_ARENA(cx), &account, &m, &said, &u->fail);
	TRY(WRITE_TX(u, base(u), note(tx, e != ERR_UPSTREAM)));
	told(cx, row, e, &said, ret);
	return OK;
}
