import { defineErrors } from '@navette/kit/portable';

/** Errors that any node may throw; special ones belong to the node that has them. */
export const nodeErrors = defineErrors({
  NODE_PARAMETER_INVALID: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'A parameter of "{node}" is not valid',
    help: 'Mend the parameters that are listed; where one is an expression, look at what it gives for this item.',
  },
  NODE_INPUT_INVALID: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The input does not fit: {detail}',
    help: 'Look at the items that come into this node and change them before it, with Set fields for example.',
  },
  NODE_STOPPED: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: '{detail}',
    help: 'The workflow stopped here on purpose, by a Stop with error node.',
  },
});
