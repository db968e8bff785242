import { Group, NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { type PlainKey, useI18n } from '../../../i18n/i18n.tsx';
import type { Amount } from './settings-form.ts';

const units = [
  { ms: 1, label: 'wfSettings.milliseconds' },
  { ms: 1_000, label: 'wfSettings.seconds' },
  { ms: 60_000, label: 'wfSettings.minutes' },
  { ms: 3_600_000, label: 'wfSettings.hours' },
  { ms: 86_400_000, label: 'wfSettings.days' },
] as const satisfies { ms: number; label: PlainKey }[];

interface DurationInputProps {
  label: string;
  description?: string;
  required?: boolean;
  error: string | undefined;
  /** Milliseconds; '' when there is none. */
  value: Amount;
  onChange(ms: Amount): void;
}

/** A length of time as a number and its unit: at first the largest that gives a whole number. */
export function DurationInput({
  label,
  description,
  required = false,
  error,
  value,
  onChange,
}: DurationInputProps) {
  const { t } = useI18n();
  const [unitMs, setUnitMs] = useState(() => chooseUnit(value));
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <NumberInput
        flex={1}
        label={label}
        description={description}
        required={required}
        error={error}
        min={0}
        allowNegative={false}
        value={value === '' ? '' : value / unitMs}
        onChange={(next) => onChange(typeof next === 'number' ? Math.round(next * unitMs) : '')}
      />
      <Select
        w={150}
        aria-label={t('wfSettings.unitOf', { label })}
        allowDeselect={false}
        data={units.map((unit) => ({ value: String(unit.ms), label: t(unit.label) }))}
        value={String(unitMs)}
        onChange={(next) => {
          const chosen = Number(next ?? unitMs);
          if (value !== '') onChange(Math.round((value / unitMs) * chosen));
          setUnitMs(chosen);
        }}
        mb={error ? 22 : 0}
      />
    </Group>
  );
}

function chooseUnit(value: Amount): number {
  if (value === '' || value === 0) return 1_000;
  return units.findLast(({ ms }) => value % ms === 0)?.ms ?? 1;
}
