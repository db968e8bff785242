import type { ProgramOrigin } from '@navette/contracts';
import { type ErrorRecord, toNavetteError } from '@navette/kit';
import type { StepHost } from '../run/step-host.ts';
import { isCall } from '../state/program-calls.ts';
import type { StepState } from '../state/step-state.ts';

/** Whose program it is. Where its parameters cannot be read it runs neither, and its calls reach no host. */
export function readProgramOrigin(host: StepHost, { node }: StepState): ProgramOrigin {
  const { definition, staticParameters } = node;
  const source =
    definition.kind === 'node' && staticParameters !== undefined
      ? definition.program?.(staticParameters)
      : undefined;
  return {
    projectId: host.execution.projectId,
    workflowCode: host.state.workflow.version.definition.settings.code,
    policy: source?.policy,
    allowedHosts: source?.allowedHosts,
  };
}

/** Undefined for steps that are no calls of a program. */
export function findProgramOrigin(host: StepHost, step: StepState): ProgramOrigin | undefined {
  const program = isCall(step) ? step.scope.owner : undefined;
  return program && readProgramOrigin(host, program);
}

/** Why the policies do not let the program make this call. */
export async function findRefusal(host: StepHost, step: StepState): Promise<ErrorRecord | undefined> {
  const { programs } = host.deps;
  const origin = programs?.refuseCall && findProgramOrigin(host, step);
  if (!origin) return undefined;
  try {
    return (await programs.refuseCall!(step.node.node.type, origin))?.toRecord();
  } catch (thrown) {
    return toNavetteError(thrown).toRecord();
  }
}
