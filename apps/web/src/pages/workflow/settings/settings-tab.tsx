import {
  Autocomplete,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { isProblem } from '../../../api/api-problem.ts';
import { workflowsQuery } from '../../../api/queries.ts';
import type { DefinitionEditor } from '../../../editor/use-definition-editor.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { Surface } from '../../../ui/surface.tsx';
import { CodeFields } from './code-fields.tsx';
import { DurationInput } from './duration-input.tsx';
import { ConcurrencyFields, RateFields, TriggerFields } from './limit-fields.tsx';
import type { SettingsForm } from './settings-form.ts';
import type { SettingsEditor } from './use-settings-form.ts';

interface SettingsTabProps {
  settings: SettingsEditor;
  editor: DefinitionEditor;
}

/** Everything that holds for all executions of a workflow. */
export function SettingsTab({ settings, editor }: SettingsTabProps) {
  const { t } = useI18n();
  const { discard, error, isDirty, isSaving, save } = settings;
  const form = useRef<HTMLFormElement>(null);
  const wanted = useRef(false);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    wanted.current = true;
    save();
  };
  // Whoever saved in vain is led to the first field at fault.
  useEffect(() => {
    if (!wanted.current || isSaving) return;
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (wrong || !isDirty) wanted.current = false;
    wrong?.focus();
  });
  const isConflict = isProblem(error) && error.code === 'WORKFLOW_CONFLICT';
  return (
    <form onSubmit={onSubmit} noValidate ref={form} aria-label={t('workflow.tabSettings')}>
      <Stack maw={760} gap="lg">
        <General settings={settings} />
        <Failures settings={settings} />
        <Section title={t('wfSettings.limits')} text={t('wfSettings.limitsText')}>
          <ConcurrencyFields settings={settings} />
          <RateFields settings={settings} />
          <TriggerFields settings={settings} />
        </Section>
        <Section title={t('wfSettings.code')} text={t('wfSettings.codeText')}>
          <CodeFields settings={settings} />
        </Section>
        <Storage settings={settings} />
        <ProblemAlert error={error}>
          {isConflict && (
            <Button mt="sm" size="xs" variant="default" onClick={() => void editor.reload().then(discard)}>
              {t('editor.reload')}
            </Button>
          )}
        </ProblemAlert>
        {editor.dirty && (
          <Text size="sm" c="dimmed">
            {t('wfSettings.withDraft')}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" disabled={!isDirty} onClick={discard}>
            {t('editor.discard')}
          </Button>
          <Button type="submit" disabled={!isDirty} loading={isSaving}>
            {t('wfSettings.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <Surface p="lg" style={{ border: '1px solid var(--navette-border)' }}>
      <Stack>
        <div>
          <Title order={2} size="h4">
            {title}
          </Title>
          {text && (
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          )}
        </div>
        {children}
      </Stack>
    </Surface>
  );
}

const timeZones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

function General({ settings }: { settings: SettingsEditor }) {
  const { t } = useI18n();
  const { change, errorOf, form } = settings;
  return (
    <Section title={t('wfSettings.general')}>
      <TextInput
        label={t('workflow.name')}
        required
        maxLength={200}
        error={errorOf('name')}
        value={form.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <Autocomplete
        label={t('wfSettings.timeZone')}
        description={t('wfSettings.timeZoneHelp')}
        required
        error={errorOf('timeZone')}
        data={timeZones}
        limit={50}
        value={form.timeZone}
        onChange={(timeZone) => change({ timeZone })}
      />
      <Select
        label={t('wfSettings.order')}
        description={t('wfSettings.orderHelp')}
        allowDeselect={false}
        data={[
          { value: 'parallel', label: t('wfSettings.orderParallel') },
          { value: 'sequential', label: t('wfSettings.orderSequential') },
        ]}
        value={form.executionOrder}
        onChange={(value) => change({ executionOrder: value as SettingsForm['executionOrder'] })}
      />
      <Select
        label={t('wfSettings.priority')}
        description={t('wfSettings.priorityHelp')}
        allowDeselect={false}
        data={[
          { value: 'high', label: t('wfSettings.priorityHigh') },
          { value: '', label: t('wfSettings.priorityNormal') },
          { value: 'low', label: t('wfSettings.priorityLow') },
        ]}
        value={form.priority === 'normal' ? '' : form.priority}
        onChange={(value) => change({ priority: (value ?? '') as SettingsForm['priority'] })}
      />
    </Section>
  );
}

function Failures({ settings }: { settings: SettingsEditor }) {
  const { t } = useI18n();
  const { change, errorOf, form } = settings;
  const { errorReport } = form;
  return (
    <Section title={t('wfSettings.failures')}>
      <DurationInput
        label={t('wfSettings.timeout')}
        description={t('wfSettings.timeoutHelp')}
        error={errorOf('timeoutMs')}
        value={form.timeoutMs}
        onChange={(timeoutMs) => change({ timeoutMs })}
      />
      <ErrorWorkflow settings={settings} />
      {form.errorWorkflow !== '' && (
        <Stack gap="sm" pl={32}>
          <Checkbox
            label={t('wfSettings.reportManual')}
            checked={errorReport.manualRuns}
            onChange={(event) =>
              change({ errorReport: { ...errorReport, manualRuns: event.currentTarget.checked } })
            }
          />
          <Checkbox
            label={t('wfSettings.reportItems')}
            description={t('wfSettings.reportItemsHelp')}
            checked={errorReport.input === 'items'}
            onChange={(event) =>
              change({
                errorReport: { ...errorReport, input: event.currentTarget.checked ? 'items' : 'counts' },
              })
            }
          />
        </Stack>
      )}
    </Section>
  );
}

/** Those that start with an error, and the one that is chosen. */
function ErrorWorkflow({ settings }: { settings: SettingsEditor }) {
  const { t } = useI18n();
  const { change, errorOf, form } = settings;
  const { data } = useInfiniteQuery(workflowsQuery({}));
  const known = data?.pages.flatMap((page) => page.items) ?? [];
  const offered = known.filter(
    ({ id, triggers }) => triggers.includes('error-trigger') || id === form.errorWorkflow,
  );
  const isUnknown = form.errorWorkflow !== '' && !offered.some(({ id }) => id === form.errorWorkflow);
  return (
    <Select
      label={t('wfSettings.errorWorkflow')}
      description={t('wfSettings.errorWorkflowHelp')}
      error={errorOf('errorWorkflow')}
      searchable
      allowDeselect={false}
      data={[
        { value: '', label: t('common.none') },
        ...offered.map(({ id, name }) => ({ value: id, label: name })),
        ...(isUnknown ? [{ value: form.errorWorkflow, label: form.errorWorkflow }] : []),
      ]}
      value={form.errorWorkflow}
      onChange={(value) => change({ errorWorkflow: value ?? '' })}
    />
  );
}

function Storage({ settings }: { settings: SettingsEditor }) {
  const { t } = useI18n();
  const { change, errorOf, form } = settings;
  return (
    <Section title={t('wfSettings.storage')}>
      <Select
        label={t('wfSettings.durability')}
        description={t('wfSettings.durabilityHelp')}
        allowDeselect={false}
        data={[
          { value: 'effects', label: t('wfSettings.durabilityEffects') },
          { value: 'full', label: t('wfSettings.durabilityFull') },
          { value: 'none', label: t('wfSettings.durabilityNone') },
        ]}
        value={form.durability}
        onChange={(value) => change({ durability: value as SettingsForm['durability'] })}
      />
      <Select
        label={t('wfSettings.keep')}
        description={t('wfSettings.keepHelp')}
        error={errorOf('save/executions')}
        allowDeselect={false}
        data={[
          { value: '', label: t('wfSettings.keepInstance') },
          { value: 'all', label: t('wfSettings.keepAll') },
          { value: 'errors', label: t('wfSettings.keepErrors') },
          { value: 'none', label: t('wfSettings.keepNone') },
        ]}
        value={form.save.executions}
        onChange={(value) =>
          change({ save: { ...form.save, executions: (value ?? '') as SettingsForm['save']['executions'] } })
        }
      />
      <NumberInput
        label={t('wfSettings.keepDays')}
        description={t('wfSettings.keepDaysHelp')}
        error={errorOf('save/days')}
        allowDecimal={false}
        value={form.save.days}
        onChange={(days) => change({ save: { ...form.save, days: typeof days === 'number' ? days : '' } })}
      />
    </Section>
  );
}
