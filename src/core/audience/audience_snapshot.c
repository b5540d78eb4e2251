/*
 * Writing and loading snapshots: what must fit before a file is believed.
 *
 * Writing reads the slots' places first and then lets the index take what waits: the consumer names persons to the
 * index before its cursor moves, so everything up to the place is in. Reading goes the same way round. The file is
 * written under the read lock; fsync and rename come after it.
 */
#include "core/audience/audience_snapshot.h"
#include "core/audience/audience_file.h"

#include "base/log.h"
#include "store/cursor.h"
#include "store/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FACTS_CURSOR "attr.facts"
#define STAMP_CURSOR "audience.stamp"
#define EVENTS_AT_ONCE 2000

str audience_snapshot_path(struct arena *a, const struct audience_index *ix, i64 corp)
{
	return arena_printf(a, "%.*s/%lld.index", STR_F(ix->dir), (long long)corp);
}

err audience_stamp(struct tx *tx)
{
	i64 stamp = 0;
	TRY(cursor_get(&tx->snap, STR(STAMP_CURSOR), &stamp));
	return cursor_put(tx, STR(STAMP_CURSOR), stamp + 1);
}

/* ---- places ---- */

static err event_id_at(const struct snap *s, i64 seq, i64 *ret)
{
	struct event *ev;
	size_t n;
	*ret = 0;
	if (seq <= 0)
		return OK;
	TRY(journal_read(s, seq - 1, 1, &ev, &n));
	*ret = n && ev[0].seq == seq ? ev[0].id : -1;
	return OK;
}

static err place_of(const struct snap *s, i64 slot, struct snapshot_place *ret)
{
	*ret = (struct snapshot_place){ .slot = slot };
	TRY(cursor_get(s, STR(FACTS_CURSOR), &ret->seq));
	TRY(cursor_get(s, STR(STAMP_CURSOR), &ret->stamp));
	return event_id_at(s, ret->seq, &ret->id);
}

static err places_of(struct unit *u, struct snapshot_place **ret, size_t *ret_count)
{
	i64 *slots = ARENA_ARRAY(u->arena, i64, SLOT_COUNT);
	*ret_count = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	*ret = ARENA_ARRAY(u->arena, struct snapshot_place, *ret_count + 1);
	for (size_t i = 0; i < *ret_count; i++)
		TRY(READ_SNAP(u, slots[i], place_of(snap, slots[i], &(*ret)[i])));
	return OK;
}

/* ---- writing ---- */

static err io_failed(struct unit *u, const char *path)
{
	return fail_set(&u->fail, ERR_IO, T_OK, STR("snapshot"), str_c(strerror(errno)), str_c(path));
}

static void sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static err write_file(struct unit *u, struct corp_index *ci, str uuid, const struct snapshot_place *places, size_t count, u64 *ret_changes)
{
	const char *dir = arena_cstr(u->arena, ci->of->dir), *path = arena_cstr(u->arena, audience_snapshot_path(u->arena, ci->of, ci->corp));
	const char *tmp = arena_cstr(u->arena, arena_printf(u->arena, "%s.new", path));
	struct corp_index *open_ci;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return io_failed(u, dir);
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return io_failed(u, tmp);
	err e = index_open(u, &(struct index_ask){ 0 }, &open_ci);
	bool ok = false;
	if (e == OK) {
		*ret_changes = open_ci->changes;
		ok = snapshot_write(fd, open_ci, u->arena, uuid, places, count);
		index_close(open_ci);
	}
	if (ok)
		e = store_durable(u->store, &u->fail); /* never ahead of the journal, whatever fails */
	ok = ok && e == OK && fsync(fd) == 0;
	ok = close(fd) == 0 && ok && rename(tmp, path) == 0;
	if (e == OK && !ok)
		e = io_failed(u, path);
	if (e != OK)
		unlink(tmp);
	else
		sync_dir(dir);
	return e;
}

static err write_corp(struct env *env, struct corp_index *ci)
{
	struct arena *a = arena_new(INDEX_BYTES_MAX);
	struct unit u = unit_new(env->store, a, ci->corp, "audience");
	struct snapshot_place *places;
	size_t count;
	str uuid;
	u64 changes = 0;
	u.env = env;
	err e = READ_SNAP(&u, slot_base(u.store, u.corp), store_uuid(snap, &uuid));
	if (e == OK)
		e = places_of(&u, &places, &count);
	if (e == OK)
		e = write_file(&u, ci, uuid, places, count, &changes);
	if (e == OK)
		ci->written = changes;
	else
		log_fail("audience.snapshot_failed", &u.fail, STR_NIL);
	arena_free(a);
	return e;
}

/* Loaded, and not as it was last written. */
static bool wants_writing(struct corp_index *ci)
{
	pthread_rwlock_rdlock(&ci->lock);
	pthread_mutex_lock(&ci->pending_lock);
	bool wants = ci->arena && (ci->changes != ci->written || ci->pending.n || ci->seen.n || ci->stale);
	pthread_mutex_unlock(&ci->pending_lock);
	pthread_rwlock_unlock(&ci->lock);
	return wants;
}

err audience_snapshot(struct env *env)
{
	struct audience_index *ix = env->audience;
	err first = OK;
	if (!ix || ix->dir.n == 0)
		return OK;
	pthread_mutex_lock(&ix->lock);
	struct corp_index *ci = ix->first; /* the list only grows at its front */
	pthread_mutex_unlock(&ix->lock);
	for (; ci; ci = ci->next) {
		err e = wants_writing(ci) ? write_corp(env, ci) : OK;
		first = first == OK ? e : first;
	}
	return first;
}

