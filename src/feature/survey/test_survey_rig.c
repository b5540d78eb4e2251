/*
 * The rig of tests of surveys.
 */
#include "feature/survey/test_survey_rig.h"

#include "feature/order/order.h"

struct survey_form survey_usual(struct world *w) { return survey_form_usual(w->t->arena, LANG_ZH); }

i64 survey_new(struct world *w)
{
	struct survey_form form = survey_usual(w);
	i64 id = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, survey_make(tx, &form, &id)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, survey_publish(tx, id)), OK);
	return id;
}

struct survey survey_stored(struct world *w, i64 id)
{
	struct survey v = { 0 };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, survey_find(snap, id, &v)), OK);
	return v;
}

str survey_link(struct world *w, i64 id, i64 customer, i64 staff)
{
	str url = STR_NIL, picture;
	assert_int_equal(survey_enclosure.link(&w->cx.unit, id, &(struct enclosure_to){ customer, staff }, &url, &picture), OK);
	return url;
}

/* "key=…&p=…" of the page a door leads to. */
static str query_of(struct browser *b, str link)
{
	str path = str_sub(link, sizeof("http://product.test") - 1, link.n);
	assert_int_equal(request(b, "GET", path, STR_NIL), 302);
	str at = reply_header(&b->reply, "location");
	assert_true(str_starts(at, STR("/h5/survey?")));
	return str_sub(at, sizeof("/h5/survey?") - 1, at.n);
}

int survey_shows(struct browser *b, str link)
{
	str query = query_of(b, link);
	return request(b, "GET", arena_printf(b->w->t->arena, "/h5/api/survey?%.*s", STR_F(query)), STR_NIL);
}

int survey_opens(struct browser *b, str link)
{
	str query = query_of(b, link);
	int status = request(b, "POST", STR("/h5/api/survey/open"), body_of(b, query));
	settle(b->w);
	return status;
}

int survey_answers(struct browser *b, str link, i64 number, const char *answers)
{
	str body = body_of(b, query_of(b, link));
	body = arena_printf(b->w->t->arena, "%.*s,\"number\":%lld,\"answers\":%s}", (int)body.n - 1, body.p, (long long)number, answers);
	int status = request(b, "POST", STR("/h5/api/survey/answer"), body);
	settle(b->w);
	return status;
}

int survey_reason(struct browser *b, str link, const char *code)
{
	return survey_answers(b, link, 1, arena_cstr(b->w->t->arena, arena_printf(b->w->t->arena, "[{\"question\":\"q1\",\"choices\":[\"%s\"]}]", code)));
}

void survey_buys(struct world *w, i64 her, i64 order, i64 fen, ms at)
{
	struct order_tally t = { 0 };
	struct order_in in = { .goods_count = 0 };
	record_init(&order_head_record, &in.head);
	in.head.customer = her;
	in.head.id = order;
	in.head.source = STR("test");
	in.head.status = STR("paid");
	in.head.paid = fen;
	in.head.currency = STR("CNY");
	in.head.ordered = at;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), order_put(tx, her, true, &in, 1, &t)), OK);
	settle(w);
}

struct survey_answer survey_kept(struct world *w, i64 id, i64 customer)
{
	struct survey_answer a = { .event = 0 };
	err e = READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, customer),
			  survey_answer_get(snap, &(struct survey_of){ id, customer, STR("") }, &a));
	assert_true(e == OK || e == ERR_NOT_FOUND);
	return a;
}
