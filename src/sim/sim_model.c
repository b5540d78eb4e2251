/*
 * The model's objects: making them, finding them, their ids and their random streams.
 *
 * Randomness comes in streams, one per source, so that taking one fault or one act away does not
 * shift all others. Ids have the shapes of the platform (wm…, et…, msg…) and come from the seed too.
 * Maps give objects in constant time; a pair (member, customer) and a (member, day) have maps of
 * their own, because every call about a relation begins with them.
 */
#include "sim/sim_state.h"

#include "base/hash.h"

#include <stdio.h>
#include <time.h>

#define SIM_ZONE_MS (8 * MS_HOUR) /* the corp lives in China: no daylight saving */
#define SIM_ARENA_MAX ((size_t)8 << 30)
#define SIM_TAG_MAX 3000

ms sim_now(const struct sim *s)
{
	return clock_now(s->clock);
}

i64 sim_day(ms at)
{
	return (at + SIM_ZONE_MS) / MS_DAY;
}

u64 sim_random(struct sim *s, enum sim_stream stream)
{
	s->stream[stream] += 0x9e3779b97f4a7c15ull;
	return hash_mix(s->stream[stream]);
}

i64 sim_below(struct sim *s, enum sim_stream stream, i64 n)
{
	return n > 0 ? (i64)(sim_random(s, stream) % (u64)n) : 0;
}

double sim_unit(struct sim *s, enum sim_stream stream)
{
	return ((double)(sim_random(s, stream) >> 11) + 0.5) / 9007199254740992.0;
}

bool sim_chance(struct sim *s, enum sim_stream stream, double p)
{
	return sim_unit(s, stream) < p;
}

str sim_new_id(struct sim *s, const char *prefix, size_t chars)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t head = strlen(prefix);
	char *p = arena_alloc(s->arena, head + chars + 1);
	memcpy(p, prefix, head);
	for (size_t i = 0; i < chars; i++)
		p[head + i] = letters[sim_below(s, STREAM_ID, (i64)sizeof(letters) - 1)];
	return str_of(p, head + chars);
}

str sim_keep(struct sim *s, str text)
{
	return arena_dup(s->arena, text);
}

/* Room doubles at powers of two, so the plain struct ids needs no capacity. */
void sim_ids_add(struct sim *s, struct ids *ids, i64 value)
{
	if (ids->n < 4 ? ids->n == 0 : (ids->n & (ids->n - 1)) == 0) {
		i64 *grown = ARENA_ARRAY(s->arena, i64, ids->n < 4 ? 4 : ids->n * 2);
		if (ids->n)
			memcpy(grown, ids->v, ids->n * sizeof(i64));
		ids->v = grown;
	}
	ids->v[ids->n++] = value;
}

bool sim_ids_has(const struct ids *ids, i64 value)
{
	for (size_t i = 0; i < ids->n; i++)
		if (ids->v[i] == value)
			return true;
	return false;
}

/* Keeps the slot count's power-of-two rule safe by copying down only: room is never given back. */
void sim_ids_drop(struct ids *ids, i64 value)
{
	for (size_t i = 0; i < ids->n; i++) {
		if (ids->v[i] != value)
			continue;
		memmove(ids->v + i, ids->v + i + 1, (ids->n - i - 1) * sizeof(i64));
		ids->n--;
		return;
	}
}

static str key_lower(struct sim *s, str id)
{
	char *p = arena_alloc(s->arena, id.n + 1);
	for (size_t i = 0; i < id.n; i++)
		p[i] = (char)(id.p[i] >= 'A' && id.p[i] <= 'Z' ? id.p[i] + 32 : id.p[i]);
	return str_of(p, id.n);
}

static str key_pair(struct sim *s, i64 a, i64 b)
{
	i64 *p = ARENA_ARRAY(s->arena, i64, 2);
	p[0] = a;
	p[1] = b;
	return str_of(p, 2 * sizeof(i64));
}

struct sim_dept *sim_dept_add(struct sim *s, const struct sim_dept *of)
{
	struct sim_dept *d = ARENA_NEW(s->arena, struct sim_dept);
	*d = *of;
	vec_push(s->arena, &s->depts, d);
	return d;
}

