import { Checkbox, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { type PlainKey, useI18n } from '../../../i18n/i18n.tsx';
import { DurationInput } from './duration-input.tsx';
import type { SettingsForm } from './settings-form.ts';
import type { SettingsEditor } from './use-settings-form.ts';

const keyExample = '{{ $json.customer }}';

const overflowLabels = {
  queue: 'wfSettings.overflowQueue',
  skip: 'wfSettings.overflowSkip',
  'cancel-oldest': 'wfSettings.overflowCancelOldest',
} as const satisfies Record<SettingsForm['concurrency']['onOverflow'], PlainKey>;

const modeLabels = {
  each: 'wfSettings.triggerEach',
  debounce: 'wfSettings.triggerDebounce',
  throttle: 'wfSettings.triggerThrottle',
} as const satisfies Record<SettingsForm['trigger']['mode'], PlainKey>;

interface LimitFieldsProps {
  settings: SettingsEditor;
}

/** At most so many at once. */
export function ConcurrencyFields({ settings }: LimitFieldsProps) {
  const { t } = useI18n();
  const { change, errorOf, form } = settings;
  const value = form.concurrency;
  const set = (part: Partial<typeof value>) => change({ concurrency: { ...value, ...part } });
  return (
    <Stack gap="sm">
      <Checkbox
        label={t('wfSettings.concurrency')}
        description={t('wfSettings.concurrencyHelp')}
        checked={value.on}
        onChange={(event) => set({ on: event.currentTarget.checked })}
      />
      {value.on && (
        <Stack gap="sm" pl={32}>
          <NumberInput
            label={t('wfSettings.concurrencyLimit')}
            error={errorOf('concurrency/limit')}
            required
            allowDecimal={false}
            value={value.limit}
            onChange={(limit) => set({ limit: typeof limit === 'number' ? limit : '' })}
          />
          <KeyField error={errorOf('concurrency/key')} value={value.key} onChange={(key) => set({ key })} />
          <Overflow
            values={['queue', 'skip', 'cancel-oldest']}
            value={value.onOverflow}
            onChange={(onOverflow) => set({ onOverflow })}
          />
        </Stack>
      )}
    </Stack>
  );
}

/** At most so many starts in a time. */
export function RateFields({ settings }: LimitFieldsProps) {
  const { t } = useI18n();
  const { change, errorOf, form } = settings;
  const value = form.rateLimit;
  const set = (part: Partial<typeof value>) => change({ rateLimit: { ...value, ...part } });
  return (
    <Stack gap="sm">
      <Checkbox
        label={t('wfSettings.rate')}
        description={t('wfSettings.rateHelp')}
        checked={value.on}
        onChange={(event) => set({ on: event.currentTarget.checked })}
      />
      {value.on && (
        <Stack gap="sm" pl={32}>
          <NumberInput
            label={t('wfSettings.rateLimit')}
            error={errorOf('rateLimit/limit')}
            required
            allowDecimal={false}
            value={value.limit}
            onChange={(limit) => set({ limit: typeof limit === 'number' ? limit : '' })}
          />
          <DurationInput
            label={t('wfSettings.rateInterval')}
            required
            error={errorOf('rateLimit/intervalMs')}
            value={value.intervalMs}
            onChange={(intervalMs) => set({ intervalMs })}
          />
          <KeyField error={errorOf('rateLimit/key')} value={value.key} onChange={(key) => set({ key })} />
          <Overflow
            values={['queue', 'skip']}
            value={value.onOverflow}
            onChange={(onOverflow) => set({ onOverflow })}
          />
        </Stack>
      )}
    </Stack>
  );
}

/** Triggers that come close together. */
export function TriggerFields({ settings }: LimitFieldsProps) {
  const { t } = useI18n();
  const { change, errorOf, form } = settings;
  const value = form.trigger;
  const set = (part: Partial<typeof value>) => change({ trigger: { ...value, ...part } });
  return (
    <Stack gap="sm">
      <Select
        label={t('wfSettings.trigger')}
        description={t('wfSettings.triggerHelp')}
        error={errorOf('trigger')}
        allowDeselect={false}
        data={(['each', 'debounce', 'throttle'] as const).map((mode) => ({
          value: mode,
          label: t(modeLabels[mode]),
        }))}
        value={value.mode}
        onChange={(mode) => mode !== null && set({ mode: mode as typeof value.mode })}
      />
      {value.mode !== 'each' && (
        <Stack gap="sm" pl={32}>
          <DurationInput
            label={t(value.mode === 'debounce' ? 'wfSettings.debounce' : 'wfSettings.throttle')}
            required
            error={errorOf(`trigger/${value.mode}Ms`)}
            value={value.ms}
            onChange={(ms) => set({ ms })}
          />
          {value.mode === 'debounce' && (
            <DurationInput
              label={t('wfSettings.maxWait')}
              description={t('wfSettings.maxWaitHelp')}
              error={errorOf('trigger/maxWaitMs')}
              value={value.maxWaitMs}
              onChange={(maxWaitMs) => set({ maxWaitMs })}
            />
          )}
          <KeyField error={errorOf('trigger/key')} value={value.key} onChange={(key) => set({ key })} />
        </Stack>
      )}
    </Stack>
  );
}

interface KeyFieldProps {
  error: string | undefined;
  value: string;
  onChange(key: string): void;
}

function KeyField({ error, value, onChange }: KeyFieldProps) {
  const { t } = useI18n();
  return (
    <TextInput
      label={t('wfSettings.key')}
      description={t('wfSettings.keyHelp')}
      placeholder={keyExample}
      error={error}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface OverflowProps<Value extends keyof typeof overflowLabels> {
  values: readonly Value[];
  value: Value;
  onChange(value: Value): void;
}

function Overflow<Value extends keyof typeof overflowLabels>({
  values,
  value,
  onChange,
}: OverflowProps<Value>) {
  const { t } = useI18n();
  return (
    <Select
      label={t('wfSettings.overflow')}
      allowDeselect={false}
      data={values.map((each) => ({ value: each, label: t(overflowLabels[each] as PlainKey) }))}
      value={value}
      onChange={(next) => next !== null && onChange(next as Value)}
    />
  );
}
