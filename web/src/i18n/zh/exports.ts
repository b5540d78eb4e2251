export default {
  exports: {
    why: '用途', note: '文件保留 7 天，只有申请人和所有者能下载；每次申请和下载都会记入操作审计。', button: '导出', ask: '导出客户', who: '导出范围', everybody: '全部可见客户', people: '约 {n} 人',
    chosen: '已选 {n} 列，最多 {max} 列', all: '全选', none: '清空', group: { person: '基本信息', fact: '客户属性', model: '计算属性', own: '自定义属性与字段' },
    masked: '您的角色只能看到打码的手机号，受限字段不会出现。', sensitive: '敏感标签不会出现在文件里。', purpose: '用途（必填，会记入审计）', purposeHint: '例如：交给快递公司寄送中秋礼盒', start: '开始导出', tooMany: '一次最多导出 {n} 人，请缩小人群。',
    toList: '查看导出记录', leave: '可以离开本页，完成后到导出记录下载。', rows: '人数', size: '大小', by: '申请人', created: '申请时间', left: '{when} 删除', downloads: '下载次数', download: '下载', nColumns: '{n} 列',
    remove: '删除文件', cancel: '取消', removeAsk: '文件会立即删除，申请和下载记录会保留。', cancelAsk: '已写入的部分会删除。', removed: '文件已删除', cancelled: '导出已取消', empty: '还没有导出', emptyText: '在客户列表或人群包里点“导出”，选好列并写明用途。', csv: 'CSV，可直接用 Excel 打开',
  },
  exportState: { running: '进行中', done: '可下载', dropped: '已停止', removed: '已删除', expired: '已过期' },
};
