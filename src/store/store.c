/*
 * The store's common part: opening and locking the directory, the master key, slots, number blocks,
 * wake hooks, and the frame of a unit of work around whichever back end runs it.
 *
 * The directory's lock is held for the life of the store, so one process owns a directory. The master
 * key is proven against a sealed word in the database before anything is read with it: a wrong or
 * missing key is found at start and not at the first customer.
 */
#include "store/store_int.h"

#include "base/hash.h"
#include "base/log.h"
#include "store/ahead_int.h"
#include "store/inbox_seen.h"
#include "store/store_data.h"
#include "store/timeline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER_BLOCK 1000
#define STORE_ARENA_MAX ((size_t)256 << 20)

/* ---- opening ---- */

static err io_fail(struct fail *f, const char *path)
{
	return fail_set(f, ERR_IO, T_OK, STR_NIL, str_c(path), str_c(strerror(errno)));
}

static err dir_lock(struct store *st, struct fail *f)
{
	const char *dir = arena_cstr(st->arena, st->dir);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return io_fail(f, dir);
	const char *path = arena_cstr(st->arena, arena_printf(st->arena, "%s/lock", dir));
	st->dir_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (st->dir_fd < 0)
		return io_fail(f, path);
	if (flock(st->dir_fd, LOCK_EX | LOCK_NB) != 0)
		return fail_set(f, ERR_LOCKED, T_OK, STR("data"), st->dir, STR_NIL);
	return OK;
}

static err key_make(struct store *st, const char *path, struct fail *f)
{
	crypt_random(st->master, sizeof(st->master));
	str hex = hash_hex(st->arena, st->master, sizeof(st->master));
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return io_fail(f, path);
	bool ok = write(fd, hex.p, hex.n) == (ssize_t)hex.n && write(fd, "\n", 1) == 1 && fsync(fd) == 0;
	close(fd);
	return ok ? OK : io_fail(f, path);
}

/* Reads the master key; makes one when there is no file and the store is new. */
static err key_load(struct store *st, str key_file, bool fresh, struct fail *f)
{
	const char *path = key_file.n ? arena_cstr(st->arena, key_file)
				      : arena_cstr(st->arena, arena_printf(st->arena, "%.*s/master.key", STR_F(st->dir)));
	char hex[2 * CRYPT_KEY_BYTES + 2] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && fresh)
		return key_make(st, path, f);
	if (fd < 0)
		return fail_set(f, ERR_CONFIG, T_STORE_KEY, STR("key_file"), str_c(path), str_c(strerror(errno)));
	struct stat info;
	ssize_t n = read(fd, hex, sizeof(hex) - 1);
	bool open_to_all = fstat(fd, &info) != 0 || (info.st_mode & 077) != 0;
	close(fd);
	if (open_to_all)
		return fail_set(f, ERR_CONFIG, T_OK, STR("key_file"), str_c(path), STR("mode 0600"));
	if (n < 2 * CRYPT_KEY_BYTES || !hash_unhex(str_of(hex, 2 * CRYPT_KEY_BYTES), st->master, sizeof(st->master)))
		return fail_set(f, ERR_CONFIG, T_STORE_KEY, STR("key_file"), str_c(path), STR_NIL);
	return OK;
}

