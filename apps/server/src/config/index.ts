export { describeConfig } from './describe-config.ts';
export { runDoctor } from './doctor.ts';
export type { Config } from './load-config.ts';
export { loadProcessConfig } from './process-config.ts';
