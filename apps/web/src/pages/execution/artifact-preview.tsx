import { Skeleton, Text } from '@mantine/core';
import { type Artifact, routes } from '@navette/contracts';
import { IconFileOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createNetworkProblem, parseProblem } from '../../api/api-problem.ts';
import { formatRouteUrl } from '../../api/call-route.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import classes from './artifact-preview.module.css';
import { toPreviewKind } from './preview-kind.ts';

const textLimitBytes = 512 * 1024;

/**
 * Shows a file that an execution made. Its bytes are never trusted: a page gets a frame without scripts and without
 * our origin, a picture is only ever an image, anything else is text or a download.
 */
export function ArtifactPreview({ artifact }: { artifact: Artifact }) {
  const { t } = useI18n();
  const url = formatRouteUrl(routes.downloadArtifact, {
    params: { artifactId: artifact.id },
    query: { inline: 'true' },
  });
  switch (toPreviewKind(artifact.mediaType)) {
    case 'html':
      return <iframe className={classes['frame']} src={url} sandbox="" title={artifact.fileName} />;
    case 'image':
      return (
        <div className={classes['image']}>
          <img src={url} alt={artifact.fileName} />
        </div>
      );
    case 'text':
      return <TextPreview artifact={artifact} url={url} />;
    case 'none':
      return <EmptyPanel icon={IconFileOff} title={t('files.noPreview')} text={t('files.noPreviewText')} />;
  }
}

function TextPreview({ artifact, url }: { artifact: Artifact; url: string }) {
  const { t, format } = useI18n();
  const query = useQuery({
    queryKey: ['artifact-text', artifact.id],
    queryFn: ({ signal }) => readText(url, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isPending) return <Skeleton m="md" h={240} />;
  if (query.isError) return <ErrorPanel error={query.error} onRetry={query.refetch} />;
  return (
    <>
      {query.data.cut && (
        <Text size="xs" c="dimmed" px="md" pt="xs">
          {t('files.cut', { size: format.bytes(textLimitBytes) })}
        </Text>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre className={classes['text']} tabIndex={0}>
        {query.data.text}
      </pre>
    </>
  );
}

async function readText(url: string, signal: AbortSignal): Promise<{ text: string; cut: boolean }> {
  const response = await fetch(url, { signal, credentials: 'same-origin' }).catch(() => {
    throw createNetworkProblem();
  });
  if (!response.ok) throw await parseProblem(response);
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), cut: false };
    size += value.length;
    text += decoder.decode(value, { stream: true });
    if (size > textLimitBytes) {
      await reader.cancel();
      return { text, cut: true };
    }
  }
}
