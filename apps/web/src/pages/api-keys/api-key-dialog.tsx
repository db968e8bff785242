import {
  Alert,
  Button,
  Checkbox,
  Code,
  CopyButton,
  Group,
  Modal,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { routes, type Scope } from '@navette/contracts';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { sessionQuery } from '../../api/queries.ts';
import { type PlainKey, useI18n } from '../../i18n/i18n.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

const scopeLabels: Readonly<Record<Scope, PlainKey>> = {
  'workflows:read': 'scope.workflowsRead',
  'workflows:write': 'scope.workflowsWrite',
  'executions:read': 'scope.executionsRead',
  'executions:run': 'scope.executionsRun',
  'approvals:decide': 'scope.approvalsDecide',
  'artifacts:read': 'scope.artifactsRead',
  'credentials:read': 'scope.credentialsRead',
  'credentials:write': 'scope.credentialsWrite',
  'keys:manage': 'scope.keysManage',
  'audit:read': 'scope.auditRead',
};
const firstScopes: readonly Scope[] = [
  'workflows:read',
  'executions:read',
  'executions:run',
  'artifacts:read',
];
const dayMs = 86_400_000;

export function ApiKeyDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useI18n();
  const [secret, setSecret] = useState<string>();
  const close = () => {
    onClose();
    setSecret(undefined);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={secret === undefined ? t('apiKeys.create') : t('apiKeys.createdTitle')}
      size="lg"
      closeOnClickOutside={secret === undefined}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {opened &&
        (secret === undefined ? (
          <KeyForm onCreated={setSecret} onClose={close} />
        ) : (
          <KeySecret secret={secret} onClose={close} />
        ))}
    </Modal>
  );
}

function KeyForm({ onCreated, onClose }: { onCreated(secret: string): void; onClose(): void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([...firstScopes]);
  const [days, setDays] = useState('90');
  const [checked, setChecked] = useState(false);
  const create = useMutation({
    mutationFn: () =>
      callRoute(routes.createApiKey, {
        body: {
          name: name.trim(),
          scopes: scopes as Scope[],
          expiresAt: days === 'never' ? null : new Date(Date.now() + Number(days) * dayMs).toISOString(),
        },
      }),
    onSuccess(key) {
      void client.invalidateQueries({ queryKey: ['api-keys'] });
      onCreated(key.secret);
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (name.trim() !== '' && scopes.length > 0) create.mutate();
  };
  const available = Object.entries(scopeLabels).filter(([scope]) => session?.scopes.includes(scope as Scope));
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <TextInput
          data-autofocus
          label={t('common.name')}
          description={t('apiKeys.nameHelp')}
          maxLength={200}
          value={name}
          error={checked && name.trim() === '' ? t('form.required') : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox.Group
          label={t('apiKeys.scopes')}
          description={t('apiKeys.scopesHelp')}
          value={scopes}
          onChange={setScopes}
          error={checked && scopes.length === 0 ? t('apiKeys.scopesRequired') : undefined}
        >
          <Stack gap={8} mt="xs">
            {available.map(([scope, label]) => (
              <Checkbox
                key={scope}
                value={scope}
                label={
                  <>
                    {t(label)}{' '}
                    <Text span size="xs" c="dimmed" ff="monospace">
                      {scope}
                    </Text>
                  </>
                }
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Select
          label={t('apiKeys.expires')}
          allowDeselect={false}
          value={days}
          onChange={(value) => setDays(value ?? '90')}
          data={[
            { value: '30', label: t('apiKeys.days', { count: 30 }) },
            { value: '90', label: t('apiKeys.days', { count: 90 }) },
            { value: '365', label: t('apiKeys.days', { count: 365 }) },
            { value: 'never', label: t('apiKeys.never') },
          ]}
        />
        <ProblemAlert error={create.error} />
        <DialogActions onClose={onClose}>
          <Button type="submit" loading={create.isPending}>
            {t('common.create')}
          </Button>
        </DialogActions>
      </Stack>
    </form>
  );
}

/** The only time that the secret is seen. */
function KeySecret({ secret, onClose }: { secret: string; onClose(): void }) {
  const { t } = useI18n();
  return (
    <Stack>
      <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />}>
        {t('apiKeys.secretOnce')}
      </Alert>
      <Code
        block
        fz="sm"
        style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
        data-testid="api-key-secret"
      >
        {secret}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              data-autofocus
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {copied ? t('common.copied') : t('apiKeys.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>{t('common.done')}</Button>
      </Group>
    </Stack>
  );
}
