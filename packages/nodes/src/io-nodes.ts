import type { AnyNodeDefinition } from '@navette/contracts';
import { approval } from './approval/index.ts';
import { chart } from './chart/index.ts';
import { csv } from './csv/index.ts';
import { errorTrigger } from './error-trigger/index.ts';
import { file } from './file/index.ts';
import { httpRequest } from './http-request/index.ts';
import { jsonFile } from './json-file/index.ts';
import { manualTrigger } from './manual-trigger/index.ts';
import { parentTrigger } from './parent-trigger/index.ts';
import { program } from './program/index.ts';
import { respondToWebhook } from './respond-to-webhook/index.ts';
import { sampleData } from './sample-data/index.ts';
import { scheduleTrigger } from './schedule-trigger/index.ts';
import { sendSignal } from './send-signal/index.ts';
import { subWorkflow } from './sub-workflow/index.ts';
import { wait } from './wait/index.ts';
import { waitForSignal } from './wait-for-signal/index.ts';
import { waitForWebhook } from './wait-for-webhook/index.ts';
import { webhookTrigger } from './webhook-trigger/index.ts';

/** The nodes that meet the world: triggers, HTTP, files, time, people, other workflows. */
export const ioNodes = [
  manualTrigger,
  webhookTrigger,
  scheduleTrigger,
  parentTrigger,
  errorTrigger,
  httpRequest,
  respondToWebhook,
  wait,
  waitForSignal,
  waitForWebhook,
  approval,
  sendSignal,
  subWorkflow,
  program,
  csv,
  jsonFile,
  file,
  chart,
  sampleData,
] as unknown as AnyNodeDefinition[];
