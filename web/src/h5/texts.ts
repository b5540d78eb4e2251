const zh = {
  title: '会员绑定', hello: '您好，{name}', lead: '绑定手机号，即可在 {corp} 享受会员权益，订单与积分自动归到您名下。', phone: '手机号', code: '验证码', getCode: '获取验证码', wait: '{n} 秒后可重发',
  agree: '我已阅读并同意', privacy: '《隐私说明》', bind: '绑定', binding: '正在绑定…', boundTitle: '已绑定会员', boundText: '您的手机号 {phone} 已绑定。', mergedText: '我们找到了您以前的订单，已经归到您名下。', doneText: '可以关闭本页，回到聊天。',
  badPhone: '请填写 11 位手机号', badCode: '请填写短信里的 6 位验证码', mustAgree: '请先阅读并同意隐私说明', loading: '加载中…', retry: '重试', login: '用微信身份继续', needLogin: '需要先确认您的微信身份', offline: '网络不通，请稍后再试', failed: '没有成功，请稍后再试', request: '请求编号 {id}', sent: '验证码已发送', testCode: '演示环境不会真的发短信，验证码是 {code}', close: '关闭',
  claimTitle: '用订单号认领订单', claimLead: '在别的店铺下的单没有归到您名下？填订单号即可认领。', orderNo: '订单号', proof: '实付金额（元）或下单手机后四位', proofHint: '例如 129.90，或 1234', claim: '认领', claiming: '正在核对…', claimDone: '订单 {no} 已归到您名下，实付 {paid} 元。', badClaim: '请填写订单号，以及实付金额或手机后四位', claimSlow: '核对还没有完成，请稍后再来看', again: '再认领一笔',
};
const en: typeof zh = {
  title: 'Member binding', hello: 'Hello {name}', lead: 'Verify your phone to enjoy membership at {corp}; your orders and points come with it.', phone: 'Phone', code: 'Code', getCode: 'Send code', wait: 'again in {n} s',
  agree: 'I have read and accept the', privacy: 'privacy notice', bind: 'Bind', binding: 'Binding…', boundTitle: 'You are a member', boundText: 'Your phone {phone} is bound.', mergedText: 'We found your earlier orders; they are yours now.', doneText: 'You can close this page and go back to the chat.',
  badPhone: 'Please enter an 11-digit mobile number', badCode: 'Please enter the 6-digit code from the message', mustAgree: 'Please read and accept the privacy notice', loading: 'Loading…', retry: 'Try again', login: 'Continue with WeChat', needLogin: 'Please confirm who you are in WeChat', offline: 'No network, please try later', failed: 'That did not work, please try later', request: 'Request id {id}', sent: 'Code sent', testCode: 'This is a demo: no message is sent. The code is {code}', close: 'Close',
  claimTitle: 'Claim an order by its number', claimLead: 'An order from another shop is missing? Give its number to claim it.', orderNo: 'Order number', proof: 'Amount paid, or the last four digits of the phone', proofHint: 'like 129.90, or 1234', claim: 'Claim', claiming: 'Checking…', claimDone: 'Order {no} is yours now, paid {paid}.', badClaim: 'Please give the order number and the amount or digits', claimSlow: 'Still checking, please come back later', again: 'Claim another',
};
const words = navigator.language.toLowerCase().startsWith('zh') ? zh : en;
if (words === en) document.documentElement.lang = 'en';

export function t(key: keyof typeof zh, args: Record<string, string | number> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''));
}
