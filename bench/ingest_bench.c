/*
 * ingest_bench: the parts of bench/ingest that have to be fast or near to the store. Not installed.
 *
 *	people DIR PEOPLE            persons u0 … made through inbox, decoder and consumers
 *	fill DIR EVENTS PEOPLE       events of the last six days, through inbox and decoder, as though every module
 *	                             had read them; every hundredth part of a percent is u0's
 *	load DIR EVENTS PEOPLE       events into the inbox only
 *	drain DIR                    decodes and consumes what waits; says how fast
 *	post ADDR KEY SECONDS CONNECTIONS RATE PEOPLE
 *	                             batches of 100 to a running program; RATE 0: as fast as it answers
 *	pages DIR                    pages through u0's timeline
 *	bare DIR SECONDS             the same rows into SQLite by a loop of prepared statements, 100 a transaction
 *	postgres URL EVENTS SECONDS  COPY and INSERT … ON CONFLICT into a table of so many rows
 *
 * Each prints one line of words and numbers on standard output.
 */
#include "app/boot.h"
#include "app/engine.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/hash.h"
#include "base/log.h"
#include "core/identity/identity.h"
#include "store/cursor.h"

#include <libpq-fe.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 100
#define CHUNK 1000
#define DAYS 6
#define ID_CHARS 32
#define CONNECTIONS_MAX 64
#define LATENCIES_MAX (1 << 20)
#define SOURCE "segment"

static u64 mix_seed; /* of one process; the threads of `post` keep their own */

static u64 next_random(u64 *seed) { return *seed = hash_mix(*seed); }

static void random_id(u64 *seed, char *ret)
{
	static const char digits[] = "0123456789abcdef";
	for (int half = 0; half < 2; half++) {
		u64 v = next_random(seed);
		for (int i = 0; i < 16; i++)
			ret[half * 16 + i] = digits[v >> (4 * i) & 15];
	}
}

/* One event without its braces' surroundings, as a site would send it; about 230 bytes. */
static int event_text(char *to, size_t size, u64 user, u64 n, const char *id)
{
	return snprintf(to, size,
			"{\"type\":\"track\",\"userId\":\"u%07llu\",\"messageId\":\"%.32s\",\"event\":\"Product Viewed\",\"properties\":"
			"{\"sku\":\"A-%llu\",\"price\":%llu.5,\"category\":\"outdoor\",\"url\":\"https://shop.example/p/%llu\",\"position\":%llu}}",
			(unsigned long long)user, id, (unsigned long long)(n % 977), (unsigned long long)(n % 300),
			(unsigned long long)(n % 977), (unsigned long long)(n % 20));
}

/* ---- a store of our own ---- */

struct bench {
	struct arena *arena;
	struct clock clock;
	struct env *env;
	i64 corp;
	struct fail fail;
};

static err bench_open(struct bench *b, const char *dir, bool fast, ms clock)
{
	struct conf *conf;
	crypt_init();
	b->arena = arena_new((size_t)1 << 30);
	b->clock = clock ? clock_simulated(clock) : clock_real();
	conf = conf_new(b->arena);
	TRY(conf_set(conf, STR("data"), str_c(dir), "flag", &b->fail));
	struct boot_conf bc = { .conf = conf, .clock = &b->clock, .fast_unsafe = fast };
	TRY(boot_open(b->arena, &bc, &b->env, &b->fail));
	return boot_corp(b->env, b->arena, STR_NIL, &b->corp, &b->fail);
}

static err add_chunk(struct bench *b, size_t count, i64 people, u64 from, bool identify, i64 total)
{
	struct arena_mark mark = arena_mark(b->arena);
	struct inbox_item *items = ARENA_ARRAY(b->arena, struct inbox_item, count);
	for (size_t i = 0; i < count; i++) {
		char id[ID_CHARS + 1] = { 0 }, text[512], *key = arena_alloc(b->arena, ID_CHARS);
		u64 n = from + i, user = total >= 10000 && n % (u64)(total / 10000) == 0 ? 0 : next_random(&mix_seed) % (u64)people;
		random_id(&mix_seed, id);
		memcpy(key, id, ID_CHARS);
		event_text(text, sizeof(text), user, n, id);
		str body = identify ? arena_printf(b->arena, "{\"type\":\"identify\",\"event\":{\"userId\":\"u%07llu\",\"traits\":{\"name\":\"p%llu\"}}}",
						   (unsigned long long)n, (unsigned long long)n)
				    : arena_printf(b->arena, "{\"type\":\"track\",\"sentAt\":null,\"event\":%s}", text);
		items[i] = (struct inbox_item){ b->corp, STR(SOURCE), str_of(key, ID_CHARS), body, clock_now(&b->clock) };
	}
	err e = inbox_add(b->env->store, b->arena, items, count, NULL, &b->fail);
	arena_reset(b->arena, mark);
	return e;
}

