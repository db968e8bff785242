export { sandboxErrors } from './errors.ts';
export { codeModuleNames } from './modules/code-library.ts';
export { policyErrors } from './policy/errors.ts';
export { createHopGuard, type HopGuard } from './policy/hop-guard.ts';
export { type CodePolicyChange, defaultPolicy, type ServerPolicy } from './policy/policy.ts';
export type { LimitOrigin, StepPolicy } from './policy/policy-layers.ts';
export {
  createFixedPolicies,
  type PolicyAsk,
  type PolicyBase,
  type PolicyFileState,
  type PolicyReading,
  type PolicyRequest,
  PolicySet,
  type PolicySource,
} from './policy/policy-set.ts';
export { listProgramAsks, listWorkflowAsks } from './policy/program-asks.ts';
export { type PolicyProblem, placePolicyFile } from './policy/read-policy-file.ts';
export type {
  CodeEngine,
  CodeHost,
  CodeLanguage,
  CodeLimits,
  CodeModule,
  CodeResult,
  CodeTask,
  CodeUsage,
  ConsoleLine,
  EngineAvailability,
  EngineName,
  HostAnswer,
  HostCall,
  JailKind,
} from './port.ts';
export { createProgramRunner, type ProgramRunnerOptions } from './programs/program-runner.ts';
export { createPythonEngine, type PythonEngineOptions, type PythonRuntime } from './python/python-engine.ts';
export { createQuickJsEngine, type QuickJsEngineOptions } from './quickjs/quickjs-engine.ts';
export { checkCode } from './steps/check-code.ts';
export { CodeEngines, type EngineReport, lacksJail } from './steps/code-engines.ts';
export { type CodePortOptions, createCodePort } from './steps/create-code-port.ts';
export { createV8Engine, type V8EngineOptions } from './v8/v8-engine.ts';
