const zh = {
  sidebar: '客户侧边栏', work: '员工工作台', loading: '加载中…', retry: '重试', failed: '没有成功，请稍后再试', offline: '网络不通，请稍后再试', login: '用企业微信登录', needLogin: '请先用企业微信确认身份', noChat: '请在与客户的聊天侧边栏里打开本页', foreign: '该客户不在您的客户范围内', foreignNote: '只有跟进她的同事或有权限的管理员能看到资料。', unknown: '系统里还没有这位客户', unknownNote: '刚添加的客户稍等片刻再打开。',
  profile: '资料', tags: '标签', codes: '活码', stage: '跟进阶段', none: '未设置', orders: '订单', spent: '累计消费', phone: '手机', remark: '备注', city: '城市', channel: '来源', bind: '绑定', bindPhone: '绑定手机号', bindNote: '员工填写的手机号只作为线索，客户本人验证后才会合并。', bound: '已记录', suggestion: '可能是同一人：{names}', orderNo: '绑定订单号', claim: '认领', claimed: '订单已归到该客户', noOrder: '没有找到这个订单', save: '保存', saved: '已保存', badPhone: '请填写 11 位手机号', noCodes: '没有包含您的活码', send: '发送到聊天', sent: '已发送到聊天', scan: '让客户扫码添加',
  today: '今日待办', nothing: '没有待办', count: '{n} 项', myCode: '我的活码', lost: '谁删除了我', nobody: '最近没有人删除您', lostAt: '{time} 删除', notStaff: '您的账号没有关联企业微信员工', hello: '{name}，您好', unnamed: '未命名客户', suggestions: '话术建议', suggestFor: '客户说了什么', suggest: '找答案', noAnswer: '没有匹配的答案',
};
const en: typeof zh = {
  sidebar: 'Customer sidebar', work: 'Workbench', loading: 'Loading…', retry: 'Try again', failed: 'That did not work, please try later', offline: 'No network, please try later', login: 'Log in with WeCom', needLogin: 'Please confirm who you are in WeCom', noChat: 'Open this page beside a chat with a customer', foreign: 'This customer is not among yours', foreignNote: 'Only colleagues who serve her and managers see her profile.', unknown: 'This customer is not known here yet', unknownNote: 'Somebody just added takes a moment.',
  profile: 'Profile', tags: 'Tags', codes: 'Codes', stage: 'Follow-up stage', none: 'Not set', orders: 'Orders', spent: 'Spent', phone: 'Phone', remark: 'Remark', city: 'City', channel: 'Source', bind: 'Bind', bindPhone: 'Bind a phone', bindNote: 'A phone typed by staff is a hint; she is merged only when she proves it herself.', bound: 'Kept', suggestion: 'Perhaps the same person: {names}', orderNo: 'Bind an order number', claim: 'Claim', claimed: 'The order is hers now', noOrder: 'No such order', save: 'Save', saved: 'Saved', badPhone: 'Please enter an 11-digit mobile number', noCodes: 'No code has you in it', send: 'Send to the chat', sent: 'Sent to the chat', scan: 'Let the customer scan it',
  today: 'To do today', nothing: 'Nothing to do', count: '{n}', myCode: 'My codes', lost: 'Who deleted me', nobody: 'Nobody deleted you lately', lostAt: 'deleted {time}', notStaff: 'Your account is no member of staff in WeCom', hello: 'Hello {name}', unnamed: 'Customer without a name', suggestions: 'Suggested answers', suggestFor: 'What the customer says', suggest: 'Find an answer', noAnswer: 'No answer fits',
};
const words = navigator.language.toLowerCase().startsWith('zh') ? zh : en;
if (words === en) document.documentElement.lang = 'en';

export function t(key: keyof typeof zh, args: Record<string, string | number> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''));
}
export const day = (ms: number) => new Date(ms).toLocaleString(words === zh ? 'zh-CN' : 'en', { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
