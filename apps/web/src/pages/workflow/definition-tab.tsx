import { Alert, Badge, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { routes, type WorkflowDefinition } from '@navette/contracts';
import { isRecord } from '@navette/kit/portable';
import { IconAlertCircle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import type { DefinitionEditor } from '../../editor/use-definition-editor.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LazyJson } from '../../json/lazy-json.tsx';
import { parseJson } from '../../json/parse-json.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import classes from './definition-tab.module.css';

/** The draft as text: edited, checked by the server, and put into the draft; saving is the same as for the canvas. */
export function DefinitionTab({ editor }: { editor: DefinitionEditor }) {
  const { t } = useI18n();
  const { draft } = editor.state;
  const [text, setText] = useState(() => toText(draft));
  const shown = useRef(draft);
  const parsed = parseJson(text);
  const pending = text !== toText(draft);

  useEffect(() => {
    if (draft === shown.current) return;
    shown.current = draft;
    setText(toText(draft));
  }, [draft]);

  const check = useMutation({
    mutationFn: (definition: WorkflowDefinition) => callRoute(routes.validateWorkflow, { body: definition }),
    onSuccess({ valid }, definition) {
      if (!valid) return;
      shown.current = definition;
      editor.dispatch({ type: 'change', change: { type: 'definition-replaced', definition } });
      setText(toText(definition));
    },
  });
  const readable = parsed.ok && isRecord(parsed.value);
  const apply = () => {
    if (parsed.ok && isRecord(parsed.value)) check.mutate(parsed.value as unknown as WorkflowDefinition);
  };
  const place = parsed.ok ? undefined : parsed;
  return (
    <div className={classes['tab']}>
      <div className={classes['editor']}>
        <LazyJson
          value={text}
          onChange={(value) => {
            setText(value);
            if (!check.isIdle) check.reset();
          }}
          label={t('definition.label')}
          minHeight="100%"
        />
      </div>
      <Stack className={classes['side']} gap="md">
        <Text size="sm" c="dimmed">
          {t('definition.help')}
        </Text>
        <Group gap="xs">
          <Button onClick={apply} disabled={!pending || !readable} loading={check.isPending}>
            {t('definition.apply')}
          </Button>
          <Button variant="default" disabled={!pending} onClick={() => setText(toText(draft))}>
            {t('editor.discard')}
          </Button>
        </Group>
        {place && (
          <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} role="alert">
            {place.line === undefined
              ? t('json.invalid')
              : t('json.invalidAt', { line: place.line, column: place.column ?? 1 })}
          </Alert>
        )}
        <ProblemAlert error={check.error} />
        {check.data && !check.data.valid && (
          <Alert
            color="red"
            variant="light"
            icon={<IconAlertCircle size={18} />}
            title={t('definition.issues', { count: check.data.issues.length })}
            role="alert"
          >
            <List size="sm" spacing={6}>
              {check.data.issues.map((issue) => (
                <List.Item key={`${issue.path} ${issue.message}`}>
                  <Code>{issue.path || '/'}</Code> {issue.message}
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
        {check.data?.valid && !pending && (
          <Badge variant="light" color="weft" size="lg" leftSection={<IconCheck size={14} />}>
            {t('definition.valid')}
          </Badge>
        )}
        {!editor.dirty && !pending && check.isIdle && (
          <Alert color="gray" variant="light" icon={<IconInfoCircle size={18} />}>
            {t('definition.unchanged')}
          </Alert>
        )}
      </Stack>
    </div>
  );
}

function toText(definition: WorkflowDefinition): string {
  return JSON.stringify(definition, null, 2);
}
