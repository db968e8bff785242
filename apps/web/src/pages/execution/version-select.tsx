import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { workflowQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';

export type VersionChoice = 'same' | 'draft' | 'published';

interface VersionSelectProps {
  workflowId: string;
  value: VersionChoice;
  onChange(value: VersionChoice): void;
}

/** The version that a rerun or a fork runs; those of a workflow that was deleted are not offered. */
export function VersionSelect({ workflowId, value, onChange }: VersionSelectProps) {
  const { t } = useI18n();
  const { data: workflow } = useQuery(workflowQuery(workflowId));
  const choices = [
    { value: 'same', label: t('again.versionSame') },
    ...(workflow ? [{ value: 'draft', label: t('again.versionDraft') }] : []),
    ...(workflow?.published ? [{ value: 'published', label: t('again.versionPublished') }] : []),
  ];
  return (
    <Select
      label={t('again.version')}
      allowDeselect={false}
      data={choices}
      value={value}
      onChange={(next) => onChange((next ?? 'same') as VersionChoice)}
    />
  );
}
