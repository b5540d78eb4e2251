import { useI18n } from 'vue-i18n';

/** The parts of an act of the audit trail, "customer.export.download": keys of the names of what and of what was done to it. */
export function actKeys(action: string): [string, string] {
  const at = action.lastIndexOf('.');
  return [`acts.of.${action.slice(0, at).replaceAll('.', '_')}`, `acts.did.${action.slice(at + 1)}`];
}

/** What was acted on, "customer:4294971305": its kind and which. */
export function objectParts(object: string): [string, string] {
  const at = object.indexOf(':');
  return at < 0 ? ['', object] : [object.slice(0, at), object.slice(at + 1)];
}

const PAGES: Record<string, string> = {
  audience: '/audiences/', broadcast: '/broadcasts/', campaign: '/campaigns/', customer: '/customers/', experiment: '/experiments/',
  group: '/groups/', import: '/orders/import/', journey: '/journeys/', moment: '/moments/', tagrule: '/tags/rules/',
};
/** Where it can be looked at. */
export function objectPage(object: string): string {
  const [kind, which] = objectParts(object);
  return PAGES[kind] && /^\d+$/.test(which) ? PAGES[kind] + which : '';
}

/** The kind of what was acted on, for people, and which one. */
export function useObjects() {
  const { t, te } = useI18n();
  return (object: string) => {
    const [kind, which] = objectParts(object);
    const key = `acts.of.${kind}`;
    return te(key) ? { kind: t(key), which } : { kind: '', which: object };
  };
}

/** Its name for people; the act itself when one of its parts has none. */
export function useActs() {
  const { t, te } = useI18n();
  return (action: string) => {
    const [of, did] = actKeys(action);
    return te(of) && te(did) ? t('acts.name', { of: t(of), did: t(did) }) : action;
  };
}
