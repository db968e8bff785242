import { Checkbox, Stack, Textarea } from '@mantine/core';
import { useI18n } from '../../../i18n/i18n.tsx';
import { PolicyField } from './policy-field.tsx';
import type { SettingsEditor } from './use-settings-form.ts';

/** What binds the code of a workflow: a policy of the server, and hosts. */
export function CodeFields({ settings }: { settings: SettingsEditor }) {
  const { t } = useI18n();
  const { change, errorOf, form } = settings;
  const value = form.code;
  const set = (part: Partial<typeof value>) => change({ code: { ...value, ...part } });
  const count = value.hosts.split(/[\s,]+/).filter(Boolean).length;
  const hostErrors = Array.from({ length: count }, (_, index) => errorOf(`code/allowedHosts/${index}`));
  return (
    <Stack gap="sm">
      <PolicyField
        error={errorOf('code/policy')}
        value={value.policy}
        onChange={(policy) => set({ policy })}
      />
      <Checkbox
        label={t('wfSettings.codeHosts')}
        description={t('wfSettings.codeHostsHelp')}
        checked={value.bound}
        onChange={(event) => set({ bound: event.currentTarget.checked })}
      />
      {value.bound && (
        <Textarea
          pl={32}
          label={t('wfSettings.codeHostList')}
          description={t('wfSettings.codeHostListHelp')}
          error={errorOf('code/allowedHosts') ?? hostErrors.find((error) => error !== undefined)}
          autosize
          minRows={2}
          spellCheck={false}
          value={value.hosts}
          onChange={(event) => set({ hosts: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}
