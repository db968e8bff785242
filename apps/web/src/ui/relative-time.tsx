import { Text, type TextProps } from '@mantine/core';
import { useI18n } from '../i18n/i18n.tsx';
import { useNow } from './use-now.ts';

/** "3 minutes ago", with the full time under the pointer and for programs. */
export function RelativeTime({ iso, ...props }: { iso: string } & TextProps) {
  const { format } = useI18n();
  const now = useNow(30_000);
  return (
    <Text component="time" dateTime={iso} title={format.dateTime(iso)} inherit {...props}>
      {format.relative(iso, Math.max(now, Date.parse(iso) > now + 60_000 ? now : Date.parse(iso)))}
    </Text>
  );
}