static err run_stage(struct bench *b, enum engine_stage stage, i64 *ret_us)
{
	bool worked = true;
	i64 began = clock_mono_us();
	while (worked)
		TRY(engine_stage(b->env, stage, &worked));
	*ret_us = clock_mono_us() - began;
	return OK;
}

/* As though every module had read the journal to its end. */
static err skip_in(struct tx *tx, const struct bench *b)
{
	i64 last;
	TRY(journal_last(&tx->snap, &last));
	for (size_t i = 0; b->env->modules[i]; i++) {
		const struct module *m = b->env->modules[i];
		if (m->derive)
			TRY(cursor_put(tx, arena_printf(tx->snap.arena, "%s.derive", m->name), last));
		if (m->act)
			TRY(cursor_put(tx, arena_printf(tx->snap.arena, "%s.act", m->name), last));
	}
	return cursor_put(tx, STR("attr.facts"), last);
}

static err do_people(struct bench *b, i64 people)
{
	i64 us, began = clock_mono_us();
	for (i64 n = 0; n < people; n += CHUNK) {
		TRY(add_chunk(b, (size_t)int_min(CHUNK, people - n), people, (u64)n, true, 0));
		TRY(run_stage(b, STAGE_DECODE, &us));
	}
	TRY(run_stage(b, STAGE_CONSUME, &us));
	printf("people %lld seconds %.1f\n", (long long)people, (double)(clock_mono_us() - began) / 1e6);
	return OK;
}

static err do_fill(struct bench *b, i64 events, i64 people)
{
	i64 us, began = clock_mono_us();
	ms from = clock_now(&b->clock);
	for (i64 n = 0; n < events; n += CHUNK) {
		clock_advance(&b->clock, from + DAYS * MS_DAY / events * n);
		TRY(add_chunk(b, (size_t)int_min(CHUNK, events - n), people, (u64)n, false, events));
		TRY(run_stage(b, STAGE_DECODE, &us));
		if (n % 1000000 == 0 && n)
			fprintf(stderr, "  %lld events, %.0f s\n", (long long)n, (double)(clock_mono_us() - began) / 1e6);
	}
	struct unit u = unit_new(b->env->store, b->arena, b->corp, "bench");
	i64 slots[SLOT_COUNT];
	size_t count = slots_of_corp(b->env->store, b->corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < count; i++)
		TRY(WRITE_TX(&u, slots[i], skip_in(tx, b)));
	printf("events %lld seconds %.1f\n", (long long)events, (double)(clock_mono_us() - began) / 1e6);
	return OK;
}

static err do_load(struct bench *b, i64 events, i64 people)
{
	for (i64 n = 0; n < events; n += CHUNK)
		TRY(add_chunk(b, (size_t)int_min(CHUNK, events - n), people, (u64)n, false, 0));
	printf("events %lld\n", (long long)events);
	return OK;
}

static err do_drain(struct bench *b)
{
	i64 decode, consume;
	TRY(run_stage(b, STAGE_DECODE, &decode));
	TRY(run_stage(b, STAGE_CONSUME, &consume));
	printf("decode_us %lld consume_us %lld\n", (long long)decode, (long long)consume);
	return OK;
}

/* ---- timelines ---- */

static err do_pages(struct bench *b)
{
	struct cx cx = cx_system(b->env, b->arena, b->corp, "bench");
	i64 customer, times[2000], events = 0, pages = 0, sum = 0;
	ms before = INT64_MAX;
	i64 seq = INT64_MAX;
	size_t n;
	err e = identity_find(&cx.unit, STR("user_id"), STR("u0000000"), &customer);
	if (e != OK) {
		b->fail = cx.unit.fail;
		return e;
	}
	do {
		struct event *page;
		struct arena_mark mark = arena_mark(b->arena);
		i64 began = clock_mono_us();
		TRY(READ_SNAP(&cx.unit, 0, timeline_page(snap, customer, before, seq, 50, &page, &n)));
		times[pages++] = clock_mono_us() - began;
		for (size_t i = 0; i < n; i++) {
			if (page[i].occurred > before || (page[i].occurred == before && page[i].seq >= seq))
				return fail_set(&b->fail, ERR_INTERNAL, T_OK, STR("order"), STR_NIL, STR_NIL);
			before = page[i].occurred;
			seq = page[i].seq;
		}
		events += (i64)n;
		arena_reset(b->arena, mark);
	} while (n == 50 && pages < (i64)ARRAY_LEN(times));
	i64 first = times[0], worst = 0;
	for (i64 i = 0; i < pages; i++) {
		sum += times[i];
		worst = int_max(worst, times[i]);
	}
	printf("events %lld pages %lld first_us %lld mean_us %lld worst_us %lld\n", (long long)events, (long long)pages,
	       (long long)first, (long long)(sum / pages), (long long)worst);
	return OK;
}

