// The tags page, and what a person's tags tell about themselves.
export default {
  tag: {
    newGroup: '新建标签组', editGroup: '编辑标签组', groupName: '组名称', tagNames: '标签（每行一个）', newTag: '新建标签', editTag: '编辑标签', tagName: '标签名称', sync: '同步到企业微信', synced: '已同步到企业微信', local: '仅本系统',
    customers: '{n} 位客户', none: '还没有标签', noneText: '标签用来圈人和发不同的内容，例如“宝妈”“高意向”。可以新建标签组、从表格导入，也会从企业微信同步过来。',
    noneHere: '这个维度还没有标签组', noneHereText: '新建一个标签组，或在标签组的编辑里把它移到这个维度。', noneFound: '没有找到“{q}”', noneFoundText: '换一个词试试，或打开“显示已归档”。',
    deleteGroup: '删除标签组', deleteGroupText: '“{name}”组里的 {tags} 个标签会从 {n} 位客户身上去掉。仍被使用的标签不能删除。', deleteTag: '删除标签',
    deleteTagText: '“{name}”会从 {n} 位客户身上去掉，不能恢复。', groupMade: '标签组已创建', tagMade: '标签已创建', deleted: '已删除', moved: '顺序已保存',
    dimension: '维度', d_basic: '基础', d_behaviour: '行为', d_preference: '偏好', d_channel: '渠道', d_interest: '兴趣',
    owner: '负责人', noOwner: '未指定', description: '说明', descriptionHint: '什么样的客户打这个标签，让同事都用得一致', tags: '{n} 个标签',
    ttl: '有效天数', ttlHint: '自动打上的标签过这么多天自动去掉；留空表示一直有效。手工打的不会自动去掉。', days: '{n} 天', sensitive: '敏感标签',
    sensitiveHint: '如孕期、孩子、健康：没有权限的人看不到名称，登记客户同意后才能打，导出和相似人群不包含。', hidden: '您的角色看不到名称', archived: '已归档', archive: '归档', restore: '恢复使用',
    archivedDone: '已归档：不再打新标，已有的人群包照常', restoredDone: '已恢复使用', archiveHint: '归档后不再打新标、不在选择器里出现，已有的标记和人群包不变。', showArchived: '显示已归档', merging: '合并中',
    up: '上移', down: '下移', before: '前移', after: '后移', order: '顺序', drag: '拖动调整顺序', uses: '在哪里使用', unused: '没有人群包或活码使用它', use_audience: '人群包', use_livecode: '渠道活码', use_rule: '规则', use_survey: '客户问卷',
    usedBy: '正被 {n} 处使用，不能删除：可以归档或合并',
    merge: '合并到…', mergeTitle: '合并标签“{name}”', mergeInto: '合并到', mergeText: '{n} 位客户的“{name}”会变成“{into}”，打标来源一起带走；{uses} 处使用会改用“{into}”；然后“{name}”被删除。合并不能撤销。', mergeConfirm: '输入“{name}”确认', mergeStart: '开始合并', mergeDone: '合并完成',
    import: '导入', export: '导出', importTitle: '从表格导入标签', importText: '上传 CSV，第一行是列名：维度、标签组、标签、说明、有效天数、敏感、同步企微。必填：标签组、标签。先导出一份可作模板。', choose: '选择文件', checked: '检查通过：{tags} 个标签，{groups} 个新标签组', importNow: '导入', imported: '已导入 {n} 个标签',
    problems: '有 {n} 处问题，一个都没有导入。改好后重新选择文件。', line: '行', field: '列', problem: '问题', another: '换一个文件',
  },
  mark: {
    manual: '手工', wecom: '企业微信', import: '导入', channel: '渠道活码', rule: '规则', model: '模型', by: '{why} · {by}', at: '打标时间', until: '有效至', forever: '一直有效', confidence: '把握 {n}%', evidence: '依据',
    also: '同时来自', refused: '已手工去掉，不再自动打', lift: '允许自动打', lifted: '已允许自动打“{name}”',
    consents: '同意记录', noConsents: '还没有记录。打敏感标签前，请先登记客户的同意。', p_sensitive: '记录敏感信息（孕期、孩子、健康）', p_lookalike: '用于寻找相似人群', purpose: '用途', how: '方式', h_talk: '聊天中同意', h_form: '填写表单', h_call: '电话同意', h_paper: '书面同意', said: '同意的内容', give: '登记同意', given: '已登记',
    withdraw: '撤回', withdrawn: '已撤回', withdrawText: '客户撤回同意后，她身上的敏感标签会立即去掉。记录会保留。', withdrawDone: '已撤回，敏感标签已去掉',
  },
  bulk: {
    all: '改为全部 {n} 位', page: '只选本页', plan: '预计', people: '{n} 位客户', calls: '约 {n} 次企业微信调用，按每小时 15 万次约需 {span}', noCalls: '不需要调用企业微信', consent: '含敏感标签：没有登记同意的客户会跳过', start: '开始打标签', running: '正在打标签', done: '打标签完成',
  },
};
