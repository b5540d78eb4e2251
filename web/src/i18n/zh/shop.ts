export default {
  lost: {
    tab: '未关联客户', note: '这些订单找不到属于谁。补上身份后会自动归到名下；也可以手工关联，或请客户在会员页用订单号认领。', all: '全部', total: '{n} 笔', export: '导出', match: '关联到客户', matched: '已归到“{name}”名下', who: '选择客户（姓名或完整手机号）',
    matchText: '订单 {no}，{amount}。关联后计入她的消费，会记入审计。', tail: '手机尾号', reason: '原因', cure: '怎么办', none: '所有订单都找到了主人', noneText: '导入或同步的订单里，找不到买家的会列在这里，并写明原因和办法。', waiting: '等订单到来后自动合并', find: '订单号', kind: { order: '订单', refund: '退款', lines: '商品明细' },
    r: { 'no buyer': '没有买家信息', masked: '买家信息已打码', virtual: '虚拟号', receiver: '只有收件人手机', 'another buyer': '属于另一位客户', 'no order': '缺少对应订单', 'two people': '身份指向两人' },
  },
  orderOne: { title: '订单详情', goods: '商品', product: '商品', category: '类目', sku: '编码', items: '数量', noGoods: '来源没有给出商品明细', refunds: '退款', noRefunds: '没有退款', states: '状态变化', first: '下单', store: '门店', staff: '导购 / 收银员', asOf: '来源数据时间', byImport: '来自导入', seeImport: '查看这次导入' },
  shop: {
    tab: '店铺接口', note: '连接后订单自动同步：每 5 分钟拉取一次，并接收平台推送。推送先后、重复、和文件重叠都只算一笔。', add: '连接店铺', edit: '编辑连接', none: '还没有连接店铺', noneText: '连接有赞或微信小店后，订单、退款会自动进来，不用再导文件。其他平台请用订单文件导入。',
    name: '名称', kind: '平台', client_youzan: '应用 client_id', client_wxshop: '小店 AppID', secret: '密钥', secretKept: '已保存，留空则不修改', shop: '店铺编号（kdt_id）', base: '接口地址（选填，默认官方）', push_token: '推送 Token', push_key: '推送 EncodingAESKey（43 位）', enabled: '启用',
    test: '测试连接', testOk: '连接正常，最近一天更新了 {n} 笔订单', testing: '正在向平台取凭证并试读一页', pull: '立即同步', pulled: '已开始同步', back: '补拉历史订单', backText: '按更新时间往前读取，可离开页面，在任务中心查看进度。', days: '往前多少天（最多 730）', begin: '开始补拉', begun: '已开始补拉', pushUrl: '推送地址（填到平台后台）', copy: '复制地址',
    state: '状态', good: '正常', off: '已停用', wait: '等待首次同步', reading: '同步中', last: '上次成功', lag: '落后', orders: '已收订单', pushes: '收到推送', bad: '签名不对被拒 {n} 次', saved: '已保存', pushNone: '未配置推送', seeJobs: '查看任务', secs: '{n} 秒', mins: '{n} 分钟',
  },
  orderSource: { taobao: '淘宝 / 天猫', youzan: '有赞', xiaoetong: '小鹅通', doudian: '抖店', wxshop: '微信小店', pos: '门店收银', generic: '通用文件', segment: '网站 / 小程序', cdnow: 'CDNOW', 'online-retail': 'Online Retail' },
  presetMore: { auto: '自动识别（推荐）', found: '识别为「{name}」', chosen: '按「{name}」读取', detail: '编码 {encoding}，表头在第 {row} 行', form: { orders: '每行是订单或订单里的商品', lines: '商品明细：按订单号并入订单', refunds: '退款：按订单号并入订单' }, files: '能认出的文件', need: '需要的列：{names}', tip: '请直接上传从店铺后台下载的文件，不要用 Excel 打开另存，否则长订单号会被改写。' },
};
