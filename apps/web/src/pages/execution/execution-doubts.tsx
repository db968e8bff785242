import { Text } from '@mantine/core';
import { type ResolveRequest, routes, type StepDoubt } from '@navette/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callRoute } from '../../api/call-route.ts';
import { executionQuery, sessionQuery } from '../../api/queries.ts';
import type { StepView } from '../../execution/step-view.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CopyAction } from '../../ui/copy-value.tsx';
import { Fact, Facts, QuestionCard, QuestionList } from '../../ui/question-card.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { DoubtForm } from './doubt-form.tsx';
import classes from './execution-doubts.module.css';
import { toStepName } from './step-choice.ts';

interface ExecutionDoubtsProps {
  executionId: string;
  steps: readonly StepView[];
}

/** What an execution asks people about steps that a crash cut off. Nothing when it asks nothing. */
export function ExecutionDoubts({ executionId, steps }: ExecutionDoubtsProps) {
  const asking = steps.filter((step) => step.doubt !== undefined && step.status === 'waiting');
  if (asking.length === 0) return null;
  return (
    <QuestionList height="70dvh">
      {asking.map((step) => (
        <DoubtCard
          key={`${step.doubt!.question} ${step.path}`}
          executionId={executionId}
          step={step}
          doubt={step.doubt!}
        />
      ))}
    </QuestionList>
  );
}

interface DoubtCardProps {
  executionId: string;
  step: StepView;
  doubt: StepDoubt;
}

/** One question: which step, since when, and the way to answer. */
function DoubtCard({ executionId, step, doubt }: DoubtCardProps) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const client = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const mayAnswer = session?.scopes.includes('executions:run') ?? false;
  const title = t('doubt.title', { name: toStepName(step, i18n) });
  const answer = useMutation({
    mutationFn: (body: Omit<ResolveRequest, 'question'>) =>
      callRoute(routes.resolveStep, {
        params: { executionId, path: step.path },
        body: { ...body, question: doubt.question },
      }),
    // Also after a refusal: somebody else may have been quicker.
    onSettled: () => void client.invalidateQueries({ queryKey: executionQuery(executionId).queryKey }),
  });
  return (
    <QuestionCard title={title}>
      <Facts>
        {doubt.begunAt && (
          <Fact name={t('doubt.begun')}>
            <RelativeTime iso={doubt.begunAt} />
          </Fact>
        )}
        <Fact name={t('doubt.asked')}>
          <RelativeTime iso={doubt.askedAt} />
        </Fact>
        {doubt.items && (
          <Fact name={t('doubt.items')}>{doubt.items.map((item) => format.number(item + 1)).join(', ')}</Fact>
        )}
        {doubt.keys.map((key, index) => (
          <Fact
            key={key}
            name={doubt.items ? t('doubt.keyOf', { number: doubt.items[index]! + 1 }) : t('doubt.key')}
            className={classes['key']}
          >
            {key}
            <CopyAction value={key} label={t('doubt.copyKey')} />
          </Fact>
        ))}
      </Facts>
      <Text size="sm" maw="72ch">
        {t('doubt.text')}
      </Text>
      {answer.isSuccess ? (
        <Text size="sm" fw={550} role="status">
          {t('doubt.sent')}
        </Text>
      ) : mayAnswer ? (
        <DoubtForm
          items={doubt.items}
          busy={answer.isPending}
          error={answer.error}
          onAnswer={(body) => answer.mutate(body)}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t('doubt.notYours')}
        </Text>
      )}
    </QuestionCard>
  );
}
