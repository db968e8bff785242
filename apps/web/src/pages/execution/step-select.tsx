import { Select } from '@mantine/core';
import type { StepView } from '../../execution/step-view.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { toStepName } from './step-choice.ts';

interface StepSelectProps {
  label: string;
  description?: string;
  steps: readonly StepView[];
  /** Offered before all steps, as the value ''. */
  first?: string;
  /** Path of a step. */
  value: string | undefined;
  onChange(path: string | undefined): void;
}

/** One of the steps of an execution, found by typing a part of its name. */
export function StepSelect({ label, description, steps, first, value, onChange }: StepSelectProps) {
  const i18n = useI18n();
  return (
    <Select
      label={label}
      description={description}
      allowDeselect={false}
      searchable
      limit={100}
      nothingFoundMessage={i18n.t('again.noStep')}
      value={value ?? null}
      data={[
        ...(first === undefined ? [] : [{ value: '', label: first }]),
        ...steps.map((step) => ({ value: step.path, label: toStepName(step, i18n) })),
      ]}
      onChange={(path) => onChange(path ?? undefined)}
    />
  );
}
