/* get_jsapi_ticket, ticket/get and their signature. */
#include "port/wecom/wecom_jsapi.h"

#include "base/hash.h"
#include "port/wecom/wecom_int.h"

#include <stdlib.h>

#define TICKETS_MAX 4096

struct wecom_ticket {
	struct wecom_ticket *next;
	u8 id[SHA256_BYTES]; /* of the app */
	enum wecom_ticket_kind kind;
	char text[WECOM_TOKEN_BYTES_MAX];
	size_t size;
	ms good_until;
};

static struct wecom_ticket *find(struct wecom *w, const u8 id[SHA256_BYTES], enum wecom_ticket_kind kind)
{
	for (struct wecom_ticket *t = w->tickets; t; t = t->next)
		if (t->kind == kind && !memcmp(t->id, id, SHA256_BYTES))
			return t;
	return NULL;
}

void wecom_ticket_free_all(struct wecom *w)
{
	while (w->tickets) {
		struct wecom_ticket *next = w->tickets->next;
		free(w->tickets);
		w->tickets = next;
	}
	w->ticket_count = 0;
}

static void keep(struct wecom *w, const u8 id[SHA256_BYTES], enum wecom_ticket_kind kind, str text, ms good_until)
{
	pthread_mutex_lock(&w->mutex);
	struct wecom_ticket *t = find(w, id, kind);
	if (!t) {
		if (w->ticket_count >= TICKETS_MAX)
			wecom_ticket_free_all(w); /* each is asked for again when it is needed */
		t = calloc(1, sizeof(*t));
		ASSERT(t != NULL);
		memcpy(t->id, id, SHA256_BYTES);
		t->kind = kind;
		t->next = w->tickets;
		w->tickets = t;
		w->ticket_count++;
	}
	memcpy(t->text, text.p, text.n);
	t->size = text.n;
	t->good_until = good_until;
	pthread_mutex_unlock(&w->mutex);
}

static bool kept(struct wecom_call *c, const u8 id[SHA256_BYTES], enum wecom_ticket_kind kind, str *ret)
{
	struct wecom *w = c->wecom;
	pthread_mutex_lock(&w->mutex);
	const struct wecom_ticket *t = find(w, id, kind);
	bool good = t && clock_now(w->clock) < t->good_until;
	if (good)
		*ret = arena_dup(c->arena, str_of(t->text, t->size));
	pthread_mutex_unlock(&w->mutex);
	return good;
}

err wecom_jsapi_ticket(struct wecom_call *c, enum wecom_ticket_kind kind, str *ret)
{
	u8 id[SHA256_BYTES];
	wecom_app_id(c->wecom, c->app, id);
	if (kept(c, id, kind, ret))
		return OK;
	if (kind == WECOM_TICKET_CORP)
		TRY(wecom_get(c, "get_jsapi_ticket", NULL, STR_NIL, NULL, STR_NIL));
	else
		TRY(wecom_get(c, "ticket/get", "type", STR("agent_config"), NULL, STR_NIL));
	str text = json_str(c->json, "ticket");
	i64 seconds = json_i64(c->json, "expires_in", 0);
	if (!text.n || text.n > WECOM_TOKEN_BYTES_MAX || seconds <= 0 || seconds > MS_DAY / MS_SECOND)
		return wecom_incomplete(c, "ticket", ERR_UPSTREAM);
	ms life = seconds * MS_SECOND;
	keep(c->wecom, id, kind, text, clock_now(c->wecom->clock) + life - int_min(WECOM_TOKEN_MARGIN_MS, life / 4));
	*ret = arena_dup(c->arena, text);
	return OK;
}

/* The order and the absence of any encoding are WeCom's. */
str wecom_jsapi_sign(struct arena *a, str ticket, str nonce, i64 seconds, str url)
{
	u8 digest[SHA1_BYTES];
	i64 hash = str_find(url, STR("#"));
	str page = hash < 0 ? url : str_sub(url, 0, (size_t)hash);
	hash_sha1(arena_printf(a, "jsapi_ticket=%.*s&noncestr=%.*s&timestamp=%lld&url=%.*s", STR_F(ticket), STR_F(nonce),
			       (long long)seconds, STR_F(page)), digest);
	return hash_hex(a, digest, sizeof(digest));
}
