/** What the node types of tests have in common. */
import { defineErrors } from '@navette/kit';

const text = { en: 'x', fr: 'x' };

/** What is shown of a node type: nobody looks. */
export const testNodeBase = {
  version: 1,
  group: 'data' as const,
  icon: 'x',
  name: text,
  description: text,
  docs: text,
  examples: [],
};

/** TEST_BOOM is worth another try, TEST_FATAL is not. */
export const testNodeErrors = defineErrors({
  TEST_BOOM: { kind: 'operational', status: 500, retry: 'default', message: 'Boom', help: '' },
  TEST_FATAL: { kind: 'user', status: 400, retry: 'never', message: 'Fatal', help: '' },
});
