// Keyword answers, the activity calendar and live rooms.
export default {
  inspect: {
    note: '客户在微信客服等人回复的时间：只算工作时间，程序的自动回复不算。', rule: '规则', late: '正在超时等待', who: '客户', account: '客服账号', staff: '员工', wrote: '等了', told: '已提醒', notTold: '还没有可提醒的人', nameless: '未命名客户',
    none: '没有人等太久', noneText: '超过时限还没有人回复的会话会出现在这里，并提醒负责的员工一次。', week: '每周报告', thisWeek: '本周', lastWeek: '上周', weeksAgo: '{n} 周前', waits: '会话', inTime: '及时', lateN: '超时', slowest: '最慢', minutes: '{n} 分钟', nobody: '无人接待',
    weekNone: '这一周没有客服会话', weekNoneText: '客户在微信客服发来消息后开始统计。', archive: '员工与客户的单聊：会话存档未接入，不在统计之内。',
  },
  keyword: {
    note: '程序只能在微信客服里自动回复；客户群和单聊由员工在侧边栏一键发送，或导出到企业微信的“群自动回复”。', add: '新建规则', edit: '修改规则', name: '名称', words: '关键词', wordsHelp: '输入后按回车，最多 20 个', answer: '回复内容', whole: '整句完全相同才算命中', use: '用在哪里', kf: '微信客服自动回复', suggest: '侧边栏提示员工', export: '导出到群自动回复', on: '启用', off: '停用', save: '保存', remove: '删除', removeAsk: '删除后不再按它回复。', saved: '已保存', removed: '已删除', empty: '还没有规则', emptyText: '先把客户最常问的问题写成规则。', file: '导出 CSV',
    test: '试一试', testText: '客户说的话', testGo: '测试', testNone: '没有命中任何规则', wins: '将回复', hit: '命中「{word}」', accounts: '微信客服账号', refresh: '从企业微信读取', noAccounts: '还没有读取到客服账号', answers: '自动回复', log: '最近的消息', logEmpty: '还没有消息', took: '{n} 秒内回复', state: { waiting: '等待发送', sent: '已回复', failed: '没有发出', none: '没有命中', late: '来晚了，未回复', full: '已回复 5 条' },
  },
  calendar: {
    note: '日历只排期和提醒：群群发占用群的额度，工具栏发送不占额度、每个群点一次。', add: '新建安排', edit: '修改安排', week: '周', month: '月', prev: '前一段', next: '后一段', today: '今天', name: '标题', content: '内容', way: '方式', ways: { group_mass: '群群发', toolbar: '聊天工具栏发送', moments: '朋友圈', official: '公众号' }, repeat: '重复', repeats: { once: '一次', daily: '每天', weekly: '每周', monthly: '每月', quarterly: '每季度' }, at: '时间', weekdays: '星期', days: { mon: '一', tue: '二', wed: '三', thu: '四', fri: '五', sat: '六', sun: '日' }, monthDay: '几号', first: '开始日期', last: '结束日期', shift: '遇到节假日', shifts: { keep: '照常', skip: '跳过', before: '提前', after: '顺延' }, degrade: '超出额度时改为工具栏发送', owners: '负责人', save: '保存', remove: '删除', removeAsk: '删除后日历里不再出现。', saved: '已保存', removed: '已删除', degraded: '额度已满，改为工具栏发送', over: '超出额度', done: '{n}/{all} 已发', copy: '把本周复制到下一周', copied: '复制了 {n} 条', holidays: '节假日', holidaysHelp: '每行一个：2026-10-01 国庆节', loads: '每位负责人的工作量', owner: '负责人', groups: '群', mass: '群群发', acts: '点击次数', quota: { month: '额度：每月与当月天数相同', week: '额度：每周 7 次', day: '额度：每天 1 次' }, none: '没有安排', vacant: '负责人都已离职', vacantAll: '需要新的负责人：{names}', comma: '、', holiday: '休',
  },
  living: {
    note: '在企业微信创建直播，把观看链接和群码发出去；结束后看谁看了多久，并自动打标签。', add: '新建直播', theme: '主题', anchor: '主播', starts: '开播时间', minutes: '时长（分钟）', watchUrl: '观看链接', groupUrl: '群码链接', tag: '打标签', tagMinutes: '至少看多少分钟', save: '保存', saved: '已保存', edit: '修改', cancel: '取消直播', cancelAsk: '直播会在企业微信里取消，不能恢复。', cancelled: '已取消', state: '状态', states: { reserved: '预约中', live: '直播中', ended: '已结束', expired: '已过期', cancelled: '已取消' }, viewers: '观众', viewersNote: '员工 {members} 人，未识别 {strangers} 人', who: '观看的客户', time: '观看时长', mins: '{n} 分 {s} 秒', comment: '有评论', nobody: '还没有客户观看记录', shown: '显示观看最久的 {n} 位，共 {all} 位', cut: '人数太多，只读取了前 2,000 页', empty: '还没有直播', emptyText: '创建后把链接和群码一起发给客户。', copy: '复制', unnamed: '未命名客户', description: '简介',
  },
};
