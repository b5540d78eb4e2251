// The WeCom client behind one adapter: the real JS-SDK, or in a simulated company the simulator's stand-in.
import { call, type Sign } from './api';

interface Client {
  register(options: object): unknown;
  getContext(): Promise<{ entry?: string }>;
  getCurExternalContact(): Promise<{ userId: string }>;
  sendChatMessage(message: object): Promise<unknown>;
  openEnterpriseChat(who: { externalUserIds: string[] }): Promise<unknown>;
}
const APIS = ['getContext', 'getCurExternalContact', 'sendChatMessage', 'openEnterpriseChat', 'navigateToAddCustomer'];
const SIGN_AGAIN_MS = 60_000;
let client: Client | undefined;
let signed: { url: string; at: number; sign: Promise<Sign> } | undefined;

/** config and agentConfig ask one after another for the same address: one question serves both. */
function sign(url: string): Promise<Sign> {
  if (!signed || signed.url !== url || Date.now() - signed.at > SIGN_AGAIN_MS) signed = { url, at: Date.now(), sign: call<Sign>('GET', `sidebar/sign?url=${encodeURIComponent(url)}`) };
  return signed.sign;
}
function standIn(): Promise<Client> {
  return new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = '/api/v1/sidebar/stand-in.js';
    script.onload = () => done((window as unknown as { ww: Client }).ww);
    script.onerror = () => failed(new Error('stand-in'));
    document.head.append(script);
  });
}
async function open(): Promise<Client> {
  if (client) return client;
  const first = await sign(location.href.split('#')[0]);
  const ww = first.simulated ? await standIn() : ((await import('@wecom/jssdk')) as unknown as Client);
  const of = (name: 'signature' | 'agent_signature') => async (url: string) => {
    const s = await sign(url.split('#')[0]);
    return { timestamp: s.timestamp, nonceStr: s.nonce, signature: s[name] };
  };
  await ww.register({ corpId: first.corpid, agentId: first.agentid, jsApiList: APIS, getConfigSignature: of('signature'), getAgentConfigSignature: of('agent_signature') });
  return (client = ww);
}
/** The customer of the chat; '' when the page was not opened beside one. */
export async function chatCustomer(): Promise<string> {
  const ww = await open();
  return ww.getCurExternalContact().then((c) => c.userId, () => '');
}
/** The member's chat with one customer. */
export async function openChat(customer: string) {
  await (await open()).openEnterpriseChat({ externalUserIds: [customer] });
}
export async function sendText(content: string) {
  await (await open()).sendChatMessage({ msgtype: 'text', text: { content } });
}
export async function sendLink(link: string, title: string, desc = '', imgUrl = '') {
  await (await open()).sendChatMessage({ msgtype: 'news', news: { link, title, desc, imgUrl } });
}
