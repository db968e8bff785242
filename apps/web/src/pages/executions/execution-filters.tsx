import { Button, Chip, Group, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import {
  type ExecutionMode,
  type ExecutionStatus,
  executionModes,
  executionStatuses,
} from '@navette/contracts';
import { IconX } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { workflowQuery, workflowsQuery } from '../../api/queries.ts';
import type { ExecutionsSearch } from '../../app/router.tsx';
import { useI18n } from '../../i18n/i18n.tsx';
import { executionLooks, modeLabels } from '../../ui/status.ts';

interface ExecutionFiltersProps {
  search: ExecutionsSearch;
  onChange(change: { [K in keyof ExecutionsSearch]: ExecutionsSearch[K] | undefined }): void;
  onClear(): void;
}

export function ExecutionFilters({ search, onChange, onClear }: ExecutionFiltersProps) {
  const { t } = useI18n();
  return (
    <Stack gap="sm" mb="md">
      <Chip.Group
        multiple
        value={search.status ?? []}
        onChange={(values) =>
          onChange({ status: values.length > 0 ? (values as ExecutionStatus[]) : undefined })
        }
      >
        <Group gap={6} role="group" aria-label={t('executions.status')}>
          {executionStatuses.map((status) => (
            <Chip key={status} value={status} size="sm" variant="light">
              {t(executionLooks[status].label)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Group gap="sm" align="flex-end">
        <WorkflowSelect value={search.workflowId} onChange={(workflowId) => onChange({ workflowId })} />
        <Select
          w={170}
          label={t('executions.mode')}
          placeholder={t('common.any')}
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          value={search.mode ?? null}
          onChange={(mode) => onChange({ mode: (mode as ExecutionMode | null) ?? undefined })}
          data={executionModes.map((mode) => ({ value: mode, label: t(modeLabels[mode]) }))}
        />
        <TextInput
          type="date"
          label={t('executions.from')}
          value={search.from ?? ''}
          max={search.to}
          onChange={(event) => onChange({ from: event.currentTarget.value || undefined })}
        />
        <TextInput
          type="date"
          label={t('executions.to')}
          value={search.to ?? ''}
          min={search.from}
          onChange={(event) => onChange({ to: event.currentTarget.value || undefined })}
        />
        {Object.keys(search).length > 0 && (
          <Button variant="subtle" color="gray" leftSection={<IconX size={15} />} onClick={onClear}>
            {t('common.clearFilters')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface WorkflowSelectProps {
  value: string | undefined;
  onChange(workflowId: string | undefined): void;
}

function WorkflowSelect({ value, onChange }: WorkflowSelectProps) {
  const { t } = useI18n();
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 200);
  const found = useInfiniteQuery({
    ...workflowsQuery({ search: search || undefined }),
    placeholderData: (old) => old,
  });
  const chosen = useQuery({ ...workflowQuery(value ?? ''), enabled: value !== undefined });
  const options = new Map(found.data?.pages[0]?.items.map((workflow) => [workflow.id, workflow.name]));
  if (value !== undefined) options.set(value, chosen.data?.name ?? value);
  return (
    <Select
      w={260}
      label={t('executions.workflow')}
      placeholder={t('common.any')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      nothingFoundMessage={t('workflows.noMatch')}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      onSearchChange={(next) => setText(next === chosen.data?.name ? '' : next)}
      data={[...options].map(([id, name]) => ({ value: id, label: name }))}
    />
  );
}
