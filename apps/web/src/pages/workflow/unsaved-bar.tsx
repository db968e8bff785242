import { Button, Group, Text } from '@mantine/core';
import { isProblem } from '../../api/api-problem.ts';
import type { DefinitionEditor } from '../../editor/use-definition-editor.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useProblemText } from '../../ui/problem-text.ts';
import classes from './workflow-view.module.css';

/** Unsaved changes, and what can be done with them. */
export function UnsavedBar({ editor }: { editor: DefinitionEditor }) {
  const { t } = useI18n();
  const toText = useProblemText();
  if (!editor.dirty) return null;
  const { error } = editor.save;
  const conflict = isProblem(error) && error.code === 'WORKFLOW_CONFLICT';
  const problem = error ? toText(error) : undefined;
  return (
    <div className={classes['bar']} role="status">
      <Text size="sm" fw={550}>
        {conflict ? t('editor.conflict') : t('editor.unsaved')}
      </Text>
      {problem && !conflict && (
        <Text size="sm" c="var(--mantine-color-error)">
          {[
            problem.title,
            ...problem.issues.slice(0, 2).map((issue) => `${issue.path} ${issue.message}`),
          ].join(' ')}
        </Text>
      )}
      <Group gap="xs" ml="auto">
        {conflict ? (
          <Button size="xs" variant="default" onClick={() => void editor.reload()}>
            {t('editor.reload')}
          </Button>
        ) : (
          <>
            <Button
              size="xs"
              variant="subtle"
              disabled={editor.state.past.length === 0}
              onClick={() => editor.dispatch({ type: 'undo' })}
            >
              {t('editor.undo')}
            </Button>
            <Button size="xs" variant="default" onClick={() => editor.dispatch({ type: 'discard' })}>
              {t('editor.discard')}
            </Button>
            <Button size="xs" loading={editor.save.isPending} onClick={() => editor.save.mutate()}>
              {t('editor.save')}
            </Button>
          </>
        )}
      </Group>
    </div>
  );
}
