import { Button, Checkbox, Skeleton, Stack, Text } from '@mantine/core';
import { type ExecutionDetail, type RouteRequest, routes } from '@navette/contracts';
import { IconPlayerTrackNext } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { stepDataQuery } from '../../api/queries.ts';
import { isCallPath } from '../../execution/step-path.ts';
import type { StepView } from '../../execution/step-view.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { JsonInput } from '../workflow/json-input.tsx';
import { parseRunInput } from '../workflow/run-input.ts';
import { toRerunInput } from './rerun-input.ts';
import { chooseRerunStep, listRerunSteps } from './step-choice.ts';
import { StepSelect } from './step-select.tsx';
import { useRunVersions, type VersionChoice, VersionSelect } from './version-select.tsx';

interface RerunFormProps {
  detail: ExecutionDetail;
  steps: readonly StepView[];
  first: string | undefined;
  onClose(): void;
  onStarted(executionId: string): void;
}

type RerunBody = RouteRequest<typeof routes.rerunExecution>['body'];

/** Which step to start with, in which version, and with which input. */
export function RerunForm({ detail, steps, first, onClose, onStarted }: RerunFormProps) {
  const { t } = useI18n();
  const choices = listRerunSteps(steps);
  const [from, setFrom] = useState(() => chooseRerunStep(choices, first));
  const [version, setVersion] = useState<VersionChoice>('same');
  const [changesInput, setChangesInput] = useState(false);
  const [text, setText] = useState<string>();
  const recorded = useQuery({
    ...stepDataQuery(detail.id, from ?? ''),
    enabled: changesInput && from !== undefined && !isCallPath(from),
  });
  const given = recorded.data && toRerunInput(recorded.data, from === detail.triggerNodeId);
  const input = text ?? given?.text ?? '';
  const isCall = from !== undefined && isCallPath(from);
  const hasInput = changesInput && !isCall;
  const check = parseRunInput(input);

  const rerun = useMutation({
    mutationFn: (body: RerunBody) =>
      callRoute(
        routes.rerunExecution,
        { params: { executionId: detail.id }, body },
        { idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: ({ executionId }) => onStarted(executionId),
  });
  const start = () => {
    if (from === undefined) return;
    rerun.mutate({ from, version, ...(hasInput && check.input ? { input: check.input } : {}) });
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {isCall ? t('again.rerunCallText') : t('again.rerunText')}
      </Text>
      <StepSelect
        label={t('again.step')}
        steps={choices}
        value={from}
        onChange={(path) => {
          setFrom(path);
          setText(undefined);
        }}
      />
      <VersionSelect<VersionChoice>
        label={t('again.version')}
        choices={useRunVersions(detail.workflowId)}
        value={version}
        onChange={setVersion}
      />
      {!isCall && (
        <Checkbox
          label={t('again.inputChange')}
          checked={changesInput}
          onChange={(event) => setChangesInput(event.currentTarget.checked)}
        />
      )}
      {hasInput &&
        (recorded.isLoading ? (
          <Skeleton h={140} radius="md" />
        ) : (
          <div>
            <ProblemAlert error={recorded.error} />
            <JsonInput
              value={input}
              onChange={setText}
              label={t('again.input')}
              minHeight="140px"
              maxHeight="40vh"
              check={check}
              help={t(check.input === undefined ? 'again.inputMissing' : 'again.inputHelp')}
            />
            {given?.hasFiles && (
              <Text size="xs" c="dimmed" mt={2}>
                {t('again.filesLost')}
              </Text>
            )}
          </div>
        ))}
      <ProblemAlert error={rerun.error} />
      <DialogActions onClose={onClose}>
        <Button
          data-autofocus
          leftSection={<IconPlayerTrackNext size={16} />}
          disabled={from === undefined || (hasInput && check.input === undefined)}
          loading={rerun.isPending}
          onClick={start}
        >
          {t('again.rerunStart')}
        </Button>
      </DialogActions>
    </Stack>
  );
}