/* ---- posting ---- */

struct poster {
	pthread_t thread;
	const char *addr, *key;
	u64 seed;
	i64 people, until_us, every_us, first_us;
	i64 posts, *latencies;
	size_t latency_max;
	bool failed;
};

static int connect_to(const char *addr)
{
	char host[64];
	const char *colon = strrchr(addr, ':');
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
	int one = 1;
	snprintf(host, sizeof(host), "%.*s", (int)(colon - addr), addr);
	if (getaddrinfo(host, colon + 1, &hints, &list) != 0)
		return -1;
	int fd = socket(list->ai_family, SOCK_STREAM, 0);
	if (fd >= 0 && connect(fd, list->ai_addr, list->ai_addrlen) != 0) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* A request with the places of its ids and users' digits; the same bytes are sent again with others in them. */
struct request { char *text; size_t n, ids[BATCH], users[BATCH]; };

static void request_make(struct arena *a, struct request *r, const char *key)
{
	size_t cap = 1 << 16, head = 200, n = head;
	char *text = arena_alloc(a, cap), line[200];
	n += (size_t)snprintf(text + n, cap - n, "{\"writeKey\":\"%s\",\"batch\":[", key);
	for (int i = 0; i < BATCH; i++) {
		char event[512];
		int length = event_text(event, sizeof(event), 0, (u64)i * 7, "00000000000000000000000000000000");
		text[n] = ',';
		n += i > 0;
		memcpy(text + n, event, (size_t)length);
		r->users[i] = n + (size_t)(strstr(event, "\"u0000000") - event) + 2;
		r->ids[i] = n + (size_t)(strstr(event, "messageId\":\"") - event) + 12;
		n += (size_t)length;
	}
	memcpy(text + n, "]}", 2);
	n += 2;
	int length = snprintf(line, sizeof(line), "POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", n - head);
	r->text = text + head - length;
	memcpy(r->text, line, (size_t)length);
	r->n = n - head + (size_t)length;
	for (int i = 0; i < BATCH; i++) {
		r->users[i] -= head - (size_t)length;
		r->ids[i] -= head - (size_t)length;
	}
}

static bool exchange(int fd, const struct request *r)
{
	char reply[4096];
	for (size_t sent = 0; sent < r->n;) {
		ssize_t n = send(fd, r->text + sent, r->n - sent, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		sent += (size_t)n;
	}
	for (size_t got = 0; got < sizeof(reply) - 1;) {
		ssize_t n = recv(fd, reply + got, sizeof(reply) - 1 - got, 0);
		if (n <= 0)
			return false;
		got += (size_t)n;
		reply[got] = 0;
		if (strstr(reply, "{\"success\":true}"))
			return strncmp(reply, "HTTP/1.1 200", 12) == 0;
		if (strstr(reply, "false}"))
			return false;
	}
	return false;
}

static void *post_main(void *arg)
{
	struct poster *p = arg;
	struct arena *a = arena_new((size_t)1 << 20);
	struct request r;
	int fd = connect_to(p->addr);
	request_make(a, &r, p->key);
	i64 due = p->first_us;
	while (fd >= 0 && clock_mono_us() < p->until_us) {
		for (int i = 0; i < BATCH; i++) {
			char user[24];
			random_id(&p->seed, r.text + r.ids[i]);
			snprintf(user, sizeof(user), "%07llu", (unsigned long long)(next_random(&p->seed) % (u64)p->people));
			memcpy(r.text + r.users[i], user, 7);
		}
		if (p->every_us) {
			i64 wait = due - clock_mono_us();
			if (wait > 0)
				usleep((useconds_t)wait);
		}
		i64 began = p->every_us ? due : clock_mono_us();
		if (!exchange(fd, &r)) {
			p->failed = true;
			break;
		}
		if ((size_t)p->posts < p->latency_max)
			p->latencies[p->posts] = clock_mono_us() - began;
		p->posts++;
		due += p->every_us;
	}
	close(fd);
	arena_free(a);
	return NULL;
}

static int ascending(const void *a, const void *b)
{
	i64 x = *(const i64 *)a, y = *(const i64 *)b;
	return (x > y) - (x < y);
}

static int do_post(const char *addr, const char *key, i64 seconds, i64 connections, i64 rate, i64 people)
{
	struct poster posters[CONNECTIONS_MAX] = { 0 };
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	i64 began = clock_mono_us(), posts = 0, *all = ARENA_ARRAY(a, i64, LATENCIES_MAX);
	size_t share = LATENCIES_MAX / (size_t)connections, n = 0;
	for (i64 i = 0; i < connections; i++) {
		i64 every = rate ? 1000000 * BATCH * connections / rate : 0;
		posters[i] = (struct poster){ .addr = addr, .key = key, .people = people, .until_us = began + seconds * 1000000,
					      .every_us = every, .first_us = began + every * i / connections,
					      .seed = hash_mix((u64)began + (u64)i) ^ (u64)getpid() << 32,
					      .latencies = ARENA_ARRAY(a, i64, share), .latency_max = share };
		pthread_create(&posters[i].thread, NULL, post_main, &posters[i]);
	}
	bool failed = false;
	for (i64 i = 0; i < connections; i++) {
		pthread_join(posters[i].thread, NULL);
		posts += posters[i].posts;
		failed |= posters[i].failed;
		for (i64 k = 0; k < posters[i].posts && (size_t)k < share; k++)
			all[n++] = posters[i].latencies[k];
	}
	double took = (double)(clock_mono_us() - began) / 1e6;
	qsort(all, n, sizeof(*all), ascending);
	printf("events %lld rate %.0f p50_us %lld p99_us %lld worst_us %lld\n", (long long)posts * BATCH, (double)posts * BATCH / took,
	       (long long)(n ? all[n / 2] : 0), (long long)(n ? all[n * 99 / 100] : 0), (long long)(n ? all[n - 1] : 0));
	arena_free(a);
	return failed ? 1 : 0;
}

/* ---- bare SQLite ---- */

static int do_bare(const char *dir, i64 seconds)
{
	char path[400], body[512], key[ID_CHARS + 1] = { 0 };
	sqlite3 *db;
	sqlite3_stmt *put;
	snprintf(path, sizeof(path), "%s/bare.db", dir);
	memset(body, 'x', 400); /* what a sealed body of this event is long */
	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; PRAGMA wal_autocheckpoint=2000;"
			     "CREATE TABLE t (id INTEGER PRIMARY KEY, slot INT, corp INT, source TEXT, key TEXT, received INT, due INT,"
			     " attempts INT, state INT, reason TEXT, body TEXT)", NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "INSERT INTO t VALUES (?1, 7, 1, 'segment', ?2, ?3, ?3, 0, 0, NULL, ?4)", -1, &put, NULL) != SQLITE_OK)
		return 1;
	i64 began = clock_mono_us(), rows = 0;
	while (clock_mono_us() - began < seconds * 1000000) {
		sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		for (int i = 0; i < BATCH; i++, rows++) {
			random_id(&mix_seed, key);
			sqlite3_bind_int64(put, 1, 3700000000000000000 + rows);
			sqlite3_bind_text(put, 2, key, ID_CHARS, SQLITE_STATIC);
			sqlite3_bind_int64(put, 3, 1700000000000 + rows);
			sqlite3_bind_text(put, 4, body, 400, SQLITE_STATIC);
			sqlite3_step(put);
			sqlite3_reset(put);
		}
		if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
			return 1;
	}
	printf("rows %lld rate %.0f\n", (long long)rows, (double)rows * 1e6 / (double)(clock_mono_us() - began));
	sqlite3_finalize(put);
	sqlite3_close(db);
	return 0;
}

