export default {
  life: {
    title: '生命周期', note: '按规则自动计算每位客户所处的阶段，每天零点更新。', people: '人数', share: '占比', gmv: '成交额', gmvShare: '成交额占比', unsettled: '尚未计算',
    list: '查看这些客户', settling: '正在按新规则重算，已算好的客户立即生效。', noRule: '还没有阶段规则', noRuleText: '选一个行业模板，预估每个阶段会有多少人，保存后自动计算。', set: '设置规则',
    edit: '调整规则', rule: '当前规则', ruleSaved: '规则已保存，正在重算', template: '行业模板', own: '按自有数据', custom: '自定义', compare: '与模板 {name} 相同',
    growing: '成长：有效订单满', mature: '成熟：有效订单满', window: '统计最近', windowEver: '0 天表示不限时间', dormant: '休眠：沉默超过', lost: '流失：沉默超过', orders: '单', days: '天', years: '岁',
    lifeKind: '什么算有动静', lifeOrders: '只看下单', lifeAny: '下单、浏览、绑定、添加都算', grown: '孩子满几岁算自然离开', grownNote: '0 表示不使用；满龄后不再算流失',
    sample: '复购间隔：{gaps} 个，来自 {people} 位复购客户；75% 在 {p75} 天内，90% 在 {p90} 天内（{when} 统计）。', runSample: '统计自有数据', useSample: '采用：休眠 {dormant} 天，流失 {lost} 天',
    preview: '预估变动', previewFirst: '保存前先预估会有多少人变动。', previewDone: '{people} 人中有 {moved} 人会变动', previewNone: '没有人会变动', from: '原阶段', to: '新阶段', save: '保存并重算', stale: '阈值改过了，请重新预估。',
    moves: '阶段流转', movesNote: '所选时间内，从哪个阶段去了哪个阶段。', movesNone: '这段时间没有阶段变动', first: '首次', lastDays: '最近 {n} 天', movesText: '共 {n} 次阶段变动',
    since: '{when} 起', why: '原因', next: '{day} 可能变化', past: '历史', pastNone: '还没有变动', cardNone: '还没有阶段，先在生命周期页设置规则',
    readonly: '只有能看到全部客户的运营可以调整规则。',
  },
  rfm: {
    title: 'RFM', note: '最近一次消费（R）、频次（F）、金额（M）各分五档，分值越高越好。', m: '金额档', anyMoney: '全部', mTab: 'M{n}', r: 'R 最近消费', f: 'F 频次', color: '按', byPeople: '人数', byGmv: '成交额',
    square: 'R{r} F{f}：', cells: '分群', grid11: '11 格', grid8: '8 格', name: '名称', people: '人数', gmv: '成交额', gmvShare: '成交额占比', view: '查看客户', store: '存为人群包', stored: '已存为人群包“{name}”',
    rename: '改名', renameText: '留空恢复默认名称', cuts: '分档', cutsNote: '{when} 起生效，依据 {n} 位买家', cutsFifths: '按五分位自动分档，每晚重算', cutsFixed: '手动分档', edit: '调整分档', fifths: '自动五分位', fixed: '手动设定',
    money: 'M 的算法', total: '累计消费', mean: '客单价', recompute: '立即重算', saved: '分档已更新', rCuts: 'R 天数分界', fCuts: 'F 订单数分界', mCuts: 'M 金额分界', history: '历史分档', none: '还没有分档',
    noneText: '有 20 位以上买家后每晚自动分档，也可以现在计算；订单较少时可以手动设定。', nobody: '无', daysOne: '{n} 天前', daysRange: '{a}–{b} 天前', daysFrom: '{n} 天前及更早', ordersOne: '{n} 单', ordersRange: '{a}–{b} 单', ordersFrom: '{n} 单及以上',
  },
  layers: {
    title: '客户分层', note: '随时可用的分层和高潜客群，点击人数查看客户。', ready: '常用分层', types: '高潜客群', typesNote: '定义由企业自己决定；保存后成为人群包，可在任何地方使用。', people: '人数', share: '人数占比', gmv: '成交额',
    gmvShare: '成交额占比', define: '定义', edit: '修改定义', isDefault: '默认定义', saved: '定义已保存为人群包“{name}”', broken: '条件里的标签或人群包已不存在，请修改定义', trend: '成交额占比趋势', trendNone: '每晚记录一次，明天起有趋势',
    expr: '条件', day: '日期', broadcast: '群发给他们', all: '全部客户',
  },
  board: {
    title: '跟进看板', note: '拖动卡片改变跟进阶段；手机上用卡片菜单。', people: '{n} 人', limit: '上限 {n}', full: '已满', empty: '这一列还没有人', more: '再看一些', add: '加入看板', addTo: '放入', addFind: '姓名或完整手机号',
    moved: '已移到“{to}”', off: '移出看板', offDone: '已移出看板', moveTo: '移到“{name}”', menu: '移动 {name}', days: '在此 {n} 天', today: '今天移入', spent: '消费 {money}', reached: '{ago}触达', never: '还没有触达过', columns: '设置列',
    columnName: '列名', color: '颜色', cap: '人数上限', capNote: '0 表示不限', addColumn: '添加一列', removeColumn: '移除“{name}”', removeAsk: '“{name}”里还有 {n} 人，移到哪一列？', removeEmpty: '“{name}”里没有人，确定移除？', up: '前移', down: '后移',
    leaving: '正在移除', renaming: '正在改名', elsewhere: '另有 {n} 人的跟进状态不是任何一列', saved: '列已保存', removed: '列已移除', column: '看哪一列',
    colors: { gray: '灰', blue: '蓝', cyan: '青', green: '绿', yellow: '黄', orange: '橙', red: '红', purple: '紫' },
  },
};
