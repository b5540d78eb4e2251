// Surveys, their answers and the table of reasons.
export default {
  survey: {
    note: '问一问不再来的客户为什么。发出去的链接因人而异，回答进入客户时间线，可以打标签、触发旅程；原因、人数、损失和回流都在原因表里。', new: '新建问卷', none: '还没有问卷', noneText: '从常用的流失问卷开始：原因、怎样才愿意再来、推荐意愿。发布后放进短信、邮件或旅程。',
    name: '问卷', state: '状态', answered: '回答', opened: '打开', rate: '回答率', made: '创建', edit: '编辑', view: '查看', remove: '删除', removeText: '删除“{name}”后链接会提示已停止收集，已有回答仍保留在客户时间线。', removed: '已删除', publish: '发布', publishText: '发布第 {n} 版后，客户立即回答新版；已发布的题目不再变化，之前的回答仍按当时的版本显示。', published: '已发布第 {n} 版', close: '停止收集', closed: '已停止收集', reopen: '继续收集', reopened: '已继续收集', ahead: '有未发布的修改', version: '第 {n} 版', versions: '版本',
    formTitle: '标题', intro: '开头的话', thanks: '提交后的话', changeDays: '几天内可以改答案（0 不能改）', questions: '题目', question: '第 {n} 题', kind: '题型', kind_one: '单选', kind_several: '多选', kind_text: '填写', kind_score: '0–10 分', required: '必答', isReason: '原因题', reasonHint: '它的答案就是“原因”，一份问卷只有一道', choice: '选项', code: '标识', codeHint: '标识用在原因表、人群包条件和旅程里，改选项文字时不要改它', tags: '选它时打的标签', addChoice: '加选项', addQuestion: '加题目', removeQuestion: '删除这题', up: '上移', down: '下移', save: '保存草稿', saved: '草稿已保存，发布后生效',
    reasons: '原因表', reason: '原因', people: '人数', share: '占比', known: '已知客户', spent: '流失前消费', back: '回来人数', backShare: '回来比例', days: '统计最近', backDays: '答后', daysUnit: '天', backUnit: '天内下单算回来', total: '共 {n} 人回答', noReasons: '还没有回答', noReasonsText: '发布后把链接放进短信、邮件或流失召回旅程。', exportReasons: '导出原因表', exportAnswers: '导出回答',
    answers: '回答', customer: '客户', unknown: '未识别的访客', at: '时间', said: '回答内容', score: '评分', changes: '改过 {n} 次', staff: '员工', anyReason: '全部原因',
    use: '放进消息', useText: '在消息里写 {variable}，或把链接地址填成 {name}；给一位客户发时是她的专属链接。公开链接发到群里，由微信确认是谁，确认不了的不记名。', copyVariable: '复制变量', copyName: '复制编号', copyLink: '复制公开链接', words: '问卷', needPublish: '发布后才能放进消息', pick: '放入问卷', pickTitle: '选择问卷', picked: '将发送问卷《{name}》', preview: '预览',
    ruleReason: '条件写法：survey_reason = "标识"', draftHint: '客户现在看到的是第 {n} 版',
  },
  surveyState: { draft: '草稿', open: '收集中', closed: '已停止' },
};
