// What can be added, in groups: the palette and the search both show this.
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { lookOf, TRIGGERS } from './def';
import { useVerbs, useStepWords } from './words';

export interface Choice { what: string; name: string; hint: string; icon: string; tone: string }
export interface ChoiceGroup { id: string; name: string; of: Choice[] }
const FLOW = ['wait', 'until', 'branch', 'split', 'end'];

export function useChoices() {
  const { t, te } = useI18n();
  const { verbs } = useVerbs();
  const words = useStepWords();
  const hint = (key: string) => (te(`journey.${key}`) ? t(`journey.${key}`) : '');
  return computed<ChoiceGroup[]>(() => [
    { id: 'trigger', name: t('journey.g_trigger'), of: TRIGGERS.map((k) => ({ what: `trigger:${k}`, name: words.kindName('trigger', k), hint: hint(`trHint_${k}`), ...lookOf('trigger', k) })) },
    { id: 'act', name: t('journey.g_act'), of: verbs.value.map((v) => ({ what: `act:${v.name}`, name: v.label, hint: v.channel ? t(`audience.ch_${v.channel}`) : '', ...lookOf('act', v.name, v.channel) })) },
    { id: 'flow', name: t('journey.g_flow'), of: FLOW.map((k) => ({ what: k, name: words.kindName(k), hint: hint(`hint_${k}`), ...lookOf(k, '') })) },
  ]);
}
