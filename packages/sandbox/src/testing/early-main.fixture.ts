/** A runner that speaks before it is ready. */
import { writeSync } from 'node:fs';
import { encodeFrame } from '../protocol/frame.ts';

writeSync(4, encodeFrame({ type: 'console', task: 0, level: 'info', text: 'early' }));
setInterval(() => {}, 60_000);
