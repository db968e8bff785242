import {
  Alert,
  Button,
  Group,
  Modal,
  PasswordInput,
  Select,
  Skeleton,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { type Credential, type RouteAnswer, routes } from '@navette/contracts';
import { IconLock } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { credentialTypesQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { useNotify } from '../../ui/notify.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { type SecretField, toSecretData, toSecretFields } from './secret-fields.ts';

type CredentialType = RouteAnswer<typeof routes.listCredentialTypes>['items'][number];

interface CredentialDialogProps {
  edited: Credential | 'new' | undefined;
  onClose(): void;
}

/** Creates a credential, or renames one and replaces its secret. Secrets go in and never come out. */
export function CredentialDialog({ edited, onClose }: CredentialDialogProps) {
  const { t } = useI18n();
  const types = useQuery({ ...credentialTypesQuery, enabled: edited !== undefined });
  return (
    <Modal
      opened={edited !== undefined}
      onClose={onClose}
      title={edited === 'new' ? t('credentials.create') : t('credentials.edit')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {types.isError ? (
        <ErrorPanel error={types.error} onRetry={types.refetch} />
      ) : types.data && edited ? (
        <CredentialForm
          key={edited === 'new' ? 'new' : edited.id}
          types={types.data.items}
          credential={edited === 'new' ? undefined : edited}
          onClose={onClose}
        />
      ) : (
        <Skeleton h={280} />
      )}
    </Modal>
  );
}

interface CredentialFormProps {
  types: readonly CredentialType[];
  credential: Credential | undefined;
  onClose(): void;
}

function CredentialForm({ types, credential, onClose }: CredentialFormProps) {
  const { t, pick, locale } = useI18n();
  const client = useQueryClient();
  const notify = useNotify();
  const [typeName, setTypeName] = useState(credential?.type ?? types[0]?.type ?? '');
  const [name, setName] = useState(credential?.name ?? '');
  const [hosts, setHosts] = useState<string[]>(credential?.allowedHosts ?? []);
  const [values, setValues] = useState<Record<string, string>>({});
  const [replace, setReplace] = useState(credential === undefined);
  const [checked, setChecked] = useState(false);
  const type = types.find((one) => one.type === typeName);
  const fields = type ? toSecretFields(type.dataSchema, locale) : [];
  const missing = replace
    ? fields.filter((field) => field.required && (values[field.name] ?? field.initial) === '')
    : [];

  const save = useMutation({
    mutationFn: () => {
      const common = { name: name.trim(), allowedHosts: hosts };
      const data = toSecretData(fields, values);
      if (!credential)
        return callRoute(routes.createCredential, { body: { ...common, type: typeName, data } });
      return callRoute(routes.updateCredential, {
        params: { credentialId: credential.id },
        body: { ...common, ...(replace ? { data } : {}) },
      });
    },
    onSuccess(saved) {
      notify.success(t('credentials.savedNotice', { name: saved.name }));
      void client.invalidateQueries({ queryKey: ['credentials'] });
      onClose();
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (name.trim() !== '' && type && missing.length === 0) save.mutate();
  };
  return (
    <form onSubmit={onSubmit} noValidate autoComplete="off">
      <Stack>
        <Select
          label={t('credentials.type')}
          description={type ? pick(type.description) : undefined}
          disabled={credential !== undefined}
          allowDeselect={false}
          value={typeName}
          onChange={(value) => {
            setTypeName(value ?? '');
            setValues({});
          }}
          data={types.map((one) => ({ value: one.type, label: pick(one.name) }))}
        />
        <TextInput
          data-autofocus
          label={t('common.name')}
          description={t('credentials.nameHelp')}
          maxLength={200}
          value={name}
          error={checked && name.trim() === '' ? t('form.required') : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {replace ? (
          fields.map((field) => (
            <SecretInput
              key={field.name}
              field={field}
              value={values[field.name] ?? field.initial}
              error={checked && missing.includes(field) ? t('form.required') : undefined}
              onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
            />
          ))
        ) : (
          <Alert variant="light" color="gray" icon={<IconLock size={18} />}>
            <Group justify="space-between">
              {t('credentials.kept')}
              <Button size="compact-sm" variant="default" onClick={() => setReplace(true)}>
                {t('credentials.replace')}
              </Button>
            </Group>
          </Alert>
        )}
        <TagsInput
          label={t('credentials.hosts')}
          description={t('credentials.hostsHelp')}
          placeholder={hosts.length === 0 ? 'api.example.com' : ''}
          value={hosts}
          onChange={setHosts}
          maxTags={50}
          splitChars={[',', ' ']}
        />
        <ProblemAlert error={save.error} />
        <DialogActions onClose={onClose}>
          <Button type="submit" loading={save.isPending}>
            {t('common.save')}
          </Button>
        </DialogActions>
      </Stack>
    </form>
  );
}

interface SecretInputProps {
  field: SecretField;
  value: string;
  error: string | undefined;
  onChange(value: string): void;
}

function SecretInput({ field, value, error, onChange }: SecretInputProps) {
  const { t } = useI18n();
  const props = {
    label: field.title,
    description: field.help,
    value,
    error,
    autoComplete: 'off',
    withAsterisk: field.required,
    onChange: (event: { currentTarget: HTMLInputElement }) => onChange(event.currentTarget.value),
  };
  if (!field.secret) return <TextInput {...props} />;
  return (
    <PasswordInput
      {...props}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
    />
  );
}
