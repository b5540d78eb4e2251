/*
 * audience_export PEOPLE bits|rows|arrays|store [SLOT]: the people of bench/audience for other engines, on standard
 * output.
 *
 *	bits    csv: id, seven words of tag bits, the columns
 *	rows    csv: tag, id; sorted by tag
 *	arrays  csv: id, {tags}, the columns
 *	store   SQL for sqlite3: rows of customer_fact and tag_mark as the program would have left them
 *
 * Columns are first_seen, last_order (days; today is 20000), orders, amount, staff, store, city, stage, channel.
 */
#include "audience_data.h"
#include "base/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED 20261129
#define TODAY 20000
#define ROWS_A_STATEMENT 400

static void columns(const struct person *p)
{
	printf(",%d,", TODAY - p->first_seen);
	if (p->last_order >= 0)
		printf("%d", TODAY - p->last_order);
	printf(",%d,%d,%d,%d,%d,%d,%d\n", p->orders, p->amount, p->staff, p->store, p->city, p->stage, p->channel);
}

static void bits(const struct person *p, u32 number)
{
	printf("%u", number);
	for (int i = 0; i < DATA_WORDS; i++)
		printf(",%llu", (unsigned long long)p->tags[i]);
	columns(p);
}

static void arrays(const struct person *p, u32 number)
{
	const char *before = "";
	printf("%u,\"{", number);
	for (int t = 0; t < DATA_TAGS; t++)
		if (p->tags[t / 64] >> (t % 64) & 1) {
			printf("%s%d", before, t);
			before = ",";
		}
	printf("}\"");
	columns(p);
}

/* Values of many rows in one statement. */
struct batch { const char *into; int rows; };

static void row_begin(struct batch *b)
{
	if (b->rows == 0)
		printf("INSERT INTO %s VALUES ", b->into);
	putchar(b->rows++ ? ',' : ' ');
}

static void row_end(struct batch *b, bool last)
{
	if (b->rows == ROWS_A_STATEMENT || (last && b->rows)) {
		printf(";\n");
		b->rows = 0;
	}
}

static const char *const stages[DATA_STAGES] = { "intro", "growing", "mature", "dormant", "lost" };

static void fact(struct batch *b, const struct person *p, u32 number, i64 slot)
{
	row_begin(b);
	printf("(%lld,1,%lld,%lld,0,", (long long)slot, (long long)id_customer(1, number), (long long)(TODAY - p->first_seen) * 86400000);
	if (p->last_order >= 0)
		printf("%lld", (long long)(TODAY - p->last_order) * 86400000);
	else
		printf("NULL");
	printf(",%d,%d,%d,%d,'city%d','%s','ch%d',0,0,0,0)", p->orders, p->amount, p->staff, p->store, p->city, stages[p->stage - 1], p->channel);
	row_end(b, false);
}

static void marks(struct batch *b, const struct person *p, u32 number, i64 slot)
{
	for (int t = 0; t < DATA_TAGS; t++)
		if (p->tags[t / 64] >> (t % 64) & 1) {
			row_begin(b);
			printf("(%lld,1,%lld,%d,'manual',0)", (long long)slot, (long long)id_customer(1, number), t + 1);
			row_end(b, false);
		}
}

enum form { BITS, ARRAYS, FACTS, MARKS };

static void every_person(u32 people, enum form form, i64 slot)
{
	struct arena *a = arena_new((size_t)1 << 30);
	struct data *d = data_new(a, people, SEED);
	struct person *p = ARENA_ARRAY(a, struct person, DATA_BLOCK);
	struct batch b = { form == FACTS ? "customer_fact (slot, corp, customer, added, friend, last_order, orders, spent, staff, store, city, stage, "
					   "channel, reach_wecom, reach_sms, bound, erased)"
					 : "tag_mark (slot, corp, customer, tag, why, at)", 0 };
	u32 first;
	size_t n;
	while ((n = data_next(d, p, &first)) > 0)
		for (size_t i = 0; i < n; i++) {
			if (p[i].first_seen < 0)
				continue;
			if (form == BITS)
				bits(&p[i], first + (u32)i);
			else if (form == ARRAYS)
				arrays(&p[i], first + (u32)i);
			else if (form == FACTS)
				fact(&b, &p[i], first + (u32)i, slot);
			else
				marks(&b, &p[i], first + (u32)i, slot);
		}
	row_end(&b, true);
	arena_free(a);
}

static void rows(u32 people)
{
	struct arena *a = arena_new((size_t)1 << 30);
	struct data *d = data_new(a, people, SEED);
	for (int t = 0; t < DATA_TAGS; t++)
		for (u32 n; (n = data_tag_next(d, t)) <= people;)
			printf("%d,%u\n", t, n);
	arena_free(a);
}

int main(int argc, char **argv)
{
	long people = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	static char buffer[1 << 20];
	if (people < 1 || people > 1 << 30)
		return 2;
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	i64 slot = argc > 3 ? strtol(argv[3], NULL, 10) : 0;
	if (strcmp(argv[2], "bits") == 0) {
		every_person((u32)people, BITS, 0);
	} else if (strcmp(argv[2], "arrays") == 0) {
		every_person((u32)people, ARRAYS, 0);
	} else if (strcmp(argv[2], "rows") == 0) {
		rows((u32)people);
	} else if (strcmp(argv[2], "store") == 0) {
		printf("PRAGMA synchronous=off; PRAGMA cache_size=-400000;\nBEGIN;\n");
		every_person((u32)people, FACTS, slot);
		every_person((u32)people, MARKS, slot);
		printf("COMMIT;\nPRAGMA wal_checkpoint(TRUNCATE);\n");
	} else {
		return 2;
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
