export default {
  stores: {
    note: '门店的位置、营业时间和接待员工。区域码、支付后页面都按这里找门店。', new: '新建门店', import: '导入门店', search: '搜门店名称、编号、城市或地址',
    code: '门店编号', name: '门店名称', city: '城市', address: '地址', place: '坐标', system: '坐标系', lat: '纬度', lng: '经度', hours: '营业时间', always: '全天', special: '特殊日期',
    department: '所属部门', staff: '接待员工', staffHint: '不选则由所属部门的员工接待', group: '群码链接', groupHint: '门店群活码的网址', tag: '门店标签', tagHint: '通过区域码添加的客户自动打上', closed: '停业', state: '状态',
    open: '营业中', shut: '休息中', ended: '已停业', unserved: '没有可接待的员工', edit: '编辑门店', made: '门店已新建', removed: '门店已删除', remove: '删除门店',
    removeText: '“{name}”会从区域码里消失，它的二维码也会作废。', none: '还没有门店', noneText: '逐个新建，或用表格一次导入全部门店。',
    hoursHint: '例如：周一至周五 09:00-21:00；周末 10:00-22:00。不填表示全天。', specialHint: '例如：2027-02-17 10:00-16:00；2027-10-01~2027-10-03 休',
    systemHint: '高德、腾讯地图拾取的是 GCJ-02，GPS 设备是 WGS-84',
    importTitle: '导入门店', importText: '支持 .csv 和 .xlsx，第一行是列名：门店编号、门店名称、城市、纬度、经度、坐标系为必填；地址、营业时间、特殊日期、部门、员工账号、群码链接、标签、停业可选。编号相同的门店会被更新。',
    choose: '选择文件', another: '换一个文件', result: '新建 {added} 家，更新 {changed} 家，不变 {same} 家，不能导入 {rejected} 行', problems: '下面的行不会导入，其余行不受影响（最多显示 200 行）', line: '行', field: '列', problem: '问题', run: '导入', imported: '已新建 {added} 家、更新 {changed} 家门店',
  },
  areas: {
    note: '全国一个码：扫码后按位置找到最近的营业门店，给出导购或门店群的二维码。', new: '新建区域码', edit: '编辑区域码', name: '名称', nameHint: '也是客户的来源渠道',
    result: '扫码后给', guide: '门店导购的码', group: '门店群（没有群码的门店给导购）', radius: '附近范围（米）', radiusHint: '更远的门店会提示距离，由客户决定', consent: '位置说明', consentHint: '请求位置前显示给客户；不填用默认文字',
    stores: '门店码', made: '已生成', failed: '失败', visits: '30 天访问', link: '链接', qr: '二维码', download: '下载', none: '还没有区域码', noneText: '先在“门店”里导入门店，再新建一个全国通用的区域码。',
    removed: '区域码已删除', remove: '删除区域码', removeText: '“{name}”印出去的二维码将失效，{n} 家门店的码会作废。', codes: '为每家门店生成码', codesText: '会为全部营业的门店各生成一个“联系我”二维码（占用企业 50 万个的额度），在任务里看进度。', codesDone: '已开始生成', created: '已新建',
    storeList: '门店与访问', position: '定位', chosen: '手选', remembered: '再次来访', state_none: '未生成', state_creating: '生成中', state_active: '可用', state_failed: '失败', state_removed: '已作废',
    test: '测试定位', testText: '输入一个点，看会给哪家门店', find: '查找', metres: '{n} 米', took: '内存查找用时 {n} 微秒', nothing: '没有门店', onlyOpen: '只看营业中的',
  },
  lucky: {
    note: '一个码背后是一组同名福利官账号：按权重分配新好友，接近上限自动换下一个；好友在欢迎语的链接里领取最近门店的群。', new: '新建福利官', edit: '编辑福利官', name: '名称', most: '每个账号的好友上限', pool: '账号池', account: '账号', weight: '权重', add: '加账号', full: '接近上限，已跳过',
    none: '还没有福利官', noneText: '把几个同名账号放进一个池，印一个码即可。', asked: '已邀请', joined: '已进群', welcomeLink: '放进这些账号欢迎语的链接', remove: '删除福利官', removeText: '“{name}”印出去的码会失效。', removed: '福利官已删除', missing: '邀请后还没进群的客户', customer: '客户', open: '查看客户', store: '最近门店', when: '添加时间', nobody: '都进群了',
  },
  cards: {
    note: '用模板为每位员工生成带本人二维码的名片、海报和工牌；员工在“我的名片”里一键领取。', new: '新建模板', defaults: '使用内置模板', kind: '类型', kind_card: '名片', kind_poster: '海报', kind_badge: '工牌', name: '名称',
    none: '还没有模板', noneText: '先用三个内置模板：名片、海报、工牌，再按品牌修改。', edit: '编辑模板', layout: '版式', layoutHint: '每个元素是文字、二维码或色块，位置和大小用像素。文字里可以用 {holes}', holes: "{'{name}'} {'{alias}'} {'{department}'} {'{corp}'}",
    background: '背景色', width: '宽', height: '高', item: '元素 {n}', text: '文字', type: '类型', type_text: '文字', type_code: '二维码', type_box: '色块', size: '字号', colour: '颜色', align: '对齐', left: '左', centre: '中', right: '右', bold: '加粗', radius: '圆角', add: '加元素', drop: '去掉',
    picture: '背景图', pictureHint: 'PNG，最大 5 MB，会铺满整个画面', upload: '上传背景图', takeAway: '去掉背景图', preview: '预览', previewStaff: '预览员工', saved: '模板已保存', removed: '模板已删除', remove: '删除模板', removeText: '“{name}”会被删除，已经印出去的图片里的二维码仍然有效。', previewOf: '{name} 的预览',
    mineNote: '点开图片，长按保存或转发。二维码一直有效。', save: '保存图片', preparing: '二维码正在向企业微信申请，请稍候刷新', myLink: '我的名片链接', noCards: '管理员还没有设置模板', imageOf: '{name}',
  },
};