void audience_snapshot_remove(const struct audience_index *ix)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	DIR *dir = ix && ix->dir.n ? opendir(arena_cstr(a, ix->dir)) : NULL;
	for (struct dirent *d; dir && (d = readdir(dir));)
		if (str_ends(str_c(d->d_name), STR(".index")))
			unlinkat(dirfd(dir), d->d_name, 0);
	if (dir)
		closedir(dir);
	arena_free(a);
}

/* ---- loading ---- */

/* Why a file is not used; NULL: it is. */
static const char *head_wrong(const struct snapshot_head *h, size_t bytes, str uuid, i64 corp)
{
	char mine[SNAPSHOT_UUID] = { 0 };
	if (bytes < sizeof(*h) || memcmp(h->magic, "YTINDEX", 8) != 0)
		return "damaged";
	if (h->version != SNAPSHOT_VERSION || h->head_bytes != sizeof(*h) || h->layout != snapshot_layout())
		return "other format";
	if (h->sum != snapshot_sum(h, offsetof(struct snapshot_head, sum)) || h->body_bytes != bytes - sizeof(*h))
		return "damaged";
	memcpy(mine, uuid.p, uuid.n < sizeof(mine) ? uuid.n : sizeof(mine));
	if (memcmp(mine, h->uuid, sizeof(mine)) != 0 || h->corp != corp)
		return "of another store";
	return NULL;
}

static err place_wrong(const struct snap *s, const struct snapshot_place *p, const char **ret)
{
	i64 last, id, seen = 0, stamp = 0;
	TRY(journal_last(s, &last));
	TRY(event_id_at(s, p->seq, &id));
	TRY(cursor_get(s, STR(FACTS_CURSOR), &seen));
	TRY(cursor_get(s, STR(STAMP_CURSOR), &stamp));
	if (p->seq > last || id != p->id || seen < p->seq)
		*ret = "ahead of the store";
	else if (stamp != p->stamp)
		*ret = "older than a change without journal";
	return OK;
}

struct tail { struct imap seen; VEC(i64) who; };

/* The corp's persons whom journal rows behind the place name. */
static err tail_of(struct unit *u, const struct snapshot_place *p, struct tail *t)
{
	struct event *ev;
	size_t n;
	i64 after = p->seq;
	do {
		struct arena_mark mark = arena_mark(u->arena);
		struct arena *own = t->seen.arena;
		TRY(READ_SNAP(u, p->slot, journal_read(snap, after, EVENTS_AT_ONCE, &ev, &n)));
		for (size_t i = 0; i < n; i++)
			if (ev[i].customer && ev[i].corp == u->corp && imap_put(&t->seen, ev[i].customer, 1))
				vec_push(own, &t->who, ev[i].customer);
		if (n)
			after = ev[n - 1].seq;
		arena_reset(u->arena, mark);
	} while (n == EVENTS_AT_ONCE && t->who.n <= INDEX_TOUCH_MAX);
	return OK;
}

static err load_mapped(struct unit *u, struct corp_index *ci, str file, struct arena *own, const char **ret_why)
{
	struct snapshot_place *places;
	struct tail tail = { .seen = imap_new(own) };
	size_t count, slots = slots_of_corp(u->store, u->corp, ARENA_ARRAY(own, i64, SLOT_COUNT), SLOT_COUNT);
	str uuid;
	struct snapshot_head h = { 0 };
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), store_uuid(snap, &uuid)));
	memcpy(&h, file.p, file.n < sizeof(h) ? file.n : sizeof(h));
	*ret_why = head_wrong(&h, file.n, uuid, u->corp);
	if (*ret_why)
		return OK;
	str body = { file.p + sizeof(h), file.n - sizeof(h) };
	*ret_why = "damaged";
	if (snapshot_sum(body.p, body.n) != h.body_sum || !snapshot_places(&body, own, &places, &count))
		return OK;
	*ret_why = count == slots ? NULL : "of other slots";
	for (size_t i = 0; i < count && !*ret_why; i++)
		TRY(READ_SNAP(u, places[i].slot, place_wrong(snap, &places[i], ret_why)));
	for (size_t i = 0; i < count && !*ret_why; i++)
		TRY(tail_of(u, &places[i], &tail));
	if (!*ret_why && tail.who.n > INDEX_TOUCH_MAX)
		*ret_why = "too far behind";
	if (*ret_why)
		return OK;
	index_begin(ci);
	if (!snapshot_read(body, ci)) {
		*ret_why = "damaged";
		return OK;
	}
	TRY(index_room(ci, u));
	return tail.who.n ? index_apply(ci, u, tail.who.v, tail.who.n) : OK;
}

bool audience_snapshot_load(struct unit *u, struct corp_index *ci)
{
	struct stat st;
	const char *why = "unreadable", *path;
	if (ci->of->dir.n == 0)
		return false;
	path = arena_cstr(u->arena, audience_snapshot_path(u->arena, ci->of, ci->corp));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	struct arena *own = arena_new(ARENA_MAX_DEFAULT);
	err e = OK;
	if (fstat(fd, &st) == 0 && st.st_size > 0) {
		void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
		if (map != MAP_FAILED) {
			e = load_mapped(u, ci, (str){ map, (size_t)st.st_size }, own, &why);
			munmap(map, (size_t)st.st_size);
		}
	} else {
		why = "damaged";
	}
	close(fd);
	arena_free(own);
	if (e != OK)
		log_fail("audience.snapshot_unread", &u->fail, STR_NIL);
	else if (why)
		log_line(LOG_WARN, "audience.snapshot_refused", "corp=%lld why=%s", (long long)ci->corp, why);
	u->fail = (struct fail){ 0 };
	if (e == OK && !why)
		return true;
	index_empty(ci);
	unlink(path);
	return false;
}
