// Acts in the audit trail, "campaign.create": what was acted on and what was done to it, each named once.
export default {
  acts: {
    name: '{of}：{did}',
    of: {
      area: '区域码', arrival: '到货通知', attribute: '属性', audience: '人群包', broadcast: '客户群发', calendar: '活动日历', campaign: '多触点活动', card: '名片海报',
      consent: '营销同意', customer: '客户', customer_export: '客户导出文件', customer_tag: '客户标签', department: '部门', experiment: '实验', field: '客户字段',
      followup: '跟进看板', group: '客户群', group_class: '客户群分类', group_invite: '入群邀请', groupcast: '群群发', groupcode: '群活码', groupsop: '群 SOP', hello: '入群欢迎语',
      hook: '外部推送', import: '订单导入', inherit: '客户继承', job: '后台任务', journey: '自动化旅程', keyword: '关键词回复', lead: '线索公海', letter: '一对一触达', lifecycle: '生命周期',
      list: '导入名单', livecode: '渠道活码', living: '直播', lookalike: '相似人群', lucky: '福利官', mail: '邮件', material: '素材', member: '会员', moment: '朋友圈',
      note: '客户备注', oa: '公众号', oa_code: '公众号二维码', oa_link: '小程序链接', oa_menu: '公众号菜单', order: '订单', order_import: '订单导入', outlet: '门店', partner: '渠道合作方',
      phonelist: '号码名单', reach: '触达规则', recommend: '关联推荐', repeat: '周期群发', rfm: 'RFM 分析', setting: '系统设置', setup: '开通向导', shop: '网店', smsdrain: '短信引流',
      speak: '发消息', stafftask: '员工任务', store: '数据库', survey: '客户问卷', tag: '标签', tag_group: '标签组', tag_refusal: '拒打标签', tagrule: '自动标签', value: '客户价值',
      write_key: '写入密钥', category: '分类', class: '群分类', export: '导出', invite: '邀请', notice: '应用消息', oalink: '小程序链接', orders: '订单', staff: '员工',
    },
    did: {
      accept: '恢复接收', account: '改客服账号', add: '添加', again: '重发', apply: '应用', approve: '批准', approved: '批准', archive: '归档', ask: '申请', backfill: '补拉历史',
      backup: '备份', bind: '绑定', block: '拉黑', bulk: '批量修改', cancel: '取消', cancelled: '取消', category: '改分类', change: '修改', changed: '修改', claim: '认领',
      class: '归类', close: '关闭', closed: '关闭', count: '重新计算', create: '新建', cut: '改分段', decide: '选定方案', done: '完成', download: '下载', drop: '撤下',
      dry: '试运行', duty: '改值班', edit: '修改', end: '结束', ended: '结束', enter: '手工进入', escalate: '上报', export: '导出', fit: '重新拟合', give: '给予',
      holidays: '改节假日', import: '导入', invite: '新建邀请', label: '改标签', level: '改等级', lift: '解除', made: '新建', make: '新建', match: '手工匹配', merge: '合并',
      move: '移动', name: '改名称', off: '停用', on: '启用', opened: '重新开放', order: '调整顺序', pause: '暂停', paused: '暂停', pool: '放入公海', publish: '发布',
      published: '发布', put: '放上', refuse: '拒绝', refused: '拒绝', register: '登记', remind: '提醒', remove: '删除', removed: '删除', reopen: '重新打开', restore: '恢复',
      resume: '继续', retag: '更新标签', revoke: '作废', rule: '改规则', run: '导入', dry_run: '试运行', rules: '改规则', running: '启动', save: '保存', set: '修改', share: '改分流', skip: '跳过一次',
      split: '拆分', staff: '改派员工', staff_off: '停止接待', staff_on: '恢复接待', start: '开始', store: '设为门店', sync: '同步', take: '取走文件', templates: '读取模板',
      test: '测试', try: '试运行', type: '改类型', unblock: '移出黑名单', undo: '撤销', unskip: '恢复一次', unwatch: '停止关注变化', watch: '关注变化', wecom: '接入企业微信',
      withdraw: '撤回',
    },
  },
};
