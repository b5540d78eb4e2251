export default {
  ownAttr: {
    note: '属性是关于客户的一个数或一个词，可以在人群包、消息变量和导出里使用。', new: '新建属性', newField: '新建字段', made: '已创建，历史值正在后台计算', fieldMade: '字段已创建',
    own: '自定义', builtin: '系统自带', name: '表达式里的名字', nameHint: '小写字母开头，例如 last_category', label: '名称', type: '类型', unit: '单位', doc: '说明', how: '怎么算', usedBy: '使用它的人群包',
    event: '哪种行为', eventName: '只算名称为', eventNameHint: '例如 Product Viewed，留空为全部', path: '取哪个值', pathHint: '例如 properties.price、goods[].category；$time 是发生时间', fold: '怎么取', window: '只算最近多少天', windowHint: '留空为一直以来；按整天算，每天零点更新',
    yuan: '这个值以元为单位', options: '可选值（每行一个）', optionsHint: '留空为自由填写', visible: '谁能看', visibleAll: '能看客户的人', visibleRestricted: '能看完整手机号的人',
    none: '还没有自定义属性', noneText: '把行为里的一个值变成客户的属性，例如“最近看过的品类”“近 30 天浏览次数”，或者新建一个由员工填写的字段，例如“肤质”。',
    remove: '删除属性', removeText: '“{name}”会从所有客户身上去掉，不能恢复。', removed: '已删除', state: '状态', unknownUntil: '没有发生过的客户为“未知”，不是 0。',
    types: { number: '数字', money: '金额', text: '文字', time: '时间', date: '日期', flag: '是否', staff: '员工', store: '门店' },
    folds: { count: '次数', sum: '合计', first: '第一次的值', last: '最近一次的值', most: '最常出现的值' },
    sources: { event: '由行为计算', field: '员工填写' }, states: { building: '计算中', ready: '可用' },
    ev: {
      'site.tracked': '商城或网站上的行为', 'site.page': '浏览页面', 'order.placed': '下单', 'order.refunded': '退款', 'follow.added': '添加员工', 'follow.lost': '删除员工',
      'reach.sent': '收到消息', 'phone.bound': '绑定手机号', 'tag.marked': '被打上标签',
    },
    ever: '一直以来', days: '最近 {n} 天', only: '仅“{value}”', fieldsOf: '资料字段', fill: '填写', filled: '已保存', hidden: '无权查看', history: '修改记录', empty: '未填写', nobody: '系统',
  },
};
