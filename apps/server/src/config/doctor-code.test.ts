/** What the doctor says of code, on machines with the jail and without: `npm test` runs it both ways. */
import { createQuickJsEngine } from '@navette/sandbox';
import { expect, test } from 'vitest';
import { codeSettings } from './code-settings.ts';
import { checkCode } from './doctor-code.ts';

const probe = createQuickJsEngine({ ready: 0 });
const state = await probe.availability();
await probe.close();
const jailed = state.available && state.jail === 'bubblewrap';

test.runIf(jailed)('with the jail every engine is in it', async () => {
  const finding = await checkCode(codeSettings.parse({}));
  expect(finding).toMatchObject({
    status: 'ok',
    message: expect.stringMatching(
      /^Code: QuickJS in the jail; V8 in the jail; Python in the jail \((python3|Pyodide, Python) 3\.\d+/,
    ),
  });
});

test.skipIf(jailed)(
  'without the jail the engines that need it are missing, with the reason and what to do',
  async () => {
    const finding = await checkCode(codeSettings.parse({}));
    expect(finding).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(
        /^Code: QuickJS without a jail; V8 not available: It runs only in a jail, and bubblewrap .+; Python not available: /,
      ),
      help: expect.stringContaining('NAVETTE_CODE_ALLOW_WITHOUT_JAIL'),
    });
  },
);

test.skipIf(jailed)('an operator who allows them sees that they have no jail', async () => {
  const finding = await checkCode(codeSettings.parse({ allowWithoutJail: true }));
  expect(finding).toMatchObject({
    status: 'ok',
    message: expect.stringMatching(
      /^Code: QuickJS without a jail; V8 without a jail; Python without a jail \((python3|Pyodide, Python) 3\.\d+/,
    ),
  });
});
