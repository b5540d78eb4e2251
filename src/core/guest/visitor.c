/*
 * Who is before a page that everybody may open.
 */
#include "core/guest/visitor.h"

#include "base/hash.h"
#include "core/corp/corp.h"
#include "core/door/door_link.h"
#include "core/guest/guest.h"
#include "core/perm/perm_session.h"

#define COOKIE_BYTES 16

static bool says(struct cx *cx, const char *word)
{
	str agent = http_header(cx->req, "user-agent");
	char *low = ARENA_ARRAY(CX_ARENA(cx), char, agent.n + 1);
	for (size_t i = 0; i < agent.n; i++)
		low[i] = agent.p[i] >= 'A' && agent.p[i] <= 'Z' ? (char)(agent.p[i] + 32) : agent.p[i];
	return str_has(str_of(low, agent.n), str_c(word));
}

bool visitor_robot(struct cx *cx)
{
	static const char *const words[] = { "bot/", "spider", "crawl", "preview", "headless", "curl/", "wget/", "python", "scanner" };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (says(cx, words[i]))
			return true;
	return http_header(cx->req, "user-agent").n == 0;
}

bool visitor_staff(struct cx *cx, bool known)
{
	return session_token(cx).n > 0 || (!known && says(cx, "wxwork"));
}

err visitor_guest(struct cx *cx, bool *ret_known, i64 *ret_root)
{
	struct guest g;
	struct fail before = cx->unit.fail;
	i64 corp = cx->unit.corp;
	err e = guest_enter(cx, STR_NIL, &g);
	bool ours = e == OK && g.corp.id == corp;
	*ret_root = 0;
	*ret_known = ours;
	cx->unit.corp = corp;
	cx->unit.actor_kind = ACTOR_CUSTOMER;
	cx->unit.source = "h5";
	if (e != OK && e != ERR_LOGIN)
		return e;
	cx->unit.fail = before;
	return ours ? guest_root(&cx->unit, &g, ret_root) : OK;
}

err visitor_walk(struct cx *cx, bool *ret)
{
	struct corp_wecom wecom;
	bool known;
	i64 root;
	*ret = false;
	if (!says(cx, "micromessenger") || says(cx, "wxwork"))
		return OK;
	TRY(visitor_guest(cx, &known, &root));
	err e = corp_wecom_get(&cx->unit, cx->unit.corp, &wecom);
	*ret = e == OK && !known && wecom.app.agentid.n > 0;
	return e == ERR_STATE ? OK : e; /* nothing set: the page is shown all the same */
}

static str hashed(struct cx *cx, str token)
{
	u8 digest[SHA256_BYTES];
	hash_sha256(token, digest);
	return hash_hex(CX_ARENA(cx), digest, COOKIE_BYTES);
}

str visitor_browser_had(struct cx *cx)
{
	str token = http_cookie(cx->req, VISITOR_COOKIE);
	return door_link_letters(token) ? hashed(cx, token) : STR_NIL;
}

str visitor_browser(struct cx *cx)
{
	struct arena *a = CX_ARENA(cx);
	str token = http_cookie(cx->req, VISITOR_COOKIE);
	if (!door_link_letters(token)) {
		token = id_random(a, COOKIE_BYTES);
		http_set(cx->reply, STR("Set-Cookie"), arena_printf(a, VISITOR_COOKIE "=%.*s; Path=/h5; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
			STR_F(token), (long long)(VISITOR_COOKIE_MS / MS_SECOND), session_secure(cx->env, cx->req) ? "; Secure" : ""));
	}
	return hashed(cx, token);
}
