/*
 * An arrival told to everybody who waits, on SQLite: how long the estimate, the planning (places in the ledger, rows, parts) and
 * the second run take, which must leave out those who heard. One thread, every step durable; the machine's other work
 * counts against it.
 * Usage: arrival_bench [--people N] [--staff N]
 */
#include "bench_dir.h"
#include "app/engine.h"
#include "base/log.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer_many.h"
#include "core/follow/follow_data.h"
#include "core/staff/staff_data.h"
#include "core/tag/tag_edit.h"
#include "feature/broadcast/broadcast_person_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define START ((ms)1764547200000 + 2 * MS_HOUR) /* ten in Shanghai */
#define ROWS 500

struct pond { char dir[64]; struct clock clock; struct arena *arena; struct store *store; struct env env; struct cx cx; i64 corp, slot; };

static void check(err e, const struct fail *f, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "arrival_bench: %s: %s %s %s (%s)\n", what, err_name(e), f->field, f->value, f->where);
	exit(1);
}

static double wall_s(void) { return (double)clock_mono_us() / 1e6; }
static double cpu_s(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void pond_open(struct pond *p)
{
	struct fail f = { 0 };
	size_t n = 0;
	static const char *order[200];
	snprintf(p->dir, sizeof(p->dir), "/tmp/arrival_bench_XXXXXX");
	if (!mkdtemp(p->dir))
		exit(1);
	for (; modules[n]; n++)
		order[n] = modules[n]->name;
	p->clock = clock_simulated(START);
	p->arena = arena_new(ARENA_MAX_DEFAULT);
	struct store_conf conf = { .url = STR(""), .dir = str_c(p->dir), .key_file = STR(""), .clock = &p->clock, .module_order = order };
	check(store_open(&conf, &p->store, &f), &f, "open");
	p->env = (struct env){ .store = p->store, .clock = &p->clock, .modules = modules, .public_url = STR("http://bench.test") };
	p->env.audience = audience_index_new(p->store);
	check(corp_module.start(&p->env, &f), &f, "start");
	p->cx = cx_system(&p->env, p->arena, 0, "bench");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	check(corp_create(&p->cx, &in, &p->corp), &p->cx.unit.fail, "corp");
	p->cx.unit.corp = p->corp;
	p->slot = slot_base(p->store, p->corp);
}

static void pond_close(struct pond *p)
{
	audience_index_free(p->env.audience);
	corp_cache_free(p->env.corps);
	store_close(p->store);
	bench_dir_remove(p->dir);
	arena_free(p->arena);
}

static err put_staff(struct tx *tx, i64 *staff, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct staff_row row;
		record_init(&staff_row_record, &row);
		staff[i] = row.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
		row.userid = row.userid_low = arena_printf(tx->snap.arena, "advisor%zu", i);
		row.name = row.userid;
		row.alias = STR("");
		row.state = STR("active");
		row.in_scope = true;
		TRY(staff_add(tx, &row));
	}
	return OK;
}

/* People of one step: known, friends of their advisors, with the tag; told as WeCom would. */
static err put_people(struct tx *tx, const struct customer_new *rows, size_t n, const i64 *staff, size_t staff_count, i64 tag)
{
	TRY(customer_add_many(tx, rows, n));
	for (size_t i = 0; i < n; i++) {
		struct follow_row f;
		i64 id = rows[i].id, who = staff[(size_t)id % staff_count];
		str external = arena_printf(tx->snap.arena, "wm%lld", (long long)id);
		struct follow_event told = { .staff = who, .userid = STR("a"), .external_userid = external, .first = true };
		record_init(&follow_row_record, &f);
		f.customer = id;
		f.staff = who;
		f.external_userid = external;
		f.added = START;
		f.status = STR("friend");
		f.times = 1;
		TRY(follow_put(tx, &f));
		TRY(tag_mark(tx, id, tag, "manual", 0));
		TRY(journal_add(tx, EV_FOLLOW_ADDED, id, START, &follow_event_record, &told, NULL));
	}
	return OK;
}

static void fill(struct pond *p, size_t people, const i64 *staff, size_t staff_count, i64 tag)
{
	static struct customer_new rows[ROWS];
	for (size_t i = 0; i < people; i += ROWS) {
		size_t n = people - i < ROWS ? people - i : ROWS;
		struct arena_mark mark = arena_mark(p->arena);
		for (size_t k = 0; k < n; k++) {
			u32 number;
			check(store_number(&p->cx.unit, "customer", &number), &p->cx.unit.fail, "number");
			rows[k] = (struct customer_new){ id_customer(p->corp, number), STR("wecom"), STR_NIL, START };
		}
		check(WRITE_TX(&p->cx.unit, p->slot, put_people(tx, rows, n, staff, staff_count, tag)), &p->cx.unit.fail, "people");
		arena_reset(p->arena, mark);
	}
}

