import { notifications } from '@mantine/notifications';
import { useI18n } from '../i18n/i18n.tsx';
import { useProblemText } from './problem-text.ts';

export interface Notify {
  success(message: string): void;
  failure(error: unknown): void;
}

/** Short news in the corner, closed by themselves. */
export function useNotify(): Notify {
  const { t } = useI18n();
  const toText = useProblemText();
  const closeButtonProps = { 'aria-label': t('common.close') };
  return {
    success: (message) => void notifications.show({ message, color: 'weft', closeButtonProps }),
    failure(error) {
      const text = toText(error);
      notifications.show({
        title: text.title,
        message: [text.help, ...text.issues.slice(0, 3).map((issue) => `${issue.path} ${issue.message}`)]
          .filter(Boolean)
          .join(' '),
        color: 'red',
        autoClose: 9_000,
        closeButtonProps,
      });
    },
  };
}