struct sim_staff *sim_staff_add(struct sim *s, const struct sim_staff *of)
{
	struct sim_staff *m = ARENA_NEW(s->arena, struct sim_staff);
	*m = *of;
	m->number = (i64)s->staff.n;
	memset(&m->relations, 0, sizeof(m->relations));
	vec_push(s->arena, &s->staff, m);
	map_put(&s->staff_by_id, key_lower(s, m->userid), m);
	return m;
}

struct sim_person *sim_person_add(struct sim *s, const struct sim_person *of)
{
	struct sim_person *p = ARENA_NEW(s->arena, struct sim_person);
	*p = *of;
	p->number = (i64)s->people.n;
	p->first = NULL;
	vec_push(s->arena, &s->people, p);
	if (p->xid.n)
		map_put(&s->person_by_xid, p->xid, p);
	if (p->unionid.n)
		map_put(&s->person_by_unionid, p->unionid, p);
	if (p->phone.n)
		map_put(&s->person_by_phone, p->phone, p);
	if (p->openid.n)
		map_put(&s->person_by_openid, p->openid, p);
	return p;
}

struct sim_relation *sim_relation_add(struct sim *s, const struct sim_relation *of)
{
	struct sim_relation *r = ARENA_NEW(s->arena, struct sim_relation);
	*r = *of;
	r->number = (i64)s->relations.n;
	struct sim_person *p = s->people.v[r->person];
	struct sim_staff *m = s->staff.v[r->staff];
	r->next = p->first;
	p->first = r;
	vec_push(s->arena, &m->relations, r);
	vec_push(s->arena, &s->relations, r);
	map_put(&s->relation_by_pair, key_pair(s, r->staff, r->person), r);
	return r;
}

struct sim_group *sim_group_add(struct sim *s, const struct sim_group *of)
{
	struct sim_group *g = ARENA_NEW(s->arena, struct sim_group);
	*g = *of;
	g->number = (i64)s->groups.n;
	memset(&g->tags, 0, sizeof(g->tags));
	vec_push(s->arena, &s->groups, g);
	map_put(&s->group_by_id, g->id, g);
	return g;
}

struct sim_tag *sim_tag_add(struct sim *s, const struct sim_tag *of)
{
	struct sim_tag *t = ARENA_NEW(s->arena, struct sim_tag);
	*t = *of;
	t->number = (i64)s->tags.n;
	vec_push(s->arena, &s->tags, t);
	vec_push(s->arena, &s->groups.v[t->group]->tags, t);
	map_put(&s->tag_by_id, t->id, t);
	s->alive_tags += !t->deleted;
	return t;
}

struct sim_way *sim_way_add(struct sim *s, const struct sim_way *of)
{
	struct sim_way *w = ARENA_NEW(s->arena, struct sim_way);
	*w = *of;
	w->number = (i64)s->ways.n;
	vec_push(s->arena, &s->ways, w);
	map_put(&s->way_by_id, w->config_id, w);
	if (w->state.n && !w->deleted)
		map_put(&s->way_by_state, w->state, w);
	return w;
}

struct sim_media *sim_media_add(struct sim *s, const struct sim_media *of)
{
	struct sim_media *m = ARENA_NEW(s->arena, struct sim_media);
	*m = *of;
	vec_push(s->arena, &s->media, m);
	map_put(&s->media_by_id, m->id, m);
	return m;
}

struct sim_task *sim_task_add(struct sim *s, const struct sim_task *of)
{
	struct sim_task *t = ARENA_NEW(s->arena, struct sim_task);
	*t = *of;
	t->number = (i64)s->tasks.n;
	vec_push(s->arena, &s->tasks, t);
	map_put(&s->task_by_id, t->msgid, t);
	return t;
}

struct sim_code *sim_code_add(struct sim *s, const struct sim_code *of)
{
	struct sim_code *c = ARENA_NEW(s->arena, struct sim_code);
	*c = *of;
	vec_push(s->arena, &s->codes, c);
	map_put(&s->code_by_id, c->code, c);
	return c;
}