/* ---- PostgreSQL ---- */

static bool pg_do(PGconn *pg, const char *sql)
{
	PGresult *r = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(r);
	bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN;
	if (!ok)
		fprintf(stderr, "%s: %s\n", sql, PQerrorMessage(pg));
	PQclear(r);
	return ok;
}

static bool pg_copy(PGconn *pg, const char *into, i64 rows, i64 first)
{
	char line[800], sql[100], body[401] = { 0 }, key[ID_CHARS + 1] = { 0 };
	memset(body, 'x', 400);
	snprintf(sql, sizeof(sql), "COPY %s FROM STDIN", into);
	if (!pg_do(pg, sql))
		return false;
	for (i64 i = 0; i < rows; i++) {
		random_id(&mix_seed, key);
		int n = snprintf(line, sizeof(line), "7\t1\tsegment\t%s\t%lld\t1700000000000\t1700000000000\t0\t0\t%s\n", key,
				 (long long)(first + i), body);
		if (PQputCopyData(pg, line, n) != 1)
			return false;
	}
	PQputCopyEnd(pg, NULL);
	bool ok = true;
	for (PGresult *r; (r = PQgetResult(pg));) {
		ok &= PQresultStatus(r) == PGRES_COMMAND_OK;
		PQclear(r);
	}
	return ok;
}

