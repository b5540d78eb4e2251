/*
 * Presets: what the exports of shops and tills call their columns, and how such a file is told from others.
 *
 * Columns are bound by name, never by place: merchants choose and order them. A preset fits when every column
 * it needs is there; of several that fit, the one that knows most of the columns is meant. Where a platform's
 * header has never been seen in full, the names are aliases and the needed columns few.
 */
#include "feature/order/order_import.h"

#include "base/buf.h"

#define SHANGHAI "Asia/Shanghai"
#define MISSING_MAX ((size_t)4 << 10)

const struct import_preset import_presets[] = {
	{ .name = "cdnow", .label = T_PRESET_CDNOW, .format = TABLE_SPACE, .numeric_buyer = true,
	  .mapping = { [IMPORT_BUYER_ID] = "#0", [IMPORT_ORDERED_AT] = "#1", [IMPORT_QUANTITY] = "#2", [IMPORT_AMOUNT] = "#3" } },
	{ .name = "online-retail", .label = T_PRESET_RETAIL, .numeric_buyer = true, .c_refunds = true,
	  .need = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID",
	  .mapping = { [IMPORT_ORDER_NO] = "InvoiceNo", [IMPORT_SKU] = "StockCode", [IMPORT_PRODUCT] = "Description",
		       [IMPORT_QUANTITY] = "Quantity", [IMPORT_ORDERED_AT] = "InvoiceDate",
		       [IMPORT_UNIT_PRICE] = "UnitPrice", [IMPORT_BUYER_ID] = "CustomerID" } },
	{ .name = "generic", .label = T_PRESET_GENERIC },
	{ .name = "taobao", .label = T_PRESET_TAOBAO, .zone = SHANGHAI, .summary = true, .long_numbers = true,
	  .need = "订单编号,买家实际支付金额|买家实付金额,订单创建时间|买家下单时间,总金额|订单状态",
	  .mapping = { [IMPORT_ORDER_NO] = "订单编号", [IMPORT_BUYER_ID] = "买家会员名", [IMPORT_RECEIVER_PHONE] = "联系手机,联系电话",
		       [IMPORT_ORDERED_AT] = "订单付款时间,买家付款时间", [IMPORT_CREATED_AT] = "订单创建时间,买家下单时间",
		       [IMPORT_AMOUNT] = "买家实际支付金额,买家实付金额", [IMPORT_REFUNDED] = "退款金额",
		       [IMPORT_STATUS] = "订单状态", [IMPORT_PRODUCT] = "宝贝标题,商品标题",
		       [IMPORT_QUANTITY] = "宝贝总数量", [IMPORT_STORE] = "店铺名称" } },
	{ .name = "taobao-lines", .source = "taobao", .label = T_PRESET_TAOBAO_LINES, .form = IMPORT_LINES, .zone = SHANGHAI,
	  .by_line = true, .long_numbers = true, .need = "订单编号,标题,价格,购买数量",
	  .mapping = { [IMPORT_ORDER_NO] = "订单编号", [IMPORT_PRODUCT] = "标题", [IMPORT_UNIT_PRICE] = "价格",
		       [IMPORT_QUANTITY] = "购买数量", [IMPORT_SKU] = "商家编码,外部系统编号",
		       [IMPORT_CATEGORY] = "商品类目,类目" } },
	{ .name = "taobao-refunds", .source = "taobao", .label = T_PRESET_TAOBAO_REFUNDS, .form = IMPORT_REFUNDS,
	  .zone = SHANGHAI, .long_numbers = true, .need = "订单编号,退款编号,买家退款金额|退款金额",
	  .mapping = { [IMPORT_ORDER_NO] = "订单编号", [IMPORT_REFUND_NO] = "退款编号", [IMPORT_AMOUNT] = "买家退款金额,退款金额",
		       [IMPORT_ORDERED_AT] = "退款完结时间,退款的申请时间", [IMPORT_AFTERSALE] = "退款状态",
		       [IMPORT_SKU] = "商家编码" } },
	{ .name = "youzan", .label = T_PRESET_YOUZAN, .zone = SHANGHAI, .summary = true,
	  .need = "订单号,订单实付金额,订单创建时间|买家付款时间,买家手机号|买家昵称|收货人手机号/提货人手机号",
	  .mapping = { [IMPORT_ORDER_NO] = "订单号", [IMPORT_PHONE] = "买家手机号",
		       [IMPORT_RECEIVER_PHONE] = "收货人手机号/提货人手机号,收货人手机号",
		       [IMPORT_ORDERED_AT] = "买家付款时间", [IMPORT_CREATED_AT] = "订单创建时间",
		       [IMPORT_AMOUNT] = "订单实付金额", [IMPORT_REFUNDED] = "订单已退款金额", [IMPORT_STATUS] = "订单状态",
		       [IMPORT_AFTERSALE] = "订单退款状态", [IMPORT_PRODUCT] = "全部商品名称",
		       [IMPORT_STORE] = "归属店铺,下单网点", [IMPORT_STAFF] = "销售导购,专属导购,收银员,分销员" } },
	{ .name = "youzan-lines", .source = "youzan", .label = T_PRESET_YOUZAN_LINES, .form = IMPORT_LINES, .zone = SHANGHAI,
	  .by_line = true, .need = "订单号,商品名称,商品数量|购买数量,商品实付金额|商品实际成交金额|商品单价",
	  .mapping = { [IMPORT_ORDER_NO] = "订单号", [IMPORT_PRODUCT] = "商品名称",
		       [IMPORT_SKU] = "规格编码,商品编码,商品规格编码", [IMPORT_QUANTITY] = "商品数量,购买数量",
		       [IMPORT_AMOUNT] = "商品实付金额,商品实际成交金额", [IMPORT_UNIT_PRICE] = "商品单价",
		       [IMPORT_CATEGORY] = "商品类目,商品分组" } },
	{ .name = "youzan-refunds", .source = "youzan", .label = T_PRESET_YOUZAN_REFUNDS, .form = IMPORT_REFUNDS, .zone = SHANGHAI,
	  .need = "订单号,退款编号|退款单号,退款金额|实际退款金额",
	  .mapping = { [IMPORT_ORDER_NO] = "订单号", [IMPORT_REFUND_NO] = "退款编号,退款单号",
		       [IMPORT_AMOUNT] = "实际退款金额,退款金额",
		       [IMPORT_ORDERED_AT] = "退款完成时间,退款成功时间,完结时间,申请时间,退款申请时间",
		       [IMPORT_AFTERSALE] = "退款状态,售后状态" } },
	{ .name = "xiaoetong", .label = T_PRESET_XIAOETONG, .zone = SHANGHAI,
	  .need = "订单号|订单编号,用户ID,实付金额|实收金额|支付金额",
	  .mapping = { [IMPORT_ORDER_NO] = "订单号,订单编号", [IMPORT_BUYER_ID] = "用户ID", [IMPORT_PHONE] = "手机号,用户手机号",
		       [IMPORT_ORDERED_AT] = "支付时间,付款时间", [IMPORT_CREATED_AT] = "下单时间,创建时间",
		       [IMPORT_AMOUNT] = "实付金额,实收金额,支付金额", [IMPORT_REFUNDED] = "退款金额,已退款金额",
		       [IMPORT_STATUS] = "订单状态", [IMPORT_AFTERSALE] = "售后状态",
		       [IMPORT_PRODUCT] = "商品名称,购买内容", [IMPORT_CATEGORY] = "商品类型", [IMPORT_STAFF] = "推广员" } },
	{ .name = "doudian", .label = T_PRESET_DOUDIAN, .zone = SHANGHAI, .by_line = true, .long_numbers = true,
	  .need = "主订单编号,子订单编号,选购商品|商品ID,订单应付金额",
	  .mapping = { [IMPORT_ORDER_NO] = "主订单编号", [IMPORT_RECEIVER_PHONE] = "收件人手机号",
		       [IMPORT_ORDERED_AT] = "支付完成时间", [IMPORT_CREATED_AT] = "订单提交时间",
		       [IMPORT_AMOUNT] = "订单应付金额", [IMPORT_STATUS] = "订单状态", [IMPORT_AFTERSALE] = "售后状态",
		       [IMPORT_PRODUCT] = "选购商品", [IMPORT_SKU] = "商家编码,商品ID", [IMPORT_QUANTITY] = "商品数量",
		       [IMPORT_STORE] = "所属门店ID", [IMPORT_STAFF] = "达人昵称" } },
	{ .name = "doudian-refunds", .source = "doudian", .label = T_PRESET_DOUDIAN_REFUNDS, .form = IMPORT_REFUNDS,
	  .zone = SHANGHAI, .long_numbers = true, .need = "售后单号|售后编号,主订单编号|订单编号|订单号,退款金额|退商品金额（元）",
	  .mapping = { [IMPORT_ORDER_NO] = "主订单编号,订单编号,订单号", [IMPORT_REFUND_NO] = "售后单号,售后编号",
		       [IMPORT_AMOUNT] = "退款金额,退商品金额（元）", [IMPORT_ORDERED_AT] = "退款完成时间,售后完结时间,售后申请时间,申请时间",
		       [IMPORT_AFTERSALE] = "售后状态,退款状态" } },
	{ .name = "wxshop", .label = T_PRESET_WXSHOP, .zone = SHANGHAI, .by_line = true, .fill = true, .long_numbers = true,
	  .need = "订单号,订单下单时间,商品实际价格(总共),商品数量",
	  .mapping = { [IMPORT_ORDER_NO] = "订单号", [IMPORT_EXTERNAL_USERID] = "企业微信加密id", [IMPORT_RECEIVER_PHONE] = "收件人手机",
		       [IMPORT_ORDERED_AT] = "支付时间", [IMPORT_CREATED_AT] = "订单下单时间",
		       [IMPORT_AMOUNT] = "商品实际价格(总共)", [IMPORT_REFUNDED] = "商品已退款金额", [IMPORT_STATUS] = "订单状态",
		       [IMPORT_PRODUCT] = "商品名称", [IMPORT_SKU] = "SKU编码(自定义),商品编码(自定义),商品编码(平台)",
		       [IMPORT_QUANTITY] = "商品数量", [IMPORT_STAFF] = "企微工号,带货账号昵称" } },
	{ .name = "pos", .label = T_PRESET_POS, .by_line = true, .store_numbers = true,
	  .need = "流水号|小票号|销售单号|单据号,销售时间|交易时间|消费时间,实收金额|实付金额|实收|到手金额|净收入",
	  .mapping = { [IMPORT_ORDER_NO] = "流水号,小票号,销售单号,单据号", [IMPORT_BUYER_ID] = "会员编号,会员号,会员卡号",
		       [IMPORT_PHONE] = "会员手机号,会员手机,手机号", [IMPORT_ORDERED_AT] = "销售时间,交易时间,消费时间",
		       [IMPORT_AMOUNT] = "实收金额,实付金额,实收,到手金额,净收入", [IMPORT_STATUS] = "状态,单据状态",
		       [IMPORT_PRODUCT] = "商品名称,品名", [IMPORT_SKU] = "条码,商品条码,商品编码", [IMPORT_QUANTITY] = "数量,销售数量",
		       [IMPORT_CATEGORY] = "商品分类,分类,品类", [IMPORT_STORE] = "门店,门店名称,店铺",
		       [IMPORT_STAFF] = "导购员,导购,收银员" } },
	{ 0 },
};

