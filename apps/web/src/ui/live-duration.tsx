import { useI18n } from '../i18n/i18n.tsx';
import { useNow } from './use-now.ts';

interface LiveDurationProps {
  startedAt: string | null;
  finishedAt: string | null;
}

/** How long something took, or has been taking. */
export function LiveDuration({ startedAt, finishedAt }: LiveDurationProps) {
  const { format } = useI18n();
  const running = startedAt !== null && finishedAt === null;
  const now = useNow(running ? 500 : undefined);
  if (startedAt === null) return <>–</>;
  const end = finishedAt === null ? now : Date.parse(finishedAt);
  return <span className="tabular">{format.duration(Math.max(0, end - Date.parse(startedAt)))}</span>;
}
