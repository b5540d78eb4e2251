/*
 * Which column is what: by preset, and guesses by the names shops give their columns.
 *
 * Names are compared without case, blanks and brackets, whole; the first column that fits a field has it.
 */
#include "feature/order/order_import.h"

const char *const import_field_names[IMPORT_FIELD_COUNT] = {
	"order_no", "buyer_id", "phone", "unionid", "external_userid", "ordered_at", "amount", "refunded", "status",
	"currency", "product", "sku", "quantity", "unit_price", "store", "created_at", "updated_at", "receiver_phone",
	"aftersale", "category", "staff", "refund_no",
};
const enum text import_field_labels[IMPORT_FIELD_COUNT] = {
	T_IMPORT_ORDER_NO, T_IMPORT_BUYER_ID, T_IMPORT_PHONE, T_IMPORT_UNIONID, T_IMPORT_EXTERNAL, T_IMPORT_ORDERED,
	T_IMPORT_AMOUNT, T_IMPORT_REFUNDED, T_IMPORT_STATUS, T_IMPORT_CURRENCY, T_IMPORT_PRODUCT, T_IMPORT_SKU,
	T_IMPORT_QUANTITY, T_IMPORT_UNIT_PRICE, T_IMPORT_STORE, T_IMPORT_CREATED, T_IMPORT_UPDATED, T_IMPORT_RECEIVER,
	T_IMPORT_AFTERSALE, T_IMPORT_CATEGORY, T_IMPORT_STAFF, T_IMPORT_REFUND_NO,
};
const char *const import_id_kinds[IMPORT_IDS] = { "external_userid", "unionid", "phone", "buyer" };

static const struct { enum import_field field; const char *names; } words[] = {
	{ IMPORT_ORDER_NO, "订单号,订单编号,主订单编号,订单id,交易号,平台单号,线上订单号,原始线上订单号,单号,流水号,orderno,ordernumber,"
			   "orderid,order,invoiceno,invoice" },
	{ IMPORT_BUYER_ID, "买家,买家id,买家会员名,买家昵称,买家账号,买家帐号,下单帐号,下单账号,客户id,客户编号,用户id,会员编号,会员号,"
			   "会员,buyer,buyerid,customer,customerid,userid,user,memberno" },
	{ IMPORT_PHONE, "手机号,手机,买家手机号,联系手机,手机号码,电话,联系电话,客户手机号,会员手机号,用户购买手机号,phone,mobile,"
			"买家手机,买家电话,客户手机,客户电话,会员手机,会员电话,顾客手机号,顾客手机,用户手机号,用户手机,"
			"tel,telephone,phonenumber" },
	{ IMPORT_UNIONID, "unionid,微信unionid" },
	{ IMPORT_EXTERNAL_USERID, "externaluserid,外部联系人id,企业微信加密id,企微客户id" },
	{ IMPORT_ORDERED_AT, "付款时间,买家付款时间,订单付款时间,支付时间,支付完成时间,付款日期,付款确认时间,下单时间,订单创建时间,"
			     "买家下单时间,成交时间,订单成交时间,销售时间,创建时间,日期,时间,paidat,paytime,orderedat,orderdate,"
			     "date,time,invoicedate,createdat" },
	{ IMPORT_AMOUNT, "实付金额,订单实付金额,买家实付金额,买家实际支付金额,订单实际支付金额,用户实付金额元,应付金额,用户应付金额元,"
			 "订单应付金额,实收金额,实收,已付金额,订单金额,支付金额,金额,amount,paid,total,totalamount,paidamount,"
			 "dollarvalue,value" },
	{ IMPORT_REFUNDED, "退款金额,订单已退款金额,已退款金额,商品已退款金额,买家退款金额,refunded,refund,refundamount" },
	{ IMPORT_STATUS, "订单状态,状态,交易状态,status,state,orderstatus" },
	{ IMPORT_CURRENCY, "币种,货币,currency" },
	{ IMPORT_PRODUCT, "商品名称,商品标题,商品,宝贝标题,标题,全部商品名称,选购商品,货品名称,sku名称,product,productname,"
			  "description,item,title" },
	{ IMPORT_SKU, "商家编码,商品编码,sku,sku编码,货号,款号,商品id,条码,skuid,stockcode,productid" },
	{ IMPORT_QUANTITY, "数量,商品数量,购买数量,订购数量,商品数量件,宝贝总数量,货品数量,sku件数,件数,quantity,qty,count,numberofcds" },
	{ IMPORT_UNIT_PRICE, "单价,商品单价,价格,京东价,成交价,unitprice,price" },
	{ IMPORT_STORE, "门店,门店名称,店铺,店铺名称,归属店铺,store,shop,storename" },
	{ IMPORT_CREATED_AT, "下单时间,订单创建时间,买家下单时间,订单提交时间,创建时间,createdat" },
	{ IMPORT_UPDATED_AT, "更新时间,最后更新时间,修改时间,最后修改时间,updatedat,modifiedat" },
	{ IMPORT_RECEIVER_PHONE, "收货人手机号,收件人手机号,收货人手机,收件人手机,收货人手机号提货人手机号,receiverphone" },
	{ IMPORT_AFTERSALE, "售后状态,订单退款状态,退款状态,aftersale" },
	{ IMPORT_CATEGORY, "类目,商品类目,商品分类,分类,品类,category" },
	{ IMPORT_STAFF, "导购,导购员,销售导购,专属导购,收银员,推广员,分销员,staff,seller" },
};

