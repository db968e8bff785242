import { ActionIcon, Anchor, Group, Stack, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { type Artifact, routes } from '@navette/contracts';
import { IconDownload, IconFile, IconFiles, IconFileText, IconPhoto, IconWorld } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { formatRouteUrl } from '../../api/call-route.ts';
import { executionArtifactsQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';
import { Surface } from '../../ui/surface.tsx';
import { ArtifactPreview } from './artifact-preview.tsx';
import classes from './files-tab.module.css';
import { type PreviewKind, toPreviewKind } from './preview-kind.ts';

interface FilesTabProps {
  executionId: string;
  onChooseStep(path: string): void;
}

const icons: Readonly<Record<PreviewKind, typeof IconFile>> = {
  html: IconWorld,
  image: IconPhoto,
  text: IconFileText,
  none: IconFile,
};

/** The files that the execution made, with a preview of the chosen one. */
export function FilesTab({ executionId, onChooseStep }: FilesTabProps) {
  const { t, format } = useI18n();
  const navigate = useNavigate({ from: '/executions/$executionId' });
  const { file: chosenId } = useSearch({ from: '/shell/executions/$executionId' });
  const query = useInfiniteQuery(executionArtifactsQuery(executionId));
  const files = query.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = files.find((file) => file.id === chosenId) ?? files[0];
  if (query.isPending) return <RowSkeletons rows={3} />;
  if (query.isError) return <ErrorPanel error={query.error} onRetry={query.refetch} />;
  if (!chosen) return <EmptyPanel icon={IconFiles} title={t('files.empty')} text={t('files.emptyText')} />;
  return (
    <div className={classes['split']}>
      <Surface className={classes['list'] ?? ''}>
        {files.map((file) => {
          const Icon = icons[toPreviewKind(file.mediaType)];
          return (
            <UnstyledButton
              key={file.id}
              className={classes['file']}
              aria-pressed={file.id === chosen.id}
              onClick={() => void navigate({ search: (old) => ({ ...old, file: file.id }), replace: true })}
            >
              <Icon size={20} stroke={1.6} aria-hidden />
              <Stack gap={0} miw={0} flex={1}>
                <Text size="sm" fw={560} truncate>
                  {file.fileName}
                </Text>
                <Text size="xs" c="dimmed" truncate>
                  {format.bytes(file.sizeBytes)} · {file.mediaType}
                </Text>
              </Stack>
            </UnstyledButton>
          );
        })}
        <LoadMore query={query} />
      </Surface>
      <Surface className={classes['preview'] ?? ''}>
        <PreviewHead file={chosen} onChooseStep={onChooseStep} />
        <ArtifactPreview key={chosen.id} artifact={chosen} />
      </Surface>
    </div>
  );
}

function PreviewHead({ file, onChooseStep }: { file: Artifact; onChooseStep(path: string): void }) {
  const { t } = useI18n();
  const url = formatRouteUrl(routes.downloadArtifact, { params: { artifactId: file.id }, query: {} });
  const { stepPath } = file;
  return (
    <Group px="md" py={10} justify="space-between" wrap="nowrap" className={classes['head'] ?? ''}>
      <Text fw={580} truncate>
        {file.fileName}
      </Text>
      <Group gap="sm" wrap="nowrap">
        {stepPath !== null && (
          <Anchor component="button" type="button" size="sm" onClick={() => onChooseStep(stepPath)}>
            {t('files.fromStep')}
          </Anchor>
        )}
        <Tooltip label={t('files.downloadShort')}>
          <ActionIcon
            component="a"
            href={url}
            download={file.fileName}
            variant="default"
            size={32}
            aria-label={t('files.download', { name: file.fileName })}
          >
            <IconDownload size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  );
}