struct sim_bill *sim_bill_add(struct sim *s, const struct sim_bill *of)
{
	struct sim_bill *b = ARENA_NEW(s->arena, struct sim_bill);
	*b = *of;
	vec_push(s->arena, &s->kept.bills, b);
	return b;
}

struct sim_transfer *sim_transfer_add(struct sim *s, const struct sim_transfer *of)
{
	struct sim_transfer *t = ARENA_NEW(s->arena, struct sim_transfer);
	*t = *of;
	t->number = (i64)s->kept.transfers.n;
	vec_push(s->arena, &s->kept.transfers, t);
	return t;
}

#define SIM_USERID_MAX 64

struct sim_staff *sim_staff_find(struct sim *s, str userid)
{
	char lower[SIM_USERID_MAX];
	if (userid.n == 0 || userid.n > sizeof(lower))
		return NULL;
	for (size_t i = 0; i < userid.n; i++)
		lower[i] = (char)(userid.p[i] >= 'A' && userid.p[i] <= 'Z' ? userid.p[i] + 32 : userid.p[i]);
	struct sim_staff *m = map_get(&s->staff_by_id, str_of(lower, userid.n));
	return m && !m->left ? m : NULL;
}

bool sim_staff_serves(const struct sim_staff *m)
{
	return m->active && m->realname && m->follow && m->visible && !m->left;
}

struct sim_staff *sim_staff_usable(struct sim *s, str userid)
{
	struct sim_staff *m = sim_staff_find(s, userid);
	return m && sim_staff_serves(m) ? m : NULL;
}

struct sim_relation *sim_relation_find(struct sim *s, const struct sim_staff *m, const struct sim_person *p)
{
	i64 key[2] = { m->number, p->number };
	return map_get(&s->relation_by_pair, str_of(key, sizeof(key)));
}

bool sim_relation_readable(const struct sim_relation *r)
{
	return r && (r->status == REL_BOTH || r->status == REL_CUSTOMER_LEFT);
}

struct sim_daystat *sim_daystat(struct sim *s, i64 staff, i64 day)
{
	i64 key[2] = { staff, day };
	struct sim_daystat *d = map_get(&s->daystat_by_key, str_of(key, sizeof(key)));
	if (d)
		return d;
	d = ARENA_NEW(s->arena, struct sim_daystat);
	d->staff = staff;
	d->day = day;
	vec_push(s->arena, &s->daystats, d);
	map_put(&s->daystat_by_key, key_pair(s, staff, day), d);
	return d;
}

struct sim_group *sim_group_named(struct sim *s, str name)
{
	for (size_t i = 0; i < s->groups.n; i++)
		if (!s->groups.v[i]->deleted && str_eq(s->groups.v[i]->name, name))
			return s->groups.v[i];
	return NULL;
}

struct sim_tag *sim_tag_named(struct sim_group *g, str name)
{
	for (size_t i = 0; i < g->tags.n; i++)
		if (!g->tags.v[i]->deleted && str_eq(g->tags.v[i]->name, name))
			return g->tags.v[i];
	return NULL;
}

/* Deleting the last tag of a group deletes the group. Marks on customers fade: readers skip deleted. */
void sim_tag_delete(struct sim *s, struct sim_tag *t)
{
	if (t->deleted)
		return;
	t->deleted = true;
	s->alive_tags--;
	struct sim_group *g = s->groups.v[t->group];
	for (size_t i = 0; i < g->tags.n; i++)
		if (!g->tags.v[i]->deleted)
			return;
	g->deleted = true;
}

void sim_log(struct sim *s, const char *kind, str api, str params, str result)
{
	struct buf b = buf_new(s->arena, BUF_MAX_DEFAULT);
	buf_room(&b, params.n + result.n + api.n + 96); /* one block, no doubling */
	buf_fmt(&b, "{\"n\":%lld,\"time\":%lld,\"kind\":\"%s\",\"api\":", (long long)s->log.n + 1,
		(long long)sim_now(s), kind);
	buf_json(&b, api);
	buf_add_c(&b, ",\"params\":");
	buf_add(&b, params.n ? params : STR("{}"));
	if (result.n) {
		buf_add_c(&b, ",\"result\":");
		buf_add(&b, result);
	}
	buf_char(&b, '}');
	str line = buf_str(&b);
	vec_push(s->arena, &s->log, line);
	s->log_hash = hash_mix(s->log_hash ^ hash64(line));
}

