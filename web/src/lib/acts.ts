import { useI18n } from 'vue-i18n';

/** The parts of an act of the audit trail, "customer.export.download": keys of the names of what and of what was done to it. */
export function actKeys(action: string): [string, string] {
  const at = action.lastIndexOf('.');
  return [`acts.of.${action.slice(0, at).replaceAll('.', '_')}`, `acts.did.${action.slice(at + 1)}`];
}

/** Its name for people; the act itself when one of its parts has none. */
export function useActs() {
  const { t, te } = useI18n();
  return (action: string) => {
    const [of, did] = actKeys(action);
    return te(of) && te(did) ? t('acts.name', { of: t(of), did: t(did) }) : action;
  };
}
