export { type ClaimingEngine, InProcessDispatcher } from './in-process-dispatcher.ts';