/* The word in the database that only the right key opens. */
static err key_prove(struct unit *u, bool *ret_fresh)
{
	struct snap s;
	struct store_meta m;
	TRY(snap_begin(u, 0, &s));
	err e = store_meta_get(&s, &(struct store_meta_key){ STR("key_check") }, &m);
	if (e == OK && !*ret_fresh) {
		str plain, sealed;
		e = base64_decode(u->arena, m.value, &sealed)
			    ? crypt_open(u->store->master, STR("key_check"), sealed, u->arena, &plain, NULL)
			    : ERR_CONFIG;
		if (e != OK)
			e = fail_set(&u->fail, ERR_CONFIG, T_STORE_KEY, STR("key_file"), STR_NIL, STR_NIL);
	}
	snap_end(&s);
	*ret_fresh = e == ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err meta_put(struct tx *tx, const char *name, str value)
{
	return store_meta_put(tx, &(struct store_meta){ .name = str_c(name), .value = value });
}

static err meta_first(struct tx *tx)
{
	struct store *st = tx->snap.unit->store;
	str sealed = crypt_seal(st->master, STR("key_check"), STR("yutang"), tx->snap.arena);
	TRY(meta_put(tx, "key_check", base64_encode(tx->snap.arena, sealed)));
	return meta_put(tx, "uuid", id_random(tx->snap.arena, 16));
}

err store_uuid(const struct snap *s, str *ret)
{
	struct store_meta m;
	TRY(store_meta_get(s, &(struct store_meta_key){ STR("uuid") }, &m));
	*ret = m.value;
	return OK;
}

/* Ids go on above everything this store ever gave out, also when the clock stands still or was set back.
 * After a crash only the journal's top is known; rows elsewhere keep apart by the number of their start. */
static err ids_open(struct unit *u)
{
	struct snap s;
	struct store_meta m;
	struct store_top top;
	TRY(snap_begin(u, 0, &s));
	i64 last = 0;
	err e = store_meta_get(&s, &(struct store_meta_key){ STR("id_last") }, &m);
	if (e == OK)
		str_i64(m.value, &last);
	if (e == OK || e == ERR_NOT_FOUND)
		e = store_journal_top(&s, &(struct none){ 0 }, &top);
	snap_end(&s);
	if (e == OK && top.id != NIL && top.id > last)
		last = top.id;
	if (last > u->store->ids.last)
		u->store->ids.last = last;
	u->fail = (struct fail){ 0 };
	return e;
}

static err store_take_node(struct tx *tx, i64 *ret_node)
{
	struct store_node n = { 0 };
	struct store_node_row nodes[64];
	for (size_t i = 0; i < ARRAY_LEN(nodes); i++)
		nodes[i] = (struct store_node_row){ .node = (i64)i };
	TRY(query_write_many(tx, &store_node_add_query, nodes, ARRAY_LEN(nodes)));
	TRY(store_node_take(tx, &(struct none){ 0 }, &n));
	*ret_node = n.node;
	return OK;
}

static err store_begin(struct store *st, const struct store_conf *conf, struct fail *f)
{
	struct arena *a = arena_new(STORE_ARENA_MAX);
	struct unit u = unit_new(st, a, 0, "store");
	bool asked = true, fresh = true;
	i64 node = 0;
	err e = key_prove(&u, &asked); /* only: is there a word at all */
	fresh = asked;
	if (e == OK)
		e = key_load(st, conf->key_file, fresh, &u.fail);
	asked = false;
	if (e == OK)
		e = key_prove(&u, &asked);
	if (e == OK && fresh)
		e = WRITE_TX(&u, 0, meta_first(tx));
	if (e == OK)
		e = ids_open(&u);
	if (e == OK)
		e = WRITE_TX(&u, 0, store_take_node(tx, &node));
	st->ids.node = (int)node;
	if (e == OK)
		e = places_load(st, 0, &u.fail);
	if (e == OK)
		e = inbox_seen_open(st, &u);
	if (e == OK)
		e = timeline_open(st, &u);
	if (e == OK)
		e = inbox_queue_start(st, &u.fail);
	if (f && e != OK)
		*f = u.fail;
	arena_free(a);
	return e;
}

static struct store *store_new(const struct store_conf *conf)
{
	struct store *st = calloc(1, sizeof(*st));
	ASSERT(st);
	st->arena = arena_new(STORE_ARENA_MAX);
	st->places_arena = arena_new(STORE_ARENA_MAX);
	st->ops = conf->url.n ? &postgres_backend : &sqlite_backend;
	st->url = arena_dup(st->arena, conf->url);
	st->dir = arena_dup(st->arena, conf->dir);
	st->fast = conf->fast_unsafe;
	st->readers = conf->readers > 0 ? conf->readers : STORE_READERS;
	st->own_clock = clock_real();
	st->clock = conf->clock ? conf->clock : &st->own_clock;
	st->dir_fd = -1;
	pthread_mutex_init(&st->lock, NULL);
	pthread_mutex_init(&st->numbers_lock, NULL);
	pthread_rwlock_init(&st->places_lock, NULL);
	st->plans = imap_new(st->arena);
	st->tables = map_new(st->arena);
	st->places = imap_new(st->places_arena);
	st->turns = imap_new(st->arena);
	st->shut = imap_new(st->arena);
	st->seals = seal_cache_new();
	st->inbox = inbox_queue_new();
	if (store_is_postgres(st)) {
		st->ahead = ahead_memory_new();
	} else {
		st->seen = inbox_seen_new(INBOX_SEEN_MAX);
		st->timeline = timeline_new();
	}
	return st;
}

err store_open(const struct store_conf *conf, struct store **ret, struct fail *f)
{
	struct store *st = store_new(conf);
	err e = dir_lock(st, f);
	if (e == OK)
		e = st->ops->open(st, f);
	if (e == OK)
		e = migrate(st, conf->module_order, f);
	if (e == OK)
		e = st->ops->tables(st, f);
	if (e == OK)
		e = store_begin(st, conf, f);
	if (e != OK) {
		store_close(st);
		return e;
	}
	*ret = st;
	return OK;
}

static void ids_keep(struct store *st)
{
	struct arena *a = arena_new(STORE_ARENA_MAX);
	struct unit u = unit_new(st, a, 0, "store");
	str last = arena_printf(a, "%lld", (long long)st->ids.last);
	err e = WRITE_TX(&u, 0, meta_put(tx, "id_last", last));
	if (e != OK)
		log_fail("store.closed", &u.fail, STR_NIL);
	arena_free(a);
}

void store_close(struct store *st)
{
	if (!st)
		return;
	if (st->impl && st->inbox)
		inbox_queue_stop(st);
	timeline_stop(st);
	if (st->impl && st->ids.last > 0)
		ids_keep(st);
	st->ops->close(st);
	inbox_queue_free(st->inbox);
	inbox_seen_free(st->seen);
	timeline_free(st->timeline);
	ahead_memory_free(st->ahead);
	seal_cache_free(st->seals);
	if (st->dir_fd >= 0)
		close(st->dir_fd);
	memset(st->master, 0, sizeof(st->master));
	pthread_mutex_destroy(&st->lock);
	pthread_mutex_destroy(&st->numbers_lock);
	pthread_rwlock_destroy(&st->places_lock);
	arena_free(st->places_arena);
	arena_free(st->arena);
	free(st);
}

err store_check(struct store *st, const struct query *const *queries, struct fail *f)
{
	struct arena *a = arena_new(STORE_ARENA_MAX);
	struct unit u = unit_new(st, a, 0, "check");
	struct snap s;
	err e = snap_begin(&u, 0, &s);
	for (; e == OK && queries && *queries; queries++) {
		const struct plan *p = NULL;
		struct stmt *stmt;
		e = plan_get(st, *queries, &p, &u.fail);
		if (e == OK)
			e = plan_check(p, &u.fail);
		if (e == OK)
			e = st->ops->prepare(s.conn, p, &stmt, &u.fail);
		if (e == OK)
			st->ops->release(s.conn, stmt);
	}
	if (s.conn)
		snap_end(&s);
	if (f && e != OK)
		*f = u.fail;
	arena_free(a);
	return e;
}

err store_forget(struct store *st, const char *const *tables, const char *cursor, struct fail *f)
{
	struct arena *a = arena_new(STORE_ARENA_MAX);
	struct buf b = buf_new(a, STORE_ARENA_MAX);
	for (; *tables; tables++)
		buf_fmt(&b, "DELETE FROM %s;\n", *tables);
	buf_fmt(&b, "DELETE FROM cursor WHERE module = '%s';\n", cursor);
	err e = st->ops->script(st, buf_str(&b), f);
	arena_free(a);
	return e;
}

bool store_is_postgres(const struct store *st) { return st->ops == &postgres_backend; }
err store_durable(struct store *st, struct fail *f) { return st->ops->durable(st, f); }
err store_backup(struct store *st, str path, struct fail *f) { return st->ops->backup(st, path, f); }
struct id_source *store_ids(struct store *st) { return &st->ids; }
const struct clock *store_clock(const struct store *st) { return st->clock; }
void store_stats(struct store *st, struct store_stats *ret) { st->ops->stats(st, ret); }

/* ---- waking ---- */

void store_on_wake(struct store *st, void (*fn)(void *arg, unsigned bits), void *arg)
{
	pthread_mutex_lock(&st->lock);
	int at = st->hook_count;
	for (int i = 0; i < st->hook_count; i++)
		if (st->hooks[i].arg == arg)
			at = i;
	ASSERT(at < STORE_HOOKS_MAX);
	st->hooks[at] = (struct hook){ fn, arg };
	if (at == st->hook_count)
		st->hook_count = at + 1;
	pthread_mutex_unlock(&st->lock);
}

void store_wake(struct store *st, unsigned bits)
{
	int n = bits ? st->hook_count : 0;
	for (int i = 0; i < n; i++)
		if (st->hooks[i].fn)
			st->hooks[i].fn(st->hooks[i].arg, bits);
}

void tx_wake(struct tx *tx, unsigned bits) { tx->state->wake |= bits; }

/* ---- numbers ---- */

static struct number_block *number_find(struct store *st, i64 corp, const char *kind)
{
	for (size_t i = 0; i < st->numbers.n; i++) {
		struct number_block *b = &st->numbers.v[i];
		if (b->corp == corp && strcmp(b->kind, kind) == 0)
			return b;
	}
	struct number_block b = { .corp = corp };
	snprintf(b.kind, sizeof(b.kind), "%s", kind);
	pthread_mutex_lock(&st->lock);
	vec_push(st->arena, &st->numbers, b);
	pthread_mutex_unlock(&st->lock);
	return &st->numbers.v[st->numbers.n - 1];
}

err store_number(struct unit *u, const char *kind, u32 *ret)
{
	struct store *st = u->store;
	struct number_lease lease = { 0 };
	ASSERT(strlen(kind) < sizeof(((struct number_block *)0)->kind));
	pthread_mutex_lock(&st->numbers_lock);
	struct number_block *b = number_find(st, u->corp, kind);
	err e = OK;
	if (b->next == b->end) {
		struct number_ask ask = { str_c(kind), NUMBER_BLOCK };
		e = WRITE_TX(u, slot_base(st, u->corp), number_lease_take(tx, &ask, &lease));
		if (e == OK) {
			b->end = (u32)lease.next;
			b->next = b->end - NUMBER_BLOCK;
		}
	}
	if (e == OK)
		*ret = b->next++;
	pthread_mutex_unlock(&st->numbers_lock);
	return e;
}

/* ---- units ---- */

struct unit unit_new(struct store *st, struct arena *a, i64 corp, const char *source)
{
	return (struct unit){ .store = st, .clock = st->clock, .arena = a, .corp = corp, .source = source };
}

err snap_begin(struct unit *u, i64 slot, struct snap *ret)
{
	*ret = (struct snap){ .unit = u, .arena = u->arena, .fail = &u->fail, .corp = u->corp, .slot = slot,
			      .scope = u->scope, .now = clock_now(u->clock) };
	return u->store->ops->read_begin(u->store, &ret->conn, &u->fail);
}

void snap_end(struct snap *s)
{
	s->unit->store->ops->read_end(s->unit->store, s->conn);
	s->conn = NULL;
}

void snap_slot(struct snap *s, i64 slot) { s->slot = slot; }

struct tx *tx_begin(struct unit *u, i64 slot)
{
	struct tx *tx = ARENA_NEW(u->arena, struct tx);
	tx->snap = (struct snap){ .unit = u, .arena = u->arena, .fail = &u->fail, .corp = u->corp, .slot = slot,
				  .scope = u->scope };
	tx->state = ARENA_NEW(u->arena, struct tx_state);
	return tx;
}

static bool tx_start(struct tx *tx, err *e)
{
	struct tx_state *s = tx->state;
	err begun = tx->snap.unit->store->ops->unit_open(tx);
	if (begun != OK) {
		s->phase = TX_DONE;
		*e = begun;
		return false;
	}
	s->phase = TX_BODY;
	tx->snap.now = clock_now(tx->snap.unit->clock);
	*e = OK;
	return true;
}

bool tx_run(struct tx *tx, err *e)
{
	struct tx_state *s = tx->state;
	ASSERT(s->phase != TX_DONE);
	if (s->phase == TX_NEW) {
		s->mark = arena_mark(tx->snap.arena);
		return tx_start(tx, e);
	}
	err body = *e;
	if (body == OK && tx->snap.conn->failed != OK)
		body = tx->snap.conn->failed;
	if (body == OK)
		body = journal_flush(tx);
	bool again = false;
	*e = tx->snap.unit->store->ops->unit_close(tx, body, &again);
	if (!again || ++s->tries == STORE_TRIES_MAX) {
		s->phase = TX_DONE;
		return false;
	}
	arena_reset(tx->snap.arena, s->mark);
	struct tx_state next = { .tries = s->tries, .mark = s->mark };
	*s = next;
	tx->snap.corp = tx->snap.unit->corp;
	return tx_start(tx, e);
}

void tx_after_commit(struct tx *tx, void (*fn)(void *arg), void *arg)
{
	struct after *a = ARENA_NEW(tx->snap.arena, struct after), **last = &tx->state->after;
	while (*last)
		last = &(*last)->next;
	*a = (struct after){ NULL, fn, arg };
	*last = a;
}

void tx_committed(struct store *st, struct tx_state *s)
{
	seal_cache_take(st, s);
	for (struct after *a = s->after; a; a = a->next)
		a->fn(a->arg);
}

void **tx_memo(struct tx *tx, const void *key)
{
	struct tx_state *s = tx->state;
	for (size_t i = 0; i < s->memos.n; i++)
		if (s->memos.v[i]->key == key)
			return &s->memos.v[i]->value;
	struct tx_memo *m = ARENA_NEW(tx->snap.arena, struct tx_memo);
	m->key = key;
	vec_push(tx->snap.arena, &s->memos, m);
	return &m->value;
}

void tx_only_tables(struct tx *tx, const char *const *tables) { tx->state->only = tables; }

/* Cuts the list of callbacks back to what it was. */
static void after_cut(struct tx_state *s, size_t keep)
{
	struct after **at = &s->after;
	for (; keep > 0 && *at; keep--)
		at = &(*at)->next;
	*at = NULL;
}

static size_t after_count(const struct tx_state *s)
{
	size_t n = 0;
	for (const struct after *a = s->after; a; a = a->next)
		n++;
	return n;
}

err tx_try(struct tx *tx, err (*fn)(struct tx *tx, void *arg), void *arg)
{
	struct tx_state *s = tx->state;
	const struct backend *ops = tx->snap.unit->store->ops;
	struct conn *c = tx->snap.conn;
	if (c->failed != OK)
		return c->failed;
	if (s->depth == STORE_TRY_DEPTH_MAX)
		return fail_set(tx->snap.fail, ERR_INTERNAL, T_OK, STR("tx_try"), STR_NIL, STR("16"));
	size_t events = s->events.n, after = after_count(s), seals = s->seals.n;
	unsigned wake = s->wake;
	TRY(ops->save(c, ++s->depth, tx->snap.fail));
	err e = fn(tx, arg);
	i64 changed;
	if (e == OK && c->failed == OK && ops->settle)
		e = ops->settle(c, &changed, tx->snap.fail);
	if (e == OK && c->failed != OK)
		e = c->failed;
	struct fail why = *tx->snap.fail;
	err end = ops->save_end(c, s->depth--, e == OK, tx->snap.fail);
	if (end != OK)
		return conn_failed(c, end);
	if (e != OK) {
		c->failed = OK;
		ahead_forget(c);
		*tx->snap.fail = why;
		s->events.n = events;
		s->seals.n = seals;
		s->wake = wake;
		after_cut(s, after);
	}
	return e;
}
