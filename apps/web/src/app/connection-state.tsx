import { Badge } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useLiveState } from './live-project.tsx';

const patienceMs = 1_500;

/** Says so when live updates are cut off (the server restarts, the network is gone), and nothing otherwise. */
export function ConnectionState() {
  const { t } = useI18n();
  const state = useLiveState();
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (state !== 'connecting') return setLost(false);
    const timer = setTimeout(() => setLost(true), patienceMs);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <div role="status">
      {lost && (
        <Badge
          color="orange"
          variant="light"
          title={t('connection.lostHelp')}
          leftSection={<IconPlugConnectedX size={12} aria-hidden />}
        >
          {t('connection.lost')}
        </Badge>
      )}
    </div>
  );
}
