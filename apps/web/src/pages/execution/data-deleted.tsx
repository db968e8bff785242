import { Alert } from '@mantine/core';
import type { ExecutionDetail } from '@navette/contracts';
import { IconEraser } from '@tabler/icons-react';
import { useI18n } from '../../i18n/i18n.tsx';

/** That retention deleted the data, and when. Renders nothing while the data is there. */
export function DataDeleted({ detail }: { detail: ExecutionDetail }) {
  const { t, format } = useI18n();
  if (detail.dataDeletedAt === undefined) return null;
  const title = t('execution.dataDeleted', { time: format.dateTime(detail.dataDeletedAt) });
  return (
    <Alert color="gray" variant="light" icon={<IconEraser size={18} />} title={title} mx="md" mt="md">
      {t('execution.dataDeletedText')}
    </Alert>
  );
}
