import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useI18n } from '../i18n/i18n.tsx';
import type { Question } from './confirm.tsx';

interface ConfirmDialogProps {
  question: Question;
  shown: boolean;
  onAnswer(yes: boolean): void;
}

export function ConfirmDialog({ question, shown, onAnswer }: ConfirmDialogProps) {
  const { t } = useI18n();
  return (
    <Modal
      opened={shown}
      onClose={() => onAnswer(false)}
      title={question.title}
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack>
        <Text size="sm">{question.text}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onAnswer(false)}>
            {t('common.cancel')}
          </Button>
          <Button data-autofocus color={question.danger ? 'red' : 'warp'} onClick={() => onAnswer(true)}>
            {question.confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
