export default {
  groupState: { living: '正常', ownerless: '群主已离职', dissolved: '已解散' },
  inviteState: { in: '已在群里', nobody: '没有好友员工', asked: '待发送', sent: '已发送未进群', refused: '不愿意', joined: '已进群' },
  helloState: { creating: '创建中', active: '可使用', failed: '创建失败' },
  groups: {
    note: '和企业微信同步的全部客户群：分类、打标签、看健康度。', sync: '重新同步', syncing: '已开始同步，完成后列表会更新', figures: '{n} 个群 · {m} 个群成员 · 其中客户 {c} 人 · {o} 个群的群主已离职',
    name: '群名', noName: '未命名的群', owner: '群主', members: '人数', customers: '客户', health: '健康度', class: '分类', words: '标签', moves: '近 30 天进 / 退', state: '状态', created: '建群时间', none: '还没有客户群', noneText: '点“重新同步”，从企业微信读取全部客户群。', noneFit: '没有符合条件的群',
    sortNewest: '最近知道的在前', sortLargest: '人数多的在前', sortWorst: '健康度低的在前', order: '排序', q: '搜索群名', anyClass: '全部分类', anyWord: '全部标签', anyOwner: '全部群主', stLiving: '正常', stOwnerless: '群主已离职', stDissolved: '已解散', stAll: '全部状态',
    healthHelp: '满分 100：40 分看近 30 天有多少人没退群，30 分看人数（满 100 人得满分），20 分看客户占比，10 分看近 30 天有没有新人。群主离职最多 40 分。每晚重算。群里说了什么接口不提供，所以不算在内。',
    picked: '已选 {n} 个群', label: '分类和标签', addWords: '加标签', dropWords: '去标签', wordHint: '最多 20 个字，一个群最多 10 个标签', keepClass: '分类不变', noClass: '去掉分类', labelled: '已更新 {n} 个群', newClass: '新分类', newClassName: '分类名称', classes: '管理分类', dropClass: '删除分类', dropClassText: '“{name}”会被删除，群本身不受影响。',
    days: '每天进退', day: '日期', joined: '进群', gone: '退群', quiet: '这 30 天没有人进群或退群', who: '群成员', gone_too: '也看已退群的', way: '进群方式', way_invited: '员工邀请', way_link: '邀请链接', way_code: '扫群码', way_unknown: '未知', kind_staff: '员工', kind_customer: '客户', kind_stranger: '不是好友', again: '第 {n} 次进群', left: '{day} 退群', more: '再看一些', notice: '群公告', read: '{time} 从企业微信读取', wecom: '企业微信自己的数据', wecomText: '这位群主名下全部群，昨天为止', compare: '和企业微信核对', cmp: '企业微信：{a} 个群 {b} 人；这里：{c} 个群 {d} 人。昨天新进群 {e} 人。',
  },
  several: {
    note: '同一个人在好几个群里，群发时会收到几遍。接口不能移出群成员，请群主在企业微信里处理。', none: '没有人同时在几个群里', person: '客户', seats: '群数', groups: '在这些群里（最早的在前）', stranger: '不是好友的群成员', notYours: '另有不在您数据范围内的群',
  },
  gcode: {
    note: '印一个码，永不过期：一个群满了自动换下一个群，快没有位置时提醒。', new: '新建群活码', edit: '修改群活码', name: '名称', groups: '群（按顺序进）', pick: '选择客户群', threshold: '每群满多少人换下一个', auto: '全部满了由企业微信自动建新群', base: '新群名称前缀', baseId: '从几号开始', offer: '进群福利', offerHint: '显示在扫码打开的页面上', link: '福利链接（选填）',
    asked: '打开', joined: '进群', room: '剩余位置', low: '快满了，请加群', dry: '没有位置了', none: '还没有群活码', noneText: '选几个群，印一张海报；客户扫码打开页面，长按群码进群。', qr: '二维码', download: '下载 PNG：', address: '打印的地址', lent: '正在进人', full: '已满', dissolved: '已解散', remove: '停用群活码', removeText: '“{name}”印出去的码会失效，已进群的人不受影响。', made: '群活码创建中', auto_room: '自动建群', copy: '复制地址', copied: '已复制', invite: '邀请一群人进群',
  },
  ginvite: {
    note: '圈一群人请进群：没有接口能直接拉人，由员工发送群码，这里记下谁发了、谁进了、谁还没进。', new: '邀请一群人', name: '名称', whom: '请谁', byAudience: '人群包', byExpr: '条件', watch: '以后进入这个人群的人也加入名单', code: '用哪个群活码', none: '还没有邀请', noneText: '先建一个群活码，再选一个人群，名单会按员工列好。', making: '名单生成中', people: '名单', staff: '员工', asked: '加入名单', sentAt: '发送', joinedAt: '进群', mark_sent: '已发送', mark_refused: '她不愿意', close: '结束邀请', closeText: '不再往名单里加人；之后进群的人仍会记为“已进群”。', closed: '已结束', send: '用群发发送', bind: '关联群发', bindText: '关联后，这个群发送达的人记为“已发送”。请在员工确认发送之前关联。', pickCast: '选择群发', bound: '已关联群发', noCode: '还没有可用的群活码', nobodyIn: '没有人', created: '邀请已建立，正在生成名单',
  },
  ghello: {
    note: '新人进群，企业微信立即自动发。模板由这里创建，群主要在企业微信里选用一次；是否选用由群主自己报告。', new: '新建欢迎语', edit: '修改欢迎语', name: '名称', text: '欢迎语', textHint: '%NICKNAME% 会换成她的昵称；最多 3000 字节', link: '附带链接', linkTitle: '链接标题', linkUrl: '链接地址', linkDesc: '链接描述', groups: '要选用的群', done: '群主已报告', none: '还没有入群欢迎语', noneText: '写一段话，选好群，群主在企业微信里选用后，每位新人进群都会收到。', bind: '选择群', bound: '已通知 {n} 个群的群主', tasks: '群主任务', open: '只看还没报告的', markDone: '已选用', takeBack: '撤回', remove: '删除欢迎语', removeText: '“{name}”会从企业微信删除，未完成的任务也一并取消。', count: '已建 {n} / {most}', made: '欢迎语创建中', noTask: '没有待办', asked: '{day} 通知',
  },
};
