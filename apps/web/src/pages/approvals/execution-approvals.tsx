import type { ExecutionDetail } from '@navette/contracts';
import { useQuery } from '@tanstack/react-query';
import { executionApprovalsQuery } from '../../api/queries.ts';
import { QuestionList } from '../../ui/question-card.tsx';
import { ApprovalCard } from './approval-card.tsx';

/** What an execution asks people right now. Nothing when it asks nobody. */
export function ExecutionApprovals({ detail }: { detail: ExecutionDetail }) {
  const waits = detail.steps.some((step) => step.nodeType === 'approval' && step.status === 'waiting');
  const query = useQuery({ ...executionApprovalsQuery(detail.id), enabled: waits });
  const open = waits ? (query.data?.items ?? []).filter((approval) => approval.status === 'open') : [];
  if (open.length === 0) return null;
  return (
    <QuestionList height="55dvh">
      {open.map((approval) => (
        <ApprovalCard key={approval.id} approval={approval} hideExecution />
      ))}
    </QuestionList>
  );
}
