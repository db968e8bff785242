import { Group, Skeleton } from '@mantine/core';
import { useI18n } from '../i18n/i18n.tsx';

/** Rows in the shape of a list that is being read. */
export function RowSkeletons({ rows = 6, height = 57 }: { rows?: number; height?: number }) {
  const { t } = useI18n();
  return (
    <div role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <Group
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
          key={row}
          h={height}
          px="md"
          wrap="nowrap"
          style={row === 0 ? undefined : { borderTop: '1px solid var(--navette-border)' }}
        >
          <Skeleton width={30} height={30} radius="md" />
          <Skeleton width={`${34 + ((row * 7) % 18)}%`} height={12} />
          <Skeleton width="14%" height={12} ml="auto" />
          <Skeleton width="9%" height={12} />
        </Group>
      ))}
    </div>
  );
}
