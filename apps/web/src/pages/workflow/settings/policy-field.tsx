import { Autocomplete, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { policiesQuery } from '../../../api/queries.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { listFileFacts } from '../../policies/policy-facts.ts';
import { PolicyProblems } from '../../policies/policy-problems.tsx';

interface PolicyFieldProps {
  error: string | undefined;
  value: string;
  onChange(value: string): void;
}

/** One of the named policies of the server, with what it says; another name is kept, and said to be unknown. */
export function PolicyField({ error, value, onChange }: PolicyFieldProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { data } = useQuery(policiesQuery);
  const files = data?.items ?? [];
  const named = new Map(files.flatMap((file) => (file.name === null ? [] : [[file.name, file] as const])));
  const chosen = named.get(value);
  const facts = chosen?.content ? listFileFacts(chosen.content, i18n) : [];
  const faults = files.filter((file) => file.kind !== 'named' || file === chosen);
  return (
    <Stack gap={6}>
      <Autocomplete
        label={t('wfSettings.policy')}
        description={t('wfSettings.policyHelp')}
        error={error}
        spellCheck={false}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        data={[...named.keys()]}
        renderOption={({ option }) => (
          <div>
            <Text size="sm">{option.value}</Text>
            <Text size="xs" c="dimmed">
              {named.get(option.value)?.description}
            </Text>
          </div>
        )}
        value={value}
        onChange={onChange}
      />
      {data && value !== '' && !chosen && (
        <Text size="sm" c="var(--mantine-color-error)" role="status">
          {t('policy.unknown')}
        </Text>
      )}
      {chosen && (chosen.description !== '' || facts.length > 0) && (
        <Text size="sm" c="dimmed">
          {[
            chosen.description && `${chosen.description}.`,
            facts.length > 0 && t('policy.atMost', { facts: facts.join(', ') }),
          ]
            .filter(Boolean)
            .join(' ')}
        </Text>
      )}
      {faults.map((file) => (
        <PolicyProblems key={file.file} file={file} />
      ))}
    </Stack>
  );
}
