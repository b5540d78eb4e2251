export default {
  phones: {
    note: '员工从自己的手机逐个添加，程序不会代加好友；每人每天有上限，避免账号被限制。', make: '导入名单', staffUrl: '复制员工页面地址', name: '名单', state: '状态', total: '号码', todo: '待加', asked: '已申请', passed: '已通过', without: '无结果', rejected: '未收入',
    daysLeft: '每人每天 {max} 个，还需约 {n} 天', none: '还没有号码名单', noneText: '导入存量手机号，平均分给员工逐个添加，新好友自动匹配回名单。', fileHint: '支持 csv、xlsx，表头需有“手机号”，可带“姓名”；最多 10 万行。重复、境外和格式不对的号码会逐行列出。', choose: '选择文件', source: '来源（必填）', sourceHint: '例如：2024 年门店会员卡登记',
    basis: '使用依据（必填）', basisHint: '例如：入会协议第 3 条，同意接受服务联系', staff: '分给哪些员工', begin: '开始导入', phone: '手机号', advisor: '员工', askedAt: '申请时间', moved: '正在重新分配', move: '重新分配', moveTo: '把待加号码改分给', close: '结束名单', closeText: '未加的号码不再出现在员工页面，结果会保留。',
    says: '来源：{source}；依据：{basis}', sum: '通过 {passed}，已申请 {asked}，待加 {todo}，原本就是好友 {friends}，未收入 {rejected}', rejectFile: '下载未收入的行', byStaff: '按员工', gone: '不能接待', all: '全部', rows: '号码', noRows: '没有号码', noRowsText: '换一个状态看看。',
  },
  phoneListState: { reading: '读取中', open: '进行中', closed: '已结束', failed: '读取失败' },
  phoneState: { todo: '待加', asked: '已申请', passed: '已通过', not_found: '搜不到', refused: '拒绝', friend: '已是好友' },
  phoneHow: { remark: '按备注手机匹配', bound: '按绑定手机匹配', tap: '员工确认' },
  numbers: {
    today: '今天已加 {used} / {max}', guess: '{name} 刚通过手机号加了您，是哪个号码？', somebody: '新好友', noneOfThem: '都不是', todo: '待加', none: '没有待加的号码。', full: '今天的号码已加完，明天继续。', asked: '已申请，等待通过', askedHint: '通过后会自动识别；在备注里填手机号最准。',
  },
  lead: {
    note: '没有顾问的人先到先得；保护期内没有加上好友会自动退回。', pool: '放入公海', who: '客户', orders: '订单', spent: '消费', lastOrder: '最近下单', held: '领取人', until: '保护到 {when}', claim: '领取', claimed: '已领取', giveBack: '退回', returned: '已退回公海', history: '经过', why: '退回原因', nameless: '未知姓名',
    none: '这里没有线索', noneText: '运营可以把一个人群放入公海，员工再来领取。', expr: '哪些人（条件）', exprHint: '已是好友的人会自动跳过。', pooled: '正在放入公海', expired: '保护期已过',
  },
  leadState: { free: '可领取', mine: '我领取的', claimed: '已被领取', won: '已成好友' },
  leadPast: { pooled: '进入公海', claimed: '领取', returned: '退回', won: '成为好友' },
  sms: {
    result: '结果', experimentHint: '每个方案写一份内容，按人分流；对照组不发，但计入对比。', ofExperiment: '实验「{name}」，{n} 个方案', variantOf: '{n} 人，每条按 {parts} 条计费', holdoutHelp: '随机留出一部分人不发，30 天后比较两边的购买，看这次短信到底带来多少。', liftLater: '留出 {n}% 不发；批准发送后开始比较。',
    note: '给有手机号但还不是好友的人发短信，一人一条短链；先估算再批准，每人 30 天最多 2 条，免打扰时段不发。', make: '新建短信', name: '名称', state: '状态', planned: '可发送', sent: '已发', clicked: '打开', followed: '加好友', bought: '购买', none: '还没有短信引流', noneText: '选一个人群，写好内容，先看能发给多少人、为什么有人发不了。',
    comma: '，', leftOut: '不发：', failed: '失败 {n}，结果不明 {unknown}', second: '需另一位同事批准', approve: '批准并发送', approveText: '将发给 {n} 人，预计费用 {cost}。发出的短信无法撤回。', approved: '已开始发送', cancel: '停止', cancelText: '还没发出的不再发送，已发出的无法撤回。', sample: '老朋友好久不见，加专属顾问领券：{link}', expr: '发给谁（条件）', words: '内容', wordsHint: '必须包含 {link}，会换成每个人自己的短链；签名和退订语自动加上。', parts: '{chars} 字，按 {parts} 条计费', target: '短链打开的地址', estimate: '估算',
  },
  smsState: { planning: '估算中', planned: '待批准', sending: '发送中', done: '已排定', cancelled: '已停止', failed: '失败' },
  smsWhy: { trial: '实验对照组', friend: '已是好友', no_phone: '没有手机号', refused: '已退订', cap: '触达已到上限', month: '本月短信已够', limit: '这类触达已到上限', quiet: '她那里正是免打扰时段', blocked: '在营销黑名单', no_consent: '须先同意', control: '永久对照组', holdout: '留出对照', mix: '促销占比已满', quota_used: '额度已用完', plan_bought: '活动开始后已购买', plan_exit: '符合活动退出条件', plan_lost: '已删除员工', plan_refused: '已拒收', plan_held: '活动对照组', plan_later: '不在活动里' },
  oa: {
    note: '粉丝按 unionid 与客户合一；带参二维码被扫时自动回复一条图文，引到企业微信。', fansOnly: '粉丝但不是好友', connect: '接入公众号', newCode: '带参二维码', code: '二维码', answers: '自动回复', subscribed: '关注', scanned: '再次扫码', figures: '粉丝 {fans}，新关注 {subscribed}，取消关注 {lost}', synced: '{when} 全量同步', neverSynced: '还没有全量同步', callback: '服务器地址：', sync: '同步粉丝', syncing: '已开始同步，可在任务中心查看',
    mini: '小程序短链', newMini: '新建小程序短链', path: '页面路径', params: '页面参数', miniHint: '先把小程序的 AppID 和密钥按公众号一样接入；短链一直有效，平台的链接到期前自动更换。', visits30: '近 30 天打开', trend: '每日打开', noMini: '还没有小程序短链', noMiniText: '短信和公众号里的链接可以直接打开小程序，并看到每天的打开数。',
    codes: '带参二维码', picture: '下载图片', menu: '复制菜单链接', none: '还没有带参二维码', noneText: '一个码对应一个渠道；平台的永久码不能删除，最多 10 万个。', asItIs: '不改则留空', base: '接口地址（模拟）', usual: '普通关注时回复', account: '公众号', channel: '来源渠道', articleTitle: '图文标题', words: '图文说明', link: '点开后的地址', pic: '配图地址', linkHint: '填获客链接或渠道活码的地址；配图可用活码图片。',
  },
};
