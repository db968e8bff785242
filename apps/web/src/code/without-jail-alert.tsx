import { Alert, type AlertProps, Code, Text } from '@mantine/core';
import { IconShieldOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';

interface WithoutJailAlertProps extends Pick<AlertProps, 'mb' | 'radius'> {
  title: string;
  /** In place of what it means. */
  children?: ReactNode;
}

const guide = 'docs/reference/security-sandbox.md';

/** That code runs natively and in no jail, because the operator allows it: what that means, and where to read on. */
export function WithoutJailAlert({ title, children, ...looks }: WithoutJailAlertProps) {
  const { t } = useI18n();
  return (
    <Alert
      variant="light"
      color="orange"
      icon={<IconShieldOff size={18} />}
      title={title}
      role="region"
      aria-label={title}
      py="xs"
      style={{ overflowWrap: 'anywhere' }}
      {...looks}
    >
      {children ?? (
        <>
          <Text size="sm">{t('jail.text')}</Text>
          <Text size="sm" mt={4}>
            {t('jail.more')} <Code>{guide}</Code>
          </Text>
        </>
      )}
    </Alert>
  );
}