const struct import_preset *import_preset_of(str name)
{
	for (const struct import_preset *p = import_presets; p->name; p++)
		if (str_eq_c(name, p->name))
			return p;
	return NULL;
}

static bool has_column(const struct table_about *about, str name)
{
	char room[120], wanted[120];
	str want = import_plain(name, wanted, sizeof(wanted));
	for (size_t i = 0; i < about->name_count; i++)
		if (str_eq(import_plain(about->names[i], room, sizeof(room)), want))
			return true;
	return false;
}

static bool has_one(const struct table_about *about, str names, char sep)
{
	while (names.p)
		if (has_column(about, str_cut(&names, sep)))
			return true;
	return false;
}

str import_missing(struct arena *a, const struct import_preset *p, const struct table_about *about, size_t *ret_hits)
{
	struct buf b = buf_new(a, MISSING_MAX);
	str rest = str_c(p->need);
	*ret_hits = 0;
	while (rest.p) {
		str names = str_cut(&rest, ','), first = names;
		if (has_one(about, names, '|'))
			continue;
		if (b.n)
			buf_add_c(&b, "、");
		buf_add(&b, str_cut(&first, '|'));
	}
	for (size_t i = 0; i < IMPORT_FIELD_COUNT; i++)
		*ret_hits += p->mapping[i] && has_one(about, str_c(p->mapping[i]), ',');
	return b.n ? buf_str(&b) : STR_NIL;
}

const struct import_preset *import_recognise(struct arena *a, const struct table_about *about, const struct import_preset **ret_near)
{
	const struct import_preset *best = NULL;
	size_t best_hits = 0, near_hits = 0, hits;
	bool tie = false;
	*ret_near = NULL;
	for (const struct import_preset *p = import_presets; p->name; p++) {
		if (!p->need)
			continue;
		bool fits = str_is_nil(import_missing(a, p, about, &hits));
		if (hits > near_hits) {
			near_hits = hits;
			*ret_near = p;
		}
		if (!fits || hits < best_hits)
			continue;
		tie = hits == best_hits;
		best = p;
		best_hits = hits;
	}
	return tie ? NULL : best;
}
