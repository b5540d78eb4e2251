/*
 * The snapshot: one file of JSON lines, so that a demo that is started again goes on living.
 *
 * First a head line with what is single (settings, streams, token, callback), then a line per object
 * in its array's order ("kind" and the record), the due things, the log, and at the end a line with
 * the count and a checksum of all before it. Written beside, synced, renamed. Faults, meters and
 * login codes are of the moment and not kept; media over their three days neither.
 */
#include "sim/sim_call.h"
#include "sim/sim_chat.h"

#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SNAPSHOT_VERSION 1
#define LINE_MAX_BYTES ((size_t)256 << 20)

#define DESCRIBE(S, FIELDS)                                                   \
	static const struct field S##_fields_[] = { FIELDS(RECORD_FIELD_, S) }; \
	static const struct record S##_record = { #S, sizeof(struct S), S##_fields_, ARRAY_LEN(S##_fields_) }
DESCRIBE(sim_dept, SIM_DEPT_FIELDS);
DESCRIBE(sim_staff, SIM_STAFF_FIELDS);
DESCRIBE(sim_person, SIM_PERSON_FIELDS);
DESCRIBE(sim_relation, SIM_RELATION_FIELDS);
DESCRIBE(sim_group, SIM_GROUP_FIELDS);
DESCRIBE(sim_tag, SIM_TAG_FIELDS);
DESCRIBE(sim_way, SIM_WAY_FIELDS);
DESCRIBE(sim_media, SIM_MEDIA_FIELDS);
DESCRIBE(sim_task, SIM_TASK_FIELDS);
DESCRIBE(sim_code, SIM_CODE_FIELDS);
DESCRIBE(sim_bill, SIM_BILL_FIELDS);
DESCRIBE(sim_transfer, SIM_TRANSFER_FIELDS);
DESCRIBE(sim_daystat, SIM_DAYSTAT_FIELDS);
DESCRIBE(sim_due, SIM_DUE_FIELDS);
DESCRIBE(sim_chat, SIM_CHAT_FIELDS);
DESCRIBE(sim_seat, SIM_SEAT_FIELDS);
DESCRIBE(sim_join, SIM_JOIN_FIELDS);
DESCRIBE(sim_hello, SIM_HELLO_FIELDS);
DESCRIBE(sim_moment, SIM_MOMENT_FIELDS);

#define HEAD_FIELDS(F, S)                                                                       \
	F(S, I64, version) F(S, STR, corpid) F(S, STR, secret) F(S, I64, agentid) F(S, STR, token) \
	F(S, MS, token_until) F(S, STR, cb_url) F(S, STR, cb_token) F(S, STR, cb_key)           \
	F(S, BOOL, lively) F(S, I64, quota) F(S, I64, tag_max) F(S, STR, streams) F(S, I64, due_seq) \
	F(S, I64, hints) F(S, I64, callbacks_ok) F(S, I64, callbacks_lost) F(S, I64, orders)    \
	F(S, I64, mass_sent) F(S, I64, acquire_balance) F(S, I64, acquire_used) F(S, MS, plan_start) F(S, I64, plan_days) F(S, I64, plan_people)   \
	F(S, I64, plan_after) F(S, I64, arrived) F(S, STR, log_hash) F(S, MS, now)
struct head { HEAD_FIELDS(RECORD_MEMBER_, head) };
DESCRIBE(head, HEAD_FIELDS);

struct writer { FILE *f; struct arena *a; u32 crc; i64 lines; };

static void line_write(struct writer *w, const char *kind, str body)
{
	str line = arena_printf(w->a, "%s\t%.*s\n", kind, STR_F(body));
	w->crc = hash_crc32(w->crc, line);
	w->lines++;
	fwrite(line.p, 1, line.n, w->f);
}

static void object_write(struct writer *w, const char *kind, const struct record *r, const void *of)
{
	struct arena_mark mark = arena_mark(w->a);
	struct buf b = buf_new(w->a, LINE_MAX_BYTES);
	record_write(&b, r, of);
	line_write(w, kind, buf_str(&b));
	arena_reset(w->a, mark);
}

static str u64_text(struct arena *a, u64 v)
{
	return arena_printf(a, "%016llx", (unsigned long long)v);
}

