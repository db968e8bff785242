import { Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { versionsQuery, workflowQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';

/** The version that an execution ran, or one of its workflow as it is now. */
export type VersionChoice = 'same' | 'draft' | 'published';

interface VersionSelectProps<Value extends string> {
  label: string;
  choices: readonly { value: Value; label: string }[];
  value: Value;
  onChange(value: Value): void;
}

/** The version that a rerun, a fork or a replay runs. */
export function VersionSelect<Value extends string>({
  label,
  choices,
  value,
  onChange,
}: VersionSelectProps<Value>) {
  return (
    <Select
      label={label}
      allowDeselect={false}
      data={choices}
      value={value}
      onChange={(next) => next !== null && onChange(next as Value)}
    />
  );
}

/** For what runs again; those of a workflow that was deleted are not offered. */
export function useRunVersions(workflowId: string): { value: VersionChoice; label: string }[] {
  const { t } = useI18n();
  const { data: workflow } = useQuery(workflowQuery(workflowId));
  return [
    { value: 'same', label: t('again.versionSame') },
    ...(workflow ? [{ value: 'draft' as const, label: t('again.versionDraft') }] : []),
    ...(workflow?.published ? [{ value: 'published' as const, label: t('again.versionPublished') }] : []),
  ];
}

/** To compare with: the draft, the live version, and every version that was saved. `ranId`: the one that it ran. */
export function useReplayVersions(
  workflowId: string,
  ranId: string | undefined,
): { value: string; label: string }[] {
  const { t } = useI18n();
  const { data: workflow } = useQuery(workflowQuery(workflowId));
  const versions = useInfiniteQuery(versionsQuery(workflowId));
  const numbered = versions.data?.pages.flatMap((page) => page.items) ?? [];
  const isSame = ranId !== undefined && workflow?.draftVersionId === ranId;
  return [
    { value: 'draft', label: t(isSame ? 'replay.draftSame' : 'again.versionDraft') },
    ...(workflow?.published ? [{ value: 'published', label: t('again.versionPublished') }] : []),
    ...numbered.map(({ id, number }) => ({
      value: id,
      label: t(id === ranId ? 'replay.versionSame' : 'versions.name', { number }),
    })),
  ];
}
