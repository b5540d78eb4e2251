export default {
  orderState: { paid: '已支付', refunded: '已退款', cancelled: '已取消', created: '待支付', pending: '待支付', partly_refunded: '部分退款', partial_refund: '部分退款', shipped: '已发货', done: '已完成' },
  order: {
    no: '订单号', status: '状态', amount: '金额', refunded: '已退款', lines: '行数', at: '下单时间', customer: '客户', source: '来源', allStates: '全部状态', unmatched: '只看未关联客户的订单', unknownBuyer: '未关联客户',
    none: '还没有订单', noneText: '导入商城或门店的订单，客户的消费、复购和成交额就都有了。', noneFit: '没有符合条件的订单', history: '导入记录', import: '导入订单',
  },
};
