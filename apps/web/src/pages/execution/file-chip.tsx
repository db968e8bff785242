import { Anchor, Text } from '@mantine/core';
import { type BinaryRef, routes } from '@navette/contracts';
import { IconFile } from '@tabler/icons-react';
import { formatRouteUrl } from '../../api/call-route.ts';
import { useI18n } from '../../i18n/i18n.tsx';

/** A file that an item carries; a click downloads it. */
export function FileChip({ file }: { file: BinaryRef }) {
  const { t, format } = useI18n();
  const url = formatRouteUrl(routes.downloadArtifact, { params: { artifactId: file.artifactId }, query: {} });
  return (
    <Anchor
      href={url}
      download={file.fileName}
      size="xs"
      style={{ display: 'inline-flex', alignItems: 'center', gap: 4, whiteSpace: 'nowrap' }}
      aria-label={t('files.download', { name: file.fileName })}
    >
      <IconFile size={14} aria-hidden />
      {file.fileName}
      <Text span size="xs" c="dimmed">
        {format.bytes(file.sizeBytes)}
      </Text>
    </Anchor>
  );
}
