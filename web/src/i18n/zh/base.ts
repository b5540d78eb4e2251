export default {
  brand: '鱼塘',
  nav: {
    lifecycle: '生命周期', rfm: 'RFM 分析', layers: '客户分层', followup: '跟进看板',
    home: '首页', livecodes: '渠道活码', customers: '客户列表', customer: '客户详情', tags: '标签管理', audiences: '人群包', attributes: '属性与字段',
    audience: '编辑人群包', broadcasts: '客户群发', repeats: '周期群发', arrivals: '到货通知', sops: '客户SOP · 群SOP', broadcast: '群发详情', broadcastNew: '新建群发', campaigns: '多触点活动', campaign: '多触点活动详情', campaignNew: '新建多触点活动', moments: '朋友圈', moment: '朋友圈详情', momentNew: '新建朋友圈', orders: '订单与导入',
    import: '导入订单', jobs: '任务中心', setup: '开通向导', audit: '操作审计', settings: '系统设置', login: '登录',
    missing: '没有这个页面', gAcquire: '引流获客', gCustomers: '客户中心', gReach: '触达运营', gSystem: '系统',
    menu: '主菜单', skip: '跳到正文', running: '进行中的任务：{n} 个', language: '切换语言', account: '账号：{name}',
    password: '账号与密码', logout: '退出登录',
  },
  cmd: {
    hint: '搜索客户、功能、设置…', title: '搜索', none: '没有匹配的内容', page: '页面', action: '操作', customer: '客户',
    newCode: '新建渠道活码', newAudience: '新建人群包', newBroadcast: '新建群发', newCampaign: '新建多触点活动', newMoment: '新建朋友圈', import: '导入订单',
  },
  wecom: {
    name: '企业微信', unknown: '状态未知', simulated: '模拟器运行中', unset: '未接入', silent: '还没收到回调', alive: '正常，{ago}收到回调',
  },
  common: {
    cancel: '取消', close: '关闭', save: '保存', create: '创建', edit: '编辑', remove: '删除', retry: '重试', undo: '撤销', copied: '已复制', copy: '复制',
    loading: '加载中', whatIs: '“{name}”怎么算的', typeThis: '请输入“{word}”', view: '查看', back: '返回', next: '下一步', previous: '上一步',
    optional: '选填', saved: '已保存', yes: '是', no: '否', none: '无', actions: '操作', search: '搜索', created: '创建时间', by: '创建人', name: '名称',
    download: '下载', none_yet: '还没有内容', notConnected: '未接入', saveFailed: '没有保存',
  },
  list: {
    selectPage: '选择本页全部', pages: '翻页', previous: '上一页', next: '下一页', chosen: '已选 {n} 位客户', clear: '取消选择',
  },
  time: { now: '刚刚', seconds: '{n} 秒', minutes: '{n} 分钟', hours: '{n} 小时' },
  error: {
    unexpected: '页面出了意外的错误', offline: '连不上服务器', offlineCure: '请检查网络，或确认服务正在运行，然后重试。',
    copyId: '复制请求编号 {id}', s401: '登录已过期，请重新登录', s403: '您的角色没有这项权限，请联系管理员', s404: '内容不存在，可能已被删除或合并',
    s409: '和别的操作冲突，请刷新后再试', s412: '别人刚刚改过这里，请刷新后再改', s413: '内容太大', s422: '填写的内容有问题', s429: '操作太频繁，请稍后再试',
    s500: '服务器出错了，请把请求编号发给管理员', sother: '请求没有成功',
  },
  unsaved: { title: '还没有保存', effect: '离开后，刚才填写的内容会丢失。', leave: '离开' },
  login: { scan: '企业微信扫码登录', wecom: '用企业微信登录', title: '登录鱼塘', slogan: '私域客户运营台', name: '账号', password: '密码', enter: '登录' },
  missing: { title: '这里什么也没有', text: '链接可能已过期。可以用 Ctrl K 搜索页面或客户。' },
  staff: { outOfScope: '{name}（不在应用可见范围）' },
};