void sim_logf(struct sim *s, const char *kind, const char *api, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ASSERT(n >= 0 && (size_t)n < sizeof(text));
	sim_log(s, kind, str_c(api), str_of(text, (size_t)n), STR_NIL);
}

static void maps_new(struct sim *s)
{
	struct map *maps[] = { &s->staff_by_id, &s->person_by_xid, &s->person_by_unionid, &s->person_by_phone,
			       &s->person_by_openid, &s->tag_by_id, &s->group_by_id, &s->way_by_id,
			       &s->way_by_state, &s->media_by_id, &s->task_by_id, &s->code_by_id,
			       &s->oauth_by_code, &s->relation_by_pair, &s->daystat_by_key, &s->meters,
			       &s->group.chat_by_id, &s->group.join_by_id, &s->group.hello_by_id };
	for (size_t i = 0; i < ARRAY_LEN(maps); i++)
		*maps[i] = map_new(s->arena);
}

struct sim *sim_new(const struct sim_conf *conf)
{
	struct arena *a = arena_new(SIM_ARENA_MAX);
	struct sim *s = ARENA_NEW(a, struct sim);
	s->arena = a;
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC); /* as clock_mono */
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, &attr);
	pthread_condattr_destroy(&attr);
	s->clock = conf->clock;
	s->acquire_balance = 100;
	s->transport = conf->transport;
	s->seed = conf->seed;
	for (int i = 0; i < STREAM_COUNT; i++)
		s->stream[i] = hash_mix(conf->seed * STREAM_COUNT + (u64)i + 1);
	maps_new(s);
	s->corpid = sim_keep(s, conf->corpid.n ? conf->corpid : STR(SIM_CORPID));
	s->secret = conf->secret.n ? sim_keep(s, conf->secret) : sim_new_id(s, "", 43);
	s->agentid = conf->agentid ? conf->agentid : SIM_AGENTID;
	s->public_url = sim_keep(s, conf->public_url.n ? conf->public_url : STR("http://" SIM_LISTEN));
	s->quota = QUOTA_MONTH;
	s->tag_max = SIM_TAG_MAX;
	/* per corp and per address, one API (documentation of 2023) */
	s->per_minute = 10000;
	s->per_hour = 150000;
	s->ip_per_minute = 20000;
	s->ip_per_hour = 600000;
	return s;
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	sim_stop(s);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->wake);
	arena_free(s->arena);
}

str sim_corpid(const struct sim *s) { return s->corpid; }
str sim_secret(const struct sim *s) { return s->secret; }
i64 sim_agentid(const struct sim *s) { return s->agentid; }

void sim_public_url(struct sim *s, str url)
{
	pthread_mutex_lock(&s->lock);
	s->public_url = sim_keep(s, url);
	pthread_mutex_unlock(&s->lock);
}

void sim_transport(struct sim *s, struct transport *transport)
{
	pthread_mutex_lock(&s->lock);
	s->transport = transport;
	pthread_mutex_unlock(&s->lock);
}

void sim_shop_set(struct sim *s, const struct sim_shop *shop)
{
	pthread_mutex_lock(&s->lock);
	s->shop = *shop;
	pthread_mutex_unlock(&s->lock);
}

struct sim_figures sim_figures(struct sim *s)
{
	pthread_mutex_lock(&s->lock);
	struct sim_figures f = { .people = (i64)s->people.n, .relations = (i64)s->relations.n,
				 .orders = s->orders, .sent = s->mass_sent, .callbacks = s->callbacks_ok,
				 .effects = (i64)s->log.n, .log_hash = s->log_hash };
	pthread_mutex_unlock(&s->lock);
	return f;
}
