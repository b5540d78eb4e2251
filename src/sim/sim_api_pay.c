/*
 * API: receipts of payments to members (对外收款). A receipt that was refunded stays one receipt with its refunds.
 */
#include "sim/sim_call.h"

#define BILLS_MAX 1000
#define SPAN_MS (31 * MS_DAY)

static void bill_fields(struct sim_call *c, const struct sim_bill *b)
{
	buf_add_c(&c->out, "{\"transaction_id\":");
	buf_json(&c->out, b->transaction_id);
	sim_out_fmt(c, ",\"bill_type\":0,\"trade_state\":%d,\"pay_time\":%lld", b->refunded ? 3 : 1, (long long)(b->paid / 1000));
	sim_out_str(c, "out_trade_no", b->out_trade_no);
	if (b->person >= 0)
		sim_out_str(c, "external_userid", c->s->people.v[b->person]->xid);
	sim_out_fmt(c, ",\"total_fee\":%lld", (long long)b->fee);
	sim_out_str(c, "payee_userid", c->s->staff.v[b->staff]->userid);
	buf_add_c(&c->out, ",\"payment_type\":0,\"mch_id\":\"160000001\",\"remark\":\"\",\"commodity_list\":[{\"description\":");
	buf_json(&c->out, b->goods);
	sim_out_fmt(c, ",\"amount\":1}],\"total_refund_fee\":%lld,\"refund_list\":[", (long long)b->refunded);
	if (b->refunded)
		sim_out_fmt(c, "{\"out_refund_no\":\"R%.*s\",\"refund_userid\":\"\",\"refund_reqtime\":%lld,\"refund_status\":2,\"refund_fee\":%lld}",
			    STR_F(b->out_trade_no), (long long)(b->refunded_at / 1000), (long long)b->refunded);
	buf_add_c(&c->out, "]}");
}

static int get_bill_list(struct sim_call *c)
{
	struct sim *s = c->s;
	ms from = sim_arg_i64(c, "begin_time", -1) * 1000, to = sim_arg_i64(c, "end_time", -1) * 1000;
	i64 limit = sim_arg_i64(c, "limit", BILLS_MAX), skip, seen = 0, shown = 0;
	str payee = sim_arg(c, "payee_userid");
	if (from < 0 || to < from || to - from > SPAN_MS)
		return 40058;
	if (!sim_cursor(c, &skip))
		return 50100;
	limit = limit < 1 || limit > BILLS_MAX ? BILLS_MAX : limit;
	buf_add_c(&c->out, ",\"bill_list\":[");
	for (size_t i = 0; i < s->kept.bills.n; i++) {
		const struct sim_bill *b = s->kept.bills.v[i];
		if (b->paid < from || b->paid > to || (payee.n && !str_eq_nocase(s->staff.v[b->staff]->userid, payee)) ||
		    seen++ < skip || shown >= limit)
			continue;
		if (shown++)
			buf_char(&c->out, ',');
		bill_fields(c, b);
	}
	buf_char(&c->out, ']');
	if (seen > skip + shown)
		sim_out_str(c, "next_cursor", sim_cursor_of(c, skip + shown));
	return 0;
}

const struct sim_api sim_api_pay[] = {
	{ "externalpay/get_bill_list", get_bill_list, API_POST },
	{ NULL, NULL, 0 },
};