static void head_write(struct sim *s, struct writer *w)
{
	struct buf streams = buf_new(w->a, 1024);
	for (int i = 0; i < STREAM_COUNT; i++)
		buf_add(&streams, u64_text(w->a, s->stream[i]));
	struct head h = { .version = SNAPSHOT_VERSION, .corpid = s->corpid, .secret = s->secret, .agentid = s->agentid,
			  .token = s->token, .token_until = s->token_until, .cb_url = s->cb_url, .cb_token = s->cb_token,
			  .cb_key = s->cb_key, .lively = s->lively, .quota = s->quota, .tag_max = s->tag_max,
			  .streams = buf_str(&streams), .due_seq = s->due_seq, .hints = s->hints,
			  .callbacks_ok = s->callbacks_ok, .callbacks_lost = s->callbacks_lost, .orders = s->orders,
			  .mass_sent = s->mass_sent, .acquire_balance = s->acquire_balance,
			  .acquire_used = s->acquire_used, .plan_start = s->plan.start, .plan_days = s->plan.days,
			  .plan_people = s->plan.people, .plan_after = s->plan.after_per_day, .arrived = s->arrived,
			  .log_hash = u64_text(w->a, s->log_hash), .now = sim_now(s) };
	object_write(w, "head", &head_record, &h);
}

#define WRITE_ALL(list, name) \
	for (size_t i = 0; i < s->list.n; i++) object_write(w, #name, &sim_##name##_record, s->list.v[i])

static void model_write(struct sim *s, struct writer *w)
{
	head_write(s, w);
	WRITE_ALL(depts, dept);
	WRITE_ALL(staff, staff);
	WRITE_ALL(people, person);
	WRITE_ALL(relations, relation);
	WRITE_ALL(groups, group);
	WRITE_ALL(tags, tag);
	WRITE_ALL(ways, way);
	WRITE_ALL(tasks, task);
	WRITE_ALL(codes, code);
	WRITE_ALL(daystats, daystat);
	WRITE_ALL(kept.transfers, transfer);
	WRITE_ALL(kept.bills, bill);
	WRITE_ALL(group.chats, chat);
	WRITE_ALL(group.seats, seat);
	WRITE_ALL(group.joins, join);
	WRITE_ALL(group.hellos, hello);
	WRITE_ALL(moments.v, moment);
	for (size_t i = 0; i < s->media.n; i++)
		if (sim_media_live(s, s->media.v[i]->id))
			object_write(w, "media", &sim_media_record, s->media.v[i]);
	for (size_t i = 0; i < s->heap.n; i++)
		object_write(w, "due", &sim_due_record, &s->heap.v[i]);
	for (size_t i = 0; i < s->log.n; i++) {
		struct arena_mark mark = arena_mark(w->a);
		line_write(w, "log", s->log.v[i]);
		arena_reset(w->a, mark);
	}
}

static err io_fail(struct fail *f, str path)
{
	return fail_set(f, ERR_IO, T_OK, STR_NIL, path, str_c(strerror(errno)));
}

err sim_save(struct sim *s, str path, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	char *name = arena_cstr(a, path), *beside = arena_cstr(a, arena_printf(a, "%.*s.new", STR_F(path)));
	struct writer w = { .f = fopen(beside, "wb"), .a = a };
	err failed = OK;
	if (!w.f) {
		failed = io_fail(f, path);
	} else {
		pthread_mutex_lock(&s->lock);
		model_write(s, &w);
		pthread_mutex_unlock(&s->lock);
		fprintf(w.f, "end\t{\"lines\":%lld,\"crc\":%u}\n", (long long)w.lines, w.crc);
		bool bad = ferror(w.f) || fflush(w.f) != 0 || fsync(fileno(w.f)) != 0;
		bad |= fclose(w.f) != 0;
		if (bad || rename(beside, name) != 0)
			failed = io_fail(f, path);
	}
	arena_free(a);
	return failed;
}

/* Lists from a parsed line fit exactly; ids that grow need the room sim_ids_add counts on. */
static void ids_room(struct sim *s, const struct record *r, void *of)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->fields[i].type != FIELD_IDS)
			continue;
		struct ids *ids = (struct ids *)((char *)of + r->fields[i].at), old = *ids;
		*ids = (struct ids){ 0 };
		for (size_t k = 0; k < old.n; k++)
			sim_ids_add(s, ids, old.v[k]);
	}
}

