import { Badge, Code, Group, Stack, Text } from '@mantine/core';
import type { Json, JsonObject } from '@navette/kit/portable';
import { isRecord } from '@navette/kit/portable';
import { CodeLines } from '../code/code-lines.tsx';
import { useI18n } from '../i18n/i18n.tsx';
import { CopyAction } from './copy-value.tsx';
import classes from './parameters-view.module.css';
import { readProperty, toChoiceLabel, toSchemaLabel } from './schema-label.ts';

interface ParametersViewProps {
  parameters: JsonObject;
  schema: unknown;
  /** Name of the parameter that holds code. */
  code?: string | undefined;
  /** Lines of the code that are at fault. */
  marked?: readonly number[];
}

/** Parameters as label and value, read only; templates stand out. */
export function ParametersView({ parameters, schema, code, marked }: ParametersViewProps) {
  const { t } = useI18n();
  const names = Object.keys(parameters);
  if (names.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('node.defaults')}
      </Text>
    );
  }
  return (
    <Stack gap="md">
      {names.map((name) => {
        const value = parameters[name]!;
        const property = readProperty(schema, name);
        return name === code && typeof value === 'string' ? (
          <CodeParameter key={name} name={name} value={value} schema={property} marked={marked} />
        ) : (
          <Parameter key={name} name={name} value={value} schema={property} />
        );
      })}
    </Stack>
  );
}

function Parameter({ name, value, schema }: { name: string; value: Json; schema: unknown }) {
  const { locale } = useI18n();
  const label = toSchemaLabel(schema, name, locale);
  return (
    <div>
      <Text size="xs" fw={570} c="dimmed" mb={3}>
        {label.title}
      </Text>
      <ParameterValue value={value} schema={schema} />
    </div>
  );
}

interface CodeParameterProps {
  name: string;
  value: string;
  schema: unknown;
  marked: readonly number[] | undefined;
}

function CodeParameter({ name, value, schema, marked = [] }: CodeParameterProps) {
  const { t, locale } = useI18n();
  const { title } = toSchemaLabel(schema, name, locale);
  return (
    <div>
      <Group justify="space-between" mb={3}>
        <Text size="xs" fw={570} c="dimmed">
          {title}
        </Text>
        <CopyAction value={value} label={t('code.copy')} />
      </Group>
      <CodeLines text={value} marked={marked} reveal />
    </div>
  );
}

function ParameterValue({ value, schema }: { value: Json; schema: unknown }) {
  const { t, locale } = useI18n();
  if (typeof value === 'boolean')
    return <Badge variant="light">{value ? t('common.yes') : t('common.no')}</Badge>;
  if (typeof value === 'string') {
    const choice = toChoiceLabel(schema, value, locale);
    if (choice !== undefined) return <Text size="sm">{choice}</Text>;
    return value === '' ? (
      <Text size="sm" c="dimmed">
        {t('common.empty')}
      </Text>
    ) : (
      <Code block className={value.includes('{{') ? classes['template'] : classes['text']}>
        {value}
      </Code>
    );
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isRecord))
    return <ObjectList value={value as JsonObject[]} schema={schema} />;
  if (isRecord(value) && Object.keys(value).length > 0) {
    return (
      <div className={classes['nested']}>
        <ParametersView parameters={value as JsonObject} schema={schema} />
      </div>
    );
  }
  return (
    <Code block className={classes['text']}>
      {JSON.stringify(value)}
    </Code>
  );
}

function ObjectList({ value, schema }: { value: readonly JsonObject[]; schema: unknown }) {
  const items = isRecord(schema) ? schema['items'] : undefined;
  return (
    <Stack gap={8}>
      {value.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is shown, not edited
        <div key={index} className={classes['nested']}>
          <ParametersView parameters={entry} schema={items} />
        </div>
      ))}
    </Stack>
  );
}
