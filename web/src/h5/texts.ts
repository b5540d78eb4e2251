const zh = {
  title: '会员绑定', hello: '您好，{name}', lead: '绑定手机号，即可在 {corp} 享受会员权益，订单与积分自动归到您名下。', phone: '手机号', code: '验证码', getCode: '获取验证码', wait: '{n} 秒后可重发',
  agree: '我已阅读并同意', privacy: '《隐私说明》', bind: '绑定', binding: '正在绑定…', boundTitle: '已绑定会员', boundText: '您的手机号 {phone} 已绑定。', mergedText: '我们找到了您以前的订单，已经归到您名下。', doneText: '可以关闭本页，回到聊天。',
  badPhone: '请填写 11 位手机号', badCode: '请填写短信里的 6 位验证码', mustAgree: '请先阅读并同意隐私说明', loading: '加载中…', retry: '重试', login: '用微信身份继续', needLogin: '需要先确认您的微信身份', offline: '网络不通，请稍后再试', failed: '没有成功，请稍后再试', request: '请求编号 {id}', sent: '验证码已发送', testCode: '演示环境不会真的发短信，验证码是 {code}', close: '关闭',
};
const en: typeof zh = {
  title: 'Member binding', hello: 'Hello {name}', lead: 'Verify your phone to enjoy membership at {corp}; your orders and points come with it.', phone: 'Phone', code: 'Code', getCode: 'Send code', wait: 'again in {n} s',
  agree: 'I have read and accept the', privacy: 'privacy notice', bind: 'Bind', binding: 'Binding…', boundTitle: 'You are a member', boundText: 'Your phone {phone} is bound.', mergedText: 'We found your earlier orders; they are yours now.', doneText: 'You can close this page and go back to the chat.',
  badPhone: 'Please enter an 11-digit mobile number', badCode: 'Please enter the 6-digit code from the message', mustAgree: 'Please read and accept the privacy notice', loading: 'Loading…', retry: 'Try again', login: 'Continue with WeChat', needLogin: 'Please confirm who you are in WeChat', offline: 'No network, please try later', failed: 'That did not work, please try later', request: 'Request id {id}', sent: 'Code sent', testCode: 'This is a demo: no message is sent. The code is {code}', close: 'Close',
};
const words = navigator.language.toLowerCase().startsWith('zh') ? zh : en;
if (words === en) document.documentElement.lang = 'en';

export function t(key: keyof typeof zh, args: Record<string, string | number> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''));
}
