// The material library, and where materials are put into messages.
export default {
  material: {
    title: '素材库', note: '话术、文章、链接、报价单、图片和小程序都放在这里，发出去后看得到谁打开、看了多久、看到哪里、转给了谁。', new: '新建素材', none: '还没有素材', noneText: '先上传一份报价单或写一篇文章，再放进群发、旅程或侧边栏；客户打开时，顾问马上收到消息。', noMatch: '没有符合条件的素材',
    name: '标题', kind: '类型', category: '分类', noCategory: '未分类', anyCategory: '全部分类', anyKind: '全部类型', anyState: '全部状态', state: '状态', figures: '近 30 天', made: '更新', search: '搜索标题或摘要', manage: '管理分类', rules: '审核与识别',
    k_text: '文本', k_article: '文章', k_link: '链接', k_file: '文件', k_image: '图片', k_miniprogram: '小程序', newest: '新版 v{n} 待审核', refusedNewest: '新版 v{n} 未通过', until: '审核有效至 {time}',
    opened: '打开 {n} 次', people: '{n} 人', seconds: '共 {time}', passed: '转给 {n} 个别人', view: '查看', edit: '编辑', remove: '删除', removeText: '删除“{name}”后不能再放进消息；已经发出的链接会提示客户联系顾问索取新版。', removed: '已删除',
    summary: '摘要（链接卡片上的说明）', body: '正文', bodyHint: '空行分段；“## ”开头是小标题；插入的图片独占一行', insert: '插入图片', url: '链接地址', file: '文件', fileHint: 'PDF、Word、Excel、PPT，不超过 20 MB；PDF 可在页面里逐页查看', image: '图片', imageHint: 'JPG 或 PNG，不超过 10 MB', cover: '封面图', appid: '小程序 AppID', page: '小程序页面路径', alert: '客户打开时提醒顾问', alertHint: '同一客户同一素材 30 分钟内只提醒一次', versionNote: '这一版改了什么', choose: '选择文件', uploading: '正在上传 {n}%', save: '保存', saved: '已保存', savedWaiting: '已保存，等待审核',
    preview: '预览', versions: '版本', who: '谁打开过', approve: '通过', approved: '已通过', refuse: '驳回', refuseWhy: '驳回原因', refused: '已驳回', own: '自己提交的要请同事审核', prolong: '重新审核', restore: '恢复这一版', restoreText: '用 v{n} 的内容生成一个新版本。', restored: '已恢复为新版本', live: '使用中', judge: '审核人', maker: '提交人',
    customer: '客户', unknown: '未知访客', at: '打开时间', lasted: '停留', depth: '看到', from: '由 {name} 的链接转来', fromSomebody: '转来的', staff: '顾问', nobody: '还没有人打开', nobodyText: '把链接发给客户后，这里会列出每一次打开。',
    use: '放进消息', useText: '在消息的链接地址里填 {name}，或在文本里写 {variable}；给一位客户发时是她的专属链接。', copyName: '复制素材编号', copyVariable: '复制变量', copyLink: '复制公开链接', words: '资料', pick: '从素材库选', enclose: '附上图片、文件或小程序', enclosed: '附件：{name}', enclosedHint: '附件直接出现在聊天里，看不到是否打开；要看打开情况请用链接。', pickTitle: '选择素材', picked: '将发送素材库里的《{name}》',
    categoryName: '分类名称', categoryAdd: '添加分类', categoryNone: '还没有分类', categoryRemove: '删除分类', categoryRemoveText: '“{name}”里的素材会变成未分类。', rename: '改名',
  },
  materialState: { ok: '可用', waiting: '待审核', expired: '审核已过期', refused: '未通过', approved: '已通过' },
};
