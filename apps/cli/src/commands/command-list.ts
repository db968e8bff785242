import type { Command } from '../command/command.ts';
import { approvalApprove, approvalList, approvalReject } from './approvals.ts';
import { check } from './check.ts';
import { createCompletionCommand } from './completion.ts';
import { deadLetterDismiss, deadLetterList, deadLetterRetry } from './dead-letters.ts';
import { dev } from './dev.ts';
import { doctor } from './doctor.ts';
import { executionFiles } from './execution-files.ts';
import { executionFork, executionRerun } from './execution-rerun.ts';
import { executionResolve } from './execution-resolve.ts';
import { executionShow } from './execution-show.ts';
import { executionSignal } from './execution-signal.ts';
import { executionCancel, executionList, executionLogs, executionRetry } from './executions.ts';
import { login } from './login.ts';
import { policyCommands } from './policies.ts';
import { replay } from './replay.ts';
import { retention } from './retention.ts';
import { run } from './run.ts';
import { server } from './server.ts';
import { templateCommands } from './templates.ts';
import { types } from './types.ts';
import { workflowCommands } from './workflows.ts';

/** Every command, in the order of the help. */
export const commandList: readonly Command[] = [
  run,
  dev,
  check,
  types,
  ...workflowCommands,
  executionList,
  executionShow,
  executionLogs,
  executionFiles,
  executionCancel,
  executionRetry,
  executionRerun,
  executionFork,
  executionSignal,
  executionResolve,
  deadLetterList,
  deadLetterRetry,
  deadLetterDismiss,
  replay,
  approvalList,
  approvalApprove,
  approvalReject,
  ...templateCommands,
  login,
  retention,
  ...policyCommands,
  doctor,
  server,
  createCompletionCommand(() => commandList),
];
