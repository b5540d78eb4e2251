// Why somebody was held, skipped, refused or kept out, in words; codes nobody put into words stay codes.
import { useI18n } from 'vue-i18n';

export function useReasons() {
  const { t, te } = useI18n();
  return (reason: string) => (te(`journey.r.${reason}`) ? t(`journey.r.${reason}`) : reason || t('journey.r.other'));
}
