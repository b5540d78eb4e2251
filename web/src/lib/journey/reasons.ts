// Why somebody was held, skipped, refused or kept out, in words; codes nobody put into words stay codes.
import { useI18n } from 'vue-i18n';

export function useReasons() {
  const { t, te } = useI18n();
  const known = (code: string) => (te(`journey.r.${code}`) ? t(`journey.r.${code}`) : code);
  /** "who: she has ordered": the code, then what it is about. */
  return (reason: string) => {
    const [, code, about] = /^(\w+): (.*)$/s.exec(reason) ?? [];
    if (code && about) return `${known(code)}：${about}`;
    return reason ? known(reason) : t('journey.r.other');
  };
}
