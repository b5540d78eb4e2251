/*
 * The sums over customer_fact: differences gathered per member of staff, written once per transaction.
 */
#include "core/attr/attr_tally.h"

#include "core/attr/attr_data.h"

struct tally_sum tally_begin(struct arena *a, size_t people)
{
	/* A person can leave one member of staff and come to another. */
	return (struct tally_sum){ ARENA_ARRAY(a, struct fact_tally, 2 * people), 0, 2 * people };
}

static struct fact_tally *row_of(struct tally_sum *sum, i64 staff)
{
	for (size_t i = sum->count; i-- > 0;)
		if (sum->rows[i].staff == staff)
			return &sum->rows[i];
	ASSERT(sum->count < sum->max);
	sum->rows[sum->count] = (struct fact_tally){ .staff = staff };
	return &sum->rows[sum->count++];
}

void tally_take(struct tally_sum *sum, const struct customer_fact *fact, i64 sign)
{
	if (id_number_of(fact->customer) >= ID_VISITOR_FROM)
		return;
	struct fact_tally *t = row_of(sum, fact->staff == NIL ? 0 : fact->staff);
	t->people += sign;
	t->friends += fact->friend ? sign : 0;
	t->bound += fact->friend && fact->bound ? sign : 0;
	t->buyers += fact->orders > 0 ? sign : 0;
	t->strangers += fact->orders > 0 && !fact->friend ? sign : 0;
	t->orders += sign * fact->orders;
	t->spent += sign * fact->spent;
}

err tally_write(struct tx *tx, const struct tally_sum *sum)
{
	for (size_t i = 0; i < sum->count; i++) {
		const struct fact_tally *t = &sum->rows[i];
		if (t->people || t->friends || t->bound || t->buyers || t->strangers || t->orders || t->spent)
			TRY(fact_tally_add(tx, t));
	}
	return OK;
}

err attr_tallies(const struct snap *s, struct fact_tally **ret, size_t *ret_count)
{
	return fact_tally_sums(s, &(struct none){ 0 }, ret, ret_count);
}
