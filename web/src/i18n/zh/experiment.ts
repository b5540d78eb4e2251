// Texts of the experiment pages.
export default {
  experiment: {
    note: '素材 × 玩法 × 权益做成格子，按人分流，满期后比较，胜者拿走全部流量。', new: '新建实验', none: '还没有实验', noneText: '想知道哪张图、哪种玩法、哪个权益更能成交？先排成格子，按人分流，再看结果。',
    name: '名称', state: '状态', variants: '方案', goal: '目标', started: '开始时间', sample: '样本', remove: '删除草稿', removeTitle: '删除这个草稿？', removeText: '还没有人进入实验，删除不影响客户。', removed: '已删除',
    factors: '因素与选项', factor: '因素 {n}', factorName: '因素名称', level: '选项 {n}', addFactor: '加一个因素', addLevel: '加选项', dropFactor: '删除因素 {name}', dropLevel: '删除选项 {name}', factorHint: '例如：素材有图一、图二；权益有满减、赠品。每种组合就是一个方案。',
    grid: '方案与流量', gridHint: '第一个方案是现在的做法，其他方案和它比。不用的组合可以取消勾选。', use: '参加', share: '流量', even: '平均分', sum: '合计 {n}，还要正好 100%', tooMany: '最多 {n} 个方案，请取消一些组合', tooFew: '至少要两个方案，或者一个方案加对照组',
    held: '对照组', heldHint: '这些人什么都不发，用来看到底多卖了多少。', mode: '分流方式', fixed: '固定比例', bandit: '自动偏向好的', fixedHint: '比例不变，人数够了再下结论，最稳妥。', banditHint: '每 6 小时按已满期的结果重新分配，好的方案拿到更多人，每个方案至少保留下限。', floor: '每个方案至少',
    measure: '偏向什么', byRate: '成交人数', byMoney: '成交额（GMV）', byRateHint: '按下单的人占多少来分。', byMoneyHint: '按每个人平均带来多少钱来分：多少人买 × 买的人平均花多少；一笔特别大的单不会立刻带偏。',
    goalOrder: '下单付款', goalEvent: '一个行为', goalExpr: '符合一个条件', event: '行为', expr: '满期时符合', noExpr: '请选择条件', days: '几天内算数', daysHint: '从每个人自己进入实验那天算起；不满期的人不参与比较。',
    size: '需要多少人', base: '现在的转化率', lift: '想看出多大的提升', power: '看得出的把握', aDay: '每天大约多少人进来', needed: '每个方案要 {n} 人，全部要 {all} 人', takes: '大约 {n} 天后能下结论（含 {days} 天满期）', sizeHint: '提升越小、转化率越低，要的人越多。人不够就少放几个方案。',
    save: '保存草稿', saved: '已保存', start: '启动', startTitle: '启动实验？', startText: '启动后方案和目标不能再改；之后把它放进群发、短信、朋友圈或旅程，进来的人按比例分流。', startedDone: '实验已启动',
    useIt: '放进群发', useHint: '还可以在旅程的分流步骤里选择它。', editNote: '草稿：启动前都可以改。',
    result: '结果', people: '进入', ripe: '满期', rate: '转化率', versus: '和「{base}」比', more: '高低', money: '人均成交', lost: '删好友', best: '最好的把握', action: '操作', few: '数据不足', fewHint: '满期不到 30 人，或转化、未转化不到 5 人，不显示转化率。', between: '{low} ~ {high}', isBase: '对比基准', p: 'p {p}', points: '{n} 个百分点', sure: '明显', unsure: '看不出',
    decide: '全部给它', decideTitle: '把流量全部给「{name}」？', decideText: '对照组以外的人从现在起都走这个方案；随时可以撤回。', decideAgainst: '现在还没有结论支持这个选择。', decided: '已全部给「{name}」', decidedBy: '{who} 在 {when} 决定', reopen: '撤回决定', reopened: '已撤回，继续实验', end: '结束实验', endTitle: '结束实验？', endText: '结束后对照组也走胜者方案（没有胜者就走第一个方案），不能再继续。', ended: '实验已结束',
    filled: '样本在 {when} 已满，之后进来的人不计入比较。', needs: '每个方案要 {n} 人，最少的方案已有 {least} 人满期', byFactor: '按因素看', byFactorHint: '同一选项下各方案转化率的平均，与流量大小无关。', history: '流量变化', epoch: '第 {n} 次', hand: '手动', auto: '自动', from: '依据（转化/满期）', heldShare: '对照组 {n}',
    who: '客户', metAt: '进入时间', metBy: '在哪里', metNone: '没有您能看到的客户',
    plan: '实验设置', within: '{days} 天内 {goal}', shareTitle: '调整流量', shareHint: '只有变动的那部分人换方案；已经进来的人保持原来的方案。', shareSave: '保存流量', shared: '流量已调整',
  },
  experimentEvent: { group_joined: '进入客户群', living_watched: '看直播', member_issued: '成为会员', phone_bound: '绑定手机', oa_subscribed: '关注公众号', sms_clicked: '点开短信链接', lucky_joined: '进入福利群', site_page: '浏览页面' },
};
