// A goal in words.
import { useI18n } from 'vue-i18n';
import type { ExperimentPlan } from '@/api/types';

export function useGoal() {
  const { t } = useI18n();
  return (plan: ExperimentPlan) => {
    const goal = plan.goal === 'event' ? t(`experimentEvent.${(plan.event ?? '').replace('.', '_')}`) : plan.goal === 'expr' ? t('experiment.goalExpr') : t('experiment.goalOrder');
    return t('experiment.within', { days: plan.days, goal });
  };
}
