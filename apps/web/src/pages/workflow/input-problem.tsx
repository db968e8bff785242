import { Text } from '@mantine/core';
import { useI18n } from '../../i18n/i18n.tsx';
import type { InputCheck } from './run-input.ts';

/** Below a field for input: what is wrong with it, or what it takes. */
export function InputProblem({ check, help }: { check: InputCheck; help: string }) {
  const { t } = useI18n();
  const { problem } = check;
  const text =
    problem === undefined
      ? help
      : problem.kind === 'shape'
        ? t('run.inputShape')
        : problem.line === undefined
          ? t('json.invalid')
          : t('json.invalidAt', { line: problem.line, column: problem.column ?? 1 });
  return (
    <Text size="xs" mt={6} c={problem ? 'var(--mantine-color-error)' : 'dimmed'} aria-live="polite">
      {text}
    </Text>
  );
}
