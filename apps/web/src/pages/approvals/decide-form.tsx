import { Button, Checkbox, Group, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import type { ApprovalField, DecideRequest } from '@navette/contracts';
import { IconCheck, IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommentInput } from '../../ui/comment-input.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { type FieldTexts, listUnfit, toFieldValues } from './field-values.ts';

interface DecideFormProps {
  fields: readonly ApprovalField[];
  busy: boolean;
  error: unknown;
  onDecide(request: DecideRequest): void;
}

/** The fields that were asked for, a comment, yes and no. */
export function DecideForm({ fields, busy, error, onDecide }: DecideFormProps) {
  const { t } = useI18n();
  const [texts, setTexts] = useState<FieldTexts>({});
  const [comment, setComment] = useState('');
  const [checked, setChecked] = useState(false);
  const unfit = listUnfit(fields, texts);

  const decide = (decision: DecideRequest['decision']) => {
    const values = toFieldValues(fields, texts);
    onDecide({ decision, comment, values: decision === 'approve' ? values : dropUnfit(values, unfit) });
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (unfit.size === 0) decide('approve');
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm" maw={640}>
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={Object.hasOwn(texts, field.name) ? texts[field.name] : undefined}
            error={
              checked && unfit.has(field.name)
                ? t(field.type === 'number' && field.name in texts ? 'approvals.noNumber' : 'form.required')
                : undefined
            }
            onChange={(value) => setTexts((old) => ({ ...old, [field.name]: value }))}
          />
        ))}
        <CommentInput
          label={t('approvals.comment')}
          help={t('approvals.commentHelp')}
          rows={[2, 8]}
          value={comment}
          onChange={setComment}
        />
        <ProblemAlert error={error} />
        <Group gap="sm">
          <Button type="submit" color="weft" leftSection={<IconCheck size={16} />} loading={busy}>
            {t('approvals.approve')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconX size={16} />}
            disabled={busy}
            onClick={() => decide('reject')}
          >
            {t('approvals.reject')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Who says no need not mend a number first. */
function dropUnfit(values: DecideRequest['values'], unfit: ReadonlySet<string>): DecideRequest['values'] {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !unfit.has(name)));
}

interface FieldInputProps {
  field: ApprovalField;
  value: string | boolean | undefined;
  error: string | undefined;
  onChange(value: string | boolean): void;
}

function FieldInput({ field, value, error, onChange }: FieldInputProps) {
  const { name, options, required, type } = field;
  const common = { label: field.label || name, required, error };
  const text = typeof value === 'string' ? value : '';
  switch (type) {
    case 'boolean':
      return (
        <Checkbox
          label={common.label}
          error={error}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <Select {...common} data={options} value={text || null} onChange={(next) => onChange(next ?? '')} />
      );
    case 'number':
      return <NumberInput {...common} value={text} onChange={(next) => onChange(String(next))} />;
    case 'long-text':
      return (
        <Textarea
          {...common}
          autosize
          minRows={3}
          maxRows={12}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'text':
      return <TextInput {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
}
