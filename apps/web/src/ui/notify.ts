import { notifications } from '@mantine/notifications';
import { useI18n } from '../i18n/i18n.tsx';
import { type ProblemText, useProblemText } from './problem-text.ts';

export interface Notify {
  success(message: string): void;
  failure(error: unknown): void;
  /** What was refused, and what to do: for a refusal whose reasons stand on the page. */
  refusal(title: string, message: string): void;
}

const shownIssues = 2;
const refusalMs = 9_000;

/** Short news in the corner, closed by themselves. */
export function useNotify(): Notify {
  const { t } = useI18n();
  const toText = useProblemText();
  const closeButtonProps = { 'aria-label': t('common.close') };
  const refusal = (title: string, message: string) =>
    void notifications.show({ title, message, color: 'red', autoClose: refusalMs, closeButtonProps });
  return {
    success: (message) => void notifications.show({ message, color: 'weft', closeButtonProps }),
    failure(error) {
      const text = toText(error);
      refusal(
        text.title,
        [text.help, ...text.issues.slice(0, shownIssues).map(toIssueText)].filter(Boolean).join(' '),
      );
    },
    refusal,
  };
}

function toIssueText({ message, nodeId, path }: ProblemText['issues'][number]): string {
  return `${nodeId ?? path}: ${message}`;
}
