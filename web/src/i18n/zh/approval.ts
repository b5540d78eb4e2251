export default {
  approval: {
    note: '需要另一个人同意的都在这里：超过人数的群发、周期群发、群群发、朋友圈、短信和多触点活动，素材，号码导出。', by: '{who} · {when} 提交', people: '{n} 人', open: '查看详情', agree: '同意', refuse: '驳回', agreeTitle: '同意「{title}」？',
    agreeText: '{who} 提交的{label}，{n} 人。同意后按它的时间发出。', agreeThing: '{who} 提交的{label}。', agreed: '已同意', refused: '已驳回', refuseTitle: '驳回「{title}」', why: '为什么驳回（提交人会收到）', whyNeeded: '请写一句原因',
    mine: '我提交的，等别人审批', empty: '没有等您审批的', emptyText: '同事提交了需要第二个人同意的内容时，会出现在这里，顶栏也会显示数字。多少人以上需要审批，在系统设置里改。', settings: '系统设置',
    refusedMine: '我提交的，被驳回了', refusedWhy: '{who}：{why}', read: '知道了', alone: '公司里没有别人能批准：在系统设置里添加一位成员，或把「{size}」调高，然后自己批准。', aloneThing: '公司里没有别人能批准：请在系统设置里添加一位成员。',
  },
};
