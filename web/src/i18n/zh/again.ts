// Repeating broadcasts, arrivals and SOPs: texts that come with their pages.
export default {
  againState: { draft: '草稿', running: '进行中', paused: '已暂停', ended: '已结束' },
  againRun: { sent: '已下发', missed: '错过', skipped: '已跳过', paused: '暂停中，未发', failed: '失败' },
  again: {
    and: '、', monthDay: '{n} 日', next: '下一次', last: '上一次', sentTimes: '已发次数', due: '应发时间', runs: '每次的结果', people: '{n} 人', saved: '已保存', edit: '编辑', copy: '复制', copyOf: '{name} 副本', pause: '暂停', resume: '继续', end: '结束', remove: '删除', removed: '已删除', save: '保存', when: '什么时候',
    skip: '跳过下次', unskip: '恢复下次', why_maker: '创建人已停用，请由其他人编辑后继续', why_audience: '人群包或标签已不存在', endEffect: '之后不再发送，已经下发的群发不受影响。',
    repeatNote: '按周期自动发起群发；每次都按当时的人群重新计算，每次是一条独立的群发记录。', newRepeat: '新建周期群发', noRepeats: '还没有周期群发', noRepeatsText: '例如每周五给会员发上新、每月最后一天提醒积分。', noRuns: '还没有发过', noRunsText: '下一次：{time}',
    lateRule: '到点时系统没有运行：2 小时内补发，超过则记为“错过”，不再补发。暂停期间的不补发。没有 31 日的月份取当月最后一天。', times: '共发几次（不填不限）', life: '任务有效（小时）', estimate: '看看现在能发给多少人', estimated: '现在人群有 {all} 人，其中可以发送 {n} 人', most: '每次最多发给多少人', mostHelp: '人群会变大：超过这个数的人不发送，并在那次结果里列出原因。', outward: '每次到点会自动下发给员工，最多 {n} 位客户会收到消息，已经发出的无法收回。',
    arrivalNote: '客户问过、打过标签的商品到货了，一键通知；同一批到货每人只通知一次，再点只通知还没收到的人。', newProduct: '添加商品', product: '商品', sku: '商品编号', skuHelp: '店铺系统可以用这个编号调用接口 POST /api/v1/arrivals 自动触发。', productName: '名称', whoWaits: '谁在等', byTag: '带这些标签的客户', told: '已通知', lastTold: '最近通知', never: '还没有', batch: '第 {n} 批', underWay: '发送中', tell: '到货了，通知', tellRest: '通知其余的人', tellFresh: '新一批到货', noProducts: '还没有等货的商品', noProductsText: '先添加商品：编号、谁在等（例如标签“口罩”）、到货时说什么。', removeProduct: '删除后不再能一键通知；已经发出的不受影响。', counting: '正在计算人数…', willTell: '将通知 {n} 人（等货的共 {all} 人）',
    sopNote: '客户SOP：加好友后第几天由顾问发什么；群SOP：哪天、建群后第几天由群主发什么。到点时员工收到企业微信任务，点一下就发送。', customerSop: '客户SOP', groupSop: '群SOP', newCustomerSop: '新建客户SOP', newGroupSop: '新建群SOP', entered: '进入人数', inFlight: '进行中', left: '已达成', duties: '执行情况', dutiesOf: '执行情况：{name}', publish: '启用', published: '已启用', unpublished: '有改动未启用', removeSop: '删除后列表里不再出现；已经下发的任务和客户时间线上的记录不受影响。', endSop: '所有人退出，还没发出的任务收回。', endGroupSop: '之后不再下发，已下发的任务不受影响。',
    noCustomerSop: '还没有客户SOP', noCustomerSopText: '从上面的模板开始，改成自己的内容，再启用。', noGroupSop: '还没有群SOP', noGroupSopText: '从上面的模板开始：选哪些群、哪天几点、发什么。',
    drawn: '它的流程图在旅程里被改过，已经不是按天的列表。', toJourney: '去旅程里编辑', whoSends: '加好友后按天由她的顾问发送：到点给顾问下发企业微信群发任务，点一下就发出；同一步的客户合成一个任务。', exit: '什么时候退出', exit_none: '走完为止', exit_bought: '下单后退出', exit_expr: '满足条件后退出', whoEnters: '哪些新客户（条件，可不填）', everybody: '所有新加的好友', stepOf: '第 {n} 条', dayAfter: '加好友后第几天', addStep: '添加一条', variables: '可以用变量，例如 {\'{{name|亲}}\'}。', otherAct: '其他动作：{verb}（在旅程里编辑）', inFlightStay: '已经在走的客户按原来的版本走完，新加的客户按新版本。', saveDraft: '存草稿', saveStart: '保存并启用',
    whichGroups: '选哪些群：群主、分类、标签，选了几项就要同时满足；每次到点重新计算。', groupTag: '群标签', lookGroups: '看看现在有多少群', foundGroups: '{n} 个群，{owners} 位群主', byCalendar: '按日历', byAge: '建群后第几天', dayAfterGroup: '建群后第几天', groupRules: '每个群每天的群群发次数、免打扰时间按群群发的规则；到点时系统没有运行，2 小时内补发，超过记为“已错过”。', outwardGroups: '现在有 {n} 个群、{owners} 位群主；每次到点会自动给群主下发任务，由群主点一下发送。', executed: '执行率', notSent: '{n} 个未发送', remind: '提醒', reminded: '已提醒 {name}', noDuties: '还没有下发过任务', noDutiesText: '到点下发后，这里列出每位员工发了多少、谁还没发。', posts: '每次推送',
    t_newFriend: '新好友 7 天', t_newFriend_0: '您好，欢迎加我好友！有任何问题随时找我。', t_newFriend_1: '给您介绍一下我们的会员权益，买单可以累计积分。', t_newFriend_2: '这几款是老客回购最多的，您可以先看看。', t_newFriend_3: '您的新人礼快到期了，需要我帮您留一份吗？',
    t_care: '会员关怀', t_care_0: '用得还习惯吗？有问题我来帮您处理。', t_care_1: '一个月了，分享一个保养小技巧给您。', t_care_2: '本月会员有专属礼遇，需要我帮您预留吗？', t_care_3: '好久不见，最近上了几款您可能喜欢的。',
    t_newGroup: '新群 7 天', t_newGroup_0: '欢迎进群！这里每天分享福利和新品，有问题随时找我。', t_newGroup_1: '群规小提醒：请不要发广告，有需要直接找群主。', t_newGroup_2: '今天的群专享福利来啦，手慢无。', t_newGroup_3: '进群一周了，说说您最想看什么内容？',
    t_weekly: '每周三次', t_weekly_0: '新的一周，本周上新先睹为快。', t_weekly_1: '周三会员日，群友专享价。', t_weekly_2: '周末愉快，晒单有礼。',
  },
};
