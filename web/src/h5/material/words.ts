const zh = {
  loading: '加载中…', retry: '重试', opening: '正在打开…', download: '保存文件', quiet: '不要告知', quieted: '已不再告知您的阅读情况', loud: '恢复告知',
  removed: '这份资料已经下架', expired: '这份资料已过有效期', waiting: '这份资料还在准备中', ask: '请联系您在 {corp} 的顾问，索取最新的一份。', page: '第 {n} / {of} 页', broken: '这个文件在这里打不开，请保存后查看', noView: '请保存到手机后查看',
  mini: '请在顾问发送的消息里打开小程序', failed: '没有打开，请稍后再试', gone: '没有这个页面，请检查链接是否完整',
};
const en: typeof zh = {
  loading: 'Loading…', retry: 'Try again', opening: 'Opening…', download: 'Save the file', quiet: 'Do not tell', quieted: 'Your reading is not told any more', loud: 'Tell again',
  removed: 'This is no longer offered', expired: 'This is no longer valid', waiting: 'This is being prepared', ask: 'Please ask your advisor at {corp} for the present version.', page: 'Page {n} of {of}', broken: 'This file cannot be shown here; please save it', noView: 'Please save it to your phone',
  mini: 'Please open the mini program from your advisor\'s message', failed: 'That did not work, please try later', gone: 'There is no such page; is the link complete?',
};
const words = navigator.language.toLowerCase().startsWith('zh') ? zh : en;
export type Word = keyof typeof zh;
export function t(key: Word, args: Record<string, string | number> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''));
}
