import { Alert, Box, Stack, Text, Title } from '@mantine/core';
import { type LinkedApproval, routes } from '@navette/contracts';
import { IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '../api/call-route.ts';
import { PendingPage } from '../app/fallbacks.tsx';
import { useI18n } from '../i18n/i18n.tsx';
import { Markdown } from '../ui/markdown.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { ApprovalStatusBadge } from './approvals/approval-status.tsx';
import { DecideForm } from './approvals/decide-form.tsx';
import { AuthLayout } from './auth-layout.tsx';

/**
 * Where a link to an approval leads: one question, for the person that the link was made out to, without signing in. The
 * token stands behind "#", so that it is in no log, and is sent to the API only.
 */
export function DecidePage() {
  const { t } = useI18n();
  const [token] = useState(() => window.location.hash.slice(1));
  const query = useQuery({
    queryKey: ['linked-approval', token],
    queryFn: ({ signal }) => callRoute(routes.readLinkedApproval, { body: { token } }, { signal }),
    enabled: token !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isLoading) return <PendingPage />;
  return (
    <AuthLayout
      title={query.data?.title ?? t('decide.title')}
      text={query.data?.workflowName ?? t('decide.text')}
    >
      {query.data ? (
        <Question token={token} first={query.data} />
      ) : token === '' ? (
        <Alert variant="light" color="yellow" icon={<IconInfoCircle size={18} />}>
          {t('decide.noLink')}
        </Alert>
      ) : (
        <ProblemAlert error={query.error} />
      )}
    </AuthLayout>
  );
}

function Question({ token, first }: { token: string; first: LinkedApproval }) {
  const { t, format } = useI18n();
  const decide = useMutation({
    mutationFn: (request: Parameters<Parameters<typeof DecideForm>[0]['onDecide']>[0]) =>
      callRoute(routes.decideLinkedApproval, { body: { token, ...request } }),
  });
  const approval = decide.data ?? first;
  if (decide.data) {
    return (
      <Alert
        variant="light"
        color="weft"
        icon={<IconCircleCheck size={18} />}
        title={t(approval.status === 'approved' ? 'approvals.approvedNotice' : 'approvals.rejectedNotice')}
        role="status"
      >
        {t('decide.done')}
      </Alert>
    );
  }
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('decide.person', { person: approval.person })}
        {approval.expiresAt && ` · ${t('decide.until', { time: format.dateTime(approval.expiresAt) })}`}
      </Text>
      {approval.message !== '' && (
        <Box style={{ overflowWrap: 'anywhere' }}>
          <Markdown source={approval.message} level={2} />
        </Box>
      )}
      {approval.mayDecide ? (
        <DecideForm
          fields={approval.fields}
          busy={decide.isPending}
          error={decide.error}
          onDecide={(request) => decide.mutate(request)}
        />
      ) : (
        <Stack gap="xs">
          <Title order={2} size="h4">
            <ApprovalStatusBadge status={approval.status} />
          </Title>
          <Text size="sm">{t(approval.status === 'open' ? 'approvals.notYours' : 'decide.over')}</Text>
        </Stack>
      )}
    </Stack>
  );
}