str import_plain(str header, char *room, size_t cap)
{
	header = str_trim(header);
	size_t n = 0;
	for (size_t i = 0; i < header.n && n < cap; i++) {
		char c = header.p[i];
		if (str_starts(str_sub(header, i, header.n), STR("（")) || str_starts(str_sub(header, i, header.n), STR("）")) ||
		    str_starts(str_sub(header, i, header.n), STR("　"))) {
			i += 2;
			continue;
		}
		if (c == ' ' || c == '_' || c == '-' || c == '(' || c == ')' || c == '\t' || c == '/' || c == '.')
			continue;
		room[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return str_of(room, n);
}

int import_guess(str header)
{
	char room[120];
	str name = import_plain(header, room, sizeof(room));
	for (size_t i = 0; i < ARRAY_LEN(words) && name.n; i++) {
		str rest = str_c(words[i].names);
		while (rest.p)
			if (str_eq(str_cut(&rest, ','), name))
				return (int)words[i].field;
	}
	return -1;
}

/* Better names stand earlier in the list: 实付金额 before 订单金额, whatever the order of the columns. */
static i64 best_column(enum import_field field, const struct table_about *about)
{
	char room[120];
	for (size_t w = 0; w < ARRAY_LEN(words); w++) {
		if (words[w].field != field)
			continue;
		str rest = str_c(words[w].names);
		while (rest.p) {
			str word = str_cut(&rest, ',');
			for (size_t i = 0; i < about->name_count; i++)
				if (str_eq(import_plain(about->names[i], room, sizeof(room)), word))
					return (i64)i;
		}
	}
	return NIL;
}

/* The first column of that name, the better names first. */
static i64 named_column(const char *names, const struct table_about *about)
{
	char room[120], wanted[120];
	str rest = str_c(names);
	while (rest.p) {
		str want = import_plain(str_cut(&rest, ','), wanted, sizeof(wanted));
		for (size_t i = 0; i < about->name_count; i++)
			if (str_eq(import_plain(about->names[i], room, sizeof(room)), want))
				return (i64)i;
	}
	return NIL;
}

void import_map(const struct import_preset *p, const struct table_about *about, struct import_mapping *ret)
{
	i64 *at = (i64 *)ret;
	bool own = false;
	record_init(&import_mapping_record, ret);
	for (size_t i = 0; i < IMPORT_FIELD_COUNT; i++)
		own |= p->mapping[i] != NULL;
	for (size_t i = 0; i < IMPORT_FIELD_COUNT; i++) {
		const char *want = p->mapping[i];
		if (!own && about->header)
			at[i] = best_column((enum import_field)i, about);
		if (want && want[0] == '#' && (size_t)(want[1] - '0') < about->name_count)
			at[i] = want[1] - '0';
		if (want && want[0] != '#')
			at[i] = named_column(want, about);
	}
	/* One moment is enough; it is the order's. */
	if (ret->ordered_at == NIL || ret->ordered_at == ret->created_at) {
		ret->ordered_at = ret->ordered_at == NIL ? ret->created_at : ret->ordered_at;
		ret->created_at = NIL;
	}
}

static err needed(struct fail *f, enum import_field field)
{
	return fail_set(f, ERR_INPUT, T_IMPORT_NEEDED, str_c(import_field_names[field]), STR_NIL,
			str_c(text_raw(import_field_labels[field], LANG_ZH)));
}

err import_mapping_check(const struct import_preset *p, const struct import_mapping *m, const struct table_about *about,
			 struct fail *f)
{
	for (size_t i = 0; i < IMPORT_FIELD_COUNT; i++) {
		i64 at = import_column(m, i);
		if (at != NIL && (at < 0 || at >= (i64)about->name_count))
			return fail_set(f, ERR_INPUT, T_IMPORT_NO_COLUMN, str_c(import_field_names[i]), STR_NIL, STR_NIL);
	}
	if (p->form != IMPORT_ORDERS && m->order_no == NIL)
		return needed(f, IMPORT_ORDER_NO);
	if (p->form == IMPORT_LINES)
		return m->product == NIL && m->sku == NIL ? needed(f, IMPORT_PRODUCT) : OK;
	if (p->form == IMPORT_REFUNDS)
		return m->amount == NIL ? needed(f, IMPORT_AMOUNT) : OK;
	if (m->ordered_at == NIL)
		return needed(f, IMPORT_ORDERED_AT);
	if (m->amount == NIL && m->unit_price == NIL)
		return needed(f, IMPORT_AMOUNT);
	if (m->order_no == NIL && m->buyer_id == NIL && m->phone == NIL && m->unionid == NIL && m->external_userid == NIL)
		return needed(f, IMPORT_BUYER_ID);
	return OK;
}
