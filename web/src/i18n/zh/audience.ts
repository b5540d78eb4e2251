export default {
  aud: {
    insight: '看看这群人', breakdown: '分布', crosstab: '标签', compare: '与另一人群对比', uses: '使用记录',
    waiting: '先圈出一群人，这里会告诉您他们是谁。', by: '按什么看', people: '人数', share: '占比', lift: '相对全部客户', everybody: '全部客户', unknown: '未知', other: '还有更多取值，只列出前 {n} 个',
    liftHelp: '倍数：这群人里的占比除以全部客户里的占比。大于 1 说明更常见。', noTags: '这群人身上还没有标签', noTagsText: '打上标签后，这里会显示哪些标签在这群人里特别多。', noParts: '没有可以分的值',
    yes: '是', no: '否', group: '标签组', tag: '标签', narrow: '只看他们', showList: '名单', saveAs: '存为人群包', count: '人数', part: '部分',
    compareWith: '选另一个人群包', compareNone: '还没有别的人群包', compareNoneText: '再存一个人群包，就能看两群人重叠多少。', this: '当前人群', onlyA: '只在当前人群', onlyB: '只在“{name}”', both: '两边都在', vennText: '当前人群 {a} 人，“{name}”{b} 人，两边都在 {both} 人',
    watch: '订阅进出', watching: '已订阅', watchHelp: '订阅后，谁进入、谁离开会记成事件，自动化流程可以据此动作；每天零点再按日期变化核对一次。',
    watchTitle: '订阅“{name}”', watchText: '现在已经在里面的 {n} 人，要不要当作“进入”通知一遍？', watchQuiet: '不通知，只记以后的变化', watchLoud: '通知，把他们当作刚刚进入', watchDo: '开始订阅', watchStarted: '已订阅，正在记下现有成员',
    unwatchTitle: '停止订阅', unwatchText: '之后“{name}”的进出不再通知；用到它的自动化会停住。', unwatchDo: '停止订阅', unwatched: '已停止订阅',
    w_filling: '正在记下成员', w_live: '已订阅 {n} 人', w_broken: '条件失效，已暂停',
    editTitle: '条件改了', editText: '这个人群包正被订阅。因改条件而进出的人，要不要通知？', editQuiet: '不通知', editLoud: '通知',
    used_broadcast: '群发', used_past: '回算', used_manual: '手动', usedAt: '时间', usedBy: '用途', usedTitle: '名称', noUses: '还没有用过', noUsesText: '每次群发都会留下当时的名单；也可以回算过去某一刻谁在里面。',
    whoWas: '某一刻谁在里面', whoWasText: '用当时的标签、好友、员工、门店、阶段、下单和行为记录重新算一遍；城市、性别、预测值等没有保存过去的条件不能回算。', moment: '时刻', compute: '开始回算', computing: '正在回算',
    then: '当时', kept: '当时在', still: '现在还在', gone: '已离开', fresh: '后来进来', thenWords: '当时的条件', thenBroken: '当时的条件里有已不存在的标签或人群包，不能与现在比较。', wasIn: '当时在里面', wasOut: '当时不在里面', wasAs: '当时的档案 {id}', askOne: '查一位客户当时在不在', nobodyHere: '这一组没有人',
    decides: '决定性条件', inside: '在「{path}」里', scopeNote: '只显示您数据范围内的客户',
  },
};
