export default {
  home: {
    range: '时间范围', lastDays: '近 {n} 天', figures: '今日数字', customers: '客户总数', added: '今日新增', lost: '今日流失', net: '今日净增', revenue: '今日成交额', bound_rate: '会员绑定率',
    friendsNote: '其中好友 {n} 人', addedNote: '首次 {first} 人 · 重复添加 {again}', lostNote: '去重 {unique} 人 · 员工删除 {staff}', netNote: '新增 − 流失 − 员工删除', revenueNote: '{n} 笔订单', boundNote: '{bound} / {all} 人',
    connect: '去接入', trend: '客户增长趋势', trendText: '近 {n} 天共新增 {added}，流失 {lost}', s_added: '新增', s_lost: '流失', s_net: '净增', s_orders: '订单', s_revenue: '成交额', day: '日期',
    gross: '成交额拆解', g_users: '客户数', g_conversion: '转化率', g_aov: '客单价', g_repurchase: '复购次数', g_amount: '累计成交额', importOrders: '导入订单后可见', byStaff: '员工 · 近期新增与绑定率', byStore: '门店 · 近期新增与绑定率', noRows: '这段时间没有数据', allRows: '看全部 {n} 行', firstOnly: '只看前 {n} 行',
    diffs: '与企业微信后台的差异', noDiffs: '每位员工每天的数字都与企业微信一致。', notCompared: '还没有对过账，每晚自动对一次。', figure: '指标', ours: '本系统', theirs: '企业微信', checklist: '开通清单（{done}/{all}）', dismiss: '不再显示', stepDone: '（已完成）', tips: '先试试这些',
    step: { wecom: '接入企业微信', callback: '收到第一个回调', sync: '同步通讯录与客户', livecode: '建第一个渠道活码', orders: '导入订单', import: '导入订单', broadcast: '发一次群发', audience: '圈一个人群', tags: '整理标签' },
    def: {
      customers: '系统里的客户人数（去重）。同一个人有多份资料时，合并后算 1 人；其中好友指目前至少有一位员工是她的好友。',
      added: '当天建立的好友关系数；一位客户加了两位员工算 2。首次指她第一次和本企业建立关系。转接和未通过的不计。',
      lost: '当天客户删除员工的关系数。去重指她的最后一段好友关系也没有了。员工删除客户单独计数。', net: '新增 − 流失 − 员工删除，按关系计。',
      revenue: '当天支付的订单金额减去退款，按企业的币种和时区计。', bound_rate: '在会员绑定页验证过手机号的好友 ÷ 可绑定的好友。', gmv: '成交额 = 客户数 × 转化率（下过单的比例）× 客单价 × 人均下单次数。',
    },
  },
  jobState: { queued: '排队', running: '运行中', paused: '已暂停', cancelled: '已取消', done: '完成', failed: '失败' },
  job: { note: '导入、同步等长任务都在这里，关掉页面也会继续。', title: '任务', progress: '进度', failed: '失败', skipped: '跳过', started: '开始时间', log: '日志', cancel: '取消任务', cancelText: '“{title}”会停在第 {done} 条，已完成的保留。', none: '没有任务', noneText: '导入订单或同步客户时，进度会显示在这里。', rate: '每秒 {n} 条', eta: '还需 {span}', leave: '可以离开本页，任务会继续' },
  audit: { note: '谁在什么时候做了什么，不可修改。', at: '时间', actor: '操作人', action: '动作', object: '对象', detail: '说明', none: '还没有记录' },
  role: { owner: '所有者', operator: '运营', manager: '店长', staff: '导购', readonly: '只读' },
  scope: { all: '全部客户', department: '指定部门的客户', stores: '指定门店的客户', self: '自己的客户' },
  settings: {
    corp: '企业', wecom: '企业微信接入', users: '成员与角色', keys: '写入密钥', corpName: '企业名称', zone: '时区', zoneHint: '所有“今天”都按它算', currency: '币种', simulated: '当前连接的是内置模拟器，以下凭证属于模拟企业。', corpid: '企业 ID（corpid）', agentid: '应用 AgentId', secret: '应用 Secret', kept: '已保存，留空则不修改', unset: '还没有填写',
    test: '测试', testContacts: '测试客户联系', test_token: '凭证', test_contacts: '客户联系接口', callbackUrl: '接收事件的地址（填到企业微信后台“接收消息”的 URL）', make: '随机生成', aesLength: 'EncodingAESKey 是 {n} 个字符', lastCallback: '{ago}收到企业微信的事件', waitCallback: '在企业微信后台保存后，这里会变成绿色。',
    userName: '姓名', role: '角色', scope: '数据范围', usersNote: '角色决定能做什么，数据范围决定能看到哪些客户。', newUser: '新建成员', noUsers: '还没有成员', passwordLeast: '至少 {n} 位', keysNote: '商城、小程序和官网用写入密钥把行为和订单发到 /v1/。', newKey: '新建密钥', key: '密钥', keyName: '用途名称', keyOnce: '请现在复制，密钥只显示这一次：', noKeys: '还没有写入密钥', dropKey: '删除密钥', dropKeyText: '使用“{name}”的网站和程序会立即无法写入。请输入名称确认。',
    oldPassword: '现在的密码', newPassword: '新密码', againPassword: '再输入一次', differ: '两次输入不一样', disabled: '停用这个账号', isDisabled: '已停用', scopeOf: '部门或门店', scopeStaff: '对应的员工', loginLeast: '至少 3 个字符', changePassword: '修改密码', passwordChanged: '密码已修改，请重新登录',
  },
  ready: { ok: '正常', warn: '注意', fail: '有问题', unknown: '未检查' },
  setup: {
    note: '七步接好企业微信，随时可以离开，回来接着做。', s1: '管理员账号与语言', s2: '模拟器还是真实企业', s3: '填写凭证并测试', s4: '接收事件的回调', s5: '接入体检', s6: '同步通讯录与客户', s7: '建第一个渠道活码',
    t1: '换一个只有您知道的密码，选好界面语言。', t2: '先用模拟器熟悉功能，或直接连接您的企业微信。', t3: '在企业微信管理后台的“应用管理”里建一个自建应用，把它的编号和 Secret 填到这里。', t4: '把下面的地址、Token 和 EncodingAESKey 填到应用的“接收消息”里。', t5: '逐项检查接口权限、可信 IP、回调等；每一项都写明怎么解决、找谁解决。', t6: '第一次把员工、部门、客户和标签读进来，可以离开页面，断了会接着来。', t7: '建一个活码，用自己的微信扫一下，看自己出现在客户列表里。',
    simulator: '模拟器', simulatorText: '不需要任何账号。员工和客户都是模拟的，会扫码、聊天、下单、流失。', real: '真实企业微信', realText: '需要企业微信管理员权限和一个公网可访问的地址。', nowSimulated: '现在用的是模拟器', nowReal: '现在是真实企业模式', recheck: '重新检查', cure: '解决办法：', owner: '（{owner}）', synced: '已同步 {n} 位客户。', syncing: '已同步 {done} / {total}。', sync: '开始同步', finish: '完成，去首页',
  },
};
