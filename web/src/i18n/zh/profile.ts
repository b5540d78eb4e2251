export default {
  note: {
    one: '备注', hint: '写下以后用得着的事，例如“喜欢早上联系”', add: '写备注', added: '备注已保存', none: '还没有备注', noneText: '同事写的备注都会出现在这里，重要的可以置顶。',
    pin: '置顶', unpin: '取消置顶', remove: '删除备注', removed: '备注已删除', tab: '备注', fieldsTab: '资料与属性',
  },
  budget: {
    title: '触达余量', help: '营销消息每天、每周最多几次，跨所有渠道合计；自己的订单、付款和回复不计。上限在系统设置里改。', today: '今天已触达', week: '7 天内已触达', wecom: '企业微信', sms: '短信', last: '最近触达', never: '还没有', opens: '营销消息最早可发',
    say: { go: '可以发', cap_day: '今天已到上限', cap_week: '本周已到上限', refused: '她拒收', unreachable: '无法触达', quiet: '她那里正是免打扰时段', blocked: '在营销黑名单', no_consent: '须先同意', control: '永久对照组', holdout: '留出对照', limit: '这类触达已到上限', mix: '促销占比已满', quota_used: '企业微信额度已用完' },
  },
};
