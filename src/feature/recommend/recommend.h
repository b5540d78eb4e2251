/*
 * recommend 关联推荐: who bought A also bought B, counted on the corp's own orders.
 *
 * Goods come with order events: one row per order, leaf and product (derived), folded per person in the
 * `person` hook, so withdrawn, refunded and merged ones count exactly. Every night, or by hand, a job counts:
 * of the RECOMMEND_PRODUCTS_MAX products with the most buyers, how many people bought both of a pair within
 * recommend.window_days of each other. Pairs of fewer than recommend.support_min people, and pairs that go
 * together no more often than chance (lift <= 1), are left out; of the rest each product keeps its
 * RECOMMEND_PARTNERS_MAX partners of the highest confidence (both / buyers of A).
 *
 * What to offer a person next: the partners of what she bought, most confident first, without what she has,
 * unless people buy it again and again and her last was some time ago. The first is her attribute
 * likely_product, the product that led to it likely_because. So "bought A, likely B" is the audience
 *	likely_because = "A" and likely_product = "B"
 * and a message says likely_product. Counts are of the whole corp, whoever looks: they speak of goods.
 *
 * in:  order.*, refund.withdrawn; customer.merged, customer.erased
 * out: attributes likely_product, likely_because
 */
#ifndef YT_FEATURE_RECOMMEND_RECOMMEND_H
#define YT_FEATURE_RECOMMEND_RECOMMEND_H

#include "core/attr/attr_value.h"
#include "core/job/job.h"
#include "core/module.h"

#define RECOMMEND_PRODUCTS_MAX 1000   /* counted, those with the most buyers */
#define RECOMMEND_PRODUCTS_SEEN 200000 /* told apart while looking for them */
#define RECOMMEND_PARTNERS_MAX 10     /* kept of each */
#define RECOMMEND_PERSON_MAX 200      /* purchases kept of one person, the newest */
#define RECOMMEND_FROM_MAX 20         /* products of hers that suggest something, the newest */
#define RECOMMEND_OFFERS_MAX 5        /* shown of one person */
#define RECOMMEND_NAME_MAX ATTR_TEXT_MAX
#define RECOMMEND_REPEAT_PERCENT 30   /* of a product's buyers came again: it may be offered again */
#define RECOMMEND_REPEAT_DAYS 14      /* after so many days */
#define RECOMMEND_WINDOW_DAYS 180     /* defaults of the settings */
#define RECOMMEND_SUPPORT_MIN 5
#define RECOMMEND_JOB "recommend.count"
#define RECOMMEND_NIGHT "recommend.night"

enum { RECOMMEND_ATTR_PRODUCT = 140, RECOMMEND_ATTR_BECAUSE };

/* One purchase of a person: a product on a day. */
struct recommend_bought { i64 product, day; };
str recommend_pack(struct arena *a, const struct recommend_bought *v, size_t count);
size_t recommend_unpack(str packed, struct recommend_bought ret[RECOMMEND_PERSON_MAX]);
/* The number of a product: its sku, or its name where there is none; 0 for neither. */
i64 recommend_product_id(str sku, str name);

/* An offer, and why: both of base who bought `because` also bought it. */
#define RECOMMEND_OFFER_FIELDS(F, S)                                                \
	F(S, ID, partner) F(S, STR, name) F(S, STR, sku, .opt = true) F(S, STR, category, .opt = true) \
	F(S, ID, product) F(S, STR, because) F(S, I64, both_n) F(S, I64, base)      \
	F(S, I64, partner_buyers) F(S, I64, again)
RECORD(recommend_offer, RECOMMEND_OFFER_FIELDS);
/* What to offer to somebody who bought these; at most RECOMMEND_OFFERS_MAX, the best first. */
err recommend_next(const struct snap *s, const struct recommend_bought *v, size_t count, i64 today,
		   struct recommend_offer ret[RECOMMEND_OFFERS_MAX], size_t *ret_count);

err recommend_on_order(struct tx *tx, const struct event *ev);  /* derive */
err recommend_on_refund(struct tx *tx, const struct event *ev); /* derive */
err recommend_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum); /* hook */
err recommend_on_gone(struct tx *tx, const struct event *ev);   /* act */
err recommend_step(struct cx *cx, struct job *job, bool *ret_done);
err recommend_night(struct cx *cx, const struct timer_row *row);
err recommend_arm(struct cx *cx);
err recommend_start(struct env *env, struct fail *f);
err recommend_queue(struct tx *tx, i64 *ret_job);
err recommend_running(struct unit *u, i64 *ret_job); /* 0: none */

extern const struct route recommend_routes[];

#endif