static void head_read(struct sim *s, const struct head *h)
{
	s->corpid = h->corpid;
	s->secret = h->secret;
	s->agentid = h->agentid;
	s->token = h->token;
	s->token_until = h->token_until;
	s->cb_url = h->cb_url;
	s->cb_token = h->cb_token;
	s->cb_key = h->cb_key;
	s->lively = h->lively;
	s->acquire_balance = h->acquire_balance;
	s->acquire_used = h->acquire_used;
	s->quota = (enum sim_quota)h->quota;
	s->tag_max = h->tag_max;
	s->due_seq = h->due_seq;
	s->hints = h->hints;
	s->callbacks_ok = h->callbacks_ok;
	s->callbacks_lost = h->callbacks_lost;
	s->orders = h->orders;
	s->mass_sent = h->mass_sent;
	s->plan = (struct sim_plan){ h->plan_start, (int)h->plan_days, h->plan_people, h->plan_after };
	s->arrived = h->arrived;
	s->log_hash = strtoull(arena_cstr(s->arena, h->log_hash), NULL, 16);
	for (int i = 0; i < STREAM_COUNT; i++) {
		str part = str_sub(h->streams, (size_t)i * 16, (size_t)i * 16 + 16);
		s->stream[i] = strtoull(arena_cstr(s->arena, part), NULL, 16);
	}
}

#define READ_OF(name) \
	if (str_eq_c(kind, #name)) { \
		struct sim_##name of = { 0 }; \
		record_read(&sim_##name##_record, v, &of, s->arena); \
		ids_room(s, &sim_##name##_record, &of); \
		sim_##name##_add(s, &of); \
		return true; \
	}

static bool line_read(struct sim *s, str kind, const struct json *v)
{
	READ_OF(person)
	READ_OF(relation)
	READ_OF(dept)
	READ_OF(staff)
	READ_OF(group)
	READ_OF(tag)
	READ_OF(way)
	READ_OF(task)
	READ_OF(code)
	READ_OF(media)
	READ_OF(transfer)
	READ_OF(bill)
	READ_OF(chat)
	READ_OF(seat)
	READ_OF(join)
	READ_OF(hello)
	READ_OF(moment)
	if (str_eq_c(kind, "daystat")) {
		struct sim_daystat of = { 0 };
		record_read(&sim_daystat_record, v, &of, s->arena);
		*sim_daystat(s, of.staff, of.day) = of;
		return true;
	}
	if (str_eq_c(kind, "due")) {
		struct sim_due of = { 0 };
		record_read(&sim_due_record, v, &of, s->arena);
		sim_due_push(s, &of);
		return true;
	}
	if (str_eq_c(kind, "head")) {
		struct head of = { 0 };
		record_read(&head_record, v, &of, s->arena);
		head_read(s, &of);
		return of.version == SNAPSHOT_VERSION;
	}
	return false;
}

static err model_read(struct sim *s, str rest, str path, struct fail *f)
{
	u32 crc = 0;
	i64 lines = 0;
	while (rest.n) {
		str whole = rest, line = str_cut(&rest, '\n'), body = line, kind = str_cut(&body, '\t');
		if (str_eq_c(kind, "log")) {
			vec_push(s->arena, &s->log, body);
		} else {
			struct json *v = NULL;
			TRY(json_parse(body, s->arena, &v, f));
			if (str_eq_c(kind, "end"))
				return json_i64(v, "crc", -1) == crc && json_i64(v, "lines", -1) == lines ? OK :
					fail_set(f, ERR_SYNTAX, T_OK, STR_NIL, path, STR("checksum"));
			if (!line_read(s, kind, v))
				return fail_set(f, ERR_SYNTAX, T_OK, STR_NIL, path, STR("version"));
		}
		crc = hash_crc32(crc, str_of(whole.p, line.n + 1));
		lines++;
	}
	return fail_set(f, ERR_SYNTAX, T_OK, STR_NIL, path, STR("end"));
}

err sim_load(struct sim *s, str path, struct fail *f)
{
	char *name = arena_cstr(s->arena, path);
	struct stat st;
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? fail_set(f, ERR_NOT_FOUND, T_OK, STR_NIL, path, path) : io_fail(f, path);
	size_t have = 0;
	err failed = fstat(fd, &st) == 0 ? OK : io_fail(f, path);
	char *p = failed ? NULL : arena_alloc(s->arena, (size_t)st.st_size + 1);
	while (!failed && have < (size_t)st.st_size) {
		ssize_t n = read(fd, p + have, (size_t)st.st_size - have);
		if (n < 0)
			failed = io_fail(f, path);
		else if (n == 0)
			st.st_size = (off_t)have;
		else
			have += (size_t)n;
	}
	close(fd);
	TRY(failed);
	pthread_mutex_lock(&s->lock);
	failed = model_read(s, str_of(p, have), path, f);
	pthread_mutex_unlock(&s->lock);
	return failed;
}
