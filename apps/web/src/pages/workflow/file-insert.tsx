import { Button, FileButton } from '@mantine/core';
import { routes } from '@navette/contracts';
import { IconPaperclip } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { callRoute } from '../../api/call-route.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/notify.ts';
import { insertFile } from './run-input.ts';

interface FileInsertProps {
  text: string;
  onInsert(text: string): void;
}

/** Uploads a file as an artifact and puts its reference into the input. */
export function FileInsert({ text, onInsert }: FileInsertProps) {
  const { t } = useI18n();
  const notify = useNotify();
  const upload = useMutation({
    mutationFn: (file: File) => callRoute(routes.uploadArtifact, {}, { file }),
    onSuccess(artifact) {
      const { id, fileName, mediaType, sizeBytes, sha256 } = artifact;
      const next = insertFile(text, { artifactId: id, fileName, mediaType, sizeBytes, sha256 });
      if (next !== undefined) onInsert(next);
    },
    onError: (error) => notify.failure(error),
  });
  const possible = insertFile(text, {}) !== undefined;
  return (
    <FileButton
      onChange={(file) => file && upload.mutate(file)}
      inputProps={{ 'aria-label': t('run.attach') }}
    >
      {(props) => (
        <Button
          {...props}
          size="compact-sm"
          variant="subtle"
          disabled={!possible}
          loading={upload.isPending}
          leftSection={<IconPaperclip size={15} />}
        >
          {t('run.attach')}
        </Button>
      )}
    </FileButton>
  );
}
