/*
 * Access tokens: one per app secret, fetched by one thread while the others wait for its outcome.
 *
 * A token is kept until shortly before its end and thrown away when WeCom refuses exactly that token; a
 * refusal that comes late, after another thread has renewed it, changes nothing. Wrong secrets are
 * counted, because WeCom blocks the address of who keeps trying: after WECOM_WRONG_SECRETS_MAX nothing is
 * sent until the secret is another one (another entry here) or wecom_forget is called. Secrets are kept
 * as digests only.
 */
#include "port/wecom/wecom_int.h"

#include "base/buf.h"
#include "base/crypt.h"
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>

#define TOKENS_MAX 4096 /* entries; the idle one used longest ago goes first */

struct wecom_token {
	struct wecom_token *next;
	u8 id[SHA256_BYTES]; /* of corp, base, corpid and secret */
	char text[WECOM_TOKEN_BYTES_MAX];
	size_t size;
	ms good_until, used;
	bool fetching;
	int waiting;
	int wrong;
	u64 flight; /* counts finished fetches */
	/* The outcome of the last fetch, for those who waited for it. */
	err outcome;
	struct fail fail;
	i64 errcode;
	enum wecom_action action;
	ms retry_at;
};

void wecom_app_id(const struct wecom *w, const struct wecom_app *app, u8 *ret)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	const str parts[] = { app->base.n ? app->base : str_c(w->base), app->corpid, app->secret };
	buf_i64(&b, app->corp);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		buf_char(&b, '\0');
		buf_add(&b, parts[i]);
	}
	hash_sha256(buf_str(&b), ret);
	arena_free(a);
}

static struct wecom_token *find(struct wecom *w, const u8 id[SHA256_BYTES])
{
	for (struct wecom_token *t = w->tokens; t; t = t->next)
		if (!memcmp(t->id, id, SHA256_BYTES))
			return t;
	return NULL;
}

static void evict(struct wecom *w)
{
	struct wecom_token **oldest = NULL;
	for (struct wecom_token **at = &w->tokens; *at; at = &(*at)->next)
		if (!(*at)->fetching && !(*at)->waiting && (!oldest || (*at)->used < (*oldest)->used))
			oldest = at;
	if (!oldest)
		return;
	struct wecom_token *t = *oldest;
	*oldest = t->next;
	free(t);
	w->token_count--;
}

static struct wecom_token *find_or_add(struct wecom *w, const u8 id[SHA256_BYTES])
{
	struct wecom_token *t = find(w, id);
	if (t)
		return t;
	if (w->token_count >= TOKENS_MAX)
		evict(w);
	t = calloc(1, sizeof(*t));
	ASSERT(t != NULL);
	memcpy(t->id, id, SHA256_BYTES);
	t->next = w->tokens;
	w->tokens = t;
	w->token_count++;
	return t;
}

static err outcome_of(struct wecom_call *c, const struct wecom_token *t)
{
	c->errcode = t->errcode;
	c->action = t->action;
	c->retry_at = t->retry_at;
	if (c->fail)
		*c->fail = t->fail;
	return t->outcome;
}

static err stopped(struct wecom_call *c)
{
	c->action = WECOM_CONFIG;
	c->errcode = 40001;
	char n[16];
	snprintf(n, sizeof(n), "%d", WECOM_WRONG_SECRETS_MAX);
	return fail_set(c->fail, ERR_CONFIG, T_WECOM_SECRET_STOPPED, STR("secret"), str_c(n), STR_NIL);
}

