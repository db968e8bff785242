import { Anchor, Box, Text } from '@mantine/core';
import { type Approval, routes } from '@navette/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { callRoute } from '../../api/call-route.ts';
import { executionQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { useNotify } from '../../ui/notify.ts';
import { Fact, Facts, QuestionCard } from '../../ui/question-card.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './approval-card.module.css';
import { ApprovalStatusBadge } from './approval-status.tsx';
import { toApproversText } from './approval-words.ts';
import { DecideForm } from './decide-form.tsx';

interface ApprovalCardProps {
  approval: Approval;
  /** Where the execution is on the same page. */
  hideExecution?: boolean;
}

/** One question: what is asked, of whom and until when, and the answer or the way to give it. */
export function ApprovalCard({ approval, hideExecution = false }: ApprovalCardProps) {
  const { t } = useI18n();
  return (
    <QuestionCard title={approval.title} badge={<ApprovalStatusBadge status={approval.status} />}>
      <ApprovalFacts approval={approval} hideExecution={hideExecution} />
      {approval.message !== '' && (
        <Box className={classes['message']}>
          <Markdown source={approval.message} />
        </Box>
      )}
      {approval.mayDecide ? (
        <Decision approval={approval} />
      ) : (
        approval.status === 'open' && (
          <Text size="sm" c="dimmed">
            {t('approvals.notYours')}
          </Text>
        )
      )}
      {approval.decidedBy && <Answer approval={approval} />}
    </QuestionCard>
  );
}

function ApprovalFacts({ approval, hideExecution }: ApprovalCardProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { approvers, createdAt, escalateAt, escalation, expiresAt, status } = approval;
  return (
    <Facts>
      {!hideExecution && (
        <Fact name={t('executions.workflow')}>
          <Anchor
            inherit
            renderRoot={(props) => (
              <Link
                to="/executions/$executionId"
                params={{ executionId: approval.executionId }}
                search={{}}
                {...props}
              />
            )}
          >
            {approval.workflowName}
          </Anchor>
        </Fact>
      )}
      <Fact name={t('approvals.asked')}>
        <RelativeTime iso={createdAt} />
      </Fact>
      <Fact name={t('approvals.approvers')}>{toApproversText(approvers, i18n)}</Fact>
      {status === 'open' && expiresAt && (
        <Fact name={t('approvals.until')}>
          <RelativeTime iso={expiresAt} />
        </Fact>
      )}
      {status === 'open' && escalation && escalateAt && (
        <Fact name={t('approvals.escalation')}>
          {toApproversText(escalation, i18n)} (<RelativeTime iso={escalateAt} />)
        </Fact>
      )}
    </Facts>
  );
}

function Answer({ approval }: { approval: Approval }) {
  const { t } = useI18n();
  const { comment, decidedAt, decidedBy, fields, values } = approval;
  const given = fields.filter(({ name }) => values !== null && Object.hasOwn(values, name));
  return (
    <Box className={classes['answer']}>
      <Text size="sm" fw={550}>
        {t('approvals.decidedBy', { name: decidedBy?.name ?? '' })}
        {decidedAt && (
          <Text span inherit c="dimmed" fw={400}>
            {' · '}
            <RelativeTime iso={decidedAt} />
          </Text>
        )}
      </Text>
      {comment && (
        <Text size="sm" className={classes['comment']}>
          {comment}
        </Text>
      )}
      {given.length > 0 && (
        <Facts>
          {given.map((field) => (
            <Fact key={field.name} name={field.label || field.name}>
              {String(values?.[field.name])}
            </Fact>
          ))}
        </Facts>
      )}
    </Box>
  );
}

function Decision({ approval }: { approval: Approval }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const notify = useNotify();
  const decide = useMutation({
    mutationFn: (body: Parameters<typeof send>[1]) => send(approval.id, body),
    onSuccess: ({ status }) =>
      notify.success(t(status === 'approved' ? 'approvals.approvedNotice' : 'approvals.rejectedNotice')),
    // Also after a refusal: somebody else may have been quicker.
    onSettled() {
      void client.invalidateQueries({ queryKey: ['approvals'] });
      void client.invalidateQueries({ queryKey: executionQuery(approval.executionId).queryKey });
    },
  });
  return (
    <DecideForm
      fields={approval.fields}
      busy={decide.isPending}
      error={decide.error}
      onDecide={(request) => decide.mutate(request)}
    />
  );
}

function send(approvalId: string, body: Parameters<Parameters<typeof DecideForm>[0]['onDecide']>[0]) {
  return callRoute(routes.decideApproval, { params: { approvalId }, body });
}
