import { Notifications } from '@mantine/notifications';
import { useI18n } from '../i18n/i18n.tsx';

/** Where short news appear. */
export function Notices() {
  const { t } = useI18n();
  return (
    <section aria-label={t('shell.notices')}>
      <Notifications position="bottom-right" limit={4} withinPortal={false} />
    </section>
  );
}
