// Nobody lost: inheritance, deletions, payments, members, disagreements about tags, API keys.
export default {
  inherit: {
    note: '员工离职或调岗时，把客户和客户群交给同事。先看计划，再开始。', new: '新建继承', none: '还没有继承记录', noneText: '员工离职后，在这里把客户和群分给同事；在职员工调岗也可以转接。',
    leavers: '离职员工还有客户未分配', leaver: '{name}：{n} 位客户', assign: '去分配', kind: '类型', k_resigned: '离职继承', k_onjob: '在职继承', givers: '原跟进员工', takers: '接替员工', rule: '分配规则', r_one: '指定一人', r_even: '平均分给多人', r_store: '同门店同事',
    rule_one: '全部交给一位同事', rule_even: '平均分给选中的同事；已是好友的客户归那位同事', rule_store: '分给原员工所在门店的其他同事', message: '转接成功后发给客户的话', messageHint: '仅在职继承；不填用企业微信默认文案，最多 200 字', groups: '同时转接客户群',
    rules: '企业微信的规则', ru_wait: '发出后客户 {n} 小时内可拒绝，不拒绝则自动转接', ru_times: '每位客户 {days} 天内最多转接 {n} 次，超过的不会列入', ru_full: '接替员工客户数已满时，客户不会转接', ru_year: '离职超过 1 年的员工，其客户群不能再转接', ru_groups: '在职员工每天最多转出 {n} 个群，多的第二天继续', ru_tags: '标签会打到新的跟进关系上；不发欢迎语，不计新增和流失',
    plan: '生成计划', planned: '计划已生成', planning: '正在生成计划…', start: '开始转接', startText: '将向企业微信申请转接 {n} 位客户和 {g} 个群。申请后不能撤回，客户可在 24 小时内拒绝。', started: '已开始转接', cancel: '停止', cancelText: '还没有申请的不再申请；已申请的仍会在企业微信生效。', cancelled: '已停止',
    state: '状态', total: '客户数', blocked: '不能转接', created: '创建时间', customer: '客户', giver: '原员工', taker: '接替员工', asked: '申请时间', due: '预计生效', ended: '结果时间', reason: '原因', customers: '客户明细', groupsTab: '客户群', group: '客户群', split: '分配', count: '数量', nobody: '没有客户', noTaker: '—', unnamed: '未命名群',
  },
  inheritState: { planning: '生成计划中', planned: '待开始', running: '转接中', done: '已完成', cancelled: '已停止' },
  inheritItem: { planned: '待申请', blocked: '不能转接', waiting: '等待生效', done: '已转接', refused: '客户拒绝', full: '接替员工已满', failed: '失败', cancelled: '未申请' },
  deletion: {
    note: '谁删除了谁、什么时候。转接产生的不在内。', none: '没有删除记录', noneText: '客户删除员工，或员工删除客户，会显示在这里。', who: '谁删除的', w_customer: '客户删除了员工', w_staff: '员工删除了客户', staff: '员工', customer: '客户', at: '时间', last: '已无好友', notify: '提醒方式', n_off: '不提醒', n_leader: '提醒部门负责人', n_staff: '提醒员工本人', n_both: '负责人和本人', saved: '提醒方式已保存',
  },
  payment: {
    note: '企业微信对外收款和门店收银。都记在付款客户名下，也算进消费。', none: '还没有收款', noneText: '在“设置”打开“读取企业微信对外收款”，或让收银系统调用接口 POST /api/v1/payments。', source: '来源', s_wecom_pay: '企业微信收款', s_pos: '门店收银', no: '收款单号', amount: '金额', refunded: '已退款', customer: '付款客户', staff: '收款员工', store: '门店', paid: '付款时间', matched: '已对上客户', unmatched: '未对上客户', reason: '原因', give: '指定客户', given: '已记到客户名下', noLost: '没有未对上的收款', choose: '选择客户',
  },
  paymentState: { created: '未付款', paid: '已付款', shipped: '已发货', done: '已完成', refunded: '已退款', cancelled: '已取消' },
  member: {
    note: '一位客户一个会员号，所有渠道通用，跟着已验证的手机号。', none: '还没有会员', noneText: '客户在会员页验证手机号后自动成为会员，也可以在这里登记。', new: '登记会员', no: '会员号', level: '等级', since: '入会时间', how: '登记方式', customer: '客户', phone: '手机号', name: '称呼', proof: '手机号怎么核验的', p_sms_code: '短信验证码', p_till: '收银台当面核验', p_wechat_phone: '微信授权手机号', h_bind: '会员页验证', made: '会员号 {no}，{level}', find: '按会员号或手机号查找', findGo: '查找', also: '原会员号：{list}', change: '改等级', changed: '等级已修改', notFound: '没有这位会员',
  },
  conflict: {
    note: '企业微信和这里对某位客户的标签不一致时，怎么处理的。', none: '没有冲突', noneText: '两边一致时这里是空的。', at: '时间', customer: '客户', tag: '标签', what: '发生了什么', w_removed: '在企业微信被去掉，这里也去掉', w_unconsented: '在企业微信打上敏感标签，客户没有同意，没有采用', why: '原来的来源', link: '标签冲突', foreign: '在企业微信后台或其他应用创建：可以打标，改名和删除请到企业微信操作。',
  },
  readiness: { badge: '接入体检：{n} 项待处理' },
  jobName: { inherit_plan: '生成客户继承计划', inherit_spread: '开始客户转接', follow_night: '夜间核对客户关系', tag_pull: '读取企业微信标签' },
  apikey: {
    title: '接口密钥', note: '给公司其他系统（CDP、收银）使用。密钥只显示一次。', name: '名称', perms: '权限', made: '新密钥（只显示这一次）', copy: '复制', none: '还没有密钥', add: '新建密钥', revoke: '停用', revokeText: '“{name}”停用后立即失效。', revoked: '已停用', created: '创建时间', head: '开头',
    p_changes: '读取变更流、写入标签', p_payments: '写入收款', p_members: '登记和查询会员', p_phone: '看到完整手机号和姓名',
  },
};
