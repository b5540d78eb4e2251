export default {
  channels: {
    note: '程序可以自己说话的渠道：公众号、微信客服、短信、邮件。企业微信聊天里只能由员工发送。', figures: '近 30 天', none: '还没有发过', noneText: '旅程或下面的测试发出后，这里会按渠道显示结果。', sent: '成功 {n}', failed: '未成 {n}', unknown: '结果不明 {n}',
    oaNote: '粉丝最近有互动才能发客服消息；窗口和条数由微信规定，变了就在这里改。', kf: '微信客服', kfNote: '客户写来消息后的窗口内可以发送；自动回复也占条数。', sms: '短信', smsNote: '营销短信自动加签名和退订语，免打扰时段不发。', mail: '邮件', mailNote: '用企业自己的邮件服务器发送；营销邮件自动带一键退订。',
    mailTo: '测试收件人', mailTest: '发测试邮件', mailTold: '服务器回答：{code} {answer}', tryTitle: '发一条试试', subject: '主题', text: '内容', sample: "例如：{'{{name|亲}}'}，您的会员日到了", linkTitle: '链接标题', linkUrl: '链接地址', service: '服务类（自己的订单、回复等，不占营销次数）',
    cost: '按 {parts} 条计费，{cost}', who: '发给哪位客户', look: '看看效果', try: '发送', tryText: '会真的发给这位客户，和旅程里的动作完全一样。', retryAt: '{when} 后可发',
  },
  speakState: { done: '已完成', asked: '已提交发送', held: '现在不能发', refused: '不能发给她' },
  speakWhy: { cap_day: '今天的营销次数已满', cap_week: '本周的营销次数已满', quiet: '免打扰时段', refused: '她已拒收', unreachable: '触达不到', window_shut: '互动窗口已关闭', no_fan: '没有关注公众号', no_consent: '没有订阅这个通知', no_template: '没有这个模板', no_line: '没有用过微信客服', no_phone: '没有手机号', no_email: '没有邮箱', month: '30 天内短信已满', no_destination: '推送目标已停用' },
  hooks: {
    note: '把旅程里的事告诉企业自己的系统；每次推送都有签名，没送到会重试不到一天。', make: '推送目标', none: '还没有推送目标', noneText: '填一个地址，拿到密钥，对方用它核对签名（Standard Webhooks）。', off: '已停用', failing: '连续失败 {n} 次', pausedTill: '{when} 再试', sent: '推送记录', sentTo: '推送到「{name}」', test: '测试', tested: '对方回答：{status} {answer}', remove: '删除', removeText: '还在等待推送到「{name}」的会失败。',
    url: '地址', enabled: '启用', fresh: '换新密钥（旧密钥再签一天）', secret: '密钥', secretOnce: '密钥只显示这一次，请交给对方系统。', privateNote: '默认不允许推送到内网地址；对方系统在内网时打开。', type: '类型', state: '状态', attempts: '次数', answer: '回答', again: '重发', againDone: '已重新排队', noSent: '还没有推送', noSentText: '旅程走到推送动作后会出现在这里。',
  },
  hookState: { waiting: '等待中', done: '已送达', failed: '失败' },
  oaTalk: {
    templates: '消息模板', note: '模板消息不能做营销；订阅通知需要粉丝先订阅。', read: '刷新模板', readDone: '已刷新', none: '还没有模板', noneText: '在公众平台添加模板后点“刷新模板”。', kind_template: '模板消息', kind_once: '一次性订阅', kind_long: '长期订阅', use: '试发', url: '点开后的地址',
    menu: '公众号菜单', editMenu: '菜单', menuNote: '最多 3 个一级按钮，每个下面最多 5 个；粉丝约 5 分钟后看到。', menuOther: '现在的菜单里有这里不能编辑的按钮类型，保存会替换它们。', menuDone: '菜单已更新', menuDrop: '删除菜单', menuDropText: '粉丝将看不到菜单。', button: '按钮 {n}', does: '作用', opens: '打开网页', pushes: '推送事件', value: '内容', key: '事件名', page: '网页地址', less: '去掉', more: '加一个按钮', moreBelow: '加一个子按钮',
  },
  plist: {
    title: '导入的名单', note: '把手机号、openid 等名单文件变成条件，用在人群包、群发和旅程里。', make: '导入名单', sum: '认识 {found} 人，不认识 {unknown} 行，格式不对 {refused} 行', look: '查看这些客户', copy: '复制条件', remove: '删除', removeText: '用到名单「{name}」的人群包会失效。', fileHint: '支持 csv、xlsx 或一行一个的文本，只看第一列；最多 20 万行。只会找出已经认识的人，不会新建客户。', kind: '第一列是', appid: '公众号 AppID',
    phone: '手机号', email: '邮箱', unionid: 'unionid', openid: 'openid', external_userid: '外部联系人 ID', member_no: '会员号', user_id: '网站用户 ID', buyer: '买家账号',
  },
  plistState: { reading: '读取中', ready: '可用', failed: '未读完' },
};
