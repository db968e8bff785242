import { passesOfPath } from '../../execution/step-path.ts';
import type { StepView } from '../../execution/step-view.ts';
import type { I18n } from '../../i18n/i18n.tsx';

/** Steps that a rerun can start with: those that were reached. */
export function listRerunSteps(steps: readonly StepView[]): StepView[] {
  return steps.filter(({ status }) => status !== 'pending' && status !== 'skipped');
}

/** Points that a fork can go on from: those at which a step was complete. */
export function listForkSteps(steps: readonly StepView[]): StepView[] {
  return steps.filter(({ status }) => status === 'succeeded');
}

/** The one that was asked for, else the one that failed, else the first. */
export function chooseRerunStep(steps: readonly StepView[], asked: string | undefined): string | undefined {
  const found = steps.find(({ path }) => path === asked) ?? steps.find(({ status }) => status === 'failed');
  return (found ?? steps[0])?.path;
}

/** "Charge", in a loop "Charge, pass 3". */
export function toStepName({ nodeName, path }: Pick<StepView, 'nodeName' | 'path'>, { t }: Pick<I18n, 't'>) {
  const passes = passesOfPath(path);
  return passes.length === 0 ? nodeName : t('again.stepPass', { name: nodeName, pass: passes.join('.') });
}