static void consume(struct pond *p)
{
	bool worked = true;
	for (int i = 0; worked && i < 100000; i++)
		check(engine_stage(&p->env, STAGE_CONSUME, &worked), &p->cx.unit.fail, "events");
}

/* Estimates and plans; how many it will reach. */
static i64 arrive(struct pond *p, const char *name, i64 *ret_id)
{
	struct expr *audience;
	struct broadcast_sums sums;
	struct content content = { .text = STR("您要的口罩到了") };
	bool worked = true;
	double began = wall_s();
	check(expr_parse(&p->cx.unit, STR("tag:\"口罩\""), &audience), &p->cx.unit.fail, "expr");
	struct broadcast_new new = { .name = STR("口罩到货"), .expr = STR("tag:\"口罩\""), .words = STR(""), .content = &content,
				     .aim = { .audience = audience, .priority = BROADCAST_PRIORITY, .seed = 7, .kind = STR("useful"), .deadline = NIL, .topic = STR("arrival:1:1") } };
	check(broadcast_preview(&p->cx.unit, &new.aim, &sums), &p->cx.unit.fail, "preview");
	double seen = wall_s(), used = cpu_s();
	new.confirmed = sums.planned;
	check(WRITE_TX(&p->cx.unit, p->slot, broadcast_create(tx, &new, ret_id)), &p->cx.unit.fail, "create");
	while (worked)
		check(engine_stage(&p->env, STAGE_JOB, &worked), &p->cx.unit.fail, "plan");
	printf("%s: %lld of %lld people\n", name, (long long)sums.planned, (long long)sums.people);
	printf("figure arrival_%s_estimate %.2f s goal < 5\nfigure arrival_%s_plan %.2f s goal < 10\n", name, seen - began, name, wall_s() - seen);
	printf("figure arrival_%s_plan_processor %.2f s goal -\n", name, cpu_s() - used);
	struct rusage most;
	getrusage(RUSAGE_SELF, &most);
	printf("figure arrival_%s_memory %ld MB goal < 512\n", name, most.ru_maxrss / 1024);
	fflush(stdout);
	return sums.planned;
}

/* Every other advisor tapped; the rest ran out. */
static err end_all(struct tx *tx, i64 id, const i64 *staff, size_t staff_count)
{
	struct broadcast b;
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ id }, &b));
	for (size_t i = 0; i < staff_count; i++) {
		struct broadcast_person *rows;
		size_t n;
		TRY(broadcast_people_of(&tx->snap, &(struct broadcast_members){ id, staff[i], 0 }, &rows, &n));
		for (size_t k = 0; k < n; k++) {
			rows[k].state = i % 2 ? STR("expired") : STR("delivered");
			rows[k].sent_at = tx->snap.now;
			TRY(broadcast_person_end(tx, &rows[k]));
		}
	}
	b.state = STR("closed");
	b.closed = tx->snap.now;
	return broadcast_update(tx, &b);
}

int main(int argc, char **argv)
{
	struct pond p = { 0 };
	size_t people = 90000, staff_count = 100;
	i64 id = 0, tag = 0;
	log_level_set(LOG_ERROR);
	for (int i = 1; i + 1 < argc; i += 2) {
		people = !strcmp(argv[i], "--people") ? strtoul(argv[i + 1], NULL, 10) : people;
		staff_count = !strcmp(argv[i], "--staff") ? strtoul(argv[i + 1], NULL, 10) : staff_count;
	}
	pond_open(&p);
	i64 *staff = ARENA_ARRAY(p.arena, i64, staff_count), group = 0;
	check(WRITE_TX(&p.cx.unit, p.slot, put_staff(tx, staff, staff_count)), &p.cx.unit.fail, "staff");
	check(WRITE_TX(&p.cx.unit, p.slot, tag_group_ensure(tx, STR("想要"), STR_NIL, STR("own"), &group)), &p.cx.unit.fail, "group");
	check(WRITE_TX(&p.cx.unit, p.slot, tag_add(tx, group, STR("口罩"), false, &tag)), &p.cx.unit.fail, "tag");
	fill(&p, people, staff, staff_count, tag);
	consume(&p);
	i64 first = arrive(&p, "first", &id);
	check(WRITE_TX(&p.cx.unit, p.slot, end_all(tx, id, staff, staff_count)), &p.cx.unit.fail, "end");
	clock_advance(&p.clock, START + 2 * MS_DAY);
	consume(&p);
	i64 second = arrive(&p, "second", &id);
	if (first != (i64)people || second <= 0 || second >= first) {
		fprintf(stderr, "arrival_bench: %lld and %lld people\n", (long long)first, (long long)second);
		return 1;
	}
	pond_close(&p);
	return 0;
}
