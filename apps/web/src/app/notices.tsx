import { Notifications } from '@mantine/notifications';
import { useI18n } from '../i18n/i18n.tsx';

/** A refusal with its help and two findings has room on a phone. */
const tallestPx = 420;

/** Where short news appear. */
export function Notices() {
  const { t } = useI18n();
  return (
    <section aria-label={t('shell.notices')}>
      <Notifications
        position="bottom-right"
        limit={4}
        notificationMaxHeight={tallestPx}
        withinPortal={false}
      />
    </section>
  );
}
