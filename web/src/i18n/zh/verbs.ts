// Tasks of staff and letters through advisors.
export default {
  stafftask: {
    note: '自动化和手工派给员工的任务：谁做了、谁没做。完成以员工自报为准。', tabTasks: '任务', tabRates: '执行率', tabNotices: '应用消息', add: '布置任务', kind: '类型', k_send: '发消息', k_call: '打电话', k_care: '关怀', k_check: '核实',
    name: '任务', customer: '客户', staff: '员工', store: '门店', ofStore: '门店任务', state: '状态', by: '来源', deadline: '截止', ended: '完成时间', reason: '原因', all: '全部状态', anyStaff: '全部员工',
    b_hand: '手工', b_journey: '旅程', b_sop: 'SOP', b_rule: '规则', none: '还没有任务', noneText: '布置一个任务，或让旅程、SOP 自动派任务。', remind: '提醒', escalate: '上报主管', cancel: '取消任务', cancelEffect: '{n} 个任务会从员工手机上消失。', acted: '{n} 个已处理', actedLeft: '{n} 个已处理，{left} 个没有：已结束、24 小时内提醒过 3 次或没有主管',
    rateNote: '执行率 = 已完成 ÷ 派出（不含取消）', given: '派出', done: '完成', skipped: '跳过', expired: '过期', moved: '转出', open: '未完成', rate: '执行率', days: '{n} 天', noRates: '这段时间没有任务',
    script: '话术', who: '谁来做', w_advisor: '主顾问', w_on_duty: '值班员工优先', w_named: '指定员工', w_store: '门店', withLink: '附链接', deadlineMin: '几小时内完成', remindMin: '几分钟未完成时提醒', moveMin: '几分钟未完成转给她的其他好友（0 不转）', quiet: '不发应用消息', customers: '客户', addCustomer: '添加客户', needName: '请填写任务', make: '布置', made: '已布置 {n} 个任务', madeLeft: '已布置 {n} 个，{left} 个没有：{why}',
    notices: '发给员工的应用消息', why: '原因', n_task: '新任务', n_move: '转来', n_remind: '自动提醒', n_remind_hand: '手工提醒', n_escalate: '上报', n_notify: '通知', digest: '合并发送', withdraw: '撤回', withdrawn: '正在撤回', sent: '发送时间', text: '内容', noNotices: '还没有应用消息', minutes: '分钟', hours: '小时',
    r_no_friend: '没有好友关系', r_not_friend: '不是她的好友', r_not_active: '员工已停用', r_no_store: '没有门店', r_cap_day: '今天已触达过', r_cap_week: '本周已达上限', r_refused: '客户拒收', r_unreachable: '触达不到', r_quiet: '免打扰时段',
  },
  letter: {
    note: '旅程和规则通过顾问发出的消息：同一步、同一话术、同一顾问攒成一个群发任务，顾问点一次。', staff: '顾问', text: '内容', by: '来源', state: '状态', people: '人数', delivered: '送达', notFriend: '已不是好友', quota: '次数已满', failed: '失败', expired: '过期', stopped: '撤下', late: '达标后仍发送', waiting: '待确认', created: '创建', deadline: '截止', confirmed: '确认', ready: '预计创建',
    why_deadline: '到期', why_goal: '已达标', why_cancelled: '手工停止', none: '还没有一对一触达', noneText: '旅程里的“通过顾问发消息”会出现在这里。', remind: '提醒（剩 {n} 次）', reminded: '已提醒', cancel: '停止', cancelTitle: '停止这个任务？', cancelEffect: '未确认的 {n} 人不会再收到；已发送的不受影响。', cancelled: '正在停止', who: '名单', name: '客户', reason: '原因', sent: '发送时间',
  },
  gcast: {
    asked: '已提交，等另一位同事批准后下发', note: '企业微信只能请群主发送：每位群主点一次，发到他的所有群。每个群默认每天最多一次。', add: '新建群群发', name: '名称', to: '发给谁', byOwner: '按群主', byClass: '按群分类', owner: '群主', text: '内容', estimate: '预估', sum: '将发到 {n} 个群，共 {members} 个群成员', capped: '{n} 个群今天已发过，不再发', gone: '{n} 个群已解散或群主不在使用范围', taps: '{name}：{n} 个群，点 {taps} 次', send: '发到 {n} 个群', made: '已创建，等群主确认',
    state: '状态', groups: '群数', delivered: '已发', open: '待确认', quota: '次数已满', failed: '失败', expired: '过期', rest: '未发', deadline: '截止', none: '还没有群群发', noneText: '选群主或群分类，写好内容，群主在企业微信里点一次就发出。', cancel: '停止', cancelTitle: '停止这次群群发？', cancelEffect: '未确认的 {n} 个群不会再收到；已发送的不受影响。', cancelled: '正在停止', remind: '提醒（剩 {n} 次）', reminded: '已提醒',
  },
  partState: { waiting: '待创建', unknown: '结果核对中', created: '待确认', failed: '失败', closed: '已结束' },
  taskState: { to_do: '未完成', done: '已完成', skipped: '已跳过', expired: '已过期', cancelled: '已取消', moved: '已转给同事' },
  noticeState: { waiting: '等待', sent: '已发', failed: '失败', stopped: '已撤下', recalled: '已撤回' },
  letterState: { gathering: '攒人中', making: '创建中', created: '待确认', unknown: '结果核对中', failed: '创建失败', closed: '已结束' },
  letterPerson: { gathering: '攒人中', planned: '待创建', created: '待确认', delivered: '送达', not_friend: '已不是好友', quota: '次数已满', failed: '失败', expired: '过期', stopped: '已撤下', refused: '已排除', moved: '转给其他顾问' },
};