/* gettoken, without any lock. A lost answer is no unknown outcome here: nothing was done with it. */
static err fetch(struct wecom_call *c, str *ret_text, ms *ret_good_until)
{
	struct wecom_request r = {
		.api = "gettoken",
		.query = { { STR("corpid"), c->app->corpid }, { STR("corpsecret"), c->app->secret } },
		.query_count = 2,
	};
	err e = wecom_exchange(c, &r);
	if (e == ERR_UNKNOWN) {
		c->action = WECOM_RETRY;
		return fail_set(c->fail, ERR_UPSTREAM, T_WECOM_CONNECT, STR("gettoken"), STR_NIL, STR_NIL);
	}
	TRY(e);
	str text = json_str(c->json, "access_token");
	i64 seconds = json_i64(c->json, "expires_in", 0);
	if (!text.n || text.n > WECOM_TOKEN_BYTES_MAX || seconds <= 0 || seconds > MS_DAY / MS_SECOND)
		return wecom_incomplete(c, "gettoken", ERR_UPSTREAM);
	ms life = seconds * MS_SECOND;
	*ret_text = text;
	*ret_good_until = clock_now(c->wecom->clock) + life - int_min(WECOM_TOKEN_MARGIN_MS, life / 4);
	return OK;
}

/* Called and returns with the mutex held; t->fetching is ours. */
static err fetch_into(struct wecom_call *c, struct wecom_token *t)
{
	struct wecom *w = c->wecom;
	struct fail own = { 0 }, *callers = c->fail;
	c->fail = &own;
	t->fetching = true;
	pthread_mutex_unlock(&w->mutex);
	str text = STR_NIL;
	ms good_until = 0;
	err e = fetch(c, &text, &good_until);
	pthread_mutex_lock(&w->mutex);
	c->fail = callers;
	t->fetching = false;
	t->flight++;
	t->outcome = e;
	t->fail = own;
	t->errcode = c->errcode;
	t->action = c->action;
	t->retry_at = c->retry_at;
	if (e == OK) {
		memcpy(t->text, text.p, text.n);
		t->size = text.n;
		t->good_until = good_until;
		t->wrong = 0;
	} else if (c->errcode == 40001 || c->errcode == 40013) {
		t->wrong++;
	}
	pthread_cond_broadcast(&w->token_changed);
	return outcome_of(c, t);
}

err wecom_token_get(struct wecom_call *c, str *ret)
{
	struct wecom *w = c->wecom;
	u8 id[SHA256_BYTES];
	wecom_app_id(w, c->app, id);
	pthread_mutex_lock(&w->mutex);
	struct wecom_token *t = find_or_add(w, id);
	ms now = clock_now(w->clock);
	t->used = now;
	err e = OK;
	if (t->fetching) {
		u64 flight = t->flight;
		t->waiting++;
		while (t->flight == flight)
			pthread_cond_wait(&w->token_changed, &w->mutex);
		t->waiting--;
		e = outcome_of(c, t);
	} else if (t->wrong >= WECOM_WRONG_SECRETS_MAX) {
		e = stopped(c);
	} else if (!t->size || now >= t->good_until) {
		e = fetch_into(c, t);
	}
	if (e == OK)
		*ret = arena_dup(c->arena, str_of(t->text, t->size));
	pthread_mutex_unlock(&w->mutex);
	return e;
}

void wecom_token_spoilt(struct wecom_call *c, str token)
{
	struct wecom *w = c->wecom;
	u8 id[SHA256_BYTES];
	wecom_app_id(w, c->app, id);
	pthread_mutex_lock(&w->mutex);
	struct wecom_token *t = find(w, id);
	if (t && crypt_equal(str_of(t->text, t->size), token))
		t->size = 0;
	pthread_mutex_unlock(&w->mutex);
}

void wecom_forget(struct wecom *w, const struct wecom_app *app)
{
	u8 id[SHA256_BYTES];
	wecom_app_id(w, app, id);
	pthread_mutex_lock(&w->mutex);
	struct wecom_token *t = find(w, id);
	if (t) {
		t->size = 0;
		t->wrong = 0;
	}
	pthread_mutex_unlock(&w->mutex);
}

void wecom_token_free_all(struct wecom *w)
{
	while (w->tokens) {
		struct wecom_token *next = w->tokens->next;
		free(w->tokens);
		w->tokens = next;
	}
}
