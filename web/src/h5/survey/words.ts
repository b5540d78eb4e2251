const zh = {
  loading: '加载中…', retry: '重试', failed: '没有成功，请稍后再试', gone: '没有这个页面，请检查链接是否完整', draft: '这份问卷还在准备中', closed: '这份问卷已停止收集，谢谢您', removed: '这份问卷已停止收集，谢谢您',
  thanks: '谢谢您！', preview: '这是预览，回答没有保存', answered: '已经收到您的回答，谢谢！', until: '{day} 之前可以修改', change: '修改回答', required: '必答', least: '完全不愿意', most: '非常愿意', missing: '请回答“{title}”', empty: '请至少回答一题', send: '提交',
};
const en: typeof zh = {
  loading: 'Loading…', retry: 'Try again', failed: 'That did not work, please try later', gone: 'There is no such page; is the link complete?', draft: 'This survey is being prepared', closed: 'This survey takes no more answers, thank you', removed: 'This survey takes no more answers, thank you',
  thanks: 'Thank you!', preview: 'This is a preview; the answer was not kept', answered: 'Your answer is with us, thank you!', until: 'You may change it until {day}', change: 'Change my answer', required: 'required', least: 'not at all', most: 'very likely', missing: 'Please answer "{title}"', empty: 'Please answer one question at least', send: 'Send',
};
const words = navigator.language.toLowerCase().startsWith('zh') ? zh : en;
export type Word = keyof typeof zh;
export function t(key: Word, args: Record<string, string | number> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''));
}
