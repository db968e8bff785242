import { IconBroadcast, IconPencil } from '@tabler/icons-react';
import { useI18n } from '../../i18n/i18n.tsx';
import classes from '../../ui/status-badge.module.css';

/** Whether the triggers of a workflow are live. */
export function PublishedBadge({ published }: { published: boolean }) {
  const { t } = useI18n();
  const Icon = published ? IconBroadcast : IconPencil;
  return (
    <span className={classes['badge']} data-color={published ? 'weft' : 'gray'}>
      <Icon size={14} aria-hidden />
      {published ? t('workflows.stateLive') : t('workflows.stateDraft')}
    </span>
  );
}
