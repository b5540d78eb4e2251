// Short messages: done, failed (in words, with the request id to copy), and the question before something costly.
import { ElMessage } from 'element-plus/es/components/message/index';
import { ElMessageBox } from 'element-plus/es/components/message-box/index';
import 'element-plus/es/components/message/style/css';
import 'element-plus/es/components/message-box/style/css';
import { h } from 'vue';
import { ApiError } from '@/api/client';
import { i18n } from '@/i18n';

const t = (key: string, args: Record<string, unknown> = {}) => i18n.global.t(key, args);

export function errorWords(e: unknown): { title: string; detail: string; requestId: string } {
  if (!(e instanceof ApiError)) return { title: t('error.unexpected'), detail: String((e as Error)?.message ?? e), requestId: '' };
  if (e.status === 0) return { title: t('error.offline'), detail: t('error.offlineCure'), requestId: '' };
  const known = [401, 403, 404, 409, 412, 413, 422, 429].includes(e.status) ? String(e.status) : e.status === 400 ? '422' : e.status >= 500 ? '500' : 'other';
  const fields = (e.problem.errors ?? []).map((x) => x.detail).filter((x) => x && x !== e.problem.detail);
  // A thing in the wrong state says so itself; nothing clashed that reloading would mend.
  const own = e.problem.code === 'STATE' ? e.problem.detail : '';
  return {
    title: own || t(`error.s${known}`),
    detail: [e.problem.detail, ...fields].filter(Boolean).join('；'),
    requestId: e.requestId,
  };
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

export async function copyAndTell(text: string) {
  ElMessage({ type: (await copyText(text)) ? 'success' : 'error', message: t('common.copied') });
}

export function tellDone(text: string) {
  ElMessage({ type: 'success', message: text, showClose: true });
}

export function tellError(e: unknown) {
  const words = errorWords(e);
  ElMessage({
    type: 'error',
    duration: 8000,
    showClose: true,
    message: h('span', { role: 'alert' }, [
      h('b', words.title),
      words.detail && words.detail !== words.title ? h('span', ` ${words.detail}`) : null,
      words.requestId
        ? h('button', { class: 'link', type: 'button', onClick: () => void copyText(words.requestId) }, t('error.copyId', { id: words.requestId }))
        : null,
    ]),
  });
}

/** Runs an action; says what went wrong if it did. Gives whether it went well. */
export async function attempt(action: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await action();
    if (done) tellDone(done);
    return true;
  } catch (e) {
    tellError(e);
    return false;
  }
}

export async function confirmEffect(title: string, effect: string, yes: string, danger = true, no = t('common.cancel')): Promise<boolean> {
  try {
    await ElMessageBox.confirm(effect, title, {
      confirmButtonText: yes,
      cancelButtonText: no,
      confirmButtonClass: danger ? 'el-button--danger' : '',
      autofocus: false,
    });
    return true;
  } catch {
    return false;
  }
}

/** The last question before something that cannot be taken back: the person types `word`. */
export async function confirmTyping(title: string, effect: string, word: string, yes: string): Promise<boolean> {
  try {
    await ElMessageBox.prompt(effect, title, {
      confirmButtonText: yes,
      cancelButtonText: t('common.cancel'),
      inputPlaceholder: word,
      inputValidator: (value: string) => value?.trim() === word || t('common.typeThis', { word }),
    });
    return true;
  } catch {
    return false;
  }
}
