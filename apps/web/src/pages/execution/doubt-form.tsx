import { Button, Checkbox, Group, Radio, Select, Stack, Text } from '@mantine/core';
import { type DoubtOutcome, doubtOutcomes, type ResolveRequest } from '@navette/contracts';
import { IconCheck } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { type PlainKey, useI18n } from '../../i18n/i18n.tsx';
import { CommentInput } from '../../ui/comment-input.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { JsonInput } from '../workflow/json-input.tsx';
import { parseRunInput } from '../workflow/run-input.ts';
import { type ItemOutcomes, toAnswer } from './doubt-answer.ts';

interface DoubtFormProps {
  /** Positions of the items in doubt; null when it is the step as a whole. */
  items: readonly number[] | null;
  busy: boolean;
  error: unknown;
  onAnswer(answer: Omit<ResolveRequest, 'question'>): void;
}

const labels: Readonly<Record<DoubtOutcome, readonly [label: PlainKey, help: PlainKey]>> = {
  retry: ['doubt.retry', 'doubt.retryHelp'],
  done: ['doubt.done', 'doubt.doneHelp'],
  fail: ['doubt.fail', 'doubt.failHelp'],
};

/** The three answers, for the step or for each of its items in doubt. None is chosen at first. */
export function DoubtForm({ items, busy, error, onAnswer }: DoubtFormProps) {
  const { t } = useI18n();
  const [outcome, setOutcome] = useState<DoubtOutcome>();
  const [isEach, setEach] = useState(false);
  const [own, setOwn] = useState<ItemOutcomes>(new Map());
  const [result, setResult] = useState('');
  const [comment, setComment] = useState('');
  const several = items !== null && items.length > 1;
  const check = parseRunInput(result);
  const helpOf = (value: DoubtOutcome) =>
    several && value === 'done' ? t('doubt.doneItemsHelp') : t(labels[value][1]);
  const hasResult = outcome === 'done' && !several;
  const answer = toAnswer({
    items,
    outcome,
    own: several && isEach ? own : undefined,
    output: hasResult ? check.input : undefined,
    comment,
  });
  const isReady = answer !== undefined && !(hasResult && check.problem);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) onAnswer(answer);
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm" maw={640}>
        {several && (
          <Checkbox
            label={t('doubt.each')}
            checked={isEach}
            onChange={(event) => setEach(event.currentTarget.checked)}
          />
        )}
        {several && isEach ? (
          items.map((item) => (
            <Select
              key={item}
              label={t('execution.itemNumber', { number: item + 1 })}
              data={doubtOutcomes.map((value) => ({ value, label: t(labels[value][0]) }))}
              placeholder={t('doubt.choose')}
              value={own.get(item) ?? null}
              allowDeselect={false}
              onChange={(value) => setOwn((old) => new Map(old).set(item, value as DoubtOutcome))}
            />
          ))
        ) : (
          <Radio.Group
            label={t('doubt.outcome')}
            value={outcome ?? ''}
            onChange={(value) => setOutcome(value as DoubtOutcome)}
          >
            <Stack gap={8} mt={6}>
              {doubtOutcomes.map((value) => (
                <Radio key={value} value={value} label={t(labels[value][0])} description={helpOf(value)} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        {hasResult && (
          <div>
            <Text size="sm" fw={500} mb={4}>
              {t('doubt.result')}
            </Text>
            <JsonInput
              value={result}
              onChange={setResult}
              label={t('doubt.result')}
              minHeight="90px"
              maxHeight="30vh"
              check={check}
              help={t('doubt.resultHelp')}
            />
          </div>
        )}
        <CommentInput
          label={t('doubt.comment')}
          help={t('doubt.commentHelp')}
          rows={[1, 6]}
          value={comment}
          onChange={setComment}
        />
        <ProblemAlert error={error} />
        <Group>
          <Button type="submit" leftSection={<IconCheck size={16} />} disabled={!isReady} loading={busy}>
            {t('doubt.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