#define PG_TABLE "(slot BIGINT, corp BIGINT, source TEXT COLLATE \"C\", key TEXT COLLATE \"C\", id BIGINT, received BIGINT, due BIGINT, " \
		 "attempts BIGINT, state BIGINT, body TEXT COLLATE \"C\")"

static int do_postgres(const char *url, i64 events, i64 seconds)
{
	static const i64 sizes[] = { 100, 1000, 10000 };
	PGconn *pg = PQconnectdb(url);
	double best = 0;
	if (PQstatus(pg) != CONNECTION_OK || !pg_do(pg, "CREATE TABLE event " PG_TABLE) || !pg_copy(pg, "event", events, 0) ||
	    !pg_do(pg, "SET maintenance_work_mem = '1GB'") || !pg_do(pg, "ALTER TABLE event ADD PRIMARY KEY (slot, corp, source, key)") ||
	    !pg_do(pg, "CHECKPOINT") || !pg_do(pg, "CREATE TEMP TABLE fresh " PG_TABLE))
		return 1;
	printf("rows %lld", (long long)events);
	for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
		i64 began = clock_mono_us(), rows = 0;
		while (clock_mono_us() - began < seconds * 1000000) {
			if (!pg_do(pg, "BEGIN") || !pg_copy(pg, "fresh", sizes[s], events + rows) ||
			    !pg_do(pg, "INSERT INTO event SELECT * FROM fresh ON CONFLICT DO NOTHING") || !pg_do(pg, "TRUNCATE fresh") ||
			    !pg_do(pg, "COMMIT"))
				return 1;
			rows += sizes[s];
		}
		double rate = (double)rows * 1e6 / (double)(clock_mono_us() - began);
		printf(" batch%lld %.0f", (long long)sizes[s], rate);
		best = rate > best ? rate : best;
	}
	printf(" best %.0f\n", best);
	PQfinish(pg);
	return 0;
}

/* ---- main ---- */

static err with_store(const char *what, const char *dir, i64 x, i64 y)
{
	struct bench b = { 0 };
	bool fill = strcmp(what, "fill") == 0, people = strcmp(what, "people") == 0;
	struct clock real = clock_real();
	ms now = clock_now(&real);
	err e = bench_open(&b, dir, fill || people, fill || people ? now - DAYS * MS_DAY - MS_HOUR : 0);
	if (e == OK)
		e = fill ? do_fill(&b, x, y) : people ? do_people(&b, x) : strcmp(what, "load") == 0 ? do_load(&b, x, y)
			: strcmp(what, "drain") == 0 ? do_drain(&b) : do_pages(&b);
	if (e != OK)
		log_fail("bench.failed", &b.fail, STR_NIL);
	if (b.env)
		boot_close(b.env);
	return e;
}

static i64 number(char **argv, int argc, int at)
{
	i64 n = 0;
	if (at < argc)
		str_i64(str_c(argv[at]), &n);
	return n;
}

int main(int argc, char **argv)
{
	log_level_set(LOG_WARN);
	mix_seed = hash_mix((u64)clock_mono_us() ^ (u64)getpid() << 40);
	if (argc < 3)
		return 2;
	if (strcmp(argv[1], "post") == 0 && argc == 8)
		return do_post(argv[2], argv[3], number(argv, argc, 4), number(argv, argc, 5), number(argv, argc, 6), number(argv, argc, 7));
	if (strcmp(argv[1], "bare") == 0)
		return do_bare(argv[2], number(argv, argc, 3));
	if (strcmp(argv[1], "postgres") == 0)
		return do_postgres(argv[2], number(argv, argc, 3), number(argv, argc, 4));
	return with_store(argv[1], argv[2], number(argv, argc, 3), number(argv, argc, 4)) == OK ? 0 : 1;
}
