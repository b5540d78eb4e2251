export default {
  home: {
    range: '时间范围', lastDays: '近 {n} 天', figures: '今日数字', customers: '客户总数', added: '今日新增', lost: '今日流失', net: '今日净增', revenue: '今日成交额', bound_rate: '会员绑定率',
    friendsNote: '其中好友 {n} 人', addedNote: '首次 {first} 人 · 重复添加 {again}', lostNote: '去重 {unique} 人 · 员工删除 {staff}', netNote: '新增 − 流失 − 员工删除', revenueNote: '{n} 笔订单', boundNote: '{bound} / {all} 人',
    connect: '去接入', trend: '客户增长趋势', asTable: '以表格查看', trendText: '近 {n} 天共新增 {added}，流失 {lost}', s_added: '新增', s_lost: '流失', s_net: '净增', s_orders: '订单', s_revenue: '成交额', day: '日期',
    gross: '成交额拆解', g_users: '客户数', g_conversion: '转化率', g_aov: '客单价', g_repurchase: '复购次数', g_amount: '累计成交额', importOrders: '导入订单后可见', byStaff: '员工 · 近期新增与绑定率', byStore: '门店 · 近期新增与绑定率', noRows: '这段时间没有数据',
    diffs: '与企业微信后台的差异', noDiffs: '每位员工每天的数字都与企业微信一致。', ours: '本系统', theirs: '企业微信', checklist: '开通清单（{done}/{all}）', dismiss: '不再显示', stepDone: '（已完成）', tips: '先试试这些',
    step: { wecom: '接入企业微信', callback: '收到第一个回调', sync: '同步通讯录与客户', livecode: '建第一个渠道活码', orders: '导入订单', import: '导入订单', broadcast: '发一次群发', audience: '圈一个人群', tags: '整理标签' },
    def: {
      customers: '系统里的客户人数（去重）。同一个人有多份资料时，合并后算 1 人；其中好友指目前至少有一位员工是她的好友。',
      added: '当天建立的好友关系数；一位客户加了两位员工算 2。首次指她第一次和本企业建立关系。转接和未通过的不计。',
      lost: '当天客户删除员工的关系数。去重指她的最后一段好友关系也没有了。员工删除客户单独计数。', net: '新增 − 流失 − 员工删除，按关系计。',
      revenue: '当天支付的订单金额减去退款，按企业的币种和时区计。', bound_rate: '在会员绑定页验证过手机号的好友 ÷ 可绑定的好友。', gmv: '成交额 = 客户数 × 转化率（下过单的比例）× 客单价 × 人均下单次数。',
    },
  },
};
