// Calls and words of the public pages that show a store or a member of staff.
export class AskError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}
export async function ask<T>(path: string, body?: object): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method: body ? 'POST' : 'GET', credentials: 'same-origin', body: body && JSON.stringify(body),
      headers: { Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }) },
    });
  } catch {
    throw new AskError(0, t('offline'));
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new AskError(answer.status, data.detail || data.title || t('failed'));
  return data as T;
}

const zh = {
  offline: '网络不通，请稍后再试', failed: '没有成功，请稍后再试', loading: '加载中…', retry: '重试', find: '用我的位置找最近的门店', choose: '自己选择门店', finding: '正在查找…', refused: '没有得到位置，请自己选择门店',
  last: '上次的门店', useLast: '还去这家', city: '选择城市', pickCity: '请选择城市', nearest: '最近的营业门店', far: '离您较远，您也可以自己选择', closed: '现在没有门店营业', none: '暂时没有门店', opens: '{time} 开门', hours: '营业时间', metres: '{n} 米', km: '{n} 公里',
  guide: '长按识别二维码，添加门店导购', group: '进入门店群', preparing: '二维码正在准备，请稍候…', nobody: '这家门店暂时没有可以接待的导购，请换一家', others: '附近其他门店', another: '换一家门店', open: '营业中', shut: '休息中', more: '门店较多，请用位置查找', qr: '{name} 的二维码',
  advisor: '您的专属顾问', seller: '为您服务的顾问', store: '为您服务的门店', general: '联系我们', noAdvisor: '暂时没有可以联系的顾问', scan: '长按识别二维码，添加企业微信', paid: '支付成功', login: '用微信身份继续', needLogin: '需要先确认您的微信身份', groupLead: '用您的位置找到最近门店的群。位置只在查找时使用，不会保存。', findGroup: '找我的门店群', noGroup: '这家门店还没有群，请留意福利官的消息',
};
const en: typeof zh = {
  offline: 'No network, please try later', failed: 'That did not work, please try later', loading: 'Loading…', retry: 'Try again', find: 'Find the nearest store by my position', choose: 'Choose a store myself', finding: 'Looking…', refused: 'No position; please choose a store yourself',
  last: 'Your store last time', useLast: 'This one again', city: 'City', pickCity: 'Choose a city', nearest: 'Nearest open store', far: 'It is a little far; you may choose another', closed: 'No store is open now', none: 'There are no stores yet', opens: 'opens {time}', hours: 'Hours', metres: '{n} m', km: '{n} km',
  guide: 'Press the code long to add the store\'s guide', group: 'Join the store\'s group', preparing: 'The code is being made, one moment…', nobody: 'Nobody serves at this store now; please choose another', others: 'Other stores nearby', another: 'Another store', open: 'open', shut: 'closed now', more: 'There are more; use your position to find yours', qr: 'Code of {name}',
  advisor: 'Your own advisor', seller: 'The advisor who served you', store: 'The store that serves you', general: 'Talk to us', noAdvisor: 'There is nobody to reach at the moment', scan: 'Press the code long to add us on WeCom', paid: 'Payment received', login: 'Continue with WeChat', needLogin: 'Please confirm who you are in WeChat', groupLead: 'Your position finds the group of the nearest store. It is used for the search only and not kept.', findGroup: 'Find my store\'s group', noGroup: 'This store has no group yet',
};
const words = navigator.language.toLowerCase().startsWith('zh') ? zh : en;
if (words === en) document.documentElement.lang = 'en';
export function t(key: keyof typeof zh, args: Record<string, string | number> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''));
}
export const param = (name: string) => new URLSearchParams(location.search).get(name) ?? '';
